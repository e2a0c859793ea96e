"""``fixplus parse``: read logs of any layout, and show what they hold."""

import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from pyfixmsg_plus.cli.choices import (
    DictionaryOption,
    FilterOption,
    HideOption,
    JoinOption,
    JsonOption,
    LayerOption,
    MaskOption,
    ProgressOption,
    RulesOption,
    chosen_dictionaries,
    compiled_filter,
    hide,
)
from pyfixmsg_plus.cli.endings import Ending, Failure, guarded, note
from pyfixmsg_plus.cli.inputs import Input, no_messages, opened, shown_progress, tell_damages, until_damage
from pyfixmsg_plus.diagnostics import Position, read_log

if TYPE_CHECKING:
    from pyfixmsg_plus.cli.records import Form
    from pyfixmsg_plus.diagnostics import Dictionaries, LogEntry
    from pyfixmsg_plus.diagnostics.filters import Filter

__all__ = ["parse"]


@dataclass(frozen=True, slots=True)
class _Asked:
    """What the options of a run ask for."""

    inputs: Sequence[Input]
    dictionaries: "Dictionaries"
    chosen: "Filter | None"
    validate: bool
    faults_only: bool
    join_lines: bool
    limit: int | None
    progress: bool | None


def parse(
    files: Annotated[list[str], typer.Argument(metavar="FILE", help="Logs; - is standard input.")],
    pretty: Annotated[bool, typer.Option("--pretty", "-p", help="One line a field, with names and meanings.")] = False,
    json: JsonOption = False,
    csv: Annotated[bool, typer.Option("--csv", help="A table of the fields of --columns.")] = False,
    columns: Annotated[
        str | None,
        typer.Option(metavar="LIST", help="Tags, names, or line, time, direction, valid, file, name, prefix, reasons."),
    ] = None,
    raw: Annotated[bool, typer.Option("--raw", help="As it was on the wire, with | for SOH.")] = False,
    summary: Annotated[bool, typer.Option("--summary", "-s", help="Counts instead of messages.")] = False,
    validate: Annotated[bool, typer.Option("--validate", help="Hold each message against its dictionary too.")] = False,
    faults_only: Annotated[bool, typer.Option("--faults-only", help="Only messages with something wrong.")] = False,
    expression: FilterOption = None,
    limit: Annotated[int | None, typer.Option("--limit", "-n", min=1, help="Stop after so many messages.")] = None,
    dictionary: DictionaryOption = None,
    layer: LayerOption = None,
    rules: RulesOption = None,
    join: JoinOption = True,
    mask: MaskOption = True,
    hidden: HideOption = None,
    progress: ProgressOption = None,
) -> None:
    """Read logs of any layout and show their messages, a line each.

    The separator is found by itself, and so are prefixes, broken lines and gzip. Ends with 0 if all is good, with 1 if
    a message is invalid, with 2 if a log could not be read, or not to its end.
    """
    with guarded():
        forms = {"--pretty": pretty, "--csv": csv, "--raw": raw, "--summary": summary, "--json": json and not summary}
        named = [name for name, is_asked in forms.items() if is_asked]
        if len(named) > 1:
            raise Failure(f"{' and '.join(named)} exclude each other", "Choose one form of output.")
        if columns is not None and not csv:
            raise Failure("--columns says what --csv shows", "Add --csv.")
        if summary and (limit is not None or faults_only):
            raise Failure("--summary counts all messages", "Leave out --limit and --faults-only, or use --filter.")
        dictionaries = chosen_dictionaries(dictionary, layer, rules)
        hide(hidden, dictionaries.given)
        asked = _Asked(
            inputs=opened(files),
            dictionaries=dictionaries,
            chosen=compiled_filter(expression, dictionaries.given),
            validate=validate,
            faults_only=faults_only,
            join_lines=join,
            limit=limit,
            progress=progress,
        )
        if summary:
            is_sound = _summarise(asked, as_json=json)
        else:
            form = _form(pretty=pretty, json=json, csv=csv, raw=raw, columns=columns, mask=mask, asked=asked)
            is_sound = _show(asked, form, headed=len(files) > 1 and not (json or csv))
    raise typer.Exit(Ending.GOOD if is_sound else Ending.FOUND)


