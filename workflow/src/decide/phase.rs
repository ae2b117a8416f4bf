//! Leaving a phase, holding, resuming, cancelling.

use super::{Draft, cutover, effect, forwarding, porting, rehearsal};
use crate::cutover::machine as cutover_machine;
use crate::event::{Event, Purpose};
use crate::phase::{self, Event as Move, State};
use crate::rejection::{Reason, Rejection, Unmet, conflict};
use crate::text::Text;

pub(super) fn advance(draft: &mut Draft<'_>) -> Result<(), Rejection> {
    not_on_hold(draft)?;
    let from = draft.project.phase;
    let Some(to) = phase::step(from, Move::Advance) else {
        return Err(conflict(
            Reason::WrongPhase,
            format!("na de fase {from} komt geen andere"),
            format!("no phase follows {from}"),
        ));
    };
    let unmet: Vec<Unmet> =
        draft.project.unmet_tasks().map(|task| Unmet { key: task.key.clone(), detail: task.title.clone() }).collect();
    if !unmet.is_empty() {
        return Err(Rejection::Conflict {
            reason: Reason::GateNotMet,
            detail: Text::new(
                format!("in de fase {from} zijn nog {} taken niet gedaan of overgeslagen", unmet.len()),
                format!("in phase {from} {} tasks are not done or skipped", unmet.len()),
            ),
            unmet,
        });
    }
    draft.emit(Event::PhaseAdvanced { from, to });
    if to == State::Implementation {
        cutover::provision(draft);
    }
    Ok(())
}

pub(super) fn hold(draft: &mut Draft<'_>, reason: String) -> Result<(), Rejection> {
    not_on_hold(draft)?;
    if draft.project.cutover_is_under_way() {
        return Err(conflict(
            Reason::CutoverScheduled,
            "er is een cutover gepland of bezig; haal haar eerst van het schema (cutover/abort)",
            "a cutover is scheduled or under way; take it off the schedule first (cutover/abort)",
        ));
    }
    draft.emit(Event::Held { reason });
    effect::hold(draft);
    Ok(())
}

pub(super) fn resume(draft: &mut Draft<'_>) -> Result<(), Rejection> {
    if draft.project.hold.is_none() {
        return Err(conflict(Reason::NotOnHold, "het project staat niet in de wacht", "the project is not on hold"));
    }
    draft.emit(Event::Resumed {});
    effect::resume(draft);
    Ok(())
}

pub(super) fn cancel(draft: &mut Draft<'_>, reason: String) -> Result<(), Rejection> {
    if draft.project.any_ported() {
        return Err(conflict(
            Reason::NumbersPorted,
            "er zijn nummers geporteerd; een portering is niet terug te draaien, dus het project kan niet meer worden geannuleerd",
            "numbers have been ported; a porting can't be undone, so the project can no longer be cancelled",
        ));
    }
    if draft.project.requests.iter().any(|request| request.doubted) {
        return Err(conflict(
            Reason::PortingUnderWay,
            "het is onzeker of nummers zijn geporteerd; los eerst het incident in de cutover op",
            "it is not certain whether numbers were ported; first settle the incident in the cutover",
        ));
    }
    if phase::step(draft.project.phase, Move::Cancel).is_none() {
        return Err(conflict(
            Reason::WrongPhase,
            format!("in de fase {} kan een project niet worden geannuleerd", draft.project.phase),
            format!("in phase {} a project can't be cancelled", draft.project.phase),
        ));
    }
    if draft.project.cutover.as_ref().is_some_and(|cutover| cutover.state != cutover_machine::State::Aborted) {
        cutover::abort(draft, &reason)?;
    }
    rehearsal::abandon(draft, &Text::new("het project is geannuleerd", "the project was cancelled"));
    porting::withdraw_all(draft, &reason);
    forwarding::give_up(draft, &reason);
    let mut to_withdraw = Vec::new();
    if draft.project.provisioned || draft.project.effects.values().any(|effect| effect.purpose == Purpose::Provision) {
        let tenant = &draft.project.intake.customer.name;
        to_withdraw.push(Text::new(
            format!("verwijder op de centrale de omgeving \"{tenant}\""),
            format!("remove the tenant \"{tenant}\" from the PBX"),
        ));
    }
    if draft.project.letters.iter().any(|letter| letter.provider.is_some() && letter.sent_on.is_some()) {
        to_withdraw.push(Text::new(
            "trek bij de providers de verzonden brieven in",
            "withdraw the letters that were sent to the providers",
        ));
    }
    draft.withdraw_effects(|purpose| {
        matches!(
            purpose,
            Purpose::Provision
                | Purpose::MailLetters { .. }
                | Purpose::Remind(_)
                | Purpose::TellTakenAway
                | Purpose::TellUnconfirmed(_)
                | Purpose::ReadInvoice(_)
        )
    });
    draft.emit(Event::ProjectCancelled { reason, to_withdraw });
    Ok(())
}

/// Most things wait while a project is on hold.
pub(super) fn not_on_hold(draft: &Draft<'_>) -> Result<(), Rejection> {
    match &draft.project.hold {
        None => Ok(()),
        Some(reason) => Err(conflict(
            Reason::OnHold,
            format!("het project staat in de wacht ({reason}); hervat het eerst"),
            format!("the project is on hold ({reason}); resume it first"),
        )),
    }
}
