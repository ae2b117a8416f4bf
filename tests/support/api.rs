//! The client: JSON over REST, as a careful caller does it.
//!
//! Every POST has an `Idempotency-Key`. When no answer comes, the request is repeated under the same key until one does: what a caller has
//! to do so that a server may die at any moment.

use std::time::{Duration, Instant};

use reqwest::Method;
use reqwest::header::{CONTENT_TYPE, HeaderMap};
use serde_json::{Value, json};
use uuid::Uuid;

/// A project manager's token in every world.
pub(crate) const TOKEN: &str = "a-project-manager-in-a-test";

/// How long a request is repeated. A server that was killed is back well within it.
const REPEATED_FOR: Duration = Duration::from_mins(1);

/// An HTTP client.
pub(crate) fn client() -> reqwest::Client {
    // Only the first call of the process installs it.
    let _installed_before = rustls::crypto::ring::default_provider().install_default();
    // A kept connection to a killed server would fail once more than needed.
    reqwest::Client::builder().timeout(Duration::from_secs(40)).pool_max_idle_per_host(0).no_proxy().build().unwrap()
}

/// What was answered.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    /// The body as JSON; null when it is not.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or(Value::Null)
    }

    pub(crate) fn content_type(&self) -> &str {
        self.headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    fn text(&self) -> String {
        format!("{} {}", self.status, String::from_utf8_lossy(&self.body))
    }
}

/// A request that is not what the client usually sends.
#[derive(Debug, Clone, Default)]
pub(crate) struct Raw {
    pub(crate) body: Option<Vec<u8>>,
    pub(crate) headers: Vec<(&'static str, String)>,
}

/// A client of one server.
#[derive(Debug, Clone)]
pub(crate) struct Api {
    base: String,
    token: Option<String>,
    client: reqwest::Client,
}

impl Api {
    /// Everything under `base`.
    pub(crate) fn new(base: &str, token: Option<&str>) -> Self {
        Self { base: base.to_owned(), token: token.map(str::to_owned), client: client() }
    }

    /// Sends once, exactly this.
    pub(crate) async fn send(&self, method: Method, path: &str, raw: Raw) -> Result<Answer, reqwest::Error> {
        let mut request = self.client.request(method, format!("{}{path}", self.base));
        let own = raw.headers.iter().any(|(name, _)| *name == "authorization");
        if let Some(token) = self.token.as_ref().filter(|_| !own) {
            request = request.bearer_auth(token);
        }
        for (name, value) in raw.headers {
            request = request.header(name, value);
        }
        if let Some(body) = raw.body {
            request = request.body(body);
        }
        let answer = request.send().await?;
        let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
        Ok(Answer { status, headers, body: answer.bytes().await?.to_vec() })
    }

