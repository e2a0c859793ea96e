//! Logging on, in both roles.
//!
//! What a peer says before it is accepted changes nothing that is stored: its Logon(35=A) is handed out for a verdict, and only
//! then are numbers reset, counted or used.

use crate::appl_ver::{Declared, name_of};
use crate::config::{TestMessageIndicator, Version};
use crate::effect::{CloseReason, Effect, Effects, Event, Kind};
use crate::gap::Gap;
use crate::inbound::Looked;
use crate::now::Now;
use crate::received::{MsgKind, Received, shown};
use crate::reject::{Refusal, Refused, fill_reject, text_value};
use crate::session::{Phase, Session};
use crate::stamp::Draft;
use fixplus_wire::{Section, section, values};

/// What a Logon(35=A) says that waits for its verdict.
#[derive(Debug)]
pub(crate) struct Candidate {
    seq: u64,
    poss_dup: bool,
    reset: bool,
    heart_bt_int_s: u32,
    next_expected: Option<u64>,
    max_message_size: Option<u64>,
    declared: Declared,
    /// The dictionary of the version that it names as its default.
    book: Option<usize>,
}

/// Why a Logon(35=A) cannot be used.
enum Unusable {
    /// Nothing is written unless the profile wants it.
    Silent(Refusal),
    /// A Logout(35=5) says so.
    Told(String),
    /// EncryptMethod(98), which some want refused by a Reject(35=3) first.
    Encrypted(String),
}

/// SessionStatus(1409): active.
const ACTIVE: u64 = 0;

impl Session {
    /// The connection stands. An initiator sends its Logon(35=A), with `fields` in it beside the configured ones; an acceptor waits,
    /// and answers with them.
    pub fn connected(&mut self, fields: &[(u32, Vec<u8>)], now: Now, effects: &mut Effects) {
        self.last_now = now;
        self.end(None, now, effects);
        self.keep_schedule(now, effects);
        self.logon_fields = fields.to_vec();
        self.phase_ends_ns = Some(now.mono_ns.saturating_add(self.config.logon_timeout_ns));
        self.peer = Declared::default();
        self.ours.default_appl_ver_id.clone_from(&self.config.default_appl_ver_id);
        self.phase = Phase::AwaitLogon;
        if let Some(why) = self.may_not_log_on(now) {
            self.end(Some(why), now, effects);
        } else if self.is_initiator() {
            let unconfirmed = self.reset_unconfirmed;
            if unconfirmed || self.config.reset_on_logon {
                let why = if unconfirmed { "a reset that was not answered" } else { "reset_on_logon" };
                self.reset_numbers(why, now, effects);
            }
            let config = &self.config;
            let resets = unconfirmed || config.reset_on_logon || config.reset_on_logout || config.reset_on_disconnect;
            let reset = resets && self.has_reset_flag() && self.next_out == 1 && self.next_in == 1;
            self.asked_reset = reset;
            // Without an answer nobody knows whether the peer began anew: the next Logon says so again.
            self.reset_unconfirmed = reset;
            let next_expected = self.sends_next_expected().then_some(self.next_in);
            self.phase = Phase::LogonSent;
            self.write_logon(reset, next_expected, now, effects);
        }
    }

    /// Whether a connection made now would be used: the session is enabled, and within its times.
    #[must_use]
    pub fn may_log_on(&self, now: Now) -> bool {
        self.may_not_log_on(now).is_none()
    }

    /// Why nobody may log on now.
    fn may_not_log_on(&self, now: Now) -> Option<CloseReason> {
        if !self.enabled {
            Some(CloseReason::LogonRefused("the session is disabled".into()))
        } else if self.config.schedule.is_logon_time(now.utc_ns) {
            None
        } else {
            Some(CloseReason::Schedule)
        }
    }

    /// Whether NextExpectedMsgSeqNum(789) is used.
    pub(crate) fn sends_next_expected(&self) -> bool {
        self.config.enable_next_expected_msg_seq_num && self.config.version >= Version::Fix44
    }

    /// The first message of an acceptor's connection.
    pub(crate) fn first_message(&mut self, looked: Looked<'_>, now: Now, effects: &mut Effects) -> bool {
        let message = looked.message;
        if message.kind != MsgKind::Logon {
            let text = format!("the first message is no Logon(35=A) but of type {}", shown(message.msg_type));
            self.end(Some(CloseReason::LogonRefused(text)), now, effects);
            return false;
        }
        self.keep_schedule(now, effects);
        if let Some(why) = self.may_not_log_on(now) {
            self.end(Some(why), now, effects);
            return false;
        }
        self.consider(looked, now, effects)
    }

