//! Spreadsheets become projects: all of them or none, and what is wrong is told by its cell.

use std::fmt::Write as _;

use api::TokenRole;
use axum::http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::files::form;
use crate::world::{Ask, Reply, World};

const HEADERS: &str = "Klant;KvK-nummer;Straat;Postcode;Plaats;Contactpersoon;E-mail;Telefoon;Gebruikers;Provider;Klantnummer;\
                       Contractnummer;Lijntype;Ingangsdatum;Nummer;Opmerkingen\n";

fn row(name: &str, kvk: &str, number: &str) -> String {
    format!("{name};{kvk};Weg 1;3511 AB;Utrecht;Jan;jan@a.example;0301001200;5;KPN;77;C-1;isdn30;1-3-2021;{number};belt veel\n")
}

/// Three customers, of which one has two rows.
fn three() -> String {
    [
        HEADERS,
        &row("Aap B.V.", "11111111", "030-100 12 00 t/m 99"),
        &row("Aap B.V.", "11111111", "0301001300"),
        &row("Noot", "22222222", "301001400"),
        &row("Mies", "33333333", "0301001500-0301001509"),
    ]
    .concat()
}

async fn send(ask: Ask<'_>, csv: &str) -> Reply {
    form(ask, &[], Some(("klanten.csv", csv.as_bytes()))).await
}

async fn import(world: &World, query: &str, csv: &str) -> Reply {
    send(world.asks(Method::POST, &format!("/projects/import{query}")), csv).await
}

fn faults(report: &Value) -> Vec<String> {
    let text = |fault: &Value, name: &str| fault[name].as_str().unwrap().to_owned();
    let faults = report["faults"].as_array().unwrap();
    faults.iter().map(|fault| format!("{} {}", text(fault, "cell"), text(fault, "code"))).collect()
}

fn names(report: &Value) -> Vec<&str> {
    report["projects"].as_array().unwrap().iter().map(|project| project["customer_name"].as_str().unwrap()).collect()
}

async fn count(world: &World) -> usize {
    world.store.project_ids(None, 10_000).await.unwrap().len()
}

#[tokio::test]
async fn a_spreadsheet_becomes_projects() {
    let world = World::new().await;
    let imported = import(&world, "", &three()).await;
    imported.expect(StatusCode::CREATED);
    let report = &imported.body;
    assert_eq!((&report["rows"], &report["left_out"], &report["dry_run"]), (&json!(5), &json!(0), &json!(false)));
    assert_eq!(report["ignored"], json!([{"cell": "P1", "header": "Opmerkingen"}]));
    assert_eq!(names(report), ["Aap B.V.", "Noot", "Mies"]);
    let first = &report["projects"][0];
    assert_eq!((&first["reference"], &first["cell"]), (&json!("2027-0001"), &json!("2")));
    assert_eq!((&first["contracts"], &first["numbers"]), (&json!(1), &json!(101)));
    let project = world.get(&format!("/projects/{}", first["id"].as_str().unwrap())).await.body;
    assert_eq!(
        (&project["reference"], &project["version"], &project["phase"]),
        (&json!("2027-0001"), &json!(1), &json!("offer"))
    );
    assert_eq!(project["contracts"][0]["provider"]["address"]["street"], "Postbus 30000", "from the directory");
    let trail = world.get(&format!("/projects/{}/events", first["id"].as_str().unwrap())).await;
    assert_eq!((&trail.items()[0]["kind"], &trail.items()[0]["actor"]["name"]), (&json!("project_started"), &json!("admin")));
    let next = world.project_with(json!({"numbers": []})).await;
    assert_eq!(world.get(&format!("/projects/{next}")).await.body["reference"], "2027-0004");
}

#[tokio::test]
async fn a_dry_run_tells_all_and_changes_nothing() {
    let world = World::new().await;
    world.project().await;
    let before = world.everything().await;
    let csv = three() + &row("Wim", "44", "0612345678") + &row("Zus", "5", "0301001250");
    let told = import(&world, "?dry_run=true", &csv).await;
    told.expect(StatusCode::OK);
    assert_eq!(told.header("x-overstap-dry-run"), "true");
    assert_eq!(names(&told.body), ["Noot", "Mies"]);
    assert_eq!(told.body["projects"][0]["reference"], Value::Null);
    // Aap and Zus have the same number, which another project has too.
    let expected = [
        "O2 duplicate_number",
        "O2 number_taken",
        "B6 invalid_kvk_number",
        "O6 mobile_number",
        "B7 invalid_kvk_number",
        "O7 duplicate_number",
        "O7 number_taken",
    ];
    assert_eq!(faults(&told.body), expected);
    let fault = &told.body["faults"][2];
    assert_eq!((&fault["column"], &fault["value"], &fault["row"]), (&json!("KvK-nummer"), &json!("44"), &json!(6)));
    assert!(fault["detail"]["nl"].as_str().unwrap().contains("geef 8 cijfers"));
    assert_eq!(world.everything().await, before);
}

