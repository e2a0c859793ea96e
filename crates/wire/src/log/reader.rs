//! The reader: bytes in, messages out.

use memchr::{memchr_iter, memrchr};

use super::extent::{Delimiter, Extent};
use super::find::{BARE_BEGIN, Found};
use super::head::Head;
use super::judge::{self, Judged};
use super::{Framing, LogMessage, Over, Separator, Verdict};

/// The bytes before a message that are kept as its prefix.
const PREFIX_BYTES: usize = 512;

/// The bytes that are copied behind an unfinished message before it is looked at again.
const APPEND_BYTES: usize = 4096;

/// How a log is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LogOptions {
    /// The greatest size of a message in bytes; longer ones are reported and skipped. 16 MiB unless told.
    pub max_message_size: usize,
    /// Join messages that are broken over lines. On unless told.
    pub join_lines: bool,
}

impl Default for LogOptions {
    fn default() -> Self {
        Self { max_message_size: 16 * 1024 * 1024, join_lines: true }
    }
}

/// Finds the messages of one log, fed in pieces of any size.
#[derive(Debug, Clone)]
pub struct LogReader {
    delimiter: Delimiter,
    /// Bytes that a message not yet complete needs, from `kept_from` on.
    kept: Vec<u8>,
    kept_from: usize,
    /// How many bytes from `kept_from` on are needed before looking at them can find more.
    need: usize,
    place: Place,
    /// The separator of the last message.
    separator: Separator,
    messages: u64,
}

/// Where the reader is. Offsets count bytes from the start of the stream.
#[derive(Debug, Clone, Copy, Default)]
struct Place {
    /// Of the first byte that is kept, or of the next to come.
    base: u64,
    /// No message begins before this.
    searched: u64,
    /// A message without BeginString(8) may begin at `searched`.
    fresh: bool,
    /// The end of the last message.
    end: u64,
    /// Newlines before `counted`.
    newlines: u64,
    counted: u64,
}

impl LogReader {
    /// A reader at the start of a log.
    #[must_use]
    pub fn new(options: LogOptions) -> Self {
        Self {
            delimiter: Delimiter::new(options),
            kept: Vec::new(),
            kept_from: 0,
            need: 0,
            place: Place { fresh: true, ..Place::default() },
            separator: Separator::SOH,
            messages: 0,
        }
    }

