//! The cutover: how it stands, and what a person decides when it stops.

use std::borrow::Cow;

use axum::extract::State;
use axum::http::StatusCode;
use chrono::{DateTime, Utc};
use engine::Render;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, Schema, SchemaType, Type};
use utoipa::{PartialSchema, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;
use workflow::command::Command;
use workflow::cutover::incident::Incident;
use workflow::cutover::place::NumberState;
use workflow::cutover::{Cutover, Step as CutoverStep, StepKey, machine};
use workflow::intake::FieldError;
use workflow::letter::Language;
use workflow::number::Series;
use workflow::project::{Project, Turn};
use workflow::rehearsal::Rehearsal;
use workflow::text::Text;
use workflow::view::{MoveView, moved_view};

use crate::ApiState;
use crate::answer::{Answer, Step, json, render};
use crate::body::Change;
use crate::path::ProjectId;
use crate::problem::Problem;
use crate::projects::{Because, Nothing};

pub(crate) fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(show))
        .routes(routes!(rehearse))
        .routes(routes!(retry))
        .routes(routes!(abort))
        .routes(routes!(resolve))
}

/// How a cutover stands: a state of its machine, or `none`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct CutoverStatus(Option<machine::State>);

impl CutoverStatus {
    const NONE: &str = "none";

    /// How a project's cutover stands.
    pub(crate) fn of(project: &Project) -> Self {
        Self(project.cutover.as_ref().map(|cutover| cutover.state))
    }

    /// Its name in answers.
    pub(crate) fn as_str(self) -> &'static str {
        self.0.map_or(Self::NONE, machine::State::as_str)
    }
}

impl Serialize for CutoverStatus {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for CutoverStatus {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = String::deserialize(deserializer)?;
        let known = std::iter::once(None).chain(machine::State::ALL.iter().copied().map(Some)).map(Self);
        known.into_iter().find(|status| status.as_str() == name).ok_or_else(|| D::Error::custom("no such status"))
    }
}

impl PartialSchema for CutoverStatus {
    fn schema() -> RefOr<Schema> {
        let names = std::iter::once(Self::NONE).chain(machine::State::ALL.iter().map(|state| state.as_str()));
        let schema = ObjectBuilder::new().schema_type(SchemaType::new(Type::String)).enum_values(Some(names));
        schema.description(Some("How a cutover stands.")).into()
    }
}

impl ToSchema for CutoverStatus {
    fn name() -> Cow<'static, str> {
        "CutoverStatus".into()
    }
}

/// A cutover as shown.
#[derive(Debug, Serialize, ToSchema)]
struct CutoverView {
    /// How it stands.
    status: CutoverStatus,
    /// Its moment.
    at: Option<DateTime<Utc>>,
    /// Why outside working days or hours.
    override_reason: Option<String>,
    /// The numbers that move in it.
    numbers: Vec<Series>,
    /// Where each of them is now, and how long it could not be reached.
    number_states: Vec<NumberState>,
    /// Its steps, in their order.
    steps: Vec<CutoverStep>,
    /// Why it stopped, what state each number is in, and what can be done.
    incident: Option<Incident>,
    /// The last time that the agreed moment moved: how, and who was told of it, when.
    moved: Option<MoveView>,
    /// What waits for a person.
    to_do: Vec<ToDo>,
    /// The last rehearsal, when there was one.
    rehearsal: Option<RehearsalView>,
}

/// Something that a person does by hand and then says so, by `cutover/resolve` or as the effect's outcome.
#[derive(Debug, Serialize, ToSchema)]
struct ToDo {
    /// The effect.
    effect: Uuid,
    /// The step that waits for it.
    step: StepKey,
    /// What to do.
    text: Text,
    /// Since when it waits.
    since: Option<DateTime<Utc>>,
    /// When whoever must act is asked again.
    asked_again_at: Option<DateTime<Utc>>,
}

/// A rehearsal as shown.
#[derive(Debug, Serialize, ToSchema)]
struct RehearsalView {
    /// Whether everything went well; null while it is going on.
    passed: Option<bool>,
    #[serde(flatten)]
    rehearsal: Rehearsal,
}

impl From<&Rehearsal> for RehearsalView {
    fn from(rehearsal: &Rehearsal) -> Self {
        Self { passed: rehearsal.passed(), rehearsal: rehearsal.clone() }
    }
}

