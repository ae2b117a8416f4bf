//! Why a letter can't be made, and what to do about it.

use std::fmt;

use workflow::letter::{Language, LetterFacts, LetterKind, Scenario};

/// Which letter, in which language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LetterName {
    /// The kind of letter.
    pub kind: LetterKind,
    /// The language it is in.
    pub language: Language,
}

impl LetterName {
    /// The letter's file name under `templates/letters`, e.g. `nl/cancellation.j2`.
    pub fn file(self) -> String {
        let language = match self.language {
            Language::Nl => "nl",
            Language::En => "en",
        };
        format!("{language}/{}.j2", self.kind.as_str())
    }
}

impl From<&LetterFacts> for LetterName {
    fn from(letter: &LetterFacts) -> LetterName {
        LetterName { kind: letter.kind, language: letter.language }
    }
}

impl fmt::Display for LetterName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = self.kind.as_str().replace('_', " ");
        let language = match self.language {
            Language::Nl => "Dutch",
            Language::En => "English",
        };
        write!(f, "{language} {kind}")
    }
}

/// Why a letter can't be made. Fields are named as in [`LetterFacts`], e.g. `contracts[0].contract_number`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LetterError {
    /// A fact that every letter needs is absent or blank.
    #[error("{letter}: {field} is missing; complete the project's data and make the letter again")]
    Missing {
        /// The letter.
        letter: LetterName,
        /// The fact.
        field: String,
    },
    /// A fact, or the template's own text, has characters for which the fonts have no glyph.
    #[error("{letter}: {field} has characters that can't be printed: {}; write them in Latin script on one line", named(.characters))]
    Unprintable {
        /// The letter.
        letter: LetterName,
        /// The fact, or the template's file name.
        field: String,
        /// The characters, each once.
        characters: Vec<char>,
    },
    /// A fact is too long for the room that a letter has for it.
    #[error("{letter}: {field} is too long for a letter; shorten it")]
    TooLong {
        /// The letter.
        letter: LetterName,
        /// The fact.
        field: String,
    },
    /// A letter to a provider is about no contract, or a cancellation about several.
    #[error(
        "{letter}: about {count} contracts; a cancellation is about exactly one, another letter to a provider about at least one"
    )]
    ContractCount {
        /// The letter.
        letter: LetterName,
        /// How many contracts the facts hold.
        count: usize,
    },
    /// A contract that goes on, or has already ended, can't be cancelled.
    #[error(
        "{letter}: contract {contract} {}; it has no cancellation, its numbers are announced by the porting notice",
        if *.scenario == Scenario::Continuation { "goes on without its numbers" } else { "has already ended" }
    )]
    NothingToCancel {
        /// The letter.
        letter: LetterName,
        /// The contract's number.
        contract: String,
        /// Its scenario.
        scenario: Scenario,
    },
    /// A porting notice or authorization names a contract from which no number is ported.
    #[error("{letter}: contract {contract} has no numbers to port; leave it out and cancel it by a letter of its own")]
    NothingToPort {
        /// The letter.
        letter: LetterName,
        /// The contract's number.
        contract: String,
    },
    /// The template asks for a value that these facts don't have.
    #[error(
        "templates/letters/{}, line {line}: {{{{ {placeholder} }}}} has no value; complete the project's data, or test it with \
         `is defined` in the template",
        .letter.file()
    )]
    NoValue {
        /// The letter.
        letter: LetterName,
        /// The line in the template, from 1.
        line: usize,
        /// The expression without a value, e.g. `contract.ends_on`.
        placeholder: String,
    },
    /// The template names a value that no letter has.
    #[error("templates/letters/{}: there is no value {placeholder}; templates/letters/README.md lists those there are", .letter.file())]
    UnknownPlaceholder {
        /// The letter.
        letter: LetterName,
        /// The unknown value, e.g. `customer.nmae`.
        placeholder: String,
    },
    /// The template can't be read, or its text lacks the structure of a letter.
    #[error("templates/letters/{}: {detail}", .letter.file())]
    Template {
        /// The letter.
        letter: LetterName,
        /// What is wrong, with the line where one is known.
        detail: String,
    },
    /// An embedded font can't be read: the program is damaged.
    #[error("the font {font} can't be read: {detail}; install the program again")]
    Font {
        /// The font's file name.
        font: &'static str,
        /// What the font library said.
        detail: String,
    },
    /// The PDF library failed.
    #[error("{letter}: the PDF could not be written: {detail}; report this with the letter's data")]
    Rendering {
        /// The letter.
        letter: LetterName,
        /// What the PDF library said.
        detail: String,
    },
}

/// `漢 (U+6F22), U+000A`: invisible characters by their code alone.
pub(crate) fn named(characters: &[char]) -> String {
    let names: Vec<_> = characters
        .iter()
        .map(|&c| {
            let code = format!("U+{:04X}", u32::from(c));
            if c.is_alphanumeric() { format!("{c} ({code})") } else { code }
        })
        .collect();
    names.join(", ")
}
