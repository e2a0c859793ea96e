//! What a session is told about itself and its counterparty. The names are those of the settings, in snake case.

use crate::schedule::{DailyTime, Schedule};
use fixplus_dictionary::settings::Settings as Validation;

/// Nanoseconds in a second.
pub const SECOND: i64 = 1_000_000_000;

/// Which of the sessions of FIX this is: BeginString(8).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Version {
    /// `FIX.4.0`
    Fix40,
    /// `FIX.4.1`
    Fix41,
    /// `FIX.4.2`
    Fix42,
    /// `FIX.4.3`
    Fix43,
    /// `FIX.4.4`
    Fix44,
    /// `FIXT.1.1`
    Fixt11,
}

impl Version {
    /// The value of BeginString(8).
    #[must_use]
    pub const fn begin_string(self) -> &'static str {
        match self {
            Self::Fix40 => "FIX.4.0",
            Self::Fix41 => "FIX.4.1",
            Self::Fix42 => "FIX.4.2",
            Self::Fix43 => "FIX.4.3",
            Self::Fix44 => "FIX.4.4",
            Self::Fixt11 => "FIXT.1.1",
        }
    }

    /// Whether the header of the version has this field.
    #[must_use]
    pub fn has_header_field(self, tag: u32) -> bool {
        match tag {
            142..=145 => self >= Self::Fix41,
            212 | 213 | 347 | 369 => self >= Self::Fix42,
            // OnBehalfOfSendingTime was withdrawn.
            370 => matches!(self, Self::Fix42 | Self::Fix43),
            627..=630 => self >= Self::Fix43,
            1128 | 1129 | 1156 => self == Self::Fixt11,
            _ => true,
        }
    }

    /// The version of a BeginString(8), if it is one of these.
    #[must_use]
    pub fn of_begin_string(value: &[u8]) -> Option<Self> {
        [Self::Fix40, Self::Fix41, Self::Fix42, Self::Fix43, Self::Fix44, Self::Fixt11]
            .into_iter()
            .find(|version| version.begin_string().as_bytes() == value)
    }
}

/// Who connects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    /// We connect and send the first Logon(35=A).
    Initiator,
    /// The peer connects and sends the first Logon(35=A).
    Acceptor,
}

/// Who we are and who the peer is, as our own messages say it. Empty: not part of the identity.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Identity {
    /// SenderCompID(49).
    pub sender_comp_id: Vec<u8>,
    /// SenderSubID(50).
    pub sender_sub_id: Vec<u8>,
    /// SenderLocationID(142).
    pub sender_location_id: Vec<u8>,
    /// TargetCompID(56).
    pub target_comp_id: Vec<u8>,
    /// TargetSubID(57).
    pub target_sub_id: Vec<u8>,
    /// TargetLocationID(143).
    pub target_location_id: Vec<u8>,
}

/// EndSeqNo(16) of our ResendRequest(35=2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum EndSeqNo {
    /// 0 from FIX 4.2 on, 999999 before.
    #[default]
    Auto,
    /// Always 0.
    Zero,
    /// Always 999999.
    Nines,
    /// The last missing number.
    Closed,
}

/// Whose wording a Reject(35=3) has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum RejectStyle {
    /// `Required tag missing (55)` in FIX 4.0 and 4.1; RefTagID(371) as the C++ engine sets it.
    #[default]
    Quickfix,
    /// `Required tag missing, field=55`; RefTagID(371) as the Java engine sets it.
    Quickfixj,
    /// RefTagID(371) wherever a field is to blame.
    Standard,
}

