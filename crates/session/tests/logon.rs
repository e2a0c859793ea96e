//! Logging on: in which order an acceptor looks at a Logon(35=A), what it answers, what an initiator makes of the answer, resets,
//! NextExpectedMsgSeqNum(789), versions of FIXT and NoMsgTypes(384).
#![allow(missing_docs, clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

mod house;

use fixplus_session::config::{MsgTypeEntry, SECOND, TestMessageIndicator};
use fixplus_session::profiles::Profile;
use fixplus_session::schedule::{Schedule, ScheduleSpec};
use fixplus_session::{Books, Command, LocalError, Role, SessionConfig, Version};
use house::{Desk, T0, play};

const V44: Version = Version::Fix44;
const FIXT: Version = Version::Fixt11;

fn profiled(version: Version, role: Role, profile: &str) -> Desk {
    Desk::new(version, role, |config| config.quirks = Profile::named(profile).unwrap().quirks)
}

/// What an acceptor does with a first message.
fn first(mut desk: Desk, text: &str) -> Vec<String> {
    desk.connect();
    desk.receive(text)
}

// ------------------------------------------------------------------------------------- what an acceptor refuses, and how

#[test]
fn a_logon_that_cannot_be_used_is_refused_without_a_byte() {
    for (version, text, why) in [
        (V44, "35=A|34=1|98=0|108=30|55=IBM|", "Tag not defined for this message type"),
        (V44, "35=A|34=1|98=0|", "Required tag missing"),
        (V44, "35=A|34=1|108=30|", "Required tag missing"),
        (V44, "35=A|-34|98=0|108=30|", "Required tag missing"),
        (V44, "35=A|34=1|98=0|108=x|", "Incorrect data format"),
        (V44, "35=A|34=1|98=0|108=99999999999|", "Value is incorrect"),
        (V44, "35=A|34=1|98=00|108=30|", "Value is incorrect"),
        (V44, "35=A|34=1|52=@-121|98=9|108=30|", "SendingTime accuracy problem"),
        (V44, "35=A|34=1|43=Y|98=0|108=30|", "Required tag missing"),
        (V44, "35=A|34=1|43=Y|122=@+1|98=0|108=30|", "SendingTime accuracy problem"),
        (V44, "35=A|34=1|52=@-121|98=0|108=30|", "SendingTime accuracy problem"),
        (V44, "35=A|34=1|49=WHO|98=0|108=30|", "CompID problem: 49"),
        (V44, "35=A|34=1|56=WHO|98=0|108=30|", "CompID problem: 56"),
        (FIXT, "35=A|34=1|98=0|108=30|", "Required tag missing"),
    ] {
        let lines = first(Desk::acceptor(version), text);
        assert_eq!(lines.len(), 1, "{text}: {lines:?}");
        assert!(lines[0].starts_with("close logon_refused: "), "{text}: {lines:?}");
        let mut told = Desk::acceptor(version);
        told.connect();
        told.receive(text);
        assert_eq!((told.session.next_out(), told.session.next_in()), (1, 1), "{text}");
        // With a Logout where the profile wants one, unnumbered in the store.
        let lines = first(profiled(version, Role::Acceptor, "quickfixj"), text);
        assert!(
            lines[0].starts_with(&format!(
                "write 35=5|34=1|58=Invalid Logon message: {}",
                &why[..why.find(':').unwrap_or(why.len())]
            )),
            "{lines:?}"
        );
        assert!(lines[1].starts_with("close logon_refused: Invalid Logon message: "), "{lines:?}");
    }
}

#[test]
fn without_a_dictionary_the_fields_of_a_logon_are_demanded_all_the_same() {
    for text in ["35=A|34=1|98=0|", "35=A|34=1|108=30|", "35=A|34=1|-49|98=0|108=30|", "35=A|34=1|-52|98=0|108=30|"] {
        let desk = Desk::with(house::config(V44, Role::Acceptor), Books::none());
        let lines = first(desk, text);
        assert!(lines.len() == 1 && lines[0].starts_with("close logon_refused: "), "{text}: {lines:?}");
    }
    let desk = Desk::with(house::config(FIXT, Role::Acceptor), Books::none());
    assert!(first(desk, "35=A|34=1|98=0|108=30|")[0].starts_with("close logon_refused: Required tag missing: 1137"));
}

#[test]
fn the_java_engines_words_for_a_wrong_time_are_kept() {
    let desk = profiled(V44, Role::Acceptor, "quickfixj");
    assert_eq!(
        first(desk, "35=A|34=1|52=@-121|98=0|108=30|"),
        [
            "write 35=5|34=1|58=Invalid Logon message: SendingTime accuracy problem, field=52|",
            "close logon_refused: Invalid Logon message: SendingTime accuracy problem, field=52"
        ]
    );
}

#[test]
fn some_refusals_are_told_in_every_profile() {
    for (version, text, told) in [
        (V44, "35=A|34=1|98=0|108=-1|", "HeartBtInt must not be negative"),
        (V44, "35=A|34=1|98=2|108=30|", "Unsupported EncryptMethod(98)=2"),
        (FIXT, "35=A|34=1|98=0|108=30|1137=1|", "Invalid DefaultApplVerID=1"),
        (FIXT, "35=A|34=1|98=0|108=30|1137=10|", "Invalid DefaultApplVerID=10"),
        // Codes that no dictionary has.
        (V44, "35=A|34=1|98=9|108=30|", "Unsupported EncryptMethod(98)=9"),
        (V44, "35=A|34=1|98=9|108=-1|", "HeartBtInt must not be negative"),
        (FIXT, "35=A|34=1|98=0|108=30|1137=99|", "Invalid DefaultApplVerID=99"),
        (FIXT, "35=A|34=1|98=0|108=30|1137=x|", "Invalid DefaultApplVerID=x"),
    ] {
        assert_eq!(
            first(Desk::acceptor(version), text),
            [format!("write 35=5|34=1|58={told}|"), format!("close logon_refused: {told}")],
            "{text}"
        );
    }
}

#[test]
fn what_is_said_to_a_stranger_is_not_stored_and_its_number_not_used_again() {
    let mut desk = Desk::acceptor(V44);
    play(
        &mut desk,
        "connect
         in 35=A|34=1|98=0|108=-1|
         : write 35=5|34=1|58=HeartBtInt must not be negative|
         : close logon_refused: HeartBtInt must not be negative
         numbers 2 1",
    );
    assert_eq!((desk.stored_out, desk.stored_in, desk.stored.len()), (1, 1, 0));
    play(
        &mut desk,
        "quiet
         connect
         in 35=A|34=1|98=0|108=30|
         : deliver logon A 1
         : say 35=A|34=2|98=0|108=30|
         : advance 2
         in 35=2|34=2|7=1|16=0|
         : deliver admin 2 2
         : replay 1 2
         : write 35=4|34=1|43=Y|122=@|36=3|123=Y|
         : advance 3",
    );
}

