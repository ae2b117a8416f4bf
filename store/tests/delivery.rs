//! Each event goes to each subscription once, is sent under a lease, and every attempt is written down.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;
use sqlx::{Connection as _, Executor as _, PgConnection};
use store::{
    CommitError, Delivery, DeliveryFilter, DeliveryState, EndedAttempt, NewDelivery, NewIdempotency, OfEvent, Store, StoreError,
    StoredEvent, Subscription, SubscriptionState, ThenDelivery,
};
use tokio::task::JoinSet;

use crate::support::{World, at, event, one};

on_both![
    an_event_goes_once_to_each_subscription_that_was_there,
    the_first_subscription_begins_at_the_end_and_others_move_nothing,
    dispatchers_at_once_make_each_delivery_once,
    a_delivery_is_claimed_from_its_due_moment_on_and_by_one_sender,
    senders_that_claim_at_once_get_different_deliveries,
    a_projects_earlier_event_goes_first_until_it_has_failed,
    a_sender_that_died_leaves_an_attempt_without_an_end,
    who_lost_the_lease_is_not_heard,
    an_attempts_end_is_kept_with_what_follows,
    a_subscription_that_is_not_active_is_not_sent_anything,
    a_change_counts_only_upon_the_version_it_was_made_from,
    what_is_over_is_sent_again_when_asked_for,
    deliveries_are_listed_latest_first_and_by_what_is_asked,
    what_is_old_is_forgotten_and_what_is_under_way_is_not,
    a_deleted_subscription_goes_with_its_deliveries,
    an_answer_is_kept_with_what_it_tells,
];

fn subscription(id: &str) -> Subscription {
    Subscription {
        id: id.to_owned(),
        version: 1,
        url: format!("https://{id}.example/hook"),
        kinds: vec!["*".to_owned()],
        description: None,
        scheme: "v1".to_owned(),
        keys: json!([{"secret": "whsec_c2VjcmV0"}]),
        state: SubscriptionState::Active,
        disabled_because: None,
        disabled_at: None,
        failing_since: None,
        created_by: "admin".to_owned(),
        created_at: at(0),
        updated_at: at(0),
    }
}

fn delivery(subscription: &str, event: &StoredEvent) -> NewDelivery {
    NewDelivery {
        id: format!("{subscription}-{}-{}", event.project_id, event.seq),
        subscription_id: subscription.to_owned(),
        event: Some(OfEvent { position: event.position.clone(), project_id: event.project_id.clone(), seq: event.seq }),
        kind: event.kind.clone(),
        at: event.at,
    }
}

fn test_delivery(id: &str, subscription: &str) -> NewDelivery {
    let subscription_id = subscription.to_owned();
    NewDelivery { id: id.to_owned(), subscription_id, event: None, kind: "test".to_owned(), at: at(1) }
}

fn ended(delivery: &Delivery, sender: &str, minute: i64, then: ThenDelivery) -> EndedAttempt {
    EndedAttempt {
        delivery_id: delivery.id.clone(),
        attempt: delivery.attempts,
        claimed_by: sender.to_owned(),
        at: at(minute),
        milliseconds: 12,
        status: Some(if then == ThenDelivery::Delivered { 204 } else { 500 }),
        answer: Some("what it said".to_owned()),
        error: None,
        then,
        disabled_because: None,
    }
}

/// Dispatches all there is to these subscriptions, as one who reads the stream to its end.
async fn dispatch(store: &Store, subscriptions: &[&str], now: DateTime<Utc>) -> bool {
    let from = store.dispatched_to().await.unwrap();
    let events = store.feed(Some(&from), None, 1000).await.unwrap();
    let Some(last) = events.last() else { return false };
    let new: Vec<_> = events.iter().flat_map(|event| subscriptions.iter().map(|name| delivery(name, event))).collect();
    store.dispatch(&from, &last.position, &new, now).await.unwrap()
}

