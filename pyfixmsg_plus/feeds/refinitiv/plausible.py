"""Values of an update that cannot be: they set a flag, and the good value before stays."""

from collections.abc import Mapping
from typing import Any

from pyfixmsg_plus.feeds.refinitiv.wire import number

__all__ = ["plausible"]

_INFINITE = frozenset({"Inf", "-Inf", "NaN"})
_SIZES = frozenset({"BIDSIZE", "ASKSIZE", "TRDVOL_1", "VOL_DEC", "ACVOL_1", "ACVOL_UNS", "NUM_MOVES"})
_VOLUMES = frozenset({"ACVOL_1", "ACVOL_UNS"})
_CORRECTIONS = frozenset({"Correction", "Verify", "ClosingRun"})


def plausible(
    image: Mapping[str, Any], fields: Mapping[str, Any], update_type: str
) -> tuple[Mapping[str, Any], frozenset[str]]:
    """Return the fields without what cannot be, and why: ``NOT_A_NUMBER``, ``NEGATIVE_SIZE`` or ``VOLUME_FELL``."""
    wrong: dict[str, str] = {}
    for name, value in fields.items():
        if isinstance(value, str):
            # Texts may say so too; what is meant as a number has been one before.
            if value in _INFINITE and (name in _SIZES or number(image.get(name)) is not None):
                wrong[name] = "NOT_A_NUMBER"
        elif name in _SIZES:
            new = number(value)
            if new is None:
                continue
            if new < 0:
                wrong[name] = "NEGATIVE_SIZE"
            elif name in _VOLUMES and update_type not in _CORRECTIONS:
                before = number(image.get(name))
                new_day = "TRADE_DATE" in fields and fields["TRADE_DATE"] != image.get("TRADE_DATE")
                if before is not None and new < before and not new_day and new != 0:
                    wrong[name] = "VOLUME_FELL"
    if not wrong:
        return fields, frozenset()
    return {name: value for name, value in fields.items() if name not in wrong}, frozenset(wrong.values())
