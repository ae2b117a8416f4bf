//! The porting morning as a list to tick off: which step, what is to be done and by whom, what has been done, when and by whom, and what can
//! be said by one click.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::Serialize;
use uuid::Uuid;

use crate::actor::Actor;
use crate::cutover::incident::WayOut;
use crate::cutover::{Cutover, Step, StepKey, StepState, machine};
use crate::effect::{Action, Routing};
use crate::event::{Event, Purpose, Recorded};
use crate::instruction::{instruction, to_perform};
use crate::number::Series;
use crate::porting::{PortingRequest, request};
use crate::process::Party;
use crate::project::{PendingEffect, Project, Turn};
use crate::text::Text;

/// One thing to tick off.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct CheckItem {
    /// The step that it is, or is a part of.
    pub step: StepKey,
    /// What that is called.
    pub title: Text,
    /// The porting request, where each is a thing of its own.
    pub request: Option<String>,
    /// Where it stands.
    pub state: StepState,
    /// Who does it, or did; null while that is not known: before it has begun.
    pub who: Option<Doer>,
    /// What is to be done, in the words for who does it by hand.
    pub to_do: Text,
    /// What waits for its outcome.
    pub effect: Option<Uuid>,
    /// When it began.
    pub began_at: Option<DateTime<Utc>>,
    /// When whoever must act is asked again.
    pub asked_again_at: Option<DateTime<Utc>>,
    /// What went wrong last.
    pub last_error: Option<String>,
    /// That it has been done.
    pub done: Option<Done>,
}

/// Who does something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Doer {
    /// Overstap, or a system that it calls: it goes by itself.
    System,
    /// A person, by hand.
    Person,
}

/// Who has done something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Done {
    /// When it was said.
    pub at: DateTime<Utc>,
    /// Who said so.
    pub by: Actor,
    /// What they said.
    pub note: Option<String>,
}

/// What can be said by one click.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Click {
    /// This has been done.
    Done(Uuid),
    /// This can't be done.
    Refused(Uuid),
    /// The step at which the cutover stopped is to be tried again.
    Retry,
    /// The step at which the cutover stopped was done by hand.
    Resolve,
    /// The cutover is given up.
    Abort,
}

impl Click {
    /// What stands on its button.
    pub fn text(self) -> Text {
        match self {
            Click::Done(_) => Text::new("gedaan", "done"),
            Click::Refused(_) => Text::new("lukt niet", "can't be done"),
            Click::Retry => Text::new("opnieuw proberen", "try again"),
            Click::Resolve => Text::new("met de hand gedaan", "done by hand"),
            Click::Abort => Text::new("afbreken", "give up"),
        }
    }
}

impl CheckItem {
    /// What can be said of it by one click, while it waits for a person.
    pub fn clicks(&self) -> Vec<Click> {
        match (self.effect, self.who) {
            (Some(id), Some(Doer::Person)) if self.state == StepState::Waiting => vec![Click::Done(id), Click::Refused(id)],
            _ => Vec::new(),
        }
    }
}

/// What can be done by one click about a cutover that stopped.
pub fn clicks_of_incident(cutover: &Cutover) -> Vec<Click> {
    let click = |way: &WayOut| match way {
        WayOut::Retry => Some(Click::Retry),
        WayOut::Resolve => Some(Click::Resolve),
        WayOut::Abort => Some(Click::Abort),
        // For the provider to do.
        WayOut::ForwardCalls => None,
    };
    cutover.incident.iter().flat_map(|incident| incident.can.iter().filter_map(click)).collect()
}

/// The check list of a project's cutover, from its state and the trail that made it; empty when there is no cutover.
pub fn checklist(project: &Project, trail: &[Recorded]) -> Vec<CheckItem> {
    let Some(cutover) = &project.cutover else { return Vec::new() };
    let story = Story::of(trail);
    let mut items = Vec::new();
    for step in &cutover.steps {
        let requests = || project.requests.iter().filter(|request| is_moved(project, request));
        if step.key == StepKey::Port {
            items.extend(requests().map(|request| of_request(project, cutover, step, request, &story)));
        } else {
            items.push(of_step(project, cutover, step, &story));
        }
    }
    items
}

/// Whether the cutover takes this request's numbers over, or has.
fn is_moved(project: &Project, request: &PortingRequest) -> bool {
    matches!(request.state, request::State::Accepted | request::State::Performed) && project.is_in_cutover(request)
}

fn of_step(project: &Project, cutover: &Cutover, step: &Step, story: &Story) -> CheckItem {
    let pending = project.effects.iter().find(|(_, effect)| effect.purpose.step() == Some(step.key));
    let done = (step.state == StepState::Done).then(|| story.steps_done.get(&step.key).cloned()).flatten();
    let to_do = story.told.get(&(step.key, None)).cloned().unwrap_or_else(|| planned(project, step.key));
    item(cutover, step, step.state, (None, to_do), pending, done)
}

