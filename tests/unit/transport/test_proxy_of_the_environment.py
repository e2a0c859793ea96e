"""The proxy that the environment names."""

import pytest

from pyfixmsg_plus.errors import ProxyError
from pyfixmsg_plus.transport import ProxyKind, ProxyOptions, proxy_from_environment


@pytest.mark.parametrize(
    ("named", "proxy"),
    [
        ("http://proxy.test:3128", ProxyOptions(ProxyKind.HTTP, "proxy.test", 3128)),
        ("proxy.test:3128", ProxyOptions(ProxyKind.HTTP, "proxy.test", 3128)),
        ("http://proxy.test/", ProxyOptions(ProxyKind.HTTP, "proxy.test", 80)),
        ("socks5://proxy.test", ProxyOptions(ProxyKind.SOCKS5, "proxy.test", 1080)),
        ("socks5h://me:p%40ss@[::1]:9", ProxyOptions(ProxyKind.SOCKS5, "::1", 9, "me", "p@ss")),
        ("SOCKS4A://proxy.test:1", ProxyOptions(ProxyKind.SOCKS4A, "proxy.test", 1)),
        ("socks4://me@proxy.test:1", ProxyOptions(ProxyKind.SOCKS4, "proxy.test", 1, "me")),
    ],
)
def test_all_proxy_names_it(named: str, proxy: ProxyOptions) -> None:
    assert proxy_from_environment({"ALL_PROXY": named}, "venue.test") == proxy


@pytest.mark.parametrize(
    "named", ["ftp://proxy.test", "https://proxy.test", "http://", "http://proxy.test:port", "http://[::1"]
)
def test_what_is_no_proxy_that_is_known_is_refused_without_its_password(named: str) -> None:
    with pytest.raises(ProxyError, match="ALL_PROXY") as refused:
        proxy_from_environment({"ALL_PROXY": named}, "venue.test")
    assert named not in str(refused.value)


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST.", "127.0.0.1", "127.9.9.9", "::1"])
def test_this_machine_is_reached_without_one(host: str) -> None:
    assert proxy_from_environment({"ALL_PROXY": "http://proxy.test"}, host) is None


@pytest.mark.parametrize(
    ("no_proxy", "host", "through"),
    [
        ("*", "venue.test", False),
        ("venue.test", "venue.test", False),
        ("venue.test", "fix.venue.test", False),
        (".venue.test", "fix.Venue.Test", False),
        ("*.venue.test", "fix.venue.test.", False),
        ("venue.test", "myvenue.test", True),
        ("other.test, 10.0.0.0/8", "10.1.2.3", False),
        ("10.0.0.0/8", "11.1.2.3", True),
        ("192.0.2.7", "192.0.2.7", False),
        ("", "venue.test", True),
        (",", "venue.test", True),
    ],
)
def test_no_proxy_names_exceptions(no_proxy: str, host: str, through: bool) -> None:
    environ = {"ALL_PROXY": "http://proxy.test", "no_proxy": no_proxy}
    assert (proxy_from_environment(environ, host) is not None) == through


def test_names_in_lower_case_go_first_and_those_of_the_web_do_not_count() -> None:
    both = {"ALL_PROXY": "http://upper.test", "all_proxy": "http://lower.test"}
    proxy = proxy_from_environment(both, "venue.test")
    assert proxy is not None
    assert proxy.host == "lower.test"
    assert proxy_from_environment({"HTTPS_PROXY": "http://web.test", "HTTP_PROXY": "x"}, "venue.test") is None
