"""How the standard's names are written in Python.

``ClOrdID`` becomes ``cl_ord_id``, the code ``BuyMinus`` becomes ``BUY_MINUS``. A repeating group is named after its
count field without the ``No``: NoPartyIDs(453) becomes ``party_ids``, since the names of count fields are the same in
every version and those of groups are not.
"""

import keyword
import re

__all__ = ["attribute", "code_name", "entries_attribute", "enum_name", "group_class", "nearest"]

_BOUNDARY = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
# Words whose borders letters alone do not show.
_WORDS = (("IOIID", "IoiId"), ("IOIid", "IoiId"), ("IDs", "Ids"))


def _words(name: str) -> str:
    for written, split in _WORDS:
        name = name.replace(written, split)
    return _BOUNDARY.sub("_", name)


def attribute(name: str) -> str:
    """The attribute of a field or component: ``ClOrdID`` gives ``cl_ord_id``, ``Yield`` gives ``yield_``."""
    name = _words(name).lower()
    return f"{name}_" if keyword.iskeyword(name) else name


def entries_attribute(count_field: str) -> str:
    """The attribute of a group, by the name of its count field: ``NoPartyIDs`` gives ``party_ids``."""
    return attribute(_without_no(count_field))


def _without_no(name: str) -> str:
    return name[2:] if name.startswith("No") and name[2:3].isupper() else name


def group_class(name: str, count_field: str) -> str:
    """The class of a group's entries: the group's own name, where its source gives it one.

    Sources that name groups by count field and place give ``OrdersGrp`` for ``NoOrders``, ``ListStatusOrdersGrp`` for
    ``NoOrders.ListStatus``.
    """
    first, *where = name.split(".")
    return f"{where[-1] if where else ''}{_without_no(first)}Grp" if first == count_field else name


def enum_name(code_set: str) -> str:
    """The class of a code set: ``SideCodeSet`` gives ``Side``."""
    return code_set.removesuffix("CodeSet")


def code_name(name: str) -> str:
    """The member of a code: ``BuyMinus`` and ``BUY_MINUS`` give ``BUY_MINUS``."""
    written = re.sub(r"\W", "_", _words(name)).upper()
    return f"N{written}" if written[:1].isdigit() else written


def nearest(name: str, known: list[str]) -> str:
    """A clause that names what was probably meant, or nothing."""
    # Needed for an error only.
    from difflib import get_close_matches

    found = get_close_matches(name, known, n=1)
    return f"; did you mean {found[0]!r}?" if found else ""
