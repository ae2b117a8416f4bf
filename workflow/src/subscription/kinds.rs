//! Which events a subscription takes: kinds, and beginnings of kinds followed by `*`.

use crate::event::KINDS;
use crate::intake::FieldError;

/// Whether an event of this kind is for a subscription to `kinds`.
pub fn takes(kinds: &[String], kind: &str) -> bool {
    kinds.iter().any(|wanted| matches(wanted, kind))
}

/// Everything that is wrong with a list of kinds, by its place under `/kinds`. One that no event has would be waited for in vain.
pub fn kind_faults(kinds: &[String]) -> Vec<FieldError> {
    let unknown = kinds.iter().enumerate().filter(|(_, wanted)| !KINDS.iter().any(|kind| matches(wanted, kind)));
    let fault = |(i, wanted): (usize, &String)| {
        FieldError::new(
            format!("/kinds/{i}"),
            "unknown_kind",
            format!(
                "geen gebeurtenis is van de soort {wanted:?}; geef een soort zoals \"cutover_done\", een begin zoals \"cutover_*\", of \"*\""
            ),
            format!(
                "no event is of the kind {wanted:?}; give a kind such as \"cutover_done\", a beginning such as \"cutover_*\", or \"*\""
            ),
        )
    };
    unknown.map(fault).collect()
}

fn matches(wanted: &str, kind: &str) -> bool {
    wanted.strip_suffix('*').map_or(wanted == kind, |beginning| kind.starts_with(beginning))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(kinds: &[&str]) -> Vec<String> {
        kinds.iter().map(|&kind| kind.to_owned()).collect()
    }

    #[test]
    fn a_kind_a_beginning_or_all() {
        for (wanted, taken, left) in [
            (vec!["cutover_done"], vec!["cutover_done"], vec!["cutover_started", "task_confirmed"]),
            (vec!["cutover_*"], vec!["cutover_done", "cutover_started"], vec!["task_confirmed"]),
            (vec!["cutover_*", "task_confirmed"], vec!["cutover_done", "task_confirmed"], vec!["task_skipped"]),
            (vec!["*"], vec!["cutover_done", "a_kind_of_a_later_version"], vec![]),
            (vec![], vec![], vec!["cutover_done"]),
        ] {
            let wanted = list(&wanted);
            for kind in taken {
                assert!(takes(&wanted, kind), "{wanted:?} takes {kind}");
            }
            for kind in left {
                assert!(!takes(&wanted, kind), "{wanted:?} leaves {kind}");
            }
        }
    }

    #[test]
    fn a_kind_that_no_event_has_is_refused_by_its_place() {
        let faults = kind_faults(&list(&["cutover_done", "cutover.*", "*", "Cutover_done", "porting_*", "*_done", ""]));
        let places: Vec<&str> = faults.iter().map(|fault| fault.pointer.as_str()).collect();
        assert_eq!(places, ["/kinds/1", "/kinds/3", "/kinds/5", "/kinds/6"]);
    }
}
