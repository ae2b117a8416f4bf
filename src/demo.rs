//! `serve --demo`: a handful of realistic migrations in different phases, made through commands, with a simulated world of its own.
//!
//! The clock starts some weeks before and jumps from one day's work to the next, so that the trail reads as a real one does; then it runs on
//! from the moment asked for. One cutover begins soon after.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, anyhow, bail};
use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};
use engine::worker::Worker;
use engine::{Clock, Engine, Origin, Request, Target};
use serde_json::{Value, json};
use simulator::SimulatorSettings;
use store::Store;
use uuid::Uuid;
use workflow::actor::{Actor, Role};
use workflow::calendar::{amsterdam, is_working_day, next_working_day, subtract_working_days};
use workflow::command::Command;
use workflow::intake::IntakeForm;
use workflow::intake::check::check;
use workflow::letter::proof::{Sending, SendingMethod};
use workflow::phase::State as Phase;
use workflow::porting::PortingStatus;
use workflow::process::Party;
use workflow::project::{AttachmentKind, Project};

use crate::clock::{SimulatedClock, Simulation, wire_clock};
use crate::config::{PbxAdapter, PortingAdapter, Serve};
use crate::paper::{attached, page};
use crate::serve::{Server, mark_clock};
use crate::temporary::Folder;
use crate::token::random_secret;

/// When the demo begins if no clock is asked for: a Tuesday morning, half past eight in Amsterdam.
const MORNING: &str = "2027-01-26T07:30:00Z";
/// How long after the start the demo's cutover begins, in the world's time.
const CUTOVER_AFTER: Duration = Duration::from_mins(1);
/// How long the demo waits for something that takes a moment in the world's time.
const PATIENCE: Duration = Duration::from_secs(20);

/// Runs the demo until it is told to stop.
pub async fn run(mut config: Serve) -> anyhow::Result<()> {
    let folder = Folder::make("demo")?;
    let fresh = config.database_url.is_none();
    if fresh {
        config.database_url = Some(format!("sqlite://{}", folder.0.join("demo.db").display()));
    }
    connect_world(&mut config, &folder).await?;
    if config.admin_token.is_none() {
        config.admin_token = Some(random_secret()?);
    }
    let url = config.database_url.clone().unwrap_or_default();
    let store = Store::open(&url).await.context("can't open the database")?;
    mark_clock(&store, true).await?;
    let given = config.clock.map_or_else(|| MORNING.parse().map(|start| Simulation { start, speed: 1.0 }), Ok)?;
    let last = store.last_event_at().await?;
    let clock = Arc::new(match last {
        Some(last) => SimulatedClock::new(Simulation { start: last.max(given.start), speed: given.speed }),
        None => SimulatedClock::new(Simulation { start: given.start - TimeDelta::days(84), speed: given.speed }),
    });
    let server = Server::build(&config, store, clock.clone()).await?;
    if last.is_none() {
        tracing::info!("making the demo's migrations");
        let filling = Filling { engine: server.engine().clone(), clock: clock.clone(), start: given.start };
        server.listen_to_coin();
        let cutover_at = given.start + clock.in_real_time(CUTOVER_AFTER);
        filling.fill(cutover_at).await.context("the demo's migrations can't be made")?;
    }
    clock.jump_to(given.start);
    announce(&config, fresh);
    server.run(&config).await
}

#[expect(clippy::print_stdout, reason = "the demo tells where to look")]
fn announce(config: &Serve, fresh: bool) {
    let (listen, token) = (config.listen, config.admin_token.as_deref().unwrap_or_default());
    println!("Overstap's demo runs on a simulated clock, with simulated donors and a simulated PBX.");
    if fresh {
        println!("Its database is thrown away at the end; keep it with --database-url.");
    }
    println!();
    println!("  In the browser   http://{listen}/");
    println!("  Token            {token}");
    println!("  Browse the API   http://{listen}/api/docs");
    println!("  All migrations   curl -H 'Authorization: Bearer {token}' http://{listen}/api/v1/projects");
    println!("  Watch it happen  curl -N -H 'Authorization: Bearer {token}' http://{listen}/api/v1/events/stream");
    println!();
    println!("The cutover of Bakkerij De Korenaar begins a minute from now.");
}

