//! Values between Python and the wire.

use crate::errors;
use fixplus_wire::values;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{
    PyBool, PyByteArray, PyBytes, PyDate, PyDateTime, PyFloat, PyInt, PyList, PyString, PyTime, PyTuple, PyType,
};
use std::cell::RefCell;

/// A value as text: ISO-8859-1, which loses no byte.
#[inline]
pub(crate) fn text<'py>(py: Python<'py>, value: &[u8]) -> Bound<'py, PyString> {
    match std::str::from_utf8(value) {
        Ok(text) if value.is_ascii() => PyString::new(py, text),
        _ => PyString::new(py, &value.iter().map(|&byte| char::from(byte)).collect::<String>()),
    }
}

static DECIMAL: PyOnceLock<Py<PyType>> = PyOnceLock::new();

/// The class `decimal.Decimal`.
pub(crate) fn decimal_class<'py>(py: Python<'py>) -> PyResult<&'py Bound<'py, PyType>> {
    DECIMAL.import(py, "decimal", "Decimal")
}

/// Decimals of late, by their text. Prices and quantities repeat; making a `Decimal` costs several times what finding one does.
struct Recent {
    slots: Vec<Option<(u128, Py<PyAny>)>>,
}

impl Drop for Recent {
    fn drop(&mut self) {
        // A thread ends without the interpreter, which these objects need in order to go; and that may be gone already.
        let mut slots = std::mem::take(&mut self.slots);
        if !slots.is_empty() && Python::try_attach(|_| slots.clear()).is_none() {
            std::mem::forget(slots);
        }
    }
}

const SLOTS: usize = 4096;
/// Texts longer than this are not remembered.
const TEXT_MAX: usize = 16;

thread_local! {
    static RECENT: RefCell<Recent> = const { RefCell::new(Recent { slots: Vec::new() }) };
}

/// An exact `Decimal`.
///
/// # Errors
/// [`values::ValueError::Format`] where the text is no decimal number of FIX.
#[inline]
pub(crate) fn decimal<'py>(py: Python<'py>, value: &[u8]) -> PyResult<Result<Bound<'py, PyAny>, values::ValueError>> {
    if value.len() > TEXT_MAX {
        return new_decimal(py, value);
    }
    let mut key = [0u8; TEXT_MAX];
    for (slot, &byte) in key.iter_mut().zip(value) {
        *slot = byte;
    }
    let key = u128::from_le_bytes(key);
    let mixed = (key as u64 ^ ((key >> 64) as u64).rotate_left(29)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let place = (mixed >> 52) as usize;
    let found = RECENT.with_borrow(|recent| match recent.slots.get(place) {
        Some(Some((seen, number))) if *seen == key => Some(number.clone_ref(py)),
        _ => None,
    });
    if let Some(number) = found {
        return Ok(Ok(number.into_bound(py)));
    }
    let number = match new_decimal(py, value)? {
        Ok(number) => number,
        Err(error) => return Ok(Err(error)),
    };
    let kept = number.clone().unbind();
    let dropped = RECENT.with_borrow_mut(|recent| {
        if recent.slots.is_empty() {
            recent.slots.resize_with(SLOTS, || None);
        }
        recent.slots.get_mut(place).and_then(|slot| slot.replace((key, kept)))
    });
    drop(dropped);
    Ok(Ok(number))
}

#[inline(never)]
fn new_decimal<'py>(py: Python<'py>, value: &[u8]) -> PyResult<Result<Bound<'py, PyAny>, values::ValueError>> {
    if !values::is_decimal(value) {
        return Ok(Err(values::ValueError::Format { datatype: values::Datatype::Float }));
    }
    let text = text(py, value);
    Ok(Ok(decimal_class(py)?.call1((text,))?))
}

/// The bytes of a value that a caller gave, appended to `out`; nothing where the text has characters outside ISO-8859-1.
///
/// # Errors
/// `TypeError` for a float, which never holds money exactly, and for what no field can hold.
#[inline]
pub(crate) fn write_value(value: &Bound<'_, PyAny>, out: &mut Vec<u8>) -> PyResult<Option<()>> {
    if write_common(value, out) { Ok(Some(())) } else { write_rare(value, out) }
}

/// Append the bytes of a value of the types that most values have, for which no code of the caller runs; `false`, with nothing
/// appended, where it is another.
#[inline]
pub(crate) fn write_common(value: &Bound<'_, PyAny>, out: &mut Vec<u8>) -> bool {
    if let Ok(text) = value.cast::<PyString>() {
        // Members of a StrEnum are strings too, and give their value.
        return match text.to_str() {
            Ok(text) if text.is_ascii() => {
                out.extend_from_slice(text.as_bytes());
                true
            }
            _ => false,
        };
    }
    if let Ok(number) = value.cast_exact::<PyInt>() {
        return match number.extract::<i64>() {
            Ok(number) => {
                values::write_int(number, out);
                true
            }
            Err(_) => false,
        };
    }
    if let Ok(bytes) = value.cast::<PyBytes>() {
        out.extend_from_slice(bytes.as_bytes());
        return true;
    }
    if let Ok(flag) = value.cast::<PyBool>() {
        out.push(if flag.is_true() { b'Y' } else { b'N' });
        return true;
    }
    write_decimal(value, out)
}

