//! What a letter can't do without, by law or by sense, and no other part of it says: a contractor's own text may have any words, but not
//! lose these values.
//!
//! Whether a text says something is tried rather than read: it must read otherwise when the fact is another, or have the paragraph that the
//! program sets. What every letter has around its text (sender, address, date) and what fixed words can say is not asked for.

use chrono::{Duration, NaiveDateTime};
use workflow::letter::{LetterFacts, LetterKind, Particulars, Scenario};

use crate::error::LetterError;
use crate::template::Templates;
use crate::text::Block;

/// Something that a text must say, and why.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Need {
    fact: Fact,
    /// The reason, with its source where it is law.
    pub(crate) why: &'static str,
}

/// What a text says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fact {
    /// The numbers that are ported.
    Numbers,
    /// Which contracts it is about.
    Contract,
    /// By what the provider knows the customer.
    CustomerNumber,
    /// Whether and how each contract ends.
    Ending,
    /// The current provider, in a letter that does not go to it.
    Provider,
    /// Who signs, with position and date.
    Signatory,
    /// The same for both.
    Signatories,
    /// Which letters to sign.
    Enclosures,
    AppointmentDay,
    AppointmentTime,
    AppointmentNote,
    CutoverDay,
    CutoverTime,
    /// What was noted at the delivery.
    Points,
    Retention,
}

const fn need(fact: Fact, why: &'static str) -> Need {
    Need { fact, why }
}

const PORTING_NOTICE: &[Need] = &[
    need(Fact::Numbers, "the provider must know which numbers to keep working until they are ported"),
    need(Fact::CustomerNumber, "by it the provider finds its customer"),
];

const CANCELLATION: &[Need] = &[
    need(Fact::Contract, "it must end this contract and no other"),
    need(Fact::CustomerNumber, "by it the provider finds its customer"),
    need(Fact::Ending, "a contract that is to end before its term must be told from one that ends with it"),
    need(
        Fact::Numbers,
        "the contract ends by the porting of these numbers; without them it is a plain cancellation, which can cost the customer its \
         numbers (art. 4.10 Telecommunicatiewet)",
    ),
];

/// What a mandate (wilsuiting) holds: COIN's change request 1275 as quprawholesale.com quotes it (name, address and town of the subscriber
/// and the numbers; the receiving provider; the date; the mandate to switch and to end the contracts named; for early termination the
/// accepted buy-out; number retention), consistent with the policy rule of 20 June 2018 (Stcrt. 2018, 34097). Subscriber and receiving
/// provider are whom the letter is from and to whom it is posted.
const AUTHORIZATION: &[Need] = &[
    need(Fact::Numbers, "a mandate names the numbers that it is for (COIN, change request 1275)"),
    need(Fact::Contract, "a mandate names the contracts that it is about (COIN, change request 1275)"),
    need(
        Fact::Ending,
        "a mandate says of each contract whether it ends, and that a buy-out sum is accepted when it ends early (COIN, change request \
         1275)",
    ),
    need(Fact::Provider, "a mandate says whose numbers are asked for"),
    need(Fact::Signatory, "a mandate is dated, and signed by somebody who may (COIN, change request 1275)"),
];

const COVER: &[Need] = &[need(Fact::Enclosures, "it says which letters to sign, to whom they go and by when")];

const INSTALLATION_APPOINTMENT: &[Need] = &[
    need(Fact::AppointmentDay, "without its day it is no appointment"),
    need(Fact::AppointmentTime, "the customer must know from when to be there"),
    need(Fact::AppointmentNote, "what was noted with the appointment would not reach the customer"),
];

const CUTOVER_ANNOUNCEMENT: &[Need] = &[
    need(Fact::CutoverDay, "the customer is told beforehand when its numbers move (art. 4.10(5) Telecommunicatiewet)"),
    need(Fact::CutoverTime, "the customer is told beforehand when its numbers move (art. 4.10(5) Telecommunicatiewet)"),
    need(Fact::Numbers, "the customer must see which numbers move, and which don't"),
];

const DELIVERY: &[Need] = &[
    need(Fact::Numbers, "both sign for the numbers that were ported"),
    need(Fact::Points, "both would sign that nothing was noted"),
    need(Fact::Signatories, "both sign, with name and date"),
];

const RECORDING_ANNOUNCEMENT: &[Need] =
    &[need(Fact::Retention, "who is recorded must be told how long a recording is kept (art. 13(2)(a) GDPR)")];

