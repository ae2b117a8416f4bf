//! The API's names of states in words, and how they are coloured. The colour repeats what the word says.

use api::TokenRole;
use workflow::phase;
use workflow::process::Party;
use workflow::text::Text;

use crate::language::{Words, capitalized};

/// A state in a word, with the class of its colour.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Tag {
    pub(crate) text: String,
    pub(crate) tone: &'static str,
}

/// Nothing to be done about it.
const CALM: &str = "calm";
/// It is well.
const GOOD: &str = "good";
/// Something goes on.
const BUSY: &str = "busy";
/// Somebody should look.
const WARN: &str = "warn";
/// Something is wrong.
const BAD: &str = "bad";

/// What a role is called.
pub(crate) fn role(role: TokenRole, words: Words) -> &'static str {
    match role {
        TokenRole::Manager => words.say("projectleider", "project manager"),
        TokenRole::Engineer => words.say("engineer", "engineer"),
        TokenRole::Customer => words.say("klant", "customer"),
        TokenRole::Integration => words.say("koppeling", "integration"),
        TokenRole::Calendar => words.say("agenda", "calendar"),
    }
}

/// What the role in a trail is called.
pub(crate) fn actor_role(role: &str, words: Words) -> &str {
    match role {
        "manager" => words.say("projectleider", "project manager"),
        "engineer" => words.say("engineer", "engineer"),
        "customer" => words.say("klant", "customer"),
        "integration" => words.say("koppeling", "integration"),
        "provider" => words.say("provider", "provider"),
        "system" => words.say("vanzelf", "by itself"),
        other => other,
    }
}

/// What a party is called.
pub(crate) fn party(party: Party, words: Words) -> &'static str {
    match party {
        Party::Customer => words.say("klant", "customer"),
        Party::Contractor => words.say("wij", "us"),
        Party::Provider => words.say("provider", "provider"),
    }
}

/// Several parties, as in a sentence.
pub(crate) fn parties(of: &[Party], words: Words) -> String {
    of.iter().map(|one| party(*one, words)).collect::<Vec<_>>().join(words.say(" en ", " and "))
}

/// What a phase is called.
pub(crate) fn phase(phase: phase::State, words: Words) -> String {
    capitalized(workflow::event::phase_name(phase).in_language(words.0))
}

/// The four phases that a migration goes through.
pub(crate) const PHASES: [phase::State; 4] =
    [phase::State::Offer, phase::State::Order, phase::State::Implementation, phase::State::Maintenance];

fn tag(words: Words, nl: &'static str, en: &'static str, tone: &'static str) -> Tag {
    Tag { text: words.say(nl, en).to_owned(), tone }
}

/// Whether a migration goes on. That it does needs no word.
pub(crate) fn status(status: &str, words: Words) -> Option<Tag> {
    match status {
        "on_hold" => Some(tag(words, "in de wacht", "on hold", WARN)),
        "cancelled" => Some(tag(words, "geannuleerd", "cancelled", CALM)),
        "ended" => Some(tag(words, "beëindigd", "ended", CALM)),
        _ => None,
    }
}

/// How the porting and its cutover stand, in one word: the cutover's where there is one under way.
pub(crate) fn moving(porting: &str, cutover: &str, words: Words) -> Tag {
    match cutover {
        "running" => return tag(words, "cutover bezig", "cutover under way", BUSY),
        "incident" => return tag(words, "incident", "incident", BAD),
        _ => {}
    }
    match porting {
        "requested" => tag(words, "aangevraagd", "requested", BUSY),
        "accepted" => tag(words, "geaccepteerd", "accepted", GOOD),
        "refused" => tag(words, "geweigerd", "refused", BAD),
        "scheduled" => tag(words, "gepland", "scheduled", GOOD),
        "performed" => tag(words, "geporteerd", "ported", GOOD),
        "cancelled" => tag(words, "ingetrokken", "withdrawn", CALM),
        "expired" => tag(words, "verlopen", "expired", BAD),
        _ => tag(words, "nog niet gevraagd", "not asked yet", CALM),
    }
}

/// How a cutover stands.
pub(crate) fn cutover(status: &str, words: Words) -> Tag {
    match status {
        "scheduled" => tag(words, "gepland", "scheduled", GOOD),
        "running" => tag(words, "bezig", "under way", BUSY),
        "incident" => tag(words, "incident", "incident", BAD),
        "aborted" => tag(words, "afgebroken", "given up", WARN),
        "done" => tag(words, "gereed", "done", GOOD),
        _ => tag(words, "niet gepland", "not scheduled", CALM),
    }
}

/// How a step of a cutover stands.
pub(crate) fn step(state: &str, words: Words) -> Tag {
    match state {
        "running" => tag(words, "bezig", "under way", BUSY),
        "waiting" => tag(words, "wacht op een persoon", "waits for a person", WARN),
        "failed" => tag(words, "mislukt", "failed", BAD),
        "done" => tag(words, "gereed", "done", GOOD),
        "undoing" => tag(words, "wordt teruggedraaid", "being undone", BUSY),
        "undone" => tag(words, "teruggedraaid", "undone", CALM),
        _ => tag(words, "nog niet begonnen", "not begun", CALM),
    }
}

