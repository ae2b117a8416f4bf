//! A contractor's own letters: the files of a folder become texts and looks, or a list of all that is wrong with them. Reading the folder
//! is the business of others.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;

use serde::Deserialize;
use toml::Spanned;
use workflow::letter::printable::unprintable;
use workflow::letter::{Language, LetterFacts, LetterKind, Scenario};

use crate::error::{LetterError, LetterName, named};
use crate::look::{Look, Window};
use crate::need::Need;
use crate::sample::samples;
use crate::template::{Templates, unknown_values};
use crate::{Letters, Logo};

/// The file with the looks.
const LOOK: &str = "letters.toml";

/// Something that is wrong with a file. Shown as `nl/cancellation.j2:12: …`, without the line where it is about the whole file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fault {
    /// The file's path in the folder.
    pub file: String,
    /// The line, from 1.
    pub line: Option<usize>,
    /// What is wrong, and what would be right.
    pub detail: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let line = self.line.map(|line| format!(":{line}")).unwrap_or_default();
        write!(f, "{}{line}: {}", self.file, self.detail)
    }
}

impl Letters {
    /// The letters with a contractor's own texts and looks: files by their path in his folder, `/` between its parts. What he leaves out is
    /// as it comes with the program. docs/adding-a-letter.md describes the folder.
    ///
    /// Errors: everything that is wrong, by file and line; at least one fault.
    pub fn with_files(files: &BTreeMap<String, Vec<u8>>) -> Result<Letters, Vec<Fault>> {
        let mut own = Own { files, faults: Vec::new(), used: vec![LOOK.to_owned()] };
        let texts = own.texts();
        let look = own.look();
        own.unknown_files();
        if own.faults.is_empty() {
            let fault = |error: LetterError| vec![Fault { file: String::new(), line: None, detail: error.to_string() }];
            return Letters::with_texts(&texts).map(|letters| letters.with_look(look)).map_err(fault);
        }
        own.faults.sort();
        Err(own.faults)
    }
}

/// A folder's files while they are read.
struct Own<'a> {
    files: &'a BTreeMap<String, Vec<u8>>,
    faults: Vec<Fault>,
    /// What the letters have a use for.
    used: Vec<String>,
}

impl Own<'_> {
    fn fault(&mut self, file: &str, line: Option<usize>, detail: impl Into<String>) {
        self.faults.push(Fault { file: file.to_owned(), line, detail: detail.into() });
    }

    fn texts(&mut self) -> BTreeMap<(LetterKind, Language), String> {
        let mut texts = BTreeMap::new();
        for letter in LetterName::all() {
            self.used.push(letter.file());
            let Some(text) = self.text(&letter.file()) else { continue };
            let other = LetterName { language: other(letter.language), ..letter };
            if !self.files.contains_key(&other.file()) {
                self.fault(&letter.file(), None, format!("there is no {}; write a letter in both languages", other.file()));
            }
            self.template(letter, &text);
            texts.insert((letter.kind, letter.language), text);
        }
        texts
    }

    /// A file's text with line ends as on Unix. `None` when it isn't there or is no text.
    fn text(&mut self, file: &str) -> Option<String> {
        let bytes = self.files.get(file)?;
        match str::from_utf8(bytes) {
            Ok(text) => Some(text.strip_prefix('\u{feff}').unwrap_or(text).replace("\r\n", "\n")),
            Err(error) => {
                let line = 1 + bytes.iter().take(error.valid_up_to()).filter(|byte| **byte == b'\n').count();
                self.fault(file, Some(line), "is not in UTF-8; save the file in that encoding");
                None
            }
        }
    }

    fn template(&mut self, letter: LetterName, text: &str) {
        let file = letter.file();
        for (line, printed) in (1..).zip(without_remarks(text).split('\n')) {
            let characters = unprintable(printed);
            if !characters.is_empty() {
                self.fault(&file, Some(line), format!("has characters that can't be printed: {}", named(&characters)));
            }
        }
        let letters = match Letters::with_texts(&BTreeMap::from([((letter.kind, letter.language), text.to_owned())])) {
            Ok(letters) => letters,
            Err(LetterError::UnknownPlaceholder { .. }) => {
                for value in unknown_values(text) {
                    let line = line_of(text, &value);
                    self.fault(
                        &file,
                        line,
                        format!("there is no value {value}; docs/adding-a-letter.md says where they are listed"),
                    );
                }
                return;
            }
            Err(error) => return self.refused(letter, &error),
        };
        let samples = samples(letter.kind, letter.language);
        let mut said = Vec::new();
        for error in samples.iter().filter_map(|sample| letters.check(sample).err()) {
            if !said.contains(&error) && !matches!(error, LetterError::Unprintable { .. }) {
                self.refused(letter, &error);
                said.push(error);
            }
        }
        // What a text lacks is looked for in texts that can be filled in.
        if said.is_empty() {
            self.needs(letter, &letters.templates, &samples);
        }
    }

    /// What a letter of this kind can't do without and the text does not say.
    fn needs(&mut self, letter: LetterName, templates: &Templates, samples: &[LetterFacts]) {
        for need in Need::of(letter.kind) {
            let concerned: Vec<_> = samples.iter().filter(|sample| need.concerns(sample)).collect();
            let missing = concerned.iter().filter(|sample| need.is_missing(templates, sample) == Ok(true));
            let missing: Vec<_> = missing.collect();
            let Some(first) = missing.first() else { continue };
            let place = if missing.len() == concerned.len() { String::new() } else { format!(" where {}", case(first)) };
            let detail = format!("{} is missing{place}: {}", need.placeholders().join(" or "), need.why);
            self.fault(&letter.file(), None, detail);
        }
    }

    /// What the letters said about a text, with its line.
    fn refused(&mut self, letter: LetterName, error: &LetterError) {
        match error {
            LetterError::NoValue { line, placeholder, .. } => {
                let detail = format!("{{{{ {placeholder} }}}} can be without a value; test it with `is defined` first");
                self.fault(&letter.file(), Some(*line), detail);
            }
            LetterError::Template { detail, .. } => {
                let with_line = detail.strip_prefix("line ").and_then(|rest| rest.split_once(": "));
                let with_line = with_line.and_then(|(line, detail)| Some((line.parse().ok()?, detail)));
                let (line, detail) = with_line.map_or((None, detail.as_str()), |(line, detail)| (Some(line), detail));
                self.fault(&letter.file(), line, detail);
            }
            error => self.fault(&letter.file(), None, error.to_string()),
        }
    }

    fn look(&mut self) -> Look {
        let mut look = Look::default();
        let Some(text) = self.text(LOOK) else { return look };
        let line = |span: Range<usize>| Some(1 + text.get(..span.start).unwrap_or_default().matches('\n').count());
        let settings: LookFile = match toml::from_str(&text) {
            Ok(settings) => settings,
            Err(error) => {
                self.fault(LOOK, error.span().and_then(line), error.message());
                return look;
            }
        };
        if let Some(window) = settings.window {
            match window.get_ref().as_str() {
                "left" => look.window = Window::Left,
                "right" => look.window = Window::Right,
                side => self.fault(LOOK, line(window.span()), format!("window: {side:?} is no side; give \"left\" or \"right\"")),
            }
        }
        if let Some(colour) = settings.colour {
            match colour.get_ref().parse() {
                Ok(parsed) => look.colour = Some(parsed),
                Err(error) => self.fault(LOOK, line(colour.span()), error),
            }
        }
        if let Some(logo) = settings.logo {
            let (file, line) = (logo.get_ref().clone(), line(logo.span()));
            match self.files.get(&file).map(|bytes| Logo::from_png(bytes)) {
                Some(Ok(read)) => look.logo = Some(read),
                Some(Err(error)) => self.fault(&file, None, error),
                None => self.fault(LOOK, line, format!("logo: there is no file {file:?} in the folder")),
            }
            self.used.push(file);
        }
        look
    }

    fn unknown_files(&mut self) {
        let known: Vec<_> = LetterName::all().map(LetterName::file).collect();
        let unknown: Vec<_> = self.files.keys().filter(|file| !self.used.contains(file)).cloned().collect();
        for file in unknown {
            let detail = format!("is not used; there can be {LOOK}, the logo that it names, {}", known.join(", "));
            self.fault(&file, None, detail);
        }
    }
}

