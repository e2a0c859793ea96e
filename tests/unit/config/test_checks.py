"""What the values of one session must be together, and what is said where they are not."""

from pathlib import Path

import pytest

from pyfixmsg_plus.config import read_settings
from tests.unit.config.texts import ACCEPTOR, INITIATOR, read, text

FIXT = ("BeginString=FIXT.1.1", "DefaultApplVerID=9")
WEEKLY = ("StartDay=Mon", "EndDay=Fri", "StartTime=08:00:00", "EndTime=17:00:00")
PEM = r"-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----"
KEY = r"-----BEGIN PRIVATE KEY-----\nAA==\n-----END PRIVATE KEY-----"
TLS = ("SocketUseSSL=Y",)

FAULTS: list[tuple[tuple[str, ...], str, str]] = [
    (("ConnectionType",), "ConnectionType", "ConnectionType is missing"),
    (("ConnectionType=server",), "ConnectionType", "'server' is not initiator or acceptor"),
    (("BeginString",), "BeginString", "BeginString is missing"),
    (("SenderCompID",), "SenderCompID", "SenderCompID is missing"),
    (("TargetCompID=",), "TargetCompID", "TargetCompID is missing"),
    (("SessionVersion=FIX.4.2",), "SessionVersion", "SessionVersion is FIX.4.2, BeginString is FIX.4.4"),
    (("Profile=quikfix",), "Profile", "there is no profile 'quikfix'"),
    (("Profile=no/such.profile",), "Profile", "there is no file 'no/such.profile'"),
    (("BeginString=FIXT.1.1",), "DefaultApplVerID", "DefaultApplVerID is missing, which FIXT.1.1 requires"),
    ((*FIXT, "ApplicationVersion=8"), "DefaultApplVerID", "ApplicationVersion is FIX.5.0SP1, DefaultApplVerID is"),
    (("SupportedAppVersions=9",), "SupportedAppVersions", "has no versions of application messages"),
    (("DefaultApplExtID=97",), "DefaultApplExtID", "FIX.4.4 has no DefaultApplExtID(1407)"),
    (("DefaultCstmApplVerID=x",), "DefaultCstmApplVerID", "FIX.4.4 has no DefaultCstmApplVerID(1408)"),
    (("SendSessionStatus=Y",), "SendSessionStatus", "FIX.4.4 has no SessionStatus(1409), which came with FIXT.1.1"),
    (
        ("BeginString=FIX.4.3", "EnableNextExpectedMsgSeqNum=Y"),
        "EnableNextExpectedMsgSeqNum",
        "FIX.4.3 has no NextExpectedMsgSeqNum(789)",
    ),
    (("BeginString=FIX.4.2", "TestMessageIndicator=Y"), "TestMessageIndicator", "has no TestMessageIndicator(464)"),
    (
        ("BeginString=FIX.4.1", "EnableLastMsgSeqNumProcessed=Y"),
        "EnableLastMsgSeqNumProcessed",
        "has no LastMsgSeqNumProcessed(369)",
    ),
    (("BeginString=FIX.4.1", "MsgTypes=D:S"), "MsgTypes", "has no NoMsgTypes(384)"),
    (("BeginString=FIX.4.0", "TimestampPrecision=6"), "TimestampPrecision", "has no fractions of a second"),
    (("BeginString=FIX.4.0", "ResetSeqTime=12:00:00"), "ResetSeqTime", "has no ResetSeqNumFlag(141)"),
    (("HeartBtInt",), "HeartBtInt", "HeartBtInt is missing, which an initiator sends"),
    (
        ("ResendRequestChunkSize=5", "MaxMessagesInResendRequest=6"),
        "MaxMessagesInResendRequest",
        "both divide ResendRequests",
    ),
    (("CmeEnhancedResend=Y",), "CmeEnhancedResend", "needs LastMsgSeqNumProcessed(369)"),
    (("StartTime",), "StartTime", "StartTime is missing"),
    (("EndTime",), "EndTime", "EndTime is missing"),
    (("NonStopSession=Y", "EndTime"), "StartTime", "NonStopSession=Y excludes StartTime"),
    (("NonStopSession=Y", "StartTime", "EndTime", "Weekdays=Mon"), "Weekdays", "NonStopSession=Y excludes Weekdays"),
    (("StartDay=Mon",), "StartDay", "StartDay is given without EndDay"),
    (("EndDay=Mon",), "EndDay", "EndDay is given without StartDay"),
    ((*WEEKLY, "Weekdays=Mon"), "Weekdays", "Weekdays is for daily sessions"),
    (("UseLocalTime=Y", "TimeZone=Asia/Tokyo"), "UseLocalTime", "say two zones"),
    (("LogonDay=Mon",), "LogonDay", "LogonDay is for weekly sessions"),
    (
        ("StartTime=08:00:00", "EndTime=17:00:00", "LogonTime=07:00:00"),
        "LogonTime",
        "the logon window 07:00:00 to 17:00:00 does not lie within the session, 08:00:00 to 17:00:00",
    ),
    (("StartTime=08:00:00", "EndTime=17:00:00", "LogoutTime=18:00:00"), "LogoutTime", "does not lie within"),
    (
        ("StartTime=08:00:00", "EndTime=17:00:00", "LogonTime=12:00:00", "LogoutTime=11:00:00"),
        "LogonTime",
        "does not lie within",
    ),
    ((*WEEKLY, "LogonDay=Sat", "LogonTime=09:00:00"), "LogonTime", "does not lie within"),
    (("SocketConnectHost",), "SocketConnectHost", "SocketConnectHost is missing"),
    (("SocketConnectPort",), "SocketConnectPort", "SocketConnectPort is missing"),
    (("SocketConnectPort=70000",), "SocketConnectPort", "'70000' is not from 1 to 65535"),
    (("SocketConnectHost=http://a",), "SocketConnectHost", "holds '/'"),
    (("ProxyHost=p",), "ProxyHost", "ProxyHost is given without ProxyType"),
    (("ProxyType=socks", "ProxyPort=1"), "ProxyHost", "ProxyType is given without ProxyHost"),
    (("ProxyType=socks", "ProxyHost=p"), "ProxyPort", "ProxyType is given without ProxyPort"),
    (
        ("ProxyType=http", "ProxyHost=p", "ProxyPort=1", "ProxyVersion=5"),
        "ProxyVersion",
        "there is no version 5 of a proxy of type http",
    ),
    (("ProxyType=http", "ProxyHost=p", "ProxyPort=1", "ProxyPassword=x"), "ProxyPassword", "without ProxyUser"),
    (("KeyStoreType=JKS",), "KeyStoreType", "a store of type 'JKS' cannot be read"),
    (("TrustStoreType=BCFKS",), "TrustStoreType", "a store of type 'BCFKS' cannot be read"),
    ((*TLS, "SSLProtocol=TLSv1.1"), "SSLProtocol", "older than TLS 1.2"),
    (
        (*TLS, "SocketCAFile=own.pem", f"SocketCABytes={PEM}"),
        "SocketCABytes",
        "SocketCAFile and SocketCABytes are both given",
    ),
    ((*TLS, f"SocketPrivateKeyBytes={KEY}"), "SocketPrivateKeyBytes", "a private key is given without its certificate"),
    ((*TLS, f"SocketCertificateBytes={PEM}"), "SocketPrivateKeyBytes", "a certificate is given without its private"),
    ((*TLS, "SocketCertificateFile=own.pem"), "SocketPrivateKeyFile", "is given without its private key"),
    ((*TLS, "SocketCertificateFile=none.pem"), "SocketCertificateFile", "there is no file 'none.pem'"),
    ((*TLS, "CertificationAuthoritiesDirectory=none"), "CertificationAuthoritiesDirectory", "there is no directory"),
    (("DataDictionary=spec/FIX44.xml",), "DataDictionary", "there is no file 'spec/FIX44.xml'"),
    ((*FIXT, "TransportDataDictionary=FIXT.xml"), "TransportDataDictionary", "there is no file 'FIXT.xml'"),
    ((*FIXT, "AppDataDictionary=none.xml"), "AppDataDictionary", "there is no file 'none.xml'"),
    ((f"DataDictionary={'x' * 300}.xml",), "DataDictionary", "there is no file 'xxx"),
]

