//! A PDF as a reader sees it.

use std::io::Write;
use std::process::{Command, Stdio};

use letters::{Letters, Pdf};
use workflow::letter::LetterFacts;

pub(crate) fn rendered(letter: &LetterFacts) -> Pdf {
    let letters = Letters::embedded().unwrap();
    assert_eq!(letters.check(letter), Ok(()));
    letters.render(letter).unwrap()
}

/// Its text, laid out as on the page; pages end in a form feed.
pub(crate) fn text(pdf: &Pdf) -> String {
    poppler("pdftotext", &["-layout", "-", "-"], pdf)
}

/// What stands on the first page in a rectangle, in mm from the sheet's left and top edge.
pub(crate) fn inside(pdf: &Pdf, [left, top, right, bottom]: [u32; 4]) -> String {
    // At 254 pixels per inch a mm is ten pixels.
    let sizes = [left, top, right - left, bottom - top].map(|mm| (mm * 10).to_string());
    let [x, y, width, height] = &sizes;
    poppler("pdftotext", &["-layout", "-r", "254", "-l", "1", "-x", x, "-y", y, "-W", width, "-H", height, "-", "-"], pdf)
}

/// The first page's pixels, red, green and blue, at 100 dots per inch.
pub(crate) fn pixels(pdf: &Pdf) -> Vec<[u8; 3]> {
    let image = output("pdftoppm", &["-r", "100", "-f", "1", "-l", "1", "-"], pdf);
    // A PPM: three lines of text, then the pixels.
    image.splitn(4, |byte| *byte == b'\n').nth(3).unwrap().as_chunks().0.to_vec()
}

/// A picture in grey: its width and its pixels.
pub(crate) type Grey = (usize, Vec<u8>);

/// The first page in grey at 60 dots per inch.
pub(crate) fn grey_image(pdf: &Pdf) -> Grey {
    grey(pdf, &["-r", "60"])
}

/// The first page in grey, so many pixels wide.
pub(crate) fn grey_image_of_width(pdf: &Pdf, width: usize) -> Grey {
    grey(pdf, &["-scale-to-x", &width.to_string(), "-scale-to-y", "-1"])
}

fn grey(pdf: &Pdf, size: &[&str]) -> Grey {
    let image = output("pdftoppm", &[&["-gray", "-f", "1", "-l", "1"], size, &["-"]].concat(), pdf);
    // A PGM: the lines `P5`, `WIDTH HEIGHT` and `255`, then the pixels.
    let mut lines = image.splitn(4, |byte| *byte == b'\n');
    let size = String::from_utf8_lossy(lines.nth(1).unwrap()).into_owned();
    (size.split(' ').next().unwrap().parse().unwrap(), lines.nth(1).unwrap().to_vec())
}

/// Its fonts, a line each: name, type, encoding, whether it is embedded, a subset, with a map to Unicode.
pub(crate) fn fonts(pdf: &Pdf) -> Vec<String> {
    poppler("pdffonts", &["-"], pdf).lines().skip(2).map(str::to_owned).collect()
}

/// Its properties.
pub(crate) fn info(pdf: &Pdf) -> String {
    poppler("pdfinfo", &["-"], pdf)
}

fn poppler(program: &str, arguments: &[&str], pdf: &Pdf) -> String {
    String::from_utf8(output(program, arguments, pdf)).unwrap()
}

fn output(program: &str, arguments: &[&str], pdf: &Pdf) -> Vec<u8> {
    let mut child = Command::new(program)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("these tests read letters with the programs of Debian's package poppler-utils");
    let mut input = child.stdin.take().unwrap();
    let output = std::thread::scope(|scope| {
        scope.spawn(move || input.write_all(&pdf.bytes).unwrap());
        child.wait_with_output().unwrap()
    });
    assert!(output.status.success(), "{program} can't read the letter");
    output.stdout
}

/// The letter's title and pages, for snapshots. How much white it has differs between versions of `pdftotext`: columns are two spaces
/// apart, blank lines single.
pub(crate) fn pages(pdf: &Pdf) -> String {
    let text = text(pdf);
    let mut shown = format!("title: {}\n", pdf.title);
    let pages: Vec<_> = text.split_terminator('\u{c}').collect();
    assert_eq!(pages.len(), usize::try_from(pdf.pages).unwrap());
    for page in pages {
        shown.push_str("=====\n");
        let mut is_after_blank = true;
        for line in page.lines() {
            let columns: Vec<_> = line.split("  ").map(str::trim).filter(|column| !column.is_empty()).collect();
            if !(columns.is_empty() && is_after_blank) {
                shown.push_str(&columns.join("  "));
                shown.push('\n');
            }
            is_after_blank = columns.is_empty();
        }
    }
    shown
}

/// All words with one space between, for finding a phrase wherever its lines break.
pub(crate) fn words(pdf: &Pdf) -> String {
    text(pdf).split_whitespace().collect::<Vec<_>>().join(" ")
}
