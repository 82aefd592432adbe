"""Zeros, signs, monotonicity, extrema, convexity, inflection points, range and the Lipschitz constant.

Everything follows from the zeros of f, f′ and f″ on each cell (:mod:`symact.analysis.roots`) and from the
one-sided limits at the ends of the cells; nothing is sampled.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cache, cached_property, partial
from typing import Any

from sympy import Expr, S, Symbol, Tuple, diff, oo
from sympy.sets.sets import FiniteSet, Set

from symact.activation import Activation
from symact.analysis.fact import Fact, open_fact
from symact.analysis.roots import Real, Signs, compare, number_sign, sign_pattern
from symact.analysis.subject import Subject, first_answer, interval, union
from symact.analysis.tails import limit_at_infinity
from symact.cells import Cell
from symact.errors import OpenError
from symact.notation import text
from symact.verdict import Grade

SECTION = "Shape"


@dataclass(frozen=True)
class Branch:
    """A cell with its derivatives."""

    cell: Cell
    symbol: Symbol

    @cached_property
    def orders(self) -> tuple[Expr, Expr, Expr]:
        """f, f′ and f″."""
        first = diff(self.cell.expr, self.symbol)
        return self.cell.expr, first, diff(first, self.symbol)

    def signs(self, order: int) -> Signs:
        """Return zeros and signs of the derivative of an order."""
        return sign_pattern(self.orders[order], self.symbol, self.cell.left, self.cell.right)

    def limit(self, order: int, end: Expr) -> Real:
        """Return the one-sided limit at an end of the cell."""
        expr = self.orders[order]
        if end is oo:
            return Real(limit_at_infinity(expr, self.symbol))
        if end == -oo:
            return Real(limit_at_infinity(expr.subs(self.symbol, -self.symbol), self.symbol))
        value = expr.subs(self.symbol, end)
        if value.is_infinite or value.is_extended_real is False or value is S.NaN:
            raise OpenError(f"{text(expr)} has no finite value at {text(end)}")
        return Real(value)


@dataclass(frozen=True)
class Stretch:
    """An open interval on which a derivative has one sign, with the function's limits at its ends."""

    left: Real
    right: Real
    sign: int
    start: Real
    stop: Real


@dataclass(frozen=True)
class Joint:
    """A point between two stretches: the function's value there and its one-sided limits."""

    at: Real
    value: Real
    before: Real
    after: Real

    @cached_property
    def reach(self) -> int:
        """The sign of value − before."""
        return compare(self.value, self.before)

    @cached_property
    def rise(self) -> int:
        """The sign of after − value."""
        return compare(self.after, self.value)

    @property
    def steps(self) -> tuple[int, int]:
        """Both signs: (0, 0) where the function is continuous."""
        return self.reach, self.rise


@dataclass(frozen=True)
class Extremum:
    """A strict local extremum, or the set where the least or greatest value is attained."""

    kind: str
    place: Set
    value: Expr


