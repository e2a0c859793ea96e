//! A message that is changed: a list of fields over bytes of its own.

use crate::{SOH, Writer, ascii_u64};
use fixplus_scan::{DataPairs, Field, Role};

/// Fields in order. A new value goes behind the others' bytes; what is no longer used is dropped when it outweighs the rest.
#[derive(Debug, Clone, Default)]
pub struct FieldList {
    bytes: Vec<u8>,
    fields: Vec<Field>,
}

/// Why a list of fields cannot be written as a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum EncodeError {
    /// BeginString(8) or MsgType(35) is missing.
    Missing {
        /// Its tag.
        tag: u32,
    },
    /// BeginString(8) is not `FIX.<n>.<n>` or `FIXT.<n>.<n>`.
    BeginString,
    /// A value that is not data holds SOH.
    Soh {
        /// The field.
        tag: u32,
    },
    /// A length field says another number of bytes than its data has.
    DataLength {
        /// The length field.
        length_tag: u32,
        /// The data field.
        tag: u32,
        /// How many bytes the data has.
        length: usize,
    },
    /// A data field without its length field directly before it.
    NoLength {
        /// The length field.
        length_tag: u32,
        /// The data field.
        tag: u32,
    },
    /// A tag of 0 cannot be written.
    Tag,
    /// The values are too large for 32-bit offsets.
    TooLong,
}

impl std::fmt::Display for EncodeError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match *self {
            Self::Missing { tag: 8 } => write!(f, "BeginString(8) is missing"),
            Self::Missing { tag: 35 } => write!(f, "MsgType(35) is missing"),
            Self::Missing { tag } => write!(f, "{tag} is missing"),
            Self::BeginString => write!(f, "BeginString(8) is not FIX.<n>.<n> or FIXT.<n>.<n>"),
            Self::Soh { tag } => write!(f, "the value of {tag} holds SOH, which only a data field may"),
            Self::DataLength { length_tag, tag, length } => {
                write!(f, "the length in {length_tag} contradicts the {length} bytes of data in {tag}")
            }
            Self::NoLength { length_tag, tag } => {
                write!(f, "the data field {tag} needs its length in {length_tag} directly before it")
            }
            Self::Tag => write!(f, "a field without a legal tag cannot be written"),
            Self::TooLong => write!(f, "the message is larger than 4 GiB"),
        }
    }
}

impl std::error::Error for EncodeError {}

impl FieldList {
    /// An empty list.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// An empty list with room for so many fields and bytes.
    #[must_use]
    pub fn with_capacity(fields: usize, bytes: usize) -> Self {
        Self { bytes: Vec::with_capacity(bytes), fields: Vec::with_capacity(fields) }
    }

    /// The fields of a decoded frame.
    #[must_use]
    pub fn from_decoded(frame: &[u8], fields: &[Field]) -> Self {
        Self { bytes: frame.to_vec(), fields: fields.to_vec() }
    }

    /// The bytes that the fields' offsets count in.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The fields in order.
    #[must_use]
    pub fn fields(&self) -> &[Field] {
        &self.fields
    }

    fn store(&mut self, tag: u32, value: &[u8]) -> Option<Field> {
        let start = u32::try_from(self.bytes.len()).ok()?;
        let end = u32::try_from(self.bytes.len().checked_add(value.len())?).ok()?;
        self.bytes.extend_from_slice(value);
        Some(Field { tag, start, end })
    }

    /// Append a field. Nothing happens, and `false` is returned, where 4 GiB would be passed.
    pub fn push(&mut self, tag: u32, value: &[u8]) -> bool {
        let field = self.store(tag, value);
        self.fields.extend(field);
        field.is_some()
    }

    /// Insert a field before the one at `position`; at the end where there is none.
    pub fn insert(&mut self, position: usize, tag: u32, value: &[u8]) -> bool {
        let Some(field) = self.store(tag, value) else { return false };
        self.fields.insert(position.min(self.fields.len()), field);
        true
    }

    /// Give the field at `position` another value.
    pub fn set(&mut self, position: usize, value: &[u8]) -> bool {
        let Some(tag) = self.fields.get(position).map(|field| field.tag) else { return false };
        self.tidy();
        let Some(field) = self.store(tag, value) else { return false };
        if let Some(slot) = self.fields.get_mut(position) {
            *slot = field;
        }
        true
    }

    /// Take the fields of this range out.
    pub fn remove(&mut self, range: std::ops::Range<usize>) {
        let end = range.end.min(self.fields.len());
        self.fields.drain(range.start.min(end)..end);
        self.tidy();
    }