#[tokio::test]
async fn with_one_fault_nothing_is_imported() {
    let world = World::new().await;
    let csv = three() + &row("Wim", "44", "0301001600");
    let refused = import(&world, "", &csv).await;
    refused.expect_problem(StatusCode::UNPROCESSABLE_ENTITY, "import_refused");
    assert_eq!(refused.errors(), ["/B6 invalid_kvk_number"]);
    assert!(refused.body["errors"][0]["detail"].as_str().unwrap().starts_with("KvK-nummer \"44\": "));
    assert_eq!(count(&world).await, 0);

    let imported = import(&world, "?skip_bad=true", &csv).await;
    imported.expect(StatusCode::CREATED);
    assert_eq!(
        (names(&imported.body), faults(&imported.body)),
        (vec!["Aap B.V.", "Noot", "Mies"], vec!["B6 invalid_kvk_number".to_owned()])
    );
    assert_eq!((&imported.body["left_out"], count(&world).await), (&json!(1), 3));
}

#[tokio::test]
async fn of_very_many_faults_it_is_said_that_not_all_are_told() {
    let world = World::new().await;
    let csv = HEADERS.to_owned() + &row("", "", "0301001200").repeat(10_001);
    let refused = import(&world, "", &csv).await;
    refused.expect_problem(StatusCode::UNPROCESSABLE_ENTITY, "import_refused");
    assert_eq!(refused.errors().len(), 10_000);
    let detail = refused.body["detail"].as_str().unwrap();
    assert!(detail.contains("of all that is wrong (10001) the first 10000 stand"), "{detail}");
    let told = import(&world, "?dry_run=true", &csv).await.body;
    assert_eq!((&told["fault_count"], faults(&told).len()), (&json!(10_001), 10_000));
}

#[tokio::test]
async fn the_same_file_twice_is_recognised() {
    let world = World::new().await;
    import(&world, "", &three()).await.expect(StatusCode::CREATED);
    for query in ["", "?skip_bad=true"] {
        let again = import(&world, query, &three()).await;
        again.expect_problem(StatusCode::UNPROCESSABLE_ENTITY, "import_refused");
        assert_eq!(again.errors(), ["/O2 number_taken", "/O3 number_taken", "/O4 number_taken", "/O5 number_taken"], "{query}");
        assert!(again.body["errors"][0]["detail"].as_str().unwrap().contains("2027-0001"));
    }
    let more = three() + &row("Wim", "44444444", "0301001600");
    let rest = import(&world, "?skip_bad=true", &more).await;
    rest.expect(StatusCode::CREATED);
    assert_eq!((names(&rest.body), count(&world).await), (vec!["Wim"], 4));
}

#[tokio::test]
async fn under_one_key_a_file_is_imported_once() {
    let world = World::new().await;
    let ask = || world.asks(Method::POST, "/projects/import").header("idempotency-key", "lijst-1");
    let first = send(ask(), &three()).await;
    first.expect(StatusCode::CREATED);
    let again = send(ask(), &three()).await;
    again.expect(StatusCode::CREATED);
    assert_eq!((again.body, again.headers.get("idempotency-replayed").is_some()), (first.body, true));
    assert_eq!(count(&world).await, 3);
    send(ask(), HEADERS).await.expect_problem(StatusCode::UNPROCESSABLE_ENTITY, "idempotency_key_reused");
}

