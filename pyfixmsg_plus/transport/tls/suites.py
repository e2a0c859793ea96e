"""Cipher suites by the names of IANA and of OpenSSL.

Source: RFC 5246 and RFC 8446 name suites as IANA lists them, and settings of Java engines use those names; the ssl
module uses OpenSSL's. For TLS 1.3 the two are the same.
"""

import re

__all__ = ["is_tls13", "openssl_name"]

_IANA = re.compile(r"TLS_(?P<exchange>[A-Z0-9_]+)_WITH_(?P<cipher>[A-Z0-9_]+)")


def is_tls13(name: str) -> bool:
    """Whether a suite is one of TLS 1.3."""
    return name.startswith("TLS_") and "_WITH_" not in name


def openssl_name(name: str) -> str:
    """OpenSSL's name of a suite; a name that is not of IANA's form is left as it is.

    ``TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256`` is ``ECDHE-RSA-AES128-GCM-SHA256``.
    """
    found = _IANA.fullmatch(name)
    if found is None:
        return name
    exchange = found["exchange"].replace("_", "-")
    cipher = re.sub(r"(AES|CAMELLIA|ARIA)_(\d+)", r"\1\2", found["cipher"])
    cipher = cipher.replace("_CBC_", "_").replace("CHACHA20_POLY1305_SHA256", "CHACHA20_POLY1305").replace("_", "-")
    return cipher if exchange == "RSA" else f"{exchange}-{cipher}"
