//! Who wants to log on: an acceptor finds its session by the first message.

use crate::received::{MsgKind, Received};
use fixplus_wire::frame::{self, Step};
use fixplus_wire::{Checks, DataPairs, Index, decode};

/// The names in a Logon(35=A), as the peer wrote them. Empty: not there.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct LogonIdentity {
    /// BeginString(8).
    pub begin_string: Vec<u8>,
    /// SenderCompID(49).
    pub sender_comp_id: Vec<u8>,
    /// SenderSubID(50).
    pub sender_sub_id: Vec<u8>,
    /// SenderLocationID(142).
    pub sender_location_id: Vec<u8>,
    /// TargetCompID(56).
    pub target_comp_id: Vec<u8>,
    /// TargetSubID(57).
    pub target_sub_id: Vec<u8>,
    /// TargetLocationID(143).
    pub target_location_id: Vec<u8>,
}

/// The names in the Logon(35=A) with which `bytes` begin; nothing where they begin with anything else.
#[must_use]
pub fn identify(bytes: &[u8], pairs: &DataPairs, checks: Checks, max_message_size: usize) -> Option<LogonIdentity> {
    let Step::Frame { start: 0, end } = frame::next(bytes, 0, max_message_size) else { return None };
    let frame = bytes.get(..end)?;
    let mut index = Index::new();
    match decode(frame, pairs, checks, &mut index) {
        Ok(()) => {}
        // The session itself says what is wrong with a Logon that can be read so far.
        Err(error) => {
            error.reason()?;
        }
    }
    let message = Received::new(frame, index.fields());
    if message.kind != MsgKind::Logon {
        return None;
    }
    let text = |tag: u32| message.value(tag).unwrap_or_default().to_vec();
    Some(LogonIdentity {
        begin_string: message.begin_string().to_vec(),
        sender_comp_id: text(49),
        sender_sub_id: text(50),
        sender_location_id: text(142),
        target_comp_id: text(56),
        target_sub_id: text(57),
        target_location_id: text(143),
    })
}
