//! What is known about FIX messages: fields, code sets, components, groups and messages of a version,
//! where that knowledge is read from, and what follows from it for a message.
#![forbid(unsafe_code)]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod book;
pub mod bundled;
pub mod check;
pub mod code_table;
pub mod compact;
pub mod compile_error;
pub mod datatype;
pub mod dictionary;
pub mod diff;
pub mod export;
pub mod groups;
mod label;
pub mod later_name;
pub mod layers;
pub mod mask;
pub mod model;
pub mod nearest;
pub mod overlay_toml;
pub mod plan;
pub mod read;
pub mod render;
pub mod resolve;
pub mod rules;
#[cfg(test)]
mod sample;
pub mod search;
pub mod settings;
pub mod stats;
pub mod tag_table;
mod taking;
mod validate;
pub mod violation;
mod xml;
