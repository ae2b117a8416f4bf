//! The documentation shows the machines as they are.

use workflow::{cutover, phase, porting};

const MIGRATION: &str = include_str!("../../docs/migration.md");

#[track_caller]
fn is_shown(diagram: &str) {
    let block = format!("```mermaid\n{diagram}```\n");
    assert!(MIGRATION.contains(&block), "docs/migration.md lacks this diagram; put it there:\n{block}");
}

#[test]
fn the_phases_are_shown() {
    is_shown(&phase::diagram());
}

#[test]
fn a_porting_requests_states_are_shown() {
    is_shown(&porting::request::diagram());
}

#[test]
fn the_cutovers_states_are_shown() {
    is_shown(&cutover::machine::diagram());
}
