//! Who calls: bearer tokens (RFC 6750), of which only the SHA-256 is kept, and what their bearers may see.
//!
//! Who may *do* what is decided in `workflow`; here only whose project it is.

use axum::extract::{FromRequestParts, Request, State};
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use utoipa::ToSchema;
use uuid::Uuid;
use workflow::actor::{Actor, Role};

use crate::ApiState;
use crate::problem::Problem;
use crate::query;
use crate::session::Session;

/// The name and scope of whoever has the configured token.
const ADMIN: &str = "admin";

/// What a token's bearer may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum TokenRole {
    /// A project manager of the contractor.
    Manager,
    /// An engineer of the contractor.
    Engineer,
    /// The customer of one project.
    Customer,
    /// Another system: CRM, portal, a PBX's own portal.
    Integration,
    /// Reads the calendar feed, and nothing else.
    Calendar,
}

impl TokenRole {
    /// Every role.
    pub const ALL: [TokenRole; 5] =
        [TokenRole::Manager, TokenRole::Engineer, TokenRole::Customer, TokenRole::Integration, TokenRole::Calendar];

    /// The name by which it is stored and shown in answers.
    pub const fn as_str(self) -> &'static str {
        match self {
            TokenRole::Manager => "manager",
            TokenRole::Engineer => "engineer",
            TokenRole::Customer => "customer",
            TokenRole::Integration => "integration",
            TokenRole::Calendar => "calendar",
        }
    }

    /// The role with this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == name)
    }

    const fn actor_role(self) -> Option<Role> {
        match self {
            TokenRole::Manager => Some(Role::Manager),
            TokenRole::Engineer => Some(Role::Engineer),
            TokenRole::Customer => Some(Role::Customer),
            TokenRole::Integration => Some(Role::Integration),
            TokenRole::Calendar => None,
        }
    }
}

/// The form in which a token is kept: SHA-256, in hexadecimal.
pub fn token_hash(token: &str) -> String {
    engine::handle::hex(&Sha256::digest(token))
}

/// Whoever makes a request, and acts in a project.
#[derive(Debug, Clone)]
pub(crate) struct Caller {
    /// The token's id: the scope of idempotency keys.
    pub(crate) token: String,
    /// What they may do.
    pub(crate) role: TokenRole,
    /// As the trail shows them.
    pub(crate) actor: Actor,
    /// The only project that they may see.
    pub(crate) project: Option<Uuid>,
}

/// A project manager, who may see what is everybody's.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Manager;

/// Whoever reads the calendar feed: any token.
#[derive(Debug, Clone)]
pub(crate) struct FeedReader {
    /// The only project that they may see.
    pub(crate) project: Option<Uuid>,
}

impl Caller {
    /// Whether the project is theirs to see.
    pub(crate) fn may_see(&self, project: Uuid) -> bool {
        self.project.is_none_or(|only| only == project)
    }
}

/// A token that opened.
pub(crate) struct Bearer {
    token: String,
    name: String,
    role: TokenRole,
    project: Option<Uuid>,
}

/// Lets in who may use the API, with a [`Caller`] for the handlers. A page calls for whoever is signed in: no request from outside can bring
/// a [`Session`].
pub(crate) async fn authenticate(State(api): State<ApiState>, mut request: Request, next: Next) -> Response {
    let caller = match request.extensions().get::<Session>() {
        Some(session) => Ok(session.caller().clone()),
        None => identify(&api, bearer(request.headers())).await.and_then(caller),
    };
    match caller {
        Ok(caller) => {
            request.extensions_mut().insert(caller);
            next.run(request).await
        }
        Err(problem) => problem.into_response(),
    }
}

/// Lets in who may read the calendar feed. Calendar programs can't send headers: their token may stand in the query.
pub(crate) async fn authenticate_feed(State(api): State<ApiState>, mut request: Request, next: Next) -> Response {
    let in_query = query::pairs(request.uri()).into_iter().find(|(name, _)| name == "token").map(|(_, token)| token);
    let token = bearer(request.headers()).map(str::to_owned).or(in_query);
    match identify(&api, token.as_deref()).await {
        Ok(bearer) => {
            request.extensions_mut().insert(FeedReader { project: bearer.project });
            next.run(request).await
        }
        Err(problem) => problem.into_response(),
    }
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

async fn identify(api: &ApiState, token: Option<&str>) -> Result<Bearer, Problem> {
    let Some(token) = token.filter(|token| !token.is_empty()) else { return Err(unauthenticated()) };
    by_hash(api, &token_hash(token)).await
}

/// Whose token has this hash, if it is good.
pub(crate) async fn by_hash(api: &ApiState, hash: &str) -> Result<Bearer, Problem> {
    if let Some(admin) = api.admin_token.as_deref().filter(|admin| !admin.is_empty())
        && bool::from(token_hash(admin).as_bytes().ct_eq(hash.as_bytes()))
    {
        return Ok(Bearer { token: ADMIN.to_owned(), name: ADMIN.to_owned(), role: TokenRole::Manager, project: None });
    }
    let Some(stored) = api.engine.store().token_by_hash(hash).await? else { return Err(unauthenticated()) };
    let project = stored.project_id.as_deref().map(Uuid::parse_str).transpose();
    match (TokenRole::parse(&stored.role), project) {
        // A customer's token without a project would open every project.
        (Some(TokenRole::Customer), Ok(None)) | (None, _) | (_, Err(_)) => {
            tracing::warn!(token = stored.id, "this token's role or project makes no sense; it opens nothing");
            Err(unauthenticated())
        }
        (Some(role), Ok(project)) => Ok(Bearer { token: stored.id, name: stored.name, role, project }),
    }
}

/// Whoever acts by a token; a calendar only reads.
pub(crate) fn caller(bearer: Bearer) -> Result<Caller, Problem> {
    let Bearer { token, name, role, project } = bearer;
    let Some(actor_role) = role.actor_role() else {
        return Err(Problem::forbidden(
            "dit token leest alleen de agenda (calendar.ics)",
            "this token reads the calendar only (calendar.ics)",
        ));
    };
    Ok(Caller { token, role, actor: Actor::new(actor_role, name), project })
}

fn unauthenticated() -> Problem {
    Problem::new(
        StatusCode::UNAUTHORIZED,
        "unauthenticated",
        "geef een geldig token in `Authorization: Bearer …`",
        "give a valid token in `Authorization: Bearer …`",
    )
}

impl FromRequestParts<ApiState> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &ApiState) -> Result<Self, Problem> {
        parts.extensions.get().cloned().ok_or_else(unauthenticated)
    }
}

impl FromRequestParts<ApiState> for Manager {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, api: &ApiState) -> Result<Self, Problem> {
        match Caller::from_request_parts(parts, api).await?.role {
            TokenRole::Manager => Ok(Self),
            _ => Err(Problem::forbidden("dit is alleen voor projectleiders", "this is for project managers only")),
        }
    }
}

impl FromRequestParts<ApiState> for FeedReader {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &ApiState) -> Result<Self, Problem> {
        parts.extensions.get().cloned().ok_or_else(unauthenticated)
    }
}
