//! From a frame to the list of its fields, strictly.

use crate::{Index, SOH, ascii_u64, frame::is_begin_string};
use fixplus_scan::{DataPairs, Fault, Field};
use std::fmt;

/// `10=ddd` and its SOH.
const TRAILER: usize = 7;

/// Why bytes are no message. Offsets count bytes from the start of the frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum DecodeError {
    /// There are no bytes.
    Empty,
    /// The first three fields are not BeginString(8), BodyLength(9), MsgType(35), or CheckSum(10) is not the last.
    Order {
        /// Where the field stands.
        offset: usize,
        /// The tag that belongs there.
        expected: u32,
        /// The tag that stands there; 0 where the message ends.
        found: u32,
    },
    /// BeginString(8) is not `FIX.<n>.<n>` or `FIXT.<n>.<n>`.
    BeginString {
        /// Where its value stands.
        offset: usize,
    },
    /// BodyLength(9) is no number.
    BodyLengthFormat {
        /// Where its value stands.
        offset: usize,
    },
    /// BodyLength(9) is not the number of bytes up to CheckSum(10).
    BodyLength {
        /// Where its value stands.
        offset: usize,
        /// What it says.
        claimed: u64,
        /// What it should say.
        counted: u64,
    },
    /// CheckSum(10) is not three digits up to 255.
    CheckSumFormat {
        /// Where its value stands.
        offset: usize,
    },
    /// CheckSum(10) is not the sum of the bytes before it.
    CheckSum {
        /// Where its value stands.
        offset: usize,
        /// What it says.
        claimed: u8,
        /// What it should say.
        summed: u8,
    },
    /// A field cannot be read.
    Field(Fault),
}

impl DecodeError {
    /// Where the fault stands.
    #[must_use]
    pub fn offset(&self) -> usize {
        match *self {
            Self::Empty | Self::Field(Fault::TooLong { .. }) => 0,
            Self::Order { offset, .. }
            | Self::BeginString { offset }
            | Self::BodyLengthFormat { offset }
            | Self::BodyLength { offset, .. }
            | Self::CheckSumFormat { offset }
            | Self::CheckSum { offset, .. }
            | Self::Field(
                Fault::Tag { offset }
                | Fault::NoEquals { offset, .. }
                | Fault::Unterminated { offset }
                | Fault::DataLength { offset, .. }
                | Fault::NoLength { offset, .. },
            ) => offset,
            Self::Field(_) => 0,
        }
    }

    /// The tag to blame, where there is one.
    #[must_use]
    pub fn tag(&self) -> Option<u32> {
        match *self {
            Self::Order { expected, .. } => Some(expected),
            Self::BeginString { .. } => Some(8),
            Self::BodyLengthFormat { .. } | Self::BodyLength { .. } => Some(9),
            Self::CheckSumFormat { .. } | Self::CheckSum { .. } => Some(10),
            Self::Field(Fault::NoEquals { after, .. }) => Some(after).filter(|&tag| tag != 0),
            Self::Field(Fault::DataLength { tag, .. }) => Some(tag),
            Self::Field(Fault::NoLength { length_tag, .. }) => Some(length_tag),
            _ => None,
        }
    }

    /// The SessionRejectReason(373) of a fault inside an intact frame; nothing for a garbled message, which is not answered.
    #[must_use]
    pub fn reason(&self) -> Option<u8> {
        match self {
            Self::Field(Fault::NoEquals { .. }) => Some(17),
            Self::Field(Fault::DataLength { .. }) => Some(6),
            Self::Field(Fault::NoLength { .. }) => Some(1),
            _ => None,
        }
    }

    /// The kind in one word, for programs.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::Order { .. } => "order",
            Self::BeginString { .. } => "begin_string",
            Self::BodyLengthFormat { .. } | Self::BodyLength { .. } => "body_length",
            Self::CheckSumFormat { .. } | Self::CheckSum { .. } => "check_sum",
            Self::Field(fault) => fault_kind(fault),
        }
    }
}

/// The kind of a field fault in one word.
pub(crate) fn fault_kind(fault: &Fault) -> &'static str {
    match fault {
        Fault::Tag { .. } => "tag",
        Fault::NoEquals { .. } => "no_equals",
        Fault::Unterminated { .. } => "unterminated",
        Fault::DataLength { .. } => "data_length",
        Fault::NoLength { .. } => "no_length",
        Fault::TooLong { .. } => "too_long",
        _ => "field",
    }
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Empty => write!(f, "there are no bytes"),
            Self::Order { offset, expected: 10, found: 0 } => {
                write!(f, "CheckSum(10) is missing: the message ends at byte {offset} without it")
            }
            Self::Order { offset, expected: 10, found } => {
                write!(f, "CheckSum(10) must be the last field, but {found} stands at byte {offset}")
            }
            Self::Order { offset, expected, found } => {
                let (name, place) = match expected {
                    8 => ("BeginString(8)", "first"),
                    9 => ("BodyLength(9)", "second"),
                    _ => ("MsgType(35)", "third"),
                };
                if found == 0 {
                    write!(f, "{name} must be the {place} field, but the message ends at byte {offset}")
                } else {
                    write!(f, "{name} must be the {place} field, but {found} stands at byte {offset}")
                }
            }
            Self::BeginString { offset } => {
                write!(f, "BeginString(8) at byte {offset} is not FIX.<n>.<n> or FIXT.<n>.<n>")
            }
            Self::BodyLengthFormat { offset } => write!(f, "BodyLength(9) at byte {offset} is no number"),
            Self::BodyLength { offset, claimed, counted } => {
                write!(f, "BodyLength(9) at byte {offset} says {claimed}, {counted} bytes follow before CheckSum(10)")
            }
            Self::CheckSumFormat { offset } => {
                write!(f, "CheckSum(10) at byte {offset} is not three digits from 000 to 255")
            }
            Self::CheckSum { offset, claimed, summed } => {
                write!(f, "CheckSum(10) at byte {offset} says {claimed:03}, the bytes sum to {summed:03}")
            }
            Self::Field(ref fault) => display_fault(fault, f),
        }
    }
}

