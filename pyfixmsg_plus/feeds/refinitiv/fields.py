"""Fields of the vendor that we know by ourselves: name, number, form and where an old value goes.

The vendor's own dictionary may not be passed on. What is needed for prices and books stands here; a file of the user's
adds to it (see ``dictionary_files``).
"""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

__all__ = ["FIELDS", "Field", "FieldTable"]


class Field(NamedTuple):
    """One field.

    Attributes:
        name: Its acronym, such as ``TRDPRC_1``.
        fid: Its number.
        form: ``REAL``, ``UINT``, ``INT``, ``ENUM``, ``DATE``, ``TIME``, ``TEXT`` or ``BUFFER``.
        ripples_to: The acronym that takes the value before, or nothing.
    """

    name: str
    fid: int
    form: str
    ripples_to: str = ""


def _own() -> Iterable[Field]:
    for line in _OWN.strip().splitlines():
        name, fid, form, *target = line.split()
        yield Field(name, int(fid), form, target[0] if target else "")


_OWN = """
PROD_PERM 1 UINT
DSPLY_NAME 3 TEXT
TIMACT 5 TIME
TRDPRC_1 6 REAL TRDPRC_2
TRDPRC_2 7 REAL TRDPRC_3
TRDPRC_3 8 REAL TRDPRC_4
TRDPRC_4 9 REAL TRDPRC_5
TRDPRC_5 10 REAL
NETCHNG_1 11 REAL NETCHNG_2
HIGH_1 12 REAL HIGH_2
LOW_1 13 REAL LOW_2
CURRENCY 15 ENUM
TRADE_DATE 16 DATE TRADE_DATE_2
ACTIV_DATE 17 DATE
OPEN_PRC 19 REAL
HST_CLOSE 21 REAL
BID 22 REAL BID_1
BID_1 23 REAL BID_2
BID_2 24 REAL
ASK 25 REAL ASK_1
ASK_1 26 REAL ASK_2
ASK_2 27 REAL
BIDSIZE 30 REAL
ASKSIZE 31 REAL
ACVOL_1 32 REAL
TRD_UNITS 53 ENUM
PCTCHNG 56 REAL
OPINT_1 64 REAL
SETTLE 70 REAL
NUM_MOVES 77 REAL
HSTCLSDATE 79 DATE
TURNOVER 100 REAL
TRDVOL_1 178 REAL TRDVOL_2
LOT_SIZE_A 198 REAL
RECORDTYPE 259 UINT
SEC_ACT_1 275 REAL
IRGPRC 372 REAL
SALTIM 379 TIME SALTIM_2
PRIMACT_1 393 REAL
SEQNUM 1021 REAL
QUOTIM 1025 TIME QUOTIM_2
ADJUST_CLS 1465 REAL
RDN_EXCHD2 1709 ENUM
OFF_CLOSE 3372 REAL
QUOTE_DATE 3386 DATE QUOTE_DATE_2
TRDVOL_2 3399 REAL TRDVOL_3
TRDVOL_3 3400 REAL TRDVOL_4
TRDVOL_4 3401 REAL TRDVOL_5
TRDVOL_5 3402 REAL
VWAP 3404 REAL
ORDER_ID 3426 TEXT
ORDER_PRC 3427 REAL
ORDER_SIDE 3428 ENUM
ORDER_SIZE 3429 REAL
NO_ORD 3430 UINT
MMID 3435 TEXT
HIGH_2 3621 REAL
LOW_2 3629 REAL
VOL_DEC 3827 REAL
SALTIM_MS 3854 UINT
QUOTIM_MS 3855 UINT
SEQNUM_QT 3887 REAL
TIMACT_MS 4148 UINT
ACC_SIZE 4356 REAL
CF_LAST 5364 REAL
BOOK_STATE 6516 ENUM
PR_TIM_MS 6520 UINT
PR_DATE 6522 DATE
LV_TIM_MS 6527 UINT
LV_TIM_MSP 6528 UINT
LV_DATE 6529 DATE
MIC_CODE 6589 TEXT
TRD_STATUS 6614 ENUM
HALT_RSN 6615 ENUM
SALTIM_2 6687 TIME
QUOTIM_2 6696 TIME
QUOTE_DATE_2 6816 DATE
TRADE_DATE_2 6825 DATE
XMIC_CODE 8493 TEXT
INST_PHASE 8927 ENUM
NETCHNG_2 10434 REAL
QUOTIM_NS 14265 TIME
SALTIM_NS 14266 TIME
TRNOVR_UNS 32741 REAL
ACVOL_UNS 32743 REAL
"""


class FieldTable:
    """Fields by name and by number.

    Args:
        fields: The fields; of two with one name or number the later counts.
        displays: What enumerated values are shown as, by number of the field and value.
    """

    def __init__(self, fields: Iterable[Field], displays: Mapping[int, Mapping[int, str]] | None = None) -> None:
        self.by_name: dict[str, Field] = {}
        self.by_fid: dict[int, Field] = {}
        for field in fields:
            before = self.by_fid.get(field.fid)
            if before is not None:
                self.by_name.pop(before.name, None)
            self.by_name[field.name] = field
            self.by_fid[field.fid] = field
        self.displays = displays or {}
        self._ripples = {field.name: field.ripples_to for field in self.by_name.values() if field.ripples_to}

    def extended(
        self, fields: Iterable[Field], displays: Mapping[int, Mapping[int, str]] | None = None
    ) -> "FieldTable":
        """Return this table with further fields; where both have one, the further one counts."""
        return FieldTable([*self.by_name.values(), *fields], {**self.displays, **(displays or {})})

    def named(self, fields: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return fields by name where some came by number."""
        if not any(key.isdecimal() for key in fields):
            return fields
        return {self._name(key): value for key, value in fields.items()}

    def _name(self, key: str) -> str:
        known = self.by_fid.get(int(key)) if key.isdecimal() and len(key) < 10 else None
        return key if known is None else known.name

    def rippled(self, image: Mapping[str, Any], update: Mapping[str, Any]) -> dict[str, Any]:
        """Return what an update changes in an image: its own fields, and values before that move down their chains.

        A field that the update itself gives wins, and one that the image does not have is not made.
        """
        changed: dict[str, Any] = {}
        for name in update:
            here = name
            # In a dictionary of the user a chain may be a ring.
            for _ in range(len(self._ripples)):
                target = self._ripples.get(here)
                if target is None or target == name or target not in image or here not in image:
                    break
                changed[target] = image[here]
                here = target
        changed.update(update)
        return changed


FIELDS = FieldTable(_own())
