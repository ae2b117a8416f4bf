//! What is found in the text of an invoice.

use std::time::{Duration, Instant};

use proptest::prelude::*;
use workflow::invoice::{Findings, read};

use crate::table::check_text;

/// All that was found, in a line: numbers, others, customer and contract numbers.
fn told(findings: &Findings) -> String {
    let numbers = findings.numbers.iter().map(|found| found.value.to_string());
    let others = findings.other_numbers.iter().map(|number| format!("({number})"));
    let customer = findings.customer_numbers.iter().map(|found| format!("customer {}", found.value));
    let contract = findings.contract_numbers.iter().map(|found| format!("contract {}", found.value));
    let all: Vec<String> = numbers.chain(others).chain(customer).chain(contract).collect();
    if all.is_empty() { "nothing".to_owned() } else { all.join("; ") }
}

#[test]
fn telephone_numbers_are_found_in_any_usual_spelling() {
    check_text(
        "
        030-1001200 -> 030 100 12 00
        030 100 12 00 -> 030 100 12 00
        0301001200 -> 030 100 12 00
        (030) 100 12 00 -> 030 100 12 00
        030/1001200 -> 030 100 12 00
        030.100.12.00 -> 030 100 12 00
        030 - 1001200 -> 030 100 12 00
        +31301001200 -> 030 100 12 00
        +31 30 100 12 00 -> 030 100 12 00
        +31 (0)30-1001200 -> 030 100 12 00
        0031 30 1001200 -> 030 100 12 00
        0297-123456 -> 0297 12 34 56
        Tel:030-1001200 -> 030 100 12 00
        tel. 0297 12 34 56, ISDN2 -> 0297 12 34 56
        088 - 200 30 00 -> 088 200 30 00
        085-0123456    12,50    21% -> 085 012 34 56
        aansluiting 030-1001200 12,50 -> 030 100 12 00
        030-1001200 en 030-1001201 -> 030 100 12 00; 030 100 12 01
        030-1001200/030-1001201 -> nothing
        ",
        |line| told(&read(line)),
    );
}

#[test]
fn blocks_are_found_by_their_last_number_or_their_size() {
    check_text(
        "
        030-1001200 t/m 99 -> 030 100 12 00 – 030 100 12 99
        030 100 12 00 t/m 030 100 12 99 -> 030 100 12 00 – 030 100 12 99
        030-1001200 tot en met 1299 -> 030 100 12 00 – 030 100 12 99
        030-1001200 – 99 -> 030 100 12 00 – 030 100 12 99
        030-1001200 - 030-1001299 -> 030 100 12 00 – 030 100 12 99
        +31 30 1001200 to +31 30 1001299 -> 030 100 12 00 – 030 100 12 99
        030-1001200 (100 nummers) -> 030 100 12 00 – 030 100 12 99
        10 doorkiesnummers vanaf 030-1001200 -> 030 100 12 00 – 030 100 12 09
        a dash and a few digits may be anything: 030-1001200 - 12 -> 030 100 12 00
        not a block that can be: 030-1001205 t/m 99 -> 030 100 12 05
        backwards: 030-1001299 t/m 00 -> 030 100 12 99
        ",
        |line| told(&read(line)),
    );
}

#[test]
fn what_only_looks_like_a_number_is_not_one() {
    check_text(
        "
        Factuurdatum 01-02-2026 10 stuks -> nothing
        01-02-2026 - 28-02-2026 -> nothing
        2026-02-01 -> nothing
        Totaal 1.030.100,12 -> nothing
        € 0301001200 -> nothing
        NL91ABNA0417164300 -> nothing
        NL91 ABNA 0413 1643 00 -> nothing
        BTW NL030100120B01 -> nothing
        KvK 30100120 -> nothing
        as it stands: KvK-nummer: 0301001200 -> nothing
        Factuurnummer 0301001200 -> nothing
        as it stands: Ordernummer: 030-1001200 -> nothing
        Betalingskenmerk 0301 0012 0000 0001 -> nothing
        artikel A-0301001200 -> nothing
        0301001200123 -> nothing
        030100120 -> nothing
        0102 2026 10 -> nothing
        1.0301001200 -> nothing
        030-1001200-1 -> nothing
        call: 03-01-2026 09:41 020-5551234 00:03:12 -> nothing
        Vragen? Bel 070-343 43 43 -> nothing
        as it stands: Klantenservice: 088 121 27 58 -> nothing
        +49 30 1234567 -> nothing
        0049 30 1234567 -> nothing
        112 -> nothing
        mobile, told only: 06-12345678 -> (0612345678)
        mobile, told only: +31 6 1234 5678 -> (0612345678)
        machine, told only: 097012345678 -> nothing
        service, told only: 0800-0403 -> (08000403)
        service, told only: 0900 123 45 67 -> (09001234567)
        ",
        |line| told(&read(line)),
    );
}

