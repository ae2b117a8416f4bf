//! Whether letters still say what holds. A draft that does not is made anew; a sent letter is never changed, but what it says wrong is put
//! on record, and a corrected one can be made.

use super::facts::facts;
use super::needed::{Needed, make_one, needed, withdraw_needless};
use crate::decide::Draft;
use crate::event::Event;
use crate::intake::Contract;
use crate::letter::change::{LetterChange, changes};
use crate::letter::{Language, LetterFacts, LetterKind};
use crate::phase;
use crate::project::{Letter, Project};

/// Keeps letters right after what has happened since this many events, and as days pass.
pub(super) fn keep_right(draft: &mut Draft<'_>, since: usize) {
    withdraw_needless(draft);
    let after = |which: fn(&Event) -> bool| draft.events.iter().skip(since).any(which);
    if after(changes_facts) {
        review(draft);
    } else if after(|event| matches!(event, Event::LetterSent { .. } | Event::LetterWithdrawn { .. })) {
        // A sent letter stands again when its correction was withdrawn.
        review_all_sent(draft);
    }
}

/// Whether letters may have to say something else after this.
fn changes_facts(event: &Event) -> bool {
    matches!(
        event,
        Event::IntakeChanged { .. }
            | Event::PhaseAdvanced { .. }
            | Event::CutoverScheduled { .. }
            | Event::CutoverAborted { .. }
            | Event::CutoverDone {}
            | Event::PortingPerformed { .. }
            | Event::PortingDoubted { .. }
            | Event::LetterUnsent { .. }
            | Event::ForwardingSet(_)
            | Event::ForwardingTested(_)
            | Event::ForwardingEnded(_)
            | Event::WarningAcknowledged { .. }
            | Event::TaskReopened { .. }
            | Event::TaskConfirmed { point_of_attention: true, .. }
    )
}

/// Makes drafts anew of which a fact has changed, and notes of sent letters what they say wrong.
pub(in crate::decide) fn review(draft: &mut Draft<'_>) {
    for letter in standing(&draft.project, Letter::is_draft) {
        review_draft(draft, &letter);
    }
    // Afterwards, as a sent letter stands again when its correction was withdrawn.
    review_all_sent(draft);
}

fn review_all_sent(draft: &mut Draft<'_>) {
    for letter in standing(&draft.project, |letter| letter.is_sent() && !letter.replaced) {
        review_sent(draft, &letter);
    }
}

/// Makes drafts anew that are in the language which is no longer the customer's.
pub(in crate::decide) fn translate_drafts(draft: &mut Draft<'_>, before: Language) {
    let language = draft.project.intake.language;
    if language == before {
        return;
    }
    for letter in standing(&draft.project, |letter| letter.is_draft() && letter.language == before) {
        make_one(draft, Needed::from(&letter), language);
    }
}

fn standing(project: &Project, which: impl Fn(&Letter) -> bool) -> Vec<Letter> {
    project.letters.iter().filter(|letter| which(letter)).cloned().collect()
}

fn review_draft(draft: &mut Draft<'_>, letter: &Letter) {
    let needed = needed(&draft.project, draft.context.moment.today());
    let Some(wanted) = needed.into_iter().find(|needed| needed.is_like(letter)) else { return };
    if facts_now(draft, letter).as_ref() != letter.facts.as_deref() {
        make_one(draft, wanted, letter.language);
    }
}

fn review_sent(draft: &mut Draft<'_>, letter: &Letter) {
    let changes = if is_over(&draft.project, letter) { Vec::new() } else { wrong(draft, letter) };
    if changes != letter.changes {
        draft.emit(Event::LetterReviewed { id: letter.id, changes });
    }
}

/// What a letter says that does not hold any more.
fn wrong(draft: &Draft<'_>, letter: &Letter) -> Vec<LetterChange> {
    let Some(made) = &letter.facts else { return Vec::new() };
    let mut now = facts_now(draft, letter);
    // An end that was settled since is the provider's answer to the letter, not a fault in it.
    for contract in now.iter_mut().flat_map(|facts| &mut facts.contracts) {
        let of_this = |number: &str| number == contract.contract_number;
        let settled =
            draft.project.intake.contracts.iter().any(|known| of_this(&known.contract_number) && known.ends_on.is_some());
        if let Some(before) = made.contracts.iter().find(|before| of_this(&before.contract_number)).filter(|_| settled) {
            contract.ends_on = before.ends_on;
        }
    }
    changes(made, now.as_ref())
}

/// What the letter would say now, were it dated as it is: the passing of time alone makes no letter wrong.
fn facts_now(draft: &Draft<'_>, letter: &Letter) -> Option<LetterFacts> {
    let written_on = letter.facts.as_ref().map_or_else(|| draft.context.moment.today(), |facts| facts.written_on);
    facts(&draft.project, draft.context, &Needed::from(letter), letter.language, written_on)
}

/// Whether what the letter is about has happened: its numbers have been ported, or the migration is done.
fn is_over(project: &Project, letter: &Letter) -> bool {
    let is_about = |contract: &Contract| match (&letter.contract, &letter.provider) {
        (Some(id), _) => contract.id == *id,
        (None, Some(provider)) => contract.provider.name == *provider,
        (None, None) => matches!(letter.kind, LetterKind::Cover | LetterKind::CutoverAnnouncement),
    };
    let contracts = project.intake.contracts.iter().filter(|contract| is_about(contract));
    let mut numbers = contracts.flat_map(|contract| project.intake.numbers_of(&contract.id)).peekable();
    let ported = numbers.peek().is_some() && numbers.all(|series| project.is_ported(series));
    ported || !matches!(project.phase, phase::State::Order | phase::State::Implementation)
}
