//! Logging on, in both roles.
//!
//! What a peer says before it is accepted changes nothing that is stored: its Logon(35=A) is handed out for a verdict, and only
//! then are numbers reset, counted or used.

mod accept;
mod judge;
mod write;

use crate::appl_ver::Declared;
use crate::config::Version;
use crate::effect::{CloseReason, Effect, Effects, Event, Kind};
use crate::inbound::Looked;
use crate::now::Now;
use crate::received::{MsgKind, shown};
use crate::session::{Phase, Session};
pub(crate) use judge::Candidate;

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
        // Whether the session is enabled and within its times was looked at before the bytes were.
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
}

/// The number that a text such as `MsgSeqNum too low, expecting 12 but received 5` names.
fn expected_number(text: &str) -> Option<u64> {
    let (_, rest) = text.split_once("expecting ")?;
    let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().ok().filter(|&number| number > 0)
}
