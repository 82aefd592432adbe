"""A formula as an activation: text in, definition out."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from sympy import Dummy, Expr, Interval, Pow, S, Symbol, exp, log, oo, tanh
from sympy.sets.sets import Set

from symact.activation import Activation, Parameter, Role, x
from symact.errors import ParameterError, SymactError
from symact.formula import latex as latex_
from symact.formula.expressions import CONSTANTS, FUNCTIONS, Function, Reader, nearest, without_choices
from symact.formula.library import CATALOGUE, Library
from symact.formula.naming import activation_name, class_name, parameter_name
from symact.formula.scanning import Source, scan
from symact.functions import sigmoid, softplus
from symact.notation import text as shown
from symact.parsing import LARGEST_POWER, exact

UNNAMED = "formula"
SUMMARY, SOURCE = "Given by a formula", "—"

POSITIVE = frozenset(("beta", "lam", "lambd", "sigma", "tau"))
"""Letters that stand for positive numbers wherever activations are written about."""

_FORMS: dict[str, Expr] = {
    "sigmoid": sigmoid(x),
    "softplus": softplus(Symbol("beta", positive=True) * x) / Symbol("beta", positive=True),
    "tanh": tanh(x),
}
"""Entries of the catalogue whose definition is that of a function that SymPy or symact has a node for."""


def parse(
    text: str,
    *,
    name: str | None = None,
    parameters: Mapping[str, Any] | None = None,
    latex: bool = False,
    library: Library = CATALOGUE,
) -> Activation:
    r"""Read a formula.

    Parameters
    ----------
    text
        In Python's notation: ``+ - * / **``, numbers, ``pi`` and ``e``, the functions of
        :data:`symact.formula.expressions.FUNCTIONS`, every elementwise activation of the catalogue with its parameters
        by keyword, ``where(condition, a, b)``.  ``x`` is the variable, every other name a parameter.
    name
        Of the activation; checked to be one of generated code.
    parameters
        For some of the parameters a default, or a :class:`~symact.activation.Parameter` of their own.
    latex
        Read LaTeX instead, as papers write it.
    library
        Whose activations can be called.

    Raises
    ------
    FormulaError
        If the formula is not understood; the message names the character.
    ParameterError
        If a parameter does not occur in it or a default is outside its domain.

    Examples
    --------
    >>> parse("x*sigmoid(beta*x)", parameters={"beta": "3/2"}).expr
    x*sigmoid(beta*x)
    >>> parse(r"\frac{x}{1 + e^{-x}}", latex=True).expr
    x/(1 + exp(-x))
    """
    checked = UNNAMED if name is None else activation_name(name, library)
    given = dict(parameters or {})
    declared = {parameter_name(key): value for key, value in given.items() if isinstance(value, Parameter)}
    written = latex_.translated(text) if latex else Source.of(text)
    reader = _FormulaReader(scan(written), library=library, declared=declared)
    expr = reader.read()
    activation = Activation(
        checked,
        expr,
        parameters=_ordered(reader.parameters, given),
        summary=SUMMARY,
        source=SOURCE,
        module=class_name(checked),
    )
    return with_defaults(activation, {key: value for key, value in given.items() if key not in declared})


def find(
    text: str,
    *,
    name: str | None = None,
    parameters: Mapping[str, Any] | None = None,
    latex: bool = False,
    library: Library = CATALOGUE,
) -> Activation:
    """Return the entry of that name or, if the text cannot be a name, what the formula defines.

    Parameters
    ----------
    text, name, parameters, latex, library
        As for :func:`parse`; a `name` renames an entry too.

    Raises
    ------
    UnknownNameError
        If the text is a name that there is not.
    FormulaError, ParameterError
        As :func:`parse`.
    """
    word = text.strip()
    is_name = word.isascii() and word.isidentifier() and word != x.name and word not in CONSTANTS
    if latex or not (is_name or word in library):
        return parse(text, name=name, parameters=parameters, latex=latex, library=library)
    entry = library.named(word)
    if name is not None and name != entry.name:
        checked = activation_name(name, library)
        entry = replace(entry, name=checked, module=class_name(checked), torch=None)
    return with_defaults(entry, parameters or {})


def with_defaults(activation: Activation, values: Mapping[str, Any]) -> Activation:
    """Return an activation some of whose parameters have other defaults.

    Raises
    ------
    ParameterError
        If a parameter does not exist or a value is outside its domain.
    """
    if not values:
        return activation
    for name, value in values.items():
        if isinstance(value, Parameter):
            domain = activation.parameter(name).domain
            raise ParameterError(f"{activation.name}: the domain of {name} is {shown(domain)} already")
    _check_exponents(activation, values)
    activation.at(**values)  # refuses what is outside a domain
    parameters = (replace(p, default=exact(values[p.name])) if p.name in values else p for p in activation.parameters)
    return replace(activation, parameters=tuple(parameters))


def _check_exponents(activation: Activation, values: Mapping[str, Any]) -> None:
    """Refuse a large value in the exponent of a number, which SymPy would write out."""
    powers = activation.expr.atoms(Pow) | activation.expr.atoms(exp)
    exponents = [power.exp for power in powers if power.base.is_number and (power.base.is_Rational or power.has(log))]
    for name, value in values.items():
        symbol = activation.parameter(name).symbol
        if any(symbol in exponent.free_symbols for exponent in exponents) and abs(exact(value)) > LARGEST_POWER:
            raise ParameterError(
                f"{activation.name}: {name} = {value} is too large an exponent (at most {LARGEST_POWER})"
            )


def _ordered(found: Mapping[str, Parameter], given: Mapping[str, Any]) -> tuple[Parameter, ...]:
    """Return the parameters in the order of the formula, those that were declared first and in their order."""
    declared = [name for name, value in given.items() if isinstance(value, Parameter)]
    for name in declared:
        if name not in found:
            have = ", ".join(found) or "none"
            raise ParameterError(f"the formula has no parameter '{name}' (it has: {have})")
    return tuple(found[name] for name in dict.fromkeys((*declared, *found)))


@dataclass
class _FormulaReader(Reader):
    """The reader of formulas: a name is the variable, a constant or a parameter, which it collects."""

    library: Library = field(default_factory=lambda: CATALOGUE)
    declared: Mapping[str, Parameter] = field(default_factory=dict)
    parameters: dict[str, Parameter] = field(default_factory=dict)

    def name(self, node: ast.Name) -> Expr:
        name = node.id
        if name == x.name:
            return x
        if name in self.declared:
            self.parameters[name] = self.declared[name]
        elif name in self.names:
            return self.names[name]
        elif name not in self.parameters:
            if (name in FUNCTIONS or name in self.library) and name not in POSITIVE:
                raise self.error(node, f"'{name}' is a function; write {name}(x)")
            self.parameters[name] = parameter_in(name)
        return self.parameters[name].symbol

    def function(self, node: ast.Name, keywords: bool) -> Function:
        name = node.id
        if name in self.functions and not (keywords and name in self.library):
            return self.functions[name]
        if name in self.library:
            entry = self.library[name]
            arguments = ", ".join(("x", *(f"{p.name}=…" for p in entry.parameters)))
            return Function(partial(_applied, entry), f"{name}({arguments})", keywords=True)
        if name in self.parameters or name in self.declared or name == x.name:
            raise self.error(node, f"'{name}' is not a function; a product needs *")
        close = nearest(name, (*self.functions, *self.library))
        raise self.error(node, f"unknown function '{name}'{close or '; symact list shows what can be called'}")


def parameter_in(
    name: str, domain: Set | None = None, default: Expr | None = None, role: Role = Role.FIXED
) -> Parameter:
    """Return a parameter whose symbol knows what the domain says about its sign.

    Raises
    ------
    SymactError
        If the name cannot be that of a parameter.
    """
    parameter_name(name)
    if domain is None:
        domain = Interval.open(0, oo) if name in POSITIVE else S.Reals
    if domain.is_subset(Interval.open(0, oo)):
        symbol = Symbol(name, positive=True)
    elif domain.is_subset(Interval(0, oo)):
        symbol = Symbol(name, nonnegative=True)
    else:
        symbol = Symbol(name, real=True)
    return Parameter(symbol, default, domain, role)


def _applied(entry: Activation, argument: Expr, **keywords: Expr) -> Expr:
    """Return an entry of the library at an argument, its parameters at the keywords or else at their defaults."""
    if not entry.is_elementwise:
        raise SymactError(f"'{entry.name}' is of a whole vector and cannot stand in a formula for one number")
    return applied(_FORMS.get(entry.name, entry.expr), argument, _values(entry, keywords))


def applied(definition: Expr, argument: Expr, values: Mapping[Symbol, Expr]) -> Expr:
    """Return a definition at an argument and at values of its parameters."""
    # What is put in may have the symbols of the entry in it: they are renamed first.
    renamed = {symbol: Dummy(symbol.name, **symbol.assumptions0) for symbol in (x, *values)}
    own = definition.xreplace(renamed)
    return without_choices(
        own.subs({renamed[symbol]: value for symbol, value in values.items()}).subs(renamed[x], argument)
    )


def _values(entry: Activation, keywords: Mapping[str, Expr]) -> dict[Symbol, Expr]:
    for name in keywords:
        entry.parameter(name)
    values: dict[Symbol, Expr] = {}
    for parameter in entry.parameters:
        value = keywords.get(parameter.name, parameter.default)
        if value is None:
            raise ParameterError(
                f"{entry.name} needs a value for '{parameter.name}': {entry.name}(x, {parameter.name}=1)"
            )
        value = value.subs(values) if parameter.name not in keywords else value
        domain = parameter.domain.subs(values)
        if domain.contains(value) is S.false:
            raise ParameterError(
                f"{entry.name}: {parameter.name} = {shown(value)} is outside its domain {shown(domain)}"
            )
        values[parameter.symbol] = value
    return values
