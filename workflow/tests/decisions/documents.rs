//! What the contractor writes to the customer: when each letter is made, again or not at all, and what it says.

use serde_json::{Value, json};
use uuid::Uuid;
use workflow::command::Command;
use workflow::event::Event;
use workflow::letter::proof::Sending;
use workflow::letter::{Language, LetterFacts, LetterKind, Particulars, PrintedContract};
use workflow::process::Party;
use workflow::project::Letter;

use crate::world::{World, at, complete, contract, done, form, intake, name, schedule};

const APPOINTMENT: &str = "2027-01-20";

/// The contractor's letters that are not replaced or withdrawn, in the order in which they were made.
fn to_customer(world: &World) -> Vec<String> {
    standing(world).filter(|letter| letter.provider.is_none()).map(|letter| name(&letter.kind)).collect()
}

fn standing(world: &World) -> impl Iterator<Item = &Letter> {
    world.project().letters.iter().filter(|letter| !letter.replaced)
}

/// The last letter of a kind that was made.
fn last(world: &World, kind: LetterKind) -> &Letter {
    world.project().letters.iter().rfind(|letter| letter.kind == kind).unwrap()
}

/// What the last letter of a kind says.
fn says(world: &World, kind: LetterKind) -> &LetterFacts {
    &world.letters[&last(world, kind).id]
}

fn count(world: &World, kind: LetterKind) -> usize {
    world.project().letters.iter().filter(|letter| letter.kind == kind).count()
}

fn with_installation(on: &str) -> Value {
    let mut form = form();
    form["installation"] = json!({"on": on, "from": "09:00", "until": "12:30", "note": "Parkeren kan achter de bakkerij."});
    form
}

fn change(form: Value) -> Command {
    Command::ChangeIntake { intake: intake(form) }
}

fn make(kind: LetterKind) -> Command {
    Command::MakeLetter { kind, contract: None, language: None }
}

fn sent(letter: Uuid) -> Command {
    Command::RecordLetterSent { letter, sent_on: None, sending: Sending::default() }
}

fn send(world: &mut World, kind: LetterKind) {
    let letter = last(world, kind).id;
    world.manager(sent(letter));
}

#[test]
fn a_cover_letter_comes_with_the_letters_to_sign_and_post() {
    let mut form = form();
    form["wish_date"] = json!("2027-03-02");
    let world = World::in_order_with(form);
    assert_eq!(to_customer(&world), ["cover"]);
    let cover = says(&world, LetterKind::Cover);
    assert_eq!((cover.sender.name.as_str(), cover.recipient.name.as_str()), ("Dynamx", "Bakkerij De Korenaar B.V."));
    assert_eq!(cover.recipient.contact.as_deref(), Some("J. de Vries"));
    let Some(Particulars::Cover { letters }) = &cover.particulars else { panic!("{cover:?}") };
    let told: Vec<_> = letters
        .iter()
        .map(|letter| {
            let by = letter.send_by.map_or_else(|| "soon".to_owned(), |day| day.to_string());
            format!("{} {} {by}", name(&letter.kind), letter.to)
        })
        .collect();
    // 25 working days before the porting, and 20 for what is to be signed.
    assert_eq!(
        told,
        ["porting_notice KPN B.V. 2027-01-26", "authorization Dynamx 2027-02-02", "cancellation KPN B.V. 2027-01-26"]
    );
}

#[test]
fn what_can_not_be_in_time_any_more_is_to_be_sent_as_soon_as_possible() {
    let world = World::in_order();
    let Some(Particulars::Cover { letters }) = &says(&world, LetterKind::Cover).particulars else { panic!() };
    assert!(letters.iter().all(|letter| letter.send_by.is_none()), "25 working days before 26 January have passed");
}

#[test]
fn a_cover_letter_asks_to_post_before_the_last_day_for_notice_and_well_before_the_porting() {
    let mut form = form();
    // Notice by 31 March, so posted by 23 March: Good Friday is a working day, Easter Monday is not.
    form["contracts"][0]["start_date"] = json!("2024-04-30");
    form["wish_date"] = json!("2027-05-31");
    let world = World::in_order_with(form);
    let Some(Particulars::Cover { letters }) = &says(&world, LetterKind::Cover).particulars else { panic!() };
    let by: Vec<_> = letters.iter().map(|letter| letter.send_by.unwrap().to_string()).collect();
    assert_eq!(by, ["2027-03-23", "2027-03-23", "2027-03-23"]);
}

