"""``fixplus validate``: hold every message of logs against its dictionary."""

import inspect
import json as json_text
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pyfixmsg_plus.cli.choices import (
    DictionaryOption,
    FilterOption,
    HideOption,
    JoinOption,
    JsonOption,
    LayerOption,
    ProgressOption,
    RulesOption,
    chosen_dictionaries,
    compiled_filter,
    hide,
)
from pyfixmsg_plus.cli.endings import Ending, Failure, guarded, note
from pyfixmsg_plus.cli.inputs import no_messages, opened, shown_progress, tell_damages, until_damage
from pyfixmsg_plus.diagnostics import Position, read_log
from pyfixmsg_plus.dictionary import ValidationSettings, Violation

if TYPE_CHECKING:
    from pyfixmsg_plus.cli.screen import Screen
    from pyfixmsg_plus.diagnostics import LogEntry
    from pyfixmsg_plus.message import Message

__all__ = ["validate"]

_CAPITAL = re.compile(r"(?<!^)(?=[A-Z])")


def _key(text: str) -> str:
    return _CAPITAL.sub("_", text.partition("=")[0].strip()).lower()


def _setting(text: str) -> tuple[str, Any]:
    """One switch, as session settings write it: ``ValidateUserDefinedFields=N``."""
    _, sign, value = text.partition("=")
    key = _key(text)
    if not sign:
        raise Failure(f"--setting {text}: a setting is NAME=VALUE", "Such as ValidateUserDefinedFields=N.")
    if key in ("allow_codes", "allow_tags"):
        try:
            return key, [int(tag) for tag in value.split(",")]
        except ValueError:
            raise Failure(f"--setting {text}: expected tags with commas between them") from None
    if key == "missing_group_delimiter":
        return key, value
    if value not in ("Y", "N"):
        raise Failure(f"--setting {text}: expected Y or N")
    return key, value == "Y"


def _settings(texts: Sequence[str]) -> ValidationSettings:
    known = tuple(inspect.signature(ValidationSettings).parameters)
    settings = dict(map(_setting, texts))
    for text, key in zip(texts, map(_key, texts), strict=True):
        if key not in known:
            raise Failure(f"--setting {text}: there is no such setting", f"The settings are {', '.join(known)}.")
    try:
        return ValidationSettings(**settings)
    except ValueError as error:
        raise Failure(f"--setting: {error}") from error


def validate(
    files: Annotated[list[str], typer.Argument(metavar="FILE", help="Logs; - is standard input.")],
    json: JsonOption = False,
    expression: FilterOption = None,
    dictionary: DictionaryOption = None,
    layer: LayerOption = None,
    rules: RulesOption = None,
    setting: Annotated[
        list[str] | None,
        typer.Option("--setting", metavar="NAME=VALUE", help="A switch such as ValidateUserDefinedFields=N."),
    ] = None,
    join: JoinOption = True,
    hidden: HideOption = None,
    progress: ProgressOption = None,
) -> None:
    """Hold each message against its dictionary, and say all that is wrong with it and why.

    Framing, BodyLength(9) and CheckSum(10) are checked too. Ends with 0 if all is good, with 1 if a message has a
    fault, with 2 if a log could not be read, or not to its end.
    """
    with guarded():
        from pyfixmsg_plus.cli.screen import Screen

        dictionaries = chosen_dictionaries(dictionary, layer, rules)
        hide(hidden, dictionaries.given)
        settings = _settings(setting or ())
        chosen = compiled_filter(expression, dictionaries.given)
        screen = Screen.here()
        messages = faulty = faults = 0
        damages: list[str] = []
        inputs = opened(files)
        with shown_progress(inputs, progress, is_quiet=not screen.is_terminal) as shown:
            position = Position(shown)
            for log in inputs:
                found, damaged = 0, len(damages)
                entries = read_log(log.source, join_lines=join, progress=position.of_source())
                for entry in until_damage(entries, log, damages):
                    found += 1
                    message = dictionaries.parse(entry)
                    if chosen is not None and not chosen.matches(message):
                        continue
                    messages += 1
                    violations = dictionaries.for_message(message).validate(message, settings)
                    if violations or not entry.is_valid:
                        faulty += 1
                        faults += len(violations) + len(entry.reasons)
                        where = log.name if len(inputs) > 1 else ""
                        if json:
                            print(_as_json(log.name, entry, message, violations))
                        else:
                            print(_as_text(where, entry, message, violations, screen))
                if found == 0 and len(damages) == damaged:
                    note(no_messages(log.name, log.source))
        if messages == 0 and chosen is None:
            tell_damages(damages)
            raise typer.Exit(Ending.USAGE)
        counted = f"{messages:,} message{'' if messages == 1 else 's'}: {messages - faulty:,} good"
        if faulty:
            counted += f", {faulty:,} with {faults:,} fault{'' if faults == 1 else 's'}"
        if json:
            note(counted)
        else:
            print(screen.paint(counted, "red" if faulty else "green"))
        tell_damages(damages)
    raise typer.Exit(Ending.FOUND if faulty else Ending.GOOD)


def _as_json(name: str, entry: "LogEntry", message: "Message", violations: Sequence[Violation]) -> str:
    from pyfixmsg_plus.cli.records import described

    return json_text.dumps(
        {
            "file": name,
            "line": entry.line,
            "offset": entry.offset,
            "msg_type": message.msg_type,
            "name": message.name,
            "msg_seq_num": message.get(34),
            "valid": entry.is_valid,
            "reasons": entry.reasons,
            "violations": [described(violation) for violation in violations],
        },
        ensure_ascii=False,
    )


def _as_text(
    where: str, entry: "LogEntry", message: "Message", violations: Sequence[Violation], screen: "Screen"
) -> str:
    from pyfixmsg_plus.diagnostics.privacy import printable

    place = f"{where}:{entry.line}" if where else f"line {entry.line}"
    title = f"{message.name or 'unknown'}(35={printable(message.msg_type)})" if message.msg_type else "no MsgType(35)"
    number = f"  MsgSeqNum {printable(message.get(34) or '')}" if 34 in message else ""
    lines = [f"{screen.paint(place, 'bold')}  {title}{number}"]
    lines += [f"  {screen.paint('garbled', 'red')}        {reason}" for reason in entry.reasons]
    for violation in violations:
        code = f"373={violation.reason}" if violation.reason is not None else f"380={violation.business_reason}"
        tag = "" if violation.ref_tag_id is None else str(violation.ref_tag_id)
        path = f" [{violation.path}]" if violation.path else ""
        lines.append(f"  {screen.paint(f'{code:<7}', 'red')} {tag:>5}  {printable(violation.sentence)}{path}")
    return "\n".join(lines)
