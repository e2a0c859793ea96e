//! The beginning of a message: BeginString(8), the separator, BodyLength(9).

use super::find::{BARE_BEGIN, BEGIN};
use super::separator::{LONGEST, Separator};
use crate::{SOH, ascii_u64};

/// The bytes within which the head of a message ends, if it has one.
pub(super) const HEAD_BYTES: usize = 64;

/// No BeginString(8) is longer.
const VERSION_BYTES: usize = 16;
/// No BodyLength(9) is longer, leading zeros included.
const LENGTH_BYTES: usize = 20;

/// What the first fields of a message say about the rest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Head {
    pub(super) separator: Separator,
    /// BodyLength(9), if it is there and a number.
    pub(super) claimed: Option<u64>,
    /// Where the bytes begin that BodyLength(9) counts.
    pub(super) body: usize,
    /// Where the value of the first field ends; it begins behind `=`.
    pub(super) version_end: usize,
}

/// The head as it is on the wire, with SOH: the case that must be quick.
#[inline]
pub(super) fn soh_head(text: &[u8]) -> Option<Head> {
    let reach = text.get(..HEAD_BYTES.min(text.len()))?;
    if !reach.starts_with(BEGIN) && !reach.starts_with(BARE_BEGIN) {
        return None;
    }
    let version_end = 5 + reach.get(5..)?.iter().take(VERSION_BYTES).position(|byte| !is_version(*byte))?;
    let [SOH, b'9', b'=', rest @ ..] = reach.get(version_end..)? else { return None };
    let mut claimed: u64 = 0;
    for (width, byte) in rest.iter().take(LENGTH_BYTES - 2).enumerate() {
        let digit = byte.wrapping_sub(b'0');
        if digit <= 9 {
            claimed = claimed * 10 + u64::from(digit);
        } else if *byte == SOH && width > 0 {
            return Some(Head {
                separator: Separator::SOH,
                claimed: Some(claimed),
                body: version_end + 4 + width,
                version_end,
            });
        } else {
            return None;
        }
    }
    None
}

/// The head with any separator: what stands between the value of the first field and `9=`, if it stands behind the value of
/// BodyLength(9) too. Without BodyLength(9) it is what stands before the next tag.
pub(super) fn any_head(text: &[u8]) -> Option<Head> {
    let reach = text.get(..HEAD_BYTES.min(text.len()))?;
    let value = [BEGIN, BARE_BEGIN].into_iter().find(|begin| reach.starts_with(begin))?;
    let value = 1 + value.iter().position(|byte| *byte == b'=')?;
    let version = reach.get(value..)?.iter().take(VERSION_BYTES + 1);
    let version_end = value + version.take_while(|byte| is_version(**byte)).count();
    let rest = reach.get(version_end..)?;
    with_body_length(rest).or_else(|| without_body_length(rest)).map(|head| Head {
        body: head.body + version_end,
        version_end,
        ..head
    })
}

/// True for the bytes of which versions are made.
#[inline]
const fn is_version(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'.'
}

fn with_body_length(rest: &[u8]) -> Option<Head> {
    let width = 1 + rest.get(1..)?.windows(2).take(LONGEST).position(|pair| pair == b"9=")?;
    let separator = rest.get(..width)?;
    let figures = rest.get(width + 2..)?;
    let length = figures.windows(width).take(LENGTH_BYTES).position(|window| window == separator)?;
    Some(Head {
        separator: Separator::new(separator)?,
        claimed: ascii_u64(figures.get(..length)?),
        body: width + 2 + length + width,
        version_end: 0,
    })
}

fn without_body_length(rest: &[u8]) -> Option<Head> {
    let width = (1..=LONGEST).find(|width| {
        let behind_digit = rest.get(*width - 1).is_none_or(u8::is_ascii_digit);
        !behind_digit && rest.get(*width..).is_some_and(begins_with_tag)
    })?;
    Some(Head { separator: Separator::new(rest.get(..width)?)?, claimed: None, body: width, version_end: 0 })
}

/// True if the text begins with digits and `=`, as every field does.
#[inline]
pub(super) fn begins_with_tag(text: &[u8]) -> bool {
    // The largest tag has ten digits.
    let width = text.iter().take(10).take_while(|byte| byte.is_ascii_digit()).count();
    width > 0 && text.get(width) == Some(&b'=')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_separator_is_what_stands_before_and_behind_body_length() {
        for separator in ["\x01", "|", ";", "^", "^A", "<SOH>", "\\x01", "\\001", "\u{2401}", " ", " | ", "\n"] {
            let text = format!("8=FIX.4.4{separator}9=105{separator}35=A{separator}");
            let head = any_head(text.as_bytes()).unwrap();
            assert_eq!(head.separator.as_bytes(), separator.as_bytes());
            assert_eq!((head.claimed, head.version_end), (Some(105), 9), "{separator:?}");
            assert!(text[head.body..].starts_with("35="), "{separator:?}");
        }
    }

    #[test]
    fn the_quick_reading_agrees_with_the_other() {
        for text in ["8=FIX.4.4\x019=105\x0135=A", "8=FIXT.1.1\x019=0000097\x0135=A", "8=FIX4.4\x019=5\x01"] {
            assert_eq!(soh_head(text.as_bytes()), any_head(text.as_bytes()), "{text}");
            assert!(soh_head(text.as_bytes()).is_some());
        }
        for text in ["8=FIX", "8=FIX.4.4\x01", "8=FIX.4.4\x019=\x01", "8=FIX.4.4\x019=1x\x01", "8=FIX.4.4\x0135=A\x01"]
        {
            assert_eq!(soh_head(text.as_bytes()), None, "{text}");
        }
    }

    #[test]
    fn a_head_may_lack_body_length_or_begin_string() {
        let head = any_head(b"8=FIX.4.4|49=A|56=B|").unwrap();
        assert_eq!((head.separator.as_bytes(), head.claimed, head.body), (&b"|"[..], None, 10));
        let head = any_head(b"1128=9|9=667|35=d|").unwrap();
        assert_eq!((head.separator.as_bytes(), head.claimed, head.body), (&b"|"[..], Some(667), 13));
        let head = any_head(b"8=FIX.4.4|9=XXX|35=d|").unwrap();
        assert_eq!((head.claimed, head.body), (None, 16));
    }

    #[test]
    fn prose_about_fix_is_no_head() {
        for text in ["8=FIX", "8=FIX.4.4 is spoken here", "8=FIX.4.4", "8=FIXES everything", "8=FIX.4.4||||||||||9=5"] {
            assert_eq!(any_head(text.as_bytes()), None, "{text}");
        }
    }
}
