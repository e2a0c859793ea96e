//! TZTimeOnly and TZTimestamp: local time, then `Z` or its offset from UTC.

use super::calendar::date_of;
use super::time::{NS_PER_SECOND, TimeOfDay, time_of_day};
use super::timestamp::at;
use super::{Datatype, Date, Timestamp, ValueError, digits};

/// A local time of day with its offset.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ZonedTime {
    /// The time as it is written: local.
    pub time: TimeOfDay,
    /// Minutes that local time is ahead of UTC.
    pub offset_minutes: i16,
}

/// An instant with the offset of the place that gave it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ZonedTimestamp {
    /// The instant: UTC, the offset already taken off.
    pub timestamp: Timestamp,
    /// Minutes that local time is ahead of UTC.
    pub offset_minutes: i16,
}

/// Read a TZTimeOnly: `HH:MM[:SS[.f]]`, then `Z` or `+hh[:mm]`, `-hh[:mm]`.
///
/// # Errors
/// [`ValueError::Format`] if it is written otherwise, has no offset, or no clock shows it.
#[inline]
pub fn tz_time_only(bytes: &[u8]) -> Result<ZonedTime, ValueError> {
    zoned_time(bytes).ok_or(ValueError::Format { datatype: Datatype::TZTimeOnly })
}

/// Read a TZTimestamp: `YYYYMMDD-HH:MM[:SS[.f]]`, then `Z` or `+hh[:mm]`, `-hh[:mm]`.
///
/// # Errors
/// [`ValueError::Format`] if it is written otherwise, has no offset, or calendar or clock do not have it;
/// [`ValueError::OutOfRange`] if its year is not 1678 to 2261, or the offset takes it out of them.
#[inline]
pub fn tz_timestamp(bytes: &[u8]) -> Result<ZonedTimestamp, ValueError> {
    let (date, zoned) = date_and_zoned_time(bytes).ok_or(ValueError::Format { datatype: Datatype::TZTimestamp })?;
    instant(date, zoned).ok_or(ValueError::OutOfRange { datatype: Datatype::TZTimestamp })
}

#[inline]
pub(super) fn date_and_zoned_time(bytes: &[u8]) -> Option<(Date, ZonedTime)> {
    let (date, rest) = bytes.split_first_chunk::<8>()?;
    let [b'-', time @ ..] = rest else { return None };
    Some((date_of(*date)?, zoned_time(time)?))
}

fn instant(date: Date, zoned: ZonedTime) -> Option<ZonedTimestamp> {
    let local = at(date, zoned.time)?;
    let ahead = i64::from(zoned.offset_minutes) * 60 * i64::try_from(NS_PER_SECOND).ok()?;
    let ns = local.ns.checked_sub(ahead)?;
    Some(ZonedTimestamp { timestamp: Timestamp { ns, ..local }, offset_minutes: zoned.offset_minutes })
}

pub(super) fn zoned_time(bytes: &[u8]) -> Option<ZonedTime> {
    let zone = bytes.iter().position(|byte| matches!(byte, b'Z' | b'+' | b'-'))?;
    let (clock, zone) = bytes.split_at_checked(zone)?;
    let time = match *clock {
        [a, b, b':', c, d] => time_of_day(&[a, b, b':', c, d, b':', b'0', b'0'])?,
        _ => time_of_day(clock)?,
    };
    Some(ZonedTime { time, offset_minutes: offset_minutes(zone)? })
}

/// The standard gives no bound for the hours; zones in use go from -12 to +14, and a day is never passed.
fn offset_minutes(zone: &[u8]) -> Option<i16> {
    let (sign, hours, minutes) = match *zone {
        [b'Z'] => return Some(0),
        [sign, a, b] => (sign, digits::two([a, b])?, 0),
        [sign, a, b, b':', c, d] => (sign, digits::two([a, b])?, digits::two([c, d])?),
        _ => return None,
    };
    if hours > 23 || minutes > 59 {
        return None;
    }
    let ahead = i16::from(hours) * 60 + i16::from(minutes);
    match sign {
        b'+' => Some(ahead),
        b'-' => Some(-ahead),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_zoned_time_needs_its_offset() {
        for (text, seconds, offset_minutes) in [
            ("07:39Z", 7 * 3600 + 39 * 60, 0),
            ("02:39-05", 2 * 3600 + 39 * 60, -300),
            ("15:39+08", 15 * 3600 + 39 * 60, 480),
            ("13:09+05:30", 13 * 3600 + 9 * 60, 330),
            ("13:09:07-03:30", 13 * 3600 + 9 * 60 + 7, -210),
        ] {
            let zoned = tz_time_only(text.as_bytes()).unwrap();
            assert_eq!((zoned.time.ns / NS_PER_SECOND, zoned.offset_minutes), (seconds, offset_minutes), "{text}");
        }
        assert_eq!(tz_time_only(b"13:09:00.1+05:30").map(|zoned| zoned.time.digits), Ok(1));
        for text in [
            "",
            "Z",
            "07:39",
            "07:39+5",
            "07:39+0530",
            "07:39z",
            "07:39ZZ",
            "07:39+24",
            "07:39+05:60",
            "07+05",
            "24:00Z",
            "07:39+05:3",
        ] {
            assert_eq!(
                tz_time_only(text.as_bytes()),
                Err(ValueError::Format { datatype: Datatype::TZTimeOnly }),
                "{text}"
            );
        }
    }

    #[test]
    fn a_zoned_timestamp_is_an_instant() {
        let noon = tz_timestamp(b"20060901-07:39Z").unwrap().timestamp.ns;
        for text in ["20060901-02:39-05", "20060901-15:39+08", "20060901-13:09+05:30", "20060901-07:39:00.000Z"] {
            assert_eq!(tz_timestamp(text.as_bytes()).map(|zoned| zoned.timestamp.ns), Ok(noon), "{text}");
        }
        for text in ["20060901-07:39", "20060931-07:39Z", "20060901 07:39Z", "20060901-", "20060901"] {
            assert_eq!(
                tz_timestamp(text.as_bytes()),
                Err(ValueError::Format { datatype: Datatype::TZTimestamp }),
                "{text}"
            );
        }
        assert_eq!(tz_timestamp(b"16000901-07:39Z"), Err(ValueError::OutOfRange { datatype: Datatype::TZTimestamp }));
    }
}
