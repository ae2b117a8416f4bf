//! All migrations: a list that is filtered, searched, sorted and paged as the API does it.

use askama::Template;
use axum::extract::Query;
use axum::http::StatusCode;
use axum::response::Response;
use chrono::NaiveDate;
use serde::Deserialize;
use workflow::phase;
use workflow::process::Party;

use crate::call::List;
use crate::dates;
use crate::frame::{Frame, Part};
use crate::labels::{self, Tag};
use crate::language::Words;
use crate::trouble::{InputError, Trouble};
use crate::visit::Visit;

/// So many stand on a page.
const LIMIT: u32 = 25;

/// What is asked for: the API's own parameters.
#[derive(Debug, Clone, Default, Deserialize)]
pub(crate) struct Filters {
    #[serde(default)]
    q: String,
    #[serde(default)]
    phase: String,
    #[serde(default)]
    status: String,
    #[serde(default)]
    waiting_on: String,
    #[serde(default)]
    overdue: String,
    #[serde(default)]
    porting_from: String,
    #[serde(default)]
    porting_to: String,
    #[serde(default)]
    sort: String,
    #[serde(default)]
    cursor: String,
}

/// A migration as the API lists it.
#[derive(Debug, Deserialize)]
struct Item {
    id: String,
    reference: String,
    customer_name: String,
    city: String,
    phase: phase::State,
    status: String,
    waiting_on: Vec<Party>,
    next_due_on: Option<NaiveDate>,
    overdue: bool,
    porting_on: Option<NaiveDate>,
    porting_status: String,
    cutover_status: String,
}

/// A migration as it is shown.
struct Row {
    id: String,
    reference: String,
    customer_name: String,
    city: String,
    phase: String,
    status: Option<Tag>,
    waiting_on: String,
    next_due: Option<(String, String)>,
    overdue: bool,
    porting_on: Option<String>,
    moving: Tag,
}

/// A choice in a list of choices.
struct Choice {
    value: &'static str,
    text: String,
    chosen: bool,
}

/// The head of a column by which one can sort.
struct Column {
    text: &'static str,
    link: String,
    /// As `aria-sort` says it.
    sorted: &'static str,
}

#[derive(Template)]
#[template(path = "migrations.html")]
struct ListPage<'a> {
    f: &'a Frame,
    filters: &'a Filters,
    phases: Vec<Choice>,
    statuses: Vec<Choice>,
    parties: Vec<Choice>,
    columns: Columns,
    rows: Vec<Row>,
    errors: Vec<InputError>,
    summary: String,
    next: Option<String>,
    first: Option<String>,
}

struct Columns {
    reference: Column,
    customer: Column,
    porting: Column,
    due: Column,
}

#[derive(Template)]
#[template(path = "first_run.html")]
struct FirstRunPage<'a> {
    f: &'a Frame,
    starts: bool,
}

/// What is told where there is nothing yet.
pub(crate) fn first_run(visit: &Visit, part: Part) -> Response {
    let f = visit.frame(part);
    f.page(StatusCode::OK, &FirstRunPage { f: &f, starts: visit.session.project().is_none() })
}

/// The list.
pub(crate) async fn list(visit: Visit, Query(filters): Query<Filters>) -> Result<Response, Trouble> {
    let f = visit.frame(Part::Migrations);
    let (found, errors, status) = match visit.get::<List<Item>>(&format!("/projects?{}", filters.asked())).await {
        Ok(found) => (found, Vec::new(), StatusCode::OK),
        // What was typed can't be searched for: the form comes back with what is wrong.
        Err(trouble) => {
            let (status, said) = trouble.mendable()?;
            (List { items: Vec::new(), next_cursor: None }, said.errors, status)
        }
    };
    if found.items.is_empty() && errors.is_empty() && filters.is_empty() {
        return Ok(first_run(&visit, Part::Migrations));
    }
    let (words, today) = (visit.words, visit.today());
    let rows: Vec<Row> = found.items.into_iter().map(|item| Row::of(item, today, words)).collect();
    let page = ListPage {
        f: &f,
        phases: phases(&filters.phase, words),
        statuses: statuses(&filters.status, words),
        parties: parties(&filters.waiting_on, words),
        columns: filters.columns(words),
        summary: summary(rows.len(), found.next_cursor.is_some(), !filters.cursor.is_empty(), words),
        next: found.next_cursor.map(|cursor| filters.link(&[("cursor", &cursor)])),
        first: (!filters.cursor.is_empty()).then(|| filters.link(&[("cursor", "")])),
        rows,
        errors,
        filters: &filters,
    };
    Ok(f.page(status, &page))
}

