//! Find the segments of a folder and read them: at opening, for a standby, for another process.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::disk::{Disk, DiskFile, read_full_at};
use crate::error::{Fault, JournalError};
use crate::index::Index;
use crate::journal::KindSet;
use crate::record::{Link, Record};
use crate::scan::{Scanner, Step};
use crate::segment::{BadHead, SEGMENT_HEAD, SegmentHead, State, file_name, first_of};

/// A segment whose head was read.
#[derive(Debug, Clone)]
pub(crate) struct Segment {
    pub(crate) path: PathBuf,
    pub(crate) head: SegmentHead,
    pub(crate) file: Arc<dyn DiskFile>,
}

/// What opening a segment came to.
#[allow(clippy::large_enum_variant)] // held for a moment only
pub(crate) enum Opened {
    Sound(Segment),
    /// The file ends inside its head, or holds zeros alone: its making was cut off.
    Unfinished(PathBuf),
}

/// The positions at which the segments in a folder begin, ascending.
pub(crate) fn segments(disk: &dyn Disk, folder: &Path) -> Result<Vec<u64>, JournalError> {
    let names = match disk.list(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
        names => names.map_err(JournalError::io("cannot list", folder))?,
    };
    let mut firsts: Vec<u64> = names.iter().filter_map(|name| first_of(name)).collect();
    firsts.sort_unstable();
    Ok(firsts)
}

/// Open a segment and read its head.
pub(crate) fn open(disk: &dyn Disk, folder: &Path, first: u64, writable: bool) -> Result<Opened, JournalError> {
    let path = folder.join(file_name(first));
    let file = disk.open(&path, writable).map_err(JournalError::io("cannot open", &path))?;
    let mut bytes = [0; SEGMENT_HEAD];
    let count = read_full_at(file.as_ref(), &mut bytes, 0).map_err(JournalError::io("cannot read", &path))?;
    if count < SEGMENT_HEAD {
        return Ok(Opened::Unfinished(path));
    }
    match SegmentHead::decode(&bytes) {
        Ok(head) if head.first == first => Ok(Opened::Sound(Segment { path, head, file })),
        Ok(head) => {
            let fault = Fault::Missing { expected: first, found: head.first };
            Err(JournalError::Broken { path, offset: 0, position: first, fault })
        }
        Err(BadHead::NotASegment) => Err(JournalError::NotASegment { path }),
        Err(BadHead::Version(found)) => Err(JournalError::Version { path, found }),
        Err(BadHead::Unsound) => {
            if is_unfinished(file.as_ref()).map_err(JournalError::io("cannot read", &path))? {
                return Ok(Opened::Unfinished(path));
            }
            Err(JournalError::Broken { path, offset: 0, position: first, fault: Fault::SegmentHead })
        }
    }
}

/// Whether a file with an unsound head holds nothing behind it, or zeros alone.
fn is_unfinished(file: &dyn DiskFile) -> io::Result<bool> {
    let mut piece = vec![0; 64 * 1024];
    let mut at = SEGMENT_HEAD as u64;
    loop {
        let count = read_full_at(file, &mut piece, at)?;
        if count == 0 {
            return Ok(true);
        }
        if piece.iter().take(count).any(|&byte| byte != 0) {
            return Ok(false);
        }
        at = at.saturating_add(count as u64);
    }
}

impl Segment {
    pub(crate) fn scanner(&self, checks_links: bool) -> Scanner {
        Scanner::new(
            Arc::clone(&self.file),
            self.head.form(),
            SEGMENT_HEAD as u64,
            self.head.first,
            self.head.link,
            checks_links,
        )
    }

    pub(crate) fn io(&self, action: &'static str) -> impl FnOnce(io::Error) -> JournalError {
        JournalError::io(action, &self.path)
    }

    pub(crate) fn broken(&self, scanner: &Scanner, fault: Fault) -> JournalError {
        JournalError::Broken { path: self.path.clone(), offset: scanner.offset, position: scanner.position, fault }
    }

    /// The error of a segment that does not begin where the one before it ended.
    pub(crate) fn must_follow(&self, position: u64, link: &Link) -> Result<(), JournalError> {
        let fault = if self.head.first != position {
            Fault::Missing { expected: position, found: self.head.first }
        } else if self.head.chained && self.head.link != *link && *link != [0; 32] {
            Fault::Link
        } else {
            return Ok(());
        };
        Err(JournalError::Broken { path: self.path.clone(), offset: 0, position, fault })
    }
}

/// A journal as it was found.
#[derive(Debug)]
pub(crate) struct Loaded {
    pub(crate) current: Option<Segment>,
    /// Where the next record goes in the current segment.
    pub(crate) offset: u64,
    pub(crate) position: u64,
    pub(crate) link: Link,
    pub(crate) live_from: u64,
    pub(crate) index: Index,
    /// What the owner knew before the first record that was read.
    pub(crate) state: State,
    /// Bytes of a torn last write.
    pub(crate) torn_bytes: u64,
}

