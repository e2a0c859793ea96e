//! Writing numbers and times at the end of a buffer; only the buffer's own growth allocates.

use super::{Date, Decimal};

const NS_PER_SECOND: i64 = 1_000_000_000;
const SECONDS_PER_DAY: i64 = 86_400;

/// `i128` has at most 39 digits.
const MOST_DIGITS: usize = 39;

/// Append an integer from 0.
pub fn write_uint(number: u64, out: &mut Vec<u8>) {
    let mut digits = [0; MOST_DIGITS];
    out.extend_from_slice(figures(u128::from(number), &mut digits));
}

/// Append an int.
pub fn write_int(number: i64, out: &mut Vec<u8>) {
    if number < 0 {
        out.push(b'-');
    }
    write_uint(number.unsigned_abs(), out);
}

/// Append a decimal with all digits of its scale: at least one before the point, none and no point at scale 0.
pub fn write_decimal(number: &Decimal, out: &mut Vec<u8>) {
    let mut digits = [0; MOST_DIGITS];
    let figures = figures(number.mantissa.unsigned_abs(), &mut digits);
    let scale = usize::from(number.scale);
    if number.mantissa < 0 {
        out.push(b'-');
    }
    if scale == 0 {
        out.extend_from_slice(figures);
    } else if let Some((whole, fraction)) =
        figures.len().checked_sub(scale).and_then(|point| figures.split_at_checked(point))
    {
        if whole.is_empty() {
            out.push(b'0');
        }
        out.extend_from_slice(whole);
        out.push(b'.');
        out.extend_from_slice(fraction);
    } else {
        out.extend_from_slice(b"0.");
        out.resize(out.len() + scale - figures.len(), b'0');
        out.extend_from_slice(figures);
    }
}

/// Append a UTCTimestamp.
///
/// `ns` counts nanoseconds since 1970-01-01 UTC; `digits` of a fraction are written, at most 12, those beyond nanoseconds as
/// zeros; finer digits than asked for are cut off, never rounded into the future.
pub fn write_timestamp(ns: i64, digits: u8, out: &mut Vec<u8>) {
    let seconds = ns.div_euclid(NS_PER_SECOND);
    let fraction = ns.rem_euclid(NS_PER_SECOND);
    let days = seconds.div_euclid(SECONDS_PER_DAY);
    let second_of_day = seconds.rem_euclid(SECONDS_PER_DAY);
    // i64 nanoseconds stay within the years 1677 and 2262, which the calendar has.
    let Some(date) = i32::try_from(days).ok().and_then(Date::from_days_since_1970) else { return };
    let mut text = *b"YYYYMMDD-HH:MM:SS.000000000000";
    put(&mut text, 0, 4, u64::from(date.year));
    put(&mut text, 4, 2, u64::from(date.month));
    put(&mut text, 6, 2, u64::from(date.day));
    put(&mut text, 9, 2, second_of_day.unsigned_abs() / 3600);
    put(&mut text, 12, 2, second_of_day.unsigned_abs() / 60 % 60);
    put(&mut text, 15, 2, second_of_day.unsigned_abs() % 60);
    put(&mut text, 18, 9, fraction.unsigned_abs());
    let length = if digits == 0 { 17 } else { 18 + usize::from(digits.min(12)) };
    out.extend(text.iter().take(length));
}

/// Put a number with leading zeros into its place.
#[inline]
fn put(text: &mut [u8], place: usize, width: usize, mut number: u64) {
    for byte in text.iter_mut().skip(place).take(width).rev() {
        *byte = b'0' + (number % 10) as u8;
        number /= 10;
    }
}

/// The digits of a number, without leading zeros, at the end of `room`.
#[inline]
fn figures(number: u128, room: &mut [u8; MOST_DIGITS]) -> &[u8] {
    let mut free = room.len();
    let mut high = number;
    // Division of 128 bits is slow: it is left as soon as 64 bits hold the rest.
    let mut low = loop {
        match u64::try_from(high) {
            Ok(low) => break low,
            Err(_) => {
                free -= 1;
                if let Some(byte) = room.get_mut(free) {
                    *byte = b'0' + (high % 10) as u8;
                }
                high /= 10;
            }
        }
    };
    loop {
        free -= 1;
        if let Some(byte) = room.get_mut(free) {
            *byte = b'0' + (low % 10) as u8;
        }
        low /= 10;
        if low == 0 {
            break;
        }
    }
    room.get(free..).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(write: impl Fn(&mut Vec<u8>)) -> String {
        let mut out = b"44=".to_vec();
        write(&mut out);
        String::from_utf8(out).unwrap()[3..].to_owned()
    }

    #[test]
    fn integers_are_written_in_full() {
        for number in [0, 1, 9, 10, 12_345, u64::MAX] {
            assert_eq!(written(|out| write_uint(number, out)), number.to_string());
        }
        for number in [0, -1, 7, i64::MIN, i64::MAX] {
            assert_eq!(written(|out| write_int(number, out)), number.to_string());
        }
    }

    #[test]
    fn decimals_are_written_as_they_print() {
        for (mantissa, scale) in [
            (0, 0),
            (0, 2),
            (5, 1),
            (-5, 3),
            (125, 2),
            (-125, 3),
            (100, 0),
            (i128::MAX, 38),
            (i128::MIN, 0),
            (i128::MIN, 39),
            (1, 255),
        ] {
            let number = Decimal { mantissa, scale };
            assert_eq!(written(|out| write_decimal(&number, out)), number.to_string());
        }
    }

    #[test]
    fn a_timestamp_is_cut_to_the_digits_asked_for() {
        let ns = 1_772_461_800_987_654_321;
        for (digits, text) in [
            (0, "20260302-14:30:00"),
            (1, "20260302-14:30:00.9"),
            (3, "20260302-14:30:00.987"),
            (6, "20260302-14:30:00.987654"),
            (9, "20260302-14:30:00.987654321"),
            (12, "20260302-14:30:00.987654321000"),
            (255, "20260302-14:30:00.987654321000"),
        ] {
            assert_eq!(written(|out| write_timestamp(ns, digits, out)), text);
        }
        assert_eq!(written(|out| write_timestamp(-1, 9, out)), "19691231-23:59:59.999999999");
        assert_eq!(written(|out| write_timestamp(i64::MIN, 9, out)), "16770921-00:12:43.145224192");
        assert_eq!(written(|out| write_timestamp(i64::MAX, 0, out)), "22620411-23:47:16");
    }
}
