//! Messages of the standard's versions held against the bundled dictionaries.
#![allow(clippy::unwrap_used, clippy::panic)]

use fixplus_dictionary::bundled::VERSIONS;
use fixplus_dictionary::dictionary::Dictionary;
use fixplus_dictionary::plan::{Level, MessagePlan};
use fixplus_dictionary::rules::Rules;
use fixplus_dictionary::settings::Settings;
use fixplus_dictionary::violation::Violation;
use fixplus_wire::Field;

/// The frame and its fields; SOH is written `|`. The length of a data field is that of the field before it.
fn wire(text: &str) -> (Vec<u8>, Vec<Field>) {
    let frame = text.replace('|', "\x01").into_bytes();
    let mut fields = Vec::new();
    let mut start = 0;
    for piece in frame.split_inclusive(|&byte| byte == 1) {
        let equals = piece.iter().position(|&byte| byte == b'=').unwrap();
        let tag = std::str::from_utf8(&piece[..equals]).unwrap().parse().unwrap();
        fields.push(Field { tag, start: (start + equals + 1) as u32, end: (start + piece.len() - 1) as u32 });
        start += piece.len();
    }
    (frame, fields)
}

fn faults(dictionary: &Dictionary, text: &str) -> Vec<Violation> {
    let (frame, fields) = wire(text);
    let mut found = Vec::new();
    dictionary.validate(&frame, &fields, &Settings::default(), &mut found);
    found
}

/// A good value of a field: its first code, or a sample of its type.
fn sample(dictionary: &Dictionary, tag: u32) -> String {
    let field = dictionary.field(tag).unwrap();
    if field.codes.is_some() {
        return dictionary.codes(tag).unwrap().codes[0].value.clone();
    }
    let samples = [
        "A",
        "1",
        "Y",
        "USD",
        "US",
        "XLON",
        "en",
        "20260302",
        "14:30:00",
        "20260302-14:30:00",
        "202603",
        "D1",
        "07:39Z",
        "20260901-07:39Z",
        "4000",
    ];
    samples.iter().find(|text| field.datatype.accepts(text.as_bytes())).unwrap().to_string()
}

/// All members of a level, each group with two entries.
fn fill(dictionary: &Dictionary, plan: &MessagePlan, level: &Level, into: &mut String) {
    for slot in plan.members(level) {
        let field = dictionary.field(slot.tag).unwrap();
        match slot.tag {
            8 => {
                *into +=
                    &format!("8={}|", dictionary.transport_model().map_or(dictionary.version(), |model| &model.version))
            }
            35 => *into += &format!("35={}|", plan.msg_type()),
            // A data field is written with its length, wherever the dictionary has it.
            _ if field.data_tag.is_some() => {}
            tag if field.length_tag.is_some() => {
                *into += &format!("{}=5|{tag}=<a/> |", field.length_tag.unwrap());
            }
            tag if usize::from(slot.group) < plan.levels().len() => {
                *into += &format!("{tag}=2|");
                for _ in 0..2 {
                    fill(dictionary, plan, &plan.levels()[usize::from(slot.group)], into);
                }
            }
            tag => *into += &format!("{tag}={}|", sample(dictionary, tag)),
        }
    }
}

#[test]
fn every_message_of_every_version_is_good_when_all_its_members_are_there() {
    for version in VERSIONS {
        let dictionary = Dictionary::bundled(version).unwrap();
        for message in dictionary.messages() {
            let plan = dictionary.message(message.msg_type.as_bytes()).unwrap();
            let mut text = String::new();
            fill(&dictionary, plan, &plan.levels()[0], &mut text);
            let found = faults(&dictionary, &text);
            assert!(found.is_empty(), "{version} {}: {:?}\n{text}", message.name, found[0]);
        }
    }
}