FAULTS_OF_ACCEPTORS: list[tuple[tuple[str, ...], str, str]] = [
    (("SocketAcceptPort",), "SocketAcceptPort", "SocketAcceptPort is missing, which an acceptor listens on"),
    (("SessionQualifier=A",), "SessionQualifier", "a Logon(35=A) does not carry a SessionQualifier"),
    (("HeartBtIntOverride=Y",), "HeartBtInt", "HeartBtIntOverride=Y, and HeartBtInt is missing"),
    (TLS, "SocketCertificateFile", "an acceptor that speaks TLS needs a certificate"),
]

GOOD = [
    (),
    ("StartTime", "EndTime", "NonStopSession=Y"),
    (*FIXT,),
    ("BeginString=FIXT.1.1", "application_version=9", "SupportedAppVersions=7,8,9"),
    (*FIXT, "AppDataDictionary=FIX.5.0SP2", "TransportDataDictionary=FIXT.1.1"),
    ("DataDictionary=none.xml", "UseDataDictionary=N"),
    ("DataDictionary=FIX44",),
    WEEKLY,
    (*WEEKLY, "LogonDay=Tue", "LogonTime=09:00:00", "LogoutDay=Thu", "LogoutTime=10:00:00"),
    ("StartTime=22:00:00", "EndTime=06:00:00", "LogonTime=23:00:00", "LogoutTime=05:00:00"),
    ("StartTime=08:00:00", "EndTime=17:00:00", "LogonTime=08:00:00", "LogoutTime=17:00:00"),
    ("StartTime=08:00:00 Asia/Tokyo", "EndTime=17:00:00", "LogonTime=07:00:00"),
    ("LogonTime=00:00:00",),
    ("ProxyType=socks4a", "ProxyHost=p", "ProxyPort=1", "ProxyVersion=4a"),
    ("ProxyType=http", "ProxyHost=p", "ProxyPort=1", "ProxyUser=u", "ProxyPassword=x"),
    ("SocketConnectProtocol=VM_PIPE", "SocketConnectHost"),
    ("DynamicSession=Y", "SocketConnectHost", "SocketConnectPort"),
    ("CmeEnhancedResend=Y", "EnableLastMsgSeqNumProcessed=Y"),
    (*TLS, "SocketCertificateFile=both.pem"),
    (*TLS, "SocketCertificateFile=own.p12", "KeyStoreType=PKCS12", "SocketCADirectory=."),
    (*TLS, f"SocketCertificateBytes={PEM}", f"SocketPrivateKeyBytes={KEY}"),
    (*TLS, rf"SocketCertificateBytes={PEM}\n{KEY}"),
    ("Profile=cme",),
    ("Profile=own.pem",),
]

