//! Read Orchestra repositories, of the schemas of 2016, 2020 and 2022.
//!
//! References go by name where they have one that is defined, else by id. The dictionary keeps one form of a message:
//! where scenarios repeat a MsgType(35), the one called `base` is taken, else the first. A name in another scenario than
//! `base` reads `<name>.<scenario>`. Rules, block assignments, actors and flows are noted and not read.

mod definitions;
mod structure;

use std::collections::{HashMap, HashSet};

use super::findings::{Findings, Problem, ReadErrors, Remark};
use super::settle::{Lines, settle};
use super::xml::{self, Element};
use super::{Read, types};
use crate::model::Model;

/// The scenario of what names none.
const BASE: &str = "base";

/// Read an Orchestra repository. `origin` is what errors call it.
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
    let field_names = base.fields.values().map(|field| (field.name.clone(), field.tag)).collect();
    read_by(Reader { field_names, base: base.clone(), ..Reader::default() }, root, origin)
}

fn read_by(mut reader: Reader, root: &Element, origin: &str) -> Result<Read, ReadErrors> {
    if root.name != "repository" {
        reader.findings.fault(root, Problem::UnknownFormat);
    }
    reader.version(root, origin);
    reader.read_definitions(root);
    reader.read_structures(root);
    for child in &root.children {
        let known = ["categories", "sections", "datatypes", "codeSets", "fields", "components", "groups", "messages"];
        if !known.contains(&child.name.as_str()) {
            reader.findings.note(root, Remark::NotRead { child: child.name.clone() });
        }
    }
    settle(&reader.model, &reader.base, &reader.lines, &mut reader.findings);
    let (model, notes) = reader.findings.finish(origin, reader.model)?;
    Ok(Read { model, notes })
}

/// What a component or group is called by references.
#[derive(Debug, Default)]
struct Index {
    /// By id and scenario.
    by_id: HashMap<(String, String), String>,
    /// The names that are defined.
    names: HashSet<String>,
}

impl Index {
    fn find(&self, reference: &Element) -> Option<&String> {
        let scenario = reference.filled("scenario").unwrap_or(BASE);
        let by_name = || self.names.get(&scenario_name(reference.filled("name")?, scenario));
        let id = || reference.filled("id").unwrap_or_default().to_owned();
        by_name()
            .or_else(|| self.by_id.get(&(id(), scenario.to_owned())))
            .or_else(|| self.by_id.get(&(id(), BASE.to_owned())))
    }
}

/// The name of a definition under its scenario.
fn scenario_name(name: &str, scenario: &str) -> String {
    if scenario == BASE { name.to_owned() } else { format!("{name}.{scenario}") }
}

#[derive(Default)]
struct Reader {
    model: Model,
    /// What a layer may name without defining it; empty for a file that stands alone.
    base: Model,
    findings: Findings,
    lines: Lines,
    /// The datatypes that are declared, with their lines.
    datatypes: HashMap<String, u32>,
    code_sets: HashMap<String, usize>,
    undeclared: HashSet<String>,
    field_names: HashMap<String, u32>,
    components: Index,
    groups: Index,
}

impl Reader {
    /// The version is `FIX.5.0SP2_EP247` or the like. FIXT's repository has the version of the application layer that it was
    /// published with; its own is in its name.
    fn version(&mut self, root: &Element, origin: &str) {
        let written = root.filled("version").unwrap_or_default();
        let name = root.filled("name").unwrap_or_default();
        if written.is_empty() {
            self.findings.fault(root, Problem::MissingAttribute { attribute: "version" });
        }
        let (version, pack) = match written.rsplit_once("_EP") {
            Some((version, pack)) => (version, pack.parse::<u32>().ok()),
            None => (written, None),
        };
        let latest = || {
            let packs = root.children.iter().filter_map(|child| child.attribute("latestEP")?.parse::<u32>().ok());
            packs.max()
        };
        self.model.version = if name == "FIXT" { "FIXT.1.1".to_owned() } else { version.to_owned() };
        self.model.extension_pack = pack.or_else(latest);
        self.model.sources.push(format!("{origin} (Orchestra, {name}, version {written})"));
    }

    fn required<'a>(&mut self, element: &'a Element, attribute: &'static str) -> Option<&'a str> {
        let value = element.filled(attribute);
        if value.is_none() {
            self.findings.fault(element, Problem::MissingAttribute { attribute });
        }
        value
    }

    /// Whether this is a datatype, declared or the standard's.
    fn is_datatype(&mut self, element: &Element, name: &str) -> bool {
        if self.datatypes.contains_key(name) || self.base.datatypes.iter().any(|datatype| datatype.name == name) {
            return true;
        }
        if !types::is_standard(name) {
            return false;
        }
        if self.undeclared.insert(name.to_owned()) {
            self.findings.note(element, Remark::UndeclaredType { value: name.to_owned() });
        }
        true
    }
}
