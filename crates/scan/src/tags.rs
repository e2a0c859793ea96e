//! From the places of SOH to fields: the tag of each, and data fields that swallow SOH.

use crate::{DataPairs, Field, Role};

/// Why bytes are not a list of fields. Offsets count bytes from the start of the frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// What stands before `=` is no integer, or exceeds `u32`.
    Tag {
        /// Where the field begins.
        offset: usize,
    },
    /// A stretch between two SOH has no `=`.
    NoEquals {
        /// Where the stretch begins.
        offset: usize,
        /// The tag of the field before it, 0 at the start.
        after: u32,
    },
    /// The frame ends before the SOH that closes this field.
    Unterminated {
        /// Where the field begins.
        offset: usize,
    },
    /// A length field is no number, or its data does not end at an SOH.
    DataLength {
        /// Where the length field begins.
        offset: usize,
        /// Its tag.
        tag: u32,
    },
    /// A data field without its length field directly before it.
    NoLength {
        /// Where the data field begins.
        offset: usize,
        /// The tag of the data field.
        tag: u32,
        /// The tag of the length field that is missing.
        length_tag: u32,
    },
    /// The frame is larger than offsets can say.
    TooLong {
        /// The number of bytes.
        length: usize,
    },
}

const EQUALS: u64 = u64::from_ne_bytes([b'='; 8]);
const ZEROS: u64 = u64::from_ne_bytes([b'0'; 8]);
const LOW: u64 = u64::from_ne_bytes([0x01; 8]);
const HIGH: u64 = u64::from_ne_bytes([0x80; 8]);
/// Added to a byte of 0 to 9 it leaves the high bit clear, to one of 10 to 137 it sets it.
const ABOVE_NINE: u64 = u64::from_ne_bytes([0x76; 8]);

/// The tag of a field whose text begins `word`, and the length of the text before `=`; for up to seven digits.
#[inline(always)]
fn short_tag(word: u64) -> Option<(u32, u32)> {
    let hidden = word ^ EQUALS;
    let found = hidden.wrapping_sub(LOW) & !hidden & HIGH;
    // Where there is no `=` the count is 64, where it comes first it is 7; both leave nothing to read.
    let digits = found.trailing_zeros() / 8;
    if digits == 0 || digits == 8 {
        return None;
    }
    let value = (word ^ ZEROS) << (64 - 8 * digits);
    if (value.wrapping_add(ABOVE_NINE) | value) & HIGH != 0 {
        return None;
    }
    let value = value.wrapping_mul(10).wrapping_add(value >> 8) & 0x00FF_00FF_00FF_00FF;
    let value = value.wrapping_mul(100).wrapping_add(value >> 16) & 0x0000_FFFF_0000_FFFF;
    let value = value.wrapping_mul(10_000).wrapping_add(value >> 32) & 0xFFFF_FFFF;
    Some((value as u32, digits))
}

/// The tag before `=` in one field's text and the length of the text before `=`.
///
/// An integer that is no tag (`0`, `-1`) gives 0: the dictionary refuses it, not the wire.
///
/// # Errors
/// `Some(length)` with the length of what is no integer, or nothing where there is no `=`.
pub fn tag_text(text: &[u8]) -> Result<(u32, u32), Option<u32>> {
    let mut value = 0u32;
    let mut negative = false;
    let mut digits = 0usize;
    let mut bad = false;
    for (at, &byte) in text.iter().enumerate() {
        let at = u32::try_from(at).map_err(|_| None)?;
        match byte {
            b'=' if digits == 0 || bad => return Err(Some(at)),
            b'=' => return Ok((if negative { 0 } else { value }, at)),
            b'-' if at == 0 => negative = true,
            b'0'..=b'9' => {
                digits += 1;
                match value.checked_mul(10).and_then(|value| value.checked_add(u32::from(byte - b'0'))) {
                    Some(next) => value = next,
                    None => bad = true,
                }
            }
            _ => bad = true,
        }
    }
    Err(None)
}