impl From<&Project> for CutoverView {
    fn from(project: &Project) -> Self {
        let cutover = project.cutover.as_ref();
        let by_hand = project.effects.iter().filter(|(_, effect)| effect.needs_a_person());
        let to_do = by_hand.filter_map(|(id, effect)| {
            let asked_again_at = effect.answer_by.filter(|_| effect.turn == Turn::Person);
            Some(ToDo {
                effect: *id,
                step: effect.purpose.step()?,
                text: effect.by_hand.clone(),
                since: effect.waiting_since,
                asked_again_at,
            })
        });
        Self {
            status: CutoverStatus::of(project),
            at: cutover.map(|cutover| cutover.at),
            override_reason: cutover.and_then(|cutover| cutover.override_reason.clone()),
            numbers: project.numbers_in_cutover().cloned().collect(),
            number_states: project.numbers_in_cutover().map(|series| NumberState::of(project, series)).collect(),
            steps: cutover.map(|cutover: &Cutover| cutover.steps.clone()).unwrap_or_default(),
            incident: cutover.and_then(|cutover| cutover.incident.clone()),
            moved: moved_view(project),
            to_do: to_do.collect(),
            rehearsal: project.rehearsal.as_ref().map(RehearsalView::from),
        }
    }
}

fn view() -> Render {
    render(StatusCode::OK, |project, _, _| CutoverView::from(project))
}

/// Shows a project's cutover.
#[utoipa::path(get, path = "/projects/{id}/cutover", tag = "cutover",
    responses((status = 200, description = "The cutover", body = CutoverView)))]
async fn show(State(api): State<ApiState>, ProjectId(id): ProjectId) -> Answer {
    json(&CutoverView::from(&api.current(id).await?.project))
}

/// With what a cutover is rehearsed.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct RehearsalForm {
    /// A number that leads to the PBX already, and is not one of the customer's.
    #[schema(max_length = 60, example = "085 123 45 67")]
    test_number: String,
}

/// Rehearses the cutover with a test number.
///
/// Everything but the porting: what would stop the preflight is listed, the PBX is asked to answer the test number, a test call is made, and the
/// routing is taken away again. `rehearsal` says how it goes; nothing touches the customer's numbers.
#[utoipa::path(post, path = "/projects/{id}/cutover/rehearse", tag = "cutover", request_body = RehearsalForm,
    responses((status = 200, description = "The cutover", body = CutoverView)))]
async fn rehearse(
    State(api): State<ApiState>,
    ProjectId(id): ProjectId,
    Change { terms, body }: Change<RehearsalForm>,
) -> Answer {
    let test_number = Series::parse(&body.test_number, None).map_err(|fault| {
        let (nl, en) = (fault.text(Language::Nl), fault.text(Language::En));
        Problem::input(vec![FieldError::new("/test_number", fault.code(), nl, en)])
    })?;
    api.take(terms, Step::command(id, Command::RehearseCutover { test_number }, view())).await
}

/// Tries the step at which the cutover stopped again.
#[utoipa::path(post, path = "/projects/{id}/cutover/retry", tag = "cutover", request_body = Nothing,
    responses((status = 200, description = "The cutover", body = CutoverView)))]
async fn retry(State(api): State<ApiState>, ProjectId(id): ProjectId, Change { terms, .. }: Change<Nothing>) -> Answer {
    api.take(terms, Step::command(id, Command::RetryCutover, view())).await
}

/// Gives the cutover up.
///
/// What was done is undone. A performed porting has no undo: after it this is refused.
#[utoipa::path(post, path = "/projects/{id}/cutover/abort", tag = "cutover", request_body = Because,
    responses((status = 200, description = "The cutover", body = CutoverView)))]
async fn abort(State(api): State<ApiState>, ProjectId(id): ProjectId, Change { terms, body }: Change<Because>) -> Answer {
    api.take(terms, Step::command(id, Command::AbortCutover { reason: body.reason }, view())).await
}

/// What was done by hand.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct DoneByHand {
    /// What was done; the trail keeps it.
    #[schema(min_length = 1, max_length = 2000, pattern = r"\S")]
    note: String,
}

/// Says that the step at which the cutover waits or stopped was done by hand.
#[utoipa::path(post, path = "/projects/{id}/cutover/resolve", tag = "cutover", request_body = DoneByHand,
    responses((status = 200, description = "The cutover", body = CutoverView)))]
async fn resolve(State(api): State<ApiState>, ProjectId(id): ProjectId, Change { terms, body }: Change<DoneByHand>) -> Answer {
    api.take(terms, Step::command(id, Command::ResolveStep { note: body.note }, view())).await
}