#[test]
fn a_stranger_with_141_does_not_touch_the_store() {
    let mut desk = Desk::at(house::config(V44, Role::Acceptor), Books::bundled(V44), 10, 20, Some(T0.utc_ns));
    desk.accepts = false;
    play(
        &mut desk,
        "connect
         in 35=A|34=1|98=0|108=30|141=Y|
         : deliver logon A 1
         # Held, not looked at.
         in 35=0|34=2|
         numbers 10 20
         refuse no
         : close logon_refused: no
         numbers 10 20",
    );
}

#[test]
fn a_verdict_decides_what_a_refused_peer_is_told() {
    let held = |mut desk: Desk| {
        desk.accepts = false;
        desk.connect();
        let body = if desk.version == FIXT { "98=0|108=30|1137=9|" } else { "98=0|108=30|" };
        desk.receive(&format!("35=A|34=1|{body}"));
        desk
    };
    play(&mut held(Desk::acceptor(V44)), "refuse bad password\n : close logon_refused: bad password");
    play(
        &mut held(Desk::acceptor(V44)),
        "refuse say bad password
         : write 35=5|34=1|58=bad password|
         : close logon_refused: bad password",
    );
    play(
        &mut held(profiled(V44, Role::Acceptor, "quickfixj")),
        "refuse bad password
         : write 35=5|34=1|58=bad password|
         : close logon_refused: bad password",
    );
    // SessionStatus(1409) only in FIXT, and only where the settings say so.
    play(
        &mut held(Desk::acceptor(FIXT)),
        "refuse say 5 bad password
         : write 35=5|34=1|58=bad password|
         : close logon_refused: bad password",
    );
    for (version, status) in [(FIXT, "1409=5|"), (V44, "")] {
        let desk = Desk::new(version, Role::Acceptor, |config| config.send_session_status = true);
        play(
            &mut held(desk),
            &format!(
                "refuse say 5 bad
                 : write 35=5|34=1|58=bad|{status}
                 : close logon_refused: bad"
            ),
        );
    }
    play(
        &mut held(Desk::initiator(V44)),
        "refuse say we do not like you
         : say 35=5|34=2|58=we do not like you|
         : close logon_refused: we do not like you",
    );
}

#[test]
fn input_that_is_held_for_a_verdict_is_looked_at_afterwards_and_has_a_limit() {
    let held = |limit: usize| {
        let mut desk = Desk::new(V44, Role::Acceptor, |config| config.max_held_bytes = limit);
        desk.accepts = false;
        desk.connect();
        desk.receive("35=A|34=1|98=0|108=30|||35=0|34=2|");
        desk
    };
    play(
        &mut held(1000),
        "state await_logon
         in 35=1|34=3|112=X|
         accept
         : say 35=A|34=1|98=0|108=30|
         : advance 2
         : tell logged_on
         bytes
         : deliver admin 0 2
         : advance 3
         : deliver admin 1 3
         : say 35=0|34=2|112=X|
         : advance 4",
    );
    play(
        &mut held(100),
        "in 35=1|34=3|112=X|
         : close logon_refused: more input than is held while a Logon waits for its verdict",
    );
}

#[test]
fn test_and_production_do_not_meet() {
    let desk = |indicator| Desk::new(V44, Role::Acceptor, |config| config.test_message_indicator = indicator);
    let refused = |lines: Vec<String>| lines[0].starts_with("write 35=5|34=1|58=Invalid TestMessageIndicator(464)=");
    let logon = "35=A|34=1|98=0|108=30|";
    assert!(refused(first(desk(TestMessageIndicator::Test), logon)));
    assert!(refused(first(desk(TestMessageIndicator::Test), &format!("{logon}464=N|"))));
    assert!(refused(first(desk(TestMessageIndicator::Production), &format!("{logon}464=Y|"))));
    for (indicator, flag, answer) in [
        (TestMessageIndicator::Any, "464=Y|", ""),
        (TestMessageIndicator::Any, "", ""),
        (TestMessageIndicator::Production, "464=N|", ""),
        (TestMessageIndicator::Production, "", ""),
        (TestMessageIndicator::Test, "464=Y|", "464=Y|"),
    ] {
        let lines = first(desk(indicator), &format!("{logon}{flag}"));
        assert_eq!(lines[1], format!("say 35=A|34=1|98=0|108=30|{answer}"));
    }
}

#[test]
fn a_low_number_or_a_high_789_ends_an_accepted_logon() {
    let at = |change: fn(&mut SessionConfig)| {
        let mut config = house::config(V44, Role::Acceptor);
        change(&mut config);
        Desk::at(config, Books::bundled(V44), 10, 20, Some(T0.utc_ns))
    };
    assert_eq!(
        first(at(|_| {}), "35=A|34=19|98=0|108=30|"),
        [
            "deliver logon A 19",
            "say 35=5|34=10|58=MsgSeqNum too low, expecting 20 but received 19|",
            "close protocol: MsgSeqNum too low, expecting 20 but received 19"
        ]
    );
    assert_eq!(
        first(at(|config| config.enable_next_expected_msg_seq_num = true), "35=A|34=20|98=0|108=30|789=11|"),
        [
            "deliver logon A 20",
            "say 35=5|34=10|58=Tag 789 (NextExpectedMsgSeqNum) is higher than expected. Expected 10, Received 11|",
            "close protocol: Tag 789 (NextExpectedMsgSeqNum) is higher than expected. Expected 10, Received 11"
        ]
    );
    // A possible duplicate of an old Logon is ignored: the real one may follow.
    let mut desk = at(|_| {});
    desk.connect();
    assert_eq!(desk.receive("35=A|34=19|43=Y|122=@|98=0|108=30|"), ["deliver logon A 19 dup"]);
    assert_eq!(desk.session.state().name(), "await_logon");
    assert_eq!(desk.receive("35=A|34=20|98=0|108=30|")[1], "say 35=A|34=10|98=0|108=30|");
    // So is one that comes as the answer.
    let mut desk = Desk::at(house::config(V44, Role::Initiator), Books::bundled(V44), 10, 20, Some(T0.utc_ns));
    desk.connect();
    assert_eq!(desk.receive("35=A|34=19|43=Y|122=@|98=0|108=30|"), ["deliver logon A 19 dup"]);
    assert_eq!(desk.session.state().name(), "logon_sent");
    assert_eq!(desk.hear("35=A|34=20|98=0|108=30|"), ["deliver logon A 20", "advance 21"]);
}

#[test]
fn session_status_says_why_numbers_do_not_fit() {
    for (text, status) in [("34=1|98=0|108=30|1137=9|", 9), ("34=20|98=0|108=30|789=11|1137=9|", 10)] {
        let mut config = house::config(FIXT, Role::Acceptor);
        (config.send_session_status, config.enable_next_expected_msg_seq_num) = (true, true);
        let desk = Desk::at(config, Books::bundled(FIXT), 10, 20, Some(T0.utc_ns));
        let lines = first(desk, &format!("35=A|{text}"));
        assert!(lines[1].ends_with(&format!("|1409={status}|")), "{lines:?}");
    }
}

// ------------------------------------------------------------------------------------------------------ the answer

