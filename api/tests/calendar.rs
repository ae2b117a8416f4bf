//! The calendar feed.

use axum::http::{Method, StatusCode};
use serde_json::json;

use crate::world::{World, intake};

/// The feed, unfolded (RFC 5545, section 3.1).
async fn feed(world: &World) -> String {
    let feed = world.get("/calendar.ics").await;
    feed.expect(StatusCode::OK);
    assert_eq!(feed.header("content-type"), "text/calendar; charset=utf-8");
    let text = String::from_utf8(feed.bytes).unwrap();
    for line in text.split("\r\n") {
        assert!(line.len() <= 75 && !line.contains('\n'), "{line:?}");
    }
    text.replace("\r\n ", "")
}

fn entry(feed: &str, uid: &str) -> String {
    let entries = feed.split("BEGIN:VEVENT\r\n").skip(1);
    let mut found = entries.filter(|entry| entry.contains(&format!("UID:{uid}\r\n")));
    let entry = found.next().unwrap_or_else(|| panic!("no {uid} in {feed}")).to_owned();
    assert!(found.next().is_none(), "{uid} stands there twice");
    entry
}

#[tokio::test]
async fn a_wish_date_is_a_tentative_day_and_moves_with_the_project() {
    let world = World::new().await;
    let id = world.project().await;
    let porting = entry(&feed(&world).await, &format!("{id}-porting@overstap"));
    for line in [
        "DTSTART;VALUE=DATE:20270126",
        "DTSTAMP:20270104T080000Z",
        "STATUS:TENTATIVE",
        "SEQUENCE:1",
        "SUMMARY:Portering: Bakkerij De Korenaar B.V. (2027-0001)",
    ] {
        assert!(porting.contains(&format!("{line}\r\n")), "{line} in {porting}");
    }
    world.patch(&format!("/projects/{id}"), json!({"wish_date": "2027-02-02"})).await.expect(StatusCode::OK);
    let moved = entry(&feed(&world).await, &format!("{id}-porting@overstap"));
    assert!(moved.contains("DTSTART;VALUE=DATE:20270202\r\n") && moved.contains("SEQUENCE:2\r\n"), "{moved}");
}

#[tokio::test]
async fn due_tasks_and_last_days_to_post_and_to_ask_are_days_with_their_reason() {
    let world = World::new().await;
    let mut contract = intake()["contracts"][0].clone();
    contract["start_date"] = json!("2026-03-10");
    contract["initial_term_months"] = json!(12);
    let id = world.project_with(json!({"contracts": [contract]})).await;
    let feed = feed(&world).await;
    let post_by = entry(&feed, &format!("{id}-post-by-kpn-isdn@overstap"));
    assert!(post_by.contains("DTSTART;VALUE=DATE:20270203\r\n"), "{post_by}");
    assert!(
        post_by.contains("SUMMARY:Opzegging aan KPN B.V. uiterlijk posten: Bakkerij De Korenaar B.V. (2027-0001)\r\n"),
        "{post_by}"
    );
    assert!(post_by.contains("DESCRIPTION:de laatste dag om te posten [kpn-isdn] is 2027-02-03: 5 werkdagen voor"), "{post_by}");
    for (what, day) in [
        ("post-notice-KPN B.V.", "20270203"),
        ("notify-by-kpn-isdn", "20270210"),
        ("submit-from", "20261028"),
        ("submit-by", "20270121"),
    ] {
        let entry = entry(&feed, &format!("{id}-{what}@overstap"));
        assert!(entry.contains(&format!("DTSTART;VALUE=DATE:{day}\r\n")), "{entry}");
    }
    let tasks = world.get(&format!("/projects/{id}/tasks")).await;
    let due = tasks.items().iter().filter(|task| task["state"] == "open" && !task["due_on"].is_null());
    let mut count = 0;
    for task in due {
        let day = task["due_on"].as_str().unwrap().replace('-', "");
        let entry = entry(&feed, &format!("{id}-task-{}@overstap", task["key"].as_str().unwrap()));
        assert!(entry.contains(&format!("DTSTART;VALUE=DATE:{day}\r\n")), "{entry}");
        count += 1;
    }
    assert!(count > 0);
}

#[tokio::test]
async fn a_name_cannot_write_lines_of_its_own() {
    let world = World::new().await;
    let mut customer = intake()["customer"].clone();
    customer["name"] = json!("Jansen, de Boer; en \\ zonen");
    world.project_with(json!({"customer": customer})).await;
    let feed = feed(&world).await;
    assert!(feed.contains(r"SUMMARY:Portering: Jansen\, de Boer\; en \\ zonen (2027-0001)"), "{feed}");
}

#[tokio::test]
async fn a_feed_of_nothing_is_a_feed() {
    let world = World::new().await;
    let feed = world.asks(Method::GET, "/calendar.ics").send().await;
    assert!(String::from_utf8(feed.bytes).unwrap().starts_with("BEGIN:VCALENDAR\r\n"));
}
