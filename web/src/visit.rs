//! Somebody who is signed in asks for a page.

use api::{Session, TokenRole};
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use chrono::{DateTime, NaiveDate, Utc};
use serde::Deserialize;
use workflow::actor::Role;
use workflow::calendar::local_date;

use crate::frame::{Frame, Part, Who};
use crate::language::Words;
use crate::trouble::Trouble;
use crate::{Web, cookie, labels};

/// Somebody who is signed in, and what they asked for.
pub(crate) struct Visit {
    pub(crate) web: Web,
    pub(crate) session: Session,
    pub(crate) words: Words,
    /// With its query.
    pub(crate) path: String,
    /// What Overstap's clock shows.
    pub(crate) now: DateTime<Utc>,
    simulated: bool,
    pub(crate) headers: HeaderMap,
}

/// What is asked of `GET /me`.
#[derive(Debug, Deserialize)]
struct Me {
    clock: Clock,
}

#[derive(Debug, Deserialize)]
struct Clock {
    now: DateTime<Utc>,
    simulated: bool,
}

impl Visit {
    /// Who is signed in by these headers.
    pub(crate) async fn of(web: &Web, headers: &HeaderMap, path: &str) -> Result<Self, Response> {
        let words = Words::of(headers);
        let found = match cookie::session(headers) {
            None => None,
            Some(id) => {
                web.sessions.find(&id).await.map_err(|_| Trouble::unavailable(Frame::outside(words, path)).into_response())?
            }
        };
        let Some(session) = found else { return Err(to_sign_in(headers, path)) };
        let now = DateTime::UNIX_EPOCH;
        let mut visit =
            Self { web: web.clone(), session, words, path: path.to_owned(), now, simulated: false, headers: headers.clone() };
        let me: Me = visit.get("/me").await.map_err(IntoResponse::into_response)?;
        (visit.now, visit.simulated) = (me.clock.now, me.clock.simulated);
        Ok(visit)
    }

    /// What stands around the page.
    pub(crate) fn frame(&self, part: Part) -> Frame {
        let who = Who {
            name: self.session.name().to_owned(),
            role: labels::role(self.session.role(), self.words),
            form_token: self.session.form_token().to_owned(),
        };
        let simulated = self.simulated.then_some(self.now);
        Frame { words: self.words, part, path: self.path.clone(), who: Some(who), simulated }
    }

    /// The day in Amsterdam.
    pub(crate) fn today(&self) -> NaiveDate {
        local_date(self.now)
    }

    /// In whose part they act.
    pub(crate) fn role(&self) -> Role {
        match self.session.role() {
            TokenRole::Manager => Role::Manager,
            TokenRole::Engineer => Role::Engineer,
            TokenRole::Customer => Role::Customer,
            // The calendar's opens no session.
            TokenRole::Integration | TokenRole::Calendar => Role::Integration,
        }
    }
}

impl FromRequestParts<Web> for Visit {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, Response> {
        let path = parts.uri.path_and_query().map_or("/", |path| path.as_str());
        Self::of(web, &parts.headers, path).await
    }
}

/// Whoever is not signed in is asked to, and comes back to a page that they wanted to read.
fn to_sign_in(headers: &HeaderMap, path: &str) -> Response {
    let query = serde_urlencoded::to_string([("next", path)]).unwrap_or_default();
    let sign_in = format!("/sign-in?{query}");
    // htmx would put the page that it is led to into a part of this one.
    if headers.contains_key("hx-request") {
        let target = HeaderValue::from_str(&sign_in).unwrap_or(HeaderValue::from_static("/sign-in"));
        return (StatusCode::UNAUTHORIZED, [("hx-redirect", target)]).into_response();
    }
    Redirect::to(&sign_in).into_response()
}
