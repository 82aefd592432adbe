"""Expressions rewritten so that no sum of nearly equal terms is left, as far as rules can do it.

The result is the same function.  What rules do not reach (a difference that vanishes at 0, a root beside a power at
infinity) is left to series and to wide numbers.
"""

from __future__ import annotations

from functools import cache
from itertools import permutations
from typing import Any

from sympy import Add, Expr, Function, Pow, S, expand, log
from sympy.codegen.cfunctions import log1p

from symact.analysis.normal_form import normalised
from symact.functions import sigmoid, softplus
from symact.lowering.rules import SUMS, Rule


class log_beside_one(Function):  # type: ignore[misc]  # SymPy ships no types
    """log(1 + v) for any v > −1, with another form of 1 + v that keeps its digits where v is close to −1."""

    nargs = 2

    def _eval_is_extended_real(self) -> Any:
        return self.args[0].is_extended_real

    @staticmethod
    def meaning(_: Expr, whole: Expr) -> Expr:
        """Return the logarithm of the other form."""
        return log(whole)


@cache
def stabilised(expr: Expr) -> Expr:
    """Return the same function with every sum rewritten that a rule knows, innermost first."""
    return _rewritten(normalised(expr))


@cache
def conjugated(expr: Expr) -> Expr:
    """Return the same function with √A ± B replaced by (A − B²)/(√A ∓ B) where A − B² is simpler than A."""
    if not expr.args:
        return expr
    expr = expr.func(*(conjugated(a) for a in expr.args))
    if not isinstance(expr, Add):
        return expr
    for root in expr.args:
        factor, power = root.as_independent(*root.free_symbols, as_Add=False)
        if not (isinstance(power, Pow) and power.exp == S.Half):
            continue
        rest = expr - root
        product = expand(factor**2 * power.base - rest**2)
        if len(Add.make_args(product)) < len(Add.make_args(expand(power.base))):
            return product / (root - rest)
    return expr


def _rewritten(expr: Expr) -> Expr:
    if not expr.args:
        return expr
    if isinstance(expr, log):
        return _logarithm(expr.args[0])
    expr = expr.func(*(_rewritten(a) for a in expr.args))
    return _sum(expr) if isinstance(expr, Add) else expr


def _logarithm(argument: Expr) -> Expr:
    """Write log(1 + v) as log1p(v), with the rewritten 1 + v beside it where a rule changes that."""
    whole = _rewritten(argument)
    if isinstance(whole, sigmoid):
        return -softplus(-whole.args[0])
    if not isinstance(argument, Add) or S.One not in argument.args:
        return log(whole)
    rest = Add(*(_rewritten(a) for a in argument.args if a != 1))
    return log_beside_one(rest, whole) if whole != 1 + rest else log1p(rest)


def _sum(expr: Add) -> Expr:
    for first, second in permutations(expr.args, 2):
        for rule in SUMS:
            found = _applied(rule, first, second)
            if found is not None:
                rest = expr - first - second + found
                return _sum(rest) if isinstance(rest, Add) else rest
    return expr


def _applied(rule: Rule, first: Expr, second: Expr) -> Expr | None:
    """Return the right side of a rule, scaled, if two terms are its left side up to a factor."""
    constant, function = rule.left.as_coeff_Add()
    for node in first.atoms(function.base.func if function.is_Pow else function.func):
        power = node**function.exp if function.is_Pow else node
        factor = first / power
        if factor.has(node) or (factor * constant - second) != 0:
            continue
        return factor * rule.applied(node.args[0])
    return None
