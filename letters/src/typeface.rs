//! The two faces of Open Sans: which glyphs they have, how wide words are, where lines break.

use genpdf::fonts::{FontCache, FontData, FontFamily};
use genpdf::style::Style;

use crate::embedding::{Embedding, STAND_INS, Source, stand_in};
use crate::error::LetterError;

const REGULAR: (&str, &[u8]) = ("OpenSans-Regular.ttf", include_bytes!("../../templates/letters/fonts/OpenSans-Regular.ttf"));
const BOLD: (&str, &[u8]) = ("OpenSans-Bold.ttf", include_bytes!("../../templates/letters/fonts/OpenSans-Bold.ttf"));

/// A face in a size.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Face {
    pub(crate) bold: bool,
    /// In points.
    pub(crate) size: u8,
}

impl Face {
    pub(crate) const fn regular(size: u8) -> Face {
        Face { bold: false, size }
    }

    pub(crate) const fn bold(size: u8) -> Face {
        Face { bold: true, size }
    }

    /// genpdf's name for it. What is measured is measured in this.
    pub(crate) fn style(self) -> Style {
        let style = Style::new().with_font_size(self.size);
        if self.bold { style.bold() } else { style }
    }

    /// genpdf's name for what prints a run: see [`runs`].
    pub(crate) fn run_style(self, is_rest: bool) -> Style {
        // genpdf's other two of four faces: letters have no italics.
        if is_rest { self.style().italic() } else { self.style() }
    }

    /// From one baseline to the next, in mm: 1.35 times the size.
    pub(crate) fn pitch(self) -> f64 {
        f64::from(self.size) * 1.35 * 25.4 / 72.0
    }

    /// From one baseline to the next where lines stand close, as in an address, in mm: 1.2 times the size.
    pub(crate) fn tight_pitch(self) -> f64 {
        f64::from(self.size) * 1.2 * 25.4 / 72.0
    }

    /// How far below the baseline letters reach, in mm: Open Sans's 0.24 times the size.
    pub(crate) fn descent(self) -> f64 {
        f64::from(self.size) * 0.24 * 25.4 / 72.0
    }

    /// From the top of a line of that height to its baseline, in mm.
    pub(crate) fn baseline(self) -> f64 {
        self.pitch() * 0.75
    }
}

/// The fonts, loaded, with their measures.
pub(crate) struct Typeface {
    family: FontFamily<FontData>,
    measures: FontCache,
    embedding: Embedding,
}

impl Typeface {
    pub(crate) fn embedded() -> Result<Typeface, LetterError> {
        let load = |(font, bytes): (&'static str, &[u8]), stand_in| {
            FontData::new(bytes.to_vec(), Some(stand_in)).map_err(|error| LetterError::Font { font, detail: error.to_string() })
        };
        let [[regular, regular_rest], [bold, bold_rest]] = STAND_INS;
        let family = FontFamily {
            regular: load(REGULAR, regular)?,
            bold: load(BOLD, bold)?,
            italic: load(REGULAR, regular_rest)?,
            bold_italic: load(BOLD, bold_rest)?,
        };
        let measures = FontCache::new(family.clone());
        let FontFamily { regular, bold, .. } = measures.default_font_family();
        // The six letters mark them as part of their font (ISO 32000-1, 9.6.4).
        let regular = Source { name: "LETTER+OpenSans-Regular", file: REGULAR.1, font: regular, stem: 84 };
        let bold = Source { name: "LETTER+OpenSans-Bold", file: BOLD.1, font: bold, stem: 148 };
        let embedding = Embedding::new(&measures, &[regular, bold]);
        Ok(Typeface { family, measures, embedding })
    }

    /// The fonts for one document, which takes them over.
    pub(crate) fn family(&self) -> FontFamily<FontData> {
        self.family.clone()
    }

    /// The fonts as they stand in a document.
    pub(crate) fn embedding(&self) -> &Embedding {
        &self.embedding
    }

    /// The width of a line, in mm.
    pub(crate) fn width(&self, face: Face, line: &str) -> f64 {
        face.style().str_width(&self.measures, &glyphs(line)).into()
    }

