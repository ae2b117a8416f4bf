//! Turns a form into an intake, or says all that is wrong with it.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use super::address::{postal_code, split_house_number};
use super::{
    Address, Contract, Customer, FieldError, Intake, IntakeForm, NumberEntry, NumberForm, Provider, ProviderForm, Users,
    WholeBlock, smartphone::runs_the_app,
};
use crate::letter::printable::unprintable;
use crate::letter::{Language, Scenario};
use crate::number::{NumberFault, Series};
use crate::provider::{Directory, ProviderEntry};
use crate::text::Text;

/// Checks a form on a day in Amsterdam. `before` is the intake that the form changes: what it already had is not held against it
/// (a wish date that has passed since, say). Providers are looked up in the directory, which knows some addresses.
pub fn check(
    form: IntakeForm,
    providers: &Directory,
    today: NaiveDate,
    before: Option<&Intake>,
) -> Result<Intake, Vec<FieldError>> {
    let mut errors = Errors(Vec::new());
    let IntakeForm { customer, users, equipment, call_recording, contracts, numbers, wish_date, installation, language } = form;

    let customer = errors.customer(customer);
    errors.users(&users);
    for (i, item) in equipment.iter().enumerate() {
        errors.text(&format!("/equipment/{i}/model"), &item.model);
        errors.range(&format!("/equipment/{i}/quantity"), item.quantity, 1, 10_000);
    }
    let contracts = errors.contracts(contracts, providers, today);
    let numbers = errors.numbers(numbers, &contracts);
    if let Some(wish_date) = wish_date
        && wish_date < today
        && before.and_then(|before| before.wish_date) != Some(wish_date)
    {
        errors.add(
            "/wish_date",
            "in_the_past",
            format!("{wish_date} is voorbij (vandaag is {today}); geef een dag in de toekomst"),
            format!("{wish_date} has passed (today is {today}); give a day in the future"),
        );
    }

    if let Some(installation) = &installation {
        errors.0.extend(installation.faults(today, before.and_then(|before| before.installation.as_ref())));
        if let Some(note) = &installation.note {
            errors.text("/installation/note", note);
        }
    }

    if errors.0.is_empty() {
        Ok(Intake { customer, users, equipment, call_recording, contracts, numbers, wish_date, installation, language })
    } else {
        Err(errors.0)
    }
}

/// The faults found so far.
struct Errors(Vec<FieldError>);

impl Errors {
    fn add(&mut self, pointer: &str, code: &str, nl: impl Into<String>, en: impl Into<String>) {
        self.0.push(FieldError::new(pointer, code, nl, en));
    }

    /// A text that must say something and may come to stand in a letter.
    fn text(&mut self, pointer: &str, text: &str) {
        if text.trim().is_empty() {
            self.add(pointer, "empty", "is leeg; vul iets in", "is empty; fill it in");
        }
        let strange = unprintable(text);
        if !strange.is_empty() {
            let list = strange.iter().map(|c| format!("U+{:04X}", u32::from(*c))).collect::<Vec<_>>().join(", ");
            self.add(
                pointer,
                "unprintable_character",
                format!("{text:?} bevat tekens die de brieven niet kunnen afdrukken: {list}"),
                format!("{text:?} has characters that the letters can't print: {list}"),
            );
        }
    }

    fn range(&mut self, pointer: &str, value: u32, least: u32, most: u32) {
        if !(least..=most).contains(&value) {
            self.add(
                pointer,
                "out_of_range",
                format!("{value} kan niet; geef {least} tot en met {most}"),
                format!("{value} is out of range; give {least} to {most}"),
            );
        }
    }

    fn customer(&mut self, mut customer: Customer) -> Customer {
        tidy(&mut customer.name);
        tidy(&mut customer.contact.name);
        self.text("/customer/name", &customer.name);
        customer.kvk_number.retain(|c| !matches!(c, ' ' | '.'));
        if customer.kvk_number.len() != 8 || !customer.kvk_number.chars().all(|c| c.is_ascii_digit()) {
            self.add(
                "/customer/kvk_number",
                "invalid_kvk_number",
                format!("{:?} is geen KvK-nummer; geef 8 cijfers", customer.kvk_number),
                format!("{:?} is not a KvK number; give 8 digits", customer.kvk_number),
            );
        }
        customer.address = self.address("/customer/address", customer.address);
        self.text("/customer/contact/name", &customer.contact.name);
        self.email("/customer/contact/email", &customer.contact.email);
        self.phone("/customer/contact/phone", &customer.contact.phone);
        customer
    }

