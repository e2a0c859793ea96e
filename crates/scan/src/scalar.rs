//! The twin of the vector code, one byte at a time.

use crate::{Field, SOH};

/// List where SOH stands, as the `end` of otherwise empty fields, and sum the bytes modulo 256.
pub(crate) fn list_soh(frame: &[u8], out: &mut Vec<Field>) -> u8 {
    out.clear();
    let mut sum = 0u8;
    for (offset, &byte) in frame.iter().enumerate() {
        sum = sum.wrapping_add(byte);
        if byte == SOH {
            // `index` refuses frames whose offsets would not fit.
            out.push(Field { tag: 0, start: 0, end: u32::try_from(offset).unwrap_or(u32::MAX) });
        }
    }
    sum
}

/// The sum of all bytes modulo 256.
pub(crate) fn sum(bytes: &[u8]) -> u8 {
    bytes.iter().fold(0, |sum, &byte| sum.wrapping_add(byte))
}
