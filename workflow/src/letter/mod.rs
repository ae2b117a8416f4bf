//! What a letter says, fixed when it is made. How it looks is the `letters` crate's; which letters are made, and when, is decided in
//! `decide::letter`; what becomes of them is [`proof`].

pub mod change;
mod kind;
mod particulars;
pub mod printable;
pub mod proof;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::text::Text;

pub use kind::{LetterKind, Occasion};
pub use particulars::{
    Particulars, PrintedDevice, PrintedEnclosure, PrintedForwarding, PrintedOutage, PrintedPoint, PrintedStep, PrintedUser,
};

/// The languages letters and texts exist in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Language {
    /// Dutch.
    #[default]
    Nl,
    /// English.
    En,
}

/// How a contract comes to its end: what a cancellation asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Scenario {
    /// Ends at its end date, by and at the porting.
    #[default]
    EndOfContract,
    /// Ends before its term; the customer has expressly accepted a possible buy-out sum.
    EarlyTermination,
    /// Has ended at most one month ago; the numbers can still be retrieved.
    AfterTermination,
    /// Goes on without the numbers.
    Continuation,
}

impl Scenario {
    /// What it is called.
    pub fn title(self) -> Text {
        match self {
            Scenario::EndOfContract => Text::new("einde contract", "end of contract"),
            Scenario::EarlyTermination => Text::new("voortijdige beëindiging", "early termination"),
            Scenario::AfterTermination => Text::new("na beëindiging", "after termination"),
            Scenario::Continuation => Text::new("contract loopt door", "continuation"),
        }
    }
}

/// A postal address as printed: `street` holds the house number too.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct PrintedAddress {
    /// Street and house number, or a PO box.
    pub street: String,
    /// Postal code, `1234 AB`.
    pub postal_code: String,
    /// Town.
    pub city: String,
}

/// A company in a letter, with the person to ask for where there is one.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct PrintedCompany {
    /// Company name.
    pub name: String,
    /// Where it is.
    pub address: PrintedAddress,
    /// Trade register number; art. 27 Handelsregisterwet asks for the sender's on each outgoing letter.
    pub kvk_number: Option<String>,
    /// Contact person.
    pub contact: Option<String>,
    /// E-mail address.
    pub email: Option<String>,
    /// Telephone number, on paper's format.
    pub phone: Option<String>,
}

/// A contract as a letter names it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct PrintedContract {
    /// The customer's number with the provider.
    pub customer_number: String,
    /// The contract's number.
    pub contract_number: String,
    /// The kind of line in words of the letter's language, e.g. `ISDN30`.
    pub line: String,
    /// How it ends.
    pub scenario: Scenario,
    /// The day it ends, or can end at the earliest; absent when it goes on.
    pub ends_on: Option<NaiveDate>,
    /// What else rides on the line, in words of the letter's language (`internet`, `alarm`, …).
    pub carries: Vec<String>,
    /// The numbers that leave it, in paper's format; empty when none are to be ported.
    pub numbers: Vec<PrintedNumber>,
    /// The blocks of which only a part leaves: their other numbers stay with the provider.
    #[serde(default)]
    pub parts_of: Vec<PrintedNumber>,
    /// The provider's name; absent in letters that were made before it was kept.
    #[serde(default)]
    pub provider: Option<String>,
}

/// A number or a block of numbers on paper.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct PrintedNumber {
    /// The first (or only) number, e.g. `030 100 12 00`.
    pub first: String,
    /// The last number of a block.
    pub last: Option<String>,
    /// How many numbers, 1 or more.
    pub count: u32,
}

/// Everything a letter says. Kept with the letter, so its stored form is added to, never renamed.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct LetterFacts {
    /// Which letter.
    pub kind: LetterKind,
    /// In which language.
    pub language: Language,
    /// The migration's reference, e.g. `2027-0001`.
    pub reference: String,
    /// The day it is dated (Amsterdam).
    pub written_on: NaiveDate,
    /// Who signs and sends it: the customer, or the contractor where the kind [is from the contractor](LetterKind::is_from_contractor).
    pub sender: PrintedCompany,
    /// To whom: the current provider, or the customer.
    pub recipient: PrintedCompany,
    /// The integrator that takes over.
    pub contractor: PrintedCompany,
    /// The contracts it is about; exactly one in a cancellation, at least one in other letters to a provider.
    pub contracts: Vec<PrintedContract>,
    /// The day on which the numbers are meant to be ported, if known.
    pub porting_on: Option<NaiveDate>,
    /// What only letters of this kind say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub particulars: Option<Particulars>,
}
