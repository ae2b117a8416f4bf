//! What happened, in a sentence for people: who and when stand beside it.

use super::{Event, Purpose};
use crate::cutover::moved::MoveKind;
use crate::phase;
use crate::process::{Party, Process};
use crate::project::AttachmentKind;
use crate::text::Text;

impl Event {
    /// What happened, in words. Tasks are called as the project's process calls them.
    pub fn told(&self, process: &Process) -> Text {
        let task = |key: &str| process.task(key).map_or_else(|| Text::new(key, key), |task| task.title.clone());
        match self {
            Event::ProjectStarted { .. } => Text::new("migratie gestart", "migration started"),
            Event::IntakeChanged { .. } => Text::new("gegevens gewijzigd", "particulars changed"),
            Event::PhaseAdvanced { to, .. } => about("naar fase", "moved on to phase", &phase_name(*to)),
            Event::Held { reason } => said("in de wacht gezet", "put on hold", reason),
            Event::Resumed {} => Text::new("gaat weer verder", "resumed"),
            Event::ProjectCancelled { reason, .. } => said("migratie geannuleerd", "migration cancelled", reason),
            Event::TaskConfirmed { key, party, note, automatic, .. } => {
                let by = by(*party);
                let confirmed = if *automatic {
                    about("vanzelf gereed:", "done by itself:", &task(key))
                } else {
                    about(&format!("bevestigd {}:", by.nl), &format!("confirmed {}:", by.en), &task(key))
                };
                noted(confirmed, note.as_deref())
            }
            Event::TaskSkipped { key, reason } => noted(about("overgeslagen:", "skipped:", &task(key)), Some(reason)),
            Event::TaskReopened { key, reason, .. } => noted(about("heropend:", "reopened:", &task(key)), Some(reason)),
            Event::DueDatePassed { key, due_on } => {
                let Text { nl, en } = task(key);
                Text::new(format!("streefdatum {due_on} verstreken: {nl}"), format!("due date {due_on} passed: {en}"))
            }
            Event::ReminderDue { text, .. } => about("herinnering:", "reminder:", text),
            Event::LetterMade { letter, provider, .. } => {
                let to = provider.as_deref().map_or_else(String::new, |provider| format!(" ({provider})"));
                let Text { nl, en } = letter.title();
                Text::new(format!("brief gemaakt: {nl}{to}"), format!("letter made: {en}{to}"))
            }
            Event::LetterSent { sent_on, .. } => {
                Text::new(format!("brief verstuurd op {sent_on}"), format!("letter sent on {sent_on}"))
            }
            Event::LetterUnsent { reason, .. } => said("brief toch niet verstuurd", "letter not sent after all", reason),
            Event::LetterReceived { receipt, .. } => {
                let on = receipt.received_on;
                Text::new(format!("brief ontvangen op {on}"), format!("letter received on {on}"))
            }
            Event::LetterConfirmed { confirmation, .. } => {
                let on = confirmation.confirmed_on;
                Text::new(
                    format!("brief door de provider bevestigd op {on}"),
                    format!("letter confirmed by the provider on {on}"),
                )
            }
            Event::ConfirmationMissed { .. } => {
                Text::new("geen bevestiging van de provider binnen de termijn", "no confirmation by the provider in time")
            }
            Event::LetterReviewed { changes, .. } if changes.is_empty() => {
                Text::new("een verstuurde brief klopt weer", "a sent letter is right again")
            }
            Event::LetterReviewed { .. } => {
                Text::new("een verstuurde brief klopt niet meer", "a sent letter is not right any more")
            }
            Event::LetterEmailed { to, .. } => Text::new(format!("brief gemaild aan {to}"), format!("letter e-mailed to {to}")),
            Event::LetterWithdrawn { .. } => Text::new("conceptbrief vervallen", "draft letter withdrawn"),
            Event::AttachmentAdded(file) => about(
                &format!("{} toegevoegd:", file_kind(file.kind).nl),
                &format!("{} added:", file_kind(file.kind).en),
                &Text::new(&*file.filename, &*file.filename),
            ),
            Event::InvoiceRead { suggestions, .. } => {
                let count = suggestions.len();
                Text::new(format!("factuur gelezen, voorstellen: {count}"), format!("invoice read, suggestions: {count}"))
            }
            Event::InvoiceNotRead { reason, .. } => about("factuur niet gelezen:", "invoice not read:", &reason.text()),
            Event::SuggestionAccepted { .. } => {
                Text::new("voorstel uit een factuur overgenomen", "suggestion of an invoice accepted")
            }
            Event::SuggestionDismissed { reason, .. } => said("voorstel terzijde gelegd", "suggestion put aside", reason),
            Event::WarningAcknowledged { code, note, .. } => {
                said(&format!("kennis genomen van {code}"), &format!("took note of {code}"), note)
            }
            _ => self.of_the_porting(),
        }
    }

