//! Everyone who knows of a cutover's moment is told when it moves, also on the day itself.

use uuid::Uuid;
use workflow::actor::Role;
use workflow::command::Command;
use workflow::effect::{Action, Mail};
use workflow::event::{Event, Purpose};
use workflow::project::Project;
use workflow::view::{moved_view, next_actions};

use crate::cutover::{abort, resolve};
use crate::world::{World, at, by_hand, complete, done, form, lost, name, refused, schedule};

const CUSTOMER: &str = "j.devries@korenaar.example";
const CONTRACTOR: &str = "planning@dynamx.example";

/// The customer has agreed to 26 January, 08:30, and there is a mail server.
fn agreed() -> World {
    with_mail(World::scheduled())
}

fn with_mail(mut world: World) -> World {
    world.settings.reminders_by_mail = true;
    world.settings.contractor.email = Some(CONTRACTOR.to_owned());
    world.act(Role::System, Command::ReviewLetters).unwrap();
    world
}

/// The e-mails that are on their way, by whom they are for.
fn mails(world: &World) -> Vec<(Uuid, &Mail)> {
    let tells = |id: &Uuid| matches!(world.project().effects[id].purpose, Purpose::TellMoved { .. });
    let mails = world.outbox.values().filter(|(effect, _)| tells(&effect.id));
    let mut mails: Vec<(Uuid, &Mail)> = mails
        .filter_map(|(effect, _)| match &effect.action {
            Action::SendMail(mail) => Some((effect.id, mail)),
            _ => None,
        })
        .collect();
    mails.sort_by_key(|(_, mail)| mail.to.clone());
    mails
}

fn subjects(world: &World) -> Vec<String> {
    mails(world).into_iter().map(|(_, mail)| format!("{}: {}", mail.to, mail.subject)).collect()
}

/// They go.
fn deliver(world: &mut World) {
    for id in mails(world).into_iter().map(|(id, _)| id).collect::<Vec<_>>() {
        world.settle_id(id, done()).unwrap();
    }
}

/// `kind: in words`, and who was told by whom.
fn last_move(world: &World) -> String {
    let Some(view) = moved_view(world.project()) else { return "none".to_owned() };
    let told = view.tell.iter().map(|tell| match (&tell.told_by, &tell.to_do) {
        (Some(by), _) => format!("; {} told by {}", tell.recipient.email, by.role.as_str()),
        (None, Some(to_do)) => format!("; {} to be told: {}", tell.recipient.email, to_do.en),
        (None, None) => format!("; {} being told", tell.recipient.email),
    });
    format!("{}: {}{}", name(&view.kind), view.text.en, told.collect::<String>())
}

#[test]
fn another_moment_is_told_to_the_customer_in_its_language_and_to_the_contractor() {
    let mut world = agreed();
    let events = world.manager(schedule("2027-02-02 09:00"));
    assert!(events.iter().any(|event| matches!(event, Event::CutoverMoved(_))));
    assert_eq!(
        subjects(&world),
        [
            "j.devries@korenaar.example: De overzetting van uw telefoonnummers is op 2027-02-02 om 09:00 uur, niet op 2027-01-26 om 08:30 \
             uur (2027-0001)",
            "planning@dynamx.example: Bakkerij De Korenaar B.V. (2027-0001): de overzetting is op 2027-02-02 om 09:00 uur, niet op 2027-01-26 \
             om 08:30 uur",
        ]
    );
    let (_, mail) = mails(&world)[0];
    assert_eq!(mail.reply_to.as_deref(), Some(CONTRACTOR));
    for part in ["Geachte J. de Vries,", "geldt nu voor dit moment", "Dynamx"] {
        assert!(mail.text.contains(part), "{part:?} in\n{}", mail.text);
    }
    let (_, mail) = mails(&world)[1];
    assert!(mail.text.contains("Ook ingelicht: j.devries@korenaar.example"), "{}", mail.text);
    let text = "another_moment: the cutover is on 2027-02-02 at 09:00, not on 2027-01-26 at 08:30";
    assert_eq!(last_move(&world), format!("{text}; {CUSTOMER} being told; {CONTRACTOR} being told"));
    deliver(&mut world);
    assert_eq!(last_move(&world), format!("{text}; {CUSTOMER} told by system; {CONTRACTOR} told by system"));
    assert_eq!(moved_view(world.project()).unwrap().tell[0].told_at, Some(world.now));
    assert_eq!(Project::replay(&world.trail).as_ref(), Some(world.project()));
    world.manager(schedule("2027-02-02 09:00"));
    assert!(mails(&world).is_empty(), "nothing has moved");
}

