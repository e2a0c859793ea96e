"""Keys of connections: where to connect, where to listen, and how sockets behave."""

from pyfixmsg_plus.config.key import Group, Topic
from pyfixmsg_plus.config.kinds import Choice, Flag, ListOf, Network, SecretText, Text, TrafficClass, Whole

__all__ = ["ACCEPT", "CONNECT", "SOCKET"]

_CJGN = "CJGN"
_PORT = Whole(1, 65_535, "port")
_ANY_PORT = Whole(0, 65_535, "port")
_HOST = Text(without=" ,/")
_WIRE = Choice(("TCP", "VM_PIPE"), also=(("SOCKET", "TCP"),))
_NTLM = "A proxy is asked with ProxyUser and ProxyPassword; NTLM is not spoken. Leave it out."

_connect = Topic(Group.CONNECT)
_key = _connect.key
CONNECT = (
    _key("SocketConnectHost", ListOf(_HOST, only_once=False), "The peer's hosts, tried in turn.", (),
         default_words="required for initiators", engines=_CJGN, is_numbered=True),
    _key("SocketConnectPort", ListOf(_PORT, only_once=False), "Their ports.", (),
         default_words="required for initiators", engines=_CJGN, is_numbered=True),
    _key("HostSelectionPolicy", Choice(("ROUNDROBIN", "PRIORITY"), also=(("ROUND_ROBIN", "ROUNDROBIN"),)),
         "Go on with the next host, or always begin with the first.", "ROUNDROBIN", engines="C"),
    _key("HostSelectionPolicyPriorityStartOverInterval", Whole(0, 86_400, "s"),
         "After so long, PRIORITY begins with the first host again.", 120, engines="C"),
    _key("ReconnectInterval", Whole(1, 86_400, "s"), "The pause between attempts to connect.", 30, engines=_CJGN),
    _key("SocketConnectSourceHost", _HOST, "Our own address to connect from.", "", default_words="any",
         aliases=("SocketLocalHost",), engines="CJ"),
    _key("SocketConnectSourcePort", _ANY_PORT, "Our own port to connect from.", 0, default_words="any",
         aliases=("SocketLocalPort",), engines="CJ"),
    _key("SocketConnectTimeout", Whole(1, 86_400, "s"), "The longest that connecting may take.", 60, engines="J"),
    _key("SocketConnectProtocol", _WIRE, "TCP, or within the process.", "TCP", engines="J"),
    _key("ProxyType", Choice(("http", "socks", "socks4", "socks4a", "socks5")), "Connect through a proxy of this type.",
         engines="JG"),
    _key("ProxyVersion", Choice(("4", "4a", "5", "1.0", "1.1")), "The version of the proxy's protocol.",
         default_words="5 of SOCKS, 1.1 of HTTP", engines="JG"),
    _key("ProxyHost", _HOST, "The proxy's host.", "", engines="JG"),
    _key("ProxyPort", _PORT, "The proxy's port.", engines="JG"),
    _key("ProxyUser", Text(), "The user for the proxy.", "", engines="JG"),
    _key("ProxyPassword", SecretText(), "The password for the proxy.", engines="JG"),
    _connect.refused("ProxyDomain", Text(), "The domain of the user, for NTLM.", _NTLM, engines="JG"),
    _connect.refused("ProxyWorkstation", Text(), "The name of this computer, for NTLM.", _NTLM, engines="JG"),
    _key("SocketIgnoreProxy", Flag(), "Do not use the proxy of the system.", "N", engines="N"),
)  # fmt: skip

