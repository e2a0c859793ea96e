//! Values that are never shown, as Python sees them: in logs, in `repr`, in error texts.

use fixplus_dictionary::mask;
use pyo3::prelude::*;

/// Whether the value of this field of a message of this type is hidden wherever a message is shown.
#[pyfunction]
#[pyo3(signature = (tag, msg_type=None))]
pub(crate) fn is_secret(tag: i64, msg_type: Option<&str>) -> bool {
    // A tag that is none has a value like any other.
    u32::try_from(tag).is_ok_and(|tag| mask::is_secret(tag, msg_type.unwrap_or_default().as_bytes()))
}

/// Hide the values of these fields too, in messages of every type, as long as the program runs.
#[pyfunction]
pub(crate) fn hide_fields(tags: Vec<u32>) {
    mask::hide(tags);
}

/// The fields that are hidden in messages of every type, ascending.
#[pyfunction]
pub(crate) fn hidden_fields() -> Vec<u32> {
    mask::hidden()
}
