//! Which application version a message of a FIXT session has, and what the Logons agreed on.
//!
//! Source: FIXT 1.1, "Application versioning"; ApplVerID(1128), DefaultApplVerID(1137), NoMsgTypes(384).

use crate::config::MsgTypeEntry;
use fixplus_wire::Field;

/// The values of ApplVerID(1128), RefApplVerID(1130) and DefaultApplVerID(1137), and what they stand for.
const VERSIONS: [(&str, &str); 11] = [
    ("0", "FIX.2.7"),
    ("1", "FIX.3.0"),
    ("2", "FIX.4.0"),
    ("3", "FIX.4.1"),
    ("4", "FIX.4.2"),
    ("5", "FIX.4.3"),
    ("6", "FIX.4.4"),
    ("7", "FIX.5.0"),
    ("8", "FIX.5.0SP1"),
    ("9", "FIX.5.0SP2"),
    ("10", "FIX.Latest"),
];

/// The value on the wire of a version that settings write as that value, as `FIX.5.0SP2`, or as the standard's own `FIX50SP2`.
#[must_use]
pub fn value_of(text: &str) -> Option<&'static str> {
    let plain = |name: &str| name.replace('.', "").to_ascii_uppercase();
    let wanted = plain(text);
    VERSIONS.iter().find(|(value, name)| *value == text || plain(name) == wanted).map(|(value, _)| *value)
}

/// What a value on the wire stands for: `FIX.5.0SP2`.
#[must_use]
pub fn name_of(value: &[u8]) -> Option<&'static str> {
    VERSIONS.iter().find(|(known, _)| known.as_bytes() == value).map(|(_, name)| *name)
}

/// What describes an application message: a version as on the wire, and a custom id where the two agreed on one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ApplVersion<'v> {
    /// As of ApplVerID(1128).
    pub appl_ver_id: &'v [u8],
    /// As of CstmApplVerID(1129); empty: none.
    pub cstm_appl_ver_id: &'v [u8],
    /// As of ApplExtID(1156); empty: none.
    pub appl_ext_id: &'v [u8],
}

/// What one side declared in its Logon(35=A).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Declared {
    /// DefaultApplVerID(1137).
    pub default_appl_ver_id: Vec<u8>,
    /// DefaultCstmApplVerID(1408).
    pub default_cstm_appl_ver_id: Vec<u8>,
    /// DefaultApplExtID(1407).
    pub default_appl_ext_id: Vec<u8>,
    /// NoMsgTypes(384).
    pub msg_types: Vec<MsgTypeEntry>,
}

/// A Logon(35=A) that lists more types than this is listening to itself.
const MAX_MSG_TYPES: usize = 4096;

impl Declared {
    /// What a Logon(35=A) declares. `fields` are those of `frame`.
    #[must_use]
    pub fn from_logon(frame: &[u8], fields: &[Field]) -> Self {
        let mut declared = Self::default();
        let mut open = false;
        for field in fields {
            let value = frame.get(field.start as usize..field.end as usize).unwrap_or_default();
            let has_room = declared.msg_types.len() < MAX_MSG_TYPES;
            let entry = declared.msg_types.last_mut().filter(|_| open);
            match (field.tag, entry) {
                (1137, _) => declared.default_appl_ver_id = value.into(),
                (1408, _) => declared.default_cstm_appl_ver_id = value.into(),
                (1407, _) => declared.default_appl_ext_id = value.into(),
                (372, _) if has_room => {
                    open = true;
                    declared.msg_types.push(MsgTypeEntry {
                        msg_type: value.into(),
                        sends: false,
                        appl_ver_id: Vec::new(),
                        appl_ext_id: Vec::new(),
                        cstm_appl_ver_id: Vec::new(),
                        is_default: false,
                    });
                }
                (372, _) => open = false,
                (385, Some(entry)) => entry.sends = value == b"S",
                (1130, Some(entry)) => entry.appl_ver_id = value.into(),
                (1406, Some(entry)) => entry.appl_ext_id = value.into(),
                (1131, Some(entry)) => entry.cstm_appl_ver_id = value.into(),
                (1410, Some(entry)) => entry.is_default = value == b"Y",
                _ => {}
            }
        }
        declared
    }

