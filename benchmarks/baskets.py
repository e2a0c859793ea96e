"""What the levels of many baskets cost: prices in, levels out, and the messages that carry them.

10,000 baskets of 50 to 500 names over 20,000 instruments, half of them in other currencies than their baskets. One
process on one core, its CPU time, medians of rounds in which contenders take turns. Ours is exact: terms of 1e-24,
exact sums, 34 digits. The peers are the same sums in floating point, which has some 15 digits: NumPy over flat arrays
(``add.reduceat``), pandas by ``groupby``, each computing every level anew and formatting it; and the reference engine
in Python, exact too, on as many baskets as it does in reasonable time, scaled up.

Goals: a million constituents repriced a second; levels computed and encoded under 250 ms a round.
"""

import argparse
import json
import os
import random
import resource
import statistics
import struct
import sys
import time
from collections.abc import Callable, Sequence
from decimal import Context, Decimal
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import pyfixmsg_plus as fix
from pyfixmsg_plus.basket import Composition, Holding, LiveLevel, LiveLevels, Method, Pricing, fx_set, value
from pyfixmsg_plus.clock import Now
from pyfixmsg_plus.domain import MarketPrice

__all__: list[str] = []

GOAL_UPDATES = 1_000_000
GOAL_MS = 250.0
BASKETS_A_MESSAGE = 50
MOST_BYTES = 8192
NOON = 1_800_000_000_000_000_000
NANO = 1_000_000_000
# A quarter of the names is quoted the other way round: their rates have 34 digits.
CURRENCIES = ("USD", "USD", "USD", "USD", "EUR", "GBP", "JPY", "CHF")
MIDS = {
    "EURUSD": Decimal("1.0834"),
    "GBPUSD": Decimal("1.2691"),
    "USDJPY": Decimal("154.37"),
    "USDCHF": Decimal("0.8831"),
}
RECORD = struct.Struct("<QQQqQQIiHBcBBBB")
HEADER = {8: "FIX.4.4", 35: "X", 34: "7", 49: "US", 52: "20270115-08:00:05.001", 56: "VENUE"}
DIGITS = Context(prec=34)
DATE, TIME = "20270115", "08:00:05.000"


