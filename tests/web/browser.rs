//! What a project manager does, in a real Chromium: at a desk and on a phone, in Dutch and in English. `make screenshots` has it draw what it
//! sees for the documentation.

use std::path::{Path, PathBuf};

use serde_json::json;

use super::driver::Browser;
use crate::support::api::TOKEN;
use crate::support::intake::{bakery, shop};
use crate::support::job::Job;
use crate::support::world::World;

/// Draws a page into the documentation, where that is asked for.
async fn draw(browser: &Browser, name: &str) {
    if std::env::var_os("OVERSTAP_SCREENSHOTS").is_some() {
        let folder: PathBuf = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/pages");
        browser.draw(&folder.join(format!("{name}.png"))).await;
    }
}

/// The page is as it should be for who can't see it, or not well, and nothing was stopped in it.
async fn is_in_order(browser: &Browser, what: &str) {
    assert_eq!(browser.faults().await, Vec::<String>::new(), "{what}");
    assert_eq!(browser.complaints().await, Vec::<String>::new(), "{what}");
}

#[tokio::test]
async fn a_project_manager_finds_a_migration_and_confirms_a_task_at_a_desk_and_on_a_phone_in_both_languages() {
    let world = World::begin().await;
    let job = Job::start(&world.api, &bakery()).await;
    for n in 1..4 {
        let shop = Job::start(&world.api, &shop(n)).await;
        if n > 1 {
            shop.to_order().await;
        }
        if n == 3 {
            shop.does("/hold", json!({"reason": "verbouwing"})).await;
        }
    }
    let browser = Browser::open(&world).await;
    let mut tasks = ["contract-end-dates", "scope", "connectivity-test", "poe-switch-check"].into_iter();
    for language in ["nl", "en"] {
        for width in [1280, 390] {
            let (done, task) = (if language == "nl" { "gereed" } else { "done" }, tasks.next().unwrap());
            let place = format!("{language}, {width} pixels");
            browser.is_wide(width).await;
            browser.go("/migrations").await;
            assert!(browser.path().await.starts_with("/sign-in"), "{place}");
            browser.click(&format!(".languages button[value={language}]")).await;
            browser.sees(&format!("html[lang={language}]")).await;
            is_in_order(&browser, &format!("signing in, {place}")).await;
            browser.enter("#token", TOKEN).await;
            browser.click("main button").await;
            browser.sees(".main-nav a[href='/migrations']").await;
            browser.go("/").await;
            is_in_order(&browser, &format!("today, {place}")).await;
            browser.click(".main-nav a[href='/migrations']").await;
            browser.sees(".list").await;
            is_in_order(&browser, &format!("the list, {place}")).await;
            if language == "nl" {
                draw(&browser, &format!("migrations-{width}")).await;
            }

            // While one types the list follows.
            browser.enter("#q", "korenaar").await;
            browser.sees(".list tbody tr:only-child").await;
            assert_eq!(browser.path().await.split('?').next(), Some("/migrations"), "{place}");
            browser.click(".list .row-link").await;
            let row = format!("#task-{task}");
            browser.click(&format!("{row} summary")).await;
            is_in_order(&browser, &format!("a migration, {place}")).await;
            browser.enter(&format!("{row} textarea"), "gezien op locatie").await;
            browser.click(&format!("{row} form button")).await;
            browser.sees(".notice[role=status]").await;
            if task == "scope" {
                // It needs the other party too.
                browser.click(&format!("{row} summary")).await;
                browser.click(&format!("{row} form button")).await;
                browser.sees(&format!("{row} .tag.good")).await;
            }
            assert!(browser.text(&format!("{row} .tag")).await.contains(done), "{place}");
            for part in ["contracts", "documents", "cutover", "trail"] {
                browser.click(&format!(".tabs a[href$='/{part}']")).await;
                browser.sees(&format!(".tabs a[href$='/{part}'][aria-current]")).await;
                is_in_order(&browser, &format!("{part}, {place}")).await;
            }
            browser.click("form[action='/sign-out'] button").await;
            browser.sees("#token").await;
        }
    }
    assert_eq!(job.task("poe-switch-check").await["state"], "done");
    browser.close().await;
}

#[tokio::test]
async fn a_cutover_that_stops_is_seen_as_it_happens_and_set_going_again() {
    let mut world = World::begin().await;
    let job = Job::start(&world.api, &bakery()).await;
    job.to_order().await;
    let browser = Browser::open(&world).await;
    browser.is_wide(1280).await;
    browser.go("/sign-in").await;
    browser.enter("#token", TOKEN).await;
    browser.click("main button").await;
    browser.sees("form[action='/sign-out']").await;
    for (name, page, width) in [
        ("migration-1280", "", 1280),
        ("contracts-1280", "/contracts", 1280),
        ("documents-1280", "/documents", 1280),
        ("migration-390", "", 390),
    ] {
        browser.is_wide(width).await;
        browser.go(&format!("/migrations/{}{page}", job.id)).await;
        is_in_order(&browser, name).await;
        draw(&browser, name).await;
        browser.is_dark(true).await;
        is_in_order(&browser, &format!("{name}, dark")).await;
        browser.is_dark(false).await;
    }
    job.to_implementation().await;
    let day = job.first_possible_day().await.max("2027-01-26".parse().unwrap());
    job.schedule(&format!("{day}T09:00:00Z")).await;
    // A PBX that says no: the cutover stops before any number has moved.
    world.stop().await;
    world.set_clock(&format!("{day}T08:59:50Z"));
    world.fault("pbx.route", "refuse").await;
    world.start().await;
    // A restart ends no session.
    browser.go(&format!("/migrations/{}/cutover", job.id)).await;
    // Nobody touches the page: it follows.
    browser.sees(".notice.bad").await;
    job.until_cutover_is("incident").await;
    browser.sees("#incident").await;
    for width in [390, 1280] {
        browser.is_wide(width).await;
        browser.click(".deeds summary").await;
        for dark in [true, false] {
            browser.is_dark(dark).await;
            is_in_order(&browser, &format!("an incident, {width} pixels, dark: {dark}")).await;
        }
        browser.click(".deeds summary").await;
        draw(&browser, &format!("cutover-{width}")).await;
        browser.go("/").await;
        browser.sees(".today.bad a[href$='/cutover']").await;
        is_in_order(&browser, &format!("today, {width} pixels")).await;
        draw(&browser, &format!("today-{width}")).await;
        browser.click(".today.bad a").await;
    }
    browser.click(".deeds summary").await;
    browser.click("form[action$='/cutover/retry'] button").await;
    browser.sees(".notice.good[role=status]").await;
    job.until_cutover_is("done").await;
    browser.sees("#cutover ol li:nth-child(6) .tag.good").await;
    let wanted = "return document.querySelector('#cutover .head-line .tag').className";
    assert_eq!(browser.run(wanted).await, json!("tag good"));
    browser.go(&format!("/migrations/{}/trail", job.id)).await;
    is_in_order(&browser, "the trail").await;
    draw(&browser, "trail-1280").await;
    browser.close().await;
    world.ends_right(&[job]).await;
}
