//! Read QuickFIX XML: `<fix>` with header, trailer, messages, components and fields, groups written where they are used.
//!
//! Groups have no names of their own there. The first definition of a count field takes its name; a second that differs
//! is named `<count field>.<holder>`. Members may be named by tag where no field has such a name.

use std::collections::{HashMap, HashSet};

use super::findings::{Findings, Problem, ReadErrors, Remark};
use super::settle::{Lines, settle};
use super::xml::{self, Element};
use super::{Read, types};
use crate::check::{Subject, is_data};
use crate::model::{Code, CodeSet, Component, Field, Group, Member, MemberKind, Message, Model, Presence};

/// Read a QuickFIX file. `origin` is what errors call it.
///
/// # Errors
///
/// All faults of the file.
pub fn read(xml: &[u8], origin: &str) -> Result<Read, ReadErrors> {
    let root = xml::parse(xml).map_err(|fault| ReadErrors::one(origin, fault))?;
    read_root(&root, origin)
}

pub(super) fn read_root(root: &Element, origin: &str) -> Result<Read, ReadErrors> {
    read_by(Reader::default(), root, origin)
}

pub(super) fn read_layer(root: &Element, origin: &str, base: &Model) -> Result<Read, ReadErrors> {
    let tags = base.fields.values().map(|field| (field.name.clone(), field.tag)).collect();
    read_by(Reader { tags, base: base.clone(), ..Reader::default() }, root, origin)
}

fn read_by(mut reader: Reader, root: &Element, origin: &str) -> Result<Read, ReadErrors> {
    if root.name != "fix" {
        reader.findings.fault(root, Problem::UnknownFormat);
    }
    reader.version(root, origin);
    reader.fields(root);
    reader.lengths();
    reader.names(root);
    reader.components(root);
    reader.messages(root);
    for child in &root.children {
        let known = ["header", "trailer", "messages", "components", "fields"].contains(&child.name.as_str());
        match child.name.as_str() {
            "header" => reader.model.header = reader.members(child, "StandardHeader"),
            "trailer" => reader.model.trailer = reader.members(child, "StandardTrailer"),
            _ if known => {}
            other => reader.findings.note(root, Remark::NotRead { child: other.to_owned() }),
        }
    }
    settle(&reader.model, &reader.base, &reader.lines, &mut reader.findings);
    let (model, notes) = reader.findings.finish(origin, reader.model)?;
    Ok(Read { model, notes })
}

#[derive(Default)]
struct Reader {
    model: Model,
    /// What a layer may name without defining it; empty for a file that stands alone.
    base: Model,
    findings: Findings,
    lines: Lines,
    tags: HashMap<String, u32>,
    component_lines: HashMap<String, u32>,
    /// The name of each definition by its count field and its members as debug text.
    groups_of: HashMap<(u32, String), String>,
    group_names: HashSet<String>,
}

