"""When tokens are asked for, renewed, used again, and not asked for any more."""

import json
from collections.abc import Callable
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey

from pyfixmsg_plus.clock import ManualClock
from pyfixmsg_plus.config.secret import Secret
from pyfixmsg_plus.errors import ConfigError
from pyfixmsg_plus.feeds.refinitiv.grants import AUDIENCE, Assertion, MachineAccount, ServiceAccount
from pyfixmsg_plus.feeds.refinitiv.http import Backoff, HttpAnswer, HttpRequest, Meaning, meaning, redirected
from pyfixmsg_plus.feeds.refinitiv.tokens import Ask, Have, Stopped, TokenAgent, Wait, Want
from tests.unit.feeds.refinitiv.talk import NOW_NS, SECOND

MACHINE = MachineAccount(username="GE-A-1", password=Secret("hunter2"), client_id="key1")
SERVICE = ServiceAccount(client_id="GE-1", proof=Secret("s3cret"))


def granted(token: str = "t1", expires_in: Any = 300, **rest: Any) -> HttpAnswer:
    return HttpAnswer(200, json.dumps({"access_token": token, "expires_in": expires_in, **rest}).encode())


class Desk:
    """An agent under a manual clock."""

    def __init__(self, account: MachineAccount | ServiceAccount) -> None:
        self.clock = ManualClock(NOW_NS, 10 * SECOND)
        self.agent = TokenAgent(account, Random(3))

    def want(self, *, fresh: bool = False) -> Want:
        return self.agent.want(self.clock.now(), fresh=fresh)

    def asks(self, *, fresh: bool = False) -> HttpRequest:
        want = self.want(fresh=fresh)
        assert isinstance(want, Ask)
        return want.request

    def answer(self, answer: HttpAnswer) -> Want:
        self.agent.answered(answer, self.clock.now())
        return self.want()

    def after(self, seconds: float) -> Want:
        self.clock.advance(int(seconds * SECOND))
        return self.want()


def test_a_machine_account_asks_by_password_with_basic_authentication() -> None:
    request = Desk(MACHINE).asks()
    assert (request.method, request.url, request.auth) == (
        "POST", "https://api.refinitiv.com/auth/oauth2/v1/token", ("key1", ""),
    )  # fmt: skip
    assert request.headers["Accept"] == "application/json"
    assert request.form == {
        "grant_type": "password",
        "username": "GE-A-1",
        "password": "hunter2",
        "client_id": "key1",
        "scope": "trapi.streaming.pricing.read",
        "takeExclusiveSignOnControl": "true",
    }


def test_a_service_account_asks_by_its_secret_without_basic_authentication() -> None:
    request = Desk(SERVICE).asks()
    assert request.auth is None
    assert request.form == {
        "grant_type": "client_credentials",
        "scope": "trapi.streaming.pricing.read",
        "client_id": "GE-1",
        "client_secret": "s3cret",
    }


@pytest.mark.parametrize(
    ("make", "algorithm"),
    [(lambda: RSAKey.generate_key(2048), "RS256"), (lambda: ECKey.generate_key("P-256"), "ES256")],
)
def test_a_signed_assertion_says_who_for_whom_and_until_when(make: Callable[[], Any], algorithm: str) -> None:
    key = make()
    jwk = {**key.as_dict(private=True), "kid": "k7"}
    account = ServiceAccount(client_id="GE-1", proof=Assertion(jwk=jwk))
    form = Desk(account).asks().form
    assert form["client_assertion_type"] == "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
    token = jwt.decode(form["client_assertion"], key, algorithms=[algorithm])
    assert token.header == {"alg": algorithm, "typ": "JWT", "kid": "k7"}
    issued = NOW_NS // SECOND
    assert token.claims == {"iss": "GE-1", "sub": "GE-1", "aud": AUDIENCE, "iat": issued, "exp": issued + 3600}


@pytest.mark.parametrize(
    "jwk",
    [
        {},
        {"kty": "oct", "k": "c2VjcmV0"},
        {"kty": "RSA", "n": "x"},
        {"kty": "EC", "crv": 5},
        RSAKey.generate_key(2048).as_dict(private=False),
        {**ECKey.generate_key("P-256").as_dict(private=True), "alg": "RS256"},
    ],
)
def test_a_key_that_cannot_sign_is_a_fault_of_the_settings(jwk: dict[str, Any]) -> None:
    account = ServiceAccount(client_id="GE-1", proof=Assertion(jwk=jwk))
    with pytest.raises(ConfigError, match="client assertion"):
        Desk(account).want()