@dataclass(frozen=True)
class Shape:
    """The answers of this module for one subject; each is derived when asked for."""

    subject: Subject

    @cached_property
    def branches(self) -> tuple[Branch, ...]:
        """The cells with their derivatives."""
        return tuple(Branch(c, self.subject.symbol) for c in self.subject.cells.cells)

    def grade(self, *orders: int) -> Grade:
        """Return certified if a zero of one of these derivatives was isolated by balls, else proved."""
        isolated = any(b.signs(order).isolated for b in self.branches for order in orders)
        return Grade.CERTIFIED if isolated else Grade.PROVED

    def walk(self, order: int) -> tuple[list[Stretch], list[Joint]]:
        """Return the stretches on which f′ (order 1) or f″ (order 2) has one sign, and the joints between."""
        x, base = self.subject.symbol, order - 1
        stretches: list[Stretch] = []
        joints: list[Joint] = []
        points = self.subject.cells.breakpoints
        for k, branch in enumerate(self.branches):
            function, pattern = branch.orders[base], branch.signs(order)
            inner = [(z, z.of(function, x)) for z in pattern.zeros]
            places = [Real(branch.cell.left), *(z for z, _ in inner), Real(branch.cell.right)]
            values = [branch.limit(base, branch.cell.left), *(v for _, v in inner)]
            values.append(branch.limit(base, branch.cell.right))
            if k > 0:
                at = points[k - 1]
                here = Real(at.value) if base == 0 else values[0]
                joints.append(Joint(Real(at.at), here, stretches[-1].stop, values[0]))
            for m, sign in enumerate(pattern.signs):
                if m > 0:
                    joints.append(Joint(places[m], values[m], values[m], values[m]))
                stretches.append(Stretch(places[m], places[m + 1], sign, values[m], values[m + 1]))
        return stretches, joints

    @cached_property
    def monotone(self) -> tuple[list[Stretch], list[Joint]]:
        """The walk along f′."""
        return self.walk(1)

    # zeros and signs

    @cached_property
    def zeros(self) -> Set:
        """Where f is 0."""
        place, parts, isolated = self.subject.at_place, list[Set](), list[Expr]()
        for k, branch in enumerate(self.branches):
            pattern = branch.signs(0)
            if pattern.signs == (0,):
                left, right = branch.cell.left, branch.cell.right
                parts.append(
                    interval(
                        place(Real(left)),
                        place(Real(right)),
                        not self._is_zero_at(k - 1),
                        not self._is_zero_at(k),
                    )
                )
            isolated += [place(z) for z in pattern.zeros]
        for k, point in enumerate(self.subject.cells.breakpoints):
            flat = any(self.branches[m].signs(0).signs == (0,) for m in (k, k + 1))
            if self._is_zero_at(k) and not flat:
                isolated.append(place(Real(point.at)))
        return union([*parts, *([FiniteSet(*isolated)] if isolated else [])])

    def _is_zero_at(self, k: int) -> bool:
        points = self.subject.cells.breakpoints
        return 0 <= k < len(points) and number_sign(points[k].value) == 0

    def where_sign(self, sign: int) -> Set:
        """Return where f is positive (1) or negative (−1)."""
        points = self.subject.cells.breakpoints
        owned = [number_sign(b.value) == sign for b in points]
        parts: list[Set] = []
        start: tuple[Real, bool] | None = None  # of the run that is open: left end, whether it is excluded
        for k, branch in enumerate(self.branches):
            pattern = branch.signs(0)
            places = [Real(branch.cell.left), *pattern.zeros, Real(branch.cell.right)]
            for m, s in enumerate(pattern.signs):
                if s != sign:
                    continue
                first, last = m == 0 and k > 0, m == len(pattern.signs) - 1 and k < len(points)
                if start is None:
                    start = places[m], not (first and owned[k - 1])
                goes_on = last and owned[k] and self.branches[k + 1].signs(0).signs[0] == sign
                if not goes_on:
                    parts.append(self._interval(*start, places[m + 1], not (last and owned[k])))
                    start = None
        return union(parts)

    def _interval(self, left: Real, left_open: bool, right: Real, right_open: bool) -> Set:
        place = self.subject.at_place
        return interval(place(left), place(right), left_open, right_open)

    # monotonicity and extrema

    def where_slope(self, sign: int) -> Set:
        """Return the greatest intervals on which f increases (1), decreases (−1) or is constant (0)."""
        stretches, joints = self.monotone
        runs: list[list[int]] = []
        for k, stretch in enumerate(stretches):
            if stretch.sign != sign:
                continue
            if runs and runs[-1][1] == k - 1 and _agrees(joints[k - 1].steps, sign):
                runs[-1][1] = k
            else:
                runs.append([k, k])
        parts = []
        for first, last in runs:
            left_open = first == 0 or not _step_agrees(joints[first - 1].rise, sign)
            right_open = last == len(joints) or not _step_agrees(joints[last].reach, sign)
            parts.append(self._interval(stretches[first].left, left_open, stretches[last].right, right_open))
        return union(parts)

    @cached_property
    def monotonicity(self) -> str:
        """Whether f is monotone on the whole line."""
        stretches, joints = self.monotone
        signs = {s.sign for s in stretches}
        steps = {step for j in joints for step in j.steps}
        if signs == {0} and steps <= {0}:
            return "constant"
        for sign, words in (
            (1, ("strictly increasing", "nondecreasing")),
            (-1, ("strictly decreasing", "nonincreasing")),
        ):
            if -sign not in signs | steps:
                return words[0] if 0 not in signs else words[1]
        return "not monotone"

    @cached_property
    def extrema(self) -> tuple[Extremum, ...]:
        """The least and the greatest value where they are attained, then the other strict local extrema."""
        found: list[Extremum] = []
        stretches, joints = self.monotone
        global_places: list[Real] = []
        for kind, sign in (("global minimum", -1), ("global maximum", 1)):
            best = self._best(sign)
            if best is None:
                continue
            places: list[Set] = []
            isolated = []
            for j in joints:
                if compare(j.value, best) == 0:
                    global_places.append(j.at)
                    isolated.append(self.subject.at_place(j.at))
            for k, s in enumerate(stretches):
                if s.sign == 0 and compare(s.start, best) == 0:
                    closed = [0 <= m < len(joints) and compare(joints[m].value, best) == 0 for m in (k - 1, k)]
                    part = self._interval(s.left, not closed[0], s.right, not closed[1])
                    places.append(part)
            isolated = [p for p in isolated if not any(p in (part.start, part.end) for part in places)]
            if isolated:
                places.append(FiniteSet(*isolated))
            found.append(Extremum(kind, union(places), self.subject.with_value(best)))
        for k, j in enumerate(joints):
            if any(j.at is g for g in global_places):
                continue
            left = j.steps[0] or stretches[k].sign
            right = j.steps[1] or stretches[k + 1].sign
            if left * right < 0:
                kind = "local maximum" if left > 0 else "local minimum"
                found.append(Extremum(kind, FiniteSet(self.subject.at_place(j.at)), self.subject.with_value(j.value)))
        return tuple(found)

    def _best(self, sign: int) -> Real | None:
        """Return the greatest (1) or least (−1) value, ``None`` if it is not attained."""
        stretches, joints = self.monotone
        attained = [j.value for j in joints] + [s.start for s in stretches if s.sign == 0]
        approached = [end for s in stretches if s.sign != 0 for end in (s.start, s.stop)]
        if not attained:
            return None
        best = _greatest(attained, sign)
        if any(compare(a, best) * sign > 0 for a in approached):
            return None
        return best

    # convexity

    def where_curved(self, sign: int) -> Set:
        """Return the greatest intervals on which f is convex (1) or concave (−1)."""
        stretches, joints = self.walk(2)
        values = self._values_by_place()
        runs: list[list[int]] = []
        for k, stretch in enumerate(stretches):
            if stretch.sign == -sign:
                continue
            joined = runs and runs[-1][1] == k - 1
            if joined and values[k - 1] == (0, 0) and _agrees(joints[k - 1].steps, sign):
                runs[-1][1] = k
            else:
                runs.append([k, k])
        # A line is convex and concave at once: worth saying only where nothing else is to be said.
        if any(s.sign for s in stretches) or all(v == (0, 0) for v in values):
            runs = [[a, b] for a, b in runs if b > a or stretches[a].sign or not joints]
        parts = []
        for first, last in runs:
            left_open = first == 0 or values[first - 1][1] != 0
            right_open = last == len(joints) or values[last][0] != 0
            parts.append(self._interval(stretches[first].left, left_open, stretches[last].right, right_open))
        return union(parts)

    def _values_by_place(self) -> list[tuple[int, int]]:
        """Return, for each joint of the walk along f″, the steps of f itself."""
        steps: list[tuple[int, int]] = []
        points = self.subject.cells.breakpoints
        for k, branch in enumerate(self.branches):
            if k > 0:
                at, value = points[k - 1].at, Real(points[k - 1].value)
                before, after = self.branches[k - 1].limit(0, at), branch.limit(0, at)
                steps.append(Joint(Real(at), value, before, after).steps)
            steps += [(0, 0)] * len(branch.signs(2).zeros)
        return steps

    @cached_property
    def inflections(self) -> tuple[tuple[Expr, Expr], ...]:
        """Places and values where f″ changes sign and f has a tangent."""
        stretches, joints = self.walk(2)
        values = self._values_by_place()
        x, found = self.subject.symbol, []
        for k, joint in enumerate(joints):
            if stretches[k].sign * stretches[k + 1].sign < 0 and values[k] == (0, 0) and joint.steps == (0, 0):
                branch = next(b for b in self.branches if compare(Real(b.cell.right), joint.at) >= 0)
                value = joint.at.of(branch.cell.expr, x)
                found.append((self.subject.at_place(joint.at), self.subject.with_value(value)))
        return tuple(found)

    # range and steepness

    @cached_property
    def range(self) -> Set:
        """The set of values."""
        stretches, joints = self.monotone
        pieces: list[tuple[Real, bool, Real, bool]] = []
        for s in stretches:
            if s.sign == 0:
                pieces.append((s.start, False, s.start, False))
            else:
                low, high = (s.start, s.stop) if s.sign > 0 else (s.stop, s.start)
                pieces.append((low, True, high, True))
        pieces += [(j.value, False, j.value, False) for j in joints]
        with suppress(OpenError):  # unmerged, the union is the same set
            pieces = _merged(pieces)
        value = self.subject.with_value
        points = {value(a): None for a, _, b, _ in pieces if a is b}
        parts = [interval(value(a), value(b), left, right) for a, left, b, right in pieces if a is not b]
        return union([*parts, *([FiniteSet(*points)] if points else [])])

    @cached_property
    def jumps(self) -> bool:
        """Whether f is discontinuous."""
        return any(steps != (0, 0) for steps in self._values_by_place())

    @cached_property
    def steepest(self) -> tuple[Expr, str]:
        """The Lipschitz constant, and where the steepness takes it."""
        if self.jumps:
            return oo, "f jumps"
        x, place = self.subject.symbol, self.subject.at_place
        best: Real | None = None
        where = ""
        for branch in self.branches:
            slope, left, right = branch.orders[1], branch.cell.left, branch.cell.right
            candidates: list[tuple[Real, str]] = []
            if branch.signs(2).signs == (0,):
                cell = interval(place(Real(left)), place(Real(right)), True, True)
                candidates.append((branch.limit(1, left), f"on {text(cell)}"))
            else:
                candidates += [(z.of(slope, x), f"at x = {text(place(z))}") for z in branch.signs(2).zeros]
                for end in (left, right):
                    at = "approached, not attained" if end.is_infinite else f"at x = {text(place(Real(end)))}"
                    candidates.append((branch.limit(1, end), at))
            for signed, at in candidates:
                value = absolute(signed)
                order = 1 if best is None else _order(value, best)
                if order > 0 or (order == 0 and where.startswith("approached")):
                    best, where = value, at
        if best is None or best.exact is oo:
            return oo, "f′ is unbounded"
        return self.subject.with_slope(best), f"sup |f′|, {where}"


