//! Wrong input: everything that is wrong is named at once, and nothing makes the server fail.

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::world::{World, intake};

#[tokio::test]
async fn every_fault_of_shape_is_named_at_once() {
    let world = World::new().await;
    let mut form = intake();
    form["customer"]["name"] = json!(7);
    form["customer"]["address"].as_object_mut().unwrap().remove("city");
    form["customer"]["nickname"] = json!("Korenaar");
    form["users"] = json!("twelve");
    form["equipment"][0]["quantity"] = json!(0);
    form["call_recording"] = json!("60_days");
    form["contracts"][0]["start_date"] = json!("2021-02-30");
    form["contracts"][0]["scenario"] = json!("sudden_death");
    form["contracts"][0]["initial_term_months"] = json!(241);
    form["numbers"][0]["block_size"] = json!(-5);
    form["wish_date"] = json!("26-01-2027");
    let answer = world.post("/projects", form).await;
    answer.expect_problem(StatusCode::UNPROCESSABLE_ENTITY, "invalid_input");
    let mut errors = answer.errors();
    errors.sort();
    assert_eq!(
        errors,
        [
            "/call_recording not_one_of",
            "/contracts/0/initial_term_months out_of_range",
            "/contracts/0/scenario not_one_of",
            "/contracts/0/start_date invalid_date",
            "/customer/address/city missing",
            "/customer/name wrong_type",
            "/customer/nickname unknown_field",
            "/equipment/0/quantity out_of_range",
            "/numbers/0/block_size out_of_range",
            "/users wrong_type",
            "/wish_date invalid_date",
        ]
    );
}

#[tokio::test]
async fn every_fault_of_meaning_is_named_at_once() {
    let world = World::new().await;
    let mut form = intake();
    form["customer"]["kvk_number"] = json!("123");
    form["customer"]["address"]["postal_code"] = json!("0000 XX");
    form["customer"]["contact"]["email"] = json!("nobody");
    form["numbers"] = json!([
        {"number": "030 100 12 00", "block_size": 100, "contract": "kpn-isdn"},
        {"number": "030 100 12 50", "contract": "vodafone"},
        {"number": "06 12345678"},
    ]);
    form["wish_date"] = json!("2027-01-03");
    let answer = world.post("/projects", form).await;
    answer.expect_problem(StatusCode::UNPROCESSABLE_ENTITY, "invalid_input");
    let mut errors = answer.errors();
    errors.sort();
    assert_eq!(
        errors,
        [
            "/customer/address/postal_code invalid_postal_code",
            "/customer/contact/email invalid_email",
            "/customer/kvk_number invalid_kvk_number",
            "/numbers/0/number duplicate_number",
            "/numbers/1/contract unknown_contract",
            "/numbers/1/number duplicate_number",
            "/numbers/2/number mobile_number",
            "/wish_date in_the_past",
        ]
    );
}

#[tokio::test]
async fn users_are_a_number_or_a_list_and_faults_in_the_list_are_found() {
    let world = World::new().await;
    for (users, errors) in [
        (json!(-1), vec!["/users out_of_range"]),
        (json!(1.5), vec!["/users wrong_type"]),
        (json!(null), vec!["/users wrong_type"]),
        (json!(5_000_000_000_u64), vec!["/users out_of_range"]),
        (json!(1e300), vec!["/users out_of_range"]),
        (json!([{"name": "A"}, {"name": 3, "color": "red"}]), vec!["/users/1/name wrong_type", "/users/1/color unknown_field"]),
        (json!([{"email": "a@b.nl"}]), vec!["/users/0/name missing"]),
    ] {
        let mut form = intake();
        form["users"] = users.clone();
        let answer = world.post("/projects", form).await;
        answer.expect_problem(StatusCode::UNPROCESSABLE_ENTITY, "invalid_input");
        let mut found = answer.errors();
        found.sort();
        let mut errors = errors;
        errors.sort_unstable();
        assert_eq!(found, errors, "{users}");
    }
}

#[tokio::test]
async fn whole_numbers_may_be_written_with_a_fraction_of_zero() {
    let world = World::new().await;
    let mut form = intake();
    form["users"] = json!(12.0);
    let answer = world.post("/projects", form).await;
    answer.expect(StatusCode::CREATED);
    assert_eq!(answer.body["users"], 12);
}

