//! The reader: bytes in, messages out.

use memchr::{memchr, memchr_iter, memrchr};

use super::find::{BARE_BEGIN, BEGIN, Finder, Found};
use super::head::{HEAD_BYTES, Head, any_head, soh_head};
use super::judge::{self, Judged};
use super::trailer::{self, Trailer};
use super::{Framing, LogMessage, Over, Separator, Verdict};

/// The bytes before a message that are kept as its prefix.
const PREFIX_BYTES: usize = 512;

/// BodyLength(9) may lead over the start of another message, since a data field may hold one. In longer messages it may not,
/// or a hostile log would have every start sum the rest of the log.
const MOST_AROUND_A_START: u64 = 16 * 1024;

/// `8=FIX` with a carriage return and a newline in it.
const BROKEN_BEGIN_BYTES: usize = BEGIN.len() + 2;

/// The bytes that are copied behind an unfinished message before it is looked at again.
const APPEND_BYTES: usize = 4096;

/// An unfinished message beyond this size is looked at again only when half as much has been added, so that the time it
/// costs stays in proportion to its size.
const PATIENCE_BYTES: usize = 64 * 1024;

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
    options: LogOptions,
    finder: Finder,
    /// Bytes that a message not yet complete needs, from `kept_from` on.
    kept: Vec<u8>,
    kept_from: usize,
    /// How many bytes from `kept_from` on are needed before looking at them can find more.
    need: usize,
    place: Place,
    room: Room,
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

/// Memory used again for every message, and what the file's messages have in common.
#[derive(Debug, Clone, Default)]
struct Room {
    /// The message with SOH between its fields.
    message: Vec<u8>,
    /// The lines of a broken message, joined, and the places where that was done.
    joined: Vec<u8>,
    joints: Vec<usize>,
    /// The separator of the last message that showed one.
    separator: Separator,
}

/// What stands at a start.
enum Extent {
    /// That cannot be said before the text has so many bytes.
    More(usize),
    /// A message that BodyLength(9) delimited, and that has been judged.
    Judged { head: Head, trailer: Trailer, verdict: Verdict },
    /// A message that ends here. It is delimited in the text itself, or in the joined lines.
    Whole { end: usize, head: Head, trailer: Trailer, joined: bool },
    /// A message without end; its line ends here.
    Fragment { end: usize, head: Head },
    /// A message beyond the limit; only the bytes up to here are shown.
    TooLong { end: usize, head: Option<Head> },
    /// No message.
    Nothing,
}