    /// Put the fields in the order that `ranks` gives their positions; equal ranks keep their order.
    pub fn sort_by_rank(&mut self, ranks: &mut [u64]) {
        if self.fields.len() > 64 {
            let mut order: Vec<(u64, Field)> = ranks.iter().copied().zip(self.fields.iter().copied()).collect();
            order.sort_by_key(|entry| entry.0);
            self.fields = order.into_iter().map(|entry| entry.1).collect();
            return;
        }
        // Most messages are short and nearly in order: each field goes down to its place.
        let count = ranks.len().min(self.fields.len());
        for sorted in 1..count {
            let mut at = sorted;
            while at > 0 && ranks.get(at - 1) > ranks.get(at) {
                ranks.swap(at - 1, at);
                self.fields.swap(at - 1, at);
                at -= 1;
            }
        }
    }

    /// Drop bytes that no field uses once they are most of them.
    fn tidy(&mut self) {
        let live: usize = self.fields.iter().map(|field| (field.end - field.start) as usize).sum();
        if self.bytes.len() < 4096 + 4 * live {
            return;
        }
        let mut bytes = Vec::with_capacity(live);
        for field in &mut self.fields {
            let value = self.bytes.get(field.start as usize..field.end as usize).unwrap_or_default();
            let start = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
            bytes.extend_from_slice(value);
            *field = Field { tag: field.tag, start, end: start + (field.end - field.start) };
        }
        self.bytes = bytes;
    }

    /// Write the fields as a message, in their order, with new BodyLength(9) and CheckSum(10).
    ///
    /// # Errors
    /// What keeps them from being a message.
    pub fn encode<'w>(&self, pairs: &DataPairs, writer: &'w mut Writer) -> Result<&'w [u8], EncodeError> {
        encode(&self.bytes, &self.fields, pairs, writer)
    }
}

/// Write fields as a message, in their order, with new BodyLength(9) and CheckSum(10).
///
/// MsgType(35) is moved to the front, whatever its place.
///
/// # Errors
/// What keeps them from being a message.
pub fn encode<'w>(
    bytes: &[u8],
    fields: &[Field],
    pairs: &DataPairs,
    writer: &'w mut Writer,
) -> Result<&'w [u8], EncodeError> {
    let value = |field: &Field| bytes.get(field.start as usize..field.end as usize).unwrap_or_default();
    let mut begin_string: Option<&[u8]> = None;
    let mut msg_type: Option<&[u8]> = None;
    for field in fields {
        match field.tag {
            8 if begin_string.is_none() => begin_string = Some(value(field)),
            35 if msg_type.is_none() => msg_type = Some(value(field)),
            _ => {}
        }
        if begin_string.is_some() && msg_type.is_some() {
            break;
        }
    }
    let begin_string = begin_string.ok_or(EncodeError::Missing { tag: 8 })?;
    if !crate::frame::is_begin_string(begin_string) {
        return Err(EncodeError::BeginString);
    }
    let msg_type = msg_type.ok_or(EncodeError::Missing { tag: 35 })?;
    writer.begin();
    writer.field(35, msg_type);
    let mut before = Field::default();
    let (mut written, mut inside) = (1, 0);
    for field in fields {
        let text = value(field);
        match (field.tag, pairs.role(field.tag)) {
            (0, _) => return Err(EncodeError::Tag),
            (8..=10 | 35, _) => {}
            (tag, Role::Data) => {
                let length_tag = pairs.length_of(tag).unwrap_or(0);
                if before.tag != length_tag {
                    return Err(EncodeError::NoLength { length_tag, tag });
                }
                if ascii_u64(value(&before)) != Some(text.len() as u64) {
                    return Err(EncodeError::DataLength { length_tag, tag, length: text.len() });
                }
                inside += memchr::memchr_iter(SOH, text).count();
                written += 1;
                writer.field(tag, text);
            }
            (tag, _) => {
                written += 1;
                writer.field(tag, text);
            }
        }
        before = *field;
    }
    if u32::try_from(writer.body_length()).is_err() {
        return Err(EncodeError::TooLong);
    }
    // One look at all of it: every SOH closes a field or lies in data.
    if memchr::memchr_iter(SOH, writer.body()).count() != written + inside {
        let holds = |field: &&Field| pairs.role(field.tag) != Role::Data && memchr::memchr(SOH, value(field)).is_some();
        return Err(EncodeError::Soh { tag: fields.iter().find(holds).map_or(0, |field| field.tag) });
    }
    Ok(writer.finish(begin_string))
}
