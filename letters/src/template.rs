//! The templates: loaded and checked once, filled in per letter.

use std::collections::BTreeMap;

use minijinja::syntax::SyntaxConfig;
use minijinja::value::Serde;
use minijinja::{AutoEscape, Environment, Error, ErrorKind, UndefinedBehavior};
use workflow::letter::printable::unprintable;
use workflow::letter::{Language, LetterFacts, LetterKind};

use crate::error::{LetterError, LetterName};
use crate::placeholder::{NAMES, Values};
use crate::text::Text;

/// A letter's text as it comes with the program.
macro_rules! embedded {
    ($kind:ident, $language:ident, $file:literal) => {
        (LetterKind::$kind, Language::$language, include_str!(concat!("../../templates/letters/", $file)))
    };
}

const EMBEDDED: [(LetterKind, Language, &str); 18] = [
    embedded!(PortingNotice, Nl, "nl/porting_notice.j2"),
    embedded!(PortingNotice, En, "en/porting_notice.j2"),
    embedded!(Cancellation, Nl, "nl/cancellation.j2"),
    embedded!(Cancellation, En, "en/cancellation.j2"),
    embedded!(Authorization, Nl, "nl/authorization.j2"),
    embedded!(Authorization, En, "en/authorization.j2"),
    embedded!(Cover, Nl, "nl/cover.j2"),
    embedded!(Cover, En, "en/cover.j2"),
    embedded!(InstallationAppointment, Nl, "nl/installation_appointment.j2"),
    embedded!(InstallationAppointment, En, "en/installation_appointment.j2"),
    embedded!(CutoverAnnouncement, Nl, "nl/cutover_announcement.j2"),
    embedded!(CutoverAnnouncement, En, "en/cutover_announcement.j2"),
    embedded!(Delivery, Nl, "nl/delivery.j2"),
    embedded!(Delivery, En, "en/delivery.j2"),
    embedded!(RecordingAnnouncement, Nl, "nl/recording_announcement.j2"),
    embedded!(RecordingAnnouncement, En, "en/recording_announcement.j2"),
    embedded!(FraudSafety, Nl, "nl/fraud_safety.j2"),
    embedded!(FraudSafety, En, "en/fraud_safety.j2"),
];

/// All templates, compiled.
pub(crate) struct Templates {
    environment: Environment<'static>,
}

impl Templates {
    /// Compiles the embedded templates, and the contractor's `own` in place of those they name.
    pub(crate) fn load(own: &BTreeMap<(LetterKind, Language), String>) -> Result<Templates, LetterError> {
        let mut environment = Environment::new();
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        environment.set_auto_escape_callback(|_| AutoEscape::None);
        environment.set_debug(true);
        for (kind, language, embedded) in EMBEDDED {
            let letter = LetterName { kind, language };
            let source = own.get(&(kind, language)).map_or(embedded, String::as_str);
            // A `{% … %}` on a line of its own leaves no blank line behind, which would end a paragraph.
            let syntax = SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build();
            environment.set_syntax(syntax.map_err(|error| unreadable(letter, &error))?);
            environment.add_template_owned(letter.file(), source.to_owned()).map_err(|error| unreadable(letter, &error))?;
            if let Some(placeholder) = unknown_values(source).into_iter().next() {
                return Err(LetterError::UnknownPlaceholder { letter, placeholder });
            }
        }
        Ok(Templates { environment })
    }

    /// The letter's text, with every value in its place.
    pub(crate) fn fill_in(&self, letter: &LetterFacts) -> Result<Text, LetterError> {
        let name = LetterName::from(letter);
        let template = self.environment.get_template(&name.file()).map_err(|error| unreadable(name, &error))?;
        let filled_in = template.render(Serde(Values::from(letter))).map_err(|error| unfilled(name, &error))?;
        let characters = unprintable(&filled_in.replace('\n', ""));
        if !characters.is_empty() {
            return Err(LetterError::Unprintable {
                letter: name,
                field: format!("templates/letters/{}", name.file()),
                characters,
            });
        }
        Text::parse(&filled_in).map_err(|detail| LetterError::Template { letter: name, detail })
    }
}

impl LetterName {
    /// Every letter there is, in each language.
    pub fn all() -> impl Iterator<Item = LetterName> {
        EMBEDDED.iter().map(|&(kind, language, _)| LetterName { kind, language })
    }
}

/// The values that a text names and no letter has, sorted; none when the text can't be read.
pub(crate) fn unknown_values(source: &str) -> Vec<String> {
    let environment = Environment::new();
    let names = environment.template_from_str(source).map(|template| template.undeclared_variables(true)).unwrap_or_default();
    let mut unknown: Vec<_> = names.into_iter().filter(|name| !is_known(name)).collect();
    unknown.sort();
    unknown
}

/// A name is known with all its parts, or as a part of known ones (`contract is defined`).
fn is_known(name: &str) -> bool {
    NAMES.iter().any(|known| *known == name || known.strip_prefix(name).is_some_and(|rest| rest.starts_with('.')))
}

fn unreadable(letter: LetterName, error: &Error) -> LetterError {
    let detail = error.detail().unwrap_or("can't be read");
    let detail = error.line().map_or_else(|| detail.to_owned(), |line| format!("line {line}: {detail}"));
    LetterError::Template { letter, detail }
}

fn unfilled(letter: LetterName, error: &Error) -> LetterError {
    let expression = error.range().and_then(|range| error.template_source()?.get(range));
    match (error.kind(), expression, error.line()) {
        (ErrorKind::UndefinedError, Some(expression), Some(line)) => {
            LetterError::NoValue { letter, line, placeholder: expression.to_owned() }
        }
        _ => unreadable(letter, error),
    }
}