    fn address(&mut self, pointer: &str, mut address: Address) -> Address {
        tidy(&mut address.street);
        tidy(&mut address.city);
        self.text(&format!("{pointer}/street"), &address.street);
        self.text(&format!("{pointer}/city"), &address.city);
        match postal_code(&address.postal_code) {
            Some(postal_code) => address.postal_code = postal_code,
            None => self.add(
                &format!("{pointer}/postal_code"),
                "invalid_postal_code",
                format!("{:?} is geen Nederlandse postcode; geef bijvoorbeeld \"3511 AB\"", address.postal_code),
                format!("{:?} is not a Dutch postal code; give for example \"3511 AB\"", address.postal_code),
            ),
        }
        if address.house_number.is_none()
            && let Some((number, addition)) = split_house_number(&address.street)
        {
            address.house_number = Some(number);
            address.house_number_addition = address.house_number_addition.or(addition);
        }
        // COIN takes them apart, at most 5 and 4 characters (NP v3, customerinfo).
        for (field, value, most) in
            [("house_number", &address.house_number, 5), ("house_number_addition", &address.house_number_addition, 4)]
        {
            if let Some(value) = value
                && (value.is_empty() || value.chars().count() > most)
            {
                self.0.push(FieldError::new(
                    format!("{pointer}/{field}"),
                    "too_long",
                    format!("{value:?} past niet in een porteringsverzoek; geef 1 tot en met {most} tekens"),
                    format!("{value:?} does not fit a porting request; give 1 to {most} characters"),
                ));
            }
        }
        address
    }

    fn email(&mut self, pointer: &str, email: &str) {
        self.0.extend(email_fault(pointer, email));
        self.text(pointer, email);
    }

    fn phone(&mut self, pointer: &str, phone: &str) {
        let digits = phone.chars().filter(char::is_ascii_digit).count();
        let rest = phone.strip_prefix('+').unwrap_or(phone);
        if !(7..=15).contains(&digits) || !rest.chars().all(|c| c.is_ascii_digit() || matches!(c, ' ' | '-' | '(' | ')' | '.')) {
            self.add(
                pointer,
                "invalid_phone",
                format!("{phone:?} is geen telefoonnummer; geef bijvoorbeeld \"+31301001234\""),
                format!("{phone:?} is not a telephone number; give for example \"+31301001234\""),
            );
        }
    }

    fn users(&mut self, users: &Users) {
        let list = match users {
            Users::Count(count) => return self.range("/users", *count, 1, 100_000),
            Users::List(list) => list,
        };
        if list.is_empty() {
            self.add(
                "/users",
                "empty",
                "is leeg; geef een aantal of minstens een gebruiker",
                "is empty; give a number or at least one user",
            );
        }
        let mut extensions = BTreeMap::new();
        for (i, user) in list.iter().enumerate() {
            self.text(&format!("/users/{i}/name"), &user.name);
            if let Some(email) = &user.email {
                self.email(&format!("/users/{i}/email"), email);
            }
            if let Some(extension) = &user.extension {
                let pointer = format!("/users/{i}/extension");
                if !(2..=6).contains(&extension.len()) || !extension.chars().all(|c| c.is_ascii_digit()) {
                    self.add(
                        &pointer,
                        "invalid_extension",
                        format!("{extension:?} is geen toestelnummer; geef 2 tot en met 6 cijfers"),
                        format!("{extension:?} is not an extension; give 2 to 6 digits"),
                    );
                }
                if let Some(first) = extensions.insert(extension, i) {
                    self.add(
                        &pointer,
                        "duplicate_extension",
                        format!("toestelnummer {extension} heeft ook /users/{first}"),
                        format!("extension {extension} is also that of /users/{first}"),
                    );
                }
            }
            if let Some(phone) = &user.smartphone
                && runs_the_app(phone) == Some(false)
            {
                self.add(
                    &format!("/users/{i}/smartphone"),
                    "app_not_supported",
                    format!("de app werkt niet op {phone:?}; Android vanaf 4.2 of iOS vanaf 8, geen Windows Phone"),
                    format!("the app does not run on {phone:?}; Android from 4.2 or iOS from 8, no Windows Phone"),
                );
            }
        }
    }

