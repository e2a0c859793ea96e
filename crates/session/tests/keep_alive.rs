//! Heartbeats, TestRequests and the silence that ends a connection; timers that the wall clock must not move.
#![allow(missing_docs, clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

mod house;

use fixplus_session::profiles::Profile;
use fixplus_session::{Role, SessionConfig, Version};
use house::{Desk, SECOND, T0, play};

const V44: Version = Version::Fix44;

/// H = 10 s: a heartbeat is due after 10 s, a TestRequest after 12, the end after 24.
fn desk(role: Role, change: impl FnOnce(&mut SessionConfig)) -> Desk {
    let mut desk = Desk::new(V44, role, |config| {
        config.heart_bt_int_s = 10;
        change(config);
    });
    desk.connect();
    desk.receive("35=A|34=1|98=0|108=10|");
    desk
}

#[test]
fn silence_of_ours_brings_a_heartbeat() {
    for role in [Role::Acceptor, Role::Initiator] {
        play(
            &mut desk(role, |_| {}),
            "quiet
             pass 9.999
             pass 0.001
             : say 35=0|34=2|
             in 35=0|34=2|
             : deliver admin 0 2
             : advance 3
             # Whatever is sent starts the silence anew.
             pass 9
             order A
             : say 35=D|34=3|11=A|21=1|38=1|40=1|54=1|55=IBM|60=20260302-14:30:00|
             in 35=0|34=3|
             : deliver admin 0 3
             : advance 4
             pass 9.9
             pass 0.1
             : say 35=0|34=4|",
        );
    }
}

#[test]
fn silence_of_the_peer_brings_a_test_request_and_then_the_end() {
    for role in [Role::Acceptor, Role::Initiator] {
        play(
            &mut desk(role, |_| {}),
            "pass 10
             : say 35=0|34=2|
             pass 1.999
             pass 0.001
             : say 35=1|34=3|112=TEST|
             : tell test_request_sent TEST
             # No heartbeat while it is open.
             pass 11.9
             pass 0.1
             : tell logged_out -
             : close heartbeat_timeout",
        );
    }
}

#[test]
fn any_valid_message_proves_life_and_garbled_bytes_do_not() {
    play(
        &mut desk(Role::Acceptor, |_| {}),
        "quiet
         pass 12
         : say 35=0|34=2|
         : say 35=1|34=3|112=TEST|
         bytes 8=FIX.4.4|9=5|35=0|10=000|
         in 35=D|34=2|11=A|21=1|38=1|40=1|54=1|55=IBM|60=@|
         : deliver app D 2
         : advance 3
         # Heartbeats go on.
         pass 10
         : say 35=0|34=4|
         pass 2
         : say 35=1|34=5|112=TEST|
         bytes 8=FIX.4.4|9=5|35=0|10=000|
         pass 12
         : close heartbeat_timeout",
    );
}

#[test]
fn further_test_requests_wait_longer_where_the_end_allows_it() {
    let mut patient = desk(Role::Acceptor, |config| {
        config.disable_heart_beat_check = true;
        config.quirks.heartbeats_while_test_request_pending = true;
    });
    let mut asked = Vec::new();
    for _ in 0..600 {
        for line in patient.pass(0.1) {
            if line.starts_with("say 35=1|") {
                asked.push((patient.now.mono_ns - T0.mono_ns) / SECOND);
            }
        }
    }
    assert_eq!(asked, [12, 24, 36, 48, 60]);
}

#[test]
fn heartbeats_go_on_beside_a_test_request_where_the_profile_says_so() {
    play(
        &mut desk(Role::Acceptor, |config| config.quirks.heartbeats_while_test_request_pending = true),
        "quiet
         pass 12
         : say 35=0|34=2|
         : say 35=1|34=3|112=TEST|
         pass 10
         : say 35=0|34=4|",
    );
}

