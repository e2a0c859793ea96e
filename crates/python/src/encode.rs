//! A message as bytes.

use crate::draft::is_known;
use crate::errors;
use crate::message::Message;
use fixplus_wire::Writer;
use pyo3::prelude::*;
use pyo3::types::PyBytes;
use std::cell::RefCell;

thread_local! {
    static WRITER: RefCell<Writer> = RefCell::new(Writer::new());
}

impl Message {
    /// The bytes of the message.
    pub(crate) fn encoded<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        if let Some(frame) = self.untouched() {
            return Ok(frame.bind(py).clone());
        }
        self.check_fields(py)?;
        WRITER.with_borrow_mut(|writer| {
            self.with_list(|list| match list.encode(self.choice.pairs(), writer) {
                Ok(bytes) => Ok(PyBytes::new(py, bytes)),
                Err(error) => Err(errors::encode(py, &error)),
            })
        })
    }

    /// Refuse fields that a message may not have, as far as a dictionary or their number can tell.
    pub(crate) fn check_fields(&self, py: Python<'_>) -> PyResult<()> {
        if self.untouched().is_some() {
            return Ok(());
        }
        let dictionary = self.dictionary(py);
        self.refuse_repeated(py)?;
        let foreign = dictionary.filter(|_| !self.is_known()).and_then(|dictionary| {
            self.with(py, |view| view.fields.iter().map(|field| field.tag).find(|&tag| !is_known(dictionary, tag)))
        });
        match (foreign, dictionary) {
            (Some(tag), Some(dictionary)) => {
                Err(errors::local(py, format!("{tag} is no field of {}", dictionary.version())))
            }
            _ => Ok(()),
        }
    }

    /// A field outside groups that stands there twice, which received bytes can bring, and text.
    fn refuse_repeated(&self, py: Python<'_>) -> PyResult<()> {
        if self.is_distinct() {
            return Ok(());
        }
        let twice = self.with_groups(py, |view, groups| {
            let (groups, _) = groups?;
            let own =
                groups.own_fields(None, view.fields.len()).filter_map(|at| view.fields.get(at).map(|field| field.tag));
            let mut tags: Vec<u32> = own.collect();
            tags.sort_unstable();
            tags.windows(2).find(|pair| pair.first() == pair.last()).and_then(|pair| pair.first().copied())
        });
        match twice {
            None => Ok(()),
            Some(tag) => Err(errors::local(py, format!("{} stands twice outside a group", self.label(py, tag)))),
        }
    }
}
