//! A contractor's looks: window, colour and logo.

use letters::{Letters, Logo, Look, Pdf, Window, sample};
use workflow::letter::{Language, LetterFacts, LetterKind, Scenario};

use crate::facts::{contract, letter};
use crate::pdf::{inside, pixels};

/// A logo of one red square, the left half of it see-through.
fn logo() -> Logo {
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, 2, 1);
    encoder.set_color(png::ColorType::Rgba);
    encoder.write_header().unwrap().write_image_data(&[255, 0, 0, 0, 255, 0, 0, 255]).unwrap();
    Logo::from_png(&file).unwrap()
}

fn notice() -> LetterFacts {
    letter(LetterKind::PortingNotice, Language::Nl, vec![contract(Scenario::EndOfContract)])
}

fn from_contractor() -> LetterFacts {
    sample(LetterKind::Cover, Language::Nl)
}

fn rendered(letter: &LetterFacts, look: Look) -> Pdf {
    Letters::embedded().unwrap().with_look(look).render(letter).unwrap()
}

/// How many pixels of the first page are clearly red, and how many clearly blue.
fn red_and_blue(pdf: &Pdf) -> (usize, usize) {
    let pixels = pixels(pdf);
    let more = |one: u8, other: u8| u16::from(one) > u16::from(other) + 100;
    let count = |is: fn([u8; 3]) -> [u8; 3]| {
        pixels
            .iter()
            .filter(|&&pixel| {
                let [one, two, three] = is(pixel);
                more(one, two) && more(one, three)
            })
            .count()
    };
    (count(|[r, g, b]| [r, g, b]), count(|[r, g, b]| [b, r, g]))
}

#[test]
fn logo_and_colour_are_on_the_contractors_letters_and_on_no_others() {
    let look = || Look { logo: Some(logo()), colour: Some("#1030C0".parse().unwrap()), ..Look::default() };
    let (red, blue) = red_and_blue(&rendered(&from_contractor(), look()));
    // At 100 dots per inch the logo is 22 mm high and twice as wide; half of it is seen.
    assert!((7_000..8_000).contains(&red), "{red} red pixels");
    assert!(blue > 100, "{blue} blue pixels");
    assert_eq!(red_and_blue(&rendered(&notice(), look())), (0, 0));
    assert_eq!(red_and_blue(&rendered(&from_contractor(), Look::default())), (0, 0));
}

#[test]
fn a_letter_with_a_logo_still_names_its_sender_at_the_top() {
    let pdf = rendered(&from_contractor(), Look { logo: Some(logo()), ..Look::default() });
    assert!(inside(&pdf, [100, 0, 210, 40]).contains("Dynamx"));
}

#[test]
fn the_address_moves_to_a_window_on_the_right() {
    let right = rendered(&notice(), Look { window: Window::Right, ..Look::default() });
    assert!(inside(&right, [100, 44, 195, 70]).contains("2500 GA DEN HAAG"));
    assert_eq!(inside(&right, [15, 44, 95, 70]).trim(), "");
    let left = rendered(&notice(), Look::default());
    assert!(inside(&left, [15, 44, 110, 70]).contains("2500 GA DEN HAAG"));
}
