//! A letter's text set in pages: the order and the looks of its parts.

use workflow::letter::LetterFacts;

use crate::address;
use crate::error::LetterError;
use crate::look::Look;
use crate::page::{BOTTOM, Ink, LEFT, Line, Page, RIGHT, Strip, WIDTH, Words, divide};
use crate::table::{self, Cell, Table};
use crate::text::{Block, Text};
use crate::typeface::{Face, Typeface};
use crate::wording::Wording;

const BODY: Face = Face::regular(10);
const STRONG: Face = Face::bold(10);
const FOOTER: Face = Face::regular(8);
/// Where the place and date begin on the first page: below the window of every envelope.
const FIRST_TOP: f64 = 82.0;
/// Below a paragraph, and below a table.
const PARAGRAPH_GAP: f64 = 3.0;
const TABLE_GAP: f64 = 5.0;
/// Between the parts of a letter: date, references, salutation.
const PART_GAP: f64 = 5.0;
/// Between the references' labels and values, and how far a list's items stand in.
const REFERENCE_GAP: f64 = 8.0;
const LIST_INDENT: f64 = 5.0;
/// How many lines of text a signature has above it on its page: the closing words and two more. A signature on a sheet of its own could
/// be put under anything.
const LINES_BEFORE_SIGNATURE: usize = 3;
/// Room to sign above a line, and the line's length.
const SIGNATURE_ROOM: f64 = 18.0;
/// Where nothing hangs on the signature, as under the contractor's letters.
const INITIALS_ROOM: f64 = 12.0;
const SIGNATURE_WIDTH: f64 = 75.0;
/// The signature form, in two columns: room to write by hand, where a line begins after its label, where the second column begins,
/// and the room between the two.
const FORM_ROOM: f64 = 8.0;
const FORM_INDENT: f64 = 26.0;
const FORM_MIDDLE: f64 = LEFT + WIDTH / 2.0;
const FORM_GAP: f64 = 6.0;

/// Where the sheet is folded for an envelope of 110 mm (in three) or of 162 mm (in two), and the marks' place at its edge.
const FOLDS: [f64; 3] = [105.0, 148.5, 210.0];
const FOLD_MARK: (f64, f64) = (5.0, 4.0);

/// A line to write on by hand: its label at `x`, the line itself from `line` to `to`.
struct Blank<'a> {
    label: &'a str,
    x: f64,
    line: f64,
    to: f64,
}

/// Sets one letter.
pub(crate) struct Layout<'a> {
    letter: &'a LetterFacts,
    typeface: &'a Typeface,
    look: &'a Look,
    /// The contractor's colour in the contractor's letters.
    accent: Ink,
    wording: Wording,
    strips: Vec<Strip>,
    headings: Vec<Vec<Strip>>,
}

