"""Batches, states, redirects, parts, sequence and ripple of items."""

import pytest

from pyfixmsg_plus.feeds.refinitiv.consumer import ConsumerSettings
from pyfixmsg_plus.feeds.refinitiv.events import (
    Effect,
    Fault,
    GapClosed,
    GapOpened,
    GapReason,
    Imaged,
    ItemChanged,
    ItemState,
    Send,
    Updated,
)
from pyfixmsg_plus.feeds.refinitiv.item import Options
from pyfixmsg_plus.feeds.refinitiv.items import ItemRules
from tests.unit.feeds.refinitiv.talk import LOGIN_OK, Talk, fields, of, refresh, state, status, update


def reasons(effects: list[Effect]) -> list[GapReason]:
    return [effect.gap.reason for effect in of(effects, GapOpened)]


def stream(talk: Talk, handle: int) -> int | None:
    return talk.consumer.item(handle).stream_id


def test_many_items_are_asked_for_in_one_batch_whose_ids_follow_its_own() -> None:
    talk = Talk()
    talk.login()
    handles = talk.request("AAX.L", "BBX.L", "CCX.L", view=("TRDPRC_1", "BID", 25), conflation_info=True)
    assert talk.sent[-1] == {
        "ID": 2,
        "Key": {"Name": ["AAX.L", "BBX.L", "CCX.L"]},
        "View": ["TRDPRC_1", "BID", 25],
        "ConfInfoInUpdates": True,
    }
    assert [talk.consumer.item(handle).stream_id for handle in handles] == [3, 4, 5]
    assert talk.hear(status(2, "Closed/Ok")) == []


def test_no_frame_is_longer_than_the_server_takes() -> None:
    talk = Talk()
    talk.connect()
    login = {**LOGIN_OK, "Elements": {"MaxMsgSize": 1024, "PingTimeout": 30}}
    talk.hear(login)
    symbols = [f"NAME{number:05}.L" for number in range(500)]
    handles, effects = talk.consumer.request(symbols, Options(), talk.clock.now())
    frames = [effect.data for effect in of(effects, Send)]
    assert max(map(len, frames)) <= 1024
    talk.took(effects)
    asked = [name for message in talk.sent[1:] for name in message["Key"]["Name"]]
    assert sorted(asked) == symbols
    ids = [talk.consumer.item(handle).stream_id for handle in handles]
    assert len(set(ids)) == 500


def test_a_server_without_batches_is_asked_one_by_one() -> None:
    talk = Talk()
    talk.login(SupportBatchRequests=0)
    talk.request("A", "B")
    assert [message["Key"]["Name"] for message in talk.sent[1:]] == ["A", "B"]


def test_a_batch_that_cannot_be_is_asked_for_one_by_one() -> None:
    talk = Talk()
    talk.login()
    handles = talk.request("A", "B")
    talk.hear(status(2, "Closed/Ok", "UnableToRequestAsBatch"))
    assert [message["Key"]["Name"] for message in talk.sent[2:]] == ["A", "B"]
    assert [talk.consumer.item(handle).stream_id for handle in handles] == [5, 6]


def test_requests_are_paced_and_the_most_important_comes_first() -> None:
    talk = Talk(ConsumerSettings(items=ItemRules(window=1)))
    talk.request("SLOW.L")
    talk.request("FAST.L", priority=(3, 10))
    talk.login()
    assert [message["Key"]["Name"] for message in talk.sent[1:]] == ["FAST.L"]
    talk.hear(refresh(2, **fields(BID=1)))
    assert [message["Key"]["Name"] for message in talk.sent[1:]] == ["FAST.L", "SLOW.L"]


def test_suspect_keeps_the_stream_and_asks_for_nothing() -> None:
    talk = Talk()
    item = talk.live()
    sent = len(talk.sent)
    assert reasons(talk.hear(status(2, "Open/Suspect"))) == [GapReason.SUSPECT]
    assert (item.state, len(talk.sent)) == (ItemState.STALE, sent)


