//! A letter with what has become of it, and what events do to it.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::Project;
use crate::event::Event;
use crate::intake::Contract;
use crate::letter::change::LetterChange;
use crate::letter::proof::{Confirmation, Receipt, Sending, confirm_by};
use crate::letter::{Language, LetterFacts, LetterKind, Occasion};
use crate::text::Text;
use crate::why::{Dated, Subject};

/// A letter. Its PDF is kept beside the project and never changed; a corrected letter is another one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Letter {
    /// Its id.
    pub id: Uuid,
    /// Which letter.
    pub kind: LetterKind,
    /// The contract, for a cancellation.
    pub contract: Option<String>,
    /// The provider to whom it goes; absent: to the customer.
    pub provider: Option<String>,
    /// In which language.
    pub language: Language,
    /// What it tells of that can change after it was sent.
    #[serde(default)]
    pub occasion: Option<Occasion>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// What it says, while that matters: not of a draft that was replaced, nor of a letter made before this was kept.
    #[serde(default)]
    pub facts: Option<Box<LetterFacts>>,
    /// On which day it was sent.
    pub sent_on: Option<NaiveDate>,
    /// When that was recorded.
    pub sent_at: Option<DateTime<Utc>>,
    /// How it was sent.
    #[serde(default)]
    pub sending: Option<Sending>,
    /// That it has arrived.
    #[serde(default)]
    pub receipt: Option<Receipt>,
    /// That the provider confirmed it.
    #[serde(default)]
    pub confirmation: Option<Confirmation>,
    /// The days in which it should have been confirmed have passed without that.
    #[serde(default)]
    pub confirmation_missed: bool,
    /// What it says, once sent, that does not hold any more.
    #[serde(default)]
    pub changes: Vec<LetterChange>,
    /// When it was last e-mailed to the customer.
    #[serde(default)]
    pub emailed_at: Option<DateTime<Utc>>,
    /// To which address.
    #[serde(default)]
    pub emailed_to: Option<String>,
    /// A later letter takes its place, or none is needed any more: not to be posted.
    pub replaced: bool,
    /// Since when.
    #[serde(default)]
    pub replaced_at: Option<DateTime<Utc>>,
    /// The letter that takes its place.
    #[serde(default)]
    pub replaced_by: Option<Uuid>,
    /// The sent letter that it corrects.
    #[serde(default)]
    pub replaces: Option<Uuid>,
}

impl Letter {
    /// To whom it goes, in words.
    pub fn addressee(&self) -> Text {
        match &self.provider {
            Some(provider) => Text::new(provider, provider),
            None => Text::new("de klant", "the customer"),
        }
    }

    /// Whether it was sent to whom it is for.
    pub fn is_sent(&self) -> bool {
        self.sent_on.is_some()
    }

    /// Whether it is still to be sent.
    pub fn is_draft(&self) -> bool {
        !self.is_sent() && !self.replaced
    }

    /// The day on which it reached the provider, as far as is known: receipt counts (BW 3:37(3)), else the day it was sent.
    pub fn reached_on(&self) -> Option<Dated> {
        let received = self.receipt.as_ref().map(|receipt| Dated::given(Subject::LetterReceived, receipt.received_on));
        received.or_else(|| Some(Dated::given(Subject::LetterSent, self.sent_on?)))
    }

    /// Whether the other letter is for the same purpose, so that the later one replaces the earlier.
    fn is_like(&self, kind: LetterKind, contract: Option<&str>, provider: Option<&str>) -> bool {
        self.kind == kind && self.contract.as_deref() == contract && self.provider.as_deref() == provider
    }
}

impl Project {
    /// The letter with this id.
    pub fn letter(&self, id: Uuid) -> Option<&Letter> {
        self.letters.iter().find(|letter| letter.id == id)
    }

    /// The last day for the provider's confirmation of a letter, where one is asked for and none has come. A correction that is still to be
    /// sent changes nothing of that.
    pub fn confirm_by(&self, letter: &Letter) -> Option<Dated> {
        let corrected = letter.replaced_by.and_then(|id| self.letter(id)).is_some_and(Letter::is_sent);
        let stands = !letter.replaced || letter.replaced_by.is_some() && !corrected;
        let awaits = letter.kind.asks_for_confirmation() && letter.is_sent() && stands && letter.confirmation.is_none();
        letter.reached_on().filter(|_| awaits).map(confirm_by)
    }

    /// The cancellation of a contract that its provider has still to confirm.
    pub fn awaiting_confirmation(&self, contract: &str) -> Option<&Letter> {
        let mut letters = self.letters.iter().rev().filter(|letter| letter.contract.as_deref() == Some(contract));
        letters.find(|letter| self.confirm_by(letter).is_some())
    }