/// `letters.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct LookFile {
    window: Option<Spanned<String>>,
    colour: Option<Spanned<String>>,
    logo: Option<Spanned<String>>,
}

fn other(language: Language) -> Language {
    match language {
        Language::Nl => Language::En,
        Language::En => Language::Nl,
    }
}

/// The text with its remarks `{# … #}`, which aren't printed, as empty lines.
fn without_remarks(text: &str) -> String {
    let mut parts = text.split("{#");
    let mut printed = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (remark, rest) = part.split_once("#}").unwrap_or((part, ""));
        printed.extend(remark.chars().filter(|c| *c == '\n'));
        printed.push_str(rest);
    }
    printed
}

/// Which of the samples it is, in the words of a text's conditions.
fn case(sample: &LetterFacts) -> String {
    let scenario = sample.contracts.first().map(|contract| match contract.scenario {
        Scenario::EndOfContract => "end_of_contract",
        Scenario::EarlyTermination => "early_termination",
        Scenario::AfterTermination => "after_termination",
        Scenario::Continuation => "continuation",
    });
    let has_numbers = sample.contracts.iter().any(|contract| !contract.numbers.is_empty());
    let scenario = scenario.map(|scenario| format!("contract.scenario == \"{scenario}\""));
    let others = [(sample.porting_on.is_none(), "porting_on is not defined"), (!has_numbers, "not has_numbers")];
    let others = others.into_iter().filter(|(is_so, _)| *is_so).map(|(_, case)| case.to_owned());
    scenario.into_iter().chain(others).collect::<Vec<_>>().join(" and ")
}

/// The first line that names a value.
fn line_of(text: &str, value: &str) -> Option<usize> {
    let is_part_of_name = |c: char| c.is_alphanumeric() || c == '_' || c == '.';
    let names = |line: &str| {
        line.match_indices(value).any(|(at, _)| {
            let before = line.get(..at).and_then(|before| before.chars().next_back());
            let after = line.get(at + value.len()..).and_then(|after| after.chars().next());
            !before.is_some_and(is_part_of_name) && !after.is_some_and(is_part_of_name)
        })
    };
    Some(text.split('\n').position(names)? + 1)
}

#[cfg(test)]
mod tests {
    use super::{line_of, without_remarks};

    #[test]
    fn remarks_are_left_out_and_lines_stay_where_they_are() {
        assert_eq!(without_remarks("a{# 漢\n語 #}b\nc"), "a\nb\nc");
        assert_eq!(without_remarks("a{# never\nends"), "a\n");
    }

    #[test]
    fn a_value_is_found_where_it_stands_by_itself() {
        assert_eq!(line_of("customer.names\nmy.customer.name\n{{customer.name}}", "customer.name"), Some(3));
        assert_eq!(line_of("a", "b"), None);
    }
}
