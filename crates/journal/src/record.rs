//! The bytes of a record.
//!
//! | offset | bytes | what |
//! |---|---|---|
//! | 0 | 4 | CRC-32C of all that follows up to the end of the payload, begun with the salt of the segment |
//! | 4 | 4 | length of the payload |
//! | 8 | 8 | number |
//! | 16 | 8 | time, nanoseconds since 1970 |
//! | 24 | 1 | kind |
//! | 25 | 3 | zero |
//! | 28 | 4 | low half of the position in the journal |
//! | 32 | | the payload |
//! | | 32 | SHA-256 of the link before and of all that stands before here, in a chained journal |
//!
//! Integers are little-endian. The salt keeps a payload that looks like a record from being taken for one: who writes the
//! payload cannot know it.

use sha2::{Digest, Sha256};

use crate::error::{Fault, JournalError};

/// The length of the head of a record.
pub(crate) const HEAD: usize = 32;
/// The length of a link of the chain.
pub(crate) const LINK: usize = 32;
/// The longest payload.
pub const PAYLOAD_MAX: usize = 64 * 1024 * 1024;

/// A link of the SHA-256 chain.
pub type Link = [u8; LINK];

/// What is to be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry<'a> {
    /// What the owner of the journal calls this kind of record: 0 to 63.
    pub kind: u8,
    /// What the record is found by.
    pub number: u64,
    /// Nanoseconds since 1970-01-01 00:00:00 UTC.
    pub time_ns: i64,
    /// What is kept.
    pub payload: &'a [u8],
}

/// A record as it was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Record<'a> {
    /// How many records stand before it in the journal.
    pub position: u64,
    /// What the owner of the journal calls this kind of record.
    pub kind: u8,
    /// What the record is found by.
    pub number: u64,
    /// Nanoseconds since 1970-01-01 00:00:00 UTC.
    pub time_ns: i64,
    /// What was kept.
    pub payload: &'a [u8],
}

/// A record with a payload of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnedRecord {
    /// How many records stand before it in the journal.
    pub position: u64,
    /// What the owner of the journal calls this kind of record.
    pub kind: u8,
    /// What the record is found by.
    pub number: u64,
    /// Nanoseconds since 1970-01-01 00:00:00 UTC.
    pub time_ns: i64,
    /// What was kept.
    pub payload: Vec<u8>,
}

impl Record<'_> {
    /// The record, with a payload of its own.
    #[must_use]
    pub fn to_owned(&self) -> OwnedRecord {
        OwnedRecord {
            position: self.position,
            kind: self.kind,
            number: self.number,
            time_ns: self.time_ns,
            payload: self.payload.to_vec(),
        }
    }
}

/// What the records of one segment have in common.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Form {
    pub(crate) salt: u64,
    pub(crate) chained: bool,
}

impl Form {
    /// The bytes that a record takes.
    pub(crate) fn extent(self, payload: usize) -> usize {
        HEAD.saturating_add(payload).saturating_add(if self.chained { LINK } else { 0 })
    }

    fn seed(self) -> u32 {
        (self.salt ^ (self.salt >> 32)) as u32
    }

    /// Append the bytes of a record; `link` is the link before it, and becomes its own.
    pub(crate) fn encode(
        self,
        entry: &Entry<'_>,
        position: u64,
        link: &mut Link,
        out: &mut Vec<u8>,
    ) -> Result<(), JournalError> {
        let length = match u32::try_from(entry.payload.len()) {
            Ok(length) if entry.payload.len() <= PAYLOAD_MAX => length,
            _ => return Err(JournalError::TooLong { length: entry.payload.len() }),
        };
        let mut head = [0; HEAD];
        let [_, _, _, _, covered @ ..] = &mut head;
        put(covered, 0, &length.to_le_bytes());
        put(covered, 4, &entry.number.to_le_bytes());
        put(covered, 12, &entry.time_ns.to_le_bytes());
        put(covered, 20, &[entry.kind]);
        put(covered, 24, &low(position).to_le_bytes());
        let sum = crc32c::crc32c_append(crc32c::crc32c_append(self.seed(), covered), entry.payload);
        put(&mut head, 0, &sum.to_le_bytes());
        out.extend_from_slice(&head);
        out.extend_from_slice(entry.payload);
        if self.chained {
            *link = next_link(link, &head, entry.payload);
            out.extend_from_slice(link);
        }
        Ok(())
    }

    /// Read the head of a record, as far as it can be judged by itself.
    pub(crate) fn head(self, bytes: &[u8; HEAD]) -> Result<Head, Fault> {
        let length = u32::from_le_bytes(take(bytes, 4)) as usize;
        let [kind, reserved @ ..] = take::<4>(bytes, 24);
        if length > PAYLOAD_MAX || kind > KIND_MAX || reserved != [0; 3] {
            return Err(Fault::Head);
        }
        Ok(Head {
            sum: u32::from_le_bytes(take(bytes, 0)),
            length,
            number: u64::from_le_bytes(take(bytes, 8)),
            time_ns: i64::from_le_bytes(take(bytes, 16)),
            kind,
            low_position: u32::from_le_bytes(take(bytes, 28)),
        })
    }

    /// Whether the checksum of a record, without its link, is right.
    pub(crate) fn is_sound(self, head: &Head, bytes: &[u8]) -> bool {
        bytes.get(4..).is_some_and(|covered| crc32c::crc32c_append(self.seed(), covered) == head.sum)
    }
}

/// The greatest kind of record.
pub(crate) const KIND_MAX: u8 = 63;

/// The head of a record.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Head {
    pub(crate) sum: u32,
    pub(crate) length: usize,
    pub(crate) number: u64,
    pub(crate) time_ns: i64,
    pub(crate) kind: u8,
    pub(crate) low_position: u32,
}

/// The low half of a position, as it stands in a record.
pub(crate) fn low(position: u64) -> u32 {
    (position & u64::from(u32::MAX)) as u32
}

/// The link of a record after the one before it.
pub(crate) fn next_link(before: &Link, head: &[u8], payload: &[u8]) -> Link {
    Sha256::new().chain_update(before).chain_update(head).chain_update(payload).finalize().into()
}

/// The `N` bytes at an offset; zeros where there are none.
pub(crate) fn take<const N: usize>(bytes: &[u8], at: usize) -> [u8; N] {
    let mut out = [0; N];
    for (to, from) in out.iter_mut().zip(bytes.iter().skip(at)) {
        *to = *from;
    }
    out
}

/// Write bytes at an offset; what lies outside is left out.
pub(crate) fn put(bytes: &mut [u8], at: usize, value: &[u8]) {
    for (to, from) in bytes.iter_mut().skip(at).zip(value) {
        *to = *from;
    }
}