/// What differs between engines in use where the standard leaves it open or they leave the standard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quirks {
    /// `end_seq_no`
    pub end_seq_no: EndSeqNo,
    /// `reject_style`
    pub reject_style: RejectStyle,
    /// `logout_text`: a Logout(35=5) after a Reject repeats the reason's text.
    pub logout_text_reason: bool,
    /// `logon_refusal=logout`: a refused Logon(35=A) is answered with a Logout(35=5) that says why.
    pub logon_refusal_logout: bool,
    /// `begin_string_text=with_value`
    pub begin_string_text_with_value: bool,
    /// `appl_ver_id_in_business_reject`
    pub appl_ver_id_in_business_reject: bool,
    /// `echo_reset_seq_num_flag`
    pub echo_reset_seq_num_flag: bool,
    /// `last_processed_in_resend_request=trigger`: LastMsgSeqNumProcessed(369) is the number that showed the gap.
    pub last_processed_is_trigger: bool,
    /// `heartbeats_while_test_request_pending`
    pub heartbeats_while_test_request_pending: bool,
    /// `test_request_id=unique`, checked when it comes back; otherwise `TEST`.
    pub unique_test_request_id: bool,
    /// `close_after_logout_reply_s`: how long the side that answered a Logout(35=5) waits for the other to close.
    pub close_after_logout_reply_ns: i64,
    /// `cme_enhanced_resend`
    pub cme_enhanced_resend: bool,
    /// `gap_fill_poss_dup`: PossDupFlag(43)=Y on gap fills.
    pub gap_fill_poss_dup: bool,
    /// `ignore_poss_dup_resend_requests`: a ResendRequest(35=2) with PossDupFlag(43)=Y is counted and not served.
    pub ignore_poss_dup_resend_requests: bool,
    /// `ask_again_after_serving`: what is still missing is asked for again when a ResendRequest(35=2) of the peer was served, as
    /// session test case 20 wants.
    pub ask_again_after_serving: bool,
    /// A first Logon(35=A) with 141=Y and another MsgSeqNum(34) than 1 is refused, and Logons that cannot be used are answered as the
    /// session test cases of the FIX Trading Community ask.
    pub strict_logon: bool,
}

impl Default for Quirks {
    fn default() -> Self {
        Self {
            end_seq_no: EndSeqNo::Auto,
            reject_style: RejectStyle::Quickfix,
            logout_text_reason: false,
            logon_refusal_logout: false,
            begin_string_text_with_value: false,
            appl_ver_id_in_business_reject: false,
            echo_reset_seq_num_flag: true,
            last_processed_is_trigger: false,
            heartbeats_while_test_request_pending: false,
            unique_test_request_id: false,
            close_after_logout_reply_ns: 0,
            cme_enhanced_resend: false,
            gap_fill_poss_dup: true,
            ignore_poss_dup_resend_requests: false,
            ask_again_after_serving: false,
            strict_logon: false,
        }
    }
}

/// What TestMessageIndicator(464) of a Logon(35=A) must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum TestMessageIndicator {
    /// It is not looked at.
    #[default]
    Any,
    /// It must be `Y`.
    Test,
    /// It must not be `Y`.
    Production,
}

/// One entry of NoMsgTypes(384).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MsgTypeEntry {
    /// RefMsgType(372).
    pub msg_type: Vec<u8>,
    /// MsgDirection(385): the sender of the Logon sends it, or receives it.
    pub sends: bool,
    /// RefApplVerID(1130), FIXT.
    pub appl_ver_id: Vec<u8>,
    /// RefApplExtID(1406), FIXT.
    pub appl_ext_id: Vec<u8>,
    /// RefCstmApplVerID(1131), FIXT.
    pub cstm_appl_ver_id: Vec<u8>,
    /// DefaultVerIndicator(1410), FIXT.
    pub is_default: bool,
}

