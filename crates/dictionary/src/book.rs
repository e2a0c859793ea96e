//! One model with its references resolved to numbers, so that plans can be laid out without looking up a name.

use std::collections::HashMap;
use std::ops::Deref;
use std::sync::Arc;

use fixplus_wire::sections::Section;

use crate::code_table::CodeTable;
use crate::compile_error::CompileError;
use crate::datatype::{self, Datatype};
use crate::model::{Member, MemberKind, Model, Presence};
use crate::plan::{MAX_DEPTH, MAX_MEMBERS, MAX_NESTING};
use crate::tag_table::{NONE, TagTable};

/// What is known about a field, wherever it stands.
#[derive(Debug, Clone)]
pub struct FieldInfo {
    /// The tag.
    pub tag: u32,
    /// The name.
    pub name: Box<str>,
    /// The datatype, of a coded field the base type of its codes.
    pub datatype: Datatype,
    /// The legal values, where the field has a list and values are held against it.
    pub codes: Option<Arc<CodeTable>>,
    /// A second datatype whose values are legal beside the codes.
    pub union_datatype: Option<Datatype>,
    /// Values outside the list are legal.
    pub open_codes: bool,
    /// Of a data field, the tag of the field that holds its length.
    pub length_tag: Option<u32>,
    /// Of a length field, the tag of the data field whose length it holds.
    pub data_tag: Option<u32>,
}

/// What a member refers to, by number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    Field(u16),
    Component(u32),
    Group(u32),
}

/// A member with its reference resolved. `member` is its place in the model's list, for what is rarely needed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Resolved {
    pub part: Part,
    pub required: bool,
    pub member: u32,
}

/// A group with its references resolved.
#[derive(Debug)]
pub(crate) struct ResolvedGroup {
    pub count: u16,
    pub parts: Box<[Resolved]>,
}

/// Where a book's model is kept: the bundled ones live as long as the program and are never copied.
#[derive(Debug, Clone)]
pub(crate) enum Source {
    Bundled(&'static Model),
    Shared(Arc<Model>),
}

impl Deref for Source {
    type Target = Model;

    fn deref(&self) -> &Model {
        match self {
            Self::Bundled(model) => model,
            Self::Shared(model) => model,
        }
    }
}

/// A model with its references resolved.
#[derive(Debug)]
pub(crate) struct Book {
    pub model: Source,
    pub fields: Box<[Arc<FieldInfo>]>,
    pub by_tag: TagTable,
    pub by_name: HashMap<Box<str>, u16>,
    pub components: Box<[Box<[Resolved]>]>,
    pub groups: Box<[ResolvedGroup]>,
    pub messages: Box<[Box<[Resolved]>]>,
    pub header: Box<[Resolved]>,
    pub trailer: Box<[Resolved]>,
    sections: TagTable,
}

impl Book {
    pub(crate) fn new(model: Source) -> Result<Self, CompileError> {
        let names = Names::new(&model)?;
        let fields = field_infos(&model);
        let by_tag = TagTable::new((0u16..).zip(&fields).map(|(place, field)| (field.tag, place)));
        let by_name =
            fields.iter().enumerate().rev().map(|(place, field)| (field.name.clone(), place as u16)).collect();
        let resolver = Resolver { names: &names, by_tag: &by_tag };
        let components = model
            .components
            .iter()
            .map(|component| resolver.resolve(&component.members, &component.name))
            .collect::<Result<Box<[_]>, _>>()?;
        let groups = model
            .groups
            .iter()
            .map(|group| {
                let count = by_tag.get(group.count_tag);
                if count == NONE {
                    return Err(CompileError::UnknownField { tag: group.count_tag, holder: group.name.clone() });
                }
                Ok(ResolvedGroup { count, parts: resolver.resolve(&group.members, &group.name)? })
            })
            .collect::<Result<Box<[_]>, _>>()?;
        let messages = model
            .messages
            .iter()
            .map(|message| resolver.resolve(&message.members, &message.name))
            .collect::<Result<Box<[_]>, _>>()?;
        let header = resolver.resolve(&model.header, "StandardHeader")?;
        let trailer = resolver.resolve(&model.trailer, "StandardTrailer")?;
        let mut book = Self {
            fields: fields.into_boxed_slice(),
            by_tag,
            by_name,
            components,
            groups,
            messages,
            header,
            trailer,
            sections: TagTable::default(),
            model,
        };
        book.measure()?;
        let mut sections = Vec::new();
        book.collect_tags(&book.header, Section::Header, &mut sections);
        book.collect_tags(&book.trailer, Section::Trailer, &mut sections);
        book.sections = TagTable::new(sections);
        Ok(book)
    }

