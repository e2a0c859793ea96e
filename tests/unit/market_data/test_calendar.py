import sys
from datetime import datetime
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyfixmsg_plus.errors import PyFixMsgError
from pyfixmsg_plus.market_data.calendar import ALWAYS, RoundTheClock, Session, Sessions
from pyfixmsg_plus.market_data.exchange_sessions import ExchangeSessions
from tests.not_run import not_run

HOUR = 3600 * 1_000_000_000


def at(text: str) -> int:
    return int(datetime.fromisoformat(text + "+00:00").timestamp()) * 1_000_000_000


@pytest.fixture(scope="module")
def exchanges() -> ExchangeSessions:
    try:
        return ExchangeSessions()
    except PyFixMsgError:
        not_run("exchange-calendars is not installed")


def test_a_market_that_never_closes_is_always_open() -> None:
    market = RoundTheClock()
    assert (market.knows(ALWAYS), market.knows("XLON")) == (True, False)
    assert (market.is_open("XLON", 5), market.next_open("XLON", 5)) == (True, 5)
    assert (market.open_ns(None, 5, 9), market.open_ns(None, 9, 5)) == (4, 0)


TABLE = Sessions([Session(30, 40), Session(10, 20), Session(20, 25), Session(32, 35)])


@pytest.mark.parametrize(
    ("moment", "is_open", "next_open"),
    [(9, False, 10), (10, True, 10), (24, True, 24), (25, False, 30), (39, True, 39), (40, False, None)],
)
def test_a_session_runs_from_its_first_moment_to_before_its_last(
    moment: int, is_open: bool, next_open: int | None
) -> None:
    assert (TABLE.is_open(moment), TABLE.next_open(moment)) == (is_open, next_open)


def test_sessions_that_touch_are_one() -> None:
    assert list(TABLE) == [Session(10, 25), Session(30, 40)]


def test_sessions_between_two_moments_are_cut_to_them() -> None:
    assert TABLE.between(20, 32) == [Session(20, 25), Session(30, 32)]
    assert TABLE.between(25, 30) == []


def test_a_session_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(ValueError, match="cannot end before"):
        Sessions([Session(5, 5)])


@given(
    st.lists(st.tuples(st.integers(0, 60), st.integers(1, 20)), max_size=8), st.integers(-5, 90), st.integers(-5, 90)
)
def test_open_time_is_the_sum_of_the_open_moments(spans: list[tuple[int, int]], since: int, until: int) -> None:
    table = Sessions(Session(begin, begin + length) for begin, length in spans)
    assert table.open_ns(since, until) == sum(table.is_open(moment) for moment in range(since, until))


class Hours(NamedTuple):
    mic: str | None
    when: str
    is_open: bool
    next_open: str


@pytest.mark.parametrize(
    "case",
    [
        Hours("XLON", "2026-03-02T07:59:59", False, "2026-03-02T08:00:00"),
        Hours("XLON", "2026-03-02T08:00:00", True, "2026-03-02T08:00:00"),
        Hours("XLON", "2026-03-02T16:30:00", False, "2026-03-03T08:00:00"),
        Hours("XLON", "2026-04-02T17:00:00", False, "2026-04-07T07:00:00"),  # Easter, and summer time in between
        Hours("XNAS", "2026-11-27T17:59:00", True, "2026-11-27T17:59:00"),
        Hours("XNAS", "2026-11-27T18:00:00", False, "2026-11-30T14:30:00"),  # the short day after Thanksgiving
        Hours("XHKG", "2026-03-02T04:30:00", False, "2026-03-02T05:00:00"),  # noon
        Hours("XNYS", "2025-12-31T22:00:00", False, "2026-01-02T14:30:00"),
        Hours("ALWAYS", "2026-03-01T12:00:00", True, "2026-03-01T12:00:00"),
        Hours(None, "2026-03-01T12:00:00", True, "2026-03-01T12:00:00"),
        Hours("NONE", "2026-03-01T12:00:00", True, "2026-03-01T12:00:00"),
        Hours("XHKG", "1950-03-01T12:00:00", True, "1950-03-01T12:00:00"),
    ],
    ids=str,
)
def test_exchanges_have_their_hours_holidays_and_pauses(exchanges: ExchangeSessions, case: Hours) -> None:
    moment = at(case.when)
    assert exchanges.is_open(case.mic, moment) is case.is_open
    assert exchanges.next_open(case.mic, moment) == at(case.next_open)


@pytest.mark.parametrize(
    ("mic", "since", "until", "hours"),
    [
        ("XLON", "2026-03-02T00:00:00", "2026-03-03T00:00:00", 8.5),
        ("XLON", "2026-02-27T16:00:00", "2026-03-02T08:15:00", 0.75),
        ("XHKG", "2026-03-02T00:00:00", "2026-03-03T00:00:00", 5.5),
        ("XNYS", "2025-12-31T20:00:00", "2026-01-02T15:30:00", 2.0),
        ("ALWAYS", "2026-03-01T00:00:00", "2026-03-02T00:00:00", 24.0),
        ("XLON", "2026-03-02T12:00:00", "2026-03-02T12:00:00", 0.0),
    ],
)
def test_time_counts_only_while_the_market_is_open(
    exchanges: ExchangeSessions, mic: str, since: str, until: str, hours: float
) -> None:
    assert exchanges.open_ns(mic, at(since), at(until)) == hours * HOUR


@pytest.mark.parametrize(
    ("mic", "since", "until", "sessions"),
    [
        ("XHKG", "2026-03-02T03:00:00", "2026-03-02T06:00:00", [(3, 4), (5, 6)]),
        ("ALWAYS", "2026-03-02T03:00:00", "2026-03-02T06:00:00", [(3, 6)]),
        ("XHKG", "2026-03-02T06:00:00", "2026-03-02T03:00:00", []),
    ],
)
def test_gaps_are_looked_for_in_the_sessions_of_a_market(
    exchanges: ExchangeSessions, mic: str, since: str, until: str, sessions: list[tuple[int, int]]
) -> None:
    midnight = at("2026-03-02T00:00:00")
    found = exchanges.between(mic, at(since), at(until))
    assert [((begin - midnight) // HOUR, (end - midnight) // HOUR) for begin, end in found] == sessions


def test_it_says_which_markets_it_knows(exchanges: ExchangeSessions) -> None:
    assert [exchanges.knows(mic) for mic in ("XLON", "XNAS", ALWAYS, "NONE")] == [True, True, True, False]


def test_without_the_library_it_says_which_extra_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "exchange_calendars", None)
    with pytest.raises(PyFixMsgError, match=r"pyfixmsg-plus\[calendars\]"):
        ExchangeSessions()
