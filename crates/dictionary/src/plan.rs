//! A message laid out for reading and checking: every tag that may be in it, and where.
//!
//! A plan holds the header, body and trailer and all groups of one message with components expanded. One table leads
//! from a tag to its slot, so nothing is searched for while a message is read.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use fixplus_wire::sections::Section;

use crate::book::{Book, FieldInfo, Part, Resolved};
use crate::code_table::CodeTable;
use crate::datatype::Datatype;
use crate::later_name::later_name;
use crate::model::{Member, Presence};
use crate::tag_table::{NONE, TagTable};

/// How deep groups may stand in groups. The standard's deepest is 5, FIX Latest's 7.
pub const MAX_DEPTH: usize = 16;
/// How deep components and groups may stand in each other.
pub const MAX_NESTING: usize = 64;
/// How many members a message may have when its components and groups are expanded.
pub const MAX_MEMBERS: usize = 60_000;

/// What a member's presence means to a check.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rule {
    /// It may be there and is checked.
    Plain,
    /// It must not be there.
    Forbidden,
    /// It may be there and is not looked at.
    Ignored,
    /// It has one value.
    Constant,
    /// It is a data field or the length of one, which go together.
    Data,
}

/// One place for a tag in a message.
#[derive(Debug, Clone)]
pub struct Slot {
    /// The tag.
    pub tag: u32,
    /// The level on which it stands: 0 is the message itself, others are its groups.
    pub level: u16,
    /// The slot of the same tag on another level, or [`NONE`].
    pub next: u16,
    /// The level that a count field opens, or [`NONE`].
    pub group: u16,
    /// The section.
    pub section: Section,
    /// The datatype.
    pub datatype: Datatype,
    /// What its presence means.
    pub rule: Rule,
    /// Whether it must be there whenever its level is. Members of optional components are never so.
    pub required: bool,
    /// The legal values.
    pub codes: Option<Arc<CodeTable>>,
    /// What else is known about the field.
    pub field: Arc<FieldInfo>,
}

/// A run of slots that a component brought, which may be absent as a whole.
#[derive(Debug, Clone)]
pub struct OptionalPart {
    /// The component's name.
    pub name: Box<str>,
    /// Its first slot.
    pub first: u16,
    /// The slot behind its last.
    pub end: u16,
    /// The slots that must be filled if any is.
    pub required: Box<[u16]>,
}

/// The message itself (level 0) or one of its groups.
#[derive(Debug, Clone, Default)]
pub struct Level {
    /// The name of the group as its source has it; empty for the message itself.
    pub name: Box<str>,
    /// The tag of the count field; 0 for the message itself.
    pub count_tag: u32,
    /// The name of the count field.
    pub count_name: Box<str>,
    /// The tag that starts every entry.
    pub delimiter: u32,
    /// The level in which the count field stands.
    pub parent: u16,
    /// How many groups lead here; 0 for the message itself.
    pub depth: u16,
    /// The first slot; slots of a level stand together, in the order of the dictionary.
    pub first: u16,
    /// The slot behind the last.
    pub end: u16,
    /// The required slots as words of a bit set and the bits that must be set in them.
    pub required: Box<[(u16, u64)]>,
    /// The optional components that have required members.
    pub optional_parts: Box<[OptionalPart]>,
}

/// A message laid out.
#[derive(Debug, Clone)]
pub struct MessagePlan {
    name: Box<str>,
    msg_type: Box<str>,
    is_session: bool,
    known: bool,
    transport: bool,
    slots: Box<[Slot]>,
    levels: Box<[Level]>,
    table: TagTable,
    constants: Box<[(u16, Box<[u8]>)]>,
}

impl MessagePlan {
    /// The name, such as `NewOrderSingle`; of a message that was renamed the later one.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The value of MsgType(35).
    #[must_use]
    pub fn msg_type(&self) -> &str {
        &self.msg_type
    }

    /// Whether the message belongs to the session layer.
    #[must_use]
    pub fn is_session(&self) -> bool {
        self.is_session
    }

    /// Whether the dictionary knows the message; if not, the plan holds header and trailer alone.
    #[must_use]
    pub fn is_known(&self) -> bool {
        self.known
    }

    /// Whether the message is described by the transport of a stack.
    #[must_use]
    pub fn is_transport(&self) -> bool {
        self.transport
    }

    pub(crate) fn set_transport(&mut self, transport: bool) {
        self.transport = transport;
    }

    /// All slots, level by level.
    #[must_use]
    pub fn slots(&self) -> &[Slot] {
        &self.slots
    }

    /// All levels; the first is the message itself.
    #[must_use]
    pub fn levels(&self) -> &[Level] {
        &self.levels
    }

    /// The number of the first slot of this tag, or [`NONE`]. Slots of lower levels come first.
    #[inline]
    #[must_use]
    pub fn first_slot(&self, tag: u32) -> u16 {
        self.table.get(tag)
    }

