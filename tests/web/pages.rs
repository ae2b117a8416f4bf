//! What holds for every page: its headers, its language, its weight, and that nothing runs in it.

use super::visitor::{Visitor, html, location};
use crate::support::intake::shop;
use crate::support::job::Job;
use crate::support::world::World;

/// A page with all that it needs, compressed.
const WEIGHT_MAX: usize = 50 * 1024;

#[tokio::test]
async fn every_page_is_closed_to_others_light_and_in_both_languages() {
    let world = World::begin().await;
    let visitor = Visitor::manager(&world).await;
    for begin in ["/", "/migrations"] {
        let first_run = html(&visitor.get(begin).await);
        assert!(first_run.contains("Nog geen migraties") && first_run.contains("overstap import"), "{first_run}");
    }
    let job = Job::start(&world.api, &shop(0)).await;
    job.to_order().await;
    let of = |part: &str| format!("/migrations/{}{part}", job.id);
    let nobody = Visitor::new(&world);
    for (visitor, page, nl, en) in [
        (&nobody, "/sign-in".to_owned(), "Aanmelden", "Sign in"),
        (&visitor, "/".to_owned(), "Vandaag", "Today"),
        (&visitor, "/migrations".to_owned(), "Wacht op", "Waits for"),
        (&visitor, "/migrations?q=niemand".to_owned(), "Geen migraties gevonden", "No migrations found"),
        (&visitor, of(""), "Nu te doen", "To do now"),
        (&visitor, of("/contracts"), "Kan eindigen op", "Can end on"),
        (&visitor, of("/documents"), "Bekijken (PDF)", "View (PDF)"),
        (&visitor, of("/cutover"), "Er is nog geen cutover gepland", "No cutover has been scheduled"),
        (&visitor, of("/trail"), "Wat er is gebeurd", "What has happened"),
        (&visitor, "/nowhere".to_owned(), "Deze pagina is er niet", "There is no such page"),
    ] {
        for (language, words, others) in [("nl", nl, en), ("en", en, nl)] {
            let asked = visitor.get_with(&page, &[("accept-language", language)]).await;
            let shown = html(&asked);
            assert!(shown.contains(words) && !shown.contains(others), "{page} in {language}: {shown}");
            assert!(shown.contains(&format!("<html lang=\"{language}\">")), "{page}");
            for inline in ["<style", " style=", " onclick=", " onload=", "<script>", "javascript:"] {
                assert!(!shown.contains(inline), "{page} has {inline}");
            }
            let header = |name: &str| asked.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
            let policy = header("content-security-policy");
            assert!(policy.starts_with("default-src 'none'") && !policy.contains("unsafe"), "{page}: {policy}");
            assert!(policy.contains("frame-ancestors 'none'") && policy.contains("form-action 'self'"), "{page}: {policy}");
            assert_eq!([header("cache-control"), header("x-content-type-options")], ["no-store", "nosniff"], "{page}");
            assert!(header("x-overstap-clock").starts_with("simulated"), "{page}");
        }
        let weight = weight(visitor, &page).await;
        assert!(weight < WEIGHT_MAX, "{page} weighs {weight} bytes");
    }
}

/// What is transferred for a page: itself, and each file that it names.
async fn weight(visitor: &Visitor, page: &str) -> usize {
    let shown = html(&visitor.get(page).await);
    let files = shown.split('"').filter(|text| text.starts_with("/assets/")).map(str::to_owned);
    let mut all = vec![page.to_owned()];
    all.extend(files);
    let mut weight = 0;
    for file in all {
        let answer = visitor.get_with(&file, &[("accept-encoding", "gzip")]).await;
        assert!(answer.status == 200 || file == page, "{file}: {}", answer.status);
        if file != page {
            assert!(answer.headers["cache-control"].to_str().unwrap().contains("immutable"), "{file}");
        }
        weight += answer.body.len();
    }
    weight
}

