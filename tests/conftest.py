"""What every test may ask for."""

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.not_run import not_run
from tests.wire import wire

__all__ = ["shared", "wire"]

# A shared machine may stall at any moment: a slow example is no fault of the code under test.
_SLOW = (HealthCheck.too_slow,)
settings.register_profile("dev", deadline=None, suppress_health_check=_SLOW, max_examples=50)
settings.register_profile("ci", deadline=None, suppress_health_check=_SLOW, derandomize=True, max_examples=100)
settings.register_profile("soak", deadline=None, suppress_health_check=_SLOW, max_examples=20_000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "dev"))


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder with the published dictionaries and recorded logs, which this repository does not hold."""
    named = os.environ.get("FIXPLUS_SHARED")
    if not named:
        not_run("FIXPLUS_SHARED does not name the folder with dictionaries/ and corpora/")
    folder = Path(named)
    if not folder.is_dir():
        not_run(f"FIXPLUS_SHARED names {folder}, which is no folder")
    return folder
