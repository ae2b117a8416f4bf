//! What is known of a migration when it starts: customer, contracts, numbers, users.
//!
//! [`IntakeForm`] is what somebody fills in; [`check`](check::check) turns it into an [`Intake`], or says all that is wrong with it. An
//! `Intake` written as JSON is again a form, so that a change is: intake → JSON → merge → form → check.

pub(crate) mod address;
pub mod check;
mod form;
mod installation;
mod smartphone;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::contract::Term;
use crate::letter::{Language, Scenario};
use crate::number::Series;
use crate::provider::Known;
use crate::text::Text;

pub use installation::Installation;

/// Something wrong with a field of what was sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct FieldError {
    /// A JSON pointer (RFC 6901) to the field, e.g. `/numbers/0/number`.
    pub pointer: String,
    /// A stable code.
    pub code: String,
    /// What is wrong, with the value, and what would be right.
    pub detail: Text,
}

impl FieldError {
    /// A fault at `pointer`.
    pub fn new(pointer: impl Into<String>, code: impl Into<String>, nl: impl Into<String>, en: impl Into<String>) -> Self {
        Self { pointer: pointer.into(), code: code.into(), detail: Text::new(nl, en) }
    }
}

/// An intake as somebody fills it in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct IntakeForm {
    /// The company that moves.
    pub customer: Customer,
    /// How many users, or who they are.
    pub users: Users,
    /// The phones and other equipment chosen.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schema(max_items = 1000))]
    pub equipment: Vec<Equipment>,
    /// Whether calls are recorded, and how long recordings are kept.
    #[serde(default)]
    pub call_recording: CallRecording,
    /// The current contracts.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schema(max_items = 200))]
    pub contracts: Vec<Contract<ProviderForm>>,
    /// The numbers and blocks to be ported.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schema(max_items = 5000))]
    pub numbers: Vec<NumberForm>,
    /// The day on which the customer would like to be ported.
    #[serde(default)]
    pub wish_date: Option<NaiveDate>,
    /// When the phones are installed, once that is agreed.
    #[serde(default)]
    pub installation: Option<Installation>,
    /// The language of letters to and about this customer; Dutch when absent.
    #[serde(default)]
    pub language: Language,
}

/// A checked intake: numbers are E.164 and valid, references between its parts hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Intake {
    /// The company that moves.
    pub customer: Customer,
    /// How many users, or who they are.
    pub users: Users,
    /// The phones and other equipment chosen.
    pub equipment: Vec<Equipment>,
    /// Whether calls are recorded, and how long recordings are kept.
    pub call_recording: CallRecording,
    /// The current contracts.
    pub contracts: Vec<Contract>,
    /// The numbers and blocks to be ported.
    pub numbers: Vec<NumberEntry>,
    /// The day on which the customer would like to be ported.
    pub wish_date: Option<NaiveDate>,
    /// When the phones are installed, once that is agreed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub installation: Option<Installation>,
    /// The language of letters to and about this customer.
    pub language: Language,
}

impl Intake {
    /// The contract with this id.
    pub fn contract(&self, id: &str) -> Option<&Contract> {
        self.contracts.iter().find(|contract| contract.id == id)
    }

    /// The numbers on this contract.
    pub fn numbers_of<'a>(&'a self, contract_id: &'a str) -> impl Iterator<Item = &'a Series> {
        self.numbers.iter().filter(move |entry| entry.contract.as_deref() == Some(contract_id)).map(|entry| &entry.series)
    }
}

/// The company that moves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Customer {
    /// Its name.
    #[cfg_attr(feature = "schema", schema(min_length = 1, max_length = 200, example = "Bakkerij De Korenaar B.V."))]
    pub name: String,
    /// Its number in the trade register, 8 digits; each letter it sends must carry it (art. 27 Handelsregisterwet).
    #[cfg_attr(feature = "schema", schema(max_length = 20, example = "12345678"))]
    pub kvk_number: String,
    /// Where it is.
    pub address: Address,
    /// Whom to speak to.
    pub contact: Contact,
}

/// A Dutch postal address.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Address {
    /// Street and house number, or a PO box.
    #[cfg_attr(feature = "schema", schema(min_length = 1, max_length = 100, example = "Oudegracht 12"))]
    pub street: String,
    /// Postal code, `1234 AB`.
    #[cfg_attr(feature = "schema", schema(max_length = 20, example = "3511 AB"))]
    pub postal_code: String,
    /// Town.
    #[cfg_attr(feature = "schema", schema(min_length = 1, max_length = 80, example = "Utrecht"))]
    pub city: String,
    /// The house number alone; taken from `street` when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schema(max_length = 20))]
    pub house_number: Option<String>,
    /// What follows the house number; taken from `street` when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schema(max_length = 20))]
    pub house_number_addition: Option<String>,
}

