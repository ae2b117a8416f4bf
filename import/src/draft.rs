//! A customer's rows as an intake form, and from each of its fields the way back to the cell.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};
use workflow::intake::FieldError;
use workflow::number::Series;
use workflow::text::Text;

use crate::cell::Place;
use crate::column::{COLUMNS, Column, MAIN_NUMBER, PART_OF, Subject, folded};
use crate::fault::{Fault, Faults};
use crate::group::{CONTRACT_ID_CHARS, Customer, Entry, Fields, Number, OnContract};
use crate::heading::{Headed, has};

/// A project as its rows say it.
#[derive(Debug, Clone, PartialEq)]
pub struct Draft {
    /// The intake form, as JSON: what could not be read or is not there is absent.
    pub form: Value,
    /// A cell can't be read, or rows contradict each other; the file's faults say which.
    pub has_faults: bool,
    /// The row on which the customer first appears.
    pub first: Place,
    /// Each field that has a cell, by its JSON pointer.
    places: BTreeMap<String, Place>,
    /// Fields whose cell could not be read.
    unread: Vec<String>,
    /// Fields for which there is no column, which is told once for the whole file.
    without_column: Vec<String>,
}

impl Draft {
    pub(crate) fn new(customer: &Customer, sheets: &[Headed<'_>], faults: &mut Faults) -> Self {
        let (at, row) = customer.fields.first;
        let first = sheets.get(at).map(|sheet| sheet.place(row, None));
        let nowhere = Place { sheet: None, row, column: None, header: None, value: String::new() };
        let mut draft = Self {
            form: json!({"customer": {"address": {}, "contact": {}}, "contracts": [], "numbers": []}),
            has_faults: customer.has_faults,
            first: first.unwrap_or(nowhere),
            places: BTreeMap::new(),
            unread: Vec::new(),
            without_column: Vec::new(),
        };
        draft.fill("", Subject::Customer, &customer.fields, sheets, faults);
        draft.join_house_number();
        let ids = contract_ids(&customer.contracts);
        for (i, (contract, id)) in customer.contracts.iter().zip(&ids).enumerate() {
            let pointer = format!("/contracts/{i}");
            draft.push("contracts", json!({"provider": {}}));
            draft.fill(&pointer, Subject::Contract, contract, sheets, faults);
            draft.set(&format!("{pointer}/id"), json!(id));
            // Of an address that is not given it is the provider that is not known.
            if let Some(provider) = draft.places.get(&format!("{pointer}/provider/name")).cloned() {
                draft.places.entry(format!("{pointer}/provider")).or_insert(provider);
            }
        }
        for (i, number) in customer.numbers.iter().enumerate() {
            draft.push("numbers", json!({}));
            draft.add_number(&format!("/numbers/{i}"), number, &ids, sheets, faults);
        }
        draft
    }

    /// What is wrong with a field, told of its cell. Nothing, where that was told already.
    pub fn fault(&self, error: &FieldError) -> Option<Fault> {
        let rest_is_path = |rest: &str| rest.is_empty() || rest.starts_with('/');
        let within =
            |pointers: &[String]| pointers.iter().any(|told| error.pointer.strip_prefix(told.as_str()).is_some_and(rest_is_path));
        if within(&self.unread) || within(&self.without_column) {
            return None;
        }
        let in_cells = |text: &str| text.split(' ').map(|word| self.in_cell(word)).collect::<Vec<_>>().join(" ");
        let detail = Text::new(in_cells(&error.detail.nl), in_cells(&error.detail.en));
        Some(Fault::new(self.place(&error.pointer), error.code.clone(), detail))
    }

    /// The numbers that can be read as such, each by its place in the form.
    pub fn numbers(&self) -> Vec<(usize, Series)> {
        let numbers = self.form["numbers"].as_array().map(Vec::as_slice).unwrap_or_default();
        let series = numbers.iter().enumerate().filter_map(|(i, number)| {
            let size = number.get("block_size").and_then(Value::as_u64).and_then(|size| u32::try_from(size).ok());
            Some((i, Series::parse(number.get("number")?.as_str()?, size).ok()?))
        });
        series.collect()
    }

    /// The cell of a field; of what it is a part of, where it has none itself.
    pub fn place(&self, pointer: &str) -> &Place {
        let mut rest = pointer;
        loop {
            if let Some(place) = self.places.get(rest) {
                return place;
            }
            match rest.rsplit_once('/') {
                Some((parent, _)) => rest = parent,
                None => return &self.first,
            }
        }
    }

    /// A fault that points to another field (`/numbers/3`) points to its cell.
    fn in_cell(&self, word: &str) -> String {
        let is_pointer = ["/numbers/", "/contracts/"].iter().any(|list| word.starts_with(list));
        let field = if word.starts_with("/numbers/") { "/number" } else { "/id" };
        if is_pointer { self.place(&format!("{word}{field}")).cell() } else { word.to_owned() }
    }

    fn fill(&mut self, pointer: &str, subject: Subject, fields: &Fields, sheets: &[Headed<'_>], faults: &mut Faults) {
        let (at, row) = fields.first;
        for column in COLUMNS.iter().filter(|column| column.subject == subject) {
            let target = format!("{pointer}{}", column.field);
            match fields.entries.get(column.field) {
                Some(entry) => self.enter(&target, entry, faults),
                None => self.leave_out(target, column, sheets.get(at).and_then(|sheet| sheet.place_of(row, column)), sheets),
            }
        }
    }

    fn enter(&mut self, pointer: &str, entry: &Entry, faults: &mut Faults) {
        self.places.insert(pointer.to_owned(), entry.place.clone());
        if let Ok(value) = &entry.value {
            self.set(pointer, value.clone());
        } else {
            faults.extend(entry.fault());
            self.has_faults = true;
            self.unread.push(pointer.to_owned());
        }
    }

    fn leave_out(&mut self, pointer: String, column: &'static Column, place: Option<Place>, sheets: &[Headed<'_>]) {
        if let Some(place) = place {
            self.places.insert(pointer, place);
        } else if column.required && !has(sheets, column) {
            self.without_column.push(pointer);
        }
    }

    fn add_number(&mut self, pointer: &str, number: &Number, ids: &[String], sheets: &[Headed<'_>], faults: &mut Faults) {
        let entry = |field: &str| number.fields.entries.get(field);
        self.fill(pointer, Subject::Number, &number.fields, sheets, faults);
        let text = |field: &str| entry(field)?.text().map(str::to_owned);
        if let Some(last) = text("/last") {
            let first = text("/number").unwrap_or_default();
            self.set(&format!("{pointer}/number"), json!(format!("{first} t/m {last}")));
        }
        if let Some(Value::Object(fields)) = self.form.pointer_mut(pointer) {
            fields.remove("last");
        }
        // Of a block that is not given it is the main number that stands alone.
        if let Some(main) = entry(MAIN_NUMBER) {
            self.places.entry(format!("{pointer}{PART_OF}")).or_insert_with(|| main.place.clone());
        }
        match &number.contract {
            Some(OnContract::Known(at)) => {
                if let Some(id) = ids.get(*at) {
                    self.set(&format!("{pointer}/contract"), json!(id));
                }
            }
            Some(OnContract::Named(id)) => self.enter(&format!("{pointer}/contract"), id, faults),
            None => {}
        }
    }

    /// Street and house number in columns of their own: letters print both, and COIN takes the number apart.
    fn join_house_number(&mut self) {
        let Some(Value::Object(address)) = self.form.pointer_mut("/customer/address") else { return };
        let text = |field: &str| address.get(field).and_then(Value::as_str).map(str::to_owned);
        let (Some(street), Some(number)) = (text("street"), text("house_number")) else { return };
        let addition = text("house_number_addition").map(|addition| format!("-{addition}")).unwrap_or_default();
        address.insert("street".to_owned(), json!(format!("{street} {number}{addition}")));
    }

    fn push(&mut self, list: &str, item: Value) {
        if let Some(Value::Array(items)) = self.form.get_mut(list) {
            items.push(item);
        }
    }

    /// Sets a field, making what it is a part of.
    fn set(&mut self, pointer: &str, value: Value) {
        let Some((parent, field)) = pointer.rsplit_once('/') else { return };
        if self.form.pointer(parent).is_none() {
            self.set(parent, Value::Object(Map::new()));
        }
        if let Some(Value::Object(fields)) = self.form.pointer_mut(parent) {
            fields.insert(field.to_owned(), value);
        }
    }
}

/// Each contract's id: as given, else of provider and contract number, else its place.
fn contract_ids(contracts: &[Fields]) -> Vec<String> {
    let mut ids: Vec<String> = Vec::with_capacity(contracts.len());
    for (i, contract) in contracts.iter().enumerate() {
        let text = |field: &str| contract.entries.get(field)?.text().map(str::to_owned);
        if let Some(given) = text("/id") {
            ids.push(given);
            continue;
        }
        let parts = ["/provider/name", "/contract_number"].map(|field| text(field).map(|text| folded(&text)).unwrap_or_default());
        let name: String = parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("-");
        let name: String = name.chars().take(CONTRACT_ID_CHARS - 4).collect();
        let is_new = !name.is_empty() && !ids.contains(&name);
        ids.push(if is_new { name } else { format!("contract-{}", i + 1) });
    }
    ids
}