def _form(*, pretty: bool, json: bool, csv: bool, raw: bool, columns: str | None, mask: bool, asked: _Asked) -> "Form":
    from pyfixmsg_plus.cli import records
    from pyfixmsg_plus.cli.screen import Screen

    if pretty:
        return records.as_pretty(Screen.here(), mask=mask)
    if json:
        return records.as_json(mask=mask)
    if csv:
        return records.as_csv(columns or records.DEFAULT_COLUMNS, asked.dictionaries.given, mask=mask)
    return records.as_raw(mask=mask) if raw else records.as_lines(Screen.here())


def _summarise(asked: _Asked, *, as_json: bool) -> bool:
    from pyfixmsg_plus.cli import counts
    from pyfixmsg_plus.cli.screen import Screen
    from pyfixmsg_plus.diagnostics import summarise

    with shown_progress(asked.inputs, asked.progress, is_quiet=True) as progress:
        report = summarise(
            [log.source for log in asked.inputs],
            join_lines=asked.join_lines,
            chosen=asked.chosen,
            dictionaries=asked.dictionaries,
            validate=asked.validate,
            progress=progress,
        )
    damages = [f"{asked.inputs[damage.source].name}: {damage.text}" for damage in report.damages]
    if report.messages == 0 and asked.chosen is None:
        raise Failure("; ".join(damages or [no_messages(log.name, log.source) for log in asked.inputs]))
    given, names = asked.dictionaries.given, [log.name for log in asked.inputs]
    print(counts.as_json(report, given, names) if as_json else counts.as_text(report, given, Screen.here()))
    tell_damages(damages)
    return report.is_sound


@dataclass(slots=True)
class _Tally:
    """What was found in the logs so far, and shown."""

    found: int = 0
    shown: int = 0
    is_sound: bool = True

    def is_full(self, limit: int | None) -> bool:
        """Whether as much was shown as was asked for."""
        return limit is not None and self.shown >= limit


def _show(asked: _Asked, form: "Form", *, headed: bool) -> bool:
    """Write the messages that are asked for; return whether all of them are sound."""
    tally = _Tally()
    damages: list[str] = []
    with shown_progress(asked.inputs, asked.progress, is_quiet=not sys.stdout.isatty()) as progress:
        position = Position(progress)
        for log in asked.inputs:
            if headed:
                print(f"{'' if log is asked.inputs[0] else chr(10)}==> {log.name} <==")
            before = tally.found, len(damages)
            entries = read_log(log.source, join_lines=asked.join_lines, progress=position.of_source())
            _show_log(log, until_damage(entries, log, damages), asked, form, tally)
            if tally.is_full(asked.limit):
                break
            if before == (tally.found, len(damages)):
                note(no_messages(log.name, log.source))
    tell_damages(damages)
    if tally.found == 0:
        raise typer.Exit(Ending.USAGE)
    if tally.shown == 0 and asked.chosen is not None:
        note(f"none of {tally.found:,} messages is shown: they do not match the filter")
    return tally.is_sound


def _show_log(log: Input, entries: "Iterable[LogEntry]", asked: _Asked, form: "Form", tally: _Tally) -> None:
    for entry in entries:
        tally.found += 1
        message = asked.dictionaries.parse(entry)
        if asked.chosen is not None and not asked.chosen.matches(message):
            continue
        dictionary = asked.dictionaries.for_message(message)
        violations = None
        if asked.validate:
            violations = dictionary.validate(message)
        is_sound = entry.is_valid and not violations
        tally.is_sound &= is_sound
        if is_sound and asked.faults_only:
            continue
        form(log.name, entry, message, dictionary, violations)
        if log.is_live:
            sys.stdout.flush()
        tally.shown += 1
        if tally.is_full(asked.limit):
            return
