//! What follows when a Logon(35=A) is accepted: numbers, versions, what is missing on either side; and Logons after the first.

use super::Candidate;
use crate::config::Version;
use crate::effect::{CloseReason, Effect, Effects, Event, Kind};
use crate::gap::Gap;
use crate::inbound::Looked;
use crate::now::Now;
use crate::session::{Phase, Session};
use fixplus_wire::values;

impl Session {
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
}
