//! The session test cases of the FIX Trading Community (version 1.0, June 2020): every case that a session can answer, in the versions
//! and roles for which it is meant. The name of each case stands before its stimulus.
#![allow(missing_docs, clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

mod house;

use fixplus_session::profiles::Profile;
use fixplus_session::{Role, Version};
use house::{Desk, T0, quiet};

const VERSIONS: [Version; 6] =
    [Version::Fix40, Version::Fix41, Version::Fix42, Version::Fix43, Version::Fix44, Version::Fixt11];

/// What a stimulus must bring about.
enum Then {
    /// These lines, without events, to the letter. `{reject ...}` is filled in by version.
    Lines(&'static [&'static str]),
    /// A Reject(35=3) with this reason and tag; whether the number counts; whether a Logout follows.
    Refused { reason: u16, tag: &'static str, counts: bool, logs_out: bool },
    /// Nothing.
    Ignored,
}
use Then::{Ignored, Lines, Refused};

struct Case {
    name: &'static str,
    stimulus: &'static str,
    then: Then,
}

const fn case(name: &'static str, stimulus: &'static str, then: Then) -> Case {
    Case { name, stimulus, then }
}

const fn refused(reason: u16, tag: &'static str) -> Then {
    Refused { reason, tag, counts: true, logs_out: false }
}

/// An order is given as `35=D|34=2|...` and has what its version wants, with `@` as time.
const CASES: &[Case] = &[
    case("2a", "35=0|34=2|", Lines(&["deliver admin 0 2", "advance 3"])),
    case("2b", "35=0|34=4|", Lines(&["ask 2 2"])),
    case(
        "2c",
        "35=0|34=1|",
        Lines(&[
            "say 35=5|34=2|58=MsgSeqNum too low, expecting 2 but received 1|",
            "close protocol: MsgSeqNum too low, expecting 2 but received 1",
        ]),
    ),
    case("2d", "35=0|34=2|4x=garbled|", Ignored),
    case("2e processed", "35=0|34=1|43=Y|122=@|", Ignored),
    case("2e not processed", "35=0|34=2|43=Y|122=@|", Lines(&["deliver admin 0 2 dup", "advance 3"])),
    case("2f", "35=0|34=2|43=Y|122=@+1|", Refused { reason: 10, tag: "", counts: true, logs_out: true }),
    case("2g", "35=0|34=2|43=Y|", refused(1, "122")),
    case("2g of a number before", "35=0|34=1|43=Y|", Refused { reason: 1, tag: "122", counts: false, logs_out: false }),
    case("2k 49", "35=0|34=2|49=WHO|", Refused { reason: 9, tag: "", counts: true, logs_out: true }),
    case("2k 56", "35=0|34=2|56=WHO|", Refused { reason: 9, tag: "", counts: true, logs_out: true }),
    case("2o", "35=0|34=2|52=@-121|", Refused { reason: 10, tag: "", counts: true, logs_out: true }),
    case("2q", "35=ZZZ|34=2|", refused(11, "")),
    case("3b", "~8={begin}|9=5|35=0|10=000|", Ignored),
    case("4b", "35=1|34=2|112=HELLO|", Lines(&["deliver admin 1 2", "say 35=0|34=2|112=HELLO|", "advance 3"])),
    case("5", "35=0|34=2|", Lines(&["deliver admin 0 2", "advance 3"])),
    case("7", "35=3|34=2|45=1|", Lines(&["deliver admin 3 2", "advance 3"])),
    case(
        "8",
        "35=2|34=2|7=1|16=1|",
        Lines(&["deliver admin 2 2", "replay 1 1", "write 35=4|34=1|43=Y|122=@|36=2|123=Y|", "advance 3"]),
    ),
    case("10a", "35=4|34=5|36=9|123=Y|", Lines(&["ask 2 2"])),
    case("10b", "35=4|34=2|36=9|123=Y|", Lines(&["deliver admin 4 2", "advance 9"])),
    case("10c", "35=4|34=1|43=Y|122=@|36=9|123=Y|", Ignored),
    case(
        "10d",
        "35=4|34=1|36=9|123=Y|",
        Lines(&[
            "say 35=5|34=2|58=MsgSeqNum too low, expecting 2 but received 1|",
            "close protocol: MsgSeqNum too low, expecting 2 but received 1",
        ]),
    ),
    case("11a", "35=4|34=77|36=9|", Lines(&["deliver admin 4 77", "advance 9"])),
    case("11b", "35=4|34=77|36=2|123=N|", Lines(&["deliver admin 4 77"])),
    case("11c", "35=4|34=77|36=1|", Refused { reason: 5, tag: "", counts: false, logs_out: false }),
    case("13b", "35=5|34=2|", Lines(&["deliver admin 5 2", "say 35=5|34=2|", "advance 3", "close logged_out"])),
    case("14a", "35=0|34=2|4999=x|", refused(0, "4999")),
    case("14b", "35=1|34=2|", refused(1, "112")),
    case("14c", "35=0|34=2|36=5|", refused(2, "36")),
    case("14d", "35=1|34=2|112=|", refused(4, "112")),
    case("14f", "35=2|34=2|7=+1|16=0|", refused(6, "7")),
    case("14g", "35=1|34=2|112=x|50=late|", refused(14, "50")),
    case("14h", "35=1|34=2|112=x|112=y|", refused(13, "112")),
    case("14k", "35=1|34=2|112=x|y|", refused(17, "112")),
    case("17d", "35=0|34=2|93=9|89=abc|", refused(8, "93")),
    case("17g", "35=0|34=2|90=9|91=abc|", Ignored),
    case("17c, f", "35=0|34=2|90=3|91=abc|93=3|89=abc|", Lines(&["deliver admin 0 2", "advance 3"])),
];

