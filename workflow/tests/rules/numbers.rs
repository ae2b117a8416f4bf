//! Numbers: spellings, kinds, paper.

use proptest::prelude::*;
use workflow::letter::Language;
use workflow::number::{Kind, NumberFault, Series};

use crate::table::check_text;

#[test]
fn numbers_are_read_as_people_write_them() {
    check_text(
        "
        0301001200               -> +31301001200
        030 100 12 00            -> +31301001200
        030-1001200              -> +31301001200
        030 - 100 12 00          -> +31301001200
        030–100 12 00            -> +31301001200
        030/100.12.00            -> +31301001200
        (030) 100 12 00          -> +31301001200
        +31301001200             -> +31301001200
        +31 30 100 12 00         -> +31301001200
        +31 (0)30 100 12 00      -> +31301001200
        (+31) 030 100 12 00      -> +31301001200
        0031 30 100 12 00        -> +31301001200
        0031 (0)30-100 12 00     -> +31301001200
        31301001200              -> +31301001200
        tel:+31-30-100-1200      -> +31301001200
        TEL:0301001200           -> +31301001200
        0297 12 34 56            -> +31297123456
        +31 31 3 12 34 56        -> +31313123456
        0313 12 34 56            -> +31313123456
        0900 - 8844              -> +319008844
        ",
        |text| Series::parse(text, None).map_or_else(code, |series| series.first()),
    );
}

#[test]
fn ranges_are_read_as_people_write_them() {
    check_text(
        "
        030-100 12 00 t/m 99              -> +31301001200 to +31301001299
        030-100 12 00 T/M 030-100 12 99   -> +31301001200 to +31301001299
        030 100 12 00 tot en met 1299     -> +31301001200 to +31301001299
        030 100 12 00 - 99                -> +31301001200 to +31301001299
        030 100 12 00–99                  -> +31301001200 to +31301001299
        030 - 100 12 00 - 99              -> +31301001200 to +31301001299
        31301001200 - 31301001209         -> +31301001200 to +31301001209
        +31 30 100 12 00 - +31301001209   -> +31301001200 to +31301001209
        030 100 12 03 t/m 7               -> +31301001203 to +31301001207
        0301001200-0301001299             -> +31301001200 to +31301001299
        030-1001200-030-1001299           -> +31301001200 to +31301001299
        +31301001200-+31301001299         -> +31301001200 to +31301001299
        0301001299-0301001200             -> invalid_range
        0800 1230 t/m 9                   -> +318001230 to +318001239
        030 100 12 00 t/m 00              -> +31301001200 to +31301001200
        030 100 12 99 t/m 00              -> invalid_range
        030 100 12 00 t/m                 -> invalid_range
        030 100 12 00 t/m einde           -> invalid_range
        030 100 12 00 t/m 99 99 99 99 99 99 -> invalid_range
        030 100 12 00 t/m 020 100 12 99   -> invalid_range
        020 100 12 00 t/m 030 100 12 99   -> invalid_block_size
        030 000 00 00 t/m 9999            -> +31300000000 to +31300009999
        030 000 00 00 t/m 10000           -> invalid_block_size
        06 12345678 t/m 99                -> mobile_number
        030-1001200-1                     -> invalid_number
        ",
        |text| {
            let range = |series: Series| format!("{} to {}", series.first(), series.last());
            Series::parse(text, None).map_or_else(code, range)
        },
    );
}

#[test]
fn what_cannot_be_ported_is_told_apart() {
    check_text(
        "
        B9: 14020            -> short_code
        B9: 112              -> short_code
        B9: 116111           -> short_code
        B9: 1888             -> short_code
            144              -> short_code
            14 0297          -> short_code
            +31 14 020       -> short_code
            1233             -> short_code
            10123            -> short_code
            1612             -> short_code
        B9: 0900 12345       -> invalid_number
        B9: 0800 123456      -> invalid_number
        B9: 06 12345678      -> mobile_number
        B9: 0970 12345678    -> mobile_number
            +31 6 12345678   -> mobile_number
            066 1234567      -> mobile_number
            0971 12345678    -> invalid_number
            0979 123456      -> invalid_number
            082 1234567      -> invalid_number
            0110 123456      -> invalid_number
            021 1234567      -> invalid_number
            030 100 12       -> invalid_number
            030 100 12 000   -> invalid_number
            14 021           -> invalid_number
            100 12 00        -> invalid_number
            +32 2 123 45 67  -> foreign_number
            0049 30 123456   -> foreign_number
            030 100 12 00 x5 -> invalid_number
            tel:             -> invalid_number
            +                -> invalid_number
            ٠٣٠١٠٠١٢٠٠       -> invalid_number
        ",
        |text| Series::parse(text, None).map_or_else(code, |series| series.first()),
    );
}

