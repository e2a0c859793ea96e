//! When a session lives: tables of known instants, and the law over every change of clocks in ten years.
#![allow(missing_docs, clippy::unwrap_used, clippy::panic)]

use fixplus_session::schedule::{DailyTime, Schedule, ScheduleError, ScheduleSpec};
use jiff::tz::{TimeZone, TimeZoneDatabase};
use jiff::{Timestamp, civil::DateTime};

const SECOND: i64 = 1_000_000_000;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;

/// Nanoseconds of `2026-03-02T14:30:00Z`.
fn at(text: &str) -> i64 {
    i64::try_from(text.parse::<Timestamp>().unwrap().as_nanosecond()).unwrap()
}

fn text(words: &str) -> Option<String> {
    (!words.is_empty()).then(|| words.to_owned())
}

fn daily(start: &str, end: &str, zone: &str) -> ScheduleSpec {
    ScheduleSpec { start_time: text(start), end_time: text(end), time_zone: text(zone), ..ScheduleSpec::default() }
}

fn weekly(start_day: &str, start: &str, end_day: &str, end: &str, zone: &str) -> ScheduleSpec {
    ScheduleSpec { start_day: text(start_day), end_day: text(end_day), ..daily(start, end, zone) }
}

fn schedule(spec: &ScheduleSpec) -> Schedule {
    Schedule::new(spec).unwrap()
}

#[test]
fn an_interval_holds_its_start_and_not_its_end() {
    let cases = [
        (daily("08:00:00", "17:00:00", ""), "2026-03-02T07:59:59.999999999Z", false),
        (daily("08:00:00", "17:00:00", ""), "2026-03-02T08:00:00Z", true),
        (daily("08:00:00", "17:00:00", ""), "2026-03-02T16:59:59.999999999Z", true),
        (daily("08:00:00", "17:00:00", ""), "2026-03-02T17:00:00Z", false),
        // Over midnight.
        (daily("17:30:00", "17:00:00", ""), "2026-03-02T17:15:00Z", false),
        (daily("17:30:00", "17:00:00", ""), "2026-03-03T03:00:00Z", true),
        // A zone for all, and one for each time.
        (daily("08:00:00", "17:00:00", "America/New_York"), "2026-03-02T12:59:59Z", false),
        (daily("08:00:00", "17:00:00", "America/New_York"), "2026-03-02T13:00:00Z", true),
        (daily("08:00:00", "15:00:00 US/Central", "Europe/London"), "2026-03-02T20:59:59Z", true),
        (daily("08:00:00", "15:00:00 US/Central", "Europe/London"), "2026-03-02T21:00:00Z", false),
        (daily("09:00:00 Asia/Tokyo", "17:00:00 America/New_York", ""), "2026-03-02T00:00:00Z", true),
        (daily("09:00:00 Asia/Tokyo", "17:00:00 America/New_York", ""), "2026-03-02T22:30:00Z", false),
        // 2026-03-02 is a Monday.
        (weekly("Sunday", "18:00:00", "Friday", "17:00:00", ""), "2026-03-06T16:59:59Z", true),
        (weekly("Sunday", "18:00:00", "Friday", "17:00:00", ""), "2026-03-06T17:00:00Z", false),
        (weekly("Sunday", "18:00:00", "Friday", "17:00:00", ""), "2026-03-08T17:59:59Z", false),
        (weekly("Sunday", "18:00:00", "Friday", "17:00:00", ""), "2026-03-08T18:00:00Z", true),
        (weekly("mo", "08:00:00", "Mon", "17:00:00", ""), "2026-03-02T12:00:00Z", true),
        (weekly("mo", "08:00:00", "Mon", "17:00:00", ""), "2026-03-03T12:00:00Z", false),
        (weekly("mo", "08:00:00", "Mon", "08:00:00", ""), "2026-03-08T12:00:00Z", true),
        (weekly("mo", "17:00:00", "Mon", "08:00:00", ""), "2026-03-02T12:00:00Z", false),
        (weekly("mo", "17:00:00", "Mon", "08:00:00", ""), "2026-03-05T12:00:00Z", true),
        (weekly("fr", "17:00:00 Asia/Tokyo", "mo", "08:00:00 America/New_York", ""), "2026-03-06T08:00:00Z", true),
        (weekly("fr", "17:00:00 Asia/Tokyo", "mo", "08:00:00 America/New_York", ""), "2026-03-09T11:59:59Z", true),
        (weekly("fr", "17:00:00 Asia/Tokyo", "mo", "08:00:00 America/New_York", ""), "2026-03-09T12:00:00Z", false),
    ];
    for (spec, instant, lives) in cases {
        assert_eq!(schedule(&spec).is_session_time(at(instant)), lives, "{spec:?} at {instant}");
    }
}

