//! Dossiers: one each per contract and kind of number, checked before they are made; what donors answer, in part, later, or with a code.

use serde_json::{Value, json};

use super::{about_to_ask, kept, to_do, until_warned, warned};
use crate::support::api::nothing;
use crate::support::intake::{bakery, shop};
use crate::support::job::{Job, text, wait};
use crate::support::world::World;

const CODES: &str = r#"
[[code]]
code = 7
text = { nl = "de klantgegevens kloppen niet", en = "the customer's data don't match" }
to_do = { nl = "vergelijk ze met de laatste factuur", en = "compare them with the latest invoice" }
who = "customer"
ask_again = true
"#;

#[tokio::test]
async fn a_donor_answers_in_part_with_codes_known_and_unknown_and_later() {
    let mut world = World::begin().await;
    let catalogue = world.file("codes.toml");
    std::fs::write(&catalogue, CODES).unwrap();
    world.set("OVERSTAP_BLOCKING_CODES", catalogue.display().to_string()).await;
    let mut intake = bakery();
    intake["numbers"] = json!([
        {"number": "030 100 12 00", "block_size": 10, "contract": "kpn-isdn"},
        {"number": "030 100 13 00", "contract": "kpn-isdn"},
    ]);
    let job = about_to_ask(&world, &intake).await;

    world.donor(json!({"partial": {"blocking_code": 42, "series": ["0301001300"]}})).await;
    job.does("/porting/submit", nothing()).await;
    job.until_porting_is("refused").await;
    let requests = job.porting().await["requests"].clone();
    assert_eq!(requests[0]["status"], "accepted", "the other series may be ported");
    assert_eq!(requests[0]["series"][0]["first_possible_at"], "2027-01-06T23:00:00Z");
    assert_eq!((&requests[0]["series"][1]["blocking_code"], &requests[0]["series"][1]["blocking"]), (&json!(42), &json!(null)));
    assert!(until_warned(&job, "number_refused").await.contains("(code 42)"), "a code that nobody knows is shown as it is");

    world.donor(json!({"blocking_code": 7})).await;
    job.does("/porting/submit", nothing()).await;
    wait("the second refusal", async || {
        let second = job.porting().await["requests"][1].clone();
        if second["status"] == "refused" { Ok(()) } else { Err(second) }
    })
    .await;
    let second = job.porting().await["requests"][1].clone();
    assert_eq!(
        second["numbers"],
        json!([{"number": "+31301001300", "block_size": 1}]),
        "only what was refused is asked for anew"
    );
    assert_eq!((&second["blocking"]["who"], &second["blocking"]["ask_again"]), (&json!("customer"), &json!(true)));
    assert_eq!(warned(&job, "number_refused").await.len(), 1);
    let asked = "customer: compare them with the latest invoice; refused: 030 100 13 00, as the customer's data don't match";
    assert!(to_do(&job).await.iter().any(|action| action == asked), "{:?}", to_do(&job).await);

    world.donor(json!({"delay": {"seconds": 2, "reason_code": 9}})).await;
    job.does("/porting/submit", nothing()).await;
    wait("the donor to ask for time", async || {
        let third = job.porting().await["requests"][2].clone();
        if third["answer_due_at"].is_string() { Ok(()) } else { Err(third) }
    })
    .await;
    job.until_porting_is("accepted").await;
    let delayed = job.trail().await.into_iter().find(|event| event["kind"] == "porting_delayed").unwrap();
    assert_eq!(delayed["data"]["reason_code"], "9");
    each_request_has_its_window(&job).await;
    let talk = ["out portingrequest", "in portingrequestanswer"];
    assert_eq!(kept(&job).await, [&talk[..], &talk, &talk[..1], &["in pradelayed"], &talk[1..]].concat());
    world.stop().await;
    assert!(world.verify().status.success());
}

async fn each_request_has_its_window(job: &Job) {
    let porting = job.porting().await;
    for request in porting["requests"].as_array().unwrap().iter().filter(|request| request["status"] == "accepted") {
        assert_eq!(
            (&request["first_possible_at"], &request["window_ends_on"]),
            (&json!("2027-01-06T23:00:00Z"), &json!("2027-04-07"))
        );
    }
    assert_eq!(porting["window"], json!({"opens_at": "2027-01-06T23:00:00Z", "ends_on": "2027-04-07"}));
}

#[tokio::test]
async fn a_check_tells_every_fault_and_the_dossiers_that_are_then_made() {
    let mut world = World::begin().await;
    let mut intake = shop(1);
    intake["numbers"].as_array_mut().unwrap().push(json!({"number": "088 123 45 67", "contract": "kpn-isdn"}));
    intake["numbers"].as_array_mut().unwrap().push(json!({"number": "030 109 99 99"}));
    let job = Job::start(&world.api, &intake).await;
    let checked = async |job: &Job| job.api.try_post(&job.path("/porting/submit?dry_run=true"), nothing()).await;

    let answer = checked(&job).await;
    assert_eq!((answer.status, &answer.json()["code"]), (409, &json!("wrong_phase")));
    let unmet = answer.json()["unmet"].as_array().unwrap().iter().map(|unmet| text(&unmet["key"])).collect::<Vec<_>>();
    for key in ["number_not_covered", "contract-end-dates", "signed_authorization"] {
        assert!(unmet.iter().any(|told| told == key), "{key} is not among {unmet:?}");
    }
    let told = dossiers(&answer.json());
    assert_eq!(told.len(), 3);

    let mut covered = intake["numbers"].clone();
    covered.as_array_mut().unwrap().pop();
    job.api.patch(&job.path(""), json!({"numbers": covered})).await;
    job.to_order().await;
    job.customer_does_its_part().await;
    job.finish("order", &["porting-wish-date", "provider-acceptance"]).await;
    let answer = checked(&job).await;
    assert_eq!(answer.status, 200, "{}", answer.json());
    assert_eq!(dossiers(&answer.json()), told);
    assert_eq!(job.porting().await["requests"], json!([]), "nothing has changed");

    job.does("/porting/submit", nothing()).await;
    job.until_porting_is("accepted").await;
    assert_eq!(job.dossiers().await, told.iter().map(|(dossier, _)| dossier.clone()).collect::<Vec<_>>());
    let journal = world.journal().await;
    for (dossier, scenario) in &told {
        let key = format!("portingrequest/{dossier}");
        let asked = journal.iter().find(|entry| entry["idempotency_key"] == key[..]).unwrap();
        let contract = &asked["body"]["message"]["body"]["portingrequest"]["contract"];
        assert_eq!(contract.as_str(), (scenario == "continuation").then_some("CONTINUATION"), "{dossier}");
    }
    world.stop().await;
    assert!(world.verify().status.success());
}

/// Each dossier with its scenario.
fn dossiers(answer: &Value) -> Vec<(String, String)> {
    let dossiers = answer["dry_run"]["dossiers"].as_array().unwrap().iter();
    dossiers.map(|dossier| (text(&dossier["dossier_id"]), text(&dossier["scenario"]))).collect()
}
