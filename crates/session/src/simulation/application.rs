//! What the two applications say: orders, reports on them, and prices. What a message says follows from its number alone, so that the
//! observer can tell what must arrive.

use super::Who;
use super::chance::mixed;
use super::flow::Sort;
use crate::config::Version;
use fixplus_wire::Field;

/// The fields of a message, and the bytes of its body as they will stand on the wire.
#[derive(Debug, Default)]
pub(super) struct Words {
    /// `35=...|` and the body.
    bytes: Vec<u8>,
    pub(super) fields: Vec<Field>,
    body: usize,
}

/// MsgType(35), written.
const fn msg_type(sort: Sort) -> &'static str {
    match sort {
        Sort::Order => "D",
        Sort::Report(_) => "8",
        Sort::Price => "S",
    }
}

impl Words {
    /// What message `id` of this side says.
    pub(super) fn say(&mut self, seed: u64, version: Version, who: Who, id: usize, sort: Sort) {
        self.bytes.clear();
        self.fields.clear();
        self.field(35, msg_type(sort));
        self.body = self.bytes.len();
        let drawn = mixed(seed ^ mixed(id as u64 * 2 + u64::from(who == Who::Acceptor)));
        let name = format!("m{id}");
        let quantity = (1 + drawn % 1000).to_string();
        match sort {
            Sort::Order => {
                self.field(11, &name);
                self.field(21, "1");
                self.field(38, &quantity);
                self.field(40, "1");
                self.field(54, if drawn & 1 == 0 { "1" } else { "2" });
                self.field(55, "GB00TEST");
                let long = if drawn % 40 == 0 { drawn >> 8 & 2047 } else { drawn >> 8 & 63 };
                let letters =
                    (0..long).map(|at| char::from(b'a' + u8::try_from(drawn.rotate_left(at as u32) % 26).unwrap_or(0)));
                self.field(58, &format!("t{}", letters.collect::<String>()));
                if version >= Version::Fix42 {
                    self.field(60, "20260302-08:00:00");
                }
            }
            Sort::Report(order) => {
                self.field(6, "0");
                self.field(11, &format!("m{order}"));
                self.field(14, "0");
                // Numbers in FIX 4.0.
                self.field(17, &id.to_string());
                if version < Version::Fix43 {
                    self.field(20, "0");
                }
                if version < Version::Fix42 {
                    self.field(31, "0");
                    self.field(32, "0");
                }
                self.field(37, &order.to_string());
                self.field(38, &quantity);
                self.field(39, "0");
                self.field(54, "1");
                self.field(55, "GB00TEST");
                if version >= Version::Fix41 {
                    self.field(150, "0");
                    self.field(151, &quantity);
                }
            }
            Sort::Price => {
                self.field(55, "GB00TEST");
                self.field(117, &name);
                self.field(132, &format!("{}.25", drawn % 500));
            }
        }
    }

    fn field(&mut self, tag: u32, value: &str) {
        self.bytes.extend_from_slice(format!("{tag}=").as_bytes());
        let start = self.bytes.len();
        self.bytes.extend_from_slice(value.as_bytes());
        if let (Ok(start), Ok(end)) = (u32::try_from(start), u32::try_from(self.bytes.len())) {
            self.fields.push(Field { tag, start, end });
        }
        self.bytes.push(1);
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Whether a message has this body, byte by byte, between its header and its CheckSum(10).
    pub(super) fn is_body_of(&self, raw: &[u8]) -> bool {
        let body = self.bytes.get(self.body..).unwrap_or_default();
        raw.len().checked_sub(7).and_then(|end| raw.get(..end)).is_some_and(|raw| raw.ends_with(body))
    }
}

/// Which message of an application this is: its number, and what it answers. Nothing for a session message.
pub(super) fn recognised(raw: &[u8]) -> Option<(usize, Sort)> {
    let (mut sort, mut tag) = (Sort::Order, 0);
    let mut fields = raw.split(|&byte| byte == 1);
    let msg_type = fields.nth(2)?;
    match msg_type {
        b"35=D" => tag = 11,
        b"35=S" => (sort, tag) = (Sort::Price, 117),
        b"35=8" => {}
        _ => return None,
    }
    let (mut order, mut id) = (None, None);
    for field in fields {
        if tag == 11 || tag == 0 {
            if let Some(value) = field.strip_prefix(b"11=m") {
                order = number(value);
            }
        }
        if let Some(value) = field.strip_prefix(if tag == 117 { b"117=m".as_slice() } else { b"17=" }) {
            id = number(value);
        }
    }
    match tag {
        11 => Some((order?, sort)),
        117 => Some((id?, sort)),
        _ => Some((id?, Sort::Report(order?))),
    }
}

fn number(digits: &[u8]) -> Option<usize> {
    std::str::from_utf8(digits).ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_recognised_by_what_it_says() {
        for sort in [Sort::Order, Sort::Report(7), Sort::Price] {
            let mut words = Words::default();
            words.say(1, Version::Fix44, Who::Acceptor, 12, sort);
            let raw = [b"8=FIX.4.4\x019=1\x01".as_slice(), words.bytes(), b"10=000\x01"].concat();
            assert_eq!(recognised(&raw), Some((12, sort)));
            assert!(words.is_body_of(&raw));
            assert!(!words.is_body_of(&[raw.as_slice(), b"1=2\x01"].concat()));
        }
        assert_eq!(recognised(b"8=FIX.4.4\x019=1\x0135=0\x01"), None);
    }
}