async fn all(store: &Store) -> Vec<Delivery> {
    let filter = DeliveryFilter { limit: 1000, ..DeliveryFilter::default() };
    store.deliveries(&filter).await.unwrap().items
}

async fn states(store: &Store) -> Vec<(String, DeliveryState)> {
    let mut states: Vec<_> = all(store).await.into_iter().map(|delivery| (delivery.id, delivery.state)).collect();
    states.reverse();
    states
}

/// A subscription `s`, and a project `a` with three events on their way to it, made in minute 1.
async fn three_on_their_way(world: &World) {
    world.store.add_subscription(&subscription("s"), None).await.unwrap();
    world.new_project("a").await;
    world.amend("a", 0, |commit| commit.events = vec![event("x"), event("y")]).await.unwrap();
    world.feed(3).await;
    assert!(dispatch(&world.store, &["s"], at(1)).await);
}

async fn claim(world: &World, minute: i64, sender: &str, limit: u32) -> Vec<Delivery> {
    world.store.claim_deliveries("s", at(minute), at(minute + 10), sender, limit).await.unwrap()
}

fn ids(deliveries: &[Delivery]) -> Vec<&str> {
    deliveries.iter().map(|delivery| delivery.id.as_str()).collect()
}

async fn an_event_goes_once_to_each_subscription_that_was_there(world: World) {
    world.new_project("a").await;
    world.feed(1).await;
    world.store.add_subscription(&subscription("s"), None).await.unwrap();
    world.amend("a", 5, |commit| commit.events = vec![event("x")]).await.unwrap();
    let events = world.feed(2).await;
    world.store.add_subscription(&subscription("late"), None).await.unwrap();

    let from = world.store.dispatched_to().await.unwrap();
    let new: Vec<_> = events.iter().flat_map(|event| ["s", "late", "nobody"].map(|name| delivery(name, event))).collect();
    assert!(world.store.dispatch(&from, &events[1].position, &new, at(6)).await.unwrap());
    let made = one(all(&world.store).await);
    assert_eq!((made.id.as_str(), made.subscription_id.as_str(), made.kind.as_str()), ("s-a-2", "s", "x"));
    assert_eq!((made.project_id.as_deref(), made.seq, made.at), (Some("a"), Some(2), at(5)));
    assert_eq!((made.state, made.due_at, made.attempts, made.created_at), (DeliveryState::Pending, Some(at(6)), 0, at(6)));

    // Who comes too late changes nothing, nor does who goes over the same events again.
    assert!(!world.store.dispatch(&from, &events[1].position, &new, at(7)).await.unwrap());
    assert_eq!(world.store.dispatched_to().await.unwrap(), events[1].position);
    let again: Vec<_> = new.iter().map(|new| NewDelivery { id: format!("{}-again", new.id), ..new.clone() }).collect();
    assert!(world.store.dispatch(&events[1].position, &events[1].position, &again, at(7)).await.unwrap());
    assert_eq!(one(all(&world.store).await), made);
    let refused = world.store.dispatch("x", &from, &[], at(7)).await.unwrap_err();
    assert!(matches!(refused, StoreError::BadCursor), "{refused:?}");
}

async fn the_first_subscription_begins_at_the_end_and_others_move_nothing(world: World) {
    let start = world.store.dispatched_to().await.unwrap();
    world.new_project("a").await;
    let first = world.feed(1).await;
    assert_eq!(world.store.dispatched_to().await.unwrap(), start);
    world.store.add_subscription(&subscription("s"), None).await.unwrap();
    assert_eq!(world.store.dispatched_to().await.unwrap(), first[0].position);
    world.new_project("b").await;
    world.feed(2).await;
    world.store.add_subscription(&subscription("t"), None).await.unwrap();
    assert_eq!(world.store.dispatched_to().await.unwrap(), first[0].position, "`s` has not been told of what is after it");
}

/// Reads on until all events are read, now and then losing to another.
async fn read_on(store: Store, count: usize) {
    while all(&store).await.len() < count {
        dispatch(&store, &["s"], at(1)).await;
    }
}

