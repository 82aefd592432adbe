"""Refutation: exact points at which balls tell the two sides of a relation apart.

A point refutes only if both sides have a value there and the relation fails for the balls that enclose them, or, for
``<``, ``>`` and ``!=``, if the sides are shown to be equal.  Nothing is decided by a float.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import combinations, pairwise, product
from random import Random

from sympy import Expr, Integer, Max, Min, Piecewise, Rational, S, Symbol, cos, pi, sin
from sympy.core.relational import Relational

from symact.balls import Ball, compiled, number, working_precision
from symact.cells import KINKED
from symact.errors import OpenError
from symact.signs import sign_of
from symact.textbook.normal_form import vanishes
from symact.textbook.statement import Junction, Relation
from symact.verdict import Counterexample

PRECISIONS = (150, 600)
MOST_POINTS = 160
MOST_NUMBERS = 8
LARGEST_DENOMINATOR = 1000
LARGEST = 20
"""Beyond this magnitude two equal sides are not recognised as such."""

Point = Mapping[Symbol, Expr]

_MAGNITUDES = (
    "1",
    "2",
    "1/2",
    "3",
    "1/10",
    "5",
    "7/3",
    "10",
    "1/1000",
    "20",
    "50",
    "1/1000000",
    "100",
    "4/5",
    "1000",
    "1000000",
)
_POSITIVE = tuple(Rational(m) for m in _MAGNITUDES)
_REAL = (S.Zero, *(s * m for m in _POSITIVE for s in (1, -1)))
_ANGLES = tuple(pi * Rational(t) for t in ("1/2", "-1/2", "1", "-1", "1/6", "-1/6", "1/4", "-1/4", "1/3", "-1/3"))
_WHOLE = tuple(map(Integer, (1, 2, 3, 4, 10)))

MOST_PLACES = 16
"""Decimals of a point that is tried before one with a long fraction is shown."""


def search(body: Relation | Junction, conditions: Iterable[Relation] = ()) -> Counterexample | None:
    """Return a counterexample among a few exact points of every size, if there is one."""
    for point in _candidates(body):
        found = refuted_at(body, point, tuple(conditions))
        if found:
            return found
    return None


def compares(body: Relation | Junction, conditions: Iterable[Relation] = ()) -> bool:
    """Whether there is a point among those of :func:`search` at which balls enclose both sides of every relation."""
    return any(
        compares_at(body, point) and all(holds(condition, point) for condition in conditions)
        for point in _candidates(body)
    )


def compares_at(body: Relation | Junction, point: Point) -> bool:
    """Whether balls enclose both sides of every relation at a point."""
    if isinstance(body, Junction):
        return all(compares_at(part, point) for part in body.parts)
    return _enclosed(body, point, PRECISIONS[0]) is not None


def _candidates(body: Relation | Junction) -> Iterator[Point]:
    symbols = symbols_of(body)
    yield from _points(symbols, _numbers_in(body))
    yield from _between_breakpoints(body, symbols)
    yield from _exact_angles(body, symbols)


def symbols_of(body: Relation | Junction) -> tuple[Symbol, ...]:
    """Return the quantities of a statement, by name."""
    if isinstance(body, Junction):
        found = {s for part in body.parts for s in symbols_of(part)}
    else:
        found = body.left.free_symbols | body.right.free_symbols
    return tuple(sorted(found, key=lambda s: s.name))


def refuted_at(body: Relation | Junction, point: Point, conditions: tuple[Relation, ...] = ()) -> Counterexample | None:
    """Return the counterexample that a point is, or None."""
    if not all(is_allowed(symbol, value) for symbol, value in point.items()):
        return None
    if any(holds(condition, point) is not True for condition in conditions):
        return None
    relation = _failing(body, point)
    if relation is None:
        return None
    named = {s.name: value for s, value in point.items()}
    return Counterexample(named, relation.left.subs(point), relation.right.subs(point))


def simplest_near(
    body: Relation | Junction, point: Point, conditions: tuple[Relation, ...] = ()
) -> Counterexample | None:
    """Return the counterexample that a point is, or the one with shorter fractions that rounding it gives."""
    for places in range(MOST_PLACES):
        rounded = {s: _rounded(value, 10**places) for s, value in point.items()}
        found = None if rounded == point else refuted_at(body, rounded, conditions)
        if found:
            return found
    return refuted_at(body, point, conditions)


def _rounded(value: Expr, largest_denominator: int) -> Expr:
    return value.limit_denominator(largest_denominator) if isinstance(value, Rational) else value


def is_allowed(symbol: Symbol, value: Expr) -> bool:
    """Whether a value satisfies the assumptions on a quantity."""
    if symbol.is_integer and not value.is_integer:
        return False
    return value.is_real is True and not (symbol.is_positive and not value.is_positive)


def _failing(body: Relation | Junction, point: Point) -> Relation | None:
    """Return a relation that makes the body false at the point."""
    if isinstance(body, Relation):
        return body if holds(body, point) is False else None
    failing = [_failing(part, point) for part in body.parts]
    if body.word == "or":
        return failing[0] if all(failing) else None
    return next((f for f in failing if f), None)


def holds(relation: Relation, point: Point) -> bool | None:
    """Return whether a relation holds at a point; None if that is not settled or a side has no value."""
    for bits in PRECISIONS:
        sides = _enclosed(relation, point, bits)
        if sides is None:
            return None
        first, second = sides
        if first < second:
            return relation.sign in ("<", "<=", "!=")
        if first > second:
            return relation.sign in (">", ">=", "!=")
    if relation.sign == "==":
        return None
    if relation.sign in ("<=", ">="):
        return True if _is_zero(relation, point) else None
    return False if _is_zero(relation, point) else None


def _enclosed(relation: Relation, point: Point, bits: int) -> tuple[Ball, Ball] | None:
    """Return balls around both sides at a point; None if a side has no value there."""
    symbols = tuple(sorted(point, key=lambda s: s.name))
    try:
        sides = compiled(relation.left, symbols), compiled(relation.right, symbols)
        with working_precision(bits):
            values = [number(point[s]) for s in symbols]
            first, second = (side(*values) for side in sides)
    except OpenError:
        return None
    return (first, second) if first.is_finite() and second.is_finite() else None


def _is_zero(relation: Relation, point: Point) -> bool:
    if any(value.is_Rational and abs(value) > LARGEST for value in point.values()):
        return False  # e^1000000 is not for algebra
    difference = (relation.left - relation.right).subs(point)
    if difference == 0:
        return True
    try:
        return sign_of(difference) == 0 if difference.is_Rational else vanishes(difference)
    except OpenError:
        return False


def _between_breakpoints(body: Relation | Junction, symbols: tuple[Symbol, ...]) -> Iterator[dict[Symbol, Expr]]:
    """Yield the places where linear switches change sign along each axis, and the middles between them."""
    switches = list(dict.fromkeys(_switches(body)))
    for symbol in symbols:
        others = {s: S.One for s in symbols if s != symbol}
        lines = [switch.subs(others).as_poly(symbol) for switch in switches]
        coefficients = [line.all_coeffs() for line in lines if line is not None and line.degree() == 1]
        places = sorted({-c / b for b, c in coefficients if b.is_Rational and c.is_Rational})
        for place in (*places, *((low + high) / 2 for low, high in pairwise(places))):
            yield {symbol: place, **others}


def _exact_angles(body: Relation | Junction, symbols: tuple[Symbol, ...]) -> Iterator[dict[Symbol, Expr]]:
    """Yield the places along each axis where a sine or cosine of a linear argument has a simple exact value."""
    arguments = {node.args[0] for node in body.formula().atoms(sin, cos)}
    for symbol in symbols:
        others = {s: S.One for s in symbols if s != symbol}
        for argument in sorted(arguments, key=str):
            line = argument.subs(others).as_poly(symbol)
            if line is not None and line.degree() == 1:
                slope, intercept = line.all_coeffs()
                yield from ({symbol: (angle - intercept) / slope, **others} for angle in _ANGLES)


def _switches(body: Relation | Junction) -> Iterator[Expr]:
    """Yield the differences whose sign decides a Max, Min, Abs or Piecewise."""
    if isinstance(body, Junction):
        for part in body.parts:
            yield from _switches(part)
        return
    for node in (body.left - body.right).atoms(*KINKED):
        if isinstance(node, (Max, Min)):
            yield from (a - b for a, b in combinations(node.args, 2))
        elif isinstance(node, Piecewise):
            yield from (r.lhs - r.rhs for r in node.atoms(Relational))
        else:
            yield node.args[0]


def _numbers_in(body: Relation | Junction) -> tuple[Expr, ...]:
    """Return a few of the rational numbers of a statement, with either sign: likely places."""
    if isinstance(body, Junction):
        return tuple(dict.fromkeys(number for part in body.parts for number in _numbers_in(part)))[:MOST_NUMBERS]
    found = sorted(
        abs(number) for number in (body.left - body.right).atoms(Rational) if number.q <= LARGEST_DENOMINATOR
    )
    return tuple(dict.fromkeys(s * number for number in found for s in (1, -1)))[:MOST_NUMBERS]


def _points(symbols: tuple[Symbol, ...], numbers: tuple[Expr, ...]) -> Iterator[dict[Symbol, Expr]]:
    choices = [
        _WHOLE
        if s.is_integer
        else tuple(dict.fromkeys((*(_POSITIVE if s.is_positive else _REAL), *(n for n in numbers if is_allowed(s, n)))))
        for s in symbols
    ]
    size = 1
    for choice in choices:
        size *= len(choice)
    if size <= MOST_POINTS:
        yield from (dict(zip(symbols, values, strict=True)) for values in product(*choices))
        return
    for values in product(*(choice[:3] for choice in choices)):
        yield dict(zip(symbols, values, strict=True))
    random = Random(0)
    for _ in range(MOST_POINTS):
        yield {s: random.choice(choice) for s, choice in zip(symbols, choices, strict=True)}
