//! The difference of two messages, field by field and entry by entry. Order does not count.

use std::collections::{HashMap, HashSet};
use std::fmt;

use super::View;
use crate::groups::{Entry, GroupIndex, Instance};

/// What became of a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// Only the second message has it.
    Added {
        /// The value.
        value: String,
    },
    /// Only the first message has it.
    Removed {
        /// The value.
        value: String,
    },
    /// Both have it with other values.
    Changed {
        /// The value of the first.
        from: String,
        /// The value of the second.
        to: String,
    },
}

/// One difference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// The entry in which the field stands, such as `NoPartyIDs[1]`, counted from 0; empty outside groups.
    pub path: String,
    /// The tag.
    pub tag: u32,
    /// The name, or the tag as text.
    pub name: String,
    /// What became of it.
    pub change: Change,
}

impl fmt::Display for Difference {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { path, tag, name, change } = self;
        let dot = if path.is_empty() { "" } else { "." };
        match change {
            Change::Added { value } => write!(out, "+ {path}{dot}{name}({tag}) = {value}"),
            Change::Removed { value } => write!(out, "- {path}{dot}{name}({tag}) = {value}"),
            Change::Changed { from, to } => write!(out, "~ {path}{dot}{name}({tag}) = {from} -> {to}"),
        }
    }
}

/// What is different in the second message. Fields whose tags are in `ignored` are not looked at, such as
/// BodyLength(9), SendingTime(52) and CheckSum(10).
#[must_use]
pub fn compare(first: &View<'_>, second: &View<'_>, ignored: &[u32]) -> Vec<Difference> {
    let (one, other) = (first.groups(), second.groups());
    let sides = [Side { view: first, groups: &one }, Side { view: second, groups: &other }];
    let mut comparison = Comparison { sides, ignored, found: Vec::new() };
    comparison.scopes([Some(None), Some(None)], "");
    comparison.found
}

#[derive(Clone, Copy)]
struct Side<'s> {
    view: &'s View<'s>,
    groups: &'s GroupIndex,
}

/// A field of one side in one scope: its position, and the group it counts.
type Place<'s> = (usize, Option<&'s Instance>);

struct Comparison<'s> {
    sides: [Side<'s>; 2],
    ignored: &'s [u32],
    found: Vec<Difference>,
}

impl<'s> Comparison<'s> {
    /// Compare a scope of both sides, which one side may lack; a scope is a message (`None`) or an entry.
    fn scopes(&mut self, scopes: [Option<Option<&'s Entry>>; 2], path: &str) {
        let [side, other] = self.sides;
        let [first, second] = scopes;
        let first = first.map_or_else(Vec::new, |entry| places(side, entry));
        let second = second.map_or_else(Vec::new, |entry| places(other, entry));
        let mut unmatched: HashMap<u32, Vec<Place<'s>>> = HashMap::new();
        // Reversed, so that the first of a repeated tag is taken first.
        for &(tag, place) in second.iter().rev() {
            unmatched.entry(tag).or_default().push(place);
        }
        for (tag, place) in first {
            let partner = unmatched.get_mut(&tag).and_then(Vec::pop);
            self.fields(tag, [Some(place), partner], path);
        }
        let left: HashSet<usize> = unmatched.into_values().flatten().map(|(at, _)| at).collect();
        for (tag, place) in second.into_iter().filter(|(_, (at, _))| left.contains(at)) {
            self.fields(tag, [None, Some(place)], path);
        }
    }

    fn fields(&mut self, tag: u32, places: [Option<Place<'s>>; 2], path: &str) {
        let [first, second] = places;
        let [Some(one), Some(other)] = [first, second].map(|place| place.map(|place| place.1)) else {
            return self.one_sided(tag, places, path);
        };
        let (Some((at, _)), Some((to, _))) = (first, second) else { return };
        let [left, right] = self.sides;
        let (Some(from_field), Some(to_field)) = (left.view.fields.get(at), right.view.fields.get(to)) else { return };
        if left.view.bytes(from_field) != right.view.bytes(to_field) {
            let change = Change::Changed { from: left.view.value(from_field), to: right.view.value(to_field) };
            self.note(tag, left.view.name(at, from_field), path, change);
        }
        self.entries([one, other], &left.view.name(at, from_field), path);
    }

    fn one_sided(&mut self, tag: u32, places: [Option<Place<'s>>; 2], path: &str) {
        for (number, (side, place)) in self.sides.into_iter().zip(places).enumerate() {
            let Some((at, group)) = place else { continue };
            let Some(field) = side.view.fields.get(at) else { continue };
            let (value, name) = (side.view.value(field), side.view.name(at, field));
            let change = if number == 0 { Change::Removed { value } } else { Change::Added { value } };
            self.note(tag, name.clone(), path, change);
            let groups = if number == 0 { [group, None] } else { [None, group] };
            self.entries(groups, &name, path);
        }
    }

    /// Compare the entries of a group that either side may lack, the first with the first and so on.
    fn entries(&mut self, groups: [Option<&'s Instance>; 2], name: &str, path: &str) {
        let [left, right] = self.sides;
        let one = groups[0].map_or(&[][..], |group| left.groups.entries_of(group));
        let other = groups[1].map_or(&[][..], |group| right.groups.entries_of(group));
        let dot = if path.is_empty() { "" } else { "." };
        for number in 0..one.len().max(other.len()) {
            let scopes = [one.get(number).map(Some), other.get(number).map(Some)];
            self.scopes(scopes, &format!("{path}{dot}{name}[{number}]"));
        }
    }

    fn note(&mut self, tag: u32, name: String, path: &str, change: Change) {
        if !self.ignored.contains(&tag) {
            self.found.push(Difference { path: path.to_owned(), tag, name, change });
        }
    }
}

/// The fields of a scope with their groups.
fn places<'s>(side: Side<'s>, entry: Option<&Entry>) -> Vec<(u32, Place<'s>)> {
    let mut nested = side.groups.within(entry).peekable();
    side.groups
        .own_fields(entry, side.view.fields.len())
        .filter_map(|at| {
            let field = side.view.fields.get(at)?;
            Some((field.tag, (at, nested.next_if(|instance| instance.count as usize == at))))
        })
        .collect()
}