    fn contracts(&mut self, contracts: Vec<Contract<ProviderForm>>, providers: &Directory, today: NaiveDate) -> Vec<Contract> {
        let mut ids: BTreeMap<String, usize> = BTreeMap::new();
        let mut checked = Vec::with_capacity(contracts.len());
        for (i, mut contract) in contracts.into_iter().enumerate() {
            let at = |field: &str| format!("/contracts/{i}/{field}");
            // Providers are told apart by name: "KPN B.V. " is not another one.
            for text in [&mut contract.provider.name, &mut contract.customer_number, &mut contract.contract_number] {
                tidy(text);
            }
            self.text(&at("id"), &contract.id);
            if let Some(first) = ids.insert(contract.id.clone(), i) {
                self.add(
                    &at("id"),
                    "duplicate_contract",
                    format!("{:?} is ook de id van /contracts/{first}", contract.id),
                    format!("{:?} is also the id of /contracts/{first}", contract.id),
                );
            }
            let provider = self.provider(&at("provider"), contract.provider.clone(), providers);
            self.text(&at("customer_number"), &contract.customer_number);
            self.text(&at("contract_number"), &contract.contract_number);
            if let Some(term) = contract.initial_term_months {
                self.range(&at("initial_term_months"), term, 1, 240);
            }
            if let Some(notice) = contract.notice_period_months {
                self.range(&at("notice_period_months"), notice, 0, 24);
            }
            let years = 1900..=2100;
            if !years.contains(&chrono::Datelike::year(&contract.start_date)) {
                self.add(
                    &at("start_date"),
                    "out_of_range",
                    format!("{} kan niet; geef een dag tussen 1900 en 2100", contract.start_date),
                    format!("{} can't be; give a day between 1900 and 2100", contract.start_date),
                );
            }
            for (k, carried) in contract.carries.iter().enumerate() {
                let pointer = format!("/contracts/{i}/carries/{k}");
                if carried.is_empty() || carried.len() > 40 || !carried.chars().all(|c| c.is_ascii_lowercase() || c == '_') {
                    self.add(
                        &pointer,
                        "invalid_service",
                        format!("{carried:?} kan niet; geef kleine letters en _, bijvoorbeeld \"payment_terminal\""),
                        format!("{carried:?} can't be; give lower-case letters and _, for example \"payment_terminal\""),
                    );
                }
            }
            if contract.scenario == Scenario::AfterTermination
                && let Some(ends_on) = contract.ends_on.filter(|ends_on| *ends_on > today)
            {
                self.add(
                    &at("ends_on"),
                    "in_the_future",
                    format!("{ends_on} moet nog komen; bij after_termination is het contract al geëindigd"),
                    format!("{ends_on} is yet to come; with after_termination the contract has ended already"),
                );
            }
            checked.push(contract.with(provider));
        }
        checked
    }

    /// An address that is not given is the directory's.
    fn provider(&mut self, pointer: &str, form: ProviderForm, providers: &Directory) -> Provider {
        let ProviderForm { name, address, known: _ } = form;
        self.text(&format!("{pointer}/name"), &name);
        let entry = providers.find(&name);
        let address = if let Some(address) = address.or_else(|| entry.and_then(|entry| entry.address.clone())) {
            self.address(&format!("{pointer}/address"), address)
        } else {
            self.add(
                &format!("{pointer}/address"),
                "missing",
                format!("ontbreekt; de providerlijst kent geen adres van {name:?}: geef het"),
                format!("is missing; the provider directory knows no address of {name:?}: give it"),
            );
            Address::default()
        };
        Provider { known: entry.map(ProviderEntry::known), name, address }
    }

