//! What the records of a message session mean: our messages by number, the two next numbers, resets.
//!
//! | kind | record | number | payload |
//! |---|---|---|---|
//! | 1 | a message of ours | its own | its bytes as first sent |
//! | 2 | a number used without a message to keep | its own | none |
//! | 3 | the next number to come in | that | none |
//! | 4 | both next numbers set; messages stay | the next out | the next in |
//! | 5 | both next numbers set; messages before count no more | the next out | the next in, and when the session was created |

use std::path::{Path, PathBuf};

use crate::error::JournalError;
use crate::flush::{Commit, Listener};
use crate::index::Index;
use crate::journal::{Journal, KindSet, Options, Segments};
use crate::load::{Owner, Segment};
use crate::record::{Entry, OwnedRecord, Record, put, take};
use crate::segment::State;

/// A message of ours.
pub const MESSAGE: u8 = 1;
/// A number used without a message to keep.
pub const NUMBER: u8 = 2;
/// The next number to come in.
pub const ADVANCE: u8 = 3;
/// Both next numbers set; messages stay.
pub const SET: u8 = 4;
/// Both next numbers set; messages before count no more.
pub const RESET: u8 = 5;

/// The next numbers of a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Numbers {
    /// The number of our next message.
    pub next_out: u64,
    /// The number expected from the peer.
    pub next_in: u64,
    /// When the session was created, nanoseconds since 1970; `None` where it was never used.
    pub created_ns: Option<i64>,
}

impl Default for Numbers {
    fn default() -> Self {
        Self { next_out: 1, next_in: 1, created_ns: None }
    }
}

impl Numbers {
    fn state(&self) -> State {
        let mut state = [0; 128];
        put(&mut state, 0, &self.next_out.to_le_bytes());
        put(&mut state, 8, &self.next_in.to_le_bytes());
        put(&mut state, 16, &self.created_ns.unwrap_or(0).to_le_bytes());
        put(&mut state, 24, &[1 + u8::from(self.created_ns.is_some())]);
        state
    }
}

impl Owner for Numbers {
    fn begin(&mut self, state: &State) -> Result<(), JournalError> {
        let [known] = take(state, 24);
        *self = match known {
            0 => Self::default(),
            _ => Self {
                next_out: u64::from_le_bytes(take(state, 0)),
                next_in: u64::from_le_bytes(take(state, 8)),
                created_ns: (known == 2).then(|| i64::from_le_bytes(take(state, 16))),
            },
        };
        Ok(())
    }

    fn take(&mut self, record: &Record<'_>) -> Result<(), JournalError> {
        let payload = |length: usize| {
            if record.payload.len() == length {
                return Ok(record.payload);
            }
            Err(JournalError::Payload { kind: record.kind, position: record.position })
        };
        match record.kind {
            MESSAGE | NUMBER => {
                self.next_out = record.number.checked_add(1).ok_or(JournalError::NumberSpent)?;
                self.created_ns.get_or_insert(record.time_ns);
            }
            ADVANCE => self.next_in = record.number,
            SET => {
                self.next_out = record.number;
                self.next_in = u64::from_le_bytes(take(payload(8)?, 0));
            }
            RESET => {
                let payload = payload(16)?;
                self.next_out = record.number;
                self.next_in = u64::from_le_bytes(take(payload, 0));
                self.created_ns = Some(i64::from_le_bytes(take(payload, 8)));
            }
            kind => return Err(JournalError::Payload { kind, position: record.position }),
        }
        Ok(())
    }
}

/// How the journal of a session is kept; what it is found by is set here.
#[must_use]
pub fn options(with: Options) -> Options {
    Options { indexed: KindSet::of(&[MESSAGE, NUMBER]), wiping: KindSet::of(&[RESET]), ..with }
}

/// The journal of one session, held by its one writer.
#[derive(Debug)]
pub struct SessionJournal {
    journal: Journal,
    numbers: Numbers,
    /// The next number to come in, where no record says it yet: of a batch, only the last is written.
    pending_in: Option<u64>,
    /// The time of the latest record that was given one.
    time_ns: i64,
}

impl SessionJournal {
    /// Open the journal in a folder, or begin one.
    ///
    /// # Errors
    /// As [`Journal::open`].
    pub fn open(folder: &Path, with: Options) -> Result<Self, JournalError> {
        let mut numbers = Numbers::default();
        let journal = Journal::open(folder, options(with), &mut numbers)?;
        let time_ns = numbers.created_ns.unwrap_or(0);
        Ok(Self { journal, numbers, pending_in: None, time_ns })
    }

    /// The next numbers.
    #[must_use]
    pub fn numbers(&self) -> Numbers {
        self.numbers
    }

    /// The journal.
    #[must_use]
    pub fn journal(&self) -> &Journal {
        &self.journal
    }

    /// Have this called, on a thread of its own, when commits become safe or fail.
    pub fn listen(&self, listener: Listener) {
        self.journal.listen(listener);
    }

    #[inline]
    fn put(&mut self, kind: u8, number: u64, payload: &[u8], numbers: Numbers) -> Result<(), JournalError> {
        let before = self.numbers;
        self.journal.append(&Entry { kind, number, time_ns: self.time_ns, payload }, || before.state())?;
        self.numbers = numbers;
        Ok(())
    }

    /// Write the next number to come in, where that is still due.
    #[inline]
    fn settle(&mut self) -> Result<(), JournalError> {
        if let Some(next_in) = self.pending_in {
            self.put(ADVANCE, next_in, &[], self.numbers)?;
            self.pending_in = None;
        }
        Ok(())
    }

