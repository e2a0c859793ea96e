//! One setting as Python gave it, read as what it has to be.

use crate::errors;
use fixplus_session::appl_ver::value_of;
use fixplus_session::config::{MsgTypeEntry, SECOND};
use fixplus_session::profiles::Profile;
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyList, PyString, PyTuple};

/// Text as bytes of ISO-8859-1; characters that it lacks become `?`.
pub(super) fn latin(text: &str) -> Vec<u8> {
    text.chars().map(|letter| u8::try_from(u32::from(letter)).unwrap_or(b'?')).collect()
}

/// One setting that was given.
pub(super) struct Setting<'py> {
    pub(super) name: String,
    pub(super) value: Bound<'py, PyAny>,
}

impl Setting<'_> {
    pub(super) fn wrong(&self, takes: &str) -> PyErr {
        let shown =
            if self.name == "logon_tag" { Ok("...".into()) } else { self.value.repr().map(|repr| repr.to_string()) };
        match shown {
            Ok(shown) => errors::argument(format!("{} is {takes}, not {shown}", self.name)),
            Err(error) => error,
        }
    }

    pub(super) fn flag(&self) -> PyResult<bool> {
        match self.value.cast::<PyBool>() {
            Ok(flag) => Ok(flag.is_true()),
            Err(_) => Err(self.wrong("true or false")),
        }
    }

    pub(super) fn text(&self) -> PyResult<String> {
        match self.value.cast::<PyString>() {
            Ok(text) => Ok(text.to_str()?.to_owned()),
            Err(_) => Err(self.wrong("text")),
        }
    }

    /// Text of a value that says its text itself, such as a time of day; nothing for `None` and for empty text.
    pub(super) fn words(&self) -> PyResult<Option<String>> {
        if self.value.is_none() {
            return Ok(None);
        }
        Ok(Some(self.value.str()?.to_str()?.to_owned()).filter(|text| !text.is_empty()))
    }

    pub(super) fn bytes(&self) -> PyResult<Vec<u8>> {
        let text = self.text()?;
        if text.contains('\x01') { Err(self.wrong("text without SOH")) } else { Ok(latin(&text)) }
    }

    pub(super) fn whole<T: TryFrom<i64>>(&self) -> PyResult<T> {
        let number = self.value.extract::<i64>().ok().filter(|_| !self.value.is_instance_of::<PyBool>());
        number.and_then(|number| T::try_from(number).ok()).ok_or_else(|| self.wrong("a whole number in its range"))
    }

    /// A number that may be an `int`, a `float` or a `Decimal`, as so many parts of one.
    fn scaled(&self, parts: f64) -> PyResult<i64> {
        let number = match self.value.is_instance_of::<PyBool>() || self.value.is_instance_of::<PyString>() {
            true => None,
            false => self.value.call_method0("__float__").ok().and_then(|number| number.extract::<f64>().ok()),
        };
        let scaled = number.map(|number| (number * parts).round()).filter(|scaled| (0.0..9.0e18).contains(scaled));
        match scaled {
            #[expect(clippy::cast_possible_truncation, reason = "its range was looked at")]
            Some(scaled) => Ok(scaled as i64),
            None => Err(self.wrong("a number from 0")),
        }
    }

    pub(super) fn seconds(&self) -> PyResult<i64> {
        self.scaled(SECOND as f64)
    }

    pub(super) fn permille(&self) -> PyResult<u32> {
        u32::try_from(self.scaled(1000.0)?).map_err(|_| self.wrong("a number in its range"))
    }

    fn items(&self) -> PyResult<Vec<Bound<'_, PyAny>>> {
        if self.value.is_instance_of::<PyString>() {
            return Err(self.wrong("a list"));
        }
        match self.value.try_iter() {
            Ok(items) => items.collect(),
            Err(_) => Err(self.wrong("a list")),
        }
    }

    pub(super) fn texts(&self) -> PyResult<Vec<String>> {
        self.items()?.iter().map(|item| Ok(item.str()?.to_str()?.to_owned())).collect()
    }

    /// A value as a profile writes it; nothing for `None`.
    pub(super) fn of_profile(&self) -> PyResult<Option<String>> {
        if self.value.is_none() {
            return Ok(None);
        }
        if let Ok(flag) = self.value.cast::<PyBool>() {
            return Ok(Some(if flag.is_true() { "Y" } else { "N" }.into()));
        }
        if self.value.is_instance_of::<PyTuple>() || self.value.is_instance_of::<PyList>() {
            return Ok(Some(self.texts()?.join(",")));
        }
        self.words()
    }
}

