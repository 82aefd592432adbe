"""The one definition type: an activation is a SymPy expression with its parameters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sympy import Expr, IndexedBase, S, Symbol, sympify
from sympy.sets.sets import Set
from sympy.tensor.indexed import Indexed

from symact.errors import ParameterError, SymactError
from symact.notation import tex, text
from symact.parsing import exact

if TYPE_CHECKING:
    from symact.analysis.sheet import Sheet
    from symact.verdict import Verdict

x = Symbol("x", real=True)
"""The argument of every elementwise activation."""

vector = IndexedBase("x", real=True)
"""The argument of every activation over a vector; ``vector[i]`` is one entry."""

i, j = Symbol("i", integer=True, nonnegative=True), Symbol("j", integer=True, nonnegative=True)
n = Symbol("n", integer=True, positive=True)
"""Index of the output, index of summation, and the length of the vector."""


class Role(StrEnum):
    """Who chooses the value of a parameter."""

    FIXED = "fixed"  # the user, once
    LEARNED = "learned"  # the optimiser: a gradient with respect to it is derived and generated
    RANDOM = "random"  # uniform on its domain while training; the default (its mean) in evaluation


@dataclass(frozen=True)
class Parameter:
    """A parameter of an activation.

    Attributes
    ----------
    symbol
        The SymPy symbol in the expression; its name is the keyword argument (torch's name where torch has it).
    default
        An exact number or an expression in other parameters; ``None`` where torch has no default either.
    domain
        The set of allowed values; its ends may be other parameters (``max_val`` lies in ``(min_val, ∞)``).
    role
        Fixed, learned or random.
    """

    symbol: Symbol
    default: Expr | None = None
    domain: Set = S.Reals
    role: Role = Role.FIXED

    def __post_init__(self) -> None:
        if self.default is not None:
            object.__setattr__(self, "default", sympify(self.default))

    @property
    def name(self) -> str:
        """The keyword under which a value is given."""
        return str(self.symbol)


@dataclass(frozen=True)
class Activation:
    """An activation function, defined once.

    Attributes
    ----------
    name
        Lower-case identifier, torch's name where torch has the function.
    expr
        The definition, in :data:`x` (elementwise) or in ``vector[i]`` and sums over ``vector[j]`` (over a vector of
        symbolic length :data:`n`).  At a kink the convention for the derivative is part of it: a ``Piecewise`` gives
        the point to one branch and f′ is that branch's derivative; ``Max``, ``Min`` and ``Abs`` take the one-sided
        slope of least magnitude (torch's documented rule).
    parameters
        In the order of the generated signatures.
    summary
        One line for ``symact list``.
    source
        Paper or book, with year.
    module
        Class name of the ``torch.nn.Module``, as in ``torch.nn`` where it has one.
    torch
        Name in ``torch.nn.functional`` (or ``torch``) of the same function, ``None`` where torch lacks it.
    """

    name: str
    expr: Expr
    parameters: tuple[Parameter, ...] = ()
    summary: str = ""
    source: str = ""
    module: str = ""
    torch: str | None = None

    def __post_init__(self) -> None:
        unknown = (
            {symbol.name for symbol in self.expr.free_symbols}
            - {p.name for p in self.parameters}
            - {"x", "i", "n"}
            - {str(symbol) for symbol in self.expr.atoms(Indexed)}
        )
        if unknown:
            raise SymactError(f"{self.name}: symbols without a parameter: {', '.join(sorted(unknown))}")

    @property
    def symbol(self) -> Symbol | IndexedBase:
        """The argument: the symbol x, or the indexed x of an activation over a vector."""
        return x if self.is_elementwise else vector

    @property
    def is_elementwise(self) -> bool:
        """Whether the function acts on each number by itself."""
        return not self.expr.has(Indexed)

    @property
    def is_reduction(self) -> bool:
        """Whether a whole vector gives one number (logsumexp), not a vector (softmax)."""
        return not self.is_elementwise and i not in self.expr.free_symbols

    def parameter(self, name: str) -> Parameter:
        """Return the parameter called `name`.

        Raises
        ------
        ParameterError
            If there is none.
        """
        for parameter in self.parameters:
            if parameter.name == name:
                return parameter
        have = ", ".join(p.name for p in self.parameters) or "none"
        raise ParameterError(f"{self.name} has no parameter '{name}' (it has: {have})")

    def values(self, given: Mapping[str, Any] | None = None) -> dict[Symbol, Expr]:
        """Return a checked value for every parameter: the given one, else its default.

        Raises
        ------
        ParameterError
            If a name is unknown, a value is not a number in the parameter's domain, or a value is missing.
        """
        given = dict(given or {})
        for name in given:
            self.parameter(name)
        values: dict[Symbol, Expr] = {}
        for parameter in self.parameters:
            value = given.get(parameter.name, parameter.default)
            if value is None:
                raise ParameterError(
                    f"{self.name} needs a value for '{parameter.name}' "
                    f"(domain {text(parameter.domain)}); it has no default"
                )
            values[parameter.symbol] = self._checked(parameter, value, values)
        return values

    def _checked(self, parameter: Parameter, value: Any, earlier: Mapping[Symbol, Expr]) -> Expr:
        number = self._exact(parameter, value).subs(earlier)
        domain = parameter.domain.subs(earlier)
        if domain.contains(number) is not S.true:
            raise ParameterError(f"{self.name}: {parameter.name} = {value} is outside its domain {text(domain)}")
        return number

    def at(self, **given: Any) -> Activation:
        """Return the activation with some parameters replaced by numbers (exact if given exactly).

        Raises
        ------
        ParameterError
            As :meth:`values`.
        """
        if not given:
            return self
        earlier: dict[Symbol, Expr] = {}
        for name, value in given.items():
            parameter = self.parameter(name)
            others = [self.parameter(other) for other in given if other != name]
            known = {other.symbol: self._exact(other, given[other.name]) for other in others}
            earlier[parameter.symbol] = self._checked_symbolically(parameter, value, known)
        rest = tuple(
            replace(
                p,
                default=p.default.subs(earlier) if p.default is not None else None,
                domain=p.domain.subs(earlier),
            )
            for p in self.parameters
            if p.symbol not in earlier
        )
        return replace(self, expr=self.expr.subs(earlier), parameters=rest)

    def _checked_symbolically(self, parameter: Parameter, value: Any, known: Mapping[Symbol, Expr]) -> Expr:
        """Check against a domain whose ends may still be symbols: refuse only what is certainly outside."""
        number = self._exact(parameter, value)
        domain = parameter.domain.subs(known)
        if not number.is_number or not number.is_extended_real or domain.contains(number) is S.false:
            raise ParameterError(f"{self.name}: {parameter.name} = {value} is outside its domain {text(domain)}")
        return number

    def _exact(self, parameter: Parameter, value: Any) -> Expr:
        try:
            return exact(value)
        except SymactError as error:
            domain = text(parameter.domain)
            raise ParameterError(f"{self.name}: {parameter.name} lies in {domain}, and {error}") from error

    def at_defaults(self) -> Activation:
        """Return the activation with every parameter at its default.

        Raises
        ------
        ParameterError
            If a parameter has no default.
        """
        values = self.values()
        return replace(self, expr=self.expr.subs(values), parameters=())

    def with_defaults(self) -> Activation:
        """Return the activation with every parameter that has a default at it."""
        return self.at(**{p.name: p.default for p in self.parameters if p.default is not None})

    # The face of the library: these delegate to the analysis, imported late so that a definition costs nothing.

    def derivative(self, order: int = 1) -> Expr:
        """Return the derivative of the given order with respect to x (``Piecewise`` at kinks, by convention)."""
        from symact.analysis.derivatives import derivative

        return derivative(self, order)

    def limit(self, symbol: Symbol | str, to: Any) -> Expr:
        """Return the limit as `symbol` (x or a parameter, or its name) tends to a number, ``oo`` or ``-oo``."""
        from symact.analysis.limits import limit

        return limit(self, symbol, to)

    def is_scale_equivariant(self) -> Verdict:
        """Tell whether f(λx) = λ·f(x) for every λ > 0, with a proof or a counterexample."""
        from symact.analysis.scaling import scale_equivariance

        return scale_equivariance(self)

    def sheet(self) -> Sheet:
        """Return every derived fact."""
        from symact.analysis.sheet import sheet

        return sheet(self)

    def __str__(self) -> str:
        return f"{self.name}(x) = {text(self.expr)}"

    def _repr_latex_(self) -> str:
        name = self.name.replace("_", r"\_")
        return rf"$\displaystyle \operatorname{{{name}}}(x) = {tex(self.expr)}$"
