//! What the two readers make of small files, and what they refuse.
#![allow(clippy::expect_used, clippy::panic, reason = "tests say what they expect")]

use fixplus_dictionary::model::{Code, Field, Group, Member, MemberKind, Model, Presence};
use fixplus_dictionary::read::{self, Note, Problem, Read, Remark};

fn quickfix(inside: &str) -> Result<Read, read::ReadErrors> {
    read::quickfix::read(format!("<fix type='FIX' major='4' minor='4'>{inside}</fix>").as_bytes(), "file.xml")
}

fn orchestra(inside: &str) -> Result<Read, read::ReadErrors> {
    let open =
        "<fixr:repository xmlns:fixr='http://fixprotocol.io/2022/orchestra/repository' name='X' version='FIX.4.4'>";
    read::orchestra::read(format!("{open}{inside}</fixr:repository>").as_bytes(), "file.xml")
}

fn remarks(notes: &[Note]) -> Vec<Remark> {
    notes.iter().map(|note| note.remark.clone()).collect()
}

fn optional(kind: MemberKind) -> Member {
    Member { kind, presence: Presence::Optional }
}

fn faults(errors: &read::ReadErrors) -> Vec<String> {
    errors.faults.iter().map(ToString::to_string).collect()
}

const FIELDS: &str = "<fields><field number='1' name='Account' type='STRING'/><field number='78' name='NoAllocs' type='NUMINGROUP'/>\
    <field number='79' name='AllocAccount' type='STRING'/><field number='80' name='AllocQty' type='QTY'/>\
    <field number='539' name='NoNested' type='INT'/><field number='524' name='NestedID' type='STRING'/></fields>";

#[test]
fn a_version_is_put_together_from_its_parts() {
    let cases = [
        ("type='FIX' major='4' minor='2' servicepack='0'", "FIX.4.2"),
        ("major='4' minor='4'", "FIX.4.4"),
        ("type='FIX' major='5' minor='0' servicepack='2'", "FIX.5.0SP2"),
        ("type='FIXT' major='1' minor='1'", "FIXT.1.1"),
    ];
    for (attributes, version) in cases {
        let found = read::dictionary(format!("<fix {attributes}/>").as_bytes(), "file.xml").expect(attributes);
        assert_eq!(found.model.version, version);
    }
    let errors = read::dictionary(b"<fix major='four'/>", "file.xml").expect_err("four is no number");
    assert_eq!(
        faults(&errors),
        ["line 1: <fix>: major=\"four\" is not a number", "line 1: <fix>: the attribute minor is missing"]
    );
}

#[test]
fn groups_are_named_by_their_count_and_told_apart_by_their_holder() {
    let group = "<group name='NoAllocs' required='N'><field name='AllocAccount'/>";
    let nested = "<group name='NoNested'><field name='NestedID'/></group></group>";
    let inside = format!(
        "<messages><message name='A' msgtype='UA' msgcat='app'>{group}</group></message>\
         <message name='B' msgtype='UB' msgcat='app'>{group}</group></message>\
         <message name='C' msgtype='UC' msgcat='app'>{group}{nested}</message></messages>{FIELDS}"
    );
    let found = quickfix(&inside).expect("it is sound");
    let groups: Vec<&str> = found.model.groups.iter().map(|group| group.name.as_str()).collect();
    assert_eq!(groups, ["NoAllocs", "NoNested", "NoAllocs.C"]);
    let member = |name: &str| vec![optional(MemberKind::Group(name.to_owned()))];
    let held: Vec<&[Member]> = found.model.messages.iter().map(|message| message.members.as_slice()).collect();
    assert_eq!(held, [member("NoAllocs"), member("NoAllocs"), member("NoAllocs.C")]);
    let deep = Group {
        name: "NoAllocs.C".to_owned(),
        count_tag: 78,
        category: None,
        members: vec![optional(MemberKind::Field(79)), optional(MemberKind::Group("NoNested".to_owned()))],
    };
    assert_eq!(found.model.groups[2], deep);
}

#[test]
fn required_takes_y_and_n_and_notes_what_venues_write() {
    let inside = format!(
        "<header><field name='Account' required='Y'/><field name='AllocAccount' required='N'/>\
         <field name='AllocQty' required='C'/><field name='524'/></header><trailer/>{FIELDS}"
    );
    let found = quickfix(&inside).expect("it is sound");
    let presences: Vec<_> = found.model.header.iter().map(|member| member.presence.clone()).collect();
    assert_eq!(presences, [Presence::Required, Presence::Optional, Presence::Optional, Presence::Optional]);
    assert_eq!(found.model.header[3].kind, MemberKind::Field(524), "a number names a field where no name does");
    let noted = Remark::ReadAs { attribute: "required", value: "C".to_owned(), read_as: "not required" };
    assert_eq!(remarks(&found.notes), [noted]);
}