def test_ok_after_suspect_is_usable_at_once_and_asks_for_an_image() -> None:
    talk = Talk()
    item = talk.live()
    talk.hear(status(2, "Open/Suspect"))
    effects = talk.hear(status(2, "Open/Ok"))
    assert (item.state, item.asserted) == (ItemState.LIVE, True)
    assert talk.sent[-1] == {"ID": 2, "Key": {"Name": "PFX.L"}}
    assert not of(effects, GapClosed)
    assert of(talk.hear(refresh(2, **fields(BID=1))), GapClosed)
    assert item.asserted is False


def test_closed_recover_is_asked_for_again_under_a_new_id_after_a_delay() -> None:
    talk = Talk()
    item = talk.live()
    assert reasons(talk.hear(status(2, "ClosedRecover/Suspect"))) == [GapReason.CLOSED_RECOVER]
    assert (item.state, item.stream_id) == (ItemState.RETRY, None)
    talk.after(0.4)
    assert item.stream_id is None
    talk.after(0.7)
    assert item.stream_id == 3


def test_delays_of_one_item_double_up_to_a_minute() -> None:
    talk = Talk()
    talk.login()
    (handle,) = talk.request("A")
    waited: list[float] = []
    for _ in range(9):
        stream_id = stream(talk, handle)
        assert stream_id is not None
        talk.hear(status(stream_id, "ClosedRecover/Suspect"))
        seconds = 0.0
        while stream(talk, handle) is None:
            talk.hear({"Type": "Pong"})
            talk.after(0.25)
            seconds += 0.25
        waited.append(seconds)
    assert all(2**n / 2 <= seconds <= 2**n + 0.25 for n, seconds in enumerate(waited[:6]))
    assert all(30 <= seconds <= 60.25 for seconds in waited[6:])


def test_closed_is_final_unless_another_service_may_have_it() -> None:
    talk = Talk()
    talk.login()
    talk.request("A", service="ONE", other_services=("TWO",))
    talk.hear(status(2, "Closed/Suspect", "NotFound"))
    assert talk.sent[-1]["Key"] == {"Name": "A", "Service": "TWO"}
    effects = talk.hear(status(3, "Closed/Suspect", "NotFound"))
    assert of(effects, ItemChanged)[-1].code == "NotFound"
    sent = len(talk.sent)
    for _ in range(100):
        talk.hear({"Type": "Pong"})
        talk.after(1)
    assert len(talk.sent) == sent


def test_a_redirect_is_followed_and_our_symbol_stays() -> None:
    talk = Talk()
    talk.login()
    (handle,) = talk.request("OLD.L")
    talk.hear(status(2, "Redirected/Suspect", Key={"Service": "S", "Name": "NEW.L"}))
    assert talk.sent[-1] == {"ID": 3, "Key": {"Name": "NEW.L", "Service": "S"}}
    effects = talk.hear(refresh(3, **fields(BID=1)))
    assert of(effects, Imaged)[0].symbol == "OLD.L"
    assert talk.consumer.item(handle).state is ItemState.LIVE


def test_a_ring_of_redirects_ends_after_three_hops() -> None:
    talk = Talk()
    talk.login()
    (handle,) = talk.request("A")
    for stream_id in range(2, 6):
        talk.hear(status(stream_id, "Redirected/Suspect", Key={"Name": "AB"[stream_id % 2]}))
    assert talk.consumer.item(handle).state is ItemState.CLOSED
    assert len(talk.sent) == 1 + 4


def test_a_request_that_is_not_answered_is_closed_and_tried_again() -> None:
    talk = Talk()
    talk.login()
    (handle,) = talk.request("A")
    for _ in range(44):
        talk.hear({"Type": "Pong"})
        talk.after(1)
    assert talk.consumer.item(handle).state is ItemState.REQUESTED
    talk.hear({"Type": "Pong"})
    talk.after(1)
    assert talk.sent[-1] == {"ID": 2, "Type": "Close"}
    assert talk.consumer.item(handle).state is ItemState.RETRY


def test_a_snapshot_is_done_with_its_last_part_and_frees_its_id() -> None:
    talk = Talk()
    talk.login()
    (handle,) = talk.request("A", streaming=False)
    assert talk.sent[-1]["Streaming"] is False
    talk.hear(refresh(2, state="NonStreaming/Ok", **fields(BID=1)))
    item = talk.consumer.item(handle)
    assert (item.state, item.stream_id) == (ItemState.DONE, None)
    talk.cut()
    talk.login()
    assert talk.sent[-1]["Domain"] == "Login"