    fn of_the_porting(&self) -> Text {
        match self {
            Event::PortingRequested(request) => {
                let provider = &request.provider;
                Text::new(format!("portering aangevraagd bij {provider}"), format!("porting asked of {provider}"))
            }
            Event::PortingDelayed { .. } => Text::new("de provider antwoordt later", "the provider answers later"),
            Event::PortingAnswered { accepted: true, .. } => Text::new("portering geaccepteerd", "porting accepted"),
            Event::PortingAnswered { detail, .. } => {
                noted(Text::new("portering geweigerd", "porting refused"), detail.as_deref())
            }
            Event::PortingErrorReported { errors, .. } => said("COIN meldt een fout", "COIN reports an error", errors),
            Event::PortingRefused { detail, .. } => {
                said("porteringsverzoek niet aangenomen", "porting request not taken", detail)
            }
            Event::PortingCancelled { reason, .. } => said("porteringsverzoek ingetrokken", "porting request withdrawn", reason),
            Event::PortingExpired { .. } => Text::new("porteringsvenster verlopen", "porting window passed"),
            Event::PortingDoubted { .. } => {
                Text::new("COIN meldt een fout in een uitgevoerde portering", "COIN reports an error in a performed porting")
            }
            Event::PortingPerformed { .. } => Text::new("nummers overgenomen", "numbers taken over"),
            Event::ForeignMessageReceived(foreign) => foreign.text(),
            Event::UnfitMessageReceived { message, reason } => Text::new(
                format!("bericht {message} past niet: {}", reason.nl),
                format!("message {message} does not fit: {}", reason.en),
            ),
            Event::PortingSentAgain { .. } => Text::new("porteringsverzoek nog eens verstuurd", "porting request sent again"),
            _ => self.of_the_cutover(),
        }
    }

