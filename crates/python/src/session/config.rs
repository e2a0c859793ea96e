//! `SessionConfig`: the settings of one session, by their names.

use crate::convert;
use crate::dictionary::{self, Choice, Chosen};
use crate::errors;
use crate::knowledge::PyDictionary;
use fixplus_dictionary::bundled;
use fixplus_dictionary::dictionary::Dictionary;
use fixplus_session::appl_ver::{name_of, value_of};
use fixplus_session::config::{MsgTypeEntry, SECOND, TestMessageIndicator};
use fixplus_session::profiles::{self, Profile};
use fixplus_session::schedule::{DailyTime, Schedule, ScheduleSpec};
use fixplus_session::{Books, Identity, Known, Role, SessionConfig as Core, Version};
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyDict, PyFrozenSet, PyList, PyMapping, PyString, PyTuple};
use std::sync::Arc;

/// Which dictionary a delivered message has in Python.
#[derive(Clone)]
pub(crate) enum BookChoice {
    Given(Arc<Chosen>),
    /// The bundled one of this BeginString(8), and of this ApplVerID(1128) on FIXT.
    Bundled(&'static str, Option<&'static str>),
}

/// The dictionary of a delivered message.
pub(super) fn choice(books: &[BookChoice], book: Option<usize>) -> Choice {
    match book.and_then(|book| books.get(book)) {
        Some(BookChoice::Given(chosen)) => Choice::Given(Arc::clone(chosen)),
        Some(BookChoice::Bundled(begin_string, appl_ver_id)) => {
            let id = appl_ver_id.map(str::as_bytes);
            match dictionary::for_message(Some(begin_string.as_bytes()), id) {
                Some(chosen) => Choice::Given(Arc::clone(chosen)),
                None => Choice::None,
            }
        }
        None => Choice::Auto(std::sync::OnceLock::new()),
    }
}

/// Everything that decides how a session behaves.
#[pyclass(frozen, module = "pyfixmsg_plus.session", name = "SessionConfig")]
pub(crate) struct SessionConfig {
    pub(super) config: Core,
    pub(super) books: Books,
    pub(super) choices: Vec<BookChoice>,
    pub(super) preserves_order: bool,
}

/// Settings that are not keys of a profile, in alphabetical order.
const NAMES: [&str; 92] = [
    "adopt_expected_seq_num",
    "allow_pos_dup",
    "allow_unknown_enum_values",
    "allow_unknown_msg_fields",
    "allowed_on_behalf_of",
    "app_dictionaries",
    "application_version",
    "begin_string",
    "check_comp_id",
    "check_latency",
    "check_xml",
    "closed_resend_interval",
    "connection_type",
    "default_appl_ext_id",
    "default_appl_ver_id",
    "default_appl_ver_id_reply",
    "default_cstm_appl_ver_id",
    "dictionary",
    "disable_heart_beat_check",
    "disconnect_on_error",
    "enable_last_msg_seq_num_processed",
    "enable_next_expected_msg_seq_num",
    "end_day",
    "end_time",
    "first_field_in_group_is_delimiter",
    "force_resend_when_corrupted_store",
    "heart_beat_timeout_multiplier",
    "heart_bt_int",
    "heart_bt_int_override",
    "logon_day",
    "logon_tag",
    "logon_time",
    "logon_timeout",
    "logout_day",
    "logout_time",
    "logout_timeout",
    "logout_waits_for_gap",
    "max_held_bytes",
    "max_latency",
    "max_message_size",
    "max_messages_in_resend_request",
    "max_set_aside",
    "max_set_aside_bytes",
    "max_waiting",
    "max_waiting_bytes",
    "msg_types",
    "non_stop_session",
    "persist_messages",
    "preserve_message_fields_order",
    "profile",
    "refresh_on_logon",
    "reject_garbled_message",
    "reject_invalid_message",
    "require_same_heart_bt_int",
    "requires_orig_sending_time",
    "resend_request_chunk_size",
    "resend_request_timeout",
    "resend_session_level_rejects",
    "reset_on_disconnect",
    "reset_on_error",
    "reset_on_logon",
    "reset_on_logout",
    "reset_seq_time",
    "send_logout_before_disconnect_from_timeout",
    "send_redundant_resend_requests",
    "send_session_status",
    "sender_comp_id",
    "sender_location_id",
    "sender_sub_id",
    "session_version",
    "start_day",
    "start_time",
    "supported_app_versions",
    "target_comp_id",
    "target_location_id",
    "target_sub_id",
    "test_message_indicator",
    "test_request_delay_multiplier",
    "time_zone",
    "timestamp_precision",
    "transport_dictionary",
    "use_data_dictionary",
    "use_local_time",
    "validate_checksum",
    "validate_fields_have_values",
    "validate_fields_out_of_order",
    "validate_incoming_message",
    "validate_length_and_checksum",
    "validate_sequence_numbers",
    "validate_unordered_group_fields",
    "validate_user_defined_fields",
    "weekdays",
];

