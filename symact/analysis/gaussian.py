"""Expectations under Z ~ N(0, 1) in closed form, for integrands made of xᵏ·e^(bx) or of xᵏ·Φ(x)ʲ·φ(x)ⁱ."""

from __future__ import annotations

from functools import cache
from math import comb

from sympy import Add, Expr, Integer, Mul, Rational, S, Symbol, asin, exp, expand, oo, pi, powsimp, sqrt

from symact.cells import Cells, cells
from symact.errors import OpenError
from symact.functions import expand_meaning, normal_cdf, normal_pdf
from symact.notation import text


def expectation(expr: Expr, symbol: Symbol) -> Expr:
    """Return E[f(Z)] exactly, in elementary functions and erfc.

    Parameters
    ----------
    expr
        f, whose cells are sums of terms a·xᵏ·exp(b·x + c); on the whole line also a·xᵏ·Φ(x)ʲ·φ(x)ⁱ, j ≤ 2.
    symbol
        x; the other symbols are parameters.

    Raises
    ------
    OpenError
        If a term has another form.
    """
    return expand_meaning(expectation_of_cells(cells(expr, symbol)))


def expectation_of_cells(pieces: Cells) -> Expr:
    """Return E[f(Z)] of a function given by its cells (single points have no weight), in nodes."""
    x = pieces.symbol
    total = Add(*(_over(cell.expr, x, cell.left, cell.right) for cell in pieces.cells))
    return expand(_oriented(total))


def _oriented(expr: Expr) -> Expr:
    """Write Φ(u) as 1 − Φ(−u) for u > 0: cells then cancel, and no small tail is a difference."""
    oriented = expr.replace(
        lambda e: isinstance(e, normal_cdf) and not e.args[0].could_extract_minus_sign(),
        lambda e: 1 - normal_cdf(-e.args[0]),
    )
    return oriented.replace(
        lambda e: isinstance(e, normal_pdf) and e.args[0].could_extract_minus_sign(),
        lambda e: normal_pdf(-e.args[0]),
    )


def _over(expr: Expr, x: Symbol, left: Expr, right: Expr) -> Expr:
    expanded = powsimp(expand(expr, power_exp=False, log=False))
    return Add(*(_term(term, x, left, right) for term in Add.make_args(expanded)))


def _term(term: Expr, x: Symbol, left: Expr, right: Expr) -> Expr:
    """Integrate c·xᵏ·e^(bx+c)·φ(x): completing the square shifts the normal to mean b."""
    if term == 0:
        return S.Zero
    constant, power, slope, shift = S.One, 0, S.Zero, S.Zero
    distributions, densities = 0, 0
    for factor in Mul.make_args(term):
        base, exponent = (factor, S.One) if isinstance(factor, exp) else factor.as_base_exp()
        times = int(exponent) if exponent.is_Integer and exponent > 0 else 0
        line = factor.args[0].as_poly(x) if isinstance(factor, exp) else None
        if x not in factor.free_symbols:
            constant *= factor
        elif base == x and times:
            power += times
        elif base == normal_cdf(x) and times:
            distributions += times
        elif base == normal_pdf(x) and times:
            densities += times
        elif line is not None and line.degree() == 1:
            b, c = line.all_coeffs()
            slope, shift = slope + b, shift + c
        else:
            raise OpenError(f"no closed form of the normal expectation of {text(term)}")
    if distributions or densities:
        if (left, right) != (-oo, oo) or slope != 0 or shift != 0:
            raise OpenError(
                f"no closed form of the normal expectation of {text(term)} between {text(left)} and {text(right)}"
            )
        return constant * _whole_line(power, distributions, densities + 1)
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


@cache
def _whole_line(power: int, distributions: int, densities: int) -> Expr:
    """Return ∫ xᵏ·Φʲ·φᵐ dx over the real line (m ≥ 1), by parts with x·φᵐ = −(φᵐ)′/m."""
    k, j, m = power, distributions, densities
    if k > 0:
        total = S.Zero
        if k > 1:
            total += (k - 1) * _whole_line(k - 2, j, m)
        if j > 0:
            total += j * _whole_line(k - 1, j - 1, m + 1)
        return total / m
    if m == 1:
        return Rational(1, j + 1)  # Φ(Z) is uniform
    mass = (2 * pi) ** Rational(1 - m, 2) / sqrt(m)  # φᵐ is this multiple of the density of N(0, 1/m)
    if j == 0:
        return mass
    if j == 1:
        return mass / 2
    if j == 2:
        # E Φ(X)² = P(Z₁ < X, Z₂ < X), two normals of correlation σ²/(1 + σ²) = 1/(1 + m).
        return mass * (Rational(1, 4) + asin(Rational(1, m + 1)) / (2 * pi))
    raise OpenError(f"no closed form of the normal expectation of Φ^{j}·φ^{m - 1}")
