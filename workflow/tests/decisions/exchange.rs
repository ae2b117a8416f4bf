//! What is said to and heard from COIN.

use serde_json::{Value, json};
use workflow::command::Command;
use workflow::number::Series;
use workflow::porting::coin::{Body, Envelope, Message};
use workflow::porting::exchange::{command, dossier_in, message, unexpected};
use workflow::porting::foreign::{ForeignMessage, ranges};

use crate::world::{World, at, form};

/// The message that the only effect of a kind sends.
fn sent(world: &World, kind: &str) -> Message {
    message(world.actions(kind)[0]).unwrap()
}

fn heard(body: &Value) -> Body {
    let header = json!({
        "sender": {"networkoperator": "PTT"}, "receiver": {"networkoperator": "DYNX"}, "timestamp": "20270105120000"
    });
    let envelope: Envelope = serde_json::from_value(json!({"message": {"header": header, "body": body}})).unwrap();
    envelope.message.body
}

fn two_blocks() -> Value {
    let mut form = form();
    form["numbers"] = json!([
        {"number": "030 100 12 00", "block_size": 100, "contract": "kpn-isdn"},
        {"number": "030 100 13 00", "contract": "kpn-isdn"}
    ]);
    form
}

fn said(start: &str, end: &str, rest: &Value) -> Value {
    let mut seq = json!({"numberseries": {"start": start, "end": end}});
    seq.as_object_mut().unwrap().extend(rest.as_object().unwrap().clone());
    json!({"seq": seq})
}

fn answered(blocking: &str, series: &[Value]) -> Body {
    heard(&json!({"portingrequestanswer": {"dossierid": "DYNX-20270001-1", "blocking": blocking, "repeats": series}}))
}

