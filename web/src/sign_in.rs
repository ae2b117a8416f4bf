//! Signing in with a token, signing out, and choosing a language.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::{Duration, Instant};

use api::SignInRefused;
use askama::Template;
use axum::Form;
use axum::extract::{ConnectInfo, Query, State};
use axum::http::header::RETRY_AFTER;
use axum::http::{Extensions, HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use crate::Web;
use crate::cookie::{drop_session, keep_language, keep_session, session};
use crate::form::Posted;
use crate::frame::Frame;
use crate::guard::is_from_here;
use crate::language::{Words, parse};
use crate::trouble::Trouble;

#[derive(Template)]
#[template(path = "sign_in.html")]
struct SignInPage<'a> {
    f: &'a Frame,
    next: String,
    error: Option<String>,
    signed_out: bool,
}

/// What the page is asked for.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    next: String,
    #[serde(default)]
    signed_out: Option<String>,
}

/// The form.
pub(crate) async fn show(State(web): State<Web>, headers: HeaderMap, Query(asked): Query<Asked>) -> Response {
    // Whoever is signed in has no use for it.
    if let Some(id) = session(&headers)
        && let Ok(Some(_)) = web.sessions.find(&id).await
    {
        return Redirect::to(&within(&asked.next)).into_response();
    }
    answer(&headers, &asked, StatusCode::OK, None)
}

fn answer(headers: &HeaderMap, asked: &Asked, status: StatusCode, error: Option<String>) -> Response {
    let next = within(&asked.next);
    let query = serde_urlencoded::to_string([("next", &next)]).unwrap_or_default();
    let f = Frame::outside(Words::of(headers), &format!("/sign-in?{query}"));
    let page = SignInPage { f: &f, next, error, signed_out: asked.signed_out.is_some() };
    f.page(status, &page)
}

/// What the form sends.
#[derive(Debug, Deserialize)]
pub(crate) struct Credentials {
    #[serde(default)]
    token: String,
    #[serde(default)]
    next: String,
}

/// Opens a session.
pub(crate) async fn sign_in(
    State(web): State<Web>,
    headers: HeaderMap,
    extensions: Extensions,
    Form(Credentials { token, next }): Form<Credentials>,
) -> Response {
    let (words, asked) = (Words::of(&headers), Asked { next, signed_out: None });
    if !is_from_here(&headers) {
        return Trouble::foreign_form(Frame::outside(words, "/sign-in")).into_response();
    }
    let (from, now) = (address(&headers, &extensions), Instant::now());
    if let Some(wait) = web.attempts.to_wait(from, now) {
        return too_often(&headers, &asked, wait);
    }
    let opened = web.sessions.open(&token).await;
    let refused = |error: &str| answer(&headers, &asked, StatusCode::UNPROCESSABLE_ENTITY, Some(error.to_owned()));
    match opened {
        Ok(id) => {
            web.attempts.succeeded(from);
            // A session that was open in this browser would go on unseen.
            if let Some(before) = session(&headers) {
                // It ends by itself where the database did not answer just now.
                let _ended = web.sessions.end(&before).await;
            }
            let mut response = Redirect::to(&within(&asked.next)).into_response();
            keep_session(&headers, response.headers_mut(), &id);
            response
        }
        Err(SignInRefused::Unavailable(_)) => Trouble::unavailable(Frame::outside(words, "/sign-in")).into_response(),
        Err(SignInRefused::CalendarOnly) => {
            refused(words.say("Dit token leest alleen de agenda.", "This token reads the calendar only."))
        }
        Err(SignInRefused::Unknown) => {
            web.attempts.failed(from, now);
            tracing::warn!(%from, "signing in failed: the token opens nothing");
            match token.trim() {
                "" => refused(words.say("Vul uw token in.", "Enter your token.")),
                _ => refused(words.say(
                    "Dit token is niet (meer) geldig. Kijk of u het helemaal hebt gekopieerd.",
                    "This token is not valid (any more). See that you have copied all of it.",
                )),
            }
        }
    }
}

fn too_often(headers: &HeaderMap, asked: &Asked, wait: Duration) -> Response {
    let seconds = wait.as_secs() + 1;
    let error = match Words::of(headers).tag() {
        "nl" => format!("Te veel pogingen. Probeer het over {seconds} seconden weer."),
        _ => format!("Too many attempts. Try again in {seconds} seconds."),
    };
    let mut response = answer(headers, asked, StatusCode::TOO_MANY_REQUESTS, Some(error));
    response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
    response
}

/// Whose attempts are counted together: an address, or a house's part of the IPv6 space. A proxy on this machine tells for whom it asks.
fn address(headers: &HeaderMap, extensions: &Extensions) -> IpAddr {
    let peer = extensions.get::<ConnectInfo<SocketAddr>>().map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |peer| peer.0.ip());
    let told = headers.get_all("x-forwarded-for").iter().next_back().and_then(|value| value.to_str().ok());
    let told = told.and_then(|list| list.rsplit(',').next()).and_then(|address| address.trim().parse().ok());
    match told.filter(|_| peer.is_loopback()).unwrap_or(peer) {
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            IpAddr::from([a, b, c, d, 0, 0, 0, 0])
        }
        address @ IpAddr::V4(_) => address,
    }
}

/// Ends the session.
pub(crate) async fn sign_out(Posted { visit, .. }: Posted) -> Response {
    if let Some(id) = session(&visit.headers)
        && visit.web.sessions.end(&id).await.is_err()
    {
        return Trouble::unavailable(Frame::outside(visit.words, "/")).into_response();
    }
    let mut response = Redirect::to("/sign-in?signed_out=1").into_response();
    drop_session(&visit.headers, response.headers_mut());
    response
}

/// What the switch sends.
#[derive(Debug, Deserialize)]
pub(crate) struct Choice {
    to: String,
    #[serde(default)]
    next: String,
}

/// Keeps the chosen language, and comes back.
pub(crate) async fn choose_language(headers: HeaderMap, Form(Choice { to, next }): Form<Choice>) -> Response {
    let mut response = Redirect::to(&within(&next)).into_response();
    if let Some(language) = parse(&to).filter(|_| is_from_here(&headers)) {
        keep_language(response.headers_mut(), Words(language).tag());
    }
    response
}

/// Somewhere on this site, and nowhere else.
fn within(next: &str) -> String {
    let is_ours = next.starts_with('/') && !next.starts_with("//") && !next.contains('\\') && !next.contains(char::is_control);
    if is_ours && !next.starts_with("/sign-out") { next.to_owned() } else { "/".to_owned() }
}

#[cfg(test)]
mod tests {
    use super::within;

    #[test]
    fn one_comes_back_to_this_site_only() {
        for (next, to) in [
            ("/migrations?q=a", "/migrations?q=a"),
            ("", "/"),
            ("//evil.example", "/"),
            ("/\\evil.example", "/"),
            ("https://evil.example", "/"),
            ("/sign-out", "/"),
            ("/sign-in?next=%2F", "/sign-in?next=%2F"),
            ("/a\r\nb", "/"),
        ] {
            assert_eq!(within(next), to);
        }
    }
}
