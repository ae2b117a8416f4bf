//! A server with its database and clock, and the simulated world outside it, as processes in a folder of their own.

use std::path::PathBuf;
use std::process::Output;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};

use super::api::{Api, TOKEN};
use super::clocks::Clocks;
use super::cluster::{Cluster, Ending};
use super::job::{Job, text};
use super::oracle::Oracle;
use super::postgres;
use super::process::{Process, free_port, overstap, program, run};

/// Where the server keeps what it knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Database {
    Sqlite,
    Postgresql,
    /// PostgreSQL on a server of the world's own, which may end and begin again.
    OwnPostgresql,
}

/// Who does what is to be done outside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Adapters {
    /// The simulated COIN and PBX.
    Connected,
    /// A person.
    ByHand,
}

/// So soon a server says that it is not ready; it promises two seconds, and a machine may be busy.
const NOT_READY_WITHIN: Duration = Duration::from_secs(4);

/// The moment at which every world begins: a Monday morning, nine o'clock in Amsterdam.
pub(crate) const BEGINNING: &str = "2027-01-04T08:00:00Z";

/// A world.
#[derive(Debug)]
pub(crate) struct World {
    pub(crate) api: Api,
    pub(crate) url: String,
    simulator_api: Api,
    adapters: Adapters,
    // What servers are started from, while it is not the program that is tested.
    older: Option<PathBuf>,
    // What the contractor is called, when not as by default.
    contractor: Option<String>,
    // More of what `serve` is told.
    settings: Vec<(&'static str, String)>,
    // The port of a mail server on this machine.
    mail_port: Option<u16>,
    server: Option<Process>,
    _simulator: Process,
    // The clock of the server: what it showed, and when that was.
    clock: (DateTime<Utc>, Instant),
    // Of machines whose clocks are set.
    clocks: Option<Clocks>,
    port: u16,
    simulator_port: u16,
    postgresql: Option<postgres::Database>,
    cluster: Option<Cluster>,
    folder: Folder,
}

/// Removed at the end, after the processes that use it.
#[derive(Debug)]
struct Folder(PathBuf);

impl Folder {
    fn make() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!("world-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // What stays behind lies in the target folder and harms nobody.
        let _removed = std::fs::remove_dir_all(&self.0);
    }
}

impl World {
    /// A world with simulated peers on SQLite, at the beginning.
    pub(crate) async fn begin() -> Self {
        Self::with(Database::Sqlite, Adapters::Connected).await
    }

    /// A world at the beginning.
    pub(crate) async fn with(database: Database, adapters: Adapters) -> Self {
        let mut world = Self::without_server(database, adapters, false).await;
        world.start().await;
        world
    }

    /// A world at the beginning, of machines with clocks: that of the database's server shows the world's time, and so do the peers'.
    /// Overstap's servers run on the real clock.
    pub(crate) async fn of_machines_with_clocks() -> Self {
        let mut world = Self::without_server(Database::OwnPostgresql, Adapters::Connected, true).await;
        world.set_clock(BEGINNING);
        world.start().await;
        world
    }

    /// A world at the beginning on a PostgreSQL of its own, whose servers are those of an older program.
    pub(crate) async fn of_an_older_program(older: PathBuf) -> Self {
        let mut world = Self::without_server(Database::OwnPostgresql, Adapters::Connected, false).await;
        world.older = Some(older);
        world.start().await;
        world
    }

    /// Servers that are started from now on are of the program that is tested; what they were before.
    pub(crate) fn upgrade(&mut self) -> PathBuf {
        self.older.take().expect("an older program")
    }

