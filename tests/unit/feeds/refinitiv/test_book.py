"""Order books and lists of symbols."""

import base64
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyfixmsg_plus.feeds.refinitiv.book import Book
from pyfixmsg_plus.feeds.refinitiv.events import BookMoved, GapOpened, Imaged, ItemState
from pyfixmsg_plus.feeds.refinitiv.item import Item
from tests.unit.feeds.refinitiv.talk import Talk, of, refresh, state, status, update

BID, ASK = "MTAxLjI1MDAwMEI=", "MTAxLjMwMDAwMEE="


def entry(action: str, key: str, **fields: Any) -> dict[str, Any]:
    return {"Action": action, "Key": key, **({"Fields": fields} if fields else {})}


def map_(*entries: Any, **rest: Any) -> dict[str, Any]:
    return {"Map": {"KeyType": "Buffer", **({"Entries": list(entries)} if entries else {}), **rest}}


def row(*cells: Any) -> tuple[Any, ...]:
    return cells


def booked(domain: str = "MarketByPrice") -> tuple[Talk, Item]:
    talk = Talk()
    talk.login()
    (handle,) = talk.request("PFX.L", domain=domain)
    return talk, talk.consumer.item(handle)


def filled(domain: str = "MarketByPrice") -> tuple[Talk, Item]:
    talk, item = booked(domain)
    bid = entry("Add", BID, ORDER_PRC=101.25, ORDER_SIDE="BID", ACC_SIZE=900, NO_ORD=3)
    ask = entry("Add", ASK, ORDER_PRC=101.3, ORDER_SIDE=2, ACC_SIZE=400, NO_ORD=1)
    summary = {"Fields": {"CURRENCY": "GBp"}}
    talk.hear(refresh(2, Domain=domain, Complete=False, PartNumber=0, **map_(bid, Summary=summary, CountHint=2)))
    talk.hear(refresh(2, Domain=domain, ClearCache=False, PartNumber=1, **map_(ask)))
    return talk, item


def test_a_book_is_made_of_its_parts_and_summary() -> None:
    _, item = filled()
    levels = list(item.current.book.levels())
    assert [row(level.side, level.price, level.size, level.orders) for level in levels] == [
        ("BID", Decimal("101.25"), 900, 3),
        ("ASK", Decimal("101.3"), 400, 1),
    ]
    assert item.current.book.summary == {"CURRENCY": "GBp"}
    assert state(item) is ItemState.LIVE


def test_an_update_changes_and_a_delete_takes_away() -> None:
    talk, item = filled()
    effects = talk.hear(update(2, **map_(entry("Update", BID, ACC_SIZE=5), entry("Delete", ASK))))
    assert of(effects, BookMoved)[0].changes == (
        ("Update", base64.b64decode(BID)),
        ("Delete", base64.b64decode(ASK)),
    )
    assert [row(level.price, level.size) for level in item.current.book.levels()] == [(Decimal("101.25"), 5)]


def test_an_add_of_a_known_key_replaces_it() -> None:
    talk, item = filled()
    talk.hear(update(2, **map_(entry("Add", BID, ORDER_PRC=7, ORDER_SIDE="BID"))))
    assert item.current.book.entries[base64.b64decode(BID)] == {"ORDER_PRC": 7, "ORDER_SIDE": "BID"}


@pytest.mark.parametrize("action", ["Update", "Delete"])
def test_a_change_of_an_unknown_key_makes_the_book_stale_until_an_image(action: str) -> None:
    talk, item = filled()
    effects = talk.hear(update(2, **map_(entry(action, "eHh4"))))
    assert of(effects, GapOpened)
    assert state(item) is ItemState.STALE
    assert talk.sent[-1] == {"ID": 2, "Domain": "MarketByPrice", "Key": {"Name": "PFX.L"}}
    assert talk.consumer.counters.book_faults == 1
    talk.hear(refresh(2, Domain="MarketByPrice", **map_()))
    assert state(item) is ItemState.LIVE
    assert item.current.book.entries == {}


def test_a_book_in_doubt_waits_for_an_image() -> None:
    talk, item = filled()
    talk.hear(status(2, "Open/Suspect"))
    talk.hear(status(2, "Open/Ok"))
    assert state(item) is ItemState.STALE
    talk.hear(refresh(2, **map_(entry("Add", BID, ORDER_PRC=1, ORDER_SIDE=1))))
    assert state(item) is ItemState.LIVE


