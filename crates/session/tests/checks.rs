//! In which order a message is checked, and how each fault is refused in each version and style.
#![allow(missing_docs, clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

mod house;

use fixplus_dictionary::settings::MissingDelimiter;
use fixplus_session::config::RejectStyle;
use fixplus_session::profiles::Profile;
use fixplus_session::{Books, Command, Role, SessionConfig, Version};
use house::{Desk, play, quiet};

const V44: Version = Version::Fix44;

fn desk(version: Version, change: impl FnOnce(&mut SessionConfig)) -> Desk {
    Desk::new(version, Role::Acceptor, change).logged_on()
}

/// An order that passes every check of its version.
fn order(version: Version, change: &str) -> String {
    let mut fields = vec!["11=A", "21=1", "38=1", "40=1", "54=1", "55=IBM", "60=@"];
    if version < Version::Fix42 {
        fields.retain(|field| !field.starts_with("60="));
    }
    let text: String = fields.iter().map(|field| format!("{field}|")).collect();
    let (from, to) = change.split_once('>').unwrap_or(("", change));
    let text = if from.is_empty() { text + to } else { text.replace(from, to) };
    format!("35=D|34=2|{text}")
}

#[test]
fn the_order_that_passes_does() {
    for version in [Version::Fix40, Version::Fix41, Version::Fix42, Version::Fix43, V44, Version::Fixt11] {
        assert_eq!(desk(version, |_| {}).hear(&order(version, ""))[0], "deliver app D 2", "{version:?}");
    }
}

#[test]
fn a_type_that_is_empty_is_refused_without_naming_it() {
    for (version, end) in [(Version::Fix40, " (35)|"), (V44, "|371=35|373=4|")] {
        assert_eq!(
            desk(version, |_| {}).hear("35=|34=2|"),
            [format!("say 35=3|34=2|45=2|58=Tag specified without a value{end}"), "advance 3".into()]
        );
    }
}

/// Reason, text, tag, and what brings it about in an order.
const FAULTS: [(u16, &str, &str, &str); 12] = [
    (0, "Invalid tag number", "9999", "9999=x|"),
    (0, "Invalid tag number", "0", "0=x|"),
    (0, "Invalid tag number", "-1", "-1=x|"),
    (1, "Required tag missing", "11", "11=A|>"),
    (2, "Tag not defined for this message type", "112", "112=x|"),
    (4, "Tag specified without a value", "55", "55=IBM>55="),
    (5, "Value is incorrect (out of range) for this tag", "54", "54=1|>54=?|"),
    (6, "Incorrect data format for value", "38", "38=1|>38=+200.00|"),
    (13, "Tag appears more than once", "40", "40=1|>40=1|40=1|"),
    (14, "Tag specified out of required order", "115", "115=A|"),
    (16, "Incorrect NumInGroup count for repeating group", "386", "386=3|336=A|336=B|"),
    (17, "Non-data value includes field delimiter", "55", "55=IBM|>55=IB|M|"),
];

#[test]
fn every_fault_is_refused_with_its_text_in_every_version() {
    for version in [Version::Fix40, Version::Fix41, Version::Fix42, Version::Fix43, V44, Version::Fixt11] {
        for (reason, text, tag, change) in FAULTS {
            // The group came with FIX 4.2.
            if reason == 16 && version < Version::Fix42 {
                continue;
            }
            let lines = desk(version, |_| {}).receive(&order(version, change));
            let expected = match version {
                Version::Fix40 | Version::Fix41 => format!("say 35=3|34=2|45=2|58={text} ({tag})|"),
                Version::Fix42 if reason > 11 => format!("say 35=3|34=2|45=2|58={text}|371={tag}|372=D|"),
                _ => format!("say 35=3|34=2|45=2|58={text}|371={tag}|372=D|373={reason}|"),
            };
            assert_eq!(lines[0], expected, "{version:?} {change}");
            assert_eq!(lines[1], format!("tell rejected 2 {reason} - {tag}"), "{version:?} {change}");
            assert_eq!(lines[2..], ["advance 3"], "{version:?} {change}");
        }
    }
}

#[test]
fn a_missing_delimiter_has_a_text_of_its_own() {
    let lines = desk(V44, |_| {}).hear("35=D|34=2|11=A|21=1|38=1|40=1|54=1|55=IBM|60=@|453=1|447=D|448=X|");
    assert_eq!(lines[0], "say 35=3|34=2|45=2|58=The group 453 must set the delimiter field 448|371=447|372=D|373=15|");
}

