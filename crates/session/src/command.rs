//! What a driver, an operator or the application tells a session.

/// One thing to do that comes neither from the peer nor from the clock.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Command {
    /// The Logon(35=A) that was delivered as [`crate::Kind::LogonRequest`] is accepted.
    AcceptLogon,
    /// It is refused; what the peer is told is for the quirk `logon_refusal`, unless `say` asks for a Logout(35=5) in any case.
    RefuseLogon {
        /// Text(58).
        text: String,
        /// SessionStatus(1409).
        session_status: Option<u32>,
        /// Tell the peer, whatever the quirk says (the application raised `RejectLogon`).
        say: bool,
    },
    /// The application refuses the message that was delivered last, with a BusinessMessageReject(35=j), or a Reject(35=3) where
    /// the version has none.
    BusinessReject {
        /// RefSeqNum(45).
        ref_seq: u64,
        /// RefMsgType(372).
        ref_msg_type: Vec<u8>,
        /// BusinessRejectReason(380).
        reason: u32,
        /// BusinessRejectRefID(379); empty: none.
        ref_id: Vec<u8>,
        /// Text(58); nothing: the reason's own.
        text: Option<String>,
        /// The fields that a reply is routed back by: 115, 116, 128, 129, 144, 145 of the message, as they came.
        routing: Vec<(u32, Vec<u8>)>,
    },
    /// The application refuses the message that was delivered last, with a Reject(35=3).
    Reject {
        /// RefSeqNum(45).
        ref_seq: u64,
        /// RefMsgType(372).
        ref_msg_type: Vec<u8>,
        /// SessionRejectReason(373).
        reason: u16,
        /// RefTagID(371).
        ref_tag: Option<i64>,
        /// Text(58); nothing: the reason's own.
        text: Option<String>,
        /// As of [`Command::BusinessReject`].
        routing: Vec<(u32, Vec<u8>)>,
    },
    /// Log out; the connection ends when the peer has answered or LogoutTimeout is over.
    Logout {
        /// Text(58).
        text: Option<String>,
    },
    /// Close without a word.
    Disconnect {
        /// Why.
        why: String,
    },
    /// Both numbers to 1: at once while disconnected; over the wire by Logon(35=A) with 141=Y while logged on.
    Reset,
    /// Both numbers, while disconnected.
    SetNext {
        /// The next number out, if it is to change.
        next_out: Option<u64>,
        /// The next number in, if it is to change.
        next_in: Option<u64>,
    },
    /// What the store holds after it was read again, while disconnected.
    Refreshed {
        /// The next number out.
        next_out: u64,
        /// The next number in.
        next_in: u64,
        /// When the numbers' life began.
        created_ns: Option<i64>,
    },
    /// Let the session log on, or not; one that is logged on is logged out.
    Enable(bool),
    /// Ask the peer for a sign of life.
    TestRequest,
}
