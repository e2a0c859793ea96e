//! When a session lives: its intervals, computed from local wall time for each date.
//!
//! An interval is half-open. Where a zone's clocks jump, a start in the hour that is left out moves to the end of it, and in
//! the hour that comes twice it is the first of the two, an end the last. Two instants belong to the same life of the
//! sequence numbers if one interval holds both.

mod spec;

pub use spec::{ScheduleError, ScheduleSpec};

use jiff::civil::{Date, Time, Weekday};
use jiff::tz::{AmbiguousOffset, TimeZone};
use jiff::{Span, Timestamp};
use spec::WallTime;

/// The times of one session.
#[derive(Debug, Clone)]
pub struct Schedule {
    session: Option<Window>,
    logon: Option<Window>,
}

/// Nanoseconds since 1970-01-01 UTC; the end does not belong to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Interval {
    /// The first instant.
    pub start_ns: i64,
    /// The first instant behind it.
    pub end_ns: i64,
}

impl Interval {
    /// Whether the instant lies in it.
    #[must_use]
    pub fn holds(&self, utc_ns: i64) -> bool {
        (self.start_ns..self.end_ns).contains(&utc_ns)
    }
}

impl Schedule {
    /// A session without schedule: it lives for ever.
    #[must_use]
    pub fn non_stop() -> Self {
        Self { session: None, logon: None }
    }

    /// The schedule that settings describe.
    ///
    /// # Errors
    /// What is wrong with them.
    pub fn new(spec: &ScheduleSpec) -> Result<Self, ScheduleError> {
        if spec.non_stop {
            let others = [
                (spec.start_time.is_some(), "start_time"),
                (spec.end_time.is_some(), "end_time"),
                (spec.start_day.is_some(), "start_day"),
                (spec.end_day.is_some(), "end_day"),
                (!spec.weekdays.is_empty(), "weekdays"),
                (spec.logon_time.is_some(), "logon_time"),
                (spec.logout_time.is_some(), "logout_time"),
                (spec.logon_day.is_some(), "logon_day"),
                (spec.logout_day.is_some(), "logout_day"),
            ];
            return match others.iter().find(|(there, _)| *there) {
                Some(&(_, other)) => Err(ScheduleError::Conflict { key: "non_stop_session", other }),
                None => Ok(Self::non_stop()),
            };
        }
        let zone = match &spec.time_zone {
            Some(name) => spec::zone("time_zone", name)?,
            None => TimeZone::UTC,
        };
        let wall = |key, text: &Option<String>| match text {
            Some(text) => WallTime::read(key, text, &zone),
            None => Err(ScheduleError::Missing { key }),
        };
        let day = |key, text: &Option<String>| text.as_deref().map(|text| spec::day(key, text)).transpose();

        let start = wall("start_time", &spec.start_time)?;
        let end = wall("end_time", &spec.end_time)?;
        let weekdays = spec.weekdays.iter().map(|text| spec::day("weekdays", text)).collect::<Result<Vec<_>, _>>()?;
        let days = match (day("start_day", &spec.start_day)?, day("end_day", &spec.end_day)?) {
            (Some(_), _) | (_, Some(_)) if !weekdays.is_empty() => {
                return Err(ScheduleError::Conflict { key: "weekdays", other: "start_day" });
            }
            (Some(first), Some(last)) => Days::Weekly(first, last),
            (Some(_), None) => return Err(ScheduleError::Missing { key: "end_day" }),
            (None, Some(_)) => return Err(ScheduleError::Missing { key: "start_day" }),
            (None, None) => Days::Daily(weekdays),
        };
        let weekly = matches!(days, Days::Weekly(..));
        let session = Window { start, end, days };

        let logon_days = match (day("logon_day", &spec.logon_day)?, day("logout_day", &spec.logout_day)?) {
            (None, None) => None,
            (Some(first), Some(last)) if weekly => Some(Days::Weekly(first, last)),
            (Some(_), Some(_)) => return Err(ScheduleError::Missing { key: "start_day" }),
            (Some(_), None) => return Err(ScheduleError::Missing { key: "logout_day" }),
            (None, Some(_)) => return Err(ScheduleError::Missing { key: "logon_day" }),
        };
        let logon = if spec.logon_time.is_none() && spec.logout_time.is_none() && logon_days.is_none() {
            None
        } else {
            let wall_or = |key, text: &Option<String>, other: &WallTime| match text {
                Some(text) => WallTime::read(key, text, &zone),
                None => Ok(other.clone()),
            };
            let window = Window {
                start: wall_or("logon_time", &spec.logon_time, &session.start)?,
                end: wall_or("logout_time", &spec.logout_time, &session.end)?,
                // Times without days narrow each day of a daily session, and the whole week of a weekly one.
                days: logon_days.unwrap_or_else(|| session.days.clone()),
            };
            if !window.is_inside(&session) {
                return Err(ScheduleError::LogonOutside);
            }
            Some(window)
        };
        Ok(Self { session: Some(session), logon })
    }

