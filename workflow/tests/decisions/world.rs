//! One migration and the world around it, in memory: commands are decided as the server decides them, effects are settled by hand, timers
//! fire when time passes. Whatever a test does, the invariants that hold for every decision are checked on the way.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use serde_json::{Value, json};
use uuid::Uuid;
use workflow::actor::{Actor, Moment, Role};
use workflow::calendar::{amsterdam, local_time};
use workflow::command::{Command, SeriesAnswer};
use workflow::cutover::StepKey;
use workflow::decide::{Context, Decision, Settlement, decide};
use workflow::effect::{Action, Effect, Outcome};
use workflow::event::{Event, Purpose, Recorded};
use workflow::intake::{Intake, check::check};
use workflow::letter::{LetterFacts, LetterKind, Occasion, PrintedAddress, PrintedCompany};
use workflow::porting::DonorAnswer;
use workflow::porting::blocking::BlockingCodes;
use workflow::porting::window::PortingHours;
use workflow::process::Party;
use workflow::project::{Attachment, AttachmentKind, Project};
use workflow::provider::Directory;
use workflow::rejection::Rejection;
use workflow::settings::Settings;
use workflow::timer::{Timer, timers};

/// The contract, provider and block of the specification's intake.
pub(crate) fn form() -> Value {
    json!({
        "customer": {
            "name": "Bakkerij De Korenaar B.V.", "kvk_number": "12345678",
            "address": {"street": "Oudegracht 12", "postal_code": "3511 AB", "city": "Utrecht"},
            "contact": {"name": "J. de Vries", "email": "j.devries@korenaar.example", "phone": "+31301001234"}
        },
        "users": 12,
        "equipment": [{"model": "Yealink T54W", "quantity": 10}],
        "call_recording": "off",
        "contracts": [contract("kpn-isdn", "KPN B.V.")],
        "numbers": [{"number": "030 100 12 00", "block_size": 100, "contract": "kpn-isdn"}],
        "wish_date": "2027-01-26"
    })
}

/// A contract whose initial term ended in 2024.
pub(crate) fn contract(id: &str, provider: &str) -> Value {
    json!({
        "id": id,
        "provider": {"name": provider, "address": {"street": "Postbus 30000", "postal_code": "2500 GA", "city": "Den Haag"}},
        "customer_number": "100200300", "contract_number": "C-778899", "line_type": "isdn30",
        "start_date": "2021-03-01", "initial_term_months": 36, "notice_period_months": 1, "carries": []
    })
}

/// The checked intake of a form, as on the day on which the world begins.
pub(crate) fn intake(form: Value) -> Box<Intake> {
    let form = serde_json::from_value(form).unwrap();
    Box::new(check(form, &Directory::built_in(), at("2027-01-04 09:00").date_naive(), None).unwrap())
}

/// An instant by Amsterdam's clock: `2027-01-26 08:30`.
pub(crate) fn at(local: &str) -> DateTime<Utc> {
    amsterdam::resolve(NaiveDateTime::parse_from_str(local, "%Y-%m-%d %H:%M").unwrap()).instant
}

/// A day.
pub(crate) fn day(day: &str) -> chrono::NaiveDate {
    day.parse().unwrap()
}

pub(crate) fn settings() -> Settings {
    Settings {
        contractor: PrintedCompany {
            name: "Dynamx".to_owned(),
            address: PrintedAddress {
                street: "Keizersgracht 1".to_owned(),
                postal_code: "1015 AA".to_owned(),
                city: "Amsterdam".to_owned(),
            },
            kvk_number: None,
            contact: None,
            email: None,
            phone: None,
        },
        operator_code: "DYNX".to_owned(),
        porting_hours: PortingHours::default(),
        verify_for: TimeDelta::minutes(10),
        verify_every: TimeDelta::minutes(5),
        reminders_by_mail: false,
        answer_within: TimeDelta::minutes(15),
        attempt_count_max: 3,
        blocking_codes: BlockingCodes::default(),
        providers: Directory::built_in(),
    }
}