fn summary(count: usize, more: bool, is_later: bool, words: Words) -> String {
    match (count, more || is_later) {
        (0, _) => words.say("Geen migraties gevonden", "No migrations found").to_owned(),
        (1, false) => words.say("1 migratie", "1 migration").to_owned(),
        (count, false) => format!("{count} {}", words.say("migraties", "migrations")),
        (count, true) => format!("{count} {}", words.say("migraties op deze pagina", "migrations on this page")),
    }
}

impl Filters {
    fn fields(&self) -> [(&'static str, &str); 9] {
        [
            ("q", &self.q),
            ("phase", &self.phase),
            ("status", &self.status),
            ("waiting_on", &self.waiting_on),
            ("overdue", &self.overdue),
            ("porting_from", &self.porting_from),
            ("porting_to", &self.porting_to),
            ("sort", &self.sort),
            ("cursor", &self.cursor),
        ]
    }

    fn is_empty(&self) -> bool {
        self.fields().iter().all(|(name, value)| *name == "sort" || value.trim().is_empty())
    }

    /// Whether more than a text is asked for.
    fn is_narrowed(&self) -> bool {
        self.fields().iter().any(|(name, value)| !["q", "sort", "cursor"].contains(name) && !value.is_empty())
    }

    /// The query for the API.
    fn asked(&self) -> String {
        let given = self.fields().into_iter().map(|(name, value)| (name, value.trim())).filter(|(_, value)| !value.is_empty());
        let mut pairs: Vec<(&str, String)> = given.map(|(name, value)| (name, value.to_owned())).collect();
        pairs.push(("limit", LIMIT.to_string()));
        serde_urlencoded::to_string(pairs).unwrap_or_default()
    }

    /// The same list but for this.
    fn link(&self, but: &[(&str, &str)]) -> String {
        let changed = |name: &str| but.iter().find(|(other, _)| *other == name).map(|(_, value)| *value);
        let fields = self.fields().into_iter().map(|(name, value)| (name, changed(name).unwrap_or(value)));
        let pairs: Vec<(&str, &str)> = fields.filter(|(_, value)| !value.is_empty()).collect();
        let query = serde_urlencoded::to_string(pairs).unwrap_or_default();
        if query.is_empty() { "/migrations".to_owned() } else { format!("/migrations?{query}") }
    }

    fn columns(&self, words: Words) -> Columns {
        let column = |text, name: &'static str| {
            let down = format!("-{name}");
            let (sorted, next) = if self.sort == name {
                ("ascending", down.as_str())
            } else if self.sort == down {
                ("descending", name)
            } else {
                ("none", name)
            };
            Column { text, link: self.link(&[("sort", next), ("cursor", "")]), sorted }
        };
        Columns {
            reference: column(words.say("Kenmerk", "Reference"), "reference"),
            customer: column(words.say("Klant", "Customer"), "customer_name"),
            porting: column(words.say("Portering", "Porting"), "porting_on"),
            due: column(words.say("Eerstvolgend", "Next due"), "next_due_on"),
        }
    }
}

impl Row {
    fn of(item: Item, today: NaiveDate, words: Words) -> Self {
        let due = |day| (dates::short(day, today, words), dates::from_today(day, today, words));
        Self {
            phase: labels::phase(item.phase, words),
            status: labels::status(&item.status, words),
            waiting_on: labels::parties(&item.waiting_on, words),
            next_due: item.next_due_on.map(due),
            overdue: item.overdue,
            porting_on: item.porting_on.map(|day| dates::short(day, today, words)),
            moving: labels::moving(&item.porting_status, &item.cutover_status, words),
            id: item.id,
            reference: item.reference,
            customer_name: item.customer_name,
            city: item.city,
        }
    }
}

fn choices(all: &str, rest: impl IntoIterator<Item = (&'static str, String)>, chosen: &str) -> Vec<Choice> {
    let all = ("", all.to_owned());
    std::iter::once(all).chain(rest).map(|(value, text)| Choice { value, text, chosen: value == chosen }).collect()
}

fn phases(chosen: &str, words: Words) -> Vec<Choice> {
    let every = phase::State::ALL.iter().map(|phase| (phase.as_str(), labels::phase(*phase, words)));
    choices(words.say("alle fasen", "all phases"), every, chosen)
}

fn statuses(chosen: &str, words: Words) -> Vec<Choice> {
    let names = [
        ("active", words.say("actief", "active")),
        ("on_hold", words.say("in de wacht", "on hold")),
        ("cancelled", words.say("geannuleerd", "cancelled")),
        ("ended", words.say("beëindigd", "ended")),
    ];
    choices(words.say("elke status", "any status"), names.map(|(value, text)| (value, text.to_owned())), chosen)
}

fn parties(chosen: &str, words: Words) -> Vec<Choice> {
    let every = [Party::Contractor, Party::Customer, Party::Provider];
    let names = every.map(|party| (party.as_str(), labels::party(party, words).to_owned()));
    choices(words.say("wie dan ook", "anybody"), names, chosen)
}
