//! The migrations of the year: customers with their contracts and numbers, what they are like, and what is true of them.

use chrono::{DateTime, Days, Months, NaiveDate, Utc};
use serde_json::{Value, json};
use uuid::Uuid;
use workflow::calendar::add_working_days;
use workflow::provider::{Directory, ProviderEntry};

use crate::chance::Chance;

/// How a customer goes about its part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Character {
    /// Does what is asked within days.
    Prompt,
    /// Takes its time.
    Slow,
    /// Posts and signs nothing until it is reminded.
    Dormant,
}

/// A migration with the people around it.
#[derive(Debug)]
pub(super) struct Case {
    /// Its place in the year, from 0.
    pub(super) number: usize,
    /// The project, once it has begun.
    pub(super) id: Option<Uuid>,
    /// What chance holds for it.
    pub(super) chance: Chance,
    /// What the customer is like.
    pub(super) character: Character,
    /// Its customer numbers as the providers have them, by contract; the intake may be wrong.
    pub(super) customer_numbers: Vec<(String, String)>,
    /// A reminded customer is awake until then.
    pub(super) awake_until: Option<DateTime<Utc>>,
    /// Who waits for the moment to do something: customer, manager, engineer.
    pub(super) at_work: [bool; 3],
    /// Not before then does each look again: what it tried was refused.
    pub(super) rests_until: [Option<DateTime<Utc>>; 3],
    /// When somebody looks again, whatever happens.
    pub(super) looks_at: Option<DateTime<Utc>>,
    /// When donors that refused can be asked anew.
    pub(super) asks_again_at: Option<DateTime<Utc>>,
    /// What the preflight of the day before found missing, for somebody to see to.
    pub(super) missing: Vec<String>,
    /// How often the customer was telephoned about what is late.
    pub(super) calls: u32,
    /// How often the open incident was tried again.
    pub(super) retries: u32,
    /// The place that its porting takes.
    pub(super) place: Option<DateTime<Utc>>,
}

const TRADES: [&str; 12] = [
    "Bakkerij",
    "Garage",
    "Tandartspraktijk",
    "Notariskantoor",
    "Slagerij",
    "Architectenbureau",
    "Installatiebedrijf",
    "Apotheek",
    "Makelaardij",
    "Drukkerij",
    "Hotel",
    "Basisschool",
];
const NAMES: [&str; 12] =
    ["De Vries", "Jansen", "Bakker", "Visser", "Smit", "Meijer", "De Boer", "Mulder", "De Groot", "Bos", "Vos", "Peters"];
/// Towns with their area code and a postal code.
const TOWNS: [(&str, &str, &str); 8] = [
    ("Utrecht", "030", "3511 AB"),
    ("Amsterdam", "020", "1016 EW"),
    ("Rotterdam", "010", "3011 AA"),
    ("Den Haag", "070", "2511 AA"),
    ("Groningen", "050", "9711 JB"),
    ("Eindhoven", "040", "5611 AA"),
    ("Enschede", "053", "7511 GB"),
    ("Maastricht", "043", "6211 AA"),
];
const LINES: [&str; 7] = ["pstn", "isdn2", "isdn15", "isdn20", "isdn30", "voip", "other"];

impl Case {
    pub(super) fn new(number: usize, seed: u64) -> Self {
        let mut chance = Chance::of(seed, u64::try_from(number).unwrap_or_default() + 1);
        let character = match chance.between(1, 100) {
            1..=60 => Character::Prompt,
            61..=88 => Character::Slow,
            _ => Character::Dormant,
        };
        Self {
            number,
            id: None,
            chance,
            character,
            customer_numbers: Vec::new(),
            awake_until: None,
            at_work: [false; 3],
            rests_until: [None; 3],
            looks_at: None,
            asks_again_at: None,
            missing: Vec::new(),
            calls: 0,
            retries: 0,
            place: None,
        }
    }

