//! Porting: asking, planning, withdrawing, and recording what donors answer.

use axum::extract::State;
use axum::http::StatusCode;
use chrono::{DateTime, NaiveDate, Utc};
use engine::Render;
use serde::{Deserialize, Serialize};
use store::{MessageDirection, StoredMessage};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;
use workflow::calendar::amsterdam;
use workflow::command::{Command, SeriesAnswer};
use workflow::decide::submission;
use workflow::intake::FieldError;
use workflow::letter::Language;
use workflow::number::Series;
use workflow::porting::DonorAnswer;

use crate::ApiState;
use crate::answer::{Answer, Step, json, render};
use crate::auth::{Caller, TokenRole};
use crate::body::Change;
use crate::page::{LIMIT_DEFAULT, Page};
use crate::path::ProjectId;
use crate::porting_view::{PortingView, SubmissionView};
use crate::problem::Problem;
use crate::projects::Nothing;
use crate::query::Params;

pub(crate) fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(show))
        .routes(routes!(submit))
        .routes(routes!(schedule))
        .routes(routes!(cancel))
        .routes(routes!(answer))
        .routes(routes!(messages))
        .routes(routes!(unclaimed))
}

fn view() -> Render {
    render(StatusCode::OK, |project, _, _| PortingView::from(project))
}

/// Shows how a project's porting stands.
#[utoipa::path(get, path = "/projects/{id}/porting", tag = "porting",
    responses((status = 200, description = "The porting", body = PortingView)))]
async fn show(State(api): State<ApiState>, ProjectId(id): ProjectId) -> Answer {
    json(&PortingView::from(&api.current(id).await?.project))
}

/// Asks the donors for every number that is not spoken for.
///
/// One request per contract and kind of number. A dry run tells in `dry_run` the dossiers that it would make and what is known against it,
/// also when it can't be done yet: `unmet` of the problem then has all that is missing.
#[utoipa::path(post, path = "/projects/{id}/porting/submit", tag = "porting", request_body = Nothing,
    responses((status = 200, description = "The porting", body = PortingView)))]
async fn submit(State(api): State<ApiState>, ProjectId(id): ProjectId, Change { terms, .. }: Change<Nothing>) -> Answer {
    if !terms.dry_run {
        return api.take(terms, Step::command(id, Command::SubmitPorting, view())).await;
    }
    let project = api.current(id).await?.project;
    let told = SubmissionView::from(submission(&project, api.engine.settings(), api.engine.clock().now()));
    let shown = told.clone();
    let render = render(StatusCode::OK, move |project, _, _| PortingView::from(project).with_dry_run(shown.clone()));
    api.take(terms, Step::command(id, Command::SubmitPorting, render)).await.map_err(|problem| match problem.status() {
        StatusCode::CONFLICT => problem.with_dry_run(&told),
        _ => problem,
    })
}

/// A moment for the cutover.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Moment {
    /// When, with its offset.
    #[schema(example = "2027-01-26T08:30:00+01:00")]
    at: DateTime<Utc>,
    /// Why outside working days or porting hours; the window can't be overridden.
    #[schema(min_length = 1, max_length = 2000, pattern = r"\S")]
    override_reason: Option<String>,
    /// The requests whose numbers move then, where not all do: each is performed as a whole. The others are scheduled once these have moved.
    #[schema(max_items = 200)]
    requests: Option<Vec<String>>,
}

/// Gives the cutover its moment, or another one.
///
/// All numbers move together in the window that their requests share. Requests without a common window move in parts: `requests` names those
/// that go now.
#[utoipa::path(post, path = "/projects/{id}/porting/schedule", tag = "porting", request_body = Moment,
    responses((status = 200, description = "The porting", body = PortingView)))]
async fn schedule(State(api): State<ApiState>, ProjectId(id): ProjectId, Change { terms, body }: Change<Moment>) -> Answer {
    let Moment { at, override_reason, requests } = body;
    api.take(terms, Step::command(id, Command::SchedulePorting { at, override_reason, requests }, view())).await
}

