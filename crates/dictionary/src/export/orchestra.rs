//! Orchestra, version 1.0.

use std::collections::{HashMap, HashSet};

use super::names::ExportError;
use super::xml::Xml;
use crate::model::{CodeSet, Field, Member, MemberKind, Model, Presence};

const NAMESPACE: &str = "http://fixprotocol.io/2020/orchestra/repository";
/// The numbers that StandardHeader and StandardTrailer have in the standard's own files.
const HEADER: u32 = 1024;
const TRAILER: u32 = 1025;
/// Where the numbers of components and groups begin, which the two share.
const FIRST_STRUCTURE: u32 = 2001;
/// Numbers for the codes of a set: as many as the set may have in the standard's scheme.
const CODES_A_SET: usize = 10_000;

/// The model as an Orchestra file.
///
/// References are written by number: fields by tag, the rest as counted in source order. Datatypes that fields use and
/// the model does not list are listed. Codes that are open are said by a union with their own datatype: a code or
/// anything of its type. The format has no word for a datatype of a field that differs from that of its code set.
///
/// # Errors
///
/// A reference to a component or group that the model lacks.
pub fn orchestra(model: &Model) -> Result<String, ExportError> {
    let mut file = File { xml: Xml::new(), components: HashMap::new(), groups: HashMap::new() };
    let mut next = FIRST_STRUCTURE;
    for component in &model.components {
        file.components.insert(&component.name, next);
        next += 1;
    }
    for group in &model.groups {
        file.groups.insert(&group.name, next);
        next += 1;
    }
    file.document(model)?;
    Ok(file.xml.finish())
}

struct File<'a> {
    xml: Xml,
    components: HashMap<&'a str, u32>,
    groups: HashMap<&'a str, u32>,
}

impl<'a> File<'a> {
    fn document(&mut self, model: &'a Model) -> Result<(), ExportError> {
        let version = match model.extension_pack {
            Some(pack) => format!("{}_EP{pack}", model.version),
            None => model.version.clone(),
        };
        self.xml.begin(
            "fixr:repository",
            &[
                ("xmlns:fixr", Some(NAMESPACE)),
                ("xmlns:dc", Some("http://purl.org/dc/elements/1.1/")),
                ("name", Some(model.version.as_str())),
                ("version", Some(version.as_str())),
            ],
        );
        self.xml.begin("fixr:metadata", &[]);
        self.xml.text("dc:title", &model.version);
        for source in &model.sources {
            self.xml.text("dc:source", source);
        }
        self.xml.end();
        self.xml.begin("fixr:categories", &[]);
        for category in &model.categories {
            let attributes = [("name", Some(category.name.as_str())), ("section", category.section.as_deref())];
            self.xml.empty("fixr:category", &attributes);
        }
        self.xml.end();
        self.xml.begin("fixr:sections", &[]);
        for section in &model.sections {
            self.xml.empty("fixr:section", &[("name", Some(section))]);
        }
        self.xml.end();
        self.datatypes(model);
        self.xml.begin("fixr:codeSets", &[]);
        for (at, set) in (1..).zip(&model.code_sets) {
            self.code_set(at, set);
        }
        self.xml.end();
        self.xml.begin("fixr:fields", &[]);
        for field in model.fields.values() {
            self.field(model, field);
        }
        self.xml.end();
        self.structures(model)?;
        self.messages(model)
    }

    fn datatypes(&mut self, model: &Model) {
        self.xml.begin("fixr:datatypes", &[]);
        let mut listed: HashSet<&str> = HashSet::new();
        for datatype in &model.datatypes {
            let attributes = [("name", Some(datatype.name.as_str())), ("baseType", datatype.base.as_deref())];
            self.xml.empty("fixr:datatype", &attributes);
            listed.insert(&datatype.name);
        }
        let unions = model.fields.values().filter_map(|field| field.union_datatype.as_ref());
        let sets = model.code_sets.iter().map(|set| &set.datatype);
        for datatype in model.fields.values().map(|field| &field.datatype).chain(sets).chain(unions) {
            if !datatype.is_empty() && listed.insert(datatype) {
                self.xml.empty("fixr:datatype", &[("name", Some(datatype))]);
            }
        }
        self.xml.end();
    }

    fn code_set(&mut self, number: usize, set: &CodeSet) {
        let id = number.to_string();
        let attributes =
            [("name", Some(set.name.as_str())), ("id", Some(id.as_str())), ("type", Some(set.datatype.as_str()))];
        self.xml.begin("fixr:codeSet", &attributes);
        for (at, code) in (1..).zip(&set.codes) {
            let id = (number * CODES_A_SET + at).to_string();
            let attributes = [
                ("name", Some(code.name.as_str())),
                ("id", Some(id.as_str())),
                ("value", Some(code.value.as_str())),
                ("deprecated", code.deprecated.as_deref()),
            ];
            self.xml.empty("fixr:code", &attributes);
        }
        self.xml.end();
    }

