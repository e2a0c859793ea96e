"""Who speaks, in which version, and by which numbers.

Source: FIX session layer, what each version has in its header and in Logon(35=A).
"""

from collections.abc import Iterator

from pyfixmsg_plus.config.checks.finding import Finding, missing, quickfix_name
from pyfixmsg_plus.config.keys import ATTRIBUTES
from pyfixmsg_plus.config.session_keys import SessionKeys
from pyfixmsg_plus.config.values import BEGIN_STRINGS

__all__ = ["PROFILES", "identity", "numbers", "version"]

PROFILES = ("quickfix", "quickfixj", "quickfixn", "standard", "cme")


def identity(session: SessionKeys) -> Iterator[Finding]:
    """Yield what is wrong with the names of a session."""
    if not session.begin_string:
        yield missing("begin_string", "BeginString=FIX.4.4")
    if not session.sender_comp_id:
        yield missing("sender_comp_id", "SenderCompID=, our own id")
    if not session.target_comp_id:
        yield missing("target_comp_id", "TargetCompID=, the id of the peer")
    if session.session_version and session.session_version != session.begin_string:
        yield Finding(
            ("session_version", "begin_string"),
            f"SessionVersion is {session.session_version}, BeginString is {session.begin_string}",
            "Write the same version in both, or leave SessionVersion out.",
        )
    if session.session_qualifier and session.connection_type == "acceptor":
        yield Finding(
            ("session_qualifier", "connection_type"),
            "a Logon(35=A) does not carry a SessionQualifier, so an acceptor cannot match it",
            "Leave it out, or tell the sessions apart by their ids.",
            is_lax=True,
        )
    if session.profile not in PROFILES and not _is_file_name(session.profile):
        yield Finding(
            ("profile",),
            f"there is no profile {session.profile!r}",
            f"Write one of {', '.join(PROFILES)}, or the path of a profile file.",
        )


def _is_file_name(text: str) -> bool:
    return "/" in text or "." in text


def _is_before(session: SessionKeys, version: str) -> bool:
    """Whether the session is of an earlier version; FIXT is the latest."""
    known = session.begin_string in BEGIN_STRINGS
    return known and BEGIN_STRINGS.index(session.begin_string) < BEGIN_STRINGS.index(version)


def _lacking(session: SessionKeys, name: str, what: str, since: str) -> Iterator[Finding]:
    if _is_before(session, since):
        yield Finding(
            (name, "begin_string"),
            f"{session.begin_string} has no {what}, which came with {since}",
            f"Leave {quickfix_name(name)} out for this session.",
            is_lax=True,
        )


def version(session: SessionKeys) -> Iterator[Finding]:
    """Yield what a version lacks or demands."""
    if session.begin_string == "FIXT.1.1":
        if not session.default_appl_ver_id:
            yield Finding(
                ("default_appl_ver_id", "begin_string"),
                "DefaultApplVerID is missing, which FIXT.1.1 requires",
                "Write DefaultApplVerID=FIX.5.0SP2, or the version that you agreed on.",
            )
        if session.data_dictionary:
            yield Finding(
                ("data_dictionary", "begin_string"),
                "a FIXT.1.1 session does not use DataDictionary",
                "Write TransportDataDictionary and AppDataDictionary.",
                is_warning=True,
            )
    elif session.supported_app_versions:
        yield from _lacking(session, "supported_app_versions", "versions of application messages", "FIXT.1.1")
    if session.default_appl_ext_id:
        yield from _lacking(session, "default_appl_ext_id", "DefaultApplExtID(1407)", "FIXT.1.1")
    if session.default_cstm_appl_ver_id:
        yield from _lacking(session, "default_cstm_appl_ver_id", "DefaultCstmApplVerID(1408)", "FIXT.1.1")
    if session.send_session_status:
        yield from _lacking(session, "send_session_status", "SessionStatus(1409)", "FIXT.1.1")
    if session.enable_next_expected_msg_seq_num:
        yield from _lacking(session, "enable_next_expected_msg_seq_num", "NextExpectedMsgSeqNum(789)", "FIX.4.4")
    if session.test_message_indicator != "any":
        yield from _lacking(session, "test_message_indicator", "TestMessageIndicator(464)", "FIX.4.3")
    if session.enable_last_msg_seq_num_processed:
        yield from _lacking(session, "enable_last_msg_seq_num_processed", "LastMsgSeqNumProcessed(369)", "FIX.4.2")
    if session.msg_types:
        yield from _lacking(session, "msg_types", "NoMsgTypes(384)", "FIX.4.2")
    if session.timestamp_precision not in (0, ATTRIBUTES["timestamp_precision"].default):
        yield from _lacking(session, "timestamp_precision", "fractions of a second in SendingTime(52)", "FIX.4.2")
    if session.reset_seq_time is not None:
        yield from _lacking(session, "reset_seq_time", "ResetSeqNumFlag(141)", "FIX.4.1")
    for name in ("reset_on_logon", "reset_on_logout", "reset_on_disconnect"):
        if session.begin_string == "FIX.4.0" and getattr(session, name):
            yield Finding(
                (name, "begin_string"),
                "FIX.4.0 has no ResetSeqNumFlag(141): the peer is not told of the reset",
                "Agree on it with the peer, or leave it out.",
                is_warning=True,
            )


def numbers(session: SessionKeys) -> Iterator[Finding]:
    """Yield what is wrong with the keys of numbers and heartbeats."""
    if session.connection_type == "initiator" and session.heart_bt_int is None:
        yield Finding(
            ("heart_bt_int", "connection_type"), "HeartBtInt is missing, which an initiator sends",
            "Write HeartBtInt=30, or the seconds that you agreed on.",
        )  # fmt: skip
    if session.connection_type == "acceptor" and session.heart_bt_int_override and session.heart_bt_int is None:
        yield Finding(
            ("heart_bt_int", "heart_bt_int_override"), "HeartBtIntOverride=Y, and HeartBtInt is missing",
            "Write HeartBtInt=30, or leave HeartBtIntOverride out.",
        )  # fmt: skip
    if session.resend_request_chunk_size and session.max_messages_in_resend_request:
        yield Finding(
            ("max_messages_in_resend_request", "resend_request_chunk_size"),
            "ResendRequestChunkSize and MaxMessagesInResendRequest both divide ResendRequests",
            "Leave one of them out.",
        )
    if session.cme_enhanced_resend and not session.enable_last_msg_seq_num_processed:
        yield Finding(
            ("cme_enhanced_resend", "enable_last_msg_seq_num_processed"),
            "CmeEnhancedResend needs LastMsgSeqNumProcessed(369)",
            "Write EnableLastMsgSeqNumProcessed=Y.",
        )
