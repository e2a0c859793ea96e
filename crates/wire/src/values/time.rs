//! Times of day: `HH:MM:SS` with an optional fraction of up to 12 digits.

use super::{Datatype, ValueError, digits};

pub(super) const NS_PER_SECOND: u64 = 1_000_000_000;

/// The standard names fractions of 3, 6, 9 and 12 digits; any number up to the longest of them is read.
const MOST_FRACTION_DIGITS: usize = 12;

/// A time of day without zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TimeOfDay {
    /// Nanoseconds since midnight; picoseconds are cut off. A leap second is the last nanosecond of its minute.
    pub ns: u64,
    /// How many digits of a fraction the text has, 0 to 12.
    pub digits: u8,
}

/// Read a UTCTimeOnly: `HH:MM:SS`, optionally `.` and 1 to 12 digits. Second 60 is a leap second.
///
/// # Errors
/// [`ValueError::Format`] if it is written otherwise or no clock shows it.
#[inline]
pub fn utc_time_only(bytes: &[u8]) -> Result<TimeOfDay, ValueError> {
    time_of_day(bytes).ok_or(ValueError::Format { datatype: Datatype::UTCTimeOnly })
}

/// Read a LocalMktTime: `HH:MM:SS`, without fraction.
///
/// # Errors
/// [`ValueError::Format`] if it is written otherwise or no clock shows it.
#[inline]
pub fn local_mkt_time(bytes: &[u8]) -> Result<TimeOfDay, ValueError> {
    <[u8; 8]>::try_from(bytes)
        .ok()
        .and_then(|clock| time_of_day(&clock))
        .ok_or(ValueError::Format { datatype: Datatype::LocalMktTime })
}

#[inline]
pub(super) fn time_of_day(bytes: &[u8]) -> Option<TimeOfDay> {
    let (clock, rest) = bytes.split_first_chunk::<8>()?;
    let (hour, minute, second) = digits::hour_minute_second(*clock)?;
    if hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    let (ns, digits) = match rest {
        [] => (0, 0),
        [b'.', fraction @ ..] => nanoseconds(fraction)?,
        _ => return None,
    };
    let minutes = u64::from(hour) * 60 + u64::from(minute);
    // Nothing between 59.999999999 and the next minute is left for a leap second: it stands still there.
    let (second, ns) = if second == 60 { (59, NS_PER_SECOND - 1) } else { (u64::from(second), ns) };
    Some(TimeOfDay { ns: (minutes * 60 + second) * NS_PER_SECOND + ns, digits })
}

/// The nanoseconds and the number of digits of a fraction.
#[inline]
fn nanoseconds(fraction: &[u8]) -> Option<(u64, u8)> {
    let ns = match *fraction {
        [a, b, c] => u64::from(digits::eight([a, b, c, b'0', b'0', b'0', b'0', b'0'])?) * 10,
        [a, b, c, d, e, f] => u64::from(digits::eight([a, b, c, d, e, f, b'0', b'0'])?) * 10,
        [a, b, c, d, e, f, g, h, i] if i.is_ascii_digit() => {
            u64::from(digits::eight([a, b, c, d, e, f, g, h])?) * 10 + u64::from(i - b'0')
        }
        [] => return None,
        _ if fraction.len() > MOST_FRACTION_DIGITS || !digits::all(fraction) => return None,
        _ => (0..9).fold(0, |ns, place| ns * 10 + u64::from(fraction.get(place).map_or(0, |digit| digit - b'0'))),
    };
    Some((ns, u8::try_from(fraction.len()).ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_has_seconds_and_up_to_twelve_digits_of_fraction() {
        for (text, ns, digits) in [
            ("00:00:00", 0, 0),
            ("14:30:00.250", 52_200_250_000_000, 3),
            ("14:30:00.1", 52_200_100_000_000, 1),
            ("14:30:00.000001", 52_200_000_001_000, 6),
            ("14:30:00.123456789", 52_200_123_456_789, 9),
            ("14:30:00.123456789999", 52_200_123_456_789, 12),
            ("23:59:60", 86_399_999_999_999, 0),
            ("23:59:60.5", 86_399_999_999_999, 1),
        ] {
            assert_eq!(utc_time_only(text.as_bytes()), Ok(TimeOfDay { ns, digits }), "{text}");
        }
        for text in [
            "14:30",
            "24:00:00",
            "14:60:00",
            "14:30:61",
            "14:30:00.",
            "14:30:00.1234567890123",
            "14:30:00,5",
            "14-30-00",
            "",
            "14:30:00.12x",
            "14:30:00.12345678x",
            "1:30:00",
        ] {
            assert_eq!(
                utc_time_only(text.as_bytes()),
                Err(ValueError::Format { datatype: Datatype::UTCTimeOnly }),
                "{text}"
            );
        }
    }

    #[test]
    fn the_number_of_fraction_digits_does_not_change_the_time() {
        for digits in 1..=12 {
            let text = format!("00:00:01.{}", &"123456789012"[..digits]);
            let kept = digits.min(9) as u32;
            let ns = 1_000_000_000 + 123_456_789 / 10_u64.pow(9 - kept) * 10_u64.pow(9 - kept);
            assert_eq!(utc_time_only(text.as_bytes()), Ok(TimeOfDay { ns, digits: digits as u8 }), "{text}");
        }
    }

    #[test]
    fn a_local_market_time_has_no_fraction() {
        assert!(local_mkt_time(b"14:30:00").is_ok());
        assert!(local_mkt_time(b"14:30:00.5").is_err());
        assert!(local_mkt_time(b"24:00:00").is_err());
    }
}