async fn dispatchers_at_once_make_each_delivery_once(world: World) {
    const EVENTS: usize = 60;
    let other_server = Store::open(&world.url).await.unwrap();
    world.store.add_subscription(&subscription("s"), None).await.unwrap();
    let mut readers = JoinSet::new();
    for number in 0..4 {
        let store = if number % 2 == 0 { world.store.clone() } else { other_server.clone() };
        readers.spawn(read_on(store, EVENTS));
    }
    world.new_project("a").await;
    for _ in 1..EVENTS {
        world.amend("a", 1, |commit| commit.events = vec![event("x")]).await.unwrap();
    }
    readers.join_all().await;
    let mut seqs: Vec<_> = all(&world.store).await.iter().map(|delivery| delivery.seq.unwrap()).collect();
    seqs.reverse();
    assert_eq!(seqs, (1..=i64::try_from(EVENTS).unwrap()).collect::<Vec<_>>(), "each once, in the order of the stream");
    other_server.close().await;
}

async fn a_delivery_is_claimed_from_its_due_moment_on_and_by_one_sender(world: World) {
    three_on_their_way(&world).await;
    assert_eq!(claim(&world, 0, "me", 9).await, []);
    assert_eq!(world.store.subscriptions_to_tell(at(0)).await.unwrap(), []);
    assert_eq!(one(world.store.subscriptions_to_tell(at(1)).await.unwrap()), subscription("s"));
    assert_eq!(world.store.claim_deliveries("other", at(1), at(2), "me", 9).await.unwrap(), []);

    let first = one(claim(&world, 1, "me", 9).await);
    assert_eq!((first.id.as_str(), first.state, first.attempts), ("s-a-1", DeliveryState::Sending, 1));
    assert_eq!(first.due_at, Some(at(11)));
    assert_eq!(claim(&world, 1, "other", 9).await, []);
    assert!(world.store.end_attempt(&ended(&first, "me", 2, ThenDelivery::Delivered)).await.unwrap());
    assert_eq!(ids(&claim(&world, 2, "other", 9).await), ["s-a-2"]);
    let kept = world.store.delivery("s-a-1").await.unwrap().unwrap();
    assert_eq!((kept.state, kept.due_at, kept.settled_at), (DeliveryState::Delivered, None, Some(at(2))));
}

async fn senders_that_claim_at_once_get_different_deliveries(world: World) {
    world.store.add_subscription(&subscription("s"), None).await.unwrap();
    for number in 0..40 {
        world.new_project(&format!("p{number:02}")).await;
    }
    world.feed(40).await;
    dispatch(&world.store, &["s"], at(1)).await;
    let other_server = Store::open(&world.url).await.unwrap();
    let mut racing = JoinSet::new();
    for number in 0..6 {
        let store = if number % 2 == 0 { world.store.clone() } else { other_server.clone() };
        racing.spawn(async move {
            let mut mine = Vec::new();
            loop {
                let claimed = store.claim_deliveries("s", at(1), at(11), &format!("w{number}"), 3).await.unwrap();
                if claimed.is_empty() {
                    return mine;
                }
                mine.extend(claimed.into_iter().map(|delivery| delivery.number));
            }
        });
    }
    let mut numbers = racing.join_all().await.concat();
    numbers.sort_unstable();
    numbers.dedup();
    assert_eq!(numbers.len(), 40);
    other_server.close().await;
}

async fn a_projects_earlier_event_goes_first_until_it_has_failed(world: World) {
    three_on_their_way(&world).await;
    world.new_project("b").await;
    world.feed(4).await;
    dispatch(&world.store, &["s"], at(1)).await;
    let both = claim(&world, 1, "me", 9).await;
    assert_eq!(ids(&both), ["s-a-1", "s-b-1"], "one of each project");
    assert!(world.store.end_attempt(&ended(&both[0], "me", 2, ThenDelivery::RetryAt(at(4)))).await.unwrap());
    let second = one(claim(&world, 2, "me", 9).await);
    assert_eq!(second.id, "s-a-2", "one that failed holds up nobody");
    assert_eq!(claim(&world, 4, "me", 9).await, [], "and is not sent beside another");
    assert!(world.store.end_attempt(&ended(&second, "me", 5, ThenDelivery::Delivered)).await.unwrap());
    assert_eq!(ids(&claim(&world, 5, "me", 1).await), ["s-a-3"], "what is due for longer goes first");
    assert_eq!(claim(&world, 5, "me", 9).await, []);
}

