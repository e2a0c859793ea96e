//! Numbers: gaps and how they are asked for, possible duplicates, SequenceReset(35=4), and sending again.
#![allow(missing_docs, clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

mod house;

use fixplus_session::config::EndSeqNo;
use fixplus_session::profiles::Profile;
use fixplus_session::{Books, Role, SessionConfig, Version};
use house::{Desk, T0, play, quiet, show};

const V44: Version = Version::Fix44;

fn acceptor(change: impl FnOnce(&mut SessionConfig)) -> Desk {
    // Without heartbeats, so that time brings nothing else.
    let mut desk = Desk::new(V44, Role::Acceptor, change);
    desk.connect();
    desk.receive("35=A|34=1|98=0|108=0|");
    desk
}

// ------------------------------------------------------------------------------------------------------------ gaps

#[test]
fn end_seq_no_follows_version_and_profile() {
    for (version, end) in [
        (Version::Fix40, "999999"),
        (Version::Fix41, "999999"),
        (Version::Fix42, "0"),
        (Version::Fix43, "0"),
        (V44, "0"),
        (Version::Fixt11, "0"),
    ] {
        let mut desk = Desk::acceptor(version).logged_on();
        assert_eq!(desk.hear("35=0|34=5|"), [format!("say 35=2|34=2|7=2|16={end}|")], "{version:?}");
    }
    for (quirk, end) in [(EndSeqNo::Zero, 0), (EndSeqNo::Nines, 999_999), (EndSeqNo::Closed, 4)] {
        let mut desk = acceptor(|config| config.quirks.end_seq_no = quirk);
        assert_eq!(desk.hear("35=0|34=5|"), [format!("say 35=2|34=2|7=2|16={end}|")]);
    }
    let mut desk = acceptor(|config| config.closed_resend_interval = true);
    assert_eq!(desk.hear("35=0|34=5|"), ["say 35=2|34=2|7=2|16=4|"]);
}

#[test]
fn redundant_requests_are_sent_only_when_asked_for() {
    play(
        &mut acceptor(|config| config.send_redundant_resend_requests = true),
        "quiet
         in 35=0|34=4|
         : say 35=2|34=2|7=2|16=0|
         in 35=0|34=6|
         : say 35=2|34=3|7=2|16=0|
         in 35=4|34=2|43=Y|122=@|36=4|123=Y|
         : deliver admin 4 2 dup
         : advance 4
         : deliver admin 0 4
         : advance 5",
    );
}

#[test]
fn a_gap_is_asked_for_chunk_by_chunk() {
    // Gap 4 to 9 and chunks of 5, with messages that arrive one by one.
    play(
        &mut acceptor(|config| config.resend_request_chunk_size = 5),
        "quiet
         in 35=0|34=2|||35=0|34=3|
         : deliver admin 0 2
         : advance 3
         : deliver admin 0 3
         : advance 4
         in 35=0|34=10|
         : say 35=2|34=2|7=4|16=8|
         in 35=4|34=4|43=Y|36=6|123=Y|
         : deliver admin 4 4 dup
         : advance 6
         in 35=0|34=6|43=Y|122=@|||35=0|34=7|43=Y|122=@|||35=0|34=8|43=Y|122=@|
         : deliver admin 0 6 dup
         : advance 7
         : deliver admin 0 7 dup
         : advance 8
         : deliver admin 0 8 dup
         : advance 9
         : say 35=2|34=3|7=9|16=0|
         state recovering
         in 35=4|34=9|43=Y|36=10|123=Y|
         : deliver admin 4 9 dup
         : advance 10
         : deliver admin 0 10
         : advance 11
         state logged_on",
    );
    // A fill that reaches the end of the chunk, and one that passes it.
    for (new, begin) in [(8, 8), (9, 9), (10, 10)] {
        let mut desk = acceptor(|config| config.resend_request_chunk_size = 5);
        desk.hear("35=4|34=2|36=4|123=Y|");
        desk.hear("35=0|34=20|");
        let lines = desk.hear(&format!("35=4|34=4|43=Y|36={new}|123=Y|"));
        let end = if begin + 4 >= 19 { 0 } else { begin + 4 };
        assert_eq!(
            lines,
            ["deliver admin 4 4 dup", &format!("advance {new}"), &format!("say 35=2|34=3|7={begin}|16={end}|")]
        );
    }
}

#[test]
fn with_a_limit_of_messages_every_chunk_is_closed() {
    let mut desk = acceptor(|config| config.max_messages_in_resend_request = 2500);
    assert_eq!(desk.hear("35=0|34=7601|"), ["say 35=2|34=2|7=2|16=2501|"]);
    for (fill, asked) in [(2502, "7=2502|16=5001|"), (5002, "7=5002|16=7501|"), (7502, "7=7502|16=7600|")] {
        let seq = desk.session.next_in();
        let lines = desk.hear(&format!("35=4|34={seq}|43=Y|36={fill}|123=Y|"));
        assert!(lines[2].ends_with(asked), "{lines:?}");
    }
    desk.hear("35=4|34=7502|43=Y|36=7601|123=Y|");
    assert_eq!((desk.session.state().name(), desk.session.next_in()), ("logged_on", 7602));
}

