//! Letters go to the customer by e-mail, over a real mail server.

use serde_json::json;

use crate::support::intake::bakery;
use crate::support::job::{Job, text, wait};
use crate::support::mail_server::MailServer;
use crate::support::world::{Adapters, Database, World};

#[tokio::test]
async fn the_customer_gets_the_letters_in_a_mail_and_a_refused_address_waits_for_another() {
    let mut server = MailServer::start("plain", None);
    let mut world = World::with(Database::Sqlite, Adapters::ByHand).await;
    world.connect_mail(server.port).await;
    let job = Job::start(&world.api, &bakery()).await;
    job.to_order().await;
    job.does("/letters/email", json!({"message": "Tot woensdag!"})).await;
    let mail = server.mail();
    assert_eq!(mail["to"], json!(["j.devries@korenaar.example"]));
    let content = text(&mail["content"]);
    assert_eq!(content.matches("Content-Type: application/pdf").count(), 4, "{content}");
    assert!(content.contains("Tot woensdag!"), "{content}");
    wait("the mail to be on record", async || {
        let letters = job.letters().await;
        // The cover letter is sent by it; the others the customer signs and sends.
        let status = |letter: &serde_json::Value| if letter["kind"] == "cover" { "sent" } else { "draft" };
        let is_mailed =
            |letter: &serde_json::Value| letter["emailed_to_customer_at"].is_string() && letter["status"] == status(letter);
        let mailed = letters.iter().all(is_mailed);
        if mailed { Ok(()) } else { Err(json!(letters)) }
    })
    .await;

    let letter = format!("/api/v1/letters/{}/email", text(&job.letters().await[0]["id"]));
    world.api.post(&letter, json!({"to": "unknown@korenaar.example"})).await;
    wait("the refusal", async || {
        let project = job.project().await;
        let refused = |action: &serde_json::Value| text(&action["text"]["en"]).contains("no such user");
        if project["next_actions"].as_array().unwrap().iter().any(refused) { Ok(()) } else { Err(project) }
    })
    .await;
    world.api.post(&letter, json!({"to": "known@korenaar.example"})).await;
    assert_eq!(server.mail()["to"], json!(["known@korenaar.example"]));
}
