"""The class of the settings and the page of the reference are what the table of keys says."""

import subprocess
import sys
from dataclasses import fields

from pyfixmsg_plus.config.keys import ATTRIBUTES
from pyfixmsg_plus.config.session_keys import SessionKeys
from tests.architecture.source import ROOT


def test_what_is_generated_is_what_would_be_written() -> None:
    command = [sys.executable, "tools/generators/settings.py", "--check"]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (result.returncode, result.stdout) == (0, "")


def test_settings_have_an_attribute_for_each_key_with_its_default() -> None:
    required = {"begin_string", "sender_comp_id", "target_comp_id", "connection_type"}
    assert [field.name for field in fields(SessionKeys)] == list(ATTRIBUTES)
    for field in fields(SessionKeys):
        if field.name not in required:
            assert field.default == ATTRIBUTES[field.name].default
