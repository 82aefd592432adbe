"""The answer to a question that can be true or false, with how it was established."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from sympy import Basic, Expr

from symact.notation import assignments, tex, text


class Grade(StrEnum):
    """How far a statement is established; never mixed, always shown."""

    PROVED = "proved"  # both sides reduce to the same expression, every case of a split covered
    CERTIFIED = "certified"  # rigorous ball arithmetic, with an argument for the tails
    REFUTED = "refuted"  # an exact counterexample is given
    OPEN = "open"  # not settled


@dataclass(frozen=True)
class Counterexample:
    """A point at which the two sides of a statement differ, exactly."""

    point: Mapping[str, Expr]
    left: Expr
    right: Expr

    def __str__(self) -> str:
        return f"for {assignments(self.point)} the left side is {text(self.left)}, the right side {text(self.right)}"


@dataclass(frozen=True)
class Verdict:
    """A graded answer.

    Attributes
    ----------
    statement
        What was asked, as text in mathematical notation.
    grade
        How far the answer is established.
    condition
        Where the statement is true: ``True``, ``False`` or a relation between the parameters.
    steps
        The argument, one sentence a step.
    counterexample
        Present exactly when the grade is refuted.
    formula
        The statement as a SymPy object where it is one; used for LaTeX.
    """

    statement: str
    grade: Grade
    condition: Basic | None = None
    steps: tuple[str, ...] = ()
    counterexample: Counterexample | None = None
    formula: Basic | None = field(default=None, compare=False)

    def __bool__(self) -> bool:
        return self.grade in (Grade.PROVED, Grade.CERTIFIED)

    def __str__(self) -> str:
        answer = f"{self.statement}: {self.grade}"
        return f"{answer} ({self.counterexample})" if self.counterexample else answer

    def _repr_latex_(self) -> str:
        body = tex(self.formula) if self.formula is not None else rf"\text{{{self.statement}}}"
        return rf"$\displaystyle {body}\quad\text{{({self.grade})}}$"
