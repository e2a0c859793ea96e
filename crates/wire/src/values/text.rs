//! The short texts: char, Boolean, the ISO codes by their shape, Tenor.

use super::{Datatype, ValueError, digits};

const SOH: u8 = 0x01;

/// Read a Boolean: `Y` or `N`.
///
/// # Errors
/// [`ValueError::Format`] for anything else.
#[inline]
pub const fn boolean(bytes: &[u8]) -> Result<bool, ValueError> {
    match bytes {
        b"Y" => Ok(true),
        b"N" => Ok(false),
        _ => Err(ValueError::Format { datatype: Datatype::Boolean }),
    }
}

/// Read a char: one byte that is not SOH.
///
/// # Errors
/// [`ValueError::Format`] for anything else.
#[inline]
pub const fn char(bytes: &[u8]) -> Result<u8, ValueError> {
    match bytes {
        [byte] if *byte != SOH => Ok(*byte),
        _ => Err(ValueError::Format { datatype: Datatype::Char }),
    }
}

/// True for the shape of an ISO 3166 country code: two letters. Whether the country exists is not asked.
#[inline]
#[must_use]
pub const fn country(bytes: &[u8]) -> bool {
    bytes.len() == 2 && letters(bytes)
}

/// True for the shape of an ISO 4217 currency code: three letters. Lower case passes, as in `GBp` for pence.
#[inline]
#[must_use]
pub const fn currency(bytes: &[u8]) -> bool {
    bytes.len() == 3 && letters(bytes)
}

/// True for the shape of an ISO 639-1 language code: two letters.
#[inline]
#[must_use]
pub const fn language(bytes: &[u8]) -> bool {
    bytes.len() == 2 && letters(bytes)
}

/// True for the shape of an exchange: an ISO 10383 market identifier has four letters or digits, the Reuters codes that FIX 4.2
/// and earlier put there have one to three.
#[inline]
#[must_use]
pub const fn exchange(bytes: &[u8]) -> bool {
    match bytes {
        [a] => a.is_ascii_alphanumeric(),
        [a, b] => a.is_ascii_alphanumeric() && b.is_ascii_alphanumeric(),
        [a, b, c] => a.is_ascii_alphanumeric() && b.is_ascii_alphanumeric() && c.is_ascii_alphanumeric(),
        [a, b, c, d] => {
            a.is_ascii_alphanumeric()
                && b.is_ascii_alphanumeric()
                && c.is_ascii_alphanumeric()
                && d.is_ascii_alphanumeric()
        }
        _ => false,
    }
}

#[inline]
const fn letters(bytes: &[u8]) -> bool {
    match bytes {
        [a, b] => a.is_ascii_alphabetic() && b.is_ascii_alphabetic(),
        [a, b, c] => a.is_ascii_alphabetic() && b.is_ascii_alphabetic() && c.is_ascii_alphabetic(),
        _ => false,
    }
}

/// A span of time as contracts name it: `M18` is eighteen months.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Tenor {
    /// Of what there are so many.
    pub unit: TenorUnit,
    /// How many, at least 1.
    pub count: u32,
}

/// The unit of a [`Tenor`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TenorUnit {
    /// `D`
    Days,
    /// `W`
    Weeks,
    /// `M`
    Months,
    /// `Y`
    Years,
}

/// Read a Tenor: `[DMWY][1-9][0-9]*`.
///
/// # Errors
/// [`ValueError::Format`] if it is written otherwise; [`ValueError::OutOfRange`] if it is not, but the count exceeds `u32`.
#[inline]
pub fn tenor(bytes: &[u8]) -> Result<Tenor, ValueError> {
    let format = ValueError::Format { datatype: Datatype::Tenor };
    let (unit, figures) = tenor_parts(bytes).ok_or(format)?;
    // Without leading zeros, more than ten figures exceed u32.
    let count =
        if figures.len() <= 10 { digits::up_to_19(figures).and_then(|count| u32::try_from(count).ok()) } else { None };
    count.map(|count| Tenor { unit, count }).ok_or(ValueError::OutOfRange { datatype: Datatype::Tenor })
}

