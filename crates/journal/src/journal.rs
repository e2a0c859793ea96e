//! The writer of a journal.

use std::any::Any;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::disk::{Disk, Machine, write_all_at};
use crate::error::JournalError;
use crate::flush::{Commit, Durability, Flusher, Fsyncs, Listener};
use crate::index::{Block, Index};
use crate::load::{self, Loaded, Loading, Opened, Owner, Segment};
use crate::record::{Entry, KIND_MAX, Link, OwnedRecord, Record};
use crate::scan::{Scanner, Step};
use crate::segment::{SEGMENT_HEAD, SegmentHead, State, file_name};

/// A set of kinds of records.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct KindSet(u64);

impl KindSet {
    /// The set of these kinds, each at most 63.
    #[must_use]
    pub const fn of(kinds: &[u8]) -> Self {
        let mut set = 0;
        let mut rest = kinds;
        while let [kind, more @ ..] = rest {
            set |= 1 << (*kind & KIND_MAX);
            rest = more;
        }
        Self(set)
    }

    /// Whether a kind is in the set.
    #[must_use]
    pub const fn has(self, kind: u8) -> bool {
        kind <= KIND_MAX && self.0 & (1 << kind) != 0
    }
}

/// How a journal is kept.
#[derive(Debug, Clone)]
pub struct Options {
    /// Where its files are.
    pub disk: Arc<dyn Disk>,
    /// When a commit is done.
    pub durability: Durability,
    /// A segment that reaches this size is ended; a longer record has a segment of its own.
    pub segment_bytes: u64,
    /// A segment of this size is ended before a record that wipes, so that it can be archived.
    pub wiped_segment_bytes: u64,
    /// Link the records by SHA-256. Holds for new segments.
    pub chained: bool,
    /// Kinds of records that are found by their numbers.
    pub indexed: KindSet,
    /// Kinds of records that take all before them out of the index.
    pub wiping: KindSet,
    /// Bytes of a segment that one entry of the index covers.
    pub index_stride: u64,
    /// Entries of the index; when there are more, each covers twice as much.
    pub index_blocks: usize,
    /// The threads that fsync.
    pub flusher: Flusher,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            disk: Arc::new(Machine),
            durability: Durability::Always,
            segment_bytes: 64 * 1024 * 1024,
            wiped_segment_bytes: 64 * 1024,
            chained: false,
            indexed: KindSet(u64::MAX),
            wiping: KindSet(0),
            index_stride: 32 * 1024,
            index_blocks: 65_536,
            flusher: Flusher::of_process(),
        }
    }
}

impl Options {
    pub(crate) fn load(&self, folder: &Path, repairs: bool, owner: &mut dyn Owner) -> Result<Loaded, JournalError> {
        let index = Index::new(self.index_stride, self.index_blocks);
        let disk = self.disk.as_ref();
        Loading { disk, folder, indexed: self.indexed, wiping: self.wiping, index, repairs }.run(owner)
    }
}

/// The name of the file that the writer locks.
pub(crate) const LOCK: &str = "lock";

/// The one writer of a journal.
#[derive(Debug)]
pub struct Journal {
    folder: PathBuf,
    options: Options,
    _lock: Box<dyn Any + Send + Sync>,
    current: Option<Segment>,
    /// Bytes of the current segment that were handed to the system.
    length: u64,
    /// Records of the current segment.
    records: u64,
    position: u64,
    link: Link,
    live_from: u64,
    index: Index,
    buffer: Vec<u8>,
    sync: Arc<Fsyncs>,
    failure: Option<JournalError>,
    torn_bytes: u64,
}

/// A buffer larger than this is given back after its use.
const BUFFER_KEPT: usize = 1024 * 1024;

