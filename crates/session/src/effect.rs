//! What a session asks for. Effects are carried out in their order, by a loop that decides nothing.

use fixplus_dictionary::violation::Violation;
use fixplus_wire::Field;
use std::ops::Range;

/// Which part of an application a message is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Heartbeat, TestRequest, ResendRequest, Reject, SequenceReset, Logout, and a Logon after the first.
    Admin,
    /// Any other.
    App,
    /// A Logon(35=A) that waits for a verdict: the driver asks the application and then gives the command
    /// [`crate::Command::AcceptLogon`] or [`crate::Command::RefuseLogon`]. Until then no input is looked at.
    LogonRequest,
}

/// One thing to do. Bytes lie in the [`Effects`] that it came with.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Effect {
    /// Store our message under its number, before anything that follows. An empty range stores the number alone.
    Append {
        /// MsgSeqNum(34). The store's next number out becomes one more.
        seq: u64,
        /// The whole message.
        raw: Range<usize>,
    },
    /// Write bytes to the peer.
    Write {
        /// One message.
        raw: Range<usize>,
    },
    /// Hand a message to the application.
    Deliver {
        /// Which part of it.
        kind: Kind,
        /// The whole message.
        raw: Range<usize>,
        /// Its fields, in [`Effects::fields`], with offsets from the start of the message.
        fields: Range<usize>,
        /// MsgSeqNum(34).
        seq: u64,
        /// PossDupFlag(43)=Y.
        poss_dup: bool,
        /// PossResend(97)=Y.
        poss_resend: bool,
        /// Which of the session's dictionaries describes it, if any.
        book: Option<usize>,
        /// What the dictionary found, where faulty messages are delivered; a range in [`Effects::warnings`].
        warnings: Range<usize>,
    },
    /// The store's next number in becomes this.
    Advance {
        /// The number expected next.
        next_in: u64,
    },
    /// Read stored messages and give them to [`crate::Session::replay`], all at once or slice by slice.
    Replay {
        /// The first number.
        begin: u64,
        /// The last number.
        end: u64,
    },
    /// Set both numbers of the store.
    ResetStore {
        /// The next number out.
        next_out: u64,
        /// The next number in.
        next_in: u64,
        /// The new creation time, where the store begins a new life and drops its messages; nothing where messages stay.
        created_ns: Option<i64>,
    },
    /// Something happened that people and metrics want to hear of.
    Notify(Event),
    /// Flush what was written and close the connection.
    Close(CloseReason),
}

/// Why a connection is closed.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum CloseReason {
    /// Logouts were exchanged.
    LoggedOut,
    /// No Logon(35=A), or no answer to ours, in time.
    LogonTimeout,
    /// No answer to our Logout(35=5) in time.
    LogoutTimeout,
    /// The peer was silent for too long.
    HeartbeatTimeout,
    /// A Logon(35=A) that cannot be accepted, or none where one was due. Says why, without what the peer sent.
    LogonRefused(String),
    /// The peer broke the rules in a way that ends the connection.
    Protocol(String),
    /// The session's time is over.
    Schedule,
    /// The driver or the application asked for it.
    Command(String),
}

/// Something that happened.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Event {
    /// Logons were exchanged.
    LoggedOn,
    /// The session is no longer logged on. Text(58) of the peer's Logout, if it gave one.
    LoggedOut {
        /// What the peer said.
        text: Option<String>,
    },
    /// Our Logon was refused by the peer's Logout or Reject.
    LogonRejected {
        /// What the peer said.
        text: Option<String>,
        /// SessionStatus(1409).
        session_status: Option<u32>,
    },
    /// Messages are missing.
    GapOpened {
        /// The first missing number.
        begin: u64,
        /// The last missing number.
        end: u64,
    },
    /// Nothing is missing any more.
    GapClosed {
        /// The number expected next.
        next_in: u64,
    },
    /// We asked for messages.
    ResendRequested {
        /// BeginSeqNo(7).
        begin: u64,
        /// EndSeqNo(16).
        end: u64,
    },
    /// The peer asked for messages.
    ResendServed {
        /// The first number.
        begin: u64,
        /// The last number.
        end: u64,
        /// Bytes written for it.
        bytes: u64,
        /// Messages written as they were.
        messages: u64,
    },
    /// Both numbers start anew.
    Reset {
        /// Why.
        why: String,
    },
    /// We refused a message.
    Rejected {
        /// MsgSeqNum(34) of the message.
        seq: u64,
        /// MsgType(35) of the message.
        msg_type: Vec<u8>,
        /// SessionRejectReason(373), or nothing for a BusinessMessageReject(35=j).
        reason: Option<u16>,
        /// BusinessRejectReason(380).
        business_reason: Option<u16>,
        /// RefTagID(371).
        ref_tag: Option<i64>,
        /// Text(58).
        text: String,
        /// What is wrong, in words.
        sentence: String,
    },
    /// Bytes that were ignored.
    Garbled {
        /// What was wrong.
        text: String,
        /// How many bytes.
        length: usize,
    },
    /// Anything else that is worth a line in a log.
    Warning {
        /// What.
        text: String,
    },
    /// A TestRequest(35=1) was sent for silence.
    TestRequestSent {
        /// TestReqID(112).
        test_req_id: String,
    },
    /// A Heartbeat(35=0) with our TestReqID(112) came back.
    RoundTrip {
        /// Nanoseconds since our TestRequest(35=1).
        ns: i64,
    },
}

/// Effects in their order, with the bytes and fields that they speak of. It is filled again and again, so that a message costs no
/// allocation once it has grown.
#[derive(Debug, Default)]
pub struct Effects {
    list: Vec<Effect>,
    bytes: Vec<u8>,
    fields: Vec<Field>,
    warnings: Vec<Violation>,
}

impl Effects {
    /// None.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Forget all.
    pub fn clear(&mut self) {
        self.list.clear();
        self.bytes.clear();
        self.fields.clear();
        self.warnings.clear();
    }

    /// The effects in the order in which they must be carried out.
    #[must_use]
    pub fn list(&self) -> &[Effect] {
        &self.list
    }

    /// The bytes of an effect.
    #[must_use]
    pub fn bytes(&self, range: &Range<usize>) -> &[u8] {
        self.bytes.get(range.clone()).unwrap_or_default()
    }

    /// The fields of a delivered message.
    #[must_use]
    pub fn fields(&self, range: &Range<usize>) -> &[Field] {
        self.fields.get(range.clone()).unwrap_or_default()
    }

    /// What a dictionary found in a delivered message.
    #[must_use]
    pub fn warnings(&self, range: &Range<usize>) -> &[Violation] {
        self.warnings.get(range.clone()).unwrap_or_default()
    }

    /// Add an effect that speaks of no bytes.
    pub(crate) fn push(&mut self, effect: Effect) {
        self.list.push(effect);
    }

    /// Keep bytes for effects to speak of.
    pub(crate) fn keep(&mut self, bytes: &[u8]) -> Range<usize> {
        let start = self.bytes.len();
        self.bytes.extend_from_slice(bytes);
        start..self.bytes.len()
    }

    /// Keep fields for an effect to speak of.
    pub(crate) fn keep_fields(&mut self, fields: &[Field]) -> Range<usize> {
        let start = self.fields.len();
        self.fields.extend_from_slice(fields);
        start..self.fields.len()
    }

    /// Keep what a dictionary found.
    pub(crate) fn keep_warnings(&mut self, warnings: Vec<Violation>) -> Range<usize> {
        let start = self.warnings.len();
        self.warnings.extend(warnings);
        start..self.warnings.len()
    }
}
