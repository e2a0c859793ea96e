//! What arrives: framing, decoding, and the order in which a message is checked.
//!
//! The order is: garbled, session time, BeginString(8), MsgSeqNum(34), number too high, dictionary, SendingTime(52), names, number
//! too low and PossDupFlag(43), agreed types, conditional rules, what the message is for.

use crate::config::Role;
use crate::effect::{CloseReason, Effect, Effects, Event, Kind};
use crate::input::Framing;
use crate::now::Now;
use crate::received::{MsgKind, Received, shown};
use crate::reject::Refusal;
use crate::session::{Phase, Session};
use crate::set_aside::Early;
use fixplus_wire::frame::{FrameFault, Step};
use fixplus_wire::values::{utc_timestamp, utc_timestamp_ns};
use fixplus_wire::{Checks, DecodeError, Index, decode, decode_lenient};

/// The most messages that are dealt with at once where none of them is handed out.
const MOST_STEPS: usize = 64;

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
    /// Take bytes of the peer. It stops behind the first message that is handed to the application: call it again without bytes while
    /// [`Session::pending`] says so.
    pub fn receive(&mut self, data: &[u8], now: Now, effects: &mut Effects) {
        self.last_now = now;
        if matches!(self.phase, Phase::Closed | Phase::LogoutAnswered) {
            return;
        }
        self.keep_schedule(now, effects);
        self.input.extend(data);
        if self.phase == Phase::Verdict && self.input.len() > self.config.max_held_bytes {
            let text = "more input than is held while a Logon waits for its verdict".into();
            self.end(Some(CloseReason::LogonRefused(text)), now, effects);
        }
        self.look(now, effects);
    }

    /// Whether there is something to do without further bytes.
    #[must_use]
    pub fn pending(&self) -> bool {
        self.listens() && (self.is_early(self.next_in) || self.input.next(self.framing()).is_some())
    }

    fn listens(&self) -> bool {
        matches!(self.phase, Phase::AwaitLogon | Phase::LogonSent | Phase::LoggedOn | Phase::LogoutSent)
    }

    fn is_early(&self, seq: u64) -> bool {
        matches!(self.phase, Phase::LoggedOn | Phase::LogoutSent) && self.set_aside.has(seq)
    }

    fn framing(&self) -> Framing<'_> {
        let by_check_sum = (!self.config.validate_length_and_checksum).then(|| &**self.books.pairs());
        Framing { max_message_size: self.config.max_message_size, by_check_sum }
    }

    /// Look at what is there until a message is handed out.
    fn look(&mut self, now: Now, effects: &mut Effects) {
        let mut index = std::mem::take(&mut self.index);
        // What a peer can make us say of one piece of input has a limit too; the rest is looked at when we are called again.
        for _ in 0..MOST_STEPS {
            if !self.listens() {
                break;
            }
            if self.is_early(self.next_in) {
                if self.drain(&mut index, now, effects) {
                    break;
                }
                continue;
            }
            let Some(step) = self.input.next(self.framing()) else {
                self.settle_input();
                break;
            };
            let after_drain = std::mem::take(&mut self.just_drained);
            let (Step::Frame { start, end } | Step::Garbled { start, end, .. }) = step else { break };
            self.input.skip_to(end);
            let bytes = std::mem::take(&mut self.input.bytes);
            let piece = bytes.get(start..end).unwrap_or_default();
            let handed_out = match step {
                Step::Garbled { fault: FrameFault::TooLong { .. } | FrameFault::NoCheckSum { .. }, .. } => {
                    self.too_long(now, effects);
                    false
                }
                Step::Garbled { fault, .. } => {
                    self.garbled(piece, &fault.to_string(), now, effects);
                    false
                }
                _ => self.frame(piece, after_drain, &mut index, now, effects),
            };
            self.input.bytes = bytes;
            if handed_out {
                break;
            }
        }
        if self.phase == Phase::Closed {
            self.input.clear();
        }
        self.answering = None;
        self.index = index;
    }

    fn settle_input(&mut self) {
        let mut input = std::mem::take(&mut self.input);
        input.settle(self.framing());
        self.input = input;
    }

    /// Deal with the message that was set aside and whose turn has come.
    fn drain(&mut self, index: &mut Index, now: Now, effects: &mut Effects) -> bool {
        match self.set_aside.take(self.next_in) {
            Some(Early::Raw { raw, utc_ns }) => {
                self.came_ns = Some(utc_ns);
                let handed_out = self.frame(&raw, true, index, now, effects);
                self.came_ns = None;
                self.just_drained = true;
                handed_out
            }
            _ => {
                self.advance_to(self.next_in.saturating_add(1), now, effects);
                self.just_drained = true;
                false
            }
        }
    }

    /// Deal with one frame; `true` if it was handed to the application.
    fn frame(&mut self, frame: &[u8], after_drain: bool, index: &mut Index, now: Now, effects: &mut Effects) -> bool {
        let config = &self.config;
        let checks = Checks {
            body_length: config.validate_length_and_checksum,
            check_sum: config.validate_length_and_checksum && config.validate_checksum,
        };
        let syntax = match decode(frame, self.books.pairs(), checks, index) {
            Ok(()) => None,
            // Encrypted data whose length is wrong cannot be told from the rest.
            Err(error) if error.reason().is_some() && error.tag() != Some(90) => {
                // The first fault is the one that counts.
                let _ = decode_lenient(frame, self.books.pairs(), index);
                Some(error)
            }
            Err(error) => {
                self.garbled(frame, &error.to_string(), now, effects);
                return false;
            }
        };
        let message = Received::new(frame, index.fields());
        let looked = Looked { message: &message, syntax: syntax.as_ref(), after_drain };
        match self.phase {
            Phase::AwaitLogon => self.first_message(looked, now, effects),
            Phase::LogonSent => self.logon_answer(looked, now, effects),
            _ => self.message(looked, now, effects),
        }
    }

    /// Bytes that are no message. They are ignored: the next good message shows what is missing.
    fn garbled(&mut self, piece: &[u8], text: &str, now: Now, effects: &mut Effects) {
        effects.push(Effect::Notify(Event::Garbled { text: text.into(), length: piece.len() }));
        match self.phase {
            Phase::AwaitLogon => {
                let why = CloseReason::LogonRefused("the first message is garbled".into());
                self.end(Some(why), now, effects);
            }
            Phase::LogonSent if memchr::memmem::find(piece, b"\x0135=A\x01").is_some() => {
                let why = CloseReason::LogonRefused("the answer to our Logon is garbled".into());
                self.end(Some(why), now, effects);
            }
            Phase::LoggedOn => {
                if self.gap.as_mut().is_some_and(crate::gap::Gap::came_garbled) {
                    let text = "ResendRequest answered with garbled messages";
                    self.log_out(Some(text), None, CloseReason::Protocol(text.into()), now, effects);
                } else if self.config.reject_garbled_message {
                    self.reject_garbled(piece, now, effects);
                }
            }
            _ => {}
        }
    }

    /// A frame above the limit.
    fn too_long(&mut self, now: Now, effects: &mut Effects) {
        let text = format!("Message exceeds the maximum size of {} bytes", self.config.max_message_size);
        match self.phase {
            Phase::AwaitLogon | Phase::LogonSent => self.end(Some(CloseReason::LogonRefused(text)), now, effects),
            _ => self.log_out_at_once(&text, None, now, effects),
        }
    }

    /// A message while logged on.
    fn message(&mut self, looked: Looked<'_>, now: Now, effects: &mut Effects) -> bool {
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

    /// SendingTime(52) missing without a dictionary, unreadable, or too far from now.
    pub(crate) fn time_fault(&self, message: &Received<'_>, now: Now) -> Option<Refusal> {
        if !self.config.check_latency {
            return None;
        }
        let came_ns = self.came_ns.unwrap_or(now.utc_ns);
        let sent = message.sending_time().and_then(|text| utc_timestamp(text).ok());
        match sent {
            Some(sent) if sent.ns.saturating_sub(came_ns).saturating_abs() <= self.config.max_latency_ns => None,
            _ => Some(Refusal::time(52)),
        }
    }

    /// OrigSendingTime(122) of a possible duplicate missing, or after SendingTime(52).
    pub(crate) fn original_time_fault(&self, message: &Received<'_>) -> Option<Refusal> {
        let Some(original) = message.orig_sending_time() else {
            return self.config.requires_orig_sending_time.then(|| Refusal::missing(122));
        };
        let original = utc_timestamp_ns(original).ok();
        let sent = message.sending_time().and_then(|text| utc_timestamp_ns(text).ok());
        match (original, sent) {
            (Some(original), Some(sent)) if original <= sent => None,
            _ => Some(Refusal::time(122)),
        }
    }

    /// Names that are not the session's.
    pub(crate) fn name_fault(&self, message: &Received<'_>) -> Option<Refusal> {
        let config = &self.config;
        let identity = &config.identity;
        if config.check_comp_id {
            if message.sender() != Some(&identity.target_comp_id) {
                return Some(Refusal::name(49));
            }
            if message.target() != Some(&identity.sender_comp_id) {
                return Some(Refusal::name(56));
            }
            for (tag, expected) in [
                (50, &identity.target_sub_id),
                (57, &identity.sender_sub_id),
                (142, &identity.target_location_id),
                (143, &identity.sender_location_id),
            ] {
                if !expected.is_empty() && message.value(tag) != Some(expected) {
                    return Some(Refusal::name(tag));
                }
            }
        }
        if !config.allowed_on_behalf_of.is_empty() {
            let foreign = |tag: u32| {
                message.value(tag).is_some_and(|name| config.allowed_on_behalf_of.iter().all(|known| known != name))
            };
            if let Some(tag) = [115, 128].into_iter().find(|&tag| foreign(tag)) {
                return Some(Refusal::name(tag).without_logout());
            }
        }
        None
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
