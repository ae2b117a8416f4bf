//! What is said to and heard from COIN: orders become messages, messages become commands.

use crate::command::{Command, SeriesAnswer};
use crate::effect::{Action, PortingExecution, PortingOrder, PortingWithdrawal};
use crate::letter::Scenario;
use crate::number::Series;
use crate::porting::coin::{
    Body, Cancel, Contract, CustomerInfo, Header, Message, NumberSeries, Party, PortingPerformed, PortingRequest,
    SeriesPerformed, SeriesRequested, Timestamp, postcode,
};
use crate::porting::{DonorAnswer, coin};
use crate::project::Project;
use crate::text::Text;

/// COIN's central database, to which requests go (SDK samples).
const CENTRAL_DATABASE: &str = "CRDB";
/// Everybody: a porting is announced to all operators (SDK samples).
const ALL_OPERATORS: &str = "ALLO";
/// COIN's longest company name and customer number (NP v3, customerinfo).
const COMPANY_NAME_CHARS: usize = 70;
pub(crate) const CUSTOMER_ID_CHARS: usize = 20;
/// COIN's longest note.
const NOTE_CHARS: usize = 100;

/// The message that an effect sends to COIN; `None` for effects that are not portings.
pub fn message(action: &Action) -> Option<Message> {
    match action {
        Action::RequestPorting(order) => Some(request(order)),
        Action::PerformPorting(porting) => Some(performed(porting)),
        Action::CancelPorting(withdrawal) => Some(cancel(withdrawal)),
        Action::Provision(_)
        | Action::Route(_)
        | Action::Unroute(_)
        | Action::TestCall(_)
        | Action::SendMail(_)
        | Action::ReadInvoice(_) => None,
    }
}

fn header(sender: &str, receiver: &str, at: chrono::DateTime<chrono::Utc>) -> Header {
    Header { sender: Party::operator(sender), receiver: Party::operator(receiver), timestamp: Timestamp::from_instant(at) }
}

fn request(order: &PortingOrder) -> Message {
    let contract = match order.scenario {
        Scenario::EndOfContract | Scenario::AfterTermination => None,
        Scenario::EarlyTermination => Some(Contract::EarlyTermination),
        Scenario::Continuation => Some(Contract::Continuation),
    };
    let customer = CustomerInfo {
        last_name: None,
        company_name: Some(cut(&order.company_name, COMPANY_NAME_CHARS)),
        house_number: order.house_number.clone(),
        house_number_extension: order.house_number_addition.clone(),
        postcode: postcode(&order.postal_code),
        customer_id: Some(cut(&order.customer_number, CUSTOMER_ID_CHARS)),
    };
    Message {
        header: header(&order.recipient_operator, CENTRAL_DATABASE, order.at),
        body: Body::PortingRequest(PortingRequest {
            dossier_id: order.dossier_id.clone(),
            recipient_network_operator: order.recipient_operator.clone(),
            recipient_service_provider: None,
            donor_network_operator: None,
            donor_service_provider: None,
            customer: Some(customer),
            contract,
            note: None,
            series: order.numbers.iter().map(|series| SeriesRequested { numbers: number_series(series) }).collect(),
        }),
    }
}

fn performed(porting: &PortingExecution) -> Message {
    Message {
        header: header(&porting.recipient_operator, ALL_OPERATORS, porting.at),
        body: Body::PortingPerformed(PortingPerformed {
            dossier_id: porting.dossier_id.clone(),
            recipient_network_operator: porting.recipient_operator.clone(),
            // Mandatory in the message; a donor that did not name itself is the central database's to find.
            donor_network_operator: porting.donor_operator.clone().unwrap_or_else(|| CENTRAL_DATABASE.to_owned()),
            performed_at: Some(Timestamp::from_instant(porting.at)),
            batch: false,
            series: porting
                .numbers
                .iter()
                .map(|series| SeriesPerformed { numbers: number_series(series), back: false, pop: None })
                .collect(),
        }),
    }
}

fn cancel(withdrawal: &PortingWithdrawal) -> Message {
    Message {
        header: header(&withdrawal.recipient_operator, CENTRAL_DATABASE, withdrawal.at),
        body: Body::Cancel(Cancel {
            dossier_id: withdrawal.dossier_id.clone(),
            note: Some(cut(&withdrawal.reason, NOTE_CHARS)).filter(|note| !note.is_empty()),
        }),
    }
}

fn number_series(series: &Series) -> NumberSeries {
    NumberSeries { start: series.national_first(), end: series.national_last() }
}

fn cut(text: &str, chars: usize) -> String {
    text.chars().take(chars).collect()
}