#[test]
fn in_english_where_the_customer_reads_that() {
    let mut form = form();
    form["language"] = serde_json::json!("en");
    let mut world = with_mail(World::scheduled_with(form));
    world.manager(abort());
    assert_eq!(
        subjects(&world)[0],
        "j.devries@korenaar.example: The moving of your telephone numbers on 2027-01-26 at 08:30 is called off (2027-0001)"
    );
    assert!(mails(&world)[0].1.text.contains("Your numbers stay with your current provider for now"));
}

#[test]
fn of_a_moment_that_nobody_knows_nobody_is_told() {
    let mut world = with_mail(World::in_implementation());
    world.manager(schedule("2027-01-26 08:30"));
    world.manager(schedule("2027-01-26 09:30"));
    world.manager(abort());
    world.manager(schedule("2027-01-26 08:30"));
    assert_eq!((mails(&world).len(), last_move(&world).as_str()), (0, "none"));
    // Announced, it is known.
    world.hand_over_letters();
    world.manager(schedule("2027-01-26 09:30"));
    assert_eq!(mails(&world).len(), 2);
}

#[test]
fn what_moves_again_before_it_was_told_is_told_once_from_the_moment_that_they_know() {
    let mut world = agreed();
    world.manager(schedule("2027-02-02 09:00"));
    world.manager(schedule("2027-02-09 09:00"));
    assert_eq!(mails(&world).len(), 2);
    let text = "another_moment: the cutover is on 2027-02-09 at 09:00, not on 2027-01-26 at 08:30";
    assert!(last_move(&world).starts_with(text), "{}", last_move(&world));
    world.manager(abort());
    world.manager(schedule("2027-02-16 09:00"));
    assert_eq!(mails(&world).len(), 2, "that it was called off has not gone, and does not hold any more");
    assert!(last_move(&world).contains("2027-02-16 at 09:00, not on 2027-01-26 at 08:30"), "{}", last_move(&world));
    world.manager(schedule("2027-01-26 08:30"));
    assert!(
        last_move(&world).starts_with("another_moment: the cutover is on 2027-01-26 at 08:30 after all"),
        "{}",
        last_move(&world)
    );
    deliver(&mut world);
    world.manager(schedule("2027-02-02 09:00"));
    assert!(last_move(&world).contains("2027-02-02 at 09:00, not on 2027-01-26 at 08:30"), "told before, it is known");
}

#[test]
fn called_off_and_scheduled_anew_are_both_told() {
    let mut world = agreed();
    world.manager(abort());
    assert!(
        last_move(&world).starts_with("called_off: the cutover on 2027-01-26 at 08:30 is called off"),
        "{}",
        last_move(&world)
    );
    assert!(mails(&world)[1].1.text.contains("Reden: "), "{}", mails(&world)[1].1.text);
    assert!(!mails(&world)[0].1.text.contains("Reden"), "why is the contractor's to tell");
    deliver(&mut world);
    world.manager(schedule("2027-02-02 09:00"));
    assert!(last_move(&world).starts_with("another_moment: the cutover is on 2027-02-02 at 09:00, not on 2027-01-26"));
    assert_eq!(mails(&world).len(), 2);
}

#[test]
fn without_a_mail_server_a_person_tells_the_customer_and_says_so() {
    let mut world = World::scheduled();
    world.manager(abort());
    let (id, _) = mails(&world)[0];
    assert_eq!(mails(&world).len(), 1, "the contractor sees it in the project");
    world.settle_id(id, by_hand()).unwrap();
    let to_do = "call +31301001234 or e-mail j.devries@korenaar.example, and say: De overzetting van uw telefoonnummers op 2027-01-26 om 08:30 \
                 uur gaat niet door (2027-0001)";
    assert!(next_actions(world.project()).iter().any(|action| action.text.en == to_do && action.effect == Some(id)));
    assert!(last_move(&world).ends_with(&format!("{CUSTOMER} to be told: {to_do}")), "{}", last_move(&world));
    world.act(Role::Manager, Command::SettleEffect { effect: id, attempt: 1, outcome: done() }).unwrap();
    assert!(last_move(&world).ends_with(&format!("; {CUSTOMER} told by manager")), "{}", last_move(&world));
}

