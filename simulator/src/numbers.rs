//! Phone numbers as webhook calls give them.

use serde::Deserialize;

/// More than any company has; keeps a slip of the pen from filling the memory.
const MOST: u64 = 100_000;

/// One entry of a call's `numbers`, in E.164: `"+31301001234"`, `{"number": "+31301001200", "block_size": 100}` or
/// `{"first": "+31301001200", "last": "+31301001299"}`.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(crate) enum Numbers {
    Single(String),
    Block {
        number: String,
        #[serde(default)]
        block_size: Option<u64>,
    },
    Range {
        first: String,
        last: String,
    },
}

/// The single numbers in `entries`, digits only, or what is wrong.
pub(crate) fn expand(entries: &[Numbers]) -> Result<Vec<u64>, String> {
    let mut all = Vec::new();
    for entry in entries {
        let (first, last) = match entry {
            Numbers::Single(number) => (digits(number)?, digits(number)?),
            Numbers::Block { number, block_size } => {
                let first = digits(number)?;
                (first, first.saturating_add(block_size.unwrap_or(1).saturating_sub(1)))
            }
            Numbers::Range { first, last } => (digits(first)?, digits(last)?),
        };
        if last < first || last - first >= MOST {
            return Err(format!("{} to {} is not a series of numbers", e164(first), e164(last)));
        }
        all.extend(first..=last);
    }
    if all.is_empty() { Err("there are no numbers".to_owned()) } else { Ok(all) }
}

/// A number in E.164.
pub(crate) fn e164(number: u64) -> String {
    format!("+{number}")
}

fn digits(number: &str) -> Result<u64, String> {
    let digits = number.strip_prefix('+').filter(|rest| rest.bytes().all(|b| b.is_ascii_digit()) && rest.len() <= 15);
    digits.and_then(|digits| digits.parse().ok()).ok_or_else(|| format!("{number:?} is not a number in E.164"))
}
