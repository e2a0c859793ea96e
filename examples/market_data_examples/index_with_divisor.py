"""An index by itself: it begins, prices move, a dividend is paid, a name is replaced, and the level never jumps.

Run it: ``python examples/market_data_examples/index_with_divisor.py``.
"""

from decimal import Decimal

from pyfixmsg_plus.basket import CashDividend, Holding, Index, Replacement, ReturnType, Split


def decimals(**prices: str) -> dict[str, Decimal]:
    """Prices by symbol."""
    return {symbol: Decimal(price) for symbol, price in prices.items()}


def main() -> None:
    """Tell the story of an index."""
    # --8<-- [start:begin]
    members = [
        Holding(symbol="A", shares=Decimal(1000)),
        Holding(symbol="B", shares=Decimal(500), float_factor=Decimal("0.8")),
        Holding(symbol="C", shares=Decimal(200), float_factor=Decimal("0.5")),
    ]
    base = decimals(A="10", B="20", C="50")
    index = Index.start(members, base, base_level=Decimal(1000))
    print("begin", index.level(base, decimals=4), "divisor", index.divisor)
    # --8<-- [end:begin]

    # --8<-- [start:dividend]
    index = index.closed(base)
    index, base = index.adjusted(CashDividend("A", Decimal("0.50"), tax=Decimal("0.15")), base)
    close = decimals(A="11", B="19", C="52", N="40")
    for kind in ReturnType:
        print(f"{kind.lower():<6}", index.level(close, return_type=kind, decimals=4))
    # --8<-- [end:dividend]

    # --8<-- [start:actions]
    index = index.closed(close)
    entering = Holding(symbol="N", shares=Decimal(300), float_factor=Decimal("0.6"))
    for action in (Replacement(removed=("C",), added=(entering,)), Split("A", ratio=Decimal(2))):
        index, close = index.adjusted(action, close)
        print(f"{type(action).__name__:<12}", index.level(close, decimals=4), f"divisor {index.divisor:.10f}")
    # --8<-- [end:actions]


if __name__ == "__main__":
    main()