#[test]
fn codes_make_a_set_and_may_be_open() {
    let found = quickfix(
        "<fields><field number='54' name='Side' type='CHAR' allowOtherValues='true'><value enum='1' description='BUY'/>\
         <value enum='2'/><value enum='1' description='AGAIN'/><value enum='10' description='LONG'/></field>\
         <field number='18' name='ExecInst' type='MULTIPLEVALUESTRING'><values><value enum='G'/></values></field></fields>",
    )
    .expect("it is sound");
    let side = &found.model.fields[&54];
    assert_eq!(
        (side.datatype.as_str(), side.code_set.as_deref(), side.open_codes),
        ("char", Some("SideCodeSet"), true)
    );
    let codes = [("1", "BUY"), ("2", "2"), ("10", "LONG")].map(|(value, name)| Code {
        value: value.to_owned(),
        name: name.to_owned(),
        deprecated: None,
    });
    assert_eq!(found.model.code_sets[0].codes, codes);
    assert_eq!(found.model.fields[&18].datatype, "MultipleStringValue");
    assert_eq!(found.model.code_sets[1].codes[0].value, "G");
    let again = Remark::RepeatedCode { value: "1".to_owned() };
    let long = Remark::CodeBesideType { value: "10".to_owned(), datatype: "char".to_owned() };
    assert_eq!(remarks(&found.notes), [again, long]);
}

#[test]
fn types_have_their_orchestra_names_and_char_was_a_string_once() {
    let types = [
        ("TIME", "UTCTimestamp"),
        ("DATE", "UTCDateOnly"),
        ("UTCDATE", "UTCDateOnly"),
        ("QUANTITY", "Qty"),
        ("PRICE", "Price"),
        ("SEQNUM", "SeqNum"),
        ("MULTIPLECHARVALUE", "MultipleCharValue"),
        ("Reserved100Plus", "Reserved100Plus"),
        ("MOOD", "String"),
    ];
    for (written, expected) in types {
        let found =
            quickfix(&format!("<fields><field number='5001' name='X' type='{written}'/></fields>")).expect(written);
        assert_eq!(found.model.fields[&5001].datatype, expected, "{written}");
        assert_eq!(found.notes.len(), usize::from(written == "MOOD"), "{written}");
    }
    for (minor, expected) in [(0, "String"), (1, "String"), (2, "char")] {
        let xml =
            format!("<fix major='4' minor='{minor}'><fields><field number='1' name='X' type='CHAR'/></fields></fix>");
        let found = read::dictionary(xml.as_bytes(), "file.xml").expect("it is sound");
        assert_eq!(found.model.fields[&1].datatype, expected);
    }
}

#[test]
fn length_fields_are_found_by_name_then_by_the_standard_then_just_before() {
    let found = quickfix(
        "<fields><field number='5001' name='LogoBytes' type='LENGTH'/><field number='5002' name='Logo' type='DATA'/>\
         <field number='6001' name='NoteLen' type='LENGTH'/><field number='7001' name='Note' type='DATA'/>\
         <field number='93' name='SigLn' type='LENGTH'/><field number='89' name='Sig' type='DATA'/>\
         <field number='9999' name='Alone' type='DATA'/></fields>",
    )
    .expect("it is sound");
    let lengths: Vec<_> = [5002, 7001, 89, 9999].iter().map(|tag| found.model.fields[tag].length_tag).collect();
    assert_eq!(lengths, [Some(5001), Some(6001), Some(93), None]);
    assert_eq!(remarks(&found.notes), [Remark::NoLength]);
}

