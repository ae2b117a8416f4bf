//! What a project manager must know before it costs money or a number: one function per warning.

mod forwarding;
pub(crate) mod from_coin;
mod line_bound;
mod of_letters;
mod provider_trap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::calendar::local_date;
use crate::contract::{Fit, contract_dates, gap_or_overlap};
use crate::intake::{Contract, NumberEntry};
use crate::letter::Scenario;
use crate::number::{PartOfBlock, Series, part_of_block, town};
use crate::porting::submission::submit_from;
use crate::porting::{PortingRequest, PortingStatus, request};
use crate::project::{Letter, Project};
use crate::text::Text;
use line_bound::LineBound;

/// The code of the warning that somebody takes a number.
pub(crate) const NUMBER_TAKEN_AWAY: &str = "number_taken_away";

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Good to know.
    Info,
    /// Costs money or service when nothing is done.
    Warning,
    /// Costs a number, or a life, when nothing is done.
    Error,
}

/// Something to know, with what to do about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Warning {
    /// A stable code.
    pub code: String,
    /// How bad it is.
    pub severity: Severity,
    /// The contract it is about.
    pub contract: Option<String>,
    /// The number it is about.
    pub number: Option<Series>,
    /// The letter it is about.
    #[serde(default)]
    pub letter: Option<Uuid>,
    /// What is the matter.
    pub text: Text,
    /// What to do.
    pub to_do: Text,
    /// Somebody has taken note of it.
    pub acknowledged: bool,
}

impl Warning {
    pub(crate) fn new(code: &str, severity: Severity, text: Text, to_do: Text) -> Self {
        Self { code: code.to_owned(), severity, contract: None, number: None, letter: None, text, to_do, acknowledged: false }
    }

    fn on_contract(mut self, contract: &Contract) -> Self {
        self.contract = Some(contract.id.clone());
        self
    }

    fn on_letter(mut self, letter: &Letter) -> Self {
        self.contract.clone_from(&letter.contract);
        self.letter = Some(letter.id);
        self
    }

    fn on_number(mut self, number: &Series) -> Self {
        self.number = Some(number.clone());
        self
    }
}

/// All warnings of a project on a day in Amsterdam.
pub fn warnings(project: &Project, today: NaiveDate) -> Vec<Warning> {
    if project.phase.is_final() {
        return Vec::new();
    }
    let mut warnings = Vec::new();
    for contract in &project.intake.contracts {
        let of_contract = contract_warnings(project, contract, today);
        warnings.extend(of_contract.into_iter().map(|warning| warning.on_contract(contract)));
    }
    for entry in &project.intake.numbers {
        let of_number = [
            part_of_block_warning(entry),
            main_number_change_needed(entry),
            number_not_covered(entry),
            number_refused(project, entry),
            outside_area(project, entry),
        ];
        warnings.extend(of_number.into_iter().flatten().map(|warning| warning.on_number(&entry.series)));
    }
    warnings.extend(project.forwardings.iter().flat_map(|own| forwarding::forwarding_warnings(project, own)));
    warnings.extend(of_letters::letter_warnings(project));
    warnings.extend(submit_too_early(project, today));
    warnings.extend(project.intake.contracts.iter().filter_map(|contract| wish_date_too_early(project, contract)));
    warnings.extend(from_coin::access_denied(project));
    warnings.extend(from_coin::somebody_takes_a_number(project));
    warnings.extend(project.unfit_messages.iter().map(from_coin::message_not_taken));
    warnings.extend(project.requests.iter().filter_map(from_coin::request_in_doubt));
    warnings.extend(project.requests.iter().filter_map(from_coin::withdrawal_in_doubt));
    warnings.extend(from_coin::porting_in_doubt(project));
    for warning in &mut warnings {
        warning.acknowledged =
            project.acknowledged.iter().any(|seen| seen.code == warning.code && seen.contract == warning.contract);
    }
    warnings
}