    async fn without_server(database: Database, adapters: Adapters, with_clocks: bool) -> Self {
        let folder = Folder::make();
        let (port, simulator_port) = (free_port(), free_port());
        let postgresql = (database == Database::Postgresql).then(postgres::Database::fresh);
        let sqlite = || format!("sqlite://{}", folder.0.join("overstap.db").display());
        let cluster = (database == Database::OwnPostgresql).then(Cluster::start);
        let served = postgresql.as_ref().map(|database| &database.url).or(cluster.as_ref().map(|cluster| &cluster.url));
        let url = served.cloned().unwrap_or_else(sqlite);
        let credentials = folder.0.join("credentials").display().to_string();
        let listen = format!("127.0.0.1:{simulator_port}");
        let simulate = ["simulate", "--listen", &listen, "--credentials", &credentials, "--answer-after", "200ms"];
        let mut command = overstap(&simulate);
        let clocks = cluster.as_ref().filter(|_| with_clocks).map(Cluster::with_clocks);
        if let Some(clocks) = &clocks {
            clocks.right(&mut command);
        }
        let mut simulator = Process::start(command, &folder.0.join("simulator.log"));
        simulator.ready(&format!("http://{listen}/healthz")).await;
        Self {
            api: Api::new(&format!("http://127.0.0.1:{port}"), Some(TOKEN)),
            url,
            simulator_api: Api::new(&format!("http://{listen}"), None),
            adapters,
            older: None,
            contractor: None,
            settings: Vec::new(),
            mail_port: None,
            server: None,
            _simulator: simulator,
            clock: (BEGINNING.parse().unwrap(), Instant::now()),
            clocks,
            port,
            simulator_port,
            postgresql,
            cluster,
            folder,
        }
    }

    /// Starts the server; its clock goes on.
    pub(crate) async fn start(&mut self) {
        self.clock = (self.now(), Instant::now());
        if self.clocks.is_some() {
            return self.start_off_by(TimeDelta::zero()).await;
        }
        let clock = self.clock.0.to_rfc3339();
        self.serve(&["--clock", &clock]).await;
    }

    /// Starts the server on a machine whose clock is so far from the database's.
    pub(crate) async fn start_off_by(&mut self, by: TimeDelta) {
        self.server = Some(self.process(self.port, &[], by).await);
    }

    /// Starts another server on a machine whose clock is so far from the database's.
    pub(crate) async fn another_server_off_by(&self, by: TimeDelta) -> Process {
        self.process(free_port(), &[], by).await
    }

    /// Starts another server on the same database, with the same time; how to call it.
    pub(crate) async fn another_server(&self) -> (Process, Api) {
        let port = free_port();
        let server = self.process(port, &["--clock", &self.now().to_rfc3339()], TimeDelta::zero()).await;
        (server, Api::new(&format!("http://127.0.0.1:{port}"), Some(TOKEN)))
    }

    /// Starts the server on the world's own clock.
    pub(crate) async fn start_on_the_real_clock(&mut self) {
        self.serve(&[]).await;
    }

    async fn serve(&mut self, more: &[&str]) {
        self.server = Some(self.process(self.port, more, TimeDelta::zero()).await);
    }

    async fn process(&self, port: u16, more: &[&str], off_by: TimeDelta) -> Process {
        let listen = format!("127.0.0.1:{port}");
        let arguments = ["serve", "--listen", &listen, "--database-url", &self.url];
        let mut command = self.older.as_ref().map_or_else(|| overstap(&arguments), |older| program(older, &arguments));
        command.args(more);
        command.env("OVERSTAP_ADMIN_TOKEN", TOKEN);
        // Receivers of the tests are on this machine.
        command.env("OVERSTAP_EVENT_WEBHOOKS_ALLOW_INTERNAL", "127.0.0.0/8");
        if self.adapters == Adapters::Connected {
            let outside = format!("http://127.0.0.1:{}", self.simulator_port);
            command.env("OVERSTAP_PORTING", "coin").env("OVERSTAP_COIN_URL", &outside);
            command.env("OVERSTAP_COIN_CREDENTIALS", self.folder.0.join("credentials"));
            command.env("OVERSTAP_PBX", "webhook").env("OVERSTAP_PBX_URL", format!("{outside}/pbx"));
        }
        command.envs(self.settings.iter().map(|(name, value)| (name, value)));
        if let Some(contractor) = &self.contractor {
            command.env("OVERSTAP_CONTRACTOR_NAME", contractor);
        }
        if let Some(port) = self.mail_port {
            command.env("OVERSTAP_SMTP_URL", format!("smtp://127.0.0.1:{port}"));
            command.env("OVERSTAP_MAIL_FROM", "Dynamx <migraties@dynamx.example>");
        }
        if let Some(clocks) = &self.clocks {
            clocks.off(off_by, &mut command);
        }
        let mut server = Process::start(command, &self.folder.0.join(format!("server-{port}.log")));
        server.ready(&format!("http://{listen}/readyz")).await;
        server
    }

