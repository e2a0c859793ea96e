//! Why a journal could not be opened, written or read.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What is wrong with bytes that stand where a record was expected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// The file ends inside the record.
    Short,
    /// The head of the record holds what no head can hold.
    Head,
    /// The checksum is not that of the bytes.
    Checksum,
    /// The record is sound, but stands at another position of the journal than it was written for.
    Position {
        /// Records that should stand before it.
        expected: u64,
        /// What it says itself.
        found: u64,
    },
    /// The SHA-256 link is not that of this record after the one before it: altered, removed or moved.
    Link,
    /// The head of the segment is not sound.
    SegmentHead,
    /// Records between this segment and the one before it are missing.
    Missing {
        /// The position at which this segment should begin.
        expected: u64,
        /// The position at which it begins.
        found: u64,
    },
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Short => f.write_str("the file ends inside a record"),
            Self::Head => f.write_str("the head of the record is not sound"),
            Self::Checksum => f.write_str("the checksum does not fit the bytes"),
            Self::Position { expected, found } => {
                write!(f, "record {expected} was expected, record {found} stands here")
            }
            Self::Link => f.write_str("the SHA-256 link does not fit: a record was altered, removed or moved"),
            Self::SegmentHead => f.write_str("the head of the segment is not sound"),
            Self::Missing { expected, found } => {
                write!(f, "the segment should begin with record {expected} and begins with record {found}")
            }
        }
    }
}

/// Why a journal could not be opened, written or read.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum JournalError {
    /// The operating system refused.
    Io {
        /// What was to be done, as in "cannot write".
        action: &'static str,
        /// With which file or folder.
        path: PathBuf,
        /// What the system said.
        source: Arc<io::Error>,
    },
    /// Another writer holds the journal.
    InUse {
        /// The folder of the journal.
        path: PathBuf,
        /// The process that holds it, where its lock file says so.
        holder: Option<u32>,
    },
    /// The file is no segment of a journal.
    NotASegment {
        /// The file.
        path: PathBuf,
    },
    /// The segment was written in a form that this version does not know.
    Version {
        /// The file.
        path: PathBuf,
        /// The version it names.
        found: u16,
    },
    /// A record is broken and cannot be the torn end of the last write: sound records, or later segments, follow.
    Broken {
        /// The segment.
        path: PathBuf,
        /// Bytes from the start of the segment to the fault.
        offset: u64,
        /// The position of the record in the journal.
        position: u64,
        /// What is wrong.
        fault: Fault,
    },
    /// A payload is longer than a record can hold.
    TooLong {
        /// Its length in bytes.
        length: usize,
    },
    /// An earlier write or fsync failed: what was not acknowledged by then never will be. Open the journal again.
    Failed {
        /// The failure.
        cause: Arc<JournalError>,
    },
    /// There is no number after this one.
    NumberSpent,
    /// The payload of a record does not have the form that its kind asks for.
    Payload {
        /// The kind of the record.
        kind: u8,
        /// The position of the record in the journal.
        position: u64,
    },
}

impl JournalError {
    pub(crate) fn io(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::Io { action, path: path.to_path_buf(), source: Arc::new(source) }
    }

    /// The error after which everything else fails.
    pub(crate) fn failed(&self) -> Self {
        match self {
            Self::Failed { .. } => self.clone(),
            other => Self::Failed { cause: Arc::new(other.clone()) },
        }
    }
}

impl fmt::Display for JournalError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io { action, path, source } => write!(f, "{action} {}: {source}", path.display()),
            Self::InUse { path, holder: Some(holder) } => {
                write!(f, "{} is being written by process {holder}", path.display())
            }
            Self::InUse { path, holder: None } => write!(f, "{} is being written by another process", path.display()),
            Self::NotASegment { path } => write!(f, "{} is no segment of a journal", path.display()),
            Self::Version { path, found } => {
                write!(f, "{} is written in version {found}, which is not known here", path.display())
            }
            Self::Broken { path, offset, position, fault } => {
                write!(f, "{}: broken at byte {offset} (record {position}): {fault}", path.display())
            }
            Self::TooLong { length } => {
                write!(f, "a payload of {length} bytes is longer than the {} a record can hold", crate::PAYLOAD_MAX)
            }
            Self::Failed { cause } => write!(f, "nothing is kept any more since this failed: {cause}"),
            Self::NumberSpent => f.write_str("there is no number after 18446744073709551615"),
            Self::Payload { kind, position } => {
                write!(f, "record {position} of kind {kind} does not have the form of its kind")
            }
        }
    }
}

impl std::error::Error for JournalError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Io { source, .. } => Some(source.as_ref()),
            Self::Failed { cause } => Some(cause.as_ref()),
            _ => None,
        }
    }
}