#[tokio::test]
async fn details_are_in_the_readers_language_with_the_value_and_what_would_be_right() {
    let world = World::new().await;
    let mut form = intake();
    form["wish_date"] = json!("soon");
    let ask = || world.asks(Method::POST, "/projects");
    let english = ask().json(form.clone()).await;
    assert_eq!(english.body["errors"][0]["detail"], r#""soon" is not a date; give for example "2027-01-26""#);
    let dutch = ask().header("accept-language", "nl-NL,nl;q=0.9,en;q=0.5").json(form).await;
    assert_eq!(dutch.header("vary"), "accept-language");
    assert_eq!(dutch.body["errors"][0]["detail"], r#""soon" is geen datum; geef bijvoorbeeld "2027-01-26""#);
}

#[tokio::test]
async fn what_is_not_json_is_told_by_line_and_column() {
    let world = World::new().await;
    for broken in ["{\n  \"customer\": nope}", "{", "\u{feff}{}", "[1,]", "\"\\ud800\"", &"[".repeat(100_000)] {
        let answer =
            world.asks(Method::POST, "/projects").header("content-type", "application/json").body(broken.to_owned()).await;
        answer.expect_problem(StatusCode::BAD_REQUEST, "not_json");
        assert!(answer.body["detail"].as_str().unwrap().contains("line"), "{}", answer.body);
    }
    let not_utf8 = world.asks(Method::POST, "/projects").header("content-type", "application/json").body(vec![0xff, 0xfe]).await;
    not_utf8.expect_problem(StatusCode::BAD_REQUEST, "not_json");
}

#[tokio::test]
async fn strange_json_is_refused_and_never_a_failure() {
    let world = World::new().await;
    for strange in [
        "null",
        "7",
        "\"text\"",
        "[]",
        r#"{"customer": null, "users": {}, "contracts": "many", "numbers": [[]]}"#,
        r#"{"users": 1, "users": 2}"#,
        r#"{"users": 123456789012345678901234567890}"#,
        r#"{"wish_date": "99999-01-01"}"#,
        r#"{"wish_date": "-0001-01-01"}"#,
        r#"{"a/b~c": 1}"#,
    ] {
        let answer =
            world.asks(Method::POST, "/projects").header("content-type", "application/json").body(strange.to_owned()).await;
        answer.expect_problem(StatusCode::UNPROCESSABLE_ENTITY, "invalid_input");
    }
    let escaped = world.post("/projects", json!({"a/b~c": 1})).await;
    assert!(escaped.errors().contains(&"/a~1b~0c unknown_field".to_owned()), "{:?}", escaped.errors());
}

#[tokio::test]
async fn a_body_that_is_no_json_by_its_content_type_is_refused() {
    let world = World::new().await;
    let form = || world.asks(Method::POST, "/projects").header("content-type", "text/plain");
    form().body(intake().to_string()).await.expect_problem(StatusCode::UNSUPPORTED_MEDIA_TYPE, "not_json_content_type");
}

#[tokio::test]
async fn a_body_over_a_mebibyte_is_refused() {
    let world = World::new().await;
    let mut form = intake();
    form["customer"]["name"] = Value::String("a".repeat(1024 * 1024));
    world.post("/projects", form).await.expect_problem(StatusCode::PAYLOAD_TOO_LARGE, "too_large");
}

#[tokio::test]
async fn an_empty_body_is_an_empty_object() {
    let world = World::new().await;
    let id = world.project().await;
    world.post(&format!("/projects/{id}/hold"), json!({"reason": "holiday"})).await.expect(StatusCode::OK);
    world.asks(Method::POST, &format!("/projects/{id}/resume")).send().await.expect(StatusCode::OK);
    let missing = world.asks(Method::POST, &format!("/projects/{id}/hold")).send().await;
    missing.expect_problem(StatusCode::UNPROCESSABLE_ENTITY, "invalid_input");
    assert_eq!(missing.errors(), ["/reason missing"]);
}

#[tokio::test]
async fn a_reason_of_blanks_is_no_reason() {
    let world = World::new().await;
    let id = world.project().await;
    let answer = world.post(&format!("/projects/{id}/hold"), json!({"reason": " \t"})).await;
    assert_eq!(answer.errors(), ["/reason empty"]);
}

#[tokio::test]
async fn every_wrong_parameter_of_a_query_is_named() {
    let world = World::new().await;
    let answer = world
        .get("/projects?phase=dream&status=odd&overdue=false&porting_from=yesterday&limit=1000&sort=age&color=red&q=a&q=b")
        .await;
    answer.expect_problem(StatusCode::BAD_REQUEST, "invalid_query");
    let mut errors = answer.errors();
    errors.sort();
    assert_eq!(
        errors,
        [
            "/color unknown_field",
            "/limit out_of_range",
            "/overdue not_one_of",
            "/phase not_one_of",
            "/porting_from invalid_date",
            "/q given_twice",
            "/sort not_one_of",
            "/status not_one_of",
        ]
    );
}

#[tokio::test]
async fn the_character_nul_is_refused_wherever_it_stands() {
    let world = World::new().await;
    let id = world.project().await;
    let hold = world.post(&format!("/projects/{id}/hold"), json!({"reason": "a\0b"})).await;
    assert_eq!(hold.errors(), ["/reason unprintable_character"]);
    let patch = world.patch(&format!("/projects/{id}"), json!({"users": [{"name": "A", "device": "\0"}]})).await;
    assert_eq!(patch.errors(), ["/users/0/device unprintable_character"]);
    assert_eq!(world.get("/projects?q=%00").await.errors(), ["/q unprintable_character"]);
}

#[tokio::test]
async fn the_ends_of_time_are_survived() {
    let world = World::new().await;
    let (id, _) = world.project_in_porting().await;
    for day in ["0000-01-01", "9999-12-31"] {
        world.get(&format!("/projects/{id}/contract-dates?received_on={day}")).await.expect(StatusCode::OK);
        world.get(&format!("/projects?porting_from={day}&porting_to={day}")).await.expect(StatusCode::OK);
    }
    let far = world.patch(&format!("/projects/{id}"), json!({"wish_date": "9999-12-31"})).await;
    far.expect(StatusCode::OK);
    for at in ["0000-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59", "2016-12-31T23:59:60Z"] {
        let scheduled = world.post(&format!("/projects/{id}/porting/schedule"), json!({"at": at})).await;
        assert!(scheduled.status.is_client_error(), "{at}: {}", scheduled.body);
    }
    let answered = json!({"first_possible_at": "9999-12-31T23:59:59-23:59"});
    let answered = world.post(&format!("/projects/{id}/porting/answer"), answered).await;
    assert!(!answered.status.is_server_error(), "{}", answered.body);
    world.get(&format!("/projects/{id}")).await.expect(StatusCode::OK);
    world.get("/calendar.ics").await.expect(StatusCode::OK);
}
