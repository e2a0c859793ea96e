"""Each kind of value is read from text and from Python, and says what is wrong with what it cannot read."""

from datetime import time
from decimal import Decimal
from pathlib import Path

import pytest

from pyfixmsg_plus.config import Day, FrozenMap, Location, LogonTag, MsgTypeEntry, Secret, TimeOfDay
from pyfixmsg_plus.config import kinds as k

PEM = "-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----"
BYTES, SECONDS, PORT = k.Whole(0, 1 << 30, "bytes"), k.Whole(0, 86_400, "s"), k.Whole(1, 65_535, "port")
NAMES = k.ListOf(k.Text())

READ: list[tuple[k.Kind, object, object]] = [
    (k.Text(), " US ", "US"),
    (k.Text(), "", ""),
    (k.Flag(), "Y", True),
    (k.Flag(), "n", False),
    (k.Flag(), True, True),
    (k.Whole(), "30", 30),
    (k.Whole(), " +7 ", 7),
    (k.Whole(-1), "-1", -1),
    (k.Whole(), 30, 30),
    (BYTES, "65536", 65_536),
    (BYTES, "16 MiB", 16 << 20),
    (BYTES, "2kib", 2048),
    (BYTES, "1 KB", 1000),
    (SECONDS, "30s", 30),
    (SECONDS, "2m", 120),
    (SECONDS, "1h", 3600),
    (PORT, "65535", 65_535),
    (k.Number(), "0.2", Decimal("0.2")),
    (k.Number(), 1.4, Decimal("1.4")),
    (k.Number(), 2, Decimal(2)),
    (k.Number(), "100", Decimal(100)),
    (k.Precision(), "3", 3),
    (k.Precision(), 9, 9),
    (k.Precision(), "SECONDS", 0),
    (k.Precision(), "millis", 3),
    (k.Precision(), "Microsecond", 6),
    (k.Precision(), "NANOSECONDS", 9),
    (k.TrafficClass(), "16", 16),
    (k.TrafficClass(), "IPTOS_LOWDELAY|IPTOS_THROUGHPUT", 24),
    (k.Choice(("one", "two"), also=(("zwei", "two"),)), "ONE", "one"),
    (k.Choice(("one", "two"), also=(("zwei", "two"),)), "Zwei", "two"),
    (k.BeginString(), "FIX.4.4", "FIX.4.4"),
    (k.AppVersion(), "9", "FIX.5.0SP2"),
    (k.AppVersion(), 9, "FIX.5.0SP2"),
    (k.AppVersion(), "FIX.5.0SP2", "FIX.5.0SP2"),
    (k.AppVersion(), "fix50sp2", "FIX.5.0SP2"),
    (k.AppVersion(), "10", "FIX.Latest"),
    (k.AppVersion(), "FIXLatest", "FIX.Latest"),
    (k.AppVersion(), "0", "FIX.2.7"),
    (k.AppVersion(), "", ""),
    (k.Zone(), "Europe/London", "Europe/London"),
    (k.Zone(), "US/Central", "US/Central"),
    (k.TimeText(), "08:30:00", TimeOfDay(8, 30)),
    (k.TimeText(), "8:30:05", TimeOfDay(8, 30, 5)),
    (k.TimeText(), "15:00:00 US/Central", TimeOfDay(15, 0, 0, "US/Central")),
    (k.TimeText(), "15:00:00  US/Central", TimeOfDay(15, 0, 0, "US/Central")),
    (k.TimeText(), time(8, 30), TimeOfDay(8, 30)),
    (k.TimeText(), TimeOfDay(8, 30), TimeOfDay(8, 30)),
    (k.TimeText(), "", None),
    (k.DayName(), "mo", Day.MONDAY),
    (k.DayName(), "Thurs", Day.THURSDAY),
    (k.DayName(), "SUNDAY", Day.SUNDAY),
    (k.DayName(), "", None),
    (k.PathText(), "store/a", Path("store/a")),
    (k.PathText(), Path("store"), Path("store")),
    (k.PathText(), "", None),
    (k.DictionaryName(), Path("a.xml"), "a.xml"),
    (k.Charset(), "Shift_JIS", "Shift_JIS"),
    (k.SecretText(), " hunter2 ", Secret("hunter2")),
    (k.SecretText(), Secret("hunter2"), Secret("hunter2")),
    (k.SecretText(), "", None),
    (k.Pem(), PEM, Secret(PEM)),
    (k.Pem(), PEM.replace("\n", "\\n"), Secret(PEM)),
    (k.Pem(), PEM.replace("\n", "\r\n"), Secret(PEM)),
    (k.Pem(), "", None),
    (k.LocationText(), "journal:store", Location("journal:store")),
    (k.LocationText(), "", None),
    (k.Network(), "10.0.0.5/8", "10.0.0.0/8"),
    (k.Network(), "192.168.1.7", "192.168.1.7"),
    (k.Network(), "2001:db8::1", "2001:db8::1"),
    (k.Tag(), "58", 58),
    (k.TlsVersion(), "TLSv1.3", "TLSv1.3"),
    (k.TlsVersion(), "TLSv1.2,TLSv1.3", "TLSv1.2"),
    (k.TlsVersion(), "all -SSLv3 -TLSv1 -TLSv1.1", "TLSv1.2"),
    (k.TlsVersion(), "+TLSv1.2 +TLSv1.3 -TLSv1_2", "TLSv1.3"),
    (k.TlsVersion(), "Tls12 | Tls13", "TLSv1.2"),
    (k.TlsVersion(), "TLS12", "TLSv1.2"),
    (k.TlsVersion(), "1.3", "TLSv1.3"),
    (NAMES, "A, B,,A", ("A", "B")),
    (NAMES, ["A", "B"], ("A", "B")),
    (NAMES, "", ()),
    (k.ListOf(k.Whole(), only_once=False), 5, (5,)),
    (k.ListOf(k.Text(), separators=",:"), "A:B,C", ("A", "B", "C")),
    (k.Fields(), "553=u, 554=p", (LogonTag(553, Secret("u")), LogonTag(554, Secret("p")))),
    (k.Fields(), "553=a,b", (LogonTag(553, Secret("a,b")),)),
    (k.Fields(), ["553=u,554=p"], (LogonTag(553, Secret("u,554=p")),)),
    (k.Fields(), LogonTag(553, Secret("u")), (LogonTag(553, Secret("u")),)),
    (k.Fields(), (LogonTag(553, Secret("u")),), (LogonTag(553, Secret("u")),)),
    (k.Fields(), "", ()),
    (k.MsgTypes(), "D:S", (MsgTypeEntry("D", "S"),)),
    (k.MsgTypes(), "D", (MsgTypeEntry("D", "R"), MsgTypeEntry("D", "S"))),
    (k.MsgTypes(), "8:R:9:default", (MsgTypeEntry("8", "R", "FIX.5.0SP2", is_default=True),)),
    (k.MsgTypes(), [MsgTypeEntry("8", "R", "FIX.4.4")], (MsgTypeEntry("8", "R", "FIX.4.4"),)),
    (k.Dictionaries(), "a.xml", FrozenMap({"": "a.xml"})),
    (k.Dictionaries(), {"FIX44": "a.xml", "9": ""}, FrozenMap({"FIX.4.4": "a.xml"})),
    (k.Dictionaries(), "", FrozenMap()),
]

