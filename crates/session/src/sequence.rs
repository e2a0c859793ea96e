//! The peer's numbers: what is expected, what is missing, and how it is asked for.

use crate::effect::{CloseReason, Effect, Effects, Event, Kind};
use crate::gap::{Gap, MOST_REPEATS};
use crate::inbound::Looked;
use crate::now::Now;
use crate::received::Received;
use crate::refusal::Refusal;
use crate::session::{Phase, Session};
use crate::set_aside::Early;

impl Session {
    /// A message was dealt with: the next number is expected if it was the expected one, and otherwise it is known.
    pub(crate) fn count(&mut self, seq: u64, now: Now, effects: &mut Effects) {
        if self.phase == Phase::Closed {
            // The end came while it was answered: it is sent again.
        } else if !self.config.validate_sequence_numbers {
            if seq >= self.next_in {
                self.advance_to(seq.saturating_add(1), now, effects);
            }
        } else if seq == self.next_in {
            self.advance_to(seq.saturating_add(1), now, effects);
        } else if seq > self.next_in {
            self.remember(seq, Early::Seen);
        }
    }

    fn remember(&mut self, seq: u64, early: Early) {
        self.set_aside.put(seq, early, self.config.max_set_aside, self.config.max_set_aside_bytes);
    }

    /// The next number that is expected.
    pub(crate) fn advance_to(&mut self, next_in: u64, now: Now, effects: &mut Effects) {
        self.next_in = next_in;
        if next_in > 2 && self.resetting.is_none() {
            // The peer goes on from its Logon: it began anew too.
            self.reset_unconfirmed = false;
        }
        effects.push(Effect::Advance { next_in });
        self.set_aside.drop_below(next_in);
        if let Some(gap) = &mut self.gap {
            gap.progressed(now.mono_ns);
            if next_in > gap.end {
                self.gap = None;
                effects.push(Effect::Notify(Event::GapClosed { next_in }));
            } else if gap.chunk_end.is_some_and(|chunk_end| next_in > chunk_end) {
                self.ask(now, effects);
            }
        }
        if self.gap.is_none() && !self.set_aside.has(next_in) {
            self.look_behind(now, effects);
        }
    }

    /// Nothing was asked for that is still missing, and what comes next is not here: ask for it if it is known to be missing. What was
    /// dropped for want of room is, and so is what a range with a real end left out; an open one brings the rest by itself.
    fn look_behind(&mut self, now: Now, effects: &mut Effects) {
        let next_in = self.next_in;
        let dropped_to = Some(self.set_aside.dropped_to()).filter(|&to| to >= next_in);
        // A number that is only known to be used shows no gap by itself.
        let waiting = self.set_aside.first_waiting().filter(|_| self.asking.is_closed());
        let missing_to = match (waiting, dropped_to) {
            (Some(waiting), _) => Some(waiting - 1),
            (None, Some(dropped_to)) => Some(self.set_aside.first().map_or(dropped_to, |first| first - 1)),
            (None, None) => None,
        };
        if let Some(end) = missing_to {
            self.open_gap(end, now, effects);
        }
    }

    /// A message whose number is too high: keep it unread, and ask for what is missing.
    pub(crate) fn put_aside(&mut self, seq: u64, frame: &[u8], now: Now, effects: &mut Effects) {
        self.remember(seq, Early::Raw { raw: frame.to_vec(), utc_ns: now.utc_ns });
        match self.gap {
            None => self.open_gap(seq - 1, now, effects),
            Some(_) if self.config.send_redundant_resend_requests => {
                if let Some(gap) = &mut self.gap {
                    gap.end = gap.end.max(seq - 1);
                }
                self.ask(now, effects);
            }
            Some(_) => {}
        }
    }

    /// Numbers up to `end` are missing.
    pub(crate) fn open_gap(&mut self, end: u64, now: Now, effects: &mut Effects) {
        if self.phase != Phase::LoggedOn {
            return;
        }
        self.gap = Some(Gap::new(self.next_in, end, now.mono_ns));
        effects.push(Effect::Notify(Event::GapOpened { begin: self.next_in, end }));
        self.ask(now, effects);
    }

    /// Ask for what is missing, from the number expected next.
    pub(crate) fn ask(&mut self, now: Now, effects: &mut Effects) {
        if self.phase != Phase::LoggedOn {
            return;
        }
        let begin = self.next_in;
        let Some(gap) = &mut self.gap else { return };
        let (end_seq_no, chunk_end) = self.asking.range(begin, gap.end);
        gap.chunk_end = chunk_end;
        gap.asked = Some((begin, end_seq_no));
        gap.garbled_now = false;
        gap.since_mono_ns = now.mono_ns;
        let answering = self.answering;
        if !self.config.quirks.last_processed_is_trigger {
            self.answering = None;
        }
        self.say(b"2", now, effects, |draft| {
            draft.number(7, begin);
            draft.number(16, end_seq_no);
        });
        self.answering = answering;
        effects.push(Effect::Notify(Event::ResendRequested { begin, end: end_seq_no }));
    }

