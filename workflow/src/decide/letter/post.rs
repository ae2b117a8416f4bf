//! What becomes of a letter that was made.

use chrono::NaiveDate;
use uuid::Uuid;

use crate::decide::Draft;
use crate::event::Event;
use crate::intake::FieldError;
use crate::rejection::{Reason, Rejection, conflict};
use crate::text::Text;

pub(in crate::decide) fn record_sent(
    draft: &mut Draft<'_>,
    id: Uuid,
    sent_on: Option<NaiveDate>,
    note: Option<String>,
) -> Result<(), Rejection> {
    let today = draft.context.moment.today();
    let Some(letter) = draft.project.letters.iter().find(|letter| letter.id == id) else {
        return Err(Rejection::NotFound(Text::new("deze brief bestaat niet", "there is no such letter")));
    };
    if let Some(sent_on) = letter.sent_on {
        return Err(conflict(
            Reason::LetterSent,
            format!("deze brief is op {sent_on} verstuurd"),
            format!("this letter was sent on {sent_on}"),
        ));
    }
    if letter.replaced {
        return Err(conflict(
            Reason::LetterReplaced,
            "voor deze brief is een nieuwere in de plaats gekomen; verstuur die",
            "a newer letter has taken this one's place; send that",
        ));
    }
    let sent_on = sent_on.unwrap_or(today);
    if sent_on > today {
        return Err(Rejection::Input(vec![FieldError::new(
            "/sent_on",
            "in_the_future",
            format!("{sent_on} moet nog komen (vandaag is {today})"),
            format!("{sent_on} is yet to come (today is {today})"),
        )]));
    }
    draft.emit(Event::LetterSent { id, sent_on, note });
    Ok(())
}
