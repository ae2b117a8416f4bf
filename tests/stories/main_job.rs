//! The main job: from intake to maintenance, the cutover by itself.

use serde_json::json;

use crate::support::api::nothing;
use crate::support::intake::bakery;
use crate::support::job::{Job, text};
use crate::support::pdf;
use crate::support::world::{Adapters, Database, World};

#[tokio::test]
async fn on_sqlite() {
    main_job(Database::Sqlite).await;
}

#[tokio::test]
async fn on_postgresql() {
    main_job(Database::Postgresql).await;
}

async fn main_job(database: Database) {
    let mut world = World::with(database, Adapters::Connected).await;
    starts_and_can_be_called_off(&world).await;

    let job = Job::start(&world.api, &bakery()).await;
    job.to_order().await;
    letters_are_there(&job).await;
    job.to_implementation().await;
    moments_that_are_refused(&job).await;
    let day = job.first_possible_day().await.max("2027-01-26".parse().unwrap());
    job.schedule(&format!("{day}T07:30:00Z")).await;
    assert_eq!(job.cutover().await["status"], "scheduled");
    assert_eq!(job.porting().await["status"], "scheduled");
    assert_eq!(job.is_refused("/hold", json!({"reason": "even wachten"})).await.1, "cutover_scheduled");

    world.jump_to(&format!("{day}T07:29:58Z")).await;
    let cutover = job.until_cutover_is("done").await;
    for step in cutover["steps"].as_array().unwrap() {
        assert_eq!((&step["state"], &step["done_by_hand"]), (&json!("done"), &json!(null)), "{step}");
    }
    let completed = job.trail().await.into_iter().find(|event| event["data"]["key"] == "number-porting").unwrap();
    assert_eq!(completed["actor"]["role"], "system", "no person had to do anything");

    job.to_maintenance().await;
    the_customer_was_written_to(&job).await;
    is_found_by_what_it_is(&job).await;
    assert_eq!(job.is_refused("/cancel", json!({"reason": "te laat"})).await.1, "numbers_ported");
    trail_says_who_when_and_what(&job).await;
    let calendar = world.api.download("/api/v1/calendar.ics").await;
    let calendar = String::from_utf8(calendar.body).unwrap().replace("\r\n ", "");
    assert!(calendar.contains("BEGIN:VEVENT") && calendar.contains("Korenaar"), "{calendar}");
    world.ends_right(&[job]).await;
}

async fn starts_and_can_be_called_off(world: &World) {
    let project = world.api.post("/api/v1/projects", bakery()).await;
    assert_eq!((&project["phase"], &project["status"]), (&json!("offer"), &json!("active")));
    assert_eq!(project["reference"], "2027-0001");
    assert_eq!(project["tasks"].as_array().unwrap().len(), 24);
    assert_eq!(project["numbers"][0]["number"], "+31301001200", "E.164");
    assert!(project["warnings"].as_array().unwrap().iter().any(|warning| warning["code"] == "line_bound_device"), "the alarm");

    let job = Job::of(&world.api, &project);
    assert_eq!(job.does("/hold", json!({"reason": "verbouwing"})).await["status"], "on_hold");
    assert_eq!(job.is_refused("/advance", nothing()).await.1, "on_hold");
    assert_eq!(job.does("/resume", nothing()).await["status"], "active");
    let offer = ["contract-end-dates", "scope", "connectivity-test", "poe-switch-check"].map(str::to_owned);
    assert_eq!(job.is_refused("/advance", nothing()).await, (409, "gate_not_met".to_owned(), offer.to_vec()));
    assert_eq!(job.does("/cancel", json!({"reason": "proef"})).await["status"], "cancelled");
    assert_eq!(job.is_refused("/advance", nothing()).await.1, "project_closed");
}

async fn letters_are_there(job: &Job) {
    let letters = job.letters().await;
    let kinds: Vec<String> = letters.iter().map(|letter| text(&letter["kind"])).collect();
    for kind in ["porting_notice", "cancellation", "authorization"] {
        assert!(kinds.iter().any(|made| made == kind), "{kind} is not among {kinds:?}");
    }
    let cancellation = letters.iter().find(|letter| letter["kind"] == "cancellation").unwrap();
    let file = job.api.download(&format!("/api/v1/letters/{}/pdf", text(&cancellation["id"]))).await;
    assert_eq!(file.content_type(), "application/pdf");
    let said = pdf::text(&file.body);
    for part in
        ["KPN B.V.", "Postbus 30000", "100200300", "C-778899", "030 100 12 00", "030 100 12 99", "Bakkerij De Korenaar B.V."]
    {
        assert!(said.contains(part), "{part} is not in:\n{said}");
    }
}

async fn the_customer_was_written_to(job: &Job) {
    let letters = job.letters().await;
    let to_customer: Vec<String> =
        letters.iter().filter(|letter| letter["provider"].is_null()).map(|letter| text(&letter["kind"])).collect();
    assert_eq!(to_customer, ["cover", "cutover_announcement", "delivery", "fraud_safety"]);
    let delivery = letters.iter().find(|letter| letter["kind"] == "delivery").unwrap();
    let said = pdf::text(&job.api.download(&text(&delivery["pdf"])).await.body);
    for part in ["testoproepen", "030 100 12 99", "Bakkerij De Korenaar B.V."] {
        assert!(said.contains(part), "{part} is not in:\n{said}");
    }
}

async fn moments_that_are_refused(job: &Job) {
    job.prepare().await;
    for (at, code) in [
        ("2027-01-06T08:00:00Z", "before_first_possible_date"),
        ("2027-01-23T08:00:00Z", "not_a_working_day"),
        ("2027-01-26T06:59:59Z", "outside_porting_hours"),
        ("2027-01-26T16:00:00Z", "outside_porting_hours"),
        ("2027-06-01T08:00:00Z", "porting_window_expired"),
    ] {
        assert_eq!(job.is_refused("/porting/schedule", json!({"at": at})).await.1, code, "{at}");
    }
    let late = json!({"at": "2027-06-01T08:00:00Z", "override_reason": "de klant wil het"});
    assert_eq!(job.is_refused("/porting/schedule", late).await.1, "porting_window_expired", "the window has no override");
}

async fn is_found_by_what_it_is(job: &Job) {
    for (filter, found) in [
        ("phase=maintenance", true),
        ("phase=offer", false),
        ("status=active&porting_from=2027-01-26&porting_to=2027-01-26", true),
        ("porting_from=2027-01-27", false),
        ("q=korenaar", true),
        ("q=0301001200", true),
        ("q=slagerij", false),
    ] {
        let listed = job.api.list(&format!("/api/v1/projects?{filter}")).await;
        assert_eq!(listed.iter().any(|project| project["id"] == job.id[..]), found, "{filter}");
    }
}

async fn trail_says_who_when_and_what(job: &Job) {
    let trail = job.trail().await;
    assert!(trail.len() > 25, "{} events", trail.len());
    let mut before = String::new();
    for event in trail {
        assert!(event["actor"]["role"].is_string() && event["kind"].is_string(), "{event}");
        let at = text(&event["at"]);
        assert!(before <= at, "{event} before {before}");
        before = at;
    }
}
