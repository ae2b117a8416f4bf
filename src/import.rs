//! `overstap import`: hands a spreadsheet to a running server, and shows how far it is and what became of it.
//!
//! Over the API, so that the server's rules, providers and clock hold, and the trail shows whose token it was.

use std::io::{IsTerminal, Write};
use std::process::ExitCode;

use anyhow::{Context, bail};
use reqwest::header::{ACCEPT, ACCEPT_LANGUAGE, CONTENT_TYPE};
use reqwest::{Client, StatusCode, Url};
use serde_json::Value;

use crate::config::{Import, ToldIn};

/// Imports a file. The exit code is 0 when nothing is wrong with it, or what is wrong was to be left out; else 1.
pub async fn run(config: Import) -> anyhow::Result<ExitCode> {
    let content = tokio::fs::read(&config.file).await.with_context(|| format!("can't read {}", config.file.display()))?;
    let mut url = Url::parse(&config.server).with_context(|| format!("--server: {:?} is no address", config.server))?;
    url.set_path("/api/v1/projects/import");
    url.query_pairs_mut()
        .append_pair("dry_run", &config.dry_run.to_string())
        .append_pair("skip_bad", &config.skip_bad.to_string());
    let asked = Client::new()
        .post(url)
        .bearer_auth(&config.token)
        .header(CONTENT_TYPE, "application/octet-stream")
        .header(ACCEPT, "application/x-ndjson")
        .header(ACCEPT_LANGUAGE, config.language.as_str())
        .body(content);
    let (language, server) = (config.language, &config.server);
    let silent = || language.pick(format!("{server} antwoordt niet"), format!("{server} does not answer"));
    let mut answer = asked.send().await.with_context(silent)?;
    if answer.status() != StatusCode::OK {
        let status = answer.status();
        let problem: Value = answer.json().await.unwrap_or_default();
        bail!("{} {status}: {}", language.pick("de server antwoordt", "the server answers"), text(&problem, "detail"));
    }
    let broken = language.pick(
        "de verbinding brak af; niets is geïmporteerd, of alles: importeer het opnieuw om dat te zien",
        "the connection broke; nothing was imported, or all: import it again to see",
    );
    let mut waiting = Vec::new();
    let mut last = Value::Null;
    while let Some(part) = answer.chunk().await.context(broken)? {
        waiting.extend_from_slice(&part);
        while let Some(end) = waiting.iter().position(|byte| *byte == b'\n') {
            let line: Vec<u8> = waiting.drain(..=end).collect();
            last = serde_json::from_slice(&line).context("the server says what this program does not understand")?;
            show_progress(&last, language);
        }
    }
    conclude(&last, &config)
}

/// On a terminal one line that changes, elsewhere a line each.
#[expect(clippy::print_stderr, reason = "progress is shown beside what the command is asked for")]
fn show_progress(line: &Value, language: ToldIn) {
    let told = match text(line, "stage") {
        "checked" => {
            let projects = &line["projects"];
            language.pick(format!("{projects} projecten gecontroleerd"), format!("{projects} projects checked"))
        }
        "written" => {
            let (done, of) = (&line["done"], &line["of"]);
            language.pick(format!("{done} van {of} projecten geschreven"), format!("{done} of {of} projects written"))
        }
        _ if std::io::stderr().is_terminal() => "\n".to_owned(),
        _ => return,
    };
    if std::io::stderr().is_terminal() {
        eprint!("\r\x1b[K{told}");
        // A line without its end is else shown later.
        let _unshown = std::io::stderr().flush();
    } else {
        eprintln!("{told}");
    }
}

#[expect(clippy::print_stdout, reason = "what the command is asked for goes to standard output")]
fn conclude(last: &Value, config: &Import) -> anyhow::Result<ExitCode> {
    match text(last, "stage") {
        "refused" => {
            let problem = &last["problem"];
            for error in list(problem, "errors") {
                println!("{}  {}", text(error, "pointer").trim_start_matches('/'), text(error, "detail"));
            }
            println!("{}", text(problem, "detail"));
            Ok(ExitCode::FAILURE)
        }
        "done" => {
            let report = &last["report"];
            show(report, config.language);
            let is_right = list(report, "faults").is_empty() || (config.skip_bad && !config.dry_run);
            Ok(if is_right { ExitCode::SUCCESS } else { ExitCode::FAILURE })
        }
        _ => bail!(config.language.pick(
            "de server stopte voordat hij klaar was; niets is geïmporteerd, of alles: importeer het opnieuw om dat te zien",
            "the server stopped before it was done; nothing was imported, or all: import it again to see",
        )),
    }
}

#[expect(clippy::print_stdout, reason = "what the command is asked for goes to standard output")]
fn show(report: &Value, language: ToldIn) {
    for ignored in list(report, "ignored") {
        let not_read = language.pick("wordt niet gelezen", "is not read");
        println!("{}  {:?} {not_read}", text(ignored, "cell"), text(ignored, "header"));
    }
    for fault in list(report, "faults") {
        let what = fault["column"].as_str().map(|column| format!("{column} {:?}: ", text(fault, "value"))).unwrap_or_default();
        println!("{}  {what}{}", text(fault, "cell"), text(&fault["detail"], language.as_str()));
    }
    let (told, count) = (list(report, "faults").len(), report["fault_count"].as_u64().unwrap_or_default());
    if u64::try_from(told).is_ok_and(|told| told < count) {
        let nl = format!("… van {count} fouten staan hier alleen de eerste {told}");
        println!("{}", language.pick(nl, format!("… of {count} faults only the first {told} are told")));
    }
    let projects = list(report, "projects");
    for project in projects {
        let warnings: Vec<&str> = list(project, "warnings").iter().filter_map(Value::as_str).collect();
        let (reference, name) = (project["reference"].as_str().unwrap_or("-"), text(project, "customer_name"));
        let numbers = language.pick("nummers", "numbers");
        println!("{reference}  {name}: {} {numbers}  {}", project["numbers"], warnings.join(" "));
    }
    let dry_run = report["dry_run"] == true;
    let begun = if dry_run { language.pick("zouden beginnen", "would begin") } else { language.pick("begonnen", "begun") };
    let (rows, left_out, projects) = (&report["rows"], &report["left_out"], projects.len());
    let nl = format!("{rows} rijen, {projects} projecten {begun}, {left_out} weggelaten, {count} fouten");
    println!("{}", language.pick(nl, format!("{rows} rows, {projects} projects {begun}, {left_out} left out, {count} faults")));
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value.get(name).and_then(Value::as_str).unwrap_or_default()
}

fn list<'a>(value: &'a Value, name: &str) -> &'a [Value] {
    value.get(name).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}
