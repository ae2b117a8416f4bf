//! A router over a real engine and a database of its own, at a moment that stands still, and what the tests ask of it.

use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use api::{ApiState, TokenRole, Uploads, router, token_hash};
use async_trait::async_trait;
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Method, Request, StatusCode};
use chrono::{DateTime, TimeDelta, Utc};
use engine::subscription::Teller;
use engine::worker::Worker;
use engine::{Clock, Engine, Parts, Performer};
use letters::Letters;
use metrics_exporter_prometheus::PrometheusBuilder;
use outside::webhook::EventClient;
use serde_json::{Value, json};
use store::{NewToken, Store};
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;
use uuid::Uuid;
use workflow::effect::{Effect, Outcome};
use workflow::invoice::{Reading, read};
use workflow::letter::{PrintedAddress, PrintedCompany};
use workflow::porting::blocking::BlockingCodes;
use workflow::porting::window::PortingHours;
use workflow::settings::Settings;

use crate::files::{PDF, form};

/// The configured token of a project manager.
pub(crate) const ADMIN: &str = "admin-token";

pub(crate) struct World {
    pub(crate) router: Router,
    pub(crate) store: Store,
    pub(crate) clock: Arc<StandingClock>,
    pub(crate) stop: CancellationToken,
    worker: Worker,
    pub(crate) teller: Teller,
    folder: PathBuf,
}

/// Stands still until it is moved; at first at 2027-01-04, a Monday, 09:00 in Amsterdam.
pub(crate) struct StandingClock(Mutex<DateTime<Utc>>);

impl StandingClock {
    pub(crate) fn move_to(&self, instant: &str) {
        *self.0.lock().unwrap() = instant.parse().unwrap();
    }
}

impl Clock for StandingClock {
    fn now(&self) -> DateTime<Utc> {
        *self.0.lock().unwrap()
    }

    fn is_simulated(&self) -> bool {
        true
    }

    fn in_real_time(&self, span: Duration) -> TimeDelta {
        TimeDelta::from_std(span).unwrap()
    }

    fn until(&self, _: DateTime<Utc>) -> Duration {
        Duration::ZERO
    }
}

/// Everything waits for a person.
struct ByHand;

#[async_trait]
impl Performer for ByHand {
    async fn perform(&self, _: &Effect) -> Outcome {
        Outcome::Waiting { by_hand: true }
    }
}

/// What stands in every invoice.
pub(crate) const INVOICE: &str = "KPN B.V.\nKlantnummer 100200301\n030-1001200 t/m 99\n030-1001500  ISDN2\n06-12345678";

/// Reads the same in every invoice.
struct ReadsTheSame;

#[async_trait]
impl Performer for ReadsTheSame {
    async fn perform(&self, _: &Effect) -> Outcome {
        let reading = Reading::Read { findings: read(INVOICE) };
        Outcome::Done { detail: None, data: serde_json::to_value(reading).unwrap() }
    }
}

impl World {
    pub(crate) async fn new() -> Self {
        Self::with_letters(Letters::embedded().unwrap()).await
    }

    /// The same with other texts of letters.
    pub(crate) async fn with_letters(letters: Letters) -> Self {
        let folder = std::env::temp_dir().join(format!("overstap-api-{}", Uuid::now_v7()));
        std::fs::create_dir_all(&folder).unwrap();
        let store = Store::open(&format!("sqlite://{}/test.db", folder.display())).await.unwrap();
        let clock = Arc::new(StandingClock(Mutex::new("2027-01-04T08:00:00Z".parse().unwrap())));
        let engine = Engine::new(Parts {
            store: store.clone(),
            letters,
            settings: settings(),
            clock: clock.clone(),
            porting: Arc::new(ByHand),
            pbx: Arc::new(ByHand),
            mail: Arc::new(ByHand),
            invoices: Arc::new(ReadsTheSame),
            receivers: receivers(),
        });
        let uploads = Uploads::in_folder(&folder).unwrap();
        let worker = Worker::new(engine.clone());
        let teller = Teller::new(engine.clone());
        let metrics = Some(PrometheusBuilder::new().build_recorder().handle());
        let stop = CancellationToken::new();
        let router = router(ApiState { engine, uploads, admin_token: Some(ADMIN.to_owned()), metrics, stop: stop.clone() });
        Self { router, store, clock, stop, worker, teller, folder }
    }

    /// Does everything that is due.
    pub(crate) async fn work(&self) {
        self.worker.drain().await.unwrap();
    }

    /// Tells other systems what is due.
    pub(crate) async fn tell(&self) {
        self.teller.drain().await.unwrap();
    }

