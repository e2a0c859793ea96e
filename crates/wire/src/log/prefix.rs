//! What stands before a message on its line: when and in which direction, where a known form says so.

use crate::values::{Date, Timestamp, utc_timestamp};

/// Which way a message went, as the log that holds it says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Direction {
    /// The one who logged received it.
    Incoming,
    /// The one who logged sent it.
    Outgoing,
}

/// Words and arrows, in lower case; those that hold others come first.
const SIGNS: [(&[u8], Direction); 8] = [
    (b"incoming", Direction::Incoming),
    (b"outgoing", Direction::Outgoing),
    (b"<==", Direction::Incoming),
    (b"==>", Direction::Outgoing),
    (b"<-", Direction::Incoming),
    (b"->", Direction::Outgoing),
    (b"<<", Direction::Incoming),
    (b">>", Direction::Outgoing),
];

/// The arrows among them, which count only at the end: `FIX.4.2:A->B` names a session.
const WORDS: usize = 2;

const NS_PER_SECOND: i64 = 1_000_000_000;
const NS_PER_DAY: i64 = 86_400 * NS_PER_SECOND;

/// Nanoseconds since 1970 of the time that the prefix begins with, taken as UTC.
///
/// Known forms: `20060410-06:19:00` with any fraction and `04/10/2006  15:20:27`, month first, both also behind `<` or `[`.
pub(super) fn time(prefix: &[u8]) -> Option<i64> {
    let text = trimmed(prefix);
    let text = match text {
        [b'<' | b'[' | b'(', rest @ ..] => rest,
        text => text,
    };
    let end = text
        .iter()
        .skip(17)
        .position(|byte| !(byte.is_ascii_digit() || *byte == b'.'))
        .map_or(text.len(), |end| end + 17);
    let stamp = text.get(..end)?;
    // A colon or a blank closes the time; a full stop may too.
    utc_timestamp(stamp.strip_suffix(b".").unwrap_or(stamp))
        .map(|Timestamp { ns, .. }| ns)
        .ok()
        .or_else(|| american(text))
}

/// `MM/DD/YYYY HH:MM:SS`.
fn american(text: &[u8]) -> Option<i64> {
    let (date, rest) = text.split_at_checked(10)?;
    let [m1, m2, b'/', d1, d2, b'/', y1, y2, y3, y4] = *date else { return None };
    let clock = rest.trim_ascii_start().get(..8)?;
    let number = |digits: &[u8]| crate::ascii_u64(digits);
    let date = Date::new(
        u16::try_from(number(&[y1, y2, y3, y4])?).ok()?,
        u8::try_from(number(&[m1, m2])?).ok()?,
        u8::try_from(number(&[d1, d2])?).ok()?,
    )?;
    let time = crate::values::local_mkt_time(clock).ok()?;
    i64::from(date.days_since_1970()).checked_mul(NS_PER_DAY)?.checked_add(i64::try_from(time.ns).ok()?)
}

/// The direction that a word anywhere or an arrow at the end of the prefix gives.
pub(super) fn direction(prefix: &[u8]) -> Option<Direction> {
    let text = trimmed(prefix);
    let text = match text {
        [rest @ .., b'(' | b'[' | b':'] => trimmed(rest),
        text => text,
    };
    let (words, arrows) = SIGNS.split_at(WORDS);
    let says = |word: &[u8]| text.windows(word.len()).any(|window| window.eq_ignore_ascii_case(word));
    let word = words.iter().find(|(word, _)| says(word));
    word.or_else(|| arrows.iter().find(|(arrow, _)| text.ends_with(arrow))).map(|(_, direction)| *direction)
}

/// Without blanks and NUL at both ends: some loggers write them.
fn trimmed(text: &[u8]) -> &[u8] {
    let is_blank = |byte: &u8| byte.is_ascii_whitespace() || *byte == 0;
    let start = text.iter().position(|byte| !is_blank(byte)).unwrap_or(text.len());
    let end = text.iter().rposition(|byte| !is_blank(byte)).map_or(start, |end| end + 1);
    text.get(start..end).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_prefixes_give_time_and_direction() {
        for (prefix, stamp, direction_expected) in [
            ("20060410-06:19:00 -> \0\0", Some("20060410-06:19:00"), Some(Direction::Outgoing)),
            ("20060410-07:01:59 ->\0 \0", Some("20060410-07:01:59"), Some(Direction::Outgoing)),
            ("04/10/2006  15:20:27:   <== ", Some("20060410-15:20:27"), Some(Direction::Incoming)),
            ("20260302-14:30:00.123456789 : ", Some("20260302-14:30:00.123456789"), None),
            ("20111107-10:52:22.133: ", Some("20111107-10:52:22.133"), None),
            ("<20260302-14:30:00, FIX.4.2:A->B, incoming> (", Some("20260302-14:30:00"), Some(Direction::Incoming)),
            ("<20260302-14:30:00, FIX.4.2:A->B, outgoing> (", Some("20260302-14:30:00"), Some(Direction::Outgoing)),
            ("<20260302-14:30:00, FIX.4.2:A->B, event> (", Some("20260302-14:30:00"), None),
            ("We should be smart enough to parse this!!! ", None, None),
            ("", None, None),
            ("13/40/2006 15:20:27 ", None, None),
        ] {
            let expected = stamp.map(|stamp| utc_timestamp(stamp.as_bytes()).unwrap().ns);
            assert_eq!(time(prefix.as_bytes()), expected, "{prefix:?}");
            assert_eq!(direction(prefix.as_bytes()), direction_expected, "{prefix:?}");
        }
    }
}