/// The warnings about one contract; those about its dates are also shown with the dates.
pub fn contract_warnings(project: &Project, contract: &Contract, today: NaiveDate) -> Vec<Warning> {
    let all = [
        costs_or_gap(project, contract, today),
        internet_on_line(project, contract),
        line_bound_device(contract),
        notify_by_passed(project, contract, today),
        longer_notice_not_binding(contract, today),
        term_over_24_months(contract, today),
        end_not_known(contract),
        provider_trap::provider_trap(contract),
    ];
    all.into_iter().flatten().collect()
}

/// The day a contract ends: settled or confirmed by its provider, or the earliest for notice received today (or on the day its letter
/// reached the provider). `None` where it goes on or ends with the porting by agreement.
pub fn contract_end(project: &Project, contract: &Contract, today: NaiveDate) -> Option<NaiveDate> {
    if let Some(settled) = project.settled_end(contract) {
        return Some(settled.day);
    }
    match contract.scenario {
        Scenario::EndOfContract => {
            Some(contract_dates(&contract.term(), notice_day(project, contract).unwrap_or(today)).earliest_end_on.day)
        }
        Scenario::EarlyTermination | Scenario::AfterTermination | Scenario::Continuation => None,
    }
}

/// The day on which the contract's notice was given, as far as is known: received, else sent.
fn notice_day(project: &Project, contract: &Contract) -> Option<NaiveDate> {
    project.sent_cancellation(&contract.id).and_then(Letter::reached_on).map(|reached| reached.day)
}

/// `double_costs`, `service_gap`, `number_retention_expired`: how the contract's end fits the planned porting date.
fn costs_or_gap(project: &Project, contract: &Contract, today: NaiveDate) -> Option<Warning> {
    let porting_on = project.porting_date_of(&contract.id)?;
    let end = contract_end(project, contract, today)?;
    let settled = project.settled_end(contract).is_some();
    match gap_or_overlap(end, porting_on) {
        Fit::Exact => None,
        Fit::DoubleCosts { days, months_tenths } => {
            let (whole, tenth) = (months_tenths / 10, months_tenths % 10);
            Some(Warning::new(
                "double_costs",
                Severity::Warning,
                Text::new(
                    format!(
                        "het contract eindigt op {end}, {days} dagen ({whole},{tenth} maanden) na de portering op {porting_on}: dubbele kosten"
                    ),
                    format!(
                        "the contract ends on {end}, {days} days ({whole}.{tenth} months) after the porting on {porting_on}: double costs"
                    ),
                ),
                Text::new(
                    "kies een latere porteringsdatum, of bespreek een afkoopsom met de provider",
                    "choose a later porting date, or discuss a buy-out with the provider",
                ),
            ))
        }
        // A contract without a settled end goes on until the porting: its letter asks that it end by and at it.
        Fit::ServiceGap { .. } | Fit::RetentionExpired { .. } if !settled => None,
        Fit::ServiceGap { days, retrievable_until } => Some(Warning::new(
            "service_gap",
            Severity::Warning,
            Text::new(
                format!(
                    "het contract eindigt op {end}, {days} dagen voor de portering op {porting_on}: zo lang is er geen dienst; de nummers zijn terug te halen tot en met {retrievable_until}"
                ),
                format!(
                    "the contract ends on {end}, {days} days before the porting on {porting_on}: so long there is no service; the numbers can be retrieved until {retrievable_until}"
                ),
            ),
            Text::new(
                "vervroeg de portering, of vraag de provider het contract tot de portering te laten doorlopen",
                "port earlier, or ask the provider to let the contract run until the porting",
            ),
        )),
        Fit::RetentionExpired { retrievable_until } => Some(Warning::new(
            "number_retention_expired",
            Severity::Error,
            Text::new(
                format!(
                    "het contract eindigt op {end}; nummers zijn tot en met {retrievable_until} mee te nemen (Tw art. 4.10 lid 3), de portering op {porting_on} is te laat"
                ),
                format!(
                    "the contract ends on {end}; numbers can be taken along until {retrievable_until} (Tw art. 4.10(3)), the porting on {porting_on} is too late"
                ),
            ),
            Text::new("porteer voor die dag, anders gaan de nummers verloren", "port before that day, or the numbers are lost"),
        )),
    }
}

