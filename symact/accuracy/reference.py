"""The symbolic original at floats: exact to about 2^-106, by ball arithmetic."""

from __future__ import annotations

import math
import sys
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from flint import arb
from numpy.typing import NDArray
from sympy import Expr, Indexed, Rational, S, Sum, Symbol, diff, exp, log

from symact.activation import Activation, i, n
from symact.analysis.derivatives import derivative_cells, parameter_derivative_cells
from symact.analysis.from_output import slope_of_output
from symact.analysis.limits import smooth_limit
from symact.analysis.transseries import TIME
from symact.balls import NEGLIGIBLE, Ball, compiled, evaluate, number, working_precision
from symact.cells import Cells
from symact.errors import OpenError
from symact.notation import text
from symact.power_series import value_at
from symact.ulp import is_near_a_zero, is_steep

Floats = NDArray[np.float64]

LARGEST = sys.float_info.max

ENOUGH_BITS = 110
"""Relative accuracy of a reference value: high and low part of a double-double."""


MOST_BITS = 1 << 16
"""For rows: e^10000 beside 1 takes 14 427 bits."""


FROM_OUTPUT = "f′ from the output"


def _cells(activation: Activation, what: int | str) -> Cells:
    if isinstance(what, int):
        return derivative_cells(activation, what)
    if what != FROM_OUTPUT:
        return parameter_derivative_cells(activation, what)
    pieces = slope_of_output(activation)
    if pieces is None:
        raise OpenError(f"the slope of {activation.name} is not one function of its output")
    return pieces


class Reference:
    """A function of one number and its exact values.

    Parameters
    ----------
    activation
        An elementwise activation.
    what
        The order of the derivative in x (0, 1, 2, …), the name of a parameter to differentiate by, or
        :data:`FROM_OUTPUT` for f′ as a function of the output.
    values
        A float for every parameter that occurs.
    """

    def __init__(self, activation: Activation, what: int | str, values: Mapping[str, float]) -> None:
        pieces = _cells(activation, what)
        self.values = {activation.parameter(name).symbol: float(value) for name, value in values.items()}
        self.cells: Cells = pieces
        x = pieces.symbol
        self.symbols = (x, *self.values)
        self.edges = [_exactly(b.at, self.values) for b in pieces.breakpoints]
        self.at_edges = [b.value for b in pieces.breakpoints]
        self.branches = [c.expr for c in pieces.cells]
        self.slopes = [diff(c.expr, x) for c in pieces.cells]

    def __call__(self, points: Sequence[float] | Floats) -> tuple[Floats, Floats]:
        """Return the exact values at finite points as high + low."""
        high, low = np.empty(len(points)), np.empty(len(points))
        for k, point in enumerate(points):
            ball = self.exact(float(point))
            high[k] = float(ball.mid())
            low[k] = float((ball - high[k]).mid()) if math.isfinite(high[k]) else 0.0
        return high, low

    def exact(self, point: float, bits: int = ENOUGH_BITS) -> Ball:
        """Return the value at a finite point as a ball of a relative accuracy."""
        return self._value(self.branches, point, self.at_edges, bits)

    def slope(self, point: float) -> Ball:
        """Return the derivative of the branch that holds at a point."""
        return self._value(self.slopes, point, None, ENOUGH_BITS)

    def scale(self, point: float) -> float:
        """Return what the error at a point is measured against.

        That is the magnitude of f; with that of x·f′, the cost of one rounding of x, where f has a zero within
        half of x or oscillates: there no algorithm that rounds once keeps a relative accuracy.
        """
        value = abs(self.exact(point))
        below, above = (self.exact(min(max(point * f, -LARGEST), LARGEST) or point) for f in (0.5, 1.5))
        steep = abs(self.slope(point) * point)
        if is_steep(value, steep) or is_near_a_zero(below, value, above):
            value = value + steep
        return float(value.mid())

    def limit(self, point: float) -> float | None:
        """Return the limit at ±∞ as a float, ``None`` if it is not known."""
        x = self.cells.symbol
        numbers = {symbol: Rational(value) for symbol, value in self.values.items()}
        towards = TIME if point > 0 else -TIME
        try:
            value = smooth_limit(self.branches[-1 if point > 0 else 0].subs({**numbers, x: towards}), TIME)
        except OpenError:
            return None
        return float(value) if value.is_extended_real else None

    def _value(self, branches: Sequence[Expr], point: float, at_edges: Sequence[Expr] | None, bits: int) -> Ball:
        position = 0
        for k, edge in enumerate(self.edges):
            if point == edge and at_edges is not None:
                return self._number(at_edges[k])
            if point >= edge:
                position = k + 1
        expr = branches[position]
        if expr is S.NaN:
            return arb.nan()
        if point == 0:
            return self._number(value_at(expr, self.cells.symbol, S.Zero))
        function = compiled(expr, self.symbols)
        with working_precision(bits + 60):
            ball = function(arb(point), *(arb(v) for v in self.values.values()))
        if ball.rel_accuracy_bits() >= bits or bool(abs(ball) < NEGLIGIBLE):
            return ball
        return evaluate(expr, {self.cells.symbol: point, **self.values}, bits=bits)

    def _number(self, value: Expr) -> Ball:
        """Return an expression in parameters, NaN where the function is not defined."""
        return arb.nan() if value is S.NaN else evaluate(value, self.values, bits=ENOUGH_BITS)


