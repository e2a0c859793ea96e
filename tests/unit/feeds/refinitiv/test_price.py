"""Fields to prices: units, times, quality."""

import json
import pickle
import re
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyfixmsg_plus.domain import DataQuality, MarketPrice
from pyfixmsg_plus.feeds.refinitiv.events import Updated
from pyfixmsg_plus.feeds.refinitiv.fields import FIELDS
from pyfixmsg_plus.feeds.refinitiv.plausible import plausible
from pyfixmsg_plus.feeds.refinitiv.price import PriceModel, Template, unit_of
from pyfixmsg_plus.feeds.refinitiv.times import DAY_NS, instant_ns, time_of_day_ns
from pyfixmsg_plus.feeds.refinitiv.trades import TradeWatch
from tests.unit.feeds.refinitiv.talk import NOW_NS, SECOND, Talk, fields, of, refresh, status, update


def ns(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()) * SECOND


def price_of(model: PriceModel | None = None, *, qos: Any = None, symbol: str = "PFX.L", **named: Any) -> MarketPrice:
    talk = Talk()
    talk.login()
    (handle,) = talk.request(symbol)
    talk.hear(refresh(2, seq=4096, **({"Qos": qos} if qos else {}), **fields(**named)))
    return priced(talk, handle, model)


def priced(talk: Talk, handle: int, model: PriceModel | None = None) -> MarketPrice:
    item = talk.consumer.item(handle)
    now_ns = talk.clock.now().utc_ns
    return (model or PriceModel()).price(item, now_ns, talk.consumer.confirmed_ns(item))


def test_the_image_and_the_trade_of_the_guide_give_its_price() -> None:
    talk = Talk()
    talk.login()
    (handle,) = talk.request("PFX.L")
    first = (
        b'[{"ID":2,"Type":"Refresh","Key":{"Service":"ELEKTRON_DD","Name":"PFX.L"},"State":{"Stream":"Open","Data":"Ok"},'
        b'"Qos":{"Timeliness":"Realtime","Rate":"TickByTick"},"SeqNumber":4096,"Fields":{"DSPLY_NAME":"PYFIX PLC",'
        b'"CURRENCY":"GBp","TRDPRC_1":101.25,"TRDVOL_1":300,"BID":101.2,"ASK":101.3,"ACVOL_1":81200,"OPEN_PRC":null,'
        b'"SALTIM_MS":36061250}}]'
    )
    talk.raw(first)
    talk.raw(
        b'[{"ID":2,"Type":"Update","UpdateType":"Trade","SeqNumber":4112,"ConflationInfo":{"Count":3,"Time":333},'
        b'"Fields":{"TRDPRC_1":101.3,"TRDVOL_1":50,"ACVOL_1":81250,"SALTIM_MS":36062007}}]'
    )
    price = priced(talk, handle)
    assert (price.last, price.bid, price.ask, price.open) == (
        Decimal("1.013"),
        Decimal("1.012"),
        Decimal("1.013"),
        None,
    )
    assert (price.volume, price.additional["lastSize"]) == (81250, "50")
    assert (price.currency, price.quote_unit, price.exchange) == ("GBP", "GBp", None)
    assert price.source_ns == ns("2026-03-02T10:01:02") + 7_000_000
    assert price.quality is DataQuality.MEDIUM
    assert price.additional["DSPLY_NAME"] == "PYFIX PLC"
    assert price.additional["conflatedVolume"] == "0"


@pytest.mark.parametrize(
    ("code", "currency", "price"),
    [
        ("GBP", "GBP", "250"), ("GBp", "GBP", "2.5"), ("ZAc", "ZAR", "2.5"), ("KWf", "KWD", "0.25"),
        ("BHf", "BHD", "0.25"), ("OMb", "OMR", "0.25"), ("USD  ", "USD", "250"), (826, "GBP", "250"),
        (840, "USD", "250"), (None, None, "250"), (4321, None, None), ("XXx", None, None), (1999, None, "250"),
    ],
)  # fmt: skip
def test_prices_are_in_the_major_unit_or_not_given(code: Any, currency: str | None, price: str | None) -> None:
    found = price_of(CURRENCY=code, TRDPRC_1=250)
    assert (found.currency, found.last) == (currency, None if price is None else Decimal(price))


