"""The page itself: files that were built from ``web/`` and are served as they are.

They hold no data and need no token. The policy lets the page load its own files alone, and talk to the address alone
that it came from: no inline script, no other origin, no frame around it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType

__all__ = ["SECURITY_HEADERS", "StaticFile", "page_file", "page_files"]

_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}

_FOR_EVER = "public, max-age=31536000, immutable"

SECURITY_HEADERS: Mapping[str, str] = MappingProxyType(
    {
        "Content-Security-Policy": (
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
            "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
            "require-trusted-types-for 'script'"
        ),
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
    }
)


@dataclass(frozen=True, slots=True)
class StaticFile:
    """One file of the page.

    Attributes:
        path: At which it is served: ``/``, or below ``/assets/``.
        content: Its bytes.
        media_type: For Content-Type.
        headers: All others, with how long it may be kept: names below ``/assets/`` change with their content.
    """

    path: str
    content: bytes
    media_type: str
    headers: Mapping[str, str]


@cache
def _read() -> Mapping[str, StaticFile]:
    found: dict[str, StaticFile] = {}
    root = files("pyfixmsg_plus.monitor") / "static"
    for folder, prefix, kept in ((root, "/", "no-cache"), (root / "assets", "/assets/", _FOR_EVER)):
        for entry in folder.iterdir() if folder.is_dir() else ():
            ending = entry.name[entry.name.rfind(".") :]
            if entry.is_file() and ending in _TYPES:
                path = "/" if prefix == "/" and entry.name == "index.html" else prefix + entry.name
                headers = MappingProxyType({**SECURITY_HEADERS, "Cache-Control": kept})
                found[path] = StaticFile(path, entry.read_bytes(), _TYPES[ending], headers)
    return MappingProxyType(found)


def page_files() -> tuple[StaticFile, ...]:
    """Return all files of the page."""
    return tuple(_read().values())


def page_file(path: str) -> StaticFile | None:
    """Return the file that is served at a path, or ``None``.

    Paths are looked up among those that there are: none leads out of the folder.
    """
    return _read().get(path)
