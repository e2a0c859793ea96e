//! Which bundled dictionary a message asks for.
//!
//! BeginString(8) says it, but for FIXT, where it is ApplVerID(1128) of the message or else the default of the session.

use fixplus_wire::Field;

use crate::bundled::VERSIONS;
use crate::dictionary::{Dictionary, FIXT, needs_transport};
use crate::violation::{Reason, Violation};

/// The values of ApplVerID(1128), DefaultApplVerID(1137) and RefApplVerID(1130) with the version each means. FIX27 and
/// FIX30 have no dictionary; FIX Latest has one only if the user names it.
pub const APPL_VER_IDS: [(&str, &str); 11] = [
    ("0", "FIX27"),
    ("1", "FIX30"),
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

/// The version that a value of ApplVerID(1128) means.
#[must_use]
pub fn version_of(appl_ver_id: &str) -> Option<&'static str> {
    APPL_VER_IDS.iter().find(|(value, _)| *value == appl_ver_id).map(|(_, version)| *version)
}

/// The value of ApplVerID(1128) that means this version.
#[must_use]
pub fn appl_ver_id_of(version: &str) -> Option<&'static str> {
    APPL_VER_IDS.iter().find(|(_, known)| *known == version).map(|(value, _)| *value)
}

/// The version of FIXT messages of which nothing else is known.
pub const DEFAULT_VERSION: &str = "FIX.5.0SP2";

/// Which of the bundled dictionaries a message asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Asked {
    /// The version.
    pub version: &'static str,
    /// It is a version before FIX 5.0 on a FIXT 1.1 session, whose header, trailer and session messages are FIXT's.
    pub on_fixt: bool,
}

/// A value that names no bundled dictionary, and the field that has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unknown<'v> {
    /// BeginString(8), ApplVerID(1128), or DefaultApplVerID(1137) where `default` is not known.
    pub tag: u32,
    /// The value.
    pub value: &'v str,
}

impl Asked {
    /// By BeginString(8), ApplVerID(1128), and the version of FIXT messages that have none.
    ///
    /// # Errors
    /// The value that is not known.
    pub fn by<'v>(begin_string: &'v str, appl_ver_id: Option<&'v str>, default: &'v str) -> Result<Self, Unknown<'v>> {
        if begin_string != FIXT {
            let version = bundled_name(begin_string).ok_or(Unknown { tag: 8, value: begin_string })?;
            return Ok(Self { version, on_fixt: false });
        }
        let (tag, value, meant) = match appl_ver_id {
            None => (1137, default, Some(default)),
            Some(id) => (1128, id, version_of(id)),
        };
        let version = meant.and_then(bundled_name).ok_or(Unknown { tag, value })?;
        Ok(Self { version, on_fixt: !needs_transport(version) && version != FIXT })
    }

    /// For a reader that makes the best of what it gets: as [`Asked::by`], but the default where there is no
    /// BeginString(8) or where ApplVerID(1128) is not known. `FIX4.4` is taken as logs mean it. Nothing for a version
    /// that does not exist.
    #[must_use]
    pub fn leniently(begin_string: Option<&[u8]>, appl_ver_id: Option<&[u8]>) -> Option<Self> {
        // What is no text names nothing.
        let begin_string = match begin_string {
            None => FIXT,
            Some(b"FIX4.4") => "FIX.4.4",
            Some(other) => std::str::from_utf8(other).unwrap_or_default(),
        };
        let appl_ver_id = appl_ver_id.map(|value| std::str::from_utf8(value).unwrap_or_default());
        match Self::by(begin_string, appl_ver_id, DEFAULT_VERSION) {
            Ok(asked) => Some(asked),
            Err(Unknown { tag: 8, .. }) => None,
            Err(_) => Some(Self { version: DEFAULT_VERSION, on_fixt: false }),
        }
    }

    /// The dictionary, compiled when it is first asked for.
    #[must_use]
    pub fn dictionary(self) -> Option<Dictionary> {
        if self.on_fixt { Dictionary::bundled_on_fixt(self.version) } else { Dictionary::bundled(self.version) }
    }
}

fn bundled_name(version: &str) -> Option<&'static str> {
    VERSIONS.into_iter().find(|known| *known == version)
}

impl Dictionary {
    /// The bundled dictionary for a message. `default` is the version of FIXT messages without ApplVerID(1128), by the
    /// session's DefaultApplVerID(1137); FIX 5.0 SP2 where nothing else is known.
    ///
    /// # Errors
    /// A violation with SessionRejectReason(373) = 18 if the version is unknown or not bundled.
    pub fn for_message(frame: &[u8], fields: &[Field], default: &str) -> Result<Self, Box<Violation>> {
        let begin_string = value(frame, fields, 8).map(|(_, value)| value).unwrap_or_default();
        let appl_ver_id = value(frame, fields, 1128).map(|(_, value)| value);
        let asked = Asked::by(begin_string, appl_ver_id, default);
        let asked = asked.map_err(|found| unknown(frame, fields, found.tag, found.value))?;
        asked.dictionary().ok_or_else(|| unknown(frame, fields, 8, begin_string))
    }
}

