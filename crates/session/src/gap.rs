//! What is missing, and how it is asked for.
//!
//! One request is open at a time. A range is asked for at once or chunk by chunk; the last chunk is open unless closed ranges are
//! wanted, so that the peer sends all that it sent in the meantime.

use crate::config::{EndSeqNo, SessionConfig, Version};

/// CME takes no larger range.
const CME_CHUNK: u64 = 2500;
/// How often a range is asked for again.
pub(crate) const MOST_REPEATS: u32 = 3;
/// An answer that comes garbled so often is no noise.
pub(crate) const MOST_GARBLED: u32 = 3;

/// How ranges are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Asking {
    /// 0: all at once.
    chunk: u64,
    /// The last chunk too has a real end.
    closed: bool,
    /// EndSeqNo(16) of a range without end.
    open_end: u64,
}

impl Asking {
    /// What the settings say.
    pub(crate) fn new(config: &SessionConfig) -> Self {
        let quirks = &config.quirks;
        let cme = quirks.cme_enhanced_resend;
        let mut chunk = match (config.max_messages_in_resend_request, config.resend_request_chunk_size) {
            (0, chunk) => chunk,
            (most, _) => most,
        };
        if cme {
            chunk = if chunk == 0 { CME_CHUNK } else { chunk.min(CME_CHUNK) };
        }
        let closed = config.closed_resend_interval
            || quirks.end_seq_no == EndSeqNo::Closed
            || config.max_messages_in_resend_request > 0
            || cme;
        let open_end = match quirks.end_seq_no {
            EndSeqNo::Zero => 0,
            EndSeqNo::Nines => 999_999,
            EndSeqNo::Auto | EndSeqNo::Closed => {
                if config.version < Version::Fix42 {
                    999_999
                } else {
                    0
                }
            }
        };
        Self { chunk, closed, open_end }
    }

    /// EndSeqNo(16), and the end of the chunk if more has to be asked for behind it, for a range `begin..=end`.
    pub(crate) fn range(&self, begin: u64, end: u64) -> (u64, Option<u64>) {
        if self.chunk > 0 {
            let chunk_end = begin.saturating_add(self.chunk - 1);
            if chunk_end < end {
                return (chunk_end, Some(chunk_end));
            }
        }
        (if self.closed { end } else { self.open_end }, None)
    }

    /// Whether every range has a real end.
    pub(crate) fn is_closed(&self) -> bool {
        self.closed
    }
}

/// An open gap.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Gap {
    /// The first number that was missing.
    pub(crate) begin: u64,
    /// The last number that is missing.
    pub(crate) end: u64,
    /// The end of the chunk that was asked for, if more has to be asked for behind it.
    pub(crate) chunk_end: Option<u64>,
    /// BeginSeqNo(7) and EndSeqNo(16) as they were last asked for; nothing while the peer is to send by itself.
    pub(crate) asked: Option<(u64, u64)>,
    /// How often the same was asked for again.
    pub(crate) repeats: u32,
    /// How often the answer came garbled, and whether it has since it was last asked for.
    pub(crate) garbled: u32,
    pub(crate) garbled_now: bool,
    /// When it was asked for, or something of it arrived.
    pub(crate) since_mono_ns: i64,
}

impl Gap {
    pub(crate) fn new(begin: u64, end: u64, mono_ns: i64) -> Self {
        Self {
            begin,
            end,
            chunk_end: None,
            asked: None,
            repeats: 0,
            garbled: 0,
            garbled_now: false,
            since_mono_ns: mono_ns,
        }
    }

    /// Something of it arrived.
    pub(crate) fn progressed(&mut self, mono_ns: i64) {
        self.since_mono_ns = mono_ns;
        self.repeats = 0;
        self.garbled = 0;
        self.garbled_now = false;
    }

    /// A garbled message came where the answer was due; `true` when that happened too often.
    pub(crate) fn came_garbled(&mut self) -> bool {
        if !self.garbled_now {
            self.garbled_now = true;
            self.garbled += 1;
        }
        self.garbled >= MOST_GARBLED
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Identity, Role};

    fn asking(version: Version, change: impl FnOnce(&mut SessionConfig)) -> Asking {
        let mut config = SessionConfig::new(version, Role::Acceptor, Identity::default());
        change(&mut config);
        Asking::new(&config)
    }

    /// The ranges by which a gap is asked for, each chunk arriving whole.
    fn ranges(asking: &Asking, mut begin: u64, end: u64) -> Vec<(u64, u64)> {
        let mut ranges = Vec::new();
        loop {
            let (end_seq_no, chunk_end) = asking.range(begin, end);
            ranges.push((begin, end_seq_no));
            match chunk_end {
                Some(chunk_end) => begin = chunk_end + 1,
                None => return ranges,
            }
        }
    }

    #[test]
    fn a_gap_is_asked_for_as_the_version_and_the_settings_say() {
        for (version, ranges_asked) in [
            (Version::Fix40, (4, 999_999)),
            (Version::Fix41, (4, 999_999)),
            (Version::Fix42, (4, 0)),
            (Version::Fix44, (4, 0)),
            (Version::Fixt11, (4, 0)),
        ] {
            assert_eq!(ranges(&asking(version, |_| {}), 4, 9), [ranges_asked], "{version:?}");
        }
        let version = Version::Fix44;
        assert_eq!(ranges(&asking(version, |config| config.closed_resend_interval = true), 4, 9), [(4, 9)]);
        assert_eq!(ranges(&asking(version, |config| config.quirks.end_seq_no = EndSeqNo::Nines), 4, 9), [(4, 999_999)]);
        assert_eq!(ranges(&asking(version, |config| config.quirks.end_seq_no = EndSeqNo::Closed), 4, 9), [(4, 9)]);
        assert_eq!(ranges(&asking(Version::Fix40, |config| config.quirks.end_seq_no = EndSeqNo::Zero), 4, 9), [(4, 0)]);
    }

    #[test]
    fn chunks_follow_each_other_and_the_last_is_open() {
        let chunked = asking(Version::Fix44, |config| config.resend_request_chunk_size = 5);
        assert_eq!(ranges(&chunked, 4, 9), [(4, 8), (9, 0)]);
        assert_eq!(ranges(&chunked, 4, 8), [(4, 0)]);
        let closed = asking(Version::Fix44, |config| {
            config.resend_request_chunk_size = 5;
            config.closed_resend_interval = true;
        });
        assert_eq!(ranges(&closed, 4, 9), [(4, 8), (9, 9)]);
    }

    #[test]
    fn with_a_limit_of_messages_every_chunk_is_closed() {
        let limited = asking(Version::Fix44, |config| config.max_messages_in_resend_request = 2500);
        assert_eq!(ranges(&limited, 2, 7600), [(2, 2501), (2502, 5001), (5002, 7501), (7502, 7600)]);
        let cme = asking(Version::Fix44, |config| config.quirks.cme_enhanced_resend = true);
        assert_eq!(ranges(&cme, 2, 2600), [(2, 2501), (2502, 2600)]);
    }
}
