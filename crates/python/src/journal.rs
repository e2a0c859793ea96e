//! `SessionJournal`, `JournalReader` and `SyncSignal`: messages and numbers kept in a journal.

use crate::errors;
use fixplus_journal::session::{self, Numbers, SessionView};
use fixplus_journal::{Durability, JournalError, Machine, Options, OwnedRecord, Reader};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyList};
use std::io::{Read, Write};
use std::os::fd::AsRawFd;
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// The next number out, the next number in, the time of creation.
type Triple = (u64, u64, Option<i64>);

fn triple(numbers: Numbers) -> Triple {
    (numbers.next_out, numbers.next_in, numbers.created_ns)
}

/// `(number, raw, stored_ns)` of each record.
fn rows<'py>(py: Python<'py>, records: &[OwnedRecord]) -> PyResult<Bound<'py, PyList>> {
    let rows = PyList::empty(py);
    for record in records {
        rows.append((record.number, PyBytes::new(py, &record.payload), record.time_ns))?;
    }
    Ok(rows)
}

/// Becomes readable when an fsync ended, on whatever thread it ran: an event loop watches it.
#[pyclass(frozen, module = "pyfixmsg_plus.store", name = "SyncSignal")]
pub(crate) struct SyncSignal {
    reading: UnixStream,
    writing: Arc<UnixStream>,
}

#[pymethods]
impl SyncSignal {
    #[new]
    fn new() -> PyResult<Self> {
        let (reading, writing) = UnixStream::pair()?;
        reading.set_nonblocking(true)?;
        writing.set_nonblocking(true)?;
        Ok(Self { reading, writing: Arc::new(writing) })
    }

    /// The descriptor to watch; it stays open as long as this object lives.
    fn fileno(&self) -> i32 {
        self.reading.as_raw_fd()
    }

    /// Take what made it readable.
    fn drain(&self) {
        let mut taken = [0; 256];
        while matches!((&self.reading).read(&mut taken), Ok(count) if count == taken.len()) {}
    }
}

enum Held {
    Writer(Box<session::SessionJournal>),
    View(Box<SessionView>),
    Closed,
}

/// The journal of one session.
#[pyclass(frozen, module = "pyfixmsg_plus.store", name = "SessionJournal")]
pub(crate) struct SessionJournal {
    folder: PathBuf,
    options: Options,
    held: Mutex<Held>,
    signal: Mutex<Option<Arc<UnixStream>>>,
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl SessionJournal {
    fn writer_opened(&self) -> Result<Box<session::SessionJournal>, JournalError> {
        let journal = session::SessionJournal::open(&self.folder, self.options.clone())?;
        if let Some(writing) = locked(&self.signal).clone() {
            listen(&journal, writing);
        }
        Ok(Box::new(journal))
    }

    /// Do something that only the writer may: one that looked on so far takes the journal over.
    #[inline]
    fn writing<T>(
        &self,
        py: Python<'_>,
        work: impl FnOnce(&mut session::SessionJournal) -> Result<T, JournalError>,
    ) -> PyResult<T> {
        let mut held = locked(&self.held);
        if let Held::View(_) = *held {
            *held = Held::Writer(self.writer_opened().map_err(|error| errors::journal(py, &error))?);
        }
        match &mut *held {
            Held::Writer(journal) => work(journal).map_err(|error| errors::journal(py, &error)),
            _ => Err(errors::store_closed(py)),
        }
    }
}

fn listen(journal: &session::SessionJournal, writing: Arc<UnixStream>) {
    journal.listen(Arc::new(move || {
        // A full pipe wakes its reader too.
        let _ = writing.as_ref().write(&[1]);
    }));
}

#[pymethods]
impl SessionJournal {
    #[new]
    #[pyo3(signature = (folder, *, durability="always", interval_ms=5, chained=false, segment_bytes=67_108_864, standby=false))]
    fn new(
        py: Python<'_>,
        folder: PathBuf,
        durability: &str,
        interval_ms: u64,
        chained: bool,
        segment_bytes: u64,
        standby: bool,
    ) -> PyResult<Self> {
        let durability = match durability {
            "always" => Durability::Always,
            "interval" => Durability::Interval(Duration::from_millis(interval_ms)),
            "never" => Durability::Never,
            other => return Err(errors::argument(format!("{other:?} is none of always, interval, never"))),
        };
        let options = Options { durability, chained, segment_bytes, ..Options::default() };
        let opened = Self { folder, options, held: Mutex::new(Held::Closed), signal: Mutex::new(None) };
        let held = py.detach(|| {
            Ok(if standby {
                Held::View(Box::new(SessionView::open(&opened.folder, opened.options.clone())?))
            } else {
                Held::Writer(opened.writer_opened()?)
            })
        });
        *locked(&opened.held) = held.map_err(|error: JournalError| errors::journal(py, &error))?;
        Ok(opened)
    }

