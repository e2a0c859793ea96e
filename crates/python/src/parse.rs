//! Bytes to messages: `parse`, `split`, `Splitter`.

use crate::dictionary::{Choice, standard_pairs};
use crate::errors;
use crate::message::Message;
use fixplus_wire::frame::{self, MAX_MESSAGE_SIZE, Progress, Step};
use fixplus_wire::{
    Checks, DataPairs, DecodeError, Field, Index, Role, SOH, decode, decode_lenient, separator as printed,
};
use pyo3::prelude::*;
use pyo3::types::{PyByteArray, PyBytes, PyList, PyMemoryView};
use std::cell::RefCell;

thread_local! {
    static INDEX: RefCell<Index> = RefCell::new(Index::new());
}

/// The bytes a caller gave; `bytes` are taken as they are, others copied, since they may change.
pub(crate) fn bytes_of<'py>(raw: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyBytes>> {
    if let Ok(bytes) = raw.cast::<PyBytes>() {
        return Ok(bytes.clone());
    }
    let py = raw.py();
    if let Ok(bytes) = raw.cast::<PyByteArray>() {
        return Ok(PyBytes::new(py, &bytes.to_vec()));
    }
    if raw.is_instance_of::<PyMemoryView>() {
        return Ok(raw.call_method0("tobytes")?.cast_into::<PyBytes>()?);
    }
    Err(errors::kind(format!(
        "a message is parsed from bytes, bytearray or memoryview, not from {}",
        raw.get_type().name()?
    )))
}

/// Read one message.
///
/// Args:
///     raw: The bytes from the `8` of BeginString(8) to the separator behind CheckSum(10).
///     dictionary: Names the fields; `None` for the bundled one that the message asks for, `False` for none.
///     separator: What stands between fields.
///     strict: Whether bytes that are no message are refused. If not, all that can be read is read, and `faults` says what
///         was wrong.
///     validate_length_and_checksum: `False` lets a wrong BodyLength(9) and a wrong CheckSum(10) pass.
///     validate_checksum: `False` lets a wrong CheckSum(10) pass.
///
/// Raises:
///     DecodeError: The bytes are no message, and `strict` is set.
#[pyfunction]
#[pyo3(
    signature = (raw, dictionary=None, *, separator=None, strict=true, validate_length_and_checksum=true, validate_checksum=true),
    text_signature = "(raw, dictionary=None, *, separator=b'\\x01', strict=True, validate_length_and_checksum=True, validate_checksum=True)"
)]
pub(crate) fn parse(
    raw: &Bound<'_, PyAny>,
    dictionary: Option<&Bound<'_, PyAny>>,
    separator: Option<&Bound<'_, PyAny>>,
    strict: bool,
    validate_length_and_checksum: bool,
    validate_checksum: bool,
) -> PyResult<Message> {
    let py = raw.py();
    let choice = Choice::from_argument(dictionary)?;
    let checks = Checks::by_settings(validate_length_and_checksum, validate_checksum);
    let bytes = bytes_of(raw)?;
    let separator = match separator {
        None => None,
        Some(separator) => match separator.cast::<PyBytes>() {
            Ok(separator) if !separator.as_bytes().is_empty() => {
                Some(separator.as_bytes()).filter(|separator| *separator != [SOH])
            }
            _ => return Err(errors::argument("separator must be bytes, one or more".into())),
        },
    };
    match separator {
        None if strict => strictly(py, bytes, choice, checks),
        separator => read_printed(py, &bytes, separator, strict, choice, checks),
    }
}

#[inline]
fn strictly(py: Python<'_>, bytes: Bound<'_, PyBytes>, choice: Choice, checks: Checks) -> PyResult<Message> {
    INDEX.with_borrow_mut(|index| match decode(bytes.as_bytes(), choice.pairs(), checks, index) {
        Ok(()) => {
            let message = Message::received(bytes.unbind(), index.fields().to_vec(), choice, Vec::new());
            Ok(message.read_with(checks))
        }
        Err(error) => Err(errors::decode(py, &error)),
    })
}

/// Read a message that may be printed with another separator, or may be no message at all.
#[inline(never)]
fn read_printed(
    py: Python<'_>,
    bytes: &Bound<'_, PyBytes>,
    separator: Option<&[u8]>,
    strict: bool,
    choice: Choice,
    checks: Checks,
) -> PyResult<Message> {
    let raw = bytes.as_bytes();
    // A lenient reader that is told nothing looks for the separator where SOH is not it.
    let separator = separator.or_else(|| printed::detect(raw)).unwrap_or(&[SOH]);
    if separator == [SOH] {
        let (fields, faults) = leniently(raw, choice.pairs(), checks);
        return Ok(Message::received(bytes.clone().unbind(), fields, choice, faults).read_with(checks));
    }
    let mut message = printed::with_soh(raw, separator);
    // A printed last field may lack its separator.
    if !strict && !message.ends_with(&[SOH]) && !message.is_empty() {
        message.push(SOH);
    }
    if separator.len() == 1 {
        let (fields, _) = leniently(&message, choice.pairs(), checks);
        if fields.iter().any(|field| choice.pairs().role(field.tag) == Role::Data) {
            printed::restore_data(&mut message, raw, &fields, choice.pairs());
        }
    }
    let message = PyBytes::new(py, &message);
    if strict {
        return strictly(py, message, choice, checks);
    }
    let (fields, faults) = leniently(message.as_bytes(), choice.pairs(), checks);
    Ok(Message::received(message.unbind(), fields, choice, faults).read_with(checks))
}

