//! What COIN said that a person must look at.

use super::{NUMBER_TAKEN_AWAY, Severity, Warning};
use crate::porting::foreign::ForeignMessage;
use crate::porting::{PortingRequest, request};
use crate::project::Project;
use crate::text::Text;

/// `access_denied`: what is to be done outside waits for somebody who renews our credentials, or sets the clock.
pub(super) fn access_denied(project: &Project) -> Option<Warning> {
    let (what, error) = denied(project)?;
    Some(Warning::new(
        "access_denied",
        Severity::Error,
        Text::new(
            format!("wij worden niet toegelaten ({error}); dit wacht daarop: {}", what.nl),
            format!("we are not let in ({error}); waiting for that: {}", what.en),
        ),
        Text::new(
            "laat de beheerder de inloggegevens vernieuwen of de klok goed zetten; het gaat daarna vanzelf verder, binnen een kwartier",
            "have the operator renew the credentials or set the clock; it then goes on by itself, within a quarter of an hour",
        ),
    ))
}

/// What waits because the peer does not let us in, and in whose words. Of a project that is over, or on hold, only what outlasts it.
pub(crate) fn denied(project: &Project) -> Option<(Text, &str)> {
    let stopped = project.phase.is_final() || project.hold.is_some();
    let waits = || project.effects.values().filter(|effect| effect.denied && (!stopped || effect.purpose.outlasts()));
    let error = waits().find_map(|effect| effect.last_error.as_deref())?;
    let list = |pick: fn(&Text) -> &str| waits().map(|effect| pick(&effect.by_hand)).collect::<Vec<_>>().join("; ");
    Some((Text::new(list(|text| &text.nl), list(|text| &text.en)), error))
}

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

/// `withdrawal_in_doubt`: COIN found an error in the withdrawal of a request.
pub(super) fn withdrawal_in_doubt(request: &PortingRequest) -> Option<Warning> {
    let text = unsettled_withdrawal(request)?;
    Some(Warning::new(
        "withdrawal_in_doubt",
        Severity::Warning,
        text,
        Text::new(
            "vraag bij COIN of de donor na of het dossier dicht is, en laat het zo nodig daar sluiten",
            "find out at COIN or the donor whether the dossier is closed, and have it closed there if need be",
        ),
    ))
}

/// What a person has to find out about a withdrawal in which COIN found an error.
pub(crate) fn unsettled_withdrawal(request: &PortingRequest) -> Option<Text> {
    let (error, id, dossier) = (request.withdrawal_error.as_ref()?, &request.id, &request.dossier_id);
    Some(Text::new(
        format!("de intrekking van verzoek {id} (dossier {dossier}) is misschien niet gelukt; COIN meldt: {error}"),
        format!("the withdrawal of request {id} (dossier {dossier}) may have failed; COIN reports: {error}"),
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

/// `number_taken_away`: COIN announced that somebody else asks for, has taken over or gives back a number of this project.
pub(super) fn somebody_takes_a_number(project: &Project) -> Option<Warning> {
    let what: Vec<Text> = project.foreign_messages.iter().map(ForeignMessage::text).collect();
    let list = |pick: fn(&Text) -> &str| what.iter().map(pick).collect::<Vec<_>>().join("; ");
    (!what.is_empty()).then(|| {
        Warning::new(
            NUMBER_TAKEN_AWAY,
            Severity::Error,
            Text::new(
                format!("een nummer van dit project gaat weg: {}", list(|text| &text.nl)),
                format!("a number of this project is being taken away: {}", list(|text| &text.en)),
            ),
            Text::new(
                "bel vandaag de klant en de provider: wil de klant dit niet, maak dan bezwaar bij die aanbieder; bevestig daarna deze waarschuwing",
                "call the customer and the provider today: if the customer does not want this, object with that operator; then acknowledge this warning",
            ),
        )
    })
}

/// What of it nobody has taken note of.
pub(crate) fn taken_away(project: &Project) -> Option<Warning> {
    let seen = project.acknowledged.iter().any(|seen| seen.code == NUMBER_TAKEN_AWAY);
    somebody_takes_a_number(project).filter(|_| !seen)
}