#[test]
fn a_gap_that_brings_nothing_is_asked_for_again_three_times() {
    play(
        &mut acceptor(|_| {}),
        "quiet
         in 35=0|34=5|
         : say 35=2|34=2|7=2|16=0|
         pass 29.9
         pass 0.1
         : say 35=2|34=3|7=2|16=0|
         pass 10
         # Something arrives: it starts anew, from where it stands.
         in 35=0|34=2|43=Y|122=@|
         : deliver admin 0 2 dup
         : advance 3
         pass 29.9
         pass 0.1
         : say 35=2|34=4|7=3|16=0|
         pass 30
         : say 35=2|34=5|7=3|16=0|
         pass 30
         : say 35=2|34=6|7=3|16=0|
         pass 29.9
         state recovering
         pass 0.1
         : say 35=5|34=7|58=ResendRequest not answered|
         pass 2
         : close protocol: ResendRequest not answered",
    );
    let mut desk = acceptor(|config| config.resend_request_timeout_ns = 0);
    desk.hear("35=0|34=5|");
    assert!(desk.pass(1000.0).is_empty());
}

#[test]
fn what_was_set_aside_is_delivered_in_order_and_what_is_only_known_counts() {
    play(
        &mut acceptor(|_| {}),
        "quiet
         in 35=D|34=5|11=E|21=1|38=1|40=1|54=1|55=IBM|60=@|
         : say 35=2|34=2|7=2|16=0|
         in 35=3|34=4|45=1|
         : deliver admin 3 4
         in 35=2|34=6|7=1|16=1|
         : deliver admin 2 6
         : replay 1 1
         : write 35=4|34=1|43=Y|122=@|36=2|123=Y|
         in 35=1|34=7|112=X|
         in 35=4|34=2|43=Y|36=4|123=Y|
         : deliver admin 4 2 dup
         : advance 4
         : advance 5
         : deliver app D 5
         : advance 6
         : advance 7
         : deliver admin 1 7
         : say 35=0|34=3|112=X|
         : advance 8
         state logged_on",
    );
}

#[test]
fn a_faulty_message_that_was_set_aside_is_refused_when_its_turn_comes() {
    play(
        &mut acceptor(|_| {}),
        "quiet
         in 35=0|34=3|55=IBM|
         : say 35=2|34=2|7=2|16=0|
         in 35=0|34=2|43=Y|122=@|
         : deliver admin 0 2 dup
         : advance 3
         : say 35=3|34=3|45=3|58=Tag not defined for this message type|371=55|372=0|373=2|
         : advance 4
         state logged_on",
    );
}

#[test]
fn set_aside_is_bounded_and_what_is_dropped_is_fetched_again() {
    for change in
        [(|config| config.max_set_aside = 2) as fn(&mut SessionConfig), |config| config.max_set_aside_bytes = 300]
    {
        play(
            &mut acceptor(change),
            "quiet
             in 35=0|34=4|
             : say 35=2|34=2|7=2|16=0|
             in 35=0|34=5|||35=0|34=6|||35=0|34=7|
             in 35=4|34=2|43=Y|36=4|123=Y|
             : deliver admin 4 2 dup
             : advance 4
             : deliver admin 0 4
             : advance 5
             : deliver admin 0 5
             : advance 6
             : say 35=2|34=3|7=6|16=0|
             state recovering
             in 35=4|34=6|43=Y|36=8|123=Y|
             : deliver admin 4 6 dup
             : advance 8
             state logged_on",
        );
    }
    // Nothing behind it: it is asked for as soon as the gap is closed.
    play(
        &mut acceptor(|config| config.max_set_aside = 0),
        "quiet
         in 35=0|34=4|
         : say 35=2|34=2|7=2|16=0|
         in 35=4|34=2|43=Y|36=4|123=Y|
         : deliver admin 4 2 dup
         : advance 4
         : say 35=2|34=3|7=4|16=0|
         in 35=0|34=4|43=Y|122=@|
         : deliver admin 0 4 dup
         : advance 5
         state logged_on",
    );
}

