//! Pages drawn by genpdf, with our fonts, the logo and the letter's properties put in the document.

use genpdf::error::Error;
use genpdf::style::{Color, Style};
use genpdf::{Context, Document, Element, Mm, Position, RenderResult, Size, render};
use workflow::letter::{Language, LetterFacts};

use crate::Pdf;
use crate::binding::{Objects, stream, text_string};
use crate::error::{LetterError, LetterName};
use crate::logo::Logo;
use crate::look::Look;
use crate::page::{HEIGHT, Ink, Line, Page, Rectangle, Words};
use crate::typeface::{Typeface, glyphs, runs};

/// Writes the pages as a document with this title.
pub(crate) fn write(
    letter: &LetterFacts,
    title: &str,
    pages: Vec<Page>,
    typeface: &Typeface,
    look: &Look,
) -> Result<Pdf, LetterError> {
    let failed = |detail: String| LetterError::Rendering { letter: LetterName::from(letter), detail };
    let count = u32::try_from(pages.len()).map_err(|error| failed(error.to_string()))?;
    let place = pages.first().and_then(|first| first.logo);
    let mut document = Document::new(typeface.family());
    // Else half a megabyte of colour profile goes into each letter.
    document.set_minimal_conformance();
    document.push(Sheets { pages: pages.into_iter().peekable(), accent: accent(look) });
    let mut drawn = Vec::new();
    document.render(&mut drawn).map_err(|error| failed(error.to_string()))?;
    let finished = || {
        let mut objects = Objects::of(&drawn)?;
        typeface.embedding().replace_stand_ins(&mut objects)?;
        if let Some((logo, place)) = look.logo.as_ref().zip(place) {
            put_logo(&mut objects, logo, place)?;
        }
        put_properties(&mut objects, letter, title)?;
        Some(objects.bind())
    };
    let bytes = finished().ok_or_else(|| failed("genpdf wrote an unknown form of PDF".to_owned()))?;
    Ok(Pdf { bytes, pages: count, title: title.to_owned() })
}

/// Properties that follow from the letter alone, in place of the run's time and of no author.
fn put_properties(objects: &mut Objects, letter: &LetterFacts, title: &str) -> Option<()> {
    let (title, author) = (text_string(&glyphs(title)), text_string(&glyphs(&letter.sender.name)));
    let date = letter.written_on.format("D:%Y%m%d000000");
    let properties = format!("<</Title{title}/Author{author}/CreationDate({date})/ModDate({date})/Producer(Overstap)>>");
    objects.replace(objects.info(), properties)?;
    let language = match letter.language {
        Language::Nl => "nl",
        Language::En => "en",
    };
    objects.extend(objects.root(), &format!("/Lang({language})/ViewerPreferences<</DisplayDocTitle true>>"))
}

/// Draws the logo on the first page. Prepared once, it costs a letter no time; genpdf would compress it anew for each, and refuses
/// pictures with transparency.
fn put_logo(objects: &mut Objects, logo: &Logo, place: Rectangle) -> Option<()> {
    let pages = objects.referred(objects.root(), "/Pages ")?;
    let page = objects.referred(pages, "/Kids[")?;
    let (resources, contents) = (objects.referred(page, "/Resources ")?, objects.referred(page, "/Contents ")?);
    let image = logo.add_to(objects)?;
    objects.extend(resources, &format!("/XObject<</Logo {image} 0 R>>"))?;
    let [left, width, height, bottom] = [place.left, place.width, place.height, HEIGHT - place.top - place.height]
        .map(|length| printpdf::Pt::from(printpdf::Mm(length)).0);
    let drawing = format!("q {width:.2} 0 0 {height:.2} {left:.2} {bottom:.2} cm /Logo Do Q");
    let drawing = objects.add(stream("", drawing.as_bytes()));
    objects.rewrite(page, &format!("/Contents {contents} 0 R"), &format!("/Contents[{drawing} 0 R {contents} 0 R]"))
}

/// The contractor's colour.
fn accent(look: &Look) -> Option<Color> {
    let [red, green, blue] = look.colour?.rgb();
    Some(Color::Rgb(red, green, blue))
}

/// All pages as one element, which draws one page each time it is asked to go on.
struct Sheets {
    pages: std::iter::Peekable<std::vec::IntoIter<Page>>,
    accent: Option<Color>,
}

impl Sheets {
    /// Black is genpdf's own.
    fn colour(&self, ink: Ink) -> Option<Color> {
        match ink {
            Ink::Black => None,
            Ink::Grey => Some(Color::Greyscale(90)),
            Ink::Faint => Some(Color::Greyscale(205)),
            Ink::Accent => self.accent,
        }
    }
}

impl Element for Sheets {
    fn render(&mut self, context: &Context, area: render::Area<'_>, _: Style) -> Result<RenderResult, Error> {
        if let Some(page) = self.pages.next() {
            for words in &page.words {
                draw_words(context, &area, words, self.colour(words.ink))?;
            }
            for line in &page.lines {
                draw_line(&area, line, self.colour(line.ink));
            }
        }
        // genpdf takes an element without a size for one that fits on no page.
        Ok(RenderResult { size: Size::new(1, 1), has_more: self.pages.peek().is_some() })
    }
}

fn draw_words(context: &Context, area: &render::Area<'_>, words: &Words, colour: Option<Color>) -> Result<(), Error> {
    let style = words.face.style();
    // genpdf puts the baseline a full glyph height below the position it is given.
    let height = style.font(&context.font_cache).glyph_height(words.face.size);
    let position = Position { x: words.x.into_mm(), y: words.y.into_mm() - height };
    let Some(mut section) = area.text_section(&context.font_cache, position, style) else {
        return Err(Error::new(format!("{:?} falls off the page", words.text), genpdf::error::ErrorKind::PageSizeExceeded));
    };
    for (run, is_rest) in runs(&words.text) {
        let style = words.face.run_style(is_rest);
        section.print_str(run, colour.map_or(style, |colour| style.with_color(colour)))?;
    }
    Ok(())
}

fn draw_line(area: &render::Area<'_>, line: &Line, colour: Option<Color>) {
    let style = Style::new().with_color(colour.unwrap_or(Color::Greyscale(0)));
    let ends = [line.x, line.x + line.width].map(|x| Position { x: x.into_mm(), y: line.y.into_mm() });
    area.draw_line(ends.to_vec(), style);
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