#[test]
fn every_fault_of_a_quickfix_file_is_told() {
    let inside = "\n<fields>\n<field number='1' name='A' type='STRING'/>\n<field number='1' name='B' type='STRING'/>\n\
        <field number='2' name='A' type='STRING'/>\n<field number='0' name='C' type='STRING'/>\n<field name='D' type='INT'/>\n\
        <field number='5' type='INT'/>\n<field number='6' name='F'/>\n</fields>\n<messages>\n\
        <message name='M' msgtype='U1'><field name='Gone'/><component name='Gone'/></message>\n\
        <message name='N' msgtype='U1'/>\n<message msgtype='U2'/>\n<message name='G' msgtype='U3'><group name='A'/></message>\n\
        </messages>";
    let errors = quickfix(inside).expect_err("it is faulty");
    let expected = [
        "line 4: <field> B: field 1 is already defined in line 3",
        "line 5: <field> A: field A is already defined in line 3",
        "line 6: <field> C: number=\"0\" is not a tag of 1 to 4294967295",
        "line 7: <field> D: the attribute number is missing",
        "line 8: <field> 5: the attribute name is missing",
        "line 9: <field> F: the attribute type is missing",
        "line 12: <field> Gone: there is no field Gone",
        "line 12: <component> Gone: there is no component Gone",
        "line 13: <message> N: message U1 is already defined in line 12",
        "line 14: <message>: the attribute name is missing",
    ];
    assert_eq!(faults(&errors), expected);
    let empty =
        format!("<messages><message name='G' msgtype='U3'><group name='NoAllocs'/></message></messages>{FIELDS}");
    assert_eq!(quickfix(&empty).expect_err("a group needs a field").faults[0].problem, Problem::NoDelimiter);
}

const PARTS: &str = "<fixr:datatypes><fixr:datatype name='String'/><fixr:datatype name='NumInGroup' baseType='int'/></fixr:datatypes>\
    <fixr:fields><fixr:field id='1' name='Account' type='String'/><fixr:field id='453' name='NoPartyIDs' type='NumInGroup'/>\
    <fixr:field id='448' name='PartyID' type='String' added='FIX.4.3' deprecated='FIX.5.0'/></fixr:fields>";

fn message_of(members: &str) -> Result<Model, read::ReadErrors> {
    let inside = format!(
        "{PARTS}<fixr:components><fixr:component id='7' name='Block'><fixr:fieldRef id='1'/></fixr:component></fixr:components>\
         <fixr:groups><fixr:group id='8' name='Parties'><fixr:numInGroup id='453'/><fixr:fieldRef id='448'/></fixr:group></fixr:groups>\
         <fixr:messages><fixr:message id='9' name='M' msgType='U1'><fixr:structure>{members}</fixr:structure></fixr:message></fixr:messages>"
    );
    orchestra(&inside).map(|found| found.model)
}

#[test]
fn references_go_by_name_and_else_by_id() {
    let model = message_of("<fixr:fieldRef name='PartyID' id='1'/><fixr:fieldRef id='1'/><fixr:componentRef name='Block'/><fixr:groupRef id='8'/>")
        .expect("it is sound");
    let kinds: Vec<_> = model.messages[0].members.iter().map(|member| member.kind.clone()).collect();
    let expected = [
        MemberKind::Field(448),
        MemberKind::Field(1),
        MemberKind::Component("Block".to_owned()),
        MemberKind::Group("Parties".to_owned()),
    ];
    assert_eq!(kinds, expected);
    let party = Field {
        tag: 448,
        name: "PartyID".to_owned(),
        datatype: "String".to_owned(),
        added: Some("FIX.4.3".to_owned()),
        deprecated: Some("FIX.5.0".to_owned()),
        ..Field::default()
    };
    assert_eq!(model.fields[&448], party);
}

#[test]
fn every_presence_is_kept() {
    let model = message_of(
        "<fixr:fieldRef id='1' presence='constant' value='X'/><fixr:fieldRef id='448' presence='forbidden'/>\
         <fixr:componentRef id='7' presence='required'/><fixr:groupRef id='8' presence='ignored'/>",
    )
    .expect("it is sound");
    let presences: Vec<_> = model.messages[0].members.iter().map(|member| member.presence.clone()).collect();
    let constant = Presence::Constant("X".to_owned());
    assert_eq!(presences, [constant, Presence::Forbidden, Presence::Required, Presence::Ignored]);
    let errors = message_of("<fixr:fieldRef id='1' presence='constant'/><fixr:fieldRef id='448' presence='maybe'/>")
        .expect_err("a constant has a value");
    let expected = [
        "line 1: <fieldRef> 1: the attribute value is missing",
        "line 1: <fieldRef> 448: presence=\"maybe\" is not optional, required, forbidden, ignored or constant",
    ];
    assert_eq!(faults(&errors), expected);
}

