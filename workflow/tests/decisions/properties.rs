//! Whatever happens in whatever order, some things hold. [`World`] checks after every decision that the trail makes the state, that state
//! and events survive storage, that effects are pending once and their ids never repeat, that timers are those the state calls for and
//! none comes back at once, that the same is decided twice, and that consequences have come to their end.

use proptest::prelude::*;
use proptest::sample::Index;
use serde_json::{Value, json};
use uuid::Uuid;
use workflow::actor::Role;
use workflow::calendar::amsterdam;
use workflow::command::Command;
use workflow::cutover::StepKey;
use workflow::cutover::place::NumberState;
use workflow::effect::{Action, Outcome};
use workflow::event::{Event, Purpose};
use workflow::invoice::Reading;
use workflow::letter::LetterKind;
use workflow::letter::proof::{Confirmation, Sending};
use workflow::number::Series;
use workflow::phase;
use workflow::process::{Party, newest};
use workflow::project::{Attachment, AttachmentKind, Project};
use workflow::timer::{Timer, timers};

use crate::oracle::Oracle;
use crate::rehearsing::test_number;
use crate::world::{
    World, answer, attachment, by_hand, contract, denied, done, first_possible, form, intake, lost, refused, said, unavailable,
};

/// Something that somebody may try, described so that it can be tried in any state.
#[derive(Debug, Clone)]
enum Attempt {
    /// Whatever keeps the project from its next phase.
    Carry(Index),
    /// An outcome of one of the pending effects.
    Settle(Index, u8),
    /// Time until the next timer, or an hour.
    Wait(bool),
    /// Anything, in season or not.
    Anything(u8, Index),
}

fn attempts() -> impl Strategy<Value = Vec<Attempt>> {
    let attempt = prop_oneof![
        8 => any::<Index>().prop_map(Attempt::Carry),
        6 => (any::<Index>(), 0_u8..10).prop_map(|(which, how)| Attempt::Settle(which, how)),
        2 => any::<bool>().prop_map(Attempt::Wait),
        3 => (0_u8..36, any::<Index>()).prop_map(|(what, which)| Attempt::Anything(what, which)),
    ];
    proptest::collection::vec(attempt, 1..120)
}

fn two_donors() -> Value {
    let mut form = form();
    form["contracts"] = json!([contract("kpn-isdn", "KPN B.V."), contract("zaak", "Ziggo")]);
    form["numbers"].as_array_mut().unwrap().push(json!({"number": "030 200 12 00", "contract": "zaak"}));
    form["call_recording"] = json!("90_days");
    form["installation"] = json!({"on": "2027-01-20", "from": "09:00", "until": "12:00"});
    form
}

fn outcome(how: u8) -> Outcome {
    match how {
        0..=4 => done(),
        5 => by_hand(),
        6 => unavailable(),
        7 => lost(),
        8 => refused("no"),
        9 => denied(),
        _ => Outcome::Waiting { by_hand: false },
    }
}

impl World {
    fn attempt(&mut self, attempt: &Attempt) {
        match attempt {
            Attempt::Carry(which) => {
                let carrying = self.carrying();
                self.try_as_manager(carrying[which.index(carrying.len())].clone());
            }
            Attempt::Settle(which, how) => {
                let ids: Vec<Uuid> = self.outbox.keys().copied().collect();
                if !ids.is_empty() {
                    let id = ids[which.index(ids.len())];
                    let reads = matches!(self.outbox[&id].0.action, Action::ReadInvoice(_));
                    let outcome = if reads { Self::reading(*how) } else { outcome(*how) };
                    self.settle_id(id, outcome).unwrap();
                }
            }
            Attempt::Wait(long) => self.pass(*long),
            Attempt::Anything(what, which) => self.anything(*what, *which),
        }
    }

    /// A rejection is fine: nothing has changed.
    fn try_as_manager(&mut self, command: Command) {
        let _rejected = self.act(Role::Manager, command).is_err();
    }