impl Reader {
    fn version(&mut self, root: &Element, origin: &str) {
        let family = root.filled("type").unwrap_or("FIX");
        let mut number = |attribute: &'static str, default: Option<u32>| match (root.filled(attribute), default) {
            (Some(text), _) => text.trim().parse::<u32>().unwrap_or_else(|_| {
                let value = text.to_owned();
                self.findings.fault(root, Problem::BadAttribute { attribute, value, expected: "a number" });
                0
            }),
            (None, Some(default)) => default,
            (None, None) => {
                self.findings.fault(root, Problem::MissingAttribute { attribute });
                0
            }
        };
        let (major, minor) = (number("major", None), number("minor", None));
        let pack = match number("servicepack", Some(0)) {
            0 => String::new(),
            pack => format!("SP{pack}"),
        };
        let extension_pack = number("extensionpack", Some(0));
        self.model.version = format!("{family}.{major}.{minor}{pack}");
        self.model.extension_pack = Some(extension_pack).filter(|&pack| pack > 0);
        self.model.sources.push(format!("{origin} (QuickFIX XML, {})", self.model.version));
    }

    fn fields(&mut self, root: &Element) {
        let mut lines: HashMap<u32, u32> = HashMap::new();
        let mut name_lines: HashMap<&str, u32> = HashMap::new();
        for element in root.under("fields").filter(|child| child.name == "field") {
            let (tag, name) = (self.tag_of(element), self.required(element, "name"));
            let (Some(tag), Some(name)) = (tag, name) else { continue };
            let first = lines.get(&tag).map(|line| (tag.to_string(), *line));
            if let Some((key, first_line)) = first.or_else(|| name_lines.get(name).map(|line| (name.to_owned(), *line)))
            {
                self.findings.fault(element, Problem::Duplicate { kind: "field", key, first_line });
                continue;
            }
            lines.insert(tag, element.line);
            name_lines.insert(name, element.line);
            let datatype = self.datatype(element);
            let code_set = self.codes(element, name, &datatype);
            let open_codes = element.attribute("allowOtherValues").is_some_and(|value| matches!(value, "true" | "Y"));
            let field = Field { tag, name: name.to_owned(), datatype, code_set, open_codes, ..Field::default() };
            self.tags.insert(field.name.clone(), tag);
            self.model.fields.insert(tag, field);
            self.lines.put(Subject::Field(tag), element.line, "field");
        }
    }

    fn required<'a>(&mut self, element: &'a Element, attribute: &'static str) -> Option<&'a str> {
        let value = element.filled(attribute);
        if value.is_none() {
            self.findings.fault(element, Problem::MissingAttribute { attribute });
        }
        value
    }

    fn tag_of(&mut self, element: &Element) -> Option<u32> {
        let text = self.required(element, "number")?;
        let tag = text.trim().parse::<u32>().ok().filter(|&tag| tag > 0);
        if tag.is_none() {
            let problem = Problem::BadAttribute {
                attribute: "number",
                value: text.to_owned(),
                expected: "a tag of 1 to 4294967295",
            };
            self.findings.fault(element, problem);
        }
        tag
    }

    fn datatype(&mut self, element: &Element) -> String {
        let Some(name) = self.required(element, "type") else { return "String".to_owned() };
        match types::from_quickfix(name.trim(), &self.model.version) {
            Some(datatype) => datatype.to_owned(),
            None if types::is_standard(name.trim()) => name.trim().to_owned(),
            None => {
                self.findings.note(element, Remark::UnknownType { value: name.to_owned() });
                "String".to_owned()
            }
        }
    }

    /// The code set of a field that lists values, directly or within `<values>`.
    fn codes(&mut self, element: &Element, field: &str, datatype: &str) -> Option<String> {
        let mut codes: Vec<Code> = Vec::new();
        let mut seen: HashSet<&str> = HashSet::new();
        let listed = element.children.iter().chain(element.under("values")).filter(|child| child.name == "value");
        for child in listed {
            let Some(value) = child.attribute("enum").filter(|value| !value.is_empty()) else {
                self.findings.fault(child, Problem::MissingAttribute { attribute: "enum" });
                continue;
            };
            if !seen.insert(value) {
                self.findings.note(child, Remark::RepeatedCode { value: value.to_owned() });
                continue;
            }
            if !types::code_fits(value, datatype) {
                let remark = Remark::CodeBesideType { value: value.to_owned(), datatype: datatype.to_owned() };
                self.findings.note(child, remark);
            }
            // A code that is a blank has no name in itself.
            let named = if value.trim().is_empty() { "Blank" } else { value };
            let name = child.filled("description").unwrap_or(named).to_owned();
            codes.push(Code { value: value.to_owned(), name, deprecated: None });
        }
        if codes.is_empty() {
            return None;
        }
        let name = format!("{field}CodeSet");
        self.model.code_sets.push(CodeSet { name: name.clone(), datatype: datatype.to_owned(), codes });
        Some(name)
    }

    /// These files do not say which field holds a length; names do.
    fn lengths(&mut self) {
        let fields = &self.model.fields;
        let by_tag = |tag: u32| fields.get(&tag).or_else(|| self.base.fields.get(&tag));
        let by_name = |name: &str| self.tags.get(name).and_then(|&tag| by_tag(tag));
        let pairs: Vec<(u32, Option<u32>)> = fields
            .values()
            .filter(|field| is_data(&field.datatype))
            .map(|data| (data.tag, types::guess_length(data, by_name, by_tag)))
            .collect();
        for (tag, length) in pairs {
            if let Some(field) = self.model.fields.get_mut(&tag) {
                field.length_tag = length;
            }
        }
    }

    fn names(&mut self, root: &Element) {
        for element in root.under("components").filter(|child| child.name == "component") {
            let Some(name) = element.filled("name") else { continue };
            self.component_lines.entry(name.to_owned()).or_insert(element.line);
        }
    }

    fn components(&mut self, root: &Element) {
        for element in root.under("components").filter(|child| child.name == "component") {
            let Some(name) = self.required(element, "name") else { continue };
            let first_line = self.component_lines.get(name).copied().unwrap_or(element.line);
            if first_line != element.line {
                self.findings
                    .fault(element, Problem::Duplicate { kind: "component", key: name.to_owned(), first_line });
                continue;
            }
            let members = self.members(element, name);
            if element.children.is_empty() {
                self.findings.note(element, Remark::EmptyComponent);
            }
            self.lines.put(Subject::Component(name.to_owned()), element.line, "component");
            self.model.components.push(Component { name: name.to_owned(), category: None, members });
        }
    }

    fn messages(&mut self, root: &Element) {
        let mut first: HashMap<&str, u32> = HashMap::new();
        let mut first_type: HashMap<&str, u32> = HashMap::new();
        for element in root.under("messages").filter(|child| child.name == "message") {
            let name = self.required(element, "name");
            let msg_type = self.required(element, "msgtype");
            let (Some(name), Some(msg_type)) = (name, msg_type) else { continue };
            let repeated = first.get(name).map(|line| (name, *line));
            if let Some((key, first_line)) = repeated.or_else(|| first_type.get(msg_type).map(|line| (msg_type, *line)))
            {
                self.findings.fault(element, Problem::Duplicate { kind: "message", key: key.to_owned(), first_line });
                continue;
            }
            first.insert(name, element.line);
            first_type.insert(msg_type, element.line);
            let members = self.members(element, name);
            let category = match element.attribute("msgcat") {
                Some("admin") => Some("Session".to_owned()),
                _ => None,
            };
            self.lines.put(Subject::Message(name.to_owned()), element.line, "message");
            let (name, msg_type) = (name.to_owned(), msg_type.to_owned());
            self.model.messages.push(Message { name, msg_type, category, members });
        }
    }

    fn members(&mut self, holder: &Element, holder_name: &str) -> Vec<Member> {
        let mut members = Vec::with_capacity(holder.children.len());
        let mut seen: HashMap<(&str, &str), u32> = HashMap::new();
        for child in &holder.children {
            if !matches!(child.name.as_str(), "field" | "group" | "component") {
                self.findings.note(holder, Remark::NotRead { child: child.name.clone() });
                continue;
            }
            let Some(name) = self.required(child, "name") else { continue };
            let kind = if child.name == "component" { "component" } else { "field" };
            if let Some(&first_line) = seen.get(&(kind, name)) {
                self.findings.note(child, Remark::RepeatedMember { first_line });
                continue;
            }
            seen.insert((kind, name), child.line);
            let Some(kind) = self.kind(child, name, holder_name) else { continue };
            members.push(Member { kind, presence: self.presence(child) });
        }
        members
    }

    fn kind(&mut self, child: &Element, name: &str, holder_name: &str) -> Option<MemberKind> {
        if child.name == "component" {
            if self.component_lines.contains_key(name) || self.base.component(name).is_some() {
                return Some(MemberKind::Component(name.to_owned()));
            }
            self.findings.fault(child, Problem::Unresolved { kind: "component", reference: name.to_owned() });
            return None;
        }
        let is_field = |tag: &u32| self.model.fields.contains_key(tag) || self.base.fields.contains_key(tag);
        let by_number = || name.parse::<u32>().ok().filter(is_field);
        let Some(tag) = self.tags.get(name).copied().or_else(by_number) else {
            self.findings.fault(child, Problem::Unresolved { kind: "field", reference: name.to_owned() });
            return None;
        };
        if child.name == "field" {
            return Some(MemberKind::Field(tag));
        }
        let members = self.members(child, &format!("{name}.{holder_name}"));
        Some(MemberKind::Group(self.group(tag, name, holder_name, members, child.line)))
    }

    /// The name of the group with these members: that of an equal one, or a new one.
    fn group(&mut self, count_tag: u32, count: &str, holder: &str, members: Vec<Member>, line: u32) -> String {
        let fingerprint = format!("{members:?}");
        if let Some(name) = self.groups_of.get(&(count_tag, fingerprint.clone())) {
            return name.clone();
        }
        let mut name = count.to_owned();
        if self.group_names.contains(&name) {
            name = format!("{count}.{holder}");
        }
        let mut next = 2;
        while self.group_names.contains(&name) {
            name = format!("{count}.{holder}.{next}");
            next += 1;
        }
        self.group_names.insert(name.clone());
        self.groups_of.insert((count_tag, fingerprint), name.clone());
        self.lines.put(Subject::Group(name.clone()), line, "group");
        self.model.groups.push(Group { name: name.clone(), count_tag, category: None, members });
        name
    }

    fn presence(&mut self, child: &Element) -> Presence {
        match child.attribute("required") {
            Some("Y" | "y") => Presence::Required,
            Some("N" | "n") | None => Presence::Optional,
            Some(other) => {
                let (value, read_as) = (other.to_owned(), "not required");
                self.findings.note(child, Remark::ReadAs { attribute: "required", value, read_as });
                Presence::Optional
            }
        }
    }
}