#[test]
fn no_letters_to_providers_no_cover_letter() {
    let mut form = form();
    form["contracts"] = json!([]);
    form["numbers"] = json!([]);
    let mut world = World::in_order_with(form);
    assert_eq!(to_customer(&world), [""; 0]);
    assert_eq!(world.refused(make(LetterKind::Cover)), "letter_not_needed");
}

#[test]
fn a_cover_letter_is_made_anew_with_its_letters_but_not_after_it_was_sent() {
    let mut world = World::in_order();
    let two = |line: &str| {
        let mut form = form();
        form["contracts"] = json!([contract("kpn-isdn", "KPN B.V."), contract(line, "Ziggo")]);
        form
    };
    world.manager(change(two("fax")));
    assert_eq!((count(&world, LetterKind::Cover), to_customer(&world)), (2, vec!["cover".to_owned()]));
    send(&mut world, LetterKind::Cover);
    world.manager(change(two("pin")));
    assert_eq!(count(&world, LetterKind::Cover), 2);
    world.manager(make(LetterKind::Cover));
    assert_eq!(count(&world, LetterKind::Cover), 3, "somebody asked for it");
}

#[test]
fn letters_to_the_customer_count_for_no_task() {
    let mut world = World::in_order();
    send(&mut world, LetterKind::Cover);
    assert_eq!(["porting-notice", "cancellation-letters"].map(|key| world.task(key)), ["open", "open"]);
    for kind in [LetterKind::PortingNotice, LetterKind::Cancellation] {
        send(&mut world, kind);
    }
    assert_eq!(["porting-notice", "cancellation-letters"].map(|key| world.task(key)), ["done (customer)"; 2]);
}

#[test]
fn letters_to_the_customer_need_not_be_withdrawn_at_a_provider() {
    let withdrawn = |kinds: &[LetterKind]| {
        let mut world = World::in_order();
        for kind in kinds {
            send(&mut world, *kind);
        }
        world.manager(Command::Cancel { reason: "blijft bij KPN".to_owned() });
        world.project().to_withdraw.len()
    };
    assert_eq!(withdrawn(&[LetterKind::Cover]), 0);
    assert_eq!(withdrawn(&[LetterKind::Cover, LetterKind::PortingNotice]), 1);
}

#[test]
fn an_installation_is_announced_and_again_when_it_moves() {
    let mut world = World::in_order();
    assert_eq!(world.refused(make(LetterKind::InstallationAppointment)), "letter_not_needed");
    world.manager(change(with_installation(APPOINTMENT)));
    assert_eq!(to_customer(&world), ["cover", "installation_appointment"]);
    let letter = says(&world, LetterKind::InstallationAppointment);
    let Some(Particulars::Installation { appointment, user_count, devices }) = &letter.particulars else { panic!("{letter:?}") };
    assert_eq!((appointment.on.to_string(), *user_count, devices.len()), (APPOINTMENT.to_owned(), 12, 1));
    send(&mut world, LetterKind::InstallationAppointment);
    let mut other_note = with_installation(APPOINTMENT);
    other_note["installation"]["note"] = json!("Bel aan.");
    world.manager(change(other_note));
    assert_eq!(count(&world, LetterKind::InstallationAppointment), 1, "the appointment stands");
    world.manager(change(with_installation("2027-01-21")));
    assert_eq!(count(&world, LetterKind::InstallationAppointment), 2, "the appointment moved");
}

#[test]
fn an_appointment_that_is_called_off_or_has_passed_is_not_announced() {
    let mut world = World::in_order_with(with_installation(APPOINTMENT));
    world.manager(change(form()));
    assert_eq!(to_customer(&world), ["cover"]);
    world.manager(change(with_installation(APPOINTMENT)));
    world.now = at("2027-01-21 09:00");
    world.manager(complete("system-setup", None));
    assert_eq!(to_customer(&world), ["cover"]);
}

#[test]
fn an_appointment_that_passes_on_hold_is_not_announced_either() {
    let mut world = World::in_order_with(with_installation(APPOINTMENT));
    world.manager(Command::Hold { reason: "verbouwing".to_owned() });
    assert_eq!(to_customer(&world), ["cover", "installation_appointment"]);
    world.now = at("2027-01-21 09:00");
    world.manager(complete("system-setup", None));
    assert_eq!(to_customer(&world), ["cover"]);
}

