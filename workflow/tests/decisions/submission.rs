//! The check before numbers are asked for: what would be asked, and what is known against it.

use serde_json::json;
use workflow::command::Command;
use workflow::decide::{Dossier, submission};

use crate::world::{World, answer, attachment, contract, form, intake, said};

fn told(dossier: &Dossier) -> String {
    let numbers = dossier.order.numbers.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    format!("{} {} {} {}: {numbers}", dossier.order.dossier_id, dossier.order.provider, dossier.contract, dossier.group)
}

#[test]
fn the_check_tells_the_dossiers_that_asking_then_makes() {
    let mut form = form();
    form["contracts"] = json!([contract("isdn", "KPN B.V."), contract("zaak", "Ziggo")]);
    form["numbers"] = json!([
        {"number": "030 100 12 00", "block_size": 10, "contract": "isdn"},
        {"number": "088 123 45 67", "contract": "isdn"},
        {"number": "030 200 12 00", "contract": "zaak"},
        {"number": "030 200 13 00"}
    ]);
    let mut world = World::in_offer_with(form.clone());
    let check = |world: &World| submission(world.project(), &world.settings, world.now);
    let expected = [
        "DYNX-20270001-1 KPN B.V. isdn geographic: 030 100 12 00 – 030 100 12 09",
        "DYNX-20270001-2 KPN B.V. isdn non_geographic: 088 123 45 67",
        "DYNX-20270001-3 Ziggo zaak geographic: 030 200 12 00",
    ];
    let before: Vec<String> = check(&world).dossiers.iter().map(told).collect();
    assert_eq!(before, expected, "also while it can't be done yet");

    form["numbers"].as_array_mut().unwrap().pop();
    world.manager(Command::ChangeIntake { intake: intake(form) });
    world.finish("contract-end-dates scope connectivity-test poe-switch-check");
    world.manager(Command::Advance);
    for id in ["isdn", "zaak"] {
        world.manager(attachment(workflow::project::AttachmentKind::SignedAuthorization, Some(id)));
    }
    let planned = check(&world).dossiers;
    world.manager(Command::SubmitPorting);
    let made: Vec<&str> = world.project().requests.iter().map(|request| request.dossier_id.as_str()).collect();
    assert_eq!(made, planned.iter().map(|dossier| dossier.order.dossier_id.as_str()).collect::<Vec<_>>());
    assert_eq!(check(&world).dossiers, [], "nothing is left to ask");
}

#[test]
fn the_check_tells_what_a_donor_may_refuse_it_for() {
    let mut form = form();
    form["contracts"][0]["customer_number"] = json!("100200300-400500600-700");
    form["numbers"] = json!([{"number": "020 100 12 00", "contract": "kpn-isdn"}]);
    let world = World::in_order_with(form);
    let check = submission(world.project(), &world.settings, world.now);
    let codes: Vec<&str> = check.warnings.iter().map(|warning| warning.code.as_str()).collect();
    assert!(codes.contains(&"outside_area") && codes.contains(&"coin_field"), "{codes:?}");
    let cut = check.warnings.iter().find(|warning| warning.code == "coin_field").unwrap();
    assert_eq!(cut.text.en, "of customer number 100200300-400500600-700 the donor gets the first 20 characters only");
    assert_eq!(cut.contract.as_deref(), Some("kpn-isdn"));
}

#[test]
fn what_a_donor_refused_of_an_accepted_request_may_be_left_out() {
    let mut form = form();
    form["numbers"] = json!([
        {"number": "030 100 12 00", "block_size": 10, "contract": "kpn-isdn"},
        {"number": "030 100 13 00", "contract": "kpn-isdn"}
    ]);
    let mut world = World::asked_with(form.clone());
    let series = vec![said(Some("030 100 12 00"), Some("2027-01-12 00:00"), None), said(Some("030 100 13 00"), None, Some(42))];
    world.manager(Command::RecordAnswer { request: None, answer: answer(series) });
    form["numbers"].as_array_mut().unwrap().pop();
    world.manager(Command::ChangeIntake { intake: intake(form) });
    assert_eq!(world.project().porting_status().as_str(), "accepted");
}
