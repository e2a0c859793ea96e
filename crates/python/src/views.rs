//! A message as text, as data and beside another.

use crate::convert;
use crate::dictionary::{Choice, for_message};
use crate::errors;
use crate::group::Group;
use crate::knowledge::PyDictionary;
use crate::message::{Message, View};
use fixplus_dictionary::dictionary::Dictionary;
use fixplus_dictionary::mask;
use fixplus_dictionary::model::Model;
use fixplus_dictionary::render::{self, Charset};
use fixplus_wire::{Checks, FieldList};
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyBytes, PyDict, PyList, PyTuple};
use std::collections::HashSet;

/// The fields of a message on one line, `|` between them, secrets hidden.
fn one_line(view: View<'_>, range: std::ops::Range<usize>) -> String {
    let mut line = String::new();
    let msg_type = view.find(35).unwrap_or_default();
    for field in view.fields.get(range).unwrap_or_default() {
        line.push_str(&field.tag.to_string());
        line.push('=');
        if mask::is_secret(field.tag, msg_type) {
            line.push_str(mask::MASK);
        } else {
            let shown = |byte: u8| match byte {
                0..=0x1F | 0x7F..=0x9F => format!("\\x{byte:02x}"),
                _ => char::from(byte).to_string(),
            };
            line.extend(view.value(field).iter().map(|&byte| shown(byte)));
        }
        line.push('|');
    }
    line
}

/// A dictionary that knows nothing, for messages that are read without one.
fn nothing(py: Python<'_>) -> PyResult<Dictionary> {
    Dictionary::compile(&Model::default(), None).map_err(|error| errors::dictionary(py, error.to_string(), Vec::new()))
}

fn shown<'v>(dictionary: &'v Dictionary, view: View<'v>, charset: Charset, masked: bool) -> render::View<'v> {
    render::View { dictionary, frame: view.bytes, fields: view.fields, charset, masked }
}

fn charset(name: &str) -> PyResult<Charset> {
    match name.to_ascii_lowercase().as_str() {
        "latin-1" | "iso-8859-1" | "latin1" => Ok(Charset::Latin1),
        "utf-8" | "utf8" => Ok(Charset::Utf8),
        _ => Err(errors::argument(format!("encoding is latin-1, which loses no byte, or utf-8, not {name:?}"))),
    }
}

/// One difference between two messages.
#[pyclass(frozen, get_all, eq, skip_from_py_object, module = "pyfixmsg_plus", name = "Difference")]
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Difference {
    /// The entry in which the field stands, such as `NoPartyIDs[1]`; empty outside groups.
    path: String,
    /// The tag.
    tag: u32,
    /// The name.
    name: String,
    /// The value here; none for what only the other message has.
    before: Option<String>,
    /// The value there; none for what only this message has.
    after: Option<String>,
    text: String,
}

impl From<render::Difference> for Difference {
    fn from(found: render::Difference) -> Self {
        let text = found.to_string();
        let (before, after) = match found.change {
            render::Change::Added { value } => (None, Some(value)),
            render::Change::Removed { value } => (Some(value), None),
            render::Change::Changed { from, to } => (Some(from), Some(to)),
        };
        Self { path: found.path, tag: found.tag, name: found.name, before, after, text }
    }
}

#[pymethods]
impl Difference {
    fn __repr__(&self) -> String {
        format!("<Difference {}>", self.text)
    }

    fn __str__(&self) -> &str {
        &self.text
    }
}

impl Message {
    /// The dictionary by which the message is shown.
    fn known(&self, py: Python<'_>) -> PyResult<Dictionary> {
        self.dictionary(py).map_or_else(|| nothing(py), |dictionary| Ok(dictionary.clone()))
    }

    /// The fields that are compared: all but BodyLength(9) and CheckSum(10), which follow from the others.
    fn compared(&self, py: Python<'_>) -> Vec<(u32, Vec<u8>)> {
        self.with(py, |view| {
            let compared = view.fields.iter().filter(|field| !matches!(field.tag, 9 | 10));
            compared.map(|field| (field.tag, view.value(field).to_vec())).collect()
        })
    }
}