#[test]
fn behind_a_closed_range_another_gap_is_asked_for_at_once() {
    play(
        &mut acceptor(|config| config.closed_resend_interval = true),
        "quiet
         in 35=0|34=4|||35=0|34=8|
         : say 35=2|34=2|7=2|16=3|
         in 35=4|34=2|43=Y|36=4|123=Y|
         : deliver admin 4 2 dup
         : advance 4
         : deliver admin 0 4
         : advance 5
         : say 35=2|34=3|7=5|16=7|
         state recovering
         in 35=4|34=5|43=Y|36=8|123=Y|
         : deliver admin 4 5 dup
         : advance 8
         : deliver admin 0 8
         : advance 9
         state logged_on
         # A number that is only known to be used shows no gap.
         in 35=3|34=11|45=1|
         : deliver admin 3 11
         in 35=0|34=9|
         : deliver admin 0 9
         : advance 10
         state logged_on",
    );
    // An open range brings the rest by itself; the next message shows it if it did not.
    play(
        &mut acceptor(|_| {}),
        "quiet
         in 35=0|34=4|||35=0|34=8|
         : say 35=2|34=2|7=2|16=0|
         in 35=4|34=2|43=Y|36=4|123=Y|
         : deliver admin 4 2 dup
         : advance 4
         : deliver admin 0 4
         : advance 5
         state logged_on
         in 35=0|34=9|
         : say 35=2|34=3|7=5|16=0|",
    );
}

#[test]
fn without_checks_of_numbers_nothing_is_asked_for_and_nothing_refused() {
    play(
        &mut acceptor(|config| config.validate_sequence_numbers = false),
        "quiet
         in 35=0|34=9|
         : deliver admin 0 9
         : advance 10
         in 35=0|34=3|
         : deliver admin 0 3
         in 35=4|34=77|36=20|123=Y|
         : deliver admin 4 77
         : advance 20
         in 35=4|34=77|36=5|123=Y|
         : deliver admin 4 77
         numbers 2 20",
    );
    let mut desk = Desk::new(V44, Role::Acceptor, |config| config.validate_sequence_numbers = false);
    desk.connect();
    assert_eq!(desk.hear("35=A|34=9|98=0|108=30|")[2], "advance 10");
}

#[test]
fn cme_ranges_are_closed_never_repeated_and_a_fill_is_cut_to_them() {
    let mut desk = acceptor(|config| config.quirks = Profile::named("cme").unwrap().quirks);
    desk.take_written();
    assert_eq!(desk.hear("35=0|34=4000|"), ["say 35=2|34=2|369=1|7=2|16=2501|"]);
    assert!(desk.hear("35=0|34=4001|").is_empty());
    assert!(desk.pass(90.0).is_empty());
    assert_eq!(
        desk.hear("35=4|34=2|43=Y|36=3000|123=Y|"),
        ["deliver admin 4 2 dup", "advance 2502", "say 35=2|34=3|369=2501|7=2502|16=3999|"]
    );
    assert_eq!(quiet(desk.pass(120.0)), ["say 35=5|34=4|369=2501|58=ResendRequest not answered|"]);
}

// ---------------------------------------------------------------------------------------------- possible duplicates

#[test]
fn a_possible_duplicate_that_was_processed_is_ignored() {
    play(
        &mut acceptor(|_| {}),
        "in 35=0|34=2|
         : deliver admin 0 2
         : advance 3
         in 35=0|34=2|43=Y|122=@|
         in 35=1|34=1|43=Y|122=@|112=X|
         in 35=5|34=2|43=Y|122=@|
         in 35=A|34=1|43=Y|122=@|98=0|108=30|141=Y|
         state logged_on
         numbers 2 3",
    );
}

#[test]
fn a_possible_duplicate_that_was_not_processed_is_delivered_with_its_flag() {
    play(
        &mut acceptor(|_| {}),
        "in 35=D|34=2|43=Y|97=Y|122=@-5|11=A|21=1|38=1|40=1|54=1|55=IBM|60=@|
         : deliver app D 2 dup resend
         : advance 3
         in 35=A|34=3|43=Y|122=@|98=0|108=30|
         : deliver admin A 3 dup
         : advance 4",
    );
}

#[test]
fn a_possible_duplicate_has_the_time_at_which_it_was_first_sent() {
    let refused = "say 35=3|34=2|45=2|58=Required tag missing|371=122|372=0|373=1|";
    let mut desk = acceptor(|_| {});
    assert_eq!(desk.hear("35=0|34=2|43=Y|"), [refused, "advance 3"]);
    let mut desk = acceptor(|config| config.requires_orig_sending_time = false);
    assert_eq!(desk.hear("35=0|34=2|43=Y|"), ["deliver admin 0 2 dup", "advance 3"]);
    let mut desk = acceptor(|_| {});
    assert_eq!(
        desk.hear("35=0|34=2|43=Y|122=@+1|"),
        ["say 35=3|34=2|45=2|58=SendingTime accuracy problem|372=0|373=10|", "say 35=5|34=3|", "advance 3"]
    );
    // SequenceReset alone goes without.
    let mut desk = acceptor(|_| {});
    assert_eq!(desk.hear("35=4|34=2|43=Y|36=5|123=Y|"), ["deliver admin 4 2 dup", "advance 5"]);
    // Without a dictionary a time that is none is no better.
    let mut desk = Desk::with(house::config(V44, Role::Acceptor), Books::none()).logged_on();
    assert!(desk.hear("35=0|34=2|43=Y|122=x|")[0].contains("|373=10|"));
}

