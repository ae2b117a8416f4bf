//! What must hold at the end of a year, whatever happened in it. Each violation is a sentence.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use store::EffectState;
use workflow::cutover::machine::State as Cutover;
use workflow::event::Purpose;
use workflow::phase::State as Phase;
use workflow::porting::coin::{Body, Envelope, Message};
use workflow::porting::{PortingRequest, request};
use workflow::project::{Project, Turn};
use workflow::view::{Status, waiting_on};

use super::trouble::TEST_NUMBERS;
use super::world::World;
use crate::verify::{Wrong, verify};

/// Everything that is wrong in this world.
pub(super) async fn violations(world: &World, projects: &[Project]) -> anyhow::Result<Vec<String>> {
    let mut found = world.findings.clone();
    let verified = verify(world.store()).await?;
    if !verified.all_compared {
        found.push("timers were not compared".to_owned());
    }
    for Wrong { reference, differences, .. } in &verified.wrong {
        found.extend(differences.iter().map(|difference| format!("project {reference}: {difference}")));
    }
    if let Some(due) = world.next_due_at().await?.filter(|due| *due <= world.now()) {
        found.push(format!("something was due at {due} and was not done"));
    }
    found.extend(porting_violations(&world.journal().await?, projects));
    found.extend(routing_violations(&world.routes().await?, projects));
    for project in projects {
        found.extend(forgotten_effects(world, project).await?);
        found.extend(stuck(world, project).await?);
        let told = |message: &str| format!("project {}: a message that was not to come: {message}", project.reference);
        found.extend(project.foreign_messages.iter().map(|message| told(&message.text().en)));
        found.extend(project.unfit_messages.iter().map(|unfit| told(&unfit.en)));
    }
    Ok(found)
}

/// Each number is performed once, inside the window of its dossier, and after it was routed.
fn porting_violations(journal: &[Value], projects: &[Project]) -> Vec<String> {
    let mut found = Vec::new();
    let by_dossier: BTreeMap<&str, (&Project, &str)> = projects
        .iter()
        .flat_map(|project| {
            project.requests.iter().map(move |request| (request.dossier_id.as_str(), (project, request.id.as_str())))
        })
        .collect();
    let mut performed_numbers: BTreeMap<String, String> = BTreeMap::new();
    let mut routed: BTreeSet<&str> = BTreeSet::new();
    let mut performed: BTreeSet<String> = BTreeSet::new();
    let (mut asked, mut withdrawn) = (BTreeSet::new(), BTreeSet::new());
    for entry in journal.iter().filter(|entry| entry["repeat"] != true) {
        let tenant = entry["body"]["project"]["id"].as_str().unwrap_or_default();
        let first = entry["body"]["data"]["numbers"][0]["number"].as_str().unwrap_or_default();
        if first.starts_with(TEST_NUMBERS) {
            continue;
        }
        match entry["kind"].as_str().unwrap_or_default() {
            "pbx.route" => {
                routed.insert(tenant);
            }
            "pbx.unroute" => {
                routed.remove(tenant);
            }
            "coin.portingrequest" => asked.extend(dossier_of(entry)),
            "coin.cancel" => withdrawn.extend(dossier_of(entry)),
            "coin.portingperformed" => {
                let Some((message, dossier)) = performed_message(&entry["body"]) else {
                    found.push(format!("a portingperformed in the journal can't be read: {}", entry["body"]));
                    continue;
                };
                let Body::PortingPerformed(body) = &message.body else { continue };
                if !performed.insert(dossier.clone()) {
                    found.push(format!("dossier {dossier} was performed twice"));
                }
                let Some((project, request)) = by_dossier.get(dossier.as_str()) else {
                    found.push(format!("dossier {dossier} was performed, and no project knows it"));
                    continue;
                };
                for series in &body.series {
                    if let Some(other) = performed_numbers.insert(series.numbers.start.clone(), dossier.clone()) {
                        found.push(format!("{} was performed in dossiers {other} and {dossier}", series.numbers.start));
                    }
                }
                let at = message.header.timestamp.instant();
                let window = project.requests.iter().find(|known| known.id == **request).and_then(PortingRequest::window);
                if !window.is_some_and(|window| window.opens_at <= at && at < window.expires_at()) {
                    found.push(format!("dossier {dossier} was performed at {at}, outside its window"));
                }
                if !routed.contains(project.id.to_string().as_str()) {
                    found.push(format!("dossier {dossier} was performed before its numbers were routed"));
                }
            }
            _ => {}
        }
    }
    for (dossier, (project, id)) in &by_dossier {
        let request = project.requests.iter().find(|request| request.id == *id);
        let says = request.is_some_and(|request| request.state == request::State::Performed && !request.doubted);
        let in_doubt = request.is_some_and(|request| request.doubted) || project.porting_is_under_way(id);
        let gives_up = request.is_some_and(|request| request.state == request::State::Cancelled);
        let told = withdrawn.contains(*dossier)
            || project.effects.values().any(|effect| effect.purpose == Purpose::CancelPorting((*id).to_owned()));
        if gives_up && asked.contains(*dossier) && !told {
            found.push(format!("dossier {dossier} is withdrawn by the project, and COIN does not know it"));
        }
        if says != performed.contains(*dossier) && !in_doubt {
            found.push(format!("dossier {dossier} is performed by the project: {says}; by COIN: {}", !says));
        }
    }
    found
}

