"""Several sources as one: by priority, with fallback, judged and compared."""

from pyfixmsg_plus.market_data.proxies.proxies import Found, SourceProxies, SourceState
from pyfixmsg_plus.market_data.proxies.proxy import PRIORITIES, Proxy, ProxySettings

__all__ = ["PRIORITIES", "Found", "Proxy", "ProxySettings", "SourceProxies", "SourceState"]
