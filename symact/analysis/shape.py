"""Zeros, signs, monotonicity, extrema, convexity, inflection points, range and the Lipschitz constant.

Everything follows from the zeros of f, f′ and f″ on each cell (:mod:`symact.roots`) and from the
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
from symact.analysis.fact import Fact, settled
from symact.analysis.subject import Subject, first_answer, interval, union
from symact.balls import IsolatedZero
from symact.cells import Cell, continued_value
from symact.errors import OpenError
from symact.notation import text
from symact.roots import Real, Signs, compare, sign_pattern
from symact.signs import is_zero, sign_of
from symact.tails import limit_at_infinity
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

    @property
    def is_defined(self) -> bool:
        """Whether the function is defined on the cell."""
        return self.cell.is_defined

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
        return Real(continued_value(expr, self.symbol, end, 1 if end == self.cell.left else -1))


@dataclass(frozen=True)
class Stretch:
    """An open interval on which a derivative has one sign, with the function's limits at its ends."""

    left: Real
    right: Real
    sign: int
    start: Real
    stop: Real


@dataclass(frozen=True)
class Gap:
    """An open interval on which the function is not defined: there is neither a sign nor a limit."""

    left: Real
    right: Real
    sign: None = None
    start: None = None
    stop: None = None


Walk = tuple[list[Stretch | Gap], list["Joint"]]
"""What is met on the way from −∞ to ∞: intervals, and the points between them."""


