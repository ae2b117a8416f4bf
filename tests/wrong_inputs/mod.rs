//! What can't be understood, or must not happen, as a table: each gets an answer that says all that is wrong, and changes nothing.

mod intake;
mod request;

use std::time::Duration;

use reqwest::Method;
use serde_json::Value;

use crate::support::api::{Answer, Raw};
use crate::support::intake::shop;
use crate::support::job::{Job, text};
use crate::support::sqlite;
use crate::support::world::World;

/// A wrong request, and what must be answered.
#[derive(Debug)]
struct Wrong {
    what: &'static str,
    method: Method,
    /// With `{offer}` and `{order}` for projects in these phases, `{letter}` for a letter.
    path: String,
    raw: Raw,
    status: u16,
    code: &'static str,
    /// Every fault, as its pointer and code; in any order.
    faults: Vec<String>,
}

impl Wrong {
    fn new(what: &'static str, method: Method, path: &str) -> Self {
        let json = vec![("content-type", "application/json".to_owned())];
        let raw = Raw { body: None, headers: json };
        Self { what, method, path: format!("/api/v1{path}"), raw, status: 0, code: "", faults: Vec::new() }
    }

    fn get(what: &'static str, path: &str) -> Self {
        Self::new(what, Method::GET, path)
    }

    fn post(what: &'static str, path: &str, body: impl Into<Vec<u8>>) -> Self {
        Self::new(what, Method::POST, path).body(body)
    }

    fn body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.raw.body = Some(body.into());
        self
    }

    fn header(mut self, name: &'static str, value: &str) -> Self {
        self.raw.headers.retain(|(known, _)| *known != name);
        self.raw.headers.push((name, value.to_owned()));
        self
    }

    fn is(mut self, status: u16, code: &'static str) -> Self {
        (self.status, self.code) = (status, code);
        self
    }

    /// 422 with these faults, each as `pointer code`.
    fn has(self, faults: &[&str]) -> Self {
        Self { faults: faults.iter().map(|fault| (*fault).to_owned()).collect(), ..self.is(422, "invalid_input") }
    }

    /// 400 for these parameters of the query.
    fn asks(self, faults: &[&str]) -> Self {
        Self { faults: faults.iter().map(|fault| (*fault).to_owned()).collect(), ..self.is(400, "invalid_query") }
    }
}

#[tokio::test]
async fn wrong_inputs_are_told_what_is_wrong_and_change_nothing() {
    let mut world = World::begin().await;
    let offer = Job::start(&world.api, &shop(0)).await;
    let order = Job::start(&world.api, &shop(1)).await;
    order.to_order().await;
    let letter = text(&order.letters().await[0]["id"]);
    let before = at_rest(&world).await;
    assert!(before.contains("Winkel 1 B.V."), "the dump shows what is kept");

    let table: Vec<Wrong> = intake::table().into_iter().chain(request::table()).collect();
    assert!(table.len() >= 50, "{} rows", table.len());
    let mut mistakes = Vec::new();
    for wrong in table {
        let path = wrong.path.replace("{offer}", &offer.id).replace("{order}", &order.id).replace("{letter}", &letter);
        let answer = world.api.send(wrong.method.clone(), &path, wrong.raw.clone()).await.unwrap();
        let (wanted, found) = (expected(&wrong), given(&answer));
        if wanted != found {
            mistakes.push(format!("{}\n  wanted {wanted}\n  found  {found}", wrong.what));
        }
        let after = sqlite::dump(&world.url).await;
        if after != before {
            let new: Vec<&str> = after.lines().filter(|line| !before.contains(line)).collect();
            mistakes.push(format!("{}\n  changed the database: {new:#?}", wrong.what));
            break;
        }
    }
    assert!(mistakes.is_empty(), "\n{}", mistakes.join("\n"));
    world.stop().await;
    assert_eq!(sqlite::dump(&world.url).await, before, "nor does it after the server has stopped");
}

/// What is kept, once the server has nothing left to do by itself: its worker looks every second.
async fn at_rest(world: &World) -> String {
    let mut before = sqlite::dump(&world.url).await;
    loop {
        tokio::time::sleep(Duration::from_secs(2)).await;
        let now = sqlite::dump(&world.url).await;
        if now == before {
            return now;
        }
        before = now;
    }
}

fn expected(wrong: &Wrong) -> String {
    let mut faults = wrong.faults.clone();
    faults.sort();
    format!("application/problem+json {} {} {faults:?}", wrong.status, wrong.code)
}

fn given(answer: &Answer) -> String {
    let body = answer.json();
    let faults = body["errors"].as_array().into_iter().flatten();
    let mut faults: Vec<String> = faults.map(|fault| format!("{} {}", text(&fault["pointer"]), text(&fault["code"]))).collect();
    faults.sort();
    let told = body["errors"].as_array().into_iter().flatten().chain([&body]).all(|part| is_said(&part["detail"]));
    let code = if told { text(&body["code"]) } else { format!("{body} says nothing") };
    format!("{} {} {code} {faults:?}", answer.content_type(), answer.status)
}

fn is_said(detail: &Value) -> bool {
    detail.as_str().is_some_and(|detail| !detail.is_empty())
}
