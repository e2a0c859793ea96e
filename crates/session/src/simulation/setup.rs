//! How a world is drawn: two settings that fit each other, a link, and how much goes wrong.

use super::chance::Chance;
use super::{Pair, Who};
use crate::Books;
use crate::config::{Identity, Role, SECOND, SessionConfig, Version};
use crate::profiles::Profile;
use crate::schedule::{DailyTime, Schedule, ScheduleSpec};

/// 2026-01-01 00:00:00 UTC.
const YEAR: i64 = 1_767_225_600 * SECOND;
const DAY: i64 = 86_400 * SECOND;
const MILLI: i64 = 1_000_000;

/// What makes numbers begin anew, beside schedules.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Resets {
    Never,
    OnLogon,
    OnLogout,
    OnDisconnect,
    /// On the open connection, by command or once a day.
    WhileOpen,
}

/// Everything that is fixed before a world begins.
#[derive(Debug)]
pub(super) struct Setup {
    pub(super) configs: Pair<SessionConfig>,
    pub(super) books: Books,
    has_books: bool,
    profiles: Pair<&'static str>,
    pub(super) chance: Chance,
    pub(super) day_ns: i64,
    /// The wall clock at the beginning.
    pub(super) start_utc_ns: i64,
    schedule: Option<ScheduleSpec>,
    pub(super) resets: Resets,
    /// Clocks are set by hours, and only what is safe must hold.
    pub(super) is_wild: bool,
    /// How long bytes are on their way, least and most.
    pub(super) delay_ns: (i64, i64),
    /// One in so many writes arrives in pieces; 0: none.
    pub(super) splits: u64,
    /// One in so many writes has a byte flipped; 0: none.
    pub(super) flips: u64,
    /// How long a commit takes.
    pub(super) commit_ns: Pair<i64>,
    /// How many records one look into the store brings.
    pub(super) slice: Pair<usize>,
    pub(super) reconnect_ns: i64,
    /// Prices are not sent again.
    pub(super) declines_prices: bool,
    /// One in so many messages is a price; 0: none.
    pub(super) prices: u64,
    /// Messages of one application.
    pub(super) messages: usize,
    pub(super) most_at_once: usize,
    pub(super) faults: usize,
}

impl Setup {
    pub(super) fn draw(seed: u64, day_ns: i64) -> Self {
        let mut chance = Chance::new(seed);
        let versions =
            [Version::Fix40, Version::Fix41, Version::Fix42, Version::Fix44, Version::Fix44, Version::Fixt11];
        let version = chance.pick(&versions).unwrap_or(Version::Fix44);
        let identity = |ours: &str, theirs: &str| Identity {
            sender_comp_id: ours.into(),
            target_comp_id: theirs.into(),
            ..Identity::default()
        };
        let mut configs = Pair {
            initiator: SessionConfig::new(version, Role::Initiator, identity("BUYSIDE", "VENUE")),
            acceptor: SessionConfig::new(version, Role::Acceptor, identity("VENUE", "BUYSIDE")),
        };
        let mut profiles = Pair { initiator: "quickfix", acceptor: "quickfix" };
        let precision = chance.pick(&[0, 3, 6, 9, 12]).unwrap_or(3);
        for who in Who::BOTH {
            let config = &mut configs[who];
            profiles[who] = draw_profile(&mut chance, config);
            config.timestamp_precision = precision;
            draw_options(&mut chance, config);
        }
        // Both sides of a session agree on these.
        let both = |chance: &mut Chance, configs: &mut Pair<SessionConfig>, times: u64, set: fn(&mut SessionConfig)| {
            if chance.one_in(times) {
                Who::BOTH.into_iter().for_each(|who| set(&mut configs[who]));
            }
        };
        both(&mut chance, &mut configs, 4, |config| config.enable_next_expected_msg_seq_num = true);
        both(&mut chance, &mut configs, 4, |config| config.enable_last_msg_seq_num_processed = true);
        // The shortest cost most of the time and show least.
        let intervals = [5, 10, 10, 15, 20, 20, 30, 30, 30, 30, 30, 30, 30, 45, 45, 60, 60, 60, 60, 60];
        configs.initiator.heart_bt_int_s = chance.pick(&intervals).unwrap_or(30);
        if chance.one_in(10) {
            configs.acceptor.heart_bt_int_override_s = chance.pick(&intervals);
        }

        let resets = draw_resets(&mut chance, &mut configs);
        let is_wild = chance.one_in(10);
        let (start_utc_ns, schedule) = draw_schedule(&mut chance, &mut configs, day_ns);
        if resets == Resets::WhileOpen && chance.one_in(2) {
            let minute = (start_utc_ns + chance.between(0, day_ns)).rem_euclid(DAY) / (60 * SECOND);
            let time = format!("{:02}:{:02}:00", minute / 60, minute % 60);
            configs.initiator.reset_seq_time = DailyTime::new("reset_seq_time", &time, None).ok();
        }
        let has_books = chance.one_in(5);
        let books = if has_books { Books::bundled(version) } else { Books::none() };
        let delay = chance.pick(&[MILLI / 10, MILLI, 5 * MILLI, 50 * MILLI]).unwrap_or(MILLI);
        let most = chance.pick(&[2, 2, 3, 10, 40]).unwrap_or(2);
        let commit = [0, 0, 0, MILLI, 20 * MILLI];
        let slice = [1, 2, 7, 50, 1000];
        Self {
            profiles,
            has_books,
            books,
            day_ns,
            start_utc_ns,
            schedule,
            resets,
            is_wild,
            delay_ns: (delay, delay * most),
            splits: chance.pick(&[0, 3, 10, 100]).unwrap_or(0),
            flips: chance.pick(&[0, 0, 50, 300, 2000]).unwrap_or(0),
            commit_ns: Pair {
                initiator: chance.pick(&commit).unwrap_or(0),
                acceptor: chance.pick(&commit).unwrap_or(0),
            },
            slice: Pair { initiator: chance.pick(&slice).unwrap_or(7), acceptor: chance.pick(&slice).unwrap_or(7) },
            reconnect_ns: chance.between(1, 30) * SECOND,
            declines_prices: chance.one_in(2),
            prices: chance.pick(&[0, 2, 5]).unwrap_or(0),
            messages: chance.count(50, 300),
            most_at_once: chance.pick(&[1, 3, 20]).unwrap_or(1),
            faults: chance.count(0, 30),
            configs,
            chance,
        }
    }

