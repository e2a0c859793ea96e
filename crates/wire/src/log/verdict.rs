//! Whether a message of a log is right, and if not, why.

use std::fmt;

/// How the bytes of a message were found to belong together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Framing {
    /// From BeginString(8) to CheckSum(10).
    Whole,
    /// From ApplVerID(1128) to CheckSum(10): some venues' files leave BeginString(8) out.
    WithoutBeginString,
    /// From BeginString(8) to CheckSum(10), but what BeginString(8) says is of no version: `FIX4.4`, or `FIX.5.0SP2`, which
    /// belongs into ApplVerID(1128).
    BeginStringUnknown,
    /// The line, or the log, ends before CheckSum(10).
    WithoutCheckSum,
    /// The message is longer than the limit; only its first bytes are shown.
    TooLong {
        /// The greatest size allowed.
        limit: u64,
    },
}

/// What a BodyLength(9) or CheckSum(10) was counted over to come out right.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Over {
    /// It is right with SOH between the fields, as the standard asks.
    Soh,
    /// It is right over the separators as they are printed, as some tools sum.
    Printed,
    /// It is right neither way.
    Wrong {
        /// What the field says.
        claimed: u64,
        /// What it should say, with SOH between the fields.
        counted: u64,
    },
    /// The field is absent or no number.
    Missing,
}

impl Over {
    /// True if it came out right, one way or the other.
    #[inline]
    #[must_use]
    pub const fn is_right(self) -> bool {
        matches!(self, Self::Soh | Self::Printed)
    }
}

/// Whether a message is framed well and has the right BodyLength(9) and CheckSum(10).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verdict {
    /// How the message was delimited.
    pub framing: Framing,
    /// BodyLength(9).
    pub body_length: Over,
    /// CheckSum(10).
    pub check_sum: Over,
}

impl Verdict {
    /// True if framing, BodyLength(9) and CheckSum(10) are right.
    #[inline]
    #[must_use]
    pub const fn is_valid(&self) -> bool {
        matches!(self.framing, Framing::Whole | Framing::WithoutBeginString)
            && self.body_length.is_right()
            && self.check_sum.is_right()
    }

    /// Everything that is wrong; nothing if the message is valid.
    pub fn reasons(&self) -> impl Iterator<Item = Reason> {
        let framing = match self.framing {
            Framing::Whole | Framing::WithoutBeginString => None,
            Framing::BeginStringUnknown => Some(Reason::BeginStringUnknown),
            Framing::WithoutCheckSum => Some(Reason::NoCheckSum),
            Framing::TooLong { limit } => Some(Reason::TooLong { limit }),
        };
        // What was cut off cannot be counted.
        let cut = matches!(self.framing, Framing::TooLong { .. });
        let body_length = match self.body_length {
            Over::Wrong { claimed, counted } if !cut => Some(Reason::BodyLength { claimed, counted }),
            Over::Missing if !cut => Some(Reason::NoBodyLength),
            _ => None,
        };
        let check_sum = match self.check_sum {
            Over::Wrong { claimed, counted } => Some(Reason::CheckSum { claimed, counted }),
            _ => None,
        };
        [framing, body_length, check_sum].into_iter().flatten()
    }
}

/// One thing that is wrong with a message of a log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reason {
    /// BeginString(8) is not of the form `FIX.<n>.<n>` or `FIXT.<n>.<n>`.
    BeginStringUnknown,
    /// BodyLength(9) is absent or no number.
    NoBodyLength,
    /// BodyLength(9) is not the number of bytes.
    BodyLength {
        /// What BodyLength(9) says.
        claimed: u64,
        /// The bytes that are there, with SOH between the fields.
        counted: u64,
    },
    /// CheckSum(10) is absent.
    NoCheckSum,
    /// CheckSum(10) is not the sum of the bytes.
    CheckSum {
        /// What CheckSum(10) says.
        claimed: u64,
        /// The sum, with SOH between the fields.
        counted: u64,
    },
    /// The message is longer than the limit.
    TooLong {
        /// The greatest size allowed, in bytes.
        limit: u64,
    },
}

impl Reason {
    /// How many kinds of reason there are.
    pub const KINDS: usize = 6;

    /// The place of its kind among [`Self::KINDS`], whatever its figures.
    #[must_use]
    pub const fn kind(&self) -> usize {
        match self {
            Self::BeginStringUnknown => 0,
            Self::NoBodyLength => 1,
            Self::BodyLength { .. } => 2,
            Self::NoCheckSum => 3,
            Self::CheckSum { .. } => 4,
            Self::TooLong { .. } => 5,
        }
    }

    /// What all reasons of one kind have in common, in words; nothing beyond [`Self::KINDS`].
    #[must_use]
    pub fn kind_name(kind: usize) -> Option<&'static str> {
        const NAMES: [&str; Reason::KINDS] = [
            "BeginString(8) names no version",
            "BodyLength(9) is missing",
            "BodyLength(9) is wrong",
            "CheckSum(10) is missing",
            "CheckSum(10) is wrong",
            "the message is too long",
        ];
        NAMES.get(kind).copied()
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BodyLength { claimed, counted } => {
                write!(f, "BodyLength(9) says {claimed}, but {counted} bytes stand before CheckSum(10)")
            }
            Self::CheckSum { claimed, counted } => {
                write!(f, "CheckSum(10) says {claimed:03}, but the bytes sum to {counted:03}")
            }
            Self::TooLong { limit } => write!(f, "the message is longer than {limit} bytes"),
            other => f.write_str(Self::kind_name(other.kind()).unwrap_or_default()),
        }
    }
}
