//! Write a dictionary as compact text.

use std::borrow::Cow;

use super::{FIRST_LINE, own_code_set};
use crate::model::{Code, Field, Member, MemberKind, Model, Presence};

/// The dictionary as compact text, the same for the same dictionary.
#[must_use]
pub fn write(model: &Model) -> String {
    let mut text = Text(String::with_capacity(64 * 1024));
    text.line(&[FIRST_LINE]);
    text.line(&["version", &word(&model.version)]);
    if let Some(pack) = model.extension_pack {
        text.line(&["pack", &pack.to_string()]);
    }
    for source in &model.sources {
        text.line(&["source", &line_text(source)]);
    }
    for section in &model.sections {
        text.line(&["section", &word(section)]);
    }
    for category in &model.categories {
        text.definition("category", &[&category.name], category.section.as_deref());
    }
    for datatype in &model.datatypes {
        text.definition("datatype", &[&datatype.name], datatype.base.as_deref());
    }
    for set in &model.code_sets {
        text.definition("codes", &[&set.name, &set.datatype], None);
        set.codes.iter().for_each(|code| text.code(code));
    }
    model.fields.values().for_each(|field| text.field(field));
    for (name, members) in [("header", &model.header), ("trailer", &model.trailer)] {
        if !members.is_empty() {
            text.line(&[name]);
            text.members(members);
        }
    }
    for component in &model.components {
        text.definition("component", &[&component.name], component.category.as_deref());
        text.members(&component.members);
    }
    for group in &model.groups {
        text.definition("group", &[&group.name, &group.count_tag.to_string()], group.category.as_deref());
        text.members(&group.members);
    }
    for message in &model.messages {
        text.definition("message", &[&message.msg_type, &message.name], message.category.as_deref());
        text.members(&message.members);
    }
    text.0
}

/// A text that grows by lines.
struct Text(String);

impl Text {
    fn line(&mut self, words: &[&str]) {
        self.0.push_str(&words.join(" "));
        self.0.push('\n');
    }

    fn definition(&mut self, kind: &str, words: &[&str], last: Option<&str>) {
        self.0.push_str(kind);
        for text in words.iter().copied().chain(last) {
            self.0.push(' ');
            self.0.push_str(&word(text));
        }
        self.0.push('\n');
    }

    fn code(&mut self, code: &Code) {
        self.option(" ", &code.value);
        self.option(" ", &code.name);
        if let Some(version) = &code.deprecated {
            self.option(" -", version);
        }
        self.0.push('\n');
    }

    fn option(&mut self, mark: &str, text: &str) {
        self.0.push_str(mark);
        self.0.push_str(&word(text));
    }

    fn field(&mut self, field: &Field) {
        self.0.push_str("field ");
        self.0.push_str(&field.tag.to_string());
        self.option(" ", &field.name);
        self.option(" ", &field.datatype);
        match &field.code_set {
            Some(set) if *set == own_code_set(&field.name) => self.0.push_str(" codes"),
            Some(set) => self.option(" codes=", set),
            None => {}
        }
        if field.open_codes {
            self.0.push_str(" open");
        }
        if let Some(datatype) = &field.union_datatype {
            self.option(" union=", datatype);
        }
        if let Some(tag) = field.length_tag {
            self.option(" length=", &tag.to_string());
        }
        if let Some(version) = &field.added {
            self.option(" +", version);
        }
        if let Some(version) = &field.deprecated {
            self.option(" -", version);
        }
        self.0.push('\n');
    }

    fn members(&mut self, members: &[Member]) {
        for member in members {
            match &member.kind {
                MemberKind::Field(tag) => self.option(" ", &tag.to_string()),
                MemberKind::Component(name) => self.option(" .", name),
                MemberKind::Group(name) => self.option(" *", name),
            }
            match &member.presence {
                Presence::Optional => {}
                Presence::Required => self.0.push_str(" !"),
                Presence::Ignored => self.0.push_str(" ~"),
                Presence::Forbidden => self.0.push_str(" 0"),
                Presence::Constant(value) => self.option(" =", value),
            }
            self.0.push('\n');
        }
    }
}

/// A text as one word.
fn word(text: &str) -> Cow<'_, str> {
    if text.is_empty() {
        return Cow::Borrowed("\\e");
    }
    if !text.contains(['\\', ' ', '\n', '\r']) {
        return Cow::Borrowed(text);
    }
    let mut escaped = String::with_capacity(text.len() + 8);
    for character in text.chars() {
        match character {
            '\\' => escaped.push_str("\\\\"),
            ' ' => escaped.push_str("\\s"),
            '\n' => escaped.push_str("\\n"),
            '\r' => escaped.push_str("\\r"),
            other => escaped.push(other),
        }
    }
    Cow::Owned(escaped)
}

/// A text as the rest of a line.
fn line_text(text: &str) -> String {
    text.replace('\\', "\\\\").replace('\n', "\\n").replace('\r', "\\r")
}
