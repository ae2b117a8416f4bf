//! Letters as Chromium's viewer shows them, on a screen that nobody sees.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use letters::{LetterName, sample};
use workflow::letter::Language;

use crate::pdf::{Grey, grey_image_of_width, rendered};
use crate::proof::difference;

const WIDTH: usize = 800;
const HEIGHT: usize = 1000;
const PATIENCE: Duration = Duration::from_mins(1);
/// Of some ten thousand squares. As the two programs smooth letters differently, 24 to 69 do; with the same letter in another language, 815.
const DIFFERENCE_MAX: usize = 150;

#[test]
fn chromium_shows_each_kind_as_poppler_does() {
    let mut browser = Browser::new();
    for letter in LetterName::all().filter(|letter| letter.language == Language::Nl) {
        let pdf = rendered(&sample(letter.kind, letter.language));
        let file = browser.folder.join(format!("{}.pdf", letter.kind.as_str()));
        std::fs::write(&file, &pdf.bytes).unwrap();
        browser.open(&file);
        let opened = Instant::now();
        loop {
            let differs = browser.page().map(|(width, pixels)| {
                let (_, mut expected) = grey_image_of_width(&pdf, width);
                expected.truncate(pixels.len());
                difference(&(width, pixels), &(width, expected))
            });
            if differs.is_some_and(|count| count <= DIFFERENCE_MAX) {
                break;
            }
            assert!(opened.elapsed() < PATIENCE, "{letter}: what is shown is no page, or differs: {differs:?}");
            sleep(Duration::from_millis(200));
        }
    }
}

/// Chromium without a menu, and its screen.
struct Browser {
    folder: PathBuf,
    screen: Child,
    display: String,
    browsers: Vec<Child>,
}

impl Browser {
    fn new() -> Self {
        let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("chromium");
        let _left = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).unwrap();
        let mut screen = Command::new("Xvfb")
            .args(["-displayfd", "1", "-nolisten", "tcp", "-nocursor", "-screen", "0", &format!("{WIDTH}x{HEIGHT}x24"), "-fbdir"])
            .arg(&folder)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("needs Debian's package xvfb");
        let mut display = String::new();
        BufReader::new(screen.stdout.take().unwrap()).read_line(&mut display).unwrap();
        Self { folder, screen, display: format!(":{}", display.trim()), browsers: Vec::new() }
    }

    /// Shows a file: the first call starts the browser, a later one hands it the file.
    fn open(&mut self, file: &Path) {
        let browser = Command::new("chromium")
            .args(["--no-sandbox", "--no-first-run", "--kiosk", "--window-position=0,0"])
            .arg(format!("--window-size={WIDTH},{HEIGHT}"))
            .args(["--disable-gpu", "--disable-sync", "--disable-background-networking", "--disable-component-update"])
            .arg(format!("--user-data-dir={}", self.folder.join("profile").display()))
            .arg(format!("file://{}#toolbar=0&view=FitH", file.display()))
            .env("DISPLAY", &self.display)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("needs Debian's package chromium");
        self.browsers.push(browser);
    }

    /// What can be seen of a page: white between dark margins, and nearly as large as the screen. What is smaller belongs to an error.
    fn page(&self) -> Option<Grey> {
        let (width, pixels) = self.seen();
        let rows: Vec<&[u8]> = pixels.chunks(width).collect();
        let top = rows.iter().position(|row| row[width / 2] > 250)?;
        let border = rows.get(top + 5)?;
        let left = border.iter().position(|pixel| *pixel > 250)?;
        let right = border.iter().skip(left).position(|pixel| *pixel <= 250)? + left;
        let bottom = rows.iter().skip(top).position(|row| row[left + 2] <= 250).map_or(rows.len(), |height| top + height);
        let page = rows.get(top..bottom)?.iter().flat_map(|row| row[left..right].to_vec());
        (right - left > WIDTH * 9 / 10 && bottom - top > HEIGHT * 9 / 10).then(|| (right - left, page.collect()))
    }

    /// The screen in grey, from the file in which Xvfb keeps it (`XWDFile.h`: numbers of 32 bits, then colours, then the rows).
    fn seen(&self) -> Grey {
        let dump = std::fs::read(self.folder.join("Xvfb_screen0")).unwrap();
        let number = |at: usize| usize::try_from(u32::from_be_bytes(dump[at * 4..][..4].try_into().unwrap())).unwrap();
        let (header, width, height, row, colours) = (number(0), number(4), number(5), number(12), number(19));
        let rows = dump[header + colours * 12..].chunks(row).take(height);
        let grey = |pixel: &[u8]| u8::try_from(pixel[..3].iter().map(|part| u32::from(*part)).sum::<u32>() / 3).unwrap();
        (width, rows.flat_map(|row| row.chunks(4).take(width).map(grey).collect::<Vec<_>>()).collect())
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        for child in self.browsers.iter_mut().chain([&mut self.screen]) {
            child.kill().unwrap();
            child.wait().unwrap();
        }
        let _left = std::fs::remove_dir_all(&self.folder);
    }
}
