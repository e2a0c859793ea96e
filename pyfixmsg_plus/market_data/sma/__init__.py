"""The SMA adapter: any source of prices, made fit for many readers."""

from pyfixmsg_plus.market_data.sma.adapter import SmaAdapter, SmaStats
from pyfixmsg_plus.market_data.sma.settings import SmaSettings

__all__ = ["SmaAdapter", "SmaSettings", "SmaStats"]
