//! Bringing letters to the customer by e-mail. A letter that the customer signs and sends is not sent by that; one of the contractor's is.

use std::fmt::Write as _;

use uuid::Uuid;

use super::post::{find, not_replaced};
use crate::decide::Draft;
use crate::effect::{Action, Mail, MailedDocument};
use crate::event::{Event, Purpose};
use crate::intake::check::email_fault;
use crate::letter::proof::{Sending, SendingMethod};
use crate::letter::{Language, LetterKind};
use crate::project::{Letter, Turn};
use crate::rejection::{Reason, Rejection, conflict};

/// Asks for an e-mail with these letters, or with all drafts. One with any of them that has stopped gives way to it.
pub(in crate::decide) fn mail(
    draft: &mut Draft<'_>,
    letters: Vec<Uuid>,
    to: Option<String>,
    message: Option<String>,
) -> Result<(), Rejection> {
    let letters = if letters.is_empty() { drafts(draft) } else { letters };
    if letters.is_empty() {
        return Err(conflict(
            Reason::NothingToMail,
            "er is geen brief die nog verstuurd moet worden",
            "there is no letter that is still to be sent",
        ));
    }
    for id in &letters {
        not_replaced(find(draft, *id)?)?;
    }
    let to = to.unwrap_or_else(|| draft.project.intake.customer.contact.email.clone());
    if let Some(fault) = email_fault("/to", &to) {
        return Err(Rejection::Input(vec![fault]));
    }
    let concerned = |purpose: &Purpose| carried(purpose).iter().any(|id| letters.contains(id));
    let goes_by_itself = |turn: Turn| matches!(turn, Turn::Adapter | Turn::Peer);
    if draft.project.effects.values().any(|effect| goes_by_itself(effect.turn) && concerned(&effect.purpose)) {
        return Err(conflict(
            Reason::MailUnderWay,
            "een e-mail met deze brief is al onderweg",
            "an e-mail with this letter is under way already",
        ));
    }
    draft.withdraw_effects(concerned);
    request(draft, letters, to, message);
    Ok(())
}

/// The e-mail has gone.
pub(in crate::decide) fn mailed(draft: &mut Draft<'_>, letters: &[Uuid], to: &str) {
    for id in letters {
        let Some(letter) = draft.project.letter(*id) else { continue };
        let is_sent_by_it = letter.kind.is_from_contractor() && letter.is_draft();
        draft.emit(Event::LetterEmailed { id: *id, to: to.to_owned() });
        if is_sent_by_it {
            let sending = Sending { how: SendingMethod::Email, ..Sending::default() };
            draft.emit(Event::LetterSent { id: *id, sent_on: draft.context.moment.today(), sending });
        }
    }
}

/// An e-mail that has not gone carries the letters that have taken the place of its own; without any left, it is not wanted.
pub(super) fn redirect(draft: &mut Draft<'_>) {
    let outdated = |id: &Uuid| draft.project.letter(*id).is_none_or(|letter| letter.replaced);
    let stopped: Vec<(Uuid, Purpose)> = draft
        .project
        .effects
        .iter()
        .filter(|(_, effect)| carried(&effect.purpose).iter().any(outdated))
        .map(|(id, effect)| (*id, effect.purpose.clone()))
        .collect();
    for (id, purpose) in stopped {
        draft.withdraw_effect(id);
        let Purpose::MailLetters { letters, to, message } = purpose else { continue };
        let current = |id: &Uuid| draft.project.letter(*id).map(|letter| letter.replaced_by.unwrap_or(letter.id));
        let mut letters: Vec<Uuid> = letters.iter().filter_map(current).collect();
        letters.retain(|id| draft.project.letter(*id).is_some_and(|letter| !letter.replaced));
        if !letters.is_empty() {
            request(draft, letters, to, message);
        }
    }
}

/// The letters that an e-mail carries.
fn carried(purpose: &Purpose) -> &[Uuid] {
    match purpose {
        Purpose::MailLetters { letters, .. } => letters,
        _ => &[],
    }
}

fn drafts(draft: &Draft<'_>) -> Vec<Uuid> {
    draft.project.letters.iter().filter(|letter| letter.is_draft()).map(|letter| letter.id).collect()
}

fn request(draft: &mut Draft<'_>, letters: Vec<Uuid>, to: String, message: Option<String>) {
    let now = draft.context.moment.now;
    let found: Vec<&Letter> = letters.iter().filter_map(|id| draft.project.letter(*id)).collect();
    let project = &draft.project;
    let mail = Mail {
        to: to.clone(),
        reply_to: draft.context.settings.contractor.email.clone(),
        phone: None,
        subject: match project.intake.language {
            Language::Nl => format!("Brieven voor uw overstap ({})", project.reference),
            Language::En => format!("Letters for your move ({})", project.reference),
        },
        text: text(draft, &found, message.as_deref()),
        documents: found
            .iter()
            .map(|letter| MailedDocument { id: letter.id, filename: letter.filename(&project.reference) })
            .collect(),
        at: now,
    };
    draft.request_effect(Purpose::MailLetters { letters, to, message }, Action::SendMail(mail), now);
}

/// The e-mail's text, in the customer's language.
fn text(draft: &Draft<'_>, letters: &[&Letter], message: Option<&str>) -> String {
    let language = draft.project.intake.language;
    let addressee = &draft.project.intake.customer.contact.name;
    let contractor = &draft.context.settings.contractor;
    let to_sign = letters.iter().any(|letter| !letter.kind.is_from_contractor() && letter.is_draft());
    let (greeting, enclosed, [to, for_], sign, regards) = match language {
        Language::Nl => (
            "Beste",
            "Bij dit bericht vindt u:",
            ["aan", "voor"],
            "Wilt u de brieven aan uw provider nakijken, ondertekenen en zelf versturen, bij voorkeur aangetekend? De machtiging stuurt u \
             ondertekend naar ons. Laat ons daarna weten op welke dag u de brieven hebt verstuurd, en stuur ons de bevestiging van uw provider \
             zodra u die hebt.",
            "Met vriendelijke groet,",
        ),
        Language::En => (
            "Dear",
            "With this message you find:",
            ["to", "for"],
            "Please check and sign the letters to your provider and send them yourself, preferably registered. The authorization comes, signed, \
             back to us. Then tell us on which day you sent the letters, and send us your provider's confirmation as soon as you have it.",
            "Kind regards,",
        ),
    };
    let mut text = format!("{greeting} {addressee},\n\n");
    if let Some(message) = message {
        text.push_str(message.trim());
        text.push_str("\n\n");
    }
    text.push_str(enclosed);
    for letter in letters {
        let title = letter.kind.title();
        let contract = letter.contract.as_deref().and_then(|id| draft.project.intake.contract(id));
        let contract = contract.map(|contract| format!(" (contract {})", contract.contract_number)).unwrap_or_default();
        let to = if letter.kind == LetterKind::Authorization { for_ } else { to };
        let to = letter.provider.as_ref().map(|provider| format!(" {to} {provider}")).unwrap_or_default();
        // Writing to a String can't fail.
        let _infallible = write!(text, "\n- {}{to}{contract}", title.in_language(language));
    }
    if to_sign {
        text.push_str("\n\n");
        text.push_str(sign);
    }
    let phone = contractor.phone.as_ref().map(|phone| format!("\n{phone}")).unwrap_or_default();
    let _infallible = write!(text, "\n\n{regards}\n\n{}{phone}\n", contractor.name);
    text
}
