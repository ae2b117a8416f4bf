//! `overstap serve`: the server and its worker.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use api::Uploads;
use chrono::TimeDelta;
use engine::inbox::Inbox;
use engine::perform::{ByHand, InvoiceReader, OverCoin, OverSmtp, OverWebhook};
use engine::review::review_letters;
use engine::subscription::Teller;
use engine::worker::Worker;
use engine::{Clock, Engine, Parts, Performer};
use outside::coin::{CoinClient, Credentials};
use outside::mail::{SetupError, SmtpClient};
use outside::pdf::PdfReader;
use outside::webhook::{EventClient, Secret, WebhookClient};
use store::Store;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use workflow::provider::Directory;

use crate::clock::{DatabaseClock, SimulatedClock, SystemClock, machine_clock, wire_clock};
use crate::config::{PbxAdapter, PortingAdapter, Serve};
use crate::demo;

/// The key under which a database is marked with the kind of clock it is used with.
const CLOCK_MARK: &str = "clock";
/// How long answers and work under way may take after the server was told to stop.
const LAST_WORK: Duration = Duration::from_secs(7);
/// How long the database may take to close after that. Together less than the 10 s after which container runtimes kill.
const LAST_CLOSING: Duration = Duration::from_secs(2);

/// How often the clock is set by the database's.
const CLOCK_SET_EVERY: Duration = Duration::from_secs(10);
/// A look at the database's clock that took longer tells too little.
const CLOCK_LOOK_AT_MOST: Duration = Duration::from_millis(500);
/// So far the machine's clock may be off before somebody is told: one of the two is wrong, and peers refuse signatures of another time.
const CLOCK_OFF_AT_MOST: TimeDelta = TimeDelta::seconds(5);

/// How often the metrics learn how the connection to COIN is doing.
const COIN_WATCHED_EVERY: Duration = Duration::from_secs(2);

/// Runs the server until it is told to stop.
pub async fn run(config: Serve) -> anyhow::Result<()> {
    if config.demo { Box::pin(demo::run(config)).await } else { serve(&config, open_clock(&config)).await }
}

/// The clock that is asked for.
enum ClockChoice {
    System,
    Simulated(Arc<SimulatedClock>),
}

fn open_clock(config: &Serve) -> ClockChoice {
    config.clock.map_or(ClockChoice::System, |simulation| ClockChoice::Simulated(Arc::new(SimulatedClock::new(simulation))))
}

async fn serve(config: &Serve, clock: ClockChoice) -> anyhow::Result<()> {
    let url = config.database_url.as_deref().unwrap_or("sqlite://overstap.db");
    let store = open_store(url, &clock).await?;
    let clock: Arc<dyn Clock> = match clock {
        ClockChoice::System => real_clock(&store).await?,
        ClockChoice::Simulated(clock) => clock,
    };
    let server = Server::build(config, store, clock).await?;
    server.run(config).await
}

/// The database server's clock where there is one, else the machine's.
async fn real_clock(store: &Store) -> anyhow::Result<Arc<dyn Clock>> {
    let looked_at = Instant::now();
    let Some(showed) = store.server_time().await.context("the database does not tell the time")? else {
        return Ok(Arc::new(SystemClock));
    };
    let off = machine_clock() - showed;
    if off.abs() > CLOCK_OFF_AT_MOST {
        tracing::warn!(
            seconds = off.num_seconds(),
            "this machine's clock differs from that of the database's server, by which Overstap goes; set right whichever is wrong"
        );
    }
    let clock = Arc::new(DatabaseClock::new(looked_at, showed));
    clock.keep_for_the_wire();
    let (store, following) = (store.clone(), Arc::clone(&clock));
    tokio::spawn(async move {
        loop {
            tokio::time::sleep(CLOCK_SET_EVERY).await;
            let asked_at = Instant::now();
            let looked = tokio::time::timeout(CLOCK_LOOK_AT_MOST, store.server_time()).await;
            if let Ok(Ok(Some(showed))) = looked {
                following.set(asked_at + asked_at.elapsed() / 2, showed);
            }
        }
    });
    Ok(clock)
}

