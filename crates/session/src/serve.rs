//! Sending again what the peer asks for.
//!
//! Source: FIX 4.4 vol. 2, Session Protocol, "Resend Request". Messages are streamed from the store in slices, never collected.
//! Messages of the application go out under their own numbers; runs of session messages, of numbers that are not stored, and of
//! what the application declines become one gap fill each. Live messages wait until all is sent.

use crate::config::Version;
use crate::effect::{CloseReason, Effect, Effects, Event, Kind};
use crate::inbound::Looked;
use crate::now::Now;
use crate::received::MsgKind;
use crate::refusal::Refusal;
use crate::reset::Resetting;
use crate::session::Session;
use crate::splice;
use crate::stamp::Stamp;
use fixplus_wire::SOH;
use fixplus_wire::values::write_timestamp;

/// Requests that wait behind the one that is served. A peer that repeats itself more often is not helped by more.
const MOST_REQUESTS: usize = 16;

/// A range that is being sent again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Serving {
    begin: u64,
    end: u64,
    /// The first number that was not read yet.
    next: u64,
    /// The first number that nothing was sent for yet.
    fill_from: u64,
    bytes: u64,
    messages: u64,
    /// The number of the ResendRequest that asks for it; nothing where the peer's NextExpectedMsgSeqNum(789) did.
    request: Option<u64>,
}

impl Session {
    /// ResendRequest(35=2), whatever its number.
    pub(crate) fn resend_request(
        &mut self,
        looked: Looked<'_>,
        seq: u64,
        book: Option<usize>,
        now: Now,
        effects: &mut Effects,
    ) -> bool {
        let message = looked.message;
        let (Some(begin), Some(end)) = (message.number(7), message.number(16)) else {
            let tag = if message.number(7).is_none() { 7 } else { 16 };
            let refusal = if message.value(tag).is_some() { Refusal::value(tag) } else { Refusal::missing(tag) };
            self.refuse(message, seq, &refusal, now, effects);
            return false;
        };
        if begin < 1 || begin >= self.next_out {
            self.refuse(message, seq, &Refusal::value(7), now, effects);
            return false;
        }
        if end > 0 && end < begin {
            self.refuse(message, seq, &Refusal::value(16), now, effects);
            return false;
        }
        self.deliver(looked, Kind::Admin, seq, book, effects);
        let is_open = end == 0 || (end == 999_999 && self.config.version <= Version::Fix42) || end >= self.next_out;
        let end = if is_open { self.next_out - 1 } else { end };
        if message.poss_dup() && self.config.quirks.ignore_poss_dup_resend_requests {
            Self::warn(effects, "a ResendRequest(35=2) that is a possible duplicate is not served");
        } else {
            self.serve(begin, end, Some(seq), now, effects);
        }
        self.count(seq, now, effects);
        true
    }

    /// Send a range again, behind those that are being sent.
    pub(crate) fn serve(&mut self, begin: u64, end: u64, request: Option<u64>, now: Now, effects: &mut Effects) {
        if self.serving.is_some() {
            if self.requests.len() < MOST_REQUESTS {
                self.requests.push_back((begin, end, request));
            } else {
                Self::warn(
                    effects,
                    format!("{MOST_REQUESTS} ResendRequests(35=2) wait already; one more is not served"),
                );
            }
            return;
        }
        self.serving = Some(Serving { begin, end, next: begin, fill_from: begin, bytes: 0, messages: 0, request });
        if self.config.persist_messages {
            effects.push(Effect::Replay { begin, end });
        } else {
            self.served(now, effects);
        }
    }

    /// Send again what the store holds. `records` are ascending: the number, and the bytes as stored, or nothing where the application
    /// declines to send them again. `through` is the last number that this slice covers.
    pub fn replay<'r>(
        &mut self,
        records: impl IntoIterator<Item = (u64, Option<&'r [u8]>)>,
        through: u64,
        now: Now,
        effects: &mut Effects,
    ) {
        self.last_now = now;
        self.answering = self.serving.and_then(|serving| serving.request);
        for (seq, raw) in records {
            let Some(serving) = self.serving.filter(|serving| seq <= serving.end) else { break };
            if seq < serving.next {
                continue;
            }
            if let Some(raw) = raw.filter(|raw| self.is_sent_again(raw)) {
                self.send_again(seq, raw, now, effects);
            }
            if let Some(serving) = &mut self.serving {
                serving.next = seq.saturating_add(1);
            }
        }
        if let Some(serving) = &mut self.serving {
            serving.next = serving.next.max(through.saturating_add(1));
            let (next, end) = (serving.next, serving.end);
            if next <= end {
                effects.push(Effect::Replay { begin: next, end });
            } else {
                self.served(now, effects);
            }
        }
        self.answering = None;
    }

