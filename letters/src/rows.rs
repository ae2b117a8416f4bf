//! What the plain tables of a letter say: their columns and rows, in words. How they look is `table`'s.

use workflow::letter::{LetterFacts, Particulars, PrintedDevice, PrintedEnclosure, PrintedOutage, PrintedStep, PrintedUser};

use crate::wording::Wording;

/// A plain table that a text can ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rows {
    Letters,
    Users,
    Devices,
    Steps,
    OutOfService,
}

/// A table's columns, and its rows with a text per column.
pub(crate) struct Grid {
    pub(crate) columns: Vec<Column>,
    pub(crate) rows: Vec<Vec<String>>,
}

/// A column with its share of the table's width.
pub(crate) struct Column {
    pub(crate) heading: &'static str,
    pub(crate) share: f64,
}

impl Rows {
    /// The table for this letter; without rows where the letter's kind has none of these.
    pub(crate) fn grid(self, letter: &LetterFacts, wording: Wording) -> Grid {
        let rows = match (self, &letter.particulars) {
            (Rows::Letters, Some(Particulars::Cover { letters })) => {
                letters.iter().map(|letter| enclosure(letter, wording)).collect()
            }
            (Rows::Users, Some(Particulars::Delivery { users, .. })) => users.iter().map(user).collect(),
            (Rows::Devices, Some(Particulars::Delivery { devices, .. } | Particulars::Installation { devices, .. })) => {
                devices.iter().map(device).collect()
            }
            (Rows::Steps, Some(Particulars::Delivery { steps, .. })) => {
                steps.iter().map(|step| self::step(step, wording)).collect()
            }
            (Rows::OutOfService, Some(Particulars::Delivery { out_of_service, .. })) => {
                out_of_service.iter().map(|outage| self::outage(outage, wording)).collect()
            }
            _ => Vec::new(),
        };
        let columns = wording.columns(self).into_iter().map(|(heading, share)| Column { heading, share }).collect();
        Grid { columns, rows }
    }
}

fn enclosure(letter: &PrintedEnclosure, wording: Wording) -> Vec<String> {
    vec![wording.enclosure(letter), letter.to.clone(), wording.send_by(letter.send_by)]
}

fn user(user: &PrintedUser) -> Vec<String> {
    let or_nothing = |text: &Option<String>| text.clone().unwrap_or_else(|| "–".to_owned());
    vec![user.name.clone(), or_nothing(&user.extension), or_nothing(&user.device), or_nothing(&user.smartphone)]
}

fn device(device: &PrintedDevice) -> Vec<String> {
    vec![device.model.clone(), device.quantity.to_string()]
}

fn outage(outage: &PrintedOutage, wording: Wording) -> Vec<String> {
    let PrintedOutage { numbers, from, until, seconds } = outage;
    let or_nothing = |text: Option<String>| text.unwrap_or_else(|| "–".to_owned());
    vec![
        wording.span(numbers),
        wording.moment(*from),
        or_nothing(until.map(|until| wording.moment(until))),
        or_nothing(seconds.map(|seconds| wording.duration(seconds))),
    ]
}

fn step(step: &PrintedStep, wording: Wording) -> Vec<String> {
    let title = match &step.note {
        Some(note) => format!("{} ({note})", step.title),
        None => step.title.clone(),
    };
    let moment = |moment: Option<chrono::NaiveDateTime>| moment.map_or_else(|| "–".to_owned(), |moment| wording.moment(moment));
    vec![title, moment(step.began), moment(step.done)]
}
