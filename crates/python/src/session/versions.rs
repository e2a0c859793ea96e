//! What one side of a FIXT session declares in its Logon(35=A), for those who look at it from Python.

use super::orders::message_of;
use super::setting::{latin, msg_type_entry};
use crate::convert;
use crate::errors;
use fixplus_session::appl_ver::{Declared, name_of, value_of};
use pyo3::prelude::*;
use pyo3::types::PyString;

/// The value of ApplVerID(1128) for a version written as `FIX.5.0SP2`, `FIX50SP2` or that value; nothing for what is none.
#[pyfunction]
pub(crate) fn appl_ver_id(version: &str) -> Option<&'static str> {
    value_of(version)
}

/// The version that a value of ApplVerID(1128) stands for, such as `FIX.5.0SP2`.
#[pyfunction]
pub(crate) fn appl_version(value: &str) -> Option<&'static str> {
    name_of(value.as_bytes())
}

/// DefaultApplVerID(1137) and NoMsgTypes(384) of one side.
#[pyclass(frozen, module = "pyfixmsg_plus.protocols", name = "DeclaredVersions")]
pub(crate) struct DeclaredVersions {
    declared: Declared,
}

type Text<'py> = Bound<'py, PyString>;

#[pymethods]
impl DeclaredVersions {
    #[new]
    #[pyo3(signature = (default_appl_ver_id, default_cstm_appl_ver_id="", default_appl_ext_id="", msg_types=Vec::new()))]
    fn new(
        default_appl_ver_id: &str,
        default_cstm_appl_ver_id: &str,
        default_appl_ext_id: &str,
        msg_types: Vec<(String, bool, String, String, String, bool)>,
    ) -> PyResult<Self> {
        let value = |text: &str| match value_of(text) {
            Some(value) => Ok(value.as_bytes().to_vec()),
            None => Err(errors::argument(format!("{text:?} is no version of the application"))),
        };
        let msg_types = msg_types
            .into_iter()
            .map(|(msg_type, sends, version, ext, custom, is_default)| {
                let version = if version.is_empty() { Ok(Vec::new()) } else { value(&version) };
                Ok(msg_type_entry(&msg_type, sends, version?, latin(&ext), latin(&custom), is_default))
            })
            .collect::<PyResult<_>>()?;
        let declared = Declared {
            default_appl_ver_id: value(default_appl_ver_id)?,
            default_cstm_appl_ver_id: latin(default_cstm_appl_ver_id),
            default_appl_ext_id: latin(default_appl_ext_id),
            msg_types,
        };
        Ok(Self { declared })
    }

    /// What a Logon(35=A) declares.
    #[staticmethod]
    fn from_logon(py: Python<'_>, logon: &Bound<'_, PyAny>) -> PyResult<Self> {
        let logon = message_of(logon)?;
        let declared = logon.get().with(py, |view| Declared::from_logon(view.bytes, view.fields));
        Ok(Self { declared })
    }

    /// ApplVerID(1128), CstmApplVerID(1129) and ApplExtID(1156) of a message that this side sends.
    fn version_of<'py>(
        &self,
        py: Python<'py>,
        message: &Bound<'py, PyAny>,
    ) -> PyResult<(Text<'py>, Text<'py>, Text<'py>)> {
        let message = message_of(message)?;
        Ok(message.get().with(py, |view| {
            let msg_type = view.find(35).unwrap_or_default();
            let version = self.declared.version_of(msg_type, view.find(1128), view.find(1129), view.find(1156));
            let text = |value: &[u8]| convert::text(py, value);
            (text(version.appl_ver_id), text(version.cstm_appl_ver_id), text(version.appl_ext_id))
        }))
    }

    /// Whether this side said that it receives messages of this type; one that listed none receives all.
    fn receives(&self, msg_type: &str) -> bool {
        self.declared.receives(&latin(msg_type))
    }

    #[getter]
    fn default_appl_ver_id<'py>(&self, py: Python<'py>) -> Text<'py> {
        convert::text(py, &self.declared.default_appl_ver_id)
    }

    #[getter]
    fn default_cstm_appl_ver_id<'py>(&self, py: Python<'py>) -> Text<'py> {
        convert::text(py, &self.declared.default_cstm_appl_ver_id)
    }

    #[getter]
    fn default_appl_ext_id<'py>(&self, py: Python<'py>) -> Text<'py> {
        convert::text(py, &self.declared.default_appl_ext_id)
    }

    /// `(RefMsgType, sent, RefApplVerID, RefApplExtID, RefCstmApplVerID, is the default)` of each entry.
    #[getter]
    fn msg_types<'py>(&self, py: Python<'py>) -> Vec<(Text<'py>, bool, Text<'py>, Text<'py>, Text<'py>, bool)> {
        let text = |value: &[u8]| convert::text(py, value);
        let entries = self.declared.msg_types.iter();
        entries
            .map(|entry| {
                let (version, custom) = (text(&entry.appl_ver_id), text(&entry.cstm_appl_ver_id));
                (text(&entry.msg_type), entry.sends, version, text(&entry.appl_ext_id), custom, entry.is_default)
            })
            .collect()
    }
}
