//! Why a message is refused, and the words for it.

use crate::config::RejectStyle;
use fixplus_dictionary::violation::{Reason, Violation};
use fixplus_wire::DecodeError;
use std::borrow::Cow;

/// Whom RefTagID(371) is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Blame {
    /// Every style names the field.
    Always,
    /// `quickfixj` and `standard` do.
    AllButQuickfix,
    /// `standard` does.
    Standard,
}

/// Why a message is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refusal {
    /// SessionRejectReason(373), for a Reject(35=3).
    pub(crate) reason: Option<u16>,
    /// BusinessRejectReason(380), for a BusinessMessageReject(35=j).
    pub(crate) business: Option<u16>,
    /// The field at fault.
    pub(crate) tag: Option<i64>,
    blame: Blame,
    /// Text(58) from FIX 4.2 on.
    pub(crate) text: Cow<'static, str>,
    /// What is wrong, for people.
    pub(crate) sentence: String,
    /// BusinessRejectRefID(379).
    pub(crate) ref_id: Vec<u8>,
    /// A Logout(35=5) follows.
    pub(crate) logs_out: bool,
    /// The message cannot be delivered, even where faulty ones are.
    pub(crate) is_fatal: bool,
}

impl Refusal {
    fn new(reason: Reason, tag: Option<i64>, blame: Blame) -> Self {
        Self {
            reason: reason.session_reject_reason(),
            business: reason.business_reject_reason(),
            tag,
            blame,
            text: reason.text().into(),
            sentence: match tag {
                Some(tag) => format!("{}: {tag}", reason.text()),
                None => reason.text().into(),
            },
            ref_id: Vec::new(),
            logs_out: false,
            is_fatal: false,
        }
    }

    /// What a dictionary found.
    pub(crate) fn of(fault: &Violation) -> Self {
        let tag = match fault.reason {
            Reason::InvalidMsgType => Some(35),
            _ => fault.ref_tag,
        };
        let blame = match fault.reason {
            Reason::InvalidMsgType => Blame::AllButQuickfix,
            _ => Blame::Always,
        };
        Self {
            text: fault.wire_text.clone().into(),
            sentence: fault.sentence.clone(),
            ..Self::new(fault.reason, tag, blame)
        }
    }

    /// A fault inside an intact frame.
    pub(crate) fn syntax(error: &DecodeError) -> Self {
        if error.tag() == Some(93) && error.reason() == Some(6) {
            return Self { sentence: error.to_string(), ..Self::signature() };
        }
        let reason = match error.reason() {
            Some(1) => Reason::RequiredTagMissing,
            Some(6) => Reason::IncorrectDataFormat,
            _ => Reason::NonDataValueIncludesDelimiter,
        };
        Self { sentence: error.to_string(), ..Self::new(reason, error.tag().map(i64::from), Blame::Always) }
    }

    /// A required field is missing.
    pub(crate) fn missing(tag: u32) -> Self {
        Self::new(Reason::RequiredTagMissing, Some(i64::from(tag)), Blame::Always)
    }

    /// A version of the application that has no dictionary.
    pub(crate) fn version(tag: u32) -> Self {
        let refusal = Self::new(Reason::InvalidApplicationVersion, Some(i64::from(tag)), Blame::Always);
        Self { is_fatal: true, ..refusal }
    }

    /// A value that the message may not have.
    pub(crate) fn value(tag: u32) -> Self {
        Self::new(Reason::ValueIncorrect, Some(i64::from(tag)), Blame::Always)
    }

    /// NewSeqNo(36) would lower the number.
    pub(crate) fn lowering(text: Option<String>) -> Self {
        let refusal = Self::new(Reason::ValueIncorrect, Some(36), Blame::AllButQuickfix);
        let text = text.map_or(refusal.text.clone(), Cow::Owned);
        Self { text, ..refusal }
    }

    /// SendingTime(52) or OrigSendingTime(122) cannot be.
    pub(crate) fn time(tag: u32) -> Self {
        Self {
            reason: Some(10),
            text: "SendingTime accuracy problem".into(),
            sentence: format!("SendingTime accuracy problem: {tag}"),
            logs_out: true,
            is_fatal: true,
            ..Self::new(Reason::Other, Some(i64::from(tag)), Blame::AllButQuickfix)
        }
    }

