"""From options to the contexts that handshakes use, renewed when a file changes.

Handshakes that begin after a change use the new files; links that stand are not touched. Files that are changed for
broken ones are reported once, and the last good ones stay in use.
"""

import ssl
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from pyfixmsg_plus.errors import TlsError
from pyfixmsg_plus.transport.options import CertificateSource, TlsOptions
from pyfixmsg_plus.transport.reports import Report, Reporter, ReportKind
from pyfixmsg_plus.transport.tls.channel import TlsChannel
from pyfixmsg_plus.transport.tls.material import anchors, load_own, private_file, read_file, revocation_lists
from pyfixmsg_plus.transport.tls.suites import is_tls13, openssl_name

__all__ = ["TlsFactory"]

_VERSIONS = {
    "TLSV1.2": ssl.TLSVersion.TLSv1_2,
    "TLSV1.3": ssl.TLSVersion.TLSv1_3,
}
_TOO_OLD = {"SSLV2", "SSLV3", "TLSV1", "TLSV1.0", "TLSV1.1"}


class ServerObject(ssl.SSLObject):
    """A server's end, which remembers the name that the client asked for."""

    asked_server_name: str | None = None


@dataclass(frozen=True, slots=True)
class _Built:
    context: ssl.SSLContext
    suites: frozenset[str]


class TlsFactory:
    """Makes the channels of a connector or a listener.

    Args:
        options: What is wanted.
        server_side: For a listener.
        report: Who is told of renewed and of broken files, and of verification that is off.

    Raises:
        TlsError: The options or the files cannot be used.
    """

    def __init__(self, options: TlsOptions, *, server_side: bool, report: Reporter) -> None:
        self._options = options
        self._server_side = server_side
        self._report = report
        self._stamp = _stamp(options)
        self._built = _build(options, server_side=server_side)
        self._look_again_s: float | None = None
        if not server_side and not options.verify:
            text = "TLS verification is OFF: any server is accepted, and anyone on the way can read and change messages"
            report(Report(ReportKind.INSECURE, text))

    def channel(self, host: str, now_s: float) -> TlsChannel:
        """The channel for one connection.

        Args:
            host: For a client: the host that is connected to.
            now_s: Monotonic seconds, by which files are looked at again.

        Raises:
            TlsError: The name of the server cannot be one.
        """
        if self._look_again_s is None:
            self._look_again_s = now_s + self._options.reload_interval_s
        elif now_s >= self._look_again_s:
            self._look_again_s = now_s + self._options.reload_interval_s
            self.reload()
        options, built = self._options, self._built
        timeout_s = options.handshake_timeout_s
        if self._server_side:
            return TlsChannel(built.context, server_side=True, timeout_s=timeout_s, cipher_suites=built.suites)
        name = options.server_name or host
        check_here = options.verify and options.check_server_name and not options.send_server_name
        try:
            return TlsChannel(
                built.context,
                server_side=False,
                timeout_s=timeout_s,
                server_name=name if options.send_server_name else None,
                expected_name=name if check_here else None,
                cipher_suites=built.suites,
            )
        except (TypeError, ValueError) as error:  # a NUL is a TypeError
            raise TlsError(f"{name!r} can be no server's name", kind="SERVER_NAME") from error

    def reload(self) -> bool:
        """Read the files again if one has changed; answer whether new ones are in use."""
        stamp = _stamp(self._options)
        if stamp == self._stamp:
            return False
        self._stamp = stamp
        try:
            self._built = _build(self._options, server_side=self._server_side)
        except TlsError as error:
            text = f"changed TLS files cannot be used, the ones before stay in use: {error}"
            self._report(Report(ReportKind.CERTIFICATES_KEPT, text, error=error))
            return False
        self._report(Report(ReportKind.CERTIFICATES_RELOADED, "changed TLS files are in use for new connections"))
        return True


def _stamp(options: TlsOptions) -> tuple[tuple[str, int, int, int], ...]:
    """What is seen of all files without reading them."""
    stamps = []
    for path in _files(options):
        try:
            found = path.stat()
        except OSError:
            stamps.append((str(path), 0, 0, 0))
        else:
            stamps.append((str(path), found.st_mtime_ns, found.st_size, found.st_ino))
    return tuple(stamps)


def _files(options: TlsOptions) -> Iterator[Path]:
    own = [options.own] if options.own else []
    for source in (*own, *options.names.values()):
        yield from (path for path in (source.certificate_file, source.private_key_file) if path is not None)
    yield from (path for path in (options.ca_file, options.crl_file) if path is not None)
    for folder in (options.ca_directory, options.crl_directory):
        if folder is not None:
            yield from _entries(folder, must_exist=False)


def _entries(folder: Path, *, must_exist: bool = True) -> list[Path]:
    try:
        return sorted(path for path in folder.iterdir() if path.is_file())
    except OSError as error:
        if must_exist:
            raise TlsError(f"{folder}: {error.strerror}", kind="FILE") from error
        return []


