//! One connection: two pipes that deliver bytes in order, late and in pieces, until they break.

use super::{Pair, Who};
use std::collections::VecDeque;

/// Bytes on their way to one side.
#[derive(Debug, Default)]
pub(super) struct Pipe {
    chunks: VecDeque<(i64, Vec<u8>)>,
    /// Nothing arrives before what was sent earlier.
    pub(super) last_ns: i64,
}

impl Pipe {
    pub(super) fn push(&mut self, at_ns: i64, bytes: Vec<u8>) {
        self.last_ns = self.last_ns.max(at_ns);
        self.chunks.push_back((at_ns, bytes));
    }

    /// What has arrived by now, put together.
    pub(super) fn arrived(&mut self, now_ns: i64, into: &mut Vec<u8>) {
        into.clear();
        while let Some((_, bytes)) = self.chunks.front().filter(|(at_ns, _)| *at_ns <= now_ns) {
            into.extend_from_slice(bytes);
            self.chunks.pop_front();
        }
    }

    /// Lose what would arrive after this moment; how many bytes.
    pub(super) fn lose_after(&mut self, at_ns: i64) -> usize {
        let kept = self.chunks.partition_point(|(arrives_ns, _)| *arrives_ns <= at_ns);
        self.chunks.drain(kept..).map(|(_, bytes)| bytes.len()).sum()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.chunks.is_empty()
    }
}

/// A connection. A pipe is named by the side to which it leads.
#[derive(Debug, Default)]
pub(super) struct Connection {
    pub(super) towards: Pair<Pipe>,
    /// Nothing passes any more, and nobody is told.
    pub(super) is_dead: bool,
}

impl Connection {
    pub(super) fn is_empty(&self) -> bool {
        Who::BOTH.into_iter().all(|who| self.towards[who].is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_arrived_is_put_together_and_the_rest_can_be_lost() {
        let mut pipe = Pipe::default();
        for (at_ns, bytes) in [(1, b"ab".to_vec()), (2, b"c".to_vec()), (5, b"def".to_vec())] {
            pipe.push(at_ns, bytes);
        }
        let mut bytes = Vec::new();
        pipe.arrived(3, &mut bytes);
        assert_eq!(bytes, b"abc");
        assert_eq!(pipe.lose_after(4), 3);
        assert!(pipe.is_empty());
    }
}
