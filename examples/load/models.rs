//! Migrations as they are at certain points of their lives, led there by commands alone. Each is then copied many times.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use engine::worker::Worker;
use engine::{Engine, Origin, Render, Request, Target};
use overstap::clock::SteppedClock;
use overstap::paper::{attached, page};
use serde_json::json;
use uuid::Uuid;
use workflow::actor::{Actor, Role};
use workflow::command::Command;
use workflow::intake::IntakeForm;
use workflow::intake::check::check;
use workflow::letter::proof::Sending;
use workflow::phase::State as Phase;
use workflow::process::Party;
use workflow::project::{AttachmentKind, Project};

use super::outside::Fake;
use super::{Done, engine};

/// The porting morning of all of them: a Wednesday, nine o'clock in Amsterdam.
const MORNING: &str = "2027-03-10T08:00:00Z";
/// How many days before it they begin.
const BEGINS_BEFORE: i64 = 84;

/// When they begin.
pub(crate) fn beginning() -> Done<DateTime<Utc>> {
    Ok(MORNING.parse::<DateTime<Utc>>()? - TimeDelta::days(BEGINS_BEFORE))
}

/// Makes the models, and prints for each how it is called and the project's id.
pub(crate) async fn make(url: &str) -> Done {
    let clock = Arc::new(SteppedClock::new(beginning()?));
    let engine = engine(url, clock.clone(), Fake::new(0, None)?).await?;
    // Nothing to do yet; it marks the database as made by this version's rules.
    engine.derive_anew().await?;
    let mut models = Vec::new();
    for (place, name) in (10..).zip(["offer", "held", "order", "scheduled", "maintenance", "eve"]) {
        let id = begin(&engine, place).await?;
        models.push((name, Leader { engine: engine.clone(), id }));
    }
    let days = |count| Done::Ok(beginning()? + TimeDelta::days(count));
    for (name, of) in &models {
        match *name {
            "held" => of.does(Command::Hold { reason: "verbouwing".to_owned() }).await?,
            "offer" => of.settle().await?,
            _ => of.to_order().await?,
        }
    }
    clock.step_to(days(49)?);
    for (_, of) in models.iter().filter(|(name, _)| ["scheduled", "maintenance", "eve"].contains(name)) {
        of.to_implementation().await?;
    }
    clock.step_to(days(70)?);
    for (name, of) in &models {
        match *name {
            // A week later than the others, so that its preflight is still to come.
            "scheduled" => of.is_prepared_for(days(BEGINS_BEFORE + 7)?).await?,
            "eve" => of.is_prepared_for(days(BEGINS_BEFORE)?).await?,
            "maintenance" => {
                of.is_prepared_for(days(75)?).await?;
                clock.step_to(days(75)?);
                of.to_maintenance().await?;
            }
            _ => {}
        }
    }
    // All that comes before the morning has come.
    clock.step_to(days(BEGINS_BEFORE)? - TimeDelta::minutes(1));
    Worker::new(engine).drain().await?;
    for (name, of) in &models {
        println!("{name} {}", of.id);
    }
    Ok(())
}

async fn begin(engine: &Engine, place: u8) -> Done<Uuid> {
    let moment = engine.moment();
    let address = json!({"street": "Oudegracht 12", "postal_code": "3511 AB", "city": "Utrecht"});
    let form: IntakeForm = serde_json::from_value(json!({
        "customer": {
            "name": "Bakkerij De Korenaar B.V.", "kvk_number": "12345678", "address": address,
            "contact": {"name": "J. de Vries", "email": "j.devries@korenaar.example", "phone": "+31301001234"},
        },
        "users": 12,
        "equipment": [{"model": "Yealink T54W", "quantity": 10}],
        "call_recording": "off",
        "contracts": [{
            "id": "kpn-isdn", "provider": {"name": "KPN B.V.", "address": address}, "customer_number": "100200300",
            "contract_number": "C-778899", "line_type": "isdn30", "start_date": "2021-03-01", "initial_term_months": 36,
            "notice_period_months": 1, "carries": ["alarm"],
        }],
        "numbers": [{"number": format!("030 100 {place} 00"), "block_size": 100, "contract": "kpn-isdn"}],
        "wish_date": MORNING[..10],
    }))?;
    let intake = check(form, &engine.settings().providers, moment.today(), None).map_err(|errors| format!("{errors:?}"))?;
    let render: Render = Box::new(|project, _, _| (201, json!(project.id)));
    let request = Request { target: Target::New(Box::new(intake)), render, ..request(Uuid::nil(), Command::Advance) };
    Ok(serde_json::from_value(engine.handle(request).await?.answer)?)
}

