//! Decimal numbers as they are counted with: digits and a power of ten, never binary fractions.

use crate::MarketError;
use crate::wide::{self, Cut, LIMBS, Wide};

/// Limbs of the digits of an amount: 57 digits fit.
pub(crate) const AMOUNT_LIMBS: usize = 3;
/// Digits that a quotient has: those of IEEE 754 decimal128.
const QUOTIENT_DIGITS: u32 = 34;
/// A term is a whole number of steps of 1e-24.
pub(crate) const PLACES: i32 = 24;
/// A sum of terms: two's complement.
pub(crate) type Steps = [u64; 4];

const MOST_DIGITS: u32 = 57;
/// Beyond this power of ten no number is read.
const MOST_POWER: i32 = 200;

/// A decimal number that is not negative: `digits` x 10^-`scale`, without zeros at the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Amount {
    pub(crate) digits: [u64; AMOUNT_LIMBS],
    pub(crate) scale: i16,
}

impl Amount {
    /// Nothing.
    pub const ZERO: Self = Self { digits: [0; AMOUNT_LIMBS], scale: 0 };
    /// One.
    pub const ONE: Self = Self { digits: [1, 0, 0], scale: 0 };

    /// A whole number of units of 10^-`scale`.
    ///
    /// # Errors
    /// `OutOfRange` for a scale beyond 200 places.
    pub fn from_units(units: u64, scale: i16) -> Result<Self, MarketError> {
        if i32::from(scale).abs() > MOST_POWER {
            return Err(MarketError::OutOfRange);
        }
        Ok(Self::stripped([units, 0, 0], scale))
    }

    /// Read a number as Python writes a `Decimal`: digits, a point, an exponent.
    ///
    /// # Errors
    /// `NotANumber`, or `OutOfRange` for a negative number, more than 57 digits, or a power of ten beyond 200.
    pub fn parse(text: &str) -> Result<Self, MarketError> {
        let (text, exponent) = match text.split_once(['e', 'E']) {
            Some((digits, exponent)) => (digits, exponent.parse::<i32>().map_err(|_| MarketError::NotANumber)?),
            None => (text, 0),
        };
        let mut digits: [u64; AMOUNT_LIMBS] = [0; AMOUNT_LIMBS];
        let (mut seen, mut count, mut places, mut point) = (false, 0_u32, 0_i32, false);
        for byte in text.bytes() {
            match byte {
                b'0'..=b'9' => {
                    seen = true;
                    places += i32::from(point);
                    count += u32::from(count > 0 || byte != b'0');
                    if count > MOST_DIGITS || places > MOST_POWER {
                        return Err(MarketError::OutOfRange);
                    }
                    let tenfold = wide::multiply(&digits, &[10]).ok_or(MarketError::OutOfRange)?;
                    for (place, limb) in digits.iter_mut().zip(tenfold) {
                        *place = limb;
                    }
                    wide::add(&mut digits, &[u64::from(byte - b'0'), 0, 0]);
                }
                b'.' if !point => point = true,
                b'-' if text.starts_with('-') => return Err(MarketError::OutOfRange),
                _ => return Err(MarketError::NotANumber),
            }
        }
        let scale = places.checked_sub(exponent).ok_or(MarketError::OutOfRange)?;
        if !seen {
            return Err(MarketError::NotANumber);
        }
        if count == 0 {
            return Ok(Self::ZERO);
        }
        if scale.abs() > MOST_POWER {
            return Err(MarketError::OutOfRange);
        }
        Ok(Self::stripped(digits, i16::try_from(scale).map_err(|_| MarketError::OutOfRange)?))
    }

    /// The same number without zeros at the end.
    fn stripped(digits: [u64; AMOUNT_LIMBS], scale: i16) -> Self {
        if wide::used(&digits) == 0 {
            return Self::ZERO;
        }
        let (mut kept, mut places) = (widened(&digits), scale);
        loop {
            let mut shorter = kept;
            if wide::scale_down(&mut shorter, 1) != Cut::Nothing {
                break;
            }
            kept = shorter;
            places -= 1;
        }
        Self { digits: narrowed(&kept), scale: places }
    }

