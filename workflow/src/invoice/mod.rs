//! Invoices of current providers: what can be read in their text, and what it says about a project.
//!
//! Text in, findings out; findings and a project in, [`Suggestion`]s out. Nothing here changes a project: a person accepts a suggestion or
//! dismisses it (`decide/suggestion.rs`). How a PDF becomes text is not known here.

mod compare;
mod label;
mod line;
mod provider;
mod suggestion;
mod telephone;

use serde::{Deserialize, Serialize};

pub use compare::{Comparison, compare};
pub use suggestion::{Proposal, Suggestion, SuggestionOutcome};

use crate::number::Series;
use crate::text::Text;
use line::lines;

/// More than this on one invoice is a specification of calls that was not recognised, and nobody would go through it.
const FOUND_MAX: usize = 500;

/// A line of an invoice, and where it stands.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Quote {
    /// The page, from 1.
    pub page: u32,
    /// The line on the page, from 1, as `pdftotext -layout` sees it.
    pub line: u32,
    /// The line itself, at most 200 characters, more than one space as one.
    pub text: String,
}

/// Something found, and where.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Found<T> {
    /// What.
    pub value: T,
    /// The first line on which it stands.
    pub quote: Quote,
}

/// What stands on an invoice.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Findings {
    /// The provider's name, where it is one of the known ones.
    #[serde(default)]
    pub provider: Option<String>,
    /// Numbers that can be ported to a hosted PBX.
    #[serde(default)]
    pub numbers: Vec<Found<Series>>,
    /// Mobile and service numbers (06, 097, 0800, 090x) in national digits: they stay where they are, and are only told.
    #[serde(default)]
    pub other_numbers: Vec<String>,
    /// The customer's number with the provider, the best labelled first.
    #[serde(default)]
    pub customer_numbers: Vec<Found<String>>,
    /// The contract's number.
    #[serde(default)]
    pub contract_numbers: Vec<Found<String>>,
}

/// How reading a file ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "result", rename_all = "snake_case")]
pub enum Reading {
    /// It was read.
    Read {
        /// What stands in it.
        findings: Findings,
    },
    /// It was not.
    NotRead {
        /// Why.
        reason: Unreadable,
    },
}

/// What is kept of an invoice that was read.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct InvoiceSummary {
    /// The provider's name, where it is one of the known ones.
    pub provider: Option<String>,
    /// Numbers that can be ported.
    pub numbers: Vec<Series>,
    /// Mobile and service numbers (06, 097, 0800, 090x) in national digits: they stay where they are.
    pub other_numbers: Vec<String>,
    /// Numbers of the project that it did not mention, though it mentioned others. Only a hint: many invoices name a main number alone.
    pub unmentioned: Vec<Series>,
}

/// What became of reading an invoice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "result", rename_all = "snake_case")]
pub enum InvoiceReading {
    /// It was read.
    Read(InvoiceSummary),
    /// It was not.
    NotRead {
        /// Why.
        reason: Unreadable,
    },
}

/// Why a file was not read. It is kept all the same, for a person to look at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Unreadable {
    /// This server has no program that reads PDFs.
    NoReader,
    /// It is an image.
    NotPdf,
    /// A PDF without text: scanned, say.
    NoText,
    /// It can't be opened without a password, or may not be read.
    Protected,
    /// It is not a right PDF.
    Damaged,
    /// It asks for more time, memory or text than an invoice does.
    TooDemanding,
    /// Somebody says that it can't be read.
    Refused,
}

impl Unreadable {
    /// Why, in words.
    pub fn text(self) -> Text {
        let (nl, en) = match self {
            Self::NoReader => {
                ("op deze server staat geen programma dat PDF's leest", "this server has no program that reads PDFs")
            }
            Self::NotPdf => ("het is een afbeelding, geen PDF", "it is an image, not a PDF"),
            Self::NoText => {
                ("de PDF bevat geen tekst; hij is waarschijnlijk gescand", "the PDF holds no text; it was probably scanned")
            }
            Self::Protected => ("de PDF is beveiligd met een wachtwoord", "the PDF is protected by a password"),
            Self::Damaged => ("het bestand is geen goede PDF", "the file is not a right PDF"),
            Self::TooDemanding => (
                "het lezen vroeg meer tijd, geheugen of tekst dan bij een factuur past",
                "reading it asked for more time, memory or text than befits an invoice",
            ),
            Self::Refused => ("iemand heeft gemeld dat hij niet te lezen is", "somebody reported that it can't be read"),
        };
        Text::new(nl, en)
    }
}

/// Reads the text of an invoice: pages are separated by form feeds, columns by two spaces or more. Any text can be given.
///
/// A line with a time of day (`09:41`) belongs to a specification of calls, and one about the provider's own service is no connection
/// either: their telephone numbers are left out. The work is in proportion to the text, whatever it says.
pub fn read(text: &str) -> Findings {
    let lines = lines(text);
    let labelled = label::labelled(&lines);
    let mut findings = Findings { provider: provider::named(text), ..Findings::default() };
    for (line, values) in lines.iter().zip(&labelled.spans) {
        if findings.numbers.len() < FOUND_MAX {
            telephone::find(line, values, &mut findings);
        }
    }
    findings.customer_numbers = labelled.customer_numbers;
    findings.contract_numbers = labelled.contract_numbers;
    telephone::tidy(&mut findings);
    findings
}