#[test]
fn equal_times_make_a_day_and_each_day_is_a_life_of_its_own() {
    let schedule = schedule(&daily("00:00:00", "00:00:00", ""));
    assert!(schedule.is_session_time(at("2026-03-02T00:00:00Z")));
    assert!(schedule.same_interval(at("2026-03-02T00:00:00Z"), at("2026-03-02T23:59:59.999999999Z")));
    assert!(!schedule.same_interval(at("2026-03-02T23:59:59Z"), at("2026-03-03T00:00:00Z")));
    assert!(!schedule.same_interval(at("2026-03-02T12:00:00Z"), at("2026-03-09T12:00:00Z")));
}

#[test]
fn weekdays_are_those_on_which_an_interval_starts() {
    let spec = ScheduleSpec { weekdays: vec!["Mon".into(), "fri".into()], ..daily("22:00:00", "06:00:00", "") };
    let schedule = schedule(&spec);
    for (instant, lives) in [
        ("2026-03-02T22:00:00Z", true),
        ("2026-03-03T05:59:59Z", true),
        ("2026-03-03T22:00:00Z", false),
        ("2026-03-07T05:00:00Z", true),
        ("2026-03-02T05:00:00Z", false),
    ] {
        assert_eq!(schedule.is_session_time(at(instant)), lives, "{instant}");
    }
}

#[test]
fn a_session_without_schedule_lives_for_ever_and_only_once() {
    let schedule = schedule(&ScheduleSpec { non_stop: true, ..ScheduleSpec::default() });
    assert!(schedule.is_session_time(i64::MIN) && schedule.is_logon_time(i64::MAX));
    assert!(schedule.same_interval(0, at("2026-03-02T00:00:00Z")));
    assert_eq!((schedule.next_change(0), schedule.interval(0)), (None, None));
}

#[test]
fn logons_are_for_the_narrower_window() {
    let narrow = ScheduleSpec {
        logon_time: text("08:30:00"),
        logout_time: text("16:30:00"),
        ..daily("08:00:00", "17:00:00", "")
    };
    let schedule = schedule(&narrow);
    for (instant, session, logon) in [
        ("2026-03-02T08:15:00Z", true, false),
        ("2026-03-02T08:30:00Z", true, true),
        ("2026-03-02T16:30:00Z", true, false),
        ("2026-03-02T17:00:00Z", false, false),
    ] {
        assert_eq!((schedule.is_session_time(at(instant)), schedule.is_logon_time(at(instant))), (session, logon));
    }
    assert!(schedule.same_interval(at("2026-03-02T08:15:00Z"), at("2026-03-02T16:45:00Z")));
}

#[test]
fn the_logon_window_of_a_weekly_session_has_days() {
    let spec = ScheduleSpec {
        logon_time: text("19:00:00"),
        logon_day: text("Sunday"),
        logout_day: text("Thursday"),
        ..weekly("Sunday", "18:00:00", "Friday", "17:00:00", "")
    };
    let schedule = schedule(&spec);
    for (instant, logon) in [
        ("2026-03-08T18:30:00Z", false),
        ("2026-03-08T19:00:00Z", true),
        ("2026-03-12T16:59:59Z", true),
        ("2026-03-12T17:00:00Z", false),
    ] {
        assert_eq!(schedule.is_logon_time(at(instant)), logon, "{instant}");
    }
}

#[test]
fn what_may_change_next_is_named() {
    let spec = ScheduleSpec { logon_time: text("08:30:00"), ..daily("08:00:00", "17:00:00", "") };
    let schedule = schedule(&spec);
    for (instant, next) in [
        ("2026-03-02T07:00:00Z", "2026-03-02T08:00:00Z"),
        ("2026-03-02T08:00:00Z", "2026-03-02T08:30:00Z"),
        ("2026-03-02T09:00:00Z", "2026-03-02T17:00:00Z"),
        ("2026-03-02T17:00:00Z", "2026-03-03T08:00:00Z"),
    ] {
        assert_eq!(schedule.next_change(at(instant)), Some(at(next)));
    }
}

