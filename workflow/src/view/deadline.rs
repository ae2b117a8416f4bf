//! A project's deadlines as shown on a day.

use chrono::NaiveDate;
use serde::Serialize;
use uuid::Uuid;

use crate::calendar::working_days_until;
use crate::deadline::{Deadline, What, deadlines};
use crate::letter::LetterKind;
use crate::process::Party;
use crate::project::{Letter, Project};
use crate::text::Text;
use crate::why::Why;

/// Something with a day, as shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct DeadlineView {
    /// Its stable name within the project, e.g. `task/scope` or `post_by/kpn-isdn`.
    #[cfg_attr(feature = "schema", schema(value_type = String))]
    pub key: What,
    /// Its kind: `task`, `post_by`, `post_notice`, `notify_by`, `confirm_by`, `contract_ends`, `retrieve_by`, `installation`,
    /// `submit_from`, `submit_by`, `answer_by`, `window_opens`, `window_ends`, `porting`.
    pub kind: String,
    /// The task that it belongs to.
    pub task: Option<String>,
    /// The contract that it is about.
    pub contract: Option<String>,
    /// The letter that is to be posted, once it is made, or confirmed.
    pub letter: Option<Uuid>,
    /// The porting request that it is about.
    pub request: Option<String>,
    /// What it is called.
    pub title: Text,
    /// The day, in Amsterdam.
    pub on: NaiveDate,
    /// Its time has come and it is not done: it is late once the day has passed.
    pub open: bool,
    /// The day has passed.
    pub late: bool,
    /// Working days after today up to and including the day; 0 on the day itself, negative when it has passed.
    pub working_days_left: i64,
    /// Who must act; nobody where it goes by itself or is only a day to know.
    pub who: Vec<Party>,
    /// Why it is that day.
    pub why: Why,
}

/// All of a project's deadlines, by day, as they look on a day.
pub fn deadlines_view(project: &Project, today: NaiveDate) -> Vec<DeadlineView> {
    deadlines(project).into_iter().map(|deadline| view(project, deadline, today)).collect()
}

fn view(project: &Project, deadline: Deadline, today: NaiveDate) -> DeadlineView {
    let late = deadline.is_late(today);
    let Deadline { what, on, title, who, open, task } = deadline;
    let request = match &what {
        What::AnswerBy(id) | What::WindowOpens(id) | What::WindowEnds(id) => {
            project.requests.iter().find(|request| request.id == *id)
        }
        _ => None,
    };
    let contract = match &what {
        What::PostBy(id) | What::NotifyBy(id) | What::ConfirmBy(id) | What::ContractEnds(id) | What::RetrieveBy(id) => Some(id),
        _ => request.map(|request| &request.contract),
    };
    DeadlineView {
        kind: what.kind().to_owned(),
        task,
        contract: contract.cloned(),
        letter: letter(project, &what).map(|letter| letter.id),
        request: request.map(|request| request.id.clone()),
        title,
        on: on.day,
        open,
        late,
        working_days_left: working_days_until(today, on.day),
        who,
        why: on.why(),
        key: what,
    }
}

/// The draft that is to be posted, or the letter that is to be confirmed.
fn letter<'a>(project: &'a Project, what: &What) -> Option<&'a Letter> {
    let mut drafts = project.letters.iter().filter(|letter| !letter.replaced && letter.sent_on.is_none());
    match what {
        What::PostBy(id) => drafts.find(|letter| letter.kind == LetterKind::Cancellation && letter.contract.as_ref() == Some(id)),
        What::PostNotice(provider) => {
            drafts.find(|letter| letter.kind == LetterKind::PortingNotice && letter.provider.as_ref() == Some(provider))
        }
        What::ConfirmBy(contract) => project.awaiting_confirmation(contract),
        _ => None,
    }
}
