//! Whole numbers of up to 512 bits, as limbs of 64 bits, the lowest first.
//!
//! Only what levels need: products, sums that wrap as two's complement, division by powers of ten, and one long
//! division. Loops run over iterators, so that no index can be out of bounds.

/// Limbs of the widest number.
pub(crate) const LIMBS: usize = 8;

/// A whole number of up to 512 bits.
pub(crate) type Wide = [u64; LIMBS];

/// The digits of the largest power of ten in a limb.
pub(crate) const LIMB_DIGITS: u32 = 19;

/// The low half.
const fn low(value: u128) -> u64 {
    (value & u64::MAX as u128) as u64
}

/// The high half.
const fn high(value: u128) -> u64 {
    (value >> 64) as u64
}

/// How many limbs are used: those above are zero.
pub(crate) fn used(limbs: &[u64]) -> usize {
    limbs.iter().rposition(|&limb| limb != 0).map_or(0, |last| last + 1)
}

/// The product; `None` where it has more than 512 bits.
#[inline]
pub(crate) fn multiply(left: &[u64], right: &[u64]) -> Option<Wide> {
    let mut product: Wide = [0; LIMBS];
    let (left, right) = (left.get(..used(left))?, right.get(..used(right))?);
    if left.len() + right.len() > LIMBS + 1 {
        return None;
    }
    for (offset, &factor) in left.iter().enumerate() {
        let mut carry = 0_u64;
        let mut places = product.iter_mut().skip(offset);
        for &limb in right {
            let place = places.next();
            let sum = u128::from(factor) * u128::from(limb) + u128::from(carry);
            match place {
                Some(place) => {
                    let sum = sum + u128::from(*place);
                    *place = low(sum);
                    carry = high(sum);
                }
                None if sum == 0 => carry = 0,
                None => return None,
            }
        }
        match places.next() {
            Some(place) => *place = carry,
            None if carry == 0 => {}
            None => return None,
        }
    }
    Some(product)
}

/// Add, as two's complement: what is carried out of the top is dropped.
#[inline]
pub(crate) fn add<const N: usize>(to: &mut [u64; N], what: &[u64; N]) {
    let mut carry = false;
    for (place, &limb) in to.iter_mut().zip(what) {
        let (sum, first) = place.overflowing_add(limb);
        let (sum, second) = sum.overflowing_add(u64::from(carry));
        *place = sum;
        carry = first | second;
    }
}

/// Subtract, as two's complement.
#[inline]
pub(crate) fn subtract<const N: usize>(from: &mut [u64; N], what: &[u64; N]) {
    let mut borrow = false;
    for (place, &limb) in from.iter_mut().zip(what) {
        let (rest, first) = place.overflowing_sub(limb);
        let (rest, second) = rest.overflowing_sub(u64::from(borrow));
        *place = rest;
        borrow = first | second;
    }
}

/// Add one.
#[inline]
pub(crate) fn increment<const N: usize>(value: &mut [u64; N]) {
    for place in value.iter_mut() {
        let (sum, carry) = place.overflowing_add(1);
        *place = sum;
        if !carry {
            return;
        }
    }
}

/// A divisor of one limb with its reciprocal, so that dividing by it takes two multiplications.
///
/// Source: N. Möller, T. Granlund, "Improved division by invariant integers", 2011, algorithm 4.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limb {
    value: u64,
    shift: u32,
    normal: u64,
    reciprocal: u64,
}

impl Limb {
    const fn new(value: u64) -> Self {
        let shift = value.leading_zeros();
        let normal = value << shift;
        // floor((2^128 - 1) / normal) - 2^64
        let reciprocal = low(u128::MAX / normal as u128);
        Self { value, shift, normal, reciprocal }
    }

