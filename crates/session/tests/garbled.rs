//! Garbled input: what is ignored, where reading goes on, what is let pass, and the limits.
#![allow(missing_docs, clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

mod house;

use fixplus_session::{Books, Role, SessionConfig, Version};
use house::{Desk, play, quiet};

const V44: Version = Version::Fix44;

fn desk(change: impl FnOnce(&mut SessionConfig)) -> Desk {
    Desk::new(V44, Role::Acceptor, change).logged_on()
}

/// A right frame with one thing changed.
fn spoiled(desk: &Desk, text: &str, spoil: impl FnOnce(String) -> String) -> Vec<u8> {
    let frame = String::from_utf8(desk.complete(text)).unwrap();
    spoil(frame.replace('\x01', "|")).replace('|', "\x01").into_bytes()
}

type Spoil = fn(String) -> String;

const SPOILS: [(&str, Spoil); 12] = [
    ("a wrong sum", |frame| {
        frame.replace("|10=", "|10=9").replacen("|10=9", "|10=", 1).replace("10=1", "10=2").replace("10=0", "10=1")
    }),
    ("a sum of two digits", |frame| frame[..frame.len() - 2].to_owned() + "|"),
    ("a sum that is no number", |frame| frame[..frame.len() - 4].to_owned() + "xyz|"),
    ("a length that is too short", |frame| {
        frame.replace("|9=", "|9=1").replacen("|9=1", "|9=", 1).replace("|9=4", "|9=3").replace("|9=5", "|9=4")
    }),
    ("a length that is no number", |frame| frame.replace("|9=", "|9=x")),
    ("an empty length", |frame| frame.replace("|9=", "|9=|9=")),
    ("no length", |frame| frame.replacen("|9=", "|7=", 1)),
    ("the type not third", |frame| frame.replace("|35=0|34=2|", "|34=2|35=0|")),
    ("a tag that is none", |frame| frame.replace("|49=PEER|", "|4x=PEER|")),
    ("a tag with a sign", |frame| frame.replace("|49=PEER|", "|+9=PEER|")),
    ("a tag with a leading zero", |frame| frame.replace("|49=PEER|", "|049=PEE|")),
    ("no sum", |frame| frame[..frame.len() - 7].to_owned()),
];

#[test]
fn a_garbled_message_is_ignored_and_the_next_good_one_shows_the_gap() {
    for (what, spoil) in SPOILS {
        for role in [Role::Acceptor, Role::Initiator] {
            let mut desk = Desk::new(V44, role, |_| {}).logged_on();
            let data = spoiled(&desk, "35=0|34=2|", spoil);
            let mut lines = desk.receive_bytes(&data);
            lines.extend(desk.receive("35=0|34=3|"));
            assert!(lines.iter().any(|line| line.starts_with("tell garbled ")), "{what}: {lines:?}");
            assert_eq!(quiet(lines), ["say 35=2|34=2|7=2|16=0|"], "{what}");
            assert_eq!(desk.session.next_in(), 2);
        }
    }
}

#[test]
fn bytes_before_a_message_are_skipped_without_a_word() {
    let mut desk = desk(|_| {});
    let mut data = b"noise 8=FI 35=0\x018=".to_vec();
    data.extend(desk.complete("35=0|34=2|"));
    data.extend_from_slice(b"\r\n");
    assert_eq!(desk.receive_bytes(&data), ["deliver admin 0 2", "advance 3"]);
}

#[test]
fn a_length_that_is_too_long_swallows_what_follows_up_to_its_end() {
    let mut desk = desk(|_| {});
    let mut data = spoiled(&desk, "35=0|34=2|", |frame| frame.replace("|9=49|", "|9=99|"));
    data.extend(desk.complete("35=0|34=2|||35=0|34=3|||35=0|34=4|"));
    let lines = desk.receive_bytes(&data);
    // The second was swallowed in part; the third is whole.
    assert_eq!(quiet(lines), ["say 35=2|34=2|7=2|16=0|"]);
    assert_eq!(desk.session.state().name(), "recovering");
}

