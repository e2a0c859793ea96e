//! Count what a dictionary holds, in the words in which versions are compared.
//!
//! FIX 5.0 and later have header, trailer and session messages in FIXT, which is given as `transport`. What a count takes
//! in is said at each. Two rules are the standard's way of counting: StandardHeader and StandardTrailer are components,
//! which every message refers to; and a list that goes on in a list kept elsewhere (a country beside the codes of
//! SettlLocation(166)) counts the line that says so as a code.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::rc::Rc;

use crate::check::MAX_NESTING;
use crate::model::{Field, Member, MemberKind, Message, Model};

/// The counts of one dictionary.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Stats {
    /// The version.
    pub version: String,
    /// The extension pack.
    pub extension_pack: Option<u32>,
    /// Messages, those of the transport among them where the dictionary lacks them.
    pub messages: usize,
    /// Of these, messages of the session layer.
    pub session_messages: usize,
    /// Fields.
    pub fields: usize,
    /// The lowest tag.
    pub lowest_tag: u32,
    /// The highest tag.
    pub highest_tag: u32,
    /// Fields that the source calls deprecated.
    pub deprecated_fields: usize,
    /// Fields with a code set.
    pub coded_fields: usize,
    /// Fields with a second datatype.
    pub union_fields: usize,
    /// Data fields with a length field.
    pub length_pairs: usize,
    /// Code sets.
    pub code_sets: usize,
    /// Code sets of more than one field.
    pub shared_code_sets: usize,
    /// Codes of all code sets.
    pub codes: usize,
    /// Component definitions, header and trailer among them.
    pub components: usize,
    /// Group definitions.
    pub groups: usize,
    /// Datatypes.
    pub datatypes: usize,
    /// Categories.
    pub categories: usize,
    /// Sections.
    pub sections: usize,
    /// Members that are fields, those of header and trailer among them. Count fields of groups are not members.
    pub field_references: usize,
    /// Members that are groups.
    pub group_references: usize,
    /// Members that are components, header and trailer of each message among them.
    pub component_references: usize,
    /// Distinct combinations of a message and a tag in its body, with components and groups expanded; of the dictionary's
    /// own messages.
    pub pairs: usize,
    /// Of these, pairs of session messages.
    pub session_pairs: usize,
    /// Uses of groups in bodies, with components and groups expanded.
    pub group_uses: u64,
    /// How deep groups stand in each other; 1 where none holds another.
    pub depth: usize,
    /// Tags of the header, those of its groups among them.
    pub header_tags: usize,
    /// Tags of the trailer.
    pub trailer_tags: usize,
    /// The name of the message whose body has the most tags.
    pub largest_body: String,
    /// How many tags it has.
    pub largest_body_tags: usize,
}

/// Count what a dictionary holds. `transport` is the dictionary that header and session messages are taken from.
#[must_use]
pub fn stats(model: &Model, transport: Option<&Model>) -> Stats {
    let own_header = !model.header.is_empty() || !model.trailer.is_empty();
    let framed = if own_header { Some(model) } else { transport };
    let mut stats = Stats {
        version: model.version.clone(),
        extension_pack: model.extension_pack,
        components: model.components.len(),
        groups: model.groups.len(),
        datatypes: model.datatypes.len(),
        categories: model.categories.len(),
        sections: model.sections.len(),
        code_sets: model.code_sets.len(),
        ..Stats::default()
    };
    stats.count_messages(model, transport);
    stats.count_fields(model);
    stats.count_references(model, framed);
    stats.count_bodies(model);
    if let Some(framed) = framed {
        let mut expander = Expander::new(framed);
        stats.components += 2;
        stats.header_tags = expander.expand(&framed.header, 0).tags.len();
        stats.trailer_tags = expander.expand(&framed.trailer, 0).tags.len();
    }
    stats
}

impl Stats {
    fn count_messages(&mut self, model: &Model, transport: Option<&Model>) {
        let own: HashSet<&str> = model.messages.iter().map(|message| message.msg_type.as_str()).collect();
        let carried = transport.map(|transport| transport.messages.as_slice()).unwrap_or_default();
        let added = carried.iter().filter(|message| !own.contains(message.msg_type.as_str()));
        let all: Vec<&Message> = model.messages.iter().chain(added).collect();
        self.messages = all.len();
        self.session_messages = all.iter().filter(|message| message.is_session()).count();
    }

