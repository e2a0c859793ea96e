//! Whether a Logon(35=A) can be used, and how it is refused where it cannot.

use crate::appl_ver::{Declared, name_of};
use crate::config::{TestMessageIndicator, Version};
use crate::effect::{CloseReason, Effects};
use crate::inbound::Looked;
use crate::now::Now;
use crate::received::{Received, shown};
use crate::refusal::Refusal;
use crate::reject::{Refused, fill_reject, text_value};
use crate::session::Session;
use crate::stamp::Draft;
use fixplus_wire::values;

/// What a Logon(35=A) says that waits for its verdict.
#[derive(Debug)]
pub(crate) struct Candidate {
    pub(super) seq: u64,
    pub(super) poss_dup: bool,
    pub(super) reset: bool,
    pub(super) heart_bt_int_s: u32,
    pub(super) next_expected: Option<u64>,
    pub(super) max_message_size: Option<u64>,
    pub(super) declared: Declared,
    /// The dictionary of the version that it names as its default.
    pub(super) book: Option<usize>,
}

/// Why a Logon(35=A) cannot be used.
pub(super) enum Unusable {
    /// Nothing is written unless the profile wants it.
    Silent(Refusal),
    /// A Logout(35=5) says so.
    Told(String),
    /// EncryptMethod(98), which some want refused by a Reject(35=3) first.
    Encrypted(String),
}

impl Session {
    pub(super) fn candidate(&mut self, looked: Looked<'_>, now: Now) -> Result<Candidate, Unusable> {
        let message = looked.message;
        let is_fixt = self.config.version == Version::Fixt11;
        let name = |tag: u32| Unusable::Silent(Refusal::name(tag));
        if message.begin_string() != self.config.version.begin_string().as_bytes() {
            return Err(name(8));
        }
        let declared = Declared::from_logon(message.frame, message.fields);
        let (_, fault) = self.fault(looked);
        // A code that the dictionary lacks is told like those that it has and we do not take.
        let unknown_code = match fault {
            Some(fault) if !fault.is_code_of(98) && !fault.is_code_of(1137) => return Err(Unusable::Silent(fault)),
            unknown_code => unknown_code,
        };
        let seq = message.seq().ok_or_else(|| Unusable::Silent(Refusal::missing(34)))?;
        for tag in [98, 108] {
            if message.value(tag).is_none() {
                return Err(Unusable::Silent(Refusal::missing(tag)));
            }
        }
        if is_fixt && message.value(1137).is_none() {
            return Err(Unusable::Silent(Refusal::missing(1137)));
        }
        if let Some(fault) = self.time_fault(message, now).or_else(|| self.name_fault(message)) {
            return Err(Unusable::Silent(fault));
        }
        if let Some(fault) =
            Some(message).filter(|message| message.poss_dup()).and_then(|message| self.original_time_fault(message))
        {
            return Err(Unusable::Silent(fault));
        }
        let heart_bt_int = values::int(message.value(108).unwrap_or_default()).unwrap_or(i64::MAX);
        if heart_bt_int < 0 {
            return Err(Unusable::Told("HeartBtInt must not be negative".into()));
        }
        let Ok(heart_bt_int_s) = u32::try_from(heart_bt_int) else {
            return Err(Unusable::Silent(Refusal::value(108)));
        };
        if values::int(message.value(98).unwrap_or_default()) != Ok(0) {
            let text = format!("Unsupported EncryptMethod(98)={}", message.text(98).unwrap_or_default());
            return Err(Unusable::Encrypted(text));
        }
        let mut book = Some(self.session_book).filter(|_| !self.books.is_empty());
        if is_fixt {
            let version = declared.version_of(b"", None, None, None);
            let is_known = name_of(version.appl_ver_id).is_some();
            if !self.books.is_empty() {
                book = self.books.find(&version);
            }
            if !is_known || (book.is_none() && !self.books.is_empty()) {
                return Err(Unusable::Told(format!("Invalid DefaultApplVerID={}", shown(version.appl_ver_id))));
            }
        }
        let is_test = message.value(464) == Some(b"Y");
        let wrong = match self.config.test_message_indicator {
            TestMessageIndicator::Any => false,
            TestMessageIndicator::Test => !is_test,
            TestMessageIndicator::Production => is_test,
        };
        if wrong {
            let value = message.text(464).unwrap_or_else(|| "N".into());
            return Err(Unusable::Told(format!("Invalid TestMessageIndicator(464)={value}")));
        }
        let reset = message.value(141) == Some(b"Y") && self.has_reset_flag();
        if reset && seq != 1 && self.config.quirks.strict_logon {
            return Err(Unusable::Silent(Refusal::value(34)));
        }
        if let Some(fault) = unknown_code {
            return Err(Unusable::Silent(fault));
        }
        Ok(Candidate {
            seq,
            poss_dup: message.poss_dup(),
            reset,
            heart_bt_int_s,
            next_expected: message.number(789).filter(|_| self.sends_next_expected()),
            max_message_size: message.number(383).filter(|&size| size > 0 && self.config.version >= Version::Fix42),
            declared,
            book,
        })
    }

