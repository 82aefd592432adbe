"""Where a smooth formula is a real number: logarithms, roots, quotients and inverse functions restrict it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from sympy import Expr, I, Pow, S, Symbol, acos, acosh, asin, atanh, cos, log, postorder_traversal, tan

from symact.balls import compiled
from symact.errors import OpenError
from symact.roots import sign_pattern

POSITIVE, NONNEGATIVE, NONZERO = frozenset({1}), frozenset({0, 1}), frozenset({-1, 1})


@dataclass(frozen=True)
class Restriction:
    """An expression that has one of some signs wherever the formula is defined."""

    expr: Expr
    signs: frozenset[int]

    @property
    def is_void(self) -> bool:
        """Whether the assumptions on the symbols grant it."""
        u = self.expr
        return bool({POSITIVE: u.is_positive, NONNEGATIVE: u.is_nonnegative, NONZERO: u.is_nonzero}[self.signs])


@dataclass(frozen=True)
class Part:
    """An open interval on the whole of which a formula is defined, or on no point of which it is."""

    left: Expr
    right: Expr
    is_defined: bool


def parts(expr: Expr, symbol: Symbol, left: Expr, right: Expr) -> tuple[Part, ...]:
    """Split an open interval where a smooth formula begins or ceases to be defined, and at its poles.

    Where it is not settled on which side of a restriction an interval lies, it counts as defined: the fact "domain"
    and the class of smoothness are open then (:mod:`symact.analysis.regularity`).
    """
    found = [Part(left, right, expr is not S.NaN and not expr.has(I))]
    for restriction in restrictions(expr, symbol):
        found = [
            finer for part in found for finer in (_split(restriction, symbol, part) if part.is_defined else [part])
        ]
    return tuple(found)


def is_defined_on(expr: Expr, symbol: Symbol, left: Expr, right: Expr) -> bool:
    """Tell whether a smooth formula is defined on an open interval, which none of its restrictions cuts."""
    return all(part.is_defined for part in parts(expr, symbol, left, right))


def is_real_number(value: Expr) -> bool:
    """Tell whether a value is a finite real number (an expression in parameters: whether it looks like one)."""
    if value.is_Rational:
        return True
    if value.has(S.NaN, S.ComplexInfinity, S.Infinity, S.NegativeInfinity, I) or value.is_extended_real is False:
        return False
    try:
        return bool(value.free_symbols) or bool(compiled(value, ())().is_finite())
    except OpenError:
        return True


def restrictions(expr: Expr, symbol: Symbol) -> Iterator[Restriction]:
    """Yield what must hold, that on an argument before that on the function of it."""
    for node in dict.fromkeys(postorder_traversal(expr)):
        if symbol in node.free_symbols:
            for restriction in _of_node(node, symbol):
                if symbol in restriction.expr.free_symbols and not restriction.is_void:
                    yield restriction


def _of_node(node: Expr, symbol: Symbol) -> tuple[Restriction, ...]:
    if isinstance(node, log):
        return (Restriction(node.args[0], POSITIVE),)
    if isinstance(node, (asin, acos)):
        return (Restriction(1 - node.args[0] ** 2, NONNEGATIVE),)
    if isinstance(node, atanh):
        return (Restriction(1 - node.args[0] ** 2, POSITIVE),)
    if isinstance(node, acosh):
        return (Restriction(node.args[0] - 1, NONNEGATIVE),)
    if isinstance(node, tan):
        return (Restriction(cos(node.args[0]), NONZERO),)
    if not isinstance(node, Pow) or (node.exp.is_integer and node.exp.is_nonnegative):
        return ()
    if node.exp.is_integer:
        return (Restriction(node.base, NONZERO),)
    return (Restriction(node.base, NONNEGATIVE if node.exp.is_positive else POSITIVE),)


def _split(restriction: Restriction, symbol: Symbol, part: Part) -> list[Part]:
    if not part.is_defined:
        return [part]
    try:
        pattern = sign_pattern(restriction.expr, symbol, part.left, part.right)
    except OpenError:
        return [part]
    ends = [part.left, *(zero.place for zero in pattern.zeros), part.right]
    return [
        Part(left, right, sign in restriction.signs)
        for (left, right), sign in zip(pairwise(ends), pattern.signs, strict=True)
    ]
