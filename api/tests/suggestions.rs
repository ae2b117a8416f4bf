//! What invoices suggest, over the API.

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::files::{PDF, form};
use crate::world::World;

impl World {
    /// Adds an invoice and waits until it is read.
    async fn invoice(&self, id: &str) -> Value {
        let path = format!("/projects/{id}/attachments");
        let added = form(self.asks(Method::POST, &path), &[("kind", "invoice")], Some(("mei.pdf", PDF))).await;
        added.expect(StatusCode::CREATED);
        assert_eq!(added.body["reading"], json!({"status": "pending", "reason": null, "detail": null, "found": null}));
        self.work().await;
        let files = self.get(&path).await;
        files.items().last().unwrap().clone()
    }
}

#[tokio::test]
async fn an_invoice_is_read_and_what_it_suggests_is_listed_with_its_line() {
    let world = World::new().await;
    let id = world.project().await;
    let invoice = world.invoice(&id).await;
    let found = &invoice["reading"]["found"];
    assert_eq!((&invoice["reading"]["status"], &found["provider"]), (&json!("read"), &json!("KPN")));
    assert_eq!(found["other_numbers"], json!(["0612345678"]));
    let list = world.get(&format!("/projects/{id}/suggestions")).await;
    let [customer_number, number] = list.items().as_slice() else { panic!("{}", list.body) };
    assert_eq!(customer_number["kind"], "change_customer_number");
    assert_eq!(customer_number["customer_number"], "100200301");
    let mut number = number.clone();
    let suggestion = number["id"].take();
    assert!(suggestion.is_string());
    assert_eq!(
        number,
        json!({
            "id": null, "kind": "add_number", "numbers": {"number": "+31301001500", "block_size": 1}, "contract": "kpn-isdn",
            "text": {"nl": "voeg 030 100 15 00 toe, op contract kpn-isdn", "en": "add 030 100 15 00, on contract kpn-isdn"},
            "status": "open", "dismissed_because": null, "attachment": invoice["id"],
            "quote": {"page": 1, "line": 4, "text": "030-1001500 ISDN2"}
        })
    );
    let project = world.get(&format!("/projects/{id}")).await;
    let actions = project.body["next_actions"].as_array().unwrap();
    assert!(actions.iter().any(|action| action["text"]["en"] == "2 suggestions from invoice mei.pdf"), "{actions:?}");
}

#[tokio::test]
async fn a_suggestion_is_accepted_or_dismissed_once() {
    let world = World::new().await;
    let id = world.project().await;
    world.invoice(&id).await;
    let list = world.get(&format!("/projects/{id}/suggestions")).await;
    let path = |at: usize, what: &str| format!("/projects/{id}/suggestions/{}/{what}", list.items()[at]["id"].as_str().unwrap());

    let dry = world.post(&format!("{}?dry_run=true", path(1, "accept")), json!({})).await;
    assert_eq!(dry.body["status"], "accepted");
    let accepted = world.post(&path(1, "accept"), json!({})).await;
    accepted.expect(StatusCode::OK);
    assert_eq!(accepted.body["status"], "accepted");
    let project = world.get(&format!("/projects/{id}")).await;
    let added = json!({"number": "+31301001500", "block_size": 1, "contract": "kpn-isdn"});
    assert_eq!(project.body["numbers"][1], added);
    world.post(&path(1, "accept"), json!({})).await.expect_problem(StatusCode::CONFLICT, "suggestion_settled");

    let silent = world.post(&path(0, "dismiss"), json!({})).await;
    assert_eq!(silent.errors(), ["/reason missing"]);
    let dismissed = world.post(&path(0, "dismiss"), json!({"reason": "of another branch"})).await;
    assert_eq!(
        (&dismissed.body["status"], &dismissed.body["dismissed_because"]),
        (&json!("dismissed"), &json!("of another branch"))
    );
    world.invoice(&id).await;
    let again = world.get(&format!("/projects/{id}/suggestions")).await;
    assert_eq!(again.items().len(), 2, "neither comes back from the next invoice");

    let nowhere = format!("/projects/{id}/suggestions/019b3c1e-0000-7000-8000-000000000000/accept");
    world.post(&nowhere, json!({})).await.expect_problem(StatusCode::NOT_FOUND, "not_found");
    world
        .post(&format!("/projects/{id}/suggestions/1/accept"), json!({}))
        .await
        .expect_problem(StatusCode::NOT_FOUND, "not_found");
}

#[tokio::test]
async fn a_number_of_another_project_is_not_accepted() {
    let world = World::new().await;
    let id = world.project().await;
    world.invoice(&id).await;
    world.project_with(json!({"numbers": [{"number": "030 100 15 00", "contract": "kpn-isdn"}]})).await;
    let list = world.get(&format!("/projects/{id}/suggestions")).await;
    let suggestion = list.items()[1]["id"].as_str().unwrap();
    let refused = world.post(&format!("/projects/{id}/suggestions/{suggestion}/accept"), json!({})).await;
    assert_eq!(refused.errors(), ["/numbers/1/number number_taken"]);
    let after = world.get(&format!("/projects/{id}/suggestions")).await;
    assert_eq!(after.items()[1]["status"], "open");
}
