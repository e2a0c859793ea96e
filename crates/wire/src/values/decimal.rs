//! float and the types built on it, exact: `-?[0-9]*(\.[0-9]*)?` with at least one digit.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};

use super::{Datatype, ValueError};

/// An exact decimal number: `mantissa / 10^scale`. The scale is that of the text, so `1.50` keeps its zero; comparison and
/// hash do not see it.
#[derive(Debug, Clone, Copy, Default)]
pub struct Decimal {
    /// All digits as one integer.
    pub mantissa: i128,
    /// How many of the digits stand behind the point.
    pub scale: u8,
}

impl Decimal {
    /// The number times `10^scale` if that is an integer within `i128`: `1.25` is 125 at scale 2, 1250 at scale 3 and nothing
    /// at scale 1.
    #[must_use]
    pub fn to_scaled(self, scale: u8) -> Option<i128> {
        if scale >= self.scale {
            let places = scale - self.scale;
            // What nearly all prices and quantities are: 64 bits hold them at the scale that is asked for.
            if let (Ok(mantissa), Some(unit)) = (i64::try_from(self.mantissa), UNITS.get(usize::from(places))) {
                if let Some(scaled) = mantissa.checked_mul(*unit) {
                    return Some(scaled.into());
                }
            }
            scaled_up(self.mantissa, places)
        } else {
            let least = self.stripped();
            if scale >= least.scale { scaled_up(least.mantissa, scale - least.scale) } else { None }
        }
    }

    /// The same number without zeros at the end of its fraction.
    #[must_use]
    pub fn stripped(self) -> Self {
        if self.mantissa == 0 {
            return Self::default();
        }
        let mut least = self;
        while least.scale > 0 && least.mantissa % 10 == 0 {
            least.mantissa /= 10;
            least.scale -= 1;
        }
        least
    }
}

/// The powers of ten within 64 bits.
const UNITS: [i64; 19] = {
    let mut units = [1; 19];
    let mut at = 1;
    while at < units.len() {
        units[at] = units[at - 1] * 10;
        at += 1;
    }
    units
};

/// `mantissa * 10^places` within `i128`.
fn scaled_up(mantissa: i128, places: u8) -> Option<i128> {
    if mantissa == 0 {
        return Some(0);
    }
    mantissa.checked_mul(10_i128.checked_pow(u32::from(places))?)
}

impl Ord for Decimal {
    fn cmp(&self, other: &Self) -> Ordering {
        if self.scale == other.scale {
            return self.mantissa.cmp(&other.mantissa);
        }
        if self.scale > other.scale {
            return other.cmp(self).reverse();
        }
        match scaled_up(self.mantissa, other.scale - self.scale) {
            Some(mantissa) => mantissa.cmp(&other.mantissa),
            // Beyond i128 its magnitude exceeds every mantissa that the other can have: the sign decides.
            None => self.mantissa.cmp(&0),
        }
    }
}

