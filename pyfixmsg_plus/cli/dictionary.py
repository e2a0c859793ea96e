"""``fixplus dictionary``: look into dictionaries, compare them, and write them out."""

import json as json_text
from pathlib import Path
from typing import Annotated, TypeAlias

import typer

from pyfixmsg_plus.cli.choices import JsonOption, LayerOption, dictionary_named
from pyfixmsg_plus.cli.endings import Ending, Failure, guarded, note

__all__ = ["app"]

app = typer.Typer(help="Look into dictionaries, compare them, write them out.", no_args_is_help=True)

Name: TypeAlias = Annotated[
    str,
    typer.Argument(metavar="NAME|PATH", help="A version such as 4.4 or FIX.5.0SP2, or an Orchestra or QuickFIX file."),
]


@app.command()
def show(
    name: Name,
    what: Annotated[
        str | None,
        typer.Argument(
            metavar="WHAT",
            help="A tag or name: of a field, message, component or group; 35=D for a message, 54=1 for a code.",
        ),
    ] = None,
    depth: Annotated[
        int | None, typer.Option(min=0, help="How many components and groups deep. [default: all]", show_default=False)
    ] = None,
    json: JsonOption = False,
    layer: LayerOption = None,
) -> None:
    """Show a field with its codes, or a message, component or group as a tree; without WHAT, all messages."""
    with guarded():
        from pyfixmsg_plus.cli import definitions
        from pyfixmsg_plus.cli.screen import Screen

        dictionary = dictionary_named(name, layer or ())
        if what is None:
            print(
                json_text.dumps(definitions.contents_as_data(dictionary), ensure_ascii=False, indent=2)
                if json
                else definitions.contents_as_text(dictionary, Screen.here())
            )
            return
        found = definitions.find(dictionary, what)
        if json:
            data = [definitions.as_data(dictionary, one, depth) for one in found]
            print(json_text.dumps(data if len(data) > 1 else data[0], ensure_ascii=False, indent=2))
        else:
            print("\n\n".join(definitions.as_text(dictionary, one, depth, Screen.here()) for one in found))


# The columns of the table: what is counted, and how it is called there.
_COUNTS = {
    "messages": "messages",
    "session_messages": "session",
    "fields": "fields",
    "coded_fields": "coded",
    "code_sets": "sets",
    "codes": "codes",
    "components": "components",
    "groups": "groups",
    "pairs": "pairs",
    "group_uses": "uses",
    "depth": "depth",
    "header_tags": "header",
    "trailer_tags": "trailer",
}


@app.command()
def stats(
    names: Annotated[
        list[str] | None, typer.Argument(metavar="[NAME|PATH]...", help="Dictionaries; without any, all versions.")
    ] = None,
    json: JsonOption = False,
    layer: LayerOption = None,
) -> None:
    """Count what dictionaries hold."""
    with guarded():
        from pyfixmsg_plus.dictionary import Dictionary

        wanted = names or Dictionary.versions()
        counts = [dictionary_named(name, layer or ()).stats() for name in wanted]
        if json:
            print(json_text.dumps(counts if len(counts) > 1 else counts[0], indent=2))
        elif len(counts) == 1:
            for key, value in counts[0].items():
                if value is not None:
                    print(
                        f"{key.replace('_', ' '):<22} {value:>8,}"
                        if isinstance(value, int)
                        else f"{key.replace('_', ' '):<22} {value}"
                    )
        else:
            wide = max(len(count["version"]) for count in counts)
            print(" " * wide + "".join(f"  {title}" for title in _COUNTS.values()))
            for count in counts:
                cells = (f"  {count[key]:>{len(title)},}" for key, title in _COUNTS.items())
                print(f"{count['version']:<{wide}}" + "".join(cells))


