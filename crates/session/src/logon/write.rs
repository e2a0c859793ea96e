//! Our own Logon(35=A).

use crate::config::{TestMessageIndicator, Version};
use crate::effect::Effects;
use crate::now::Now;
use crate::session::Session;
use fixplus_wire::{Section, section};

/// SessionStatus(1409): active.
const ACTIVE: u64 = 0;

impl Session {
    /// Write our Logon(35=A).
    pub(crate) fn write_logon(&mut self, reset: bool, next_expected: Option<u64>, now: Now, effects: &mut Effects) {
        self.sent_next_expected = next_expected.is_some();
        let config = &self.config;
        let version = config.version;
        let mut fields: Vec<(u32, Vec<u8>)> = Vec::new();
        let number = |value: u64| value.to_string().into_bytes();
        fields.push((98, number(0)));
        fields.push((108, number(u64::from(self.heart_bt_int_s))));
        if reset {
            fields.push((141, b"Y".to_vec()));
        }
        if config.test_message_indicator == TestMessageIndicator::Test && version >= Version::Fix43 {
            fields.push((464, b"Y".to_vec()));
        }
        if let Some(next) = next_expected.filter(|_| version >= Version::Fix44) {
            fields.push((789, number(next)));
        }
        if version == Version::Fixt11 {
            for (tag, value) in [
                (1137, &self.ours.default_appl_ver_id),
                (1407, &self.ours.default_appl_ext_id),
                (1408, &self.ours.default_cstm_appl_ver_id),
            ] {
                if !value.is_empty() {
                    fields.push((tag, value.clone()));
                }
            }
            if config.send_session_status && !self.is_initiator() {
                fields.push((1409, number(ACTIVE)));
            }
        }
        for (tag, value) in config.logon_tags.iter().chain(&self.logon_fields) {
            if self.logon_has(*tag) {
                fields.retain(|(known, _)| known != tag);
                fields.push((*tag, value.clone()));
            } else {
                Self::warn(
                    effects,
                    format!("our Logon goes without {tag}, which it does not have in {}", version.begin_string()),
                );
            }
        }
        fields.sort_by_key(|(tag, _)| *tag);
        let msg_types = std::mem::take(&mut self.ours.msg_types);
        self.say(b"A", now, effects, |draft| {
            let before = fields.iter().take_while(|(tag, _)| *tag < 384).count();
            let (before, behind) = fields.split_at(before);
            before.iter().for_each(|(tag, value)| draft.field(*tag, value));
            if !msg_types.is_empty() && version >= Version::Fix42 {
                draft.number(384, msg_types.len() as u64);
                for entry in &msg_types {
                    draft.field(372, &entry.msg_type);
                    draft.field(385, if entry.sends { b"S" } else { b"R" });
                    if version == Version::Fixt11 {
                        for (tag, value) in
                            [(1130, &entry.appl_ver_id), (1406, &entry.appl_ext_id), (1131, &entry.cstm_appl_ver_id)]
                        {
                            if !value.is_empty() {
                                draft.field(tag, value);
                            }
                        }
                        if entry.is_default {
                            draft.field(1410, b"Y");
                        }
                    }
                }
            }
            behind.iter().for_each(|(tag, value)| draft.field(*tag, value));
        });
        self.ours.msg_types = msg_types;
    }

    /// Whether a Logon(35=A) of the version may have this field, by the dictionary where there is one.
    fn logon_has(&self, tag: u32) -> bool {
        let version = self.config.version;
        if section(tag) == Section::Header {
            return version.has_header_field(tag);
        }
        let known = self.books.get(self.session_book).and_then(|known| known.dictionary.message(b"A"));
        match (known, tag) {
            (_, 5000..) => true,
            (Some(plan), _) => plan.slot_on(tag, 0).is_some(),
            (None, 141) => version >= Version::Fix41,
            (None, 383 | 384) => version >= Version::Fix42,
            (None, 464 | 553 | 554) => version >= Version::Fix43,
            (None, 789) => version >= Version::Fix44,
            (None, 58 | 925 | 1137 | 1400..=1409) => version == Version::Fixt11,
            (None, _) => true,
        }
    }
}
