//! Porting and cutover by hand, as a project manager does them.

use std::collections::BTreeMap;

use axum::http::StatusCode;
use letters::Letters;
use serde_json::json;
use store::{MessageDirection, NewMessage};
use workflow::letter::{Language, LetterKind};

use crate::world::World;

#[tokio::test]
async fn a_porting_is_asked_for_and_answered_by_hand() {
    let world = World::new().await;
    let id = world.project_in_order().await;
    world.authorize(&id).await;
    let porting = |call: &str| format!("/projects/{id}/porting{call}");
    let none = world.get(&porting("")).await;
    assert_eq!(none.body, json!({"status": "none", "scheduled_at": null, "window": null, "requests": []}));

    let asked = world.post(&porting("/submit"), json!({})).await;
    asked.expect(StatusCode::OK);
    assert_eq!(asked.body["status"], "requested");
    let request = &asked.body["requests"][0];
    assert_eq!(
        (&request["id"], &request["status"], &request["contract"]),
        (&json!("1"), &json!("requested"), &json!("kpn-isdn"))
    );
    assert_eq!(request["scenario"], "end_of_contract");
    assert_eq!(request["numbers"], json!([{"number": "+31301001200", "block_size": 100}]));
    assert_eq!(request["open"].as_array().unwrap().len(), 1);
    for absent in ["first_possible_at", "window_ends_on", "blocking_code", "detail", "answer_due_at"] {
        assert!(request[absent].is_null(), "{absent}");
    }

    let nothing = world.post(&porting("/answer"), json!({"request": "1"})).await;
    assert_eq!(nothing.errors(), ["/first_possible_at missing"]);
    let wrong = world
        .post(&porting("/answer"), json!({"series": [{"number": "030"}, {"number": "030 100 99 00"}], "blocking_code": 100}))
        .await;
    assert_eq!(wrong.errors(), ["/blocking_code out_of_range"]);
    let not_ours = world
        .post(&porting("/answer"), json!({"series": [{"number": "030 200 00 00", "first_possible_at": "2027-01-10"}]}))
        .await;
    assert_eq!(not_ours.errors(), ["/series/0/number not_in_request"]);
    let vague = world.post(&porting("/answer"), json!({"first_possible_at": "2027-01-10T08:00:00"})).await;
    assert_eq!(vague.errors(), ["/first_possible_at invalid_instant"]);

    let accepted = world.post(&porting("/answer"), json!({"first_possible_at": "2027-01-11", "detail": "akkoord"})).await;
    accepted.expect(StatusCode::OK);
    assert_eq!(accepted.body["status"], "accepted");
    // The beginning of the day in Amsterdam.
    assert_eq!(accepted.body["window"], json!({"opens_at": "2027-01-10T23:00:00Z", "ends_on": "2027-04-11"}));
    let request = &accepted.body["requests"][0];
    assert_eq!(request["first_possible_at"], "2027-01-10T23:00:00Z");
    assert_eq!(request["window_ends_on"], "2027-04-11");
    assert_eq!(request["detail"], "akkoord");
    assert_eq!(
        request["series"],
        json!([{"number": "+31301001200", "block_size": 100, "first_possible_at": "2027-01-10T23:00:00Z", "blocking_code": null, "blocking": null,
            "note": null}])
    );

    let early = world.post(&porting("/schedule"), json!({"at": "2027-01-26T09:00:00+01:00"})).await;
    early.expect_problem(StatusCode::CONFLICT, "wrong_phase");
    let vague = world.post(&porting("/schedule"), json!({"at": "2027-01-26"})).await;
    assert_eq!(vague.errors(), ["/at invalid_instant"]);

    let unknown = world.post(&porting("/cancel"), json!({"request": "9", "reason": "x"})).await;
    unknown.expect_problem(StatusCode::NOT_FOUND, "not_found");
    let withdrawn = world.post(&porting("/cancel"), json!({"reason": "stays with KPN"})).await;
    withdrawn.expect(StatusCode::OK);
    assert_eq!((&withdrawn.body["status"], &withdrawn.body["requests"][0]["status"]), (&json!("cancelled"), &json!("cancelled")));
}

