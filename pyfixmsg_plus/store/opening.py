"""Open the store that a URL names."""

from collections.abc import Awaitable
from pathlib import Path

from pyfixmsg_plus.errors import StoreError
from pyfixmsg_plus.store.contract import MessageStore, SyncPolicy
from pyfixmsg_plus.store.journal import JournalStore
from pyfixmsg_plus.store.memory import MemoryStore
from pyfixmsg_plus.store.sqlite import SqliteStore
from pyfixmsg_plus.values import SessionID

__all__ = ["open_store"]

# Stores on servers, by the scheme of their URL, and the extra that brings them.
_EXTRAS = {"postgresql": "postgres", "postgres": "postgres", "mysql": "mysql", "redis": "redis", "mongodb": "mongo"}


def open_store(
    url: str,
    session_id: SessionID,
    *,
    sync: SyncPolicy | str = SyncPolicy.ALWAYS,
    sync_interval_ms: int = 5,
    chained: bool = False,
    standby: bool = False,
) -> MessageStore | Awaitable[MessageStore]:
    """Open the store of a session.

    Args:
        url: ``memory:``, ``journal:<directory>`` or ``sqlite:<file>``.
        session_id: The session; its names may hold anything.
        sync: When a commit survives a loss of power: ``always``, ``interval`` or ``never``.
        sync_interval_ms: The longest time between a commit and its fsync under ``interval``.
        chained: Link the records of a journal by SHA-256.
        standby: Look on while another process writes; the first change takes the store over, if it is free then.

    Raises:
        StoreInUseError: Another writer holds the store of this session.
        StoreDamagedError: The store is broken.
        StoreError: The URL names no store, or the store cannot be used.
        ValueError: ``sync`` is no policy.
    """
    policy = SyncPolicy(sync)
    scheme, colon, rest = url.partition(":")
    match scheme if colon else "":
        case "memory":
            return MemoryStore()
        case "journal" if rest:
            return JournalStore(
                Path(rest),
                session_id,
                sync=policy,
                sync_interval_ms=sync_interval_ms,
                chained=chained,
                standby=standby,
            )
        case "sqlite" if rest:
            return SqliteStore.open(
                Path(rest), session_id, sync=policy, sync_interval_ms=sync_interval_ms, standby=standby
            )
        case other if other in _EXTRAS:
            raise StoreError(f"{other}: stores need the extra {_EXTRAS[other]!r} of pyfixmsg-plus, and none is there")
    # The URL itself may hold a password.
    raise StoreError(
        f"no store has a URL that begins {scheme!r}: known are memory:, journal:<directory>, sqlite:<file>"
    )
