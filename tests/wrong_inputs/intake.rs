//! Intakes that don't hold: a right one with something changed.

use serde_json::{Value, json};

use super::Wrong;
use crate::support::intake::shop;

/// A right intake but for what stands at these pointers.
fn but(what: &'static str, changes: &[(&str, Value)]) -> Wrong {
    let mut intake = shop(5);
    for (pointer, value) in changes {
        let (parent, field) = pointer.rsplit_once('/').unwrap();
        let parent = intake.pointer_mut(parent).unwrap_or_else(|| panic!("{what}: {pointer}"));
        match (parent, field.parse::<usize>()) {
            (Value::Array(items), Ok(i)) if i < items.len() => items[i] = value.clone(),
            (Value::Array(items), _) => items.push(value.clone()),
            (parent, _) => parent[field] = value.clone(),
        }
    }
    Wrong::post(what, "/projects", intake.to_string())
}

/// The number at the first place.
fn number(what: &'static str, number: &str, block_size: Option<u32>) -> Wrong {
    but(what, &[("/numbers/0/number", json!(number)), ("/numbers/0/block_size", json!(block_size))])
}

pub(super) fn table() -> Vec<Wrong> {
    [types(), dates(), numbers(), customers(), contracts()].into_iter().flatten().collect()
}

fn types() -> Vec<Wrong> {
    let required = ["/customer missing", "/users missing"];
    vec![
        Wrong::post("an empty body", "/projects", "").has(&required),
        Wrong::post("an empty object", "/projects", "{}").has(&required),
        Wrong::post("a list", "/projects", "[]").has(&[" wrong_type"]),
        Wrong::post("null", "/projects", "null").has(&[" wrong_type"]),
        Wrong::post("a text", "/projects", "\"intake\"").has(&[" wrong_type"]),
        but("an unknown field", &[("/wishdate", json!("2027-02-02"))]).has(&["/wishdate unknown_field"]),
        but("an unknown field whose name needs escapes", &[("/customer/a~b", json!(1))]).has(&["/customer/a~0b unknown_field"]),
        but("a text for users", &[("/users", json!("twelve"))]).has(&["/users wrong_type"]),
        but("no users", &[("/users", json!(0))]).has(&["/users out_of_range"]),
        but("less than no users", &[("/users", json!(-1))]).has(&["/users out_of_range"]),
        but("half a user", &[("/users", json!(1.5))]).has(&["/users wrong_type"]),
        but("more users than a u32", &[("/users", json!(4_294_967_296_u64))]).has(&["/users out_of_range"]),
        but("an empty list of users", &[("/users", json!([]))]).has(&["/users empty"]),
        but("a quantity beyond all", &[("/equipment/0/quantity", json!(1e300))]).has(&["/equipment/0/quantity out_of_range"]),
        but("a customer that is a list", &[("/customer", json!([]))]).has(&["/customer wrong_type"]),
        but("numbers that are no list", &[("/numbers", json!({"number": "030 100 12 00"}))]).has(&["/numbers wrong_type"]),
        but("recording for ever", &[("/call_recording", json!("for_ever"))]).has(&["/call_recording not_one_of"]),
        but("a line of an unknown type", &[("/contracts/0/line_type", json!("isdn31"))])
            .has(&["/contracts/0/line_type not_one_of"]),
        but("an unknown scenario", &[("/contracts/0/scenario", json!("End_Of_Contract"))])
            .has(&["/contracts/0/scenario not_one_of"]),
    ]
}

fn dates() -> Vec<Wrong> {
    let wish = |what, date: &str| but(what, &[("/wish_date", json!(date))]);
    let start = |what, date: &str| but(what, &[("/contracts/0/start_date", json!(date))]);
    vec![
        wish("the 30th of February", "2027-02-30").has(&["/wish_date invalid_date"]),
        wish("a date of zeros", "0000-00-00").has(&["/wish_date invalid_date"]),
        wish("a date beyond the calendar", "+262143-01-01").has(&["/wish_date invalid_date"]),
        wish("a Dutch date", "26-01-2027").has(&["/wish_date invalid_date"]),
        wish("a date with a time", "2027-01-26T08:30:00Z").has(&["/wish_date invalid_date"]),
        wish("no date", "").has(&["/wish_date invalid_date"]),
        wish("yesterday", "2027-01-03").has(&["/wish_date in_the_past"]),
        but("a day as a number", &[("/wish_date", json!(20_270_126))]).has(&["/wish_date wrong_type"]),
        start("a contract from the year 1", "0001-01-01").has(&["/contracts/0/start_date out_of_range"]),
        start("a contract from the end of time", "9999-12-31").has(&["/contracts/0/start_date out_of_range"]),
    ]
}