REFUSED: list[tuple[k.Kind, object, str]] = [
    (k.Text(), 5, "5' is not text"),
    (k.Text(), "a\nb", "control character or a line break"),
    (k.Text(), "a\x01b", "control character"),
    (k.Text(), "a\ud800b", "control character"),
    (k.Text(without=" "), "a b", "holds ' '"),
    (k.Flag(), "yes", "is not Y or N"),
    (k.Flag(), "", "is not Y or N"),
    (k.Flag(), 1, "is not Y or N"),
    (k.Whole(), "1.5", "is not a whole number"),
    (k.Whole(), "", "is not a whole number"),
    (k.Whole(), True, "is not a whole number"),
    (k.Whole(), "9" * 5000, "is not a whole number"),
    (k.Whole(), "٣", "is not a whole number"),
    (k.Whole(), "30s", "is not a whole number"),
    (k.Whole(0, 5), "6", "'6' is not from 0 to 5"),
    (k.Whole(), "-1", "is not from 0"),
    (PORT, "65536", "is not from 1 to 65535"),
    (SECONDS, "500ms", "is not whole seconds"),
    (k.Number(), "-1", "is not a decimal number"),
    (k.Number(), ".", "is not a decimal number"),
    (k.Number(), "", "is not a decimal number"),
    (k.Number(), "1e5", "is not a decimal number"),
    (k.Number(), float("nan"), "is not a decimal number"),
    (k.Number(), True, "is not a decimal number"),
    (k.Number(), "1001", "is more than 1000"),
    (k.Precision(), "4", "is not one of 0, 3, 6, 9, 12"),
    (k.Precision(), "MINUTES", "is not one of"),
    (k.Precision(), True, "is not one of"),
    (k.TrafficClass(), "IPTOS_HIGH", "is not a number from 0 to 255"),
    (k.Choice(("one", "two", "six")), "three", "is not one, two or six"),
    (k.Choice(("one", "two"), also=(("zwei", "two"),)), "drei", "is not one or two"),
    (k.Choice(("one",)), "three", "is not one"),
    (k.BeginString(), "FIX.4.5", "is not one of FIX.4.0"),
    (k.AppVersion(), "11", "is not a version"),
    (k.AppVersion(), "FIX.6", "is not a version"),
    (k.AppVersion(), True, "is not a version"),
    (k.Zone(), "Mars/Olympus", "is not an IANA time zone"),
    (k.Zone(), "../etc/passwd", "is not an IANA time zone"),
    (k.Zone(), "/etc/localtime", "is not an IANA time zone"),
    (k.TimeText(), "8:30", "is not a time such as"),
    (k.TimeText(), "24:00:00", "is not a time such as"),
    (k.TimeText(), "08:30:00 Nowhere", "is not an IANA time zone"),
    (k.TimeText(), 8, "is not a time such as"),
    (k.DayName(), "M", "is not a day"),
    (k.DayName(), "Montag", "is not a day"),
    (k.Charset(), "UTF-16", "is not a charset that keeps ASCII"),
    (k.Charset(), "rot13", "is not a charset that keeps ASCII"),
    (k.Charset(), "nonsense", "is not a charset"),
    (k.Network(), "example.com", "is not an address or a network"),
    (k.TlsVersion(), "TLSv1.1", "allows a version older than TLS 1.2"),
    (k.TlsVersion(), "SSLv23", "allows a version older than TLS 1.2"),
    (k.TlsVersion(), "TLS", "allows a version older than TLS 1.2"),
    (k.TlsVersion(), "quic", "is not TLSv1.2 or TLSv1.3"),
    (k.TlsVersion(), "", "is not TLSv1.2 or TLSv1.3"),
    (NAMES, ["A", ""], "an item of the list is empty"),
    (NAMES, ["A,B"], "an item of the list holds a comma"),
    (k.ListOf(k.Whole()), "1,x", "'x' is not a whole number"),
    (k.MsgTypes(), "D:X", "is not a list"),
    (k.MsgTypes(), "D:S:FIX.9", "is not a list"),
    (k.MsgTypes(), "D:S:9:standard", "is not a list"),
    (k.MsgTypes(), "D:S::default", "is not a list"),
    (k.MsgTypes(), "D:S:9:default:more", "is not a list"),
    (k.MsgTypes(), 5, "is not a list"),
    (k.Dictionaries(), 5, "is not a dictionary file"),
    (k.Dictionaries(), {"FIX.9": "a"}, "is not a version"),
]