    /// Whether a stored message goes out again as it was.
    fn is_sent_again(&self, raw: &[u8]) -> bool {
        match MsgKind::of(msg_type(raw)) {
            MsgKind::Application => !raw.is_empty(),
            MsgKind::Reject => self.config.resend_session_level_rejects,
            _ => false,
        }
    }

    fn send_again(&mut self, seq: u64, raw: &[u8], now: Now, effects: &mut Effects) {
        let mut spliced = std::mem::take(&mut self.scratch);
        spliced.clear();
        write_timestamp(now.utc_ns, self.config.time_digits(), &mut spliced);
        let time = spliced.len();
        // The text of the time stands before the message in the same memory.
        let text: [u8; 32] = std::array::from_fn(|at| spliced.get(at).copied().unwrap_or(0));
        let result = splice::poss_dup(raw, text.get(..time).unwrap_or_default(), &mut spliced);
        match result {
            Ok(()) => {
                self.fill_to(seq, now, effects);
                let raw = effects.keep(spliced.get(time..).unwrap_or_default());
                if let Some(serving) = &mut self.serving {
                    serving.fill_from = seq.saturating_add(1);
                    serving.bytes += raw.len() as u64;
                    serving.messages += 1;
                }
                effects.push(Effect::Write { raw });
                self.silence.sent(now.mono_ns);
            }
            Err(error) if self.config.force_resend_when_corrupted_store => {
                Self::warn(effects, format!("message {seq} is filled over: {error}"));
            }
            Err(error) => {
                Self::warn(effects, format!("message {seq} cannot be sent again: {error}"));
                self.serving = None;
                self.requests.clear();
                let text = format!("Message {seq} cannot be resent");
                self.log_out(Some(&text), None, CloseReason::Protocol(text.clone()), now, effects);
            }
        }
        self.scratch = spliced;
    }

    /// Write one gap fill for all numbers below this that nothing was sent for.
    fn fill_to(&mut self, seq: u64, now: Now, effects: &mut Effects) {
        let Some(from) = self.serving.map(|serving| serving.fill_from).filter(|&from| from < seq) else { return };
        let mut draft = std::mem::take(&mut self.draft);
        draft.begin(b"4");
        draft.number(36, seq);
        draft.field(123, b"Y");
        let stamp = Stamp {
            seq: from,
            utc_ns: now.utc_ns,
            poss_dup: self.config.quirks.gap_fill_poss_dup,
            last_processed: self.last_processed(),
            appl_ver_id: b"",
        };
        let written = self.stamper.write(&self.config, self.books.pairs(), (&draft.bytes, &draft.fields), &stamp);
        match written {
            Ok(raw) => {
                let raw = effects.keep(raw);
                if let Some(serving) = &mut self.serving {
                    serving.fill_from = seq;
                    serving.bytes += raw.len() as u64;
                }
                effects.push(Effect::Write { raw });
                self.silence.sent(now.mono_ns);
            }
            Err(error) => Self::warn(effects, format!("a gap fill is not sent: {error}")),
        }
        self.draft = draft;
    }

    /// All of a range was sent: fill what is left of it, and go on with what waited.
    fn served(&mut self, now: Now, effects: &mut Effects) {
        let Some(serving) = self.serving else { return };
        self.fill_to(serving.end.saturating_add(1), now, effects);
        self.answering = None;
        let Some(Serving { begin, end, bytes, messages, request, .. }) = self.serving.take() else { return };
        effects.push(Effect::Notify(Event::ResendServed { begin, end, bytes, messages }));
        if let Some(gap) = &mut self.gap {
            gap.since_mono_ns = now.mono_ns;
        }
        match self.requests.pop_front() {
            Some((begin, end, request)) => self.serve(begin, end, request, now, effects),
            None => {
                let asks = request.is_some() && self.config.quirks.ask_again_after_serving;
                if self.resetting == Some(Resetting::Answered) {
                    self.send_reset(now, effects);
                } else if asks && self.gap.is_some_and(|gap| gap.asked.is_some()) {
                    self.ask(now, effects);
                }
                self.flush(now, effects);
            }
        }
    }
}

/// The value of MsgType(35), the third field of a message of ours.
fn msg_type(raw: &[u8]) -> &[u8] {
    raw.splitn(4, |&byte| byte == SOH).nth(2).and_then(|field| field.strip_prefix(b"35=")).unwrap_or_default()
}