/// Starts a simulated world in this process and points the adapters at it.
async fn connect_world(config: &mut Serve, folder: &Folder) -> anyhow::Result<()> {
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.context("the simulated world can't listen")?;
    let world = format!("http://{}", listener.local_addr()?);
    let credentials = folder.0.join("credentials");
    let settings = SimulatorSettings {
        answer_after: Duration::from_millis(100),
        credentials: Some(credentials.clone()),
        wire_clock,
        webhook_secret: None,
    };
    let simulator = simulator::Simulator::new(settings)?;
    tokio::spawn(async move {
        if let Err(error) = simulator.serve(listener, std::future::pending()).await {
            tracing::error!(%error, "the simulated world stopped");
        }
    });
    config.porting = PortingAdapter::Coin;
    config.coin_url.clone_from(&world);
    config.coin_credentials = Some(credentials);
    config.pbx = PbxAdapter::Webhook;
    config.pbx_url = Some(format!("{world}/pbx"));
    Ok(())
}

/// Makes the migrations.
struct Filling {
    engine: Engine,
    clock: Arc<SimulatedClock>,
    start: DateTime<Utc>,
}

impl Filling {
    async fn fill(&self, cutover_at: DateTime<Utc>) -> anyhow::Result<()> {
        let today = amsterdam::local_date(self.start);
        let weeks = |count: u64| today + Days::new(7 * count);
        let bakery = self.intake(&bakery(today)).await?;
        let lawyers = self.intake(&lawyers(weeks(7))).await?;
        let garage = self.intake(&garage(today - Days::new(12))).await?;

        // Each in good time: what is overdue in the demo is the lawyers' cancellation, which should have been posted.
        self.on(subtract_working_days(today, 50));
        self.to_order(garage).await?;
        self.on(subtract_working_days(today, 42));
        self.to_order(bakery).await?;
        self.on(subtract_working_days(today, 36));
        self.to_implementation(garage).await?;
        self.on(subtract_working_days(today, 28));
        self.to_implementation(bakery).await?;
        self.on(subtract_working_days(today, 19));
        self.prepare(garage).await?;
        let day = today - Days::new(12);
        let day = if is_working_day(day) { day } else { next_working_day(day) };
        let ported_at = amsterdam::resolve(day.and_hms_opt(9, 0, 0).unwrap_or_default()).instant;
        self.schedule(garage, ported_at).await?;
        self.on(subtract_working_days(today, 11));
        self.prepare(bakery).await?;
        self.schedule(bakery, cutover_at).await?;
        self.clock.jump_to(ported_at);
        self.until(garage, "the garage is ported", |project| project.porting_status() == PortingStatus::Performed).await?;
        self.finish(garage, Phase::Implementation, &[]).await?;
        self.command(garage, Command::Advance).await?;

        self.on(subtract_working_days(today, 6));
        self.to_order(lawyers).await?;
        let dentist = self.intake(&dentist(weeks(10))).await?;
        self.finish_some(dentist, &["contract-end-dates", "poe-switch-check"]).await?;
        let school = self.intake(&school(weeks(12))).await?;
        self.command(school, Command::Hold { reason: "verbouwing: de nieuwe bekabeling ligt er pas in het voorjaar".to_owned() })
            .await?;
        self.drain().await
    }

    fn on(&self, day: NaiveDate) {
        self.clock.jump_to(amsterdam::resolve(day.and_hms_opt(9, 30, 0).unwrap_or_default()).instant);
    }

    async fn drain(&self) -> anyhow::Result<()> {
        Ok(Worker::new(self.engine.clone()).drain().await?)
    }

    async fn intake(&self, form: &Value) -> anyhow::Result<Uuid> {
        let form: IntakeForm = serde_json::from_value(form.clone())?;
        let today = self.engine.moment().today();
        let intake = check(form, &self.engine.settings().providers, today, None).map_err(|errors| anyhow!("{errors:?}"))?;
        let render: engine::Render = Box::new(|project, _, _| (201, json!(project.id)));
        let handled = self
            .engine
            .handle(Request { target: Target::New(Box::new(intake)), render, ..Self::request(Uuid::nil(), Command::Advance) })
            .await?;
        Ok(serde_json::from_value(handled.answer)?)
    }

    fn request(project: Uuid, command: Command) -> Request {
        Request::internal(project, command, Actor::new(Role::Manager, "demo"), Origin::Outside)
    }

    async fn command(&self, project: Uuid, command: Command) -> anyhow::Result<()> {
        self.engine.handle(Self::request(project, command)).await?;
        self.drain().await
    }

    async fn project(&self, id: Uuid) -> anyhow::Result<Project> {
        Ok(self.engine.load(id).await?.context("the project is gone")?.project)
    }