#[test]
fn one_form_of_a_message_is_kept_and_the_base_is_preferred() {
    let message = |scenario: &str, id: u32| {
        format!(
            "<fixr:message name='M' msgType='U1' scenario='{scenario}'><fixr:structure><fixr:fieldRef id='{id}'/></fixr:structure></fixr:message>"
        )
    };
    for order in [["venue", "base"], ["base", "venue"]] {
        let messages = order.map(|scenario| message(scenario, if scenario == "base" { 1 } else { 448 })).concat();
        let found = orchestra(&format!("{PARTS}<fixr:messages>{messages}</fixr:messages>")).expect("it is sound");
        assert_eq!(found.model.messages.len(), 1);
        assert_eq!(found.model.messages[0].name, "M");
        assert_eq!(found.model.messages[0].members, [optional(MemberKind::Field(1))]);
        assert_eq!(remarks(&found.notes), [Remark::OtherScenario { scenario: "venue".to_owned() }]);
    }
    let twice = message("base", 1).replace("name='M'", "name='N'") + &message("base", 1);
    let errors =
        orchestra(&format!("{PARTS}<fixr:messages>{twice}</fixr:messages>")).expect_err("one MsgType, two messages");
    assert_eq!(faults(&errors), ["line 1: <message> M: message msgType U1 is already defined in line 1"]);
}

#[test]
fn components_of_a_scenario_are_told_from_the_base() {
    let inside = format!(
        "{PARTS}<fixr:components><fixr:component id='7' name='Block'><fixr:fieldRef id='1'/></fixr:component>\
         <fixr:component id='7' name='Block' scenario='venue'><fixr:fieldRef id='448'/></fixr:component></fixr:components>\
         <fixr:messages><fixr:message name='M' msgType='U1'><fixr:structure><fixr:componentRef id='7' scenario='venue'/></fixr:structure>\
         </fixr:message></fixr:messages>"
    );
    let model = orchestra(&inside).expect("it is sound").model;
    let names: Vec<&str> = model.components.iter().map(|component| component.name.as_str()).collect();
    assert_eq!(names, ["Block", "Block.venue"]);
    assert_eq!(model.messages[0].members, [optional(MemberKind::Component("Block.venue".to_owned()))]);
}

#[test]
fn every_fault_of_an_orchestra_file_is_told() {
    let inside = "\n<fixr:datatypes><fixr:datatype name='String'/>\n<fixr:datatype name='String'/></fixr:datatypes>\n<fixr:codeSets>\n\
        <fixr:codeSet name='S' id='1' type='String'><fixr:code id='1' name='A'/>\n<fixr:code id='2' value='B'/></fixr:codeSet>\n\
        <fixr:codeSet name='S' id='2' type='String'/></fixr:codeSets>\n<fixr:fields><fixr:field id='x' name='X' type='String'/>\n\
        <fixr:field id='2' name='Y' type='S' unionDataType='Mood'/>\n<fixr:field id='3' name='Y' type='String'/></fixr:fields>\n\
        <fixr:components><fixr:component id='1' name='C'/>\n<fixr:component id='1' name='D'/>\n<fixr:component id='2' name='C'/></fixr:components>\n\
        <fixr:groups><fixr:group id='1' name='G'><fixr:fieldRef id='2'/></fixr:group></fixr:groups>\n\
        <fixr:messages><fixr:message name='M' msgType='U'><fixr:structure><fixr:groupRef id='5'/></fixr:structure></fixr:message>\n\
        <fixr:message name='M' msgType='V'/></fixr:messages>";
    let errors = orchestra(inside).expect_err("it is faulty");
    let expected = [
        "line 3: <datatype> String: datatype String is already defined in line 2",
        "line 5: <code> A: the attribute value is missing",
        "line 6: <code> 2: the attribute name is missing",
        "line 7: <codeSet> S: code set S is already defined in line 5",
        "line 8: <field> X: id=\"x\" is not a tag of 1 to 4294967295",
        "line 9: <field> Y: \"Mood\" is neither a code set nor a datatype",
        "line 10: <field> Y: field Y is already defined in line 9",
        "line 12: <component> D: component id 1 is already defined in line 11",
        "line 13: <component> C: component C is already defined in line 11",
        "line 14: <group> G: the element <numInGroup> is missing",
        "line 15: <groupRef> 5: there is no group 5",
        "line 16: <message> M: message M is already defined in line 15",
    ];
    assert_eq!(faults(&errors), expected);
}

#[test]
fn each_reader_refuses_the_format_of_the_other() {
    let errors = read::orchestra::read(b"<fix major='4' minor='4'/>", "file.xml").expect_err("it is QuickFIX XML");
    assert!(errors.faults.iter().any(|fault| fault.problem == Problem::UnknownFormat));
    let errors = read::quickfix::read(b"<repository name='X' version='1'/>", "file.xml").expect_err("it is Orchestra");
    assert!(errors.faults.iter().any(|fault| fault.problem == Problem::UnknownFormat));
}
