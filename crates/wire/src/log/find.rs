//! Where messages begin in text.

use memchr::{memchr_iter, memmem};

/// What every message begins with.
pub(super) const BEGIN: &[u8] = b"8=FIX";
/// What messages without BeginString(8) begin with, at the start of a line.
pub(super) const BARE_BEGIN: &[u8] = b"1128=";

/// The bytes behind a newline that tell whether a message begins there or goes on there.
const AFTER_NEWLINE: usize = 5;
/// A newline, and what of `8=FIX` can stand before it.
const BEFORE_NEWLINE: usize = 6;

/// What a search found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Found {
    /// A message may begin here.
    Start(usize),
    /// None begins before this place; there the search goes on when more bytes are there.
    NoneBefore(usize),
}

/// Searches text for starts of messages.
#[derive(Debug, Clone)]
pub(super) struct Finder {
    begin: memmem::Finder<'static>,
    join_lines: bool,
}

impl Finder {
    pub(super) fn new(join_lines: bool) -> Self {
        Self { begin: memmem::Finder::new(BEGIN), join_lines }
    }

    /// The first start at or behind `from`. `fresh` says that a message without BeginString(8) may begin at `from` itself.
    /// `seen` keeps where the next `8=FIX` is, so that text in which other starts come first is searched once.
    #[inline]
    pub(super) fn next(&self, text: &[u8], from: usize, fresh: bool, last: bool, seen: &mut Option<usize>) -> Found {
        let rest = text.get(from..).unwrap_or_default();
        if rest.starts_with(BEGIN) || (fresh && rest.starts_with(BARE_BEGIN)) {
            return Found::Start(from);
        }
        let begin = match *seen {
            Some(place) if place >= from => place,
            _ => self.begin.find(rest).map_or(text.len(), |place| from + place),
        };
        *seen = Some(begin);
        let between = text.get(from..begin).unwrap_or_default();
        for newline in memchr_iter(b'\n', between) {
            if let Some(start) = self.around_newline(text, from, from + newline) {
                return Found::Start(start);
            }
        }
        if begin < text.len() {
            return Found::Start(begin);
        }
        // What no longer matters is a newline with enough behind it, and `8=FIX` that would be complete.
        let open = if last { 0 } else { AFTER_NEWLINE + BEFORE_NEWLINE };
        Found::NoneBefore(text.len().saturating_sub(open).max(from))
    }

    /// The message that begins just behind a newline without BeginString(8), or whose `8=FIX` the newline breaks.
    fn around_newline(&self, text: &[u8], from: usize, newline: usize) -> Option<usize> {
        let after = text.get(newline + 1..)?;
        if after.starts_with(BARE_BEGIN) {
            return Some(newline + 1);
        }
        if !self.join_lines {
            return None;
        }
        let before = text.get(from..newline)?;
        let before = before.strip_suffix(b"\r").unwrap_or(before);
        (1..BEGIN.len())
            .find(|cut| {
                let (head, tail) = BEGIN.split_at(*cut);
                after.starts_with(tail) && before.ends_with(head)
            })
            .map(|cut| from + before.len() - cut)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn start(text: &str) -> Found {
        Finder::new(true).next(text.as_bytes(), 0, true, true, &mut None)
    }

    #[test]
    fn a_message_begins_anywhere_in_a_line() {
        assert_eq!(start("8=FIX.4.4|"), Found::Start(0));
        assert_eq!(start("junk 8=FIX.4.4|"), Found::Start(5));
        assert_eq!(start("no message here"), Found::NoneBefore(15));
    }

    #[test]
    fn a_message_without_begin_string_begins_at_the_start_of_a_line_only() {
        assert_eq!(start("1128=9|9=5|"), Found::Start(0));
        assert_eq!(start("junk\n1128=9|9=5|"), Found::Start(5));
        assert_eq!(start("junk 1128=9|9=5|"), Found::NoneBefore(16));
    }

    #[test]
    fn begin_string_may_be_broken_by_a_newline() {
        for cut in 1..5 {
            for newline in ["\n", "\r\n"] {
                let text = format!("xx{}{newline}{}.4.4|", &"8=FIX"[..cut], &"8=FIX"[cut..]);
                assert_eq!(start(&text), Found::Start(2), "{text}");
                assert_eq!(
                    Finder::new(false).next(text.as_bytes(), 0, true, true, &mut None),
                    Found::NoneBefore(text.len()),
                    "{text}"
                );
            }
        }
    }
}
