//! What presses today, the most urgent first: each migration once, with the one thing that is to be done next.

use std::collections::BTreeSet;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use chrono::{DateTime, Days, NaiveDate, Utc};
use futures_util::future::try_join_all;
use serde::Deserialize;
use workflow::process::Party;
use workflow::text::Text;

use crate::call::List;
use crate::frame::{Frame, Part};
use crate::trouble::Trouble;
use crate::visit::Visit;
use crate::{Web, dates, labels, migrations};

/// So many are looked at of each list; who has more is led to the list itself.
const LIMIT: usize = 25;
/// What is due within so many days is told.
const DAYS_AHEAD: u64 = 7;

/// A migration in a list.
#[derive(Debug, Clone, Deserialize)]
struct Item {
    id: String,
    reference: String,
    customer_name: String,
    next_due_on: Option<NaiveDate>,
    cutover_status: String,
}

/// What pages need of `GET /projects/{id}`.
#[derive(Debug, Deserialize)]
struct Project {
    next_actions: Vec<Action>,
}

#[derive(Debug, Clone, Deserialize)]
struct Action {
    party: Party,
    text: Text,
    due_on: Option<NaiveDate>,
}

/// What is needed of `GET …/cutover`.
#[derive(Debug, Deserialize)]
struct Cutover {
    at: Option<DateTime<Utc>>,
}

/// Something that presses.
struct Row {
    link: String,
    customer_name: String,
    reference: String,
    text: String,
    who: &'static str,
    is_ours: bool,
    when: String,
}

/// What presses in the same way.
struct Group {
    title: &'static str,
    tone: &'static str,
    rows: Vec<Row>,
    /// Where the rest is, if that is not all.
    more: Option<&'static str>,
}

#[derive(Template)]
#[template(path = "today.html")]
struct TodayPage<'a> {
    f: &'a Frame,
    day: String,
    groups: Vec<Group>,
}

pub(crate) async fn show(State(_): State<Web>, visit: Visit) -> Result<Response, Trouble> {
    let (words, today) = (visit.words, visit.today());
    let mut seen = BTreeSet::new();
    let mut take = |found: List<Item>| -> Vec<Item> {
        found.items.into_iter().filter(|item| seen.insert(item.id.clone())).take(LIMIT).collect()
    };
    let incidents = take(visit.list("cutover_status=incident").await?);
    let running = take(visit.list("cutover_status=running").await?);
    let on_the_day = visit.list(&format!("cutover_status=scheduled&porting_from={today}&porting_to={today}")).await?;
    let cutovers: Vec<Item> = running.into_iter().chain(take(on_the_day)).collect();
    let due = visit.list("status=active&sort=next_due_on").await?;
    let (more, until) = (due.next_cursor.is_some(), today.checked_add_days(Days::new(DAYS_AHEAD)).unwrap_or(today));
    let is_empty = incidents.is_empty() && cutovers.is_empty() && due.items.is_empty();
    if is_empty && visit.list("limit=1").await?.items.is_empty() {
        return Ok(migrations::first_run(&visit, Part::Today));
    }
    let due = take(due);
    let before = |day: NaiveDate| due.iter().filter(move |item| item.next_due_on.is_some_and(|on| on < day)).cloned();
    let late: Vec<Item> = before(today).collect();
    let soon: Vec<Item> =
        due.iter().filter(|item| item.next_due_on.is_some_and(|on| on >= today && on <= until)).cloned().collect();
    let list_of_late = (more && soon.is_empty()).then_some("/migrations?overdue=true&sort=next_due_on");
    let list_of_soon = (more && !soon.is_empty()).then_some("/migrations?sort=next_due_on");
    let groups = [
        (words.say("Incidenten", "Incidents"), "bad", visit.cutovers(incidents).await?, None),
        (words.say("Cutover vandaag", "Cutover today"), "busy", visit.cutovers(cutovers).await?, None),
        (words.say("Te laat", "Overdue"), "warn", visit.actions(late).await?, list_of_late),
        (words.say("De komende week", "The coming week"), "calm", visit.actions(soon).await?, list_of_soon),
    ];
    let groups = groups.into_iter().map(|(title, tone, rows, more)| Group { title, tone, rows, more });
    let f = visit.frame(Part::Today);
    let page = TodayPage {
        f: &f,
        day: dates::day(today, words),
        groups: groups.filter(|group| !group.rows.is_empty() || group.more.is_some()).collect(),
    };
    Ok(f.page(StatusCode::OK, &page))
}

impl Visit {
    async fn list(&self, query: &str) -> Result<List<Item>, Trouble> {
        let limit = if query.contains("limit=") { String::new() } else { format!("&limit={LIMIT}") };
        self.get(&format!("/projects?{query}{limit}")).await
    }

    /// Each with what is to be done first of all.
    async fn cutovers(&self, items: Vec<Item>) -> Result<Vec<Row>, Trouble> {
        try_join_all(items.into_iter().map(async |item| {
            let (project, cutover) = (self.project(&item).await?, self.cutover(&item).await?);
            let first = project.next_actions.into_iter().next();
            let incident = item.cutover_status == "incident";
            let text = match first.filter(|_| incident) {
                Some(action) => self.words.line(&action.text),
                None => self.words.say("Volg de cutover", "Follow the cutover").to_owned(),
            };
            let when = cutover.at.map(|at| dates::moment(at, self.today(), self.words)).unwrap_or_default();
            Ok(self.row(item, "/cutover", text, Party::Contractor, when))
        }))
        .await
    }

    /// Each with what is due first.
    async fn actions(&self, items: Vec<Item>) -> Result<Vec<Row>, Trouble> {
        try_join_all(items.into_iter().map(async |item| {
            let actions = self.project(&item).await?.next_actions;
            let dated = actions.iter().filter(|action| action.due_on.is_some()).min_by_key(|action| action.due_on);
            let day = |day: NaiveDate| {
                let (short, ahead) =
                    (dates::short(day, self.today(), self.words), dates::from_today(day, self.today(), self.words));
                format!("{short} ({ahead})")
            };
            let when = item.next_due_on.map(day).unwrap_or_default();
            let (text, party) = dated.or(actions.first()).map_or_else(
                || (self.words.say("Kijk wat er te doen is", "See what there is to do").to_owned(), Party::Contractor),
                |action| (self.words.line(&action.text), action.party),
            );
            Ok(self.row(item, "", text, party, when))
        }))
        .await
    }

    async fn project(&self, item: &Item) -> Result<Project, Trouble> {
        self.get(&format!("/projects/{}", item.id)).await
    }

    async fn cutover(&self, item: &Item) -> Result<Cutover, Trouble> {
        self.get(&format!("/projects/{}/cutover", item.id)).await
    }

    fn row(&self, item: Item, page: &str, text: String, party: Party, when: String) -> Row {
        Row {
            link: format!("/migrations/{}{page}", item.id),
            customer_name: item.customer_name,
            reference: item.reference,
            text,
            who: labels::party(party, self.words),
            is_ours: party == Party::Contractor,
            when,
        }
    }
}
