//! Number porting between operators: requests, windows, and COIN's messages.
//!
//! Follows COIN's *Porting on Demand*: the recipient asks; the donor answers with a First Possible Date (FPD) per series or with blocking
//! codes; the porting may be performed from the FPD until 90 calendar days after it. Never asks what time it is.

pub mod blocking;
pub mod coin;
pub mod exchange;
pub mod foreign;
pub mod request;
pub mod submission;
pub mod window;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::command::SeriesAnswer;
use crate::letter::Scenario;
use crate::number::Series;
use crate::text::Text;
use blocking::BlockingMeaning;
use window::Window;

/// A porting request: one per contract and kind of number. A contract has one donor and one scenario, and COIN's `customerinfo` names one
/// customer number, by which donors match.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PortingRequest {
    /// Its name within the project: `1`, `2`, …
    pub id: String,
    /// Its dossier at COIN, unique for each attempt.
    pub dossier_id: String,
    /// The contract whose numbers it asks for.
    pub contract: String,
    /// The donor's name.
    pub provider: String,
    /// How the contract ends.
    pub scenario: Scenario,
    /// The kind of number.
    pub group: String,
    /// Where it stands.
    pub state: request::State,
    /// When it was asked.
    pub requested_at: DateTime<Utc>,
    /// When the donor has announced to answer.
    pub answer_due_at: Option<DateTime<Utc>>,
    /// What is asked for, and what the donor said of each.
    pub series: Vec<RequestedSeries>,
    /// The donor's network operator, as its answer said.
    pub donor_operator: Option<String>,
    /// The donor's or COIN's words.
    pub detail: Option<String>,
    /// The project's attachment that shows the donor's answer.
    #[serde(default)]
    pub attachment: Option<Uuid>,
    /// When its numbers were last begun to be taken over: from then on they may be out of service.
    #[serde(default)]
    pub taken_over_from: Option<DateTime<Utc>>,
    /// When the porting was performed.
    pub performed_at: Option<DateTime<Utc>>,
    /// It was sent more than once: an error that COIN reports may be about the repetition only.
    #[serde(default)]
    pub sent_again: bool,
    /// COIN reported an error in the porting: a person must find out whether it took effect.
    #[serde(default)]
    pub doubted: bool,
    /// COIN reported an error in its withdrawal, in these words: the donor may still hold it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub withdrawal_error: Option<String>,
}

/// A series in a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RequestedSeries {
    /// The numbers.
    pub series: Series,
    /// The First Possible Date and time.
    pub first_possible_at: Option<DateTime<Utc>>,
    /// Why not, in COIN's two digits.
    pub blocking_code: Option<u8>,
    /// What that code meant when the donor gave it, where that was known.
    #[serde(default)]
    pub meaning: Option<BlockingMeaning>,
    /// In the donor's words.
    pub note: Option<String>,
}

impl RequestedSeries {
    /// Why the donor refused it: the code, with what it means; `None` when it gave none.
    pub fn refusal(&self) -> Option<Text> {
        let code = self.blocking_code?;
        Some(match &self.meaning {
            Some(BlockingMeaning { text, .. }) => Text::new(format!("{code}: {}", text.nl), format!("{code}: {}", text.en)),
            None => Text::new(format!("code {code}"), format!("code {code}")),
        })
    }

    /// What to do about its refusal.
    pub fn way_out(&self) -> Text {
        match &self.meaning {
            Some(BlockingMeaning { to_do, ask_again: true, .. }) => {
                let (nl, en) = (&to_do.nl, &to_do.en);
                Text::new(format!("{nl}; vraag daarna de portering opnieuw aan"), format!("{en}; then ask for the porting anew"))
            }
            Some(BlockingMeaning { to_do, ask_again: false, .. }) => {
                let (nl, en) = (&to_do.nl, &to_do.en);
                Text::new(format!("{nl}; opnieuw aanvragen helpt niet"), format!("{en}; asking anew does not help"))
            }
            None if self.blocking_code.is_some() => Text::new(
                "zoek de betekenis van de code op bij COIN of vraag de donor, neem de reden weg en vraag de portering opnieuw aan",
                "look the code up at COIN or ask the donor, take away the reason and ask for the porting anew",
            ),
            None => Text::new(
                "neem de reden weg en vraag de portering opnieuw aan",
                "take away the reason and ask for the porting anew",
            ),
        }
    }

    /// The donor agreed to port it.
    pub fn is_accepted(&self) -> bool {
        self.first_possible_at.is_some() && self.blocking_code.is_none()
    }
}

