//! FIX tag=value on the wire: where a message begins and ends, which fields it has, how it is written, what its values mean.
#![forbid(unsafe_code)]

pub mod index;
pub mod values;

pub use fixplus_scan::Field;
pub use index::Index;
