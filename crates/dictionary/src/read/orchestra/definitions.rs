//! Datatypes, categories, sections, code sets and fields of an Orchestra repository.

use std::collections::HashMap;

use super::{BASE, Reader, scenario_name};
use crate::check::{Subject, is_data};
use crate::model::{Category, Code, CodeSet, Datatype, Field};
use crate::read::findings::{Problem, Remark};
use crate::read::types;
use crate::read::xml::Element;

impl Reader {
    pub(super) fn read_definitions(&mut self, root: &Element) {
        for element in root.under("datatypes").filter(|child| child.name == "datatype") {
            let Some(name) = self.required(element, "name") else { continue };
            if let Some(&first_line) = self.datatypes.get(name) {
                self.duplicate(element, "datatype", name, first_line);
                continue;
            }
            self.datatypes.insert(name.to_owned(), element.line);
            let base = element.filled("baseType").map(str::to_owned);
            self.model.datatypes.push(Datatype { name: name.to_owned(), base });
        }
        for element in root.under("categories").filter(|child| child.name == "category") {
            // A repository without categories of its own may hold one that is empty.
            let Some(name) = element.filled("name") else { continue };
            let section = element.filled("section").map(str::to_owned);
            self.model.categories.push(Category { name: name.to_owned(), section });
        }
        let sections = root.under("sections").filter(|child| child.name == "section");
        self.model.sections = sections.filter_map(|element| element.filled("name").map(str::to_owned)).collect();
        self.read_code_sets(root);
        self.read_fields(root);
        self.read_lengths(root);
    }

    fn duplicate(&mut self, element: &Element, kind: &'static str, key: &str, first_line: u32) {
        self.findings.fault(element, Problem::Duplicate { kind, key: key.to_owned(), first_line });
    }

    fn read_code_sets(&mut self, root: &Element) {
        let mut lines: HashMap<String, u32> = HashMap::new();
        for element in root.under("codeSets").filter(|child| child.name == "codeSet") {
            let Some(name) = self.required(element, "name") else { continue };
            let name = scenario_name(name, element.filled("scenario").unwrap_or(BASE));
            if let Some(&first_line) = lines.get(&name) {
                self.duplicate(element, "code set", &name, first_line);
                continue;
            }
            lines.insert(name.clone(), element.line);
            let datatype = self.required(element, "type").unwrap_or("String").to_owned();
            if !self.is_datatype(element, &datatype) {
                self.findings.fault(element, Problem::UnknownType { value: datatype.clone() });
            }
            let codes = self.read_codes(element, &datatype);
            self.code_sets.insert(name.clone(), self.model.code_sets.len());
            self.model.code_sets.push(CodeSet { name, datatype, codes });
        }
    }

    fn read_codes(&mut self, set: &Element, datatype: &str) -> Vec<Code> {
        let mut codes = Vec::new();
        let (mut values, mut ids): (HashMap<&str, u32>, HashMap<&str, u32>) = (HashMap::new(), HashMap::new());
        for element in set.children.iter().filter(|child| child.name == "code") {
            let Some(value) = element.attribute("value").filter(|value| !value.is_empty()) else {
                self.findings.fault(element, Problem::MissingAttribute { attribute: "value" });
                continue;
            };
            if let Some(id) = element.filled("id") {
                if let Some(&first_line) = ids.get(id) {
                    self.duplicate(element, "code id", id, first_line);
                }
                ids.entry(id).or_insert(element.line);
            }
            if values.insert(value, element.line).is_some() {
                self.findings.note(element, Remark::RepeatedCode { value: value.to_owned() });
                continue;
            }
            if !types::code_fits(value, datatype) {
                let remark = Remark::CodeBesideType { value: value.to_owned(), datatype: datatype.to_owned() };
                self.findings.note(element, remark);
            }
            let Some(name) = self.required(element, "name") else { continue };
            let deprecated = element.filled("deprecated").map(str::to_owned);
            codes.push(Code { value: value.to_owned(), name: name.to_owned(), deprecated });
        }
        codes
    }

