//! Compare messages, components, groups, header and trailer.

use std::collections::HashMap;

use super::expand::{Book, Line};
use super::order::movers;
use super::{Change, ChangeKind, DiffOptions, Structure};
use crate::label;
use crate::model::{Member, Message, Model, Presence};

pub(super) fn compare(a: &Model, b: &Model, options: DiffOptions, changes: &mut Vec<Change>) {
    let (a, b) = (Book::new(a), Book::new(b));
    let mut pair = Pair { a: &a, b: &b, options, changes };
    pair.members("header", "StandardHeader", &a.model.header, &b.model.header);
    pair.members("trailer", "StandardTrailer", &a.model.trailer, &b.model.trailer);
    pair.messages();
    if options.structure == Structure::Declared {
        pair.components();
        pair.groups();
    }
}

struct Pair<'a> {
    a: &'a Book<'a>,
    b: &'a Book<'a>,
    options: DiffOptions,
    changes: &'a mut Vec<Change>,
}

impl Pair<'_> {
    fn push(&mut self, kind: ChangeKind, path: String, a: Option<String>, b: Option<String>, text: String) {
        self.changes.push(Change { kind, path, a, b, text });
    }

    /// Something that only one of the two has.
    fn only(&mut self, kind: ChangeKind, path: String, in_b: bool, name: &str, text: &str) {
        let (a, b) = if in_b { (None, Some(name.to_owned())) } else { (Some(name.to_owned()), None) };
        let text = format!("{text} is only in {}", if in_b { "B" } else { "A" });
        self.push(kind, path, a, b, text);
    }

    fn messages(&mut self) {
        fn types(model: &Model) -> HashMap<&str, &Message> {
            model.messages.iter().map(|message| (key(message), message)).collect()
        }
        let (in_a, in_b) = (types(self.a.model), types(self.b.model));
        for one in &self.a.model.messages {
            let path = format!("messages.{}", key(one));
            let Some(other) = in_b.get(key(one)) else {
                self.only(ChangeKind::MessageRemoved, path, false, &one.name, &label::message(one));
                continue;
            };
            if one.name != other.name {
                let text = format!("message {} is called {} in A, {} in B", one.msg_type, one.name, other.name);
                let (a, b) = (Some(one.name.clone()), Some(other.name.clone()));
                self.push(ChangeKind::MessageRenamed, path.clone(), a, b, text);
            }
            self.members(&path, &label::message(one), &one.members, &other.members);
        }
        for other in self.b.model.messages.iter().filter(|other| !in_a.contains_key(key(other))) {
            let path = format!("messages.{}", key(other));
            self.only(ChangeKind::MessageAdded, path, true, &other.name, &label::message(other));
        }
    }

    fn components(&mut self) {
        for one in &self.a.model.components {
            let path = format!("components.{}", one.name);
            let label = format!("component {}", one.name);
            match self.b.model.component(&one.name) {
                Some(other) => self.members(&path, &label, &one.members, &other.members),
                None => self.only(ChangeKind::ComponentRemoved, path, false, &one.name, &label),
            }
        }
        for other in self.b.model.components.iter().filter(|other| self.a.model.component(&other.name).is_none()) {
            let path = format!("components.{}", other.name);
            self.only(ChangeKind::ComponentAdded, path, true, &other.name, &format!("component {}", other.name));
        }
    }

    fn groups(&mut self) {
        for one in &self.a.model.groups {
            let path = format!("groups.{}", one.name);
            let label = format!("group {}", one.name);
            let Some(other) = self.b.model.group(&one.name) else {
                self.only(ChangeKind::GroupRemoved, path, false, &one.name, &label);
                continue;
            };
            if one.count_tag != other.count_tag {
                let a = label::tag(self.a.model, one.count_tag);
                let b = label::tag(self.b.model, other.count_tag);
                let text = format!("{label} is counted by {a} in A, {b} in B");
                self.push(ChangeKind::GroupRecounted, path.clone(), Some(a), Some(b), text);
            }
            self.members(&path, &label, &one.members, &other.members);
        }
        for other in self.b.model.groups.iter().filter(|other| self.a.model.group(&other.name).is_none()) {
            let path = format!("groups.{}", other.name);
            self.only(ChangeKind::GroupAdded, path, true, &other.name, &format!("group {}", other.name));
        }
    }

    fn members(&mut self, path: &str, holder: &str, one: &[Member], other: &[Member]) {
        let (one, other) = match self.options.structure {
            Structure::Declared => (self.a.declared(one), self.b.declared(other)),
            Structure::Expanded => {
                let ((one, cut_a), (other, cut_b)) = (self.a.expanded(one), self.b.expanded(other));
                if cut_a || cut_b {
                    let text = format!("{holder} is too large or too deep and is compared only in part");
                    self.push(ChangeKind::TooLarge, path.to_owned(), None, None, text);
                }
                (one, other)
            }
        };
        self.lines(path, holder, &one, &other);
    }

    fn lines(&mut self, path: &str, holder: &str, one: &[Line], other: &[Line]) {
        let (in_a, in_b) = (places(one), places(other));
        let subject = |line: &Line| match line.within.as_str() {
            "" => format!("{holder}: {}", line.label),
            group => format!("{holder}: {} in {group}", line.label),
        };
        let mut shared: Vec<(&Line, usize)> = Vec::new();
        for line in distinct(one, &in_a) {
            let path = format!("{path}.{}", line.key);
            let Some((place, match_b)) = in_b.get(line.key.as_str()) else {
                self.only(ChangeKind::MemberRemoved, path, false, &line.label, &subject(line));
                continue;
            };
            shared.push((line, *place));
            if line.presence != match_b.presence {
                let (a, b) = (said(&line.presence), said(&match_b.presence));
                let text = format!("{} is {a} in A, {b} in B", subject(line));
                self.push(ChangeKind::PresenceChanged, path, Some(a), Some(b), text);
            }
        }
        for line in distinct(other, &in_b).filter(|line| !in_a.contains_key(line.key.as_str())) {
            let path = format!("{path}.{}", line.key);
            self.only(ChangeKind::MemberAdded, path, true, &line.label, &subject(line));
        }
        let sequence: Vec<usize> = shared.iter().map(|(_, place)| *place).collect();
        let mut as_in_b: Vec<(usize, &Line)> = shared.iter().map(|(line, place)| (*place, *line)).collect();
        as_in_b.sort_unstable_by_key(|(place, _)| *place);
        for at in movers(&sequence) {
            let Some((line, place)) = shared.get(at) else { continue };
            let before_a = at.checked_sub(1).and_then(|at| shared.get(at)).map(|(line, _)| line.label.clone());
            let earlier = as_in_b.partition_point(|(other, _)| other < place).checked_sub(1);
            let before_b = earlier.and_then(|at| as_in_b.get(at)).map(|(_, line)| line.label.clone());
            let after = |before: &Option<String>| match before {
                Some(label) => format!("after {label}"),
                None => "first".to_owned(),
            };
            let text = format!("{} stands {} in A, {} in B", subject(line), after(&before_a), after(&before_b));
            self.push(ChangeKind::MemberMoved, format!("{path}.{}", line.key), before_a, before_b, text);
        }
    }
}

/// What tells a message from others: MsgType(35), or the name where a binary protocol's file has none.
fn key(message: &Message) -> &str {
    if message.msg_type.is_empty() { &message.name } else { &message.msg_type }
}

/// Where each member stands; of those listed twice the first.
fn places(lines: &[Line]) -> HashMap<&str, (usize, &Line)> {
    let mut places = HashMap::with_capacity(lines.len());
    for (at, line) in lines.iter().enumerate() {
        places.entry(line.key.as_str()).or_insert((at, line));
    }
    places
}

fn distinct<'a>(lines: &'a [Line], places: &HashMap<&str, (usize, &'a Line)>) -> impl Iterator<Item = &'a Line> {
    let first = |(at, line): &(usize, &Line)| places.get(line.key.as_str()).is_some_and(|(place, _)| place == at);
    lines.iter().enumerate().filter(first).map(|(_, line)| line)
}

fn said(presence: &Presence) -> String {
    match presence {
        Presence::Required => "required".to_owned(),
        Presence::Optional => "optional".to_owned(),
        Presence::Forbidden => "forbidden".to_owned(),
        Presence::Ignored => "ignored".to_owned(),
        Presence::Constant(value) => format!("constantly {value:?}"),
    }
}
