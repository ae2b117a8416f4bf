//! The provider directory, and contracts that name a provider by its name alone.

use axum::http::StatusCode;
use serde_json::json;

use crate::world::{World, intake};

#[tokio::test]
async fn providers_are_found_by_any_of_their_names() {
    let world = World::new().await;
    let found = world.get("/providers?q=kpn%20zakelijk").await;
    found.expect(StatusCode::OK);
    let items = found.body["items"].as_array().unwrap();
    assert_eq!(items.len(), 1);
    assert_eq!((&items[0]["key"], &items[0]["operator_code"]), (&json!("kpn"), &json!("PTT")));
    assert!(items[0]["sources"][0]["checked_on"].is_string());
    assert!(world.get("/providers").await.body["items"].as_array().unwrap().len() > 10);
    world.get("/providers?name=kpn").await.expect_problem(StatusCode::BAD_REQUEST, "invalid_query");
}

#[tokio::test]
async fn a_contract_may_name_a_provider_whose_address_is_known() {
    let world = World::new().await;
    let mut form = intake();
    form["contracts"][0]["provider"] = json!({"name": "KPN"});
    let created = world.post("/projects", form).await;
    created.expect(StatusCode::CREATED);
    let provider = &created.body["contracts"][0]["provider"];
    assert_eq!(provider["address"]["street"], "Postbus 30000");
    assert_eq!(provider["known"], json!({"key": "kpn", "operator_code": "PTT"}));
}

#[tokio::test]
async fn what_is_missing_of_a_provider_is_named() {
    let world = World::new().await;
    let mut form = intake();
    form["contracts"][0]["provider"] = json!({"name": "Belco"});
    let refused = world.post("/projects", form.clone()).await;
    refused.expect_problem(StatusCode::UNPROCESSABLE_ENTITY, "invalid_input");
    assert_eq!(refused.errors(), ["/contracts/0/provider/address missing"]);
    form["contracts"][0]["provider"]["address"] = json!({"street": 1, "postal_code": "1000 AA"});
    let refused = world.post("/projects", form).await;
    let mut errors = refused.errors();
    errors.sort();
    assert_eq!(errors, ["/contracts/0/provider/address/city missing", "/contracts/0/provider/address/street wrong_type"]);
}

#[tokio::test]
async fn blocking_codes_are_listed_with_their_meaning() {
    let world = World::new().await;
    let known = world.get("/blocking-codes").await;
    known.expect(StatusCode::OK);
    let meaning = json!({
        "code": 63,
        "text": {"nl": "de klantgegevens kloppen niet", "en": "the customer's data don't match"},
        "to_do": {"nl": "vergelijk ze met de factuur", "en": "compare them with the invoice"},
        "who": "customer",
        "ask_again": true
    });
    assert_eq!(known.body["items"], json!([meaning]));
}
