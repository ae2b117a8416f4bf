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

/// `porting_in_doubt`: COIN found an error in a porting that was performed, and no cutover is at it any more.
pub(super) fn porting_in_doubt(project: &Project) -> impl Iterator<Item = Warning> {
    let settled_elsewhere = |request: &PortingRequest| project.is_in_cutover(request) && project.cutover_is_under_way();
    let doubted = project.requests.iter().filter(move |request| request.doubted && !settled_elsewhere(request));
    doubted.map(|request| {
        let detail = request.detail.as_deref().unwrap_or("?");
        Warning::new(
            "porting_in_doubt",
            Severity::Error,
            Text::new(
                format!("het is onzeker of de nummers van verzoek {} zijn overgenomen; COIN meldt: {detail}", request.id),
                format!("it is not certain whether the numbers of request {} were taken over; COIN reports: {detail}", request.id),
            ),
            Text::new(
                "vraag na of de nummers zijn overgenomen; zo ja, leg het vast (cutover/resolve), zo nee, plan het verzoek opnieuw (porting/schedule met requests)",
                "find out whether the numbers were taken over; if so, record it (cutover/resolve), if not, schedule the request anew (porting/schedule with requests)",
            ),
        )
    })
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
