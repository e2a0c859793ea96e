"""Baskets of instruments: what they consist of, what they are worth, and how they stay whole through change.

Source: the method of divisors, as index providers publish it; the arithmetic is exact and said in ``arithmetic``.
"""

from pyfixmsg_plus.basket.backtest import Backtest, BacktestFailed, BacktestResult, backtest
from pyfixmsg_plus.basket.calculation import Quote
from pyfixmsg_plus.basket.composition import Composition, CompositionReason, Holding, Method, ReturnChain
from pyfixmsg_plus.basket.corporate_actions import (
    Action,
    Adjusted,
    CashDividend,
    Delisting,
    Merger,
    Replacement,
    Rights,
    ShareChange,
    SpecialDividend,
    SpinOff,
    SpinOffClose,
    Split,
    adjust,
    close_day,
)
from pyfixmsg_plus.basket.fx import FxRates, fx_set
from pyfixmsg_plus.basket.index import Index
from pyfixmsg_plus.basket.live import LiveLevel, LiveLevels
from pyfixmsg_plus.basket.policies import PolicyApplied, TradingTime, WithheldReason
from pyfixmsg_plus.basket.pricing import (
    OffHours,
    Pricing,
    PricingError,
    PricingFault,
    RebalanceFrequency,
    ReturnType,
    StalePolicy,
)
from pyfixmsg_plus.basket.quoting import apply_action, quotes_of
from pyfixmsg_plus.basket.record import composition_from, composition_record, valuation_from, valuation_record
from pyfixmsg_plus.basket.replay import Difference, Replayed, replay
from pyfixmsg_plus.basket.terms import ACTION_TYPES, TermsError, parse_action
from pyfixmsg_plus.basket.valuation import ENGINE_VERSION, Part, Valuation, ValuationMethod, Withheld, value
from pyfixmsg_plus.basket.weighting import AdjustmentRefused, LevelJump, first_composition, rebalance

__all__ = [
    "ACTION_TYPES",
    "ENGINE_VERSION",
    "Action",
    "Adjusted",
    "AdjustmentRefused",
    "Backtest",
    "BacktestFailed",
    "BacktestResult",
    "CashDividend",
    "Composition",
    "CompositionReason",
    "Delisting",
    "Difference",
    "FxRates",
    "Holding",
    "Index",
    "LevelJump",
    "LiveLevel",
    "LiveLevels",
    "Merger",
    "Method",
    "OffHours",
    "Part",
    "PolicyApplied",
    "Pricing",
    "PricingError",
    "PricingFault",
    "Quote",
    "RebalanceFrequency",
    "Replacement",
    "Replayed",
    "ReturnChain",
    "ReturnType",
    "Rights",
    "ShareChange",
    "SpecialDividend",
    "SpinOff",
    "SpinOffClose",
    "Split",
    "StalePolicy",
    "TermsError",
    "TradingTime",
    "Valuation",
    "ValuationMethod",
    "Withheld",
    "WithheldReason",
    "adjust",
    "apply_action",
    "backtest",
    "close_day",
    "composition_from",
    "composition_record",
    "first_composition",
    "fx_set",
    "parse_action",
    "quotes_of",
    "rebalance",
    "replay",
    "valuation_from",
    "valuation_record",
    "value",
]
