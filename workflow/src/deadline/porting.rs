//! The days of the porting itself: when to ask, when the donor answers, when its window opens and ends, when the numbers move.

use super::{Deadline, What, completed_by, first_working_day, planned_porting, requiring};
use crate::calendar::amsterdam::local_date;
use crate::phase;
use crate::porting::submission::{ANSWER_WORKING_DAYS, submit_by, submit_from};
use crate::porting::{PortingRequest, request};
use crate::process::{Completion, Party, Requirement};
use crate::project::Project;
use crate::text::Text;
use crate::why::{Basis, Dated, Subject};

pub(super) fn deadlines(project: &Project) -> Vec<Deadline> {
    let mut deadlines = asking(project);
    for request in &project.requests {
        match request.state {
            request::State::Requested => deadlines.push(answer(request)),
            request::State::Accepted => deadlines.extend(window(project, request)),
            _ => {}
        }
    }
    deadlines.extend(moving(project));
    deadlines
}

/// Until every number has been asked for.
fn asking(project: &Project) -> Vec<Deadline> {
    let Some(wish_date) = project.intake.wish_date else { return Vec::new() };
    let asked =
        project.intake.numbers.iter().all(|entry| project.requests.iter().any(|request| request.speaks_for(&entry.series)));
    let task = completed_by(project, Completion::PortingSubmitted);
    let done_by_hand = task.as_ref().is_some_and(|key| project.is_met(key));
    if asked || done_by_hand || project.phase > phase::State::Implementation {
        return Vec::new();
    }
    let first = Text::new("Eerste dag om de portering aan te vragen", "First day to ask for the porting");
    let last = Text::new("Portering uiterlijk aanvragen", "Last day to ask for the porting");
    vec![
        Deadline::to_know(What::SubmitFrom, submit_from(wish_date), first),
        Deadline {
            what: What::SubmitBy,
            on: submit_by(wish_date).not_before(&first_working_day(project)),
            title: last,
            who: vec![Party::Contractor],
            open: true,
            task,
        },
    ]
}

/// When the donor has said it will answer, or else as a rule does.
fn answer(request: &PortingRequest) -> Deadline {
    let asked = Dated::given(Subject::Asked, local_date(request.requested_at));
    let on = match request.answer_due_at {
        Some(announced) => Dated::given(Subject::AnswerBy, local_date(announced)),
        None => asked.plus_working_days(ANSWER_WORKING_DAYS, Basis::DonorAnswers, Subject::AnswerBy),
    };
    let provider = &request.provider;
    let title = Text::new(format!("Antwoord van {provider} te verwachten"), format!("Answer of {provider} to be expected"));
    Deadline::to_know(What::AnswerBy(request.id.clone()), on.of(&request.dossier_id), title)
}

/// While no cutover is scheduled, its end is to be met; with one it is only known.
fn window(project: &Project, request: &PortingRequest) -> Vec<Deadline> {
    let Some(window) = request.window() else { return Vec::new() };
    let dossier = &request.dossier_id;
    let opens = Text::new(format!("Porteringsvenster {dossier} gaat open"), format!("Porting window {dossier} opens"));
    let ends = Text::new(format!("Porteringsvenster {dossier} sluit"), format!("Porting window {dossier} ends"));
    let is_scheduled = project.cutover_is_under_way() && project.is_in_cutover(request);
    let to_be_scheduled = !is_scheduled && !request.doubted;
    vec![
        Deadline::to_know(What::WindowOpens(request.id.clone()), window.opens_on, opens),
        Deadline {
            what: What::WindowEnds(request.id.clone()),
            on: window.ends_on,
            title: ends,
            who: if to_be_scheduled { vec![Party::Contractor] } else { Vec::new() },
            open: to_be_scheduled,
            task: requiring(project, Requirement::CutoverScheduled),
        },
    ]
}

/// As long as numbers are to be ported. A cutover that is under way comes by itself.
fn moving(project: &Project) -> Option<Deadline> {
    project.numbers_to_port().next()?;
    let comes_by_itself = project.cutover_is_under_way();
    Some(Deadline {
        what: What::Porting,
        on: planned_porting(project)?,
        title: Text::new("Portering", "Porting"),
        who: if comes_by_itself { Vec::new() } else { vec![Party::Contractor] },
        open: !comes_by_itself,
        task: completed_by(project, Completion::CutoverDone),
    })
}