impl LogReader {
    /// A reader at the start of a log.
    #[must_use]
    pub fn new(options: LogOptions) -> Self {
        Self {
            options,
            finder: Finder::new(options.join_lines),
            kept: Vec::new(),
            kept_from: 0,
            need: 0,
            place: Place { fresh: true, ..Place::default() },
            room: Room::default(),
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

    /// Find the messages of a text that begins at `place.base`, and return how much of it is no longer needed.
    fn run(&mut self, text: &[u8], last: bool, sink: &mut impl FnMut(LogMessage<'_>)) -> usize {
        let base = self.place.base;
        let within = |offset: u64| usize::try_from(offset.saturating_sub(base)).unwrap_or(usize::MAX).min(text.len());
        let mut from = within(self.place.searched);
        let mut seen = None;
        let done = loop {
            let start = match self.finder.next(text, from, self.place.fresh, last, &mut seen) {
                Found::Start(start) => start,
                Found::NoneBefore(place) => {
                    self.place.fresh &= place == from;
                    from = place;
                    self.need = 0;
                    break place.saturating_sub(PREFIX_BYTES).max(within(self.place.end));
                }
            };
            let end = match self.extent(text, start, last, &mut seen) {
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
        let room = &mut self.room;
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
                let framing = Framing::TooLong { limit: self.options.max_message_size as u64 };
                let head = head.unwrap_or(Head { separator: room.separator, claimed: None, body: 0, version_end: 0 });
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
        room.separator = head.separator;
        self.messages += 1;
        sink(LogMessage {
            offset: self.place.base + start as u64,
            line: self.place.newlines + 1,
            prefix: text.get(prefix_start(text, start, floor)..start).unwrap_or_default(),
            separator: &room.separator,
            raw: printed(end),
            message: judged.message,
            verdict: judged.verdict,
        });
        end
    }

    /// What stands at `start`. It is decided by the bytes of the stream alone: where bytes to come could change it, more are
    /// asked for.
    #[inline]
    fn extent(&mut self, text: &[u8], start: usize, last: bool, seen: &mut Option<usize>) -> Extent {
        let rest = text.get(start..).unwrap_or_default();
        if rest.len() < HEAD_BYTES && !last {
            return Extent::More(start + HEAD_BYTES);
        }
        let head = soh_head(rest).or_else(|| any_head(rest));
        if let Some(head) = head {
            if head.claimed.is_some_and(|claimed| claimed > self.options.max_message_size as u64) {
                return Extent::TooLong { end: start + head.body, head: Some(head) };
            }
            if head.separator.single().is_some() {
                match self.by_body_length(text, start, &head, last, seen) {
                    Claim::Right(trailer, verdict) => return Extent::Judged { head, trailer, verdict },
                    Claim::More(bytes) => return Extent::More(start + bytes),
                    Claim::Wrong => {}
                }
            }
        }
        self.by_text(text, start, head, last, seen)
    }

    /// Where BodyLength(9) of a message with one byte between its fields leads.
    #[inline]
    fn by_body_length(
        &mut self,
        text: &[u8],
        start: usize,
        head: &Head,
        last: bool,
        seen: &mut Option<usize>,
    ) -> Claim {
        let rest = text.get(start..).unwrap_or_default();
        let Some(claimed) = head.claimed else { return Claim::Wrong };
        let Ok(length) = usize::try_from(claimed) else { return Claim::Wrong };
        let trailer_at = head.body + length;
        if claimed > MOST_AROUND_A_START && self.start_within(text, start, trailer_at, seen).is_some() {
            return Claim::Wrong;
        }
        if rest.len() < trailer_at + 7 && !last {
            return Claim::More(trailer_at + 7);
        }
        let Some(trailer) = trailer::at(rest, trailer_at, &head.separator, &[]) else { return Claim::Wrong };
        let printed = rest.get(..trailer.end).unwrap_or_default();
        let verdict = judge::whole(printed, head, &trailer, &mut self.room.message).verdict;
        if verdict.check_sum.is_right() || self.start_within(text, start, trailer_at, seen).is_none() {
            Claim::Right(trailer, verdict)
        } else {
            Claim::Wrong
        }
    }

    /// The next start behind the one at `start`, counted from there, if all of it stands in the first `length` bytes.
    fn start_within(&self, text: &[u8], start: usize, length: usize, seen: &mut Option<usize>) -> Option<usize> {
        match self.finder.next(text, start + BEGIN.len(), false, true, seen) {
            Found::Start(place) => Some(place - start).filter(|place| place + BROKEN_BEGIN_BYTES <= length),
            Found::NoneBefore(_) => None,
        }
    }

    /// Where a message ends of which BodyLength(9) does not tell.
    #[cold]
    fn by_text(
        &mut self,
        text: &[u8],
        start: usize,
        head: Option<Head>,
        last: bool,
        seen: &mut Option<usize>,
    ) -> Extent {
        let limit = self.options.max_message_size.max(HEAD_BYTES);
        let rest = text.get(start..).unwrap_or_default();
        let rest = rest.get(..limit.min(rest.len())).unwrap_or_default();
        // All bytes that may count are there.
        let all = last || rest.len() == limit;
        let next_start = self.start_within(text, start, limit, seen);
        let newline = memchr(b'\n', rest.get(..next_start.unwrap_or(rest.len())).unwrap_or_default());
        let Some(line_end) = newline.or(next_start).or(last.then_some(rest.len())) else {
            if rest.len() == limit {
                return Extent::TooLong { end: start + head.map_or(BEGIN.len(), |head| head.body), head };
            }
            return Extent::More(start + patient(rest.len()));
        };
        // A newline may stand within the start of the next message; only what follows tells.
        if next_start.is_none() && !all && rest.len() <= line_end + BEGIN.len() {
            return Extent::More(start + line_end + BEGIN.len() + 1);
        }
        let line = rest.get(..line_end).unwrap_or_default();
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let head_in_line = head.filter(|head| head.body <= line.len());
        if let Some(head) = head_in_line {
            if let Some(trailer) =
                trailer::by_body_length(line, &head, &[]).or_else(|| trailer::first(line, &head, &[]))
            {
                return Extent::Whole { end: start + trailer.end, head, trailer, joined: false };
            }
        }
        let printed_on_lines = head.filter(|head| memchr(b'\n', head.separator.as_bytes()).is_some());
        if newline.is_some() && (self.options.join_lines || printed_on_lines.is_some()) {
            if next_start.is_none() && !all {
                return Extent::More(start + patient(rest.len()));
            }
            let region = rest.get(..next_start.unwrap_or(rest.len())).unwrap_or_default();
            let found = head
                .and_then(|head| Some((head, trailer::by_body_length(region, &head, &[])?)))
                .or_else(|| printed_on_lines.and_then(|head| Some((head, trailer::first(region, &head, &[])?))));
            if let Some((head, trailer)) = found {
                return Extent::Whole { end: start + trailer.end, head, trailer, joined: false };
            }
            if self.options.join_lines {
                if let Some((end, head, trailer)) = self.room.join(region) {
                    return Extent::Whole { end: start + end, head, trailer, joined: true };
                }
            }
        }
        match head_in_line {
            Some(head) => Extent::Fragment { end: start + line.len(), head },
            None => Extent::Nothing,
        }
    }
}

/// What came of following BodyLength(9).
enum Claim {
    Right(Trailer, Verdict),
    Wrong,
    More(usize),
}

impl Room {
    /// Join the lines of a region; if a message becomes whole by it, where it ends in the region and in the joined lines.
    fn join(&mut self, region: &[u8]) -> Option<(usize, Head, Trailer)> {
        self.joined.clear();
        self.joints.clear();
        for line in region.split_inclusive(|byte| *byte == b'\n') {
            let text = line.strip_suffix(b"\n").map_or(line, |line| line.strip_suffix(b"\r").unwrap_or(line));
            self.joined.extend_from_slice(text);
            self.joints.push(self.joined.len());
        }
        let head = any_head(&self.joined)?;
        let trailer = trailer::by_body_length(&self.joined, &head, &self.joints)
            .or_else(|| trailer::first(&self.joined, &head, &self.joints))?;
        self.joined.truncate(trailer.end);
        // Every joint passed hides the newline, and the carriage return before it, that was taken out.
        let mut end = 0;
        let mut left = trailer.end;
        for line in region.split_inclusive(|byte| *byte == b'\n') {
            let text = line.strip_suffix(b"\n").map_or(line, |line| line.strip_suffix(b"\r").unwrap_or(line));
            if left <= text.len() {
                return Some((end + left, head, trailer));
            }
            left -= text.len();
            end += line.len();
        }
        None
    }
}

/// How many bytes an unfinished message should have before it is looked at again.
const fn patient(length: usize) -> usize {
    if length < PATIENCE_BYTES { length + 1 } else { length + length / 2 }
}

/// Where the prefix of a message begins: behind the last newline and the last message, and not too far before.
#[inline]
fn prefix_start(text: &[u8], start: usize, floor: usize) -> usize {
    let floor = floor.max(start.saturating_sub(PREFIX_BYTES)).min(start);
    let before = text.get(floor..start).unwrap_or_default();
    memrchr(b'\n', before).map_or(floor, |newline| floor + newline + 1)
}
