//! Asking for numbers: which requests it makes, and all that keeps it from being done. The same for the deed and for the check before it.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use super::{Draft, task};
use crate::calendar::local_date;
use crate::effect::{Action, PortingOrder};
use crate::event::{Event, Purpose};
use crate::intake::Contract;
use crate::number::Series;
use crate::phase::State as Phase;
use crate::porting::exchange;
use crate::porting::{PortingRequest, RequestedSeries, coin, request};
use crate::process::{Completion, Requirement};
use crate::project::Project;
use crate::rejection::{Reason, Rejection, Unmet};
use crate::settings::Settings;
use crate::text::Text;
use crate::warning::{Severity, Warning, warnings};

/// What asking would do now.
#[derive(Debug, Clone, PartialEq)]
pub struct Submission {
    /// What would be asked for, a dossier each.
    pub dossiers: Vec<Dossier>,
    /// What a donor may refuse it for, or what makes it come too early, although nothing forbids it.
    pub warnings: Vec<Warning>,
    /// Why it can't be done: the first of what is wrong, with all the rest.
    rejection: Option<Rejection>,
}

/// A dossier that would be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dossier {
    /// What the donor is asked.
    pub order: PortingOrder,
    /// The contract whose numbers these are.
    pub contract: String,
    /// The kind of number.
    pub group: &'static str,
    /// The donor's network operator, where the provider directory knows it.
    pub donor_operator: Option<String>,
}

/// What asking would do in a project at a moment.
pub fn submission(project: &Project, settings: &Settings, now: DateTime<Utc>) -> Submission {
    let open = open_numbers(project);
    let dossiers = dossiers(project, settings, &open, now);
    let warnings = warnings_of(project, &dossiers, now);
    Submission { warnings, rejection: rejection(project, &open), dossiers }
}

/// Asks for every number that no live request speaks for: a request per contract and kind of number.
pub(super) fn submit(draft: &mut Draft<'_>) -> Result<(), Rejection> {
    let Submission { dossiers, rejection, .. } = submission(&draft.project, draft.context.settings, draft.context.moment.now);
    if let Some(rejection) = rejection {
        return Err(rejection);
    }
    for dossier in dossiers {
        ask(draft, dossier);
    }
    Ok(())
}

/// The numbers that no live request speaks for, with their contract.
pub(super) fn open_numbers(project: &Project) -> Vec<(Series, Option<String>)> {
    project
        .intake
        .numbers
        .iter()
        .filter(|entry| !project.requests.iter().any(|request| request.speaks_for(&entry.series)))
        .map(|entry| (entry.series.clone(), entry.contract.clone()))
        .collect()
}

fn rejection(project: &Project, open: &[(Series, Option<String>)]) -> Option<Rejection> {
    let on_hold = project.hold.as_ref().map(|reason| {
        let detail = Text::new(
            format!("het project staat in de wacht ({reason}); hervat het eerst"),
            format!("the project is on hold ({reason}); resume it first"),
        );
        (Reason::OnHold, detail)
    });
    let wrong_phase = (!matches!(project.phase, Phase::Order | Phase::Implementation)).then(|| {
        let phase = project.phase;
        let detail = Text::new(
            format!("porteren wordt aangevraagd in de fase order of implementation, niet in {phase}"),
            format!("porting is asked for in phase order or implementation, not in {phase}"),
        );
        (Reason::WrongPhase, detail)
    });
    let nothing_else = on_hold.is_none() && wrong_phase.is_none();
    let nothing = (open.is_empty() && nothing_else).then(|| {
        let detail = Text::new(
            "elk nummer staat al in een lopend of uitgevoerd porteringsverzoek",
            "every number stands in a live or performed porting request",
        );
        (Reason::NothingToPort, detail)
    });
    let mut reasons = [on_hold, wrong_phase, nothing].into_iter().flatten();
    let first = reasons.next();
    let mut unmet: Vec<Unmet> = reasons.map(|(reason, detail)| Unmet { key: reason.code().to_owned(), detail }).collect();
    if !open.is_empty() {
        unmet.extend(not_ready(project, open));
    }
    let (reason, detail) = match first {
        Some(first) => first,
        None if unmet.is_empty() => return None,
        None => {
            let detail = Text::new("de portering kan nog niet worden aangevraagd", "the porting can't be asked for yet");
            (Reason::PortingNotReady, detail)
        }
    };
    Some(Rejection::Conflict { reason, detail, unmet })
}

/// All that a donor would refuse, or that must be there first.
fn not_ready(project: &Project, open: &[(Series, Option<String>)]) -> Vec<Unmet> {
    let mut unmet: Vec<Unmet> = open
        .iter()
        .filter(|(_, contract)| contract.is_none())
        .map(|(series, _)| {
            Unmet::new(
                "number_not_covered",
                format!("{series} hoort bij geen contract: de donor is onbekend"),
                format!("{series} belongs to no contract: its donor is unknown"),
            )
        })
        .collect();
    for task in project.process().completed_by(Completion::PortingSubmitted) {
        unmet.extend(project.needs_of(task).map(|need| Unmet { key: need.key.clone(), detail: need.title.clone() }));
    }
    for task in project.process().tasks() {
        let asks_for_authorizations = task.requires == Some(Requirement::SignedAuthorizations);
        if asks_for_authorizations {
            unmet.extend(task::missing_requirements(project, task));
        }
    }
    unmet
}

