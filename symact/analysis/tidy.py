"""Readable forms: sums of products of nodes brought to the shortest equal form.

Every step is an identity applied to a node, or a factorisation of a polynomial in the nodes, so that the
result is equal to its input by construction.
"""

from __future__ import annotations

from collections.abc import Iterable

from sympy import (
    Add,
    Dummy,
    Expr,
    Mul,
    Piecewise,
    PolynomialError,
    S,
    exp,
    factor,
    factor_terms,
    tanh,
    together,
)

from symact.functions import normal_cdf, normal_pdf, sigmoid, softplus

MOST_TERMS = 40
"""Factoring a longer polynomial takes longer than reading the sum."""


def tidy(expr: Expr) -> Expr:
    """Return the shortest of a few forms, all equal to the expression.

    Parameters
    ----------
    expr
        An expression, possibly with nodes and branches.

    Returns
    -------
    Expr
        An equal one; σ(−u) stands for 1 − σ(u) where it is a factor.
    """
    if isinstance(expr, Piecewise):
        return expr.func(*((tidy(branch), condition) for branch, condition in expr.args))
    if expr.is_Atom or not expr.free_symbols:
        return expr
    # A number such as SELU's scale is left as it is: only what depends on a symbol takes another form.
    constant, varying = expr.as_independent(*expr.free_symbols, as_Add=False)
    candidates = [varying, factor_terms(varying), *_factored(varying)]
    return min((constant * form for form in candidates), key=Expr.count_ops)


def _factored(expr: Expr) -> Iterable[Expr]:
    """Yield the expression as a factored polynomial, or fraction, in x, the parameters and the nodes."""
    normal = _one_sided(expr)
    names: dict[Expr, Dummy] = {}
    for node in sorted(normal.atoms(sigmoid, softplus, normal_cdf, normal_pdf, tanh, exp), key=lambda e: e.sort_key()):
        names[node] = Dummy(node.func.__name__, real=True)
    polynomial = normal.xreplace(dict(sorted(names.items(), key=lambda pair: -pair[0].count_ops())))
    back = {name: node for node, name in names.items()}
    if len(Add.make_args(polynomial.expand())) > MOST_TERMS:
        return
    try:
        product = factor(together(polynomial))
    except PolynomialError:
        return
    complements: dict[Expr, Expr] = {}
    for name, node in back.items():
        if isinstance(node, sigmoid):
            complements[1 - name] = sigmoid(-node.args[0])
    yield _positive_first(_with_complements(_with_squares(product, back), complements)).xreplace(back)


def _one_sided(expr: Expr) -> Expr:
    """Write σ(−u) as 1 − σ(u) where σ(u) occurs as well."""
    nodes = expr.atoms(sigmoid)
    mirrored = {
        node: 1 - sigmoid(-node.args[0])
        for node in nodes
        if node.args[0].could_extract_minus_sign() and sigmoid(-node.args[0]) in nodes
    }
    return expr.xreplace(mirrored)


def _with_squares(product: Expr, names: dict[Expr, Expr]) -> Expr:
    """Write factors 1 − tanh u and 1 + tanh u of the same power as 1 − tanh² u."""
    powers = product.as_powers_dict()
    for name, node in names.items():
        power = powers.get(name + 1, S.Zero)
        if isinstance(node, tanh) and power and powers.get(name - 1, S.Zero) == power and power.is_Integer:
            product = product / ((name - 1) * (name + 1)) ** power * S.NegativeOne**power * (1 - name**2) ** power
    return product


def _with_complements(product: Expr, complements: dict[Expr, Expr]) -> Expr:
    """Write a factor 1 − σ(u) as σ(−u)."""
    factors = []
    for item in Mul.make_args(product):
        base, power = item.as_base_exp()
        if base in complements:
            factors.append(complements[base] ** power)
        elif -base in complements and power.is_Integer:
            factors.append(S.NegativeOne**power * complements[-base] ** power)
        else:
            factors.append(item)
    return Mul(*factors)


def _positive_first(product: Expr) -> Expr:
    """Move the sign of a negative product into a sum that has more negative terms than positive ones."""
    number, rest = product.as_coeff_Mul()
    if number >= 0:
        return product
    for item in Mul.make_args(rest):
        if isinstance(item, Add) and 2 * sum(term.could_extract_minus_sign() for term in item.args) >= len(item.args):
            return Mul(-number, *(-item if other == item else other for other in Mul.make_args(rest)))
    return product
