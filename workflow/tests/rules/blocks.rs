//! Blocks of numbers.

use proptest::prelude::*;
use workflow::number::{NumberFault, PartOfBlock, Series, part_of_block};

use crate::numbers::any_number;
use crate::table::check;

#[test]
fn a_block_lies_in_whole_tens_of_one_area() {
    check(
        "
        B1: block 0302001200, size 100   -> 0302001200 to 0302001299
        B2: block 0302001205, size 10    -> block_not_aligned
            block 0302001200, size 1     -> 0302001200 to 0302001200
            block 0302001205, size 1     -> 0302001205 to 0302001205
            block 0302001205, size 5     -> 0302001205 to 0302001209
            block 0302001205, size 6     -> block_not_aligned
            block 0302001200, size 9     -> 0302001200 to 0302001208
            block 0302001210, size 100   -> 0302001210 to 0302001309
            block 0302001210, size 15    -> 0302001210 to 0302001224
        B8: block 0309999995, size 10    -> block_overflow
            block 0309999990, size 10    -> 0309999990 to 0309999999
            block 0309999990, size 20    -> block_overflow
            block 0297999990, size 20    -> block_overflow
            block 0849999990, size 20    -> block_overflow
            block 08009990, size 10      -> 08009990 to 08009999
            block 08009990, size 20      -> block_overflow
            block 09099999990, size 20   -> block_overflow
            block 0302000000, size 10000 -> 0302000000 to 0302009999
            block 0302000000, size 10001 -> invalid_block_size
            block 0302000000, size 0     -> invalid_block_size
            block 0302000000, size 4294967295 -> invalid_block_size
        ",
        |given| {
            let block = Series::parse(&given.take::<String>("block"), Some(given.take("size")));
            block.map_or_else(
                |fault| fault.code().into(),
                |block| format!("{} to {}", block.national_first(), block.national_last()),
            )
        },
    );
}

#[test]
fn a_part_of_a_block_is_ported_in_tens() {
    check(
        "
            ported 0302001200, size 100, of 0302001200, whole 100 -> Whole
            ported 0302001203, size 1,   of 0302001203, whole 1   -> Whole
        B3: ported 0302001200, size 50,  of 0302001200, whole 100 -> Part
        B3: ported 0302001250, size 50,  of 0302001200, whole 100 -> Part
        B4: ported 0302001200, size 7,   of 0302001200, whole 10  -> PartDonorMayRefuse
        B4: ported 0302001200, size 15,  of 0302001200, whole 100 -> PartDonorMayRefuse
        B4: ported 0302001234, size 1,   of 0302001200, whole 100 -> PartDonorMayRefuse
            ported 0302001250, size 100, of 0302001200, whole 100 -> NotInside
            ported 0302001200, size 100, of 0302001200, whole 50  -> NotInside
            ported 0201001200, size 10,  of 0302001200, whole 100 -> NotInside
        ",
        |given| {
            let ported = block(&given.take::<String>("ported"), given.take("size"));
            let whole = block(&given.take::<String>("of"), given.take("whole"));
            format!("{:?}", part_of_block(&ported, &whole))
        },
    );
}

#[test]
fn numbers_are_found_in_blocks() {
    let hundred = block("0302001200", 100);
    assert!(hundred.contains(&block("0302001234", 1)), "B5 and B6");
    assert!(hundred.overlaps(&block("0302001234", 1)), "B6");
    assert!(!hundred.overlaps(&block("0302001300", 10)));
    assert!(!hundred.overlaps(&block("0302001190", 10)));
    assert!(hundred.overlaps(&block("0302001190", 20)) && !hundred.contains(&block("0302001190", 20)));
    assert_eq!(hundred.span(), (31_302_001_200, 31_302_001_299));
}

#[test]
fn a_range_and_its_block_size_agree() {
    let read = |size| Series::parse("030 100 12 00 t/m 99", size);
    assert_eq!(read(Some(100)), read(None));
    assert_eq!(read(Some(10)), Err(NumberFault::BlockSizeMismatch { in_range: 100, given: 10 }));
}

#[test]
fn stored_series_are_checked_when_read() {
    let read = |text: &str| serde_json::from_str::<Series>(text);
    let stored = r#"{"number":"+31301001200","block_size":100}"#;
    let series = read(stored).unwrap();
    assert_eq!(serde_json::to_string(&series).unwrap(), stored);
    assert_eq!(read(r#"{"number":"030 100 12 00"}"#).unwrap(), block("0301001200", 1));
    assert!(read(r#"{"number":"0612345678"}"#).is_err());
    assert!(read(r#"{"number":"+31301001205","block_size":10}"#).is_err());
}

fn block(number: &str, size: u32) -> Series {
    Series::parse(number, Some(size)).unwrap()
}

prop_compose! {
    /// A block of any kind: as many tens as fit behind a number, or a part of one ten.
    pub(crate) fn any_block()(number in any_number(), size in 1..=300_u32) -> Series {
        let aligned = format!("{}0", &number[..number.len() - 1]);
        (1..=size).rev().find_map(|size| Series::parse(&aligned, Some(size)).ok()).unwrap()
    }
}

prop_compose! {
    /// Blocks near enough to each other to meet.
    fn two_neighbours()(one in (0..60_u32, 1..=30_u32), other in (0..60_u32, 1..=30_u32)) -> (Series, Series) {
        let block = |(ten, size): (u32, u32)| block(&format!("030200{:04}", ten * 10), size);
        (block(one), block(other))
    }
}

fn members(series: &Series) -> std::ops::RangeInclusive<i64> {
    let (first, last) = series.span();
    first..=last
}

proptest! {
    #[test]
    fn overlap_is_symmetric_and_what_the_spans_say((one, other) in two_neighbours()) {
        let shares = members(&one).any(|number| members(&other).contains(&number));
        prop_assert_eq!(one.overlaps(&other), shares);
        prop_assert_eq!(other.overlaps(&one), shares);
    }

    #[test]
    fn a_block_contains_what_the_spans_say((one, other) in two_neighbours()) {
        prop_assert_eq!(one.contains(&other), members(&other).all(|number| members(&one).contains(&number)));
        prop_assert_eq!(part_of_block(&other, &one) == PartOfBlock::NotInside, !one.contains(&other));
    }

    #[test]
    fn what_is_printed_is_read_again(series in any_block()) {
        let (first, last) = (series.paper_first(), series.paper_last());
        prop_assert_eq!(Series::parse(&first, Some(series.block_size())), Ok(series.clone()));
        prop_assert_eq!(Series::parse(&format!("{first} t/m {last}"), None), Ok(series.clone()));
        prop_assert_eq!(Series::parse(&format!("{first} – {last}"), None), Ok(series.clone()));
        let stored = serde_json::to_string(&series).unwrap();
        prop_assert_eq!(serde_json::from_str::<Series>(&stored).unwrap(), series);
    }

    #[test]
    fn a_span_has_as_many_numbers_as_the_block(series in any_block()) {
        prop_assert_eq!(members(&series).count(), series.block_size() as usize);
        prop_assert_eq!(format!("+{}", series.span().1), series.last());
    }
}
