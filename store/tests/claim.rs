//! No number belongs to two live projects.

use store::{ClaimChange, Commit, CommitError, Holder};
use tokio::task::JoinSet;

use crate::support::{World, at, project};

on_both![
    a_number_that_is_held_is_refused_and_the_holder_named,
    a_project_may_replace_its_numbers_and_release_them,
    a_number_twice_in_one_project_is_refused,
    of_20_projects_that_want_the_same_numbers_one_gets_them,
    the_database_itself_refuses_an_overlap,
];

async fn take(world: &World, id: &str, ranges: &[(i64, i64)]) -> Result<(), CommitError> {
    let claims = ClaimChange::Replace(ranges.to_vec());
    world.amend(id, 1, |commit| commit.claims = claims).await
}

async fn a_number_that_is_held_is_refused_and_the_holder_named(world: World) {
    world.new_project("a").await;
    world.new_project("b").await;
    take(&world, "a", &[(31_301_001_200, 31_301_001_299), (31_301_002_000, 31_301_002_000)]).await.unwrap();

    // Inside, around, over either edge, and exactly.
    for (first, last) in [
        (31_301_001_250, 31_301_001_250),
        (31_301_001_100, 31_301_001_400),
        (31_301_001_100, 31_301_001_200),
        (31_301_001_299, 31_301_001_300),
        (31_301_001_200, 31_301_001_299),
    ] {
        let refused = take(&world, "b", &[(31_200_000_000, 31_200_000_009), (first, last)]).await.unwrap_err();
        let CommitError::NumberTaken { first: from, last: to, holder } = refused else { unreachable!("{refused:?}") };
        assert_eq!((from, to), (first, last));
        let expected =
            Holder { project_id: "a".to_owned(), reference: "2027-a".to_owned(), first: 31_301_001_200, last: 31_301_001_299 };
        assert_eq!(holder, expected);
        assert_eq!(world.store.number_holder(first, last, None).await.unwrap(), Some(expected));
        assert_eq!(world.store.number_holder(first, last, Some("a")).await.unwrap(), None);
    }
    // Right beside is free; the refused commits took nothing.
    take(&world, "b", &[(31_301_001_100, 31_301_001_199), (31_301_001_300, 31_301_001_999)]).await.unwrap();
    assert_eq!(world.store.number_holder(31_200_000_000, 31_200_000_009, None).await.unwrap(), None);
}

async fn a_project_may_replace_its_numbers_and_release_them(world: World) {
    world.new_project("a").await;
    world.new_project("b").await;
    take(&world, "a", &[(100, 199)]).await.unwrap();
    take(&world, "a", &[(150, 249)]).await.unwrap();
    take(&world, "b", &[(100, 149)]).await.unwrap();
    world.amend("a", 2, |commit| commit.claims = ClaimChange::Keep).await.unwrap();
    assert!(take(&world, "b", &[(200, 200)]).await.is_err(), "kept");
    world.amend("a", 3, |commit| commit.claims = ClaimChange::Release).await.unwrap();
    take(&world, "b", &[(200, 200)]).await.unwrap();
}

async fn a_number_twice_in_one_project_is_refused(world: World) {
    world.new_project("a").await;
    let refused = take(&world, "a", &[(100, 199), (150, 150)]).await.unwrap_err();
    assert!(matches!(&refused, CommitError::NumberTaken { first: 150, holder, .. } if holder.project_id == "a"), "{refused:?}");
}

async fn of_20_projects_that_want_the_same_numbers_one_gets_them(world: World) {
    let other_server = store::Store::open(&world.url).await.unwrap();
    let mut racing = JoinSet::new();
    for number in 0..20_i64 {
        let store = if number % 2 == 0 { world.store.clone() } else { other_server.clone() };
        racing.spawn(async move {
            let mut commit = Commit::new(project(&format!("{number:02}")), 0, at(0));
            // Each shares 1000 with all; each also has some that cross another's, so that locks could cross.
            let own = (number * 10, number * 10 + 15);
            let crossing = if number % 2 == 0 { vec![own, (1000, 1000 + number)] } else { vec![(1000 - number, 1000), own] };
            commit.claims = ClaimChange::Replace(crossing);
            store.commit(commit).await
        });
    }
    let results = racing.join_all().await;
    assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 1);
    let winner = world.store.project_ids(None, 100).await.unwrap();
    assert_eq!(winner.len(), 1, "the others changed nothing");
    for lost in results.into_iter().filter_map(Result::err) {
        assert!(matches!(&lost, CommitError::NumberTaken { holder, .. } if winner.contains(&holder.project_id)), "{lost:?}");
    }
    other_server.close().await;
}

async fn the_database_itself_refuses_an_overlap(world: World) {
    world.new_project("a").await;
    take(&world, "a", &[(100, 199), (300, 399)]).await.unwrap();
    for overlap in [
        "INSERT INTO number_claims (first, last, project_id) VALUES (50, 100, 'a')",
        "INSERT INTO number_claims (first, last, project_id) VALUES (100, 100, 'a')",
        "INSERT INTO number_claims (first, last, project_id) VALUES (150, 160, 'a')",
        "INSERT INTO number_claims (first, last, project_id) VALUES (199, 299, 'a')",
        "INSERT INTO number_claims (first, last, project_id) VALUES (0, 999, 'a')",
        "INSERT INTO number_claims (first, last, project_id) VALUES (210, 205, 'a')",
        "UPDATE number_claims SET last = 300 WHERE first = 100",
    ] {
        assert!(world.execute(overlap).await.is_err(), "{overlap}");
    }
    world.execute("INSERT INTO number_claims (first, last, project_id) VALUES (200, 299, 'a')").await.unwrap();
}