    /// The intake as somebody fills it in on a day; here and there with a wrong customer number.
    pub(super) fn intake(&mut self, providers: &Directory, today: NaiveDate) -> Value {
        let chance = &mut self.chance;
        let n = self.number;
        let (town, area, postal_code) = chance.pick(&TOWNS);
        let name = format!("{} {} {}", chance.pick(&TRADES), chance.pick(&NAMES), n + 1);
        let wish_date = match chance.between(1, 100) {
            1..=6 => None,
            7..=20 => Some(add_working_days(today, chance.small(12, 40))),
            _ => Some(add_working_days(today, chance.small(42, 95))),
        };
        let (mut contracts, mut numbers): (Vec<Value>, Vec<Value>) = (Vec::new(), Vec::new());
        let count = chance.pick(&[1, 1, 1, 1, 1, 2, 2, 2, 3]);
        for k in 0..count {
            let id = format!("c{}", k + 1);
            let entries = providers.entries();
            let last = u64::try_from(entries.len()).unwrap_or(1).saturating_sub(1);
            let entry = entries.get(usize::try_from(chance.between(0, last)).unwrap_or_default());
            let right = format!("{}{:05}", chance.between(1, 9), n * 10 + k);
            let given = if chance.percent(7) { format!("{right}9") } else { right.clone() };
            self.customer_numbers.push((id.clone(), right));
            // A second or third contract may carry no numbers: internet alone, say.
            let carries_numbers = k == 0 || chance.percent(70);
            contracts.push(contract(chance, entry, &id, &given, (n, k), today));
            if carries_numbers {
                numbers.extend(numbers_of(chance, &id, area, (n, k)));
            }
        }
        let wish_date = fitting(chance, wish_date, contracts.first(), today);
        let mut intake = json!({
            "customer": {
                "name": name, "kvk_number": format!("{:08}", 10_000_000 + n),
                "address": {"street": format!("Stationsstraat {}", n % 300 + 1), "postal_code": postal_code, "city": town},
                "contact": {
                    "name": "J. de Vries", "email": format!("post@klant{}.example", n + 1), "phone": format!("+3162{:07}", n),
                },
            },
            "users": chance.between(1, 60),
            "equipment": [{"model": chance.pick(&["Yealink T54W", "Snom D785", "Gigaset N610IP"]), "quantity": chance.between(1, 40)}],
            "call_recording": chance.pick(&["off", "off", "off", "30_days", "90_days"]),
            "contracts": contracts, "numbers": numbers, "wish_date": wish_date,
            "language": if chance.percent(12) { "en" } else { "nl" },
        });
        if let Some(wish_date) = wish_date.filter(|_| chance.percent(25)) {
            let on = workflow::calendar::subtract_working_days(wish_date, 7).max(today);
            intake["installation"] = json!({"on": on, "from": "09:00", "until": "12:30"});
        }
        intake
    }

    /// The customer number of a contract as its provider has it.
    pub(super) fn right_number(&self, contract: &str) -> Option<&str> {
        self.customer_numbers.iter().find(|(id, _)| id == contract).map(|(_, number)| number.as_str())
    }
}

/// Most wish to be moved when their contract ends, if that is not too far away; who has no contract any more, as soon as may be.
fn fitting(chance: &mut Chance, wished: Option<NaiveDate>, contract: Option<&Value>, today: NaiveDate) -> Option<NaiveDate> {
    let field = |name: &str| contract.and_then(|contract| serde_json::from_value(contract[name].clone()).ok());
    if contract.is_some_and(|contract| contract["scenario"] == "after_termination") {
        return Some(add_working_days(today, 12));
    }
    let months =
        contract.and_then(|contract| contract["initial_term_months"].as_u64()).and_then(|months| u32::try_from(months).ok());
    let ends = field("start_date").zip(months).map(|(start, months): (NaiveDate, u32)| start + Months::new(months));
    let soon = today + Days::new(50)..today + Days::new(250);
    ends.filter(|end| soon.contains(end) && chance.percent(70)).or(wished)
}

