//! The year: from one moment at which anything is due to the next, and who then does what.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Datelike, Days, Months, NaiveDate, TimeDelta, Utc, Weekday};
use store::StoredEvent;
use uuid::Uuid;
use workflow::actor::Role;
use workflow::calendar::{amsterdam, is_working_day};
use workflow::event::Event;
use workflow::letter::LetterKind;
use workflow::phase::State as Phase;
use workflow::process::Party;

use super::agenda::{Agenda, Deed};
use super::case::{Case, Character};
use super::donors::Donors;
use super::office::{Desk, PortingPlaces, at, opening, worked, working_days_after};
use super::world::World;
use super::{contractor, customer};
use crate::chance::Chance;

/// Who looks at a case, by place in its lists.
pub(super) const CUSTOMER: usize = 0;
pub(super) const MANAGER: usize = 1;
pub(super) const ENGINEER: usize = 2;

/// What was refused is tried again after so many working days, if nothing happens before.
const RESTS_WORKING_DAYS: u32 = 2;
/// For so long a reminder keeps a customer awake.
const AWAKE_DAYS: i64 = 6;

/// A year of migrations.
pub(super) struct Year {
    pub(super) world: World,
    pub(super) donors: Donors,
    pub(super) agenda: Agenda,
    pub(super) cases: Vec<Case>,
    pub(super) by_id: BTreeMap<String, usize>,
    pub(super) chance: Chance,
    pub(super) managers: Desk,
    pub(super) engineers: Desk,
    pub(super) places: PortingPlaces,
    pub(super) ends_at: DateTime<Utc>,
}

impl Year {
    pub(super) fn new(world: World, donors: Donors, migrations: u32, seed: u64, from: NaiveDate) -> Self {
        let begins_at = world.now();
        let last_day = from + Months::new(12);
        let cases: Vec<Case> =
            (0..usize::try_from(migrations).unwrap_or_default()).map(|number| Case::new(number, seed)).collect();
        let engineers = 1 + migrations / 120;
        let mut year = Self {
            world,
            donors,
            agenda: Agenda::default(),
            cases,
            by_id: BTreeMap::new(),
            chance: Chance(seed),
            managers: Desk::of(1 + migrations / 300, begins_at),
            engineers: Desk::of(engineers, begins_at),
            places: PortingPlaces::of(1 + engineers / 3),
            ends_at: at(last_day, (0, 0)),
        };
        year.plan_beginnings(from, last_day);
        year.plan_failures(from, last_day);
        for day in from.iter_days().take_while(|day| *day < last_day).filter(|day| day.weekday() == Weekday::Mon) {
            year.agenda.add(opening(at(day, (8, 30))), Deed::Review);
        }
        year
    }

    /// Migrations begin on the working days of the year.
    fn plan_beginnings(&mut self, from: NaiveDate, last_day: NaiveDate) {
        let days: Vec<NaiveDate> =
            from.iter_days().take_while(|day| *day < last_day).filter(|day| is_working_day(*day)).collect();
        let mut moments: Vec<DateTime<Utc>> = (0..self.cases.len())
            .map(|_| {
                let minute = self.chance.small(0, 59);
                let hour = self.chance.small(9, 15);
                at(self.chance.pick(&days), (hour, minute))
            })
            .collect();
        moments.sort_unstable();
        for (number, moment) in moments.into_iter().enumerate() {
            self.agenda.add(moment, Deed::Begin(number));
        }
    }

    /// Goes through the year.
    pub(super) async fn run(&mut self) -> anyhow::Result<()> {
        let mut told_on = self.world.now();
        loop {
            let due = self.world.next_due_at().await?;
            let next = [due, self.agenda.next_at()].into_iter().flatten().min();
            let Some(next) = next.filter(|next| *next < self.ends_at) else { break };
            self.world.clock.step_to(next);
            let now = self.world.now();
            if now - told_on > TimeDelta::days(14) {
                tracing::info!(day = %amsterdam::local_date(now), projects = self.by_id.len(), "rehearsing");
                told_on = now;
            }
            while let Some(deed) = self.agenda.take_due(now) {
                self.carry_out(deed).await?;
            }
            self.world.settle().await?;
            self.hear().await?;
        }
        self.world.clock.step_to(self.ends_at);
        self.world.settle().await
    }

    /// What has happened makes people look, and chance do its work.
    pub(super) async fn hear(&mut self) -> anyhow::Result<()> {
        let mut changed = BTreeSet::new();
        for event in self.world.news().await? {
            let Some(number) = self.by_id.get(&event.project_id).copied() else { continue };
            changed.insert(number);
            self.heard(number, &event)?;
        }
        for number in changed {
            self.consider(number).await?;
        }
        Ok(())
    }

