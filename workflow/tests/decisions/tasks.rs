//! Confirming, skipping and reopening tasks; who may do what.

use uuid::Uuid;
use workflow::actor::Role;
use workflow::command::Command;
use workflow::event::Event;
use workflow::letter::LetterKind;
use workflow::letter::proof::Sending;
use workflow::process::Party;
use workflow::project::AttachmentKind;
use workflow::rejection::Rejection;
use workflow::timer::Timer;

use crate::from_coin::asked_by;
use crate::rehearsing::test_number;
use crate::sending::{confirmed, received};
use crate::world::{World, attachment, complete, contract, done, first_possible, form, intake, schedule, told};

fn skip(key: &str) -> Command {
    Command::SkipTask { key: key.to_owned(), reason: "not here".to_owned() }
}

fn reopen(key: &str) -> Command {
    Command::ReopenTask { key: key.to_owned(), reason: "found wrong".to_owned() }
}

#[test]
fn a_task_waits_for_its_phase_and_its_needs_then_is_open_then_done() {
    let mut world = World::in_offer();
    assert_eq!(world.task("cancellation-letters"), "waiting");
    assert_eq!(world.refused(complete("system-setup", None)), "task_waiting: order");
    assert_eq!(world.refused(complete("cancellation-letters", None)), "task_waiting: contract-end-dates, order");
    assert_eq!(world.task("scope"), "open");
    world.manager(complete("scope", Some(Party::Customer)));
    assert_eq!(world.task("scope"), "open (customer)");
    world.manager(complete("scope", Some(Party::Contractor)));
    assert_eq!(world.task("scope"), "done (customer, contractor)");
    assert_eq!(world.refused(complete("scope", None)), "task_done");
    assert_eq!(world.refused(complete("coffee", None)), "not_found");
}

#[test]
fn each_party_confirms_once() {
    let mut world = World::in_offer();
    world.manager(complete("scope", Some(Party::Contractor)));
    assert_eq!(world.refused(complete("scope", Some(Party::Contractor))), "task_done");
    assert_eq!(world.refused(complete("scope", Some(Party::Provider))), "/on_behalf_of not_a_party");
}

#[test]
fn only_a_project_manager_confirms_on_behalf_of_another_and_the_trail_shows_it() {
    for (role, key, on_behalf_of, outcome) in [
        (Role::Customer, "contract-end-dates", None, "customer"),
        (Role::Customer, "scope", None, "customer"),
        (Role::Customer, "scope", Some(Party::Customer), "customer"),
        (Role::Customer, "scope", Some(Party::Contractor), "forbidden"),
        (Role::Customer, "connectivity-test", None, "/on_behalf_of not_a_party"),
        (Role::Customer, "connectivity-test", Some(Party::Contractor), "forbidden"),
        (Role::Engineer, "connectivity-test", None, "contractor"),
        (Role::Engineer, "contract-end-dates", None, "/on_behalf_of not_a_party"),
        (Role::Engineer, "contract-end-dates", Some(Party::Customer), "forbidden"),
        (Role::Manager, "contract-end-dates", None, "customer"),
        (Role::Manager, "contract-end-dates", Some(Party::Customer), "customer"),
        (Role::Manager, "scope", None, "contractor"),
        (Role::Manager, "scope", Some(Party::Customer), "customer"),
    ] {
        let mut world = World::in_offer();
        let found = match world.act(role, complete(key, on_behalf_of)) {
            Ok(events) => match events.as_slice() {
                [Event::TaskConfirmed { party, .. }] => party.as_str().to_owned(),
                other => panic!("{other:?}"),
            },
            Err(rejection) => told(&rejection),
        };
        assert_eq!(found, outcome, "{role:?} completes {key} for {on_behalf_of:?}");
        assert!(outcome.contains(' ') || outcome == "forbidden" || world.trail.last().unwrap().actor.role == role);
    }
}

#[test]
fn a_manager_may_record_the_providers_acceptance() {
    let mut world = World::in_order();
    world.finish("porting-wish-date");
    world.manager(complete("provider-acceptance", None));
    assert_eq!(world.task("provider-acceptance"), "done (provider)");
}

#[test]
fn essential_tasks_are_not_skipped_while_numbers_are_to_be_ported() {
    let essential = "contract-signature porting-date number-porting";
    let mut world = World::in_offer();
    for key in essential.split(' ') {
        assert_eq!(world.refused(skip(key)), "task_essential", "{key}");
    }
    assert_eq!(world.refused(skip("registrations")), "task_essential");
    world.manager(skip("scope"));
    assert_eq!(world.task("scope"), "skipped");
    assert_eq!(world.refused(skip("scope")), "task_done");
    let mut bare = form();
    bare["numbers"] = serde_json::json!([]);
    let mut world = World::in_offer_with(bare);
    for key in essential.split(' ') {
        world.manager(skip(key));
        assert_eq!(world.task(key), "skipped");
    }
}

