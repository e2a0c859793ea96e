//! Read dictionaries from the two formats in use: QuickFIX XML and Orchestra.
//!
//! A file is read whole or not at all: [`ReadErrors`] lists all that is wrong with it by line. What is odd and has one
//! sensible meaning is read in this meaning and noted.

mod findings;
mod interfaces;
pub mod orchestra;
pub mod quickfix;
mod settle;
mod types;
mod xml;

pub use findings::{Fault, MAX_FAULTS, MAX_NOTES, Note, Problem, ReadErrors, Remark};
pub use interfaces::{Interface, Interfaces, Session};
pub use xml::{MAX_ATTRIBUTES, MAX_BYTES, MAX_DEPTH, MAX_ELEMENTS, MAX_TAG_BYTES};

use crate::model::Model;

/// A dictionary as a file has it, with what was odd about the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Read {
    /// The dictionary.
    pub model: Model,
    /// The oddities by line.
    pub notes: Vec<Note>,
}

/// What a file turned out to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Document {
    /// A dictionary.
    Repository(Box<Read>),
    /// An Orchestra interfaces file: which services and sessions a firm offers.
    Interfaces(Interfaces),
}

/// Read a file of any known format, which its root element tells.
///
/// `origin` is what errors and [`Model::sources`] call the file.
///
/// # Errors
///
/// All faults of the file.
pub fn read(xml: &[u8], origin: &str) -> Result<Document, ReadErrors> {
    let root = xml::parse(xml).map_err(|fault| ReadErrors::one(origin, fault))?;
    match root.name.as_str() {
        "fix" => quickfix::read_root(&root, origin).map(Box::new).map(Document::Repository),
        "repository" => orchestra::read_root(&root, origin).map(Box::new).map(Document::Repository),
        "interfaces" => interfaces::read_root(&root, origin).map(Document::Interfaces),
        _ => Err(refused(&root, origin, Problem::UnknownFormat)),
    }
}

/// Read a dictionary of any known format.
///
/// # Errors
///
/// All faults of the file; an interfaces file is one.
pub fn dictionary(xml: &[u8], origin: &str) -> Result<Read, ReadErrors> {
    let root = xml::parse(xml).map_err(|fault| ReadErrors::one(origin, fault))?;
    match root.name.as_str() {
        "fix" => quickfix::read_root(&root, origin),
        "repository" => orchestra::read_root(&root, origin),
        "interfaces" => Err(refused(&root, origin, Problem::NotADictionary)),
        _ => Err(refused(&root, origin, Problem::UnknownFormat)),
    }
}

/// Read a small file of any known format as a layer over `base`: what it names without defining it is taken from there,
/// fields, components, groups, code sets and datatypes.
///
/// # Errors
///
/// As [`dictionary`].
pub fn layer(xml: &[u8], origin: &str, base: &Model) -> Result<Read, ReadErrors> {
    let root = xml::parse(xml).map_err(|fault| ReadErrors::one(origin, fault))?;
    match root.name.as_str() {
        "fix" => quickfix::read_layer(&root, origin, base),
        "repository" => orchestra::read_layer(&root, origin, base),
        "interfaces" => Err(refused(&root, origin, Problem::NotADictionary)),
        _ => Err(refused(&root, origin, Problem::UnknownFormat)),
    }
}

fn refused(root: &xml::Element, origin: &str, problem: Problem) -> ReadErrors {
    let fault = Fault { line: root.line, element: root.name.clone(), name: root.label().to_owned(), problem };
    ReadErrors::one(origin, fault)
}