    /// Keep a message of ours, or with no bytes only its number. The next number out is the one after it.
    ///
    /// # Errors
    /// As [`Journal::append`]; [`JournalError::NumberSpent`] for the greatest number.
    #[inline]
    pub fn append(&mut self, number: u64, raw: &[u8], now_ns: i64) -> Result<(), JournalError> {
        let next_out = number.checked_add(1).ok_or(JournalError::NumberSpent)?;
        self.time_ns = now_ns;
        let created_ns = self.numbers.created_ns.or(Some(now_ns));
        let numbers = Numbers { next_out, created_ns, ..self.numbers };
        self.put(if raw.is_empty() { NUMBER } else { MESSAGE }, number, raw, numbers)
    }

    /// Keep the next number to come in. It is written with the next commit.
    #[inline]
    pub fn advance(&mut self, next_in: u64) {
        if next_in != self.numbers.next_in {
            self.numbers.next_in = next_in;
            self.pending_in = Some(next_in);
        }
    }

    /// Set both next numbers; messages stay.
    ///
    /// # Errors
    /// As [`Journal::append`].
    pub fn set_numbers(&mut self, next_out: u64, next_in: u64) -> Result<(), JournalError> {
        let numbers = Numbers { next_out, next_in, ..self.numbers };
        self.put(SET, next_out, &next_in.to_le_bytes(), numbers)?;
        self.pending_in = None;
        Ok(())
    }

    /// Set both next numbers; messages before count no more.
    ///
    /// # Errors
    /// As [`Journal::append`].
    pub fn reset(&mut self, next_out: u64, next_in: u64, created_ns: i64) -> Result<(), JournalError> {
        self.time_ns = created_ns;
        let numbers = Numbers { next_out, next_in, created_ns: Some(created_ns) };
        let mut payload = [0; 16];
        put(&mut payload, 0, &next_in.to_le_bytes());
        put(&mut payload, 8, &created_ns.to_le_bytes());
        self.put(RESET, next_out, &payload, numbers)?;
        self.pending_in = None;
        Ok(())
    }

    /// Hand all of it to the system in one write, and make it safe as the durability says. `None`: it is already.
    ///
    /// # Errors
    /// As [`Journal::commit`].
    #[inline]
    pub fn commit(&mut self) -> Result<Option<Commit>, JournalError> {
        self.settle()?;
        self.journal.commit()
    }

    /// Ask for an fsync of all that was written, whatever the durability says.
    pub fn sync(&self) -> Option<Commit> {
        self.journal.sync()
    }

    /// Our messages with numbers from `begin` to `end`, ascending, as [`Journal::read`] limits them.
    ///
    /// # Errors
    /// As [`Journal::read`].
    pub fn read(&mut self, begin: u64, end: u64, limit_bytes: usize) -> Result<Vec<OwnedRecord>, JournalError> {
        messages(begin, end, limit_bytes, |from, limit| self.journal.read(from, end, limit))
    }

    /// Remove or archive segments that hold only records before a position.
    ///
    /// # Errors
    /// As [`Journal::retire`].
    pub fn retire(&mut self, before: u64, archive: Option<&Path>) -> Result<Vec<PathBuf>, JournalError> {
        self.journal.retire(before, archive)
    }
}

/// Read until there is a message among the numbers, or no number is left.
fn messages(
    begin: u64,
    end: u64,
    limit_bytes: usize,
    mut read: impl FnMut(u64, usize) -> Result<Vec<OwnedRecord>, JournalError>,
) -> Result<Vec<OwnedRecord>, JournalError> {
    let mut from = begin;
    loop {
        let mut found = read(from, limit_bytes)?;
        let Some(last) = found.last().map(|record| record.number) else { return Ok(found) };
        found.retain(|record| record.kind == MESSAGE);
        if !found.is_empty() || last >= end {
            return Ok(found);
        }
        from = last.saturating_add(1);
    }
}

/// The journal of a session as it was when it was last looked at, read beside its writer.
#[derive(Debug)]
pub struct SessionView {
    folder: PathBuf,
    options: Options,
    numbers: Numbers,
    current: Option<Segment>,
    index: Index,
}

impl SessionView {
    /// Look at the journal in a folder; one that is not there is empty.
    ///
    /// # Errors
    /// [`JournalError::Broken`], [`JournalError::Io`].
    pub fn open(folder: &Path, with: Options) -> Result<Self, JournalError> {
        let options = options(with);
        let mut numbers = Numbers::default();
        let loaded = options.load(folder, false, &mut numbers)?;
        Ok(Self { folder: folder.to_path_buf(), options, numbers, current: loaded.current, index: loaded.index })
    }

    /// Look again.
    ///
    /// # Errors
    /// As [`SessionView::open`].
    pub fn refresh(&mut self) -> Result<Numbers, JournalError> {
        *self = Self::open(&self.folder, self.options.clone())?;
        Ok(self.numbers)
    }

    /// The next numbers.
    #[must_use]
    pub fn numbers(&self) -> Numbers {
        self.numbers
    }

    /// Our messages with numbers from `begin` to `end`, as [`SessionJournal::read`].
    ///
    /// # Errors
    /// As [`Journal::read`].
    pub fn read(&self, begin: u64, end: u64, limit_bytes: usize) -> Result<Vec<OwnedRecord>, JournalError> {
        let segments = Segments { disk: self.options.disk.as_ref(), folder: &self.folder, current: &self.current };
        let indexed = self.options.indexed;
        messages(begin, end, limit_bytes, |from, limit| segments.read(&self.index, indexed, from, end, limit))
    }
}
