import asyncio
import base64
import json
from collections.abc import Mapping
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, Key, OctKey, OKPKey, RSAKey

from pyfixmsg_plus.clock import ManualClock
from pyfixmsg_plus.security.keys import Fetched, IssuerKeys, KeysUnavailable, freshness_s, read_keys
from pyfixmsg_plus.security.tokens import Algorithms, Identity, TokenPolicy, TokenRefused, Verifier

ISSUER = "https://id.example"
S = 1_000_000_000
T0_S = 1_800_000_000
KEYS: dict[str, Key] = {
    "RS256": RSAKey.generate_key(2048, {"kid": "rsa"}),
    "ES256": ECKey.generate_key("P-256", {"kid": "ec"}),
    "EdDSA": OKPKey.generate_key("Ed25519", {"kid": "okp"}),
}
KEYS["PS256"] = KEYS["RS256"]


class Anything(Algorithms):
    """A stranger signs what a library would not."""

    def check_header(self, header: Any) -> None:
        pass


ANY = Anything(["RS256", "PS256", "ES256", "EdDSA", "HS256", "ES384", "none"])
CLAIMS: Mapping[str, Any] = {
    "iss": ISSUER,
    "aud": "pyfixmsg",
    "sub": "mia",
    "exp": T0_S + 60,
    "roles": ["MAKER", "STRANGER"],
}


class Issuer:
    """What answers at the addresses of an issuer, and counts how often it is asked for keys."""

    def __init__(self, keys: list[Key], cache_control: str = "") -> None:
        self.keys = keys
        self.cache_control = cache_control
        self.asked = 0
        self.down = False
        self.metadata: dict[str, Any] = {"issuer": ISSUER, "jwks_uri": f"{ISSUER}/keys"}

    async def fetch(self, url: str) -> Fetched:
        await asyncio.sleep(0)
        if self.down:
            raise ConnectionRefusedError
        if url == f"{ISSUER}/.well-known/openid-configuration":
            return Fetched(200, "", json.dumps(self.metadata).encode())
        if url != f"{ISSUER}/keys":
            return Fetched(404, "", b"")
        self.asked += 1
        keys = [key.as_dict(private=False) for key in self.keys]
        return Fetched(200, self.cache_control, json.dumps({"keys": keys}).encode())


class Bench:
    """A verifier of tokens before an issuer."""

    def __init__(self, issuer: Issuer | None = None, **policy: Any) -> None:
        self.clock = ManualClock(utc_ns=T0_S * S)
        self.issuer = issuer or Issuer([KEYS["RS256"], KEYS["ES256"], KEYS["EdDSA"]])
        self.keys = IssuerKeys(ISSUER, self.issuer.fetch, self.clock)
        self.verifier = Verifier(TokenPolicy(ISSUER, "pyfixmsg", **policy), self.keys)

    async def verify(self, text: str) -> Identity:
        return await self.verifier.verify(text, self.clock.now())


def token(alg: str = "EdDSA", key: Key | None = None, *, header: Mapping[str, Any] | None = None, **claims: Any) -> str:
    signer = key or KEYS[alg]
    said = {name: value for name, value in {**CLAIMS, **claims}.items() if value is not None}
    head = {"alg": alg, "typ": "at+jwt", "kid": signer.kid, **(header or {})}
    return jwt.encode(
        {name: value for name, value in head.items() if value is not None},
        said,
        signer,
        registry=ANY,
        default_type=None,
    )


@pytest.mark.parametrize("alg", ["RS256", "PS256", "ES256", "EdDSA"])
def test_a_token_signed_in_an_allowed_way_says_who_asks(alg: str) -> None:
    identity = asyncio.run(Bench().verify(token(alg)))
    assert (identity.issuer, identity.sub, *identity.roles) == (ISSUER, "mia", "MAKER")


