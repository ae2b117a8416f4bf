//! Handing e-mails to one SMTP server.

use std::io;
use std::net::IpAddr;
use std::time::Duration;

use lettre::message::Mailbox;
use lettre::transport::smtp::Error;
use lettre::transport::smtp::client::{Certificate, Tls, TlsParameters};
use lettre::{AsyncSmtpTransport, AsyncTransport, Tokio1Executor};
use reqwest::Url;

use super::SetupError;
use super::message::{OutgoingMail, message};
use crate::outcome::{Answer, CallError, storable};

/// How long the server may take for each thing it is told.
const TIMEOUT: Duration = Duration::from_secs(30);

/// Answers that say that our own account is not right (RFC 4954 §6, RFC 3207): no mail goes until that is mended, and then all do.
const ACCOUNT_REFUSED: [u16; 5] = [454, 530, 534, 535, 538];

/// A mail server that takes our e-mails.
#[derive(Debug, Clone)]
pub struct SmtpClient {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    sender: Mailbox,
}

impl SmtpClient {
    /// The server at `url`: `smtps://USER:PASSWORD@HOST:465` (TLS from the start), `smtp://USER:PASSWORD@HOST:587?tls=required` (STARTTLS),
    /// or, on this machine only, `smtp://127.0.0.1:25`. `authority` is a certificate in PEM that is trusted besides the usual ones.
    ///
    /// # Errors
    /// What of it can't be right; never with the password.
    pub fn new(url: &str, sender: &str, authority: Option<&[u8]>) -> Result<Self, SetupError> {
        let address = |error: String| SetupError::Address(error);
        let sender = sender.parse().map_err(|_| SetupError::Sender(sender.to_owned()))?;
        let parsed = Url::parse(url).map_err(|error| address(error.to_string()))?;
        let host = parsed.host_str().ok_or_else(|| address("there is no host".to_owned()))?;
        let query: Vec<_> = parsed.query_pairs().collect();
        let tls_required = matches!(query.as_slice(), [(name, value)] if name == "tls" && value == "required");
        let mut tls = TlsParameters::builder(host.to_owned());
        if let Some(authority) = authority {
            // What holds no certificate at all would pass as an empty list of them.
            if !String::from_utf8_lossy(authority).contains("-----BEGIN CERTIFICATE-----") {
                return Err(SetupError::Certificate("there is no BEGIN CERTIFICATE in it".to_owned()));
            }
            let certificate = Certificate::from_pem(authority).map_err(|error| SetupError::Certificate(error.to_string()))?;
            tls = tls.add_root_certificate(certificate);
        }
        let tls = tls.build().map_err(|error| SetupError::Certificate(error.to_string()))?;
        let tls = match parsed.scheme() {
            "smtps" if query.is_empty() => Tls::Wrapper(tls),
            "smtp" if tls_required => Tls::Required(tls),
            "smtp" if query.is_empty() && is_this_machine(host) => Tls::None,
            "smtp" if query.is_empty() => return Err(address("letters don't go unencrypted over a network".to_owned())),
            _ => return Err(address("this is neither smtps:// nor smtp://…?tls=required".to_owned())),
        };
        let builder = AsyncSmtpTransport::<Tokio1Executor>::from_url(url).map_err(|error| address(error.to_string()))?;
        Ok(Self { transport: builder.tls(tls).timeout(Some(TIMEOUT)).build(), sender })
    }

    /// Hands a mail to the server and tells what it said. Sent again under the same id, it is the same mail.
    pub async fn send(&self, mail: OutgoingMail) -> Result<Answer, CallError> {
        let message = message(mail, &self.sender).map_err(CallError::Rejected)?;
        match self.transport.send(message).await {
            Ok(response) => {
                let said = response.message().collect::<Vec<_>>().join(" ");
                let detail = Some(storable(&format!("{} {said}", response.code())));
                Ok(Answer::Done { detail, data: serde_json::Value::Null })
            }
            Err(error) => judged(&error),
        }
    }
}

/// What an error means. A permanent answer (5xx) is the server's refusal of this mail; a transient one (4xx) asks to come back.
fn judged(error: &Error) -> Result<Answer, CallError> {
    let text = storable(&error.to_string());
    match error.status() {
        Some(code) if ACCOUNT_REFUSED.contains(&u16::from(code)) => Err(CallError::NotReached(text)),
        Some(_) if error.is_permanent() => Ok(Answer::Refused { detail: text, data: serde_json::Value::Null }),
        Some(_) => Err(CallError::NotReached(text)),
        None if error.is_tls() || is_unreachable(error) => Err(CallError::NotReached(text)),
        None => Err(CallError::Unknown(text)),
    }
}

/// Whether there was no connection at all, so that nothing can have been taken.
fn is_unreachable(error: &Error) -> bool {
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        if let Some(io) = cause.downcast_ref::<io::Error>() {
            use io::ErrorKind::{AddrNotAvailable, ConnectionRefused, HostUnreachable, InvalidData, NetworkUnreachable};
            // `InvalidData` is how rustls says that TLS did not come about.
            return matches!(
                io.kind(),
                AddrNotAvailable | ConnectionRefused | HostUnreachable | InvalidData | NetworkUnreachable
            );
        }
        source = cause.source();
    }
    false
}

fn is_this_machine(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || bare.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    #[test]
    fn only_this_machine_takes_mail_unencrypted_and_no_fault_tells_the_password() {
        let new = |url: &str| SmtpClient::new(url, "Dynamx <migraties@dynamx.example>", None);
        for right in [
            "smtps://me:swordfish@mail.example",
            "smtps://mail.example:4650",
            "smtp://me:sword%40fish@mail.example:587?tls=required",
            "smtp://127.0.0.1:2525",
            "smtp://[::1]",
            "smtp://localhost",
        ] {
            assert!(new(right).is_ok(), "{right}");
        }
        for wrong in [
            "smtp://me:swordfish@mail.example",
            "smtp://me:swordfish@mail.example?tls=opportunistic",
            "smtp://127.0.0.1?tls=maybe",
            "http://me:swordfish@mail.example",
            "mail.example",
            "smtps://",
            "me:swordfish@mail.example:99999",
        ] {
            let error = new(wrong).unwrap_err().to_string();
            assert!(error.contains("give smtps://"), "{wrong}: {error}");
            assert!(!error.contains("swordfish"), "{wrong}: {error}");
        }
        assert!(SmtpClient::new("smtp://127.0.0.1", "Dynamx", None).unwrap_err().to_string().contains("\"Dynamx\""));
        assert!(SmtpClient::new("smtp://127.0.0.1", "a@b.example", Some(b"no certificate")).is_err());
    }
}