// ----------------------------------------------------------------------------------------------------- SequenceReset

#[test]
fn a_reset_ignores_its_own_number() {
    for seq in [0, 1, 2, 99] {
        play(
            &mut acceptor(|_| {}),
            &format!(
                "in 35=4|34={seq}|36=10|
                 : deliver admin 4 {seq}
                 : advance 10
                 in 35=4|34={seq}|36=10|123=N|
                 : deliver admin 4 {seq}
                 : tell warning SequenceReset(35=4) to 10, which is expected anyway
                 in 35=4|34={seq}|36=9|
                 : say 35=3|34=2|45={seq}|58=Value is incorrect (out of range) for this tag|372=4|373=5|
                 : tell rejected {seq} 5 - 36
                 numbers 3 10"
            ),
        );
    }
}

#[test]
fn a_reset_drops_what_was_set_aside_below_and_drains_the_rest() {
    play(
        &mut acceptor(|_| {}),
        "quiet
         in 35=0|34=4|||35=0|34=8|||35=1|34=9|112=X|
         : say 35=2|34=2|7=2|16=0|
         in 35=4|34=0|36=8|
         : deliver admin 4 0
         : advance 8
         : deliver admin 0 8
         : advance 9
         : deliver admin 1 9
         : say 35=0|34=3|112=X|
         : advance 10
         state logged_on",
    );
}

#[test]
fn a_gap_fill_follows_the_numbers() {
    // Too high: a gap like any other.
    play(
        &mut acceptor(|_| {}),
        "quiet
         in 35=4|34=4|36=10|123=Y|
         : say 35=2|34=2|7=2|16=0|
         in 35=4|34=2|43=Y|36=4|123=Y|
         : deliver admin 4 2 dup
         : advance 4
         : deliver admin 4 4
         : advance 10",
    );
    // Too low: ignored as a duplicate, the end of the session otherwise.
    play(
        &mut acceptor(|_| {}),
        "quiet
         in 35=4|34=1|43=Y|36=20|123=Y|
         numbers 2 2
         in 35=4|34=1|36=20|123=Y|
         : say 35=5|34=2|58=MsgSeqNum too low, expecting 2 but received 1|
         : close protocol: MsgSeqNum too low, expecting 2 but received 1",
    );
    // In sequence, and not upwards.
    for new in [2, 1, 0] {
        play(
            &mut acceptor(|_| {}),
            &format!(
                "quiet
                 in 35=4|34=2|36={new}|123=Y|
                 : say 35=3|34=2|45=2|58=attempt to lower sequence number, invalid value NewSeqNo(36)={new}|372=4|373=5|
                 numbers 3 2"
            ),
        );
    }
}

#[test]
fn a_fill_behind_what_was_drained_is_obeyed_where_it_ends_above() {
    play(
        &mut acceptor(|_| {}),
        "quiet
         in 35=0|34=4|||35=0|34=5|
         : say 35=2|34=2|7=2|16=0|
         in 35=4|34=2|43=Y|36=4|123=Y|
         : deliver admin 4 2 dup
         : advance 4
         : deliver admin 0 4
         : advance 5
         : deliver admin 0 5
         : advance 6
         in 35=4|34=4|43=Y|36=9|123=Y|
         : deliver admin 4 4 dup
         : advance 9
         # Only directly behind.
         in 35=4|34=4|43=Y|36=12|123=Y|
         numbers 3 9",
    );
}

#[test]
fn a_sequence_reset_without_a_number_is_refused() {
    let mut desk = Desk::with(house::config(V44, Role::Acceptor), Books::none()).logged_on();
    assert_eq!(
        desk.hear("35=4|34=2|123=Y|"),
        ["say 35=3|34=2|45=2|58=Required tag missing|371=36|372=4|373=1|", "advance 3"]
    );
    assert_eq!(
        desk.hear("35=4|34=3|36=x|"),
        ["say 35=3|34=3|45=3|58=Value is incorrect (out of range) for this tag|371=36|372=4|373=5|"]
    );
    assert_eq!(desk.session.next_in(), 3);
}

// ------------------------------------------------------------------------------------------------------ sending again

/// Logon 1, orders 2 and 3, heartbeats 4 and 5, order 6, heartbeat 7.
fn sender(change: impl FnOnce(&mut SessionConfig)) -> Desk {
    let mut desk = acceptor(change);
    desk.order("A");
    desk.order("B");
    desk.hear("35=1|34=2|112=X|||35=1|34=3|112=X|");
    desk.order("C");
    desk.hear("35=1|34=4|112=X|");
    desk.pass(1.0);
    desk
}

