"""The connection, its Login, and what becomes of items when it goes and comes."""

import pytest

from pyfixmsg_plus.clock import Now
from pyfixmsg_plus.config.secret import Secret
from pyfixmsg_plus.feeds.refinitiv.consumer import ConsumerSettings
from pyfixmsg_plus.feeds.refinitiv.events import (
    Drop,
    GapClosed,
    GapOpened,
    GapReason,
    Imaged,
    ItemChanged,
    ItemState,
    LoggedIn,
    LoginFailed,
    LoginRule,
    Send,
    Updated,
)
from pyfixmsg_plus.feeds.refinitiv.login import LoginSettings
from tests.unit.feeds.refinitiv.talk import LOGIN_OK, Talk, fields, of, refresh, state, status, update


def test_the_login_is_the_first_message_and_nothing_follows_before_its_answer() -> None:
    talk = Talk(ConsumerSettings(login=LoginSettings(name="desk7", position="10.1.2.3/ws07")))
    talk.request("PFX.L")
    talk.connect()
    elements = {"ApplicationId": "256", "Position": "10.1.2.3/ws07"}
    assert talk.sent == [{"ID": 1, "Domain": "Login", "Key": {"Name": "desk7", "Elements": elements}}]


def test_a_token_logs_in_and_never_shows_itself() -> None:
    talk = Talk()
    talk.connect(token="eyJh.x.y")
    assert talk.sent[0]["Key"]["Elements"]["AuthenticationToken"] == "eyJh.x.y"
    assert talk.sent[0]["Key"]["NameType"] == "AuthnToken"
    answer = status(1, "Closed/Suspect", "NotEntitled", Domain="Login")
    answer["State"]["Text"] = "no entry for eyJh.x.y"
    assert "eyJh" not in repr(talk.hear(answer))


def test_items_are_asked_for_once_the_login_is_accepted() -> None:
    talk = Talk()
    talk.request("PFX.L", service="ELEKTRON_DD")
    assert LoggedIn(None) in talk.login()
    assert talk.sent[1:] == [{"ID": 2, "Key": {"Name": "PFX.L", "Service": "ELEKTRON_DD"}}]


@pytest.mark.parametrize(
    ("state", "code", "rule"),
    [
        ("Closed/Suspect", "NotEntitled", LoginRule.STOP),
        ("Closed/Ok", "UserUnknownToPermSys", LoginRule.STOP),
        ("Closed/Ok", "UserAccessToAppDenied", LoginRule.STOP),
        ("Closed/Ok", "AppAuthorizationFailed", LoginRule.STOP),
        ("Closed/Ok", "InvalidArgument", LoginRule.STOP),
        ("Closed/Ok", "DacsDown", LoginRule.LATER),
        ("Closed/Ok", "UsageError", LoginRule.LATER),
        ("Closed/Ok", "MaxLoginsReached", LoginRule.LATER),
        ("ClosedRecover/Suspect", "NotEntitled", LoginRule.BACK_OFF),
    ],
)
def test_a_refused_login_says_what_follows(state: str, code: str, rule: LoginRule) -> None:
    talk = Talk()
    talk.connect()
    effects = talk.hear(status(1, state, code, Domain="Login"))
    assert of(effects, LoginFailed) == [LoginFailed(code, "", rule, accepted=False)]
    assert of(effects, Drop)


def test_a_refused_token_is_tried_anew_once() -> None:
    talk = Talk()
    rules = []
    for token in ("a", "b"):
        talk.connect(token=token)
        failed = of(talk.hear(status(1, "Closed/Suspect", "NotEntitled", Domain="Login")), LoginFailed)
        rules += [each.rule for each in failed]
    assert rules == [LoginRule.FRESH_TOKEN, LoginRule.STOP]


def test_a_login_that_is_not_answered_ends_the_connection() -> None:
    talk = Talk()
    talk.connect()
    assert not of(talk.after(9.9), Drop)
    assert of(talk.after(0.1), Drop)


def test_a_login_by_cookie_has_an_id_of_the_server() -> None:
    talk = Talk(ConsumerSettings(login=LoginSettings(by_cookie=True)))
    talk.connect()
    assert talk.sent == []
    talk.hear({**LOGIN_OK, "ID": -1})
    talk.took(talk.consumer.close(talk.clock.now()))
    assert talk.sent == [{"ID": -1, "Domain": "Login", "Type": "Close"}]


def test_a_forced_logout_makes_all_items_stale_and_asks_for_a_pause() -> None:
    talk = Talk()
    item = talk.live()
    effects = talk.hear(status(1, "Closed/Suspect", "NotEntitled", Domain="Login"))
    assert of(effects, LoginFailed) == [LoginFailed("NotEntitled", "", LoginRule.LATER, accepted=True)]
    assert state(item) is ItemState.STALE


def test_a_new_token_is_handed_on_by_the_same_id_without_a_refresh() -> None:
    talk = Talk()
    talk.login()
    talk.took(talk.consumer.renew(Secret("eyJh.new.y")))
    assert talk.sent[-1]["ID"] == 1
    assert talk.sent[-1]["Refresh"] is False
    assert talk.sent[-1]["Key"]["Elements"]["AuthenticationToken"] == "eyJh.new.y"


def test_a_ping_is_answered() -> None:
    talk = Talk()
    talk.login()
    talk.hear({"Type": "Ping"})
    assert talk.sent[-1] == {"Type": "Pong"}


