//! Find things of a dictionary by a tag, a name or a part of one.

use crate::later_name::later_name;
use crate::model::Model;

/// What was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum HitKind {
    /// A field.
    Field,
    /// A message.
    Message,
    /// A component.
    Component,
    /// A group.
    Group,
    /// A code.
    Code,
}

/// How well it fits, the best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Fit {
    /// The text is its name, tag, MsgType(35) or value, letter by letter.
    Exact,
    /// So it is but for case.
    ExactButCase,
    /// Its name begins with the text.
    Prefix,
    /// Its name holds the text.
    Substring,
}

/// One thing that fits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    /// How well it fits.
    pub fit: Fit,
    /// What it is.
    pub kind: HitKind,
    /// Its name.
    pub name: String,
    /// The tag of a field, or of the count field of a group.
    pub tag: Option<u32>,
    /// The MsgType(35) of a message, or the value of a code.
    pub value: Option<String>,
    /// The code set of a code.
    pub code_set: Option<String>,
    /// The tags of the fields that take the code.
    pub fields: Vec<u32>,
}

/// All that fits `text`: the best first; of those that fit as well fields, messages, components, groups, codes; then the
/// order of the dictionary.
///
/// A tag, a MsgType(35) and the value of a code must be equal to the text; a name may begin with it or hold it, in any
/// case. A message that was renamed is found by its later name too. Blanks around the text do not count, and an empty text finds nothing.
#[must_use]
pub fn search(model: &Model, text: &str) -> Vec<Hit> {
    let text = text.trim();
    let sought = Sought { text, lower: text.to_lowercase() };
    let mut hits = Vec::new();
    if text.is_empty() {
        return hits;
    }
    let hit = |fit, kind, name: &str| Hit {
        fit,
        kind,
        name: name.to_owned(),
        tag: None,
        value: None,
        code_set: None,
        fields: Vec::new(),
    };
    for field in model.fields.values() {
        if let Some(fit) = sought.fit(&field.name, &field.tag.to_string()) {
            hits.push(Hit { tag: Some(field.tag), ..hit(fit, HitKind::Field, &field.name) });
        }
    }
    for message in &model.messages {
        let later = sought.fit(later_name(&message.msg_type, &message.name), "");
        if let Some(fit) = sought.fit(&message.name, &message.msg_type).into_iter().chain(later).min() {
            hits.push(Hit { value: Some(message.msg_type.clone()), ..hit(fit, HitKind::Message, &message.name) });
        }
    }
    for component in &model.components {
        if let Some(fit) = sought.fit(&component.name, "") {
            hits.push(hit(fit, HitKind::Component, &component.name));
        }
    }
    for group in &model.groups {
        if let Some(fit) = sought.fit(&group.name, "") {
            hits.push(Hit { tag: Some(group.count_tag), ..hit(fit, HitKind::Group, &group.name) });
        }
    }
    for set in &model.code_sets {
        let users = || model.fields.values().filter(|field| field.code_set.as_ref() == Some(&set.name));
        for code in &set.codes {
            if let Some(fit) = sought.fit(&code.name, &code.value) {
                hits.push(Hit {
                    value: Some(code.value.clone()),
                    code_set: Some(set.name.clone()),
                    fields: users().map(|field| field.tag).collect(),
                    ..hit(fit, HitKind::Code, &code.name)
                });
            }
        }
    }
    hits.sort_by_key(|hit| (hit.fit, hit.kind));
    hits
}

struct Sought<'a> {
    text: &'a str,
    lower: String,
}

impl Sought<'_> {
    fn fit(&self, name: &str, number: &str) -> Option<Fit> {
        if name == self.text || number == self.text {
            return Some(Fit::Exact);
        }
        let name = name.to_lowercase();
        match name.find(&self.lower)? {
            0 if name.len() == self.lower.len() => Some(Fit::ExactButCase),
            0 => Some(Fit::Prefix),
            _ => Some(Fit::Substring),
        }
    }
}