#[test]
fn the_answer_to_a_test_request_is_measured_and_a_foreign_one_told() {
    play(
        &mut desk(Role::Acceptor, |_| {}),
        "test
         : say 35=1|34=2|112=TEST|
         : tell test_request_sent TEST
         pass 0.5
         in 35=0|34=2|112=OTHER|
         : deliver admin 0 2
         : tell warning a Heartbeat(35=0) has a TestReqID(112) that was not asked for
         : advance 3
         in 35=0|34=3|112=TEST|
         : deliver admin 0 3
         : tell round_trip 500000000
         : advance 4
         in 35=0|34=4|112=TEST|
         : deliver admin 0 4
         : tell warning a Heartbeat(35=0) has a TestReqID(112) that was not asked for
         : advance 5",
    );
}

#[test]
fn in_the_standard_test_requests_are_told_apart() {
    let mut desk = desk(Role::Acceptor, |config| config.quirks = Profile::named("standard").unwrap().quirks);
    let first = desk.command(fixplus_session::Command::TestRequest)[0].clone();
    desk.pass(1.0);
    let second = desk.command(fixplus_session::Command::TestRequest)[0].clone();
    let id = |line: &str| line.split("112=").nth(1).unwrap().to_owned();
    assert!(id(&first).starts_with("TEST-") && id(&first) != id(&second), "{first} {second}");
}

#[test]
fn the_delays_are_those_of_the_settings() {
    play(
        &mut desk(Role::Acceptor, |config| {
            config.test_request_delay_permille = 500;
            config.heart_beat_timeout_permille = 1000;
            config.send_logout_before_disconnect_from_timeout = true;
        }),
        "quiet
         pass 14.9
         : say 35=0|34=2|
         pass 0.1
         : say 35=1|34=3|112=TEST|
         pass 4.9
         pass 0.1
         : say 35=5|34=4|58=Timed out waiting for heartbeat|
         : close heartbeat_timeout",
    );
}

#[test]
fn an_interval_of_0_switches_silence_off() {
    let mut desk = Desk::acceptor(V44);
    desk.connect();
    desk.receive("35=A|34=1|98=0|108=0|");
    assert_eq!(desk.session.next_deadline(), None);
    assert!(desk.pass(1_000_000.0).is_empty());
    // The logout timer stays.
    play(&mut desk, "quiet\n logout\n : say 35=5|34=2|\n pass 2\n : close logout_timeout");
}

#[test]
fn the_wall_clock_does_not_move_the_timers() {
    let mut desk = desk(Role::Acceptor, |config| config.check_latency = false);
    desk.now.utc_ns += 3600 * SECOND;
    assert!(desk.tick().is_empty());
    desk.now.utc_ns -= 7200 * SECOND;
    assert!(desk.tick().is_empty());
    assert_eq!(desk.pass(10.0), ["say 35=0|34=2|"]);
}

#[test]
fn a_late_tick_does_once_what_was_due() {
    let mut desk = desk(Role::Acceptor, |_| {});
    desk.now.mono_ns += 13 * SECOND;
    assert_eq!(desk.tick(), ["say 35=1|34=2|112=TEST|", "tell test_request_sent TEST"]);
    assert!(desk.tick().is_empty());
    desk.now.mono_ns += 100 * SECOND;
    assert_eq!(desk.tick(), ["tell logged_out -", "close heartbeat_timeout"]);
    assert!(desk.tick().is_empty());
}

#[test]
fn a_heartbeat_that_would_wait_behind_a_resend_is_left_out() {
    let mut desk = desk(Role::Acceptor, |_| {});
    desk.slice = None;
    desk.hear("35=2|34=2|7=1|16=0|");
    assert!(desk.pass(10.0).is_empty());
    assert_eq!(house::quiet(desk.replay(1, 1)), ["write 35=4|34=1|43=Y|122=@|36=2|123=Y|"]);
    assert!(desk.session.next_deadline().is_some());
}

#[test]
fn intervals_beyond_measure_do_no_harm() {
    let mut desk = Desk::acceptor(V44);
    desk.connect();
    desk.receive(&format!("35=A|34=1|98=0|108={}|", u32::MAX));
    assert_eq!(desk.session.state().name(), "logged_on");
    assert!(desk.pass(100_000.0).is_empty());
    desk.now.mono_ns = i64::MAX;
    desk.tick();
}