    /// The first slot of this tag: the message's own if it has one, else that of a group.
    #[must_use]
    pub fn slot(&self, tag: u32) -> Option<&Slot> {
        self.slots.get(usize::from(self.first_slot(tag)))
    }

    /// The slot of this tag on this level, with its number.
    #[inline]
    #[must_use]
    pub fn slot_on(&self, tag: u32, level: u16) -> Option<(u16, &Slot)> {
        let mut number = self.first_slot(tag);
        while let Some(slot) = self.slots.get(usize::from(number)) {
            if slot.level == level {
                return Some((number, slot));
            }
            number = slot.next;
        }
        None
    }

    /// The members of a level in the order of the dictionary. A member that is a count field says which level it opens.
    #[must_use]
    pub fn members(&self, level: &Level) -> &[Slot] {
        self.slots.get(usize::from(level.first)..usize::from(level.end)).unwrap_or_default()
    }

    /// The level that this count field opens, wherever it stands.
    #[must_use]
    pub fn group(&self, count_tag: u32) -> Option<&Level> {
        let mut number = self.first_slot(count_tag);
        while let Some(slot) = self.slots.get(usize::from(number)) {
            if slot.group != NONE {
                return self.levels.get(usize::from(slot.group));
            }
            number = slot.next;
        }
        None
    }

    /// The one value that the member in this slot may have.
    #[must_use]
    pub fn constant(&self, slot: u16) -> Option<&[u8]> {
        self.constants.iter().find(|(number, _)| *number == slot).map(|(_, value)| value.as_ref())
    }

    /// Lay out the message at this place of the body's book, or header and trailer alone.
    pub(crate) fn compile(body: &Arc<Book>, message: Option<usize>, frame: &Arc<Book>) -> Self {
        let mut layout = Layout::default();
        layout.expand(frame, &frame.header, &frame.model.header, 0, true);
        layout.section = Section::Body;
        let definition = message.and_then(|place| body.model.messages.get(place));
        let parts = message.and_then(|place| body.messages.get(place));
        if let (Some(definition), Some(parts)) = (definition, parts) {
            layout.expand(body, parts, &definition.members, 0, true);
        }
        layout.section = Section::Trailer;
        layout.expand(frame, &frame.trailer, &frame.model.trailer, 0, true);
        layout.close_level(0);
        while let Some(group) = layout.pending.pop_front() {
            layout.lay_group(&group);
        }
        let slots = layout.slots;
        let table = TagTable::new((0u16..).zip(&slots).map(|(number, slot)| (slot.tag, number)));
        Self {
            name: definition.map_or("", |message| later_name(&message.msg_type, &message.name)).into(),
            msg_type: definition.map_or("", |message| &message.msg_type).into(),
            is_session: definition.is_some_and(crate::model::Message::is_session),
            known: definition.is_some(),
            transport: false,
            slots: slots.into_boxed_slice(),
            levels: layout.levels.into_boxed_slice(),
            table,
            constants: layout.constants.into_boxed_slice(),
        }
    }
}

/// A group that was met and is still to be laid out.
struct Pending {
    book: Arc<Book>,
    number: u32,
    level: u16,
    section: Section,
}

struct Layout {
    slots: Vec<Slot>,
    levels: Vec<Level>,
    constants: Vec<(u16, Box<[u8]>)>,
    pending: VecDeque<Pending>,
    // The last slot of each tag, so that slots of one tag can be chained.
    last: HashMap<u32, u16>,
    section: Section,
}

impl Default for Layout {
    fn default() -> Self {
        Self {
            slots: Vec::new(),
            levels: vec![Level::default()],
            constants: Vec::new(),
            pending: VecDeque::new(),
            last: HashMap::new(),
            section: Section::Header,
        }
    }
}

impl Layout {
    fn expand(&mut self, book: &Arc<Book>, parts: &[Resolved], members: &[Member], level: u16, enforced: bool) {
        for resolved in parts {
            let presence = members.get(resolved.member as usize).map_or(&Presence::Optional, |member| &member.presence);
            let required = resolved.required && enforced;
            match resolved.part {
                Part::Field(place) => self.add(book, place, level, required, presence, None),
                Part::Group(number) => {
                    if let Some(group) = book.groups.get(number as usize) {
                        self.add(book, group.count, level, required, presence, Some(number));
                    }
                }
                Part::Component(number) => {
                    let (Some(parts), Some(component)) =
                        (book.components.get(number as usize), book.model.components.get(number as usize))
                    else {
                        continue;
                    };
                    let first = self.slots.len();
                    self.expand(book, parts, &component.members, level, required);
                    if !resolved.required {
                        self.note_optional(book, &component.name, parts, level, first);
                    }
                }
            }
        }
    }

