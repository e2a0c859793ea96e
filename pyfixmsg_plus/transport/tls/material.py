"""Certificates, keys and revocation lists: from files or text into the forms that the ssl module loads."""

import base64
import importlib
import os
import re
import ssl
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pyfixmsg_plus.errors import TlsError
from pyfixmsg_plus.transport.options import CertificateSource

__all__ = ["anchors", "load_own", "private_file", "read_file", "revocation_lists"]

# The first byte of every DER structure that may come here, and the first bytes of a Java key store.
_DER = b"\x30"
_JAVA_KEY_STORE = b"\xfe\xed\xfe\xed"
_ANCHOR = re.compile(rb"-----BEGIN (?:TRUSTED )?CERTIFICATE-----.*?-----END (?:TRUSTED )?CERTIFICATE-----", re.DOTALL)
_CRL = re.compile(rb"-----BEGIN X509 CRL-----.*?-----END X509 CRL-----", re.DOTALL)


def read_file(path: Path) -> bytes:
    """A file's bytes.

    Raises:
        TlsError: It cannot be read; the text names it.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise TlsError(f"{path}: {error.strerror}", kind="FILE") from error
    if data.startswith(_JAVA_KEY_STORE):
        text = f"{path}: a Java key store; keytool -importkeystore -deststoretype pkcs12 makes a PKCS 12 file of it"
        raise TlsError(text, kind="FILE")
    return data


@contextmanager
def private_file(data: bytes) -> Iterator[Path]:
    """A file that holds these bytes, that nobody else can read, and that is gone afterwards.

    The ssl module loads keys by path alone. Where Linux can, the file is in memory and has no name.
    """
    if hasattr(os, "memfd_create") and Path("/proc/self/fd").is_dir():
        descriptor = os.memfd_create("fixplus")
        try:
            with os.fdopen(os.dup(descriptor), "wb") as file:
                file.write(data)
            yield Path(f"/proc/self/fd/{descriptor}")
        finally:
            os.close(descriptor)
    else:
        descriptor, name = tempfile.mkstemp(prefix="fixplus-")  # for its owner alone, mode 0600
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(data)
            yield Path(name)
        finally:
            Path(name).unlink()


def load_own(context: ssl.SSLContext, source: CertificateSource) -> None:
    """Load a certificate, its chain and its key.

    Raises:
        TlsError: A file or text is missing, is none of the known forms, or the key is not the certificate's.
    """
    where = str(source.certificate_file or "the certificate given as text")
    certificate = _bytes(source.certificate)
    if certificate is None and source.certificate_file is not None:
        certificate = read_file(source.certificate_file)
    if certificate is None:
        raise TlsError("a certificate needs a file or a text", kind="FILE")
    if certificate.startswith(_DER):
        pem = _pkcs12_pem(certificate, source.password, where)
        password = None
    else:
        key = _bytes(source.private_key)
        if key is None and source.private_key_file is not None:
            key = read_file(source.private_key_file)
        pem = certificate if key is None else certificate + b"\n" + key
        password = source.password
    try:
        with private_file(pem) as path:
            # Without a password the library would ask for one on the terminal.
            context.load_cert_chain(path, password=password or "")
    except (ssl.SSLError, ValueError) as error:
        kind = getattr(error, "reason", None) or "FILE"
        text = f"{where}: no usable certificate with its key ({str(kind).replace('_', ' ').lower()})"
        raise TlsError(text, kind=str(kind)) from error


def anchors(data: bytes, where: str, password: str | None = None) -> bytes:
    """The trust anchors in PEM or PKCS 12, as PEM.

    Raises:
        TlsError: There are none.
    """
    if data.startswith(_DER):
        certificates = [*_pkcs12(data, password, where)[1]]
        return b"".join(certificates)
    if found := _ANCHOR.findall(data):
        return b"\n".join(found) + b"\n"
    raise TlsError(f"{where}: holds no certificate", kind="FILE")


def revocation_lists(data: bytes, where: str) -> bytes:
    """The revocation lists in PEM or DER, as PEM.

    Raises:
        TlsError: There are none.
    """
    if data.startswith(_DER):
        text = base64.encodebytes(data)
        return b"-----BEGIN X509 CRL-----\n" + text + b"-----END X509 CRL-----\n"
    if found := _CRL.findall(data):
        return b"\n".join(found) + b"\n"
    raise TlsError(f"{where}: holds no revocation list", kind="FILE")


def _bytes(text: str | bytes | None) -> bytes | None:
    return text.encode() if isinstance(text, str) else text


def _pkcs12_pem(data: bytes, password: str | None, where: str) -> bytes:
    key, certificates = _pkcs12(data, password, where)
    if key is None:
        raise TlsError(f"{where}: holds no private key", kind="FILE")
    return b"".join((key, *certificates))


def _pkcs12(data: bytes, password: str | None, where: str) -> tuple[bytes | None, list[bytes]]:
    """The key and the certificates, the key's own first, as PEM."""
    try:
        serialization: Any = importlib.import_module("cryptography.hazmat.primitives.serialization")
        pkcs12: Any = importlib.import_module("cryptography.hazmat.primitives.serialization.pkcs12")
    except ImportError as error:
        text = f"{where}: PKCS 12 needs the extra 'pkcs12': pip install 'pyfixmsg-plus[pkcs12]'"
        raise TlsError(text, kind="EXTRA") from error
    try:
        store = pkcs12.load_pkcs12(data, None if password is None else password.encode())
    except ValueError as error:
        raise TlsError(f"{where}: the PKCS 12 data or its password is wrong", kind="FILE") from error
    pem = serialization.Encoding.PEM
    key = None
    if store.key is not None:
        plain = serialization.NoEncryption()
        key = store.key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain)
    held = [store.cert, *store.additional_certs]
    return key, [entry.certificate.public_bytes(pem) for entry in held if entry is not None]
