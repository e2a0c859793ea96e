//! What is wrong with a message, in the words of the wire and in a sentence for people.

use std::fmt;

// A sentence is read; a value of a megabyte is not.
const LONGEST_VALUE: usize = 40;

/// Why a message is refused. The names are those of SessionRejectReason(373) and BusinessRejectReason(380).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Reason {
    /// 373 = 0.
    InvalidTagNumber,
    /// 373 = 1.
    RequiredTagMissing,
    /// 373 = 2.
    TagNotDefinedForMessageType,
    /// 373 = 4.
    TagWithoutValue,
    /// 373 = 5.
    ValueIncorrect,
    /// 373 = 6.
    IncorrectDataFormat,
    /// 373 = 11.
    InvalidMsgType,
    /// 373 = 12.
    XmlValidationError,
    /// 373 = 13.
    TagAppearsMoreThanOnce,
    /// 373 = 14.
    TagOutOfRequiredOrder,
    /// 373 = 15.
    GroupMembersOutOfOrder,
    /// 373 = 16.
    IncorrectNumInGroup,
    /// 373 = 17.
    NonDataValueIncludesDelimiter,
    /// 373 = 18.
    InvalidApplicationVersion,
    /// 373 = 99.
    Other,
    /// 380 = 5, in a BusinessMessageReject(35=j).
    ConditionallyRequiredFieldMissing,
}

impl Reason {
    /// The value of SessionRejectReason(373), if a Reject(35=3) is due.
    #[must_use]
    pub const fn session_reject_reason(self) -> Option<u16> {
        Some(match self {
            Self::InvalidTagNumber => 0,
            Self::RequiredTagMissing => 1,
            Self::TagNotDefinedForMessageType => 2,
            Self::TagWithoutValue => 4,
            Self::ValueIncorrect => 5,
            Self::IncorrectDataFormat => 6,
            Self::InvalidMsgType => 11,
            Self::XmlValidationError => 12,
            Self::TagAppearsMoreThanOnce => 13,
            Self::TagOutOfRequiredOrder => 14,
            Self::GroupMembersOutOfOrder => 15,
            Self::IncorrectNumInGroup => 16,
            Self::NonDataValueIncludesDelimiter => 17,
            Self::InvalidApplicationVersion => 18,
            Self::Other => 99,
            Self::ConditionallyRequiredFieldMissing => return None,
        })
    }

    /// The value of BusinessRejectReason(380), if a BusinessMessageReject(35=j) is due.
    #[must_use]
    pub const fn business_reject_reason(self) -> Option<u16> {
        match self {
            Self::ConditionallyRequiredFieldMissing => Some(5),
            _ => None,
        }
    }

    /// The words of Text(58) that engines agree on.
    #[must_use]
    pub const fn text(self) -> &'static str {
        match self {
            Self::InvalidTagNumber => "Invalid tag number",
            Self::RequiredTagMissing => "Required tag missing",
            Self::TagNotDefinedForMessageType => "Tag not defined for this message type",
            Self::TagWithoutValue => "Tag specified without a value",
            Self::ValueIncorrect => "Value is incorrect (out of range) for this tag",
            Self::IncorrectDataFormat => "Incorrect data format for value",
            Self::InvalidMsgType => "Invalid MsgType",
            Self::XmlValidationError => "XML validation error",
            Self::TagAppearsMoreThanOnce => "Tag appears more than once",
            Self::TagOutOfRequiredOrder => "Tag specified out of required order",
            Self::GroupMembersOutOfOrder => "Out of order repeating group members",
            Self::IncorrectNumInGroup => "Incorrect NumInGroup count for repeating group",
            Self::NonDataValueIncludesDelimiter => "Non-data value includes field delimiter",
            Self::InvalidApplicationVersion => "Invalid or unsupported application version",
            Self::Other => "Other",
            Self::ConditionallyRequiredFieldMissing => "Conditionally Required Field Missing",
        }
    }
}

/// One fault of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// Why the message is refused.
    pub reason: Reason,
    /// The value of RefTagID(371). Not positive for a field whose tag is no legal number; none where no field is to
    /// blame.
    pub ref_tag: Option<i64>,
    /// The value of MsgType(35), for people, as [`shown`] tells it; empty if there is none.
    pub msg_type: String,
    /// The position of the field in the message, counted from 0; none for a field that is missing.
    pub position: Option<usize>,
    /// The offset in bytes of that field's tag from the start of the frame.
    pub offset: Option<usize>,
    /// The group entry in which the fault lies, such as `NoPartyIDs[1].NoPartySubIDs[0]`, entries counted from 0 as in
    /// an index; empty outside groups.
    pub path: String,
    /// The value of Text(58), to the letter.
    pub wire_text: String,
    /// What is wrong and why, for people.
    pub sentence: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.sentence)
    }
}

/// A value for people: its first 40 bytes, on one line, a dot for each control character.
#[must_use]
pub fn shown(value: &[u8]) -> String {
    let text = String::from_utf8_lossy(value.get(..LONGEST_VALUE).unwrap_or(value));
    let mut shown: String = text.chars().map(|letter| if letter.is_control() { '\u{b7}' } else { letter }).collect();
    if value.len() > LONGEST_VALUE {
        shown.push_str("...");
    }
    shown
}