const TEXTS: [(u16, &str); 13] = [
    (0, "Invalid tag number"),
    (1, "Required tag missing"),
    (2, "Tag not defined for this message type"),
    (4, "Tag specified without a value"),
    (5, "Value is incorrect (out of range) for this tag"),
    (6, "Incorrect data format for value"),
    (8, "Signature problem"),
    (9, "CompID problem"),
    (10, "SendingTime accuracy problem"),
    (11, "Invalid MsgType"),
    (13, "Tag appears more than once"),
    (14, "Tag specified out of required order"),
    (17, "Non-data value includes field delimiter"),
];

fn reject(version: Version, seq: u64, msg_type: &str, reason: u16, tag: &str) -> String {
    let text = TEXTS.iter().find(|(known, _)| *known == reason).unwrap().1;
    if version < Version::Fix42 {
        let tag = if tag.is_empty() { String::new() } else { format!(" ({tag})") };
        return format!("say 35=3|34=2|45={seq}|58={text}{tag}|");
    }
    let tag = if tag.is_empty() { String::new() } else { format!("371={tag}|") };
    let given = version > Version::Fix42 || reason <= 11;
    let reason = if given { format!("373={reason}|") } else { String::new() };
    format!("say 35=3|34=2|45={seq}|58={text}|{tag}372={msg_type}|{reason}")
}

fn field<'t>(text: &'t str, tag: &str) -> &'t str {
    text.split('|').find_map(|field| field.strip_prefix(tag)).unwrap()
}

#[test]
fn every_case_is_answered_in_every_version_and_both_roles() {
    for version in VERSIONS {
        for role in [Role::Acceptor, Role::Initiator] {
            for Case { name, stimulus, then } in CASES {
                let mut desk = Desk::new(version, role, |_| {}).logged_on();
                let mut stimulus = stimulus.replace("{begin}", version.begin_string());
                if version == Version::Fix40 && stimulus.contains("145=") {
                    continue;
                }
                if stimulus.contains("4x=") {
                    stimulus = stimulus.replace("4x=", "x4=");
                }
                let lines = desk.hear(&stimulus);
                let what = format!("{name} {version:?} {role:?}");
                match then {
                    Ignored => {
                        assert_eq!(lines, Vec::<String>::new(), "{what}");
                        assert_eq!((desk.session.state().name(), desk.session.next_in()), ("logged_on", 2), "{what}");
                    }
                    Lines(expected) => {
                        let end = if version < Version::Fix42 { "999999" } else { "0" };
                        let expected: Vec<String> = expected
                            .iter()
                            .map(|line| match line.strip_prefix("ask ") {
                                Some(numbers) => {
                                    let (seq, begin) = numbers.split_once(' ').unwrap();
                                    format!("say 35=2|34={seq}|7={begin}|16={end}|")
                                }
                                None => (*line).to_owned(),
                            })
                            .collect();
                        assert_eq!(lines, expected, "{what}");
                    }
                    Refused { reason, tag, counts, logs_out } => {
                        let seq: u64 = field(&stimulus, "34=").parse().unwrap();
                        let mut expected = vec![reject(version, seq, field(&stimulus, "35="), *reason, tag)];
                        if *logs_out {
                            expected.push("say 35=5|34=3|".into());
                        }
                        if *counts {
                            expected.push("advance 3".into());
                        }
                        assert_eq!(lines, expected, "{what}");
                        let state = if *logs_out { "logout_sent" } else { "logged_on" };
                        assert_eq!(desk.session.state().name(), state, "{what}");
                    }
                }
            }
        }
    }
}

