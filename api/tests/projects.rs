//! Projects: the shapes that others rely upon, and the calls that move them.

use axum::http::StatusCode;
use serde_json::json;

use crate::world::{World, intake};

#[tokio::test]
async fn an_intake_becomes_a_project() {
    let world = World::new().await;
    let created = world.post("/projects", intake()).await;
    created.expect(StatusCode::CREATED);
    let project = &created.body;
    assert_eq!(created.header("location"), format!("/api/v1/projects/{}", project["id"].as_str().unwrap()));
    assert_eq!(created.header("etag"), "\"1\"");
    assert_eq!(project["reference"], "2027-0001");
    assert_eq!(project["phase"], "offer");
    assert_eq!(project["status"], "active");
    assert_eq!(project["version"], 1);
    assert_eq!(project["created_at"], "2027-01-04T08:00:00Z");
    assert_eq!(project["customer"]["name"], "Bakkerij De Korenaar B.V.");
    assert_eq!(project["customer"]["address"]["house_number"], "12");
    assert_eq!(project["numbers"], json!([{"number": "+31301001200", "block_size": 100, "contract": "kpn-isdn"}]));
    assert_eq!(project["gate"]["ready"], false);
    assert_eq!(project["waiting_on"], json!(["customer", "contractor"]));
    let tasks = project["tasks"].as_array().unwrap();
    assert_eq!(tasks.len(), 24);
    for field in ["key", "phase", "title", "done_by", "confirmed_by", "state", "due_on", "needs"] {
        assert!(tasks[0].get(field).is_some(), "{field}");
    }
    assert_eq!(tasks[0]["title"]["nl"], "Einddatum en opzegdata van lopende overeenkomsten bepalen");
    let warnings: Vec<_> = project["warnings"].as_array().unwrap().iter().map(|warning| &warning["code"]).collect();
    assert!(warnings.contains(&&json!("line_bound_device")), "{warnings:?}");

    let id = project["id"].as_str().unwrap();
    let shown = world.get(&format!("/projects/{id}")).await;
    assert_eq!(&shown.body, project);
    assert_eq!(shown.header("etag"), "\"1\"");
    let tasks = world.get(&format!("/projects/{id}/tasks")).await;
    for (task, of_project) in tasks.items().iter().zip(project["tasks"].as_array().unwrap()) {
        let (mut alone, is_open) = (task.clone(), task["state"] == "open");
        let can = alone.as_object_mut().and_then(|task| task.remove("can")).unwrap();
        assert_eq!(&alone, of_project);
        assert_eq!(can["confirm_for"], if is_open { task["done_by"].clone() } else { json!([]) }, "{task}");
        assert_eq!(can["reopen"], false, "nothing is done yet");
    }
}

#[tokio::test]
async fn a_phase_is_left_only_when_its_gate_is_met() {
    let world = World::new().await;
    let id = world.project().await;
    let refused = world.post(&format!("/projects/{id}/advance"), json!({})).await;
    refused.expect_problem(StatusCode::CONFLICT, "gate_not_met");
    let unmet: Vec<_> = refused.body["unmet"].as_array().unwrap().iter().map(|unmet| unmet["key"].as_str().unwrap()).collect();
    assert_eq!(unmet, ["contract-end-dates", "scope", "connectivity-test", "poe-switch-check"]);

    let id = world.project_with(json!({"numbers": []})).await;
    let complete = |key: &str| format!("/projects/{id}/tasks/{key}/complete");
    world
        .post(&complete("contract-end-dates"), json!({"on_behalf_of": "customer", "note": "by telephone"}))
        .await
        .expect(StatusCode::OK);
    world.post(&complete("scope"), json!({"on_behalf_of": "customer"})).await.expect(StatusCode::OK);
    let done = world.post(&complete("scope"), json!({"on_behalf_of": "contractor"})).await;
    let scope = done.body["tasks"].as_array().unwrap().iter().find(|task| task["key"] == "scope").unwrap();
    assert_eq!(scope["state"], "done");
    assert_eq!(scope["confirmed_by"], json!(["customer", "contractor"]));
    world.post(&complete("connectivity-test"), json!({})).await.expect(StatusCode::OK);
    world
        .post(&format!("/projects/{id}/tasks/poe-switch-check/skip"), json!({"reason": "new building"}))
        .await
        .expect(StatusCode::OK);
    let advanced = world.post(&format!("/projects/{id}/advance"), json!({})).await;
    assert_eq!(advanced.body["phase"], "order");

    let reopened = world.post(&format!("/projects/{id}/tasks/scope/reopen"), json!({"reason": "more users"})).await;
    let scope = reopened.body["tasks"].as_array().unwrap().iter().find(|task| task["key"] == "scope").unwrap();
    assert_eq!(scope["state"], "open");
    world.post(&complete("no-such-task"), json!({})).await.expect_problem(StatusCode::NOT_FOUND, "not_found");
}

#[tokio::test]
async fn a_project_is_held_resumed_and_cancelled() {
    let world = World::new().await;
    let id = world.project().await;
    let held = world.post(&format!("/projects/{id}/hold"), json!({"reason": "rebuilding"})).await;
    assert_eq!((&held.body["status"], &held.body["hold_reason"]), (&json!("on_hold"), &json!("rebuilding")));
    let resumed = world.post(&format!("/projects/{id}/resume"), json!({})).await;
    assert_eq!(resumed.body["status"], "active");
    let cancelled = world.post(&format!("/projects/{id}/cancel"), json!({"reason": "too dear"})).await;
    assert_eq!(cancelled.body["status"], "cancelled");
    world.post(&format!("/projects/{id}/resume"), json!({})).await.expect_problem(StatusCode::CONFLICT, "project_closed");
}