#[test]
fn each_kind_is_printed_in_its_groups() {
    check_text(
        "
        0301001200  -> 030 100 12 00, geographic 030
        0297123456  -> 0297 12 34 56, geographic 0297
        0791234567  -> 079 123 45 67, geographic 079
        0599123456  -> 0599 12 34 56, geographic 0599
        0841234567  -> 084 123 45 67, non_geographic
        0871234567  -> 087 123 45 67, non_geographic
        0851234567  -> 085 123 45 67, non_geographic
        0881234567  -> 088 123 45 67, non_geographic
        0911234567  -> 091 123 45 67, non_geographic
        08001234    -> 0800 1234, service
        08002234567 -> 0800 223 45 67, service
        09008844    -> 0900 8844, service
        09061234    -> 0906 1234, service
        09091234    -> 0909 1234, service
        ",
        |text| {
            let series = Series::parse(text, None).unwrap();
            assert_eq!(series.national_first(), text);
            let group = series.kind().group();
            match series.kind() {
                Kind::Geographic { area } => format!("{}, {group} {area}", series.paper_first()),
                _ => format!("{}, {group}", series.paper_first()),
            }
        },
    );
}

#[test]
fn the_area_is_compared_where_there_is_one() {
    check_text(
        "
        B10: 020 100 12 00 and 030 100 12 34    -> other area
             030 100 12 00 and +31 30 100 12 34 -> same area
             030 100 12 00 and 06 12345678      -> can't be said
             030 100 12 00 and 088 100 12 00    -> can't be said
             088 100 12 00 and 088 100 12 00    -> can't be said
             030 100 12 00 and nobody           -> can't be said
        ",
        |text| {
            let (number, phone) = text.split_once(" and ").unwrap();
            match Series::parse(number, None).unwrap().same_area(phone) {
                Some(true) => "same area".into(),
                Some(false) => "other area".into(),
                None => "can't be said".into(),
            }
        },
    );
}

#[test]
fn faults_say_what_would_be_right() {
    let fault = Series::parse("0900 12345", None).unwrap_err();
    assert_eq!(fault.text(Language::Nl), "Nummers die met 0900 beginnen hebben 8 of 11 cijfers, de 0 meegeteld; dit heeft er 9.");
    assert_eq!(fault.to_string(), "Numbers that begin with 0900 have 8 or 11 digits, counting the 0; this one has 9.");
}

fn code(fault: NumberFault) -> String {
    fault.code().to_owned()
}

prop_compose! {
    /// A single number of any kind, in national form.
    pub(crate) fn any_number()(
        prefix in prop::sample::select(vec![
            "030", "020", "079", "0297", "0111", "0313", "084", "085", "087", "088", "091", "0800", "0900", "0906", "0909",
        ]),
        is_long in any::<bool>(),
        digits in 0..10_000_000_u32,
    ) -> String {
        let length = match prefix.len() {
            3 => 7,
            _ if prefix.starts_with("08") || prefix.starts_with("09") => if is_long { 7 } else { 4 },
            _ => 6,
        };
        let digits = format!("{digits:07}");
        format!("{prefix}{}", &digits[..length])
    }
}

proptest! {
    #[test]
    fn any_text_is_read_without_a_panic(text in any::<String>(), size in any::<Option<u32>>()) {
        let _ = Series::parse(&text, size);
    }

    #[test]
    fn any_text_made_of_a_numbers_parts_is_read_without_a_panic(
        parts in prop::collection::vec(
            prop::sample::select(vec![
                "+", "31", "0", "00", "14", "30", "297", "800", "100 12 00", " - ", "-", "–", " t/m ", "tel:", "(0)", "99", "é",
            ]),
            0..9,
        ),
        size in any::<Option<u32>>(),
    ) {
        if let Ok(series) = Series::parse(&parts.concat(), size) {
            prop_assert_eq!(Series::parse(&series.first(), Some(series.block_size())), Ok(series));
        }
    }

    #[test]
    fn every_spelling_of_a_number_is_the_same_number(national in any_number()) {
        let series = Series::parse(&national, None).unwrap();
        prop_assert_eq!(series.national_first(), national.clone());
        let spellings = [
            series.first(),
            series.paper_first(),
            format!("tel:{}", series.first()),
            format!("0031{}", &national[1..]),
            format!("+31 (0){}", &series.paper_first()[1..]),
            series.paper_first().replacen(' ', "-", 1),
            series.paper_first().replace(' ', "."),
            format!("{0} t/m {0}", series.paper_first()),
        ];
        for spelling in spellings {
            prop_assert_eq!(Series::parse(&spelling, None), Ok(series.clone()), "{}", spelling);
        }
    }
}