#[pymethods]
impl Message {
    fn __repr__(&self, py: Python<'_>) -> String {
        let line = self.with(py, |view| one_line(view, 0..view.fields.len()));
        format!("<{} {line}>", self.title(py))
    }

    fn __str__(&self, py: Python<'_>) -> String {
        self.with(py, |view| one_line(view, 0..view.fields.len()))
    }

    /// Messages are equal when they have the same fields in the same order, whatever BodyLength(9) and CheckSum(10) say.
    fn __eq__(&self, py: Python<'_>, other: &Bound<'_, PyAny>) -> PyResult<Py<PyAny>> {
        let Ok(other) = other.cast::<Self>() else { return Ok(py.NotImplemented()) };
        let equal = std::ptr::eq(self, other.get()) || self.compared(py) == other.get().compared(py);
        Ok(PyBool::new(py, equal).to_owned().into_any().unbind())
    }

    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> PyResult<(Bound<'py, PyAny>, Bound<'py, PyTuple>)> {
        let py = slf.py();
        let message = slf.get();
        let dictionary = match &message.choice {
            Choice::Auto(_) => py.None().into_bound(py),
            Choice::None => PyBool::new(py, false).to_owned().into_any(),
            Choice::Given(chosen) => Bound::new(py, PyDictionary { chosen: chosen.clone() })?.into_any(),
        };
        let frame = message.untouched().map(|frame| frame.clone_ref(py));
        let fields = match frame {
            Some(_) => None,
            None => {
                let fields = message.with(py, |view| {
                    view.fields.iter().map(|field| (field.tag, view.value(field).to_vec())).collect::<Vec<_>>()
                });
                let list = PyList::empty(py);
                for (tag, value) in fields {
                    list.append((tag, PyBytes::new(py, &value)))?;
                }
                Some(list)
            }
        };
        let checks = (message.checks().body_length, message.checks().check_sum);
        let state = (frame, fields, dictionary, message.preserve_order, checks).into_pyobject(py)?;
        Ok((py.get_type::<Self>().getattr("_restore")?, state))
    }

    #[staticmethod]
    #[pyo3(name = "_restore", signature = (frame, fields, dictionary, preserve_order, checks=(true, true)))]
    fn restore(
        py: Python<'_>,
        frame: Option<Py<PyBytes>>,
        fields: Option<Vec<(u32, Vec<u8>)>>,
        dictionary: &Bound<'_, PyAny>,
        preserve_order: bool,
        checks: (bool, bool),
    ) -> PyResult<Self> {
        let choice = Choice::from_argument(Some(dictionary))?;
        if let Some(frame) = frame {
            let checks = Checks { body_length: checks.0, check_sum: checks.1 };
            let (fields, faults) = crate::parse::leniently(frame.as_bytes(py), choice.pairs(), checks);
            return Ok(Self::received(frame, fields, choice, faults).read_with(checks));
        }
        let mut list = FieldList::new();
        for (tag, value) in fields.unwrap_or_default() {
            list.push(tag, &value);
        }
        Ok(Self::built(list, choice, preserve_order))
    }

    /// The message for people: a line a field, with names and the meaning of codes, groups indented. Secrets are hidden unless `mask` is false.
    #[pyo3(signature = (*, mask=true))]
    fn pretty(&self, py: Python<'_>, mask: bool) -> PyResult<String> {
        let dictionary = self.known(py)?;
        Ok(self.laid_out(py, |view| render::pretty(&shown(&dictionary, view, Charset::Latin1, mask))))
    }

