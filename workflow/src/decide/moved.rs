//! Telling everyone who knows of a cutover's moment that it moved: by e-mail, or where there is no mail server by a person. One that has not
//! gone by the time of the next move is not wanted any more.

use chrono::{DateTime, Utc};

use super::Draft;
use crate::calendar::local_time;
use crate::cutover::moved::{MoveKind, Moved, Recipient};
use crate::cutover::{Cutover, machine};
use crate::effect::{Action, Mail};
use crate::event::{Event, Purpose};
use crate::letter::{Language, LetterKind, Occasion};
use crate::process::{Party, Requirement};
use crate::project::{Letter, Project};
use crate::text::Text;

/// Whether the customer knows of the cutover's moment: it was announced, or agreed, or told when another one moved.
pub(super) fn is_known(project: &Project) -> bool {
    let Some(at) = project.cutover.as_ref().map(|cutover| cutover.at) else { return false };
    let of_it = |letter: &Letter| letter.kind == LetterKind::CutoverAnnouncement && letter.occasion == Some(Occasion::Moment(at));
    let announced = project.letters.iter().any(|letter| letter.is_sent() && of_it(letter));
    let agreement = project.process().tasks().iter().filter(|task| task.requires == Some(Requirement::CutoverScheduled));
    let progress = agreement.into_iter().filter_map(|task| project.tasks.get(&task.key));
    let agreed = progress.into_iter().any(|progress| progress.confirmed_by.contains(&Party::Customer));
    announced || agreed || project.moved.as_ref().is_some_and(|last| last.moved.to == Some(at))
}

/// Another moment has taken the place of the one that was known, or comes after one that was called off.
pub(super) fn to_another_moment(draft: &mut Draft<'_>, from: DateTime<Utc>, to: DateTime<Utc>) {
    tell(draft, MoveKind::AnotherMoment, from, Some(to), true, None);
}

/// The moment that was told to be off when the last cutover was given up, with no other in its place.
pub(super) fn left_open(project: &Project) -> Option<DateTime<Utc>> {
    let given_up = project.cutover.as_ref().filter(|cutover| cutover.state == machine::State::Aborted)?;
    let last = project.moved.as_ref().filter(|last| last.moved.to.is_none() && last.of == Some(given_up.at))?;
    Some(last.moved.from)
}

/// The cutover is being given up. Who was told that its day passed knows already that it did not take place.
pub(super) fn called_off(draft: &mut Draft<'_>, cutover: &Cutover, reason: &str) {
    if cutover.not_done_on != Some(cutover.agreed_day()) {
        tell(draft, MoveKind::CalledOff, cutover.at, None, true, Some(reason));
    }
}

/// The agreed day is over, and numbers have not moved.
pub(super) fn not_done(draft: &mut Draft<'_>) {
    let Some(at) = draft.project.cutover.as_ref().map(|cutover| cutover.at) else { return };
    let known = is_known(&draft.project);
    let last = draft.project.moved.as_ref().filter(|last| last.moved.kind == MoveKind::GoesOn);
    let agreed = last.and_then(|last| last.moved.to).unwrap_or(at);
    tell(draft, MoveKind::NotDone, agreed, None, known, None);
}

/// A person lets the cutover go on, on another day than the agreed one.
pub(super) fn goes_on(draft: &mut Draft<'_>, from: DateTime<Utc>) {
    let known = is_known(&draft.project);
    tell(draft, MoveKind::GoesOn, from, Some(draft.context.moment.now), known, None);
}

/// The cutover is done: nobody need be told any more when it was going to be.
pub(super) fn outdated(draft: &mut Draft<'_>) {
    draft.withdraw_effects(is_telling);
}

fn is_telling(purpose: &Purpose) -> bool {
    matches!(purpose, Purpose::TellMoved { .. })
}