/// What is read, and how.
pub(crate) struct Loading<'a> {
    pub(crate) disk: &'a dyn Disk,
    pub(crate) folder: &'a Path,
    pub(crate) indexed: KindSet,
    pub(crate) wiping: KindSet,
    pub(crate) index: Index,
    /// Cut off a torn end, as only the writer may.
    pub(crate) repairs: bool,
}

/// What the owner makes of what is read: the state before the first record, then each record.
pub trait Owner {
    /// Begin with a state; all zeros at the start of a journal.
    ///
    /// # Errors
    /// [`JournalError::Payload`] where it has not the form the owner gave it.
    fn begin(&mut self, state: &State) -> Result<(), JournalError>;

    /// Take the next record.
    ///
    /// # Errors
    /// [`JournalError::Payload`] where it has not the form of its kind.
    fn take(&mut self, record: &Record<'_>) -> Result<(), JournalError>;
}

impl Loading<'_> {
    pub(crate) fn run(self, owner: &mut dyn Owner) -> Result<Loaded, JournalError> {
        let mut firsts = segments(self.disk, self.folder)?;
        let mut last = None;
        while let Some(&first) = firsts.last() {
            match open(self.disk, self.folder, first, self.repairs)? {
                Opened::Sound(segment) => {
                    last = Some(segment);
                    break;
                }
                Opened::Unfinished(path) => {
                    if self.repairs {
                        self.disk.remove(&path).map_err(JournalError::io("cannot remove", &path))?;
                    }
                    firsts.pop();
                }
            }
        }
        let mut loaded = Loaded {
            current: None,
            offset: 0,
            position: 0,
            link: [0; 32],
            live_from: 0,
            index: self.index,
            state: [0; 128],
            torn_bytes: 0,
        };
        let Some(last) = last else {
            owner.begin(&loaded.state)?;
            return Ok(loaded);
        };
        // Segments from the one on that holds the first record which still counts.
        let from = firsts.iter().rposition(|&first| first <= last.head.live_from).unwrap_or(0);
        let mut is_first = true;
        for &first in firsts.iter().skip(from) {
            let segment = if first == last.head.first {
                last.clone()
            } else {
                match open(self.disk, self.folder, first, false)? {
                    Opened::Sound(segment) => segment,
                    Opened::Unfinished(path) => {
                        let fault = Fault::SegmentHead;
                        return Err(JournalError::Broken { path, offset: 0, position: first, fault });
                    }
                }
            };
            if is_first {
                is_first = false;
                loaded.state = segment.head.state;
                loaded.live_from = segment.head.live_from;
                owner.begin(&loaded.state)?;
            } else {
                segment.must_follow(loaded.position, &loaded.link)?;
            }
            let is_last = first == last.head.first;
            read_segment(&segment, is_last, self.repairs, self.indexed, self.wiping, &mut loaded, owner)?;
            loaded.current = Some(segment);
        }
        Ok(loaded)
    }
}

fn read_segment(
    segment: &Segment,
    is_last: bool,
    repairs: bool,
    indexed: KindSet,
    wiping: KindSet,
    loaded: &mut Loaded,
    owner: &mut dyn Owner,
) -> Result<(), JournalError> {
    let mut scanner = segment.scanner(false);
    loop {
        match scanner.step().map_err(segment.io("cannot read"))? {
            Step::Record { offset, extent, record } => {
                if wiping.has(record.kind) {
                    loaded.index.clear();
                    loaded.live_from = record.position;
                }
                if indexed.has(record.kind) {
                    let extent = extent as u64;
                    loaded.index.add(segment.head.first, offset, record.position, extent, record.number);
                }
                owner.take(&record)?;
            }
            Step::End => break,
            Step::Fault(fault) => {
                if !is_last {
                    return Err(segment.broken(&scanner, fault));
                }
                if scanner.is_followed().map_err(segment.io("cannot read"))? {
                    // Another process may have finished its write since the record was read.
                    if !repairs && is_sound_now(&mut scanner).map_err(segment.io("cannot read"))? {
                        continue;
                    }
                    return Err(segment.broken(&scanner, fault));
                }
                let length = segment.file.length().map_err(segment.io("cannot read"))?;
                loaded.torn_bytes = length.saturating_sub(scanner.offset);
                if repairs {
                    segment.file.cut(scanner.offset).map_err(segment.io("cannot cut"))?;
                }
                break;
            }
        }
    }
    loaded.offset = scanner.offset;
    loaded.position = scanner.position;
    loaded.link = scanner.link;
    Ok(())
}

/// Look at the place of a fault again, without going on.
fn is_sound_now(scanner: &mut Scanner) -> io::Result<bool> {
    let (offset, position, link) = (scanner.offset, scanner.position, scanner.link);
    scanner.forget();
    let is_sound = matches!(scanner.step()?, Step::Record { .. });
    (scanner.offset, scanner.position, scanner.link) = (offset, position, link);
    scanner.forget();
    Ok(is_sound)
}