/// Text as bytes of ISO-8859-1; characters that it lacks become `?`.
pub(super) fn latin(text: &str) -> Vec<u8> {
    text.chars().map(|letter| u8::try_from(u32::from(letter)).unwrap_or(b'?')).collect()
}

/// One setting that was given.
struct Setting<'py> {
    name: String,
    value: Bound<'py, PyAny>,
}

impl Setting<'_> {
    fn wrong(&self, takes: &str) -> PyErr {
        let shown =
            if self.name == "logon_tag" { Ok("...".into()) } else { self.value.repr().map(|repr| repr.to_string()) };
        match shown {
            Ok(shown) => errors::argument(format!("{} is {takes}, not {shown}", self.name)),
            Err(error) => error,
        }
    }

    fn flag(&self) -> PyResult<bool> {
        match self.value.cast::<PyBool>() {
            Ok(flag) => Ok(flag.is_true()),
            Err(_) => Err(self.wrong("true or false")),
        }
    }

    fn text(&self) -> PyResult<String> {
        match self.value.cast::<PyString>() {
            Ok(text) => Ok(text.to_str()?.to_owned()),
            Err(_) => Err(self.wrong("text")),
        }
    }

    /// Text of a value that says its text itself, such as a time of day; nothing for `None` and for empty text.
    fn words(&self) -> PyResult<Option<String>> {
        if self.value.is_none() {
            return Ok(None);
        }
        Ok(Some(self.value.str()?.to_str()?.to_owned()).filter(|text| !text.is_empty()))
    }

    fn bytes(&self) -> PyResult<Vec<u8>> {
        self.text().map(|text| latin(&text))
    }

    fn whole<T: TryFrom<i64>>(&self) -> PyResult<T> {
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

    fn seconds(&self) -> PyResult<i64> {
        self.scaled(SECOND as f64)
    }

    fn permille(&self) -> PyResult<u32> {
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

    fn texts(&self) -> PyResult<Vec<String>> {
        self.items()?.iter().map(|item| Ok(item.str()?.to_str()?.to_owned())).collect()
    }

    /// A value as a profile writes it; nothing for `None`.
    fn of_profile(&self) -> PyResult<Option<String>> {
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
fn logon_tags(setting: &Setting<'_>) -> PyResult<Vec<(u32, Vec<u8>)>> {
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
fn msg_types(setting: &Setting<'_>) -> PyResult<Vec<MsgTypeEntry>> {
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
fn profile(setting: &Setting<'_>) -> PyResult<Profile> {
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
fn local_zone() -> Option<String> {
    let named = |text: String| Some(text).filter(|text| !text.is_empty() && !text.starts_with('/'));
    if let Some(zone) = std::env::var("TZ").ok().map(|zone| zone.trim_start_matches(':').to_owned()).and_then(named) {
        return Some(zone);
    }
    let link = std::fs::read_link("/etc/localtime").ok()?;
    let (_, zone) = link.to_str()?.split_once("zoneinfo/")?;
    Some(zone.to_owned())
}

/// Settings while they are gathered.
struct Gathered<'py> {
    config: Core,
    spec: ScheduleSpec,
    has_schedule: bool,
    reset_seq_time: Option<String>,
    use_local_time: bool,
    heart_bt_int_override: bool,
    use_data_dictionary: bool,
    preserves_order: bool,
    dictionary: Option<Bound<'py, PyAny>>,
    transport: Option<Bound<'py, PyAny>>,
    apps: Option<Bound<'py, PyAny>>,
    versions: Vec<String>,
}

impl Gathered<'_> {
    /// Take one setting in.
    #[expect(clippy::too_many_lines, reason = "one line a setting")]
    fn take(&mut self, setting: &Setting<'_>) -> PyResult<()> {
        let config = &mut self.config;
        let validation = &mut config.validation;
        match setting.name.as_str() {
            "begin_string" | "connection_type" | "profile" => {}
            "dictionary" | "transport_dictionary" | "app_dictionaries" => {}
            "sender_comp_id" => config.identity.sender_comp_id = setting.bytes()?,
            "sender_sub_id" => config.identity.sender_sub_id = setting.bytes()?,
            "sender_location_id" => config.identity.sender_location_id = setting.bytes()?,
            "target_comp_id" => config.identity.target_comp_id = setting.bytes()?,
            "target_sub_id" => config.identity.target_sub_id = setting.bytes()?,
            "target_location_id" => config.identity.target_location_id = setting.bytes()?,
            "default_appl_ver_id" | "application_version" => {
                let text = setting.text()?;
                if !text.is_empty() {
                    let value = value_of(&text).ok_or_else(|| setting.wrong("a version of the application"))?;
                    config.default_appl_ver_id = value.into();
                }
            }
            "session_version" => {
                let text = setting.text()?;
                if !text.is_empty() && text != config.version.begin_string() {
                    return Err(setting.wrong("the same as begin_string"));
                }
            }
            "default_appl_ext_id" => config.default_appl_ext_id = setting.bytes()?,
            "default_cstm_appl_ver_id" => config.default_cstm_appl_ver_id = setting.bytes()?,
            "default_appl_ver_id_reply" => {
                config.reply_own_appl_ver_id = match setting.text()?.as_str() {
                    "own" => true,
                    "peer" => false,
                    _ => return Err(setting.wrong("peer or own")),
                }
            }
            "supported_app_versions" => self.versions = setting.texts()?,
            "heart_bt_int" if setting.value.is_none() => {}
            "heart_bt_int" => config.heart_bt_int_s = setting.whole()?,
            "heart_bt_int_override" => self.heart_bt_int_override = setting.flag()?,
            "msg_types" => config.msg_types = msg_types(setting)?,
            "logon_tag" => config.logon_tags = logon_tags(setting)?,
            "start_time" => self.spec.start_time = setting.words()?,
            "end_time" => self.spec.end_time = setting.words()?,
            "start_day" => self.spec.start_day = setting.words()?,
            "end_day" => self.spec.end_day = setting.words()?,
            "weekdays" => self.spec.weekdays = setting.texts()?,
            "time_zone" => self.spec.time_zone = setting.words()?,
            "logon_time" => self.spec.logon_time = setting.words()?,
            "logout_time" => self.spec.logout_time = setting.words()?,
            "logon_day" => self.spec.logon_day = setting.words()?,
            "logout_day" => self.spec.logout_day = setting.words()?,
            "non_stop_session" => self.spec.non_stop = setting.flag()?,
            "use_local_time" => self.use_local_time = setting.flag()?,
            "reset_seq_time" => self.reset_seq_time = setting.words()?,
            "reset_on_logon" => config.reset_on_logon = setting.flag()?,
            "reset_on_logout" => config.reset_on_logout = setting.flag()?,
            "reset_on_disconnect" => config.reset_on_disconnect = setting.flag()?,
            "refresh_on_logon" => config.refresh_on_logon = setting.flag()?,
            "reset_on_error" => config.reset_on_error = setting.flag()?,
            "disconnect_on_error" => config.disconnect_on_error = setting.flag()?,
            "enable_next_expected_msg_seq_num" => config.enable_next_expected_msg_seq_num = setting.flag()?,
            "enable_last_msg_seq_num_processed" => config.enable_last_msg_seq_num_processed = setting.flag()?,
            "resend_request_chunk_size" => config.resend_request_chunk_size = setting.whole()?,
            "max_messages_in_resend_request" => config.max_messages_in_resend_request = setting.whole()?,
            "closed_resend_interval" => config.closed_resend_interval = setting.flag()?,
            "send_redundant_resend_requests" => config.send_redundant_resend_requests = setting.flag()?,
            "resend_session_level_rejects" => config.resend_session_level_rejects = setting.flag()?,
            "requires_orig_sending_time" => config.requires_orig_sending_time = setting.flag()?,
            "allow_pos_dup" => config.allow_pos_dup = setting.flag()?,
            "force_resend_when_corrupted_store" => config.force_resend_when_corrupted_store = setting.flag()?,
            "check_comp_id" => config.check_comp_id = setting.flag()?,
            "check_latency" => config.check_latency = setting.flag()?,
            "max_latency" => config.max_latency_ns = setting.seconds()?,
            "validate_sequence_numbers" => config.validate_sequence_numbers = setting.flag()?,
            "logon_timeout" => config.logon_timeout_ns = setting.seconds()?,
            "logout_timeout" => config.logout_timeout_ns = setting.seconds()?,
            "resend_request_timeout" => config.resend_request_timeout_ns = setting.seconds()?,
            "test_request_delay_multiplier" => config.test_request_delay_permille = setting.permille()?,
            "heart_beat_timeout_multiplier" => config.heart_beat_timeout_permille = setting.permille()?,
            "disable_heart_beat_check" => config.disable_heart_beat_check = setting.flag()?,
            "send_logout_before_disconnect_from_timeout" => {
                config.send_logout_before_disconnect_from_timeout = setting.flag()?;
            }
            "timestamp_precision" => {
                config.timestamp_precision = setting.whole()?;
                if !matches!(config.timestamp_precision, 0 | 3 | 6 | 9 | 12) {
                    return Err(setting.wrong("0, 3, 6, 9 or 12 digits"));
                }
            }
            "persist_messages" => config.persist_messages = setting.flag()?,
            "max_message_size" => config.max_message_size = setting.whole()?,
            "max_set_aside" => config.max_set_aside = setting.whole()?,
            "max_set_aside_bytes" => config.max_set_aside_bytes = setting.whole()?,
            "max_waiting" => config.max_waiting = setting.whole()?,
            "max_waiting_bytes" => config.max_waiting_bytes = setting.whole()?,
            "max_held_bytes" => config.max_held_bytes = setting.whole()?,
            "test_message_indicator" => {
                config.test_message_indicator = match setting.text()?.as_str() {
                    "any" => TestMessageIndicator::Any,
                    "Y" => TestMessageIndicator::Test,
                    "N" => TestMessageIndicator::Production,
                    _ => return Err(setting.wrong("any, Y or N")),
                }
            }
            "logout_waits_for_gap" => config.logout_waits_for_gap = setting.flag()?,
            "send_session_status" => config.send_session_status = setting.flag()?,
            "require_same_heart_bt_int" => config.require_same_heart_bt_int = setting.flag()?,
            "adopt_expected_seq_num" => config.adopt_expected_seq_num = setting.flag()?,
            "allowed_on_behalf_of" => {
                config.allowed_on_behalf_of = setting.texts()?.iter().map(|name| latin(name)).collect();
            }
            "preserve_message_fields_order" => self.preserves_order = setting.flag()?,
            "use_data_dictionary" => self.use_data_dictionary = setting.flag()?,
            "validate_incoming_message" => config.validate_incoming_message = setting.flag()?,
            "reject_invalid_message" => config.reject_invalid_message = setting.flag()?,
            "reject_garbled_message" => config.reject_garbled_message = setting.flag()?,
            "validate_length_and_checksum" => config.validate_length_and_checksum = setting.flag()?,
            "validate_checksum" => config.validate_checksum = setting.flag()?,
            "validate_fields_out_of_order" => validation.fields_out_of_order = setting.flag()?,
            "validate_fields_have_values" => validation.fields_have_values = setting.flag()?,
            "validate_user_defined_fields" => validation.user_defined_fields = setting.flag()?,
            "validate_unordered_group_fields" => validation.unordered_group_fields = setting.flag()?,
            "first_field_in_group_is_delimiter" => validation.first_field_in_group_is_delimiter = setting.flag()?,
            "allow_unknown_msg_fields" => validation.allow_unknown_msg_fields = setting.flag()?,
            "allow_unknown_enum_values" => validation.allow_unknown_enum_values = setting.flag()?,
            "check_xml" => validation.check_xml = setting.flag()?,
            name if profiles::KEYS.contains(&name) => {}
            name => return Err(errors::argument(format!("{name} is no setting of a session"))),
        }
        self.has_schedule |= matches!(
            setting.name.as_str(),
            "start_time"
                | "end_time"
                | "start_day"
                | "end_day"
                | "logon_time"
                | "logout_time"
                | "logon_day"
                | "logout_day"
        ) && !setting.value.is_none();
        Ok(())
    }

    /// What follows from several settings together.
    fn settle(mut self) -> PyResult<SessionConfig> {
        let config = &mut self.config;
        for (name, value) in
            [("sender_comp_id", &config.identity.sender_comp_id), ("target_comp_id", &config.identity.target_comp_id)]
        {
            if value.is_empty() {
                return Err(errors::argument(format!("{name} is missing")));
            }
        }
        let is_fixt = config.version == Version::Fixt11;
        if is_fixt && config.default_appl_ver_id.is_empty() {
            return Err(errors::argument("default_appl_ver_id is missing; FIXT.1.1 needs it".into()));
        }
        if !is_fixt {
            config.default_appl_ver_id.clear();
        }
        if self.heart_bt_int_override {
            config.heart_bt_int_override_s = Some(config.heart_bt_int_s);
        }
        if self.use_local_time {
            self.spec.time_zone = local_zone();
        }
        let zone = self.spec.time_zone.clone();
        let of_schedule = |error: fixplus_session::schedule::ScheduleError| errors::argument(error.to_string());
        if self.has_schedule || self.spec.non_stop || !self.spec.weekdays.is_empty() {
            config.schedule = Schedule::new(&self.spec).map_err(of_schedule)?;
        }
        if let Some(time) = &self.reset_seq_time {
            let time = DailyTime::new("reset_seq_time", time, zone.as_deref()).map_err(of_schedule)?;
            config.reset_seq_time = Some(time);
        }
        let (books, choices) = self.books()?;
        Ok(SessionConfig { config: self.config, books, choices, preserves_order: self.preserves_order })
    }

    fn books(&self) -> PyResult<(Books, Vec<BookChoice>)> {
        let version = self.config.version;
        let off = |given: &Option<Bound<'_, PyAny>>| {
            given.as_ref().is_some_and(|given| given.cast::<PyBool>().is_ok_and(|flag| !flag.is_true()))
        };
        if !self.use_data_dictionary || off(&self.dictionary) || off(&self.transport) {
            return Ok((Books::none(), Vec::new()));
        }
        if version == Version::Fixt11 { self.books_on_fixt() } else { self.book_of_4() }
    }

    fn book_of_4(&self) -> PyResult<(Books, Vec<BookChoice>)> {
        let version = self.config.version;
        match given("dictionary", self.dictionary.as_ref())? {
            None => Ok((Books::bundled(version), vec![BookChoice::Bundled(version.begin_string(), None)])),
            Some(chosen) => {
                let mut books = Books::none();
                books.add(b"", b"", known(&chosen));
                Ok((books, vec![BookChoice::Given(chosen)]))
            }
        }
    }

    fn books_on_fixt(&self) -> PyResult<(Books, Vec<BookChoice>)> {
        let transport = given("transport_dictionary", self.transport.as_ref())?;
        let (mut books, mut choices) = (Books::none(), Vec::new());
        let wrong = |name: &str| errors::argument(format!("app_dictionaries: {name} is no version of the application"));
        if let Some(apps) = self.apps.as_ref().filter(|apps| !apps.is_none()) {
            let apps = apps
                .cast::<PyMapping>()
                .map_err(|_| errors::argument("app_dictionaries is a mapping of versions to dictionaries".into()))?;
            for item in apps.items()?.iter() {
                let (name, dictionary) = item.extract::<(String, Bound<'_, PyAny>)>()?;
                // A custom id stands behind a colon.
                let (version, custom) = name.split_once(':').unwrap_or((&name, ""));
                let value = value_of(version).ok_or_else(|| wrong(&name))?;
                let chosen = given("app_dictionaries", Some(&dictionary))?.ok_or_else(|| wrong(&name))?;
                let chosen = on_transport(&chosen, transport.as_deref())?;
                books.add(value.as_bytes(), &latin(custom), known(&chosen));
                choices.push(BookChoice::Given(chosen));
            }
        }
        let wanted: Vec<&'static str> = if self.versions.is_empty() {
            // Our own first: it describes session messages until the peer has said what it speaks.
            let own = std::str::from_utf8(&self.config.default_appl_ver_id).ok().and_then(value_of);
            own.into_iter().chain(["9", "8", "7", "6", "5", "4", "3", "2"]).collect()
        } else {
            let values = self.versions.iter().map(|name| value_of(name).ok_or_else(|| wrong(name)));
            values.collect::<PyResult<_>>()?
        };
        for value in wanted {
            if choices.len() < 64 && !books.has(value.as_bytes(), b"") {
                match &transport {
                    None => {
                        if books.add_bundled(value) {
                            choices.push(BookChoice::Bundled("FIXT.1.1", Some(value)));
                        }
                    }
                    Some(transport) => {
                        if let Some(app) = name_of(value.as_bytes()).and_then(dictionary::bundled) {
                            let chosen = on_transport(app, Some(transport))?;
                            books.add(value.as_bytes(), b"", known(&chosen));
                            choices.push(BookChoice::Given(chosen));
                        }
                    }
                }
            }
        }
        Ok((books, choices))
    }
}

/// The dictionary that a caller gave.
fn given(name: &str, value: Option<&Bound<'_, PyAny>>) -> PyResult<Option<Arc<Chosen>>> {
    match value.filter(|value| !value.is_none()) {
        None => Ok(None),
        Some(value) => match value.cast::<PyDictionary>() {
            Ok(dictionary) => Ok(Some(Arc::clone(&dictionary.get().chosen))),
            Err(_) => Err(errors::argument(format!("{name} is a Dictionary, not {}", value.get_type().name()?))),
        },
    }
}

fn known(chosen: &Chosen) -> Arc<Known> {
    Arc::new(Known { dictionary: chosen.dictionary().clone(), rules: chosen.rules().clone() })
}

/// A dictionary of the application over the transport's: the one given, its own, or the bundled one.
fn on_transport(app: &Arc<Chosen>, transport: Option<&Chosen>) -> PyResult<Arc<Chosen>> {
    let model = match (transport, app.dictionary().transport_model()) {
        (Some(transport), _) => transport.dictionary().model(),
        (None, Some(_)) => return Ok(Arc::clone(app)),
        (None, None) => match bundled::model("FIXT.1.1") {
            Some(model) => model,
            None => return Ok(Arc::clone(app)),
        },
    };
    let joined = Dictionary::compile(app.dictionary().model(), Some(model))
        .map_err(|error| errors::argument(format!("the dictionaries do not fit together: {error}")))?;
    Ok(Chosen::ruled(joined, app.notes().to_vec(), app.added_rules().to_vec()))
}

#[pymethods]
impl SessionConfig {
    #[new]
    #[pyo3(signature = (**settings))]
    fn new(settings: Option<&Bound<'_, PyDict>>) -> PyResult<Self> {
        let mut list = Vec::new();
        for (name, value) in settings.into_iter().flat_map(|settings| settings.iter()) {
            list.push(Setting { name: name.cast::<PyString>()?.to_str()?.to_owned(), value });
        }
        let find = |name: &str| list.iter().find(|setting| setting.name == name);
        let required = |name: &str| find(name).ok_or_else(|| errors::argument(format!("{name} is missing")));
        let begin_string = required("begin_string")?;
        let version = Version::of_begin_string(begin_string.text()?.as_bytes())
            .ok_or_else(|| begin_string.wrong("FIX.4.0 to FIX.4.4 or FIXT.1.1"))?;
        let connection_type = required("connection_type")?;
        let role = match connection_type.text()?.as_str() {
            "initiator" => Role::Initiator,
            "acceptor" => Role::Acceptor,
            _ => return Err(connection_type.wrong("initiator or acceptor")),
        };
        let mut profile = find("profile").map_or_else(|| Ok(Profile::default()), profile)?;
        for setting in list.iter().filter(|setting| profiles::KEYS.contains(&setting.name.as_str())) {
            if let Some(value) = setting.of_profile()? {
                profile.set(&setting.name, &value).map_err(|error| errors::argument(error.to_string()))?;
            }
        }
        let mut config = Core::new(version, role, Identity::default());
        config.quirks = profile.quirks;
        config.validation.missing_group_delimiter = profile.missing_group_delimiter;
        config.validation.allow_codes = profile.allow_codes;
        config.validation.allow_tags = profile.allow_tags;
        let value_of_setting = |name: &str| find(name).map(|setting| setting.value.clone());
        let mut gathered = Gathered {
            config,
            spec: ScheduleSpec::default(),
            has_schedule: false,
            reset_seq_time: None,
            use_local_time: false,
            heart_bt_int_override: false,
            use_data_dictionary: true,
            preserves_order: false,
            dictionary: value_of_setting("dictionary"),
            transport: value_of_setting("transport_dictionary"),
            apps: value_of_setting("app_dictionaries"),
            versions: Vec::new(),
        };
        for setting in &list {
            gathered.take(setting)?;
        }
        gathered.settle()
    }

    /// The names of all settings.
    #[staticmethod]
    fn names(py: Python<'_>) -> PyResult<Bound<'_, PyFrozenSet>> {
        PyFrozenSet::new(py, NAMES.iter().chain(&profiles::KEYS))
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let config = &self.config;
        let name = |value: &[u8]| convert::text(py, value).to_string();
        Ok(format!(
            "<SessionConfig {}:{}->{} {}>",
            config.version.begin_string(),
            name(&config.identity.sender_comp_id),
            name(&config.identity.target_comp_id),
            if config.role == Role::Initiator { "initiator" } else { "acceptor" },
        ))
    }
}