fn order(seq: u64, id: &str) -> String {
    format!(
        "write 35=D|34={seq}|43=Y|122=20260302-14:30:00.000|11={id}|21=1|38=1|40=1|54=1|55=IBM|60=20260302-14:30:00|"
    )
}

fn fill(from: u64, to: u64) -> String {
    format!("write 35=4|34={from}|43=Y|122=@|36={to}|123=Y|")
}

#[test]
fn a_range_is_sent_again_with_runs_of_session_messages_folded() {
    let cases: [(&str, (u64, u64), Vec<String>); 7] = [
        ("7=1|16=0|", (1, 7), vec![fill(1, 2), order(2, "A"), order(3, "B"), fill(4, 6), order(6, "C"), fill(7, 8)]),
        ("7=1|16=99|", (1, 7), vec![fill(1, 2), order(2, "A"), order(3, "B"), fill(4, 6), order(6, "C"), fill(7, 8)]),
        ("7=4|16=5|", (4, 5), vec![fill(4, 6)]),
        ("7=4|16=4|", (4, 4), vec![fill(4, 5)]),
        ("7=2|16=3|", (2, 3), vec![order(2, "A"), order(3, "B")]),
        ("7=3|16=4|", (3, 4), vec![order(3, "B"), fill(4, 5)]),
        ("7=6|16=6|", (6, 6), vec![order(6, "C")]),
    ];
    for slice in [u64::MAX, 1, 2, 3] {
        for (asked, (begin, end), expected) in &cases {
            let mut desk = sender(|_| {});
            desk.slice = Some(slice);
            let mut lines = desk.receive(&format!("35=2|34=5|{asked}"));
            let told = lines.iter().find(|line| line.starts_with("tell resend_served")).unwrap().clone();
            let messages = expected.iter().filter(|line| line.contains("35=D|")).count();
            assert_eq!(told, format!("tell resend_served {begin} {end} {messages}"));
            lines = quiet(lines);
            let replays = lines.iter().filter(|line| line.starts_with("replay ")).count() as u64;
            assert_eq!(replays, (end - begin + 1).div_ceil(slice.min(100)), "{asked} by {slice}");
            lines.retain(|line| !line.starts_with("replay "));
            let mut all = vec!["deliver admin 2 5".to_owned()];
            all.extend(expected.iter().cloned());
            all.push("advance 6".into());
            assert_eq!(lines, all, "{asked} by {slice}");
        }
    }
}

#[test]
fn nines_mean_to_the_last_up_to_4_2() {
    for (version, end) in [(Version::Fix40, 1), (Version::Fix42, 1)] {
        let mut desk = Desk::acceptor(version).logged_on();
        assert_eq!(desk.hear("35=2|34=2|7=1|16=999999|")[1], format!("replay 1 {end}"));
    }
}

#[test]
fn a_range_that_cannot_be_is_refused_naming_the_tag() {
    for (asked, tag) in [("7=0|16=0|", 7), ("7=8|16=0|", 7), ("7=9|16=10|", 7), ("7=3|16=2|", 16)] {
        let mut desk = sender(|_| {});
        assert_eq!(
            desk.hear(&format!("35=2|34=5|{asked}")),
            [
                format!("say 35=3|34=8|45=5|58=Value is incorrect (out of range) for this tag|371={tag}|372=2|373=5|"),
                "advance 6".into()
            ],
            "{asked}"
        );
    }
    let mut desk = Desk::with(house::config(V44, Role::Acceptor), Books::none()).logged_on();
    assert!(desk.hear("35=2|34=2|7=1|")[0].contains("58=Required tag missing|371=16|"));
    assert!(desk.hear("35=2|34=3|7=x|16=0|")[0].contains("|371=7|372=2|373=5|"));
}

#[test]
fn what_the_application_declines_and_what_is_not_stored_is_filled_over() {
    let mut desk = sender(|_| {});
    desk.declined = vec![3];
    desk.stored.remove(&6);
    assert_eq!(desk.hear("35=2|34=5|7=2|16=0|")[2..], [order(2, "A"), fill(3, 8), "advance 6".to_owned()]);
    let mut desk = sender(|_| {});
    desk.declined = vec![2, 3, 6];
    assert_eq!(desk.hear("35=2|34=5|7=2|16=6|")[2..], [fill(2, 7), "advance 6".to_owned()]);
}

#[test]
fn without_stored_messages_all_is_one_fill() {
    let mut desk = sender(|config| config.persist_messages = false);
    assert_eq!(desk.hear("35=2|34=5|7=2|16=0|"), ["deliver admin 2 5", &fill(2, 8), "advance 6"]);
    assert!(desk.stored.values().all(Vec::is_empty));
}

