//! The tables of the rules, on the sample dictionary. SOH is written `|`.

use crate::dictionary::Dictionary;
use crate::model::{Member, MemberKind, Presence};
use crate::sample::{dictionary, message, model, wire};
use crate::settings::{MissingDelimiter, Settings};
use crate::violation::{Reason, Violation};

const HEAD: &str = "8=FIX.4.4|9=0|35=D|49=A|56=B|34=1|52=20260302-14:30:01|";
const BODY: &str = "11=A1|55=IBM|54=1|";

/// An order with this body between a good header and trailer.
fn order(body: &str) -> String {
    format!("{HEAD}{body}10=000|")
}

fn all(dictionary: &Dictionary, text: &str, settings: &Settings) -> Vec<Violation> {
    let (frame, fields) = wire(text);
    let mut found = Vec::new();
    dictionary.validate(&frame, &fields, settings, &mut found);
    let first = dictionary.first_fault(&frame, &fields, settings);
    assert_eq!(found.first(), first.as_ref(), "all and first agree on {text}");
    found
}

/// Reasons and tags as `13/55`, `11/-`.
fn codes(found: &[Violation]) -> String {
    let one = |violation: &Violation| {
        let reason = violation.reason.session_reject_reason().unwrap();
        violation.ref_tag.map_or_else(|| format!("{reason}/-"), |tag| format!("{reason}/{tag}"))
    };
    found.iter().map(one).collect::<Vec<_>>().join(" ")
}

#[test]
fn every_fault_is_found_and_named_in_order() {
    let dictionary = dictionary();
    for (text, expected, sentence) in [
        (order(BODY), "", ""),
        (order(&format!("{BODY}-1=x|")), "0/-1", "-1 is no tag: tags are numbers from 1 without leading zeros"),
        (order(&format!("{BODY}0=x|")), "0/0", "0 is no tag: tags are numbers from 1 without leading zeros"),
        (order(&format!("{BODY}9999=x|")), "0/9999", "Tag 9999 is in no part of FIX.4.4"),
        (order(&format!("{BODY}9999=|")), "4/9999 0/9999", "tag 9999 has no value"),
        (order("11=A1|54=1|"), "1/55", "Symbol(55) is required in NewOrderSingle(35=D)"),
        (order("55=IBM|"), "1/11 1/54", "ClOrdID(11) is required in NewOrderSingle(35=D)"),
        (order(&format!("{BODY}112=x|")), "2/112", "TestReqID(112) does not belong to NewOrderSingle(35=D)"),
        (order("11=A1|55=|54=1|"), "4/55", "Symbol(55) has no value"),
        (order("11=A1|55=IBM|54=9|"), "5/54", "Side(54) is '9', which is none of its 2 codes"),
        (order("11=A1|55=IBM|54=BUY|"), "6/54", "Side(54) is 'BUY', which is no char"),
        (order(&format!("{BODY}38=+200.00|")), "6/38", "OrderQty(38) is '+200.00', which is no Qty"),
        (order(&format!("{BODY}54=2|")), "13/54", "Side(54) comes more than once in NewOrderSingle(35=D)"),
        (
            order(&format!("{BODY}57=X|")),
            "14/57 0/57",
            "tag 57 belongs to the header and stands behind the first field of the body",
        ),
        (
            order(&format!("{BODY}52=20260302-14:30:01|")),
            "14/52 13/52",
            "SendingTime(52) belongs to the header and stands behind the first field of the body",
        ),
        (format!("{HEAD}{BODY}10=000|38=1|"), "14/38", "OrderQty(38) stands behind the first field of the trailer"),
        (
            order(&format!("{BODY}38=1|b|")),
            "17/38",
            "'b' behind OrderQty(38) has no '=': the value of OrderQty(38) holds the field separator, or the tag is missing",
        ),
        (
            order(&format!("{BODY}336=PRE-OPEN|")),
            "5/336",
            "TradingSessionID(336) is 'PRE-OPEN', which is none of its 2 codes",
        ),
        (order(&format!("{BODY}336=100|")), "", ""),
        (order(&format!("{BODY}18=1 G|")), "", ""),
        (order(&format!("{BODY}18=1 X|")), "5/18", "ExecInst(18) is '1 X', which is none of its 3 codes"),
        (order(&format!("{BODY}18=1G|")), "6/18", "ExecInst(18) is '1G', which is no MultipleCharValue"),
        (
            "8=FIX.4.4|9=0|35=ZZ|49=A|56=B|34=x|52=20260302-14:30:01|11=A|448=a|448=b|7777=1|10=1|".into(),
            "11/- 6/34 0/7777",
            "MsgType(35) is 'ZZ', which is no message of FIX.4.4",
        ),
        (
            "8=FIX.4.4|9=0|35=d|49=A|56=B|34=1|52=20260302-14:30:01|10=1|".into(),
            "11/-",
            "MsgType(35) is 'd', which is no message of FIX.4.4; 'D' is NewOrderSingle",
        ),
        (
            "8=FIX.4.4|9=0|35=Heartbeat|49=A|56=B|34=1|52=20260302-14:30:01|10=1|".into(),
            "11/-",
            "MsgType(35) is 'Heartbeat', which is no message of FIX.4.4; the value of Heartbeat is '0'",
        ),
        (
            "8=FIX.4.4|9=0|49=A|56=B|34=1|52=20260302-14:30:01|10=1|".into(),
            "1/35",
            "MsgType(35) is required in every message",
        ),
        ("8=FIX.4.4|9=0|35=|49=A|56=B|34=1|52=20260302-14:30:01|10=1|".into(), "4/35", "MsgType(35) has no value"),
        (
            "8=FIX.4.4|9=0|35=0|49=A|34=1|52=20260302-14:30:01|10=1|".into(),
            "1/56",
            "TargetCompID(56) is required in Heartbeat(35=0)",
        ),
        ("8=FIX.4.4|9=0|35=0|49=A|56=|34=1|52=20260302-14:30:01|10=1|".into(), "4/56", "TargetCompID(56) has no value"),
    ] {
        let found = all(&dictionary, &text, &Settings::default());
        assert_eq!(codes(&found), expected, "{text}");
        assert_eq!(found.first().map_or("", |violation| &violation.sentence), sentence, "{text}");
    }
}

