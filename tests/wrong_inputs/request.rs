//! Requests that are wrong before anybody looks at what they mean, or that mean nothing here.

use reqwest::Method;
use serde_json::json;

use super::Wrong;
use crate::support::intake::shop;

/// An id that nothing has.
const NOBODY: &str = "019b3c1e-0000-7000-8000-000000000000";

pub(super) fn table() -> Vec<Wrong> {
    [bodies(), headers(), queries(), places(), commands(), files()].into_iter().flatten().collect()
}

fn bodies() -> Vec<Wrong> {
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let huge = format!("{{\"customer\": \"{}\"}}", "a".repeat(2 * 1024 * 1024));
    vec![
        Wrong::post("no JSON", "/projects", "{\"users\": 12,}").is(400, "not_json"),
        Wrong::post("half of it", "/projects", "{\"users\": ").is(400, "not_json"),
        Wrong::post("two of them", "/projects", "{} {}").is(400, "not_json"),
        Wrong::post("no UTF-8", "/projects", b"{\"users\": \"\xff\xfe\"}").is(400, "not_json"),
        Wrong::post("UTF-16", "/projects", b"\xff\xfe{\0}\0").is(400, "not_json"),
        Wrong::post("a lone surrogate", "/projects", "{\"customer\": \"\\ud800\"}").is(400, "not_json"),
        Wrong::post("NaN", "/projects", "{\"users\": NaN}").is(400, "not_json"),
        Wrong::post("a hundred thousand lists in each other", "/projects", deep).is(400, "not_json"),
        Wrong::post("two mebibytes", "/projects", huge).is(413, "too_large"),
        Wrong::post("a key twice: the last one counts", "/projects/{offer}/hold", "{\"reason\": \"a\", \"reason\": 5}")
            .has(&["/reason wrong_type"]),
        Wrong::post("NUL as a reason", "/projects/{offer}/hold", "{\"reason\": \"\\u0000\"}")
            .has(&["/reason unprintable_character"]),
        Wrong::new("a patch with NUL", Method::PATCH, "/projects/{offer}")
            .header("content-type", "application/merge-patch+json")
            .body("{\"customer\": {\"name\": \"a\\u0000b\"}}")
            .has(&["/customer/name unprintable_character"]),
        Wrong::new("a patch that is a list", Method::PATCH, "/projects/{offer}").body("[]").has(&[" wrong_type"]),
        Wrong::new("a patch that takes the customer away", Method::PATCH, "/projects/{offer}")
            .header("content-type", "application/merge-patch+json")
            .body("{\"customer\": null}")
            .has(&["/customer missing"]),
    ]
}

fn headers() -> Vec<Wrong> {
    let patch = |what, version: &str| {
        Wrong::new(what, Method::PATCH, "/projects/{offer}").header("if-match", version).body(json!({"users": 13}).to_string())
    };
    let keyed = |what, key: &str| Wrong::post(what, "/projects", shop(6).to_string()).header("idempotency-key", key);
    vec![
        Wrong::post("a form", "/projects", "users=12")
            .header("content-type", "application/x-www-form-urlencoded")
            .is(415, "not_json_content_type"),
        Wrong::post("XML", "/projects", "<users/>").header("content-type", "application/xml").is(415, "not_json_content_type"),
        patch("a version of words", "\"three\"").is(400, "invalid_if_match"),
        patch("a version below all", "\"0\"").is(400, "invalid_if_match"),
        patch("a version of long ago", "\"999\"").is(412, "version_conflict"),
        keyed("a key of 201 characters", &"k".repeat(201)).is(400, "invalid_idempotency_key"),
        keyed("an empty key", "").is(400, "invalid_idempotency_key"),
        Wrong::get("a token that nobody has", "/projects").header("authorization", "Bearer nobody").is(401, "unauthenticated"),
    ]
}

