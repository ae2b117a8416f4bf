//! Somebody with a browser that runs no scripts: keeps its cookie, follows no redirect by itself, sends the forms that it was given.

use reqwest::Method;

use crate::support::api::{Answer, TOKEN};
use crate::support::process::run;
use crate::support::world::World;

/// Somebody with a browser.
#[derive(Debug, Clone)]
pub(super) struct Visitor {
    base: String,
    client: reqwest::Client,
    cookie: Option<String>,
    form_token: String,
}

/// What a browser says that sends a form from one of our pages.
const FROM_HERE: (&str, &str) = ("sec-fetch-site", "same-origin");

impl Visitor {
    /// Somebody who is not signed in.
    pub(super) fn new(world: &World) -> Self {
        let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).no_proxy().build().unwrap();
        Self { base: world.address(), client, cookie: None, form_token: String::new() }
    }

    /// Somebody who signs in with a token.
    pub(super) async fn with(world: &World, token: &str) -> Self {
        let mut visitor = Self::new(world);
        let answer = visitor.sign_in(token).await;
        assert_eq!((answer.status, location(&answer)), (303, "/"), "{}", html(&answer));
        visitor
    }

    /// A project manager.
    pub(super) async fn manager(world: &World) -> Self {
        Self::with(world, TOKEN).await
    }

    /// Somebody of this role, with a token made for them; a customer of a project.
    pub(super) async fn of_role(world: &World, role: &str, project: Option<&str>) -> Self {
        Self::with(world, &token(world, role, project)).await
    }

    /// Sends the form for signing in, and keeps what it gives.
    pub(super) async fn sign_in(&mut self, token: &str) -> Answer {
        let answer = self.send("/sign-in", &[("token", token)], &[FROM_HERE]).await;
        if let Some(cookie) = answer.headers.get("set-cookie").and_then(|value| value.to_str().ok()) {
            self.cookie = cookie.split(';').next().map(str::to_owned);
            let page = self.get("/migrations").await;
            self.form_token = form_token(&html(&page)).unwrap_or_default();
        }
        answer
    }

    pub(super) fn cookie(&self) -> Option<&str> {
        self.cookie.as_deref()
    }

    /// Asks for a page in Dutch.
    pub(super) async fn get(&self, path: &str) -> Answer {
        self.get_with(path, &[("accept-language", "nl")]).await
    }

    pub(super) async fn get_with(&self, path: &str, headers: &[(&'static str, &str)]) -> Answer {
        self.ask(Method::GET, path, headers, None).await
    }

    /// Sends a form with what stands in each of this session's.
    pub(super) async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let mut all = vec![("form_token", self.form_token.as_str())];
        all.extend(fields);
        self.send(path, &all, &[FROM_HERE, ("accept-language", "nl")]).await
    }

    /// Sends exactly this.
    pub(super) async fn send(&self, path: &str, fields: &[(&str, &str)], headers: &[(&'static str, &str)]) -> Answer {
        let body = fields.iter().map(|(name, value)| format!("{name}={}", encoded(value))).collect::<Vec<_>>().join("&");
        let mut headers = headers.to_vec();
        headers.push(("content-type", "application/x-www-form-urlencoded"));
        self.ask(Method::POST, path, &headers, Some(body)).await
    }

    /// The token that stands in this session's forms.
    pub(super) fn form_token(&self) -> &str {
        &self.form_token
    }

    async fn ask(&self, method: Method, path: &str, headers: &[(&'static str, &str)], body: Option<String>) -> Answer {
        let mut request = self.client.request(method, format!("{}{path}", self.base));
        let cookie = self.cookie.iter().map(|cookie| ("cookie", cookie.as_str()));
        for (name, value) in headers.iter().copied().chain(cookie) {
            request = request.header(name, value);
        }
        let answer = request.body(body.unwrap_or_default()).send().await.unwrap();
        let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
        Answer { status, headers, body: answer.bytes().await.unwrap().to_vec() }
    }
}

/// A new token of a role.
pub(super) fn token(world: &World, role: &str, project: Option<&str>) -> String {
    let mut arguments = vec!["token", "create", "--name", role, "--role", role, "--database-url", &world.url];
    arguments.extend(project.into_iter().flat_map(|project| ["--project", project]));
    let made = run(&arguments);
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    String::from_utf8(made.stdout).unwrap().trim().to_owned()
}

/// A page's text.
pub(super) fn html(answer: &Answer) -> String {
    String::from_utf8_lossy(&answer.body).into_owned()
}

/// Where an answer leads.
pub(super) fn location(answer: &Answer) -> &str {
    answer.headers.get("location").and_then(|value| value.to_str().ok()).unwrap_or_default()
}

/// The value of the first field of this name.
pub(super) fn field(html: &str, name: &str) -> Option<String> {
    let after = html.split(&format!("name=\"{name}\" value=\"")).nth(1)?;
    after.split('"').next().map(str::to_owned)
}

fn form_token(html: &str) -> Option<String> {
    field(html, "form_token")
}

fn encoded(value: &str) -> String {
    value
        .bytes()
        .map(|byte| if byte.is_ascii_alphanumeric() { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}