#[test]
fn numbers_behind_labels_are_found() {
    check_text(
        "
        as it stands: Klantnummer: 100200300 -> customer 100200300
        Klantnummer 100200300 Datum 01-02-2026 -> customer 100200300
        Uw klantnr. 100 200 300 -> customer 100 200 300
        as it stands: klantnummer: 0301001200 -> customer 0301001200
        Relatienummer     7.341.902 -> customer 7.341.902
        as it stands: Debiteurennr.: 5 -> customer 5
        Debiteurnummer D00451290 -> customer D00451290
        as it stands: Customer number: AB/12-3. -> customer AB/12-3
        as it stands: Contractnummer: C-778899 -> contract C-778899
        Contract no. C-778899, klantnummer 42 -> customer 42; contract C-778899
        the plainest label comes first: Debiteurnummer 2 Klantnummer 1 -> customer 1; customer 2
        a sentence: Vermeld uw klantnummer bij vragen over de 3 aansluitingen -> nothing
        no value: Klantnummer -> nothing
        dots that lead there: Klantnummer ........ 100200300 -> customer 100200300
        more of the label: Uw klantnr. is nr: 5 -> customer 5
        ",
        |line| told(&read(line)),
    );
}

#[test]
fn a_value_may_stand_under_its_label() {
    let text = "Klantnummer     Factuurnummer    Contractnummer\n100200300       0301001200       C-1\n030-1001200 ISDN2";
    assert_eq!(told(&read(text)), "030 100 12 00; customer 100200300; contract C-1");
    assert_eq!(told(&read("Contractnummer niet bekend\n030-1001200 ISDN2")), "030 100 12 00");
    // On another page it is another table's.
    assert_eq!(told(&read("Klantnummer\u{c}100200300")), "nothing");
}

#[test]
fn whole_invoices_are_read() {
    let told = |text: &str| {
        let findings = read(text);
        format!("{}: {}", findings.provider.clone().unwrap_or_default(), told(&findings))
    };
    assert_eq!(
        told(include_str!("kpn.txt")),
        "KPN: 030 100 12 00 – 030 100 12 99; 030 100 15 00; (0612345678); customer 100200301; contract C-778899"
    );
    assert_eq!(
        told(include_str!("ziggo.txt")),
        "Ziggo: 0297 12 34 56; 0297 12 34 57; 088 200 30 00 – 088 200 30 99; customer 7 341 902; customer D00451290; \
         contract ZZ-2021.00417"
    );
    assert_eq!(
        told(include_str!("vodafone.txt")),
        "Vodafone: 020 799 00 00 – 020 799 00 99; 085 012 34 56; (0623456789); (08001234567); customer 8.123.456; contract V/2020/9981"
    );
}

#[test]
fn what_is_found_says_where_it_stands() {
    let findings = read("Factuur\u{c}\n\n   030-1001200      ISDN2\n030-1001200");
    let quotes: Vec<_> = findings.numbers.iter().map(|found| &found.quote).collect();
    let [quote] = quotes.as_slice() else { panic!("{quotes:?}") };
    assert_eq!((quote.page, quote.line, quote.text.as_str()), (2, 3, "030-1001200 ISDN2"));
}

/// As much as is taken of a PDF, 2 MiB, made of nothing but labels and values. Work for each pair of them would take minutes here.
#[test]
fn a_text_of_labels_alone_takes_no_longer_than_another() {
    let labels = "klantnr  ".repeat(111) + "\n";
    for under in ["1234567  ", "klantnr  ", "1 "] {
        let values = under.repeat(1000 / under.len()) + "\n";
        let text = labels.clone() + &values;
        let text = text.repeat(2 * 1024 * 1024 / text.len());
        let begun = Instant::now();
        let findings = read(&text);
        let took = begun.elapsed();
        assert!(took < Duration::from_secs(10), "{under:?} took {took:?}");
        assert_eq!(!findings.customer_numbers.is_empty(), under == "1234567  ");
    }
}

proptest! {
    #[test]
    fn any_text_can_be_read(text in any::<String>()) {
        read(&text);
    }

    /// Text made of what invoices are made of, so that the rules get to work.
    #[test]
    fn what_is_found_stands_in_its_quote_and_survives_storage(parts in proptest::collection::vec(part(), 0..40)) {
        let findings = read(&parts.concat());
        for found in &findings.numbers {
            let quoted: String = found.quote.text.chars().filter(char::is_ascii_digit).collect();
            let subscriber = &found.value.national_first()[1..];
            prop_assert!(quoted.contains(subscriber) || found.quote.text.chars().count() == 200, "{found:?}");
        }
        prop_assert_eq!(&read(&parts.concat()), &findings);
        let stored = serde_json::to_value(&findings).unwrap();
        prop_assert_eq!(serde_json::from_value::<Findings>(stored).unwrap(), findings);
    }
}

fn part() -> impl Strategy<Value = String> {
    let words = [
        " ",
        " ",
        "  ",
        "\n",
        "\u{c}",
        "030-1001200",
        "030 100 12 00",
        "+31 (0)30 1001200",
        "0031",
        "0",
        "t/m",
        " - ",
        "99",
        "06-12345678",
        "0800-0403",
        "01-02-2026",
        "12,50",
        "€",
        "NL91",
        "ABNA",
        "0417",
        "Klantnummer",
        ":",
        "C-778899",
        "100 nummers",
        "09:41",
        "é",
        "K",
        "\u{0}",
        "(",
        ")",
        "+",
    ];
    prop_oneof![4 => proptest::sample::select(words.to_vec()).prop_map(str::to_owned), 1 => "[0-9]{1,12}"]
}
