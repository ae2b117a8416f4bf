//! Numbers on paper.
//!
//! ITU-T E.123 separates the groups of a national number by spaces; the size of the groups is each country's habit, here
//! from the right: 7 digits as 3-2-2, 6 as 2-2-2, 4 together.

/// A national number in groups: `030 100 12 00`, `0297 12 34 56`, `0800 1234`.
pub(super) fn on_paper(national: &str, prefix_length: usize) -> String {
    let (prefix, subscriber) = national.split_at_checked(prefix_length).unwrap_or((national, ""));
    let groups: &[usize] = match subscriber.len() {
        7 => &[3, 2, 2],
        6 => &[2, 2, 2],
        whole => &[whole],
    };
    let mut paper = prefix.to_owned();
    let mut rest = subscriber;
    for size in groups {
        let (group, after) = rest.split_at_checked(*size).unwrap_or((rest, ""));
        paper.extend([" ", group]);
        rest = after;
    }
    paper
}