    /// Read on. Every message that these bytes complete goes to `sink`, in the order of the log.
    pub fn feed(&mut self, chunk: &[u8], sink: &mut impl FnMut(LogMessage<'_>)) {
        let mut taken = 0;
        while self.kept_from < self.kept.len() {
            let rest = chunk.get(taken..).unwrap_or_default();
            let kept = self.kept.len() - self.kept_from;
            let count = self.need.saturating_sub(kept).max(APPEND_BYTES).min(rest.len());
            self.kept.extend_from_slice(rest.get(..count).unwrap_or_default());
            taken += count;
            if kept + count < self.need || count == 0 {
                return;
            }
            let kept = std::mem::take(&mut self.kept);
            let text = kept.get(self.kept_from..).unwrap_or_default();
            let done = self.run(text, false, sink);
            let open = text.len() - done;
            self.kept = kept;
            if open <= taken {
                // All that is open has just come: it is read where it stands.
                self.kept.clear();
                self.kept_from = 0;
                taken -= open;
            } else {
                self.kept_from += done;
                if self.kept_from > self.kept.len() / 2 {
                    self.kept.drain(..self.kept_from);
                    self.kept_from = 0;
                }
            }
        }
        let text = chunk.get(taken..).unwrap_or_default();
        let done = if text.len() < self.need { 0 } else { self.run(text, false, sink) };
        self.kept.clear();
        self.kept_from = 0;
        self.kept.extend_from_slice(text.get(done..).unwrap_or_default());
    }

    /// Read what is left when no more bytes come.
    pub fn finish(&mut self, sink: &mut impl FnMut(LogMessage<'_>)) {
        let kept = std::mem::take(&mut self.kept);
        let from = std::mem::take(&mut self.kept_from);
        let text = kept.get(from..).unwrap_or_default();
        let done = self.run(text, true, sink);
        self.place.base += (text.len() - done) as u64;
        self.need = 0;
    }

    /// How many bytes have been fed.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.place.base + (self.kept.len() - self.kept_from) as u64
    }

    /// How many messages have been found.
    #[must_use]
    pub const fn messages(&self) -> u64 {
        self.messages
    }

    /// The separator of the last message found; SOH before the first.
    #[must_use]
    pub const fn separator(&self) -> Separator {
        self.separator
    }

    /// Find the messages of a text that begins at `place.base`, and return how much of it is no longer needed.
    fn run(&mut self, text: &[u8], last: bool, sink: &mut impl FnMut(LogMessage<'_>)) -> usize {
        let base = self.place.base;
        let within = |offset: u64| usize::try_from(offset.saturating_sub(base)).unwrap_or(usize::MAX).min(text.len());
        let mut from = within(self.place.searched);
        let mut seen = None;
        let done = loop {
            let start = match self.delimiter.finder.next(text, from, self.place.fresh, last, &mut seen) {
                Found::Start(start) => start,
                Found::NoneBefore(place) => {
                    self.place.fresh &= place == from;
                    from = place;
                    self.need = 0;
                    break place.saturating_sub(PREFIX_BYTES).max(within(self.place.end));
                }
            };
            let end = match self.delimiter.extent(text, start, last, &mut seen) {
                Extent::More(bytes) => {
                    self.place.fresh = text.get(start..).is_some_and(|rest| rest.starts_with(BARE_BEGIN));
                    from = start;
                    let done = prefix_start(text, start, within(self.place.end));
                    self.need = bytes - done;
                    break done;
                }
                Extent::Nothing => {
                    self.place.fresh = false;
                    from = start + 1;
                    seen = None;
                    continue;
                }
                extent => self.give(text, start, &extent, sink),
            };
            self.place.end = base + end as u64;
            self.place.fresh = true;
            from = end;
        };
        self.place.searched = base + from as u64;
        self.count_lines(text, done);
        self.place.base = base + done as u64;
        done
    }

    fn count_lines(&mut self, text: &[u8], to: usize) {
        let from = usize::try_from(self.place.counted - self.place.base).unwrap_or(usize::MAX);
        if let Some(passed) = text.get(from..to) {
            self.place.newlines += memchr_iter(b'\n', passed).count() as u64;
            self.place.counted = self.place.base + to as u64;
        }
    }

    /// Hand a message over and return where it ends.
    #[inline]
    fn give(&mut self, text: &[u8], start: usize, extent: &Extent, sink: &mut impl FnMut(LogMessage<'_>)) -> usize {
        self.count_lines(text, start);
        let floor = usize::try_from(self.place.end.saturating_sub(self.place.base)).unwrap_or(0);
        let room = &mut self.delimiter;
        let printed = |end: usize| text.get(start..end).unwrap_or_default();
        let (end, head, judged) = match extent {
            Extent::Judged { head, trailer, verdict } => {
                let end = start + trailer.end;
                let message = judge::message(printed(end), head, trailer, &room.message);
                (end, *head, Judged { message, verdict: *verdict })
            }
            Extent::Whole { end, head, trailer, joined: false } => {
                (*end, *head, judge::whole(printed(*end), head, trailer, &mut room.message))
            }
            Extent::Whole { end, head, trailer, joined: true } => {
                (*end, *head, judge::whole(&room.joined, head, trailer, &mut room.message))
            }
            Extent::Fragment { end, head } => {
                (*end, *head, judge::fragment(printed(*end), head, Framing::WithoutCheckSum, &mut room.message))
            }
            Extent::TooLong { end, head } => {
                let framing = Framing::TooLong { limit: room.options.max_message_size as u64 };
                let head = head.unwrap_or(Head { separator: self.separator, claimed: None, body: 0, version_end: 0 });
                let judged = if head.body == 0 {
                    let verdict = Verdict { framing, body_length: Over::Missing, check_sum: Over::Missing };
                    Judged { message: printed(*end), verdict }
                } else {
                    judge::fragment(printed(*end), &head, framing, &mut room.message)
                };
                (*end, head, judged)
            }
            Extent::More(_) | Extent::Nothing => return start,
        };
        self.separator = head.separator;
        self.messages += 1;
        sink(LogMessage {
            offset: self.place.base + start as u64,
            line: self.place.newlines + 1,
            prefix: text.get(prefix_start(text, start, floor)..start).unwrap_or_default(),
            separator: &self.separator,
            raw: printed(end),
            message: judged.message,
            verdict: judged.verdict,
        });
        end
    }
}

/// Where the prefix of a message begins: behind the last newline and the last message, and not too far before.
#[inline]
fn prefix_start(text: &[u8], start: usize, floor: usize) -> usize {
    let floor = floor.max(start.saturating_sub(PREFIX_BYTES)).min(start);
    let before = text.get(floor..start).unwrap_or_default();
    memrchr(b'\n', before).map_or(floor, |newline| floor + newline + 1)
}