fn numbers() -> Vec<Wrong> {
    let first = |code: &'static str| [format!("/numbers/0/number {code}")];
    let rows = [
        (number("no number", "", None), "invalid_number"),
        (number("letters", "bakkerij", None), "invalid_number"),
        (number("a digit too few", "030 100 12 0", None), "invalid_number"),
        (number("a digit too many", "030 100 12 000", None), "invalid_number"),
        (number("a prefix that nobody has", "030", None), "invalid_number"),
        (number("a Belgian number", "+32 2 123 45 67", None), "foreign_number"),
        (number("the emergency number", "112", None), "short_code"),
        (number("a municipality's number", "14020", None), "short_code"),
        (number("a mobile number", "06 12345678", None), "mobile_number"),
        (number("a machine's number", "0970 12345678", None), "mobile_number"),
        (number("a block that begins in the middle of a ten", "030 105 12 05", Some(10)), "block_not_aligned"),
        (number("a block that runs out of its area", "030 999 99 90", Some(100)), "block_overflow"),
        (number("Arabic digits", "٠٣٠ ١٠٠ ١٢ ٠٠", None), "invalid_number"),
    ];
    let mut table: Vec<Wrong> =
        rows.into_iter().map(|(wrong, code)| Wrong { faults: first(code).into(), ..wrong.has(&[]) }).collect();
    table.extend([
        number("a block of none", "030 105 12 00", Some(0)).has(&["/numbers/0/block_size out_of_range"]),
        number("a block of a million", "030 105 12 00", Some(1_000_000)).has(&["/numbers/0/block_size out_of_range"]),
        but("a number twice", &[("/numbers/1/number", json!("030 105 12 03"))])
            .has(&["/numbers/0/number duplicate_number", "/numbers/1/number duplicate_number"]),
        but(
            "a block that overlaps another",
            &[("/numbers/1/number", json!("030 105 12 00")), ("/numbers/1/block_size", json!(100))],
        )
        .has(&["/numbers/0/number duplicate_number", "/numbers/1/number duplicate_number"]),
        but("a number that another project has", &[("/numbers/0/number", json!("030 101 12 00"))])
            .has(&["/numbers/0/number number_taken"]),
        but("a number on no contract", &[("/numbers/0/contract", json!("kpn"))]).has(&["/numbers/0/contract unknown_contract"]),
    ]);
    table
}

fn customers() -> Vec<Wrong> {
    vec![
        but("a name of blanks", &[("/customer/name", json!("  "))]).has(&["/customer/name empty"]),
        but("a name with NUL", &[("/customer/name", json!("Bakkerij\0"))]).has(&["/customer/name unprintable_character"]),
        but("a name that no letter can print", &[("/customer/name", json!("Bakkerij 🥐"))]).has(&["/customer/name unprintable_character"]),
        but("a name that turns the writing around", &[("/customer/name", json!("Bakkerij \u{202e}"))])
            .has(&["/customer/name unprintable_character"]),
        but("a name of a page", &[("/customer/name", json!("a".repeat(201)))]).has(&["/customer/name too_long"]),
        but("seven digits of the trade register", &[("/customer/kvk_number", json!("1234567"))])
            .has(&["/customer/kvk_number invalid_kvk_number"]),
        but("a Belgian postal code", &[("/customer/address/postal_code", json!("1000"))])
            .has(&["/customer/address/postal_code invalid_postal_code"]),
        but("an address for mail without a domain", &[("/customer/contact/email", json!("j.devries@"))])
            .has(&["/customer/contact/email invalid_email"]),
        but("a header in an address for mail", &[("/customer/contact/email", json!("j@k.example\r\nBcc: all@k.example"))])
            .has(&["/customer/contact/email invalid_email", "/customer/contact/email unprintable_character"]),
        but("a telephone number in words", &[("/customer/contact/phone", json!("bel maar"))])
            .has(&["/customer/contact/phone invalid_phone"]),
        but(
            "users of whom two share an extension and one has an unfit telephone",
            &[(
                "/users",
                json!([{"name": "A", "extension": "101"}, {"name": "B", "extension": "101"}, {"name": "C", "smartphone": "Windows Phone 8"}]),
            )],
        )
        .has(&["/users/1/extension duplicate_extension", "/users/2/smartphone app_not_supported"]),
    ]
}

fn contracts() -> Vec<Wrong> {
    vec![
        but("two contracts of one id", &[("/contracts/1/id", json!("kpn-isdn")), ("/numbers/1/contract", json!("kpn-isdn"))])
            .has(&["/contracts/1/id duplicate_contract"]),
        but("a term of no months", &[("/contracts/0/initial_term_months", json!(0))])
            .has(&["/contracts/0/initial_term_months out_of_range"]),
        but("a notice of three years", &[("/contracts/0/notice_period_months", json!(36))])
            .has(&["/contracts/0/notice_period_months out_of_range"]),
        but("a service in capitals", &[("/contracts/0/carries", json!(["Alarm"]))])
            .has(&["/contracts/0/carries/0 invalid_service"]),
        but(
            "everything at once",
            &[
                ("/customer/name", json!(" ")),
                ("/customer/kvk_number", json!("x")),
                ("/customer/address/postal_code", json!("0511 AB")),
                ("/customer/contact/email", json!("nobody")),
                ("/contracts/0/contract_number", json!(" ")),
                ("/numbers/0/number", json!("112")),
                ("/numbers/1/contract", json!("nobody's")),
                ("/wish_date", json!("2026-12-31")),
            ],
        )
        .has(&[
            "/customer/name empty",
            "/customer/kvk_number invalid_kvk_number",
            "/customer/address/postal_code invalid_postal_code",
            "/customer/contact/email invalid_email",
            "/contracts/0/contract_number empty",
            "/numbers/0/number short_code",
            "/numbers/1/contract unknown_contract",
            "/wish_date in_the_past",
        ]),
        but(
            "every field of a wrong type",
            &[
                ("/customer/name", json!(1)),
                ("/users", json!(true)),
                ("/equipment/0/quantity", json!("ten")),
                ("/contracts/0/start_date", json!("yesterday")),
                ("/numbers/0/block_size", json!("100")),
                ("/wish_date", json!("soon")),
                ("/colour", json!("red")),
            ],
        )
        .has(&[
            "/customer/name wrong_type",
            "/users wrong_type",
            "/equipment/0/quantity wrong_type",
            "/contracts/0/start_date invalid_date",
            "/numbers/0/block_size wrong_type",
            "/wish_date invalid_date",
            "/colour unknown_field",
        ]),
    ]
}
