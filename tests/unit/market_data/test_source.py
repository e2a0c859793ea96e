import pickle

import pytest

from pyfixmsg_plus.market_data import (
    BreakerOpen,
    BudgetSpent,
    SourceError,
    SourceGarbled,
    SourceRejected,
    SourceTimeout,
    SourceUnavailable,
    UnknownSymbol,
)


@pytest.mark.parametrize(
    ("kind", "code", "retryable", "counts"),
    [
        (UnknownSymbol, "SYMBOL_NOT_FOUND", False, False),
        (SourceRejected, "VENDOR_API_ERROR", False, False),
        (SourceGarbled, "VENDOR_API_ERROR", False, True),
        (SourceUnavailable, "MARKET_DATA_UNAVAILABLE", True, True),
        (SourceTimeout, "GATEWAY_TIMEOUT", True, True),
        (BudgetSpent, "RATE_LIMIT_EXCEEDED", False, False),
        (BreakerOpen, "CIRCUIT_BREAKER_OPEN", False, False),
    ],
)
def test_an_error_says_its_code_whether_to_try_again_and_whether_it_speaks_against_the_source(
    kind: type[SourceError], code: str, retryable: bool, counts: bool
) -> None:
    error = kind("no", symbol="AAPL", retry_after_s=1.5)
    assert (error.code, error.retryable, error.counts) == (code, retryable, counts)
    assert (str(error), error.symbol, error.retry_after_s) == ("no", "AAPL", 1.5)


def test_a_refusal_of_credentials_is_not_worth_another_attempt() -> None:
    assert not SourceUnavailable("no", retryable=False).retryable


def test_an_error_survives_the_border_of_a_process() -> None:
    back = pickle.loads(pickle.dumps(BreakerOpen("no", symbol="AAPL")))
    assert (type(back), str(back), back.symbol, back.retryable) == (BreakerOpen, "no", "AAPL", False)