    /// The cancellation of a contract that counts: the last one that was sent.
    pub fn sent_cancellation(&self, contract: &str) -> Option<&Letter> {
        let is_it = |letter: &&Letter| letter.kind == LetterKind::Cancellation && letter.contract.as_deref() == Some(contract);
        self.letters.iter().rev().filter(is_it).find(|letter| letter.is_sent())
    }

    /// The end of a contract where it is settled: by the intake, or confirmed by its provider.
    pub fn settled_end(&self, contract: &Contract) -> Option<Dated> {
        let given = contract.ends_on.map(|day| Dated::given(Subject::ContractEnd, day));
        let confirmed = || self.confirmed_end(&contract.id).map(|day| Dated::given(Subject::ConfirmedEnd, day));
        given.or_else(confirmed).map(|end| end.of(&contract.id))
    }

    /// The end of a contract that its provider confirmed last.
    pub fn confirmed_end(&self, contract: &str) -> Option<NaiveDate> {
        let of_contract =
            |letter: &&Letter| letter.kind == LetterKind::Cancellation && letter.contract.as_deref() == Some(contract);
        let mut confirmations = self.letters.iter().rev().filter(of_contract).filter_map(|letter| letter.confirmation.as_ref());
        confirmations.find_map(|confirmation| confirmation.ends_on)
    }

    pub(super) fn apply_to_letters(&mut self, event: &Event, at: DateTime<Utc>) {
        if let Event::LetterMade { id, letter: kind, contract, provider, language, occasion, facts } = event {
            let mut replaces = None;
            for older in self.letters.iter_mut().filter(|older| older.is_like(*kind, contract.as_deref(), provider.as_deref())) {
                older.replaced = true;
                older.replaced_at.get_or_insert(at);
                older.replaced_by = Some(*id);
                if older.is_sent() {
                    replaces = Some(older.id);
                } else {
                    older.facts = None;
                }
            }
            self.letters.push(Letter {
                id: *id,
                kind: *kind,
                contract: contract.clone(),
                provider: provider.clone(),
                language: *language,
                occasion: *occasion,
                created_at: at,
                facts: facts.clone(),
                sent_on: None,
                sent_at: None,
                sending: None,
                receipt: None,
                confirmation: None,
                confirmation_missed: false,
                changes: Vec::new(),
                emailed_at: None,
                emailed_to: None,
                replaced: false,
                replaced_at: None,
                replaced_by: None,
                replaces,
            });
            return;
        }
        let (Event::LetterSent { id, .. }
        | Event::LetterUnsent { id, .. }
        | Event::LetterReceived { id, .. }
        | Event::LetterConfirmed { id, .. }
        | Event::ConfirmationMissed { id }
        | Event::LetterReviewed { id, .. }
        | Event::LetterEmailed { id, .. }
        | Event::LetterWithdrawn { id }) = event
        else {
            return;
        };
        let Some(letter) = self.letters.iter_mut().find(|letter| letter.id == *id) else { return };
        match event {
            Event::LetterSent { sent_on, sending, .. } => {
                letter.sent_on = Some(*sent_on);
                letter.sent_at = Some(at);
                letter.sending = Some(sending.clone());
                let (sent, successor) = (letter.id, letter.replaced_by);
                if let Some(successor) = self.letters.iter_mut().find(|letter| Some(letter.id) == successor) {
                    successor.replaces = Some(sent);
                }
            }
            Event::LetterUnsent { .. } => {
                letter.sent_on = None;
                letter.sent_at = None;
                letter.sending = None;
                letter.receipt = None;
                letter.confirmation = None;
                letter.confirmation_missed = false;
                letter.changes.clear();
            }
            Event::LetterReceived { receipt, .. } => {
                letter.receipt = Some(receipt.clone());
                letter.confirmation_missed = false;
            }
            Event::LetterConfirmed { confirmation, .. } => letter.confirmation = Some(confirmation.clone()),
            Event::ConfirmationMissed { .. } => letter.confirmation_missed = true,
            Event::LetterReviewed { changes, .. } => letter.changes.clone_from(changes),
            Event::LetterEmailed { to, .. } => {
                letter.emailed_at = Some(at);
                letter.emailed_to = Some(to.clone());
            }
            _ => {
                letter.replaced = true;
                letter.replaced_at = Some(at);
                letter.facts = None;
                let corrected = letter.replaces;
                self.reinstate(corrected);
            }
        }
    }

    /// The correction of a sent letter was withdrawn: the sent one stands as it was.
    fn reinstate(&mut self, corrected: Option<Uuid>) {
        if let Some(letter) = self.letters.iter_mut().find(|letter| Some(letter.id) == corrected) {
            letter.replaced = false;
            letter.replaced_at = None;
            letter.replaced_by = None;
        }
    }
}
