"""Keys whose value stands on several lines: numbered ones, and those with a version behind."""

from collections.abc import Mapping, Sequence

from pyfixmsg_plus.config.folding import Given
from pyfixmsg_plus.config.key import Key
from pyfixmsg_plus.config.kinds import NotReadable

__all__ = ["assemble"]


def assemble(key: Key, items: Sequence[Given]) -> tuple[object, dict[str, str]]:
    """Return the value of a key from all that is given for it, and what the file says where that holds references.

    Raises:
        NotReadable: A number is left out, or a list is given in two ways.
    """
    if key.is_numbered:
        return _numbered(key, items)
    if key.is_by_version:
        return _by_version(key, items)
    (given,) = items
    if isinstance(given.raw, str):
        return given.value, {key.name: given.raw}
    return given.value, _origins(key.name, given)


def _origins(name: str, given: Given) -> dict[str, str]:
    """What the file says for the items of a list that hold references."""
    if not isinstance(given.raw, list) or not isinstance(given.value, list):
        return {}
    pairs = enumerate(zip(given.raw, given.value, strict=True))
    return {f"{name}@{place}": raw for place, (raw, value) in pairs if raw != value}


def _numbered(key: Key, items: Sequence[Given]) -> tuple[object, dict[str, str]]:
    base = next((given for given in items if not given.suffix), None)
    numbered = sorted((given for given in items if given.suffix), key=lambda given: int(given.suffix))
    if base is not None and (isinstance(base.value, list) or _is_list(key, base)):
        numbered = [given for given in numbered if given.level >= base.level]
        if numbered:
            raise NotReadable(
                f"{base.source.name} is a list, and {numbered[0].source.name} is given too", "Write one or the other."
            )
        if isinstance(base.raw, str):
            return base.value, {key.name: base.raw}
        return base.value, _origins(key.name, base)
    if key.name != "logon_tag":
        expected = ["", *(str(number) for number in range(1, len(items)))]
        for place, given in zip(expected, [*([base] if base else []), *numbered], strict=False):
            if given.suffix != place:
                raise NotReadable(
                    f"{given.source.name} is given, and {key.quickfix}{place} is not",
                    f"Number them {key.quickfix}, {key.quickfix}1, {key.quickfix}2 and so on.",
                )
    values: list[object] = []
    origins: dict[str, str] = {}
    for given in [*([base] if base else []), *numbered]:
        if not str(given.value).strip():
            continue
        if isinstance(given.raw, str):
            origins[f"{key.name}@{len(values)}"] = given.raw
        values.append(given.value)
    return values, origins


def _is_list(key: Key, base: Given) -> bool:
    """Whether a text is a list: in our form always; in QuickFIX's, where a value of its own could not be one."""
    if not isinstance(base.value, str):
        return False
    is_ours = "_" in base.source.name or base.source.file == "environment"
    return "," in base.value and (is_ours or key.name != "logon_tag")


def _by_version(key: Key, items: Sequence[Given]) -> tuple[object, dict[str, str]]:
    found: dict[str, object] = {}
    origins: dict[str, str] = {}
    for given in sorted(items, key=lambda given: given.level):
        if isinstance(given.value, Mapping) and not given.suffix:
            found |= given.value
            raw = given.raw if isinstance(given.raw, Mapping) else {}
            origins |= {
                f"{key.name}@{version}": str(text) for version, text in raw.items() if text != given.value[version]
            }
            continue
        found[given.suffix] = given.value
        if isinstance(given.raw, str):
            origins[f"{key.name}@{given.suffix}"] = given.raw
    return found, origins