    fn count_fields(&mut self, model: &Model) {
        let fields = || model.fields.values();
        self.fields = model.fields.len();
        self.lowest_tag = model.fields.keys().next().copied().unwrap_or_default();
        self.highest_tag = model.fields.keys().next_back().copied().unwrap_or_default();
        self.deprecated_fields = fields().filter(|field| field.deprecated.is_some()).count();
        self.union_fields = fields().filter(|field| field.union_datatype.is_some()).count();
        self.length_pairs = fields().filter(|field| field.length_tag.is_some()).count();
        let mut uses: HashMap<&str, usize> = HashMap::new();
        for set in fields().filter_map(|field| field.code_set.as_deref()) {
            *uses.entry(set).or_default() += 1;
        }
        self.coded_fields = uses.values().sum();
        self.shared_code_sets = uses.values().filter(|&&uses| uses > 1).count();
        let listed: usize = model.code_sets.iter().map(|set| set.codes.len()).sum();
        self.codes = listed + fields().filter(|field| is_continued(field)).count();
    }

    fn count_references(&mut self, model: &Model, framed: Option<&Model>) {
        let (header, trailer) =
            framed.map(|framed| (framed.header.as_slice(), framed.trailer.as_slice())).unwrap_or_default();
        let lists = model
            .components
            .iter()
            .map(|component| component.members.as_slice())
            .chain(model.groups.iter().map(|group| group.members.as_slice()))
            .chain(model.messages.iter().map(|message| message.members.as_slice()))
            .chain([header, trailer]);
        for member in lists.flatten() {
            match member.kind {
                MemberKind::Field(_) => self.field_references += 1,
                MemberKind::Group(_) => self.group_references += 1,
                MemberKind::Component(_) => self.component_references += 1,
            }
        }
        if framed.is_some() {
            self.component_references += 2 * model.messages.len();
        }
    }

    fn count_bodies(&mut self, model: &Model) {
        let mut expander = Expander::new(model);
        for message in &model.messages {
            let body = expander.expand(&message.members, 0);
            self.pairs += body.tags.len();
            if message.is_session() {
                self.session_pairs += body.tags.len();
            }
            self.group_uses = self.group_uses.saturating_add(body.group_uses);
            self.depth = self.depth.max(body.depth);
            if body.tags.len() > self.largest_body_tags {
                self.largest_body_tags = body.tags.len();
                self.largest_body.clone_from(&message.name);
            }
        }
    }
}

/// Whether the field's list goes on in a list kept elsewhere.
fn is_continued(field: &Field) -> bool {
    field.code_set.is_some() && field.union_datatype.as_deref() == Some("Country")
}

/// What members come to with components and groups expanded.
#[derive(Debug, Clone, Default)]
struct Expansion {
    tags: BTreeSet<u32>,
    group_uses: u64,
    depth: usize,
}

/// Expands each component and group once.
struct Expander<'a> {
    components: HashMap<&'a str, &'a [Member]>,
    groups: HashMap<&'a str, (u32, &'a [Member])>,
    known: HashMap<(bool, &'a str), Rc<Expansion>>,
}

impl<'a> Expander<'a> {
    fn new(model: &'a Model) -> Self {
        let components = model.components.iter().map(|part| (part.name.as_str(), part.members.as_slice()));
        let groups = model.groups.iter().map(|part| (part.name.as_str(), (part.count_tag, part.members.as_slice())));
        Self { components: components.collect(), groups: groups.collect(), known: HashMap::new() }
    }

    /// Expand members at this nesting. A dictionary that contains itself is cut off where none may nest.
    fn expand(&mut self, members: &'a [Member], nesting: usize) -> Expansion {
        let mut whole = Expansion::default();
        for member in members {
            let (is_group, name) = match &member.kind {
                MemberKind::Field(tag) => {
                    whole.tags.insert(*tag);
                    continue;
                }
                MemberKind::Component(name) => (false, name.as_str()),
                MemberKind::Group(name) => (true, name.as_str()),
            };
            let part = self.part(is_group, name, nesting + 1);
            whole.tags.extend(&part.tags);
            whole.group_uses = whole.group_uses.saturating_add(part.group_uses);
            whole.depth = whole.depth.max(part.depth);
        }
        whole
    }

    fn part(&mut self, is_group: bool, name: &'a str, nesting: usize) -> Rc<Expansion> {
        if let Some(known) = self.known.get(&(is_group, name)) {
            return Rc::clone(known);
        }
        if nesting > MAX_NESTING {
            return Rc::default();
        }
        let expansion = match self.groups.get(name).copied().filter(|_| is_group) {
            Some((count_tag, members)) => {
                let mut entry = self.expand(members, nesting);
                entry.tags.insert(count_tag);
                entry.group_uses = entry.group_uses.saturating_add(1);
                entry.depth += 1;
                entry
            }
            None => match self.components.get(name).copied().filter(|_| !is_group) {
                Some(members) => self.expand(members, nesting),
                None => Expansion::default(),
            },
        };
        let expansion = Rc::new(expansion);
        self.known.insert((is_group, name), Rc::clone(&expansion));
        expansion
    }
}
