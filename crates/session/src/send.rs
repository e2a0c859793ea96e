//! What goes out: numbered, stored and written, or kept until that may be.

use crate::effect::{CloseReason, Effect, Effects, Event};
use crate::error::LocalError;
use crate::now::Now;
use crate::received::{MsgKind, shown, value_of};
use crate::reset::Resetting;
use crate::session::{Phase, Session};
use crate::stamp::{Draft, Stamp};
use fixplus_wire::{EncodeError, Field};

impl Session {
    /// Send a message of the application. `fields` lie in `bytes` and are those of the message in the order in which they are to be
    /// written, MsgType(35) anywhere among them.
    ///
    /// While nobody is logged on the message takes its number and is stored, for the peer to fetch.
    ///
    /// # Errors
    /// It may not be sent now, or ever. Nothing was changed.
    pub fn send(&mut self, bytes: &[u8], fields: &[Field], now: Now, effects: &mut Effects) -> Result<(), LocalError> {
        self.last_now = now;
        let msg_type = fields.iter().find(|field| field.tag == 35).ok_or(EncodeError::Missing { tag: 35 })?;
        let msg_type = value_of(bytes, msg_type);
        if MsgKind::of(msg_type) != MsgKind::Application {
            return Err(LocalError::SessionMessage { msg_type: shown(msg_type) });
        }
        match self.phase {
            Phase::LogoutSent | Phase::LogoutAnswered => Err(LocalError::LoggedOut),
            Phase::LoggedOn | Phase::LogonSent => self.send_now((bytes, fields), msg_type, now, effects),
            Phase::Verdict if self.is_initiator() => self.send_now((bytes, fields), msg_type, now, effects),
            Phase::Closed | Phase::AwaitLogon | Phase::Verdict => {
                // What is refused changes nothing, so that a new life of the numbers begins only with a message that is stored in it.
                let looks = !self.knows_schedule(now);
                if self.would_be_reset(looks && self.is_of_another_life(now), now) {
                    return Err(LocalError::WouldBeReset);
                }
                if looks {
                    self.stamp((bytes, fields), now, false)?;
                    self.keep_schedule(now, effects);
                }
                self.store((bytes, fields), now, effects)
            }
        }
    }

    /// Send a message on a connection on which our Logon was sent, or let it wait.
    fn send_now(
        &mut self,
        message: (&[u8], &[Field]),
        msg_type: &[u8],
        now: Now,
        effects: &mut Effects,
    ) -> Result<(), LocalError> {
        if !self.peer.receives(msg_type) {
            return Err(LocalError::NotReceived { msg_type: shown(msg_type) });
        }
        if self.waits() {
            self.stamp(message, now, true)?;
            return self.enqueue(message, true);
        }
        self.emit(message, true, now, effects)
    }

    /// Whether new messages must wait: behind a resend, our Logon, or a reset that is under way.
    pub(crate) fn waits(&self) -> bool {
        self.serving.is_some()
            || matches!(self.phase, Phase::LogonSent | Phase::Verdict)
            || matches!(self.resetting, Some(Resetting::LogonSent { .. }))
    }

    /// Whether the next Logon, or the next interval of the schedule, will set the numbers to 1, though they may be of a life that is
    /// just `renewed`.
    pub(crate) fn would_be_reset(&self, renewed: bool, now: Now) -> bool {
        let config = &self.config;
        let untouched = renewed || (self.next_out == 1 && self.next_in == 1);
        config.reset_on_logon
            || (self.reset_unconfirmed && !renewed)
            || ((config.reset_on_logout || config.reset_on_disconnect) && untouched)
            || !config.schedule.is_session_time(now.utc_ns)
    }

    /// Put a message behind those that wait.
    pub(crate) fn enqueue(&mut self, message: (&[u8], &[Field]), application: bool) -> Result<(), LocalError> {
        let (count, bytes) = (self.config.max_waiting, self.config.max_waiting_bytes);
        if self.outbox.push(message, application, count, bytes) {
            Ok(())
        } else {
            Err(LocalError::Full { waiting: self.outbox.len() })
        }
    }

