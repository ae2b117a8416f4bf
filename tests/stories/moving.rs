//! A customer works on the new PBX before its numbers move: they are forwarded to temporary ones. The date moves, and who knows of it is told.

use serde_json::{Value, json};

use crate::support::api::nothing;
use crate::support::intake::bakery;
use crate::support::job::{Job, text, wait};
use crate::support::mail_server::MailServer;
use crate::support::world::{Adapters, Database, World};

const FIRST: &str = "2027-01-26T07:30:00Z";
const SECOND: &str = "2027-01-28T08:00:00Z";

#[tokio::test]
async fn numbers_are_forwarded_until_they_move_and_a_date_that_moves_is_told() {
    let mut server = MailServer::start("plain", None);
    let mut world = World::with(Database::Sqlite, Adapters::Connected).await;
    world.connect_mail(server.port).await;
    let job = Job::start(&world.api, &bakery()).await;
    job.to_order().await;
    job.to_implementation().await;
    forwards(&world, &job).await;
    job.schedule(FIRST).await;
    assert_eq!(job.cutover().await["number_states"][0]["place"], "forwarded");
    assert!(warnings(&job).await.contains(&"forwarded_device".to_owned()), "the alarm");

    job.does("/porting/schedule", json!({"at": SECOND})).await;
    job.complete("porting-date").await;
    let mail = told(&mut server);
    assert!(mail.contains("is op 2027-01-28 om 09:00 uur, niet op 2027-01-26 om 08:30 uur"), "{mail}");
    let moved = wait("the mail to be on record", async || {
        let moved = job.cutover().await["moved"].clone();
        if moved["tell"][0]["told_at"].is_string() { Ok(moved) } else { Err(moved) }
    })
    .await;
    assert_eq!((&moved["kind"], &moved["from"], &moved["to"]), (&json!("another_moment"), &json!(FIRST), &json!(SECOND)));
    assert_eq!(moved["tell"][0]["email"], "j.devries@korenaar.example");
    assert!(job.has("cutover_moved").await);

    // On the day itself nothing is routed by accident, and a PBX that refuses stops it until somebody lets it go on.
    world.jump_to(FIRST).await;
    assert_eq!(job.cutover().await["status"], "scheduled");
    world.fault("pbx.route", "refuse").await;
    world.jump_to(SECOND).await;
    job.until_cutover_is("incident").await;
    world.jump_to("2027-01-28T23:00:00Z").await;
    let mail = told(&mut server);
    assert!(mail.contains("van 2027-01-28 om 09:00 uur is op die dag niet klaargekomen"), "{mail}");
    world.jump_to("2027-01-29T08:00:00Z").await;
    job.does("/cutover/retry", nothing()).await;
    let mail = told(&mut server);
    assert!(mail.contains("gaat verder op 2027-01-29 om 09:00 uur"), "{mail}");
    job.until_cutover_is("done").await;

    ends(&world, &job).await;
    world.stop().await;
    assert!(world.verify().status.success());
}

/// The PBX answers the temporary numbers, the customer has KPN forward to them, and a call arrives.
async fn forwards(world: &World, job: &Job) {
    let ask = json!({"numbers": {"number": "030 100 12 00", "block_size": 100}, "to": {"number": "085 100 12 00", "block_size": 100},
        "on": "2027-01-18", "costs": "€ 0,05 per minuut"});
    job.does("/forwardings", ask).await;
    let forwarding = wait("the PBX to answer the temporary numbers", async || {
        let forwarding = job.api.get(&job.path("/forwardings")).await["items"][0].clone();
        if forwarding["on_pbx"] == "yes" { Ok(forwarding) } else { Err(forwarding) }
    })
    .await;
    let to_do = text(&forwarding["to_do"]["text"]["nl"]);
    assert!(to_do.starts_with("bel KPN B.V. (klantnummer 100200300,") && to_do.ends_with("kosten: € 0,05 per minuut"), "{to_do}");
    let routed: Vec<Value> = calls(world, "pbx.route").await;
    assert_eq!(routed.len(), 1);
    assert_eq!(routed[0]["numbers"], json!([{"number": "+31851001200", "block_size": 100}]));
    assert_eq!(routed[0]["stands_for"], json!({"number": "+31301001200", "block_size": 100}));
    job.does("/forwardings/1/set", json!({"note": "door KPN, met de klant aan de lijn"})).await;
    job.does("/forwardings/1/tested", json!({"arrived": true})).await;
}

/// The numbers have moved: the temporary ones are free again.
async fn ends(world: &World, job: &Job) {
    assert_eq!(job.cutover().await["number_states"][0]["place"], "ported");
    let project = job.project().await;
    let asks = |action: &Value| text(&action["text"]["en"]).starts_with("forwarding 1 (");
    assert!(project["next_actions"].as_array().unwrap().iter().any(asks), "{}", project["next_actions"]);
    job.does("/forwardings/1/end", nothing()).await;
    wait("the PBX to forget the temporary numbers", async || {
        let forwarding = job.api.get(&job.path("/forwardings")).await["items"][0].clone();
        if forwarding["on_pbx"] == "no" { Ok(()) } else { Err(forwarding) }
    })
    .await;
    let forgotten = calls(world, "pbx.unroute").await;
    assert_eq!(forgotten.last().unwrap()["numbers"], json!([{"number": "+31851001200", "block_size": 100}]));
    let taken = job.is_refused("/forwardings/1/end", nothing()).await;
    assert_eq!((taken.0, taken.1.as_str()), (409, "no_such_forwarding"));
}

async fn warnings(job: &Job) -> Vec<String> {
    job.project().await["warnings"].as_array().unwrap().iter().map(|warning| text(&warning["code"])).collect()
}

/// What the PBX was asked of this kind.
async fn calls(world: &World, kind: &str) -> Vec<Value> {
    let journal = world.journal().await;
    journal.iter().filter(|call| call["kind"] == kind).map(|call| call["body"]["data"].clone()).collect()
}

/// The next mail that says that a date moved, in one line. Others, such as reminders, go by.
fn told(server: &mut MailServer) -> String {
    loop {
        let mail = server.mail();
        let content = text(&mail["content"]).replace("=\r\n", "").replace("=\n", "");
        if content.contains("De overzetting van uw telefoonnummers") {
            return content;
        }
    }
}
