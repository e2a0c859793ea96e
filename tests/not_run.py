"""What a machine lacks is listed as not run; where everything was installed for the tests, a lack is a failure."""

import os
from typing import NoReturn

import pytest

__all__ = ["not_run"]


def not_run(reason: str) -> NoReturn:
    """End the test as not run, or as failed under ``FIXPLUS_TEST_REQUIRE=all``."""
    if os.environ.get("FIXPLUS_TEST_REQUIRE") == "all":
        pytest.fail(f"not run although everything is required: {reason}", pytrace=False)
    pytest.skip(f"not run: {reason}")