    /// The first message that answers an initiator's Logon.
    pub(crate) fn logon_answer(&mut self, looked: Looked<'_>, now: Now, effects: &mut Effects) -> bool {
        let message = looked.message;
        match message.kind {
            MsgKind::Logon => return self.consider(looked, now, effects),
            MsgKind::Logout | MsgKind::Reject => {
                let text = message.text(58);
                let session_status = message.number(1409).and_then(|status| u32::try_from(status).ok());
                let told = text.clone().unwrap_or_default();
                let expected = expected_number(&told).filter(|_| self.config.adopt_expected_seq_num);
                effects.push(Effect::Notify(Event::LogonRejected { text, session_status }));
                self.end(Some(CloseReason::LogonRefused(format!("the peer refused our Logon: {told}"))), now, effects);
                if let Some(next_out) = expected {
                    self.next_out = next_out;
                    let next_in = self.next_in;
                    effects.push(Effect::ResetStore { next_out, next_in, created_ns: None });
                    Self::warn(effects, format!("the next number out is now {next_out}, as the peer expects"));
                }
            }
            _ => {
                let text = format!("the answer to our Logon is of type {}", shown(message.msg_type));
                self.refuse_logon_with(&text, &text, now, effects);
            }
        }
        false
    }

    /// Look whether a Logon(35=A) can be used, and hand it out for a verdict.
    fn consider(&mut self, looked: Looked<'_>, now: Now, effects: &mut Effects) -> bool {
        let message = looked.message;
        let candidate = match self.candidate(looked, now) {
            Ok(candidate) => candidate,
            Err(unusable) => {
                self.refuse_unusable(message, unusable, now, effects);
                return false;
            }
        };
        let (seq, book) = (candidate.seq, candidate.book);
        self.candidate = Some(Box::new(candidate));
        self.phase = Phase::Verdict;
        self.deliver(looked, Kind::LogonRequest, seq, book, effects);
        true
    }

    fn candidate(&mut self, looked: Looked<'_>, now: Now) -> Result<Candidate, Unusable> {
        let message = looked.message;
        let is_fixt = self.config.version == Version::Fixt11;
        let name = |tag: u32| Unusable::Silent(Refusal::name(tag));
        if message.begin_string() != self.config.version.begin_string().as_bytes() {
            return Err(name(8));
        }
        let declared = Declared::from_logon(message.frame, message.fields);
        let (_, fault) = self.fault(looked);
        // A code that the dictionary lacks is told like those that it has and we do not take.
        let unknown_code = match fault {
            Some(fault) if !fault.is_code_of(98) && !fault.is_code_of(1137) => return Err(Unusable::Silent(fault)),
            unknown_code => unknown_code,
        };
        let seq = message.seq().ok_or_else(|| Unusable::Silent(Refusal::missing(34)))?;
        for tag in [98, 108] {
            if message.value(tag).is_none() {
                return Err(Unusable::Silent(Refusal::missing(tag)));
            }
        }
        if is_fixt && message.value(1137).is_none() {
            return Err(Unusable::Silent(Refusal::missing(1137)));
        }
        if let Some(fault) = self.time_fault(message, now).or_else(|| self.name_fault(message)) {
            return Err(Unusable::Silent(fault));
        }
        if let Some(fault) =
            Some(message).filter(|message| message.poss_dup()).and_then(|message| self.original_time_fault(message))
        {
            return Err(Unusable::Silent(fault));
        }
        let heart_bt_int = values::int(message.value(108).unwrap_or_default()).unwrap_or(i64::MAX);
        if heart_bt_int < 0 {
            return Err(Unusable::Told("HeartBtInt must not be negative".into()));
        }
        let Ok(heart_bt_int_s) = u32::try_from(heart_bt_int) else {
            return Err(Unusable::Silent(Refusal::value(108)));
        };
        if values::int(message.value(98).unwrap_or_default()) != Ok(0) {
            let text = format!("Unsupported EncryptMethod(98)={}", message.text(98).unwrap_or_default());
            return Err(Unusable::Encrypted(text));
        }
        let mut book = Some(self.session_book).filter(|_| !self.books.is_empty());
        if is_fixt {
            let version = declared.version_of(b"", None, None, None);
            let is_known = name_of(version.appl_ver_id).is_some();
            if !self.books.is_empty() {
                book = self.books.find(&version);
            }
            if !is_known || (book.is_none() && !self.books.is_empty()) {
                return Err(Unusable::Told(format!("Invalid DefaultApplVerID={}", shown(version.appl_ver_id))));
            }
        }
        let is_test = message.value(464) == Some(b"Y");
        let wrong = match self.config.test_message_indicator {
            TestMessageIndicator::Any => false,
            TestMessageIndicator::Test => !is_test,
            TestMessageIndicator::Production => is_test,
        };
        if wrong {
            let value = message.text(464).unwrap_or_else(|| "N".into());
            return Err(Unusable::Told(format!("Invalid TestMessageIndicator(464)={value}")));
        }
        let reset = message.value(141) == Some(b"Y") && self.has_reset_flag();
        if reset && seq != 1 && self.config.quirks.strict_logon {
            return Err(Unusable::Silent(Refusal::value(34)));
        }
        if let Some(fault) = unknown_code {
            return Err(Unusable::Silent(fault));
        }
        Ok(Candidate {
            seq,
            poss_dup: message.poss_dup(),
            reset,
            heart_bt_int_s,
            next_expected: message.number(789).filter(|_| self.sends_next_expected()),
            max_message_size: message.number(383).filter(|&size| size > 0 && self.config.version >= Version::Fix42),
            declared,
            book,
        })
    }