/// Everything that decides how a session behaves. Durations are nanoseconds.
#[derive(Debug, Clone)]
pub struct SessionConfig {
    /// BeginString(8).
    pub version: Version,
    /// Who connects.
    pub role: Role,
    /// Names, ours as sender.
    pub identity: Identity,
    /// HeartBtInt(108) of an initiator, in seconds.
    pub heart_bt_int_s: u32,
    /// An acceptor's own HeartBtInt(108) instead of the peer's.
    pub heart_bt_int_override_s: Option<u32>,
    /// DefaultApplVerID(1137) that we send, the value on the wire (`9`); FIXT only.
    pub default_appl_ver_id: Vec<u8>,
    /// DefaultCstmApplVerID(1408) that we send; empty: none.
    pub default_cstm_appl_ver_id: Vec<u8>,
    /// DefaultApplExtID(1407) that we send; empty: none.
    pub default_appl_ext_id: Vec<u8>,
    /// `default_appl_ver_id_reply=own`: an acceptor answers with its own 1137 and not the peer's.
    pub reply_own_appl_ver_id: bool,
    /// The NoMsgTypes(384) that we declare.
    pub msg_types: Vec<MsgTypeEntry>,
    /// Fields added to our Logon(35=A).
    pub logon_tags: Vec<(u32, Vec<u8>)>,
    /// When the session lives and may be logged on.
    pub schedule: Schedule,
    /// `reset_seq_time`: when the numbers are reset on the open connection, once a day.
    pub reset_seq_time: Option<DailyTime>,

    /// `reset_on_logon`
    pub reset_on_logon: bool,
    /// `reset_on_logout`
    pub reset_on_logout: bool,
    /// `reset_on_disconnect`
    pub reset_on_disconnect: bool,
    /// `refresh_on_logon`: the driver rereads the store before a Logon.
    pub refresh_on_logon: bool,
    /// `reset_on_error`
    pub reset_on_error: bool,
    /// `disconnect_on_error`
    pub disconnect_on_error: bool,
    /// `enable_next_expected_msg_seq_num`: 789.
    pub enable_next_expected_msg_seq_num: bool,
    /// `enable_last_msg_seq_num_processed`: 369.
    pub enable_last_msg_seq_num_processed: bool,
    /// `resend_request_chunk_size`; 0: no chunks.
    pub resend_request_chunk_size: u64,
    /// `max_messages_in_resend_request`, all chunks closed; 0: off.
    pub max_messages_in_resend_request: u64,
    /// `closed_resend_interval`
    pub closed_resend_interval: bool,
    /// `send_redundant_resend_requests`
    pub send_redundant_resend_requests: bool,
    /// `resend_session_level_rejects`
    pub resend_session_level_rejects: bool,
    /// `requires_orig_sending_time`
    pub requires_orig_sending_time: bool,
    /// `allow_pos_dup`: 43 and 122 given by the application are kept.
    pub allow_pos_dup: bool,
    /// `force_resend_when_corrupted_store`: what the store holds and cannot be sent again is filled over instead of ending the
    /// session.
    pub force_resend_when_corrupted_store: bool,
    /// `check_comp_id`
    pub check_comp_id: bool,
    /// `check_latency`
    pub check_latency: bool,
    /// `max_latency`
    pub max_latency_ns: i64,
    /// `validate_sequence_numbers`
    pub validate_sequence_numbers: bool,
    /// `logon_timeout`
    pub logon_timeout_ns: i64,
    /// `logout_timeout`
    pub logout_timeout_ns: i64,
    /// `resend_request_timeout`
    pub resend_request_timeout_ns: i64,
    /// `test_request_delay_multiplier`, in thousandths.
    pub test_request_delay_permille: u32,
    /// `heart_beat_timeout_multiplier`, in thousandths.
    pub heart_beat_timeout_permille: u32,
    /// `disable_heart_beat_check`
    pub disable_heart_beat_check: bool,
    /// `send_logout_before_disconnect_from_timeout`
    pub send_logout_before_disconnect_from_timeout: bool,
    /// Digits of a second in 52 and 122: 0, 3, 6, 9, 12. FIX 4.0 and 4.1 have none, whatever this says.
    pub timestamp_precision: u8,
    /// `persist_messages`
    pub persist_messages: bool,
    /// `max_message_size`
    pub max_message_size: usize,
    /// Messages set aside behind a gap: their number.
    pub max_set_aside: usize,
    /// Messages set aside behind a gap: their bytes.
    pub max_set_aside_bytes: usize,
    /// Messages that wait behind a resend or a Logon(35=A): their number.
    pub max_waiting: usize,
    /// Messages that wait behind a resend or a Logon(35=A): their bytes.
    pub max_waiting_bytes: usize,
    /// Input that is held while a Logon(35=A) waits for its verdict, in bytes.
    pub max_held_bytes: usize,
    /// `test_message_indicator`
    pub test_message_indicator: TestMessageIndicator,
    /// `logout_waits_for_gap`
    pub logout_waits_for_gap: bool,
    /// `send_session_status`
    pub send_session_status: bool,
    /// `require_same_heart_bt_int`
    pub require_same_heart_bt_int: bool,
    /// `adopt_expected_seq_num`
    pub adopt_expected_seq_num: bool,
    /// `allowed_on_behalf_of`: OnBehalfOfCompID(115) and DeliverToCompID(128) that are agreed; empty: any.
    pub allowed_on_behalf_of: Vec<Vec<u8>>,

