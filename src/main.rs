//! The `overstap` command.
fn main() {}