    /// Whether numbers can come to differ in a way that only people mend: one side began anew and the other did not hear of it.
    pub(super) fn may_need_operator(&self) -> bool {
        self.resets != Resets::Never
    }

    /// Whether one side may lawfully refuse what the other one sends: clocks are hours apart, or numbers of two lives meet.
    pub(super) fn may_refuse(&self) -> bool {
        self.is_wild || self.resets != Resets::Never || self.schedule.is_some()
    }

    /// Whether a clock that is set by hours may make one side begin anew and not the other.
    pub(super) fn may_lose(&self) -> bool {
        self.is_wild && (self.resets != Resets::Never || self.schedule.is_some())
    }

    /// The version of both sides.
    pub(super) fn version(&self) -> Version {
        self.configs.initiator.version
    }

    /// What was drawn, line by line.
    pub(super) fn describe(&self) -> Vec<String> {
        let mut lines = vec![
            format!(
                "{}, {} s simulated, wild {}, dictionaries {}, resets {:?}",
                self.version().begin_string(),
                self.day_ns / SECOND,
                self.is_wild,
                self.has_books,
                self.resets
            ),
            format!(
                "link {} to {} us, one in {} writes split, one in {} with a byte flipped, reconnect after {} s",
                self.delay_ns.0 / 1000,
                self.delay_ns.1 / 1000,
                self.splits,
                self.flips,
                self.reconnect_ns / SECOND
            ),
            format!(
                "{} messages a side, at most {} at once, one in {} a price, prices declined {}, {} faults",
                self.messages, self.most_at_once, self.prices, self.declines_prices, self.faults
            ),
        ];
        if let Some(schedule) = &self.schedule {
            let word = |text: &Option<String>| text.clone().unwrap_or_default();
            lines.push(format!(
                "schedule {} to {} {}",
                word(&schedule.start_time),
                word(&schedule.end_time),
                word(&schedule.time_zone)
            ));
        }
        for who in Who::BOTH {
            let config = &self.configs[who];
            lines.push(format!(
                "{}: profile {}, commit {} us, slices of {}, heart_bt_int {} (override {:?}), precision {}, chunk {}, most {}, closed {}, \
                 redundant {}, 789 {}, 369 {}, resets on logon {} logout {} disconnect {} daily {}, set aside {}, waiting {}",
                who.name().trim_end(),
                self.profiles[who],
                self.commit_ns[who] / 1000,
                self.slice[who],
                config.heart_bt_int_s,
                config.heart_bt_int_override_s,
                config.timestamp_precision,
                config.resend_request_chunk_size,
                config.max_messages_in_resend_request,
                config.closed_resend_interval,
                config.send_redundant_resend_requests,
                config.enable_next_expected_msg_seq_num,
                config.enable_last_msg_seq_num_processed,
                config.reset_on_logon,
                config.reset_on_logout,
                config.reset_on_disconnect,
                config.reset_seq_time.is_some(),
                config.max_set_aside,
                config.max_waiting,
            ));
        }
        lines
    }
}