#[test]
fn encoded_text_needs_its_charset() {
    let rules = Rules::bundled().unwrap();
    let (news, order, legs) = ("33=1|58=x|148=x|", "11=A|55=I|54=1|40=1|", "555=1|600=L|618=1|619=a|");
    let issuer = "MessageEncoding(347) is required because EncodedIssuer(349) is there";
    let headline = "MessageEncoding(347) is required because EncodedHeadline(359) is there";
    for (first, msg_type, head, body, expected) in [
        ("FIX.4.2", "B", "", format!("358=1|359=a|{news}"), headline),
        ("FIX.4.2", "B", "347=UTF-8|", format!("358=1|359=a|{news}"), ""),
        ("FIX.4.2", "B", "", news.to_owned(), ""),
        ("FIX.4.2", "D", "", format!("{order}348=1|349=a|"), issuer),
        ("FIX.4.2", "D", "", format!("{order}348=1|349=a|354=1|355=a|"), issuer),
        (
            "FIX.4.2",
            "5",
            "",
            "354=1|355=a|".into(),
            "MessageEncoding(347) is required because EncodedText(355) is there",
        ),
        // In an entry of a group, and the charset in the header.
        (
            "FIX.4.4",
            "AB",
            "",
            format!("{order}{legs}"),
            "MessageEncoding(347) is required because EncodedLegIssuer(619) is there",
        ),
        ("FIX.4.4", "AB", "347=EUC-JP|", format!("{order}{legs}"), ""),
        // Data of no charset.
        ("FIX.4.2", "B", "", format!("{news}95=1|96=a|"), ""),
        (
            "FIX.5.0SP1",
            "AA",
            "",
            "55=I|1280=1|1281=a|".into(),
            "MessageEncoding(347) is required because DerivativeEncodedSecurityDesc(1281) is there",
        ),
    ] {
        for version in VERSIONS.iter().filter(|version| **version != "FIXT.1.1" && **version >= first) {
            let dictionary =
                Dictionary::bundled_on_fixt(version).unwrap_or_else(|| Dictionary::bundled(version).unwrap());
            let text = format!("8=FIX.4.4|9=1|35={msg_type}|49=A|56=B|34=1|52=20260302-14:30:01|{head}{body}10=1|");
            let (frame, fields) = wire(&text);
            let mut found = Vec::new();
            dictionary.check_rules(&rules.bind(&dictionary), &frame, &fields, &mut found);
            let said: Vec<_> = found.iter().map(|found| found.sentence.as_str()).collect();
            assert_eq!(said, if expected.is_empty() { vec![] } else { vec![expected] }, "{version} {text}");
            for violation in &found {
                assert_eq!((violation.ref_tag, violation.reason.business_reject_reason()), (Some(347), Some(5)));
                assert_eq!(violation.wire_text, "Conditionally Required Field Missing (347)");
            }
        }
    }
    for version in ["FIX.4.0", "FIX.4.1"] {
        let dictionary = Dictionary::bundled(version).unwrap();
        let (frame, fields) = wire(&format!("8=FIX.4.0|9=1|35=B|34=1|358=1|359=a|{news}10=1|"));
        let mut found = Vec::new();
        dictionary.check_rules(&rules.bind(&dictionary), &frame, &fields, &mut found);
        assert!(found.is_empty(), "{version}: {found:?}");
    }
}

#[test]
fn bundled_rules_apply_to_every_version() {
    let rules = Rules::bundled().unwrap();
    let head = "8=FIX.4.4|9=1|35=D|49=A|56=B|34=1|52=20260302-14:30:01|11=A|55=I|54=1|60=20260302-14:30:01|38=1|";
    for (body, expected) in [
        ("40=1|", vec![]),
        ("40=2|", vec!["Conditionally Required Field Missing (44)"]),
        ("40=4|", vec!["Conditionally Required Field Missing (44)", "Conditionally Required Field Missing (99)"]),
        ("40=3|99=1|", vec![]),
        ("40=1|59=6|126=20260302-14:30:01|", vec![]),
        ("40=1|63=6|", vec!["Conditionally Required Field Missing (64)"]),
    ] {
        for version in VERSIONS.iter().filter(|version| **version != "FIXT.1.1") {
            let dictionary = Dictionary::bundled(version).unwrap();
            let (frame, fields) = wire(&format!("{head}{body}10=1|"));
            let mut found = Vec::new();
            dictionary.check_rules(&rules.bind(&dictionary), &frame, &fields, &mut found);
            assert_eq!(
                found.iter().map(|found| found.wire_text.as_str()).collect::<Vec<_>>(),
                expected,
                "{version} {body}"
            );
        }
    }
}

