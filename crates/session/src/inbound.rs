//! A message while logged on: the order in which it is checked, and what each type is for.
//!
//! The order is: garbled, session time, BeginString(8), MsgSeqNum(34), number too high, dictionary, SendingTime(52), names, number
//! too low and PossDupFlag(43), agreed types, conditional rules, what the message is for.

use crate::config::Role;
use crate::effect::{CloseReason, Effect, Effects, Kind};
use crate::now::Now;
use crate::received::{MsgKind, Received, shown};
use crate::session::{Phase, Session};
use fixplus_wire::DecodeError;

/// A message that was looked at, with what is known about it.
#[derive(Clone, Copy)]
pub(crate) struct Looked<'m> {
    pub(crate) message: &'m Received<'m>,
    /// A fault inside an intact frame.
    pub(crate) syntax: Option<&'m DecodeError>,
    /// It comes from what was set aside, or is the first after such.
    pub(crate) after_drain: bool,
}

impl Session {
    /// A message while logged on.
    pub(crate) fn message(&mut self, looked: Looked<'_>, now: Now, effects: &mut Effects) -> bool {
        let message = looked.message;
        self.silence.received(now.mono_ns);
        if message.begin_string() != self.config.version.begin_string().as_bytes() {
            return self.foreign_begin_string(message, now, effects);
        }
        let Some(seq) = message.seq() else {
            self.log_out_at_once("Received message without MsgSeqNum", None, now, effects);
            return false;
        };
        self.answering = Some(seq);
        if seq > self.next_in && self.config.validate_sequence_numbers && self.must_wait(message) {
            self.put_aside(seq, message.frame, now, effects);
            return false;
        }

        let (book, fault) = self.fault(looked);
        let deliver_faulty = !self.config.reject_invalid_message;
        if let Some(fault) = fault {
            if !deliver_faulty || fault.is_fatal {
                self.refuse(message, seq, &fault, now, effects);
                return false;
            }
            if message.kind != MsgKind::Application {
                Self::warn(
                    effects,
                    format!("a faulty message of type {} is taken: {}", shown(message.msg_type), fault.sentence),
                );
            }
        }
        if let Some(fault) = self.time_fault(message, now).or_else(|| self.name_fault(message)) {
            self.refuse(message, seq, &fault, now, effects);
            return false;
        }
        if message.poss_dup() && message.kind != MsgKind::SequenceReset {
            if let Some(fault) = self.original_time_fault(message) {
                self.refuse(message, seq, &fault, now, effects);
                return false;
            }
        }
        if seq < self.next_in && self.config.validate_sequence_numbers && !self.may_be_low(looked) {
            if !message.poss_dup() {
                self.too_low(seq, now, effects);
            }
            return false;
        }
        if message.kind == MsgKind::Application {
            let fault = self.type_fault(message).or_else(|| self.rule_fault(message, book));
            if let Some(fault) = fault {
                if !deliver_faulty || fault.business == Some(3) {
                    self.refuse(message, seq, &fault, now, effects);
                    return false;
                }
            }
            return self.application_message(looked, seq, book, now, effects);
        }
        self.session_message(looked, seq, book, now, effects)
    }

    /// Whether a message whose number is too high is set aside until its turn.
    fn must_wait(&self, message: &Received<'_>) -> bool {
        match message.kind {
            MsgKind::ResendRequest | MsgKind::Reject => false,
            MsgKind::Logout => self.config.logout_waits_for_gap,
            // A Logon that is sent again is no Logon.
            MsgKind::Logon => message.poss_dup(),
            MsgKind::SequenceReset => !message.is_reset(),
            MsgKind::Heartbeat | MsgKind::TestRequest | MsgKind::Application => true,
        }
    }

    /// Whether a message whose number is too low is looked at all the same.
    fn may_be_low(&self, looked: Looked<'_>) -> bool {
        let message = looked.message;
        match message.kind {
            MsgKind::ResendRequest => true,
            MsgKind::Logout | MsgKind::Logon => !message.poss_dup(),
            // A fill may end above what is expected although it begins below.
            MsgKind::SequenceReset => message.is_reset() || (looked.after_drain && message.poss_dup()),
            _ => false,
        }
    }

