//! The compact form loses nothing and says where it cannot be read.
#![allow(clippy::expect_used, clippy::panic, reason = "tests say what they expect")]

use fixplus_dictionary::compact::{CompactProblem, read, write};
use fixplus_dictionary::model::{
    Category, Code, CodeSet, Component, Datatype, Field, Group, Member, MemberKind, Message, Model, Presence,
};
use proptest::collection::{btree_map, vec};
use proptest::option;
use proptest::prelude::{Just, Strategy, any, prop_oneof, proptest};

/// Names as sources have them, and as no one should write them.
fn text() -> impl Strategy<Value = String> {
    prop_oneof!["[A-Za-z][A-Za-z0-9_.]{0,12}", "[ \\\\\\n\\r=!~.*+\\-0a]{0,5}", any::<String>()]
}

fn member() -> impl Strategy<Value = Member> {
    let kind = prop_oneof![
        any::<u32>().prop_map(MemberKind::Field),
        text().prop_map(MemberKind::Component),
        text().prop_map(MemberKind::Group)
    ];
    let presence = prop_oneof![
        Just(Presence::Required),
        Just(Presence::Optional),
        Just(Presence::Forbidden),
        Just(Presence::Ignored),
        text().prop_map(Presence::Constant)
    ];
    (kind, presence).prop_map(|(kind, presence)| Member { kind, presence })
}

fn members() -> impl Strategy<Value = Vec<Member>> {
    vec(member(), 0..5)
}

fn field() -> impl Strategy<Value = Field> {
    let versions = (option::of(text()), option::of(text()));
    let lists = (option::of(text()), option::of(text()), any::<bool>());
    (text(), text(), lists, option::of(any::<u32>()), versions).prop_map(
        |(name, datatype, (code_set, union_datatype, open_codes), length_tag, (added, deprecated))| Field {
            tag: 0,
            name,
            datatype,
            code_set,
            union_datatype,
            length_tag,
            open_codes,
            added,
            deprecated,
        },
    )
}

fn code_set() -> impl Strategy<Value = CodeSet> {
    let code =
        (text(), text(), option::of(text())).prop_map(|(value, name, deprecated)| Code { value, name, deprecated });
    (text(), text(), vec(code, 0..4)).prop_map(|(name, datatype, codes)| CodeSet { name, datatype, codes })
}

fn model() -> impl Strategy<Value = Model> {
    let facts = (text(), option::of(any::<u32>()), vec(text(), 0..3), vec(text(), 0..3));
    let lists = (vec((text(), option::of(text())), 0..3), vec((text(), option::of(text())), 0..3));
    let fields = (vec(code_set(), 0..4), btree_map(any::<u32>(), field(), 0..6));
    let parts = (
        vec((text(), option::of(text()), members()), 0..4),
        vec((text(), any::<u32>(), option::of(text()), members()), 0..4),
        vec((text(), text(), option::of(text()), members()), 0..4),
    );
    (facts, lists, fields, parts, (members(), members())).prop_map(
        |(facts, lists, (code_sets, mut fields), parts, (header, trailer))| {
            fields.iter_mut().for_each(|(tag, field)| field.tag = *tag);
            Model {
                version: facts.0,
                extension_pack: facts.1,
                sources: facts.2,
                sections: facts.3,
                categories: lists.0.into_iter().map(|(name, section)| Category { name, section }).collect(),
                datatypes: lists.1.into_iter().map(|(name, base)| Datatype { name, base }).collect(),
                code_sets,
                fields,
                components: parts
                    .0
                    .into_iter()
                    .map(|(name, category, members)| Component { name, category, members })
                    .collect(),
                groups: parts
                    .1
                    .into_iter()
                    .map(|(name, count_tag, category, members)| Group { name, count_tag, category, members })
                    .collect(),
                messages: parts
                    .2
                    .into_iter()
                    .map(|(name, msg_type, category, members)| Message { name, msg_type, category, members })
                    .collect(),
                header,
                trailer,
            }
        },
    )
}

proptest! {
    #[test]
    fn what_is_written_is_read_again(model in model()) {
        let text = write(&model);
        let back = read(&text).map_err(|error| proptest::test_runner::TestCaseError::fail(format!("{error}\n{text}")))?;
        proptest::prop_assert_eq!(&back, &model);
        proptest::prop_assert_eq!(write(&back), text);
    }

    #[test]
    fn any_text_gives_a_dictionary_or_an_error(text in "(fixd 1\n)?([a-z]{0,9}[ \\\\.*!0-9a-z=\n]{0,9}){0,12}") {
        let _ = read(&text);
    }
}

#[test]
fn a_line_that_cannot_be_read_is_named() {
    let cases = [
        ("", 1, CompactProblem::NotCompact),
        ("fixd 2\n", 1, CompactProblem::NotCompact),
        ("fixd 1\nfield\n", 2, CompactProblem::Missing("tag")),
        ("fixd 1\nfield x A int\n", 2, CompactProblem::NotANumber("x".to_owned())),
        ("fixd 1\nfield 1 A int\nfield 1 B int\n", 3, CompactProblem::RepeatedTag(1)),
        ("fixd 1\nfield 1 A int else\n", 2, CompactProblem::UnknownWord("else".to_owned())),
        ("fixd 1\n 55 !\n", 2, CompactProblem::Stray),
        ("fixd 1\nheader\n 55 ?\n", 3, CompactProblem::UnknownWord("?".to_owned())),
        ("fixd 1\nheader\n 55 ! !\n", 3, CompactProblem::Surplus("!".to_owned())),
        ("fixd 1\nversion A\\q\n", 2, CompactProblem::Escape("A\\q".to_owned())),
        ("fixd 1\ncolour red\n", 2, CompactProblem::UnknownWord("colour".to_owned())),
    ];
    for (text, line, problem) in cases {
        let error = read(text).expect_err(text);
        assert_eq!((error.line, &error.problem), (line, &problem), "{text:?}");
        assert!(error.to_string().starts_with(&format!("line {line}: ")));
    }
}