    fn refuse_unusable(&mut self, message: &Received<'_>, unusable: Unusable, now: Now, effects: &mut Effects) {
        match unusable {
            Unusable::Silent(fault) => {
                let style = self.config.quirks.reject_style;
                let text = format!("Invalid Logon message: {}", fault.text_with_tag(style));
                self.refuse_logon_with(&text, &fault.sentence, now, effects);
            }
            Unusable::Told(text) => self.tell_refusal(&text, None, now, effects),
            Unusable::Encrypted(text) => {
                if self.config.quirks.strict_logon {
                    let (version, style) = (self.config.version, self.config.quirks.reject_style);
                    let refused = Refused::new(message.seq().unwrap_or(0), message.msg_type);
                    self.say_before_logon(b"3", now, effects, |draft| {
                        fill_reject(draft, refused, &Refusal::decryption(), version, style);
                    });
                }
                self.tell_refusal(&text, None, now, effects);
            }
        }
    }

    /// Refuse a Logon(35=A), with a Logout(35=5) only where the profile wants one.
    fn refuse_logon_with(&mut self, text: &str, why: &str, now: Now, effects: &mut Effects) {
        if self.config.quirks.logon_refusal_logout {
            self.tell_refusal(text, None, now, effects);
        } else {
            self.end(Some(CloseReason::LogonRefused(why.into())), now, effects);
        }
    }

    /// Refuse a Logon(35=A) with a Logout(35=5).
    fn tell_refusal(&mut self, text: &str, status: Option<u32>, now: Now, effects: &mut Effects) {
        let status = status.filter(|_| self.config.send_session_status && self.config.version == Version::Fixt11);
        self.say_before_logon(b"5", now, effects, |draft| {
            if !text.is_empty() {
                draft.field(58, &text_value(text));
            }
            if let Some(status) = status {
                draft.number(1409, u64::from(status));
            }
        });
        self.end(Some(CloseReason::LogonRefused(text.into())), now, effects);
    }

    /// Write a message to a peer that is not logged on. An acceptor stores nothing for a peer that it does not know yet; the number
    /// is not used again all the same, for the peer may count it.
    fn say_before_logon(&mut self, msg_type: &[u8], now: Now, effects: &mut Effects, fill: impl FnOnce(&mut Draft)) {
        let mut draft = std::mem::take(&mut self.draft);
        draft.begin(msg_type);
        fill(&mut draft);
        let message = (&*draft.bytes, &*draft.fields);
        let result = if self.is_initiator() {
            self.emit(message, false, now, effects)
        } else {
            self.write_unstored(message, now, effects)
        };
        self.draft = draft;
        if let Err(error) = result {
            Self::warn(effects, format!("a message is not sent: {error}"));
        }
    }

