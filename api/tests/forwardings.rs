//! Forwardings as a project manager, an engineer and a customer work with them.

use api::TokenRole;
use axum::http::{Method, StatusCode};
use serde_json::json;

use crate::porting::accepted;
use crate::world::World;

#[tokio::test]
async fn a_forwarding_is_asked_for_set_tested_and_ended() {
    let world = World::new().await;
    let id = accepted(&world).await;
    let call = |path: &str| format!("/projects/{id}/forwardings{path}");
    assert_eq!(world.get(&call("")).await.body["items"], json!([]));
    let wrong = world.post(&call(""), json!({"numbers": {"number": "030"}, "to": {"number": "1", "block_size": 0}})).await;
    assert_eq!(wrong.errors(), ["/to/block_size out_of_range"]);
    let wrong = world.post(&call(""), json!({"numbers": {"number": "030"}, "to": {"number": "1"}})).await;
    assert_eq!(wrong.errors().len(), 2, "both at once: {}", wrong.body);
    let ask = json!({"numbers": {"number": "030 100 12 00"}, "to": {"number": "085 100 12 00"}, "on": "2027-01-11", "costs": "€ 3 a month"});
    let asked = world.post(&call(""), ask.clone()).await;
    asked.expect(StatusCode::OK);
    let forwarding = &asked.items()[0];
    assert_eq!(forwarding["id"], "1");
    assert_eq!(
        (&forwarding["status"], &forwarding["means"], &forwarding["set_by"]),
        (&json!("asked"), &json!("star_code"), &json!("customer"))
    );
    assert_eq!(forwarding["to"], json!({"temporary": {"number": "+31851001200", "block_size": 1}}));
    let deadlines = world.get(&format!("/projects/{id}/deadlines")).await;
    assert!(
        deadlines.items().iter().any(|deadline| deadline["key"] == "forward_by/1" && deadline["on"] == "2027-01-11"),
        "{}",
        deadlines.body
    );

    let customer = world.token(TokenRole::Customer, Some(&id)).await;
    let by = |path: &str| world.asks(Method::POST, &call(path)).by(&customer);
    by("").json(ask).await.expect_problem(StatusCode::FORBIDDEN, "forbidden");
    by("/1/tested").json(json!({"arrived": true})).await.expect_problem(StatusCode::CONFLICT, "no_such_forwarding");
    let set = by("/1/set").json(json!({"note": "*21* gekozen"})).await;
    set.expect(StatusCode::OK);
    let said = &set.items()[0]["set"];
    assert_eq!((&said["by"]["role"], &said["note"]), (&json!("customer"), &json!("*21* gekozen")));
    let tested = world.post(&call("/1/tested"), json!({"arrived": false, "note": "bezet"})).await;
    assert_eq!((&tested.items()[0]["status"], &tested.items()[0]["test"]["note"]), (&json!("fails"), &json!("bezet")));
    let ended = world.post(&call("/1/end"), json!({})).await;
    assert_eq!((&ended.items()[0]["status"], &ended.items()[0]["to_do"]), (&json!("ended"), &json!(null)));
    world.post(&call("/1/end"), json!({})).await.expect_problem(StatusCode::CONFLICT, "no_such_forwarding");
    world.post(&call("/7/end"), json!({})).await.expect_problem(StatusCode::NOT_FOUND, "not_found");
}

#[tokio::test]
async fn a_temporary_number_serves_one_project_and_is_free_again_when_the_pbx_has_forgotten_it() {
    let world = World::new().await;
    let id = accepted(&world).await;
    let call = |path: &str| format!("/projects/{id}/{path}");
    let other = json!([{"number": "085 100 12 00", "block_size": 10}]);
    let holder = world.project_with(json!({"numbers": other, "contracts": []})).await;
    let ask = json!({"numbers": {"number": "030 100 12 00"}, "to": {"number": "085 100 12 05"}});
    for path in ["forwardings", "forwardings?dry_run=true"] {
        assert_eq!(world.post(&call(path), ask.clone()).await.errors(), ["/to/number number_taken"], "{path}");
    }
    world.post(&format!("/projects/{holder}/cancel"), json!({"reason": "stays"})).await.expect(StatusCode::OK);
    world.post(&call("forwardings"), ask).await.expect(StatusCode::OK);
    let claim = || world.store.number_holder(31_851_001_205, 31_851_001_205, None);
    assert_eq!(claim().await.unwrap().map(|holder| holder.project_id), Some(id.clone()));

    by_hand(&world, &id, "make the tenant").await;
    by_hand(&world, &id, "route on the PBX").await;
    assert_eq!(world.get(&call("forwardings")).await.items()[0]["on_pbx"], "yes");
    world.post(&call("forwardings/1/set"), json!({})).await.expect(StatusCode::OK);
    world.post(&call("cancel"), json!({"reason": "stays with KPN"})).await.expect(StatusCode::OK);
    assert!(claim().await.unwrap().is_some(), "somebody still forwards to it");
    world.post(&call("forwardings/1/end"), json!({"note": "taken away"})).await.expect(StatusCode::OK);
    assert!(claim().await.unwrap().is_some(), "the PBX still answers it");
    by_hand(&world, &id, "take away the routing on the PBX of: 085 100 12 05").await;
    assert!(claim().await.unwrap().is_none());
}

/// A person does what is to be done by hand, and says so.
pub(crate) async fn by_hand(world: &World, id: &str, what: &str) {
    world.work().await;
    let project = world.get(&format!("/projects/{id}")).await.body;
    let actions = project["next_actions"].as_array().unwrap();
    let found = actions.iter().find(|action| action["text"]["en"].as_str().unwrap().starts_with(what));
    let effect = found.unwrap_or_else(|| panic!("{what}: {actions:#?}"))["effect"].as_str().unwrap();
    world.post(&format!("/effects/{effect}/outcome"), json!({"outcome": "done"})).await.expect(StatusCode::OK);
}