    pub(crate) fn field(&self, tag: u32) -> Option<&Arc<FieldInfo>> {
        self.fields.get(usize::from(self.by_tag.get(tag)))
    }

    pub(crate) fn field_by_name(&self, name: &str) -> Option<&Arc<FieldInfo>> {
        self.fields.get(usize::from(*self.by_name.get(name)?))
    }

    /// Whether the tag belongs to the header or trailer of this book, members of their groups included.
    pub(crate) fn section(&self, tag: u32) -> Section {
        match self.sections.get(tag) {
            0 => Section::Header,
            2 => Section::Trailer,
            _ => Section::Body,
        }
    }

    fn collect_tags(&self, parts: &[Resolved], section: Section, into: &mut Vec<(u32, u16)>) {
        for resolved in parts {
            match resolved.part {
                Part::Field(place) => self.collect_tag(place, section, into),
                Part::Component(number) => {
                    if let Some(parts) = self.components.get(number as usize) {
                        self.collect_tags(parts, section, into);
                    }
                }
                Part::Group(number) => {
                    if let Some(group) = self.groups.get(number as usize) {
                        self.collect_tag(group.count, section, into);
                        self.collect_tags(&group.parts, section, into);
                    }
                }
            }
        }
    }

    fn collect_tag(&self, place: u16, section: Section, into: &mut Vec<(u32, u16)>) {
        if let Some(field) = self.fields.get(usize::from(place)) {
            into.push((field.tag, section as u16));
        }
    }

    /// Refuse what could not be laid out: circles, endless depth, and messages that grow without bound when expanded.
    fn measure(&self) -> Result<(), CompileError> {
        let mut measure = Measure {
            book: self,
            components: vec![Size::Unknown; self.components.len()],
            groups: vec![Size::Unknown; self.groups.len()],
        };
        for number in 0..self.components.len() {
            measure.of_part(Part::Component(number as u32), 0)?;
        }
        for number in 0..self.groups.len() {
            measure.of_part(Part::Group(number as u32), 0)?;
        }
        let header = measure.of_parts(&self.header, 0)?;
        let trailer = measure.of_parts(&self.trailer, 0)?;
        for (message, parts) in self.model.messages.iter().zip(&self.messages) {
            let body = measure.of_parts(parts, 0)?;
            // Half of the room is left to a transport's header, which is measured with its own book.
            if header.members.saturating_add(trailer.members).saturating_add(body.members) > MAX_MEMBERS / 2 {
                return Err(CompileError::TooLarge { name: message.name.clone() });
            }
        }
        if header.members.saturating_add(trailer.members) > MAX_MEMBERS / 2 {
            return Err(CompileError::TooLarge { name: "StandardHeader".into() });
        }
        Ok(())
    }
}

fn field_infos(model: &Model) -> Vec<Arc<FieldInfo>> {
    let tables: HashMap<&str, Arc<CodeTable>> =
        model.code_sets.iter().rev().map(|set| (set.name.as_str(), Arc::new(CodeTable::new(set)))).collect();
    let data_tags: HashMap<u32, u32> =
        model.fields.values().filter_map(|field| Some((field.length_tag?, field.tag))).collect();
    // MsgType(35) is held against the messages themselves, and RefMsgType(372) may name a message that nobody knows.
    let msg_types = model.fields.get(&35).and_then(|field| field.code_set.as_deref());
    model
        .fields
        .values()
        .map(|field| {
            let set = field.code_set.as_deref().filter(|&name| Some(name) != msg_types);
            Arc::new(FieldInfo {
                tag: field.tag,
                name: field.name.as_str().into(),
                datatype: datatype::resolve(model, &field.datatype),
                codes: set.and_then(|name| tables.get(name)).filter(|table| !table.is_empty()).cloned(),
                union_datatype: field.union_datatype.as_deref().map(|name| datatype::resolve(model, name)),
                open_codes: field.open_codes,
                length_tag: field.length_tag,
                data_tag: data_tags.get(&field.tag).copied(),
            })
        })
        .collect()
}

struct Names<'m> {
    components: HashMap<&'m str, u32>,
    groups: HashMap<&'m str, u32>,
}

