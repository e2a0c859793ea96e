"""What the settings of a session say about connections, in the words of ``transport``."""

from collections.abc import Mapping
from dataclasses import replace

from pyfixmsg_plus.config import SessionSettings
from pyfixmsg_plus.config.secret import Secret
from pyfixmsg_plus.errors import ConfigError
from pyfixmsg_plus.transport import (
    Address,
    CertificateSource,
    ConnectOptions,
    HostSelection,
    LinkLimits,
    ListenOptions,
    ProxyKind,
    ProxyOptions,
    ReconnectOptions,
    SocketOptions,
    TlsOptions,
    Wire,
)
from pyfixmsg_plus.transport.options import HIGH_WATER_BYTES

__all__ = ["Port", "connect_options", "listen_options", "port_of", "reconnect_options"]

# Where a listener listens: sessions that name the same share it.
Port = tuple[str, str, int]

_MS_PER_S = 1000
_PROXIES = {
    "http": ProxyKind.HTTP,
    "socks": ProxyKind.SOCKS5,
    "socks4": ProxyKind.SOCKS4,
    "socks4a": ProxyKind.SOCKS4A,
    "socks5": ProxyKind.SOCKS5,
}
_SOCKS_VERSIONS = {"4": ProxyKind.SOCKS4, "4a": ProxyKind.SOCKS4A, "5": ProxyKind.SOCKS5}


def port_of(settings: SessionSettings) -> Port:
    """Where an acceptor's session is reached."""
    if settings.socket_accept_port is None:
        raise ConfigError(f"{settings}: an acceptor needs SocketAcceptPort")
    return settings.socket_accept_protocol, settings.socket_accept_address, settings.socket_accept_port


def listen_options(sessions: list[SessionSettings]) -> ListenOptions:
    """How to listen for sessions that share a port.

    Addresses are allowed if one of the sessions allows them; each session looks again at its own. The limits are those
    of the first.

    Raises:
        ConfigError: The sessions do not agree on TLS, or on PROXY headers.
    """
    first = sessions[0]
    for other in sessions[1:]:
        if _tls(other) != _tls(first) or other.use_tcp_proxy != first.use_tcp_proxy:
            raise ConfigError(f"{first} and {other} share a port and must agree on TLS and UseTCPProxy")
    open_to_all = any(not settings.allowed_remote_addresses for settings in sessions)
    allowed = () if open_to_all else tuple(one for each in sessions for one in each.allowed_remote_addresses)
    return ListenOptions(
        wire=Wire(first.socket_accept_protocol),
        host=first.socket_accept_address,
        port=first.socket_accept_port or 0,
        allowed_addresses=allowed,
        max_connections=first.max_connections,
        connections_per_s=first.max_logons_per_s,
        proxy_protocol=first.use_tcp_proxy,
        first_byte_timeout_s=float(first.logon_timeout),
        socket=_socket(first),
        tls=_tls(first),
        limits=_limits(first),
    )


def connect_options(settings: SessionSettings, environ: Mapping[str, str]) -> ConnectOptions:
    """How an initiator's session connects.

    Args:
        settings: Of the session.
        environ: Where the proxy of the system is looked up.
    """
    return ConnectOptions(
        wire=Wire(settings.socket_connect_protocol),
        connect_timeout_s=float(settings.socket_connect_timeout),
        source_host=settings.socket_connect_source_host or None,
        source_port=settings.socket_connect_source_port,
        socket=_socket(settings),
        tls=_tls(settings),
        proxy=_proxy(settings),
        environment={} if settings.socket_ignore_proxy else environ,
        limits=_limits(settings),
    )


def reconnect_options(settings: SessionSettings) -> ReconnectOptions:
    """Where an initiator's session connects, and how patiently.

    Raises:
        ConfigError: No address is given.
    """
    if not settings.addresses:
        raise ConfigError(f"{settings}: an initiator needs SocketConnectHost and SocketConnectPort")
    return ReconnectOptions(
        addresses=tuple(Address(host, port) for host, port in settings.addresses),
        selection=HostSelection(settings.host_selection_policy),
        start_over_s=float(settings.host_selection_policy_priority_start_over_interval),
        interval_s=float(settings.reconnect_interval),
    )


def _socket(settings: SessionSettings) -> SocketOptions:
    linger = settings.socket_linger
    return SocketOptions(
        nodelay=settings.socket_nodelay,
        reuse_address=settings.socket_reuse_address,
        send_buffer_bytes=settings.socket_send_buffer_size,
        receive_buffer_bytes=settings.socket_receive_buffer_size,
        keep_alive=settings.socket_keep_alive,
        linger_s=None if linger is None or linger < 0 else linger,
        traffic_class=settings.socket_traffic_class,
        oob_inline=settings.socket_oob_inline,
    )


def _limits(settings: SessionSettings) -> LinkLimits:
    # The application is told to hold before the peer is taken for slow.
    high_water = min(HIGH_WATER_BYTES, max(2, settings.write_buffer_bytes // 2))
    return LinkLimits(
        write_buffer_bytes=settings.write_buffer_bytes,
        write_buffer_writes=settings.max_scheduled_write_requests or None,
        high_water_bytes=high_water,
        close_timeout_s=float(settings.logout_timeout),
        send_timeout_s=settings.socket_send_timeout / _MS_PER_S or None,
        receive_timeout_s=settings.socket_receive_timeout / _MS_PER_S or None,
    )


def _revealed(secret: Secret | None) -> str | None:
    return secret.reveal() if secret is not None else None


def _tls(settings: SessionSettings) -> TlsOptions | None:
    if not settings.socket_use_ssl:
        return None
    own = None
    if settings.socket_certificate_file is not None or settings.socket_certificate_bytes is not None:
        own = CertificateSource(
            certificate_file=settings.socket_certificate_file,
            private_key_file=settings.socket_private_key_file,
            certificate=_revealed(settings.socket_certificate_bytes),
            private_key=_revealed(settings.socket_private_key_bytes),
            password=_revealed(settings.socket_private_key_password),
        )
    options = TlsOptions(
        own=own,
        ca_file=settings.socket_ca_file,
        ca_directory=settings.socket_ca_directory,
        ca=_revealed(settings.socket_ca_bytes),
        ca_password=_revealed(settings.socket_trust_store_password),
        crl_file=settings.certificate_revocation_list_file,
        crl_directory=settings.certificate_revocation_list_directory,
        check_revocation=settings.ssl_check_certificate_revocation,
        verify=settings.ssl_validate_certificates,
        need_client_auth=settings.need_client_auth,
        want_client_auth=settings.want_client_auth,
        send_server_name=settings.use_sni,
        server_name=settings.sni_host_name or None,
        check_server_name=settings.endpoint_identification_algorithm == "HTTPS",
        minimum_version=settings.ssl_protocol,
        cipher_suites=settings.cipher_suites,
    )
    if settings.socket_timeout is None:
        return options
    return replace(options, handshake_timeout_s=float(settings.socket_timeout))


def _proxy(settings: SessionSettings) -> ProxyOptions | None:
    if settings.proxy_type is None or settings.proxy_port is None:
        return None
    kind = _PROXIES[settings.proxy_type]
    if kind is not ProxyKind.HTTP and settings.proxy_version in _SOCKS_VERSIONS:
        kind = _SOCKS_VERSIONS[settings.proxy_version]
    return ProxyOptions(
        kind=kind,
        host=settings.proxy_host,
        port=settings.proxy_port,
        user=settings.proxy_user or None,
        password=_revealed(settings.proxy_password),
    )