#[test]
fn the_answer_repeats_what_was_received_ascending() {
    assert_eq!(
        first(Desk::acceptor(V44), "35=A|34=1|98=0|108=7|141=Y|"),
        [
            "deliver logon A 1",
            "reset 1 1",
            "tell reset ResetSeqNumFlag(141)=Y",
            "say 35=A|34=1|98=0|108=7|141=Y|",
            "advance 2",
            "tell logged_on"
        ]
    );
    let desk = Desk::new(V44, Role::Acceptor, |config| config.heart_bt_int_override_s = Some(15));
    assert_eq!(first(desk, "35=A|34=1|98=0|108=7|")[1], "say 35=A|34=1|98=0|108=15|");
    let desk = profiled(V44, Role::Acceptor, "quickfixn");
    assert_eq!(first(desk, "35=A|34=1|98=0|108=7|141=Y|")[3], "say 35=A|34=1|98=0|108=7|");
}

#[test]
fn fields_may_be_added_to_our_logon() {
    let desk = Desk::new(V44, Role::Initiator, |config| {
        config.logon_tags =
            vec![(554, b"secret".to_vec()), (553, b"joe".to_vec()), (9001, b"x".to_vec()), (108, b"20".to_vec())];
    });
    let mut desk = desk;
    assert_eq!(desk.connect(), ["say 35=A|34=1|98=0|108=20|553=joe|554=secret|9001=x|"]);
    // What the version lacks is not sent, whatever the settings say.
    for (version, books, sent) in [
        (Version::Fix40, Books::none(), ""),
        (Version::Fix41, Books::none(), "141=N|"),
        (Version::Fix42, Books::none(), "141=N|383=9|"),
        (Version::Fix43, Books::none(), "141=N|383=9|553=joe|"),
        (V44, Books::none(), "141=N|383=9|553=joe|789=1|"),
        (V44, Books::bundled(V44), "141=N|383=9|553=joe|789=1|"),
        (Version::Fix42, Books::bundled(Version::Fix42), "141=N|383=9|"),
    ] {
        let mut config = house::config(version, Role::Initiator);
        config.logon_tags = [(1409, "0"), (553, "joe"), (789, "1"), (141, "N"), (383, "9")]
            .map(|(tag, value)| (tag, value.into()))
            .to_vec();
        let mut desk = Desk::with(config, books);
        let lines = house::quiet(desk.connect());
        assert_eq!(lines, [format!("say 35=A|34=1|98=0|108=30|{sent}")], "{version:?}");
    }
    let mut desk = Desk::new(Version::Fix42, Role::Initiator, |config| config.logon_tags = vec![(1128, b"9".to_vec())]);
    assert_eq!(desk.connect()[0], "tell warning our Logon goes without 1128, which it does not have in FIX.4.2");
}

#[test]
fn names_and_places_stand_in_the_header_and_are_matched() {
    let change = |config: &mut SessionConfig| {
        config.identity.sender_sub_id = b"DESK".to_vec();
        config.identity.sender_location_id = b"LDN".to_vec();
        config.identity.target_sub_id = b"FLOOR".to_vec();
        config.identity.target_location_id = b"NYC".to_vec();
    };
    let mut desk = Desk::new(V44, Role::Acceptor, change);
    desk.connect();
    let lines = desk.receive("35=A|34=1|50=FLOOR|57=DESK|142=NYC|143=LDN|98=0|108=30|");
    assert_eq!(lines[1], "say 35=A|34=1|50=DESK|57=FLOOR|142=LDN|143=NYC|98=0|108=30|");
    assert_eq!(
        desk.hear("35=0|34=2|50=FLOOR|57=DESK|142=NYC|143=ELSE|")[1],
        "say 35=5|34=3|50=DESK|57=FLOOR|142=LDN|143=NYC|"
    );
    // FIX 4.0 has no places.
    let mut desk = Desk::new(Version::Fix40, Role::Initiator, change);
    assert_eq!(desk.connect(), ["say 35=A|34=1|50=DESK|57=FLOOR|98=0|108=30|"]);
}

// ------------------------------------------------------------------------------------------------------ the initiator

#[test]
fn an_initiator_sends_141_when_a_reset_is_wanted_and_both_numbers_are_1() {
    type Change = fn(&mut SessionConfig);
    let changes: [Change; 3] = [
        |config| config.reset_on_logon = true,
        |config| config.reset_on_logout = true,
        |config| config.reset_on_disconnect = true,
    ];
    for (number, change) in changes.into_iter().enumerate() {
        let lines = house::quiet(Desk::new(V44, Role::Initiator, change).connect());
        assert_eq!(lines.last().unwrap(), "say 35=A|34=1|98=0|108=30|141=Y|");
        // Only reset_on_logon makes them 1.
        let mut config = house::config(V44, Role::Initiator);
        change(&mut config);
        let lines = house::quiet(Desk::at(config, Books::bundled(V44), 5, 6, Some(T0.utc_ns)).connect());
        match number {
            0 => assert_eq!(lines, ["reset 1 1", "say 35=A|34=1|98=0|108=30|141=Y|"]),
            _ => assert_eq!(lines, ["say 35=A|34=5|98=0|108=30|"]),
        }
        let lines = house::quiet(Desk::new(Version::Fix40, Role::Initiator, change).connect());
        assert_eq!(lines.last().unwrap(), "say 35=A|34=1|98=0|108=30|");
    }
}

fn initiator(change: impl FnOnce(&mut SessionConfig)) -> Desk {
    let mut desk = Desk::new(V44, Role::Initiator, change);
    desk.connect();
    desk
}

#[test]
fn the_answer_to_141_may_lack_it_if_its_number_is_1() {
    let reset = |config: &mut SessionConfig| config.reset_on_logon = true;
    assert_eq!(
        initiator(reset).receive("35=A|34=1|98=0|108=30|141=Y|"),
        ["deliver logon A 1", "advance 2", "tell logged_on"]
    );
    assert_eq!(
        initiator(reset).receive("35=A|34=1|98=0|108=30|"),
        ["deliver logon A 1", "advance 2", "tell logged_on"]
    );
    assert_eq!(
        initiator(reset).receive("35=A|34=2|98=0|108=30|"),
        [
            "deliver logon A 2",
            "close protocol: the answer to a Logon with ResetSeqNumFlag(141)=Y has another number than 1"
        ]
    );
}

#[test]
fn an_answer_with_141_that_was_not_asked_for_makes_both_next_numbers_2() {
    let mut desk = Desk::at(house::config(V44, Role::Initiator), Books::bundled(V44), 7, 9, Some(T0.utc_ns));
    desk.connect();
    assert_eq!(
        desk.receive("35=A|34=1|98=0|108=30|141=Y|"),
        ["deliver logon A 1", "reset 2 1", "tell reset ResetSeqNumFlag(141)=Y", "advance 2", "tell logged_on"]
    );
    play(&mut desk, "numbers 2 2\n state logged_on");
}

