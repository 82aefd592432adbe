"""How far a candidate program is from the truth, at points chosen to be hard; the same on every machine."""

from __future__ import annotations

import itertools
import math
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
from flint import arb
from sympy import Expr, S, Symbol, diff

from symact.balls import Ball, compiled, evaluate, working_precision
from symact.errors import OpenError
from symact.lowering.arithmetic import constant, op
from symact.lowering.interpret import Floats, is_elementary, run
from symact.lowering.parameters import named
from symact.lowering.program import Node
from symact.lowering.stable import plain, stabilised
from symact.power_series import value_at
from symact.ulp import is_near_a_zero, is_steep, spacing, spacings

LARGEST = sys.float_info.max

LARGEST_FLOAT = float(np.finfo(np.float32).max)

POSITIVE_FLOATS = np.append(2.0 ** np.linspace(-149, 127.9, 1001), LARGEST_FLOAT)
"""Of every magnitude that float32 has, in increasing order."""

NEXT = 32
"""How many floats on each side of a zero are tried."""

BITS = 160
"""Of the balls that stand for zeros, and of what comes from them."""

STEP = 2.0**-20
"""Relative, of the quotient of differences that stands for a derivative of a program in double precision."""

NEAR = 1 / 2
"""Two points within this relative distance of each other are neighbours when a zero is looked for between them."""


@dataclass(frozen=True)
class Truth:
    """A smooth branch with exact values for the parameters."""

    expr: Expr
    stable: Expr
    slope: Expr
    symbol: Symbol
    values: Mapping[Symbol, float]
    left: float
    right: float
    # Every candidate meets the same points, and every attempt the same candidates.
    known: dict[float, Ball] = field(default_factory=dict, compare=False, repr=False)
    measured: dict[tuple[Node, float, int], tuple[Floats, Floats]] = field(
        default_factory=dict, compare=False, repr=False
    )

    @classmethod
    def of(cls, expr: Expr, symbol: Symbol, values: Mapping[Symbol, float], left: float, right: float) -> Truth:
        """Prepare a branch on the interval (left, right)."""
        stable = plain(stabilised(expr))
        return cls(expr, stable, diff(expr, symbol), symbol, values, left, right)

    def __call__(self, point: float) -> Ball:
        """Return the exact value as a ball.

        Raises
        ------
        OpenError
            If it cannot be enclosed, neither as it stands nor without its cancellations.
        """
        if point not in self.known:
            self.known[point] = self._enclosure(point)
        return self.known[point]

    def _enclosure(self, point: float) -> Ball:
        at = {**self.values, self.symbol: point}
        if point == 0:
            return evaluate(value_at(self.expr, self.symbol, S.Zero), self.values, bits=90)
        try:
            return evaluate(self.expr, at, bits=90)
        except OpenError:
            return evaluate(self.stable, at, bits=90)

    def enclosed(self, points: Sequence[float]) -> Sequence[float]:
        """Return the points at which the exact value is known."""
        return [point for point in points if self._is_known(point)]

    def _is_known(self, point: float) -> bool:
        try:
            return not self(point).is_nan()
        except OpenError:
            return False

    def split(self, points: Sequence[float]) -> tuple[Floats, Floats]:
        """Return the exact values as high + low."""
        balls = [self(point) for point in points]
        high = np.array([float(ball.mid()) for ball in balls])
        low = [
            float((ball - h).mid()) if math.isfinite(h) else 0.0 for ball, h in zip(balls, high.tolist(), strict=True)
        ]
        return high, np.array(low)

    def scaled(self, point: float, error: float, computed: float) -> float:
        """Return an error in ULP, conditioning-scaled where the exact value is close to a zero.

        Close to a zero of f, and where it oscillates faster than doubles can follow, no algorithm on doubles that
        rounds once keeps a relative accuracy: there the error is measured against the magnitudes of f and x·f′
        together, which is what one rounding of x costs.  If that is beyond the range of doubles, an infinity is right.
        """
        exact = self(point)
        try:
            steep = abs(evaluate(self.slope, {**self.values, self.symbol: point}, bits=60) * point)
        except OpenError:
            return error
        if not (is_steep(exact, steep) or self._is_near_a_zero(point)):
            return error
        cost = abs(exact) + steep
        if bool(cost > LARGEST):
            if math.isnan(computed):
                return error
            return float((abs(exact - arb(computed)) / cost).mid()) * 2.0**53 if math.isfinite(computed) else 0.0
        return error * spacing(exact) / spacing(cost)

    def _is_near_a_zero(self, point: float) -> bool:
        # A zero at an end of the interval does not count: there x − end is exact.
        low, high = max(self.left, -LARGEST), min(self.right, LARGEST)
        try:
            below, above = (self(min(max(point * (1 + step), low), high)) for step in (-NEAR, NEAR))
        except OpenError:
            return False
        return bool(is_near_a_zero(below, self(point), above))