#[test]
fn reasons_that_a_version_does_not_list_are_left_out() {
    // Each of these comes by the application, which may give any reason.
    for (version, reason, given) in [
        (Version::Fix42, 11, true),
        (Version::Fix42, 12, false),
        (Version::Fix43, 17, true),
        (Version::Fix43, 18, false),
        (Version::Fix43, 99, false),
        (V44, 17, true),
        (V44, 18, false),
        (V44, 99, true),
        (V44, 100, false),
        (Version::Fixt11, 18, true),
        (Version::Fixt11, 19, false),
        (Version::Fixt11, 99, true),
        (Version::Fixt11, 117, true),
    ] {
        let mut desk = desk(version, |_| {});
        let lines = desk.command(Command::Reject {
            ref_seq: 1,
            ref_msg_type: b"D".to_vec(),
            reason,
            ref_tag: Some(55),
            text: Some("no".into()),
            routing: Vec::new(),
        });
        let end = if given { format!("373={reason}|") } else { String::new() };
        assert_eq!(lines[0], format!("say 35=3|34=2|45=1|58=no|371=55|372=D|{end}"), "{version:?}");
    }
}

#[test]
fn types_names_and_times_are_blamed_as_the_style_says() {
    let styles = [RejectStyle::Quickfix, RejectStyle::Quickfixj, RejectStyle::Standard];
    let cases: [(&str, &str, &str, [&str; 3]); 7] = [
        ("35=*|34=2|", "Invalid MsgType", "372=*|373=11|", ["", "371=35|", "371=35|"]),
        ("35=0|34=2|49=WHO|", "CompID problem", "372=0|373=9|", ["", "", "371=49|"]),
        ("35=0|34=2|56=WHO|", "CompID problem", "372=0|373=9|", ["", "", "371=56|"]),
        ("35=0|34=2|52=@-121|", "SendingTime accuracy problem", "372=0|373=10|", ["", "371=52|", "371=52|"]),
        ("35=0|34=2|52=@+121|", "SendingTime accuracy problem", "372=0|373=10|", ["", "371=52|", "371=52|"]),
        ("35=0|34=2|43=Y|122=@+1|", "SendingTime accuracy problem", "372=0|373=10|", ["", "371=122|", "371=122|"]),
        (
            "35=4|34=2|36=1|",
            "Value is incorrect (out of range) for this tag",
            "372=4|373=5|",
            ["", "371=36|", "371=36|"],
        ),
    ];
    for (text, words, end, tags) in cases {
        for (style, tag) in styles.into_iter().zip(tags) {
            let mut desk = desk(V44, |config| config.quirks.reject_style = style);
            assert_eq!(desk.hear(text)[0], format!("say 35=3|34=2|45=2|58={words}|{tag}{end}"), "{style:?}");
        }
    }
    // FIX 4.0 and 4.1 say the field in words.
    for (style, end) in styles.into_iter().zip([" (55)", ", field=55", " (55)"]) {
        let mut desk = desk(Version::Fix40, |config| config.quirks.reject_style = style);
        let lines = desk.hear(&order(Version::Fix40, "55=IBM>55="));
        assert_eq!(lines[0], format!("say 35=3|34=2|45=2|58=Tag specified without a value{end}|"));
    }
    let mut desk = desk(Version::Fix41, |config| config.quirks.reject_style = RejectStyle::Quickfixj);
    assert_eq!(desk.hear("35=0|34=2|52=@-121|")[0], "say 35=3|34=2|45=2|58=SendingTime accuracy problem, field=52|");
}

#[test]
fn the_logout_behind_a_reject_repeats_the_reason_where_the_profile_says_so() {
    for (text, said) in [
        ("35=0|34=2|49=WHO|", "58=CompID problem|"),
        ("35=0|34=2|52=@-121|", "58=SendingTime accuracy problem, field=52|"),
    ] {
        let mut desk = desk(V44, |config| config.quirks = Profile::named("quickfixj").unwrap().quirks);
        assert_eq!(desk.hear(text)[1], format!("say 35=5|34=3|{said}"));
    }
}

#[test]
fn a_foreign_begin_string_may_be_named() {
    let mut desk = desk(V44, |config| config.quirks = Profile::named("quickfixn").unwrap().quirks);
    let body = format!("35=0|34=2|49=PEER|52={}|56=US|", desk.time(0)).replace('|', "\x01");
    let lines = desk.receive_bytes(&house::frame("FIX.4.1", &body));
    assert_eq!(lines[0], "say 35=5|34=2|58=Incorrect BeginString (FIX.4.1)|");
}

