//! The process as data: what the built-in file says, and which faults of a file are found.

use workflow::process::{Process, ProcessError, newest, versions};

/// The specification's table: phase, task, who must confirm, and what it needs.
const TASKS: &str = "
    offer          | contract-end-dates       | customer             |
    offer          | scope                    | customer, contractor |
    offer          | connectivity-test        | contractor           |
    offer          | poe-switch-check         | contractor           |
    order          | porting-notice           | customer             |
    order          | cancellation-letters     | customer             | contract-end-dates
    order          | invoice-copies           | customer             |
    order          | porting-wish-date        | contractor           | contract-end-dates
    order          | system-setup             | contractor           |
    order          | contract-signature       | customer             |
    order          | provider-acceptance      | provider             | porting-wish-date
    implementation | users-and-orders         | contractor           |
    implementation | base-configuration       | contractor, customer | users-and-orders
    implementation | installation             | contractor           | base-configuration
    implementation | configuration-test       | contractor, customer | installation
    implementation | configuration-acceptance | contractor, customer | configuration-test
    implementation | porting-date             | contractor, customer | configuration-acceptance
    implementation | number-porting           | contractor           | porting-date
    implementation | delivery                 | contractor           | number-porting
    implementation | aftercare                | contractor           | delivery
    implementation | invoicing                | contractor           | delivery
    maintenance    | registrations            | contractor           |
    maintenance    | updates-and-patches      | contractor           |
    maintenance    | change-requests          | contractor           |
";

#[test]
fn the_process_has_the_twenty_four_tasks_of_the_specification() {
    let expected: Vec<Vec<String>> = TASKS
        .lines()
        .filter(|line| line.contains('|'))
        .map(|line| line.split('|').map(|cell| cell.trim().to_owned()).collect())
        .collect();
    let found: Vec<Vec<String>> = newest()
        .tasks()
        .iter()
        .map(|task| {
            let done_by = task.done_by.iter().map(|party| party.as_str()).collect::<Vec<_>>().join(", ");
            vec![task.phase.to_string(), task.key.clone(), done_by, task.needs.join(", ")]
        })
        .collect();
    assert_eq!(found, expected);
    assert_eq!(found.len(), 24);
}

#[test]
fn what_is_special_about_tasks_is_as_specified() {
    let keys = |which: fn(&workflow::process::Task) -> bool| {
        newest().tasks().iter().filter(|task| which(task)).map(|task| task.key.as_str()).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(keys(|task| task.essential_to_porting), "contract-signature porting-date number-porting");
    assert_eq!(keys(|task| task.recurring), "registrations updates-and-patches change-requests");
    assert_eq!(
        keys(|task| task.complete.is_some()),
        "porting-notice cancellation-letters invoice-copies porting-wish-date provider-acceptance users-and-orders number-porting"
    );
}

#[test]
fn every_released_version_can_be_told_by_its_number() {
    for (i, process) in versions().iter().enumerate() {
        assert_eq!(process.version, u32::try_from(i).unwrap() + 1, "versions are numbered from 1");
    }
}

#[test]
fn a_task_and_all_that_directly_or_indirectly_needs_it_are_found() {
    let keys = |key: &str| newest().with_dependents(key).iter().map(|task| task.key.as_str()).collect::<Vec<_>>().join(" ");
    assert_eq!(keys("contract-end-dates"), "contract-end-dates cancellation-letters porting-wish-date provider-acceptance");
    assert_eq!(keys("porting-date"), "porting-date number-porting delivery aftercare invoicing");
    assert_eq!(keys("scope"), "scope");
}

/// A file with these tasks, each given by what differs from a sound one.
fn file(tasks: &[&str]) -> String {
    let sound = [
        ("key", r#""a""#),
        ("phase", r#""offer""#),
        ("done_by", r#"["customer"]"#),
        ("title", r#"{ nl = "taak", en = "task" }"#),
    ];
    let task = |changes: &&str| {
        let given = |name: &str| changes.split("; ").any(|change| change.starts_with(&format!("{name} =")));
        let rest: Vec<String> =
            sound.iter().filter(|(name, _)| !given(name)).map(|(name, value)| format!("{name} = {value}")).collect();
        format!("[[task]]\n{}\n{}\n", rest.join("\n"), changes.replace("; ", "\n"))
    };
    format!("version = 7\n{}", tasks.iter().map(task).collect::<String>())
}

#[test]
fn every_fault_of_a_process_file_is_found() {
    for (tasks, faults) in [
        (vec![""], ""),
        (vec![r#"key = "a""#, r#"key = "a""#], "task `a` stands twice"),
        (vec![r#"key = """#], "task key ``: only lower-case letters and hyphens"),
        (vec![r#"key = "A b""#], "task key `A b`: only lower-case letters and hyphens"),
        (vec![r#"title = { nl = "taak", en = " " }"#], "task `a` has no title in both languages"),
        (vec!["done_by = []"], "task `a` is done by nobody"),
        (vec![r#"phase = "cancelled""#], "task `a` is in phase `cancelled`, in which nothing is done"),
        (
            vec![r#"complete = { letters_sent = "cover" }"#],
            "task `a` is completed by letters of kind `cover`, which go to the customer and complete nothing",
        ),
        (vec![r#"needs = ["b"]"#], "task `a` needs `b`, which does not exist"),
        (vec![r#"needs = ["b"]"#, r#"key = "b"; phase = "order""#], "task `a` needs `b` of a later phase"),
        (vec![r#"needs = ["b"]"#, r#"key = "b"; recurring = true"#], "task `a` needs `b`, which comes back and is never done"),
        (vec![r#"needs = ["a"]"#], "task `a` needs itself, directly or through others"),
        (vec![r#"needs = ["b"]"#, r#"key = "b"; needs = ["a"]"#], "task `a` needs itself, directly or through others"),
        (
            vec![r#"key = "A"; done_by = []; needs = ["x"]"#],
            "task key `A`: only lower-case letters and hyphens; task `A` is done by nobody; task `A` needs `x`, which does not exist",
        ),
    ] {
        let file = file(&tasks);
        let found = match Process::parse(&file) {
            Ok(_) => String::new(),
            Err(ProcessError::Faults { version: 7, faults }) => faults.join("; "),
            Err(other) => panic!("{file}: {other}"),
        };
        assert_eq!(found, faults, "{file}");
    }
}

#[test]
fn a_misspelt_or_missing_field_of_a_process_file_is_found() {
    for (tasks, told) in [
        (vec![r#"needz = ["b"]"#], "unknown field `needz`"),
        (vec![r#"phase = "beginning""#], "unknown variant `beginning`"),
        (vec![r#"complete = "by_magic""#], "unknown variant `by_magic`"),
        (vec![r"due = { days = 3 }"], "unknown field `days`"),
        (vec![r#"title = { nl = "taak" }"#], "missing field `en`"),
    ] {
        let file = file(&tasks);
        match Process::parse(&file) {
            Err(ProcessError::Shape(shape)) => assert!(shape.contains(told), "{shape}"),
            other => panic!("{file}: {other:?}"),
        }
    }
}