/// A person at the customer's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Contact {
    /// Name.
    #[cfg_attr(feature = "schema", schema(min_length = 1, max_length = 100))]
    pub name: String,
    /// E-mail address.
    #[cfg_attr(feature = "schema", schema(max_length = 254))]
    pub email: String,
    /// Telephone number, at which they can be reached on the porting day too.
    #[cfg_attr(feature = "schema", schema(max_length = 30))]
    pub phone: String,
}

/// How many users, or who they are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(untagged)]
pub enum Users {
    /// Only their number is known.
    Count(u32),
    /// Each by name.
    List(Vec<User>),
}

impl Users {
    /// How many there are.
    pub fn count(&self) -> u32 {
        match self {
            Users::Count(count) => *count,
            Users::List(users) => u32::try_from(users.len()).unwrap_or(u32::MAX),
        }
    }
}

/// Somebody who will call and be called.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct User {
    /// Name.
    #[cfg_attr(feature = "schema", schema(min_length = 1, max_length = 100))]
    pub name: String,
    /// E-mail address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schema(max_length = 254))]
    pub email: Option<String>,
    /// Internal number, 2 to 6 digits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schema(max_length = 10))]
    pub extension: Option<String>,
    /// Desk phone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schema(max_length = 100))]
    pub device: Option<String>,
    /// Smartphone and version for the app, e.g. `iOS 17` or `Android 14`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schema(max_length = 100))]
    pub smartphone: Option<String>,
}

/// Equipment to order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Equipment {
    /// What it is, e.g. `Yealink T54W`.
    #[cfg_attr(feature = "schema", schema(min_length = 1, max_length = 100))]
    pub model: String,
    /// How many.
    #[cfg_attr(feature = "schema", schema(minimum = 1, maximum = 10_000))]
    pub quantity: u32,
}

/// Whether calls are recorded, and how long recordings are kept. It holds for all accounts or none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum CallRecording {
    /// Not recorded.
    #[default]
    #[serde(rename = "off")]
    Off,
    /// Kept 30 days, free of charge.
    #[serde(rename = "30_days")]
    Days30,
    /// Kept 90 days, at a price per user and month.
    #[serde(rename = "90_days")]
    Days90,
    /// Kept 365 days, at a price per user and month.
    #[serde(rename = "365_days")]
    Days365,
}

impl CallRecording {
    /// How long a recording is kept, in days; `None` when calls are not recorded.
    pub const fn retention_days(self) -> Option<u32> {
        match self {
            CallRecording::Off => None,
            CallRecording::Days30 => Some(30),
            CallRecording::Days90 => Some(90),
            CallRecording::Days365 => Some(365),
        }
    }
}

/// The kind of line under a contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum LineType {
    /// One analogue line.
    Pstn,
    /// Two channels.
    Isdn2,
    /// Fifteen channels.
    Isdn15,
    /// Twenty channels.
    Isdn20,
    /// Thirty channels.
    Isdn30,
    /// SIP already, at another provider.
    Voip,
    /// Anything else.
    Other,
}

impl LineType {
    /// As printed in a letter.
    pub fn printed(self, language: Language) -> &'static str {
        match (self, language) {
            (LineType::Pstn, Language::Nl) => "PSTN (analoog)",
            (LineType::Pstn, Language::En) => "PSTN (analogue)",
            (LineType::Isdn2, _) => "ISDN2",
            (LineType::Isdn15, _) => "ISDN15",
            (LineType::Isdn20, _) => "ISDN20",
            (LineType::Isdn30, _) => "ISDN30",
            (LineType::Voip, _) => "VoIP",
            (LineType::Other, Language::Nl) => "telefonie",
            (LineType::Other, Language::En) => "telephony",
        }
    }
}

/// The current provider of a contract.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Provider {
    /// Its name.
    #[cfg_attr(feature = "schema", schema(example = "KPN B.V."))]
    pub name: String,
    /// Where its letters go.
    pub address: Address,
    /// What the provider directory knew of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub known: Option<Known>,
}

/// The current provider of a contract as somebody fills it in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ProviderForm {
    /// Its name.
    #[cfg_attr(feature = "schema", schema(min_length = 1, max_length = 200, example = "KPN B.V."))]
    pub name: String,
    /// Where its letters go; may be left out when the provider directory has it.
    #[serde(default)]
    pub address: Option<Address>,
    /// What the provider directory knew of it. Only shown: what is sent is not looked at, the directory is asked again.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schema(read_only))]
    pub known: Option<Known>,
}

