import json
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyfixmsg_plus.domain import DataQuality, MarketPrice
from pyfixmsg_plus.feeds.rest import BarMapping, JsonMapping
from pyfixmsg_plus.feeds.rest.mapping import bars, parsed, prices
from pyfixmsg_plus.market_data import SourceError, SourceGarbled, UnknownSymbol

FULL = JsonMapping(
    record="data.0", symbol="ric", last="px.last", bid="px.bid", ask="px.ask", open="px.open", high="px.high",
    low="px.low", previous_close="px.close", volume="vol", currency="ccy", exchange="mic", halted="halted",
    price_id="id", time="t", additional={"name": "title", "none": "nothing"},
)  # fmt: skip
RECORD = """{"data": [{"ric": "PFX.L", "px": {"last": 101.3, "bid": "101.2", "ask": 101.30, "open": null, "high": "",
    "low": 99, "close": 100.5}, "vol": 81250, "ccy": "GBp", "mic": "XLON", "halted": true, "id": 7,
    "t": "2026-03-02T11:01:02.007000001+01:00", "title": "Pfx plc"}]}"""


def read(text: str, mapping: JsonMapping | None = None, symbol: str = "A") -> MarketPrice | SourceError:
    found = prices(
        parsed(text.encode()), symbol, mapping or JsonMapping(), source="S", received_ns=9, quality=DataQuality.HIGH
    )
    assert len(found) == 1
    return found[0]


def test_every_field_is_read_exactly_and_brought_to_the_major_unit() -> None:
    assert read(RECORD, FULL, "PFX.L") == MarketPrice(
        symbol="PFX.L",
        source="S",
        currency="GBP",
        quote_unit="GBp",
        last=Decimal("1.013"),
        bid=Decimal("1.012"),
        ask=Decimal("1.013"),
        low=Decimal("0.99"),
        previous_close=Decimal("1.005"),
        volume=81250,
        exchange="XLON",
        source_ns=1_772_445_662_007_000_001,
        received_ns=9,
        quality=DataQuality.HIGH,
        halted=True,
        price_id="7",
        additional={"conflated": "true", "name": "Pfx plc"},
    )


def test_what_is_not_said_stays_blank() -> None:
    found = read('{"other": 1}', JsonMapping(quoted_in="USD", price_id="id", exchange="mic", time="t", volume="v"))
    assert isinstance(found, MarketPrice)
    assert (found.last, found.currency, found.price_id, found.exchange) == (None, "USD", "", None)
    assert (found.source_ns, found.volume) == (None, None)


@pytest.mark.parametrize(
    ("unit", "written", "ns"),
    [
        ("iso", '"2026-03-02T10:01:02Z"', 1_772_445_662_000_000_000),
        ("iso", '"2026-03-02 10:01:02.5z"', 1_772_445_662_500_000_000),
        ("iso", '"2026-03-02T10:01:02.1234567891Z"', 1_772_445_662_123_456_789),
        ("s", "1772445662", 1_772_445_662_000_000_000),
        ("s", "1772445662.25", 1_772_445_662_250_000_000),
        ("ms", "1772445662007", 1_772_445_662_007_000_000),
        ("us", '"1772445662007001"', 1_772_445_662_007_001_000),
        ("ns", "1772445662007001002", 1_772_445_662_007_001_002),
    ],
)
def test_a_time_may_be_written_in_several_ways(unit: Any, written: str, ns: int) -> None:
    found = read(f'{{"t": {written}}}', JsonMapping(time="t", time_unit=unit))
    assert isinstance(found, MarketPrice)
    assert found.source_ns == ns


@pytest.mark.parametrize(
    ("text", "mapping"),
    [
        ('{"last": "abc"}', {}),
        ('{"last": true}', {}),
        ('{"last": {}}', {}),
        ('{"last": "NaN"}', {}),
        ('{"last": "Infinity"}', {}),
        ('{"last": "1e400"}', {}),
        ('{"last": ' + '"' + "1" * 41 + '"}', {}),
        ('{"last": "１２"} ', {"bid": "last.x"}),
        ("[1]", {}),
        ("3", {}),
        ("null", {}),
        ('{"data": 3}', {"record": "data.deep"}),
        ('{"ric": "B"}', {"symbol": "ric"}),
        ("{}", {"symbol": "ric"}),
        ('{"v": 1.5}', {"volume": "v"}),
        ('{"c": ["USD"]}', {"currency": "c"}),
        ('{"c": true}', {"currency": "c"}),
        ('{"c": "' + "x" * 65 + '"}', {"currency": "c"}),
        ('{"t": "2026-03-02T10:01:02"}', {"time": "t"}),
        ('{"t": "2026-13-02T10:01:02Z"}', {"time": "t"}),
        ('{"t": "0001-01-01T00:00:00+23:59"}', {"time": "t"}),
        ('{"t": 5}', {"time": "t"}),
        ('{"t": "soon"}', {"time": "t", "time_unit": "ms"}),
    ],
)
def test_what_is_not_what_it_should_be_spoils_the_record(text: str, mapping: dict[str, Any]) -> None:
    found = read(text, JsonMapping(**mapping))
    assert isinstance(found, SourceGarbled)
    assert found.symbol == "A"


