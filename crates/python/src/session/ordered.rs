//! The order in which the fields of a received message go out again: ascending, each group in one piece behind its count.

use crate::message::View;
use crate::spot::written_rank;
use fixplus_dictionary::groups::GroupIndex;
use fixplus_wire::{DataPairs, Field};

/// The fields in that order; nothing where they have it already, or where no dictionary tells groups from fields that come twice.
pub(super) fn ordered(view: View<'_>, groups: Option<&GroupIndex>, pairs: &DataPairs) -> Option<Vec<Field>> {
    let starts: Vec<usize> = match groups {
        Some(groups) => groups.own_fields(None, view.fields.len()).collect(),
        None => {
            let mut tags: Vec<u32> = view.fields.iter().map(|field| field.tag).collect();
            tags.sort_unstable();
            if tags.windows(2).any(|pair| pair.first() == pair.last()) {
                return None;
            }
            (0..view.fields.len()).collect()
        }
    };
    let ends = starts.iter().copied().skip(1).chain([view.fields.len()]);
    let mut units: Vec<(u64, &[Field])> = starts
        .iter()
        .zip(ends)
        .filter_map(|(&start, end)| view.fields.get(start..end))
        .filter_map(|unit| Some((written_rank(pairs, unit.first()?.tag), unit)))
        .collect();
    if units.is_sorted_by_key(|unit| unit.0) {
        return None;
    }
    units.sort_by_key(|unit| unit.0);
    Some(units.into_iter().flat_map(|unit| unit.1).copied().collect())
}
