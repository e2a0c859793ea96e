"""LSEG Real-Time by its WebSocket protocol ``tr_json2``."""

from pyfixmsg_plus.feeds.refinitiv.dialing import DialSettings
from pyfixmsg_plus.feeds.refinitiv.events import Gap, GapReason, ItemState
from pyfixmsg_plus.feeds.refinitiv.items import ItemRules
from pyfixmsg_plus.feeds.refinitiv.login import LoginSettings
from pyfixmsg_plus.feeds.refinitiv.price import PriceModel, Template
from pyfixmsg_plus.feeds.refinitiv.settings import LsegSettings
from pyfixmsg_plus.feeds.refinitiv.source import LsegSource

__all__ = [
    "DialSettings",
    "Gap",
    "GapReason",
    "ItemRules",
    "ItemState",
    "LoginSettings",
    "LsegSettings",
    "LsegSource",
    "PriceModel",
    "Template",
]