#[test]
fn group_faults_come_in_the_order_of_the_rules() {
    let dictionary = dictionary();
    let strict = Settings::default();
    let loose = Settings { unordered_group_fields: false, ..Settings::default() };
    let chosen = Settings { first_field_in_group_is_delimiter: true, ..Settings::default() };
    let other = Settings { missing_group_delimiter: MissingDelimiter::Reject99, ..Settings::default() };
    let accept = Settings { missing_group_delimiter: MissingDelimiter::Accept, ..Settings::default() };
    for (settings, group, expected, sentence) in [
        (&strict, "78=2|79=a|80=1|79=b|80=1|", "", ""),
        (
            &strict,
            "78=2|79=a|80=1|661=1|79=b|80=1|661=1|",
            "15/661 15/661",
            "AllocAcctIDSource(661) stands behind AllocQty(80) in entry 1 of NoAllocs(78): its place is before",
        ),
        (&loose, "78=2|79=a|80=1|661=1|79=b|80=1|661=1|", "", ""),
        (&strict, "78=3|79=a|80=1|79=b|80=1|", "16/78", "NoAllocs(78) says 3, 2 entries follow"),
        (&strict, "78=1|79=a|80=1|79=b|80=1|", "16/78", "NoAllocs(78) says 1, 2 entries follow"),
        (
            &strict,
            "78=1|80=1|79=a|",
            "15/80 1/80",
            "AllocQty(80) starts entry 1 of NoAllocs(78): an entry starts with AllocAccount(79)",
        ),
        (&chosen, "78=1|80=1|79=a|", "", ""),
        (&chosen, "78=2|80=1|79=a|80=2|79=b|", "", ""),
        (
            &other,
            "78=1|80=1|79=a|80=1|",
            "99/78",
            "AllocQty(80) starts entry 1 of NoAllocs(78): an entry starts with AllocAccount(79)",
        ),
        (&other, "78=1|79=a|80=1|80=1|", "99/80", ""),
        (&accept, "78=2|80=1|79=a|80=1|", "", ""),
        (
            &strict,
            "78=1|79=a|661=1|661=2|80=1|",
            "15/661 1/80",
            "AllocAcctIDSource(661) comes again in entry 1 of NoAllocs(78): a new entry starts with AllocAccount(79)",
        ),
        (&strict, "78=x|79=a|80=1|", "6/78", "NoAllocs(78) is 'x', which is no NumInGroup"),
        (&strict, "78=|79=a|80=1|", "4/78", "NoAllocs(78) has no value"),
        (&strict, "78=0|", "", ""),
        (&strict, "78=0|79=a|80=1|", "16/78", "NoAllocs(78) says 0, 1 entry follows"),
        (&strict, "78=99999999999999999999|79=a|80=1|", "16/78", ""),
        (
            &strict,
            "79=a|80=1|",
            "2/79 2/80",
            "AllocAccount(79) belongs to the group NoAllocs(78) and stands outside its entries",
        ),
        // A count that is wrong is reported before a code that is wrong inside the group.
        (&strict, "453=2|448=a|452=9|", "16/453 5/452", "NoPartyIDs(453) says 2, 1 entry follows"),
        (&strict, "453=1|448=a|", "1/452", "PartyRole(452) is required in entry 1 of NoPartyIDs(453)"),
        (
            &strict,
            "452=1|",
            "2/452",
            "PartyRole(452) belongs to the group NoPartyIDs(453) and stands outside its entries",
        ),
        (&strict, "453=1|448=a|447=|452=x|", "4/447 6/452", "PartyIDSource(447) has no value"),
        (&strict, "453=1|448=a|452=1|78=1|79=b|453=1|448=c|452=1|80=1|", "", ""),
        (&strict, "453=1|448=a|452=1|453=1|448=a|452=1|", "13/453", ""),
    ] {
        let found = all(&dictionary, &order(&format!("{BODY}{group}")), settings);
        assert_eq!(codes(&found), expected, "{group}");
        if !sentence.is_empty() {
            assert_eq!(found[0].sentence, sentence, "{group}");
        }
    }
}

