//! An XML document as a small tree with line numbers, read within bounds.
//!
//! Dictionaries come from anywhere, so a document can cost no more than its own size: there is no document type, no
//! entity but the five that XML itself names and characters by number, nothing is fetched, and depth, size, elements
//! and attributes have limits. Prose (`annotation`, `metadata`) and keys (`securityKeys`) are stepped over.

use std::ops::Range;

use quick_xml::Reader;
use quick_xml::escape::unescape;
use quick_xml::events::{BytesStart, Event};

use super::findings::{Fault, Problem};

/// The largest document, in bytes. FIX Latest in Orchestra form has a third of it.
pub const MAX_BYTES: usize = 64 << 20;
/// The deepest nesting of elements. Standard files nest to 9.
pub const MAX_DEPTH: usize = 64;
/// The most elements that are kept. FIX Latest keeps about 60,000.
pub const MAX_ELEMENTS: usize = 1_000_000;
/// The most attributes of one element. Standard files have at most 10.
pub const MAX_ATTRIBUTES: usize = 64;
/// The longest tag with its attributes, in bytes.
pub const MAX_TAG_BYTES: usize = 64 << 10;

/// One element.
#[derive(Debug, Default)]
pub(super) struct Element {
    /// The name without its namespace prefix.
    pub name: String,
    /// The line of its `<`, from 1.
    pub line: u32,
    /// The attributes by name without prefix, in document order; namespace declarations are left out.
    attributes: Vec<(String, String)>,
    /// The child elements in document order.
    pub children: Vec<Element>,
    /// The text directly inside, blanks at both ends removed.
    pub text: String,
}

impl Element {
    /// The value of an attribute.
    pub fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// The value of an attribute that is not blank.
    pub fn filled(&self, name: &str) -> Option<&str> {
        self.attribute(name).filter(|value| !value.trim().is_empty())
    }

    /// The first child element of this name.
    pub fn child(&self, name: &str) -> Option<&Element> {
        self.children.iter().find(|child| child.name == name)
    }

    /// The children of all child elements of this name.
    pub fn under<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Element> {
        self.children.iter().filter(move |child| child.name == name).flat_map(|child| &child.children)
    }

    /// What an error calls it: the attribute that names it best.
    pub fn label(&self) -> &str {
        ["name", "id", "number", "enum", "value"].iter().find_map(|key| self.filled(key)).unwrap_or_default()
    }
}

/// Read the root element. A fault here ends the reading, for what follows it cannot be trusted.
pub(super) fn parse(xml: &[u8]) -> Result<Element, Fault> {
    if xml.len() > MAX_BYTES {
        return Err(document_fault(1, Problem::TooManyBytes { bytes: xml.len(), limit: MAX_BYTES }));
    }
    let xml = xml.strip_prefix(b"\xef\xbb\xbf").unwrap_or(xml);
    let text = std::str::from_utf8(xml).map_err(|error| {
        let before = xml.get(..error.valid_up_to()).unwrap_or_default();
        document_fault(1 + newlines(before), Problem::NotUtf8 { offset: error.valid_up_to() })
    })?;
    Parser::new(text).run()
}

fn document_fault(line: u32, problem: Problem) -> Fault {
    Fault { line, element: "document".to_owned(), name: String::new(), problem }
}

fn newlines(bytes: &[u8]) -> u32 {
    u32::try_from(bytes.iter().filter(|&&byte| byte == b'\n').count()).unwrap_or(u32::MAX)
}

struct Parser<'a> {
    reader: Reader<&'a [u8]>,
    text: &'a str,
    /// How far lines have been counted, so that the whole document is counted once.
    counted: usize,
    line: u32,
    elements: usize,
    open: Vec<Element>,
    /// How many elements are open inside one that is stepped over, itself included.
    stepping: usize,
    root: Option<Element>,
}

impl<'a> Parser<'a> {
    fn new(text: &'a str) -> Self {
        let mut reader = Reader::from_str(text);
        reader.config_mut().check_end_names = true;
        Self { reader, text, counted: 0, line: 1, elements: 0, open: Vec::new(), stepping: 0, root: None }
    }

    fn run(mut self) -> Result<Element, Fault> {
        loop {
            let start = self.offset();
            self.count_lines(start);
            let event = self
                .reader
                .read_event()
                .map_err(|error| self.fault(Problem::Malformed { reason: error.to_string() }))?;
            match event {
                Event::Start(tag) => self.start(&tag)?,
                Event::Empty(tag) => {
                    self.start(&tag)?;
                    self.end();
                }
                Event::End(_) => self.end(),
                Event::Text(piece) => {
                    let piece = piece.decode().unwrap_or_default().into_owned();
                    self.add_text(&piece)?;
                }
                Event::CData(piece) => {
                    let piece = piece.decode().unwrap_or_default().into_owned();
                    self.add_text(&piece)?;
                }
                Event::GeneralRef(reference) => {
                    let name = reference.decode().unwrap_or_default().into_owned();
                    let value = self.unescape(&format!("&{name};"))?;
                    self.add_text(&value)?;
                }
                Event::DocType(_) => return Err(self.fault(Problem::Doctype)),
                Event::Decl(declaration) => {
                    let encoding = declaration.encoding().and_then(Result::ok).map(|name| name.into_owned());
                    self.check_encoding(encoding.as_deref().unwrap_or(b"UTF-8"))?;
                }
                Event::Comment(_) | Event::PI(_) => {}
                Event::Eof => break,
            }
        }
        if let Some(open) = self.open.last() {
            let problem = Problem::Malformed { reason: "the document ends before the element does".to_owned() };
            return Err(Fault { line: open.line, element: open.name.clone(), name: open.label().to_owned(), problem });
        }
        self.root
            .take()
            .ok_or_else(|| document_fault(1, Problem::Malformed { reason: "there is no element".to_owned() }))
    }