def _unsigned() -> str:
    def part(value: object) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()

    return f"{part({'alg': 'none', 'typ': 'JWT'})}.{part(dict(CLAIMS))}."


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (_unsigned(), "not allowed"),
        (token("HS256", OctKey.import_key(b"k" * 32, {"kid": "okp"})), "not allowed"),
        (token("ES384", ECKey.generate_key("P-384", {"kid": "ec"})), "not allowed"),
        (token(key=OKPKey.generate_key("Ed25519", {"kid": "okp"})), "signature is wrong"),
        (token("ES256", header={"kid": "rsa"}), "cannot be used"),
        (token(header={"kid": "other"}), "does not have"),
        (token(header={"kid": None}), "does not have"),
        (token(header={"typ": "logout+jwt"}), "another type"),
        (token(header={"typ": None}), "another type"),
        (token(header={"crit": ["b64x"], "b64x": True}), "cannot be"),
        (token(iss="https://id.example/"), "claim iss"),
        (token(aud="others"), "claim aud"),
        (token(aud=None), "claim aud"),
        (token(aud=["others", 1]), "claim aud"),
        (token(exp=T0_S - 61), "expired"),
        (token(exp=None), "claim exp"),
        (token(exp="soon"), "claim exp"),
        (token(nbf=T0_S + 61), "claim nbf"),
        (token(sub=None), "claim sub"),
        (token(sub=7), "claim sub"),
        (token(sub="  "), "whose"),
        (token(sub="mia\x01admin"), "whose"),
        (token(sub="m" * 256), "whose"),
        (token(pad="x" * 20_000), "too long"),
        ("a.b.c", "cannot be read"),
        ("a\ud800.b.c", "cannot be read"),
        ("", "cannot be read"),
    ],
)
def test_a_token_that_is_not_good_enough_is_refused(text: str, why: str) -> None:
    with pytest.raises(TokenRefused, match=why) as refused:
        asyncio.run(Bench().verify(text))
    assert not text or text not in str(refused.value)


@pytest.mark.parametrize(
    "claims", [{"exp": T0_S - 59}, {"nbf": T0_S + 60}, {"aud": ["others", "pyfixmsg"]}, {"iat": T0_S + 60}]
)
def test_clocks_may_differ_by_a_minute_and_an_audience_stands_among_others(claims: dict[str, Any]) -> None:
    assert asyncio.run(Bench().verify(token(**claims))).sub == "mia"


@pytest.mark.parametrize(
    ("claims", "roles", "granted"),
    [
        ({"scope": "openid baskets:read fix:orders", "roles": None}, {"TRADER"}, {"baskets:read", "fix:orders"}),
        ({"scp": ["baskets:approve", 3], "roles": None}, {"APPROVER"}, {"baskets:approve"}),
        ({"realm_access": {"roles": ["ADMIN"]}}, {"ADMIN", "MAKER"}, set()),
        ({"realm_access": ["ADMIN"], "roles": "VIEWER AUDITOR", "scope": 3}, {"VIEWER", "AUDITOR"}, set()),
    ],
)
def test_roles_and_scopes_are_read_from_where_issuers_put_them(
    claims: dict[str, Any], roles: set[str], granted: set[str]
) -> None:
    identity = asyncio.run(Bench().verify(token(**claims)))
    assert [set(identity.roles), set(identity.granted)] == [roles, granted]


def test_a_good_token_is_remembered_for_a_minute_and_no_longer_than_it_lasts() -> None:
    async def run() -> None:
        bench = Bench()
        text = token(exp=T0_S + 30)
        first = await bench.verify(text)
        assert await bench.verify(text) is first
        bench.clock.advance(60 * S)
        assert await bench.verify(text) is not first
        bench.clock.advance(29 * S)
        assert (await bench.verify(text)).sub == "mia"
        bench.clock.advance(S)
        with pytest.raises(TokenRefused, match="expired"):
            await bench.verify(text)

    asyncio.run(run())


def test_what_is_remembered_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pyfixmsg_plus.security.tokens._MOST_REMEMBERED", 1)

    async def run() -> None:
        bench = Bench()
        first = await bench.verify(token(sub="one"))
        await bench.verify(token(sub="two"))
        assert await bench.verify(token(sub="one")) is not first

    asyncio.run(run())


def test_all_that_wait_for_keys_ask_once() -> None:
    async def run() -> int:
        bench = Bench()
        await asyncio.gather(*(bench.verify(token(sub=f"p{number}")) for number in range(20)))
        return bench.issuer.asked

    assert asyncio.run(run()) == 1


def test_who_gives_up_does_not_stop_the_others() -> None:
    async def run() -> None:
        bench = Bench()
        first = asyncio.ensure_future(bench.verify(token()))
        await asyncio.sleep(0)
        second = asyncio.ensure_future(bench.verify(token(header={"kid": "unheard"}, sub="b")))
        third = asyncio.ensure_future(bench.verify(token(sub="c")))
        await asyncio.sleep(0)
        first.cancel()
        assert (await third).sub == "c"
        with pytest.raises(TokenRefused):
            await second
        await bench.keys.close()

    asyncio.run(run())