    /// What would carry the project on from where it is.
    fn carrying(&self) -> Vec<Command> {
        let project = self.project();
        let mut commands = vec![Command::Advance];
        for task in project.process().tasks().iter().filter(|task| project.is_open(&task.key) && !task.recurring) {
            commands.extend(task.done_by.iter().map(|party| crate::world::complete(&task.key, Some(*party))));
        }
        if project.phase == phase::State::Order {
            commands.extend(["kpn-isdn", "zaak"].map(|id| attachment(AttachmentKind::SignedAuthorization, Some(id))));
            commands.extend(["kpn-isdn", "zaak"].map(|id| attachment(AttachmentKind::Invoice, Some(id))));
            commands.push(Command::SubmitPorting);
            let drafts = project.letters.iter().filter(|letter| letter.sent_on.is_none());
            commands.extend(drafts.map(|letter| Command::RecordLetterSent {
                letter: letter.id,
                sent_on: None,
                sending: Sending::default(),
            }));
        }
        for request in project.requests.iter().filter(|request| request.state.as_str() == "requested") {
            let soon = (self.now + chrono::TimeDelta::days(3)).format("%Y-%m-%d 00:00").to_string();
            commands.push(Command::RecordAnswer { request: Some(request.id.clone()), answer: first_possible(&soon) });
        }
        if project.phase == phase::State::Implementation {
            commands.push(self.in_season());
            commands.push(Command::RetryCutover);
        }
        commands
    }

    /// A cutover at the first moment that the requests have in common.
    fn in_season(&self) -> Command {
        let windows = self.project().requests.iter().filter(|request| request.state.as_str() == "accepted");
        let window = windows.filter_map(workflow::porting::PortingRequest::window).max_by_key(|window| window.opens_at);
        let at = window.and_then(|window| window.first_moment(&self.settings.porting_hours)).unwrap_or(self.now);
        Command::SchedulePorting { at: at.max(self.now), override_reason: Some("haast".to_owned()), requests: None }
    }

    /// The same of one request alone.
    fn part_in_season(&self, request: String) -> Command {
        let window =
            self.project().requests.iter().find(|own| own.id == request).and_then(workflow::porting::PortingRequest::window);
        let at = window.and_then(|window| window.first_moment(&self.settings.porting_hours)).unwrap_or(self.now);
        Command::SchedulePorting { at: at.max(self.now), override_reason: None, requests: Some(vec![request]) }
    }

    /// An invoice was read: some say the same, some another thing.
    fn reading(how: u8) -> Outcome {
        let text = format!("Klantnummer 10020030{how}\n030-100150{how}\n030-1001600 t/m 99");
        match outcome(how) {
            Outcome::Done { detail, .. } => {
                let reading = Reading::Read { findings: workflow::invoice::read(&text) };
                Outcome::Done { detail, data: serde_json::to_value(reading).unwrap() }
            }
            other => other,
        }
    }

    fn invoice(number: u128) -> Command {
        let Command::AddAttachment(file) = attachment(AttachmentKind::Invoice, Some("kpn-isdn")) else { unreachable!() };
        Command::AddAttachment(Attachment { id: Uuid::from_u128(number), content_type: "application/pdf".to_owned(), ..file })
    }

    fn some_suggestion(&self, which: Index) -> Uuid {
        let suggestions = &self.project().suggestions;
        if suggestions.is_empty() { Uuid::nil() } else { suggestions[which.index(suggestions.len())].id }
    }

    fn pass(&mut self, long: bool) {
        let next = timers(self.project(), &self.settings.porting_hours).into_iter().min_by_key(|(_, at)| *at);
        match next {
            Some((timer, at)) if long => {
                self.now = self.now.max(at);
                self.act(Role::System, Command::TimerDue(timer)).unwrap();
            }
            _ => self.now += chrono::TimeDelta::hours(1),
        }
    }