impl<'a> Layout<'a> {
    pub(crate) fn new(letter: &'a LetterFacts, typeface: &'a Typeface, look: &'a Look) -> Layout<'a> {
        let accent = if letter.kind.is_from_contractor() { Ink::Accent } else { Ink::Black };
        Layout { letter, typeface, look, accent, wording: Wording(letter.language), strips: Vec::new(), headings: Vec::new() }
    }

    /// The finished pages; the error names a fact that doesn't fit at the top of the letter.
    pub(crate) fn pages(mut self, text: &Text) -> Result<Vec<Page>, LetterError> {
        self.place_and_date();
        self.references(text);
        for (i, block) in text.blocks.iter().enumerate() {
            self.block(block);
            let Some(next) = text.blocks.get(i + 1) else { continue };
            self.strips.push(Strip::space(if block.is_table() { TABLE_GAP } else { PARAGRAPH_GAP }));
            if next.is_signed() {
                self.keep_with_next(LINES_BEFORE_SIGNATURE);
            } else if block.leads_in() {
                self.keep_with_next(1);
            }
        }
        let mut pages = divide(&self.strips, &self.headings, FIRST_TOP);
        if let Some(first) = pages.first_mut() {
            address::place(self.letter, self.typeface, self.look, first)?;
            let (x, width) = FOLD_MARK;
            first.lines.extend(FOLDS.map(|y| Line { x, y, width, ink: Ink::Faint }));
        }
        self.footers(&mut pages);
        Ok(pages)
    }

    fn place_and_date(&mut self) {
        let line = format!("{}, {}", self.letter.sender.address.city, self.wording.date(self.letter.written_on));
        self.words(&line, BODY, 0.0);
        self.strips.push(Strip::space(PART_GAP));
    }

    /// Labels with their values; the subject comes first and is bold.
    fn references(&mut self, text: &Text) {
        let labels = text.references.iter().map(|reference| self.typeface.width(BODY, &reference.label));
        let width = labels.fold(0.0, f64::max).min(WIDTH / 2.0) + REFERENCE_GAP;
        for (i, reference) in text.references.iter().enumerate() {
            let (face, ink) = if i == 0 { (STRONG, self.accent) } else { (BODY, Ink::Black) };
            let value = Cell::new(face, &reference.value, WIDTH - width + table::GAP).in_ink(ink);
            let cells = [Cell::new(BODY, &reference.label, width), value];
            self.strips.extend(table::row(self.typeface, &cells));
        }
        self.strips.push(Strip::space(PART_GAP));
    }

    fn block(&mut self, block: &Block) {
        match block {
            Block::Paragraph(words) => self.words(words, BODY, 0.0),
            Block::List(items) => {
                for item in items {
                    let first = self.strips.len();
                    self.words(item, BODY, LIST_INDENT);
                    if let Some(strip) = self.strips.get_mut(first) {
                        strip.words.push(Words::new(LEFT, BODY.baseline(), BODY, "•"));
                    }
                }
            }
            Block::Contracts => self.table(table::contracts(self.typeface, self.wording, &self.letter.contracts)),
            Block::Numbers => {
                for (i, contract) in self.letter.contracts.iter().filter(|contract| !contract.numbers.is_empty()).enumerate() {
                    if i > 0 {
                        self.strips.push(Strip::space(TABLE_GAP));
                    }
                    self.table(table::numbers(self.typeface, self.wording, contract));
                }
            }
            Block::Rows(rows) => self.table(table::grid(self.typeface, &rows.grid(self.letter, self.wording))),
            Block::Signature => self.signature(),
            Block::SignatureForm => self.signature_form(&self.letter.sender.name),
            Block::SignatureForms => {
                self.signature_form(&self.letter.sender.name);
                self.strips.push(Strip::space(TABLE_GAP));
                self.signature_form(&self.letter.recipient.name);
            }
        }
    }

    /// Wrapped words; neither their first line nor their last stands alone on a page.
    fn words(&mut self, words: &str, face: Face, indent: f64) {
        let lines = self.typeface.wrap(face, words, WIDTH - indent);
        let count = lines.len();
        self.strips.extend(lines.into_iter().enumerate().map(|(i, text)| Strip {
            height: face.pitch(),
            words: vec![Words::new(LEFT + indent, face.baseline(), face, text)],
            with_next: i + 1 < count && (i == 0 || i + 2 == count),
            ..Strip::default()
        }));
    }

    fn table(&mut self, table: Table) {
        let index = self.headings.len();
        self.headings.push(table.continued);
        self.strips.extend(table.heading);
        self.strips.extend(table.rows.into_iter().map(|row| Strip { table: Some(index), ..row }));
    }

    /// The signing company, room to sign, and the name of its contact under the line.
    fn signature(&mut self) {
        self.signing_company(&self.letter.sender.name);
        let room = if self.letter.kind.is_from_contractor() { INITIALS_ROOM } else { SIGNATURE_ROOM };
        self.write_on(room, &[Blank { label: "", x: LEFT, line: LEFT, to: LEFT + SIGNATURE_WIDTH }]);
        if let Some(contact) = &self.letter.sender.contact {
            self.keep_with_next(0);
            self.words(contact, BODY, 0.0);
        }
    }

    /// The signing company, and lines for name, position, place, date and signature.
    fn signature_form(&mut self, company: &str) {
        self.signing_company(company);
        let [name, position, place, date] = self.wording.signature_form();
        let left = |label| Blank { label, x: LEFT, line: LEFT + FORM_INDENT, to: FORM_MIDDLE - FORM_GAP };
        let right = |label| Blank { label, x: FORM_MIDDLE, line: FORM_MIDDLE + FORM_INDENT, to: RIGHT };
        for row in [[left(name), right(position)], [left(place), right(date)]] {
            self.write_on(FORM_ROOM, &row);
            self.keep_with_next(0);
        }
        self.write_on(SIGNATURE_ROOM, &[left(self.wording.signature())]);
    }

    fn signing_company(&mut self, company: &str) {
        let first = self.strips.len();
        self.words(company, STRONG, 0.0);
        self.keep_with_next(self.strips.len() - first);
    }

    /// Room to write above lines, with their labels before them.
    fn write_on(&mut self, room: f64, blanks: &[Blank]) {
        self.strips.push(Strip {
            height: room + 1.0,
            words: blanks
                .iter()
                .filter(|blank| !blank.label.is_empty())
                .map(|blank| Words::new(blank.x, room - 0.5, BODY, blank.label))
                .collect(),
            lines: blanks
                .iter()
                .map(|blank| Line { x: blank.line, y: room, width: blank.to - blank.line, ink: Ink::Grey })
                .collect(),
            ..Strip::default()
        });
    }

    /// Keeps the last lines of text, and what stands between them, on the page of what comes next.
    fn keep_with_next(&mut self, mut lines: usize) {
        for strip in self.strips.iter_mut().rev() {
            strip.with_next = true;
            lines = lines.saturating_sub(usize::from(!strip.words.is_empty()));
            if lines == 0 {
                break;
            }
        }
    }

    fn footers(&self, pages: &mut [Page]) {
        let of = pages.len();
        let y = BOTTOM + 11.0;
        let left = self.wording.footer(self.letter.sender.kvk_number.as_deref(), &self.letter.reference);
        for (i, page) in pages.iter_mut().enumerate() {
            let right = self.wording.page(i + 1, of);
            let x = RIGHT - self.typeface.width(FOOTER, &right);
            page.words.push(Words::new(LEFT, y, FOOTER, left.clone()));
            page.words.push(Words::new(x, y, FOOTER, right));
        }
    }
}
