"""Polynomials at 0 and at ±∞, where everything else cancels."""

from __future__ import annotations

from typing import Any

from flint import arb

from symact.errors import OpenError
from symact.lowering.arithmetic import ONE, constant, div, horner, mul, power
from symact.lowering.laurent import Laurent
from symact.lowering.program import Node

TINY = arb(2) ** -200
"""What is left of a coefficient that is 0."""


def series_node(series: Laurent, radius: float, variable: Node, called: str) -> Node:
    """Return the truncated series that is exact to 2^-56 for |t| ≤ radius.

    Parameters
    ----------
    series
        In t.
    radius
        The largest magnitude of t.
    variable
        The node of t.
    called
        What a careful person would call t².

    Raises
    ------
    OpenError
        If the terms that are known do not suffice.
    """
    if series.is_zero:
        raise OpenError("the series is 0")
    coefficients = [arb(0) if bool(abs(c) < TINY) else c for c in series.coefficients]
    nonzero = [k for k, c in enumerate(coefficients) if not c.is_zero()]
    step = 2 if all(k % 2 == 0 for k in nonzero) else 1
    small = abs(coefficients[0]) * arb(2) ** -58
    weights = [abs(c) * arb(radius) ** k for k, c in enumerate(coefficients)]
    last = next((k for k in range(len(coefficients)) if all(bool(w < small) for w in weights[k:])), None)
    if last is None or last > len(coefficients) - 4:
        raise OpenError(f"{len(coefficients)} terms do not suffice")
    kept = [float(coefficients[k].mid()) for k in range(0, last, step)]
    inner = variable if step == 1 else Node("mul", (variable, variable), name=called)
    lead, rest = coefficients[0], [constant(c) for c in reversed(kept)]
    exact = _small_reciprocal(lead)
    if exact is None or len(rest) == 1 or series.valuation <= 0:
        return _shifted(horner(rest, inner), variable, series.valuation)
    # x³/3 + x³·(x²·…): the leading term is a quotient, rounded once, and the rest is a small correction.
    head = div(power(variable, series.valuation), constant(exact))
    tail = mul(mul(horner(rest[:-1], inner), inner), power(variable, series.valuation))
    return Node("add", (head, tail))


def _shifted(value: Node, variable: Node, valuation: int) -> Node:
    """Return the value times a power of the variable."""
    if valuation >= 0:
        return mul(value, power(variable, valuation)) if valuation else value
    if variable.op == "div" and variable.args[0] == ONE:
        return mul(value, power(variable.args[1], -valuation))
    return div(value, power(variable, -valuation))


def _small_reciprocal(coefficient: Any) -> float | None:
    inverse = 1 / coefficient
    nearest = float(inverse.mid())
    return nearest if nearest == round(nearest) and abs(nearest) < 1000 else None
