//! What goes wrong, as a page or beside what it is about: the API's own words, and what can be done.

use std::any::Any;

use askama::Template;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

use crate::Web;
use crate::frame::{Frame, Part};
use crate::language::{Words, capitalized};
use crate::visit::Visit;

/// A problem of the API.
#[derive(Debug, Clone, Default, Deserialize)]
pub(crate) struct Said {
    #[serde(default)]
    pub(crate) detail: String,
    #[serde(default)]
    pub(crate) errors: Vec<InputError>,
    #[serde(default)]
    pub(crate) unmet: Vec<Unmet>,
    #[serde(default)]
    pub(crate) instance: Option<String>,
}

/// Something wrong with a field.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct InputError {
    pub(crate) pointer: String,
    pub(crate) detail: String,
}

/// Something that must happen first.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Unmet {
    pub(crate) detail: String,
}

impl Said {
    /// What is wrong, in a sentence: that of the only wrong field, else what holds for all.
    pub(crate) fn sentence(&self) -> String {
        match self.errors.as_slice() {
            [only] => capitalized(&only.detail),
            _ => capitalized(&self.detail),
        }
    }

    /// Whether there is more to tell than that sentence.
    pub(crate) fn lists_more(&self) -> bool {
        !self.unmet.is_empty() || self.errors.len() > 1
    }
}

/// What went wrong, and around what it is shown.
#[derive(Debug)]
pub(crate) struct Trouble(Box<Inner>);

#[derive(Debug)]
struct Inner {
    frame: Frame,
    status: StatusCode,
    said: Said,
}

#[derive(Template)]
#[template(path = "trouble.html")]
struct TroublePage<'a> {
    f: &'a Frame,
    title: &'a str,
    what: String,
    to_do: &'a str,
    said: &'a Said,
}

impl Trouble {
    pub(crate) fn new(frame: Frame, status: StatusCode, said: Said) -> Self {
        Self(Box::new(Inner { frame, status, said }))
    }

    /// The database does not answer.
    pub(crate) fn unavailable(frame: Frame) -> Self {
        Self::new(frame, StatusCode::SERVICE_UNAVAILABLE, Said::default())
    }

    /// A form that we did not make, or not for this session.
    pub(crate) fn foreign_form(frame: Frame) -> Self {
        let detail = frame.say(
            "dit formulier hoort niet bij uw sessie; misschien stond de pagina al lang open",
            "this form does not belong to your session; perhaps the page had been open for long",
        );
        let said = Said { detail: detail.to_owned(), ..Said::default() };
        Self::new(frame, StatusCode::FORBIDDEN, said)
    }

    /// What was said, to be shown beside what it is about; the trouble itself where it is none that a person can mend there.
    pub(crate) fn mendable(self) -> Result<(StatusCode, Said), Self> {
        let is_theirs = [
            StatusCode::UNPROCESSABLE_ENTITY,
            StatusCode::CONFLICT,
            StatusCode::PRECONDITION_FAILED,
            StatusCode::FORBIDDEN,
            StatusCode::BAD_REQUEST,
        ];
        if is_theirs.contains(&self.0.status) { Ok((self.0.status, self.0.said)) } else { Err(self) }
    }
}

impl IntoResponse for Trouble {
    fn into_response(self) -> Response {
        let Inner { frame: f, status, said } = *self.0;
        let (title, to_do) = match status {
            StatusCode::NOT_FOUND => (
                f.say("Deze pagina is er niet", "There is no such page"),
                f.say(
                    "Misschien klopt het adres niet helemaal, of is dit niet voor u bestemd.",
                    "Perhaps the address is not quite right, or this is not for you to see.",
                ),
            ),
            StatusCode::FORBIDDEN => (
                f.say("Dit mag niet", "This is not allowed"),
                f.say(
                    "Ga terug, laad de pagina opnieuw en probeer het dan nog eens.",
                    "Go back, load the page anew and try again.",
                ),
            ),
            StatusCode::SERVICE_UNAVAILABLE => (
                f.say("Even geen verbinding met de gegevens", "No connection to the data just now"),
                f.say("Er gaat niets verloren. Probeer het over een minuut weer.", "Nothing is lost. Try again in a minute."),
            ),
            _ if status.is_server_error() => (
                f.say("Er ging iets mis bij ons", "Something went wrong on our side"),
                f.say(
                    "Probeer het nog eens. Gebeurt het weer, meld dan het nummer hieronder.",
                    "Try again. If it happens again, report the number below.",
                ),
            ),
            _ => (f.say("Dit ging niet", "That did not work"), f.say("Ga terug en pas het aan.", "Go back and change it.")),
        };
        // What the API says of a page that is not there adds nothing.
        let what = if status == StatusCode::NOT_FOUND { String::new() } else { capitalized(&said.detail) };
        let page = TroublePage { f: &f, title, what, to_do, said: &said };
        f.page(status, &page)
    }
}

/// No such page, with the navigation of whoever is signed in.
pub(crate) async fn lost(State(web): State<Web>, request: Request) -> Response {
    let path = request.uri().path();
    let words = Words::of(request.headers());
    // Who is not signed in is told the same.
    let frame = match Visit::of(&web, request.headers(), path).await {
        Ok(visit) => visit.frame(Part::Other),
        Err(_) => Frame::outside(words, "/"),
    };
    Trouble::new(frame, StatusCode::NOT_FOUND, Said::default()).into_response()
}

/// A defect. What it is stays in the log.
#[expect(clippy::needless_pass_by_value, reason = "what is called when something panics is given it")]
pub(crate) fn panicked(panic: Box<dyn Any + Send + 'static>) -> Response {
    let text = panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
    tracing::error!(panic = text.unwrap_or("of unknown kind"), "a page panicked");
    let status = StatusCode::INTERNAL_SERVER_ERROR;
    Trouble::new(Frame::outside(Words::of(&HeaderMap::new()), "/"), status, Said::default()).into_response()
}
