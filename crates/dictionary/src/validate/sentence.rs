//! A fault put into words: the text of the wire, and a sentence that names the cause.

use std::fmt::Write;

use fixplus_wire::{Field, field_offset};

use super::fault::{Cause, Fault};
use crate::dictionary::Dictionary;
use crate::mask;
use crate::nearest::nearest;
use crate::plan::MessagePlan;
use crate::violation::{Reason, Violation, shown};

/// What the words are about.
pub(super) struct Speaker<'v> {
    pub dictionary: &'v Dictionary,
    pub plan: &'v MessagePlan,
    pub frame: &'v [u8],
    pub fields: &'v [Field],
    pub msg_type: &'v [u8],
}

impl Speaker<'_> {
    /// The fault in words.
    pub(super) fn violation(&self, fault: &Fault) -> Violation {
        let field = fault.at.and_then(|at| self.fields.get(at as usize));
        let is_missing = matches!(fault.cause, Cause::Missing | Cause::MissingIn { .. });
        Violation {
            reason: fault.reason,
            ref_tag: fault.ref_tag,
            msg_type: shown(self.msg_type),
            position: fault.at.filter(|_| !is_missing).map(|at| at as usize),
            offset: field.filter(|_| !is_missing).map(|field| self.offset(fault.at, field)),
            path: self.path(&fault.path),
            wire_text: wire_text(fault.reason, &fault.cause, self),
            sentence: self.sentence(fault, field),
        }
    }

    /// The violation that stands for those that are not listed.
    pub(super) fn left_out(&self, count: usize) -> Violation {
        let (faults, are) = if count == 1 { ("fault", "is") } else { ("faults", "are") };
        Violation {
            reason: Reason::Other,
            ref_tag: None,
            msg_type: shown(self.msg_type),
            position: None,
            offset: None,
            path: String::new(),
            wire_text: Reason::Other.text().into(),
            sentence: format!("{count} further {faults} of this message {are} not listed"),
        }
    }

    fn offset(&self, at: Option<u32>, field: &Field) -> usize {
        let before = at.and_then(|at| at.checked_sub(1)).and_then(|at| self.fields.get(at as usize));
        before.map_or_else(|| field_offset(self.frame, field), |before| before.end as usize + 1)
    }

    fn path(&self, entries: &[(u16, u32)]) -> String {
        let mut path = String::new();
        for &(level, entry) in entries {
            let name = self.plan.levels().get(usize::from(level)).map_or("", |level| &level.count_name);
            let dot = if path.is_empty() { "" } else { "." };
            let _ = write!(path, "{dot}{name}[{entry}]");
        }
        path
    }

    fn sentence(&self, fault: &Fault, field: Option<&Field>) -> String {
        let tag = fault.ref_tag.unwrap_or(0);
        let name = self.name(tag);
        let value = || self.value_of(field);
        let holder = self.holder(&fault.path);
        match &fault.cause {
            Cause::NoEquals => {
                let text = self.piece(fault.at);
                format!(
                    "'{text}' behind {name} has no '=': the value of {name} holds the field separator, or the tag is missing"
                )
            }
            Cause::NoTag(number) => format!("{number} is no tag: tags are numbers from 1 without leading zeros"),
            Cause::OutOfOrder { behind_trailer: true } => {
                format!("{name} stands behind the first field of the trailer")
            }
            Cause::OutOfOrder { behind_trailer: false } => {
                format!("{name} belongs to the header and stands behind the first field of the body")
            }
            Cause::UnknownMsgType => self.unknown_msg_type(),
            Cause::Missing => format!("{name} is required in {holder}"),
            Cause::MissingIn { component } => {
                format!("{name} is required in {component}, of which {holder} has other fields")
            }
            Cause::MissingLength { data_tag } => {
                format!("{} must stand directly before {}", name, self.name(i64::from(*data_tag)))
            }
            Cause::MissingData { data_tag } => {
                let length = self.name(field.map_or(0, |field| i64::from(field.tag)));
                format!(
                    "{} must stand directly behind {length}, which says {}",
                    self.name(i64::from(*data_tag)),
                    value()
                )
            }
            Cause::WrongLength { data_tag, found } => {
                format!("{name} says {}, {} has {found} bytes", value(), self.name(i64::from(*data_tag)))
            }
            Cause::Repeated => format!("{name} comes more than once in {holder}"),
            Cause::Empty => format!("{name} has no value"),
            Cause::Format(datatype) => format!("{name} is '{}', which is no {}", value(), datatype.name()),
            Cause::Code => self.wrong_code(tag, &name, field),
            Cause::NotConstant(constant) => format!("{name} is '{}' and is always '{}'", value(), shown(constant)),
            Cause::Xml(error) => format!("{name} is no well-formed XML: {error}"),
            Cause::UnknownTag => format!("Tag {tag} is in no part of {}", self.dictionary.version()),
            Cause::NotMember => format!("{name} does not belong to {holder}"),
            Cause::MemberOfGroup { level } => {
                format!("{name} belongs to the group {} and stands outside its entries", self.group(*level))
            }
            Cause::Forbidden => format!("{name} must not be in {holder}"),
            Cause::NoDelimiter { level, entry, delimiter, again } => {
                let delimiter = self.name(i64::from(*delimiter));
                let group = self.group(*level);
                let name = field.map_or(name, |field| self.name(i64::from(field.tag)));
                if *again {
                    format!("{name} comes again in entry {entry} of {group}: a new entry starts with {delimiter}")
                } else {
                    format!("{name} starts entry {} of {group}: an entry starts with {delimiter}", entry + 1)
                }
            }
            Cause::Unordered { level, entry, behind } => {
                let behind = self.name(i64::from(*behind));
                format!(
                    "{name} stands behind {behind} in entry {} of {}: its place is before",
                    entry + 1,
                    self.group(*level)
                )
            }
            Cause::Count { found } => {
                let follow = if *found == 1 { "1 entry follows".into() } else { format!("{found} entries follow") };
                format!("{name} says {}, {follow}", value())
            }
        }
    }

    /// The field as people write it: `Side(54)`.
    fn name(&self, tag: i64) -> String {
        let field = u32::try_from(tag).ok().and_then(|tag| self.dictionary.field(tag));
        field.map_or_else(|| format!("tag {tag}"), |field| format!("{}({tag})", field.name))
    }

    fn group(&self, level: u16) -> String {
        let level = self.plan.levels().get(usize::from(level));
        level.map_or_else(String::new, |level| format!("{}({})", level.count_name, level.count_tag))
    }

    /// The message, or the entry of a group.
    fn holder(&self, path: &[(u16, u32)]) -> String {
        match path.last() {
            Some(&(level, entry)) => format!("entry {} of {}", entry + 1, self.group(level)),
            None if self.plan.is_known() => format!("{}(35={})", self.plan.name(), self.plan.msg_type()),
            None => "every message".into(),
        }
    }

    fn value_of(&self, field: Option<&Field>) -> String {
        let Some(field) = field else { return String::new() };
        if mask::is_secret(field.tag, self.msg_type) {
            return mask::MASK.into();
        }
        shown(self.frame.get(field.start as usize..field.end as usize).unwrap_or_default())
    }

    fn piece(&self, at: Option<u32>) -> String {
        let field = at.and_then(|at| self.fields.get(at as usize));
        let before = at.and_then(|at| at.checked_sub(1)).and_then(|at| self.fields.get(at as usize));
        if before.is_some_and(|before| mask::is_secret(before.tag, self.msg_type)) {
            return mask::MASK.into();
        }
        let start = before.map_or(0, |before| before.end as usize + 1);
        shown(field.and_then(|field| self.frame.get(start..field.end as usize)).unwrap_or_default())
    }

    fn unknown_msg_type(&self) -> String {
        let value = shown(self.msg_type);
        let version = self.dictionary.version();
        let mut sentence = format!("MsgType(35) is '{value}', which is no message of {version}");
        let messages = || self.dictionary.messages();
        if let Some(message) = messages().find(|message| message.name.eq_ignore_ascii_case(&value)) {
            let _ = write!(sentence, "; the value of {} is '{}'", message.name, message.msg_type);
        } else if let Some(message) = messages().find(|message| message.msg_type.eq_ignore_ascii_case(&value)) {
            let _ = write!(sentence, "; '{}' is {}", message.msg_type, message.name);
        }
        sentence
    }

    fn wrong_code(&self, tag: i64, name: &str, field: Option<&Field>) -> String {
        let value = self.value_of(field);
        let codes = u32::try_from(tag).ok().and_then(|tag| self.dictionary.codes(tag));
        let Some(set) = codes else { return format!("{name} is '{value}', which is no value of it") };
        let mut sentence = match set.codes.as_slice() {
            [only] => format!("{name} is '{value}', and its one code is '{}'", only.value),
            codes => format!("{name} is '{value}', which is none of its {} codes", codes.len()),
        };
        let is_same = |name: &str| name.replace('_', "").eq_ignore_ascii_case(&value.replace('_', ""));
        if let Some(code) = set.codes.iter().find(|code| is_same(&code.name)) {
            let _ = write!(sentence, "; {} is '{}'", code.name, code.value);
        } else if value.len() > 1
            && let Some(near) = nearest(&value, set.codes.iter().map(|code| code.value.as_str()))
        {
            let _ = write!(sentence, "; did you mean '{near}'?");
        }
        sentence
    }
}

fn wire_text(reason: Reason, cause: &Cause, speaker: &Speaker<'_>) -> String {
    match cause {
        Cause::NoDelimiter { level, delimiter, again, .. } => {
            let count = speaker.plan.levels().get(usize::from(*level)).map_or(0, |level| level.count_tag);
            if reason == Reason::Other && !again {
                format!("Group {count}'s first entry does not start with delimiter {delimiter}")
            } else {
                format!("The group {count} must set the delimiter field {delimiter}")
            }
        }
        _ => reason.text().into(),
    }
}
