//! `Group`: one entry of a repeating group, seen in its message.

use crate::message::{Message, Nanoseconds, Place, View, int, nanoseconds, places};
use crate::{convert, errors};
use fixplus_dictionary::groups::GroupIndex;
use fixplus_dictionary::plan::MessagePlan;
use fixplus_wire::Field;
use fixplus_wire::values::{self, Datatype};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyList, PyString, PyTuple};

/// One entry of a repeating group.
#[pyclass(frozen, module = "pyfixmsg_plus", name = "Group")]
pub(crate) struct Group {
    pub(crate) message: Py<Message>,
    pub(crate) outer: Option<Py<Group>>,
    pub(crate) count_tag: u32,
    pub(crate) number: usize,
    delimiter: Option<u32>,
    /// The state of the message for which `place` holds.
    generation: u64,
    place: Place,
}

/// The entries of a group as a list.
pub(crate) fn list<'py>(
    message: &Bound<'py, Message>,
    outer: Option<&Bound<'py, Group>>,
    tag: u32,
    delimiter: Option<u32>,
) -> PyResult<Bound<'py, PyList>> {
    let py = message.py();
    let place = outer.map(|outer| outer.get().place(py)).transpose()?;
    let generation = message.get().generation();
    let group = |(number, place)| Group {
        message: message.clone().unbind(),
        outer: outer.map(|outer| outer.clone().unbind()),
        count_tag: tag,
        number,
        delimiter,
        generation,
        place,
    };
    if generation == 0 && delimiter.is_none() {
        // Received bytes are not under a lock, so objects are made while the entries are at hand.
        let made = message.get().with_groups(py, |view, groups| {
            let (groups, _) = groups?;
            let instance = groups.find(view.fields, tag, place.as_ref().and_then(|place| place.entry.as_ref()))?;
            Some(PyList::new(py, groups.entries_of(instance).iter().map(Place::of).enumerate().map(group)))
        });
        if let Some(made) = made {
            return made;
        }
    }
    let found = message.get().with_groups(py, |view, groups| places(view, groups, place.as_ref(), tag, delimiter));
    let found = found.map_err(|text| errors::argument(format!("{} {text}", message.get().label(py, tag))))?;
    PyList::new(py, found.unwrap_or_default().into_iter().enumerate().map(group))
}

/// A value that is made when the list or tuple that holds it is.
struct Made<F>(F);

impl<'py, F: FnOnce() -> PyResult<Bound<'py, PyAny>>> IntoPyObject<'py> for Made<F> {
    type Target = PyAny;
    type Output = Bound<'py, PyAny>;
    type Error = PyErr;

    #[inline]
    fn into_pyobject(self, _py: Python<'py>) -> PyResult<Self::Output> {
        (self.0)()
    }
}

/// What [`rows`] takes of every entry: one field.
pub(crate) struct Column {
    tag: u32,
    form: Form,
}

/// How a value is given.
enum Form {
    /// In the type that its datatype has in Python.
    Typed(Datatype),
    /// As an int, times ten to this power.
    Scaled(u8),
}

impl Column {
    /// A tag or name, or one with a scale.
    pub(crate) fn new(message: &Bound<'_, Message>, member: &Bound<'_, PyAny>) -> PyResult<Self> {
        let (py, this) = (message.py(), message.get());
        if let Ok(pair) = member.cast::<PyTuple>() {
            let (key, scale): (Bound<'_, PyAny>, u8) = pair.extract()?;
            return Ok(Self { tag: this.tag(py, &key)?, form: Form::Scaled(scale) });
        }
        let tag = this.tag(py, member)?;
        Ok(Self { tag, form: Form::Typed(this.datatype(py, tag).unwrap_or(Datatype::String)) })
    }

    #[inline]
    fn read<'py>(&self, py: Python<'py>, message: &Message, value: Option<&[u8]>) -> PyResult<Bound<'py, PyAny>> {
        match (value, &self.form) {
            (None, _) => Ok(py.None().into_bound(py)),
            (Some(value), Form::Typed(datatype)) => message.typed_as(py, self.tag, *datatype, value),
            (Some(value), Form::Scaled(scale)) => message.scaled_as(py, self.tag, *scale, value),
        }
    }
}