# Errors of these never show the text.
REFUSED_SECRETS: list[tuple[k.Kind, object, str]] = [
    (k.SecretText(), b"hunter2", "it is not text"),
    (k.SecretText(), "hunter2\nhunter3", "control character or a line break"),
    (k.Pem(), "hunter2", "it is no PEM text"),
    (k.Pem(), b"hunter2", "it is not text"),
    (k.Pem(), PEM.replace("AA", "hunter2\x00"), "control character"),
    (k.LocationText(), "hunter2", "it is no URL"),
    (k.LocationText(), "mysql://a\thunter2", "it is no URL"),
    (k.LocationText(), b"hunter2", "it is not text"),
    (k.Fields(), "hunter2", "it is not of the form tag=value"),
    (k.Fields(), "0=hunter2", "it is not of the form tag=value"),
    (k.Fields(), "34=hunter2", "tag 34 is the session's own"),
    (k.Fields(), "554=hunter2\x01", "tag 554 has no value"),
    (k.Fields(), "554=", "tag 554 has no value"),
    (k.Fields(), [b"hunter2"], "a field of it is not text"),
    (k.Fields(), 5, "it is no list of fields"),
]


@pytest.mark.parametrize(("kind", "given", "value"), READ, ids=repr)
def test_a_value_is_read(kind: k.Kind, given: object, value: object) -> None:
    assert kind.read(given) == value


