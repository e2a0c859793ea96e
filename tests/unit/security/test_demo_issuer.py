import asyncio
import itertools
import json

import pytest

from pyfixmsg_plus.clock import ManualClock
from pyfixmsg_plus.security.demo_issuer import DEMO_PERSONS, DemoIssuer
from pyfixmsg_plus.security.keys import Fetched, IssuerKeys
from pyfixmsg_plus.security.tokens import TokenPolicy, Verifier

S = 1_000_000_000
URL = "http://127.0.0.1:9000"


def issuer() -> DemoIssuer:
    words = itertools.count(1)
    return DemoIssuer(URL, "pyfixmsg", lambda: f"word-{next(words)}")


@pytest.mark.parametrize("person", sorted(DEMO_PERSONS))
def test_its_tokens_are_good_enough_for_the_service(person: str) -> None:
    ours = issuer()
    clock = ManualClock(utc_ns=1_800_000_000 * S)

    async def fetch(url: str) -> Fetched:
        return Fetched(200, "", json.dumps(ours.jwks() if url.endswith("/jwks") else ours.metadata()).encode())

    verifier = Verifier(TokenPolicy(URL, "pyfixmsg"), IssuerKeys(URL, fetch, clock))
    identity = asyncio.run(verifier.verify(ours.token(person, clock.now()), clock.now()))
    assert (identity.sub, identity.roles) == (person, DEMO_PERSONS[person])


def test_what_it_publishes_holds_no_private_key() -> None:
    assert "d" not in json.loads(json.dumps(issuer().jwks()))["keys"][0]


def test_a_link_signs_in_once_and_within_ten_minutes() -> None:
    ours, clock = issuer(), ManualClock()
    link, late = ours.link(clock.now()), ours.link(clock.now())
    assert [ours.redeem(link, clock.now()), ours.redeem(link, clock.now()), ours.redeem("", clock.now())] == [
        True, False, False,
    ]  # fmt: skip
    clock.advance(600 * S)
    assert not ours.redeem(late, clock.now())


def test_links_that_nobody_follows_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pyfixmsg_plus.security.demo_issuer._MOST_LINKS", 1)
    ours, now = issuer(), ManualClock().now()
    first, second = ours.link(now), ours.link(now)
    assert [ours.redeem(first, now), ours.redeem(second, now)] == [False, True]


def test_it_knows_no_other_person() -> None:
    with pytest.raises(KeyError):
        issuer().token("stranger", ManualClock().now())
