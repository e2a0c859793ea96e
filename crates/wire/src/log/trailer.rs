//! The end of a message: CheckSum(10).

use memchr::memmem;

use super::head::{Head, begins_with_tag};
use super::separator::Separator;

/// `10=` and three digits.
const TRAILER_BYTES: usize = 6;

/// Where CheckSum(10) of a message stands and where the message ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Trailer {
    /// Where `10=` begins.
    pub(super) start: usize,
    /// Behind the last separator, or behind the digits where that is missing.
    pub(super) end: usize,
    /// What the three digits say.
    pub(super) claimed: u64,
}

/// The CheckSum(10) that begins here: `10=`, three digits, then the separator, the end of the text, the end of its line, or a
/// place where lines were joined.
#[inline]
pub(super) fn at(text: &[u8], start: usize, separator: &Separator, joints: &[usize]) -> Option<Trailer> {
    let [b'1', b'0', b'=', a, b, c, rest @ ..] = text.get(start..)? else { return None };
    let digits = [*a, *b, *c];
    if !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    if !text.get(..start)?.ends_with(separator.as_bytes()) {
        return None;
    }
    let behind = start + TRAILER_BYTES;
    let end = match rest {
        rest if rest.starts_with(separator.as_bytes()) => behind + separator.as_bytes().len(),
        [] | [b'\r' | b'\n', ..] => behind,
        _ if joints.binary_search(&behind).is_ok() => behind,
        _ => return None,
    };
    Some(Trailer { start, end, claimed: digits.iter().fold(0, |sum, digit| sum * 10 + u64::from(digit - b'0')) })
}

/// The CheckSum(10) where BodyLength(9) says that it stands. Several bytes between the fields count as one, or as many as they
/// are where the tool that printed them counted so.
pub(super) fn by_body_length(text: &[u8], head: &Head, joints: &[usize]) -> Option<Trailer> {
    let claimed = usize::try_from(head.claimed?).ok()?;
    if head.separator.single().is_some() {
        return at(text, head.body.checked_add(claimed)?, &head.separator, joints);
    }
    let width = head.separator.as_bytes().len();
    let body = text.get(head.body..)?;
    // Two counts of the separators passed: all, and those that a tag follows.
    let (mut all, mut before_tags) = (0, 0);
    for place in memmem::find_iter(body, head.separator.as_bytes()) {
        all += 1;
        before_tags += usize::from(body.get(place + width..).is_some_and(begins_with_tag));
        let printed = place + width;
        if [printed, printed - all * (width - 1), printed - before_tags * (width - 1)].contains(&claimed) {
            if let Some(trailer) = at(text, head.body + printed, &head.separator, joints) {
                return Some(trailer);
            }
        }
    }
    None
}

/// The first CheckSum(10) of the text, whatever BodyLength(9) says.
pub(super) fn first(text: &[u8], head: &Head, joints: &[usize]) -> Option<Trailer> {
    let width = head.separator.as_bytes().len();
    let mut needle = [0; super::separator::LONGEST + 3];
    needle.get_mut(..width)?.copy_from_slice(head.separator.as_bytes());
    needle.get_mut(width..width + 3)?.copy_from_slice(b"10=");
    // The separator before `10=` may be the one that ends the head.
    let from = head.body.saturating_sub(width);
    memmem::find_iter(text.get(from..)?, needle.get(..width + 3)?)
        .find_map(|place| at(text, from + place + width, &head.separator, joints))
}