/// The values of some fields of every entry.
pub(crate) fn rows<'py>(message: &Bound<'py, Message>, tag: u32, columns: &[Column]) -> PyResult<Bound<'py, PyList>> {
    let py = message.py();
    let this = message.get();
    if this.generation() == 0 {
        // Received bytes are not under a lock, so values are made while they are at hand.
        return this.with_groups(py, |view, groups| {
            let places = found_places(py, this, view, groups, tag)?;
            let groups = groups.map(|(groups, _)| groups);
            let rows = places.iter().map(|place| {
                Made(move || {
                    let values = columns.iter().map(|column| {
                        Made(move || {
                            let field = own(view, groups, place, column.tag);
                            column.read(py, this, field.map(|field| view.value(field)))
                        })
                    });
                    Ok(PyTuple::new(py, values)?.into_any())
                })
            });
            PyList::new(py, rows)
        });
    }
    let found = this.with_groups(py, |view, groups| {
        let places = found_places(py, this, view, groups, tag)?;
        let groups = groups.map(|(groups, _)| groups);
        let row = |place: &Place| -> Vec<Option<Vec<u8>>> {
            columns
                .iter()
                .map(|column| own(view, groups, place, column.tag).map(|field| view.value(field).to_vec()))
                .collect()
        };
        Ok::<_, PyErr>(places.iter().map(row).collect::<Vec<_>>())
    })?;
    let list = PyList::empty(py);
    for row in found {
        let values = columns.iter().zip(&row).map(|(column, value)| column.read(py, this, value.as_deref()));
        list.append(PyTuple::new(py, values.collect::<PyResult<Vec<_>>>()?)?)?;
    }
    Ok(list)
}

/// The places of the entries of a group of the message itself.
fn found_places(
    py: Python<'_>,
    message: &Message,
    view: View<'_>,
    groups: Option<(&GroupIndex, &MessagePlan)>,
    tag: u32,
) -> PyResult<Vec<Place>> {
    match places(view, groups, None, tag, None) {
        Ok(found) => Ok(found.unwrap_or_default()),
        Err(text) => Err(errors::argument(format!("{} {text}", message.label(py, tag)))),
    }
}

/// The field of an entry with this tag, not looking into the groups nested in it, unless it is nowhere else.
#[inline]
fn own<'v>(view: View<'v>, groups: Option<&GroupIndex>, place: &Place, tag: u32) -> Option<&'v Field> {
    let fields = view.fields.get(place.start..place.end)?;
    let first = fields.iter().position(|field| field.tag == tag)?;
    if let (Some(groups), Some(entry)) = (groups, &place.entry) {
        let at = place.start + first;
        // A group before the field, nested in this entry, may have the tag too.
        if groups.within(Some(entry)).any(|nested| (nested.count as usize) < at && at < nested.end as usize) {
            let at = groups
                .own_fields(Some(entry), view.fields.len())
                .find(|&at| view.fields.get(at).is_some_and(|f| f.tag == tag))?;
            return view.fields.get(at);
        }
    }
    fields.get(first)
}

impl Group {
    /// Where the entry stands now.
    pub(crate) fn place(&self, py: Python<'_>) -> PyResult<Place> {
        let message = self.message.get();
        if message.generation() == self.generation {
            return Ok(self.place.clone());
        }
        let outer = self.outer.as_ref().map(|outer| outer.get().place(py)).transpose()?;
        let found = message
            .with_groups(py, |view, groups| places(view, groups, outer.as_ref(), self.count_tag, self.delimiter));
        found.ok().flatten().and_then(|places| places.into_iter().nth(self.number)).ok_or_else(|| {
            let label = message.label(py, self.count_tag);
            errors::missing(format!("entry {} of {label} is no longer in the message", self.number + 1))
        })
    }

    pub(crate) fn with<R>(
        &self,
        py: Python<'_>,
        look: impl FnOnce(View<'_>, Option<(&GroupIndex, &MessagePlan)>, &Place) -> R,
    ) -> PyResult<R> {
        let message = self.message.get();
        if message.generation() == self.generation {
            return Ok(message.with_groups(py, |view, groups| look(view, groups, &self.place)));
        }
        let place = self.place(py)?;
        Ok(message.with_groups(py, |view, groups| look(view, groups, &place)))
    }

    #[inline]
    fn find(&self, py: Python<'_>, tag: u32) -> PyResult<Option<Vec<u8>>> {
        self.with(py, |view, groups, place| {
            own(view, groups.map(|(groups, _)| groups), place, tag).map(|field| view.value(field).to_vec())
        })
    }

    /// Find a field and read it while it is at hand.
    #[inline]
    fn read<R>(
        &self,
        py: Python<'_>,
        key: &Bound<'_, PyAny>,
        read: impl FnOnce(u32, &[u8]) -> PyResult<R>,
    ) -> PyResult<R> {
        let message = self.message.get();
        let tag = message.tag(py, key)?;
        if message.generation() == 0 {
            return message.with(py, |view| match own(view, message.received_groups(), &self.place, tag) {
                Some(field) => read(tag, view.value(field)),
                None => Err(self.missing(py, tag)),
            });
        }
        match self.find(py, tag)? {
            Some(value) => read(tag, &value),
            None => Err(self.missing(py, tag)),
        }
    }

    #[cold]
    fn missing(&self, py: Python<'_>, tag: u32) -> PyErr {
        let message = self.message.get();
        errors::missing(format!(
            "{} is not in entry {} of {}",
            message.label(py, tag),
            self.number + 1,
            message.label(py, self.count_tag)
        ))
    }
}

#[pymethods]
impl Group {
    #[inline]
    fn __getitem__<'py>(&self, py: Python<'py>, key: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyString>> {
        self.read(py, key, |tag, value| self.message.get().text(py, tag, value))
    }

