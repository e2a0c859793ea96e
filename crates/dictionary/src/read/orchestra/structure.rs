//! Components, groups and messages of an Orchestra repository.

use std::collections::HashMap;

use super::{BASE, Index, Reader, scenario_name};
use crate::check::Subject;
use crate::model::{Component, Field, Group, Member, MemberKind, Message, Model, Presence};
use crate::read::findings::{Problem, Remark};
use crate::read::xml::Element;

/// The two components that are kept apart from the others.
const HEADER: &str = "StandardHeader";
const TRAILER: &str = "StandardTrailer";

impl Reader {
    pub(super) fn read_structures(&mut self, root: &Element) {
        self.components = self.index(root, "components", "component");
        self.groups = self.index(root, "groups", "group");
        if self.base != Model::default() {
            let components = self.base.components.iter().map(|component| component.name.clone());
            self.components.names.extend(components.chain([HEADER, TRAILER].map(str::to_owned)));
            self.groups.names.extend(self.base.groups.iter().map(|group| group.name.clone()));
        }
        self.read_components(root);
        self.read_groups(root);
        self.read_messages(root);
    }

    /// Ids and names of all definitions of a kind, for references may point forward.
    fn index(&mut self, root: &Element, list: &'static str, kind: &'static str) -> Index {
        let mut index = Index::default();
        let mut ids: HashMap<(&str, &str), u32> = HashMap::new();
        let mut names: HashMap<String, u32> = HashMap::new();
        for element in root.under(list).filter(|child| child.name == kind) {
            let Some(written) = self.required(element, "name") else { continue };
            let scenario = element.filled("scenario").unwrap_or(BASE);
            let name = scenario_name(written, scenario);
            if let Some(&first_line) = names.get(&name) {
                self.findings.fault(element, Problem::Duplicate { kind, key: name, first_line });
                continue;
            }
            names.insert(name.clone(), element.line);
            index.names.insert(name.clone());
            let Some(id) = element.filled("id") else { continue };
            if let Some(&first_line) = ids.get(&(id, scenario)) {
                self.findings.fault(element, Problem::Duplicate { kind, key: format!("id {id}"), first_line });
                continue;
            }
            ids.insert((id, scenario), element.line);
            index.by_id.insert((id.to_owned(), scenario.to_owned()), name);
        }
        index
    }

    fn read_components(&mut self, root: &Element) {
        for element in root.under("components").filter(|child| child.name == "component") {
            let Some(name) = self.definition_name(element, "component") else { continue };
            let members = self.read_members(element);
            match name.as_str() {
                HEADER => self.model.header = members,
                TRAILER => self.model.trailer = members,
                _ => {
                    if members.is_empty() {
                        self.findings.note(element, Remark::EmptyComponent);
                    }
                    let category = element.filled("category").map(str::to_owned);
                    self.model.components.push(Component { name, category, members });
                }
            }
        }
    }

    fn read_groups(&mut self, root: &Element) {
        for element in root.under("groups").filter(|child| child.name == "group") {
            let Some(name) = self.definition_name(element, "group") else { continue };
            let count_tag = match element.child("numInGroup") {
                Some(count) => self.count_tag(count, &name),
                None => {
                    self.findings.fault(element, Problem::MissingElement { child: "numInGroup" });
                    None
                }
            };
            let members = self.read_members(element);
            let category = element.filled("category").map(str::to_owned);
            if let Some(count_tag) = count_tag {
                self.model.groups.push(Group { name, count_tag, category, members });
            }
        }
    }

    /// The name under which a definition was indexed, once.
    fn definition_name(&mut self, element: &Element, kind: &'static str) -> Option<String> {
        let name = scenario_name(element.filled("name")?, element.filled("scenario").unwrap_or(BASE));
        let subject = match kind {
            "component" => Subject::Component(name.clone()),
            _ => Subject::Group(name.clone()),
        };
        self.lines.put(subject.clone(), element.line, kind);
        (self.lines.line(&subject) == element.line).then_some(name)
    }

    /// The count field. Binary protocols write the count elsewhere and do not define a field for it, so one is made.
    fn count_tag(&mut self, count: &Element, group: &str) -> Option<u32> {
        if let Some(tag) = self.field_of(count) {
            return Some(tag);
        }
        let Some(tag) = count.filled("id").and_then(|id| id.trim().parse::<u32>().ok()).filter(|&tag| tag > 0) else {
            let reference = count.label().to_owned();
            self.findings.fault(count, Problem::Unresolved { kind: "field", reference });
            return None;
        };
        let mut name = format!("No{group}");
        if self.field_names.contains_key(&name) {
            name = format!("{name}{tag}");
        }
        self.findings.note(count, Remark::CountFieldMade { name: name.clone() });
        self.field_names.insert(name.clone(), tag);
        self.model.fields.insert(tag, Field { tag, name, datatype: "NumInGroup".to_owned(), ..Field::default() });
        Some(tag)
    }

    /// A field of this file, or of the dictionary over which it is laid.
    pub(super) fn field(&self, tag: u32) -> Option<&Field> {
        self.model.fields.get(&tag).or_else(|| self.base.fields.get(&tag))
    }

