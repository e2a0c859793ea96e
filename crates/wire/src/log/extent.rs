//! Where a message ends: by BodyLength(9), by CheckSum(10), by its line, or by the next message.

use memchr::memchr;

use super::find::{BEGIN, Finder, Found};
use super::head::{HEAD_BYTES, Head, any_head, soh_head};
use super::trailer::{self, Trailer};
use super::{LogOptions, Verdict, judge};

/// BodyLength(9) may lead over the start of another message, since a data field may hold one. In longer messages it may not,
/// or a hostile log would have every start sum the rest of the log.
const MOST_AROUND_A_START: u64 = 16 * 1024;

/// `8=FIX` with a carriage return and a newline in it.
const BROKEN_BEGIN_BYTES: usize = BEGIN.len() + 2;

/// An unfinished message beyond this size is looked at again only when half as much has been added, so that the time it
/// costs stays in proportion to its size.
const PATIENCE_BYTES: usize = 64 * 1024;

/// What stands at a start.
pub(super) enum Extent {
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

/// Finds where messages begin and end. Its memory is used again for every message.
#[derive(Debug, Clone)]
pub(super) struct Delimiter {
    pub(super) options: LogOptions,
    pub(super) finder: Finder,
    /// The message with SOH between its fields.
    pub(super) message: Vec<u8>,
    /// The lines of a broken message, joined, and the places where that was done.
    pub(super) joined: Vec<u8>,
    joints: Vec<usize>,
}

impl Delimiter {
    pub(super) fn new(options: LogOptions) -> Self {
        let finder = Finder::new(options.join_lines);
        Self { options, finder, message: Vec::new(), joined: Vec::new(), joints: Vec::new() }
    }

    /// What stands at `start`. It is decided by the bytes of the stream alone: where bytes to come could change it, more are
    /// asked for.
    #[inline]
    pub(super) fn extent(&mut self, text: &[u8], start: usize, last: bool, seen: &mut Option<usize>) -> Extent {
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
                    Claim::More(bytes) => return Extent::More(start.saturating_add(bytes)),
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
        let trailer_at = head.body.saturating_add(length);
        if claimed > MOST_AROUND_A_START && self.start_within(text, start, trailer_at, seen).is_some() {
            return Claim::Wrong;
        }
        // `10=`, three digits and the separator.
        let end = trailer_at.saturating_add(7);
        if rest.len() < end && !last {
            return Claim::More(end);
        }
        let Some(trailer) = trailer::at(rest, trailer_at, &head.separator, &[]) else { return Claim::Wrong };
        let printed = rest.get(..trailer.end).unwrap_or_default();
        let verdict = judge::whole(printed, head, &trailer, &mut self.message).verdict;
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
                if let Some((end, head, trailer)) = self.join(region) {
                    return Extent::Whole { end: start + end, head, trailer, joined: true };
                }
            }
        }
        match head_in_line {
            Some(head) => Extent::Fragment { end: start + line.len(), head },
            None => Extent::Nothing,
        }
    }

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

/// What came of following BodyLength(9).
enum Claim {
    Right(Trailer, Verdict),
    Wrong,
    More(usize),
}

/// How many bytes an unfinished message should have before it is looked at again.
const fn patient(length: usize) -> usize {
    if length < PATIENCE_BYTES { length + 1 } else { length + length / 2 }
}
