//! Messages on the wire: exactly what COIN's documents and its Python SDK show.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use serde_json::{Value, json};

use super::*;

fn read(wire: Value) -> Message {
    serde_json::from_value::<Envelope>(wire).unwrap().message
}

fn wire(body: &Value) -> Value {
    json!({"message": {
        "header": {
            "sender": {"networkoperator": "DYNX"}, "receiver": {"networkoperator": "CRDB"}, "timestamp": "20270104090000",
        },
        "body": body,
    }})
}

fn request() -> Value {
    json!({"portingrequest": {
        "dossierid": "DYNX-20270001-1",
        "recipientnetworkoperator": "DYNX",
        "donornetworkoperator": "PTT",
        "customerinfo": {"companyname": "Bakkerij De Korenaar B.V.", "housenr": "12", "postcode": "3511AB"},
        "contract": "EARLY_TERMINATION",
        "repeats": [{"seq": {"numberseries": {"start": "0301001200", "end": "0301001299"}}}],
    }})
}

#[test]
fn every_modelled_kind_is_written_as_it_was_read() {
    let numbers = json!({"start": "0301001200", "end": "0301001299"});
    let bodies = [
        request(),
        json!({"portingrequestanswer": {"dossierid": "DYNX-20270001-1", "blocking": "N", "repeats": [
            {"seq": {"numberseries": numbers, "firstpossibledate": "20270107000000", "donornetworkoperator": "PTT"}}]}}),
        json!({"pradelayed": {"dossierid": "DYNX-20270001-1", "donornetworkoperator": "PTT",
            "answerduedatetime": "20270112170000", "reasoncode": "101"}}),
        json!({"portingperformed": {"dossierid": "DYNX-20270001-1", "recipientnetworkoperator": "DYNX",
            "donornetworkoperator": "PTT", "batchporting": "Y",
            "repeats": [{"seq": {"numberseries": numbers, "backporting": "Y", "pop": "AMS1"}}]}}),
        json!({"cancel": {"dossierid": "DYNX-20270001-1", "note": "op verzoek van de klant"}}),
        json!({"errorfound": {"dossierid": "DYNX-20270001-1", "repeats": [
            {"seq": {"phonenumber": "0301001200", "errorcode": "63", "description": "niet in de aanvraag"}}]}}),
        json!({"deactivation": {"dossierid": "DYNX-20270001-1", "currentnetworkoperator": "DYNX",
            "originalnetworkoperator": "PTT", "repeats": [{"seq": {"numberseries": numbers}}]}}),
    ];
    for (body, kind) in bodies.into_iter().zip(MessageKind::ALL) {
        let message = read(wire(&body));
        assert_eq!(message.body.kind(), kind.as_str());
        assert_eq!(message.body.dossier_id(), Some("DYNX-20270001-1"));
        assert_eq!(message.faults(), []);
        assert_eq!(serde_json::to_value(Envelope { message }).unwrap(), wire(&body));
    }
}

#[test]
fn null_counts_as_absent_and_what_is_unknown_is_ignored() {
    let mut with_nulls = wire(&request());
    let content = &mut with_nulls["message"]["body"]["portingrequest"];
    for absent in ["recipientserviceprovider", "donorserviceprovider", "note"] {
        content[absent] = Value::Null;
    }
    content["customerinfo"]["lastname"] = Value::Null;
    content["repeats"][0]["seq"]["repeats"] = json!([]);
    content["invented"] = json!({"by": "a later version"});
    with_nulls["message"]["header"]["sender"]["serviceprovider"] = Value::Null;
    assert_eq!(read(with_nulls), read(wire(&request())));
}

#[test]
fn a_flag_that_is_null_is_not_set() {
    let performed = json!({"portingperformed": {"dossierid": "DYNX-1", "recipientnetworkoperator": "DYNX",
        "donornetworkoperator": "PTT", "batchporting": null, "actualdatetime": null, "repeats": [{"seq":
            {"numberseries": {"start": "0301001200", "end": "0301001200"}, "backporting": null, "pop": null}}]}});
    let Body::PortingPerformed(performed) = read(wire(&performed)).body else { panic!("another kind") };
    assert!(!performed.batch && !performed.series[0].back);
}

#[test]
fn a_kind_that_is_not_modelled_is_kept_as_it_came() {
    let range = json!({"rangeactivation": {"dossierid": "CRDB-1", "optanr": "ACM/1", "repeats": []}});
    let message = read(wire(&range));
    assert_eq!((message.body.kind(), message.body.dossier_id()), ("rangeactivation", Some("CRDB-1")));
    assert_eq!(serde_json::to_value(Envelope { message }).unwrap(), wire(&range));
}

#[test]
fn an_unknown_blocking_code_is_kept() {
    let answer = json!({"portingrequestanswer": {"dossierid": "DYNX-1", "blocking": "Y", "repeats": [
        {"seq": {"numberseries": {"start": "0301001200", "end": "0301001200"}, "blockingcode": "07"}}]}});
    let Body::PortingRequestAnswer(answer) = read(wire(&answer)).body else { panic!("another kind") };
    assert_eq!((answer.blocking, answer.series[0].blocking_code.as_deref()), (true, Some("07")));
}

#[test]
fn what_is_not_a_message_is_refused_with_the_reason() {
    #[track_caller]
    fn check(body: &Value, reason: &str) {
        let error = serde_json::from_value::<Envelope>(wire(body)).unwrap_err().to_string();
        assert!(error.contains(reason), "{error}");
    }
    check(&json!({}), "exactly one kind");
    check(&json!({"cancel": {"dossierid": "DYNX-1"}, "deactivation": {}}), "exactly one kind");
    check(&json!({"cancel": {}}), "cancel: missing field `dossierid`");
    check(&json!({"portingrequestanswer": {"dossierid": "DYNX-1", "blocking": "J"}}), "neither Y nor N");
}

#[test]
fn every_field_out_of_its_limits_is_named_at_once() {
    let mut bad = wire(&request());
    bad["message"]["header"]["sender"]["networkoperator"] = json!("dynx");
    let content = &mut bad["message"]["body"]["portingrequest"];
    content["dossierid"] = json!("DYNX_1");
    content["note"] = json!("");
    content["customerinfo"]["postcode"] = json!("3511 AB");
    content["customerinfo"]["housenr"] = json!("123456");
    content["repeats"][0]["seq"]["numberseries"]["end"] = json!("0301001199");
    let pointers: Vec<String> = read(bad).faults().into_iter().map(|fault| fault.pointer).collect();
    let expected = [
        "/header/sender/networkoperator",
        "/body/portingrequest/dossierid",
        "/body/portingrequest/note",
        "/body/portingrequest/customerinfo/housenr",
        "/body/portingrequest/customerinfo/postcode",
        "/body/portingrequest/repeats/0/seq/numberseries",
    ];
    assert_eq!(pointers, expected);
}

#[test]
fn a_request_needs_numbers() {
    let mut empty = wire(&request());
    empty["message"]["body"]["portingrequest"]["repeats"] = json!([]);
    assert_eq!(read(empty).faults()[0].pointer, "/body/portingrequest/repeats");
}

#[test]
fn a_dossier_is_named_after_operator_reference_and_attempt() {
    assert_eq!(dossier_id("DYNX", "2026-0001", 1), "DYNX-20260001-1");
}