    /// The interval that holds this instant, if the session lives then; nothing too for a session without schedule.
    #[must_use]
    pub fn interval(&self, utc_ns: i64) -> Option<Interval> {
        self.session.as_ref()?.interval(utc_ns)
    }

    /// Whether the session lives at this instant.
    #[must_use]
    pub fn is_session_time(&self, utc_ns: i64) -> bool {
        self.session.as_ref().is_none_or(|window| window.interval(utc_ns).is_some())
    }

    /// Whether the session may be logged on at this instant.
    #[must_use]
    pub fn is_logon_time(&self, utc_ns: i64) -> bool {
        self.is_session_time(utc_ns) && self.logon.as_ref().is_none_or(|window| window.interval(utc_ns).is_some())
    }

    /// Whether one interval holds both instants.
    #[must_use]
    pub fn same_interval(&self, one_ns: i64, other_ns: i64) -> bool {
        match &self.session {
            None => true,
            Some(window) => matches!(
                (window.interval(one_ns), window.interval(other_ns)),
                (Some(one), Some(other)) if one == other
            ),
        }
    }

    /// The next instant at which any of the answers above may change.
    #[must_use]
    pub fn next_change(&self, utc_ns: i64) -> Option<i64> {
        let windows = self.session.iter().chain(&self.logon);
        windows
            .flat_map(|window| window.around(utc_ns).flat_map(|interval| [interval.start_ns, interval.end_ns]))
            .filter(|&at| at > utc_ns)
            .min()
    }
}

/// A time of day at which something is due, once a day.
#[derive(Debug, Clone)]
pub struct DailyTime(WallTime);

impl DailyTime {
    /// Read `HH:MM:SS`, which a zone may follow; without one it is that of `time_zone`, or UTC.
    ///
    /// # Errors
    /// It is no time, or there is no such zone.
    pub fn new(key: &'static str, text: &str, time_zone: Option<&str>) -> Result<Self, ScheduleError> {
        let zone = time_zone.map_or(Ok(TimeZone::UTC), |name| spec::zone("time_zone", name))?;
        WallTime::read(key, text, &zone).map(Self)
    }

    /// The first time after this instant at which it is due.
    #[must_use]
    pub fn next_after(&self, utc_ns: i64) -> Option<i64> {
        let today = date_at(&self.0.zone, utc_ns)?;
        let days = (-1..=2).filter_map(|days| shifted(today, days));
        days.filter_map(|date| instant(date, self.0.time, &self.0.zone, Side::Start)).find(|&at| at > utc_ns)
    }
}

#[derive(Debug, Clone)]
enum Days {
    /// One interval a day, on these days or on all.
    Daily(Vec<Weekday>),
    /// One interval a week, from one day to another.
    Weekly(Weekday, Weekday),
}

/// Intervals that repeat.
#[derive(Debug, Clone)]
struct Window {
    start: WallTime,
    end: WallTime,
    days: Days,
}

