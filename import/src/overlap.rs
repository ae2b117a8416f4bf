//! Numbers that stand with two customers of one file.

use workflow::intake::Intake;
use workflow::number::Series;
use workflow::text::Text;

use crate::draft::Draft;
use crate::fault::Fault;

/// Every number that two projects of the file have, with each of them: by the project's place in `projects`.
pub fn overlaps(projects: &[(&Draft, &Intake)]) -> Vec<(usize, Fault)> {
    let mut all: Vec<((i64, i64), usize, usize, &Series)> = Vec::new();
    for (project, (_, intake)) in projects.iter().enumerate() {
        let series = intake.numbers.iter().enumerate();
        all.extend(series.map(|(number, entry)| (entry.series.span(), project, number, &entry.series)));
    }
    all.sort_unstable_by_key(|(span, project, number, _)| (*span, *project, *number));
    let mut faults = Vec::new();
    // The one that reaches furthest so far meets all that overlap with anything before them.
    let mut furthest: Option<((i64, i64), usize, usize, &Series)> = None;
    for this in all {
        let Some(before) = furthest.filter(|(span, ..)| this.0.0 <= span.1) else {
            furthest = Some(this);
            continue;
        };
        if this.1 != before.1 {
            for ((_, project, number, _), (_, other, other_number, series)) in [(this, before), (before, this)] {
                if let (Some((draft, _)), Some((other, intake))) = (projects.get(project), projects.get(other)) {
                    let cell = other.place(&format!("/numbers/{other_number}/number")).cell();
                    let customer = &intake.customer.name;
                    let text = Text::new(
                        format!("staat ook in {cell} ({series}), bij {customer}"),
                        format!("also stands in {cell} ({series}), with {customer}"),
                    );
                    faults
                        .push((project, Fault::new(draft.place(&format!("/numbers/{number}/number")), "duplicate_number", text)));
                }
            }
        }
        if this.0.1 > before.0.1 {
            furthest = Some(this);
        }
    }
    faults
}
