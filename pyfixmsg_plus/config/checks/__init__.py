"""What the values of one session must be together.

Each check says the cause and the remedy. A check reads no file: what needs one stands in ``files``.
"""

from collections.abc import Callable, Iterator

from pyfixmsg_plus.config.checks.finding import Finding
from pyfixmsg_plus.config.checks.links import network, tls
from pyfixmsg_plus.config.checks.places import storage
from pyfixmsg_plus.config.checks.session import PROFILES, identity, numbers, version
from pyfixmsg_plus.config.checks.times import schedule
from pyfixmsg_plus.config.session_keys import SessionKeys

__all__ = ["PROFILES", "Finding", "findings"]

_CHECKS: tuple[Callable[[SessionKeys], Iterator[Finding]], ...] = (
    identity, version, numbers, schedule, network, tls, storage,
)  # fmt: skip


def findings(session: SessionKeys) -> Iterator[Finding]:
    """Yield all that is wrong with the values of a session."""
    for check in _CHECKS:
        yield from check(session)
