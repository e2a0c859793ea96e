//! Read a journal from its first record on, also while another process writes it.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::disk::Disk;
use crate::error::{Fault, JournalError};
use crate::load::{self, Opened, Segment};
use crate::record::OwnedRecord;
use crate::scan::{Scanner, Step};

/// Reads a journal in order. It takes no lock and changes nothing.
#[derive(Debug)]
pub struct Reader {
    disk: Arc<dyn Disk>,
    folder: PathBuf,
    /// The position of the next record.
    position: u64,
    at: Option<(Segment, Scanner)>,
}

/// What one look at the current segment came to.
enum Look {
    Found(OwnedRecord),
    End,
    Fault(Fault),
}

impl Reader {
    /// A reader of the journal in a folder from a position on, or from the first record that is still there.
    #[must_use]
    pub fn new(disk: Arc<dyn Disk>, folder: &Path, from: u64) -> Self {
        Self { disk, folder: folder.to_path_buf(), position: from, at: None }
    }

    /// The position of the next record.
    #[must_use]
    pub fn position(&self) -> u64 {
        self.position
    }

    /// The next record; `None` where there is none yet. Ask again later: the journal may have grown.
    ///
    /// # Errors
    /// [`JournalError::Broken`] where a record is not sound and sound ones follow; [`JournalError::Io`].
    pub fn next_record(&mut self) -> Result<Option<OwnedRecord>, JournalError> {
        loop {
            if self.at.is_none() && !self.enter()? {
                return Ok(None);
            }
            match self.look()? {
                Look::Found(record) => {
                    if record.position < self.position {
                        continue;
                    }
                    self.position = record.position.saturating_add(1);
                    return Ok(Some(record));
                }
                end => {
                    if let Some(record) = self.settle(end)? {
                        return Ok(record);
                    }
                }
            }
        }
    }

    /// Open the segment that holds the next record; `false` where there is none yet.
    fn enter(&mut self) -> Result<bool, JournalError> {
        let firsts = load::segments(self.disk.as_ref(), &self.folder)?;
        let at = firsts.iter().rposition(|&first| first <= self.position).unwrap_or(0);
        let Some(&first) = firsts.get(at) else { return Ok(false) };
        match load::open(self.disk.as_ref(), &self.folder, first, false)? {
            Opened::Sound(segment) => {
                let scanner = segment.scanner(false);
                self.position = self.position.max(first);
                self.at = Some((segment, scanner));
                Ok(true)
            }
            Opened::Unfinished(_) => Ok(false),
        }
    }

    fn look(&mut self) -> Result<Look, JournalError> {
        let Some((segment, scanner)) = &mut self.at else { return Ok(Look::End) };
        Ok(match scanner.step().map_err(segment.io("cannot read"))? {
            Step::Record { record, .. } => Look::Found(record.to_owned()),
            Step::End => Look::End,
            Step::Fault(fault) => Look::Fault(fault),
        })
    }

    /// Nothing could be read: say whether that is the end for now, an error, or a reason to go on (`None`).
    fn settle(&mut self, end: Look) -> Result<Option<Option<OwnedRecord>>, JournalError> {
        let firsts = load::segments(self.disk.as_ref(), &self.folder)?;
        let Some((segment, scanner)) = &mut self.at else { return Ok(Some(None)) };
        let next = firsts.into_iter().find(|&first| first > segment.head.first);
        let is_followed = match end {
            Look::Fault(_) if next.is_none() => scanner.is_followed().map_err(segment.io("cannot read"))?,
            _ => next.is_some(),
        };
        // What was being written when it was read is finished by the time that something follows it.
        scanner.forget();
        if !is_followed {
            return Ok(Some(None));
        }
        match self.look()? {
            Look::Found(record) if record.position < self.position => return Ok(None),
            Look::Found(record) => {
                self.position = record.position.saturating_add(1);
                return Ok(Some(Some(record)));
            }
            Look::Fault(fault) => {
                let Some((segment, scanner)) = &self.at else { return Ok(Some(None)) };
                return Err(segment.broken(scanner, fault));
            }
            Look::End => {}
        }
        let Some((_, scanner)) = &self.at else { return Ok(Some(None)) };
        let ended = scanner.position;
        let Some(next) = next else { return Ok(Some(None)) };
        match load::open(self.disk.as_ref(), &self.folder, next, false)? {
            Opened::Unfinished(_) => Ok(Some(None)),
            Opened::Sound(segment) => {
                segment.must_follow(ended, &scanner.link)?;
                let scanner = segment.scanner(false);
                self.at = Some((segment, scanner));
                Ok(None)
            }
        }
    }
}

/// One segment of a journal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SegmentInfo {
    /// Its file.
    pub path: PathBuf,
    /// The position of its first record.
    pub first: u64,
    /// When it was begun, nanoseconds since 1970.
    pub time_ns: i64,
    /// The position from which on records counted when it was begun.
    pub live_from: u64,
    /// Its length in bytes.
    pub bytes: u64,
    /// Whether another follows: nothing is written to it any more.
    pub is_sealed: bool,
}

/// The segments in a folder, in order.
///
/// # Errors
/// [`JournalError::Io`], [`JournalError::Broken`] where the head of a sealed segment is not sound.
pub fn segments(disk: &dyn Disk, folder: &Path) -> Result<Vec<SegmentInfo>, JournalError> {
    let firsts = load::segments(disk, folder)?;
    let mut found = Vec::with_capacity(firsts.len());
    for (at, &first) in firsts.iter().enumerate() {
        let is_sealed = at.saturating_add(1) < firsts.len();
        match load::open(disk, folder, first, false)? {
            Opened::Sound(segment) => found.push(SegmentInfo {
                bytes: segment.file.length().map_err(segment.io("cannot read"))?,
                path: segment.path,
                first,
                time_ns: segment.head.time_ns,
                live_from: segment.head.live_from,
                is_sealed,
            }),
            Opened::Unfinished(path) if is_sealed => {
                return Err(JournalError::Broken { path, offset: 0, position: first, fault: Fault::SegmentHead });
            }
            Opened::Unfinished(_) => {}
        }
    }
    Ok(found)
}
