//! Lists: every condition, and every order a page at a time.

use chrono::NaiveDate;
use store::{Commit, Direction, ListRow, ProjectFilter, Sort, StoreError};

use crate::support::{World, at, one, project};

on_both![
    each_condition_selects_what_it_says,
    a_search_takes_its_text_literally_and_ignores_capitals,
    a_search_follows_every_change_of_the_text,
    each_order_is_the_same_in_pages_as_at_once_over_ties_and_absent_values,
    a_page_goes_on_after_its_last_row_though_rows_come_and_go,
    a_cursor_of_another_order_or_none_at_all_is_refused,
    a_row_shows_what_was_given,
];

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

const ALL: [Sort; 6] = [Sort::Created, Sort::Updated, Sort::Reference, Sort::CustomerName, Sort::PortingOn, Sort::NextDueOn];

fn filter() -> ProjectFilter {
    ProjectFilter::all(Sort::Reference, Direction::Ascending, 100)
}

async fn ids(world: &World, filter: &ProjectFilter) -> Vec<String> {
    world.store.list(filter).await.unwrap().items.into_iter().map(|row| row.id).collect()
}

async fn add(world: &World, id: &str, fill: impl FnOnce(&mut Commit)) {
    let mut commit = Commit::new(project(id), 0, at(0));
    fill(&mut commit);
    world.store.commit(commit.clone()).await.unwrap();
}