    /// Divide two limbs by the normalised divisor; the upper one is below it.
    #[inline]
    fn two_by_one(self, upper: u64, lower: u64) -> (u64, u64) {
        let guess = u128::from(self.reciprocal) * u128::from(upper) + ((u128::from(upper) << 64) | u128::from(lower));
        let mut quotient = high(guess).wrapping_add(1);
        let mut rest = lower.wrapping_sub(quotient.wrapping_mul(self.normal));
        if rest > low(guess) {
            quotient = quotient.wrapping_sub(1);
            rest = rest.wrapping_add(self.normal);
        }
        if rest >= self.normal {
            quotient = quotient.wrapping_add(1);
            rest -= self.normal;
        }
        (quotient, rest)
    }

    /// Divide three limbs, and return quotient and rest.
    #[inline]
    pub(crate) fn divide_three(self, limbs: [u64; 3]) -> ([u64; 3], u64) {
        let [first, second, third] = limbs;
        // Moved up by as much as the divisor was; 10^19 was not moved, and a shift of 64 is none.
        let shift = self.shift;
        let back = (64 - shift) & 63;
        let kept = u64::from(shift != 0).wrapping_neg();
        let (third_quotient, rest) = self.two_by_one((third >> back) & kept, third << shift | (second >> back) & kept);
        let (second_quotient, rest) = self.two_by_one(rest, second << shift | (first >> back) & kept);
        let (first_quotient, rest) = self.two_by_one(rest, first << shift);
        ([first_quotient, second_quotient, third_quotient], rest >> shift)
    }

    /// What a rest is against half of this power of ten.
    #[inline]
    pub(crate) fn cut(self, rest: u64) -> Cut {
        match rest.cmp(&(self.value / 2)) {
            _ if rest == 0 => Cut::Nothing,
            std::cmp::Ordering::Less => Cut::BelowHalf,
            std::cmp::Ordering::Equal => Cut::Half,
            std::cmp::Ordering::Greater => Cut::AboveHalf,
        }
    }

    /// Divide in place, and return the rest.
    #[inline]
    fn divide(self, limbs: &mut [u64]) -> u64 {
        let mut rest = 0;
        if self.shift == 0 {
            for limb in limbs.iter_mut().rev() {
                (*limb, rest) = self.two_by_one(rest, *limb);
            }
            return rest;
        }
        // The dividend is shifted as it is read, from the top: a limb is done when the one below it is known.
        let mut places = limbs.iter_mut().rev();
        let Some(mut place) = places.next() else {
            return 0;
        };
        rest = *place >> (64 - self.shift);
        for below in places {
            let lower = (*place << self.shift) | (*below >> (64 - self.shift));
            (*place, rest) = self.two_by_one(rest, lower);
            place = below;
        }
        (*place, rest) = self.two_by_one(rest, *place << self.shift);
        rest >> self.shift
    }
}

const TENS: [Limb; LIMB_DIGITS as usize + 1] = {
    let mut tens = [Limb::new(1); LIMB_DIGITS as usize + 1];
    let mut value = 1_u64;
    let mut power = 0;
    while power <= LIMB_DIGITS as usize {
        tens[power] = Limb::new(value);
        value = value.wrapping_mul(10);
        power += 1;
    }
    tens
};

/// Ten to a power of at most 19.
#[inline]
fn ten(power: u32) -> Option<Limb> {
    TENS.get(power as usize).copied()
}

/// Ten to a power of 1 to 19.
#[inline]
pub(crate) fn ten_to(power: i32) -> Option<Limb> {
    let power = u32::try_from(power).ok()?;
    if power == 0 { None } else { ten(power) }
}

/// Two limbs by one.
#[inline]
pub(crate) fn multiply_short(left: [u64; 2], right: u64) -> [u64; 3] {
    let [first, second] = left;
    let lower = u128::from(first) * u128::from(right);
    let upper = u128::from(second) * u128::from(right) + u128::from(high(lower));
    [low(lower), low(upper), high(upper)]
}

/// Multiply by a power of ten in place; `None` where it has more than 512 bits.
pub(crate) fn scale_up(value: &Wide, mut power: u32) -> Option<Wide> {
    let mut scaled = *value;
    while power > 0 && used(&scaled) > 0 {
        let step = power.min(LIMB_DIGITS);
        scaled = multiply(&scaled, &[ten(step)?.value])?;
        power -= step;
    }
    Some(scaled)
}