#[test]
fn a_fault_in_a_group_says_in_which_entry_and_where_in_the_frame() {
    let text = order(&format!("{BODY}453=2|448=a|452=1|448=b|452=1|802=2|523=x|523=y|803=z|"));
    let found = all(&dictionary(), &text, &Settings::default());
    let [violation] = found.as_slice() else { panic!("{found:?}") };
    assert_eq!(violation.path, "NoPartyIDs[1].NoPartySubIDs[1]");
    assert_eq!((violation.reason, violation.ref_tag), (Reason::IncorrectDataFormat, Some(803)));
    assert_eq!(violation.offset, text.find("803=z"));
    assert_eq!(violation.position, Some(text[..text.find("803=z").unwrap()].matches('|').count()));
    assert_eq!(violation.msg_type, "D");
}

#[test]
fn a_missing_delimiter_is_said_on_the_wire() {
    let found = all(&dictionary(), &order(&format!("{BODY}78=1|80=1|79=a|80=1|")), &Settings::default());
    assert_eq!(found[0].wire_text, "The group 78 must set the delimiter field 79");
    let other = Settings { missing_group_delimiter: MissingDelimiter::Reject99, ..Settings::default() };
    for (group, text) in [
        ("78=1|80=1|79=a|80=1|", "Group 78's first entry does not start with delimiter 79"),
        ("78=1|79=a|80=1|80=1|", "The group 78 must set the delimiter field 79"),
    ] {
        assert_eq!(all(&dictionary(), &order(&format!("{BODY}{group}")), &other)[0].wire_text, text);
    }
}

#[test]
fn header_faults_are_reported_before_the_trailers_and_those_before_the_bodys() {
    let text = "8=FIX.4.4|9=0|35=D|49=A|56=B|34=x|52=20260302-14:30:01|11=|55=IBM|54=1|93=x|89=b|10=|";
    assert_eq!(codes(&all(&dictionary(), text, &Settings::default())), "6/34 4/10 6/93 4/11");
}

#[test]
fn the_members_of_a_header_group_belong_to_the_header() {
    let text = HEAD.to_string() + "627=1|628=X|629=20260302-14:30:01|" + BODY + "10=000|";
    assert_eq!(codes(&all(&dictionary(), &text, &Settings::default())), "");
    let text = order(&format!("{BODY}627=1|628=X|"));
    assert_eq!(codes(&all(&dictionary(), &text, &Settings::default())), "14/627");
}

