//! What the simulation found, each in its smallest form.
#![allow(missing_docs, clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

mod house;

use fixplus_session::schedule::{Schedule, ScheduleSpec};
use fixplus_session::{Command, Role, Version};
use house::{Desk, SECOND, quiet, show};

const V44: Version = Version::Fix44;

#[test]
fn what_was_set_aside_is_not_late_because_it_waited() {
    let mut desk = Desk::new(V44, Role::Acceptor, |config| config.resend_request_timeout_ns = 0);
    desk.connect();
    desk.receive("35=A|34=1|98=0|108=0|");
    desk.hear("35=0|34=3|");
    desk.now.utc_ns += 200 * SECOND;
    desk.now.mono_ns += 200 * SECOND;
    let lines = desk.hear("35=4|34=2|43=Y|122=@|36=3|123=Y|");
    assert_eq!(lines, ["deliver admin 4 2 dup", "advance 3", "deliver admin 0 3", "advance 4"]);
}

/// A desk that has begun anew on the open connection and lost it before the answer.
fn unanswered(role: Role) -> Desk {
    let mut desk = Desk::new(V44, role, |_| {}).logged_on();
    desk.command(Command::Reset);
    let asked = desk.take_written();
    let id = show(asked.last().unwrap()).split("112=").nth(1).unwrap().split('|').next().unwrap().to_owned();
    let lines = desk.hear(&format!("35=0|34=2|112={id}|"));
    assert!(lines.iter().any(|line| line.contains("35=A|34=1|")), "{lines:?}");
    desk.disconnected();
    desk
}

#[test]
fn an_initiator_asks_again_for_a_reset_that_was_not_answered() {
    let mut desk = unanswered(Role::Initiator);
    assert!(desk.send("35=D|11=1|").unwrap_err().to_string().contains("would be lost"));
    for _ in 0..2 {
        let lines = quiet(desk.connect());
        assert_eq!(lines, ["reset 1 1", "say 35=A|34=1|98=0|108=30|141=Y|"]);
        desk.disconnected();
    }
    desk.connect();
    desk.receive("35=A|34=1|98=0|108=30|141=Y|");
    assert_eq!((desk.session.next_out(), desk.session.next_in()), (2, 2));
    desk.disconnected();
    assert_eq!(quiet(desk.connect()), ["say 35=A|34=2|98=0|108=30|"]);
}

#[test]
fn an_acceptor_asks_again_for_a_reset_that_was_not_answered() {
    let mut desk = unanswered(Role::Acceptor);
    for _ in 0..2 {
        desk.connect();
        let lines = desk.hear("35=A|34=9|98=0|108=30|");
        assert_eq!(lines, ["deliver logon A 9", "reset 1 1", "say 35=A|34=1|98=0|108=30|141=Y|", "advance 2"]);
        desk.disconnected();
    }
    desk.connect();
    desk.receive("35=A|34=9|98=0|108=30|");
    desk.receive("35=0|34=2|");
    desk.disconnected();
    desk.connect();
    assert_eq!(desk.hear("35=A|34=3|98=0|108=30|"), ["deliver logon A 3", "say 35=A|34=2|98=0|108=30|", "advance 4"]);
}

#[test]
fn the_number_that_the_peer_expects_is_not_held_against_a_reset_that_was_not_answered() {
    let mut desk = Desk::new(V44, Role::Acceptor, |config| config.enable_next_expected_msg_seq_num = true).logged_on();
    desk.command(Command::Reset);
    let asked = desk.take_written();
    let id = show(asked.last().unwrap()).split("112=").nth(1).unwrap().split('|').next().unwrap().to_owned();
    desk.receive(&format!("35=0|34=2|112={id}|"));
    desk.disconnected();
    desk.connect();
    let lines = desk.hear("35=A|34=9|98=0|108=30|789=51|");
    assert_eq!(lines, ["deliver logon A 9", "reset 1 1", "say 35=A|34=1|98=0|108=30|141=Y|789=2|", "advance 2"]);
}

#[test]
fn what_waits_for_the_answer_to_a_reset_is_sent_once_the_peer_began_anew() {
    let mut desk = Desk::new(V44, Role::Initiator, |_| {}).logged_on();
    desk.command(Command::Reset);
    let asked = desk.take_written();
    let id = show(asked.last().unwrap()).split("112=").nth(1).unwrap().split('|').next().unwrap().to_owned();
    desk.receive(&format!("35=0|34=2|112={id}|"));
    assert!(quiet(desk.order("A1")).is_empty());
    assert!(!desk.disconnected().iter().any(|line| line.contains("35=D")));
    desk.connect();
    let lines = desk.hear("35=A|34=1|98=0|108=30|141=Y|");
    assert!(lines.last().unwrap().starts_with("say 35=D|34=2|"), "{lines:?}");
}

#[test]
fn a_refused_message_leaves_the_new_life_of_the_numbers_to_what_comes_next() {
    let spec = ScheduleSpec {
        start_time: Some("00:00:00".into()),
        end_time: Some("00:00:00".into()),
        ..ScheduleSpec::default()
    };
    let mut desk = Desk::new(V44, Role::Initiator, |config| {
        config.schedule = Schedule::new(&spec).unwrap();
        config.reset_on_logout = true;
    })
    .logged_on();
    desk.disconnected();
    desk.now.utc_ns += 86_400 * SECOND;
    desk.now.mono_ns += 86_400 * SECOND;
    let error = desk.send("35=D|11=1|").unwrap_err().to_string();
    assert!(error.contains("would be lost"), "{error}");
    assert!(desk.agrees_with_store());
    assert!(quiet(desk.tick()).contains(&"reset 1 1".to_owned()));
}
