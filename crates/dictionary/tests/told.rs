//! What is said of dictionaries that cannot be read, changed or compiled, and what an interfaces file tells.

#![allow(clippy::unwrap_used, clippy::panic)]

use fixplus_dictionary::compile_error::CompileError;
use fixplus_dictionary::dictionary::Dictionary;
use fixplus_dictionary::export::ExportError;
use fixplus_dictionary::layers::{Action, apply};
use fixplus_dictionary::model::{Field, Group, Member, MemberKind, Message, Model, Presence};
use fixplus_dictionary::read::{self, Document, Problem, Remark};
use fixplus_dictionary::render::{Charset, from_json, versions_of_json};
use fixplus_dictionary::{bundled, overlay_toml};

#[test]
fn every_problem_of_a_file_is_a_sentence() {
    let value = || "x".to_owned();
    for (problem, text) in [
        (Problem::TooManyBytes { bytes: 9, limit: 8 }, "the document has 9 bytes, at most 8 are read"),
        (Problem::NotUtf8 { offset: 4 }, "the document is not UTF-8 at byte 4"),
        (Problem::OtherEncoding { name: value() }, "the document is in x; convert it to UTF-8"),
        (Problem::Malformed { reason: value() }, "not well-formed XML: x"),
        (Problem::Doctype, "a document type (DOCTYPE) is refused"),
        (Problem::Entity { reason: value() }, "an entity other than XML's own five is refused: x"),
        (Problem::TooDeep { limit: 8 }, "elements nest deeper than 8"),
        (Problem::TooManyElements { limit: 8 }, "there are more than 8 elements"),
        (Problem::TooManyAttributes { limit: 8 }, "there are more than 8 attributes"),
        (Problem::TagTooLong { limit: 8 }, "the next tag is longer than 8 bytes"),
        (Problem::UnknownFormat, "the root element is neither <fix> (QuickFIX) nor <repository> (Orchestra)"),
        (Problem::NotADictionary, "this is an Orchestra interfaces file, it holds no messages"),
        (Problem::MissingAttribute { attribute: "id" }, "the attribute id is missing"),
        (Problem::MissingElement { child: "structure" }, "the element <structure> is missing"),
        (Problem::BadAttribute { attribute: "id", value: value(), expected: "a number" }, "id=\"x\" is not a number"),
        (Problem::Duplicate { kind: "field", key: value(), first_line: 3 }, "field x is already defined in line 3"),
        (Problem::Unresolved { kind: "component", reference: value() }, "there is no component x"),
        (Problem::UnknownType { value: value() }, "\"x\" is neither a code set nor a datatype"),
        (Problem::Cycle { path: vec!["A".into(), "B".into(), "A".into()] }, "it contains itself: A > B > A"),
        (Problem::NoDelimiter, "the group has no field that could begin an entry"),
        (Problem::TooLarge, "the definitions nest or multiply beyond all measure"),
    ] {
        assert_eq!(problem.to_string(), text);
    }
}

#[test]
fn every_remark_on_a_file_is_a_sentence() {
    let value = || "x".to_owned();
    for (remark, text) in [
        (Remark::RepeatedMember { first_line: 3 }, "stands already in line 3; the first is kept"),
        (Remark::RepeatedTag { tag: 55 }, "tag 55 is reached twice at one level; the first place counts"),
        (Remark::RepeatedCode { value: value() }, "the value \"x\" is listed twice; the first is kept"),
        (Remark::CodeBesideType { value: value(), datatype: "int".into() }, "the code \"x\" is no int"),
        (Remark::EmptyComponent, "the component has no members"),
        (Remark::UnknownType { value: value() }, "the type \"x\" is not known; read as String"),
        (Remark::UndeclaredType { value: value() }, "the datatype x is not declared; the standard's is taken"),
        (Remark::LengthReplaced { found: value(), taken: 93 }, "the length field cannot be \"x\"; 93 is taken"),
        (Remark::NoLength, "no field holds the length of this data field"),
        (Remark::NoMsgType, "the message has no msgType"),
        (Remark::OtherScenario { scenario: value() }, "the scenario \"x\" is left out"),
        (Remark::CountFieldMade { name: value() }, "the count field is not defined; x is made for it"),
        (
            Remark::ReadAs { attribute: "presence", value: value(), read_as: "optional" },
            "presence=\"x\" is read as optional",
        ),
        (Remark::NotRead { child: value() }, "<x> is not read"),
    ] {
        assert_eq!(remark.to_string(), text);
    }
}

#[test]
fn a_note_names_its_line_its_element_and_what_it_is_about() {
    let xml = "<fix major='4' minor='4'><fields><field number='1' name='Account' type='ODD'/></fields></fix>";
    let read = read::dictionary(xml.as_bytes(), "venue.xml").unwrap();
    let notes: Vec<_> = read.notes.iter().map(ToString::to_string).collect();
    assert_eq!(notes, ["line 1: <field> Account: the type \"ODD\" is not known; read as String"]);
}

