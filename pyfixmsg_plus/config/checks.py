"""What the values of one session must be together.

Each check says the cause and the remedy. A check reads no file: what needs one stands in ``files``.
Source: fix-session, sections 1, 3, 7, 11 and 14.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from pyfixmsg_plus.config.keys import ATTRIBUTES
from pyfixmsg_plus.config.session_keys import SessionKeys
from pyfixmsg_plus.config.values import BEGIN_STRINGS, Day, TimeOfDay

__all__ = ["PROFILES", "Finding", "findings"]

PROFILES = ("quickfix", "quickfixj", "quickfixn", "standard", "cme")
STORES = ("journal", "memory", "sqlite", "postgresql", "postgres", "mysql", "mongodb", "mongodb+srv", "redis")
LOGS = ("file", "screen", "logging", "sqlite", "postgresql", "mysql", "mongodb", "mongodb+srv")

DAY_S = 86_400
WEEK_S = 7 * DAY_S


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is wrong with the values of one or several keys.

    Attributes:
        keys: Our names of the keys, the one to change first.
        cause: What is wrong.
        remedy: What to do about it.
        is_warning: It works, and probably not as meant.
        is_lax: It is a warning only where the first key is inherited by sessions of several kinds.
    """

    keys: tuple[str, ...]
    cause: str
    remedy: str
    is_warning: bool = False
    is_lax: bool = False


def findings(session: SessionKeys) -> Iterator[Finding]:
    """Yield all that is wrong with the values of a session."""
    for check in _CHECKS:
        yield from check(session)


def _name(name: str) -> str:
    return ATTRIBUTES[name].quickfix


def _missing(name: str, example: str) -> Finding:
    return Finding((name,), f"{_name(name)} is missing", f"Write {example}.")


def _identity(session: SessionKeys) -> Iterator[Finding]:
    if not session.begin_string:
        yield _missing("begin_string", "BeginString=FIX.4.4")
    if not session.sender_comp_id:
        yield _missing("sender_comp_id", "SenderCompID=, our own id")
    if not session.target_comp_id:
        yield _missing("target_comp_id", "TargetCompID=, the id of the peer")
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
            f"Leave {_name(name)} out for this session.",
            is_lax=True,
        )


def _version(session: SessionKeys) -> Iterator[Finding]:
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


def _numbers(session: SessionKeys) -> Iterator[Finding]:
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


def _schedule(session: SessionKeys) -> Iterator[Finding]:
    scheduled = (
        "start_time", "end_time", "start_day", "end_day", "weekdays", "logon_time", "logout_time", "logon_day",
        "logout_day",
    )  # fmt: skip
    if session.non_stop_session:
        for name in scheduled:
            if getattr(session, name) not in (None, ()):
                yield Finding(
                    (name, "non_stop_session"),
                    f"NonStopSession=Y excludes {_name(name)}",
                    f"Leave {_name(name)} or NonStopSession out.",
                    is_lax=True,
                )
        return
    for name in ("start_time", "end_time"):
        if getattr(session, name) is None:
            yield Finding(
                (name, "non_stop_session"),
                f"{_name(name)} is missing",
                f"Write {_name(name)}=00:00:00, or NonStopSession=Y for a session without a schedule.",
            )
    for one, other in (("start_day", "end_day"), ("end_day", "start_day")):
        if getattr(session, one) is not None and getattr(session, other) is None:
            yield Finding(
                (one, other),
                f"{_name(one)} is given without {_name(other)}",
                "Give both for a weekly session, or none.",
            )
    if session.weekdays and (session.start_day is not None or session.end_day is not None):
        yield Finding(
            ("weekdays", "start_day", "end_day"),
            "Weekdays is for daily sessions, StartDay and EndDay are for one that lasts all week",
            "Leave out Weekdays, or StartDay and EndDay.",
        )
    if session.use_local_time and session.time_zone != "UTC":
        yield Finding(
            ("use_local_time", "time_zone"),
            f"UseLocalTime=Y and TimeZone={session.time_zone} say two zones",
            "Leave one of them out.",
        )
    yield from _logon_window(session)