/// Fields for our Logon: `tag=value`, pairs, or objects with `tag` and `value`.
pub(super) fn logon_tags(setting: &Setting<'_>) -> PyResult<Vec<(u32, Vec<u8>)>> {
    let one = |item: &Bound<'_, PyAny>| -> Option<(u32, Vec<u8>)> {
        if let Ok(text) = item.cast::<PyString>() {
            let (tag, value) = text.to_str().ok()?.split_once('=')?;
            return Some((tag.trim().parse().ok().filter(|&tag| tag > 0)?, latin(value)));
        }
        if let Ok((tag, value)) = item.extract::<(u32, String)>() {
            return Some((tag, latin(&value))).filter(|(tag, _)| *tag > 0);
        }
        let tag = item.getattr("tag").ok()?.extract::<u32>().ok()?;
        let value = item.getattr("value").ok()?;
        // A secret has to be asked for its value.
        let value = value.call_method0("reveal").unwrap_or(value);
        Some((tag, latin(value.str().ok()?.to_str().ok()?)))
    };
    setting.items()?.iter().map(|item| one(item).ok_or_else(|| setting.wrong("a list of tag=value"))).collect()
}

/// One entry of NoMsgTypes(384).
pub(super) fn msg_type_entry(
    msg_type: &str,
    sends: bool,
    appl_ver_id: Vec<u8>,
    appl_ext_id: Vec<u8>,
    cstm_appl_ver_id: Vec<u8>,
    is_default: bool,
) -> MsgTypeEntry {
    MsgTypeEntry { msg_type: latin(msg_type), sends, appl_ver_id, appl_ext_id, cstm_appl_ver_id, is_default }
}

/// Entries of NoMsgTypes(384): `D:S`, `D:S:FIX.5.0SP2:default`.
pub(super) fn msg_types(setting: &Setting<'_>) -> PyResult<Vec<MsgTypeEntry>> {
    let one = |text: &str| -> Option<MsgTypeEntry> {
        let mut parts = text.split(':');
        let msg_type = parts.next().filter(|msg_type| !msg_type.is_empty())?;
        let sends = match parts.next()? {
            "S" => true,
            "R" => false,
            _ => return None,
        };
        let version = parts.next().map(value_of);
        let is_default = match parts.next() {
            None => false,
            Some("default") => true,
            Some(_) => return None,
        };
        if version == Some(None) || parts.next().is_some() {
            return None;
        }
        let version = version.flatten().unwrap_or_default().into();
        Some(msg_type_entry(msg_type, sends, version, Vec::new(), Vec::new(), is_default))
    };
    let texts = setting.texts()?;
    texts.iter().map(|text| one(text).ok_or_else(|| setting.wrong("a list of type:R or type:S"))).collect()
}

/// A profile: shipped by its name, written out, or a file.
pub(super) fn profile(setting: &Setting<'_>) -> PyResult<Profile> {
    let text = setting.text()?;
    let found = if Profile::names().any(|name| name == text) {
        Profile::named(&text)
    } else if text.contains('=') {
        Profile::read(&text)
    } else {
        match std::fs::read_to_string(&text) {
            Ok(text) => Profile::read(&text),
            // Nobody ships it, and it is no file: the names are told.
            Err(_) => Profile::named(&text),
        }
    };
    found.map_err(|error| errors::argument(format!("profile: {error}")))
}

/// The zone of this machine.
pub(super) fn local_zone() -> Option<String> {
    let named = |text: String| Some(text).filter(|text| !text.is_empty() && !text.starts_with('/'));
    if let Some(zone) = std::env::var("TZ").ok().map(|zone| zone.trim_start_matches(':').to_owned()).and_then(named) {
        return Some(zone);
    }
    let link = std::fs::read_link("/etc/localtime").ok()?;
    let (_, zone) = link.to_str()?.split_once("zoneinfo/")?;
    Some(zone.to_owned())
}
