//! What life brings: customers who wait, change their minds, remember something or leave.

use chrono::{Days, TimeDelta};
use workflow::actor::Role;
use workflow::calendar::{add_working_days, amsterdam};
use workflow::command::Command;
use workflow::intake::{CallRecording, Installation, IntakeForm, NumberForm};
use workflow::letter::Scenario;
use workflow::phase::State as Phase;
use workflow::project::Project;

use super::agenda::Deed;
use super::donors;
use super::office::{opening, working_days_after};
use super::year::Year;

impl Year {
    /// What may befall a migration that has begun.
    pub(super) fn plan_life(&mut self, number: usize) {
        let now = self.world.now();
        let Some(case) = self.cases.get_mut(number) else { return };
        for (percent, least, most, deed) in [
            (5, 5, 110, Deed::Cancel(number)),
            (6, 5, 80, Deed::Hold(number)),
            (4, 10, 50, Deed::AddNumber(number)),
            (12, 5, 90, Deed::Change(number)),
            (5, 30, 110, Deed::Reopen(number)),
        ] {
            if case.chance.percent(percent) {
                let days = i64::from(case.chance.small(least, most));
                self.agenda.add(opening(now + TimeDelta::days(days)), deed);
            }
        }
    }

    pub(super) async fn cancel(&mut self, number: usize) -> anyhow::Result<()> {
        let Some(id) = self.id(number) else { return Ok(()) };
        let project = self.world.project(id).await?;
        // Once numbers have moved nobody asks any more.
        if !project.phase.is_final() && project.phase < Phase::Maintenance && !project.any_ported() {
            self.does(id, Role::Manager, Command::Cancel { reason: "de klant ziet ervan af".to_owned() }).await?;
        }
        Ok(())
    }

    pub(super) async fn hold(&mut self, number: usize) -> anyhow::Result<()> {
        let Some(id) = self.id(number) else { return Ok(()) };
        let project = self.world.project(id).await?;
        if project.phase >= Phase::Maintenance || project.any_ported() || project.hold.is_some() {
            return Ok(());
        }
        let reason = || "verbouwing bij de klant".to_owned();
        if project.cutover_is_under_way() && !self.does(id, Role::Manager, Command::AbortCutover { reason: reason() }).await? {
            return Ok(());
        }
        if self.does(id, Role::Manager, Command::Hold { reason: reason() }).await? {
            let days = self.chance.small(5, 60);
            self.agenda.add(opening(working_days_after(self.world.now(), days)), Deed::Resume(number));
        }
        Ok(())
    }

    pub(super) async fn resume(&mut self, number: usize) -> anyhow::Result<()> {
        let Some(id) = self.id(number) else { return Ok(()) };
        if self.world.project(id).await?.hold.is_some() {
            self.does(id, Role::Manager, Command::Resume).await?;
        }
        Ok(())
    }

    /// A number that was forgotten comes with the intake, while that can still be.
    pub(super) async fn add_number(&mut self, number: usize) -> anyhow::Result<()> {
        let Some(id) = self.id(number) else { return Ok(()) };
        let project = self.world.project(id).await?;
        if project.phase > Phase::Implementation
            || project.any_ported()
            || project.cutover_is_under_way()
            || project.hold.is_some()
        {
            return Ok(());
        }
        let Some(contract) = project.intake.contracts.first().cloned() else { return Ok(()) };
        let forgotten = format!("0882{number:04}99");
        let known = donors::Customer {
            provider: 0,
            number: self.cases.get(number).and_then(|case| case.right_number(&contract.id)).unwrap_or_default().to_owned(),
            bound_until: None,
            kept_until: project.settled_end(&contract).map(|end| donors::kept_until(end.day)),
        };
        self.donors.learn(forgotten.clone(), known);
        let form = NumberForm { number: forgotten, block_size: None, contract: Some(contract.id), part_of: None };
        if let Some(intake) = self.changed(&project.intake, |changed| changed.numbers.push(form)) {
            self.does(id, Role::Manager, Command::ChangeIntake { intake: Box::new(intake) }).await?;
        }
        Ok(())
    }

