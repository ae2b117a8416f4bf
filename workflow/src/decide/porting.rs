//! What donors answer and others announce, withdrawing, expiry. Asking is `submission`'s, choosing the moment `schedule`'s.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};

use super::{Draft, cutover, intake, reminder, submission, task};
use crate::calendar::add_months;
use crate::calendar::amsterdam::local_date;
use crate::cutover::machine as cutover_machine;
use crate::effect::{Action, PortingWithdrawal};
use crate::event::{Event, Purpose};
use crate::intake::FieldError;
use crate::porting::foreign::ForeignMessage;
use crate::porting::{DonorAnswer, PortingRequest, request};
use crate::process::{Completion, Requirement};
use crate::project::{PendingEffect, Project};
use crate::rejection::{Reason, Rejection, conflict};
use crate::text::Text;

/// A donor's answer, from COIN or recorded by hand. The same answer twice changes nothing the second time.
pub(super) fn record_answer(draft: &mut Draft<'_>, id: Option<&str>, answer: DonorAnswer) -> Result<(), Rejection> {
    let request = unanswered(&draft.project, id)?;
    let mut errors = Vec::new();
    for (i, series) in answer.series.iter().enumerate() {
        if let Some(number) = &series.number
            && !request.series.iter().any(|asked| asked.series.overlaps(number))
        {
            errors.push(FieldError::new(
                format!("/series/{i}/number"),
                "not_in_request",
                format!("{number} staat niet in verzoek {}", request.id),
                format!("{number} does not stand in request {}", request.id),
            ));
        }
        if !answer.blocking && series.first_possible_at.is_none() && series.blocking_code.is_none() {
            errors.push(FieldError::new(
                format!("/series/{i}/first_possible_at"),
                "missing",
                "geef de eerst mogelijke datum en tijd, of een blokkeringscode",
                "give the first possible date and time, or a blocking code",
            ));
        }
    }
    if answer.series.is_empty() && !answer.blocking {
        errors.push(FieldError::new(
            "/series",
            "missing",
            "geef per nummerreeks de eerst mogelijke datum en tijd of een blokkeringscode, of blocking",
            "give per number series the first possible date and time or a blocking code, or blocking",
        ));
    }
    for (i, series) in answer.series.iter().enumerate() {
        if let Some(first_possible_at) = series.first_possible_at
            && !is_plausible(request.requested_at, first_possible_at)
        {
            let asked = local_date(request.requested_at);
            errors.push(FieldError::new(
                format!("/series/{i}/first_possible_at"),
                "out_of_range",
                format!("{first_possible_at} kan niet; geef een moment vanaf {asked}, hooguit vijf jaar later"),
                format!("{first_possible_at} can't be; give a moment from {asked}, at most five years later"),
            ));
        }
    }
    errors.extend(intake::unknown_attachment(&draft.project, answer.attachment));
    if !errors.is_empty() {
        return Err(Rejection::Input(errors));
    }
    let id = request.id.clone();
    if request.state != request::State::Requested {
        // Told again, or a late answer to what was withdrawn: the first answer stands.
        return Ok(());
    }
    let answer = answer.in_one_piece(&request.series);
    let accepted = !answer.blocking && answer.series.iter().any(|series| series.blocking_code.is_none());
    let known = &draft.context.settings.blocking_codes;
    let codes: BTreeSet<u8> = answer.series.iter().filter_map(|series| series.blocking_code).collect();
    let meanings = codes.into_iter().filter_map(|code| known.meaning(code)).collect();
    // A refused dossier is refused whole: no series keeps a date (COIN NP v3, portingrequestanswer).
    let series = answer
        .series
        .into_iter()
        .map(|mut series| {
            if !accepted || series.blocking_code.is_some() {
                series.first_possible_at = None;
            }
            series
        })
        .collect();
    draft.withdraw_effects(|purpose| *purpose == Purpose::RequestPorting(id.clone()));
    draft.emit(Event::PortingAnswered {
        request: id,
        accepted,
        series,
        meanings,
        donor_operator: answer.donor_operator,
        detail: answer.detail,
        attachment: answer.attachment,
    });
    if !submission::open_numbers(&draft.project).is_empty() {
        reopen_asking(draft, "de donor heeft nummers geweigerd");
    }
    Ok(())
}

