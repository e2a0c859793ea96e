"""Prices from REST services that answer in JSON. It needs the extra ``service``."""

from pyfixmsg_plus.feeds.rest.exchange import Token
from pyfixmsg_plus.feeds.rest.mapping import BarMapping, JsonMapping, TimeUnit
from pyfixmsg_plus.feeds.rest.settings import HttpJsonSettings
from pyfixmsg_plus.feeds.rest.source import HttpJsonSource

__all__ = ["BarMapping", "HttpJsonSettings", "HttpJsonSource", "JsonMapping", "TimeUnit", "Token"]