impl Need {
    /// What letters of a kind can't do without.
    pub(crate) const fn of(kind: LetterKind) -> &'static [Need] {
        match kind {
            LetterKind::PortingNotice => PORTING_NOTICE,
            LetterKind::Cancellation => CANCELLATION,
            LetterKind::Authorization => AUTHORIZATION,
            LetterKind::Cover => COVER,
            LetterKind::InstallationAppointment => INSTALLATION_APPOINTMENT,
            LetterKind::CutoverAnnouncement => CUTOVER_ANNOUNCEMENT,
            LetterKind::Delivery => DELIVERY,
            LetterKind::RecordingAnnouncement => RECORDING_ANNOUNCEMENT,
            LetterKind::FraudSafety => &[],
        }
    }

    /// By what a text says it, any of these: paragraphs that the program sets, and values.
    pub(crate) const fn placeholders(self) -> &'static [&'static str] {
        match self.fact {
            Fact::Numbers => &["[numbers]"],
            Fact::Contract => &["[contracts]", "{{ contract.contract_number }}"],
            Fact::CustomerNumber => &["[contracts]", "{{ contract.customer_number }}", "{{ customer_numbers }}"],
            Fact::Ending => &["[contracts]", "{% if contract.scenario == … %}"],
            Fact::Provider => &["{{ provider.name }}"],
            Fact::Signatory => &["[signature form]", "[signature forms]"],
            Fact::Signatories => &["[signature forms]"],
            Fact::Enclosures => &["[letters]"],
            Fact::AppointmentDay => &["{{ appointment.on }}"],
            Fact::AppointmentTime => &["{{ appointment.from }}"],
            Fact::AppointmentNote => &["{{ appointment.note }}"],
            Fact::CutoverDay => &["{{ cutover.on }}"],
            Fact::CutoverTime => &["{{ cutover.at }}"],
            Fact::Points => &["{% for point in delivery.points %}"],
            Fact::Retention => &["{{ recording.retention_days }}"],
        }
    }

    /// Whether the letter has this to say.
    pub(crate) fn concerns(self, letter: &LetterFacts) -> bool {
        self.fact.change(&mut letter.clone())
    }

    /// Whether the letter has this to say and its text does not.
    pub(crate) fn is_missing(self, templates: &Templates, letter: &LetterFacts) -> Result<bool, LetterError> {
        let mut otherwise = letter.clone();
        if !self.fact.change(&mut otherwise) {
            return Ok(false);
        }
        let text = templates.fill_in(letter)?;
        let is_set = text.blocks.iter().filter_map(Block::placeholder).any(|set| self.placeholders().contains(&set));
        Ok(!is_set && text == templates.fill_in(&otherwise)?)
    }
}

impl Fact {
    /// Makes the fact another: of several contracts that of the last, so that a text which names only the first is found out. Answers
    /// whether the letter has it at all.
    fn change(self, letter: &mut LetterFacts) -> bool {
        let contract = letter.contracts.last_mut();
        match (self, &mut letter.particulars) {
            // What only the program sets is nowhere else in a text.
            (Fact::Numbers, _) => contract.is_some_and(|contract| !contract.numbers.is_empty()),
            (Fact::Signatory | Fact::Signatories | Fact::Enclosures, _) => true,
            (Fact::Contract, _) => contract.map(|contract| contract.contract_number.push('0')).is_some(),
            (Fact::CustomerNumber, _) => contract.map(|contract| contract.customer_number.push('0')).is_some(),
            (Fact::Ending, _) => contract.map(|contract| contract.scenario = other(contract.scenario)).is_some(),
            (Fact::Provider, _) => {
                letter.recipient.name.push('0');
                true
            }
            (Fact::AppointmentDay, Some(Particulars::Installation { appointment, .. })) => {
                appointment.on.succ_opt().map(|day| appointment.on = day).is_some()
            }
            (Fact::AppointmentTime, Some(Particulars::Installation { appointment, .. })) => {
                std::mem::swap(&mut appointment.from, &mut appointment.until);
                true
            }
            (Fact::AppointmentNote, Some(Particulars::Installation { appointment, .. })) => {
                appointment.note.as_mut().map(|note| note.push('0')).is_some()
            }
            (Fact::CutoverDay, Some(Particulars::Cutover { at, .. })) => later(at, Duration::days(1)),
            (Fact::CutoverTime, Some(Particulars::Cutover { at, .. })) => later(at, Duration::hours(1)),
            (Fact::Points, Some(Particulars::Delivery { points, .. })) => {
                points.last_mut().and_then(|point| point.note.as_mut()).map(|note| note.push('0')).is_some()
            }
            (Fact::Retention, Some(Particulars::Recording { retention_days })) => {
                *retention_days += 1;
                true
            }
            (
                Fact::AppointmentDay
                | Fact::AppointmentTime
                | Fact::AppointmentNote
                | Fact::CutoverDay
                | Fact::CutoverTime
                | Fact::Points
                | Fact::Retention,
                _,
            ) => false,
        }
    }
}

fn later(at: &mut NaiveDateTime, by: Duration) -> bool {
    at.checked_add_signed(by).map(|later| *at = later).is_some()
}

fn other(scenario: Scenario) -> Scenario {
    match scenario {
        Scenario::EndOfContract => Scenario::EarlyTermination,
        Scenario::EarlyTermination | Scenario::AfterTermination | Scenario::Continuation => Scenario::EndOfContract,
    }
}
