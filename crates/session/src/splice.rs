//! Send a stored message again: the stored bytes are spliced, never rebuilt.
//!
//! Source: FIX 4.4 vol. 2, Session Protocol, "Possible duplicates". PossDupFlag(43)=Y and OrigSendingTime(122) are put into the
//! header at their ascending places, SendingTime(52) is the new one, BodyLength(9) and CheckSum(10) follow from it; every other
//! byte is as it was first sent, unknown fields and odd orders included.

use fixplus_wire::values::utc_timestamp_ns;
use fixplus_wire::{SOH, Section, ascii_u64, section, sum, write_digits};

/// `10=ddd` and its SOH.
const TRAILER: usize = 7;

/// Why stored bytes cannot be sent again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum SpliceError {
    /// They do not begin with BeginString(8) and BodyLength(9), or do not end with CheckSum(10).
    NoFrame,
    /// Their header has no SendingTime(52).
    NoSendingTime,
}

impl std::fmt::Display for SpliceError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::NoFrame => write!(f, "the stored bytes are no message"),
            Self::NoSendingTime => write!(f, "the stored message has no SendingTime(52) in its header"),
        }
    }
}

impl std::error::Error for SpliceError {}

/// Append to `out` the message `stored` as it is sent again at `sending_time`, a text of SendingTime(52).
///
/// Where the wall clock was set back since, the time of the first sending is used: OrigSendingTime(122) may not lie behind
/// SendingTime(52), and texts of times are ordered as the times are.
///
/// # Errors
/// The bytes are no message of ours; `out` is then as it was.
pub fn poss_dup(stored: &[u8], sending_time: &[u8], out: &mut Vec<u8>) -> Result<(), SpliceError> {
    let (begin_string, body) = parts(stored).ok_or(SpliceError::NoFrame)?;
    let header = Header::read(body);
    let stored_time = header.value(body, 52).ok_or(SpliceError::NoSendingTime)?;
    let has_flag = header.has_flag;
    let original = header.value(body, 122);
    let has_original = original.is_some();
    let first = Some(original.unwrap_or(stored_time)).filter(|text| utc_timestamp_ns(text).is_ok());
    let sending_time = sending_time.max(first.unwrap_or_default());

    let start = out.len();
    out.extend_from_slice(b"8=");
    out.extend_from_slice(begin_string);
    out.extend_from_slice(b"\x019=");
    // The length is known once the rest is written; it has at most as many digits as that of twice the bytes.
    let length_at = out.len();
    let (mut flagged, mut dated) = (has_flag, has_original);
    let mut at = 0;
    while let Some(field) = Field::at(body, at).filter(|field| section(field.tag) == Section::Header) {
        let text = body.get(at..field.end + 1).unwrap_or_default();
        if !flagged && field.tag >= 43 && field.tag != 35 {
            push(out, b"43=", b"Y");
            flagged = true;
        }
        if !dated && field.tag > 122 {
            push(out, b"122=", stored_time);
            dated = true;
        }
        match field.tag {
            43 => push(out, b"43=", b"Y"),
            52 => push(out, b"52=", sending_time),
            _ => out.extend_from_slice(text),
        }
        at = field.end + 1;
    }
    if !flagged {
        push(out, b"43=", b"Y");
    }
    if !dated {
        push(out, b"122=", stored_time);
    }
    out.extend_from_slice(body.get(at..).unwrap_or_default());

    let mut digits = [0u8; 20];
    let width = write_digits((out.len() - length_at) as u64, &mut digits);
    let digits = digits.get(20 - width..).unwrap_or_default().iter().copied();
    out.splice(length_at..length_at, digits.chain([SOH]));
    let total = sum(out.get(start..).unwrap_or_default());
    out.extend_from_slice(&[b'1', b'0', b'=', b'0' + total / 100, b'0' + total / 10 % 10, b'0' + total % 10, SOH]);
    Ok(())
}

fn push(out: &mut Vec<u8>, tag: &[u8], value: &[u8]) {
    out.extend_from_slice(tag);
    out.extend_from_slice(value);
    out.push(SOH);
}

/// The value of BeginString(8), and what stands between BodyLength(9) and CheckSum(10).
fn parts(stored: &[u8]) -> Option<(&[u8], &[u8])> {
    let after = stored.strip_prefix(b"8=")?;
    let begin_string = after.get(..memchr::memchr(SOH, after)?)?;
    let after = after.get(begin_string.len() + 1..)?.strip_prefix(b"9=")?;
    let after = after.get(memchr::memchr(SOH, after)? + 1..)?;
    let (body, trailer) = after.split_at_checked(after.len().checked_sub(TRAILER)?)?;
    (body.last() == Some(&SOH) && trailer.starts_with(b"10=") && trailer.ends_with(&[SOH]))
        .then_some((begin_string, body))
}