impl<'m> Names<'m> {
    fn new(model: &'m Model) -> Result<Self, CompileError> {
        for (what, len) in [
            ("fields", model.fields.len()),
            ("components", model.components.len()),
            ("groups", model.groups.len()),
            ("messages", model.messages.len()),
        ] {
            if len >= usize::from(NONE) {
                return Err(CompileError::TooMany { what });
            }
        }
        Ok(Self {
            components: (0u32..).zip(&model.components).map(|(at, component)| (component.name.as_str(), at)).collect(),
            groups: (0u32..).zip(&model.groups).map(|(at, group)| (group.name.as_str(), at)).collect(),
        })
    }
}

struct Resolver<'n> {
    names: &'n Names<'n>,
    by_tag: &'n TagTable,
}

impl Resolver<'_> {
    fn resolve(&self, members: &[Member], holder: &str) -> Result<Box<[Resolved]>, CompileError> {
        (0u32..)
            .zip(members)
            .map(|(place, member)| {
                let part = match &member.kind {
                    MemberKind::Field(tag) => match self.by_tag.get(*tag) {
                        NONE => return Err(CompileError::UnknownField { tag: *tag, holder: holder.into() }),
                        place => Part::Field(place),
                    },
                    MemberKind::Component(name) => match self.names.components.get(name.as_str()) {
                        None => {
                            return Err(CompileError::UnknownComponent { name: name.clone(), holder: holder.into() });
                        }
                        Some(&number) => Part::Component(number),
                    },
                    MemberKind::Group(name) => match self.names.groups.get(name.as_str()) {
                        None => return Err(CompileError::UnknownGroup { name: name.clone(), holder: holder.into() }),
                        Some(&number) => Part::Group(number),
                    },
                };
                Ok(Resolved { part, required: member.presence == Presence::Required, member: place })
            })
            .collect()
    }
}

/// How much a part comes to when it is expanded.
#[derive(Debug, Clone, Copy, Default)]
struct Extent {
    members: usize,
    nesting: usize,
    depth: usize,
}

#[derive(Debug, Clone, Copy)]
enum Size {
    Unknown,
    Open,
    Known(Extent),
}

struct Measure<'b> {
    book: &'b Book,
    components: Vec<Size>,
    groups: Vec<Size>,
}

impl Measure<'_> {
    fn of_parts(&mut self, parts: &[Resolved], level: usize) -> Result<Extent, CompileError> {
        let mut whole = Extent::default();
        for resolved in parts {
            let extent = self.of_part(resolved.part, level)?;
            whole.members = whole.members.saturating_add(extent.members);
            whole.nesting = whole.nesting.max(extent.nesting);
            whole.depth = whole.depth.max(extent.depth);
        }
        Ok(whole)
    }

    fn of_part(&mut self, part: Part, level: usize) -> Result<Extent, CompileError> {
        let book = self.book;
        let (number, sizes, parts) = match part {
            Part::Field(_) => return Ok(Extent { members: 1, ..Extent::default() }),
            Part::Component(number) => (number, &mut self.components, book.components.get(number as usize)),
            Part::Group(number) => {
                (number, &mut self.groups, book.groups.get(number as usize).map(|group| &group.parts))
            }
        };
        let (Some(size), Some(parts)) = (sizes.get_mut(number as usize), parts) else { return Ok(Extent::default()) };
        match *size {
            Size::Known(extent) => return Ok(extent),
            Size::Open => return Err(CompileError::Cycle { name: self.name(part) }),
            Size::Unknown => *size = Size::Open,
        }
        if level > MAX_NESTING {
            return Err(CompileError::TooDeep { name: self.name(part) });
        }
        let mut extent = self.of_parts(parts, level + 1)?;
        extent.members = extent.members.saturating_add(1);
        extent.nesting += 1;
        extent.depth += usize::from(matches!(part, Part::Group(_)));
        if extent.nesting > MAX_NESTING || extent.depth > MAX_DEPTH {
            return Err(CompileError::TooDeep { name: self.name(part) });
        }
        if extent.members > MAX_MEMBERS {
            return Err(CompileError::TooLarge { name: self.name(part) });
        }
        let sizes = if matches!(part, Part::Group(_)) { &mut self.groups } else { &mut self.components };
        if let Some(size) = sizes.get_mut(number as usize) {
            *size = Size::Known(extent);
        }
        Ok(extent)
    }

    fn name(&self, part: Part) -> String {
        let model = &self.book.model;
        match part {
            Part::Field(place) => self.book.fields.get(usize::from(place)).map(|field| field.name.to_string()),
            Part::Component(number) => model.components.get(number as usize).map(|component| component.name.clone()),
            Part::Group(number) => model.groups.get(number as usize).map(|group| group.name.clone()),
        }
        .unwrap_or_default()
    }
}
