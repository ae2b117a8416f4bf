//! Invoices: asking for their reading, taking in what was read, and what a person makes of what they suggest.

use serde::Deserialize;
use uuid::Uuid;

use super::{Draft, intake};
use crate::effect::{Action, InvoiceFile};
use crate::event::{Event, Purpose};
use crate::intake::check::check;
use crate::intake::{FieldError, IntakeForm};
use crate::invoice::{Comparison, InvoiceSummary, Reading, Suggestion, Unreadable, compare};
use crate::project::{Attachment, AttachmentKind};
use crate::rejection::{Reason, Rejection, conflict};
use crate::text::Text;

/// An invoice was added: it is read, if it can be. In a project that is over nobody needs what it says.
pub(super) fn take(draft: &mut Draft<'_>, attachment: &Attachment) {
    if attachment.kind != AttachmentKind::Invoice || draft.project.phase.is_final() {
        return;
    }
    if attachment.content_type == "application/pdf" {
        let file = InvoiceFile { attachment: attachment.id, filename: attachment.filename.clone() };
        draft.request_effect(Purpose::ReadInvoice(attachment.id), Action::ReadInvoice(file), draft.context.moment.now);
    } else {
        draft.emit(Event::InvoiceNotRead { attachment: attachment.id, reason: Unreadable::NotPdf });
    }
}

/// Takes in what reading an invoice came to.
///
/// # Errors
/// What was told is no reading.
pub(super) fn record(draft: &mut Draft<'_>, attachment: Uuid, told: &serde_json::Value) -> Result<(), FieldError> {
    let reading = Reading::deserialize(told).map_err(|error| {
        FieldError::new(
            "/data",
            "invalid_value",
            format!("kan niet als lezing van een factuur worden gelezen: {error}"),
            format!("can't be read as the reading of an invoice: {error}"),
        )
    })?;
    let findings = match reading {
        Reading::Read { findings } => findings,
        Reading::NotRead { reason } => {
            draft.emit(Event::InvoiceNotRead { attachment, reason });
            return Ok(());
        }
    };
    let Some(invoice) = draft.project.attachments.iter().find(|known| known.id == attachment) else { return Ok(()) };
    let Comparison { suggestions, unmentioned } = compare(&draft.project, invoice, &findings, &draft.context.settings.providers);
    let numbers = findings.numbers.into_iter().map(|found| found.value).collect();
    let reading = InvoiceSummary { provider: findings.provider, numbers, other_numbers: findings.other_numbers, unmentioned };
    draft.emit(Event::InvoiceRead { attachment, reading, suggestions });
    Ok(())
}

/// Somebody says that an invoice can't be read.
pub(super) fn record_refusal(draft: &mut Draft<'_>, attachment: Uuid) {
    draft.emit(Event::InvoiceNotRead { attachment, reason: Unreadable::Refused });
}

/// Carries out what is suggested: a change of the intake like any other, with all its checks.
pub(super) fn accept(draft: &mut Draft<'_>, id: Uuid) -> Result<(), Rejection> {
    let proposal = open(draft, id)?.proposal.clone();
    let before = &draft.project.intake;
    let changed = IntakeForm::from(proposal.applied_to(before));
    let (providers, today) = (&draft.context.settings.providers, draft.context.moment.today());
    let changed = check(changed, providers, today, Some(before)).map_err(Rejection::Input)?;
    intake::change(draft, Box::new(changed))?;
    draft.emit(Event::SuggestionAccepted { id });
    Ok(())
}

/// Puts a suggestion aside.
pub(super) fn dismiss(draft: &mut Draft<'_>, id: Uuid, reason: String) -> Result<(), Rejection> {
    open(draft, id)?;
    draft.emit(Event::SuggestionDismissed { id, reason });
    Ok(())
}

fn open<'a>(draft: &'a Draft<'_>, id: Uuid) -> Result<&'a Suggestion, Rejection> {
    let suggestion = draft.project.suggestions.iter().find(|known| known.id == id);
    let suggestion = suggestion.ok_or_else(|| {
        Rejection::NotFound(Text::new("dit voorstel bestaat niet in dit project", "there is no such suggestion in this project"))
    })?;
    if suggestion.is_open(&draft.project.intake) {
        return Ok(suggestion);
    }
    Err(conflict(
        Reason::SuggestionSettled,
        "dit voorstel is al uitgevoerd of afgewezen, of de gegevens zeggen het inmiddels zelf",
        "this suggestion was accepted or dismissed before, or the intake has come to say so by itself",
    ))
}
