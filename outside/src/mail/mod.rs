//! E-mail to one SMTP server (RFC 5321), over TLS unless the server is this machine. What is written, and to whom, is decided elsewhere.

mod client;
mod message;

pub use client::SmtpClient;
pub use message::{MailFile, OutgoingMail};

/// Why e-mail can't be set up.
#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    /// The address is not one of a mail server. It is not repeated here, as it may hold a password.
    #[error("{0}; give smtps://USER:PASSWORD@HOST:465, or smtp://USER:PASSWORD@HOST:587?tls=required")]
    Address(String),
    /// The sender is not one.
    #[error("{0:?} is not a sender; give for example \"Dynamx <migraties@dynamx.example>\"")]
    Sender(String),
    /// The certificate can't be read.
    #[error("not a certificate in PEM: {0}")]
    Certificate(String),
}
