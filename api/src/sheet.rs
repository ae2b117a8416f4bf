//! The sheet for who does an effect by hand: what to enter where, as JSON and as a page.

use axum::extract::State;
use axum::http::HeaderMap;
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;
use workflow::calendar::local_time;
use workflow::effect::Effect;
use workflow::letter::Language;
use workflow::sheet::{Sheet, Standing, sheet};

use crate::ApiState;
use crate::answer::{Answer, json};
use crate::auth::{Caller, TokenRole};
use crate::click::ReadyCall;
use crate::html::Html;
use crate::language::preferred;
use crate::path::EffectId;
use crate::problem::Problem;

pub(crate) fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new().routes(routes!(show)).routes(routes!(page))
}

/// What to enter where for an effect.
#[derive(Debug, Serialize, ToSchema)]
struct SheetView {
    /// The effect.
    effect: Uuid,
    /// What it is: `porting.request`, `pbx.route`, ….
    #[schema(example = "porting.request")]
    kind: &'static str,
    /// The project.
    project: Uuid,
    /// Its reference.
    reference: String,
    /// The customer's name.
    customer: String,
    /// Whether it is still to be done.
    standing: Standing,
    /// What went wrong with it last.
    last_error: Option<String>,
    /// Since when it waits.
    waiting_since: Option<DateTime<Utc>>,
    #[serde(flatten)]
    sheet: Sheet,
    /// What can be said of it by one call.
    calls: Vec<ReadyCall>,
}

/// Shows what to enter where for an effect that a person does by hand.
///
/// For everyone but customers. `value`s are to be copied as they are; `calls` are ready to be made.
#[utoipa::path(get, path = "/effects/{id}/sheet", tag = "effects",
    responses((status = 200, description = "The sheet", body = SheetView)))]
async fn show(State(api): State<ApiState>, caller: Caller, effect: EffectId, headers: HeaderMap) -> Answer {
    json(&view(&api, &caller, effect, preferred(&headers)).await?)
}

/// The same as a page, to be read, copied from and printed.
///
/// In the language of `Accept-Language`.
#[utoipa::path(get, path = "/effects/{id}/sheet.html", tag = "effects",
    responses((status = 200, description = "The page", content_type = "text/html", body = String)))]
async fn page(State(api): State<ApiState>, caller: Caller, effect: EffectId, headers: HeaderMap) -> Answer {
    let language = preferred(&headers);
    let view = view(&api, &caller, effect, language).await?;
    Ok(view.html(language, &api).page(&format!("{} {}", view.reference, view.sheet.title.in_language(language)), language))
}

async fn view(
    api: &ApiState,
    caller: &Caller,
    EffectId { id, project, .. }: EffectId,
    language: Language,
) -> Result<SheetView, Problem> {
    for_who_does_it(caller)?;
    let stored = api.engine.store().effect(&id.to_string()).await?.ok_or_else(Problem::not_found)?;
    let effect: Effect = serde_json::from_value(stored.payload).map_err(|error| Problem::internal(&error))?;
    let current = api.current(project).await?;
    let standing = Standing::of(&current.project, id);
    let pending = current.project.effects.get(&id);
    let calls = standing.clicks(id).into_iter().map(|click| ReadyCall::of(click, project, current.version, language));
    Ok(SheetView {
        effect: id,
        kind: effect.action.kind(),
        project,
        reference: effect.project.reference,
        standing,
        last_error: pending.and_then(|effect| effect.last_error.clone()),
        waiting_since: pending.and_then(|effect| effect.waiting_since),
        sheet: sheet(&effect.action),
        calls: calls.collect(),
        customer: current.project.intake.customer.name,
    })
}

/// What is done outside is for who does it; customers are told what is theirs to do.
pub(crate) fn for_who_does_it(caller: &Caller) -> Result<(), Problem> {
    match caller.role {
        TokenRole::Manager | TokenRole::Engineer | TokenRole::Integration => Ok(()),
        TokenRole::Customer | TokenRole::Calendar => Err(Problem::forbidden(
            "wat met de hand wordt gedaan is voor projectleiders, engineers en koppelingen",
            "what is done by hand is for project managers, engineers and other systems",
        )),
    }
}

impl SheetView {
    fn html(&self, language: Language, api: &ApiState) -> Html {
        let say = |nl: &'static str, en: &'static str| match language {
            Language::Nl => nl,
            Language::En => en,
        };
        let mut html = Html::default();
        html.text("p", &format!("{}: {} ({})", say("klant", "customer"), self.customer, self.kind));
        tell_clock(&mut html, api, language);
        html.note(self.standing.title().in_language(language));
        if let Some(error) = &self.last_error {
            html.note(&format!("{}: {error}", say("ging mis", "went wrong")));
        }
        html.text("p", self.sheet.place.in_language(language));
        let row = |field: &workflow::sheet::Field| {
            vec![Html::plain(field.label.in_language(language)), Html::value(field.value.in_language(language))]
        };
        html.table(&[say("veld", "field"), say("waarde", "value")], &self.sheet.fields.iter().map(row).collect::<Vec<_>>());
        for table in &self.sheet.tables {
            html.text("h2", table.title.in_language(language));
            let columns: Vec<&str> = table.columns.iter().map(|column| column.in_language(language)).collect();
            let rows: Vec<Vec<Html>> =
                table.rows.iter().map(|row| row.iter().map(|value| Html::value(value)).collect()).collect();
            html.table(&columns, &rows);
        }
        html.text("h2", say("daarna", "afterwards"));
        html.text("p", self.sheet.afterwards.in_language(language));
        html
    }
}

/// Says when it was made, and that the clock is simulated where it is.
pub(crate) fn tell_clock(html: &mut Html, api: &ApiState, language: Language) {
    let clock = api.engine.clock();
    let now = local_time(clock.now()).format("%Y-%m-%d %H:%M");
    html.text(
        "p",
        &match language {
            Language::Nl => format!("stand van {now}"),
            Language::En => format!("as of {now}, Dutch time"),
        },
    );
    if clock.is_simulated() {
        html.note(match language {
            Language::Nl => "oefening: de klok is gesimuleerd",
            Language::En => "exercise: the clock is simulated",
        });
    }
}
