//! `overstap import`: a project manager's spreadsheet becomes projects, all of them or none, whatever happens meanwhile.

use std::fmt::Write as _;
use std::process::Output;
use std::time::{Duration, Instant};

use crate::support::process::Process;
use crate::support::world::{Adapters, Database, World};

const HEADERS: &str = "Klant;KvK;Straat;Postcode;Plaats;Contactpersoon;E-mail;Telefoon;Gebruikers;Provider;Klantnummer;Contractnummer;\
                       Lijntype;Ingangsdatum;Nummer\n";

/// So many customers, each with a block of ten.
fn customers(count: u32) -> String {
    let mut csv = HEADERS.to_owned();
    for i in 0..count {
        let (kvk, number) = (10_000_000 + i, 1_000_000 + i * 10);
        writeln!(
            csv,
            "Klant {i};{kvk};Weg 1;3511 AB;Utrecht;Jan;jan@a.example;0301001200;5;KPN;77;C-1;isdn30;1-3-2021;030{number} t/m 9"
        )
        .unwrap();
    }
    csv
}

fn said(output: &Output) -> (Option<i32>, String) {
    (output.status.code(), String::from_utf8_lossy(&output.stdout).into_owned())
}

#[tokio::test]
async fn a_spreadsheet_is_tried_imported_and_known_again() {
    let mut world = World::with(Database::Postgresql, Adapters::ByHand).await;
    let import = |content: &str, arguments: &[&str]| said(&world.import(content, arguments).output().unwrap());

    let wrong = customers(2).replace("Klant 1;10000001", "Klant 1;123");
    for language in ["--language", "--lang"] {
        let (code, told) = import(&wrong, &["--dry-run", language, "nl"]);
        assert_eq!(code, Some(1), "{told}");
        assert!(told.contains("B3  KvK \"123\": \"123\" is geen KvK-nummer; geef 8 cijfers\n"), "{told}");
        assert!(told.contains("-  Klant 0: 10 nummers"), "{told}");
        assert!(told.ends_with("3 rijen, 1 projecten zouden beginnen, 1 weggelaten, 1 fouten\n"), "{told}");
    }
    let (_, told) = import(&wrong, &["--dry-run"]);
    assert!(told.ends_with("3 rows, 1 projects would begin, 1 left out, 1 faults\n"), "{told}");
    let (code, told) = import(&wrong, &[]);
    assert_eq!(code, Some(1), "{told}");
    assert!(told.contains("B3  KvK \"123\"") && told.contains("nothing was imported"), "{told}");
    assert_eq!(world.api.list("/api/v1/projects").await.len(), 0);

    let (code, told) = import(&wrong, &["--skip-bad"]);
    assert_eq!(code, Some(0), "{told}");
    assert!(told.contains("2027-0001  Klant 0: 10 numbers"), "{told}");
    let (code, told) = import(&customers(2), &[]);
    assert_eq!(code, Some(1), "{told}");
    assert!(told.contains("already stands in project 2027-0001"), "{told}");

    let unknown = world.import(HEADERS, &["--token", "wrong"]).output().unwrap();
    assert_eq!(unknown.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&unknown.stderr).contains("401"), "{unknown:?}");
    world.stop().await;
    assert!(world.verify().status.success());
}

#[tokio::test]
async fn a_power_cut_during_an_import_leaves_all_or_nothing() {
    const COUNT: u32 = 300;
    let mut world = World::begin().await;
    let log = world.file("import.log");
    let importing = Process::start(world.import(&customers(COUNT), &[]), &log);
    let deadline = Instant::now() + Duration::from_mins(1);
    while !std::fs::read_to_string(&log).unwrap().contains("projects written") {
        assert!(Instant::now() < deadline, "nothing is written");
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    world.crash_and_start().await;
    drop(importing);
    let after = world.api.list("/api/v1/projects?limit=200").await.len();
    assert!(after == 0 || after == 300, "{after}");
    let (code, told) = said(&world.import(&customers(COUNT), &[]).output().unwrap());
    assert_eq!(code, Some(i32::from(after != 0)), "{told}");
    assert_eq!(world.api.list("/api/v1/projects?limit=200").await.len(), 300);
    world.stop().await;
    assert!(world.verify().status.success());
}