    fn offset(&self) -> usize {
        usize::try_from(self.reader.buffer_position()).unwrap_or(usize::MAX).min(self.text.len())
    }

    fn count_lines(&mut self, to: usize) {
        let passed: Range<usize> = self.counted..to.max(self.counted);
        self.line = self.line.saturating_add(newlines(self.text.as_bytes().get(passed).unwrap_or_default()));
        self.counted = self.counted.max(to);
    }

    /// A fault of the element that is open.
    fn fault(&self, problem: Problem) -> Fault {
        match self.open.last() {
            Some(open) => Fault { line: self.line, element: open.name.clone(), name: open.label().to_owned(), problem },
            None => document_fault(self.line, problem),
        }
    }

    fn check_encoding(&self, name: &[u8]) -> Result<(), Fault> {
        let utf8 = [&b"utf-8"[..], b"utf8", b"us-ascii", b"ascii"].iter().any(|known| name.eq_ignore_ascii_case(known));
        if utf8 || self.text.is_ascii() {
            return Ok(());
        }
        Err(self.fault(Problem::OtherEncoding { name: String::from_utf8_lossy(name).into_owned() }))
    }

    fn unescape(&self, raw: &str) -> Result<String, Fault> {
        match unescape(raw) {
            Ok(value) => Ok(value.into_owned()),
            Err(error) => Err(self.fault(Problem::Entity { reason: error.to_string() })),
        }
    }

    fn start(&mut self, tag: &BytesStart<'_>) -> Result<(), Fault> {
        if self.root.is_some() {
            return Err(self.fault(Problem::Malformed { reason: "a second root element begins".to_owned() }));
        }
        if self.open.len() + self.stepping >= MAX_DEPTH {
            return Err(self.fault(Problem::TooDeep { limit: MAX_DEPTH }));
        }
        if tag.len() > MAX_TAG_BYTES {
            return Err(self.fault(Problem::TagTooLong { limit: MAX_TAG_BYTES }));
        }
        let name = local(tag.name().as_ref());
        if self.stepping > 0 || matches!(name.as_str(), "annotation" | "metadata" | "securityKeys") {
            self.stepping += 1;
            return Ok(());
        }
        self.elements += 1;
        if self.elements > MAX_ELEMENTS {
            return Err(self.fault(Problem::TooManyElements { limit: MAX_ELEMENTS }));
        }
        self.open.push(Element { name, line: self.line, ..Element::default() });
        let attributes = self.attributes(tag)?;
        if let Some(open) = self.open.last_mut() {
            open.attributes = attributes;
        }
        Ok(())
    }

    fn attributes(&self, tag: &BytesStart<'_>) -> Result<Vec<(String, String)>, Fault> {
        let mut kept = Vec::new();
        for (place, attribute) in tag.attributes().enumerate() {
            if place >= MAX_ATTRIBUTES {
                return Err(self.fault(Problem::TooManyAttributes { limit: MAX_ATTRIBUTES }));
            }
            let attribute = attribute.map_err(|error| self.fault(Problem::Malformed { reason: error.to_string() }))?;
            let key = attribute.key.as_ref();
            if key.starts_with(b"xmlns") {
                continue;
            }
            let value = self.unescape(&String::from_utf8_lossy(&attribute.value))?;
            kept.push((local(key), value));
        }
        Ok(kept)
    }

    fn end(&mut self) {
        if self.stepping > 0 {
            self.stepping -= 1;
            return;
        }
        let Some(mut closed) = self.open.pop() else { return };
        closed.text = closed.text.trim().to_owned();
        match self.open.last_mut() {
            Some(parent) => parent.children.push(closed),
            None => self.root = Some(closed),
        }
    }

    fn add_text(&mut self, piece: &str) -> Result<(), Fault> {
        if self.stepping > 0 {
            return Ok(());
        }
        match self.open.last_mut() {
            Some(open) => open.text.push_str(piece),
            None if piece.trim().is_empty() => {}
            None => {
                return Err(
                    self.fault(Problem::Malformed { reason: "text stands outside the root element".to_owned() })
                );
            }
        }
        Ok(())
    }
}

/// The name without its namespace prefix.
fn local(name: &[u8]) -> String {
    let name = String::from_utf8_lossy(name);
    name.rsplit(':').next().unwrap_or_default().to_owned()
}