/// One field: its tag, and where its value stands in the bytes it was read from.
struct Field {
    tag: u32,
    start: usize,
    end: usize,
}

impl Field {
    /// The field whose tag begins at `at`, if it can be read. Data of the header may hold SOH: its length stands before it.
    fn at(body: &[u8], at: usize) -> Option<Self> {
        let mut field = Self::plain(body, at)?;
        let data_tag = match field.tag {
            90 => 91,
            212 => 213,
            _ => return Some(field),
        };
        // A length and its data are one piece: nothing may come between them.
        let data = Self::plain(body, field.end + 1).filter(|data| data.tag == data_tag);
        if let Some(data) = data {
            let length = ascii_u64(body.get(field.start..field.end)?).and_then(|length| usize::try_from(length).ok());
            let end = length.and_then(|length| data.start.checked_add(length));
            field.end = end.filter(|&end| body.get(end) == Some(&SOH)).unwrap_or(data.end);
        }
        Some(field)
    }

    fn plain(body: &[u8], at: usize) -> Option<Self> {
        let rest = body.get(at..)?;
        let equals = memchr::memchr(b'=', rest)?;
        let tag = u32::try_from(ascii_u64(rest.get(..equals)?)?).ok()?;
        let start = at + equals + 1;
        let end = start + memchr::memchr(SOH, body.get(start..)?)?;
        Some(Self { tag, start, end })
    }
}

/// The places that matter of a header.
struct Header {
    sending_time: Option<(usize, usize)>,
    orig_sending_time: Option<(usize, usize)>,
    has_flag: bool,
}

impl Header {
    fn read(body: &[u8]) -> Self {
        let mut header = Self { sending_time: None, orig_sending_time: None, has_flag: false };
        let mut at = 0;
        while let Some(field) = Field::at(body, at).filter(|field| section(field.tag) == Section::Header) {
            match field.tag {
                43 => header.has_flag = true,
                52 => header.sending_time = Some((field.start, field.end)),
                122 => header.orig_sending_time = Some((field.start, field.end)),
                _ => {}
            }
            at = field.end + 1;
        }
        header
    }