/// The request could not be made, or COIN found it wrong: its numbers are to be asked for anew.
pub(super) fn refuse(draft: &mut Draft<'_>, id: &str, detail: String) {
    draft.emit(Event::PortingRefused { request: id.to_owned(), detail });
    reopen_asking(draft, "het porteringsverzoek is geweigerd");
}

/// Numbers were added that nobody has been asked for.
pub(super) fn ask_for_added_numbers(draft: &mut Draft<'_>) {
    reopen_asking(draft, "er zijn nummers toegevoegd");
}

/// A donor lets numbers go at the earliest on the day it was asked; a date years ahead is a slip of the pen.
fn is_plausible(requested_at: DateTime<Utc>, first_possible_at: DateTime<Utc>) -> bool {
    let (asked, first) = (local_date(requested_at), local_date(first_possible_at));
    (asked..=add_months(asked, 60)).contains(&first)
}

/// The request with this id; without an id the only one that has not been answered.
fn unanswered<'a>(project: &'a Project, id: Option<&str>) -> Result<&'a PortingRequest, Rejection> {
    let mut open = project.requests.iter().filter(|request| request.state == request::State::Requested);
    match (id, open.next(), open.next()) {
        (Some(id), ..) => project.requests.iter().find(|request| request.id == id).ok_or_else(|| no_request(id)),
        (None, Some(only), None) => Ok(only),
        (None, None, _) => Err(conflict(
            Reason::NoSuchRequest,
            "geen porteringsverzoek wacht op antwoord",
            "no porting request waits for an answer",
        )),
        (None, Some(_), Some(_)) => Err(Rejection::Input(vec![FieldError::new(
            "/request",
            "missing",
            "meer verzoeken wachten op antwoord; zeg welk",
            "several requests wait for an answer; say which",
        )])),
    }
}

fn no_request(id: &str) -> Rejection {
    Rejection::NotFound(Text::new(format!("er is geen porteringsverzoek {id:?}"), format!("there is no porting request {id:?}")))
}

pub(super) fn record_delay(
    draft: &mut Draft<'_>,
    id: String,
    answer_due_at: Option<DateTime<Utc>>,
    reason_code: Option<String>,
) -> Result<(), Rejection> {
    let request = unanswered(&draft.project, Some(&id))?;
    if request.state == request::State::Requested {
        draft.emit(Event::PortingDelayed { request: id, answer_due_at, reason_code });
    }
    Ok(())
}

/// Somebody takes a number of ours, or closes it: whoever can call is told at once.
pub(super) fn hear_of_others(draft: &mut Draft<'_>, message: ForeignMessage) {
    let what = message.text();
    draft.emit(Event::ForeignMessageReceived(message));
    reminder::tell_taken_away(draft, &what);
}

/// COIN found a message of ours wrong. A request that was not answered is refused by it; a performed porting becomes an incident, as it may
/// not have taken effect and must not be repeated blindly.
pub(super) fn record_error(draft: &mut Draft<'_>, id: &str, errors: String) -> Result<(), Rejection> {
    let request = draft.project.requests.iter().find(|request| request.id == id).ok_or_else(|| no_request(id))?;
    let state = request.state;
    draft.emit(Event::PortingErrorReported { request: id.to_owned(), errors: errors.clone() });
    match state {
        // The error may be about the repetition only, while the donor has the request: its answer is waited for, and a warning shown.
        request::State::Requested if may_be_a_repetition(&draft.project, id) => {}
        request::State::Requested => {
            draft.withdraw_effects(|purpose| matches!(purpose, Purpose::RequestPorting(of) if of == id));
            refuse(draft, id, errors);
        }
        request::State::Accepted => {
            // Heard before the answer to our own call: that COIN has the message does not undo that it is wrong.
            if draft.project.porting_may_have_happened(id) {
                draft.withdraw_effects(|purpose| matches!(purpose, Purpose::PerformPorting(of) if of == id));
                draft.emit(Event::PortingDoubted { request: id.to_owned() });
            }
            cutover::porting_was_found_wrong(draft, id, &errors);
        }
        request::State::Performed => {
            draft.emit(Event::PortingDoubted { request: id.to_owned() });
            reopen_number_porting(draft, &errors);
            cutover::porting_was_found_wrong(draft, id, &errors);
        }
        request::State::Refused | request::State::Cancelled | request::State::Expired => {}
    }
    Ok(())
}