#[test]
fn a_skipped_need_counts_as_done() {
    let mut world = World::in_order();
    world.manager(reopen("contract-end-dates"));
    assert_eq!(world.task("porting-wish-date"), "waiting");
    world.manager(skip("contract-end-dates"));
    assert_eq!(world.task("porting-wish-date"), "open");
}

#[test]
fn reopening_a_task_reopens_what_depended_on_it() {
    let mut world = World::in_implementation();
    world.settle("pbx.provision", done());
    world.finish("base-configuration installation configuration-test");
    assert_eq!(world.refused(reopen("configuration-acceptance")), "task_not_done");
    world.manager(reopen("base-configuration"));
    let states = ["users-and-orders", "base-configuration", "installation", "configuration-test"].map(|key| world.task(key));
    assert_eq!(states, ["done (contractor)", "open", "waiting", "waiting"]);
    world.finish("base-configuration");
    assert_eq!(world.task("installation"), "open", "it is to be done again");
}

#[test]
fn a_reopened_task_stays_open_although_its_matter_has_happened() {
    let mut world = World::in_implementation();
    assert_eq!(world.task("porting-notice"), "done (customer)");
    world.manager(reopen("porting-notice"));
    assert_eq!(world.task("porting-notice"), "open");
    world.manager(complete("porting-notice", None));
    assert_eq!(world.task("porting-notice"), "done (customer)");
}

#[test]
fn what_depended_on_a_reopened_task_completes_by_itself_again() {
    let mut world = World::accepted_with(form());
    world.manager(reopen("contract-end-dates"));
    assert_eq!(["porting-wish-date", "provider-acceptance"].map(|key| world.task(key)), ["waiting", "waiting"]);
    world.finish("contract-end-dates");
    assert_eq!(["porting-wish-date", "provider-acceptance"].map(|key| world.task(key)), ["done (contractor)", "done (provider)"]);
}

#[test]
fn reopening_what_the_cutover_needs_takes_it_off_the_schedule() {
    let mut world = World::scheduled();
    world.manager(reopen("configuration-test"));
    assert_eq!(world.cutover(), "aborted");
    assert_eq!(world.task("porting-date"), "waiting");
    assert_eq!(World::running().refused(reopen("configuration-test")), "cutover_scheduled");
    assert_eq!(World::in_maintenance().refused(reopen("configuration-test")), "numbers_ported");
}

#[test]
fn what_a_task_requires_must_be_there() {
    let mut two = form();
    two["contracts"] = serde_json::json!([contract("kpn-isdn", "KPN B.V."), contract("vodafone", "Vodafone")]);
    two["numbers"] = serde_json::json!([
        {"number": "030 100 12 00", "block_size": 100, "contract": "kpn-isdn"},
        {"number": "030 200 12 00", "contract": "vodafone"}
    ]);
    let mut world = World::in_order_with(two);
    let sign = || complete("contract-signature", None);
    world.manager(attachment(AttachmentKind::SignedContract, Some("kpn-isdn")));
    assert_eq!(world.refused(sign()), "requirement_not_met: signed_authorization, signed_authorization");
    // Of several providers each has its own: one that names no contract is nobody's.
    world.manager(attachment(AttachmentKind::SignedAuthorization, None));
    world.manager(attachment(AttachmentKind::SignedAuthorization, Some("kpn-isdn")));
    assert_eq!(world.refused(sign()), "requirement_not_met: signed_authorization");
    world.manager(attachment(AttachmentKind::SignedAuthorization, Some("vodafone")));
    world.manager(sign());

    let mut world = World::in_order();
    world.manager(attachment(AttachmentKind::SignedAuthorization, None));
    world.manager(sign());

    let mut world = World::in_implementation();
    world.settle("pbx.provision", done());
    world.finish("base-configuration installation configuration-test configuration-acceptance");
    assert_eq!(world.refused(complete("porting-date", None)), "requirement_not_met: cutover_not_scheduled");
    world.manager(schedule("2027-01-26 08:30"));
    world.finish("porting-date");
    assert_eq!(world.refused(complete("number-porting", None)), "requirement_not_met: number_not_ported");
}

#[test]
fn invoices_of_all_contracts_complete_their_task() {
    let mut two = form();
    two["contracts"] = serde_json::json!([contract("kpn-isdn", "KPN B.V."), contract("fax", "KPN B.V.")]);
    let mut world = World::in_order_with(two);
    world.manager(attachment(AttachmentKind::Invoice, Some("kpn-isdn")));
    world.manager(attachment(AttachmentKind::Other, Some("fax")));
    world.manager(attachment(AttachmentKind::Invoice, None));
    assert_eq!(world.task("invoice-copies"), "open");
    world.manager(attachment(AttachmentKind::Invoice, Some("fax")));
    assert_eq!(world.task("invoice-copies"), "done (customer)");
    assert_eq!(world.refused(attachment(AttachmentKind::Invoice, Some("x"))), "/contract unknown_contract");
}

