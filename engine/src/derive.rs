//! What is computed from a project's state and kept beside it.

use store::ListColumns;
use workflow::deadline::next_due_on;
use workflow::project::Project;
use workflow::view;

/// The copy of what lists select and sort by.
pub(crate) fn columns(project: &Project) -> ListColumns {
    let customer = &project.intake.customer;
    let mut search = vec![project.reference.clone(), customer.name.clone(), customer.address.city.clone()];
    search.extend(project.intake.numbers.iter().map(|entry| entry.series.national_first()));
    search.extend(project.intake.contracts.iter().map(|contract| contract.contract_number.clone()));
    ListColumns {
        phase: project.phase.as_str().to_owned(),
        status: project.status().as_str().to_owned(),
        customer_name: customer.name.clone(),
        city: customer.address.city.clone(),
        waiting_on: view::waiting_on(project).into_iter().map(|party| party.as_str().to_owned()).collect(),
        next_due_on: next_due_on(project),
        porting_on: project.planned_porting_date(),
        porting_status: project.porting_status().as_str().to_owned(),
        cutover_status: project.cutover_status().to_owned(),
        search: search.join(" ").to_lowercase(),
    }
}