#[test]
fn checks_come_in_their_order() {
    // Each text has two faults; the first of the order is told.
    for (text, told) in [
        // No number before everything else.
        ("35=0|-34|49=WHO|55=IBM|", "say 35=5|34=2|58=Received message without MsgSeqNum|"),
        ("35=0|34=x|49=WHO|", "say 35=5|34=2|58=Received message without MsgSeqNum|"),
        // Too high: unread.
        ("35=0|34=9|49=WHO|52=@-500|55=IBM|", "say 35=2|34=2|7=2|16=0|"),
        // The dictionary before names and times.
        ("35=0|34=2|-56|52=@-500|", "say 35=3|34=2|45=2|58=Required tag missing|371=56|372=0|373=1|"),
        ("35=0|34=2|56=|52=@-500|", "say 35=3|34=2|45=2|58=Tag specified without a value|371=56|372=0|373=4|"),
        ("35=0|34=2|49=WHO|55=IBM|", "say 35=3|34=2|45=2|58=Tag not defined for this message type|371=55|372=0|373=2|"),
        // Times before names, names before a low number.
        ("35=0|34=2|49=WHO|52=@-500|", "say 35=3|34=2|45=2|58=SendingTime accuracy problem|372=0|373=10|"),
        ("35=0|34=1|49=WHO|", "say 35=3|34=2|45=1|58=CompID problem|372=0|373=9|"),
        // 122 before a low number.
        ("35=0|34=1|43=Y|", "say 35=3|34=2|45=1|58=Required tag missing|371=122|372=0|373=1|"),
        // A low number before the rules about meaning.
        (
            "35=D|34=1|11=A|21=1|38=1|40=2|54=1|55=IBM|60=@|",
            "say 35=5|34=2|58=MsgSeqNum too low, expecting 2 but received 1|",
        ),
        // A wrong count before a wrong code in the group, the header before the body.
        (
            "35=D|34=2|11=A|21=1|38=1|40=1|54=1|55=IBM|60=@|453=2|448=X|447=?|",
            "say 35=3|34=2|45=2|58=Incorrect NumInGroup count for repeating group|371=453|372=D|373=16|",
        ),
        (
            "35=D|34=2|115=|11=A|21=1|38=1|40=?|54=1|55=IBM|60=@|",
            "say 35=3|34=2|45=2|58=Tag specified without a value|371=115|372=D|373=4|",
        ),
    ] {
        assert_eq!(desk(V44, |_| {}).hear(text)[0], told, "{text}");
    }
}

#[test]
fn times_within_the_limit_pass_and_the_limit_can_be_set_or_switched_off() {
    for (text, limit, passes) in [
        ("52=@-120|", 120, true),
        ("52=@+120|", 120, true),
        ("52=@-121|", 120, false),
        ("52=@-6|", 5, false),
        ("52=@-5|", 5, true),
    ] {
        let mut desk = desk(V44, |config| config.max_latency_ns = limit * house::SECOND);
        assert_eq!(desk.hear(&format!("35=0|34=2|{text}"))[0].starts_with("deliver"), passes, "{text}");
    }
    let mut desk = desk(V44, |config| config.check_latency = false);
    assert!(desk.hear("35=0|34=2|52=@-5000|")[0].starts_with("deliver"));
    // Possible duplicates are held against now too: their time is new.
    assert!(self::desk(V44, |_| {}).hear("35=0|34=2|43=Y|52=@-500|122=@-500|")[0].contains("373=10|"));
}

#[test]
fn names_are_compared_letter_by_letter_unless_switched_off() {
    assert!(desk(V44, |_| {}).hear("35=0|34=2|49=peer|")[0].contains("373=9|"));
    let mut desk = desk(V44, |config| config.check_comp_id = false);
    assert!(desk.hear("35=0|34=2|49=peer|56=who|")[0].starts_with("deliver"));
}