#[test]
fn rejects_are_sent_again_where_the_settings_say_so() {
    for (again, expected) in [
        (
            true,
            "write 35=3|34=2|43=Y|122=@|45=2|58=Tag not defined for this message type|371=55|372=0|373=2|".to_owned(),
        ),
        (false, fill(2, 3)),
    ] {
        let mut desk = acceptor(|config| config.resend_session_level_rejects = again);
        desk.hear("35=0|34=2|55=IBM|");
        assert_eq!(desk.hear("35=2|34=3|7=2|16=2|")[2], expected);
    }
}

#[test]
fn an_xml_message_that_is_no_fix_is_sent_again_as_an_application_message() {
    let mut desk = acceptor(|_| {});
    assert_eq!(desk.send("35=n|212=3|213=<a>|").unwrap(), ["say 35=n|34=2|212=3|213=<a>|"]);
    assert_eq!(desk.hear("35=2|34=2|7=2|16=0|")[2], "write 35=n|34=2|43=Y|122=@|212=3|213=<a>|");
}

#[test]
fn a_fill_goes_without_43_where_the_peer_refuses_it() {
    let mut desk = acceptor(|config| config.quirks.gap_fill_poss_dup = false);
    assert_eq!(desk.hear("35=2|34=2|7=1|16=0|")[2], "write 35=4|34=1|36=2|123=Y|");
}

#[test]
fn a_request_that_is_a_possible_duplicate_is_served_or_only_counted() {
    let mut desk = acceptor(|_| {});
    assert_eq!(desk.hear("35=2|34=2|43=Y|122=@|7=1|16=0|")[1], "replay 1 1");
    let mut desk = acceptor(|config| config.quirks.ignore_poss_dup_resend_requests = true);
    assert_eq!(
        desk.receive("35=2|34=2|43=Y|122=@|7=1|16=0|"),
        [
            "deliver admin 2 2 dup",
            "tell warning a ResendRequest(35=2) that is a possible duplicate is not served",
            "advance 3"
        ]
    );
}

#[test]
fn live_messages_wait_behind_a_resend_and_have_the_time_of_writing() {
    let mut desk = sender(|_| {});
    desk.slice = None;
    play(
        &mut desk,
        "quiet
         in 35=2|34=5|7=1|16=0|
         : deliver admin 2 5
         : replay 1 7
         : advance 6
         order D
         in 35=1|34=6|112=Y|
         : deliver admin 1 6
         : advance 7
         # A second request waits too.
         in 35=2|34=7|7=7|16=7|
         : deliver admin 2 7
         : advance 8
         pass 1
         replay 1 7
         : write 35=4|34=1|43=Y|122=@|36=2|123=Y|
         : write 35=D|34=2|43=Y|122=20260302-14:30:00.000|11=A|21=1|38=1|40=1|54=1|55=IBM|60=20260302-14:30:00|
         : write 35=D|34=3|43=Y|122=20260302-14:30:00.000|11=B|21=1|38=1|40=1|54=1|55=IBM|60=20260302-14:30:00|
         : write 35=4|34=4|43=Y|122=@|36=6|123=Y|
         : write 35=D|34=6|43=Y|122=20260302-14:30:00.000|11=C|21=1|38=1|40=1|54=1|55=IBM|60=20260302-14:30:00|
         : write 35=4|34=7|43=Y|122=@|36=8|123=Y|
         : replay 7 7
         replay 7 7
         : write 35=4|34=7|43=Y|122=@|36=8|123=Y|
         : say 35=D|34=8|11=D|21=1|38=1|40=1|54=1|55=IBM|60=20260302-14:30:00|
         : say 35=0|34=9|112=Y|",
    );
    assert!(desk.used_each_number_once());
}

#[test]
fn what_waits_is_bounded() {
    let waiting = |count: usize, bytes: usize| {
        let mut desk = acceptor(|config| (config.max_waiting, config.max_waiting_bytes) = (count, bytes));
        desk.slice = None;
        desk.hear("35=2|34=2|7=1|16=0|");
        desk
    };
    for (count, bytes) in [(2, usize::MAX), (100, 650)] {
        let mut desk = waiting(count, bytes);
        desk.order("A");
        desk.order("B");
        assert_eq!(
            desk.send("35=D|11=C|21=1|38=1|40=1|54=1|55=IBM|60=20260302-14:30:00|").unwrap_err().to_string(),
            "2 messages wait already"
        );
        // A peer that makes us answer without end while it is served is let go.
        assert_eq!(
            desk.receive("35=1|34=3|112=X|")[..],
            [
                "deliver admin 1 3",
                "tell logged_out -",
                "store 35=D|34=2|11=A|21=1|38=1|40=1|54=1|55=IBM|60=20260302-14:30:00|",
                "store 35=D|34=3|11=B|21=1|38=1|40=1|54=1|55=IBM|60=20260302-14:30:00|",
                "close protocol: 2 messages wait behind a resend"
            ]
        );
    }
    let mut desk = waiting(10, usize::MAX);
    for seq in 3..=18 {
        assert_eq!(desk.receive(&format!("35=2|34={seq}|7=1|16=0|")).len(), 2);
    }
    assert_eq!(
        desk.receive("35=2|34=19|7=1|16=0|")[1],
        "tell warning 16 ResendRequests(35=2) wait already; one more is not served"
    );
}

