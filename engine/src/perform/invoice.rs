//! Reading invoices: from the stored file, by a program of its own, to what the rules find in its text.

use async_trait::async_trait;
use outside::pdf::{PdfError, PdfReader};
use store::Store;
use workflow::effect::{Action, Effect, Outcome};
use workflow::invoice::{Reading, Unreadable, read};

use super::Performer;

/// Reads invoices on this server. Reading one again comes to the same.
pub struct InvoiceReader {
    store: Store,
    pdf: Option<PdfReader>,
}

impl InvoiceReader {
    /// Reads the files of this store; without a reader of PDFs each is told to be unread, and why.
    pub fn new(store: Store, pdf: Option<PdfReader>) -> Self {
        Self { store, pdf }
    }

    async fn reading(&self, effect: &Effect) -> Result<Reading, String> {
        let Action::ReadInvoice(file) = &effect.action else {
            return Err(format!("{} is not for the reader of invoices", effect.action.kind()));
        };
        let unread = |reason| Ok(Reading::NotRead { reason });
        let Some(pdf) = &self.pdf else { return unread(Unreadable::NoReader) };
        let document = self.store.document(&file.attachment.to_string()).await.map_err(|error| error.to_string())?;
        let document = document.ok_or_else(|| format!("file {} is not kept", file.attachment))?;
        match pdf.text(&document.content).await {
            Ok(text) if text.trim().is_empty() => unread(Unreadable::NoText),
            Ok(text) => Ok(Reading::Read { findings: read(&text) }),
            Err(PdfError::Protected) => unread(Unreadable::Protected),
            Err(PdfError::Damaged) => unread(Unreadable::Damaged),
            Err(PdfError::TooDemanding) => unread(Unreadable::TooDemanding),
            Err(error @ PdfError::NotRun(_)) => Err(error.to_string()),
        }
    }
}

#[async_trait]
impl Performer for InvoiceReader {
    async fn perform(&self, effect: &Effect) -> Outcome {
        let failed = |error| Outcome::Failed { error, may_have_happened: false, repeatable: true };
        match self.reading(effect).await {
            Ok(reading) => match serde_json::to_value(&reading) {
                Ok(data) => Outcome::Done { detail: None, data },
                Err(error) => failed(error.to_string()),
            },
            Err(error) => failed(error),
        }
    }
}
