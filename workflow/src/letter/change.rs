//! How what a letter says differs from what holds now: what a corrected letter is needed for.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{
    Language, LetterFacts, Particulars, PrintedAddress, PrintedCompany, PrintedContract, PrintedDevice, PrintedNumber, Scenario,
};
use crate::text::Text;

/// What stands for a fact that a letter does not have.
const NOTHING: &str = "-";

/// One fact of a letter that has changed since it was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct LetterChange {
    /// Which fact.
    pub what: Text,
    /// What the letter says; `-` when nothing.
    pub was: String,
    /// What holds now; `-` when nothing.
    pub is: String,
}

/// The facts of a letter that are not what they were when it was made. The day it is dated is not one of them.
pub fn changes(made: &LetterFacts, now: Option<&LetterFacts>) -> Vec<LetterChange> {
    let (was, is) = (said(made), now.map(said).unwrap_or_default());
    let value = |facts: &[Fact], what: &Text| {
        let found = facts.iter().find(|(label, _)| label == what).and_then(|(_, value)| value.clone());
        found.unwrap_or_else(|| NOTHING.to_owned())
    };
    let added = is.iter().filter(|(what, _)| !was.iter().any(|(known, _)| known == what));
    let all = was.iter().chain(added).map(|(what, _)| LetterChange {
        what: what.clone(),
        was: value(&was, what),
        is: value(&is, what),
    });
    all.filter(|change| change.was != change.is).collect()
}

/// Changes in words: `porting date: 2027-01-26 → 2027-02-02; …`.
pub fn told(changes: &[LetterChange]) -> Text {
    let list = |pick: fn(&Text) -> &str| {
        let told = changes.iter().map(|change| format!("{}: {} → {}", pick(&change.what), change.was, change.is));
        told.collect::<Vec<_>>().join("; ")
    };
    Text::new(list(|text| &text.nl), list(|text| &text.en))
}

/// What a fact is called, and what the letter says of it.
type Fact = (Text, Option<String>);

/// What would be wrong on paper. How a company is reached (contact, e-mail, telephone) is not: nobody sends a corrected letter for that.
fn said(facts: &LetterFacts) -> Vec<Fact> {
    let mut said = vec![(Text::new("porteringsdatum", "porting date"), facts.porting_on.map(day))];
    let (customer, provider) =
        if facts.kind.is_from_contractor() { (&facts.recipient, None) } else { (&facts.sender, Some(&facts.recipient)) };
    said.extend(of_company("klant", "customer", customer));
    said.push((Text::new("klant, adres", "customer, address"), Some(address(&customer.address))));
    if let Some(provider) = provider {
        said.extend(of_company("provider", "provider", provider));
        said.push((Text::new("provider, adres", "provider, address"), Some(address(&provider.address))));
    }
    said.extend(of_company("nieuwe aanbieder", "contractor", &facts.contractor));
    said.extend(facts.contracts.iter().flat_map(of_contract));
    said.extend(facts.particulars.iter().flat_map(|particulars| of_kind(particulars, facts.language)));
    said
}

/// What only letters of one kind say, as far as a customer would be misled by it.
fn of_kind(particulars: &Particulars, language: Language) -> Vec<Fact> {
    let devices = |devices: &[PrintedDevice]| {
        let listed: Vec<_> = devices.iter().map(|device| format!("{} × {}", device.quantity, device.model)).collect();
        (Text::new("apparatuur", "equipment"), Some(listed.join(", ")).filter(|list| !list.is_empty()))
    };
    match particulars {
        Particulars::Cover { letters } => {
            let listed: Vec<_> = letters
                .iter()
                .map(|letter| {
                    let contract = letter.contract_number.as_deref().map(|number| format!(" {number}")).unwrap_or_default();
                    let send_by = letter.send_by.map(|day| format!(" ({day})")).unwrap_or_default();
                    format!("{}{contract} → {}{send_by}", letter.kind.title().in_language(language), letter.to)
                })
                .collect();
            vec![(Text::new("brieven", "letters"), Some(listed.join(", ")))]
        }
        Particulars::Installation { appointment, user_count, devices: installed } => vec![
            (
                Text::new("afspraak", "appointment"),
                Some(format!("{} {}–{}", appointment.on, appointment.from.format("%H:%M"), appointment.until.format("%H:%M"))),
            ),
            (Text::new("gebruikers", "users"), Some(user_count.to_string())),
            devices(installed),
        ],
        Particulars::Cutover { at, .. } => vec![(Text::new("moment", "moment"), Some(at.format("%Y-%m-%d %H:%M").to_string()))],
        Particulars::Delivery { user_count, devices: delivered, .. } => {
            vec![(Text::new("gebruikers", "users"), Some(user_count.to_string())), devices(delivered)]
        }
        Particulars::Recording { retention_days } => {
            vec![(Text::new("bewaartermijn in dagen", "retention in days"), Some(retention_days.to_string()))]
        }
    }
}

fn of_company(nl: &str, en: &str, company: &PrintedCompany) -> [Fact; 2] {
    [
        (Text::new(format!("{nl}, naam"), format!("{en}, name")), Some(company.name.clone())),
        (Text::new(format!("{nl}, KVK-nummer"), format!("{en}, KvK number")), company.kvk_number.clone()),
    ]
}

fn address(address: &PrintedAddress) -> String {
    format!("{}, {} {}", address.street, address.postal_code, address.city)
}

fn of_contract(contract: &PrintedContract) -> Vec<Fact> {
    let number = &contract.contract_number;
    let facts = [
        ("klantnummer", "customer number", Some(contract.customer_number.clone())),
        ("lijn", "line", Some(contract.line.clone())),
        ("situatie", "scenario", Some(scenario(contract.scenario).to_owned())),
        ("einddatum", "end date", contract.ends_on.map(day)),
        ("ook op de lijn", "also on the line", Some(contract.carries.join(", ")).filter(|list| !list.is_empty())),
        ("nummers", "numbers", Some(numbers(&contract.numbers)).filter(|list| !list.is_empty())),
    ];
    let label = |nl: &str, en: &str| Text::new(format!("contract {number}, {nl}"), format!("contract {number}, {en}"));
    facts.into_iter().map(|(nl, en, value)| (label(nl, en), value)).collect()
}

fn day(day: NaiveDate) -> String {
    day.to_string()
}

fn scenario(scenario: Scenario) -> &'static str {
    match scenario {
        Scenario::EndOfContract => "end_of_contract",
        Scenario::EarlyTermination => "early_termination",
        Scenario::AfterTermination => "after_termination",
        Scenario::Continuation => "continuation",
    }
}

fn numbers(numbers: &[PrintedNumber]) -> String {
    let one = |number: &PrintedNumber| match &number.last {
        Some(last) => format!("{} – {last}", number.first),
        None => number.first.clone(),
    };
    numbers.iter().map(one).collect::<Vec<_>>().join(", ")
}
