//! Which fields belong to header and trailer, whatever the version.

/// The part of a message in which a field stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Section {
    /// StandardHeader.
    Header,
    /// The message's own fields.
    Body,
    /// StandardTrailer.
    Trailer,
}

/// The header fields of FIX 4.0 to FIXT 1.1 that stand outside a group, without 8, 9 and 35, ascending.
const HEADER: [u16; 25] = [
    34, 43, 49, 50, 52, 56, 57, 90, 91, 97, 115, 116, 122, 128, 129, 142, 143, 144, 145, 212, 213, 347, 369, 627, 1128,
];
/// The rest of FIXT's header, the members of NoHops(627) among them.
const HEADER_REST: [u16; 6] = [370, 628, 629, 630, 1129, 1156];

/// The part of a message in which this field stands. Tags above 1156 belong to the body.
#[inline]
#[must_use]
pub fn section(tag: u32) -> Section {
    match SECTIONS.get(tag as usize) {
        Some(1) => Section::Header,
        Some(2) => Section::Trailer,
        _ => Section::Body,
    }
}

static SECTIONS: [u8; 1157] = {
    let mut table = [0u8; 1157];
    table[8] = 1;
    table[9] = 1;
    table[35] = 1;
    let mut at = 0;
    while at < HEADER.len() {
        table[HEADER[at] as usize] = 1;
        at += 1;
    }
    at = 0;
    while at < HEADER_REST.len() {
        table[HEADER_REST[at] as usize] = 1;
        at += 1;
    }
    table[89] = 2;
    table[93] = 2;
    table[10] = 2;
    table
};

/// The place of a field in the order in which messages are written: 8, 9, 35, header ascending, body ascending, 93, 89, 10.
#[inline]
#[must_use]
pub fn rank(tag: u32) -> u64 {
    let (part, place) = match (section(tag), tag) {
        (_, 8) => (0, 0),
        (_, 9) => (0, 1),
        (_, 35) => (0, 2),
        (Section::Header, tag) => (1, tag),
        (Section::Body, tag) => (2, tag),
        (_, 93) => (3, 0),
        (_, 89) => (3, 1),
        (_, _) => (3, 2),
    };
    part << 32 | u64::from(place)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_written_in_the_order_of_the_standard() {
        let mut tags = [10, 89, 93, 58, 11, 1128, 627, 52, 34, 35, 9, 8, 5000, 55];
        tags.sort_by_key(|&tag| rank(tag));
        assert_eq!(tags, [8, 9, 35, 34, 52, 627, 1128, 11, 55, 58, 5000, 93, 89, 10]);
    }

    #[test]
    fn tags_beyond_the_table_are_of_the_body() {
        assert_eq!(section(u32::MAX), Section::Body);
    }
}
