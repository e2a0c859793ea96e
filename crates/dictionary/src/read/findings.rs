//! What a reader finds wrong or odd in a file, each with the line and the element.

use std::fmt;

/// The most faults that are kept of one file; more are counted.
pub const MAX_FAULTS: usize = 200;
/// The most notes that are kept of one file.
pub const MAX_NOTES: usize = 1_000;

/// A fault of a file: it cannot be used as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The line, from 1.
    pub line: u32,
    /// The XML element, such as `fieldRef`.
    pub element: String,
    /// What the element is called: its name or else its id; empty where it has neither.
    pub name: String,
    /// What is wrong.
    pub problem: Problem,
}

/// An oddity of a file, which is read all the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// The line, from 1.
    pub line: u32,
    /// The XML element.
    pub element: String,
    /// What the element is called.
    pub name: String,
    /// What was seen and what was made of it.
    pub remark: Remark,
}

/// What is wrong with an element.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Problem {
    /// The document has more bytes than are read.
    TooManyBytes {
        /// How many it has.
        bytes: usize,
        /// The most that are read.
        limit: usize,
    },
    /// The document is not UTF-8 at this offset.
    NotUtf8 {
        /// In bytes from the start.
        offset: usize,
    },
    /// The document declares an encoding other than UTF-8 and uses it.
    OtherEncoding {
        /// The name.
        name: String,
    },
    /// The document is not well-formed XML.
    Malformed {
        /// What the reader of XML says.
        reason: String,
    },
    /// The document has a document type, through which entities and files could come in.
    Doctype,
    /// An entity is not one of the five that XML names.
    Entity {
        /// What the reader of XML says.
        reason: String,
    },
    /// Elements nest deeper than is read.
    TooDeep {
        /// The most that are read.
        limit: usize,
    },
    /// There are more elements than are read.
    TooManyElements {
        /// The most that are read.
        limit: usize,
    },
    /// The element has more attributes than are read.
    TooManyAttributes {
        /// The most that are read.
        limit: usize,
    },
    /// The tag with its attributes is longer than is read.
    TagTooLong {
        /// The most that are read.
        limit: usize,
    },
    /// The root element belongs to no format that is known.
    UnknownFormat,
    /// The file is an Orchestra interfaces file, where a dictionary is asked for.
    NotADictionary,
    /// A required attribute is absent or blank.
    MissingAttribute {
        /// The attribute.
        attribute: &'static str,
    },
    /// A required child element is absent.
    MissingElement {
        /// The element.
        child: &'static str,
    },
    /// An attribute does not hold what it should.
    BadAttribute {
        /// The attribute.
        attribute: &'static str,
        /// The value.
        value: String,
        /// What it should be.
        expected: &'static str,
    },
    /// Another element of the kind has the same key.
    Duplicate {
        /// What kind of definition.
        kind: &'static str,
        /// Its name or id.
        key: String,
        /// The line of the first one.
        first_line: u32,
    },
    /// A reference leads to nothing.
    Unresolved {
        /// What kind of definition.
        kind: &'static str,
        /// What the reference says.
        reference: String,
    },
    /// A type is neither a code set, nor declared, nor one of the standard's.
    UnknownType {
        /// The value.
        value: String,
    },
    /// The definition contains itself, by way of these.
    Cycle {
        /// From itself to itself.
        path: Vec<String>,
    },
    /// The group has no field that could begin an entry.
    NoDelimiter,
    /// The definitions nest or multiply beyond what is checked.
    TooLarge,
}