def test_secrets_are_never_shown() -> None:
    desk = Desk(MACHINE)
    request = desk.asks()
    desk.agent.answered(granted("topsecret", refresh_token="alsosecret"), desk.clock.now())
    assertion = Assertion(jwk={"d": "private"})
    shown = f"{MACHINE!r} {SERVICE!r} {request!r} {desk.want()!r} {granted('topsecret')!r} {assertion!r}"
    assert not [word for word in ("hunter2", "s3cret", "topsecret", "alsosecret", "private") if word in shown]


def test_a_machine_account_renews_at_nine_tenths_by_its_refresh_token() -> None:
    desk = Desk(MACHINE)
    desk.asks()
    assert desk.answer(granted(refresh_token="r1")) == Have(Secret("t1"))
    due = desk.agent.renewal_due_ns(desk.clock.now(), None)
    assert due == desk.clock.now().mono_ns + 270 * SECOND
    desk.clock.advance(200 * SECOND)
    desk.agent.renew()
    assert desk.asks().form == {
        "grant_type": "refresh_token", "username": "GE-A-1", "client_id": "key1", "refresh_token": "r1",
    }  # fmt: skip
    assert desk.answer(granted("t2", refresh_token="r2")) == Have(Secret("t2"))


def test_a_renewal_is_never_later_than_the_server_asks() -> None:
    desk = Desk(MACHINE)
    desk.asks()
    desk.answer(granted())
    due = desk.agent.renewal_due_ns(desk.clock.now(), NOW_NS // SECOND + 100)
    assert due is not None
    assert due <= desk.clock.now().mono_ns + 100 * SECOND


def test_a_life_that_shrinks_calls_for_the_password_once() -> None:
    desk = Desk(MACHINE)
    desk.asks()
    desk.answer(granted(refresh_token="r1"))
    desk.agent.renew()
    desk.asks()
    want = desk.answer(granted("t2", expires_in=60, refresh_token="r2"))
    assert isinstance(want, Ask)
    assert want.request.form["grant_type"] == "password"
    assert desk.answer(granted("t3", refresh_token="r3")) == Have(Secret("t3"))


@pytest.mark.parametrize("status", [400, 401])
def test_a_refused_refresh_calls_for_the_password_once_and_then_stops(status: int) -> None:
    desk = Desk(MACHINE)
    desk.asks()
    desk.answer(granted(refresh_token="r1"))
    desk.agent.renew()
    desk.asks()
    want = desk.answer(HttpAnswer(status, b'{"error":"invalid_grant"}'))
    assert isinstance(want, Ask)
    assert want.request.form["grant_type"] == "password"
    stopped = desk.answer(HttpAnswer(status, b'{"error":"invalid_client","error_description":"hunter2 is wrong"}'))
    assert stopped == Stopped(f"the token service refuses: HTTP {status} invalid_client")
    assert desk.after(10_000) == stopped


@pytest.mark.parametrize("account", [MACHINE, SERVICE])
@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 451])
def test_a_refusal_stops_for_good(account: MachineAccount | ServiceAccount, status: int) -> None:
    desk = Desk(account)
    desk.asks()
    assert isinstance(desk.answer(HttpAnswer(status)), Stopped)
    assert isinstance(desk.after(10_000), Stopped)


@pytest.mark.parametrize("status", [429, 500, 503, 204, 100])
def test_all_else_waits_five_seconds_or_more(status: int) -> None:
    desk = Desk(SERVICE)
    desk.asks()
    want = desk.answer(HttpAnswer(status))
    assert isinstance(want, Wait)
    assert want.until_ns >= desk.clock.now().mono_ns + 5 * SECOND
    assert isinstance(desk.after(61), Ask)


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b'{"access_token":1,"expires_in":5}', b'{"access_token":"t"}'])
def test_an_answer_that_makes_no_sense_is_tried_later(body: bytes) -> None:
    desk = Desk(SERVICE)
    desk.asks()
    assert isinstance(desk.answer(HttpAnswer(200, body)), Wait)


def test_a_network_error_backs_off() -> None:
    desk = Desk(SERVICE)
    desk.asks()
    desk.agent.failed(desk.clock.now())
    assert isinstance(desk.want(), Wait)
    assert isinstance(desk.after(61), Ask)


