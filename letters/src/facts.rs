//! Whether the facts make a letter: complete, printable, and a letter that may be written. The rules about dates and scenarios are
//! `workflow`'s; here stands only what must never go out on paper.

use workflow::letter::printable::unprintable;
use workflow::letter::{LetterFacts, LetterKind, Particulars, PrintedCompany, PrintedDevice, PrintedForwarding, Scenario};

use crate::error::{LetterError, LetterName};

/// Checks what can be told from the facts alone; [`LetterError`] says what is wrong.
pub(crate) fn check(letter: &LetterFacts) -> Result<(), LetterError> {
    contracts(letter)?;
    let name = LetterName::from(letter);
    for (field, text) in texts(letter) {
        let characters = unprintable(text);
        if !characters.is_empty() {
            return Err(LetterError::Unprintable { letter: name, field, characters });
        }
        if text.trim().is_empty() {
            return Err(LetterError::Missing { letter: name, field });
        }
    }
    if letter.sender.kvk_number.is_none() && !letter.kind.is_from_contractor() {
        // Art. 27 Handelsregisterwet 2007: a registered company's number stands on every letter it sends. A contractor who hasn't
        // configured its own is told so at the start: a migration must not stop for it.
        return Err(LetterError::Missing { letter: name, field: "sender.kvk_number".to_owned() });
    }
    Ok(())
}

/// Which contracts a letter of this kind may be about.
fn contracts(letter: &LetterFacts) -> Result<(), LetterError> {
    let name = LetterName::from(letter);
    let count = letter.contracts.len();
    if letter.kind.is_from_contractor() {
        return Ok(());
    }
    if count == 0 || (letter.kind == LetterKind::Cancellation && count > 1) {
        return Err(LetterError::ContractCount { letter: name, count });
    }
    for contract in &letter.contracts {
        let number = contract.contract_number.clone();
        match letter.kind {
            // Cancelling a contract that is to go on would end it; one that has ended needs no end.
            LetterKind::Cancellation if matches!(contract.scenario, Scenario::Continuation | Scenario::AfterTermination) => {
                return Err(LetterError::NothingToCancel { letter: name, contract: number, scenario: contract.scenario });
            }
            LetterKind::PortingNotice | LetterKind::Authorization if contract.numbers.is_empty() => {
                return Err(LetterError::NothingToPort { letter: name, contract: number });
            }
            _ => {}
        }
    }
    Ok(())
}

/// Every text among the facts with its name.
fn texts(letter: &LetterFacts) -> Vec<(String, &str)> {
    let mut texts = vec![("reference".to_owned(), letter.reference.as_str())];
    for (name, company) in [("sender", &letter.sender), ("recipient", &letter.recipient), ("contractor", &letter.contractor)] {
        texts.extend(company_texts(company).into_iter().map(|(field, text)| (format!("{name}.{field}"), text)));
    }
    for (i, contract) in letter.contracts.iter().enumerate() {
        let contract_field = |field: &str| format!("contracts[{i}].{field}");
        texts.push((contract_field("customer_number"), &contract.customer_number));
        texts.push((contract_field("contract_number"), &contract.contract_number));
        texts.push((contract_field("line"), &contract.line));
        texts.extend(
            contract.carries.iter().enumerate().map(|(j, text)| (contract_field(&format!("carries[{j}]")), text.as_str())),
        );
        for (j, number) in contract.numbers.iter().enumerate() {
            texts.push((contract_field(&format!("numbers[{j}].first")), &number.first));
            texts.extend(number.last.as_deref().map(|last| (contract_field(&format!("numbers[{j}].last")), last)));
        }
        texts.extend(contract.provider.as_deref().map(|provider| (contract_field("provider"), provider)));
    }
    texts.extend(letter.particulars.iter().flat_map(particulars_texts));
    texts
}

fn particulars_texts(particulars: &Particulars) -> Vec<(String, &str)> {
    let mut texts: Vec<(String, &str)> = Vec::new();
    match particulars {
        Particulars::Cover { letters } => {
            for (i, letter) in letters.iter().enumerate() {
                texts.push((format!("letters[{i}].to"), &letter.to));
                texts.extend(letter.why.as_deref().map(|why| (format!("letters[{i}].why"), why)));
            }
        }
        Particulars::Installation { appointment, devices, .. } => {
            texts.extend(appointment.note.as_deref().map(|note| ("appointment.note".to_owned(), note)));
            texts.extend(device_texts(devices));
        }
        Particulars::Delivery { users, devices, steps, forwarded, points, .. } => {
            texts.extend(forwarding_texts(forwarded));
            for (i, user) in users.iter().enumerate() {
                texts.push((format!("users[{i}].name"), &user.name));
                let optional = [("extension", &user.extension), ("device", &user.device), ("smartphone", &user.smartphone)];
                let given = optional.into_iter().filter_map(|(field, text)| Some((field, text.as_deref()?)));
                texts.extend(given.map(|(field, text)| (format!("users[{i}].{field}"), text)));
            }
            texts.extend(device_texts(devices));
            for (i, step) in steps.iter().enumerate() {
                texts.push((format!("steps[{i}].title"), &step.title));
                texts.extend(step.note.as_deref().map(|note| (format!("steps[{i}].note"), note)));
            }
            for (i, point) in points.iter().enumerate() {
                let optional = [("text", &point.text), ("note", &point.note)];
                let given = optional.into_iter().filter_map(|(field, text)| Some((field, text.as_deref()?)));
                texts.extend(given.map(|(field, text)| (format!("points[{i}].{field}"), text)));
            }
        }
        Particulars::Cutover { forwarded, .. } => texts.extend(forwarding_texts(forwarded)),
        Particulars::Recording { .. } => {}
    }
    texts
}

fn forwarding_texts(forwarded: &[PrintedForwarding]) -> impl Iterator<Item = (String, &str)> {
    forwarded.iter().enumerate().map(|(i, own)| (format!("forwarded[{i}].to"), own.to.as_str()))
}

fn device_texts(devices: &[PrintedDevice]) -> impl Iterator<Item = (String, &str)> {
    devices.iter().enumerate().map(|(i, device)| (format!("devices[{i}].model"), device.model.as_str()))
}

fn company_texts(company: &PrintedCompany) -> Vec<(&'static str, &str)> {
    let required = [
        ("name", company.name.as_str()),
        ("address.street", &company.address.street),
        ("address.postal_code", &company.address.postal_code),
        ("address.city", &company.address.city),
    ];
    let optional = [
        ("kvk_number", &company.kvk_number),
        ("contact", &company.contact),
        ("email", &company.email),
        ("phone", &company.phone),
    ];
    required.into_iter().chain(optional.into_iter().filter_map(|(field, text)| Some((field, text.as_deref()?)))).collect()
}
