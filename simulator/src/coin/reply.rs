//! COIN's synchronous answers.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

/// COIN's error codes, as far as they occur here.
#[derive(Debug, Clone, Copy)]
pub(super) enum Code {
    FieldValidation,
    Parameter,
    Endpoint,
    Forbidden,
    Unauthorized,
}

impl Code {
    fn as_str(self) -> &'static str {
        match self {
            Self::FieldValidation => "1000",
            Self::Parameter => "1010",
            Self::Endpoint => "1020",
            Self::Forbidden => "8000",
            Self::Unauthorized => "8010",
        }
    }
}

/// 200: COIN has the message. Whether it is right in substance is another matter.
pub(super) fn accepted() -> Response {
    Json(json!({"transactionId": transaction_id()})).into_response()
}

/// No, with all the reasons.
pub(super) fn refusal(status: StatusCode, code: Code, details: impl IntoIterator<Item = impl Into<String>>) -> Response {
    let errors: Vec<Value> = details.into_iter().map(|detail| json!({"code": code.as_str(), "message": detail.into()})).collect();
    (status, Json(json!({"transactionId": transaction_id(), "errors": errors}))).into_response()
}

fn transaction_id() -> String {
    format!("{:016x}", rand::random::<u64>())
}
