//! Projects: lists, intake, phase and status.

use axum::extract::State;
use axum::http::StatusCode;
use chrono::{DateTime, NaiveDate, Utc};
use engine::{Failure, Origin, Render, Target};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use store::{ListRow, ProjectFilter};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use workflow::command::Command;
use workflow::intake::IntakeForm;
use workflow::number::{Series, searched};
use workflow::phase;
use workflow::porting::PortingStatus;
use workflow::process::Party;
use workflow::view::{ProjectView, Status, project_view};

use crate::ApiState;
use crate::answer::{Answer, Step, json, render};
use crate::auth::Caller;
use crate::body::{Change, Json};
use crate::cutover::CutoverStatus;
use crate::intake::{self, patched};
use crate::order::Order;
use crate::page::{LIMIT_DEFAULT, Page};
use crate::path::ProjectId;
use crate::problem::Problem;
use crate::query::Params;

/// A change without `If-Match` is merged anew so often when others change the project meanwhile.
const MERGES_MAX: usize = 20;

pub(crate) fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(show, change))
        .routes(routes!(advance))
        .routes(routes!(hold))
        .routes(routes!(resume))
        .routes(routes!(cancel))
}

/// Which projects, in which order.
#[derive(Debug, Deserialize, ToSchema, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ListParams {
    /// In this phase.
    phase: Option<phase::State>,
    /// With this status.
    status: Option<Status>,
    /// With a cutover that stands so.
    #[param(inline)]
    cutover_status: Option<CutoverStatus>,
    /// Waiting for this party, perhaps among others.
    waiting_on: Option<Party>,
    /// With something due before today, Amsterdam time.
    #[param(inline)]
    overdue: Option<Only>,
    /// Porting on this day or later.
    porting_from: Option<NaiveDate>,
    /// Porting on this day or earlier.
    porting_to: Option<NaiveDate>,
    /// With this text in reference, customer name, city, contract numbers or numbers; capital letters or not.
    #[schema(max_length = 200)]
    #[param(max_length = 200)]
    q: Option<String>,
    /// The order; the newest first when absent.
    #[param(inline)]
    sort: Option<Order>,
    /// At most so many items.
    #[schema(minimum = 1, maximum = 200, default = 50)]
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<u32>,
    /// `next_cursor` of the part before, for the same order.
    cursor: Option<String>,
}

/// A condition that is set or absent.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum Only {
    /// Set.
    True,
}

/// A project in a list.
#[derive(Debug, Serialize, ToSchema)]
struct ProjectItem {
    /// Its id.
    #[schema(value_type = uuid::Uuid)]
    id: String,
    /// Its reference.
    #[schema(example = "2027-0001")]
    reference: String,
    /// The customer's name.
    customer_name: String,
    /// The customer's town.
    city: String,
    /// Its phase.
    #[schema(value_type = phase::State)]
    phase: String,
    /// Whether things go on.
    #[schema(value_type = Status)]
    status: String,
    /// On whom it waits.
    #[schema(value_type = Vec<Party>)]
    waiting_on: Vec<String>,
    /// The day by which the next thing is due: an open task, a letter to post, the porting.
    next_due_on: Option<NaiveDate>,
    /// That day has passed.
    overdue: bool,
    /// The cutover's day, else the wish date.
    porting_on: Option<NaiveDate>,
    /// How the porting stands.
    #[schema(value_type = PortingStatus)]
    porting_status: String,
    /// How the cutover stands.
    #[schema(value_type = CutoverStatus)]
    cutover_status: String,
    /// Counts its changes.
    version: i64,
    /// When it began.
    created_at: DateTime<Utc>,
    /// When something last happened.
    updated_at: DateTime<Utc>,
}

impl ProjectItem {
    fn new(row: ListRow, today: NaiveDate) -> Self {
        let columns = row.columns;
        Self {
            id: row.id,
            reference: row.reference,
            customer_name: columns.customer_name,
            city: columns.city,
            phase: columns.phase,
            status: columns.status,
            waiting_on: columns.waiting_on,
            next_due_on: columns.next_due_on,
            overdue: columns.next_due_on.is_some_and(|due_on| due_on < today),
            porting_on: columns.porting_on,
            porting_status: columns.porting_status,
            cutover_status: columns.cutover_status,
            version: row.version,
            created_at: row.created_at,
            updated_at: row.updated_at,
        }
    }
}

impl ApiState {
    /// What a search looks for. A whole number may lie inside a block, of which only the first is in a project's text: it leads to the project
    /// that has it.
    async fn searched(&self, q: &str) -> Result<String, Problem> {
        if let Ok(series) = Series::parse(q, Some(1)) {
            let (first, last) = series.span();
            if let Some(holder) = self.engine.store().number_holder(first, last, None).await? {
                return Ok(holder.reference);
            }
        }
        Ok(searched(q).into_owned())
    }
}

/// Lists projects.
///
/// Filters hold together. A page goes on after the last item seen, whatever is added meanwhile.
#[utoipa::path(get, path = "/projects", tag = "projects", params(ListParams),
    responses((status = 200, description = "Projects", body = Page<ProjectItem>)))]
