"""The inverse on each stretch where f is strictly monotone, in closed form, checked by substitution."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from sympy import Expr, Piecewise, S, Symbol, atanh, cancel, diff, exp, expand, log, sqrt, tanh
from sympy.sets.sets import Set

from symact.activation import Activation
from symact.analysis.fact import Fact, settled
from symact.analysis.shape import Shape, Stretch
from symact.analysis.subject import Subject, first_answer, interval, shorter
from symact.errors import OpenError
from symact.functions import expand_meaning, sigmoid, softplus
from symact.notation import text
from symact.verdict import Grade

SECTION = "Inverse"

y = Symbol("y", real=True)
"""The output."""


@dataclass(frozen=True)
class Inverse:
    """On a stretch: where x lies, where y lies, x as a function of y, and f′ as a function of y."""

    places: Set
    values: Set
    expr: Expr
    slope: Expr


@dataclass(frozen=True)
class BranchInverse:
    """The inverse of one smooth branch, and the slope of the branch, in the output y."""

    expr: Expr
    slope: Expr


def inverses(activation: Activation) -> tuple[Inverse, ...]:
    """Return the inverse on every stretch of strict monotonicity.

    Raises
    ------
    OpenError
        If one of them has no closed form here.
    """
    return first_answer(activation, _inverses)


@cache
def _inverses(subject: Subject) -> tuple[Inverse, ...]:
    return tuple(_inverse_on(subject, stretch, branch) for stretch, branch in strict_stretches(subject))


def strict_stretches(subject: Subject) -> Iterator[tuple[Stretch, Expr]]:
    """Yield the stretches on which f is strictly monotone, each with its branch."""
    shape = Shape(subject)
    stretches = iter(shape.monotone[0])
    for branch in shape.branches:
        for _ in branch.signs(1).signs if branch.is_defined else (None,):
            stretch = next(stretches)
            if isinstance(stretch, Stretch) and stretch.sign != 0:
                yield stretch, branch.cell.expr


def _inverse_on(subject: Subject, stretch: Stretch, branch: Expr) -> Inverse:
    found = branch_inverse(branch, subject.symbol, stretch.sign)
    place, value, restored = subject.place, subject.value, subject.restored
    low, high = (stretch.start, stretch.stop) if stretch.sign > 0 else (stretch.stop, stretch.start)
    return Inverse(
        interval(subject.at_place(stretch.left), subject.at_place(stretch.right), True, True),
        interval(subject.with_value(low), subject.with_value(high), True, True),
        shorter(restored(place * found.expr.subs(y, y / value))),
        shorter(restored(value / place * found.slope.subs(y, y / value))),
    )


@cache
def branch_inverse(branch: Expr, x: Symbol, direction: int) -> BranchInverse:
    """Solve y = branch for x on a stretch where the branch is strictly monotone.

    Parameters
    ----------
    branch
        A smooth expression in x.
    x
        The variable.
    direction
        1 where it increases, −1 where it decreases.

    Raises
    ------
    OpenError
        If no rule gives a closed form that substitution confirms.
    """
    for rule in (_line, _parabola, _fraction, _node):
        found = rule(branch, x, direction)
        if found is None:
            continue
        if not _confirmed(branch.subs(x, found.expr)):
            raise OpenError(f"the inverse of {text(branch)} is not confirmed by substitution")
        return found
    raise OpenError(f"no closed form of the inverse of {text(branch)}")


def _confirmed(output: Expr) -> bool:
    if expand(output - y) == 0:
        return True
    difference = expand_meaning(output) - y
    return bool(expand(difference) == 0 or cancel(difference) == 0)


def _line(branch: Expr, x: Symbol, direction: int) -> BranchInverse | None:
    line = branch.as_poly(x)
    if line is None or line.degree() != 1:
        return None
    slope, intercept = line.all_coeffs()
    return BranchInverse((y - intercept) / slope, slope)


def _parabola(branch: Expr, x: Symbol, direction: int) -> BranchInverse | None:
    parabola = branch.as_poly(x)
    if parabola is None or parabola.degree() != 2:
        return None
    a, b, c = parabola.all_coeffs()
    # x = (−b ± √D)/(2a), and the slope 2ax + b = ±√D has the sign of the direction.
    root = sqrt(expand(b**2 - 4 * a * (c - y)))
    return BranchInverse((-b + direction * root) / (2 * a), direction * root)


def _fraction(branch: Expr, x: Symbol, direction: int) -> BranchInverse | None:
    """Solve y = (px + q)/(rx + s)."""
    if not branch.is_rational_function(x):
        return None
    numerator, denominator = (e.as_poly(x) for e in cancel(branch).as_numer_denom())
    if numerator is None or denominator is None or numerator.degree() > 1 or denominator.degree() != 1:
        return None
    p, q = numerator.coeff_monomial(x), numerator.coeff_monomial(1)
    r, s = denominator.all_coeffs()
    place = (q - s * y) / (r * y - p)
    slope = cancel(diff(branch, x).subs(x, place)).factor()
    return BranchInverse(place, slope)


def _node(branch: Expr, x: Symbol, direction: int) -> BranchInverse | None:
    """Solve y = a + b·g(c + d·x)."""
    nodes = [n for n in branch.atoms(*_NODES) if x in n.free_symbols]
    if len(nodes) != 1:
        return None
    node, line = nodes[0], nodes[0].args[0].as_poly(x)
    b = expand(branch).coeff(node)
    a = expand(expand(branch) - b * node)
    if line is None or line.degree() != 1 or x in (a.free_symbols | b.free_symbols):
        return None
    inverse, slope = _NODES[node.func]
    d, c = line.all_coeffs()
    w = (y - a) / b
    return BranchInverse((inverse(w) - c) / d, b * d * slope(w))


_NODES: dict[type, tuple[Callable[[Expr], Expr], Callable[[Expr], Expr]]] = {
    exp: (log, lambda w: w),
    tanh: (atanh, lambda w: 1 - w**2),
    sigmoid: (lambda w: log(w / (1 - w)), lambda w: w * (1 - w)),
    softplus: (lambda w: log(exp(w) - 1), lambda w: 1 - exp(-w)),
}
"""For a node g: its inverse, and g′ as a function of the value of g."""


def facts(activation: Activation) -> tuple[Fact, ...]:
    """Return the inverse: one function if f is injective, else one for each stretch."""
    if not activation.is_elementwise:
        return ()
    return settled(SECTION, "f⁻¹(y)", lambda: _facts(activation))


def _facts(activation: Activation) -> tuple[Fact, ...]:
    found, at = first_answer(activation, lambda s: (_inverses(s), s.at))
    method = "confirmed by substitution"
    whole = _joined(found)
    if whole is not None:
        return (Fact(SECTION, "f⁻¹(y)", whole, Grade.PROVED, method, at),)
    return tuple(
        Fact(
            SECTION,
            f"f⁻¹(y) for y in {text(i.values)}, x in {text(i.places)}",
            i.expr,
            Grade.PROVED,
            method,
            at,
        )
        for i in found
    )


def _joined(found: tuple[Inverse, ...]) -> Expr | None:
    """Return one function of y if the stretches follow each other without a gap or an overlap in y."""
    if len(found) == 1 and found[0].places == S.Reals:
        return found[0].expr
    for first, second in pairwise(found):
        if first.values.end != second.values.start or first.places.end != second.places.start:
            return None
    if not found or found[0].places.start.is_finite or found[-1].places.end.is_finite:
        return None
    return Piecewise(*((i.expr, y <= i.values.end) for i in found[:-1]), (found[-1].expr, True))