@dataclass(frozen=True)
class Joint:
    """A point between two stretches: the function's value there and its one-sided limits, where it has them."""

    at: Real
    value: Real | None
    before: Real | None
    after: Real | None

    @cached_property
    def reach(self) -> int | None:
        """The sign of value − before."""
        return None if self.value is None or self.before is None else compare(self.value, self.before)

    @cached_property
    def rise(self) -> int | None:
        """The sign of after − value."""
        return None if self.value is None or self.after is None else compare(self.after, self.value)

    @property
    def steps(self) -> tuple[int | None, int | None]:
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
        isolated = any(b.signs(order).isolated for b in self.branches if b.is_defined for order in orders)
        return Grade.CERTIFIED if isolated else Grade.PROVED

    def walk(self, order: int) -> Walk:
        """Return the stretches on which f′ (order 1) or f″ (order 2) has one sign, and the joints between."""
        x, base = self.subject.symbol, order - 1
        stretches: list[Stretch | Gap] = []
        joints: list[Joint] = []
        for k, branch in enumerate(self.branches):
            if not branch.is_defined:
                if k > 0:
                    joints.append(self._joint(k - 1, base, stretches[-1].stop, None))
                stretches.append(Gap(Real(branch.cell.left), Real(branch.cell.right)))
                continue
            function, pattern = branch.orders[base], branch.signs(order)
            inner = [(z, z.of(function, x)) for z in pattern.zeros]
            places = [Real(branch.cell.left), *(z for z, _ in inner), Real(branch.cell.right)]
            values = [branch.limit(base, branch.cell.left), *(v for _, v in inner)]
            values.append(branch.limit(base, branch.cell.right))
            if base == 0:
                values[0] = self._named(values[0], k - 1)
                values[-1] = self._named(values[-1], k)
            if k > 0:
                joints.append(self._joint(k - 1, base, stretches[-1].stop, values[0]))
            for m, sign in enumerate(pattern.signs):
                if m > 0:
                    joints.append(Joint(places[m], values[m], values[m], values[m]))
                stretches.append(Stretch(places[m], places[m + 1], sign, values[m], values[m + 1]))
        return stretches, joints

    def _named(self, limit: Real, k: int) -> Real:
        """Return a limit at a breakpoint as the definition writes it, if it is the value there."""
        points = self.subject.cells.breakpoints
        if not (0 <= k < len(points) and points[k].at.has(IsolatedZero) and points[k].is_defined):
            return limit
        same = limit.exact is not None and is_zero(limit.exact - points[k].value)
        return Real(points[k].value) if same else limit

    def _joint(self, k: int, base: int, before: Real | None, after: Real | None) -> Joint:
        """Return the joint at a breakpoint; a derivative has the value of a side there, if f has one."""
        point = self.subject.cells.breakpoints[k]
        at = Real(point.at)
        if not point.is_defined:
            return Joint(at, None, before, after)
        return Joint(at, Real(point.value) if base == 0 else after or before, before, after)

    @cached_property
    def monotone(self) -> Walk:
        """The walk along f′."""
        return self.walk(1)

    # zeros and signs

    @cached_property
    def zeros(self) -> Set:
        """Where f is 0."""
        place, parts, isolated = self.subject.at_place, list[Set](), list[Expr]()
        for k, branch in enumerate(self.branches):
            if not branch.is_defined:
                continue
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
            flat = any(b.is_defined and b.signs(0).signs == (0,) for b in self.branches[k : k + 2])
            if self._is_zero_at(k) and not flat:
                isolated.append(place(Real(point.at)))
        return union([*parts, *([FiniteSet(*isolated)] if isolated else [])])

    def _is_zero_at(self, k: int) -> bool:
        points = self.subject.cells.breakpoints
        return 0 <= k < len(points) and points[k].is_defined and sign_of(points[k].value) == 0

    def where_sign(self, sign: int) -> Set:
        """Return where f is positive (1) or negative (−1)."""
        points = self.subject.cells.breakpoints
        owned = [b.is_defined and sign_of(b.value) == sign for b in points]
        parts: list[Set] = []
        start: tuple[Real, bool] | None = None  # of the run that is open: left end, whether it is excluded
        for k, branch in enumerate(self.branches):
            if not branch.is_defined:
                continue
            pattern = branch.signs(0)
            places = [Real(branch.cell.left), *pattern.zeros, Real(branch.cell.right)]
            for m, s in enumerate(pattern.signs):
                if s != sign:
                    continue
                first, last = m == 0 and k > 0, m == len(pattern.signs) - 1 and k < len(points)
                if start is None:
                    start = places[m], not (first and owned[k - 1])
                following = self.branches[k + 1] if last else branch
                goes_on = last and owned[k] and following.is_defined and following.signs(0).signs[0] == sign
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
        """Whether f is monotone on its whole domain."""
        stretches, joints = self.monotone
        signs = {s.sign for s in stretches if s.sign is not None}
        steps = {step for j in joints for step in j.steps if step is not None} | set(self._steps_across_gaps())
        if signs == {0} and steps <= {0}:
            return "constant"
        for sign, words in (
            (1, ("strictly increasing", "nondecreasing")),
            (-1, ("strictly decreasing", "nonincreasing")),
        ):
            if -sign not in signs | steps:
                return words[0] if 0 not in signs else words[1]
        return "not monotone"

    def _steps_across_gaps(self) -> Iterator[int]:
        """Yield the sign of what f gains from the end of each part of its domain to the beginning of the next."""
        stretches, joints = self.monotone
        end: Real | None = None
        for k, stretch in enumerate(stretches):
            if isinstance(stretch, Gap):
                continue
            if end is not None and (joints[k - 1].before is None or joints[k - 1].value is None):
                yield compare(stretch.start, end)
            end = stretch.stop

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
                if j.value is not None and compare(j.value, best) == 0:
                    global_places.append(j.at)
                    isolated.append(self.subject.at_place(j.at))
            for k, s in enumerate(stretches):
                if isinstance(s, Stretch) and s.sign == 0 and compare(s.start, best) == 0:
                    around = [joints[m].value if 0 <= m < len(joints) else None for m in (k - 1, k)]
                    closed = [value is not None and compare(value, best) == 0 for value in around]
                    part = self._interval(s.left, not closed[0], s.right, not closed[1])
                    places.append(part)
            isolated = [p for p in isolated if not any(p in (part.start, part.end) for part in places)]
            if isolated:
                places.append(FiniteSet(*isolated))
            found.append(Extremum(kind, union(places), self.subject.with_value(best)))
        for k, j in enumerate(joints):
            if j.value is None or j.before is None or j.after is None or any(j.at is g for g in global_places):
                continue
            left = j.reach or stretches[k].sign or 0
            right = j.rise or stretches[k + 1].sign or 0
            if left * right < 0:
                kind = "local maximum" if left > 0 else "local minimum"
                found.append(Extremum(kind, FiniteSet(self.subject.at_place(j.at)), self.subject.with_value(j.value)))
        return tuple(found)

    def _best(self, sign: int) -> Real | None:
        """Return the greatest (1) or least (−1) value, ``None`` if it is not attained."""
        stretches, joints = self.monotone
        values = [*(j.value for j in joints), *(s.start for s in stretches if s.sign == 0)]
        attained = [value for value in values if value is not None]
        approached = [end for s in stretches if s.sign != 0 for end in (s.start, s.stop) if end is not None]
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
            if stretch.sign in (-sign, None):
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

    def _values_by_place(self) -> list[tuple[int | None, int | None]]:
        """Return, for each joint of the walk along f″, the steps of f itself."""
        steps: list[tuple[int | None, int | None]] = []
        for k, branch in enumerate(self.branches):
            if k > 0:
                at = self.subject.cells.breakpoints[k - 1].at
                sides = [b.limit(0, at) if b.is_defined else None for b in self.branches[k - 1 : k + 1]]
                steps.append(self._joint(k - 1, 0, *sides).steps)
            steps += [(0, 0)] * (len(branch.signs(2).zeros) if branch.is_defined else 0)
        return steps

    @cached_property
    def inflections(self) -> tuple[tuple[Expr, Expr], ...]:
        """Places and values where f″ changes sign and f has a tangent."""
        stretches, joints = self.walk(2)
        values = self._values_by_place()
        x, found = self.subject.symbol, []
        for k, joint in enumerate(joints):
            turns = (stretches[k].sign or 0) * (stretches[k + 1].sign or 0) < 0
            if turns and values[k] == (0, 0) and joint.steps == (0, 0):
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
            if isinstance(s, Gap):
                continue
            if s.sign == 0:
                pieces.append((s.start, False, s.start, False))
            else:
                low, high = (s.start, s.stop) if s.sign > 0 else (s.stop, s.start)
                pieces.append((low, True, high, True))
        pieces += [(j.value, False, j.value, False) for j in joints if j.value is not None]
        with suppress(OpenError):  # unmerged, the union is the same set
            pieces = _merged(pieces)
        value = self.subject.with_value
        points = {value(a): None for a, _, b, _ in pieces if a is b}
        parts = [interval(value(a), value(b), left, right) for a, left, b, right in pieces if a is not b]
        return union([*parts, *([FiniteSet(*points)] if points else [])])

    @cached_property
    def jumps(self) -> bool:
        """Whether f is discontinuous."""
        return any(step not in (0, None) for steps in self._values_by_place() for step in steps)

    @property
    def has_gaps(self) -> bool:
        """Whether the domain is not one interval."""
        pieces = self.subject.cells
        defined = [cell.is_defined for cell in pieces.cells]
        first, last = defined.index(True), len(defined) - 1 - defined[::-1].index(True)
        between = all(b.is_defined for b in pieces.breakpoints[first:last])
        return not (between and all(defined[first : last + 1]))

    @cached_property
    def steepest(self) -> tuple[Expr, str]:
        """The Lipschitz constant, and where the steepness takes it."""
        if self.jumps:
            return oo, "f jumps"
        x, place = self.subject.symbol, self.subject.at_place
        best: Real | None = None
        where = ""
        for branch in self.branches:
            if not branch.is_defined:
                continue
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
        if best is None:
            raise OpenError("f is not defined on any interval")
        if best.exact is oo:
            return oo, "f′ is unbounded"
        if self.has_gaps:
            raise OpenError("the domain is not one interval")
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
        return Real(-real.exact) if sign_of(real.exact) < 0 else real
    if real.ball < 0 and real.image is not None:
        return Real(None, real.equation, real.symbol, real.bracket, -real.image)
    return real


def _greatest(values: list[Real], sign: int) -> Real:
    best = values[0]
    for value in values[1:]:
        if compare(value, best) * sign > 0:
            best = value
    return best


def _step_agrees(step: int | None, sign: int) -> bool:
    return step is not None and (step * sign >= 0 if sign else step == 0)


def _agrees(steps: tuple[int | None, int | None], sign: int) -> bool:
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
        found += settled(SECTION, label, partial(first_answer, activation, partial(_answers, derive)))
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
