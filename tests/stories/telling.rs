//! A migration told as one text that is the same every time: ids are numbered as they appear, and of an instant that depends on how
//! fast the machine is only the day is told.

use std::fmt::Write;

use serde_json::{Value, json};

use crate::support::job::{Job, text};

/// What is told so far.
#[derive(Debug, Default)]
pub(super) struct Telling {
    said: String,
}

impl Telling {
    fn line(&mut self, line: &str) {
        writeln!(self.said, "{}", line.trim_end()).unwrap();
    }

    /// How things stand.
    pub(super) async fn chapter(&mut self, title: &str, job: &Job) {
        let project = job.project().await;
        self.line(&format!("\n## {title}\n"));
        let of = |field: &str| text(&project[field]);
        let (phase, status, porting, cutover) = (of("phase"), of("status"), of("porting_status"), of("cutover_status"));
        self.line(&format!("{phase}, {status}; porting {porting}, cutover {cutover}, on {}", project["porting_on"]));
        for warning in project["warnings"].as_array().unwrap() {
            let seen = if warning["acknowledged"] == true { " (acknowledged)" } else { "" };
            self.line(&format!("! {}{seen}: {}", text(&warning["code"]), text(&warning["text"]["en"])));
        }
        for action in project["next_actions"].as_array().unwrap() {
            let due = action["due_on"].as_str().map(|day| format!(" by {day}")).unwrap_or_default();
            self.line(&format!("> {}{due}: {}", text(&action["party"]), text(&action["text"]["en"])));
        }
    }

    /// What was refused, and why.
    pub(super) fn refusal(&mut self, what: &str, (status, code, unmet): &(u16, String, Vec<String>)) {
        self.line(&format!("x {what}: {status} {code} {}", unmet.join(", ")));
    }

    /// Something that was said.
    pub(super) fn says(&mut self, who: &str, what: &str) {
        self.line(&format!("\n{who}: {what}"));
    }

    /// Who did what, when. Of effects the calls are told.
    pub(super) fn trail(&mut self, trail: &[Value]) {
        self.line("\n## Trail\n");
        // That a letter is right again follows from what is told, in the order in which portings happen to end.
        let is_right_again = |event: &Value| event["kind"] == "letter_reviewed" && event["data"]["changes"] == json!([]);
        let events = trail.iter().filter(|event| !text(&event["kind"]).starts_with("effect_") && !is_right_again(event));
        let told = events.map(|event| {
            let mut data = event["data"].clone();
            without_nulls(&mut data);
            if let Some(fields) = data.as_object_mut() {
                fields.remove("intake");
                fields.remove("facts");
            }
            let (at, who, kind) = (text(&event["at"]), text(&event["actor"]["role"]), text(&event["kind"]));
            (kind.clone(), format!("{} {who} {kind} {data}", &at[..10]))
        });
        self.side_by_side(told.collect());
    }

    /// A letter as a reader sees it.
    pub(super) fn letter(&mut self, letter: &Value, read: &str) {
        self.line(&format!(
            "\n## Letter: {} to {}\n",
            text(&letter["kind"]),
            letter["provider"].as_str().unwrap_or("the customer")
        ));
        self.line(&format!("{}, posted on {}", text(&letter["status"]), letter["sent_on"]));
        for line in read.lines().filter(|line| !line.trim().is_empty()) {
            // When a step was taken depends on how fast the machine is.
            let line = if letter["kind"] == "delivery" { without_times(line) } else { line.to_owned() };
            self.line(&format!("| {line}"));
        }
    }

    /// What peers were asked. Confirmations only say that a message was heard.
    pub(super) fn calls(&mut self, journal: &[Value]) {
        self.line("\n## Calls to peers\n");
        let told = journal.iter().filter(|call| call["kind"] != "coin.confirmation").map(|call| {
            let again = if call.get("repeat").is_some() { " again" } else { "" };
            let kind = text(&call["kind"]);
            let mut body = call["body"].clone();
            without_nulls(&mut body);
            (kind.clone(), format!("{kind}{again} {} {body}", text(&call["idempotency_key"])))
        });
        self.side_by_side(told.collect());
    }

    /// What goes on at the same time comes in any order.
    fn side_by_side(&mut self, mut told: Vec<(String, String)>) {
        for at_once in told.chunk_by_mut(|(one, _), (other, _)| one == other) {
            // Only these run beside each other; the order of the rest means something.
            if at_once[0].0.contains("performed") {
                at_once.sort();
            }
        }
        for (_, line) in told {
            self.line(&line);
        }
    }

    /// All of it.
    pub(super) fn told(&self) -> String {
        let mut ids: Vec<&str> = Vec::new();
        let (mut told, mut rest) = (String::with_capacity(self.said.len()), self.said.as_str());
        while let Some(next) = rest.chars().next() {
            if let Some(id) = rest.get(..36).filter(|id| is_id(id)) {
                let number = ids.iter().position(|known| *known == id).unwrap_or_else(|| {
                    ids.push(id);
                    ids.len() - 1
                });
                write!(told, "#{}", number + 1).unwrap();
                rest = &rest[36..];
            } else if let Some(day) = rest.get(..10).filter(|_| is_passing_instant(rest)) {
                told += day;
                rest = &rest[rest.find('Z').unwrap() + 1..];
            } else if let Some(day) = rest.get(..8).filter(|_| is_coin_timestamp(rest)) {
                told += day;
                rest = &rest[14..];
            } else {
                told.push(next);
                rest = &rest[next.len_utf8()..];
            }
        }
        told
    }
}

fn is_id(text: &str) -> bool {
    let dashes = [8, 13, 18, 23];
    text.bytes().enumerate().all(|(i, byte)| if dashes.contains(&i) { byte == b'-' } else { byte.is_ascii_hexdigit() })
}

/// An instant that is not on a whole minute is that of something happening; planned ones are.
fn is_passing_instant(text: &str) -> bool {
    let shape = b"0000-00-00T00:00:00";
    let like_one = |byte: u8, like: u8| if like == b'0' { byte.is_ascii_digit() } else { byte == like };
    let is_instant = text.len() > shape.len() && text.bytes().zip(shape).all(|(byte, like)| like_one(byte, *like));
    is_instant && text.contains('Z') && !text[16..].starts_with(":00Z")
}

/// Fourteen digits of this century, as COIN writes an instant.
fn is_coin_timestamp(text: &str) -> bool {
    text.starts_with("202") && text.get(..14).is_some_and(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()))
}

/// A line with its days, and without the times of day that follow these.
fn without_times(line: &str) -> String {
    let mut parts = line.split(" 2027, ");
    let first = parts.next().unwrap_or_default().to_owned();
    let told = parts.fold(first, |told, part| told + " 2027, …" + part.get(5..).unwrap_or_default());
    // How long it took on this machine.
    let seconds = told.strip_suffix('s').map(|told| told.trim_end_matches(|c: char| c.is_ascii_digit() || c == ' '));
    match seconds {
        Some(told) if told.ends_with('…') => format!("{told} … s"),
        _ => told,
    }
}

fn without_nulls(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            fields.retain(|_, field| !field.is_null());
            fields.values_mut().for_each(without_nulls);
        }
        Value::Array(items) => items.iter_mut().for_each(without_nulls),
        _ => {}
    }
}