#[tokio::test]
async fn a_list_is_filtered_searched_sorted_and_paged() {
    let world = World::begin().await;
    for n in 0..4 {
        Job::start(&world.api, &shop(n)).await;
    }
    let visitor = Visitor::manager(&world).await;
    let found = async |query: &str| {
        let shown = html(&visitor.get(&format!("/migrations?{query}")).await);
        let names = shown.split("class=\"row-link\"").skip(1).filter_map(|rest| rest.split(['>', '<']).nth(1).map(str::to_owned));
        names.map(|name| name.replace("Winkel ", "").replace(" B.V.", "")).collect::<String>()
    };
    for (query, names) in [
        ("sort=customer_name", "0123"),
        ("sort=-customer_name", "3210"),
        ("q=winkel+2", "2"),
        ("q=030+103+12+05", "3"),
        ("phase=order", ""),
        ("phase=offer&waiting_on=customer&sort=reference", "0123"),
        ("status=on_hold", ""),
        ("porting_from=2027-01-27", ""),
        ("porting_from=2027-01-26&porting_to=2027-01-26&sort=customer_name", "0123"),
    ] {
        assert_eq!(found(query).await, names, "{query}");
    }
    let wrong = visitor.get("/migrations?porting_from=morgen").await;
    assert_eq!(wrong.status, 400);
    let shown = html(&wrong);
    assert!(shown.contains("role=\"alert\"") && shown.contains("value=\"morgen\""), "what is wrong is said, and stays: {shown}");
}

#[tokio::test]
async fn a_language_that_was_chosen_is_kept() {
    let world = World::begin().await;
    let visitor = Visitor::new(&world);
    let chosen = visitor.send("/language", &[("to", "en"), ("next", "/sign-in")], &[("sec-fetch-site", "same-origin")]).await;
    assert_eq!((chosen.status, location(&chosen)), (303, "/sign-in"));
    let cookie = chosen.headers["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();
    let page = visitor.get_with("/sign-in", &[("accept-language", "nl"), ("cookie", &cookie)]).await;
    assert!(html(&page).contains("Sign in"));
    let foreign = visitor.send("/language", &[("to", "en")], &[("sec-fetch-site", "cross-site")]).await;
    assert!(foreign.headers.get("set-cookie").is_none());
}

#[tokio::test]
async fn today_tells_of_each_migration_what_presses_most() {
    let mut world = World::begin().await;
    let (late, soon, waits) =
        (Job::start(&world.api, &shop(0)).await, Job::start(&world.api, &shop(1)).await, Job::start(&world.api, &shop(2)).await);
    late.to_order().await;
    waits.does("/hold", serde_json::json!({"reason": "verbouwing"})).await;
    let shown = async |world: &World| {
        let page = html(&Visitor::manager(world).await.get("/").await);
        let groups: Vec<String> = page.split("<h2 id=\"group-").skip(1).map(str::to_owned).collect();
        let named =
            |group: &String| [0, 1, 2].into_iter().filter(|n| group.contains(&format!("Winkel {n} B.V."))).collect::<Vec<_>>();
        groups.iter().map(|group| (group.split(['>', '<']).nth(1).unwrap().trim().to_owned(), named(group))).collect::<Vec<_>>()
    };
    let due = late.project().await["next_actions"].clone();
    let first = due.as_array().unwrap().iter().filter_map(|action| action["due_on"].as_str()).min().unwrap().to_owned();
    // A week later than the earliest day by which something is due.
    let moment = format!("{}T08:00:00Z", first.parse::<chrono::NaiveDate>().unwrap() + chrono::Days::new(1));
    world.jump_to(&moment).await;
    let groups = shown(&world).await;
    let late_ones = groups.iter().find(|(title, _)| title == "Te laat").unwrap_or_else(|| panic!("{groups:?}"));
    assert!(late_ones.1.contains(&0), "{groups:?}");
    assert!(groups.iter().all(|(_, names)| !names.contains(&2)), "what is on hold presses nobody: {groups:?}");
    let of_soon = groups.iter().filter(|(_, names)| names.contains(&1)).count();
    assert!(of_soon <= 1, "each stands there once: {groups:?}");
    assert_eq!(soon.project().await["phase"], "offer");
}