impl PartialOrd for Decimal {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Decimal {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Decimal {}

impl Hash for Decimal {
    fn hash<H: Hasher>(&self, state: &mut H) {
        let least = self.stripped();
        least.mantissa.hash(state);
        least.scale.hash(state);
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.mantissa < 0 { "-" } else { "" };
        let magnitude = self.mantissa.unsigned_abs();
        let scale = usize::from(self.scale);
        match 10_u128.checked_pow(u32::from(self.scale)) {
            Some(1) => write!(f, "{sign}{magnitude}"),
            Some(unit) => write!(f, "{sign}{}.{:0scale$}", magnitude / unit, magnitude % unit),
            None => write!(f, "{sign}0.{magnitude:0scale$}"),
        }
    }
}

/// Read a float, Qty, Price, PriceOffset, Amt or Percentage.
///
/// # Errors
/// [`ValueError::Format`] if it is not `-?[0-9]*(\.[0-9]*)?` with a digit; [`ValueError::TooLong`] if it is, but `i128` does not
/// hold its digits or it has more than 255 digits behind the point.
#[inline]
pub fn decimal(bytes: &[u8]) -> Result<Decimal, ValueError> {
    let (negative, figures) = match bytes {
        [b'-', figures @ ..] => (true, figures),
        figures => (false, figures),
    };
    // 19 bytes hold at most 19 digits, and 10^19 - 1 fits u64.
    if figures.len() > 19 {
        return long_decimal(negative, figures);
    }
    let mut mantissa: u64 = 0;
    let mut behind_point: Option<u8> = None;
    for byte in figures {
        let digit = byte.wrapping_sub(b'0');
        if digit <= 9 {
            mantissa = mantissa.wrapping_mul(10).wrapping_add(u64::from(digit));
            behind_point = behind_point.map(|places| places + 1);
        } else if *byte == b'.' && behind_point.is_none() {
            behind_point = Some(0);
        } else {
            return Err(ValueError::Format { datatype: Datatype::Float });
        }
    }
    if figures.len() == usize::from(behind_point.is_some()) {
        return Err(ValueError::Format { datatype: Datatype::Float });
    }
    let mantissa = i128::from(mantissa);
    Ok(Decimal { mantissa: if negative { -mantissa } else { mantissa }, scale: behind_point.unwrap_or(0) })
}

#[cold]
fn long_decimal(negative: bool, figures: &[u8]) -> Result<Decimal, ValueError> {
    if !is_decimal(figures) || figures.first() == Some(&b'-') {
        return Err(ValueError::Format { datatype: Datatype::Float });
    }
    let too_long = ValueError::TooLong { datatype: Datatype::Float };
    let scale = figures.iter().position(|byte| *byte == b'.').map_or(0, |point| figures.len() - point - 1);
    let scale = u8::try_from(scale).map_err(|_| too_long)?;
    let mantissa = figures
        .iter()
        .filter(|byte| **byte != b'.')
        .try_fold(0_i128, |number, byte| number.checked_mul(10)?.checked_add(i128::from(byte - b'0')))
        .ok_or(too_long)?;
    Ok(Decimal { mantissa: if negative { -mantissa } else { mantissa }, scale })
}

/// True for `-?[0-9]*(\.[0-9]*)?` with a digit, of any length.
#[inline]
#[must_use]
pub fn is_decimal(bytes: &[u8]) -> bool {
    let figures = match bytes {
        [b'-', figures @ ..] => figures,
        figures => figures,
    };
    let mut points = 0;
    for byte in figures {
        if byte.wrapping_sub(b'0') > 9 {
            points += 1;
            if *byte != b'.' || points > 1 {
                return false;
            }
        }
    }
    figures.len() > points
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Decimal {
        decimal(text.as_bytes()).unwrap()
    }

    #[test]
    fn the_forms_of_the_float_family_are_read_exactly() {
        for (text, mantissa, scale) in [
            ("23", 23, 0),
            ("23.", 23, 0),
            (".5", 5, 1),
            ("-.5", -5, 1),
            ("-0.10", -10, 2),
            ("00023.2300", 232_300, 4),
            ("002000.00", 200_000, 2),
            ("9999999999999999999", 9_999_999_999_999_999_999, 0),
            ("12345678901234567890.123", 12_345_678_901_234_567_890_123, 3),
            ("170141183460469231731687303715884105727", i128::MAX, 0),
            ("-00000000000000000000000000000000000000000000000.25", -25, 2),
        ] {
            let number = read(text);
            assert_eq!((number.mantissa, number.scale), (mantissa, scale), "{text}");
            assert!(is_decimal(text.as_bytes()), "{text}");
        }
    }

    #[test]
    fn what_is_no_decimal_is_refused() {
        let long = "1".repeat(30);
        for text in [
            "",
            "+200.00",
            "1e5",
            "1,000",
            ".",
            "-",
            "-.",
            "NaN",
            "1.2.3",
            "--1",
            " 1",
            "1 ",
            "..",
            &format!("--{long}"),
            &format!("{long}x"),
        ] {
            assert_eq!(decimal(text.as_bytes()), Err(ValueError::Format { datatype: Datatype::Float }), "{text}");
            assert!(!is_decimal(text.as_bytes()), "{text}");
        }
    }

    #[test]
    fn digits_beyond_the_mantissa_are_well_formed_but_too_long() {
        for text in ["170141183460469231731687303715884105728", &"9".repeat(1000), &format!("0.{}", "0".repeat(256))] {
            assert_eq!(decimal(text.as_bytes()), Err(ValueError::TooLong { datatype: Datatype::Float }), "{text}");
            assert!(is_decimal(text.as_bytes()), "{text}");
        }
    }

    #[test]
    fn scaling_is_exact_or_nothing() {
        for (text, scale, scaled) in [
            ("1.25", 2, Some(125)),
            ("1.25", 3, Some(1250)),
            ("1.25", 1, None),
            ("1.2500", 2, Some(125)),
            ("-0.10", 1, Some(-1)),
            ("0.000", 0, Some(0)),
            ("0", 255, Some(0)),
            ("1", 18, Some(10_i128.pow(18))),
            ("-9", 18, Some(-9 * 10_i128.pow(18))),
            ("10", 18, Some(10_i128.pow(19))),
            ("1", 19, Some(10_i128.pow(19))),
            ("12345678901234567890", 1, Some(123_456_789_012_345_678_900)),
            ("1", 38, Some(10_i128.pow(38))),
            ("1", 39, None),
        ] {
            assert_eq!(read(text).to_scaled(scale), scaled, "{text} at {scale}");
        }
    }

    #[test]
    fn comparison_does_not_see_the_scale() {
        assert_eq!(read("1.5"), read("1.500"));
        assert_eq!(read("-0"), read("0.00"));
        assert!(read("1.5") < read("1.51"));
        assert!(read("-1.5") > read("-1.51"));
        let tiny = Decimal { mantissa: 1, scale: 255 };
        assert!(read("0") < tiny && tiny < read("0.000001") && read("-1") < tiny);
        assert!(Decimal { mantissa: i128::MIN, scale: 255 } > read("-1"));
        assert!(Decimal { mantissa: i128::MAX, scale: 0 } > Decimal { mantissa: i128::MAX, scale: 1 });
        assert!(Decimal { mantissa: i128::MIN, scale: 0 } < Decimal { mantissa: i128::MIN, scale: 1 });
    }

    #[test]
    fn printing_keeps_the_scale() {
        for text in ["0", "-0.10", "1.50", "0.05", "23", "-7"] {
            assert_eq!(read(text).to_string(), text);
        }
        assert_eq!(read(".5").to_string(), "0.5");
        let long = Decimal { mantissa: -12, scale: 50 }.to_string();
        assert_eq!(long, format!("-0.{}12", "0".repeat(48)));
        assert_eq!(Decimal { mantissa: i128::MIN, scale: 0 }.to_string(), i128::MIN.to_string());
    }
}