/// `internet_on_line`: internet on a line that ends with the porting.
fn internet_on_line(project: &Project, contract: &Contract) -> Option<Warning> {
    let carries = contract.carries.iter().any(|service| service == "internet");
    let ends = contract.scenario != Scenario::Continuation && project.intake.numbers_of(&contract.id).next().is_some();
    (carries && ends).then(|| {
        Warning::new(
            "internet_on_line",
            Severity::Warning,
            Text::new(
                "over deze lijn loopt ook internet, dat met het contract eindigt",
                "internet rides on this line too, and ends with the contract",
            ),
            Text::new(
                "kies scenario continuation, of zorg dat ander internet werkt voor de portering",
                "choose scenario continuation, or have other internet working before the porting",
            ),
        )
    })
}

/// `line_bound_device`: something that hangs on a line that ends. A lift's emergency call is required by law: it must be acknowledged.
fn line_bound_device(contract: &Contract) -> Option<Warning> {
    if contract.scenario == Scenario::Continuation {
        return None;
    }
    // Whatever is not known to go on without the line is taken to hang on it: a slip of the pen must not silence a lift.
    let mut found: Vec<(LineBound, Text)> =
        contract.carries.iter().filter_map(|service| LineBound::of(service).map(|kind| (kind, kind.name(service)))).collect();
    if found.is_empty() {
        return None;
    }
    found.sort_by_key(|(kind, _)| *kind);
    found.dedup();
    let list = |pick: fn(&Text) -> &str| found.iter().map(|(_, name)| pick(name)).collect::<Vec<_>>().join(", ");
    let (nl, en) = (list(|name| &name.nl), list(|name| &name.en));
    let severity = if carries_lift(contract) { Severity::Error } else { Severity::Warning };
    Some(Warning::new(
        "line_bound_device",
        severity,
        Text::new(
            format!("aan deze lijn hangt: {nl}; dat werkt niet meer als de lijn eindigt"),
            format!("on this line hangs: {en}; it stops working when the line ends"),
        ),
        Text::new(
            "regel een vervanging (bijvoorbeeld 4G) voor de portering; een lift moet worden bevestigd",
            "arrange a replacement (4G, say) before the porting; a lift must be acknowledged",
        ),
    ))
}

fn carries_lift(contract: &Contract) -> bool {
    contract.carries.iter().any(|service| LineBound::of(service) == Some(LineBound::Lift))
}

/// The contracts with a lift on a line that ends, of which nobody has taken note.
pub fn lifts_not_acknowledged(project: &Project) -> impl Iterator<Item = &Contract> {
    project.intake.contracts.iter().filter(|contract| {
        carries_lift(contract)
            && line_bound_device(contract).is_some()
            && !project
                .acknowledged
                .iter()
                .any(|seen| seen.code == "line_bound_device" && seen.contract.as_deref() == Some(&contract.id))
    })
}

/// `notify_by_passed`: the last day for notice within the initial term has passed and no notice was sent.
fn notify_by_passed(project: &Project, contract: &Contract, today: NaiveDate) -> Option<Warning> {
    if contract.scenario != Scenario::EndOfContract || project.settled_end(contract).is_some() {
        return None;
    }
    let dates = contract_dates(&contract.term(), notice_day(project, contract).unwrap_or(today));
    let notify_by = dates.notify_by.filter(|_| dates.notify_by_passed)?.day;
    let end = dates.earliest_end_on.day;
    Some(Warning::new(
        "notify_by_passed",
        Severity::Warning,
        Text::new(
            format!("opzeggen kon tot en met {notify_by}; het contract eindigt nu op zijn vroegst op {end}"),
            format!("notice was possible until {notify_by}; the contract now ends on {end} at the earliest"),
        ),
        Text::new("verstuur de opzegging zo snel mogelijk", "send the notice as soon as possible"),
    ))
}

