"""Rewriting rules: every function of the catalogue by exponentials that decay.

Each row is an identity, true for every real u of the sign it names; the tests enclose both sides by balls at many
points of that range and refuse a row that disagrees.
"""

from __future__ import annotations

from dataclasses import dataclass

from sympy import Expr, Symbol, cosh, exp, log, pi, sinh, sqrt, tanh

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
# fmt: on


def rule_for(function: type, sign: int) -> Rule:
    """Return the rule for a function whose argument has a sign."""
    return next(r for r in RULES if r.left.func is function and r.sign in (0, sign))


def needs_sign(function: type) -> bool:
    """Whether the rules for a function depend on the sign of its argument."""
    return any(r.sign for r in RULES if r.left.func is function)
