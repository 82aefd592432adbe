"""What symact says when it cannot do what was asked: one line, what was wrong and what would be right."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


class SymactError(Exception):
    """Base of every error that symact raises on purpose; the command line prints it as one line, exit code 2."""


class UnknownNameError(SymactError):
    """A name that is not in the catalogue."""

    def __init__(self, name: str, known: Iterable[str]) -> None:
        nearest = get_close_matches(str(name), list(known), n=1, cutoff=0.5)
        hint = f"did you mean '{nearest[0]}'?" if nearest else "'symact list' shows every name"
        super().__init__(f"unknown activation '{name}': {hint}")


class ParameterError(SymactError):
    """A parameter that does not exist, has no value, or has a value outside its domain."""


class FormulaError(SymactError):
    """A formula that is not understood; the message names the place.

    Attributes
    ----------
    position
        The character at which it went wrong, counted from 1.
    """

    def __init__(self, position: int, message: str) -> None:
        # What was written may have control characters in it, and is quoted.
        shown = "".join(each if each.isprintable() else ascii(each)[1:-1] for each in message)
        super().__init__(f"formula, character {position}: {shown}")
        self.position = position
        self._message = message

    def __reduce__(self) -> tuple[type[FormulaError], tuple[int, str]]:
        """Be pickled as made: errors travel between processes."""
        return FormulaError, (self.position, self._message)


class OpenError(SymactError):
    """A question that the analysis could not settle; reported as open, never guessed."""


class MissingDependencyError(SymactError):
    """An optional package or the C compiler is not installed; the message says the install command."""
