//! When silence on a session calls for a message.
//!
//! Source: FIX 4.4 vol. 2, Session Protocol, "Heartbeat" and "Test Request"; HeartBtInt(108). All times are monotonic nanoseconds.

use crate::config::{SECOND, SessionConfig};

/// What the silence so far has made due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Due {
    Nothing,
    Heartbeat,
    TestRequest,
    /// The peer has been silent for too long.
    Dead,
}

/// A TestRequest(35=1) of ours that waits for its Heartbeat(35=0).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Asked {
    /// TestReqID(112).
    pub(crate) id: Vec<u8>,
    /// When it was sent.
    pub(crate) mono_ns: i64,
}

/// The silence in both directions of one session.
#[derive(Debug, Clone, Default)]
pub(crate) struct Silence {
    /// HeartBtInt(108); 0 switches all of it off.
    interval_ns: i64,
    last_sent_ns: i64,
    last_received_ns: i64,
    /// TestRequests since the last valid message.
    tests: u32,
    /// The TestRequest whose Heartbeat did not come yet.
    asked: Option<Asked>,
    /// Nothing came since it was sent: heartbeats pause.
    pauses: bool,
}

impl Silence {
    /// Both sides have just spoken.
    pub(crate) fn start(&mut self, heart_bt_int_s: u32, now_ns: i64) {
        *self = Self {
            interval_ns: i64::from(heart_bt_int_s).saturating_mul(SECOND),
            last_sent_ns: now_ns,
            last_received_ns: now_ns,
            tests: 0,
            asked: None,
            pauses: false,
        };
    }

    /// Bytes were sent.
    pub(crate) fn sent(&mut self, now_ns: i64) {
        self.last_sent_ns = now_ns;
    }

    /// A valid message came.
    pub(crate) fn received(&mut self, now_ns: i64) {
        self.last_received_ns = now_ns;
        self.tests = 0;
        self.pauses = false;
    }

    /// A TestRequest was sent, for silence or for another reason.
    pub(crate) fn asked(&mut self, id: &[u8], for_silence: bool, now_ns: i64) {
        self.tests += u32::from(for_silence);
        self.pauses = true;
        self.asked = Some(Asked { id: id.to_vec(), mono_ns: now_ns });
    }

    /// A Heartbeat with this TestReqID(112) came: the time since it was asked for, if it was.
    pub(crate) fn answered(&mut self, id: &[u8], now_ns: i64) -> Option<i64> {
        let asked = self.asked.take_if(|asked| asked.id == id)?;
        Some(now_ns.saturating_sub(asked.mono_ns))
    }

    /// What the silence so far has made due.
    pub(crate) fn due(&self, config: &SessionConfig, now_ns: i64) -> Due {
        if self.interval_ns == 0 {
            Due::Nothing
        } else if !config.disable_heart_beat_check && now_ns >= self.dead_at(config) {
            Due::Dead
        } else if now_ns >= self.test_at(config) {
            Due::TestRequest
        } else if self.may_beat(config) && now_ns >= self.beat_at() {
            Due::Heartbeat
        } else {
            Due::Nothing
        }
    }

    /// When the next of them is due.
    pub(crate) fn next(&self, config: &SessionConfig) -> Option<i64> {
        if self.interval_ns == 0 {
            return None;
        }
        let mut next = self.test_at(config);
        if !config.disable_heart_beat_check {
            next = next.min(self.dead_at(config));
        }
        if self.may_beat(config) {
            next = next.min(self.beat_at());
        }
        Some(next)
    }

    fn may_beat(&self, config: &SessionConfig) -> bool {
        !self.pauses || config.quirks.heartbeats_while_test_request_pending
    }

    fn beat_at(&self) -> i64 {
        self.last_sent_ns.saturating_add(self.interval_ns)
    }

    fn test_at(&self, config: &SessionConfig) -> i64 {
        let times = (1000 + i64::from(config.test_request_delay_permille)).saturating_mul(i64::from(self.tests) + 1);
        self.last_received_ns.saturating_add(self.permille(times))
    }

    fn dead_at(&self, config: &SessionConfig) -> i64 {
        self.last_received_ns.saturating_add(self.permille(1000 + i64::from(config.heart_beat_timeout_permille)))
    }

    fn permille(&self, times: i64) -> i64 {
        // Whole milliseconds first: a second has a thousand of them.
        (self.interval_ns / 1000).saturating_mul(times)
    }
}