    /// Makes a token of this role, for one project or all.
    pub(crate) async fn token(&self, role: TokenRole, project: Option<&str>) -> String {
        let token = format!("{}-{}", role.as_str(), Uuid::now_v7());
        let new = NewToken {
            id: Uuid::now_v7().to_string(),
            name: format!("the {}", role.as_str()),
            role: role.as_str().to_owned(),
            project_id: project.map(str::to_owned),
            sha256: token_hash(&token),
            created_at: self.clock.now(),
        };
        self.store.create_token(&new).await.unwrap();
        token
    }

    /// A request under `/api/v1` by the project manager.
    pub(crate) fn asks(&self, method: Method, path: &str) -> Ask<'_> {
        Ask { world: self, request: Request::builder().method(method).uri(format!("/api/v1{path}")), token: Some(ADMIN.into()) }
    }

    pub(crate) async fn get(&self, path: &str) -> Reply {
        self.asks(Method::GET, path).send().await
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Reply {
        self.asks(Method::POST, path).json(body).await
    }

    pub(crate) async fn patch(&self, path: &str, body: Value) -> Reply {
        self.asks(Method::PATCH, path).json(body).await
    }

    /// A project in the offer phase, and its id.
    pub(crate) async fn project(&self) -> String {
        self.project_with(json!({})).await
    }

    /// The same, with fields of the intake replaced.
    pub(crate) async fn project_with(&self, fields: Value) -> String {
        let mut form = intake();
        for (name, value) in fields.as_object().unwrap() {
            form[name] = value.clone();
        }
        let created = self.post("/projects", form).await;
        created.expect(StatusCode::CREATED);
        created.body["id"].as_str().unwrap().to_owned()
    }

    /// A project with every task of its phases done or skipped up to the order phase.
    pub(crate) async fn project_in_order(&self) -> String {
        let id = self.project().await;
        for key in ["contract-end-dates", "scope", "connectivity-test", "poe-switch-check"] {
            self.post(&format!("/projects/{id}/tasks/{key}/skip"), json!({"reason": "not here"})).await.expect(StatusCode::OK);
        }
        self.post(&format!("/projects/{id}/advance"), json!({})).await.expect(StatusCode::OK);
        id
    }

    /// The same, with the signed authorization attached and the donor asked; and the effect that asks it.
    pub(crate) async fn project_in_porting(&self) -> (String, String) {
        let id = self.project_in_order().await;
        self.authorize(&id).await;
        let asked = self.post(&format!("/projects/{id}/porting/submit"), json!({})).await;
        asked.expect(StatusCode::OK);
        (id, asked.body["requests"][0]["open"][0].as_str().unwrap().to_owned())
    }

    /// Attaches the signed authorization to a project.
    pub(crate) async fn authorize(&self, id: &str) {
        let attach = self.asks(Method::POST, &format!("/projects/{id}/attachments"));
        form(attach, &[("kind", "signed_authorization")], Some(("machtiging.pdf", PDF))).await.expect(StatusCode::CREATED);
    }

    /// All that the database holds of projects, to compare before and after.
    pub(crate) async fn everything(&self) -> Value {
        let mut all = Vec::new();
        for id in self.store.project_ids(None, 1000).await.unwrap() {
            let loaded = self.store.load(&id).await.unwrap().unwrap();
            let events = self.store.events_of(&id, 0, 10_000).await.unwrap();
            let effects = self.store.effects_of(&id).await.unwrap();
            all.push(json!([id, loaded.version, loaded.state, format!("{events:?}"), format!("{effects:?}")]));
        }
        Value::Array(all)
    }
}

impl Drop for World {
    fn drop(&mut self) {
        let _gone = std::fs::remove_dir_all(&self.folder);
    }
}

/// A request being made.
pub(crate) struct Ask<'a> {
    world: &'a World,
    request: axum::http::request::Builder,
    token: Option<String>,
}

impl Ask<'_> {
    pub(crate) fn by(mut self, token: &str) -> Self {
        self.token = Some(token.to_owned());
        self
    }

    pub(crate) fn by_nobody(mut self) -> Self {
        self.token = None;
        self
    }

    pub(crate) fn header(mut self, name: &str, value: &str) -> Self {
        self.request = self.request.header(name, value);
        self
    }

    pub(crate) async fn json(self, body: Value) -> Reply {
        self.header("content-type", "application/json").body(body.to_string()).await
    }

    pub(crate) async fn send(self) -> Reply {
        self.body(Body::empty()).await
    }

    pub(crate) async fn body(self, body: impl Into<Body>) -> Reply {
        let request = match self.token {
            Some(token) => self.request.header("authorization", format!("Bearer {token}")),
            None => self.request,
        };
        Reply::of(&self.world.router, request.body(body.into()).unwrap()).await
    }
}