    fn numbers(&mut self, numbers: Vec<NumberForm>, contracts: &[Contract]) -> Vec<NumberEntry> {
        let mut checked: Vec<(usize, NumberEntry)> = Vec::with_capacity(numbers.len());
        for (i, form) in numbers.into_iter().enumerate() {
            let at = |field: &str| format!("/numbers/{i}/{field}");
            if let Some(contract) = &form.contract
                && !contracts.iter().any(|known| known.id == *contract)
            {
                self.add(
                    &at("contract"),
                    "unknown_contract",
                    format!("er is geen contract met id {contract:?}"),
                    format!("there is no contract with id {contract:?}"),
                );
            }
            let series = self.series(&format!("/numbers/{i}"), &form.number, form.block_size);
            let part_of = form.part_of.and_then(|whole| {
                let series = self.series(&at("part_of"), &whole.number, Some(whole.block_size));
                let main =
                    self.series(&at("part_of/main_number"), whole.main_number.as_deref().unwrap_or(&whole.number), Some(1));
                Some(WholeBlock { series: series?, main_number: main? })
            });
            let Some(series) = series else { continue };
            if let Some(whole) = &part_of
                && !(whole.series.contains(&series) && whole.series.contains(&whole.main_number))
            {
                self.add(
                    &at("part_of"),
                    "not_in_block",
                    "het blok bevat deze nummers of het hoofdnummer niet",
                    "the block does not hold these numbers or the main number",
                );
            }
            checked.push((i, NumberEntry { series, contract: form.contract, part_of }));
        }
        self.overlaps(&checked);
        checked.into_iter().map(|(_, entry)| entry).collect()
    }

    fn series(&mut self, pointer: &str, number: &str, block_size: Option<u32>) -> Option<Series> {
        match Series::parse(number, block_size) {
            Ok(series) => Some(series),
            Err(fault) => {
                let field = if matches!(fault, NumberFault::InvalidBlockSize) { "/block_size" } else { "/number" };
                let pointer = if pointer.ends_with("main_number") { pointer.to_owned() } else { format!("{pointer}{field}") };
                self.0.push(FieldError {
                    pointer,
                    code: fault.code().to_owned(),
                    detail: Text::new(fault.text(Language::Nl), fault.text(Language::En)),
                });
                None
            }
        }
    }

    /// Every number may stand in a project once, alone or in a block. Both places are named.
    fn overlaps(&mut self, numbers: &[(usize, NumberEntry)]) {
        let mut sorted: Vec<_> = numbers.iter().map(|(i, entry)| (entry.series.span(), *i, &entry.series)).collect();
        sorted.sort_unstable_by_key(|(span, i, _)| (*span, *i));
        // The one that reaches furthest so far meets all that overlap with anything before them.
        let mut furthest: Option<((i64, i64), usize, &Series)> = None;
        let mut named = BTreeSet::new();
        for (span, i, series) in sorted {
            let Some((reach, first, first_series)) = furthest.filter(|(reach, ..)| span.0 <= reach.1) else {
                furthest = Some((span, i, series));
                continue;
            };
            for (this, other, series) in [(first, i, series), (i, first, first_series)] {
                if named.insert(this) {
                    self.0.push(FieldError::new(
                        format!("/numbers/{this}/number"),
                        "duplicate_number",
                        format!("staat ook in /numbers/{other} ({series})"),
                        format!("also stands in /numbers/{other} ({series})"),
                    ));
                }
            }
            if span.1 > reach.1 {
                furthest = Some((span, i, series));
            }
        }
    }
}

/// What is wrong with an e-mail address.
pub fn email_fault(pointer: &str, email: &str) -> Option<FieldError> {
    let right = email.split_once('@').is_some_and(|(user, domain)| {
        !user.is_empty() && domain.contains('.') && !domain.starts_with('.') && !domain.ends_with('.') && !domain.contains('@')
    }) && !email.chars().any(|c| c.is_whitespace() || c.is_control());
    (!right).then(|| {
        FieldError::new(
            pointer,
            "invalid_email",
            format!("{email:?} is geen e-mailadres; geef bijvoorbeeld \"naam@bedrijf.nl\""),
            format!("{email:?} is not an e-mail address; give for example \"name@company.nl\""),
        )
    })
}

/// Takes away white space around a text, and more than one space inside it.
fn tidy(text: &mut String) {
    *text = text.split_whitespace().collect::<Vec<_>>().join(" ");
}
