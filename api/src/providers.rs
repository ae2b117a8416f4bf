//! The provider directory, whom customers come from, and why donors refuse numbers.

use axum::extract::State;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use workflow::porting::blocking::BlockingCode;
use workflow::provider::ProviderEntry;

use crate::ApiState;
use crate::answer::{Answer, json};
use crate::page::Page;
use crate::query::Params;

pub(crate) fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(blocking_codes))
}

/// Which providers.
#[derive(Debug, Deserialize, ToSchema, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ProviderParams {
    /// With this text in one of their names; capital letters, punctuation and legal form make no difference.
    #[schema(max_length = 200)]
    #[param(max_length = 200)]
    q: Option<String>,
}

/// Lists the current providers that are known.
///
/// With what each asks of a cancellation, what to beware of, and where that comes from. A contract of a provider that has an `address` here
/// can be given by the provider's name alone.
#[utoipa::path(get, path = "/providers", tag = "providers", params(ProviderParams),
    responses((status = 200, description = "Providers", body = Page<ProviderEntry>)))]
async fn list(State(api): State<ApiState>, Params(params): Params<ProviderParams>) -> Answer {
    let found = api.engine.settings().providers.search(params.q.as_deref().unwrap_or_default());
    json(&Page::whole(found.collect()))
}

/// Lists the blocking codes whose meaning is known.
///
/// What each means, who must act, and whether asking anew is worth it. COIN gives the meanings to its members only: the operator fills them
/// in (`OVERSTAP_BLOCKING_CODES`). A code that is not here is shown as it is.
#[utoipa::path(get, path = "/blocking-codes", tag = "providers",
    responses((status = 200, description = "Blocking codes, by code", body = Page<BlockingCode>)))]
async fn blocking_codes(State(api): State<ApiState>) -> Answer {
    json(&Page::whole(api.engine.settings().blocking_codes.all().collect()))
}