def test_a_dictionary_of_the_user_names_numbered_units() -> None:
    table = FIELDS.extended([], {15: {4321: "GBp"}})
    assert unit_of(4321, table).divisor == 100


def test_a_blank_last_price_stays_blank() -> None:
    price = price_of(TRDPRC_1=None, HST_CLOSE=99, BID=98, ASK=100, IRGPRC=97)
    assert (price.last, price.previous_close) == (None, Decimal(99))


def test_a_template_names_other_fields_for_the_last_price() -> None:
    by_pattern = Template(("PRIMACT_1", "CF_LAST"), pattern=re.compile(r"[A-Z]{3}="))
    by_type = Template(("SEC_ACT_1",), record_type=209)
    model = PriceModel(templates=(by_pattern, by_type))
    assert price_of(model, symbol="GBP=", PRIMACT_1=None, CF_LAST="1", SEC_ACT_1=2).last is None
    assert price_of(model, symbol="GBP=", CF_LAST=5).last == 5
    assert price_of(model, RECORDTYPE=209, SEC_ACT_1=7, TRDPRC_1=1).last == 7
    assert price_of(model, RECORDTYPE=113, SEC_ACT_1=7, TRDPRC_1=1).last == 1


def test_sizes_are_multiplied_only_where_the_instrument_says_lots() -> None:
    assert price_of(BIDSIZE=3, LOT_SIZE_A=100).additional["bidSize"] == "3"
    assert price_of(PriceModel(lots=frozenset({"PFX.L"})), BIDSIZE=3, LOT_SIZE_A=100).additional["bidSize"] == "300"


def test_the_large_volume_comes_first() -> None:
    assert price_of(ACVOL_UNS=9, ACVOL_1=5).volume == 9
    assert price_of(ACVOL_UNS=None, ACVOL_1=5).volume == 5


def test_further_fields_are_texts_and_nothing_is_there_twice() -> None:
    price = price_of(VWAP=10, CURRENCY="GBp", BOOK_STATE="N ", OTHER=None, TRDPRC_1=1, MIC_CODE="XLON")
    said = dict(price.additional)
    assert said == {"vwap": "0.1", "conflatedVolume": "0", "BOOK_STATE": "N"}
    assert len(price.additional) == 3
    assert pickle.loads(pickle.dumps(price)).additional == said
    assert repr(price.additional) == repr(said)
    assert price.exchange == "XLON"
    with pytest.raises(KeyError):
        price.additional["TRDPRC_1"]


@pytest.mark.parametrize("status_", ["H ", "S", "N", None])
def test_a_halt_keeps_the_price_and_is_flagged(status_: Any) -> None:
    price = price_of(TRDPRC_1=7, TRD_STATUS=status_)
    assert price.last == 7
    assert price.halted is (status_ in ("H ", "S"))


LIVE = {"Timeliness": 1, "Rate": "TickByTick"}


@pytest.mark.parametrize(
    ("qos", "quality"),
    [
        (LIVE, DataQuality.HIGH),
        (None, DataQuality.HIGH),
        ({"Timeliness": "Delayed", "Rate": "TickByTick", "TimeInfo": 900}, DataQuality.MEDIUM),
        ({"Timeliness": "Realtime", "Rate": 3}, DataQuality.MEDIUM),
    ],
)
def test_quality_is_high_only_for_every_tick_at_once(qos: Any, quality: DataQuality) -> None:
    assert price_of(qos=qos, TRDPRC_1=1, SALTIM_MS=36061250).quality is quality