#[test]
fn switches_let_pass_what_they_name() {
    let dictionary = dictionary();
    let base = Settings::default;
    let open_codes = || Settings { allow_codes: vec![54], ..base() };
    for (settings, body, before, after) in [
        (Settings { fields_out_of_order: false, ..base() }, "11=A1|55=IBM|54=1|43=Y|", "14/43 0/43", "0/43"),
        (Settings { fields_have_values: false, ..base() }, "11=A1|55=|54=|38=|", "4/38 4/54 4/55", ""),
        (Settings { user_defined_fields: false, ..base() }, "11=A1|55=IBM|54=1|5001=x|7777=y|", "2/5001 0/7777", ""),
        (Settings { user_defined_fields: false, ..base() }, "11=A1|55=IBM|54=1|4999=x|", "0/4999", "0/4999"),
        (Settings { allow_unknown_msg_fields: true, ..base() }, "11=A1|55=IBM|54=1|112=x|4999=y|", "2/112 0/4999", ""),
        (Settings { allow_unknown_msg_fields: true, ..base() }, "11=A1|55=IBM|54=1|7777=x|", "0/7777", "0/7777"),
        (Settings { allow_tags: vec![112, 7777], ..base() }, "11=A1|55=IBM|54=1|112=x|7777=y|", "2/112 0/7777", ""),
        (Settings { allow_unknown_enum_values: true, ..base() }, "11=A1|55=IBM|54=9|40=x|", "5/40 5/54", ""),
        (Settings { allow_unknown_enum_values: true, ..base() }, "11=A1|55=IBM|54=BUY|", "6/54", "6/54"),
        (open_codes(), "11=A1|55=IBM|54=9|40=x|", "5/40 5/54", "5/40"),
        (Settings { allow_data_without_length: true, ..base() }, "11=A1|55=IBM|54=1|96=abc|", "1/95", ""),
        (Settings { required_in_optional_components: true, ..base() }, "11=A1|55=IBM|54=1|15=USD|", "", "1/44"),
    ] {
        assert_eq!(codes(&all(&dictionary, &order(body), &base())), before, "{body}");
        assert_eq!(codes(&all(&dictionary, &order(body), &settings)), after, "{body} with {settings:?}");
    }
}

#[test]
fn data_goes_with_its_length() {
    let dictionary = dictionary();
    for (body, expected, sentence) in [
        ("95=3|96=a|b|", "", ""),
        ("95=03|96=abc|", "", ""),
        ("96=abc|", "1/95", "RawDataLength(95) must stand directly before RawData(96)"),
        ("95=3|38=1|96=abc|", "1/95", "RawDataLength(95) must stand directly before RawData(96)"),
        ("95=x|96=abc|", "6/95", "RawDataLength(95) is 'x', which is no Length"),
        ("95=3|", "1/96", "RawData(96) must stand directly behind RawDataLength(95), which says 3"),
        ("95=3|38=1|", "1/96", "RawData(96) must stand directly behind RawDataLength(95), which says 3"),
        ("95=0|38=1|", "", ""),
        ("95=x|38=1|", "6/95", "RawDataLength(95) is 'x', which is no Length"),
        ("95=|38=1|", "4/95", "RawDataLength(95) has no value"),
    ] {
        let found = all(&dictionary, &order(&format!("{BODY}{body}")), &Settings::default());
        assert_eq!(codes(&found), expected, "{body}");
        assert_eq!(found.first().map_or("", |violation| &violation.sentence), sentence, "{body}");
        let (frame, fields) = wire(&order(&format!("{BODY}{body}")));
        let first = dictionary.first_fault(&frame, &fields, &Settings::default());
        assert_eq!(first.as_ref(), found.first(), "{body}");
    }
    let (frame, mut fields) = wire(&order(&format!("{BODY}95=3|96=abc|")));
    let at = fields.iter().position(|field| field.tag == 95).unwrap();
    fields[at + 1].end -= 1;
    let violation = dictionary.first_fault(&frame, &fields, &Settings::default()).unwrap();
    assert_eq!((violation.reason, violation.ref_tag), (Reason::IncorrectDataFormat, Some(95)));
    assert_eq!(violation.sentence, "RawDataLength(95) says 3, RawData(96) has 2 bytes");
}

#[test]
fn xml_is_looked_at_only_when_asked_for() {
    let mut model = model();
    for (tag, name, datatype) in [(1184, "SecurityXMLLen", "Length"), (1185, "SecurityXML", "XMLData")] {
        let length_tag = (tag == 1185).then_some(1184);
        let field =
            crate::model::Field { tag, name: name.into(), datatype: datatype.into(), length_tag, ..Default::default() };
        model.fields.insert(tag, field);
    }
    model.messages.push(message("Xml", "U1", None, "1184 1185"));
    let dictionary = Dictionary::compile(&model, None).unwrap();
    let checked = Settings { check_xml: true, ..Settings::default() };
    let text = |xml: &str| HEAD.replace("35=D", "35=U1") + &format!("1184={}|1185={xml}|10=000|", xml.len());
    assert_eq!(codes(&all(&dictionary, &text("<a>"), &Settings::default())), "");
    assert_eq!(codes(&all(&dictionary, &text("<a>"), &checked)), "12/1185");
    assert_eq!(codes(&all(&dictionary, &text("<a/>"), &checked)), "");
}