def _order(first: Real, second: Real) -> int:
    """Compare two values; of two that agree to 45 digits either will do, and the first is kept."""
    try:
        return compare(first, second)
    except OpenError:
        if first.exact is None and second.exact is None and first.ball.overlaps(second.ball):
            return 0
        raise


def absolute(real: Real) -> Real:
    """Return the absolute value."""
    if real.exact is not None:
        if real.exact.is_infinite:
            return Real(oo)
        return Real(-real.exact) if number_sign(real.exact) < 0 else real
    if real.ball < 0 and real.image is not None:
        return Real(None, real.equation, real.symbol, real.bracket, -real.image)
    return real


def _greatest(values: list[Real], sign: int) -> Real:
    best = values[0]
    for value in values[1:]:
        if compare(value, best) * sign > 0:
            best = value
    return best


def _step_agrees(step: int, sign: int) -> bool:
    return step * sign >= 0 if sign else step == 0


def _agrees(steps: tuple[int, int], sign: int) -> bool:
    return all(_step_agrees(step, sign) for step in steps)


def _merged(pieces: list[tuple[Real, bool, Real, bool]]) -> list[tuple[Real, bool, Real, bool]]:
    """Merge intervals (low, low open, high, high open) that overlap or touch."""
    rest, merged = list(pieces), list[tuple[Real, bool, Real, bool]]()
    while rest:
        least = rest[0]
        for piece in rest[1:]:
            order = compare(piece[0], least[0])
            if order < 0 or (order == 0 and least[1] and not piece[1]):
                least = piece
        rest = [p for p in rest if p is not least]
        if merged:
            low, low_open, high, high_open = merged[-1]
            order = compare(least[0], high)
            if order < 0 or (order == 0 and not (high_open and least[1])):
                end = compare(least[2], high)
                if end > 0:
                    high, high_open = least[2], least[3]
                elif end == 0:
                    high_open = high_open and least[3]
                merged[-1] = (low, low_open, high, high_open)
                continue
        merged.append(least)
    return merged