async fn a_sender_that_died_leaves_an_attempt_without_an_end(world: World) {
    three_on_their_way(&world).await;
    claim(&world, 1, "lost", 9).await;
    assert_eq!(claim(&world, 10, "me", 9).await, [], "the lease runs until minute 11");
    let again = one(claim(&world, 11, "me", 9).await);
    assert_eq!((again.id.as_str(), again.attempts), ("s-a-1", 2));
    assert!(world.store.end_attempt(&ended(&again, "me", 12, ThenDelivery::Delivered)).await.unwrap());
    let attempts = world.store.attempts_of("s-a-1").await.unwrap();
    let told: Vec<_> = attempts.iter().map(|a| (a.attempt, a.started_at, a.milliseconds, a.status)).collect();
    assert_eq!(told, [(1, at(1), None, None), (2, at(11), Some(12), Some(204))]);
}

async fn who_lost_the_lease_is_not_heard(world: World) {
    three_on_their_way(&world).await;
    let lost = one(claim(&world, 1, "lost", 9).await);
    let held = one(claim(&world, 11, "holder", 9).await);
    for (claim, sender) in [(&lost, "lost"), (&lost, "holder"), (&held, "lost")] {
        assert!(!world.store.end_attempt(&ended(claim, sender, 12, ThenDelivery::Delivered)).await.unwrap());
    }
    assert!(world.store.end_attempt(&ended(&held, "holder", 12, ThenDelivery::Delivered)).await.unwrap());
    assert!(!world.store.end_attempt(&ended(&held, "holder", 12, ThenDelivery::Failed)).await.unwrap());
    assert_eq!(world.store.delivery("s-a-1").await.unwrap().unwrap().state, DeliveryState::Delivered);
}

async fn an_attempts_end_is_kept_with_what_follows(world: World) {
    three_on_their_way(&world).await;
    let state = async || world.store.subscription("s").await.unwrap().unwrap();
    let first = one(claim(&world, 1, "me", 1).await);
    let failed = EndedAttempt {
        status: None,
        answer: None,
        error: Some("not reached".to_owned()),
        ..ended(&first, "me", 2, ThenDelivery::RetryAt(at(3)))
    };
    assert!(world.store.end_attempt(&failed).await.unwrap());
    assert_eq!(state().await.failing_since, Some(at(2)));
    let attempt = one(world.store.attempts_of("s-a-1").await.unwrap());
    assert_eq!((attempt.milliseconds, attempt.status, attempt.error.as_deref()), (Some(12), None, Some("not reached")));

    let second = one(claim(&world, 2, "me", 1).await);
    assert!(world.store.end_attempt(&ended(&second, "me", 4, ThenDelivery::Failed)).await.unwrap());
    assert_eq!(state().await.failing_since, Some(at(2)), "the first failure counts");
    assert_eq!(world.store.delivery("s-a-2").await.unwrap().unwrap().state, DeliveryState::Failed);
    let third = one(claim(&world, 4, "me", 1).await);
    assert!(world.store.end_attempt(&ended(&third, "me", 5, ThenDelivery::Delivered)).await.unwrap());
    assert_eq!(state().await, subscription("s"), "a success ends the failing, and is no change");

    let first = one(claim(&world, 5, "me", 1).await);
    let gone = EndedAttempt { disabled_because: Some("gone"), ..ended(&first, "me", 6, ThenDelivery::Failed) };
    assert!(world.store.end_attempt(&gone).await.unwrap());
    let disabled = state().await;
    assert_eq!((disabled.state, disabled.version, disabled.disabled_at), (SubscriptionState::Disabled, 2, Some(at(6))));
    assert_eq!(disabled.disabled_because.as_deref(), Some("gone"));
    assert_eq!(world.store.backlog().await.unwrap(), store::Backlog { open: 0, disabled: 1 });
}

