//! The observer of one direction: what one application sent and what the other one saw. It survives every crash.

use super::{Failure, Law};

/// What a message is, for the application that sends it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sort {
    /// NewOrderSingle(35=D).
    Order,
    /// ExecutionReport(35=8) on the order with this number.
    Report(usize),
    /// Quote(35=S): old ones are not sent again.
    Price,
}

/// How far a message has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    /// It is in memory only.
    Waiting,
    /// It has its number and is not safe yet.
    Stored,
    /// It is safe: it must arrive.
    Accepted,
    /// It is safe, but a reset or its own application has seen to it that it need not arrive.
    Excused,
    /// A crash took it before it was safe.
    Lost,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Sent {
    pub(super) sort: Sort,
    pub(super) fate: Fate,
    pub(super) life: u64,
    pub(super) seq: u64,
    pub(super) is_seen: bool,
    /// Its application declined to send it again.
    is_declined: bool,
    /// For an order: the answer was tried and is neither safe nor lost for good.
    pub(super) answer: Option<usize>,
}

/// All messages in one direction.
#[derive(Debug, Default)]
pub(super) struct Flow {
    pub(super) sent: Vec<Sent>,
    /// No message before this one must still arrive.
    settled: usize,
    last_seen: (u64, u64),
    /// By number, what was written without PossDupFlag(43)=Y in this life.
    written: Vec<u64>,
    written_life: u64,
    pub(super) excused: u64,
}

impl Flow {
    pub(super) fn add(&mut self, sort: Sort) -> usize {
        let sent =
            Sent { sort, fate: Fate::Waiting, life: 0, seq: 0, is_seen: false, is_declined: false, answer: None };
        self.sent.push(sent);
        self.sent.len() - 1
    }

    pub(super) fn get(&self, id: usize) -> Option<&Sent> {
        self.sent.get(id)
    }

    pub(super) fn get_mut(&mut self, id: usize) -> Option<&mut Sent> {
        self.sent.get_mut(id)
    }

    /// It has its number and waits to be safe.
    pub(super) fn stored(&mut self, id: usize, life: u64, seq: u64) {
        if let Some(sent) = self.sent.get_mut(id) {
            (sent.fate, sent.life, sent.seq) = (Fate::Stored, life, seq);
        }
    }

    /// It is safe; `true` if that is new.
    pub(super) fn accepted(&mut self, id: usize) -> bool {
        match self.sent.get_mut(id) {
            Some(sent) if sent.fate == Fate::Stored => {
                sent.fate = Fate::Accepted;
                if sent.is_declined {
                    self.excuse(id);
                }
                true
            }
            _ => false,
        }
    }

    /// Its application does not want it to be sent again, safe or not.
    pub(super) fn declined(&mut self, id: usize) {
        if let Some(sent) = self.sent.get_mut(id) {
            sent.is_declined = true;
        }
        self.excuse(id);
    }

    /// It need not arrive.
    pub(super) fn excuse(&mut self, id: usize) {
        if let Some(sent) = self.sent.get_mut(id) {
            if sent.fate == Fate::Accepted && !sent.is_seen {
                sent.fate = Fate::Excused;
                self.excused += 1;
            }
        }
    }

    /// Nothing of this life or an earlier one need arrive any more: the numbers began anew.
    pub(super) fn excuse_until(&mut self, life: u64) {
        for id in self.settled..self.sent.len() {
            if self.sent.get(id).is_some_and(|sent| sent.life <= life) {
                self.excuse(id);
            }
        }
        self.settle();
    }

    /// What has a lower number in this life need not arrive: it was taken for what had that number before.
    pub(super) fn excuse_below(&mut self, life: u64, seq: u64) {
        for id in self.settled..self.sent.len() {
            if self.sent.get(id).is_some_and(|sent| sent.life == life && sent.seq < seq) {
                self.excuse(id);
            }
        }
    }

    /// What was in memory only is gone, and so is what is not safe.
    pub(super) fn crashed(&mut self) {
        self.settle();
        for sent in self.sent.iter_mut().skip(self.settled) {
            if matches!(sent.fate, Fate::Waiting | Fate::Stored) {
                sent.fate = Fate::Lost;
            }
        }
    }

    fn settle(&mut self) {
        let is_settled = |sent: &Sent| sent.is_seen || matches!(sent.fate, Fate::Excused | Fate::Lost);
        while self.sent.get(self.settled).is_some_and(is_settled) {
            self.settled += 1;
        }
    }

    /// The first message that must still arrive.
    pub(super) fn missing(&mut self) -> Option<(usize, Sent)> {
        self.settle();
        let sent = self.sent.iter().copied().enumerate().skip(self.settled);
        let mut missing = sent.filter(|(_, sent)| sent.fate == Fate::Accepted && !sent.is_seen);
        missing.next()
    }