    /// Whether it is nothing.
    #[must_use]
    pub fn is_zero(&self) -> bool {
        wide::used(&self.digits) == 0
    }

    /// Whether it is below ten to a power.
    pub(crate) fn is_below_ten_to(&self, power: i32) -> bool {
        let digits = i32::try_from(wide::digits(&widened(&self.digits))).unwrap_or(i32::MAX);
        self.is_zero() || digits - i32::from(self.scale) <= power
    }

    /// The product with another amount, exactly; wider than an amount.
    pub(crate) fn product(&self, other: &Self) -> Factor {
        // Three limbs by three have six.
        let digits = wide::multiply(&self.digits, &other.digits).unwrap_or([0; LIMBS]);
        let [lowest, above @ ..] = digits;
        Factor {
            digits,
            single: (above == [0; LIMBS - 1]).then_some(lowest),
            scale: i32::from(self.scale) + i32::from(other.scale),
        }
    }

    /// The number in steps of 1e-24, half to even; `None` where it does not fit.
    pub(crate) fn steps(&self) -> Option<Steps> {
        in_steps(widened(&self.digits), i32::from(self.scale))
    }
}

impl std::fmt::Display for Amount {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut rest = widened(&self.digits);
        let mut digits = Vec::new();
        while wide::used(&rest) > 0 {
            let (shorter, digit) = wide::divide(&rest, &[10, 0, 0, 0, 0, 0, 0, 0]).unwrap_or_default();
            let [digit, ..] = digit;
            digits.push(char::from_digit(u32::try_from(digit).unwrap_or_default(), 10).unwrap_or_default());
            rest = shorter;
        }
        let digits: String = if digits.is_empty() { "0".into() } else { digits.iter().rev().collect() };
        write!(out, "{digits}E{}", -i32::from(self.scale))
    }
}

/// A price in a base currency: exact, for as many holders as there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Factor {
    digits: Wide,
    /// The digits, where one limb holds them: most prices.
    single: Option<u64>,
    scale: i32,
}

impl Factor {
    /// The term of a holder, in steps of 1e-24, rounded once, half to even; `None` where it does not fit.
    #[inline]
    pub(crate) fn term(&self, coefficient: &Amount) -> Option<Steps> {
        let scale = self.scale + i32::from(coefficient.scale);
        let [first, second, third] = coefficient.digits;
        if third == 0
            && let Some(factor) = self.single
            && let Some(ten) = wide::ten_to(scale - PLACES)
        {
            return Some(short_term([first, second], factor, ten));
        }
        in_steps(wide::multiply(&self.digits, &coefficient.digits)?, scale)
    }
}

/// The common case of a term: two limbs by one, cut by one power of ten.
#[inline]
fn short_term(coefficient: [u64; 2], factor: u64, ten: wide::Limb) -> Steps {
    let (mut product, rest) = ten.divide_three(wide::multiply_short(coefficient, factor));
    let [lowest, ..] = product;
    if wide::rounds_up(ten.cut(rest), lowest & 1 == 1) {
        wide::increment(&mut product);
    }
    let [first, second, third] = product;
    [first, second, third, 0]
}

#[inline]
fn in_steps(mut product: Wide, scale: i32) -> Option<Steps> {
    let cut = scale - PLACES;
    if cut > 0 {
        let odd = |value: &Wide| value.first().is_some_and(|limb| limb & 1 == 1);
        let lost = wide::scale_down(&mut product, cut.unsigned_abs());
        if wide::rounds_up(lost, odd(&product)) {
            wide::increment(&mut product);
        }
    } else if cut < 0 {
        product = wide::scale_up(&product, cut.unsigned_abs())?;
    }
    let [first, second, third, fourth, above @ ..] = product;
    // The top bit is the sign of a sum.
    (above == [0; 4] && fourth >> 63 == 0).then_some([first, second, third, fourth])
}