/// What was odd, and what was made of it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Remark {
    /// The same member stands twice at one level; the first is kept.
    RepeatedMember {
        /// The line of the first one.
        first_line: u32,
    },
    /// A tag is reached twice at one level of a message, component or group; the first place counts.
    RepeatedTag {
        /// The tag.
        tag: u32,
    },
    /// A value stands twice in a list of codes; the first is kept.
    RepeatedCode {
        /// The value.
        value: String,
    },
    /// A code does not fit the type of its list.
    CodeBesideType {
        /// The value.
        value: String,
        /// The type of the list.
        datatype: String,
    },
    /// The component has no members.
    EmptyComponent,
    /// The type is not known; the field is read as String.
    UnknownType {
        /// The value.
        value: String,
    },
    /// The type is the standard's and is not declared in the file.
    UndeclaredType {
        /// The value.
        value: String,
    },
    /// The length field that the file names is not the right one, this one is taken.
    LengthReplaced {
        /// What the file says.
        found: String,
        /// The tag that is taken.
        taken: u32,
    },
    /// A data field has no length field.
    NoLength,
    /// The message has no MsgType(35).
    NoMsgType,
    /// A second form of what is already there, under another scenario, is left out.
    OtherScenario {
        /// The scenario.
        scenario: String,
    },
    /// The count field is not defined; a field of this name is made for it.
    CountFieldMade {
        /// The name.
        name: String,
    },
    /// The attribute has a value that is not known; it is read as this.
    ReadAs {
        /// The attribute.
        attribute: &'static str,
        /// The value.
        value: String,
        /// What is made of it.
        read_as: &'static str,
    },
    /// The child element is not read.
    NotRead {
        /// The element.
        child: String,
    },
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooManyBytes { bytes, limit } => {
                write!(f, "the document has {bytes} bytes, at most {limit} are read")
            }
            Self::NotUtf8 { offset } => write!(f, "the document is not UTF-8 at byte {offset}"),
            Self::OtherEncoding { name } => write!(f, "the document is in {name}; convert it to UTF-8"),
            Self::Malformed { reason } => write!(f, "not well-formed XML: {reason}"),
            Self::Doctype => write!(f, "a document type (DOCTYPE) is refused"),
            Self::Entity { reason } => write!(f, "an entity other than XML's own five is refused: {reason}"),
            Self::TooDeep { limit } => write!(f, "elements nest deeper than {limit}"),
            Self::TooManyElements { limit } => write!(f, "there are more than {limit} elements"),
            Self::TooManyAttributes { limit } => write!(f, "there are more than {limit} attributes"),
            Self::TagTooLong { limit } => write!(f, "the next tag is longer than {limit} bytes"),
            Self::UnknownFormat => {
                write!(f, "the root element is neither <fix> (QuickFIX) nor <repository> (Orchestra)")
            }
            Self::NotADictionary => write!(f, "this is an Orchestra interfaces file, it holds no messages"),
            Self::MissingAttribute { attribute } => write!(f, "the attribute {attribute} is missing"),
            Self::MissingElement { child } => write!(f, "the element <{child}> is missing"),
            Self::BadAttribute { attribute, value, expected } => {
                write!(f, "{attribute}={value:?} is not {expected}")
            }
            Self::Duplicate { kind, key, first_line } => {
                write!(f, "{kind} {key} is already defined in line {first_line}")
            }
            Self::Unresolved { kind, reference } => write!(f, "there is no {kind} {reference}"),
            Self::UnknownType { value } => write!(f, "{value:?} is neither a code set nor a datatype"),
            Self::Cycle { path } => write!(f, "it contains itself: {}", path.join(" > ")),
            Self::NoDelimiter => write!(f, "the group has no field that could begin an entry"),
            Self::TooLarge => write!(f, "the definitions nest or multiply beyond all measure"),
        }
    }
}