async fn a_subscription_that_is_not_active_is_not_sent_anything(world: World) {
    three_on_their_way(&world).await;
    for (version, state) in [(2, SubscriptionState::Paused), (3, SubscriptionState::Disabled)] {
        let disabled = state == SubscriptionState::Disabled;
        let changed = Subscription {
            version,
            state,
            disabled_because: disabled.then(|| "failing".to_owned()),
            disabled_at: disabled.then(|| at(1)),
            ..subscription("s")
        };
        world.store.change_subscription(&changed, None).await.unwrap();
        assert_eq!(claim(&world, 1, "me", 9).await, [], "{state:?}");
        assert_eq!(world.store.subscriptions_to_tell(at(1)).await.unwrap(), [], "{state:?}");
    }
    // What happens meanwhile waits for it.
    world.amend("a", 2, |commit| commit.events = vec![event("z")]).await.unwrap();
    world.feed(4).await;
    dispatch(&world.store, &["s"], at(2)).await;
    world.store.change_subscription(&Subscription { version: 4, ..subscription("s") }, None).await.unwrap();
    assert_eq!(all(&world.store).await.len(), 4);
    assert_eq!(ids(&claim(&world, 3, "me", 9).await), ["s-a-1"]);
}

async fn a_change_counts_only_upon_the_version_it_was_made_from(world: World) {
    world.store.add_subscription(&subscription("s"), None).await.unwrap();
    let changed = Subscription { version: 2, url: "https://new.example/".to_owned(), updated_at: at(3), ..subscription("s") };
    world.store.change_subscription(&changed, None).await.unwrap();
    assert_eq!(world.store.subscription("s").await.unwrap(), Some(changed.clone()));
    let late =
        world.store.change_subscription(&Subscription { description: Some("x".to_owned()), ..changed.clone() }, None).await;
    assert!(matches!(late, Err(CommitError::VersionConflict { current: 2 })), "{late:?}");
    let nobody = world.store.change_subscription(&Subscription { version: 2, ..subscription("nobody") }, None).await;
    assert!(matches!(nobody, Err(CommitError::VersionConflict { current: 0 })), "{nobody:?}");
    assert_eq!(world.store.subscriptions().await.unwrap(), [changed]);
}

async fn what_is_over_is_sent_again_when_asked_for(world: World) {
    three_on_their_way(&world).await;
    let first = one(claim(&world, 1, "me", 1).await);
    let busy = world.store.replay_delivery("s-a-1", None, at(1)).await;
    assert!(matches!(busy, Err(CommitError::StaleClaim)), "{busy:?}");
    world.store.end_attempt(&ended(&first, "me", 2, ThenDelivery::Failed)).await.unwrap();
    let second = one(claim(&world, 2, "me", 1).await);
    world.store.end_attempt(&ended(&second, "me", 3, ThenDelivery::Delivered)).await.unwrap();
    let third = one(claim(&world, 3, "me", 1).await);
    world.store.end_attempt(&ended(&third, "me", 4, ThenDelivery::RetryAt(at(500)))).await.unwrap();

    let soon = at(0) + TimeDelta::seconds(1);
    assert_eq!(world.store.count_failed("s", at(0)).await.unwrap(), 1);
    assert_eq!(world.store.replay_failed("s", soon, at(5), |_| None).await.unwrap(), 0, "its event was before");
    assert_eq!(world.store.replay_failed("other", at(0), at(5), |_| None).await.unwrap(), 0);
    assert_eq!(world.store.replay_failed("s", at(0), at(5), |_| None).await.unwrap(), 1);
    let again = one(claim(&world, 5, "me", 9).await);
    assert_eq!((again.id.as_str(), again.attempts, again.attempts_of_round), ("s-a-1", 2, 1));
    world.store.end_attempt(&ended(&again, "me", 6, ThenDelivery::Delivered)).await.unwrap();

    world.store.replay_delivery("s-a-2", None, at(6)).await.unwrap();
    assert_eq!(one(claim(&world, 6, "me", 9).await).id, "s-a-2", "one that was delivered");
    world.store.replay_delivery("s-a-3", None, at(6)).await.unwrap();
    let kept = world.store.delivery("s-a-3").await.unwrap().unwrap();
    assert_eq!(
        (kept.due_at, kept.attempts_of_round, kept.state),
        (Some(at(6)), 0, DeliveryState::Pending),
        "sooner than it would"
    );
}

