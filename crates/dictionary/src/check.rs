//! Whether a dictionary holds together: references lead somewhere, nothing contains itself, groups can begin.
//!
//! Readers check what they have read and layers check what they have made. Definitions are visited once each, in an
//! order in which parts come before what holds them, so that the cost stays in proportion to the dictionary even where
//! a hostile one multiplies components by components.

use std::collections::{HashMap, HashSet};
use std::fmt;

use crate::model::{Member, MemberKind, Model};

/// How deep components and groups may stand within each other. FIX Latest nests to 11.
pub const MAX_NESTING: usize = 64;
/// The most steps one check takes; FIX Latest takes about 100,000.
const MAX_STEPS: usize = 20_000_000;

/// What an inconsistency is about.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Subject {
    /// StandardHeader.
    Header,
    /// StandardTrailer.
    Trailer,
    /// The message of this name.
    Message(String),
    /// The component of this name.
    Component(String),
    /// The group of this name.
    Group(String),
    /// The field of this tag.
    Field(u32),
    /// The dictionary as a whole.
    Whole,
}

/// What does not hold together.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Matter {
    /// A member or the count field is not defined.
    UnknownField(u32),
    /// A component is not defined.
    UnknownComponent(String),
    /// A group is not defined.
    UnknownGroup(String),
    /// A code set is not defined.
    UnknownCodeSet(String),
    /// Another definition of the kind has the name, or another message has the MsgType(35).
    Duplicate(String),
    /// It contains itself by way of these.
    Cycle(Vec<String>),
    /// The group reaches no field that could begin an entry.
    NoDelimiter,
    /// The tag is reached twice at one level. The first place counts; standard files of 4.3 and 5.0 have some.
    RepeatedTag(u32),
    /// The field holds data and no field holds its length.
    NoLength,
    /// The field that should hold the length is not defined.
    UnknownLength(u32),
    /// The definitions nest or multiply beyond measure.
    TooLarge,
}

impl Matter {
    /// Whether a dictionary with it cannot be used. The others are oddities that users' files have.
    #[must_use]
    pub fn is_fault(&self) -> bool {
        !matches!(self, Self::RepeatedTag(_) | Self::NoLength)
    }
}

/// One place where a dictionary does not hold together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inconsistency {
    /// What it is about.
    pub subject: Subject,
    /// What is the matter.
    pub matter: Matter,
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Header => write!(f, "StandardHeader"),
            Self::Trailer => write!(f, "StandardTrailer"),
            Self::Message(name) => write!(f, "message {name}"),
            Self::Component(name) => write!(f, "component {name}"),
            Self::Group(name) => write!(f, "group {name}"),
            Self::Field(tag) => write!(f, "field {tag}"),
            Self::Whole => write!(f, "the dictionary"),
        }
    }
}

impl fmt::Display for Inconsistency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.subject)?;
        match &self.matter {
            Matter::UnknownField(tag) => write!(f, "there is no field {tag}"),
            Matter::UnknownComponent(name) => write!(f, "there is no component {name}"),
            Matter::UnknownGroup(name) => write!(f, "there is no group {name}"),
            Matter::UnknownCodeSet(name) => write!(f, "there is no code set {name}"),
            Matter::Duplicate(key) => write!(f, "{key} is defined twice"),
            Matter::Cycle(path) => write!(f, "it contains itself: {}", path.join(" > ")),
            Matter::NoDelimiter => write!(f, "the group has no field that could begin an entry"),
            Matter::RepeatedTag(tag) => write!(f, "tag {tag} is reached twice at one level"),
            Matter::NoLength => write!(f, "no field holds the length of this data field"),
            Matter::UnknownLength(tag) => write!(f, "the length field {tag} is not defined"),
            Matter::TooLarge => write!(f, "the definitions nest or multiply beyond measure"),
        }
    }
}

/// Everything in the dictionary that does not hold together; nothing for one that does.
#[must_use]
pub fn check(model: &Model) -> Vec<Inconsistency> {
    let mut checker = Checker::new(model);
    checker.names();
    checker.fields();
    let order = checker.order();
    checker.levels(&order);
    checker.found
}

/// What is known of a component or group once its parts are known.
#[derive(Debug, Default, Clone)]
struct Level {
    /// The tags that it brings to the level it stands at; of a group, the tags of an entry.
    tags: Vec<u32>,
    nesting: usize,
}

struct Checker<'a> {
    model: &'a Model,
    components: HashMap<&'a str, usize>,
    groups: HashMap<&'a str, usize>,
    found: Vec<Inconsistency>,
    steps: usize,
}