#[inline]
pub(super) fn tenor_parts(bytes: &[u8]) -> Option<(TenorUnit, &[u8])> {
    let (unit, figures) = match bytes {
        [b'D', figures @ ..] => (TenorUnit::Days, figures),
        [b'W', figures @ ..] => (TenorUnit::Weeks, figures),
        [b'M', figures @ ..] => (TenorUnit::Months, figures),
        [b'Y', figures @ ..] => (TenorUnit::Years, figures),
        _ => return None,
    };
    match figures {
        [b'1'..=b'9', rest @ ..] if digits::all(rest) => Some((unit, figures)),
        _ => None,
    }
}

/// True if no byte is SOH.
#[inline]
pub(super) fn is_text(bytes: &[u8]) -> bool {
    const ONES: u64 = u64::from_le_bytes([SOH; 8]);
    const HIGH_BITS: u64 = u64::from_le_bytes([0x80; 8]);
    let mut rest = bytes;
    while let Some((head, tail)) = rest.split_first_chunk::<8>() {
        // A byte of the difference that is zero borrows into its high bit; bytes that had the bit set do not count.
        let apart = u64::from_le_bytes(*head) ^ ONES;
        if apart.wrapping_sub(ONES) & !apart & HIGH_BITS != 0 {
            return false;
        }
        rest = tail;
    }
    !rest.contains(&SOH)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_boolean_is_y_or_n() {
        assert_eq!((boolean(b"Y"), boolean(b"N")), (Ok(true), Ok(false)));
        for text in ["", "y", "n", "1", "0", "true", "YN"] {
            assert!(boolean(text.as_bytes()).is_err(), "{text}");
        }
    }

    #[test]
    fn a_char_is_one_byte_that_is_not_soh() {
        for byte in (0..=255).filter(|byte| *byte != SOH) {
            assert_eq!(char(&[byte]), Ok(byte));
        }
        for text in ["", "AB", "\x01"] {
            assert!(char(text.as_bytes()).is_err(), "{text}");
        }
    }

    #[test]
    fn codes_are_checked_by_shape() {
        assert!(country(b"US") && currency(b"EUR") && currency(b"GBp") && language(b"en"));
        assert!(exchange(b"XNYS") && exchange(b"360T") && exchange(b"N"));
        for text in ["", "U", "USA", "U1", "U ", "\u{e9}"] {
            assert!(!country(text.as_bytes()) && !language(text.as_bytes()), "{text}");
        }
        for text in ["", "EU", "EURO", "EU1"] {
            assert!(!currency(text.as_bytes()), "{text}");
        }
        for text in ["", "XNYSX", "XN S", "X-"] {
            assert!(!exchange(text.as_bytes()), "{text}");
        }
    }

    #[test]
    fn a_tenor_is_a_unit_and_a_count_from_one() {
        assert_eq!(tenor(b"D5"), Ok(Tenor { unit: TenorUnit::Days, count: 5 }));
        assert_eq!(tenor(b"M18"), Ok(Tenor { unit: TenorUnit::Months, count: 18 }));
        assert_eq!(tenor(b"W4294967295"), Ok(Tenor { unit: TenorUnit::Weeks, count: u32::MAX }));
        for text in ["Y4294967296", "Y99999999999999999999999"] {
            assert_eq!(tenor(text.as_bytes()), Err(ValueError::OutOfRange { datatype: Datatype::Tenor }), "{text}");
        }
        for text in ["", "D", "18M", "M0", "M01", "M1x", "m1", "Q1", "M-1"] {
            assert_eq!(tenor(text.as_bytes()), Err(ValueError::Format { datatype: Datatype::Tenor }), "{text}");
        }
    }

    #[test]
    fn soh_is_found_in_every_place() {
        for length in 0..40 {
            let clean: Vec<u8> = (0..length).map(|place| [0x00, 0x02, 0x80, 0x81, 0xFF, b'A'][place % 6]).collect();
            assert!(is_text(&clean), "{length}");
            for place in 0..length {
                let mut broken = clean.clone();
                broken[place] = SOH;
                assert!(!is_text(&broken), "{place} of {length}");
            }
        }
    }
}