    /// The other application sees a message under this number; `true` for the first time.
    pub(super) fn seen(&mut self, id: usize, seq: u64) -> Result<bool, (Law, String)> {
        let Some(sent) = self.sent.get_mut(id) else {
            return Err((Law::NoneInvented, format!("message {id} was never sent")));
        };
        if !matches!(sent.fate, Fate::Accepted | Fate::Excused) {
            return Err((Law::NoneInvented, format!("message {id} arrived and is {:?}", sent.fate)));
        }
        if sent.seq != seq {
            return Err((
                Law::NoneAltered,
                format!("message {id} was stored under {} and arrived under {seq}", sent.seq),
            ));
        }
        if sent.is_seen {
            return Ok(false);
        }
        sent.is_seen = true;
        if sent.fate == Fate::Excused {
            // It need not arrive, and so not in order.
            return Ok(true);
        }
        let place = (sent.life, sent.seq);
        if place <= self.last_seen {
            let (life, last) = self.last_seen;
            let text = format!(
                "message {id}, number {seq} of life {}, is first seen after number {last} of life {life}",
                place.0
            );
            return Err((Law::InOrder, text));
        }
        self.last_seen = place;
        Ok(true)
    }

    /// A message is written under this number without PossDupFlag(43)=Y.
    pub(super) fn written(&mut self, life: u64, seq: u64, raw: &[u8]) -> Result<(), (Law, String)> {
        if life != self.written_life {
            self.written_life = life;
            self.written.clear();
        }
        let at = usize::try_from(seq).unwrap_or(usize::MAX);
        if at > 1 << 24 {
            return Err((Law::NumbersOnce, format!("number {seq} was written")));
        }
        if self.written.len() <= at {
            self.written.resize(at + 1, 0);
        }
        let hash = hashed(raw);
        match self.written.get_mut(at) {
            Some(known) if *known == 0 => *known = hash,
            Some(known) if *known == hash => {}
            _ => return Err((Law::NumbersOnce, format!("number {seq} of life {life} is used for a second message"))),
        }
        Ok(())
    }
}

impl Failure {
    pub(super) fn new((law, text): (Law, String), at_ns: i64) -> Self {
        Self { law, text, at_ns }
    }
}

fn hashed(raw: &[u8]) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for chunk in raw.chunks(8) {
        let mut word = [0; 8];
        for (to, from) in word.iter_mut().zip(chunk) {
            *to = *from;
        }
        hash = (hash ^ u64::from_le_bytes(word)).wrapping_mul(0x0100_0000_01b3).rotate_left(23);
    }
    hash | 1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn accepted(flow: &mut Flow, life: u64, seq: u64) -> usize {
        let id = flow.add(Sort::Order);
        flow.stored(id, life, seq);
        assert!(flow.accepted(id));
        id
    }

    #[test]
    fn the_observer_tells_what_is_missing_doubled_invented_and_out_of_order() {
        let mut flow = Flow::default();
        let (first, second) = (accepted(&mut flow, 1, 2), accepted(&mut flow, 1, 3));
        assert_eq!(flow.missing().map(|(id, _)| id), Some(first));
        assert_eq!(flow.seen(second, 3), Ok(true));
        assert_eq!(flow.seen(second, 3), Ok(false));
        assert_eq!(flow.seen(first, 2).map_err(|(law, _)| law), Err(Law::InOrder));
        assert_eq!(flow.seen(9, 2).map_err(|(law, _)| law), Err(Law::NoneInvented));
        assert_eq!(flow.seen(second, 4).map_err(|(law, _)| law), Err(Law::NoneAltered));
    }

    #[test]
    fn what_a_crash_took_must_not_arrive_and_what_a_reset_wiped_need_not() {
        let mut flow = Flow::default();
        let wiped = accepted(&mut flow, 1, 2);
        let lost = flow.add(Sort::Price);
        flow.crashed();
        flow.excuse_until(1);
        assert!(flow.missing().is_none());
        assert_eq!(flow.seen(wiped, 2), Ok(true));
        assert_eq!(flow.seen(lost, 0).map_err(|(law, _)| law), Err(Law::NoneInvented));
    }

    #[test]
    fn a_number_is_written_for_one_message_in_one_life() {
        let mut flow = Flow::default();
        assert_eq!(flow.written(1, 2, b"a"), Ok(()));
        assert_eq!(flow.written(1, 2, b"a"), Ok(()));
        assert_eq!(flow.written(1, 2, b"b").map_err(|(law, _)| law), Err(Law::NumbersOnce));
        assert_eq!(flow.written(2, 2, b"b"), Ok(()));
    }
}
