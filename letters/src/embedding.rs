//! The fonts as they stand in a PDF.
//!
//! genpdf can embed fonts, but looks up each of Unicode's 1,114,112 code points in each of them anew for every document: seven eighths
//! of the time that a letter took. It is therefore told that the faces are PDF's built-in ones, of which it only writes the names, and
//! these **stand-ins** are replaced afterwards by our fonts, which were prepared once and are compressed besides.
//!
//! A built-in font has the characters of Latin-1. That is not all that a letter can print, so a face has two stand-ins: one in which
//! Latin-1 stands for itself, and one in which it stands for the [rest](REST), such as `€` and `ł`.

use std::sync::LazyLock;

use genpdf::fonts::{Font, FontCache};
use printpdf::BuiltinFont;
use workflow::letter::printable::is_printable;

use crate::binding::{Objects, stream};
use crate::typeface::glyphs;

/// The regular and the bold face, each with its stand-in for Latin-1 and for the rest.
pub(crate) const STAND_INS: [[BuiltinFont; 2]; 2] =
    [[BuiltinFont::Helvetica, BuiltinFont::HelveticaOblique], [BuiltinFont::HelveticaBold, BuiltinFont::HelveticaBoldOblique]];

/// The printable characters beyond Latin-1, in Unicode's order.
static REST: LazyLock<Vec<char>> = LazyLock::new(|| {
    let prints_as_itself = |c: &char| is_printable(*c) && glyphs(c.encode_utf8(&mut [0; 4])).starts_with(*c);
    ('\u{100}'..='\u{ffff}').filter(prints_as_itself).collect()
});

/// The characters of Latin-1 that can stand for others, in order: the soft hyphen isn't one, and spaces are best left alone.
fn slots() -> impl Iterator<Item = char> {
    ('!'..='~').chain('¡'..='¬').chain('®'..='ÿ')
}

/// A printed character's stand-in and whether it is one for the rest. A character that can't be printed has none.
pub(crate) fn stand_in(c: char) -> Option<(char, bool)> {
    if c == ' ' || slots().any(|slot| slot == c) {
        return Some((c, false));
    }
    let nth = REST.binary_search(&c).ok()?;
    slots().nth(nth).map(|slot| (slot, true))
}

/// What a stand-in's codes, which are Latin-1, print.
fn printed(is_rest: bool) -> Vec<(u8, char)> {
    let code = |slot: char| u8::try_from(slot).ok();
    if is_rest {
        slots().zip(REST.iter().copied()).filter_map(|(slot, c)| Some((code(slot)?, c))).collect()
    } else {
        [' '].into_iter().chain(slots()).filter_map(|c| Some((code(c)?, c))).collect()
    }
}

/// A face of the type.
pub(crate) struct Source<'a> {
    /// Its `PostScript` name.
    pub(crate) name: &'static str,
    /// The `TrueType` file.
    pub(crate) file: &'a [u8],
    /// The face in a cache.
    pub(crate) font: Font,
    /// The thickness of its stems, in thousandths of the size.
    pub(crate) stem: u16,
}

/// Both faces, ready to be put in documents.
pub(crate) struct Embedding {
    faces: Vec<EmbeddedFace>,
    /// By which readers copy and search text: for Latin-1 and for the rest.
    to_unicode: [Vec<u8>; 2],
}

struct EmbeddedFace {
    name: &'static str,
    stem: u16,
    file: Vec<u8>,
    /// For Latin-1 and for the rest: each code's width, and its glyph.
    widths: [String; 2],
    glyphs: [Vec<u8>; 2],
}

impl Embedding {
    pub(crate) fn new(cache: &FontCache, faces: &[Source<'_>; 2]) -> Embedding {
        let face = |face: &Source<'_>| EmbeddedFace {
            name: face.name,
            stem: face.stem,
            file: stream(&format!("/Length1 {}", face.file.len()), face.file),
            widths: [false, true].map(|is_rest| widths(cache, face.font, is_rest)),
            glyphs: [false, true].map(|is_rest| glyph_map(cache, face.font, is_rest)),
        };
        Embedding { faces: faces.iter().map(face).collect(), to_unicode: [false, true].map(to_unicode) }
    }