impl Journal {
    /// Open the journal in a folder, or begin one, and show the owner every record that still counts.
    ///
    /// A torn end of the last write is cut off: it was never acknowledged.
    ///
    /// # Errors
    /// [`JournalError::InUse`] where another writer has it, [`JournalError::Broken`] where a record is broken that cannot be
    /// the torn end of a write, [`JournalError::Io`] for what the system refuses.
    pub fn open(folder: &Path, options: Options, owner: &mut dyn Owner) -> Result<Self, JournalError> {
        let disk = Arc::clone(&options.disk);
        disk.make_folder(folder).map_err(JournalError::io("cannot make", folder))?;
        let path = folder.join(LOCK);
        let lock = match disk.lock(&path).map_err(JournalError::io("cannot lock", &path))? {
            Ok(lock) => lock,
            Err(said) => {
                let holder = said.trim().parse().ok();
                return Err(JournalError::InUse { path: folder.to_path_buf(), holder });
            }
        };
        let loaded = options.load(folder, true, owner)?;
        let sync = Fsyncs::new(disk, folder.to_path_buf(), loaded.position);
        let mut records = 0;
        if let Some(segment) = &loaded.current {
            records = loaded.position.saturating_sub(segment.head.first);
            sync.follow(segment.path.clone(), Arc::clone(&segment.file), false);
        }
        Ok(Self {
            folder: folder.to_path_buf(),
            options,
            _lock: lock,
            current: loaded.current,
            length: loaded.offset,
            records,
            position: loaded.position,
            link: loaded.link,
            live_from: loaded.live_from,
            index: loaded.index,
            buffer: Vec::new(),
            sync,
            failure: None,
            torn_bytes: loaded.torn_bytes,
        })
    }

    /// Bytes of a torn write that were cut off at opening.
    #[must_use]
    pub fn torn_bytes(&self) -> u64 {
        self.torn_bytes
    }

    /// The position of the next record.
    #[must_use]
    pub fn position(&self) -> u64 {
        self.position
    }

    /// The position of the record from which on records count.
    #[must_use]
    pub fn live_from(&self) -> u64 {
        self.live_from
    }

    /// The link of the last record, to be kept where nobody can change it; zeros in a journal that is not chained.
    #[must_use]
    pub fn link(&self) -> &Link {
        &self.link
    }

    /// The folder.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Have this called, on a thread of its own, when commits become safe or fail.
    pub fn listen(&self, listener: Listener) {
        self.sync.listen(listener);
    }

    #[inline]
    fn check(&self) -> Result<(), JournalError> {
        match &self.failure {
            None => self.sync.failure().map_or(Ok(()), Err),
            Some(failure) => Err(failure.clone()),
        }
    }

    fn fail(&mut self, error: JournalError) -> JournalError {
        self.failure = Some(error.failed());
        error
    }

    /// Put a record at the end and return its position. Nothing is written before [`Journal::commit`], or before much has come
    /// together. `state` is what the owner knows before this record, asked for where a segment begins with it.
    ///
    /// # Errors
    /// [`JournalError::TooLong`]; [`JournalError::Io`] where a segment ends and the next cannot be begun;
    /// [`JournalError::Failed`] ever after.
    #[inline]
    pub fn append(&mut self, entry: &Entry<'_>, state: impl FnOnce() -> State) -> Result<u64, JournalError> {
        self.check()?;
        let wipes = self.options.wiping.has(entry.kind);
        if entry.payload.len() > crate::PAYLOAD_MAX {
            return Err(JournalError::TooLong { length: entry.payload.len() });
        }
        if self.must_rotate(entry.payload.len(), wipes) {
            self.rotate(entry, wipes, state())?;
        }
        let Some(segment) = &self.current else {
            return Err(JournalError::NotASegment { path: self.folder.clone() });
        };
        let form = segment.head.form();
        let before = self.buffer.len();
        form.encode(entry, self.position, &mut self.link, &mut self.buffer)?;
        if wipes {
            self.index.clear();
            self.live_from = self.position;
        }
        if self.options.indexed.has(entry.kind) {
            let offset = self.length.saturating_add(before as u64);
            let extent = self.buffer.len().saturating_sub(before) as u64;
            self.index.add(segment.head.first, offset, self.position, extent, entry.number);
        }
        let position = self.position;
        self.position = position.saturating_add(1);
        self.records = self.records.saturating_add(1);
        if self.buffer.len() >= BUFFER_KEPT {
            self.write()?;
        }
        Ok(position)
    }

    #[inline]
    fn must_rotate(&self, payload: usize, wipes: bool) -> bool {
        let Some(segment) = &self.current else { return true };
        if self.records == 0 {
            return segment.head.chained != self.options.chained;
        }
        let filled = self.length.saturating_add(self.buffer.len() as u64);
        let extent = segment.head.form().extent(payload) as u64;
        filled.saturating_add(extent) > self.options.segment_bytes
            || (wipes && filled >= self.options.wiped_segment_bytes)
            || segment.head.chained != self.options.chained
    }

