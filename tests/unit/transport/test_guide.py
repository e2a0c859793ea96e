"""The code of the guide to connections runs, block after block, as a reader would run it."""

import re

from tests.architecture.source import ROOT


def test_the_code_of_the_guide_runs() -> None:
    text = (ROOT / "docs" / "guides" / "connections.md").read_text(encoding="utf-8")
    scope: dict[str, object] = {}
    blocks = list(re.finditer(r"^```python\n(.*?)^```$", text, re.DOTALL | re.MULTILINE))
    assert blocks
    for block in blocks:
        # Errors show the line of the guide.
        lines = "\n" * (text[: block.start()].count("\n") + 1)
        exec(compile(lines + block[1], "connections.md", "exec"), scope)
