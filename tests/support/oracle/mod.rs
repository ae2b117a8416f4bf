//! What may happen in a cutover, and in which order: a model of its own, written from what the specification and docs/ promise. It shares no
//! code with the rules that decide and sees what everybody can see: a project's trail as the API tells it, and the journal of the world
//! outside. It says of each event and of each call which promise it breaks.

mod calendar;
mod journal;
mod trail;

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate, NaiveDateTime, TimeDelta, Utc};
use serde_json::Value;

/// The steps, in their order.
const STEPS: [&str; 6] = ["preflight", "route", "port", "verify", "complete", "notify"];

/// First and last of consecutive numbers, as digits.
type Span = (i64, i64);

/// A project as its trail tells it.
#[derive(Debug, Default)]
pub(crate) struct Oracle {
    /// Every promise that was broken, with the place in the trail or the journal.
    pub(crate) broken: Vec<String>,
    id: String,
    numbers: Vec<Span>,
    held: bool,
    called_off: bool,
    requests: BTreeMap<String, Request>,
    effects: BTreeMap<String, Effect>,
    cutover: Option<Cutover>,
    /// The steps of which a person once said that they had been done by hand.
    by_hand: BTreeSet<String>,
}

/// What a donor was asked, and said.
#[derive(Debug, Default)]
struct Request {
    dossier: String,
    asked: Vec<Span>,
    /// What it lets go, each from when.
    accepted: Vec<(Span, DateTime<Utc>)>,
    /// Withdrawn, expired, refused.
    over: bool,
    performed_at: Option<DateTime<Utc>>,
    by_hand: bool,
    in_doubt: bool,
    /// How often an error was reported in it: then a person may have it sent again.
    doubts: usize,
    begun_at: Option<DateTime<Utc>>,
    reached_at: Option<DateTime<Utc>>,
}

/// Something that was to be done outside.
#[derive(Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a thing of its own that was seen")]
struct Effect {
    purpose: String,
    /// Of a purpose that names one.
    of: String,
    over: bool,
    done: bool,
    /// An attempt may have had an effect.
    in_doubt: bool,
    /// Nobody is at it, and nobody will be by itself.
    rests: bool,
    by_hand: bool,
}

/// A cutover.
#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a thing of its own that was seen")]
struct Cutover {
    at: DateTime<Utc>,
    /// All when empty.
    numbers: Vec<Span>,
    stands: Stands,
    began_at: Option<DateTime<Utc>>,
    begun: Vec<String>,
    done: Vec<String>,
    /// A day other than the agreed one, on which a person let it go on.
    may_go_on_at: Option<NaiveDate>,
    /// The PBX has said that it routes.
    routed: bool,
    /// A test call arrived after the last porting.
    called: bool,
    announced: bool,
    completed_by_hand: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stands {
    Scheduled,
    Running,
    Stopped,
    GivenUp,
    Done,
}

impl Oracle {
    /// Holds a trail against the promises.
    pub(crate) fn of(trail: &[Value]) -> Self {
        let mut oracle = Self::default();
        for event in trail {
            oracle.see(event);
        }
        oracle
    }

    /// Holds what was to be seen at the end of a history in which everything was to go well against it.
    pub(crate) fn ends_well(&mut self) {
        let done = self.cutover.as_ref().is_some_and(|cutover| cutover.stands == Stands::Done);
        self.must(done, "at the end the cutover is done");
        let left = self.numbers.iter().filter(|number| !self.is_ported(**number)).count();
        self.must(left == 0, "at the end every number is taken over");
        let under_way = self
            .effects
            .values()
            .filter(|effect| !effect.over && (effect.is_of_the_pbx() || effect.purpose == "perform_porting"))
            .count();
        self.must(under_way == 0, "at the end nothing of the cutover is under way");
    }

    /// Holds what is told of the time out of service, `number_states`, against the trail: from when the taking over began until a test call
    /// had arrived.
    pub(crate) fn hears_of_service(&mut self, states: &[Value]) {
        for state in states {
            let number = span(state);
            let request = self.requests.values().rev().find(|request| request.is_performed() && request.has_accepted(number));
            let promised =
                request.map(|request| (request.gone_from(), request.reached_at.filter(|at| Some(*at) >= request.gone_from())));
            let told = Some(&state["out_of_service"]).filter(|out| !out.is_null());
            let told = told.map(|out| (instant(&out["from"]), instant(&out["until"])));
            self.must(told == promised, &format!("{number:?} was out of service {promised:?}, and {told:?} is told"));
        }
    }

    fn must(&mut self, holds: bool, promise: &str) {
        if !holds {
            self.broken.push(promise.to_owned());
        }
    }

    fn is_ported(&self, number: Span) -> bool {
        self.requests.values().any(|request| request.is_performed() && request.has_accepted(number))
    }

    /// The numbers that the cutover is about, of those that the project still has.
    fn moving(&self) -> Vec<Span> {
        let chosen = self.cutover.as_ref().map(|cutover| cutover.numbers.as_slice()).unwrap_or_default();
        let about = |number: &&Span| chosen.is_empty() || chosen.iter().any(|own| overlap(*own, **number));
        self.numbers.iter().filter(about).copied().collect()
    }
}

impl Request {
    fn has_accepted(&self, number: Span) -> bool {
        !self.over && self.accepted.iter().any(|(own, _)| own.0 <= number.0 && number.1 <= own.1)
    }

    /// From the latest first possible date until 90 days after the earliest, that day included.
    fn is_open_at(&self, local: NaiveDateTime) -> bool {
        let opens = |from: &DateTime<Utc>| calendar::local(*from);
        let open =
            |(_, from): &(Span, DateTime<Utc>)| opens(from) <= local && local.date() <= opens(from).date() + TimeDelta::days(90);
        self.accepted.iter().all(open) && !self.accepted.is_empty()
    }

    fn is_performed(&self) -> bool {
        self.performed_at.is_some()
    }

    /// When its numbers were begun to be taken over; by hand nobody knows it before it is told.
    fn gone_from(&self) -> Option<DateTime<Utc>> {
        self.begun_at.or(self.performed_at)
    }
}

impl Effect {
    fn is_of_the_pbx(&self) -> bool {
        matches!(self.purpose.as_str(), "route" | "unroute" | "test_call")
    }
}

/// Numbers as they are told: `{"number": "+31301001200", "block_size": 100}`.
fn span(series: &Value) -> Span {
    let first = digits(&series["number"]);
    (first, first + series["block_size"].as_i64().unwrap_or(1) - 1)
}

fn spans(list: &Value) -> Vec<Span> {
    list.as_array().into_iter().flatten().map(span).collect()
}

fn digits(number: &Value) -> i64 {
    number.as_str().unwrap_or_default().trim_start_matches('+').parse().unwrap_or_default()
}

fn overlap(one: Span, other: Span) -> bool {
    one.0 <= other.1 && other.0 <= one.1
}

fn instant(text: &Value) -> Option<DateTime<Utc>> {
    text.as_str()?.parse().ok()
}

fn word(text: &Value) -> String {
    text.as_str().unwrap_or_default().to_owned()
}
