//! The check list of the porting morning, as JSON and as a page.

use axum::extract::State;
use axum::http::HeaderMap;
use chrono::{DateTime, Utc};
use engine::trail::{recorded, trail};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;
use workflow::calendar::local_time;
use workflow::checklist::{CheckItem, Doer, checklist, clicks_of_incident};
use workflow::cutover::StepState;
use workflow::cutover::incident::Incident;
use workflow::letter::Language;
use workflow::text::Text;

use crate::ApiState;
use crate::answer::{Answer, json};
use crate::auth::Caller;
use crate::click::ReadyCall;
use crate::cutover::CutoverStatus;
use crate::html::Html;
use crate::language::preferred;
use crate::path::ProjectId;
use crate::problem::Problem;
use crate::sheet::{for_who_does_it, tell_clock};

pub(crate) fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new().routes(routes!(show)).routes(routes!(page))
}

/// The porting morning, to tick off.
#[derive(Debug, Serialize, ToSchema)]
struct CheckListView {
    /// The project.
    project: Uuid,
    /// Its reference.
    reference: String,
    /// The customer's name.
    customer: String,
    /// At the customer's, on that morning.
    contact: String,
    /// Its telephone number.
    phone: String,
    /// How the cutover stands.
    status: CutoverStatus,
    /// When it begins.
    at: Option<DateTime<Utc>>,
    /// What is to be done, in order.
    items: Vec<CheckItemView>,
    /// Why it stopped.
    incident: Option<Incident>,
    /// What can be done about that by one call.
    calls: Vec<ReadyCall>,
}

/// One thing to tick off.
#[derive(Debug, Serialize, ToSchema)]
struct CheckItemView {
    #[serde(flatten)]
    item: CheckItem,
    /// What to enter where.
    sheet: Option<String>,
    /// What can be said of it by one call.
    calls: Vec<ReadyCall>,
}

/// Shows the check list of a project's cutover: what is to be done and by whom, what has been done, when and by whom.
///
/// For everyone but customers. What waits for a person has `calls` that are ready to be made: one click each.
#[utoipa::path(get, path = "/projects/{id}/cutover/checklist", tag = "cutover",
    responses((status = 200, description = "The check list; without items when there is no cutover", body = CheckListView)))]
async fn show(State(api): State<ApiState>, caller: Caller, ProjectId(id): ProjectId, headers: HeaderMap) -> Answer {
    json(&view(&api, &caller, id, preferred(&headers)).await?)
}

/// The same as a page, to be read and printed.
///
/// In the language of `Accept-Language`.
#[utoipa::path(get, path = "/projects/{id}/cutover/checklist.html", tag = "cutover",
    responses((status = 200, description = "The page", content_type = "text/html", body = String)))]
async fn page(State(api): State<ApiState>, caller: Caller, ProjectId(id): ProjectId, headers: HeaderMap) -> Answer {
    let language = preferred(&headers);
    let view = view(&api, &caller, id, language).await?;
    let title = Text::new("controlelijst van de portering", "check list of the porting");
    Ok(view.html(language, &api).page(&format!("{} {}", view.reference, title.in_language(language)), language))
}

async fn view(api: &ApiState, caller: &Caller, id: Uuid, language: Language) -> Result<CheckListView, Problem> {
    for_who_does_it(caller)?;
    let current = api.current(id).await?;
    let trail = trail(api.engine.store(), &id.to_string()).await?;
    // What was added since is not in the state.
    let seen = trail.iter().filter(|event| event.version <= current.version);
    let seen = seen.map(recorded).collect::<Result<Vec<_>, _>>().map_err(|error| Problem::internal(&error))?;
    let project = &current.project;
    let call = |click| ReadyCall::of(click, id, current.version, language);
    let item = |item: CheckItem| CheckItemView {
        sheet: item.effect.map(|effect| format!("/api/v1/effects/{effect}/sheet")),
        calls: item.clicks().into_iter().map(call).collect(),
        item,
    };
    let cutover = project.cutover.as_ref();
    Ok(CheckListView {
        project: id,
        reference: project.reference.clone(),
        customer: project.intake.customer.name.clone(),
        contact: project.intake.customer.contact.name.clone(),
        phone: project.intake.customer.contact.phone.clone(),
        status: CutoverStatus::of(project),
        at: cutover.map(|cutover| cutover.at),
        items: checklist(project, &seen).into_iter().map(item).collect(),
        incident: cutover.and_then(|cutover| cutover.incident.clone()),
        calls: cutover.map(clicks_of_incident).unwrap_or_default().into_iter().map(call).collect(),
    })
}

impl CheckListView {
    fn html(&self, language: Language, api: &ApiState) -> Html {
        let say = |nl: &'static str, en: &'static str| match language {
            Language::Nl => nl,
            Language::En => en,
        };
        let mut html = Html::default();
        html.text("p", &format!("{}: {} · {} {}", say("klant", "customer"), self.customer, self.contact, self.phone));
        tell_clock(&mut html, api, language);
        let Some(at) = self.at else {
            html.note(say("er is geen cutover gepland", "no cutover has been scheduled"));
            return html;
        };
        html.text("p", &format!("{} {} ({})", say("begint op", "begins on"), shown(at), self.status.as_str()));
        if let Some(incident) = &self.incident {
            html.note(&format!("{}: {}", say("incident", "incident"), incident.what.in_language(language)));
        }
        let rows: Vec<Vec<Html>> = self.items.iter().map(|item| item.cells(language)).collect();
        let columns =
            ["", say("stap", "step"), say("wie", "who"), say("wanneer", "when"), say("wat", "what"), say("gedaan", "done")];
        html.table(&columns, &rows);
        html
    }
}

impl CheckItemView {
    fn cells(&self, language: Language) -> Vec<Html> {
        let item = &self.item;
        let say = |nl: &'static str, en: &'static str| match language {
            Language::Nl => nl,
            Language::En => en,
        };
        let ticked = if item.state == StepState::Done { "\u{2611}" } else { "\u{2610}" };
        let request =
            item.request.as_ref().map(|request| format!(" ({} {request})", say("verzoek", "request"))).unwrap_or_default();
        let who = match item.who {
            Some(Doer::System) => say("vanzelf", "by itself"),
            Some(Doer::Person) => say("met de hand", "by hand"),
            None => "",
        };
        let mut what = vec![Html::plain(item.to_do.in_language(language))];
        // A step's last error was mended, when it is done.
        what.extend(item.last_error.as_ref().filter(|_| item.done.is_none()).map(|error| Html::plain(error)));
        what.extend(
            self.sheet.as_ref().map(|sheet| Html::link(&format!("{sheet}.html"), say("wat in te vullen", "what to enter"))),
        );
        let done = item.done.iter().flat_map(|done| {
            [Some(shown(done.at)), Some(done.by.name.clone()), done.note.clone()]
                .into_iter()
                .flatten()
                .map(|line| Html::plain(&line))
        });
        vec![
            Html::plain(ticked),
            Html::plain(&format!("{}{request}", item.title.in_language(language))),
            Html::plain(who),
            Html::plain(&item.began_at.map(shown).unwrap_or_default()),
            Html::lines(what),
            Html::lines(done),
        ]
    }
}

fn shown(at: DateTime<Utc>) -> String {
    local_time(at).format("%Y-%m-%d %H:%M").to_string()
}
