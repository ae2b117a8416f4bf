//! The bodies of the messages that a recipient of numbers sends and receives.
//!
//! ENUM profiles, which some bodies may carry, are not modelled: this side neither has nor asks for any.

use serde::{Deserialize, Serialize};

use super::shape::{flag, repeats};
use super::{Contract, CustomerInfo, NumberSeries, Timestamp};

/// `portingrequest`: the recipient asks the donor for numbers. It carries no wish date.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PortingRequest {
    /// The dossier that this request opens: `^[-0-9A-Z]{5,26}$`.
    #[serde(rename = "dossierid")]
    pub dossier_id: String,
    /// The network that will serve the numbers.
    #[serde(rename = "recipientnetworkoperator")]
    pub recipient_network_operator: String,
    /// The service provider that sells the service on it.
    #[serde(rename = "recipientserviceprovider", default, skip_serializing_if = "Option::is_none")]
    pub recipient_service_provider: Option<String>,
    /// The network that serves the numbers now.
    #[serde(rename = "donornetworkoperator", default, skip_serializing_if = "Option::is_none")]
    pub donor_network_operator: Option<String>,
    /// The service provider that sells the service now.
    #[serde(rename = "donorserviceprovider", default, skip_serializing_if = "Option::is_none")]
    pub donor_service_provider: Option<String>,
    /// Whose numbers they are.
    #[serde(rename = "customerinfo", default, skip_serializing_if = "Option::is_none")]
    pub customer: Option<CustomerInfo>,
    /// How the contract with the donor ends; absent: at its end, by the porting.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contract: Option<Contract>,
    /// Free text for the donor, 1 to 100 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// The numbers asked for; at least one series.
    #[serde(rename = "repeats", with = "repeats")]
    pub series: Vec<SeriesRequested>,
}

/// One series of a [`PortingRequest`], and of a [`Deactivation`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeriesRequested {
    /// The numbers.
    #[serde(rename = "numberseries")]
    pub numbers: NumberSeries,
}

/// `portingrequestanswer`: the donor accepts, with a first possible date per series, or blocks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PortingRequestAnswer {
    /// The dossier of the request.
    #[serde(rename = "dossierid")]
    pub dossier_id: String,
    /// Whether the donor blocks the whole dossier (`Y`).
    #[serde(with = "flag")]
    pub blocking: bool,
    /// The answer per series.
    #[serde(rename = "repeats", default, with = "repeats")]
    pub series: Vec<SeriesAnswer>,
}

/// The donor's answer for one series.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeriesAnswer {
    /// The numbers.
    #[serde(rename = "numberseries")]
    pub numbers: NumberSeries,
    /// Why this series is blocked: one or two digits, whose meanings COIN publishes to its members only.
    #[serde(rename = "blockingcode", default, skip_serializing_if = "Option::is_none")]
    pub blocking_code: Option<String>,
    /// From when the series may be ported: a date and a time of day.
    #[serde(rename = "firstpossibledate", default, skip_serializing_if = "Option::is_none")]
    pub first_possible_date: Option<Timestamp>,
    /// Free text, 1 to 100 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// The network that answers.
    #[serde(rename = "donornetworkoperator", default, skip_serializing_if = "Option::is_none")]
    pub donor_network_operator: Option<String>,
    /// The service provider that answers.
    #[serde(rename = "donorserviceprovider", default, skip_serializing_if = "Option::is_none")]
    pub donor_service_provider: Option<String>,
}

/// `pradelayed`: the donor says that its answer comes later. May come more than once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AnswerDelayed {
    /// The dossier of the request.
    #[serde(rename = "dossierid")]
    pub dossier_id: String,
    /// The network that will answer.
    #[serde(rename = "donornetworkoperator")]
    pub donor_network_operator: String,
    /// The service provider that will answer.
    #[serde(rename = "donorserviceprovider", default, skip_serializing_if = "Option::is_none")]
    pub donor_service_provider: Option<String>,
    /// When the answer is to be expected.
    #[serde(rename = "answerduedatetime", default, skip_serializing_if = "Option::is_none")]
    pub answer_due: Option<Timestamp>,
    /// Why: one to four digits.
    #[serde(rename = "reasoncode", default, skip_serializing_if = "Option::is_none")]
    pub reason_code: Option<String>,
}

/// `portingperformed`: the recipient has taken the numbers over. The porting takes effect when COIN receives it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PortingPerformed {
    /// The dossier of the request.
    #[serde(rename = "dossierid")]
    pub dossier_id: String,
    /// The network that serves the numbers now.
    #[serde(rename = "recipientnetworkoperator")]
    pub recipient_network_operator: String,
    /// The network that served them before.
    #[serde(rename = "donornetworkoperator")]
    pub donor_network_operator: String,
    /// The moment of porting, when it isn't that of the message.
    #[serde(rename = "actualdatetime", default, skip_serializing_if = "Option::is_none")]
    pub performed_at: Option<Timestamp>,
    /// Whether it was performed in a batch; written only when it was.
    #[serde(rename = "batchporting", default, with = "flag", skip_serializing_if = "std::ops::Not::not")]
    pub batch: bool,
    /// The numbers taken over; at least one series.
    #[serde(rename = "repeats", with = "repeats")]
    pub series: Vec<SeriesPerformed>,
}

/// One series of a [`PortingPerformed`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeriesPerformed {
    /// The numbers.
    #[serde(rename = "numberseries")]
    pub numbers: NumberSeries,
    /// Whether they go back to where they once came from; written only when they do.
    #[serde(rename = "backporting", default, with = "flag", skip_serializing_if = "std::ops::Not::not")]
    pub back: bool,
    /// Point of presence, at most 24 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pop: Option<String>,
}

/// `cancel`: the porting is called off; final.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cancel {
    /// The dossier of the request.
    #[serde(rename = "dossierid")]
    pub dossier_id: String,
    /// Free text, 1 to 100 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// `errorfound`: COIN could not accept, for a reason of content, a message that it had received.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErrorFound {
    /// The dossier of the faulty message.
    #[serde(rename = "dossierid")]
    pub dossier_id: String,
    /// What is wrong.
    #[serde(rename = "repeats", default, with = "repeats")]
    pub errors: Vec<FoundError>,
}

/// One error of an [`ErrorFound`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FoundError {
    /// The number that it is about.
    #[serde(rename = "phonenumber", default, skip_serializing_if = "Option::is_none")]
    pub number: Option<String>,
    /// At most 20 characters.
    #[serde(rename = "errorcode")]
    pub code: String,
    /// At most 1000 characters.
    pub description: String,
}

/// `deactivation`: numbers are given back to the operator to which they were allocated.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deactivation {
    /// The dossier that this message makes.
    #[serde(rename = "dossierid")]
    pub dossier_id: String,
    /// The network that served the numbers.
    #[serde(rename = "currentnetworkoperator")]
    pub current_network_operator: String,
    /// The network to which they return.
    #[serde(rename = "originalnetworkoperator", default, skip_serializing_if = "Option::is_none")]
    pub original_network_operator: Option<String>,
    /// The numbers.
    #[serde(rename = "repeats", with = "repeats")]
    pub series: Vec<SeriesRequested>,
}
