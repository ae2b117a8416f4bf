//! Power cuts while a project is made, and while its letters are.

use std::time::Duration;

use reqwest::Method;
use tokio::time::sleep;

use crate::support::api::{Raw, nothing};
use crate::support::intake::shop;
use crate::support::job::{Job, text};
use crate::support::pdf;
use crate::support::world::World;

/// A notice and an authorization for each of a shop's providers, a cancellation for the contract that ends, and the cover letter.
const LETTERS: usize = 6;

#[tokio::test]
async fn what_was_asked_for_under_a_key_is_made_once() {
    tokio::join!(during_intake(), while_letters_are_made());
}

async fn during_intake() {
    let mut world = World::begin().await;
    let mut answered = Vec::new();
    for (n, delay) in (0..).zip([0, 2, 5, 10, 20, 40]) {
        let (api, key) = (world.api.clone(), format!("intake {n}"));
        let asking = tokio::spawn(async move { api.post_under(&key, "/api/v1/projects", shop(n)).await });
        sleep(Duration::from_millis(delay)).await;
        world.crash_and_start().await;
        let answer = asking.await.unwrap();
        assert_eq!(answer.status, 201, "{}", answer.json());
        answered.push(text(&answer.json()["id"]));
    }
    let mut listed: Vec<String> = world.api.list("/api/v1/projects").await.iter().map(|project| text(&project["id"])).collect();
    listed.sort();
    answered.sort();
    assert_eq!(listed, answered, "each was made once, and is the one that was answered");
    world.stop().await;
    assert!(world.verify().status.success());
}

async fn while_letters_are_made() {
    let mut world = World::begin().await;
    for (n, delay) in (0..).zip([0, 10, 30, 60, 100, 150]) {
        let job = Job::start(&world.api, &shop(n)).await;
        job.finish("offer", &[]).await;
        let (api, path, key) = (world.api.clone(), job.path("/advance"), format!("advance {n}"));
        let headers = vec![("content-type", "application/json".to_owned()), ("idempotency-key", key.clone())];
        let request = Raw { body: Some(b"{}".to_vec()), headers };
        let asking = tokio::spawn(async move { api.send(Method::POST, &path, request).await });
        sleep(Duration::from_millis(delay)).await;
        world.crash_and_start().await;
        let answered = asking.await.unwrap().is_ok_and(|answer| answer.status == 200);

        let (phase, letters) = (text(&job.project().await["phase"]), readable_letters(&job).await);
        match phase.as_str() {
            "offer" => assert!(letters == 0 && !answered, "no phase, no letter, no answer: {letters} letters"),
            "order" => assert_eq!(letters, LETTERS, "all letters"),
            other => panic!("in {other}"),
        }
        let repeated = world.api.post_under(&key, &job.path("/advance"), nothing()).await;
        assert_eq!((repeated.status, &repeated.json()["phase"]), (200, &"order".into()), "{}", repeated.json());
        assert_eq!(readable_letters(&job).await, LETTERS);
    }
    world.stop().await;
    assert!(world.verify().status.success());
}

/// How many letters there are; each has a PDF that opens and names its provider, or the customer.
async fn readable_letters(job: &Job) -> usize {
    let letters = job.letters().await;
    for letter in &letters {
        let file = job.api.download(&text(&letter["pdf"])).await;
        let named = letter["provider"].as_str().unwrap_or("Winkel");
        assert!(pdf::text(&file.body).contains(named), "{letter}");
    }
    letters.len()
}
