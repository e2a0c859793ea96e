//! The words of a schedule: times of day, days of the week, zones.

use jiff::civil::{Time, Weekday};
use jiff::tz::{TimeZone, TimeZoneDatabase};
use std::fmt;

/// A schedule as settings write it. Nothing: the setting is not there.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ScheduleSpec {
    /// `non_stop_session`: no end and no reset; excludes the others.
    pub non_stop: bool,
    /// `start_time`: `HH:MM:SS`, a zone may follow.
    pub start_time: Option<String>,
    /// `end_time`
    pub end_time: Option<String>,
    /// `start_day`: two or more letters of a day's English name.
    pub start_day: Option<String>,
    /// `end_day`
    pub end_day: Option<String>,
    /// `weekdays`: the days on which a daily interval starts.
    pub weekdays: Vec<String>,
    /// `time_zone`: an IANA name; UTC if there is none.
    pub time_zone: Option<String>,
    /// `logon_time`
    pub logon_time: Option<String>,
    /// `logout_time`
    pub logout_time: Option<String>,
    /// `logon_day`
    pub logon_day: Option<String>,
    /// `logout_day`
    pub logout_day: Option<String>,
}

/// What is wrong with a schedule.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ScheduleError {
    /// Not `HH:MM:SS`.
    Time {
        /// The setting.
        key: &'static str,
        /// Its value.
        value: String,
    },
    /// No day's name.
    Day {
        /// The setting.
        key: &'static str,
        /// Its value.
        value: String,
    },
    /// No zone of that name.
    Zone {
        /// The setting.
        key: &'static str,
        /// The name.
        value: String,
    },
    /// Needed and not there.
    Missing {
        /// The setting.
        key: &'static str,
    },
    /// Two settings that exclude each other.
    Conflict {
        /// One.
        key: &'static str,
        /// The other.
        other: &'static str,
    },
    /// The logon window is not inside the session's time.
    LogonOutside,
}

impl fmt::Display for ScheduleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Time { key, value } => {
                write!(f, "{key} is a time of day, HH:MM:SS, which a zone may follow; it says {value:?}")
            }
            Self::Day { key, value } => {
                write!(f, "{key} is a day of the week by two or more letters of its English name; it says {value:?}")
            }
            Self::Zone { key, value } => {
                write!(
                    f,
                    "{key} names the time zone {value:?}, which does not exist; zones are named as in Europe/London"
                )
            }
            Self::Missing { key } => write!(f, "{key} is missing"),
            Self::Conflict { key, other } => write!(f, "{key} and {other} exclude each other"),
            Self::LogonOutside => write!(f, "logon_time and logout_time must lie inside the session's time"),
        }
    }
}

impl std::error::Error for ScheduleError {}

/// A time of day somewhere.
#[derive(Debug, Clone)]
pub(super) struct WallTime {
    pub(super) time: Time,
    pub(super) zone: TimeZone,
}

impl WallTime {
    /// Read `15:00:00` or `15:00:00 US/Central`.
    pub(super) fn read(key: &'static str, text: &str, default_zone: &TimeZone) -> Result<Self, ScheduleError> {
        let (time, zone) = match text.trim().split_once(char::is_whitespace) {
            Some((time, name)) => (time, self::zone(key, name.trim())?),
            None => (text.trim(), default_zone.clone()),
        };
        let wrong = || ScheduleError::Time { key, value: text.into() };
        let mut parts = time.split(':').map(|part| {
            (part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_digit()))
                .then(|| part.parse::<i8>().ok())
                .flatten()
        });
        let (Some(Some(hour)), Some(Some(minute)), Some(Some(second)), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(wrong());
        };
        let time = Time::new(hour, minute, second, 0).map_err(|_| wrong())?;
        Ok(Self { time, zone })
    }
}

/// The zone of this IANA name.
pub(super) fn zone(key: &'static str, name: &str) -> Result<TimeZone, ScheduleError> {
    let found = match name {
        "UTC" | "Z" | "GMT" => Ok(TimeZone::UTC),
        _ => TimeZoneDatabase::bundled().get(name),
    };
    found.map_err(|_| ScheduleError::Zone { key, value: name.into() })
}

/// The day that two or more letters of its English name mean, in any case.
pub(super) fn day(key: &'static str, text: &str) -> Result<Weekday, ScheduleError> {
    const DAYS: [(&str, Weekday); 7] = [
        ("monday", Weekday::Monday),
        ("tuesday", Weekday::Tuesday),
        ("wednesday", Weekday::Wednesday),
        ("thursday", Weekday::Thursday),
        ("friday", Weekday::Friday),
        ("saturday", Weekday::Saturday),
        ("sunday", Weekday::Sunday),
    ];
    let word = text.trim().to_ascii_lowercase();
    let found = DAYS.iter().find(|(name, _)| word.len() >= 2 && name.starts_with(&word));
    found.map(|&(_, day)| day).ok_or_else(|| ScheduleError::Day { key, value: text.into() })
}
