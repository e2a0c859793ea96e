"""Options that several commands share, and what they stand for."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, TypeAlias

import typer

from pyfixmsg_plus.cli.endings import Failure
from pyfixmsg_plus.diagnostics import filters
from pyfixmsg_plus.diagnostics.privacy import hide_fields
from pyfixmsg_plus.diagnostics.versions import Dictionaries, version_named
from pyfixmsg_plus.dictionary import Dictionary, load_dictionary

__all__ = [
    "DictionaryOption",
    "FilterOption",
    "HideOption",
    "JoinOption",
    "JsonOption",
    "LayerOption",
    "MaskOption",
    "ProgressOption",
    "RulesOption",
    "chosen_dictionaries",
    "compiled_filter",
    "dictionary_named",
    "hide",
]

DictionaryOption: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--dictionary",
        "-d",
        metavar="NAME|PATH",
        help="Read by this dictionary: a version such as FIX.4.4, or an Orchestra or QuickFIX XML file. "
        "Without it, by the version of each message.",
        show_default=False,
    ),
]
LayerOption: TypeAlias = Annotated[
    list[str] | None,
    typer.Option("--layer", "-l", metavar="PATH", help="Lay this file over the dictionary. May be repeated."),
]
RulesOption: TypeAlias = Annotated[
    list[str] | None,
    typer.Option("--rules", metavar="PATH", help="Check conditionally required fields by this TOML file too."),
]
FilterOption: TypeAlias = Annotated[
    str | None,
    typer.Option("--filter", "-f", metavar="EXPRESSION", help="Only messages such as '35=8 and 55=AAPL and 44>10'."),
]
JsonOption: TypeAlias = Annotated[bool, typer.Option("--json", help="For programs: JSON.")]
MaskOption: TypeAlias = Annotated[bool, typer.Option("--mask/--no-mask", help="Show *** in the place of passwords.")]
HideOption: TypeAlias = Annotated[
    str | None,
    typer.Option("--hide", metavar="LIST", help="Show *** for these fields too: tags or names, commas between."),
]
JoinOption: TypeAlias = Annotated[
    bool, typer.Option("--join/--no-join", help="Put messages together that are broken over lines.")
]
ProgressOption: TypeAlias = Annotated[
    bool | None,
    typer.Option(
        "--progress/--no-progress",
        help="Show how far we are, on standard error. By itself for large files, on a terminal.",
        show_default=False,
    ),
]


def dictionary_named(name: str, layers: Sequence[str] = ()) -> Dictionary:
    """Return the dictionary of a file, or of a version as people write it, with layers over it.

    Raises:
        Failure: A file is not there.
        DictionaryError: There is no such version, or a file cannot be used.
    """
    for layer in layers:
        if not Path(layer).is_file():
            raise Failure(f"{layer}: there is no such file", "A layer is a TOML, QuickFIX or Orchestra file.")
    if Path(name).is_dir():
        raise Failure(f"{name} is a directory", "Name a dictionary file in it, or a version such as FIX.4.4.")
    if Path(name).exists() and not Path(name).is_file():
        raise Failure(f"{name} is no file with a dictionary", "Name a dictionary file, or a version such as FIX.4.4.")
    if Path(name).is_file():
        return load_dictionary(Path(name), *layers)
    version = version_named(name)
    if version is None and ("/" in name or Path(name).suffix.lower() in (".xml", ".toml")):
        raise Failure(f"{name}: there is no such file", "Name a dictionary file, or a version such as FIX.4.4.")
    # The error of an unknown version names the nearest.
    known = Dictionary.bundled(version or name).version
    return load_dictionary(known, *layers)


def chosen_dictionaries(name: str | None, layers: Sequence[str] | None, rules: Sequence[str] | None) -> Dictionaries:
    """Return the dictionaries that the options stand for.

    Raises:
        Failure: A file is not there.
        DictionaryError: There is no such version, or a file cannot be used.
    """
    for path in (*(layers or ()), *(rules or ())):
        if not Path(path).is_file():
            raise Failure(f"{path}: there is no such file")
    given = None if name is None else dictionary_named(name)
    return Dictionaries(given, layers or (), rules or ())


def hide(names: str | None, dictionary: Dictionary | None) -> None:
    """Show none of the fields that the option names.

    Raises:
        Failure: A name is that of no field.
    """
    for name in (names or "").split(","):
        if not name.strip():
            continue
        try:
            hide_fields([filters.field_named(name.strip(), dictionary).tag])
        except KeyError as error:
            raise Failure(
                f"--hide: {error.args[0]}", "Name fields by tag or name, with commas between them."
            ) from error


def compiled_filter(expression: str | None, dictionary: Dictionary | None) -> filters.Filter | None:
    """Return the filter that the option stands for.

    Raises:
        Failure: It is none.
    """
    if expression is None:
        return None
    try:
        return filters.compile(expression, dictionary)
    except filters.FilterError as error:
        picture = "\n".join(f"  {line}" for line in error.picture.split("\n"))
        raise Failure(f"--filter, {error}", picture) from error