pub(crate) fn done() -> Outcome {
    Outcome::Done { detail: None, data: Value::Null }
}

pub(crate) fn refused(detail: &str) -> Outcome {
    Outcome::Refused { detail: detail.to_owned() }
}

pub(crate) fn by_hand() -> Outcome {
    Outcome::Waiting { by_hand: true }
}

/// Not reached, and certainly without effect.
pub(crate) fn unavailable() -> Outcome {
    Outcome::Failed { error: "503".to_owned(), may_have_happened: false, repeatable: true }
}

/// Our credentials have expired.
pub(crate) fn denied() -> Outcome {
    Outcome::Denied { error: "access denied: 401".to_owned(), may_have_happened: false }
}

/// Sent, and no answer came.
pub(crate) fn lost() -> Outcome {
    Outcome::Failed { error: "no answer".to_owned(), may_have_happened: true, repeatable: true }
}

/// The donor agrees to all numbers from a moment on.
pub(crate) fn first_possible(local: &str) -> DonorAnswer {
    answer(vec![said(None, Some(local), None)])
}

pub(crate) fn answer(series: Vec<SeriesAnswer>) -> DonorAnswer {
    DonorAnswer { blocking: false, series, donor_operator: Some("PTT".to_owned()), detail: None, attachment: None }
}

/// What a donor says of one series, or of all.
pub(crate) fn said(number: Option<&str>, first_possible: Option<&str>, blocking_code: Option<u8>) -> SeriesAnswer {
    let number = number.map(|number| workflow::number::Series::parse(number, None).unwrap());
    SeriesAnswer { number, first_possible_at: first_possible.map(at), blocking_code, note: None }
}

pub(crate) fn attachment(kind: AttachmentKind, contract: Option<&str>) -> Command {
    Command::AddAttachment(Attachment {
        id: Uuid::from_u128(9),
        kind,
        contract: contract.map(str::to_owned),
        filename: "scan.tiff".to_owned(),
        content_type: "image/tiff".to_owned(),
        size: 1,
        sha256: String::new(),
    })
}

pub(crate) fn complete(key: &str, party: Option<Party>) -> Command {
    Command::CompleteTask { key: key.to_owned(), on_behalf_of: party, note: None }
}

pub(crate) fn schedule(local: &str) -> Command {
    Command::SchedulePorting { at: at(local), override_reason: None, requests: None }
}

/// A migration and the world around it.
pub(crate) struct World {
    pub(crate) now: DateTime<Utc>,
    pub(crate) settings: Settings,
    /// Whether letters can be made.
    pub(crate) makes_letters: bool,
    /// Everything that has happened.
    pub(crate) trail: Vec<Recorded>,
    /// Effects that are to be done or waited for, with the instant from which.
    pub(crate) outbox: BTreeMap<Uuid, (Effect, DateTime<Utc>)>,
    /// Every effect that was ever asked for.
    pub(crate) asked: Vec<Effect>,
    /// What each letter says.
    pub(crate) letters: BTreeMap<Uuid, LetterFacts>,
    /// What took effect outside, as the world's journal tells it.
    pub(crate) journal: Vec<Value>,
    project: Option<Project>,
    timers: BTreeMap<Timer, DateTime<Utc>>,
    ids: BTreeSet<Uuid>,
    version: i64,
}

impl World {
    /// Monday 4 January 2027, nine in the morning, before anything has happened.
    pub(crate) fn new() -> Self {
        Self {
            now: at("2027-01-04 09:00"),
            settings: settings(),
            makes_letters: true,
            trail: Vec::new(),
            outbox: BTreeMap::new(),
            asked: Vec::new(),
            letters: BTreeMap::new(),
            journal: Vec::new(),
            project: None,
            timers: BTreeMap::new(),
            ids: BTreeSet::new(),
            version: 0,
        }
    }