/// Opens the database; a simulated clock goes on from the last event.
async fn open_store(url: &str, clock: &ClockChoice) -> anyhow::Result<Store> {
    let store = Store::open(url).await.context("can't open the database")?;
    mark_clock(&store, matches!(clock, ClockChoice::Simulated(_))).await?;
    if let ClockChoice::Simulated(clock) = clock
        && let Some(last) = store.last_event_at().await?
    {
        if last > clock.now() {
            tracing::warn!(%last, "the database holds later events than --clock; the clock goes on from the last of them");
        }
        clock.jump_to(last);
    }
    Ok(store)
}

/// Sees that a database is used with one kind of clock only: simulated and real trails must not mix.
pub async fn mark_clock(store: &Store, simulated: bool) -> anyhow::Result<()> {
    let kind = if simulated { "simulated" } else { "real" };
    let mark = store.set_meta_if_absent(CLOCK_MARK, kind).await?;
    if mark != kind {
        let how = if simulated { "without" } else { "with" };
        bail!("this database was used with a {mark} clock; use another one, or start {how} --clock");
    }
    Ok(())
}

/// A server ready to run.
pub struct Server {
    engine: Engine,
    uploads: Uploads,
    coin: Option<CoinClient>,
    metrics: metrics_exporter_prometheus::PrometheusHandle,
    stop: CancellationToken,
    tasks: TaskTracker,
    listens: std::sync::atomic::AtomicBool,
}

impl Server {
    /// Connects the adapters that are configured.
    ///
    /// # Errors
    /// All settings that are missing or wrong, at once.
    pub async fn build(config: &Serve, store: Store, clock: Arc<dyn Clock>) -> anyhow::Result<Self> {
        let mut faults = config.contractor_faults();
        let (porting, coin) = porting(config, &store, &mut faults);
        let pbx = pbx(config, &mut faults);
        let folder = config.upload_folder.display();
        let uploads = Uploads::in_folder(&config.upload_folder)
            .map_err(|error| faults.push(format!("OVERSTAP_UPLOAD_FOLDER: no file can be made in {folder}: {error}")))
            .ok();
        let mail = mail(config, &store, &mut faults);
        let providers = config.directory().unwrap_or_else(|fault| {
            faults.push(fault);
            Directory::built_in()
        });
        let blocking_codes = config.blocking_codes().map_err(|wrong| faults.extend(wrong)).unwrap_or_default();
        let internal_networks = config.internal_networks().unwrap_or_else(|error| {
            faults.push(format!("OVERSTAP_EVENT_WEBHOOKS_ALLOW_INTERNAL: {error}"));
            Vec::new()
        });
        let settings = config.settings(providers, blocking_codes);
        let letters = crate::letters::load(config.templates.as_deref()).map_err(|wrong| faults.extend(wrong)).ok();
        if let Some(letters) = &letters {
            faults.extend(crate::letters::contractor_faults(letters, &settings.contractor));
        }
        let Some((letters, uploads)) = letters.zip(uploads).filter(|_| faults.is_empty()) else {
            bail!("the configuration is not right:\n  {}", faults.join("\n  "));
        };
        let metrics =
            metrics_exporter_prometheus::PrometheusBuilder::new().install_recorder().context("metrics can't be recorded")?;
        if settings.contractor.kvk_number.is_none() {
            tracing::warn!(
                "OVERSTAP_CONTRACTOR_KVK_NUMBER is not set: the contractor's letters must carry it (art. 27 Handelsregisterwet)"
            );
        }
        let receivers = EventClient::new(internal_networks, wire_clock).context("nobody can be told of events")?;
        let invoices = Arc::new(InvoiceReader::new(store.clone(), pdf_reader(config).await));
        let engine = Engine::new(Parts { store, letters, settings, clock, porting, pbx, mail, invoices, receivers });
        Ok(Self {
            engine,
            uploads,
            coin,
            metrics,
            stop: CancellationToken::new(),
            tasks: TaskTracker::new(),
            listens: false.into(),
        })
    }

    /// The engine.
    pub fn engine(&self) -> &Engine {
        &self.engine
    }

    /// Starts the worker, what tells other systems of events, and a look at the letters.
    fn start_work(&self) {
        let (engine, stop) = (self.engine.clone(), self.stop.clone());
        // A server whose worker has ended, whatever the reason, ends too: half a server would look well and do nothing.
        let ends_with_it = self.stop.clone().drop_guard();
        self.tasks.spawn(async move {
            let _ends_with_it = ends_with_it;
            Worker::new(engine).run(stop).await;
        });
        let (engine, stop) = (self.engine.clone(), self.stop.clone());
        let ends_with_it = self.stop.clone().drop_guard();
        self.tasks.spawn(async move {
            let _ends_with_it = ends_with_it;
            Teller::new(engine).run(stop).await;
        });
        let (engine, stop) = (self.engine.clone(), self.stop.clone());
        self.tasks.spawn(async move { review_letters(&engine, stop).await });
    }

