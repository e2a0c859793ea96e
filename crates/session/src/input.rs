//! Bytes of the peer that were not looked at yet.

use fixplus_wire::DataPairs;
use fixplus_wire::frame::{self, Progress, Step, next_by_check_sum};

/// How messages are found in the stream.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Framing<'p> {
    pub(crate) max_message_size: usize,
    /// BodyLength(9) is not believed: the data fields in which a `10=` ends nothing.
    pub(crate) by_check_sum: Option<&'p DataPairs>,
}

/// A buffer that is filled at its end and read from its front; it moves bytes only when it is filled.
#[derive(Debug, Default)]
pub(crate) struct Input {
    pub(crate) bytes: Vec<u8>,
    from: usize,
    /// With fewer bytes than this there is nothing new to see.
    need: usize,
    /// How far the search for the end of a message has come whose length is not believed.
    progress: Progress,
}

/// `8=FIX`: fewer bytes than these may turn out to be noise with the very next one.
const START: usize = 5;

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
        self.bytes.len().saturating_sub(self.from)
    }

    /// The next message, or what is none, if it can be told yet.
    pub(crate) fn next(&self, framing: Framing<'_>) -> Option<Step> {
        if self.len() == 0 || self.bytes.len() < self.need {
            return None;
        }
        let mut progress = self.progress;
        match self.step(framing, &mut progress) {
            Step::Incomplete { .. } => None,
            step => Some(step),
        }
    }

    fn step(&self, framing: Framing<'_>, progress: &mut Progress) -> Step {
        match framing.by_check_sum {
            None => frame::next(&self.bytes, self.from, framing.max_message_size),
            Some(pairs) => next_by_check_sum(&self.bytes, self.from, framing.max_message_size, pairs, progress),
        }
    }

    /// Go on behind this.
    pub(crate) fn skip_to(&mut self, from: usize) {
        self.from = from;
        self.need = 0;
        self.progress = Progress::default();
    }

    /// There is no whole message: note how many bytes it takes to look again, and let go of what begins none.
    pub(crate) fn settle(&mut self, framing: Framing<'_>) {
        let mut progress = self.progress;
        if let Step::Incomplete { start, need } = self.step(framing, &mut progress) {
            self.progress = progress;
            self.from = start;
            self.need = if self.len() < START { 0 } else { need };
        }
        if self.from >= self.bytes.len() {
            self.clear();
        }
    }

    /// Forget all.
    pub(crate) fn clear(&mut self) {
        self.bytes.clear();
        self.skip_to(0);
    }
}
