//! The top of the first page: letterhead, return line and address, placed for a window envelope.
//!
//! From the edge of the folded sheet, the windows of E6/5 (DL, 110 × 220 mm), C6/5 and C5 envelopes have in common what lies 15 to 110 mm
//! from the side and 44 to 70 mm from the top; nothing else may stand there. `PostNL` asks for one space in the postal code, two before
//! the town, the town in capitals.

use workflow::letter::{LetterFacts, LetterKind, PrintedCompany};

use crate::error::{LetterError, LetterName};
use crate::look::{Look, Window};
use crate::page::{Ink, LEFT, Page, RIGHT, Rectangle, Words};
use crate::typeface::{Face, Typeface};
use crate::wording::Wording;

/// The letterhead: its first baseline, and its columns: the name, and the particulars on the right.
const LETTERHEAD: f64 = 18.0;
const NAME_WIDTH: f64 = 105.0;
const PARTICULARS: f64 = 140.0;
/// Where the letterhead ends: above the highest window.
const LETTERHEAD_BOTTOM: f64 = 38.5;
/// The room for a logo, in the place of the name.
const LOGO: Rectangle = Rectangle { left: LEFT, top: 10.0, width: 70.0, height: 22.0 };

/// The width of the text in the window, and where it begins in a window on the right: it ends with the body.
const WINDOW_WIDTH: f64 = 80.0;
const WINDOW_RIGHT: f64 = RIGHT - WINDOW_WIDTH;
/// Below this the smallest window ends.
const WINDOW_BOTTOM: f64 = 70.0;
/// The baselines of the return line and of the address's first line.
const RETURN_LINE: f64 = 46.8;
const ADDRESS: f64 = 52.0;

const NAME_SIZES: [u8; 5] = [13, 11, 9, 7, 6];
const PARTICULARS_SIZES: [u8; 4] = [8, 7, 6, 5];
/// `PostNL` asks for 10 points; an address that needs smaller ones would otherwise not be whole.
const ADDRESS_SIZES: [u8; 5] = [10, 9, 8, 7, 6];
const RETURN_SIZES: [u8; 3] = [7, 6, 5];

/// Places all of it on the page.
pub(crate) fn place(letter: &LetterFacts, typeface: &Typeface, look: &Look, page: &mut Page) -> Result<(), LetterError> {
    let too_long = |field: &str| LetterError::TooLong { letter: LetterName::from(letter), field: field.to_owned() };
    letterhead(letter, typeface, look, page).map_err(too_long)?;

    let left = match look.window {
        Window::Left => LEFT,
        Window::Right => WINDOW_RIGHT,
    };
    let (face, line) = return_line(&letter.sender, typeface).ok_or_else(|| too_long("sender.address"))?;
    page.words.push(Words::new(left, RETURN_LINE, face, line));

    let (addressee, field) = addressee(letter);
    let mut address = vec![addressee.name.clone()];
    address.extend(addressee.contact.as_deref().map(|contact| Wording(letter.language).attention(contact)));
    address.push(addressee.address.street.clone());
    address.push(format!("{}\u{a0}\u{a0}{}", addressee.address.postal_code, addressee.address.city.to_uppercase()));
    let room = Rectangle { left, top: ADDRESS, width: WINDOW_WIDTH, height: WINDOW_BOTTOM - ADDRESS };
    page.words.extend(stacked(typeface, &ADDRESS_SIZES.map(Face::regular), &address, room).ok_or_else(|| too_long(field))?);
    Ok(())
}

/// The sender's name, or the contractor's logo with the name beside it, and the particulars. The error is the fact for which there is
/// no room.
fn letterhead(letter: &LetterFacts, typeface: &Typeface, look: &Look, page: &mut Page) -> Result<(), &'static str> {
    let sender = &letter.sender;
    let is_from_contractor = letter.kind.is_from_contractor();
    let mut particulars = Vec::new();
    if let Some(logo) = look.logo.as_ref().filter(|_| is_from_contractor) {
        page.logo = Some(logo.fit(LOGO));
        particulars.push(sender.name.clone());
    } else {
        let room = Rectangle { left: LEFT, top: LETTERHEAD, width: NAME_WIDTH, height: LETTERHEAD_BOTTOM - LETTERHEAD };
        let name =
            stacked(typeface, &NAME_SIZES.map(Face::bold), std::slice::from_ref(&sender.name), room).ok_or("sender.name")?;
        let ink = if is_from_contractor { Ink::Accent } else { Ink::Black };
        page.words.extend(name.into_iter().map(|words| Words { ink, ..words }));
    }
    particulars.push(sender.address.street.clone());
    particulars.push(format!("{} {}", sender.address.postal_code, sender.address.city));
    particulars.extend(sender.phone.clone());
    particulars.extend(sender.email.clone());
    let top = LETTERHEAD - 1.5;
    let room = Rectangle { left: PARTICULARS, top, width: RIGHT - PARTICULARS, height: LETTERHEAD_BOTTOM - top };
    page.words.extend(stacked(typeface, &PARTICULARS_SIZES.map(Face::regular), &particulars, room).ok_or("sender.address")?);
    Ok(())
}

/// One small line above the address, to which the post returns a letter. That needs no name: a long one is left out rather than cut.
fn return_line(sender: &PrintedCompany, typeface: &Typeface) -> Option<(Face, String)> {
    let address = format!("{} · {} {}", sender.address.street, sender.address.postal_code, sender.address.city);
    let place = format!("{} {}", sender.address.postal_code, sender.address.city);
    let lines = [format!("{} · {address}", sender.name), address, place];
    let choices = lines.iter().flat_map(|line| RETURN_SIZES.map(|size| (Face::regular(size), line)));
    let fits = |&(face, line): &(Face, &String)| typeface.width(face, line) <= WINDOW_WIDTH;
    choices.into_iter().find(fits).map(|(face, line)| (face, line.clone()))
}

/// To whom the letter goes: a mandate to the one who is to act on it.
fn addressee(letter: &LetterFacts) -> (&PrintedCompany, &'static str) {
    match letter.kind {
        LetterKind::Authorization => (&letter.contractor, "contractor.name"),
        _ => (&letter.recipient, "recipient.name"),
    }
}

/// Texts below each other in the largest face in which they fit a room, whose top is their first baseline.
fn stacked(typeface: &Typeface, faces: &[Face], texts: &[String], room: Rectangle) -> Option<Vec<Words>> {
    faces.iter().find_map(|&face| {
        let baselines = std::iter::successors(Some(room.top), |y| Some(y + face.tight_pitch()));
        let lines = texts.iter().flat_map(|text| typeface.wrap(face, text, room.width));
        let words: Vec<_> = lines.zip(baselines).map(|(line, y)| Words::new(room.left, y, face, line)).collect();
        let bottom = words.last()?.y + face.descent();
        (bottom <= room.top + room.height).then_some(words)
    })
}