/// A current contract.
// With a `ProviderForm` it is as somebody fills it in: only of the provider may something be left out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Contract<P = Provider> {
    /// A name for it within the project, e.g. `kpn-isdn`.
    #[cfg_attr(feature = "schema", schema(min_length = 1, max_length = 60))]
    pub id: String,
    /// With whom.
    pub provider: P,
    /// The customer's number with the provider.
    #[cfg_attr(feature = "schema", schema(min_length = 1, max_length = 40))]
    pub customer_number: String,
    /// The contract's number.
    #[cfg_attr(feature = "schema", schema(min_length = 1, max_length = 40))]
    pub contract_number: String,
    /// The kind of line.
    pub line_type: LineType,
    /// The day it began.
    pub start_date: NaiveDate,
    /// The initial term in months; absent: indefinite.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schema(minimum = 1, maximum = 240))]
    pub initial_term_months: Option<u32>,
    /// The notice period in months; absent: one month.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schema(minimum = 0, maximum = 24))]
    pub notice_period_months: Option<u32>,
    /// The customer expressly asked for more than one month's notice on an indefinite contract (Tw art. 7.2a(7)).
    #[serde(default)]
    pub longer_notice_agreed: bool,
    /// What else rides on the line: `internet`, `alarm`, `lift`, `fax`, `payment_terminal`, …
    #[serde(default)]
    #[cfg_attr(feature = "schema", schema(max_items = 20))]
    pub carries: Vec<String>,
    /// How it comes to its end.
    #[serde(default)]
    pub scenario: Scenario,
    /// The day it ends or ended, where that is settled already (notice was given, say).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ends_on: Option<NaiveDate>,
}

impl<P> Contract<P> {
    /// The same with another provider.
    pub(crate) fn with<Q>(self, provider: Q) -> Contract<Q> {
        Contract {
            id: self.id,
            provider,
            customer_number: self.customer_number,
            contract_number: self.contract_number,
            line_type: self.line_type,
            start_date: self.start_date,
            initial_term_months: self.initial_term_months,
            notice_period_months: self.notice_period_months,
            longer_notice_agreed: self.longer_notice_agreed,
            carries: self.carries,
            scenario: self.scenario,
            ends_on: self.ends_on,
        }
    }
}

impl Contract {
    /// What the contract says of its term and notice.
    pub fn term(&self) -> Term {
        Term {
            start_date: self.start_date,
            initial_term_months: self.initial_term_months,
            notice_period_months: self.notice_period_months,
            longer_notice_agreed: self.longer_notice_agreed,
        }
    }
}

/// A number or block as somebody writes it down.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NumberForm {
    /// The number, or the first of a block, in any usual spelling.
    #[cfg_attr(feature = "schema", schema(max_length = 60, example = "030 100 12 00"))]
    pub number: String,
    /// How many consecutive numbers; one when absent.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schema(minimum = 1, maximum = 10_000))]
    pub block_size: Option<u32>,
    /// The contract it is on.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schema(max_length = 60))]
    pub contract: Option<String>,
    /// The block of the current provider that it is a part of, when not the whole block is ported.
    #[serde(default)]
    pub part_of: Option<WholeBlockForm>,
}

/// A block of which only a part is ported.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct WholeBlockForm {
    /// The first number of the whole block.
    #[cfg_attr(feature = "schema", schema(max_length = 60))]
    pub number: String,
    /// How many numbers the whole block has.
    #[cfg_attr(feature = "schema", schema(minimum = 2, maximum = 10_000))]
    pub block_size: u32,
    /// Its main number (hoofdnummer); the first when absent.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schema(max_length = 60))]
    pub main_number: Option<String>,
}

/// A checked number or block.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct NumberEntry {
    /// The numbers.
    #[serde(flatten)]
    pub series: Series,
    /// The contract they are on.
    pub contract: Option<String>,
    /// The block that they are a part of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub part_of: Option<WholeBlock>,
}

/// A checked block of which only a part is ported.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct WholeBlock {
    /// The whole block.
    #[serde(flatten)]
    pub series: Series,
    /// Its main number, written as in a form: `+31302001200`.
    #[serde(with = "single")]
    #[cfg_attr(feature = "schema", schema(value_type = String))]
    pub main_number: Series,
}

/// One number as a text, so that what was written is again a form.
mod single {
    use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

    use crate::letter::Language;
    use crate::number::Series;

    pub(super) fn serialize<S: Serializer>(number: &Series, serializer: S) -> Result<S::Ok, S::Error> {
        number.first().serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Series, D::Error> {
        let number = String::deserialize(deserializer)?;
        Series::parse(&number, Some(1)).map_err(|fault| de::Error::custom(fault.text(Language::En)))
    }
}