    fn read_fields(&mut self, root: &Element) {
        let mut lines: HashMap<u32, (u32, &str)> = HashMap::new();
        for element in root.under("fields").filter(|child| child.name == "field") {
            let name = self.required(element, "name");
            let kind = self.required(element, "type");
            let Some(id) = self.required(element, "id") else { continue };
            let Some(tag) = id.trim().parse::<u32>().ok().filter(|&tag| tag > 0) else {
                let expected = "a tag of 1 to 4294967295";
                self.findings.fault(element, Problem::BadAttribute { attribute: "id", value: id.to_owned(), expected });
                continue;
            };
            let scenario = element.filled("scenario").unwrap_or(BASE);
            if let Some(&(first_line, first_scenario)) = lines.get(&tag) {
                if first_scenario == scenario {
                    self.duplicate(element, "field id", id, first_line);
                } else {
                    self.findings.note(element, Remark::OtherScenario { scenario: scenario.to_owned() });
                }
                continue;
            }
            lines.insert(tag, (element.line, scenario));
            // A field without a name or type is a fault already; it is kept so that what refers to it is not one too.
            let (name, kind) = (name.unwrap_or(id).to_owned(), kind.unwrap_or("String"));
            if let Some(first_line) = self.field_names.get(&name).and_then(|tag| lines.get(tag)).map(|place| place.0) {
                self.duplicate(element, "field", &name, first_line);
            }
            let (datatype, code_set) = self.type_of(element, kind, scenario);
            let union_datatype = element.filled("unionDataType").map(str::to_owned);
            if let Some(union) = union_datatype.as_deref()
                && !self.is_datatype(element, union)
            {
                self.findings.fault(element, Problem::UnknownType { value: union.to_owned() });
            }
            // A code or anything of the codes' own type: the list is open.
            let open_codes = code_set.is_some() && union_datatype.as_deref() == Some(datatype.as_str());
            let union_datatype = union_datatype.filter(|_| !open_codes);
            let added = element.filled("added").map(str::to_owned);
            let deprecated = element.filled("deprecated").map(str::to_owned);
            // A name of the base may go to another field; of two in this file the first keeps it.
            if self.field_names.get(&name).is_none_or(|tag| !lines.contains_key(tag)) {
                self.field_names.insert(name.clone(), tag);
            }
            self.lines.put(Subject::Field(tag), element.line, "field");
            let field = Field {
                tag,
                name,
                datatype,
                code_set,
                union_datatype,
                open_codes,
                added,
                deprecated,
                ..Field::default()
            };
            self.model.fields.insert(tag, field);
        }
    }

    /// The datatype and the code set that a field's type stands for.
    fn type_of(&mut self, element: &Element, kind: &str, scenario: &str) -> (String, Option<String>) {
        for name in [scenario_name(kind, scenario), kind.to_owned()] {
            if let Some(set) = self.code_sets.get(&name).and_then(|&place| self.model.code_sets.get(place)) {
                return (set.datatype.clone(), Some(name));
            }
        }
        if let Some(set) = self.base.code_set(kind) {
            return (set.datatype.clone(), Some(kind.to_owned()));
        }
        if !self.is_datatype(element, kind) {
            self.findings.fault(element, Problem::UnknownType { value: kind.to_owned() });
        }
        (kind.to_owned(), None)
    }

    /// `lengthId` is wrong in the standard's own files: SP2 pairs Signature(89) with SecureDataLen(90), and the session
    /// files pair every data field with tag 1. For the standard's pairs our table decides; for others a field that is not
    /// a length is not taken.
    fn read_lengths(&mut self, root: &Element) {
        for element in root.under("fields").filter(|child| child.name == "field") {
            let Some(tag) = element.filled("id").and_then(|id| id.trim().parse::<u32>().ok()) else { continue };
            let Some(data) =
                self.model.fields.get(&tag).filter(|field| is_data(&field.datatype) && field.length_tag.is_none())
            else {
                continue;
            };
            let written = element.filled("lengthId").unwrap_or_default();
            let found = written.parse::<u32>().ok().and_then(|tag| self.field(tag));
            let found =
                found.filter(|field| matches!(field.datatype.as_str(), "Length" | "int")).map(|field| field.tag);
            let standard = types::standard_length(tag).filter(|&length| self.field(length).is_some());
            let by_name = |name: &str| self.field_names.get(name).and_then(|&tag| self.field(tag));
            let taken = standard.or(found).or_else(|| types::guess_length(data, by_name, |tag| self.field(tag)));
            if let Some(taken) = taken.filter(|_| !written.is_empty() && taken != found) {
                self.findings.note(element, Remark::LengthReplaced { found: written.to_owned(), taken });
            }
            if let Some(field) = self.model.fields.get_mut(&tag) {
                field.length_tag = taken;
            }
        }
    }
}
