//! What time alone brings about: timers, and the schedule.

use crate::effect::{CloseReason, Effects};
use crate::now::Now;
use crate::reset::Resetting;
use crate::session::{Phase, Session};
use crate::timers::Due;

/// The schedule is looked at no less often than this: the wall clock may be set.
const LOOK_NS: i64 = crate::config::SECOND;

impl Session {
    /// Nothing happened, but time passed.
    pub fn tick(&mut self, now: Now, effects: &mut Effects) {
        self.last_now = now;
        self.keep_schedule(now, effects);
        if self.phase_ends_ns.is_some_and(|at| now.mono_ns >= at) {
            self.waited_long_enough(now, effects);
        }
        if self.phase != Phase::LoggedOn {
            return;
        }
        if let Some(Resetting::LogonSent { until_ns }) = self.resetting {
            if now.mono_ns >= until_ns {
                return self.end(Some(CloseReason::LogonTimeout), now, effects);
            }
        }
        if self.reset_due_ns.is_some_and(|at| now.utc_ns >= at) {
            self.schedule_reset(now);
            self.begin_reset(now, effects);
        }
        if self.gap_due_ns().is_some_and(|at| now.mono_ns >= at) {
            self.ask_again(now, effects);
        }
        if self.phase != Phase::LoggedOn {
            return;
        }
        match self.silence.due(&self.config, now.mono_ns) {
            Due::Nothing => {}
            Due::Heartbeat => {
                if !self.waits() {
                    self.say(b"0", now, effects, |_| {});
                }
                // One that has to wait is not followed by more.
                self.silence.sent(now.mono_ns);
            }
            Due::TestRequest => {
                let id = self.test_req_id(now, false);
                self.request_life(&id, true, now, effects);
            }
            Due::Dead => {
                if self.config.send_logout_before_disconnect_from_timeout {
                    self.write_logout(Some("Timed out waiting for heartbeat"), None, now, effects);
                }
                self.end(Some(CloseReason::HeartbeatTimeout), now, effects);
            }
        }
    }

    fn waited_long_enough(&mut self, now: Now, effects: &mut Effects) {
        let why = match self.phase {
            Phase::AwaitLogon | Phase::LogonSent | Phase::Verdict => CloseReason::LogonTimeout,
            Phase::LogoutSent => match self.ending.take() {
                Some(why @ (CloseReason::Protocol(_) | CloseReason::Schedule)) => why,
                _ => CloseReason::LogoutTimeout,
            },
            _ => CloseReason::LoggedOut,
        };
        self.end(Some(why), now, effects);
    }

    /// The monotonic time of the next tick that matters.
    #[must_use]
    pub fn next_deadline(&self) -> Option<i64> {
        let change = match self.schedule_known {
            Some((_, until)) => Some(until).filter(|&until| until < i64::MAX),
            None => self.config.schedule.next_change(self.last_now.utc_ns),
        };
        let scheduled = change.map(|at| {
            let wait = at.saturating_sub(self.last_now.utc_ns).clamp(0, LOOK_NS);
            self.last_now.mono_ns.saturating_add(wait)
        });
        let mut next = [self.phase_ends_ns, scheduled].into_iter().flatten().min();
        if self.phase == Phase::LoggedOn {
            let until = match self.resetting {
                Some(Resetting::LogonSent { until_ns }) => Some(until_ns),
                _ => None,
            };
            let reset = self.reset_due_ns.map(|at| {
                let wait = at.saturating_sub(self.last_now.utc_ns).clamp(0, LOOK_NS);
                self.last_now.mono_ns.saturating_add(wait)
            });
            let more = [self.silence.next(&self.config), self.gap_due_ns(), until, reset];
            next = next.into_iter().chain(more.into_iter().flatten()).min();
        }
        next
    }

    /// When the daily reset is due next.
    pub(crate) fn schedule_reset(&mut self, now: Now) {
        self.reset_due_ns = self.config.reset_seq_time.as_ref().and_then(|time| time.next_after(now.utc_ns));
    }

    /// Whether this stretch of time was looked at.
    pub(crate) fn knows_schedule(&self, now: Now) -> bool {
        self.schedule_known.is_some_and(|(from, until)| (from..until).contains(&now.utc_ns))
    }

    /// Hold the session against its schedule. The same stretch of time is looked at once.
    pub(crate) fn keep_schedule(&mut self, now: Now, effects: &mut Effects) {
        if self.knows_schedule(now) {
            return;
        }
        let until = self.config.schedule.next_change(now.utc_ns).unwrap_or(i64::MAX);
        let from = if until == i64::MAX { i64::MIN } else { now.utc_ns };
        self.schedule_known = Some((from, until));
        match self.phase {
            Phase::Closed => self.renew_numbers(now, effects),
            _ if self.is_over(now) => self.end_by_schedule(now, effects),
            _ => {}
        }
    }

    /// Whether the time of the connection is over.
    fn is_over(&self, now: Now) -> bool {
        !self.config.schedule.is_logon_time(now.utc_ns) || self.is_of_another_life(now)
    }

    /// Whether the numbers are of another interval than this instant.
    pub(crate) fn is_of_another_life(&self, now: Now) -> bool {
        self.created_ns.is_some_and(|created| !self.config.schedule.same_interval(created, now.utc_ns))
    }

    fn end_by_schedule(&mut self, now: Now, effects: &mut Effects) {
        match self.phase {
            Phase::LoggedOn => self.log_out(None, None, CloseReason::Schedule, now, effects),
            Phase::LogoutSent | Phase::LogoutAnswered => {}
            _ => self.end(Some(CloseReason::Schedule), now, effects),
        }
    }

    /// Begin a new life of the numbers when theirs is of an earlier interval and a new one has begun.
    pub(crate) fn renew_numbers(&mut self, now: Now, effects: &mut Effects) {
        if self.phase == Phase::Closed
            && self.config.schedule.is_session_time(now.utc_ns)
            && self.is_of_another_life(now)
        {
            self.reset_numbers("the schedule", now, effects);
        }
    }
}