    /// The Logon that was handed out is accepted.
    pub(crate) fn accept(&mut self, now: Now, effects: &mut Effects) {
        let Some(candidate) = self.candidate.take().filter(|_| self.phase == Phase::Verdict) else { return };
        self.answering = Some(candidate.seq);
        if self.is_initiator() {
            self.accept_answer(*candidate, now, effects);
        } else {
            self.accept_peer(*candidate, now, effects);
        }
        self.answering = None;
    }

    fn accept_peer(&mut self, mut candidate: Candidate, now: Now, effects: &mut Effects) {
        // A reset of ours that was not answered is asked for again with our answer.
        let unconfirmed = self.reset_unconfirmed && !candidate.reset && !self.config.reset_on_logon;
        if candidate.reset || unconfirmed || self.config.reset_on_logon {
            let why = match (candidate.reset, unconfirmed) {
                (true, _) => "ResetSeqNumFlag(141)=Y",
                (_, true) => "a reset that was not answered",
                _ => "reset_on_logon",
            };
            self.reset_numbers(why, now, effects);
        }
        if unconfirmed {
            // What the peer says of our numbers is true of those before.
            (candidate.reset, candidate.next_expected) = (true, None);
            self.reset_unconfirmed = true;
        }
        let checks = self.config.validate_sequence_numbers && !candidate.reset;
        if checks && candidate.seq < self.next_in {
            if candidate.poss_dup {
                self.phase = Phase::AwaitLogon;
                return;
            }
            return self.too_low(candidate.seq, now, effects);
        }
        let logon_number = self.next_out;
        if self.next_expected_too_high(&candidate, now, effects) {
            return;
        }
        self.heart_bt_int_s = self.config.heart_bt_int_override_s.unwrap_or(candidate.heart_bt_int_s);
        if !self.config.reply_own_appl_ver_id && self.config.version == Version::Fixt11 {
            self.ours.default_appl_ver_id.clone_from(&candidate.declared.default_appl_ver_id);
        }
        let in_sequence = candidate.reset || candidate.seq == self.next_in;
        let next_expected =
            self.sends_next_expected().then(|| if in_sequence { self.next_in.saturating_add(1) } else { self.next_in });
        self.phase = Phase::LoggedOn;
        let echo = unconfirmed || (candidate.reset && self.config.quirks.echo_reset_seq_num_flag);
        self.write_logon(echo, next_expected, now, effects);
        self.logged_on(candidate, logon_number, now, effects);
    }

    fn accept_answer(&mut self, candidate: Candidate, now: Now, effects: &mut Effects) {
        match (self.asked_reset, candidate.reset) {
            (true, false) if candidate.seq != 1 => {
                let text = "the answer to a Logon with ResetSeqNumFlag(141)=Y has another number than 1";
                return self.end(Some(CloseReason::Protocol(text.into())), now, effects);
            }
            (false, true) => {
                // Our Logon is the first message of the new life, whatever its number was.
                (self.next_out, self.next_in, self.created_ns) = (2, 1, Some(now.utc_ns));
                effects.push(Effect::ResetStore { next_out: 2, next_in: 1, created_ns: self.created_ns });
                effects.push(Effect::Notify(Event::Reset { why: "ResetSeqNumFlag(141)=Y".into() }));
            }
            _ => {}
        }
        if self.config.validate_sequence_numbers && !candidate.reset && candidate.seq < self.next_in {
            if candidate.poss_dup {
                self.phase = Phase::LogonSent;
                return;
            }
            return self.too_low(candidate.seq, now, effects);
        }
        if self.next_expected_too_high(&candidate, now, effects) {
            return;
        }
        if candidate.heart_bt_int_s != self.config.heart_bt_int_s {
            let text = format!(
                "HeartBtInt(108) of the answer is {}, ours is {}",
                candidate.heart_bt_int_s, self.config.heart_bt_int_s
            );
            if self.config.require_same_heart_bt_int {
                return self.end(Some(CloseReason::Protocol(text)), now, effects);
            }
            Self::warn(effects, text);
        }
        self.heart_bt_int_s = candidate.heart_bt_int_s;
        self.reset_unconfirmed = false;
        self.phase = Phase::LoggedOn;
        let logon_number = self.next_out.saturating_sub(1);
        self.logged_on(candidate, logon_number, now, effects);
    }

