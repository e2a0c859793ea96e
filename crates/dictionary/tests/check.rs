//! What does not hold together is told, each thing once.

use fixplus_dictionary::check::{Inconsistency, MAX_NESTING, Matter, Subject, check};
use fixplus_dictionary::model::{CodeSet, Component, Field, Group, Member, MemberKind, Message, Model, Presence};

fn field(tag: u32, datatype: &str) -> Field {
    Field { tag, name: format!("F{tag}"), datatype: datatype.to_owned(), ..Field::default() }
}

fn members(kinds: &[MemberKind]) -> Vec<Member> {
    kinds.iter().map(|kind| Member { kind: kind.clone(), presence: Presence::Optional }).collect()
}

fn component(name: &str, kinds: &[MemberKind]) -> Component {
    Component { name: name.to_owned(), category: None, members: members(kinds) }
}

fn group(name: &str, count_tag: u32, kinds: &[MemberKind]) -> Group {
    Group { name: name.to_owned(), count_tag, category: None, members: members(kinds) }
}

fn message(name: &str, msg_type: &str, kinds: &[MemberKind]) -> Message {
    Message { name: name.to_owned(), msg_type: msg_type.to_owned(), category: None, members: members(kinds) }
}

fn model() -> Model {
    let fields = [field(1, "String"), field(2, "String"), field(3, "NumInGroup")];
    Model { fields: fields.into_iter().map(|field| (field.tag, field)).collect(), ..Model::default() }
}

fn found(model: &Model) -> Vec<(Subject, Matter)> {
    check(model).into_iter().map(|Inconsistency { subject, matter }| (subject, matter)).collect()
}

fn part(name: &str) -> MemberKind {
    MemberKind::Component(name.to_owned())
}

fn entries(name: &str) -> MemberKind {
    MemberKind::Group(name.to_owned())
}

const ONE: MemberKind = MemberKind::Field(1);
const TWO: MemberKind = MemberKind::Field(2);

#[test]
fn a_sound_dictionary_gives_nothing() {
    let mut model = model();
    model.components = vec![component("C", &[ONE])];
    model.groups = vec![group("G", 3, &[part("C"), TWO])];
    model.messages = vec![message("M", "U1", &[ONE, TWO, entries("G")])];
    assert_eq!(found(&model), []);
}

#[test]
fn references_that_lead_nowhere_are_told_where_they_stand() {
    let mut model = model();
    model.header = members(&[MemberKind::Field(8)]);
    model.groups = vec![group("G", 4, &[ONE])];
    model.messages = vec![message("M", "U1", &[part("Gone"), entries("Lost")])];
    let gone = Subject::Message("M".to_owned());
    let expected = [
        (Subject::Group("G".to_owned()), Matter::UnknownField(4)),
        (Subject::Header, Matter::UnknownField(8)),
        (gone.clone(), Matter::UnknownComponent("Gone".to_owned())),
        (gone, Matter::UnknownGroup("Lost".to_owned())),
    ];
    assert_eq!(found(&model), expected);
}

#[test]
fn a_circle_is_told_with_the_way_round() {
    let mut model = model();
    model.components = vec![component("A", &[ONE, entries("G")])];
    model.groups = vec![group("G", 3, &[TWO, part("A")])];
    let way = ["component A", "group G", "component A"].map(str::to_owned).to_vec();
    assert_eq!(found(&model), [(Subject::Component("A".to_owned()), Matter::Cycle(way))]);
}

#[test]
fn a_tag_that_is_reached_twice_at_one_level_is_an_oddity() {
    let mut model = model();
    model.components = vec![component("C", &[ONE])];
    model.groups = vec![group("G", 3, &[ONE])];
    model.messages = vec![message("M", "U1", &[part("C"), entries("G"), ONE])];
    let expected = [(Subject::Message("M".to_owned()), Matter::RepeatedTag(1))];
    assert_eq!(found(&model), expected, "the group's own 1 is another level");
    assert!(!expected[0].1.is_fault());
}

