//! Every state and event of the session's table, in both roles: what is asked for, to the letter and in order.
#![allow(missing_docs, clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

mod house;

use fixplus_session::{Role, Version};
use house::{Desk, TIME, play, show};

const V44: Version = Version::Fix44;

/// A desk of each role, logged on.
fn logged_on() -> [Desk; 2] {
    [Desk::acceptor(V44).logged_on(), Desk::initiator(V44).logged_on()]
}

// ------------------------------------------------------------------------------------------------------ logging on

#[test]
fn an_initiator_sends_its_logon_when_it_is_connected() {
    let mut desk = Desk::initiator(V44);
    play(
        &mut desk,
        "state closed
         connect
         : say 35=A|34=1|98=0|108=30|
         state logon_sent",
    );
    let logon = format!("8=FIX.4.4|9=61|35=A|34=1|49=US|52={TIME}|56=PEER|98=0|108=30|10=184|");
    assert_eq!(show(&desk.written[0]), logon);
}

#[test]
fn an_acceptor_waits_when_it_is_connected_and_answers_a_logon() {
    play(
        &mut Desk::acceptor(V44),
        "connect
         state await_logon
         in 35=A|34=1|98=0|108=20|
         : deliver logon A 1
         : say 35=A|34=1|98=0|108=20|
         : advance 2
         : tell logged_on
         state logged_on
         numbers 2 2",
    );
}

#[test]
fn an_acceptor_asks_for_what_a_logon_shows_to_be_missing() {
    play(
        &mut Desk::acceptor(V44),
        "connect
         in 35=A|34=5|98=0|108=30|
         : deliver logon A 5
         : say 35=A|34=1|98=0|108=30|
         : tell gap_opened 1 4
         : say 35=2|34=2|7=1|16=0|
         : tell resend_requested 1 0
         : tell logged_on
         state recovering
         numbers 3 1",
    );
}

#[test]
fn an_initiator_is_logged_on_by_the_answer() {
    play(
        &mut Desk::initiator(V44),
        "connect
         : say 35=A|34=1|98=0|108=30|
         in 35=A|34=1|98=0|108=30|
         : deliver logon A 1
         : advance 2
         : tell logged_on
         state logged_on",
    );
}

#[test]
fn an_initiator_asks_for_what_the_answer_shows_to_be_missing() {
    play(
        &mut Desk::initiator(V44),
        "connect
         : say 35=A|34=1|98=0|108=30|
         in 35=A|34=7|98=0|108=30|
         : deliver logon A 7
         : tell gap_opened 1 6
         : say 35=2|34=2|7=1|16=0|
         : tell resend_requested 1 0
         : tell logged_on
         state recovering",
    );
}

#[test]
fn what_is_no_logon_ends_an_acceptors_connection_without_a_byte() {
    for (text, why) in [
        ("35=0|34=1|", "the first message is no Logon(35=A) but of type 0"),
        ("35=D|34=1|11=A|", "the first message is no Logon(35=A) but of type D"),
        ("35=5|34=1|", "the first message is no Logon(35=A) but of type 5"),
        ("35=3|34=1|45=1|", "the first message is no Logon(35=A) but of type 3"),
    ] {
        let mut desk = Desk::acceptor(V44);
        desk.connect();
        assert_eq!(desk.receive(text), [format!("close logon_refused: {why}")]);
        assert_eq!((desk.session.state().name(), desk.session.next_in()), ("closed", 1));
    }
}

#[test]
fn garbled_bytes_end_an_acceptors_connection_without_a_byte() {
    play(
        &mut Desk::acceptor(V44),
        "connect
         in 8=FIX.4.4|9=5|35=A|34=1|10=000|
         : tell garbled 19
         : close logon_refused: the first message is garbled
         state closed",
    );
}

#[test]
fn garbled_bytes_end_an_initiators_connection_only_if_they_were_a_logon() {
    play(
        &mut Desk::initiator(V44),
        "connect
         : say 35=A|34=1|98=0|108=30|
         in 8=FIX.4.4|9=5|35=0|10=000|
         : tell garbled 26
         state logon_sent
         in 8=FIX.4.4|9=22|35=A|34=1|98=0|108=30|10=000|
         : tell garbled 44
         : close logon_refused: the answer to our Logon is garbled
         state closed",
    );
}