#[test]
fn case_1b_an_initiator_connects_and_logs_on() {
    for version in VERSIONS {
        let mut desk = Desk::initiator(version);
        let body = if version == Version::Fixt11 { "98=0|108=30|1137=9|" } else { "98=0|108=30|" };
        assert_eq!(desk.connect(), [format!("say 35=A|34=1|{body}")]);
        assert_eq!(desk.hear(&format!("35=A|34=1|{body}")), ["deliver logon A 1", "advance 2"]);
        // c: the answer is too high.
        let mut desk = Desk::initiator(version);
        desk.connect();
        let end = if version < Version::Fix42 { "999999" } else { "0" };
        assert_eq!(
            desk.hear(&format!("35=A|34=3|{body}")),
            ["deliver logon A 3".to_owned(), format!("say 35=2|34=2|7=1|16={end}|")]
        );
    }
}

#[test]
fn case_1s_an_acceptor_answers_a_logon() {
    for version in VERSIONS {
        let body = if version == Version::Fixt11 { "98=0|108=30|1137=9|" } else { "98=0|108=30|" };
        let mut desk = Desk::acceptor(version);
        desk.connect();
        assert_eq!(
            desk.hear(&format!("35=A|34=1|{body}")),
            ["deliver logon A 1".to_owned(), format!("say 35=A|34=1|{body}"), "advance 2".to_owned()]
        );
        // d: an invalid one, as the standard wants it.
        let mut desk =
            Desk::new(version, Role::Acceptor, |config| config.quirks = Profile::named("standard").unwrap().quirks);
        desk.connect();
        let lines = desk.hear(&format!("35=A|34=1|52=@-200|{body}"));
        assert!(lines[0].starts_with("write 35=5|34=1|58=Invalid Logon message: SendingTime accuracy problem"));
        assert!(lines[1].starts_with("close "));
        // 2S: something else comes first.
        let mut desk = Desk::acceptor(version);
        desk.connect();
        assert!(desk.hear("35=0|34=1|")[0].starts_with("close logon_refused"));
    }
}

#[test]
fn case_2i_another_begin_string_is_named_by_a_logout() {
    for version in VERSIONS {
        for role in [Role::Acceptor, Role::Initiator] {
            let mut desk = Desk::new(version, role, |_| {}).logged_on();
            let other = if version == Version::Fix41 { "FIX.4.2" } else { "FIX.4.1" };
            let body = format!("35=0|34=2|49=PEER|52={}|56=US|", desk.time(0)).replace('|', "\x01");
            let lines = desk.receive_bytes(&house::frame(other, &body));
            assert_eq!(lines, ["say 35=5|34=2|58=Incorrect BeginString|", "advance 3"]);
            assert_eq!(quiet(desk.pass(2.0)), ["close protocol: Incorrect BeginString"]);
        }
    }
}

#[test]
fn case_2m_2t_and_3e_are_ignored() {
    for version in VERSIONS {
        let begin = version.begin_string();
        let texts = [
            format!("8={begin}|9=10|35=0|34=2|49=PEER|52=@|56=US|10=000|"),
            format!("35=0|8={begin}|9=5|34=2|10=000|"),
            format!("8={begin}|35=0|9=5|10=000|"),
            format!("8={begin}|9=5|34=2|35=0|10=000|"),
            format!("8={begin}|9=5|35=0|10=0000|"),
            format!("8={begin}|9=5|35=0|10=00|"),
            format!("8={begin}|9=10|35=0|10=123|34=2|"),
        ];
        for text in texts {
            let mut desk = Desk::acceptor(version).logged_on();
            let mut lines = desk.receive_bytes(text.replace('|', "\x01").as_bytes());
            lines.extend(desk.receive("35=0|34=2|"));
            assert_eq!(quiet(lines), ["deliver admin 0 2", "advance 3"], "{text}");
        }
    }
}

