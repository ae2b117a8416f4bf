//! Reading invoices: from the stored file, by a program of its own, to what the rules find in its text.

use std::time::Duration;

use async_trait::async_trait;
use outside::pdf::{PdfError, PdfReader};
use store::Store;
use workflow::effect::{Action, Effect, Outcome};
use workflow::invoice::{Reading, Unreadable, read};

use super::Performer;

/// The longest text that a PDF may give is read in less than a second; nothing that an invoice says takes this long.
const READING_MAX: Duration = Duration::from_secs(5);

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
            Ok(text) => within(READING_MAX, move || Reading::Read { findings: read(&text) }).await,
            Err(PdfError::Protected) => unread(Unreadable::Protected),
            Err(PdfError::Damaged) => unread(Unreadable::Damaged),
            Err(PdfError::TooDemanding) => unread(Unreadable::TooDemanding),
            Err(error @ PdfError::NotRun(_)) => Err(error.to_string()),
        }
    }
}

/// Reads on a thread of its own, so that whatever a stranger's text costs, the server answers. One that takes too long is waited for no more;
/// it can't be stopped, and ends by itself.
async fn within(limit: Duration, reading: impl FnOnce() -> Reading + Send + 'static) -> Result<Reading, String> {
    match tokio::time::timeout(limit, tokio::task::spawn_blocking(reading)).await {
        Ok(read) => read.map_err(|error| error.to_string()),
        Err(_) => Ok(Reading::NotRead { reason: Unreadable::TooDemanding }),
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

#[cfg(test)]
mod tests {
    use std::sync::mpsc::channel;

    use workflow::invoice::Findings;

    use super::*;

    #[tokio::test]
    async fn what_takes_too_long_is_too_demanding() {
        let (go_on, stop) = channel::<()>();
        let endless = move || {
            let _ended = stop.recv();
            Reading::Read { findings: Findings::default() }
        };
        // On this test's one thread nothing else would go on, were the reading on it.
        let reading = within(Duration::from_millis(10), endless).await;
        assert_eq!(reading, Ok(Reading::NotRead { reason: Unreadable::TooDemanding }));
        drop(go_on);
        let reading = within(READING_MAX, || Reading::Read { findings: read("030-1001200") }).await;
        assert!(matches!(reading, Ok(Reading::Read { findings }) if findings.numbers.len() == 1));
    }
}
