"""The enumerations of ``tr_json2``: servers write them as words or as numbers, and we read both.

A number that has no word here stays a number, written as text, so that nothing unknown is lost or taken for known.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

__all__ = [
    "ACTIONS",
    "CODES",
    "DATA_STATES",
    "DOMAINS",
    "NAK_CODES",
    "RATES",
    "STREAM_STATES",
    "TIMELINESS",
    "TYPES",
    "UPDATE_TYPES",
    "word",
]


def _numbered(text: str, first: int = 0) -> Mapping[int, str]:
    return MappingProxyType(dict(enumerate(text.split(), first)))


TYPES = _numbered("Request Refresh Status Update Close Ack Generic Post", 1)
DOMAINS = MappingProxyType(
    {
        **_numbered("Login", 1),
        **_numbered("Source Dictionary MarketPrice MarketByOrder MarketByPrice MarketMaker SymbolList", 4),
        **_numbered("History Headline Story", 12),
        22: "YieldCurve",
        27: "Contribution",
        33: "NewsTextAnalytics",
        127: "System",
    }
)
STREAM_STATES = _numbered("Open NonStreaming ClosedRecover Closed Redirected", 1)
DATA_STATES = _numbered("NoChange Ok Suspect")
CODES = MappingProxyType(
    {
        0: "None",
        **_numbered(
            "NotFound Timeout NotEntitled InvalidArgument UsageError Preempted JitConflationStarted RealtimeResumed "
            "FailoverStarted FailoverCompleted GapDetected NoResources TooManyItems AlreadyOpen SourceUnknown NotOpen",
            1,
        ),
        **_numbered("NonUpdatingItem UnsupportedViewType InvalidView FullViewProvided UnableToRequestAsBatch", 19),
        **_numbered(
            "NoBatchViewSupportInReq ExceededMaxMountsPerUser Error DacsDown UserUnknownToPermSys MaxLoginsReached "
            "UserAccessToAppDenied",
            26,
        ),
        34: "GapFill",
        35: "AppAuthorizationFailed",
    }
)
UPDATE_TYPES = _numbered(
    "Unspecified Quote Trade NewsAlert VolumeAlert OrderIndication ClosingRun Correction MarketDigest QuotesTrade "
    "Multiple Verify"
)
ACTIONS = _numbered("Update Add Delete", 1)
TIMELINESS = _numbered("Realtime DelayedUnknown Delayed", 1)
RATES = _numbered("TickByTick JitConflated TimeConflated", 1)
NAK_CODES = MappingProxyType(
    {
        **_numbered(
            "None AccessDenied DeniedBySrc SourceDown SourceUnknown NoResources NoResponse GatewayDown",
        ),
        **_numbered("SymbolUnknown NotOpen InvalidContent", 10),
    }
)


def word(value: Any, words: Mapping[int, str], absent: str = "") -> str:
    """Return the word of an enumerated value.

    Args:
        value: As it came: a word, a number, or something that is neither.
        words: The words of the enumeration.
        absent: What is meant where there is no value.
    """
    if isinstance(value, str):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return words.get(value) or str(value)
    return absent