async fn deliveries_are_listed_latest_first_and_by_what_is_asked(world: World) {
    three_on_their_way(&world).await;
    world.store.add_subscription(&subscription("t"), None).await.unwrap();
    world.store.add_test_delivery(&test_delivery("try", "t"), None, at(2)).await.unwrap();
    let first = one(claim(&world, 2, "me", 1).await);
    world.store.end_attempt(&ended(&first, "me", 2, ThenDelivery::Failed)).await.unwrap();

    let page = async |filter: DeliveryFilter| world.store.deliveries(&filter).await.unwrap();
    let asked = DeliveryFilter { limit: 3, ..DeliveryFilter::default() };
    let newest = page(asked.clone()).await;
    assert_eq!(ids(&newest.items), ["try", "s-a-3", "s-a-2"]);
    let rest = page(DeliveryFilter { cursor: newest.next_cursor, ..asked.clone() }).await;
    assert_eq!((ids(&rest.items), rest.next_cursor), (vec!["s-a-1"], None));
    let of = DeliveryFilter { subscription_id: Some("s".to_owned()), ..asked.clone() };
    assert_eq!(ids(&page(of.clone()).await.items), ["s-a-3", "s-a-2", "s-a-1"]);
    let failed = DeliveryFilter { state: Some("failed".to_owned()), ..of };
    assert_eq!(ids(&page(failed).await.items), ["s-a-1"]);
    let strange = world.store.deliveries(&DeliveryFilter { cursor: Some("x".to_owned()), ..asked }).await.unwrap_err();
    assert!(matches!(strange, StoreError::BadCursor), "{strange:?}");
}

async fn what_is_old_is_forgotten_and_what_is_under_way_is_not(world: World) {
    three_on_their_way(&world).await;
    let first = one(claim(&world, 1, "me", 1).await);
    world.store.end_attempt(&ended(&first, "me", 5, ThenDelivery::Delivered)).await.unwrap();
    let second = one(claim(&world, 1, "me", 1).await);
    world.store.end_attempt(&ended(&second, "me", 9, ThenDelivery::Failed)).await.unwrap();
    assert_eq!(world.store.prune_deliveries(at(5), 10).await.unwrap(), 0);
    assert_eq!(world.store.prune_deliveries(at(6), 10).await.unwrap(), 1);
    assert_eq!(world.store.attempts_of("s-a-1").await.unwrap(), []);
    assert_eq!(world.store.prune_deliveries(at(60), 10).await.unwrap(), 1);
    assert_eq!(world.store.prune_deliveries(at(60), 10).await.unwrap(), 0, "the third is still to be sent");
    world
        .store
        .change_subscription(&Subscription { version: 2, state: SubscriptionState::Paused, ..subscription("s") }, None)
        .await
        .unwrap();
    assert_eq!(world.store.prune_deliveries(at(1), 10).await.unwrap(), 0);
    assert_eq!(world.store.prune_deliveries(at(60), 10).await.unwrap(), 1, "nobody has sent it for so long");
    assert!(world.store.subscription("s").await.unwrap().is_some());
}

