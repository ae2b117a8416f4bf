//! Reads rules written as a text table and holds a function against them.
//!
//! One rule a line: `given -> expected`, with a `label: ` before it where a specification names the rule. The given is a list of `name value` pairs
//! separated by commas; a name without a value is a flag.

use std::collections::BTreeMap;
use std::str::FromStr;

/// What a rule starts from. Each name must be taken, or it is a spelling mistake in the table.
pub(crate) struct Given(BTreeMap<String, String>);

impl Given {
    fn parse(text: &str) -> Self {
        let pair = |part: &str| {
            let (name, value) = part.split_once(' ').unwrap_or((part, ""));
            (name.to_owned(), value.trim().to_owned())
        };
        Self(text.split(',').map(|part| pair(part.trim())).collect())
    }

    /// The value under this name, which must be there.
    pub(crate) fn take<T: FromStr>(&mut self, name: &str) -> T {
        self.take_if_given(name).unwrap_or_else(|| panic!("the table gives no `{name}`"))
    }

    /// The value under this name.
    pub(crate) fn take_if_given<T: FromStr>(&mut self, name: &str) -> Option<T> {
        let value = self.0.remove(name)?;
        Some(value.parse().unwrap_or_else(|_| panic!("`{name} {value}` can't be read")))
    }

    /// Whether this flag is given.
    pub(crate) fn take_flag(&mut self, name: &str) -> bool {
        self.0.remove(name).is_some()
    }
}

/// Holds `rule` against a table whose given is a list of pairs.
pub(crate) fn check(table: &str, rule: impl Fn(&mut Given) -> String) {
    check_text(table, |text| {
        let mut given = Given::parse(text);
        let answer = rule(&mut given);
        assert!(given.0.is_empty(), "nothing takes {:?} of `{text}`", given.0);
        answer
    });
}

/// Holds `rule` against a table whose given is any text.
pub(crate) fn check_text(table: &str, rule: impl Fn(&str) -> String) {
    let rows = rows(table);
    assert!(!rows.is_empty(), "a table without rules");
    let wrong: Vec<String> = rows.iter().filter_map(|row| fault(row, &rule)).collect();
    assert!(wrong.is_empty(), "{} of {} rules are broken:\n{}", wrong.len(), rows.len(), wrong.join("\n"));
}

/// The rules of a table; a line that begins with `->` goes on where the line before it stopped.
fn rows(table: &str) -> Vec<String> {
    let mut rows: Vec<String> = Vec::new();
    for line in table.lines().map(str::trim).filter(|line| !line.is_empty()) {
        match rows.last_mut() {
            Some(row) if line.starts_with("->") => row.extend([" ", line]),
            _ => rows.push(line.to_owned()),
        }
    }
    rows
}

fn fault(row: &str, rule: impl Fn(&str) -> String) -> Option<String> {
    let (given, expected) = row.split_once("->").unwrap_or_else(|| panic!("`{row}` has no `->`"));
    let (_, given) = given.split_once(": ").unwrap_or(("", given));
    let answer = rule(given.trim());
    (answer != expected.trim()).then(|| format!("  {row}\n    but: {answer}"))
}