const INTERFACES: &str = "<interfaces xmlns='http://fixprotocol.io/2020/orchestra/interfaces'><metadata/>\
    <interface name='Orders'><service name='OrderEntry'/><userInterface name='Screen'/><encoding name='TagValue'/>\
    <sessionProtocol name='FIXT.1.1'/><transport name='TCP'/><other name='left out'/>\
    <sessions><session name='Desk'><identifier name='SenderCompID'>BUYSIDE</identifier>\
    <transport address='192.0.2.1:9001'/><transport/><other/></session></sessions></interface></interfaces>";

#[test]
fn an_interfaces_file_tells_services_protocols_and_sessions() {
    let Document::Interfaces(found) = read::read(INTERFACES.as_bytes(), "venue.xml").unwrap() else {
        panic!("an interfaces file")
    };
    let [interface] = &found.interfaces[..] else { panic!("one interface") };
    assert_eq!((interface.name.as_str(), &interface.services[..]), ("Orders", &["OrderEntry".to_owned()][..]));
    assert_eq!(interface.protocols, ["Screen", "TagValue", "FIXT.1.1", "TCP"]);
    let [session] = &interface.sessions[..] else { panic!("one session") };
    assert_eq!(session.name, "Desk");
    assert_eq!(session.identifiers, [("SenderCompID".to_owned(), "BUYSIDE".to_owned())]);
    assert_eq!(session.addresses, ["192.0.2.1:9001"]);
}

#[test]
fn an_interfaces_file_is_no_dictionary_and_other_files_are_none_either() {
    for (xml, text) in
        [(INTERFACES, "it holds no messages"), ("<html/>", "neither <fix> (QuickFIX) nor <repository> (Orchestra)")]
    {
        assert!(read::dictionary(xml.as_bytes(), "a.xml").unwrap_err().to_string().contains(text));
    }
    assert!(read::read(b"<html/>", "a.xml").is_err());
    let nameless = INTERFACES.replace("name='Desk'", "");
    let errors = read::read(nameless.as_bytes(), "a.xml").unwrap_err().to_string();
    assert!(errors.contains("<session>: the attribute name is missing"), "{errors}");
}

fn member(kind: MemberKind) -> Member {
    Member { kind, presence: Presence::Optional }
}

/// A message of these members, a group that holds itself, and a field.
fn model(kind: MemberKind) -> Model {
    let mut model = Model { version: "FIX.4.4".into(), ..Model::default() };
    for (tag, name) in [(78, "NoAllocs"), (79, "AllocAccount")] {
        model.fields.insert(tag, Field { tag, name: name.into(), datatype: "String".into(), ..Field::default() });
    }
    let again = member(MemberKind::Group("Allocs".into()));
    model.groups.push(Group { name: "Allocs".into(), count_tag: 78, members: vec![again], ..Group::default() });
    let members = vec![member(kind)];
    model.messages.push(Message { name: "Order".into(), msg_type: "D".into(), members, ..Message::default() });
    model
}

#[test]
fn a_model_that_does_not_compile_is_refused_by_the_name_of_what_is_wrong() {
    let mut sound = model(MemberKind::Field(79));
    sound.groups.clear();
    assert!(Dictionary::compile(&sound, None).is_ok());
    for (kind, text) in [
        (MemberKind::Field(9999), "refers to the field 9999, which is not defined"),
        (MemberKind::Component("None".into()), "refers to the component None, which is not defined"),
        (MemberKind::Group("None".into()), "refers to the group None, which is not defined"),
    ] {
        let mut model = model(kind);
        model.groups.clear();
        let error = Dictionary::compile(&model, None).err().unwrap().to_string();
        assert!(error.ends_with(text), "{error}");
    }
    let error = Dictionary::compile(&model(MemberKind::Field(79)), None).err().unwrap().to_string();
    assert!(error.ends_with("contains itself"), "{error}");
}

#[test]
fn a_dictionary_answers_by_name_and_by_code() {
    let dictionary = Dictionary::bundled("FIX.4.4").unwrap();
    assert_eq!(dictionary.message_by_name("NewOrderSingle").unwrap().msg_type(), "D");
    assert!(dictionary.message_by_name("NewOrder").is_none());
    assert_eq!((dictionary.code_name(54, b"1"), dictionary.code_value(54, "Buy")), (Some("Buy"), Some("1")));
    assert_eq!((dictionary.code_name(54, b"zz"), dictionary.code_value(11, "Buy")), (None, None));
    assert_eq!(
        (dictionary.data_tag(95), dictionary.length_tag(96), dictionary.data_tag(55)),
        (Some(96), Some(95), None)
    );
    assert_eq!(dictionary.definition(55).unwrap().name, "Symbol");
    assert_eq!((dictionary.model().version.as_str(), dictionary.version()), ("FIX.4.4", "FIX.4.4"));
    assert!(dictionary.message(b"a type of no message").is_none());
}

