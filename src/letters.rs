//! `overstap letters`: lists, checks and previews letters; and the reading of the folder with a contractor's own.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, bail};
use letters::{Fault, LetterName, Letters, sample};
use workflow::letter::{LetterKind, PrintedCompany};

use crate::config::{LettersAction, LettersCommand};

/// Larger files can't be texts or logos; reading them would only take memory.
const FILE_BYTES_MAX: u64 = 2_000_000;

/// Does what is asked. The exit code is 1 when a check finds faults, or when a preview can't be made because of them.
#[expect(clippy::print_stdout, reason = "what was asked for goes to standard output")]
pub fn run(config: LettersCommand) -> anyhow::Result<ExitCode> {
    if let LettersAction::List = config.action {
        for kind in kinds() {
            println!("{kind}");
        }
        return Ok(ExitCode::SUCCESS);
    }
    let letters = match load(config.templates.as_deref()) {
        Ok(letters) => letters,
        Err(faults) => {
            println!("{}", faults.join("\n"));
            return Ok(ExitCode::FAILURE);
        }
    };
    if let LettersAction::Preview { kind, lang, out } = config.action {
        let file = format!("{lang}/{kind}.j2");
        let Some(name) = LetterName::all().find(|name| name.file() == file) else {
            bail!("there is no letter {kind:?}; there are {}", kinds().join(", "));
        };
        let pdf = letters.render(&sample(name.kind, name.language))?;
        let out = out.unwrap_or_else(|| PathBuf::from(format!("{kind}-{lang}.pdf")));
        std::fs::write(&out, &pdf.bytes).with_context(|| format!("can't write {}", out.display()))?;
        println!("{}: {}, {} page(s), {} bytes", out.display(), pdf.title, pdf.pages, pdf.bytes.len());
    } else {
        println!("{} letters in 2 languages are in order", kinds().len());
    }
    Ok(ExitCode::SUCCESS)
}

/// The letters with what stands in a contractor's folder, or all that is wrong in it, a line each, with the path of the file.
pub fn load(folder: Option<&Path>) -> Result<Letters, Vec<String>> {
    let mut files = BTreeMap::new();
    let Some(folder) = folder else { return Letters::with_files(&files).map_err(|faults| lines("", &faults)) };
    let shown = folder.display();
    read(folder, "", &mut files).map_err(|error| vec![format!("OVERSTAP_TEMPLATES: {shown} can't be read: {error:#}")])?;
    Letters::with_files(&files).map_err(|faults| lines(&format!("{shown}/"), &faults))
}

/// What keeps letters from being made with this contractor's particulars, each once with the first letter that it stops.
pub fn contractor_faults(letters: &Letters, contractor: &PrintedCompany) -> Vec<String> {
    let mut told: Vec<(String, String)> = Vec::new();
    for error in letters.faults_with(contractor) {
        let error = error.to_string();
        let (letter, what) = error.split_once(": ").unwrap_or(("", &error));
        if !told.iter().any(|(_, known)| known == what) {
            told.push((letter.to_owned(), what.to_owned()));
        }
    }
    told.iter().map(|(letter, what)| format!("OVERSTAP_CONTRACTOR_…: {letter}: {what}")).collect()
}

fn lines(before: &str, faults: &[Fault]) -> Vec<String> {
    faults.iter().map(|fault| format!("{before}{fault}")).collect()
}

/// Reads a folder's files by their paths from it. What begins with a dot belongs to other programs.
fn read(folder: &Path, within: &str, files: &mut BTreeMap<String, Vec<u8>>) -> anyhow::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if name.starts_with('.') {
            continue;
        }
        let file = format!("{within}{name}");
        let metadata = std::fs::metadata(&path).with_context(|| file.clone())?;
        if metadata.is_dir() {
            if !within.is_empty() {
                bail!("{file} is a folder; there can be only nl and en");
            }
            read(&path, &format!("{file}/"), files)?;
        } else if metadata.len() > FILE_BYTES_MAX {
            bail!("{file} is too large; give files of at most {FILE_BYTES_MAX} bytes");
        } else {
            files.insert(file.clone(), std::fs::read(&path).with_context(|| file.clone())?);
        }
    }
    Ok(())
}

/// The kinds by their names in the API and in file names.
fn kinds() -> Vec<&'static str> {
    LetterKind::ALL.map(LetterKind::as_str).into()
}