    fn value<'b>(&self, body: &'b [u8], tag: u32) -> Option<&'b [u8]> {
        let (start, end) = if tag == 52 { self.sending_time } else { self.orig_sending_time }?;
        body.get(start..end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use fixplus_wire::{Checks, DataPairs, Index, decode};

    /// The message of these fields, with length and sum.
    fn message(fields: &str) -> Vec<u8> {
        let body = fields.split_once("|").unwrap().1.replace(['|', '~'], "\x01");
        let begin_string = fields.split_once("|").unwrap().0;
        let mut frame = format!("{begin_string}\x019={}\x01{body}", body.len()).into_bytes();
        let total = sum(&frame);
        frame.extend_from_slice(format!("10={total:03}\x01").as_bytes());
        frame
    }

    fn again(stored: &[u8], sending_time: &str) -> Vec<u8> {
        let mut out = b"before".to_vec();
        poss_dup(stored, sending_time.as_bytes(), &mut out).unwrap();
        let out = out.strip_prefix(b"before").unwrap().to_vec();
        decode(&out, &DataPairs::standard(), Checks::ALL, &mut Index::new()).unwrap();
        out
    }

    #[test]
    fn the_example_of_the_specification_comes_out_byte_for_byte() {
        let stored = "8=FIX.4.4|9=180|35=8|34=3|49=VENUE|52=20260302-14:30:01.300|56=BUYSIDE|6=0|11=A1|14=0|17=E1|37=O1|39=0|54=1|55=IBM|150=0|151=100|453=2|448=BRK|447=D|452=1|802=1|523=DESK|803=4|448=CLR|447=D|452=4|10=241|";
        let resent = "8=FIX.4.4|9=211|35=8|34=3|43=Y|49=VENUE|52=20260302-14:31:00.021|56=BUYSIDE|122=20260302-14:30:01.300|6=0|11=A1|14=0|17=E1|37=O1|39=0|54=1|55=IBM|150=0|151=100|453=2|448=BRK|447=D|452=1|802=1|523=DESK|803=4|448=CLR|447=D|452=4|10=215|";
        let out = again(stored.replace('|', "\x01").as_bytes(), "20260302-14:31:00.021");
        assert_eq!(String::from_utf8(out).unwrap().replace('\x01', "|"), resent);
    }

    #[test]
    fn what_is_inserted_stands_in_ascending_place() {
        let time = "20260302-14:31:00";
        for (stored, resent) in [
            ("8=FIX.4.2|35=D|34=3|49=A|52=t|56=B|11=x|", "8=FIX.4.2|35=D|34=3|43=Y|49=A|52=@|56=B|122=t|11=x|"),
            ("8=FIX.4.2|35=D|34=3|52=t|11=x|", "8=FIX.4.2|35=D|34=3|43=Y|52=@|122=t|11=x|"),
            // A flag that is there is set, a time that is there is kept.
            (
                "8=FIX.4.2|35=D|34=3|43=N|49=A|52=t|56=B|122=o|11=x|",
                "8=FIX.4.2|35=D|34=3|43=Y|49=A|52=@|56=B|122=o|11=x|",
            ),
            (
                "8=FIX.4.2|35=D|34=3|49=A|43=N|52=t|122=o|56=B|11=x|",
                "8=FIX.4.2|35=D|34=3|49=A|43=Y|52=@|122=o|56=B|11=x|",
            ),
            (
                "8=FIX.4.2|35=D|34=3|49=A|52=t|56=B|128=C|129=D|11=x|",
                "8=FIX.4.2|35=D|34=3|43=Y|49=A|52=@|56=B|122=t|128=C|129=D|11=x|",
            ),
            // A message without a body, and one in which the header ends with the time.
            ("8=FIX.4.2|35=0|34=3|52=t|", "8=FIX.4.2|35=0|34=3|43=Y|52=@|122=t|"),
            // 1128 stands behind 122, whatever comes between.
            ("8=FIXT.1.1|35=D|49=A|52=t|34=3|1128=9|11=x|", "8=FIXT.1.1|35=D|43=Y|49=A|52=@|34=3|122=t|1128=9|11=x|"),
        ] {
            let expected = message(&resent.replace('@', time));
            assert_eq!(
                String::from_utf8(again(&message(stored), time)).unwrap(),
                String::from_utf8(expected).unwrap(),
                "{stored}"
            );
        }
    }

    #[test]
    fn data_in_the_header_may_hold_what_looks_like_fields() {
        let stored = message("8=FIX.4.2|35=D|34=3|52=t|90=8|91=a~122=b~|212=6|213=<~52=>|11=x|");
        let out = String::from_utf8(again(&stored, "T")).unwrap().replace('\x01', "|");
        assert!(out.contains("|43=Y|52=T|90=8|91=a|122=b||122=t|212=6|213=<|52=>|11=x|"), "{out}");
    }

    #[test]
    fn the_body_is_not_looked_at() {
        let odd = "55=|7777=\u{6771}|52=body|43=N|no equals|11=x|11=y|";
        let stored = message(&format!("8=FIX.4.4|35=D|34=3|52=t|{odd}"));
        let mut out = Vec::new();
        poss_dup(&stored, b"T", &mut out).unwrap();
        assert!(String::from_utf8(out).unwrap().replace('\x01', "|").contains(&format!("|122=t|{odd}10=")));
    }

    #[test]
    fn what_is_no_message_of_ours_is_refused_and_nothing_is_written() {
        for (stored, error) in [
            (b"".to_vec(), SpliceError::NoFrame),
            (b"8=FIX.4.2\x019=5\x0135=0\x01".to_vec(), SpliceError::NoFrame),
            (b"8=FIX.4.2\x0135=0\x0110=000\x01".to_vec(), SpliceError::NoFrame),
            (message("8=FIX.4.2|35=0|34=3|"), SpliceError::NoSendingTime),
            (message("8=FIX.4.2|35=0|34=3|11=x|52=t|"), SpliceError::NoSendingTime),
        ] {
            let mut out = b"before".to_vec();
            assert_eq!(poss_dup(&stored, b"T", &mut out), Err(error));
            assert_eq!(out, b"before");
        }
    }

    #[test]
    fn a_message_is_not_dated_before_it_was_first_sent() {
        for (first, again, expected) in [
            ("20260302-14:31:00", "20260302-14:30:00", "20260302-14:31:00"),
            ("20260302-14:31:00.500", "20260302-14:31:00", "20260302-14:31:00.500"),
            ("20260302-14:31:00", "20260302-14:31:00.001", "20260302-14:31:00.001"),
        ] {
            let stored = format!("8=FIX.4.4\x019=1\x0135=D\x0134=3\x0152={first}\x0111=x\x0110=000\x01");
            let mut out = Vec::new();
            poss_dup(stored.as_bytes(), again.as_bytes(), &mut out).unwrap();
            let text = String::from_utf8(out).unwrap();
            assert!(text.contains(&format!("\x0152={expected}\x01122={first}\x01")), "{text}");
        }
    }
}
