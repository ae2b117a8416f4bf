//! What people do, as commands: the customer's parts, the contractor's work, and what life brings.

use anyhow::anyhow;
use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;
use workflow::actor::Role;
use workflow::calendar::amsterdam;
use workflow::command::Command;
use workflow::contract::contract_dates;
use workflow::intake::check::check;
use workflow::intake::{Intake, IntakeForm};
use workflow::letter::proof::{Sending, SendingMethod};
use workflow::letter::{LetterKind, Scenario};
use workflow::phase::State as Phase;
use workflow::porting::request;
use workflow::process::Party;
use workflow::project::{AttachmentKind, Project};

use super::contractor::Work;
use super::customer::Part;
use super::donors;
use super::office::{at, opening};
use super::year::Year;
use crate::paper::{attached, page};

/// So long a donor may be silent, in days, before it is asked anew.
const SILENCE_DAYS: i64 = 18;
/// So many working days late, somebody is telephoned.
const CALLED_AFTER_DAYS: i64 = 5;
/// So long nothing happens before somebody is telephoned who has no day to be late with.
const CALLED_AFTER_SILENCE_DAYS: i64 = 15;

impl Year {
    pub(super) fn id(&self, number: usize) -> Option<Uuid> {
        self.cases.get(number).and_then(|case| case.id)
    }

    /// A migration begins, and with it what will befall it.
    pub(super) async fn begin(&mut self, number: usize) -> anyhow::Result<()> {
        let now = self.world.now();
        let today = amsterdam::local_date(now);
        let providers = self.world.engine.settings().providers.clone();
        let Some(case) = self.cases.get_mut(number) else { return Ok(()) };
        let form: IntakeForm = serde_json::from_value(case.intake(&providers, today))?;
        let intake = check(form, &providers, today, None).map_err(|faults| anyhow!("migration {number}: {faults:?}"))?;
        for contract in &intake.contracts {
            let ends_on = contract_dates(&contract.term(), today).initial_term_ends_on.map(|dated| dated.day);
            let binds = contract.scenario == Scenario::EndOfContract && case.chance.percent(30);
            let known = donors::Customer {
                provider: providers.entries().iter().position(|entry| entry.names.contains(&contract.provider.name)).unwrap_or(0),
                number: case.right_number(&contract.id).unwrap_or_default().to_owned(),
                bound_until: ends_on.filter(|_| binds),
                kept_until: contract.ends_on.map(donors::kept_until),
            };
            for series in intake.numbers_of(&contract.id) {
                self.donors.learn(series.national_first(), known.clone());
            }
        }
        let id = self.world.begin(intake).await?;
        self.by_id.insert(id.to_string(), number);
        let Some(case) = self.cases.get_mut(number) else { return Ok(()) };
        case.id = Some(id);
        self.plan_life(number);
        Ok(())
    }

    /// The customer's part; whether no rule refused it.
    pub(super) async fn do_part(&mut self, number: usize, project: &Project, part: Part) -> anyhow::Result<bool> {
        let Some(id) = self.id(number) else { return Ok(false) };
        match part {
            Part::Confirm(key) => {
                self.does(id, Role::Customer, Command::CompleteTask { key, on_behalf_of: None, note: None }).await
            }
            Part::Post(letter) => self.posts(id, letter).await,
            Part::Invoice(contract) => {
                let text = self.invoice(number, project, &contract);
                self.attaches(id, AttachmentKind::Invoice, &contract, &text).await
            }
            Part::Sign { provider, contract } => {
                let text = vec![format!("Machtiging voor {provider}"), "Getekend".to_owned()];
                let signed = self.attaches(id, AttachmentKind::SignedAuthorization, &contract, &text).await?;
                let is_it = |letter: &&workflow::project::Letter| {
                    letter.kind == LetterKind::Authorization && letter.provider.as_ref() == Some(&provider) && letter.is_draft()
                };
                match project.letters.iter().find(is_it) {
                    Some(letter) if signed => self.posts(id, letter.id).await,
                    _ => Ok(signed),
                }
            }
        }
    }

    pub(super) async fn does(&mut self, id: Uuid, role: Role, command: Command) -> anyhow::Result<bool> {
        Ok(self.world.act(id, role, command).await?.is_ok())
    }

    async fn posts(&mut self, id: Uuid, letter: Uuid) -> anyhow::Result<bool> {
        let how =
            self.chance.pick(&[SendingMethod::Post, SendingMethod::Registered, SendingMethod::Registered, SendingMethod::Email]);
        let sending = Sending::said(Some(how), None, None);
        self.does(id, Role::Customer, Command::RecordLetterSent { letter, sent_on: None, sending }).await
    }

    /// What stands on a provider's invoice: it knows the customer number.
    fn invoice(&self, number: usize, project: &Project, contract: &str) -> Vec<String> {
        let right = self.cases.get(number).and_then(|case| case.right_number(contract)).unwrap_or_default();
        let mut lines = Vec::new();
        if let Some(known) = project.intake.contract(contract) {
            lines.push(known.provider.name.clone());
            lines.push(format!("Klantnummer: {right}"));
            lines.push(format!("Contractnummer: {}", known.contract_number));
        }
        lines.extend(project.intake.numbers_of(contract).map(ToString::to_string));
        lines
    }

    async fn attaches(&mut self, id: Uuid, kind: AttachmentKind, contract: &str, lines: &[String]) -> anyhow::Result<bool> {
        let (attachment, document) = attached(kind, contract, page(lines))?;
        let command = Command::AddAttachment(attachment);
        Ok(self.world.act_with(id, Role::Customer, command, vec![document]).await?.is_ok())
    }