    fn heard(&mut self, number: usize, event: &StoredEvent) -> anyhow::Result<()> {
        const TELLING: [&str; 10] = [
            "confirmation_missed",
            "reminder_due",
            "letter_sent",
            "porting_answered",
            "preflight_announced",
            "cutover_scheduled",
            "incident_opened",
            "phase_advanced",
            "cutover_aborted",
            "cutover_done",
        ];
        if !TELLING.contains(&event.kind.as_str()) {
            return Ok(());
        }
        let now = self.world.now();
        let event = Event::from_kind_and_data(&event.kind, &event.data)?;
        let Some(case) = self.cases.get_mut(number) else { return Ok(()) };
        match event {
            Event::ReminderDue { to, .. } if to.contains(&Party::Customer) => {
                case.awake_until = Some(now + TimeDelta::days(AWAKE_DAYS));
            }
            // One in eight providers does not confirm by itself.
            Event::LetterSent { id, .. } if case.chance.percent(88) => {
                let days = case.chance.small(3, 12);
                self.agenda.add(working_days_after(now, days), Deed::Confirmed(number, id));
            }
            // Asked for it, they all do.
            Event::ConfirmationMissed { id } => {
                let days = case.chance.small(4, 15);
                self.agenda.add(working_days_after(now, days), Deed::Confirmed(number, id));
            }
            Event::PortingAnswered { accepted, ref series, .. }
                if !accepted || series.iter().any(|one| one.blocking_code.is_some()) =>
            {
                let days = case.chance.small(1, 4);
                case.asks_again_at = Some(opening(working_days_after(now, days)));
            }
            // Three in four are seen to the day before.
            Event::PreflightAnnounced { missing } if case.chance.percent(75) => {
                case.missing = missing.into_iter().map(|unmet| unmet.key).collect();
            }
            Event::CutoverScheduled { at, .. } => {
                case.missing.clear();
                self.plan_cutover(number, at);
            }
            Event::IncidentOpened(_) => {
                let minutes = case.chance.small(5, 45);
                self.agenda.add(worked(now, minutes), Deed::Incident(number));
            }
            Event::CutoverAborted { .. } => {
                case.retries = 0;
                case.missing.clear();
                if let Some(place) = case.place.take() {
                    self.places.release(place);
                }
            }
            Event::CutoverDone {} => case.retries = 0,
            Event::PhaseAdvanced { to: Phase::Maintenance, .. } => {
                let days = i64::from(case.chance.small(20, 70));
                self.agenda.add(opening(now + TimeDelta::days(days)), Deed::Maintain(number));
            }
            _ => {}
        }
        Ok(())
    }

    /// Somebody looks at a case, and gets to work if there is something to do.
    pub(super) async fn consider(&mut self, number: usize) -> anyhow::Result<()> {
        let Some(id) = self.cases.get(number).and_then(|case| case.id) else { return Ok(()) };
        let project = self.world.project(id).await?;
        let now = self.world.now();
        let Some(case) = self.cases.get_mut(number) else { return Ok(()) };
        let rests = |case: &Case, who: usize| case.rests_until[who].is_some_and(|until| until > now);
        let mut again_at: Vec<DateTime<Utc>> = case.rests_until.iter().flatten().copied().filter(|until| *until > now).collect();
        let awake = case.awake_until.is_some_and(|until| until > now);
        if !case.at_work[CUSTOMER] && !rests(case, CUSTOMER) && customer::next(&project, case.character, awake).is_some() {
            case.at_work[CUSTOMER] = true;
            let moment = case.takes_its_time(now);
            self.agenda.add(moment, Deed::Customer(number));
        }
        let jobs = [
            (MANAGER, contractor::manager(&project, case, now), &mut self.managers, Deed::Manager(number)),
            (ENGINEER, contractor::engineer(&project, now), &mut self.engineers, Deed::Engineer(number)),
        ];
        for (who, job, desk, deed) in jobs {
            let Some(job) = job.filter(|_| !case.at_work[who] && !rests(case, who)) else { continue };
            if let Some(not_before) = job.not_before.filter(|at| *at > now) {
                again_at.push(not_before);
                continue;
            }
            case.at_work[who] = true;
            self.agenda.add(desk.take(now, job.minutes), deed);
        }
        if let Some(again_at) = again_at.into_iter().min()
            && case.looks_at.is_none_or(|looks_at| looks_at <= now || looks_at > again_at)
        {
            case.looks_at = Some(again_at);
            self.agenda.add(again_at, Deed::Consider(number));
        }
        Ok(())
    }

