"""Parity and reflection identities: what f(−x) has to do with f(x)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from sympy import Abs, Expr, Rational, S, Symbol

from symact.activation import Activation
from symact.analysis.fact import Fact, settled
from symact.analysis.normal_form import are_equal, reflected
from symact.analysis.subject import Subject, first_answer
from symact.cells import Breakpoint, Cells
from symact.errors import OpenError
from symact.notation import text
from symact.power_series import value_at
from symact.roots import Real, between
from symact.signs import certainly_differ, sign_of
from symact.verdict import Counterexample, Grade, Verdict

SECTION = "Symmetry"


@dataclass(frozen=True)
class Mirror:
    """f(t) and f(−t) for t > 0: smooth branches between the points, values at them.

    Attributes
    ----------
    symbol
        t.
    pairs
        For each open interval between successive points: its left end, its right end, f(t) and f(−t).
    points
        For each point (0 first): the point p, f(p) and f(−p).
    """

    symbol: Symbol
    pairs: tuple[tuple[Expr, Expr, Expr, Expr], ...]
    points: tuple[tuple[Expr, Expr, Expr], ...]


def even(activation: Activation) -> Verdict:
    """Tell whether f(−x) = f(x) for every x (``OpenError`` if it is not settled, as in :func:`odd`)."""
    return first_answer(activation, lambda s: _parity(s, 1))


def odd(activation: Activation) -> Verdict:
    """Tell whether f(−x) = −f(x) for every x."""
    return first_answer(activation, lambda s: _parity(s, -1))


def reflection_difference(activation: Activation) -> Expr | None:
    """Return f(x) − f(−x) if it is one multiple of x, else ``None``."""
    return first_answer(activation, lambda s: _difference(s))


def reflection_sum(activation: Activation) -> Expr | None:
    """Return f(x) + f(−x) if it is a constant, or one multiple of Abs(x), for x ≠ 0; else ``None``."""
    return first_answer(activation, lambda s: reflection_sum_of(s))


def _parity(subject: Subject, sign: int) -> Verdict:
    x = subject.symbol
    statement = "f(−x) = f(x)" if sign > 0 else "f(−x) = −f(x)"
    mirror = _mirror(subject.cells)
    if _domain_is_lopsided(mirror):
        return Verdict(statement, Grade.REFUTED, S.false, ("the domain is not symmetric",))
    for left, right, here, there in mirror.pairs:
        if S.NaN not in (here, there) and there != sign * here:
            counterexample = _counterexample(subject, mirror.symbol, left, right, here, there, sign)
            if counterexample is not None:
                return Verdict(statement, Grade.REFUTED, S.false, (), counterexample)
            if not are_equal(there, sign * here):
                raise OpenError("equal at every point tried, but not proved")
    for point, here, there in mirror.points:
        if S.NaN not in (here, there) and sign_of(reflected(there - sign * here)) != 0:
            place = subject.at_place(Real(point))
            left, right = (subject.with_value(Real(v)) for v in (there, sign * here))
            return Verdict(statement, Grade.REFUTED, S.false, (), Counterexample({str(x): place}, left, right))
    steps = ("both sides are the same expression on each cell, and at each breakpoint",)
    return Verdict(statement, Grade.PROVED, S.true, steps)


def _domain_is_lopsided(mirror: Mirror) -> bool:
    """Whether f is defined at some point and not at the opposite one."""
    values = [pair[2:] for pair in mirror.pairs] + [point[1:] for point in mirror.points]
    return any((here is S.NaN) != (there is S.NaN) for here, there in values)


def _counterexample(
    subject: Subject, t: Symbol, left: Expr, right: Expr, here: Expr, there: Expr, sign: int
) -> Counterexample | None:
    """Return a point at which f(−t) is certainly not ±f(t), if one is found."""
    if not left.is_number or not right.is_number:
        raise OpenError("the cells depend on the parameters")
    steps = (S.One, Rational(2), S.Half, Rational(1, 3))
    round_numbers = [left + step for step in steps if right.is_infinite or sign_of(right - left - step) > 0]
    for point in (*round_numbers, between(Real(left), Real(right))):
        mine, other = here.subs(t, point), there.subs(t, point)
        if certainly_differ(other, sign * mine):
            return Counterexample(
                {str(subject.symbol): subject.at_place(Real(point))},
                subject.with_value(Real(other)),
                subject.with_value(Real(sign * mine)),
            )
    return None


def _difference(subject: Subject) -> Expr | None:
    mirror = _mirror(_total(subject))
    t = mirror.symbol
    slope = _common(reflected((here - there) / t) for _, _, here, there in mirror.pairs)
    if slope is None or t in slope.free_symbols:
        return None
    if any(sign_of(here - there - slope * p) != 0 for p, here, there in mirror.points):
        return None
    return subject.restored(slope * subject.value / subject.place) * subject.symbol


def reflection_sum_of(subject: Subject) -> Expr | None:
    """Return what :func:`reflection_sum` does, for one subject."""
    mirror = _mirror(_total(subject))
    t, value, place = mirror.symbol, subject.value, subject.place
    total = _common(reflected(here + there) for _, _, here, there in mirror.pairs)
    if total is None:
        return None
    at_points = [(p, here + there) for p, here, there in mirror.points if p != 0]
    if any(sign_of(both - total.subs(t, p)) != 0 for p, both in at_points):
        return None
    if t not in total.free_symbols:
        return subject.restored(value * total)
    slope = reflected(total / t)
    return None if t in slope.free_symbols else subject.restored(value / place * slope) * Abs(subject.symbol)


def _total(subject: Subject) -> Cells:
    if not subject.cells.is_total:
        raise OpenError("f is not defined on the whole line")
    return subject.cells


def _common(values: Iterator[Expr]) -> Expr | None:
    """Return the one expression that all are, if they are."""
    listed = list(values)
    return listed[0] if all(v == listed[0] or are_equal(v, listed[0]) for v in listed[1:]) else None


@cache
def _mirror(pieces: Cells) -> Mirror:
    x = pieces.symbol
    t = Symbol("t", positive=True)
    positive: list[Expr] = []
    for b in pieces.breakpoints:
        side = sign_of(b.at)
        size = b.at if side > 0 else -b.at
        if side != 0 and not any(sign_of(size - p) == 0 for p in positive):
            positive.append(size)
    ordered = sorted(positive, key=lambda p: sum(sign_of(p - q) for q in positive))
    ends = [S.Zero, *ordered, S.Infinity]
    pairs = []
    for left, right in pairwise(ends):
        here = _branch_after(pieces, left).subs(x, t)
        there = _branch_before(pieces, -left).subs(x, -t)
        pairs.append((left, right, here, there))
    points = tuple((p, _value(pieces, p), _value(pieces, -p)) for p in ends[:-1])
    return Mirror(t, tuple(pairs), points)


def _branch_after(pieces: Cells, point: Expr) -> Expr:
    """Return the branch that holds just right of a point."""
    index = sum(1 for b in pieces.breakpoints if sign_of(b.at - point) <= 0)
    return pieces.cells[index].expr


def _branch_before(pieces: Cells, point: Expr) -> Expr:
    index = sum(1 for b in pieces.breakpoints if sign_of(b.at - point) < 0)
    return pieces.cells[index].expr


def _value(pieces: Cells, point: Expr) -> Expr:
    found = pieces.branch_at(point)
    if isinstance(found, Breakpoint):
        return found.value
    return value_at(found.expr, pieces.symbol, point) if found.is_defined else S.NaN


def facts(activation: Activation) -> tuple[Fact, ...]:
    """Return parity and reflection identities."""
    if not activation.is_elementwise:
        return ()
    return settled(SECTION, "parity", lambda: _facts(activation))


def _facts(activation: Activation) -> tuple[Fact, ...]:
    parity = first_answer(activation, _parity_fact)
    found = [parity]
    if str(parity.value).startswith("neither"):
        for question in (_difference_facts, _sum_facts):
            with suppress(OpenError):  # the absence of an identity is not worth a line
                found += first_answer(activation, question)
    return tuple(found)


def _parity_fact(subject: Subject) -> Fact:
    verdicts = {"even": _parity(subject, 1), "odd": _parity(subject, -1)}
    names = [name for name, verdict in verdicts.items() if verdict]
    if names:
        method = "both sides are the same expression on each cell"
        return Fact(SECTION, "parity", " and ".join(names), Grade.PROVED, method, subject.at)
    refuted = verdicts["odd"]
    example = refuted.counterexample
    why = f"odd fails at x = {text(next(iter(example.point.values())))}" if example else "; ".join(refuted.steps)
    return Fact(SECTION, "parity", "neither even nor odd", Grade.PROVED, why, subject.at)


def _difference_facts(subject: Subject) -> list[Fact]:
    difference = _difference(subject)
    label = f"f({subject.symbol}) − f(−{subject.symbol})"
    return [] if difference is None else [Fact(SECTION, label, difference, at=subject.at)]


def _sum_facts(subject: Subject) -> list[Fact]:
    total = reflection_sum_of(subject)
    if total is None:
        return []
    x, zero = subject.symbol, Real(2 * _value(subject.cells, S.Zero))
    at_zero = sign_of(subject.with_value(zero) - total.subs(x, 0)) == 0
    label = f"f({x}) + f(−{x})"
    return [Fact(SECTION, label, total, method="" if at_zero else f"for {x} ≠ 0", at=subject.at)]
