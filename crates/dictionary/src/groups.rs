//! The groups of a message: which fields make up which entry.
//!
//! Fields are referred to by their position in the flat list of the message. Positions of an entry are one range, in
//! which the groups that are nested in the entry are smaller ranges.

use std::collections::HashSet;
use std::ops::Range;

use fixplus_wire::Field;

use crate::plan::MessagePlan;
use crate::tag_table::NONE;
use crate::taking::{Seen, Take, take};

/// The parent of a group that stands in the message itself.
pub const NO_ENTRY: u32 = u32::MAX;

/// One group of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Instance {
    /// The position of the count field.
    pub count: u32,
    /// The position behind the last field of the last entry.
    pub end: u32,
    /// The level of the plan.
    pub level: u16,
    /// The number of the entry in which the group stands, or [`NO_ENTRY`].
    pub parent: u32,
    /// The number of the first entry. The entries of a group stand together.
    pub first_entry: u32,
    /// How many entries there are, whatever the count field says.
    pub entry_count: u32,
    /// The number of the next instance that is not nested in this one.
    next: u32,
}

/// One entry of a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry {
    /// The number of the group.
    pub instance: u32,
    /// The position of the first field.
    pub start: u32,
    /// The position behind the last field, nested groups included.
    pub end: u32,
    /// The number of the first instance that may be nested in this entry.
    child: u32,
}

/// All groups of one message, outer before inner, in the order of the wire. It is filled again and again, so that
/// nothing is allocated once it has grown to the largest message.
#[derive(Debug, Clone, Default)]
pub struct GroupIndex {
    instances: Vec<Instance>,
    entries: Vec<Entry>,
    seen: Vec<u64>,
    open: Vec<Open>,
    sorted: Vec<Entry>,
    moved: Vec<u32>,
}

/// A group while it is read.
#[derive(Debug, Clone, Copy)]
struct Open {
    instance: u32,
    level: u16,
    delimiter: u16,
    entry: u32,
    /// The tag of the delimiter, if it started the open entry, else 0.
    starts: u32,
}

impl GroupIndex {
    /// An index without groups.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Find the groups of a message. With `first_is_delimiter` the first member of a group starts its entries, whatever
    /// the dictionary says (`FirstFieldInGroupIsDelimiter`).
    pub fn build(&mut self, plan: &MessagePlan, fields: &[Field], first_is_delimiter: bool) {
        self.fill(plan, fields, first_is_delimiter, true);
    }

    /// As [`Self::build`]; if not `quick`, every field is placed by itself, though its entry is like the one before.
    fn fill(&mut self, plan: &MessagePlan, fields: &[Field], first_is_delimiter: bool, quick: bool) {
        self.instances.clear();
        self.entries.clear();
        self.open.clear();
        self.seen.clear();
        self.seen.resize(Seen::words_for(plan), 0);
        let mut words = std::mem::take(&mut self.seen);
        let mut seen = Seen::new(&mut words);
        let mut rest = fields;
        while let [field, behind @ ..] = rest {
            let at = (fields.len() - rest.len()) as u32;
            rest = behind;
            if let Some(length) = self.alike(fields, field.tag, at).filter(|_| quick) {
                self.open_entry(at);
                rest = fields.get(at as usize + length..).unwrap_or_default();
                continue;
            }
            let slot = self.place(plan, field.tag, at, &mut seen);
            let group = slot.and_then(|slot| plan.slots().get(usize::from(slot))).map_or(NONE, |slot| slot.group);
            if group != NONE {
                let next = if first_is_delimiter { fields.get(at as usize + 1) } else { None };
                self.open_group(plan, group, at, next.map(|field| field.tag));
            }
        }
        while !self.open.is_empty() {
            self.close_group(fields.len() as u32);
        }
        self.seen = words;
        if self.instances.iter().any(|instance| instance.parent != NO_ENTRY) {
            self.sort_entries();
        }
    }

