//! Letters as other programs see them: valid to qpdf, all fonts embedded to poppler, every character readable, and the first page of
//! each kind as it was looked at and found good.

use std::path::PathBuf;
use std::process::Command;

use letters::{LetterName, Letters, Look, Pdf, Sides, Window, bundle, sample};
use workflow::letter::printable::is_printable;
use workflow::letter::{Language, LetterKind};

use crate::pdf::{Grey, fonts, grey_image, rendered, words};

fn pdfs() -> Vec<(LetterName, Pdf)> {
    LetterName::all().map(|letter| (letter, rendered(&sample(letter.kind, letter.language)))).collect()
}

#[test]
fn qpdf_finds_nothing_wrong() {
    let letters: Vec<_> = pdfs().into_iter().map(|(letter, pdf)| (letter.file().replace('/', "-"), pdf.bytes)).collect();
    let bundle = bundle(letters.iter().map(|(_, bytes)| bytes.as_slice()), Sides::Both).unwrap();
    for (name, bytes) in letters.into_iter().chain([("bundle.pdf".to_owned(), bundle)]) {
        let file = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(&name);
        std::fs::write(&file, &bytes).unwrap();
        let output = Command::new("qpdf").arg("--check").arg(&file).output().expect("needs Debian's package qpdf");
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success() && said.contains("No syntax or stream encoding errors found"), "{name}: {said}");
        std::fs::remove_file(file).unwrap();
    }
}

#[test]
fn every_font_is_embedded_and_can_be_copied_from() {
    for (letter, pdf) in pdfs() {
        let fonts = fonts(&pdf);
        assert!(!fonts.is_empty());
        for font in &fonts {
            assert!(font.starts_with("LETTER+OpenSans-") && font.contains("yes yes yes"), "{letter}: {font}");
        }
    }
}

#[test]
fn a_letter_is_small() {
    for (letter, pdf) in pdfs() {
        assert!(pdf.bytes.len() < 45_000, "{letter}: {} bytes", pdf.bytes.len());
    }
}

/// Regular and bold: the contract's number stands in the table and in the heading above its numbers.
#[test]
fn every_printable_character_can_be_read_in_both_faces() {
    let special = ['\u{a0}', '\u{2007}', '\u{2009}', '\u{202f}', '\u{2011}'];
    let printable: Vec<char> = ('!'..='\u{ffff}').filter(|&c| is_printable(c) && !special.contains(&c)).collect();
    let mut letter = sample(LetterKind::PortingNotice, Language::Nl);
    let contract = letter.contracts.remove(0);
    for characters in printable.chunks(12) {
        let mut contract = contract.clone();
        contract.contract_number = characters.iter().collect();
        letter.contracts.push(contract);
    }
    let words = words(&rendered(&letter));
    for contract in &letter.contracts {
        let count = words.matches(contract.contract_number.as_str()).count();
        assert!(count >= 2, "{} is found {count} times", contract.contract_number);
    }
}

#[test]
#[expect(clippy::disallowed_methods, reason = "a setting of the tests, not of the program")]
fn the_first_page_of_each_kind_looks_as_it_did() {
    let mut changed = Vec::new();
    for letter in LetterName::all().filter(|letter| letter.language == Language::Nl) {
        let seen = grey_image(&rendered(&sample(letter.kind, letter.language)));
        let file = reference(letter);
        let differs = !file.exists() || difference(&seen, &read(&file)) > DIFFERENCE_MAX;
        if differs && std::env::var("INSTA_UPDATE").is_ok_and(|update| update == "always") {
            write(&file, &seen);
        } else if differs {
            let beside = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(file.file_name().unwrap());
            write(&beside, &seen);
            changed.push(format!("{}: now {}", file.display(), beside.display()));
        }
    }
    assert_eq!(changed, [""; 0], "compare them; if the change is wanted, run with INSTA_UPDATE=always");
}

#[test]
fn a_page_that_looks_otherwise_is_noticed() {
    let letter = sample(LetterKind::Cancellation, Language::Nl);
    let usual = grey_image(&rendered(&letter));
    let right = Letters::embedded().unwrap().with_look(Look { window: Window::Right, ..Look::default() });
    assert!(difference(&usual, &grey_image(&right.render(&letter).unwrap())) > DIFFERENCE_MAX);
    let mut other = letter.clone();
    other.contracts[0].contract_number = "C-778899-2".to_owned();
    assert!(difference(&usual, &grey_image(&rendered(&other))) > DIFFERENCE_MAX, "two characters in a few places");
    assert_eq!(difference(&usual, &usual), 0);
}

/// Programs draw the edges of letters differently: compared are squares of so many pixels, by their mean. Poppler's two ways of drawing
/// (`pdftoppm` and `pdftocairo`) differ in no square so.
const SQUARE: usize = 8;
const MEAN_DIFFERENCE_MAX: usize = 24;
const DIFFERENCE_MAX: usize = 2;

/// How many squares differ.
pub(crate) fn difference((width, one): &Grey, (other_width, other): &Grey) -> usize {
    assert_eq!((width, one.len()), (other_width, other.len()), "the pictures' sizes");
    let means = |pixels: &[u8]| {
        let mut sums = vec![vec![0; width / SQUARE + 1]; pixels.len() / width / SQUARE + 1];
        for (i, &pixel) in pixels.iter().enumerate() {
            sums[i / width / SQUARE][i % width / SQUARE] += usize::from(pixel);
        }
        sums.concat()
    };
    let pairs = means(one).into_iter().zip(means(other));
    pairs.filter(|(one, other)| one.abs_diff(*other) > MEAN_DIFFERENCE_MAX * SQUARE * SQUARE).count()
}

fn reference(letter: LetterName) -> PathBuf {
    let name = letter.file().replace("nl/", "").replace(".j2", ".png");
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/letters/images").join(name)
}

fn read(file: &PathBuf) -> Grey {
    let mut reader = png::Decoder::new(std::io::BufReader::new(std::fs::File::open(file).unwrap())).read_info().unwrap();
    let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
    reader.next_frame(&mut pixels).unwrap();
    (usize::try_from(reader.info().width).unwrap(), pixels)
}

fn write(file: &PathBuf, (width, pixels): &Grey) {
    std::fs::create_dir_all(file.parent().unwrap()).unwrap();
    let [width, height] = [*width, pixels.len() / width].map(|length| u32::try_from(length).unwrap());
    let mut encoder = png::Encoder::new(std::fs::File::create(file).unwrap(), width, height);
    encoder.set_compression(png::Compression::High);
    encoder.write_header().unwrap().write_image_data(pixels).unwrap();
}