#[tokio::test]
async fn a_dry_run_of_asking_tells_all_that_is_missing_and_the_dossiers_that_come_of_it() {
    let world = World::new().await;
    let id = world.project().await;
    world.post(&format!("/projects/{id}/hold"), json!({"reason": "vakantie"})).await.expect(StatusCode::OK);
    let path = format!("/projects/{id}/porting/submit");
    let real = world.post(&path, json!({})).await;
    real.expect_problem(StatusCode::CONFLICT, "on_hold");
    assert_eq!(real.body.get("dry_run"), None);
    let dry = world.post(&format!("{path}?dry_run=true"), json!({})).await;
    dry.expect_problem(StatusCode::CONFLICT, "on_hold");
    let unmet: Vec<&str> = dry.body["unmet"].as_array().unwrap().iter().map(|unmet| unmet["key"].as_str().unwrap()).collect();
    assert_eq!(unmet, ["wrong_phase", "contract-end-dates", "signed_authorization"]);
    assert_eq!(dry.body["unmet"], real.body["unmet"], "and so does the deed");
    let dossier = &dry.body["dry_run"]["dossiers"][0];
    assert_eq!((&dossier["contract"], &dossier["provider"]), (&json!("kpn-isdn"), &json!("KPN B.V.")));
    assert_eq!(dossier["numbers"], json!([{"number": "+31301001200", "block_size": 100}]));
    assert_eq!(dossier["dossier_id"], "DYNX-20270001-1");
    let codes: Vec<&str> =
        dry.body["dry_run"]["warnings"].as_array().unwrap().iter().map(|w| w["code"].as_str().unwrap()).collect();
    assert!(codes.contains(&"line_bound_device"), "{codes:?}");
}

#[tokio::test]
async fn messages_that_are_about_no_project_are_read_by_project_managers() {
    let world = World::new().await;
    let message = |id: &str| NewMessage {
        peer: "coin".to_owned(),
        direction: MessageDirection::In,
        external_id: id.to_owned(),
        kind: "rangeactivation".to_owned(),
        body: json!({"message": {}}),
    };
    let at = "2027-01-04T09:00:00Z".parse().unwrap();
    for id in ["1", "2"] {
        world.store.record_message(&message(id), at).await.unwrap();
    }
    let latest = world.get("/porting/messages?limit=1").await;
    latest.expect(StatusCode::OK);
    assert_eq!(latest.items().len(), 1);
    assert_eq!((&latest.items()[0]["external_id"], &latest.items()[0]["kind"]), (&json!("2"), &json!("rangeactivation")));
    let integration = world.token(api::TokenRole::Integration, None).await;
    let asked = world.asks(axum::http::Method::GET, "/porting/messages").by(&integration).send().await;
    asked.expect_problem(StatusCode::FORBIDDEN, "forbidden");
}

#[tokio::test]
async fn a_donor_refuses_with_a_blocking_code() {
    let world = World::new().await;
    let (id, _) = world.project_in_porting().await;
    let refused = world
        .post(&format!("/projects/{id}/porting/answer"), json!({"blocking": true, "blocking_code": 63, "detail": "onbekend"}))
        .await;
    refused.expect(StatusCode::OK);
    let request = &refused.body["requests"][0];
    assert_eq!((&refused.body["status"], &request["status"]), (&json!("refused"), &json!("refused")));
    assert_eq!((&request["blocking_code"], &request["detail"]), (&json!(63), &json!("onbekend")));
    assert_eq!((&request["blocking"]["who"], &request["blocking"]["ask_again"]), (&json!("customer"), &json!(true)));
    assert_eq!(request["series"][0]["blocking"], request["blocking"]);
}

/// A project in implementation with every number accepted from 2027-01-11 on.
pub(crate) async fn accepted(world: &World) -> String {
    let (id, _) = world.project_in_porting().await;
    let call = |path: &str| format!("/projects/{id}/{path}");
    world.post(&call("porting/answer"), json!({"first_possible_at": "2027-01-11"})).await.expect(StatusCode::OK);
    for key in ["porting-notice", "cancellation-letters", "invoice-copies", "system-setup"] {
        world.post(&call(&format!("tasks/{key}/skip")), json!({"reason": "not here"})).await.expect(StatusCode::OK);
    }
    let sign = json!({"on_behalf_of": "customer"});
    world.post(&call("tasks/contract-signature/complete"), sign).await.expect(StatusCode::OK);
    world.post(&call("advance"), json!({})).await.expect(StatusCode::OK);
    id
}

