//! What can be said by one click: a call that is ready to be made, with nothing left to fill in.

use axum::http::Method;
use serde::Serialize;
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
    /// The body, to be sent as it is.
    body: CallBody,
}

/// The body of a ready call: one of these, or nothing.
#[derive(Debug, Default, Serialize, ToSchema)]
struct CallBody {
    /// Of an effect, how it ended: `done` or `refused`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "done")]
    outcome: Option<&'static str>,
    /// Of `resolve`, what was done; in the language of who asked for the list.
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<String>,
    /// Of `abort`, why; in the same language.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
}

impl CallBody {
    fn outcome(outcome: &'static str) -> Self {
        Self { outcome: Some(outcome), ..Self::default() }
    }
}

impl ReadyCall {
    /// The call for a click on what was shown of a project at a version; a note that it needs is in the language of who clicks.
    pub(crate) fn of(click: Click, project: Uuid, version: i64, language: Language) -> Self {
        let (key, path, body) = match click {
            Click::Done(effect) => ("done", outcome(effect), CallBody::outcome("done")),
            Click::Refused(effect) => ("refused", outcome(effect), CallBody::outcome("refused")),
            Click::Retry => ("retry", cutover(project, "retry"), CallBody::default()),
            Click::Resolve => {
                let note =
                    Text::new("met de hand gedaan, afgevinkt op de controlelijst", "done by hand, ticked off on the check list");
                (
                    "resolve",
                    cutover(project, "resolve"),
                    CallBody { note: Some(note.in_language(language).to_owned()), ..CallBody::default() },
                )
            }
            Click::Abort => {
                let reason = Text::new("afgebroken op de controlelijst", "given up on the check list");
                (
                    "abort",
                    cutover(project, "abort"),
                    CallBody { reason: Some(reason.in_language(language).to_owned()), ..CallBody::default() },
                )
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
