//! Letters with where they stand and their PDF, and the files that were added.

use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use chrono::{DateTime, NaiveDate, Utc};
use serde::Deserialize;
use serde_json::json;
use uuid::Uuid;
use workflow::command::Command;
use workflow::decide::may;
use workflow::letter::LetterKind;
use workflow::letter::proof::Sending;

use super::{Head, Mishap, Place, form_key, lost};
use crate::call::List;
use crate::dates;
use crate::form::Posted;
use crate::frame::{Frame, Part};
use crate::labels::{self, LetterState, Tag};
use crate::trouble::{Said, Trouble};
use crate::visit::Visit;

/// A letter, as `GET …/letters` tells it.
#[derive(Debug, Deserialize)]
struct Letter {
    id: Uuid,
    kind: LetterKind,
    contract: Option<String>,
    provider: Option<String>,
    replaced: bool,
    stale: bool,
    created_at: DateTime<Utc>,
    sent_on: Option<NaiveDate>,
    received_on: Option<NaiveDate>,
    confirmed_on: Option<NaiveDate>,
    confirm_by: Option<NaiveDate>,
    post_by: Option<NaiveDate>,
    emailed_to: Option<String>,
}

/// A file, as `GET …/attachments` tells it.
#[derive(Debug, Deserialize)]
struct Attachment {
    id: Uuid,
    kind: String,
    contract: Option<String>,
    filename: String,
    size: u64,
}

/// A letter as shown.
struct LetterRow {
    id: Uuid,
    title: String,
    to: String,
    tag: Tag,
    lines: Vec<(String, bool)>,
    can_be_sent: bool,
    mishap: Option<Said>,
    sent_on: String,
    tracking_code: String,
}

/// A file as shown.
struct FileRow {
    id: Uuid,
    filename: String,
    what: String,
    size: String,
}

#[derive(Template)]
#[template(path = "documents.html")]
struct DocumentsPage<'a> {
    f: &'a Frame,
    head: Head,
    key: String,
    letters: Vec<LetterRow>,
    files: Vec<FileRow>,
    today: NaiveDate,
}

pub(crate) async fn show(visit: Visit, Path(id): Path<String>) -> Result<Response, Trouble> {
    let place = Place::of(&visit, &id)?;
    page(&visit, place, StatusCode::OK, None).await
}

async fn page(visit: &Visit, place: Place, status: StatusCode, mishap: Option<Mishap>) -> Result<Response, Trouble> {
    let project = place.project(visit).await?;
    let mut letters: List<Letter> = visit.get(&place.api("/letters")).await?;
    let files: List<Attachment> = visit.get(&place.api("/attachments")).await?;
    let mut f = visit.frame(Part::Migrations);
    if mishap.is_some() {
        f.path = place.page("/documents");
    }
    // What is to be posted comes first, what was replaced last.
    letters.items.sort_by_key(|letter| (letter.replaced, letter.sent_on.is_some(), letter.post_by.is_none()));
    let page = DocumentsPage {
        f: &f,
        head: Head::of(&project, visit, "documents"),
        key: form_key(),
        letters: letters.items.into_iter().map(|letter| letter_row(letter, visit, mishap.as_ref())).collect(),
        files: files.items.into_iter().map(|file| file_row(file, visit)).collect(),
        today: visit.today(),
    };
    Ok(f.page(status, &page))
}

fn letter_row(letter: Letter, visit: &Visit, mishap: Option<&Mishap>) -> LetterRow {
    let (words, today) = (visit.words, visit.today());
    let day = |day| dates::short(day, today, words);
    let state = LetterState {
        replaced: letter.replaced,
        stale: letter.stale,
        sent: letter.sent_on.is_some(),
        received: letter.received_on.is_some(),
        confirmed: letter.confirmed_on.is_some(),
    };
    let awaited = letter.confirmed_on.is_none() && letter.sent_on.is_some();
    let draft = letter.sent_on.is_none() && !letter.replaced;
    let since = |text: &str, on: Option<NaiveDate>| on.map(|on| (format!("{text} {}", day(on)), false));
    let due = |text: &str, on: Option<NaiveDate>| on.map(|on| (format!("{text} {}", day(on)), on < today));
    let lines = [
        due(words.say("op de post uiterlijk", "post by"), letter.post_by.filter(|_| draft)),
        since(words.say("verstuurd", "sent"), letter.sent_on),
        since(words.say("ontvangen", "received"), letter.received_on),
        since(words.say("bevestigd", "confirmed"), letter.confirmed_on),
        due(words.say("bevestiging verwacht uiterlijk", "confirmation expected by"), letter.confirm_by.filter(|_| awaited)),
        letter.emailed_to.map(|to| (format!("{} {to}", words.say("gemaild aan", "e-mailed to")), false)),
        Some((format!("{} {}", words.say("gemaakt", "made"), dates::moment(letter.created_at, today, words)), false)),
    ];
    let at = format!("letter-{}", letter.id);
    let command = Command::RecordLetterSent { letter: letter.id, sent_on: None, sending: Sending::default() };
    let to = match (letter.provider, letter.contract) {
        (Some(provider), Some(contract)) => format!("{provider} ({contract})"),
        (Some(provider), None) => provider,
        (None, _) => words.say("de klant", "the customer").to_owned(),
    };
    LetterRow {
        id: letter.id,
        title: words.line(&letter.kind.title()),
        to,
        tag: labels::letter(state, words),
        lines: lines.into_iter().flatten().collect(),
        can_be_sent: draft && may(visit.role(), &command),
        mishap: Mishap::at(mishap, &at).cloned(),
        sent_on: Mishap::typed(mishap, &at, "sent_on"),
        tracking_code: Mishap::typed(mishap, &at, "tracking_code"),
    }
}

fn file_row(file: Attachment, visit: &Visit) -> FileRow {
    let what = labels::attachment(&file.kind, visit.words);
    let kibibytes = file.size.div_ceil(1024);
    let size = if kibibytes < 1024 { format!("{kibibytes} kB") } else { format!("{} MB", kibibytes.div_ceil(1024)) };
    let what = file.contract.map_or_else(|| what.to_owned(), |contract| format!("{what} ({contract})"));
    FileRow { id: file.id, filename: file.filename, what, size }
}

/// Records that a letter was sent.
pub(crate) async fn sent(
    Path((id, letter)): Path<(String, String)>,
    Posted { visit, fields }: Posted,
) -> Result<Response, Trouble> {
    let place = Place::of(&visit, &id)?;
    let letter = Uuid::parse_str(&letter).map_err(|_| lost(&visit))?;
    let mut body = json!({});
    for field in ["sent_on", "how", "tracking_code"] {
        if let Some(text) = fields.text(field) {
            body[field] = json!(text);
        }
    }
    let at = format!("letter-{letter}");
    match visit.post(&format!("/letters/{letter}/sent"), &body, &fields.terms()).await {
        Ok(_) => Ok(place.back("/documents", "sent", &at)),
        Err(trouble) => {
            let (status, said) = trouble.mendable()?;
            page(&visit, place, status, Some(Mishap { at, said, fields })).await
        }
    }
}
