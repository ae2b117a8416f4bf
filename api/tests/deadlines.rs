//! Everything that has a day, why, and what becomes late.

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::world::{World, intake};
use api::TokenRole;

/// A contract whose term ends on 28 February 2027: notice by 31 January, posted by 25 January.
fn ending() -> Value {
    let mut contract = intake()["contracts"][0].clone();
    contract["start_date"] = json!("2026-02-28");
    contract["initial_term_months"] = json!(12);
    json!({"contracts": [contract], "wish_date": "2027-03-16"})
}

/// The sources of a tree, each node before what it follows from.
fn sources(why: &Value, depth: usize, told: &mut Vec<String>) {
    let date = why["date"].as_str().unwrap_or("-");
    told.push(format!("{}{date} {}", "  ".repeat(depth), why["source"]["en"].as_str().unwrap()));
    for node in why["because"].as_array().unwrap() {
        sources(node, depth + 1, told);
    }
}

#[tokio::test]
async fn deadlines_come_by_day_each_with_its_reason() {
    let world = World::new().await;
    let id = world.project_with(ending()).await;
    let deadlines = world.get(&format!("/projects/{id}/deadlines")).await;
    deadlines.expect(StatusCode::OK);
    let days: Vec<&str> = deadlines.items().iter().map(|item| item["on"].as_str().unwrap()).collect();
    assert!(days.is_sorted(), "{days:?}");
    let post_by = deadlines.items().iter().find(|item| item["key"] == "post_by/kpn-isdn").unwrap();
    let mut shown = post_by.clone();
    let why = shown.as_object_mut().unwrap().remove("why").unwrap();
    assert_eq!(
        shown,
        json!({
            "key": "post_by/kpn-isdn", "kind": "post_by", "task": "cancellation-letters", "contract": "kpn-isdn", "letter": null,
            "request": null, "on": "2027-01-25", "open": true, "late": false, "working_days_left": 15, "who": ["contractor"],
            "title": {"nl": "Opzegging aan KPN B.V. uiterlijk posten", "en": "Last day to post the cancellation to KPN B.V."}
        })
    );
    let mut told = Vec::new();
    sources(&why, 0, &mut told);
    assert_eq!(
        told,
        [
            "2027-01-25 BW art. 3:37(3)",
            "  2027-01-31 contract",
            "    2027-02-28 contract",
            "      2026-02-28 contract",
            "      - contract",
            "    - contract",
            "  - BW art. 3:37(3)",
            "  - weekend",
        ]
    );
    assert!(deadlines.items().iter().any(|item| item["key"] == "task/scope" && item["who"] == json!(["customer", "contractor"])));
}

#[tokio::test]
async fn contract_dates_say_why() {
    let world = World::new().await;
    let id = world.project_with(ending()).await;
    let dates = world.get(&format!("/projects/{id}/contract-dates")).await;
    let item = &dates.items()[0];
    for field in ["initial_term_ends_on", "notify_by", "post_by", "earliest_end_on"] {
        assert_eq!(item["why"][field]["date"], item[field], "{field}");
    }
    let renewed = world.get(&format!("/projects/{id}/contract-dates?received_on=2027-03-01")).await;
    let item = &renewed.items()[0];
    assert!(item["why"]["notify_by"].is_null() && item["why"]["earliest_end_on"]["because"].is_array(), "{item}");
}

#[tokio::test]
async fn a_letter_that_was_not_posted_in_time_makes_its_project_overdue() {
    let world = World::new().await;
    let id = world.project_with(ending()).await;
    for key in ["contract-end-dates", "scope", "connectivity-test", "poe-switch-check"] {
        world.post(&format!("/projects/{id}/tasks/{key}/skip"), json!({"reason": "not here"})).await.expect(StatusCode::OK);
    }
    world.post(&format!("/projects/{id}/advance"), json!({})).await.expect(StatusCode::OK);
    let letters = world.get(&format!("/projects/{id}/letters")).await;
    let to_post: Vec<_> = letters.items().iter().filter(|letter| letter["post_by"] == "2027-01-25").collect();
    assert_eq!(to_post.len(), 2, "{}", letters.body);

    world.clock.move_to("2027-01-25T12:00:00Z");
    assert!(world.get("/projects?overdue=true").await.items().is_empty(), "its last day");
    world.clock.move_to("2027-01-26T08:00:00Z");
    let overdue = world.get("/projects?overdue=true").await;
    assert_eq!((&overdue.items()[0]["id"], &overdue.items()[0]["next_due_on"]), (&json!(id), &json!("2027-01-25")));
    let late = |items: &[Value]| -> Vec<String> {
        items.iter().filter(|item| item["late"] == true).map(|item| item["key"].as_str().unwrap().to_owned()).collect()
    };
    let deadlines = world.get(&format!("/projects/{id}/deadlines")).await;
    assert_eq!(late(deadlines.items()), ["task/cancellation-letters", "post_by/kpn-isdn", "post_notice/KPN B.V."]);
    for letter in to_post {
        assert!(deadlines.items().iter().any(|item| item["letter"] == letter["id"]));
        let sent = format!("/letters/{}/sent", letter["id"].as_str().unwrap());
        world.post(&sent, json!({})).await.expect(StatusCode::OK);
    }
    assert!(world.get("/projects?overdue=true").await.items().is_empty(), "posted, though late");
}

#[tokio::test]
async fn reminders_stand_in_the_trail_once() {
    let world = World::new().await;
    let id = world.project_with(ending()).await;
    let reminders = async || -> Vec<Value> {
        let trail = world.get(&format!("/projects/{id}/events?limit=200")).await;
        trail.items().iter().filter(|event| event["kind"] == "reminder_due").map(|event| event["data"].clone()).collect()
    };
    world.work().await;
    assert_eq!(reminders().await, [] as [Value; 0], "on the day it began");
    world.clock.move_to("2027-01-11T07:00:00Z");
    world.work().await;
    world.work().await;
    let told = reminders().await;
    let of_letter = told.iter().filter(|reminder| reminder["what"] == "post_by/kpn-isdn").collect::<Vec<_>>();
    assert_eq!(
        of_letter,
        [&json!({
            "what": "post_by/kpn-isdn", "task": "cancellation-letters", "on": "2027-01-25", "working_days_before": 10,
            "working_days_left": 10, "to": ["contractor"], "text": {
                "nl": "Opzegging aan KPN B.V. uiterlijk posten: 2027-01-25, nog 10 werkdagen",
                "en": "Last day to post the cancellation to KPN B.V.: 2027-01-25, 10 working days left"
            }
        })]
    );
}

#[tokio::test]
async fn a_customer_sees_the_deadlines_of_its_own_project() {
    let world = World::new().await;
    let id = world.project().await;
    let customer = world.token(TokenRole::Customer, Some(&id)).await;
    world.asks(Method::GET, &format!("/projects/{id}/deadlines")).by(&customer).send().await.expect(StatusCode::OK);
    let other = world.project_with(json!({"numbers": []})).await;
    let others = world.asks(Method::GET, &format!("/projects/{other}/deadlines")).by(&customer).send().await;
    others.expect_problem(StatusCode::NOT_FOUND, "not_found");
}
