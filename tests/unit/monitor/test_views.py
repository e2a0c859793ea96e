"""Views are written as plain values that a page holds exactly."""

from decimal import Decimal
from typing import Any

import pytest

from pyfixmsg_plus.domain import ValuationQuality
from pyfixmsg_plus.monitor import (
    PARTS,
    ApprovalView,
    BasketView,
    ConstituentView,
    FixEventView,
    LatencyView,
    MessageView,
    Recent,
    ServiceView,
    SourceView,
    VendorStatusView,
    VendorView,
    View,
    hide,
    moment,
    page_hub,
    plain,
    show,
)


def basket(**options: Any) -> BasketView:
    given: dict[str, Any] = {
        "basket_code": "TECH_LEADERS",
        "basket_id": "0190",
        "basket_name": "Technology Leaders",
        "basket_type": "EQUITY",
        "base_currency": "USD",
        "status": "ACTIVE",
        "pricing_state": "RUNNING",
        "version": "v1.0",
        "entity_version": 3,
    }
    return BasketView(**(given | options))


def message(number: int) -> MessageView:
    return MessageView(
        id=number,
        session_id="S",
        direction="out",
        seq=number,
        msg_type="0",
        name="Heartbeat",
        passed_ns=0,
        text="35=0|",
    )


@pytest.mark.parametrize(
    ("utc_ns", "text"),
    [
        (0, "1970-01-01T00:00:00.000Z"),
        (1_700_000_000_123_999_999, "2023-11-14T22:13:20.123Z"),
        (-1, "1969-12-31T23:59:59.999Z"),
    ],
)
def test_a_time_is_cut_to_the_millisecond(utc_ns: int, text: str) -> None:
    assert moment(utc_ns) == text


def test_a_time_beyond_the_calendar_is_refused() -> None:
    with pytest.raises(ValueError, match=r"time of a calendar|out of range"):
        moment(10**30)


def test_a_view_is_written_in_camel_case_with_decimals_and_times_as_text() -> None:
    told = plain(
        basket(
            level=Decimal("1E+2"),
            quality=ValuationQuality.A,
            valued_ns=1_000_000,
            spark=(Decimal("177.5000"),),
            vendors=(VendorStatusView(vendor="BLOOMBERG", sent_ns=0),),
        )
    )
    assert told["basketCode"] == "TECH_LEADERS"
    assert told["level"] == "100"
    assert told["quality"] == "A"
    assert told["valuedAt"] == "1970-01-01T00:00:00.001Z"
    assert told["publishedAt"] is None
    assert told["spark"] == ["177.5000"]
    assert told["vendors"][0]["sentAt"] == "1970-01-01T00:00:00.000Z"


def test_a_view_stands_below_its_part_and_can_be_hidden() -> None:
    hub = page_hub("one")
    assert show(hub, basket())
    assert not show(hub, basket())
    assert hub.get(("baskets", "TECH_LEADERS", "entityVersion")) == 3
    assert hide(hub, basket())
    assert hub.state()["baskets"] == {}


def test_the_service_is_a_part_of_its_own() -> None:
    hub = page_hub("one")
    show(hub, ServiceView(name="demo", version="1", profile="demo", mode="embedded", started_ns=0))
    assert hub.get(("service", "name")) == "demo"


def test_every_part_is_opened_by_a_scope_for_reading() -> None:
    assert all(scope.endswith(":read") for scope in PARTS.values())


def test_the_oldest_of_what_passes_is_hidden_first() -> None:
    hub = page_hub("one")
    recent: Recent[MessageView] = Recent(hub, keep=2)
    for number in (1, 2, 3):
        recent.add(message(number))
    assert list(hub.state()["messages"]) == ["m2", "m3"]


def test_events_of_sessions_keep_their_attributes() -> None:
    hub = page_hub("one")
    events: Recent[FixEventView] = Recent(hub)
    events.add(FixEventView(id=1, session_id="S", name="gap", text="gap", happened_ns=0, attributes={"from": 3}))
    assert hub.get(("fix_events", "e1", "attributes", "from")) == 3


def test_nothing_cannot_be_kept() -> None:
    with pytest.raises(ValueError, match="at least one"):
        Recent(page_hub("one"), keep=0)


@pytest.mark.parametrize(
    ("view", "path"),
    [
        (ConstituentView(basket_code="TECH", symbol="BRK/B"), ("constituents", "TECH", "BRK/B")),
        (SourceView(name="SMA", priority=1, status="UP", breaker="CLOSED", connected=True), ("sources", "SMA")),
        (VendorView(vendor="B", kind="fix", status="HEALTHY", breaker="OPEN"), ("vendors", "B")),
        (LatencyView(name="fix_message", title="FIX"), ("latency", "fix_message")),
        (
            ApprovalView(
                approval_id="a1",
                basket_code="TECH",
                approval_type="SINGLE",
                priority="NORMAL",
                status="PENDING",
                submitted_by="maker",
                submitted_ns=0,
            ),
            ("approvals", "a1"),
        ),
    ],
)
def test_each_kind_of_view_has_its_place(view: View, path: tuple[str, ...]) -> None:
    hub = page_hub("one")
    show(hub, view)
    assert hub.get(path) == plain(view)
