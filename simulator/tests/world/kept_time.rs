//! Donors whose time is kept for them say nothing before it is told to have come, and then all of it.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use simulator::{Behaviour, Treatment};
use workflow::porting::coin::Body;

use crate::scene::{REQUESTED_AT, Scene, request};

const HOUR: u64 = 3600;

#[tokio::test]
async fn a_donor_says_in_its_kept_time_that_it_answers_later_and_then_answers() {
    let behaviour = Behaviour::Delay { seconds: 86_400, reason_code: Some(1) };
    let treatment = Treatment { behaviour, after: Duration::from_secs(2 * HOUR) };
    let (scene, world) = Scene::with_kept_time(Arc::new(move |_| treatment.clone())).await;
    let mut inbox = scene.listen();
    scene.send(REQUESTED_AT, request()).await;
    let asked: DateTime<Utc> = instant(REQUESTED_AT);
    let (delayed_at, answered_at) = (asked + Duration::from_secs(2 * HOUR), asked + Duration::from_secs(26 * HOUR));

    assert_eq!(world.next_message_at(), Some(delayed_at));
    world.say_until(delayed_at - Duration::from_secs(1));
    assert_eq!(world.unconfirmed(), 0, "its time has not come");
    world.say_until(delayed_at);
    let Body::AnswerDelayed(delay) = inbox.body().await else { unreachable!("no delay") };
    assert_eq!(delay.answer_due.map(workflow::porting::coin::Timestamp::instant), Some(answered_at));
    assert_eq!(world.next_message_at(), Some(answered_at));
    world.say_until(answered_at);
    assert!(!inbox.answer().await.blocking);
    assert_eq!(world.next_message_at(), None);
    world.all_confirmed().await;
    assert_eq!(world.unconfirmed(), 0);
}

#[tokio::test]
async fn what_was_ordered_of_a_donor_comes_before_its_own_ways() {
    let treatment = Treatment { behaviour: Behaviour::Silent, after: Duration::ZERO };
    let (scene, world) = Scene::with_kept_time(Arc::new(move |_| treatment.clone())).await;
    let mut inbox = scene.listen();
    scene.tell_donor(serde_json::json!({"blocking_code": 42})).await;
    scene.send(REQUESTED_AT, request()).await;
    world.say_until(instant(REQUESTED_AT));
    assert!(inbox.answer().await.blocking);
}

fn instant(timestamp: &str) -> DateTime<Utc> {
    timestamp.parse::<workflow::porting::coin::Timestamp>().unwrap().instant()
}
