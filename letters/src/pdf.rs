//! Pages drawn by genpdf, and the bytes that differ from run to run made to depend on the letter alone.

use genpdf::error::Error;
use genpdf::style::{Color, Style};
use genpdf::{Context, Document, Element, Mm, Position, RenderResult, Size, render};
use sha2::{Digest, Sha256};
use workflow::letter::LetterFacts;

use crate::Pdf;
use crate::error::{LetterError, LetterName};
use crate::page::{Line, Page, Words};
use crate::typeface::{Typeface, glyphs};

/// Writes the pages as a document with this title.
pub(crate) fn write(letter: &LetterFacts, title: &str, pages: Vec<Page>, typeface: &Typeface) -> Result<Pdf, LetterError> {
    let failed = |detail: String| LetterError::Rendering { letter: LetterName::from(letter), detail };
    let count = u32::try_from(pages.len()).map_err(|error| failed(error.to_string()))?;
    let mut document = Document::new(typeface.family());
    // Else half a megabyte of colour profile goes into each letter.
    document.set_minimal_conformance();
    let title_digits = utf_16_digits(&glyphs(title));
    document.set_title("0".repeat(title_digits.len()));
    document.push(Sheets { pages: pages.into_iter().peekable() });
    let mut bytes = Vec::new();
    document.render(&mut bytes).map_err(|error| failed(error.to_string()))?;
    make_reproducible(&mut bytes, letter, &title_digits)
        .ok_or_else(|| failed("its title, dates or identifiers are not where they were".to_owned()))?;
    Ok(Pdf { bytes, pages: count, title: title.to_owned() })
}

/// All pages as one element, which draws one page each time it is asked to go on.
struct Sheets {
    pages: std::iter::Peekable<std::vec::IntoIter<Page>>,
}

impl Element for Sheets {
    fn render(&mut self, context: &Context, area: render::Area<'_>, _: Style) -> Result<RenderResult, Error> {
        if let Some(page) = self.pages.next() {
            for words in &page.words {
                draw_words(context, &area, words)?;
            }
            for line in &page.lines {
                draw_line(&area, line);
            }
        }
        // genpdf takes an element without a size for one that fits on no page.
        Ok(RenderResult { size: Size::new(1, 1), has_more: self.pages.peek().is_some() })
    }
}

fn draw_words(context: &Context, area: &render::Area<'_>, words: &Words) -> Result<(), Error> {
    let style = words.face.style();
    // genpdf puts the baseline a full glyph height below the position it is given.
    let height = style.font(&context.font_cache).glyph_height(words.face.size);
    let position = Position { x: words.x.into_mm(), y: words.y.into_mm() - height };
    if area.print_str(&context.font_cache, position, style, glyphs(&words.text))? {
        Ok(())
    } else {
        Err(Error::new(format!("{:?} falls off the page", words.text), genpdf::error::ErrorKind::PageSizeExceeded))
    }
}

fn draw_line(area: &render::Area<'_>, line: &Line) {
    let colour = Color::Greyscale(if line.faint { 205 } else { 90 });
    let ends = [line.x, line.x + line.width].map(|x| Position { x: x.into_mm(), y: line.y.into_mm() });
    area.draw_line(ends.to_vec(), Style::new().with_color(colour));
}

/// A length in mm as genpdf's type.
trait IntoMm {
    fn into_mm(self) -> Mm;
}

impl IntoMm for f64 {
    fn into_mm(self) -> Mm {
        Mm::from(printpdf::Mm(self))
    }
}

/// Overwrites the title's stand-in with the title, the dates of the run with the letter's, and the random identifiers with a hash of the
/// rest; nothing changes length, so the file's offsets stay right. `None` when one of them isn't found.
fn make_reproducible(bytes: &mut [u8], letter: &LetterFacts, title_digits: &str) -> Option<()> {
    // The last of each: page contents come before, and what a letter says stands only there, as glyphs.
    let start = last(bytes, b"/Title(")? + b"/Title".len();
    overwrite(bytes, start, &format!("<{title_digits}>"))?;
    let date = letter.written_on.format("D:%Y%m%d000000").to_string();
    for key in ["/CreationDate(", "/ModDate("] {
        let start = last(bytes, key.as_bytes())? + key.len();
        overwrite(bytes, start, &date)?;
    }
    for byte in identifiers(bytes)? {
        *byte = b'0';
    }
    let digest = Sha256::digest(&*bytes);
    let digits = digest.iter().flat_map(|byte| [byte >> 4, byte & 15]).map(|digit| b"0123456789ABCDEF"[usize::from(digit)]);
    for (byte, digit) in identifiers(bytes)?.zip(digits.cycle()) {
        *byte = digit;
    }
    Some(())
}

/// The letters of the two identifiers in the trailer: `/ID[(…)(…)]`.
fn identifiers(bytes: &mut [u8]) -> Option<impl Iterator<Item = &mut u8>> {
    let start = last(bytes, b"/ID[(")? + b"/ID[".len();
    let identifiers = bytes.get_mut(start..)?.iter_mut().take_while(|byte| **byte != b']');
    Some(identifiers.filter(|byte| byte.is_ascii_alphanumeric()))
}

/// A text as the digits of a hexadecimal PDF string in UTF-16, with its byte order mark: printpdf writes a title's UTF-8 bytes, which
/// readers take for Latin-1.
fn utf_16_digits(text: &str) -> String {
    std::iter::once(0xFEFF).chain(text.encode_utf16()).fold(String::new(), |digits, unit| format!("{digits}{unit:04X}"))
}

fn overwrite(bytes: &mut [u8], start: usize, with: &str) -> Option<()> {
    bytes.get_mut(start..start + with.len())?.copy_from_slice(with.as_bytes());
    Some(())
}

fn last(bytes: &[u8], part: &[u8]) -> Option<usize> {
    bytes.windows(part.len()).rposition(|window| window == part)
}
