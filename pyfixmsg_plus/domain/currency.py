"""Currencies and the minor units in which some markets quote.

Source: ISO 4217; the minor units are those of the vendors' price records, in which the third letter is small.
"""

from types import MappingProxyType
from typing import NamedTuple

__all__ = ["CURRENCIES", "ISO_4217", "MINOR_UNITS", "MajorUnit", "major_unit"]


class MajorUnit(NamedTuple):
    """What a quoted unit is a part of.

    Attributes:
        currency: ISO 4217 code.
        divisor: By which a quoted price is divided; 1 where the quoted unit is the currency itself.
    """

    currency: str
    divisor: int


# In which a basket may be denominated.
CURRENCIES = frozenset(
    "USD EUR GBP JPY CHF CAD AUD SEK NOK DKK HKD SGD KRW CNY INR BRL MXN ZAR".split()  # noqa: SIM905 - read as a list
)

# In which an instrument may be quoted: the currencies of the standard's list that countries use.
_CODES = (
    "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF "
    "CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD "
    "HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD "
    "MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN "
    "PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY "
    "TTD TWD TZS UAH UGX USD UYU UZS VES VND VUV WST XAF XCD XOF XPF YER ZAR ZMW ZWG "
)
ISO_4217 = frozenset(_CODES.split())

_HUNDREDTHS = {
    "GBp": "GBP", "GBX": "GBP", "ZAc": "ZAR", "ZAC": "ZAR", "ILa": "ILS", "ILA": "ILS",
    "USc": "USD", "EUc": "EUR", "HKc": "HKD", "AUc": "AUD",
}  # fmt: skip
_THOUSANDTHS = {"KWf": "KWD", "BHf": "BHD", "OMb": "OMR"}

MINOR_UNITS = MappingProxyType(
    {code: MajorUnit(currency, 100) for code, currency in _HUNDREDTHS.items()}
    | {code: MajorUnit(currency, 1000) for code, currency in _THOUSANDTHS.items()}
)


def major_unit(code: str) -> MajorUnit:
    """Return the currency that a quoted unit belongs to, and by what its prices are divided.

    Case decides: ``GBp`` is a hundredth of ``GBP``. A code that is no known minor unit stands for itself.
    """
    return MINOR_UNITS.get(code) or MajorUnit(code, 1)
