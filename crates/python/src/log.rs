//! `LogReader`, `LogEntry` and `LogSummary`: messages in logs.

use crate::convert;
use crate::dictionary::Choice;
use crate::message::Message;
use fixplus_wire::log::{self, Direction, LogMessage, LogOptions, Over, Separator, Summary, Verdict};
use fixplus_wire::{Index, decode_lenient};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyString};

/// BeginString(8), SenderCompID(49), TargetCompID(56) and how many messages.
type Session<'py> = (Bound<'py, PyString>, Bound<'py, PyString>, Bound<'py, PyString>, u64);

/// A message that stands in a log.
#[pyclass(frozen, module = "pyfixmsg_plus.diagnostics", name = "LogEntry")]
pub(crate) struct LogEntry {
    /// Bytes from the start of the log to the message.
    #[pyo3(get)]
    offset: u64,
    /// The line on which it begins, from 1.
    #[pyo3(get)]
    line: u64,
    prefix: Vec<u8>,
    separator: Separator,
    raw: Vec<u8>,
    message: Vec<u8>,
    verdict: Verdict,
    /// Framing, BodyLength(9) and CheckSum(10) are right.
    #[pyo3(get)]
    is_valid: bool,
    /// Whether the sum or length came out right over the separators as printed, not over SOH.
    #[pyo3(get)]
    counts_printed: bool,
    /// What is wrong, a sentence each.
    #[pyo3(get)]
    reasons: Vec<String>,
    /// When the log says it was logged: nanoseconds since 1970-01-01 00:00:00 UTC.
    #[pyo3(get)]
    time: Option<i64>,
    /// `incoming` or `outgoing`, where the log says it.
    #[pyo3(get)]
    direction: Option<&'static str>,
}

impl LogEntry {
    fn new(found: &LogMessage<'_>) -> Self {
        let verdict = found.verdict;
        Self {
            offset: found.offset,
            line: found.line,
            prefix: found.prefix.to_vec(),
            separator: *found.separator,
            raw: found.raw.to_vec(),
            message: found.message.to_vec(),
            verdict,
            is_valid: verdict.is_valid(),
            counts_printed: [verdict.body_length, verdict.check_sum].contains(&Over::Printed),
            reasons: verdict.reasons().map(|reason| reason.to_string()).collect(),
            time: found.time(),
            direction: found.direction().map(|direction| match direction {
                Direction::Incoming => "incoming",
                Direction::Outgoing => "outgoing",
            }),
        }
    }
}

#[pymethods]
impl LogEntry {
    /// What stands before the message on its line.
    #[getter]
    fn prefix<'py>(&self, py: Python<'py>) -> Bound<'py, PyString> {
        convert::text(py, &self.prefix)
    }

    /// What stands between the fields.
    #[getter]
    fn separator<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, self.separator.as_bytes())
    }

    /// The message as it is printed.
    #[getter]
    fn raw<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, &self.raw)
    }

    /// The message as it was on the wire.
    #[getter]
    fn message<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, &self.message)
    }

    /// The message, read leniently.
    #[pyo3(signature = (dictionary=None))]
    fn parse(&self, py: Python<'_>, dictionary: Option<&Bound<'_, PyAny>>) -> PyResult<Message> {
        let choice = Choice::from_argument(dictionary)?;
        let mut index = Index::new();
        let faults = decode_lenient(&self.message, choice.pairs(), &mut index);
        Ok(Message::received(PyBytes::new(py, &self.message).unbind(), index.fields().to_vec(), choice, faults))
    }

    fn __repr__(&self) -> String {
        format!(
            "<LogEntry at line {}, {} bytes, {}>",
            self.line,
            self.raw.len(),
            if self.is_valid { "valid" } else { "invalid" }
        )
    }
}

/// Finds the messages of one log, fed in pieces of any size.
#[pyclass(module = "pyfixmsg_plus.diagnostics", name = "LogReader")]
pub(crate) struct LogReader {
    // On the heap of its own: vectors in it want more alignment than Python gives to objects.
    inner: Box<log::LogReader>,
}

fn options(max_message_size: usize, join_lines: bool) -> LogOptions {
    LogOptions { max_message_size, join_lines }
}

#[pymethods]
impl LogReader {
    #[new]
    #[pyo3(signature = (*, max_message_size=16_777_216, join_lines=true))]
    fn new(max_message_size: usize, join_lines: bool) -> Self {
        Self { inner: Box::new(log::LogReader::new(options(max_message_size, join_lines))) }
    }

    /// Read on and return the messages that these bytes complete.
    fn feed(&mut self, py: Python<'_>, chunk: &[u8]) -> Vec<LogEntry> {
        let mut found = Vec::new();
        py.detach(|| self.inner.feed(chunk, &mut |message| found.push(LogEntry::new(&message))));
        found
    }

    /// End the log and return the messages that were still waiting for more.
    fn finish(&mut self) -> Vec<LogEntry> {
        let mut found = Vec::new();
        self.inner.finish(&mut |message| found.push(LogEntry::new(&message)));
        found
    }
}

