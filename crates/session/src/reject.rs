//! Reject(35=3) and BusinessMessageReject(35=j): how a refusal is said in each version.

use crate::config::{RejectStyle, Version};
use crate::effect::{CloseReason, Effect, Effects, Event};
use crate::now::Now;
use crate::received::{MsgKind, ROUTING, Received};
use crate::refusal::Refusal;
use crate::session::{Phase, Session};
use crate::stamp::Draft;
use fixplus_wire::ascii_u64;

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
