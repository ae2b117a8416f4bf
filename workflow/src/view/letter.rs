//! A letter as shown, and what its file is called.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::deadline::letter_post_by;
use crate::event::Purpose;
use crate::letter::change::LetterChange;
use crate::letter::proof::{Confirmation, Receipt, Sending};
use crate::letter::{Language, LetterKind};
use crate::project::{Letter, Project};

/// A letter as shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct LetterView {
    /// Its id.
    pub id: Uuid,
    /// Which letter.
    pub kind: LetterKind,
    /// The contract, for a cancellation.
    pub contract: Option<String>,
    /// The provider to whom it goes; null: to the customer.
    pub provider: Option<String>,
    /// In which language.
    pub language: Language,
    /// Whether it has been sent to whom it is for.
    pub status: LetterStatus,
    /// A later letter takes its place, or none is needed any more: not to be posted.
    pub replaced: bool,
    /// The letter that takes its place.
    pub replaced_by: Option<Uuid>,
    /// The sent letter that it corrects.
    pub replaces: Option<Uuid>,
    /// The last day to post it, so that it arrives in time for its contract to end with its initial term; null where no term ends that it
    /// could be in time for, and for a letter that goes to no provider. `GET /projects/{id}/deadlines` says why.
    pub post_by: Option<NaiveDate>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When its sending was recorded.
    pub sent_at: Option<DateTime<Utc>>,
    /// On which day it was sent.
    pub sent_on: Option<NaiveDate>,
    /// How it was sent.
    pub sending: Option<Sending>,
    /// On which day it arrived.
    pub received_on: Option<NaiveDate>,
    /// What shows that it arrived.
    pub receipt: Option<Receipt>,
    /// The last day for the provider's confirmation, where one is awaited.
    pub confirm_by: Option<NaiveDate>,
    /// The day of the provider's written confirmation.
    pub confirmed_on: Option<NaiveDate>,
    /// What it confirmed.
    pub confirmation: Option<Confirmation>,
    /// It was sent, and what it says does not hold any more.
    pub stale: bool,
    /// What of it does not hold any more.
    pub changes: Vec<LetterChange>,
    /// When it was last e-mailed to the customer, to sign and send or to read.
    pub emailed_to_customer_at: Option<DateTime<Utc>>,
    /// To which address.
    pub emailed_to: Option<String>,
    /// An e-mail with it is under way, or waits for a person.
    pub email_pending: bool,
    /// Where its PDF is.
    pub pdf: String,
}

/// Whether a letter has been sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum LetterStatus {
    /// Made, to be signed and sent.
    Draft,
    /// Sent.
    Sent,
}

/// A letter of a project as it looks now.
pub fn letter_view(project: &Project, letter: &Letter) -> LetterView {
    let carries = |purpose: &Purpose| matches!(purpose, Purpose::MailLetters { letters, .. } if letters.contains(&letter.id));
    LetterView {
        id: letter.id,
        kind: letter.kind,
        contract: letter.contract.clone(),
        provider: letter.provider.clone(),
        language: letter.language,
        status: letter.status(),
        replaced: letter.replaced,
        replaced_by: letter.replaced_by,
        replaces: letter.replaces,
        post_by: letter_post_by(project, letter).map(|on| on.day),
        created_at: letter.created_at,
        sent_at: letter.sent_at,
        sent_on: letter.sent_on,
        sending: letter.sending.clone(),
        received_on: letter.receipt.as_ref().map(|receipt| receipt.received_on),
        receipt: letter.receipt.clone(),
        confirm_by: project.confirm_by(letter).map(|on| on.day),
        confirmed_on: letter.confirmation.as_ref().map(|confirmation| confirmation.confirmed_on),
        confirmation: letter.confirmation.clone(),
        stale: !letter.changes.is_empty(),
        changes: letter.changes.clone(),
        emailed_to_customer_at: letter.emailed_at,
        emailed_to: letter.emailed_to.clone(),
        email_pending: project.effects.values().any(|effect| carries(&effect.purpose)),
        pdf: format!("/api/v1/letters/{}/pdf", letter.id),
    }
}

impl Letter {
    /// Whether it has been sent.
    pub fn status(&self) -> LetterStatus {
        if self.is_sent() { LetterStatus::Sent } else { LetterStatus::Draft }
    }

    /// What its file is called: `2027-0001_cancellation_KPN-B.V_kpn-isdn_nl.pdf`. Safe in any file system, and the same for the same letter.
    pub fn filename(&self, reference: &str) -> String {
        let language = match self.language {
            Language::Nl => "nl",
            Language::En => "en",
        };
        let contract = self.contract.as_deref().map(|id| format!("_{}", for_file_names(id))).unwrap_or_default();
        let provider = self.provider.as_deref().map(|name| format!("_{}", for_file_names(name))).unwrap_or_default();
        format!("{reference}_{}{provider}{contract}_{language}.pdf", self.kind.as_str())
    }
}

/// Letters, digits, `.` and `-`; anything else becomes a `-`, and none stands at an end or twice.
fn for_file_names(text: &str) -> String {
    let kept = |c: char| if c.is_alphanumeric() || c == '.' { c } else { '-' };
    let words: String = text.chars().map(kept).collect();
    let words: Vec<&str> = words.split('-').filter(|word| !word.is_empty()).collect();
    words.join("-").trim_matches('.').to_owned()
}