    async fn until(&self, id: Uuid, what: &str, holds: impl Fn(&Project) -> bool) -> anyhow::Result<()> {
        let deadline = std::time::Instant::now() + PATIENCE;
        while !holds(&self.project(id).await?) {
            if std::time::Instant::now() > deadline {
                bail!("in vain waited until {what}");
            }
            self.drain().await?;
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        Ok(())
    }

    /// Completes the open tasks of a phase that a person completes.
    async fn finish(&self, id: Uuid, phase: Phase, leave: &[&str]) -> anyhow::Result<()> {
        loop {
            let project = self.project(id).await?;
            let open = project.process().tasks().iter().find(|task| {
                task.phase == phase
                    && !leave.contains(&task.key.as_str())
                    && task.complete.is_none()
                    && project.is_open(&task.key)
            });
            let Some(task) = open else { return Ok(()) };
            self.finish_some(id, &[&task.key]).await?;
        }
    }

    async fn finish_some(&self, id: Uuid, keys: &[&str]) -> anyhow::Result<()> {
        for key in keys {
            let project = self.project(id).await?;
            let done_by: Vec<Party> = project.process().task(key).map(|task| task.done_by.clone()).unwrap_or_default();
            let confirmed = project.tasks.get(*key).map(|progress| progress.confirmed_by.clone()).unwrap_or_default();
            for party in done_by.into_iter().filter(|party| !confirmed.contains(party)) {
                let command = Command::CompleteTask { key: (*key).to_owned(), on_behalf_of: Some(party), note: None };
                self.command(id, command).await?;
            }
        }
        Ok(())
    }

    async fn to_order(&self, id: Uuid) -> anyhow::Result<()> {
        self.finish(id, Phase::Offer, &[]).await?;
        self.command(id, Command::Advance).await
    }

    /// Files attached, letters sent, porting asked for and accepted.
    async fn to_implementation(&self, id: Uuid) -> anyhow::Result<()> {
        let project = self.project(id).await?;
        for contract in &project.intake.contracts {
            for kind in [AttachmentKind::Invoice, AttachmentKind::SignedAuthorization] {
                self.attach(id, kind, &contract.id).await?;
            }
        }
        for letter in &project.letters {
            let how = if letter.provider.is_some() { SendingMethod::Registered } else { SendingMethod::Email };
            let sending = Sending::said(Some(how), None, None);
            self.command(id, Command::RecordLetterSent { letter: letter.id, sent_on: None, sending }).await?;
        }
        self.finish(id, Phase::Order, &[]).await?;
        self.command(id, Command::SubmitPorting).await?;
        self.until(id, "the donors answered", |project| project.porting_status() == PortingStatus::Accepted).await?;
        self.command(id, Command::Advance).await
    }

    async fn attach(&self, id: Uuid, kind: AttachmentKind, contract: &str) -> anyhow::Result<()> {
        let content = page(&[format!("Contract: {contract}")]);
        let (attachment, document) = attached(kind, contract, content)?;
        let request = Request { documents: vec![document], ..Self::request(id, Command::AddAttachment(attachment)) };
        self.engine.handle(request).await?;
        Ok(())
    }

    async fn prepare(&self, id: Uuid) -> anyhow::Result<()> {
        self.until(id, "the PBX is provisioned", |project| project.provisioned).await?;
        let later = ["porting-date", "number-porting", "delivery", "aftercare", "invoicing"];
        self.finish(id, Phase::Implementation, &later).await
    }

    async fn schedule(&self, id: Uuid, at: DateTime<Utc>) -> anyhow::Result<()> {
        let override_reason = Some("demo".to_owned());
        self.command(id, Command::SchedulePorting { at, override_reason, requests: None }).await?;
        self.finish_some(id, &["porting-date"]).await
    }
}

fn address(street: &str, postal_code: &str, city: &str) -> Value {
    json!({"street": street, "postal_code": postal_code, "city": city})
}

fn kpn() -> Value {
    json!({"name": "KPN B.V.", "address": address("Postbus 30000", "2500 GA", "Den Haag")})
}

fn bakery(wish_date: NaiveDate) -> Value {
    json!({
        "customer": {
            "name": "Bakkerij De Korenaar B.V.", "kvk_number": "12345678", "address": address("Oudegracht 12", "3511 AB", "Utrecht"),
            "contact": {"name": "J. de Vries", "email": "j.devries@korenaar.example", "phone": "+31301001234"},
        },
        "users": 12, "equipment": [{"model": "Yealink T54W", "quantity": 10}], "call_recording": "30_days",
        "contracts": [{
            "id": "kpn-isdn", "provider": kpn(), "customer_number": "100200300", "contract_number": "C-778899", "line_type": "isdn30",
            "start_date": "2021-03-01", "initial_term_months": 36, "notice_period_months": 1, "carries": ["alarm"],
        }],
        "numbers": [{"number": "030 100 12 00", "block_size": 100, "contract": "kpn-isdn"}],
        "wish_date": wish_date,
    })
}

fn garage(wish_date: NaiveDate) -> Value {
    json!({
        "customer": {
            "name": "Autobedrijf Van Dam", "kvk_number": "23456789", "address": address("Industrieweg 8", "1431 AA", "Aalsmeer"),
            "contact": {"name": "P. van Dam", "email": "p.vandam@vandam.example", "phone": "+31297123400"},
        },
        "users": 4, "equipment": [{"model": "Gigaset N610IP", "quantity": 1}],
        "contracts": [{
            "id": "odido-pstn", "provider": {"name": "Odido Netherlands B.V.", "address": address("Postbus 16272", "2500 BG", "Den Haag")},
            "customer_number": "77120", "contract_number": "2019-4411", "line_type": "isdn2", "start_date": "2019-06-15",
        }],
        "numbers": [{"number": "0297 12 34 00", "contract": "odido-pstn"}, {"number": "0297 12 34 01", "contract": "odido-pstn"}],
        "wish_date": wish_date,
    })
}

fn lawyers(wish_date: NaiveDate) -> Value {
    json!({
        "customer": {
            "name": "Advocatenkantoor Smit & Jansen", "kvk_number": "34567890", "address": address("Keizersgracht 300", "1016 EW", "Amsterdam"),
            "contact": {"name": "mr. A. Smit", "email": "smit@smitjansen.example", "phone": "+31201234500"},
        },
        "users": [
            {"name": "A. Smit", "extension": "101", "device": "Yealink T57W", "smartphone": "iOS 19"},
            {"name": "B. Jansen", "extension": "102", "device": "Yealink T57W", "smartphone": "Android 16"},
            {"name": "Receptie", "extension": "100", "device": "Yealink T57W"},
        ],
        "equipment": [{"model": "Yealink T57W", "quantity": 3}],
        "contracts": [
            {"id": "kpn-isdn", "provider": kpn(), "customer_number": "200300400", "contract_number": "C-114477", "line_type": "isdn15",
             "start_date": "2025-05-01", "initial_term_months": 24, "notice_period_months": 3},
            {"id": "ziggo-internet", "provider": {"name": "VodafoneZiggo Zakelijk", "address": address("Postbus 43048", "3540 AA", "Utrecht")},
             "customer_number": "88-1020", "contract_number": "Z-5566", "line_type": "voip", "start_date": "2022-01-01",
             "carries": ["internet"], "scenario": "continuation"},
        ],
        "numbers": [
            {"number": "020 123 45 00", "block_size": 10, "contract": "kpn-isdn"},
            {"number": "085 123 45 67", "contract": "ziggo-internet"},
        ],
        "wish_date": wish_date,
    })
}

fn dentist(wish_date: NaiveDate) -> Value {
    json!({
        "customer": {
            "name": "Tandartspraktijk Zonnebloem", "kvk_number": "45678901", "address": address("Marktstraat 5", "7511 GB", "Enschede"),
            "contact": {"name": "dr. L. Bos", "email": "l.bos@zonnebloem.example", "phone": "+31531001200"},
        },
        "users": 6, "equipment": [{"model": "Snom D785", "quantity": 5}],
        "contracts": [{
            "id": "kpn-isdn2", "provider": kpn(), "customer_number": "300400500", "contract_number": "C-224466", "line_type": "isdn2",
            "start_date": "2023-09-01", "initial_term_months": 12, "carries": ["payment_terminal", "lift"],
        }],
        "numbers": [{"number": "053 100 12 00", "contract": "kpn-isdn2"}],
        "wish_date": wish_date,
    })
}

fn school(wish_date: NaiveDate) -> Value {
    json!({
        "customer": {
            "name": "Basisschool De Regenboog", "kvk_number": "56789012", "address": address("Schoolstraat 1", "9711 JB", "Groningen"),
            "contact": {"name": "M. Postma", "email": "m.postma@regenboog.example", "phone": "+31501001200"},
        },
        "users": 18,
        "contracts": [{
            "id": "kpn-pstn", "provider": kpn(), "customer_number": "400500600", "contract_number": "C-335577", "line_type": "pstn",
            "start_date": "2015-08-01", "carries": ["alarm", "internet"],
        }],
        "numbers": [{"number": "050 100 12 00", "contract": "kpn-pstn"}],
        "wish_date": wish_date,
    })
}
