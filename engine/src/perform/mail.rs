//! E-mails over an SMTP server.

use async_trait::async_trait;
use outside::mail::{MailFile, OutgoingMail, SmtpClient};
use outside::{Answer, CallError};
use store::Store;
use workflow::effect::{Action, Effect, Mail, Outcome};

use super::{Performer, failed};

/// Sends e-mails with the documents that they name.
///
/// SMTP knows no idempotency key: a mail of which nobody knows whether it was taken is sent again, with the same Message-ID.
pub struct OverSmtp {
    client: SmtpClient,
    store: Store,
}

impl OverSmtp {
    /// E-mails at this server, with documents from here.
    pub fn new(client: SmtpClient, store: Store) -> Self {
        Self { client, store }
    }

    async fn send(&self, effect: &Effect, mail: &Mail) -> Result<Answer, CallError> {
        let mut files = Vec::with_capacity(mail.documents.len());
        for named in &mail.documents {
            let found = self.store.document(&named.id.to_string()).await;
            let found = found.map_err(|error| CallError::NotReached(format!("the documents can't be read: {error}")))?;
            // Documents are never thrown away, so this one never was there.
            let document = found.ok_or_else(|| CallError::Rejected(format!("there is no document {}", named.id)))?;
            let (name, content_type) = (named.filename.clone(), document.content_type);
            files.push(MailFile { name, content_type, content: document.content });
        }
        let Mail { to, reply_to, subject, text, at, .. } = mail.clone();
        self.client.send(OutgoingMail { id: effect.id.to_string(), to, reply_to, subject, text, at, files }).await
    }
}

#[async_trait]
impl Performer for OverSmtp {
    async fn perform(&self, effect: &Effect) -> Outcome {
        let Action::SendMail(mail) = &effect.action else {
            let error = format!("a mail server does not take {}", effect.action.kind());
            return Outcome::Failed { error, may_have_happened: false, repeatable: false };
        };
        match self.send(effect, mail).await {
            Ok(Answer::Done { detail, data }) => Outcome::Done { detail, data },
            Ok(Answer::Refused { detail, .. }) => Outcome::Refused { detail },
            Ok(Answer::Later) => Outcome::Waiting { by_hand: false },
            Err(error) => failed(&error),
        }
    }
}
