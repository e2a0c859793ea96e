"""The versions of the protocol that sessions are certified for."""

from collections.abc import Mapping
from dataclasses import dataclass

__all__ = ["VERSIONS", "Version"]


@dataclass(frozen=True, slots=True)
class Version:
    """One version of the protocol as a session speaks it.

    Attributes:
        name: As it is commonly called, ``FIX.5.0SP2``.
        begin_string: BeginString(8).
        appl_ver_id: DefaultApplVerID(1137) where the session is FIXT.
        has_reset: Whether a Logon has ResetSeqNumFlag(141).
        has_milliseconds: Whether timestamps may have a fraction.
        has_reasons: Whether a Reject says SessionRejectReason(373) and RefMsgType(372).
        other_begin_string: A version that it is not.
    """

    name: str
    begin_string: str
    appl_ver_id: str = ""
    has_reset: bool = True
    has_milliseconds: bool = True
    has_reasons: bool = True
    other_begin_string: str = "FIX.4.1"


VERSIONS: Mapping[str, Version] = {
    version.name: version
    for version in (
        Version("FIX.4.0", "FIX.4.0", has_reset=False, has_milliseconds=False, has_reasons=False),
        Version("FIX.4.1", "FIX.4.1", has_milliseconds=False, has_reasons=False, other_begin_string="FIX.4.2"),
        Version("FIX.4.2", "FIX.4.2"),
        Version("FIX.4.3", "FIX.4.3"),
        Version("FIX.4.4", "FIX.4.4"),
        Version("FIX.5.0", "FIXT.1.1", "7"),
        Version("FIX.5.0SP1", "FIXT.1.1", "8"),
        Version("FIX.5.0SP2", "FIXT.1.1", "9"),
    )
}