#[test]
fn garbled_messages_are_answered_where_the_settings_say_so() {
    let mut desk = desk(|config| config.reject_garbled_message = true);
    let data = spoiled(&desk, "35=0|34=2|", |frame| frame.replace("|49=PEER|", "|4x=PEER|"));
    assert_eq!(
        quiet(desk.receive_bytes(&data)),
        ["say 35=3|34=2|45=2|58=Message failed basic validity check|372=0|", "advance 3"]
    );
    // Neither number nor type can be read.
    assert_eq!(
        quiet(desk.receive_bytes(b"8=FIX.4.4\x019=5\x0199=0\x0110=000\x01")),
        ["say 35=3|34=3|45=0|58=Message failed basic validity check|", "advance 4"]
    );
    // Another number than the expected one does not count.
    let data = spoiled(&desk, "35=0|34=9|", |frame| frame.replace("|49=PEER|", "|4x=PEER|"));
    assert_eq!(quiet(desk.receive_bytes(&data)), ["say 35=3|34=4|45=9|58=Message failed basic validity check|372=0|"]);
    let mut desk = Desk::new(Version::Fix40, Role::Acceptor, |config| config.reject_garbled_message = true).logged_on();
    let data = spoiled(&desk, "35=0|34=2|", |frame| frame.replace("|49=PEER|", "|4x=PEER|"));
    assert_eq!(
        quiet(desk.receive_bytes(&data)),
        ["say 35=3|34=2|45=2|58=Message failed basic validity check|", "advance 3"]
    );
}

#[test]
fn wrong_sums_and_lengths_are_let_pass_where_the_settings_say_so() {
    let sum: Spoil = |frame| frame[..frame.len() - 4].to_owned() + "999|";
    let sum: Spoil =
        if sum("10=000|".into()) == "10=999|" { |frame| frame[..frame.len() - 4].to_owned() + "255|" } else { sum };
    let length: Spoil = |frame| frame.replacen("|9=", "|9=77", 1);
    for (change, spoil, passes) in [
        ((|config| config.validate_checksum = false) as fn(&mut SessionConfig), sum, true),
        (|config| config.validate_checksum = false, length, false),
        (|config| config.validate_length_and_checksum = false, sum, true),
        (|config| config.validate_length_and_checksum = false, length, true),
        (|_| {}, sum, false),
    ] {
        let mut desk = desk(change);
        let data = spoiled(&desk, "35=0|34=2|", spoil);
        let whole = desk.receive_bytes(&data);
        assert_eq!(whole == ["deliver admin 0 2", "advance 3"], passes, "{whole:?}");
        // Byte by byte it is the same.
        let mut desk = self::desk(change);
        let lines: Vec<String> = data.iter().flat_map(|byte| desk.receive_bytes(&[*byte])).collect();
        assert_eq!(lines, whole);
    }
}

#[test]
fn an_answer_that_comes_garbled_three_times_ends_the_session() {
    let mut desk = Desk::acceptor(V44);
    desk.connect();
    desk.receive("35=A|34=1|98=0|108=0|");
    let garbled = |desk: &mut Desk| {
        let data = spoiled(desk, "35=0|34=2|43=Y|122=@|", |frame| frame.replace("|49=PEER|", "|4x=PEER|"));
        // Twice in one answer is once.
        let mut lines = quiet(desk.receive_bytes(&data));
        lines.extend(quiet(desk.receive_bytes(&data)));
        lines
    };
    assert!(garbled(&mut desk).is_empty());
    assert_eq!(desk.hear("35=0|34=5|"), ["say 35=2|34=2|7=2|16=0|"]);
    assert!(garbled(&mut desk).is_empty());
    assert_eq!(desk.pass(30.0)[0], "say 35=2|34=3|7=2|16=0|");
    assert!(garbled(&mut desk).is_empty());
    assert_eq!(desk.pass(30.0)[0], "say 35=2|34=4|7=2|16=0|");
    assert_eq!(garbled(&mut desk), ["say 35=5|34=5|58=ResendRequest answered with garbled messages|"]);
    assert_eq!(desk.session.state().name(), "logout_sent");
}

#[test]
fn a_frame_above_the_limit_ends_the_connection() {
    let limited = |role, lengths: bool| {
        Desk::new(V44, role, |config| {
            config.max_message_size = 200;
            config.validate_length_and_checksum = lengths;
        })
    };
    let text = "Message exceeds the maximum size of 200 bytes";
    // Before its bytes arrive, where the length is believed.
    let mut desk = limited(Role::Acceptor, true).logged_on();
    assert_eq!(
        quiet(desk.receive_bytes(b"8=FIX.4.4\x019=201\x01")),
        [format!("say 35=5|34=2|58={text}|"), format!("close protocol: {text}")]
    );
    let mut desk = limited(Role::Acceptor, false).logged_on();
    let long = format!("35=B|34=2|148={}|", "x".repeat(300));
    assert_eq!(quiet(desk.receive(&long)), [format!("say 35=5|34=2|58={text}|"), format!("close protocol: {text}")]);
    // A stranger hears nothing.
    let mut desk = limited(Role::Acceptor, true);
    desk.connect();
    assert_eq!(desk.receive_bytes(b"8=FIX.4.4\x019=99999999999\x01"), [format!("close logon_refused: {text}")]);
    let mut desk = limited(Role::Initiator, true);
    desk.connect();
    assert_eq!(desk.receive_bytes(b"8=FIX.4.4\x019=201\x01"), [format!("close logon_refused: {text}")]);
}

