//! How a project's porting stands, as shown.

use std::borrow::Cow;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Serialize, Serializer};
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, Schema, SchemaType, Type};
use utoipa::{PartialSchema, ToSchema};
use uuid::Uuid;
use workflow::cutover::machine::State::{Aborted, Incident, Running, Scheduled};
use workflow::decide::{Dossier, Submission};
use workflow::event::Purpose;
use workflow::letter::Scenario;
use workflow::number::Series;
use workflow::porting::blocking::BlockingMeaning;
use workflow::porting::{PortingRequest, PortingStatus, RequestedSeries, common_window, request};
use workflow::project::{PendingEffect, Project};
use workflow::text::Text;
use workflow::warning::Warning;

/// A porting as shown.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PortingView {
    /// How it stands as a whole.
    status: PortingStatus,
    /// The cutover's moment.
    scheduled_at: Option<DateTime<Utc>>,
    /// When all accepted numbers can be ported together; null while none are accepted, or when there is no such moment.
    window: Option<WindowView>,
    /// The requests, oldest first.
    requests: Vec<RequestView>,
    /// Of a dry run of asking: what it would make, and what is known against it.
    #[serde(skip_serializing_if = "Option::is_none")]
    dry_run: Option<SubmissionView>,
}

/// What asking for the numbers would do.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct SubmissionView {
    /// The dossiers that it would make, one for each request.
    dossiers: Vec<DossierView>,
    /// What a donor may refuse it for, or what makes it come too early, although nothing forbids it.
    warnings: Vec<Warning>,
}

/// A dossier that would be made.
#[derive(Debug, Clone, Serialize, ToSchema)]
struct DossierView {
    /// Its request within the project.
    request: String,
    /// Its id at COIN.
    dossier_id: String,
    /// The contract whose numbers it asks for.
    contract: String,
    /// The donor's name.
    provider: String,
    /// The donor's network operator, where it is known.
    donor_operator: Option<String>,
    /// How the contract ends.
    scenario: Scenario,
    /// The kind of number.
    kind: String,
    /// By which number the donor knows the customer.
    customer_number: String,
    /// The numbers.
    numbers: Vec<Series>,
}

impl From<Submission> for SubmissionView {
    fn from(submission: Submission) -> Self {
        let view = |dossier: Dossier| {
            let Dossier { order, contract, group, donor_operator } = dossier;
            DossierView {
                request: order.request,
                dossier_id: order.dossier_id,
                contract,
                provider: order.provider,
                donor_operator,
                scenario: order.scenario,
                kind: group.to_owned(),
                customer_number: order.customer_number,
                numbers: order.numbers,
            }
        };
        Self { dossiers: submission.dossiers.into_iter().map(view).collect(), warnings: submission.warnings }
    }
}

/// When numbers can be ported.
#[derive(Debug, Serialize, ToSchema)]
struct WindowView {
    /// The first instant.
    opens_at: DateTime<Utc>,
    /// The last day, Amsterdam time, that day included.
    ends_on: NaiveDate,
}

/// A porting request as shown.
#[derive(Debug, Serialize, ToSchema)]
struct RequestView {
    /// Its name within the project: `1`, `2`, …
    id: String,
    /// Its dossier at COIN.
    dossier_id: String,
    /// The contract whose numbers it asks for.
    contract: String,
    /// The donor's name.
    provider: String,
    /// How the contract ends.
    scenario: Scenario,
    /// The numbers that it asks for.
    numbers: Vec<Series>,
    /// How it stands.
    status: RequestStatus,
    /// When it was asked.
    requested_at: DateTime<Utc>,
    /// When the donor has announced to answer.
    answer_due_at: Option<DateTime<Utc>>,
    /// From when on all its accepted numbers may be ported.
    first_possible_at: Option<DateTime<Utc>>,
    /// The last day on which they may, Amsterdam time.
    window_ends_on: Option<NaiveDate>,
    /// The first blocking code that the donor gave (COIN).
    blocking_code: Option<u8>,
    /// What that code means, where that is known.
    blocking: Option<BlockingMeaning>,
    /// The donor's or COIN's words.
    detail: Option<String>,
    /// The attachment that shows the donor's answer, where it was recorded by hand with one.
    attachment: Option<Uuid>,
    /// When the porting was performed.
    performed_at: Option<DateTime<Utc>>,
    /// What the donor said of each series.
    series: Vec<SeriesView>,
    /// What a person has to do for it.
    to_do: Option<Text>,
    /// What is under way for it: effects whose outcome may be recorded.
    open: Vec<Uuid>,
}