def test_a_change_between_parts_waits_for_the_entry_that_it_means() -> None:
    talk, item = booked("MarketByOrder")
    order = entry("Add", BID, ORDER_PRC=1, ORDER_SIDE=1, ORDER_SIZE=10)
    talk.hear(refresh(2, Complete=False, PartNumber=0, **map_(order)))
    talk.hear(update(2, **map_(entry("Update", ASK, ORDER_SIZE=7), entry("Delete", "eHh4"))))
    talk.hear(update(2, **map_(entry("Update", BID, ORDER_SIZE=8))))
    later = entry("Add", ASK, ORDER_PRC=2, ORDER_SIDE=2, ORDER_SIZE=9, ORDER_ID="77", MMID="ABC ")
    assert of(talk.hear(refresh(2, PartNumber=1, **map_(later))), Imaged)
    levels = list(item.current.book.levels())
    assert [row(level.price, level.size, level.order_id, level.member) for level in levels] == [
        (1, 8, "", ""),
        (2, 7, "77", "ABC"),
    ]
    assert state(item) is ItemState.LIVE


def test_a_book_that_is_served_moves_while_its_next_image_is_made() -> None:
    talk, item = filled()
    again = entry("Add", BID, ORDER_PRC=1, ORDER_SIDE=1, ACC_SIZE=1)
    talk.hear(refresh(2, Solicited=False, Complete=False, PartNumber=0, **map_(again)))
    effects = talk.hear(update(2, **map_(entry("Update", BID, ACC_SIZE=5))))
    assert of(effects, BookMoved)
    assert [level.size for level in item.current.book.levels()] == [5, 400]
    talk.hear(refresh(2, PartNumber=1, **map_()))
    assert [level.size for level in item.current.book.levels()] == [5]


def test_a_member_quotes_both_sides() -> None:
    _, item = booked("MarketMaker")
    item.current.book.apply(map_(entry("Add", BID, BID=1, ASK=2, BIDSIZE=10, ASKSIZE=20, MMID="ABC"))["Map"])
    assert [row(level.side, level.price, level.size) for level in item.current.book.levels()] == [
        ("BID", 1, 10),
        ("ASK", 2, 20),
    ]


def test_a_list_of_symbols_is_its_keys() -> None:
    talk, item = booked("SymbolList")
    talk.hear(refresh(2, **map_(entry("Add", "UEZYLkw="))))
    assert item.current.book.symbols() == ["PFX.L"]


@pytest.mark.parametrize(
    ("raw", "key_type", "key"),
    [("PFX.L", "AsciiString", b"PFX.L"), ("not base64!", "Buffer", b"not base64!"), (17, "UInt", b"17")],
)
def test_keys_are_bytes_whatever_their_type(raw: Any, key_type: str, key: bytes) -> None:
    book = Book()
    book.apply({"KeyType": key_type, "Entries": [entry("Add", raw)]})
    assert list(book.entries) == [key]


@pytest.mark.parametrize(
    "wrong", [5, {"Action": "Add"}, {"Action": "Grow", "Key": BID}, {"Key": BID}, entry("Add", "x" * 9999)]
)
def test_entries_that_make_no_sense_are_counted(wrong: Any) -> None:
    assert Book().apply({"Entries": [wrong]}).faults == 1
    assert Book().apply({"Entries": 5, "Summary": 7}).faults == 0


def test_numbers_stand_for_actions() -> None:
    book = Book()
    for action in (2, 1, 3):
        assert book.apply({"Entries": [{"Action": action, "Key": BID, "Fields": {"ORDER_PRC": 1}}]}).faults == 0
    assert book.entries == {}


def test_an_update_without_a_map_changes_nothing() -> None:
    talk, _ = filled()
    assert not of(talk.hear(update(2)), BookMoved)


@given(st.lists(st.tuples(st.sampled_from(["Add", "Update", "Delete"]), st.integers(0, 5), st.integers(0, 99))))
def test_a_book_holds_what_a_plain_table_would(steps: list[tuple[str, int, int]]) -> None:
    book, table, unknown = Book(), dict[bytes, int](), 0
    for action, number, size in steps:
        key = str(number).encode()
        book_said = book.apply({"Entries": [entry(action, base64.b64encode(key).decode(), ACC_SIZE=size)]})
        unknown += len(book_said.unknown)
        if action == "Add" or (action == "Update" and key in table):
            table[key] = size
        elif action == "Delete":
            table.pop(key, None)
    assert {key: fields["ACC_SIZE"] for key, fields in book.entries.items()} == table
    assert unknown <= len(steps)