pub(crate) fn display_fault(fault: &Fault, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    match *fault {
        Fault::Tag { offset } => {
            write!(f, "what stands before '=' at byte {offset} is no tag: digits up to 4294967295")
        }
        Fault::NoEquals { offset, after: 0 } => write!(f, "the bytes at {offset} have no '='"),
        Fault::NoEquals { offset, after } => {
            write!(
                f,
                "the bytes at {offset} have no '=': a value of {after} with SOH in it, or a field without its tag"
            )
        }
        Fault::Unterminated { offset } => write!(f, "the field at byte {offset} is not closed by SOH"),
        Fault::DataLength { offset, tag } => {
            write!(f, "the length in {tag} at byte {offset} does not lead to the end of the data field behind it")
        }
        Fault::NoLength { offset, tag, length_tag } => {
            write!(f, "the data field {tag} at byte {offset} needs its length in {length_tag} directly before it")
        }
        Fault::TooLong { length } => write!(f, "{length} bytes are more than a message can have"),
        _ => write!(f, "the field cannot be read"),
    }
}

impl std::error::Error for DecodeError {}

/// What [`decode`] checks of the frame beside the syntax of its fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Checks {
    /// BodyLength(9) must be right.
    pub body_length: bool,
    /// CheckSum(10) must be right. If it need not, it still has three digits.
    pub check_sum: bool,
}

impl Checks {
    /// Everything.
    pub const ALL: Self = Self { body_length: true, check_sum: true };

    /// By the switches `ValidateLengthAndChecksum` and `ValidateChecksum` of session settings: the first speaks for both.
    #[must_use]
    pub const fn by_settings(validate_length_and_checksum: bool, validate_checksum: bool) -> Self {
        let body_length = validate_length_and_checksum;
        Self { body_length, check_sum: body_length && validate_checksum }
    }

    /// Whether a fault is one that is not looked for.
    #[must_use]
    pub const fn lets(self, fault: &DecodeError) -> bool {
        match fault {
            DecodeError::BodyLength { .. } | DecodeError::BodyLengthFormat { .. } => !self.body_length,
            DecodeError::CheckSum { .. } => !self.check_sum,
            _ => false,
        }
    }
}

/// List the fields of one frame, from the `8` of BeginString(8) to the SOH of CheckSum(10), into `index`.
///
/// # Errors
/// What is wrong with the frame, or else the first field that cannot be read; `index` then holds the fields before it.
#[inline]
pub fn decode(frame: &[u8], pairs: &DataPairs, checks: Checks, index: &mut Index) -> Result<(), DecodeError> {
    match fixplus_scan::index(frame, pairs, &mut index.fields) {
        Ok(sum) => check_frame(frame, &index.fields, sum, checks),
        Err(fault) => Err(explain(frame, fault, checks)),
    }
}

/// A field that cannot be read in a frame that is wrong anyway is not the news.
#[cold]
fn explain(frame: &[u8], fault: Fault, checks: Checks) -> DecodeError {
    if frame.is_empty() {
        return DecodeError::Empty;
    }
    match crate::frame::next(frame, 0, usize::MAX >> 1) {
        crate::frame::Step::Frame { start: 0, end } if end == frame.len() => {
            let sum = fixplus_scan::sum(frame.get(..frame.len().saturating_sub(TRAILER)).unwrap_or_default());
            match trailer_sum(frame) {
                Some(claimed) if checks.check_sum && claimed != sum => {
                    DecodeError::CheckSum { offset: frame.len() - 4, claimed, summed: sum }
                }
                None if checks.check_sum => DecodeError::CheckSumFormat { offset: frame.len().saturating_sub(4) },
                _ => DecodeError::Field(fault),
            }
        }
        crate::frame::Step::Garbled { start: 0, fault: crate::frame::FrameFault::BodyLength { claimed }, .. }
            if checks.body_length && frame.ends_with(&[SOH]) && trailer_sum(frame).is_some() =>
        {
            let offset = frame.iter().position(|&byte| byte == SOH).map_or(0, |at| at + 3);
            let body = frame.iter().skip(offset).position(|&byte| byte == SOH).map_or(0, |at| offset + at + 1);
            DecodeError::BodyLength { offset, claimed, counted: (frame.len() - TRAILER).saturating_sub(body) as u64 }
        }
        _ => DecodeError::Field(fault),
    }
}