    /// Sends until an answer comes.
    async fn ask(&self, method: Method, path: &str, raw: Raw) -> Answer {
        let deadline = Instant::now() + REPEATED_FOR;
        loop {
            match self.send(method.clone(), path, raw.clone()).await {
                Ok(answer) if answer.status != 503 => return answer,
                unanswered => assert!(Instant::now() < deadline, "{method} {path}: {unanswered:?}"),
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    /// What stands there.
    pub(crate) async fn get(&self, path: &str) -> Value {
        let answer = self.download(path).await;
        serde_json::from_slice(&answer.body).unwrap_or_else(|error| panic!("GET {path}: {error}: {}", answer.text()))
    }

    /// The status of the first answer, whatever it is.
    pub(crate) async fn status(&self, path: &str) -> u16 {
        self.send(Method::GET, path, Raw::default()).await.unwrap().status
    }

    /// A file, or whatever stands there.
    pub(crate) async fn download(&self, path: &str) -> Answer {
        let answer = self.ask(Method::GET, path, Raw::default()).await;
        assert!(answer.status == 200, "GET {path}: {}", answer.text());
        answer
    }

    /// All pages of a list.
    pub(crate) async fn list(&self, path: &str) -> Vec<Value> {
        let mut items = Vec::new();
        let mut page = self.get(path).await;
        loop {
            items.extend(page["items"].as_array().expect("a list").iter().cloned());
            let Some(cursor) = page["next_cursor"].as_str() else { return items };
            let next = if path.contains('?') { '&' } else { '?' };
            page = self.get(&format!("{path}{next}cursor={cursor}")).await;
        }
    }

    /// Does something, and it is done.
    pub(crate) async fn post(&self, path: &str, body: Value) -> Value {
        let answer = self.try_post(path, body).await;
        assert!((200..300).contains(&answer.status), "POST {path}: {}", answer.text());
        answer.json()
    }

    /// Does something, or is told why not.
    pub(crate) async fn try_post(&self, path: &str, body: Value) -> Answer {
        self.post_under(&Uuid::now_v7().to_string(), path, body).await
    }

    /// The same under a key of the caller's.
    pub(crate) async fn post_under(&self, key: &str, path: &str, body: Value) -> Answer {
        let headers = vec![("content-type", "application/json".to_owned()), ("idempotency-key", key.to_owned())];
        self.ask(Method::POST, path, Raw { body: Some(body.to_string().into_bytes()), headers }).await
    }

    /// Changes what is known.
    pub(crate) async fn patch(&self, path: &str, body: Value) -> Value {
        let headers = vec![("content-type", "application/merge-patch+json".to_owned())];
        let answer = self.ask(Method::PATCH, path, Raw { body: Some(body.to_string().into_bytes()), headers }).await;
        assert!(answer.status == 200, "PATCH {path}: {}", answer.text());
        answer.json()
    }

    /// Adds a PDF to a project. An invoice has been read when this returns: when the worker comes to it is chance.
    pub(crate) async fn attach(&self, project: &str, kind: &str, contract: &str) -> Value {
        let key = format!("{project}/{kind}/{contract}");
        let answer = self.attach_file(project, kind, Some(contract), &key, &super::pdf::one_page(kind)).await;
        assert!(answer.status == 201, "{kind} of {contract}: {}", answer.text());
        let attachment = answer.json();
        if kind == "invoice" {
            self.reading(project, &attachment).await;
        }
        attachment
    }

    /// Waits until an invoice was read, or not; what came of it.
    pub(crate) async fn reading(&self, project: &str, attachment: &Value) -> Value {
        let deadline = Instant::now() + REPEATED_FOR;
        loop {
            let files = self.list(&format!("/api/v1/projects/{project}/attachments")).await;
            let file = files.into_iter().find(|file| file["id"] == attachment["id"]).expect("the file is there");
            if file["reading"]["status"] != "pending" {
                return file["reading"].clone();
            }
            assert!(Instant::now() < deadline, "{attachment} is not read");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Adds a file to a project, or is told why not.
    pub(crate) async fn attach_file(&self, project: &str, kind: &str, contract: Option<&str>, key: &str, file: &[u8]) -> Answer {
        const BOUNDARY: &str = "a-boundary-that-no-file-holds";
        let field = |name: &str, value: &str| {
            format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n").into_bytes()
        };
        let mut body = field("kind", kind);
        body.extend(contract.map(|contract| field("contract", contract)).unwrap_or_default());
        let filename = format!("{kind}-{}.pdf", contract.unwrap_or_default());
        body.extend(
            format!(
                "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{filename}\"\r\n\
                 Content-Type: application/pdf\r\n\r\n"
            )
            .bytes(),
        );
        body.extend(file);
        body.extend(format!("\r\n--{BOUNDARY}--\r\n").bytes());
        let path = format!("/api/v1/projects/{project}/attachments");
        let headers =
            vec![("content-type", format!("multipart/form-data; boundary={BOUNDARY}")), ("idempotency-key", key.to_owned())];
        self.ask(Method::POST, &path, Raw { body: Some(body), headers }).await
    }
}

/// A refusal: its status, its code, and all that is unmet.
pub(crate) fn refusal(answer: &Answer) -> (u16, String, Vec<String>) {
    let body = answer.json();
    assert!(answer.content_type() == "application/problem+json", "not a problem: {}", answer.text());
    let keys = body["unmet"].as_array().into_iter().flatten();
    let unmet = keys.map(|unmet| unmet["key"].as_str().expect("an unmet need has a key").to_owned()).collect();
    (answer.status, body["code"].as_str().expect("a problem has a code").to_owned(), unmet)
}

/// Nothing to say.
pub(crate) fn nothing() -> Value {
    json!({})
}