class Market:
    """The instruments, the baskets, and prices that move from round to round."""

    def __init__(self, baskets: int, names: tuple[int, int], instruments: int) -> None:
        chance = random.Random(20270115)
        self.symbols = [f"SYMBOL_{number}" for number in range(instruments)]
        self.currencies = [chance.choice(CURRENCIES) for _ in self.symbols]
        self.prices = [chance.randrange(1_0000, 500_0000) * 100_000 for _ in self.symbols]
        self.chance = chance
        self.held = [sorted(chance.sample(range(instruments), chance.randint(*names))) for _ in range(baskets)]
        self.compositions = [self._composition(number, names) for number, names in enumerate(self.held)]
        self.holdings = sum(map(len, self.held))
        self.round = 0

    def _composition(self, number: int, names: Sequence[int]) -> Composition:
        share = Decimal(100) / len(names)
        return Composition(
            basket_code=f"BASKET_{number:05d}",
            base_currency="USD",
            method=Method.FIXED_UNITS,
            version="v1.0",
            effective_from_ns=0,
            divisor=Decimal(1),
            holdings=tuple(
                Holding(
                    symbol=self.symbols[name],
                    currency=self.currencies[name],
                    units=DIGITS.divide(share, Decimal(self.prices[name]).scaleb(-9)),
                )
                for name in names
            ),
        )

    def move(self) -> None:
        """Every price moves by up to half a percent, in steps of 0.0001."""
        self.round += 1
        self.prices = [price + self.chance.randint(-price // 200, price // 200) // 100_000 * 100_000 or 100_000
                       for price in self.prices]  # fmt: skip

    def records(self, numbers: Sequence[int]) -> bytes:
        """The prices as normalised records."""
        return b"".join(
            RECORD.pack(NOON + self.round, 0, 0, price, 0, 0, number, 0, 0, 0, b"T", 0, 0, 0, 0)
            for number, price in zip(numbers, self.prices, strict=True)
        )

    def market_prices(self, count: int) -> list[MarketPrice]:
        """The first of them as ``MarketPrice``."""
        return [
            MarketPrice(
                symbol=symbol,
                source="SIMULATOR",
                currency=currency,
                last=Decimal(price).scaleb(-9),
                source_ns=NOON + self.round,
                received_ns=NOON + self.round,
            )
            for symbol, currency, price in zip(self.symbols[:count], self.currencies, self.prices, strict=False)
        ]


def encoded(levels: Sequence[LiveLevel]) -> list[bytes]:
    """Return the messages X that carry these levels, up to 50 baskets each."""
    messages = []
    for first in range(0, len(levels), BASKETS_A_MESSAGE):
        entries = [
            {279: "1", 278: f"{level.basket_code}-IDX", 270: str(level.level), 272: DATE, 273: TIME}
            for level in levels[first : first + BASKETS_A_MESSAGE]
        ]
        messages.append(fix.Message({**HEADER, 268: entries}).encode())
    return messages


def spent(run: Callable[[], object]) -> float:
    """CPU time in milliseconds."""
    before = time.process_time_ns()
    run()
    return (time.process_time_ns() - before) / 1e6


def memory_mb() -> float:
    """What the process holds now, in MB."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize() / 1e6


class Floats:
    """The same levels in floating point, by NumPy and by pandas."""

    def __init__(self, market: Market) -> None:
        self.numpy = import_module("numpy")
        self.pandas = import_module("pandas") if find_spec("pandas") else None
        fx = fx_set(MIDS)
        self.rates = self.numpy.array([float(fx.rate(currency, "USD") or 0) for currency in market.currencies])
        self.names = self.numpy.concatenate([self.numpy.array(names) for names in market.held])
        self.units = self.numpy.array(
            [float(holding.units or 0) for composition in market.compositions for holding in composition.holdings]
        )
        sizes = [len(names) for names in market.held]
        self.starts = self.numpy.concatenate([[0], self.numpy.cumsum(sizes)[:-1]])
        self.baskets = self.numpy.repeat(self.numpy.arange(len(sizes)), sizes)
        self.codes = [composition.basket_code for composition in market.compositions]

    def by_numpy(self, prices: Sequence[int]) -> list[str]:
        """Every level anew, as text with four decimals."""
        worth = self.numpy.array(prices, dtype=float) / NANO * self.rates
        levels = self.numpy.add.reduceat(self.units * worth[self.names], self.starts)
        return [f"{level:.4f}" for level in levels]

    def by_pandas(self, prices: Sequence[int]) -> list[str]:
        """The same by groupby."""
        assert self.pandas is not None
        worth = self.numpy.array(prices, dtype=float) / NANO * self.rates
        frame = self.pandas.DataFrame({"basket": self.baskets, "value": self.units * worth[self.names]})
        return [f"{level:.4f}" for level in frame.groupby("basket", sort=True)["value"].sum()]


def main() -> int:
    """Run from the command line."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--baskets", type=int, default=10_000)
    arguments.add_argument("--instruments", type=int, default=20_000)
    arguments.add_argument("--rounds", type=int, default=11, help="rounds; medians count")
    arguments.add_argument("--json", type=Path, metavar="FILE", help="keep the figures")
    arguments.add_argument("--smoke", action="store_true", help="100 baskets, once: shows that everything runs")
    given = arguments.parse_args()
    baskets, instruments, rounds = (100, 1000, 1) if given.smoke else (given.baskets, given.instruments, given.rounds)
    if find_spec("numpy") is None:
        print("not run: NumPy, the peer, is not installed")
        return int(os.environ.get("FIXPLUS_TEST_REQUIRE") == "all")
    market = Market(baskets, (50, 500), instruments)
    before_mb = memory_mb()
    levels = LiveLevels()
    levels.fx(fx_set(MIDS, NOON))
    pricing = Pricing()
    numbers = [
        levels.instrument(symbol, currency) for symbol, currency in zip(market.symbols, market.currencies, strict=True)
    ]
    defining = spent(lambda: defined(levels, market.compositions, pricing))
    held_mb = memory_mb() - before_mb
    figures = measured(market, levels, numbers, rounds)
    figures |= {"define_ms": defining, "memory_mb": held_mb, "holdings": market.holdings}
    told(figures, baskets, instruments, smoke=given.smoke)
    if given.json is not None:
        given.json.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    return 0


def defined(levels: LiveLevels, compositions: Sequence[Composition], pricing: Pricing) -> None:
    """Define all baskets."""
    for composition in compositions:
        levels.define(composition, pricing)


