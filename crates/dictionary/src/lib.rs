//! What is known about FIX messages: fields, code sets, components, groups and messages of a version,
//! where that knowledge is read from, and what follows from it for a message.
#![forbid(unsafe_code)]

pub mod model;
pub mod nearest;
