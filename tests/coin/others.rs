//! What others do with our numbers, and what nobody understands: all of it is kept, shown where it belongs, and confirmed.

use serde_json::json;

use super::{about_to_ask, connection, kept, said_by, to_do, until_warned, warned};
use crate::support::api::nothing;
use crate::support::intake::{bakery, shop};
use crate::support::job::{Job, text, wait};
use crate::support::world::World;

#[tokio::test]
async fn somebody_takes_or_closes_numbers_of_two_projects() {
    let mut world = World::begin().await;
    let bakery = about_to_ask(&world, &bakery()).await;
    let shop = Job::start(&world.api, &shop(1)).await;
    let series = |start: &str, end: &str| json!({"seq": {"numberseries": {"start": start, "end": end}}});
    let both = json!([series("0301001295", "0301001304"), series("0301011200", "0301011209")]);
    let asks = json!({"portingrequest": {"dossierid": "ZIGG-778", "recipientnetworkoperator": "ZIGG", "repeats": both}});
    world.outside("/simulator/messages", said_by("ZIGG", &asks)).await;
    let alarm = "a number of this project is being taken away: ZIGG asks for";
    for (job, number) in [(&bakery, "030 100 12 00 – 030 100 12 99"), (&shop, "030 101 12 00 – 030 101 12 09")] {
        let told = until_warned(job, "number_taken_away").await;
        assert_eq!(told, format!("{alarm} {number} (dossier ZIGG-778)"));
        assert!(to_do(job).await[0].starts_with("contractor: call the customer and the provider today"), "first of all");
        assert_eq!(kept(job).await, ["in portingrequest"]);
    }
    let metrics = String::from_utf8(world.api.download("/metrics").await.body).unwrap();
    assert!(metrics.contains("overstap_numbers_taken_away_total{kind=\"portingrequest\"} 2"), "{metrics}");

    bakery.does("/warnings/number_taken_away/acknowledge", json!({"note": "gebeld, klant weet ervan"})).await;
    assert!(!to_do(&bakery).await[0].contains("call the customer"));
    let ours = json!([series("0301001200", "0301001200")]);
    let closing = json!({"deactivation": {"dossierid": "PTT-9", "currentnetworkoperator": "PTT", "repeats": ours}});
    world.outside("/simulator/messages", said_by("PTT", &closing)).await;
    wait("the second alarm", async || {
        let told = to_do(&bakery).await;
        if told[0].contains("PTT closes 030 100 12 00") { Ok(()) } else { Err(json!(told)) }
    })
    .await;

    let elsewhere = json!({"deactivation": {"dossierid": "PTT-10", "currentnetworkoperator": "PTT", "repeats": [series("0209999999", "0209999999")]}});
    world.outside("/simulator/messages", said_by("PTT", &elsewhere)).await;
    wait("what is about no project", async || {
        let unclaimed = world.api.list("/api/v1/porting/messages").await;
        if unclaimed.len() == 1 { Ok(()) } else { Err(json!(unclaimed)) }
    })
    .await;
    wait("all to be confirmed", async || {
        let confirmed = world.effects("coin.confirmation").await;
        if confirmed.len() == 3 { Ok(()) } else { Err(json!(confirmed)) }
    })
    .await;
    assert_eq!(connection(&world).await["unconfirmed_messages"], 0);
    world.stop().await;
    assert!(world.verify().status.success());
}

#[tokio::test]
async fn what_nobody_understands_is_shown_in_the_project_whose_dossier_it_names() {
    let mut world = World::begin().await;
    let job = about_to_ask(&world, &bakery()).await;
    job.does("/porting/submit", nothing()).await;
    job.until_porting_is("accepted").await;
    let dossier = job.dossiers().await.remove(0);
    let own = json!({"cancel": {"dossierid": dossier, "note": "van onszelf"}});
    world.outside("/simulator/messages", said_by("DYNX", &own)).await;
    let unknown = json!({"portingcompleted": {"dossierid": dossier, "mood": "good"}});
    world.outside("/simulator/messages", said_by("PTT", &unknown)).await;
    let text_of_none =
        json!({"message": {"body": {"pradelayed": {"dossierid": dossier, "answerduedatetime": "soon"}}}}).to_string();
    world.outside("/simulator/messages", json!({"kind": "pradelayed", "text": text_of_none})).await;
    world.outside("/simulator/messages", json!({"kind": "pradelayed", "text": "no JSON"})).await;
    wait("both warnings", async || {
        let told = warned(&job, "message_not_taken").await;
        if told.len() == 2 { Ok(()) } else { Err(json!(told)) }
    })
    .await;
    let told = warned(&job, "message_not_taken").await;
    assert!(told[0].ends_with("portingcompleted: what this of PTT means is not known here"), "{}", told[0]);
    assert!(told[1].contains("pradelayed: can't be read"), "{}", told[1]);
    let messages = kept(&job).await;
    assert_eq!(
        messages[2..],
        ["in cancel", "in portingcompleted", "in pradelayed"],
        "what we said ourselves is kept, and no warning"
    );
    wait("what names no dossier", async || {
        let unclaimed = world.api.list("/api/v1/porting/messages").await;
        if unclaimed.iter().any(|message| message["body"] == "no JSON") { Ok(()) } else { Err(json!(unclaimed)) }
    })
    .await;
    let all = world.api.list(&job.path("/porting/messages")).await;
    let kept = all.iter().find(|message| message["kind"] == "portingcompleted").unwrap();
    assert_eq!(kept["body"]["message"]["body"]["portingcompleted"]["mood"], "good", "as it came");
    assert!(!text(&kept["external_id"]).is_empty());
    assert_eq!(job.porting().await["status"], "accepted", "nothing has changed");
    world.stop().await;
    assert!(world.verify().status.success());
}