#[tokio::test]
async fn a_file_may_be_the_body_itself() {
    let world = World::new().await;
    // As Dutch Excel saves it.
    let windows: Vec<u8> =
        three().replace("Noot", "Cafe").chars().map(|c| if c == 'e' { 0xe9 } else { u8::try_from(c).unwrap() }).collect();
    let told = world.asks(Method::POST, "/projects/import?dry_run=true").header("content-type", "text/csv").body(windows).await;
    told.expect(StatusCode::OK);
    assert!(told.body["ignored"].as_array().is_some());
    let empty = world.asks(Method::POST, "/projects/import").header("content-type", "text/csv").send().await;
    empty.expect_problem(StatusCode::UNPROCESSABLE_ENTITY, "invalid_input");
    let strange = world.asks(Method::POST, "/projects/import").header("content-type", "application/pdf").body("%PDF\0").await;
    strange.expect_problem(StatusCode::UNPROCESSABLE_ENTITY, "unreadable_file");
    let large =
        world.asks(Method::POST, "/projects/import").header("content-type", "text/csv").body(vec![b'a'; 11 * 1024 * 1024]).await;
    large.expect_problem(StatusCode::PAYLOAD_TOO_LARGE, "too_large");
    world
        .asks(Method::POST, "/projects/import?skip=true")
        .header("content-type", "text/csv")
        .body("a")
        .await
        .expect_problem(StatusCode::BAD_REQUEST, "invalid_query");
}

#[tokio::test]
async fn who_may_not_begin_projects_learns_nothing_from_a_file() {
    let world = World::new().await;
    let id = world.project().await;
    let customer = world.token(TokenRole::Customer, Some(&id)).await;
    for token in [customer, world.token(TokenRole::Engineer, None).await] {
        let refused = send(world.asks(Method::POST, "/projects/import?dry_run=true").by(&token), &three()).await;
        refused.expect_problem(StatusCode::FORBIDDEN, "forbidden");
    }
    let integration = world.token(TokenRole::Integration, None).await;
    let csv = [HEADERS, &row("Aap", "11111111", "0201001200")].concat();
    send(world.asks(Method::POST, "/projects/import").by(&integration), &csv).await.expect(StatusCode::CREATED);
}

#[tokio::test]
async fn progress_is_told_line_by_line() {
    let world = World::new().await;
    let lines = |reply: &Reply| -> Vec<Value> {
        reply.expect(StatusCode::OK);
        assert_eq!(reply.header("content-type"), "application/x-ndjson");
        String::from_utf8(reply.bytes.clone()).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    };
    let ask = || world.asks(Method::POST, "/projects/import").header("accept", "application/x-ndjson");
    let told = lines(&send(ask(), &three()).await);
    assert_eq!(told[0], json!({"stage": "checked", "projects": 3}));
    assert_eq!(told[1], json!({"stage": "written", "done": 3, "of": 3}));
    let last = told.last().unwrap();
    assert_eq!((&last["stage"], &last["status"], names(&last["report"]).len()), (&json!("done"), &json!(201), 3));
    let told = lines(&send(ask(), &three()).await);
    let last = told.last().unwrap();
    assert_eq!((&last["stage"], &last["problem"]["code"]), (&json!("refused"), &json!("import_refused")));
}

#[tokio::test]
async fn the_template_can_be_imported_as_it_is() {
    let world = World::new().await;
    for (query, header, name) in [("", "Klant;", "overstap-klanten.csv"), ("?language=en", "Customer;", "overstap-customers.csv")]
    {
        let template = world.get(&format!("/projects/import/template.csv{query}")).await;
        template.expect(StatusCode::OK);
        assert_eq!(template.header("content-type"), "text/csv; charset=utf-8");
        assert!(template.header("content-disposition").contains(name));
        let csv = String::from_utf8(template.bytes).unwrap();
        assert!(csv.trim_start_matches('\u{feff}').starts_with(header), "{csv}");
        let told = import(&world, "?dry_run=true", &csv).await;
        told.expect(StatusCode::OK);
        assert_eq!((names(&told.body), faults(&told.body)), (vec!["Bakkerij De Korenaar B.V."], vec![]));
    }
}

#[tokio::test]
async fn a_thousand_projects_begin_in_one_go() {
    let world = World::new().await;
    let mut csv = HEADERS.to_owned();
    for i in 0..1000_u32 {
        let _ = write!(
            csv,
            "{}",
            row(&format!("Klant {i}"), &format!("{:08}", 10_000_000 + i), &format!("030{:07}", 1_000_000 + i * 10))
        );
    }
    let imported = import(&world, "", &csv).await;
    imported.expect(StatusCode::CREATED);
    assert_eq!(names(&imported.body).len(), 1000);
    assert_eq!(imported.body["projects"][999]["reference"], "2027-1000");
    assert_eq!(count(&world).await, 1000);
}