def _logon_window(session: SessionKeys) -> Iterator[Finding]:
    start, end = session.start_time, session.end_time
    for name in ("logon_day", "logout_day"):
        if getattr(session, name) is not None and session.start_day is None:
            yield Finding(
                (name, "start_day"), f"{_name(name)} is for weekly sessions, and StartDay is missing",
                f"Give StartDay and EndDay, or leave {_name(name)} out.",
            )  # fmt: skip
            return
    if start is None or end is None or (session.logon_time is None and session.logout_time is None):
        return
    logon, logout = session.logon_time or start, session.logout_time or end
    if len({moment.zone for moment in (start, end, logon, logout)}) > 1:
        return  # where they lie to each other changes with the seasons
    if session.start_day is not None and session.end_day is not None:
        first = _of_week(session.start_day, start)
        span = (_of_week(session.end_day, end) - first) % WEEK_S or WEEK_S
        opens = (_of_week(_day(session.logon_day, session.start_day), logon) - first) % WEEK_S
        closes = (_of_week(_day(session.logout_day, session.end_day), logout) - first) % WEEK_S or WEEK_S
    else:
        span = (end.seconds - start.seconds) % DAY_S or DAY_S
        opens = (logon.seconds - start.seconds) % DAY_S
        closes = (logout.seconds - start.seconds) % DAY_S or DAY_S
    name = "logon_time" if session.logon_time is not None else "logout_time"
    if not opens < closes <= span:
        yield Finding(
            (name, "logout_time", "start_time", "end_time"),
            f"the logon window {logon} to {logout} does not lie within the session, {start} to {end}",
            "Write LogonTime and LogoutTime between StartTime and EndTime.",
        )


def _day(given: Day | None, otherwise: Day) -> Day:
    return otherwise if given is None else given


def _of_week(day: Day, moment: TimeOfDay) -> int:
    return day * DAY_S + moment.seconds


def _network(session: SessionKeys) -> Iterator[Finding]:
    if session.connection_type == "acceptor":
        if session.socket_accept_port is None:
            yield Finding(
                ("socket_accept_port", "connection_type"), "SocketAcceptPort is missing, which an acceptor listens on",
                "Write SocketAcceptPort=9876, or the port that you agreed on.",
            )  # fmt: skip
        return
    hosts, ports = session.socket_connect_host, session.socket_connect_port
    if not hosts and session.socket_connect_protocol == "TCP" and not session.dynamic_session:
        yield Finding(
            ("socket_connect_host", "connection_type"), "SocketConnectHost is missing, which an initiator connects to",
            "Write SocketConnectHost=, the peer's host.",
        )  # fmt: skip
    if not ports and not session.dynamic_session:
        yield Finding(
            ("socket_connect_port", "connection_type"), "SocketConnectPort is missing, which an initiator connects to",
            "Write SocketConnectPort=, the peer's port.",
        )  # fmt: skip
    if hosts and ports and len(hosts) != len(ports):
        yield Finding(
            ("socket_connect_port", "socket_connect_host"),
            f"there are {len(hosts)} hosts and {len(ports)} ports",
            "Give each SocketConnectHost<n> its SocketConnectPort<n>.",
        )
    yield from _proxy(session)


