//! The real engine, worker, store and clients, with the simulated world as their peers, on a clock that is set forward.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, bail};
use chrono::{DateTime, TimeDelta, Utc};
use engine::inbox::Inbox;
use engine::perform::{InvoiceReader, OverCoin, OverWebhook};
use engine::worker::Worker;
use engine::{Clock, Engine, Failure, Origin, Parts, Request, Target};
use outside::coin::{CoinClient, Credentials};
use outside::pdf::PdfReader;
use outside::webhook::{EventClient, WebhookClient};
use serde_json::{Value, json};
use simulator::{Simulator, SimulatorSettings};
use store::{NewDocument, Store, StoredEvent};
use uuid::Uuid;
use workflow::actor::{Actor, Role};
use workflow::command::Command;
use workflow::intake::Intake;
use workflow::letter::{PrintedAddress, PrintedCompany};
use workflow::porting::blocking::BlockingCodes;
use workflow::porting::window::PortingHours;
use workflow::project::Project;
use workflow::provider::Directory;
use workflow::rejection::Rejection;
use workflow::settings::Settings;

use super::commands;
use super::donors::Donors;
use super::mailbox::Mailbox;
use crate::clock::{SteppedClock, wire_clock};
use crate::letters::load;

/// How long COIN's messages may take to be heard, in the world's time. A lost stream is opened again within a minute.
const HEARD_WITHIN: Duration = Duration::from_secs(150);
const EVENTS_AT_A_TIME: u32 = 500;

