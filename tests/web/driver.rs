//! A real Chromium, driven over `WebDriver` (a W3C Recommendation) by Debian's chromedriver.

use std::path::Path;
use std::process::Command;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reqwest::Method;
use serde_json::{Value, json};

use super::picture;
use crate::support::api::client;
use crate::support::process::{Process, free_port};
use crate::support::world::World;

/// The checker of accessibility: npm's axe-core 4.14.1, `axe.min.js` as it is in the package, under the licence beside it.
const AXE: &str = include_str!("axe.min.js");
/// How long the browser looks for something that is not there yet.
const PATIENCE_MILLISECONDS: u32 = 20_000;

/// A browser with one window.
#[derive(Debug)]
pub(super) struct Browser {
    session: String,
    base: String,
    client: reqwest::Client,
    _driver: Process,
}

impl Browser {
    /// Opens one, to look at the pages of this world.
    pub(super) async fn open(world: &World) -> Self {
        let port = free_port();
        let mut driver = Command::new("chromedriver");
        driver.arg(format!("--port={port}"));
        let mut driver = Process::start(driver, &world.file("chromedriver.log"));
        let address = format!("http://127.0.0.1:{port}");
        driver.ready(&format!("{address}/status")).await;
        // As root, in containers, Chromium runs without its sandbox only.
        let arguments = ["--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--hide-scrollbars", "--disable-gpu"];
        let wanted = json!({"capabilities": {"alwaysMatch": {
            "browserName": "chrome",
            "goog:chromeOptions": {"args": arguments},
            "goog:loggingPrefs": {"browser": "ALL"},
            "timeouts": {"implicit": PATIENCE_MILLISECONDS, "pageLoad": 60_000, "script": 60_000},
        }}});
        let client = client();
        let opened = call(&client, Method::POST, &format!("{address}/session"), Some(&wanted)).await;
        let session = format!("{address}/session/{}", opened["sessionId"].as_str().unwrap());
        Self { session, base: world.address(), client, _driver: driver }
    }

    async fn call(&self, method: Method, path: &str, body: Option<Value>) -> Value {
        call(&self.client, method, &format!("{}{path}", self.session), body.as_ref()).await
    }

    /// As wide as a desk's or a phone's screen.
    pub(super) async fn is_wide(&self, width: u32) {
        let metrics = json!({"width": width, "height": 860, "deviceScaleFactor": 1, "mobile": width < 600});
        self.call(
            Method::POST,
            "/goog/cdp/execute",
            Some(json!({"cmd": "Emulation.setDeviceMetricsOverride", "params": metrics})),
        )
        .await;
    }

    /// As somebody who likes it dark has it, or light again.
    pub(super) async fn is_dark(&self, dark: bool) {
        let scheme = if dark { "dark" } else { "light" };
        let params = json!({"features": [{"name": "prefers-color-scheme", "value": scheme}]});
        self.call(Method::POST, "/goog/cdp/execute", Some(json!({"cmd": "Emulation.setEmulatedMedia", "params": params}))).await;
    }

    /// Goes to a page.
    pub(super) async fn go(&self, path: &str) {
        self.call(Method::POST, "/url", Some(json!({"url": format!("{}{path}", self.base)}))).await;
    }

    /// Where it is.
    pub(super) async fn path(&self) -> String {
        let url = self.call(Method::GET, "/url", None).await;
        url.as_str().unwrap().trim_start_matches(&self.base).to_owned()
    }

    /// Runs a script in the page.
    pub(super) async fn run(&self, script: &str) -> Value {
        self.call(Method::POST, "/execute/sync", Some(json!({"script": script, "args": []}))).await
    }

    async fn element(&self, using: &str, value: &str) -> String {
        let found = self.call(Method::POST, "/element", Some(json!({"using": using, "value": value}))).await;
        found.as_object().and_then(|found| found.values().next()).and_then(Value::as_str).unwrap().to_owned()
    }

    /// Clicks on the first thing that this selector names, as a person does.
    pub(super) async fn click(&self, selector: &str) {
        let element = self.element("css selector", selector).await;
        self.call(Method::POST, &format!("/element/{element}/click"), Some(json!({}))).await;
    }

    /// Types into a field.
    pub(super) async fn enter(&self, selector: &str, text: &str) {
        let element = self.element("css selector", selector).await;
        self.call(Method::POST, &format!("/element/{element}/value"), Some(json!({"text": text}))).await;
    }

    /// Waits until this is there.
    pub(super) async fn sees(&self, selector: &str) {
        self.element("css selector", selector).await;
    }

    /// What stands in the first thing that this selector names, as it is seen.
    pub(super) async fn text(&self, selector: &str) -> String {
        let element = self.element("css selector", selector).await;
        self.call(Method::GET, &format!("/element/{element}/text"), None).await.as_str().unwrap().to_owned()
    }

    /// What axe finds wrong with the page, of WCAG 2.2 A and AA and of good practice; and whether it is wider than its window.
    pub(super) async fn faults(&self) -> Vec<String> {
        let script = format!(
            "{AXE};const done=arguments[arguments.length-1];axe.run(document,{{resultTypes:['violations']}}).then(
             found=>done(found.violations.flatMap(v=>v.nodes.map(n=>v.id+': '+n.html+' '+n.failureSummary))),
             error=>done(['axe failed: '+error]))"
        );
        let found = self.call(Method::POST, "/execute/async", Some(json!({"script": script, "args": []}))).await;
        let mut faults: Vec<String> =
            found.as_array().unwrap().iter().map(|fault| fault.as_str().unwrap_or_default().to_owned()).collect();
        let over = self.run("return document.documentElement.scrollWidth - innerWidth").await;
        if over.as_i64().is_some_and(|over| over > 0) {
            faults.push(format!("{over} pixels wider than the window"));
        }
        faults
    }

    /// What the browser complains of: what a policy stops, scripts that fail.
    pub(super) async fn complaints(&self) -> Vec<String> {
        let log = self.call(Method::POST, "/se/log", Some(json!({"type": "browser"}))).await;
        log.as_array().unwrap().iter().map(|line| line["message"].as_str().unwrap_or_default().to_owned()).collect()
    }

    /// Draws the page, from its top and no longer than a person looks at.
    pub(super) async fn draw(&self, file: &Path) {
        const HEIGHT_MAX: i64 = 1300;
        let size = self.run("return [innerWidth, document.documentElement.scrollHeight]").await;
        let clip = json!({"x": 0, "y": 0, "width": size[0], "height": size[1].as_i64().unwrap().min(HEIGHT_MAX), "scale": 1});
        let params = json!({"format": "png", "captureBeyondViewport": true, "clip": clip});
        let drawn =
            self.call(Method::POST, "/goog/cdp/execute", Some(json!({"cmd": "Page.captureScreenshot", "params": params}))).await;
        let png = STANDARD.decode(drawn["data"].as_str().unwrap()).unwrap();
        std::fs::write(file, picture::smaller(&png)).unwrap();
    }

    /// Closes it. A browser that is not closed goes with its driver.
    pub(super) async fn close(self) {
        self.call(Method::DELETE, "", None).await;
    }
}

async fn call(client: &reqwest::Client, method: Method, url: &str, body: Option<&Value>) -> Value {
    let mut request = client.request(method.clone(), url);
    if let Some(body) = body {
        request = request.header("content-type", "application/json").body(body.to_string());
    }
    let answer = request.send().await.unwrap();
    let status = answer.status();
    let mut answer: Value = serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap();
    assert!(status.is_success(), "{method} {url}: {answer:#}");
    answer["value"].take()
}