    fn add(
        &mut self,
        book: &Arc<Book>,
        place: u16,
        level: u16,
        required: bool,
        presence: &Presence,
        group: Option<u32>,
    ) {
        let Some(field) = book.fields.get(usize::from(place)) else { return };
        let number = self.slots.len() as u16;
        if let Some(earlier) = self.last.get(&field.tag).and_then(|&at| self.slots.get_mut(usize::from(at))) {
            // A tag listed twice on one level is a known fault of some sources: the first counts.
            if earlier.level == level {
                earlier.required |= required;
                return;
            }
            earlier.next = number;
        }
        self.last.insert(field.tag, number);
        // A group without a member has no delimiter; its count field is a plain field.
        let group = group.filter(|&number| reaches_a_field(book, number));
        let opened = group.map(|number| self.open_level(book, number, field, level));
        let rule = match presence {
            Presence::Required | Presence::Optional if field.datatype.is_data() || field.data_tag.is_some() => {
                Rule::Data
            }
            Presence::Required | Presence::Optional => Rule::Plain,
            Presence::Forbidden => Rule::Forbidden,
            Presence::Ignored => Rule::Ignored,
            Presence::Constant(value) => {
                self.constants.push((number, value.as_bytes().into()));
                Rule::Constant
            }
        };
        self.slots.push(Slot {
            tag: field.tag,
            level,
            next: NONE,
            group: opened.unwrap_or(NONE),
            section: self.section,
            datatype: field.datatype,
            rule,
            required,
            codes: field.codes.clone(),
            field: Arc::clone(field),
        });
    }

    fn open_level(&mut self, book: &Arc<Book>, number: u32, count: &FieldInfo, parent: u16) -> u16 {
        let level = self.levels.len() as u16;
        let depth = self.levels.get(usize::from(parent)).map_or(0, |parent| parent.depth) + 1;
        let name = book.model.groups.get(number as usize).map_or("", |group| &group.name);
        self.levels.push(Level {
            name: name.into(),
            count_tag: count.tag,
            count_name: count.name.clone(),
            parent,
            depth,
            ..Level::default()
        });
        self.pending.push_back(Pending { book: Arc::clone(book), number, level, section: self.section });
        level
    }

    fn lay_group(&mut self, group: &Pending) {
        let (Some(resolved), Some(definition)) =
            (group.book.groups.get(group.number as usize), group.book.model.groups.get(group.number as usize))
        else {
            return;
        };
        self.section = group.section;
        if let Some(level) = self.levels.get_mut(usize::from(group.level)) {
            level.first = self.slots.len() as u16;
        }
        self.expand(&group.book, &resolved.parts, &definition.members, group.level, true);
        self.close_level(group.level);
    }

    fn close_level(&mut self, number: u16) {
        let end = self.slots.len() as u16;
        let Some(level) = self.levels.get_mut(usize::from(number)) else { return };
        level.end = end;
        let members = self.slots.get(usize::from(level.first)..).unwrap_or_default();
        level.delimiter = members.first().map_or(0, |slot| slot.tag);
        let mut required: Vec<(u16, u64)> = Vec::new();
        for (bit, _) in (level.first..).zip(members).filter(|(_, slot)| slot.required) {
            let (word, mask) = (bit / 64, 1u64 << (bit % 64));
            match required.last_mut() {
                Some((last, bits)) if *last == word => *bits |= mask,
                _ => required.push((word, mask)),
            }
        }
        level.required = required.into_boxed_slice();
    }

    fn note_optional(&mut self, book: &Book, name: &str, parts: &[Resolved], level: u16, first: usize) {
        let mut tags = Vec::new();
        required_tags(book, parts, &mut tags);
        let end = self.slots.len() as u16;
        let required: Box<[u16]> = (first as u16..end)
            .filter(|&at| self.slots.get(usize::from(at)).is_some_and(|slot| tags.contains(&slot.tag)))
            .collect();
        if required.is_empty() {
            return;
        }
        if let Some(level) = self.levels.get_mut(usize::from(level)) {
            let part = OptionalPart { name: name.into(), first: first as u16, end, required };
            let mut all = std::mem::take(&mut level.optional_parts).into_vec();
            all.push(part);
            level.optional_parts = all.into_boxed_slice();
        }
    }
}

/// The tags that must be there whenever these parts are.
fn required_tags(book: &Book, parts: &[Resolved], into: &mut Vec<u32>) {
    for resolved in parts.iter().filter(|resolved| resolved.required) {
        match resolved.part {
            Part::Field(place) => into.extend(book.fields.get(usize::from(place)).map(|field| field.tag)),
            Part::Group(number) => {
                let count =
                    book.groups.get(number as usize).and_then(|group| book.fields.get(usize::from(group.count)));
                into.extend(count.map(|field| field.tag));
            }
            Part::Component(number) => {
                if let Some(parts) = book.components.get(number as usize) {
                    required_tags(book, parts, into);
                }
            }
        }
    }
}

fn reaches_a_field(book: &Book, group: u32) -> bool {
    fn any(book: &Book, parts: &[Resolved]) -> bool {
        parts.iter().any(|resolved| match resolved.part {
            Part::Field(_) | Part::Group(_) => true,
            Part::Component(number) => book.components.get(number as usize).is_some_and(|parts| any(book, parts)),
        })
    }
    book.groups.get(group as usize).is_some_and(|group| any(book, &group.parts))
}
