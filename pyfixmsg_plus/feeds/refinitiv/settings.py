"""What the source of prices is told: where, who, and how."""

from dataclasses import dataclass, field

from pyfixmsg_plus.config.secret import Secret
from pyfixmsg_plus.feeds.refinitiv.dialing import DialSettings
from pyfixmsg_plus.feeds.refinitiv.items import ItemRules
from pyfixmsg_plus.feeds.refinitiv.login import LoginSettings
from pyfixmsg_plus.feeds.refinitiv.price import PriceModel

__all__ = ["LsegSettings"]

PATH = "/WebSocket"


@dataclass(frozen=True, slots=True, kw_only=True)
class LsegSettings:
    """How prices are had from LSEG Real-Time.

    Attributes:
        urls: ``ws://`` or ``wss://``, tried one after another; without a path it is ``/WebSocket``.
        standby_urls: Of the second line of a hot standby, where endpoints are not discovered.
        hot_standby: Keep two lines with the same items, and publish one.
        first_arrival: Of a hot standby publish whichever line is first, once both are seen to say the same.
        login: Who logs in.
        service: Name or number of the service; nothing: the server's default.
        other_services: Tried in turn where one does not have an item.
        token: A token that does not change, where the site gives one.
        dialing: How connections are made.
        items: Limits and delays of items.
        model: How fields become prices.
        name: Of the source.
        fields: Names of the fields that are wanted; empty: all.
        timeout_s: For an answer to ``get`` and ``batch``, in seconds.
        down_s: Without a connection for longer, the source is ``DOWN``, in seconds.
        same_place_s: Between two attempts at one place, at least.
        reconnect_most_s: The longest delay between two attempts.
    """

    urls: tuple[str, ...] = ()
    standby_urls: tuple[str, ...] = ()
    hot_standby: bool = False
    first_arrival: bool = False
    login: LoginSettings = field(default_factory=LoginSettings)
    service: str | int | None = None
    other_services: tuple[str | int, ...] = ()
    token: Secret | None = None
    dialing: DialSettings = field(default_factory=DialSettings)
    items: ItemRules = field(default_factory=ItemRules)
    model: PriceModel = field(default_factory=PriceModel)
    name: str = "SMA_REFINITIV"
    fields: tuple[str | int, ...] = ()
    timeout_s: float = 5.0
    down_s: float = 30.0
    same_place_s: float = 3.0
    reconnect_most_s: float = 60.0

    def __post_init__(self) -> None:
        for url in (*self.urls, *self.standby_urls):
            if not url.startswith(("ws://", "wss://")):
                raise ValueError("a URL begins with ws:// or wss://")
        object.__setattr__(self, "urls", tuple(map(_with_path, self.urls)))
        object.__setattr__(self, "standby_urls", tuple(map(_with_path, self.standby_urls)))


def _with_path(url: str) -> str:
    scheme, _, rest = url.partition("://")
    host, slash, path = rest.partition("/")
    return f"{scheme}://{host}/{path}" if slash and path else f"{scheme}://{host}{PATH}"
