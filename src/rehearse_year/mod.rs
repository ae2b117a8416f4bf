//! `overstap rehearse-year`: a year of migrations in minutes, through the real engine, store, worker and clients, with the simulated world as
//! their peers, on a clock that jumps to the next moment at which anything is due.
//!
//! Customers, donors, project managers and engineers do what they do by chance that follows from a seed; everything they do is a command.
//! At the end it tells how the year went, and whether all that must hold does.

mod agenda;
mod case;
mod commands;
mod contractor;
mod customer;
mod deeds;
mod donors;
mod invariants;
mod life;
mod mailbox;
mod office;
mod report;
mod tally;
mod told;
mod trouble;
mod world;
mod year;

use std::process::ExitCode;
use std::sync::Arc;
use std::time::Instant;

use anyhow::{Context, bail};
use engine::trail::{recorded, trail};
use store::Store;
use uuid::Uuid;
use workflow::calendar::amsterdam;
use workflow::letter::Language;

use crate::clock::SteppedClock;
use crate::config::{RehearseYear, ToldIn};
use crate::serve::mark_clock;
use crate::temporary::Folder;
use donors::Donors;
use report::{Report, Rest};
use tally::Tally;
use world::World;
use year::Year;

/// Rehearses a year. The exit code is 1 when something that must hold does not.
#[expect(clippy::print_stdout, reason = "the report goes to standard output")]
pub async fn run(config: RehearseYear) -> anyhow::Result<ExitCode> {
    let folder = Folder::make("year")?;
    let fresh = || format!("sqlite://{}", folder.0.join("year.db").display());
    let store = Store::open(&config.database_url.clone().unwrap_or_else(fresh)).await.context("can't open the database")?;
    if store.last_event_at().await?.is_some() || !store.project_ids(None, 1).await?.is_empty() {
        bail!("the database holds projects; a rehearsal needs an empty one");
    }
    mark_clock(&store, true).await?;
    let began = Instant::now();
    let clock = Arc::new(SteppedClock::new(office::at(config.from, (0, 0))));
    let donors = Donors::new(config.seed, clock.clone());
    let world = World::connect(store, clock, &donors, &folder.0, config.seed).await?;
    let mut year = Year::new(world, donors, config.migrations, config.seed, config.from);
    year.run().await?;
    let report = report(&config, &year, began).await?;
    year.world.store().close().await;
    if config.json {
        println!("{}", serde_json::to_string_pretty(&report)?);
    } else {
        let language = if config.lang == ToldIn::En { Language::En } else { Language::Nl };
        print!("{}", told::told(&report, language));
    }
    Ok(if report.violations.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Counts what the trails tell, and looks whether all holds that must.
async fn report(config: &RehearseYear, year: &Year, began: Instant) -> anyhow::Result<Report> {
    let wall = began.elapsed();
    let world = &year.world;
    let hours = world.engine.settings().porting_hours;
    let (mut tally, mut projects, mut commands) = (Tally::default(), Vec::new(), 0_u64);
    let mut violations = Vec::new();
    for id in year.by_id.keys() {
        let current = world.engine.load(Uuid::parse_str(id)?).await?.context("a project is gone")?;
        let trail = trail(world.store(), id).await?;
        match trail.iter().map(recorded).collect::<Result<Vec<_>, _>>() {
            Ok(recorded) => tally.take(&current.project, &recorded, &hours, world.now()),
            Err(fault) => violations.push(format!("project {}: {fault}", current.project.reference)),
        }
        commands += u64::try_from(current.version).unwrap_or_default();
        projects.push(current.project);
    }
    violations.extend(tally.outside_hours.iter().cloned());
    violations.extend(invariants::violations(world, &projects).await?);
    let rest = Rest {
        done: world.done.clone(),
        refused: world.refused.clone(),
        emails: world.mailbox.taken(),
        minutes: [year.managers.minutes, year.engineers.minutes],
        commands,
        wall,
        database_bytes: world.store().size_bytes().await?,
        reads_invoices: world.reads_invoices,
    };
    let until = amsterdam::local_date(year.ends_at);
    Ok(Report::of((config.migrations, config.seed, config.from, until), tally, rest, violations))
}
