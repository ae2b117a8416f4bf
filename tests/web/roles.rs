//! Every page with every role: who sees it, and who is told that there is no such thing.

use super::visitor::{Visitor, field, html, location};
use crate::support::intake::shop;
use crate::support::job::{Job, text};
use crate::support::world::World;

/// Pages of a migration, by what follows its address.
const PAGES: [&str; 5] = ["", "/contracts", "/documents", "/cutover", "/trail"];
/// Forms of a migration.
const FORMS: [&str; 9] = [
    "/tasks/scope/complete",
    "/tasks/scope/skip",
    "/tasks/scope/reopen",
    "/warnings/double_costs/acknowledge",
    "/advance",
    "/letters/{letter}/sent",
    "/cutover/retry",
    "/cutover/resolve",
    "/cutover/abort",
];

#[tokio::test]
async fn each_role_sees_what_is_its_own_to_see() {
    let world = World::begin().await;
    let (mine, theirs) = (Job::start(&world.api, &shop(0)).await, Job::start(&world.api, &shop(1)).await);
    mine.to_order().await;
    mine.customer_does_its_part().await;
    let reference = text(&mine.project().await["reference"]);
    let letter = text(&mine.letters().await[0]["id"]);
    let file = text(&world.api.list(&mine.path("/attachments")).await[0]["id"]);
    let files = [format!("/letters/{letter}/pdf"), format!("/attachments/{file}")];
    let pages: Vec<String> = PAGES.iter().map(|of| format!("/migrations/{}{of}", mine.id)).chain(files).collect();

    let nobody = Visitor::new(&world);
    let stranger = Visitor::of_role(&world, "customer", Some(&text(&theirs.project().await["reference"]))).await;
    for page in pages.iter().map(String::as_str).chain(["/", "/migrations"]) {
        let asked = nobody.get(page).await;
        assert!(asked.status == 303 && location(&asked).starts_with("/sign-in?next="), "{page} for nobody");
    }
    for page in &pages {
        let asked = stranger.get(page).await;
        assert_eq!(asked.status, 404, "{page} for another's customer");
        assert!(!html(&asked).contains("Winkel 0"), "{page} tells another's customer something");
    }
    for role in ["manager", "engineer", "customer", "integration"] {
        let visitor = Visitor::of_role(&world, role, (role == "customer").then_some(reference.as_str())).await;
        for page in &pages {
            assert_eq!(visitor.get(page).await.status, 200, "{page} for {role}");
        }
        assert_eq!(html(&visitor.get("/migrations").await).contains("Winkel 1 B.V."), role != "customer", "{role}");
    }
    for page in ["/migrations/1", "/migrations/00000000-0000-0000-0000-000000000000", "/letters/1/pdf", "/nowhere"] {
        assert_eq!(stranger.get(page).await.status, 404, "{page}");
    }
}

#[tokio::test]
async fn no_form_of_a_stranger_does_anything() {
    let world = World::begin().await;
    let (mine, theirs) = (Job::start(&world.api, &shop(0)).await, Job::start(&world.api, &shop(1)).await);
    mine.to_order().await;
    let letter = text(&mine.letters().await[0]["id"]);
    let before = mine.project().await["version"].clone();
    let stranger = Visitor::of_role(&world, "customer", Some(&text(&theirs.project().await["reference"]))).await;
    let nobody = Visitor::new(&world);
    let fields = [("reason", "zomaar"), ("note", "zomaar")];
    for form in FORMS {
        let path = format!("/migrations/{}{}", mine.id, form.replace("{letter}", &letter));
        assert_eq!(stranger.post(&path, &fields).await.status, 404, "{form}");
        let refused = nobody.post(&path, &fields).await;
        assert!(refused.status == 303 && location(&refused).starts_with("/sign-in"), "{form}: {}", refused.status);
        // Neither through a migration of their own.
        let path = format!("/migrations/{}/letters/{letter}/sent", theirs.id);
        assert_eq!(stranger.post(&path, &[]).await.status, 404);
    }
    assert_eq!(mine.project().await["version"], before);
}

#[tokio::test]
async fn a_role_is_offered_what_it_may_do_and_the_rest_is_refused() {
    let world = World::begin().await;
    let job = Job::start(&world.api, &shop(0)).await;
    let reference = text(&job.project().await["reference"]);
    let page = format!("/migrations/{}", job.id);
    let form = |of: &str| format!("{page}/tasks/{of}");
    for (role, offered, withheld) in [
        ("manager", vec!["scope/complete", "scope/skip", "contract-end-dates/complete"], vec![]),
        ("engineer", vec!["scope/complete", "connectivity-test/complete"], vec!["scope/skip", "contract-end-dates/complete"]),
        ("customer", vec!["scope/complete", "contract-end-dates/complete"], vec!["scope/skip", "connectivity-test/complete"]),
        ("integration", vec![], vec!["scope/complete", "scope/skip", "connectivity-test/complete"]),
    ] {
        let visitor = Visitor::of_role(&world, role, (role == "customer").then_some(reference.as_str())).await;
        let shown = html(&visitor.get(&page).await);
        for deed in offered {
            assert!(shown.contains(&format!("action=\"{}\"", form(deed))), "{role} is offered {deed}");
        }
        for deed in withheld {
            assert!(!shown.contains(&format!("action=\"{}\"", form(deed))), "{role} is not offered {deed}");
            let refused = visitor.post(&form(deed), &[("reason", "toch maar"), ("on_behalf_of", "contractor")]).await;
            assert!([403, 422].contains(&refused.status), "{role} {deed}: {}", refused.status);
        }
    }
    assert_eq!(job.task("scope").await["confirmed_by"].as_array().unwrap().len(), 0);
}

#[tokio::test]
async fn what_somebody_else_changed_meanwhile_is_told_and_nothing_typed_is_lost() {
    let world = World::begin().await;
    let job = Job::start(&world.api, &shop(0)).await;
    let visitor = Visitor::manager(&world).await;
    let page = format!("/migrations/{}", job.id);
    let version = field(&html(&visitor.get(&page).await), "version").unwrap();
    job.complete("poe-switch-check").await;

    let form = format!("{page}/tasks/scope/complete");
    let fields = [("version", version.as_str()), ("on_behalf_of", "customer"), ("note", "op <b>papier</b>")];
    let late = visitor.post(&form, &fields).await;
    let shown = html(&late);
    assert_eq!(late.status, 412);
    assert!(shown.contains("op &#60;b&#62;papier&#60;/b&#62;"), "what was typed comes back, as text: {shown}");
    assert!(shown.contains("role=\"alert\""), "and it is said what is wrong");

    let version = field(&shown, "version").unwrap();
    let again = visitor.post(&form, &[("version", &version), ("on_behalf_of", "customer"), ("key", "een-keer")]).await;
    assert_eq!((again.status, location(&again)), (303, format!("{page}?said=confirmed#task-scope").as_str()));
    assert!(html(&visitor.get(&format!("{page}?said=confirmed")).await).contains("Bevestigd."));
    let twice = visitor.post(&form, &[("version", &version), ("on_behalf_of", "customer"), ("key", "een-keer")]).await;
    assert_eq!(twice.status, 303, "the same form sent twice counts once");
    assert_eq!(job.task("scope").await["confirmed_by"], serde_json::json!(["customer"]));

    let no_reason = visitor.post(&format!("{page}/tasks/connectivity-test/skip"), &[("reason", " ")]).await;
    assert_eq!(no_reason.status, 422);
    assert!(html(&no_reason).contains("aria-invalid=\"true\""));
    assert_eq!(job.task("connectivity-test").await["state"], "open");
}
