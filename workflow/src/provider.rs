//! The provider directory: what customers' current providers are called, where their letters go, what they ask and what to beware of.
//!
//! Data, in `providers/v*.toml`, which an operator may extend. What the directory knew of a contract's provider is kept in the intake
//! ([`Known`]), so that a project's warnings follow from its events alone, whatever the directory says later.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use thiserror::Error;
use toml::{Table, Value};

use crate::intake::Address;
use crate::intake::address::postal_code;
use crate::text::Text;

/// A provider as the directory has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ProviderEntry {
    /// Its stable name: lower-case letters, digits, hyphens.
    #[cfg_attr(feature = "schema", schema(example = "kpn"))]
    pub key: String,
    /// What it is called; the first is its own name, the others are brands and short forms.
    pub names: Vec<String>,
    /// Where cancellations go; absent when not known for certain.
    #[serde(default)]
    pub address: Option<Address>,
    /// COIN's network operator code, of a provider that is itself a network operator: 3 to 6 capitals or digits.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schema(example = "PTT"))]
    pub operator_code: Option<String>,
    /// What it asks of a cancellation or porting: form, who signs, what comes first.
    #[serde(default)]
    pub demands: Vec<Text>,
    /// What costs its customers money or numbers.
    #[serde(default)]
    pub traps: Vec<Trap>,
    /// Where this comes from, and when somebody looked.
    #[serde(default)]
    pub sources: Vec<Source>,
}

/// Something at a provider that costs a customer money or numbers when nothing is done.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Trap {
    /// What happens.
    pub text: Text,
    /// What to do about it.
    pub to_do: Text,
}

/// Where something in an entry comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// The fields that it is about.
    #[cfg_attr(feature = "schema", schema(example = "demands, traps"))]
    pub of: String,
    /// Who says so.
    pub from: String,
    /// The day on which somebody looked.
    pub checked_on: NaiveDate,
}

/// What the directory knew of a provider at the intake.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Known {
    /// Its key in the directory.
    pub key: String,
    /// Its network operator code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operator_code: Option<String>,
    /// What to beware of.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub traps: Vec<Trap>,
}

impl ProviderEntry {
    /// What an intake keeps of it.
    pub fn known(&self) -> Known {
        Known { key: self.key.clone(), operator_code: self.operator_code.clone(), traps: self.traps.clone() }
    }

    fn faults(&self) -> Vec<String> {
        let mut faults = Vec::new();
        let mut fault = |what: String| faults.push(format!("provider `{}`: {what}", self.key));
        if self.key.is_empty() || !self.key.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-') {
            fault("a key has lower-case letters, digits and hyphens only".to_owned());
        }
        if self.names.is_empty() || self.names.iter().any(|name| recognised(name).is_empty()) {
            fault("`names` needs at least one name, and none may be empty".to_owned());
        }
        if let Some(address) = &self.address {
            if address.street.trim().is_empty() || address.city.trim().is_empty() {
                fault("`address` needs a street and a city".to_owned());
            }
            if postal_code(&address.postal_code).as_ref() != Some(&address.postal_code) {
                fault(format!("postal code {:?}: write it as \"1234 AB\"", address.postal_code));
            }
        }
        if let Some(code) = &self.operator_code
            && !((3..=6).contains(&code.len()) && code.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit()))
        {
            fault(format!("operator code {code:?}: give 3 to 6 capitals or digits"));
        }
        let texts = self.demands.iter().chain(self.traps.iter().flat_map(|trap| [&trap.text, &trap.to_do]));
        if texts.into_iter().any(|text| text.nl.trim().is_empty() || text.en.trim().is_empty()) {
            fault("each text stands in Dutch and in English".to_owned());
        }
        faults
    }
}

/// What is wrong with a provider file.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum DirectoryError {
    /// It is not TOML of the right shape.
    #[error("{0}")]
    Shape(String),
    /// Faults in what it says, all of them.
    #[error("{}", .0.join("; "))]
    Faults(Vec<String>),
}

