import pytest

from pyfixmsg_plus.market_data import SourceHealth, SourceStatus
from pyfixmsg_plus.market_data.breaker import BreakerState
from pyfixmsg_plus.market_data.sma import SmaSettings
from pyfixmsg_plus.market_data.sma.health import judge
from tests.unit.market_data.sources import SECOND
from tests.virtual_time import NOON

CLOSED, OPEN, HALF_OPEN = BreakerState.CLOSED, BreakerState.OPEN, BreakerState.HALF_OPEN


@pytest.mark.parametrize(
    ("connected", "heard", "answered", "away", "breaker", "status", "detail"),
    [
        (True, 60, None, None, CLOSED, "UP", ""),
        (True, 61, 60, None, CLOSED, "UP", ""),
        (True, 61, None, None, CLOSED, "DEGRADED", "silent for 61 s"),
        (True, None, None, None, CLOSED, "DEGRADED", "nothing heard yet"),
        (True, 0, None, None, OPEN, "DEGRADED", "the breaker is OPEN"),
        (True, 0, None, None, HALF_OPEN, "DEGRADED", "the breaker is HALF_OPEN"),
        (False, 0, None, 30, CLOSED, "DEGRADED", "not connected"),
        (False, 0, None, 31, OPEN, "DOWN", "not connected for 31 s"),
        (False, None, None, None, CLOSED, "DEGRADED", "not connected"),
    ],
)
def test_health_goes_by_connection_signs_of_life_and_breaker(
    connected: bool,
    heard: int | None,
    answered: int | None,
    away: int | None,
    breaker: BreakerState,
    status: SourceStatus,
    detail: str,
) -> None:
    def ago(seconds: int | None) -> int | None:
        return None if seconds is None else NOON - seconds * SECOND

    found = judge(
        SourceHealth("UP", connected, ago(heard)),
        answered_ns=ago(answered),
        disconnected_ns=ago(away),
        breaker=breaker,
        utc_ns=NOON,
        settings=SmaSettings(),
    )
    assert (found.status, found.connected, found.detail) == (status, connected, detail)


def test_a_source_that_does_not_do_well_is_not_up() -> None:
    source = SourceHealth("DEGRADED", connected=True, last_heard_ns=NOON, detail="one host of two is away")
    found = judge(source, answered_ns=None, disconnected_ns=None, breaker=CLOSED, utc_ns=NOON, settings=SmaSettings())
    assert (found.status, found.detail) == ("DEGRADED", "one host of two is away")
