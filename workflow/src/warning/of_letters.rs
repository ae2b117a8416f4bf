//! What letters that were sent call for: a confirmation that did not come, one that names another end, facts that have changed since.

use chrono::NaiveDate;

use super::{Severity, Warning, notice_day};
use crate::contract::contract_dates;
use crate::intake::Contract;
use crate::letter::Scenario;
use crate::letter::change::told;
use crate::project::{Letter, Project};
use crate::text::Text;

/// The warnings about letters, oldest letter first.
pub(super) fn letter_warnings(project: &Project) -> impl Iterator<Item = Warning> {
    // A correction takes the place of a sent letter when it is sent itself.
    let correction_is_sent = |letter: &Letter| letter.replaced_by.and_then(|id| project.letter(id)).is_some_and(Letter::is_sent);
    let standing = project.letters.iter().filter(move |letter| letter.is_sent() && !correction_is_sent(letter));
    standing.flat_map(move |letter| {
        let found = [confirmation_missing(letter), letter_stale(letter), confirmed_end_differs(project, letter)];
        found.into_iter().flatten().map(|warning| warning.on_letter(letter))
    })
}

/// `confirmation_missing`: the letter asks for a written confirmation within 14 days, and none was recorded. Without one the sender has to
/// prove that the letter arrived (BW 3:37(3)).
fn confirmation_missing(letter: &Letter) -> Option<Warning> {
    let sent_on = letter.sent_on.filter(|_| letter.confirmation_missed && letter.confirmation.is_none())?;
    let (title, addressee) = (letter.kind.title(), letter.addressee());
    Some(Warning::new(
        "confirmation_missing",
        Severity::Warning,
        Text::new(
            format!("{} heeft de {} van {sent_on} niet binnen 14 dagen bevestigd", addressee.nl, title.nl),
            format!("{} has not confirmed the {} of {sent_on} within 14 days", addressee.en, title.en),
        ),
        Text::new(
            "laat de klant de provider om een schriftelijke bevestiging vragen en leg die vast; bewaar het bewijs dat de brief is ontvangen",
            "have the customer ask the provider for a written confirmation and record it; keep the proof that the letter was received",
        ),
    ))
}

/// `letter_stale`: what a sent letter says does not hold any more.
fn letter_stale(letter: &Letter) -> Option<Warning> {
    let sent_on = letter.sent_on.filter(|_| !letter.changes.is_empty())?;
    let (title, addressee, changes) = (letter.kind.title(), letter.addressee(), told(&letter.changes));
    Some(Warning::new(
        "letter_stale",
        Severity::Warning,
        Text::new(
            format!("de {} aan {} van {sent_on} klopt niet meer: {}", title.nl, addressee.nl, changes.nl),
            format!("the {} to {} of {sent_on} is not right any more: {}", title.en, addressee.en, changes.en),
        ),
        Text::new(
            "maak een verbeterde brief (POST letters) en laat die versturen, of leg vast dat de provider het weet",
            "make a corrected letter (POST letters) and have it sent, or take note that the provider knows",
        ),
    ))
}

/// `confirmed_end_differs`: the provider confirmed another end of the contract than is counted on.
fn confirmed_end_differs(project: &Project, letter: &Letter) -> Option<Warning> {
    let contract = letter.contract.as_deref().and_then(|id| project.intake.contract(id))?;
    let confirmed = letter.confirmation.as_ref()?.ends_on?;
    let expected = expected_end(project, contract).filter(|expected| *expected != confirmed)?;
    let provider = &contract.provider.name;
    Some(Warning::new(
        "confirmed_end_differs",
        Severity::Warning,
        Text::new(
            format!("{provider} bevestigt dat het contract eindigt op {confirmed}; gerekend is op {expected}"),
            format!("{provider} confirms that the contract ends on {confirmed}; {expected} is counted on"),
        ),
        Text::new(
            "klopt de dag van de provider, vul hem dan in als ends_on en bekijk de porteringsdatum; anders: maak schriftelijk bezwaar",
            "if the provider's day is right, fill it in as ends_on and look at the porting date; else object in writing",
        ),
    ))
}

/// The day on which we count on the contract's end: the settled one; else by and at the porting, though not before it can end; without
/// numbers to port the earliest.
fn expected_end(project: &Project, contract: &Contract) -> Option<NaiveDate> {
    if contract.ends_on.is_some() {
        return contract.ends_on;
    }
    let ported = project.intake.numbers_of(&contract.id).next().is_some();
    let porting_on = project.porting_date_of(&contract.id).filter(|_| ported);
    match contract.scenario {
        Scenario::EndOfContract => {
            let earliest = contract_dates(&contract.term(), notice_day(project, contract)?).earliest_end_on.day;
            Some(porting_on.map_or(earliest, |day| day.max(earliest)))
        }
        Scenario::EarlyTermination => porting_on,
        Scenario::AfterTermination | Scenario::Continuation => None,
    }
}
