"""Who may come in, and how many."""

import pytest

from pyfixmsg_plus.transport import AddressRules, Admission, ConnectionRefused, TokenBucket

RULES = AddressRules(["192.0.2.7", "10.1.2.3/16", "2001:db8::/32", " 198.51.100.0/24 "])


@pytest.mark.parametrize(
    ("address", "allowed"),
    [
        ("192.0.2.7", True),
        ("192.0.2.8", False),
        ("10.1.255.255", True),
        ("10.2.0.0", False),
        ("198.51.100.9", True),
        ("2001:db8::1", True),
        ("2001:db9::1", False),
        ("::ffff:10.1.0.1", True),
        ("fe80::1%eth0", False),
        ("venue.test", False),
        ("", False),
    ],
)
def test_addresses_are_held_against_addresses_and_networks(address: str, allowed: bool) -> None:
    assert RULES.allows(address) == allowed


def test_no_rule_allows_all() -> None:
    assert not AddressRules()
    assert AddressRules().allows("192.0.2.1")
    assert AddressRules().allows("no address")


def test_a_rule_that_is_no_address_is_refused_by_name() -> None:
    assert RULES
    with pytest.raises(ValueError, match=r"'10\.1\.2' is neither"):
        AddressRules(["10.0.0.1", "10.1.2"])


def test_no_more_connections_than_the_limit_are_open() -> None:
    admission = Admission(2)
    admission.enter(0)
    admission.enter(0)
    with pytest.raises(ConnectionRefused, match="2 connections are open") as refused:
        admission.enter(0)
    assert refused.value.reason == "connections"
    admission.leave()
    admission.enter(0)
    assert admission.open == 2


def test_connections_that_come_too_fast_are_refused_and_not_counted() -> None:
    admission = Admission(10, TokenBucket(1.0))
    admission.enter(0)
    with pytest.raises(ConnectionRefused, match="faster") as refused:
        admission.enter(0)
    assert refused.value.reason == "rate"
    assert admission.open == 1
    admission.enter(1_000_000_000)
