"""Opaque SymPy functions with their meaning and derivative attached.

SymPy undoes stable forms: ``erfc(-x)`` becomes ``2 - erfc(x)`` and ``simplify`` turns ``1/(1 + exp(-x))`` into
``exp(x)/(exp(x) + 1)``, which is inf/inf for large x.  A node of this module keeps its argument as it is; code is
emitted from nodes, algebra is done on :func:`expand_meaning`.
"""

from __future__ import annotations

from typing import Any, ClassVar

from mpmath.libmp import prec_to_dps
from sympy import Expr, Function, Integer, NumberSymbol, S, Symbol, erfc, exp, log, pi, sqrt
from sympy.core.function import ArgumentIndexError


class MeaningfulFunction(Function):  # type: ignore[misc]  # SymPy ships no types
    """A real function of one real variable that knows what it stands for."""

    nargs = 1

    @staticmethod
    def meaning(u: Expr) -> Expr:
        """Return the definition in elementary functions."""
        raise NotImplementedError

    @staticmethod
    def slope(u: Expr) -> Expr:
        """Return the derivative, again in nodes."""
        raise NotImplementedError

    def fdiff(self, argindex: int = 1) -> Expr:
        """Differentiate with respect to the argument."""
        if argindex != 1:
            raise ArgumentIndexError(self, argindex)
        return self.slope(self.args[0])

    def _eval_is_extended_real(self) -> bool | None:
        return self.args[0].is_extended_real  # type: ignore[no-any-return]

    def _eval_is_finite(self) -> bool | None:
        return True if self.args[0].is_finite and self.args[0].is_real else None

    def _eval_evalf(self, prec: int) -> Any:
        return self.meaning(self.args[0])._eval_evalf(prec)


class sigmoid(MeaningfulFunction):
    """The logistic function σ(u) = 1/(1 + e^(−u))."""

    @classmethod
    def eval(cls, u: Expr) -> Expr | None:
        """Evaluate where the value is simple and exact."""
        return {S.Zero: S.Half, S.Infinity: S.One, S.NegativeInfinity: S.Zero}.get(u)

    @staticmethod
    def meaning(u: Expr) -> Expr:
        """Return 1/(1 + exp(-u))."""
        return 1 / (1 + exp(-u))

    @staticmethod
    def slope(u: Expr) -> Expr:
        """σ′ = σ(u)·σ(−u): no digit is lost in either tail."""
        return sigmoid(u) * sigmoid(-u)

    def _eval_is_positive(self) -> bool | None:
        return True if self.args[0].is_real else None

    def _latex(self, printer: Any, exp: Any = None) -> str:
        return _latex_call(r"\sigma", printer, self.args[0], exp)


class softplus(MeaningfulFunction):
    """The soft plus log(1 + e^u)."""

    @classmethod
    def eval(cls, u: Expr) -> Expr | None:
        """Evaluate where the value is simple and exact."""
        return {S.Zero: log(2), S.Infinity: S.Infinity, S.NegativeInfinity: S.Zero}.get(u)

    @staticmethod
    def meaning(u: Expr) -> Expr:
        """Return log(1 + exp(u))."""
        return log(1 + exp(u))

    @staticmethod
    def slope(u: Expr) -> Expr:
        """Return σ(u)."""
        return sigmoid(u)

    def _eval_is_positive(self) -> bool | None:
        return True if self.args[0].is_real else None

    def _latex(self, printer: Any, exp: Any = None) -> str:
        return _latex_call(r"\operatorname{softplus}", printer, self.args[0], exp)


class normal_cdf(MeaningfulFunction):
    """Φ(u), the distribution function of the standard normal."""

    @classmethod
    def eval(cls, u: Expr) -> Expr | None:
        """Evaluate where the value is simple and exact."""
        return {S.Zero: S.Half, S.Infinity: S.One, S.NegativeInfinity: S.Zero}.get(u)

    @staticmethod
    def meaning(u: Expr) -> Expr:
        """Return erfc(-u/√2)/2."""
        return erfc(-u / sqrt(2)) / 2

    @staticmethod
    def slope(u: Expr) -> Expr:
        """Return φ(u)."""
        return normal_pdf(u)

    def _eval_is_positive(self) -> bool | None:
        return True if self.args[0].is_real else None

    def _latex(self, printer: Any, exp: Any = None) -> str:
        return _latex_call(r"\Phi", printer, self.args[0], exp)


