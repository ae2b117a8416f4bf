//! What becomes of a letter, as facts that are proved apart. A declaration works when it has reached the other (BW 3:37(3)), and the sender
//! has to prove that: so sending, receipt and the provider's confirmation each have their day and their proof.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::why::{Basis, Dated, Subject};

/// So long a provider has to confirm a letter that asks for it, in calendar days.
const DAYS_TO_CONFIRM: u32 = 14;

/// How a letter was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum SendingMethod {
    /// By ordinary post.
    #[default]
    Post,
    /// By registered post.
    Registered,
    /// By e-mail.
    Email,
}

/// That a letter was sent.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Sending {
    /// How.
    #[serde(default)]
    pub how: SendingMethod,
    /// The carrier's code by which a registered letter is followed, e.g. `3SRPKS123456789`.
    #[serde(default)]
    pub tracking_code: Option<String>,
    /// Anything worth keeping.
    #[serde(default)]
    pub note: Option<String>,
}

impl Sending {
    /// As somebody says it: a letter with a tracking code is registered, unless they say otherwise.
    pub fn said(how: Option<SendingMethod>, tracking_code: Option<String>, note: Option<String>) -> Self {
        let usual = if tracking_code.is_some() { SendingMethod::Registered } else { SendingMethod::Post };
        Self { how: how.unwrap_or(usual), tracking_code, note }
    }
}

/// What shows that a letter has arrived.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ReceiptProof {
    /// The carrier's track and trace.
    TrackAndTrace,
    /// The provider said so.
    Acknowledgement,
}

/// That a letter has arrived.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Receipt {
    /// On which day, Amsterdam time.
    pub received_on: NaiveDate,
    /// What shows it.
    pub by: ReceiptProof,
    /// The project's attachment that proves it.
    #[serde(default)]
    pub attachment: Option<Uuid>,
    /// Anything worth keeping.
    #[serde(default)]
    pub note: Option<String>,
}

/// That the provider confirmed a letter in writing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Confirmation {
    /// The day of the confirmation.
    pub confirmed_on: NaiveDate,
    /// The first day without service that it names: the contract's end.
    #[serde(default)]
    pub ends_on: Option<NaiveDate>,
    /// The project's attachment that proves it.
    #[serde(default)]
    pub attachment: Option<Uuid>,
    /// Anything worth keeping.
    #[serde(default)]
    pub note: Option<String>,
}

/// The last day on which a confirmation is in time, for a letter received (or, while that is not known, sent) on this day.
pub fn confirm_by(reached_on: Dated) -> Dated {
    reached_on.plus_days(DAYS_TO_CONFIRM, Basis::ConfirmationAsked, Subject::ConfirmBy)
}
