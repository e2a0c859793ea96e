//! Reject(35=3) and BusinessMessageReject(35=j): why a message is refused, and how that is said in each version.

use crate::config::{RejectStyle, Version};
use crate::effect::{CloseReason, Effect, Effects, Event};
use crate::now::Now;
use crate::received::{MsgKind, ROUTING, Received};
use crate::session::{Phase, Session};
use crate::stamp::Draft;
use fixplus_dictionary::violation::{Reason, Violation};
use fixplus_wire::{DecodeError, ascii_u64};
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
    tag: Option<i64>,
    blame: Blame,
    /// Text(58) from FIX 4.2 on.
    pub(crate) text: Cow<'static, str>,
    /// What is wrong, for people.
    pub(crate) sentence: String,
    /// BusinessRejectRefID(379).
    ref_id: Vec<u8>,
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
    fn ref_tag(&self, style: RejectStyle) -> Option<i64> {
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

/// What a refused message said of itself.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Refused<'m> {
    pub(crate) seq: u64,
    pub(crate) msg_type: &'m [u8],
    /// ApplVerID(1128), CstmApplVerID(1129) and ApplExtID(1156) that it had.
    pub(crate) versions: [Option<&'m [u8]>; 3],
}

impl<'m> Refused<'m> {
    /// What is known of a message that has no version of its own, or whose version is of no matter.
    pub(crate) fn new(seq: u64, msg_type: &'m [u8]) -> Self {
        Self { seq, msg_type, versions: [None; 3] }
    }
}

/// RefApplVerID(1130), RefCstmApplVerID(1131) and RefApplExtID(1406), as FIXT's Reject has them.
const REF_VERSIONS: [u32; 3] = [1130, 1131, 1406];

/// Whether the version lists this SessionRejectReason(373).
fn lists(version: Version, reason: u16) -> bool {
    match version {
        Version::Fix40 | Version::Fix41 => false,
        Version::Fix42 => reason <= 11,
        Version::Fix43 => reason <= 17,
        Version::Fix44 => reason <= 17 || reason == 99,
        Version::Fixt11 => reason <= 18 || reason >= 99,
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

impl Session {
    /// Refuse a message: answer it, count it if it was the expected one, and log out where the fault asks for it.
    pub(crate) fn refuse(
        &mut self,
        message: &Received<'_>,
        seq: u64,
        refusal: &Refusal,
        now: Now,
        effects: &mut Effects,
    ) {
        let mut refused = Refused::new(seq, message.msg_type);
        // A version that is refused is no version to refer to.
        if self.config.version == Version::Fixt11 && refusal.reason != Some(18) {
            refused.versions = [1128, 1129, 1156].map(|tag| message.value(tag).filter(|value| !value.is_empty()));
        }
        // A Reject is never answered.
        if message.kind != MsgKind::Reject {
            self.write_refusal(refused, refusal, message.routing(), now, effects);
        }
        self.note_refusal(refused, refusal, effects);
        if self.phase == Phase::Closed {
            return;
        }
        if refusal.logs_out {
            let style = self.config.quirks.reject_style;
            let text = self.config.quirks.logout_text_reason.then(|| refusal.text_with_tag(style));
            let why = CloseReason::Protocol(refusal.sentence.clone());
            self.log_out(text.as_deref(), None, why, now, effects);
        }
        self.count(seq, now, effects);
        if message.kind == MsgKind::Application {
            self.after_error(now, effects);
        }
    }

    /// What the settings want after a faulty message of the application.
    pub(crate) fn after_error(&mut self, now: Now, effects: &mut Effects) {
        let config = &self.config;
        if self.phase != Phase::LoggedOn || !(config.reset_on_error || config.disconnect_on_error) {
            return;
        }
        let reset = config.reset_on_error.then_some("reset_on_error");
        let why = CloseReason::Protocol("a faulty message of the application".into());
        self.end_with(Some(why), reset, now, effects);
    }

    /// Write a Reject or a BusinessMessageReject.
    pub(crate) fn write_refusal<'m>(
        &mut self,
        refused: Refused<'_>,
        refusal: &Refusal,
        routing: impl Iterator<Item = (u32, &'m [u8])>,
        now: Now,
        effects: &mut Effects,
    ) {
        if self.phase != Phase::LoggedOn {
            return;
        }
        let version = self.config.version;
        let style = self.config.quirks.reject_style;
        let default = std::mem::take(&mut self.ours.default_appl_ver_id);
        let with_version = self.config.quirks.appl_ver_id_in_business_reject && version == Version::Fixt11;
        match refusal.business {
            Some(reason) if version >= Version::Fix42 => {
                self.say(b"j", now, effects, |draft| {
                    route(draft, routing, version);
                    draft.number(45, refused.seq);
                    draft.field(58, &text_value(&refusal.text));
                    draft.field(372, refused.msg_type);
                    if !refusal.ref_id.is_empty() {
                        draft.field(379, &refusal.ref_id);
                    }
                    draft.number(380, u64::from(listed_business(version, reason)));
                    if with_version {
                        draft.field(1137, &default);
                    }
                });
            }
            _ => self.say(b"3", now, effects, |draft| {
                route(draft, routing, version);
                fill_reject(draft, refused, refusal, version, style);
            }),
        }
        self.ours.default_appl_ver_id = default;
    }

    pub(crate) fn note_refusal(&mut self, refused: Refused<'_>, refusal: &Refusal, effects: &mut Effects) {
        effects.push(Effect::Notify(Event::Rejected {
            seq: refused.seq,
            msg_type: refused.msg_type.to_vec(),
            reason: refusal.reason,
            business_reason: refusal.business,
            ref_tag: refusal.tag,
            text: refusal.text.clone().into_owned(),
            sentence: refusal.sentence.clone(),
        }));
    }

    /// Answer a garbled message, as far as it can be read.
    pub(crate) fn reject_garbled(&mut self, piece: &[u8], now: Now, effects: &mut Effects) {
        let seq = find(piece, b"\x0134=").and_then(ascii_u64);
        let msg_type = find(piece, b"\x0135=").unwrap_or_default();
        let refused = Refused::new(seq.unwrap_or(0), msg_type);
        let has_type = !msg_type.is_empty() && self.config.version >= Version::Fix42;
        self.say(b"3", now, effects, |draft| {
            draft.number(45, refused.seq);
            draft.field(58, b"Message failed basic validity check");
            if has_type {
                draft.field(372, refused.msg_type);
            }
        });
        if self.phase == Phase::LoggedOn && (seq == Some(self.next_in) || (seq.is_none() && self.gap.is_none())) {
            self.advance_to(self.next_in.saturating_add(1), now, effects);
        }
    }
}

/// The fields of a Reject, ascending.
pub(crate) fn fill_reject(
    draft: &mut Draft,
    refused: Refused<'_>,
    refusal: &Refusal,
    version: Version,
    style: RejectStyle,
) {
    draft.number(45, refused.seq);
    if version < Version::Fix42 {
        // What has no place of its own is said in words; an unsupported type is spelt otherwise there.
        let text = match refusal.business {
            Some(3) => "Unsupported message type".into(),
            Some(_) => refusal.text.clone().into_owned(),
            None => refusal.text_with_tag(style),
        };
        draft.field(58, &text_value(&text));
        return;
    }
    draft.field(58, &text_value(&refusal.text));
    if let Some(tag) = refusal.ref_tag(style) {
        draft.field(371, tag.to_string().as_bytes());
    }
    if !refused.msg_type.is_empty() {
        draft.field(372, refused.msg_type);
    }
    if let Some(reason) = refusal.reason.filter(|&reason| lists(version, reason)) {
        draft.number(373, u64::from(reason));
    }
    for (tag, value) in REF_VERSIONS.into_iter().zip(refused.versions) {
        if let Some(value) = value {
            draft.field(tag, value);
        }
    }
}

/// The reason itself, or `Other` where the version does not list it.
fn listed_business(version: Version, reason: u16) -> u16 {
    match reason {
        6 | 7 if version < Version::Fix43 => 0,
        8..=98 if version < Version::Fixt11 => 0,
        _ => reason,
    }
}

/// Route a reply back the way the message came.
fn route<'m>(draft: &mut Draft, routing: impl Iterator<Item = (u32, &'m [u8])>, version: Version) {
    for (tag, value) in routing {
        let back = ROUTING.iter().find(|(from, _)| *from == tag).map(|(_, to)| *to);
        if let Some(back) = back.filter(|&back| !value.is_empty() && version.has_header_field(back)) {
            draft.field(back, value);
        }
    }
}

/// The value of a field in bytes that are no message.
fn find<'p>(piece: &'p [u8], name: &[u8]) -> Option<&'p [u8]> {
    let start = memchr::memmem::find(piece, name)? + name.len();
    let rest = piece.get(start..)?;
    rest.get(..memchr::memchr(1, rest)?)
}

/// A text as it may stand in Text(58): ISO-8859-1 without control characters.
pub(crate) fn text_value(text: &str) -> Vec<u8> {
    let kept = text.chars().filter(|letter| !letter.is_control());
    kept.map(|letter| u8::try_from(u32::from(letter)).unwrap_or(b'?')).collect()
}