    /// All groups, outer before inner.
    #[must_use]
    pub fn instances(&self) -> &[Instance] {
        &self.instances
    }

    /// All entries; those of one group stand together.
    #[must_use]
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The entries of a group.
    #[must_use]
    pub fn entries_of(&self, instance: &Instance) -> &[Entry] {
        let first = instance.first_entry as usize;
        self.entries.get(first..first + instance.entry_count as usize).unwrap_or_default()
    }

    /// The groups that stand directly in this entry, or in the message itself for `None`.
    #[must_use]
    pub fn within(&self, entry: Option<&Entry>) -> Within<'_> {
        Within {
            index: self,
            next: entry.map_or(0, |entry| entry.child),
            end: entry.map_or(u32::MAX, |entry| entry.end),
        }
    }

    /// The first group with this count field that stands directly in this entry, or in the message itself for `None`.
    #[must_use]
    pub fn find(&self, fields: &[Field], count_tag: u32, entry: Option<&Entry>) -> Option<&Instance> {
        self.within(entry)
            .find(|instance| fields.get(instance.count as usize).is_some_and(|field| field.tag == count_tag))
    }

    /// The positions of the fields of this entry, or of a message of so many fields for `None`, without those in nested
    /// groups; count fields are among them.
    #[must_use]
    pub fn own_fields(&self, entry: Option<&Entry>, len: usize) -> OwnFields<'_> {
        let range = entry.map_or(0..len as u32, |entry| entry.start..entry.end);
        let mut within = self.within(entry);
        OwnFields { nested: within.next(), within, range }
    }

    /// Find the place of a field and return its slot, if the plan has one for it there.
    fn place(&mut self, plan: &MessagePlan, tag: u32, at: u32, seen: &mut Seen<'_>) -> Option<u16> {
        while let Some(&open) = self.open.last() {
            let slot = match take(plan, open.level, open.delimiter, open.entry != NO_ENTRY, tag, seen) {
                found @ (Take::Delimiter(slot) | Take::Headless(slot)) => {
                    self.open_entry(at);
                    if let Some(open) = self.open.last_mut() {
                        open.starts = if matches!(found, Take::Delimiter(_)) { tag } else { 0 };
                    }
                    if let Some(level) = plan.levels().get(usize::from(open.level)) {
                        seen.clear(level);
                    }
                    slot
                }
                Take::Member(slot) => slot,
                Take::Leave => {
                    self.close_group(at);
                    continue;
                }
            };
            seen.put(slot);
            return Some(slot);
        }
        let (slot, _) = plan.slot_on(tag, 0)?;
        seen.put(slot);
        Some(slot)
    }

    /// The length of the open entry, if the fields from `at` on have the same tags and so make up the next entry.
    ///
    /// The open entry must have been started by the delimiter and hold no group. Then each of its other fields was taken
    /// as a member that the entry lacked, which depends on nothing but the tags of the entry before it.
    #[inline]
    fn alike(&self, fields: &[Field], tag: u32, at: u32) -> Option<usize> {
        let open = self.open.last()?;
        if open.starts != tag {
            return None;
        }
        let entry = self.entries.get(open.entry as usize)?;
        if entry.child as usize != self.instances.len() {
            return None;
        }
        let open = fields.get(entry.start as usize..at as usize)?;
        let next = fields.get(at as usize..at as usize + open.len())?;
        open.iter().zip(next).all(|(one, other)| one.tag == other.tag).then_some(open.len())
    }

    fn open_group(&mut self, plan: &MessagePlan, level: u16, at: u32, first_tag: Option<u32>) {
        let parent = self.open.last().map_or(NO_ENTRY, |open| open.entry);
        let delimiter = plan.levels().get(usize::from(level)).map_or(NONE, |level| level.first);
        let delimiter = first_tag.and_then(|tag| plan.slot_on(tag, level)).map_or(delimiter, |(number, _)| number);
        let instance = self.instances.len() as u32;
        self.open.push(Open { instance, level, delimiter, entry: NO_ENTRY, starts: 0 });
        self.instances.push(Instance { count: at, end: at, level, parent, first_entry: 0, entry_count: 0, next: 0 });
    }

    fn open_entry(&mut self, at: u32) {
        let number = self.entries.len() as u32;
        let child = self.instances.len() as u32;
        let Some(open) = self.open.last_mut() else { return };
        if let Some(earlier) = self.entries.get_mut(open.entry as usize) {
            earlier.end = at;
        }
        if let Some(instance) = self.instances.get_mut(open.instance as usize) {
            if instance.entry_count == 0 {
                instance.first_entry = number;
            }
            instance.entry_count += 1;
        }
        open.entry = number;
        self.entries.push(Entry { instance: open.instance, start: at, end: at, child });
    }

    fn close_group(&mut self, at: u32) {
        let Some(open) = self.open.pop() else { return };
        if let Some(entry) = self.entries.get_mut(open.entry as usize) {
            entry.end = at;
        }
        let next = self.instances.len() as u32;
        if let Some(instance) = self.instances.get_mut(open.instance as usize) {
            instance.end = at;
            instance.next = next;
        }
    }

    /// Bring the entries of each group together. Entries were noted as they came, inner ones between outer ones.
    fn sort_entries(&mut self) {
        let mut first = 0;
        for instance in &mut self.instances {
            instance.first_entry = first;
            first += instance.entry_count;
            // Counted up again below, as the place for the next entry.
            instance.entry_count = 0;
        }
        self.moved.clear();
        self.sorted.clear();
        self.sorted.extend_from_slice(&self.entries);
        for entry in &self.entries {
            let Some(instance) = self.instances.get_mut(entry.instance as usize) else { continue };
            let to = instance.first_entry + instance.entry_count;
            instance.entry_count += 1;
            self.moved.push(to);
            if let Some(cell) = self.sorted.get_mut(to as usize) {
                *cell = *entry;
            }
        }
        std::mem::swap(&mut self.entries, &mut self.sorted);
        for instance in &mut self.instances {
            if let Some(&to) = self.moved.get(instance.parent as usize) {
                instance.parent = to;
            }
        }
    }
}