    /// End the segment and begin one with this record.
    #[inline(never)]
    fn rotate(&mut self, entry: &Entry<'_>, wipes: bool, state: State) -> Result<(), JournalError> {
        self.write()?;
        let is_synced = self.options.durability != Durability::Never;
        if let Some(ended) = self.current.as_ref().filter(|_| is_synced) {
            // Here and now: were the next segment on disk before the end of this one, a loss of power could leave a gap.
            if let Err(error) = ended.file.sync() {
                let error = ended.io("cannot fsync")(error);
                return Err(self.fail(error));
            }
        }
        let head = SegmentHead {
            first: self.position,
            live_from: if wipes { self.position } else { self.live_from },
            time_ns: entry.time_ns,
            salt: self.options.disk.salt(),
            chained: self.options.chained,
            link: if self.options.chained { self.link } else { [0; 32] },
            state,
        };
        match self.begin(head) {
            Ok(segment) => {
                self.sync.follow(segment.path.clone(), Arc::clone(&segment.file), is_synced);
                self.link = head.link;
                self.current = Some(segment);
                self.length = SEGMENT_HEAD as u64;
                self.records = 0;
                if !is_synced {
                    // An ended segment is synced all the same: it costs nobody anything.
                    self.sync.ask(&self.options.flusher);
                }
                Ok(())
            }
            Err(error) => Err(self.fail(error)),
        }
    }

    fn begin(&self, head: SegmentHead) -> Result<Segment, JournalError> {
        let disk = self.options.disk.as_ref();
        let path = self.folder.join(file_name(head.first));
        if self.current.as_ref().is_some_and(|segment| segment.head.first == head.first) {
            // It has no record yet.
            disk.remove(&path).map_err(JournalError::io("cannot remove", &path))?;
        }
        let file = disk.create(&path).map_err(JournalError::io("cannot make", &path))?;
        write_all_at(file.as_ref(), &head.encode(), 0).map_err(JournalError::io("cannot write", &path))?;
        Ok(Segment { path, head, file })
    }

    /// Hand to the system what was appended, in one call.
    ///
    /// # Errors
    /// [`JournalError::Io`]; [`JournalError::Failed`] ever after.
    #[inline]
    pub fn write(&mut self) -> Result<(), JournalError> {
        if self.buffer.is_empty() {
            return Ok(());
        }
        self.check()?;
        let Some(segment) = &self.current else { return Ok(()) };
        if let Err(error) = write_all_at(segment.file.as_ref(), &self.buffer, self.length) {
            let error = segment.io("cannot write")(error);
            return Err(self.fail(error));
        }
        self.length = self.length.saturating_add(self.buffer.len() as u64);
        self.buffer.clear();
        if self.buffer.capacity() > BUFFER_KEPT * 2 {
            self.buffer = Vec::new();
        }
        self.sync.wrote(self.position);
        Ok(())
    }

    /// Hand to the system what was appended, and make it safe as the journal's durability says. `None`: it is already.
    ///
    /// # Errors
    /// [`JournalError::Io`]; [`JournalError::Failed`] ever after.
    #[inline]
    pub fn commit(&mut self) -> Result<Option<Commit>, JournalError> {
        self.check()?;
        let wrote = !self.buffer.is_empty();
        self.write()?;
        match self.options.durability {
            Durability::Never => Ok(None),
            Durability::Interval(interval) => {
                if wrote {
                    self.sync.ask_within(&self.options.flusher, interval);
                }
                Ok(None)
            }
            Durability::Always => Ok(self.sync()),
        }
    }

    /// Ask for an fsync of all that was written, whatever the journal's durability says.
    pub fn sync(&self) -> Option<Commit> {
        let position = self.sync.ask(&self.options.flusher)?;
        Some(Commit { sync: Arc::clone(&self.sync), position })
    }

    /// What becomes done when every record before a position is safe.
    #[must_use]
    pub fn until_safe(&self, position: u64) -> Commit {
        Commit { sync: Arc::clone(&self.sync), position }
    }

    /// The records with numbers from `begin` to `end`, ascending; of several with one number the last.
    ///
    /// The payloads together have at most `limit_bytes`, but one record is always returned if there is any.
    ///
    /// # Errors
    /// [`JournalError::Broken`] where a record was damaged since it was written; [`JournalError::Io`].
    pub fn read(&mut self, begin: u64, end: u64, limit_bytes: usize) -> Result<Vec<OwnedRecord>, JournalError> {
        self.write()?;
        let segments = Segments { disk: self.options.disk.as_ref(), folder: &self.folder, current: &self.current };
        segments.read(&self.index, self.options.indexed, begin, end, limit_bytes)
    }

