//! One migration as a project manager drives it, over the API only.

use std::time::{Duration, Instant};

use chrono::{DateTime, NaiveDate, Utc};
use serde_json::{Value, json};

use super::api::{Answer, Api, nothing, refusal};

/// How long something may take that goes by itself. A claim of a server that died holds for ten seconds, and a slow peer for thirty; where
/// chance strikes again and again, several of both come one after the other.
pub(crate) const PATIENCE: Duration = Duration::from_mins(3);

/// Looks until it holds; `last` tells what was there instead.
pub(crate) async fn wait<T, F: Future<Output = Result<T, Value>>>(what: &str, look: impl Fn() -> F) -> T {
    let deadline = Instant::now() + PATIENCE;
    loop {
        match look().await {
            Ok(found) => return found,
            Err(last) => assert!(Instant::now() < deadline, "in vain waited for {what}: {last:#}"),
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// A migration.
#[derive(Debug, Clone)]
pub(crate) struct Job {
    pub(crate) api: Api,
    pub(crate) id: String,
    contracts: Vec<String>,
}

impl Job {
    /// Starts one.
    pub(crate) async fn start(api: &Api, intake: &Value) -> Self {
        let project = api.post("/api/v1/projects", intake.clone()).await;
        Self::of(api, &project)
    }

    /// The one that was answered.
    pub(crate) fn of(api: &Api, project: &Value) -> Self {
        let contracts = project["contracts"].as_array().unwrap().iter().map(|contract| text(&contract["id"])).collect();
        Self { api: api.clone(), id: text(&project["id"]), contracts }
    }

    /// The same migration, at another server.
    pub(crate) fn at(&self, api: &Api) -> Self {
        Self { api: api.clone(), ..self.clone() }
    }

    /// The path of something of this project.
    pub(crate) fn path(&self, of: &str) -> String {
        format!("/api/v1/projects/{}{of}", self.id)
    }

    pub(crate) async fn project(&self) -> Value {
        self.api.get(&self.path("")).await
    }

    pub(crate) async fn porting(&self) -> Value {
        self.api.get(&self.path("/porting")).await
    }

    pub(crate) async fn cutover(&self) -> Value {
        self.api.get(&self.path("/cutover")).await
    }

    pub(crate) async fn letters(&self) -> Vec<Value> {
        self.api.list(&self.path("/letters")).await
    }

    pub(crate) async fn trail(&self) -> Vec<Value> {
        self.api.list(&self.path("/events?limit=10")).await
    }

    /// Whether something of this kind has happened.
    pub(crate) async fn has(&self, kind: &str) -> bool {
        self.trail().await.iter().any(|event| event["kind"] == kind)
    }

    pub(crate) async fn task(&self, key: &str) -> Value {
        let tasks = self.api.list(&self.path("/tasks")).await;
        tasks.into_iter().find(|task| task["key"] == key).unwrap_or_else(|| panic!("no task {key}"))
    }

    /// Does something with it, and it is done.
    pub(crate) async fn does(&self, what: &str, body: Value) -> Value {
        self.api.post(&self.path(what), body).await
    }

    /// Tries something with it and is refused: status, code, what is unmet.
    pub(crate) async fn is_refused(&self, what: &str, body: Value) -> (u16, String, Vec<String>) {
        refusal(&self.api.try_post(&self.path(what), body).await)
    }

    /// Confirms a task for each party that has not.
    pub(crate) async fn complete(&self, key: &str) {
        let task = self.task(key).await;
        for party in task["done_by"].as_array().unwrap() {
            if !task["confirmed_by"].as_array().unwrap().contains(party) {
                let answer = self.confirm(key, party).await;
                assert!(answer.status == 200, "{key}: {}", answer.json());
            }
        }
    }

    async fn confirm(&self, key: &str, party: &Value) -> Answer {
        self.api.try_post(&self.path(&format!("/tasks/{key}/complete")), json!({"on_behalf_of": party})).await
    }

    /// Confirms what people confirm in a phase, and waits for what completes by itself.
    pub(crate) async fn finish(&self, phase: &str, leave: &[&str]) {
        wait(&format!("{phase} to be finished"), async || {
            let open: Vec<Value> = self.project().await["tasks"]
                .as_array()
                .unwrap()
                .iter()
                .filter(|task| task["phase"] == phase && task["state"] == "open")
                .filter(|task| !leave.iter().any(|key| task["key"] == *key))
                .cloned()
                .collect();
            for task in open.iter().filter(|task| task["automatic"] == false) {
                self.complete(task["key"].as_str().unwrap()).await;
            }
            if open.is_empty() { Ok(()) } else { Err(json!(open)) }
        })
        .await;
    }

    pub(crate) async fn to_order(&self) {
        self.finish("offer", &[]).await;
        assert_eq!(self.does("/advance", nothing()).await["phase"], "order");
    }

    /// The customer's part of the order: copies of invoices, signed authorizations, letters posted.
    pub(crate) async fn customer_does_its_part(&self) {
        for contract in &self.contracts {
            for kind in ["invoice", "signed_authorization"] {
                self.api.attach(&self.id, kind, contract).await;
            }
        }
        self.posts_letters().await;
    }

    /// Every draft is posted, and every cancellation confirmed by its provider.
    pub(crate) async fn posts_letters(&self) {
        for letter in self.letters().await.iter().filter(|letter| letter["status"] == "draft") {
            let path = format!("/api/v1/letters/{}", text(&letter["id"]));
            self.api.post(&format!("{path}/sent"), nothing()).await;
            if letter["kind"] == "cancellation" {
                self.api.post(&format!("{path}/confirmed"), nothing()).await;
            }
        }
    }

    pub(crate) async fn until_porting_is(&self, status: &str) {
        wait(&format!("the porting to be {status}"), async || {
            let porting = self.porting().await;
            if porting["status"] == status { Ok(()) } else { Err(porting) }
        })
        .await;
    }

    pub(crate) async fn until_cutover_is(&self, status: &str) -> Value {
        wait(&format!("the cutover to be {status}"), async || {
            let cutover = self.cutover().await;
            if cutover["status"] == status { Ok(cutover) } else { Err(cutover) }
        })
        .await
    }

    /// From order to implementation, the porting accepted.
    pub(crate) async fn to_implementation(&self) {
        self.customer_does_its_part().await;
        self.finish("order", &["porting-wish-date", "provider-acceptance"]).await;
        self.does("/porting/submit", nothing()).await;
        self.until_porting_is("accepted").await;
        self.finish("order", &[]).await;
        assert_eq!(self.does("/advance", nothing()).await["phase"], "implementation");
    }

    /// Everything prepared, and the cutover given its moment.
    pub(crate) async fn schedule(&self, at: &str) {
        self.prepare().await;
        self.does("/porting/schedule", json!({"at": at})).await;
        self.complete("porting-date").await;
    }

    pub(crate) async fn prepare(&self) {
        self.finish("implementation", &["porting-date", "number-porting"]).await;
    }

    /// From a finished cutover to maintenance.
    pub(crate) async fn to_maintenance(&self) {
        self.finish("implementation", &[]).await;
        assert_eq!(self.does("/advance", nothing()).await["phase"], "maintenance");
    }

    /// The first day on which every number may be ported, in Amsterdam: donors allow it from midnight.
    pub(crate) async fn first_possible_day(&self) -> NaiveDate {
        let porting = self.porting().await;
        let instants = porting["requests"].as_array().unwrap().iter().map(|request| {
            let at: DateTime<Utc> = text(&request["first_possible_at"]).parse().unwrap();
            workflow::calendar::amsterdam::local_date(at)
        });
        instants.max().unwrap()
    }

    /// The dossiers of its porting requests, in their order.
    pub(crate) async fn dossiers(&self) -> Vec<String> {
        self.porting().await["requests"].as_array().unwrap().iter().map(|request| text(&request["dossier_id"])).collect()
    }
}

/// A JSON text.
pub(crate) fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("not a text: {value}")).to_owned()
}
