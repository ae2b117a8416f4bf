//! The lines of a text, as columns of characters.

use std::ops::Range;

use super::Quote;

/// So much of a line is quoted.
const QUOTE_LENGTH_MAX: usize = 200;
/// What is looked at of a line: a page is at most some 300 columns wide.
const LINE_LENGTH_MAX: usize = 1000;
/// What is looked at of a text.
const LINES_MAX: usize = 20_000;

/// A line that says something.
#[derive(Debug)]
pub(super) struct Line {
    pub(super) page: u32,
    /// On its page, from 1.
    pub(super) number: u32,
    pub(super) chars: Vec<char>,
    /// From where to where the words stand.
    pub(super) words: Vec<Range<usize>>,
}

/// The lines of a text that are not blank.
pub(super) fn lines(text: &str) -> Vec<Line> {
    let pages = (1..).zip(text.split('\u{c}'));
    let lines = pages.flat_map(|(page, text)| (1..).zip(text.lines()).map(move |(number, line)| (page, number, line)));
    let said = lines.filter(|(.., line)| !line.trim().is_empty()).take(LINES_MAX);
    let line = |(page, number, line): (u32, u32, &str)| {
        let chars: Vec<char> = line.chars().take(LINE_LENGTH_MAX).map(plain).collect();
        Line { page, number, words: words(&chars), chars }
    };
    said.map(line).collect()
}

fn words(chars: &[char]) -> Vec<Range<usize>> {
    let mut words = Vec::new();
    let mut start = None;
    for (i, c) in chars.iter().enumerate() {
        match (c.is_whitespace(), start) {
            (false, None) => start = Some(i),
            (true, Some(from)) => {
                words.push(from..i);
                start = None;
            }
            _ => {}
        }
    }
    words.extend(start.map(|from| from..chars.len()));
    words
}

/// Typography of no meaning here.
fn plain(c: char) -> char {
    match c {
        '\u{a0}' | '\u{202f}' | '\u{2009}' => ' ',
        c if c.is_control() => ' ',
        '‐' | '‑' => '-',
        '—' => '–',
        c => c,
    }
}

impl Line {
    /// The line, to be quoted.
    pub(super) fn quote(&self) -> Quote {
        let whole: String = self.chars.iter().collect();
        let text = whole.split_whitespace().collect::<Vec<_>>().join(" ");
        Quote { page: self.page, line: self.number, text: text.chars().take(QUOTE_LENGTH_MAX).collect() }
    }

    /// The line in small letters, a character for a character.
    pub(super) fn small(&self) -> Vec<char> {
        self.chars.iter().map(|c| c.to_lowercase().next().unwrap_or(*c)).collect()
    }

    /// The words that end behind a column, from that column or the word that stands on it.
    pub(super) fn words_after(&self, column: usize) -> &[Range<usize>] {
        self.words.get(self.words.partition_point(|word| word.end <= column)..).unwrap_or_default()
    }

    /// The characters of a part; none outside the line.
    pub(super) fn part(&self, part: &Range<usize>) -> &[char] {
        self.chars.get(part.clone()).unwrap_or_default()
    }
}
