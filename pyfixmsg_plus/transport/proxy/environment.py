"""The proxy that the environment names for connections of any kind.

``ALL_PROXY`` names it, ``NO_PROXY`` the hosts that are reached without; names in lower case go first, as other programs
have it. ``HTTP_PROXY`` and ``HTTPS_PROXY`` are for the web and are not looked at.
"""

import ipaddress
from collections.abc import Mapping
from urllib.parse import unquote, urlsplit

from pyfixmsg_plus.errors import ProxyError
from pyfixmsg_plus.transport.options import ProxyKind, ProxyOptions

__all__ = ["proxy_from_environment"]

_KINDS = {
    "http": ProxyKind.HTTP,
    "socks": ProxyKind.SOCKS5,
    "socks4": ProxyKind.SOCKS4,
    "socks4a": ProxyKind.SOCKS4A,
    "socks5": ProxyKind.SOCKS5,
    "socks5h": ProxyKind.SOCKS5,
}
_DEFAULT_PORTS = {ProxyKind.HTTP: 80}
_SOCKS_PORT = 1080


def proxy_from_environment(environ: Mapping[str, str], host: str) -> ProxyOptions | None:
    """The proxy to reach a host through; None for none.

    This machine itself is reached without one. ``NO_PROXY`` is a list of names (with all below them), addresses,
    networks, or ``*``.

    Raises:
        ProxyError: ``ALL_PROXY`` names no proxy of a kind that is known here.
    """
    named = _variable(environ, "all_proxy")
    if not named or _is_this_machine(host) or _is_excepted(_variable(environ, "no_proxy"), host):
        return None
    try:
        url = urlsplit(named if "://" in named else f"http://{named}")
        port = url.port
    except ValueError as error:
        raise ProxyError("ALL_PROXY holds no address of a proxy") from error
    kind = _KINDS.get(url.scheme.lower())
    if kind is None or not url.hostname:
        raise ProxyError("ALL_PROXY holds no address of an http, socks4, socks4a or socks5 proxy")
    return ProxyOptions(
        kind,
        url.hostname,
        port or _DEFAULT_PORTS.get(kind, _SOCKS_PORT),
        None if url.username is None else unquote(url.username),
        None if url.password is None else unquote(url.password),
    )


def _variable(environ: Mapping[str, str], name: str) -> str:
    return (environ.get(name) or environ.get(name.upper()) or "").strip()


def _is_this_machine(host: str) -> bool:
    if host.lower().rstrip(".") == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _is_excepted(no_proxy: str, host: str) -> bool:
    host = host.lower().rstrip(".")
    for entry in (part.strip().lower() for part in no_proxy.split(",")):
        if entry == "*":
            return True
        name = entry.removeprefix("*").removeprefix(".").rstrip(".")
        if name and (host == name or host.endswith(f".{name}")):
            return True
        try:
            if ipaddress.ip_address(host) in ipaddress.ip_network(entry, strict=False):
                return True
        except ValueError:
            continue
    return False
