//! Reminding those who must act of what is due.

use super::Draft;
use crate::calendar::working_days_until;
use crate::deadline::{Deadline, reminders_at};
use crate::event::Event;
use crate::text::Text;

/// Tells every reminder whose moment has come, of each deadline the nearest.
pub(super) fn tell(draft: &mut Draft<'_>) {
    let moment = draft.context.moment;
    for (deadline, working_days_before) in reminders_at(&draft.project, &draft.context.settings.porting_hours, moment.now) {
        let working_days_left = working_days_until(moment.today(), deadline.on.day);
        draft.emit(Event::ReminderDue {
            text: text(&deadline, working_days_left),
            on: deadline.on.day,
            task: deadline.task,
            what: deadline.what,
            working_days_before,
            working_days_left,
            to: deadline.who,
        });
    }
}

fn text(deadline: &Deadline, working_days_left: i64) -> Text {
    let (title, on) = (&deadline.title, deadline.on.day);
    let (nl, en) = match working_days_left {
        ..0 => ("te laat".to_owned(), "late".to_owned()),
        0 => ("vandaag".to_owned(), "today".to_owned()),
        1 => ("nog 1 werkdag".to_owned(), "1 working day left".to_owned()),
        days => (format!("nog {days} werkdagen"), format!("{days} working days left")),
    };
    Text::new(format!("{}: {on}, {nl}", title.nl), format!("{}: {on}, {en}", title.en))
}