    /// The contractor's work; whether no rule refused it.
    pub(super) async fn do_work(&mut self, number: usize, project: &Project, work: Work, role: Role) -> anyhow::Result<bool> {
        let Some(id) = self.id(number) else { return Ok(false) };
        let command = match work {
            Work::Complete(key) => Command::CompleteTask { key, on_behalf_of: None, note: None },
            Work::OnBehalf(key) => {
                self.telephone();
                if let Some(case) = self.cases.get_mut(number) {
                    case.missing.retain(|missing| *missing != key);
                }
                let note = Some("telefonisch bevestigd".to_owned());
                Command::CompleteTask { key, on_behalf_of: Some(Party::Customer), note }
            }
            Work::Advance => Command::Advance,
            Work::Mail(letters) => Command::MailLetters { letters, to: None, message: None },
            Work::Retry(effect) => Command::RetryEffect { effect },
            Work::Accept(suggestion) => {
                if self.does(id, role, Command::AcceptSuggestion { suggestion }).await? {
                    return Ok(true);
                }
                Command::DismissSuggestion { suggestion, reason: "klopt niet".to_owned() }
            }
            Work::Correct { contract, customer_number } => {
                self.telephone();
                let change = |form: &mut IntakeForm| {
                    for known in form.contracts.iter_mut().filter(|known| known.id == contract) {
                        known.customer_number.clone_from(&customer_number);
                    }
                };
                let Some(intake) = self.changed(&project.intake, change) else { return Ok(false) };
                Command::ChangeIntake { intake: Box::new(intake) }
            }
            Work::Submit => Command::SubmitPorting,
            Work::Hurry(day) => {
                self.telephone();
                let Some(intake) = self.changed(&project.intake, |form| form.wish_date = Some(day)) else { return Ok(false) };
                Command::ChangeIntake { intake: Box::new(intake) }
            }
            Work::GiveUp(lost) => {
                self.telephone();
                let kept: Vec<bool> = project.intake.numbers.iter().map(|entry| !lost.contains(&entry.series)).collect();
                if !kept.contains(&true) {
                    let reason = "de nummers zijn verloren: het contract is te lang geleden geëindigd".to_owned();
                    return self.does(id, role, Command::Cancel { reason }).await;
                }
                let without = |form: &mut IntakeForm| {
                    let mut kept = kept.iter();
                    form.numbers.retain(|_| kept.next().copied().unwrap_or(true));
                };
                let Some(intake) = self.changed(&project.intake, without) else { return Ok(false) };
                Command::ChangeIntake { intake: Box::new(intake) }
            }
            Work::AcknowledgeLift(contract) => Command::AcknowledgeWarning {
                code: "line_bound_device".to_owned(),
                contract: Some(contract),
                note: "de lift gaat over op 4G".to_owned(),
            },
            Work::Schedule => return self.schedule(number, project).await,
        };
        self.does(id, role, command).await
    }

    pub(super) fn telephone(&mut self) {
        *self.world.done.entry((Role::Manager, "telephone")).or_default() += 1;
    }

    /// The intake with a change, as a PATCH makes it; nothing where the checks refuse it.
    pub(super) fn changed(&mut self, before: &Intake, change: impl FnOnce(&mut IntakeForm)) -> Option<Intake> {
        let mut form = IntakeForm::from(before.clone());
        change(&mut form);
        let today = amsterdam::local_date(self.world.now());
        match check(form, &self.world.engine.settings().providers, today, Some(before)) {
            Ok(intake) => Some(intake),
            Err(faults) => {
                self.world.findings.push(format!("a change of an intake was refused by its checks: {faults:?}"));
                None
            }
        }
    }

    /// On Monday the project managers go through everything that is not over.
    pub(super) async fn review(&mut self) -> anyhow::Result<()> {
        for number in 0..self.cases.len() {
            let Some(id) = self.id(number) else { continue };
            let project = self.world.project(id).await?;
            if project.phase.is_final() || project.phase == Phase::Maintenance || project.hold.is_some() {
                continue;
            }
            if self.is_late(&project) {
                self.telephone();
                let awake_until = self.world.now() + TimeDelta::days(6);
                if let Some(case) = self.cases.get_mut(number) {
                    case.calls += 1;
                    case.awake_until = Some(awake_until);
                }
            }
            for silent in self.silent(&project) {
                let reason = "de donor antwoordt niet".to_owned();
                self.does(id, Role::Manager, Command::CancelPorting { request: Some(silent), reason }).await?;
            }
            self.consider(number).await?;
        }
        Ok(())
    }

    fn is_late(&self, project: &Project) -> bool {
        let now = self.world.now();
        let today = amsterdam::local_date(now);
        let late = workflow::deadline::deadlines(project).into_iter().any(|deadline| {
            deadline.open
                && deadline.who.contains(&Party::Customer)
                && workflow::calendar::working_days_until(today, deadline.on.day) <= -CALLED_AFTER_DAYS
        });
        let silent = now - project.updated_at > TimeDelta::days(CALLED_AFTER_SILENCE_DAYS);
        late || silent && workflow::view::waiting_on(project).contains(&Party::Customer)
    }

    fn silent(&self, project: &Project) -> Vec<String> {
        let now = self.world.now();
        let expected = |asked: DateTime<Utc>, announced: Option<DateTime<Utc>>| announced.unwrap_or(asked).max(asked);
        let waits = project.requests.iter().filter(|request| request.state == request::State::Requested);
        let late =
            waits.filter(|request| now - expected(request.requested_at, request.answer_due_at) > TimeDelta::days(SILENCE_DAYS));
        late.map(|request| request.id.clone()).collect()
    }

    /// A moment of a coming day's office hours.
    pub(super) fn some_morning(&mut self, day: chrono::NaiveDate) -> DateTime<Utc> {
        let minute = self.chance.small(0, 59);
        opening(at(day, (9, minute)))
    }
}