#[test]
fn a_porting_request() {
    let mut form = form();
    form["customer"]["address"]["street"] = json!("Oudegracht 12-bis");
    let message = sent(&World::asked_with(form), "porting.request");
    assert_eq!(message.faults(), []);
    insta::assert_json_snapshot!(message, @r#"
    {
      "header": {
        "sender": {
          "networkoperator": "DYNX"
        },
        "receiver": {
          "networkoperator": "CRDB"
        },
        "timestamp": "20270104090000"
      },
      "body": {
        "portingrequest": {
          "dossierid": "DYNX-20270001-1",
          "recipientnetworkoperator": "DYNX",
          "customerinfo": {
            "companyname": "Bakkerij De Korenaar B.V.",
            "housenr": "12",
            "housenrext": "bis",
            "postcode": "3511AB",
            "customerid": "100200300"
          },
          "repeats": [
            {
              "seq": {
                "numberseries": {
                  "start": "0301001200",
                  "end": "0301001299"
                }
              }
            }
          ]
        }
      }
    }
    "#);
}

#[test]
fn the_scenario_is_told_where_coin_has_a_word_for_it() {
    for (scenario, contract) in [
        ("end_of_contract", json!(null)),
        ("after_termination", json!(null)),
        ("early_termination", json!("EARLY_TERMINATION")),
        ("continuation", json!("CONTINUATION")),
    ] {
        let mut form = form();
        form["contracts"][0]["scenario"] = json!(scenario);
        let message = serde_json::to_value(sent(&World::asked_with(form), "porting.request")).unwrap();
        assert_eq!(message["body"]["portingrequest"]["contract"], contract, "{scenario}");
    }
}

#[test]
fn a_porting_performed() {
    let message = sent(&World::ported(), "porting.perform");
    assert_eq!(message.faults(), []);
    insta::assert_json_snapshot!(message, @r#"
    {
      "header": {
        "sender": {
          "networkoperator": "DYNX"
        },
        "receiver": {
          "networkoperator": "ALLO"
        },
        "timestamp": "20270126083000"
      },
      "body": {
        "portingperformed": {
          "dossierid": "DYNX-20270001-1",
          "recipientnetworkoperator": "DYNX",
          "donornetworkoperator": "PTT",
          "actualdatetime": "20270126083000",
          "repeats": [
            {
              "seq": {
                "numberseries": {
                  "start": "0301001200",
                  "end": "0301001299"
                }
              }
            }
          ]
        }
      }
    }
    "#);
}

#[test]
fn a_cancellation() {
    let mut world = World::asked_with(form());
    world.manager(Command::CancelPorting { request: None, reason: "verkeerd klantnummer ".repeat(9) });
    let message = sent(&world, "porting.cancel");
    assert_eq!(message.faults(), [], "a note has at most 100 characters");
    insta::assert_json_snapshot!(message.body, @r#"
    {
      "cancel": {
        "dossierid": "DYNX-20270001-1",
        "note": "verkeerd klantnummer verkeerd klantnummer verkeerd klantnummer verkeerd klantnummer verkeerd klantnu"
      }
    }
    "#);
}

#[test]
fn what_concerns_the_pbx_is_not_told_to_coin() {
    let world = World::ported();
    for kind in ["pbx.provision", "pbx.route", "pbx.test_call"] {
        assert_eq!(message(world.actions(kind)[0]), None, "{kind}");
    }
}

#[test]
fn an_answer_is_matched_with_the_series_that_were_asked_for() {
    let mut world = World::asked_with(two_blocks());
    let body = answered(
        "N",
        &[
            said(
                "0301001200",
                "0301001299",
                &json!({
                    "firstpossibledate": "20270112143000", "donornetworkoperator": "PTT", "note": "akkoord"
                }),
            ),
            said("0301001300", "0301001300", &json!({"blockingcode": "63"})),
        ],
    );
    world.manager(command(world.project(), &body).unwrap());
    let request = &world.project().requests[0];
    assert_eq!(request.first_possible_at(), Some(at("2027-01-12 14:30")));
    assert_eq!(request.series[1].blocking_code, Some(63));
    assert_eq!((request.donor_operator.as_deref(), request.detail.as_deref()), (Some("PTT"), Some("akkoord")));
    assert_eq!(world.project().porting_status().as_str(), "refused", "M5: that series, not the other");
}

#[test]
fn a_blocking_answer_refuses_the_whole_dossier() {
    let mut world = World::asked_with(two_blocks());
    let body = answered("Y", &[said("0301001200", "0301001299", &json!({"blockingcode": "63"}))]);
    world.manager(command(world.project(), &body).unwrap());
    assert_eq!(world.project().requests[0].state.as_str(), "refused", "M4");
}

#[test]
fn code_0_is_not_a_block() {
    let mut world = World::asked_with(form());
    let series = json!({"blockingcode": "0", "firstpossibledate": "20270112000000"});
    let body = answered("N", &[said("0301001200", "0301001299", &series)]);
    world.manager(command(world.project(), &body).unwrap());
    assert_eq!(world.project().requests[0].state.as_str(), "accepted");
}

#[test]
fn a_code_that_cannot_be_read_is_a_block() {
    let mut world = World::asked_with(form());
    let series = json!({"blockingcode": "X1", "firstpossibledate": "20270112000000"});
    let body = answered("N", &[said("0301001200", "0301001299", &series)]);
    world.manager(command(world.project(), &body).unwrap());
    let request = &world.project().requests[0];
    assert_eq!(
        (request.state.as_str(), request.series[0].note.as_deref()),
        ("refused", Some("code X1")),
        "and is shown as it is"
    );
}

#[test]
fn of_a_block_that_is_answered_in_parts_the_last_date_counts() {
    let mut world = World::asked_with(form());
    let parts = [
        said("0301001200", "0301001249", &json!({"firstpossibledate": "20270112143000"})),
        said("0301001250", "0301001299", &json!({"firstpossibledate": "20270119000000"})),
    ];
    world.manager(command(world.project(), &answered("N", &parts)).unwrap());
    assert_eq!(world.project().requests[0].first_possible_at(), Some(at("2027-01-19 00:00")));
}

#[test]
fn a_block_of_which_a_part_is_blocked_is_not_ported() {
    let mut world = World::asked_with(form());
    let parts = [
        said("0301001200", "0301001249", &json!({"firstpossibledate": "20270112143000"})),
        said("0301001250", "0301001299", &json!({"blockingcode": "63"})),
    ];
    world.manager(command(world.project(), &answered("N", &parts)).unwrap());
    let request = &world.project().requests[0];
    assert_eq!((request.state.as_str(), request.blocking_code()), ("refused", Some(63)));
}

#[test]
fn an_answer_about_other_numbers_changes_nothing() {
    let mut world = World::asked_with(form());
    let body = answered("N", &[said("0302001200", "0302001299", &json!({"firstpossibledate": "20270112000000"}))]);
    assert_eq!(world.refused(command(world.project(), &body).unwrap()), "/series missing");
}

#[test]
fn a_delay_and_an_error_become_commands() {
    let world = World::asked_with(form());
    let delayed = heard(&json!({"pradelayed": {
        "dossierid": "DYNX-20270001-1", "donornetworkoperator": "PTT", "answerduedatetime": "20270108170000", "reasoncode": "12"
    }}));
    assert_eq!(
        command(world.project(), &delayed),
        Some(Command::RecordDelay {
            request: "1".to_owned(),
            answer_due_at: Some(at("2027-01-08 17:00")),
            reason_code: Some("12".to_owned()),
        })
    );
    let found = heard(&json!({"errorfound": {"dossierid": "DYNX-20270001-1", "repeats": [
        {"seq": {"phonenumber": "0301001200", "errorcode": "E01", "description": "unknown number"}},
        {"seq": {"errorcode": "E02", "description": "wrong sender"}}
    ]}}));
    let errors = "E01 unknown number (0301001200); E02 wrong sender".to_owned();
    assert_eq!(command(world.project(), &found), Some(Command::RecordPortingError { request: "1".to_owned(), errors }));
}

#[test]
fn what_names_no_dossier_of_ours_or_means_nothing_is_no_command() {
    let world = World::asked_with(form());
    for body in [
        json!({"pradelayed": {"dossierid": "PTT-1", "donornetworkoperator": "PTT"}}),
        json!({"rangeactivation": {"dossierid": "DYNX-20270001-1"}}),
    ] {
        assert_eq!(command(world.project(), &heard(&body)), None, "{body}");
    }
}

#[test]
fn what_others_announce_is_read_for_its_numbers() {
    let series = json!([{"seq": {"numberseries": {"start": "0301001195", "end": "0301001204"}}}]);
    for (body, by) in [
        (json!({"deactivation": {"dossierid": "PTT-12345", "currentnetworkoperator": "PTT", "repeats": series}}), "PTT closes"),
        (
            json!({"portingrequest": {"dossierid": "ZIGG-1", "recipientnetworkoperator": "ZIGG", "repeats": series}}),
            "ZIGG asks for",
        ),
        (
            json!({"portingperformed": {
                "dossierid": "ZIGG-1", "recipientnetworkoperator": "ZIGG", "donornetworkoperator": "PTT", "repeats": series
            }}),
            "ZIGG has taken",
        ),
    ] {
        let body = heard(&body);
        assert_eq!(ranges(&body), [(31_301_001_195, 31_301_001_204)], "also where they are no block of the plan");
        let numbers = vec![Series::parse("030 100 12 00", None).unwrap()];
        let text = ForeignMessage::of(&body, numbers).text().en;
        assert!(text.starts_with(by) && text.contains("030 100 12 00"), "{text}");
    }
    let answer = answered("N", &[said("0301001200", "0301001299", &json!({}))]);
    assert_eq!(ranges(&answer), []);
}

#[test]
fn what_means_nothing_in_a_dossier_of_ours_is_shown_and_our_own_words_are_not() {
    let by = |sender: &str, body: Value| -> Message {
        let header = json!({
            "sender": {"networkoperator": sender}, "receiver": {"networkoperator": "ALLO"}, "timestamp": "20270105120000"
        });
        let envelope: Envelope = serde_json::from_value(json!({"message": {"header": header, "body": body}})).unwrap();
        envelope.message
    };
    let unknown = json!({"portingcompleted": {"dossierid": "DYNX-20270001-1"}});
    let cancel = json!({"cancel": {"dossierid": "DYNX-20270001-1", "note": "vergissing"}});
    for (body, kind, said) in [
        (unknown, "portingcompleted", "what this of PTT means is not known here"),
        (cancel, "cancel", "PTT calls the porting off: vergissing"),
    ] {
        assert_eq!(unexpected(&by("DYNX", body.clone()), "DYNX"), None, "{kind}");
        let Some(Command::RecordUnfitMessage { kind: told, reason }) = unexpected(&by("PTT", body), "DYNX") else {
            panic!("{kind} is not shown")
        };
        assert_eq!((told.as_str(), reason.en.as_str()), (kind, said));
    }
    let text = json!({"message": {"body": {"portingrequestanswer": {"repeats": [], "dossierid": "DYNX-20270001-1"}}}});
    assert_eq!((dossier_in(&text), dossier_in(&json!(["x", 1]))), (Some("DYNX-20270001-1"), None));
}

#[test]
fn numbers_of_which_the_donor_says_nothing_are_not_ported() {
    let mut world = World::asked_with(two_blocks());
    let date = json!({"firstpossibledate": "20270112143000"});
    let parts = [said("0301001200", "0301001249", &date), said("0301001300", "0301001300", &date)];
    world.manager(command(world.project(), &answered("N", &parts)).unwrap());
    let request = &world.project().requests[0];
    assert_eq!((request.series[0].is_accepted(), request.series[1].is_accepted()), (false, true));
    assert_eq!(world.project().porting_status().as_str(), "refused", "the block is to be asked for anew");
}