#[test]
fn nothing_is_made_on_hold_and_all_of_it_when_it_goes_on() {
    let mut world = World::in_order();
    world.manager(Command::Hold { reason: "verbouwing".to_owned() });
    world.manager(change(with_installation(APPOINTMENT)));
    assert_eq!(to_customer(&world), ["cover"]);
    world.manager(Command::Resume);
    assert_eq!(to_customer(&world), ["cover", "installation_appointment"]);
}

#[test]
fn a_scheduled_cutover_is_announced_and_again_when_it_moves() {
    let mut world = World::scheduled();
    let announced = says(&world, LetterKind::CutoverAnnouncement);
    assert_eq!(
        announced.particulars,
        Some(Particulars::Cutover { at: "2027-01-26T08:30:00".parse().unwrap(), forwarded: Vec::new() })
    );
    assert_eq!(announced.contracts.iter().map(|contract| contract.numbers.len()).collect::<Vec<_>>(), [1]);
    world.manager(schedule("2027-01-27 08:30"));
    assert_eq!(count(&world, LetterKind::CutoverAnnouncement), 2, "the draft was made anew");
    send(&mut world, LetterKind::CutoverAnnouncement);
    world.manager(schedule("2027-01-27 08:30"));
    assert_eq!(count(&world, LetterKind::CutoverAnnouncement), 2, "nothing moved");
    world.manager(schedule("2027-01-27 09:30"));
    assert_eq!(count(&world, LetterKind::CutoverAnnouncement), 3, "an hour later is another announcement");
    send(&mut world, LetterKind::CutoverAnnouncement);
    world.manager(schedule("2027-01-27 08:30"));
    assert_eq!(count(&world, LetterKind::CutoverAnnouncement), 4, "back again is too");
}

#[test]
fn a_cutover_that_is_called_off_or_has_begun_is_not_announced_any_more() {
    let announcements = |world: &World| standing(world).filter(|letter| letter.kind == LetterKind::CutoverAnnouncement).count();
    let mut world = World::scheduled();
    assert_eq!(announcements(&world), 1);
    world.manager(Command::AbortCutover { reason: "ziek".to_owned() });
    assert_eq!(announcements(&world), 0);
    world.manager(schedule("2027-01-28 08:30"));
    assert_eq!(announcements(&world), 1);
    assert_eq!(announcements(&World::running()), 0);
    assert_eq!(World::running().refused(make(LetterKind::CutoverAnnouncement)), "letter_not_needed");
}

#[test]
fn drafts_follow_a_cutover_that_is_called_off() {
    let mut world = World::in_implementation();
    world.settle("pbx.provision", done());
    world.finish("base-configuration installation configuration-test configuration-acceptance");
    let notice =
        || Command::MakeLetter { kind: LetterKind::PortingNotice, contract: Some("kpn-isdn".to_owned()), language: None };
    world.manager(notice());
    let planned = |world: &World| says(world, LetterKind::PortingNotice).porting_on.unwrap().to_string();
    world.manager(schedule("2027-02-02 08:30"));
    assert_eq!(planned(&world), "2027-02-02");
    world.manager(Command::AbortCutover { reason: "ziek".to_owned() });
    assert_eq!(planned(&world), "2027-01-26", "the wish date");
}

#[test]
fn a_draft_keeps_its_language_until_the_customers_changes() {
    let mut world = World::in_order();
    let english = Some(Language::En);
    world.manager(Command::MakeLetter {
        kind: LetterKind::Cancellation,
        contract: Some("kpn-isdn".to_owned()),
        language: english,
    });
    let mut changed = form();
    changed["contracts"][0]["customer_number"] = json!("999");
    world.manager(change(changed.clone()));
    assert_eq!(last(&world, LetterKind::Cancellation).language, Language::En);
    assert_eq!(last(&world, LetterKind::PortingNotice).language, Language::Nl);
    changed["language"] = json!("en");
    world.manager(change(changed));
    assert!(standing(&world).all(|letter| letter.language == Language::En));
}