    pub(crate) fn project(&self) -> &Project {
        self.project.as_ref().unwrap()
    }

    /// Somebody does something; what happened, or the rejection.
    pub(crate) fn act(&mut self, role: Role, command: Command) -> Result<Vec<Event>, Rejection> {
        let actor = Actor::new(role, role.as_str());
        let settings = self.settings.clone();
        let (moment, makes_letters) = (Moment { now: self.now }, self.makes_letters);
        let context = Context { actor: &actor, moment, settings: &settings, version: self.version + 1, makes_letters };
        let fired = if let Command::TimerDue(timer) = &command { Some(timer.clone()) } else { None };
        let decision = decide(self.project.as_ref(), command.clone(), &context);
        assert_eq!(decision, decide(self.project.as_ref(), command, &context), "the same is decided twice");
        let decision = decision?;
        if let Some(timer) = fired {
            let due_at = self.timers.remove(&timer);
            let again = decision.timers_set.get(&timer).filter(|at| **at <= self.now);
            assert!(due_at.is_none() || again.is_none(), "{timer} comes back at once");
        }
        let events = decision.events.clone();
        self.take(&actor, decision);
        self.check_invariants(&context);
        Ok(events)
    }

    fn take(&mut self, actor: &Actor, decision: Decision) {
        self.version += 1;
        let mut replayed = self.project.take();
        for event in decision.events {
            let (kind, data) = event.kind_and_data().unwrap();
            assert_eq!(Event::from_kind_and_data(&kind, &data).unwrap(), event, "an event survives storage");
            let recorded = Recorded { at: self.now, actor: actor.clone(), event };
            match &mut replayed {
                Some(project) => project.apply(&recorded),
                None => replayed = Project::start(&recorded),
            }
            self.trail.push(recorded);
        }
        assert_eq!(replayed.as_ref(), Some(&decision.project), "the trail makes the state");
        for (effect, due_at) in decision.effects {
            assert!(self.ids.insert(effect.id), "an effect's id is never used again");
            assert!(effect.action.kind().split('.').next() == Some(effect.action.adapter().as_str()), "a kind tells its adapter");
            self.asked.push(effect.clone());
            self.outbox.insert(effect.id, (effect, due_at));
        }
        for (id, settlement) in decision.settled {
            match settlement {
                Settlement::Over => drop(self.outbox.remove(&id)),
                Settlement::TryAt(due_at) => self.outbox.get_mut(&id).unwrap().1 = due_at,
                Settlement::Wait => assert!(self.outbox.contains_key(&id), "what waits is there"),
            }
        }
        for timer in &decision.timers_cleared {
            self.timers.remove(timer);
        }
        self.timers.extend(decision.timers_set);
        self.letters.extend(decision.letters);
        self.project = Some(decision.project);
    }

    /// What holds after every decision.
    fn check_invariants(&self, context: &Context<'_>) {
        let project = self.project();
        let stored = serde_json::to_value(project).unwrap();
        assert_eq!(&serde_json::from_value::<Project>(stored).unwrap(), project, "the state survives storage");
        assert!(project.effects.keys().eq(self.outbox.keys()), "each effect under way is pending exactly once");
        let made: BTreeSet<Uuid> = project.letters.iter().map(|letter| letter.id).collect();
        assert!(made.iter().eq(self.letters.keys()), "each letter that was made says something");
        assert_eq!(self.timers, timers(project, &self.settings.porting_hours), "the timers are those that the state calls for");
        let drafts = || project.letters.iter().filter(|letter| letter.sent_on.is_none() && !letter.replaced);
        let of: BTreeSet<_> = drafts().map(|letter| (letter.kind, &letter.provider, &letter.contract)).collect();
        assert_eq!(of.len(), drafts().count(), "no letter has two drafts");
        let announced = drafts().find(|letter| letter.kind == LetterKind::CutoverAnnouncement);
        if let Some(letter) = announced.filter(|_| !project.phase.is_final()) {
            let at = Occasion::Moment(project.cutover.as_ref().unwrap().at);
            assert_eq!((letter.occasion, project.cutover_status()), (Some(at), "scheduled"), "only what will be is announced");
        }
        let nothing = Command::TimerDue(Timer::Due("nothing".to_owned()));
        let system = Actor::system();
        let context = Context { actor: &system, version: self.version + 1, ..*context };
        assert_eq!(decide(Some(project), nothing, &context).unwrap().events, [], "consequences have come to their end");
        if let Ok(review) = decide(Some(project), Command::ReviewLetters, &context) {
            assert_eq!(review.events, [], "letters say what holds, or that they do not");
        }
    }

