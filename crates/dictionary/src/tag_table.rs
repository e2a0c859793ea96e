//! From a tag to a small number, in one read for the tags that matter.

/// What a table says of a tag that it does not hold.
pub const NONE: u16 = u16::MAX;

// The standard's own tags end at 1617 in FIX 5.0 SP2. A table up to 4,095 costs at most 8 KB; venues' tags of five and
// six digits would cost megabytes and are searched for instead.
const DENSE_TAGS: u32 = 4096;

/// A map from tags to numbers below [`NONE`].
#[derive(Debug, Clone, Default)]
pub struct TagTable {
    dense: Box<[u16]>,
    spill: Box<[(u32, u16)]>,
}

impl TagTable {
    /// A table of these pairs. Of a tag that comes twice the first pair counts.
    pub fn new(pairs: impl IntoIterator<Item = (u32, u16)>) -> Self {
        let mut dense = Vec::new();
        let mut spill = Vec::new();
        for (tag, number) in pairs {
            if tag < DENSE_TAGS {
                let at = tag as usize;
                if dense.len() <= at {
                    dense.resize(at + 1, NONE);
                }
                if let Some(cell) = dense.get_mut(at)
                    && *cell == NONE
                {
                    *cell = number;
                }
            } else {
                spill.push((tag, number));
            }
        }
        spill.sort_by_key(|&(tag, _)| tag);
        spill.dedup_by_key(|&mut (tag, _)| tag);
        Self { dense: dense.into_boxed_slice(), spill: spill.into_boxed_slice() }
    }

    /// The number of this tag, or [`NONE`].
    #[inline]
    #[must_use]
    pub fn get(&self, tag: u32) -> u16 {
        match self.dense.get(tag as usize) {
            Some(&number) => number,
            None if self.spill.is_empty() => NONE,
            None => self.search(tag),
        }
    }

    fn search(&self, tag: u32) -> u16 {
        self.spill
            .binary_search_by_key(&tag, |&(key, _)| key)
            .ok()
            .and_then(|at| self.spill.get(at))
            .map_or(NONE, |&(_, number)| number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_and_large_tags_are_found_and_others_are_not() {
        let table = TagTable::new([(35, 1), (5001, 2), (20460, 3), (8, 4)]);
        for (tag, number) in
            [(35, 1), (5001, 2), (20460, 3), (8, 4), (0, NONE), (9, NONE), (4000, NONE), (u32::MAX, NONE)]
        {
            assert_eq!(table.get(tag), number, "tag {tag}");
        }
    }

    #[test]
    fn of_a_tag_that_comes_twice_the_first_counts() {
        let table = TagTable::new([(35, 1), (35, 2), (9000, 3), (9000, 4)]);
        assert_eq!((table.get(35), table.get(9000)), (1, 3));
    }
}
