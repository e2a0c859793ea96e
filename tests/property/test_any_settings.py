"""Any text gives settings, or a list of what is wrong with it: nothing else, and in bounded time."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyfixmsg_plus.config import ConfigError, load_settings, read_settings
from pyfixmsg_plus.config.keys import KEYS
from pyfixmsg_plus.config.reading import sections_of

NAMES = st.sampled_from([spelling for key in KEYS for spelling in key.spellings]) | st.text(max_size=8)
VALUES = st.text(max_size=12) | st.sampled_from(
    ["Y", "N", "1", "30", "FIX.4.4", "FIXT.1.1", "acceptor", "initiator", "a=b", "08:00:00", "Mon", "${A}", "@file:x",
     "@encrypted:x", "mysql://a:b@c/d", "jdbc:mysql://a/b", "a,b", "1=2,3=4", "D:S", "-----BEGIN X-----", "TLSv1.2"]
)  # fmt: skip
HEADINGS = st.sampled_from(["[DEFAULT]", "[SESSION]", "[FIX]", "[[session]]", "[default]", "[x]", "[", "#", ""])
LINES = st.builds("{}={}".format, NAMES, VALUES) | st.builds("{} = '{}'".format, NAMES, VALUES) | HEADINGS
ENVIRONS = st.dictionaries(st.sampled_from([f"FIXPLUS_{key.name.upper()}" for key in KEYS] + ["A"]), VALUES, max_size=2)


def _check(text: str, environ: dict[str, str]) -> None:
    reading = read_settings(f"{text}\n", environ)
    for fault in (*reading.faults, *reading.settings.warnings, *reading.settings.notes):
        assert fault.text
        assert fault.line <= text.count("\n") + text.count("\r") + 2
    if reading.faults:
        with pytest.raises(ConfigError) as error:
            load_settings(f"{text}\n", environ)
        assert error.value.faults == reading.faults
    else:
        assert load_settings(f"{text}\n", environ).sessions


@given(text=st.text(max_size=200), environ=ENVIRONS)
def test_any_text(text: str, environ: dict[str, str]) -> None:
    _check(text, environ)


@given(lines=st.lists(LINES, max_size=30), environ=ENVIRONS)
def test_any_lines(lines: list[str], environ: dict[str, str]) -> None:
    _check("\n".join(lines), environ)


@given(raw=st.binary(max_size=200))
def test_any_bytes_are_some_sections(raw: bytes) -> None:
    for name in ("a.toml", "a.cfg", "a"):
        found = sections_of(raw.decode("latin-1"), name)
        assert found.file == name


NEEDED = "ConnectionType=acceptor\nBeginString=FIX.4.4\nSenderCompID=US\nSocketAcceptPort=1\nNonStopSession=Y\n"


@pytest.mark.parametrize(
    "text",
    [
        "[SESSION]\n" + "a" * 1_000_000,
        "[SESSION]\n" + "".join(f"Unknown{number}=1\n" for number in range(20_000)),
        f"[DEFAULT]\n{NEEDED}" + "".join(f"[SESSION]\nTargetCompID=P{number}\n" for number in range(1000)),
        "[[session]]\n" + "a = [" * 50_000,
        "[[session]]\na = " + "{a=" * 5000,
        '[[session]]\na = """' + '"\\' * 200_000,
        "[[session]]\n" + "[" * 100_000,
        "[SESSION]\nDescription=" + "${" * 200_000,
        "[SESSION]\nDescription=" + "$" * 200_000 + "{A}",
        "[SESSION]\nStore=mysql://" + ":" * 100_000 + "@" * 100_000,
        "[SESSION]\nSQLStoreDriver=mysql\nSQLStoreDataSourceName=" + "a:@" * 50_000,
        "[SESSION]\nSQLStoreDriver=postgres\nSQLStoreDataSourceName=" + "a='\\" * 50_000,
        "[SESSION]\nOdbcStoreConnectionString=" + "a={}}" * 50_000,
        "[SESSION]\nJdbcURL=jdbc:mysql://" + "a:@" * 50_000,
        "[SESSION]\nHeartBtInt=" + "9" * 1_000_000,
        "[SESSION]\nWeekdays=" + "Mon," * 100_000,
        "[SESSION]\nLogonTag=" + "1=2," * 100_000,
        "[SESSION]\nSSLProtocol=" + "-TLSv1.2 " * 100_000,
    ],
    ids=lambda text: text[:40],
)
def test_a_text_that_was_made_to_take_long_is_read_in_bounded_time(text: str) -> None:
    assert len(read_settings(text, {}).faults) < 21_000
