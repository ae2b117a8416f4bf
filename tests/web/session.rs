//! Signing in and out, and who may send a form.

use super::visitor::{Visitor, html, location, token};
use crate::support::api::TOKEN;
use crate::support::intake::shop;
use crate::support::job::{Job, text};
use crate::support::process::run;
use crate::support::sqlite;
use crate::support::world::World;

#[tokio::test]
async fn a_session_is_opened_by_a_token_and_ends_when_one_signs_out() {
    let world = World::begin().await;
    Job::start(&world.api, &shop(0)).await;
    let mut visitor = Visitor::new(&world);
    let asked = visitor.get("/migrations?q=a").await;
    assert_eq!((asked.status, location(&asked)), (303, "/sign-in?next=%2Fmigrations%3Fq%3Da"));

    for (given, said) in [("", "Vul uw token in"), ("ovs_nobody", "niet (meer) geldig")] {
        let refused = visitor.send("/sign-in", &[("token", given)], &[("accept-language", "nl")]).await;
        assert_eq!(refused.status, 422);
        assert!(html(&refused).contains(said), "{given:?}");
        assert!(refused.headers.get("set-cookie").is_none());
    }
    let calendar = visitor.sign_in(&token(&world, "calendar", None)).await;
    assert_eq!(calendar.status, 422, "a calendar reads no pages");

    let opened = visitor.sign_in(&token(&world, "manager", None)).await;
    assert_eq!((opened.status, location(&opened)), (303, "/"));
    let cookie = opened.headers["set-cookie"].to_str().unwrap();
    assert!(cookie.contains("; HttpOnly; SameSite=Lax") && cookie.contains("; Path=/"), "{cookie}");
    assert_eq!(visitor.get("/migrations").await.status, 200);

    let id = visitor.cookie().and_then(|cookie| cookie.split_once('=')).map(|(_, id)| id.to_owned()).unwrap();
    assert_eq!(id.len(), 64, "256 random bits");
    assert!(!sqlite::dump(&world.url).await.contains(&id), "only its hash is kept");

    let gone = visitor.post("/sign-out", &[]).await;
    assert_eq!((gone.status, location(&gone)), (303, "/sign-in?signed_out=1"));
    assert_eq!(visitor.get("/migrations").await.status, 303, "the old cookie opens nothing");
    world.ends_right(&[]).await;
}

#[tokio::test]
async fn a_session_is_over_once_its_token_is_revoked() {
    let world = World::begin().await;
    Job::start(&world.api, &shop(0)).await;
    let visitor = Visitor::of_role(&world, "engineer", None).await;
    assert_eq!(visitor.get("/migrations").await.status, 200);
    let listed = String::from_utf8(run(&["token", "list", "--database-url", &world.url]).stdout).unwrap();
    let id = listed.lines().find(|line| line.contains("engineer")).and_then(|line| line.split(' ').next()).unwrap().to_owned();
    assert!(run(&["token", "revoke", &id, "--database-url", &world.url]).status.success());
    assert_eq!(visitor.get("/migrations").await.status, 303);
}

#[tokio::test]
async fn who_fails_to_sign_in_again_and_again_has_to_wait() {
    let world = World::begin().await;
    let mut visitor = Visitor::new(&world);
    for _ in 0..5 {
        assert_eq!(visitor.sign_in("ovs_nobody").await.status, 422);
    }
    let waits = visitor.sign_in(TOKEN).await;
    assert_eq!(waits.status, 429, "even with what is right");
    assert!(waits.headers["retry-after"].to_str().unwrap().parse::<u32>().unwrap() > 20);
    let elsewhere = [("x-forwarded-for", "198.51.100.7"), ("sec-fetch-site", "same-origin")];
    let other = visitor.send("/sign-in", &[("token", TOKEN)], &elsewhere).await;
    assert_eq!(other.status, 303, "others, behind the same proxy, do not");
}

#[tokio::test]
async fn a_form_that_is_not_of_this_session_and_site_changes_nothing() {
    let world = World::begin().await;
    let job = Job::start(&world.api, &shop(0)).await;
    let (visitor, other) = (Visitor::manager(&world).await, Visitor::manager(&world).await);
    let path = format!("/migrations/{}/tasks/poe-switch-check/complete", job.id);
    let before = job.project().await["version"].clone();
    let (mine, others) = (visitor.form_token(), other.form_token());
    assert!(mine.len() == 64 && mine != others);
    for (what, token, headers) in [
        ("no token", "", vec![("sec-fetch-site", "same-origin")]),
        ("another session's", others, vec![("sec-fetch-site", "same-origin")]),
        ("another site", mine, vec![("sec-fetch-site", "cross-site")]),
        ("a neighbouring site", mine, vec![("sec-fetch-site", "same-site")]),
        ("another origin", mine, vec![("origin", "https://evil.example")]),
        ("no origin to tell", mine, vec![("origin", "null")]),
    ] {
        let answer = visitor.send(&path, &[("form_token", token)], &headers).await;
        assert_eq!(answer.status, 403, "{what}");
    }
    assert_eq!(visitor.get(&path).await.status, 405, "reading it does nothing");
    assert_eq!(job.project().await["version"], before);
    let answer = visitor.post(&path, &[]).await;
    assert_eq!(answer.status, 303, "{}", html(&answer));
    assert_eq!(text(&job.task("poe-switch-check").await["state"]), "done");
}

#[tokio::test]
async fn a_cookie_is_no_token_and_a_token_no_cookie() {
    let world = World::begin().await;
    let visitor = Visitor::manager(&world).await;
    let asked = visitor.get("/api/v1/projects").await;
    assert_eq!(asked.status, 401, "the API goes by tokens only: no other site can have a browser call it");
    let bearer = format!("Bearer {TOKEN}");
    assert_eq!(Visitor::new(&world).get_with("/migrations", &[("authorization", &bearer)]).await.status, 303);
}