#[test]
fn a_gap_is_not_asked_for_again_while_we_resend() {
    let mut desk = sender(|_| {});
    desk.slice = None;
    play(
        &mut desk,
        "quiet
         in 35=2|34=5|7=7|16=0|
         : deliver admin 2 5
         : replay 7 7
         : advance 6
         in 35=0|34=9|
         state recovering
         pass 60
         replay 7 7
         : write 35=4|34=7|43=Y|122=@|36=8|123=Y|
         : say 35=2|34=8|7=6|16=0|
         pass 29
         pass 1
         : say 35=2|34=9|7=6|16=0|",
    );
}

#[test]
fn a_resend_ends_with_its_connection() {
    let mut desk = sender(|_| {});
    desk.slice = None;
    desk.hear("35=2|34=5|7=1|16=0|");
    desk.disconnected();
    assert!(desk.replay(1, 7).is_empty());
    desk.connect();
    desk.receive("35=A|34=6|98=0|108=0|");
    assert!(desk.replay(1, 7).is_empty());
}

#[test]
fn records_that_were_not_asked_for_are_passed_over() {
    let mut desk = sender(|_| {});
    desk.slice = None;
    desk.hear("35=2|34=5|7=2|16=3|");
    assert_eq!(desk.replay(1, 2), [order(2, "A"), "replay 3 3".to_owned()]);
    assert_eq!(quiet(desk.replay(1, 7)), [order(3, "B")]);
}

#[test]
fn what_the_store_holds_and_is_no_message_ends_the_session_or_is_filled_over() {
    let damaged = |force: bool| {
        let mut desk = sender(|config| config.force_resend_when_corrupted_store = force);
        desk.stored.insert(3, b"8=FIX.4.4\x019=5\x0135=D\x01garbage".to_vec());
        desk
    };
    assert_eq!(
        damaged(false).receive("35=2|34=5|7=2|16=3|")[1..5],
        [
            "replay 2 3".to_owned(),
            order(2, "A"),
            "tell warning message 3 cannot be sent again: the stored bytes are no message".to_owned(),
            "say 35=5|34=8|58=Message 3 cannot be resent|".to_owned()
        ]
    );
    assert_eq!(
        damaged(true).receive("35=2|34=5|7=2|16=3|")[1..5],
        [
            "replay 2 3".to_owned(),
            order(2, "A"),
            "tell warning message 3 is filled over: the stored bytes are no message".to_owned(),
            fill(3, 4)
        ]
    );
}

#[test]
fn a_resent_message_differs_in_43_52_122_and_its_frame_alone() {
    let mut desk = acceptor(|_| {});
    desk.send("35=8|115=A|97=Y|7777=odd|37=1|453=2|448=BRK|447=D|452=1|448=CLR|447=D|452=4|6=0|").unwrap();
    let first = show(&desk.take_written().pop().unwrap());
    desk.now.utc_ns += 60_021 * 1_000_000;
    desk.hear("35=2|34=2|7=2|16=2|");
    let again = show(&desk.take_written().pop().unwrap());
    let cut = |text: &str| {
        let body = text.split_once("|35=").unwrap().1;
        body[..body.rfind("10=").unwrap()].to_owned()
    };
    let expected = cut(&first)
        .replace("34=2|", "34=2|43=Y|")
        .replace("52=20260302-14:30:00.000|", "52=20260302-14:31:00.021|")
        .replace("115=A|", "115=A|122=20260302-14:30:00.000|");
    assert_eq!(cut(&again), expected);
}

#[test]
fn a_request_is_served_while_ours_is_open_and_in_the_standard_ours_is_repeated() {
    for (profile, repeated) in [("quickfix", false), ("standard", true)] {
        let mut desk = acceptor(|config| config.quirks = Profile::named(profile).unwrap().quirks);
        assert_eq!(desk.hear("35=0|34=5|"), ["say 35=2|34=2|7=2|16=0|"]);
        let mut expected =
            vec!["deliver admin 2 6".to_owned(), "replay 1 2".into(), "write 35=4|34=1|43=Y|122=@|36=3|123=Y|".into()];
        if repeated {
            expected.push("say 35=2|34=3|7=2|16=0|".into());
        }
        assert_eq!(desk.hear("35=2|34=6|7=1|16=0|"), expected);
    }
}

