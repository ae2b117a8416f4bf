//! Contracts with their days drawn and in words, and the numbers that move.

use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use chrono::{DateTime, NaiveDate, Utc};
use serde::Deserialize;
use workflow::calendar::local_date;
use workflow::number::Series;
use workflow::text::Text;

use super::bar::{Bar, Timeline};
use super::{Contract, Head, Place, Project, Warning};
use crate::call::List;
use crate::dates;
use crate::frame::{Frame, Part};
use crate::labels::{self, Tag};
use crate::language::Words;
use crate::trouble::Trouble;
use crate::visit::Visit;

/// `GET …/contract-dates`.
#[derive(Debug, Deserialize)]
struct ContractDates {
    contract: String,
    initial_term_ends_on: Option<NaiveDate>,
    notify_by: Option<NaiveDate>,
    post_by: Option<NaiveDate>,
    earliest_end_on: NaiveDate,
    warnings: Vec<Warning>,
}

/// `GET …/porting`.
#[derive(Debug, Deserialize)]
struct Porting {
    requests: Vec<Request>,
}

#[derive(Debug, Deserialize)]
struct Request {
    dossier_id: String,
    contract: String,
    status: String,
    first_possible_at: Option<DateTime<Utc>>,
    window_ends_on: Option<NaiveDate>,
    performed_at: Option<DateTime<Utc>>,
    detail: Option<String>,
    to_do: Option<Text>,
    series: Vec<Asked>,
}

#[derive(Debug, Deserialize)]
struct Asked {
    #[serde(flatten)]
    series: Series,
    blocking_code: Option<String>,
    note: Option<String>,
}

/// A contract as shown.
struct ContractCard {
    id: String,
    provider: String,
    what: String,
    numbers: String,
    bar: Bar,
    dates: Vec<(&'static str, String)>,
    warnings: Vec<(Tag, String, String)>,
}

/// Numbers as shown.
struct NumberRow {
    numbers: String,
    count: u32,
    contract: String,
    dossier: String,
    tag: Tag,
    note: String,
    window: String,
}

#[derive(Template)]
#[template(path = "contracts.html")]
struct ContractsPage<'a> {
    f: &'a Frame,
    head: Head,
    contracts: Vec<ContractCard>,
    numbers: Vec<NumberRow>,
}

pub(crate) async fn show(visit: Visit, Path(id): Path<String>) -> Result<Response, Trouble> {
    let place = Place::of(&visit, &id)?;
    let project = place.project(&visit).await?;
    let days: List<ContractDates> = visit.get(&place.api("/contract-dates")).await?;
    let porting: Porting = visit.get(&place.api("/porting")).await?;
    let f = visit.frame(Part::Migrations);
    let known = days.items.into_iter().filter_map(|days| {
        let contract = project.contracts.iter().find(|contract| contract.id == days.contract)?;
        Some(card(contract, &days, &project, &porting, &visit))
    });
    let page = ContractsPage {
        f: &f,
        head: Head::of(&project, &visit, "contracts"),
        contracts: known.collect(),
        numbers: project.numbers.iter().map(|entry| number_row(entry, &porting, &visit)).collect(),
    };
    Ok(f.page(StatusCode::OK, &page))
}

fn card(contract: &Contract, days: &ContractDates, project: &Project, porting: &Porting, visit: &Visit) -> ContractCard {
    let (words, today) = (visit.words, visit.today());
    let requests: Vec<&Request> = porting.requests.iter().filter(|request| request.contract == contract.id).collect();
    let performed = requests.iter().filter_map(|request| request.performed_at).map(local_date).max();
    let moves = project.numbers.iter().any(|entry| entry.contract.as_ref() == Some(&contract.id));
    let porting_day = performed.or(project.porting_on).filter(|_| moves);
    let window =
        requests.iter().rev().find_map(|request| Some((local_date(request.first_possible_at?), request.window_ends_on?)));
    let timeline = Timeline {
        today,
        start: contract.start_date,
        term_ends: days.initial_term_ends_on,
        notify_by: days.notify_by,
        earliest_end: days.earliest_end_on,
        window,
        porting: porting_day,
        goes_on: contract.scenario == "continuation",
    };
    let what = [
        labels::line_type(&contract.line_type, words),
        labels::scenario(&contract.scenario, words).to_owned(),
        format!("{} {}", words.say("klantnummer", "customer number"), contract.customer_number),
        format!("{} {}", words.say("contractnummer", "contract number"), contract.contract_number),
    ];
    let carries: Vec<&str> = contract.carries.iter().map(|what| labels::carries(what, words)).collect();
    let carries = if carries.is_empty() {
        String::new()
    } else {
        format!(" · {}: {}", words.say("ook op de lijn", "also on the line"), carries.join(", "))
    };
    let numbers = project.numbers.iter().filter(|entry| entry.contract.as_ref() == Some(&contract.id));
    ContractCard {
        id: contract.id.clone(),
        provider: contract.provider.name.clone(),
        what: format!("{}{carries}", what.join(" · ")),
        numbers: numbers.map(|entry| paper(&entry.series)).collect::<Vec<_>>().join(", "),
        bar: Bar::of(&timeline, words),
        dates: in_words(days, &timeline, words),
        warnings: days
            .warnings
            .iter()
            .map(|warning| {
                let tag = labels::severity(&warning.severity, warning.acknowledged, words);
                (tag, words.line(&warning.text), words.line(&warning.to_do))
            })
            .collect(),
    }
}

