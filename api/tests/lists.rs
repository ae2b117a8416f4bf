//! Lists of projects: filters, order, pages.

use axum::http::StatusCode;
use serde_json::json;

use crate::world::{World, intake};

async fn names(world: &World, query: &str) -> Vec<String> {
    let list = world.get(&format!("/projects?{query}")).await;
    list.expect(StatusCode::OK);
    list.items().iter().map(|item| item["customer_name"].as_str().unwrap().to_owned()).collect()
}

async fn three_projects(world: &World) {
    for (name, wish_date) in [("Anker", json!("2027-02-01")), ("Boot", json!(null)), ("Cruijff", json!("2027-01-20"))] {
        let mut customer = intake()["customer"].clone();
        customer["name"] = json!(name);
        world.project_with(json!({"customer": customer, "numbers": [], "wish_date": wish_date})).await;
    }
}

#[tokio::test]
async fn a_list_item_has_what_a_planner_looks_for() {
    let world = World::new().await;
    let id = world.project().await;
    let list = world.get("/projects").await;
    assert_eq!(
        list.body,
        json!({"items": [{
            "id": id, "reference": "2027-0001", "customer_name": "Bakkerij De Korenaar B.V.", "city": "Utrecht",
            "phase": "offer", "status": "active", "waiting_on": ["customer", "contractor"],
            "next_due_on": list.items()[0]["next_due_on"], "overdue": list.items()[0]["overdue"], "porting_on": "2027-01-26",
            "porting_status": "none", "cutover_status": "none", "version": 1,
            "created_at": "2027-01-04T08:00:00Z", "updated_at": "2027-01-04T08:00:00Z"
        }], "next_cursor": null})
    );
}

#[tokio::test]
async fn projects_are_filtered() {
    let world = World::new().await;
    three_projects(&world).await;
    for (query, found) in [
        ("phase=offer&sort=customer_name", vec!["Anker", "Boot", "Cruijff"]),
        ("phase=order", vec![]),
        ("status=active&sort=-customer_name", vec!["Cruijff", "Boot", "Anker"]),
        ("status=on_hold", vec![]),
        ("waiting_on=provider", vec![]),
        ("q=CRUIJ", vec!["Cruijff"]),
        ("q=2027-0002", vec!["Boot"]),
        ("q=%25", vec![]),
        ("porting_from=2027-01-21", vec!["Anker"]),
        ("porting_to=2027-01-21", vec!["Cruijff"]),
        ("sort=porting_on", vec!["Cruijff", "Anker", "Boot"]),
        ("sort=-porting_on", vec!["Anker", "Cruijff", "Boot"]),
        ("sort=reference", vec!["Anker", "Boot", "Cruijff"]),
    ] {
        assert_eq!(names(&world, query).await, found, "{query}");
    }
}

#[tokio::test]
async fn pages_follow_each_other() {
    let world = World::new().await;
    three_projects(&world).await;
    let first = world.get("/projects?limit=2&sort=customer_name").await;
    assert_eq!(first.items().len(), 2);
    let cursor = first.body["next_cursor"].as_str().unwrap();
    let last = world.get(&format!("/projects?limit=2&sort=customer_name&cursor={cursor}")).await;
    assert_eq!(last.items().len(), 1);
    assert_eq!(last.items()[0]["customer_name"], "Cruijff");
    assert!(last.body["next_cursor"].is_null());
    let other_order = world.get(&format!("/projects?limit=2&sort=reference&cursor={cursor}")).await;
    other_order.expect_problem(StatusCode::BAD_REQUEST, "invalid_query");
    assert_eq!(other_order.errors(), ["/cursor invalid_cursor"]);
}

#[tokio::test]
async fn overdue_projects_are_those_with_something_due_before_today() {
    let world = World::new().await;
    let id = world.project_with(json!({"wish_date": "2027-01-05"})).await;
    let overdue = world.get("/projects?overdue=true").await;
    assert!(overdue.items().is_empty(), "due tomorrow at the earliest: {}", overdue.body);
    world.clock.move_to("2027-01-06T08:00:00Z");
    let overdue = world.get("/projects?overdue=true").await;
    assert_eq!(overdue.items()[0]["id"], json!(id));
    assert_eq!(overdue.items()[0]["overdue"], true, "{}", overdue.body);
}

#[tokio::test]
async fn a_number_is_found_however_it_is_typed_also_inside_a_block() {
    let world = World::new().await;
    let id = world.project().await;
    for q in ["030 100", "0301001200", "%2B31301001250", "030-100%2012%2099"] {
        let found = world.get(&format!("/projects?q={}", q.replace(' ', "%20"))).await;
        assert_eq!(found.items().len(), 1, "{q}: {}", found.body);
        assert_eq!(found.items()[0]["id"], json!(id), "{q}");
    }
    assert!(world.get("/projects?q=0301001300").await.items().is_empty(), "the number after the block");
}
