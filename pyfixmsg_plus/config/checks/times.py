"""When a session runs, and when we may log on within it."""

from collections.abc import Iterator

from pyfixmsg_plus.config.checks.finding import Finding, quickfix_name
from pyfixmsg_plus.config.session_keys import SessionKeys
from pyfixmsg_plus.config.values import Day, TimeOfDay

__all__ = ["schedule"]

DAY_S = 86_400


WEEK_S = 7 * DAY_S


def schedule(session: SessionKeys) -> Iterator[Finding]:
    """Yield what is wrong with the times of a session."""
    scheduled = (
        "start_time", "end_time", "start_day", "end_day", "weekdays", "logon_time", "logout_time", "logon_day",
        "logout_day",
    )  # fmt: skip
    if session.non_stop_session:
        for name in scheduled:
            if getattr(session, name) not in (None, ()):
                yield Finding(
                    (name, "non_stop_session"),
                    f"NonStopSession=Y excludes {quickfix_name(name)}",
                    f"Leave {quickfix_name(name)} or NonStopSession out.",
                    is_lax=True,
                )
        return
    for name in ("start_time", "end_time"):
        if getattr(session, name) is None:
            yield Finding(
                (name, "non_stop_session"),
                f"{quickfix_name(name)} is missing",
                f"Write {quickfix_name(name)}=00:00:00, or NonStopSession=Y for a session without a schedule.",
            )
    for one, other in (("start_day", "end_day"), ("end_day", "start_day")):
        if getattr(session, one) is not None and getattr(session, other) is None:
            yield Finding(
                (one, other),
                f"{quickfix_name(one)} is given without {quickfix_name(other)}",
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
                (name, "start_day"), f"{quickfix_name(name)} is for weekly sessions, and StartDay is missing",
                f"Give StartDay and EndDay, or leave {quickfix_name(name)} out.",
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