    fn anything(&mut self, what: u8, which: Index) {
        let reason = || "zomaar".to_owned();
        let tasks = newest().tasks();
        let key = tasks[which.index(tasks.len())].key.clone();
        let request = (which.index(4) + 1).to_string();
        let command = match what {
            0 => Command::Hold { reason: reason() },
            1..=3 => Command::Resume,
            4 => Command::SkipTask { key, reason: reason() },
            5..=6 => Command::ReopenTask { key, reason: reason() },
            7 => Command::CancelPorting { request: None, reason: reason() },
            8 => Command::CancelPorting { request: Some(request), reason: reason() },
            9 => Command::RecordAnswer { request: Some(request), answer: answer(vec![said(None, None, Some(63))]) },
            10 => Command::RecordDelay { request, answer_due_at: None, reason_code: None },
            11 => Command::RecordPortingError { request, errors: "E1".to_owned() },
            12 => Command::RecordForeignMessage(crate::from_coin::asked_by("ZIGG", self)),
            13..=14 => Command::AbortCutover { reason: reason() },
            15 => Command::ResolveStep { note: reason() },
            16 => Command::ChangeIntake { intake: intake(form()) },
            17 => Command::ChangeIntake { intake: intake(two_donors()) },
            18 => {
                let kind = LetterKind::ALL[which.index(LetterKind::ALL.len())];
                let contract = (!kind.is_from_contractor()).then(|| "zaak".to_owned());
                Command::MakeLetter { kind, contract, language: None }
            }
            19 => crate::world::complete(&key, Some(Party::Contractor)),
            20 => Command::SubmitPorting,
            21 => {
                Command::TimerDue([Timer::Cutover, Timer::Preflight, Timer::DayPassed, Timer::Due(key)][which.index(4)].clone())
            }
            22 => self.in_season(),
            23 => self.part_in_season(request),
            24 => Command::MailLetters { letters: Vec::new(), to: None, message: None },
            25 => Command::RecordLetterUnsent { letter: self.some_letter(which), reason: reason() },
            26 => Command::RecordLetterSent { letter: self.some_letter(which), sent_on: None, sending: Sending::default() },
            27 => {
                let confirmed_on = amsterdam::local_date(self.now);
                let confirmation = Confirmation { confirmed_on, ends_on: None, attachment: None, note: None };
                Command::RecordLetterConfirmed { letter: self.some_letter(which), confirmation }
            }
            28 => Self::invoice(u128::try_from(which.index(3)).unwrap()),
            29 => Command::AcceptSuggestion { suggestion: self.some_suggestion(which) },
            30 => Command::DismissSuggestion { suggestion: self.some_suggestion(which), reason: reason() },
            31 => Command::RehearseCutover { test_number: test_number() },
            32 => Command::AskForwarding(crate::forwarding::block()),
            33 => Command::RecordForwardingSet(crate::forwarding::said(&request)),
            34 => Command::EndForwarding(crate::forwarding::said(&request)),
            // Seldom, as it ends nearly everything.
            _ if which.index(4) == 0 => Command::Cancel { reason: reason() },
            _ => Command::RetryCutover,
        };
        let role = if matches!(command, Command::TimerDue(_)) { Role::System } else { Role::Manager };
        let _rejected = self.act(role, command).is_err();
    }

    fn some_letter(&self, which: Index) -> Uuid {
        let letters = &self.project().letters;
        if letters.is_empty() { Uuid::nil() } else { letters[which.index(letters.len())].id }
    }

    /// Holds the whole story against what must never happen.
    fn check_story(&self) {
        let project = self.project();
        assert_eq!(Project::replay(&self.trail).as_ref(), Some(project), "the whole trail makes the state");
        let mut phase = phase::State::Offer;
        for recorded in &self.trail {
            match &recorded.event {
                Event::PhaseAdvanced { from, to } => {
                    assert_eq!((*from, phase::step(phase, phase::Event::Advance)), (phase, Some(*to)));
                    phase = *to;
                }
                Event::ProjectCancelled { .. } => {
                    assert_eq!(phase::step(phase, phase::Event::Cancel), Some(phase::State::Cancelled));
                    phase = phase::State::Cancelled;
                }
                _ => {}
            }
        }
        assert_eq!(phase, project.phase);
        self.check_order();
        self.ask_the_oracle();
        for request in &project.requests {
            // A doubt may come first: COIN's error can be heard before the answer to our own message.
            let mut performed = false;
            for recorded in &self.trail {
                match &recorded.event {
                    Event::PortingPerformed { request: of, .. } if *of == request.id => {
                        assert!(!performed, "request {of} was performed again without a doubt");
                        performed = true;
                    }
                    Event::PortingDoubted { request: of } if *of == request.id => performed = false,
                    _ => {}
                }
            }
            assert_eq!(performed, request.state.as_str() == "performed", "what was performed and not doubted stays so");
        }
        let given_up = project.cutover.as_ref().is_none_or(|cutover| cutover.state.as_str() == "aborted");
        let routes = |purpose: &Purpose| matches!(purpose, Purpose::Route | Purpose::Unroute | Purpose::Rehearse(_));
        let temporary: Vec<&Series> = project.temporary_numbers().collect();
        let may_be_routed = project.effects.values().any(|effect| routes(&effect.purpose));
        if given_up && !may_be_routed {
            let wanted = |series: &Series| project.is_ported(series) || temporary.contains(&series);
            let left: Vec<Series> = self.routed().into_iter().filter(|series| !wanted(series)).collect();
            assert_eq!(left, [], "nothing that was not ported is routed after an aborted cutover's last unrouting");
        }
        let cutover_is_done = project.cutover.as_ref().is_some_and(|cutover| {
            let completed_by_hand = cutover.step(StepKey::Complete).is_some_and(|step| step.done_by_hand.is_some());
            cutover.state.as_str() == "done" && !completed_by_hand
        });
        assert!(
            !cutover_is_done || project.numbers_in_cutover().all(|series| project.is_ported(series)),
            "a cutover that is done by itself has ported every number that it is about"
        );
    }

