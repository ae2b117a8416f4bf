//! The fixed words around a letter's text, in its language: dates, table headings, signature and footer.

use chrono::{Datelike, NaiveDate};
use workflow::letter::{Language, PrintedContract, PrintedNumber, Scenario};

/// The words of one language.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Wording(pub(crate) Language);

const MONTHS_NL: [&str; 12] =
    ["januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus", "september", "oktober", "november", "december"];
const MONTHS_EN: [&str; 12] =
    ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];

impl Wording {
    fn pick<T>(self, nl: T, en: T) -> T {
        match self.0 {
            Language::Nl => nl,
            Language::En => en,
        }
    }

    /// `4 januari 2027`, kept on one line.
    pub(crate) fn date(self, date: NaiveDate) -> String {
        let months = self.pick(MONTHS_NL, MONTHS_EN);
        let month = months.get(date.month0() as usize).copied().unwrap_or_default();
        unbroken(&format!("{} {month} {}", date.day(), date.year()))
    }

    /// `a, b en c`.
    pub(crate) fn list<'a>(self, items: impl IntoIterator<Item = &'a str>) -> String {
        let items: Vec<_> = items.into_iter().collect();
        match items.split_last() {
            Some((last, rest)) if !rest.is_empty() => {
                format!("{} {} {last}", rest.join(", "), self.pick("en", "and"))
            }
            _ => items.concat(),
        }
    }

    /// `030 100 12 00`, or `030 100 12 00 t/m 030 100 12 99 (100 nummers)`.
    pub(crate) fn number(self, number: &PrintedNumber) -> String {
        let PrintedNumber { first, last, count } = number;
        match last {
            None => first.clone(),
            Some(last) => format!("{first} {} {last} ({count} {})", self.pick("t/m", "to"), self.pick("nummers", "numbers")),
        }
    }

    /// The heading above a contract's numbers; `continued` when they go on from the page before.
    pub(crate) fn numbers_of(self, contract: &PrintedContract, continued: bool) -> String {
        let count: u32 = contract.numbers.iter().map(|number| number.count).sum();
        let number = &contract.contract_number;
        let noun = if count == 1 { self.pick("nummer", "number") } else { self.pick("nummers", "numbers") };
        let tail = if continued { self.pick(", vervolg", ", continued") } else { "" };
        format!("{} {number} ({count} {noun}){tail}", self.pick("Nummers bij contract", "Numbers of contract"))
    }

    /// The columns of the contract table.
    pub(crate) fn contract_columns(self) -> [&'static str; 4] {
        self.pick(["Contract", "Klantnummer", "Aansluiting", "Einde"], ["Contract", "Customer number", "Line", "End"])
    }

    /// When a contract of the contract table ends.
    pub(crate) fn end(self, contract: &PrintedContract) -> String {
        match (contract.scenario, contract.ends_on) {
            (Scenario::EndOfContract, _) => self.pick("bij de portering", "at the porting").to_owned(),
            (Scenario::EarlyTermination, _) => {
                self.pick("bij de portering, voortijdig", "at the porting, before its term").to_owned()
            }
            (Scenario::AfterTermination, Some(ends_on)) => {
                format!("{} {}", self.pick("geëindigd per", "ended on"), self.date(ends_on))
            }
            (Scenario::AfterTermination, None) => self.pick("geëindigd", "ended").to_owned(),
            (Scenario::Continuation, _) => self.pick("loopt door", "continues").to_owned(),
        }
    }

    /// What the signature form asks to fill in.
    pub(crate) fn signature_form(self) -> [&'static str; 4] {
        self.pick(["Naam", "Functie", "Plaats", "Datum"], ["Name", "Position", "Place", "Date"])
    }

    pub(crate) fn signature(self) -> &'static str {
        self.pick("Handtekening", "Signature")
    }

    /// The person to turn to, on an envelope.
    pub(crate) fn attention(self, contact: &str) -> String {
        format!("{} {contact}", self.pick("t.a.v.", "Attn."))
    }

    /// The footer's left half: the sender's trade register number and the migration's reference.
    pub(crate) fn footer(self, kvk_number: Option<&str>, reference: &str) -> String {
        let register = kvk_number.map(|number| format!("{} {number} · ", self.pick("KvK-nummer", "Trade register (KvK) no.")));
        format!("{}{} {reference}", register.unwrap_or_default(), self.pick("Kenmerk", "Reference"))
    }

    /// `Pagina 1 van 2`.
    pub(crate) fn page(self, page: usize, of: usize) -> String {
        format!("{} {page} {} {of}", self.pick("Pagina", "Page"), self.pick("van", "of"))
    }
}

/// The same words, not to be broken over lines.
pub(crate) fn unbroken(words: &str) -> String {
    words.replace(' ', "\u{a0}")
}