    /// The message as FIX-JSON: an object with `Header`, `Body` and `Trailer`, groups as lists. Secrets are hidden unless `mask` is false.
    ///
    /// Without a dictionary (`dictionary=False`) nobody knows the groups, and the object would not keep the order of a tag that comes
    /// again behind other fields: then it raises `ValueError`.
    #[pyo3(signature = (*, mask=true, encoding="latin-1"))]
    fn to_json(&self, py: Python<'_>, mask: bool, encoding: &str) -> PyResult<String> {
        let charset = charset(encoding)?;
        let dictionary = self.known(py)?;
        if matches!(self.choice, Choice::None)
            && let Some(tag) = self.laid_out(py, |view| apart(view.fields.iter().map(|field| field.tag)))
        {
            return Err(errors::argument(format!(
                "{} comes again behind other fields, and FIX-JSON of a message without dictionary would not keep their order: read it with a \
                 dictionary that has its groups",
                self.label(py, tag)
            )));
        }
        Ok(self.laid_out(py, |view| render::to_json(&shown(&dictionary, view, charset, mask))))
    }

    /// A message from FIX-JSON, its fields in the order of the text.
    #[staticmethod]
    #[pyo3(signature = (text, dictionary=None, *, encoding="latin-1"))]
    fn from_json(py: Python<'_>, text: &str, dictionary: Option<&Bound<'_, PyAny>>, encoding: &str) -> PyResult<Self> {
        let charset = charset(encoding)?;
        let choice = Choice::from_argument(dictionary)?;
        let known = match &choice {
            Choice::None => nothing(py)?,
            Choice::Given(chosen) => chosen.dictionary().clone(),
            Choice::Auto(_) => {
                let (begin_string, appl_ver_id) = render::versions_of_json(text);
                let chosen =
                    for_message(begin_string.as_deref().map(str::as_bytes), appl_ver_id.as_deref().map(str::as_bytes));
                chosen.map_or_else(|| nothing(py), |chosen| Ok(chosen.dictionary().clone()))?
            }
        };
        let fields = render::from_json(&known, text, charset).map_err(|error| errors::argument(error.to_string()))?;
        let mut list = FieldList::new();
        for (tag, value) in fields {
            if !matches!(tag, 9 | 10) && !list.push(tag, &value) {
                return Err(errors::local(py, "the message is larger than 4 GiB".into()));
            }
        }
        Ok(Self::built(list, choice, true))
    }

    /// What is different in another message, by tag and by entry; order does not count. BodyLength(9) and CheckSum(10) are not compared.
    fn diff(&self, py: Python<'_>, other: &Bound<'_, Self>) -> PyResult<Vec<Difference>> {
        let dictionary = self.known(py)?;
        let found = self.laid_out(py, |one| {
            other.get().laid_out(py, |two| {
                let (one, two) =
                    (shown(&dictionary, one, Charset::Latin1, true), shown(&dictionary, two, Charset::Latin1, true));
                render::compare(&one, &two, &[9, 10])
            })
        });
        Ok(found.into_iter().map(Difference::from).collect())
    }

    /// The message as a `dict` by name, or by tag: text for fields, lists of such dicts for groups.
    #[pyo3(signature = (*, names=true))]
    fn to_dict<'py>(slf: &Bound<'py, Self>, names: bool) -> PyResult<Bound<'py, PyDict>> {
        let message = slf.get();
        let py = slf.py();
        let length = message.with(py, |view| view.fields.len());
        as_dict(slf, None, 0..length, names)
    }
}

/// The first tag that comes again with others between.
fn apart(tags: impl Iterator<Item = u32>) -> Option<u32> {
    let mut seen = HashSet::new();
    let mut last = None;
    for tag in tags {
        if last != Some(tag) && !seen.insert(tag) {
            return Some(tag);
        }
        last = Some(tag);
    }
    None
}