/// `longer_notice_not_binding`: more than a month's notice on a renewed fixed term (Tw art. 7.2ab(1)).
fn longer_notice_not_binding(contract: &Contract, today: NaiveDate) -> Option<Warning> {
    contract_dates(&contract.term(), today).longer_notice_not_binding.then(|| {
        Warning::new(
            "longer_notice_not_binding",
            Severity::Info,
            Text::new(
                "een stilzwijgend verlengd contract is altijd met een maand op te zeggen (Tw art. 7.2ab lid 1); de langere opzegtermijn bindt niet",
                "a tacitly renewed contract can always be ended with a month's notice (Tw art. 7.2ab(1)); the longer notice period does not bind",
            ),
            Text::new("houd de provider hieraan", "hold the provider to it"),
        )
    })
}

/// `term_over_24_months`: longer than a small company can be bound without its express consent (Tw art. 7.2a(3) and (4)).
fn term_over_24_months(contract: &Contract, today: NaiveDate) -> Option<Warning> {
    contract_dates(&contract.term(), today).term_over_24_months.then(|| {
        Warning::new(
            "term_over_24_months",
            Severity::Info,
            Text::new(
                "een looptijd boven 24 maanden bindt een kleine onderneming alleen als zij daar uitdrukkelijk mee instemde (Tw art. 7.2a lid 3 en 4)",
                "a term above 24 months binds a small company only if it expressly agreed (Tw art. 7.2a(3) and (4))",
            ),
            Text::new("vraag de provider om het bewijs van instemming", "ask the provider for proof of consent"),
        )
    })
}

/// `end_not_known`: a contract that has ended, and nobody said when; its numbers can be retrieved for a month only (Tw art. 4.10(3)).
fn end_not_known(contract: &Contract) -> Option<Warning> {
    (contract.scenario == Scenario::AfterTermination && contract.ends_on.is_none()).then(|| {
        Warning::new(
            "end_not_known",
            Severity::Warning,
            Text::new(
                "het contract is geëindigd, maar de einddatum is niet ingevuld; nummers zijn een maand terug te halen (Tw art. 4.10 lid 3)",
                "the contract has ended, but its end date is not filled in; numbers can be retrieved for a month (Tw art. 4.10(3))",
            ),
            Text::new("vul ends_on in", "fill in ends_on"),
        )
    })
}

/// `submit_too_early`: asked more than 90 days before the wish date, the window can lapse before it.
fn submit_too_early(project: &Project, today: NaiveDate) -> Option<Warning> {
    let wish_date = project.intake.wish_date?;
    let days = (wish_date - today).num_days();
    let asked = project.porting_status() != PortingStatus::None;
    (today < submit_from(wish_date).day && !asked).then(|| {
        Warning::new(
            "submit_too_early",
            Severity::Warning,
            Text::new(
                format!("de wensdatum {wish_date} is over {days} dagen; een nu gevraagde portering kan verlopen voor die dag"),
                format!("the wish date {wish_date} is {days} days away; a porting asked for now can lapse before it"),
            ),
            Text::new(
                "vraag de portering hooguit 90 dagen voor de wensdatum aan",
                "ask for the porting at most 90 days before the wish date",
            ),
        )
    })
}

/// `wish_date_too_early`: a donor lets numbers go after the day on which they are planned to move.
fn wish_date_too_early(project: &Project, contract: &Contract) -> Option<Warning> {
    let accepted =
        project.requests.iter().filter(|request| request.contract == contract.id && request.state == request::State::Accepted);
    let first_possible = accepted.filter_map(PortingRequest::first_possible_at).max().map(local_date)?;
    let planned = project.porting_date_of(&contract.id).filter(|planned| *planned < first_possible)?;
    let provider = &contract.provider.name;
    let warning = Warning::new(
        "wish_date_too_early",
        Severity::Warning,
        Text::new(
            format!("{provider} laat de nummers pas vanaf {first_possible} gaan; de porteringsdatum {planned} kan niet"),
            format!("{provider} lets the numbers go from {first_possible} only; the porting date {planned} is not possible"),
        ),
        Text::new(
            "spreek met de klant een latere wensdatum af, of vraag de provider om een eerdere datum",
            "agree on a later wish date with the customer, or ask the provider for an earlier date",
        ),
    );
    Some(warning.on_contract(contract))
}

