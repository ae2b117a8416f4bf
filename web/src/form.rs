//! What a page's form sends: from one of our own pages and for this session, or it is not looked at.

use std::collections::HashMap;

use axum::Form;
use axum::extract::{FromRequest, FromRequestParts as _, Request};
use axum::response::{IntoResponse, Response};
use subtle::ConstantTimeEq as _;

use crate::Web;
use crate::call::Terms;
use crate::frame::Part;
use crate::guard::is_from_here;
use crate::trouble::Trouble;
use crate::visit::Visit;

/// The field that holds the session's form token.
const TOKEN: &str = "form_token";

/// A form's fields by their names; one that stands there twice counts once.
#[derive(Debug, Clone, Default)]
pub(crate) struct Fields(pub(crate) HashMap<String, String>);

impl Fields {
    /// What was typed, without spaces around it; nothing where only spaces were.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(|text| text.trim()).filter(|text| !text.is_empty())
    }

    /// On what terms the change is asked for: upon what was shown, and once.
    pub(crate) fn terms(&self) -> Terms {
        Terms { version: self.text("version").and_then(|version| version.parse().ok()), key: self.text("key").map(str::to_owned) }
    }
}

/// A form that somebody who is signed in sends.
pub(crate) struct Posted {
    pub(crate) visit: Visit,
    pub(crate) fields: Fields,
}

impl FromRequest<Web> for Posted {
    type Rejection = Response;

    async fn from_request(request: Request, web: &Web) -> Result<Self, Response> {
        let (mut parts, body) = request.into_parts();
        let visit = Visit::from_request_parts(&mut parts, web).await?;
        let foreign = |visit: &Visit| Trouble::foreign_form(visit.frame(Part::Other)).into_response();
        if !is_from_here(&parts.headers) {
            return Err(foreign(&visit));
        }
        let Ok(Form(fields)) = Form::<HashMap<String, String>>::from_request(Request::from_parts(parts, body), web).await else {
            return Err(foreign(&visit));
        };
        let fields = Fields(fields);
        let given = fields.text(TOKEN).unwrap_or_default();
        if !bool::from(given.as_bytes().ct_eq(visit.session.form_token().as_bytes())) {
            return Err(foreign(&visit));
        }
        Ok(Self { visit, fields })
    }
}