#[test]
fn an_answer_that_is_too_low_is_told_by_a_logout() {
    let mut desk = Desk::at(house::config(V44, Role::Initiator), Books::bundled(V44), 7, 9, Some(T0.utc_ns));
    desk.connect();
    assert_eq!(
        desk.receive("35=A|34=8|98=0|108=30|"),
        [
            "deliver logon A 8",
            "say 35=5|34=8|58=MsgSeqNum too low, expecting 9 but received 8|",
            "close protocol: MsgSeqNum too low, expecting 9 but received 8"
        ]
    );
}

#[test]
fn another_interval_in_the_answer_is_adopted_with_a_warning_or_refused() {
    let mut desk = initiator(|_| {});
    assert_eq!(
        desk.receive("35=A|34=1|98=0|108=10|"),
        [
            "deliver logon A 1",
            "tell warning HeartBtInt(108) of the answer is 10, ours is 30",
            "advance 2",
            "tell logged_on"
        ]
    );
    assert_eq!(desk.session.heart_bt_int_s(), 10);
    assert_eq!(
        initiator(|config| config.require_same_heart_bt_int = true).receive("35=A|34=1|98=0|108=10|")[1],
        "close protocol: HeartBtInt(108) of the answer is 10, ours is 30"
    );
}

#[test]
fn the_number_that_the_peer_expects_is_adopted_only_when_asked_to() {
    let text = "35=5|34=1|58=MsgSeqNum too low, expecting 12 but received 1|";
    let mut desk = initiator(|_| {});
    desk.receive(text);
    assert_eq!(desk.session.next_out(), 2);
    let mut desk = initiator(|config| config.adopt_expected_seq_num = true);
    let lines = house::quiet(desk.receive(text));
    assert_eq!(lines[1..], ["set 12 1"]);
    assert_eq!(desk.session.next_out(), 12);
    for text in ["58=expecting x|", "58=expecting 0|", "58=expecting 99999999999999999999|", ""] {
        let mut desk = initiator(|config| config.adopt_expected_seq_num = true);
        desk.receive(&format!("35=5|34=1|{text}"));
        assert_eq!(desk.session.next_out(), 2, "{text}");
    }
}

#[test]
fn an_invalid_answer_closes_and_is_told_where_the_profile_says_so() {
    for text in ["35=A|34=1|98=0|", "35=A|34=1|49=WHO|98=0|108=30|", "35=0|34=1|"] {
        let lines = initiator(|_| {}).receive(text);
        assert!(lines.len() == 1 && lines[0].starts_with("close logon_refused: "), "{lines:?}");
        let mut desk = profiled(V44, Role::Initiator, "standard");
        desk.connect();
        let lines = desk.receive(text);
        assert!(lines[0].starts_with("say 35=5|34=2|58="), "{lines:?}");
        assert!(lines[1].starts_with("close logon_refused: "), "{lines:?}");
    }
    assert_eq!(
        initiator(|_| {}).receive("35=A|34=1|98=0|108=-5|")[0],
        "say 35=5|34=2|58=HeartBtInt must not be negative|"
    );
}

// -------------------------------------------------------------------------------------------------------------- resets

#[test]
fn an_acceptor_resets_with_every_logon_and_echoes_only_what_it_received() {
    let mut config = house::config(V44, Role::Acceptor);
    config.reset_on_logon = true;
    let mut desk = Desk::at(config, Books::bundled(V44), 7, 9, Some(T0.utc_ns));
    desk.connect();
    assert_eq!(
        desk.receive("35=A|34=1|98=0|108=30|"),
        [
            "deliver logon A 1",
            "reset 1 1",
            "tell reset reset_on_logon",
            "say 35=A|34=1|98=0|108=30|",
            "advance 2",
            "tell logged_on"
        ]
    );
}

#[test]
fn a_reset_with_another_number_than_1_is_accepted_or_refused_by_the_profile() {
    let lines = first(Desk::acceptor(V44), "35=A|34=7|98=0|108=30|141=Y|");
    assert_eq!(lines[3..5], ["say 35=A|34=1|98=0|108=30|141=Y|", "advance 2"]);
    let lines = first(profiled(V44, Role::Acceptor, "standard"), "35=A|34=7|98=0|108=30|141=Y|");
    assert!(lines[0].starts_with("write 35=5|34=1|58=Invalid Logon message: "), "{lines:?}");
    let mut desk = profiled(V44, Role::Acceptor, "standard").logged_on();
    assert_eq!(
        desk.hear("35=A|34=2|98=0|108=30|141=Y|"),
        ["close protocol: a Logon(35=A) on a connection that is logged on"]
    );
}

#[test]
fn numbers_are_reset_after_a_logout_or_any_end_as_configured() {
    let mut desk = Desk::new(V44, Role::Acceptor, |config| config.reset_on_logout = true).logged_on();
    play(
        &mut desk,
        "quiet
         in 35=5|34=2|
         : deliver admin 5 2
         : say 35=5|34=2|
         : advance 3
         : reset 1 1
         : close logged_out
         numbers 1 1",
    );
    let mut desk = Desk::new(V44, Role::Acceptor, |config| config.reset_on_logout = true).logged_on();
    play(&mut desk, "quiet\n gone\n numbers 2 2");
    let mut desk = Desk::new(V44, Role::Acceptor, |config| config.reset_on_disconnect = true).logged_on();
    play(&mut desk, "quiet\n gone\n : reset 1 1\n numbers 1 1");
    let mut desk = Desk::new(V44, Role::Initiator, |config| config.reset_on_disconnect = true);
    play(&mut desk, "quiet\n connect\n : say 35=A|34=1|98=0|108=30|141=Y|\n gone\n : reset 1 1\n numbers 1 1");
    // A stranger who comes and goes resets nothing.
    let mut config = house::config(V44, Role::Acceptor);
    config.reset_on_disconnect = true;
    let mut desk = Desk::at(config, Books::bundled(V44), 7, 9, Some(T0.utc_ns));
    play(&mut desk, "connect\n gone\n numbers 7 9");
}

#[test]
fn a_store_that_was_never_used_begins_its_life_with_the_first_number() {
    let mut desk = Desk::at(house::config(V44, Role::Acceptor), Books::bundled(V44), 1, 1, None);
    play(
        &mut desk,
        "connect
         in 35=A|34=1|98=0|108=30|
         : deliver logon A 1
         : reset 1 1
         : say 35=A|34=1|98=0|108=30|
         : advance 2
         : tell logged_on",
    );
    assert_eq!(desk.created_ns, Some(T0.utc_ns));
}

#[test]
fn numbers_may_be_set_and_read_again_while_disconnected() {
    let mut desk = Desk::acceptor(V44);
    play(
        &mut desk,
        "set 5 7
         : set 5 7
         numbers 5 7
         set - 9
         : set 5 9
         set 0 1
         : refused numbers begin with 1
         set 1 0
         : refused numbers begin with 1
         refreshed 20 30
         numbers 20 30
         reset
         : reset 1 1
         : tell reset command
         connect
         set 5 5
         : refused numbers are set while disconnected
         refreshed 5 5
         : refused numbers are read again while disconnected
         reset
         : refused numbers are reset while disconnected or logged on
         test
         : refused a TestRequest(35=1) needs a session that is logged on",
    );
}

