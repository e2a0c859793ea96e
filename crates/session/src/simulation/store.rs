//! What one side has stored: what is safe, and what a crash would take away.

use std::collections::VecDeque;

/// What is stored at one moment. Records are those from `from` on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Mark {
    next_out: u64,
    next_in: u64,
    created_ns: Option<i64>,
    /// Which life of the numbers it is; no two have the same.
    life: u64,
    /// Which life of the peer's numbers the number expected next is of.
    hears: u64,
    /// The first record of this life.
    from: usize,
    records: usize,
    bytes: usize,
}

#[derive(Debug, Clone, Copy)]
struct Record {
    seq: u64,
    start: usize,
    end: usize,
}

/// Numbers and messages. Operations are seen at once and safe only once they are committed.
#[derive(Debug)]
pub(super) struct Store {
    now: Mark,
    safe: Mark,
    /// What was stored after each operation that is not safe yet.
    steps: VecDeque<Mark>,
    lives: u64,
    records: Vec<Record>,
    bytes: Vec<u8>,
}

impl Store {
    pub(super) fn new() -> Self {
        let empty =
            Mark { next_out: 1, next_in: 1, created_ns: None, life: 0, hears: 0, from: 0, records: 0, bytes: 0 };
        Self { now: empty, safe: empty, steps: VecDeque::new(), lives: 0, records: Vec::new(), bytes: Vec::new() }
    }

    /// The numbers and their beginning, as they stand.
    pub(super) fn numbers(&self) -> (u64, u64, Option<i64>) {
        (self.now.next_out, self.now.next_in, self.now.created_ns)
    }

    pub(super) fn life(&self) -> u64 {
        self.now.life
    }

    pub(super) fn next_in(&self) -> u64 {
        self.now.next_in
    }

    pub(super) fn safe_life(&self) -> u64 {
        self.safe.life
    }

    /// The number expected next that no crash can take back.
    pub(super) fn safe_next_in(&self) -> u64 {
        self.safe.next_in
    }

    /// How many operations are not safe yet.
    pub(super) fn pending(&self) -> usize {
        self.steps.len()
    }

    /// Store a message, or its number alone; `false` if that number was used before.
    pub(super) fn append(&mut self, seq: u64, raw: &[u8]) -> bool {
        let (from, to) = (self.now.from, self.now.records);
        let last = self.records.get(from..to).and_then(<[Record]>::last);
        if last.is_some_and(|last| last.seq >= seq) {
            return false;
        }
        self.records.truncate(self.now.records);
        self.bytes.truncate(self.now.bytes);
        let start = self.bytes.len();
        self.bytes.extend_from_slice(raw);
        self.records.push(Record { seq, start, end: self.bytes.len() });
        self.now.next_out = seq.saturating_add(1);
        self.now.records = self.records.len();
        self.now.bytes = self.bytes.len();
        self.steps.push_back(self.now);
        true
    }

    pub(super) fn advance(&mut self, next_in: u64) {
        self.now.next_in = next_in;
        self.steps.push_back(self.now);
    }

    /// The number expected next is one of this life of the peer's; which it was of before.
    pub(super) fn hear(&mut self, life: u64) -> u64 {
        std::mem::replace(&mut self.now.hears, life)
    }

    /// Set both numbers; with a time of creation a new life begins and the messages go.
    pub(super) fn set(&mut self, next_out: u64, next_in: u64, created_ns: Option<i64>) {
        self.now.next_out = next_out;
        self.now.next_in = next_in;
        if created_ns.is_some() {
            self.lives += 1;
            self.now.life = self.lives;
            self.now.created_ns = created_ns;
            self.now.from = self.now.records;
        }
        self.steps.push_back(self.now);
    }

    /// Make the first operations safe; the messages that became so.
    pub(super) fn commit(&mut self, operations: usize) -> impl Iterator<Item = &[u8]> {
        let before = self.safe.records;
        if let Some(last) = self.steps.drain(..operations.min(self.steps.len())).next_back() {
            self.safe = last;
        }
        self.safe_since(before)
    }

    /// Lose what is not safe, but for the first `kept` operations, which reached the disk unacknowledged; the messages that these left.
    pub(super) fn lose(&mut self, kept: usize) -> impl Iterator<Item = &[u8]> {
        let before = self.safe.records;
        if let Some(last) = self.steps.drain(..kept.min(self.steps.len())).next_back() {
            self.safe = last;
        }
        self.steps.clear();
        self.now = self.safe;
        self.records.truncate(self.now.records);
        self.bytes.truncate(self.now.bytes);
        self.safe_since(before)
    }

    fn safe_since(&self, before: usize) -> impl Iterator<Item = &[u8]> {
        let records = self.records.get(before..self.safe.records).unwrap_or_default();
        records.iter().map(|record| self.raw(record))
    }

    /// The message that is safe under this number of this life.
    pub(super) fn safe_message(&self, seq: u64) -> Option<&[u8]> {
        let records = self.records.get(self.safe.from..self.safe.records)?;
        // Most often it is one of the last.
        let at = match records.iter().rev().take(4).position(|record| record.seq == seq) {
            Some(back) => records.len() - 1 - back,
            None => records.binary_search_by_key(&seq, |record| record.seq).ok()?,
        };
        records.get(at).map(|record| self.raw(record))
    }

    fn raw(&self, record: &Record) -> &[u8] {
        self.bytes.get(record.start..record.end).unwrap_or_default()
    }

    /// At most `most` records of this life in a range.
    pub(super) fn read(&self, begin: u64, end: u64, most: usize) -> impl Iterator<Item = (u64, &[u8])> {
        let records = self.records.get(self.now.from..self.now.records).unwrap_or_default();
        let at = records.partition_point(|record| record.seq < begin);
        let records = records.get(at..).unwrap_or_default().iter().take(most);
        records.take_while(move |record| record.seq <= end).map(|record| (record.seq, self.raw(record)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stored(store: &Store) -> Vec<(u64, Vec<u8>)> {
        store.read(1, u64::MAX, usize::MAX).map(|(seq, raw)| (seq, raw.to_vec())).collect()
    }

    #[test]
    fn a_crash_takes_what_is_not_safe_but_for_what_reached_the_disk() {
        let mut store = Store::new();
        store.set(1, 1, Some(5));
        store.append(1, b"a");
        assert_eq!(store.commit(2).count(), 1);
        store.append(2, b"b");
        store.advance(9);
        store.append(3, b"c");
        assert_eq!(store.lose(2).count(), 1);
        assert_eq!(store.numbers(), (3, 9, Some(5)));
        assert_eq!(stored(&store), [(1, b"a".to_vec()), (2, b"b".to_vec())]);
    }

    #[test]
    fn a_reset_that_was_lost_brings_the_messages_back() {
        let mut store = Store::new();
        store.set(1, 1, Some(5));
        store.append(1, b"a");
        assert_eq!(store.commit(2).count(), 1);
        store.set(1, 1, Some(6));
        store.append(1, b"other");
        assert_eq!(stored(&store), [(1, b"other".to_vec())]);
        assert_eq!(store.lose(0).count(), 0);
        assert_eq!((store.numbers(), stored(&store)), ((2, 1, Some(5)), vec![(1, b"a".to_vec())]));
    }

    #[test]
    fn a_number_is_stored_once() {
        let mut store = Store::new();
        assert!(store.append(1, b"a"));
        assert!(!store.append(1, b"b"));
    }
}