#[test]
fn companies_that_are_not_agreed_are_refused_and_counted() {
    let agreed = |config: &mut SessionConfig| config.allowed_on_behalf_of = vec![b"A".to_vec(), b"B".to_vec()];
    let mut desk = desk(V44, agreed);
    assert!(desk.hear("35=0|34=2|115=A|128=B|")[0].starts_with("deliver"));
    assert_eq!(desk.hear("35=0|34=3|115=C|"), ["say 35=3|34=2|128=C|45=3|58=CompID problem|372=0|373=9|", "advance 4"]);
    let mut desk = self::desk(V44, |config| {
        agreed(config);
        config.quirks.reject_style = RejectStyle::Standard;
    });
    assert_eq!(desk.hear("35=0|34=2|128=C|")[0], "say 35=3|34=2|115=C|45=2|58=CompID problem|371=128|372=0|373=9|");
    assert_eq!(desk.session.state().name(), "logged_on");
}

#[test]
fn replies_are_routed_back_the_way_the_message_came() {
    for (version, routing, back) in [
        (V44, "115=A|116=B|144=C|", "128=A|129=B|145=C|"),
        (V44, "128=A|129=B|145=C|", "115=A|116=B|144=C|"),
        (V44, "115=A|", "128=A|"),
        (Version::Fix40, "115=A|116=B|", "128=A|129=B|"),
        (V44, "", ""),
    ] {
        let mut desk = desk(version, |_| {});
        let order = order(version, "54=1|>54=?|").replace("34=2|", &format!("34=2|{routing}"));
        let lines = desk.hear(&order);
        assert!(lines[0].starts_with(&format!("say 35=3|34=2|{back}45=2|")), "{lines:?}");
    }
    // Of an empty value nothing is made.
    let mut desk = desk(V44, |config| config.validation.fields_have_values = false);
    let lines = desk.hear(&order(V44, "54=1|>54=?|").replace("34=2|", "34=2|115=|116=B|"));
    assert!(lines[0].starts_with("say 35=3|34=2|129=B|45=2|"), "{lines:?}");
    let mut desk = self::desk(V44, |_| {});
    let lines = desk.command(Command::BusinessReject {
        ref_seq: 2,
        ref_msg_type: b"D".to_vec(),
        reason: 1,
        ref_id: b"A1".to_vec(),
        text: None,
        routing: vec![(115, b"A".to_vec()), (145, b"C".to_vec())],
    });
    assert_eq!(lines[0], "say 35=j|34=2|128=A|144=C|45=2|58=Unknown ID|372=D|379=A1|380=1|");
}

#[test]
fn the_application_refuses_by_reasons_with_texts() {
    for (reason, text) in [
        (0, "Other"),
        (1, "Unknown ID"),
        (2, "Unknown Security"),
        (3, "Unsupported Message Type"),
        (4, "Application Not Available"),
        (5, "Conditionally Required Field Missing"),
        (6, "Not Authorized"),
        (7, "Deliver to firm not available at this time"),
        (99, "Other"),
    ] {
        let mut desk = desk(V44, |_| {});
        play(
            &mut desk,
            &format!(
                "business 7 D {reason}
                 : say 35=j|34=2|45=7|58={text}|372=D|380={reason}|
                 : tell rejected 7 - {reason} -
                 business 7 D {reason} in my words
                 : say 35=j|34=3|45=7|58=in my words|372=D|380={reason}|
                 : tell rejected 7 - {reason} -"
            ),
        );
    }
    for (version, reason, sent, text) in [
        (Version::Fix42, 6, 0, "Not Authorized"),
        (V44, 8, 0, "Throttle limit exceeded"),
        (Version::Fixt11, 8, 8, "Throttle limit exceeded"),
        (Version::Fixt11, 9, 9, "Throttle limit exceeded, session disconnected"),
        (Version::Fixt11, 10, 10, "Throttled messages rejected on request"),
        (Version::Fixt11, 18, 18, "Invalid price increment"),
    ] {
        let mut desk = desk(version, |_| {});
        let lines = desk.command(Command::BusinessReject {
            ref_seq: 7,
            ref_msg_type: b"D".to_vec(),
            reason,
            ref_id: Vec::new(),
            text: None,
            routing: Vec::new(),
        });
        assert_eq!(lines[0], format!("say 35=j|34=2|45=7|58={text}|372=D|380={sent}|"), "{version:?}");
    }
    for (reason, text) in [
        (0, "Invalid tag number"),
        (1, "Required tag missing"),
        (2, "Tag not defined for this message type"),
        (3, "Undefined Tag"),
        (4, "Tag specified without a value"),
        (5, "Value is incorrect (out of range) for this tag"),
        (6, "Incorrect data format for value"),
        (7, "Decryption problem"),
        (8, "Signature problem"),
        (9, "CompID problem"),
        (10, "SendingTime accuracy problem"),
        (11, "Invalid MsgType"),
        (12, "XML validation error"),
        (13, "Tag appears more than once"),
        (14, "Tag specified out of required order"),
        (15, "Out of order repeating group members"),
        (16, "Incorrect NumInGroup count for repeating group"),
        (17, "Non-data value includes field delimiter"),
        (18, "Invalid or unsupported application version"),
        (99, "Other"),
    ] {
        let mut desk = desk(Version::Fixt11, |_| {});
        play(
            &mut desk,
            &format!(
                "reject 7 D {reason}
                 : say 35=3|34=2|45=7|58={text}|372=D|373={reason}|
                 : tell rejected 7 {reason} - -"
            ),
        );
    }
}