#[test]
fn the_table_of_groups_holds_for_fix_4_4() {
    let dictionary = Dictionary::bundled("FIX.4.4").unwrap();
    let head = "8=FIX.4.4|9=1|35=D|49=A|56=B|34=1|52=20260302-14:30:01|11=A|";
    let tail = "55=I|54=1|60=20260302-14:30:01|38=1|40=1|10=1|";
    for (group, expected) in [
        ("78=2|79=a|80=1|79=b|80=1|", None),
        ("78=2|79=a|80=1|661=1|79=b|80=1|661=1|", Some((15, 661, "Out of order repeating group members"))),
        ("78=3|79=a|80=1|79=b|80=1|", Some((16, 78, "Incorrect NumInGroup count for repeating group"))),
        ("78=1|80=1|79=a|", Some((15, 80, "The group 78 must set the delimiter field 79"))),
        ("78=x|79=a|80=1|", Some((6, 78, "Incorrect data format for value"))),
        ("78=0|", None),
        ("79=a|80=1|", Some((2, 79, "Tag not defined for this message type"))),
    ] {
        let found = faults(&dictionary, &format!("{head}{group}{tail}"));
        let first = found.first().map(|found| {
            (found.reason.session_reject_reason().unwrap(), found.ref_tag.unwrap(), found.wire_text.as_str())
        });
        assert_eq!(first, expected, "{group}");
    }
}

#[test]
fn the_causes_are_named() {
    let dictionary = Dictionary::bundled("FIX.4.4").unwrap();
    let head = "8=FIX.4.4|9=1|35=D|49=A|56=B|34=1|52=20260302-14:30:01|11=A|";
    let tail = "55=I|60=20260302-14:30:01|38=1|40=1|10=1|";
    for (body, sentence) in [
        ("453=3|448=a|452=1|448=b|452=1|54=1|", "NoPartyIDs(453) says 3, 2 entries follow"),
        ("452=1|54=1|", "PartyRole(452) belongs to the group NoPartyIDs(453) and stands outside its entries"),
        ("54=9Z|", "Side(54) is '9Z', which is no char"),
        ("54=Z|", "Side(54) is 'Z', which is none of its 16 codes"),
        ("54=1|115=X|", "OnBehalfOfCompID(115) belongs to the header and stands behind the first field of the body"),
    ] {
        let found = faults(&dictionary, &format!("{head}{body}{tail}"));
        assert!(found.iter().any(|found| found.sentence == sentence), "{body}: {found:?}");
    }
}

#[test]
fn logon_with_message_types_passes_over_fixt() {
    let dictionary = Dictionary::bundled("FIX.5.0SP2").unwrap();
    let text = "8=FIXT.1.1|9=127|35=A|34=1|49=BUYSIDE|52=20260302-14:30:00.000000|56=VENUE|98=0|108=30|384=2|372=D|385=S|1130=9|372=8|385=R|1130=9|789=1|1137=9|10=255|";
    assert_eq!(faults(&dictionary, text), []);
}

#[test]
fn a_fix_4_4_order_passes_on_a_fixt_session() {
    let dictionary = Dictionary::bundled_on_fixt("FIX.4.4").unwrap();
    let text = "8=FIXT.1.1|9=126|35=D|34=2|49=BUYSIDE|52=20260302-14:30:01.250123|56=VENUE|1128=6|11=A2|38=100|40=1|54=1|55=IBM|60=20260302-14:30:01.250122456|10=051|";
    assert_eq!(faults(&dictionary, text), []);
    assert_eq!(dictionary.message(b"A").unwrap().slot(1137).unwrap().tag, 1137);
}
