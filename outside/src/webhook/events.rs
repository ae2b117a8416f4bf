//! Calls that tell other systems of events. Whoever makes a subscription names the receiver, so its address is looked at again at each call;
//! and nothing that a receiver does may take long, or much.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta, Utc};
use reqwest::header::{HeaderMap, RETRY_AFTER};
use reqwest::{Client, Response, StatusCode, Url, redirect};

use super::network::{Network, NotPermitted, Reach};
use super::{SetupError, Signer};
use crate::outcome::{causes, chain, storable};

/// How long a receiver may take, from the look-up of its name to the end of its answer.
const TIMEOUT: Duration = Duration::from_secs(15);

/// So much of an answer is kept; the rest is not read.
const ANSWER_BYTES: usize = 1024;

/// What receivers see in their logs.
const USER_AGENT: &str = concat!("Overstap/", env!("CARGO_PKG_VERSION"));

/// Tells receivers of events.
#[derive(Debug, Clone)]
pub struct EventClient {
    tls: Client,
    plain: Client,
    reach: Reach,
    wire_clock: fn() -> DateTime<Utc>,
}

/// What is wrong with a receiver's address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AddressFault {
    /// It is no address of the web.
    NotAnAddress,
    /// It holds a user or a password, which logs would show.
    WithPassword,
    /// It is not `https`, and not in a network that is allowed.
    NotTls,
    /// It is internal, and not in a network that is allowed.
    Internal,
}

/// Something to tell.
#[derive(Debug)]
pub struct EventCall<'a> {
    /// Where.
    pub url: &'a str,
    /// By which a repetition is known.
    pub id: &'a str,
    /// What.
    pub body: Vec<u8>,
    /// What signs it.
    pub signers: &'a [Signer],
}

/// What became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventAnswer {
    /// How long it took.
    pub took: Duration,
    /// What was answered; none when nothing was.
    pub status: Option<u16>,
    /// For how long the receiver asks to be left alone, with a 429 or 503.
    pub retry_after: Option<TimeDelta>,
    /// The beginning of what was answered.
    pub answer: Option<String>,
    /// What went wrong.
    pub error: Option<String>,
}

impl EventClient {
    /// Tells receivers on the internet, and in the networks that are allowed.
    pub fn new(allowed: Vec<Network>, wire_clock: fn() -> DateTime<Utc>) -> Result<Self, SetupError> {
        Self::with_timeout(allowed, wire_clock, TIMEOUT)
    }

    fn with_timeout(allowed: Vec<Network>, wire_clock: fn() -> DateTime<Utc>, timeout: Duration) -> Result<Self, SetupError> {
        let reach = Reach { allowed, public: true };
        let client = |reach: Reach| {
            let client = Client::builder()
                .timeout(timeout)
                .user_agent(USER_AGENT)
                // It could lead anywhere, past what was looked at.
                .redirect(redirect::Policy::none())
                // A proxy would look names up by itself.
                .no_proxy()
                .pool_max_idle_per_host(1)
                .dns_resolver(Arc::new(reach));
            client.build().map_err(|error| SetupError::Http(chain(&error)))
        };
        Ok(Self { tls: client(reach.clone())?, plain: client(Reach { public: false, ..reach.clone() })?, reach, wire_clock })
    }

    /// What is wrong with a receiver's address, as far as that shows before a name is looked up.
    pub fn fault(&self, url: &str) -> Option<AddressFault> {
        let Ok(url) = Url::parse(url) else { return Some(AddressFault::NotAnAddress) };
        if !matches!(url.scheme(), "https" | "http") || !url.has_host() {
            return Some(AddressFault::NotAnAddress);
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Some(AddressFault::WithPassword);
        }
        let literal = literal(&url);
        let reach = self.reach(&url);
        if url.scheme() == "http" && reach.allowed.is_empty() {
            return Some(AddressFault::NotTls);
        }
        match literal {
            Some(address) if !reach.permits(address) && self.reach.permits(address) => Some(AddressFault::NotTls),
            Some(address) if !reach.permits(address) => Some(AddressFault::Internal),
            // What every machine has, and nobody's receiver.
            None if self.reach.allowed.is_empty() && is_local_name(&url) => Some(AddressFault::Internal),
            _ => None,
        }
    }

    fn reach(&self, url: &Url) -> Reach {
        Reach { public: url.scheme() == "https", ..self.reach.clone() }
    }

    /// Tells it, and says what became of that.
    pub async fn tell(&self, call: EventCall<'_>) -> EventAnswer {
        let began = Instant::now();
        let answer = match self.send(call).await {
            Ok(response) => {
                let (status, retry_after) = (response.status(), self.retry_after(&response));
                let (answer, error) = beginning(response).await;
                // That the call was taken stands in the status; what comes after it is for people.
                let error = error.filter(|_| !status.is_success());
                EventAnswer { took: Duration::ZERO, status: Some(status.as_u16()), retry_after, answer: Some(answer), error }
            }
            Err(error) => EventAnswer { took: Duration::ZERO, status: None, retry_after: None, answer: None, error: Some(error) },
        };
        EventAnswer { took: began.elapsed(), ..answer }
    }

    async fn send(&self, call: EventCall<'_>) -> Result<Response, String> {
        let url = Url::parse(call.url).map_err(|error| error.to_string())?;
        // Only names are looked up, so what is an address already is looked at here.
        if literal(&url).is_some_and(|address| !self.reach(&url).permits(address)) {
            return Err(NotPermitted.to_string());
        }
        let client = if url.scheme() == "https" { &self.tls } else { &self.plain };
        let timestamp = (self.wire_clock)().timestamp().to_string();
        let signatures: Vec<String> = call.signers.iter().map(|signer| signer.sign(call.id, &timestamp, &call.body)).collect();
        let request = client
            .post(url)
            .header("content-type", "application/json")
            .header("webhook-id", call.id)
            .header("webhook-timestamp", timestamp)
            .header("webhook-signature", signatures.join(" "))
            .body(call.body);
        request.send().await.map_err(causes)
    }

    fn retry_after(&self, response: &Response) -> Option<TimeDelta> {
        let asks = matches!(response.status(), StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE);
        if asks { retry_after(response.headers(), (self.wire_clock)()) } else { None }
    }
}

/// Seconds, or an instant (RFC 9110, section 10.2.3).
fn retry_after(headers: &HeaderMap, now: DateTime<Utc>) -> Option<TimeDelta> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    let seconds = text.parse().ok().and_then(TimeDelta::try_seconds);
    seconds.or_else(|| Some(DateTime::parse_from_rfc2822(text).ok()?.to_utc() - now))
}

/// The beginning of an answer, as it can be kept, and why there is no more of it.
async fn beginning(mut response: Response) -> (String, Option<String>) {
    let mut bytes = Vec::new();
    let mut error = None;
    while bytes.len() < ANSWER_BYTES {
        match response.chunk().await {
            Ok(Some(chunk)) => bytes.extend_from_slice(&chunk),
            Ok(None) => break,
            Err(broken) => {
                error = Some(causes(broken));
                break;
            }
        }
    }
    bytes.truncate(ANSWER_BYTES);
    (storable(&String::from_utf8_lossy(&bytes)), error)
}

/// The host, where it is an address and no name.
fn literal(url: &Url) -> Option<IpAddr> {
    let host = url.host_str()?;
    host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host).parse().ok()
}

fn is_local_name(url: &Url) -> bool {
    let name = url.host_str().unwrap_or_default().trim_end_matches('.');
    name.eq_ignore_ascii_case("localhost") || name.to_ascii_lowercase().ends_with(".localhost")
}

#[cfg(test)]
mod tests;
