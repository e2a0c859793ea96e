"""Keys that a profile sets for a counterparty, and that a session may set for itself.

Without one, the profile decides; what is named here as the default is that of the profile ``quickfix``.
"""

from pyfixmsg_plus.config.key import Group, Key, Topic
from pyfixmsg_plus.config.kinds import Choice, Flag, Kind, ListOf, Tag, Whole

__all__ = ["KEYS"]

_topic = Topic(Group.QUIRK)


def _key(quickfix: str, kind: Kind, doc: str, default: str, engines: str = "") -> Key:
    return _topic.key(quickfix, kind, doc, None, default_words=f"of the profile; quickfix: {default}", engines=engines)


KEYS = (
    _key("EndSeqNo", Choice(("auto", "zero", "999999", "closed")), "How a ResendRequest(35=2) says `to the last`.",
         "auto"),
    _key("RejectStyle", Choice(("quickfix", "quickfixj", "standard")), "Whose Text(58) and RefTagID(371) in rejects.",
         "quickfix"),
    _key("LogoutText", Choice(("none", "reason")), "Text(58) of the Logout(35=5) after a Reject(35=3).", "none"),
    _key("LogonRefusal", Choice(("silent", "logout")), "How a Logon(35=A) is refused.", "silent"),
    _key("BeginStringText", Choice(("bare", "with_value")), "Whether the text names the wrong BeginString(8).",
         "bare"),
    _key("ApplVerIDInBusinessReject", Flag(), "Put 1137 into BusinessMessageReject(35=j) in FIXT.", "N"),
    _key("EchoResetSeqNumFlag", Flag(), "Answer ResetSeqNumFlag(141)=Y with the same.", "Y"),
    _key("LastProcessedInResendRequest", Choice(("previous", "trigger")), "What 369 of a ResendRequest(35=2) is.",
         "previous"),
    _key("MissingGroupDelimiter", Choice(("reject_15", "reject_99", "accept")),
         "What becomes of a group that begins with another field.", "reject_15"),
    _key("HeartbeatsWhileTestRequestPending", Flag(), "Go on with heartbeats while a TestRequest(35=1) is open.", "N"),
    _key("StrictLogon", Flag(), "Refuse a Logon(35=A) with ResetSeqNumFlag(141)=Y and another 34 than 1.", "N"),
    _key("TestRequestID", Choice(("fixed", "unique")), "TestReqID(112): TEST, or a new one each time.", "fixed"),
    _key("CloseAfterLogoutReplyS", Whole(0, 3600, "s"), "How long the peer may close first after our answer.", "0"),
    _key("CmeEnhancedResend", Flag(), "Recover as CME does; needs EnableLastMsgSeqNumProcessed.", "N", "N"),
    _key("GapFillPossDup", Flag(), "A gap fill has PossDupFlag(43)=Y.", "Y"),
    _key("IgnorePossDupResendRequests", Flag(), "Do not serve a ResendRequest(35=2) with PossDupFlag(43)=Y.", "N", "N"),
    _key("AskAgainAfterServing", Flag(), "Ask again for what is missing once a ResendRequest(35=2) was served.", "N"),
    _key("AllowCodes", ListOf(Tag()), "Fields whose codes may be others than the dictionary lists.", "none"),
    _key("AllowTags", ListOf(Tag()), "Fields that may stand where the dictionary does not have them.", "none"),
)  # fmt: skip
