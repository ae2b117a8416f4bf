//! What only letters of one kind say: the contractor's letters to the customer.

use chrono::{NaiveDate, NaiveDateTime};
use serde::{Deserialize, Serialize};

use super::{LetterKind, PrintedNumber};
use crate::intake::Installation;

/// What only letters of one kind say.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Particulars {
    /// Of a cover letter: the letters that come with it.
    Cover {
        /// What to sign and post, in that order.
        letters: Vec<PrintedEnclosure>,
    },
    /// Of an installation's appointment.
    Installation {
        /// When.
        appointment: Installation,
        /// How many users get a phone or an app.
        user_count: u32,
        /// What is installed; empty when it is not settled.
        devices: Vec<PrintedDevice>,
    },
    /// Of a cutover's announcement.
    Cutover {
        /// Its moment, by Amsterdam's clock.
        at: NaiveDateTime,
        /// Those of its numbers that are forwarded to temporary ones until then.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        forwarded: Vec<PrintedForwarding>,
    },
    /// Of a delivery document.
    Delivery {
        /// How many users there are.
        user_count: u32,
        /// Who they are; empty when only their number is known.
        users: Vec<PrintedUser>,
        /// What was installed.
        devices: Vec<PrintedDevice>,
        /// The cutover's steps; empty when no number was ported.
        steps: Vec<PrintedStep>,
        /// How long each number that was ported could not be reached.
        #[serde(default)]
        out_of_service: Vec<PrintedOutage>,
        /// Numbers that were forwarded to temporary ones until then.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        forwarded: Vec<PrintedForwarding>,
        /// What to mind from now on, in words of the letter's language.
        points: Vec<PrintedPoint>,
    },
    /// Of an announcement that calls are recorded.
    Recording {
        /// How long a recording is kept.
        retention_days: u32,
    },
}

/// A letter that comes with a cover letter.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct PrintedEnclosure {
    /// Which letter.
    pub kind: LetterKind,
    /// The contract it ends, for a cancellation.
    pub contract_number: Option<String>,
    /// To whom it is to be sent.
    pub to: String,
    /// The last day on which to send it; absent: as soon as possible.
    pub send_by: Option<NaiveDate>,
    /// Why that day, in the letter's language, with days as `2027-01-26`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
}

/// A user on paper.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct PrintedUser {
    /// Name.
    pub name: String,
    /// Internal number.
    pub extension: Option<String>,
    /// Desk phone.
    pub device: Option<String>,
    /// Smartphone with the app.
    pub smartphone: Option<String>,
}

/// Equipment on paper.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct PrintedDevice {
    /// What it is.
    pub model: String,
    /// How many, 1 or more.
    pub quantity: u32,
}

/// A step of a cutover on paper.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct PrintedStep {
    /// What was done, in words of the letter's language.
    pub title: String,
    /// When it began, by Amsterdam's clock.
    pub began: Option<NaiveDateTime>,
    /// When it was done, by Amsterdam's clock.
    pub done: Option<NaiveDateTime>,
    /// What a person noted who did it by hand.
    pub note: Option<String>,
}

/// How long numbers could not be reached, on paper.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct PrintedOutage {
    /// The numbers.
    pub numbers: PrintedNumber,
    /// When they were begun to be taken over, by Amsterdam's clock.
    pub from: NaiveDateTime,
    /// When a test call had reached them, by Amsterdam's clock.
    pub until: Option<NaiveDateTime>,
    /// How long that was at most, in seconds.
    pub seconds: Option<u64>,
}

/// A forwarding on paper.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct PrintedForwarding {
    /// The numbers.
    pub numbers: PrintedNumber,
    /// Where calls to them arrive.
    pub to: String,
    /// Since which day.
    pub since: NaiveDate,
}

/// A point of attention on paper.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct PrintedPoint {
    /// The contract it is about, by its number.
    pub contract_number: Option<String>,
    /// What is the matter; absent where that is past.
    pub text: Option<String>,
    /// What was done about it.
    pub note: Option<String>,
}
