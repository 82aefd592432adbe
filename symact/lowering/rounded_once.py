"""Programs in double precision for results in float32, rounded once: the shortest that is as good as exact."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress

import numpy as np
from flint import arb
from sympy import Expr, Symbol

from symact.balls import compiled, working_precision
from symact.cells import Cells
from symact.errors import OpenError
from symact.lowering.arithmetic import constant, horner, op
from symact.lowering.interpret import Floats
from symact.lowering.laurent import laurent
from symact.lowering.measure import BITS, float_error, float_errors
from symact.lowering.program import Node, cost
from symact.lowering.series import series_node
from symact.lowering.shortened import contracted
from symact.lowering.smooth import INNER, MAGNITUDE, X
from symact.lowering.stable import plain, stabilised

TOLERABLE = 0.6
"""In ULP: the error that such a program may have; a result that is rounded once has half of one."""

FARTHEST = 2.0**-2
"""How far from 0, or from another zero, a polynomial may reach."""

MOST_TERMS = 8


def rounded_once(
    exact: Node, pieces: Cells, candidates: Iterable[Node], places: Sequence[arb]
) -> tuple[Node, float] | None:
    """Return the shortest candidate, with polynomials where it has too few digits, and its error.

    Parameters
    ----------
    exact
        A program in double precision for doubles, of x alone.
    pieces
        The function, on one cell.
    candidates
        Programs that may do.
    places
        The zeros of the function away from 0, to many digits.
    """
    good = []
    for candidate in candidates:
        points, errors = float_errors(candidate, exact, {}, in_float=False)
        program, error, bad = candidate, float(errors.max()), points[errors > TOLERABLE]
        if bad.size:
            with suppress(OpenError):
                program = _with_polynomials(candidate, bad, places, pieces.cells[0].expr, pieces.symbol)
                error = float_error(program, exact, {}, in_float=False)
        if error <= TOLERABLE:
            good.append((contracted(program), error))
    return min(good, key=lambda each: cost(each[0], _COSTS), default=None)


def _with_polynomials(node: Node, bad: Floats, places: Iterable[arb], expr: Expr, x: Symbol) -> Node:
    """Join polynomials at 0 and beside other zeros to a program that is bad at some points.

    Raises
    ------
    OpenError
        If some are too far, or a polynomial is too long.
    """
    for place in places:
        zero = float(place)
        distance = np.abs(bad - zero)
        near = distance[distance < min(FARTHEST, abs(zero) / 2)]
        if near.size:
            radius = _radius(near)
            offset, series = _beside(place, expr, x, radius)
            bad = bad[distance > near.max()]
            node = op("select", op("lt", op("abs", offset), constant(radius)), series, node)
    if bad.size:
        radius = _radius(np.abs(bad))
        series = series_node(laurent(stabilised(expr), x, 0), radius, X, "square")
        node = op("select", op("lt", MAGNITUDE, constant(radius)), series, node)
    return node


def _radius(distances: Floats) -> float:
    """Return how far a polynomial must reach."""
    radius = next((r for r in INNER if distances.max() < r), math.inf)
    if radius > FARTHEST:
        raise OpenError(f"a polynomial of a radius of {radius} is long")
    return radius


def _beside(place: arb, expr: Expr, x: Symbol, radius: float) -> tuple[Node, Node]:
    """Return the distance from a zero, and the Taylor polynomial in it.

    Raises
    ------
    OpenError
        If a few terms do not suffice.
    """
    with working_precision(BITS):
        coefficients = list(_taylor(plain(stabilised(expr)), x, place, radius))
    offset = op("sub", X, constant(float(place)), called="offset")
    return offset, op("mul", horner([constant(c) for c in reversed(coefficients)], offset), offset)


def _taylor(function: Expr, x: Symbol, place: arb, radius: float) -> Iterator[float]:
    """Yield the Taylor coefficients from the first on, as many as a float has digits for."""
    first, factorial = 0.0, 1
    for order in range(1, MOST_TERMS + 1):
        function, factorial = function.diff(x), factorial * order
        coefficient = float((compiled(function, (x,))(place) / factorial).mid())
        first = first or abs(coefficient)
        if abs(coefficient) * radius ** (order - 1) < 2.0**-30 * first:
            return
        yield coefficient
    raise OpenError("the Taylor series at a zero is long")


_COSTS = {"exp_30": 12, "expm1_30": 13, "exp_53": 18, "erfcx_29": 19, "div": 8, "minimum": 2, "maximum": 2}
"""How many a call takes; a division takes as long as several."""
