from dataclasses import replace

import pytest

from pyfixmsg_plus.domain import DataQuality
from pyfixmsg_plus.market_data.lifetime import SMA_LIFETIME, Lifetime, age_ns, dated, happened_ns
from tests.unit.market_data.sources import SECOND, price
from tests.virtual_time import NOON

HIGH, MEDIUM, LOW = DataQuality.HIGH, DataQuality.MEDIUM, DataQuality.LOW


@pytest.mark.parametrize(
    ("lifetime", "quality", "seconds"),
    [
        (Lifetime(), HIGH, 300), (Lifetime(), MEDIUM, 120), (Lifetime(), LOW, 60),
        (SMA_LIFETIME, HIGH, 300), (SMA_LIFETIME, MEDIUM, 300), (SMA_LIFETIME, LOW, 300),
    ],
)  # fmt: skip
def test_a_lifetime_goes_by_quality_and_counts_from_the_time_of_the_source(
    lifetime: Lifetime, quality: DataQuality, seconds: int
) -> None:
    known = price(at=10, received=200, quality=quality)
    assert lifetime.expires_ns(known) == NOON + (10 + seconds) * SECOND


def test_a_sign_of_life_of_the_stream_counts_in_place_of_the_last_tick() -> None:
    assert Lifetime().expires_ns(price(at=10, confirmed=100)) == NOON + 400 * SECOND
    assert Lifetime().expires_ns(price(at=10), NOON + 200 * SECOND) == NOON + 500 * SECOND


def test_an_older_sign_of_life_takes_nothing_away() -> None:
    assert Lifetime().expires_ns(price(at=200, confirmed=100)) == NOON + 500 * SECOND


def test_a_price_without_a_time_bears_that_of_receipt_and_is_of_medium_quality_at_most() -> None:
    bare = replace(price(received=7), source_ns=None)
    assert happened_ns(bare) == NOON + 7 * SECOND
    assert dated(bare) == replace(bare, source_ns=NOON + 7 * SECOND, quality=MEDIUM)
    assert dated(replace(bare, quality=LOW)).quality is LOW


@pytest.mark.parametrize(("ahead", "kept"), [(2, True), (2.001, False)])
def test_a_time_of_more_than_two_seconds_ahead_gives_way_to_that_of_receipt(ahead: float, kept: bool) -> None:
    early = price(at=ahead, received=0)
    known = dated(early)
    assert known.source_ns == (early.source_ns if kept else NOON)
    assert dict(known.additional) == ({} if kept else {"sourceTimeAhead": str(early.source_ns)})
    assert happened_ns(early) == known.source_ns


def test_an_age_is_never_negative() -> None:
    assert age_ns(price(at=1), NOON) == 0
    assert age_ns(price(at=1), NOON + 3 * SECOND) == 2 * SECOND
