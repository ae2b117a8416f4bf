//! Reminding those who must act of what is due.

use chrono::NaiveDate;
use uuid::Uuid;

use super::Draft;
use crate::calendar::working_days_until;
use crate::deadline::{Deadline, What, reminders_at};
use crate::effect::{Action, Mail};
use crate::event::{Event, Purpose};
use crate::instruction;
use crate::letter::Language;
use crate::process::Party;
use crate::project::Project;
use crate::text::Text;

/// Tells every reminder whose moment has come, of each deadline the nearest; each party by one e-mail, where there is a mail server.
pub(super) fn tell(draft: &mut Draft<'_>) {
    let moment = draft.context.moment;
    let due = reminders_at(&draft.project, &draft.context.settings.porting_hours, moment.now);
    let mut told: Vec<(Party, String)> = Vec::new();
    for (deadline, working_days_before) in due {
        let working_days_left = working_days_until(moment.today(), deadline.on.day);
        let text = text(&deadline, moment.today());
        let line = line(&draft.project, &deadline, &text);
        told.extend(deadline.who.iter().map(|party| (*party, line.clone())));
        draft.emit(Event::ReminderDue {
            text,
            on: deadline.on.day,
            task: deadline.task,
            what: deadline.what,
            working_days_before,
            working_days_left,
            to: deadline.who,
        });
    }
    if draft.context.settings.reminders_by_mail {
        for party in [Party::Customer, Party::Contractor] {
            let lines: Vec<&str> = told.iter().filter(|(to, _)| *to == party).map(|(_, line)| line.as_str()).collect();
            mail(draft, party, &lines);
        }
    }
}

fn text(deadline: &Deadline, today: NaiveDate) -> Text {
    let (title, on) = (&deadline.title, deadline.on.day);
    let (nl, en) = match working_days_until(today, on) {
        ..0 => ("te laat".to_owned(), "late".to_owned()),
        0 if today == on => ("vandaag".to_owned(), "today".to_owned()),
        0 => ("vandaag is de laatste werkdag ervoor".to_owned(), "today is the last working day before it".to_owned()),
        1 => ("nog 1 werkdag".to_owned(), "1 working day left".to_owned()),
        days => (format!("nog {days} werkdagen"), format!("{days} working days left")),
    };
    Text::new(format!("{}: {on}, {nl}", title.nl), format!("{}: {on}, {en}", title.en))
}

/// What is due, and why on that day; of a forwarding how it is set, which nobody knows by heart.
fn line(project: &Project, deadline: &Deadline, text: &Text) -> String {
    let language = project.intake.language;
    let forwarding = if let What::ForwardBy(id) = &deadline.what { project.forwarding(id) } else { None };
    let how = forwarding.map(|own| instruction::set_forwarding(&own.plan, project.contract_of_forwarded(own)));
    let how = how.map(|how| format!("\n  {}", how.in_language(language))).unwrap_or_default();
    format!("- {}{how}\n  ({})", text.in_language(language), deadline.on.why().text.in_language(language))
}

/// Tells the contractor by e-mail, where there is a mail server, that a step of the cutover still waits for somebody.
pub(super) fn tell_unconfirmed(draft: &mut Draft<'_>, effect: Uuid, waiting_minutes: i64, what: &Text) {
    let contractor = &draft.context.settings.contractor;
    let Some(to) = contractor.email.clone().filter(|_| draft.context.settings.reminders_by_mail) else { return };
    let (reference, customer) = (&draft.project.reference, &draft.project.intake.customer.name);
    let (subject, text) = match draft.project.intake.language {
        Language::Nl => (
            format!("De cutover wacht op u: {customer} ({reference})"),
            format!(
                "De cutover van {customer} wacht al {waiting_minutes} minuten op iemand die dit doet en het dan vastlegt:\n\n{}\n",
                what.nl
            ),
        ),
        Language::En => (
            format!("The cutover waits for you: {customer} ({reference})"),
            format!(
                "The cutover of {customer} has waited for {waiting_minutes} minutes for somebody to do this and record it:\n\n{}\n",
                what.en
            ),
        ),
    };
    let now = draft.context.moment.now;
    let mail = Mail { to, reply_to: None, phone: None, subject, text, documents: Vec::new(), at: now };
    draft.withdraw_effects(|purpose| *purpose == Purpose::TellUnconfirmed(effect));
    draft.request_effect(Purpose::TellUnconfirmed(effect), Action::SendMail(mail), now);
}