class normal_pdf(MeaningfulFunction):
    """φ(u), the density of the standard normal."""

    @classmethod
    def eval(cls, u: Expr) -> Expr | None:
        """Evaluate where the value is simple and exact."""
        if u in (S.Infinity, S.NegativeInfinity):
            return S.Zero
        return 1 / sqrt(2 * pi) if u.is_zero else None

    @staticmethod
    def meaning(u: Expr) -> Expr:
        """Return exp(-u²/2)/√(2π)."""
        return exp(-(u**2) / 2) / sqrt(2 * pi)

    @staticmethod
    def slope(u: Expr) -> Expr:
        """φ′ = −u·φ."""
        return -u * normal_pdf(u)

    def _eval_is_positive(self) -> bool | None:
        return True if self.args[0].is_real else None

    def _latex(self, printer: Any, exp: Any = None) -> str:
        return _latex_call(r"\varphi", printer, self.args[0], exp)


class erfcx(MeaningfulFunction):
    """The scaled complementary error function e^(u²)·erfc(u); a Mills ratio up to scale."""

    @classmethod
    def eval(cls, u: Expr) -> Expr | None:
        """Evaluate where the value is simple and exact."""
        return {S.Zero: S.One, S.Infinity: S.Zero}.get(u)

    @staticmethod
    def meaning(u: Expr) -> Expr:
        """Return exp(u²)·erfc(u)."""
        return exp(u**2) * erfc(u)

    @staticmethod
    def slope(u: Expr) -> Expr:
        """Return 2u·erfcx(u) − 2/√π."""
        return 2 * u * erfcx(u) - 2 / sqrt(pi)

    def _eval_is_positive(self) -> bool | None:
        return True if self.args[0].is_real else None


class NamedConstant(NumberSymbol):  # type: ignore[misc]  # SymPy ships no types
    """A positive real number known by a name, with its closed form attached.

    It is to SELU's α what SymPy's ``pi`` is to π: formulas keep the name, numbers come from the closed form.

    Parameters
    ----------
    name
        What formulas show.
    meaning
        The closed form, in elementary functions and erfc.
    """

    is_real = True
    is_positive = True
    is_number = True
    __slots__ = ("meaning", "name")

    _known: ClassVar[dict[tuple[str, Expr], NamedConstant]] = {}

    def __new__(cls, name: str, meaning: Expr) -> NamedConstant:
        """Return the one object of this name and meaning: SymPy compares number symbols by identity."""
        if (name, meaning) not in cls._known:
            made = super().__new__(cls)
            made.name, made.meaning = name, meaning
            cls._known[name, meaning] = made
        return cls._known[name, meaning]

    def __reduce__(self) -> tuple[type, tuple[str, Expr]]:
        return NamedConstant, (self.name, self.meaning)

    def __getnewargs__(self) -> tuple[str, Expr]:
        return self.name, self.meaning

    def _hashable_content(self) -> tuple[str, Expr]:
        return self.name, self.meaning

    def _as_mpf_val(self, prec: int) -> Any:
        return self.meaning.evalf(prec_to_dps(prec) + 10)._as_mpf_val(prec)

    def __float__(self) -> float:
        return float(self.meaning.evalf(30))

    def approximation_interval(self, number_cls: type) -> tuple[Expr, Expr]:
        """Return integers on both sides."""
        below = int(self.meaning.evalf(15))
        return Integer(below), Integer(below + 1)

    def _sympystr(self, printer: Any) -> str:
        return str(self.name)

    def _latex(self, printer: Any) -> str:
        return str(printer._print(Symbol(self.name)))

    _one_line = _latex  # the hook of symact.notation


NODES: tuple[type[MeaningfulFunction], ...] = (sigmoid, softplus, normal_cdf, normal_pdf, erfcx)


def expand_meaning(expr: Expr) -> Expr:
    """Replace every node and named constant by its meaning, innermost first."""
    for node in NODES:
        expr = expr.replace(node, node.meaning)
    while expr.has(NamedConstant):  # one may be defined by another
        expr = expr.replace(lambda e: isinstance(e, NamedConstant), lambda e: e.meaning)
    return expr


def _latex_call(name: str, printer: Any, argument: Expr, exponent: Any) -> str:
    power = f"^{{{exponent}}}" if exponent is not None else ""
    return rf"{name}{power}\left({printer._print(argument)}\right)"
