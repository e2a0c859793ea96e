"""Trading hours of exchanges, from the library ``exchange-calendars`` (extra ``calendars``)."""

from datetime import UTC, datetime
from importlib import import_module
from typing import Any

from pyfixmsg_plus.errors import PyFixMsgError
from pyfixmsg_plus.market_data.calendar import ALWAYS, RoundTheClock, Session, Sessions

__all__ = ["ExchangeSessions"]

_SECOND_NS = 1_000_000_000
# A session may be named for the day after the one on which it opens, and closures last some days.
_MARGIN_NS = 10 * 24 * 3600 * _SECOND_NS
_ALWAYS = RoundTheClock()


class ExchangeSessions:
    """Trading hours by MIC. A year of a market is read when it is first needed, which takes about a tenth of a second.

    Raises:
        PyFixMsgError: The library is not installed.
    """

    def __init__(self) -> None:
        try:
            self._library: Any = import_module("exchange_calendars")
        except ImportError as error:
            raise PyFixMsgError("trading hours need the extra: pip install 'pyfixmsg-plus[calendars]'") from error
        self._known = frozenset(self._library.get_calendar_names(include_aliases=True))
        self._years: dict[str, dict[int, list[Session]]] = {}
        self._tables: dict[str, Sessions] = {}

    def knows(self, mic: str) -> bool:
        """Say whether the trading hours of a market are known; those of ``ALWAYS`` are."""
        return mic == ALWAYS or mic in self._known

    def is_open(self, mic: str | None, utc_ns: int) -> bool:
        """Say whether a market is open at a moment."""
        table = self._table(mic, utc_ns, utc_ns)
        return table is None or table.is_open(utc_ns)

    def open_ns(self, exchange: str | None, since_ns: int, until_ns: int) -> int:
        """Return for how many of the nanoseconds between two moments a market was open."""
        if since_ns >= until_ns:
            return 0
        table = self._table(exchange, since_ns, until_ns)
        return until_ns - since_ns if table is None else table.open_ns(since_ns, until_ns)

    def between(self, mic: str | None, since_ns: int, until_ns: int) -> list[Session]:
        """Return the sessions of a market between two moments, cut to them."""
        if since_ns >= until_ns:
            return []
        table = self._table(mic, since_ns, until_ns)
        return [Session(since_ns, until_ns)] if table is None else table.between(since_ns, until_ns)

    def next_open(self, mic: str | None, utc_ns: int) -> int | None:
        """Return when a market opens next, the moment itself where it is open; ``None`` where that is not known."""
        table = self._table(mic, utc_ns, utc_ns)
        return utc_ns if table is None else table.next_open(utc_ns)

    def _table(self, mic: str | None, since_ns: int, until_ns: int) -> Sessions | None:
        """Return the hours around a time, ``None`` for a market that is open, or not known to be closed, at all times.

        Years of which the library knows nothing have no sessions that could be told from a holiday: for them too it is
        ``None``.
        """
        if mic is None or mic == ALWAYS or mic not in self._known:
            return None
        years = self._years.setdefault(mic, {})
        wanted = range(_year(since_ns - _MARGIN_NS), _year(until_ns + _MARGIN_NS) + 1)
        missing = [year for year in wanted if year not in years]
        for year in missing:
            years[year] = self._read(mic, year)
        if any(not years[year] for year in wanted):
            return None
        if missing or mic not in self._tables:
            self._tables[mic] = Sessions(session for sessions in years.values() for session in sessions)
        return self._tables[mic]

    def _read(self, mic: str, year: int) -> list[Session]:
        try:
            calendar = self._library.get_calendar(mic, start=f"{year}-01-01", end=f"{year}-12-31")
        except ValueError:  # before the first year or after the last that the library records
            return []
        sessions = []
        for opens, pauses, resumes, closes in calendar.schedule.itertuples(index=False):
            if pauses == pauses:
                sessions += [Session(opens.value, pauses.value), Session(resumes.value, closes.value)]
            else:
                sessions.append(Session(opens.value, closes.value))
        return sessions


def _year(utc_ns: int) -> int:
    return datetime.fromtimestamp(utc_ns // _SECOND_NS, UTC).year