fn draw_profile(chance: &mut Chance, config: &mut SessionConfig) -> &'static str {
    let names: Vec<&'static str> = Profile::names().collect();
    let name = if chance.one_in(2) { chance.pick(&names).unwrap_or("quickfix") } else { "quickfix" };
    if let Ok(profile) = Profile::named(name) {
        config.quirks = profile.quirks;
        config.validation.missing_group_delimiter = profile.missing_group_delimiter;
    }
    name
}

fn draw_options(chance: &mut Chance, config: &mut SessionConfig) {
    if config.version == Version::Fixt11 {
        config.default_appl_ver_id = chance.pick(&[b"9", b"7"]).unwrap_or(b"9").to_vec();
    }
    config.resend_request_chunk_size = chance.pick(&[0, 0, 1, 3, 50]).unwrap_or(0);
    if chance.one_in(6) {
        config.max_messages_in_resend_request = chance.pick(&[1, 4, 2500]).unwrap_or(2500);
    }
    config.closed_resend_interval = chance.one_in(5);
    config.send_redundant_resend_requests = chance.one_in(6);
    config.send_logout_before_disconnect_from_timeout = chance.one_in(4);
    config.logout_waits_for_gap = chance.one_in(6);
    config.reject_garbled_message = false;
    config.max_set_aside = chance.pick(&[10_000, 10_000, 20, 5]).unwrap_or(10_000);
    config.max_waiting = chance.pick(&[10_000, 10_000, 10_000, 20]).unwrap_or(10_000);
    config.test_request_delay_permille = chance.pick(&[200, 200, 500]).unwrap_or(200);
}

fn draw_resets(chance: &mut Chance, configs: &mut Pair<SessionConfig>) -> Resets {
    // FIX 4.0 cannot say on the wire that numbers begin anew: both sides must know it by themselves.
    let alone = configs.initiator.version > Version::Fix40 && chance.one_in(2);
    let sides: &[Who] = if alone { &[Who::Initiator] } else { &Who::BOTH };
    match chance.below(12) {
        0 => {
            sides.iter().for_each(|&who| configs[who].reset_on_logon = true);
            Resets::OnLogon
        }
        1 => {
            sides.iter().for_each(|&who| configs[who].reset_on_logout = true);
            Resets::OnLogout
        }
        2 => {
            sides.iter().for_each(|&who| configs[who].reset_on_disconnect = true);
            Resets::OnDisconnect
        }
        3 | 4 if configs.initiator.version > Version::Fix40 => Resets::WhileOpen,
        _ => Resets::Never,
    }
}

/// When the world begins, and the schedule, if there is one: its change lies within the day.
fn draw_schedule(chance: &mut Chance, configs: &mut Pair<SessionConfig>, day_ns: i64) -> (i64, Option<ScheduleSpec>) {
    let any = YEAR + chance.between(0, 364) * DAY + chance.between(0, DAY);
    if !chance.one_in(5) {
        return (any, None);
    }
    let time = |minutes: i64| Some(format!("{:02}:{:02}:00", minutes / 60 % 24, minutes % 60));
    let start = chance.between(0, 1439);
    let pause = chance.pick(&[0, 0, 1, 15]).unwrap_or(0);
    let zones = ["UTC", "Europe/London", "America/New_York", "Asia/Kolkata"];
    let spec = ScheduleSpec {
        start_time: time(start),
        end_time: time(start + 1440 - pause),
        time_zone: chance.pick(&zones).map(Into::into),
        ..ScheduleSpec::default()
    };
    let Ok(schedule) = Schedule::new(&spec) else { return (any, None) };
    let change = schedule.next_change(any).unwrap_or(any);
    Who::BOTH.into_iter().for_each(|who| configs[who].schedule = schedule.clone());
    (change - chance.between(0, day_ns), Some(spec))
}
