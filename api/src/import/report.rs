//! What became of a file.

use import::{Draft, Fault, Place};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;
use workflow::actor::Moment;
use workflow::project::Project;
use workflow::warning::warnings;

/// What became of a file, or in a dry run what would.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ImportReport {
    /// Nothing has changed.
    pub(crate) dry_run: bool,
    /// How many rows were read, headers included.
    pub(crate) rows: usize,
    /// The projects that were begun, or would be.
    pub(crate) projects: Vec<ImportedProject>,
    /// How many were left out, because something is wrong with them.
    pub(crate) left_out: usize,
    /// How many faults there are. More than 10,000: `faults` has only the first of them.
    pub(crate) fault_count: usize,
    /// The faults in the order of the file; at most the first 10,000.
    pub(crate) faults: Vec<Fault>,
    /// Columns, and sheets, that nothing was read from.
    pub(crate) ignored: Vec<Ignored>,
}

/// A project of a file.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ImportedProject {
    /// Where the customer first appears.
    #[schema(example = "2")]
    cell: String,
    /// The customer's name.
    customer_name: String,
    /// How many contracts.
    contracts: usize,
    /// How many numbers, each of a block counted.
    numbers: u64,
    /// The codes of its warnings.
    warnings: Vec<String>,
    /// Its reference; absent in a dry run.
    #[schema(example = "2027-0001")]
    reference: Option<String>,
    /// Its id; absent in a dry run.
    id: Option<Uuid>,
}

impl ImportedProject {
    pub(crate) fn new(draft: &Draft, project: &Project, moment: &Moment, dry_run: bool) -> Self {
        let intake = &project.intake;
        let mut codes: Vec<String> = warnings(project, moment.today()).into_iter().map(|warning| warning.code).collect();
        codes.sort_unstable();
        codes.dedup();
        Self {
            cell: draft.first.cell(),
            customer_name: intake.customer.name.clone(),
            contracts: intake.contracts.len(),
            numbers: intake.numbers.iter().map(|entry| u64::from(entry.series.block_size())).sum(),
            warnings: codes,
            reference: (!dry_run).then(|| project.reference.clone()),
            id: (!dry_run).then_some(project.id),
        }
    }
}

/// Something that nothing was read from.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct Ignored {
    /// The header's cell, or a sheet's name.
    #[schema(example = "F1")]
    cell: String,
    /// What stands there.
    #[schema(example = "Opmerkingen")]
    header: String,
}

impl From<&Place> for Ignored {
    fn from(place: &Place) -> Self {
        Self { cell: place.cell(), header: place.value.clone() }
    }
}