impl<'a> Checker<'a> {
    fn new(model: &'a Model) -> Self {
        let components = first_places(model.components.iter().map(|component| component.name.as_str()), 0);
        let groups = first_places(model.groups.iter().map(|group| group.name.as_str()), model.components.len());
        Self { model, components, groups, found: Vec::new(), steps: 0 }
    }

    fn report(&mut self, subject: Subject, matter: Matter) {
        self.found.push(Inconsistency { subject, matter });
    }

    fn names(&mut self) {
        let model = self.model;
        let mut seen = HashSet::new();
        for component in model.components.iter().filter(|component| !seen.insert(component.name.as_str())) {
            self.found.push(duplicate(Subject::Component(component.name.clone()), &component.name));
        }
        seen.clear();
        for group in model.groups.iter().filter(|group| !seen.insert(group.name.as_str())) {
            self.found.push(duplicate(Subject::Group(group.name.clone()), &group.name));
        }
        seen.clear();
        for set in model.code_sets.iter().filter(|set| !seen.insert(set.name.as_str())) {
            self.found.push(duplicate(Subject::Whole, &set.name));
        }
        seen.clear();
        for message in model.messages.iter().filter(|message| !seen.insert(message.name.as_str())) {
            self.found.push(duplicate(Subject::Message(message.name.clone()), &message.name));
        }
        seen.clear();
        let typed = model.messages.iter().filter(|message| !message.msg_type.is_empty());
        for message in typed.filter(|message| !seen.insert(message.msg_type.as_str())) {
            let key = format!("MsgType(35)={}", message.msg_type);
            self.found.push(duplicate(Subject::Message(message.name.clone()), &key));
        }
        seen.clear();
        for field in model.fields.values().filter(|field| !seen.insert(field.name.as_str())) {
            self.found.push(duplicate(Subject::Field(field.tag), &field.name));
        }
    }

    fn fields(&mut self) {
        let model = self.model;
        let sets: HashSet<&str> = model.code_sets.iter().map(|set| set.name.as_str()).collect();
        for field in model.fields.values() {
            if let Some(name) = field.code_set.as_deref().filter(|name| !sets.contains(name)) {
                self.report(Subject::Field(field.tag), Matter::UnknownCodeSet(name.to_owned()));
            }
            match field.length_tag {
                Some(tag) if !model.fields.contains_key(&tag) => {
                    self.report(Subject::Field(field.tag), Matter::UnknownLength(tag));
                }
                None if is_data(&field.datatype) => self.report(Subject::Field(field.tag), Matter::NoLength),
                _ => {}
            }
        }
    }