def test_an_unknown_key_is_asked_for_at_most_each_half_minute() -> None:
    async def run() -> None:
        bench = Bench(Issuer([KEYS["RS256"]]))
        await bench.verify(token("RS256"))
        for seconds, asked in ((1, 1), (28, 1), (1, 2), (29, 2), (1, 3)):
            bench.clock.advance(seconds * S)
            with pytest.raises(TokenRefused):
                await bench.verify(token(exp=T0_S + 600))
            assert bench.issuer.asked == asked
        bench.issuer.keys.append(KEYS["EdDSA"])
        bench.clock.advance(30 * S)
        assert (await bench.verify(token(exp=T0_S + 600))).sub == "mia"

    asyncio.run(run())


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("", 600),
        ("public, max-age=900", 900),
        ("max-age=5", 60),
        ("max-age=999999999", 86_400),
        ("no-store, max-age=900", 60),
        ("s-maxage=7200", 600),
        ("max-age=x", 600),
    ],
)
def test_keys_stay_fresh_as_long_as_the_issuer_says_from_a_minute_to_a_day(said: str, seconds: int) -> None:
    assert freshness_s(said) == seconds


def test_keys_are_asked_for_again_when_no_longer_fresh() -> None:
    async def run() -> list[int]:
        bench = Bench(Issuer([KEYS["EdDSA"]], "max-age=120"))
        counts = []
        for seconds in (0, 119, 1):
            bench.clock.advance(seconds * S)
            await bench.verify(token(sub=f"p{seconds}", exp=T0_S + 600))
            counts.append(bench.issuer.asked)
        return counts

    assert asyncio.run(run()) == [1, 1, 2]


def test_the_last_good_keys_serve_for_a_day_while_the_issuer_is_down() -> None:
    async def run() -> None:
        bench = Bench()
        await bench.verify(token())
        bench.issuer.down = True
        bench.clock.advance(86_400 * S)
        assert (await bench.verify(token(exp=T0_S + 90_000))).sub == "mia"
        bench.clock.advance(61 * S)
        with pytest.raises(KeysUnavailable):
            await bench.verify(token(exp=T0_S + 90_000))
        bench.issuer.down = False
        bench.clock.advance(2 * S)
        assert (await bench.verify(token(exp=T0_S + 90_000))).sub == "mia"

    asyncio.run(run())


def test_without_any_keys_ever_nobody_can_be_told_from_anybody() -> None:
    async def run() -> None:
        bench = Bench()
        bench.issuer.down = True
        for _ in range(2):
            with pytest.raises(KeysUnavailable):
                await bench.verify(token())
        bench.issuer.down = False
        bench.clock.advance(S)
        assert (await bench.verify(token())).sub == "mia"

    asyncio.run(run())


@pytest.mark.parametrize(
    "metadata",
    [
        {"issuer": "https://evil.example", "jwks_uri": f"{ISSUER}/keys"},
        {"issuer": ISSUER, "jwks_uri": "http://id.example/keys"},
        {"issuer": ISSUER, "jwks_uri": "file:///etc/passwd"},
        {"issuer": ISSUER, "jwks_uri": 3},
        {"issuer": ISSUER, "jwks_uri": f"{ISSUER}/elsewhere"},
        {"issuer": ISSUER},
    ],
)
def test_metadata_of_another_or_at_no_safe_address_give_no_keys(metadata: dict[str, Any]) -> None:
    issuer = Issuer([KEYS["EdDSA"]])
    issuer.metadata = metadata
    with pytest.raises(KeysUnavailable):
        asyncio.run(Bench(issuer).verify(token()))


@pytest.mark.parametrize(
    "body",
    [
        b"<html>",
        b"[]",
        b'{"keys": {}}',
        b'{"keys": []}',
        json.dumps({"keys": [{"kty": "OKP"}] * 101}).encode(),
        b'{"keys": [1, {"kty": "oct", "k": "c2VjcmV0"}, {"kty": "OKP"}, {"kty": "RSA", "use": "enc"}]}',
        b'{"keys": [{"kty": "RSA", "key_ops": "verify"}]}',
        json.dumps({"keys": [{**KEYS["EdDSA"].as_dict(private=False), "kid": 3}]}).encode(),
        b"[" * 100_000,
    ],
)
def test_keys_that_verify_nothing_are_no_keys(body: bytes) -> None:
    with pytest.raises(KeysUnavailable):
        read_keys(body)


def test_a_short_key_is_left_out() -> None:
    # Made once with OpenSSL; 1024 bits.
    short = {
        "kty": "RSA",
        "kid": "short",
        "e": "AQAB",
        "n": base64.urlsafe_b64encode((2**1023 + 1155).to_bytes(128, "big")).rstrip(b"=").decode(),
    }
    good = KEYS["RS256"].as_dict(private=False)
    assert list(read_keys(json.dumps({"keys": [short, good]}).encode())) == ["rsa"]


@pytest.mark.parametrize("algorithms", [(), ("HS256",), ("RS256", "none")])
def test_no_other_way_to_sign_can_be_allowed(algorithms: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="algorithms must be"):
        TokenPolicy(ISSUER, "pyfixmsg", algorithms=algorithms)
