//! What a log holds, counted: types, faults, time span, sessions.

use std::collections::HashMap;

use super::{LogMessage, Reason, Separator};
use crate::values::utc_timestamp;

/// Kept apart, so that a log in which everything is different costs no more memory than one in which all is alike.
const MOST_TYPES: usize = 4096;
const MOST_SESSIONS: usize = 1024;
const MOST_SEPARATORS: usize = 16;

/// Longer CompIDs are not kept; the session they name counts among the others.
const MOST_KEY_BYTES: usize = 256;

/// One direction of a session: who sent to whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// BeginString(8), empty where it is missing.
    pub begin_string: Vec<u8>,
    /// SenderCompID(49), empty where it is missing.
    pub sender_comp_id: Vec<u8>,
    /// TargetCompID(56), empty where it is missing.
    pub target_comp_id: Vec<u8>,
    /// How many messages went this way.
    pub messages: u64,
}

/// Counts over the messages of one or several logs.
#[derive(Debug, Clone)]
pub struct Summary {
    messages: u64,
    valid: u64,
    message_bytes: u64,
    /// Types of one byte, which most are.
    single_types: [u64; 256],
    /// Types of up to eight bytes as one word.
    short_types: HashMap<u64, u64>,
    long_types: HashMap<Vec<u8>, u64>,
    other_types: u64,
    without_type: u64,
    reasons: [u64; Reason::KINDS],
    span: Option<(i64, i64)>,
    sessions: Vec<Session>,
    session_places: HashMap<Vec<u8>, usize>,
    /// The two sessions seen last: the two directions of one log.
    recent: [usize; 2],
    other_sessions: u64,
    separators: Vec<(Separator, u64)>,
    other_separators: u64,
    key: Vec<u8>,
}

impl Default for Summary {
    fn default() -> Self {
        Self {
            messages: 0,
            valid: 0,
            message_bytes: 0,
            single_types: [0; 256],
            short_types: HashMap::new(),
            long_types: HashMap::new(),
            other_types: 0,
            without_type: 0,
            reasons: [0; Reason::KINDS],
            span: None,
            sessions: Vec::new(),
            session_places: HashMap::new(),
            recent: [usize::MAX; 2],
            other_sessions: 0,
            separators: Vec::new(),
            other_separators: 0,
            key: Vec::new(),
        }
    }
}

impl Summary {
    /// Nothing counted yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Count a message.
    #[inline]
    pub fn add(&mut self, message: &LogMessage<'_>) {
        self.messages += 1;
        self.message_bytes += message.raw.len() as u64;
        if message.verdict.is_valid() {
            self.valid += 1;
        } else {
            for reason in message.verdict.reasons() {
                if let Some(count) = self.reasons.get_mut(reason.kind()) {
                    *count += 1;
                }
            }
        }
        self.add_separator(message.separator);
        let header = message.header();
        match header.msg_type {
            None => self.without_type += 1,
            Some([byte]) => {
                if let Some(count) = self.single_types.get_mut(usize::from(*byte)) {
                    *count += 1;
                }
            }
            Some(msg_type) => self.add_type(msg_type),
        }
        if let Some(ns) = header.sending_time.and_then(|text| utc_timestamp(text).ok()).map(|time| time.ns) {
            self.span = Some(self.span.map_or((ns, ns), |(first, last)| (first.min(ns), last.max(ns))));
        }
        self.add_session(
            header.begin_string.unwrap_or_default(),
            header.sender_comp_id.unwrap_or_default(),
            header.target_comp_id.unwrap_or_default(),
        );
    }

    fn add_type(&mut self, msg_type: &[u8]) {
        let types = self.short_types.len() + self.long_types.len();
        if msg_type.len() <= 8 {
            let mut word = [0; 8];
            if let Some(bytes) = word.get_mut(..msg_type.len()) {
                bytes.copy_from_slice(msg_type);
            }
            let word = u64::from_le_bytes(word);
            if let Some(count) = self.short_types.get_mut(&word) {
                *count += 1;
            } else if types < MOST_TYPES {
                self.short_types.insert(word, 1);
            } else {
                self.other_types += 1;
            }
        } else if let Some(count) = self.long_types.get_mut(msg_type) {
            *count += 1;
        } else if types < MOST_TYPES && msg_type.len() <= MOST_KEY_BYTES {
            self.long_types.insert(msg_type.to_vec(), 1);
        } else {
            self.other_types += 1;
        }
    }

    #[inline]
    fn add_session(&mut self, begin_string: &[u8], sender_comp_id: &[u8], target_comp_id: &[u8]) {
        for place in self.recent {
            if let Some(session) = self.sessions.get_mut(place) {
                if same(&session.sender_comp_id, sender_comp_id)
                    && same(&session.target_comp_id, target_comp_id)
                    && same(&session.begin_string, begin_string)
                {
                    session.messages += 1;
                    return;
                }
            }
        }
        self.add_other_session(begin_string, sender_comp_id, target_comp_id);
    }

