//! Letters to the current providers and to the customer: making them, their PDFs, bringing them to the customer, recording what became of
//! them.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use chrono::NaiveDate;
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;
use workflow::command::Command;
use workflow::letter::proof::{Confirmation, Receipt, ReceiptProof, Sending, SendingMethod};
use workflow::letter::{Language, LetterKind};
use workflow::project::Project;
use workflow::view::{LetterView, letter_view};

use crate::ApiState;
use crate::answer::{Answer, Step, json, render};
use crate::body::Change;
use crate::download::{Shown, download};
use crate::page::Page;
use crate::path::{DocumentId, ProjectId};
use crate::problem::Problem;
use crate::terms::Terms;

/// The kind under which the engine keeps a letter's PDF.
const DOCUMENT_KIND: &str = "letter";

pub(crate) fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(list, make))
        .routes(routes!(email_drafts))
        .routes(routes!(pdf))
        .routes(routes!(sent))
        .routes(routes!(unsent))
        .routes(routes!(received))
        .routes(routes!(confirmed))
        .routes(routes!(email))
}

/// Lists a project's letters, oldest first.
#[utoipa::path(get, path = "/projects/{id}/letters", tag = "letters",
    responses((status = 200, description = "The letters", body = Page<LetterView>)))]
async fn list(State(api): State<ApiState>, ProjectId(id): ProjectId) -> Answer {
    let current = api.current(id).await?;
    json(&all(&current.project))
}

/// A letter to make.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewLetter {
    /// Which letter.
    kind: LetterKind,
    /// For a cancellation: the contract. For another letter to a provider: any contract with it. For one to the customer: none.
    #[schema(min_length = 1, max_length = 60)]
    contract: Option<String>,
    /// In another language than the customer's.
    language: Option<Language>,
}

/// Makes a letter, or makes it anew.
///
/// The letters that a migration needs are made by themselves, each at its time.
#[utoipa::path(post, path = "/projects/{id}/letters", tag = "letters", request_body = NewLetter,
    responses((status = 201, description = "The letter, its PDF at `Location`", body = LetterView)))]
async fn make(State(api): State<ApiState>, ProjectId(id): ProjectId, Change { terms, body }: Change<NewLetter>) -> Answer {
    let NewLetter { kind, contract, language } = body;
    let command = Command::MakeLetter { kind, contract: contract.clone(), language };
    let view = render(StatusCode::CREATED, move |project, _, _| newest(project, kind, contract.as_deref()));
    api.take(terms, Step::command(id, command, view)).await
}

/// The letter of this kind that was made last: for a contract, for its provider, or for the customer.
fn newest(project: &Project, kind: LetterKind, contract: Option<&str>) -> Option<LetterView> {
    let provider = contract.and_then(|id| project.intake.contract(id)).map(|contract| contract.provider.name.as_str());
    let letter = project.letters.iter().rev().find(|letter| {
        letter.kind == kind
            && letter.provider.as_deref() == provider
            && (letter.contract.is_none() || letter.contract.as_deref() == contract)
    });
    letter.map(|letter| letter_view(project, letter))
}

/// Downloads a letter's PDF.
///
/// It is rendered once, when the letter is made, and never changes: a corrected letter is another one.
#[utoipa::path(get, path = "/letters/{id}/pdf", tag = "letters",
    responses((status = 200, description = "The PDF", body = Vec<u8>, content_type = "application/pdf")))]
async fn pdf(State(api): State<ApiState>, letter: DocumentId, headers: HeaderMap) -> Answer {
    let document = api.engine.store().document(&letter.id.to_string()).await?;
    let document = document.filter(|document| document.kind == DOCUMENT_KIND).ok_or_else(Problem::not_found)?;
    Ok(download(document, Shown::InPlace, &headers))
}

/// A letter that was sent.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SentForm {
    /// On which day, Amsterdam time; today when absent.
    sent_on: Option<NaiveDate>,
    /// How; by ordinary post when absent, registered when there is a tracking code.
    how: Option<SendingMethod>,
    /// The carrier's code of a registered letter.
    #[schema(min_length = 1, max_length = 60, example = "3SRPKS123456789")]
    tracking_code: Option<String>,
    /// Anything worth keeping.
    #[schema(max_length = 2000)]
    note: Option<String>,
}

/// Records that a letter was sent to whom it is for.
#[utoipa::path(post, path = "/letters/{id}/sent", tag = "letters", request_body = SentForm,
    responses((status = 200, description = "The letter", body = LetterView)))]
async fn sent(State(api): State<ApiState>, letter: DocumentId, Change { terms, body }: Change<SentForm>) -> Answer {
    let SentForm { sent_on, how, tracking_code, note } = body;
    let sending = Sending::said(how, tracking_code, note);
    api.record(terms, letter, Command::RecordLetterSent { letter: letter.id, sent_on, sending }).await
}

/// Why a letter was not sent after all.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct UnsentForm {
    /// Why.
    #[schema(min_length = 1, max_length = 2000)]
    reason: String,
}