#[test]
fn logouts_wait_for_a_gap_only_when_told_to() {
    play(
        &mut acceptor(|config| config.logout_waits_for_gap = true),
        "quiet
         in 35=5|34=4|
         : say 35=2|34=2|7=2|16=0|
         in 35=4|34=2|43=Y|36=4|123=Y|
         : deliver admin 4 2 dup
         : advance 4
         : deliver admin 5 4
         : say 35=5|34=3|
         : advance 5
         : close logged_out",
    );
}

#[test]
fn the_last_number_that_was_processed_stands_on_every_message() {
    let mut desk = Desk::new(V44, Role::Acceptor, |config| config.enable_last_msg_seq_num_processed = true);
    play(
        &mut desk,
        "quiet
         connect
         in 35=A|34=1|98=0|108=30|
         : deliver logon A 1
         : say 35=A|34=1|369=1|98=0|108=30|
         : advance 2
         in 35=1|34=2|112=X|
         : deliver admin 1 2
         : say 35=0|34=2|369=2|112=X|
         : advance 3
         order A
         : say 35=D|34=3|369=2|11=A|21=1|38=1|40=1|54=1|55=IBM|60=20260302-14:30:00|
         in 35=0|34=9|
         : say 35=2|34=4|369=2|7=3|16=0|
         in 35=2|34=10|7=4|16=4|
         : deliver admin 2 10
         : replay 4 4
         : write 35=4|34=4|43=Y|122=@|369=10|36=5|123=Y|
         logout
         : say 35=5|34=5|369=2|",
    );
    // What waited behind our Logon answers nothing.
    let mut desk = Desk::new(V44, Role::Initiator, |config| config.enable_last_msg_seq_num_processed = true);
    desk.connect();
    desk.order("A");
    assert_eq!(
        desk.hear("35=A|34=5|98=0|108=30|")[1..],
        ["say 35=2|34=2|369=0|7=1|16=0|", "say 35=D|34=3|369=0|11=A|21=1|38=1|40=1|54=1|55=IBM|60=20260302-14:30:00|"]
    );
    let mut desk = Desk::new(V44, Role::Acceptor, |config| {
        config.enable_last_msg_seq_num_processed = true;
        config.quirks.last_processed_is_trigger = true;
    })
    .logged_on();
    assert_eq!(desk.hear("35=0|34=9|"), ["say 35=2|34=2|369=9|7=2|16=0|"]);
    for version in [Version::Fix40, Version::Fix41] {
        let mut desk = Desk::new(version, Role::Initiator, |config| config.enable_last_msg_seq_num_processed = true);
        assert_eq!(desk.connect(), ["say 35=A|34=1|98=0|108=30|"]);
    }
    let mut desk = Desk::new(V44, Role::Initiator, |config| config.enable_last_msg_seq_num_processed = true);
    assert_eq!(desk.connect(), ["say 35=A|34=1|369=0|98=0|108=30|"]);
}

#[test]
fn a_session_that_lost_its_state_jumps_ahead_and_takes_what_is_sent_again() {
    // Session test case 9: NextNumOut far above the old, NextNumIn 1.
    let mut desk = Desk::at(house::config(V44, Role::Initiator), Books::bundled(V44), 10_000, 1, Some(T0.utc_ns));
    play(
        &mut desk,
        "quiet
         connect
         : say 35=A|34=10000|98=0|108=30|
         in 35=A|34=57|98=0|108=30|
         : deliver logon A 57
         : say 35=2|34=10001|7=1|16=0|
         in 35=2|34=58|7=40|16=0|
         : deliver admin 2 58
         : replay 40 10001
         : write 35=4|34=40|43=Y|122=@|36=10002|123=Y|
         in 35=4|34=1|43=Y|36=57|123=Y|
         : deliver admin 4 1 dup
         : advance 57
         : advance 58
         : advance 59
         state logged_on",
    );
    // The other side of it: a reset far ahead is taken.
    play(&mut acceptor(|_| {}), "quiet\n in 35=4|34=9999|36=10000|\n : deliver admin 4 9999\n : advance 10000");
}

#[test]
fn numbers_at_the_end_of_their_range_do_no_harm() {
    let most = u64::MAX;
    let mut desk = acceptor(|_| {});
    desk.hear(&format!("35=4|34=0|36={most}|"));
    assert_eq!(desk.session.next_in(), most);
    desk.hear(&format!("35=0|34={most}|"));
    assert_eq!(desk.session.next_in(), most);
    let mut desk = acceptor(|config| config.resend_request_chunk_size = 5);
    desk.hear(&format!("35=0|34={most}|"));
    desk.hear("35=0|34=18446744073709551616|");
    assert_eq!(desk.session.state().name(), "closed");
    let mut desk = acceptor(|_| {});
    desk.hear(&format!("35=2|34=2|7=1|16={most}|"));
    assert_eq!(desk.session.state().name(), "logged_on");
}