def _proxy(session: SessionKeys) -> Iterator[Finding]:
    if session.proxy_type is None:
        if session.proxy_host:
            yield Finding(
                ("proxy_host", "proxy_type"), "ProxyHost is given without ProxyType", "Write ProxyType=socks or http."
            )
        return
    if not session.proxy_host:
        yield Finding(("proxy_host", "proxy_type"), "ProxyType is given without ProxyHost", "Write ProxyHost=.")
    if session.proxy_port is None:
        yield Finding(("proxy_port", "proxy_type"), "ProxyType is given without ProxyPort", "Write ProxyPort=1080.")
    allowed = {"http": ("1.0", "1.1"), "socks": ("4", "4a", "5"), "socks4": ("4",), "socks4a": ("4a",),
               "socks5": ("5",)}[session.proxy_type]  # fmt: skip
    if session.proxy_version is not None and session.proxy_version not in allowed:
        yield Finding(
            ("proxy_version", "proxy_type"),
            f"there is no version {session.proxy_version} of a proxy of type {session.proxy_type}",
            f"Write {' or '.join(allowed)}.",
        )
    if session.proxy_password is not None and not session.proxy_user:
        yield Finding(("proxy_password", "proxy_user"), "ProxyPassword is given without ProxyUser", "Write ProxyUser=.")


def _tls(session: SessionKeys) -> Iterator[Finding]:
    own = [
        name
        for name in ("socket_certificate_file", "socket_certificate_bytes", "socket_private_key_file",
                     "socket_private_key_bytes")
        if getattr(session, name) is not None
    ]  # fmt: skip
    for name in ("key_store_type", "trust_store_type"):
        if getattr(session, name).upper() not in ("", "PKCS12", "PEM", "PFX", "P12"):
            yield Finding(
                (name,),
                f"a store of type {getattr(session, name)!r} cannot be read",
                "Convert it: keytool -importkeystore -srckeystore OLD -destkeystore NEW.p12 -deststoretype pkcs12.",
            )
    if not session.socket_use_ssl:
        if own:
            yield Finding(
                ("socket_use_ssl", own[0]),
                f"{_name(own[0])} is given, and TLS is off: everything is sent in clear",
                "Write SocketUseSSL=Y, or leave the certificate out.",
                is_warning=True,
            )
        return
    for what in ("certificate", "private_key", "ca"):
        file, text = f"socket_{what}_file", f"socket_{what}_bytes"
        if getattr(session, file) is not None and getattr(session, text) is not None:
            yield Finding((text, file), f"{_name(file)} and {_name(text)} are both given", "Leave one of them out.")
    certificate = session.socket_certificate_file or session.socket_certificate_bytes
    key = session.socket_private_key_file or session.socket_private_key_bytes
    if certificate is None and key is not None:
        yield Finding(
            (own[0], "socket_certificate_file"),
            "a private key is given without its certificate",
            "Write SocketCertificateFile=, or leave the key out.",
        )
    if certificate is None and session.connection_type == "acceptor":
        yield Finding(
            ("socket_certificate_file", "socket_use_ssl"),
            "an acceptor that speaks TLS needs a certificate",
            "Write SocketCertificateFile= and SocketPrivateKeyFile=.",
        )
    own_text = session.socket_certificate_bytes
    if own_text is not None and key is None and "PRIVATE KEY-----" not in own_text.reveal():
        yield Finding(
            ("socket_private_key_bytes", "socket_certificate_bytes"),
            "a certificate is given without its private key",
            "Write SocketPrivateKeyBytes=, or put the key into SocketCertificateBytes too.",
        )
    if not session.ssl_validate_certificates and session.connection_type == "initiator":
        yield Finding(
            ("ssl_validate_certificates",),
            "the certificate of the peer is not checked: anyone can answer in its place",
            "Write SocketCAFile= with the certificate to trust, and leave this out.",
            is_warning=True,
        )


def _storage(session: SessionKeys) -> Iterator[Finding]:
    for name, known in (("store", STORES), ("log", LOGS)):
        location = getattr(session, name)
        if location and location.scheme not in known:
            yield Finding(
                (name,),
                f"{location.scheme}: is no {name} that we have",
                f"Write a URL that begins with {', '.join(f'{one}:' for one in known)}.",
                is_warning=True,
            )


_CHECKS: tuple[Callable[[SessionKeys], Iterator[Finding]], ...] = (
    _identity, _version, _numbers, _schedule, _network, _tls, _storage,
)  # fmt: skip