#[test]
fn numbers_are_reset_on_the_open_connection_when_nothing_is_under_way() {
    for role in [Role::Acceptor, Role::Initiator] {
        let mut desk = Desk::new(V44, role, |_| {}).logged_on();
        let id = format!("TEST-2-{}", T0.utc_ns);
        play(
            &mut desk,
            &format!(
                "reset
                 : say 35=1|34=2|112={id}|
                 : tell test_request_sent {id}
                 reset
                 : refused a reset is under way
                 order A
                 : say 35=D|34=3|11=A|21=1|38=1|40=1|54=1|55=IBM|60=20260302-14:30:00|
                 in 35=D|34=2|11=B|21=1|38=1|40=1|54=1|55=IBM|60=@|
                 : deliver app D 2
                 : advance 3
                 in 35=0|34=3|112={id}|
                 : deliver admin 0 3
                 : tell round_trip 0
                 : reset 1 3
                 : tell reset reset on the open connection
                 : say 35=A|34=1|98=0|108=30|141=Y|
                 : advance 4
                 # No other message until the answer; what is under way from the peer still has its old number.
                 order C
                 in 35=1|34=4|112=X|
                 : deliver admin 1 4
                 : advance 5
                 in 35=A|34=1|98=0|108=30|141=Y|
                 : deliver admin A 1
                 : advance 2
                 : say 35=D|34=2|11=C|21=1|38=1|40=1|54=1|55=IBM|60=20260302-14:30:00|
                 : say 35=0|34=3|112=X|
                 state logged_on
                 numbers 4 2"
            ),
        );
    }
}

/// Send a reset's TestRequest: the TestReqID(112) that it has.
fn begin_reset(desk: &mut Desk) -> String {
    let lines = desk.command(Command::Reset);
    lines[0].split_once("112=").unwrap().1.trim_end_matches('|').to_owned()
}

#[test]
fn a_reset_waits_until_what_was_asked_for_is_sent_again() {
    let mut desk = Desk::acceptor(V44).logged_on();
    desk.order("A");
    let id = begin_reset(&mut desk);
    desk.slice = None;
    play(
        &mut desk,
        &format!(
            "quiet
             in 35=2|34=2|7=1|16=0|
             : deliver admin 2 2
             : replay 1 3
             : advance 3
             in 35=0|34=3|112={id}|
             : deliver admin 0 3
             : advance 4
             reset
             : refused a reset is under way
             order B
             replay 1 3
             : write 35=4|34=1|43=Y|122=@|36=2|123=Y|
             : write 35=D|34=2|43=Y|122=@|11=A|21=1|38=1|40=1|54=1|55=IBM|60=20260302-14:30:00|
             : write 35=4|34=3|43=Y|122=@|36=4|123=Y|
             : reset 1 4
             : say 35=A|34=1|98=0|108=30|141=Y|
             in 35=A|34=1|98=0|108=30|141=Y|
             : deliver admin A 1
             : advance 2
             : say 35=D|34=2|11=B|21=1|38=1|40=1|54=1|55=IBM|60=20260302-14:30:00|
             numbers 3 2"
        ),
    );
}

#[test]
fn what_speaks_of_numbers_is_forgotten_with_them() {
    let mut desk = Desk::acceptor(V44).logged_on();
    let id = begin_reset(&mut desk);
    play(
        &mut desk,
        &format!(
            "quiet
             in 35=0|34=2|112={id}|
             : deliver admin 0 2
             : reset 1 2
             : say 35=A|34=1|98=0|108=30|141=Y|
             : advance 3
             # A Reject, a BusinessMessageReject and a ResendRequest wait, and an order.
             in 35=0|34=3|55=IBM|
             : advance 4
             in 35=D|34=4|11=A|21=1|38=1|40=2|54=1|55=IBM|60=@|
             : advance 5
             in 35=0|34=9|
             order A
             in 35=A|34=1|98=0|108=30|141=Y|
             : deliver admin A 1
             : advance 2
             : say 35=D|34=2|11=A|21=1|38=1|40=1|54=1|55=IBM|60=20260302-14:30:00|
             state logged_on
             numbers 3 2"
        ),
    );
    // The peer resets, while a request of ours waits behind what it asked for.
    let mut desk = Desk::acceptor(V44).logged_on();
    desk.slice = None;
    play(
        &mut desk,
        "quiet
         in 35=2|34=2|7=1|16=0|
         : deliver admin 2 2
         : replay 1 1
         : advance 3
         in 35=0|34=9|
         in 35=A|34=1|98=0|108=30|141=Y|
         : deliver admin A 1
         : reset 1 1
         : say 35=A|34=1|98=0|108=30|141=Y|
         : advance 2
         numbers 2 2",
    );
}

#[test]
fn a_reset_that_is_not_answered_ends_the_connection() {
    let mut desk = Desk::acceptor(V44).logged_on();
    let id = format!("TEST-2-{}", T0.utc_ns);
    play(
        &mut desk,
        &format!(
            "quiet
             reset
             : say 35=1|34=2|112={id}|
             in 35=0|34=2|112={id}|
             : deliver admin 0 2
             : reset 1 2
             : say 35=A|34=1|98=0|108=30|141=Y|
             : advance 3
             pass 9.9
             pass 0.1
             : close logon_timeout"
        ),
    );
    play(
        &mut Desk::acceptor(Version::Fix40).logged_on(),
        "reset
         : refused FIX.4.0 has no ResetSeqNumFlag(141): log out and reset while disconnected",
    );
}

#[test]
fn numbers_are_reset_once_a_day_at_the_time_that_is_set() {
    use fixplus_session::schedule::DailyTime;
    let mut desk = Desk::new(V44, Role::Initiator, |config| {
        config.heart_bt_int_s = 0;
        config.reset_seq_time = Some(DailyTime::new("reset_seq_time", "14:31:00", None).unwrap());
    });
    desk.connect();
    desk.receive("35=A|34=1|98=0|108=0|");
    assert!(desk.pass(59.9).is_empty());
    let lines = desk.pass(0.1);
    assert!(lines[0].starts_with("say 35=1|34=2|112=TEST-"), "{lines:?}");
    desk.now.utc_ns += 86_398 * SECOND;
    assert!(desk.tick().is_empty());
    desk.now.utc_ns += 2 * SECOND;
    assert!(desk.tick().is_empty(), "one reset is under way already");
}

// ------------------------------------------------------------------------------------------------------------------ 789

fn with_789(role: Role, next_out: u64, next_in: u64) -> Desk {
    let mut config = house::config(V44, role);
    config.enable_next_expected_msg_seq_num = true;
    Desk::at(config, Books::bundled(V44), next_out, next_in, Some(T0.utc_ns))
}

