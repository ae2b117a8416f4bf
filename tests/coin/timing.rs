//! What comes early, twice, or too late: an answer before our own call has returned, a message that is told again, a window that passes, an
//! error in what was taken to be done.

use serde_json::json;

use super::{about_to_ask, kept, said_by, until_warned};
use crate::support::api::nothing;
use crate::support::intake::bakery;
use crate::support::job::{Job, text, wait};
use crate::support::world::World;

#[tokio::test]
async fn an_answer_comes_before_the_call_has_returned_and_is_told_again() {
    let mut world = World::begin().await;
    let job = about_to_ask(&world, &bakery()).await;
    world.fault("coin.portingrequest", "slow").await;
    world.fault("coin.confirmation", "unavailable").await;
    job.does("/porting/submit", nothing()).await;
    job.until_porting_is("accepted").await;
    let effects = world.effects("coin.confirmation").await;
    wait("the confirmation", async || {
        let confirmed = world.effects("coin.confirmation").await;
        if confirmed.is_empty() { Err(json!(effects)) } else { Ok(()) }
    })
    .await;
    let answers = job.trail().await.into_iter().filter(|event| event["kind"] == "porting_answered").count();
    assert_eq!(answers, 1, "told twice, taken once");
    assert_eq!(kept(&job).await, ["out portingrequest", "in portingrequestanswer"]);

    job.does("/porting/cancel", json!({"reason": "verkeerd klantnummer"})).await;
    let dossier = job.dossiers().await.remove(0);
    wait("the withdrawal", async || {
        let withdrawn = world.effects("coin.cancel").await;
        if withdrawn == [format!("cancel/{dossier}")] { Ok(()) } else { Err(json!(withdrawn)) }
    })
    .await;
    assert_eq!(job.porting().await["status"], "cancelled");
    let error = json!({"seq": {"errorcode": "E9", "description": "too late"}});
    world
        .outside("/simulator/messages", said_by("CRDB", &json!({"errorfound": {"dossierid": dossier, "repeats": [error]}})))
        .await;
    let told = until_warned(&job, "withdrawal_in_doubt").await;
    assert!(told.contains("E9 too late") && told.contains(&dossier), "{told}");
    world.stop().await;
    assert!(world.verify().status.success());
}

#[tokio::test]
async fn a_window_passes_and_an_error_is_found_in_what_was_performed() {
    let mut world = World::begin().await;
    let job = Job::start(&world.api, &bakery()).await;
    job.to_order().await;
    job.to_implementation().await;
    assert_eq!(job.porting().await["requests"][0]["window_ends_on"], "2027-04-07");
    world.jump_to("2027-04-07T22:00:01Z").await;
    job.until_porting_is("expired").await;
    assert_eq!(job.task("porting-wish-date").await["state"], "open", "it is to be asked for anew");
    job.does("/porting/submit", nothing()).await;
    job.until_porting_is("accepted").await;
    assert_eq!(job.dossiers().await, ["DYNX-20270001-1", "DYNX-20270001-2"]);

    job.schedule("2027-04-20T07:30:00Z").await;
    world.jump_to("2027-04-20T07:29:59Z").await;
    world.fault("coin.portingperformed", "refuse").await;
    let stopped = job.until_cutover_is("incident").await;
    let what = text(&stopped["incident"]["what"]["en"]);
    assert!(what.contains("COIN reports an error") && what.contains("REFUSED"), "{what}");
    assert_eq!(stopped["number_states"][0]["place"], "unknown", "COIN had said that it has the message");
    let sent = |trail: &[serde_json::Value]| trail.iter().filter(|event| event["kind"] == "porting_performed").count();
    assert!(sent(&job.trail().await) <= 1, "nothing is repeated by itself");
    job.does("/cutover/retry", nothing()).await;
    job.until_cutover_is("done").await;
    assert_eq!(world.effects("coin.portingperformed").await, ["portingperformed/DYNX-20270001-2"]);
    world.stop().await;
    assert!(world.verify().status.success());
}