/// Requests to withdraw.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Withdrawal {
    /// Only this one; all when absent.
    #[schema(max_length = 20)]
    request: Option<String>,
    /// Why; the trail keeps it.
    #[schema(min_length = 1, max_length = 2000, pattern = r"\S")]
    reason: String,
}

/// Withdraws porting requests, all or one.
#[utoipa::path(post, path = "/projects/{id}/porting/cancel", tag = "porting", request_body = Withdrawal,
    responses((status = 200, description = "The porting", body = PortingView)))]
async fn cancel(State(api): State<ApiState>, ProjectId(id): ProjectId, Change { terms, body }: Change<Withdrawal>) -> Answer {
    let Withdrawal { request, reason } = body;
    api.take(terms, Step::command(id, Command::CancelPorting { request, reason }, view())).await
}

/// A donor's answer as a portal or letter shows it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct AnswerForm {
    /// Which request; may be absent when only one is unanswered.
    #[schema(max_length = 20)]
    request: Option<String>,
    /// The whole request is refused.
    #[serde(default)]
    blocking: bool,
    /// The First Possible Date of every series that is not named in `series`.
    first_possible_at: Option<FirstPossible>,
    /// Why not (COIN, two digits), for every series that is not named in `series`.
    #[schema(minimum = 0, maximum = 99, example = 63)]
    blocking_code: Option<u8>,
    /// Per series, where they differ.
    #[schema(max_items = 5000)]
    #[serde(default)]
    series: Vec<SeriesForm>,
    /// In the donor's words.
    #[schema(max_length = 2000)]
    detail: Option<String>,
    /// The project's attachment that shows it: a letter, or a picture of the portal.
    attachment: Option<Uuid>,
}

/// What the donor said of a series.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SeriesForm {
    /// The series' number, or its first.
    #[schema(max_length = 60, example = "030 100 12 00")]
    number: String,
    /// How many numbers; one when absent.
    #[schema(minimum = 1, maximum = 10_000)]
    block_size: Option<u32>,
    /// The First Possible Date.
    first_possible_at: Option<FirstPossible>,
    /// Why not (COIN, two digits).
    #[schema(minimum = 0, maximum = 99)]
    blocking_code: Option<u8>,
    /// In the donor's words.
    #[schema(max_length = 2000)]
    note: Option<String>,
}

/// An instant, or a day: then its beginning in Amsterdam.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(untagged)]
enum FirstPossible {
    /// With its offset.
    At(DateTime<Utc>),
    /// From its beginning.
    On(NaiveDate),
}

impl From<FirstPossible> for DateTime<Utc> {
    fn from(first: FirstPossible) -> Self {
        match first {
            FirstPossible::At(at) => at,
            FirstPossible::On(day) => amsterdam::start_of_day(day),
        }
    }
}

impl AnswerForm {
    /// The answer as the rules take it: what holds for all series comes after those that are named.
    fn into_answer(self) -> Result<DonorAnswer, Problem> {
        let mut errors = Vec::new();
        let answered = !self.series.is_empty();
        let mut series = Vec::with_capacity(self.series.len() + 1);
        for (i, form) in self.series.into_iter().enumerate() {
            match Series::parse(&form.number, form.block_size) {
                Ok(number) => series.push(SeriesAnswer {
                    number: Some(number),
                    first_possible_at: form.first_possible_at.map(Into::into),
                    blocking_code: form.blocking_code,
                    note: form.note,
                }),
                Err(fault) => errors.push(FieldError::new(
                    format!("/series/{i}/number"),
                    fault.code(),
                    fault.text(Language::Nl),
                    fault.text(Language::En),
                )),
            }
        }
        let for_all = self.first_possible_at.is_some() || self.blocking_code.is_some();
        if !(for_all || self.blocking || answered) {
            errors.push(FieldError::new(
                "/first_possible_at",
                "missing",
                "geef de eerst mogelijke datum en tijd, of een blokkeringscode",
                "give the first possible date and time, or a blocking code",
            ));
        }
        if !errors.is_empty() {
            return Err(Problem::input(errors));
        }
        if for_all {
            series.push(SeriesAnswer {
                number: None,
                first_possible_at: self.first_possible_at.map(Into::into),
                blocking_code: self.blocking_code,
                note: None,
            });
        }
        Ok(DonorAnswer {
            blocking: self.blocking,
            series,
            donor_operator: None,
            detail: self.detail,
            attachment: self.attachment,
        })
    }
}

