//! Without any peer connected, as a new installation is: Overstap says exactly what to do, waits, and keeps what people record.

use serde_json::{Value, json};

use crate::support::api::nothing;
use crate::support::intake::bakery;
use crate::support::job::{Job, text};
use crate::support::world::{Adapters, Database, World};

const MOMENT: &str = "2027-01-26T07:30:00Z";

#[tokio::test]
async fn people_do_every_step_and_say_so() {
    let mut world = World::with(Database::Sqlite, Adapters::ByHand).await;
    let job = Job::start(&world.api, &bakery()).await;
    job.to_order().await;
    asks_in_the_portal_and_records_the_answer(&job).await;
    makes_the_tenant(&job).await;
    job.schedule(MOMENT).await;
    assert!(told(&job).await.is_empty(), "nobody has to do anything until the morning");

    world.jump_to(MOMENT).await;
    routes_after_a_refusal(&job).await;
    // What waits for a person waits through a power cut.
    world.crash_and_start().await;
    ports(&job).await;
    calls(&job).await;

    let cutover = job.until_cutover_is("done").await;
    let notes: Vec<_> = cutover["steps"].as_array().unwrap().iter().map(|step| step["done_by_hand"].as_str()).collect();
    let by_hand = [None, Some("in de beheerpagina gezet"), Some("om 8:41 in het portaal uitgevoerd"), None, None, None];
    assert_eq!(notes, by_hand, "the others were done by the program, or settled by their outcome");
    assert_eq!(job.porting().await["status"], "performed");
    job.to_maintenance().await;
    people_stand_in_the_trail(&job).await;

    assert_eq!(world.journal().await, Vec::<Value>::new(), "nothing was called");
    world.stop().await;
    assert!(world.verify().status.success());
}

async fn asks_in_the_portal_and_records_the_answer(job: &Job) {
    job.customer_does_its_part().await;
    job.finish("order", &["porting-wish-date", "provider-acceptance"]).await;
    job.does("/porting/submit", nothing()).await;
    let (_, said) = waits_for_a_person(job).await;
    assert_eq!(
        said,
        "ask for the porting in the portal. Current provider: KPN B.V.; company: Bakkerij De Korenaar B.V.; postal code and house \
         number: 3511 AB 12; customer number: 100200300; contract number: C-778899; situation: end of contract; numbers: 030 100 12 00 to \
         030 100 12 99; wish date: 2027-01-26. Record the answer under dossier DYNX-20270001-1"
    );
    assert_eq!(job.porting().await["status"], "requested");
    assert_eq!(job.is_refused("/porting/answer", nothing()).await.0, 422, "an answer says something");
    let porting = job.does("/porting/answer", json!({"first_possible_at": "2027-01-12", "detail": "akkoord per e-mail"})).await;
    assert_eq!((&porting["status"], &porting["requests"][0]["detail"]), (&json!("accepted"), &json!("akkoord per e-mail")));
    assert_eq!(porting["requests"][0]["first_possible_at"], "2027-01-11T23:00:00Z", "midnight in Amsterdam");
    assert_eq!(job.task("provider-acceptance").await["state"], "done");
    assert!(told(job).await.is_empty(), "recorded");
    job.does("/advance", nothing()).await;
}

async fn makes_the_tenant(job: &Job) {
    let (effect, said) = waits_for_a_person(job).await;
    assert_eq!(said, "make the tenant \"Bakkerij De Korenaar B.V.\" with 12 users on the PBX");
    assert_eq!(job.task("users-and-orders").await["state"], "open");
    let outcome = format!("/api/v1/effects/{effect}/outcome");
    job.api.post(&outcome, json!({"outcome": "done", "detail": "omgeving 4711"})).await;
    assert_eq!(job.task("users-and-orders").await["state"], "done");
    let again = job.api.try_post(&outcome, json!({"outcome": "done"})).await;
    assert_eq!((again.status, &again.json()["code"]), (409, &json!("effect_settled")), "an effect ends once");
}

async fn routes_after_a_refusal(job: &Job) {
    let route = "route on the PBX to \"Bakkerij De Korenaar B.V.\": 030 100 12 00 to 030 100 12 99";
    let effect = is_to_do(job, "route", route).await;
    let refused = json!({"outcome": "refused", "detail": "de licentie is op"});
    job.api.post(&format!("/api/v1/effects/{effect}/outcome"), refused).await;
    let cutover = job.until_cutover_is("incident").await;
    assert!(text(&cutover["incident"]["what"]["en"]).contains("de licentie is op"), "{cutover}");
    job.does("/cutover/retry", nothing()).await;
    is_to_do(job, "route", route).await;
    job.does("/cutover/resolve", json!({"note": "in de beheerpagina gezet"})).await;
}

async fn ports(job: &Job) {
    is_to_do(job, "port", "perform the porting of dossier DYNX-20270001-1 in the portal: 030 100 12 00 to 030 100 12 99").await;
    assert_eq!(job.porting().await["requests"][0]["status"], "scheduled", "not performed before somebody says so");
    job.does("/cutover/resolve", json!({"note": "om 8:41 in het portaal uitgevoerd"})).await;
}

async fn calls(job: &Job) {
    let effect =
        is_to_do(job, "verify", "call these numbers from outside and see that they arrive: 030 100 12 00 to 030 100 12 99").await;
    job.api.post(&format!("/api/v1/effects/{effect}/outcome"), json!({"outcome": "done", "detail": "gebeld"})).await;
}

async fn people_stand_in_the_trail(job: &Job) {
    let trail = job.trail().await;
    for kind in ["porting_answered", "porting_performed", "incident_closed"] {
        let event = trail.iter().find(|event| event["kind"] == kind).unwrap_or_else(|| panic!("no {kind}"));
        assert_eq!(event["actor"]["role"], "manager", "{event}");
    }
}

/// What the contractor is told to do outside, with the effects.
async fn told(job: &Job) -> Vec<(String, String)> {
    let project = job.project().await;
    let actions = project["next_actions"].as_array().unwrap().iter().filter(|action| action["effect"].is_string());
    actions.map(|action| (text(&action["effect"]), text(&action["text"]["en"]))).collect()
}

/// The one thing that waits for a person: the effect, and what is said.
async fn waits_for_a_person(job: &Job) -> (String, String) {
    let told = crate::support::job::wait("something to do by hand", async || {
        let told = told(job).await;
        if told.is_empty() { Err(job.project().await) } else { Ok(told) }
    })
    .await;
    let [one] = told.try_into().unwrap_or_else(|told| panic!("several: {told:?}"));
    assert!(job.project().await["waiting_on"].as_array().unwrap().contains(&json!("contractor")));
    one
}

/// The cutover's step waits for a person, who is told this; the effect.
async fn is_to_do(job: &Job, step: &str, said: &str) -> String {
    let to_do = crate::support::job::wait(&format!("{step} to wait"), async || {
        let cutover = job.cutover().await;
        let to_do = cutover["to_do"].as_array().unwrap().iter().find(|to_do| to_do["step"] == step).cloned();
        to_do.ok_or(cutover)
    })
    .await;
    assert_eq!(to_do["text"]["en"], said);
    let waiting = job.cutover().await["steps"].as_array().unwrap().iter().find(|known| known["key"] == step).cloned();
    assert_eq!(waiting.unwrap()["state"], "waiting");
    assert_eq!(waits_for_a_person(job).await, (text(&to_do["effect"]), said.to_owned()), "it stands with the project too");
    text(&to_do["effect"])
}
