"""Keys of the session itself: who speaks, in which version, when, and by which numbers."""

from decimal import Decimal

from pyfixmsg_plus.config.key import Group, Topic
from pyfixmsg_plus.config.kinds import (
    AppVersion,
    BeginString,
    Choice,
    DayName,
    Fields,
    Flag,
    ListOf,
    MsgTypes,
    Number,
    Precision,
    Text,
    TimeText,
    Whole,
    Zone,
)

__all__ = ["IDENTITY", "SCHEDULE", "SEQUENCE", "SESSION"]

_CJGN = "CJGN"

_identity = Topic(Group.IDENTITY)
_key = _identity.key
IDENTITY = (
    _key("BeginString", BeginString(), "BeginString(8), the version of the session.", "", default_words="required",
         engines=_CJGN),
    _key("SenderCompID", Text(), "Our SenderCompID(49).", "", default_words="required", engines=_CJGN),
    _key("TargetCompID", Text(), "The peer's CompID, our TargetCompID(56).", "", default_words="required",
         engines=_CJGN),
    _key("SenderSubID", Text(), "Our SenderSubID(50), stamped and matched.", "", engines="JGN"),
    _key("SenderLocationID", Text(), "Our SenderLocationID(142), stamped and matched.", "", engines="JGN"),
    _key("TargetSubID", Text(), "The peer's TargetSubID(57), stamped and matched.", "", engines="JGN"),
    _key("TargetLocationID", Text(), "The peer's TargetLocationID(143), stamped and matched.", "", engines="JGN"),
    _key("SessionQualifier", Text(), "Tells sessions of an initiator with equal identities apart.", "", engines=_CJGN),
    _key("ConnectionType", Choice(("initiator", "acceptor")), "Who connects: we (initiator) or the peer.", "initiator",
         default_words="required", engines="CJN"),
    _key("DefaultApplVerID", AppVersion(), "The DefaultApplVerID(1137) that we send.", "",
         default_words="required in FIXT", engines=_CJGN),
    _key("ApplicationVersion", AppVersion(), "The same as DefaultApplVerID.", "",
         default_words="as default_appl_ver_id"),
    _key("SessionVersion", BeginString(), "The version of the session once more; must be that of BeginString.", ""),
    _key("SupportedAppVersions", ListOf(AppVersion()),
         "Application dictionaries to load, offered and accepted in NoMsgTypes(384).", ()),
    _key("Profile", Text(), "Quirks of the peer: quickfix, quickfixj, quickfixn, standard, cme, or a file.",
         "quickfix"),
    _key("StrictSettings", Flag(), "An unknown key is an error.", "N"),
    _key("Description", Text(), "Free text for people.", "", engines="J"),
    _key("DynamicSession", Flag(), "An initiator that is made at run time, not at the start.", "N", engines="J"),
)  # fmt: skip

_key = Topic(Group.SCHEDULE).key
SCHEDULE = (
    _key("StartTime", TimeText(), "When the session begins; equal to EndTime: 24 hours.",
         default_words="required unless NonStopSession", engines=_CJGN),
    _key("EndTime", TimeText(), "When it ends; before StartTime: on the next day.",
         default_words="required unless NonStopSession", engines=_CJGN),
    _key("StartDay", DayName(), "The day on which a weekly session begins.", engines=_CJGN),
    _key("EndDay", DayName(), "The day on which a weekly session ends.", engines=_CJGN),
    _key("Weekdays", ListOf(DayName()), "The days on which a daily session begins.", (), default_words="all days",
         engines="JGN"),
    _key("TimeZone", Zone(), "The zone of the times that name none.", "UTC", engines="JGN"),
    _key("UseLocalTime", Flag(), "Times are in the zone of this host.", "N", engines="CN"),
    _key("NonStopSession", Flag(), "There is no schedule: the session never ends or resets by time.", "N",
         engines="CJN"),
    _key("LogonTime", TimeText(), "From when we may log on, within the session.", default_words="StartTime",
         engines="C"),
    _key("LogoutTime", TimeText(), "When we log out, without a reset.", default_words="EndTime", engines="C"),
    _key("LogonDay", DayName(), "The day of LogonTime in a weekly session.", default_words="StartDay", engines="C"),
    _key("LogoutDay", DayName(), "The day of LogoutTime in a weekly session.", default_words="EndDay", engines="C"),
    _key("ResetSeqTime", TimeText(), "When both numbers are reset while the session stays logged on.", engines="G"),
)  # fmt: skip