    /// Where the server listens.
    pub(crate) fn address(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// What the server's clock shows.
    pub(crate) fn now(&self) -> DateTime<Utc> {
        self.clock.0 + TimeDelta::from_std(self.clock.1.elapsed()).unwrap()
    }

    /// A power cut.
    pub(crate) fn crash(&mut self) {
        self.server.take().expect("a running server").kill9();
    }

    /// A power cut, and power again.
    pub(crate) async fn crash_and_start(&mut self) {
        self.crash();
        self.start().await;
    }

    /// The first server, to be paused and woken.
    pub(crate) fn server(&self) -> &Process {
        self.server.as_ref().expect("a running server")
    }

    /// Ends every connection to the database.
    pub(crate) fn end_sessions(&self) {
        self.postgresql.as_ref().expect("PostgreSQL").end_sessions();
    }

    /// The database's server ends, and begins again after a while. Meanwhile servers live, say soon that they are not ready, and are again
    /// when it is back.
    pub(crate) async fn restart_database(&self, how: Ending, away: Duration, others: &[Api]) {
        let cluster = self.cluster.as_ref().expect("a server of PostgreSQL of its own");
        let servers = || others.iter().chain([&self.api]);
        cluster.end(how);
        if how != Ending::OneSessionKilled {
            for api in servers() {
                let asked_at = Instant::now();
                assert_eq!(api.status("/readyz").await, 503, "without its database a server is not ready");
                assert!(asked_at.elapsed() < NOT_READY_WITHIN, "it took {:?} to say so", asked_at.elapsed());
                assert_eq!(api.status("/healthz").await, 200, "and lives");
            }
            tokio::time::sleep(away).await;
            cluster.begin_again();
        }
        for api in servers() {
            assert_eq!(api.download("/readyz").await.status, 200, "with its database it is");
        }
    }

    /// What the contractor is called from the next start on.
    pub(crate) fn rename_contractor(&mut self, name: &str) {
        self.contractor = Some(name.to_owned());
    }

    /// Stops the server in order and starts it with another setting.
    pub(crate) async fn set(&mut self, name: &'static str, value: String) {
        self.stop().await;
        self.settings.push((name, value));
        self.start().await;
    }

    /// Has the world outside do something.
    pub(crate) async fn outside(&self, path: &str, order: Value) -> Value {
        self.simulator_api.post(path, order).await
    }

    /// Stops the server in order and starts it with a mail server.
    pub(crate) async fn connect_mail(&mut self, port: u16) {
        self.stop().await;
        self.mail_port = Some(port);
        self.start().await;
    }

    /// A connection that sends this much of a request, and no more.
    pub(crate) fn begin_request(&self, said: &str) -> std::net::TcpStream {
        let mut connection = std::net::TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        std::io::Write::write_all(&mut connection, said.as_bytes()).unwrap();
        connection
    }

    /// The most memory that the server has had since it started, in MiB.
    pub(crate) fn memory_peak(&self) -> u64 {
        self.server.as_ref().expect("a running server").memory_peak()
    }

    /// Asks the server to stop, without waiting for it.
    pub(crate) fn terminate(&self) {
        self.server().terminate();
    }

    /// Stops the server in order.
    pub(crate) async fn stop(&mut self) {
        self.server.take().expect("a running server").stop().await;
    }

    /// Stops the server in order and starts it at a later moment.
    pub(crate) async fn jump_to(&mut self, moment: &str) {
        self.stop().await;
        self.set_clock(moment);
        self.start().await;
    }

    /// The clock of the server that is started next.
    pub(crate) fn set_clock(&mut self, moment: &str) {
        assert!(self.server.is_none(), "a running server has its clock");
        self.clock = (moment.parse().unwrap(), Instant::now());
        if let Some(clocks) = &self.clocks {
            clocks.show(self.clock.0);
        }
    }

    /// What was asked of the world outside, and took effect or was repeated.
    pub(crate) async fn journal(&self) -> Vec<Value> {
        let journal = self.simulator_api.get("/simulator/journal").await;
        journal["items"].as_array().unwrap().clone()
    }

    /// The keys of the calls of a kind that took effect, in their order.
    pub(crate) async fn effects(&self, kind: &str) -> Vec<String> {
        let journal = self.journal().await;
        let effective = journal.iter().filter(|entry| entry["kind"] == kind && entry.get("repeat").is_none());
        effective.map(|entry| text(&entry["idempotency_key"])).collect()
    }

    /// Lets the next call of a kind go wrong.
    pub(crate) async fn fault(&self, target: &str, kind: &str) {
        self.simulator_api.post("/simulator/faults", json!({"target": target, "kind": kind, "times": 1})).await;
    }

    /// Tells the donor how to treat the next request.
    pub(crate) async fn donor(&self, next: Value) {
        self.simulator_api.post("/simulator/donor", json!({"next": next})).await;
    }

    /// `overstap verify` on the database.
    pub(crate) fn verify(&self) -> Output {
        run(&["verify", "--database-url", &self.url])
    }

    /// `overstap import` of a file with this content, not yet run.
    pub(crate) fn import(&self, content: &str, arguments: &[&str]) -> std::process::Command {
        let file = self.folder.0.join("klanten.csv");
        std::fs::write(&file, content).unwrap();
        let mut command =
            overstap(&["import", &file.display().to_string(), "--server", &format!("http://127.0.0.1:{}", self.port)]);
        command.args(arguments).env("OVERSTAP_TOKEN", TOKEN);
        command
    }

    /// A place in the world's folder.
    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.folder.0.join(name)
    }