WARNINGS: list[tuple[tuple[str, ...], str, str]] = [
    (("SocketCertificateFile=own.pem",), "SocketUseSSL", "SocketCertificateFile is given, and TLS is off"),
    ((*TLS, "SSLValidateCertificates=N"), "SSLValidateCertificates", "the certificate of the peer is not checked"),
    ((*TLS, "SocketInsecureSkipVerify=Y"), "SocketInsecureSkipVerify", "the certificate of the peer is not checked"),
    (("BeginString=FIX.4.0", "ResetOnLogout=Y"), "ResetOnLogout", "the peer is not told of the reset"),
    ((*FIXT, "DataDictionary=FIX44"), "DataDictionary", "a FIXT.1.1 session does not use DataDictionary"),
    (("Store=oracle:x",), "Store", "oracle: is no store that we have"),
    (("Log=carrier:x",), "Log", "carrier: is no log that we have"),
]


@pytest.fixture(autouse=True)
def _files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("own.pem").write_text(PEM.replace(r"\n", "\n"), encoding="ascii")
    Path("both.pem").write_text(f"{PEM}\n{KEY}".replace(r"\n", "\n"), encoding="ascii")
    Path("own.p12").write_bytes(b"\x30\x82")


@pytest.mark.parametrize(
    ("base", "lines", "key", "said"),
    [(INITIATOR, *case) for case in FAULTS] + [(ACCEPTOR, *case) for case in FAULTS_OF_ACCEPTORS],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_a_fault_is_told_once_with_its_key_its_cause_and_a_remedy(
    base: dict[str, str], lines: tuple[str, ...], key: str, said: str
) -> None:
    (fault,) = read(*lines, base=base).faults
    assert fault.key == key
    assert said in fault.text
    assert fault.remedy.endswith(".")
    assert fault.line > 0


@pytest.mark.parametrize("lines", GOOD, ids=" ".join)
def test_nothing_is_said_of_what_is_right(lines: tuple[str, ...]) -> None:
    reading = read(*lines)
    assert (reading.faults, reading.settings.warnings) == ((), ())


@pytest.mark.parametrize(("lines", "key", "said"), WARNINGS, ids=lambda value: "")
def test_what_works_and_is_hardly_meant_is_a_warning(lines: tuple[str, ...], key: str, said: str) -> None:
    reading = read(*lines)
    assert not reading.faults
    (warning,) = reading.settings.warnings
    assert warning.key == key
    assert said in warning.text
    assert any(said in note for note in reading.settings.sessions[0].notes())


@pytest.mark.parametrize(
    ("default", "own"),
    [
        ("EnableNextExpectedMsgSeqNum=Y", "BeginString=FIX.4.2"),
        ("SessionQualifier=A", "ConnectionType=acceptor\nSocketAcceptPort=1"),
        ("Weekdays=Mon", "NonStopSession=Y"),
    ],
)
def test_what_sessions_of_several_kinds_inherit_is_a_warning_where_it_does_not_fit(default: str, own: str) -> None:
    base = text(own.partition("=")[0]).replace("[SESSION]", "[DEFAULT]")
    reading = read_settings(f"{base}{default}\n[SESSION]\n{own}\n", {})
    assert not reading.faults
    assert reading.settings.warnings
    assert reading.settings.sessions[0].notes()


ACCEPTORS = (
    text("SocketUseSSL=Y", "SocketCertificateFile=own.p12", base=ACCEPTOR)
    + text("TargetCompID=OTHER", base=ACCEPTOR)
)  # fmt: skip


def test_two_acceptors_on_one_port_must_agree_on_tls() -> None:
    (fault,) = read_settings(ACCEPTORS, {}).faults
    assert fault.text == "FIX.4.4:US->PEER listens on port 9876 too, with another SocketUseSSL"


@pytest.mark.parametrize("line", ["SocketAcceptPort=9877", "SocketAcceptAddress=10.0.0.1"])
def test_acceptors_that_listen_apart_need_not_agree(line: str) -> None:
    key = line.partition("=")[0]
    assert not read_settings(ACCEPTORS + f"{line}\n", {}).faults, key


def test_two_acceptors_on_a_free_port_need_not_agree() -> None:
    assert not read_settings(ACCEPTORS.replace("9876", "0"), {}).faults