    async fn carry_out(&mut self, deed: Deed) -> anyhow::Result<()> {
        match deed {
            Deed::Begin(number) => self.begin(number).await?,
            Deed::Consider(number) => self.consider(number).await?,
            Deed::Customer(number) => self.turn(number, CUSTOMER).await?,
            Deed::Manager(number) => self.turn(number, MANAGER).await?,
            Deed::Engineer(number) => self.turn(number, ENGINEER).await?,
            Deed::Incident(number) => self.incident(number).await?,
            Deed::Confirmed(number, letter) => self.confirmed(number, letter).await?,
            Deed::Cancel(number) => self.cancel(number).await?,
            Deed::Hold(number) => self.hold(number).await?,
            Deed::Resume(number) => self.resume(number).await?,
            Deed::Move(number) => self.move_porting(number).await?,
            Deed::AddNumber(number) => self.add_number(number).await?,
            Deed::Rehearse(number) => self.rehearse(number).await?,
            Deed::Change(number) => self.change(number).await?,
            Deed::Reopen(number) => self.reopen(number).await?,
            Deed::Maintain(number) => self.maintain(number).await?,
            Deed::Review => self.review().await?,
            Deed::Fail(failure) => self.world.order_failure(failure.target, failure.kind, failure.times).await?,
            Deed::FailCutover(number, at) => self.fail_cutover(number, at).await?,
        }
        Ok(())
    }

    /// Somebody does what is next; when a rule refuses it, they look again later.
    async fn turn(&mut self, number: usize, who: usize) -> anyhow::Result<()> {
        let Some(id) = self.cases.get(number).and_then(|case| case.id) else { return Ok(()) };
        let project = self.world.project(id).await?;
        let now = self.world.now();
        let Some(case) = self.cases.get_mut(number) else { return Ok(()) };
        case.at_work[who] = false;
        let awake = case.awake_until.is_some_and(|until| until > now);
        let went_well = if who == CUSTOMER {
            match customer::next(&project, case.character, awake) {
                Some(part) => self.do_part(number, &project, part).await?,
                None => return Ok(()),
            }
        } else {
            let job = if who == MANAGER { contractor::manager(&project, case, now) } else { contractor::engineer(&project, now) };
            match job.filter(|job| job.not_before.is_none_or(|at| at <= now)) {
                Some(job) if who == MANAGER => self.do_work(number, &project, job.what, Role::Manager).await?,
                Some(job) => self.do_work(number, &project, job.what, Role::Engineer).await?,
                None => return self.consider(number).await,
            }
        };
        if !went_well && let Some(case) = self.cases.get_mut(number) {
            case.rests_until[who] = Some(opening(working_days_after(now, RESTS_WORKING_DAYS)));
            self.consider(number).await?;
        }
        Ok(())
    }

    /// A provider confirms a cancellation in writing, mostly without another day.
    async fn confirmed(&mut self, number: usize, letter: Uuid) -> anyhow::Result<()> {
        let Some(id) = self.cases.get(number).and_then(|case| case.id) else { return Ok(()) };
        let project = self.world.project(id).await?;
        let today = amsterdam::local_date(self.world.now());
        let is_it = |known: &&workflow::project::Letter| known.kind == LetterKind::Cancellation && known.confirmation.is_none();
        let Some(contract) = project.letter(letter).filter(is_it).and_then(|letter| letter.contract.clone()) else {
            return Ok(());
        };
        let Some(case) = self.cases.get_mut(number) else { return Ok(()) };
        let notice = project
            .intake
            .contract(&contract)
            .map(|contract| workflow::contract::contract_dates(&contract.term(), today).earliest_end_on.day);
        let ends_on = match case.chance.between(1, 100) {
            1..=14 => notice,
            15..=17 => Some(today + Days::new(30)),
            _ => None,
        };
        if let Some(day) = ends_on {
            for series in project.intake.numbers_of(&contract) {
                self.donors.contract_ends(&series.national_first(), day);
            }
        }
        let confirmation = workflow::letter::proof::Confirmation { confirmed_on: today, ends_on, attachment: None, note: None };
        let command = workflow::command::Command::RecordLetterConfirmed { letter, confirmation };
        let _refused_when_over = self.world.act(id, Role::Customer, command).await?;
        Ok(())
    }
}

impl Case {
    /// When the customer comes to what it can do now: in the day or the evening.
    fn takes_its_time(&mut self, now: DateTime<Utc>) -> DateTime<Utc> {
        let days = match self.character {
            Character::Prompt => self.chance.between(0, 3),
            Character::Slow => self.chance.between(2, 12),
            Character::Dormant => self.chance.between(1, 5),
        };
        let (hour, minute) = (self.chance.small(9, 21), self.chance.small(0, 59));
        let moment = at(amsterdam::local_date(now) + Days::new(days), (hour, minute));
        if moment > now { moment } else { now + TimeDelta::minutes(20) }
    }
}
