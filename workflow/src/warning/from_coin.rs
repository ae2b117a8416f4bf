//! What COIN said that a person must look at.

use super::{Severity, Warning};
use crate::porting::{PortingRequest, request};
use crate::project::Project;
use crate::text::Text;

/// `message_not_taken`: COIN said something of a dossier of this project that can't be so.
pub(super) fn message_not_taken(what: &Text) -> Warning {
    Warning::new(
        "message_not_taken",
        Severity::Error,
        Text::new(
            format!("een bericht van COIN past niet: {}", what.nl),
            format!("a message from COIN does not fit: {}", what.en),
        ),
        Text::new(
            "lees het bericht (porting/messages) en leg zelf vast wat geldt",
            "read the message (porting/messages) and record what holds",
        ),
    )
}

/// `request_in_doubt`: COIN found an error in a request that was sent more than once; it may be about the repetition only.
pub(super) fn request_in_doubt(request: &PortingRequest) -> Option<Warning> {
    let detail = request.detail.as_ref().filter(|_| request.state == request::State::Requested)?;
    Some(Warning::new(
        "request_in_doubt",
        Severity::Warning,
        Text::new(
            format!("verzoek {} is meer dan eens verzonden en COIN meldt: {detail}", request.id),
            format!("request {} was sent more than once, and COIN reports: {detail}", request.id),
        ),
        Text::new(
            "wacht op het antwoord van de donor; komt het niet, trek het verzoek dan in en vraag opnieuw aan",
            "wait for the donor's answer; when none comes, withdraw the request and ask anew",
        ),
    ))
}

/// `number_taken_away`: COIN announced that somebody else gives back or asks for a number of this project.
pub(super) fn somebody_takes_a_number(project: &Project) -> Option<Warning> {
    let messages = project.foreign_messages.join("; ");
    (!messages.is_empty()).then(|| {
        Warning::new(
            "number_taken_away",
            Severity::Error,
            Text::new(
                format!("van COIN, over een nummer van dit project: {messages}"),
                format!("from COIN, about a number of this project: {messages}"),
            ),
            Text::new(
                "bel de provider: iemand neemt of sluit een nummer",
                "call the provider: somebody takes or closes a number",
            ),
        )
    })
}
