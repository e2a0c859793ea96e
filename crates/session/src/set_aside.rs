//! Messages that came before those that are missing, kept until their turn.

use std::collections::BTreeMap;

/// What is known of a number ahead of its turn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Early {
    /// The message, unread.
    Raw {
        /// Its bytes.
        raw: Vec<u8>,
        /// The wall clock when it came: how late it was is a matter of its way, not of its waiting here.
        utc_ns: i64,
    },
    /// It was dealt with when it came; the number only counts.
    Seen,
}

/// Messages by number, bounded in count and bytes.
#[derive(Debug, Default)]
pub(crate) struct SetAside {
    kept: BTreeMap<u64, Early>,
    bytes: usize,
    /// The highest number that was dropped for want of room; 0: none.
    dropped_to: u64,
}

/// What a number costs beside its bytes.
const ENTRY: usize = 64;

impl SetAside {
    /// Keep a message. Beyond the limits the newest go, to be fetched again later; an earlier one with the same number stays.
    pub(crate) fn put(&mut self, seq: u64, early: Early, max_count: usize, max_bytes: usize) {
        if let std::collections::btree_map::Entry::Vacant(place) = self.kept.entry(seq) {
            self.bytes += size(&early);
            place.insert(early);
        }
        while self.kept.len() > max_count || self.bytes > max_bytes {
            let Some((seq, early)) = self.kept.pop_last() else { break };
            self.bytes -= size(&early);
            self.dropped_to = self.dropped_to.max(seq);
        }
    }

    /// Take out what has this number.
    pub(crate) fn take(&mut self, seq: u64) -> Option<Early> {
        let early = self.kept.remove(&seq)?;
        self.bytes -= size(&early);
        Some(early)
    }

    /// Whether this number is here.
    pub(crate) fn has(&self, seq: u64) -> bool {
        !self.kept.is_empty() && self.kept.contains_key(&seq)
    }

    /// Forget what lies below this number.
    pub(crate) fn drop_below(&mut self, seq: u64) {
        while let Some(entry) = self.kept.first_entry().filter(|entry| *entry.key() < seq) {
            self.bytes -= size(&entry.remove());
        }
    }

    /// How many are kept.
    pub(crate) fn len(&self) -> usize {
        self.kept.len()
    }

    /// The lowest number here.
    pub(crate) fn first(&self) -> Option<u64> {
        self.kept.keys().next().copied()
    }

    /// The lowest number of a message here that waits for its turn.
    pub(crate) fn first_waiting(&self) -> Option<u64> {
        self.kept.iter().find(|(_, early)| matches!(early, Early::Raw { .. })).map(|(seq, _)| *seq)
    }

    /// The highest number that was dropped for want of room.
    pub(crate) fn dropped_to(&self) -> u64 {
        self.dropped_to
    }

    /// Forget all.
    pub(crate) fn clear(&mut self) {
        *self = Self::default();
    }
}

fn size(early: &Early) -> usize {
    match early {
        Early::Raw { raw, .. } => raw.len() + ENTRY,
        Early::Seen => ENTRY,
    }
}