def test_silence_calls_for_a_ping_and_then_for_the_end() -> None:
    talk = Talk()
    talk.login()
    assert not of(talk.after(9.9), Send)
    talk.after(0.1)
    assert talk.sent[-1] == {"Type": "Ping"}
    assert of(talk.after(20), Drop)


def test_a_pong_is_a_sign_of_life() -> None:
    talk = Talk()
    item = talk.live()
    talk.after(10)
    talk.hear({"Type": "Pong"})
    assert not of(talk.after(20), Drop)
    assert talk.consumer.confirmed_ns(item) == talk.clock.now().utc_ns - 20 * 10**9


def test_a_cut_opens_a_gap_that_stands_before_the_next_datum() -> None:
    talk = Talk()
    item = talk.live()
    before = talk.clock.now().utc_ns
    talk.clock.advance(10**9)
    lost = talk.cut()
    (opened,) = of(lost, GapOpened)
    assert (opened.gap.reason, opened.gap.from_ns, opened.gap.from_seq_number) == (GapReason.DISCONNECT, before, 4096)
    assert state(item) is ItemState.STALE
    talk.login()
    assert state(item) is ItemState.STALE
    assert item.stream_id is not None
    effects = talk.hear(refresh(item.stream_id, seq=100, **fields(TRDPRC_1=99)))
    kinds = [type(effect) for effect in effects if not isinstance(effect, Send)]
    assert kinds == [GapClosed, Imaged, ItemChanged]
    (closed,) = of(effects, GapClosed)
    assert (closed.gap.to_ns, closed.gap.to_seq_number) == (talk.clock.now().utc_ns, 100)
    assert state(item) is ItemState.LIVE


@pytest.mark.parametrize(
    "message", [status(2, "Open/Ok"), update(2, **fields(BID=1)), refresh(2, state="Open/Suspect")]
)
def test_after_a_cut_only_a_complete_refresh_with_data_ok_makes_live(message: dict[str, object]) -> None:
    talk = Talk()
    item = talk.live()
    talk.cut()
    talk.login()
    talk.hear(message)
    assert state(item) is not ItemState.LIVE


def test_a_refresh_after_a_cut_replaces_the_image_without_ripple() -> None:
    talk = Talk()
    item = talk.live()
    talk.cut()
    talk.login()
    talk.hear(refresh(2, **fields(TRDPRC_1=99, TRDPRC_2=98)))
    assert item.current.fields == {"TRDPRC_1": 99, "TRDPRC_2": 98}


def test_a_frame_that_cannot_be_read_leaves_no_silent_hole() -> None:
    talk = Talk()
    item = talk.live()
    effects = talk.raw(b"[{]")
    assert [effect.gap.reason for effect in of(effects, GapOpened)] == [GapReason.SERVER_GAP]
    assert state(item) is ItemState.STALE
    assert talk.sent[-1] == {"ID": 2, "Key": {"Name": "PFX.L"}}
    assert talk.consumer.counters.parse_errors == 1


def test_bad_text_is_mended_and_the_connection_stays() -> None:
    talk = Talk()
    talk.live()
    effects = talk.raw(b'[{"ID":2,"Type":"Update","Fields":{"DSPLY_NAME":"A\xff","BID":101.10}}]')
    assert [effect.changed["DSPLY_NAME"] for effect in of(effects, Updated)] == ["A\N{REPLACEMENT CHARACTER}"]
    assert talk.consumer.counters.mended == 1


def test_a_bare_object_and_numbers_for_words_are_read() -> None:
    talk = Talk()
    item = talk.live()
    talk.raw(b'{"ID":2,"Type":4,"Domain":6,"UpdateType":2,"Fields":{"TRDPRC_1":7}}')
    assert item.current.fields["TRDPRC_1"] == 7


def test_login_in_doubt_makes_every_item_stale_and_back_again() -> None:
    talk = Talk()
    item = talk.live()
    doubt = {**status(1, "Open/Suspect"), "Domain": "Login"}
    assert [effect.gap.reason for effect in of(talk.hear(doubt), GapOpened)] == [GapReason.SUSPECT]
    assert state(item) is ItemState.STALE
    talk.hear({**status(1, "Open/Ok"), "Domain": "Login"})
    assert (item.state, item.asserted) == (ItemState.LIVE, True)


def test_ids_are_never_used_again_within_a_connection() -> None:
    talk = Talk()
    talk.login()
    first = talk.request("A")
    talk.took(talk.consumer.release(first, talk.clock.now()))
    talk.request("B")
    assert [message["ID"] for message in talk.sent[1:]] == [2, 2, 3]


def test_what_comes_late_on_a_closed_stream_is_dropped_and_counted() -> None:
    talk = Talk()
    item = talk.live()
    talk.took(talk.consumer.release([item.handle], talk.clock.now()))
    assert talk.hear(update(2, **fields(BID=1)), refresh(0), refresh(-3)) == []
    assert talk.consumer.counters.late == 1


def test_closing_logs_out() -> None:
    talk = Talk()
    talk.login()
    effects = talk.took(talk.consumer.close(Now(0, 0)))
    assert talk.sent[-1] == {"ID": 1, "Domain": "Login", "Type": "Close"}
    assert of(effects, Drop)
