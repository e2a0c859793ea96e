"""Baskets priced tick by tick: a price reprices only the baskets that hold its name, and every level can be replayed.

Run it: ``python examples/market_data_examples/live_levels.py``.
"""

from decimal import Decimal

from pyfixmsg_plus.basket import (
    Holding,
    LiveLevel,
    LiveLevels,
    Pricing,
    Quote,
    Valuation,
    first_composition,
    fx_set,
    replay,
    valuation_from,
    valuation_record,
)
from pyfixmsg_plus.clock import Now
from pyfixmsg_plus.domain import MarketPrice

NOON = 1_800_000_000_000_000_000
SECOND = 1_000_000_000


def price(symbol: str, last: str, at_ns: int = NOON) -> MarketPrice:
    """A trade."""
    return MarketPrice(
        symbol=symbol, source="SIMULATOR", currency="USD", last=Decimal(last), source_ns=at_ns, received_ns=at_ns
    )


def main() -> None:
    """Price a basket."""
    # --8<-- [start:compose]
    pricing = Pricing.parse({"baseLevel": "100", "levelDecimals": 2, "stalePolicy": "LAST_VALID"})
    begin = {"AAPL": "150", "MSFT": "300", "GOOGL": "120", "AMZN": "140"}
    composition = first_composition(
        [Holding(symbol=symbol, weight=Decimal(25)) for symbol in begin],
        pricing,
        {symbol: Quote(Decimal(last)) for symbol, last in begin.items()},
        basket_code="TECH_LEADERS",
        base_currency="USD",
    )
    # --8<-- [end:compose]

    # --8<-- [start:live]
    levels = LiveLevels(preferred="SIMULATOR")
    levels.fx(fx_set({"EURUSD": Decimal("1.10")}, NOON))
    levels.define(composition, pricing)
    for symbol, last in begin.items():
        levels.price(price(symbol, last))
    repriced = levels.price(price("MSFT", "330", NOON + SECOND))
    print("holdings repriced:", repriced)
    for seconds in (5, 30, 600):
        level = levels.levels(Now(NOON + seconds * SECOND, 0))["TECH_LEADERS"]
        if isinstance(level, LiveLevel):
            print(f"after {seconds} s:", level.level, "quality", level.quality, "stale", level.stale_data_count)
        else:
            print(f"after {seconds} s:", level)
    # --8<-- [end:live]

    # --8<-- [start:replay]
    valuation = levels.valuation("TECH_LEADERS", Now(NOON + 5 * SECOND, 0))
    if isinstance(valuation, Valuation):
        kept = valuation_record(valuation)
        again = replay(valuation_from(kept), composition, pricing)
        print("replayed:", again.recomputed, "equal" if again.equal else again.differences)
    # --8<-- [end:replay]


if __name__ == "__main__":
    main()
