//! Prints how long a letter takes and how large it is: `cargo run --release -p letters --example time_a_letter [letter.pdf]`, which
//! with a file name also leaves the letter there.
#![expect(clippy::print_stdout, reason = "an example speaks to a person")]

use std::error::Error;
use std::time::Instant;

use letters::{Letters, sample};
use workflow::letter::{Language, LetterKind};

const RUNS: usize = 200;

fn main() -> Result<(), Box<dyn Error>> {
    let letters = Letters::embedded()?;
    let letter = sample(LetterKind::PortingNotice, Language::Nl);
    let mut times = Vec::new();
    for _ in 0..RUNS {
        let start = Instant::now();
        letters.render(&letter)?;
        times.push(start.elapsed());
    }
    times.sort();
    let pdf = letters.render(&letter)?;
    println!("{:?} a letter (median of {RUNS}), {} bytes, {} page(s)", times[RUNS / 2], pdf.bytes.len(), pdf.pages);
    if let Some(file) = std::env::args().nth(1) {
        std::fs::write(file, &pdf.bytes)?;
    }
    Ok(())
}
