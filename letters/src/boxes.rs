//! Rules about where text stands on pages, checked on the boxes of all its pieces: for any facts nothing is cut off, nothing overlaps,
//! nothing but the address is in an envelope's window, and no signature is alone.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use proptest::prelude::{ProptestConfig, Strategy, any, prop, prop_oneof, proptest};
use workflow::letter::{Language, LetterFacts, LetterKind, PrintedCompany, PrintedNumber};

use crate::page::{BOTTOM, LEFT, Page, RIGHT, Rectangle, Words};
use crate::sample::sample;
use crate::{LetterError, Letters, Logo, Look, Window};

/// The letters that list numbers.
const WITH_NUMBERS: [LetterKind; 3] = [LetterKind::PortingNotice, LetterKind::Cancellation, LetterKind::Authorization];
/// From the side, the top, to the side and to the bottom, in mm from the folded sheet's corner on the window's side.
const WINDOWS: [(&str, [f64; 4]); 3] =
    [("E6/5 (DL)", [15.0, 40.0, 110.0, 70.0]), ("C6/5", [15.0, 39.0, 115.0, 74.0]), ("C5", [15.0, 44.0, 120.0, 79.0])];
const SHEET: f64 = 210.0;

/// From the tops of capitals to the ends of descenders.
fn bounds(letters: &Letters, words: &Words) -> [f64; 4] {
    let size = f64::from(words.face.size) * 25.4 / 72.0;
    let width = letters.typeface.width(words.face, &words.text);
    [words.x, words.y - 0.76 * size, words.x + width, words.y + 0.24 * size]
}

fn overlap(one: [f64; 4], other: [f64; 4]) -> bool {
    let [left, top, right, bottom] = one;
    // A hundredth of a mm is nothing: sums of lengths aren't exact.
    let nothing = 0.01;
    left + nothing < other[2] && other[0] + nothing < right && top + nothing < other[3] && other[1] + nothing < bottom
}

fn pages(letters: &Letters, letter: &LetterFacts) -> Result<Vec<Page>, LetterError> {
    letters.compose(letter).map(|(_, pages)| pages)
}

/// What is wrong with the pages of a letter.
fn faults(letters: &Letters, pages: &[Page]) -> Vec<String> {
    let mut faults = Vec::new();
    for (number, page) in (1..).zip(pages) {
        let boxes: Vec<_> = page.words.iter().map(|words| (bounds(letters, words), words.text.as_str())).collect();
        for (i, &(one, text)) in boxes.iter().enumerate() {
            let [left, top, right, bottom] = one;
            if left < LEFT - 0.01 || right > RIGHT + 0.01 || top < 10.0 || bottom > BOTTOM + 13.0 {
                faults.push(format!("page {number}: {text:?} is outside the margins: {one:?}"));
            }
            let over = boxes.iter().skip(i + 1).filter(|(other, _)| overlap(one, *other));
            faults.extend(over.map(|(_, other)| format!("page {number}: {text:?} overlaps {other:?}")));
        }
        if let Some(Rectangle { left, top, width, height }) = page.logo {
            let logo = [left, top, left + width, top + height];
            let over = boxes.iter().filter(|(other, _)| overlap(logo, *other));
            faults.extend(over.map(|(_, text)| format!("page {number}: the logo overlaps {text:?}")));
        }
    }
    faults
}

/// The texts that touch a window: whole, and cut off by it.
fn in_window<'a>(letters: &Letters, page: &'a Page, side: Window, [from, top, to, bottom]: [f64; 4]) -> [Vec<&'a str>; 2] {
    let [left, right] = if side == Window::Left { [from, to] } else { [SHEET - to, SHEET - from] };
    let touches = |words: &&Words| overlap(bounds(letters, words), [left, top, right, bottom]);
    let (whole, cut): (Vec<&Words>, Vec<&Words>) = page.words.iter().filter(touches).partition(|words| {
        let [l, t, r, b] = bounds(letters, words);
        l >= left && t >= top && r <= right && b <= bottom
    });
    [whole, cut].map(|texts| texts.into_iter().map(|words| words.text.as_str()).collect())
}

#[test]
fn only_the_return_line_and_the_address_show_in_every_window_on_either_side() {
    for side in [Window::Left, Window::Right] {
        let letters = Letters::embedded().unwrap().with_look(Look { window: side, ..Look::default() });
        let mut longest = sample(LetterKind::PortingNotice, Language::Nl);
        longest.recipient.name = "Telecommunicatiebedrijf Noordoost-Nederland Zakelijke Dienstverlening Holding B.V.".to_owned();
        longest.recipient.address.street = "Burgemeester van der Borch van Verwoldelaan 1234-bis".to_owned();
        for (letter, lines) in [(sample(LetterKind::PortingNotice, Language::Nl), 5), (longest, 6)] {
            let pages = pages(&letters, &letter).unwrap();
            for (envelope, window) in WINDOWS {
                let [whole, cut] = in_window(&letters, &pages[0], side, window);
                assert_eq!(cut, [""; 0], "{side:?} {envelope}");
                assert_eq!(whole.len(), lines, "{side:?} {envelope}: {whole:?}");
                assert!(whole[lines - 1].ends_with("2500 GA\u{a0}\u{a0}DEN HAAG"), "{whole:?}");
            }
        }
    }
}