#[test]
fn case_2r_and_14l_the_application_says_that_it_does_not_know_or_is_not_there() {
    for version in VERSIONS {
        for (reason, text) in [(3, "Unsupported Message Type"), (4, "Application Not Available")] {
            let mut desk = Desk::acceptor(version).logged_on();
            let lines = desk.command(fixplus_session::Command::BusinessReject {
                ref_seq: 2,
                ref_msg_type: b"D".to_vec(),
                reason,
                ref_id: Vec::new(),
                text: None,
                routing: Vec::new(),
            });
            let expected = match (version < Version::Fix42, reason) {
                (true, 3) => "say 35=3|34=2|45=2|58=Unsupported message type|".to_owned(),
                (true, _) => format!("say 35=3|34=2|45=2|58={text}|"),
                (false, _) => format!("say 35=j|34=2|45=2|58={text}|372=D|380={reason}|"),
            };
            assert_eq!(lines[0], expected);
        }
    }
}

#[test]
fn case_4a_and_6_silence_brings_a_heartbeat_and_then_a_test_request() {
    for version in VERSIONS {
        for role in [Role::Acceptor, Role::Initiator] {
            let mut desk = Desk::new(version, role, |_| {}).logged_on();
            assert_eq!(desk.pass(30.0), ["say 35=0|34=2|"]);
            assert_eq!(quiet(desk.pass(6.0)), ["say 35=1|34=3|112=TEST|"]);
            let lines = desk.receive("35=0|34=2|112=TEST|");
            assert_eq!(lines, ["deliver admin 0 2", "tell round_trip 0", "advance 3"]);
        }
    }
}

#[test]
fn case_10e_a_fill_that_lowers_is_refused() {
    for version in VERSIONS {
        let mut desk = Desk::acceptor(version).logged_on();
        let text = "attempt to lower sequence number, invalid value NewSeqNo(36)=2";
        let end = if version < Version::Fix42 { "" } else { "372=4|373=5|" };
        assert_eq!(desk.hear("35=4|34=2|36=2|123=Y|"), [format!("say 35=3|34=2|45=2|58={text}|{end}")]);
        assert_eq!(desk.session.next_in(), 2);
    }
}

#[test]
fn case_12_and_13a_we_log_out_and_the_answer_is_not_answered() {
    for version in VERSIONS {
        for role in [Role::Acceptor, Role::Initiator] {
            let mut desk = Desk::new(version, role, |_| {}).logged_on();
            assert_eq!(desk.command(fixplus_session::Command::Logout { text: None }), ["say 35=5|34=2|"]);
            assert_eq!(desk.hear("35=5|34=2|"), ["deliver admin 5 2", "advance 3", "close command: logout"]);
        }
    }
}

/// Cases that need a message of the application.
#[test]
fn case_14e_i_j_and_m_are_refused_in_an_order() {
    let order = |change: &str| format!("35=D|34=2|11=A|21=1|38=1|40=1|54=1|55=IBM|60=@|{change}");
    for role in [Role::Acceptor, Role::Initiator] {
        for (name, text, told) in [
            (
                "14e",
                order("").replace("54=1", "54=?"),
                "say 35=3|34=2|45=2|58=Value is incorrect (out of range) for this tag|371=54|372=D|373=5|",
            ),
            (
                "14i",
                order("386=2|336=A|"),
                "say 35=3|34=2|45=2|58=Incorrect NumInGroup count for repeating group|371=386|372=D|373=16|",
            ),
            (
                "14j",
                order("453=1|448=A|452=1|447=D|"),
                "say 35=3|34=2|45=2|58=Out of order repeating group members|371=447|372=D|373=15|",
            ),
            (
                "14m",
                order("").replace("40=1", "40=2"),
                "say 35=j|34=2|45=2|58=Conditionally Required Field Missing (44)|372=D|380=5|",
            ),
        ] {
            let mut desk = Desk::new(Version::Fix44, role, |_| {}).logged_on();
            assert_eq!(desk.hear(&text), [told, "advance 3"], "{name}");
        }
        // 15: in another order.
        let mut desk = Desk::new(Version::Fix44, role, |_| {}).logged_on();
        assert_eq!(desk.hear("35=D|34=2|60=@|55=IBM|54=1|40=1|38=1|21=1|11=A|"), ["deliver app D 2", "advance 3"]);
    }
}

