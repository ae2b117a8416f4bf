//! Which characters letters can print. The fonts in `templates/letters/fonts` are made for exactly these; a test in `letters` compares
//! the two. Intake refuses the others, because a missing glyph would come out as an empty box.

/// Whether letters can print this character: Latin script with its diacritics as far as Europe's languages in it need, the
/// punctuation that office software puts in text, and the spaces and hyphen that differ from the ordinary ones only in not
/// breaking a line. Not printable: control characters (a line break too), the soft hyphen, combining accents, other scripts, emoji.
pub fn is_printable(c: char) -> bool {
    matches!(
        c,
        ' '..='~'
            | '\u{a0}'..='\u{ac}' // ¡ to ¬, with the no-break space; the soft hyphen (U+00AD) is left out
            | '\u{ae}'..='\u{17f}' // ® to ſ: Latin-1 and Latin Extended-A, with IJ and ij
            | '\u{218}'..='\u{21b}' // Romanian Ș ș Ț ț
            | '\u{2007}' | '\u{2009}' | '\u{202f}' // figure space, thin space, narrow no-break space
            | '\u{2011}' // non-breaking hyphen
            | '–' | '—' | '‘' | '’' | '‚' | '“' | '”' | '„' | '†' | '•' | '…' | '€' | '™'
    )
}

/// The characters of `text` that letters can't print, each once, in the order of their first appearance.
pub fn unprintable(text: &str) -> Vec<char> {
    let mut found = Vec::new();
    for c in text.chars() {
        if !is_printable(c) && !found.contains(&c) {
            found.push(c);
        }
    }
    found
}

/// A text that nobody checked before it came to stand in a letter: on one line, with a question mark for what can't be printed.
pub fn made_printable(text: &str) -> String {
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    words.chars().map(|c| if is_printable(c) { c } else { '?' }).collect()
}

#[cfg(test)]
mod tests {
    use super::{made_printable, unprintable};

    #[test]
    fn company_names_of_european_languages_in_latin_script_are_printable() {
        for name in
            ["Bakkerij De Korenaar B.V.", "Café ’t IJ & Zn.", "Łódź Ślusarz", "Öğüt Çağrı", "Știință", "A\u{2011}Z\u{202f}€ 5"]
        {
            assert_eq!(unprintable(name), [], "{name}");
        }
    }

    #[test]
    fn a_note_is_printed_on_one_line_with_a_question_mark_for_what_has_no_glyph() {
        assert_eq!(made_printable(" de lift\nbelt  via 4G 🦀 "), "de lift belt via 4G ?");
    }

    #[test]
    fn what_a_letter_cannot_print_is_named_once_in_order() {
        assert_eq!(unprintable("Καφέ\n漢 Κ\u{301}"), ['Κ', 'α', 'φ', 'έ', '\n', '漢', '\u{301}']);
        assert_eq!(unprintable("soft\u{ad}hyphen 🦀"), ['\u{ad}', '🦀']);
    }
}
