//! An append-only journal of opaque records.
//!
//! A record has a kind, a number, a time and a payload, which mean what their owner says. Records go to the end of the current
//! segment; segments that are full are sealed, and may be archived. There is one writer, held by a lock of the operating
//! system; any number of readers, in any process, read while it writes.
//!
//! What is acknowledged survives as [`Durability`] says. A crash leaves a prefix of what was written that holds everything
//! acknowledged: opening cuts off the torn end of the last write, and nothing else. A record that is broken while sound ones
//! follow is an error that names segment and offset.
#![forbid(unsafe_code)]

mod disk;
mod error;
mod flush;
mod index;
mod journal;
mod load;
mod reader;
mod record;
mod scan;
mod segment;
pub mod session;
mod verify;

pub use disk::{Disk, DiskFile, Machine};
pub use error::{Fault, JournalError};
pub use flush::{Commit, Durability, Flusher, Listener};
pub use journal::{Journal, KindSet, Options};
pub use load::Owner;
pub use reader::{Reader, SegmentInfo, segments};
pub use record::{Entry, Link, OwnedRecord, PAYLOAD_MAX, Record};
pub use segment::State;
pub use verify::{Verification, verify};
