//! A migration that takes four months and goes as they go: a late customer, a donor that refuses, one that takes its time, a provider that
//! nobody had thought of, a renovation, a PBX that says no. At the end everything that happened is read as one text.

use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::sleep;

use crate::support::api::nothing;
use crate::support::intake::{bakery, kpn, ziggo};
use crate::support::job::{Job, text};
use crate::support::pdf;
use crate::support::world::World;

use super::telling::Telling;

#[tokio::test]
async fn four_months() {
    let mut world = World::begin().await;
    let mut telling = Telling::default();
    let job = Job::start(&world.api, &lawyers()).await;
    job.to_order().await;
    telling.chapter("January: the order is given", &job).await;

    later(&mut world, &job, "2027-03-03T08:00:00Z").await;
    telling.chapter("March: the customer has not done anything yet", &job).await;
    job.customer_does_its_part().await;
    job.finish("order", &["porting-wish-date", "provider-acceptance"]).await;
    world.donor(json!({"blocking_code": 63})).await;
    job.does("/porting/submit", nothing()).await;
    job.until_porting_is("refused").await;
    telling.chapter("The donor refuses: the customer number was wrong", &job).await;

    later(&mut world, &job, "2027-03-04T08:00:00Z").await;
    corrects_the_customer_number(&job).await;
    world.donor(json!({"delay": {"seconds": 1, "reason_code": 1}})).await;
    job.does("/porting/submit", nothing()).await;
    job.until_porting_is("accepted").await;
    telling.chapter("The donor asks for time, and accepts", &job).await;

    later(&mut world, &job, "2027-03-08T08:00:00Z").await;
    let job = finds_another_provider(&job).await;
    world.donor(json!({"first_possible_at": "2027-03-24T09:00:00Z"})).await;
    job.does("/porting/submit", nothing()).await;
    job.until_porting_is("accepted").await;
    job.finish("order", &[]).await;
    job.does("/advance", nothing()).await;
    at_rest(&job).await;
    telling.chapter("A second provider turns up, and accepts too", &job).await;

    later(&mut world, &job, "2027-03-15T08:00:00Z").await;
    job.prepare().await;
    for at in ["2027-03-24T08:59:59Z", "2027-03-29T07:30:00Z", "2027-04-01T17:00:00Z", "2027-06-08T07:30:00Z"] {
        telling.refusal(&format!("schedule {at}"), &job.is_refused("/porting/schedule", json!({"at": at})).await);
    }
    job.schedule("2027-04-01T06:30:00Z").await;
    let hold = json!({"reason": "verbouwing"});
    telling.refusal("hold", &job.is_refused("/hold", hold.clone()).await);
    job.does("/cutover/abort", json!({"reason": "de klant verbouwt"})).await;
    job.does("/hold", hold).await;
    telling.refusal("schedule while on hold", &job.is_refused("/porting/schedule", json!({"at": "2027-04-01T06:30:00Z"})).await);
    at_rest(&job).await;
    telling.chapter("The customer renovates: the cutover is called off", &job).await;
    let tell = text(&job.cutover().await["moved"]["tell"][0]["effect"]);
    job.api.post(&format!("/api/v1/effects/{tell}/outcome"), json!({"outcome": "done", "detail": "de heer Smit gebeld"})).await;

    later(&mut world, &job, "2027-04-07T08:00:00Z").await;
    job.does("/resume", nothing()).await;
    at_rest(&job).await;
    let saturday = json!({"at": "2027-04-10T06:30:00Z", "override_reason": "op zaterdag is het kantoor dicht"});
    job.does("/porting/schedule", saturday).await;
    at_rest(&job).await;
    later(&mut world, &job, "2027-04-09T15:00:00Z").await;
    telling
        .chapter("April: it goes on, on a Saturday; the preflight of the day before finds that nobody confirmed the date", &job)
        .await;
    job.complete("porting-date").await;

    world.fault("pbx.route", "refuse").await;
    later(&mut world, &job, "2027-04-10T06:30:00Z").await;
    let cutover = job.until_cutover_is("incident").await;
    telling.says("incident", &text(&cutover["incident"]["what"]["en"]));
    telling.refusal("advance", &job.is_refused("/advance", nothing()).await);
    job.does("/cutover/retry", nothing()).await;
    job.until_cutover_is("done").await;
    telling.chapter("The PBX says no, is asked again, and the numbers move", &job).await;

    later(&mut world, &job, "2027-05-10T08:00:00Z").await;
    job.to_maintenance().await;
    job.does("/advance", nothing()).await;
    telling.chapter("May: maintained, and ended", &job).await;

    telling.trail(&job.trail().await);
    for letter in job.letters().await {
        let file = job.api.download(&text(&letter["pdf"])).await;
        telling.letter(&letter, &pdf::text(&file.body));
    }
    telling.calls(&world.journal().await);
    insta::assert_snapshot!(telling.told());
    world.stop().await;
    assert!(world.verify().status.success());
}

