"""Where to connect and listen, and by which TLS."""

from collections.abc import Iterator

from pyfixmsg_plus.config.checks.finding import Finding, quickfix_name
from pyfixmsg_plus.config.session_keys import SessionKeys

__all__ = ["network", "tls"]


def network(session: SessionKeys) -> Iterator[Finding]:
    """Yield what is wrong with the ways to a peer."""
    if session.connection_type == "acceptor":
        if session.socket_accept_port is None:
            yield Finding(
                ("socket_accept_port", "connection_type"), "SocketAcceptPort is missing, which an acceptor listens on",
                "Write SocketAcceptPort=9876, or the port that you agreed on.",
            )  # fmt: skip
        return
    hosts, ports = session.socket_connect_host, session.socket_connect_port
    if not hosts and session.socket_connect_protocol == "TCP" and not session.dynamic_session:
        yield Finding(
            ("socket_connect_host", "connection_type"), "SocketConnectHost is missing, which an initiator connects to",
            "Write SocketConnectHost=, the peer's host.",
        )  # fmt: skip
    if not ports and not session.dynamic_session:
        yield Finding(
            ("socket_connect_port", "connection_type"), "SocketConnectPort is missing, which an initiator connects to",
            "Write SocketConnectPort=, the peer's port.",
        )  # fmt: skip
    if hosts and ports and len(hosts) != len(ports):
        yield Finding(
            ("socket_connect_port", "socket_connect_host"),
            f"there are {len(hosts)} hosts and {len(ports)} ports",
            "Give each SocketConnectHost<n> its SocketConnectPort<n>.",
        )
    yield from _proxy(session)


def _proxy(session: SessionKeys) -> Iterator[Finding]:
    if session.proxy_type is None:
        if session.proxy_host:
            yield Finding(
                ("proxy_host", "proxy_type"), "ProxyHost is given without ProxyType", "Write ProxyType=socks or http."
            )
        return
    if not session.proxy_host:
        yield Finding(("proxy_host", "proxy_type"), "ProxyType is given without ProxyHost", "Write ProxyHost=.")
    if session.proxy_port is None:
        yield Finding(("proxy_port", "proxy_type"), "ProxyType is given without ProxyPort", "Write ProxyPort=1080.")
    allowed = {"http": ("1.0", "1.1"), "socks": ("4", "4a", "5"), "socks4": ("4",), "socks4a": ("4a",),
               "socks5": ("5",)}[session.proxy_type]  # fmt: skip
    if session.proxy_version is not None and session.proxy_version not in allowed:
        yield Finding(
            ("proxy_version", "proxy_type"),
            f"there is no version {session.proxy_version} of a proxy of type {session.proxy_type}",
            f"Write {' or '.join(allowed)}.",
        )
    if session.proxy_password is not None and not session.proxy_user:
        yield Finding(("proxy_password", "proxy_user"), "ProxyPassword is given without ProxyUser", "Write ProxyUser=.")


def tls(session: SessionKeys) -> Iterator[Finding]:
    """Yield what is wrong with certificates, keys and versions of TLS."""
    own = [
        name
        for name in ("socket_certificate_file", "socket_certificate_bytes", "socket_private_key_file",
                     "socket_private_key_bytes")
        if getattr(session, name) is not None
    ]  # fmt: skip
    for name in ("key_store_type", "trust_store_type"):
        if getattr(session, name).upper() not in ("", "PKCS12", "PEM", "PFX", "P12"):
            yield Finding(
                (name,),
                f"a store of type {getattr(session, name)!r} cannot be read",
                "Convert it: keytool -importkeystore -srckeystore OLD -destkeystore NEW.p12 -deststoretype pkcs12.",
            )
    if not session.socket_use_ssl:
        if own:
            yield Finding(
                ("socket_use_ssl", own[0]),
                f"{quickfix_name(own[0])} is given, and TLS is off: everything is sent in clear",
                "Write SocketUseSSL=Y, or leave the certificate out.",
                is_warning=True,
            )
        return
    for what in ("certificate", "private_key", "ca"):
        file, text = f"socket_{what}_file", f"socket_{what}_bytes"
        if getattr(session, file) is not None and getattr(session, text) is not None:
            yield Finding(
                (text, file),
                f"{quickfix_name(file)} and {quickfix_name(text)} are both given",
                "Leave one of them out.",
            )
    certificate = session.socket_certificate_file or session.socket_certificate_bytes
    key = session.socket_private_key_file or session.socket_private_key_bytes
    if certificate is None and key is not None:
        yield Finding(
            (own[0], "socket_certificate_file"),
            "a private key is given without its certificate",
            "Write SocketCertificateFile=, or leave the key out.",
        )
    if certificate is None and session.connection_type == "acceptor":
        yield Finding(
            ("socket_certificate_file", "socket_use_ssl"),
            "an acceptor that speaks TLS needs a certificate",
            "Write SocketCertificateFile= and SocketPrivateKeyFile=.",
        )
    own_text = session.socket_certificate_bytes
    if own_text is not None and key is None and "PRIVATE KEY-----" not in own_text.reveal():
        yield Finding(
            ("socket_private_key_bytes", "socket_certificate_bytes"),
            "a certificate is given without its private key",
            "Write SocketPrivateKeyBytes=, or put the key into SocketCertificateBytes too.",
        )
    if not session.ssl_validate_certificates and session.connection_type == "initiator":
        yield Finding(
            ("ssl_validate_certificates",),
            "the certificate of the peer is not checked: anyone can answer in its place",
            "Write SocketCAFile= with the certificate to trust, and leave this out.",
            is_warning=True,
        )
