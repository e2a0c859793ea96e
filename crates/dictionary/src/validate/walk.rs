//! One pass over the fields of a message that finds all its faults.
//!
//! A message without fault pays for one table look-up, one bit and one check of its value a field. Everything else
//! stands in functions that are called when something is wrong.

use fixplus_wire::Section;
use fixplus_wire::{Field, values};

use super::fault::{Cause, Fault, Sink};
use super::place::{Kind, Place, structure_key};
use super::strays::Strays;
use crate::dictionary::Dictionary;
use crate::plan::{Level, MessagePlan, Rule, Slot};
use crate::settings::{MissingDelimiter, Settings};
use crate::tag_table::NONE;
use crate::taking::{Seen, Take, take};
use crate::violation::Reason;

/// The state of one check.
pub(super) struct Walk<'v> {
    pub dictionary: &'v Dictionary,
    pub plan: &'v MessagePlan,
    pub frame: &'v [u8],
    pub fields: &'v [Field],
    pub settings: &'v Settings,
    pub seen: Seen<'v>,
    pub sink: Sink,
    pub section: Section,
    pub strays: Strays,
}

impl<'v> Walk<'v> {
    /// Check all fields, then what is missing.
    pub(super) fn run(&mut self) {
        let mut at = 0;
        while let Some(field) = self.fields.get(at) {
            let Some((number, slot)) = self.plan.slot_on(field.tag, 0) else {
                self.stray(at as u32, field);
                at += 1;
                continue;
            };
            if slot.section != self.section {
                self.enter(slot.section, at as u32, field.tag);
            }
            let place = Place::message(slot.section);
            if self.seen.put(number) {
                self.repeated(at as u32, i64::from(field.tag), &place);
            }
            self.check(at as u32, field, number, slot, &place);
            at = if slot.group == NONE { at + 1 } else { self.group(slot.group, at, &place) };
        }
        if let Some(level) = self.plan.levels().first() {
            self.close(level, &Place::message(Section::Body));
        }
    }

    /// Check the entries behind a count field and return the position of the first field that is not the group's.
    fn group(&mut self, number: u16, count_at: usize, outer: &Place<'_>) -> usize {
        let Some(level) = self.plan.levels().get(usize::from(number)) else { return count_at + 1 };
        let mut at = count_at + 1;
        let delimiter = match self.fields.get(at) {
            Some(first) if self.settings.first_field_in_group_is_delimiter => {
                self.plan.slot_on(first.tag, number).map_or(level.first, |(slot, _)| slot)
            }
            _ => level.first,
        };
        let mut place = Place {
            outer: Some(outer),
            section: outer.section,
            level: number,
            count_at: count_at as u32,
            count_tag: level.count_tag,
            entry: 0,
            start: at as u32,
        };
        let mut found = 0u32;
        let mut last = level.first;
        let mut is_headless = false;
        while let Some(field) = self.fields.get(at) {
            let taken = take(self.plan, number, delimiter, found > 0, field.tag, &self.seen);
            let member = match taken {
                Take::Leave => break,
                Take::Delimiter(member) | Take::Headless(member) => {
                    let again = found > 0 && self.seen.has(member);
                    if found > 0 {
                        self.close(level, &place);
                    }
                    place.entry = found;
                    place.start = at as u32;
                    found += 1;
                    self.seen.clear(level);
                    // A delimiter that the first entry chose may stand anywhere in the dictionary's order.
                    last = if member == delimiter { level.first } else { member };
                    if matches!(taken, Take::Headless(_)) {
                        is_headless = true;
                        self.headless(at as u32, field.tag, delimiter, &place, again);
                    }
                    member
                }
                Take::Member(member) => {
                    if member < last && self.settings.unordered_group_fields {
                        self.unordered(at as u32, field.tag, last, &place);
                    }
                    last = member;
                    member
                }
            };
            let Some(slot) = self.plan.slots().get(usize::from(member)) else { break };
            self.seen.put(member);
            self.check(at as u32, field, member, slot, &place);
            at = if slot.group == NONE { at + 1 } else { self.group(slot.group, at, &place) };
        }
        if found > 0 {
            self.close(level, &place);
        }
        let declared = self.fields.get(count_at).map_or(&[][..], |field| self.value(field));
        if values::uint(declared) != Ok(u64::from(found)) && !is_headless {
            self.miscounted(count_at as u32, level.count_tag, declared, found, outer);
        }
        at
    }

    /// Hold a value against its slot.
    #[inline]
    fn check(&mut self, at: u32, field: &Field, number: u16, slot: &'v Slot, place: &Place<'_>) {
        let value = self.value(field);
        let is_good = slot.rule == Rule::Plain
            && !value.is_empty()
            && match &slot.codes {
                Some(codes) => codes.contains(value),
                None => slot.datatype.accepts(value),
            };
        if !is_good {
            self.look_closer(at, value, number, slot, place);
        }
    }

    /// See that the scope that ends here had its required members.
    #[inline]
    fn close(&mut self, level: &'v Level, place: &Place<'_>) {
        if level.required.iter().any(|&(word, mask)| self.seen.word(word) & mask != mask) {
            self.missing(level, place);
        }
        if self.settings.required_in_optional_components {
            self.missing_in_components(level, place);
        }
    }