    fn field_of(&self, reference: &Element) -> Option<u32> {
        let by_name = reference.filled("name").and_then(|name| self.field_names.get(name).copied());
        let by_id = || reference.filled("id").and_then(|id| id.trim().parse::<u32>().ok());
        by_name.or_else(by_id).filter(|&tag| self.field(tag).is_some())
    }

    fn read_messages(&mut self, root: &Element) {
        let mut names: HashMap<String, u32> = HashMap::new();
        let mut places: HashMap<&str, (usize, &str, u32)> = HashMap::new();
        for element in root.under("messages").filter(|child| child.name == "message") {
            let Some(written) = self.required(element, "name") else { continue };
            let scenario = element.filled("scenario").unwrap_or(BASE);
            let name = scenario_name(written, scenario);
            if let Some(&first_line) = names.get(&name) {
                self.findings.fault(element, Problem::Duplicate { kind: "message", key: name, first_line });
                continue;
            }
            names.insert(name.clone(), element.line);
            let msg_type = element.filled("msgType").unwrap_or_default();
            if msg_type.is_empty() {
                self.findings.note(element, Remark::NoMsgType);
            }
            let members = match element.child("structure") {
                Some(structure) => self.read_members(structure),
                None => Vec::new(),
            };
            self.lines.put(Subject::Message(name.clone()), element.line, "message");
            let category = element.filled("category").map(str::to_owned);
            let message = Message { name, msg_type: msg_type.to_owned(), category, members };
            match places.get(msg_type).copied().filter(|_| !msg_type.is_empty()) {
                None => {
                    places.insert(msg_type, (self.model.messages.len(), scenario, element.line));
                    self.model.messages.push(message);
                }
                Some((_, other, first_line)) if other == scenario => {
                    let key = format!("msgType {msg_type}");
                    self.findings.fault(element, Problem::Duplicate { kind: "message", key, first_line });
                }
                Some((place, other, _)) => {
                    let left_out = if scenario == BASE { other } else { scenario };
                    self.findings.note(element, Remark::OtherScenario { scenario: left_out.to_owned() });
                    if let Some(first) = self.model.messages.get_mut(place).filter(|_| scenario == BASE) {
                        *first = message;
                        places.insert(msg_type, (place, scenario, element.line));
                    }
                }
            }
        }
    }

    fn read_members(&mut self, holder: &Element) -> Vec<Member> {
        let mut members: Vec<Member> = Vec::with_capacity(holder.children.len());
        let mut seen: HashMap<MemberKey, u32> = HashMap::new();
        for child in &holder.children {
            let (kind, key) = match child.name.as_str() {
                "fieldRef" => match self.field_of(child) {
                    Some(tag) => (MemberKind::Field(tag), MemberKey::Field(tag)),
                    None => {
                        self.unresolved(child, "field");
                        continue;
                    }
                },
                "componentRef" => match self.components.find(child).cloned() {
                    Some(name) if name == HEADER || name == TRAILER => continue,
                    Some(name) => (MemberKind::Component(name.clone()), MemberKey::Component(name)),
                    None => {
                        self.unresolved(child, "component");
                        continue;
                    }
                },
                "groupRef" => match self.groups.find(child).cloned() {
                    Some(name) => (MemberKind::Group(name.clone()), MemberKey::Group(name)),
                    None => {
                        self.unresolved(child, "group");
                        continue;
                    }
                },
                "numInGroup" => continue,
                other => {
                    self.findings.note(holder, Remark::NotRead { child: other.to_owned() });
                    continue;
                }
            };
            if let Some(&first_line) = seen.get(&key) {
                self.findings.note(child, Remark::RepeatedMember { first_line });
                continue;
            }
            seen.insert(key, child.line);
            for inner in &child.children {
                self.findings.note(child, Remark::NotRead { child: inner.name.clone() });
            }
            members.push(Member { kind, presence: self.presence(child) });
        }
        members
    }

    fn unresolved(&mut self, child: &Element, kind: &'static str) {
        let reference = child.label().to_owned();
        self.findings.fault(child, Problem::Unresolved { kind, reference });
    }

    fn presence(&mut self, child: &Element) -> Presence {
        match child.attribute("presence") {
            None | Some("optional") => Presence::Optional,
            Some("required") => Presence::Required,
            Some("forbidden") => Presence::Forbidden,
            Some("ignored") => Presence::Ignored,
            Some("constant") => match child.attribute("value") {
                Some(value) => Presence::Constant(value.to_owned()),
                None => {
                    self.findings.fault(child, Problem::MissingAttribute { attribute: "value" });
                    Presence::Optional
                }
            },
            Some(other) => {
                let expected = "optional, required, forbidden, ignored or constant";
                let problem = Problem::BadAttribute { attribute: "presence", value: other.to_owned(), expected };
                self.findings.fault(child, problem);
                Presence::Optional
            }
        }
    }
}

/// What makes two members the same.
#[derive(PartialEq, Eq, Hash)]
enum MemberKey {
    Field(u32),
    Component(String),
    Group(String),
}