/// Records a donor's answer by hand.
///
/// For portings that go through a portal: what COIN would have said. Give `first_possible_at`, or a `blocking_code`, for all or per series; and what
/// shows it as an attachment.
#[utoipa::path(post, path = "/projects/{id}/porting/answer", tag = "porting", request_body = AnswerForm,
    responses((status = 200, description = "The porting", body = PortingView)))]
async fn answer(State(api): State<ApiState>, ProjectId(id): ProjectId, Change { terms, body }: Change<AnswerForm>) -> Answer {
    let request = body.request.clone();
    let answer = body.into_answer()?;
    api.take(terms, Step::command(id, Command::RecordAnswer { request, answer }, view())).await
}

/// A message to or from COIN, as it was.
#[derive(Debug, Serialize, ToSchema)]
struct MessageView {
    /// With whom.
    peer: String,
    /// Which way.
    direction: Direction,
    /// The peer's own id of it.
    external_id: String,
    /// What it is, in the peer's words.
    kind: String,
    /// When it was kept.
    at: DateTime<Utc>,
    /// The message itself.
    body: serde_json::Value,
}

/// Which way a message went.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum Direction {
    /// To us.
    In,
    /// From us.
    Out,
}

impl From<StoredMessage> for MessageView {
    fn from(message: StoredMessage) -> Self {
        Self {
            peer: message.peer,
            direction: match message.direction {
                MessageDirection::In => Direction::In,
                MessageDirection::Out => Direction::Out,
            },
            external_id: message.external_id,
            kind: message.kind,
            at: message.at,
            body: message.body,
        }
    }
}

/// Lists the messages exchanged about a project's porting, as they were.
///
/// For project managers and engineers.
#[utoipa::path(get, path = "/projects/{id}/porting/messages", tag = "porting",
    responses((status = 200, description = "The messages, oldest first", body = Page<MessageView>)))]
async fn messages(State(api): State<ApiState>, caller: Caller, ProjectId(id): ProjectId) -> Answer {
    may_read(&caller)?;
    api.current(id).await?;
    let messages = api.engine.store().messages_of(&id.to_string()).await?;
    json(&Page::whole(messages.into_iter().map(MessageView::from).collect::<Vec<_>>()))
}

/// Lists messages from COIN that are about no project, latest first: other operators' news, and what could not be read.
///
/// For project managers and engineers.
#[utoipa::path(get, path = "/porting/messages", tag = "porting", params(LatestParams),
    responses((status = 200, description = "The messages, latest first", body = Page<MessageView>)))]
async fn unclaimed(State(api): State<ApiState>, caller: Caller, Params(params): Params<LatestParams>) -> Answer {
    may_read(&caller)?;
    let messages = api.engine.store().unclaimed_messages(params.limit.unwrap_or(LIMIT_DEFAULT)).await?;
    json(&Page::whole(messages.into_iter().map(MessageView::from).collect::<Vec<_>>()))
}

/// How many of the latest.
#[derive(Debug, Deserialize, ToSchema, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct LatestParams {
    /// At most so many items.
    #[schema(minimum = 1, maximum = 200, default = 50)]
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<u32>,
}

fn may_read(caller: &Caller) -> Result<(), Problem> {
    if matches!(caller.role, TokenRole::Manager | TokenRole::Engineer) {
        return Ok(());
    }
    Err(Problem::forbidden(
        "berichten van andere aanbieders zijn voor projectleiders en engineers",
        "messages of other operators are for project managers and engineers",
    ))
}
