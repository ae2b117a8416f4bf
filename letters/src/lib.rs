//! Letters: the facts of a letter and a text a lawyer can read become a PDF.
//!
//! Here lives how a letter reads and looks. Which letters are made, when, and with which facts is decided in `workflow`; where they
//! are kept and when they were sent is the business of others. Nothing here reads a clock, a disk or the network: the same facts give
//! the same bytes.
//!
//! The way of a letter: [`check`](Letters::check) makes sure that the facts are complete and printable, `text` fills the template in
//! and reads its structure, `layout` sets it in pages, `pdf` draws these and `binding` binds them into a file.

mod address;
mod binding;
#[cfg(test)]
mod boxes;
mod bundle;
mod embedding;
mod error;
mod facts;
mod layout;
mod logo;
mod look;
mod need;
mod own;
mod page;
mod pdf;
mod placeholder;
mod rows;
mod sample;
mod table;
mod template;
mod text;
mod typeface;
mod wording;

use std::collections::BTreeMap;

use workflow::letter::{Language, LetterFacts, LetterKind, PrintedCompany};

pub use bundle::{BundleError, Sides, bundle};
pub use error::{LetterError, LetterName};
pub use logo::Logo;
pub use look::{Colour, Look, Window};
pub use own::Fault;
pub use sample::sample;

use layout::Layout;
use page::Page;
use template::Templates;
use text::Text;
use typeface::Typeface;

/// A letter ready to print.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pdf {
    /// The document, A4.
    pub bytes: Vec<u8>,
    /// How many pages it has, 1 or more.
    pub pages: u32,
    /// Its subject line, e.g. `Opzegging van contract C-778899 met nummerbehoud`.
    pub title: String,
}

/// The texts of all letters, compiled, the fonts and the looks. Loaded once, used from any thread.
pub struct Letters {
    templates: Templates,
    typeface: Typeface,
    look: Look,
}

impl Letters {
    /// The letters as they come with the program, from `templates/letters`.
    ///
    /// Errors: a template that can't be read or names a value that doesn't exist, or a damaged font.
    pub fn embedded() -> Result<Letters, LetterError> {
        Letters::with_texts(&BTreeMap::new())
    }

    /// As [`embedded`](Letters::embedded), with a contractor's own texts (a template's source, written as `templates/letters/README.md`
    /// says) in place of the ones named.
    pub fn with_texts(own: &BTreeMap<(LetterKind, Language), String>) -> Result<Letters, LetterError> {
        Ok(Letters { templates: Templates::load(own)?, typeface: Typeface::embedded()?, look: Look::default() })
    }

    /// The same letters with a contractor's looks.
    #[must_use]
    pub fn with_look(self, look: Look) -> Letters {
        Letters { look, ..self }
    }

    /// Whether [`render`](Letters::render) would succeed: composes the text and sets it in pages without making a PDF.
    ///
    /// Errors: a fact that is missing, can't be printed or doesn't fit, or a letter that must not be written (a cancellation of a
    /// contract that goes on or has ended, a notice about a contract without numbers). See [`LetterError`].
    pub fn check(&self, letter: &LetterFacts) -> Result<(), LetterError> {
        self.compose(letter).map(drop)
    }

    /// What would keep this contractor's letters from being made, for each letter: his particulars stand in all. Tried with [`sample()`]s.
    pub fn faults_with(&self, contractor: &PrintedCompany) -> Vec<LetterError> {
        let letters = LetterName::all().map(|name| {
            let letter = LetterFacts { contractor: contractor.clone(), ..sample(name.kind, name.language) };
            let sender = if name.kind.is_from_contractor() { contractor.clone() } else { letter.sender.clone() };
            LetterFacts { sender, ..letter }
        });
        letters.filter_map(|letter| self.check(&letter).err()).collect()
    }

    /// The letter as a PDF. Takes one to two ms of processor time, so not on a thread that serves requests.
    ///
    /// Errors: as [`check`](Letters::check), or [`LetterError::Rendering`] when the PDF library fails.
    pub fn render(&self, letter: &LetterFacts) -> Result<Pdf, LetterError> {
        let (text, pages) = self.compose(letter)?;
        pdf::write(letter, &text.subject, pages, &self.typeface, &self.look)
    }

    fn compose(&self, letter: &LetterFacts) -> Result<(Text, Vec<Page>), LetterError> {
        facts::check(letter)?;
        let text = self.templates.fill_in(letter)?;
        let pages = Layout::new(letter, &self.typeface, &self.look).pages(&text)?;
        Ok((text, pages))
    }
}