    #[inline]
    pub(super) fn value(&self, field: &Field) -> &'v [u8] {
        self.frame.get(field.start as usize..field.end as usize).unwrap_or_default()
    }

    /// A field that opens another section than the one before.
    pub(super) fn enter(&mut self, section: Section, at: u32, tag: u32) {
        if section > self.section {
            self.section = section;
        } else if section < self.section && self.settings.fields_out_of_order {
            let behind_trailer = self.section == Section::Trailer;
            self.note(
                structure_key(at),
                Reason::TagOutOfRequiredOrder,
                i64::from(tag),
                at,
                None,
                Cause::OutOfOrder { behind_trailer },
            );
        }
    }

    #[cold]
    fn missing(&mut self, level: &'v Level, place: &Place<'_>) {
        let plan = self.plan;
        for (number, slot) in (level.first..).zip(plan.members(level)) {
            if slot.required && !self.seen.has(number) {
                self.lacking(slot, place, Cause::Missing);
            }
        }
    }

    #[cold]
    fn missing_in_components(&mut self, level: &'v Level, place: &Place<'_>) {
        for part in &level.optional_parts {
            if !(part.first..part.end).any(|number| self.seen.has(number)) {
                continue;
            }
            for &number in &part.required {
                if let Some(slot) = self.plan.slots().get(usize::from(number))
                    && !slot.required
                    && !self.seen.has(number)
                {
                    self.lacking(slot, place, Cause::MissingIn { component: part.name.clone() });
                }
            }
        }
    }

    fn lacking(&mut self, slot: &Slot, place: &Place<'_>, cause: Cause) {
        // Of the message itself the section is the member's, not that of the field that was read last.
        let place = if place.outer.is_none() { &Place::message(slot.section) } else { place };
        let at = place.outer.map(|_| place.start);
        self.sink.put(Fault {
            key: place.required_key(slot.tag),
            reason: Reason::RequiredTagMissing,
            ref_tag: Some(i64::from(slot.tag)),
            at,
            path: place.path(),
            cause,
        });
    }

    #[cold]
    pub(super) fn repeated(&mut self, at: u32, tag: i64, place: &Place<'_>) {
        let key = place.field_key(tag, Kind::Repeated, &[at]);
        self.note(key, Reason::TagAppearsMoreThanOnce, tag, at, Some(place), Cause::Repeated);
    }

    #[cold]
    fn headless(&mut self, at: u32, tag: u32, delimiter: u16, place: &Place<'_>, again: bool) {
        let reason = match self.settings.missing_group_delimiter {
            MissingDelimiter::Reject15 => Reason::GroupMembersOutOfOrder,
            MissingDelimiter::Reject99 => Reason::Other,
            MissingDelimiter::Accept => return,
        };
        let delimiter = self.plan.slots().get(usize::from(delimiter)).map_or(0, |slot| slot.tag);
        let cause = Cause::NoDelimiter { level: place.level, entry: place.entry, delimiter, again };
        let key = around_count(place, Kind::NoDelimiter, at);
        // The engines that say 99 blame the count where the group begins wrongly.
        let level = self.plan.levels().get(usize::from(place.level)).filter(|_| reason == Reason::Other && !again);
        let blamed = level.map_or(tag, |level| level.count_tag);
        self.note(key, reason, i64::from(blamed), at, Some(place), cause);
    }

    #[cold]
    fn unordered(&mut self, at: u32, tag: u32, behind: u16, place: &Place<'_>) {
        let behind = self.plan.slots().get(usize::from(behind)).map_or(0, |slot| slot.tag);
        let cause = Cause::Unordered { level: place.level, entry: place.entry, behind };
        let key = around_count(place, Kind::Unordered, at);
        self.note(key, Reason::GroupMembersOutOfOrder, i64::from(tag), at, Some(place), cause);
    }

    #[cold]
    fn miscounted(&mut self, at: u32, tag: u32, declared: &[u8], found: u32, outer: &Place<'_>) {
        // A count that is no number has been noted as such.
        if !values::is_uint(declared) {
            return;
        }
        let key = outer.field_key(i64::from(tag), Kind::Count, &[at]);
        self.note(key, Reason::IncorrectNumInGroup, i64::from(tag), at, Some(outer), Cause::Count { found });
    }

    pub(super) fn note(
        &mut self,
        key: super::place::Key,
        reason: Reason,
        ref_tag: i64,
        at: u32,
        place: Option<&Place<'_>>,
        cause: Cause,
    ) {
        let path = place.map_or_else(Vec::new, Place::path);
        self.sink.put(Fault { key, reason, ref_tag: Some(ref_tag), at: Some(at), path, cause });
    }
}

/// The key of a fault of an entry's order, which is reported with the count field.
fn around_count(place: &Place<'_>, kind: Kind, at: u32) -> super::place::Key {
    match place.outer {
        Some(outer) => outer.field_key(i64::from(place.count_tag), kind, &[place.count_at, at]),
        None => place.field_key(i64::from(place.count_tag), kind, &[at]),
    }
}
