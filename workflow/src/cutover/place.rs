//! Where each number of a cutover is at this moment, and how long it could not be reached.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use crate::forwarding::Destination;
use crate::number::Series;
use crate::porting::request;
use crate::project::Project;
use crate::text::Text;

/// What state a number is in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct NumberState {
    /// The numbers.
    #[serde(flatten)]
    pub series: Series,
    /// Where they are.
    pub place: Place,
    /// In words.
    pub text: Text,
    /// How long they could not be reached, once they have been taken over.
    #[serde(default)]
    pub out_of_service: Option<OutOfService>,
    /// To where calls to them, or to some of them, are forwarded.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub forwarded: Vec<Forwarded>,
}

/// Numbers that are forwarded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Forwarded {
    /// The forwarding.
    pub forwarding: String,
    /// Which.
    pub numbers: Series,
    /// Where calls arrive.
    pub to: Destination,
}

/// Where a number is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Place {
    /// Still with the current provider.
    Donor,
    /// Still with the current provider, which forwards calls to all of them.
    Forwarded,
    /// Taken over.
    Ported,
    /// The taking over was sent, and no answer came, or an error was reported later.
    Unknown,
}

/// Numbers that a test call has reached on the PBX.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reached {
    /// The numbers.
    pub numbers: Series,
    /// When that was known.
    pub at: DateTime<Utc>,
}

/// How long numbers could not be reached, at most: calls may have arrived sooner than the test call did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct OutOfService {
    /// When they were begun to be taken over.
    pub from: DateTime<Utc>,
    /// When a test call had reached them; absent while none has.
    pub until: Option<DateTime<Utc>>,
}

impl OutOfService {
    /// How long; `None` while it is not over.
    pub fn lasted(&self) -> Option<TimeDelta> {
        self.until.map(|until| until - self.from)
    }
}

impl NumberState {
    /// The state of numbers that a project moves.
    pub fn of(project: &Project, series: &Series) -> Self {
        let request = project.requests.iter().rev().find(|request| request.speaks_for(series));
        let out_of_service = project.out_of_service(series);
        // Calls to what has been taken over go by the old forwarding no more.
        let moved = project.is_ported(series);
        let forwards: Vec<_> = project.forwarded_by(series).filter(|own| own.plan.after_porting || !moved).collect();
        let place = match request {
            Some(request) if request.state == request::State::Performed => Place::Ported,
            Some(request) if request.doubted || project.porting_may_have_happened(&request.id) => Place::Unknown,
            _ if forwards.iter().any(|own| own.plan.numbers.contains(series)) => Place::Forwarded,
            _ => Place::Donor,
        };
        let text = match place {
            Place::Donor => Text::new(
                "nog bij de huidige provider: oproepen komen op de oude lijn aan",
                "still with the current provider: calls arrive on the old line",
            ),
            Place::Forwarded => Text::new(
                "nog bij de huidige provider, die oproepen doorschakelt",
                "still with the current provider, which forwards calls",
            ),
            Place::Ported if out_of_service.is_some_and(|out| out.until.is_none()) => Text::new(
                "overgenomen; nog geen testoproep is op de nieuwe centrale aangekomen",
                "ported; no test call has arrived on the new PBX yet",
            ),
            Place::Ported => {
                Text::new("overgenomen: oproepen komen op de nieuwe centrale aan", "ported: calls arrive on the new PBX")
            }
            Place::Unknown if request.is_some_and(|request| request.doubted) => Text::new(
                "onbekend: COIN meldt een fout in de overname; vraag na of zij is uitgevoerd",
                "unknown: COIN reports an error in the porting; find out whether it was performed",
            ),
            Place::Unknown => Text::new(
                "onbekend: de overname is verzonden, maar er kwam geen bevestiging",
                "unknown: the porting was sent, but no confirmation came",
            ),
        };
        let forwarded: Vec<Forwarded> = forwards
            .into_iter()
            .map(|own| Forwarded { forwarding: own.plan.id.clone(), numbers: own.plan.numbers.clone(), to: own.plan.to.clone() })
            .collect();
        let text = forwarded.iter().fold(text, |text, Forwarded { numbers, to, .. }| {
            Text::new(
                format!("{}; {numbers} is doorgeschakeld naar {to}", text.nl),
                format!("{}; {numbers} is forwarded to {to}", text.en),
            )
        });
        Self { series: series.clone(), place, text, out_of_service, forwarded }
    }
}