@pytest.mark.parametrize(
    "body",
    [
        b"<html>please sign in</html>", b"", b"{", b'{"last": NaN}', b'{"last": -Infinity}', b"\xff\xfe",
        b'{"last": 1e99999}', b'{"last": ' + b"1" * 5000 + b"}", b"[" * 100_000,
    ],
)  # fmt: skip
def test_what_is_no_json_is_no_answer(body: bytes) -> None:
    with pytest.raises(SourceGarbled):
        parsed(body)


MANY = JsonMapping(records="rows", symbol="s")


def test_an_answer_about_many_is_given_in_the_order_of_the_request() -> None:
    answer = parsed(
        b'{"rows": [{"s": "B", "last": 2}, {"s": "A", "last": 1}, {"s": "B", "last": 3}, {"last": 4}, 5, null,'
        b' {"s": "C", "last": "x"}]}'
    )
    found = prices(answer, ["A", "B", "C", "D"], MANY, source="S", received_ns=9, quality=DataQuality.HIGH)
    assert [one.last if isinstance(one, MarketPrice) else type(one) for one in found] == [
        Decimal(1), Decimal(2), SourceGarbled, UnknownSymbol,
    ]  # fmt: skip
    assert [one.symbol for one in found] == ["A", "B", "C", "D"]


@pytest.mark.parametrize("body", [b"{}", b'{"rows": {}}', b'{"rows": null}'])
def test_an_answer_about_many_without_a_list_is_none(body: bytes) -> None:
    with pytest.raises(SourceGarbled, match="no list"):
        prices(parsed(body), ["A"], MANY, source="S", received_ns=9, quality=DataQuality.HIGH)


@pytest.mark.parametrize(("settings", "fault"), [({"lats": "x"}, "no field lats"), ({"time_unit": "weeks"}, "weeks")])
def test_a_mapping_with_an_unknown_word_is_refused(settings: Mapping[str, Any], fault: str) -> None:
    with pytest.raises(ValueError, match=fault):
        JsonMapping.of(settings)


def test_a_mapping_is_made_from_settings() -> None:
    assert JsonMapping.of({"last": "px", "time": "t", "time_unit": "ms"}).last == "px"


def test_bars_come_oldest_first() -> None:
    rows = [
        {"date": "2026-03-02", "open": 1, "high": "3", "low": 1, "close": 2.5, "adj": 1.25, "volume": 7},
        {"date": "2026-02-27T00:00:00Z", "open": 1, "high": 3, "low": 1, "close": 2, "adj": 1, "volume": None},
    ]
    found = bars(parsed(json.dumps(rows).encode()), BarMapping(adjusted_close="adj", volume="volume"))
    assert [(bar.day, bar.close, bar.adjusted_close, bar.volume) for bar in found] == [
        (date(2026, 2, 27), Decimal(2), Decimal(1), None),
        (date(2026, 3, 2), Decimal("2.5"), Decimal("1.25"), 7),
    ]
    plain = bars(parsed(json.dumps(rows).encode()), BarMapping())
    assert [(bar.adjusted_close, bar.volume) for bar in plain] == [(Decimal(2), None), (Decimal("2.5"), None)]


@pytest.mark.parametrize(
    "text",
    [
        "{}",
        "[3]",
        '[{"date": "soon", "open": 1, "high": 3, "low": 1, "close": 2}]',
        '[{"date": "2026-03-02", "open": 1, "high": 3, "low": 1}]',
        '[{"date": "2026-03-02", "open": 0, "high": 3, "low": 1, "close": 1}]',
    ],
)
def test_what_is_no_bar_spoils_the_history(text: str) -> None:
    with pytest.raises(SourceGarbled):
        bars(parsed(text.encode()), BarMapping())


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from("abst"), inner, max_size=4),
    max_leaves=12,
)


@given(JSON, st.sampled_from(["", "a", "a.b", "a.0", "s"]))
def test_any_json_is_a_price_or_a_documented_error(value: object, path: str) -> None:
    mapping = JsonMapping(
        record=path, records=path, symbol="s", last="a", volume="b", currency="s", time="t", halted="a", exchange="b"
    )
    for symbols in ("A", ["A", "B"]):
        try:
            found = prices(
                parsed(json.dumps(value).encode()), symbols, mapping, source="S", received_ns=9, quality=DataQuality.LOW
            )
        except SourceGarbled:
            continue
        assert len(found) == (1 if isinstance(symbols, str) else 2)
        assert all(isinstance(one, MarketPrice | SourceError) for one in found)
    try:
        bars(parsed(json.dumps(value).encode()), BarMapping(records=path))
    except SourceGarbled:
        return


@given(st.binary(max_size=60))
def test_any_bytes_are_json_or_a_documented_error(body: bytes) -> None:
    try:
        parsed(body)
    except SourceGarbled:
        return
