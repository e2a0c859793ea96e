//! Decimal digits, eight at a time within one 64-bit word.

const ASCII_ZEROS: u64 = 0x3030_3030_3030_3030;
const HIGH_NIBBLES: u64 = 0xF0F0_F0F0_F0F0_F0F0;
const SIXES: u64 = 0x0606_0606_0606_0606;

/// True if all eight bytes of the word are digits once `0` has been taken off each.
#[inline]
const fn are_digits(word: u64) -> bool {
    // A byte is a digit if its high nibble is empty and stays so when 6 is added. No carry can leave a byte that passes
    // the first test, and one that fails it has already decided.
    (word | (word & !HIGH_NIBBLES).wrapping_add(SIXES)) & HIGH_NIBBLES == 0
}

/// The bytes 0, 2, 4, 6 of the result hold the four two-digit numbers. The word holds digits, the first in its lowest byte.
#[inline]
const fn pairs(word: u64) -> u64 {
    // Each byte is at most 9 * 10 + 9, so nothing is carried.
    word.wrapping_mul(10) + (word >> 8)
}

/// The number that eight digits write.
#[inline]
pub(super) const fn eight(bytes: [u8; 8]) -> Option<u32> {
    let word = u64::from_le_bytes(bytes) ^ ASCII_ZEROS;
    if !are_digits(word) {
        return None;
    }
    let pairs = pairs(word) & 0x00FF_00FF_00FF_00FF;
    let fours = (pairs.wrapping_mul(100) + (pairs >> 16)) & 0x0000_FFFF_0000_FFFF;
    let all = fours.wrapping_mul(10_000) + (fours >> 32);
    Some((all & 0xFFFF_FFFF) as u32)
}

/// The two numbers of the year, the month and the day of `YYYYMMDD`, not yet compared with a calendar.
#[inline]
pub(super) const fn year_month_day(bytes: [u8; 8]) -> Option<(u16, u8, u8)> {
    let word = u64::from_le_bytes(bytes) ^ ASCII_ZEROS;
    if !are_digits(word) {
        return None;
    }
    let [century, _, year, _, month, _, day, _] = pairs(word).to_le_bytes();
    Some((century as u16 * 100 + year as u16, month, day))
}

/// Hour, minute and second of `HH:MM:SS`, not yet compared with a clock.
#[inline]
pub(super) const fn hour_minute_second(bytes: [u8; 8]) -> Option<(u8, u8, u8)> {
    const FORM: u64 = u64::from_le_bytes(*b"00:00:00");
    let word = u64::from_le_bytes(bytes) ^ FORM;
    const COLONS: u64 = u64::from_le_bytes([0, 0, 0xFF, 0, 0, 0xFF, 0, 0]);
    if !are_digits(word) || word & COLONS != 0 {
        return None;
    }
    let [hour, _, _, minute, _, _, second, _] = pairs(word).to_le_bytes();
    Some((hour, minute, second))
}

/// The number that two digits write.
#[inline]
pub(super) const fn two(bytes: [u8; 2]) -> Option<u8> {
    let [tens, ones] = [bytes[0].wrapping_sub(b'0'), bytes[1].wrapping_sub(b'0')];
    if tens > 9 || ones > 9 { None } else { Some(tens * 10 + ones) }
}

/// The number that up to 19 digits write; `None` if a byte is no digit. No digits are the number 0.
#[inline]
pub(super) fn up_to_19(bytes: &[u8]) -> Option<u64> {
    let mut number: u64 = 0;
    let mut rest = bytes;
    while let Some((head, tail)) = rest.split_first_chunk::<8>() {
        number = number.wrapping_mul(100_000_000).wrapping_add(u64::from(eight(*head)?));
        rest = tail;
    }
    for byte in rest {
        let digit = byte.wrapping_sub(b'0');
        if digit > 9 {
            return None;
        }
        number = number.wrapping_mul(10).wrapping_add(u64::from(digit));
    }
    Some(number)
}

/// True if every byte is a digit; true without bytes.
#[inline]
pub(super) fn all(bytes: &[u8]) -> bool {
    let mut rest = bytes;
    while let Some((head, tail)) = rest.split_first_chunk::<8>() {
        if !are_digits(u64::from_le_bytes(*head) ^ ASCII_ZEROS) {
            return false;
        }
        rest = tail;
    }
    rest.iter().all(|byte| byte.wrapping_sub(b'0') <= 9)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_beside_a_digit_is_refused_in_every_place() {
        for place in 0..8 {
            for byte in 0..=255_u8 {
                let mut bytes = *b"98765432";
                bytes[place] = byte;
                assert_eq!(eight(bytes).is_some(), byte.is_ascii_digit(), "byte {byte:#x} at {place}");
                assert_eq!(all(&bytes), byte.is_ascii_digit(), "byte {byte:#x} at {place}");
            }
        }
    }

    #[test]
    fn eight_digits_give_their_number() {
        for number in [0, 1, 9, 10, 99, 12_345_678, 90_000_009, 99_999_999_u32] {
            let text = format!("{number:08}");
            assert_eq!(eight(text.as_bytes().try_into().unwrap()), Some(number));
        }
    }

    #[test]
    fn a_clock_needs_its_colons_in_their_places() {
        assert_eq!(hour_minute_second(*b"23:59:07"), Some((23, 59, 7)));
        for place in 0..8 {
            for byte in 0..=255_u8 {
                let mut bytes = *b"11:22:33";
                bytes[place] = byte;
                let good = if place == 2 || place == 5 { byte == b':' } else { byte.is_ascii_digit() };
                assert_eq!(hour_minute_second(bytes).is_some(), good, "byte {byte:#x} at {place}");
            }
        }
    }
}
