"""A derived fact, with its grade."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from sympy import Basic

from symact.analysis.time_limit import Budget
from symact.errors import SymactError
from symact.verdict import Grade, Verdict

SECONDS_FOR_A_FACT = 5.0
SECONDS_FOR_A_SHEET = 60.0


@dataclass(frozen=True)
class Fact:
    """One line of a sheet.

    Attributes
    ----------
    section
        Heading under which it stands: "Derivatives", "Limits", "Shape" …
    label
        What is stated, in mathematical notation: "f′(x)", "lim x → ∞ f(x)", "range".
    value
        A SymPy object, a verdict, or prose for what has no formula ("C¹, not C²"); ``None`` when open.
    grade
        How far it is established.
    method
        How, in a few words; empty where it is plain differentiation or substitution.
    at
        The parameter values it holds for; empty when it holds for every value in the domains.
    """

    section: str
    label: str
    value: Basic | Verdict | str | None
    grade: Grade = Grade.PROVED
    method: str = ""
    at: str = ""


def open_fact(section: str, label: str, reason: str) -> Fact:
    """Return the fact that something is not known, with what stood in the way."""
    return Fact(section, label, None, Grade.OPEN, reason)


_budget: ContextVar[Budget | None] = ContextVar("budget", default=None)


def settled(section: str, label: str, derive: Callable[[], Iterable[Fact]]) -> tuple[Fact, ...]:
    """Return the facts that a function derives, or one open fact that says why it does not.

    The time is that of one question (:data:`SECONDS_FOR_A_FACT`), and of what is left for the sheet.

    Parameters
    ----------
    section, label
        Of the open fact.
    derive
        The derivation.
    """
    try:
        with (_budget.get() or Budget(SECONDS_FOR_A_FACT, SECONDS_FOR_A_FACT)).question():
            return tuple(derive())
    except SymactError as reason:
        return (open_fact(section, label, str(reason)),)
    except Exception as error:  # SymPy fails in many ways on formulas that nobody has tried; none may lose the sheet
        return (open_fact(section, label, f"{type(error).__name__}: {error}"),)


@contextmanager
def time_for_a_sheet() -> Iterator[None]:
    """Let all facts derived inside share :data:`SECONDS_FOR_A_SHEET`."""
    token = _budget.set(Budget(SECONDS_FOR_A_FACT, SECONDS_FOR_A_SHEET))
    try:
        yield
    finally:
        _budget.reset(token)