fn in_words(days: &ContractDates, timeline: &Timeline, words: Words) -> Vec<(&'static str, String)> {
    let day = |day| dates::day(day, words);
    let ahead = |of: NaiveDate| format!("{} ({})", day(of), dates::from_today(of, timeline.today, words));
    let mut lines = vec![(words.say("Begonnen", "Began"), day(timeline.start))];
    lines.push((
        words.say("Looptijd tot", "Term until"),
        days.initial_term_ends_on.map_or_else(|| words.say("onbepaalde tijd", "indefinite").to_owned(), day),
    ));
    if let Some(notify_by) = days.notify_by {
        lines.push((words.say("Opgezegd uiterlijk", "Notice by"), ahead(notify_by)));
    }
    if let Some(post_by) = days.post_by {
        lines.push((words.say("Brief op de post uiterlijk", "Letter posted by"), ahead(post_by)));
    }
    lines.push((words.say("Kan eindigen op", "Can end on"), day(days.earliest_end_on)));
    if let Some((opens, ends)) = timeline.window {
        let until = words.say("tot en met", "until");
        lines.push((words.say("Porteringsvenster", "Porting window"), format!("{} {until} {}", day(opens), day(ends))));
    }
    if let Some(porting) = timeline.porting {
        lines.push((words.say("Portering", "Porting"), ahead(porting)));
        let (between, what) = match (timeline.goes_on, (days.earliest_end_on - porting).num_days()) {
            (false, double @ 1..) => (double, words.say("dubbele kosten", "paid twice")),
            (false, gap @ ..=-1) => (-gap, words.say("zonder dienst", "without service")),
            _ => return lines,
        };
        lines.push((words.say("Verschil", "Difference"), format!("{between} {} {what}", words.say("dagen", "days"))));
    }
    lines
}

fn number_row(entry: &super::NumberEntry, porting: &Porting, visit: &Visit) -> NumberRow {
    let (words, today) = (visit.words, visit.today());
    let asks = |request: &&Request| request.series.iter().any(|asked| asked.series.overlaps(&entry.series));
    let request = porting.requests.iter().rev().find(asks);
    let asked = request.and_then(|request| request.series.iter().find(|asked| asked.series.overlaps(&entry.series)));
    let code = asked.and_then(|asked| asked.blocking_code.as_deref());
    let note = [
        code.map(|code| format!("{} {code}", words.say("code", "code"))),
        asked.and_then(|asked| asked.note.clone()),
        request.and_then(|request| request.detail.clone()),
        request.and_then(|request| request.to_do.as_ref()).map(|to_do| words.line(to_do)),
    ];
    let window = request.and_then(|request| {
        let (opens, ends) = (local_date(request.first_possible_at?), request.window_ends_on?);
        Some(format!("{} – {}", dates::short(opens, today, words), dates::short(ends, today, words)))
    });
    let (first, last) = entry.series.span();
    NumberRow {
        numbers: paper(&entry.series),
        count: u32::try_from(last.saturating_sub(first).saturating_add(1)).unwrap_or(u32::MAX),
        contract: entry.contract.clone().unwrap_or_else(|| words.say("geen contract", "no contract").to_owned()),
        dossier: request.map(|request| request.dossier_id.clone()).unwrap_or_default(),
        tag: labels::moving(request.map_or("none", |request| request.status.as_str()), "none", words),
        note: note.into_iter().flatten().collect::<Vec<_>>().join("; "),
        window: window.unwrap_or_default(),
    }
}

/// As printed: `030 100 12 00 t/m 030 100 12 99`.
pub(super) fn paper(series: &Series) -> String {
    series.to_string()
}
