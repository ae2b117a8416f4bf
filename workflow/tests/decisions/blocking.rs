//! Why a donor refused numbers: what is shown, and who must act.

use serde_json::json;
use workflow::command::Command;
use workflow::porting::DonorAnswer;
use workflow::porting::blocking::BlockingCodes;
use workflow::process::Party;
use workflow::project::Project;
use workflow::view::{next_actions, waiting_on};
use workflow::warning::warnings;

use crate::world::{World, answer, form, said};

const CODES: &str = r#"
    [[code]]
    code = 7
    text = { nl = "de klantgegevens kloppen niet", en = "the customer's data don't match" }
    to_do = { nl = "vergelijk ze met de laatste factuur", en = "compare them with the latest invoice" }
    who = "customer"
    ask_again = true

    [[code]]
    code = 8
    text = { nl = "het nummer is niet in gebruik", en = "the number is not in use" }
    to_do = { nl = "haal het uit de intake", en = "take it out of the intake" }
    who = "contractor"
    ask_again = false
"#;

/// Numbers of one contract, in a request that waits for its answer.
fn asked(numbers: &[&str]) -> World {
    let mut form = form();
    form["numbers"] = numbers.iter().map(|number| json!({"number": number, "contract": "kpn-isdn"})).collect();
    let mut world = World::asked_with(form);
    world.settings.blocking_codes = BlockingCodes::parse(CODES).unwrap();
    world
}

fn refuse(world: &mut World, refused: &[(&str, u8)]) {
    let series = refused.iter().map(|(number, code)| said(Some(number), None, Some(*code))).collect();
    world.manager(Command::RecordAnswer { request: None, answer: DonorAnswer { blocking: true, ..answer(series) } });
}

/// `who: what` of everything to do about refusals.
fn to_do(world: &World) -> Vec<String> {
    let about = |text: &str| text.contains("refused");
    let actions = next_actions(world.project()).into_iter().filter(|action| about(&action.text.en));
    actions.map(|action| format!("{}: {}", action.party.as_str(), action.text.en)).collect()
}

fn told(world: &World) -> Vec<(String, String)> {
    let all = warnings(world.project(), world.now.date_naive()).into_iter().filter(|warning| warning.code == "number_refused");
    all.map(|warning| (warning.text.en, warning.to_do.en)).collect()
}

#[test]
fn a_known_code_tells_the_reason_and_asks_who_can_take_it_away() {
    let mut world = asked(&["030 100 12 00", "030 100 13 00", "030 100 14 00"]);
    refuse(&mut world, &[("030 100 12 00", 7), ("030 100 13 00", 7), ("030 100 14 00", 8)]);
    let dossier = "in dossier DYNX-20270001-1";
    let expected =
        |why: &str, to_do: &str| (format!("the current provider refused this number ({why}), {dossier}"), to_do.to_owned());
    let mend =
        expected("7: the customer's data don't match", "compare them with the latest invoice; then ask for the porting anew");
    let leave = expected("8: the number is not in use", "take it out of the intake; asking anew does not help");
    assert_eq!(told(&world), [mend.clone(), mend, leave]);
    assert_eq!(
        to_do(&world),
        [
            "customer: compare them with the latest invoice; refused: 030 100 12 00, 030 100 13 00, as the customer's data don't match",
            "contractor: take it out of the intake; refused: 030 100 14 00, as the number is not in use",
        ],
        "once for each reason"
    );
    assert!(waiting_on(world.project()).contains(&Party::Customer));

    world.manager(Command::SubmitPorting);
    assert_eq!((told(&world), to_do(&world)), (vec![], vec![]), "they have been asked for anew");
}

#[test]
fn an_unknown_code_is_shown_as_it_is() {
    let mut world = asked(&["030 100 12 00"]);
    refuse(&mut world, &[("030 100 12 00", 42)]);
    let [(text, way_out)] = told(&world).try_into().unwrap();
    assert_eq!(text, "the current provider refused this number (code 42), in dossier DYNX-20270001-1");
    assert!(way_out.starts_with("look the code up at COIN"), "{way_out}");
    assert_eq!(to_do(&world), [""; 0]);
}

#[test]
fn what_a_code_meant_when_it_was_given_stays() {
    let mut world = asked(&["030 100 12 00"]);
    refuse(&mut world, &[("030 100 12 00", 7)]);
    let before = told(&world);
    world.settings.blocking_codes = BlockingCodes::default();
    assert_eq!(told(&world), before);
    assert_eq!(Project::replay(&world.trail).as_ref(), Some(world.project()), "it stands in the trail");
}

#[test]
fn a_catalogue_is_read_and_every_fault_of_it_is_told() {
    let codes = BlockingCodes::parse(CODES).unwrap();
    assert_eq!(codes.all().map(|known| known.code).collect::<Vec<_>>(), [7, 8]);
    assert_eq!(codes.meaning(42), None);
    assert_eq!(BlockingCodes::parse(""), Ok(BlockingCodes::default()));

    let wrong = CODES.replace("code = 8", "code = 0").replace("het nummer is niet in gebruik", " ");
    assert_eq!(
        BlockingCodes::parse(&[CODES, &wrong].concat()).unwrap_err(),
        [
            "code 7 stands twice",
            "code 0: give 1 to 99; 0 means that nothing is blocked",
            "code 0: `text` and `to_do` stand in Dutch and in English"
        ]
    );
    for (right, wrong) in [("who = \"customer\"", "who = \"donor\""), ("ask_again", "retry"), ("code = 7", "code = 700")] {
        let [told] = BlockingCodes::parse(&CODES.replacen(right, wrong, 1)).unwrap_err().try_into().unwrap();
        assert!(told.contains("line"), "where it is: {told}");
    }
}
