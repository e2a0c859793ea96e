//! What happened, in lines for people.

use super::Who;
use std::collections::VecDeque;

/// The last lines of a run.
#[derive(Debug)]
pub(super) struct Trace {
    lines: VecDeque<String>,
    most: usize,
}

impl Trace {
    pub(super) fn new(most: usize) -> Self {
        Self { lines: VecDeque::new(), most }
    }

    /// Add a line; `at_ns` is simulated time since the beginning.
    pub(super) fn line(&mut self, at_ns: i64, who: Option<Who>, text: &str) {
        if self.lines.len() >= self.most {
            self.lines.pop_front();
        }
        let (seconds, micros) = (at_ns / 1_000_000_000, at_ns % 1_000_000_000 / 1_000);
        let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
        let who = who.map_or("world    ", Who::name);
        self.lines.push_back(format!("{hours:02}:{minutes:02}:{seconds:02}.{micros:06} {who} {text}"));
    }

    pub(super) fn into_lines(self) -> Vec<String> {
        self.lines.into()
    }
}

/// A message with `|` for SOH, shortened.
pub(super) fn shown(raw: &[u8]) -> String {
    const MOST: usize = 260;
    let text: String = raw.iter().take(MOST).map(|&byte| if byte == 1 { '|' } else { char::from(byte) }).collect();
    if raw.len() > MOST { format!("{text}... ({} bytes)", raw.len()) } else { text }
}