/// The own fields of a message or entry, and its groups, as a dict.
fn as_dict<'py>(
    message: &Bound<'py, Message>,
    entry: Option<&Bound<'py, Group>>,
    range: std::ops::Range<usize>,
    names: bool,
) -> PyResult<Bound<'py, PyDict>> {
    let py = message.py();
    let this = message.get();
    let place = entry.map(|entry| entry.get().place(py)).transpose()?;
    let own: Vec<(u32, Vec<u8>, bool)> = this.with_groups(py, |view, groups| {
        let entry = place.as_ref().and_then(|place| place.entry.as_ref());
        let field = |at: usize| view.fields.get(at).map(|field| (field.tag, view.value(field).to_vec()));
        match groups {
            Some((groups, _)) => groups
                .own_fields(entry, view.fields.len())
                .filter_map(|at| {
                    let (tag, value) = field(at)?;
                    let is_group = groups.within(entry).any(|group| group.count as usize == at);
                    Some((tag, value, is_group))
                })
                .collect(),
            None => range.clone().filter_map(field).map(|(tag, value)| (tag, value, false)).collect(),
        }
    });
    let dict = PyDict::new(py);
    for (tag, value, is_group) in own {
        let key = if names { this.key(py, tag)? } else { tag.into_pyobject(py)?.into_any() };
        if is_group {
            let entries = PyList::empty(py);
            for group in crate::group::list(message, entry, tag, None)?.iter() {
                let group = group.cast_into::<Group>()?;
                let place = group.get().place(py)?;
                entries.append(as_dict(message, Some(&group), place.start..place.end, names)?)?;
            }
            dict.set_item(key, entries)?;
        } else if dict.contains(&key)? {
            // Without a dictionary a repeated tag keeps all its values.
            let before = dict.get_item(&key)?.unwrap_or_else(|| py.None().into_bound(py));
            let values = match before.cast_into::<PyList>() {
                Ok(values) => values,
                Err(error) => PyList::new(py, [error.into_inner()])?,
            };
            values.append(this.text(py, tag, &value)?)?;
            dict.set_item(key, values)?;
        } else if this.role(tag) == fixplus_wire::Role::Data {
            dict.set_item(key, PyBytes::new(py, &value))?;
        } else {
            dict.set_item(key, convert::text(py, &value))?;
        }
    }
    Ok(dict)
}

impl Message {
    /// The name of a field, or its tag where nothing is known.
    fn key<'py>(&self, py: Python<'py>, tag: u32) -> PyResult<Bound<'py, PyAny>> {
        match self.dictionary(py).and_then(|dictionary| dictionary.field(tag)) {
            Some(field) => Ok(pyo3::types::PyString::new(py, &field.name).into_any()),
            None => Ok(tag.into_pyobject(py)?.into_any()),
        }
    }
}

#[pymethods]
impl Group {
    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let line = self.with(py, |view, _, place| one_line(view, place.start..place.end))?;
        let label = self.message.get().label(py, self.count_tag);
        Ok(format!("<{label}[{}] {line}>", self.number))
    }

    fn __eq__(&self, py: Python<'_>, other: &Bound<'_, PyAny>) -> PyResult<Py<PyAny>> {
        let Ok(other) = other.cast::<Self>() else { return Ok(py.NotImplemented()) };
        let fields = |group: &Self| {
            group.with(py, |view, _, place| {
                let fields = view.fields.get(place.start..place.end).unwrap_or_default();
                fields.iter().map(|field| (field.tag, view.value(field).to_vec())).collect::<Vec<_>>()
            })
        };
        let equal = fields(self)? == fields(other.get())?;
        Ok(PyBool::new(py, equal).to_owned().into_any().unbind())
    }

    /// The entry as a `dict` by name, or by tag: text for fields, lists of such dicts for groups.
    #[pyo3(signature = (*, names=true))]
    fn to_dict<'py>(slf: &Bound<'py, Self>, names: bool) -> PyResult<Bound<'py, PyDict>> {
        let py = slf.py();
        let message = slf.get().message.bind(py);
        let place = slf.get().place(py)?;
        as_dict(message, Some(slf), place.start..place.end, names)
    }
}
