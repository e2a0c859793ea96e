//! int and the types built on it: `-?[0-9]+`, leading zeros allowed, `+` not.

use super::{Datatype, ValueError, digits};

/// The digits of 10^19 - 1: any number with as many fits `u64`.
const SAFE_DIGITS: usize = 19;

/// Read an int, such as `-5` or `007`.
///
/// # Errors
/// [`ValueError::Format`] if it is not `-?[0-9]+`; [`ValueError::OutOfRange`] if it is, but exceeds `i64`.
#[inline]
pub fn int(bytes: &[u8]) -> Result<i64, ValueError> {
    let (negative, figures) = match bytes {
        [b'-', figures @ ..] => (true, figures),
        figures => (false, figures),
    };
    let magnitude = magnitude(figures, Datatype::Int)?;
    let number = if negative { 0_i64.checked_sub_unsigned(magnitude) } else { i64::try_from(magnitude).ok() };
    number.ok_or(ValueError::OutOfRange { datatype: Datatype::Int })
}

/// Read a Length, NumInGroup, SeqNum, TagNum or DayOfMonth: digits only.
///
/// # Errors
/// [`ValueError::Format`] if it is not `[0-9]+`; [`ValueError::OutOfRange`] if it is, but exceeds `u64`.
#[inline]
pub fn uint(bytes: &[u8]) -> Result<u64, ValueError> {
    magnitude(bytes, Datatype::SeqNum)
}

/// True for `-?[0-9]+` of any length.
#[inline]
#[must_use]
pub fn is_int(bytes: &[u8]) -> bool {
    match bytes {
        [b'-', figures @ ..] => is_uint(figures),
        figures => is_uint(figures),
    }
}

/// True for `[0-9]+` of any length.
#[inline]
#[must_use]
pub fn is_uint(bytes: &[u8]) -> bool {
    !bytes.is_empty() && digits::all(bytes)
}

#[inline]
fn magnitude(figures: &[u8], datatype: Datatype) -> Result<u64, ValueError> {
    if figures.is_empty() {
        return Err(ValueError::Format { datatype });
    }
    if figures.len() <= SAFE_DIGITS {
        return digits::up_to_19(figures).ok_or(ValueError::Format { datatype });
    }
    long_magnitude(figures, datatype)
}

/// Twenty figures or more: zeros in front, the largest of `u64`, or too large.
#[cold]
fn long_magnitude(figures: &[u8], datatype: Datatype) -> Result<u64, ValueError> {
    if !digits::all(figures) {
        return Err(ValueError::Format { datatype });
    }
    figures
        .iter()
        .try_fold(0_u64, |number, byte| number.checked_mul(10)?.checked_add(u64::from(byte - b'0')))
        .ok_or(ValueError::OutOfRange { datatype })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_int_may_have_a_minus_and_leading_zeros_only() {
        for (text, number) in [("0", 0), ("-5", -5), ("007", 7), ("-0", 0), ("00000000000000000000000000001", 1)] {
            assert_eq!(int(text.as_bytes()), Ok(number), "{text}");
            assert!(is_int(text.as_bytes()), "{text}");
        }
        assert_eq!(int(b"9223372036854775807"), Ok(i64::MAX));
        assert_eq!(int(b"-9223372036854775808"), Ok(i64::MIN));
        for text in ["", "-", "+5", "5.0", " 5", "5 ", "--5", "0x5", "1e3", "12345678901234567890123x"] {
            assert_eq!(int(text.as_bytes()), Err(ValueError::Format { datatype: Datatype::Int }), "{text}");
            assert!(!is_int(text.as_bytes()), "{text}");
        }
    }

    #[test]
    fn an_int_beyond_64_bits_is_well_formed_but_out_of_range() {
        for text in ["9223372036854775808", "-9223372036854775809", "99999999999999999999999"] {
            assert_eq!(int(text.as_bytes()), Err(ValueError::OutOfRange { datatype: Datatype::Int }), "{text}");
            assert!(is_int(text.as_bytes()), "{text}");
        }
    }

    #[test]
    fn a_sequence_number_goes_to_the_end_of_u64() {
        assert_eq!(uint(b"1"), Ok(1));
        assert_eq!(uint(b"18446744073709551615"), Ok(u64::MAX));
        assert_eq!(uint(b"000018446744073709551615"), Ok(u64::MAX));
        assert_eq!(uint(b"18446744073709551616"), Err(ValueError::OutOfRange { datatype: Datatype::SeqNum }));
        for text in ["", "-1", "1e3", "+1", "1."] {
            assert_eq!(uint(text.as_bytes()), Err(ValueError::Format { datatype: Datatype::SeqNum }), "{text}");
        }
    }
}