#[test]
fn next_expected_is_one_more_in_an_answer_in_sequence() {
    let answer = |desk: Desk, text: &str| house::quiet(first(desk, text))[1..].to_vec();
    assert_eq!(
        answer(with_789(Role::Acceptor, 10, 20), "35=A|34=20|98=0|108=30|789=10|"),
        ["say 35=A|34=10|98=0|108=30|789=21|", "advance 21"]
    );
    assert_eq!(
        answer(with_789(Role::Acceptor, 10, 20), "35=A|34=1|98=0|108=30|141=Y|789=1|"),
        ["reset 1 1", "say 35=A|34=1|98=0|108=30|141=Y|789=2|", "advance 2"]
    );
    // Too high: the peer is to send by itself, and is asked only if it does not.
    let mut desk = with_789(Role::Acceptor, 10, 20);
    play(
        &mut desk,
        "connect
         in 35=A|34=25|98=0|108=0|789=10|
         : deliver logon A 25
         : say 35=A|34=10|98=0|108=0|789=20|
         : tell gap_opened 20 24
         : tell logged_on
         state recovering
         in 35=0|34=26|
         pass 29.9
         pass 0.1
         : say 35=2|34=11|7=20|16=0|
         : tell resend_requested 20 0",
    );
    // It does.
    let mut desk = with_789(Role::Acceptor, 10, 20);
    play(
        &mut desk,
        "quiet
         connect
         in 35=A|34=25|98=0|108=0|789=10|
         : deliver logon A 25
         : say 35=A|34=10|98=0|108=0|789=20|
         in 35=4|34=20|43=Y|122=@|36=26|123=Y|
         : deliver admin 4 20 dup
         : advance 26
         state logged_on",
    );
}

#[test]
fn a_peer_that_expects_less_is_sent_it_through_our_logon() {
    let mut config = house::config(V44, Role::Acceptor);
    config.enable_next_expected_msg_seq_num = true;
    let mut desk = Desk::at(config, Books::bundled(V44), 2000, 20, Some(T0.utc_ns));
    play(
        &mut desk,
        "quiet
         connect
         in 35=A|34=20|98=0|108=30|789=1|
         : deliver logon A 20
         : say 35=A|34=2000|98=0|108=30|789=21|
         : advance 21
         : replay 1 2000
         : write 35=4|34=1|43=Y|122=@|36=2001|123=Y|",
    );
    let mut desk = with_789(Role::Initiator, 1, 1);
    desk.order("A");
    desk.order("B");
    play(
        &mut desk,
        "quiet
         connect
         : say 35=A|34=3|98=0|108=30|789=1|
         in 35=A|34=1|98=0|108=30|789=2|
         : deliver logon A 1
         : advance 2
         : replay 2 3
         : write 35=D|34=2|43=Y|122=@|11=B|21=1|38=1|40=1|54=1|55=IBM|60=20260302-14:30:00|
         : write 35=4|34=3|43=Y|122=@|36=4|123=Y|
         order C
         : say 35=D|34=4|11=C|21=1|38=1|40=1|54=1|55=IBM|60=20260302-14:30:00|",
    );
    // In step.
    let mut desk = with_789(Role::Initiator, 1, 1);
    desk.connect();
    assert_eq!(desk.hear("35=A|34=1|98=0|108=30|789=2|"), ["deliver logon A 1", "advance 2"]);
    let mut desk = with_789(Role::Initiator, 1, 1);
    desk.connect();
    assert_eq!(
        desk.hear("35=A|34=1|98=0|108=30|789=3|")[1],
        "say 35=5|34=2|58=Tag 789 (NextExpectedMsgSeqNum) is higher than expected. Expected 2, Received 3|"
    );
}

#[test]
fn next_expected_is_ignored_unless_it_is_enabled_and_not_sent_before_4_4() {
    let lines = first(Desk::acceptor(V44), "35=A|34=1|98=0|108=30|789=77|");
    assert_eq!(lines[1..3], ["say 35=A|34=1|98=0|108=30|", "advance 2"]);
    for version in [Version::Fix40, Version::Fix41, Version::Fix42, Version::Fix43] {
        let mut desk = Desk::new(version, Role::Initiator, |config| config.enable_next_expected_msg_seq_num = true);
        assert_eq!(desk.connect(), ["say 35=A|34=1|98=0|108=30|"]);
    }
    let mut desk = Desk::new(FIXT, Role::Initiator, |config| config.enable_next_expected_msg_seq_num = true);
    assert_eq!(desk.connect(), ["say 35=A|34=1|98=0|108=30|789=1|1137=9|"]);
}

// --------------------------------------------------------------------------------------------------- versions of FIXT

#[test]
fn an_acceptor_answers_with_the_peers_default_version_or_its_own() {
    assert_eq!(first(Desk::acceptor(FIXT), "35=A|34=1|98=0|108=30|1137=7|")[1], "say 35=A|34=1|98=0|108=30|1137=7|");
    let own = Desk::new(FIXT, Role::Acceptor, |config| config.reply_own_appl_ver_id = true);
    assert_eq!(first(own, "35=A|34=1|98=0|108=30|1137=7|")[1], "say 35=A|34=1|98=0|108=30|1137=9|");
    // Without dictionaries every known version will do.
    let desk = Desk::with(house::config(FIXT, Role::Acceptor), Books::none());
    assert_eq!(first(desk, "35=A|34=1|98=0|108=30|1137=10|")[1], "say 35=A|34=1|98=0|108=30|1137=10|");
    let desk = Desk::with(house::config(FIXT, Role::Acceptor), Books::none());
    assert_eq!(first(desk, "35=A|34=1|98=0|108=30|1137=x|")[0], "write 35=5|34=1|58=Invalid DefaultApplVerID=x|");
}

#[test]
fn a_message_is_held_against_the_version_that_applies_to_it() {
    // HandlInst(21) is required in FIX 4.2 and not in 5.0 SP2.
    let order = |more: &str| format!("35=D|34=2|{more}11=A|54=1|55=IBM|38=1|40=1|60=@|");
    for (logon, header, refused) in [
        ("1137=9|", "", None),
        ("1137=9|", "1128=4|", Some("1|371=21")),
        ("1137=4|", "", Some("1|371=21")),
        ("1137=4|", "1128=9|", None),
        ("384=1|372=D|385=S|1130=4|1410=Y|1137=9|", "", Some("1|371=21")),
        // For the other direction, and not as the default: the session's default stays.
        ("384=1|372=D|385=R|1130=4|1410=Y|1137=9|", "", None),
        ("384=1|372=D|385=S|1130=4|1137=9|", "", None),
        ("1137=9|", "1128=10|", Some("18|371=1128")),
        ("1137=9|", "1128=1|", Some("18|371=1128")),
        ("1137=9|", "1129=house|", Some("18|371=1129")),
    ] {
        let mut desk = Desk::acceptor(FIXT);
        desk.connect();
        let lines = desk.receive(&format!("35=A|34=1|98=0|108=30|{logon}"));
        assert!(lines.contains(&"tell logged_on".to_owned()), "{logon} {lines:?}");
        let lines = desk.hear(&order(header));
        match refused {
            None => assert_eq!(lines[0], "deliver app D 2", "{logon} {header}"),
            Some(expected) => {
                let (reason, tag) = expected.split_once('|').unwrap();
                assert!(lines[0].starts_with("say 35=3|"), "{logon} {header}: {lines:?}");
                assert!(lines[0].contains(&format!("|{tag}|372=D|373={reason}|")), "{logon} {header}: {lines:?}");
                assert_eq!(lines[1], "advance 3");
            }
        }
    }
}

