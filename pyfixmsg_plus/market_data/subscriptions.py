"""One subscription upstream for each name, however many read it."""

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence

from pyfixmsg_plus.domain import MarketPrice
from pyfixmsg_plus.market_data.budget import CallQueue, Priority
from pyfixmsg_plus.market_data.last_values import LastValues
from pyfixmsg_plus.market_data.lifetime import dated
from pyfixmsg_plus.market_data.source import BudgetSpent, Listener, PriceSource, SourceError, Subscription

__all__ = ["SharedSubscriptions"]

_SECOND_NS = 1_000_000_000
# Before a source that would not be subscribed to is asked again.
_AGAIN_S = 1.0


class _Reader:
    """One reader's share; closing it is all that the reader can do."""

    def __init__(self, symbols: Sequence[str], listener: Listener, leave: Callable[["_Reader"], None]) -> None:
        self.symbols = tuple(dict.fromkeys(symbols))
        self.listener = listener
        self._leave: Callable[[_Reader], None] | None = leave

    def close(self) -> None:
        leave, self._leave = self._leave, None
        if leave is not None:
            leave(self)

    def tell(self, price: MarketPrice) -> None:
        """Tell a price, unless the reader has left; a reader's fault is its own and stops no other one."""
        if self._leave is None:
            return
        try:
            self.listener(price)
        except Exception as error:
            context = {"message": f"a reader of {price.symbol} failed", "exception": error}
            asyncio.get_running_loop().call_exception_handler(context)


class SharedSubscriptions:
    """Passes on what a source says of each name to all who read it.

    The names wanted within a moment are subscribed together, and paid for as calls of so many names; a spent budget
    delays them. A name that nobody reads any more stays subscribed for a while, and stays in the table until then.

    Args:
        source: Who is subscribed to.
        table: Where the last values are kept; only what it takes is passed on.
        queue: Gives out the budget.
        joined_ns: How long to wait for others.
        names_per_call: How many names one call may have.
        linger_ns: How long a subscription outlives its last reader.
    """

    def __init__(
        self,
        source: PriceSource,
        table: LastValues,
        queue: CallQueue,
        *,
        joined_ns: int = 20_000_000,
        names_per_call: int = 50,
        linger_ns: int = 60 * _SECOND_NS,
    ) -> None:
        self._source = source
        self._table = table
        self._queue = queue
        self._joined_ns = joined_ns
        self._names_per_call = names_per_call
        self._linger_ns = linger_ns
        # A list a name: readers hear in the order in which they came, and one that reads a name twice hears it once.
        self._readers: dict[str, list[_Reader]] = {}
        self._open: dict[str, Subscription] = {}
        self._leaving: dict[str, asyncio.TimerHandle] = {}
        self._pending: list[str] = []
        self._opening: asyncio.Task[None] | None = None
        self.counts: Counter[str] = Counter()

    @property
    def open(self) -> frozenset[str]:
        """The names that are subscribed upstream."""
        return frozenset(self._open)

    def subscribe(self, symbols: Sequence[str], listener: Listener) -> Subscription:
        """Call the listener with the last value of each name where there is one, then with every change."""
        reader = _Reader(symbols, listener, self._leave)
        for symbol in reader.symbols:
            timer = self._leaving.pop(symbol, None)
            if timer is not None:
                timer.cancel()
            readers = self._readers.setdefault(symbol, [])
            readers.append(reader)
            if symbol not in self._open and symbol not in self._pending:
                self._pending.append(symbol)
        if self._pending and self._opening is None:
            self._opening = asyncio.ensure_future(self._open_pending())
        for symbol in reader.symbols:
            price = self._table.get(symbol)
            if price is not None:
                reader.tell(price)
        return reader

    async def close(self) -> None:
        """End everything."""
        if self._opening is not None:
            self._opening.cancel()
            await asyncio.wait([self._opening])
        for timer in self._leaving.values():
            timer.cancel()
        for subscription in self._open.values():
            subscription.close()
        self._leaving.clear()
        self._open.clear()
        self._pending.clear()
        self._readers.clear()

    async def _open_pending(self) -> None:
        try:
            await asyncio.sleep(self._joined_ns / _SECOND_NS)
            while self._pending:
                try:
                    await self._queue.acquire(Priority.PUBLISHING)
                except BudgetSpent as spent:
                    self.counts["delayed"] += 1
                    await asyncio.sleep(spent.retry_after_s or 1)
                    continue
                group = self._pending[: self._names_per_call]
                del self._pending[: len(group)]
                if not self._open_group(group):
                    await asyncio.sleep(_AGAIN_S)
        finally:
            self._opening = None

    def _open_group(self, group: Sequence[str]) -> bool:
        """Subscribe to names, and say whether the source took them; what it did not take waits for another turn."""
        for index, symbol in enumerate(group):
            if symbol not in self._readers:
                continue
            try:
                self._open[symbol] = self._source.subscribe([symbol], self._heard)
            except SourceError:
                self.counts["refused"] += 1
                self._pending += group[index:]
                return False
        return True

    def _heard(self, price: MarketPrice) -> None:
        self.counts["heard"] += 1
        if price.symbol not in self._readers or not self._table.put(dated(price)):
            return
        # What the table keeps may be marked; that is what is passed on.
        kept = self._table.get(price.symbol) or price
        for reader in list(self._readers[price.symbol]):
            reader.tell(kept)

    def _leave(self, reader: _Reader) -> None:
        for symbol in reader.symbols:
            readers = self._readers.get(symbol, [])
            if reader in readers:
                readers.remove(reader)
            if not readers and symbol in self._readers and symbol not in self._leaving:
                delay = self._linger_ns / _SECOND_NS
                self._leaving[symbol] = asyncio.get_running_loop().call_later(delay, self._forget, symbol)

    def _forget(self, symbol: str) -> None:
        del self._leaving[symbol]
        del self._readers[symbol]
        self._table.discard(symbol)
        subscription = self._open.pop(symbol, None)
        if subscription is not None:
            subscription.close()
