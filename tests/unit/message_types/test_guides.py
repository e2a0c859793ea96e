"""The code of the guides to typed messages runs, block after block, as a reader would run it."""

import re

import pytest

from tests.architecture.source import ROOT


@pytest.mark.parametrize("guide", ["guides/typed_messages.md", "fix50_migration_guide.md"])
def test_the_code_of_a_guide_runs(guide: str) -> None:
    text = (ROOT / "docs" / guide).read_text(encoding="utf-8")
    scope: dict[str, object] = {}
    blocks = list(re.finditer(r"^```python\n(.*?)^```$", text, re.DOTALL | re.MULTILINE))
    assert blocks
    for block in blocks:
        # Errors show the line of the guide.
        lines = "\n" * (text[: block.start()].count("\n") + 1)
        exec(compile(lines + block[1], guide, "exec"), scope)
