//! A dictionary small enough to be read at a glance, for tests of layers, diff and export.

// Each test file uses what it needs of this.
#![allow(dead_code)]

use fixplus_dictionary::model::{
    Category, Code, CodeSet, Component, Datatype, Field, Group, Member, MemberKind, Message, Model, Presence,
};

/// A member that may be there.
pub fn may(kind: MemberKind) -> Member {
    Member { kind, presence: Presence::Optional }
}

/// A member that must be there.
pub fn must(kind: MemberKind) -> Member {
    Member { kind, presence: Presence::Required }
}

/// A reference to a field.
pub fn field(tag: u32) -> MemberKind {
    MemberKind::Field(tag)
}

/// A reference to a component.
pub fn component(name: &str) -> MemberKind {
    MemberKind::Component(name.to_owned())
}

/// A reference to a group.
pub fn group(name: &str) -> MemberKind {
    MemberKind::Group(name.to_owned())
}

/// An order with an instrument and parties, and a heartbeat.
pub fn base() -> Model {
    let fields = [
        (8, "BeginString", "String"),
        (10, "CheckSum", "String"),
        (11, "ClOrdID", "String"),
        (22, "SecurityIDSource", "String"),
        (35, "MsgType", "String"),
        (44, "Price", "Price"),
        (54, "Side", "char"),
        (55, "Symbol", "String"),
        (60, "TransactTime", "UTCTimestamp"),
        (95, "RawDataLength", "Length"),
        (96, "RawData", "data"),
        (112, "TestReqID", "String"),
        (447, "PartyIDSource", "char"),
        (448, "PartyID", "String"),
        (453, "NoPartyIDs", "NumInGroup"),
        (624, "LegSide", "char"),
    ];
    let mut model = Model { version: "FIX.4.4".to_owned(), ..Model::default() };
    for (tag, name, datatype) in fields {
        let field = Field { tag, name: name.to_owned(), datatype: datatype.to_owned(), ..Field::default() };
        model.fields.insert(tag, field);
    }
    for tag in [54, 624] {
        model.fields.entry(tag).and_modify(|field| field.code_set = Some("SideCodeSet".to_owned()));
    }
    model.fields.entry(96).and_modify(|field| field.length_tag = Some(95));
    let code = |(value, name): (&str, &str)| Code { value: value.to_owned(), name: name.to_owned(), deprecated: None };
    model.code_sets = vec![CodeSet {
        name: "SideCodeSet".to_owned(),
        datatype: "char".to_owned(),
        codes: [("1", "Buy"), ("2", "Sell"), ("9", "Cross")].map(code).to_vec(),
    }];
    let base = |(name, base): (&str, Option<&str>)| Datatype { name: name.to_owned(), base: base.map(str::to_owned) };
    model.datatypes = [
        ("int", None),
        ("Length", Some("int")),
        ("NumInGroup", Some("int")),
        ("float", None),
        ("Price", Some("float")),
        ("char", None),
        ("String", None),
        ("UTCTimestamp", Some("String")),
        ("data", Some("String")),
    ]
    .map(base)
    .to_vec();
    model.sections = vec!["Session".to_owned(), "Trade".to_owned()];
    let category = |name: &str, section: &str| Category { name: name.to_owned(), section: Some(section.to_owned()) };
    model.categories = vec![category("Session", "Session"), category("Orders", "Trade")];
    model.components = vec![Component {
        name: "Instrument".to_owned(),
        category: Some("Orders".to_owned()),
        members: vec![must(field(55)), may(field(22))],
    }];
    model.groups = vec![Group {
        name: "Parties".to_owned(),
        count_tag: 453,
        category: None,
        members: vec![may(field(448)), may(field(447))],
    }];
    let message = |name: &str, msg_type: &str, category: &str, members| Message {
        name: name.to_owned(),
        msg_type: msg_type.to_owned(),
        category: Some(category.to_owned()),
        members,
    };
    model.messages = vec![
        message("Heartbeat", "0", "Session", vec![may(field(112))]),
        message(
            "NewOrderSingle",
            "D",
            "Orders",
            vec![
                must(field(11)),
                may(group("Parties")),
                may(component("Instrument")),
                must(field(54)),
                may(field(60)),
                may(field(44)),
                may(field(95)),
                may(field(96)),
            ],
        ),
    ];
    model.header = vec![must(field(8)), must(field(35))];
    model.trailer = vec![must(field(10))];
    model
}