    fn add_other_session(&mut self, begin_string: &[u8], sender_comp_id: &[u8], target_comp_id: &[u8]) {
        if begin_string.len() + sender_comp_id.len() + target_comp_id.len() > MOST_KEY_BYTES {
            self.other_sessions += 1;
            return;
        }
        self.key.clear();
        for part in [begin_string, sender_comp_id, target_comp_id] {
            self.key.extend_from_slice(part);
            self.key.push(crate::SOH);
        }
        let place = if let Some(place) = self.session_places.get(&self.key) {
            *place
        } else if self.sessions.len() < MOST_SESSIONS {
            self.sessions.push(Session {
                begin_string: begin_string.to_vec(),
                sender_comp_id: sender_comp_id.to_vec(),
                target_comp_id: target_comp_id.to_vec(),
                messages: 0,
            });
            let place = self.sessions.len() - 1;
            self.session_places.insert(self.key.clone(), place);
            place
        } else {
            self.other_sessions += 1;
            return;
        };
        if let Some(session) = self.sessions.get_mut(place) {
            session.messages += 1;
        }
        let [first, _] = self.recent;
        self.recent = [place, first];
    }

    #[inline]
    fn add_separator(&mut self, separator: &Separator) {
        if let Some((_, count)) = self.separators.iter_mut().find(|(seen, _)| seen == separator) {
            *count += 1;
        } else if self.separators.len() < MOST_SEPARATORS {
            self.separators.push((*separator, 1));
        } else {
            self.other_separators += 1;
        }
    }

    /// All messages.
    #[must_use]
    pub const fn messages(&self) -> u64 {
        self.messages
    }

    /// Those with right framing, BodyLength(9) and CheckSum(10).
    #[must_use]
    pub const fn valid(&self) -> u64 {
        self.valid
    }

    /// The bytes of all messages as printed; what the reader was fed beyond them is other text.
    #[must_use]
    pub const fn message_bytes(&self) -> u64 {
        self.message_bytes
    }

    /// How many messages there are of each MsgType(35), most first; equal counts in the order of the types.
    #[must_use]
    pub fn types(&self) -> Vec<(Vec<u8>, u64)> {
        let single = (0..=255_u8).zip(self.single_types).filter(|(_, count)| *count > 0);
        let single = single.map(|(byte, count)| (vec![byte], count));
        let short = self.short_types.iter().map(|(word, count)| {
            let bytes = word.to_le_bytes();
            let end = bytes.iter().rposition(|byte| *byte != 0).map_or(0, |end| end + 1);
            (bytes.get(..end).unwrap_or_default().to_vec(), *count)
        });
        let long = self.long_types.iter().map(|(msg_type, count)| (msg_type.clone(), *count));
        let mut types: Vec<_> = single.chain(short).chain(long).collect();
        types.sort_by(|(a, many), (b, more)| more.cmp(many).then_with(|| a.cmp(b)));
        types
    }

    /// Messages without MsgType(35).
    #[must_use]
    pub const fn without_type(&self) -> u64 {
        self.without_type
    }

    /// Messages whose MsgType(35) was not counted by itself, because there were too many.
    #[must_use]
    pub const fn other_types(&self) -> u64 {
        self.other_types
    }

    /// What is wrong with invalid messages, in words, and with how many. One message may count several times.
    pub fn reasons(&self) -> impl Iterator<Item = (&'static str, u64)> {
        let named = self.reasons.into_iter().enumerate().filter(|(_, count)| *count > 0);
        named.filter_map(|(kind, count)| Some((Reason::kind_name(kind)?, count)))
    }

    /// The first and the last SendingTime(52), in nanoseconds since 1970.
    #[must_use]
    pub const fn span(&self) -> Option<(i64, i64)> {
        self.span
    }

    /// The directions of sessions, in the order in which they were first seen.
    #[must_use]
    pub fn sessions(&self) -> &[Session] {
        &self.sessions
    }

    /// Messages whose session was not counted by itself, because there were too many.
    #[must_use]
    pub const fn other_sessions(&self) -> u64 {
        self.other_sessions
    }

    /// The separators and how many messages have each, in the order in which they were first seen.
    #[must_use]
    pub fn separators(&self) -> &[(Separator, u64)] {
        &self.separators
    }

    /// Messages whose separator was not counted by itself, because there were too many.
    #[must_use]
    pub const fn other_separators(&self) -> u64 {
        self.other_separators
    }
}

/// True if both are the same bytes. Nothing is compared with nothing apart: the address of no bytes lies in no page, and
/// processors with masked loads take a hundred times as long to find that out.
#[inline]
fn same(a: &[u8], b: &[u8]) -> bool {
    a.len() == b.len() && (a.is_empty() || a == b)
}
