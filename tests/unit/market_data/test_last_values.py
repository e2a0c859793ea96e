from hypothesis import given
from hypothesis import strategies as st

from pyfixmsg_plus.domain import DataQuality
from pyfixmsg_plus.market_data.last_values import LastValues
from tests.unit.market_data.sources import price


def test_newer_never_yields_to_older() -> None:
    table = LastValues()
    assert [table.put(price(last=last, at=at)) for last, at in (("1", 5), ("2", 4), ("3", 6))] == [True, False, True]
    assert table.get("AAPL") == price(last="3", at=6)


def test_the_same_said_again_is_no_change() -> None:
    table = LastValues()
    assert table.put(price())
    assert not table.put(price())


def test_more_said_of_the_same_moment_is_a_change() -> None:
    table = LastValues()
    table.put(price())
    assert table.put(price(received=1, quality=DataQuality.LOW))
    assert not table.put(price(received=0.5))


def test_a_reader_sees_the_last_state_of_what_changed_since_it_looked() -> None:
    table = LastValues()
    for symbol, last in (("A", "1"), ("B", "2"), ("C", "3")):
        table.put(price(symbol, last))
    first = table.changed_since(0)
    assert [known.symbol for known in first.prices] == ["A", "B", "C"]
    table.put(price("B", "4", at=1))
    table.put(price("A", "5", at=1))
    table.put(price("B", "6", at=2))
    second = table.changed_since(first.mark)
    assert [(known.symbol, str(known.last)) for known in second.prices] == [("A", "5"), ("B", "6")]
    assert table.changed_since(second.mark) == ([], second.mark)


def test_what_is_forgotten_is_gone() -> None:
    table = LastValues()
    table.put(price("A"))
    table.put(price("B"))
    table.discard("A")
    table.discard("A")
    assert (table.get("A"), list(table), len(table)) == (None, ["B"], 1)


@given(st.lists(st.tuples(st.sampled_from("ABC"), st.integers(0, 20)), max_size=60))
def test_the_table_holds_the_newest_of_each_whatever_the_order_of_arrival(ticks: list[tuple[str, int]]) -> None:
    table = LastValues()
    for symbol, at in ticks:
        table.put(price(symbol, "1", at=at, received=100))
    for symbol in "ABC":
        times = [at for name, at in ticks if name == symbol]
        known = table.get(symbol)
        assert (known is None) == (not times)
        assert known is None or known == price(symbol, "1", at=max(times), received=100)


def test_a_bounded_table_lets_go_of_what_changed_longest_ago() -> None:
    table = LastValues(limit=2)
    for symbol, at in (("A", 0), ("B", 0), ("A", 1), ("C", 0)):
        table.put(price(symbol, at=at))
    assert list(table) == ["A", "C"]
