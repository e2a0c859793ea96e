//! Where numbers stand: a sparse index of bounded size.
//!
//! Blocks are stretches of a segment with the least and greatest number in them. When there are too many, neighbours are
//! joined and new blocks become twice as long: memory stays bounded and reading takes longer instead.

use std::collections::VecDeque;

/// A stretch of one segment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Block {
    /// The segment, by the position of its first record.
    pub(crate) segment: u64,
    /// Where in the segment its first record begins.
    pub(crate) offset: u64,
    /// The position of that record.
    pub(crate) position: u64,
    /// Bytes from there to the end of its last record.
    pub(crate) length: u64,
    /// The least number in it.
    pub(crate) least: u64,
    /// The greatest number in it.
    pub(crate) most: u64,
}

/// The blocks of a journal, in its order.
#[derive(Debug)]
pub(crate) struct Index {
    blocks: VecDeque<Block>,
    stride: u64,
    blocks_max: usize,
}

impl Index {
    pub(crate) fn new(stride: u64, blocks_max: usize) -> Self {
        Self { blocks: VecDeque::new(), stride, blocks_max: blocks_max.max(2) }
    }

    /// Note a record at the end of the journal.
    pub(crate) fn add(&mut self, segment: u64, offset: u64, position: u64, extent: u64, number: u64) {
        if let Some(last) = self.blocks.back_mut() {
            if last.segment == segment && offset.saturating_sub(last.offset) < self.stride {
                last.length = offset.saturating_sub(last.offset).saturating_add(extent);
                last.least = last.least.min(number);
                last.most = last.most.max(number);
                return;
            }
        }
        if self.blocks.len() >= self.blocks_max {
            self.join();
        }
        self.blocks.push_back(Block { segment, offset, position, length: extent, least: number, most: number });
    }

    fn join(&mut self) {
        self.stride = self.stride.saturating_mul(2);
        let mut joined: VecDeque<Block> = VecDeque::with_capacity(self.blocks.len());
        for block in self.blocks.drain(..) {
            match joined.back_mut() {
                Some(last) if last.segment == block.segment && block.offset - last.offset < self.stride => {
                    last.length = block.offset.saturating_sub(last.offset).saturating_add(block.length);
                    last.least = last.least.min(block.least);
                    last.most = last.most.max(block.most);
                }
                _ => joined.push_back(block),
            }
        }
        self.blocks = joined;
    }

    /// Forget everything.
    pub(crate) fn clear(&mut self) {
        self.blocks.clear();
    }

    /// Forget the segments before one.
    pub(crate) fn forget_before(&mut self, segment: u64) {
        self.blocks.retain(|block| block.segment >= segment);
    }

    /// The blocks that may hold a number from `from` to `to`, in the order of the journal.
    pub(crate) fn between(&self, from: u64, to: u64) -> impl Iterator<Item = &Block> {
        self.blocks.iter().filter(move |block| block.least <= to && block.most >= from)
    }

    #[cfg(test)]
    pub(crate) fn len(&self) -> usize {
        self.blocks.len()
    }
}

#[cfg(test)]
mod tests {
    use super::Index;

    #[test]
    fn memory_stays_bounded_and_no_number_is_lost() {
        let mut index = Index::new(64, 8);
        for number in 0..10_000 {
            index.add(0, 256 + number * 40, number, 40, number);
        }
        assert!(index.len() <= 8);
        for number in 0..10_000 {
            let at = 256 + number * 40;
            assert!(index.between(number, number).any(|block| block.offset <= at && at < block.offset + block.length));
        }
    }
}