/// Takes back that a letter was sent, which was recorded by mistake, with what was recorded of its receipt and confirmation.
///
/// Tasks that it completed are open again. The trail keeps everything.
#[utoipa::path(post, path = "/letters/{id}/unsent", tag = "letters", request_body = UnsentForm,
    responses((status = 200, description = "The letter", body = LetterView)))]
async fn unsent(State(api): State<ApiState>, letter: DocumentId, Change { terms, body }: Change<UnsentForm>) -> Answer {
    api.record(terms, letter, Command::RecordLetterUnsent { letter: letter.id, reason: body.reason }).await
}

/// A letter that arrived.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ReceivedForm {
    /// On which day, Amsterdam time.
    received_on: NaiveDate,
    /// What shows it.
    by: ReceiptProof,
    /// The project's attachment that proves it: a scan of the receipt, say.
    attachment: Option<Uuid>,
    /// Anything worth keeping.
    #[schema(max_length = 2000)]
    note: Option<String>,
}

/// Records that a letter arrived. Receipt counts, not sending (BW 3:37(3)): the contract's notice runs from that day.
///
/// Recorded again, the later holds.
#[utoipa::path(post, path = "/letters/{id}/received", tag = "letters", request_body = ReceivedForm,
    responses((status = 200, description = "The letter", body = LetterView)))]
async fn received(State(api): State<ApiState>, letter: DocumentId, Change { terms, body }: Change<ReceivedForm>) -> Answer {
    let ReceivedForm { received_on, by, attachment, note } = body;
    let receipt = Receipt { received_on, by, attachment, note };
    api.record(terms, letter, Command::RecordLetterReceived { letter: letter.id, receipt }).await
}

/// A letter that the provider confirmed in writing.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ConfirmedForm {
    /// The day of the confirmation, Amsterdam time; today when absent.
    confirmed_on: Option<NaiveDate>,
    /// For a cancellation: the contract's end that it names, as the first day without service.
    ends_on: Option<NaiveDate>,
    /// The project's attachment that proves it.
    attachment: Option<Uuid>,
    /// Anything worth keeping.
    #[schema(max_length = 2000)]
    note: Option<String>,
}

/// Records that the provider confirmed a letter in writing.
///
/// Recorded again, the later holds.
#[utoipa::path(post, path = "/letters/{id}/confirmed", tag = "letters", request_body = ConfirmedForm,
    responses((status = 200, description = "The letter", body = LetterView)))]
async fn confirmed(State(api): State<ApiState>, letter: DocumentId, Change { terms, body }: Change<ConfirmedForm>) -> Answer {
    let ConfirmedForm { confirmed_on, ends_on, attachment, note } = body;
    let confirmed_on = confirmed_on.unwrap_or_else(|| api.engine.moment().today());
    let confirmation = Confirmation { confirmed_on, ends_on, attachment, note };
    api.record(terms, letter, Command::RecordLetterConfirmed { letter: letter.id, confirmation }).await
}

/// An e-mail to the customer.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct EmailForm {
    /// The address; the contact's when absent.
    #[schema(min_length = 1, max_length = 254)]
    to: Option<String>,
    /// What is said with the letters.
    #[schema(max_length = 5000)]
    message: Option<String>,
}

/// E-mails a letter to the customer, to be signed and sent, or to be read.
///
/// It goes by itself, and is tried again while the mail server is away; without one, a person sends it (`next_actions`). A letter to a
/// provider is not sent by this: `emailed_to_customer_at` says when it went to the customer.
#[utoipa::path(post, path = "/letters/{id}/email", tag = "letters", request_body = EmailForm,
    responses((status = 200, description = "The letter, its e-mail under way", body = LetterView)))]
async fn email(State(api): State<ApiState>, letter: DocumentId, Change { terms, body }: Change<EmailForm>) -> Answer {
    let EmailForm { to, message } = body;
    api.record(terms, letter, Command::MailLetters { letters: vec![letter.id], to, message }).await
}

/// E-mails all letters that are still to be signed and sent to the customer, in one message.
#[utoipa::path(post, path = "/projects/{id}/letters/email", tag = "letters", request_body = EmailForm,
    responses((status = 200, description = "The letters, their e-mail under way", body = Page<LetterView>)))]
async fn email_drafts(
    State(api): State<ApiState>,
    ProjectId(id): ProjectId,
    Change { terms, body }: Change<EmailForm>,
) -> Answer {
    let EmailForm { to, message } = body;
    let command = Command::MailLetters { letters: Vec::new(), to, message };
    api.take(terms, Step::command(id, command, render(StatusCode::OK, |project, _, _| all(project)))).await
}

fn all(project: &Project) -> Page<LetterView> {
    Page::whole(project.letters.iter().map(|letter| letter_view(project, letter)).collect())
}

impl ApiState {
    /// Records what became of a letter, and answers with the letter.
    async fn record(&self, terms: Terms, letter: DocumentId, command: Command) -> Answer {
        let view =
            render(StatusCode::OK, move |project, _, _| project.letter(letter.id).map(|known| letter_view(project, known)));
        self.take(terms, Step::command(letter.project, command, view)).await
    }
}