def worst(node: Node, truth: Truth, points: Sequence[float], stop: float = math.inf) -> tuple[float, float]:
    """Return the largest error in ULP and where it is, elementary functions off by up to one ULP.

    The search ends early, after a part of the points, if an error exceeds `stop`.
    """
    largest, place = 0.0, math.nan
    for part in (points[::8], [p for k, p in enumerate(points) if k % 8]):
        if not part:
            continue
        found, computed = _plain_errors(node, truth, part)
        order = np.argsort(found)[::-1].tolist()
        if math.isnan(place):
            place = part[order[0]]
        for k in order:
            if found[k] <= largest:
                break
            error = truth.scaled(part[k], float(found[k]), computed[k]) if found[k] > 1.0 else float(found[k])
            if error > largest:
                largest, place = error, part[k]
        if largest > stop:
            break
    return largest, place


def beyond(node: Node, truth: Truth, points: Sequence[float], bound: float) -> Sequence[float]:
    """Return the points at which the error exceeds a bound."""
    found, computed = _plain_errors(node, truth, points)
    suspects = np.flatnonzero(found > bound).tolist()
    return [points[k] for k in suspects if truth.scaled(points[k], float(found[k]), computed[k]) > bound]


def _plain_errors(node: Node, truth: Truth, points: Sequence[float]) -> tuple[Floats, Floats]:
    """Return the error at every point, not scaled, and a value that was computed there."""
    key = node, points[0], len(points)
    if key not in truth.measured:
        truth.measured[key] = _measured(node, truth, points)
    return truth.measured[key]


def _measured(node: Node, truth: Truth, points: Sequence[float]) -> tuple[Floats, Floats]:
    names = named(truth.values)
    high, low = truth.split(points)
    ulp = np.array([spacing(value) for value in np.abs(high).tolist()])
    largest, kept = np.zeros(len(points)), np.zeros(len(points))
    # The last digits of elementary functions do not reach the result of wide numbers.
    for slack in (0,) if node.op == "narrow" else (0, 1, -1):
        computed = run(node, {**names, "x": np.array(points)}, slack)
        with np.errstate(all="ignore"):
            found = np.abs((computed - high) - low) / ulp
        found[np.isnan(found)] = np.inf
        found[(computed == high) & np.isinf(high)] = 0.0
        kept = np.where(found >= largest, computed, kept)
        largest = np.maximum(largest, found)
    return largest, kept


def float_error(node: Node, exact: Node, values: Mapping[str, float], in_float: bool = True) -> float:
    """Return the largest error in ULP of float32 of a program, beside another in double precision.

    The program is computed in float32, or in double precision and rounded to it.  Elementary functions are
    a little off, up or down, before they are rounded (:mod:`symact.lowering.interpret`).
    """
    return float(float_errors(node, exact, values, in_float)[1].max())


