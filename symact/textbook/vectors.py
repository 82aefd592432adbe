"""Statements over vectors of symbolic length: sums are linear, and what holds for every term holds for the sum.

A sum becomes a combination of sums of products of generators of its index; what is free of the index leaves the sum,
and a Kronecker delta picks a term.  An inequality is shown termwise, or from a sum of positive terms being more than
any one of them and at most n times the greatest.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import product
from random import Random

from sympy import (
    Abs,
    Add,
    Dummy,
    Expr,
    Indexed,
    Integer,
    KroneckerDelta,
    Max,
    Mul,
    Rational,
    S,
    Sum,
    Symbol,
    exp,
    expand,
    together,
)

from symact.activation import n, vector
from symact.analysis.vector_limits import maximum
from symact.errors import OpenError
from symact.notation import text
from symact.textbook import counterexamples, positivity
from symact.textbook.intervals import sign_of_smooth
from symact.textbook.normal_form import NormalForm
from symact.textbook.statement import INDICES, Junction, Relation, Statement
from symact.verdict import Counterexample, Grade

LENGTHS = (1, 2, 3)
MOST_VECTORS = 6
ENTRIES = tuple(map(Rational, ("0", "1", "-1", "3", "1/2", "-2")))
PEAK = Integer(30)
"""An entry beside which the others hardly count."""

_INDEX = Dummy("j", integer=True, nonnegative=True)
"""The index of every canonical sum."""


@dataclass
class VectorForm(NormalForm):
    """The normal form with a generator for each sum of a product of generators."""

    sums: dict[Expr, Symbol] = field(default_factory=dict)

    def __post_init__(self) -> None:
        super().__init__()

    def _visit(self, expr: Expr) -> Expr:
        if isinstance(expr, Indexed):
            return self._generator(expr)
        if isinstance(expr, maximum):
            return self._generator(expr)
        if isinstance(expr, Sum):
            summed = self._visit(expr.function)
            for index, _, _ in expr.limits:  # SymPy writes a sum of a sum as one over both, the inner first
                summed = self._sum(expand(summed), index)
            return summed
        if isinstance(expr, Abs):
            return self._absolute_value(expand(self._visit(expr.args[0])))
        return super()._visit(expr)

    def _absolute_value(self, expr: Expr) -> Expr:
        """Write |u| apart where a Kronecker delta in u is 1 and 0, and without bars where the sign of u is shown."""
        for delta, generator in list(self._others.items()):
            if isinstance(delta, KroneckerDelta) and generator in expr.free_symbols:
                first, second = delta.args
                equal = self._visit(self.meaning(expr.subs(generator, 1)).subs(second, first))
                different = expr.subs(generator, 0)
                return generator * self._absolute_value(equal) + (1 - generator) * self._absolute_value(different)
        for signed in (expr, -expr):
            if any(positivity.sign_of_generators(bounded) in (">", ">=") for bounded in self.bounded(signed)):
                return signed
        return self._generator(Abs(self.meaning(expr)))

    def _sum(self, summand: Expr, index: Symbol) -> Expr:
        return Add(*(self._sum_of_term(term, index) for term in Add.make_args(summand)))

    def _sum_of_term(self, term: Expr, index: Symbol) -> Expr:
        free: list[Expr] = []
        bound: list[Expr] = []
        for piece in Mul.make_args(term):
            if any(total in piece.free_symbols and self.depends(key, index) for key, total in self.sums.items()):
                raise OpenError(f"a sum over {text(index)} of a sum that depends on it")
            (bound if self.depends(piece, index) else free).append(piece)
        if not bound:
            return n * Mul(*free)
        for piece in bound:
            delta = self.meaning(piece)
            if isinstance(delta, KroneckerDelta):
                other = next(i for i in delta.args if i != index)
                rest = [b for b in bound if b is not piece]
                return Mul(*free) * self._visit(self.meaning(Mul(*rest)).subs(index, other))
        key = self.meaning(Mul(*bound)).subs(index, _INDEX)
        return Mul(*free) * self.generator_of_sum(key)

    def generator_of_sum(self, key: Expr) -> Symbol:
        """Return the generator of Σ key, of the sign that its terms have."""
        if key not in self.sums:
            sign = "positive" if key.is_positive else "nonnegative" if key.is_nonnegative else "real"
            self.sums[key] = Dummy(f"S{len(self.sums)}", **{sign: True})
        return self.sums[key]

    def depends(self, expr: Expr, index: Symbol) -> bool:
        """Whether a generator in the expression has the index in its meaning."""
        return index in self._written_out(expr).free_symbols

    def _written_out(self, expr: Expr) -> Expr:
        back = {g: exp(m) for m, g in self._exponentials.items()} | {g: e for e, g in self._others.items()}
        back |= {g: f for f, g in self._logarithms.items()}
        while expr.free_symbols & back.keys():
            expr = expr.xreplace(back)
        return expr

    def vanishes(self, expr: Expr) -> bool:
        """Return whether an expression is shown to be zero, the terms with a Kronecker delta by themselves."""
        numerator = self.numerator(self.of(expr))
        deltas = {e: g for e, g in self._others.items() if isinstance(e, KroneckerDelta)}
        for delta, generator in deltas.items():
            numerator = expand(numerator)
            degree = numerator.as_poly(generator).degree() if generator in numerator.free_symbols else 0
            without = numerator.coeff(generator, 0)
            picked = Add(*(numerator.coeff(generator, k) for k in range(1, degree + 1)))
            first, second = delta.args
            if self.numerator(self._renamed(picked, first, second)) != 0:
                return False
            numerator = without
        return bool(expand(numerator) == 0)

    def _renamed(self, expr: Expr, first: Symbol, second: Symbol) -> Expr:
        """Write one index as another throughout."""
        swapped = {
            g: self._visit(self.meaning(g).subs(first, second))
            for g in expr.free_symbols
            if g in self._exponentials.values() or g in self._others.values() or g in self._logarithms.values()
        }
        return expr.xreplace(swapped)

    # bounds of sums

    def bounded(self, expr: Expr) -> Iterator[Expr]:
        """Yield an expression in generators with bounds of its sums put in as nonnegative remainders."""
        yield expr
        over, under = together(expr).as_numer_denom()
        if not under.is_positive:
            return
        expr = expand(over)
        entries = [e for e in self._others if isinstance(e, Indexed)]
        tops = [e for e in self._others if isinstance(e, maximum)]
        for key, total in list(self.sums.items()):
            if total not in expr.free_symbols or not total.is_positive:
                continue
            rest = Dummy("r", nonnegative=True)
            for entry in entries:
                if entry.base == vector and not self.depends(self._others[entry], _INDEX):
                    own = self._visit(key.subs(_INDEX, entry.indices[0]))
                    yield expand(expr.subs(total, own + rest))
            for top in tops:
                rate = _rate(key)
                if rate is not None:
                    greatest = self._visit(exp(rate * top))
                    yield expand(expr.subs(total, n * greatest - rest))
                    yield expand(expr.subs(total, greatest + rest))


def _rate(key: Expr) -> Expr | None:
    """Return c > 0 of a summand e^(c·x[j])."""
    entry = vector[_INDEX]
    if not isinstance(key, exp):
        return None
    rate = key.args[0].coeff(entry)
    return rate if rate.is_positive and expand(key.args[0] - rate * entry) == 0 else None


# ------------------------------------------------------------------------------------------------------------
# the methods


def shown_equal(difference: Expr) -> bool:
    """Return whether a difference is shown to be 0 for every length."""
    return VectorForm().vanishes(difference)


def sign_shown(difference: Expr) -> tuple[str | None, Grade]:
    """Return ``>`` or ``>=`` where a difference is shown to have that sign for every length, and how."""
    termwise = _Termwise()
    found = positivity.sign_seen(termwise.with_signed_sums(difference))
    if found:
        return found, termwise.grade
    form = VectorForm()
    written = form.of(difference)
    forms = [written]
    exponential = form.exponential_of(written)
    if exponential is not None:
        forms.append(exponential - 1)
    for candidate in forms:
        for bounded in form.bounded(candidate):
            found = positivity.sign_of_generators(bounded)
            if found:
                return found, Grade.PROVED
    return None, Grade.OPEN


class _Termwise:
    """Symbols in place of the entries, and of the sums, which have the sign of every term."""

    def __init__(self) -> None:
        self.names: dict[Expr, Symbol] = {}
        self.grade = Grade.PROVED

    def with_signed_sums(self, expr: Expr) -> Expr:
        if isinstance(expr, (Indexed, maximum)):
            return self.names.setdefault(expr, Dummy(f"x{len(self.names)}", real=True))
        if isinstance(expr, Sum):
            if expr not in self.names:
                sign = self._sign(self.with_signed_sums(expr.function))
                assumption = {">": {"positive": True}, ">=": {"nonnegative": True}}.get(sign or "", {"real": True})
                self.names[expr] = Dummy(f"S{len(self.names)}", **assumption)
            return self.names[expr]
        return expr if not expr.args else expr.func(*map(self.with_signed_sums, expr.args))

    def _sign(self, term: Expr) -> str | None:
        """Return the sign of a product from those of its factors, each by all its zeros if it is not seen."""
        signs = []
        for piece in Mul.make_args(term):
            seen = positivity.sign_seen(piece)
            if seen is None:
                seen, grade = sign_of_smooth(piece)
                self.grade = grade if seen and grade is Grade.CERTIFIED else self.grade
            signs.append(seen)
        if None in signs:
            return positivity.sign_seen(term)
        return ">" if all(s == ">" for s in signs) else ">="


# ------------------------------------------------------------------------------------------------------------
# counterexamples


def search(statement: Statement) -> Counterexample | None:
    """Return a short vector for which the statement fails, if there is one among a few."""
    for values, length in _instances(statement):
        found = counterexamples.refuted_at(_written_out(statement.body, values, length), {})
        if found:
            shown = {str(key): value for key, value in values.items() if key != n}
            return Counterexample(shown, found.left, found.right)
    return None


def compares(statement: Statement) -> bool:
    """Whether there is a vector among those of :func:`search` at which balls enclose both sides."""
    return any(
        counterexamples.compares_at(_written_out(statement.body, values, length), {})
        for values, length in _instances(statement)
    )


def _instances(statement: Statement) -> Iterator[tuple[dict[Expr, Expr], int]]:
    """Yield values of entries, indices and parameters, and the length of the vectors."""
    random = Random(0)
    for length in LENGTHS:
        tied, peaked = (S.Zero,) * length, (PEAK, *(S.Zero,) * (length - 1))
        vectors = list(product(ENTRIES, repeat=length))
        for entries in (*random.sample(vectors, min(MOST_VECTORS, len(vectors))), tied, peaked):
            for values in _assignments(statement, entries):
                yield values, length


def _assignments(statement: Statement, entries: tuple[Expr, ...]) -> Iterator[dict[Expr, Expr]]:
    sides = [side for r in statement.relations for side in (r.left, r.right)]
    # An entry x[i] has the free symbols i and x, though no number x is meant.
    outside = [side.xreplace({e: e.indices[0] for e in side.atoms(Indexed)}) for side in sides]
    free = sorted({s for side in outside for s in side.free_symbols if s != n}, key=lambda s: s.name)
    bases = sorted({e.base for side in sides for e in side.atoms(Indexed)} | {vector}, key=str)
    length = len(entries)
    values: dict[Expr, Expr] = {n: Integer(length)}
    for shift, base in enumerate(bases):
        turned = entries[shift % length :] + entries[: shift % length]
        values |= {base[k]: turned[k] * (1 if shift == 0 else shift + 1) for k in range(length)}
    indices = [s for s in free if s in INDICES.values()]
    others = [s for s in free if s not in INDICES.values()]
    for places in product(range(length), repeat=len(indices)):
        for value in (Integer(1), Integer(2)) if others else (Integer(1),):
            yield values | dict(zip(indices, map(Integer, places), strict=True)) | dict.fromkeys(others, value)


def _written_out(body: Relation | Junction, values: dict[Expr, Expr], length: int) -> Relation | Junction:
    if isinstance(body, Junction):
        return Junction(body.word, tuple(_written_out(p, values, length) for p in body.parts))
    return Relation(_value(body.left, values, length), body.sign, _value(body.right, values, length))


def _value(expr: Expr, values: dict[Expr, Expr], length: int) -> Expr:
    if expr in values:
        return values[expr]
    if isinstance(expr, maximum):
        return Max(*(values[vector[k]] for k in range(length)))
    if isinstance(expr, Sum):
        indices = [index for index, _, _ in expr.limits]
        places = (dict(zip(indices, map(Integer, p), strict=True)) for p in product(range(length), repeat=len(indices)))
        return Add(*(_value(expr.function, values | place, length) for place in places))
    if isinstance(expr, Indexed):
        index = values.get(expr.indices[0], expr.indices[0])
        return values[expr.base[index]]
    if not expr.args:
        return expr
    return expr.func(*(_value(a, values, length) for a in expr.args)) if isinstance(expr, Expr) else S(expr)