/// How a task stands.
pub(crate) fn task(state: &str, overdue: bool, words: Words) -> Tag {
    match state {
        "open" if overdue => tag(words, "te laat", "overdue", BAD),
        "open" => tag(words, "open", "open", BUSY),
        "done" => tag(words, "gereed", "done", GOOD),
        "skipped" => tag(words, "overgeslagen", "skipped", CALM),
        _ => tag(words, "wacht", "waiting", CALM),
    }
}

/// How bad a warning is.
pub(crate) fn severity(severity: &str, acknowledged: bool, words: Words) -> Tag {
    match severity {
        _ if acknowledged => tag(words, "gezien", "noted", CALM),
        "error" => tag(words, "ernstig", "serious", BAD),
        "info" => tag(words, "ter informatie", "good to know", CALM),
        _ => tag(words, "let op", "mind", WARN),
    }
}

/// Where numbers are.
pub(crate) fn place(place: &str) -> &'static str {
    match place {
        "ported" => GOOD,
        "unknown" => BAD,
        "forwarded" => BUSY,
        _ => CALM,
    }
}

/// How a letter stands.
pub(crate) fn letter(letter: LetterState, words: Words) -> Tag {
    if letter.replaced {
        tag(words, "vervangen", "replaced", CALM)
    } else if letter.stale {
        tag(words, "klopt niet meer", "not right any more", WARN)
    } else if letter.confirmed {
        tag(words, "bevestigd", "confirmed", GOOD)
    } else if letter.received {
        tag(words, "ontvangen", "received", GOOD)
    } else if letter.sent {
        tag(words, "verstuurd", "sent", GOOD)
    } else {
        tag(words, "te versturen", "to be sent", WARN)
    }
}

/// What is known of a letter.
#[derive(Debug, Clone, Copy)]
#[expect(clippy::struct_excessive_bools, reason = "facts that hold apart from each other")]
pub(crate) struct LetterState {
    pub(crate) replaced: bool,
    pub(crate) stale: bool,
    pub(crate) sent: bool,
    pub(crate) received: bool,
    pub(crate) confirmed: bool,
}

/// What a kind of line is called.
pub(crate) fn line_type(kind: &str, words: Words) -> String {
    match kind {
        "voip" => "VoIP".to_owned(),
        "other" => words.say("andere lijn", "other line").to_owned(),
        other => other.to_uppercase().replace("ISDN", "ISDN-"),
    }
}

/// How a contract ends.
pub(crate) fn scenario(scenario: &str, words: Words) -> &'static str {
    match scenario {
        "early_termination" => words.say("eindigt voor de looptijd om is", "ends before its term"),
        "after_termination" => words.say("is al beëindigd", "has ended already"),
        "continuation" => words.say("loopt door zonder de nummers", "goes on without the numbers"),
        _ => words.say("eindigt bij de portering", "ends at the porting"),
    }
}

/// What else is on a line.
pub(crate) fn carries(what: &str, words: Words) -> &str {
    match what {
        "internet" => "internet",
        "alarm" => words.say("alarm", "alarm"),
        "lift" => words.say("lift", "lift"),
        "fax" => "fax",
        "payment_terminal" => words.say("pinautomaat", "payment terminal"),
        other => other,
    }
}

/// What a file is.
pub(crate) fn attachment(kind: &str, words: Words) -> &'static str {
    match kind {
        "invoice" => words.say("factuur", "invoice"),
        "signed_authorization" => words.say("ondertekende machtiging", "signed authorization"),
        "signed_contract" => words.say("ondertekend contract", "signed contract"),
        _ => words.say("ander bestand", "other file"),
    }
}

/// What happened, after a form was sent; by the code that stands in the address.
pub(crate) fn said(code: &str, words: Words) -> Option<String> {
    let text = match code {
        "confirmed" => Text::new("Bevestigd.", "Confirmed."),
        "skipped" => Text::new("Overgeslagen.", "Skipped."),
        "reopened" => Text::new("Heropend.", "Reopened."),
        "advanced" => Text::new("De migratie is in de volgende fase.", "The migration is in its next phase."),
        "acknowledged" => Text::new("Er is kennis van genomen.", "It has been taken note of."),
        "sent" => Text::new("Vastgelegd dat de brief is verstuurd.", "Recorded that the letter was sent."),
        "retried" => Text::new("De stap wordt opnieuw geprobeerd.", "The step is tried again."),
        "aborted" => Text::new("De cutover is afgebroken.", "The cutover was given up."),
        "resolved" => Text::new("Vastgelegd dat de stap is gedaan.", "Recorded that the step was done."),
        _ => return None,
    };
    Some(text.in_language(words.0).to_owned())
}
