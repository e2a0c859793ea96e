//! UTCTimestamp: `YYYYMMDD-HH:MM:SS`, optionally `.` and 1 to 12 digits.

use super::calendar::{Date, date_of};
use super::time::{TimeOfDay, time_of_day};
use super::{Datatype, ValueError};

const NS_PER_DAY: i64 = 86_400_000_000_000;

/// The whole years that nanoseconds since 1970 reach in `i64`; the broken ones at both ends are left out.
const YEARS_IN_I64_NS: std::ops::RangeInclusive<u16> = 1678..=2261;

/// An instant, and how finely its text gave it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp {
    /// Nanoseconds since 1970-01-01 00:00:00 UTC; picoseconds are cut off. A leap second is the last nanosecond before it.
    pub ns: i64,
    /// How many digits of a fraction the text has, 0 to 12.
    pub digits: u8,
}

/// Read a UTCTimestamp.
///
/// # Errors
/// [`ValueError::Format`] if it is written otherwise, or calendar or clock do not have it; [`ValueError::OutOfRange`] if its
/// year is not 1678 to 2261.
#[inline]
pub fn utc_timestamp(bytes: &[u8]) -> Result<Timestamp, ValueError> {
    let (date, time) = date_and_time(bytes).ok_or(ValueError::Format { datatype: Datatype::UTCTimestamp })?;
    at(date, time).ok_or(ValueError::OutOfRange { datatype: Datatype::UTCTimestamp })
}

/// The nanoseconds since 1970 of a UTCTimestamp of any year; `99991231-23:59:59` is a common way to say never.
///
/// # Errors
/// [`ValueError::Format`] if it is written otherwise, or calendar or clock do not have it.
pub fn utc_timestamp_ns(bytes: &[u8]) -> Result<i128, ValueError> {
    let (date, time) = date_and_time(bytes).ok_or(ValueError::Format { datatype: Datatype::UTCTimestamp })?;
    Ok(i128::from(date.days_since_1970()) * i128::from(NS_PER_DAY) + i128::from(time.ns))
}

#[inline]
pub(super) fn date_and_time(bytes: &[u8]) -> Option<(Date, TimeOfDay)> {
    let (date, rest) = bytes.split_first_chunk::<8>()?;
    let [b'-', time @ ..] = rest else { return None };
    Some((date_of(*date)?, time_of_day(time)?))
}

/// The instant of a date and time, if `i64` nanoseconds reach it.
#[inline]
pub(super) fn at(date: Date, time: TimeOfDay) -> Option<Timestamp> {
    if !YEARS_IN_I64_NS.contains(&date.year) {
        return None;
    }
    let ns = i64::from(date.days_since_1970()) * NS_PER_DAY + i64::try_from(time.ns).ok()?;
    Some(Timestamp { ns, digits: time.digits })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_year_beyond_64_bits_of_nanoseconds_is_read_wide() {
        assert_eq!(utc_timestamp_ns(b"99991231-23:59:59"), Ok(253_402_300_799_000_000_000));
        assert_eq!(utc_timestamp_ns(b"00010101-00:00:00"), Ok(-62_135_596_800_000_000_000));
        assert_eq!(utc_timestamp_ns(b"19700101-00:00:00.5"), Ok(500_000_000));
    }

    const HALF_PAST_TWO: i64 = 1_772_461_800_000_000_000;

    #[test]
    fn a_timestamp_is_read_to_the_nanosecond() {
        for (text, ns, digits) in [
            ("19700101-00:00:00", 0, 0),
            ("19691231-23:59:59.999999999", -1, 9),
            ("20260302-14:30:00", HALF_PAST_TWO, 0),
            ("20260302-14:30:00.1", HALF_PAST_TWO + 100_000_000, 1),
            ("20260302-14:30:00.250", HALF_PAST_TWO + 250_000_000, 3),
            ("20260302-14:30:00.000001", HALF_PAST_TWO + 1_000, 6),
            ("20260302-14:30:00.123456789", HALF_PAST_TWO + 123_456_789, 9),
            ("20260302-14:30:00.123456789012", HALF_PAST_TWO + 123_456_789, 12),
            ("20161231-23:59:60", 1_483_228_799_999_999_999, 0),
        ] {
            assert_eq!(utc_timestamp(text.as_bytes()), Ok(Timestamp { ns, digits }), "{text}");
        }
    }

    #[test]
    fn what_is_no_timestamp_is_refused() {
        for text in [
            "",
            "20260302 14:30:00",
            "20260302-24:00:00",
            "20260230-00:00:00",
            "2026-03-02T14:30:00Z",
            "20260302-14:30:00.1234567890123",
            "20260302-14:30:00.",
            "20260302-14:30:0",
            "20260302-14:30:61",
            "20260302-14:30:00Z",
            "20260302",
        ] {
            assert_eq!(
                utc_timestamp(text.as_bytes()),
                Err(ValueError::Format { datatype: Datatype::UTCTimestamp }),
                "{text}"
            );
        }
    }

    #[test]
    fn a_year_that_nanoseconds_do_not_reach_is_well_formed_but_out_of_range() {
        for text in ["16771231-23:59:59", "22620101-00:00:00", "00000101-00:00:00", "99991231-23:59:59"] {
            assert_eq!(
                utc_timestamp(text.as_bytes()),
                Err(ValueError::OutOfRange { datatype: Datatype::UTCTimestamp }),
                "{text}"
            );
        }
        assert!(utc_timestamp(b"16780101-00:00:00").is_ok() && utc_timestamp(b"22611231-23:59:59.999999999").is_ok());
    }
}
