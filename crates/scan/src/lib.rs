//! One pass over a frame: find every SOH, read the tag before every `=`, sum the bytes.
//!
//! [`index`] works in two steps. The first lists where SOH stands and sums the bytes; it is vector code
//! ([`vector`], the one module with `unsafe`) with a scalar twin. The second, the same for both, turns each
//! stretch between two SOH into a [`Field`] and lets a length field swallow the SOH inside its data.
#![deny(unsafe_code)]

mod field;
mod pairs;
mod scalar;
mod tags;
#[allow(unsafe_code)]
mod vector;

pub use field::Field;
pub use pairs::{DataPairs, Role};
pub use tags::{Fault, tag_text};

/// The byte that ends every field.
pub const SOH: u8 = 0x01;

/// The largest frame that can be indexed: offsets are 32 bits wide.
pub const MAX_FRAME: usize = u32::MAX as usize;

/// List the fields of a frame and sum its bytes.
///
/// `out` is emptied first and keeps its capacity, so that a reused vector allocates nothing. The sum is that of all bytes,
/// trailer included, modulo 256.
///
/// # Errors
/// The first [`Fault`] that keeps the bytes from being a list of `tag=value` fields. `out` then holds the fields before it.
pub fn index(frame: &[u8], pairs: &DataPairs, out: &mut Vec<Field>) -> Result<u8, Fault> {
    if frame.len() > MAX_FRAME {
        out.clear();
        return Err(Fault::TooLong { length: frame.len() });
    }
    if let Some(sum) = vector::ordinary(frame, pairs, out) {
        return Ok(sum);
    }
    let sum = vector::list_soh(frame, out);
    tags::read(frame, pairs, out)?;
    Ok(sum)
}

/// The same as [`index`] without vector code; slower, and the measure of what is right.
///
/// # Errors
/// As [`index`].
pub fn index_scalar(frame: &[u8], pairs: &DataPairs, out: &mut Vec<Field>) -> Result<u8, Fault> {
    if frame.len() > MAX_FRAME {
        out.clear();
        return Err(Fault::TooLong { length: frame.len() });
    }
    let sum = scalar::list_soh(frame, out);
    tags::read(frame, pairs, out)?;
    Ok(sum)
}

/// The sum of all bytes modulo 256.
#[must_use]
pub fn sum(bytes: &[u8]) -> u8 {
    vector::sum(bytes)
}

/// The name of the vector code this machine runs: `avx2`, `neon` or `scalar`.
#[must_use]
pub fn backend() -> &'static str {
    vector::backend()
}
