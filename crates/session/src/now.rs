//! The time, as it is told to a session.

/// One instant on two clocks, which are never mixed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Now {
    /// Nanoseconds since 1970-01-01 00:00:00 UTC, for stamps such as SendingTime(52) and for schedules. May step.
    pub utc_ns: i64,
    /// Nanoseconds of a clock that never steps, for timers.
    pub mono_ns: i64,
}
