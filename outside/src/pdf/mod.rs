//! The text of PDFs that strangers send, by `pdftotext` (poppler) in a process of its own.
//!
//! Whatever is in the file, it can't do more than use that process up: its processor time, memory and output have limits, it may write no
//! file, it sees nothing of this program's environment, runs at the lowest priority, and is killed when it takes too long. What the text
//! says is looked at elsewhere.

#[cfg(test)]
mod tests;

use std::process::Stdio;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt};
use tokio::process::{Child, Command};

/// Sets the limits and becomes the program: `ulimit` is the shell's own, and POSIX. Nothing from outside comes into this text. In seconds,
/// KiB (`-v`) and blocks (`-f`, `-c`); 126 is what a shell ends with when it can't start something.
const LIMITED: &str = "{ ulimit -t 5 && ulimit -v 524288 && ulimit -f 0 && ulimit -c 0 && ulimit -n 32; } || exit 126; \
                       exec nice -n 19 \"$0\" \"$@\"";
/// Where programs are looked for.
const PATH: &str = "/usr/local/bin:/usr/bin:/bin";
/// `-layout` keeps columns apart by spaces. An invoice of more pages is a specification of calls from there on.
const ARGUMENTS: [&str; 7] = ["-layout", "-enc", "UTF-8", "-l", "50", "-", "-"];
/// How long it may take in all; its processor time is limited too, but a sleeping process uses none.
const TIME_MAX: Duration = Duration::from_secs(20);
/// A dense page has some 10 KiB.
const TEXT_BYTES_MAX: usize = 2 * 1024 * 1024;
/// What is looked at of its complaints.
const COMPLAINT_BYTES_MAX: usize = 4096;
/// Who complains more reads nothing that is an invoice.
const COMPLAINTS_BYTES_MAX: usize = 1024 * 1024;

/// Why there is no text.
#[derive(Debug, thiserror::Error)]
pub enum PdfError {
    /// The program is not there, or its limits can't be set here.
    #[error("pdftotext can't be run: {0}")]
    NotRun(String),
    /// It can't be opened without a password, or may not be read.
    #[error("the PDF is protected")]
    Protected,
    /// It is not a right PDF.
    #[error("the file is not a right PDF")]
    Damaged,
    /// It asks for more time, memory or text than is given.
    #[error("reading the PDF takes too much time, memory or text")]
    TooDemanding,
}

/// Reads PDFs.
#[derive(Debug, Clone)]
pub struct PdfReader {
    program: String,
}

impl PdfReader {
    /// A reader by this program, a path or a name, once it has been seen to run.
    ///
    /// # Errors
    /// [`PdfError::NotRun`], with what to do.
    pub async fn by(program: &str) -> Result<Self, PdfError> {
        let reader = Self { program: program.to_owned() };
        let child = reader.command(&["-v"]).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
        let status = match child {
            Ok(mut child) => tokio::time::timeout(TIME_MAX, child.wait()).await.unwrap_or_else(|late| Err(late.into())),
            Err(error) => Err(error),
        };
        match status.map(|status| status.code()) {
            Ok(Some(127)) => Err(PdfError::NotRun(format!("there is no {program:?}; install poppler-utils"))),
            Ok(Some(126)) => Err(PdfError::NotRun(format!("{program:?} is no program, or can't be given limits here"))),
            Ok(_) => Ok(reader),
            Err(error) => Err(PdfError::NotRun(error.to_string())),
        }
    }

    /// The text of a PDF: pages separated by form feeds, columns by spaces. Empty when it only has images.
    pub async fn text(&self, pdf: &[u8]) -> Result<String, PdfError> {
        let not_run = |error: std::io::Error| PdfError::NotRun(error.to_string());
        let mut command = self.command(&ARGUMENTS);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().map_err(not_run)?;
        let read = tokio::time::timeout(TIME_MAX, converse(&mut child, pdf)).await.unwrap_or(Err(PdfError::TooDemanding));
        // Nothing is left behind, however it ended; what has ended by itself can't be killed, which is as well.
        let _killed = child.start_kill();
        let status = child.wait().await.map_err(not_run)?;
        let (text, complaint) = read?;
        match status.code() {
            Some(0) => Ok(String::from_utf8_lossy(&text).into_owned()),
            Some(code @ (126 | 127)) => Err(PdfError::NotRun(format!("{:?} ended with {code}", self.program))),
            // "Copying of text from this document is not allowed."
            Some(3) => Err(PdfError::Protected),
            Some(_) if complaint.contains("password") => Err(PdfError::Protected),
            Some(_) if complaint.contains("memory") => Err(PdfError::TooDemanding),
            Some(_) => Err(PdfError::Damaged),
            // A signal: a limit was reached, or it crashed for want of memory.
            None => Err(PdfError::TooDemanding),
        }
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new("/bin/sh");
        command.args(["-c", LIMITED, &self.program]).args(arguments);
        command.env_clear().env("PATH", PATH).env("LC_ALL", "C").current_dir("/").kill_on_drop(true);
        command
    }
}

/// Gives it the PDF, takes its text and complaints, and waits until it ends.
async fn converse(child: &mut Child, pdf: &[u8]) -> Result<(Vec<u8>, String), PdfError> {
    let (Some(mut stdin), Some(stdout), Some(stderr)) = (child.stdin.take(), child.stdout.take(), child.stderr.take()) else {
        return Err(PdfError::NotRun("its pipes are not there".to_owned()));
    };
    let give = async move {
        // It may have seen enough before it has taken all.
        let _broken_pipe = stdin.write_all(pdf).await;
        Ok(())
    };
    let (text, complaint, ()) = tokio::try_join!(taken(stdout), complaint(stderr), give)?;
    // Not left to the caller: to be killed now would look like a limit that was reached.
    child.wait().await.map_err(|error| PdfError::NotRun(error.to_string()))?;
    Ok((text, complaint))
}

async fn taken(from: impl AsyncRead + Unpin) -> Result<Vec<u8>, PdfError> {
    let mut text = Vec::new();
    let limit = u64::try_from(TEXT_BYTES_MAX + 1).unwrap_or(u64::MAX);
    from.take(limit).read_to_end(&mut text).await.map_err(|error| PdfError::NotRun(error.to_string()))?;
    if text.len() > TEXT_BYTES_MAX { Err(PdfError::TooDemanding) } else { Ok(text) }
}

/// The beginning of its complaints; what follows is taken too, so that it does not wait for somebody to listen.
async fn complaint(mut from: impl AsyncRead + Unpin) -> Result<String, PdfError> {
    let (mut complaint, mut taken) = (Vec::new(), 0);
    let mut piece = [0; 4096];
    loop {
        let length = from.read(&mut piece).await.map_err(|error| PdfError::NotRun(error.to_string()))?;
        if length == 0 {
            return Ok(String::from_utf8_lossy(&complaint).to_lowercase());
        }
        taken += length;
        if taken > COMPLAINTS_BYTES_MAX {
            return Err(PdfError::TooDemanding);
        }
        let room = COMPLAINT_BYTES_MAX - complaint.len();
        complaint.extend(piece.iter().take(length.min(room)));
    }
}
