//! How a connection ends.

use crate::config::Version;
use crate::effect::{CloseReason, Effect, Effects, Event};
use crate::now::Now;
use crate::received::Received;
use crate::reject::text_value;
use crate::session::{Phase, Session};

/// SessionStatus(1409): the Logout is complete.
const LOGOUT_COMPLETE: u32 = 4;

impl Session {
    /// Write a Logout(35=5) and wait for its answer.
    pub(crate) fn log_out(
        &mut self,
        text: Option<&str>,
        status: Option<u32>,
        ending: CloseReason,
        now: Now,
        effects: &mut Effects,
    ) {
        if self.phase != Phase::LoggedOn {
            return;
        }
        self.write_logout(text, status, now, effects);
        self.phase = Phase::LogoutSent;
        self.phase_ends_ns = Some(now.mono_ns.saturating_add(self.config.logout_timeout_ns));
        self.ending = Some(ending);
        self.resetting = None;
    }

    /// Write a Logout(35=5) that says why, and close.
    pub(crate) fn log_out_at_once(&mut self, text: &str, status: Option<u32>, now: Now, effects: &mut Effects) {
        if matches!(self.phase, Phase::LoggedOn | Phase::LogonSent | Phase::Verdict) {
            self.write_logout(Some(text), status, now, effects);
        }
        self.end(Some(CloseReason::Protocol(text.into())), now, effects);
    }

    /// Write a Logout(35=5).
    pub(crate) fn write_logout(&mut self, text: Option<&str>, status: Option<u32>, now: Now, effects: &mut Effects) {
        let status = status.filter(|_| self.config.send_session_status && self.config.version == Version::Fixt11);
        self.say(b"5", now, effects, |draft| {
            if let Some(text) = text.filter(|text| !text.is_empty()) {
                draft.field(58, &text_value(text));
            }
            if let Some(status) = status {
                draft.number(1409, u64::from(status));
            }
        });
    }

    /// The peer's Logout(35=5): answered once, unless it is the answer to ours.
    pub(crate) fn peer_logged_out(
        &mut self,
        message: &Received<'_>,
        seq: u64,
        now: Now,
        effects: &mut Effects,
    ) -> bool {
        let text = message.text(58);
        let is_answer = self.phase == Phase::LogoutSent;
        if !is_answer {
            self.write_logout(None, Some(LOGOUT_COMPLETE), now, effects);
        }
        if seq == self.next_in {
            self.advance_to(seq.saturating_add(1), now, effects);
        }
        self.peer_text = text;
        self.exchanged = true;
        let wait = self.config.quirks.close_after_logout_reply_ns;
        if is_answer || wait <= 0 {
            let why = self.ending.take().unwrap_or(CloseReason::LoggedOut);
            self.end(Some(why), now, effects);
        } else {
            self.phase = Phase::LogoutAnswered;
            self.phase_ends_ns = Some(now.mono_ns.saturating_add(wait));
            self.resetting = None;
            // Nothing follows our answer.
            self.serving = None;
            self.requests.clear();
        }
        true
    }

    /// The connection is over: tell why, forget what belonged to it, reset what has to be.
    pub(crate) fn end(&mut self, why: Option<CloseReason>, now: Now, effects: &mut Effects) {
        self.end_with(why, None, now, effects);
    }

    /// The same, with new numbers for this reason.
    pub(crate) fn end_with(&mut self, why: Option<CloseReason>, reset: Option<&str>, now: Now, effects: &mut Effects) {
        if self.phase == Phase::Closed {
            return;
        }
        let was_logged_on = std::mem::take(&mut self.was_logged_on);
        let spoke = was_logged_on || (self.is_initiator() && self.phase != Phase::AwaitLogon);
        self.phase = Phase::Closed;
        self.phase_ends_ns = None;
        self.ending = None;
        self.candidate = None;
        self.resetting = None;
        self.gap = None;
        self.set_aside.clear();
        self.just_drained = false;
        self.serving = None;
        self.requests.clear();
        self.input.clear();
        self.answering = None;
        self.asked_reset = false;
        self.logon_fields.clear();
        self.heart_bt_int_s = self.config.heart_bt_int_s;
        let text = self.peer_text.take();
        if was_logged_on {
            effects.push(Effect::Notify(Event::LoggedOut { text }));
        }
        let exchanged = std::mem::take(&mut self.exchanged);
        if let Some(reset) = reset {
            self.reset_numbers(reset, now, effects);
        } else if exchanged && self.config.reset_on_logout {
            self.reset_numbers("reset_on_logout", now, effects);
        } else if spoke && self.config.reset_on_disconnect {
            self.reset_numbers("reset_on_disconnect", now, effects);
        }
        self.keep_waiting(now, effects);
        self.peer_max_message_size = None;
        if let Some(why) = why {
            effects.push(Effect::Close(why));
        }
        self.renew_numbers(now, effects);
    }

    /// Number and store the messages of the application that waited: the peer will ask for them.
    fn keep_waiting(&mut self, now: Now, effects: &mut Effects) {
        if self.reset_unconfirmed || self.config.reset_on_logon {
            // The next Logon wipes what is stored: they go on waiting for it, without a number.
            self.outbox.keep_those_of_the_application();
            return;
        }
        while let Some(waiting) = self.outbox.pop() {
            if !waiting.application {
                continue;
            }
            if self.would_be_reset(false, now) {
                Self::warn(effects, "a message that waited is lost: the next Logon sets the numbers to 1");
            } else if let Err(error) = self.store((&waiting.draft.bytes, &waiting.draft.fields), now, effects) {
                Self::warn(effects, format!("a message that waited is lost: {error}"));
            }
        }
    }

    /// The transport is gone.
    pub fn disconnected(&mut self, now: Now, effects: &mut Effects) {
        self.last_now = now;
        self.end(None, now, effects);
    }
}