#[test]
fn an_overlay_brings_datatypes_and_categories() {
    let text = "[datatypes.Basis]\nbase = \"float\"\n[categories.Lending]\nsection = \"Trade\"\n[categories.Plain]\n";
    let overlay = overlay_toml::read("venue.toml", text).unwrap();
    let kinds: Vec<_> = overlay
        .edits
        .iter()
        .map(|edit| match &edit.action {
            Action::Datatype(datatype) => format!("{} {:?}", datatype.name, datatype.base),
            Action::Category(category) => format!("{} {:?}", category.name, category.section),
            Action::Section(section) => section.clone(),
            other => format!("{other:?}"),
        })
        .collect();
    assert_eq!(kinds, ["Basis Some(\"float\")", "Trade", "Lending Some(\"Trade\")", "Plain None"]);
    let model = apply(bundled::model("FIX.4.4").unwrap(), &overlay).unwrap();
    assert!(model.datatypes.iter().any(|datatype| datatype.name == "Basis"));
    assert!(model.categories.iter().any(|category| category.name == "Lending"));
    for (text, fault) in [
        ("[datatypes.Basis]\nbse = \"float\"\n", "bse"),
        ("[categories.Lending]\nsecton = \"Trade\"\n", "secton"),
        ("[codes.Side]\nad = {}\n", "ad"),
        ("[fields.Text]\ntype = 1979-05-27\n", "datetime"),
    ] {
        let errors = overlay_toml::read("venue.toml", text).unwrap_err().to_string();
        assert!(errors.contains(fault), "{errors}");
    }
}

#[test]
fn what_cannot_be_compiled_or_exported_is_told_in_a_sentence() {
    let name = || "X".to_owned();
    for (said, text) in [
        (CompileError::TooDeep { name: name() }.to_string(), "X nests components or groups too deeply"),
        (
            CompileError::TooLarge { name: name() }.to_string(),
            "X has too many members when its components and groups are expanded",
        ),
        (CompileError::TooMany { what: "fields" }.to_string(), "the dictionary has too many fields"),
        (ExportError::UnknownField { tag: 5 }.to_string(), "a member refers to field 5, which is not defined"),
        (
            ExportError::UnknownComponent { name: name() }.to_string(),
            "a member refers to component X, which is not defined",
        ),
        (ExportError::UnknownGroup { name: name() }.to_string(), "a member refers to group X, which is not defined"),
        (ExportError::NoMsgType { message: name() }.to_string(), "message X has no MsgType(35)"),
        (ExportError::TooLarge { group: name() }.to_string(), "group X holds itself, or too many groups are nested"),
    ] {
        assert_eq!(said, text);
    }
}

#[test]
fn what_was_compiled_in_place_is_what_was_compiled_from_a_copy() {
    let model = bundled::model("FIX.4.2").unwrap();
    let dictionary = Dictionary::from_static(model, None).unwrap();
    assert_eq!(dictionary.model(), Dictionary::compile(model, None).unwrap().model());
    let kinds = [&b"0"[..], b"A", b"D"].map(|kind| dictionary.message(kind).unwrap().is_session());
    assert_eq!(kinds, [true, true, false]);
}

#[test]
fn the_versions_of_a_message_stand_in_the_header_of_its_json_under_name_or_tag() {
    let text = |value: &str| Some(value.to_owned());
    for (json, versions) in [
        (r#"{"Header":{"BeginString":"FIXT.1.1","ApplVerID":"9"}}"#, (text("FIXT.1.1"), text("9"))),
        (r#"{"Header":{"8":"FIX.4.4"}}"#, (text("FIX.4.4"), None)),
        (r#"{"Header":{"BeginString":["FIX.4.4"]}}"#, (None, None)),
        (r#"{"Header":{"BeginString":4}}"#, (text("4"), None)),
        (r#"{"Header":{"BeginString":-4}}"#, (text("-4"), None)),
        (r#"{"Header":{"BeginString":4.5}}"#, (None, None)),
        ("{}", (None, None)),
        ("no JSON", (None, None)),
    ] {
        assert_eq!(versions_of_json(json), versions, "{json}");
    }
}

#[test]
fn a_character_outside_the_charset_is_named_with_its_place() {
    let dictionary = Dictionary::bundled("FIX.4.4").unwrap();
    let error = from_json(&dictionary, r#"{"Body":{"Text":"\u6771"}}"#, Charset::Latin1).unwrap_err();
    assert_eq!(error.to_string(), "Body.Text: the charset does not have all characters of the value");
}

#[test]
fn a_component_that_an_overlay_removes_leaves_every_message_too() {
    let base = bundled::model("FIX.4.4").unwrap();
    let name = &base.components[0].name;
    let overlay = overlay_toml::read("venue.toml", &format!("[components.{name}]\nremove = true\n")).unwrap();
    let model = apply(base, &overlay).unwrap();
    assert!(base.components.len() == model.components.len() + 1);
    assert!(model.components.iter().all(|one| one.name != *name));
    Dictionary::compile(&model, None).unwrap();
}