    /// MsgSeqNum(34) below what is expected, and no possible duplicate.
    pub(crate) fn too_low(&mut self, seq: u64, now: Now, effects: &mut Effects) {
        let text = format!("MsgSeqNum too low, expecting {} but received {seq}", self.next_in);
        self.log_out_at_once(&text, Some(9), now, effects);
    }

    /// Another BeginString(8) than the session's.
    fn foreign_begin_string(&mut self, message: &Received<'_>, now: Now, effects: &mut Effects) -> bool {
        self.answering = message.seq();
        if message.kind == MsgKind::Logout {
            return self.peer_logged_out(message, message.seq().unwrap_or(0), now, effects);
        }
        let mut text = String::from("Incorrect BeginString");
        if self.config.quirks.begin_string_text_with_value {
            text = format!("{text} ({})", shown(message.begin_string()));
        }
        self.log_out(Some(&text), None, CloseReason::Protocol(text.clone()), now, effects);
        if self.phase != Phase::Closed {
            self.advance_to(self.next_in.saturating_add(1), now, effects);
        }
        false
    }

    /// Hand a message out.
    pub(crate) fn deliver(
        &mut self,
        looked: Looked<'_>,
        kind: Kind,
        seq: u64,
        book: Option<usize>,
        effects: &mut Effects,
    ) {
        let message = looked.message;
        let mut faults = Vec::new();
        if !self.config.reject_invalid_message && kind == Kind::App {
            self.all_faults(looked, book, &mut faults);
        }
        let deliver = Effect::Deliver {
            kind,
            raw: effects.keep(message.frame),
            fields: effects.keep_fields(message.fields),
            seq,
            poss_dup: message.poss_dup(),
            poss_resend: message.poss_resend(),
            book,
            warnings: effects.keep_warnings(faults),
        };
        effects.push(deliver);
    }

    fn application_message(
        &mut self,
        looked: Looked<'_>,
        seq: u64,
        book: Option<usize>,
        now: Now,
        effects: &mut Effects,
    ) -> bool {
        self.deliver(looked, Kind::App, seq, book, effects);
        self.count(seq, now, effects);
        true
    }

    fn session_message(
        &mut self,
        looked: Looked<'_>,
        seq: u64,
        book: Option<usize>,
        now: Now,
        effects: &mut Effects,
    ) -> bool {
        let message = looked.message;
        match message.kind {
            MsgKind::SequenceReset => self.sequence_reset(looked, seq, book, now, effects),
            MsgKind::ResendRequest => self.resend_request(looked, seq, book, now, effects),
            MsgKind::Logon => self.logon_while_logged_on(looked, seq, book, now, effects),
            MsgKind::Logout => {
                self.deliver(looked, Kind::Admin, seq, book, effects);
                self.peer_logged_out(message, seq, now, effects);
                true
            }
            MsgKind::TestRequest => {
                self.deliver(looked, Kind::Admin, seq, book, effects);
                if self.phase == Phase::LoggedOn {
                    let id = message.value(112);
                    self.say(b"0", now, effects, |draft| {
                        if let Some(id) = id {
                            draft.field(112, id);
                        }
                    });
                }
                self.count(seq, now, effects);
                true
            }
            MsgKind::Heartbeat => {
                self.deliver(looked, Kind::Admin, seq, book, effects);
                self.heartbeat(message, now, effects);
                self.count(seq, now, effects);
                true
            }
            MsgKind::Reject | MsgKind::Application => {
                self.deliver(looked, Kind::Admin, seq, book, effects);
                self.count(seq, now, effects);
                true
            }
        }
    }

    /// Whether this side made the connection.
    pub(crate) fn is_initiator(&self) -> bool {
        self.config.role == Role::Initiator
    }
}