def _exactly(place: Expr, values: Mapping[Symbol, float]) -> float:
    ball = evaluate(place, values, bits=ENOUGH_BITS)
    return float(ball.mid())


def vector_reference(
    expr: Expr, arrays: Mapping[str, NDArray[Any]], values: Mapping[Symbol, float], magnitudes: bool = False
) -> list[Ball]:
    """Return a vector expression at a row, one ball an entry (one in all if there is no free index).

    Parameters
    ----------
    expr
        In ``x[i]`` (or ``x[j]``, for a vector-Jacobian product) and sums over the row.
    arrays
        The rows by name: x, y, dy; one number for what is a number.
    values
        The parameters.
    magnitudes
        Add and subtract magnitudes of terms: what the rounding errors of the sum are measured against.
    """
    indices = sorted(expr.free_symbols & _free_indices(expr), key=str)
    length = max(len(each) for each in arrays.values())
    places: list[dict[Symbol, int]] = [{indices[0]: k} for k in range(length)] if indices else [{}]
    precision = 256
    while True:
        with working_precision(precision):
            row = _Row({k: [arb(float(v)) for v in each] for k, each in arrays.items()}, values, magnitudes)
            balls = [row.value(expr, at) for at in places]
        if precision >= MOST_BITS or all(_settled(ball) for ball in balls):
            return balls
        precision *= 4


def _settled(ball: Ball) -> bool:
    return bool(ball.is_zero() or ball.rel_accuracy_bits() >= 70 or abs(ball) < NEGLIGIBLE)


def _free_indices(expr: Expr) -> set[Symbol]:
    return {s for entry in expr.atoms(Indexed) for s in entry.indices[0].free_symbols} | {i}


class _Row:
    def __init__(self, arrays: Mapping[str, list[Ball]], values: Mapping[Symbol, float], magnitudes: bool) -> None:
        self.arrays, self.values, self.magnitudes = arrays, values, magnitudes
        self.length = max(len(each) for each in arrays.values())

    def value(self, expr: Expr, at: Mapping[Symbol, int]) -> Ball:
        if isinstance(expr, Sum):
            index = expr.limits[0][0]
            return sum((self._term(self.value(expr.function, {**at, index: k})) for k in range(self.length)), arb(0))
        if isinstance(expr, Indexed):
            return self.arrays[str(expr.base.label)][at[expr.indices[0]]]
        if expr == n:
            return arb(self.length)
        if isinstance(expr, Symbol):
            return self.arrays[expr.name][0] if expr.name in self.arrays else arb(self.values[expr])
        if expr.is_Number:
            return number(expr)
        if isinstance(expr, exp):
            return _Row(self.arrays, self.values, magnitudes=False).value(expr.args[0], at).exp()
        operands: list[Any] = [self.value(a, at) for a in expr.args]
        if isinstance(expr, log):
            return operands[0].log()
        if expr.is_Add:
            return sum((self._term(each) for each in operands[1:]), self._term(operands[0]))
        if expr.is_Mul:
            return math.prod(operands[1:], start=operands[0])
        if expr.is_Pow and expr.exp.is_Integer:
            return operands[0] ** int(expr.exp)
        raise OpenError(f"no ball enclosure of {text(expr)}")

    def _term(self, ball: Ball) -> Ball:
        return abs(ball) if self.magnitudes else ball
