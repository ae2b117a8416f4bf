//! The porting morning by hand: sheets that say what to enter where, and a check list of which each tick is one call.

use api::TokenRole;
use axum::http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::forwardings::by_hand;
use crate::porting::{accepted, on_porting_date};
use crate::world::{Reply, World};

/// Makes a ready call as it stands there, with nothing added.
async fn click(world: &World, call: &Value) -> Reply {
    let path = call["path"].as_str().unwrap().strip_prefix("/api/v1").unwrap();
    let ask = world.asks(call["method"].as_str().unwrap().parse::<Method>().unwrap(), path);
    let ask = match call["if_match"].as_str() {
        Some(version) => ask.header("if-match", version),
        None => ask,
    };
    ask.json(call["body"].clone()).await
}

fn text(reply: &Reply) -> String {
    String::from_utf8(reply.bytes.clone()).unwrap()
}

#[tokio::test]
async fn a_sheet_says_what_to_enter_where() {
    let world = World::new().await;
    let (id, effect) = world.project_in_porting().await;
    world.work().await;
    let path = format!("/effects/{effect}/sheet");
    let sheet = world.get(&path).await;
    sheet.expect(StatusCode::OK);
    let sheet = sheet.body;
    assert_eq!(
        (&sheet["kind"], &sheet["project"], &sheet["standing"]),
        (&json!("porting.request"), &json!(id), &json!("by_hand"))
    );
    let value =
        |key: &str| sheet["fields"].as_array().unwrap().iter().find(|field| field["key"] == key).unwrap()["value"]["en"].clone();
    assert_eq!(value("provider"), "KPN B.V.");
    assert_eq!(value("scenario"), "end of contract");
    assert_eq!(
        sheet["tables"][0]["rows"],
        json!([["030 100 12 00", "030 100 12 99", "100", "0301001200", "0301001299", "+31301001200", "+31301001299"]])
    );
    let keys: Vec<&str> = sheet["calls"].as_array().unwrap().iter().map(|call| call["key"].as_str().unwrap()).collect();
    assert_eq!(keys, ["done", "refused"]);

    let page = world.asks(Method::GET, &format!("{path}.html")).header("accept-language", "nl").send().await;
    page.expect(StatusCode::OK);
    assert_eq!((page.header("content-type"), page.header("content-language")), ("text/html; charset=utf-8", "nl"));
    let policy = page.header("content-security-policy");
    assert!(policy.starts_with("default-src 'none'; style-src 'sha256-") && !policy.contains("unsafe"), "{policy}");
    let page = text(&page);
    assert!(page.contains("<td>klantnummer</td>") && page.contains("<code>030 100 12 00</code>"), "{page}");
    assert!(!page.contains("<script") && !page.contains("style=\""), "{page}");

    click(&world, &sheet["calls"][0]).await.expect(StatusCode::OK);
    let over = world.get(&path).await.body;
    assert_eq!((&over["standing"], &over["calls"]), (&json!("over"), &json!([])));
}

#[tokio::test]
async fn temporary_numbers_have_their_sheet() {
    let world = World::new().await;
    let id = accepted(&world).await;
    let ask = json!({"numbers": {"number": "030 100 12 00"}, "to": {"number": "085 100 12 00"}});
    world.post(&format!("/projects/{id}/forwardings"), ask).await.expect(StatusCode::OK);
    by_hand(&world, &id, "make the tenant").await;
    world.work().await;
    let effect = routing_effect(&world, &id).await;
    let sheet = world.get(&format!("/effects/{effect}/sheet")).await.body;
    assert_eq!((&sheet["kind"], &sheet["title"]["en"]), (&json!("pbx.route"), &json!("route temporary numbers")), "{sheet}");
    let tables = sheet["tables"].as_array().unwrap();
    let first: Vec<_> =
        tables.iter().map(|table| (table["key"].as_str().unwrap(), table["rows"][0][0].as_str().unwrap())).collect();
    assert_eq!(first, [("numbers", "085 100 12 00"), ("stands_for", "030 100 12 00")]);
}

