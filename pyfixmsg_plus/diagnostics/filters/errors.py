"""What is wrong with a filter, and where."""

from pyfixmsg_plus.errors import PyFixMsgError

__all__ = ["FilterError"]


class FilterError(PyFixMsgError, ValueError):
    """An expression that is no filter.

    Attributes:
        expression: The expression.
        column: Where it goes wrong, in characters from 1.
        problem: What was expected there.
    """

    def __init__(self, expression: str, column: int, problem: str) -> None:
        super().__init__(f"column {column}: {problem}")
        self.expression = expression
        self.column = column
        self.problem = problem

    @property
    def picture(self) -> str:
        """The expression with a caret under the place, on two lines."""
        return f"{self.expression}\n{' ' * (self.column - 1)}^"
