"""What the files that a session names must be; this is the one check that looks at the disk."""

import os
from collections.abc import Iterator
from pathlib import Path

from pyfixmsg_plus.config.checks import PROFILES, Finding
from pyfixmsg_plus.config.keys import ATTRIBUTES
from pyfixmsg_plus.config.session_keys import SessionKeys
from pyfixmsg_plus.config.values import BEGIN_STRINGS, version_named

__all__ = ["file_findings"]

_LONGEST = 1 << 20


def file_findings(session: SessionKeys) -> Iterator[Finding]:
    """Yield what is wrong with the files that a session names."""
    yield from _dictionaries(session)
    if session.profile not in PROFILES and ("/" in session.profile or "." in session.profile):
        yield from _file("profile", Path(session.profile), f"Write a path, or one of {', '.join(PROFILES)}.")
    if session.socket_use_ssl:
        yield from _tls(session)


def _dictionaries(session: SessionKeys) -> Iterator[Finding]:
    if not session.use_data_dictionary:
        return
    is_fixt = session.begin_string == "FIXT.1.1"
    named = [("data_dictionary", session.data_dictionary)] if not is_fixt else []
    if is_fixt:
        named = [("transport_data_dictionary", session.transport_data_dictionary)]
        named += [("app_data_dictionary", name) for name in session.app_data_dictionary.values()]
    for key, name in named:
        if name and name not in BEGIN_STRINGS and version_named(name) is None:
            remedy = f"Correct the path, or leave {ATTRIBUTES[key].quickfix} out for the bundled dictionary."
            yield from _file(key, Path(name), remedy)


def _file(key: str, path: Path, remedy: str) -> Iterator[Finding]:
    if not os.path.isfile(path):  # noqa: PTH113 # Path.is_file raises on names that are too long
        yield Finding((key,), f"there is no file {str(path)!r}", remedy)


def _tls(session: SessionKeys) -> Iterator[Finding]:
    for key in ("socket_certificate_file", "socket_private_key_file", "socket_ca_file",
                "certificate_revocation_list_file"):  # fmt: skip
        path = getattr(session, key)
        if path is not None:
            yield from _file(key, path, "Correct the path; it counts from the directory in which the program runs.")
    for key in ("socket_ca_directory", "certificate_revocation_list_directory"):
        path = getattr(session, key)
        if path is not None and not os.path.isdir(path):  # noqa: PTH112 # as above
            yield Finding((key,), f"there is no directory {str(path)!r}", "Correct the path.")
    certificate = session.socket_certificate_file
    if certificate is None or session.socket_private_key_file or session.socket_private_key_bytes:
        return
    try:
        with certificate.open("rb") as file:
            raw = file.read(_LONGEST)
    except (OSError, ValueError):
        return  # told above
    if raw.lstrip().startswith(b"-----BEGIN ") and b"PRIVATE KEY-----" not in raw:
        yield Finding(
            ("socket_private_key_file", "socket_certificate_file"),
            f"the certificate {str(certificate)!r} is given without its private key",
            "Write SocketPrivateKeyFile=, or put the key into the same file.",
        )
