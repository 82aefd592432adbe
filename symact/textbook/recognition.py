"""Recognition: what a formula is in terms of the catalogue, by proof and not by spelling.

A form a·g(b·x + c) + d·x + e, or a·g(x) at other values of the parameters of g, is found by germs and floats.  Its
numbers are then written in closed form, and what the prover does not prove is not recognised.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cache, cached_property
from itertools import product
from math import isclose, isfinite, nan
from typing import Any

import numpy as np
from flint import arb
from sympy import Add, Expr, Rational, S, Symbol, log, preorder_traversal

from symact import catalog
from symact.activation import Activation, x
from symact.analysis.fact import Fact
from symact.analysis.normal_form import normalised
from symact.analysis.time_limit import within
from symact.balls import compiled, working_precision
from symact.domain import NONNEGATIVE, NONZERO, POSITIVE, restrictions
from symact.errors import OpenError, SymactError
from symact.formula.entries import applied
from symact.functions import NamedConstant
from symact.notation import text
from symact.textbook.germs import Germ, germs
from symact.textbook.prover import Proof, prove
from symact.textbook.statement import Relation, Statement, parameter_values

SECTION, LABEL = "Recognition", "this is"

SECONDS = 3.0
"""Of processor time for the proof of one form."""

MOST_PROOFS = 4

TOLERANCE = 1e-10

PLACES = tuple(Rational(k, 100) for k in (37, -37, 121, -121, 290, -290, 670, -670))

GENERIC = tuple(Rational(k, 10**7) for k in (7382917, 13717421, 21938471))
"""Values that stand for parameters while numbers are compared; that a proof holds for every value comes after."""

LARGEST_DENOMINATOR = 1000
BITS = 80
MOST_NUMBERS, MOST_ORIGINS = 12, 12

_SIGNS = {POSITIVE: ">", NONNEGATIVE: ">=", NONZERO: "!="}


@dataclass(frozen=True)
class Form:
    """outer·g(inner·x + shift) + slope·x + constant, for a function g at values of its parameters.

    Attributes
    ----------
    entry
        g.
    given
        The parameters that are not at their defaults, and their values.
    """

    entry: Activation
    given: tuple[tuple[str, Expr], ...] = ()
    outer: Expr = S.One
    inner: Expr = S.One
    shift: Expr = S.Zero
    slope: Expr = S.Zero
    constant: Expr = S.Zero

    @property
    def rank(self) -> tuple[int, int, int]:
        """Simple forms come first: the function itself, then what changes little, and is short."""
        changes = (self.outer != 1, self.inner != 1, self.shift != 0, self.slope != 0, self.constant != 0, self.given)
        return sum(map(bool, changes)), len(self.entry.parameters), len(str(self)) - len(self.entry.name)

    @property
    def argument(self) -> Expr:
        """What g is applied to."""
        return self.inner * x + self.shift

    @cached_property
    def expr(self) -> Expr:
        """The form as an expression in x."""
        values = parameter_values(self.entry, dict(self.given))
        return self._around(applied(normalised(self.entry.expr), self.argument, values))

    def __str__(self) -> str:
        """Return the form as it is written in statements."""
        return str(self._around(self._call(str)))

    @property
    def text(self) -> str:
        """The form in mathematical notation."""
        return text(self._around(self._call(text)))

    def _around(self, value: Expr) -> Expr:
        return self.outer * value + self.slope * x + self.constant

    def _call(self, spelled: Callable[[Expr], str]) -> Symbol:
        keywords = "".join(f", {name}={spelled(value)}" for name, value in self.given)
        return Symbol(f"{self.entry.name}({spelled(self.argument)}{keywords})")


@dataclass(frozen=True)
class Recognition:
    """A function, a form of another, and the proof that they are equal."""

    activation: Activation
    form: Form
    proof: Proof


def recognise(activation: Activation, among: Iterable[Activation] | None = None) -> Recognition | None:
    """Return the simplest form that an elementwise function is proved to have.

    Parameters
    ----------
    activation
        The function; a parameter stands for every value.
    among
        Of which functions; those of the catalogue unless they are given.
    """
    return next(recognitions(activation, among), None)


def recognitions(activation: Activation, among: Iterable[Activation] | None = None) -> Iterator[Recognition]:
    """Yield the forms that a function is proved to have, the simplest first."""
    if not activation.is_elementwise or len(activation.parameters) > len(GENERIC):
        return
    known = _catalogue() if among is None else tuple(map(_known, among))
    question = _Question(activation)
    forms = sorted(dict.fromkeys(form for each in known for form in question.forms(each)), key=lambda f: f.rank)
    for form in forms[:MOST_PROOFS]:
        try:
            with within(SECONDS):
                proof = _proof_of(f"{activation.name}(x) == {form}", activation.expr, form.expr)
        except SymactError:  # out of time, or a value is outside the domain of a parameter
            continue
        if proof:
            yield Recognition(activation, form, proof)


def same(first: Activation, second: Activation, written: str = "") -> Proof:
    """Tell whether two elementwise functions are one, for all values of their parameters.

    Parameters
    ----------
    first, second
        The functions.
    written
        How the statement is spelled in the answer; by their definitions unless it is given.

    Raises
    ------
    SymactError
        If one of them is of a whole vector.
    """
    for activation in (first, second):
        if not activation.is_elementwise:
            raise SymactError(f"'{activation.name}' is of a whole vector; functions of one number are compared")
    return _proof_of(written or f"{text(first.expr)} = {text(second.expr)}", first.expr, second.expr)


def related(first: Activation, second: Activation, names: tuple[str, ...]) -> Proof | None:
    """Return the proof that one function is a form of the other; None if that is not found.

    Parameters
    ----------
    first, second
        The functions.
    names
        How each is spelled; a form of it is spelled with g in its place, unless it is an entry's name.
    """
    one, another = names
    for mine, other, name, its in ((first, second, one, another), (second, first, another, one)):
        if other.parameters:
            continue
        label = other.name if its == f"{other.name}(x)" else "g"
        found = recognise(mine, (replace(other, name=label),))
        if found is not None:
            where = "" if label == other.name else f" for g(x) = {its}"
            return replace(found.proof, statement=f"{name} = {found.form.text}{where}")
    return None


def duplicates() -> Iterator[Recognition]:
    """Yield every entry of the catalogue that is, at its defaults, a form of an entry before it: the simplest one."""
    entries = [each.entry for each in _catalogue()]
    for k, entry in enumerate(entries):
        found = recognise(entry.at_defaults(), entries[:k])
        if found is not None:
            yield found


def facts(activation: Activation) -> tuple[Fact, ...]:
    """Return the line of a sheet that says what a formula is; none for an entry of the catalogue."""
    found = None if activation.name in catalog.names() else recognise(activation)
    if found is None:
        return ()
    return (Fact(SECTION, LABEL, found.form.text, found.proof.grade, found.proof.method),)


def _proof_of(written: str, left: Expr, right: Expr) -> Proof:
    """Return the proof that two expressions are equal and have a value everywhere, unless they are one expression."""
    conditions = (
        Relation(restriction.expr, _SIGNS[restriction.signs], S.Zero)
        for side in (left, right)
        for restriction in restrictions(side, x)
    )
    required = () if left == right else tuple(dict.fromkeys(conditions))
    return prove(Statement(written, Relation(left, "==", right), required))


class _Known:
    """A function that another may be a form of: what is computed of it once."""

    def __init__(self, entry: Activation) -> None:
        self.entry = entry
        self.symbols = (x, *(p.symbol for p in entry.parameters))
        self.defaults = tuple(entry.values().values())
        self.settings = tuple(float(value) for value in self.defaults)
        self.definition = entry.expr.subs(dict(zip(self.symbols[1:], self.defaults, strict=True)))
        self.germs = germs(self.definition, x, S.Zero)

    def height(self, place: float, values: Iterable[float]) -> float:
        """Return g at a place and at values of the parameters; NaN if there is none."""
        return _height(self.entry.expr, self.symbols, (place, *values))


_known = cache(_Known)


@cache
def _catalogue() -> tuple[_Known, ...]:
    entries = map(catalog.get, catalog.names())
    return tuple(
        _known(entry)
        for entry in entries
        if entry.is_elementwise and all(p.default is not None for p in entry.parameters)
    )


class _Question:
    """A function to be recognised, with floats in place of its parameters."""

    def __init__(self, activation: Activation) -> None:
        self.generic = dict(zip((p.symbol for p in activation.parameters), GENERIC, strict=False))
        self.activation = activation
        self.definition = activation.expr.subs(self.generic)
        self.numbers = _numbers(activation.expr, self.generic)
        heights = [(float(place), _height(self.definition, (x,), (float(place),))) for place in PLACES]
        self.places = [place for place, height in heights if isfinite(height)]
        self.heights = [height for _, height in heights if isfinite(height)]

    def forms(self, known: _Known) -> Iterator[Form]:
        """Yield the forms of a function that agree at all places."""
        if len(self.places) == len(PLACES):
            yield from self._multiples(known)
            yield from self._transformed(known)

    def closed(self, value: float) -> Expr | None:
        """Return the number that a float stands for: a number of the formula, or a fraction."""
        if abs(value) < TOLERANCE:
            return S.Zero
        fraction = Fraction(value).limit_denominator(LARGEST_DENOMINATOR)
        if isclose(value, fraction, rel_tol=TOLERANCE):
            return Rational(fraction.numerator, fraction.denominator)
        return next((n for known, n in self._closed_forms if isclose(value, known, rel_tol=TOLERANCE)), None)

    @cached_property
    def _closed_forms(self) -> list[tuple[float, Expr]]:
        changes: tuple[Callable[[Any], Any], ...] = (
            lambda v: v, lambda v: -v, lambda v: 1 / v, lambda v: -1 / v, lambda v: 2 * v, lambda v: v / 2,
        )  # fmt: skip
        found = {change(v): change(n) for change in reversed(changes) for v, n in reversed(self.numbers) if v}
        return list(found.items())[::-1]

    def _agrees(self, heights: Iterable[float]) -> bool:
        return all(
            isclose(f, g, rel_tol=TOLERANCE, abs_tol=TOLERANCE) for f, g in zip(self.heights, heights, strict=True)
        )

    # multiples, at the defaults of the parameters and at other values

    def _multiples(self, known: _Known) -> Iterator[Form]:
        parameters = known.entry.parameters
        choices: list[tuple[tuple[float, Expr | None], ...]] = [tuple((v, None) for v in known.settings)]
        if len(parameters) == 1:
            choices += [((0.0, S.Zero),), *((pair,) for pair in self._closed_forms)]
        elif len(parameters) == 2:
            choices += product(self.numbers, repeat=2)
        for choice in choices:
            outer = self._multiple(known, [v for v, _ in choice])
            if outer is not None:
                given = tuple((p.name, n) for p, (_, n) in zip(parameters, choice, strict=True) if n is not None)
                yield Form(known.entry, given, outer)

    def _multiple(self, known: _Known, values: list[float]) -> Expr | None:
        """Return a with f(x) = a·g(x) at all places."""
        highest = max(range(len(self.heights)), key=lambda k: abs(self.heights[k]))
        height = known.height(self.places[highest], values)
        if not isfinite(height) or not height:
            return None
        outer = self.heights[highest] / height
        if all(
            isclose(f, outer * known.height(place, values), rel_tol=TOLERANCE, abs_tol=TOLERANCE)
            for f, place in zip(self.heights, self.places, strict=True)
        ):
            return self.closed(outer) or None
        return None

    # scaled, shifted and tilted

    def _transformed(self, known: _Known) -> Iterator[Form]:
        for origin, found in self._germs:
            bent = [(side, each) for side, each in found.items() if each.orders]
            if not bent:
                yield from self._kinked(known, origin)
            for side, mine in bent[:1]:
                for other, theirs in known.germs.items():
                    for outer, inner in mine.scales(theirs):
                        slope, constant = mine.line(theirs, outer, inner)
                        yield from self._form(known, origin, outer, other * side * inner, side * slope, constant)

    def _form(
        self, known: _Known, origin: Expr, outer: float, inner: float, slope: float, constant: float
    ) -> Iterator[Form]:
        """Yield outer·g(inner·(x − origin)) + slope·(x − origin) + constant, if it agrees and its numbers are known."""
        at = float(origin.subs(self.generic))
        heights = (
            outer * known.height(inner * (place - at), known.settings) + slope * (place - at) + constant
            for place in self.places
        )
        if not self._agrees(heights):
            return
        a, b, d, e = (self.closed(value) for value in (outer, inner, slope, constant))
        if a is not None and b is not None and d is not None and e is not None:
            yield Form(known.entry, (), a, b, -b * origin, d, e - d * origin)

    def _kinked(self, known: _Known, origin: Expr) -> Iterator[Form]:
        """Yield the forms with straight pieces on both sides of the origin, of which germs say nothing."""
        if any(each.orders for each in known.germs.values()):
            return
        at = float(origin.subs(self.generic))
        for inner in self._stretches if origin == 0 else (1.0, -1.0):
            rows = [(known.height(inner * (place - at), known.settings), place - at, 1.0) for place in self.places]
            columns = np.array(rows)
            if np.isfinite(columns).all() and np.linalg.matrix_rank(columns) == 3:
                outer, slope, constant = map(float, np.linalg.lstsq(columns, np.array(self.heights), rcond=None)[0])
                yield from self._form(known, origin, outer, inner, slope, constant)

    @cached_property
    def _stretches(self) -> tuple[float, ...]:
        """By what the argument may be multiplied where germs do not tell."""
        return tuple(dict.fromkeys(s * power for v, _ in self.numbers if v for s in (1, -1) for power in (v, 1 / v)))

    @cached_property
    def _germs(self) -> list[tuple[Expr, dict[int, Germ]]]:
        """The germs on both sides of 0, and of the places to which 0 may have been shifted."""
        zeros = [-sum_.subs(x, 0) / slope for sum_ in self.activation.expr.atoms(Add) if (slope := _slope(sum_))]
        shifts = [s * n for v, n in self.numbers if v for s in (1, -1)]
        origins = dict.fromkeys((S.Zero, *zeros, *shifts))
        return [(o, germs(self.definition, x, o.subs(self.generic))) for o in list(origins)[:MOST_ORIGINS]]


def _slope(expr: Expr) -> Expr | None:
    """Return the a of a·x + b."""
    slope = expr.coeff(x)
    return slope if slope != 0 and x not in (expr - slope * x).free_symbols | slope.free_symbols else None


def _height(expr: Expr, symbols: tuple[Symbol, ...], values: Iterable[float]) -> float:
    """Return a value to the accuracy of a float; NaN if there is none."""
    try:
        with working_precision(BITS):
            return float(compiled(expr, symbols)(*map(arb, values)).mid())
    except OpenError:
        return nan


def _numbers(expr: Expr, generic: Mapping[Symbol, Expr]) -> list[tuple[float, Expr]]:
    """Return 0, 1 and what occurs in a formula free of x, each as a float and as it is."""
    found: list[Expr] = [S.Zero, S.One]
    for node in preorder_traversal(expr):
        if not isinstance(node, Expr) or node.has(NamedConstant):
            continue
        if x not in node.free_symbols:
            found.append(node)
            if node.is_positive and node != 1:
                found.append(log(node))
        elif node.is_Add or node.is_Mul:
            found.append(node.as_independent(x)[0])
    values = {n: n.subs(generic) for n in dict.fromkeys(found)}
    real = [(float(v), n) for n, v in values.items() if v.is_real and v.is_finite]
    return real[:MOST_NUMBERS]