#[test]
fn clocks_that_jump_move_a_start_to_the_end_of_the_jump_and_repeat_none() {
    // New York: 2026-03-08 02:00 becomes 03:00, 2026-11-01 02:00 becomes 01:00.
    let zone = "America/New_York";
    let cases = [
        (daily("02:30:00", "17:00:00", zone), "2026-03-08T06:59:59Z", false),
        (daily("02:30:00", "17:00:00", zone), "2026-03-08T07:00:00Z", true),
        (daily("17:00:00", "02:30:00", zone), "2026-03-08T06:59:59Z", true),
        (daily("17:00:00", "02:30:00", zone), "2026-03-08T07:00:00Z", false),
        (daily("01:30:00", "17:00:00", zone), "2026-11-01T05:29:59Z", false),
        (daily("01:30:00", "17:00:00", zone), "2026-11-01T05:30:00Z", true),
        (daily("17:00:00", "01:30:00", zone), "2026-11-01T06:29:59Z", true),
        (daily("17:00:00", "01:30:00", zone), "2026-11-01T06:30:00Z", false),
        // The whole of it is left out.
        (daily("02:10:00", "02:50:00", zone), "2026-03-08T07:00:00Z", false),
    ];
    for (spec, instant, lives) in cases {
        assert_eq!(schedule(&spec).is_session_time(at(instant)), lives, "{spec:?} at {instant}");
    }
    // A day that starts in the hour that comes twice begins at its first, though the day before ends at its last.
    let schedule = schedule(&daily("01:30:00", "01:30:00", zone));
    assert!(schedule.same_interval(at("2026-11-01T05:30:00Z"), at("2026-11-01T06:31:00Z")));
    assert!(!schedule.same_interval(at("2026-11-01T05:29:00Z"), at("2026-11-01T05:31:00Z")));
}

#[test]
fn every_change_of_clocks_of_ten_years_leaves_wall_time_in_force() {
    let zones = [
        "America/New_York",
        "America/Chicago",
        "America/Sao_Paulo",
        "America/St_Johns",
        "Europe/London",
        "Europe/Berlin",
        "Africa/Casablanca",
        "Asia/Tehran",
        "Asia/Beirut",
        "Australia/Sydney",
        "Australia/Lord_Howe",
        "Pacific/Auckland",
        "Pacific/Chatham",
    ];
    let times = [
        ("00:00:00", "00:00:00"),
        ("08:00:00", "17:00:00"),
        ("22:00:00", "02:30:00"),
        ("01:15:00", "03:45:00"),
        ("02:30:00", "02:00:00"),
    ];
    let mut changes = 0;
    for name in zones {
        let zone = TimeZoneDatabase::bundled().get(name).unwrap();
        let (from, to) = ("2020-01-01T00:00:00Z".parse::<Timestamp>().unwrap(), at("2030-01-01T00:00:00Z"));
        for change in zone.following(from).map(|change| at(&change.timestamp().to_string())).take_while(|&at| at < to) {
            changes += 1;
            for (start, end) in times {
                let schedule = schedule(&daily(start, end, name));
                let mut last = None;
                for step in -60..60 {
                    let now = change + step * 15 * MINUTE;
                    check_wall_time(&zone, &schedule, now, start, end, name);
                    // Lives follow each other and never come back.
                    let interval = schedule.interval(now);
                    if let (Some(before), Some(here)) = (last, interval) {
                        assert!(here == before || before < here, "{name} {now}");
                    }
                    last = interval.or(last);
                    let next = schedule.next_change(now).unwrap();
                    assert!(next > now && next - now <= 26 * HOUR);
                }
            }
        }
    }
    assert!(changes > 150, "{changes}");
}

/// Where a local time means one instant, the session lives if the clock on the wall says so.
fn check_wall_time(zone: &TimeZone, schedule: &Schedule, now: i64, start: &str, end: &str, name: &str) {
    let local = zone.to_datetime(Timestamp::from_nanosecond(i128::from(now)).unwrap());
    let unambiguous = |local: DateTime| !zone.to_ambiguous_timestamp(local).is_ambiguous();
    let (start, end) =
        (local.date().to_datetime(start.parse().unwrap()), local.date().to_datetime(end.parse().unwrap()));
    if !(unambiguous(local) && unambiguous(start) && unambiguous(end)) {
        return;
    }
    let lives = if start < end { local >= start && local < end } else { local >= start || local < end };
    assert_eq!(schedule.is_session_time(now), lives, "{name} {local} {start} {end}");
}

