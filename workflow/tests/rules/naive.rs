//! The same calendar, written down a second time: slow, day by day, on plain numbers. It shares nothing with the product, so that both are
//! wrong in the same way only by chance.

/// Year, month, day.
pub(crate) type Day = (i32, u32, u32);

fn is_leap(year: i32) -> bool {
    (year % 4 == 0 && year % 100 != 0) || year % 400 == 0
}

fn month_length(year: i32, month: u32) -> u32 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

pub(crate) fn next((year, month, day): Day) -> Day {
    if day < month_length(year, month) {
        (year, month, day + 1)
    } else if month < 12 {
        (year, month + 1, 1)
    } else {
        (year + 1, 1, 1)
    }
}

pub(crate) fn previous((year, month, day): Day) -> Day {
    if day > 1 {
        (year, month, day - 1)
    } else if month > 1 {
        (year, month - 1, month_length(year, month - 1))
    } else {
        (year - 1, 12, 31)
    }
}

/// Month by month; the day number comes back where a longer month lets it.
pub(crate) fn plus_months((mut year, mut month, day): Day, months: u32) -> Day {
    for _ in 0..months {
        (year, month) = if month == 12 { (year + 1, 1) } else { (year, month + 1) };
    }
    (year, month, day.min(month_length(year, month)))
}

/// 0 is Sunday (Sakamoto's method).
pub(crate) fn weekday((year, month, day): Day) -> i32 {
    const SHIFT: [i32; 12] = [0, 3, 2, 5, 0, 3, 5, 1, 4, 6, 2, 4];
    let year = if month < 3 { year - 1 } else { year };
    (year + year / 4 - year / 100 + year / 400 + SHIFT[month as usize - 1] + day.cast_signed()) % 7
}

/// Easter Sunday by way of the golden number and the epact (Knuth, *The Art of Computer Programming* I, 1.3.2, exercise 14).
pub(crate) fn easter(year: i32) -> Day {
    let golden = year % 19 + 1;
    let century = year / 100 + 1;
    let skipped_leap_years = 3 * century / 4 - 12;
    let moon_correction = (8 * century + 5) / 25 - 5;
    let sunday = 5 * year / 4 - skipped_leap_years - 10;
    let mut epact = (11 * golden + 20 + moon_correction - skipped_leap_years) % 30;
    if epact < 0 {
        epact += 30;
    }
    if (epact == 25 && golden > 11) || epact == 24 {
        epact += 1;
    }
    let mut full_moon = 44 - epact;
    if full_moon < 21 {
        full_moon += 30;
    }
    let march = full_moon + 7 - (sunday + full_moon) % 7;
    let march = march.cast_unsigned();
    if march > 31 { (year, 4, march - 31) } else { (year, 3, march) }
}

pub(crate) fn is_working_day(day: Day) -> bool {
    let (year, month, number) = day;
    let after_easter = |days: u32| (0..days).fold(easter(year), |day, _| next(day));
    let kings_day = if weekday((year, 4, 27)) == 0 { (year, 4, 26) } else { (year, 4, 27) };
    let fixed = [(1, 1), (5, 5), (12, 25), (12, 26)].contains(&(month, number));
    let moves = day == kings_day || [1, 39, 50].iter().any(|days| after_easter(*days) == day);
    let weekend = weekday(day) == 0 || weekday(day) == 6;
    !weekend && !fixed && !moves
}

pub(crate) fn plus_working_days(day: Day, n: u32) -> Day {
    walk(day, n, next)
}

pub(crate) fn minus_working_days(day: Day, n: u32) -> Day {
    walk(day, n, previous)
}

fn walk(mut day: Day, n: u32, step: fn(Day) -> Day) -> Day {
    let mut counted = 0;
    while counted < n {
        day = step(day);
        if is_working_day(day) {
            counted += 1;
        }
    }
    day
}

/// Looks at every day from the end backwards.
pub(crate) fn last_day_months_before(end: Day, months: u32) -> Day {
    let mut day = end;
    while plus_months(day, months) > end {
        day = previous(day);
    }
    day
}
