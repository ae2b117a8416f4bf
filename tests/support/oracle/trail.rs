//! The promises about what is decided, event by event.

use chrono::{DateTime, Utc};
use serde_json::Value;

use super::{Cutover, Effect, Oracle, Request, STEPS, Stands, calendar, instant, overlap, span, spans, word};

impl Oracle {
    /// Holds the next event against the promises.
    pub(super) fn see(&mut self, event: &Value) {
        let (at, kind, data) = (instant(&event["at"]).unwrap_or_default(), word(&event["kind"]), &event["data"]);
        let before = self.broken.len();
        match kind.as_str() {
            "project_started" | "intake_changed" => {
                self.numbers = spans(&data["intake"]["numbers"]);
                self.id = data["id"].as_str().map_or_else(|| self.id.clone(), str::to_owned);
            }
            "held" => {
                self.must(!self.has(&[Stands::Scheduled, Stands::Running, Stands::Stopped]), "a hold waits for the cutover");
                self.held = true;
            }
            "resumed" => self.held = false,
            "project_cancelled" => {
                let ported = self.requests.values().any(Request::is_performed);
                self.must(!ported, "nothing is called off once a number was taken over");
                self.called_off = true;
            }
            "task_confirmed" if data["key"] == "number-porting" && data["automatic"] == true => {
                let ported = self.numbers.iter().all(|number| self.is_ported(*number));
                self.must(ported, "number-porting completes by itself only when every number was taken over");
            }
            _ if kind.starts_with("porting_") => self.see_porting(&kind, data, at),
            _ if kind.starts_with("effect_") => self.see_effect(&kind, data, at),
            _ => self.see_cutover(&kind, data, at),
        }
        for broken in &mut self.broken[before..] {
            *broken = format!("event {} ({kind}, {at}): {broken}", event["seq"]);
        }
    }

    fn see_porting(&mut self, kind: &str, data: &Value, at: DateTime<Utc>) {
        if kind == "porting_requested" {
            let asked = data["series"].as_array().into_iter().flatten().map(|asked| span(&asked["series"])).collect();
            self.must(!self.held && !self.called_off, "nobody is asked on hold, or after the end");
            let request = Request { dossier: word(&data["dossier_id"]), asked, ..Request::default() };
            let new = self.requests.values().all(|known| known.dossier != request.dossier);
            self.must(new, "a dossier's name is used once");
            self.requests.insert(word(&data["id"]), request);
            return;
        }
        let id = word(&data["request"]);
        let was_done = self.effects.values().any(|effect| effect.purpose == "perform_porting" && effect.of == id && effect.done);
        let Some(request) = self.requests.get_mut(&id) else { return self.must(false, "it is about a request that was made") };
        let was_performed = request.is_performed();
        match kind {
            "porting_answered" if data["accepted"] == true => request.accept(&data["series"]),
            "porting_answered" | "porting_refused" | "porting_cancelled" | "porting_expired" => {
                request.over = true;
                self.must(!was_performed, "what was taken over stays so");
            }
            "porting_performed" => {
                request.by_hand = !data["by_hand"].is_null();
                request.performed_at = Some(at);
                request.in_doubt = false;
                let by_hand = request.by_hand;
                self.must(!was_performed, "a request is performed once");
                self.must(was_done || by_hand, "it was asked for and done, or a person says so");
                self.cutover.iter_mut().for_each(|cutover| cutover.called = false);
            }
            "porting_doubted" => {
                request.performed_at = None;
                request.in_doubt = true;
                request.doubts += 1;
            }
            _ => {}
        }
    }

    fn see_effect(&mut self, kind: &str, data: &Value, at: DateTime<Utc>) {
        let id = word(&data["id"]);
        if kind == "effect_requested" {
            let purpose = data["purpose"].as_object().and_then(|purpose| purpose.iter().next());
            let (purpose, of) = purpose.map_or((word(&data["purpose"]), String::new()), |(name, of)| (name.clone(), word(of)));
            self.may_ask(&purpose, &of, at);
            let known = self.effects.insert(id, Effect { purpose, of, ..Effect::default() });
            return self.must(known.is_none(), "an effect's key is used once");
        }
        let Some(effect) = self.effects.get_mut(&id) else { return self.must(false, "it is about an effect that was asked for") };
        let (was_over, rested_in_vain) = (effect.over, effect.purpose == "perform_porting" && !effect.in_doubt);
        let (purpose, of) = (effect.purpose.clone(), effect.of.clone());
        match kind {
            "effect_failed" => {
                effect.in_doubt |= data["may_have_happened"] == true;
                effect.rests = data["retry_at"].is_null();
            }
            "effect_waiting" => {
                effect.by_hand = data["by_hand"] == true;
                effect.rests = effect.by_hand;
                effect.in_doubt |= !effect.by_hand;
            }
            "effect_rearmed" => {
                effect.rests = false;
                // What may have happened is asked after at any hour; what has not is a porting like any other.
                if rested_in_vain {
                    self.may_port(&of, at);
                }
            }
            "effect_done" | "effect_refused" | "effect_withdrawn" => {
                effect.over = true;
                effect.done = kind == "effect_done";
                let cutover = self.cutover.as_mut().filter(|_| kind == "effect_done");
                match (purpose.as_str(), cutover) {
                    ("route", Some(cutover)) => cutover.routed = true,
                    ("test_call", Some(cutover)) => cutover.called = true,
                    _ => {}
                }
            }
            _ => {}
        }
        self.must(!was_over, "what is over stays so");
    }