/// All providers that are known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Directory {
    entries: Vec<ProviderEntry>,
    /// Each name in the form in which it is recognised.
    by_name: BTreeMap<String, usize>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    provider: Vec<Table>,
}

impl Directory {
    /// The directory that comes with the program.
    ///
    /// # Panics
    /// Never: the file is part of the program, and a test reads it.
    pub fn built_in() -> Self {
        static BUILT_IN: LazyLock<Directory> = LazyLock::new(|| {
            let nothing = Directory { entries: Vec::new(), by_name: BTreeMap::new() };
            #[expect(clippy::expect_used, reason = "the file is part of the program, and a test reads it")]
            nothing.extended(include_str!("../providers/v1.toml")).expect("the built-in provider directory is right")
        });
        BUILT_IN.clone()
    }

    /// This directory with the entries of a file added. Of an entry whose key is there already, the fields given take the place of
    /// those that were.
    pub fn extended(&self, toml: &str) -> Result<Self, DirectoryError> {
        let shape = |error: toml::de::Error| DirectoryError::Shape(error.to_string());
        let file: File = toml::from_str(toml).map_err(shape)?;
        let mut entries = self.entries.clone();
        let mut given = Vec::new();
        for fields in file.provider {
            let key = fields.get("key").and_then(Value::as_str).unwrap_or_default().to_owned();
            let twice = given.contains(&key);
            match entries.iter_mut().find(|entry| entry.key == key) {
                Some(_) if twice => return Err(DirectoryError::Faults(vec![format!("provider `{key}` stands twice")])),
                Some(entry) => {
                    let mut merged = Table::try_from(&*entry).map_err(|error| DirectoryError::Shape(error.to_string()))?;
                    merged.extend(fields);
                    *entry = merged.try_into().map_err(shape)?;
                }
                None => entries.push(fields.try_into().map_err(shape)?),
            }
            given.push(key);
        }
        Self::of(entries)
    }

    fn of(entries: Vec<ProviderEntry>) -> Result<Self, DirectoryError> {
        let mut faults: Vec<String> = entries.iter().flat_map(ProviderEntry::faults).collect();
        let mut by_name: BTreeMap<String, usize> = BTreeMap::new();
        for (i, entry) in entries.iter().enumerate() {
            for name in &entry.names {
                let first = *by_name.entry(recognised(name)).or_insert(i);
                if first != i {
                    let other = entries.get(first).map(|other| other.key.as_str()).unwrap_or_default();
                    faults.push(format!("provider `{}`: {name:?} is also a name of `{other}`", entry.key));
                }
            }
        }
        if faults.is_empty() { Ok(Self { entries, by_name }) } else { Err(DirectoryError::Faults(faults)) }
    }

    /// Every entry, in the order of the files.
    pub fn entries(&self) -> &[ProviderEntry] {
        &self.entries
    }

    /// The provider of this name, whatever its capitals, punctuation and legal form.
    pub fn find(&self, name: &str) -> Option<&ProviderEntry> {
        self.by_name.get(&recognised(name)).and_then(|i| self.entries.get(*i))
    }

    /// The providers that have a name with this text in it.
    pub fn search(&self, text: &str) -> impl Iterator<Item = &ProviderEntry> {
        let wanted = recognised(text);
        self.entries.iter().filter(move |entry| entry.names.iter().any(|name| recognised(name).contains(&wanted)))
    }
}

/// `T-Mobile  Netherlands B.V.` → `tmobile netherlands`: the form in which names are compared.
fn recognised(name: &str) -> String {
    let plain: String = name.to_lowercase().chars().filter(|c| c.is_alphanumeric() || c.is_whitespace()).collect();
    let mut words: Vec<&str> = plain.split_whitespace().collect();
    if words.len() > 1 && matches!(words.last(), Some(&"bv" | &"nv")) {
        words.pop();
    }
    words.join(" ")
}
