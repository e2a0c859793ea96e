//! Give a message its header and write it.
//!
//! The order is 8, 9, 35, header ascending, body as handed over, trailer. BeginString(8), MsgSeqNum(34), SendingTime(52), the
//! names of both sides, LastMsgSeqNumProcessed(369), ApplVerID(1128) and what makes a possible duplicate are the session's; the
//! rest of the header is the caller's.

use crate::config::{SessionConfig, Version};
use crate::error::LocalError;
use crate::received::value_of;
use fixplus_wire::edit::encode;
use fixplus_wire::values::{write_timestamp, write_uint};
use fixplus_wire::{DataPairs, Field, Section, Writer, rank, section};

/// Fields of a message that has no number yet. MsgType(35) is among them.
#[derive(Debug, Clone, Default)]
pub(crate) struct Draft {
    pub(crate) bytes: Vec<u8>,
    pub(crate) fields: Vec<Field>,
}

impl Draft {
    /// Begin a message of this type.
    pub(crate) fn begin(&mut self, msg_type: &[u8]) {
        self.bytes.clear();
        self.fields.clear();
        self.field(35, msg_type);
    }

    /// The value of MsgType(35), wherever it stands.
    pub(crate) fn msg_type(&self) -> &[u8] {
        let field = self.fields.iter().find(|field| field.tag == 35);
        field.map(|field| value_of(&self.bytes, field)).unwrap_or_default()
    }

    /// Append a field.
    pub(crate) fn field(&mut self, tag: u32, value: &[u8]) {
        push(&mut self.bytes, &mut self.fields, tag, |bytes| bytes.extend_from_slice(value));
    }

    /// Append a field whose value is a number.
    pub(crate) fn number(&mut self, tag: u32, value: u64) {
        push(&mut self.bytes, &mut self.fields, tag, |bytes| write_uint(value, bytes));
    }
}

/// Append a field whose value `write` adds to the bytes. Past 4 GiB it is left out: no message is that large.
fn push(bytes: &mut Vec<u8>, fields: &mut Vec<Field>, tag: u32, write: impl FnOnce(&mut Vec<u8>)) {
    let start = bytes.len();
    write(bytes);
    if let (Ok(start), Ok(end)) = (u32::try_from(start), u32::try_from(bytes.len())) {
        fields.push(Field { tag, start, end });
    }
}

/// What the session puts into the header of one message.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Stamp<'s> {
    /// MsgSeqNum(34).
    pub(crate) seq: u64,
    /// Wall-clock nanoseconds of SendingTime(52).
    pub(crate) utc_ns: i64,
    /// PossDupFlag(43)=Y, with OrigSendingTime(122) the same as SendingTime(52).
    pub(crate) poss_dup: bool,
    /// LastMsgSeqNumProcessed(369), where it is sent.
    pub(crate) last_processed: Option<u64>,
    /// The ApplVerID(1128) that goes without saying.
    pub(crate) appl_ver_id: &'s [u8],
}

/// Writes one message after the other into the same memory.
#[derive(Debug, Clone, Default)]
pub(crate) struct Stamper {
    bytes: Vec<u8>,
    /// Header, then body, then trailer, in the order of writing.
    fields: Vec<Field>,
    body: Vec<Field>,
    writer: Writer,
    written: Vec<u8>,
}

impl Stamper {
    /// Write a message.
    ///
    /// # Errors
    /// The fields make no message, or the version has no such header field.
    pub(crate) fn write(
        &mut self,
        config: &SessionConfig,
        pairs: &DataPairs,
        (bytes, fields): (&[u8], &[Field]),
        stamp: &Stamp<'_>,
    ) -> Result<&[u8], LocalError> {
        self.bytes.clear();
        self.bytes.extend_from_slice(bytes);
        self.fields.clear();
        self.body.clear();
        self.stamps(config, stamp);
        let mut trailer = 0;
        for field in fields {
            match section(field.tag) {
                Section::Body => {
                    self.body.push(*field);
                }
                Section::Header => {
                    if !is_ours(config, field.tag, value_of(bytes, field), stamp) {
                        if !config.version.has_header_field(field.tag) {
                            return Err(LocalError::HeaderField { tag: field.tag, version: config.version });
                        }
                        self.fields.push(*field);
                    }
                }
                Section::Trailer => {
                    self.body.push(*field);
                    trailer += 1;
                }
            }
        }
        sort_header(&mut self.fields);
        if trailer > 0 {
            self.body.sort_by_key(|field| if section(field.tag) == Section::Trailer { rank(field.tag) } else { 0 });
        }
        self.fields.extend_from_slice(&self.body);
        self.written.clear();
        self.written.extend_from_slice(encode(&self.bytes, &self.fields, pairs, &mut self.writer)?);
        Ok(&self.written)
    }

    /// The message that was written last.
    pub(crate) fn written(&self) -> &[u8] {
        &self.written
    }

    /// The session's own fields, ascending.
    fn stamps(&mut self, config: &SessionConfig, stamp: &Stamp<'_>) {
        let Self { bytes, fields, .. } = self;
        let identity = &config.identity;
        let mut text = |tag: u32, value: &[u8]| {
            if !value.is_empty() {
                push(bytes, fields, tag, |bytes| bytes.extend_from_slice(value));
            }
        };
        text(8, config.version.begin_string().as_bytes());
        if stamp.poss_dup {
            text(43, b"Y");
        }
        text(49, &identity.sender_comp_id);
        text(50, &identity.sender_sub_id);
        text(56, &identity.target_comp_id);
        text(57, &identity.target_sub_id);
        if config.version > Version::Fix40 {
            text(142, &identity.sender_location_id);
            text(143, &identity.target_location_id);
        }
        push(bytes, fields, 34, |bytes| write_uint(stamp.seq, bytes));
        let digits = config.time_digits();
        push(bytes, fields, 52, |bytes| write_timestamp(stamp.utc_ns, digits, bytes));
        if stamp.poss_dup {
            push(bytes, fields, 122, |bytes| write_timestamp(stamp.utc_ns, digits, bytes));
        }
        if let Some(seq) = stamp.last_processed.filter(|_| config.version >= Version::Fix42) {
            push(bytes, fields, 369, |bytes| write_uint(seq, bytes));
        }
    }
}

/// Whether a header field that a caller gave is left out because the session says it.
fn is_ours(config: &SessionConfig, tag: u32, value: &[u8], stamp: &Stamp<'_>) -> bool {
    let identity = &config.identity;
    match tag {
        8 | 9 | 34 | 49 | 52 | 56 | 369 => true,
        // What the session does not name may be named message by message, as desks and traders are.
        50 => !identity.sender_sub_id.is_empty(),
        57 => !identity.target_sub_id.is_empty(),
        142 => !identity.sender_location_id.is_empty(),
        143 => !identity.target_location_id.is_empty(),
        43 | 122 => !config.allow_pos_dup || stamp.poss_dup,
        1128 => value == stamp.appl_ver_id,
        _ => false,
    }
}

/// Ascending, with the members of NoHops(627) behind it in their order.
fn sort_header(fields: &mut [Field]) {
    let key = |field: &Field| if matches!(field.tag, 628..=630) { rank(627) } else { rank(field.tag) };
    // Nearly in order and short: each field goes down to its place.
    for sorted in 1..fields.len() {
        let mut at = sorted;
        while at > 0 && fields.get(at - 1).map(key) > fields.get(at).map(key) {
            fields.swap(at - 1, at);
            at -= 1;
        }
    }
}
