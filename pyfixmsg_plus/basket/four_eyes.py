"""Two different persons: what one wrote, another releases.

Persons are compared by who vouches for them and their name there. Fields of requests that claim an author decide
nothing.
"""

from collections.abc import Iterable

from pyfixmsg_plus.basket.entities import Person

__all__ = ["breach"]


def breach(approver: Person, hands: Iterable[Person]) -> str | None:
    """Return why this person may not approve, or ``None`` where they may.

    Args:
        approver: Who wants to.
        hands: Who made, submitted or changed what is to be approved.
    """
    if approver in set(hands):
        return "who made, changed or submitted a version does not approve it"
    return None