/// The number that the CheckSum(10) at the end of a frame says.
fn trailer_sum(frame: &[u8]) -> Option<u8> {
    match frame.last_chunk::<TRAILER>()? {
        [b'1', b'0', b'=', digits @ .., SOH] => three_digits(digits),
        _ => None,
    }
}

#[inline]
fn three_digits(digits: &[u8]) -> Option<u8> {
    let [a, b, c] = *digits else { return None };
    if !(a.is_ascii_digit() && b.is_ascii_digit() && c.is_ascii_digit()) {
        return None;
    }
    u8::try_from(u16::from(a - b'0') * 100 + u16::from(b - b'0') * 10 + u16::from(c - b'0')).ok()
}

#[inline]
fn check_frame(frame: &[u8], fields: &[Field], sum: u8, checks: Checks) -> Result<(), DecodeError> {
    let [first, second, third, .., last] = fields else {
        return Err(short_frame(frame, fields));
    };
    if (first.tag, second.tag, third.tag, last.tag) != (8, 9, 35, 10) || first.start != 2 {
        return Err(out_of_order(frame, fields));
    }
    let value = |field: &Field| frame.get(field.start as usize..field.end as usize).unwrap_or_default();
    if !is_begin_string(value(first)) {
        return Err(DecodeError::BeginString { offset: first.start as usize });
    }
    if checks.body_length {
        let Some(claimed) = ascii_u64(value(second)) else {
            return Err(DecodeError::BodyLengthFormat { offset: second.start as usize });
        };
        // The trailer's text begins three bytes before its value.
        let counted = u64::from(last.start - 3).wrapping_sub(u64::from(second.end + 1));
        if claimed != counted {
            return Err(DecodeError::BodyLength { offset: second.start as usize, claimed, counted });
        }
    }
    if second.start - first.end != 3 || frame.get((last.start - 4) as usize) != Some(&SOH) {
        if let Some(error) = padded(frame, &[(second, 2), (last, 3)]) {
            return Err(error);
        }
    }
    let digits = value(last);
    if !checks.check_sum {
        // Framing needs three digits; which ones they are does not matter here.
        return match digits {
            [a, b, c] if [a, b, c].iter().all(|byte| byte.is_ascii_digit()) => Ok(()),
            _ => Err(DecodeError::CheckSumFormat { offset: last.start as usize }),
        };
    }
    let Some(claimed) = three_digits(digits) else {
        return Err(DecodeError::CheckSumFormat { offset: last.start as usize });
    };
    let trailer =
        digits.iter().fold(b'1'.wrapping_add(b'0').wrapping_add(b'=') + SOH, |sum, byte| sum.wrapping_add(*byte));
    let summed = sum.wrapping_sub(trailer);
    if claimed != summed {
        return Err(DecodeError::CheckSum { offset: last.start as usize, claimed, summed });
    }
    Ok(())
}

/// BodyLength(9) or CheckSum(10) with zeros before its tag. No stream is cut by them.
#[cold]
pub(crate) fn padded(frame: &[u8], framing: &[(&Field, usize)]) -> Option<DecodeError> {
    let offset = |field: &Field| crate::field_offset(frame, field);
    let found = framing.iter().find(|(field, width)| field.start as usize - offset(field) != *width)?;
    Some(DecodeError::Field(Fault::Tag { offset: offset(found.0) }))
}

#[cold]
fn short_frame(frame: &[u8], fields: &[Field]) -> DecodeError {
    if frame.is_empty() {
        return DecodeError::Empty;
    }
    let mut offset = 0;
    for (position, expected) in [8, 9, 35, 10].into_iter().enumerate() {
        match fields.get(position) {
            Some(field) if field.tag == expected => offset = field.end as usize + 1,
            Some(field) => return DecodeError::Order { offset, expected, found: field.tag },
            None => return DecodeError::Order { offset, expected, found: 0 },
        }
    }
    DecodeError::Order { offset, expected: 10, found: 0 }
}

#[cold]
fn out_of_order(frame: &[u8], fields: &[Field]) -> DecodeError {
    let mut offset = 0;
    for (field, expected) in fields.iter().zip([8, 9, 35]) {
        if field.tag != expected || (expected == 8 && field.start != 2) {
            return DecodeError::Order { offset, expected, found: field.tag };
        }
        offset = field.end as usize + 1;
    }
    if let Some(at) = fields.iter().position(|field| field.tag == 10) {
        let offset = fields.get(at).map_or(frame.len(), |field| field.end as usize + 1);
        let found = fields.get(at + 1).map_or(0, |field| field.tag);
        return DecodeError::Order { offset, expected: 10, found };
    }
    DecodeError::Order { offset: frame.len(), expected: 10, found: 0 }
}