    /// `validate_incoming_message` and `use_data_dictionary`: hold messages against a dictionary.
    pub validate_incoming_message: bool,
    /// `reject_invalid_message`: N delivers faulty messages with their faults.
    pub reject_invalid_message: bool,
    /// `reject_garbled_message`
    pub reject_garbled_message: bool,
    /// `validate_length_and_checksum`
    pub validate_length_and_checksum: bool,
    /// `validate_checksum`
    pub validate_checksum: bool,
    /// The other switches of the dictionary check.
    pub validation: Validation,
    /// What differs from engine to engine.
    pub quirks: Quirks,
}

impl SessionConfig {
    /// The defaults for a session of this version, role and identity.
    #[must_use]
    pub fn new(version: Version, role: Role, identity: Identity) -> Self {
        Self {
            version,
            role,
            identity,
            heart_bt_int_s: 30,
            heart_bt_int_override_s: None,
            default_appl_ver_id: Vec::new(),
            default_cstm_appl_ver_id: Vec::new(),
            default_appl_ext_id: Vec::new(),
            reply_own_appl_ver_id: false,
            msg_types: Vec::new(),
            logon_tags: Vec::new(),
            schedule: Schedule::non_stop(),
            reset_seq_time: None,
            reset_on_logon: false,
            reset_on_logout: false,
            reset_on_disconnect: false,
            refresh_on_logon: false,
            reset_on_error: false,
            disconnect_on_error: false,
            enable_next_expected_msg_seq_num: false,
            enable_last_msg_seq_num_processed: false,
            resend_request_chunk_size: 0,
            max_messages_in_resend_request: 0,
            closed_resend_interval: false,
            send_redundant_resend_requests: false,
            resend_session_level_rejects: false,
            requires_orig_sending_time: true,
            allow_pos_dup: false,
            force_resend_when_corrupted_store: false,
            check_comp_id: true,
            check_latency: true,
            max_latency_ns: 120 * SECOND,
            validate_sequence_numbers: true,
            logon_timeout_ns: 10 * SECOND,
            logout_timeout_ns: 2 * SECOND,
            resend_request_timeout_ns: 30 * SECOND,
            test_request_delay_permille: 200,
            heart_beat_timeout_permille: 1400,
            disable_heart_beat_check: false,
            send_logout_before_disconnect_from_timeout: false,
            timestamp_precision: 3,
            persist_messages: true,
            max_message_size: fixplus_wire::frame::MAX_MESSAGE_SIZE,
            max_set_aside: 10_000,
            max_set_aside_bytes: 64 << 20,
            max_waiting: 10_000,
            max_waiting_bytes: 64 << 20,
            max_held_bytes: 1 << 20,
            test_message_indicator: TestMessageIndicator::Any,
            logout_waits_for_gap: false,
            send_session_status: false,
            require_same_heart_bt_int: false,
            adopt_expected_seq_num: false,
            allowed_on_behalf_of: Vec::new(),
            validate_incoming_message: true,
            reject_invalid_message: true,
            reject_garbled_message: false,
            validate_length_and_checksum: true,
            validate_checksum: true,
            validation: Validation::default(),
            quirks: Quirks::default(),
        }
    }

    /// Digits of a second in SendingTime(52).
    #[must_use]
    pub fn time_digits(&self) -> u8 {
        if self.version < Version::Fix42 { 0 } else { self.timestamp_precision }
    }
}
