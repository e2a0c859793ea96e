"""Settings of any values, for laws."""

from typing import Any

from hypothesis import strategies as st

from pyfixmsg_plus.config import ConfigError, Day, LogonTag, MsgTypeEntry, Secret, SessionSettings, Settings, kinds
from pyfixmsg_plus.config.keys import ATTRIBUTES, known_spelling
from pyfixmsg_plus.config.values import APPLICATION_VERSIONS

__all__ = ["settings", "values_of_kind"]

_WORDS = st.text(
    st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"], exclude_characters="\x85"), min_size=1, max_size=12
).filter(lambda text: text == text.strip())
# What could be taken for a reference, a comment or a quote.
_TRICKY = st.sampled_from(
    ["${A}", "$${A}", "$(A)x", "@file:a", "@@file:a", "@encrypted:b", "#a", "a=b", "[a]", '"a"', "'", "\\n", ";", "$$"]
)
TEXTS = _WORDS | _TRICKY
_NAMES = st.text("abcXYZ09._-", min_size=1, max_size=8)
_PEM = st.text("ABab01+/\n", max_size=20).map(lambda body: f"-----BEGIN X-----\n{body}\n-----END X-----")


def _location() -> st.SearchStrategy[str]:
    plain = st.sampled_from(["memory:", "journal:store", "sqlite:a ${b}", "journal:$(x)"])
    user = st.sampled_from(
        ["mysql://u:%40file%3Aa@h/d", "mysql://u:%24%7BA%7D@h/d", "redis://:p@h", "mysql://u:${A}@h/d"]
    )
    return plain | user


def values_of_kind(kind: kinds.Kind) -> st.SearchStrategy[Any]:
    """Values of a kind."""
    match kind:
        case kinds.Flag():
            return st.booleans()
        case kinds.TrafficClass() | kinds.Tag() | kinds.Whole():
            return st.integers(kind.least, min(kind.most, 1 << 40))
        case kinds.Number():
            return st.decimals(0, 100, places=3)
        case kinds.Precision():
            return st.sampled_from([0, 3, 6, 9, 12])
        case kinds.Choice():
            return st.sampled_from(kind.options)
        case kinds.BeginString():
            return st.just("FIXT.1.1")
        case kinds.AppVersion():
            return st.sampled_from(APPLICATION_VERSIONS)
        case kinds.TlsVersion():
            return st.sampled_from(["TLSv1.2", "TLSv1.3"])
        case kinds.Zone():
            return st.sampled_from(["UTC", "Europe/London", "America/New_York"])
        case kinds.TimeText():
            return st.times().map(lambda time: f"{time:%H:%M:%S}") | st.just("01:02:03 Asia/Tokyo")
        case kinds.DayName():
            return st.sampled_from(Day)
        case kinds.Charset():
            return st.sampled_from(["ISO-8859-1", "UTF-8", "Shift_JIS"])
        case kinds.DictionaryName():
            return st.sampled_from(APPLICATION_VERSIONS)
        case kinds.PathText() | kinds.SecretText():
            return TEXTS
        case kinds.Pem():
            return _PEM
        case kinds.LocationText():
            return _location()
        case kinds.Network():
            return st.ip_addresses().map(str)
        case kinds.Fields():
            return st.lists(st.builds(LogonTag, st.integers(500, 9999), TEXTS.map(Secret)), max_size=3)
        case kinds.MsgTypes():
            version = st.none() | st.sampled_from(APPLICATION_VERSIONS)
            entry = st.builds(MsgTypeEntry, st.sampled_from("D8AB"), st.sampled_from("RS"), version)
            return st.lists(entry, max_size=3)
        case kinds.Dictionaries():
            return st.dictionaries(
                st.sampled_from(APPLICATION_VERSIONS), st.sampled_from(APPLICATION_VERSIONS), max_size=2
            )
        case kinds.ListOf():
            return st.lists(values_of_kind(kind.item), max_size=3)
        case kinds.Text():
            return TEXTS.filter(lambda text: not set(text) & set(kind.without + ",:"))
    raise AssertionError(kind)


# What a session has in any case, and what names files that must be there.
_OWN = {"begin_string", "sender_comp_id", "target_comp_id", "connection_type", "default_appl_ver_id", "session_version",
        "application_version", "socket_connect_host", "socket_connect_port",
        "socket_use_ssl", "profile"}  # fmt: skip


@st.composite
def _session(draw: st.DrawFn, number: int) -> SessionSettings:
    names = draw(st.sets(st.sampled_from([name for name in ATTRIBUTES if name not in _OWN]), max_size=12))
    hosts = draw(st.integers(1, 3))
    values: dict[str, Any] = {
        "connection_type": draw(st.sampled_from(["initiator", "acceptor"])),
        "begin_string": "FIXT.1.1",
        "default_appl_ver_id": "FIX.5.0SP2",
        "sender_comp_id": draw(TEXTS),
        "target_comp_id": f"{draw(TEXTS)}{number}",
        "heart_bt_int": 30,
        "start_time": "00:00:00",
        "end_time": "00:00:00",
        "socket_connect_host": [f"h{place}" for place in range(hosts)],
        "socket_connect_port": [9000 + place for place in range(hosts)],
        "socket_accept_port": 9876 + number,
        "extra": {
            name: value
            for name, value in draw(st.dictionaries(_NAMES, TEXTS, max_size=2)).items()
            if known_spelling(name) is None
        },
    }
    lowered = {name.lower(): name for name in values["extra"]}
    values["extra"] = {name: values["extra"][name] for name in lowered.values()}
    for name in names:
        changed = values | {name: draw(values_of_kind(ATTRIBUTES[name].kind))}
        try:
            SessionSettings(**changed)
        except ConfigError:
            continue  # it does not go with the others
        values = changed
    return SessionSettings(**values)


@st.composite
def settings(draw: st.DrawFn) -> Settings:
    """Settings of one to three sessions that have much in common."""
    count = draw(st.integers(1, 3))
    first = draw(_session(0))
    sessions = [first]
    for number in range(1, count):
        other = draw(_session(number))
        if draw(st.booleans()):
            other = first.replace(target_comp_id=other.target_comp_id, socket_accept_port=9876 + number)
        sessions.append(other)
    return Settings(tuple(sessions))