/// The dossier by whose id the journal knows a message.
fn dossier_of(entry: &Value) -> Option<&str> {
    entry["idempotency_key"].as_str().and_then(|key| key.split_once('/')).map(|(_, dossier)| dossier)
}

fn performed_message(body: &Value) -> Option<(Message, String)> {
    let message = serde_json::from_value::<Envelope>(body.clone()).ok()?.message;
    let dossier = message.body.dossier_id()?.to_owned();
    Some((message, dossier))
}

/// What is ported rings at its tenant, and somebody has found that it does; what is not rings nowhere, unless a cutover is at it.
fn routing_violations(routes: &BTreeMap<i64, String>, projects: &[Project]) -> Vec<String> {
    let mut found = Vec::new();
    let test_numbers = routes.iter().filter(|(number, _)| format!("+{number}").starts_with(TEST_NUMBERS));
    for (number, tenant) in test_numbers {
        let rehearses =
            |project: &&Project| project.effects.values().any(|effect| matches!(effect.purpose, Purpose::Rehearse(_)));
        if !projects.iter().filter(rehearses).any(|project| project.id.to_string() == *tenant) {
            found.push(format!("the test number +{number} is still routed to {tenant}"));
        }
    }
    for project in projects {
        let id = project.id.to_string();
        let moving = matches!(project.cutover.as_ref().map(|cutover| cutover.state), Some(Cutover::Running | Cutover::Incident));
        let undoing = project.effects.values().any(|effect| matches!(effect.purpose, Purpose::Unroute | Purpose::Route));
        for series in project.intake.numbers.iter().map(|entry| &entry.series) {
            let (first, last) = series.span();
            let here = routes.range(first..=last).filter(|(_, tenant)| **tenant == id).count();
            let all = usize::try_from(last - first + 1).unwrap_or_default();
            let ported = project.is_ported(series);
            if ported && here != all {
                found.push(format!("project {}: {series} is ported, and {here} of {all} numbers are routed", project.reference));
            }
            let reached = project.out_of_service(series).is_some_and(|out| out.until.is_some());
            if ported && project.phase == Phase::Maintenance && !reached {
                found.push(format!("project {}: {series} moved, and nobody knows whether it is reached", project.reference));
            }
            if !ported && here > 0 && !moving && !undoing {
                found.push(format!("project {}: {series} is not ported, and {here} numbers are routed", project.reference));
            }
        }
    }
    found
}

/// Every effect that is not over is one that its project knows of.
async fn forgotten_effects(world: &World, project: &Project) -> anyhow::Result<Vec<String>> {
    let effects = world.store().effects_of(&project.id.to_string()).await?;
    let over = |state: EffectState| matches!(state, EffectState::Done | EffectState::Withdrawn);
    let unknown = effects.iter().filter(|effect| {
        let known = effect.id.parse().is_ok_and(|id| project.effects.contains_key(&id));
        !over(effect.state) && !known
    });
    let name = |effect: &store::StoredEffect| {
        format!(
            "project {}: effect {} ({}) is {}, and the project does not know it",
            project.reference,
            effect.id,
            effect.kind,
            effect.state.as_str()
        )
    };
    Ok(unknown.map(name).collect())
}

/// An active project waits for somebody, or something is going to happen by itself.
async fn stuck(world: &World, project: &Project) -> anyhow::Result<Option<String>> {
    if project.status() != Status::Active || project.phase == Phase::Maintenance || !waiting_on(project).is_empty() {
        return Ok(None);
    }
    let timers = world.store().timers_of(&project.id.to_string()).await?;
    let at_work = project.effects.values().any(|effect| matches!(effect.turn, Turn::Adapter | Turn::Peer));
    let goes_on = at_work || timers.iter().any(|(_, due_at)| *due_at > world.now());
    Ok((!goes_on)
        .then(|| format!("project {} is stuck in {}: nobody is waited for and nothing is due", project.reference, project.phase)))
}
