//! What is shown of invoices: whether and what was read, and what they suggest.

use serde::Serialize;
use uuid::Uuid;

use crate::event::Purpose;
use crate::invoice::{InvoiceReading, InvoiceSummary, Proposal, Quote, SuggestionOutcome, Unreadable};
use crate::project::Project;
use crate::text::Text;

/// Whether an invoice was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ReadingStatus {
    /// It is being read, or will be in a moment.
    Pending,
    /// It was.
    Read,
    /// It was not; a person has to look at it.
    NotRead,
}

/// What became of reading an invoice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ReadingView {
    /// Whether it was read.
    pub status: ReadingStatus,
    /// Why not.
    pub reason: Option<Unreadable>,
    /// Why not, in words.
    pub detail: Option<Text>,
    /// What stands in it.
    pub found: Option<InvoiceSummary>,
}

/// What became of reading a file; `None` for one that is not read: no invoice, or added when the project was over.
pub fn reading_view(project: &Project, attachment: Uuid) -> Option<ReadingView> {
    let view = |status| ReadingView { status, reason: None, detail: None, found: None };
    match project.readings.get(&attachment) {
        Some(InvoiceReading::Read(found)) => Some(ReadingView { found: Some(found.clone()), ..view(ReadingStatus::Read) }),
        Some(InvoiceReading::NotRead { reason }) => {
            Some(ReadingView { reason: Some(*reason), detail: Some(reason.text()), ..view(ReadingStatus::NotRead) })
        }
        None => {
            let pending = project.effects.values().any(|effect| effect.purpose == Purpose::ReadInvoice(attachment));
            pending.then(|| view(ReadingStatus::Pending))
        }
    }
}

/// What has become of a suggestion.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum SuggestionStatus {
    /// Somebody has to look at it.
    Open,
    /// It was carried out.
    Accepted,
    /// It does not hold.
    Dismissed,
    /// The intake has come to say so by itself, or its contract is gone.
    Obsolete,
}

/// Something that an invoice suggests.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct SuggestionView {
    /// Its id: the same for the same fact, from whatever invoice of the project.
    pub id: Uuid,
    /// What is suggested.
    #[serde(flatten)]
    pub proposal: Proposal,
    /// What is suggested, in words.
    pub text: Text,
    /// What has become of it.
    pub status: SuggestionStatus,
    /// Why it was dismissed.
    pub dismissed_because: Option<String>,
    /// The invoice, by the id of its file.
    pub attachment: Uuid,
    /// The line on which it stands.
    pub quote: Quote,
}

/// What invoices suggest, oldest first.
pub fn suggestions_view(project: &Project) -> Vec<SuggestionView> {
    let view = |suggestion: &crate::invoice::Suggestion| {
        let (status, dismissed_because) = match &suggestion.outcome {
            Some(SuggestionOutcome::Accepted) => (SuggestionStatus::Accepted, None),
            Some(SuggestionOutcome::Dismissed { reason }) => (SuggestionStatus::Dismissed, Some(reason.clone())),
            None if suggestion.is_open(&project.intake) => (SuggestionStatus::Open, None),
            None => (SuggestionStatus::Obsolete, None),
        };
        SuggestionView {
            id: suggestion.id,
            proposal: suggestion.proposal.clone(),
            text: suggestion.proposal.text(),
            status,
            dismissed_because,
            attachment: suggestion.attachment,
            quote: suggestion.quote.clone(),
        }
    };
    project.suggestions.iter().map(view).collect()
}