#[test]
fn before_4_2_a_fault_of_meaning_is_a_reject() {
    for version in [Version::Fix40, Version::Fix41] {
        play(
            &mut desk(version, |_| {}),
            "quiet
             business 2 D 3
             : say 35=3|34=2|45=2|58=Unsupported message type|
             business 2 D 4
             : say 35=3|34=3|45=2|58=Application Not Available|",
        );
    }
}

#[test]
fn a_refusal_of_the_application_after_the_end_says_nothing() {
    let mut desk = desk(V44, |_| {});
    desk.disconnected();
    assert!(
        quiet(desk.command(Command::Reject {
            ref_seq: 2,
            ref_msg_type: b"D".to_vec(),
            reason: 99,
            ref_tag: None,
            text: None,
            routing: Vec::new(),
        }))
        .is_empty()
    );
}

#[test]
fn the_version_may_stand_in_a_business_reject() {
    let mut desk = desk(Version::Fixt11, |config| config.quirks.appl_ver_id_in_business_reject = true);
    play(&mut desk, "quiet\n business 2 D 3\n : say 35=j|34=2|45=2|58=Unsupported Message Type|372=D|380=3|1137=9|");
    let mut desk = self::desk(V44, |config| config.quirks.appl_ver_id_in_business_reject = true);
    play(&mut desk, "quiet\n business 2 D 3\n : say 35=j|34=2|45=2|58=Unsupported Message Type|372=D|380=3|");
}

#[test]
fn a_field_that_is_missing_on_a_condition_is_a_fault_of_meaning() {
    // A limit order without Price(44).
    let mut desk = desk(V44, |_| {});
    assert_eq!(
        desk.receive(&order(V44, "40=1|>40=2|")),
        [
            "say 35=j|34=2|45=2|58=Conditionally Required Field Missing (44)|372=D|380=5|",
            "tell rejected 2 - 5 44",
            "advance 3"
        ]
    );
    let mut desk = self::desk(Version::Fix40, |_| {});
    assert_eq!(
        desk.hear(&order(Version::Fix40, "40=1|>40=2|"))[0],
        "say 35=3|34=2|45=2|58=Conditionally Required Field Missing (44)|"
    );
    let mut desk = self::desk(V44, |config| config.validate_incoming_message = false);
    assert_eq!(desk.hear(&order(V44, "40=1|>40=2|"))[0], "deliver app D 2");
}

#[test]
fn a_reject_is_never_answered() {
    let mut desk = desk(V44, |_| {});
    assert_eq!(desk.receive("35=3|34=2|55=IBM|"), ["tell rejected 2 1 - 45", "advance 3"]);
    // A wrong name still ends the session.
    assert_eq!(desk.hear("35=3|34=3|49=WHO|45=1|"), ["say 35=5|34=2|", "advance 4"]);
}

#[test]
fn data_whose_length_is_wrong_is_refused_by_what_it_was() {
    for (text, told) in [
        // A signature.
        ("35=0|34=2|~|93=5|89=abc|", "58=Signature problem|371=93|372=0|373=8|"),
        ("35=0|34=2|~|89=abc|", "58=Required tag missing|371=93|372=0|373=1|"),
        ("35=B|34=2|148=x|33=1|58=y|~|354=9|355=abc|", "58=Incorrect data format for value|371=354|372=B|373=6|"),
    ] {
        let lines = desk(V44, |_| {}).hear(&text.replace("~|", ""));
        assert_eq!(lines[0], format!("say 35=3|34=2|45=2|{told}"), "{text}");
    }
    // Right ones pass.
    assert_eq!(desk(V44, |_| {}).hear("35=0|34=2|93=3|89=abc|")[0], "deliver admin 0 2");
    assert_eq!(desk(V44, |_| {}).hear("35=0|34=2|90=3|91=abc|")[0], "deliver admin 0 2");
    // Encrypted data with a wrong length cannot be told from the rest: garbled.
    let lines = desk(V44, |_| {}).receive("35=0|34=2|90=7|91=abc|");
    assert!(lines.len() == 1 && lines[0].starts_with("tell garbled "), "{lines:?}");
}

