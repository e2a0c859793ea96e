//! Whole numbers as digits, both ways.

/// The number that these digits say: one or more, nothing else. Nothing if it exceeds 64 bits.
#[inline]
#[must_use]
pub fn ascii_u64(digits: &[u8]) -> Option<u64> {
    if digits.is_empty() {
        return None;
    }
    let mut value = 0u64;
    for &byte in digits {
        let digit = byte.wrapping_sub(b'0');
        if digit > 9 {
            return None;
        }
        value = value.checked_mul(10)?.checked_add(u64::from(digit))?;
    }
    Some(value)
}

/// Write the digits of a number right-aligned and return how many there are.
#[inline]
pub fn write_digits(mut value: u64, digits: &mut [u8; 20]) -> usize {
    let mut width = 0;
    for slot in digits.iter_mut().rev() {
        let digit = (value % 10) as u8;
        *slot = b'0' + digit;
        width += 1;
        value /= 10;
        if value == 0 {
            break;
        }
    }
    width
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_returns_from_its_digits() {
        for value in [0, 1, 9, 10, 99, 1234, u64::MAX] {
            let mut digits = [0u8; 20];
            let width = write_digits(value, &mut digits);
            assert_eq!(&digits[20 - width..], value.to_string().as_bytes());
            assert_eq!(ascii_u64(&digits[20 - width..]), Some(value));
        }
    }

    #[test]
    fn what_is_no_number_gives_nothing() {
        for text in ["", "-1", "1a", " 1", "18446744073709551616"] {
            assert_eq!(ascii_u64(text.as_bytes()), None, "{text}");
        }
    }
}
