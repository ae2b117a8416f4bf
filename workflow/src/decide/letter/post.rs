//! What becomes of a letter that was made: sent, received, confirmed. Each is recorded on its own, with its day and its proof.

use chrono::NaiveDate;
use uuid::Uuid;

use crate::actor::Role;
use crate::calendar::amsterdam::local_date;
use crate::decide::intake::unknown_attachment;
use crate::decide::{Draft, consequences};
use crate::event::Event;
use crate::intake::FieldError;
use crate::letter::LetterKind;
use crate::letter::proof::{Confirmation, Receipt, Sending, SendingMethod};
use crate::project::Letter;
use crate::rejection::{Reason, Rejection, conflict};
use crate::text::Text;

/// Records that a letter was sent. One that was replaced meanwhile may have been in the post by then: with that day it is recorded all the same.
pub(in crate::decide) fn record_sent(
    draft: &mut Draft<'_>,
    id: Uuid,
    sent_on: Option<NaiveDate>,
    sending: Sending,
) -> Result<(), Rejection> {
    let today = draft.context.moment.today();
    let letter = find(draft, id)?;
    if letter.kind.is_from_contractor() && draft.context.actor.role == Role::Customer {
        return Err(Rejection::Forbidden(Text::new(
            "deze brief komt van de projectleider, die vastlegt wanneer hij is verstuurd",
            "this letter comes from the project manager, who records when it was sent",
        )));
    }
    if let Some(sent_on) = letter.sent_on {
        return Err(conflict(
            Reason::LetterSent,
            format!("deze brief is op {sent_on} verstuurd"),
            format!("this letter was sent on {sent_on}"),
        ));
    }
    let had_been_sent = sent_on.zip(letter.replaced_at).is_some_and(|(sent_on, at)| sent_on <= local_date(at));
    if !had_been_sent {
        not_replaced(letter)?;
    }
    let sent_on = sent_on.unwrap_or(today);
    all_right(vec![not_in_the_future("/sent_on", sent_on, today), code_without_registration(&sending)])?;
    draft.emit(Event::LetterSent { id, sent_on, sending });
    Ok(())
}

/// Takes back what was recorded by mistake; the trail keeps both.
pub(in crate::decide) fn record_unsent(draft: &mut Draft<'_>, id: Uuid, reason: String) -> Result<(), Rejection> {
    sent_on(find(draft, id)?)?;
    let before = draft.project.clone();
    draft.emit(Event::LetterUnsent { id, reason });
    consequences::reopen_incomplete(draft, &before, "een brief blijkt niet verstuurd");
    Ok(())
}

pub(in crate::decide) fn record_received(draft: &mut Draft<'_>, id: Uuid, receipt: Receipt) -> Result<(), Rejection> {
    let sent_on = sent_on(find(draft, id)?)?;
    all_right(vec![
        not_in_the_future("/received_on", receipt.received_on, draft.context.moment.today()),
        not_before_sending("/received_on", receipt.received_on, sent_on),
        unknown_attachment(&draft.project, receipt.attachment),
    ])?;
    draft.emit(Event::LetterReceived { id, receipt });
    Ok(())
}

pub(in crate::decide) fn record_confirmed(draft: &mut Draft<'_>, id: Uuid, confirmation: Confirmation) -> Result<(), Rejection> {
    let letter = find(draft, id)?;
    let sent_on = sent_on(letter)?;
    all_right(vec![
        not_in_the_future("/confirmed_on", confirmation.confirmed_on, draft.context.moment.today()),
        not_before_sending("/confirmed_on", confirmation.confirmed_on, sent_on),
        end_of_a_contract(letter, &confirmation),
        unknown_attachment(&draft.project, confirmation.attachment),
    ])?;
    draft.emit(Event::LetterConfirmed { id, confirmation });
    Ok(())
}

pub(super) fn find<'a>(draft: &'a Draft<'_>, id: Uuid) -> Result<&'a Letter, Rejection> {
    draft.project.letter(id).ok_or_else(|| Rejection::NotFound(Text::new("deze brief bestaat niet", "there is no such letter")))
}

pub(super) fn not_replaced(letter: &Letter) -> Result<(), Rejection> {
    if letter.replaced {
        return Err(conflict(
            Reason::LetterReplaced,
            "deze brief is vervangen of niet meer nodig; verstuur de nieuwere, of geef de dag (sent_on) waarop deze toen al was verstuurd",
            "this letter was replaced or is not needed any more; send the newer one, or give the day (sent_on) on which this one had been sent by then",
        ));
    }
    Ok(())
}

fn sent_on(letter: &Letter) -> Result<NaiveDate, Rejection> {
    letter.sent_on.ok_or_else(|| {
        conflict(
            Reason::LetterNotSent,
            "deze brief is nog niet verstuurd; leg eerst vast wanneer dat is gedaan",
            "this letter has not been sent; first record when that was done",
        )
    })
}

fn all_right(faults: Vec<Option<FieldError>>) -> Result<(), Rejection> {
    let faults: Vec<FieldError> = faults.into_iter().flatten().collect();
    if faults.is_empty() { Ok(()) } else { Err(Rejection::Input(faults)) }
}

fn not_in_the_future(pointer: &str, day: NaiveDate, today: NaiveDate) -> Option<FieldError> {
    (day > today).then(|| {
        FieldError::new(
            pointer,
            "in_the_future",
            format!("{day} moet nog komen (vandaag is {today})"),
            format!("{day} is yet to come (today is {today})"),
        )
    })
}

fn not_before_sending(pointer: &str, day: NaiveDate, sent_on: NaiveDate) -> Option<FieldError> {
    (day < sent_on).then(|| {
        FieldError::new(
            pointer,
            "before_sending",
            format!("{day} ligt voor de dag waarop de brief is verstuurd ({sent_on})"),
            format!("{day} is before the day on which the letter was sent ({sent_on})"),
        )
    })
}

fn code_without_registration(sending: &Sending) -> Option<FieldError> {
    (sending.tracking_code.is_some() && sending.how != SendingMethod::Registered).then(|| {
        FieldError::new(
            "/tracking_code",
            "not_registered",
            "alleen een aangetekende brief heeft een code; geef how \"registered\", of laat de code weg",
            "only a registered letter has a code; give how \"registered\", or leave the code out",
        )
    })
}

/// Only the confirmation of a cancellation names the end of a contract.
fn end_of_a_contract(letter: &Letter, confirmation: &Confirmation) -> Option<FieldError> {
    let wrong = confirmation.ends_on.is_some() && letter.kind != LetterKind::Cancellation;
    wrong.then(|| {
        FieldError::new(
            "/ends_on",
            "no_contract_ends",
            "met deze brief eindigt geen contract; laat ends_on weg",
            "no contract ends with this letter; leave ends_on out",
        )
    })
}