_key = Topic(Group.ACCEPT).key
ACCEPT = (
    _key("SocketAcceptPort", _ANY_PORT, "The port to listen on, shared by any number of sessions; 0 takes a free one.",
         default_words="required for acceptors", engines=_CJGN),
    _key("SocketAcceptAddress", _HOST, "The address to listen on; 0.0.0.0 is all.", "127.0.0.1",
         default_words="127.0.0.1 (C J G N: all)", aliases=("SocketAcceptHost",), engines="JGN"),
    _key("SocketAcceptProtocol", _WIRE, "TCP, or within the process.", "TCP", engines="J"),
    _key("AllowedRemoteAddresses", ListOf(Network()), "Addresses and networks that may connect.", (),
         default_words="all", engines="CJ"),
    _key("AcceptorTemplate", Flag(), "Unknown Logons make sessions like this one; `*` in an id stands for any.", "N",
         engines="J"),
    _key("DynamicSessions", Flag(), "Unknown Logons make sessions.", "N", engines="G"),
    _key("DynamicQualifier", Flag(), "Each of them has a SessionQualifier of its own.", "N", engines="G"),
    _key("UseTCPProxy", Flag(), "A load balancer sends a PROXY header (version 1 or 2) before the first byte.", "N",
         engines="G"),
    _key("ContinueInitializationOnError", Flag(), "One session that cannot be made does not stop the others.", "N",
         engines="J"),
    _key("LogMessageWhenSessionNotFound", Flag(), "Log a Logon(35=A) of no known session, redacted.", "Y",
         engines="J"),
    _key("MaxConnections", Whole(1, 1_000_000), "So many connections may be open on a port.", 1000),
    _key("MaxLogonsPerS", Whole(1, 1_000_000), "So many new connections a second.", 50),
)  # fmt: skip

_socket = Topic(Group.SOCKET)
_key = _socket.key
_BYTES = Whole(1, 1 << 30, "bytes")
SOCKET = (
    _key("SocketNodelay", Flag(), "Send small messages at once (TCP_NODELAY).", "Y",
         default_words="Y (C N)", aliases=("SocketTcpNoDelay",), engines="CJN"),
    _key("SocketReuseAddress", Flag(), "SO_REUSEADDR.", "Y", engines="CJ"),
    _key("SocketSendBufferSize", _BYTES, "SO_SNDBUF.", default_words="of the system", engines="CJN"),
    _key("SocketReceiveBufferSize", _BYTES, "SO_RCVBUF.", default_words="of the system", engines="CJN"),
    _key("SocketKeepAlive", Flag(), "SO_KEEPALIVE.", default_words="of the system", engines="J"),
    _key("SocketLinger", Whole(-1, 65_535, "s"), "SO_LINGER; -1 is off.", default_words="of the system", engines="J"),
    _key("SocketTrafficClass", TrafficClass(), "The traffic class of packets.", default_words="of the system",
         engines="J"),
    _key("SocketOobInline", Flag(), "SO_OOBINLINE.", default_words="of the system", engines="J"),
    _key("SocketTimeout", Whole(1, 86_400, "s"), "The longest that the TLS handshake may take.", engines="G"),
    _key("SocketSendTimeout", Whole(0, 86_400_000, "ms"), "The longest that bytes may wait with none taken.", 0,
         default_words="0, none", engines="N"),
    _key("SocketReceiveTimeout", Whole(0, 86_400_000, "ms"), "The longest silence of the peer.", 0,
         default_words="0, none", engines="N"),
    _socket.ignored("SocketSynchronousWrites", Flag(), "Wait until bytes are sent.",
                    "Writing never waits here; write_buffer_bytes bounds what is not sent yet.", "N", engines="J"),
    _socket.ignored("SocketSynchronousWriteTimeout", Whole(0, 86_400_000, "ms"), "How long to wait.",
                    "Writing never waits here; write_buffer_bytes bounds what is not sent yet.", engines="J"),
    _key("MaxScheduledWriteRequests", Whole(), "A peer that takes none of so many messages is disconnected.", 0,
         default_words="0, by bytes", engines="J"),
    _key("InChanCapacity", Whole(), "So many received messages may wait for the application.", 0,
         default_words="0, by bytes", engines="G"),
    _key("WriteBufferBytes", Whole(4096, 1 << 34, "bytes"), "A peer that leaves more than this unread is disconnected.",
         16 << 20, default_words="16 MiB"),
    _key("ThrottleOutPerS", Whole(1, 100_000_000), "Send at most so many messages a second.", default_words="no limit"),
    _key("ThrottleInPerS", Whole(1, 100_000_000), "Take at most so many messages a second.", default_words="no limit"),
    _key("Driver", Choice(("asyncio", "native", "native_busy_poll")), "What carries the session.", "asyncio"),
    _key("HttpAcceptPort", _PORT, "The port of the status page.", default_words="none", engines="C"),
)  # fmt: skip
