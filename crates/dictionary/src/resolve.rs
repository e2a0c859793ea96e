//! Which bundled dictionary a message asks for.
//!
//! BeginString(8) says it, but for FIXT, where it is ApplVerID(1128) of the message or else the default of the session.

use fixplus_wire::Field;

use crate::dictionary::Dictionary;
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

impl Dictionary {
    /// The bundled dictionary for a message. `default` is the version of FIXT messages without ApplVerID(1128), by the
    /// session's DefaultApplVerID(1137); FIX 5.0 SP2 where nothing else is known.
    ///
    /// # Errors
    /// A violation with SessionRejectReason(373) = 18 if the version is unknown or not bundled.
    pub fn for_message(frame: &[u8], fields: &[Field], default: &str) -> Result<Self, Box<Violation>> {
        let begin_string = value(frame, fields, 8).map(|(_, value)| value).unwrap_or_default();
        if !begin_string.starts_with("FIXT") {
            let known = Self::bundled(begin_string);
            return known.ok_or_else(|| unknown(frame, fields, 8, begin_string));
        }
        match value(frame, fields, 1128) {
            None => Self::bundled_on_fixt(default).ok_or_else(|| unknown(frame, fields, 1137, default)),
            Some((_, id)) => {
                let known = version_of(id).and_then(Self::bundled_on_fixt);
                known.ok_or_else(|| unknown(frame, fields, 1128, id))
            }
        }
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
    fn every_version_has_one_appl_ver_id() {
        for (value, version) in APPL_VER_IDS {
            assert_eq!(version_of(value), Some(version));
            assert_eq!(appl_ver_id_of(version), Some(value));
        }
    }
}