#[test]
fn nobody_waits_for_a_logon_for_ever() {
    play(
        &mut Desk::acceptor(V44),
        "connect
         pass 9.9
         pass 0.1
         : close logon_timeout
         state closed",
    );
    play(
        &mut Desk::initiator(V44),
        "connect
         : say 35=A|34=1|98=0|108=30|
         pass 10
         : close logon_timeout
         state closed
         numbers 2 1",
    );
    let mut desk = Desk::acceptor(V44);
    desk.accepts = false;
    play(
        &mut desk,
        "connect
         in 35=A|34=1|98=0|108=30|
         : deliver logon A 1
         state await_logon
         pass 10
         : close logon_timeout
         accept
         : tell warning a verdict on a Logon(35=A) that is no longer awaited",
    );
}

#[test]
fn a_logout_or_reject_refuses_an_initiators_logon_and_is_told() {
    play(
        &mut Desk::initiator(Version::Fixt11),
        "connect
         : say 35=A|34=1|98=0|108=30|1137=9|
         in 35=5|34=1|58=go away|1409=6|
         : tell logon_rejected go away 6
         : close logon_refused: the peer refused our Logon: go away
         state closed
         numbers 2 1
         connect
         : say 35=A|34=2|98=0|108=30|1137=9|
         in 35=3|34=1|45=2|58=bad|
         : tell logon_rejected bad -
         : close logon_refused: the peer refused our Logon: bad",
    );
}

#[test]
fn an_initiator_closes_on_anything_else() {
    play(
        &mut Desk::initiator(V44),
        "connect
         : say 35=A|34=1|98=0|108=30|
         in 35=0|34=1|
         : close logon_refused: the answer to our Logon is of type 0
         state closed",
    );
}

// ------------------------------------------------------------------------------------------------------- logged on

#[test]
fn messages_in_sequence_are_delivered_and_then_counted() {
    for mut desk in logged_on() {
        play(
            &mut desk,
            "in 35=0|34=2|
             : deliver admin 0 2
             : advance 3
             in 35=3|34=3|45=1|
             : deliver admin 3 3
             : advance 4
             in 35=D|34=4|11=A|21=1|38=1|40=1|54=1|55=IBM|60=@|
             : deliver app D 4
             : advance 5
             in 35=n|34=5|212=3|213=<a>|
             : deliver app n 5
             : advance 6
             state logged_on",
        );
    }
}

#[test]
fn a_test_request_is_answered_by_a_heartbeat_with_its_id() {
    for mut desk in logged_on() {
        play(
            &mut desk,
            "in 35=1|34=2|112=HELLO|
             : deliver admin 1 2
             : say 35=0|34=2|112=HELLO|
             : advance 3",
        );
    }
}

#[test]
fn a_gap_is_asked_for_once_and_closed_by_the_missing_messages() {
    for mut desk in logged_on() {
        play(
            &mut desk,
            "in 35=0|34=4|
             : tell gap_opened 2 3
             : say 35=2|34=2|7=2|16=0|
             : tell resend_requested 2 0
             state recovering
             in 35=1|34=5|112=X|
             in 35=0|34=2|43=Y|122=@|
             : deliver admin 0 2 dup
             : advance 3
             state recovering
             in 35=0|34=3|43=Y|122=@|
             : deliver admin 0 3 dup
             : advance 4
             : tell gap_closed 4
             : deliver admin 0 4
             : advance 5
             : deliver admin 1 5
             : say 35=0|34=3|112=X|
             : advance 6
             state logged_on
             numbers 4 6",
        );
    }
}

#[test]
fn a_gap_fill_closes_a_gap() {
    for mut desk in logged_on() {
        play(
            &mut desk,
            "quiet
             in 35=0|34=4|
             : say 35=2|34=2|7=2|16=0|
             in 35=4|34=2|43=Y|36=4|123=Y|
             : deliver admin 4 2 dup
             : advance 4
             : deliver admin 0 4
             : advance 5
             state logged_on",
        );
    }
}

#[test]
fn a_resend_request_is_served_whatever_its_number() {
    for mut desk in logged_on() {
        play(
            &mut desk,
            "quiet
             order A
             : say 35=D|34=2|11=A|21=1|38=1|40=1|54=1|55=IBM|60=20260302-14:30:00|
             # In sequence.
             in 35=2|34=2|7=1|16=0|
             : deliver admin 2 2
             : replay 1 2
             : write 35=4|34=1|43=Y|122=@|36=2|123=Y|
             : write 35=D|34=2|43=Y|122=@|11=A|21=1|38=1|40=1|54=1|55=IBM|60=20260302-14:30:00|
             : advance 3
             # Too high: its number is known from now on.
             in 35=2|34=5|7=1|16=1|
             : deliver admin 2 5
             : replay 1 1
             : write 35=4|34=1|43=Y|122=@|36=2|123=Y|
             state logged_on
             # Too low.
             in 35=2|34=2|7=1|16=1|
             : deliver admin 2 2
             : replay 1 1
             : write 35=4|34=1|43=Y|122=@|36=2|123=Y|
             in 35=0|34=3|
             : deliver admin 0 3
             : advance 4
             in 35=0|34=4|
             : deliver admin 0 4
             : advance 5
             : advance 6",
        );
    }
}