/// The effect that routes on the PBX, as the stream of events names it.
async fn routing_effect(world: &World, id: &str) -> String {
    let events = world.get(&format!("/projects/{id}/events?limit=200")).await;
    let asked = events.items().iter().find(|event| event["data"]["by_hand"].to_string().contains("as a temporary number"));
    asked.unwrap_or_else(|| panic!("{}", events.body))["data"]["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn the_porting_morning_is_ticked_off_click_by_click() {
    let world = World::new().await;
    let id = on_porting_date(&world).await;
    let path = format!("/projects/{id}/cutover/checklist");
    let planned = world.get(&path).await.body;
    let steps: Vec<_> = planned["items"].as_array().unwrap().iter().map(|item| item["step"].as_str().unwrap()).collect();
    assert_eq!(steps, ["preflight", "route", "port", "verify", "complete", "notify"]);
    assert!(planned["items"].as_array().unwrap().iter().all(|item| item["calls"] == json!([]) && item["done"].is_null()));
    for step in ["route", "port", "verify"] {
        world.work().await;
        let list = world.get(&path).await.body;
        let waiting: Vec<&Value> = list["items"].as_array().unwrap().iter().filter(|item| item["calls"] != json!([])).collect();
        assert_eq!(waiting.len(), 1, "{step}: {list}");
        assert_eq!((&waiting[0]["step"], &waiting[0]["who"]), (&json!(step), &json!("person")));
        world.get(waiting[0]["sheet"].as_str().unwrap().strip_prefix("/api/v1").unwrap()).await.expect(StatusCode::OK);
        click(&world, &waiting[0]["calls"][0]).await.expect(StatusCode::OK);
        let again = click(&world, &waiting[0]["calls"][0]).await;
        again.expect_problem(StatusCode::CONFLICT, "effect_settled");
    }
    world.work().await;
    let list = world.get(&path).await.body;
    assert_eq!(list["status"], "done", "{list}");
    let ticked = |item: &Value| item["state"] == "done" && item["done"]["at"] == "2027-01-26T07:30:00Z";
    assert!(list["items"].as_array().unwrap().iter().all(ticked), "{list}");
    let who: Vec<_> = list["items"].as_array().unwrap().iter().map(|item| item["who"].as_str().unwrap()).collect();
    assert_eq!(who, ["system", "person", "person", "person", "system", "system"], "{list}");
    let page = text(&world.get(&format!("{path}.html")).await);
    assert_eq!(page.matches('\u{2611}').count(), 6, "{page}");
}

#[tokio::test]
async fn what_stopped_is_mended_by_a_click_on_what_was_shown() {
    let world = World::new().await;
    let id = on_porting_date(&world).await;
    let path = format!("/projects/{id}/cutover/checklist");
    world.work().await;
    let list = world.get(&path).await.body;
    click(&world, &list["items"][1]["calls"][1]).await.expect(StatusCode::OK);
    let stopped = world.get(&path).await.body;
    assert!(!stopped["incident"].is_null(), "{stopped}");
    let call = |key: &str| stopped["calls"].as_array().unwrap().iter().find(|call| call["key"] == key).unwrap().clone();
    click(&world, &call("resolve")).await.expect(StatusCode::OK);
    click(&world, &call("abort")).await.expect_problem(StatusCode::PRECONDITION_FAILED, "version_conflict");
}

#[tokio::test]
async fn sheets_and_check_lists_are_not_for_customers() {
    let world = World::new().await;
    let (id, effect) = world.project_in_porting().await;
    let customer = world.token(TokenRole::Customer, Some(&id)).await;
    let engineer = world.token(TokenRole::Engineer, None).await;
    for path in [format!("/effects/{effect}/sheet"), format!("/projects/{id}/cutover/checklist")] {
        for path in [path.clone(), format!("{path}.html")] {
            world.asks(Method::GET, &path).by_nobody().send().await.expect_problem(StatusCode::UNAUTHORIZED, "unauthenticated");
            let refused = world.asks(Method::GET, &path).by(&customer).send().await;
            assert!([StatusCode::FORBIDDEN, StatusCode::NOT_FOUND].contains(&refused.status), "{path}: {}", refused.body);
            world.asks(Method::GET, &path).by(&engineer).send().await.expect(StatusCode::OK);
        }
    }
}