    /// Have a signal given when commits become safe or fail.
    fn listen(&self, signal: &SyncSignal) {
        let writing = Arc::clone(&signal.writing);
        *locked(&self.signal) = Some(Arc::clone(&writing));
        if let Held::Writer(journal) = &*locked(&self.held) {
            listen(journal, writing);
        }
    }

    /// The next number out, the next number in, and when the session was created.
    fn numbers(&self, py: Python<'_>) -> PyResult<Triple> {
        match &*locked(&self.held) {
            Held::Writer(journal) => Ok(triple(journal.numbers())),
            Held::View(view) => Ok(triple(view.numbers())),
            Held::Closed => Err(errors::store_closed(py)),
        }
    }

    fn append(&self, py: Python<'_>, seq: u64, raw: &[u8], now_ns: i64) -> PyResult<()> {
        self.writing(py, |journal| journal.append(seq, raw, now_ns))
    }

    fn advance(&self, py: Python<'_>, next_in: u64) -> PyResult<()> {
        self.writing(py, |journal| {
            journal.advance(next_in);
            Ok(())
        })
    }

    fn set_numbers(&self, py: Python<'_>, next_out: u64, next_in: u64) -> PyResult<()> {
        self.writing(py, |journal| journal.set_numbers(next_out, next_in))
    }

    fn reset(&self, py: Python<'_>, next_out: u64, next_in: u64, created_ns: i64) -> PyResult<()> {
        self.writing(py, |journal| journal.reset(next_out, next_in, created_ns))
    }

    /// Write what was given; the position to wait for, where it is not safe yet.
    fn commit(&self, py: Python<'_>) -> PyResult<Option<u64>> {
        if let Held::View(_) = &*locked(&self.held) {
            return Ok(None);
        }
        self.writing(py, |journal| Ok(journal.commit()?.map(|commit| commit.position())))
    }

    /// Ask for an fsync of all that was committed; the position to wait for, where it is not safe yet.
    fn sync(&self, py: Python<'_>) -> PyResult<Option<u64>> {
        if let Held::View(_) = &*locked(&self.held) {
            return Ok(None);
        }
        self.writing(py, |journal| Ok(journal.sync().map(|commit| commit.position())))
    }

    /// Whether all before a position is safe.
    fn is_safe(&self, py: Python<'_>, position: u64) -> PyResult<bool> {
        self.writing(py, |journal| journal.journal().until_safe(position).is_done())
    }

    /// Wait until all before a position is safe.
    fn wait(&self, py: Python<'_>, position: u64) -> PyResult<()> {
        let commit = self.writing(py, |journal| Ok(journal.journal().until_safe(position)))?;
        py.detach(|| commit.wait()).map_err(|error| errors::journal(py, &error))
    }

