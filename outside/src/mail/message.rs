//! An e-mail as it goes over the wire (RFC 5322, MIME).

use std::time::SystemTime;

use chrono::{DateTime, Utc};
use lettre::Message;
use lettre::message::header::ContentType;
use lettre::message::{Attachment, Mailbox, MultiPart, SinglePart};

/// An e-mail to send.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutgoingMail {
    /// What it is known by: the same mail sent twice has the same Message-ID, so that mailboxes can show it once.
    pub id: String,
    /// The address.
    pub to: String,
    /// Where an answer goes, when not to the sender.
    pub reply_to: Option<String>,
    /// The subject.
    pub subject: String,
    /// The text.
    pub text: String,
    /// Its date.
    pub at: DateTime<Utc>,
    /// The files that go with it.
    pub files: Vec<MailFile>,
}

/// A file that goes with an e-mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailFile {
    /// What it is called.
    pub name: String,
    /// Its media type.
    pub content_type: String,
    /// The bytes.
    pub content: Vec<u8>,
}

/// The mail as a message from `sender`.
///
/// # Errors
/// What can't be written in a message, in words.
pub(super) fn message(mail: OutgoingMail, sender: &Mailbox) -> Result<Message, String> {
    let address = |address: &str| address.parse::<Mailbox>().map_err(|error| format!("{address:?} can't be mailed to: {error}"));
    let mut builder = Message::builder()
        .from(sender.clone())
        .to(address(&mail.to)?)
        .subject(mail.subject)
        .date(SystemTime::from(mail.at))
        .message_id(Some(format!("<{}@{}>", mail.id, sender.email.domain())));
    if let Some(reply_to) = &mail.reply_to {
        builder = builder.reply_to(address(reply_to)?);
    }
    let mut parts = MultiPart::mixed().singlepart(SinglePart::plain(mail.text));
    for file in mail.files {
        let kind = ContentType::parse(&file.content_type).map_err(|error| format!("{}: {error}", file.content_type))?;
        parts = parts.singlepart(Attachment::new(file.name).body(file.content, kind));
    }
    builder.multipart(parts).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    fn mail() -> OutgoingMail {
        OutgoingMail {
            id: "5c1f".to_owned(),
            to: "j.devries@korenaar.example".to_owned(),
            reply_to: Some("help@dynamx.example".to_owned()),
            subject: "Brieven voor café ’t IJ".to_owned(),
            text: "Geachte heer,\n\nzie bijlage.\n".to_owned(),
            at: "2027-01-04T08:00:00Z".parse().unwrap(),
            files: vec![MailFile {
                name: "opzegging.pdf".to_owned(),
                content_type: "application/pdf".to_owned(),
                content: b"%PDF-1.4\xff".to_vec(),
            }],
        }
    }

    #[test]
    fn the_same_mail_has_the_same_headers() {
        let sender = "Dynamx <migraties@dynamx.example>".parse().unwrap();
        let headers = |text: String| text.split("Content-Type: multipart").next().unwrap().to_owned();
        let written = || headers(String::from_utf8_lossy(&message(mail(), &sender).unwrap().formatted()).into_owned());
        let text = written();
        assert_eq!(text, written());
        for line in [
            "From: Dynamx <migraties@dynamx.example>",
            "To: j.devries@korenaar.example",
            "Reply-To: help@dynamx.example",
            "Message-ID: <5c1f@dynamx.example>",
            "Date: Mon, 04 Jan 2027 08:00:00 +0000",
            "Subject: Brieven voor =?utf-8?b?",
        ] {
            assert!(text.lines().any(|found| found.starts_with(line)), "{line}\n{text}");
        }
    }

    #[test]
    fn a_header_can_not_be_smuggled_in() {
        let sender = "migraties@dynamx.example".parse().unwrap();
        let to = OutgoingMail { to: "a@b.example\r\nBcc: c@d.example".to_owned(), ..mail() };
        assert!(message(to, &sender).is_err());
        let subject = OutgoingMail { subject: "x\r\nBcc: c@d.example".to_owned(), ..mail() };
        let written = message(subject, &sender).unwrap().formatted();
        assert!(!String::from_utf8_lossy(&written).lines().any(|line| line.starts_with("Bcc:")));
    }
}
