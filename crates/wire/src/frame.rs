//! Where a message begins and ends in a stream of bytes.
//!
//! A frame is found by BeginString(8) and BodyLength(9) alone; nothing searches for `10=`, since a data field may
//! hold one. Its CheckSum(10) is for [`crate::decode`], which sums and indexes in one pass. Bytes are never copied, and what is
//! found does not depend on how they arrived. Where a wrong BodyLength(9) is let pass, [`next_by_check_sum`] takes the place of
//! [`next`].

mod by_check_sum;

pub use by_check_sum::{Progress, next_by_check_sum};

use fixplus_scan::DataPairs;
use memchr::memmem;

/// The largest BodyLength(9) taken unless a caller says otherwise: 1 MiB.
pub const MAX_MESSAGE_SIZE: usize = 1 << 20;

/// Every message begins with this.
const START: &[u8] = b"8=FIX";
/// `FIXT.1.1` is the longest BeginString(8); logs show `FIX.5.0SP2`. What is longer than this begins no message.
const BEGIN_STRING_MAX: usize = 16;
/// Digits of a BodyLength(9), leading zeros included.
const DIGITS_MAX: usize = 20;
/// `10=ddd` and its SOH.
const TRAILER: usize = 7;

/// What the next bytes of a stream are. Offsets count from the start of the buffer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Step {
    /// `start..end` is a message as far as its length can tell.
    Frame {
        /// Where `8=` stands.
        start: usize,
        /// Just behind the SOH of CheckSum(10).
        end: usize,
    },
    /// `start..end` began like a message and is none. Reading goes on at `end`.
    Garbled {
        /// Where `8=` stands.
        start: usize,
        /// Where to go on.
        end: usize,
        /// What was wrong.
        fault: FrameFault,
    },
    /// Bytes are missing: those before `start` can go, and nothing can be said before there are `need` bytes.
    Incomplete {
        /// Where a message may begin.
        start: usize,
        /// The least length of the buffer, counted from its start, with which to try again.
        need: usize,
    },
}

/// Why bytes that begin like a message are none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum FrameFault {
    /// BeginString(8) does not end, or is not `FIX.<n>.<n>` or `FIXT.<n>.<n>`.
    BeginString,
    /// BodyLength(9) does not follow BeginString(8).
    NoBodyLength,
    /// BodyLength(9) is no number.
    BodyLengthFormat,
    /// BodyLength(9) is above the limit.
    TooLong {
        /// What it says.
        claimed: u64,
    },
    /// BodyLength(9) does not lead to the CheckSum(10) field.
    BodyLength {
        /// What it says.
        claimed: u64,
    },
    /// The next message begins before CheckSum(10).
    Overrun,
    /// BodyLength(9) is not believed, and CheckSum(10) does not come.
    NoCheckSum {
        /// The bytes that a body may have.
        limit: usize,
    },
}

impl std::fmt::Display for FrameFault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::BeginString => write!(f, "BeginString(8) is not FIX.<n>.<n> or FIXT.<n>.<n>"),
            Self::NoBodyLength => write!(f, "BodyLength(9) does not follow BeginString(8)"),
            Self::BodyLengthFormat => write!(f, "BodyLength(9) is no number"),
            Self::TooLong { claimed } => write!(f, "BodyLength(9) says {claimed}, which is above the limit"),
            Self::BodyLength { claimed } => {
                write!(f, "BodyLength(9) says {claimed}, and CheckSum(10) does not stand there")
            }
            Self::Overrun => write!(f, "the next message begins before CheckSum(10)"),
            Self::NoCheckSum { limit } => write!(f, "CheckSum(10) does not come within {limit} bytes"),
        }
    }
}

/// The next step in `buffer` from `from` on.
///
/// `max_message_size` bounds BodyLength(9); a larger one is refused before its bytes arrive.
#[must_use]
pub fn next(buffer: &[u8], from: usize, max_message_size: usize) -> Step {
    match start_of_message(buffer, from) {
        Ok(start) => frame_at(buffer, start, max_message_size),
        Err(step) => step,
    }
}

/// Where the next message begins, or the step that says how many bytes that takes.
fn start_of_message(buffer: &[u8], from: usize) -> Result<usize, Step> {
    let rest = buffer.get(from..).unwrap_or_default();
    if rest.starts_with(START) {
        return Ok(from);
    }
    memmem::find(rest, START).map(|at| from + at).ok_or_else(|| {
        // The last bytes may be the beginning of a start.
        let kept = (1..START.len()).rev().find(|&n| rest.len() >= n && rest.ends_with(&START[..n])).unwrap_or(0);
        let start = buffer.len().max(from) - kept;
        Step::Incomplete { start, need: start + START.len() }
    })
}

/// Where the value of BodyLength(9) begins. Nothing is wrong where bytes are missing.
fn length_value(message: &[u8]) -> Result<usize, Option<FrameFault>> {
    let begin_string = message.get(2..).unwrap_or_default();
    let Some(width) = begin_string.iter().take(BEGIN_STRING_MAX + 1).position(|&byte| byte == crate::SOH) else {
        return Err((begin_string.len() > BEGIN_STRING_MAX).then_some(FrameFault::BeginString));
    };
    if !is_begin_string(begin_string.get(..width).unwrap_or_default()) {
        return Err(Some(FrameFault::BeginString));
    }
    let tag = begin_string.get(width + 1..).unwrap_or_default();
    if tag.starts_with(b"9=") {
        return Ok(2 + width + 1 + 2);
    }
    Err((!b"9=".starts_with(tag)).then_some(FrameFault::NoBodyLength))
}

