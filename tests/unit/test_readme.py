"""The Python of the front page does what it says."""

import ast
import re
from pathlib import Path

import pytest

import pyfixmsg_plus as fix
from tests.wire import wire

README = (Path(__file__).resolve().parents[2] / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```python\n(.*?)^```", README, re.MULTILINE | re.DOTALL)
# A block that names a file of settings needs that and a counterparty.
ALONE = [block for block in BLOCKS if "from_config" not in block]
# A comment that shows the value of its line, such as `# Decimal('99.25')`.
SHOWN = re.compile(r"# (None|Decimal\(|'|\d)")


def _given() -> dict[str, object]:
    """What the text around the blocks takes as there: the module, a message with groups, a line of a log."""
    report = fix.parse(wire("8=FIX.4.4|35=8|453=1|448=BRK|447=D|452=1|802=1|523=DESK|803=4|"))
    return {"fix": fix, "message": report, "line": b"8=FIX.4.4|9=5|35=0|10=163|"}


def test_the_page_has_blocks_to_run() -> None:
    assert len(ALONE) >= 5


@pytest.mark.parametrize("block", ALONE, ids=[block.splitlines()[0][:40] for block in ALONE])
def test_a_block_runs_and_its_lines_have_the_values_they_show(block: str) -> None:
    names = _given()
    lines = block.splitlines()
    for statement in ast.parse(block).body:
        comment = SHOWN.search(lines[statement.lineno - 1])
        if isinstance(statement, ast.Expr) and comment is not None:
            value = eval(compile(ast.Expression(statement.value), "README.md", "eval"), names)
            shown = repr(value)[1:-1] if isinstance(value, tuple) else repr(value)
            assert lines[statement.lineno - 1].partition("# ")[2].startswith(shown)
        else:
            exec(compile(ast.Module([statement], []), "README.md", "exec"), names)


def test_the_session_block_is_python() -> None:
    (block,) = (block for block in BLOCKS if block not in ALONE)
    ast.parse(block)
