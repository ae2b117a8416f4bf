//! A migration: its head, which stands on each of its pages, and its pages.

mod bar;
mod contracts;
mod cutover;
mod documents;
mod tasks;
mod trail;

use axum::Router;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::routing::{get, post};
use chrono::NaiveDate;
use serde::Deserialize;
use uuid::Uuid;
use workflow::number::Series;
use workflow::phase;
use workflow::process::Party;
use workflow::text::Text;

use crate::Web;
use crate::dates;
use crate::form::Fields;
use crate::frame::Part;
use crate::labels::{self, Tag};
use crate::language::Words;
use crate::trouble::{Said, Trouble};
use crate::visit::Visit;

pub(crate) fn routes() -> Router<Web> {
    Router::new()
        .route("/migrations/{id}", get(tasks::show))
        .route("/migrations/{id}/tasks/{key}/{deed}", post(tasks::act))
        .route("/migrations/{id}/warnings/{key}/acknowledge", post(tasks::acknowledge))
        .route("/migrations/{id}/advance", post(tasks::advance))
        .route("/migrations/{id}/contracts", get(contracts::show))
        .route("/migrations/{id}/documents", get(documents::show))
        .route("/migrations/{id}/letters/{key}/sent", post(documents::sent))
        .route("/migrations/{id}/cutover", get(cutover::show))
        .route("/migrations/{id}/cutover/live", get(cutover::live))
        .route("/migrations/{id}/cutover/{deed}", post(cutover::act))
        .route("/migrations/{id}/trail", get(trail::show))
}

/// What pages show of a project, as `GET /projects/{id}` tells it.
#[derive(Debug, Deserialize)]
struct Project {
    id: Uuid,
    reference: String,
    version: i64,
    phase: phase::State,
    status: String,
    hold_reason: Option<String>,
    customer: Customer,
    contracts: Vec<Contract>,
    numbers: Vec<NumberEntry>,
    gate: Gate,
    warnings: Vec<Warning>,
    waiting_on: Vec<Party>,
    next_actions: Vec<NextAction>,
    porting_status: String,
    cutover_status: String,
    porting_on: Option<NaiveDate>,
}

#[derive(Debug, Deserialize)]
struct Customer {
    name: String,
    address: Address,
    contact: Contact,
}

#[derive(Debug, Deserialize)]
struct Address {
    city: String,
}

#[derive(Debug, Deserialize)]
struct Contact {
    name: String,
    phone: String,
}

#[derive(Debug, Deserialize)]
#[expect(clippy::struct_field_names, reason = "as the API calls them")]
struct Contract {
    id: String,
    provider: Provider,
    customer_number: String,
    contract_number: String,
    line_type: String,
    start_date: NaiveDate,
    scenario: String,
    carries: Vec<String>,
}

#[derive(Debug, Deserialize)]
struct Provider {
    name: String,
}

#[derive(Debug, Deserialize)]
struct NumberEntry {
    #[serde(flatten)]
    series: Series,
    contract: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Gate {
    ready: bool,
    unmet: Vec<String>,
}

#[derive(Debug, Clone, Deserialize)]
struct Warning {
    code: String,
    severity: String,
    contract: Option<String>,
    text: Text,
    to_do: Text,
    acknowledged: bool,
}

#[derive(Debug, Deserialize)]
struct NextAction {
    party: Party,
    text: Text,
    due_on: Option<NaiveDate>,
}

/// What stands at the top of each page of a migration. Templates have it as `head`.
struct Head {
    id: Uuid,
    reference: String,
    version: i64,
    customer: String,
    city: String,
    contact: String,
    phone: String,
    status: Option<Tag>,
    hold_reason: Option<String>,
    phases: Vec<PhaseStep>,
    moving: Tag,
    porting_on: Option<String>,
    waiting_on: String,
    tab: &'static str,
    said: Option<String>,
}

/// A phase on the line of phases.
struct PhaseStep {
    name: String,
    /// `past`, `now` or nothing.
    when: &'static str,
    note: String,
}

impl Head {
    fn of(project: &Project, visit: &Visit, tab: &'static str) -> Self {
        let (words, today) = (visit.words, visit.today());
        Self {
            id: project.id,
            reference: project.reference.clone(),
            version: project.version,
            customer: project.customer.name.clone(),
            city: project.customer.address.city.clone(),
            contact: project.customer.contact.name.clone(),
            phone: project.customer.contact.phone.clone(),
            status: labels::status(&project.status, words),
            hold_reason: project.hold_reason.clone(),
            phases: phases(project, words),
            moving: labels::moving(&project.porting_status, &project.cutover_status, words),
            porting_on: project.porting_on.map(|day| dates::short(day, today, words)),
            waiting_on: labels::parties(&project.waiting_on, words),
            tab,
            said: said(&visit.path, words),
        }
    }

