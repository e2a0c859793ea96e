"""Numbers of securities, and whether their check digits are right.

Source: ISO 6166 (ISIN), ANSI X9.6 (CUSIP), the SEDOL Masterfile technical specification, OMG FIGI 1.0 section 6.1.1.2.
All four double every second character, add digits and fill up to ten; they differ in which, and in what a
letter counts.
"""

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType

__all__ = ["IDENTIFIERS", "is_cusip", "is_figi", "is_isin", "is_sedol"]

_ISIN = re.compile(r"[A-Z]{2}[A-Z0-9]{9}[0-9]")
_CUSIP = re.compile(r"[A-Z0-9*@#]{8}[0-9]")
_SEDOL = re.compile(r"[B-DF-HJ-NP-TV-Z0-9]{6}[0-9]")
_FIGI = re.compile(r"[B-DF-HJ-NP-TV-Z]{2}G[B-DF-HJ-NP-TV-Z0-9]{8}[0-9]")
_SEDOL_WEIGHTS = (1, 3, 1, 7, 3, 9)
# Countries whose ISINs might read like the first letters of a FIGI; the FIGI's registrar leaves them out.
_NO_FIGI = frozenset({"BS", "BM", "GG", "GB", "GH", "KY", "VG"})
_CUSIP_SIGNS = {"*": 36, "@": 37, "#": 38}


def is_isin(text: str) -> bool:
    """Whether this is an ISIN with the right check digit."""
    if not _ISIN.fullmatch(text):
        return False
    digits = "".join(str(int(sign, 36)) for sign in text)
    return sum(_added(int(digit) * (2 if place % 2 else 1)) for place, digit in enumerate(reversed(digits))) % 10 == 0


def is_cusip(text: str) -> bool:
    """Whether this is a CUSIP with the right check digit."""
    if not _CUSIP.fullmatch(text):
        return False
    values = [_CUSIP_SIGNS[sign] if sign in _CUSIP_SIGNS else int(sign, 36) for sign in text[:-1]]
    return _filled(sum(_added(value * (1 + place % 2)) for place, value in enumerate(values))) == int(text[-1])


def is_sedol(text: str) -> bool:
    """Whether this is a SEDOL with the right check digit."""
    if not _SEDOL.fullmatch(text):
        return False
    total = sum(int(sign, 36) * weight for sign, weight in zip(text, _SEDOL_WEIGHTS, strict=False))
    return _filled(total) == int(text[-1])


def is_figi(text: str) -> bool:
    """Whether this is a FIGI with the right check digit."""
    if not _FIGI.fullmatch(text) or text[:2] in _NO_FIGI:
        return False
    values = [int(sign, 36) for sign in text[:-1]]
    return _filled(sum(_added(value * (1 + place % 2)) for place, value in enumerate(values))) == int(text[-1])


IDENTIFIERS: Mapping[str, Callable[[str], bool]] = MappingProxyType(
    {"isin": is_isin, "cusip": is_cusip, "sedol": is_sedol, "figi": is_figi}
)


def _added(value: int) -> int:
    """Return the sum of the digits of a number below 100."""
    return value // 10 + value % 10


def _filled(total: int) -> int:
    """Return the digit that fills a sum up to a multiple of ten."""
    return -total % 10