    /// A name that is not the session's.
    pub(crate) fn name(tag: u32) -> Self {
        Self {
            reason: Some(9),
            text: "CompID problem".into(),
            sentence: format!("CompID problem: {tag}"),
            logs_out: true,
            is_fatal: true,
            ..Self::new(Reason::Other, Some(i64::from(tag)), Blame::Standard)
        }
    }

    /// The field has a code that is in no list.
    pub(crate) fn is_code_of(&self, tag: u32) -> bool {
        self.reason == Some(5) && self.tag == Some(i64::from(tag))
    }

    /// The same without the Logout behind it.
    pub(crate) fn without_logout(self) -> Self {
        Self { logs_out: false, ..self }
    }

    /// EncryptMethod(98) that is not supported.
    pub(crate) fn decryption() -> Self {
        Self { reason: Some(7), text: "Decryption problem".into(), ..Self::new(Reason::Other, Some(98), Blame::Always) }
    }

    /// A fault of meaning.
    pub(crate) fn business(reason: u16, text: &'static str) -> Self {
        Self {
            reason: None,
            business: Some(reason),
            text: text.into(),
            sentence: text.into(),
            ..Self::new(Reason::Other, None, Blame::Always)
        }
    }

    /// Signature(89) that does not fit SignatureLength(93).
    fn signature() -> Self {
        Self { reason: Some(8), text: session_text(8).into(), ..Self::new(Reason::Other, Some(93), Blame::Always) }
    }

    /// What the application refuses.
    pub(crate) fn given(
        reason: Option<u16>,
        business: Option<u16>,
        tag: Option<i64>,
        text: String,
        ref_id: Vec<u8>,
    ) -> Self {
        Self {
            reason,
            business,
            sentence: text.clone(),
            text: text.into(),
            ref_id,
            ..Self::new(Reason::Other, tag, Blame::Always)
        }
    }

    /// RefTagID(371).
    pub(crate) fn ref_tag(&self, style: RejectStyle) -> Option<i64> {
        let told = match (self.blame, style) {
            (Blame::Always, _) | (_, RejectStyle::Standard) => true,
            (Blame::AllButQuickfix, RejectStyle::Quickfixj) => true,
            (Blame::AllButQuickfix, RejectStyle::Quickfix) => false,
            (Blame::Standard, _) => false,
        };
        self.tag.filter(|_| told)
    }

    /// The text with the field, for versions and messages that have no other place for it.
    pub(crate) fn text_with_tag(&self, style: RejectStyle) -> String {
        match (self.ref_tag(style), style) {
            (None, _) => self.text.clone().into_owned(),
            (Some(tag), RejectStyle::Quickfixj) => format!("{}, field={tag}", self.text),
            (Some(tag), _) => format!("{} ({tag})", self.text),
        }
    }
}

/// The words of a BusinessRejectReason(380).
pub(crate) fn business_text(reason: u32) -> &'static str {
    match reason {
        1 => "Unknown ID",
        2 => "Unknown Security",
        3 => "Unsupported Message Type",
        4 => "Application Not Available",
        5 => "Conditionally Required Field Missing",
        6 => "Not Authorized",
        7 => "Deliver to firm not available at this time",
        8 => "Throttle limit exceeded",
        9 => "Throttle limit exceeded, session disconnected",
        10 => "Throttled messages rejected on request",
        18 => "Invalid price increment",
        _ => "Other",
    }
}

/// The words of a SessionRejectReason(373).
pub(crate) fn session_text(reason: u16) -> &'static str {
    match reason {
        0 => "Invalid tag number",
        1 => "Required tag missing",
        2 => "Tag not defined for this message type",
        3 => "Undefined Tag",
        4 => "Tag specified without a value",
        5 => "Value is incorrect (out of range) for this tag",
        6 => "Incorrect data format for value",
        7 => "Decryption problem",
        8 => "Signature problem",
        9 => "CompID problem",
        10 => "SendingTime accuracy problem",
        11 => "Invalid MsgType",
        12 => "XML validation error",
        13 => "Tag appears more than once",
        14 => "Tag specified out of required order",
        15 => "Out of order repeating group members",
        16 => "Incorrect NumInGroup count for repeating group",
        17 => "Non-data value includes field delimiter",
        18 => "Invalid or unsupported application version",
        _ => "Other",
    }
}