fn of_request(project: &Project, cutover: &Cutover, step: &Step, request: &PortingRequest, story: &Story) -> CheckItem {
    let purpose = Purpose::PerformPorting(request.id.clone());
    let pending = project.effects.iter().find(|(_, effect)| effect.purpose == purpose);
    let performed = request.state == request::State::Performed;
    let done = performed.then(|| story.performed.get(&request.id).cloned()).flatten();
    let state = match (performed, pending) {
        (true, _) => StepState::Done,
        (false, Some((_, effect))) if effect.turn == Turn::Adapter => StepState::Running,
        _ => step.state,
    };
    let numbers: Vec<Series> = request.accepted_series().cloned().collect();
    let to_do = story.told.get(&(step.key, Some(request.id.clone()))).cloned();
    let to_do = to_do.unwrap_or_else(|| to_perform(&request.dossier_id, &numbers));
    item(cutover, step, state, (Some(request.id.clone()), to_do), pending, done)
}

fn item(
    cutover: &Cutover,
    step: &Step,
    state: StepState,
    (request, to_do): (Option<String>, Text),
    pending: Option<(&Uuid, &PendingEffect)>,
    done: Option<Done>,
) -> CheckItem {
    let stopped = cutover.state == machine::State::Aborted;
    let waits = pending.map(|(_, effect)| effect).filter(|effect| effect.turn == Turn::Person && !stopped);
    // What asks nobody outside is done in the same breath as what somebody said of the step before it.
    let asks_nobody = matches!(step.key, StepKey::Preflight | StepKey::Complete | StepKey::Notify);
    let who = match (&done, pending) {
        (Some(Done { note: None, .. }) | None, None) if asks_nobody => Some(Doer::System),
        (Some(done), _) if done.by.role.party() == Some(Party::Contractor) => Some(Doer::Person),
        (Some(_), _) => Some(Doer::System),
        (None, Some((_, effect))) => Some(if effect.needs_a_person() { Doer::Person } else { Doer::System }),
        (None, None) => None,
    };
    CheckItem {
        step: step.key,
        title: step.key.title(),
        request,
        state,
        who,
        to_do,
        effect: pending.map(|(id, _)| *id),
        began_at: step.started_at,
        asked_again_at: waits.and_then(|effect| effect.answer_by),
        last_error: pending.and_then(|(_, effect)| effect.last_error.clone()).or_else(|| step.last_error.clone()),
        done,
    }
}

/// What a step will ask of whoever does it.
fn planned(project: &Project, step: StepKey) -> Text {
    let routing = || Routing {
        tenant: project.intake.customer.name.clone(),
        numbers: project.numbers_in_cutover().cloned().collect(),
        stands_for: None,
    };
    match step {
        StepKey::Route => instruction(&Action::Route(routing())),
        StepKey::Verify => instruction(&Action::TestCall(routing())),
        StepKey::Preflight => {
            Text::new("gaat vanzelf: kijken of alles er is", "goes by itself: seeing whether everything is there")
        }
        StepKey::Port => Text::new("de nummers overnemen", "take the numbers over"),
        StepKey::Complete => Text::new("gaat vanzelf: de taak afronden", "goes by itself: completing the task"),
        StepKey::Notify => Text::new("gaat vanzelf: iedereen inlichten", "goes by itself: telling everyone"),
    }
}

/// What the trail tells of the cutover that is under way, or was last.
#[derive(Default)]
struct Story {
    /// What was asked of whoever does it, by step and request.
    told: BTreeMap<(StepKey, Option<String>), Text>,
    steps_done: BTreeMap<StepKey, Done>,
    performed: BTreeMap<String, Done>,
}

impl Story {
    fn of(trail: &[Recorded]) -> Self {
        let mut story = Self::default();
        let mut purposes: BTreeMap<Uuid, Purpose> = BTreeMap::new();
        // What was said of an effect counts for the step that its end completes.
        let mut said: BTreeMap<StepKey, String> = BTreeMap::new();
        for Recorded { at, actor, event } in trail {
            let done = |note| Done { at: *at, by: actor.clone(), note };
            match event {
                Event::CutoverScheduled { .. } | Event::CutoverStarted {} => {
                    story.told.clear();
                    story.steps_done.clear();
                    said.clear();
                }
                Event::EffectRequested { id, purpose, by_hand } => {
                    if let Some(step) = purpose.step() {
                        let request = if let Purpose::PerformPorting(request) = purpose { Some(request.clone()) } else { None };
                        story.told.insert((step, request), by_hand.clone());
                    }
                    purposes.insert(*id, purpose.clone());
                }
                Event::EffectDone { id, detail: Some(detail) } => {
                    if let Some(step) = purposes.get(id).and_then(Purpose::step) {
                        said.insert(step, detail.clone());
                    }
                }
                Event::PortingPerformed { request, by_hand } => {
                    let note = by_hand.clone().or_else(|| said.remove(&StepKey::Port));
                    story.performed.insert(request.clone(), done(note));
                }
                Event::StepDone { step, by_hand } => {
                    let note = by_hand.clone().or_else(|| said.remove(step));
                    story.steps_done.insert(*step, done(note));
                }
                _ => {}
            }
        }
        story
    }
}
