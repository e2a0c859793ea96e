//! The Gregorian calendar: dates of the form `YYYYMMDD` and the days between them and 1970.

use super::{Datatype, ValueError, digits};

/// A day of the proleptic Gregorian calendar, year 0 to 9999.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date {
    /// 0 to 9999.
    pub year: u16,
    /// 1 to 12.
    pub month: u8,
    /// 1 to the last of the month.
    pub day: u8,
}

/// 400 years end where they began; the count below starts 400 years before the year 0, so that January of the year 0, which
/// it takes for the eleventh month of the year before, has a year above 0.
const CYCLE_YEARS: u32 = 400;
const CYCLE_DAYS: i32 = 146_097;
/// From 0000-03-01 to 1970-01-01.
const DAYS_TO_1970: i32 = 719_468;

impl Date {
    /// The day, if the calendar has it.
    #[inline]
    #[must_use]
    pub const fn new(year: u16, month: u8, day: u8) -> Option<Self> {
        // Most days need no look at the month's length.
        let exists =
            year <= 9999 && month >= 1 && month <= 12 && day >= 1 && (day <= 28 || day <= days_in_month(year, month));
        if exists { Some(Self { year, month, day }) } else { None }
    }

    /// Days since 1970-01-01, negative before.
    #[inline]
    #[must_use]
    pub const fn days_since_1970(self) -> i32 {
        // Years are counted from March, so that a leap day is the last of its year and the months before it are regular.
        let early = self.month <= 2;
        let year = self.year as u32 + CYCLE_YEARS - early as u32;
        let month = if early { self.month as u32 + 9 } else { self.month as u32 - 3 };
        let days = year * 365 + year / 4 - year / 100 + year / 400 + (153 * month + 2) / 5 + self.day as u32 - 1;
        days as i32 - DAYS_TO_1970 - CYCLE_DAYS
    }

    /// The date so many days after 1970-01-01, if its year is 0 to 9999.
    #[must_use]
    pub fn from_days_since_1970(days: i32) -> Option<Self> {
        let days = u32::try_from(i64::from(days) + i64::from(DAYS_TO_1970) + i64::from(CYCLE_DAYS)).ok()?;
        let cycle = days / CYCLE_DAYS as u32;
        let in_cycle = days % CYCLE_DAYS as u32;
        let year_in_cycle = (in_cycle - in_cycle / 1460 + in_cycle / 36_524 - in_cycle / 146_096) / 365;
        let in_year = in_cycle - (365 * year_in_cycle + year_in_cycle / 4 - year_in_cycle / 100);
        let month = (5 * in_year + 2) / 153;
        let day = in_year - (153 * month + 2) / 5 + 1;
        let month = if month < 10 { month + 3 } else { month - 9 };
        let year = (cycle * CYCLE_YEARS + year_in_cycle + u32::from(month <= 2)).checked_sub(CYCLE_YEARS)?;
        Self::new(u16::try_from(year).ok()?, u8::try_from(month).ok()?, u8::try_from(day).ok()?)
    }
}

const fn days_in_month(year: u16, month: u8) -> u8 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

const fn is_leap(year: u16) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

/// Read a UTCDateOnly or LocalMktDate: `YYYYMMDD`, checked against the calendar.
///
/// # Errors
/// [`ValueError::Format`] if it is not eight digits or names no day.
#[inline]
pub fn date(bytes: &[u8]) -> Result<Date, ValueError> {
    <[u8; 8]>::try_from(bytes).ok().and_then(date_of).ok_or(ValueError::Format { datatype: Datatype::LocalMktDate })
}

#[inline]
pub(super) const fn date_of(bytes: [u8; 8]) -> Option<Date> {
    match digits::year_month_day(bytes) {
        Some((year, month, day)) => Date::new(year, month, day),
        None => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_follow_the_calendar() {
        for text in ["19700101", "20240229", "20000229", "00000101", "99991231", "20260302"] {
            assert!(date(text.as_bytes()).is_ok(), "{text}");
        }
        for text in [
            "20230229",
            "19000229",
            "20260230",
            "20261301",
            "20260001",
            "20260100",
            "20260431",
            "20260302-00:00:00",
            "2026030",
            "2026O302",
            "",
        ] {
            assert!(date(text.as_bytes()).is_err(), "{text}");
        }
    }

    #[test]
    fn every_day_of_ten_thousand_years_is_counted_and_found_again() {
        let mut expected = Date { year: 0, month: 1, day: 1 }.days_since_1970();
        assert_eq!(expected, -719_528);
        for year in 0..=9999 {
            for month in 1..=12 {
                for day in 1..=days_in_month(year, month) {
                    let date = Date { year, month, day };
                    assert_eq!(date.days_since_1970(), expected);
                    assert_eq!(Date::from_days_since_1970(expected), Some(date));
                    expected += 1;
                }
            }
        }
        assert_eq!(Date { year: 1970, month: 1, day: 1 }.days_since_1970(), 0);
        for beyond in [expected, -719_529, i32::MAX, i32::MIN] {
            assert_eq!(Date::from_days_since_1970(beyond), None);
        }
    }
}