def test_a_service_account_takes_a_new_token_once_it_has_logged_in_and_uses_it_again_after() -> None:
    desk = Desk(SERVICE)
    desk.asks()
    desk.answer(granted("t1", expires_in=7200))
    desk.agent.login_accepted()
    assert desk.agent.renewal_due_ns(desk.clock.now(), None) is None
    assert isinstance(desk.want(), Ask)
    desk.agent.answered(granted("t2", expires_in=7200), desk.clock.now())
    assert desk.after(6899) == Have(Secret("t2"))
    assert isinstance(desk.after(2), Ask)


def test_a_short_life_is_used_up_to_its_last_twentieth() -> None:
    desk = Desk(SERVICE)
    desk.asks()
    desk.answer(granted(expires_in="300"))
    assert isinstance(desk.after(284), Have)
    assert isinstance(desk.after(2), Ask)


def test_a_refused_token_is_not_given_again() -> None:
    desk = Desk(SERVICE)
    desk.asks()
    desk.answer(granted())
    assert isinstance(desk.want(fresh=True), Ask)


def test_a_redirect_repeats_the_request_and_three_hops_are_the_most() -> None:
    desk = Desk(SERVICE)
    request = desk.asks()
    for hop in range(1, 4):
        want = desk.answer(HttpAnswer(307, location=f"https://b.example.net/{hop}"))
        assert isinstance(want, Ask)
        assert want.request == HttpRequest(
            "POST", f"https://b.example.net/{hop}", request.headers, request.form, None, hop
        )
    assert isinstance(desk.answer(HttpAnswer(308, location="https://c.example.net")), Stopped)


@pytest.mark.parametrize(
    ("here", "location", "url"),
    [
        ("https://a.net/x", "/y", "https://a.net/y"),
        ("https://a.net/x", "http://a.net/y", None),
        ("https://a.net/x", "http://127.0.0.1/y", None),
        ("http://127.0.0.1:1/x", "http://127.0.0.1:2/y", "http://127.0.0.1:2/y"),
        ("https://a.net/x", "", None),
        ("https://a.net/x", "https://[/", None),
        ("https://a.net/x", "javascript:1", None),
    ],
)
def test_secrets_follow_a_redirect_over_https_alone(here: str, location: str, url: str | None) -> None:
    to = redirected(HttpRequest("GET", here), location)
    assert (None if to is None else to.url) == url


@pytest.mark.parametrize(
    ("status", "means"),
    [(200, Meaning.GOOD), (302, Meaning.ELSEWHERE), (401, Meaning.DENIED), (410, Meaning.STOP), (502, Meaning.LATER)],
)
def test_each_status_has_one_meaning(status: int, means: Meaning) -> None:
    assert meaning(status) is means


@given(st.integers(min_value=1, max_value=30), st.integers())
def test_delays_lie_between_five_seconds_and_a_minute(failures: int, seed: int) -> None:
    backoff, clock = Backoff(Random(seed)), ManualClock()
    for _ in range(failures):
        backoff.failed(clock.now())
        assert 5 * SECOND <= backoff.until_ns <= 60 * SECOND


@pytest.mark.parametrize("password", ["Short1!", "a" * 40, "aA" * 20])
def test_a_weak_new_password_is_a_fault_of_the_settings(password: str) -> None:
    with pytest.raises(ConfigError):
        MachineAccount(username="u", password=Secret("p"), client_id="k", new_password=Secret(password))


def test_a_new_password_goes_with_the_password_grant() -> None:
    new = Secret("aA1" * 12)
    account = MachineAccount(username="u", password=Secret("p"), client_id="k", new_password=new)
    assert Desk(account).asks().form["newPassword"] == new.reveal()


def test_the_age_of_a_token_is_known() -> None:
    desk = Desk(SERVICE)
    assert desk.agent.age_ns(desk.clock.now()) is None
    desk.asks()
    desk.answer(granted())
    desk.after(7)
    assert desk.agent.age_ns(desk.clock.now()) == 7 * SECOND


def test_an_answer_that_nobody_asked_for_is_ignored() -> None:
    desk = Desk(SERVICE)
    desk.agent.answered(granted(), desk.clock.now())
    assert isinstance(desk.want(), Ask)
    assert isinstance(desk.want(), Wait)
