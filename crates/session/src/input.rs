//! Bytes of the peer that were not looked at yet.

use fixplus_wire::frame::{self, Step};

/// A buffer that is filled at its end and read from its front; it moves bytes only when it is filled.
#[derive(Debug, Default)]
pub(crate) struct Input {
    pub(crate) bytes: Vec<u8>,
    pub(crate) from: usize,
    /// With fewer bytes than this there is nothing new to see.
    need: usize,
}

impl Input {
    /// Add bytes that arrived.
    pub(crate) fn extend(&mut self, data: &[u8]) {
        if data.is_empty() {
            return;
        }
        if self.from > 0 {
            self.bytes.drain(..self.from);
            self.need = self.need.saturating_sub(self.from);
            self.from = 0;
        }
        self.bytes.extend_from_slice(data);
    }

    /// Bytes that wait.
    pub(crate) fn len(&self) -> usize {
        self.bytes.len() - self.from
    }

    /// What the next bytes are, as far as that can be said.
    pub(crate) fn next(&self, max_message_size: usize) -> Option<Step> {
        if self.len() == 0 || self.bytes.len() < self.need {
            return None;
        }
        match frame::next(&self.bytes, self.from, max_message_size) {
            Step::Incomplete { .. } => None,
            step => Some(step),
        }
    }

    /// Go on behind this.
    pub(crate) fn skip_to(&mut self, from: usize) {
        self.from = from.min(self.bytes.len());
        self.need = 0;
    }

    /// Note that nothing can be seen before there is more, and that what lies before `start` can go.
    pub(crate) fn settle(&mut self, max_message_size: usize) {
        if let Step::Incomplete { start, need } = frame::next(&self.bytes, self.from, max_message_size) {
            self.from = start.min(self.bytes.len());
            // Fewer bytes than a start has may turn out to be noise with the very next one.
            self.need = if self.len() < 5 { 0 } else { need };
        }
        if self.from == self.bytes.len() {
            self.clear();
        }
    }

    /// Forget all.
    pub(crate) fn clear(&mut self) {
        self.bytes.clear();
        self.from = 0;
        self.need = 0;
    }
}
