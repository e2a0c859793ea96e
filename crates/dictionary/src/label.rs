//! How things of a dictionary are called in sentences: `Price(44)`, `NewOrderSingle(35=D)`, `group Parties`.

use crate::model::{Field, MemberKind, Message, Model};

/// A field: name and tag.
pub(crate) fn field(field: &Field) -> String {
    format!("{}({})", field.name, field.tag)
}

/// A tag: with its name, if the model has one.
pub(crate) fn tag(model: &Model, tag: u32) -> String {
    model.fields.get(&tag).map_or_else(|| tag.to_string(), field)
}

/// A message: name and MsgType(35), which binary protocols lack.
pub(crate) fn message(message: &Message) -> String {
    if message.msg_type.is_empty() {
        return format!("message {}", message.name);
    }
    format!("{}(35={})", message.name, message.msg_type)
}

/// A member: the field, or the kind and the name.
pub(crate) fn member(model: &Model, kind: &MemberKind) -> String {
    match kind {
        MemberKind::Field(number) => tag(model, *number),
        MemberKind::Component(name) => format!("component {name}"),
        MemberKind::Group(name) => format!("group {name}"),
    }
}