    /// A model that shares no code with the rules finds nothing to object to.
    fn ask_the_oracle(&self) {
        let project = self.project();
        let mut oracle = Oracle::of(&self.told_trail());
        oracle.hears_of(&self.journal);
        let states = project.numbers_in_cutover().map(|series| json!(NumberState::of(project, series)));
        oracle.hears_of_service(&states.collect::<Vec<_>>());
        let told = json!(self.told_trail());
        assert_eq!(oracle.broken, [""; 0], "{told}\n{}", json!(self.journal));
    }

    /// No number is taken over for which the PBX was not asked to answer before.
    fn check_order(&self) {
        let mut routed: Vec<&Series> = Vec::new();
        for effect in &self.asked {
            match &effect.action {
                Action::Route(routing) => routed.extend(&routing.numbers),
                Action::PerformPorting(porting) => {
                    let unrouted = porting.numbers.iter().find(|series| !routed.contains(series));
                    assert_eq!(unrouted, None, "ported without a routing");
                }
                _ => {}
            }
        }
    }

    /// The numbers that the PBX, as far as it has said, answers.
    fn routed(&self) -> Vec<Series> {
        let mut routed: Vec<Series> = Vec::new();
        for recorded in &self.trail {
            let Event::EffectDone { id, .. } = &recorded.event else { continue };
            match self.asked.iter().find(|effect| effect.id == *id).map(|effect| &effect.action) {
                Some(Action::Route(routing)) => routed.extend(routing.numbers.iter().cloned()),
                Some(Action::Unroute(routing)) => routed.retain(|series| !routing.numbers.contains(series)),
                _ => {}
            }
        }
        routed
    }
}

/// Where a story begins: the further on, the more of the cutover it sees.
fn beginning(stage: u8) -> World {
    match stage {
        0 => World::in_offer_with(two_donors()),
        1 => World::asked_with(two_donors()),
        2 => World::in_implementation_with(two_donors()),
        3 => World::scheduled_with(two_donors()),
        _ => World::running_with(two_donors()),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn whatever_happens_in_whatever_order_the_rules_hold(stage in 0_u8..5, attempts in attempts()) {
        let mut world = beginning(stage);
        for attempt in &attempts {
            world.attempt(attempt);
        }
        world.check_story();
    }
}

/// The generator gets somewhere: carried on and nothing else, a project reaches its end.
#[test]
fn carrying_on_reaches_maintenance() {
    let mut world = World::in_offer_with(two_donors());
    for _ in 0..400 {
        for command in world.carrying() {
            world.try_as_manager(command);
        }
        while let Some(id) = world.outbox.keys().next().copied() {
            world.settle_id(id, done()).unwrap();
        }
        world.pass(timers(world.project(), &world.settings.porting_hours).contains_key(&Timer::Cutover));
        if world.project().phase == phase::State::Maintenance {
            return world.check_story();
        }
    }
    panic!("still in {}: {:?}", world.project().phase, world.project().unmet_tasks().map(|task| &task.key).collect::<Vec<_>>());
}
