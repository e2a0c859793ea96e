//! Where a message ends whose BodyLength(9) is not believed, as `ValidateLengthAndChecksum=N` asks.
//!
//! It ends at its first field `10=ddd`. A data field that follows its length is stepped over, so that a `10=` inside it ends
//! nothing; a length that does not lead to an SOH is not believed either. What is found does not depend on how bytes arrive.

use super::{DIGITS_MAX, FrameFault, START, Step, TRAILER, length_value, start_of_message};
use crate::{SOH, ascii_u64};
use fixplus_scan::DataPairs;

/// How far the search for the end of one message has come. A new one for every message; the same one when more bytes of the
/// message came, so that no byte is looked at twice.
#[derive(Debug, Clone, Copy, Default)]
pub struct Progress {
    /// Where the next field begins, from the start of the message; 0 before the body.
    field: usize,
    /// Bytes of it that hold no SOH.
    looked: usize,
    /// The data field that may come, and its bytes.
    data: Option<(u32, usize)>,
}

/// As [`super::next`], but a message ends at its CheckSum(10), whatever BodyLength(9) says.
#[must_use]
pub fn next_by_check_sum(
    buffer: &[u8],
    from: usize,
    max_message_size: usize,
    pairs: &DataPairs,
    progress: &mut Progress,
) -> Step {
    match start_of_message(buffer, from) {
        Ok(start) => {
            let message = buffer.get(start..).unwrap_or_default();
            match end_of(message, max_message_size, pairs, progress) {
                Found::End(end) => Step::Frame { start, end: start + end },
                Found::Fault(end, fault) => Step::Garbled { start, end: start + end, fault },
                Found::Need(need) => Step::Incomplete { start, need: start.saturating_add(need) },
            }
        }
        Err(step) => step,
    }
}

enum Found {
    End(usize),
    Fault(usize, FrameFault),
    Need(usize),
}

fn end_of(message: &[u8], max_message_size: usize, pairs: &DataPairs, progress: &mut Progress) -> Found {
    let length = match length_value(message) {
        Ok(at) => at,
        Err(Some(fault)) => return Found::Fault(START.len(), fault),
        Err(None) => return Found::Need(message.len() + 1),
    };
    let value = message.get(length..).unwrap_or_default();
    let Some(width) = value.iter().take(DIGITS_MAX + 1).position(|&byte| byte == SOH) else {
        return if value.len() > DIGITS_MAX {
            Found::Fault(START.len(), FrameFault::BodyLengthFormat)
        } else {
            Found::Need(message.len() + 1)
        };
    };
    let body = length + width + 1;
    // The last byte that a message of the greatest size can have.
    let limit = body.saturating_add(max_message_size).saturating_add(TRAILER);
    progress.field = progress.field.max(body);
    loop {
        let at = progress.field;
        let rest = message.get(at..).unwrap_or_default();
        if let Some((tag, bytes)) = progress.data {
            match end_of_data(rest, tag, bytes, limit.saturating_sub(at)) {
                Data::Ends(end) => {
                    *progress = Progress { field: at + end + 1, ..Progress::default() };
                    continue;
                }
                Data::Need(need) => return Found::Need(at.saturating_add(need)),
                Data::IsNone => progress.data = None,
            }
        }
        let room = rest.len().min(limit.saturating_sub(at));
        let unseen = rest.get(progress.looked.min(room)..room).unwrap_or_default();
        let Some(width) = memchr::memchr(SOH, unseen).map(|width| progress.looked + width) else {
            if at + room >= limit {
                return Found::Fault(at, FrameFault::NoCheckSum { limit: max_message_size });
            }
            progress.looked = room;
            return Found::Need(message.len() + 1);
        };
        let field = rest.get(..width).unwrap_or_default();
        if let [b'1', b'0', b'=', digits @ ..] = field
            && digits.len() == 3
            && digits.iter().all(u8::is_ascii_digit)
        {
            return Found::End(at + TRAILER);
        }
        if field.starts_with(START) {
            return Found::Fault(at, FrameFault::Overrun);
        }
        *progress = Progress { field: at + width + 1, looked: 0, data: announced(field, pairs) };
    }
}

/// The data field that a length field announces, and its bytes.
fn announced(field: &[u8], pairs: &DataPairs) -> Option<(u32, usize)> {
    let (tag, text) = fixplus_scan::tag_text(field).ok()?;
    let bytes = ascii_u64(field.get(text as usize + 1..)?)?;
    Some((pairs.data_of(tag)?, usize::try_from(bytes).ok()?))
}

enum Data {
    /// Where the SOH behind it stands.
    Ends(usize),
    Need(usize),
    /// Another field, or a length that does not lead to its end.
    IsNone,
}

fn end_of_data(rest: &[u8], tag: u32, bytes: usize, room: usize) -> Data {
    let head = format!("{tag}=");
    if rest.len() < head.len() && head.as_bytes().starts_with(rest) {
        return Data::Need(head.len());
    }
    let end = head.len().saturating_add(bytes);
    if !rest.starts_with(head.as_bytes()) || end >= room {
        return Data::IsNone;
    }
    match rest.get(end) {
        Some(&SOH) => Data::Ends(end),
        Some(_) => Data::IsNone,
        None => Data::Need(end + 1),
    }
}