    /// Write what waited, once nothing holds it back.
    pub(crate) fn flush(&mut self, now: Now, effects: &mut Effects) {
        while self.phase == Phase::LoggedOn && !self.waits() {
            let Some(waiting) = self.outbox.pop() else { return };
            let message = (&*waiting.draft.bytes, &*waiting.draft.fields);
            // What the peer receives was not known when the message began to wait behind our Logon.
            let msg_type = waiting.draft.msg_type();
            let result = if waiting.application && !self.peer.receives(msg_type) {
                Err(LocalError::NotReceived { msg_type: shown(msg_type) })
            } else {
                self.emit(message, waiting.application, now, effects)
            };
            if let Err(error) = result {
                effects.push(Effect::Notify(Event::Warning {
                    text: format!("a message that waited is not sent: {error}"),
                }));
            }
        }
    }

    /// LastMsgSeqNumProcessed(369) of the next message, where it is sent.
    pub(crate) fn last_processed(&self) -> Option<u64> {
        let config = &self.config;
        let sent = config.enable_last_msg_seq_num_processed || config.quirks.cme_enhanced_resend;
        sent.then(|| self.answering.unwrap_or(self.next_in.saturating_sub(1)))
    }

    /// Write a message under the next number, into the memory of the stamper.
    fn stamp(&mut self, message: (&[u8], &[Field]), now: Now, application: bool) -> Result<&[u8], LocalError> {
        let stamp = Stamp {
            seq: self.next_out,
            utc_ns: now.utc_ns,
            poss_dup: false,
            last_processed: self.last_processed(),
            appl_ver_id: &self.ours.default_appl_ver_id,
        };
        let raw = self.stamper.write(&self.config, self.books.pairs(), message, &stamp)?;
        match self.peer_max_message_size.filter(|_| application) {
            Some(limit) if raw.len() as u64 > limit => Err(LocalError::TooLong { length: raw.len(), limit }),
            _ => Ok(raw),
        }
    }

    /// Number, store and write a message.
    pub(crate) fn emit(
        &mut self,
        message: (&[u8], &[Field]),
        application: bool,
        now: Now,
        effects: &mut Effects,
    ) -> Result<(), LocalError> {
        self.stamp(message, now, application)?;
        self.begin_life(now, effects);
        let raw = effects.keep(self.stamper.written());
        let stored = if self.config.persist_messages { raw.clone() } else { 0..0 };
        effects.push(Effect::Append { seq: self.next_out, raw: stored });
        effects.push(Effect::Write { raw });
        self.next_out = self.next_out.saturating_add(1);
        self.silence.sent(now.mono_ns);
        Ok(())
    }

    /// Write a message under the next number without storing anything.
    pub(crate) fn write_unstored(
        &mut self,
        message: (&[u8], &[Field]),
        now: Now,
        effects: &mut Effects,
    ) -> Result<(), LocalError> {
        self.stamp(message, now, false)?;
        let raw = effects.keep(self.stamper.written());
        effects.push(Effect::Write { raw });
        self.next_out = self.next_out.saturating_add(1);
        Ok(())
    }

    /// Number and store a message that nobody can receive now.
    pub(crate) fn store(
        &mut self,
        message: (&[u8], &[Field]),
        now: Now,
        effects: &mut Effects,
    ) -> Result<(), LocalError> {
        self.stamp(message, now, false)?;
        self.begin_life(now, effects);
        let raw = if self.config.persist_messages { effects.keep(self.stamper.written()) } else { 0..0 };
        effects.push(Effect::Append { seq: self.next_out, raw });
        self.next_out = self.next_out.saturating_add(1);
        Ok(())
    }

    /// Write a message of the session's own, or let it wait.
    pub(crate) fn say(&mut self, msg_type: &[u8], now: Now, effects: &mut Effects, fill: impl FnOnce(&mut Draft)) {
        let mut draft = std::mem::take(&mut self.draft);
        draft.begin(msg_type);
        fill(&mut draft);
        let message = (&*draft.bytes, &*draft.fields);
        // A Logon makes the others wait, and a Logout ends the waiting.
        let result = if self.waits() && !matches!(msg_type, b"A" | b"5") {
            self.enqueue(message, false)
        } else {
            self.emit(message, false, now, effects)
        };
        self.draft = draft;
        match result {
            Ok(()) => {}
            Err(LocalError::Full { waiting }) => {
                let text = format!("{waiting} messages wait behind a resend");
                self.end(Some(CloseReason::Protocol(text)), now, effects);
            }
            Err(error) => {
                effects.push(Effect::Notify(Event::Warning { text: format!("a message is not sent: {error}") }));
            }
        }
    }
}