    /// Remove the segments that hold only records before a position, or move them to a folder; return their files.
    /// The segment that is being written stays.
    ///
    /// # Errors
    /// [`JournalError::Io`].
    pub fn retire(&mut self, before: u64, archive: Option<&Path>) -> Result<Vec<PathBuf>, JournalError> {
        self.write()?;
        let disk = Arc::clone(&self.options.disk);
        if let Some(archive) = archive {
            disk.make_folder(archive).map_err(JournalError::io("cannot make", archive))?;
        }
        let firsts = load::segments(disk.as_ref(), &self.folder)?;
        let mut gone = Vec::new();
        for pair in firsts.windows(2) {
            let [first, next] = pair else { break };
            if *next > before {
                break;
            }
            let path = self.folder.join(file_name(*first));
            match archive {
                Some(archive) => {
                    let to = archive.join(file_name(*first));
                    disk.relocate(&path, &to).map_err(JournalError::io("cannot archive", &path))?;
                }
                None => disk.remove(&path).map_err(JournalError::io("cannot remove", &path))?,
            }
            self.index.forget_before(*next);
            gone.push(path);
        }
        if !gone.is_empty() {
            disk.sync_folder(&self.folder).map_err(JournalError::io("cannot fsync", &self.folder))?;
            if let Some(archive) = archive {
                disk.sync_folder(archive).map_err(JournalError::io("cannot fsync", archive))?;
            }
        }
        Ok(gone)
    }
}

/// The segments of a journal, for reading by number.
pub(crate) struct Segments<'a> {
    pub(crate) disk: &'a dyn Disk,
    pub(crate) folder: &'a Path,
    pub(crate) current: &'a Option<Segment>,
}

impl Segments<'_> {
    fn open(&self, first: u64) -> Result<Segment, JournalError> {
        if let Some(current) = self.current.as_ref().filter(|current| current.head.first == first) {
            return Ok(current.clone());
        }
        match load::open(self.disk, self.folder, first, false)? {
            Opened::Sound(segment) => Ok(segment),
            Opened::Unfinished(path) => Err(JournalError::NotASegment { path }),
        }
    }

    pub(crate) fn read(
        &self,
        index: &Index,
        indexed: KindSet,
        begin: u64,
        end: u64,
        limit_bytes: usize,
    ) -> Result<Vec<OwnedRecord>, JournalError> {
        let mut found: Vec<OwnedRecord> = Vec::new();
        let mut left = limit_bytes;
        let mut from = begin;
        let mut opened: Option<Segment> = None;
        // The block that begins lowest says how far one round goes: usually it is the only one to be read in it.
        while let Some(lowest) = index.between(from, end).min_by_key(|block| block.least.max(from)) {
            let mut to = lowest.most.min(end);
            let mut round: BTreeMap<u64, OwnedRecord> = BTreeMap::new();
            let mut bytes = 0_usize;
            let mut is_full = false;
            for block in index.between(from, to) {
                let segment = match opened.take() {
                    Some(segment) if segment.head.first == block.segment => segment,
                    _ => self.open(block.segment)?,
                };
                read_block(&segment, block, |record| {
                    if !indexed.has(record.kind) || record.number < from || record.number > to {
                        return;
                    }
                    bytes = bytes.saturating_add(record.payload.len());
                    if let Some(before) = round.insert(record.number, record.to_owned()) {
                        bytes = bytes.saturating_sub(before.payload.len());
                    }
                    while bytes > left && (round.len() > 1 || (!found.is_empty() && !round.is_empty())) {
                        if let Some((number, dropped)) = round.pop_last() {
                            bytes = bytes.saturating_sub(dropped.payload.len());
                            is_full = true;
                            match number.checked_sub(1) {
                                Some(before) => to = before,
                                None => break,
                            }
                        }
                    }
                })?;
                opened = Some(segment);
            }
            left = left.saturating_sub(bytes);
            found.extend(round.into_values());
            if is_full || to >= end || (left == 0 && !found.is_empty()) {
                break;
            }
            from = to.saturating_add(1);
        }
        Ok(found)
    }
}

fn read_block(segment: &Segment, block: &Block, mut each: impl FnMut(&Record<'_>)) -> Result<(), JournalError> {
    let end = block.offset.saturating_add(block.length);
    let file = Arc::clone(&segment.file);
    let scanner = Scanner::new(file, segment.head.form(), block.offset, block.position, [0; 32], false);
    let mut scanner = scanner.ahead(block.length);
    while scanner.offset < end {
        match scanner.step().map_err(segment.io("cannot read"))? {
            Step::Record { record, .. } => each(&record),
            Step::End => return Err(segment.broken(&scanner, crate::Fault::Short)),
            Step::Fault(fault) => return Err(segment.broken(&scanner, fault)),
        }
    }
    Ok(())
}
