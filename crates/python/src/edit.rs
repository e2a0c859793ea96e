//! What Python calls to change a message, to copy it and to write it.

use crate::given::pairs_of;
use crate::group::Group;
use crate::message::Message;
use crate::spot::Spot;
use pyo3::prelude::*;
use pyo3::types::PyBytes;

/// `del message[key]` and `del group[key]` of what is not there.
fn absent(message: &Message, py: Python<'_>, tag: u32) -> PyErr {
    message.missing(py, tag)
}

#[pymethods]
impl Message {
    fn __setitem__(&self, py: Python<'_>, key: &Bound<'_, PyAny>, value: &Bound<'_, PyAny>) -> PyResult<()> {
        let tag = self.tag(py, key)?;
        self.put(py, &Spot::message(), tag, value)
    }

    fn __delitem__(&self, py: Python<'_>, key: &Bound<'_, PyAny>) -> PyResult<()> {
        let tag = self.tag(py, key)?;
        if self.drop_field(py, &Spot::message(), tag)? { Ok(()) } else { Err(absent(self, py, tag)) }
    }

    /// Give several fields values.
    fn update(&self, py: Python<'_>, fields: &Bound<'_, PyAny>) -> PyResult<()> {
        for (key, value) in pairs_of(fields)? {
            self.__setitem__(py, &key, &value)?;
        }
        Ok(())
    }

    /// Add an entry to a group and return it.
    #[pyo3(signature = (key, fields, index=None))]
    fn add_group(
        slf: &Bound<'_, Self>,
        key: &Bound<'_, PyAny>,
        fields: &Bound<'_, PyAny>,
        index: Option<usize>,
    ) -> PyResult<Py<PyAny>> {
        let py = slf.py();
        let tag = slf.get().tag(py, key)?;
        let number = slf.get().add_entry(py, &Spot::message(), tag, fields, index)?;
        Ok(crate::group::list(slf, None, tag, None)?.get_item(number)?.unbind())
    }

    /// Take an entry out of a group.
    fn remove_group(&self, py: Python<'_>, key: &Bound<'_, PyAny>, index: usize) -> PyResult<()> {
        let tag = self.tag(py, key)?;
        self.drop_entry(py, &Spot::message(), tag, index)
    }

    /// The bytes of the message: those received if nothing was changed.
    fn encode<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        self.encoded(py)
    }

    fn __bytes__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        self.encoded(py)
    }

    /// A message of its own with the same fields.
    fn copy(&self, py: Python<'_>) -> Self {
        self.duplicate(py)
    }

    fn __copy__(&self, py: Python<'_>) -> Self {
        self.duplicate(py)
    }

    fn __deepcopy__(&self, py: Python<'_>, _memo: &Bound<'_, PyAny>) -> Self {
        self.duplicate(py)
    }
}

#[pymethods]
impl Group {
    fn __setitem__(&self, py: Python<'_>, key: &Bound<'_, PyAny>, value: &Bound<'_, PyAny>) -> PyResult<()> {
        let message = self.message.get();
        let tag = message.tag(py, key)?;
        message.put(py, &Spot::entry(self.place(py)?), tag, value)
    }

    fn __delitem__(&self, py: Python<'_>, key: &Bound<'_, PyAny>) -> PyResult<()> {
        let message = self.message.get();
        let tag = message.tag(py, key)?;
        if message.drop_field(py, &Spot::entry(self.place(py)?), tag)? { Ok(()) } else { Err(absent(message, py, tag)) }
    }

    /// Add an entry to a group in this entry and return it.
    #[pyo3(signature = (key, fields, index=None))]
    fn add_group(
        slf: &Bound<'_, Self>,
        key: &Bound<'_, PyAny>,
        fields: &Bound<'_, PyAny>,
        index: Option<usize>,
    ) -> PyResult<Py<PyAny>> {
        let py = slf.py();
        let message = slf.get().message.bind(py);
        let tag = message.get().tag(py, key)?;
        let number = message.get().add_entry(py, &Spot::entry(slf.get().place(py)?), tag, fields, index)?;
        Ok(crate::group::list(message, Some(slf), tag, None)?.get_item(number)?.unbind())
    }

    /// Take an entry out of a group in this entry.
    fn remove_group(&self, py: Python<'_>, key: &Bound<'_, PyAny>, index: usize) -> PyResult<()> {
        let message = self.message.get();
        let tag = message.tag(py, key)?;
        message.drop_entry(py, &Spot::entry(self.place(py)?), tag, index)
    }
}
