"""Expressions rewritten so that no sum of nearly equal terms is left, as far as rules can do it.

The result is the same function.  What rules do not reach (a difference that vanishes at 0, a root beside a power at
infinity) is left to series and to wide numbers.
"""

from __future__ import annotations

from functools import cache
from itertools import permutations
from typing import Any

from sympy import Add, Expr, Function, Pow, S, cos, cosh, expand, log, pi, sin, sinh, tanh
from sympy.codegen.cfunctions import expm1, log1p

from symact.analysis.normal_form import normalised
from symact.functions import normal_cdf, sigmoid, softplus
from symact.lowering.rules import DIFFERENCES, SUMS, Rule, u, v


class log_beside_one(Function):  # type: ignore[misc]  # SymPy ships no types
    """log(1 + v) for any v > −1, with another form of 1 + v that keeps its digits where v is close to −1."""

    nargs = 2

    def _eval_is_extended_real(self) -> Any:
        return self.args[0].is_extended_real

    @staticmethod
    def meaning(_: Expr, whole: Expr) -> Expr:
        """Return the logarithm of the other form."""
        return log(whole)


class root_minus(Function):  # type: ignore[misc]  # SymPy ships no types
    """√A − B, given both and A − B²: where B is positive, the quotient of that by √A + B has all digits."""

    nargs = 3

    @staticmethod
    def meaning(root: Expr, rest: Expr, _: Expr) -> Expr:
        """Return the difference."""
        return root - rest


class sin_pi(Function):  # type: ignore[misc]  # SymPy ships no types
    """sin(π·u), which is exactly 0 at every integer."""

    nargs = 1

    @staticmethod
    def meaning(u: Expr) -> Expr:
        """Return sin(πu)."""
        return sin(pi * u)


class cos_pi(Function):  # type: ignore[misc]  # SymPy ships no types
    """cos(π·u), which is exactly ±1 at every integer."""

    nargs = 1

    @staticmethod
    def meaning(u: Expr) -> Expr:
        """Return cos(πu)."""
        return cos(pi * u)


class log1p_excess(Function):  # type: ignore[misc]  # SymPy ships no types
    """log(1 + v) − v/(1 + v), which is v²/2 for small v: what generalised logistics have for derivatives."""

    nargs = 1

    @staticmethod
    def meaning(rest: Expr) -> Expr:
        """Return the difference."""
        return log(1 + rest) - rest / (1 + rest)


@cache
def stabilised(expr: Expr) -> Expr:
    """Return the same function with every sum rewritten that a rule knows, innermost first."""
    return _rewritten(_with_tangents(normalised(expr)))


def _with_tangents(expr: Expr) -> Expr:
    """Write sinh(u)ᵏ/cosh(u)ᵏ as tanh(u)ᵏ."""

    def hyperbolic(product: Expr) -> Expr:
        powers = product.as_powers_dict()
        for base, power in powers.items():
            if isinstance(base, sinh) and power.is_positive and powers.get(cosh(base.args[0]), 0) == -power:
                u = base.args[0]
                return hyperbolic(product * cosh(u) ** power / sinh(u) ** power) * tanh(u) ** power
        return product

    return expr.replace(lambda e: e.is_Mul, hyperbolic) if expr.has(sinh) and expr.has(cosh) else expr


@cache
def conjugated(expr: Expr) -> Expr:
    """Return the same function with every √A − B that can be written as (A − B²)/(√A + B) marked as such."""
    if not expr.args:
        return expr
    expr = expr.func(*(conjugated(a) for a in expr.args))
    if not isinstance(expr, Add):
        return expr
    for root in expr.args:
        factor, power = root.as_independent(*root.free_symbols, as_Add=False)
        if not (isinstance(power, Pow) and power.exp == S.Half and factor.is_positive):
            continue
        rest = root - expr
        product = expand(factor**2 * power.base - rest**2)
        if len(Add.make_args(product)) < len(Add.make_args(expand(power.base))):
            return root_minus(root, rest, product)
    return expr


def plain(expr: Expr) -> Expr:
    """Return an expression without the functions of this module."""
    for node in (log_beside_one, log1p_excess, root_minus, sin_pi, cos_pi):
        expr = expr.replace(node, node.meaning)
    return expr