    /// A `serve` that is expected to refuse: what it says. With `--clock` or without.
    pub(crate) fn refused_start(&self, clock: Option<&str>) -> String {
        let listen = format!("127.0.0.1:{}", self.port);
        let mut arguments = vec!["serve", "--listen", &listen, "--database-url", &self.url];
        arguments.extend(clock.into_iter().flat_map(|clock| ["--clock", clock]));
        let output = run(&arguments);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(1), "{said}");
        said
    }

    /// Stops the server and sees that nothing was lost and nothing happened twice: each porting was asked for once and performed once; the
    /// oracle objects to nothing in the trail, the journal, and what is told of each number; the trail has no gap; replaying it gives what
    /// is stored. How many portings it was.
    pub(crate) async fn ends_right(mut self, jobs: &[Job]) -> usize {
        let (mut asked, mut routes) = (Vec::new(), 0);
        for job in jobs {
            let trail = job.trail().await;
            let seen: Vec<i64> = trail.iter().map(|event| event["seq"].as_i64().unwrap()).collect();
            assert_eq!(seen, (1..=i64::try_from(seen.len()).unwrap()).collect::<Vec<_>>(), "the trail has no gap");
            assert_eq!(job.porting().await["status"], "performed");
            assert_eq!(job.task("number-porting").await["state"], "done");
            asked.extend(job.dossiers().await);
            routes += 1;
        }
        asked.sort();
        for kind in ["portingrequest", "portingperformed"] {
            let mut effects = self.effects(&format!("coin.{kind}")).await;
            effects.sort();
            let once: Vec<String> = asked.iter().map(|dossier| format!("{kind}/{dossier}")).collect();
            assert_eq!(effects, once, "each {kind} took effect once");
        }
        assert_eq!(self.effects("pbx.route").await.len(), routes, "each project was routed once");
        let journal = self.journal().await;
        for job in jobs {
            let trail = job.trail().await;
            let mut oracle = Oracle::of(&trail);
            oracle.hears_of(&journal);
            oracle.hears_of_service(job.cutover().await["number_states"].as_array().unwrap());
            oracle.ends_well();
            assert_eq!(oracle.broken, [""; 0], "{:#}\n{:#}", json!(trail), json!(journal));
        }
        self.stop().await;
        let verified = self.verify();
        assert!(verified.status.success(), "{}", String::from_utf8_lossy(&verified.stdout));
        asked.len()
    }
}
