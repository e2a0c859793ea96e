//! Read a dictionary from compact text.

use std::borrow::Cow;
use std::fmt;

use super::{FIRST_LINE, own_code_set};
use crate::model::{
    Category, Code, CodeSet, Component, Datatype, Field, Group, Member, MemberKind, Message, Model, Presence,
};

/// Why a text is no compact dictionary.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CompactError {
    /// The line, from 1.
    pub line: usize,
    /// What is wrong with it.
    pub problem: CompactProblem,
}

/// What is wrong with a line.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum CompactProblem {
    /// The first line is another than `fixd 1`.
    NotCompact,
    /// The line begins with a word that is not known.
    UnknownWord(String),
    /// A word is absent; this is what it would say.
    Missing(&'static str),
    /// A word is not a tag or number.
    NotANumber(String),
    /// A word stands after the last one of the line.
    Surplus(String),
    /// An indented line follows nothing that has members or codes.
    Stray,
    /// A second field has the tag.
    RepeatedTag(u32),
    /// A backslash is followed by nothing that is known.
    Escape(String),
}

impl fmt::Display for CompactError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: ", self.line)?;
        match &self.problem {
            CompactProblem::NotCompact => write!(f, "the text does not begin with {FIRST_LINE:?}"),
            CompactProblem::UnknownWord(word) => write!(f, "{word:?} is not known here"),
            CompactProblem::Missing(what) => write!(f, "the {what} is missing"),
            CompactProblem::NotANumber(word) => write!(f, "{word:?} is not a number"),
            CompactProblem::Surplus(word) => write!(f, "{word:?} stands after the end"),
            CompactProblem::Stray => write!(f, "the line belongs to nothing"),
            CompactProblem::RepeatedTag(tag) => write!(f, "field {tag} is defined twice"),
            CompactProblem::Escape(word) => write!(f, "{word:?} holds a backslash that means nothing"),
        }
    }
}

impl std::error::Error for CompactError {}

/// Read a dictionary from compact text.
///
/// # Errors
///
/// The first line that cannot be read.
pub fn read(text: &str) -> Result<Model, CompactError> {
    let mut lines = text.lines().enumerate();
    if lines.next().map(|(_, line)| line) != Some(FIRST_LINE) {
        return Err(CompactError { line: 1, problem: CompactProblem::NotCompact });
    }
    let mut parser = Parser { model: Model::default(), place: Place::Nowhere };
    for (number, line) in lines {
        let done = match line.strip_prefix(' ') {
            Some(part) => parser.part(part),
            None => parser.definition(line),
        };
        done.map_err(|problem| CompactError { line: number + 1, problem })?;
    }
    Ok(parser.model)
}

/// What indented lines belong to: the last of its kind.
enum Place {
    Nowhere,
    Codes,
    Header,
    Trailer,
    Component,
    Group,
    Message,
}

struct Parser {
    model: Model,
    place: Place,
}

impl Parser {
    fn definition(&mut self, line: &str) -> Result<(), CompactProblem> {
        let model = &mut self.model;
        let (kind, rest) = line.split_once(' ').unwrap_or((line, ""));
        let mut words = Words(rest);
        self.place = Place::Nowhere;
        match kind {
            "version" => model.version = words.text("version")?,
            "pack" => model.extension_pack = Some(words.number("number of the pack")?),
            "source" => {
                model.sources.push(unescape(rest)?.into_owned());
                return Ok(());
            }
            "section" => model.sections.push(words.text("name")?),
            "category" => model.categories.push(Category { name: words.text("name")?, section: words.last_text()? }),
            "datatype" => model.datatypes.push(Datatype { name: words.text("name")?, base: words.last_text()? }),
            "codes" => {
                let (name, datatype) = (words.text("name")?, words.text("datatype")?);
                model.code_sets.push(CodeSet { name, datatype, codes: Vec::new() });
                self.place = Place::Codes;
            }
            "field" => {
                let field = field(&mut words)?;
                let tag = field.tag;
                if model.fields.insert(tag, field).is_some() {
                    return Err(CompactProblem::RepeatedTag(tag));
                }
            }
            "header" => self.place = Place::Header,
            "trailer" => self.place = Place::Trailer,
            "component" => {
                let name = words.text("name")?;
                model.components.push(Component { name, category: words.last_text()?, members: Vec::new() });
                self.place = Place::Component;
            }
            "group" => {
                let (name, count_tag) = (words.text("name")?, words.number("count field")?);
                model.groups.push(Group { name, count_tag, category: words.last_text()?, members: Vec::new() });
                self.place = Place::Group;
            }
            "message" => {
                let (msg_type, name) = (words.text("MsgType")?, words.text("name")?);
                let category = words.last_text()?;
                model.messages.push(Message { name, msg_type, category, members: Vec::new() });
                self.place = Place::Message;
            }
            other => return Err(CompactProblem::UnknownWord(other.to_owned())),
        }
        words.end()
    }