    /// NextExpectedMsgSeqNum(789) beyond what we sent ends the connection.
    fn next_expected_too_high(&mut self, candidate: &Candidate, now: Now, effects: &mut Effects) -> bool {
        let Some(next_expected) = candidate.next_expected.filter(|&next| next > self.next_out) else { return false };
        let text = format!(
            "Tag 789 (NextExpectedMsgSeqNum) is higher than expected. Expected {}, Received {next_expected}",
            self.next_out
        );
        self.log_out_at_once(&text, Some(10), now, effects);
        true
    }

    /// Both Logons are known.
    fn logged_on(&mut self, candidate: Candidate, logon_number: u64, now: Now, effects: &mut Effects) {
        self.was_logged_on = true;
        self.phase_ends_ns = None;
        self.session_book = candidate.book.unwrap_or(0);
        self.peer = candidate.declared;
        self.peer_max_message_size = candidate.max_message_size;
        self.silence.start(self.heart_bt_int_s, now.mono_ns);
        self.schedule_reset(now);
        let seq = candidate.seq;
        if candidate.reset {
            self.advance_to(2, now, effects);
        } else if !self.config.validate_sequence_numbers || seq == self.next_in {
            self.count(seq, now, effects);
        } else {
            self.count(seq, now, effects);
            if self.sent_next_expected {
                // The peer knows by our 789 what is missing, and is to send it by itself.
                self.gap = Some(Gap::new(self.next_in, seq - 1, now.mono_ns));
                effects.push(Effect::Notify(Event::GapOpened { begin: self.next_in, end: seq - 1 }));
            } else {
                self.open_gap(seq - 1, now, effects);
            }
        }
        let behind = candidate.next_expected.filter(|&next| next >= 1 && next <= logon_number);
        let in_step = if self.is_initiator() { logon_number.saturating_add(1) } else { logon_number };
        if let Some(begin) = behind.filter(|&next| next < in_step) {
            self.serve(begin, logon_number, None, now, effects);
        }
        effects.push(Effect::Notify(Event::LoggedOn));
        self.answering = None;
        self.flush(now, effects);
    }

    /// A Logon(35=A) on a connection that is logged on.
    pub(crate) fn logon_while_logged_on(
        &mut self,
        looked: Looked<'_>,
        seq: u64,
        book: Option<usize>,
        now: Now,
        effects: &mut Effects,
    ) -> bool {
        let message = looked.message;
        if message.poss_dup() {
            // Somebody sends an old Logon again instead of filling over it.
            self.deliver(looked, Kind::Admin, seq, book, effects);
            self.count(seq, now, effects);
            return true;
        }
        let is_answer = matches!(self.resetting, Some(crate::reset::Resetting::LogonSent { .. }));
        let reset = message.value(141) == Some(b"Y") && self.has_reset_flag();
        let accepted = reset || (is_answer && seq == 1);
        if !accepted || (seq != 1 && self.config.quirks.strict_logon) || self.phase != Phase::LoggedOn {
            let text = "a Logon(35=A) on a connection that is logged on";
            self.end(Some(CloseReason::Protocol(text.into())), now, effects);
            return false;
        }
        self.deliver(looked, Kind::Admin, seq, book, effects);
        self.set_aside.clear();
        self.gap = None;
        if is_answer {
            self.resetting = None;
            self.reset_unconfirmed = false;
        } else {
            self.serving = None;
            self.requests.clear();
            self.resetting = None;
            self.reset_numbers("ResetSeqNumFlag(141)=Y", now, effects);
            let heart_bt_int = values::int(message.value(108).unwrap_or_default()).ok();
            if let Some(heart_bt_int_s) = heart_bt_int.and_then(|seconds| u32::try_from(seconds).ok()) {
                self.heart_bt_int_s = self.config.heart_bt_int_override_s.unwrap_or(heart_bt_int_s);
            }
            let echo = self.config.quirks.echo_reset_seq_num_flag;
            let next_expected = self.sends_next_expected().then_some(2);
            self.write_logon(echo, next_expected, now, effects);
            self.silence.start(self.heart_bt_int_s, now.mono_ns);
        }
        self.advance_to(2, now, effects);
        self.outbox.forget_numbers();
        self.answering = None;
        self.flush(now, effects);
        true
    }