// -------------------------------------------------------------------------------------------- switches of the check

#[test]
fn without_a_dictionary_only_names_and_time_are_demanded() {
    let mut desk = Desk::with(house::config(V44, Role::Acceptor), Books::none()).logged_on();
    for (seq, gone, tag) in [(2, "-49", 49), (3, "-52", 52), (4, "-56", 56)] {
        let lines = desk.hear(&format!("35=D|34={seq}|{gone}|1=x|"));
        assert_eq!(lines[0], format!("say 35=3|34={seq}|45={seq}|58=Required tag missing|371={tag}|372=D|373=1|"));
    }
    assert_eq!(desk.hear("35=XX|34=5|9999=|1=a|1=b|")[0], "deliver app XX 5");
    let mut desk = Desk::with(house::config(V44, Role::Acceptor), Books::none()).logged_on();
    assert!(desk.hear("35=0|34=2|52=yesterday|")[0].contains("373=10|"));
    let mut config = house::config(Version::Fixt11, Role::Acceptor);
    config.validate_incoming_message = false;
    let mut desk = Desk::with(config, Books::bundled(Version::Fixt11)).logged_on();
    assert_eq!(desk.hear("35=D|34=2|1128=10|")[0], "deliver app D 2");
    assert_eq!(desk.hear("35=D|34=3|54=nonsense|")[0], "deliver app D 3");
}

#[test]
fn faulty_messages_may_be_delivered_with_their_faults() {
    let lenient = |config: &mut SessionConfig| config.reject_invalid_message = false;
    let mut desk = desk(V44, lenient);
    let lines = desk.hear(&order(V44, "54=1|>54=?|"));
    assert_eq!(lines[0], "deliver app D 2");
    assert!(lines[1].starts_with("with ") && lines[1].contains("54"), "{lines:?}");
    assert_eq!(lines[2], "advance 3");
    for (change, words) in [("55=IBM|>55=IB|M|", "55"), ("40=1|>40=2|", "44")] {
        let lines = self::desk(V44, lenient).hear(&order(V44, change));
        assert_eq!(lines[0], "deliver app D 2");
        assert!(lines[1].starts_with("with ") && lines[1].contains(words), "{lines:?}");
    }
    let lines = self::desk(V44, lenient).receive("35=1|34=2|");
    assert_eq!(lines.len(), 4, "{lines:?}");
    assert!(lines[0].starts_with("tell warning a faulty message of type 1 is taken: "));
    assert_eq!(lines[1..], ["deliver admin 1 2", "say 35=0|34=2|", "advance 3"]);
    for (change, reason) in [("93=5|89=abc|", 6), ("89=abc|", 1)] {
        let lines = self::desk(V44, lenient).hear(&order(V44, change));
        assert_eq!(lines[0], "deliver app D 2", "{reason}");
        assert!(lines[1].starts_with("with "), "{lines:?}");
    }
    // Names and times are the session's, not the message's.
    assert!(self::desk(V44, lenient).hear("35=0|34=2|49=WHO|")[0].contains("373=9|"));
    assert!(self::desk(Version::Fixt11, lenient).hear("35=D|34=2|1128=10|")[0].contains("373=18|"));
}

