"""The levels of many baskets at once: a price reprices only the baskets that hold its name, natively.

The native table gives the digits of ``valuation.value``. Where a policy has more to say than that a price is fresh or
aged, the basket is given to ``value`` itself, so that there is one truth about policies.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from pyfixmsg_plus._core import Levels
from pyfixmsg_plus.basket.arithmetic import plain, published, quotient, total
from pyfixmsg_plus.basket.calculation import total_levels
from pyfixmsg_plus.basket.composition import Composition, Method
from pyfixmsg_plus.basket.fx import ONE_CURRENCY, FxRates
from pyfixmsg_plus.basket.policies import ALWAYS_OPEN, TradingTime, WithheldReason, price_time_ns
from pyfixmsg_plus.basket.pricing import Pricing, ReturnType, StalePolicy
from pyfixmsg_plus.basket.valuation import FX_MAX_AGE_NS, Valuation, Withheld, value
from pyfixmsg_plus.clock import Now
from pyfixmsg_plus.domain import DataQuality, MarketPrice, ValuationQuality, major_unit

__all__ = ["LiveLevel", "LiveLevels"]

_NS = 1_000_000_000
# Rates from here on are not computed with natively; the reference engine is asked.
_LARGEST_RATE = Decimal(10) ** 12
# Before every time that a source could give.
_NEVER_NS = -(2**63)


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveLevel:
    """The level of a basket at one moment, without its parts; ``LiveLevels.valuation`` has them.

    Attributes:
        basket_code: Of the basket.
        level: As it is published: rounded once.
        raw_level: All 34 digits.
        base_currency: In which the level is.
        calculated_ns: When it was valued, nanoseconds since 1970-01-01 00:00:00 UTC.
        quality: How firm it is.
        stale_data_count: Names whose price is not fresh.
        simulated: Prices of a simulator are in it.
    """

    basket_code: str
    level: Decimal
    raw_level: Decimal
    base_currency: str
    calculated_ns: int
    quality: ValuationQuality
    stale_data_count: int
    simulated: bool


@dataclass(slots=True)
class _Basket:
    number: int
    composition: Composition
    pricing: Pricing
    foreign: bool
    fallbacks: Mapping[str, Sequence[MarketPrice]]
    priced: bool


class LiveLevels:
    """Last prices, rates of exchange, and the levels of the baskets that are defined.

    Args:
        preferred: Source whose prices may make a level of quality A; ``None``: any.
        market: How long a market was open; prices age only then. The native table lets them age round the clock, and
            what is not fresh by that is given to the reference engine: at night this is slow for very many baskets.
    """

    def __init__(self, preferred: str | None = None, market: TradingTime | None = None) -> None:
        self._preferred = preferred
        self._market = market
        self._native = Levels()
        self._baskets: dict[str, _Basket] = {}
        self._free: list[int] = []
        self._fx: FxRates = ONE_CURRENCY
        self._pairs: set[tuple[str, str]] = set()
        self._prices: dict[str, MarketPrice] = {}
        # By symbol and currency; a name that counts at another price until it trades stands for itself.
        self._instruments: dict[str, dict[tuple[str, Decimal | None], int]] = {}
        self._currencies: dict[str, str] = {}
        self._assuming: dict[str, set[str]] = {}

    def define(self, composition: Composition, pricing: Pricing) -> None:
        """Define a basket, or define it anew.

        Raises:
            ValueError: ``composition`` was made for another method, or has more digits than are computed with: 57.
        """
        if composition.method is not pricing.method:
            raise ValueError(
                f"the composition is for {composition.method}, and the basket is priced by {pricing.method}"
            )
        code, base = composition.basket_code, composition.base_currency
        known = self._baskets.get(code)
        number = known.number if known is not None else self._free[-1] if self._free else None
        holdings, foreign = [], False
        for holding in composition.holdings:
            currency = self._currency(holding.symbol, holding.currency, base, code)
            foreign = foreign or currency != base
            self._pair(currency, base)
            instrument = self._instrument(holding.symbol, currency, holding.until_traded)
            holdings.append((instrument, str(composition.coefficient(holding))))
        fund = composition.method is Method.INAV
        extra = total((composition.cash, -composition.liabilities)) if fund else Decimal(0)
        defined = self._native.define(
            number,
            base,
            str(composition.divisor),
            str(abs(extra)),
            extra < 0,
            holdings,
            pricing.fresh_seconds * _NS,
            pricing.max_age_seconds * _NS,
        )
        if known is None and number is not None:
            self._free.pop()
        self._baskets[code] = (
            _Basket(defined, composition, pricing, foreign, {}, priced=False)
            if known is None
            else replace(known, composition=composition, pricing=pricing, foreign=foreign)
        )

    def remove(self, basket_code: str) -> None:
        """Forget a basket.

        Raises:
            KeyError: There is none of this code.
        """
        basket = self._baskets.pop(basket_code)
        self._native.remove(basket.number)
        self._free.append(basket.number)
        for codes in self._assuming.values():
            codes.discard(basket_code)

    def price(self, price: MarketPrice) -> int:
        """Take a price, and return how many holdings it repriced: none where it is older than what is there.

        A record without a last trade leaves the last valid one.

        Raises:
            ValueError: The price is 1e18 or more, or has more than 57 digits.
        """
        if price.last is None or not price.last.is_finite() or price.last <= 0:
            # Its close may stand in, where nothing better ever came.
            self._prices.setdefault(price.symbol, price)
            return 0
        currency, divisor = major_unit(price.currency) if price.currency else ("", 1)
        if currency and self._currencies.get(price.symbol) != currency:
            self._learn(price.symbol, currency)
        last = price.last if divisor == 1 else quotient(price.last, Decimal(divisor))
        source_ns = _source_ns(price)
        repriced = 0
        for (paid_in, _), instrument in self._instruments.get(price.symbol, {}).items():
            if currency in ("", paid_in):
                repriced += (
                    self._native.put(
                        instrument,
                        str(last),
                        source_ns,
                        price_time_ns(price),
                        halted=price.halted,
                        suspect=price.quality is DataQuality.LOW,
                        other_source=self._preferred not in (None, price.source),
                        simulated=price.simulated,
                    )
                    or 0
                )
        known = self._prices.get(price.symbol)
        if known is None or known.last is None or _source_ns(known) <= source_ns:
            self._prices[price.symbol] = price
        return repriced

    def fallbacks(self, basket_code: str, prices: Mapping[str, Sequence[MarketPrice]]) -> None:
        """Say what other sources know of the names of a basket, for ``StalePolicy.FALLBACK_SOURCE``.

        Raises:
            KeyError: There is no basket of this code.
        """
        self._baskets[basket_code].fallbacks = prices

    def fx(self, rates: FxRates) -> None:
        """Take a set of rates of exchange in place of the one before."""
        self._fx = rates
        self._set_rates(self._pairs)

    def instrument(self, symbol: str, currency: str) -> int:
        """Return the number of an instrument, for ``records``."""
        return self._instrument(symbol, currency, None)

    def records(self, records: bytes) -> tuple[int, int]:
        """Take the trades of normalised records of 64 bytes each; return how many, and how many holdings they repriced.

        Raises:
            ValueError: An instrument has no such number, or the bytes are no whole number of records.
        """
        return self._native.put_records(records)

    def levels(self, now: Now) -> dict[str, LiveLevel | Withheld]:
        """Return the level of every basket, by its code, or why it has none."""
        raw, ages = self._native.levels(), self._native.ages(now.utc_ns)
        found = {}
        for code, basket in self._baskets.items():
            level = self._level(basket, raw[basket.number], ages[basket.number], now)
            basket.priced = basket.priced or isinstance(level, LiveLevel)
            found[code] = level
        return found

    def valuation(self, basket_code: str, now: Now) -> Valuation | Withheld:
        """Return the level of a basket with all it was computed from, by the reference engine.

        Raises:
            KeyError: There is none of this code.
        """
        basket = self._baskets[basket_code]
        known = {symbol: self._known(symbol) for symbol in basket.composition.symbols}
        prices = {symbol: price for symbol, price in known.items() if price is not None}
        return value(
            basket.composition,
            basket.pricing,
            prices,
            self._fx,
            now,
            fallbacks=basket.fallbacks,
            preferred=self._preferred,
            market=self._market or ALWAYS_OPEN,
            priced_before=basket.priced,
        )

    def _level(
        self, basket: _Basket, raw: str | None, ages: tuple[int, int, int, int, int], now: Now
    ) -> LiveLevel | Withheld:
        missing, aged, expired, other_source, simulated = ages
        composition, pricing = basket.composition, basket.pricing
        policy = pricing.stale_policy
        judged = aged and (self._market or policy in (StalePolicy.FALLBACK_SOURCE, StalePolicy.SUSPEND))
        outdated = basket.foreign and (
            composition.method is Method.WEIGHTED_PRICE or now.utc_ns - self._fx.time_ns > FX_MAX_AGE_NS
        )
        if raw is None or missing or expired or judged or outdated:
            return self._judged(basket, now)
        price = quotient(Decimal(raw), Decimal(1))
        if pricing.return_type is ReturnType.PRICE:
            level = price
        else:
            whole, net = total_levels(composition, price)
            level = whole if pricing.return_type is ReturnType.TOTAL else net
        shown = published(level, pricing.level_decimals)
        if shown <= 0:
            return Withheld(WithheldReason.LEVEL_OUT_OF_RANGE, (), composition.basket_code, now.utc_ns)
        return LiveLevel(
            basket_code=composition.basket_code,
            level=shown,
            raw_level=level,
            base_currency=composition.base_currency,
            calculated_ns=now.utc_ns,
            quality=ValuationQuality.B if aged or other_source else ValuationQuality.A,
            stale_data_count=aged,
            simulated=simulated > 0,
        )

    def _judged(self, basket: _Basket, now: Now) -> LiveLevel | Withheld:
        found = self.valuation(basket.composition.basket_code, now)
        if isinstance(found, Withheld):
            return found
        return LiveLevel(
            basket_code=found.basket_code,
            level=found.level,
            raw_level=found.raw_level,
            base_currency=found.base_currency,
            calculated_ns=found.calculated_ns,
            quality=found.quality,
            stale_data_count=found.stale_data_count,
            simulated=found.simulated,
        )

    def _known(self, symbol: str) -> MarketPrice | None:
        """Return the last price of a symbol: as it came, or made of a record that came after it."""
        price = self._prices.get(symbol)
        for (currency, until_traded), instrument in self._instruments.get(symbol, {}).items():
            last = self._native.last(instrument) if until_traded is None else None
            if last is None:
                continue
            text, time_ns = last
            if price is None or time_ns > _source_ns(price):
                price = MarketPrice(
                    symbol=symbol,
                    source=self._preferred or "",
                    currency=currency,
                    last=Decimal(plain(Decimal(text))),
                    previous_close=None if price is None else price.previous_close,
                    source_ns=time_ns,
                    received_ns=time_ns,
                )
        return price

    def _currency(self, symbol: str, declared: str | None, base: str, basket_code: str) -> str:
        if declared is not None:
            return major_unit(declared).currency
        self._assuming.setdefault(symbol, set()).add(basket_code)
        return self._currencies.get(symbol, base)

    def _learn(self, symbol: str, currency: str) -> None:
        """The currency of a symbol is known now: baskets that assumed another one are defined anew."""
        self._currencies[symbol] = currency
        for code in sorted(self._assuming.get(symbol, ())):
            basket = self._baskets[code]
            if currency != basket.composition.base_currency or basket.foreign:
                self.define(basket.composition, basket.pricing)

    def _instrument(self, symbol: str, currency: str, until_traded: Decimal | None) -> int:
        numbers = self._instruments.setdefault(symbol, {})
        number = numbers.get((currency, until_traded))
        if number is None:
            number = numbers[currency, until_traded] = self._native.add_instrument(currency)
            if until_traded is not None:
                self._native.put(number, str(until_traded), _NEVER_NS, _NEVER_NS, halted=True)
            known = self._prices.get(symbol)
            if known is not None:
                self.price(known)
        return number

    def _pair(self, currency: str, base: str) -> None:
        if currency != base and (currency, base) not in self._pairs:
            self._pairs.add((currency, base))
            self._set_rates([(currency, base)])

    def _set_rates(self, pairs: Iterable[tuple[str, str]]) -> None:
        rates = [(currency, base, self._fx.rate(currency, base)) for currency, base in sorted(pairs)]
        self._native.set_rates(
            [
                (currency, base, None if rate is None or rate >= _LARGEST_RATE else str(rate))
                for currency, base, rate in rates
            ]
        )


def _source_ns(price: MarketPrice) -> int:
    return price.received_ns if price.source_ns is None else price.source_ns