#[test]
fn a_session_message_needs_no_version_of_the_application() {
    let mut desk = Desk::acceptor(FIXT).logged_on();
    assert_eq!(desk.hear("35=0|34=2|1128=8|"), ["deliver admin 0 2", "advance 3"]);
    assert_eq!(desk.hear("35=n|34=3|1128=10|212=3|213=<a>|"), ["deliver app n 3", "advance 4"]);
    // An empty version is an empty field.
    assert_eq!(
        desk.hear("35=D|34=4|1128=|11=A|54=1|55=IBM|38=1|40=1|60=@|")[0],
        "say 35=3|34=2|45=4|58=Tag specified without a value|371=1128|372=D|373=4|"
    );
}

#[test]
fn a_reject_refers_to_the_version_that_the_message_named() {
    let mut desk = Desk::acceptor(FIXT).logged_on();
    assert_eq!(
        desk.hear("35=D|34=2|1128=7|1156=97|11=A|54=?|55=IBM|38=1|40=1|60=@|"),
        [
            "say 35=3|34=2|45=2|58=Value is incorrect (out of range) for this tag|371=54|372=D|373=5|1130=7|1406=97|",
            "advance 3"
        ]
    );
    assert!(desk.hear("35=D|34=3|11=A|54=?|55=IBM|38=1|40=1|60=@|")[0].ends_with("|373=5|"));
    assert!(desk.hear("35=D|34=4|1128=10|11=A|54=1|55=IBM|38=1|40=1|60=@|")[0].ends_with("|373=18|"));
    // Only FIXT has it.
    let mut desk = Desk::acceptor(V44).logged_on();
    assert!(desk.hear("35=0|34=2|1128=9|55=IBM|")[0].contains("|373="));
}

#[test]
fn a_custom_id_names_a_dictionary_of_its_own() {
    use fixplus_dictionary::dictionary::Dictionary;
    use fixplus_session::Known;
    use std::sync::Arc;
    let mut books = Books::none();
    assert!(books.add_bundled("9") && !books.add_bundled("10") && !books.add_bundled("1"));
    let custom = Known::new(Dictionary::bundled_on_fixt("FIX.4.2").unwrap());
    books.add(b"9", b"house", Arc::new(custom));
    let mut desk = Desk::with(house::config(FIXT, Role::Acceptor), books);
    desk.connect();
    desk.receive("35=A|34=1|98=0|108=30|1137=9|");
    let order = "11=A|54=1|55=IBM|38=1|40=1|60=@|";
    assert_eq!(desk.hear(&format!("35=D|34=2|{order}"))[0], "deliver app D 2");
    assert!(desk.hear(&format!("35=D|34=3|1129=house|{order}"))[0].contains("|371=21|372=D|373=1|"));
}

#[test]
fn our_own_default_version_is_not_written_on_messages() {
    let mut desk = Desk::acceptor(FIXT).logged_on();
    assert_eq!(desk.send("35=D|1128=9|11=A|").unwrap(), ["say 35=D|34=2|11=A|"]);
    assert_eq!(desk.send("35=D|1128=6|11=A|").unwrap(), ["say 35=D|34=3|1128=6|11=A|"]);
    assert_eq!(desk.send("35=D|11=A|1129=house|1156=7|").unwrap(), ["say 35=D|34=4|1129=house|1156=7|11=A|"]);
}

fn entry(msg_type: &str, sends: bool) -> MsgTypeEntry {
    MsgTypeEntry {
        msg_type: msg_type.into(),
        sends,
        appl_ver_id: b"9".to_vec(),
        appl_ext_id: b"97".to_vec(),
        cstm_appl_ver_id: b"own".to_vec(),
        is_default: sends,
    }
}

#[test]
fn the_types_that_we_declare_stand_in_our_logon() {
    let change = |config: &mut SessionConfig| {
        config.msg_types = vec![entry("D", false), entry("8", true)];
        config.default_appl_ext_id = b"5".to_vec();
        config.default_cstm_appl_ver_id = b"c".to_vec();
        config.send_session_status = true;
    };
    let mut desk = Desk::new(FIXT, Role::Initiator, change);
    assert_eq!(
        desk.connect(),
        [
            "say 35=A|34=1|98=0|108=30|384=2|372=D|385=R|1130=9|1406=97|1131=own|372=8|385=S|1130=9|1406=97|1131=own|1410=Y|1137=9|1407=5|1408=c|"
        ]
    );
    let mut desk = Desk::new(Version::Fix42, Role::Initiator, change);
    assert_eq!(desk.connect(), ["say 35=A|34=1|98=0|108=30|384=2|372=D|385=R|372=8|385=S|"]);
    let mut desk = Desk::new(Version::Fix41, Role::Initiator, change);
    assert_eq!(desk.connect(), ["say 35=A|34=1|98=0|108=30|"]);
    let mut desk = Desk::new(FIXT, Role::Acceptor, |config| config.send_session_status = true);
    desk.connect();
    assert_eq!(desk.receive("35=A|34=1|98=0|108=30|1137=9|")[1], "say 35=A|34=1|98=0|108=30|1137=9|1409=0|");
}

#[test]
fn a_type_that_one_side_does_not_receive_is_neither_sent_nor_taken() {
    let mut desk = Desk::new(FIXT, Role::Acceptor, |config| {
        config.msg_types = vec![MsgTypeEntry {
            appl_ver_id: Vec::new(),
            appl_ext_id: Vec::new(),
            cstm_appl_ver_id: Vec::new(),
            ..entry("D", false)
        }];
    });
    desk.connect();
    desk.receive("35=A|34=1|98=0|108=30|384=1|372=8|385=R|1137=9|");
    play(
        &mut desk,
        "quiet
         send 35=D|11=A|
         : refused the peer's NoMsgTypes(384) does not list D among what it receives
         send 35=8|37=1|
         : say 35=8|34=2|37=1|
         in 35=F|34=2|11=A|41=B|54=1|55=IBM|60=@|
         : say 35=j|34=3|45=2|58=Unsupported Message Type|372=F|380=3|
         : advance 3
         in 35=D|34=3|11=A|54=1|55=IBM|38=1|40=1|60=@|
         : deliver app D 3
         : advance 4",
    );
}

#[test]
fn a_message_that_waited_and_that_the_peer_does_not_receive_is_told() {
    let mut desk = Desk::initiator(FIXT);
    desk.connect();
    desk.order("A");
    desk.send("35=8|37=1|").unwrap();
    assert_eq!(
        desk.receive("35=A|34=1|98=0|108=30|384=1|372=8|385=R|1137=9|")[3..],
        [
            "tell warning a message that waited is not sent: the peer's NoMsgTypes(384) does not list D among what it receives",
            "say 35=8|34=2|37=1|"
        ]
    );
}