/// `part_of_block`: only a part of the provider's block is ported.
fn part_of_block_warning(entry: &NumberEntry) -> Option<Warning> {
    let odd = !entry.series.block_size().is_multiple_of(10) && entry.series.block_size() > 1;
    let part = match &entry.part_of {
        Some(whole) => part_of_block(&entry.series, &whole.series),
        None if odd => PartOfBlock::PartDonorMayRefuse,
        None => return None,
    };
    let (nl, en) = match part {
        PartOfBlock::Whole | PartOfBlock::NotInside => return None,
        PartOfBlock::Part => ("een deel van een blok wordt geporteerd", "a part of a block is ported"),
        PartOfBlock::PartDonorMayRefuse => (
            "een deel van een blok wordt geporteerd dat geen veelvoud van 10 is: de provider kan het weigeren",
            "a part of a block is ported that is not a multiple of 10: the donor may refuse",
        ),
    };
    Some(Warning::new(
        "part_of_block",
        Severity::Warning,
        Text::new(nl, en),
        Text::new(
            "porteer liever het hele blok, of stem de splitsing af met de provider",
            "rather port the whole block, or agree on the split with the provider",
        ),
    ))
}

/// `main_number_change_needed`: the block's main number leaves, and the rest stays without one.
fn main_number_change_needed(entry: &NumberEntry) -> Option<Warning> {
    let whole = entry.part_of.as_ref()?;
    let leaves = entry.series != whole.series && entry.series.contains(&whole.main_number);
    leaves.then(|| {
        Warning::new(
            "main_number_change_needed",
            Severity::Warning,
            Text::new(
                format!("hoofdnummer {} wordt geporteerd terwijl de rest van het blok blijft", whole.main_number),
                format!("main number {} is ported while the rest of the block stays", whole.main_number),
            ),
            Text::new("laat de provider eerst het hoofdnummer wijzigen", "have the provider change the main number first"),
        )
    })
}

/// `number_not_covered`: a number without a contract; its donor is unknown.
fn number_not_covered(entry: &NumberEntry) -> Option<Warning> {
    entry.contract.is_none().then(|| {
        Warning::new(
            "number_not_covered",
            Severity::Warning,
            Text::new(
                "dit nummer hoort bij geen contract: de donor is onbekend",
                "this number belongs to no contract: its donor is unknown",
            ),
            Text::new("noem bij het nummer het contract", "name the contract with the number"),
        )
    })
}

/// `number_refused`: the donor refused it, and it has not been asked for anew.
fn number_refused(project: &Project, entry: &NumberEntry) -> Option<Warning> {
    let (request, said) = project.refusal_of(&entry.series)?;
    let reason = said.refusal().map(|reason| Text::new(format!(" ({})", reason.nl), format!(" ({})", reason.en)));
    let reason = reason.unwrap_or_else(|| Text::new("", ""));
    let dossier = &request.dossier_id;
    Some(Warning::new(
        "number_refused",
        Severity::Error,
        Text::new(
            format!("de huidige provider heeft dit nummer geweigerd{}, in dossier {dossier}", reason.nl),
            format!("the current provider refused this number{}, in dossier {dossier}", reason.en),
        ),
        said.way_out(),
    ))
}

/// `outside_area`: a geographic number needs a connection or an establishment in its area (number plan, art. 1(b)).
fn outside_area(project: &Project, entry: &NumberEntry) -> Option<Warning> {
    let area = entry.series.area()?;
    let city = &project.intake.customer.address.city;
    // Where the town's area is not known, the contact's own fixed number tells.
    let outside = match town::area_of(city) {
        Some(home) => area != home,
        None => entry.series.same_area(&project.intake.customer.contact.phone) == Some(false),
    };
    outside.then(|| {
        Warning::new(
            "outside_area",
            Severity::Warning,
            Text::new(
                format!("{city} lijkt niet in netnummergebied {area} te liggen; zo'n nummer mag alleen met een vestiging of aansluiting daar"),
                format!("{city} does not seem to lie in area {area}; such a number needs an establishment or connection there"),
            ),
            Text::new("controleer of de klant een vestiging in dat gebied heeft", "check that the customer has an establishment in that area"),
        )
    })
}
