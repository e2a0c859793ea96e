//! From fields to a frame: BodyLength(9) and CheckSum(10) are written where they belong, once the rest is there.

use crate::SOH;

/// Room before the body for BeginString(8) and BodyLength(9): `8=`, a BeginString of 16 bytes, `9=` and 20 digits.
const HEAD: usize = 48;

/// Writes one message after the other into the same memory.
///
/// The body is written first, behind some room; the head is then set right-aligned into that room, so that nothing moves.
#[derive(Debug, Clone, Default)]
pub struct Writer {
    buffer: Vec<u8>,
}

impl Writer {
    /// A writer.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Begin a message.
    #[inline]
    pub fn begin(&mut self) {
        self.buffer.clear();
        self.buffer.resize(HEAD, 0);
    }

    /// Write a field. 8, 9 and 10 are not written this way.
    #[inline]
    pub fn field(&mut self, tag: u32, value: &[u8]) {
        write_tag(tag, value.len() + 1, &mut self.buffer);
        self.buffer.extend_from_slice(value);
        self.buffer.push(SOH);
    }

    /// Fields that stand as they are written, each with its tag and SOH, in this range of `bytes`.
    #[inline]
    pub(crate) fn written(&mut self, bytes: &[u8], range: std::ops::Range<usize>) {
        let length = range.len();
        // A copy of a fixed size costs a few instructions, one of a size to be looked at a call: most fields are short.
        match bytes.get(range.start..).and_then(|bytes| bytes.first_chunk::<32>()) {
            Some(chunk) if length <= 32 => {
                let end = self.buffer.len() + length;
                self.buffer.extend_from_slice(chunk);
                self.buffer.truncate(end);
            }
            _ => self.buffer.extend_from_slice(bytes.get(range).unwrap_or_default()),
        }
    }

    /// Bytes written so far behind the head.
    #[must_use]
    pub fn body_length(&self) -> usize {
        self.buffer.len().saturating_sub(HEAD)
    }

    /// What was written so far behind the head.
    #[must_use]
    pub fn body(&self) -> &[u8] {
        self.buffer.get(HEAD..).unwrap_or_default()
    }

    /// End the message: set BeginString(8) and BodyLength(9) before what was written and CheckSum(10) behind it.
    ///
    /// A BeginString longer than 16 bytes is cut; none of the standard is.
    pub fn finish(&mut self, begin_string: &[u8]) -> &[u8] {
        let begin_string = begin_string.get(..16).unwrap_or(begin_string);
        let length = self.body_length() as u64;
        let mut digits = [0u8; 20];
        let width = crate::write_digits(length, &mut digits);
        let digits = digits.get(20 - width..).unwrap_or_default();
        let head = 2 + begin_string.len() + 1 + 2 + width + 1;
        let start = HEAD - head;
        let mut at = start;
        for part in [b"8=".as_slice(), begin_string, b"\x019=", digits, b"\x01"] {
            if let Some(slot) = self.buffer.get_mut(at..at + part.len()) {
                slot.copy_from_slice(part);
            }
            at += part.len();
        }
        let sum = fixplus_scan::sum(self.buffer.get(start..).unwrap_or_default());
        self.buffer.extend_from_slice(&[
            b'1',
            b'0',
            b'=',
            b'0' + sum / 100,
            b'0' + sum / 10 % 10,
            b'0' + sum % 10,
            SOH,
        ]);
        self.buffer.get(start..).unwrap_or_default()
    }
}

/// How many digits a tag has.
#[inline]
pub(crate) fn tag_width(tag: u32) -> usize {
    match tag {
        0..10 => 1,
        10..100 => 2,
        100..1000 => 3,
        1000..10_000 => 4,
        _ => tag.ilog10() as usize + 1,
    }
}

/// Append a tag and `=`, and make room for what follows.
#[inline(always)]
pub(crate) fn write_tag(tag: u32, room: usize, out: &mut Vec<u8>) {
    out.reserve(room + 12);
    #[expect(clippy::cast_possible_truncation, reason = "digits")]
    let digit = |value: u32| b'0' + value as u8;
    match tag {
        0..10 => out.extend_from_slice(&[digit(tag), b'=']),
        10..100 => out.extend_from_slice(&[digit(tag / 10), digit(tag % 10), b'=']),
        100..1000 => out.extend_from_slice(&[digit(tag / 100), digit(tag / 10 % 10), digit(tag % 10), b'=']),
        _ => {
            let mut digits = [0u8; 20];
            let width = crate::write_digits(u64::from(tag), &mut digits);
            out.extend_from_slice(digits.get(20 - width..).unwrap_or_default());
            out.push(b'=');
        }
    }
}