    /// Whether this page is open.
    fn is_at(&self, tab: &str) -> bool {
        self.tab == tab
    }
}

/// What a form that was sent has done, by the code that its answer put into the address.
fn said(path: &str, words: Words) -> Option<String> {
    let query = path.split_once('?')?.1;
    let code = query.split('&').find_map(|pair| pair.strip_prefix("said="))?;
    labels::said(code, words)
}

fn phases(project: &Project, words: Words) -> Vec<PhaseStep> {
    let step = |phase: &phase::State| {
        let (when, note) = if *phase == project.phase {
            ("now", gate(project, words))
        } else if *phase < project.phase && project.phase != phase::State::Cancelled {
            ("past", words.say("gedaan", "done").to_owned())
        } else {
            ("", String::new())
        };
        PhaseStep { name: labels::phase(*phase, words), when, note }
    };
    labels::PHASES.iter().map(step).collect()
}

/// What keeps a phase, in a few words.
fn gate(project: &Project, words: Words) -> String {
    match project.gate.unmet.len() {
        _ if project.phase == phase::State::Maintenance => String::new(),
        0 if project.gate.ready => words.say("klaar voor de volgende", "ready for the next").to_owned(),
        0 => String::new(),
        1 => words.say("nog 1 taak", "1 task to go").to_owned(),
        count => format!("{} {count} {}", words.say("nog", ""), words.say("taken", "tasks to go")).trim().to_owned(),
    }
}

/// Where a migration is.
#[derive(Debug, Clone, Copy)]
struct Place(Uuid);

impl Place {
    /// The migration with this id; what is not an id belongs to nothing.
    fn of(visit: &Visit, id: &str) -> Result<Self, Trouble> {
        Uuid::parse_str(id).map(Self).map_err(|_| lost(visit))
    }

    /// A page of it.
    fn page(self, of: &str) -> String {
        format!("/migrations/{}{of}", self.0)
    }

    /// The same in the API.
    fn api(self, of: &str) -> String {
        format!("/projects/{}{of}", self.0)
    }

    async fn project(self, visit: &Visit) -> Result<Project, Trouble> {
        visit.get(&self.api("")).await
    }

    /// Back to one of its pages, which says what has been done.
    fn back(self, of: &str, said: &str, to: &str) -> Response {
        Redirect::to(&format!("{}?said={said}#{to}", self.page(of))).into_response()
    }
}

fn lost(visit: &Visit) -> Trouble {
    Trouble::new(visit.frame(Part::Migrations), StatusCode::NOT_FOUND, Said::default())
}

/// A name that can stand in a path as it is: a task's key, a warning's code.
fn name<'a>(visit: &Visit, text: &'a str) -> Result<&'a str, Trouble> {
    let is_plain = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_');
    if is_plain { Ok(text) } else { Err(lost(visit)) }
}

/// What went wrong with a form, and with which, so that it comes back with what was typed.
struct Mishap {
    /// The form.
    at: String,
    said: Said,
    fields: Fields,
}

impl Mishap {
    /// What was typed into a field of this form.
    fn typed(of: Option<&Self>, at: &str, name: &str) -> String {
        of.filter(|mishap| mishap.at == at).and_then(|mishap| mishap.fields.0.get(name)).cloned().unwrap_or_default()
    }

    fn at<'a>(of: Option<&'a Self>, at: &str) -> Option<&'a Said> {
        of.filter(|mishap| mishap.at == at).map(|mishap| &mishap.said)
    }
}

/// A key for a form, by which one that is sent twice counts once.
fn form_key() -> String {
    Uuid::now_v7().to_string()
}
