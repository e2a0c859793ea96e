"""Carry bytes: connections over TCP and TLS, through proxies, and within the process.

``Connector`` makes connections, ``Listener`` takes them; both give a ``Link`` to a ``LinkHandler``. What decides stands
apart and does no I/O: ``ReconnectPlan`` when and where to connect next, ``Admission`` and ``TokenBucket`` how many,
``AddressRules`` who. Nothing here knows what the bytes mean.
"""

from pyfixmsg_plus.errors import (
    ConnectError,
    ConnectionRefused,
    ProxyError,
    ProxyHeaderError,
    SlowConsumer,
    TlsError,
    TransportError,
    TransportTimeout,
)
from pyfixmsg_plus.transport.admission import AddressRules, Admission
from pyfixmsg_plus.transport.connector import Connector
from pyfixmsg_plus.transport.contract import Address, CertificateNames, Link, LinkHandler, PeerInfo, TlsInfo
from pyfixmsg_plus.transport.link import Scheduler
from pyfixmsg_plus.transport.listener import Listener
from pyfixmsg_plus.transport.loops import new_event_loop, run
from pyfixmsg_plus.transport.memory import memory_pair
from pyfixmsg_plus.transport.options import (
    CertificateSource,
    ConnectOptions,
    LinkLimits,
    ListenOptions,
    ProxyKind,
    ProxyOptions,
    SocketOptions,
    TlsOptions,
    Wire,
)
from pyfixmsg_plus.transport.proxy.environment import proxy_from_environment
from pyfixmsg_plus.transport.reconnect import Attempt, HostSelection, ReconnectOptions, ReconnectPlan
from pyfixmsg_plus.transport.reports import Report, Reporter, ReportKind, log_report
from pyfixmsg_plus.transport.token_bucket import TokenBucket

__all__ = [
    "Address",
    "AddressRules",
    "Admission",
    "Attempt",
    "CertificateNames",
    "CertificateSource",
    "ConnectError",
    "ConnectOptions",
    "ConnectionRefused",
    "Connector",
    "HostSelection",
    "Link",
    "LinkHandler",
    "LinkLimits",
    "ListenOptions",
    "Listener",
    "PeerInfo",
    "ProxyError",
    "ProxyHeaderError",
    "ProxyKind",
    "ProxyOptions",
    "ReconnectOptions",
    "ReconnectPlan",
    "Report",
    "ReportKind",
    "Reporter",
    "Scheduler",
    "SlowConsumer",
    "SocketOptions",
    "TlsError",
    "TlsInfo",
    "TlsOptions",
    "TokenBucket",
    "TransportError",
    "TransportTimeout",
    "Wire",
    "log_report",
    "memory_pair",
    "new_event_loop",
    "proxy_from_environment",
    "run",
]