    fn part(&mut self, line: &str) -> Result<(), CompactProblem> {
        let model = &mut self.model;
        let mut words = Words(line);
        let members = match self.place {
            Place::Nowhere => None,
            Place::Codes => {
                let set = model.code_sets.last_mut().ok_or(CompactProblem::Stray)?;
                set.codes.push(code(&mut words)?);
                return words.end();
            }
            Place::Header => Some(&mut model.header),
            Place::Trailer => Some(&mut model.trailer),
            Place::Component => model.components.last_mut().map(|component| &mut component.members),
            Place::Group => model.groups.last_mut().map(|group| &mut group.members),
            Place::Message => model.messages.last_mut().map(|message| &mut message.members),
        };
        members.ok_or(CompactProblem::Stray)?.push(member(&mut words)?);
        words.end()
    }
}

fn field(words: &mut Words<'_>) -> Result<Field, CompactProblem> {
    let tag = words.number("tag")?;
    let (name, datatype) = (words.text("name")?, words.text("datatype")?);
    let mut field = Field { tag, name, datatype, ..Field::default() };
    while let Some(word) = words.next() {
        match word.split_once('=') {
            None if word == "codes" => field.code_set = Some(own_code_set(&field.name)),
            None if word == "open" => field.open_codes = true,
            Some(("codes", set)) => field.code_set = Some(unescape(set)?.into_owned()),
            Some(("union", datatype)) => field.union_datatype = Some(unescape(datatype)?.into_owned()),
            Some(("length", tag)) => field.length_tag = Some(number(tag)?),
            _ => match (word.strip_prefix('+'), word.strip_prefix('-')) {
                (Some(version), _) => field.added = Some(unescape(version)?.into_owned()),
                (_, Some(version)) => field.deprecated = Some(unescape(version)?.into_owned()),
                _ => return Err(CompactProblem::UnknownWord(word.to_owned())),
            },
        }
    }
    Ok(field)
}

fn code(words: &mut Words<'_>) -> Result<Code, CompactProblem> {
    let (value, name) = (words.text("value")?, words.text("name")?);
    let deprecated = match words.next() {
        None => None,
        Some(word) => {
            let version = word.strip_prefix('-').ok_or_else(|| CompactProblem::UnknownWord(word.to_owned()))?;
            Some(unescape(version)?.into_owned())
        }
    };
    Ok(Code { value, name, deprecated })
}

fn member(words: &mut Words<'_>) -> Result<Member, CompactProblem> {
    let word = words.next().ok_or(CompactProblem::Missing("member"))?;
    let kind = match (word.strip_prefix('.'), word.strip_prefix('*')) {
        (Some(name), _) => MemberKind::Component(unescape(name)?.into_owned()),
        (_, Some(name)) => MemberKind::Group(unescape(name)?.into_owned()),
        _ => MemberKind::Field(number(word)?),
    };
    let presence = match words.next() {
        None => Presence::Optional,
        Some("!") => Presence::Required,
        Some("~") => Presence::Ignored,
        Some("0") => Presence::Forbidden,
        Some(word) => match word.strip_prefix('=') {
            Some(value) => Presence::Constant(unescape(value)?.into_owned()),
            None => return Err(CompactProblem::UnknownWord(word.to_owned())),
        },
    };
    Ok(Member { kind, presence })
}

fn number(word: &str) -> Result<u32, CompactProblem> {
    word.parse().map_err(|_| CompactProblem::NotANumber(word.to_owned()))
}

/// The words of a line that are left.
struct Words<'a>(&'a str);

impl<'a> Words<'a> {
    fn next(&mut self) -> Option<&'a str> {
        if self.0.is_empty() {
            return None;
        }
        let (word, rest) = self.0.split_once(' ').unwrap_or((self.0, ""));
        self.0 = rest;
        Some(word)
    }

    fn text(&mut self, what: &'static str) -> Result<String, CompactProblem> {
        let word = self.next().ok_or(CompactProblem::Missing(what))?;
        Ok(unescape(word)?.into_owned())
    }

    fn last_text(&mut self) -> Result<Option<String>, CompactProblem> {
        self.next().map(|word| unescape(word).map(Cow::into_owned)).transpose()
    }

    fn number(&mut self, what: &'static str) -> Result<u32, CompactProblem> {
        number(self.next().ok_or(CompactProblem::Missing(what))?)
    }

    fn end(&mut self) -> Result<(), CompactProblem> {
        match self.next() {
            None => Ok(()),
            Some(word) => Err(CompactProblem::Surplus(word.to_owned())),
        }
    }
}

fn unescape(word: &str) -> Result<Cow<'_, str>, CompactProblem> {
    if !word.contains('\\') {
        return Ok(Cow::Borrowed(word));
    }
    let mut text = String::with_capacity(word.len());
    let mut characters = word.chars();
    while let Some(character) = characters.next() {
        if character != '\\' {
            text.push(character);
            continue;
        }
        match characters.next() {
            Some('s') => text.push(' '),
            Some('n') => text.push('\n'),
            Some('r') => text.push('\r'),
            Some('\\') => text.push('\\'),
            Some('e') => {}
            _ => return Err(CompactProblem::Escape(word.to_owned())),
        }
    }
    Ok(Cow::Owned(text))
}
