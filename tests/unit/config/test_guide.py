"""What the guide to configuration shows works as it stands there."""

import re

import pytest

from pyfixmsg_plus.config import load_settings
from tests.architecture.source import ROOT

GUIDE = (ROOT / "docs" / "guides" / "configuration.md").read_text(encoding="utf-8")


def _blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", GUIDE, re.DOTALL | re.MULTILINE)


@pytest.mark.parametrize("block", _blocks("ini") + _blocks("toml"), ids=lambda block: block.split("\n")[0])
def test_a_file_of_the_guide_can_be_used(block: str) -> None:
    settings = load_settings(block, {})
    (one,) = settings.sessions
    assert not settings.warnings
    assert one.addresses == (("fix.example", 9876), ("backup.example", 9876))


def test_the_code_of_the_guide_runs() -> None:
    (code,) = _blocks("python")
    exec(compile(code, "guide", "exec"), {})