#[test]
fn an_address_that_refuses_it_waits_for_a_person_and_the_contractors_copy_is_nobodys_to_send() {
    let mut world = agreed();
    world.manager(abort());
    let [customer, contractor] = mails(&world).iter().map(|(id, _)| *id).collect::<Vec<_>>().try_into().unwrap();
    world.settle_id(customer, refused("no such user")).unwrap();
    world.settle_id(contractor, by_hand()).unwrap();
    assert_eq!(subjects(&world).len(), 1);
    assert!(next_actions(world.project()).iter().any(|action| action.text.en.contains("no such user")));
    assert_eq!(moved_view(world.project()).unwrap().tell[0].last_error.as_deref(), Some("no such user"));
}

#[test]
fn whoever_got_the_announcement_is_told_too() {
    let mut world = agreed();
    let announced = |letter: &&workflow::project::Letter| letter.occasion.is_some() && letter.is_draft();
    let letter = world.project().letters.iter().rev().find(announced).unwrap().id;
    world.manager(Command::MailLetters { letters: vec![letter], to: Some("balie@korenaar.example".to_owned()), message: None });
    world.settle("mail.send", done());
    world.manager(abort());
    let told: Vec<&str> = mails(&world).into_iter().map(|(_, mail)| mail.to.as_str()).collect();
    assert_eq!(told, ["balie@korenaar.example", CUSTOMER, CONTRACTOR]);
    assert!(mails(&world)[0].1.text.starts_with("Geachte heer of mevrouw,"));
}

#[test]
fn a_cutover_that_does_not_get_done_on_its_day_is_told_when_the_day_is_over() {
    let mut world = agreed();
    world.wait_until("2027-01-26 08:30");
    world.settle("pbx.route", refused("no licence"));
    assert_eq!((world.cutover(), world.timer("day_passed").as_deref()), ("incident", Some("2027-01-27 00:00")));
    world.wait_until("2027-01-26 23:00");
    assert_eq!(mails(&world).len(), 0, "there is still time");
    world.wait_until("2027-01-27 08:00");
    let text = "not_done: the cutover of 2027-01-26 at 08:30 was not completed on its day";
    assert!(last_move(&world).starts_with(text), "{}", last_move(&world));
    assert!(mails(&world)[0].1.text.contains("Wij laten u weten op welke dag het verdergaat"));
    assert_eq!(world.timer("day_passed"), None, "once");
    deliver(&mut world);
    world.manager(abort());
    assert_eq!(mails(&world).len(), 0, "they know already");
    world.settle("pbx.unroute", done());
    world.manager(schedule("2027-02-02 09:00"));
    assert!(last_move(&world).starts_with("another_moment: the cutover is on 2027-02-02 at 09:00, not on 2027-01-26 at 08:30"));
}

#[test]
fn a_cutover_that_goes_on_on_another_day_is_told() {
    let mut world = agreed();
    world.wait_until("2027-01-26 08:30");
    world.settle("pbx.route", refused("no licence"));
    world.manager(Command::RetryCutover);
    assert_eq!(mails(&world).len(), 0, "this is the agreed day");
    world.settle("pbx.route", refused("no licence"));
    world.wait_until("2027-01-27 09:00");
    deliver(&mut world);
    world.manager(Command::RetryCutover);
    let text = "goes_on: the cutover of 2027-01-26 at 08:30 goes on, on 2027-01-27 at 09:00";
    assert!(last_move(&world).starts_with(text), "{}", last_move(&world));
    assert!(mails(&world)[0].1.text.contains("112"), "{}", mails(&world)[0].1.text);
    deliver(&mut world);
    world.settle("pbx.route", refused("no licence"));
    world.wait_until("2027-01-28 09:00");
    assert!(last_move(&world).starts_with("not_done: the cutover of 2027-01-27 at 09:00"), "{}", last_move(&world));
}