impl PortingRequest {
    /// The numbers that the donor agreed to port.
    pub fn accepted_series(&self) -> impl Iterator<Item = &Series> {
        self.series.iter().filter(|series| series.is_accepted()).map(|series| &series.series)
    }

    /// The window that its accepted series have in common: from their latest FPD to 90 days after their earliest.
    pub fn window(&self) -> Option<Window> {
        let accepted = self.series.iter().filter(|s| s.is_accepted()).filter_map(|s| s.first_possible_at);
        Window::common(accepted.map(|at| Window::of_first_possible(at).of(&self.dossier_id)))
    }

    /// The latest FPD: from then on all its accepted series may be ported.
    pub fn first_possible_at(&self) -> Option<DateTime<Utc>> {
        self.series.iter().filter(|s| s.is_accepted()).filter_map(|s| s.first_possible_at).max()
    }

    /// The first blocking code that the donor gave.
    pub fn blocking_code(&self) -> Option<u8> {
        self.series.iter().find_map(|series| series.blocking_code)
    }

    /// Whether it has its answer, and was not withdrawn and has not expired since.
    pub fn is_answered(&self) -> bool {
        matches!(self.state, request::State::Refused | request::State::Accepted | request::State::Performed)
    }

    /// Whether it still speaks for these numbers: the donor has not refused them, and they have not been given up.
    pub fn speaks_for(&self, numbers: &Series) -> bool {
        self.state.is_live()
            && self
                .series
                .iter()
                .any(|asked| asked.series.contains(numbers) && (self.state == request::State::Requested || asked.is_accepted()))
    }
}

/// The window that all accepted requests among these have in common; `None` without one, or when nothing is accepted.
pub fn common_window<'a>(requests: impl IntoIterator<Item = &'a PortingRequest>) -> Option<Window> {
    let accepted = requests.into_iter().filter(|request| request.state == request::State::Accepted);
    Window::common(accepted.map(PortingRequest::window).collect::<Option<Vec<_>>>()?)
}

/// What a donor answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DonorAnswer {
    /// The whole dossier is refused, whatever the series say.
    #[serde(default)]
    pub blocking: bool,
    /// Per series; one without a number counts for all series that are not named.
    #[serde(default)]
    pub series: Vec<SeriesAnswer>,
    /// The donor's network operator.
    pub donor_operator: Option<String>,
    /// In the donor's words.
    pub detail: Option<String>,
    /// The project's attachment that shows it, for one that was recorded by hand.
    #[serde(default)]
    pub attachment: Option<Uuid>,
}

impl DonorAnswer {
    /// Brings what is said of parts of a series together: a series is ported in one piece, so its latest date counts, and a block of any part
    /// blocks all of it.
    #[must_use]
    pub(crate) fn in_one_piece(mut self, asked: &[RequestedSeries]) -> Self {
        let mut whole: Vec<SeriesAnswer> = Vec::with_capacity(self.series.len());
        for mut said in self.series {
            let of = said.number.as_ref().and_then(|part| asked.iter().find(|asked| asked.series.contains(part)));
            said.number = of.map(|asked| asked.series.clone()).or(said.number);
            if let Some(before) = whole.iter_mut().find(|before| before.number == said.number) {
                before.first_possible_at = before.first_possible_at.max(said.first_possible_at);
                before.blocking_code = before.blocking_code.or(said.blocking_code);
                before.note = before.note.take().or(said.note);
            } else {
                whole.push(said);
            }
        }
        self.series = whole;
        self
    }
}

/// How the porting as a whole stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum PortingStatus {
    /// Nothing has been asked.
    None,
    /// Some number has no answer: its donor has not given one, or it was added after others were asked for and has not been asked for.
    Requested,
    /// Every number may be ported.
    Accepted,
    /// A donor refused numbers, which must be asked for anew.
    Refused,
    /// The cutover has its moment.
    Scheduled,
    /// Every number has been ported.
    Performed,
    /// The requests were withdrawn.
    Cancelled,
    /// A window passed without a porting.
    Expired,
}

impl PortingStatus {
    /// The name by which it is stored and shown in answers.
    pub const fn as_str(self) -> &'static str {
        match self {
            PortingStatus::None => "none",
            PortingStatus::Requested => "requested",
            PortingStatus::Accepted => "accepted",
            PortingStatus::Refused => "refused",
            PortingStatus::Scheduled => "scheduled",
            PortingStatus::Performed => "performed",
            PortingStatus::Cancelled => "cancelled",
            PortingStatus::Expired => "expired",
        }
    }
}
