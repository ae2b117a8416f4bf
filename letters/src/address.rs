//! The top of the first page: letterhead, return line and address, placed for a window envelope.
//!
//! Dutch windows of C6/5, C5 and EA5/6 envelopes have the rectangle from 25 to 115 mm from the left and from 44 to 74 mm from the top in
//! common; nothing else may stand in it. `PostNL` asks for one space in the postal code, two before the town, the town in capitals.

use workflow::letter::{LetterFacts, LetterKind, PrintedCompany};

use crate::error::{LetterError, LetterName};
use crate::page::{LEFT, Page, RIGHT, Words};
use crate::typeface::{Face, Typeface};
use crate::wording::Wording;

/// The baselines of the letterhead's first line, the return line and the address's first line.
const LETTERHEAD: f64 = 18.0;
const RETURN_LINE: f64 = 46.5;
const ADDRESS: f64 = 52.0;
/// The window's width, and the number of lines it shows below the return line (at most six for `PostNL`).
const WINDOW_WIDTH: f64 = 88.0;
const WINDOW_LINES: usize = 6;
/// The letterhead's columns: the name, and the particulars on the right.
const NAME_WIDTH: f64 = 105.0;
const NAME_LINES: usize = 3;
const PARTICULARS: f64 = 140.0;
const PARTICULARS_LINES: usize = 6;

const NAME_FACES: [Face; 4] = [Face::bold(13), Face::bold(11), Face::bold(9), Face::bold(7)];
const PARTICULARS_FACES: [Face; 3] = [Face::regular(8), Face::regular(7), Face::regular(6)];
const ADDRESS_FACES: [Face; 3] = [Face::regular(10), Face::regular(9), Face::regular(8)];
const RETURN_FACES: [Face; 2] = [Face::regular(7), Face::regular(6)];

/// Places all of it on the page.
pub(crate) fn place(letter: &LetterFacts, typeface: &Typeface, page: &mut Page) -> Result<(), LetterError> {
    let wording = Wording(letter.language);
    let sender = &letter.sender;
    let too_long = |field: &str| LetterError::TooLong { letter: LetterName::from(letter), field: field.to_owned() };

    let (face, name) = typeface.fit(&NAME_FACES, &sender.name, NAME_WIDTH, NAME_LINES).ok_or_else(|| too_long("sender.name"))?;
    page.words.extend(stacked(name, LEFT, LETTERHEAD, face));

    let mut particulars = vec![sender.address.street.clone(), format!("{} {}", sender.address.postal_code, sender.address.city)];
    particulars.extend(sender.phone.clone());
    particulars.extend(sender.email.clone());
    let (face, particulars) = fit_all(typeface, &PARTICULARS_FACES, &particulars, RIGHT - PARTICULARS, PARTICULARS_LINES)
        .ok_or_else(|| too_long("sender.address"))?;
    page.words.extend(stacked(particulars, PARTICULARS, LETTERHEAD - 1.5, face));

    let return_line =
        format!("{} · {} · {} {}", sender.name, sender.address.street, sender.address.postal_code, sender.address.city);
    let (face, return_line) =
        typeface.fit(&RETURN_FACES, &return_line, WINDOW_WIDTH, 2).ok_or_else(|| too_long("sender.name"))?;
    let first = RETURN_LINE - if return_line.len() > 1 { face.pitch() } else { 0.0 };
    page.words.extend(stacked(return_line, LEFT, first, face));

    let (addressee, field) = addressee(letter);
    let mut address = vec![addressee.name.clone()];
    address.extend(addressee.contact.as_deref().map(|contact| wording.attention(contact)));
    address.push(addressee.address.street.clone());
    address.push(format!("{}\u{a0}\u{a0}{}", addressee.address.postal_code, addressee.address.city.to_uppercase()));
    let (face, address) =
        fit_all(typeface, &ADDRESS_FACES, &address, WINDOW_WIDTH, WINDOW_LINES).ok_or_else(|| too_long(field))?;
    page.words.extend(stacked(address, LEFT, ADDRESS, face));
    Ok(())
}

/// To whom the letter goes: a mandate to the one who is to act on it.
fn addressee(letter: &LetterFacts) -> (&PrintedCompany, &'static str) {
    match letter.kind {
        LetterKind::Authorization => (&letter.contractor, "contractor.name"),
        _ => (&letter.recipient, "recipient.name"),
    }
}

/// As [`Typeface::fit`], for several texts below each other in one face.
fn fit_all(typeface: &Typeface, faces: &[Face], texts: &[String], width: f64, max_lines: usize) -> Option<(Face, Vec<String>)> {
    faces
        .iter()
        .map(|&face| (face, texts.iter().flat_map(|text| typeface.wrap(face, text, width)).collect::<Vec<_>>()))
        .find(|(_, lines)| lines.len() <= max_lines)
}

/// Lines below each other, the first at `y`.
fn stacked(lines: Vec<String>, x: f64, mut y: f64, face: Face) -> Vec<Words> {
    let mut words = Vec::new();
    for text in lines {
        words.push(Words { x, y, face, text });
        y += face.pitch();
    }
    words
}