@cache
def _shape(subject: Subject) -> Shape:
    return Shape(subject)


def zeros(activation: Activation) -> Set:
    """Return where f is 0 (raises ``OpenError`` if that is not settled; so do the functions below)."""
    return first_answer(activation, lambda s: _shape(s).zeros)


def value_range(activation: Activation) -> Set:
    """Return the set of values of f."""
    return first_answer(activation, lambda s: _shape(s).range)


def extrema(activation: Activation) -> tuple[Extremum, ...]:
    """Return the attained global extrema, then the other strict local ones."""
    return first_answer(activation, lambda s: _shape(s).extrema)


def inflections(activation: Activation) -> tuple[tuple[Expr, Expr], ...]:
    """Return places and values where f″ changes sign and f has a tangent."""
    return first_answer(activation, lambda s: _shape(s).inflections)


def lipschitz(activation: Activation) -> Expr:
    """Return the Lipschitz constant, ∞ where f jumps."""
    return first_answer(activation, lambda s: _shape(s).steepest)[0]


def facts(activation: Activation) -> tuple[Fact, ...]:
    """Return every fact about the shape."""
    if not activation.is_elementwise:
        return ()
    found: list[Fact] = []
    for label, derive in _QUESTIONS:
        try:
            found += first_answer(activation, partial(_answers, derive))
        except OpenError as reason:
            found.append(open_fact(SECTION, label, str(reason)))
    return tuple(found)


