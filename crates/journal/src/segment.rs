//! The head of a segment, and the name of its file.
//!
//! | offset | bytes | what |
//! |---|---|---|
//! | 0 | 8 | `FIXPLUSJ` |
//! | 8 | 2 | version, 1 |
//! | 10 | 2 | 1: chained |
//! | 12 | 4 | CRC-32C of the other bytes of the head |
//! | 16 | 8 | position of the first record |
//! | 24 | 8 | position of the record from which on the index counts |
//! | 32 | 8 | when it was begun, nanoseconds since 1970 |
//! | 40 | 8 | salt |
//! | 48 | 32 | the link before the first record |
//! | 80 | 128 | what the owner knew before the first record |
//! | 208 | 48 | zero |
//!
//! A segment is sealed when the next one is there: its head names the position, and the link, at which this one ends.

use crate::record::{Form, Link, put, take};

/// The length of the head of a segment.
pub(crate) const SEGMENT_HEAD: usize = 256;
const MAGIC: [u8; 8] = *b"FIXPLUSJ";
const VERSION: u16 = 1;
const CHAINED: u16 = 1;
const SUFFIX: &str = ".segment";

/// What the owner of a journal knows before a record, kept in the head of the segment that begins with it.
pub type State = [u8; 128];

/// The head of a segment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct SegmentHead {
    pub(crate) first: u64,
    pub(crate) live_from: u64,
    pub(crate) time_ns: i64,
    pub(crate) salt: u64,
    pub(crate) chained: bool,
    pub(crate) link: Link,
    pub(crate) state: State,
}

/// Why bytes are no head of a segment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum BadHead {
    NotASegment,
    Version(u16),
    Unsound,
}

impl SegmentHead {
    pub(crate) fn form(&self) -> Form {
        Form { salt: self.salt, chained: self.chained }
    }

    pub(crate) fn encode(&self) -> [u8; SEGMENT_HEAD] {
        let mut bytes = [0; SEGMENT_HEAD];
        put(&mut bytes, 0, &MAGIC);
        put(&mut bytes, 8, &VERSION.to_le_bytes());
        put(&mut bytes, 10, &(if self.chained { CHAINED } else { 0 }).to_le_bytes());
        put(&mut bytes, 16, &self.first.to_le_bytes());
        put(&mut bytes, 24, &self.live_from.to_le_bytes());
        put(&mut bytes, 32, &self.time_ns.to_le_bytes());
        put(&mut bytes, 40, &self.salt.to_le_bytes());
        put(&mut bytes, 48, &self.link);
        put(&mut bytes, 80, &self.state);
        let sum = crc32c::crc32c(&bytes);
        put(&mut bytes, 12, &sum.to_le_bytes());
        bytes
    }

    pub(crate) fn decode(bytes: &[u8; SEGMENT_HEAD]) -> Result<Self, BadHead> {
        let magic = take(bytes, 0);
        if magic != MAGIC {
            // The first bytes of a write that was cut off, where zeros stand for the rest.
            let is_torn = magic.iter().zip(MAGIC).all(|(&found, wanted)| found == wanted || found == 0);
            return Err(if is_torn { BadHead::Unsound } else { BadHead::NotASegment });
        }
        let version = u16::from_le_bytes(take(bytes, 8));
        let mut summed = *bytes;
        put(&mut summed, 12, &[0; 4]);
        if crc32c::crc32c(&summed) != u32::from_le_bytes(take(bytes, 12)) {
            return Err(BadHead::Unsound);
        }
        // Every version keeps the checksum in its place.
        if version != VERSION {
            return Err(BadHead::Version(version));
        }
        Ok(Self {
            first: u64::from_le_bytes(take(bytes, 16)),
            live_from: u64::from_le_bytes(take(bytes, 24)),
            time_ns: i64::from_le_bytes(take(bytes, 32)),
            salt: u64::from_le_bytes(take(bytes, 40)),
            chained: u16::from_le_bytes(take(bytes, 10)) & CHAINED != 0,
            link: take(bytes, 48),
            state: take(bytes, 80),
        })
    }
}

/// The file of the segment that begins with a record.
pub(crate) fn file_name(first: u64) -> String {
    format!("{first:020}{SUFFIX}")
}

/// The position that the name of a file says its segment begins at; `None` where it is the name of something else.
pub(crate) fn first_of(name: &str) -> Option<u64> {
    let digits = name.strip_suffix(SUFFIX)?;
    if digits.len() != 20 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    digits.parse().ok()
}
