//! The promises about what happens outside, call by call.

use std::collections::BTreeSet;

use chrono::NaiveDateTime;
use serde_json::Value;

use super::{Oracle, Span, calendar, digits, instant, overlap, spans, word};

impl Oracle {
    /// Holds the journal of the world outside against the promises, and against what the trail says of it.
    pub(crate) fn hears_of(&mut self, journal: &[Value]) {
        let mut performed: Vec<String> = Vec::new();
        let mut routed: Vec<Span> = Vec::new();
        let mut heard: BTreeSet<String> = BTreeSet::new();
        for (place, entry) in journal.iter().enumerate().filter(|(_, entry)| entry["repeat"] != true) {
            let (kind, body) = (word(&entry["kind"]), &entry["body"]);
            let key = word(&entry["idempotency_key"]);
            let taken = Taken::read(&kind, &key, body);
            let of_ours = taken.as_ref().and_then(|taken| self.requests.iter().find(|(_, own)| own.dossier == taken.dossier));
            if of_ours.is_none() && body["project"]["id"] != self.id[..] {
                continue;
            }
            let before = self.broken.len();
            if let (Some(taken), Some((_, request))) = (taken, of_ours) {
                let all_routed =
                    taken.numbers.iter().all(|number| routed.iter().any(|own| own.0 <= number.0 && number.1 <= own.1));
                let open = request.is_open_at(taken.at);
                let once = performed.iter().filter(|dossier| **dossier == taken.dossier).count() <= request.doubts;
                performed.push(taken.dossier);
                self.must(once, "a dossier is performed once, and again only after an error was reported in it");
                let routed_by_hand = self.by_hand.contains("route");
                self.must(all_routed || routed_by_hand, "numbers are taken over after the PBX routes them");
                self.must(open, "a porting is inside its window");
            }
            self.must(heard.insert(key.clone()) || kind.starts_with("coin."), "a key has one effect");
            let purpose = self.effects.get(&key).map(|effect| effect.purpose.clone());
            self.must(purpose.is_some() || kind.starts_with("coin."), "nothing happens that was not asked for");
            let numbers = spans(&body["data"]["numbers"]);
            // What COIN reported an error in may not have been taken over: a person finds out.
            let dossiers = self.requests.values().filter(|own| performed.contains(&own.dossier));
            let certain = self.requests.values().all(|own| own.doubts == 0);
            let moved: Vec<Span> = dossiers.flat_map(|own| own.accepted.iter().map(|(number, _)| *number)).collect();
            let is_moved = |number: &Span| moved.iter().any(|own| overlap(*own, *number));
            match (kind.as_str(), purpose.as_deref()) {
                (_, Some("rehearse" | "route_temporary" | "unroute_temporary")) => {
                    let real = numbers.iter().any(|number| self.numbers.iter().any(|own| overlap(*own, *number)));
                    self.must(!real, "a rehearsal and a forwarding leave the customer's numbers alone");
                }
                ("pbx.route", _) => routed.extend(numbers),
                ("pbx.unroute", _) => {
                    self.must(!certain || !numbers.iter().any(is_moved), "what was taken over stays routed");
                    routed.retain(|own| !numbers.iter().any(|number| overlap(*own, *number)));
                }
                ("pbx.test_call", _) => {
                    let all = numbers.iter().all(is_moved)
                        || self.requests.values().any(|own| own.by_hand)
                        || self.by_hand.contains("port");
                    self.must(all, "numbers are called after they were taken over, or a person says so");
                }
                _ => {}
            }
            for broken in &mut self.broken[before..] {
                *broken = format!("call {place} ({kind}): {broken}");
            }
        }
        self.agrees_with(&performed, &heard);
    }

    /// What the trail says of the world is so.
    fn agrees_with(&mut self, performed: &[String], heard: &BTreeSet<String>) {
        let mut promises = Vec::new();
        for (id, request) in self.requests.iter().filter(|(_, request)| !request.by_hand) {
            let known = request.is_performed() || request.in_doubt;
            let under_way = self.effects.values().any(|own| own.purpose == "perform_porting" && own.of == *id && !own.over);
            let is = performed.contains(&request.dossier);
            promises.push((known || under_way || !is, format!("{} was performed, and the trail does not know", request.dossier)));
            promises.push((is || !request.is_performed(), format!("{} is called performed, and was not", request.dossier)));
        }
        for (key, effect) in self.effects.iter().filter(|(_, effect)| effect.done && !effect.by_hand && effect.is_of_the_pbx()) {
            promises.push((heard.contains(key), format!("the {} {key} is called done, and was not", effect.purpose)));
        }
        for (holds, promise) in promises {
            self.must(holds, &promise);
        }
    }
}

/// Numbers that were taken over: over COIN, or by a carrier's portal.
struct Taken {
    dossier: String,
    /// When, by the clock in Amsterdam.
    at: NaiveDateTime,
    numbers: Vec<Span>,
}

impl Taken {
    fn read(kind: &str, key: &str, body: &Value) -> Option<Self> {
        if kind == "porting.perform" {
            let data = &body["data"];
            let at = calendar::local(instant(&data["at"])?);
            return Some(Self { dossier: word(&data["dossier_id"]), at, numbers: spans(&data["numbers"]) });
        }
        let dossier = key.strip_prefix("portingperformed/").filter(|_| kind == "coin.portingperformed")?.to_owned();
        let message = &body["message"]["body"]["portingperformed"];
        let at = NaiveDateTime::parse_from_str(message["actualdatetime"].as_str()?, "%Y%m%d%H%M%S").ok()?;
        // National form: the zero stands for the country.
        let national = |number: &Value| digits(number) + 31 * 10_i64.pow(9);
        let series = message["repeats"].as_array()?.iter().map(|repeat| &repeat["seq"]["numberseries"]);
        let numbers = series.map(|series| (national(&series["start"]), national(&series["end"]))).collect();
        Some(Self { dossier, at, numbers })
    }
}