#[test]
fn what_was_delivered_is_written_down_when_the_cutover_is_done() {
    let mut form = form();
    form["users"] = json!([{"name": "Anna Bakker", "extension": "101", "device": "T54W 🦀"}]);
    form["contracts"][0]["carries"] = json!(["alarm"]);
    let mut world = World::scheduled_with(form);
    let acknowledged = |note: &str| Command::AcknowledgeWarning {
        code: "line_bound_device".to_owned(),
        contract: Some("kpn-isdn".to_owned()),
        note: note.to_owned(),
    };
    world.manager(acknowledged("wordt uitgezocht"));
    world.manager(acknowledged("de melder\nbelt via 4G 🦀"));
    assert_eq!(world.refused(make(LetterKind::Delivery)), "letter_not_needed");
    world.wait_until("2027-01-26 08:30");
    world.settle("pbx.route", done());
    world.settle("porting.perform", done());
    assert_eq!(count(&world, LetterKind::Delivery), 0);
    world.manager(Command::ResolveStep { note: "gebeld met een mobiel".to_owned() });
    assert_eq!(world.cutover(), "done");
    let letter = says(&world, LetterKind::Delivery);
    let Some(Particulars::Delivery { users, devices, steps, points, .. }) = &letter.particulars else { panic!("{letter:?}") };
    assert_eq!((users[0].extension.as_deref(), users[0].device.as_deref()), (Some("101"), Some("T54W ?")));
    assert_eq!(devices[0].quantity, 10);
    let told: Vec<_> = steps.iter().map(|step| (step.title.as_str(), step.note.as_deref())).collect();
    assert_eq!(
        told,
        [
            ("controle vooraf", None),
            ("nummers routeren op de centrale", None),
            ("nummers overnemen", None),
            ("testoproepen", Some("gebeld met een mobiel")),
        ]
    );
    assert_eq!(steps[0].began.unwrap().to_string(), "2027-01-26 08:30:00", "by the clock on the wall");
    let [point] = points.as_slice() else { panic!("only the last note on a matter: {points:?}") };
    assert_eq!(point.contract_number.as_deref(), Some("C-778899"));
    assert_eq!(point.note.as_deref(), Some("de melder belt via 4G ?"));
    assert!(point.text.as_deref().unwrap().contains("alarm"));
    world.manager(acknowledged("de melder is vervangen"));
    let points = |world: &World| serde_json::to_string(&says(world, LetterKind::Delivery).particulars).unwrap();
    assert!(points(&world).contains("de melder is vervangen"), "the draft was made anew");
}

#[test]
fn what_was_noted_at_the_acceptance_is_told_at_the_delivery() {
    let mut form = form();
    form["numbers"] = json!([]);
    let mut world = World::in_implementation_with(form);
    world.settle("pbx.provision", done());
    let accept = |party, note: &str| Command::CompleteTask {
        key: "configuration-acceptance".to_owned(),
        on_behalf_of: Some(party),
        note: Some(note.to_owned()),
    };
    world.manager(Command::CompleteTask {
        key: "base-configuration".to_owned(),
        on_behalf_of: None,
        note: Some("gebeld".to_owned()),
    });
    world.manager(complete("base-configuration", Some(Party::Customer)));
    world.finish("installation configuration-test");
    world.manager(accept(Party::Contractor, "afspraak die niet doorgaat"));
    world.manager(accept(Party::Customer, "de receptie is er niet op vrijdag"));
    let reopen = Command::ReopenTask { key: "configuration-acceptance".to_owned(), reason: "nog eens".to_owned() };
    world.manager(reopen);
    world.manager(accept(Party::Contractor, "het magazijn volgt in maart 🦀"));
    world.manager(accept(Party::Customer, " "));
    world.finish("porting-date");
    let Some(Particulars::Delivery { points, .. }) = &says(&world, LetterKind::Delivery).particulars else { panic!() };
    let told: Vec<_> = points.iter().filter_map(|point| point.note.as_deref()).collect();
    assert_eq!(told, ["het magazijn volgt in maart ?"], "of the acceptance that counts, and of no other task");
}

#[test]
fn the_safety_sheet_comes_with_the_delivery_or_when_somebody_asks() {
    let world = World::in_maintenance();
    let made: Vec<_> = to_customer(&world).split_off(1);
    assert_eq!(made, ["delivery", "fraud_safety"]);
    let mut world = World::in_order();
    world.manager(make(LetterKind::FraudSafety));
    assert_eq!(to_customer(&world), ["cover", "fraud_safety"]);
}

