//! The donors: they let numbers go on the third working day, unless told to behave otherwise.

use std::collections::VecDeque;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use serde::Deserialize;
use tokio::time::sleep;
use workflow::porting::coin::{
    AnswerDelayed, Body, Header, Message, Party, PortingRequest, PortingRequestAnswer, SeriesAnswer, Timestamp,
};

use crate::first_possible::first_possible_date;
use crate::{Simulator, World};

/// The operator that answers for a request which names none.
const DEFAULT_DONOR: &str = "PTT";

/// The code of a donor that is told to refuse, since COIN's own documents show it. Its meaning is not public.
const REFUSING_CODE: u8 = 63;

/// How a donor treats a request. The default is to accept.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Behaviour {
    /// `"accept"`: every series from the third working day.
    #[default]
    Accept,
    /// `{"first_possible_at": "2027-02-01T00:00:00Z"}`: every series from then.
    FirstPossibleAt(DateTime<Utc>),
    /// `{"blocking_code": 63}`: the whole dossier is blocked.
    BlockingCode(u8),
    /// `{"partial": {"blocking_code": 63, "series": ["0301001200"]}}`: these series, by their first number, are blocked and
    /// the others accepted.
    Partial {
        /// The code for them.
        blocking_code: u8,
        /// The first numbers of the blocked series.
        series: Vec<String>,
    },
    /// `{"delay": {"seconds": 2, "reason_code": 1}}`: says that the answer comes later, and accepts then.
    Delay {
        /// From the notice to the answer.
        seconds: u32,
        /// At most four digits.
        #[serde(default)]
        reason_code: Option<u16>,
    },
    /// `"silent"`: never answers.
    Silent,
}

impl Behaviour {
    /// Refuses, for no reason in particular.
    pub(super) fn refusing() -> Self {
        Self::BlockingCode(REFUSING_CODE)
    }
}

/// What the donors are told to do with the coming requests.
#[derive(Default)]
pub(crate) struct Donors {
    orders: VecDeque<Behaviour>,
}

impl Donors {
    /// For a coming request, after those already told.
    pub(crate) fn tell(&mut self, behaviour: Behaviour) {
        self.orders.push_back(behaviour);
    }

    /// For this request.
    pub(super) fn next(&mut self) -> Behaviour {
        self.orders.pop_front().unwrap_or_default()
    }
}

/// Lets the donor answer `message`, a porting request, in its time: the world's, or the one that somebody keeps.
pub(super) fn set_to_work(simulator: &Simulator, world: &mut World, message: &Message, behaviour: Behaviour) {
    let Body::PortingRequest(request) = &message.body else { return };
    let work = Work { header: &message.header, request };
    let Some(treat) = &simulator.shared.treat else {
        let said = work.said(simulator.shared.answer_after, &behaviour);
        let simulator = simulator.clone();
        tokio::spawn(async move {
            let mut passed = Duration::ZERO;
            for (after, message) in said {
                sleep(after.saturating_sub(passed)).await;
                passed = after;
                simulator.say(&message);
            }
        });
        return;
    };
    let treatment = treat(request);
    // What was ordered, or refused, comes before what a donor does of its own accord.
    let behaviour = if behaviour == Behaviour::Accept { treatment.behaviour } else { behaviour };
    for (_, message) in work.said(treatment.after, &behaviour) {
        world.unsaid.add(message);
    }
}

impl Simulator {
    /// Sends a donor's message, if its dossier still wants one.
    pub(crate) fn say(&self, message: &Message) {
        let mut world = self.world();
        if world.dossiers.answered(message) {
            self.deliver(&mut world.inbox, message);
        }
    }
}

struct Work<'a> {
    header: &'a Header,
    request: &'a PortingRequest,
}

impl Work<'_> {
    /// All that the donor says, each so long after the request: perhaps that its answer comes later, and its answer.
    fn said(&self, after: Duration, behaviour: &Behaviour) -> Vec<(Duration, Message)> {
        let (mut said, mut after) = (Vec::new(), after);
        if let Behaviour::Delay { seconds, reason_code } = behaviour {
            let until = after + Duration::from_secs((*seconds).into());
            said.push((after, self.message(after, self.delay(until, *reason_code))));
            after = until;
        }
        let answer = self.answer(behaviour);
        said.extend(answer.map(|answer| (after, self.message(after, Body::PortingRequestAnswer(answer)))));
        said
    }

    fn operator(&self) -> String {
        self.request.donor_network_operator.clone().unwrap_or_else(|| DEFAULT_DONOR.to_owned())
    }

    /// A moment in the consumer's own time, so long after its request.
    fn later(&self, by: Duration) -> Timestamp {
        let by = TimeDelta::from_std(by).unwrap_or_default();
        let at = self.header.timestamp.instant().checked_add_signed(by);
        at.map_or(self.header.timestamp, Timestamp::from_instant)
    }

    fn message(&self, after: Duration, body: Body) -> Message {
        let sender = Party { network_operator: self.operator(), service_provider: self.request.donor_service_provider.clone() };
        let receiver = Party {
            network_operator: self.request.recipient_network_operator.clone(),
            service_provider: self.request.recipient_service_provider.clone(),
        };
        Message { header: Header { sender, receiver, timestamp: self.later(after) }, body }
    }

    fn delay(&self, until: Duration, reason_code: Option<u16>) -> Body {
        Body::AnswerDelayed(AnswerDelayed {
            dossier_id: self.request.dossier_id.clone(),
            donor_network_operator: self.operator(),
            donor_service_provider: self.request.donor_service_provider.clone(),
            answer_due: Some(self.later(until)),
            reason_code: reason_code.map(|code| code.to_string()),
        })
    }

    fn answer(&self, behaviour: &Behaviour) -> Option<PortingRequestAnswer> {
        let first_possible = match behaviour {
            Behaviour::Silent => return None,
            Behaviour::FirstPossibleAt(at) => Timestamp::from_instant(*at),
            _ => first_possible_date(self.header.timestamp),
        };
        let series = self.request.series.iter().map(|seq| {
            let blocking_code = match behaviour {
                Behaviour::BlockingCode(code) => Some(code),
                Behaviour::Partial { blocking_code, series } if series.contains(&seq.numbers.start) => Some(blocking_code),
                _ => None,
            };
            SeriesAnswer {
                numbers: seq.numbers.clone(),
                blocking_code: blocking_code.map(u8::to_string),
                first_possible_date: blocking_code.is_none().then_some(first_possible),
                note: None,
                donor_network_operator: Some(self.operator()),
                donor_service_provider: self.request.donor_service_provider.clone(),
            }
        });
        Some(PortingRequestAnswer {
            dossier_id: self.request.dossier_id.clone(),
            blocking: matches!(behaviour, Behaviour::BlockingCode(_)),
            series: series.collect(),
        })
    }
}
