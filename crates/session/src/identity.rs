//! Whose message it is, and when it was sent.

use crate::now::Now;
use crate::received::Received;
use crate::refusal::Refusal;
use crate::session::Session;
use fixplus_wire::values::{utc_timestamp, utc_timestamp_ns};

impl Session {
    /// SendingTime(52) missing without a dictionary, unreadable, or too far from now.
    pub(crate) fn time_fault(&self, message: &Received<'_>, now: Now) -> Option<Refusal> {
        if !self.config.check_latency {
            return None;
        }
        let came_ns = self.came_ns.unwrap_or(now.utc_ns);
        let sent = message.sending_time().and_then(|text| utc_timestamp(text).ok());
        match sent {
            Some(sent) if sent.ns.saturating_sub(came_ns).saturating_abs() <= self.config.max_latency_ns => None,
            _ => Some(Refusal::time(52)),
        }
    }

    /// OrigSendingTime(122) of a possible duplicate missing, or after SendingTime(52).
    pub(crate) fn original_time_fault(&self, message: &Received<'_>) -> Option<Refusal> {
        let Some(original) = message.orig_sending_time() else {
            return self.config.requires_orig_sending_time.then(|| Refusal::missing(122));
        };
        let original = utc_timestamp_ns(original).ok();
        let sent = message.sending_time().and_then(|text| utc_timestamp_ns(text).ok());
        match (original, sent) {
            (Some(original), Some(sent)) if original <= sent => None,
            _ => Some(Refusal::time(122)),
        }
    }

    /// Names that are not the session's.
    pub(crate) fn name_fault(&self, message: &Received<'_>) -> Option<Refusal> {
        let config = &self.config;
        let identity = &config.identity;
        if config.check_comp_id {
            if message.sender() != Some(&identity.target_comp_id) {
                return Some(Refusal::name(49));
            }
            if message.target() != Some(&identity.sender_comp_id) {
                return Some(Refusal::name(56));
            }
            for (tag, expected) in [
                (50, &identity.target_sub_id),
                (57, &identity.sender_sub_id),
                (142, &identity.target_location_id),
                (143, &identity.sender_location_id),
            ] {
                if !expected.is_empty() && message.value(tag) != Some(expected) {
                    return Some(Refusal::name(tag));
                }
            }
        }
        if !config.allowed_on_behalf_of.is_empty() {
            let foreign = |tag: u32| {
                message.value(tag).is_some_and(|name| config.allowed_on_behalf_of.iter().all(|known| known != name))
            };
            if let Some(tag) = [115, 128].into_iter().find(|&tag| foreign(tag)) {
                return Some(Refusal::name(tag).without_logout());
            }
        }
        None
    }
}
