//! Finding projects, and the numbers in their references.

use tokio::task::JoinSet;

use crate::support::World;

on_both![
    a_project_is_found_by_id_and_by_reference,
    all_ids_are_read_bit_by_bit,
    reference_numbers_count_within_a_year_and_none_comes_twice,
];

async fn a_project_is_found_by_id_and_by_reference(world: World) {
    world.new_project("a").await;
    let by_id = world.store.load("a").await.unwrap().unwrap();
    assert_eq!(world.store.load_by_reference("2027-a").await.unwrap(), Some(by_id));
    assert_eq!(world.store.load("b").await.unwrap(), None);
    assert_eq!(world.store.load_by_reference("2027-b").await.unwrap(), None);
}

async fn all_ids_are_read_bit_by_bit(world: World) {
    for id in ["b", "c", "a"] {
        world.new_project(id).await;
    }
    assert_eq!(world.store.project_ids(None, 2).await.unwrap(), ["a", "b"]);
    assert_eq!(world.store.project_ids(Some("b"), 2).await.unwrap(), ["c"]);
    assert!(world.store.project_ids(Some("c"), 2).await.unwrap().is_empty());
}

async fn reference_numbers_count_within_a_year_and_none_comes_twice(world: World) {
    assert_eq!(world.store.next_reference_number(2026).await.unwrap(), 1);
    let mut racing = JoinSet::new();
    for _ in 0..20 {
        let store = world.store.clone();
        racing.spawn(async move { store.next_reference_number(2027).await.unwrap() });
    }
    let mut numbers = racing.join_all().await;
    numbers.sort_unstable();
    assert_eq!(numbers, (1..=20).collect::<Vec<_>>());
    assert_eq!(world.store.next_reference_number(2026).await.unwrap(), 2);
    assert_eq!(world.store.next_reference_numbers(2026, 10).await.unwrap(), 3, "the first of ten");
    assert_eq!(world.store.next_reference_number(2026).await.unwrap(), 13);
}