/// Counts over the messages of one log or several.
#[pyclass(module = "pyfixmsg_plus.diagnostics", name = "LogSummary")]
pub(crate) struct LogSummary {
    options: LogOptions,
    // On the heap of its own, as in `LogReader`.
    reader: Box<log::LogReader>,
    summary: Summary,
    bytes: u64,
}

#[pymethods]
impl LogSummary {
    #[new]
    #[pyo3(signature = (*, max_message_size=16_777_216, join_lines=true))]
    fn new(max_message_size: usize, join_lines: bool) -> Self {
        let options = options(max_message_size, join_lines);
        Self { options, reader: Box::new(log::LogReader::new(options)), summary: Summary::new(), bytes: 0 }
    }

    /// Read on.
    fn feed(&mut self, py: Python<'_>, chunk: &Bound<'_, PyAny>) -> PyResult<()> {
        let chunk = crate::parse::bytes_of(chunk)?;
        let bytes = chunk.as_bytes();
        let Self { reader, summary, .. } = self;
        py.detach(|| reader.feed(bytes, &mut |message| summary.add(&message)));
        self.bytes += bytes.len() as u64;
        Ok(())
    }

    /// Count one message that was read by itself.
    fn add(&mut self, entry: &LogEntry) {
        self.summary.add(&LogMessage {
            offset: entry.offset,
            line: entry.line,
            prefix: &entry.prefix,
            separator: &entry.separator,
            raw: &entry.raw,
            message: &entry.message,
            verdict: entry.verdict,
        });
    }

    /// Read a whole file, in pieces; `progress(bytes so far)` is called after each.
    #[pyo3(signature = (path, progress=None))]
    fn read(&mut self, py: Python<'_>, path: std::path::PathBuf, progress: Option<&Bound<'_, PyAny>>) -> PyResult<()> {
        use std::io::Read;
        let mut file = std::fs::File::open(path)?;
        let mut piece = vec![0u8; PIECE];
        loop {
            let Self { reader, summary, .. } = self;
            let count = py.detach(|| -> std::io::Result<usize> {
                let count = file.read(&mut piece)?;
                reader.feed(piece.get(..count).unwrap_or_default(), &mut |message| summary.add(&message));
                Ok(count)
            })?;
            self.bytes += count as u64;
            if count == 0 {
                return Ok(());
            }
            py.check_signals()?;
            if let Some(progress) = progress {
                progress.call1((self.bytes,))?;
            }
        }
    }

    /// End the log; another may follow.
    fn finish(&mut self) {
        let Self { reader, summary, .. } = self;
        reader.finish(&mut |message| summary.add(&message));
        *self.reader = log::LogReader::new(self.options);
    }

    /// Bytes read.
    #[getter]
    fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Messages found.
    #[getter]
    fn messages(&self) -> u64 {
        self.summary.messages()
    }

    /// Messages whose framing, BodyLength(9) and CheckSum(10) are right.
    #[getter]
    fn valid(&self) -> u64 {
        self.summary.valid()
    }

    /// Bytes that belong to messages.
    #[getter]
    fn message_bytes(&self) -> u64 {
        self.summary.message_bytes()
    }

    /// How many messages of each MsgType(35), most first; those without under the empty text.
    #[getter]
    fn types<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let types = PyDict::new(py);
        for (msg_type, count) in self.summary.types() {
            types.set_item(convert::text(py, &msg_type), count)?;
        }
        if self.summary.without_type() > 0 {
            types.set_item("", self.summary.without_type())?;
        }
        Ok(types)
    }

    /// Messages of types beyond the number that is counted one by one.
    #[getter]
    fn other_types(&self) -> u64 {
        self.summary.other_types()
    }

    /// How many messages each thing is wrong with.
    #[getter]
    fn reasons<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let reasons = PyDict::new(py);
        for (reason, count) in self.summary.reasons() {
            reasons.set_item(reason, count)?;
        }
        Ok(reasons)
    }

    /// The earliest and the latest SendingTime(52): nanoseconds since 1970-01-01 00:00:00 UTC.
    #[getter]
    fn span(&self) -> Option<(i64, i64)> {
        self.summary.span()
    }

    /// Who sent to whom: `(BeginString(8), SenderCompID(49), TargetCompID(56), messages)`.
    #[getter]
    fn sessions<'py>(&self, py: Python<'py>) -> Vec<Session<'py>> {
        let session = |session: &log::Session| {
            (
                convert::text(py, &session.begin_string),
                convert::text(py, &session.sender_comp_id),
                convert::text(py, &session.target_comp_id),
                session.messages,
            )
        };
        self.summary.sessions().iter().map(session).collect()
    }

    /// Messages of sessions beyond the number that is counted one by one.
    #[getter]
    fn other_sessions(&self) -> u64 {
        self.summary.other_sessions()
    }

    /// How many messages have which separator.
    #[getter]
    fn separators<'py>(&self, py: Python<'py>) -> Vec<(Bound<'py, PyBytes>, u64)> {
        let separator = |(separator, count): &(Separator, u64)| (PyBytes::new(py, separator.as_bytes()), *count);
        self.summary.separators().iter().map(separator).collect()
    }
}

/// How much of a file is read at once: it stays in the second-level cache.
const PIECE: usize = 256 * 1024;
