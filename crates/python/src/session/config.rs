//! `SessionConfig`: the settings of one session, by their names.

use super::books::{BookChoice, Wanted};
use super::setting::{Setting, latin, local_zone, logon_tags, msg_types, profile};
use crate::convert;
use crate::errors;
use fixplus_session::appl_ver::value_of;
use fixplus_session::config::TestMessageIndicator;
use fixplus_session::profiles::{self, Profile};
use fixplus_session::schedule::{DailyTime, Schedule, ScheduleSpec};
use fixplus_session::{Books, Identity, Role, SessionConfig as Core, Version};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyFrozenSet, PyString};

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

/// Settings while they are gathered.
struct Gathered<'py> {
    config: Core,
    spec: ScheduleSpec,
    has_schedule: bool,
    reset_seq_time: Option<String>,
    use_local_time: bool,
    heart_bt_int_override: bool,
    preserves_order: bool,
    wanted: Wanted<'py>,
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
            "supported_app_versions" => self.wanted.versions = setting.texts()?,
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
            "use_data_dictionary" => self.wanted.any = setting.flag()?,
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
        let (books, choices) = self.wanted.books(config.version, &config.default_appl_ver_id)?;
        Ok(SessionConfig { config: self.config, books, choices, preserves_order: self.preserves_order })
    }
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
            preserves_order: false,
            wanted: Wanted {
                any: true,
                dictionary: value_of_setting("dictionary"),
                transport: value_of_setting("transport_dictionary"),
                apps: value_of_setting("app_dictionaries"),
                versions: Vec::new(),
            },
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