    /// The version of a message that this side sends: its own ApplVerID(1128), then what this side listed for the type, then this
    /// side's default.
    #[must_use]
    pub fn version_of<'v>(
        &'v self,
        msg_type: &[u8],
        appl_ver_id: Option<&'v [u8]>,
        cstm_appl_ver_id: Option<&'v [u8]>,
        appl_ext_id: Option<&'v [u8]>,
    ) -> ApplVersion<'v> {
        let listed = self.msg_types.iter().find(|entry| entry.sends && entry.is_default && entry.msg_type == msg_type);
        let first = |own: Option<&'v [u8]>, listed: Option<&'v [u8]>, default: &'v [u8]| {
            let listed = listed.filter(|value| !value.is_empty());
            own.or(listed).unwrap_or(default)
        };
        ApplVersion {
            appl_ver_id: first(appl_ver_id, listed.map(|entry| &*entry.appl_ver_id), &self.default_appl_ver_id),
            cstm_appl_ver_id: first(
                cstm_appl_ver_id,
                listed.map(|entry| &*entry.cstm_appl_ver_id),
                &self.default_cstm_appl_ver_id,
            ),
            appl_ext_id: first(appl_ext_id, listed.map(|entry| &*entry.appl_ext_id), &self.default_appl_ext_id),
        }
    }

    /// Whether this side said that it receives messages of this type; a side that listed none receives all.
    #[must_use]
    pub fn receives(&self, msg_type: &[u8]) -> bool {
        let mut listed = self.msg_types.iter().filter(|entry| !entry.sends).peekable();
        listed.peek().is_none() || listed.any(|entry| entry.msg_type == msg_type)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use fixplus_wire::{DataPairs, Index, decode_lenient};

    fn declared(fields: &str) -> Declared {
        let frame = format!("8=FIXT.1.1|9=0|35=A|{fields}10=000|").replace('|', "\x01");
        let mut index = Index::new();
        let _ = decode_lenient(frame.as_bytes(), &DataPairs::standard(), &mut index);
        Declared::from_logon(frame.as_bytes(), index.fields())
    }

    #[test]
    fn versions_are_written_in_three_ways() {
        for (text, value) in [
            ("9", Some("9")),
            ("FIX.5.0SP2", Some("9")),
            ("FIX50SP2", Some("9")),
            ("fix.4.4", Some("6")),
            ("10", Some("10")),
            ("FIXLatest", Some("10")),
            ("FIX27", Some("0")),
            ("11", None),
            ("", None),
            ("FIXT.1.1", None),
        ] {
            assert_eq!(value_of(text), value, "{text}");
        }
        assert_eq!((name_of(b"7"), name_of(b"FIX.5.0")), (Some("FIX.5.0"), None));
    }

    #[test]
    fn the_first_that_applies_decides_the_version() {
        let logon = declared(
            "1137=9|1408=house|1407=97|384=3|372=D|385=S|1130=6|1406=4|1131=own|1410=Y|372=8|385=R|1130=4|1410=Y|372=F|385=S|1130=4|",
        );
        let version = |msg_type: &[u8], own: Option<&'static str>| {
            let version = logon.version_of(msg_type, own.map(str::as_bytes), None, None);
            [version.appl_ver_id, version.cstm_appl_ver_id, version.appl_ext_id]
                .map(|part| String::from_utf8(part.to_vec()).unwrap())
        };
        // Its own, then what its sender listed, then the default.
        assert_eq!(version(b"D", Some("7")), ["7", "own", "4"]);
        assert_eq!(version(b"D", None), ["6", "own", "4"]);
        // Listed for the other direction, and listed without being the default.
        assert_eq!(version(b"8", None), ["9", "house", "97"]);
        assert_eq!(version(b"F", None), ["9", "house", "97"]);
        assert_eq!(logon.version_of(b"D", None, Some(b"x"), Some(b"y")).cstm_appl_ver_id, b"x");
    }

    #[test]
    fn a_side_that_lists_what_it_receives_receives_nothing_else() {
        let logon = declared("1137=9|384=2|372=D|385=S|372=8|385=R|");
        assert!(logon.receives(b"8") && !logon.receives(b"D") && !logon.receives(b"9"));
        assert!(declared("1137=9|384=1|372=D|385=S|").receives(b"8"));
        assert!(declared("1137=9|").receives(b"anything"));
    }

    #[test]
    fn a_list_without_end_is_not_kept() {
        let many = "372=D|385=R|1130=9|".repeat(MAX_MSG_TYPES + 10);
        assert_eq!(declared(&format!("384=9999|{many}")).msg_types.len(), MAX_MSG_TYPES);
    }

    #[test]
    fn members_without_an_entry_are_nothing() {
        assert_eq!(declared("385=S|1130=9|1406=1|1131=x|1410=Y|"), Declared::default());
    }
}
