//! `Fault`: what was wrong with bytes that were read leniently.

use fixplus_wire::DecodeError;
use pyo3::prelude::*;

/// One thing that was wrong with the bytes of a message.
#[pyclass(frozen, get_all, eq, skip_from_py_object, module = "pyfixmsg_plus", name = "Fault")]
#[derive(PartialEq, Eq, Clone)]
pub(crate) struct Fault {
    /// Where it stands, in bytes from the start of the message.
    offset: usize,
    /// The tag to blame, where there is one.
    tag: Option<u32>,
    /// The kind in one word.
    kind: &'static str,
    /// What is wrong, in a sentence.
    text: String,
}

impl Fault {
    pub(crate) fn new(error: &DecodeError) -> Self {
        Self { offset: error.offset(), tag: error.tag(), kind: error.kind(), text: error.to_string() }
    }
}

#[pymethods]
impl Fault {
    fn __repr__(&self) -> String {
        format!("<Fault at byte {}: {}>", self.offset, self.text)
    }

    fn __str__(&self) -> &str {
        &self.text
    }
}