/// All that can be read, and what is wrong of what is looked at.
pub(crate) fn leniently(bytes: &[u8], pairs: &DataPairs, checks: Checks) -> (Vec<Field>, Vec<DecodeError>) {
    INDEX.with_borrow_mut(|index| {
        if checks != Checks::ALL && decode(bytes, pairs, checks, index).is_ok() {
            return (index.fields().to_vec(), Vec::new());
        }
        let mut faults = decode_lenient(bytes, pairs, index);
        faults.retain(|fault| !checks.lets(fault));
        (index.fields().to_vec(), faults)
    })
}

/// Whether the frame is a message as far as length and sum can tell.
fn sums_up(frame: &[u8]) -> bool {
    let Some((body, [_, _, _, a, b, c, _])) = frame.split_last_chunk::<7>() else { return false };
    let sum = fixplus_wire::sum(body);
    [*a, *b, *c] == [b'0' + sum / 100, b'0' + sum / 10 % 10, b'0' + sum % 10]
}

/// Cut a buffer into the frames of messages; what is garbled is left out. The rest is what may be the beginning of a message.
///
/// Args:
///     buffer: Bytes of a stream.
///     validate_length_and_checksum: `False` does not look at BodyLength(9): a message ends at its field `10=ddd`, whatever
///         that says. One inside a data field ends nothing.
///     validate_checksum: `False` keeps messages whose CheckSum(10) is wrong.
#[pyfunction]
#[pyo3(signature = (buffer, *, validate_length_and_checksum=true, validate_checksum=true))]
pub(crate) fn split<'py>(
    buffer: &Bound<'py, PyAny>,
    validate_length_and_checksum: bool,
    validate_checksum: bool,
) -> PyResult<(Bound<'py, PyList>, Bound<'py, PyBytes>)> {
    let py = buffer.py();
    let bytes = bytes_of(buffer)?;
    let raw = bytes.as_bytes();
    let checks = Checks::by_settings(validate_length_and_checksum, validate_checksum);
    let frames = PyList::empty(py);
    let mut from = 0;
    let mut progress = Progress::default();
    loop {
        let step = if checks.body_length {
            frame::next(raw, from, MAX_MESSAGE_SIZE)
        } else {
            frame::next_by_check_sum(raw, from, MAX_MESSAGE_SIZE, standard_pairs(), &mut progress)
        };
        progress = Progress::default();
        match step {
            Step::Frame { start, end } => {
                let frame = raw.get(start..end).unwrap_or_default();
                if !checks.check_sum || sums_up(frame) {
                    frames.append(PyBytes::new(py, frame))?;
                }
                from = end;
            }
            Step::Garbled { end, .. } => from = end,
            Step::Incomplete { start, .. } => {
                return Ok((frames, PyBytes::new(py, raw.get(start..).unwrap_or_default())));
            }
            _ => return Ok((frames, PyBytes::new(py, b""))),
        }
    }
}

/// Cuts a stream into frames, whatever the pieces in which it arrives.
///
/// Args:
///     max_message_size: The largest BodyLength(9), in bytes; what is longer is given up.
///     validate_length_and_checksum: As of `split`.
///     validate_checksum: As of `split`.
#[pyclass(module = "pyfixmsg_plus", name = "Splitter")]
pub(crate) struct Splitter {
    inner: frame::Splitter,
    check_sum: bool,
    garbled: Vec<(u64, usize, String)>,
}

/// Reports of garbled bytes that are kept until they are asked for.
const GARBLED_MAX: usize = 1024;

#[pymethods]
impl Splitter {
    #[new]
    #[pyo3(signature = (max_message_size=MAX_MESSAGE_SIZE, *, validate_length_and_checksum=true, validate_checksum=true))]
    fn new(max_message_size: usize, validate_length_and_checksum: bool, validate_checksum: bool) -> Self {
        let checks = Checks::by_settings(validate_length_and_checksum, validate_checksum);
        let inner = if checks.body_length {
            frame::Splitter::new(max_message_size)
        } else {
            frame::Splitter::by_check_sum(max_message_size, standard_pairs().clone())
        };
        Self { inner, check_sum: checks.check_sum, garbled: Vec::new() }
    }

    /// Take the next bytes of the stream and return the frames that they complete.
    fn feed<'py>(&mut self, py: Python<'py>, data: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyList>> {
        let data = bytes_of(data)?;
        let frames = PyList::empty(py);
        let mut failed = Ok(());
        let (garbled, check_sum) = (&mut self.garbled, self.check_sum);
        self.inner.feed(data.as_bytes(), |offset, found| match found {
            Ok(frame) if !check_sum || sums_up(frame) => {
                if let Err(error) = frames.append(PyBytes::new(py, frame)) {
                    failed = Err(error);
                }
            }
            Ok(frame) => note(garbled, (offset, frame.len(), "CheckSum(10) is wrong".to_owned())),
            Err(bad) => note(garbled, (offset, bad.length, bad.fault.to_string())),
        });
        failed.map(|()| frames)
    }

    /// What was garbled since this was last asked: `(offset in the stream, bytes given up, why)`.
    fn garbled(&mut self) -> Vec<(u64, usize, String)> {
        std::mem::take(&mut self.garbled)
    }

    /// The bytes that are kept because their message is not complete.
    #[getter]
    fn rest<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, self.inner.rest())
    }
}

fn note(garbled: &mut Vec<(u64, usize, String)>, what: (u64, usize, String)) {
    if garbled.len() < GARBLED_MAX {
        garbled.push(what);
    }
}
