//! One pass over a frame: find every SOH, read the tag before every `=`, sum the bytes.
pub mod field;
pub use field::Field;
