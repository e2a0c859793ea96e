//! Reading logs: FIX messages found anywhere in text, whatever stands between their fields.
//!
//! The reader is fed bytes and gives messages; it opens no file. What it finds depends on the bytes alone and not on how they
//! were cut, and it keeps no more of them than one message of the greatest size allowed. Whether a message is right is a
//! [`Verdict`], never an error: a masked log with wrong lengths and sums is still worth reading.

mod extent;
mod find;
mod head;
mod header;
mod judge;
mod message;
mod prefix;
mod reader;
mod separator;
mod summary;
mod trailer;
mod verdict;

pub use header::Header;
pub use message::LogMessage;
pub use prefix::Direction;
pub use reader::{LogOptions, LogReader};
pub use separator::Separator;
pub use summary::{Session, Summary};
pub use verdict::{Framing, Over, Reason, Verdict};
