//! Who wants to log on: an acceptor finds its session by the first message.

use crate::received::{MsgKind, Received};
use fixplus_wire::frame::{self, Progress, Step, next_by_check_sum};
use fixplus_wire::{DataPairs, Index, decode_lenient};

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
///
/// Length and sum are not checked: the session does it, as its settings say.
#[must_use]
pub fn identify(bytes: &[u8], pairs: &DataPairs, max_message_size: usize) -> Option<LogonIdentity> {
    let end = match frame::next(bytes, 0, max_message_size) {
        Step::Frame { start: 0, end } => end,
        _ => match next_by_check_sum(bytes, 0, max_message_size, pairs, &mut Progress::default()) {
            Step::Frame { start: 0, end } => end,
            _ => return None,
        },
    };
    let frame = bytes.get(..end)?;
    let mut index = Index::new();
    // What is wrong with it is for the session to say.
    let _ = decode_lenient(frame, pairs, &mut index);
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