/// The product at work, and the world outside it.
pub(super) struct World {
    pub(super) engine: Engine,
    pub(super) clock: Arc<SteppedClock>,
    pub(super) simulator: Simulator,
    pub(super) mailbox: Arc<Mailbox>,
    pub(super) reads_invoices: bool,
    worker: Worker,
    /// Where the simulated world is reached.
    peers: String,
    http: reqwest::Client,
    /// The last event that was read.
    read_to: Option<String>,
    /// What people did, by role and command.
    pub(super) done: BTreeMap<(Role, &'static str), u64>,
    /// What rules refused of it, by command and code.
    pub(super) refused: BTreeMap<(&'static str, String), u64>,
    /// What should not have happened.
    pub(super) findings: Vec<String>,
}

impl World {
    /// Connects everything. `folder` takes the credentials of the simulated COIN.
    pub(super) async fn connect(
        store: Store,
        clock: Arc<SteppedClock>,
        donors: &Donors,
        folder: &std::path::Path,
        seed: u64,
    ) -> anyhow::Result<Self> {
        let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.context("the simulated world can't listen")?;
        let peers = format!("http://{}", listener.local_addr()?);
        let credentials = folder.join("credentials");
        let settings = SimulatorSettings {
            answer_after: Duration::ZERO,
            credentials: Some(credentials.clone()),
            wire_clock,
            webhook_secret: None,
        };
        let treat = donors.treat();
        let simulator = tokio::task::spawn_blocking(move || Simulator::with_kept_time(settings, treat)).await??;
        let serving = simulator.clone();
        tokio::spawn(async move {
            if let Err(error) = serving.serve(listener, std::future::pending()).await {
                tracing::error!(%error, "the simulated world stopped");
            }
        });
        let coin = CoinClient::new(&peers, Credentials::load(&credentials)?, wire_clock)?;
        let pbx = WebhookClient::new(&format!("{peers}/pbx"), None, wire_clock)?;
        let mailbox = Arc::new(Mailbox::new(seed));
        let letters = load(None).map_err(|faults| anyhow::anyhow!(faults.join("; ")))?;
        let pdf = PdfReader::by("pdftotext").await.ok();
        let reads_invoices = pdf.is_some();
        let kept = store.clone();
        let engine = Engine::new(Parts {
            invoices: Arc::new(InvoiceReader::new(store.clone(), pdf)),
            store,
            letters,
            settings: settings_of_the_rehearsal(),
            clock: clock.clone(),
            porting: Arc::new(OverCoin::new(coin.clone(), kept)),
            pbx: Arc::new(OverWebhook::new(pbx)),
            mail: mailbox.clone(),
            // Nobody subscribes in a rehearsal.
            receivers: EventClient::new(Vec::new(), wire_clock)?,
        });
        engine.derive_anew().await?;
        let inbox = Inbox::new(engine.clone());
        tokio::spawn(async move { coin.listen(&inbox, std::future::pending()).await });
        Ok(Self {
            worker: Worker::new(engine.clone()),
            engine,
            clock,
            simulator,
            mailbox,
            reads_invoices,
            peers,
            http: reqwest::Client::builder().no_proxy().build()?,
            read_to: None,
            done: BTreeMap::new(),
            refused: BTreeMap::new(),
            findings: Vec::new(),
        })
    }

    pub(super) fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    pub(super) fn store(&self) -> &Store {
        self.engine.store()
    }

    /// When something is next due by itself: a timer, an effect, a donor's word.
    pub(super) async fn next_due_at(&self) -> anyhow::Result<Option<DateTime<Utc>>> {
        let own = self.store().next_due_at().await?;
        Ok([own, self.simulator.next_message_at()].into_iter().flatten().min())
    }

    /// Lets everything happen that is due now and that follows from it.
    pub(super) async fn settle(&mut self) -> anyhow::Result<()> {
        self.simulator.say_until(self.now());
        loop {
            self.worker.drain().await?;
            if self.simulator.unconfirmed() == 0 {
                return Ok(());
            }
            if tokio::time::timeout(HEARD_WITHIN, self.simulator.all_confirmed()).await.is_err() {
                bail!("{} messages from COIN were not taken; see the log", self.simulator.unconfirmed());
            }
        }
    }

    /// What has happened since it was last asked.
    pub(super) async fn news(&mut self) -> anyhow::Result<Vec<StoredEvent>> {
        let mut news = Vec::new();
        loop {
            let page = self.store().feed(self.read_to.as_deref(), None, EVENTS_AT_A_TIME).await?;
            let Some(last) = page.last() else { return Ok(news) };
            self.read_to = Some(last.position.clone());
            news.extend(page);
        }
    }

    pub(super) async fn project(&self, id: Uuid) -> anyhow::Result<Project> {
        Ok(self.engine.load(id).await?.context("a project is gone")?.project)
    }

    /// A migration begins.
    pub(super) async fn begin(&mut self, intake: Intake) -> anyhow::Result<Uuid> {
        let render: engine::Render = Box::new(|project, _, _| (201, json!(project.id)));
        let actor = Actor::new(Role::Manager, "rehearsal");
        let request = Request::internal(Uuid::nil(), Command::Advance, actor, Origin::Outside);
        let handled = self.engine.handle(Request { target: Target::New(Box::new(intake)), render, ..request }).await?;
        *self.done.entry((Role::Manager, "start")).or_default() += 1;
        Ok(serde_json::from_value(handled.answer)?)
    }

    /// Somebody does something; whether a rule refused it.
    pub(super) async fn act(&mut self, project: Uuid, role: Role, command: Command) -> anyhow::Result<Result<(), Rejection>> {
        self.act_with(project, role, command, Vec::new()).await
    }

    /// Somebody does something that comes with files.
    pub(super) async fn act_with(
        &mut self,
        project: Uuid,
        role: Role,
        command: Command,
        documents: Vec<NewDocument>,
    ) -> anyhow::Result<Result<(), Rejection>> {
        let name = commands::name(&command);
        let request = Request::internal(project, command, Actor::new(role, "rehearsal"), Origin::Outside);
        match self.engine.handle(Request { documents, ..request }).await {
            Ok(_) => {
                *self.done.entry((role, name)).or_default() += 1;
                Ok(Ok(()))
            }
            Err(Failure::Rejected(rejection)) => {
                tracing::debug!(%project, name, ?rejection, "refused");
                *self.refused.entry((name, commands::code(&rejection))).or_default() += 1;
                Ok(Err(rejection))
            }
            Err(failure @ (Failure::Store(_) | Failure::Load(_))) => Err(failure.into()),
            Err(failure) => {
                self.findings.push(format!("project {project}: {name} failed: {failure}"));
                Ok(Err(Rejection::NotFound(workflow::text::Text::new("mislukt", "failed"))))
            }
        }
    }

    /// Something outside is to go wrong.
    pub(super) async fn order_failure(&self, target: &str, kind: &str, times: u64) -> anyhow::Result<()> {
        let order = json!({"target": target, "kind": kind, "times": times});
        let answer = self.http.post(format!("{}/simulator/faults", self.peers)).json(&order).send().await?;
        answer.error_for_status().context("the simulated world does not know such a failure")?;
        Ok(())
    }

    /// What was asked of the world outside, and took effect or was repeated.
    pub(super) async fn journal(&self) -> anyhow::Result<Vec<Value>> {
        let journal = self.http.get(format!("{}/simulator/journal", self.peers)).send().await?;
        let mut journal: Value = journal.error_for_status()?.json().await?;
        Ok(serde_json::from_value(journal["items"].take())?)
    }
}

impl World {
    /// At which tenant of the PBX each number rings.
    pub(super) async fn routes(&self) -> anyhow::Result<BTreeMap<i64, String>> {
        let pbx = self.http.get(format!("{}/simulator/pbx", self.peers)).send().await?;
        let mut pbx: Value = pbx.error_for_status()?.json().await?;
        let routes: BTreeMap<String, String> = serde_json::from_value(pbx["routes"].take())?;
        Ok(routes.into_iter().filter_map(|(number, tenant)| Some((number.parse().ok()?, tenant))).collect())
    }
}

/// As `overstap serve` has them by itself, with a contractor whose letters are complete and e-mailed reminders.
fn settings_of_the_rehearsal() -> Settings {
    Settings {
        contractor: PrintedCompany {
            name: "Dynamx".to_owned(),
            address: PrintedAddress {
                street: "Computerweg 1".to_owned(),
                postal_code: "3821 AA".to_owned(),
                city: "Amersfoort".to_owned(),
            },
            kvk_number: Some("87654321".to_owned()),
            contact: None,
            email: Some("migraties@dynamx.example".to_owned()),
            phone: Some("033 100 20 20".to_owned()),
        },
        operator_code: "DYNX".to_owned(),
        porting_hours: PortingHours::default(),
        verify_for: TimeDelta::minutes(15),
        verify_every: TimeDelta::seconds(15),
        answer_within: TimeDelta::minutes(15),
        reminders_by_mail: true,
        attempt_count_max: 6,
        // COIN gives its list to members only.
        blocking_codes: BlockingCodes::default(),
        providers: Directory::built_in(),
    }
}