/// What was cut off by a division, against half of the divisor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cut {
    Nothing,
    BelowHalf,
    Half,
    AboveHalf,
}

/// Divide by a power of ten in place, and say what was cut off.
#[inline]
pub(crate) fn scale_down(value: &mut Wide, mut power: u32) -> Cut {
    let mut cut = Cut::Nothing;
    while power > 0 {
        let step = power.min(LIMB_DIGITS);
        let length = used(value);
        let (Some(ten), Some(limbs)) = (ten(step), value.get_mut(..length)) else {
            return cut;
        };
        // What was cut before lies below this rest: it is felt where the rest is nothing, or just half.
        cut = match (ten.cut(ten.divide(limbs)), cut) {
            (here, Cut::Nothing) => here,
            (Cut::Nothing, _) => Cut::BelowHalf,
            (Cut::Half, _) => Cut::AboveHalf,
            (here, _) => here,
        };
        power -= step;
        if length == 0 {
            break;
        }
    }
    cut
}

/// Whether half to even rounds up.
#[inline]
pub(crate) fn rounds_up(cut: Cut, odd: bool) -> bool {
    match cut {
        Cut::Nothing | Cut::BelowHalf => false,
        Cut::Half => odd,
        Cut::AboveHalf => true,
    }
}

/// Divide, and return quotient and rest; `None` for a divisor of zero.
///
/// Source: D. Knuth, The Art of Computer Programming, vol. 2, 4.3.1, algorithm D.
pub(crate) fn divide(dividend: &Wide, divisor: &Wide) -> Option<(Wide, Wide)> {
    let length = used(divisor);
    let top = *divisor.get(length.checked_sub(1)?)?;
    if length == 1 {
        let mut quotient = *dividend;
        let mut rest: Wide = [0; LIMBS];
        if let Some(lowest) = rest.first_mut() {
            *lowest = Limb::new(top).divide(&mut quotient);
        }
        return Some((quotient, rest));
    }
    let shift = top.leading_zeros();
    let divisor = shifted(divisor, shift);
    let mut rest = shifted(dividend, shift);
    let divisor = divisor.get(..length)?;
    let (top, next) = (*divisor.get(length - 1)?, *divisor.get(length - 2)?);
    let mut quotient: Wide = [0; LIMBS];
    for place in (0..=LIMBS - length).rev() {
        let window = rest.get_mut(place..=place + length)?;
        let upper = u128::from(*window.get(length)?) << 64 | u128::from(*window.get(length - 1)?);
        let mut guess = (upper / u128::from(top)).min(u128::from(u64::MAX));
        let mut over = upper - guess * u128::from(top);
        while high(over) == 0 && guess * u128::from(next) > (over << 64 | u128::from(*window.get(length - 2)?)) {
            guess -= 1;
            over += u128::from(top);
        }
        if take(window, divisor, low(guess)) {
            guess -= 1;
            give_back(window, divisor);
        }
        *quotient.get_mut(place)? = low(guess);
    }
    Some((quotient, unshifted(&rest, shift)))
}

/// A number moved up by less than a limb, with room for what moves out of the top.
fn shifted(value: &Wide, shift: u32) -> [u64; LIMBS + 1] {
    let mut moved = [0; LIMBS + 1];
    let mut below = 0;
    for (place, &limb) in moved.iter_mut().zip(value.iter().chain(&[0])) {
        let wide = u128::from(limb) << shift;
        *place = low(wide) | below;
        below = high(wide);
    }
    moved
}

/// The inverse of `shifted`.
fn unshifted(value: &[u64; LIMBS + 1], shift: u32) -> Wide {
    let mut moved: Wide = [0; LIMBS];
    for (place, (&limb, &above)) in moved.iter_mut().zip(value.iter().zip(value.iter().skip(1))) {
        *place = low((u128::from(above) << 64 | u128::from(limb)) >> shift);
    }
    moved
}