    /// Starts to take what COIN says; a second time does nothing.
    pub fn listen_to_coin(&self) {
        if self.listens.swap(true, std::sync::atomic::Ordering::Relaxed) {
            return;
        }
        if let Some(coin) = self.coin.clone() {
            self.tasks.spawn(watch_coin(coin.clone(), self.stop.clone()));
            let (inbox, stop) = (Inbox::new(self.engine.clone()), self.stop.clone());
            self.tasks.spawn(async move { coin.listen(&inbox, stop.cancelled_owned()).await });
        }
    }

    /// Listens until it is told to stop, and ends in order.
    pub async fn run(self, config: &Serve) -> anyhow::Result<()> {
        let listener = TcpListener::bind(config.listen).await.with_context(|| format!("can't listen on {}", config.listen))?;
        self.engine.derive_anew().await.context("timers can't be brought up to this version's rules")?;
        self.start_work();
        self.listen_to_coin();
        let stop = self.stop.clone();
        tokio::spawn(async move {
            stop_signal().await;
            tracing::info!("stopping: finishing what is under way");
            stop.cancel();
        });
        let state = api::ApiState {
            engine: self.engine.clone(),
            uploads: self.uploads,
            admin_token: config.admin_token.clone().filter(|token| !token.is_empty()),
            metrics: Some(self.metrics),
            stop: self.stop.clone(),
        };
        if config.admin_token.is_none() {
            tracing::info!("no OVERSTAP_ADMIN_TOKEN: make tokens with `overstap token create`");
        }
        tracing::info!(listen = %listener.local_addr()?, simulated_clock = self.engine.clock().is_simulated(), "ready");
        let work = async {
            let asked_to_stop = self.stop.clone().cancelled_owned();
            // Who fails to sign in is known by the address.
            let service = web::router(state, wire_clock).into_make_service_with_connect_info::<SocketAddr>();
            let served = axum::serve(listener, service).with_graceful_shutdown(asked_to_stop).await;
            self.stop.cancel();
            self.tasks.close();
            self.tasks.wait().await;
            served
        };
        // A caller who stops halfway through a request, or never begins one, would keep the server for ever.
        let too_long = async {
            self.stop.cancelled().await;
            tokio::time::sleep(LAST_WORK).await;
        };
        let served = tokio::select! {
            served = work => served,
            () = too_long => {
                tracing::warn!("work under way did not end in time; it is taken up again at the next start");
                Ok(())
            }
        };
        if tokio::time::timeout(LAST_CLOSING, self.engine.store().close()).await.is_err() {
            tracing::warn!("the database's connections did not end in time");
        }
        served.context("the server stopped")
    }
}

/// Shows in the metrics how the connection to COIN is doing: the client never gives up, so somebody must be able to see it.
async fn watch_coin(coin: CoinClient, stop: CancellationToken) {
    let connected = metrics::gauge!("overstap_coin_stream_connected");
    let denied = metrics::gauge!("overstap_coin_access_denied");
    let clock_off = metrics::gauge!("overstap_coin_clock_off_seconds");
    let unconfirmed = metrics::gauge!("overstap_coin_messages_unconfirmed");
    while !stop.is_cancelled() {
        let health = coin.health();
        connected.set(if health.connected_since.is_some() { 1.0 } else { 0.0 });
        denied.set(if health.denied.is_some() { 1.0 } else { 0.0 });
        clock_off.set(health.clock_off.map_or(0.0, TimeDelta::as_seconds_f64));
        unconfirmed.set(u32::try_from(health.unconfirmed.len()).map_or(f64::MAX, f64::from));
        tokio::select! {
            () = stop.cancelled() => {}
            () = tokio::time::sleep(COIN_WATCHED_EVERY) => {}
        }
    }
}

/// What reads invoices; without it they are kept unread.
async fn pdf_reader(config: &Serve) -> Option<PdfReader> {
    match PdfReader::by(&config.pdftotext).await {
        Ok(reader) => Some(reader),
        Err(error) => {
            tracing::warn!(%error, "invoices are kept, and not read");
            None
        }
    }
}