#[test]
fn the_peers_greatest_size_bounds_what_we_send() {
    let mut desk = Desk::acceptor(V44);
    desk.connect();
    desk.receive("35=A|34=1|98=0|108=30|383=120|");
    assert!(desk.send("35=B|148=short|").is_ok());
    let long = format!("35=B|148={}|", "x".repeat(100));
    assert_eq!(desk.send(&long), Err(LocalError::TooLong { length: 177, limit: 120 }));
    assert_eq!(desk.session.next_out(), 3);
}

// -------------------------------------------------------------------------------------------------------- the schedule

fn scheduled(
    role: Role,
    next_out: u64,
    next_in: u64,
    created_ns: Option<i64>,
    change: impl FnOnce(&mut ScheduleSpec),
) -> Desk {
    let text = |words: &str| Some(words.to_owned());
    let mut spec = ScheduleSpec { start_time: text("14:00:00"), end_time: text("15:00:00"), ..ScheduleSpec::default() };
    change(&mut spec);
    let mut config = house::config(V44, role);
    config.heart_bt_int_s = 0;
    config.schedule = Schedule::new(&spec).unwrap();
    Desk::at(config, Books::bundled(V44), next_out, next_in, created_ns)
}

const HOUR: i64 = 3600 * SECOND;

#[test]
fn the_end_of_an_interval_logs_out_and_the_next_one_begins_with_1() {
    for role in [Role::Acceptor, Role::Initiator] {
        let mut desk = scheduled(role, 5, 6, Some(T0.utc_ns - HOUR / 4), |_| {});
        desk.connect();
        desk.receive("35=A|34=6|98=0|108=0|");
        play(
            &mut desk,
            "quiet
             pass 1799.9
             state logged_on
             pass 0.1
             : say 35=5|34=6|
             state logout_sent
             in 35=5|34=7|
             : deliver admin 5 7
             : advance 8
             : close schedule
             numbers 7 8
             connect
             : close schedule
             # A message that the new interval would wipe out is refused.
             send 35=D|11=A|
             : refused the session is not logged on, and its next Logon(35=A) sets the numbers to 1: the message would be lost
             jump 82799
             numbers 7 8
             pass 1
             : reset 1 1
             numbers 1 1",
        );
    }
}

#[test]
fn a_logout_at_the_end_that_is_not_answered_closes() {
    let mut desk = scheduled(Role::Acceptor, 1, 1, Some(T0.utc_ns), |_| {});
    desk.connect();
    desk.receive("35=A|34=1|98=0|108=0|");
    play(&mut desk, "quiet\n pass 1800\n : say 35=5|34=2|\n pass 2\n : close schedule");
}

#[test]
fn an_interval_that_follows_without_a_pause_begins_when_the_old_connection_is_closed() {
    let all_day = |spec: &mut ScheduleSpec| spec.end_time = Some("14:00:00".into());
    let mut desk = scheduled(Role::Acceptor, 5, 6, Some(T0.utc_ns), all_day);
    desk.connect();
    desk.receive("35=A|34=6|98=0|108=0|");
    play(
        &mut desk,
        "quiet
         jump 84599
             pass 1
         : say 35=5|34=6|
         in 35=5|34=7|
         : deliver admin 5 7
         : advance 8
         : close schedule
         : reset 1 1
         numbers 1 1
         connect
         in 35=A|34=1|98=0|108=0|
         : deliver logon A 1
         : say 35=A|34=1|98=0|108=0|
         : advance 2",
    );
}

#[test]
fn an_interval_that_begins_before_logons_are_exchanged_ends_the_connection() {
    for role in [Role::Acceptor, Role::Initiator] {
        let from_five_seconds_later = |spec: &mut ScheduleSpec| {
            (spec.start_time, spec.end_time) = (Some("14:30:05".into()), Some("14:30:05".into()));
        };
        let connected = || {
            let mut desk = scheduled(role, 5, 6, Some(T0.utc_ns), from_five_seconds_later);
            desk.accepts = false;
            desk.connect();
            desk
        };
        let ends = "quiet
                    pass 4.9
                    pass 0.1
                    : close schedule
                    : reset 1 1
                    numbers 1 1";
        play(&mut connected(), ends);
        // While the verdict is awaited too.
        let mut desk = connected();
        desk.receive("35=A|34=6|98=0|108=0|");
        play(&mut desk, ends);
    }
}

#[test]
fn numbers_of_an_earlier_interval_are_reset_before_a_logon() {
    let mut desk = scheduled(Role::Acceptor, 5, 6, Some(T0.utc_ns - 24 * HOUR), |_| {});
    assert_eq!(desk.connect(), ["reset 1 1", "tell reset the schedule"]);
    let mut desk = scheduled(Role::Initiator, 5, 6, Some(T0.utc_ns - 24 * HOUR), |_| {});
    assert_eq!(house::quiet(desk.connect()), ["reset 1 1", "say 35=A|34=1|98=0|108=0|"]);
    // Also of a session that is disabled, and of one that nobody connects to.
    let mut desk = scheduled(Role::Acceptor, 5, 6, Some(T0.utc_ns - 24 * HOUR), |_| {});
    play(&mut desk, "quiet\n disable\n tick\n : reset 1 1");
    let mut desk = scheduled(Role::Acceptor, 1, 1, Some(T0.utc_ns), |_| {});
    desk.created_ns = Some(T0.utc_ns - 24 * HOUR);
    play(&mut desk, "quiet\n refreshed 5 6\n : reset 1 1");
}

#[test]
fn outside_the_time_of_logon_nobody_gets_in() {
    let late = |spec: &mut ScheduleSpec| {
        (spec.logon_time, spec.logout_time) = (Some("14:40:00".into()), Some("14:50:00".into()));
    };
    let mut desk = scheduled(Role::Acceptor, 5, 6, Some(T0.utc_ns), late);
    play(
        &mut desk,
        "quiet
         connect
         : close schedule
         numbers 5 6
         pass 600
         connect
         in 35=A|34=6|98=0|108=0|
         : deliver logon A 6
         : say 35=A|34=5|98=0|108=0|
         : advance 7
         # The end of the time of logon ends the connection and resets nothing.
         pass 600
         : say 35=5|34=6|
         pass 2
         : close schedule
         numbers 7 7",
    );
    let mut desk = scheduled(Role::Acceptor, 5, 6, Some(T0.utc_ns), late);
    desk.now.utc_ns += 15 * 60 * SECOND;
    desk.connect();
    assert_eq!(desk.pass(4.0), Vec::<String>::new());
    desk.now.utc_ns += HOUR;
    assert_eq!(desk.receive("35=A|34=6|98=0|108=0|"), ["close schedule"]);
}

#[test]
fn a_wall_clock_that_steps_back_and_forth_is_followed() {
    let mut desk = scheduled(Role::Acceptor, 5, 6, Some(T0.utc_ns), |_| {});
    play(&mut desk, "tick");
    desk.now.utc_ns -= 2 * HOUR;
    play(&mut desk, "connect\n : close schedule");
    desk.now.utc_ns += 2 * HOUR;
    play(&mut desk, "connect\n state await_logon\n numbers 5 6");
}
