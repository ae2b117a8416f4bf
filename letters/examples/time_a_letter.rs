//! Prints how long a letter takes and how large it is: `cargo run --release -p letters --example time_a_letter [RUNS [FILE]]`; with a
//! file name it also leaves a letter there.
#![expect(clippy::print_stdout, reason = "an example speaks to a person")]

use std::error::Error;
use std::time::Instant;

use letters::{Letters, sample};
use workflow::letter::{Language, LetterKind};

fn main() -> Result<(), Box<dyn Error>> {
    let runs: usize = std::env::args().nth(1).map_or(Ok(500), |runs| runs.parse())?;
    let letters = Letters::embedded()?;
    let mut letter = sample(LetterKind::PortingNotice, Language::Nl);
    let mut times = Vec::new();
    let mut last = None;
    for run in 0..runs.max(1) {
        letter.reference = format!("2027-{run:04}");
        let start = Instant::now();
        last = Some(letters.render(&letter)?);
        times.push(start.elapsed());
    }
    times.sort();
    let pdf = last.ok_or("no letter was made")?;
    let median = times[times.len() / 2].as_secs_f64() * 1000.0;
    println!("{median:.2} ms a letter (median of {}), {} bytes, {} page(s)", times.len(), pdf.bytes.len(), pdf.pages);
    if let Some(file) = std::env::args().nth(2) {
        std::fs::write(file, &pdf.bytes)?;
    }
    Ok(())
}