/// Subtract `times` the divisor from a window that is a limb longer, and say whether it went below zero.
fn take(window: &mut [u64], divisor: &[u64], times: u64) -> bool {
    let mut carry = 0;
    let mut borrow = false;
    for (place, &limb) in window.iter_mut().zip(divisor.iter().chain(&[0])) {
        let product = u128::from(limb) * u128::from(times) + u128::from(carry);
        carry = high(product);
        let (less, first) = place.overflowing_sub(low(product));
        let (less, second) = less.overflowing_sub(u64::from(borrow));
        *place = less;
        borrow = first | second;
    }
    borrow
}

/// Add the divisor to a window that is a limb longer.
fn give_back(window: &mut [u64], divisor: &[u64]) {
    let mut carry = false;
    for (place, &limb) in window.iter_mut().zip(divisor.iter().chain(&[0])) {
        let (sum, first) = place.overflowing_add(limb);
        let (sum, second) = sum.overflowing_add(u64::from(carry));
        *place = sum;
        carry = first | second;
    }
}

/// How many decimal digits a number has; zero has none.
pub(crate) fn digits(value: &Wide) -> u32 {
    let mut rest = *value;
    let mut count = 0;
    loop {
        let length = used(&rest);
        if length <= 1 {
            let [first, ..] = rest;
            return count + first.checked_ilog10().map_or(0, |power| power + 1);
        }
        if let (Some(ten), Some(limbs)) = (ten(LIMB_DIGITS), rest.get_mut(..length)) {
            ten.divide(limbs);
        }
        count += LIMB_DIGITS;
    }
}

#[cfg(test)]
#[allow(clippy::expect_used)]
mod tests {
    use super::{
        Cut, LIMBS, Wide, add, digits, divide, increment, multiply, multiply_short, scale_down, scale_up, subtract,
        ten_to, used,
    };
    use proptest::prelude::*;

    /// Numbers of any length, with the limbs that make long division guess wrong among them.
    fn wide(limbs: usize) -> impl Strategy<Value = Wide> {
        let limb = prop_oneof![any::<u64>(), Just(0), Just(1), Just(u64::MAX), Just(1 << 63), Just((1 << 63) - 1)];
        proptest::collection::vec(limb, 0..=limbs).prop_map(|given| {
            let mut value: Wide = [0; LIMBS];
            for (place, limb) in value.iter_mut().zip(given) {
                *place = limb;
            }
            value
        })
    }

    fn is_below(left: &Wide, right: &Wide) -> bool {
        left.iter().rev().lt(right.iter().rev())
    }

