//! What became of a call, sorted by what its caller can do next.

use reqwest::StatusCode;
use serde_json::Value;

/// A peer's answer to a call that it understood.
#[derive(Debug, Clone, PartialEq)]
pub enum Answer {
    /// It has taken effect.
    Done {
        /// In the peer's words.
        detail: Option<String>,
        /// What the peer tells besides; `null` if nothing.
        data: Value,
    },
    /// The peer will not, for a reason of its own; nothing has changed.
    Refused {
        /// In the peer's words.
        detail: String,
        /// What the peer tells besides; `null` if nothing.
        data: Value,
    },
    /// The peer has begun; the outcome comes by itself.
    Later,
}

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CallError {
    /// Nothing can have happened: try again.
    #[error("not reached: {0}")]
    NotReached(String),
    /// It may have taken effect: ask the peer, or repeat under the same key.
    #[error("outcome unknown: {0}")]
    Unknown(String),
    /// The peer does not let us in, and nothing has happened: it helps to repeat it once our credentials, or our clock, are right.
    #[error("access denied: {0}")]
    Denied(String),
    /// The peer says that the call is wrong: repeating it won't help.
    #[error("rejected: {0}")]
    Rejected(String),
}

impl CallError {
    /// For a call that got no HTTP answer.
    pub(crate) fn without_answer(error: reqwest::Error) -> Self {
        let of = if error.is_builder() {
            Self::Rejected
        } else if error.is_connect() {
            Self::NotReached
        } else {
            Self::Unknown
        };
        of(causes(error))
    }

    /// For a call whose answer broke off.
    pub(crate) fn without_body(error: reqwest::Error) -> Self {
        Self::Unknown(causes(error))
    }

    /// For an HTTP answer other than success; `detail` is what the peer said.
    pub(crate) fn of_status(status: StatusCode, detail: &str) -> Self {
        let text = if detail.is_empty() { status.to_string() } else { format!("{status}: {detail}") };
        match status {
            // Both are given before anything is done, and ask to come back later.
            StatusCode::SERVICE_UNAVAILABLE | StatusCode::TOO_MANY_REQUESTS => Self::NotReached(text),
            status if status.is_server_error() => Self::Unknown(text),
            _ => Self::Rejected(text),
        }
    }
}

/// A peer's text as it can be kept: databases refuse U+0000, also written as an escape in JSON, and what can't be kept would come again for
/// ever.
pub(crate) fn storable(text: &str) -> String {
    text.replace('\0', "\u{fffd}").replace("\\u0000", "\\ufffd")
}

/// What went wrong, without the address: it may hold a secret, and the text is kept and shown.
pub(crate) fn causes(error: reqwest::Error) -> String {
    chain(&error.without_url())
}

/// An error with all its causes, since reqwest's own text hides what matters ("connection refused").
pub(crate) fn chain(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(Some(error), |error| error.source());
    let mut texts: Vec<String> = causes.map(ToString::to_string).collect();
    texts.dedup();
    texts.join(": ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_peer_says_can_be_kept() {
        let text = storable("{\"detail\": \"a\\u0000b\"}");
        let value: Value = serde_json::from_str(&text).unwrap_or_default();
        assert_eq!(value["detail"], "a\u{fffd}b");
        assert_eq!(storable("a\0b"), "a\u{fffd}b");
    }

    #[test]
    fn a_status_says_whether_repeating_helps() {
        #[track_caller]
        fn check(status: u16, expected: fn(String) -> CallError, text: &str) {
            let status = StatusCode::from_u16(status).unwrap_or_default();
            assert_eq!(CallError::of_status(status, "because"), expected(text.to_owned()));
        }
        check(503, CallError::NotReached, "503 Service Unavailable: because");
        check(429, CallError::NotReached, "429 Too Many Requests: because");
        check(500, CallError::Unknown, "500 Internal Server Error: because");
        check(504, CallError::Unknown, "504 Gateway Timeout: because");
        check(400, CallError::Rejected, "400 Bad Request: because");
        check(302, CallError::Rejected, "302 Found: because");
    }
}
