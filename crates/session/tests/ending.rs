//! How connections end, in each state and by each cause.
#![allow(missing_docs, clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

mod house;

use fixplus_session::profiles::Profile;
use fixplus_session::schedule::{Schedule, ScheduleSpec};
use fixplus_session::{Books, Role, Version};
use house::{Desk, SECOND, play, quiet};

const V44: Version = Version::Fix44;

#[test]
fn in_the_standard_the_side_that_answered_a_logout_waits_for_the_other_to_close() {
    for role in [Role::Acceptor, Role::Initiator] {
        let standard =
            || Desk::new(V44, role, |config| config.quirks = Profile::named("standard").unwrap().quirks).logged_on();
        play(
            &mut standard(),
            "quiet
             in 35=5|34=2|
             : deliver admin 5 2
             : say 35=5|34=2|
             : advance 3
             state logout_sent
             # Nothing is looked at any more, and nothing sent.
             in 35=1|34=3|112=X|
             send 35=D|11=A|
             : refused Logout(35=5) was sent: no new message may follow it
             pass 9.9
             pass 0.1
             : close logged_out",
        );
        // Not what it asked for either.
        let mut desk = standard();
        desk.slice = None;
        play(
            &mut desk,
            "quiet
             in 35=2|34=2|7=1|16=0|
             : deliver admin 2 2
             : replay 1 1
             : advance 3
             in 35=5|34=3|
             : deliver admin 5 3
             : say 35=5|34=2|
             : advance 4
             replay 1 1",
        );
        play(
            &mut standard(),
            "in 35=5|34=2|58=bye|
             : deliver admin 5 2
             : say 35=5|34=2|
             : advance 3
             pass 1
             gone
             : tell logged_out bye
             state closed
             pass 20",
        );
        play(
            &mut standard(),
            "quiet
             in 35=5|34=2|
             : deliver admin 5 2
             : say 35=5|34=2|
             : advance 3
             disable
             logout
             disconnect now
             : close command: now",
        );
    }
}

#[test]
fn a_logout_that_is_complete_says_so_in_fixt() {
    let mut desk = Desk::new(Version::Fixt11, Role::Acceptor, |config| config.send_session_status = true).logged_on();
    assert_eq!(quiet(desk.receive("35=5|34=2|"))[1], "say 35=5|34=2|1409=4|");
}

#[test]
fn every_state_can_be_stopped() {
    let connected = |role| {
        let mut desk = Desk::new(V44, role, |_| {});
        desk.connect();
        desk
    };
    let verdict = |role| {
        let mut desk = Desk::new(V44, role, |_| {});
        desk.accepts = false;
        desk.connect();
        desk.receive("35=A|34=1|98=0|108=30|");
        desk
    };
    for role in [Role::Acceptor, Role::Initiator] {
        for make in [&connected as &dyn Fn(Role) -> Desk, &verdict] {
            play(&mut make(role), "logout\n : close command: logout\n state closed");
            play(&mut make(role), "disconnect stop\n : close command: stop\n state closed");
            play(&mut make(role), "disable\n : close command: the session is disabled\n state closed");
            play(&mut make(role), "gone\n state closed\n pass 100");
            play(&mut make(role), "pass 10\n : close logon_timeout\n state closed");
        }
        let mut closed = Desk::new(V44, role, |_| {});
        play(&mut closed, "logout\n disconnect stop\n disable\n gone\n pass 100\n state closed");
        let recovering = || {
            let mut desk = Desk::new(V44, role, |_| {}).logged_on();
            desk.hear("35=0|34=5|");
            desk
        };
        play(&mut recovering(), "quiet\n logout\n : say 35=5|34=3|\n pass 2\n : close logout_timeout");
        play(&mut recovering(), "quiet\n in 35=5|34=9|\n : deliver admin 5 9\n : say 35=5|34=3|\n : close logged_out");
        let sent = || {
            let mut desk = Desk::new(V44, role, |_| {}).logged_on();
            play(&mut desk, "logout\n : say 35=5|34=2|");
            desk
        };
        play(&mut sent(), "quiet\n disconnect stop\n : close command: stop");
        play(&mut sent(), "quiet\n in 35=0|34=1|\n : close protocol: MsgSeqNum too low, expecting 2 but received 1");
        play(&mut sent(), "quiet\n disable\n logout again\n pass 2\n : close logout_timeout");
        play(&mut sent(), "quiet\n gone\n state closed");
    }
}

#[test]
fn waiting_for_logons_and_logouts_is_as_long_as_the_settings_say() {
    for role in [Role::Acceptor, Role::Initiator] {
        let desk = || {
            Desk::new(V44, role, |config| {
                config.logon_timeout_ns = 3 * house::SECOND;
                config.logout_timeout_ns = 7 * house::SECOND;
            })
        };
        let mut connected = desk();
        connected.connect();
        play(&mut connected, "pass 2.9\n pass 0.1\n : close logon_timeout");
        play(
            &mut desk().logged_on(),
            "quiet\n logout\n : say 35=5|34=2|\n pass 6.9\n pass 0.1\n : close logout_timeout",
        );
    }
}