    fn of_the_cutover(&self) -> Text {
        match self {
            Event::CutoverScheduled { override_reason, .. } => {
                noted(Text::new("cutover gepland", "cutover scheduled"), override_reason.as_deref())
            }
            Event::PreflightAnnounced { missing } if missing.is_empty() => {
                Text::new("controle vooraf: alles is er", "preflight: everything is there")
            }
            Event::PreflightAnnounced { missing } => {
                let list =
                    |pick: fn(&Text) -> &str| missing.iter().map(|unmet| pick(&unmet.detail)).collect::<Vec<_>>().join("; ");
                said_both(
                    "controle vooraf: er ontbreekt iets",
                    "preflight: something is missing",
                    &list(|t| &t.nl),
                    &list(|t| &t.en),
                )
            }
            Event::CutoverStarted {} => Text::new("cutover begonnen", "cutover began"),
            Event::StepStarted { step } => about("stap begonnen:", "step began:", &step.title()),
            Event::StepDone { step, by_hand } => noted(about("stap gereed:", "step done:", &step.title()), by_hand.as_deref()),
            Event::IncidentOpened(incident) => about("incident:", "incident:", &incident.what),
            Event::IncidentClosed { how } => about("incident voorbij:", "incident over:", how),
            Event::CutoverAborted { reason } => said("cutover afgebroken", "cutover given up", reason),
            Event::CutoverMoved(moved) => match moved.kind {
                MoveKind::AnotherMoment => Text::new("cutover verplaatst", "cutover moved"),
                MoveKind::CalledOff => Text::new("cutover van de baan", "cutover called off"),
                MoveKind::NotDone => Text::new("de dag van de cutover ging voorbij", "the cutover's day passed"),
                MoveKind::GoesOn => Text::new("de cutover gaat op een andere dag verder", "the cutover goes on on another day"),
            },
            Event::CutoverAnnounced { text, .. } => text.clone(),
            Event::CutoverDone {} => Text::new("cutover gereed", "cutover done"),
            Event::RehearsalBegun(_) => Text::new("repetitie van de cutover begonnen", "rehearsal of the cutover began"),
            Event::RehearsalPartEnded { error, .. } => match error {
                None => Text::new("deel van de repetitie ging goed", "a part of the rehearsal went well"),
                Some(error) => said("deel van de repetitie mislukte", "a part of the rehearsal failed", error),
            },
            Event::RehearsalEnded { passed: true, .. } => Text::new("repetitie geslaagd", "rehearsal passed"),
            Event::RehearsalEnded { .. } => Text::new("repetitie niet geslaagd", "rehearsal not passed"),
            Event::ForwardingAsked(plan) => {
                let (numbers, to) = (&plan.numbers, &plan.to);
                Text::new(
                    format!("doorschakeling gevraagd van {numbers} naar {to}"),
                    format!("forwarding asked for from {numbers} to {to}"),
                )
            }
            Event::ForwardingSet(_) => Text::new("doorschakeling ingesteld", "forwarding set"),
            Event::ForwardingTested(tried) if tried.arrived => Text::new("doorschakeling werkt", "forwarding works"),
            Event::ForwardingTested(_) => Text::new("doorschakeling werkt niet", "forwarding does not work"),
            Event::ForwardingEnded(_) => Text::new("doorschakeling beëindigd", "forwarding ended"),
            _ => self.of_an_effect(),
        }
    }

    fn of_an_effect(&self) -> Text {
        match self {
            Event::EffectRequested { purpose, .. } => about("gevraagd:", "asked for:", &purpose.told()),
            Event::EffectFailed { attempt, error, .. } => {
                said(&format!("poging {attempt} mislukte"), &format!("attempt {attempt} failed"), error)
            }
            Event::EffectHeld { .. } => {
                Text::new("wacht, want de migratie staat in de wacht", "waits, as the migration is on hold")
            }
            Event::EffectRearmed { .. } => Text::new("wordt opnieuw geprobeerd", "is tried again"),
            Event::EffectWaiting { by_hand: true, .. } => Text::new("wacht op een persoon", "waits for a person"),
            Event::EffectWaiting { .. } => Text::new("wacht op antwoord", "waits for an answer"),
            Event::StepUnconfirmed { text, .. } => about("nog niet bevestigd:", "not confirmed yet:", text),
            Event::EffectDone { detail, .. } => noted(Text::new("uitgevoerd", "carried out"), detail.as_deref()),
            Event::EffectRefused { detail, .. } => said("geweigerd", "refused", detail),
            Event::EffectWithdrawn { .. } => Text::new("niet meer nodig", "no longer wanted"),
            // What has words above does not come here, and the test below sees that everything has.
            _ => Text::new("er is iets gebeurd", "something happened"),
        }
    }
}