    /// What may be asked of the world outside, and when.
    fn may_ask(&mut self, purpose: &str, of: &str, at: DateTime<Utc>) {
        let (begun, done) = self.cutover.as_ref().map(|own| (own.begun.clone(), own.done.clone())).unwrap_or_default();
        let has = |steps: &[String], step: &str| steps.iter().any(|own| own == step);
        let at_work = self.has(&[Stands::Running, Stands::Stopped]);
        let another = self.effects.values().any(|effect| effect.purpose == purpose && effect.of == of && !effect.over);
        match purpose {
            "route" => {
                self.must(self.has(&[Stands::Running]) && has(&done, "preflight"), "numbers are routed after the preflight");
            }
            "unroute" => self.must(!at_work || !has(&begun, "route"), "a routing that a cutover needs is not undone"),
            "test_call" => self.must(self.has(&[Stands::Running]) && has(&done, "port"), "numbers are called after the porting"),
            "rehearse" => self.must(!at_work, "nothing is rehearsed during the cutover"),
            "perform_porting" => {
                self.may_port(of, at);
                let request = self.requests.get_mut(of);
                if let Some(request) = request {
                    (request.begun_at, request.reached_at) = (Some(at), None);
                }
            }
            _ => {}
        }
        if matches!(purpose, "route" | "unroute" | "test_call" | "perform_porting") {
            self.must(!another, "the same is not asked for twice at a time");
            self.must(purpose == "unroute" || (!self.held && !self.called_off), "nothing moves on hold, or after the end");
        }
    }

    /// Whether a request's numbers may be taken over now.
    fn may_port(&mut self, id: &str, at: DateTime<Utc>) {
        let moving = self.moving();
        let (Some(cutover), Some(request)) = (&self.cutover, self.requests.get(id)) else {
            return self.must(false, "a cutover takes an accepted request's numbers over");
        };
        let day = calendar::day(at);
        let agreed = calendar::day(cutover.at) == day && cutover.at <= at;
        let promises = [
            (cutover.stands == Stands::Running, "numbers are taken over while the cutover runs"),
            (cutover.done.iter().any(|step| step == "route"), "numbers are taken over after they were routed"),
            (!request.is_performed(), "a request is performed once"),
            (
                !request.over && moving.iter().any(|number| request.has_accepted(*number)),
                "the donor lets the cutover's numbers go",
            ),
            (request.is_open_at(calendar::local(at)), "a porting is inside its window"),
            (agreed || cutover.may_go_on_at == Some(day), "a porting is on the day that was agreed, or a person let it go on"),
            (agreed || calendar::is_porting_hour(at), "on another day a porting is in the porting hours"),
        ];
        for (holds, promise) in promises {
            self.must(holds, promise);
        }
    }