#[test]
fn a_logon_with_141_resets_a_connection_that_is_logged_on() {
    for mut desk in logged_on() {
        play(
            &mut desk,
            "in 35=0|34=2|
             : deliver admin 0 2
             : advance 3
             in 35=0|34=9|
             : tell gap_opened 3 8
             : say 35=2|34=2|7=3|16=0|
             : tell resend_requested 3 0
             in 35=A|34=1|98=0|108=25|141=Y|
             : deliver admin A 1
             : reset 1 1
             : tell reset ResetSeqNumFlag(141)=Y
             : say 35=A|34=1|98=0|108=25|141=Y|
             : advance 2
             state logged_on
             numbers 2 2
             in 35=0|34=2|
             : deliver admin 0 2
             : advance 3",
        );
        assert_eq!(desk.session.heart_bt_int_s(), 25);
    }
}

#[test]
fn a_logon_without_141_ends_a_connection_that_is_logged_on() {
    for mut desk in logged_on() {
        play(
            &mut desk,
            "in 35=A|34=2|98=0|108=30|
             : tell logged_out -
             : close protocol: a Logon(35=A) on a connection that is logged on
             state closed
             numbers 2 2",
        );
    }
}

#[test]
fn a_message_that_fails_the_dictionary_is_refused_and_counts_if_it_was_the_expected_one() {
    for mut desk in logged_on() {
        play(
            &mut desk,
            "quiet
             in 35=0|34=2|55=IBM|
             : say 35=3|34=2|45=2|58=Tag not defined for this message type|371=55|372=0|373=2|
             : advance 3
             in 35=0|34=2|43=Y|122=@|55=IBM|
             : say 35=3|34=3|45=2|58=Tag not defined for this message type|371=55|372=0|373=2|
             numbers 4 3",
        );
    }
}

#[test]
fn a_wrong_name_or_time_is_refused_and_followed_by_a_logout() {
    for (text, refused, number) in [
        ("35=0|34=2|49=WHO|", "45=2|58=CompID problem|372=0|373=9|", 3),
        ("35=0|34=2|52=@-121|", "45=2|58=SendingTime accuracy problem|372=0|373=10|", 3),
        ("35=0|34=1|43=Y|122=@+1|", "45=1|58=SendingTime accuracy problem|372=0|373=10|", 2),
    ] {
        for mut desk in logged_on() {
            let mut expected = vec![format!("say 35=3|34=2|{refused}"), "say 35=5|34=3|".into()];
            if number == 3 {
                expected.push("advance 3".into());
            }
            assert_eq!(desk.hear(text), expected, "{text}");
            play(
                &mut desk,
                &format!(
                    "quiet
                     state logout_sent
                     in 35=5|34={number}|
                     : deliver admin 5 {number}
                     : advance {}
                     : close protocol: {}
                     state closed",
                    number + 1,
                    if text.contains("49=") {
                        "CompID problem: 49"
                    } else if text.contains("122=") {
                        "SendingTime accuracy problem: 122"
                    } else {
                        "SendingTime accuracy problem: 52"
                    }
                ),
            );
        }
    }
}

#[test]
fn another_begin_string_is_answered_by_a_logout_and_counts() {
    for mut desk in logged_on() {
        let foreign = house::frame("FIX.4.1", &desk_body("35=1|34=2|49=PEER|52=@|56=US|112=id|", &desk));
        let lines = desk.receive_bytes(&foreign);
        assert_eq!(lines, ["say 35=5|34=2|58=Incorrect BeginString|", "advance 3"]);
        play(
            &mut desk,
            "quiet
             state logout_sent
             pass 1.9
             pass 0.1
             : close protocol: Incorrect BeginString",
        );
    }
}

#[test]
fn a_logout_with_another_begin_string_is_answered_as_a_logout() {
    for mut desk in logged_on() {
        let foreign = house::frame("FIX.4.2", &desk_body("35=5|34=2|49=PEER|52=@|56=US|", &desk));
        let lines = desk.receive_bytes(&foreign);
        assert_eq!(lines, ["say 35=5|34=2|", "advance 3", "tell logged_out -", "close logged_out"]);
    }
}

