import asyncio
from collections.abc import Sequence
from dataclasses import replace

from pyfixmsg_plus.clock import ManualClock
from pyfixmsg_plus.domain import DataQuality, MarketPrice
from pyfixmsg_plus.market_data import Listener, SourceUnavailable, Subscription
from pyfixmsg_plus.market_data.budget import CallQueue, LocalBudget
from pyfixmsg_plus.market_data.last_values import LastValues
from pyfixmsg_plus.market_data.subscriptions import SharedSubscriptions
from tests.unit.market_data.sources import SECOND, TableSource, price
from tests.virtual_time import on_virtual_time


class Reader:
    def __init__(self) -> None:
        self.heard: list[str] = []

    def __call__(self, heard: MarketPrice) -> None:
        self.heard.append(f"{heard.symbol} {heard.last}")


def shared(clock: ManualClock, budget: LocalBudget | None = None) -> tuple[TableSource, SharedSubscriptions]:
    source = TableSource(clock)
    queue = CallQueue(budget or LocalBudget(), clock)
    return source, SharedSubscriptions(source, LastValues(), queue)


@on_virtual_time
async def test_many_readers_share_one_subscription_and_each_hears_the_last_value_first(clock: ManualClock) -> None:
    source, subscriptions = shared(clock)
    first, second = Reader(), Reader()
    subscriptions.subscribe(["A", "A"], first)
    await asyncio.sleep(1)
    source.set(price("A", "1"))
    subscriptions.subscribe(["A"], second)
    source.set(price("A", "2", at=1))
    assert (first.heard, second.heard) == (["A 1", "A 2"], ["A 1", "A 2"])
    assert source.counts["subscribed"] == 1
    await subscriptions.close()
    assert source.readings == []


@on_virtual_time
async def test_an_older_price_is_passed_on_to_nobody(clock: ManualClock) -> None:
    source, subscriptions = shared(clock)
    reader = Reader()
    subscriptions.subscribe(["A"], reader)
    await asyncio.sleep(1)
    source.set(price("A", "2", at=2), price("A", "1", at=1))
    assert reader.heard == ["A 2"]
    await subscriptions.close()


@on_virtual_time
async def test_a_price_without_a_time_gets_that_of_receipt(clock: ManualClock) -> None:
    source, subscriptions = shared(clock)
    heard: list[MarketPrice] = []
    subscriptions.subscribe(["A"], heard.append)
    await asyncio.sleep(1)
    source.set(replace(price("A"), source_ns=None))
    assert [one.quality for one in heard] == [DataQuality.MEDIUM]
    await subscriptions.close()


@on_virtual_time
async def test_a_subscription_ends_a_minute_after_its_last_reader_left(clock: ManualClock) -> None:
    source, subscriptions = shared(clock)
    readers = [subscriptions.subscribe(["A"], Reader()) for _ in range(2)]
    await asyncio.sleep(1)
    readers[0].close()
    await asyncio.sleep(100)
    assert subscriptions.open == {"A"}
    readers[1].close()
    readers[1].close()
    await asyncio.sleep(59)
    assert len(source.readings) == 1
    await asyncio.sleep(2)
    assert (len(source.readings), subscriptions.open) == (0, frozenset())


@on_virtual_time
async def test_a_reader_that_comes_back_within_the_minute_finds_it_open(clock: ManualClock) -> None:
    source, subscriptions = shared(clock)
    reader = subscriptions.subscribe(["A"], Reader())
    await asyncio.sleep(1)
    source.set(price("A", "1"))
    reader.close()
    await asyncio.sleep(59)
    late = Reader()
    subscriptions.subscribe(["A"], late)
    await asyncio.sleep(100)
    assert (late.heard, source.counts["subscribed"], len(source.readings)) == (["A 1"], 1, 1)
    await subscriptions.close()


