//! Forwardings: numbers whose calls arrive elsewhere, before the porting at temporary numbers on the new PBX.

use axum::extract::State;
use axum::http::StatusCode;
use chrono::NaiveDate;
use engine::Render;
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use workflow::command::Command;
use workflow::forwarding::{Destination, ForwardingSaid, ForwardingTried, ForwardingWish, Means};
use workflow::intake::FieldError;
use workflow::letter::Language;
use workflow::number::{NumberFault, Series, mobile};
use workflow::process::Party;
use workflow::view::{ForwardingView, forwardings_view};

use crate::ApiState;
use crate::answer::{Answer, Step, json, render};
use crate::body::Change;
use crate::page::Page;
use crate::path::{Key, ProjectId};
use crate::problem::Problem;

pub(crate) fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new().routes(routes!(list, ask)).routes(routes!(set)).routes(routes!(tested)).routes(routes!(end))
}

fn view() -> Render {
    render(StatusCode::OK, |project, _, _| Page::whole(forwardings_view(project)))
}

/// Lists a project's forwardings, oldest first.
///
/// Each says where it stands, and what is to be done about it by whom.
#[utoipa::path(get, path = "/projects/{id}/forwardings", tag = "cutover",
    responses((status = 200, description = "The forwardings", body = Page<ForwardingView>)))]
async fn list(State(api): State<ApiState>, ProjectId(id): ProjectId) -> Answer {
    json(&Page::whole(forwardings_view(&api.current(id).await?.project)))
}

/// A number, or a block of numbers.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NumbersForm {
    /// The number, or the block's first.
    #[schema(max_length = 60, example = "030 100 12 00")]
    number: String,
    /// How many numbers; one when absent.
    #[schema(minimum = 1, maximum = 10_000)]
    block_size: Option<u32>,
}

/// Numbers to forward.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ForwardingForm {
    /// Numbers of the project, or a part of a block of them.
    numbers: NumbersForm,
    /// Temporary numbers of yours on the new PBX: one, or one for each; or a mobile.
    to: NumbersForm,
    /// Who sets it. The customer when absent; after the porting you.
    set_by: Option<Party>,
    /// How. For a single number `star_code` when absent, for a block and after the porting `provider`.
    means: Option<Means>,
    /// The day on which it is to be in place; today when absent.
    on: Option<NaiveDate>,
    /// What the current provider charges for it.
    #[schema(min_length = 1, max_length = 200, pattern = r"\S")]
    costs: Option<String>,
}

impl ForwardingForm {
    fn into_wish(self) -> Result<ForwardingWish, Problem> {
        let fault = |pointer: &str, fault: NumberFault| {
            FieldError::new(pointer, fault.code(), fault.text(Language::Nl), fault.text(Language::En))
        };
        let numbers =
            Series::parse(&self.numbers.number, self.numbers.block_size).map_err(|found| fault("/numbers/number", found));
        let to = match mobile(&self.to.number).filter(|_| self.to.block_size.unwrap_or(1) == 1) {
            Some(number) => Ok(Destination::Mobile(number)),
            None => Series::parse(&self.to.number, self.to.block_size)
                .map(Destination::Temporary)
                .map_err(|found| fault("/to/number", found)),
        };
        let (numbers, to) = match (numbers, to) {
            (Ok(numbers), Ok(to)) => (numbers, to),
            (numbers, to) => return Err(Problem::input(numbers.err().into_iter().chain(to.err()).collect())),
        };
        let Self { set_by, means, on, costs, .. } = self;
        Ok(ForwardingWish { numbers, to, set_by, means, on, costs })
    }
}

/// Asks for numbers to be forwarded.
///
/// Before the porting to temporary numbers, which the PBX is asked to answer first; while numbers can't be reached after it to whatever can. Who is to
/// set it is told how, and reminded.
#[utoipa::path(post, path = "/projects/{id}/forwardings", tag = "cutover", request_body = ForwardingForm,
    responses((status = 200, description = "The forwardings", body = Page<ForwardingView>)))]
async fn ask(State(api): State<ApiState>, ProjectId(id): ProjectId, Change { terms, body }: Change<ForwardingForm>) -> Answer {
    let wish = body.into_wish()?;
    api.take(terms, Step::command(id, Command::AskForwarding(wish), view())).await
}

/// Something said of a forwarding.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Note {
    /// Anything worth keeping.
    #[schema(max_length = 2000)]
    note: Option<String>,
}

/// Says that a forwarding has been set.
#[utoipa::path(post, path = "/projects/{id}/forwardings/{forwarding}/set", tag = "cutover", request_body = Note,
    responses((status = 200, description = "The forwardings", body = Page<ForwardingView>)))]
async fn set(
    State(api): State<ApiState>,
    ProjectId(id): ProjectId,
    Key(forwarding): Key,
    Change { terms, body }: Change<Note>,
) -> Answer {
    let said = ForwardingSaid { id: forwarding, note: body.note };
    api.take(terms, Step::command(id, Command::RecordForwardingSet(said), view())).await
}

/// A call to a forwarded number.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct TrialForm {
    /// Whether it arrived where it should.
    arrived: bool,
    /// Anything worth keeping.
    #[schema(max_length = 2000)]
    note: Option<String>,
}

/// Says whether a call to a forwarded number arrived.
#[utoipa::path(post, path = "/projects/{id}/forwardings/{forwarding}/tested", tag = "cutover", request_body = TrialForm,
    responses((status = 200, description = "The forwardings", body = Page<ForwardingView>)))]
async fn tested(
    State(api): State<ApiState>,
    ProjectId(id): ProjectId,
    Key(forwarding): Key,
    Change { terms, body }: Change<TrialForm>,
) -> Answer {
    let tried = ForwardingTried { id: forwarding, arrived: body.arrived, note: body.note };
    api.take(terms, Step::command(id, Command::RecordForwardingTested(tried), view())).await
}

/// Ends a forwarding: it was taken away, or is not wanted any more.
///
/// The PBX is asked to forget its temporary numbers, so first have it taken away where it was set; after the porting of its numbers nothing goes by it.
#[utoipa::path(post, path = "/projects/{id}/forwardings/{forwarding}/end", tag = "cutover", request_body = Note,
    responses((status = 200, description = "The forwardings", body = Page<ForwardingView>)))]
async fn end(
    State(api): State<ApiState>,
    ProjectId(id): ProjectId,
    Key(forwarding): Key,
    Change { terms, body }: Change<Note>,
) -> Answer {
    let said = ForwardingSaid { id: forwarding, note: body.note };
    api.take(terms, Step::command(id, Command::EndForwarding(said), view())).await
}
