//! A message that is changed: a list of fields over bytes of its own.

use crate::encode::{tag_width, write_tag};
use crate::{SOH, Writer, ascii_u64};
use fixplus_scan::{DataPairs, Field, Role};

/// Fields in order. A new value goes behind the others' bytes; what is no longer used is dropped when it outweighs the rest.
#[derive(Debug, Clone, Default)]
pub struct FieldList {
    bytes: Vec<u8>,
    fields: Vec<Field>,
    /// The bytes are a received frame's at first. If they are not, every value stands between its tag with `=` and SOH, as it is
    /// written, so that neighbours can be written at once.
    received: bool,
}

/// Fields that stand together and move together when a list is sorted.
#[derive(Debug, Clone, Copy)]
pub struct Unit {
    /// Where they belong.
    pub rank: u64,
    /// The position of the first.
    pub first: u32,
    /// The position behind the last.
    pub end: u32,
}

/// So much more than its value a field takes: the digits of a tag, `=` and SOH.
const AROUND: usize = 12;

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
        Self { bytes: Vec::with_capacity(bytes), fields: Vec::with_capacity(fields), received: false }
    }

    /// Make room for so many more fields and bytes.
    pub fn reserve(&mut self, fields: usize, bytes: usize) {
        self.fields.reserve(fields);
        self.bytes.reserve(bytes);
    }

    /// The fields of a decoded frame.
    #[must_use]
    pub fn from_decoded(frame: &[u8], fields: &[Field]) -> Self {
        Self { bytes: frame.to_vec(), fields: fields.to_vec(), received: true }
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
        let length = self.bytes.len().checked_add(value.len())?.checked_add(AROUND)?;
        u32::try_from(length).ok()?;
        let write = |bytes: &mut Vec<u8>| {
            bytes.extend_from_slice(value);
            Ok::<(), std::convert::Infallible>(())
        };
        match self.store_with(tag, value.len(), write) {
            Ok(field) => field,
            Err(never) => match never {},
        }
    }

    /// Store a value of about `room` bytes that `write` appends.
    #[inline]
    fn store_with<E>(
        &mut self,
        tag: u32,
        room: usize,
        write: impl FnOnce(&mut Vec<u8>) -> Result<(), E>,
    ) -> Result<Option<Field>, E> {
        let before = self.bytes.len();
        if !self.received {
            write_tag(tag, room + 1, &mut self.bytes);
        }
        let start = self.bytes.len();
        let written = write(&mut self.bytes);
        let end = self.bytes.len();
        if !self.received {
            self.bytes.push(SOH);
        }
        match (u32::try_from(start), u32::try_from(end), u32::try_from(self.bytes.len())) {
            (Ok(start), Ok(end), Ok(_)) if written.is_ok() => Ok(Some(Field { tag, start, end })),
            _ => {
                self.bytes.truncate(before);
                written.map(|()| None)
            }
        }
    }

    /// Append a field. Nothing happens, and `false` is returned, where 4 GiB would be passed.
    pub fn push(&mut self, tag: u32, value: &[u8]) -> bool {
        let field = self.store(tag, value);
        self.fields.extend(field);
        field.is_some()
    }

    /// Append a field whose value `write` appends to the bytes it is given, and to nothing else. Nothing happens, and `false` is
    /// returned, where 4 GiB would be passed.
    ///
    /// # Errors
    /// What `write` says; nothing is appended then.
    #[inline]
    pub fn push_with<E>(&mut self, tag: u32, write: impl FnOnce(&mut Vec<u8>) -> Result<(), E>) -> Result<bool, E> {
        let field = self.store_with(tag, 16, write)?;
        self.fields.extend(field);
        Ok(field.is_some())
    }

    /// Take out the fields from this position on, which were appended last.
    pub fn truncate(&mut self, length: usize) {
        if let Some(first) = self.fields.get(length) {
            let around = if self.received { 0 } else { tag_width(first.tag) + 1 };
            self.bytes.truncate((first.start as usize).saturating_sub(around));
            self.fields.truncate(length);
        }
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

    /// Put the fields in ascending order of rank. The units hold all fields once, in their order; those of equal rank keep it.
    pub fn sort_by_rank(&mut self, units: &mut [Unit]) {
        if units.is_sorted_by_key(|unit| unit.rank) {
            return;
        }
        if units.len() > 64 {
            units.sort_by_key(|unit| unit.rank);
        } else {
            // Most messages are short and nearly in order: each unit goes down to its place.
            for sorted in 1..units.len() {
                let mut at = sorted;
                while at > 0 && units.get(at - 1).map(|unit| unit.rank) > units.get(at).map(|unit| unit.rank) {
                    units.swap(at - 1, at);
                    at -= 1;
                }
            }
        }
        let mut sorted = Vec::with_capacity(self.fields.len());
        for unit in units.iter() {
            match self.fields.get(unit.first as usize..unit.end as usize) {
                Some([field]) => sorted.push(*field),
                fields => sorted.extend_from_slice(fields.unwrap_or_default()),
            }
        }
        self.fields = sorted;
    }

    /// Drop bytes that no field uses once they are most of them.
    fn tidy(&mut self) {
        let around = if self.received { 0 } else { AROUND };
        let live: usize = self.fields.iter().map(|field| (field.end - field.start) as usize + around).sum();
        if self.bytes.len() < 4096 + 4 * live {
            return;
        }
        let old = std::mem::replace(self, Self::with_capacity(self.fields.len(), live));
        for field in &old.fields {
            self.push(field.tag, old.bytes.get(field.start as usize..field.end as usize).unwrap_or_default());
        }
    }

    /// Write the fields as a message, in their order, with new BodyLength(9) and CheckSum(10).
    ///
    /// # Errors
    /// What keeps them from being a message.
    pub fn encode<'w>(&self, pairs: &DataPairs, writer: &'w mut Writer) -> Result<&'w [u8], EncodeError> {
        encode_as(&self.bytes, &self.fields, pairs, writer, !self.received)
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
    encode_as(bytes, fields, pairs, writer, false)
}

/// As [`encode`]; if values stand `as_written`, between their tags and SOH, those of neighbours are copied at once.
fn encode_as<'w>(
    bytes: &[u8],
    fields: &[Field],
    pairs: &DataPairs,
    writer: &'w mut Writer,
    as_written: bool,
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
    let mut run = 0..0;
    let mut write = |writer: &mut Writer, field: &Field, text: &[u8]| {
        if !as_written {
            writer.field(field.tag, text);
            return;
        }
        let start = (field.start as usize).saturating_sub(tag_width(field.tag) + 1);
        if run.end != start {
            writer.written(bytes, run.clone());
            run.start = start;
        }
        run.end = field.end as usize + 1;
    };
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
                write(writer, field, text);
            }
            (_, _) => {
                written += 1;
                write(writer, field, text);
            }
        }
        before = *field;
    }
    writer.written(bytes, run);
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
