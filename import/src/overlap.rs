//! Numbers that stand with two customers of one file.

use std::collections::BTreeSet;

use workflow::number::Series;
use workflow::text::Text;

use crate::cell::quoted;
use crate::draft::Draft;
use crate::fault::{Fault, Faults};

/// A number or block of one of the projects.
#[derive(Clone, Copy)]
struct Held<'a> {
    span: (i64, i64),
    project: usize,
    number: usize,
    series: &'a Series,
}

/// Every number that two projects of the file have, told with each of them. Answers which projects have any, by their place in `drafts`.
pub fn overlaps(drafts: &[&Draft], faults: &mut Faults) -> BTreeSet<usize> {
    let numbers: Vec<Vec<(usize, Series)>> = drafts.iter().map(|draft| draft.numbers()).collect();
    let mut all = Vec::new();
    for (project, numbers) in numbers.iter().enumerate() {
        all.extend(numbers.iter().map(|(number, series)| Held { span: series.span(), project, number: *number, series }));
    }
    all.sort_unstable_by_key(|held| (held.span, held.project, held.number));
    let mut projects = BTreeSet::new();
    // The one that reaches furthest so far meets all that overlap with anything before them.
    let mut furthest: Option<Held<'_>> = None;
    for this in all {
        let Some(before) = furthest.filter(|before| this.span.0 <= before.span.1) else {
            furthest = Some(this);
            continue;
        };
        if this.project != before.project {
            faults.extend([(this, before), (before, this)].into_iter().filter_map(|(one, other)| fault(drafts, one, other)));
            projects.extend([this.project, before.project]);
        }
        if this.span.1 > before.span.1 {
            furthest = Some(this);
        }
    }
    projects
}

fn fault(drafts: &[&Draft], one: Held<'_>, other: Held<'_>) -> Option<Fault> {
    let place = |held: Held<'_>| Some(drafts.get(held.project)?.place(&format!("/numbers/{}/number", held.number)));
    let (cell, series) = (place(other)?.cell(), other.series);
    let customer = quoted(drafts.get(other.project)?.form["customer"]["name"].as_str().unwrap_or("?"));
    let text = Text::new(
        format!("staat ook in {cell} ({series}), bij {customer}"),
        format!("also stands in {cell} ({series}), with {customer}"),
    );
    Some(Fault::new(place(one)?, "duplicate_number", text))
}