#[test]
fn a_server_that_was_away_on_the_day_tells_it_when_it_is_back() {
    let mut world = agreed();
    world.now = at("2027-01-28 10:00");
    world.wait_until("2027-01-28 10:01");
    assert_eq!(world.cutover(), "incident");
    assert!(last_move(&world).starts_with("not_done: the cutover of 2027-01-26 at 08:30"), "{}", last_move(&world));
}

#[test]
fn what_moves_on_its_day_is_told_of_no_more() {
    let mut world = agreed();
    world.wait_until("2027-01-26 08:30");
    world.settle("pbx.route", done());
    world.settle("porting.perform", lost());
    assert!(world.timer("day_passed").is_some());
    world.settle("porting.perform", done());
    assert_eq!(world.timer("day_passed"), None);
    world.settle("pbx.test_call", done());
    assert_eq!((world.cutover(), last_move(&world).as_str()), ("done", "none"));
}

#[test]
fn numbers_that_were_left_behind_have_no_moment_that_could_move() {
    let mut form = crate::cutover::two_donors();
    form["wish_date"] = serde_json::json!("2027-01-26");
    let mut world = with_mail(World::in_implementation_with(form));
    world.settle("pbx.provision", done());
    world.finish("base-configuration installation configuration-test configuration-acceptance");
    let part = |request: &str, local| Command::SchedulePorting {
        at: at(local),
        override_reason: None,
        requests: Some(vec![request.to_owned()]),
    };
    world.manager(part("1", "2027-01-26 08:30"));
    world.finish("porting-date");
    world.wait_until("2027-01-26 08:30");
    world.settle("pbx.route", refused("no licence"));
    world.wait_until("2027-01-27 09:00");
    world.manager(Command::RetryCutover);
    for kind in ["pbx.route", "porting.perform", "pbx.test_call"] {
        world.settle(kind, done());
    }
    deliver(&mut world);
    assert_eq!(world.cutover(), "done");
    world.manager(part("2", "2027-02-02 09:00"));
    world.manager(part("2", "2027-02-03 09:00"));
    assert_eq!(mails(&world).len(), 0, "nobody knew of it");
    world.manager(complete("porting-date", Some(workflow::process::Party::Customer)));
    world.manager(part("2", "2027-02-04 09:00"));
    assert!(last_move(&world).contains("2027-02-04 at 09:00, not on 2027-02-03 at 09:00"), "{}", last_move(&world));
}

#[test]
fn who_has_not_been_told_is_missed_by_the_preflight_and_need_not_be_told_once_it_is_done() {
    let mut world = World::scheduled();
    world.hand_over_letters();
    world.manager(schedule("2027-01-26 09:30"));
    world.settle_id(mails(&world)[0].0, by_hand()).unwrap();
    world.hand_over_letters();
    world.wait_until("2027-01-25 09:00");
    let told = world.trail.iter().find_map(|recorded| match &recorded.event {
        Event::PreflightAnnounced { missing } => Some(missing.iter().map(|unmet| unmet.detail.en.clone()).collect::<Vec<_>>()),
        _ => None,
    });
    assert_eq!(told.unwrap(), ["the customer has not been told that the date moved"]);
    world.wait_until("2027-01-26 09:30");
    for kind in ["pbx.route", "porting.perform", "pbx.test_call"] {
        assert_eq!(mails(&world).len(), 1);
        world.settle(kind, done());
    }
    assert_eq!((world.cutover(), mails(&world).len()), ("done", 0));
    assert_eq!(moved_view(world.project()).unwrap().tell[0].told_at, None, "and never was");
}

#[test]
fn who_calls_the_whole_project_off_still_tells_it() {
    let mut world = World::scheduled();
    world.manager(Command::Cancel { reason: "blijft bij KPN".to_owned() });
    let (id, _) = mails(&world)[0];
    world.settle_id(id, by_hand()).unwrap();
    assert!(next_actions(world.project()).iter().any(|action| action.effect == Some(id)), "also when it is over");
    world.settle_id(id, done()).unwrap();
    assert!(last_move(&world).contains("told by system"));
    let mut world = agreed();
    world.wait_until("2027-01-26 08:30");
    world.settle("pbx.route", refused("no licence"));
    world.manager(resolve());
    assert_eq!(mails(&world).len(), 0, "done by hand on the agreed day");
}