fn may_be_a_repetition(project: &Project, id: &str) -> bool {
    let being_repeated =
        |effect: &PendingEffect| effect.may_have_happened && matches!(&effect.purpose, Purpose::RequestPorting(of) if of == id);
    project.requests.iter().any(|request| request.id == id && request.sent_again) || project.effects.values().any(being_repeated)
}

fn reopen_number_porting(draft: &mut Draft<'_>, reason: &str) {
    let process = draft.project.process();
    for task in process.tasks().iter().filter(|task| task.requires == Some(Requirement::NumbersPorted)) {
        task::reopen_with_dependents(draft, &task.key, reason, false);
    }
}

/// Withdraws requests, one or all that can be.
pub(super) fn cancel(draft: &mut Draft<'_>, id: Option<&str>, reason: &str) -> Result<(), Rejection> {
    let withdrawn = |request: &PortingRequest| id.is_none_or(|id| request.id == id);
    let moves = |request: &PortingRequest| withdrawn(request) && draft.project.is_in_cutover(request);
    if let Some(cutover) = &draft.project.cutover
        && draft.project.cutover_is_under_way()
        && draft.project.requests.iter().any(moves)
    {
        return Err(conflict(
            Reason::CutoverScheduled,
            format!("de cutover is {}; breek haar eerst af (cutover/abort)", cutover.state),
            format!("the cutover is {}; abort it first (cutover/abort)", cutover.state),
        ));
    }
    if let Some(id) = id
        && !draft.project.requests.iter().any(|request| request.id == id)
    {
        return Err(no_request(id));
    }
    if !withdraw(draft, id, reason) {
        return Err(conflict(
            Reason::NoSuchRequest,
            "er is geen verzoek dat nog kan worden ingetrokken",
            "there is no request that can still be withdrawn",
        ));
    }
    Ok(())
}

pub(super) fn withdraw_all(draft: &mut Draft<'_>, reason: &str) {
    withdraw(draft, None, reason);
}

fn withdraw(draft: &mut Draft<'_>, id: Option<&str>, reason: &str) -> bool {
    let requests: Vec<PortingRequest> = draft
        .project
        .requests
        .iter()
        .filter(|request| request::step(request.state, request::Event::Cancel).is_some() && id.is_none_or(|id| request.id == id))
        .cloned()
        .collect();
    for request in &requests {
        let of = request.id.clone();
        draft.withdraw_effects(|purpose| *purpose == Purpose::RequestPorting(of.clone()));
        draft.emit(Event::PortingCancelled { request: request.id.clone(), reason: reason.to_owned() });
        let withdrawal = PortingWithdrawal {
            request: request.id.clone(),
            dossier_id: request.dossier_id.clone(),
            recipient_operator: draft.context.settings.operator_code.clone(),
            reason: reason.to_owned(),
            at: draft.context.moment.now,
        };
        let at = draft.context.moment.now;
        draft.request_effect(Purpose::CancelPorting(request.id.clone()), Action::CancelPorting(withdrawal), at);
    }
    let any = !requests.is_empty();
    if any && !draft.project.phase.is_final() {
        reopen_asking(draft, "het porteringsverzoek is ingetrokken");
    }
    any
}

/// The window passed without a porting: everything has to be asked anew, and the cutover loses its ground.
pub(super) fn expire(draft: &mut Draft<'_>, id: String) {
    draft.withdraw_effects(|purpose| matches!(purpose, Purpose::PerformPorting(of) if *of == id));
    let scheduled = draft.project.cutover.as_ref().is_some_and(|cutover| cutover.state == cutover_machine::State::Scheduled);
    let moves = draft.project.requests.iter().any(|request| request.id == id && draft.project.is_in_cutover(request));
    draft.emit(Event::PortingExpired { request: id });
    if scheduled && moves {
        cutover::give_up(draft, "het porteringsvenster is verlopen");
    }
    reopen_asking(draft, "het porteringsvenster is verlopen");
}

/// The task that asks for the porting is to be done again, and what needs it.
fn reopen_asking(draft: &mut Draft<'_>, reason: &str) {
    let keys: Vec<&str> =
        draft.project.process().completed_by(Completion::PortingSubmitted).map(|task| task.key.as_str()).collect();
    for key in keys {
        task::reopen_with_dependents(draft, key, reason, false);
    }
}