/// The groups that stand directly in one entry or message.
#[derive(Debug, Clone)]
pub struct Within<'i> {
    index: &'i GroupIndex,
    next: u32,
    end: u32,
}

impl<'i> Iterator for Within<'i> {
    type Item = &'i Instance;

    fn next(&mut self) -> Option<&'i Instance> {
        let instance = self.index.instances.get(self.next as usize).filter(|instance| instance.count < self.end)?;
        self.next = instance.next;
        Some(instance)
    }
}

/// The positions of the fields of one entry or message, without those in nested groups.
#[derive(Debug, Clone)]
pub struct OwnFields<'i> {
    within: Within<'i>,
    nested: Option<&'i Instance>,
    range: Range<u32>,
}

impl Iterator for OwnFields<'_> {
    type Item = usize;

    fn next(&mut self) -> Option<usize> {
        let at = self.range.next()?;
        if let Some(nested) = self.nested
            && nested.count == at
        {
            self.range.start = nested.end.max(at + 1);
            self.nested = self.within.next();
        }
        Some(at as usize)
    }
}

/// Split the fields behind a count field into entries, without a dictionary: the caller names the delimiter.
///
/// Nothing says where the last entry ends. It runs as far as its tags were seen in an earlier entry; a single entry
/// runs to the next header or trailer field. Not more entries are made than the count field allows, if it holds a
/// number.
#[must_use]
pub fn groups_by_delimiter(frame: &[u8], fields: &[Field], count: usize, delimiter: u32) -> Vec<Range<usize>> {
    let mut entries: Vec<Range<usize>> = Vec::new();
    let Some(count_field) = fields.get(count) else { return entries };
    let declared = frame
        .get(count_field.start as usize..count_field.end as usize)
        .and_then(|value| fixplus_wire::values::uint(value).ok());
    let mut earlier: HashSet<u32> = HashSet::new();
    for (at, field) in fields.iter().enumerate().skip(count + 1) {
        let starts = field.tag == delimiter && declared.is_none_or(|declared| (entries.len() as u64) < declared);
        if starts {
            if let Some(last) = entries.last() {
                earlier.extend(fields.get(last.clone()).unwrap_or_default().iter().map(|field| field.tag));
            }
            entries.push(at..at + 1);
            continue;
        }
        let Some(last) = entries.len().checked_sub(1) else { break };
        let is_last = declared.is_some_and(|declared| entries.len() as u64 >= declared);
        let outside = fixplus_wire::section(field.tag) != fixplus_wire::Section::Body
            || field.tag == delimiter
            || (is_last && last > 0 && !earlier.contains(&field.tag));
        if outside {
            break;
        }
        if let Some(entry) = entries.get_mut(last) {
            entry.end = at + 1;
        }
    }
    entries
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dictionary::Dictionary;
    use crate::model::Presence;
    use crate::sample::{dictionary, group, message, model, wire};
    use proptest::prelude::*;

    /// The groups as text: `count[own fields (nested groups) / ...]`, by position.
    fn shown(dictionary: &Dictionary, text: &str, first_is_delimiter: bool) -> String {
        fn show(index: &GroupIndex, fields: &[Field], entry: Option<&Entry>) -> String {
            let mut text = String::new();
            for instance in index.within(entry) {
                text += &format!("{}[", fields[instance.count as usize].tag);
                for (number, entry) in index.entries_of(instance).iter().enumerate() {
                    text += if number == 0 { "" } else { " / " };
                    let own = index.own_fields(Some(entry), fields.len()).map(|at| fields[at].tag.to_string());
                    text += &own.collect::<Vec<_>>().join(" ");
                    text += show(index, fields, Some(entry)).replacen("", " ", 1).trim_end();
                }
                text += "]";
            }
            text
        }
        let (_, fields) = wire(text);
        let plan = dictionary.message(b"D").unwrap();
        let mut index = GroupIndex::new();
        index.build(plan, &fields, first_is_delimiter);
        let own: Vec<_> = index.own_fields(None, fields.len()).map(|at| fields[at].tag.to_string()).collect();
        format!("{} {}", own.join(" "), show(&index, &fields, None)).trim_end().to_string()
    }

    #[test]
    fn a_flat_list_of_fields_falls_into_groups() {
        let dictionary = dictionary();
        for (text, expected) in [
            ("11=A|54=1|", "11 54"),
            ("11=A|78=2|79=a|80=1|79=b|80=2|54=1|", "11 78 54 78[79 80 / 79 80]"),
            ("78=0|54=1|", "78 54 78[]"),
            ("78=1|79=a|661=1|453=1|448=b|80=5|54=1|", "78 54 78[79 661 453 80 453[448]]"),
            (
                "453=2|448=a|452=1|802=2|523=x|803=1|523=y|447=D|448=b|452=4|54=1|",
                "453 54 453[448 452 802 447 802[523 803 / 523] / 448 452]",
            ),
            // Not the delimiter first: an entry without one, then one with it.
            ("78=1|80=1|79=a|54=1|", "78 54 78[80 / 79]"),
            // A member that the entry has already opens another.
            ("78=2|79=a|80=1|80=2|54=1|", "78 54 78[79 80 / 80]"),
            // The same group at two places: each takes its own.
            (
                "453=1|448=a|452=1|78=2|79=a|453=1|448=b|79=c|453=2|448=d|448=e|80=1|",
                "453 78 453[448 452]78[79 453 453[448] / 79 453 80 453[448 / 448]]",
            ),
            ("78=|79=a|", "78 78[79]"),
            ("54=1|9999=1|78=1|79=a|9999=2|80=1|", "54 9999 78 9999 80 78[79]"),
        ] {
            assert_eq!(shown(&dictionary, text, false), expected, "{text}");
        }
    }

    /// Tags that stand one behind the other: count fields and likely entries, or anything.
    fn run() -> impl Strategy<Value = Vec<u32>> {
        const TAGS: &[u32] = &[11, 55, 54, 44, 78, 79, 80, 661, 453, 448, 447, 452, 802, 523, 803, 627, 9999];
        const LIKELY: &[&[u32]] = &[
            &[78],
            &[79, 80],
            &[79, 661, 80],
            &[79, 453, 448],
            &[453],
            &[448, 447, 452],
            &[448, 802, 523],
            &[802],
            &[523, 803],
            &[627],
            &[453, 448, 55],
        ];
        prop_oneof![
            proptest::collection::vec(proptest::sample::select(TAGS), 1..6),
            proptest::sample::select(LIKELY).prop_map(<[u32]>::to_vec),
        ]
    }

    proptest! {
        #[test]
        fn entries_that_are_like_the_one_before_are_found_as_field_by_field(
            runs in proptest::collection::vec((run(), 1usize..5), 0..12),
            first_is_delimiter: bool,
        ) {
            let tags = runs.iter().flat_map(|(run, times)| run.repeat(*times));
            let fields: Vec<Field> = tags.map(|tag| Field { tag, start: 0, end: 0 }).collect();
            let mut model = model();
            // A tag of the group that the body has too.
            model.groups.push(group("Lots", 627, "#Parties 55 44"));
            model.messages.push(message("Custom", "U1", None, "78 #Lots 55 54"));
            let dictionary = Dictionary::compile(&model, None).unwrap();
            for msg_type in ["D", "U1"] {
                let plan = dictionary.message(msg_type.as_bytes()).unwrap();
                let (mut one, mut other) = (GroupIndex::new(), GroupIndex::new());
                one.fill(plan, &fields, first_is_delimiter, true);
                other.fill(plan, &fields, first_is_delimiter, false);
                prop_assert_eq!(one.instances(), other.instances());
                prop_assert_eq!(one.entries(), other.entries());
            }
        }
    }

    #[test]
    fn the_first_field_can_be_made_the_delimiter() {
        let dictionary = dictionary();
        for (text, expected) in [
            ("78=1|80=1|79=a|54=1|", "78 54 78[80 79]"),
            ("78=2|80=1|79=a|80=2|54=1|", "78 54 78[80 79 / 80]"),
            ("78=1|54=1|", "78 54 78[]"),
        ] {
            assert_eq!(shown(&dictionary, text, true), expected, "{text}");
        }
    }

    #[test]
    fn a_tag_of_a_group_and_of_the_body_goes_to_the_body_when_the_entry_has_it() {
        let mut model = model();
        model.groups.push(group("Lots", 802, "523 55 803"));
        model.messages.push(message("Custom", "U1", None, "#Lots 55"));
        let dictionary = Dictionary::compile(&model, None).unwrap();
        let (_, fields) = wire("802=1|523=a|55=x|55=y|803=1|");
        let mut index = GroupIndex::new();
        index.build(dictionary.message(b"U1").unwrap(), &fields, false);
        let own: Vec<_> = index.own_fields(Some(&index.entries()[0]), fields.len()).collect();
        assert_eq!(own, [1, 2]);
        assert_eq!(index.own_fields(None, fields.len()).collect::<Vec<_>>(), [0, 3, 4]);
    }

    #[test]
    fn a_group_that_starts_with_a_group_is_delimited_by_its_count_field() {
        let mut model = model();
        model.groups.push(group("Outer", 78, "#Parties 55"));
        model.messages.push(message("Custom", "U2", None, "#Outer"));
        let dictionary = Dictionary::compile(&model, None).unwrap();
        let plan = dictionary.message(b"U2").unwrap();
        assert_eq!(plan.group(78).unwrap().delimiter, 453);
        let (_, fields) = wire("78=2|453=1|448=a|55=x|453=0|55=y|");
        let mut index = GroupIndex::new();
        index.build(plan, &fields, false);
        let outer = index.find(&fields, 78, None).unwrap();
        let spans: Vec<_> = index.entries_of(outer).iter().map(|entry| (entry.start, entry.end)).collect();
        assert_eq!(spans, [(1, 4), (4, 6)]);
    }

    #[test]
    fn an_entry_names_its_group_and_a_nested_group_its_entry() {
        let dictionary = dictionary();
        let (_, fields) = wire("78=2|79=a|453=1|448=b|79=c|453=2|448=d|448=e|80=1|");
        let mut index = GroupIndex::new();
        index.build(dictionary.message(b"D").unwrap(), &fields, false);
        for (number, instance) in index.instances().iter().enumerate() {
            for entry in index.entries_of(instance) {
                assert_eq!(entry.instance as usize, number);
            }
            if instance.parent != NO_ENTRY {
                let parent = index.entries()[instance.parent as usize];
                assert!(parent.start < instance.count && instance.end <= parent.end);
            }
        }
    }

    #[test]
    fn groups_nest_to_the_limit() {
        let mut model = model();
        let mut line = String::from("55");
        for depth in 0..crate::plan::MAX_DEPTH as u32 {
            for tag in [6000 + depth, 7000 + depth] {
                let field = crate::model::Field { tag, name: format!("F{tag}"), ..Default::default() };
                model.fields.insert(tag, field);
            }
            let name = format!("Deep{depth}");
            model.groups.push(group(&name, 6000 + depth, &format!("{} {line}", 7000 + depth)));
            line = format!("#{name}");
        }
        model.messages.push(message("Deep", "U3", None, &line));
        let dictionary = Dictionary::compile(&model, None).unwrap();
        let text: String =
            (0..16u32).rev().map(|depth| format!("{}=1|{}=x|", 6000 + depth, 7000 + depth)).collect::<String>()
                + "55=A|";
        let (_, fields) = wire(&text);
        let mut index = GroupIndex::new();
        index.build(dictionary.message(b"U3").unwrap(), &fields, false);
        assert_eq!(index.instances().len(), 16);
        assert!(index.entries().iter().all(|entry| entry.end as usize == fields.len()));

        model.groups.push(group("TooDeep", 78, &line));
        assert!(Dictionary::compile(&model, None).is_err());
    }

    #[test]
    fn a_required_member_stays_required_only_where_its_component_is() {
        let plan = dictionary();
        let plan = plan.message(b"D").unwrap();
        assert!(plan.slot(55).unwrap().required);
        assert!(!plan.slot(44).unwrap().required);
        assert_eq!(model().messages[1].members[3].presence, Presence::Required);
    }

    #[test]
    fn without_a_dictionary_the_caller_names_the_delimiter() {
        for (text, expected) in [
            ("268=2|269=0|270=1|269=1|270=2|10=0|", [(1, 3), (3, 5)].as_slice()),
            ("268=2|269=0|270=1|269=1|270=2|58=x|10=0|", [(1, 3), (3, 5)].as_slice()),
            ("268=1|269=0|270=1|269=1|10=0|", &[(1, 3)]),
            ("268=1|269=0|270=1|58=x|10=0|", &[(1, 4)]),
            ("268=0|58=x|", &[]),
            ("268=x|269=0|269=1|", &[(1, 2), (2, 3)]),
            ("268=2|270=1|", &[]),
        ] {
            let (frame, fields) = wire(text);
            let entries = groups_by_delimiter(&frame, &fields, 0, 269);
            let found: Vec<_> = entries.iter().map(|entry| (entry.start, entry.end)).collect();
            assert_eq!(found, expected, "{text}");
        }
    }
}