#[test]
fn a_group_that_cannot_begin_is_told() {
    let mut model = model();
    model.components = vec![component("Empty", &[])];
    model.groups = vec![group("G", 3, &[part("Empty")])];
    assert_eq!(found(&model), [(Subject::Group("G".to_owned()), Matter::NoDelimiter)]);
}

#[test]
fn data_needs_a_length_and_codes_need_their_list() {
    let mut model = model();
    model.fields.insert(96, field(96, "data"));
    model.fields.insert(213, Field { length_tag: Some(212), ..field(213, "XMLData") });
    model.fields.insert(54, Field { code_set: Some("SideCodeSet".to_owned()), ..field(54, "char") });
    let expected = [
        (Subject::Field(54), Matter::UnknownCodeSet("SideCodeSet".to_owned())),
        (Subject::Field(96), Matter::NoLength),
        (Subject::Field(213), Matter::UnknownLength(212)),
    ];
    assert_eq!(found(&model), expected);
}

#[test]
fn names_are_unique_within_their_kind() {
    let mut model = model();
    model.fields.insert(9, Field { tag: 9, ..field(1, "int") });
    model.components = vec![component("X", &[ONE]), component("X", &[TWO])];
    model.groups = vec![group("X", 3, &[ONE]), group("X", 3, &[TWO])];
    model.code_sets = vec![CodeSet { name: "S".to_owned(), ..CodeSet::default() }; 2];
    model.messages = vec![message("M", "U1", &[]), message("M", "U2", &[]), message("N", "U1", &[])];
    let duplicate = |name: &str| Matter::Duplicate(name.to_owned());
    let expected = [
        (Subject::Component("X".to_owned()), duplicate("X")),
        (Subject::Group("X".to_owned()), duplicate("X")),
        (Subject::Whole, duplicate("S")),
        (Subject::Message("M".to_owned()), duplicate("M")),
        (Subject::Message("N".to_owned()), duplicate("MsgType(35)=U1")),
        (Subject::Field(9), duplicate("F1")),
    ];
    assert_eq!(found(&model), expected);
}

#[test]
fn nesting_has_a_limit_and_a_long_chain_costs_no_stack() {
    let mut model = model();
    model.components = vec![component("C0", &[ONE])];
    for n in 1..50_000 {
        model.components.push(component(&format!("C{n}"), &[part(&format!("C{}", n - 1))]));
    }
    let deepest = format!("C{}", MAX_NESTING + 1);
    assert_eq!(found(&model), [(Subject::Component(deepest), Matter::TooLarge)]);
}

#[test]
fn every_inconsistency_reads_as_a_sentence() {
    let subjects = [
        (Subject::Header, "StandardHeader"),
        (Subject::Trailer, "StandardTrailer"),
        (Subject::Message("M".to_owned()), "message M"),
        (Subject::Field(96), "field 96"),
        (Subject::Whole, "the dictionary"),
    ];
    for (subject, begin) in subjects {
        let told = Inconsistency { subject, matter: Matter::RepeatedTag(1) }.to_string();
        assert_eq!(told, format!("{begin}: tag 1 is reached twice at one level"));
    }
    let matters = [
        (Matter::UnknownField(1), "there is no field 1"),
        (Matter::UnknownComponent("C".to_owned()), "there is no component C"),
        (Matter::UnknownGroup("G".to_owned()), "there is no group G"),
        (Matter::UnknownCodeSet("S".to_owned()), "there is no code set S"),
        (Matter::Duplicate("X".to_owned()), "X is defined twice"),
        (Matter::Cycle(vec!["a".to_owned(), "a".to_owned()]), "it contains itself: a > a"),
        (Matter::NoDelimiter, "the group has no field that could begin an entry"),
        (Matter::NoLength, "no field holds the length of this data field"),
        (Matter::UnknownLength(9), "the length field 9 is not defined"),
        (Matter::TooLarge, "the definitions nest or multiply beyond measure"),
    ];
    for (matter, end) in matters {
        let told = Inconsistency { subject: Subject::Group("G".to_owned()), matter }.to_string();
        assert_eq!(told, format!("group G: {end}"));
    }
}
