//! Reads a file, checks each project as any other intake, and begins them together.

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::http::StatusCode;
use engine::{Batch, BatchFailure, Failure};
use import::{Draft, Fault, Faults, FileFault, Import, overlaps};
use serde_json::Value;
use workflow::intake::{FieldError, Intake};
use workflow::text::Text;

use super::progress::Stage;
use super::report::{Ignored, ImportReport, ImportedProject};
use super::upload::Upload;
use crate::ApiState;
use crate::intake;
use crate::problem::Problem;
use crate::terms::Terms;

/// A file of which each project has been checked.
struct Checked {
    rows: usize,
    ignored: Vec<Ignored>,
    faults: Faults,
    /// Projects in which nothing is wrong.
    good: Vec<(Draft, Intake)>,
    /// Those in which something is.
    bad: Vec<Draft>,
}

/// Imports a file; the status and the [`ImportReport`].
pub(super) async fn run(api: &ApiState, upload: Upload, tell: &(dyn Fn(Stage) + Send + Sync)) -> Result<(u16, Value), Problem> {
    let Upload { terms, skip_bad, content, turn: _turn } = upload;
    if terms.if_match.is_some() {
        return Err(Problem::failure(Failure::VersionConflict { current: 0 }, true));
    }
    let mut checked = check(api.clone(), content).await?;
    checked.find_doubles(api).await?;
    tell(Stage::Checked { projects: checked.good.len() + checked.bad.len() });
    loop {
        let refused = !terms.dry_run && (checked.good.is_empty() || !(checked.faults.is_empty() || skip_bad));
        let dry_run = terms.dry_run || refused;
        let of = checked.good.len();
        match api.engine.start_all(batch(&terms, &checked, dry_run), |done| tell(Stage::Written { done, of })).await {
            Ok(_) if refused => return Err(refusal(&checked.faults)),
            Ok(handled) => return Ok((handled.status, handled.answer)),
            // Somebody else took them since.
            Err(BatchFailure::NumbersTaken(held)) => checked.leave_out_held(&held),
            Err(BatchFailure::Failed(failure)) => return Err(Problem::failure(failure, false)),
        }
    }
}

/// A thousand intakes take a while: not where requests are waited for.
async fn check(api: ApiState, content: Vec<u8>) -> Result<Checked, Problem> {
    let checked = tokio::task::spawn_blocking(move || import::read(&content).map(|import| Checked::of(import, &api)));
    // The file is a stranger's: should its reader fail on it, that is the file's fault.
    let read = checked.await.unwrap_or_else(|error| {
        tracing::error!(%error, "a spreadsheet could not be read");
        let (nl, en) = ("dit bestand kan niet worden gelezen; bewaar het als CSV", "this file can't be read; save it as CSV");
        Err(FileFault::Unreadable(Text::new(nl, en)))
    });
    read.map_err(|fault| {
        let (status, code) = match fault {
            FileFault::TooLarge(_) => (StatusCode::PAYLOAD_TOO_LARGE, "too_large"),
            FileFault::Unreadable(_) => (StatusCode::UNPROCESSABLE_ENTITY, "unreadable_file"),
        };
        let Text { nl, en } = fault.text().clone();
        Problem::new(status, code, nl, en)
    })
}

impl Checked {
    fn of(import: Import, api: &ApiState) -> Self {
        let today = api.engine.moment().today();
        let providers = &api.engine.settings().providers;
        let Import { drafts, faults, ignored, rows } = import;
        let ignored = ignored.iter().map(Ignored::from).collect();
        let mut checked = Self { rows, ignored, faults, good: Vec::new(), bad: Vec::new() };
        for draft in drafts {
            let read = intake::read(draft.form.clone(), providers, today, None);
            match read {
                Ok(intake) if !draft.has_faults => checked.good.push((draft, intake)),
                read => {
                    let errors = read.err().unwrap_or_default();
                    checked.faults.extend(errors.iter().filter_map(|error| draft.fault(error)));
                    checked.bad.push(draft);
                }
            }
        }
        checked
    }

    /// Looks for numbers that stand elsewhere too, in the file or in other projects: also where something else is wrong already.
    async fn find_doubles(&mut self, api: &ApiState) -> Result<(), Problem> {
        let drafts: Vec<&Draft> = self.good.iter().map(|(draft, _)| draft).chain(&self.bad).collect();
        let mut which = overlaps(&drafts, &mut self.faults);
        for (i, draft) in drafts.iter().enumerate() {
            let held = api.engine.numbers_held(&draft.numbers(), None).await?;
            self.faults.extend(held.iter().filter_map(|error| draft.fault(error)));
            which.extend((!held.is_empty()).then_some(i));
        }
        self.leave_out(&which);
        Ok(())
    }

    fn leave_out_held(&mut self, held: &[(usize, FieldError)]) {
        self.faults.extend(held.iter().filter_map(|(i, error)| self.good.get(*i)?.0.fault(error)));
        self.leave_out(&held.iter().map(|(i, _)| *i).collect());
    }

    /// Projects that turn out to have faults, by their place, the good ones first: from now on they are bad.
    fn leave_out(&mut self, which: &BTreeSet<usize>) {
        for (i, (draft, intake)) in std::mem::take(&mut self.good).into_iter().enumerate() {
            if which.contains(&i) {
                self.bad.push(draft);
            } else {
                self.good.push((draft, intake));
            }
        }
    }
}

fn batch(terms: &Terms, checked: &Checked, dry_run: bool) -> Batch {
    let drafts: Vec<Draft> = checked.good.iter().map(|(draft, _)| draft.clone()).collect();
    let (rows, left_out, fault_count) = (checked.rows, checked.bad.len(), checked.faults.count());
    let (ignored, faults) = (checked.ignored.clone(), checked.faults.first());
    Batch {
        intakes: checked.good.iter().map(|(_, intake)| intake.clone()).collect::<Arc<[Intake]>>(),
        actor: terms.caller.actor.clone(),
        dry_run,
        idempotency: terms.idempotency.clone(),
        render: Box::new(move |projects, moment| {
            let imported = |(draft, project): (&Draft, &&_)| ImportedProject::new(draft, project, moment, dry_run);
            let projects = drafts.iter().zip(projects).map(imported).collect();
            let (ignored, faults) = (ignored.clone(), faults.clone());
            let report = ImportReport { dry_run, rows, projects, left_out, fault_count, faults, ignored };
            let status = if dry_run { StatusCode::OK } else { StatusCode::CREATED };
            (status.as_u16(), serde_json::to_value(report).unwrap_or_default())
        }),
    }
}

/// Each fault by its cell, with what stands there.
fn refusal(faults: &Faults) -> Problem {
    let error = |fault: &Fault| {
        let what = fault.column.as_ref().map(|column| format!("{column} {:?}: ", fault.value)).unwrap_or_default();
        let Text { nl, en } = &fault.detail;
        FieldError::new(format!("/{}", fault.cell), fault.code.clone(), format!("{what}{nl}"), format!("{what}{en}"))
    };
    Problem::refused_import(faults.count(), faults.first().iter().map(error).collect())
}