#[test]
fn each_switch_of_the_check_lets_something_pass() {
    const UNORDERED: &str = "453=1|448=A|452=1|447=D|";
    const NO_DELIMITER: &str = "453=1|447=D|452=1|";
    type Change = fn(&mut SessionConfig);
    let cases: [(&str, Change); 10] = [
        ("115=A|", |config| config.validation.fields_out_of_order = false),
        ("55=IBM|>55=|", |config| config.validation.fields_have_values = false),
        ("9999=x|", |config| config.validation.user_defined_fields = false),
        ("112=x|", |config| config.validation.allow_unknown_msg_fields = true),
        ("54=1|>54=?|", |config| config.validation.allow_unknown_enum_values = true),
        ("54=1|>54=?|", |config| config.validation.allow_codes = vec![54]),
        ("112=x|", |config| config.validation.allow_tags = vec![112]),
        (UNORDERED, |config| config.validation.unordered_group_fields = false),
        (NO_DELIMITER, |config| config.validation.first_field_in_group_is_delimiter = true),
        (NO_DELIMITER, |config| config.validation.missing_group_delimiter = MissingDelimiter::Accept),
    ];
    for (change, switch) in cases {
        let text = order(V44, change);
        assert!(desk(V44, |_| {}).hear(&text)[0].starts_with("say 35=3|"), "{change}");
        assert_eq!(desk(V44, switch).hear(&text), ["deliver app D 2", "advance 3"], "{change}");
    }
    // As the .NET engine says it.
    let reject_99 = |config: &mut SessionConfig| config.validation.missing_group_delimiter = MissingDelimiter::Reject99;
    assert_eq!(
        desk(V44, reject_99).hear(&order(V44, NO_DELIMITER))[0],
        "say 35=3|34=2|45=2|58=Group 453's first entry does not start with delimiter 448|371=453|372=D|373=99|"
    );
    // XML is looked at only where that is asked for.
    let xml = "35=n|34=2|212=3|213=<a<|";
    assert_eq!(desk(V44, |_| {}).hear(xml)[0], "deliver app n 2");
    assert_eq!(
        desk(V44, |config| config.validation.check_xml = true).hear(xml)[0],
        "say 35=3|34=2|45=2|58=XML validation error|371=213|372=n|373=12|"
    );
}

#[test]
fn an_empty_id_of_a_test_request_comes_back_where_empty_values_pass() {
    let mut desk = desk(V44, |config| config.validation.fields_have_values = false);
    assert_eq!(desk.hear("35=1|34=2|112=|")[1], "say 35=0|34=2|112=|");
}

#[test]
fn a_faulty_message_of_the_application_may_end_the_session_or_reset_it() {
    for (change, end) in [
        ((|config| config.disconnect_on_error = true) as fn(&mut SessionConfig), &[][..]),
        (|config| config.reset_on_error = true, &["reset 1 1"][..]),
    ] {
        let mut desk = desk(V44, change);
        let mut expected = vec![
            "say 35=3|34=2|45=2|58=Value is incorrect (out of range) for this tag|371=54|372=D|373=5|",
            "advance 3",
        ];
        expected.extend(end);
        expected.push("close protocol: a faulty message of the application");
        assert_eq!(desk.hear(&order(V44, "54=1|>54=?|")), expected);
        // A faulty session message does not, a refusal of the application does.
        let mut desk = self::desk(V44, change);
        assert_eq!(desk.hear("35=0|34=2|55=IBM|").len(), 2);
        desk.hear("35=D|34=3|11=A|21=1|38=1|40=1|54=1|55=IBM|60=@|");
        let lines = quiet(desk.command(Command::BusinessReject {
            ref_seq: 3,
            ref_msg_type: b"D".to_vec(),
            reason: 3,
            ref_id: Vec::new(),
            text: None,
            routing: Vec::new(),
        }));
        assert_eq!(lines.last().unwrap(), "close protocol: a faulty message of the application");
    }
}

// ------------------------------------------------------------------------------------------------- what we may send

#[test]
fn a_message_of_ours_has_the_sessions_header_and_keeps_the_callers_rest() {
    let mut desk = desk(V44, |_| {});
    for (given, written) in [
        // Fields of the session are its own, whatever the caller gave.
        ("8=FIX.4.2|9=5|35=D|34=99|49=x|52=y|56=z|43=Y|122=w|369=7|11=A|10=000|", "11=A|"),
        // The header ascending, the body as given, the trailer behind.
        ("11=B|35=D|129=c|115=a|97=Y|55=IBM|54=1|93=1|89=s|", "97=Y|115=a|129=c|11=B|55=IBM|54=1|93=1|89=s|"),
        // Who of the desk it is from may be said message by message.
        ("35=D|57=them|50=trader|142=here|143=there|11=C|", "50=trader|57=them|142=here|143=there|11=C|"),
        (
            "35=D|627=2|628=h1|629=20260302-14:30:00|628=h2|212=2|213=<>|11=D|",
            "212=2|213=<>|627=2|628=h1|629=20260302-14:30:00|628=h2|11=D|",
        ),
        ("35=8|58=umlaut|453=2|448=a|447=D|448=b|447=D|37=1|", "58=umlaut|453=2|448=a|447=D|448=b|447=D|37=1|"),
    ] {
        let seq = desk.session.next_out();
        let msg_type = if given.contains("35=8|") { "8" } else { "D" };
        let lines = desk.send(given).unwrap();
        let said = lines[0].clone();
        let head = format!("say 35={msg_type}|34={seq}|");
        assert!(said.starts_with(&head), "{said}");
        // What stands between names and time is left out of the line; the rest is as written.
        assert_eq!(said[head.len()..], *written, "{given}");
    }
}

