//! A small dictionary for the tests of this crate: an order with nested groups, a header with hops, a session message.

use fixplus_wire::Field;

use crate::dictionary::Dictionary;
use crate::model::{self, Code, CodeSet, Component, Group, Member, MemberKind, Message, Model, Presence};

/// Tag, name, datatype, codes (`value=name`, blank between).
const FIELDS: &[(u32, &str, &str, &str)] = &[
    (8, "BeginString", "String", ""),
    (9, "BodyLength", "Length", ""),
    (10, "CheckSum", "String", ""),
    (11, "ClOrdID", "String", ""),
    (15, "Currency", "Currency", ""),
    (34, "MsgSeqNum", "SeqNum", ""),
    (35, "MsgType", "String", "0=Heartbeat D=NewOrderSingle"),
    (38, "OrderQty", "Qty", ""),
    (40, "OrdType", "char", "1=Market 2=Limit"),
    (44, "Price", "Price", ""),
    (49, "SenderCompID", "String", ""),
    (52, "SendingTime", "UTCTimestamp", ""),
    (54, "Side", "char", "1=Buy 2=Sell"),
    (55, "Symbol", "String", ""),
    (56, "TargetCompID", "String", ""),
    (18, "ExecInst", "MultipleCharValue", "1=NotHeld 6=ParticipateDontInitiate G=AllOrNone"),
    (78, "NoAllocs", "NumInGroup", ""),
    (79, "AllocAccount", "String", ""),
    (80, "AllocQty", "Qty", ""),
    (89, "Signature", "data", ""),
    (93, "SignatureLength", "Length", ""),
    (95, "RawDataLength", "Length", ""),
    (96, "RawData", "data", ""),
    (112, "TestReqID", "String", ""),
    (336, "TradingSessionID", "String", "1=Day 2=HalfDay"),
    (447, "PartyIDSource", "char", ""),
    (448, "PartyID", "String", ""),
    (452, "PartyRole", "int", "1=ExecutingFirm 4=ClearingFirm"),
    (453, "NoPartyIDs", "NumInGroup", ""),
    (523, "PartySubID", "String", ""),
    (627, "NoHops", "NumInGroup", ""),
    (628, "HopCompID", "String", ""),
    (629, "HopSendingTime", "UTCTimestamp", ""),
    (661, "AllocAcctIDSource", "int", ""),
    (802, "NoPartySubIDs", "NumInGroup", ""),
    (803, "PartySubIDType", "int", ""),
    (5001, "DeskID", "String", ""),
];

fn members(line: &str) -> Vec<Member> {
    line.split_whitespace()
        .map(|word| {
            let (word, presence) =
                word.strip_suffix('!').map_or((word, Presence::Optional), |word| (word, Presence::Required));
            let kind = match (word.strip_prefix('#'), word.strip_prefix('@')) {
                (Some(group), _) => MemberKind::Group(group.into()),
                (_, Some(component)) => MemberKind::Component(component.into()),
                _ => MemberKind::Field(word.parse().unwrap()),
            };
            Member { kind, presence }
        })
        .collect()
}

/// A group from its name, count tag and members (`55`, `#Group`, `@Component`, `!` behind what is required).
pub(crate) fn group(name: &str, count_tag: u32, line: &str) -> Group {
    Group { name: name.into(), count_tag, category: None, members: members(line) }
}

pub(crate) fn component(name: &str, line: &str) -> Component {
    Component { name: name.into(), category: None, members: members(line) }
}

pub(crate) fn message(name: &str, msg_type: &str, category: Option<&str>, line: &str) -> Message {
    Message { name: name.into(), msg_type: msg_type.into(), category: category.map(Into::into), members: members(line) }
}

pub(crate) fn model() -> Model {
    let mut model = Model { version: "FIX.4.4".into(), ..Model::default() };
    for &(tag, name, datatype, codes) in FIELDS {
        let code_set = (!codes.is_empty()).then(|| format!("{name}CodeSet"));
        if let Some(set) = &code_set {
            let codes = codes.split(' ').filter_map(|code| code.split_once('='));
            let codes = codes.map(|(value, name)| Code { value: value.into(), name: name.into(), deprecated: None });
            model.code_sets.push(CodeSet { name: set.clone(), datatype: datatype.into(), codes: codes.collect() });
        }
        let length_tag = match tag {
            89 => Some(93),
            96 => Some(95),
            _ => None,
        };
        let union_datatype = (tag == 336).then(|| "Reserved100Plus".into());
        let field = model::Field {
            tag,
            name: name.into(),
            datatype: datatype.into(),
            code_set,
            union_datatype,
            length_tag,
            ..model::Field::default()
        };
        model.fields.insert(tag, field);
    }
    model.header = members("8! 9! 35! 49! 56! 34! 52! #Hops");
    model.trailer = members("93 89 10!");
    model.components =
        vec![component("Instrument", "55! 336"), component("Parties", "#Parties"), component("Money", "15! 44!")];
    model.groups = vec![
        group("Hops", 627, "628 629"),
        group("Allocs", 78, "79 661 @Parties 80!"),
        group("Parties", 453, "448 447 452! #PartySubIDs"),
        group("PartySubIDs", 802, "523 803"),
    ];
    model.messages = vec![
        message("Heartbeat", "0", Some("Session"), "112"),
        message("NewOrderSingle", "D", None, "11! @Parties #Allocs @Instrument! 54! 38 40 18 95 96 @Money"),
    ];
    model
}

pub(crate) fn dictionary() -> Dictionary {
    Dictionary::compile(&model(), None).unwrap()
}

/// The frame and its fields; SOH is written `|`.
pub(crate) fn wire(text: &str) -> (Vec<u8>, Vec<Field>) {
    let frame = text.replace('|', "\x01").into_bytes();
    let mut fields = Vec::new();
    let mut at = 0;
    while at < frame.len() {
        let mut end = at + frame[at..].iter().position(|&byte| byte == 1).unwrap();
        let text = &frame[at..end];
        let equals = text.iter().position(|&byte| byte == b'=');
        let name = std::str::from_utf8(&text[..equals.unwrap_or(0)]).unwrap();
        let tag = if name.starts_with('0') { 0 } else { name.parse().unwrap_or(0) };
        let start = equals.map_or(at, |equals| at + equals + 1);
        if let (89, Some(length @ Field { tag: 93, .. })) | (96, Some(length @ Field { tag: 95, .. })) =
            (tag, fields.last())
        {
            let length =
                std::str::from_utf8(&frame[length.start as usize..length.end as usize]).unwrap().parse::<usize>();
            end = length.map_or(end, |length| start + length);
        }
        fields.push(Field { tag, start: start as u32, end: end as u32 });
        at = end + 1;
    }
    (frame, fields)
}

#[test]
fn the_sample_splits_a_frame_into_fields() {
    let (frame, fields) = wire("8=A|95=3|96=a|b|10=1|-1=x|");
    let read: Vec<_> =
        fields.iter().map(|field| (field.tag, &frame[field.start as usize..field.end as usize])).collect();
    assert_eq!(read, [(8, &b"A"[..]), (95, b"3"), (96, b"a\x01b"), (10, b"1"), (0, b"x")]);
}
