//! The header fields that a summary needs, found without listing the whole message.

use memchr::memchr;

use crate::SOH;

/// Fields looked at before the search is given up: a header with all its optional fields is shorter.
const MOST_FIELDS: usize = 40;

/// Fields of the body that may stand between those of the header, as in files that do not keep the standard's order.
const MOST_BODY_FIELDS: usize = 3;

/// Who sent which kind of message to whom, and when, as printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Header<'a> {
    /// BeginString(8).
    pub begin_string: Option<&'a [u8]>,
    /// MsgType(35).
    pub msg_type: Option<&'a [u8]>,
    /// SenderCompID(49).
    pub sender_comp_id: Option<&'a [u8]>,
    /// TargetCompID(56).
    pub target_comp_id: Option<&'a [u8]>,
    /// SendingTime(52).
    pub sending_time: Option<&'a [u8]>,
}

impl<'a> Header<'a> {
    /// Read the header of a message whose fields end with SOH.
    #[inline]
    #[must_use]
    pub fn read(message: &'a [u8]) -> Self {
        let mut header = Self::default();
        let mut rest = message;
        let mut body_fields = 0;
        // The length field that was just read, with the number of bytes it says.
        let mut length: Option<(u32, usize)> = None;
        for _ in 0..MOST_FIELDS {
            let Some((tag, value)) = tag_of(rest) else { break };
            let end = match length {
                Some((length_tag, bytes)) if data_tag(length_tag) == Some(tag) => bytes,
                _ => memchr(SOH, value).unwrap_or(value.len()),
            };
            let Some((value, after)) = value.split_at_checked(end) else { break };
            length = None;
            match tag {
                8 => header.begin_string = Some(value),
                35 => header.msg_type = Some(value),
                49 => header.sender_comp_id = Some(value),
                56 => header.target_comp_id = Some(value),
                52 => header.sending_time = Some(value),
                90 | 212 => {
                    length = crate::ascii_u64(value).and_then(|bytes| Some((tag, usize::try_from(bytes).ok()?)))
                }
                _ if is_header(tag) => {}
                _ => {
                    body_fields += 1;
                    if body_fields > MOST_BODY_FIELDS {
                        break;
                    }
                }
            }
            if header.is_complete() {
                break;
            }
            rest = after.get(1..).unwrap_or_default();
        }
        header
    }

    /// BeginString(8) and MsgType(35) stand first; those behind them decide.
    #[inline]
    const fn is_complete(&self) -> bool {
        self.sending_time.is_some()
            && self.sender_comp_id.is_some()
            && self.target_comp_id.is_some()
            && self.msg_type.is_some()
    }
}

/// The tag that the text begins with, and what is behind its `=`.
#[inline]
fn tag_of(text: &[u8]) -> Option<(u32, &[u8])> {
    let mut tag: u32 = 0;
    for (place, byte) in text.iter().take(10).enumerate() {
        let digit = byte.wrapping_sub(b'0');
        if digit <= 9 {
            tag = tag.wrapping_mul(10).wrapping_add(u32::from(digit));
        } else if *byte == b'=' {
            return text.get(place + 1..).map(|value| (tag, value));
        } else {
            return None;
        }
    }
    None
}

/// The data field whose length this field says; those that may stand in a header.
const fn data_tag(length_tag: u32) -> Option<u32> {
    match length_tag {
        90 => Some(91),
        212 => Some(213),
        _ => None,
    }
}

/// True for the fields of the standard header.
#[inline]
const fn is_header(tag: u32) -> bool {
    matches!(
        tag,
        9 | 34 | 43 | 50 | 57 | 90 | 91 | 97 | 115 | 116 | 122 | 128 | 129 | 142..=145 | 212 | 213 | 347 | 369 | 370 | 627..=630
            | 1128 | 1129 | 1156
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> [String; 5] {
        let message = text.replace('|', "\x01");
        let header = Header::read(message.as_bytes());
        [header.begin_string, header.msg_type, header.sender_comp_id, header.target_comp_id, header.sending_time]
            .map(|value| String::from_utf8_lossy(value.unwrap_or(b"-")).replace('\x01', "|"))
    }

    #[test]
    fn the_header_is_read_in_any_order() {
        assert_eq!(read("8=FIX.4.4|9=5|35=D|34=2|49=A|52=t|56=B|11=x|10=000|"), ["FIX.4.4", "D", "A", "B", "t"]);
        assert_eq!(read("8=FIX.4.4|9=5|35=D|49=A|56=B|34=2|52=t|10=000|"), ["FIX.4.4", "D", "A", "B", "t"]);
        assert_eq!(
            read("1128=9|9=5|35=d|49=CME|34=1|52=t|15=USD|22=8|48=1|55=ZS|56=late|"),
            ["-", "d", "CME", "-", "t"]
        );
    }

    #[test]
    fn what_looks_like_a_header_field_within_data_is_not_read() {
        let text = "8=FIX.4.4|9=5|35=D|90=10|91=|49=X|56=Y|49=A|56=B|52=t|";
        assert_eq!(read(text), ["FIX.4.4", "D", "A", "B", "t"]);
    }

    #[test]
    fn a_broken_header_gives_what_stands_before_the_break() {
        assert_eq!(read("8=FIX.4.4|9=5|35=D|broken|49=A|"), ["FIX.4.4", "D", "-", "-", "-"]);
        assert_eq!(read(""), ["-", "-", "-", "-", "-"]);
        assert_eq!(read("8=FIX.4.4|35=D|90=99|91=short|49=A|"), ["FIX.4.4", "D", "-", "-", "-"]);
    }
}
