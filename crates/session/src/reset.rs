//! New numbers on the open connection: once a day, or when told to.
//!
//! TestRequest(35=1) and its Heartbeat(35=0) show that nothing is under way; then Logon(35=A) with 34=1 and 141=Y goes out, and
//! nothing else until it is answered.

use crate::effect::{Effect, Effects, Event};
use crate::now::Now;
use crate::received::Received;
use crate::session::{Phase, Session};

/// How far a reset is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Resetting {
    /// The Heartbeat with this TestReqID(112) is awaited.
    Asked { id: Vec<u8> },
    /// It came while we resend: what the peer asked for goes out under its old numbers first.
    Answered,
    /// The answer to our Logon is awaited, until then.
    LogonSent { until_ns: i64 },
}

impl Session {
    /// Begin a reset.
    pub(crate) fn begin_reset(&mut self, now: Now, effects: &mut Effects) {
        if self.phase != Phase::LoggedOn || self.resetting.is_some() || !self.has_reset_flag() {
            return;
        }
        let id = self.test_req_id(now, true);
        self.request_life(&id, false, now, effects);
        if self.phase == Phase::LoggedOn {
            self.resetting = Some(Resetting::Asked { id });
        }
    }

    /// A Heartbeat(35=0): a sign of life, perhaps the one that was asked for.
    pub(crate) fn heartbeat(&mut self, message: &Received<'_>, now: Now, effects: &mut Effects) {
        let Some(id) = message.value(112) else { return };
        match self.silence.answered(id, now.mono_ns) {
            Some(ns) => effects.push(Effect::Notify(Event::RoundTrip { ns })),
            None => Self::warn(effects, "a Heartbeat(35=0) has a TestReqID(112) that was not asked for"),
        }
        if matches!(&self.resetting, Some(Resetting::Asked { id: asked }) if asked == id) {
            if self.serving.is_some() {
                self.resetting = Some(Resetting::Answered);
            } else {
                self.send_reset(now, effects);
            }
        }
    }

    pub(crate) fn send_reset(&mut self, now: Now, effects: &mut Effects) {
        // What the peer sent before it hears of this still has its old numbers.
        self.next_out = 1;
        self.created_ns = Some(now.utc_ns);
        let next_in = self.next_in;
        effects.push(Effect::ResetStore { next_out: 1, next_in, created_ns: self.created_ns });
        effects.push(Effect::Notify(Event::Reset { why: "reset on the open connection".into() }));
        let until_ns = now.mono_ns.saturating_add(self.config.logon_timeout_ns);
        self.resetting = Some(Resetting::LogonSent { until_ns });
        self.reset_unconfirmed = true;
        let next_expected = self.sends_next_expected().then_some(1);
        self.write_logon(true, next_expected, now, effects);
    }

    /// TestReqID(112) of the next TestRequest.
    pub(crate) fn test_req_id(&self, now: Now, unique: bool) -> Vec<u8> {
        if unique || self.config.quirks.unique_test_request_id {
            format!("TEST-{}-{}", self.next_out, now.utc_ns).into_bytes()
        } else {
            b"TEST".to_vec()
        }
    }

    /// Write a TestRequest(35=1).
    pub(crate) fn request_life(&mut self, id: &[u8], for_silence: bool, now: Now, effects: &mut Effects) {
        self.say(b"1", now, effects, |draft| draft.field(112, id));
        if self.phase == Phase::Closed {
            return;
        }
        self.silence.asked(id, for_silence, now.mono_ns);
        let test_req_id = crate::received::shown(id);
        effects.push(Effect::Notify(Event::TestRequestSent { test_req_id }));
    }
}
