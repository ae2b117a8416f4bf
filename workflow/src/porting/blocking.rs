//! Blocking codes: why a donor refuses numbers, in COIN's two digits.
//!
//! COIN's list of meanings is for its members only, so none is built in: an operator gives the meanings in a file (`OVERSTAP_BLOCKING_CODES`),
//! and a code without one is shown as it is. What a code meant when the donor gave it is kept with the answer, so that a project's state
//! follows from its events alone.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::process::Party;
use crate::text::Text;

/// The highest code that two digits can say.
const CODE_MAX: u8 = 99;

/// What a blocking code means.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct BlockingMeaning {
    /// Why the numbers were refused.
    pub text: Text,
    /// What takes the reason away.
    pub to_do: Text,
    /// Who must act.
    pub who: Party,
    /// Whether it is worth asking anew once that is done. Otherwise these numbers can't be ported.
    pub ask_again: bool,
}

/// A blocking code with its meaning.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct BlockingCode {
    /// The code.
    #[cfg_attr(feature = "schema", schema(minimum = 1, maximum = 99))]
    pub code: u8,
    /// What it means.
    #[serde(flatten)]
    pub meaning: BlockingMeaning,
}

/// The codes whose meaning is known.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct BlockingCodes(BTreeMap<u8, BlockingMeaning>);

/// A code as the file has it; without `flatten`, so that a misspelled field is told.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    code: u8,
    text: Text,
    to_do: Text,
    who: Party,
    ask_again: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    code: Vec<Entry>,
}

impl BlockingCodes {
    /// Reads a catalogue: TOML, a table `[[code]]` for each.
    ///
    /// # Errors
    /// Everything that is wrong with it, one line each; the line and column where it is no catalogue at all.
    pub fn parse(toml: &str) -> Result<Self, Vec<String>> {
        let file: File = toml::from_str(toml).map_err(|error| vec![error.to_string()])?;
        let mut codes = BTreeMap::new();
        let mut faults = Vec::new();
        for Entry { code, text, to_do, who, ask_again } in file.code {
            if !(1..=CODE_MAX).contains(&code) {
                faults.push(format!("code {code}: give 1 to {CODE_MAX}; 0 means that nothing is blocked"));
            }
            if [&text, &to_do].iter().any(|text| text.nl.trim().is_empty() || text.en.trim().is_empty()) {
                faults.push(format!("code {code}: `text` and `to_do` stand in Dutch and in English"));
            }
            if codes.insert(code, BlockingMeaning { text, to_do, who, ask_again }).is_some() {
                faults.push(format!("code {code} stands twice"));
            }
        }
        if faults.is_empty() { Ok(Self(codes)) } else { Err(faults) }
    }

    /// What a code means, where that is known.
    pub fn meaning(&self, code: u8) -> Option<BlockingCode> {
        self.0.get(&code).map(|meaning| BlockingCode { code, meaning: meaning.clone() })
    }

    /// All of them, by code.
    pub fn all(&self) -> impl Iterator<Item = BlockingCode> {
        self.0.iter().map(|(code, meaning)| BlockingCode { code: *code, meaning: meaning.clone() })
    }
}