def test_parts_make_one_image_and_updates_between_them_belong_to_it() -> None:
    talk = Talk()
    talk.login()
    (handle,) = talk.request("A")
    item = talk.consumer.item(handle)
    talk.hear(refresh(2, seq=10, Complete=False, PartNumber=0, **fields(BID=1, ASK=2)))
    assert state(item) is ItemState.IMAGE
    assert not of(talk.hear(update(2, seq=20, **fields(BID=5))), Updated)
    effects = talk.hear(refresh(2, seq=30, PartNumber=1, **fields(OPEN_PRC=3)))
    assert of(effects, Imaged)
    assert item.current.fields == {"BID": 5, "ASK": 2, "OPEN_PRC": 3}


@pytest.mark.parametrize("number", [2, 0, 40000])
def test_a_part_out_of_order_voids_those_before(number: int) -> None:
    talk = Talk()
    talk.login()
    (handle,) = talk.request("A")
    item = talk.consumer.item(handle)
    talk.hear(refresh(2, Complete=False, PartNumber=0, **fields(BID=1)))
    effects = talk.hear(refresh(2, PartNumber=number, **fields(ASK=2)))
    if number == 0:
        assert item.current.fields == {"ASK": 2}
        assert not of(effects, GapOpened)
    else:
        assert reasons(effects) == [GapReason.BAD_PART]
        assert talk.sent[-1] == {"ID": 2, "Key": {"Name": "A"}}


def test_clearing_follows_what_is_written_out() -> None:
    talk = Talk()
    item = talk.live()
    talk.hear(refresh(2, Solicited=False, ClearCache=False, **fields(BID=7)))
    assert item.current.fields["TRDPRC_1"] is not None
    talk.hear(refresh(2, Solicited=False, **fields(BID=8)))
    assert item.current.fields == {"BID": 8}


@pytest.mark.parametrize(("seq", "applied"), [(4096, False), (4000, False), (4097, True), (0, True), (None, True)])
def test_numbers_tell_repetition(seq: int | None, applied: bool) -> None:
    talk = Talk()
    talk.live()
    assert bool(of(talk.hear(update(2, seq=seq, **fields(BID=1))), Updated)) is applied


def test_numbers_may_fall_after_a_refresh() -> None:
    talk = Talk()
    talk.live()
    talk.hear(refresh(2, seq=16, **fields(BID=1)))
    assert of(talk.hear(update(2, seq=32, **fields(BID=2))), Updated)


def test_old_values_ripple_and_a_target_in_the_update_wins() -> None:
    talk = Talk()
    item = talk.live()
    talk.hear(refresh(2, **fields(TRDPRC_1=10, TRDPRC_2=9, TRDPRC_3=8, BID=1, BID_1=0)))
    talk.hear(update(2, **fields(TRDPRC_1=11, BID=2, BID_1=7)))
    assert item.current.fields == {"TRDPRC_1": 11, "TRDPRC_2": 10, "TRDPRC_3": 9, "BID": 2, "BID_1": 7}


def test_a_correction_does_not_ripple_and_what_is_not_to_be_cached_is_only_told() -> None:
    talk = Talk()
    item = talk.live()
    talk.hear(refresh(2, **fields(TRDPRC_1=10, TRDPRC_2=9)))
    talk.hear(update(2, UpdateType="Correction", DoNotRipple=True, **fields(TRDPRC_1=11)))
    assert item.current.fields == {"TRDPRC_1": 11, "TRDPRC_2": 9}
    effects = talk.hear(update(2, DoNotCache=True, **fields(TRDPRC_1=12)))
    assert [effect.stored for effect in of(effects, Updated)] == [False]
    assert item.current.fields["TRDPRC_1"] == 11


def test_a_blank_takes_the_value_away_and_an_absent_field_keeps_it() -> None:
    talk = Talk()
    item = talk.live()
    talk.hear(update(2, **fields(BID=None)), update(2, Fields={}))
    assert item.current.fields["BID"] is None
    assert item.current.fields["ASK"] is not None


