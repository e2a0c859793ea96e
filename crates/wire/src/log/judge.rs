//! From a printed message to the one that was on the wire, and whether its length and sum are right.

use memchr::memmem;

use super::head::{Head, begins_with_tag};
use super::trailer::Trailer;
use super::verdict::{Framing, Over, Verdict};
use crate::{SOH, frame::is_begin_string, sum};

/// `10=` and three digits.
const CHECK_SUM_BYTES: usize = 6;

/// A message with SOH between its fields, and what was found about it.
pub(super) struct Judged<'a> {
    pub(super) message: &'a [u8],
    pub(super) verdict: Verdict,
}

/// Judge a message that ends at `trailer`. `room` takes the message where it is not printed as it was on the wire.
#[inline]
pub(super) fn whole<'a>(text: &'a [u8], head: &Head, trailer: &Trailer, room: &'a mut Vec<u8>) -> Judged<'a> {
    let framing = framing(text, head);
    if head.separator.is_soh() {
        let verdict = Verdict {
            framing,
            body_length: over(head.claimed, (trailer.start - head.body) as u64, None),
            check_sum: over(Some(trailer.claimed), sum_of(text, trailer.start), None),
        };
        if !is_as_on_the_wire(head, trailer) {
            room.clear();
            room.extend_from_slice(text.get(..trailer.end).unwrap_or_default());
            room.push(SOH);
        }
        return Judged { message: message(text, head, trailer, room), verdict };
    }
    let left = on_the_wire(text, head, trailer, Replace::BeforeTags, room);
    let mut verdict = measured(text, head, trailer, room, framing);
    // A separator that also occurs in values was either printed for an SOH of a data field or has always been there:
    // BodyLength and CheckSum tell which.
    if left && !(verdict.body_length.is_right() && verdict.check_sum == Over::Soh) {
        on_the_wire(text, head, trailer, Replace::All, room);
        let other = measured(text, head, trailer, room, framing);
        if fit(&other) > fit(&verdict) {
            verdict = other;
        } else {
            on_the_wire(text, head, trailer, Replace::BeforeTags, room);
        }
    }
    Judged { message: room, verdict }
}

/// The message that [`whole`] judged: the text itself, or what it left in `room`.
#[inline]
pub(super) fn message<'a>(text: &'a [u8], head: &Head, trailer: &Trailer, room: &'a [u8]) -> &'a [u8] {
    if is_as_on_the_wire(head, trailer) { text.get(..trailer.end).unwrap_or_default() } else { room }
}

/// True if SOH stands between the fields and behind the last.
fn is_as_on_the_wire(head: &Head, trailer: &Trailer) -> bool {
    head.separator.is_soh() && trailer.end > trailer.start + CHECK_SUM_BYTES
}

/// Judge a text that has no CheckSum(10).
pub(super) fn fragment<'a>(text: &'a [u8], head: &Head, framing: Framing, room: &'a mut Vec<u8>) -> Judged<'a> {
    let end = Trailer { start: text.len(), end: text.len(), claimed: 0 };
    let message = if head.separator.is_soh() {
        text
    } else {
        on_the_wire(text, head, &end, Replace::BeforeTags, room);
        room
    };
    let counted = message.len().saturating_sub(body_of(head)) as u64;
    let body_length = over(head.claimed, counted, None);
    Judged { message, verdict: Verdict { framing, body_length, check_sum: Over::Missing } }
}

fn framing(text: &[u8], head: &Head) -> Framing {
    match text {
        [b'8', b'=', version @ ..] => {
            let version = version.get(..head.version_end.saturating_sub(2)).unwrap_or_default();
            if is_begin_string(version) { Framing::Whole } else { Framing::BeginStringUnknown }
        }
        _ => Framing::WithoutBeginString,
    }
}

/// How right a verdict is.
fn fit(verdict: &Verdict) -> u8 {
    let points = |over: Over| match over {
        Over::Soh => 2,
        Over::Printed => 1,
        _ => 0,
    };
    points(verdict.body_length) + points(verdict.check_sum)
}

fn measured(text: &[u8], head: &Head, trailer: &Trailer, message: &[u8], framing: Framing) -> Verdict {
    // CheckSum(10) and its SOH stand at the end.
    let end = message.len().saturating_sub(CHECK_SUM_BYTES + 1);
    let counted = end.saturating_sub(body_of(head)) as u64;
    let printed = trailer.start.saturating_sub(head.body) as u64;
    Verdict {
        framing,
        body_length: over(head.claimed, counted, Some(printed)),
        check_sum: over(Some(trailer.claimed), sum_of(message, end), Some(sum_of(text, trailer.start))),
    }
}

/// Where the bytes that BodyLength(9) counts begin once SOH stands for the separator: the head has one or two of them.
fn body_of(head: &Head) -> usize {
    let width = head.separator.as_bytes().len();
    let has_length = head.body > head.version_end + width;
    head.body - (width - 1) * if has_length { 2 } else { 1 }
}

fn sum_of(bytes: &[u8], end: usize) -> u64 {
    u64::from(sum(bytes.get(..end).unwrap_or_default()))
}

#[inline]
fn over(claimed: Option<u64>, counted: u64, printed: Option<u64>) -> Over {
    match claimed {
        None => Over::Missing,
        Some(claimed) if claimed == counted => Over::Soh,
        Some(claimed) if Some(claimed) == printed => Over::Printed,
        Some(claimed) => Over::Wrong { claimed, counted },
    }
}

/// Which occurrences of the separator become SOH.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Replace {
    /// Those that a tag follows, and the last.
    BeforeTags,
    All,
}

/// Fill `room` with the message as it was on the wire; true if occurrences of the separator were left as they are.
fn on_the_wire(text: &[u8], head: &Head, trailer: &Trailer, replace: Replace, room: &mut Vec<u8>) -> bool {
    let body = text.get(..trailer.start).unwrap_or_default();
    let becomes_soh = |behind: usize| {
        let rest = text.get(behind..).unwrap_or_default();
        replace == Replace::All || rest.is_empty() || begins_with_tag(rest)
    };
    let mut left = false;
    room.clear();
    match head.separator.single() {
        Some(byte) => {
            room.extend_from_slice(body);
            for place in memchr::memchr_iter(byte, body) {
                match room.get_mut(place) {
                    Some(separator) if becomes_soh(place + 1) => *separator = SOH,
                    _ => left = true,
                }
            }
        }
        None => {
            let separator = head.separator.as_bytes();
            let mut from = 0;
            for place in memmem::find_iter(body, separator) {
                if becomes_soh(place + separator.len()) {
                    room.extend_from_slice(body.get(from..place).unwrap_or_default());
                    room.push(SOH);
                    from = place + separator.len();
                } else {
                    left = true;
                }
            }
            room.extend_from_slice(body.get(from..).unwrap_or_default());
        }
    }
    if let Some(check_sum) = text.get(trailer.start..trailer.start + CHECK_SUM_BYTES) {
        room.extend_from_slice(check_sum);
        room.push(SOH);
    }
    left
}