def test_without_a_time_of_the_source_quality_is_medium_at_most() -> None:
    assert price_of(TRDPRC_1=1).quality is DataQuality.MEDIUM


def test_quality_falls_with_doubt_and_returns_with_an_image() -> None:
    talk = Talk()
    item = talk.live()
    qualities = []
    for message in (
        refresh(2, **fields(TRDPRC_1=1, SALTIM_MS=36061250)),
        status(2, "Open/Suspect"),
        status(2, "Open/Ok"),
        refresh(2, **fields(TRDPRC_1=1, SALTIM_MS=36061250)),
    ):
        talk.hear(message)
        qualities.append(priced(talk, item.handle).quality)
    assert qualities == [DataQuality.HIGH, DataQuality.LOW, DataQuality.MEDIUM, DataQuality.HIGH]


def test_a_quiet_item_on_a_live_stream_is_not_stale_but_an_unconfirmed_one_is() -> None:
    talk = Talk()
    item = talk.live()
    talk.hear(update(2, **fields(SALTIM_MS=36061250)))
    model, received = PriceModel(limits_s={"PFX.L": 5}), talk.clock.now().utc_ns
    confirmed = talk.consumer.confirmed_ns(item)
    assert model.quality(item, received + 5 * SECOND, confirmed, dated=True) is DataQuality.HIGH
    assert model.quality(item, received + 6 * SECOND, confirmed, dated=True) is DataQuality.LOW


@pytest.mark.parametrize(
    ("text", "nanos"),
    [
        ("14:40:32", 52_832 * SECOND), ("14:40:32.123", 52_832_123_000_000), ("14:40:32.123456789", 52_832_123_456_789),
        ("14:40:32:001:002:003", 52_832_001_002_003), ("14:40:32:001", 52_832_001_000_000), ("14:40", 52_800 * SECOND),
        ("24:00:00", None), ("14:61:00", None), ("nonsense", None), (5, None), (None, None), ("14:40:32:1:2:3:4", None),
    ],
)  # fmt: skip
def test_times_of_both_forms_are_read(text: Any, nanos: int | None) -> None:
    assert time_of_day_ns(text) == nanos


@pytest.mark.parametrize(
    ("received", "time_of_day", "trading_day", "happened"),
    [
        ("2026-03-02T10:01:03", "10:01:02", None, "2026-03-02T10:01:02"),
        ("2026-03-03T00:00:01", "23:59:59", None, "2026-03-02T23:59:59"),
        ("2026-03-02T23:59:59", "00:00:01", None, "2026-03-03T00:00:01"),
        ("2026-03-02T22:30:00", "22:29:00", date(2026, 3, 3), "2026-03-02T22:29:00"),
        ("2026-03-02T08:00:00", "16:30:00", None, "2026-03-01T16:30:00"),
        ("2026-03-01T12:00:00", "16:30:00", date(2026, 2, 27), "2026-02-27T16:30:00"),
        ("2026-03-02T18:00:00", "16:30:00", date(2026, 2, 27), "2026-02-27T16:30:00"),
    ],
)
def test_an_instant_is_near_its_receipt_whatever_the_trading_date(
    received: str, time_of_day: str, trading_day: date | None, happened: str
) -> None:
    nanos = time_of_day_ns(time_of_day)
    assert nanos is not None
    assert instant_ns(nanos, ns(received), trading_day) == ns(happened)


@given(st.integers(0, DAY_NS - 1), st.integers(DAY_NS * 2, DAY_NS * 40_000))
def test_an_instant_has_its_time_of_day_and_lies_within_a_day(time_ns: int, received_ns: int) -> None:
    instant = instant_ns(time_ns, received_ns)
    assert instant % DAY_NS == time_ns
    assert -DAY_NS < instant - received_ns <= DAY_NS // 2