#[tokio::test]
async fn the_trail_says_who_did_what_and_when() {
    let world = World::new().await;
    let id = world.project().await;
    world.post(&format!("/projects/{id}/hold"), json!({"reason": "rebuilding"})).await.expect(StatusCode::OK);
    world.post(&format!("/projects/{id}/resume"), json!({})).await.expect(StatusCode::OK);
    let first = world.get(&format!("/projects/{id}/events?limit=2")).await;
    assert_eq!(first.items().len(), 2);
    assert_eq!(
        first.items()[1],
        json!({"seq": 2, "at": "2027-01-04T08:00:00Z", "actor": {"role": "manager", "name": "admin"}, "kind": "held",
            "data": {"reason": "rebuilding"}, "text": {"nl": "in de wacht gezet: rebuilding", "en": "put on hold: rebuilding"}})
    );
    let latest = world.get(&format!("/projects/{id}/events?limit=2&sort=-seq")).await;
    let seen = |page: &[serde_json::Value]| page.iter().map(|event| event["seq"].as_i64().unwrap()).collect::<Vec<_>>();
    assert_eq!(seen(latest.items()), [3, 2]);
    let cursor = latest.body["next_cursor"].as_str().unwrap();
    let oldest = world.get(&format!("/projects/{id}/events?limit=2&sort=-seq&cursor={cursor}")).await;
    assert_eq!((seen(oldest.items()), oldest.body["next_cursor"].is_null()), (vec![1], true));
    let cursor = first.body["next_cursor"].as_str().unwrap();
    let last = world.get(&format!("/projects/{id}/events?limit=2&cursor={cursor}")).await;
    assert_eq!(last.items().len(), 1);
    assert_eq!(last.items()[0]["kind"], "resumed");
    assert!(last.body["next_cursor"].is_null());
    world.get(&format!("/projects/{id}/events?cursor=x")).await.expect_problem(StatusCode::BAD_REQUEST, "invalid_query");
}

#[tokio::test]
async fn contract_dates_are_counted_for_any_day() {
    let world = World::new().await;
    let contract = json!([{
        "id": "ziggo", "provider": intake()["contracts"][0]["provider"], "customer_number": "1", "contract_number": "2",
        "line_type": "voip", "start_date": "2026-02-28", "initial_term_months": 12
    }]);
    let id = world.project_with(json!({"contracts": contract, "numbers": []})).await;
    let dates = world.get(&format!("/projects/{id}/contract-dates?received_on=2027-01-31")).await;
    let item = &dates.items()[0];
    assert_eq!(item["contract"], "ziggo");
    assert_eq!(item["received_on"], "2027-01-31");
    assert_eq!(item["initial_term_ends_on"], "2027-02-28");
    assert_eq!(item["notify_by"], "2027-01-31");
    assert_eq!(item["post_by"], "2027-01-25");
    assert_eq!(item["earliest_end_on"], "2027-02-28");
    let late = world.get(&format!("/projects/{id}/contract-dates?received_on=2027-02-01")).await;
    assert_eq!(late.items()[0]["earliest_end_on"], "2027-03-01");
    assert_eq!(late.items()[0]["warnings"][0]["code"], "double_costs");
    world
        .get(&format!("/projects/{id}/contract-dates?received_on=2027-02-30"))
        .await
        .expect_problem(StatusCode::BAD_REQUEST, "invalid_query");
}

#[tokio::test]
async fn a_warning_is_taken_note_of() {
    let world = World::new().await;
    let id = world.project().await;
    let path = format!("/projects/{id}/warnings/line_bound_device/acknowledge");
    let seen = world.post(&path, json!({"contract": "kpn-isdn", "note": "4G unit ordered"})).await;
    seen.expect(StatusCode::OK);
    let warning =
        seen.body["warnings"].as_array().unwrap().iter().find(|warning| warning["code"] == "line_bound_device").unwrap();
    assert_eq!(warning["acknowledged"], true);
    world.post(&path, json!({"contract": "other", "note": "x"})).await.expect_problem(StatusCode::CONFLICT, "no_such_warning");
}

#[tokio::test]
async fn a_number_of_another_live_project_is_refused_by_name() {
    let world = World::new().await;
    world.project().await;
    let again = world.post("/projects", intake()).await;
    again.expect_problem(StatusCode::UNPROCESSABLE_ENTITY, "invalid_input");
    assert_eq!(again.errors(), ["/numbers/0/number number_taken"]);
    assert!(again.body["errors"][0]["detail"].as_str().unwrap().contains("2027-0001"));
}

#[tokio::test]
async fn every_number_that_is_taken_is_named_with_its_holder_in_a_dry_run_too() {
    let world = World::new().await;
    let with_numbers = |numbers: &[&str]| {
        let mut form = intake();
        form["numbers"] = numbers.iter().map(|number| json!({"number": number, "contract": "kpn-isdn"})).collect();
        form
    };
    for number in ["030 200 12 00", "030 200 13 00"] {
        world.post("/projects", with_numbers(&[number])).await.expect(StatusCode::CREATED);
    }
    for path in ["/projects", "/projects?dry_run=true"] {
        let refused = world.post(path, with_numbers(&["030 200 12 00", "030 200 12 50", "030 200 13 00"])).await;
        refused.expect_problem(StatusCode::UNPROCESSABLE_ENTITY, "invalid_input");
        assert_eq!(refused.errors(), ["/numbers/0/number number_taken", "/numbers/2/number number_taken"], "{path}");
        let details = ["2027-0001", "2027-0002"].map(|reference| refused.body["errors"].to_string().contains(reference));
        assert_eq!(details, [true, true], "{path}");
    }
}