    fn field(&mut self, model: &Model, field: &Field) {
        let tag = field.tag.to_string();
        let length = field.length_tag.map(|length| length.to_string());
        let open = field.code_set.as_deref().filter(|_| field.open_codes);
        let union_datatype = open.and_then(|name| model.code_set(name)).map(|set| set.datatype.as_str());
        let attributes = [
            ("id", Some(tag.as_str())),
            ("name", Some(field.name.as_str())),
            ("type", field.code_set.as_deref().or(Some(field.datatype.as_str()))),
            ("unionDataType", union_datatype.or(field.union_datatype.as_deref())),
            ("lengthId", length.as_deref()),
            ("added", field.added.as_deref()),
            ("deprecated", field.deprecated.as_deref()),
        ];
        self.xml.empty("fixr:field", &attributes);
    }

    fn structures(&mut self, model: &'a Model) -> Result<(), ExportError> {
        self.xml.begin("fixr:components", &[]);
        let ends = [("StandardHeader", HEADER, &model.header), ("StandardTrailer", TRAILER, &model.trailer)];
        for (name, id, members) in ends.into_iter().filter(|(_, _, members)| !members.is_empty()) {
            let id = id.to_string();
            let attributes = [("name", Some(name)), ("id", Some(id.as_str())), ("category", Some("Session"))];
            self.xml.begin("fixr:component", &attributes);
            self.members(members)?;
            self.xml.end();
        }
        for component in &model.components {
            let id = self.components.get(component.name.as_str()).map(u32::to_string);
            let attributes = [
                ("name", Some(component.name.as_str())),
                ("id", id.as_deref()),
                ("category", component.category.as_deref()),
            ];
            self.xml.begin("fixr:component", &attributes);
            self.members(&component.members)?;
            self.xml.end();
        }
        self.xml.end();
        self.xml.begin("fixr:groups", &[]);
        for group in &model.groups {
            let id = self.groups.get(group.name.as_str()).map(u32::to_string);
            let attributes =
                [("name", Some(group.name.as_str())), ("id", id.as_deref()), ("category", group.category.as_deref())];
            self.xml.begin("fixr:group", &attributes);
            self.xml.empty("fixr:numInGroup", &[("id", Some(group.count_tag.to_string().as_str()))]);
            self.members(&group.members)?;
            self.xml.end();
        }
        self.xml.end();
        Ok(())
    }

    fn messages(&mut self, model: &'a Model) -> Result<(), ExportError> {
        self.xml.begin("fixr:messages", &[]);
        for (at, message) in (1_usize..).zip(&model.messages) {
            let id = at.to_string();
            let attributes = [
                ("name", Some(message.name.as_str())),
                ("id", Some(id.as_str())),
                ("msgType", Some(message.msg_type.as_str()).filter(|msg_type| !msg_type.is_empty())),
                ("category", message.category.as_deref()),
            ];
            self.xml.begin("fixr:message", &attributes);
            self.xml.begin("fixr:structure", &[]);
            self.end_of_message(HEADER, &model.header);
            self.members(&message.members)?;
            self.end_of_message(TRAILER, &model.trailer);
            self.xml.end();
            self.xml.end();
        }
        self.xml.end();
        Ok(())
    }

    fn end_of_message(&mut self, id: u32, members: &[Member]) {
        if !members.is_empty() {
            self.xml
                .empty("fixr:componentRef", &[("id", Some(id.to_string().as_str())), ("presence", Some("required"))]);
        }
    }

    fn members(&mut self, members: &[Member]) -> Result<(), ExportError> {
        for member in members {
            let (element, id) = match &member.kind {
                MemberKind::Field(tag) => ("fixr:fieldRef", *tag),
                MemberKind::Component(name) => {
                    let id = self.components.get(name.as_str()).copied();
                    ("fixr:componentRef", id.ok_or_else(|| ExportError::UnknownComponent { name: name.clone() })?)
                }
                MemberKind::Group(name) => {
                    let id = self.groups.get(name.as_str()).copied();
                    ("fixr:groupRef", id.ok_or_else(|| ExportError::UnknownGroup { name: name.clone() })?)
                }
            };
            let (presence, value) = match &member.presence {
                Presence::Optional => (None, None),
                Presence::Required => (Some("required"), None),
                Presence::Forbidden => (Some("forbidden"), None),
                Presence::Ignored => (Some("ignored"), None),
                Presence::Constant(value) => (Some("constant"), Some(value.as_str())),
            };
            let id = id.to_string();
            self.xml.empty(element, &[("id", Some(id.as_str())), ("presence", presence), ("value", value)]);
        }
        Ok(())
    }
}