def _answers(derive: Callable[[Shape], Iterator[Fact]], subject: Subject) -> list[Fact]:
    return list(derive(_shape(subject)))


ISOLATION = "zeros isolated by balls, 30 digits certified"


def _fact(shape: Shape, label: str, value: Any, orders: tuple[int, ...], method: str = "") -> Fact:
    grade = shape.grade(*orders)
    if grade is Grade.CERTIFIED:
        method = f"{method}; {ISOLATION}" if method else ISOLATION
    return Fact(SECTION, label, value, grade, method, shape.subject.at)


def _zero_facts(shape: Shape) -> Iterator[Fact]:
    yield _fact(shape, "f(x) = 0 on", shape.zeros, (0,))
    for label, sign in (("f(x) > 0 on", 1), ("f(x) < 0 on", -1)):
        where = shape.where_sign(sign)
        if where is not S.EmptySet:
            yield _fact(shape, label, where, (0,))


def _slope_facts(shape: Shape) -> Iterator[Fact]:
    yield _fact(shape, "monotonicity", shape.monotonicity, (1,))
    for label, sign in (("increasing on", 1), ("decreasing on", -1), ("constant on", 0)):
        where = shape.where_slope(sign)
        if where is not S.EmptySet:
            yield _fact(shape, label, where, (1,))


def _extremum_facts(shape: Shape) -> Iterator[Fact]:
    for extremum in shape.extrema:
        place = extremum.place
        if isinstance(place, FiniteSet) and len(place.args) == 1:
            place = place.args[0]
        yield _fact(shape, f"{extremum.kind} (place, value)", Tuple(place, extremum.value), (1,))


def _curvature_facts(shape: Shape) -> Iterator[Fact]:
    for label, sign in (("convex on", 1), ("concave on", -1)):
        where = shape.where_curved(sign)
        if where is not S.EmptySet:
            yield _fact(shape, label, where, (2,))


def _inflection_facts(shape: Shape) -> Iterator[Fact]:
    points = tuple(Tuple(*p) for p in shape.inflections)
    yield _fact(shape, "inflection points (place, value)", FiniteSet(*points) if points else S.EmptySet, (2,))


def _range_facts(shape: Shape) -> Iterator[Fact]:
    yield _fact(shape, "range", shape.range, (1,))


def _steepness_facts(shape: Shape) -> Iterator[Fact]:
    value, method = shape.steepest
    yield _fact(shape, "Lipschitz constant", value, (2,), method)


_QUESTIONS: tuple[tuple[str, Callable[[Shape], Iterator[Fact]]], ...] = (
    ("range", _range_facts),
    ("f(x) = 0 on", _zero_facts),
    ("monotonicity", _slope_facts),
    ("extrema", _extremum_facts),
    ("convex on", _curvature_facts),
    ("inflection points (place, value)", _inflection_facts),
    ("Lipschitz constant", _steepness_facts),
)
