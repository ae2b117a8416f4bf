//! A carrier's portal that ports numbers for others: what COIN is to an operator, behind webhook calls.

use std::collections::BTreeMap;

use chrono::{DateTime, Days, SecondsFormat, Utc};
use serde::Deserialize;
use serde_json::json;
use workflow::porting::coin::Timestamp;

use crate::first_possible::first_possible_date;
use crate::numbers::{self, Numbers};
use crate::webhook::{Call, Malformed, Outcome};

/// The calls that a carrier takes.
pub(crate) const CALLS: &[&str] = &["porting.request", "porting.perform", "porting.cancel"];

/// Days after the first possible date on which a porting may still be performed, the last one included.
const WINDOW_DAYS: u64 = 90;

/// A carrier. It accepts at once, so that no call back is needed.
#[derive(Default)]
pub(crate) struct Carrier {
    dossiers: BTreeMap<String, Dossier>,
}

struct Dossier {
    first_possible: Timestamp,
    state: State,
}

enum State {
    Accepted,
    Performed,
    Cancelled,
}

/// `data` of each call. The caller names the dossier; moments are its own, since it may live in a time of its own.
#[derive(Deserialize)]
struct Request {
    dossier_id: String,
    /// Needed for `porting.request`.
    #[serde(default)]
    numbers: Vec<Numbers>,
    /// The caller's moment of asking or performing; absent: the wire's.
    #[serde(default)]
    at: Option<DateTime<Utc>>,
}

impl Carrier {
    /// Does what is asked; `now` counts for a caller that gives no moment of its own.
    pub(crate) fn perform(&mut self, call: &Call, now: DateTime<Utc>) -> Result<Outcome, Malformed> {
        let request = Request::deserialize(&call.data).map_err(|error| Malformed(format!("data: {error}")))?;
        let at = Timestamp::from_instant(request.at.unwrap_or(now));
        match call.kind.as_str() {
            "porting.request" => {
                numbers::expand(&request.numbers).map_err(|error| Malformed(format!("data.numbers: {error}")))?;
                Ok(self.request(request.dossier_id, at))
            }
            "porting.perform" => Ok(self.port(&request.dossier_id, at)),
            "porting.cancel" => Ok(self.cancel(&request.dossier_id)),
            other => Err(Malformed(format!("a carrier takes {}, not {other:?}", CALLS.join(", ")))),
        }
    }

    fn request(&mut self, dossier_id: String, at: Timestamp) -> Outcome {
        if self.dossiers.contains_key(&dossier_id) {
            return Outcome::refused(format!("dossier {dossier_id} exists"), json!({}));
        }
        let first_possible = first_possible_date(at);
        let data = json!({
            "dossier_id": dossier_id,
            "first_possible_at": first_possible.instant().to_rfc3339_opts(SecondsFormat::Secs, true),
        });
        self.dossiers.insert(dossier_id, Dossier { first_possible, state: State::Accepted });
        Outcome::done(data)
    }

    fn port(&mut self, dossier_id: &str, at: Timestamp) -> Outcome {
        let Some(dossier) = self.dossiers.get_mut(dossier_id) else {
            return Outcome::refused(format!("dossier {dossier_id} is unknown"), json!({}));
        };
        let last_day = dossier.first_possible.local().date() + Days::new(WINDOW_DAYS);
        let reason = match dossier.state {
            State::Performed => "has been performed",
            State::Cancelled => "has been cancelled",
            State::Accepted if at.instant() < dossier.first_possible.instant() => "may not be performed yet",
            State::Accepted if at.local().date() > last_day => "has expired",
            State::Accepted => {
                dossier.state = State::Performed;
                return Outcome::done(json!({"dossier_id": dossier_id}));
            }
        };
        Outcome::refused(format!("dossier {dossier_id} {reason}"), json!({}))
    }

    fn cancel(&mut self, dossier_id: &str) -> Outcome {
        match self.dossiers.get_mut(dossier_id) {
            None => Outcome::refused(format!("dossier {dossier_id} is unknown"), json!({})),
            Some(Dossier { state: State::Performed, .. }) => {
                Outcome::refused(format!("dossier {dossier_id} has been performed"), json!({}))
            }
            Some(dossier) => {
                dossier.state = State::Cancelled;
                Outcome::done(json!({"dossier_id": dossier_id}))
            }
        }
    }
}