/// A quotient of 34 digits: `digits` x 10^`exponent`, without zeros at the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quotient {
    /// At most 34 of them.
    pub digits: u128,
    /// The power of ten.
    pub exponent: i32,
}

impl Quotient {
    /// Divide steps of 1e-24 by an amount, half to even; `None` where either is not above zero.
    #[must_use]
    pub fn divide(steps: &[u64; 4], divisor: &Amount) -> Option<Self> {
        let [first, second, third, fourth] = *steps;
        if fourth >> 63 == 1 || wide::used(steps) == 0 || divisor.is_zero() {
            return None;
        }
        let dividend = [first, second, third, fourth, 0, 0, 0, 0];
        let divisor_digits = widened(&divisor.digits);
        // So many places more give a quotient of 34 or 35 digits.
        let more = i32::try_from(QUOTIENT_DIGITS + wide::digits(&divisor_digits)).ok()?
            - i32::try_from(wide::digits(&dividend)).ok()?;
        let (dividend, divisor_digits) = if more >= 0 {
            (wide::scale_up(&dividend, more.unsigned_abs())?, divisor_digits)
        } else {
            (dividend, wide::scale_up(&divisor_digits, more.unsigned_abs())?)
        };
        let (mut quotient, rest) = wide::divide(&dividend, &divisor_digits)?;
        let mut exponent = i32::from(divisor.scale) - PLACES - more;
        let exact = wide::used(&rest) == 0;
        let cut = if wide::digits(&quotient) > QUOTIENT_DIGITS {
            exponent += 1;
            match wide::scale_down(&mut quotient, 1) {
                Cut::Nothing if !exact => Cut::BelowHalf,
                Cut::Half if !exact => Cut::AboveHalf,
                cut => cut,
            }
        } else {
            let twice = wide::multiply(&rest, &[2])?;
            match twice.iter().rev().cmp(divisor_digits.iter().rev()) {
                _ if exact => Cut::Nothing,
                std::cmp::Ordering::Less => Cut::BelowHalf,
                std::cmp::Ordering::Equal => Cut::Half,
                std::cmp::Ordering::Greater => Cut::AboveHalf,
            }
        };
        if wide::rounds_up(cut, quotient.first().is_some_and(|limb| limb & 1 == 1)) {
            wide::increment(&mut quotient);
        }
        let [low, high, ..] = quotient;
        Some(Self { digits: u128::from(high) << 64 | u128::from(low), exponent }.stripped())
    }

    fn stripped(mut self) -> Self {
        while self.digits != 0 && self.digits % 10 == 0 {
            self.digits /= 10;
            self.exponent += 1;
        }
        self
    }

    /// Write it with so many decimals, rounded half up; the form in which a level is published.
    #[must_use]
    pub fn published(&self, decimals: u32) -> String {
        let places = i32::try_from(decimals).unwrap_or(i32::MAX);
        let cut = -(self.exponent + places);
        let units = if cut <= 0 {
            let zeros = usize::try_from(-cut).unwrap_or(usize::MAX).min(4096);
            format!("{}{:0<zeros$}", self.digits, "")
        } else {
            let half_up = 10_u128
                .checked_pow(cut.unsigned_abs())
                .map(|divisor| self.digits / divisor + u128::from(self.digits % divisor >= divisor / 2));
            half_up.unwrap_or(0).to_string()
        };
        let width = usize::try_from(decimals).unwrap_or(0);
        let padded = format!("{units:0>least$}", least = width + 1);
        match padded.split_at_checked(padded.len() - width) {
            Some((whole, fraction)) if !fraction.is_empty() => format!("{whole}.{fraction}"),
            _ => padded,
        }
    }
}

impl std::fmt::Display for Quotient {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "{}E{}", self.digits, self.exponent)
    }
}

fn widened(digits: &[u64; AMOUNT_LIMBS]) -> Wide {
    let [first, second, third] = *digits;
    [first, second, third, 0, 0, 0, 0, 0]
}

fn narrowed(digits: &Wide) -> [u64; AMOUNT_LIMBS] {
    let [first, second, third, ..] = *digits;
    [first, second, third]
}
