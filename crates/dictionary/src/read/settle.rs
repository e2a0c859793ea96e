//! What both readers do once a file's definitions stand: check that they hold together, and say so by line.

use std::collections::HashMap;

use super::findings::{Findings, Problem, Remark};
use crate::check::{Matter, Subject, check};
use crate::model::Model;

/// Where definitions stand in the file.
#[derive(Debug, Default)]
pub(super) struct Lines {
    by_subject: HashMap<Subject, (u32, &'static str)>,
}

impl Lines {
    /// Remember where a definition stands and which element it is.
    pub fn put(&mut self, subject: Subject, line: u32, element: &'static str) {
        self.by_subject.entry(subject).or_insert((line, element));
    }

    /// The line of a definition.
    pub fn line(&self, subject: &Subject) -> u32 {
        self.of(subject).0
    }

    fn of(&self, subject: &Subject) -> (u32, &'static str) {
        self.by_subject.get(subject).copied().unwrap_or((1, "document"))
    }
}

/// Add to the findings what does not hold together. References and names were looked at when they were read.
pub(super) fn settle(model: &Model, base: &Model, lines: &Lines, findings: &mut Findings) {
    // Whether a group of a layer has a field that begins its entries may be the base's to say.
    let sound = findings.is_sound() && *base == Model::default();
    for inconsistency in check(model) {
        let (line, element) = lines.of(&inconsistency.subject);
        let name = match &inconsistency.subject {
            Subject::Message(name) | Subject::Component(name) | Subject::Group(name) => name.clone(),
            Subject::Field(tag) => model.fields.get(tag).map(|field| field.name.clone()).unwrap_or_default(),
            Subject::Header | Subject::Trailer | Subject::Whole => String::new(),
        };
        match inconsistency.matter {
            Matter::Cycle(path) => findings.fault_at(line, element, &name, Problem::Cycle { path }),
            Matter::TooLarge => findings.fault_at(line, element, &name, Problem::TooLarge),
            Matter::NoDelimiter if sound => findings.fault_at(line, element, &name, Problem::NoDelimiter),
            Matter::RepeatedTag(tag) => findings.note_at(line, element, &name, Remark::RepeatedTag { tag }),
            Matter::NoLength => findings.note_at(line, element, &name, Remark::NoLength),
            // References and names: told when they were read.
            _ => {}
        }
    }
}
