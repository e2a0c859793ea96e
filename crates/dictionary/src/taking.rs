//! Whether a group takes the next field of a message.
//!
//! The rule, for every open group from the innermost outwards: the delimiter opens an entry, a member that the entry
//! lacks joins it, a member that it has already opens an entry without delimiter unless an enclosing level lacks that
//! tag, and any other tag closes the group.

use crate::plan::{Level, MessagePlan};
use crate::tag_table::NONE;

/// What becomes of a field before an open group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Take {
    /// It starts an entry, as it should.
    Delimiter(u16),
    /// It joins the open entry.
    Member(u16),
    /// It starts an entry that has no delimiter: the open one, if any, has the field already.
    Headless(u16),
    /// It is not for this group.
    Leave,
}

/// One bit for each slot of a plan: which of them the open entries have filled.
#[derive(Debug)]
pub(crate) struct Seen<'b> {
    words: &'b mut [u64],
}

impl<'b> Seen<'b> {
    /// A set over these words, which must be zero and number at least [`Seen::words_for`].
    pub(crate) fn new(words: &'b mut [u64]) -> Self {
        Self { words }
    }

    /// How many words a set for this plan needs.
    pub(crate) fn words_for(plan: &MessagePlan) -> usize {
        plan.slots().len().div_ceil(64)
    }

    #[inline]
    pub(crate) fn has(&self, slot: u16) -> bool {
        self.words.get(usize::from(slot / 64)).is_some_and(|word| word >> (slot % 64) & 1 == 1)
    }

    /// Put a slot in and say whether it was in already.
    #[inline]
    pub(crate) fn put(&mut self, slot: u16) -> bool {
        let Some(word) = self.words.get_mut(usize::from(slot / 64)) else { return false };
        let mask = 1u64 << (slot % 64);
        let was = *word & mask != 0;
        *word |= mask;
        was
    }

    /// The bits of one word.
    #[inline]
    pub(crate) fn word(&self, number: u16) -> u64 {
        self.words.get(usize::from(number)).copied().unwrap_or(0)
    }

    /// Take out all slots of a level.
    #[inline]
    pub(crate) fn clear(&mut self, level: &Level) {
        if level.first >= level.end {
            return;
        }
        let (first, last) = (level.first, level.end - 1);
        for number in first / 64..=last / 64 {
            let from = if number == first / 64 { first % 64 } else { 0 };
            let upto = if number == last / 64 { last % 64 } else { 63 };
            let mask = (u64::MAX >> (63 - upto)) & (u64::MAX << from);
            if let Some(word) = self.words.get_mut(usize::from(number)) {
                *word &= !mask;
            }
        }
    }
}

/// What the group on this level does with the field. `delimiter` is the slot that starts entries, `is_open` whether an
/// entry is open.
#[inline]
pub(crate) fn take(plan: &MessagePlan, level: u16, delimiter: u16, is_open: bool, tag: u32, seen: &Seen<'_>) -> Take {
    let Some((number, slot)) = plan.slot_on(tag, level) else { return Take::Leave };
    if number == delimiter {
        return Take::Delimiter(number);
    }
    if !is_open {
        return Take::Headless(number);
    }
    if !seen.has(number) {
        return Take::Member(number);
    }
    let has_one_place = slot.next == NONE && plan.first_slot(tag) == number;
    if !has_one_place && an_enclosing_level_lacks(plan, level, tag, seen) {
        return Take::Leave;
    }
    Take::Headless(number)
}

fn an_enclosing_level_lacks(plan: &MessagePlan, level: u16, tag: u32, seen: &Seen<'_>) -> bool {
    let mut level = level;
    while level != 0 {
        level = plan.levels().get(usize::from(level)).map_or(0, |level| level.parent);
        if plan.slot_on(tag, level).is_some_and(|(number, _)| !seen.has(number)) {
            return true;
        }
    }
    false
}