    /// The members of a component or, beyond these, of a group.
    fn members(&self, node: usize) -> &'a [Member] {
        let model = self.model;
        match node.checked_sub(model.components.len()) {
            None => model.components.get(node).map(|component| component.members.as_slice()).unwrap_or_default(),
            Some(group) => model.groups.get(group).map(|group| group.members.as_slice()).unwrap_or_default(),
        }
    }

    fn subject(&self, node: usize) -> Subject {
        let model = self.model;
        match node.checked_sub(model.components.len()) {
            None => Subject::Component(model.components.get(node).map(|found| found.name.clone()).unwrap_or_default()),
            Some(group) => Subject::Group(model.groups.get(group).map(|found| found.name.clone()).unwrap_or_default()),
        }
    }

    fn node_of(&self, kind: &MemberKind) -> Option<usize> {
        match kind {
            MemberKind::Field(_) => None,
            MemberKind::Component(name) => self.components.get(name.as_str()).copied(),
            MemberKind::Group(name) => self.groups.get(name.as_str()).copied(),
        }
    }

    /// The components and groups, parts before what holds them. What closes a circle is reported and not followed.
    fn order(&mut self) -> Vec<usize> {
        #[derive(Clone, Copy, PartialEq)]
        enum State {
            New,
            Open,
            Done,
        }
        let count = self.model.components.len() + self.model.groups.len();
        let mut states = vec![State::New; count];
        let mut order = Vec::with_capacity(count);
        for root in 0..count {
            // The way from the root, each with the member to look at next; a stack of our own, for depth is the file's.
            let mut way: Vec<(usize, usize)> = vec![(root, 0)];
            if states.get(root) != Some(&State::New) {
                continue;
            }
            set(&mut states, root, State::Open);
            while let Some((node, next)) = way.last_mut() {
                let Some(member) = self.members(*node).get(*next) else {
                    set(&mut states, *node, State::Done);
                    order.push(*node);
                    way.pop();
                    continue;
                };
                *next += 1;
                let Some(part) = self.node_of(&member.kind) else { continue };
                match states.get(part) {
                    Some(State::New) => {
                        set(&mut states, part, State::Open);
                        way.push((part, 0));
                    }
                    Some(State::Open) => {
                        let circle = way.iter().map(|(node, _)| *node).skip_while(|node| *node != part);
                        let mut path: Vec<String> = circle.map(|node| self.subject(node).to_string()).collect();
                        path.push(self.subject(part).to_string());
                        self.report(self.subject(part), Matter::Cycle(path));
                    }
                    Some(State::Done) | None => {}
                }
            }
        }
        order
    }

    fn levels(&mut self, order: &[usize]) {
        let model = self.model;
        let mut known: Vec<Option<Level>> = vec![None; model.components.len() + model.groups.len()];
        for &node in order {
            let subject = self.subject(node);
            let level = self.level(self.members(node), &subject, &known);
            if let Some(group) = node.checked_sub(model.components.len()).and_then(|place| model.groups.get(place)) {
                if !model.fields.contains_key(&group.count_tag) {
                    self.report(subject.clone(), Matter::UnknownField(group.count_tag));
                }
                if level.tags.is_empty() {
                    self.report(subject, Matter::NoDelimiter);
                }
            }
            if let Some(place) = known.get_mut(node) {
                *place = Some(level);
            }
            if self.steps > MAX_STEPS {
                self.report(Subject::Whole, Matter::TooLarge);
                return;
            }
        }
        self.level(&model.header, &Subject::Header, &known);
        self.level(&model.trailer, &Subject::Trailer, &known);
        for message in &model.messages {
            self.level(&message.members, &Subject::Message(message.name.clone()), &known);
            if self.steps > MAX_STEPS {
                self.report(Subject::Whole, Matter::TooLarge);
                return;
            }
        }
    }

    fn level(&mut self, members: &[Member], subject: &Subject, known: &[Option<Level>]) -> Level {
        let model = self.model;
        let mut level = Level::default();
        let mut seen = HashSet::new();
        for member in members {
            let part = self.node_of(&member.kind).and_then(|node| known.get(node)).and_then(Option::as_ref);
            let tags: &[u32] = match &member.kind {
                MemberKind::Field(tag) => {
                    if !model.fields.contains_key(tag) {
                        self.report(subject.clone(), Matter::UnknownField(*tag));
                    }
                    &[*tag]
                }
                MemberKind::Component(name) => match part {
                    Some(part) => &part.tags,
                    None => {
                        if !self.components.contains_key(name.as_str()) {
                            self.report(subject.clone(), Matter::UnknownComponent(name.clone()));
                        }
                        &[]
                    }
                },
                MemberKind::Group(name) => {
                    let place =
                        self.groups.get(name.as_str()).and_then(|node| node.checked_sub(model.components.len()));
                    match place.and_then(|place| model.groups.get(place)) {
                        Some(group) => &[group.count_tag],
                        None => {
                            self.report(subject.clone(), Matter::UnknownGroup(name.clone()));
                            &[]
                        }
                    }
                }
            };
            level.nesting = level.nesting.max(part.map_or(0, |part| part.nesting + 1));
            self.steps = self.steps.saturating_add(tags.len() + 1);
            for &tag in tags {
                if seen.insert(tag) {
                    level.tags.push(tag);
                } else {
                    self.report(subject.clone(), Matter::RepeatedTag(tag));
                }
            }
        }
        if level.nesting == MAX_NESTING + 1 {
            self.report(subject.clone(), Matter::TooLarge);
        }
        level
    }
}

fn duplicate(subject: Subject, key: &str) -> Inconsistency {
    Inconsistency { subject, matter: Matter::Duplicate(key.to_owned()) }
}

fn first_places<'a>(names: impl Iterator<Item = &'a str>, offset: usize) -> HashMap<&'a str, usize> {
    let mut places = HashMap::new();
    for (place, name) in names.enumerate() {
        places.entry(name).or_insert(offset + place);
    }
    places
}

fn set<T>(states: &mut [T], place: usize, state: T) {
    if let Some(slot) = states.get_mut(place) {
        *slot = state;
    }
}

/// Whether values of this datatype are bytes whose number another field tells.
#[must_use]
pub fn is_data(datatype: &str) -> bool {
    matches!(datatype, "data" | "XMLData")
}