#[test]
fn a_flood_of_garbled_bytes_is_told_of_piece_by_piece() {
    let mut desk = desk(|_| {});
    let data = b"8=FIX.4.4\x019=x\x01".repeat(1000);
    let mut effects = fixplus_session::Effects::new();
    desk.session.receive(&data, desk.now, &mut effects);
    assert!(effects.list().len() <= 64);
    let mut rounds = 0;
    while desk.session.pending() {
        effects.clear();
        desk.session.receive(b"", desk.now, &mut effects);
        assert!(effects.list().len() <= 64);
        rounds += 1;
    }
    assert_eq!(rounds, 1000 / 64);
}

#[test]
fn an_incomplete_frame_ends_by_silence() {
    let mut desk = desk(|_| {});
    let data = desk.complete("35=0|34=2|");
    desk.receive_bytes(&data[..data.len() - 1]);
    assert!(!desk.session.pending());
    let lines = quiet(desk.pass(72.0));
    assert_eq!(lines.last().unwrap(), "close heartbeat_timeout");
}

#[test]
fn several_messages_in_one_piece_are_handed_out_one_at_a_time() {
    let mut desk = desk(|_| {});
    let data = desk.complete("35=0|34=2|||35=D|34=3|11=A|21=1|38=1|40=1|54=1|55=IBM|60=@|||35=0|34=4|");
    let mut effects = fixplus_session::Effects::new();
    desk.session.receive(&data, desk.now, &mut effects);
    assert_eq!((effects.list().len(), desk.session.next_in(), desk.session.pending()), (2, 3, true));
    play(&mut desk, "bytes\n : deliver app D 3\n : advance 4\n : deliver admin 0 4\n : advance 5");
    assert!(!desk.session.pending());
}

#[test]
fn how_bytes_are_cut_does_not_matter() {
    let script = "35=0|34=2|||35=1|34=3|112=X|||35=0|34=6|||35=D|34=4|43=Y|122=@|11=A|21=1|38=1|40=1|54=1|55=IBM|60=@|||35=4|34=5|43=Y|36=6|123=Y|||35=0|34=7|55=IBM|||35=5|34=8|";
    let mut whole = desk(|_| {});
    let data = whole.complete(script);
    let expected = whole.receive_bytes(&data);
    assert!(expected.len() > 15);
    for width in 1..data.len() {
        let mut desk = desk(|_| {});
        let lines: Vec<String> = data.chunks(width).flat_map(|piece| desk.receive_bytes(piece)).collect();
        assert_eq!(lines, expected, "in pieces of {width}");
    }
}

#[test]
fn an_identity_is_read_from_the_first_message() {
    use fixplus_session::identify;
    use fixplus_wire::DataPairs;
    let pairs = DataPairs::standard();
    let desk = Desk::with(house::config(V44, Role::Acceptor), Books::none());
    let found = |data: &[u8]| identify(data, &pairs, 1 << 20);
    let data = desk.complete("35=A|34=1|50=FLOOR|57=DESK|142=NYC|143=LDN|98=0|108=30|");
    let identity = found(&data).unwrap();
    assert_eq!(
        [
            identity.begin_string.as_slice(),
            &identity.sender_comp_id,
            &identity.sender_sub_id,
            &identity.sender_location_id,
            &identity.target_comp_id,
            &identity.target_sub_id,
            &identity.target_location_id
        ],
        [b"FIX.4.4".as_slice(), b"PEER", b"FLOOR", b"NYC", b"US", b"DESK", b"LDN"]
    );
    // More bytes behind it do no harm, a wrong length or sum is for the session.
    assert!(found(&[data.as_slice(), b"8=FIX"].concat()).is_some());
    assert!(found(&spoiled(&desk, "35=A|34=1|98=0|108=30|", |frame| frame.replacen("|9=", "|9=7", 1))).is_some());
    let bare = found(&desk.complete("35=A|34=1|-49|98=0|108=30|")).unwrap();
    assert!(bare.sender_comp_id.is_empty() && bare.target_sub_id.is_empty());
    for data in [
        desk.complete("35=0|34=1|"),
        data[..data.len() - 1].to_vec(),
        [b"noise".as_slice(), &data].concat(),
        b"GET / HTTP/1.1\r\n\r\n".to_vec(),
        Vec::new(),
    ] {
        assert_eq!(found(&data), None);
    }
}
