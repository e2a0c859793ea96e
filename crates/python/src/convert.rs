//! Values between Python and the wire.

use crate::errors;
use fixplus_wire::values;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{
    PyBool, PyByteArray, PyBytes, PyDate, PyDateTime, PyDict, PyFloat, PyInt, PyList, PyString, PyTime, PyTuple, PyType,
};
use std::cell::RefCell;

/// A value as text: ISO-8859-1, which loses no byte.
#[inline]
pub(crate) fn text<'py>(py: Python<'py>, value: &[u8]) -> Bound<'py, PyString> {
    if value.is_ascii() {
        if let Ok(text) = PyString::from_bytes(py, value) {
            return text;
        }
    }
    PyString::new(py, &value.iter().map(|&byte| char::from(byte)).collect::<String>())
}

/// What Python decodes that is no charset, by the names of `codecs.lookup`: punycode takes time by the square of the length.
const NO_CHARSETS: [&str; 5] = ["idna", "punycode", "raw-unicode-escape", "undefined", "unicode-escape"];

/// Bytes as text in the charset that a peer names.
pub(crate) fn decoded<'py>(py: Python<'py>, value: &[u8], charset: &str) -> PyResult<Bound<'py, PyString>> {
    let name = py.import("codecs")?.call_method1("lookup", (charset,))?.getattr("name")?;
    if NO_CHARSETS.contains(&name.cast::<PyString>()?.to_str()?) {
        return Err(errors::argument(format!("{charset} is no charset")));
    }
    Ok(PyBytes::new(py, value).call_method1("decode", (charset,))?.cast_into::<PyString>()?)
}

/// The largest exponent of a `Decimal` that is written out; Python itself writes no longer int.
const MAX_EXPONENT: u64 = 4300;

static DECIMAL: PyOnceLock<Py<PyType>> = PyOnceLock::new();

/// The class `decimal.Decimal`.
pub(crate) fn decimal_class<'py>(py: Python<'py>) -> PyResult<&'py Bound<'py, PyType>> {
    DECIMAL.import(py, "decimal", "Decimal")
}

/// A text of up to 16 bytes: its first and last bytes, which may overlap, and its length. Different texts differ.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
struct Short {
    first: u64,
    last: u64,
    length: u32,
}

impl Short {
    #[inline]
    fn new(text: &[u8]) -> Option<Self> {
        let length = text.len() as u32;
        let word = |bytes: &[u8; 4]| u64::from(u32::from_le_bytes(*bytes));
        let (first, last) = match length {
            8..=16 => (u64::from_le_bytes(*text.first_chunk()?), u64::from_le_bytes(*text.last_chunk()?)),
            4..=7 => (word(text.first_chunk()?), word(text.last_chunk()?)),
            _ => match *text {
                [a] => (u64::from(a), 0),
                [a, b] => (u64::from(a), u64::from(b)),
                [a, b, c] => (u64::from(a), u64::from(u16::from_le_bytes([b, c]))),
                _ => return None,
            },
        };
        Some(Self { first, last, length })
    }

    /// The slot in which this text is remembered.
    #[inline]
    fn slot(self) -> usize {
        let mixed =
            (self.first ^ self.last.rotate_left(29) ^ u64::from(self.length)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        (mixed >> (u64::BITS - SLOTS.ilog2())) as usize
    }
}

/// Decimals of late, by their text. Prices and quantities repeat; making a `Decimal` costs several times what finding one does.
struct Recent {
    slots: Vec<Slot>,
}

/// The text that was last met in this slot, and its number once the text was met twice in a row: numbers that never come again
/// are not kept, since to drop them later, when they have left the processor's caches, costs more than to make them.
#[derive(Default)]
struct Slot {
    text: Short,
    number: Option<Py<PyAny>>,
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

thread_local! {
    static RECENT: RefCell<Recent> = const { RefCell::new(Recent { slots: Vec::new() }) };
}

/// An exact `Decimal`.
///
/// # Errors
/// [`values::ValueError::Format`] where the text is no decimal number of FIX.
#[inline]
pub(crate) fn decimal<'py>(py: Python<'py>, value: &[u8]) -> PyResult<Result<Bound<'py, PyAny>, values::ValueError>> {
    let Some(text) = Short::new(value) else { return new_decimal(py, value) };
    let slot = text.slot();
    let found = RECENT.with_borrow(|recent| match recent.slots.get(slot) {
        Some(Slot { text: seen, number: Some(number) }) if *seen == text => Some(number.clone_ref(py)),
        _ => None,
    });
    if let Some(number) = found {
        return Ok(Ok(number.into_bound(py)));
    }
    let number = match new_decimal(py, value)? {
        Ok(number) => number,
        Err(error) => return Ok(Err(error)),
    };
    let dropped = RECENT.with_borrow_mut(|recent| {
        if recent.slots.is_empty() {
            recent.slots.resize_with(SLOTS, Slot::default);
        }
        let slot = recent.slots.get_mut(slot)?;
        if slot.text == text {
            return slot.number.replace(number.clone().unbind());
        }
        slot.text = text;
        slot.number.take()
    });
    drop(dropped);
    Ok(Ok(number))
}

static FROM_TEXT: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
static FROM_INT: PyOnceLock<Py<PyAny>> = PyOnceLock::new();

/// `create_decimal` of a context that never rounds: what `Decimal(text)` does, without looking up the caller's context.
fn from_text(py: Python<'_>) -> PyResult<&Bound<'_, PyAny>> {
    let made = FROM_TEXT.get_or_try_init(py, || {
        let module = py.import("decimal")?;
        let limits = PyDict::new(py);
        for (argument, limit) in [("prec", "MAX_PREC"), ("Emax", "MAX_EMAX"), ("Emin", "MIN_EMIN")] {
            limits.set_item(argument, module.getattr(limit)?)?;
        }
        let context = module.getattr("Context")?.call((), Some(&limits))?;
        Ok::<_, PyErr>(context.getattr("create_decimal")?.unbind())
    })?;
    Ok(made.bind(py))
}

/// `Decimal.from_float`, which takes an int as it is and costs half of what `Decimal(text)` does.
fn from_int(py: Python<'_>) -> PyResult<&Bound<'_, PyAny>> {
    let made = FROM_INT.get_or_try_init(py, || Ok::<_, PyErr>(decimal_class(py)?.getattr("from_float")?.unbind()))?;
    Ok(made.bind(py))
}

#[inline(never)]
fn new_decimal<'py>(py: Python<'py>, value: &[u8]) -> PyResult<Result<Bound<'py, PyAny>, values::ValueError>> {
    if !value.contains(&b'.') {
        // There is a Decimal -0 but no such int.
        if let Some(number) = values::int(value).ok().filter(|&number| number != 0 || value.first() != Some(&b'-')) {
            return Ok(Ok(from_int(py)?.call1((number,))?));
        }
    }
    if !values::is_decimal(value) {
        return Ok(Err(values::ValueError::Format { datatype: values::Datatype::Float }));
    }
    Ok(Ok(from_text(py)?.call1((text(py, value),))?))
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
            // A short `Decimal` can stand for more zeros than there is memory.
            let exponent: i64 = value.call_method0("adjusted")?.extract()?;
            if exponent.unsigned_abs() > MAX_EXPONENT {
                return Err(errors::argument(format!(
                    "{text} is no number that FIX can write: without its exponent it has more than {MAX_EXPONENT} digits"
                )));
            }
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