impl Window {
    /// The interval that holds the instant. Where two do, since an hour comes twice, the one that started last.
    fn interval(&self, utc_ns: i64) -> Option<Interval> {
        self.starting(1, utc_ns).filter(|interval| interval.holds(utc_ns)).max_by_key(|interval| interval.start_ns)
    }

    /// All intervals that could hold the instant, and the next one.
    fn around(&self, utc_ns: i64) -> impl Iterator<Item = Interval> + '_ {
        self.starting(8, utc_ns)
    }

    /// The intervals that start at most so many days later and may not be over.
    fn starting(&self, later: i64, utc_ns: i64) -> impl Iterator<Item = Interval> + '_ {
        let earlier = match self.days {
            Days::Daily(_) => 3,
            Days::Weekly(..) => 16,
        };
        let today = date_at(&self.start.zone, utc_ns);
        (-earlier..=later).filter_map(move |days| self.starting_on(shifted(today?, days)?))
    }

    fn starting_on(&self, date: Date) -> Option<Interval> {
        let days = match &self.days {
            Days::Daily(weekdays) if weekdays.is_empty() || weekdays.contains(&date.weekday()) => 0,
            Days::Weekly(first, last) if *first == date.weekday() => i64::from(first.until(*last)),
            _ => return None,
        };
        let start_ns = instant(date, self.start.time, &self.start.zone, Side::Start)?;
        let whole = if matches!(self.days, Days::Daily(_)) { 1 } else { 7 };
        let end_on = |days| instant(shifted(date, days)?, self.end.time, &self.end.zone, Side::End);
        let end_ns = if self.start.zone == self.end.zone {
            end_on(if days == 0 && self.end.time <= self.start.time { whole } else { days })?
        } else {
            // Two zones need not have the same date: the first end behind the start.
            [days - 1, days, days + 1, days + whole, days + whole + 1]
                .into_iter()
                .filter(|days| !matches!(self.days, Days::Weekly(_, last) if shifted(date, *days).is_none_or(|date| date.weekday() != last)))
                .filter_map(end_on)
                .find(|&end_ns| end_ns > start_ns)?
        };
        // An interval that lies in the hour that is left out does not come about.
        (end_ns > start_ns).then_some(Interval { start_ns, end_ns })
    }

    /// Whether each of these intervals lies inside one of the other's, in an ordinary fortnight.
    fn is_inside(&self, other: &Self) -> bool {
        const MIDSUMMER: i64 = 1_752_019_200_000_000_000;
        let mut some = false;
        let all = self.around(MIDSUMMER).all(|interval| {
            let outer = other.interval(interval.start_ns);
            let inside = outer.is_some_and(|outer| interval.end_ns <= outer.end_ns);
            some |= inside;
            inside
        });
        some && all
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Start,
    End,
}

fn date_at(zone: &TimeZone, utc_ns: i64) -> Option<Date> {
    Some(zone.to_datetime(timestamp(utc_ns)?).date())
}

fn timestamp(utc_ns: i64) -> Option<Timestamp> {
    Timestamp::from_nanosecond(i128::from(utc_ns)).ok()
}

fn shifted(date: Date, days: i64) -> Option<Date> {
    date.checked_add(Span::new().try_days(days).ok()?).ok()
}

/// When the clocks of a zone show this, as nanoseconds since 1970-01-01 UTC.
fn instant(date: Date, time: Time, zone: &TimeZone, side: Side) -> Option<i64> {
    let local = zone.to_ambiguous_timestamp(date.to_datetime(time));
    let found = match (local.offset(), side) {
        // The clocks jump over it: the jump itself.
        (AmbiguousOffset::Gap { .. }, _) => {
            let behind = local.later().ok()?.checked_add(Span::new().nanoseconds(1)).ok()?;
            zone.preceding(behind).next()?.timestamp()
        }
        (_, Side::Start) => local.earlier().ok()?,
        (_, Side::End) => local.later().ok()?,
    };
    i64::try_from(found.as_nanosecond()).ok()
}