    proptest! {
        #[test]
        fn a_quotient_times_its_divisor_and_the_rest_is_the_dividend(dividend in wide(8), divisor in wide(5)) {
            match divide(&dividend, &divisor) {
                None => prop_assert_eq!(used(&divisor), 0),
                Some((quotient, rest)) => {
                    prop_assert!(is_below(&rest, &divisor));
                    let mut whole = multiply(&quotient, &divisor).expect("it was not wider than the dividend");
                    add(&mut whole, &rest);
                    prop_assert_eq!(whole, dividend);
                }
            }
        }

        #[test]
        fn a_power_of_ten_is_cut_as_by_long_division(value in wide(8), power in 0_u32..150) {
            let ten = scale_up(&[1, 0, 0, 0, 0, 0, 0, 0], power).expect("below 2^512");
            let (quotient, rest) = divide(&value, &ten).expect("not zero");
            let twice = multiply(&rest, &[2]).expect("below 2^512");
            let expected = match twice.iter().rev().cmp(ten.iter().rev()) {
                _ if used(&rest) == 0 => Cut::Nothing,
                std::cmp::Ordering::Less => Cut::BelowHalf,
                std::cmp::Ordering::Equal => Cut::Half,
                std::cmp::Ordering::Greater => Cut::AboveHalf,
            };
            let mut shorter = value;
            prop_assert_eq!(scale_down(&mut shorter, power), expected);
            prop_assert_eq!(shorter, quotient);
        }

        #[test]
        fn three_limbs_are_cut_as_many_are(
            left in any::<[u64; 2]>(), right in any::<u64>(), power in 1_i32..=19, edge in any::<bool>()
        ) {
            let left = if edge { [u64::MAX, left[1]] } else { left };
            let [first, second, third] = multiply_short(left, right);
            let mut product = [first, second, third, 0, 0, 0, 0, 0];
            prop_assert_eq!(Some(product), multiply(&left, &[right]));
            let ten = ten_to(power).expect("1 to 19");
            let (quotient, rest) = ten.divide_three([first, second, third]);
            prop_assert_eq!(ten.cut(rest), scale_down(&mut product, power.unsigned_abs()));
            prop_assert_eq!(quotient.as_slice(), &product[..3]);
        }

        #[test]
        fn what_is_scaled_up_is_scaled_down_to_itself(value in wide(5), power in 0_u32..57) {
            let mut scaled = scale_up(&value, power).expect("below 2^512");
            prop_assert_eq!(scale_down(&mut scaled, power), Cut::Nothing);
            prop_assert_eq!(scaled, value);
        }

        #[test]
        fn digits_are_those_of_the_text(value in any::<u128>()) {
            let wide = [value as u64, (value >> 64) as u64, 0, 0, 0, 0, 0, 0];
            let written = if value == 0 { 0 } else { value.to_string().len() };
            prop_assert_eq!(digits(&wide) as usize, written);
        }

        #[test]
        fn what_is_added_can_be_taken_away(first in wide(8), second in wide(8)) {
            let mut sum = first;
            add(&mut sum, &second);
            subtract(&mut sum, &second);
            prop_assert_eq!(sum, first);
        }
    }

    #[test]
    fn a_guess_that_was_one_too_many_is_taken_back() {
        // The cases of "Hacker's Delight" for which algorithm D has to add the divisor back, in limbs of 64 bits.
        let (half, most) = (1 << 63, (1 << 63) - 1);
        for (dividend, divisor) in [
            ([3, 0, half, 0, 0, 0, 0, 0], [1, 0, 1 << 61, 0, 0, 0, 0, 0]),
            ([0, 0, half, most, 0, 0, 0, 0], [1, 0, half, 0, 0, 0, 0, 0]),
            ([0, u64::MAX - 1, half, 0, 0, 0, 0, 0], [u64::MAX, half, 0, 0, 0, 0, 0, 0]),
        ] {
            let (quotient, rest) = divide(&dividend, &divisor).expect("not zero");
            assert!(is_below(&rest, &divisor));
            let mut whole = multiply(&quotient, &divisor).expect("not wider than the dividend");
            add(&mut whole, &rest);
            assert_eq!(whole, dividend);
        }
    }

    #[test]
    fn a_carry_goes_through_all_limbs() {
        let mut value = [u64::MAX, u64::MAX, 0];
        increment(&mut value);
        assert_eq!(value, [0, 0, 1]);
        let mut most = [u64::MAX; 3];
        increment(&mut most);
        assert_eq!(most, [0; 3]);
    }

    #[test]
    fn a_product_beyond_512_bits_is_none() {
        let top: Wide = [0, 0, 0, 0, 0, 0, 0, 1];
        assert_eq!(multiply(&top, &[0, 1]), None);
        assert_eq!(multiply(&[u64::MAX; LIMBS], &[2]), None);
        assert_eq!(scale_up(&top, 20), None);
        assert_eq!(multiply(&top, &[7]), Some([0, 0, 0, 0, 0, 0, 0, 7]));
    }

    #[test]
    fn half_of_the_last_place_is_seen_over_many_places() {
        let half = scale_up(&[5, 0, 0, 0, 0, 0, 0, 0], 59).expect("below 2^512");
        let mut more = half;
        add(&mut more, &[1, 0, 0, 0, 0, 0, 0, 0]);
        for (mut value, expected) in [(half, Cut::Half), (more, Cut::AboveHalf)] {
            assert_eq!(scale_down(&mut value, 60), expected);
            assert_eq!(used(&value), 0);
        }
    }
}
