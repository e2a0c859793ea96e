"""Where messages and logs are kept."""

from collections.abc import Iterator

from pyfixmsg_plus.config.checks.finding import Finding
from pyfixmsg_plus.config.session_keys import SessionKeys

__all__ = ["storage"]

STORES = ("journal", "memory", "sqlite", "postgresql", "postgres", "mysql", "mongodb", "mongodb+srv", "redis")


LOGS = ("file", "screen", "logging", "sqlite", "postgresql", "mysql", "mongodb", "mongodb+srv")


def storage(session: SessionKeys) -> Iterator[Finding]:
    """Yield what is wrong with the URLs of store and log."""
    for name, known in (("store", STORES), ("log", LOGS)):
        location = getattr(session, name)
        if location and location.scheme not in known:
            yield Finding(
                (name,),
                f"{location.scheme}: is no {name} that we have",
                f"Write a URL that begins with {', '.join(f'{one}:' for one in known)}.",
                is_warning=True,
            )
