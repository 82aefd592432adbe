"""Expectations under Z ~ N(0, 1), in closed form where the integrand is made of xᵏ·e^(cx)."""

from __future__ import annotations

from math import comb

from sympy import Add, Expr, Integer, Mul, S, Symbol, collect, exp, expand, oo, powsimp, simplify

from symact.cells import Cells, cells
from symact.errors import OpenError
from symact.functions import expand_meaning, normal_cdf, normal_pdf


def expectation(expr: Expr, symbol: Symbol) -> Expr:
    """Return E[f(Z)] exactly.

    Parameters
    ----------
    expr
        f, whose cells are sums of terms c·xᵏ·exp(b·x + c).
    symbol
        x; the other symbols are parameters.

    Raises
    ------
    OpenError
        If a term has another form.
    """
    return expectation_of_cells(cells(expr, symbol))


def expectation_of_cells(pieces: Cells) -> Expr:
    """Return E[f(Z)] of a function given by its cells (single points have no weight)."""
    x = pieces.symbol
    total = Add(*(_over(cell.expr, x, cell.left, cell.right) for cell in pieces.cells))
    return simplify(expand_meaning(total))


def _over(expr: Expr, x: Symbol, left: Expr, right: Expr) -> Expr:
    expanded = powsimp(expand(expand_meaning(expr), power_exp=False, log=False))
    return Add(*(_term(term, x, left, right) for term in Add.make_args(expanded)))


def _term(term: Expr, x: Symbol, left: Expr, right: Expr) -> Expr:
    """Integrate c·xᵏ·e^(bx+c)·φ(x): completing the square shifts the normal to mean b."""
    constant, power, slope, shift = S.One, 0, S.Zero, S.Zero
    for factor in Mul.make_args(term):
        if x not in factor.free_symbols:
            constant *= factor
        elif factor == x:
            power += 1
        elif factor.is_Pow and factor.base == x and factor.exp.is_Integer and factor.exp > 0:
            power += int(factor.exp)
        elif isinstance(factor, exp) and factor.args[0].as_poly(x) is not None and factor.args[0].as_poly(x).degree() == 1:
            b, c = collect(expand(factor.args[0]), x).as_poly(x).all_coeffs()
            slope, shift = slope + b, shift + c
        else:
            raise OpenError(f"no closed form of the normal expectation of {term}")
    moments = _truncated_moments(left - slope, right - slope, power)
    # E over (left, right) of (Y + b)^k with Y standard normal, by the binomial theorem.
    total = Add(*(Integer(comb(power, m)) * slope ** (power - m) * moments[m] for m in range(power + 1)))
    return constant * exp(slope**2 / 2 + shift) * total


def _truncated_moments(left: Expr, right: Expr, power: int) -> list[Expr]:
    """Return ∫ xᵐ φ(x) dx from left to right for m = 0 … power, by parts: Mₘ = [−xᵐ⁻¹φ] + (m−1)·Mₘ₋₂."""
    moments = [normal_cdf(right) - normal_cdf(left)]
    for m in range(1, power + 1):
        boundary = _boundary(left, m - 1) - _boundary(right, m - 1)
        moments.append(boundary + ((m - 1) * moments[m - 2] if m > 1 else 0))
    return moments


def _boundary(end: Expr, power: int) -> Expr:
    return S.Zero if end in (oo, -oo) else end**power * normal_pdf(end)
