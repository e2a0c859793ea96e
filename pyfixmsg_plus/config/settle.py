"""Values that follow from others: what a key stands for when it is not given."""

from typing import Any

from pyfixmsg_plus.config.key import Key
from pyfixmsg_plus.config.kinds import NotReadable
from pyfixmsg_plus.config.secret import Location
from pyfixmsg_plus.config.values import REDACTED_TAGS, FrozenMap

__all__ = ["derived_log", "derived_store", "read_value", "settle"]


def read_value(key: Key, value: object) -> Any:
    """Return the value of a key; the empty text stands for its default.

    Raises:
        NotReadable: It is none of its kind.
    """
    found = key.kind.read(value)
    return key.default if found is None or found == "" else found


def derived_store(values: dict[str, Any]) -> Location:
    """Return the store of a session that names none."""
    path = values["file_store_path"]
    return Location("memory:" if path is None else f"journal:{path}")


def derived_log(values: dict[str, Any]) -> Location | None:
    """Return the log of a session that names none."""
    path = values["file_log_path"]
    return None if path is None else Location(f"file:{path}")


def settle(values: dict[str, Any]) -> None:
    """Fill in what follows from other values.

    Raises:
        NotReadable: Two of them contradict each other.
    """
    values["store"] = values["store"] or derived_store(values)
    values["log"] = values["log"] or derived_log(values)
    values["redact_fields_in_logs"] = tuple(dict.fromkeys((*REDACTED_TAGS, *values["redact_fields_in_logs"])))
    if values["logon_day"] is not None or values["logout_day"] is not None:
        for logon, day in (("logon_day", "start_day"), ("logout_day", "end_day")):
            values[logon] = values[day] if values[logon] is None else values[logon]
    one, other = values["default_appl_ver_id"], values["application_version"]
    if one and other and one != other:
        raise NotReadable(
            f"ApplicationVersion is {other}, DefaultApplVerID is {one}",
            "They mean the same: write the same, or leave one out.",
        )
    values["default_appl_ver_id"] = values["application_version"] = version = one or other
    dictionaries: FrozenMap[str] = values["app_data_dictionary"]
    if version and "" in dictionaries:
        names = dict(dictionaries)
        name = names.pop("")
        if names.setdefault(version, name) != name:
            raise NotReadable(
                f"AppDataDictionary and AppDataDictionary.{version} are the same and differ",
                "Leave one of them out.",
            )
        values["app_data_dictionary"] = FrozenMap(dict(sorted(names.items())))