impl fmt::Display for Remark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::RepeatedMember { first_line } => write!(f, "stands already in line {first_line}; the first is kept"),
            Self::RepeatedTag { tag } => write!(f, "tag {tag} is reached twice at one level; the first place counts"),
            Self::RepeatedCode { value } => write!(f, "the value {value:?} is listed twice; the first is kept"),
            Self::CodeBesideType { value, datatype } => write!(f, "the code {value:?} is no {datatype}"),
            Self::EmptyComponent => write!(f, "the component has no members"),
            Self::UnknownType { value } => write!(f, "the type {value:?} is not known; read as String"),
            Self::UndeclaredType { value } => {
                write!(f, "the datatype {value} is not declared; the standard's is taken")
            }
            Self::LengthReplaced { found, taken } => {
                write!(f, "the length field cannot be {found:?}; {taken} is taken")
            }
            Self::NoLength => write!(f, "no field holds the length of this data field"),
            Self::NoMsgType => write!(f, "the message has no msgType"),
            Self::OtherScenario { scenario } => write!(f, "the scenario {scenario:?} is left out"),
            Self::CountFieldMade { name } => write!(f, "the count field is not defined; {name} is made for it"),
            Self::ReadAs { attribute, value, read_as } => write!(f, "{attribute}={value:?} is read as {read_as}"),
            Self::NotRead { child } => write!(f, "<{child}> is not read"),
        }
    }
}

fn write_place(f: &mut fmt::Formatter<'_>, line: u32, element: &str, name: &str) -> fmt::Result {
    write!(f, "line {line}: <{element}>")?;
    if name.is_empty() { write!(f, ": ") } else { write!(f, " {name}: ") }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_place(f, self.line, &self.element, &self.name)?;
        self.problem.fmt(f)
    }
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_place(f, self.line, &self.element, &self.name)?;
        self.remark.fmt(f)
    }
}

/// All that is wrong with one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadErrors {
    /// The file, as the caller named it.
    pub origin: String,
    /// The faults by line, at most [`MAX_FAULTS`].
    pub faults: Vec<Fault>,
    /// How many more there are.
    pub more: usize,
}

impl ReadErrors {
    /// A file with one fault.
    pub(super) fn one(origin: &str, fault: Fault) -> Self {
        Self { origin: origin.to_owned(), faults: vec![fault], more: 0 }
    }
}

impl fmt::Display for ReadErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, fault) in self.faults.iter().enumerate() {
            if place > 0 {
                writeln!(f)?;
            }
            write!(f, "{}: {fault}", self.origin)?;
        }
        if self.more > 0 {
            write!(f, "\n{}: {} more faults", self.origin, self.more)?;
        }
        Ok(())
    }
}

impl std::error::Error for ReadErrors {}

/// Where faults and notes are gathered while a file is read.
#[derive(Debug, Default)]
pub(super) struct Findings {
    faults: Vec<Fault>,
    more: usize,
    notes: Vec<Note>,
}

impl Findings {
    /// A fault of this element.
    pub fn fault(&mut self, at: &super::xml::Element, problem: Problem) {
        self.fault_at(at.line, &at.name, at.label(), problem);
    }

    /// A fault of an element that is not at hand.
    pub fn fault_at(&mut self, line: u32, element: &str, name: &str, problem: Problem) {
        if self.faults.len() < MAX_FAULTS {
            self.faults.push(Fault { line, element: element.to_owned(), name: name.to_owned(), problem });
        } else {
            self.more += 1;
        }
    }

    /// A note on this element.
    pub fn note(&mut self, at: &super::xml::Element, remark: Remark) {
        self.note_at(at.line, &at.name, at.label(), remark);
    }

    /// A note on an element that is not at hand.
    pub fn note_at(&mut self, line: u32, element: &str, name: &str, remark: Remark) {
        if self.notes.len() < MAX_NOTES {
            self.notes.push(Note { line, element: element.to_owned(), name: name.to_owned(), remark });
        }
    }

    /// Whether no fault was found so far.
    pub fn is_sound(&self) -> bool {
        self.faults.is_empty()
    }

    /// The value with its notes, or the faults.
    pub fn finish<T>(mut self, origin: &str, value: T) -> Result<(T, Vec<Note>), ReadErrors> {
        if self.faults.is_empty() {
            self.notes.sort_by_key(|note| note.line);
            return Ok((value, self.notes));
        }
        self.faults.sort_by_key(|fault| fault.line);
        Err(ReadErrors { origin: origin.to_owned(), faults: self.faults, more: self.more })
    }
}