    fn read<'py>(&self, py: Python<'py>, begin: u64, end: u64, limit_bytes: usize) -> PyResult<Bound<'py, PyList>> {
        let found = py.detach(|| match &mut *locked(&self.held) {
            Held::Writer(journal) => journal.read(begin, end, limit_bytes).map(Some),
            Held::View(view) => view.read(begin, end, limit_bytes).map(Some),
            Held::Closed => Ok(None),
        });
        match found.map_err(|error| errors::journal(py, &error))? {
            Some(records) => rows(py, &records),
            None => Err(errors::store_closed(py)),
        }
    }

    /// Look at what another process may have written.
    fn refresh(&self, py: Python<'_>) -> PyResult<Triple> {
        let found = py.detach(|| match &mut *locked(&self.held) {
            Held::Writer(journal) => Ok(Some(journal.numbers())),
            Held::View(view) => view.refresh().map(Some),
            Held::Closed => Ok(None),
        });
        match found.map_err(|error| errors::journal(py, &error))? {
            Some(numbers) => Ok(triple(numbers)),
            None => Err(errors::store_closed(py)),
        }
    }

    /// Remove, or archive in a folder, the segments that hold only records before a position; their files.
    #[pyo3(signature = (before, archive=None))]
    fn retire(&self, py: Python<'_>, before: u64, archive: Option<PathBuf>) -> PyResult<Vec<PathBuf>> {
        self.writing(py, |journal| journal.retire(before, archive.as_deref()))
    }

    /// The position of the record from which on records count.
    #[getter]
    fn live_from(&self, py: Python<'_>) -> PyResult<u64> {
        self.writing(py, |journal| Ok(journal.journal().live_from()))
    }

    /// Bytes of a torn write that were cut off at opening.
    #[getter]
    fn torn_bytes(&self, py: Python<'_>) -> PyResult<u64> {
        self.writing(py, |journal| Ok(journal.journal().torn_bytes()))
    }

    /// Give the journal up. What was not committed is not written.
    fn close(&self, py: Python<'_>) {
        let held = std::mem::replace(&mut *locked(&self.held), Held::Closed);
        py.detach(|| drop(held));
    }
}

/// Reads the records of a journal in order, also while another process writes it.
#[pyclass(frozen, module = "pyfixmsg_plus.store", name = "JournalReader")]
pub(crate) struct JournalReader {
    reader: Mutex<Reader>,
}

#[pymethods]
impl JournalReader {
    #[new]
    #[pyo3(signature = (folder, position=0))]
    fn new(folder: PathBuf, position: u64) -> Self {
        Self { reader: Mutex::new(Reader::new(Arc::new(Machine), &folder, position)) }
    }

    /// `(position, kind, number, time_ns, payload)` of the records that are there now, at most so many.
    #[pyo3(signature = (most=1000))]
    fn read<'py>(&self, py: Python<'py>, most: usize) -> PyResult<Bound<'py, PyList>> {
        let found = py.detach(|| {
            let mut reader = locked(&self.reader);
            let mut found = Vec::new();
            while found.len() < most {
                match reader.next_record()? {
                    Some(record) => found.push(record),
                    None => break,
                }
            }
            Ok(found)
        });
        let found: Vec<OwnedRecord> = found.map_err(|error: JournalError| errors::journal(py, &error))?;
        let rows = PyList::empty(py);
        for record in &found {
            let payload = PyBytes::new(py, &record.payload);
            rows.append((record.position, record.kind, record.number, record.time_ns, payload))?;
        }
        Ok(rows)
    }
}

/// Read a whole journal with checksums, positions and links; what was found, and every fault as an error.
#[pyfunction]
pub(crate) fn verify_journal(py: Python<'_>, folder: PathBuf) -> PyResult<Bound<'_, PyDict>> {
    let mut numbers = Numbers::default();
    let found = py.detach(|| fixplus_journal::verify(&Machine, &folder, &mut numbers));
    let found = found.map_err(|error| errors::journal(py, &error))?;
    let with = PyDict::new(py);
    with.set_item("segments", found.segments)?;
    with.set_item("records", found.records)?;
    with.set_item("bytes", found.bytes)?;
    with.set_item("first", found.first)?;
    with.set_item("next", found.next)?;
    with.set_item("is_chained", found.is_chained)?;
    let link: String = found.link.iter().map(|byte| format!("{byte:02x}")).collect();
    with.set_item("link", found.is_chained.then_some(link))?;
    with.set_item("torn_bytes", found.torn_bytes)?;
    with.set_item("next_out", numbers.next_out)?;
    with.set_item("next_in", numbers.next_in)?;
    let faults = PyList::empty(py);
    for error in &found.faults {
        faults.append(errors::journal(py, error).into_value(py))?;
    }
    with.set_item("faults", faults)?;
    Ok(with)
}

/// `(path, first, time_ns, live_from, bytes, is_sealed)` of each segment of a journal.
#[pyfunction]
pub(crate) fn journal_segments(py: Python<'_>, folder: PathBuf) -> PyResult<Bound<'_, PyList>> {
    let found = fixplus_journal::segments(&Machine, &folder).map_err(|error| errors::journal(py, &error))?;
    let rows = PyList::empty(py);
    for segment in found {
        let row = (segment.path, segment.first, segment.time_ns, segment.live_from, segment.bytes, segment.is_sealed);
        rows.append(row)?;
    }
    Ok(rows)
}