fn request(project: Uuid, command: Command) -> Request {
    Request::internal(project, command, Actor::new(Role::Manager, "M. de Wit"), Origin::Outside)
}

/// Leads one migration.
struct Leader {
    engine: Engine,
    id: Uuid,
}

impl Leader {
    async fn settle(&self) -> Done {
        Ok(Worker::new(self.engine.clone()).drain().await?)
    }

    async fn does(&self, command: Command) -> Done {
        self.engine.handle(request(self.id, command)).await?;
        self.settle().await
    }

    async fn project(&self) -> Done<Project> {
        Ok(self.engine.load(self.id).await?.ok_or("the project is gone")?.project)
    }

    /// Confirms what people confirm in a phase, for each party, except what comes `later`.
    async fn finish(&self, phase: Phase, later: &[&str]) -> Done {
        let project = self.project().await?;
        let tasks = project.process().tasks();
        for task in
            tasks.iter().filter(|task| task.phase == phase && task.complete.is_none() && !later.contains(&task.key.as_str()))
        {
            self.confirm(&task.key).await?;
        }
        Ok(())
    }

    async fn confirm(&self, key: &str) -> Done {
        let project = self.project().await?;
        let parties: Vec<Party> = project.process().task(key).map(|task| task.done_by.clone()).unwrap_or_default();
        let confirmed = project.tasks.get(key).map(|progress| progress.confirmed_by.clone()).unwrap_or_default();
        for party in parties.into_iter().filter(|party| !confirmed.contains(party)) {
            self.does(Command::CompleteTask { key: key.to_owned(), on_behalf_of: Some(party), note: None }).await?;
        }
        Ok(())
    }

    async fn to_order(&self) -> Done {
        self.finish(Phase::Offer, &[]).await?;
        self.does(Command::Advance).await
    }

    /// Files attached, letters sent, porting asked for and accepted.
    async fn to_implementation(&self) -> Done {
        for kind in [AttachmentKind::Invoice, AttachmentKind::SignedAuthorization] {
            let (attachment, document) = attached(kind, "kpn-isdn", page(&["Contract: kpn-isdn".to_owned()]))?;
            let with = Request { documents: vec![document], ..request(self.id, Command::AddAttachment(attachment)) };
            self.engine.handle(with).await?;
        }
        self.post_letters().await?;
        self.finish(Phase::Order, &[]).await?;
        self.does(Command::SubmitPorting).await?;
        self.does(Command::Advance).await
    }

    /// Everything is ready for the cutover at its moment.
    async fn is_prepared_for(&self, at: DateTime<Utc>) -> Done {
        self.finish(Phase::Implementation, &["porting-date", "number-porting", "delivery", "aftercare", "invoicing"]).await?;
        self.does(Command::SchedulePorting { at, override_reason: None, requests: None }).await?;
        self.confirm("porting-date").await?;
        self.post_letters().await
    }

    async fn post_letters(&self) -> Done {
        for letter in self.project().await?.letters.iter().filter(|letter| letter.is_draft()) {
            self.does(Command::RecordLetterSent { letter: letter.id, sent_on: None, sending: Sending::default() }).await?;
        }
        Ok(())
    }

    /// After the cutover.
    async fn to_maintenance(&self) -> Done {
        self.settle().await?;
        self.finish(Phase::Implementation, &[]).await?;
        self.does(Command::Advance).await
    }
}
