"""The normal form of a smooth branch: rational in x and in quantities that decay to 0.

On an interval where the argument u of every exponential keeps its sign, everything is a rational function of x and of
E = e^(−|u|) ∈ (0, 1], with log1p(E) for soft plus and erfcx(|v|/√2) for Φ (Mills).  No exponential can overflow,
1 − E is an expm1, and what the function tends to (E = 0) is separated from how it gets there.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property, lru_cache
from math import gcd, lcm

from sympy import (
    Add,
    Dummy,
    Expr,
    Function,
    Mul,
    Pow,
    Rational,
    S,
    Symbol,
    cancel,
    cosh,
    exp,
    expand,
    factor,
    log,
    sinh,
    tanh,
    together,
)

from symact.cells import generic_point, sample_point
from symact.errors import OpenError
from symact.functions import erfcx, normal_cdf, normal_pdf, sigmoid, softplus
from symact.lowering.rules import needs_sign, rule_for
from symact.notation import text
from symact.signs import sign_of

SIGNED = (sigmoid, softplus, tanh, exp, normal_cdf, sinh, cosh)
"""Functions of which the sign of the argument must be known."""


class Kind(StrEnum):
    """What a generator stands for."""

    DECAY = "e^(−|u|)"
    LOG_DECAY = "log(1 + e^(−|u|))"
    MILLS = "erfcx(|v|)"


@dataclass(frozen=True)
class Generator:
    """A quantity of the normal form: a symbol, its kind, and its argument u with the sign that u has."""

    symbol: Symbol
    kind: Kind
    argument: Expr
    sign: int


@dataclass(eq=False)
class NormalForm:
    """An expression in x, parameters and generators; irrational constants are symbols too."""

    expr: Expr
    generators: tuple[Generator, ...]
    constants: dict[Symbol, Expr] = field(default_factory=dict)

    @property
    def decays(self) -> tuple[Generator, ...]:
        """The generators that tend to 0 with |u| → ∞."""
        return tuple(g for g in self.generators if g.kind is not Kind.MILLS)

    @cached_property
    def asymptote(self) -> Expr:
        """What remains where every decaying generator is 0."""
        return cancel(self.expr.subs({g.symbol: 0 for g in self.decays}))

    @cached_property
    def remainder(self) -> Expr:
        """What decays: the function less its asymptote, factored."""
        return factor(together(expand(self.expr - self.asymptote))) if self.asymptote != 0 else self.expr


def arguments(expr: Expr, x: Symbol) -> set[Expr]:
    """Return the arguments whose sign the normal form needs, innermost ones only."""
    return {node.args[0] for node in expr.atoms(*SIGNED) if x in node.free_symbols and not node.args[0].atoms(Function)}


@lru_cache(maxsize=256)
def normal_form(expr: Expr, x: Symbol, left: Expr, right: Expr) -> NormalForm:
    """Return the normal form on the open interval from left to right.

    Parameters
    ----------
    expr
        A smooth expression in nodes.
    x
        The variable.
    left, right
        The ends of the interval; no argument of an exponential may change sign in it.

    Raises
    ------
    OpenError
        If one does, or something else than the functions above occurs.
    """
    form = _Builder(x, _sign_between(left, right, x))
    rational = form.rational(expr)
    return NormalForm(factor(cancel(rational)), tuple(form.generators()), form.constants)


class _Builder:
    def __init__(self, x: Symbol, sign_on_interval: Callable[[Expr], int]) -> None:
        self.x, self.sign = x, sign_on_interval
        self.constants: dict[Symbol, Expr] = {}
        self.bases: list[tuple[Expr, Symbol, int]] = []  # (u > 0 or u < 0, E, sign of u)
        self.others: dict[tuple[Kind, Expr], Symbol] = {}

    def generators(self) -> list[Generator]:
        found = [Generator(e, Kind.DECAY, u, s) for u, e, s in self.bases]
        return found + [Generator(s, kind, u, self.sign(u)) for (kind, u), s in self.others.items()]

    def rational(self, expr: Expr) -> Expr:
        expr = self._by_rules(self._with_named_constants(expr))
        self._find_bases(expr)
        return self._convert(expr)

    def _with_named_constants(self, expr: Expr) -> Expr:
        """Give every irrational or unwieldy constant a symbol, except in the arguments of functions."""
        if _is_plain(expr) or isinstance(expr, Function):
            return expr
        if not expr.free_symbols:
            return self._constant(expr)
        if isinstance(expr, (Add, Mul)):
            number, rest = expr.as_independent(*expr.free_symbols, as_Add=isinstance(expr, Add))
            parts = [self._with_named_constants(a) for a in expr.func.make_args(rest)]
            return expr.func(number if _is_plain(number) else self._constant(number), *parts)
        return expr.func(*(self._with_named_constants(a) for a in expr.args)) if isinstance(expr, Pow) else expr

    def _by_rules(self, expr: Expr) -> Expr:
        """Apply the rules to everything but soft plus, which is met again in exponents."""
        for function in (tanh, sinh, cosh, sigmoid, normal_pdf, normal_cdf):
            expr = expr.replace(function, lambda u, f=function: self._ruled(f, u))
        return expr.replace(exp, self._split_exponent)

    def _ruled(self, function: type, u: Expr) -> Expr:
        result = rule_for(function, self.sign(u) if needs_sign(function) else 0).applied(u)
        result = result.replace(erfcx, lambda v: self._other(Kind.MILLS, v))
        return self._with_named_constants(result)

    def _split_exponent(self, argument: Expr) -> Expr:
        """e^(k·softplus(u) + rest) is (1 + e^u)ᵏ·e^rest."""
        result, rest = S.One, S.Zero
        for term in Add.make_args(expand(argument)):
            number, node = term.as_coeff_Mul()
            if isinstance(node, softplus) and number.is_Integer:
                result *= (1 + exp(node.args[0])) ** number
            else:
                rest += term
        return result * exp(rest, evaluate=False) if rest != 0 else result

    def _find_bases(self, expr: Expr) -> None:
        """Group the exponents into rational multiples of common arguments u."""
        exponents = {expand(node.args[0]) for node in expr.atoms(exp)}
        exponents |= {expand(node.args[0]) for node in expr.atoms(softplus)}
        groups: list[list[tuple[Expr, Rational]]] = []
        for exponent in sorted(exponents, key=str):
            if self.x not in exponent.free_symbols:
                continue
            for group in groups:
                ratio = cancel(exponent / group[0][0])
                if ratio.is_Rational:
                    group.append((exponent, ratio))
                    break
            else:
                groups.append([(exponent, S.One)])
        for group in groups:
            ratios = [ratio for _, ratio in group]
            common = Rational(gcd(*(int(r.p) for r in ratios)), lcm(*(int(r.q) for r in ratios)))
            u = expand(group[0][0] * common)
            self.bases.append((u, Dummy(f"E{len(self.bases)}", positive=True), self.sign(u)))

    def _exponential(self, argument: Expr) -> Expr:
        argument = expand(argument)
        if self.x not in argument.free_symbols:
            return self._constant(exp(argument))
        for u, symbol, sign in self.bases:
            ratio = cancel(argument / u)
            if ratio.is_Integer:
                return symbol ** (-sign * ratio)
        raise OpenError(f"no normal form of exp({text(argument)})")

    def _other(self, kind: Kind, u: Expr) -> Symbol:
        # log(1 + e^(−|u|)) is even in its argument; that of erfcx is positive.
        if (kind, -u) in self.others:
            return self.others[kind, -u]
        # Polynomials order their generators by name: two of one name would be ordered by their hashes.
        named = Dummy(f"{kind.name.title()}{len(self.others)}", positive=True)
        return self.others.setdefault((kind, u), named)

    def _constant(self, value: Expr) -> Symbol:
        for symbol, known in self.constants.items():
            if known == value:
                return symbol
        symbol = Dummy(f"K{len(self.constants)}", real=True)
        self.constants[symbol] = value
        return symbol

    def _convert(self, expr: Expr) -> Expr:
        if expr.is_Rational or expr.is_Symbol:
            return expr
        if isinstance(expr, exp):
            return self._exponential(expr.args[0])
        if isinstance(expr, softplus):
            u = expand(expr.args[0])
            decay = self._other(Kind.LOG_DECAY, u)
            return self._convert(rule_for(softplus, self.sign(u)).applied(u).replace(log, lambda _: decay))
        if isinstance(expr, (Add, Mul)):
            return expr.func(*(self._convert(a) for a in expr.args))
        if isinstance(expr, Pow) and expr.exp.is_Integer:
            return self._convert(expr.base) ** expr.exp
        raise OpenError(f"no normal form of {text(expr)}")


def _is_plain(expr: Expr) -> bool:
    return bool(expr.is_Symbol or (expr.is_Rational and expr.q <= 100))


def _sign_between(left: Expr, right: Expr, x: Symbol) -> Callable[[Expr], int]:
    """Return a function that tells the sign of a smooth argument on an interval without zeros of it."""

    def sign(u: Expr) -> int:
        if u.is_nonpositive or u.is_nonnegative:  # −x²/2 touches 0 without changing sign
            return -1 if u.is_nonpositive else 1
        middle = sample_point(left, right)
        found = sign_of(u.subs(x, middle if middle is not None else generic_point(x, left, right)))
        if found == 0:
            raise OpenError(f"{text(u)} changes sign between {text(left)} and {text(right)}")
        return found

    return sign
