//! Write a dictionary in the formats that other programs read: QuickFIX XML and Orchestra.
//!
//! The same model gives the same bytes: numbers that a format wants and a model has not are counted in source order.

mod names;
mod orchestra;
mod quickfix;
mod xml;

pub use names::ExportError;
pub use orchestra::orchestra;
pub use quickfix::quickfix;
