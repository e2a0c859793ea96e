import asyncio

from pyfixmsg_plus.clock import ManualClock
from pyfixmsg_plus.market_data.conflated import ConflatedReader
from tests.unit.market_data.sources import TableSource, price
from tests.virtual_time import on_virtual_time


@on_virtual_time
async def test_a_slow_reader_finds_the_last_value_of_each_name(clock: ManualClock) -> None:
    source = TableSource(clock)
    source.set(price("A", "1"))
    reader = ConflatedReader(source, ["A", "B"])
    source.set(price("B", "1"), price("A", "2", at=1), price("A", "3", at=2))
    heard = [await anext(reader) for _ in range(2)]
    assert [f"{one.symbol} {one.last}" for one in heard] == ["A 3", "B 1"]
    assert reader.conflated == 2
    reader.close()
    assert source.readings == []


@on_virtual_time
async def test_a_reader_waits_for_the_next_price_and_ends_when_it_is_closed(clock: ManualClock) -> None:
    source = TableSource(clock)
    reader = ConflatedReader(source, ["A"])
    heard = []

    async def read() -> None:
        async for one in reader:
            heard.append(str(one.last))

    reading = asyncio.ensure_future(read())
    await asyncio.sleep(1)
    source.set(price("A", "1"))
    await asyncio.sleep(1)
    source.set(price("A", "2", at=2))
    await asyncio.sleep(1)
    reader.close()
    await reading
    assert heard == ["1", "2"]