fn queries() -> Vec<Wrong> {
    vec![
        Wrong::get("no item at all", "/projects?limit=0").asks(&["/limit out_of_range"]),
        Wrong::get("too many items", "/projects?limit=100000").asks(&["/limit out_of_range"]),
        Wrong::get("a limit in words", "/projects?limit=all").asks(&["/limit wrong_type"]),
        Wrong::get("a limit beyond all", "/projects?limit=99999999999999999999999").asks(&["/limit wrong_type"]),
        Wrong::get("an unknown order", "/projects?sort=colour").asks(&["/sort not_one_of"]),
        Wrong::get("an unknown filter and a wrong one", "/projects?colour=red&phase=begin")
            .asks(&["/colour unknown_field", "/phase not_one_of"]),
        Wrong::get("a day that is none", "/projects?porting_from=2027-02-30").asks(&["/porting_from invalid_date"]),
        Wrong::get("a filter twice", "/projects?phase=offer&phase=order").asks(&["/phase given_twice"]),
        Wrong::get("a cursor of nowhere", "/projects?cursor=nowhere").asks(&["/cursor invalid_cursor"]),
        Wrong::get("a cursor that is no text", "/projects?cursor=%00%ff").asks(&["/cursor unprintable_character"]),
        Wrong::get("a search for NUL", "/projects?q=%00").asks(&["/q unprintable_character"]),
        Wrong::get("a cursor of nowhere in a trail", "/projects/{offer}/events?cursor=-1").asks(&["/cursor invalid_cursor"]),
        Wrong::get("a day that is none for dates", "/projects/{offer}/contract-dates?received_on=0000-00-00")
            .asks(&["/received_on invalid_date"]),
        Wrong::post("perhaps dry", "/projects/{offer}/advance?dry_run=perhaps", "{}").asks(&["/dry_run wrong_type"]),
    ]
}

fn places() -> Vec<Wrong> {
    vec![
        Wrong::get("a project that is not there", &format!("/projects/{NOBODY}")).is(404, "not_found"),
        Wrong::get("an id that is none", "/projects/2027-0001").is(404, "not_found"),
        Wrong::get("an id with a quote", "/projects/'%20OR%201=1").is(404, "not_found"),
        Wrong::get("a letter that is not there", &format!("/letters/{NOBODY}/pdf")).is(404, "not_found"),
        Wrong::get("a letter as a file", "/attachments/{letter}").is(404, "not_found"),
        Wrong::post("an effect that is not there", &format!("/effects/{NOBODY}/outcome"), "{\"outcome\": \"done\"}")
            .is(404, "not_found"),
        Wrong::post("a task that is not there", "/projects/{offer}/tasks/bake-bread/complete", "{}").is(404, "not_found"),
        Wrong::get("an unknown place", "/customers").is(404, "not_found"),
        Wrong::new("a method that is not there", Method::DELETE, "/projects/{offer}").is(405, "method_not_allowed"),
        Wrong::new("a method of nobody", Method::from_bytes(b"BAKE").unwrap(), "/projects").is(405, "method_not_allowed"),
        Wrong::post("a calendar that is written", "/calendar.ics", "").is(405, "method_not_allowed"),
    ]
}