def float_errors(
    node: Node, exact: Node, values: Mapping[str, float], in_float: bool = True, scaled: bool = False
) -> tuple[Floats, Floats]:
    """Return the same at every point tried, with the points; on demand scaled as by :meth:`Truth.scaled`."""
    given = tuple((name, float(np.float32(value))) for name, value in values.items())
    x, truth = _at_floats(exact, given)
    with np.errstate(over="ignore"):
        nearest = truth.astype(np.float32)
        ulp = spacings(_sizes(exact, given) if scaled else truth, np.float32)
    worst = np.zeros_like(x)
    for slack in (0, 1, -1) if is_elementary(exact) else (0,):
        with np.errstate(all="ignore"):
            computed = run(node, dict(given) | {"x": x}, slack, in_float).astype(np.float32).astype(np.float64)
            errors = np.abs(computed - truth) / ulp
        errors[computed == nearest] = np.minimum(errors[computed == nearest], 0.5)
        errors[np.isnan(computed) & np.isnan(truth) | (computed == nearest) & np.isinf(nearest)] = 0.0
        worst = np.maximum(worst, np.nan_to_num(errors, nan=math.inf))
    return x, worst


@lru_cache(maxsize=8)
def _at_floats(exact: Node, given: tuple[tuple[str, float], ...]) -> tuple[Floats, Floats]:
    """Return floats, and a program there in double precision: many candidates are measured beside one."""
    numbers = [step.number for step in exact.walk() if step.op == "constant"]
    x = _floats(numbers, 2**10 if is_elementary(exact) else 2**17)
    beside = np.arange(-NEXT, NEXT + 1, dtype=np.int32)
    overflow = op("sub", op("abs", exact), constant(LARGEST_FLOAT))
    places = [place for each in (exact, overflow) for place in zeros(each, dict(given))]
    near = [(np.float32(place).view(np.int32) + beside).view(np.float32) for place in places]
    x = np.concatenate([x, *near]).astype(np.float64)
    return x, run(exact, dict(given) | {"x": x})


@lru_cache(maxsize=8)
def _sizes(exact: Node, given: tuple[tuple[str, float], ...]) -> Floats:
    """Return |f| at the same floats, close to a zero of f the sum of it and |x·f′|."""
    x, truth = _at_floats(exact, given)
    below, above, before, after = (
        run(exact, dict(given) | {"x": x * factor}) for factor in (1 - NEAR, 1 + NEAR, 1 - STEP, 1 + STEP)
    )
    with np.errstate(all="ignore"):
        steep = np.abs(after - before) / (2 * STEP)
        is_near = is_near_a_zero(below, truth, above)
        return np.where(is_near & np.isfinite(steep), np.abs(truth) + steep, np.abs(truth))


def zeros(node: Node, values: Mapping[str, float]) -> Iterator[float]:
    """Yield where the value changes its sign away from 0, by bisection, to the digits of float32."""
    for a, b in _sign_changes(node, values):
        start = np.sign(run(node, {**values, "x": a}))
        for _ in range(40):
            middle = (a + b) / 2
            a, b = (middle, b) if np.sign(run(node, {**values, "x": middle})) == start else (a, middle)
        yield a


def refined(zero: float, expr: Expr, x: Symbol) -> arb:
    """Return a zero to many digits, from those of a float."""
    function = plain(stabilised(expr))
    with working_precision(BITS):
        place = arb(zero)
        value, slope = (compiled(each, (x,)) for each in (function, function.diff(x)))
        for _ in range(6):  # Newton: twice as many digits each time
            place = (place - value(place) / slope(place)).mid()
        return place


def _sign_changes(node: Node, values: Mapping[str, float]) -> Iterator[tuple[float, float]]:
    """Yield pairs of floats of one sign between which the value changes its own."""
    for x in (POSITIVE_FLOATS, -POSITIVE_FLOATS):
        signs = np.sign(run(node, {**values, "x": x}))
        known = np.flatnonzero(np.isfinite(signs) & (signs != 0))
        for a, b in itertools.pairwise(known.tolist()):
            if signs[a] != signs[b]:
                yield float(x[a]), float(x[b])


def rounded_up(error: float) -> float:
    """Return an error as a number with one digit after the point that is not below it."""
    return math.ceil(error * 10) / 10 if math.isfinite(error) else error