#[test]
fn presence_is_obeyed() {
    let mut model = model();
    let member = |tag, presence| Member { kind: MemberKind::Field(tag), presence };
    let mut custom = message("Custom", "U1", None, "11!");
    custom.members.push(member(38, Presence::Forbidden));
    custom.members.push(member(44, Presence::Ignored));
    custom.members.push(member(54, Presence::Constant("1".into())));
    model.messages.push(custom);
    let dictionary = Dictionary::compile(&model, None).unwrap();
    for (body, expected) in [
        ("11=A|", ""),
        ("11=A|38=1|", "2/38"),
        ("11=A|44=not a price|", ""),
        ("11=A|54=1|", ""),
        ("11=A|54=2|", "5/54"),
    ] {
        let text = HEAD.replace("35=D", "35=U1") + body + "10=000|";
        assert_eq!(codes(&all(&dictionary, &text, &Settings::default())), expected, "{body}");
    }
}

#[test]
fn a_session_message_over_a_transport_knows_the_transport_alone() {
    let mut app = model();
    app.version = "FIX.5.0SP2".into();
    app.header.clear();
    app.trailer.clear();
    let mut transport = model();
    transport.version = "FIXT.1.1".into();
    transport.messages.retain(crate::model::Message::is_session);
    transport.fields.retain(|&tag, _| !matches!(tag, 55 | 54 | 11));
    for list in [&mut transport.components, &mut Vec::new()] {
        list.clear();
    }
    transport.groups.retain(|group| group.name == "Hops");
    let dictionary = Dictionary::compile(&app, Some(&transport)).unwrap();
    assert_eq!(codes(&all(&dictionary, &order(BODY), &Settings::default())), "");
    let heartbeat = HEAD.replace("35=D", "35=0") + "55=IBM|38=1|10=000|";
    assert_eq!(codes(&all(&dictionary, &heartbeat, &Settings::default())), "2/38 0/55");
    assert!(dictionary.message(b"0").unwrap().is_transport());
    assert!(!dictionary.message(b"D").unwrap().is_transport());
}

#[test]
fn a_secret_is_never_shown() {
    let mut model = model();
    let field = crate::model::Field { tag: 554, name: "Password".into(), datatype: "int".into(), ..Default::default() };
    model.fields.insert(554, field);
    model.messages.push(message("Logon", "A", Some("Session"), "554"));
    let dictionary = Dictionary::compile(&model, None).unwrap();
    let text = HEAD.replace("35=D", "35=A") + "554=secret|10=000|";
    let found = all(&dictionary, &text, &Settings::default());
    assert_eq!(found[0].sentence, "Password(554) is '***', which is no int");
    let text = HEAD.replace("35=D", "35=A") + "554=1|secret|10=000|";
    assert!(all(&dictionary, &text, &Settings::default()).iter().all(|found| !found.sentence.contains("secret")));
}

#[test]
fn a_code_that_was_meant_is_named() {
    let mut model = model();
    if let Some(side) = model.fields.get_mut(&54) {
        side.datatype = "String".into();
    }
    let dictionary = Dictionary::compile(&model, None).unwrap();
    let found = all(&dictionary, &order("11=A|55=IBM|54=BUY|"), &Settings::default());
    assert_eq!(found[0].sentence, "Side(54) is 'BUY', which is none of its 2 codes; Buy is '1'");
}

#[test]
fn faults_without_number_cost_memory_within_bounds() {
    let text = order(&"9999=x|".repeat(20_000));
    let (frame, fields) = wire(&text);
    let mut found = Vec::new();
    dictionary().validate(&frame, &fields, &Settings::default(), &mut found);
    assert_eq!(found.len(), 10_001);
    let last = found.last().unwrap();
    assert_eq!(last.sentence, "30002 further faults of this message are not listed");
    assert_eq!((last.reason, last.ref_tag), (Reason::Other, None));
}