fn porting(config: &Serve, store: &Store, faults: &mut Vec<String>) -> (Arc<dyn Performer>, Option<CoinClient>) {
    let by_hand: Arc<dyn Performer> = Arc::new(ByHand);
    match config.porting {
        PortingAdapter::Manual => (by_hand, None),
        PortingAdapter::Coin => {
            let Some(folder) = &config.coin_credentials else {
                faults.push("OVERSTAP_COIN_CREDENTIALS: name the folder with COIN's credentials".to_owned());
                return (by_hand, None);
            };
            let client = Credentials::load(folder).map_err(|error| format!("OVERSTAP_COIN_CREDENTIALS: {error}")).and_then(
                |credentials| {
                    CoinClient::new(&config.coin_url, credentials, wire_clock)
                        .map_err(|error| format!("OVERSTAP_COIN_URL: {error}"))
                },
            );
            match client {
                Ok(client) => (Arc::new(OverCoin::new(client.clone(), store.clone())), Some(client)),
                Err(fault) => {
                    faults.push(fault);
                    (by_hand, None)
                }
            }
        }
        PortingAdapter::Webhook => {
            (webhook("PORTING", config.porting_url.as_deref(), config.porting_secret.as_deref(), faults).unwrap_or(by_hand), None)
        }
    }
}

fn pbx(config: &Serve, faults: &mut Vec<String>) -> Arc<dyn Performer> {
    match config.pbx {
        PbxAdapter::Manual => Arc::new(ByHand),
        PbxAdapter::Webhook => {
            webhook("PBX", config.pbx_url.as_deref(), config.pbx_secret.as_deref(), faults).unwrap_or_else(|| Arc::new(ByHand))
        }
    }
}

fn mail(config: &Serve, store: &Store, faults: &mut Vec<String>) -> Arc<dyn Performer> {
    let by_hand: Arc<dyn Performer> = Arc::new(ByHand);
    let Some(url) = config.smtp_url.as_deref().filter(|url| !url.is_empty()) else { return by_hand };
    let Some(sender) = config.mail_from.as_deref() else {
        faults.push("OVERSTAP_MAIL_FROM: give the sender of e-mails".to_owned());
        return by_hand;
    };
    let authority = match config.smtp_ca.as_ref().map(std::fs::read).transpose() {
        Ok(authority) => authority,
        Err(error) => {
            faults.push(format!("OVERSTAP_SMTP_CA: {error}"));
            return by_hand;
        }
    };
    match SmtpClient::new(url, sender, authority.as_deref()) {
        Ok(client) => Arc::new(OverSmtp::new(client, store.clone())),
        Err(error) => {
            let variable = match error {
                SetupError::Address(_) => "OVERSTAP_SMTP_URL",
                SetupError::Certificate(_) => "OVERSTAP_SMTP_CA",
                SetupError::Sender(_) => "OVERSTAP_MAIL_FROM",
            };
            faults.push(format!("{variable}: {error}"));
            by_hand
        }
    }
}

fn webhook(which: &str, url: Option<&str>, secret: Option<&str>, faults: &mut Vec<String>) -> Option<Arc<dyn Performer>> {
    let Some(url) = url else {
        faults.push(format!("OVERSTAP_{which}_URL: give the address that takes the calls"));
        return None;
    };
    let secret = match secret.filter(|secret| !secret.is_empty()).map(str::parse::<Secret>).transpose() {
        Ok(secret) => secret,
        Err(error) => {
            faults.push(format!("OVERSTAP_{which}_SECRET: {error}"));
            return None;
        }
    };
    if secret.is_none() {
        tracing::warn!("OVERSTAP_{which}_SECRET is not set: calls are not signed");
    }
    match WebhookClient::new(url, secret, wire_clock) {
        Ok(client) => Some(Arc::new(OverWebhook::new(client))),
        Err(error) => {
            faults.push(format!("OVERSTAP_{which}_URL: {error}"));
            None
        }
    }
}

/// Ends when somebody asks the program to stop: Ctrl-C, or SIGTERM.
pub async fn stop_signal() {
    let interrupt = tokio::signal::ctrl_c();
    match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
        Ok(mut terminate) => {
            tokio::select! {
                _ = interrupt => {}
                _ = terminate.recv() => {}
            }
        }
        Err(error) => {
            tracing::warn!(%error, "SIGTERM can't be listened for");
            let _interrupted = interrupt.await;
        }
    }
}
