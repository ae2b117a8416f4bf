//! What the path of a URL names, and whether the caller may know of it. What a caller may not know of does not exist for it: 404.

use axum::extract::{FromRequestParts, RawPathParams};
use axum::http::request::Parts;
use uuid::Uuid;

use crate::ApiState;
use crate::auth::Caller;
use crate::problem::Problem;

/// The id in the path of something that belongs to no project; who may see such things is asked elsewhere.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Id(pub(crate) Uuid);

impl FromRequestParts<ApiState> for Id {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, api: &ApiState) -> Result<Self, Problem> {
        id_in_path(parts, api).await.map(Self)
    }
}

/// The project in the path, of which the caller may know.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ProjectId(pub(crate) Uuid);

impl FromRequestParts<ApiState> for ProjectId {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, api: &ApiState) -> Result<Self, Problem> {
        let id = id_in_path(parts, api).await?;
        let caller = Caller::from_request_parts(parts, api).await?;
        if caller.may_see(id) { Ok(Self(id)) } else { Err(Problem::not_found()) }
    }
}

/// The letter or file in the path, with its project, of which the caller may know.
#[derive(Debug, Clone, Copy)]
pub(crate) struct DocumentId {
    pub(crate) id: Uuid,
    pub(crate) project: Uuid,
}

impl FromRequestParts<ApiState> for DocumentId {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, api: &ApiState) -> Result<Self, Problem> {
        let id = id_in_path(parts, api).await?;
        let project = api.engine.store().document_project(&id.to_string()).await?;
        let project = visible(parts, api, project).await?;
        Ok(Self { id, project })
    }
}

/// The effect in the path, with its project, of which the caller may know, and its latest attempt.
#[derive(Debug, Clone, Copy)]
pub(crate) struct EffectId {
    pub(crate) id: Uuid,
    pub(crate) project: Uuid,
    pub(crate) attempt: u32,
}

impl FromRequestParts<ApiState> for EffectId {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, api: &ApiState) -> Result<Self, Problem> {
        let id = id_in_path(parts, api).await?;
        let effect = api.engine.store().effect(&id.to_string()).await?.ok_or_else(Problem::not_found)?;
        let attempt = u32::try_from(effect.attempts).unwrap_or(u32::MAX);
        let project = visible(parts, api, Some(effect.project_id)).await?;
        Ok(Self { id, project, attempt })
    }
}

/// The task's key, the warning's code or the forwarding's name in the path.
#[derive(Debug)]
pub(crate) struct Key(pub(crate) String);

impl FromRequestParts<ApiState> for Key {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, api: &ApiState) -> Result<Self, Problem> {
        let params = RawPathParams::from_request_parts(parts, api).await.map_err(|_| Problem::not_found())?;
        let key = params.iter().find(|(name, _)| *name != "id").map(|(_, key)| key.to_owned());
        key.map(Self).ok_or_else(Problem::not_found)
    }
}

/// What is not an id belongs to nothing.
async fn id_in_path(parts: &mut Parts, api: &ApiState) -> Result<Uuid, Problem> {
    let params = RawPathParams::from_request_parts(parts, api).await.map_err(|_| Problem::not_found())?;
    let id = params.iter().find(|(name, _)| *name == "id").and_then(|(_, id)| Uuid::parse_str(id).ok());
    id.ok_or_else(Problem::not_found)
}

async fn visible(parts: &mut Parts, api: &ApiState, project: Option<String>) -> Result<Uuid, Problem> {
    let caller = Caller::from_request_parts(parts, api).await?;
    let project = project.and_then(|project| Uuid::parse_str(&project).ok());
    project.filter(|project| caller.may_see(*project)).ok_or_else(Problem::not_found)
}
