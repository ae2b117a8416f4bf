//! Puts rows together: those of one customer into one project, those of one contract into one contract.
//!
//! A customer is told by trade register number and name, a contract by its id, else by its numbers. What a row leaves out counts as the
//! same; what it repeats must be the same. A row that leaves out the customer goes on with the one above.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use workflow::text::Text;

use crate::cell::{Cell, Place};
use crate::column::{Column, Subject, folded};
use crate::fault::{Fault, Faults};
use crate::heading::Headed;
use crate::value::{self, Wrong};
use crate::{FileFault, PROJECTS_MAX, too_many_customers};

/// Customers, as far as their rows have been read.
#[derive(Debug)]
struct Grouped<'a> {
    customers: Vec<Customer>,
    /// What is wrong with rows.
    faults: &'a mut Faults,
    /// Customers by what they are told by, so that each row needs not look at all of them.
    by_mark: BTreeMap<(&'static str, String), BTreeSet<usize>>,
}

/// A customer: what its rows say together.
#[derive(Debug)]
pub(crate) struct Customer {
    pub(crate) fields: Fields,
    pub(crate) contracts: Vec<Fields>,
    pub(crate) numbers: Vec<Number>,
    /// Its rows contradict each other.
    pub(crate) has_faults: bool,
}

/// A number or block, and on which of the customer's contracts it is.
#[derive(Debug)]
pub(crate) struct Number {
    pub(crate) fields: Fields,
    pub(crate) contract: Option<OnContract>,
}

/// The contract that a number is on.
#[derive(Debug, Clone)]
pub(crate) enum OnContract {
    /// One of which more is known.
    Known(usize),
    /// One of which only the id stands here.
    Named(Box<Entry>),
}

/// What stands in a column for a customer, a contract or a number.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    pub(crate) column: &'static Column,
    pub(crate) place: Place,
    /// Its value, or why that can't be read.
    pub(crate) value: Result<Value, Wrong>,
}

impl Entry {
    fn new(column: &'static Column, place: Place, cell: &Cell) -> Self {
        let value = match value::read(column.kind, cell) {
            // Each number repeats it; one character too many is enough to be told of.
            Ok(Value::String(id)) if column.field == CONTRACT_ID => {
                Ok(Value::String(id.chars().take(CONTRACT_ID_CHARS + 1).collect()))
            }
            read => read,
        };
        Self { column, place, value }
    }

    /// Why it can't be read, told of its cell.
    pub(crate) fn fault(&self) -> Option<Fault> {
        self.value.as_ref().err().map(|wrong| Fault::new(&self.place, wrong.code(), wrong.text(&self.place.value)))
    }

    /// Its value as a text, where it is one.
    pub(crate) fn text(&self) -> Option<&str> {
        self.value.as_ref().ok().and_then(Value::as_str)
    }

    /// Names are compared without capitals and punctuation, other values as they were read, what can't be read as it stands there.
    fn compared(&self) -> String {
        match &self.value {
            Ok(Value::String(text)) if matches!(self.column.field, "/customer/name" | "/provider/name") => folded(text),
            Ok(Value::String(text)) => text.split_whitespace().collect::<Vec<_>>().join(" "),
            Ok(value) => value.to_string(),
            Err(_) => self.place.value.clone(),
        }
    }
}

/// What is known of a customer, a contract or a number, by the field that it fills.
#[derive(Debug)]
pub(crate) struct Fields {
    /// In which sheet, by its place among them, and on which row it first appears.
    pub(crate) first: (usize, u32),
    pub(crate) entries: BTreeMap<&'static str, Entry>,
}

impl Fields {
    fn text(&self, field: &str) -> Option<String> {
        self.entries.get(field).map(Entry::compared)
    }

    /// Whether `others` say the same in this field, as far as both say anything.
    fn agrees(&self, others: &Self, field: &str) -> bool {
        !matches!((self.text(field), others.text(field)), (Some(one), Some(other)) if one != other)
    }

    /// Both say the same in this field.
    fn shares(&self, others: &Self, field: &str) -> bool {
        self.entries.contains_key(field) && others.entries.contains_key(field) && self.agrees(others, field)
    }

    /// Adds what is new; tells what contradicts, and answers whether anything does.
    fn merge(&mut self, others: Self, faults: &mut Faults) -> bool {
        let before = faults.count();
        for (field, entry) in others.entries {
            match self.entries.get(field) {
                None => drop(self.entries.insert(field, entry)),
                Some(known) if known.compared() == entry.compared() => {}
                Some(known) => {
                    let (cell, value) = (known.place.cell(), &known.place.value);
                    faults.push(Fault::new(
                        &entry.place,
                        "contradiction",
                        Text::new(
                            format!("in {cell} staat {value:?}; maak ze gelijk"),
                            format!("{cell} says {value:?}; make them the same"),
                        ),
                    ));
                }
            }
        }
        faults.count() > before
    }
}

const KVK_NUMBER: &str = "/customer/kvk_number";
const NAME: &str = "/customer/name";
const CONTRACT_ID: &str = "/id";
/// The longest id of a contract.
pub(crate) const CONTRACT_ID_CHARS: usize = 60;
/// The most contracts of a form. Each row's is looked for among those before it, so no more are kept than tell that there are too many.
const CONTRACTS_MAX: usize = 200;
/// Together they tell a contract without an id.
const CONTRACT_MARKS: [&str; 3] = ["/contract_number", "/customer_number", "/provider/name"];

