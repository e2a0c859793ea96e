"""What the page shows and how it hears of changes: one state, followed by snapshot and deltas over one WebSocket.

::

    hub = page_hub(epoch)
    show(hub, BasketView(basket_code="TECH_LEADERS", ...))     # on every change
    await follow(websocket, hub, admit, clock)                 # one call for each page
    page_file("/")                                             # the page itself
"""

from pyfixmsg_plus.monitor.bundle import SECURITY_HEADERS, StaticFile, page_file, page_files
from pyfixmsg_plus.monitor.decoding import DecodedField, DecodedMessage, decode
from pyfixmsg_plus.monitor.fix_feed import FixFeed
from pyfixmsg_plus.monitor.following import Follower, FrameError
from pyfixmsg_plus.monitor.hub import CHANGES_MAX, Hub, Path, Reader
from pyfixmsg_plus.monitor.plain import moment, plain
from pyfixmsg_plus.monitor.recent import Recent
from pyfixmsg_plus.monitor.streaming import Admission, PageSocket, follow
from pyfixmsg_plus.monitor.views import (
    PARTS,
    ApprovalView,
    BasketView,
    ConstituentView,
    DecisionView,
    FixEventView,
    LatencyPoint,
    LatencyView,
    MessageView,
    ServiceView,
    SessionView,
    SourceView,
    VendorStatusView,
    VendorView,
    View,
    hide,
    page_hub,
    show,
)

__all__ = [
    "CHANGES_MAX",
    "PARTS",
    "SECURITY_HEADERS",
    "Admission",
    "ApprovalView",
    "BasketView",
    "ConstituentView",
    "DecisionView",
    "DecodedField",
    "DecodedMessage",
    "FixEventView",
    "FixFeed",
    "Follower",
    "FrameError",
    "Hub",
    "LatencyPoint",
    "LatencyView",
    "MessageView",
    "PageSocket",
    "Path",
    "Reader",
    "Recent",
    "ServiceView",
    "SessionView",
    "SourceView",
    "StaticFile",
    "VendorStatusView",
    "VendorView",
    "View",
    "decode",
    "follow",
    "hide",
    "moment",
    "page_file",
    "page_files",
    "page_hub",
    "plain",
    "show",
]