#[cold]
#[inline(never)]
fn long_tag(text: &[u8], offset: usize, after: u32) -> Result<(u32, u32), Fault> {
    tag_text(text).map_err(|length| match length {
        Some(_) => Fault::Tag { offset },
        None => Fault::NoEquals { offset, after },
    })
}

/// Turn the places of SOH in `out` into fields.
pub(crate) fn read(frame: &[u8], pairs: &DataPairs, out: &mut Vec<Field>) -> Result<(), Fault> {
    let count = out.len();
    let mut start = 0u32;
    let mut write = 0usize;
    let mut after = 0u32;
    let mut from = 0usize;
    let fields = out.as_mut_slice();
    while from < count {
        let Some(end) = fields.get(from).map(|field| field.end) else { break };
        from += 1;
        let short = match frame.get(start as usize..).and_then(|rest| rest.first_chunk::<8>()) {
            Some(chunk) => short_tag(u64::from_le_bytes(*chunk)),
            None => trailer_tag(frame.get(start as usize..).unwrap_or_default()),
        };
        let (tag, length) = match short {
            Some(found) => found,
            None => {
                let text = frame.get(start as usize..end as usize).unwrap_or_default();
                match long_tag(text, start as usize, after) {
                    Ok(found) => found,
                    Err(fault) => return cut(out, write, fault),
                }
            }
        };
        if let Some(slot) = fields.get_mut(write) {
            *slot = Field { tag, start: start + length + 1, end };
        }
        write += 1;
        after = tag;
        match pairs.role(tag) {
            Role::Plain => start = end + 1,
            Role::Length => match data_end(frame, pairs, tag, start + length + 1, end) {
                None => start = end + 1,
                Some(Ok((data_tag, data_start, data_end))) => {
                    if let Some(slot) = fields.get_mut(write) {
                        *slot = Field { tag: data_tag, start: data_start, end: data_end };
                    }
                    write += 1;
                    after = data_tag;
                    start = data_end + 1;
                    while fields.get(from).is_some_and(|field| field.end <= data_end) {
                        from += 1;
                    }
                }
                Some(Err(())) => return cut(out, write, Fault::DataLength { offset: start as usize, tag }),
            },
            Role::Data => {
                let length_tag = pairs.length_of(tag).unwrap_or(0);
                return cut(out, write - 1, Fault::NoLength { offset: start as usize, tag, length_tag });
            }
        }
    }
    out.truncate(write);
    if start as usize == frame.len() { Ok(()) } else { Err(Fault::Unterminated { offset: start as usize }) }
}

/// The tag in the last bytes of a frame, where no eight are left to load. A CheckSum(10) is seven long.
#[inline(always)]
fn trailer_tag(rest: &[u8]) -> Option<(u32, u32)> {
    if rest.starts_with(b"10=") { Some((10, 2)) } else { None }
}

#[cold]
fn cut(out: &mut Vec<Field>, length: usize, fault: Fault) -> Result<(), Fault> {
    out.truncate(length);
    Err(fault)
}

/// Behind a length field: the tag, start and end of its data field. Nothing where another field follows.
#[cold]
fn data_end(frame: &[u8], pairs: &DataPairs, tag: u32, start: u32, end: u32) -> Option<Result<(u32, u32, u32), ()>> {
    let data_tag = pairs.data_of(tag)?;
    let behind = frame.get(end as usize + 1..)?;
    let (found, length) = tag_text(behind.get(..11.min(behind.len()))?).ok()?;
    if found != data_tag {
        return None;
    }
    let mut bytes = 0u32;
    let digits = frame.get(start as usize..end as usize)?;
    if digits.is_empty() {
        return Some(Err(()));
    }
    for &byte in digits {
        let next = byte.is_ascii_digit().then(|| bytes.checked_mul(10)?.checked_add(u32::from(byte - b'0'))).flatten();
        match next {
            Some(next) => bytes = next,
            None => return Some(Err(())),
        }
    }
    let data_start = end + 1 + length + 1;
    let Some(data_end) = data_start.checked_add(bytes) else { return Some(Err(())) };
    if frame.get(data_end as usize) != Some(&crate::SOH) {
        return Some(Err(()));
    }
    Some(Ok((data_tag, data_start, data_end)))
}