    /// Write our Logon(35=A).
    pub(crate) fn write_logon(&mut self, reset: bool, next_expected: Option<u64>, now: Now, effects: &mut Effects) {
        self.sent_next_expected = next_expected.is_some();
        let config = &self.config;
        let version = config.version;
        let mut fields: Vec<(u32, Vec<u8>)> = Vec::new();
        let number = |value: u64| value.to_string().into_bytes();
        fields.push((98, number(0)));
        fields.push((108, number(u64::from(self.heart_bt_int_s))));
        if reset {
            fields.push((141, b"Y".to_vec()));
        }
        if config.test_message_indicator == TestMessageIndicator::Test && version >= Version::Fix43 {
            fields.push((464, b"Y".to_vec()));
        }
        if let Some(next) = next_expected.filter(|_| version >= Version::Fix44) {
            fields.push((789, number(next)));
        }
        if version == Version::Fixt11 {
            for (tag, value) in [
                (1137, &self.ours.default_appl_ver_id),
                (1407, &self.ours.default_appl_ext_id),
                (1408, &self.ours.default_cstm_appl_ver_id),
            ] {
                if !value.is_empty() {
                    fields.push((tag, value.clone()));
                }
            }
            if config.send_session_status && !self.is_initiator() {
                fields.push((1409, number(ACTIVE)));
            }
        }
        for (tag, value) in config.logon_tags.iter().chain(&self.logon_fields) {
            if self.logon_has(*tag) {
                fields.retain(|(known, _)| known != tag);
                fields.push((*tag, value.clone()));
            } else {
                Self::warn(
                    effects,
                    format!("our Logon goes without {tag}, which it does not have in {}", version.begin_string()),
                );
            }
        }
        fields.sort_by_key(|(tag, _)| *tag);
        let msg_types = std::mem::take(&mut self.ours.msg_types);
        self.say(b"A", now, effects, |draft| {
            let before = fields.iter().take_while(|(tag, _)| *tag < 384).count();
            let (before, behind) = fields.split_at(before);
            before.iter().for_each(|(tag, value)| draft.field(*tag, value));
            if !msg_types.is_empty() && version >= Version::Fix42 {
                draft.number(384, msg_types.len() as u64);
                for entry in &msg_types {
                    draft.field(372, &entry.msg_type);
                    draft.field(385, if entry.sends { b"S" } else { b"R" });
                    if version == Version::Fixt11 {
                        for (tag, value) in
                            [(1130, &entry.appl_ver_id), (1406, &entry.appl_ext_id), (1131, &entry.cstm_appl_ver_id)]
                        {
                            if !value.is_empty() {
                                draft.field(tag, value);
                            }
                        }
                        if entry.is_default {
                            draft.field(1410, b"Y");
                        }
                    }
                }
            }
            behind.iter().for_each(|(tag, value)| draft.field(*tag, value));
        });
        self.ours.msg_types = msg_types;
    }

    /// Whether a Logon(35=A) of the version may have this field, by the dictionary where there is one.
    fn logon_has(&self, tag: u32) -> bool {
        let version = self.config.version;
        if section(tag) == Section::Header {
            return version.has_header_field(tag);
        }
        let known = self.books.get(self.session_book).and_then(|known| known.dictionary.message(b"A"));
        match (known, tag) {
            (_, 5000..) => true,
            (Some(plan), _) => plan.slot_on(tag, 0).is_some(),
            (None, 141) => version >= Version::Fix41,
            (None, 383 | 384) => version >= Version::Fix42,
            (None, 464 | 553 | 554) => version >= Version::Fix43,
            (None, 789) => version >= Version::Fix44,
            (None, 58 | 925 | 1137 | 1400..=1409) => version == Version::Fixt11,
            (None, _) => true,
        }
    }

    /// The Logon that was handed out is refused.
    pub(crate) fn turn_down(&mut self, text: &str, status: Option<u32>, say: bool, now: Now, effects: &mut Effects) {
        if say || self.config.quirks.logon_refusal_logout {
            self.tell_refusal(text, status, now, effects);
        } else {
            self.end(Some(CloseReason::LogonRefused(text.into())), now, effects);
        }
    }
}

/// The number that a text such as `MsgSeqNum too low, expecting 12 but received 5` names.
fn expected_number(text: &str) -> Option<u64> {
    let (_, rest) = text.split_once("expecting ")?;
    let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().ok().filter(|&number| number > 0)
}
