//! `overstap verify`: replays every project's events and compares the outcome with what is stored.

use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, bail};
use chrono::{DateTime, Utc};
use engine::derive::{TimerRules, timer_changes};
use engine::is_by_our_rules;
use engine::trail::trail;
use serde_json::Value;
use store::{EffectState, Loaded, Store, StoredEvent, TimerChange};
use workflow::project::Project;

use crate::config::Database;

const PROJECTS_AT_A_TIME: u32 = 200;
/// So many differences are shown of a project; more would hide the first.
const DIFFERENCES_SHOWN: usize = 5;

/// Checks a whole database. The exit code is 0 when everything agrees, 1 when something does not.
#[expect(clippy::print_stdout, reason = "the report goes to standard output")]
pub async fn run(config: &Database) -> anyhow::Result<ExitCode> {
    // Opening would make the file, and an empty database has nothing wrong with it.
    if let Some(file) = config.database_url.strip_prefix("sqlite://")
        && !Path::new(file.split('?').next().unwrap_or(file)).exists()
    {
        bail!("there is no database at {}", config.database_url);
    }
    let store = Store::open(&config.database_url).await.context("can't open the database")?;
    let verified = verify(&store).await?;
    store.close().await;
    for Wrong { reference, id, differences } in &verified.wrong {
        println!("project {reference} ({id}): {} differences", differences.len());
        for difference in differences.iter().take(DIFFERENCES_SHOWN) {
            println!("  {difference}");
        }
    }
    if !verified.all_compared {
        println!(
            "timers, and states of another version, were not compared: no server of this version has run on this database yet"
        );
    }
    let Verified { projects, events, wrong, .. } = &verified;
    println!("{projects} projects, {events} events replayed: {} differ from what is stored", wrong.len());
    Ok(if wrong.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// What a whole database came to.
#[derive(Debug)]
pub struct Verified {
    /// How many projects there are.
    pub projects: u64,
    /// How many events were replayed.
    pub events: u64,
    /// The projects that differ.
    pub wrong: Vec<Wrong>,
    /// A server of this version has run on it: timers, and every state, were compared.
    pub all_compared: bool,
}

/// A project whose events do not give what is stored.
#[derive(Debug)]
pub struct Wrong {
    /// Its reference.
    pub reference: String,
    /// Its id.
    pub id: String,
    /// In words, each place where they differ.
    pub differences: Vec<String>,
}

/// Replays every project's events and compares the outcome with what is stored.
pub async fn verify(store: &Store) -> anyhow::Result<Verified> {
    let rules = TimerRules::of(store).await?.filter(TimerRules::are_ours);
    let mut verified = Verified { projects: 0, events: 0, wrong: Vec::new(), all_compared: rules.is_some() };
    let mut after: Option<String> = None;
    loop {
        let ids = store.project_ids(after.as_deref(), PROJECTS_AT_A_TIME).await?;
        let Some(last) = ids.last() else { return Ok(verified) };
        after = Some(last.clone());
        for id in &ids {
            let Some(Checked { reference, event_count, differences }) = check(store, id, rules.as_ref()).await? else {
                continue;
            };
            verified.projects += 1;
            verified.events += event_count;
            if !differences.is_empty() {
                verified.wrong.push(Wrong { reference, id: id.clone(), differences });
            }
        }
    }
}

/// What was found of a project.
struct Checked {
    reference: String,
    event_count: u64,
    differences: Vec<String>,
}

/// A server may be at work: what differs only because the project changed between two looks is looked at again.
async fn check(store: &Store, id: &str, rules: Option<&TimerRules>) -> anyhow::Result<Option<Checked>> {
    while let Some(loaded) = store.load(id).await? {
        let trail = trail(store, id).await?;
        let differences = differences(store, &loaded, &trail, rules).await?;
        let still = store.load(id).await?.map(|now| now.version);
        if differences.is_empty() || still == Some(loaded.version) {
            let event_count = u64::try_from(trail.len()).unwrap_or(u64::MAX);
            return Ok(Some(Checked { reference: loaded.reference, event_count, differences }));
        }
    }
    Ok(None)
}

async fn differences(
    store: &Store,
    loaded: &Loaded,
    trail: &[StoredEvent],
    rules: Option<&TimerRules>,
) -> anyhow::Result<Vec<String>> {
    let mut found = Vec::new();
    let mut recorded = Vec::with_capacity(trail.len());
    for (expected, event) in (1_i64..).zip(trail) {
        if event.seq != expected {
            found.push(format!("event {expected} is missing: {} follows", event.seq));
            return Ok(found);
        }
        match engine::trail::recorded(event) {
            Ok(event) => recorded.push(event),
            Err(error) => {
                found.push(format!("event {} ({}) can't be read: {error}", event.seq, event.kind));
                return Ok(found);
            }
        }
    }
    let Some(project) = Project::replay(&recorded) else {
        found.push("the first event does not start a project".to_owned());
        return Ok(found);
    };
    if is_by_our_rules(&loaded.state.to_string()) {
        compare("", &serde_json::to_value(&project)?, &loaded.state, &mut found);
    }
    let effects = store.effects_of(&loaded.id).await?;
    for (id, effect) in &project.effects {
        let id = id.to_string();
        let open = |state: EffectState| !matches!(state, EffectState::Done | EffectState::Withdrawn);
        if !effects.iter().any(|stored| stored.id == id && open(stored.state)) {
            found.push(format!("effect {id} ({:?}) is under way by the events, but not in the outbox", effect.purpose));
        }
    }
    if let Some(rules) = rules {
        let stored = store.timers_of(&loaded.id).await?;
        found.extend(timer_changes(&project, &rules.porting_hours, &stored).iter().map(|change| match change {
            TimerChange::Set { key, due_at } => {
                format!("timer {key}: the state calls for it at {due_at}, stored is {}", at(&stored, key))
            }
            TimerChange::Clear { key } => format!("timer {key}: the state does not call for it, stored is {}", at(&stored, key)),
        }));
    }
    Ok(found)
}

fn at(stored: &[(String, DateTime<Utc>)], key: &str) -> String {
    stored.iter().find(|(kept, _)| kept == key).map_or("none".to_owned(), |(_, due_at)| due_at.to_string())
}

/// Names each place where two JSON values differ.
fn compare(pointer: &str, replayed: &Value, stored: &Value, found: &mut Vec<String>) {
    match (replayed, stored) {
        (Value::Object(replayed), Value::Object(stored)) => {
            let keys: std::collections::BTreeSet<&String> = replayed.keys().chain(stored.keys()).collect();
            for key in keys {
                let (one, other) = (replayed.get(key).unwrap_or(&Value::Null), stored.get(key).unwrap_or(&Value::Null));
                compare(&format!("{pointer}/{key}"), one, other, found);
            }
        }
        (Value::Array(replayed), Value::Array(stored)) if replayed.len() == stored.len() => {
            for (i, (one, other)) in replayed.iter().zip(stored).enumerate() {
                compare(&format!("{pointer}/{i}"), one, other, found);
            }
        }
        _ if replayed == stored => {}
        _ => found.push(format!("{pointer}: the events give {replayed}, stored is {stored}")),
    }
}