/// However far down its page the letter ends, there is text above the signature: closing words and two lines more.
#[test]
fn a_signature_is_never_alone_on_a_page() {
    let letters = Letters::embedded().unwrap();
    for kind in WITH_NUMBERS {
        let mut page_counts = Vec::new();
        for count in 1..=160 {
            let mut letter = sample(kind, Language::Nl);
            letter.contracts[0].numbers = numbers(count);
            let pages = pages(&letters, &letter).unwrap();
            let last = pages.last().unwrap();
            let top = if pages.len() == 1 { 80.0 } else { 0.0 };
            let signs = |words: &&Words| words.y > top && words.face.bold && words.text == letter.sender.name;
            let signature = last.words.iter().find(signs).unwrap().y;
            // A table's repeated heading, which is bold, is no text.
            let text = last.words.iter().filter(|words| !words.face.bold && (top..signature).contains(&words.y));
            let mut baselines: Vec<_> = text.map(|words| words.y).collect();
            baselines.dedup();
            assert!(baselines.len() >= 3, "{kind:?}, {count} numbers: {} lines above the signature", baselines.len());
            page_counts.push(pages.len());
        }
        assert!(page_counts.is_sorted() && page_counts.last() > page_counts.first(), "{kind:?}: {page_counts:?}");
    }
}

fn numbers(count: u32) -> Vec<PrintedNumber> {
    let number =
        |n: u32| PrintedNumber { first: format!("030 2{:02} {:02} {:02}", n / 100, n % 100, n % 97), last: None, count: 1 };
    (0..count).map(number).collect()
}

/// Words of letters that can be printed, some of them longer than a line.
fn words(most: usize) -> impl Strategy<Value = String> {
    let word = prop_oneof![9 => "[A-Za-zÀ-ÖØ-öø-žŁł€’&0-9.-]{1,24}", 1 => "[A-Zg]{40,60}"];
    prop::collection::vec(word, 1..most).prop_map(|words| words.join(" "))
}

fn company() -> impl Strategy<Value = PrintedCompany> {
    (words(6), words(3), words(2), prop::option::of(words(3)), prop::option::of(words(2))).prop_map(
        |(name, street, city, contact, email)| {
            let mut company = sample(LetterKind::Cancellation, Language::Nl).recipient;
            (company.name, company.address.street, company.address.city) = (name, street, city);
            (company.contact, company.email, company.phone) = (contact, email, None);
            company
        },
    )
}

fn letter() -> impl Strategy<Value = LetterFacts> {
    let numbers = (0_u32..300, any::<bool>()).prop_map(|(count, blocks)| {
        let mut numbers = numbers(count + 1);
        for number in numbers.iter_mut().step_by(3).filter(|_| blocks) {
            (number.last, number.count) = (Some("0297 12 34 56".to_owned()), 100);
        }
        numbers
    });
    let texts = (words(2), words(2), words(2));
    let contract = (texts, numbers).prop_map(|((contract_number, customer_number, line), numbers)| {
        let contract = sample(LetterKind::Cancellation, Language::Nl).contracts.remove(0);
        workflow::letter::PrintedContract { contract_number, customer_number, line, numbers, ..contract }
    });
    let languages = prop::sample::select(vec![Language::Nl, Language::En]);
    let parts = (prop::sample::select(LetterKind::ALL.to_vec()), languages, [company(), company(), company()]);
    (parts, prop::collection::vec(contract, 1..4)).prop_map(
        |((kind, language, [sender, recipient, contractor]), mut contracts)| {
            if kind == LetterKind::Cancellation {
                contracts.truncate(1);
            }
            let sender = if kind.is_from_contractor() { contractor.clone() } else { sender };
            LetterFacts { sender, recipient, contractor, contracts, ..sample(kind, language) }
        },
    )
}

fn logo() -> Logo {
    let mut file = Vec::new();
    png::Encoder::new(&mut file, 4, 3).write_header().unwrap().write_image_data(&[0; 12]).unwrap();
    Logo::from_png(&file).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn nothing_is_cut_off_and_nothing_overlaps(letter in letter(), on_the_right: bool) {
        let window = if on_the_right { Window::Right } else { Window::Left };
        let letters = Letters::embedded().unwrap().with_look(Look { window, logo: Some(logo()), colour: None });
        match pages(&letters, &letter) {
            Ok(pages) => {
                assert_eq!(faults(&letters, &pages), [""; 0]);
                let printed: String = pages.iter().flat_map(|page| &page.words).map(|words| words.text.replace(' ', "")).collect();
                for contract in letter.contracts.iter().filter(|_| WITH_NUMBERS.contains(&letter.kind)) {
                    for number in &contract.numbers {
                        assert!(printed.contains(&number.first.replace(' ', "\u{a0}")), "{number:?}");
                    }
                }
                let [whole, cut] = in_window(&letters, &pages[0], window, [15.0, 44.0, 110.0, 70.0]);
                assert_eq!(cut, [""; 0]);
                assert!((4..=9).contains(&whole.len()), "{whole:?}");
            }
            Err(error) => assert!(matches!(error, LetterError::TooLong { .. }), "{error}"),
        }
    }
}

#[test]
fn a_company_with_a_long_name_and_address_gets_its_letter() {
    let letters = Letters::embedded().unwrap();
    for kind in LetterKind::ALL {
        let mut letter = sample(kind, Language::Nl);
        for company in [&mut letter.sender, &mut letter.recipient, &mut letter.contractor] {
            company.name =
                "Stichting tot Behoud en Bevordering van het Ambachtelijke Bakkerijwezen in Utrecht en Omstreken".to_owned();
            company.address.street = "Burgemeester van der Borch van Verwoldelaan 1234-bis 2e verdieping".to_owned();
            company.address.city = "Westerhaar-Vriezenveensewijk".to_owned();
            company.email = Some("administratie.telefonie@ambachtelijkebakkerijen-utrecht-en-omstreken.example".to_owned());
        }
        let pages = pages(&letters, &letter).unwrap();
        assert_eq!(faults(&letters, &pages), [""; 0]);
    }
}
