//! Read a whole journal and name everything that is not as it was written.

use std::path::Path;

use crate::disk::Disk;
use crate::error::{Fault, JournalError};
use crate::load::{self, Opened, Owner};
use crate::record::Link;
use crate::scan::Step;

/// What was found.
#[derive(Debug, Clone)]
pub struct Verification {
    /// Segments read.
    pub segments: usize,
    /// Sound records.
    pub records: u64,
    /// Their bytes, heads and links among them.
    pub bytes: u64,
    /// The position of the first record that is there.
    pub first: u64,
    /// The position after the last.
    pub next: u64,
    /// Whether every segment is chained.
    pub is_chained: bool,
    /// The link of the last record: one kept elsewhere proves that the end was not taken off.
    pub link: Link,
    /// Bytes of a torn write at the end, which the writer will cut off.
    pub torn_bytes: u64,
    /// Where each segment stops being sound, and records that have not the form of their kind.
    pub faults: Vec<JournalError>,
}

/// Read every record with its checksum, position and link, and show it to the owner, whose errors are faults too.
///
/// # Errors
/// [`JournalError::Io`] where a file cannot be read. What is wrong with the journal stands in [`Verification::faults`].
pub fn verify(disk: &dyn Disk, folder: &Path, owner: &mut dyn Owner) -> Result<Verification, JournalError> {
    let firsts = load::segments(disk, folder)?;
    let mut found = Verification {
        segments: 0,
        records: 0,
        bytes: 0,
        first: firsts.first().copied().unwrap_or(0),
        next: firsts.first().copied().unwrap_or(0),
        is_chained: !firsts.is_empty(),
        link: [0; 32],
        torn_bytes: 0,
        faults: Vec::new(),
    };
    let mut follows = false;
    for (at, &first) in firsts.iter().enumerate() {
        let is_last = at.saturating_add(1) == firsts.len();
        let segment = match load::open(disk, folder, first, false) {
            Ok(Opened::Sound(segment)) => segment,
            Ok(Opened::Unfinished(path)) => {
                if !is_last {
                    let fault = Fault::SegmentHead;
                    found.faults.push(JournalError::Broken { path, offset: 0, position: first, fault });
                }
                follows = false;
                continue;
            }
            Err(error @ JournalError::Io { .. }) => return Err(error),
            Err(error) => {
                found.faults.push(error);
                follows = false;
                continue;
            }
        };
        if found.segments == 0 {
            owner.begin(&segment.head.state)?;
        }
        found.segments = found.segments.saturating_add(1);
        found.is_chained &= segment.head.chained;
        if follows {
            if let Err(error) = segment.must_follow(found.next, &found.link) {
                found.faults.push(error);
            }
        }
        let mut scanner = segment.scanner(true);
        follows = true;
        loop {
            match scanner.step().map_err(segment.io("cannot read"))? {
                Step::Record { extent, record, .. } => {
                    found.records = found.records.saturating_add(1);
                    found.bytes = found.bytes.saturating_add(extent as u64);
                    if let Err(error) = owner.take(&record) {
                        found.faults.push(error);
                    }
                }
                Step::End => break,
                Step::Fault(fault) => {
                    let is_broken = !is_last
                        || matches!(fault, Fault::Link | Fault::Position { .. })
                        || scanner.is_followed().map_err(segment.io("cannot read"))?;
                    if is_broken {
                        found.faults.push(segment.broken(&scanner, fault));
                    } else {
                        let length = segment.file.length().map_err(segment.io("cannot read"))?;
                        found.torn_bytes = length.saturating_sub(scanner.offset);
                    }
                    follows = false;
                    break;
                }
            }
        }
        found.next = scanner.position;
        found.link = scanner.link;
    }
    Ok(found)
}