fn commands() -> Vec<Wrong> {
    vec![
        Wrong::post("a phase left too early", "/projects/{offer}/advance", "{}").is(409, "gate_not_met"),
        Wrong::post("a hold with a colour", "/projects/{offer}/hold", "{\"reason\": \"verbouwing\", \"colour\": 1}")
            .has(&["/colour unknown_field"]),
        Wrong::post("a hold for no reason", "/projects/{offer}/hold", "{}").has(&["/reason missing"]),
        Wrong::post("a cancellation for blanks", "/projects/{offer}/cancel", "{\"reason\": \"  \"}").has(&["/reason empty"]),
        Wrong::post("resuming what goes on", "/projects/{offer}/resume", "{}").is(409, "not_on_hold"),
        Wrong::post("a task of a later phase", "/projects/{offer}/tasks/delivery/complete", "{\"on_behalf_of\": \"contractor\"}")
            .is(409, "task_waiting"),
        Wrong::post("for a party that does not exist", "/projects/{offer}/tasks/scope/complete", "{\"on_behalf_of\": \"baker\"}")
            .has(&["/on_behalf_of not_one_of"]),
        Wrong::post(
            "skipping what can't be skipped",
            "/projects/{order}/tasks/contract-signature/skip",
            "{\"reason\": \"haast\"}",
        )
        .is(409, "task_essential"),
        Wrong::post("reopening what is open", "/projects/{offer}/tasks/scope/reopen", "{\"reason\": \"nog eens\"}")
            .is(409, "task_not_done"),
        Wrong::post("asking donors too early", "/projects/{order}/porting/submit", "{}").is(409, "porting_not_ready"),
        Wrong::post("a moment without its offset", "/projects/{order}/porting/schedule", "{\"at\": \"2027-01-26T08:30:00\"}")
            .has(&["/at invalid_instant"]),
        Wrong::post(
            "a moment on the 30th of February",
            "/projects/{order}/porting/schedule",
            "{\"at\": \"2027-02-30T08:30:00Z\"}",
        )
        .has(&["/at invalid_instant"]),
        Wrong::post("an answer that says nothing", "/projects/{order}/porting/answer", "{}").has(&["/first_possible_at missing"]),
        Wrong::post(
            "an answer that nobody waits for",
            "/projects/{order}/porting/answer",
            "{\"first_possible_at\": \"2027-01-12\"}",
        )
        .is(409, "no_such_request"),
        Wrong::post("a cutover that is not there", "/projects/{order}/cutover/retry", "{}").is(409, "no_such_cutover"),
        Wrong::post(
            "a letter of an unknown kind",
            "/projects/{order}/letters",
            "{\"kind\": \"love\", \"contract\": \"kpn-isdn\"}",
        )
        .has(&["/kind not_one_of"]),
        Wrong::post("a letter posted tomorrow", "/letters/{letter}/sent", "{\"sent_on\": \"2027-01-05\"}")
            .has(&["/sent_on in_the_future"]),
    ]
}

fn files() -> Vec<Wrong> {
    let form = |what, body: &str| {
        Wrong::post(what, "/projects/{order}/attachments", body.replace('\n', "\r\n"))
            .header("content-type", "multipart/form-data; boundary=B")
    };
    let kind = "--B\nContent-Disposition: form-data; name=\"kind\"\n\ninvoice\n";
    let file = "--B\nContent-Disposition: form-data; name=\"file\"; filename=\"f.pdf\"\n\n%PDF-1.4\n";
    vec![
        Wrong::post("JSON for a file", "/projects/{order}/attachments", "{}").is(415, "not_multipart"),
        Wrong::post("a form without a boundary", "/projects/{order}/attachments", "")
            .header("content-type", "multipart/form-data")
            .is(415, "not_multipart"),
        form("a form that breaks off", "--B\nContent-Disposition: form-data; name=\"ki").is(400, "incomplete_body"),
        form("an empty form", "--B--\n").has(&["/kind missing", "/file missing"]),
        form("a form without a file", &format!("{kind}--B--\n")).has(&["/file missing"]),
        form("an empty file", &format!("{kind}{}--B--\n", file.replace("%PDF-1.4", ""))).has(&["/file empty"]),
        form("two files of an unknown kind", &format!("{}{file}{file}--B--\n", kind.replace("invoice", "photo")))
            .has(&["/kind not_one_of", "/file given_twice"]),
        form("a field that nobody asked for", &format!("{kind}{file}{}--B--\n", kind.replace("kind", "colour")))
            .has(&["/colour unknown_field"]),
        form("a file for a contract that is not there", &format!("{kind}{file}{}--B--\n", kind.replace("kind", "contract")))
            .has(&["/contract unknown_contract"]),
    ]
}