    /// Puts the fonts in their stand-ins' places; `None` when one of these isn't found.
    pub(crate) fn replace_stand_ins(&self, objects: &mut Objects) -> Option<()> {
        let to_unicode = self.to_unicode.each_ref().map(|map| objects.add(map.clone()));
        for (face, stand_ins) in self.faces.iter().zip(STAND_INS) {
            let EmbeddedFace { name, stem, .. } = face;
            let file = objects.add(face.file.clone());
            // The measures are those in Open Sans's head and OS/2 tables, in thousandths of the size.
            let descriptor = objects.add(format!(
                "<</Type/FontDescriptor/FontName/{name}/Flags 32/FontBBox[-619 -293 1319 1069]/ItalicAngle 0/Ascent 1069/Descent -293\
                 /CapHeight 714/StemV {stem}/FontFile2 {file} 0 R>>"
            ));
            for (i, stand_in) in stand_ins.into_iter().enumerate() {
                let (widths, to_unicode) = (face.widths.get(i)?, to_unicode.get(i)?);
                let glyphs = objects.add(face.glyphs.get(i)?.clone());
                let font = format!(
                    "<</Type/Font/Subtype/Type0/BaseFont/{name}/Encoding/Identity-H/ToUnicode {to_unicode} 0 R/DescendantFonts[<<\
                     /Type/Font/Subtype/CIDFontType2/BaseFont/{name}/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>\
                     /FontDescriptor {descriptor} 0 R/CIDToGIDMap {glyphs} 0 R/DW 0/W[{widths}]>>]>>"
                );
                let replaced: &str = stand_in.into();
                let number = objects.find(&format!("/BaseFont/{replaced}/"))?;
                objects.replace(number, font)?;
            }
        }
        Some(())
    }
}

/// The width of each code from the space on, in thousandths of the size, as a CID font's `W` has them.
fn widths(cache: &FontCache, font: Font, is_rest: bool) -> String {
    let mut widths = [0.0; 256];
    for (code, c) in printed(is_rest) {
        // At 100 points a thousandth is a tenth of a point.
        widths[usize::from(code)] = printpdf::Pt::from(printpdf::Mm::from(font.char_width(cache, c, 100))).0 * 10.0;
    }
    let widths: Vec<_> = widths.iter().skip(usize::from(b' ')).map(|width| format!("{width:.0}")).collect();
    format!("{}[{}]", b' ', widths.join(" "))
}

/// The glyph of each code from 0, two bytes each.
fn glyph_map(cache: &FontCache, font: Font, is_rest: bool) -> Vec<u8> {
    let mut map = [[0; 2]; 256];
    for (code, c) in printed(is_rest) {
        for glyph in font.glyph_ids(cache, [c]) {
            map[usize::from(code)] = glyph.to_be_bytes();
        }
    }
    stream("", map.as_flattened())
}

/// The characters of the codes, as readers want them (ISO 32000-1, 9.10.3): at most a hundred in a section.
fn to_unicode(is_rest: bool) -> Vec<u8> {
    let mut map = "/CIDInit/ProcSet findresource begin 12 dict begin begincmap/CIDSystemInfo<</Registry(Adobe)/Ordering(UCS)\
         /Supplement 0>>def/CMapName/Adobe-Identity-UCS def/CMapType 2 def\n1 begincodespacerange<0000><FFFF>endcodespacerange\n"
        .to_owned();
    for section in printed(is_rest).chunks(100) {
        let lines: Vec<_> = section.iter().map(|(code, c)| format!("<{code:04X}><{:04X}>", u32::from(*c))).collect();
        map.extend([section.len().to_string(), " beginbfchar".to_owned(), lines.concat(), "endbfchar\n".to_owned()]);
    }
    map.push_str("endcmap CMapName currentdict/CMap defineresource pop end end");
    stream("", map.as_bytes())
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use std::collections::BTreeSet;

    use workflow::letter::printable::is_printable;

    use super::{printed, stand_in};
    use crate::typeface::glyphs;

    #[test]
    fn every_printable_character_has_a_stand_in_of_its_own_that_prints_it() {
        let mut seen = BTreeSet::new();
        for c in ('\0'..=char::MAX).filter(|&c| is_printable(c)).flat_map(|c| glyphs(&c.to_string()).chars().collect::<Vec<_>>())
        {
            let (slot, is_rest) = stand_in(c).unwrap();
            assert!(printed(is_rest).iter().any(|&(code, printed)| char::from(code) == slot && printed == c), "{c:?}");
            seen.insert((slot, is_rest, c));
        }
        let slots: BTreeSet<_> = seen.iter().map(|(slot, is_rest, _)| (slot, is_rest)).collect();
        assert_eq!(slots.len(), seen.len(), "no two share one");
        assert!(seen.len() > 300, "{}", seen.len());
    }

    #[test]
    fn a_character_that_cannot_be_printed_has_no_stand_in() {
        assert_eq!(['\u{ad}', '\n', 'α', '漢'].map(stand_in), [None; 4]);
    }
}
