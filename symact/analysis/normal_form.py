"""Textbook formulas brought to nodes: 1/(1 + e^(−u)) is σ(u), (e^u − e^(−u))/(e^u + e^(−u)) is tanh u.

In the same way log(1 + e^u) is softplus(u), and erf and erfc are the normal distribution function.

The analysis works on nodes: they enclose tightly, differentiate to products, and never overflow the exponent
range of balls.  Each rewrite is the definition of the node read from right to left.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from sympy import Add, Dummy, Expr, Mul, Pow, S, cancel, erf, erfc, exp, expand, log, sqrt, tanh

from symact.activation import Activation
from symact.cells import Cells, activation_cells
from symact.functions import normal_cdf, normal_pdf, sigmoid, softplus

LARGE = 30
"""Operations from which a constant is handled as one symbol."""


def normalised(expr: Expr) -> Expr:
    """Return the same function with nodes in place of their definitions, where these stand literally."""
    if expr.has(erf, erfc):
        expr = expr.replace(lambda e: isinstance(e, (erf, erfc)) and e.free_symbols, _distribution)
    if not expr.has(exp):
        return expr
    return expr.replace(lambda e: e.is_Mul or e.is_Pow or isinstance(e, log), _rewritten)


@cache
def normal_cells(activation: Activation) -> Cells:
    """Return the cells of an elementwise activation, in nodes, its parameters kept as symbols."""
    return activation_cells(activation).map(normalised)


def _distribution(node: Expr) -> Expr:
    u = sqrt(2) * node.args[0]
    return 2 * normal_cdf(u) - 1 if isinstance(node, erf) else 2 * normal_cdf(-u)


def _rewritten(expr: Expr) -> Expr:
    if expr.is_Pow:
        return _logistic(expr) or expr
    if isinstance(expr, log):
        return _soft_plus(expr.args[0]) or expr
    factors = list(expr.args)
    for denominator in factors:
        u = _even_pair(denominator)
        if u is None:
            continue
        for numerator in factors:
            if numerator == exp(u) - exp(-u):
                rest = [f for f in factors if f not in (numerator, denominator)]
                return Mul(tanh(u), *rest)
    return expr


def _logistic(power: Pow) -> Expr | None:
    """Read (1 + e^v)^(−k) as σ(−v)^k."""
    v = _exponent_beside_one(power.base)
    return sigmoid(-v) ** (-power.exp) if v is not None and power.exp.is_Integer and power.exp < 0 else None


def _exponent_beside_one(expr: Expr) -> Expr | None:
    """Read 1 + e^v: return v."""
    if not (isinstance(expr, Add) and len(expr.args) == 2 and S.One in expr.args):
        return None
    other = next(a for a in expr.args if a != 1)
    return other.args[0] if isinstance(other, exp) else None


def _soft_plus(argument: Expr) -> Expr | None:
    """Read log(1 + e^v) as softplus(v), log σ(v) as −softplus(−v), and so in the logarithm of a product."""
    if argument.is_Mul and all(factor.is_positive for factor in argument.args):
        parts = [_soft_plus(factor) for factor in argument.args]
        if any(part is not None for part in parts):
            logarithms = zip(parts, argument.args, strict=True)
            return Add(*(log(factor) if part is None else part for part, factor in logarithms))
    if isinstance(argument, sigmoid):
        return -softplus(-argument.args[0])
    v = _exponent_beside_one(argument)
    return None if v is None else softplus(v)


def _even_pair(factor: Expr) -> Expr | None:
    """Read (e^u + e^(−u))^(−1): return the u without a leading minus."""
    if not (factor.is_Pow and factor.exp == -1 and isinstance(factor.base, Add) and len(factor.base.args) == 2):
        return None
    first, second = factor.base.args
    if isinstance(first, exp) and isinstance(second, exp) and first.args[0] == -second.args[0]:
        u: Expr = first.args[0]
        return -u if u.could_extract_minus_sign() else u
    return None


def reflected(expr: Expr) -> Expr:
    """Return a form in which the reflections of the nodes are resolved, so that equal expressions agree.

    σ(−u) = 1 − σ(u), softplus(−u) = softplus(u) − u, Φ(−u) = 1 − Φ(u), φ(−u) = φ(u) and tanh(−u) = −tanh(u).
    """
    expr, constants = masked(expr)
    for node, reflection in _REFLECTIONS.items():
        if expr.has(node):
            expr = expr.replace(
                lambda e, node=node: isinstance(e, node) and e.args[0].could_extract_minus_sign(),
                lambda e, node=node, reflection=reflection: reflection(node, -e.args[0]),
            )
    return expand(expr).xreplace(constants)


def masked(expr: Expr, symbols: dict[Expr, Expr] | None = None) -> tuple[Expr, dict[Expr, Expr]]:
    """Put symbols in place of large constants (SELU's): their inner structure only costs time.

    Parameters
    ----------
    expr
        Any expression.
    symbols
        Constants that have a symbol already; it is extended.

    Returns
    -------
    tuple
        The expression in symbols, and the constants that they stand for.
    """
    symbols = {} if symbols is None else symbols

    def mask(node: Expr) -> Expr:
        if node.is_Atom:
            return node
        if not node.free_symbols:
            return node if node.count_ops() < LARGE else symbols.setdefault(node, _symbol_for(node))
        if node.is_Mul:
            constant, rest = node.as_independent(*node.free_symbols, as_Add=False)
            return mask(constant) * (rest if rest.is_Atom else rest.func(*map(mask, rest.args)))
        return node.func(*map(mask, node.args))

    hidden = mask(expr)
    return hidden, {symbol: constant for constant, symbol in symbols.items()}


def _symbol_for(constant: Expr) -> Dummy:
    if constant.is_positive:
        return Dummy(positive=True)
    return Dummy(negative=True) if constant.is_negative else Dummy(real=True)


def are_equal(first: Expr, second: Expr) -> bool:
    """Tell whether two expressions in nodes are shown to be equal (False: not shown)."""
    difference = reflected(first - second)
    if difference != 0 and difference.has(tanh) and difference.has(sigmoid):
        difference = reflected(difference.replace(tanh, lambda u: 2 * sigmoid(2 * u) - 1))
    return bool(difference == 0 or cancel(difference) == 0)


_REFLECTIONS: dict[type, Callable[[Any, Expr], Expr]] = {
    tanh: lambda node, u: -node(u),
    sigmoid: lambda node, u: 1 - node(u),
    softplus: lambda node, u: node(u) - u,
    normal_cdf: lambda node, u: 1 - node(u),
    normal_pdf: lambda node, u: node(u),
}
