//! What stands around every page: where one is, who is signed in, in which language, what time it is by a simulated clock.

use askama::Template;
use axum::http::header::{CONTENT_LANGUAGE, CONTENT_TYPE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use workflow::calendar::local_time;

use crate::dates;
use crate::language::Words;

/// Which part of the navigation a page belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    Today,
    Migrations,
    Other,
}

/// Whoever is signed in.
#[derive(Debug, Clone)]
pub(crate) struct Who {
    pub(crate) name: String,
    pub(crate) role: &'static str,
    pub(crate) form_token: String,
}

/// What stands around a page. Templates have it as `f`.
#[derive(Debug, Clone)]
pub(crate) struct Frame {
    pub(crate) words: Words,
    pub(crate) part: Part,
    /// Where one is, to come back to.
    pub(crate) path: String,
    pub(crate) who: Option<Who>,
    /// What a simulated clock shows.
    pub(crate) simulated: Option<DateTime<Utc>>,
}

impl Frame {
    /// Around a page for somebody who is not signed in.
    pub(crate) fn outside(words: Words, path: &str) -> Self {
        Self { words, part: Part::Other, path: path.to_owned(), who: None, simulated: None }
    }

    pub(crate) fn say(&self, nl: &'static str, en: &'static str) -> &'static str {
        self.words.say(nl, en)
    }

    pub(crate) fn tag(&self) -> &'static str {
        self.words.tag()
    }

    /// What stands in each form of this session.
    pub(crate) fn form_token(&self) -> &str {
        self.who.as_ref().map(|who| who.form_token.as_str()).unwrap_or_default()
    }

    pub(crate) fn is_at_today(&self) -> bool {
        self.part == Part::Today
    }

    pub(crate) fn is_at_migrations(&self) -> bool {
        self.part == Part::Migrations
    }

    /// The simulated moment in words.
    pub(crate) fn simulated_moment(&self) -> Option<String> {
        let now = self.simulated?;
        Some(format!("{}, {}", dates::day(local_time(now).date(), self.words), dates::time(now)))
    }

    /// Answers with a page.
    pub(crate) fn page(&self, status: StatusCode, template: &impl Template) -> Response {
        match template.render() {
            Ok(html) => {
                let headers = [
                    (CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8")),
                    (CONTENT_LANGUAGE, HeaderValue::from_static(self.tag())),
                ];
                (status, headers, html).into_response()
            }
            Err(error) => {
                tracing::error!(%error, "a page can't be made");
                StatusCode::INTERNAL_SERVER_ERROR.into_response()
            }
        }
    }
}