/// What the donor said of a series.
#[derive(Debug, Serialize, ToSchema)]
struct SeriesView {
    #[serde(flatten)]
    numbers: Series,
    /// The First Possible Date and time.
    first_possible_at: Option<DateTime<Utc>>,
    /// Why not (COIN).
    blocking_code: Option<u8>,
    /// What that code means, where that is known.
    blocking: Option<BlockingMeaning>,
    /// In the donor's words.
    note: Option<String>,
}

/// How a request stands: a state of its machine, or `scheduled` when its numbers wait for the cutover.
#[derive(Debug, Clone, Copy)]
enum RequestStatus {
    Of(request::State),
    Scheduled,
}

impl RequestStatus {
    const SCHEDULED: &str = "scheduled";
}

impl Serialize for RequestStatus {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(match self {
            Self::Of(state) => state.as_str(),
            Self::Scheduled => Self::SCHEDULED,
        })
    }
}

impl PartialSchema for RequestStatus {
    fn schema() -> RefOr<Schema> {
        let names = request::State::ALL.iter().map(|state| state.as_str()).chain([Self::SCHEDULED]);
        let schema = ObjectBuilder::new().schema_type(SchemaType::new(Type::String)).enum_values(Some(names));
        schema.description(Some("How a porting request stands.")).into()
    }
}

impl ToSchema for RequestStatus {
    fn name() -> Cow<'static, str> {
        "RequestStatus".into()
    }
}

impl From<&Project> for PortingView {
    fn from(project: &Project) -> Self {
        let window = common_window(&project.requests);
        Self {
            status: project.porting_status(),
            scheduled_at: project.cutover.as_ref().filter(|cutover| cutover.state != Aborted).map(|cutover| cutover.at),
            window: window.map(|window| WindowView { opens_at: window.opens_at, ends_on: window.ends_on.day }),
            requests: project.requests.iter().map(|request| RequestView::new(project, request)).collect(),
            dry_run: None,
        }
    }
}

impl PortingView {
    /// Tells besides what a dry run of asking found.
    pub(crate) fn with_dry_run(mut self, found: SubmissionView) -> Self {
        self.dry_run = Some(found);
        self
    }
}

impl RequestView {
    fn new(project: &Project, request: &PortingRequest) -> Self {
        let scheduled = project.cutover.as_ref().is_some_and(|cutover| matches!(cutover.state, Scheduled | Running | Incident));
        let status = match request.state {
            request::State::Accepted if scheduled && project.is_in_cutover(request) => RequestStatus::Scheduled,
            state => RequestStatus::Of(state),
        };
        let open: Vec<(&Uuid, &PendingEffect)> =
            project.effects.iter().filter(|(_, effect)| is_for(&effect.purpose, &request.id)).collect();
        let by_hand = open.iter().find(|(_, effect)| effect.needs_a_person());
        Self {
            id: request.id.clone(),
            dossier_id: request.dossier_id.clone(),
            contract: request.contract.clone(),
            provider: request.provider.clone(),
            scenario: request.scenario,
            numbers: request.series.iter().map(|asked| asked.series.clone()).collect(),
            status,
            requested_at: request.requested_at,
            answer_due_at: request.answer_due_at,
            first_possible_at: request.first_possible_at(),
            window_ends_on: request.window().map(|window| window.ends_on.day),
            blocking_code: request.blocking_code(),
            blocking: request.series.iter().find(|asked| asked.blocking_code.is_some()).and_then(|asked| asked.meaning.clone()),
            detail: request.detail.clone(),
            attachment: request.attachment,
            performed_at: request.performed_at,
            series: request.series.iter().map(SeriesView::from).collect(),
            to_do: by_hand.map(|(_, effect)| effect.by_hand.clone()),
            open: open.into_iter().map(|(id, _)| *id).collect(),
        }
    }
}

fn is_for(purpose: &Purpose, request: &str) -> bool {
    matches!(
        purpose,
        Purpose::RequestPorting(of) | Purpose::PerformPorting(of) | Purpose::CancelPorting(of) if of == request
    )
}

impl From<&RequestedSeries> for SeriesView {
    fn from(asked: &RequestedSeries) -> Self {
        Self {
            numbers: asked.series.clone(),
            first_possible_at: asked.first_possible_at,
            blocking_code: asked.blocking_code,
            blocking: asked.meaning.clone(),
            note: asked.note.clone(),
        }
    }
}