/// The server is started at a later moment and does what is due.
async fn later(world: &mut World, job: &Job, moment: &str) {
    world.jump_to(moment).await;
    at_rest(job).await;
}

/// Until nothing happens by itself any more: the worker looks every second.
async fn at_rest(job: &Job) {
    let mut seen = job.trail().await.len();
    loop {
        sleep(Duration::from_millis(1500)).await;
        let now = job.trail().await.len();
        if now == seen {
            return;
        }
        seen = now;
    }
}

fn lawyers() -> Value {
    let mut intake = bakery();
    intake["customer"] = json!({
        "name": "Advocatenkantoor Smit & Jansen", "kvk_number": "34567890",
        "address": {"street": "Keizersgracht 300", "postal_code": "1016 EW", "city": "Amsterdam"},
        "contact": {"name": "mr. A. Smit", "email": "smit@smitjansen.example", "phone": "+31201234500"},
    });
    intake["contracts"] = json!([contract_with_kpn("20030040")]);
    intake["numbers"] = json!([{"number": "020 123 45 00", "block_size": 10, "contract": "kpn-isdn"}]);
    intake["wish_date"] = json!("2027-04-01");
    intake
}

fn contract_with_kpn(customer_number: &str) -> Value {
    json!({
        "id": "kpn-isdn", "provider": kpn(), "customer_number": customer_number, "contract_number": "C-114477", "line_type": "isdn15",
        "start_date": "2025-04-01", "initial_term_months": 24, "notice_period_months": 1, "carries": ["lift"],
    })
}

async fn corrects_the_customer_number(job: &Job) {
    job.api.patch(&job.path(""), json!({"contracts": [contract_with_kpn("200300400")]})).await;
    let lift = json!({"contract": "kpn-isdn", "note": "de lift belt via 4G"});
    job.does("/warnings/line_bound_device/acknowledge", lift).await;
}

/// The number on the website came with the internet connection.
async fn finds_another_provider(job: &Job) -> Job {
    let internet = json!({
        "id": "ziggo", "provider": ziggo(), "customer_number": "88-1020", "contract_number": "Z-5566", "line_type": "voip",
        "start_date": "2022-01-01", "carries": ["internet"], "scenario": "continuation",
    });
    let project = job
        .api
        .patch(
            &job.path(""),
            json!({
                "contracts": [contract_with_kpn("200300400"), internet],
                "numbers": [
                    {"number": "020 123 45 00", "block_size": 10, "contract": "kpn-isdn"},
                    {"number": "085 123 45 67", "contract": "ziggo"},
                ],
            }),
        )
        .await;
    let job = Job::of(&job.api, &project);
    for kind in ["invoice", "signed_authorization"] {
        job.api.attach(&job.id, kind, "ziggo").await;
    }
    job.posts_letters().await;
    job
}