fn desk_body(text: &str, desk: &Desk) -> String {
    text.replace('@', &desk.time(0)).replace('|', "\x01")
}

#[test]
fn a_number_that_is_too_low_ends_the_session_with_a_text() {
    for mut desk in logged_on() {
        play(
            &mut desk,
            "in 35=0|34=2|
             : deliver admin 0 2
             : advance 3
             in 35=0|34=1|
             : say 35=5|34=2|58=MsgSeqNum too low, expecting 3 but received 1|
             : tell logged_out -
             : close protocol: MsgSeqNum too low, expecting 3 but received 1
             state closed
             numbers 3 3",
        );
    }
}

#[test]
fn a_logout_is_answered_whatever_its_number() {
    for (seq, counted) in [(2, true), (1, false), (7, false)] {
        for mut desk in logged_on() {
            let lines = desk.receive(&format!("35=5|34={seq}|58=bye|"));
            let mut expected = vec![format!("deliver admin 5 {seq}"), "say 35=5|34=2|".into()];
            if counted {
                expected.push("advance 3".into());
            }
            expected.extend(["tell logged_out bye".into(), "close logged_out".into()]);
            assert_eq!(lines, expected);
            assert_eq!(desk.session.state().name(), "closed");
        }
    }
}

#[test]
fn a_logout_of_ours_waits_for_its_answer() {
    for mut desk in logged_on() {
        play(
            &mut desk,
            "logout end of day
             : say 35=5|34=2|58=end of day|
             state logout_sent
             send 35=D|11=A|
             : refused Logout(35=5) was sent: no new message may follow it
             in 35=5|34=2|
             : deliver admin 5 2
             : advance 3
             : tell logged_out -
             : close command: end of day
             state closed",
        );
    }
}

#[test]
fn a_logout_of_ours_that_is_not_answered_closes() {
    for mut desk in logged_on() {
        play(
            &mut desk,
            "logout
             : say 35=5|34=2|
             logout
             pass 1.999
             state logout_sent
             pass 0.001
             : tell logged_out -
             : close logout_timeout
             state closed",
        );
    }
}

#[test]
fn behind_our_logout_messages_are_processed_and_resent_and_nothing_new_is_said() {
    for mut desk in logged_on() {
        play(
            &mut desk,
            "quiet
             order A
             : say 35=D|34=2|11=A|21=1|38=1|40=1|54=1|55=IBM|60=20260302-14:30:00|
             logout
             : say 35=5|34=3|
             in 35=0|34=2|
             : deliver admin 0 2
             : advance 3
             in 35=1|34=3|112=X|
             : deliver admin 1 3
             : advance 4
             in 35=D|34=4|11=A|21=1|38=1|40=1|54=1|55=IBM|60=@|
             : deliver app D 4
             : advance 5
             in 35=2|34=5|7=2|16=2|
             : deliver admin 2 5
             : replay 2 2
             : write 35=D|34=2|43=Y|122=@|11=A|21=1|38=1|40=1|54=1|55=IBM|60=20260302-14:30:00|
             : advance 6
             # Neither a gap nor a fault is answered.
             in 35=0|34=9|
             in 35=0|34=6|55=IBM|
             : advance 7
             state logout_sent
             in 35=5|34=7|
             : deliver admin 5 7
             : advance 8
             : close command: logout",
        );
    }
}

#[test]
fn crossing_logouts_answer_each_other() {
    let mut ours = Desk::initiator(V44).logged_on();
    let mut theirs = Desk::new(V44, Role::Acceptor, |config| {
        config.identity.sender_comp_id = b"PEER".to_vec();
        config.identity.target_comp_id = b"US".to_vec();
    })
    .logged_on();
    ours.take_written();
    theirs.take_written();
    play(&mut ours, "logout\n : say 35=5|34=2|");
    play(&mut theirs, "logout\n : say 35=5|34=2|");
    let (first, second) = (ours.take_written().concat(), theirs.take_written().concat());
    for (desk, bytes) in [(&mut ours, second), (&mut theirs, first)] {
        let lines = desk.receive_bytes(&bytes);
        assert_eq!(lines, ["deliver admin 5 2", "advance 3", "tell logged_out -", "close command: logout"]);
        assert!(desk.written.is_empty());
    }
}