@app.command()
def diff(
    one: Name,
    other: Name,
    expanded: Annotated[
        bool, typer.Option("--expanded", help="Compare what messages hold in the end, whatever their components.")
    ] = False,
    json: JsonOption = False,
) -> None:
    """Say what a second dictionary has otherwise. Ends with 1 if there are differences."""
    with guarded():
        changes = dictionary_named(one).diff(dictionary_named(other), expanded=expanded)
        if json:
            keys = ("kind", "path", "before", "after", "sentence")
            print(
                json_text.dumps(
                    [dict(zip(keys, change, strict=True)) for change in changes], ensure_ascii=False, indent=2
                )
            )
        else:
            for *_, sentence in changes:
                print(sentence)
            print(f"{len(changes):,} difference{'' if len(changes) == 1 else 's'}")
    raise typer.Exit(Ending.FOUND if changes else Ending.GOOD)


@app.command()
def search(
    words: Annotated[
        list[str],
        typer.Argument(
            metavar="[NAME|PATH] TEXT",
            help="Where to search, and a part of a name, a tag, or the value or name of a code.",
        ),
    ],
    named: Annotated[
        str | None,
        typer.Option(
            "--dictionary",
            "-d",
            metavar="NAME|PATH",
            help="Where to search, too. [default: FIX.5.0SP2]",
            show_default=False,
        ),
    ] = None,
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, help="The best so many.")] = 40,
    json: JsonOption = False,
    layer: LayerOption = None,
) -> None:
    """Find fields, messages, components, groups and codes, the best fit first. Ends with 1 if nothing is found."""
    with guarded():
        if len(words) > 2:
            raise Failure(
                f"search takes one text, not {' '.join(map(repr, words[-2:]))}",
                "fixplus dictionary search [NAME|PATH] TEXT; a text with blanks stands in quotation marks.",
            )
        *before, text = words
        if before and named is not None:
            raise Failure(f"{before[0]} and --dictionary {named} both say where to search", "Name one dictionary.")
        name = before[0] if before else named or "FIX.5.0SP2"
        hits = dictionary_named(name, layer or ()).search(text)
        if json:
            keys = ("kind", "name", "tag", "value", "fields")
            data = [dict(zip(keys, hit, strict=True)) for hit in hits[:limit]]
            print(json_text.dumps(data, ensure_ascii=False, indent=2))
        else:
            for kind, found, tag, value, fields in hits[:limit]:
                number = str(tag) if tag is not None else ""
                uses = f"in {', '.join(map(str, fields))}" if fields else ""
                print(f"{kind.lower():<10} {number:>6} {value or '':<6} {found:<40} {uses}".rstrip())
            if len(hits) > limit:
                note(f"{len(hits) - limit:,} more: --limit shows them")
            if not hits:
                note(f"{name} has nothing like {text!r}")
    raise typer.Exit(Ending.GOOD if hits else Ending.FOUND)


_FORMATS = ("quickfix", "orchestra", "fixd")


@app.command()
def export(
    name: Name,
    form: Annotated[str, typer.Option("--format", "-f", metavar="|".join(_FORMATS), help="Which form.")] = "orchestra",
    output: Annotated[str | None, typer.Option("--output", "-o", metavar="PATH", help="Write to this file.")] = None,
    layer: LayerOption = None,
) -> None:
    """Write a dictionary as QuickFIX XML, as Orchestra XML, or in our compact form."""
    with guarded():
        if form not in _FORMATS:
            raise Failure(f"--format {form}: there are {', '.join(_FORMATS)}")
        dictionary = dictionary_named(name, layer or ())
        writers = {
            "quickfix": dictionary.to_quickfix,
            "orchestra": dictionary.to_orchestra,
            "fixd": dictionary.to_compact,
        }
        text = writers[form]()
        if output is None:
            print(text, end="" if text.endswith("\n") else "\n")
        else:
            Path(output).write_text(text, encoding="utf-8")
            note(f"{output}: {len(text):,} characters of {dictionary.version}")