@on_virtual_time
async def test_a_reader_that_left_hears_nothing_more(clock: ManualClock) -> None:
    source, subscriptions = shared(clock)
    gone, stays = Reader(), Reader()
    leaving = subscriptions.subscribe(["A"], gone)
    subscriptions.subscribe(["A"], stays)
    await asyncio.sleep(1)
    leaving.close()
    source.set(price("A", "1"))
    assert (gone.heard, stays.heard) == ([], ["A 1"])
    await subscriptions.close()


@on_virtual_time
async def test_who_leaves_before_it_was_opened_costs_no_subscription(clock: ManualClock) -> None:
    source, subscriptions = shared(clock, LocalBudget(1, 100 * SECOND))
    subscriptions.subscribe(["A"], Reader())
    await asyncio.sleep(1)
    subscriptions.subscribe(["B"], Reader()).close()
    await asyncio.sleep(200)
    assert source.counts["subscribed"] == 1
    await subscriptions.close()


@on_virtual_time
async def test_fifty_names_are_paid_for_as_one_call_and_a_spent_budget_only_delays(clock: ManualClock) -> None:
    _, subscriptions = shared(clock, LocalBudget(2, 100 * SECOND))
    subscriptions.subscribe([f"N{index}" for index in range(120)], Reader())
    await asyncio.sleep(1)
    assert len(subscriptions.open) == 100
    await asyncio.sleep(100)
    assert len(subscriptions.open) == 120
    assert subscriptions.counts["delayed"] == 1
    await subscriptions.close()


@on_virtual_time
async def test_closing_while_one_is_being_opened_leaves_nothing_open(clock: ManualClock) -> None:
    source, subscriptions = shared(clock)
    subscriptions.subscribe(["A"], Reader()).close()
    await subscriptions.close()
    assert source.counts["subscribed"] == 0


class Faulty:
    def __call__(self, heard: MarketPrice) -> None:
        raise ZeroDivisionError("a reader's own fault")


@on_virtual_time
async def test_a_reader_that_fails_stops_no_other_one(clock: ManualClock) -> None:
    source, subscriptions = shared(clock)
    faults: list[object] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: faults.append(context["exception"]))
    reader = Reader()
    subscriptions.subscribe(["A"], Faulty())
    subscriptions.subscribe(["A"], reader)
    await asyncio.sleep(1)
    source.set(price("A", "1"))
    subscriptions.subscribe(["A"], Faulty())
    assert reader.heard == ["A 1"]
    assert [type(fault) for fault in faults] == [ZeroDivisionError] * 2
    await subscriptions.close()


@on_virtual_time
async def test_a_reader_that_another_one_sends_away_hears_nothing_more(clock: ManualClock) -> None:
    source, subscriptions = shared(clock)
    second = Reader()
    leaving: list[Subscription] = []
    subscriptions.subscribe(["A"], lambda _: leaving[0].close())
    leaving.append(subscriptions.subscribe(["A"], second))
    await asyncio.sleep(1)
    source.set(price("A", "1"))
    assert second.heard == []
    await subscriptions.close()


class Closed(TableSource):
    """A source that cannot be subscribed to the first times."""

    times = 2

    def subscribe(self, symbols: Sequence[str], listener: Listener) -> Subscription:
        if self.times:
            self.times -= 1
            raise SourceUnavailable("not connected")
        return super().subscribe(symbols, listener)


@on_virtual_time
async def test_a_source_that_cannot_be_subscribed_to_is_asked_again(clock: ManualClock) -> None:
    source = Closed(clock)
    subscriptions = SharedSubscriptions(source, LastValues(), CallQueue(LocalBudget(), clock))
    subscriptions.subscribe(["A", "B"], Reader())
    await asyncio.sleep(0.5)
    assert subscriptions.open == frozenset()
    await asyncio.sleep(3)
    assert (subscriptions.open, subscriptions.counts["refused"]) == (frozenset("AB"), 2)
    await subscriptions.close()