#[test]
fn a_disabled_session_logs_out_and_lets_nobody_in() {
    for role in [Role::Acceptor, Role::Initiator] {
        play(
            &mut Desk::new(V44, role, |_| {}).logged_on(),
            "quiet
             disable
             : say 35=5|34=2|
             in 35=5|34=2|
             : deliver admin 5 2
             : advance 3
             : close command: the session is disabled
             connect
             : close logon_refused: the session is disabled
             enable",
        );
    }
    play(
        &mut Desk::acceptor(V44),
        "connect
         disable
         : close command: the session is disabled",
    );
}

// ------------------------------------------------------------------------------------------------------ any state

#[test]
fn the_loss_of_the_transport_is_told_and_numbers_survive_it() {
    for mut desk in logged_on() {
        play(
            &mut desk,
            "quiet
             in 35=0|34=5|
             : say 35=2|34=2|7=2|16=0|
             gone
             state closed
             numbers 3 2
             gone
             pass 100",
        );
        // What was set aside is gone too: the gap is seen anew.
        desk.connect();
        let lines = desk.receive("35=A|34=6|98=0|108=30|");
        assert!(lines.contains(&"tell gap_opened 2 5".to_owned()), "{lines:?}");
    }
    for mut desk in logged_on() {
        assert_eq!(desk.disconnected(), ["tell logged_out -"]);
    }
    let mut desk = Desk::acceptor(V44);
    desk.connect();
    assert!(desk.disconnected().is_empty());
}

#[test]
fn bytes_behind_the_end_are_not_looked_at() {
    for mut desk in logged_on() {
        play(
            &mut desk,
            "quiet
             disconnect enough
             : close command: enough
             in 35=0|34=2|
             pass 1
             tick",
        );
    }
}

#[test]
fn messages_that_nobody_can_receive_take_their_numbers_and_are_fetched_later() {
    play(
        &mut Desk::acceptor(V44),
        "quiet
         order A
         : store 35=D|34=1|11=A|21=1|38=1|40=1|54=1|55=IBM|60=20260302-14:30:00|
         connect
         order B
         : store 35=D|34=2|11=B|21=1|38=1|40=1|54=1|55=IBM|60=20260302-14:30:00|
         pass 1
         in 35=A|34=1|98=0|108=30|
         : deliver logon A 1
         : say 35=A|34=3|98=0|108=30|
         : advance 2
         in 35=2|34=2|7=1|16=0|
         : deliver admin 2 2
         : replay 1 3
         : write 35=D|34=1|43=Y|122=20260302-14:30:00.000|11=A|21=1|38=1|40=1|54=1|55=IBM|60=20260302-14:30:00|
         : write 35=D|34=2|43=Y|122=20260302-14:30:00.000|11=B|21=1|38=1|40=1|54=1|55=IBM|60=20260302-14:30:00|
         : write 35=4|34=3|43=Y|122=@|36=4|123=Y|
         : advance 3",
    );
}

#[test]
fn messages_behind_our_own_logon_wait_for_the_answer_and_have_the_time_of_writing() {
    play(
        &mut Desk::initiator(V44),
        "quiet
         connect
         : say 35=A|34=1|98=0|108=30|
         order A
         pass 2
         in 35=A|34=1|98=0|108=30|
         : deliver logon A 1
         : advance 2
         : say 35=D|34=2|11=A|21=1|38=1|40=1|54=1|55=IBM|60=20260302-14:30:00|
         order B
         : say 35=D|34=3|11=B|21=1|38=1|40=1|54=1|55=IBM|60=20260302-14:30:00|",
    );
}

#[test]
fn messages_that_waited_for_an_answer_that_never_came_are_stored() {
    play(
        &mut Desk::initiator(V44),
        "quiet
         connect
         : say 35=A|34=1|98=0|108=30|
         order A
         gone
         : store 35=D|34=2|11=A|21=1|38=1|40=1|54=1|55=IBM|60=20260302-14:30:00|
         numbers 3 1",
    );
}

#[test]
fn a_message_that_the_next_logon_would_wipe_out_is_refused() {
    for (role, change) in [(Role::Initiator, 0), (Role::Acceptor, 0), (Role::Initiator, 1), (Role::Initiator, 2)] {
        let mut desk = Desk::new(V44, role, |config| {
            config.reset_on_logon = change == 0;
            config.reset_on_logout = change == 1;
            config.reset_on_disconnect = change == 2;
        });
        play(
            &mut desk,
            "send 35=D|11=A|
             : refused the session is not logged on, and its next Logon(35=A) sets the numbers to 1: the message would be lost
             numbers 1 1",
        );
    }
}