#[test]
fn a_caller_may_say_that_a_message_is_a_possible_duplicate_where_the_settings_allow_it() {
    let mut desk = desk(V44, |config| config.allow_pos_dup = true);
    assert_eq!(
        desk.send("35=D|43=Y|122=20260302-14:00:00.000|11=A|").unwrap(),
        ["say 35=D|34=2|43=Y|122=20260302-14:00:00.000|11=A|"]
    );
    // The fields of a gap fill are its own all the same.
    assert_eq!(desk.hear("35=2|34=2|7=1|16=1|")[2], "write 35=4|34=1|43=Y|122=@|36=2|123=Y|");
}

#[test]
fn what_cannot_be_sent_is_refused_and_takes_no_number() {
    let mut desk = desk(V44, |_| {});
    for (given, why) in [
        ("11=A|", "MsgType(35) is missing"),
        ("35=0|", "messages of type 0 are the session's own; it has commands for them"),
        ("35=A|98=0|", "messages of type A are the session's own; it has commands for them"),
        ("35=4|36=9|", "messages of type 4 are the session's own; it has commands for them"),
        ("35=D|1128=9|", "1128 is no header field of FIX.4.4"),
        ("35=D|370=20260302-14:30:00|", "370 is no header field of FIX.4.4"),
        ("35=D|58=a\u{1}b|", "the value of 58 holds SOH, which only a data field may"),
        ("35=D|0=x|", "a field without a legal tag cannot be written"),
        ("35=D|96=x|", "the data field 96 needs its length in 95 directly before it"),
        ("35=D|95=5|96=x|", "the length in 95 contradicts the 1 bytes of data in 96"),
    ] {
        assert_eq!(desk.send(given).unwrap_err().to_string(), why);
    }
    assert_eq!(desk.session.next_out(), 2);
    for (version, tag) in [
        (Version::Fix40, 144),
        (Version::Fix41, 347),
        (Version::Fix42, 627),
        (Version::Fix43, 1128),
        (V44, 1156),
        (Version::Fixt11, 370),
    ] {
        let error = self::desk(version, |_| {}).send(&format!("35=D|{tag}=1|")).unwrap_err();
        assert_eq!(error.to_string(), format!("{tag} is no header field of {}", version.begin_string()));
    }
    for (version, tag) in
        [(Version::Fix41, 144), (Version::Fix42, 370), (Version::Fix43, 370), (V44, 347), (Version::Fixt11, 1129)]
    {
        assert!(self::desk(version, |_| {}).send(&format!("35=D|{tag}=1|")).is_ok(), "{version:?} {tag}");
    }
}

#[test]
fn times_have_the_digits_of_version_and_settings() {
    for (version, digits, time) in [
        (Version::Fix40, 9, "20260302-14:30:00"),
        (Version::Fix41, 3, "20260302-14:30:00"),
        (Version::Fix42, 0, "20260302-14:30:00"),
        (Version::Fix43, 3, "20260302-14:30:00.000"),
        (V44, 6, "20260302-14:30:00.000000"),
        (Version::Fixt11, 9, "20260302-14:30:00.000000000"),
        (Version::Fixt11, 12, "20260302-14:30:00.000000000000"),
    ] {
        let mut desk = Desk::new(version, Role::Initiator, |config| config.timestamp_precision = digits);
        desk.connect();
        assert!(house::show(&desk.written[0]).contains(&format!("|52={time}|")), "{version:?}");
    }
}

#[test]
fn text_that_a_message_cannot_hold_is_made_to_fit() {
    let mut desk = desk(V44, |_| {});
    let lines = desk.command(Command::Logout { text: Some("bye\u{1}10=000\u{e9}\u{4e9c}".into()) });
    assert_eq!(lines, ["say 35=5|34=2|58=bye10=000\u{e9}?|"]);
    let mut desk = self::desk(V44, |_| {});
    assert_eq!(desk.command(Command::Logout { text: Some(String::new()) }), ["say 35=5|34=2|"]);
}