/// The same, at the moment of its cutover.
pub(crate) async fn on_porting_date(world: &World) -> String {
    let id = accepted(world).await;
    let call = |path: &str| format!("/projects/{id}/{path}");
    for key in ["users-and-orders", "base-configuration", "installation", "configuration-test", "configuration-acceptance"] {
        world.post(&call(&format!("tasks/{key}/skip")), json!({"reason": "done before"})).await.expect(StatusCode::OK);
    }
    world.post(&call("porting/schedule"), json!({"at": "2027-01-26T08:30:00+01:00"})).await.expect(StatusCode::OK);
    for party in ["contractor", "customer"] {
        let confirm = json!({"on_behalf_of": party});
        world.post(&call("tasks/porting-date/complete"), confirm).await.expect(StatusCode::OK);
    }
    world.clock.move_to("2027-01-26T07:30:00Z");
    id
}

#[tokio::test]
async fn a_cutover_is_planned_shown_and_given_up() {
    let world = World::new().await;
    let id = accepted(&world).await;
    let none = world.get(&format!("/projects/{id}/cutover")).await;
    assert_eq!(
        none.body,
        json!({"status": "none", "at": null, "override_reason": null, "numbers": [], "number_states": [], "steps": [],
            "incident": null, "moved": null, "to_do": [], "rehearsal": null})
    );
    let schedule = format!("/projects/{id}/porting/schedule");
    let part = world.post(&schedule, json!({"at": "2027-01-26T10:00:00+01:00", "requests": ["1", "7"]})).await;
    part.expect_problem(StatusCode::UNPROCESSABLE_ENTITY, "invalid_input");
    assert_eq!(part.body["errors"][0]["pointer"], "/requests/1");
    let sunday = world.post(&schedule, json!({"at": "2027-01-24T10:00:00+01:00"})).await;
    sunday.expect_problem(StatusCode::CONFLICT, "not_a_working_day");
    let scheduled =
        world.post(&schedule, json!({"at": "2027-01-24T10:00:00+01:00", "override_reason": "closed on Sunday"})).await;
    scheduled.expect(StatusCode::OK);
    assert_eq!(scheduled.body["status"], "scheduled");
    assert_eq!(scheduled.body["scheduled_at"], "2027-01-24T09:00:00Z");
    assert_eq!(scheduled.body["requests"][0]["status"], "scheduled");

    let cutover = world.get(&format!("/projects/{id}/cutover")).await;
    assert_eq!(cutover.body["status"], "scheduled");
    assert_eq!(cutover.body["at"], "2027-01-24T09:00:00Z");
    assert_eq!(cutover.body["override_reason"], "closed on Sunday");
    let keys: Vec<_> = cutover.body["steps"].as_array().unwrap().iter().map(|step| step["key"].as_str().unwrap()).collect();
    assert_eq!(keys, ["preflight", "route", "port", "verify", "complete", "notify"]);
    for field in ["state", "attempts", "last_error", "started_at", "finished_at"] {
        assert!(cutover.body["steps"][0].get(field).is_some(), "{field}");
    }
    assert_eq!(world.get("/projects?sort=porting_on").await.items()[0]["cutover_status"], "scheduled");

    let retried = world.post(&format!("/projects/{id}/cutover/retry"), json!({})).await;
    retried.expect_problem(StatusCode::CONFLICT, "no_such_cutover");
    let resolved = world.post(&format!("/projects/{id}/cutover/resolve"), json!({"note": "done"})).await;
    resolved.expect_problem(StatusCode::CONFLICT, "no_such_cutover");
    let aborted = world.post(&format!("/projects/{id}/cutover/abort"), json!({"reason": "not ready"})).await;
    aborted.expect(StatusCode::OK);
    assert_eq!(aborted.body["status"], "aborted");
    let porting = world.get(&format!("/projects/{id}/porting")).await;
    assert_eq!((&porting.body["status"], &porting.body["scheduled_at"]), (&json!("accepted"), &json!(null)));
}

