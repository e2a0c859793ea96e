"""Which endpoints of the cloud there are, and which of them to use. It decides and sends nothing."""

from collections.abc import Sequence
from dataclasses import dataclass

from pyfixmsg_plus.config.secret import Secret
from pyfixmsg_plus.feeds.refinitiv.http import HttpRequest, object_of

__all__ = ["DISCOVERY_URL", "Endpoint", "discovery_request", "endpoints", "first_choice", "two_zones"]

DISCOVERY_URL = "https://api.refinitiv.com/streaming/pricing/v1/?transport=websocket"
_ENDPOINTS_MAX = 1000


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One endpoint.

    Attributes:
        url: To connect to.
        zones: In which it stands; two or more share the load.
        provider: Who runs the machines.
    """

    url: str
    zones: tuple[str, ...]
    provider: str = ""


def discovery_request(token: Secret, url: str = DISCOVERY_URL) -> HttpRequest:
    """Return the request of the list."""
    headers = {"Authorization": f"Bearer {token.reveal()}", "Accept": "application/json"}
    return HttpRequest("GET", url, headers)


def endpoints(body: bytes, region: str = "", *, secure: bool = True) -> list[Endpoint]:
    """Return the WebSocket endpoints of a region, in the order of the answer; what makes no sense is left out.

    Args:
        body: Of the answer.
        region: With which the first zone begins, such as ``us-east``; empty: all.
        secure: Connections are made over TLS; only a simulator's are not.
    """
    services = object_of(body).get("services")
    found: list[Endpoint] = []
    for service in services[:_ENDPOINTS_MAX] if isinstance(services, list) else ():
        if not isinstance(service, dict) or service.get("transport") != "websocket":
            continue
        formats = service.get("dataFormat")
        if isinstance(formats, list) and formats and "tr_json2" not in formats:
            continue
        host, port, zones = service.get("endpoint"), service.get("port"), service.get("location")
        if not isinstance(host, str) or not host or not isinstance(zones, list) or not zones:
            continue
        if not all(isinstance(zone, str) for zone in zones) or not str(zones[0]).startswith(region):
            continue
        if not isinstance(port, int) or isinstance(port, bool) or not 0 < port < 65536:
            port = 443
        name, _, path = host.partition("/")
        scheme = "wss" if secure else "ws"
        provider = service.get("provider")
        found.append(
            Endpoint(
                f"{scheme}://{name}:{port}/{path or 'WebSocket'}",
                tuple(zones),
                provider if isinstance(provider, str) else "",
            )
        )
    return found


def first_choice(found: Sequence[Endpoint]) -> list[Endpoint]:
    """Return the endpoints in the order in which they are tried: those that share the load first."""
    return sorted(found, key=lambda endpoint: len(endpoint.zones) < 2)


def two_zones(found: Sequence[Endpoint]) -> tuple[Endpoint, Endpoint] | None:
    """Return two endpoints of one zone each, for a hot standby: of different zones where there are such."""
    single = [endpoint for endpoint in found if len(endpoint.zones) == 1]
    for other in single[1:]:
        if other.zones != single[0].zones:
            return single[0], other
    return (single[0], single[1]) if len(single) > 1 else None