/// What one row says.
struct Row {
    place: Place,
    customer: Fields,
    contract: Fields,
    number: Fields,
}

/// Puts the rows of all sheets together, sheet by sheet.
///
/// # Errors
/// There are more customers than projects are begun at once: no more than that are put together.
pub(crate) fn group(sheets: &[Headed<'_>], faults: &mut Faults) -> Result<Vec<Customer>, FileFault> {
    let mut grouped = Grouped { customers: Vec::new(), faults, by_mark: BTreeMap::new() };
    for (at, sheet) in sheets.iter().enumerate() {
        // The customer and the contract of the row above.
        let mut above = (None, None);
        for (row, cells) in sheet.rows() {
            if cells.is_empty() {
                continue;
            }
            let of = |subject: Subject| {
                let ours = cells.iter().filter(|(column, ..)| column.subject == subject);
                let entries = ours.map(|(column, place, cell)| (column.field, Entry::new(column, place.clone(), cell)));
                // A value that says that there is none says nothing here.
                Fields { first: (at, row), entries: entries.filter(|(_, entry)| entry.value != Ok(Value::Null)).collect() }
            };
            let row = Row {
                place: sheet.place(row, None),
                customer: of(Subject::Customer),
                contract: of(Subject::Contract),
                number: of(Subject::Number),
            };
            above = grouped.take(row, above);
            if grouped.customers.len() > PROJECTS_MAX {
                return Err(too_many_customers());
            }
        }
    }
    Ok(grouped.customers)
}

impl Grouped<'_> {
    /// Takes in a row; answers its customer and contract.
    fn take(&mut self, row: Row, above: (Option<usize>, Option<OnContract>)) -> (Option<usize>, Option<OnContract>) {
        let Row { place, customer, contract, number } = row;
        let goes_on = !customer.entries.contains_key(KVK_NUMBER) && !customer.entries.contains_key(NAME);
        let at = if goes_on { above.0.ok_or("no_customer") } else { self.customer(&customer) };
        let at = match at {
            Ok(at) => at,
            Err(code) => {
                let (nl, en) = match code {
                    "no_customer" => {
                        ("noemt geen klant; vul KvK-nummer en klant in", "names no customer; fill in KvK number and customer")
                    }
                    _ => (
                        "noemt een KvK-nummer dat meer klanten hebben; vul ook de klant in",
                        "names a KvK number that several customers have; fill in the customer too",
                    ),
                };
                self.faults.push(Fault::new(&place, code, Text::new(format!("deze rij {nl}"), format!("this row {en}"))));
                return (None, None);
            }
        };
        if at == self.customers.len() {
            let first = customer.first;
            let fields = Fields { first, entries: BTreeMap::new() };
            self.customers.push(Customer { fields, contracts: Vec::new(), numbers: Vec::new(), has_faults: false });
        }
        let Some(project) = self.customers.get_mut(at) else { return (None, None) };
        for mark in [KVK_NUMBER, NAME] {
            if let Some(text) = customer.text(mark) {
                self.by_mark.entry((mark, text)).or_default().insert(at);
            }
        }
        project.has_faults |= project.fields.merge(customer, self.faults);
        let on =
            if contract.entries.is_empty() { above.1.filter(|_| goes_on) } else { Some(project.contract(contract, self.faults)) };
        if !number.entries.is_empty() {
            project.numbers.push(Number { fields: number, contract: on.clone() });
        }
        (Some(at), on)
    }

    /// Which customer a row names: one that agrees in number and name, or the next one.
    fn customer(&self, row: &Fields) -> Result<usize, &'static str> {
        let marked = [KVK_NUMBER, NAME].into_iter().filter_map(|mark| self.by_mark.get(&(mark, row.text(mark)?)));
        let candidates: BTreeSet<usize> = marked.flatten().copied().collect();
        let agrees = |at: &usize| {
            let customer = self.customers.get(*at);
            customer.is_some_and(|customer| customer.fields.agrees(row, KVK_NUMBER) && customer.fields.agrees(row, NAME))
        };
        let mut found = candidates.into_iter().filter(agrees);
        match (found.next(), found.next()) {
            (None, _) => Ok(self.customers.len()),
            (Some(at), None) => Ok(at),
            (Some(_), Some(_)) => Err("ambiguous_customer"),
        }
    }
}

impl Customer {
    /// Which contract a row names, with what it says of it.
    fn contract(&mut self, row: Fields, faults: &mut Faults) -> OnContract {
        let by_id = row.entries.get(CONTRACT_ID).cloned();
        let same = |known: &Fields| {
            if by_id.is_some() && known.entries.contains_key(CONTRACT_ID) {
                return known.shares(&row, CONTRACT_ID);
            }
            CONTRACT_MARKS.iter().all(|mark| known.agrees(&row, mark))
                && CONTRACT_MARKS.iter().any(|mark| known.shares(&row, mark))
        };
        if let Some((at, known)) = self.contracts.iter_mut().enumerate().find(|(_, known)| same(known)) {
            self.has_faults |= known.merge(row, faults);
            return OnContract::Known(at);
        }
        match by_id {
            // A number's row may name a contract and say nothing of it.
            Some(id) if row.entries.len() == 1 => OnContract::Named(Box::new(id)),
            _ => {
                if self.contracts.len() <= CONTRACTS_MAX {
                    self.contracts.push(row);
                }
                OnContract::Known(self.contracts.len() - 1)
            }
        }
    }
}
