//! Which characters the letters' fonts can print.

/// Whether the letters' fonts have a glyph for this character.
pub fn is_printable(c: char) -> bool {
    matches!(c, ' '..='~' | '\u{a0}'..='\u{17f}' | '€' | '–' | '—' | '‘' | '’' | '‚' | '“' | '”' | '„' | '…' | '•')
}

/// The characters of a text that can't be printed, each once.
pub fn unprintable(text: &str) -> Vec<char> {
    let mut found: Vec<char> = text.chars().filter(|c| !is_printable(*c)).collect();
    found.sort_unstable();
    found.dedup();
    found
}
