"""The sessions of one port, found by the names on a Logon(35=A)."""

from pyfixmsg_plus.engine.driver import SessionDriver
from pyfixmsg_plus.engine.names import LogonNames
from pyfixmsg_plus.values import SessionID

__all__ = ["SessionRegistry"]

_Key = tuple[str, str, str]


class SessionRegistry:
    """Sessions by BeginString(8) and CompIDs; those that these do not tell apart, by sub and location ids."""

    __slots__ = ("_drivers",)

    def __init__(self) -> None:
        self._drivers: dict[_Key, list[SessionDriver]] = {}

    def __bool__(self) -> bool:
        return bool(self._drivers)

    def add(self, driver: SessionDriver) -> None:
        """Let it be found."""
        found = self._drivers.setdefault(_key(driver.session_id), [])
        found.append(driver)
        # The one that names more is asked first.
        found.sort(key=lambda one: -_names(one.session_id))

    def remove(self, driver: SessionDriver) -> None:
        """Let it be found no more."""
        key = _key(driver.session_id)
        rest = [one for one in self._drivers.get(key, ()) if one is not driver]
        if rest:
            self._drivers[key] = rest
        else:
            self._drivers.pop(key, None)

    def find(self, names: LogonNames) -> SessionDriver | None:
        """The session that these names mean."""
        fitting = [one for one in self._drivers.get(_key(names.session_id), ()) if names.fits(one.session_id)]
        # Of several that are told apart by a qualifier alone, one that is free will do.
        return next((one for one in fitting if not one.is_bound), fitting[0] if fitting else None)


def _key(session_id: SessionID) -> _Key:
    return session_id.begin_string, session_id.sender_comp_id, session_id.target_comp_id


def _names(session_id: SessionID) -> int:
    ids = (
        session_id.sender_sub_id,
        session_id.sender_location_id,
        session_id.target_sub_id,
        session_id.target_location_id,
    )
    return sum(map(bool, ids))