def test_the_latest_of_the_three_times_is_the_sources() -> None:
    price = price_of(SALTIM_MS=36061250, QUOTIM="10:01:02", TIMACT_MS=None, TIMACT="10:00:59")
    assert price.source_ns == ns("2026-03-02T10:01:02")
    assert price_of(SALTIM_NS="10:01:02.000000005", SALTIM_MS=1).source_ns == ns("2026-03-02T10:01:02") + 5
    assert price_of(SALTIM_MS=-1, QUOTIM_MS="x").source_ns is None


@pytest.mark.parametrize(
    ("image", "new", "kind", "kept"),
    [
        ({"ACVOL_1": 10}, {"ACVOL_1": 5}, "Trade", {}),
        ({"ACVOL_1": 10}, {"ACVOL_1": 5}, "Correction", {"ACVOL_1": 5}),
        (
            {"ACVOL_1": 10, "TRADE_DATE": "a"},
            {"ACVOL_1": 5, "TRADE_DATE": "b"},
            "Trade",
            {"ACVOL_1": 5, "TRADE_DATE": "b"},
        ),
        ({"BID": 1}, {"BID": "Inf"}, "Quote", {}),
        ({"NAME": "x"}, {"NAME": "NaN"}, "Quote", {"NAME": "NaN"}),
        ({}, {"ASKSIZE": -1}, "Quote", {}),
        ({}, {"ASKSIZE": None}, "Quote", {"ASKSIZE": None}),
    ],
)
def test_what_cannot_be_does_not_replace_what_is(image: Any, new: Any, kind: str, kept: Any) -> None:
    assert plausible(image, new, kind)[0] == kept


@pytest.mark.parametrize(
    ("kind", "changed", "trade", "unseen"),
    [
        ("Trade", {"TRDPRC_1": 5, "TRDVOL_1": 50, "ACVOL_1": 150}, True, 0),
        ("Trade", {"TRDPRC_1": 5, "TRDVOL_1": 50, "ACVOL_1": 250}, True, 100),
        ("Unspecified", {"TRDPRC_1": 5, "TRDVOL_1": 50, "ACVOL_1": 150}, True, 0),
        ("Quote", {"BID": 5}, False, 0),
        ("Quote", {"ACVOL_1": 170}, False, 70),
        ("Unspecified", {"TRDVOL_1": 50, "ACVOL_1": 100}, False, 0),
    ],
)
def test_trades_are_told_and_what_was_traded_unseen_is_counted(
    kind: str, changed: Any, trade: bool, unseen: int
) -> None:
    item = Talk().live()
    watch = TradeWatch(Decimal(100))
    seen = watch.seen(item, Updated(item.handle, item.symbol, kind, changed))
    assert (seen is not None) is trade
    assert item.conflated_volume == unseen


def test_a_correction_is_no_trade() -> None:
    item = Talk().live()
    seen = TradeWatch(None).seen(item, Updated(1, "PFX.L", "Correction", {"TRDPRC_1": 5, "ACVOL_1": 3}))
    assert seen is not None
    assert seen.correction is True


def test_an_update_tells_how_many_it_stands_for() -> None:
    talk = Talk()
    talk.live()
    effects = talk.hear(update(2, ConflationInfo={"Count": 3, "Time": 333}, **fields(BID=1)))
    assert [effect.conflated for effect in of(effects, Updated)] == [3]


def test_what_is_not_finite_or_absurdly_large_is_no_price() -> None:
    talk = Talk()
    talk.login()
    (handle,) = talk.request("A")
    talk.raw(b'[{"ID":2,"Type":"Refresh","State":{"Stream":"Open","Data":"Ok"},"Fields":{"BID":1e99999,"ASK":"NaN"}}]')
    price = priced(talk, handle)
    assert (price.bid, price.ask) == (None, None)
    assert json.loads(json.dumps(price.additional["conflatedVolume"])) == "0"
    assert price.received_ns == NOW_NS
