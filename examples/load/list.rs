//! What a page of `GET /projects` takes, for each filter and order.

use std::time::Instant;

use store::{Direction, ProjectFilter, Sort, Store};

use super::Done;

const LOOKS: usize = 15;

/// Prints, for each filter, its name and the median in milliseconds.
pub(crate) async fn list(url: &str) -> Done {
    let store = Store::open(url).await?;
    let all = |sort| ProjectFilter::all(sort, Direction::Descending, 50);
    let newest = || all(Sort::Created);
    let some = |text: &str| Some(text.to_owned());
    let day = |text: &str| text.parse().map(Some);
    let filters = [
        ("no filter", newest()),
        ("by update", all(Sort::Updated)),
        ("by reference", all(Sort::Reference)),
        ("by customer", all(Sort::CustomerName)),
        ("by porting day", all(Sort::PortingOn)),
        ("by due day", all(Sort::NextDueOn)),
        ("phase, common", ProjectFilter { phase: some("offer"), ..newest() }),
        ("phase, 1 in 1000", ProjectFilter { phase: some("delivery"), ..newest() }),
        ("status, common", ProjectFilter { status: some("active"), ..newest() }),
        ("status, 1 in 1000", ProjectFilter { status: some("on_hold"), ..newest() }),
        ("waiting_on, 1 in 1000", ProjectFilter { waiting_on: some("provider"), ..newest() }),
        ("overdue", ProjectFilter { overdue_on: day("2027-01-03")?, ..newest() }),
        ("overdue, by due day", ProjectFilter { overdue_on: day("2027-01-03")?, ..all(Sort::NextDueOn) }),
        ("porting in a week", ProjectFilter { porting_from: day("2027-02-01")?, porting_to: day("2027-02-07")?, ..newest() }),
        (
            "same, by porting day",
            ProjectFilter { porting_from: day("2027-02-01")?, porting_to: day("2027-02-07")?, ..all(Sort::PortingOn) },
        ),
        ("q, common", ProjectFilter { q: some("bedrijf"), ..newest() }),
        ("q, one project", ProjectFilter { q: some("b-00000777"), ..newest() }),
    ];
    for (name, filter) in filters {
        let mut times = Vec::new();
        for _ in 0..LOOKS {
            let start = Instant::now();
            store.list(&filter).await?;
            times.push(start.elapsed());
        }
        times.sort();
        println!("{name}\t{:.3}", times[LOOKS / 2].as_secs_f64() * 1000.0);
    }
    Ok(())
}
