"""What the peer's certificate says, and whether it is for a name.

Source: RFC 6125 (a name is looked for in subjectAltName alone; ``*`` stands for one whole label, the first), RFC 4514
(the subject as a line).
"""

import hashlib
import ipaddress
import ssl
from typing import Any

from pyfixmsg_plus.transport.contract import CertificateNames

__all__ = ["is_for", "names_of", "verified"]

_SHORT = {
    "commonName": "CN",
    "countryName": "C",
    "domainComponent": "DC",
    "emailAddress": "emailAddress",
    "localityName": "L",
    "organizationName": "O",
    "organizationalUnitName": "OU",
    "stateOrProvinceName": "ST",
    "streetAddress": "STREET",
    "userId": "UID",
}


def verified(connection: ssl.SSLObject) -> dict[str, Any] | None:
    """The peer's certificate as the ssl module reads it; None when there is none or it was not verified."""
    return connection.getpeercert() or None


def names_of(certificate: dict[str, Any], connection: ssl.SSLObject) -> CertificateNames:
    """The names in a verified certificate."""
    subject = [(kind, value) for relative in certificate.get("subject", ()) for kind, value in relative]
    alternative: dict[str, list[str]] = {}
    for kind, value in certificate.get("subjectAltName", ()):
        alternative.setdefault(kind, []).append(value)
    raw = connection.getpeercert(binary_form=True) or b""
    return CertificateNames(
        subject=",".join(f"{_SHORT.get(kind, kind)}={_escaped(value)}" for kind, value in subject),
        common_names=tuple(value for kind, value in subject if kind == "commonName"),
        dns=tuple(alternative.get("DNS", ())),
        ip=tuple(alternative.get("IP Address", ())),
        email=tuple(alternative.get("email", ())),
        uri=tuple(alternative.get("URI", ())),
        serial=str(certificate.get("serialNumber", "")),
        not_after=str(certificate.get("notAfter", "")),
        sha256=hashlib.sha256(raw).hexdigest(),
    )


def is_for(certificate: dict[str, Any], name: str) -> bool:
    """Whether a certificate is for a host, by name or by address."""
    alternative = certificate.get("subjectAltName", ())
    try:
        wanted = ipaddress.ip_address(name)
    except ValueError:
        return any(kind == "DNS" and _matches(str(value), name) for kind, value in alternative)
    return any(kind == "IP Address" and ipaddress.ip_address(value.strip()) == wanted for kind, value in alternative)


def _matches(pattern: str, name: str) -> bool:
    pattern, name = pattern.lower().rstrip("."), name.lower().rstrip(".")
    if not pattern.startswith("*."):
        return pattern == name
    first, _, parent = name.partition(".")
    # A certificate for *.com would be for half the world.
    return bool(first) and "." in parent and parent == pattern[2:]


def _escaped(value: str) -> str:
    """A value of the subject, so that no value can look like the beginning of another."""
    text = "".join(f"\\{mark}" if mark in ',+"\\<>;' else mark for mark in value)
    if text.startswith(("#", " ")):
        text = "\\" + text
    return text[:-1] + "\\ " if value.endswith(" ") and len(value) > 1 else text