impl Purpose {
    /// What is asked for, in words.
    pub fn told(&self) -> Text {
        let (nl, en) = match self {
            Purpose::Provision => ("centrale inrichten", "set up the PBX"),
            Purpose::Route => ("nummers routeren op de centrale", "route the numbers on the PBX"),
            Purpose::Unroute => ("routering ongedaan maken", "undo the routing"),
            Purpose::TestCall => ("testoproepen", "test calls"),
            Purpose::RequestPorting(_) => ("portering aanvragen", "ask for the porting"),
            Purpose::PerformPorting(_) => ("nummers overnemen", "take the numbers over"),
            Purpose::CancelPorting(_) => ("porteringsverzoek intrekken", "withdraw the porting request"),
            Purpose::MailLetters { .. } => ("brieven mailen aan de klant", "e-mail letters to the customer"),
            Purpose::Remind(_) => ("herinneren", "remind"),
            Purpose::TellUnconfirmed(_) => ("melden dat een stap nog wacht", "tell that a step still waits"),
            Purpose::TellTakenAway => ("melden dat een ander een nummer neemt", "tell that somebody takes a number"),
            Purpose::TellMoved { .. } => ("melden dat de cutover is verplaatst", "tell that the cutover moved"),
            Purpose::Rehearse(_) => ("deel van de repetitie", "a part of the rehearsal"),
            Purpose::RouteTemporary(_) => ("tijdelijke nummers routeren", "route temporary numbers"),
            Purpose::UnrouteTemporary(_) => ("tijdelijke nummers vrijgeven", "free temporary numbers"),
            Purpose::ReadInvoice(_) => ("factuur lezen", "read an invoice"),
        };
        Text::new(nl, en)
    }
}

/// What a phase is called.
pub fn phase_name(phase: phase::State) -> Text {
    let (nl, en) = match phase {
        phase::State::Offer => ("offerte", "offer"),
        phase::State::Order => ("opdracht", "order"),
        phase::State::Implementation => ("uitvoering", "implementation"),
        phase::State::Maintenance => ("onderhoud", "maintenance"),
        phase::State::Ended => ("beëindigd", "ended"),
        phase::State::Cancelled => ("geannuleerd", "cancelled"),
    };
    Text::new(nl, en)
}

fn by(party: Party) -> Text {
    match party {
        Party::Customer => Text::new("door de klant", "by the customer"),
        Party::Contractor => Text::new("door ons", "by us"),
        Party::Provider => Text::new("door de provider", "by the provider"),
    }
}

fn file_kind(kind: AttachmentKind) -> Text {
    match kind {
        AttachmentKind::Invoice => Text::new("factuur", "invoice"),
        AttachmentKind::SignedAuthorization => Text::new("ondertekende machtiging", "signed authorization"),
        AttachmentKind::SignedContract => Text::new("ondertekend contract", "signed contract"),
        AttachmentKind::Other => Text::new("bestand", "file"),
    }
}

fn about(nl: &str, en: &str, what: &Text) -> Text {
    Text::new(format!("{nl} {}", what.nl), format!("{en} {}", what.en))
}

/// With somebody's own words, which are in one language.
fn said(nl: &str, en: &str, words: &str) -> Text {
    said_both(nl, en, words, words)
}

fn said_both(nl: &str, en: &str, in_nl: &str, in_en: &str) -> Text {
    Text::new(format!("{nl}: {in_nl}"), format!("{en}: {in_en}"))
}

fn noted(text: Text, note: Option<&str>) -> Text {
    match note {
        None => text,
        Some(note) => Text::new(format!("{} ({note})", text.nl), format!("{} ({note})", text.en)),
    }
}

#[cfg(test)]
mod tests {
    use crate::event::KINDS;

    #[test]
    fn every_kind_of_event_has_words() {
        let source = include_str!("told.rs");
        let variant = |kind: &str| -> String {
            let words = kind.split('_').map(|word| word[..1].to_uppercase() + &word[1..]);
            format!("Event::{}", words.collect::<String>())
        };
        let wordless: Vec<&str> = KINDS.into_iter().filter(|kind| !source.contains(&variant(kind))).collect();
        assert!(wordless.is_empty(), "{wordless:?}");
    }
}
