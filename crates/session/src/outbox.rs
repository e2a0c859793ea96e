//! Messages that wait until they may be numbered: behind a resend, or behind our own Logon(35=A).

use crate::stamp::Draft;
use fixplus_wire::Field;
use std::collections::VecDeque;

/// A message that waits.
#[derive(Debug)]
pub(crate) struct Waiting {
    pub(crate) draft: Draft,
    /// It is the application's, and must not be lost.
    pub(crate) application: bool,
}

/// Messages in the order in which they will be written, bounded in count and bytes.
#[derive(Debug, Default)]
pub(crate) struct Outbox {
    waiting: VecDeque<Waiting>,
    bytes: usize,
}

/// What a message costs beside its bytes.
const ENTRY: usize = 128;

impl Outbox {
    /// Put a message at the end, unless that would pass a limit.
    pub(crate) fn push(
        &mut self,
        (bytes, fields): (&[u8], &[Field]),
        application: bool,
        max_count: usize,
        max_bytes: usize,
    ) -> bool {
        let size = cost(bytes, fields);
        if self.waiting.len() >= max_count || self.bytes.saturating_add(size) > max_bytes {
            return false;
        }
        self.bytes += size;
        let draft = Draft { bytes: bytes.to_vec(), fields: fields.to_vec() };
        self.waiting.push_back(Waiting { draft, application });
        true
    }

    /// Take the first message out.
    pub(crate) fn pop(&mut self) -> Option<Waiting> {
        let first = self.waiting.pop_front()?;
        self.bytes = self.bytes.saturating_sub(cost(&first.draft.bytes, &first.draft.fields));
        Some(first)
    }

    /// Forget the session's own messages that speak of the peer's numbers, which have begun anew.
    pub(crate) fn forget_numbers(&mut self) {
        let speaks_of_numbers =
            |waiting: &Waiting| !waiting.application && matches!(waiting.draft.msg_type(), b"2" | b"3" | b"j");
        self.waiting.retain(|waiting| !speaks_of_numbers(waiting));
        self.count_bytes();
    }

    /// Forget the session's own messages, which belong to a connection.
    pub(crate) fn keep_those_of_the_application(&mut self) {
        self.waiting.retain(|waiting| waiting.application);
        self.count_bytes();
    }

    fn count_bytes(&mut self) {
        self.bytes = self.waiting.iter().map(|waiting| cost(&waiting.draft.bytes, &waiting.draft.fields)).sum();
    }

    /// How many wait.
    pub(crate) fn len(&self) -> usize {
        self.waiting.len()
    }
}

fn cost(bytes: &[u8], fields: &[Field]) -> usize {
    bytes.len() + std::mem::size_of_val(fields) + ENTRY
}
