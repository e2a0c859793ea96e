//! One message of a log.

use super::header::Header;
use super::prefix::{self, Direction};
use super::{Separator, Verdict};

/// A message as it was found, with what stood around it. It borrows from the reader and from the bytes fed to it.
#[derive(Debug, Clone, Copy)]
pub struct LogMessage<'a> {
    /// Where the message begins, in bytes from the start of the stream.
    pub offset: u64,
    /// The line on which it begins, counted from 1.
    pub line: u64,
    /// What stands before it on its line, behind any message there; at most the last 512 bytes of it.
    pub prefix: &'a [u8],
    /// What stands between its fields as printed.
    pub separator: &'a Separator,
    /// The message as printed, line breaks included.
    pub raw: &'a [u8],
    /// The message as it was on the wire: SOH behind every field, lines joined.
    pub message: &'a [u8],
    /// Whether it is right.
    pub verdict: Verdict,
}

impl<'a> LogMessage<'a> {
    /// Nanoseconds since 1970 at which it was logged, if the prefix says so in a known form; taken as UTC.
    #[must_use]
    pub fn time(&self) -> Option<i64> {
        prefix::time(self.prefix)
    }

    /// Which way it went, if the prefix says so in a known form. Else SenderCompID(49) and TargetCompID(56) tell it to those
    /// who know which of the two wrote the log.
    #[must_use]
    pub fn direction(&self) -> Option<Direction> {
        prefix::direction(self.prefix)
    }

    /// The few header fields by which messages are told apart, read without listing the others.
    #[inline]
    #[must_use]
    pub fn header(&self) -> Header<'a> {
        Header::read(self.message)
    }
}
