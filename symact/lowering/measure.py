"""How far a candidate program is from the truth, at points chosen to be hard; the same on every machine."""

from __future__ import annotations

import math
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from sympy import Expr, Symbol, diff

from symact.balls import Ball, evaluate
from symact.errors import OpenError
from symact.lowering.interpret import Floats, run
from symact.lowering.program import Node
from symact.ulp import spacing

LARGEST = sys.float_info.max

NEAR = 1 / 2
"""Two points within this relative distance of each other are neighbours when a zero is looked for between them."""


@dataclass(frozen=True)
class Truth:
    """A smooth branch with exact values for the parameters."""

    expr: Expr
    slope: Expr
    symbol: Symbol
    values: Mapping[Symbol, float]
    left: float
    right: float
    known: dict[float, Ball] = field(
        default_factory=dict, compare=False, repr=False
    )  # every candidate meets them again

    @classmethod
    def of(cls, expr: Expr, symbol: Symbol, values: Mapping[Symbol, float], left: float, right: float) -> Truth:
        """Prepare a branch on the interval (left, right)."""
        return cls(expr, diff(expr, symbol), symbol, values, left, right)

    def __call__(self, point: float) -> Ball:
        """Return the exact value as a ball."""
        if point not in self.known:
            self.known[point] = evaluate(self.expr, {**self.values, self.symbol: point}, bits=90)
        return self.known[point]

    def split(self, points: Sequence[float]) -> tuple[Floats, Floats]:
        """Return the exact values as high + low."""
        balls = [self(point) for point in points]
        high = np.array([float(ball.mid()) for ball in balls])
        low = [
            float((ball - h).mid()) if math.isfinite(h) else 0.0 for ball, h in zip(balls, high.tolist(), strict=True)
        ]
        return high, np.array(low)

    def scaled(self, point: float, error: float) -> float:
        """Return an error in ULP, conditioning-scaled where the exact value is close to a zero.

        Close to a simple zero z of f no algorithm on doubles that rounds once keeps a relative accuracy: there the
        error is measured against the magnitudes of f and x·f′ together, which is what one rounding of x costs.
        """
        if not self._is_near_a_zero(point):
            return error
        exact = self(point)
        try:
            steep = abs(evaluate(self.slope, {**self.values, self.symbol: point}, bits=60) * point)
        except OpenError:
            return error
        return error * spacing(exact) / spacing(abs(exact) + steep)

    def _is_near_a_zero(self, point: float) -> bool:
        # A zero at an end of the interval does not count: there x − end is exact.
        low, high = max(self.left, -LARGEST), min(self.right, LARGEST)
        below, above = (self(min(max(point * (1 + step), low), high)) for step in (-NEAR, NEAR))
        return bool(below * above < 0)


def worst(node: Node, truth: Truth, points: Sequence[float], stop: float = math.inf) -> tuple[float, float]:
    """Return the largest error in ULP and where it is, elementary functions off by up to one ULP.

    The search ends early, after a part of the points, if an error exceeds `stop`.
    """
    largest, place = 0.0, math.nan
    names = {symbol.name: value for symbol, value in truth.values.items()}
    for part in (points[::8], [p for k, p in enumerate(points) if k % 8]):
        if not part:
            continue
        high, low = truth.split(part)
        ulp = np.array([spacing(value) for value in np.abs(high).tolist()])
        for slack in (0, 1, -1):
            computed = run(node, {**names, "x": np.array(part)}, slack)
            with np.errstate(all="ignore"):
                errors = np.abs((computed - high) - low) / ulp
            errors[np.isnan(errors)] = np.inf
            errors[(computed == high) & np.isinf(high)] = 0.0
            for k in np.argsort(errors)[::-1].tolist():
                if errors[k] <= max(largest, 1.0):
                    break
                error = truth.scaled(part[k], float(errors[k]))
                if error > largest:
                    largest, place = error, part[k]
            if largest == 0.0:
                k = int(np.argmax(errors))
                largest, place = float(errors[k]), part[k]
        if largest > stop:
            break
    return largest, place


def dying(truth: Truth) -> Sequence[float]:
    """Return points at which the exact value is about to underflow, by bisection on each side of 0."""
    found = []
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
    return found


def sample(left: float, right: float) -> Sequence[float]:
    """Return points of an interval: every magnitude, the places where exponentials die, and next to the ends.

    The points are rationals of low discrepancy (multiples of the golden ratio), so the list is the same everywhere.
    """
    magnitudes = [2.0**k for k in range(-1074, 1024, 61)] + [5e-324, 1.7976931348623157e308]
    magnitudes += [1e-30, 1e-8, 18.5, 37.4, 38.1, 38.56, 88.7, 354.2, 708.2, 709.5, 744.7, 1e4, 3e38]
    golden = 0.6180339887498949
    fractions = [(golden * k) % 1 for k in range(1, 60)]
    magnitudes += [40 * f for f in fractions] + [2.0 ** (24 * f - 20) for f in fractions]
    magnitudes += [750 * f for f in fractions[:30]]
    points = [s * m for m in magnitudes for s in (1.0, -1.0)]
    for end in (left, right):
        if math.isfinite(end):
            points += [end + p * max(1.0, abs(end)) for p in (2.0**-40, -(2.0**-40), 2.0**-12, -(2.0**-12))]
            points += [math.nextafter(end, math.inf), math.nextafter(end, -math.inf)]
    if math.isfinite(left) and math.isfinite(right):
        points += [left + (right - left) * f for f in fractions]
    return sorted(p for p in set(points) if left < p < right)