    /// Maintenance comes back every two months; a few customers leave.
    pub(super) async fn maintain(&mut self, number: usize) -> anyhow::Result<()> {
        let Some(id) = self.id(number) else { return Ok(()) };
        if self.world.project(id).await?.phase != Phase::Maintenance {
            return Ok(());
        }
        if self.chance.percent(3) {
            self.does(id, Role::Manager, Command::Advance).await?;
            return Ok(());
        }
        let key = self.chance.pick(&["registrations", "updates-and-patches", "change-requests"]).to_owned();
        self.does(id, Role::Engineer, Command::CompleteTask { key, on_behalf_of: None, note: None }).await?;
        self.agenda.add(opening(self.world.now() + TimeDelta::days(60)), Deed::Maintain(number));
        Ok(())
    }

    /// The customer asks for another day, while the agreed one is not near.
    pub(super) async fn move_porting(&mut self, number: usize) -> anyhow::Result<()> {
        let Some(id) = self.id(number) else { return Ok(()) };
        let project = self.world.project(id).await?;
        let scheduled = project.cutover.as_ref().filter(|_| project.cutover_status() == "scheduled");
        let far = scheduled.is_some_and(|cutover| cutover.at - self.world.now() > TimeDelta::days(2));
        if far && project.phase == Phase::Implementation {
            self.schedule(number, &project).await?;
        }
        Ok(())
    }

    /// Something else of the intake turns out otherwise.
    pub(super) async fn change(&mut self, number: usize) -> anyhow::Result<()> {
        let Some(id) = self.id(number) else { return Ok(()) };
        let project = self.world.project(id).await?;
        if project.phase.is_final() {
            return Ok(());
        }
        let today = amsterdam::local_date(self.world.now());
        let chance = &mut self.chance;
        let (what, users, days) = (chance.small(1, 6), chance.small(1, 60), chance.small(25, 60));
        let otherwise = |form: &mut IntakeForm| match what {
            1 => form.wish_date = Some(add_working_days(today, days)),
            2 => form.users = workflow::intake::Users::Count(users),
            3 => form.customer.contact.email = format!("nieuw@klant{number}.example"),
            4 => form.call_recording = CallRecording::Days30,
            5 => form.installation = installation(today + Days::new(days.into())),
            _ => {
                for contract in form.contracts.iter_mut().filter(|contract| contract.ends_on.is_none()).take(1) {
                    contract.scenario = match contract.scenario {
                        Scenario::EndOfContract => Scenario::Continuation,
                        _ => Scenario::EndOfContract,
                    };
                }
            }
        };
        if let Some(intake) = self.changed(&project.intake, otherwise) {
            self.does(id, Role::Manager, Command::ChangeIntake { intake: Box::new(intake) }).await?;
        }
        Ok(())
    }

    /// Something that was done turns out not to be.
    pub(super) async fn reopen(&mut self, number: usize) -> anyhow::Result<()> {
        let Some(id) = self.id(number) else { return Ok(()) };
        let project = self.world.project(id).await?;
        if project.phase.is_final() || project.any_ported() || project.hold.is_some() {
            return Ok(());
        }
        if let Some(key) = last_done(&project) {
            self.does(id, Role::Manager, Command::ReopenTask { key, reason: "bleek niet af".to_owned() }).await?;
        }
        Ok(())
    }
}

/// The task that was done last.
fn last_done(project: &Project) -> Option<String> {
    let done = project.tasks.iter().filter(|(key, _)| project.is_met(key));
    done.max_by_key(|(_, progress)| progress.done_at).map(|(key, _)| key.clone())
}

fn installation(on: chrono::NaiveDate) -> Option<Installation> {
    let time = |hour| chrono::NaiveTime::from_hms_opt(hour, 0, 0);
    Some(Installation { on, from: time(9)?, until: time(12)?, note: None })
}
