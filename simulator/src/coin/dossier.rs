//! Dossiers: what may follow what. A fault here is one of substance: it becomes an `errorfound`.

use std::collections::HashMap;

use chrono::Days;
use workflow::porting::coin::{
    Body, Cancel, FoundError, Message, NumberSeries, PortingPerformed, PortingRequest, PortingRequestAnswer, Timestamp,
};

/// Days after the first possible date on which a porting may still be performed, the last one included (Porting on
/// Demand).
const WINDOW_DAYS: u64 = 90;

/// The dossiers that the central database knows, by their id.
#[derive(Default)]
pub(crate) struct Dossiers {
    by_id: HashMap<String, Dossier>,
    /// The messages outside a dossier of our own consumer's, by kind and id.
    others: HashMap<(String, String), Body>,
}

struct Dossier {
    request: PortingRequest,
    state: State,
}

enum State {
    Requested,
    Answered(PortingRequestAnswer),
    Performed(PortingPerformed),
    Cancelled(Cancel),
}

/// What the central database makes of a message.
pub(super) enum Verdict {
    Effective,
    /// The same was said before.
    Repeated,
    Faulty(Vec<FoundError>),
}

impl Dossiers {
    /// Judges a message from the consumer and, if it is right, takes it in.
    pub(super) fn receive(&mut self, message: &Message) -> Verdict {
        match &message.body {
            Body::PortingRequest(request) => self.request(request),
            Body::PortingPerformed(performed) => match self.by_id.get_mut(&performed.dossier_id) {
                Some(dossier) => dossier.perform(performed, message.header.timestamp),
                None => unknown(&performed.dossier_id),
            },
            Body::Cancel(cancel) => match self.by_id.get_mut(&cancel.dossier_id) {
                Some(dossier) => dossier.cancel(cancel),
                None => unknown(&cancel.dossier_id),
            },
            other => self.take_note(other),
        }
    }

    /// Takes a donor's message in; `false` if its dossier no longer waits for one.
    pub(super) fn answered(&mut self, message: &Message) -> bool {
        let dossier = message.body.dossier_id().and_then(|id| self.by_id.get_mut(id));
        let Some(Dossier { state: state @ State::Requested, .. }) = dossier else {
            return false;
        };
        if let Body::PortingRequestAnswer(answer) = &message.body {
            *state = State::Answered(answer.clone());
        }
        true
    }

    fn request(&mut self, request: &PortingRequest) -> Verdict {
        match self.by_id.get(&request.dossier_id) {
            Some(dossier) if dossier.request == *request => Verdict::Repeated,
            Some(_) => faulty("DOSSIER_EXISTS", &format!("dossier {} exists with other content", request.dossier_id)),
            None => {
                let dossier = Dossier { request: request.clone(), state: State::Requested };
                self.by_id.insert(request.dossier_id.clone(), dossier);
                Verdict::Effective
            }
        }
    }

    /// The consumer as donor, or giving numbers back: nobody here reacts to it.
    fn take_note(&mut self, body: &Body) -> Verdict {
        let key = (body.kind().to_owned(), body.dossier_id().unwrap_or_default().to_owned());
        match self.others.insert(key, body.clone()) {
            Some(before) if before == *body => Verdict::Repeated,
            _ => Verdict::Effective,
        }
    }
}

impl Dossier {
    fn perform(&mut self, performed: &PortingPerformed, at: Timestamp) -> Verdict {
        let id = &performed.dossier_id;
        match &self.state {
            State::Requested => faulty("NOT_ANSWERED", &format!("the donor has not answered dossier {id}")),
            State::Cancelled(_) => faulty("CANCELLED", &format!("dossier {id} is cancelled")),
            State::Performed(before) if before == performed => Verdict::Repeated,
            State::Performed(_) => faulty("ALREADY_PERFORMED", &format!("dossier {id} was performed otherwise")),
            State::Answered(answer) if answer.blocking => faulty("BLOCKED", &format!("dossier {id} is blocked")),
            State::Answered(answer) => {
                let errors: Vec<FoundError> =
                    performed.series.iter().filter_map(|seq| fault_of(answer, &seq.numbers, at)).collect();
                if !errors.is_empty() {
                    return Verdict::Faulty(errors);
                }
                self.state = State::Performed(performed.clone());
                Verdict::Effective
            }
        }
    }

    fn cancel(&mut self, cancel: &Cancel) -> Verdict {
        match &self.state {
            State::Performed(_) => faulty("ALREADY_PERFORMED", "what is performed can't be cancelled"),
            State::Cancelled(before) if before == cancel => Verdict::Repeated,
            State::Cancelled(_) => faulty("CANCELLED", "the dossier is cancelled"),
            State::Requested | State::Answered(_) => {
                self.state = State::Cancelled(cancel.clone());
                Verdict::Effective
            }
        }
    }
}

/// Why these numbers can't be ported at that moment, if so.
fn fault_of(answer: &PortingRequestAnswer, numbers: &NumberSeries, at: Timestamp) -> Option<FoundError> {
    let found = |code, description: String| Some(error(Some(&numbers.start), code, &description));
    let Some(asked) = answer.series.iter().find(|seq| seq.numbers.contains(numbers)) else {
        return found("NOT_REQUESTED", format!("{} to {} is not in the request", numbers.start, numbers.end));
    };
    let Some(first_possible) = asked.first_possible_date else {
        return found("BLOCKED", format!("{} to {} is blocked", numbers.start, numbers.end));
    };
    if at.instant() < first_possible.instant() {
        return found("TOO_EARLY", format!("it may be ported from {first_possible}"));
    }
    let last_day = first_possible.local().date().checked_add_days(Days::new(WINDOW_DAYS));
    if last_day.is_some_and(|last_day| at.local().date() > last_day) {
        return found("EXPIRED", format!("it could be ported until {WINDOW_DAYS} days after {first_possible}"));
    }
    None
}

fn unknown(dossier_id: &str) -> Verdict {
    faulty("UNKNOWN_DOSSIER", &format!("dossier {dossier_id} is unknown"))
}

fn faulty(code: &str, description: &str) -> Verdict {
    Verdict::Faulty(vec![error(None, code, description)])
}

pub(super) fn error(number: Option<&str>, code: &str, description: &str) -> FoundError {
    FoundError { number: number.map(str::to_owned), code: code.to_owned(), description: description.to_owned() }
}