    /// The text of a field, or `default` where the entry lacks it.
    #[pyo3(signature = (key, default=None))]
    fn get(&self, py: Python<'_>, key: &Bound<'_, PyAny>, default: Option<Py<PyAny>>) -> PyResult<Py<PyAny>> {
        let message = self.message.get();
        let tag = message.tag(py, key)?;
        match self.find(py, tag)? {
            Some(value) => Ok(message.text(py, tag, &value)?.into_any().unbind()),
            None => Ok(default.unwrap_or_else(|| py.None())),
        }
    }

    fn __contains__(&self, py: Python<'_>, key: &Bound<'_, PyAny>) -> PyResult<bool> {
        let tag = self.message.get().tag(py, key)?;
        Ok(self.find(py, tag)?.is_some())
    }

    fn __len__(&self, py: Python<'_>) -> PyResult<usize> {
        self.with(py, |_, _, place| place.end - place.start)
    }

    /// The tags of the entry in their order, those of nested groups among them.
    fn tags(&self, py: Python<'_>) -> PyResult<Vec<u32>> {
        self.with(py, |view, _, place| {
            view.fields.get(place.start..place.end).unwrap_or_default().iter().map(|field| field.tag).collect()
        })
    }

    fn __iter__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        Ok(PyList::new(py, self.tags(py)?)?.try_iter()?.into_any())
    }

    /// The fields of the entry in their order, those of nested groups among them: `(tag, text)`.
    fn items<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        let items = self.with(py, |view, _, place| {
            let fields = view.fields.get(place.start..place.end).unwrap_or_default();
            fields.iter().map(|field| (field.tag, view.value(field).to_vec())).collect::<Vec<_>>()
        })?;
        let list = PyList::empty(py);
        for (tag, value) in items {
            list.append((tag, self.message.get().text(py, tag, &value)?))?;
        }
        Ok(list)
    }

    /// The bytes of a value.
    fn raw<'py>(&self, py: Python<'py>, key: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyBytes>> {
        self.read(py, key, |_, value| Ok(PyBytes::new(py, value)))
    }

    /// The exact number of a price, quantity or amount.
    #[inline]
    fn decimal<'py>(&self, py: Python<'py>, key: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        self.read(py, key, |tag, value| {
            convert::decimal(py, value)?.map_err(|error| self.message.get().unreadable(py, tag, value, &error))
        })
    }

    /// The number of a price, quantity or amount in units of ten to the power of minus `scale`.
    #[inline]
    fn scaled<'py>(&self, py: Python<'py>, key: &Bound<'py, PyAny>, scale: u8) -> PyResult<Bound<'py, PyAny>> {
        self.read(py, key, |tag, value| self.message.get().scaled_as(py, tag, scale, value))
    }

    /// The whole number of a field.
    #[inline]
    fn int<'py>(&self, py: Python<'py>, key: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        self.read(py, key, |tag, value| {
            int(py, value).map_err(|error| self.message.get().unreadable(py, tag, value, &error))
        })
    }

    /// Whether the field says `Y`.
    fn bool(&self, py: Python<'_>, key: &Bound<'_, PyAny>) -> PyResult<bool> {
        self.read(py, key, |tag, value| {
            values::boolean(value).map_err(|error| self.message.get().unreadable(py, tag, value, &error))
        })
    }

    /// Nanoseconds since 1970-01-01 00:00:00 UTC.
    fn timestamp(&self, py: Python<'_>, key: &Bound<'_, PyAny>) -> PyResult<Nanoseconds> {
        self.read(py, key, |tag, value| {
            nanoseconds(value).map_err(|error| self.message.get().unreadable(py, tag, value, &error))
        })
    }

    /// The value in the type that the field's datatype has in Python.
    fn value<'py>(&self, py: Python<'py>, key: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        let (tag, value) = self.read(py, key, |tag, value| Ok((tag, value.to_vec())))?;
        self.message.get().typed(py, tag, &value)
    }

    /// The entries of a group nested in this entry.
    #[pyo3(signature = (key, delimiter=None))]
    fn groups<'py>(
        slf: &Bound<'py, Self>,
        key: &Bound<'py, PyAny>,
        delimiter: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyList>> {
        let py = slf.py();
        let message = slf.get().message.bind(py);
        let tag = message.get().tag(py, key)?;
        let delimiter = delimiter.map(|delimiter| message.get().tag(py, delimiter)).transpose()?;
        list(message, Some(slf), tag, delimiter)
    }

    /// The fields of one component.
    fn component<'py>(slf: &Bound<'py, Self>, name: &str) -> PyResult<Bound<'py, PyAny>> {
        slf.py().import("pyfixmsg_plus.message.component")?.getattr("Component")?.call1((slf, name))
    }

    /// The tag of the count field.
    #[getter]
    fn count_tag(&self) -> u32 {
        self.count_tag
    }

    /// The place among the entries, from 0.
    #[getter]
    fn index(&self) -> usize {
        self.number
    }

    /// The message that holds the entry.
    #[getter]
    fn message(&self, py: Python<'_>) -> Py<Message> {
        self.message.clone_ref(py)
    }
}
