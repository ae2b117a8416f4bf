//! What can be said by one click: a call that is ready to be made, with nothing left to fill in.

use axum::http::Method;
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;
use uuid::Uuid;
use workflow::checklist::Click;
use workflow::letter::Language;
use workflow::text::Text;

/// A call of this API, ready to be made.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ReadyCall {
    /// Its stable name.
    #[schema(example = "done")]
    key: &'static str,
    /// What stands on its button.
    text: Text,
    /// The method.
    #[schema(example = "POST")]
    method: String,
    /// The path, from this server's root.
    path: String,
    /// A header besides the token and `Content-Type`: the click counts only for what was shown.
    if_match: Option<String>,
    /// The body.
    body: Value,
}

impl ReadyCall {
    /// The call for a click on what was shown of a project at a version; a note that it needs is in the language of who clicks.
    pub(crate) fn of(click: Click, project: Uuid, version: i64, language: Language) -> Self {
        let (key, path, body) = match click {
            Click::Done(effect) => ("done", outcome(effect), json!({"outcome": "done"})),
            Click::Refused(effect) => ("refused", outcome(effect), json!({"outcome": "refused"})),
            Click::Retry => ("retry", cutover(project, "retry"), json!({})),
            Click::Resolve => {
                let note =
                    Text::new("met de hand gedaan, afgevinkt op de controlelijst", "done by hand, ticked off on the check list");
                ("resolve", cutover(project, "resolve"), json!({"note": note.in_language(language)}))
            }
            Click::Abort => {
                let reason = Text::new("afgebroken op de controlelijst", "given up on the check list");
                ("abort", cutover(project, "abort"), json!({"reason": reason.in_language(language)}))
            }
        };
        // An effect ends once. What says nothing of which step it means must not mean another than was shown.
        let names_what_it_is_about = matches!(click, Click::Done(_) | Click::Refused(_));
        let if_match = (!names_what_it_is_about).then(|| format!("\"{version}\""));
        Self { key, text: click.text(), method: Method::POST.to_string(), path, if_match, body }
    }
}

fn outcome(effect: Uuid) -> String {
    format!("/api/v1/effects/{effect}/outcome")
}

fn cutover(project: Uuid, what: &str) -> String {
    format!("/api/v1/projects/{project}/cutover/{what}")
}