/// The position and value of the first field of this tag, if it is text.
fn value<'f>(frame: &'f [u8], fields: &[Field], tag: u32) -> Option<(usize, &'f str)> {
    let (at, field) = fields.iter().enumerate().find(|(_, field)| field.tag == tag)?;
    let bytes = frame.get(field.start as usize..field.end as usize)?;
    Some((at, std::str::from_utf8(bytes).unwrap_or_default()))
}

fn unknown(frame: &[u8], fields: &[Field], tag: u32, found: &str) -> Box<Violation> {
    let position = value(frame, fields, tag).map(|(at, _)| at);
    let offset = position.and_then(|at| fields.get(at)).map(|field| fixplus_wire::field_offset(frame, field));
    let name = match tag {
        8 => "BeginString(8)",
        1137 => "DefaultApplVerID(1137)",
        _ => "ApplVerID(1128)",
    };
    let found: String = found.chars().filter(|letter| !letter.is_control()).take(40).collect();
    let meant = version_of(&found).map_or_else(String::new, |version| format!(" ({version})"));
    Box::new(Violation {
        reason: Reason::InvalidApplicationVersion,
        ref_tag: Some(i64::from(tag)),
        msg_type: value(frame, fields, 35).map(|(_, value)| value).unwrap_or_default().into(),
        position,
        offset,
        path: String::new(),
        wire_text: Reason::InvalidApplicationVersion.text().into(),
        sentence: format!("{name} is '{found}'{meant}, for which there is no dictionary"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::wire;

    #[test]
    fn a_message_names_its_dictionary() {
        for (text, version, transport) in [
            ("8=FIX.4.0|9=1|35=0|", "FIX.4.0", None),
            ("8=FIX.4.4|9=1|35=D|1128=9|", "FIX.4.4", None),
            ("8=FIX.5.0SP2|9=1|35=D|", "FIX.5.0SP2", Some("FIXT.1.1")),
            ("8=FIXT.1.1|9=1|35=D|", "FIX.5.0SP2", Some("FIXT.1.1")),
            ("8=FIXT.1.1|9=1|35=D|1128=7|", "FIX.5.0", Some("FIXT.1.1")),
            ("8=FIXT.1.1|9=1|35=D|1128=6|", "FIX.4.4", Some("FIXT.1.1")),
        ] {
            let (frame, fields) = wire(text);
            let dictionary = Dictionary::for_message(&frame, &fields, "FIX.5.0SP2").unwrap();
            assert_eq!(dictionary.version(), version, "{text}");
            assert_eq!(dictionary.transport_model().map(|model| model.version.as_str()), transport, "{text}");
        }
    }

    #[test]
    fn a_version_without_dictionary_is_refused() {
        for (text, tag, sentence) in [
            ("8=FIX.3.9|9=1|35=0|", 8, "BeginString(8) is 'FIX.3.9', for which there is no dictionary"),
            ("8=FIXT.1.1|9=1|35=D|1128=42|", 1128, "ApplVerID(1128) is '42', for which there is no dictionary"),
            (
                "8=FIXT.1.1|9=1|35=D|1128=10|",
                1128,
                "ApplVerID(1128) is '10' (FIX.Latest), for which there is no dictionary",
            ),
        ] {
            let (frame, fields) = wire(text);
            let violation = Dictionary::for_message(&frame, &fields, "FIX.5.0SP2").unwrap_err();
            assert_eq!(violation.reason.session_reject_reason(), Some(18));
            assert_eq!((violation.ref_tag, violation.sentence.as_str()), (Some(tag), sentence), "{text}");
        }
    }

    #[test]
    fn a_lenient_reader_takes_the_default_where_it_can() {
        for (begin_string, appl_ver_id, expected) in [
            (None, None, Some(("FIX.5.0SP2", false))),
            (None, Some("7"), Some(("FIX.5.0", false))),
            (Some("FIX4.4"), None, Some(("FIX.4.4", false))),
            (Some("FIX.4.1"), Some("9"), Some(("FIX.4.1", false))),
            (Some("FIX.5.0SP1"), None, Some(("FIX.5.0SP1", false))),
            (Some("FIXT.1.1"), Some("6"), Some(("FIX.4.4", true))),
            (Some("FIXT.1.1"), Some("x"), Some(("FIX.5.0SP2", false))),
            (Some("FIXT.1.1"), Some("10"), Some(("FIX.5.0SP2", false))),
            (Some("FIXT.1.9"), None, None),
            (Some("FIX.9.9"), None, None),
            (Some(""), None, None),
        ] {
            let asked = Asked::leniently(begin_string.map(str::as_bytes), appl_ver_id.map(str::as_bytes));
            let found = asked.map(|asked| (asked.version, asked.on_fixt));
            assert_eq!(found, expected, "{begin_string:?} {appl_ver_id:?}");
            assert_eq!(asked.and_then(Asked::dictionary).is_some(), expected.is_some());
        }
        assert_eq!(Asked::leniently(Some(b"FIX.4.\xff"), None), None);
    }

    #[test]
    fn every_version_has_one_appl_ver_id() {
        for (value, version) in APPL_VER_IDS {
            assert_eq!(version_of(value), Some(version));
            assert_eq!(appl_ver_id_of(version), Some(value));
        }
    }
}