    /// Breaks a text at its spaces into lines of at most `width` mm; a word wider than that is broken after a
    /// hyphen, or where it must be.
    pub(crate) fn wrap(&self, face: Face, text: &str, width: f64) -> Vec<String> {
        let mut lines = Vec::new();
        let mut line = String::new();
        for word in text.split(' ').filter(|word| !word.is_empty()) {
            let longer = if line.is_empty() { word.to_owned() } else { format!("{line} {word}") };
            if self.width(face, &longer) <= width {
                line = longer;
                continue;
            }
            if !line.is_empty() {
                lines.push(std::mem::take(&mut line));
            }
            for c in word.chars() {
                line.push(c);
                if self.width(face, &line) > width && line.chars().count() > 1 {
                    // The last character is one too many.
                    let fitting = line.len() - c.len_utf8();
                    let after_hyphen = line.get(..fitting).and_then(|fitting| fitting.rfind('-')).map(|hyphen| hyphen + 1);
                    let rest = line.split_off(after_hyphen.unwrap_or(fitting));
                    lines.push(std::mem::replace(&mut line, rest));
                }
            }
        }
        if !line.is_empty() {
            lines.push(line);
        }
        lines
    }
}

/// The characters as they are printed: special spaces and hyphens, which matter only for breaking lines, as the ordinary ones. Text
/// copied from the letter then matches what one types.
pub(crate) fn glyphs(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '\u{a0}' | '\u{2007}' | '\u{2009}' | '\u{202f}' => ' ',
            '\u{2011}' => '-',
            c => c,
        })
        .collect()
}

/// A line as genpdf is to write it: runs of stand-ins, and whether a run is of those for the rest. A character without one is left out;
/// letters are checked for such before.
pub(crate) fn runs(line: &str) -> Vec<(String, bool)> {
    let mut runs: Vec<(String, bool)> = Vec::new();
    for (c, is_rest) in glyphs(line).chars().filter_map(stand_in) {
        match runs.last_mut().filter(|(_, last)| *last == is_rest) {
            Some((run, _)) => run.push(c),
            None => runs.push((c.to_string(), is_rest)),
        }
    }
    runs
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use workflow::letter::printable::is_printable;

    use super::{Face, Typeface, glyphs, runs, stand_in};

    #[test]
    fn a_line_is_written_in_runs_of_latin_1_and_of_the_rest() {
        let euro = stand_in('€').unwrap();
        assert_eq!(runs("3 €\u{a0}é"), [("3 ".to_owned(), false), (euro.0.to_string(), euro.1), (" é".to_owned(), false)]);
        assert!(euro.1);
        assert_eq!(runs(""), []);
    }

    #[test]
    fn a_character_is_printable_exactly_when_both_faces_have_a_glyph_for_it() {
        let typeface = Typeface::embedded().unwrap();
        let regular = typeface.measures.default_font_family().regular;
        let bold = typeface.measures.default_font_family().bold;
        for c in '\0'..=char::MAX {
            let glyph = |font| regular_glyph(&typeface, font, c);
            assert_eq!(is_printable(c), glyph(regular) && glyph(bold), "{c:?} U+{:04X}", u32::from(c));
        }
    }

    /// Glyph 0 is the empty box.
    fn regular_glyph(typeface: &Typeface, font: genpdf::fonts::Font, c: char) -> bool {
        font.glyph_ids(&typeface.measures, glyphs(&c.to_string()).chars()) != [0]
    }

    #[test]
    fn a_word_wider_than_a_line_breaks_after_a_hyphen() {
        let typeface = Typeface::embedded().unwrap();
        let lines = typeface.wrap(Face::regular(9), "CONTRACT-2021-0000-1111-2222-3333", 41.0);
        assert_eq!(lines, ["CONTRACT-2021-0000-", "1111-2222-3333"]);
    }

    #[test]
    fn lines_break_at_spaces_and_never_exceed_their_width() {
        let typeface = Typeface::embedded().unwrap();
        let face = Face::regular(10);
        let text =
            "Een naam met 030\u{a0}100\u{a0}12\u{a0}00 en Hottentottententententoonstellingsmakersopleidingsinstituut B.V.";
        let lines = typeface.wrap(face, text, 50.0);
        assert!(lines.iter().all(|line| typeface.width(face, line) <= 50.0), "{lines:?}");
        assert!(lines.iter().any(|line| line.contains("030\u{a0}100\u{a0}12\u{a0}00")), "{lines:?}");
        assert_eq!(lines.concat().replace(' ', ""), text.replace(' ', ""));
    }
}
