"""What a REST source is asked, and how."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from pyfixmsg_plus.domain import DataQuality
from pyfixmsg_plus.feeds.rest.mapping import BarMapping, JsonMapping

__all__ = ["HttpJsonSettings"]


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpJsonSettings:
    """What a REST source is asked, and how.

    Attributes:
        url: Of the price of one name, with ``{symbol}`` in it.
        batch_url: Of the prices of many, with ``{symbols}`` in it; empty: names are asked for one by one.
        history_url: Of daily bars, with ``{symbol}`` and ``{days}`` in it; empty: the source has none.
        mapping: Where the fields of prices stand.
        bars: Where the fields of bars stand.
        headers: Sent with every request; they may hold secrets and are never shown.
        name: Of the source.
        quality: What its prices are worth at most.
        names_per_call: How many names ``batch_url`` takes.
        concurrent: Requests of one batch that are under way at once.
        poll_s: Between two looks at subscribed names, in seconds.
        timeout_s: For a whole answer, in seconds.
        heard_s: A source that did not answer for longer is not ``UP``, in seconds.
        max_bytes: Of an answer; a longer one is no price.
        images: Answers that are remembered, so that the source can say that nothing changed.
        ca_file: Certificates that the source's must go back to; empty: the system's.
        proxy: URL of a proxy to go through; empty: none.
    """

    url: str = field(repr=False)
    batch_url: str = field(default="", repr=False)
    history_url: str = field(default="", repr=False)
    mapping: JsonMapping = field(default_factory=JsonMapping)
    bars: BarMapping = field(default_factory=BarMapping)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    name: str = "HTTP_JSON"
    quality: DataQuality = DataQuality.MEDIUM
    names_per_call: int = 50
    concurrent: int = 5
    poll_s: float = 5.0
    timeout_s: float = 5.0
    heard_s: float = 60.0
    max_bytes: int = 1_048_576
    images: int = 10_000
    ca_file: str = ""
    proxy: str = field(default="", repr=False)

    def __post_init__(self) -> None:
        for named, url, places in (
            ("url", self.url, ("{symbol}",)),
            ("batch_url", self.batch_url, ("{symbols}",)),
            ("history_url", self.history_url, ("{symbol}", "{days}")),
        ):
            missing = [place for place in places if place not in url]
            if (url or named == "url") and (missing or not url.startswith(("http://", "https://"))):
                raise ValueError(f"{named} must be an http or https address with {' and '.join(places)} in it")
        if self.batch_url and not self.mapping.symbol:
            raise ValueError("an answer about many names needs the field that names the instrument: mapping.symbol")