#[test]
fn a_recurring_task_comes_back_and_is_counted() {
    let mut world = World::in_maintenance();
    for times in 1..=2 {
        world.manager(complete("change-requests", None));
        assert_eq!(world.task("change-requests"), "open");
        assert_eq!(world.project().tasks["change-requests"].times_done, times);
    }
}

#[test]
fn a_tenant_made_by_hand_needs_no_adapter() {
    let mut world = World::in_implementation();
    world.settle("pbx.provision", crate::world::by_hand());
    world.manager(complete("users-and-orders", None));
    assert_eq!(world.pending(), [""; 0]);
}

/// Every command, as `Role`s may or may not give it.
fn commands() -> Vec<(&'static str, Command)> {
    let text = || "x".to_owned();
    let id = Uuid::from_u128(5);
    vec![
        ("start", Command::Start { id, reference: text(), intake: intake(form()) }),
        ("change_intake", Command::ChangeIntake { intake: intake(form()) }),
        ("advance", Command::Advance),
        ("hold", Command::Hold { reason: text() }),
        ("resume", Command::Resume),
        ("cancel", Command::Cancel { reason: text() }),
        ("complete_task", complete("x", None)),
        ("skip_task", skip("x")),
        ("reopen_task", reopen("x")),
        ("make_letter", Command::MakeLetter { kind: LetterKind::Cancellation, contract: Some(text()), language: None }),
        ("record_letter_sent", Command::RecordLetterSent { letter: id, sent_on: None, sending: Sending::default() }),
        ("record_letter_unsent", Command::RecordLetterUnsent { letter: id, reason: text() }),
        ("record_letter_received", Command::RecordLetterReceived { letter: id, receipt: received("2027-01-04") }),
        ("record_letter_confirmed", Command::RecordLetterConfirmed { letter: id, confirmation: confirmed("2027-01-04", None) }),
        ("mail_letters", Command::MailLetters { letters: Vec::new(), to: None, message: None }),
        ("review_letters", Command::ReviewLetters),
        ("add_attachment", attachment(AttachmentKind::Other, Some("x"))),
        ("acknowledge_warning", Command::AcknowledgeWarning { code: text(), contract: None, note: text() }),
        ("submit_porting", Command::SubmitPorting),
        ("schedule_porting", schedule("2027-01-26 08:30")),
        ("cancel_porting", Command::CancelPorting { request: None, reason: text() }),
        ("record_answer", Command::RecordAnswer { request: Some(text()), answer: first_possible("2027-01-12 00:00") }),
        ("record_delay", Command::RecordDelay { request: text(), answer_due_at: None, reason_code: None }),
        ("record_porting_error", Command::RecordPortingError { request: text(), errors: text() }),
        ("record_foreign_message", Command::RecordForeignMessage(asked_by("ZIGG", &World::in_order()))),
        ("rehearse_cutover", Command::RehearseCutover { test_number: test_number() }),
        ("retry_cutover", Command::RetryCutover),
        ("abort_cutover", Command::AbortCutover { reason: text() }),
        ("resolve_step", Command::ResolveStep { note: text() }),
        ("settle_effect", Command::SettleEffect { effect: id, attempt: 1, outcome: done() }),
        ("timer_due", Command::TimerDue(Timer::Cutover)),
    ]
}

#[test]
fn each_role_may_do_its_own_part_only() {
    let everything = commands().iter().map(|(name, _)| *name).collect::<Vec<_>>().join(" ");
    for (role, allowed) in [
        (Role::Manager, everything.as_str()),
        (Role::System, everything.as_str()),
        (
            Role::Engineer,
            "complete_task add_attachment acknowledge_warning record_answer rehearse_cutover retry_cutover resolve_step settle_effect",
        ),
        (Role::Customer, "complete_task record_letter_sent record_letter_received record_letter_confirmed add_attachment"),
        (Role::Integration, "start change_intake add_attachment record_answer settle_effect"),
        (Role::Provider, "record_answer record_delay record_porting_error record_foreign_message"),
    ] {
        let may = |(name, command): (&'static str, Command)| {
            let forbidden = matches!(World::in_offer().act(role, command), Err(Rejection::Forbidden(_)));
            (!forbidden).then_some(name)
        };
        let found = commands().into_iter().filter_map(may).collect::<Vec<_>>().join(" ");
        assert_eq!(found, allowed, "{role:?}");
    }
}