    fn see_cutover(&mut self, kind: &str, data: &Value, at: DateTime<Utc>) {
        if kind == "cutover_scheduled" {
            return self.see_moment(data, at);
        }
        let (moving, held) = (self.moving(), self.held || self.called_off);
        let ported = moving.iter().all(|number| self.is_ported(*number));
        let since = self.cutover.as_ref().and_then(|cutover| cutover.began_at);
        let some_ported = since.is_some() && self.requests.values().any(|request| request.performed_at >= since);
        let may_be_ported = self
            .effects
            .values()
            .any(|effect| effect.purpose == "perform_porting" && !effect.over && (effect.in_doubt || !effect.rests));
        let Some(cutover) = &mut self.cutover else { return };
        let (stands, step, by_hand) = (cutover.stands, word(&data["step"]), !data["by_hand"].is_null());
        let place = STEPS.iter().position(|key| *key == step).unwrap_or(STEPS.len());
        let in_turn = STEPS[..place].iter().all(|earlier| cutover.done.iter().any(|done| done == earlier));
        let mut promises = Vec::new();
        match kind {
            "cutover_started" => {
                promises.push((stands == Stands::Scheduled && cutover.at <= at && !held, "a cutover begins at its moment"));
                (cutover.stands, cutover.began_at) = (Stands::Running, Some(at));
            }
            "step_started" => {
                promises.push((stands == Stands::Running && in_turn && !held, "a step begins when those before it are done"));
                cutover.begun.push(step);
            }
            "step_done" => {
                let holds = match step.as_str() {
                    "route" => cutover.routed,
                    "port" | "complete" => ported,
                    "verify" => cutover.called,
                    "notify" => cutover.announced,
                    _ => true,
                };
                promises.push((stands == Stands::Running && in_turn, "a step ends when those before it are done"));
                promises.push((holds || by_hand, "a step is done when what it is for is so, or a person says so"));
                cutover.completed_by_hand |= step == "complete" && by_hand;
                if step == "verify" {
                    let moved = |request: &&mut Request| moving.iter().any(|number| request.has_accepted(*number));
                    let moved = self.requests.values_mut().filter(moved).filter(|request| request.is_performed());
                    moved.for_each(|request| request.reached_at = Some(at));
                }
                self.by_hand.extend(by_hand.then(|| step.clone()));
                cutover.done.push(step);
            }
            "incident_opened" => {
                promises.push((matches!(stands, Stands::Running | Stands::Done), "what runs or is done can stop"));
                cutover.stands = Stands::Stopped;
                cutover.done.retain(|done| STEPS[..place].contains(&done.as_str()));
            }
            "incident_closed" => {
                promises.push((stands == Stands::Stopped, "what stopped goes on"));
                (cutover.stands, cutover.may_go_on_at) = (Stands::Running, Some(calendar::day(at)));
            }
            "cutover_announced" => cutover.announced = true,
            "cutover_moved" if data["kind"] == "not_done" => {
                let over = calendar::day(cutover.at) < calendar::day(at) && !matches!(stands, Stands::Done | Stands::GivenUp);
                promises.push((over && !ported, "a day is told to have passed when it is over and numbers have not moved"));
            }
            "cutover_moved" if data["kind"] == "another_moment" => {
                let to = instant(&data["to"]) == Some(cutover.at);
                promises.push((stands == Stands::Scheduled && to, "another moment is told when the cutover has it"));
            }
            "cutover_moved" if data["kind"] == "goes_on" => {
                let another_day = calendar::day(cutover.at) != calendar::day(at);
                promises.push((stands == Stands::Running && another_day, "it is told to go on when it does, on another day"));
            }
            "cutover_moved" if data["kind"] == "called_off" => {
                promises.push((stands != Stands::Done && data["to"].is_null(), "what is done is not called off"));
            }
            "cutover_aborted" => {
                promises.push((!matches!(stands, Stands::Done | Stands::GivenUp), "what is under way can be given up"));
                promises.push((
                    !some_ported && !may_be_ported,
                    "nothing is given up once a number was, or may have been, taken over",
                ));
                cutover.stands = Stands::GivenUp;
            }
            "cutover_done" => {
                let all = STEPS.iter().all(|step| cutover.done.iter().any(|done| done == step));
                promises.push((stands == Stands::Running && all, "a cutover is done when all its steps are"));
                promises.push((ported || cutover.completed_by_hand, "a cutover that is done has taken over what it is about"));
                cutover.stands = Stands::Done;
            }
            _ => {}
        }
        for (holds, promise) in promises {
            self.must(holds, promise);
        }
    }

    /// A cutover gets its moment: inside the windows of all that moves then, in the porting hours or with a reason.
    fn see_moment(&mut self, data: &Value, now: DateTime<Utc>) {
        let at = instant(&data["at"]).unwrap_or_default();
        self.must(!self.has(&[Stands::Running, Stands::Stopped]), "a cutover under way is not moved");
        self.must(!self.held && !self.called_off && now <= at, "a moment is chosen ahead, and not on hold");
        self.cutover = Some(Cutover {
            at,
            numbers: spans(&data["numbers"]),
            stands: Stands::Scheduled,
            began_at: None,
            begun: Vec::new(),
            done: Vec::new(),
            may_go_on_at: None,
            routed: false,
            called: false,
            announced: false,
            completed_by_hand: false,
        });
        let moving = self.moving();
        let goes = |request: &Request| request.is_open_at(calendar::local(at)) && !request.is_performed();
        let open = moving.iter().all(|number| self.requests.values().any(|own| own.has_accepted(*number) && goes(own)));
        self.must(open, "a moment is inside the windows of all that moves then");
        self.must(calendar::is_porting_hour(at) || !data["override_reason"].is_null(), "a moment is in the porting hours");
    }

    fn has(&self, stands: &[Stands]) -> bool {
        self.cutover.as_ref().is_some_and(|cutover| stands.contains(&cutover.stands))
    }
}

impl Request {
    /// What the donor says of each series, or of all that it does not name.
    fn accept(&mut self, answers: &Value) {
        let answers = || answers.as_array().into_iter().flatten();
        for asked in &self.asked {
            let named = answers().find(|answer| !answer["number"].is_null() && overlap(span(&answer["number"]), *asked));
            let answer = named.or_else(|| answers().find(|answer| answer["number"].is_null()));
            let from = answer.filter(|answer| answer["blocking_code"].is_null());
            self.accepted.extend(from.and_then(|answer| instant(&answer["first_possible_at"])).map(|from| (*asked, from)));
        }
    }
}