#[tokio::test]
async fn the_outcome_of_an_effect_is_told_once() {
    let world = World::new().await;
    let (id, effect) = world.project_in_porting().await;
    let path = format!("/effects/{effect}/outcome");
    let wrong = world.post(&path, json!({"outcome": "perhaps"})).await;
    assert_eq!(wrong.errors(), ["/outcome not_one_of"]);
    let integration = world.token(api::TokenRole::Integration, None).await;
    let told = world.asks(axum::http::Method::POST, &path).by(&integration);
    let told = told.json(json!({"outcome": "refused", "detail": "unknown customer", "data": {}})).await;
    told.expect(StatusCode::OK);
    assert_eq!(told.body, json!({"id": effect, "project": id, "outcome": "refused"}));
    assert_eq!(world.get(&format!("/projects/{id}/porting")).await.body["requests"][0]["status"], "refused");
    world.post(&path, json!({"outcome": "done"})).await.expect_problem(StatusCode::CONFLICT, "effect_settled");
}

#[tokio::test]
async fn a_person_who_does_a_porting_by_hand_is_told_what_to_do_at_each_step() {
    let world = World::new().await;
    let (id, _) = world.project_in_porting().await;
    world.work().await;
    let asked = world.get(&format!("/projects/{id}/porting")).await;
    let to_do = asked.body["requests"][0]["to_do"]["en"].as_str().unwrap();
    assert!(to_do.contains("ask for the porting in the portal") && to_do.contains("100200300"), "{to_do}");

    let world = World::new().await;
    let id = on_porting_date(&world).await;
    let call = |path: &str| format!("/projects/{id}/{path}");
    for (step, to_do) in [("route", "route on the PBX"), ("port", "perform the porting"), ("verify", "call these numbers")] {
        world.work().await;
        let cutover = world.get(&call("cutover")).await.body;
        assert_eq!(cutover["status"], "running", "{cutover}");
        let waits = cutover["to_do"].as_array().unwrap();
        assert_eq!(waits.len(), 1, "{step}: {cutover}");
        assert_eq!(waits[0]["step"], step);
        assert!(waits[0]["text"]["en"].as_str().unwrap().starts_with(to_do), "{}", waits[0]["text"]);
        let resolved = world.post(&call("cutover/resolve"), json!({"note": format!("{step} by hand")})).await;
        resolved.expect(StatusCode::OK);
    }
    world.work().await;
    let cutover = world.get(&call("cutover")).await.body;
    assert_eq!((&cutover["status"], &cutover["to_do"]), (&json!("done"), &json!([])), "{cutover}");
    let porting = world.get(&call("porting")).await.body;
    assert_eq!((&porting["status"], &porting["requests"][0]["status"]), (&json!("performed"), &json!("performed")));
    assert_eq!(porting["requests"][0]["performed_at"], "2027-01-26T07:30:00Z");
    assert_eq!(porting["scheduled_at"], "2027-01-26T07:30:00Z");
    let feed = String::from_utf8(world.get("/calendar.ics").await.bytes).unwrap();
    assert!(feed.contains("DTSTART:20270126T073000Z\r\n") && feed.contains("STATUS:CONFIRMED\r\n"), "{feed}");
}

#[tokio::test]
async fn a_cutover_ends_although_a_letter_about_it_can_not_be_made() {
    let broken = "Subject: Oplevering\n\nVragen: {{ contractor.phone }}\n\n[signature forms]\n".to_owned();
    let texts = BTreeMap::from([((LetterKind::Delivery, Language::Nl), broken)]);
    let world = World::with_letters(Letters::with_texts(&texts).unwrap()).await;
    let id = on_porting_date(&world).await;
    let call = |path: &str| format!("/projects/{id}/{path}");
    for step in ["route", "port", "verify"] {
        world.work().await;
        world.post(&call("cutover/resolve"), json!({"note": format!("{step} by hand")})).await.expect(StatusCode::OK);
    }
    world.work().await;
    let cutover = world.get(&call("cutover")).await.body;
    assert_eq!((&cutover["status"], &cutover["incident"]), (&json!("done"), &json!(null)), "{cutover}");
    let letters = world.get(&call("letters")).await;
    let standing = |kind: &str| letters.items().iter().any(|letter| letter["kind"] == kind && letter["replaced"] == false);
    assert!(!standing("delivery"), "{}", letters.body);
    assert!(!standing("cutover_announcement"), "what is over is announced no more: {}", letters.body);

    // Who changes something that may have to do with letters is told.
    let kept = world.patch(&format!("/projects/{id}"), json!({"users": 13})).await;
    kept.expect_problem(StatusCode::UNPROCESSABLE_ENTITY, "letter_incomplete");
    assert!(kept.body["detail"].as_str().unwrap().contains("contractor.phone"), "{}", kept.body);
}