/// A dossier for each contract and kind of number.
fn dossiers(project: &Project, settings: &Settings, open: &[(Series, Option<String>)], now: DateTime<Utc>) -> Vec<Dossier> {
    let mut groups: BTreeMap<(&str, &'static str), Vec<Series>> = BTreeMap::new();
    for (series, contract) in open {
        if let Some(contract) = contract {
            groups.entry((contract, series.kind().group())).or_default().push(series.clone());
        }
    }
    let known = groups.into_iter().filter_map(|((id, group), numbers)| Some((project.intake.contract(id)?, group, numbers)));
    (project.requests.len() + 1..)
        .zip(known)
        .map(|(attempt, (contract, group, numbers))| {
            let attempt = u32::try_from(attempt).unwrap_or(u32::MAX);
            let donor = contract.provider.known.as_ref().and_then(|known| known.operator_code.clone());
            Dossier {
                order: order(project, settings, contract, attempt, numbers, now),
                contract: contract.id.clone(),
                group,
                donor_operator: donor,
            }
        })
        .collect()
}

fn order(
    project: &Project,
    settings: &Settings,
    contract: &Contract,
    attempt: u32,
    numbers: Vec<Series>,
    now: DateTime<Utc>,
) -> PortingOrder {
    let operator = &settings.operator_code;
    let customer = &project.intake.customer;
    PortingOrder {
        request: attempt.to_string(),
        dossier_id: coin::dossier_id(operator, &project.reference, attempt),
        recipient_operator: operator.clone(),
        provider: contract.provider.name.clone(),
        scenario: contract.scenario,
        company_name: customer.name.clone(),
        postal_code: customer.address.postal_code.clone(),
        house_number: customer.address.house_number.clone(),
        house_number_addition: customer.address.house_number_addition.clone(),
        customer_number: contract.customer_number.clone(),
        contract_number: contract.contract_number.clone(),
        numbers,
        wish_date: project.intake.wish_date,
        at: now,
    }
}

/// What is known against it: the project's own warnings about what would be asked for, and what of it does not fit COIN's fields.
fn warnings_of(project: &Project, dossiers: &[Dossier], now: DateTime<Utc>) -> Vec<Warning> {
    let asks_for = |warning: &Warning| {
        let about = |dossier: &Dossier| {
            let number = warning.number.as_ref().is_some_and(|number| dossier.order.numbers.contains(number));
            number || warning.number.is_none() && warning.contract.as_ref() == Some(&dossier.contract)
        };
        warning.contract.is_none() && warning.number.is_none() || dossiers.iter().any(about)
    };
    let own = warnings(project, local_date(now)).into_iter();
    let mut found: Vec<Warning> =
        own.filter(|warning| !warning.acknowledged && warning.letter.is_none() && asks_for(warning)).collect();
    found.extend(dossiers.iter().flat_map(coin_faults));
    found
}

/// What COIN would not take, or would not get whole. Where a person asks in a portal it need not matter.
fn coin_faults(dossier: &Dossier) -> Vec<Warning> {
    let order = &dossier.order;
    let told = exchange::message(&Action::RequestPorting(order.clone()));
    let faults = told.map(|message| message.faults()).unwrap_or_default();
    let mut lines: Vec<Text> = faults
        .iter()
        .map(|fault| {
            let (at, detail) = (&fault.pointer, &fault.detail);
            Text::new(format!("COIN neemt {at} niet aan: {detail}"), format!("COIN does not take {at}: {detail}"))
        })
        .collect();
    if order.customer_number.chars().count() > exchange::CUSTOMER_ID_CHARS {
        let (number, most) = (&order.customer_number, exchange::CUSTOMER_ID_CHARS);
        lines.push(Text::new(
            format!("van klantnummer {number} krijgt de donor alleen de eerste {most} tekens"),
            format!("of customer number {number} the donor gets the first {most} characters only"),
        ));
    }
    let to_do = || Text::new("controleer wat er op de factuur van de provider staat", "check what the provider's invoice says");
    let warning = |text: Text| Warning {
        contract: Some(dossier.contract.clone()),
        ..Warning::new("coin_field", Severity::Warning, text, to_do())
    };
    lines.into_iter().map(warning).collect()
}

fn ask(draft: &mut Draft<'_>, dossier: Dossier) {
    let Dossier { order, contract, group, donor_operator } = dossier;
    let (id, now) = (order.request.clone(), order.at);
    let asked = |series| RequestedSeries { series, first_possible_at: None, blocking_code: None, meaning: None, note: None };
    draft.emit(Event::PortingRequested(PortingRequest {
        id: id.clone(),
        dossier_id: order.dossier_id.clone(),
        contract,
        provider: order.provider.clone(),
        scenario: order.scenario,
        group: group.to_owned(),
        state: request::State::Requested,
        requested_at: now,
        answer_due_at: None,
        series: order.numbers.iter().cloned().map(asked).collect(),
        // The donor's answer may name another.
        donor_operator,
        detail: None,
        attachment: None,
        taken_over_from: None,
        performed_at: None,
        sent_again: false,
        doubted: false,
        withdrawal_error: None,
    }));
    draft.request_effect(Purpose::RequestPorting(id), Action::RequestPorting(order), now);
}