#[test]
fn without_numbers_there_is_a_delivery_when_the_configuration_was_accepted() {
    let mut form = form();
    form["numbers"] = json!([]);
    let mut world = World::in_implementation_with(form);
    world.settle("pbx.provision", done());
    world.finish("base-configuration installation configuration-test");
    assert_eq!(count(&world, LetterKind::Delivery), 0);
    world.finish("configuration-acceptance porting-date");
    assert_eq!(count(&world, LetterKind::Delivery), 1);
}

#[test]
fn texts_about_recording_are_made_when_it_is_ordered_and_when_the_retention_changes() {
    let recorded = |retention: &str| {
        let mut form = form();
        form["call_recording"] = json!(retention);
        form
    };
    let mut world = World::in_order_with(recorded("30_days"));
    assert_eq!(to_customer(&world), ["cover", "recording_announcement"]);
    let days = |world: &World| says(world, LetterKind::RecordingAnnouncement).particulars.clone();
    assert_eq!(days(&world), Some(Particulars::Recording { retention_days: 30 }));
    send(&mut world, LetterKind::RecordingAnnouncement);
    world.manager(change(recorded("365_days")));
    assert_eq!(days(&world), Some(Particulars::Recording { retention_days: 365 }));
    world.manager(change(recorded("off")));
    assert_eq!(to_customer(&world), ["cover", "recording_announcement"], "the one that the customer has");
    assert_eq!(world.refused(make(LetterKind::RecordingAnnouncement)), "letter_not_needed");
}

#[test]
fn only_a_letter_to_a_provider_is_about_a_contract() {
    let mut world = World::in_order();
    let with = |kind, contract: Option<&str>| Command::MakeLetter { kind, contract: contract.map(str::to_owned), language: None };
    assert_eq!(world.refused(with(LetterKind::Cover, Some("kpn-isdn"))), "/contract unknown_field");
    assert_eq!(world.refused(with(LetterKind::Authorization, None)), "/contract missing");
}

#[test]
fn a_contract_that_ended_on_an_unknown_day_is_not_said_to_have_ended_on_another() {
    let ended = |ends_on: Option<&str>| {
        let mut form = form();
        form["contracts"][0]["scenario"] = json!("after_termination");
        form["contracts"][0]["ends_on"] = json!(ends_on);
        let world = World::in_order_with(form);
        says(&world, LetterKind::PortingNotice).contracts[0].ends_on
    };
    assert_eq!(ended(None), None);
    assert_eq!(ended(Some("2026-12-31")).unwrap().to_string(), "2026-12-31");
}

#[test]
fn an_authorization_names_the_blocks_of_which_a_part_stays() {
    let mut form = form();
    let whole = json!({"number": "030 100 12 00", "block_size": 100});
    form["numbers"] = json!([
        {"number": "030 100 12 00", "block_size": 10, "contract": "kpn-isdn", "part_of": whole},
        {"number": "030 100 12 50", "block_size": 10, "contract": "kpn-isdn", "part_of": whole},
        {"number": "030 200 12 00", "block_size": 10, "contract": "kpn-isdn"},
    ]);
    let world = World::in_order_with(form);
    let parts = |contract: &PrintedContract| contract.parts_of.iter().map(|block| block.last.clone()).collect::<Vec<_>>();
    let authorization = says(&world, LetterKind::Authorization);
    assert_eq!(parts(&authorization.contracts[0]), [Some("030 100 12 99".to_owned())]);
}

#[test]
fn letters_of_before_there_were_others_can_still_be_read() {
    let stored = json!({
        "id": Uuid::from_u128(7), "letter": "cancellation", "contract": "kpn-isdn", "provider": "KPN B.V.", "language": "nl",
    });
    let read = Event::from_kind_and_data("letter_made", &stored).unwrap();
    assert!(matches!(&read, Event::LetterMade { provider: Some(provider), occasion: None, .. } if provider == "KPN B.V."));
    let world = World::in_order();
    let mut facts = serde_json::to_value(says(&world, LetterKind::Cancellation)).unwrap();
    for contract in facts["contracts"].as_array_mut().unwrap() {
        let contract = contract.as_object_mut().unwrap();
        contract.retain(|field, _| field != "provider" && field != "parts_of");
    }
    let read: LetterFacts = serde_json::from_value(facts).unwrap();
    assert_eq!((read.contracts[0].provider.as_deref(), read.particulars), (None, None));
}