#[test]
fn what_is_wrong_is_named() {
    let zone = |value: &str| ScheduleError::Zone { key: "time_zone", value: value.into() };
    let logon = |logon: &str, logout: &str| ScheduleSpec {
        logon_time: text(logon),
        logout_time: text(logout),
        ..daily("08:00:00", "17:00:00", "")
    };
    let cases = [
        (daily("", "17:00:00", ""), ScheduleError::Missing { key: "start_time" }),
        (daily("08:00:00", "", ""), ScheduleError::Missing { key: "end_time" }),
        (daily("8:00:00", "17:00:00", ""), ScheduleError::Time { key: "start_time", value: "8:00:00".into() }),
        (daily("08:00:00", "24:00:00", ""), ScheduleError::Time { key: "end_time", value: "24:00:00".into() }),
        (daily("08:00:00", "17:00", ""), ScheduleError::Time { key: "end_time", value: "17:00".into() }),
        (daily("08:00:00", "17:00:00:00", ""), ScheduleError::Time { key: "end_time", value: "17:00:00:00".into() }),
        (daily("08:00:00", "17:00:00", "Mars/Olympus"), zone("Mars/Olympus")),
        (daily("08:00:00 Nowhere", "17:00:00", ""), ScheduleError::Zone { key: "start_time", value: "Nowhere".into() }),
        (weekly("Monday", "08:00:00", "", "17:00:00", ""), ScheduleError::Missing { key: "end_day" }),
        (weekly("", "08:00:00", "Fr", "17:00:00", ""), ScheduleError::Missing { key: "start_day" }),
        (weekly("M", "08:00:00", "Fr", "17:00:00", ""), ScheduleError::Day { key: "start_day", value: "M".into() }),
        (
            ScheduleSpec { weekdays: vec!["Mo".into()], ..weekly("Mo", "08:00:00", "Fr", "17:00:00", "") },
            ScheduleError::Conflict { key: "weekdays", other: "start_day" },
        ),
        (
            ScheduleSpec { non_stop: true, ..daily("08:00:00", "17:00:00", "") },
            ScheduleError::Conflict { key: "non_stop_session", other: "start_time" },
        ),
        (logon("07:00:00", "16:00:00"), ScheduleError::LogonOutside),
        (logon("09:00:00", "17:00:01"), ScheduleError::LogonOutside),
        (
            ScheduleSpec { logon_day: text("Mo"), logout_day: text("Fr"), ..logon("09:00:00", "16:00:00") },
            ScheduleError::Missing { key: "start_day" },
        ),
        (
            ScheduleSpec { logon_day: text("Mo"), ..weekly("Mo", "08:00:00", "Fr", "17:00:00", "") },
            ScheduleError::Missing { key: "logout_day" },
        ),
        (
            ScheduleSpec { logout_day: text("Fr"), ..weekly("Mo", "08:00:00", "Fr", "17:00:00", "") },
            ScheduleError::Missing { key: "logon_day" },
        ),
    ];
    for (spec, error) in cases {
        assert_eq!(Schedule::new(&spec).unwrap_err(), error, "{spec:?}");
        assert!(!error.to_string().is_empty());
    }
}

#[test]
fn a_daily_time_is_due_once_a_day_in_its_zone() {
    let due = DailyTime::new("reset_seq_time", "02:30:00", Some("America/New_York")).unwrap();
    for (instant, next) in [
        ("2026-03-06T07:29:59Z", "2026-03-06T07:30:00Z"),
        ("2026-03-06T07:30:00Z", "2026-03-07T07:30:00Z"),
        ("2026-03-07T07:30:00Z", "2026-03-08T07:00:00Z"),
        ("2026-03-08T07:00:00Z", "2026-03-09T06:30:00Z"),
    ] {
        assert_eq!(due.next_after(at(instant)), Some(at(next)));
    }
    assert_eq!(
        DailyTime::new("t", "12:00:00 Asia/Tokyo", None).unwrap().next_after(0),
        Some(at("1970-01-01T03:00:00Z"))
    );
    assert!(DailyTime::new("t", "noon", None).is_err());
}