/// Append the text of a `Decimal` that is written without an exponent.
#[inline(never)]
fn write_decimal(value: &Bound<'_, PyAny>, out: &mut Vec<u8>) -> bool {
    let is_decimal = decimal_class(value.py()).is_ok_and(|class| value.get_type().is(class));
    if !is_decimal {
        return false;
    }
    let Ok(text) = value.str() else { return false };
    match text.to_str() {
        Ok(text) if values::is_decimal(text.as_bytes()) => {
            out.extend_from_slice(text.as_bytes());
            true
        }
        _ => false,
    }
}

#[inline(never)]
fn write_rare(value: &Bound<'_, PyAny>, out: &mut Vec<u8>) -> PyResult<Option<()>> {
    let py = value.py();
    if let Ok(text) = value.cast::<PyString>() {
        let Ok(text) = text.to_str() else { return Ok(None) };
        let latin: Option<Vec<u8>> = text.chars().map(|letter| u8::try_from(u32::from(letter)).ok()).collect();
        return Ok(latin.map(|latin| out.extend_from_slice(&latin)));
    }
    if let Ok(number) = value.cast::<PyInt>() {
        match number.extract::<i64>() {
            Ok(number) => values::write_int(number, out),
            Err(_) => out.extend_from_slice(number.call_method0("__int__")?.str()?.to_str()?.as_bytes()),
        }
        return Ok(Some(()));
    }
    if value.is_instance(decimal_class(py)?)? {
        // Only a number that Python would write with an exponent needs to be told not to.
        let mut text = value.str()?;
        if text.to_str()?.contains('E') {
            text = value.call_method1("__format__", ("f",))?.cast_into::<PyString>()?;
        }
        let text = text.to_str()?;
        if !values::is_decimal(text.as_bytes()) {
            return Err(errors::argument(format!("{text} is no number that FIX can write")));
        }
        out.extend_from_slice(text.as_bytes());
        return Ok(Some(()));
    }
    if value.is_instance_of::<PyFloat>() {
        return Err(errors::kind(
            "a float does not hold a price or quantity exactly: give a Decimal, an int or text".into(),
        ));
    }
    if let Ok(bytes) = value.cast::<PyByteArray>() {
        out.extend_from_slice(&bytes.to_vec());
        return Ok(Some(()));
    }
    if value.is_instance_of::<PyDateTime>() || value.is_instance_of::<PyDate>() || value.is_instance_of::<PyTime>() {
        let text = py.import("pyfixmsg_plus.values")?.call_method1("format_time", (value,))?;
        out.extend_from_slice(text.cast::<PyString>()?.to_str()?.as_bytes());
        return Ok(Some(()));
    }
    if (value.is_instance_of::<PyTuple>() || value.is_instance_of::<PyList>()) && !holds_entries(value)? {
        for (at, word) in value.try_iter()?.enumerate() {
            let word = word?;
            // A list may hold itself.
            if word.is_instance_of::<PyTuple>() || word.is_instance_of::<PyList>() {
                return Err(errors::kind("the words of a multiple value cannot be lists".into()));
            }
            if at > 0 {
                out.push(b' ');
            }
            if write_value(&word, out)?.is_none() {
                return Ok(None);
            }
        }
        return Ok(Some(()));
    }
    // MonthYear, Tenor and enums with other values say how they are written.
    if let Ok(wire) = value.getattr("wire") {
        if let Ok(text) = wire.cast::<PyString>() {
            out.extend_from_slice(text.to_str()?.as_bytes());
            return Ok(Some(()));
        }
    }
    Err(errors::kind(format!("a field cannot hold {}", value.get_type().name()?)))
}

/// Whether a sequence holds the entries of a group rather than the words of a multiple value.
pub(crate) fn holds_entries(value: &Bound<'_, PyAny>) -> PyResult<bool> {
    if value.is_instance_of::<PyString>() || !(value.is_instance_of::<PyTuple>() || value.is_instance_of::<PyList>()) {
        return Ok(false);
    }
    match value.try_iter()?.next() {
        None => Ok(true),
        Some(first) => {
            let first = first?;
            Ok(!(first.is_instance_of::<PyString>()
                || first.is_instance_of::<PyBytes>()
                || first.is_instance_of::<PyInt>()))
        }
    }
}