#[test]
fn case_17a_and_b_encryption_is_left_to_tls() {
    for version in VERSIONS {
        let fixt = if version == Version::Fixt11 { "1137=9|" } else { "" };
        let mut desk = Desk::acceptor(version);
        desk.connect();
        assert!(desk.hear(&format!("35=A|34=1|98=0|108=30|{fixt}"))[1].starts_with("say 35=A|34=1|98=0|"));
        let mut desk =
            Desk::new(version, Role::Acceptor, |config| config.quirks = Profile::named("standard").unwrap().quirks);
        desk.connect();
        let lines = desk.hear(&format!("35=A|34=1|98=2|108=30|{fixt}"));
        let reject = if version < Version::Fix42 {
            "write 35=3|34=1|45=1|58=Decryption problem (98)|"
        } else {
            "write 35=3|34=1|45=1|58=Decryption problem|371=98|372=A|373=7|"
        };
        assert_eq!(
            lines,
            [
                reject,
                "write 35=5|34=2|58=Unsupported EncryptMethod(98)=2|",
                "close logon_refused: Unsupported EncryptMethod(98)=2"
            ]
        );
    }
}

#[test]
fn case_18b_a_company_that_is_not_agreed_is_refused_and_counts() {
    for version in VERSIONS {
        let mut desk = Desk::new(version, Role::Acceptor, |config| {
            config.quirks = Profile::named("standard").unwrap().quirks;
            config.allowed_on_behalf_of = vec![b"GOOD".to_vec()];
        })
        .logged_on();
        assert_eq!(desk.hear("35=0|34=2|115=GOOD|")[0], "deliver admin 0 2");
        let expected = if version < Version::Fix42 {
            "say 35=3|34=2|128=BAD|45=3|58=CompID problem (115)|"
        } else {
            "say 35=3|34=2|128=BAD|45=3|58=CompID problem|371=115|372=0|373=9|"
        };
        assert_eq!(desk.hear("35=0|34=3|115=BAD|"), [expected, "advance 4"]);
    }
}

#[test]
fn case_19_a_possible_resend_is_a_new_message_for_the_session() {
    for version in VERSIONS {
        let mut desk = Desk::acceptor(version).logged_on();
        let order = match version {
            Version::Fix40 | Version::Fix41 => "11=A|21=1|38=1|40=1|54=1|55=IBM|",
            Version::Fixt11 => "11=A|38=1|40=1|54=1|55=IBM|60=@|",
            _ => "11=A|21=1|38=1|40=1|54=1|55=IBM|60=@|",
        };
        assert_eq!(desk.hear(&format!("35=D|34=2|97=Y|{order}")), ["deliver app D 2 resend", "advance 3"]);
    }
}

#[test]
fn case_16_messages_wait_for_a_connection_with_their_numbers_taken() {
    for version in VERSIONS {
        let mut desk = Desk::acceptor(version);
        let line = desk.order("A")[0].clone();
        assert!(line.starts_with("store 35=D|34=1|11=A|"), "{line}");
        desk.now.utc_ns += 10 * house::SECOND;
        desk.connect();
        let fixt = if version == Version::Fixt11 { "1137=9|" } else { "" };
        assert!(desk.hear(&format!("35=A|34=1|98=0|108=30|{fixt}"))[1].starts_with("say 35=A|34=2|"));
        let lines = desk.hear("35=2|34=2|7=1|16=1|");
        let time = if version < Version::Fix42 { "20260302-14:30:00" } else { "20260302-14:30:00.000" };
        assert!(lines[2].starts_with(&format!("write 35=D|34=1|43=Y|122={time}|")), "{lines:?}");
        assert_eq!(desk.now.utc_ns, T0.utc_ns + 10 * house::SECOND);
    }
}