@pytest.mark.parametrize(("kind", "given", "value"), READ, ids=repr)
def test_a_value_that_was_read_is_read_as_itself(kind: k.Kind, given: object, value: object) -> None:
    assert value is None or kind.read(value) == value


@pytest.mark.parametrize(("kind", "given", "value"), READ, ids=repr)
def test_a_value_is_written_as_it_is_read(kind: k.Kind, given: object, value: object) -> None:
    if isinstance(kind, k.Dictionaries):
        assert kind.read(kind.toml(FrozenMap({"FIX.4.4": "a"}))) == {"FIX.4.4": "a"}
    elif value is not None:
        assert isinstance(kind, k.Fields) or kind.read(kind.write(value)) == value
        assert kind.read(kind.toml(value)) == value


@pytest.mark.parametrize(("kind", "given", "said"), REFUSED, ids=repr)
def test_what_cannot_be_read_says_why_and_what_to_do(kind: k.Kind, given: object, said: str) -> None:
    with pytest.raises(k.NotReadable) as error:
        kind.read(given)
    assert said in str(error.value)
    assert error.value.remedy.endswith(".")
    assert len(str(error.value)) < 300


@pytest.mark.parametrize(("kind", "given", "said"), REFUSED_SECRETS, ids=repr)
def test_an_error_never_shows_a_secret(kind: k.Kind, given: object, said: str) -> None:
    with pytest.raises(k.NotReadable) as error:
        kind.read(given)
    assert said in str(error.value)
    assert "hunter2" not in f"{error.value}{error.value.remedy}"


def test_a_version_of_messages_where_that_of_the_session_belongs_says_how_it_is_meant() -> None:
    with pytest.raises(k.NotReadable) as error:
        k.BeginString().read("FIX.5.0SP2")
    assert error.value.remedy == "Write FIXT.1.1, and DefaultApplVerID=FIX.5.0SP2."
    with pytest.raises(k.NotReadable) as error:
        k.BeginString().read("fix44")
    assert error.value.remedy == "Write FIX.4.4."


def test_a_long_value_is_cut_in_errors() -> None:
    with pytest.raises(k.NotReadable) as error:
        k.Flag().read("x" * 1000)
    assert "x" * 59 + "…" in str(error.value)
