"""Every derived fact of an activation, in the order of a textbook."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from symact.activation import Activation
from symact.analysis import (
    asymptotics,
    constants,
    derivatives,
    from_output,
    inverse,
    limits,
    moments,
    regularity,
    scaling,
    series,
    shape,
    symmetry,
    vectors,
)
from symact.analysis.fact import Fact, open_fact, time_for_a_sheet
from symact.errors import ParameterError, SymactError
from symact.notation import assignments
from symact.verdict import Grade


@dataclass(frozen=True)
class Sheet:
    """All facts of one activation.

    Attributes
    ----------
    activation
        Whose facts they are.
    facts
        In the order of a textbook.
    order
        Up to which derivative.
    """

    activation: Activation
    facts: tuple[Fact, ...]
    order: int

    def after(self, facts: tuple[Fact, ...]) -> Sheet:
        """Return the sheet with other facts before its own."""
        return replace(self, facts=(*facts, *self.facts))

    def __str__(self) -> str:
        from symact.report import text as written

        return str(written(self))

    def _repr_latex_(self) -> str:
        from symact.report import latex

        return str(latex(self))

    def as_dict(self) -> dict[str, Any]:
        """Return the sheet as plain data, ready for JSON."""
        from symact.report import data

        return dict(data(self))


def sheet(activation: Activation, order: int = 2) -> Sheet:
    """Derive everything.

    Parameters
    ----------
    activation
        Any activation.
    order
        Highest derivative shown.

    Returns
    -------
    Sheet
        What could not be derived is there as open, with the reason.
    """
    if order < 1:
        raise SymactError(f"a sheet shows derivatives up to an order of 1, 2, …, not {order}")
    sections: tuple[tuple[str, Callable[[Activation], tuple[Fact, ...]]], ...] = (
        (constants.SECTION, constants.facts),
        (regularity.SECTION, regularity.facts),
        (derivatives.SECTION, partial(derivatives.facts, order=order)),
        (vectors.SECTION, vectors.facts),
        (limits.SECTION, limits.facts),
        (asymptotics.SECTION, asymptotics.facts),
        (shape.SECTION, shape.facts),
        (symmetry.SECTION, symmetry.facts),
        (scaling.SECTION, scaling.facts),
        (series.SECTION, series.facts),
        (inverse.SECTION, inverse.facts),
        (from_output.SECTION, from_output.facts),
        (moments.SECTION, moments.facts),
    )
    with time_for_a_sheet():
        found = tuple(fact for name, derive in sections for fact in _section(activation, name, derive))
    return Sheet(activation, found, order)


def _section(activation: Activation, name: str, derive: Callable[[Activation], tuple[Fact, ...]]) -> Iterable[Fact]:
    """Return a section; what stays open with the parameters as symbols is derived at their defaults."""
    found = _guarded(activation, name, derive)
    if not activation.parameters or all(fact.grade is not Grade.OPEN for fact in found):
        return found
    try:
        values = activation.values()
    except ParameterError:
        return found
    at = assignments({s: value for s, value in values.items() if s in activation.expr.free_symbols})
    concrete = {fact.label: fact for fact in _guarded(activation.at_defaults(), name, derive)}
    return tuple(
        replace(concrete[fact.label], at=at)
        if fact.grade is Grade.OPEN and fact.label in concrete and concrete[fact.label].grade is not Grade.OPEN
        else fact
        for fact in found
    )


def _guarded(activation: Activation, name: str, derive: Callable[[Activation], tuple[Fact, ...]]) -> tuple[Fact, ...]:
    """Return the facts of a module; a failure outside its single facts does not lose the other modules."""
    try:
        return derive(activation)
    except Exception as error:  # as in fact.settled
        return (open_fact(name, "everything in this section", f"{type(error).__name__}: {error}"),)
