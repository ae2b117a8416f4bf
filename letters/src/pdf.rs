//! Pages drawn by genpdf, with our fonts and the letter's properties put in the document.

use genpdf::error::Error;
use genpdf::style::{Color, Style};
use genpdf::{Context, Document, Element, Mm, Position, RenderResult, Size, render};
use workflow::letter::{Language, LetterFacts};

use crate::Pdf;
use crate::binding::{Objects, text_string};
use crate::error::{LetterError, LetterName};
use crate::page::{Line, Page, Words};
use crate::typeface::{Typeface, glyphs, runs};

/// Writes the pages as a document with this title.
pub(crate) fn write(letter: &LetterFacts, title: &str, pages: Vec<Page>, typeface: &Typeface) -> Result<Pdf, LetterError> {
    let failed = |detail: String| LetterError::Rendering { letter: LetterName::from(letter), detail };
    let count = u32::try_from(pages.len()).map_err(|error| failed(error.to_string()))?;
    let mut document = Document::new(typeface.family());
    // Else half a megabyte of colour profile goes into each letter.
    document.set_minimal_conformance();
    document.push(Sheets { pages: pages.into_iter().peekable() });
    let mut drawn = Vec::new();
    document.render(&mut drawn).map_err(|error| failed(error.to_string()))?;
    let bytes =
        finish(&drawn, letter, title, typeface).ok_or_else(|| failed("genpdf wrote an unknown form of PDF".to_owned()))?;
    Ok(Pdf { bytes, pages: count, title: title.to_owned() })
}

/// The document with our fonts, and with properties that follow from the letter alone in place of the run's time and random identifiers.
fn finish(drawn: &[u8], letter: &LetterFacts, title: &str, typeface: &Typeface) -> Option<Vec<u8>> {
    let mut objects = Objects::of(drawn)?;
    typeface.embedding().replace_stand_ins(&mut objects)?;
    let (title, author) = (text_string(&glyphs(title)), text_string(&glyphs(&letter.sender.name)));
    let date = letter.written_on.format("D:%Y%m%d000000");
    let properties = format!("<</Title{title}/Author{author}/CreationDate({date})/ModDate({date})/Producer(Overstap)>>");
    objects.replace(objects.info(), properties)?;
    let language = match letter.language {
        Language::Nl => "nl",
        Language::En => "en",
    };
    objects.extend(objects.root(), &format!("/Lang({language})/ViewerPreferences<</DisplayDocTitle true>>"))?;
    Some(objects.bind())
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
    let Some(mut section) = area.text_section(&context.font_cache, position, style) else {
        return Err(Error::new(format!("{:?} falls off the page", words.text), genpdf::error::ErrorKind::PageSizeExceeded));
    };
    for (run, is_rest) in runs(&words.text) {
        section.print_str(run, words.face.run_style(is_rest))?;
    }
    Ok(())
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
