//! When contracts end, and by when notice must be given.

use axum::extract::State;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use workflow::contract::contract_dates;
use workflow::intake::Contract;
use workflow::project::Project;
use workflow::warning::{Warning, contract_warnings};
use workflow::why::{Dated, Why};

use crate::ApiState;
use crate::answer::{Answer, json};
use crate::page::Page;
use crate::path::ProjectId;
use crate::query::Params;

pub(crate) fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new().routes(routes!(list))
}

/// For which notice.
#[derive(Debug, Deserialize, ToSchema, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct NoticeParams {
    /// The day on which the provider receives the notice; today in Amsterdam when absent.
    received_on: Option<NaiveDate>,
}

/// The dates of a contract for a notice received on a day.
#[derive(Debug, Serialize, ToSchema)]
struct ContractDatesView {
    /// The contract.
    contract: String,
    /// The day on which the notice is received.
    received_on: NaiveDate,
    /// The first day after the initial term; null when the contract is indefinite.
    initial_term_ends_on: Option<NaiveDate>,
    /// The last day on which the provider can receive a notice that ends the contract with its initial term; null once that has ended.
    notify_by: Option<NaiveDate>,
    /// The last day to post that notice: five working days earlier.
    post_by: Option<NaiveDate>,
    /// The first day without service, at the earliest.
    earliest_end_on: NaiveDate,
    /// Why they are those days.
    why: ContractWhy,
    /// What one must know about the contract.
    warnings: Vec<Warning>,
}

/// Why a contract's dates are those days: each a tree, whose leaves are facts. Null where the date is.
#[derive(Debug, Serialize, ToSchema)]
struct ContractWhy {
    /// Why the initial term ends on that day.
    initial_term_ends_on: Option<Why>,
    /// Why notice must be received by that day.
    notify_by: Option<Why>,
    /// Why it must be posted by that day.
    post_by: Option<Why>,
    /// Why the contract ends no earlier.
    earliest_end_on: Why,
}

impl ContractDatesView {
    fn new(project: &Project, contract: &Contract, received_on: NaiveDate) -> Self {
        let dates = contract_dates(&contract.term(), received_on);
        Self {
            contract: contract.id.clone(),
            received_on,
            initial_term_ends_on: day(dates.initial_term_ends_on.as_ref()),
            notify_by: day(dates.notify_by.as_ref()),
            post_by: day(dates.post_by.as_ref()),
            earliest_end_on: dates.earliest_end_on.day,
            why: ContractWhy {
                initial_term_ends_on: dates.initial_term_ends_on.as_ref().map(Dated::why),
                notify_by: dates.notify_by.as_ref().map(Dated::why),
                post_by: dates.post_by.as_ref().map(Dated::why),
                earliest_end_on: dates.earliest_end_on.why(),
            },
            warnings: contract_warnings(project, contract, received_on),
        }
    }
}

fn day(dated: Option<&Dated>) -> Option<NaiveDate> {
    dated.map(|dated| dated.day)
}

/// Computes each contract's end, last day for notice and last day to post it.
#[utoipa::path(get, path = "/projects/{id}/contract-dates", tag = "projects", params(NoticeParams),
    responses((status = 200, description = "The dates, in the order of the contracts", body = Page<ContractDatesView>)))]
async fn list(State(api): State<ApiState>, ProjectId(id): ProjectId, Params(params): Params<NoticeParams>) -> Answer {
    let project = api.current(id).await?.project;
    let received_on = params.received_on.unwrap_or_else(|| api.engine.moment().today());
    let dates = project.intake.contracts.iter().map(|contract| ContractDatesView::new(&project, contract, received_on));
    json(&Page::whole(dates.collect::<Vec<_>>()))
}
