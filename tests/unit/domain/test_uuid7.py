"""Identifiers sort by their time and say it."""

from random import Random
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyfixmsg_plus.domain.uuid7 import uuid7, uuid7_ms


@given(ns=st.integers(0, 10_000_000_000_000_000_000), seed=st.integers())
def test_an_identifier_is_of_version_7_and_says_its_millisecond(ns: int, seed: int) -> None:
    made = uuid7(ns, Random(seed))
    assert (made.version, made.variant, uuid7_ms(made)) == (7, "specified in RFC 4122", ns // 1_000_000)


@given(ns=st.integers(0, 10**18), later=st.integers(250, 10**15), seed=st.integers())
def test_a_later_identifier_sorts_behind(ns: int, later: int, seed: int) -> None:
    random = Random(seed)
    assert str(uuid7(ns, random)) < str(uuid7(ns + later, random))


def test_the_example_of_the_standard_has_its_fields() -> None:
    # RFC 9562, appendix A.6.
    assert uuid7_ms(UUID("017F22E2-79B0-7CC3-98C4-DC0C0C07398F")) == 0x017F22E279B0


@pytest.mark.parametrize("ns", [-1, (1 << 48) * 1_000_000])
def test_a_time_that_does_not_fit_is_refused(ns: int) -> None:
    with pytest.raises(ValueError, match="no identifier"):
        uuid7(ns, Random(1))


def test_another_version_tells_no_time() -> None:
    with pytest.raises(ValueError, match="not of version 7"):
        uuid7_ms(uuid4())
