//! The query of a URL, read by the same shapes as bodies: every unknown or malformed parameter is named at once.

use axum::extract::{FromRequestParts, Query};
use axum::http::Uri;
use axum::http::request::Parts;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use utoipa::ToSchema;
use workflow::intake::FieldError;

use crate::ApiState;
use crate::problem::Problem;
use crate::shape::Shape;

/// The parameters of a query. `T` refuses unknown fields.
#[derive(Debug)]
pub(crate) struct Params<T>(pub(crate) T);

impl<T: DeserializeOwned + ToSchema + 'static> FromRequestParts<ApiState> for Params<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &ApiState) -> Result<Self, Problem> {
        read(&parts.uri).map(Self)
    }
}

/// Names and values in their order.
pub(crate) fn pairs(uri: &Uri) -> Vec<(String, String)> {
    Query::try_from_uri(uri).map(|Query(pairs)| pairs).unwrap_or_default()
}

/// Reads the parameters of a query.
pub(crate) fn read<T: DeserializeOwned + ToSchema + 'static>(uri: &Uri) -> Result<T, Problem> {
    let shape = Shape::of::<T>();
    let mut fields = Map::new();
    let mut errors = Vec::new();
    for (name, text) in pairs(uri) {
        let value = typed(&shape, &name, text);
        if fields.insert(name.clone(), value).is_some() {
            errors.push(FieldError::new(
                format!("/{name}"),
                "given_twice",
                "staat er meer dan eens; geef het een keer",
                "stands there more than once; give it once",
            ));
        }
    }
    match shape.read(Value::Object(fields)) {
        Ok(params) if errors.is_empty() => Ok(params),
        Ok(_) => Err(Problem::query(errors)),
        Err(wrong) => {
            errors.extend(wrong);
            Err(Problem::query(errors))
        }
    }
}

/// All is text in a query; numbers and yes or no are told by what the parameter should be.
fn typed(shape: &Shape, name: &str, text: String) -> Value {
    let number = || text.parse::<i64>().ok().filter(|_| shape.is_of_type(name, "integer")).map(Value::from);
    let truth = || text.parse::<bool>().ok().filter(|_| shape.is_of_type(name, "boolean")).map(Value::from);
    number().or_else(truth).unwrap_or(Value::String(text))
}