/// Tells the contractor by e-mail, where there is a mail server, that somebody takes or closes a number.
pub(super) fn tell_taken_away(draft: &mut Draft<'_>, what: &Text) {
    let contractor = &draft.context.settings.contractor;
    let Some(to) = contractor.email.clone().filter(|_| draft.context.settings.reminders_by_mail) else { return };
    let (reference, customer) = (&draft.project.reference, &draft.project.intake.customer);
    let contact = format!("{}, {}", customer.contact.name, customer.contact.phone);
    let (subject, text) = match draft.project.intake.language {
        Language::Nl => (
            format!("Alarm: een nummer van {} gaat weg ({reference})", customer.name),
            format!("COIN meldt: {}.\n\nBel vandaag de klant ({contact}) en de provider.\n", what.nl),
        ),
        Language::En => (
            format!("Alarm: a number of {} is being taken away ({reference})", customer.name),
            format!("COIN announces: {}.\n\nCall the customer ({contact}) and the provider today.\n", what.en),
        ),
    };
    let now = draft.context.moment.now;
    let mail = Mail { to, reply_to: None, phone: None, subject, text, documents: Vec::new(), at: now };
    draft.request_effect(Purpose::TellTakenAway, Action::SendMail(mail), now);
}

/// One that has not gone by the time of the next is not wanted any more. Providers are not reminded: their customer asks them.
fn mail(draft: &mut Draft<'_>, party: Party, lines: &[&str]) {
    let (customer, contractor) = (&draft.project.intake.customer, &draft.context.settings.contractor);
    let to = match party {
        Party::Customer => Some(customer.contact.email.clone()),
        Party::Contractor => contractor.email.clone(),
        Party::Provider => None,
    };
    let Some(to) = to.filter(|_| !lines.is_empty()) else { return };
    let (project, due) = (&draft.project, lines.join("\n"));
    let phone = contractor.phone.as_ref().map(|phone| format!("\n{phone}")).unwrap_or_default();
    let contractor_name = &contractor.name;
    let (subject, text) = match (project.intake.language, party) {
        (Language::Nl, Party::Customer) => (
            format!("Herinnering: uw overstap ({})", project.reference),
            format!(
                "Geachte {},\n\nVoor uw overstap wachten wij nog op u:\n\n{due}\n\nIs dit al gedaan? Laat het ons dan weten.\n\nMet vriendelijke groet,\n\n{contractor_name}{phone}\n",
                customer.contact.name
            ),
        ),
        (Language::En, Party::Customer) => (
            format!("Reminder: your move ({})", project.reference),
            format!(
                "Dear {},\n\nFor your move we still wait for you:\n\n{due}\n\nIf this has been done, please let us know.\n\nKind regards,\n\n{contractor_name}{phone}\n",
                customer.contact.name
            ),
        ),
        (Language::Nl, _) => (
            format!("Herinnering: {} ({})", customer.name, project.reference),
            format!("Voor de migratie van {} staat open:\n\n{due}\n", customer.name),
        ),
        (Language::En, _) => (
            format!("Reminder: {} ({})", customer.name, project.reference),
            format!("For the migration of {} is open:\n\n{due}\n", customer.name),
        ),
    };
    let now = draft.context.moment.now;
    let reply_to = contractor.email.clone().filter(|_| party == Party::Customer);
    let mail = Mail { to, reply_to, phone: None, subject, text, documents: Vec::new(), at: now };
    draft.withdraw_effects(|purpose| *purpose == Purpose::Remind(party));
    draft.request_effect(Purpose::Remind(party), Action::SendMail(mail), now);
}
