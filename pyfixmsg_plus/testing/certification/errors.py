"""What is wrong with a scenario or a profile, and where."""

from pyfixmsg_plus.errors import PyFixMsgError

__all__ = ["ProfileError", "ScenarioError"]


class ScenarioError(PyFixMsgError):
    """A scenario that cannot be read.

    Attributes:
        file: The file.
        line: The line, counted from one.
        cause: What is wrong there.
    """

    def __init__(self, file: str, line: int, cause: str) -> None:
        super().__init__(f"{file}:{line}: {cause}")
        self.file = file
        self.line = line
        self.cause = cause


class ProfileError(PyFixMsgError):
    """A description of the counterparty that cannot be used."""
