//! FIX tag=value on the wire: where a message begins and ends, which fields it has, how it is written, what its values mean.
#![forbid(unsafe_code)]
#![cfg_attr(test, allow(clippy::unwrap_used))]

mod decode;
mod digits;
pub mod edit;
mod encode;
pub mod frame;
pub mod index;
mod lenient;
pub mod log;
pub mod sections;
pub mod separator;
pub mod values;

pub use decode::{Checks, DecodeError, decode};
pub use digits::{ascii_u64, write_digits};
pub use edit::{EncodeError, FieldList, Unit};
pub use encode::Writer;
pub use fixplus_scan::{DataPairs, Fault, Field, Role, SOH, sum};
pub use index::Index;
pub use lenient::decode_lenient;
pub use sections::{Section, rank, section};

/// Where the text of a field begins: the offset of the first character of its tag.
#[must_use]
pub fn field_offset(frame: &[u8], field: &Field) -> usize {
    let equals = (field.start as usize).saturating_sub(1);
    let before = frame.get(..equals).unwrap_or_default();
    memchr::memrchr(SOH, before).map_or(0, |at| at + 1)
}