@pytest.mark.parametrize(
    ("opening", "closing", "reason"),
    [
        ("JitConflationStarted", "RealtimeResumed", GapReason.JIT),
        ("GapDetected", "GapFill", GapReason.SERVER_GAP),
    ],
)
def test_codes_open_and_close_gaps(opening: str, closing: str, reason: GapReason) -> None:
    talk = Talk()
    talk.live()
    assert reasons(talk.hear(status(2, "Open/NoChange", opening))) == [reason]
    assert [effect.gap.reason for effect in of(talk.hear(status(2, "Open/NoChange", closing)), GapClosed)] == [reason]


def test_a_status_without_a_state_changes_nothing() -> None:
    talk = Talk()
    item = talk.live()
    assert talk.hear({"ID": 2, "Type": "Status"}) == []
    assert state(item) is ItemState.LIVE


def test_a_request_that_the_server_cannot_read_was_not_opened() -> None:
    talk = Talk()
    talk.login()
    (handle,) = talk.request("A")
    said = {"ID": 2, "Type": "Error", "Text": "JSON Unexpected FID", "Debug": {"Message": "secret"}}
    effects = talk.hear(said)
    assert of(effects, Fault) == [Fault(handle, "JSON Unexpected FID")]
    assert talk.consumer.item(handle).state is ItemState.CLOSED
    assert "secret" not in repr(effects)


def test_infinite_and_negative_values_do_not_replace_good_ones() -> None:
    talk = Talk()
    item = talk.live()
    talk.hear(update(2, **fields(BID="NaN", BIDSIZE=-5, ACVOL_1=100)))
    assert item.current.fields["BID"] is not None
    assert item.current.fields["ACVOL_1"] == 81200
    assert item.flags == {"NOT_A_NUMBER", "NEGATIVE_SIZE", "VOLUME_FELL"}


def test_an_item_is_paused_by_a_reissue_and_resumed_by_another() -> None:
    talk = Talk()
    item = talk.live()
    talk.took(talk.consumer.pause(item.handle, talk.clock.now()))
    assert talk.sent[-1] == {"ID": 2, "Key": {"Name": "PFX.L"}, "Refresh": False, "Pause": True}
    assert state(item) is ItemState.PAUSED
    talk.took(talk.consumer.resume(item.handle, talk.clock.now()))
    assert talk.sent[-1] == {"ID": 2, "Key": {"Name": "PFX.L"}}
    talk.hear(refresh(2, **fields(BID=1)))
    assert state(item) is ItemState.LIVE


def test_where_pausing_is_not_known_the_stream_is_closed_and_asked_for_again() -> None:
    talk = Talk()
    talk.login(SupportPauseResume=0)
    (handle,) = talk.request("A")
    talk.hear(refresh(2, **fields(BID=1)))
    talk.took(talk.consumer.pause(handle, talk.clock.now()))
    assert talk.sent[-1] == {"ID": 2, "Type": "Close"}
    talk.took(talk.consumer.resume(handle, talk.clock.now()))
    assert talk.sent[-1] == {"ID": 3, "Key": {"Name": "A"}}


def test_priority_is_changed_without_an_image_and_a_view_with_one() -> None:
    talk = Talk()
    item = talk.live()
    talk.took(talk.consumer.prioritise(item.handle, (3, 10), talk.clock.now()))
    assert talk.sent[-1] == {
        "ID": 2, "Key": {"Name": "PFX.L"}, "Refresh": False, "Priority": {"Class": 3, "Count": 10},
    }  # fmt: skip
    talk.took(talk.consumer.review(item.handle, ["BID"], talk.clock.now()))
    assert talk.sent[-1]["View"] == ["BID"]
    assert "Refresh" not in talk.sent[-1]


def test_many_streams_are_closed_by_one_message_for_each_domain() -> None:
    talk = Talk()
    talk.login()
    handles = talk.request("A", "B") + talk.request("C", domain="MarketByPrice")
    talk.took(talk.consumer.release(handles, talk.clock.now()))
    assert talk.sent[-2:] == [
        {"ID": [3, 4], "Type": "Close"},
        {"ID": 5, "Type": "Close", "Domain": "MarketByPrice"},
    ]
