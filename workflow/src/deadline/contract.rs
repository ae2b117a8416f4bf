//! The days of a contract whose end is settled: when the line goes dead, and until when its numbers can still be taken along.

use super::{Deadline, What, completed_by};
use crate::contract::retrievable_until;
use crate::intake::Contract;
use crate::number::Series;
use crate::process::{Completion, Party};
use crate::project::Project;
use crate::text::Text;

/// While a contract has numbers that are still to be moved.
pub(super) fn deadlines(project: &Project) -> impl Iterator<Item = Deadline> {
    project.intake.contracts.iter().filter_map(|contract| of(project, contract)).flatten()
}

/// The last day is to be met while no cutover takes all the numbers over; with one it is only known.
fn of(project: &Project, contract: &Contract) -> Option<[Deadline; 2]> {
    let mut left = project.intake.numbers_of(&contract.id).filter(|series| !project.is_ported(series)).peekable();
    left.peek()?;
    let comes_by_itself =
        |series: &Series| project.cutover_is_under_way() && project.numbers_in_cutover().any(|moving| moving == series);
    let open = !left.all(comes_by_itself);
    let end = project.settled_end(contract)?;
    let provider = &contract.provider.name;
    let ends = Text::new(format!("Contract bij {provider} eindigt"), format!("Contract with {provider} ends"));
    let last = Text::new(
        format!("Nummers bij {provider} uiterlijk meenemen"),
        format!("Last day to take the numbers along from {provider}"),
    );
    Some([
        Deadline::to_know(What::ContractEnds(contract.id.clone()), end.clone(), ends),
        Deadline {
            what: What::RetrieveBy(contract.id.clone()),
            on: retrievable_until(end),
            title: last,
            who: if open { vec![Party::Contractor] } else { Vec::new() },
            open,
            task: completed_by(project, Completion::CutoverDone),
        },
    ])
}