_key = Topic(Group.SEQUENCE).key
_send_reset_ignored = Topic(Group.SEQUENCE).ignored(
    "SendResetSeqNumFlag", Flag(), "Whether to send ResetSeqNumFlag(141).",
    "QuickFIX does not use it either; ResetOnLogon, ResetOnLogout and ResetOnDisconnect decide about 141.", engines="C",
)  # fmt: skip
SEQUENCE = (
    _key("ResetOnLogon", Flag(), "Both numbers restart at 1 with each Logon(35=A).", "N", engines=_CJGN),
    _key("ResetOnLogout", Flag(), "Both numbers restart at 1 after a completed Logout(35=5).", "N", engines=_CJGN),
    _key("ResetOnDisconnect", Flag(), "Both numbers restart at 1 after any end of the connection.", "N",
         engines=_CJGN),
    _key("RefreshOnLogon", Flag(), "Both numbers are read again from the store before a Logon(35=A).", "N",
         engines=_CJGN),
    _key("ResetOnError", Flag(), "A faulty application message resets both numbers.", "N", engines="J"),
    _key("DisconnectOnError", Flag(), "A faulty application message ends the connection.", "N", engines="J"),
    _send_reset_ignored,
    _key("EnableNextExpectedMsgSeqNum", Flag(), "Send NextExpectedMsgSeqNum(789) and obey the peer's; from FIX 4.4.",
         "N", aliases=("SendNextExpectedMsgSeqNum",), engines="CJG"),
    _key("EnableLastMsgSeqNumProcessed", Flag(), "Send LastMsgSeqNumProcessed(369) on every message; from FIX 4.2.",
         "N", engines="JGN"),
    _key("ResendRequestChunkSize", Whole(), "Ask for at most so many messages at a time.", 0, default_words="0, all",
         engines="JG"),
    _key("MaxMessagesInResendRequest", Whole(), "The same, and the last chunk has an end too.", 0,
         default_words="0, all", engines="N"),
    _key("ClosedResendInterval", Flag(), "EndSeqNo(16) is the last missing number, not an open end.", "N",
         engines="J"),
    _key("SendRedundantResendRequests", Flag(), "Ask again with every message beyond a gap.", "N", engines="CJN"),
    _key("ResendSessionLevelRejects", Flag(), "Send a Reject(35=3) again, instead of filling its gap.", "N",
         engines="N"),
    _key("RequiresOrigSendingTime", Flag(), "A message with PossDupFlag(43)=Y must have OrigSendingTime(122).", "Y",
         engines="JN"),
    _key("AllowPosDup", Flag(), "Keep PossDupFlag(43) and OrigSendingTime(122) that the application gives.", "N",
         engines="J"),
    _key("ForceResendWhenCorruptedStore", Flag(), "Fill the gap of a stored message that cannot be read.", "N",
         engines="J"),
    _key("ValidateSequenceNumbers", Flag(), "N: numbers are neither checked nor recovered.", "Y", engines="J"),
    _key("ResendRequestTimeout", Whole(1, 86_400, "s"), "Ask again when a gap has not been filled for so long.", 30),
    _key("MaxSetAside", Whole(0, 10_000_000), "So many messages beyond a gap are kept until it is filled.", 10_000),
    _key("AdoptExpectedSeqNum", Flag(), "Adopt the number that a peer's Logout(35=5) says it expects.", "N"),
    _key("LogoutWaitsForGap", Flag(), "Answer a Logout(35=5) only when the gap before it is filled.", "N"),
)  # fmt: skip

_key = Topic(Group.SESSION).key
SESSION = (
    _key("HeartBtInt", Whole(0, 86_400, "s"), "HeartBtInt(108); 0 is without heartbeats.",
         default_words="required for initiators", engines=_CJGN),
    _key("HeartBtIntOverride", Flag(), "An acceptor answers with its own HeartBtInt(108).", "N", engines="G"),
    _key("RequireSameHeartBtInt", Flag(), "Close when the peer's Logon(35=A) has another HeartBtInt(108).", "N"),
    _key("LogonTimeout", Whole(1, 86_400, "s"), "The longest wait for a Logon(35=A).", 10, engines=_CJGN),
    _key("LogoutTimeout", Whole(0, 86_400, "s"), "The longest wait for the answer to our Logout(35=5).", 2,
         engines=_CJGN),
    _key("TestRequestDelayMultiplier", Number(), "Silence of 1 + this many intervals: TestRequest(35=1).",
         Decimal("0.2"), default_words="0.2 (J 0.5)", engines="J"),
    _key("HeartBeatTimeoutMultiplier", Number(), "Silence of 1 + this many intervals: the connection is closed.",
         Decimal("1.4"), engines="J"),
    _key("DisableHeartBeatCheck", Flag(), "Never close because of silence.", "N", engines="J"),
    _key("SendLogoutBeforeDisconnectFromTimeout", Flag(), "Send a Logout(35=5) before closing because of silence.",
         "N", engines="N"),
    _key("CheckCompID", Flag(), "SenderCompID(49) and TargetCompID(56) must be the session's.", "Y", engines="CJN"),
    _key("CheckLatency", Flag(), "SendingTime(52) must be near our time.", "Y", engines=_CJGN),
    _key("MaxLatency", Whole(1, 31_536_000, "s"), "How near.", 120, engines=_CJGN),
    _key("TimestampPrecision", Precision(), "Digits of the fraction in SendingTime(52); from FIX 4.2.", 3,
         engines=_CJGN),
    Topic(Group.SESSION).folded("MillisecondsInTimeStamp", Flag(), "Y is TimestampPrecision 3, N is 0.",
                                "timestamp_precision", engines="C"),
    _key("LogonTag", Fields(), "Fields tag=value that are added to our Logon(35=A); LogonTag1 and so on go on.", (),
         engines="J", is_numbered=True),
    _key("MsgTypes", MsgTypes(), "What NoMsgTypes(384) of our Logon(35=A) lists; from FIX 4.2.", ()),
    _key("TestMessageIndicator", Choice(("any", "Y", "N")), "The TestMessageIndicator(464) that a peer must show.",
         "any"),
    _key("DefaultApplVerIDReply", Choice(("peer", "own")), "Whose DefaultApplVerID(1137) an acceptor answers with.",
         "peer", name="default_appl_ver_id_reply"),
    _key("SendSessionStatus", Flag(), "Send SessionStatus(1409); FIXT.", "N"),
    _key("AllowedOnBehalfOf", ListOf(Text()), "What OnBehalfOfCompID(115) and DeliverToCompID(128) may be.", (),
         default_words="any"),
    _key("RejectMessageOnUnhandledException", Flag(), "Reject a message at which the application failed.", "N",
         engines="J"),
)  # fmt: skip
