//! Why a value could not be read.

use std::fmt;

use super::Datatype;

/// Why the bytes of a value gave no number, date or time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ValueError {
    /// The bytes are not written as the datatype asks: SessionRejectReason(373) = 6.
    Format {
        /// The datatype that was asked for.
        datatype: Datatype,
    },
    /// The bytes are well formed, but what they mean lies outside the type that was to hold it, such as the year 1600 in
    /// nanoseconds since 1970.
    OutOfRange {
        /// The datatype that was asked for.
        datatype: Datatype,
    },
    /// The bytes are well formed, but hold more digits than the type keeps exactly.
    TooLong {
        /// The datatype that was asked for.
        datatype: Datatype,
    },
}

impl fmt::Display for ValueError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Format { datatype } => write!(f, "the value is not written as {}", datatype.name()),
            Self::OutOfRange { datatype } => {
                write!(f, "the {} lies outside the range that can be held", datatype.name())
            }
            Self::TooLong { datatype } => write!(f, "the {} has more digits than can be held exactly", datatype.name()),
        }
    }
}

impl std::error::Error for ValueError {}