fn contract(
    chance: &mut Chance,
    entry: Option<&ProviderEntry>,
    id: &str,
    customer_number: &str,
    (n, k): (usize, usize),
    today: NaiveDate,
) -> Value {
    let line = chance.pick(&LINES);
    let scenario = match chance.between(1, 100) {
        1..=62 => "end_of_contract",
        63..=79 => "early_termination",
        80..=97 => "continuation",
        _ => "after_termination",
    };
    let started = today - Months::new(chance.small(3, 120));
    let term = chance.pick(&[None, Some(12), Some(24), Some(36), Some(36), Some(60)]);
    let notice = chance.pick(&[None, Some(1), Some(1), Some(3)]);
    let carries: Vec<&str> = match line {
        "voip" | "other" => chance.pick(&[&["internet"][..], &[]]).to_vec(),
        _ => chance
            .pick(&[&["alarm"][..], &["lift"], &["payment_terminal", "fax"], &["internet", "alarm"], &[], &[], &[], &[]])
            .to_vec(),
    };
    let provider = entry.and_then(|entry| entry.names.first()).map_or("Telefonie Nederland B.V.", String::as_str);
    let mut contract = json!({
        "id": id, "provider": {"name": provider}, "customer_number": customer_number,
        "contract_number": format!("C-{n:04}{k}"), "line_type": line, "start_date": started, "initial_term_months": term,
        "notice_period_months": notice, "longer_notice_agreed": notice == Some(3) && chance.percent(50), "carries": carries,
        "scenario": scenario,
    });
    if entry.is_none_or(|entry| entry.address.is_none()) {
        contract["provider"]["address"] = json!({"street": "Postbus 1234", "postal_code": "3500 AA", "city": "Utrecht"});
    }
    if scenario == "after_termination" {
        contract["ends_on"] = json!(today - Days::new(chance.between(1, 10)));
    } else if chance.percent(4) {
        // The customer has given notice already, on its own.
        contract["ends_on"] = json!(today + Days::new(chance.between(20, 150)));
    }
    contract
}

/// A block, some single numbers, or a part of a block; sometimes a number without an area besides.
fn numbers_of(chance: &mut Chance, contract: &str, area: &str, (n, k): (usize, usize)) -> Vec<Value> {
    let first = format!("{area}{}{n:04}00", k + 2);
    let single = |last: u64| format!("{area}{}{n:04}{last:02}", k + 2);
    let mut numbers = match chance.between(1, 100) {
        1..=30 => vec![json!({"number": first, "block_size": 100, "contract": contract})],
        31..=50 => vec![json!({"number": first, "block_size": 10, "contract": contract})],
        51..=56 => {
            let whole = json!({"number": first, "block_size": 100});
            vec![json!({"number": single(20), "block_size": 10, "contract": contract, "part_of": whole})]
        }
        _ => (0..chance.between(1, 4)).map(|last| json!({"number": single(last), "contract": contract})).collect(),
    };
    if chance.percent(15) {
        numbers.push(json!({"number": format!("{}{}{n:04}00", chance.pick(&["085", "088"]), k + 2), "contract": contract}));
    }
    numbers
}

#[cfg(test)]
mod tests {
    use workflow::intake::check::check;

    use super::*;

    #[test]
    fn every_intake_is_right_and_no_number_stands_in_two() {
        let providers = Directory::built_in();
        let today = NaiveDate::from_ymd_opt(2027, 1, 4).unwrap_or_default();
        let mut spans = Vec::new();
        for number in 0..400 {
            let form = Case::new(number, 7).intake(&providers, today);
            let form = serde_json::from_value(form.clone()).unwrap_or_else(|error| unreachable!("{error}: {form:#}"));
            let intake = check(form, &providers, today, None).unwrap_or_else(|faults| unreachable!("{number}: {faults:?}"));
            spans.extend(intake.numbers.iter().map(|entry| entry.series.span()));
        }
        spans.sort_unstable();
        assert!(spans.windows(2).all(|pair| pair[0].1 < pair[1].0), "no two series overlap");
    }
}
