//! Who is not let in any more: credentials expire, a clock is off, COIN refuses a confirmation. It is told to whoever can mend it, nothing is
//! lost, and it goes on by itself.

use serde_json::json;

use super::{about_to_ask, connection, to_do, until_not_warned, until_warned};
use crate::support::api::nothing;
use crate::support::intake::bakery;
use crate::support::job::{Job, text, wait};
use crate::support::world::World;

#[tokio::test]
async fn after_credentials_were_renewed_everything_goes_on_without_a_restart() {
    let mut world = World::begin().await;
    let job = about_to_ask(&world, &bakery()).await;
    let renewed = world.outside("/simulator/credentials/renew", json!({})).await;
    job.does("/porting/submit", nothing()).await;
    let told = until_warned(&job, "access_denied").await;
    assert!(told.contains("401 Unauthorized: 8010") && told.contains("ask for the porting"), "{told}");
    assert!(to_do(&job).await.iter().any(|action| action.starts_with("contractor: have the credentials renewed")));
    let failed = job.trail().await.into_iter().find(|event| event["kind"] == "effect_failed").unwrap();
    assert_eq!((&failed["data"]["denied"], failed["data"]["retry_at"].is_string()), (&json!(true), true));
    assert!(connection(&world).await["denied_since"].is_string());
    until_metric(&world, "overstap_coin_access_denied 1").await;
    assert_eq!(job.porting().await["status"], "requested");

    std::fs::write(world.file("credentials/sharedkey.encrypted"), text(&renewed["sharedkey.encrypted"])).unwrap();
    job.until_porting_is("accepted").await;
    until_not_warned(&job, "access_denied").await;
    let coin = connection(&world).await;
    assert_eq!((&coin["denied_since"], &coin["connected"]), (&json!(null), &json!(true)), "{coin}");
    assert_eq!(world.effects("coin.portingrequest").await.len(), 1);

    the_clock_is_off(&world, &job).await;
    a_confirmation_is_refused(&world, &job).await;
    world.stop().await;
    assert!(world.verify().status.success());
}

async fn the_clock_is_off(world: &World, job: &Job) {
    world.outside("/simulator/clock", json!({"coin_ahead_seconds": 120})).await;
    job.does("/porting/cancel", json!({"reason": "toch niet"})).await;
    let told = until_warned(job, "access_denied").await;
    assert!(told.contains("our clock is ") && told.contains(" behind: it shows "), "{told}");
    assert!(told.contains("set the clock right (NTP, on PostgreSQL on its server)"), "{told}");
    let off = connection(world).await["clock_off_seconds"].as_i64().unwrap();
    assert!((115..=125).contains(&off), "{off}");
    world.outside("/simulator/clock", json!({"coin_ahead_seconds": 0})).await;
    until_not_warned(job, "access_denied").await;
    assert_eq!(world.effects("coin.cancel").await.len(), 1);
}

async fn a_confirmation_is_refused(world: &World, job: &Job) {
    wait("the stream", async || {
        let coin = connection(world).await;
        if coin["connected"] == true { Ok(()) } else { Err(coin) }
    })
    .await;
    world.fault("coin.confirmation", "refuse").await;
    job.does("/porting/submit", nothing()).await;
    job.until_porting_is("accepted").await;
    wait("the refusal to be seen", async || {
        let coin = connection(world).await;
        if coin["unconfirmed_messages"] == 1 { Ok(()) } else { Err(coin) }
    })
    .await;
    until_metric(world, "overstap_coin_messages_unconfirmed 1").await;
    world.outside("/simulator/streams/drop", json!({})).await;
    wait("its confirmation", async || {
        let coin = connection(world).await;
        if coin["unconfirmed_messages"] == 0 && coin["connected"] == true { Ok(()) } else { Err(coin) }
    })
    .await;
    wait("both answers to be confirmed", async || {
        let confirmed = world.effects("coin.confirmation").await;
        if confirmed.len() == 2 { Ok(()) } else { Err(json!(confirmed)) }
    })
    .await;
}

async fn until_metric(world: &World, line: &str) {
    wait(line, async || {
        let metrics = String::from_utf8(world.api.download("/metrics").await.body).unwrap();
        if metrics.lines().any(|told| told == line) { Ok(()) } else { Err(json!(metrics)) }
    })
    .await;
}