async fn a_deleted_subscription_goes_with_its_deliveries(world: World) {
    three_on_their_way(&world).await;
    let gone = Subscription { version: 2, state: SubscriptionState::Deleted, keys: json!([]), ..subscription("s") };
    world.store.change_subscription(&gone, None).await.unwrap();
    assert_eq!(world.store.subscription("s").await.unwrap(), None);
    assert_eq!(world.store.subscriptions().await.unwrap(), []);
    assert_eq!(world.store.delivery("s-a-1").await.unwrap(), None);
    assert_eq!(all(&world.store).await, []);
    assert_eq!(claim(&world, 1, "me", 9).await, []);
    world.store.add_test_delivery(&test_delivery("try", "s"), None, at(2)).await.unwrap();
    let again = world.store.change_subscription(&Subscription { version: 3, ..subscription("s") }, None).await;
    assert!(matches!(again, Err(CommitError::VersionConflict { current: 0 })), "{again:?}");
    assert_eq!(world.store.prune_deliveries(at(0), 2).await.unwrap(), 2);
    assert_eq!(world.store.prune_deliveries(at(0), 2).await.unwrap(), 1, "the test was not added");
    world.store.add_subscription(&subscription("s"), None).await.unwrap();
}

fn answer(key: &str) -> NewIdempotency {
    let fingerprint = "f".to_owned();
    NewIdempotency { scope: "admin".to_owned(), key: key.to_owned(), fingerprint, status: 201, answer: json!({"id": key}) }
}

async fn an_answer_is_kept_with_what_it_tells(world: World) {
    let kept = async |key: &str| world.store.idempotency("admin", key).await.unwrap().map(|saved| saved.answer);
    world.store.add_subscription(&subscription("s"), Some(&answer("made"))).await.unwrap();
    assert_eq!(kept("made").await, Some(json!({"id": "made"})));
    let twice = world.store.add_subscription(&subscription("t"), Some(&answer("made"))).await;
    assert!(matches!(twice, Err(CommitError::IdempotencyKeyUsed)), "{twice:?}");
    let late = world.store.change_subscription(&Subscription { version: 7, ..subscription("s") }, Some(&answer("changed"))).await;
    assert!(matches!(late, Err(CommitError::VersionConflict { current: 1 })), "{late:?}");
    assert_eq!(kept("changed").await, None, "nothing was changed, so nothing is told");
    world.store.add_test_delivery(&test_delivery("try", "s"), Some(&answer("tried")), at(2)).await.unwrap();
    world.store.replay_delivery("try", Some(&answer("replayed")), at(2)).await.unwrap();
    world.store.replay_failed("s", at(0), at(3), |count| Some(answer(&format!("{count} failed")))).await.unwrap();
    assert!(kept("tried").await.is_some() && kept("replayed").await.is_some() && kept("0 failed").await.is_some());
    assert_eq!(world.store.subscriptions().await.unwrap().len(), 1);
    assert_eq!(states(&world.store).await, [("try".to_owned(), DeliveryState::Pending)]);
}

/// SQLite has one writer: this can only happen on PostgreSQL.
#[tokio::test]
async fn an_event_that_commits_after_the_subscription_was_made_is_told_of() {
    let world = World::postgres().await;
    world.new_project("a").await;
    world.feed(1).await;
    let mut slow = PgConnection::connect(&world.url).await.unwrap();
    let mut transaction = slow.begin().await.unwrap();
    transaction
        .execute(
            "INSERT INTO events (project_id, seq, version, at, actor, kind, data) VALUES ('a', 2, 2, now(), '{}', 'slow', '{}')",
        )
        .await
        .unwrap();
    world.new_project("b").await;
    world.store.add_subscription(&subscription("s"), None).await.unwrap();
    transaction.commit().await.unwrap();
    world.feed(3).await;
    dispatch(&world.store, &["s"], at(1)).await;
    let told: Vec<String> = states(&world.store).await.into_iter().map(|(id, _)| id).collect();
    // b's event was held back until the slow one was there, so it comes with it.
    assert_eq!(told, ["s-a-2", "s-b-1"]);
}