fn tell(
    draft: &mut Draft<'_>,
    kind: MoveKind,
    from: DateTime<Utc>,
    to: Option<DateTime<Utc>>,
    customer_knows: bool,
    reason: Option<&str>,
) {
    // Who has not been told of the last move knows of the moment before it.
    let untold = draft.project.effects.values().any(|effect| is_telling(&effect.purpose));
    let from = draft.project.moved.as_ref().filter(|_| untold).map_or(from, |last| last.moved.from);
    draft.withdraw_effects(is_telling);
    let tell = recipients(draft, customer_knows);
    let text = in_words(kind, from, to);
    draft.emit(Event::CutoverMoved(Moved { kind, from, to, text: text.clone(), tell: tell.clone() }));
    for recipient in &tell {
        let (subject, said) = match recipient.party {
            Party::Contractor => to_contractor(draft, &text, reason, &tell),
            Party::Customer | Party::Provider => to_customer(draft, kind, from, to, recipient),
        };
        let now = draft.context.moment.now;
        let contractor = &draft.context.settings.contractor;
        let mail = Mail {
            to: recipient.email.clone(),
            reply_to: contractor.email.clone().filter(|_| recipient.party == Party::Customer),
            phone: recipient.phone.clone(),
            subject,
            text: said,
            documents: Vec::new(),
            at: now,
        };
        let purpose = Purpose::TellMoved { to: recipient.email.clone(), party: recipient.party };
        draft.request_effect(purpose, Action::SendMail(mail), now);
    }
}

/// The customer's contact and whoever else got an announcement; and the contractor, who without a mail server sees in the project what to do.
fn recipients(draft: &Draft<'_>, customer_knows: bool) -> Vec<Recipient> {
    let (project, settings) = (&draft.project, draft.context.settings);
    let contact = &project.intake.customer.contact;
    let mut tell = Vec::new();
    if customer_knows {
        tell.push(Recipient {
            party: Party::Customer,
            name: Some(contact.name.clone()),
            email: contact.email.clone(),
            phone: Some(contact.phone.clone()),
        });
        let announced = project.letters.iter().filter(|letter| letter.kind == LetterKind::CutoverAnnouncement);
        for email in announced.filter_map(|letter| letter.emailed_to.clone()) {
            if !tell.iter().any(|known| known.email == email) {
                tell.push(Recipient { party: Party::Customer, name: None, email, phone: None });
            }
        }
    }
    let contractor = settings.contractor.email.clone().filter(|_| settings.reminders_by_mail);
    if let Some(email) = contractor.filter(|email| !tell.iter().any(|known| known.email == *email)) {
        tell.push(Recipient { party: Party::Contractor, name: Some(settings.contractor.name.clone()), email, phone: None });
    }
    tell
}

fn moment(at: DateTime<Utc>, language: Language) -> String {
    let format = match language {
        Language::Nl => "%Y-%m-%d om %H:%M uur",
        Language::En => "%Y-%m-%d at %H:%M",
    };
    local_time(at).format(format).to_string()
}

fn in_words(kind: MoveKind, from: DateTime<Utc>, to: Option<DateTime<Utc>>) -> Text {
    let at = |at| Text::new(moment(at, Language::Nl), moment(at, Language::En));
    let (from_text, to_text) = (at(from), at(to.unwrap_or(from)));
    match kind {
        MoveKind::AnotherMoment if to == Some(from) => {
            Text::new(format!("de overzetting is toch op {}", to_text.nl), format!("the cutover is on {} after all", to_text.en))
        }
        MoveKind::AnotherMoment => Text::new(
            format!("de overzetting is op {}, niet op {}", to_text.nl, from_text.nl),
            format!("the cutover is on {}, not on {}", to_text.en, from_text.en),
        ),
        MoveKind::CalledOff => Text::new(
            format!("de overzetting op {} gaat niet door", from_text.nl),
            format!("the cutover on {} is called off", from_text.en),
        ),
        MoveKind::NotDone => Text::new(
            format!("de overzetting van {} is op die dag niet klaargekomen", from_text.nl),
            format!("the cutover of {} was not completed on its day", from_text.en),
        ),
        MoveKind::GoesOn => Text::new(
            format!("de overzetting van {} gaat verder op {}", from_text.nl, to_text.nl),
            format!("the cutover of {} goes on, on {}", from_text.en, to_text.en),
        ),
    }
}