/// What was answered.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) bytes: Vec<u8>,
    /// The body, where it is JSON.
    pub(crate) body: Value,
}

impl Reply {
    pub(crate) async fn of(router: &Router, request: Request<Body>) -> Self {
        let response = router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, usize::MAX).await.unwrap().to_vec();
        let body = serde_json::from_slice(&bytes).unwrap_or_default();
        Self { status: parts.status, headers: parts.headers, bytes, body }
    }

    #[track_caller]
    pub(crate) fn expect(&self, status: StatusCode) {
        assert_eq!(self.status, status, "{}", String::from_utf8_lossy(&self.bytes));
    }

    /// It is a problem, in the one form that problems have.
    #[track_caller]
    pub(crate) fn expect_problem(&self, status: StatusCode, code: &str) {
        self.expect(status);
        assert_eq!(self.header("content-type"), "application/problem+json");
        assert_eq!(self.body["code"], code, "{}", self.body);
        assert_eq!(self.body["status"], status.as_u16());
        assert_eq!(self.body["type"], "about:blank");
        assert_eq!(self.body["title"], status.canonical_reason().unwrap());
        assert!(!self.body["detail"].as_str().unwrap().is_empty());
    }

    /// The errors, as `pointer code`.
    pub(crate) fn errors(&self) -> Vec<String> {
        let text = |error: &Value, name: &str| error[name].as_str().unwrap().to_owned();
        let errors = self.body["errors"].as_array().unwrap_or_else(|| panic!("no errors: {}", self.body));
        errors.iter().map(|error| format!("{} {}", text(error, "pointer"), text(error, "code"))).collect()
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    pub(crate) fn items(&self) -> &Vec<Value> {
        self.body["items"].as_array().unwrap()
    }
}

/// The intake of the specification.
pub(crate) fn intake() -> Value {
    json!({
        "customer": {
            "name": "Bakkerij De Korenaar B.V.", "kvk_number": "12345678",
            "address": {"street": "Oudegracht 12", "postal_code": "3511 AB", "city": "Utrecht"},
            "contact": {"name": "J. de Vries", "email": "j.devries@korenaar.example", "phone": "+31301001234"}
        },
        "users": 12,
        "equipment": [{"model": "Yealink T54W", "quantity": 10}],
        "call_recording": "off",
        "contracts": [{
            "id": "kpn-isdn",
            "provider": {"name": "KPN B.V.", "address": {"street": "Postbus 30000", "postal_code": "2500 GA", "city": "Den Haag"}},
            "customer_number": "100200300", "contract_number": "C-778899", "line_type": "isdn30",
            "start_date": "2021-03-01", "initial_term_months": 36, "notice_period_months": 1, "carries": ["alarm"]
        }],
        "numbers": [{"number": "030 100 12 00", "block_size": 100, "contract": "kpn-isdn"}],
        "wish_date": "2027-01-26"
    })
}

/// What the operator knows of COIN's codes.
const BLOCKING_CODES: &str = r#"
    [[code]]
    code = 63
    text = { nl = "de klantgegevens kloppen niet", en = "the customer's data don't match" }
    to_do = { nl = "vergelijk ze met de factuur", en = "compare them with the invoice" }
    who = "customer"
    ask_again = true
"#;

/// Tells receivers on this machine, at a moment of the wire that stands still.
fn receivers() -> EventClient {
    let _installed_before = rustls::crypto::ring::default_provider().install_default();
    let allowed = vec!["127.0.0.0/8".parse().unwrap()];
    EventClient::new(allowed, || "2027-01-04T08:00:00Z".parse().unwrap()).unwrap()
}

fn settings() -> Settings {
    let address = PrintedAddress { street: "Handelskade 1".into(), postal_code: "1011 AA".into(), city: "Amsterdam".into() };
    Settings {
        contractor: PrintedCompany { name: "Dynamx".into(), address, kvk_number: None, contact: None, email: None, phone: None },
        operator_code: "DYNX".into(),
        porting_hours: PortingHours::default(),
        verify_for: TimeDelta::hours(4),
        verify_every: TimeDelta::minutes(5),
        reminders_by_mail: false,
        answer_within: TimeDelta::minutes(15),
        attempt_count_max: 5,
        blocking_codes: BlockingCodes::parse(BLOCKING_CODES).unwrap(),
        providers: workflow::provider::Directory::built_in(),
    }
}
