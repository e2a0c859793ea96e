//! From our errors to Python's, in this one file. The classes stand in `pyfixmsg_plus.errors`.

use fixplus_journal::JournalError;
use fixplus_market::MarketError;
use fixplus_wire::values::ValueError;
use fixplus_wire::{DecodeError, EncodeError};
use pyo3::exceptions::{PyKeyError, PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyDict, PyType};
use std::borrow::Cow;

fn class<'py>(py: Python<'py>, cell: &'static PyOnceLock<Py<PyType>>, name: &str) -> PyResult<&'py Bound<'py, PyType>> {
    cell.import(py, "pyfixmsg_plus.errors", name)
}

/// An error of ours: `class(*args, **kwargs)`, or the error that making it met.
fn raise(
    py: Python<'_>,
    cell: &'static PyOnceLock<Py<PyType>>,
    name: &str,
    text: String,
    with: &Bound<'_, PyDict>,
) -> PyErr {
    match class(py, cell, name).and_then(|class| class.call((text,), Some(with))) {
        Ok(error) => PyErr::from_value(error),
        Err(error) => error,
    }
}

static DECODE_ERROR: PyOnceLock<Py<PyType>> = PyOnceLock::new();
static LOCAL_PROTOCOL_ERROR: PyOnceLock<Py<PyType>> = PyOnceLock::new();
static VALUE_FORMAT_ERROR: PyOnceLock<Py<PyType>> = PyOnceLock::new();
static DICTIONARY_ERROR: PyOnceLock<Py<PyType>> = PyOnceLock::new();

/// Bytes that are no message.
pub(crate) fn decode(py: Python<'_>, error: &DecodeError) -> PyErr {
    let with = PyDict::new(py);
    let filled = with
        .set_item("offset", error.offset())
        .and_then(|()| with.set_item("tag", error.tag()))
        .and_then(|()| with.set_item("kind", error.kind()))
        .and_then(|()| with.set_item("reason", error.reason()));
    match filled {
        Ok(()) => raise(py, &DECODE_ERROR, "DecodeError", error.to_string(), &with),
        Err(error) => error,
    }
}

/// Fields that cannot be written as a message.
pub(crate) fn encode(py: Python<'_>, error: &EncodeError) -> PyErr {
    local(py, error.to_string())
}

/// A number, an instrument or a basket that cannot be counted with.
pub(crate) fn market(error: MarketError) -> PyErr {
    PyValueError::new_err(error.to_string())
}

/// Our side asked for what FIX forbids.
pub(crate) fn local(py: Python<'_>, text: String) -> PyErr {
    raise(py, &LOCAL_PROTOCOL_ERROR, "LocalProtocolError", text, &PyDict::new(py))
}

/// A value that does not have the form that was asked for, as it may be shown.
pub(crate) fn value(py: Python<'_>, tag: u32, name: &str, shown: &str, error: &ValueError) -> PyErr {
    value_format(py, tag, shown, error_datatype(error), format!("{name}: {error}: {:?}", brief(shown)))
}

/// The most characters of a value that a sentence shows: a value of a peer may be as long as a message.
const LONGEST_VALUE: usize = 40;

/// A value as a sentence shows it.
pub(crate) fn brief(value: &str) -> Cow<'_, str> {
    match value.char_indices().nth(LONGEST_VALUE).and_then(|(end, _)| value.get(..end)) {
        Some(start) => Cow::Owned(format!("{start}...")),
        None => Cow::Borrowed(value),
    }
}

fn error_datatype(error: &ValueError) -> &'static str {
    match error {
        ValueError::Format { datatype } | ValueError::OutOfRange { datatype } | ValueError::TooLong { datatype } => {
            datatype.name()
        }
        _ => "",
    }
}

/// A value that does not have the form that was asked for, in other words.
pub(crate) fn value_format(py: Python<'_>, tag: u32, value: &str, datatype: &str, text: String) -> PyErr {
    let with = PyDict::new(py);
    let filled = with
        .set_item("tag", tag)
        .and_then(|()| with.set_item("datatype", datatype))
        .and_then(|()| with.set_item("value", value));
    match filled {
        Ok(()) => raise(py, &VALUE_FORMAT_ERROR, "ValueFormatError", text, &with),
        Err(error) => error,
    }
}

/// A dictionary that cannot be used; `faults` are `(file, line, element, name, text)`.
pub(crate) fn dictionary(py: Python<'_>, text: String, faults: Vec<(String, u64, String, String, String)>) -> PyErr {
    let with = PyDict::new(py);
    match with.set_item("faults", faults) {
        Ok(()) => raise(py, &DICTIONARY_ERROR, "DictionaryError", text, &with),
        Err(error) => error,
    }
}

static STORE_ERROR: PyOnceLock<Py<PyType>> = PyOnceLock::new();
static STORE_IN_USE_ERROR: PyOnceLock<Py<PyType>> = PyOnceLock::new();
static STORE_DAMAGED_ERROR: PyOnceLock<Py<PyType>> = PyOnceLock::new();

/// A journal that cannot be opened, written or read.
pub(crate) fn journal(py: Python<'_>, error: &JournalError) -> PyErr {
    let with = PyDict::new(py);
    let text = error.to_string();
    match error {
        JournalError::InUse { path, holder } => {
            match with.set_item("path", path).and_then(|()| with.set_item("holder", holder)) {
                Ok(()) => raise(py, &STORE_IN_USE_ERROR, "StoreInUseError", text, &with),
                Err(error) => error,
            }
        }
        JournalError::Broken { path, offset, position, .. } => {
            let filled = with
                .set_item("path", path)
                .and_then(|()| with.set_item("offset", offset))
                .and_then(|()| with.set_item("position", position));
            match filled {
                Ok(()) => raise(py, &STORE_DAMAGED_ERROR, "StoreDamagedError", text, &with),
                Err(error) => error,
            }
        }
        _ => raise(py, &STORE_ERROR, "StoreError", text, &with),
    }
}

/// A store that was closed.
pub(crate) fn store_closed(py: Python<'_>) -> PyErr {
    raise(py, &STORE_ERROR, "StoreError", "the store is closed".to_owned(), &PyDict::new(py))
}

/// A `ValueError` or `TypeError` about a value, with the field that it is for before its text; any other as it is.
#[cold]
pub(crate) fn named(py: Python<'_>, label: &str, error: PyErr) -> PyErr {
    let class = error.get_type(py);
    if !class.is(py.get_type::<PyValueError>()) && !class.is(py.get_type::<PyTypeError>()) {
        return error;
    }
    let named = PyErr::from_type(class, format!("{label}: {}", error.value(py)));
    // What Python code raised keeps its traceback.
    if error.traceback(py).is_some() {
        named.set_cause(py, Some(error));
    }
    named
}

/// A field that is not there.
pub(crate) fn missing(text: String) -> PyErr {
    PyKeyError::new_err(text)
}

/// An argument of the wrong kind.
pub(crate) fn kind(text: String) -> PyErr {
    PyTypeError::new_err(text)
}

/// An argument of the wrong value.
pub(crate) fn argument(text: String) -> PyErr {
    PyValueError::new_err(text)
}