/// A condition in words, as a filter, and which of the three projects below meet it.
type Condition = (&'static str, fn(&mut ProjectFilter), &'static [&'static str]);

const CONDITIONS: [Condition; 16] = [
    ("none", |_| (), &["a", "b", "c"]),
    ("phase", |f| f.phase = Some(text("order")), &["b"]),
    ("status", |f| f.status = Some(text("active")), &["a", "b"]),
    ("phase of the others", |f| f.phase = Some(text("offer")), &["a", "c"]),
    ("status of few", |f| f.status = Some(text("on_hold")), &["c"]),
    ("the customer", |f| f.waiting_on = Some(text("customer")), &["a"]),
    ("one of two parties", |f| f.waiting_on = Some(text("provider")), &["b"]),
    ("the other", |f| f.waiting_on = Some(text("contractor")), &["b"]),
    ("part of a party's name", |f| f.waiting_on = Some(text("contract")), &[]),
    ("no party's name", |f| f.waiting_on = Some(text("%")), &[]),
    ("due before", |f| f.overdue_on = Some(day("2027-01-11")), &["b"]),
    ("porting from", |f| f.porting_from = Some(day("2027-02-02")), &["c"]),
    ("that day too", |f| f.porting_from = Some(day("2027-02-01")), &["b", "c"]),
    ("porting to, that day too", |f| f.porting_to = Some(day("2027-02-01")), &["b"]),
    ("own project", |f| f.project_id = Some(text("c")), &["c"]),
    ("all must hold", but_for_the_phase_all_hold, &[]),
];

fn text(text: &str) -> String {
    text.to_owned()
}

/// For project b.
fn but_for_the_phase_all_hold(filter: &mut ProjectFilter) {
    filter.phase = Some(text("offer"));
    filter.status = Some(text("active"));
    filter.waiting_on = Some(text("provider"));
    filter.overdue_on = Some(day("2027-02-01"));
    filter.porting_from = Some(day("2027-01-01"));
    filter.porting_to = Some(day("2027-12-31"));
    filter.q = Some(text("utrecht"));
    filter.project_id = Some(text("b"));
}

async fn each_condition_selects_what_it_says(world: World) {
    add(&world, "a", |_| ()).await;
    add(&world, "b", |commit| {
        let columns = &mut commit.project.columns;
        columns.phase = "order".to_owned();
        columns.waiting_on = vec!["contractor".to_owned(), "provider".to_owned()];
        columns.next_due_on = Some(day("2027-01-10"));
        columns.porting_on = Some(day("2027-02-01"));
    })
    .await;
    add(&world, "c", |commit| {
        let columns = &mut commit.project.columns;
        columns.status = "on_hold".to_owned();
        columns.waiting_on = vec![];
        columns.next_due_on = Some(day("2027-01-11"));
        columns.porting_on = Some(day("2027-03-01"));
    })
    .await;
    for (name, condition, expected) in CONDITIONS {
        let mut filter = filter();
        condition(&mut filter);
        assert_eq!(ids(&world, &filter).await, expected, "{name}");
        // In the order in which indexes of few projects are.
        filter.sort = Sort::Created;
        assert_eq!(ids(&world, &filter).await, expected, "{name}, by creation");
    }
    // With the right phase all conditions hold.
    let mut all = filter();
    but_for_the_phase_all_hold(&mut all);
    all.phase = Some(text("order"));
    assert_eq!(ids(&world, &all).await, ["b"]);
}

async fn a_search_takes_its_text_literally_and_ignores_capitals(world: World) {
    for (id, search) in [("1", "café één utrecht"), ("2", "100% telecom"), ("3", "100 procent_telecom"), ("4", r"a\b")] {
        add(&world, id, |commit| {
            commit.project.columns.search = search.to_owned();
        })
        .await;
    }
    let found: [(&str, &[&str]); 11] = [
        ("CAFÉ", &["1"]),
        ("Eén", &[]),
        ("één utr", &["1"]),
        ("100", &["2", "3"]),
        ("100%", &["2"]),
        ("t_T", &["3"]),
        (r"a\b", &["4"]),
        ("telecom", &["2", "3"]),
        // Too short for an index of parts.
        ("é", &["1"]),
        ("%", &["2"]),
        ("te", &["2", "3"]),
    ];
    for (q, expected) in found {
        assert_eq!(ids(&world, &ProjectFilter { q: Some(q.to_owned()), ..filter() }).await, expected, "{q}");
    }
}

async fn a_search_follows_every_change_of_the_text(world: World) {
    add(&world, "1", |commit| commit.project.columns.search = "bakkerij".to_owned()).await;
    let found = async |q: &str| ids(&world, &ProjectFilter { q: Some(q.to_owned()), ..filter() }).await;
    assert_eq!(found("bakker").await, ["1"]);
    world.amend("1", 1, |commit| commit.project.columns.search = "slagerij".to_owned()).await.unwrap();
    assert_eq!(found("bakker").await, [""; 0]);
    assert_eq!(found("slager").await, ["1"]);
}

/// Eleven projects of which several tie, or have nothing, in each column.
async fn fill_with_ties(world: &World) {
    let names = ["Zon", "anker", "Éclair", "Anker", "zon"];
    for (number, name) in (0..11_usize).zip(names.iter().cycle()) {
        let mut commit = Commit::new(project(&format!("{:02}", (number * 7) % 11)), 0, at(0));
        commit.at = at(i64::try_from(number % 3).unwrap());
        let columns = &mut commit.project.columns;
        columns.customer_name = (*name).to_owned();
        columns.porting_on = [None, Some(day("2027-02-01")), Some(day("2027-03-01"))][number % 3];
        columns.next_due_on = [Some(day("2027-01-05")), None, None, None][number % 4];
        world.store.commit(commit.clone()).await.unwrap();
    }
    // So that the last change comes in another order than the creation.
    for (id, minute) in [("03", 9), ("05", 9), ("01", 8)] {
        let row = one(world.store.list(&ProjectFilter { project_id: Some(id.to_owned()), ..filter() }).await.unwrap().items);
        world.amend(id, minute, |commit| commit.project.columns = row.columns).await.unwrap();
    }
}

/// What the order means, said once more in Rust.
fn sorted(mut rows: Vec<ListRow>, sort: Sort, direction: Direction) -> Vec<ListRow> {
    let key = |row: &ListRow| match sort {
        Sort::Created => Some(row.created_at.to_rfc3339()),
        Sort::Updated => Some(row.updated_at.to_rfc3339()),
        Sort::Reference => Some(row.reference.clone()),
        Sort::CustomerName => Some(row.columns.customer_name.to_lowercase()),
        Sort::PortingOn => row.columns.porting_on.map(|day| day.to_string()),
        Sort::NextDueOn => row.columns.next_due_on.map(|day| day.to_string()),
    };
    rows.sort_by_key(|row| (key(row), row.id.clone()));
    if direction == Direction::Descending {
        rows.reverse();
    }
    let (valued, absent): (Vec<_>, Vec<_>) = rows.into_iter().partition(|row| key(row).is_some());
    [valued, absent].concat()
}

async fn each_order_is_the_same_in_pages_as_at_once_over_ties_and_absent_values(world: World) {
    fill_with_ties(&world).await;
    let all = world.store.list(&filter()).await.unwrap().items;
    assert_eq!(all.len(), 11);
    for sort in ALL {
        for direction in [Direction::Ascending, Direction::Descending] {
            let expected = sorted(all.clone(), sort, direction);
            let at_once = world.store.list(&ProjectFilter::all(sort, direction, 11)).await.unwrap();
            assert_eq!(at_once.items, expected, "{sort:?} {direction:?}");
            assert_eq!(at_once.next_cursor, None);
            for limit in 1..=5 {
                let mut filter = ProjectFilter::all(sort, direction, limit);
                let mut rows = Vec::new();
                loop {
                    let page = world.store.list(&filter).await.unwrap();
                    assert!(page.items.len() <= usize::try_from(limit).unwrap());
                    rows.extend(page.items);
                    filter.cursor = page.next_cursor;
                    if filter.cursor.is_none() {
                        break;
                    }
                }
                assert_eq!(rows, expected, "{sort:?} {direction:?}, {limit} a page");
            }
        }
    }
}

async fn a_page_goes_on_after_its_last_row_though_rows_come_and_go(world: World) {
    for id in ["b", "d", "f"] {
        add(&world, id, |_| ()).await;
    }
    let mut filter = ProjectFilter { limit: 2, ..filter() };
    let page = world.store.list(&filter).await.unwrap();
    filter.cursor = page.next_cursor;
    for id in ["a", "c", "e"] {
        add(&world, id, |_| ()).await;
    }
    assert_eq!(ids(&world, &filter).await, ["e", "f"]);
}

async fn a_cursor_of_another_order_or_none_at_all_is_refused(world: World) {
    for id in ["a", "b"] {
        add(&world, id, |_| ()).await;
    }
    let good = world.store.list(&ProjectFilter { limit: 1, ..filter() }).await.unwrap().next_cursor.unwrap();
    assert!(good.chars().all(|c| c.is_ascii_alphanumeric() || "-_".contains(c)), "{good}: fit for a URL");
    let with = |cursor: &str, sort, direction| ProjectFilter {
        cursor: Some(cursor.to_owned()),
        ..ProjectFilter::all(sort, direction, 1)
    };
    for refused in [
        with(&good, Sort::Reference, Direction::Descending),
        with(&good, Sort::Created, Direction::Ascending),
        with("", Sort::Reference, Direction::Ascending),
        with("????", Sort::Reference, Direction::Ascending),
        with("W10", Sort::Reference, Direction::Ascending),
        with(&good[1..], Sort::Reference, Direction::Ascending),
    ] {
        let error = world.store.list(&refused).await.unwrap_err();
        assert!(matches!(error, StoreError::BadCursor), "{refused:?}: {error:?}");
    }
    assert_eq!(ids(&world, &with(&good, Sort::Reference, Direction::Ascending)).await, ["b"]);
}

async fn a_row_shows_what_was_given(world: World) {
    let mut commit = Commit::new(project("a"), 0, at(3));
    let columns = &mut commit.project.columns;
    columns.waiting_on = vec!["provider".to_owned(), "customer".to_owned()];
    columns.porting_on = Some(day("2027-02-01"));
    columns.next_due_on = Some(day("2027-01-11"));
    columns.porting_status = "accepted".to_owned();
    columns.cutover_status = "scheduled".to_owned();
    world.store.commit(commit.clone()).await.unwrap();
    let row = one(world.store.list(&filter()).await.unwrap().items);
    assert_eq!(
        row,
        ListRow {
            id: "a".to_owned(),
            reference: "2027-a".to_owned(),
            version: 1,
            created_at: at(3),
            updated_at: at(3),
            columns: commit.project.columns,
        }
    );
}
