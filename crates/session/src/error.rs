//! What our own side may not do now.

use crate::config::Version;
use fixplus_wire::EncodeError;
use std::fmt;

/// Why a message or a command of ours is refused. Nothing was changed.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum LocalError {
    /// Our Logout(35=5) was written: nothing new may follow it.
    LoggedOut,
    /// Nobody is logged on, and the next Logon(35=A) will set the numbers to 1: the message could never be fetched.
    WouldBeReset,
    /// Messages that wait behind a resend or a Logon(35=A) have reached their limit.
    Full {
        /// How many wait.
        waiting: usize,
    },
    /// The session writes its own messages.
    SessionMessage {
        /// MsgType(35).
        msg_type: String,
    },
    /// The peer said in NoMsgTypes(384) what it receives, and this is not among it.
    NotReceived {
        /// MsgType(35).
        msg_type: String,
    },
    /// Longer than the peer's MaxMessageSize(383).
    TooLong {
        /// Bytes of the message.
        length: usize,
        /// What the peer takes.
        limit: u64,
    },
    /// The version has no such header field.
    HeaderField {
        /// The field.
        tag: u32,
        /// The version.
        version: Version,
    },
    /// The fields make no message.
    Encode(EncodeError),
    /// The command makes no sense in this state.
    Command {
        /// What is wrong.
        text: &'static str,
    },
}

impl fmt::Display for LocalError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::LoggedOut => write!(f, "Logout(35=5) was sent: no new message may follow it"),
            Self::WouldBeReset => write!(
                f,
                "the session is not logged on, and its next Logon(35=A) sets the numbers to 1: the message would be lost"
            ),
            Self::Full { waiting } => write!(f, "{waiting} messages wait already"),
            Self::SessionMessage { msg_type } => {
                write!(f, "messages of type {msg_type} are the session's own; it has commands for them")
            }
            Self::NotReceived { msg_type } => {
                write!(f, "the peer's NoMsgTypes(384) does not list {msg_type} among what it receives")
            }
            Self::TooLong { length, limit } => {
                write!(f, "the message has {length} bytes, the peer's MaxMessageSize(383) is {limit}")
            }
            Self::HeaderField { tag, version } => {
                write!(f, "{tag} is no header field of {}", version.begin_string())
            }
            Self::Encode(error) => error.fmt(f),
            Self::Command { text } => f.write_str(text),
        }
    }
}

impl std::error::Error for LocalError {}

impl From<EncodeError> for LocalError {
    fn from(error: EncodeError) -> Self {
        Self::Encode(error)
    }
}
