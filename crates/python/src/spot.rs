//! Where a field stands in a message or in an entry, and where a new one goes.

use crate::message::{Place, View};
use fixplus_dictionary::groups::GroupIndex;
use fixplus_dictionary::plan::MessagePlan;
use fixplus_wire::{DataPairs, Role, rank};

/// Where a field is written among its section's, with a data field directly behind its length.
pub(crate) fn written_rank(pairs: &DataPairs, tag: u32) -> u64 {
    written_rank_as(pairs, pairs.role(tag), tag)
}

/// As [`written_rank`], of a tag whose role is known.
pub(crate) fn written_rank_as(pairs: &DataPairs, role: Role, tag: u32) -> u64 {
    match role {
        Role::Data => rank(pairs.length_of(tag).unwrap_or(tag)) << 1 | 1,
        _ => rank(tag) << 1,
    }
}

/// Where a change takes place: the message itself, or one entry.
pub(crate) struct Spot {
    pub(crate) place: Option<Place>,
}

impl Spot {
    pub(crate) fn message() -> Self {
        Self { place: None }
    }

    pub(crate) fn entry(place: Place) -> Self {
        Self { place: Some(place) }
    }

    /// The level of the plan, 0 for the message itself.
    pub(crate) fn level(&self, groups: &GroupIndex) -> u16 {
        let entry = self.place.as_ref().and_then(|place| place.entry.as_ref());
        entry.and_then(|entry| groups.instances().get(entry.instance as usize)).map_or(0, |instance| instance.level)
    }

    /// The position of the field with this tag, not looking into nested groups, and where its group ends if it is a count field.
    pub(crate) fn find(
        &self,
        view: View<'_>,
        groups: Option<(&GroupIndex, &MessagePlan)>,
        tag: u32,
    ) -> Option<std::ops::Range<usize>> {
        let entry = self.place.as_ref().and_then(|place| place.entry.as_ref());
        match groups {
            Some((groups, _)) if self.place.is_none() || entry.is_some() => {
                let at = groups
                    .own_fields(entry, view.fields.len())
                    .find(|&at| view.fields.get(at).is_some_and(|f| f.tag == tag))?;
                let end = groups.find(view.fields, tag, entry).map_or(at + 1, |group| group.end as usize);
                Some(at..end.max(at + 1))
            }
            _ => {
                let (from, to) = self.place.as_ref().map_or((0, view.fields.len()), |place| (place.start, place.end));
                let at = from + view.fields.get(from..to)?.iter().position(|field| field.tag == tag)?;
                Some(at..at + 1)
            }
        }
    }

    /// Where a new field goes.
    pub(crate) fn position(
        &self,
        view: View<'_>,
        groups: Option<(&GroupIndex, &MessagePlan)>,
        pairs: &DataPairs,
        tag: u32,
    ) -> usize {
        let own = |entry| match groups {
            Some((groups, _)) => groups.own_fields(entry, view.fields.len()).collect::<Vec<_>>(),
            None => (0..view.fields.len()).collect(),
        };
        let tag_at = |at: usize| view.fields.get(at).map_or(0, |field| field.tag);
        if let Some(place) = &self.place {
            let Some((groups, plan)) = groups.filter(|_| place.entry.is_some()) else { return place.end };
            let level = self.level(groups);
            let slot = |tag| plan.slot_on(tag, level).map_or(u16::MAX, |(number, _)| number);
            let wanted = slot(tag);
            return own(place.entry.as_ref()).into_iter().find(|&at| slot(tag_at(at)) > wanted).unwrap_or(place.end);
        }
        let wanted = written_rank(pairs, tag);
        let part = |rank: u64| rank >> 33;
        let units: Vec<(u64, usize)> = own(None).into_iter().map(|at| (written_rank(pairs, tag_at(at)), at)).collect();
        let section: Vec<&(u64, usize)> = units.iter().filter(|unit| part(unit.0) == part(wanted)).collect();
        // In a section that is not ascending nothing tells where a field belongs but its end.
        let bound = if section.is_sorted_by_key(|unit| unit.0) { wanted } else { (part(wanted) + 1) << 33 };
        let after_section = || units.iter().find(|unit| part(unit.0) > part(wanted));
        section.into_iter().find(|unit| unit.0 > bound).or_else(after_section).map_or(view.fields.len(), |unit| unit.1)
    }
}
