//! Which characters the letters' fonts can print.

/// Whether the letters' fonts have a glyph for this character.
pub fn is_printable(c: char) -> bool {
    matches!(c, ' '..='~' | '\u{a0}'..='\u{17f}' | '€' | '–' | '—' | '‘' | '’' | '‚' | '“' | '”' | '„' | '…' | '•')
}