    /// A project manager does something that is allowed.
    pub(crate) fn manager(&mut self, command: Command) -> Vec<Event> {
        self.act(Role::Manager, command).unwrap_or_else(|rejection| panic!("{rejection:?}"))
    }

    /// A project manager does something that is not; the reason's code and all that is unmet.
    pub(crate) fn refused(&mut self, command: Command) -> String {
        match self.act(Role::Manager, command) {
            Ok(events) => panic!("not refused: {events:?}"),
            Err(rejection) => told(&rejection),
        }
    }

    /// The only pending effect of a kind, `pbx.route` say.
    pub(crate) fn effect(&self, kind: &str) -> Uuid {
        let mut ids = self.outbox.values().filter(|(effect, _)| effect.action.kind() == kind).map(|(effect, _)| effect.id);
        match (ids.next(), ids.next()) {
            (Some(id), None) => id,
            (first, _) => panic!("{kind}: {} pending", if first.is_some() { "several" } else { "none" }),
        }
    }

    /// The kinds of the pending effects. That everyone is told when a date moves is `moved`'s matter.
    pub(crate) fn pending(&self) -> Vec<&'static str> {
        let effects = &self.project().effects;
        let tells = |id: &Uuid| effects.get(id).is_some_and(|effect| matches!(effect.purpose, Purpose::TellMoved { .. }));
        let others = self.outbox.iter().filter(|(id, _)| !tells(id));
        let mut kinds: Vec<_> = others.map(|(_, (effect, _))| effect.action.kind()).collect();
        kinds.sort_unstable();
        kinds
    }

    /// An attempt at the only pending effect of a kind ends; time passes until it could be begun.
    pub(crate) fn settle(&mut self, kind: &str, outcome: Outcome) -> Vec<Event> {
        let id = self.effect(kind);
        self.now = self.now.max(self.outbox[&id].1);
        self.settle_id(id, outcome).unwrap()
    }

    pub(crate) fn settle_id(&mut self, effect: Uuid, outcome: Outcome) -> Result<Vec<Event>, Rejection> {
        let attempt = self.project().effects.get(&effect).map_or(1, |effect| effect.failures + 1);
        // What nobody knows of has happened every other time.
        if matches!(outcome, Outcome::Done { .. }) || outcome == lost() && effect.as_u128().is_multiple_of(2) {
            self.happens(effect);
        }
        self.act(Role::System, Command::SettleEffect { effect, attempt, outcome })
    }

    /// An effect takes effect, the first time at least.
    fn happens(&mut self, id: Uuid) {
        let known = self.journal.iter().any(|entry| entry["idempotency_key"] == json!(id));
        if let Some((effect, _)) = self.outbox.get(&id).filter(|_| !known) {
            let told = serde_json::to_value(effect).unwrap();
            let (action, project) = (&told["action"], &told["project"]);
            let body = json!({"project": project, "data": action["data"]});
            self.journal.push(json!({"kind": action["kind"], "idempotency_key": id, "body": body}));
        }
    }

    /// The trail, as the API tells it.
    pub(crate) fn told_trail(&self) -> Vec<Value> {
        let told = |(seq, recorded): (i64, &Recorded)| {
            let (kind, data) = recorded.event.kind_and_data().unwrap();
            json!({"seq": seq, "at": recorded.at, "kind": kind, "data": data})
        };
        (1..).zip(&self.trail).map(told).collect()
    }

    /// When a timer will fire, by Amsterdam's clock.
    pub(crate) fn timer(&self, timer: &str) -> Option<String> {
        let timer = timer.parse().unwrap();
        self.timers.get(&timer).map(|at| local_time(*at).format("%Y-%m-%d %H:%M").to_string())
    }

    /// Time passes; timers fire when they are due.
    pub(crate) fn wait_until(&mut self, local: &str) {
        let then = at(local);
        while let Some((timer, due_at)) =
            self.timers.iter().min_by_key(|(_, at)| **at).map(|(timer, at)| (timer.clone(), *at)).filter(|(_, at)| *at <= then)
        {
            self.now = self.now.max(due_at);
            self.act(Role::System, Command::TimerDue(timer)).unwrap();
        }
        self.now = then;
    }

    /// `preflight done, route running, port pending, …`, with the attempts where there was more than one.
    pub(crate) fn steps(&self) -> String {
        let cutover = self.project().cutover.as_ref().unwrap();
        let told = |key: &StepKey| {
            let step = cutover.step(*key).unwrap();
            let attempts = if step.attempts > 1 { format!("({})", step.attempts) } else { String::new() };
            format!("{} {}{attempts}", name(&step.key), name(&step.state))
        };
        StepKey::ALL.iter().map(told).collect::<Vec<_>>().join(", ")
    }

    /// `scheduled`, `running`, …
    pub(crate) fn cutover(&self) -> &'static str {
        self.project().cutover_status()
    }

    /// `open`, or `open (customer)` when the customer has confirmed.
    pub(crate) fn task(&self, key: &str) -> String {
        let project = self.project();
        let state = name(&project.task_state(project.process().task(key).unwrap()));
        let confirmed = project.tasks.get(key).map(|progress| progress.confirmed_by.as_slice()).unwrap_or_default();
        match confirmed {
            [] => state,
            _ => format!("{state} ({})", confirmed.iter().map(|party| party.as_str()).collect::<Vec<_>>().join(", ")),
        }
    }

    /// The kinds of what has happened since the trail had this length.
    pub(crate) fn kinds_since(&self, length: usize) -> Vec<String> {
        self.trail[length..].iter().map(|recorded| recorded.event.kind_and_data().unwrap().0).collect()
    }

    /// The only action asked for of a kind, and how often that kind was asked for.
    pub(crate) fn actions(&self, kind: &str) -> Vec<&Action> {
        self.asked.iter().map(|effect| &effect.action).filter(|action| action.kind() == kind).collect()
    }
}

/// A rejection's code and all that is unmet, or the faulty fields.
pub(crate) fn told(rejection: &Rejection) -> String {
    match rejection {
        Rejection::Input(faults) => {
            faults.iter().map(|fault| format!("{} {}", fault.pointer, fault.code)).collect::<Vec<_>>().join(", ")
        }
        Rejection::Conflict { reason, unmet, .. } if unmet.is_empty() => reason.code().to_owned(),
        Rejection::Conflict { reason, unmet, .. } => {
            format!("{}: {}", reason.code(), unmet.iter().map(|unmet| unmet.key.as_str()).collect::<Vec<_>>().join(", "))
        }
        Rejection::Forbidden(_) => "forbidden".to_owned(),
        Rejection::NotFound(_) => "not_found".to_owned(),
    }
}

/// The stored name of a value of an enum.
pub(crate) fn name<T: serde::Serialize>(value: &T) -> String {
    serde_json::to_value(value).unwrap().as_str().unwrap().to_owned()
}
