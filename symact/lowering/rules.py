"""Rewriting rules: functions by exponentials that decay, and sums without the cancellation.

Each row is an identity, true for every real u of the sign it names; the tests enclose both sides by balls at many
points of that range and refuse a row that disagrees.
"""

from __future__ import annotations

from dataclasses import dataclass

from sympy import Expr, Rational, Symbol, cos, cosh, erf, erfc, exp, log, pi, sin, sinh, sqrt, tanh
from sympy.codegen.cfunctions import expm1, log1p

from symact.functions import erfcx, normal_cdf, normal_pdf, sigmoid, softplus

u, v = Symbol("u", real=True), Symbol("v", real=True)


@dataclass(frozen=True)
class Rule:
    """``left == right`` for every real u of the sign (0: both signs), and every real v."""

    name: str
    sign: int
    left: Expr
    right: Expr

    def applied(self, argument: Expr, other: Expr | None = None) -> Expr:
        """Return the right side at an argument, or at two."""
        return self.right.xreplace({u: argument, v: other})


# fmt: off
RULES: tuple[Rule, ...] = (
    Rule("tanh",              0, tanh(u),       (1 - exp(-2 * u)) / (1 + exp(-2 * u))),
    Rule("sinh",              0, sinh(u),       (exp(u) - exp(-u)) / 2),
    Rule("cosh",              0, cosh(u),       (exp(u) + exp(-u)) / 2),
    Rule("sigmoid",           0, sigmoid(u),    1 / (1 + exp(-u))),
    Rule("φ",                 0, normal_pdf(u), exp(-(u**2) / 2) / sqrt(2 * pi)),
    # log(1 + e^u) overflows on the right and, there, is u but for a small term.
    Rule("softplus, u > 0",   1, softplus(u),   u + log(1 + exp(-u))),
    Rule("softplus, u < 0",  -1, softplus(u),   log(1 + exp(u))),
    # Φ = erfc(−u/√2)/2: all digits are lost by 1 + erf, and erfc magnifies the rounding of u/√2 by u².
    Rule("Φ, u > 0",          1, normal_cdf(u), 1 - exp(-(u**2) / 2) * erfcx(u / sqrt(2)) / 2),
    Rule("Φ, u < 0",         -1, normal_cdf(u), exp(-(u**2) / 2) * erfcx(-u / sqrt(2)) / 2),
)

# A function and a constant that it comes close to, where u is small or large; the right side has no such sum.
SUMS: tuple[Rule, ...] = (
    Rule("e^u − 1",           0, exp(u) - 1,                       expm1(u)),
    Rule("cosh u − 1",        0, cosh(u) - 1,                      2 * sinh(u / 2) ** 2),
    Rule("cosh² u − 1",       0, cosh(u) ** 2 - 1,                 sinh(u) ** 2),
    Rule("cos u − 1",         0, cos(u) - 1,                       -2 * sin(u / 2) ** 2),
    Rule("cos² u − 1",        0, cos(u) ** 2 - 1,                  -(sin(u) ** 2)),
    Rule("sin² u − 1",        0, sin(u) ** 2 - 1,                  -(cos(u) ** 2)),
    Rule("σ − 1",             0, sigmoid(u) - 1,                   -sigmoid(-u)),
    Rule("σ − 1/2",           0, sigmoid(u) - Rational(1, 2),      tanh(u / 2) / 2),
    Rule("tanh u − 1",        0, tanh(u) - 1,                      -2 * sigmoid(-2 * u)),
    Rule("tanh u + 1",        0, tanh(u) + 1,                      2 * sigmoid(2 * u)),
    Rule("tanh² u − 1",       0, tanh(u) ** 2 - 1,                 -4 * sigmoid(2 * u) * sigmoid(-2 * u)),
    Rule("erf u − 1",         0, erf(u) - 1,                       -2 * normal_cdf(-sqrt(2) * u)),
    Rule("erf u + 1",         0, erf(u) + 1,                       2 * normal_cdf(sqrt(2) * u)),
    Rule("erfc u − 1",        0, erfc(u) - 1,                      -erf(u)),
    Rule("erfc u − 2",        0, erfc(u) - 2,                      -2 * normal_cdf(sqrt(2) * u)),
    Rule("Φ − 1",             0, normal_cdf(u) - 1,                -normal_cdf(-u)),
    Rule("Φ − 1/2",           0, normal_cdf(u) - Rational(1, 2),   erf(u / sqrt(2)) / 2),
)

# The difference of two values of a function: the right side is exact however close the arguments, or the values, are.
DIFFERENCES: tuple[Rule, ...] = (
    Rule("e^u − e^v",         0, exp(u) - exp(v),                  exp(v) * expm1(u - v)),
    Rule("σ(u) − σ(v)",       0, sigmoid(u) - sigmoid(v),          -sigmoid(u) * sigmoid(-v) * expm1(v - u)),
    Rule("tanh u − tanh v",   0, tanh(u) - tanh(v),
                               -2 * sigmoid(2 * u) * sigmoid(-2 * v) * expm1(2 * v - 2 * u)),
    Rule("softplus − softplus", 0, softplus(u) - softplus(v),      log1p(sigmoid(v) * expm1(u - v))),
    Rule("softplus(u) − u",   0, softplus(u) - u,                  softplus(-u)),
)
# fmt: on


def rule_for(function: type, sign: int) -> Rule:
    """Return the rule for a function whose argument has a sign."""
    return next(r for r in RULES if r.left.func is function and r.sign in (0, sign))


def needs_sign(function: type) -> bool:
    """Whether the rules for a function depend on the sign of its argument."""
    return any(r.sign for r in RULES if r.left.func is function)