def _rewritten(expr: Expr) -> Expr:
    if not expr.args:
        return expr
    if isinstance(expr, log):
        return _logarithm(expr.args[0])
    expr = expr.func(*(_rewritten(a) for a in expr.args))
    if isinstance(expr, (sin, cos)):
        return _wave(expr)
    return _sum(expr) if isinstance(expr, Add) else expr


def _wave(expr: Expr) -> Expr:
    """Write sin(π·u) and cos(π·u) as functions of u; cos(π/2·σ(u)), which vanishes for σ → 1, as sin(π/2·σ(−u))."""
    turns = expr.args[0] / pi
    if turns.has(pi):
        return expr
    share = 2 * turns
    if isinstance(expr, cos) and isinstance(share, (sigmoid, normal_cdf)):
        return sin_pi(share.func(-share.args[0]) / 2)
    return (sin_pi if isinstance(expr, sin) else cos_pi)(turns)


def _logarithm(argument: Expr) -> Expr:
    """Write log(1 + v) as log1p(v), with the rewritten 1 + v beside it where a rule changes that."""
    whole = _rewritten(argument)
    if isinstance(whole, sigmoid):
        return -softplus(-whole.args[0])
    if not isinstance(argument, Add) or not argument.args[0].is_Number:
        return log(whole)
    rest = _rewritten(argument - 1)
    return log_beside_one(rest, whole) if whole != 1 + rest else log1p(rest)


def _sum(expr: Add) -> Expr:
    for first, second in permutations(expr.args, 2):
        quotient = _logarithm_of_quotient(first, second) or _difference(first, second) or _excess(first, second)
        if quotient is not None:
            rest = expr - first - second + quotient
            return _sum(rest) if isinstance(rest, Add) else rest
        power = first / -second
        if isinstance(power, Pow) and not power.exp.is_Integer and power.free_symbols:
            rest = expr - first - second - second * expm1(power.exp * _logarithm(power.base))
            return _sum(rest) if isinstance(rest, Add) else rest
        for rule in SUMS:
            found = _applied(rule, first, second)
            if found is not None:
                rest = expr - first - second + found
                return _sum(rest) if isinstance(rest, Add) else rest
    return expr


def _logarithm_of_quotient(first: Expr, second: Expr) -> Expr | None:
    """Write k·log A − k·log B as k·log(1 + (A − B)/B) where A − B is simpler than A."""
    for whole in first.atoms(log, log1p):
        factor = first / whole
        for other in second.atoms(log, log1p):
            if second != -factor * other:
                continue
            a, b = (f.args[0] + (1 if isinstance(f, log1p) else 0) for f in (whole, other))
            difference = expand(a - b)
            if difference.count_ops() < expand(a).count_ops():
                return factor * log_beside_one(difference / b, a / b)
    return None


def _difference(first: Expr, second: Expr) -> Expr | None:
    """Write k·f(u) − k·f(v) by the rule for the difference of two values of f."""
    for rule in DIFFERENCES:
        function = rule.left.args[0] if rule.left.args[0].args and not rule.left.args[0].is_Mul else rule.left.args[1]
        for node in first.atoms(function.func):
            factor = first / node
            if factor.has(node):
                continue
            if rule.left.has(v):
                for other in second.atoms(function.func):
                    if second == -factor * other and other != node:
                        return factor * rule.applied(node.args[0], other.args[0])
            elif second == -factor * node.args[0]:
                return factor * rule.applied(node.args[0])
    return None


def _excess(first: Expr, second: Expr) -> Expr | None:
    """Write k·log(1 + v) − k·v/(1 + v) as one function of v."""
    for logarithm in first.atoms(log1p, log_beside_one):
        factor, rest = first / logarithm, logarithm.args[0]
        if second == -factor * rest / (1 + rest):
            return factor * log1p_excess(rest)
    return None


def _applied(rule: Rule, first: Expr, second: Expr) -> Expr | None:
    """Return the right side of a rule, scaled, if two terms are its left side up to a factor."""
    constant, function = rule.left.as_independent(u, as_Add=True)
    for node in first.atoms(function.base.func if function.is_Pow else function.func):
        power = node**function.exp if function.is_Pow else node
        factor = first / power
        if factor.has(node) or (factor * constant - second) != 0:
            continue
        return factor * rule.applied(node.args[0])
    return None