#[test]
fn a_connection_that_is_made_anew_ends_the_old_one() {
    let mut desk = Desk::acceptor(V44).logged_on();
    assert_eq!(desk.connect(), ["tell logged_out -"]);
    assert_eq!(desk.session.state().name(), "await_logon");
}

#[test]
fn what_waits_when_the_next_logon_resets_goes_on_waiting_for_it() {
    let mut desk = Desk::new(V44, Role::Initiator, |config| config.reset_on_logon = true);
    desk.connect();
    assert!(desk.order("A").is_empty());
    assert!(desk.disconnected().is_empty());
    desk.connect();
    let lines = desk.receive("35=A|34=1|98=0|108=30|141=Y|");
    assert!(lines.last().unwrap().starts_with("say 35=D|34=2|"), "{lines:?}");
}

#[test]
fn what_waits_when_the_next_interval_resets_is_told_to_be_lost() {
    let mut desk = Desk::new(V44, Role::Initiator, |config| {
        let time = |text: &str| Some(text.to_owned());
        let spec = ScheduleSpec { start_time: time("14:00:00"), end_time: time("14:31:00"), ..ScheduleSpec::default() };
        config.schedule = Schedule::new(&spec).unwrap();
    });
    desk.connect();
    assert!(desk.order("A").is_empty());
    desk.now.utc_ns += 90 * SECOND;
    assert_eq!(
        desk.disconnected(),
        ["tell warning a message that waited is lost: the next Logon sets the numbers to 1"]
    );
    assert_eq!(desk.session.next_out(), 2);
}

#[test]
fn a_message_that_waited_and_became_too_long_is_told() {
    let mut desk = Desk::initiator(V44);
    desk.connect();
    desk.send(&format!("35=B|148={}|", "x".repeat(200))).unwrap();
    let lines = desk.receive("35=A|34=1|98=0|108=30|383=100|");
    assert!(lines.last().unwrap().starts_with("tell warning a message that waited is not sent: the message has "));
    assert_eq!(desk.session.next_out(), 2);
}

#[test]
fn a_logon_of_ours_that_cannot_be_written_is_told() {
    let mut desk = Desk::new(V44, Role::Initiator, |config| config.logon_tags = vec![(9001, b"a\x01b".to_vec())]);
    assert_eq!(
        desk.connect(),
        ["tell warning a message is not sent: the value of 9001 holds SOH, which only a data field may"]
    );
    assert_eq!(quiet(desk.pass(10.0)), ["close logon_timeout"]);
}

#[test]
fn a_refusal_that_cannot_be_written_is_told() {
    // A name with SOH in it can be configured, and written by nobody.
    let mut desk = Desk::new(V44, Role::Acceptor, |config| config.identity.sender_sub_id = b"a\x01b".to_vec());
    desk.connect();
    let lines = desk.receive("35=A|34=1|98=0|108=-1|");
    assert_eq!(lines.len(), 1, "{lines:?}");
    assert!(lines[0].starts_with("close logon_refused: "), "{lines:?}");
    let mut config = house::config(V44, Role::Acceptor);
    config.check_comp_id = false;
    config.identity.sender_sub_id = b"a\x01b".to_vec();
    let mut desk = Desk::with(config, Books::bundled(V44));
    desk.connect();
    let why = "the value of 50 holds SOH, which only a data field may";
    assert_eq!(
        desk.receive("35=A|34=1|98=0|108=-1|"),
        [
            format!("tell warning a message is not sent: {why}"),
            "close logon_refused: HeartBtInt must not be negative".into()
        ]
    );
    // Neither can a fill, or anything else.
    desk.connect();
    let lines = desk.receive("35=A|34=1|98=0|108=30|||35=1|34=2|112=X|");
    assert!(lines.contains(&format!("tell warning a message is not sent: {why}")), "{lines:?}");
    assert_eq!(desk.session.next_out(), 1);
}

#[test]
fn the_parts_of_a_session_can_be_looked_at() {
    let desk = Desk::acceptor(V44);
    assert!(!desk.session.books().is_empty() && desk.session.books().has(b"", b""));
    assert!(!desk.session.books().has(b"9", b"house"));
    assert!(!desk.session.is_logged_on() && desk.logged_on().session.is_logged_on());
    for version in [Version::Fix40, Version::Fix41, Version::Fix42, Version::Fix43, V44, Version::Fixt11] {
        assert_eq!(Version::of_begin_string(version.begin_string().as_bytes()), Some(version));
    }
    assert_eq!(Version::of_begin_string(b"FIX.5.0"), None);
}