fn frame_at(buffer: &[u8], start: usize, max_message_size: usize) -> Step {
    let message = buffer.get(start..).unwrap_or_default();
    let garbled = |end: usize, fault| Step::Garbled { start, end: start + end, fault };
    let after = START.len();
    let length = match length_value(message) {
        Ok(at) => at,
        Err(Some(fault)) => return garbled(after, fault),
        Err(None) => return Step::Incomplete { start, need: buffer.len() + 1 },
    };
    let digits = message.get(length..).unwrap_or_default();
    let Some(width) = digits.iter().take(DIGITS_MAX + 1).position(|&byte| !byte.is_ascii_digit()) else {
        return if digits.len() > DIGITS_MAX {
            garbled(after, FrameFault::BodyLengthFormat)
        } else {
            Step::Incomplete { start, need: buffer.len() + 1 }
        };
    };
    let claimed = digits.get(..width).and_then(crate::ascii_u64);
    let (Some(claimed), Some(&crate::SOH)) = (claimed, digits.get(width)) else {
        return garbled(after, FrameFault::BodyLengthFormat);
    };
    let Some(body_length) = usize::try_from(claimed).ok().filter(|&claimed| claimed <= max_message_size) else {
        return garbled(after, FrameFault::TooLong { claimed });
    };
    let body = length + width + 1;
    let end = body.saturating_add(body_length).saturating_add(TRAILER);
    let Some(trailer) = message.get(end - TRAILER - 1..end) else {
        return Step::Incomplete { start, need: start.saturating_add(end) };
    };
    match trailer {
        [crate::SOH, b'1', b'0', b'=', a, b, c, crate::SOH] if [a, b, c].iter().all(|byte| byte.is_ascii_digit()) => {
            Step::Frame { start, end: start + end }
        }
        _ => garbled(body + body_length, FrameFault::BodyLength { claimed }),
    }
}

/// Whether the bytes are `FIX.<n>.<n>` or `FIXT.<n>.<n>`.
#[must_use]
pub fn is_begin_string(value: &[u8]) -> bool {
    let Some(rest) = value.strip_prefix(b"FIX") else { return false };
    let rest = rest.strip_prefix(b"T").unwrap_or(rest);
    matches!(rest, [b'.', major, b'.', minor] if major.is_ascii_digit() && minor.is_ascii_digit())
}

/// What a [`Splitter`] found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Garbled {
    /// How many bytes were given up.
    pub length: usize,
    /// What was wrong.
    pub fault: FrameFault,
}

/// Cuts a stream into frames, whatever the pieces in which it arrives. Keeps at most one unfinished message.
#[derive(Debug, Clone)]
pub struct Splitter {
    buffer: Vec<u8>,
    /// The offset in the stream of the first byte of the buffer.
    base: u64,
    need: usize,
    max_message_size: usize,
    /// Where BodyLength(9) is not believed: the data fields to step over, and how far the search has come.
    lenient: Option<(DataPairs, Progress)>,
}

impl Splitter {
    /// A splitter at the start of a stream.
    #[must_use]
    pub fn new(max_message_size: usize) -> Self {
        Self { buffer: Vec::new(), base: 0, need: 0, max_message_size, lenient: None }
    }

    /// A splitter that does not look at BodyLength(9), as `ValidateLengthAndChecksum=N` asks: a message ends at its
    /// CheckSum(10). A `10=` inside the data fields of `pairs` ends nothing.
    #[must_use]
    pub fn by_check_sum(max_message_size: usize, pairs: DataPairs) -> Self {
        Self { lenient: Some((pairs, Progress::default())), ..Self::new(max_message_size) }
    }

    /// The bytes that are kept because their message is not complete.
    #[must_use]
    pub fn rest(&self) -> &[u8] {
        &self.buffer
    }

    /// Take the next bytes of the stream. `found` hears of each frame, or of what was garbled, in the order of the stream,
    /// with its offset from the start of the stream.
    pub fn feed(&mut self, data: &[u8], mut found: impl FnMut(u64, Result<&[u8], Garbled>)) {
        self.buffer.extend_from_slice(data);
        if self.buffer.len() < self.need {
            return;
        }
        let mut from = 0;
        loop {
            let step = match &mut self.lenient {
                None => next(&self.buffer, from, self.max_message_size),
                Some((pairs, progress)) => {
                    next_by_check_sum(&self.buffer, from, self.max_message_size, pairs, progress)
                }
            };
            if let (Step::Frame { .. } | Step::Garbled { .. }, Some((_, progress))) = (step, &mut self.lenient) {
                *progress = Progress::default();
            }
            match step {
                Step::Frame { start, end } => {
                    found(self.base + start as u64, Ok(self.buffer.get(start..end).unwrap_or_default()));
                    from = end;
                }
                Step::Garbled { start, end, fault } => {
                    found(self.base + start as u64, Err(Garbled { length: end - start, fault }));
                    from = end;
                }
                Step::Incomplete { start, need } => {
                    self.buffer.drain(..start);
                    self.base += start as u64;
                    // Fewer bytes than a start has may turn out to be noise with the very next one.
                    self.need = if self.buffer.len() < START.len() { 0 } else { need - start };
                    return;
                }
            }
        }
    }
}