async fn list(State(api): State<ApiState>, caller: Caller, Params(params): Params<ListParams>) -> Answer {
    let today = api.engine.moment().today();
    let Order { by, direction } = params.sort.unwrap_or_default();
    let filter = ProjectFilter {
        phase: params.phase.map(|phase| phase.as_str().to_owned()),
        status: params.status.map(|status| status.as_str().to_owned()),
        cutover_status: params.cutover_status.map(|status| status.as_str().to_owned()),
        waiting_on: params.waiting_on.map(|party| party.as_str().to_owned()),
        overdue_on: params.overdue.map(|Only::True| today),
        porting_from: params.porting_from,
        porting_to: params.porting_to,
        q: match params.q {
            Some(q) => Some(api.searched(&q).await?),
            None => None,
        },
        project_id: caller.project.map(|project| project.to_string()),
        cursor: params.cursor,
        ..ProjectFilter::all(by, direction, params.limit.unwrap_or(LIMIT_DEFAULT))
    };
    let page = api.engine.store().list(&filter).await?;
    let items = page.items.into_iter().map(|row| ProjectItem::new(row, today)).collect();
    json(&Page { items, next_cursor: page.next_cursor })
}

/// Starts a project from an intake.
///
/// Every error is named at once. Numbers may be written in any usual way and come back as E.164.
#[utoipa::path(post, path = "/projects", tag = "projects", request_body = IntakeForm,
    responses((status = 201, description = "The project, at `Location`", body = ProjectView)))]
async fn create(State(api): State<ApiState>, Change { terms, body }: Change<Value>) -> Answer {
    let intake =
        intake::read(body, &api.engine.settings().providers, api.engine.moment().today(), None).map_err(Problem::input)?;
    let step = Step {
        target: Target::New(Box::new(intake)),
        origin: Origin::Outside,
        documents: Vec::new(),
        render: render(StatusCode::CREATED, project_view),
    };
    api.take(terms, step).await
}

/// Shows a project.
///
/// With its tasks, warnings, gate, next actions and intake. The `ETag` is its version.
#[utoipa::path(get, path = "/projects/{id}", tag = "projects",
    responses((status = 200, description = "The project", body = ProjectView)))]
async fn show(State(api): State<ApiState>, ProjectId(id): ProjectId) -> Answer {
    let current = api.current(id).await?;
    json(&project_view(&current.project, current.version, &api.engine.moment()))
}

/// Changes what is known of a project.
///
/// A JSON merge patch (RFC 7396) of the intake data: null takes a field away, a list replaces the whole list. The result is checked as a
/// whole. Numbers in a live porting request can't be changed.
#[utoipa::path(patch, path = "/projects/{id}", tag = "projects",
    request_body(content = serde_json::Value, content_type = "application/merge-patch+json",
        description = "Any part of an intake, e.g. `{\"wish_date\": \"2027-02-02\"}`"),
    responses((status = 200, description = "The project", body = ProjectView)))]
async fn change(
    State(api): State<ApiState>,
    ProjectId(id): ProjectId,
    Change { terms, body: Json(patch) }: Change<Json>,
) -> Answer {
    for _ in 0..MERGES_MAX {
        let current = api.current(id).await?;
        let intake = patched(&current.project.intake, &patch, &api.engine.settings().providers, &api.engine.moment())?;
        let command = Command::ChangeIntake { intake: Box::new(intake) };
        // The patch was merged with this version, so it may be applied to no other.
        let mut upon = terms.clone();
        upon.if_match = terms.if_match.or(Some(current.version));
        match api.attempt(upon, Step::command(id, command, project())).await {
            Err(Failure::VersionConflict { .. }) if terms.if_match.is_none() => {}
            Err(failure) => return Err(Problem::failure(failure, terms.if_match.is_some())),
            Ok(response) => return Ok(response),
        }
    }
    Err(Problem::failure(Failure::VersionConflict { current: api.current(id).await?.version }, false))
}

/// Nothing to say.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Nothing {}

/// Why.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Because {
    /// Why; the trail keeps it.
    #[schema(min_length = 1, max_length = 2000, pattern = r"\S")]
    pub(crate) reason: String,
}

/// Leaves the phase for the next.
///
/// Only when every task of the phase is done or skipped; otherwise 409 `gate_not_met` lists in `unmet` what is not.
#[utoipa::path(post, path = "/projects/{id}/advance", tag = "projects", request_body = Nothing,
    responses((status = 200, description = "The project", body = ProjectView)))]
async fn advance(State(api): State<ApiState>, ProjectId(id): ProjectId, Change { terms, .. }: Change<Nothing>) -> Answer {
    api.take(terms, Step::command(id, Command::Advance, project())).await
}

/// Puts a project on hold.
///
/// Automation and due dates stop. A scheduled cutover must be moved or aborted first.
#[utoipa::path(post, path = "/projects/{id}/hold", tag = "projects", request_body = Because,
    responses((status = 200, description = "The project", body = ProjectView)))]
async fn hold(State(api): State<ApiState>, ProjectId(id): ProjectId, Change { terms, body }: Change<Because>) -> Answer {
    api.take(terms, Step::command(id, Command::Hold { reason: body.reason }, project())).await
}

/// Resumes a project that is on hold.
#[utoipa::path(post, path = "/projects/{id}/resume", tag = "projects", request_body = Nothing,
    responses((status = 200, description = "The project", body = ProjectView)))]
async fn resume(State(api): State<ApiState>, ProjectId(id): ProjectId, Change { terms, .. }: Change<Nothing>) -> Answer {
    api.take(terms, Step::command(id, Command::Resume, project())).await
}

/// Cancels a project.
///
/// What is under way outside is withdrawn. Once any number has been ported it can't be cancelled.
#[utoipa::path(post, path = "/projects/{id}/cancel", tag = "projects", request_body = Because,
    responses((status = 200, description = "The project", body = ProjectView)))]
async fn cancel(State(api): State<ApiState>, ProjectId(id): ProjectId, Change { terms, body }: Change<Because>) -> Answer {
    api.take(terms, Step::command(id, Command::Cancel { reason: body.reason }, project())).await
}

/// Answers with the project.
pub(crate) fn project() -> Render {
    render(StatusCode::OK, project_view)
}