def _build(options: TlsOptions, *, server_side: bool) -> _Built:
    if server_side and options.own is None:
        raise TlsError("a listener with TLS needs a certificate", kind="OPTIONS")
    context = _context(options, options.own, server_side=server_side)
    if server_side:
        context.sslobject_class = ServerObject
        named = {name.lower(): _context(options, own, server_side=True) for name, own in options.names.items()}
        context.sni_callback = _choosing(named)
    suites = frozenset(openssl_name(name) for name in options.cipher_suites)
    return _Built(context, suites)


def _choosing(
    named: dict[str, ssl.SSLContext],
) -> Callable[[ssl.SSLSocket | ssl.SSLObject, str | None, ssl.SSLContext], None]:
    def choose(connection: ssl.SSLSocket | ssl.SSLObject, name: str | None, _: ssl.SSLContext) -> None:
        if name is not None and isinstance(connection, ServerObject):
            connection.asked_server_name = name
            chosen = named.get(name.lower())
            if chosen is not None:
                connection.context = chosen

    return choose


def _context(options: TlsOptions, own: CertificateSource | None, *, server_side: bool) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER if server_side else ssl.PROTOCOL_TLS_CLIENT)
    context.options |= ssl.OP_NO_COMPRESSION | ssl.OP_NO_RENEGOTIATION
    # An anchor need not be self-signed: whoever names a certificate here trusts it, as in the stores of other engines.
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    _set_versions(context, options)
    if server_side:
        # A resumed connection would not ask again whether a certificate has been revoked.
        context.options |= ssl.OP_NO_TICKET | ssl.OP_CIPHER_SERVER_PREFERENCE
        context.num_tickets = 0
        verify = options.need_client_auth or options.want_client_auth
        context.verify_mode = ssl.CERT_NONE
        if verify:
            context.verify_mode = ssl.CERT_REQUIRED if options.need_client_auth else ssl.CERT_OPTIONAL
    else:
        verify = options.verify
        context.check_hostname = verify and options.check_server_name and options.send_server_name
        context.verify_mode = ssl.CERT_REQUIRED if verify else ssl.CERT_NONE
    if verify:
        _load_trust(context, options, server_side=server_side)
    if own is not None:
        load_own(context, own)
    return context


def _set_versions(context: ssl.SSLContext, options: TlsOptions) -> None:
    wanted = options.minimum_version.upper().replace("_", ".")
    if wanted in _TOO_OLD:
        raise TlsError(f"{options.minimum_version} is broken; TLSv1.2 is the least", kind="OPTIONS")
    if wanted not in _VERSIONS:
        raise TlsError(f"{options.minimum_version} is no version of TLS; TLSv1.2 and TLSv1.3 are", kind="OPTIONS")
    context.minimum_version = _VERSIONS[wanted]
    if not options.cipher_suites:
        return
    older = [openssl_name(name) for name in options.cipher_suites if not is_tls13(name)]
    if len(older) == len(options.cipher_suites):
        context.maximum_version = ssl.TLSVersion.TLSv1_2  # no suite of TLS 1.3 was named
        if context.minimum_version > context.maximum_version:
            raise TlsError("cipher_suites names none of TLSv1.3, which is the least version", kind="OPTIONS")
    elif not older:
        context.minimum_version = ssl.TLSVersion.TLSv1_3
    if older:
        try:
            context.set_ciphers(":".join(older))
        except ssl.SSLError as error:
            text = f"cipher_suites names no suite that is known here: {', '.join(options.cipher_suites)}"
            raise TlsError(text, kind="OPTIONS") from error


def _load_trust(context: ssl.SSLContext, options: TlsOptions, *, server_side: bool) -> None:
    trusted = list(_trusted(options))
    if trusted:
        try:
            context.load_verify_locations(cadata=b"\n".join(trusted).decode("ascii", "replace"))
        except ssl.SSLError as error:
            raise TlsError(f"the trust anchors cannot be read: {error.reason}", kind="FILE") from error
    else:
        context.load_default_certs(ssl.Purpose.CLIENT_AUTH if server_side else ssl.Purpose.SERVER_AUTH)
    lists = list(_revoked(options))
    if lists:
        try:
            with private_file(b"\n".join(lists)) as path:
                context.load_verify_locations(path)
        except ssl.SSLError as error:
            raise TlsError(f"the revocation lists cannot be read: {error.reason}", kind="FILE") from error
    elif options.check_revocation:
        raise TlsError("check_revocation needs a file or a directory of revocation lists", kind="OPTIONS")
    if lists:
        context.verify_flags |= ssl.VERIFY_CRL_CHECK_LEAF


def _trusted(options: TlsOptions) -> Iterator[bytes]:
    if options.ca is not None:
        text = options.ca.encode() if isinstance(options.ca, str) else options.ca
        yield anchors(text, "the trust anchors given as text")
    paths = [options.ca_file] if options.ca_file is not None else []
    if options.ca_directory is not None:
        paths += _entries(options.ca_directory)
    for path in paths:
        yield anchors(read_file(path), str(path), options.ca_password)


def _revoked(options: TlsOptions) -> Iterator[bytes]:
    paths = [options.crl_file] if options.crl_file is not None else []
    if options.crl_directory is not None:
        paths += _entries(options.crl_directory)
    for path in paths:
        yield revocation_lists(read_file(path), str(path))