/// What a message from COIN means for the project whose dossier it names; `None` when it only is to be kept and shown.
pub fn command(project: &Project, body: &Body) -> Option<Command> {
    let request = body.dossier_id().and_then(|id| project.requests.iter().find(|request| request.dossier_id == id))?;
    match body {
        Body::PortingRequestAnswer(answer) => {
            Some(Command::RecordAnswer { request: Some(request.id.clone()), answer: donor_answer(request, answer) })
        }
        Body::AnswerDelayed(delay) => Some(Command::RecordDelay {
            request: request.id.clone(),
            answer_due_at: delay.answer_due.map(Timestamp::instant),
            reason_code: delay.reason_code.clone(),
        }),
        Body::ErrorFound(found) => {
            let errors: Vec<String> = found
                .errors
                .iter()
                .map(|error| {
                    let number = error.number.as_deref().map(|number| format!(" ({number})")).unwrap_or_default();
                    format!("{} {}{number}", error.code, error.description)
                })
                .collect();
            Some(Command::RecordPortingError { request: request.id.clone(), errors: errors.join("; ") })
        }
        Body::PortingRequest(_) | Body::PortingPerformed(_) | Body::Cancel(_) | Body::Deactivation(_) | Body::Other { .. } => {
            None
        }
    }
}

/// The series that a donor's answer names, matched with those asked for. What was answered only in part counts as not answered: a number of
/// which the donor says nothing may not be taken over.
fn donor_answer(request: &super::PortingRequest, answer: &coin::PortingRequestAnswer) -> DonorAnswer {
    let series = answer
        .series
        .iter()
        .filter_map(|said| {
            let asked = request.series.iter().find(|asked| number_series(&asked.series).contains(&said.numbers))?;
            let whole = number_series(&asked.series);
            let told: u64 =
                answer.series.iter().filter(|part| whole.contains(&part.numbers)).map(|part| part.numbers.count()).sum();
            let refuses = answer.blocking || said.blocking_code.is_some();
            (refuses || told >= u64::from(asked.series.block_size())).then(|| SeriesAnswer {
                number: Some(asked.series.clone()),
                first_possible_at: said.first_possible_date.map(Timestamp::instant),
                // Code 0 means "not blocked"; a code that can't be read still blocks.
                blocking_code: said
                    .blocking_code
                    .as_deref()
                    .map(|code| code.parse().unwrap_or(u8::MAX))
                    .filter(|code| *code != 0),
                note: note(said),
            })
        })
        .collect();
    DonorAnswer {
        blocking: answer.blocking,
        series,
        donor_operator: answer.series.iter().find_map(|said| said.donor_network_operator.clone()),
        detail: answer.series.iter().find_map(|said| said.note.clone()),
        attachment: None,
    }
}

/// The donor's words, with a code that is none of COIN's: it blocks, and can be shown as words only.
fn note(said: &coin::SeriesAnswer) -> Option<String> {
    let unreadable = said.blocking_code.as_deref().filter(|code| code.parse::<u8>().is_err());
    match (unreadable, &said.note) {
        (Some(code), Some(note)) => Some(format!("code {code}: {note}")),
        (Some(code), None) => Some(format!("code {code}")),
        (None, note) => note.clone(),
    }
}

/// What is made of a message in a dossier of ours for which there is no other command: it is shown, as a person may know what it means.
/// `None` for what we said ourselves and hear again, as whoever announces something to all operators does.
pub fn unexpected(message: &Message, own_operator: &str) -> Option<Command> {
    let sender = &message.header.sender.network_operator;
    if sender == own_operator {
        return None;
    }
    let reason = match &message.body {
        Body::Cancel(cancel) => {
            let note = cancel.note.as_deref().map(|note| format!(": {note}")).unwrap_or_default();
            Text::new(format!("{sender} breekt de portering af{note}"), format!("{sender} calls the porting off{note}"))
        }
        Body::PortingPerformed(_) => Text::new(
            format!("{sender} meldt de portering als uitgevoerd"),
            format!("{sender} says that the porting was performed"),
        ),
        _ => Text::new(
            format!("wat dit van {sender} betekent is hier niet bekend"),
            format!("what this of {sender} means is not known here"),
        ),
    };
    Some(Command::RecordUnfitMessage { kind: message.body.kind().to_owned(), reason })
}

/// The dossier that a text from COIN names, whatever else it is.
pub fn dossier_in(text: &serde_json::Value) -> Option<&str> {
    match text {
        serde_json::Value::Object(fields) => {
            let own = fields.get("dossierid").and_then(serde_json::Value::as_str);
            own.or_else(|| fields.values().find_map(dossier_in))
        }
        serde_json::Value::Array(items) => items.iter().find_map(dossier_in),
        _ => None,
    }
}