def changes_sign(node: Node, values: Mapping[str, float]) -> bool:
    """Whether there is a zero away from 0, near which a small error of a term is a large one of the sum."""
    return any(_sign_changes(node, values))


def _floats(edges: Sequence[float], count: int) -> Floats:
    """Return float32 numbers: of every magnitude, most of ordinary size, and next to some edges."""
    fractions = (0.6180339887498949 * np.arange(1, count)) % 1
    magnitudes = 2.0 ** np.linspace(-149, 127.9, min(count, 4000))
    least = 2.0**-149 * np.arange(1, 65)
    sizes = np.concatenate([least, magnitudes, 2.0 ** (27 * fractions - 20), 8 * fractions, 100 * fractions])
    beside = [
        np.nextafter(np.float32(e), np.float32(to)) for e in edges if abs(e) <= LARGEST_FLOAT for to in (-1e9, e, 1e9)
    ]
    ends = np.array([0.0, math.inf, LARGEST_FLOAT])
    return np.concatenate([sizes, -sizes, ends, -ends, beside]).astype(np.float32).astype(np.float64)


def dying(truth: Truth) -> Sequence[float]:
    """Return points at which the exact value is about to underflow, by bisection on each side of 0."""
    found: list[float] = []
    with suppress(OpenError):
        _search_dying(truth, found)
    return found


def _search_dying(truth: Truth, found: list[float]) -> None:
    for side in (1.0, -1.0):
        outer = min(truth.right, 1e300) if side > 0 else max(truth.left, -1e300)
        inner = side * max(1.0, side * (truth.left if side > 0 else truth.right))
        if not truth.left < inner < truth.right or not side * inner < side * outer:
            continue
        for level in (-1018, -1024, -1035, -1050, -1068):
            low, high = inner, outer
            if not (abs(truth(low)) > 2.0**level and abs(truth(high)) < 2.0**level):
                break
            for _ in range(1100):
                middle = (
                    low / 2 + high / 2 if abs(high / low) < 4 else side * math.sqrt(low * side) * math.sqrt(high * side)
                )
                if abs(high - low) < 1e-3 * abs(low):
                    break
                low, high = (middle, high) if abs(truth(middle)) > 2.0**level else (low, middle)
            found.append(low)


def sample(left: float, right: float) -> Sequence[float]:
    """Return points of an interval: every magnitude, the places where exponentials die, and next to the ends.

    The points are rationals of low discrepancy (multiples of the golden ratio), so the list is the same everywhere.
    """
    magnitudes = [2.0**k for k in range(-1074, 1024, 61)] + [5e-324, 1.7976931348623157e308]
    magnitudes += [1e-30, 1e-8, 18.5, 37.4, 38.1, 38.56, 88.7, 354.2, 708.2, 709.5, 709.9, 710.4, 744.7, 1e4, 3e38]
    golden = 0.6180339887498949
    fractions = [(golden * k) % 1 for k in range(1, 60)]
    # Powers of two alone would not do: their squares are exact, and what is added to them is kept.
    magnitudes += [(1 + (golden * k) % 1) * 2.0**k for k in range(-1015, 1024, 29)]
    magnitudes += [(1 + (golden * k) % 1) * 2.0**k for k in range(-60, 100, 7)]
    magnitudes += [40 * f for f in fractions] + [2.0 ** (24 * f - 20) for f in fractions]
    magnitudes += [750 * f for f in fractions[:30]] + [2.0 ** (14 * f - 10) for f in fractions]
    points = [s * m for m in magnitudes for s in (1.0, -1.0)]
    for end in (left, right):
        if math.isfinite(end):
            points += [end + p * max(1.0, abs(end)) for p in (2.0**-40, -(2.0**-40), 2.0**-12, -(2.0**-12))]
            points += [math.nextafter(end, math.inf), math.nextafter(end, -math.inf)]
    if math.isfinite(left) and math.isfinite(right):
        points += [left + (right - left) * f for f in fractions]
    return sorted(p for p in {0.0, *points} if left < p < right)