    /// When a range that brought nothing is to be asked for again.
    pub(crate) fn gap_due_ns(&self) -> Option<i64> {
        let wait = self.config.resend_request_timeout_ns;
        // While we resend, our own request may still be waiting to be written.
        let gap = self.gap.filter(|_| wait > 0 && self.serving.is_none() && self.phase == Phase::LoggedOn)?;
        Some(gap.since_mono_ns.saturating_add(wait))
    }

    /// A range brought nothing for too long.
    pub(crate) fn ask_again(&mut self, now: Now, effects: &mut Effects) {
        let never_repeated = self.config.quirks.cme_enhanced_resend;
        let Some(gap) = &mut self.gap else { return };
        if gap.asked.is_none() {
            return self.ask(now, effects);
        }
        if gap.repeats >= MOST_REPEATS {
            let text = "ResendRequest not answered";
            return self.log_out(Some(text), None, CloseReason::Protocol(text.into()), now, effects);
        }
        gap.repeats += 1;
        gap.since_mono_ns = now.mono_ns;
        if !never_repeated {
            self.ask(now, effects);
        }
    }

    /// SequenceReset(35=4), in both modes.
    pub(crate) fn sequence_reset(
        &mut self,
        looked: Looked<'_>,
        seq: u64,
        book: Option<usize>,
        now: Now,
        effects: &mut Effects,
    ) -> bool {
        let message = looked.message;
        let Some(new) = self.new_seq_no(message, seq, now, effects) else { return false };
        if message.is_reset() {
            if new < self.next_in {
                self.refuse_uncounted(message, seq, &Refusal::lowering(None), now, effects);
                return false;
            }
            self.deliver(looked, Kind::Admin, seq, book, effects);
            if new > self.next_in {
                self.advance_to(new, now, effects);
            } else {
                Self::warn(effects, format!("SequenceReset(35=4) to {new}, which is expected anyway"));
            }
            return true;
        }
        if !self.config.validate_sequence_numbers || seq == self.next_in {
            if new <= seq && self.config.validate_sequence_numbers {
                let text = format!("attempt to lower sequence number, invalid value NewSeqNo(36)={new}");
                self.refuse_uncounted(message, seq, &Refusal::lowering(Some(text)), now, effects);
                return false;
            }
            self.deliver(looked, Kind::Admin, seq, book, effects);
            self.fill(new, now, effects);
            return true;
        }
        // Its number is too low and it is a possible duplicate: it counts only where it reaches beyond what was set aside.
        if new > self.next_in {
            self.deliver(looked, Kind::Admin, seq, book, effects);
            self.fill(new, now, effects);
            return true;
        }
        false
    }

    /// Skip to `new`, as a gap fill orders.
    fn fill(&mut self, mut new: u64, now: Now, effects: &mut Effects) {
        let reached = self.gap.and_then(|gap| gap.chunk_end).is_some_and(|chunk_end| new >= chunk_end);
        if self.config.quirks.cme_enhanced_resend {
            // The peer fills what it was asked for and no more.
            if let Some((_, end)) = self.gap.and_then(|gap| gap.asked) {
                new = new.min(end.saturating_add(1));
            }
        }
        if new <= self.next_in {
            return;
        }
        let asked = self.gap.and_then(|gap| gap.asked);
        self.advance_to(new, now, effects);
        // A fill that reaches the end of the chunk ends it, even if its last number is still to come.
        if reached && self.gap.is_some_and(|gap| gap.asked == asked) {
            self.ask(now, effects);
        }
    }

    /// NewSeqNo(36), which a dictionary has checked where there is one.
    fn new_seq_no(&mut self, message: &Received<'_>, seq: u64, now: Now, effects: &mut Effects) -> Option<u64> {
        let new = message.number(36);
        if new.is_none() {
            let refusal = if message.value(36).is_some() { Refusal::value(36) } else { Refusal::missing(36) };
            if message.is_reset() {
                self.refuse_uncounted(message, seq, &refusal, now, effects);
            } else {
                self.refuse(message, seq, &refusal, now, effects);
            }
        }
        new
    }

    /// Refuse a message without counting it.
    fn refuse_uncounted(
        &mut self,
        message: &Received<'_>,
        seq: u64,
        refusal: &Refusal,
        now: Now,
        effects: &mut Effects,
    ) {
        let refused = crate::reject::Refused::new(seq, message.msg_type);
        self.write_refusal(refused, refusal, message.routing(), now, effects);
        self.note_refusal(refused, refusal, effects);
    }
}