    pub(super) fn refuse_unusable(
        &mut self,
        message: &Received<'_>,
        unusable: Unusable,
        now: Now,
        effects: &mut Effects,
    ) {
        match unusable {
            Unusable::Silent(fault) => {
                let style = self.config.quirks.reject_style;
                let text = format!("Invalid Logon message: {}", fault.text_with_tag(style));
                self.refuse_logon_with(&text, &fault.sentence, now, effects);
            }
            Unusable::Told(text) => self.tell_refusal(&text, None, now, effects),
            Unusable::Encrypted(text) => {
                if self.config.quirks.strict_logon {
                    let (version, style) = (self.config.version, self.config.quirks.reject_style);
                    let refused = Refused::new(message.seq().unwrap_or(0), message.msg_type);
                    self.say_before_logon(b"3", now, effects, |draft| {
                        fill_reject(draft, refused, &Refusal::decryption(), version, style);
                    });
                }
                self.tell_refusal(&text, None, now, effects);
            }
        }
    }

    /// Refuse a Logon(35=A), with a Logout(35=5) only where the profile wants one.
    pub(super) fn refuse_logon_with(&mut self, text: &str, why: &str, now: Now, effects: &mut Effects) {
        if self.config.quirks.logon_refusal_logout {
            self.tell_refusal(text, None, now, effects);
        } else {
            self.end(Some(CloseReason::LogonRefused(why.into())), now, effects);
        }
    }

    /// Refuse a Logon(35=A) with a Logout(35=5).
    fn tell_refusal(&mut self, text: &str, status: Option<u32>, now: Now, effects: &mut Effects) {
        let status = status.filter(|_| self.config.send_session_status && self.config.version == Version::Fixt11);
        self.say_before_logon(b"5", now, effects, |draft| {
            if !text.is_empty() {
                draft.field(58, &text_value(text));
            }
            if let Some(status) = status {
                draft.number(1409, u64::from(status));
            }
        });
        self.end(Some(CloseReason::LogonRefused(text.into())), now, effects);
    }

    /// Write a message to a peer that is not logged on. An acceptor stores nothing for a peer that it does not know yet; the number
    /// is not used again all the same, for the peer may count it.
    fn say_before_logon(&mut self, msg_type: &[u8], now: Now, effects: &mut Effects, fill: impl FnOnce(&mut Draft)) {
        let mut draft = std::mem::take(&mut self.draft);
        draft.begin(msg_type);
        fill(&mut draft);
        let message = (&*draft.bytes, &*draft.fields);
        let result = if self.is_initiator() {
            self.emit(message, false, now, effects)
        } else {
            self.write_unstored(message, now, effects)
        };
        self.draft = draft;
        if let Err(error) = result {
            Self::warn(effects, format!("a message is not sent: {error}"));
        }
    }

    /// The Logon that was handed out is refused.
    pub(crate) fn turn_down(&mut self, text: &str, status: Option<u32>, say: bool, now: Now, effects: &mut Effects) {
        if say || self.config.quirks.logon_refusal_logout {
            self.tell_refusal(text, status, now, effects);
        } else {
            self.end(Some(CloseReason::LogonRefused(text.into())), now, effects);
        }
    }
}