/// What the customer is told, in its language: what holds, and what it has to do.
fn to_customer(
    draft: &Draft<'_>,
    kind: MoveKind,
    from: DateTime<Utc>,
    to: Option<DateTime<Utc>>,
    recipient: &Recipient,
) -> (String, String) {
    let language = draft.project.intake.language;
    let (contractor, reference) = (&draft.context.settings.contractor, &draft.project.reference);
    let phone = contractor.phone.as_ref().map(|phone| format!("\n{phone}")).unwrap_or_default();
    let what = in_words(kind, from, to);
    let then = match (kind, language) {
        (MoveKind::AnotherMoment, Language::Nl) => {
            "Wat wij u over die dag hebben geschreven, geldt nu voor dit moment. Komt het niet uit? Laat het ons zo snel mogelijk weten."
        }
        (MoveKind::AnotherMoment, Language::En) => {
            "What we wrote to you about that day now holds for this moment. Does it not suit you? Let us know as soon as possible."
        }
        (MoveKind::CalledOff, Language::Nl) => {
            "Uw nummers blijven voorlopig bij uw huidige provider en werken daar zoals u gewend bent; u hoeft niets te doen. Komt er een nieuw \
             moment, dan hoort u dat van ons."
        }
        (MoveKind::CalledOff, Language::En) => {
            "Your numbers stay with your current provider for now and work there as you are used to; you need do nothing. If there is to be \
             another moment, we tell you."
        }
        (MoveKind::NotDone, Language::Nl) => {
            "Wij laten u weten op welke dag het verdergaat. Werkt er nu iets niet? Neem dan meteen contact met ons op."
        }
        (MoveKind::NotDone, Language::En) => {
            "We tell you on which day it goes on. Does anything not work now? Then contact us at once."
        }
        (MoveKind::GoesOn, Language::Nl) => {
            "U kunt even niet bereikbaar zijn. Houd een mobiele telefoon bij de hand, ook om 112 te kunnen bellen."
        }
        (MoveKind::GoesOn, Language::En) => {
            "For a moment you may not be reachable. Keep a mobile phone at hand, also to be able to call 112."
        }
    };
    let (nobody, dear, regards) = match language {
        Language::Nl => ("heer of mevrouw", "Geachte", "Met vriendelijke groet,"),
        Language::En => ("Sir or Madam", "Dear", "Kind regards,"),
    };
    let name = recipient.name.as_deref().unwrap_or(nobody);
    let what = capitalized(&match language {
        Language::Nl => what.nl.replacen("de overzetting", "de overzetting van uw telefoonnummers", 1),
        Language::En => what.en.replacen("the cutover", "the moving of your telephone numbers", 1),
    });
    let text = format!("{dear} {name},\n\n{what}. {then}\n\n{regards}\n\n{}{phone}\n", contractor.name);
    (format!("{what} ({reference})"), text)
}

/// What the contractor is told: whose cutover, why, and who else is told.
fn to_contractor(draft: &Draft<'_>, what: &Text, reason: Option<&str>, tell: &[Recipient]) -> (String, String) {
    let language = draft.project.intake.language;
    let (customer, reference) = (&draft.project.intake.customer.name, &draft.project.reference);
    let others = tell.iter().filter(|other| other.party != Party::Contractor).map(|other| other.email.as_str());
    let others = others.collect::<Vec<_>>().join(", ");
    let what = what.in_language(language);
    let (why, told) = match language {
        Language::Nl => ("Reden", "Ook ingelicht"),
        Language::En => ("Reason", "Also told"),
    };
    let line = |label: &str, value: &str| if value.is_empty() { String::new() } else { format!("\n{label}: {value}") };
    let (why, told) = (line(why, reason.unwrap_or_default()), line(told, &others));
    (format!("{customer} ({reference}): {what}"), format!("{customer}: {what}.\n{why}{told}\n"))
}

fn capitalized(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