def measured(market: Market, levels: LiveLevels, numbers: Sequence[int], rounds: int) -> dict[str, float]:
    """Let contenders take turns, and return medians."""
    floats = Floats(market)
    now = Now(NOON, 0)
    pricing = Pricing()
    few = market.market_prices(min(1000, len(market.symbols)))
    costs: dict[str, list[float]] = {}

    def took(name: str, ms: float) -> None:
        costs.setdefault(name, []).append(ms)

    levels.records(market.records(numbers))
    for number in range(rounds):
        market.move()
        records = market.records(numbers)
        repriced: list[int] = []
        took("reprice_ms", spent(lambda: repriced.append(levels.records(records)[1])))  # noqa: B023 - run at once
        costs.setdefault("repriced", []).append(repriced[0])
        found: list[LiveLevel] = []
        took(
            "levels_ms",
            spent(
                lambda: found.extend(  # noqa: B023 - run at once
                    level for level in levels.levels(now).values() if isinstance(level, LiveLevel)
                )
            ),
        )
        messages: list[bytes] = []
        took("encode_ms", spent(lambda: messages.extend(encoded(found))))  # noqa: B023 - run at once
        took("numpy_ms", spent(lambda: floats.by_numpy(market.prices)))
        if floats.pandas is not None:
            took("pandas_ms", spent(lambda: floats.by_pandas(market.prices)))
        checked(market, found, messages, floats)
        if number == 0:
            some = market.compositions[: max(1, min(20, len(market.compositions)))]
            last = {price.symbol: price for price in market.market_prices(len(market.symbols))}
            fx = fx_set(MIDS, NOON)
            exact = spent(lambda: [value(composition, pricing, last, fx, now) for composition in some])  # noqa: B023
            names = sum(len(composition.holdings) for composition in some)
            took("reference_ms", exact / names * market.holdings)
    # One price at a time, as a feed gives them.
    market.move()
    prices = market.market_prices(len(few))
    single: list[int] = []
    took("single_ms", spent(lambda: single.extend(levels.price(price) for price in prices)))
    took("single_repriced", sum(single))
    took("single_prices", len(prices))
    return {name: statistics.median(values) for name, values in costs.items()}


def checked(market: Market, found: Sequence[LiveLevel], messages: Sequence[bytes], floats: Floats) -> None:
    """Every level is there, as the peers see it, and every message is one.

    Raises:
        RuntimeError: Something is not as it should be.
    """
    if len(found) != len(market.compositions):
        raise RuntimeError(f"{len(found)} levels of {len(market.compositions)} baskets")
    for level, text in zip(found, floats.by_numpy(market.prices), strict=True):
        if abs(float(level.level) - float(text)) > 1.5e-4:
            raise RuntimeError(f"{level.basket_code}: {level.level} is not {text}")
    if max(map(len, messages)) > MOST_BYTES:
        raise RuntimeError("a message is longer than 8 KiB")
    if sum(len(fix.parse(message).groups(268)) for message in messages) != len(found):
        raise RuntimeError("a level is in no message")


def told(figures: dict[str, float], baskets: int, instruments: int, *, smoke: bool) -> None:
    """Print the figures."""
    updates = figures["repriced"] / figures["reprice_ms"] * 1000
    single = figures["single_repriced"] / figures["single_ms"] * 1000
    round_ms = figures["levels_ms"] + figures["encode_ms"]
    whole_ms = round_ms + figures["reprice_ms"]

    def goal(met: bool, text: str) -> str:
        return "" if smoke else f"   {text} {'met' if met else 'missed'}"

    held = f"{figures['holdings']:,.0f}"
    print(f"{baskets:,} baskets, {held} constituents, {instruments:,} instruments; CPU time, medians")
    for name, text in (
        ("a price of every instrument, as records", f"{figures['reprice_ms']:>10.1f} ms"),
        ("  constituents repriced a second", f"{updates:>10,.0f}" + goal(updates >= GOAL_UPDATES, "1,000,000")),
        ("  the same, one MarketPrice at a time", f"{single:>10,.0f}" + goal(single >= GOAL_UPDATES, "1,000,000")),
        ("levels of all baskets", f"{figures['levels_ms']:>10.1f} ms"),
        ("X messages of up to 50 baskets", f"{figures['encode_ms']:>10.1f} ms"),
        ("levels and messages", f"{round_ms:>10.1f} ms" + goal(round_ms < GOAL_MS, "250 ms")),
        ("every term anew, levels and messages", f"{whole_ms:>10.1f} ms" + goal(whole_ms < GOAL_MS, "250 ms")),
        ("NumPy, every level anew, float", f"{figures['numpy_ms']:>10.1f} ms"),
        ("pandas, every level anew, float", f"{figures.get('pandas_ms', float('nan')):>10.1f} ms"),
        ("reference engine, every level anew, exact", f"{figures['reference_ms']:>10.0f} ms, scaled up"),
        ("defining the baskets", f"{figures['define_ms']:>10.0f} ms"),
        ("memory of the native table", f"{figures['memory_mb']:>10.0f} MB"),
    ):
        print(f"{name:<44}{text}")


if __name__ == "__main__":
    sys.exit(main())
