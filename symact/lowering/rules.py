"""Rewriting rules: functions by exponentials that decay, and sums without the cancellation.

Each row is an identity, true for every real u of the sign it names; the tests enclose both sides by balls at many
points of that range and refuse a row that disagrees.
"""

from __future__ import annotations

from dataclasses import dataclass

from sympy import Expr, Rational, Symbol, cos, cosh, erf, erfc, exp, log, pi, sin, sinh, sqrt, tanh
from sympy.codegen.cfunctions import expm1

from symact.functions import erfcx, normal_cdf, normal_pdf, sigmoid, softplus

u = Symbol("u", real=True)


@dataclass(frozen=True)
class Rule:
    """``left == right`` for every real u of the sign (0: both signs)."""

    name: str
    sign: int
    left: Expr
    right: Expr

    def applied(self, argument: Expr) -> Expr:
        """Return the right side at an argument."""
        return self.right.xreplace({u: argument})


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
# fmt: on


def rule_for(function: type, sign: int) -> Rule:
    """Return the rule for a function whose argument has a sign."""
    return next(r for r in RULES if r.left.func is function and r.sign in (0, sign))


def needs_sign(function: type) -> bool:
    """Whether the rules for a function depend on the sign of its argument."""
    return any(r.sign for r in RULES if r.left.func is function)
