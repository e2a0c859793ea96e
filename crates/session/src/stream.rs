//! What arrives: framing, decoding, and what becomes of bytes that are no message.

use crate::effect::{CloseReason, Effect, Effects, Event};
use crate::inbound::Looked;
use crate::input::Framing;
use crate::now::Now;
use crate::received::Received;
use crate::session::{Phase, Session};
use crate::set_aside::Early;
use fixplus_wire::frame::{FrameFault, Step};
use fixplus_wire::{Checks, Index, decode, decode_lenient};

/// The most messages that are dealt with at once where none of them is handed out.
const MOST_STEPS: usize = 64;

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
}
