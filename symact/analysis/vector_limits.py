"""Limits of activations over a vector of symbolic length: dominated, term by term.

For β → ∞ every sum of exponentials is divided by its largest term: e^(β(xⱼ − max x)) tends to 1 at the
maxima, of which there are m, and to 0 elsewhere, so that Σⱼ e^(βxⱼ) = e^(β·max x)·(m + O(e^(−βγ))) with γ >
0 the gap to the next value.  For β → 0 the sum is finite and expands term by term: n + βΣxⱼ + ….
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

from sympy import Dummy, Eq, Expr, Function, Piecewise, S, Sum, Symbol, exp, expand, oo

from symact.activation import Activation, i, j, n, vector
from symact.analysis.fact import Fact, settled
from symact.analysis.transseries import (
    ORDERS,
    TIME,
    Growth,
    Series,
    TooFewTerms,
    expansion,
    limit_at_infinity,
)
from symact.analysis.vectors import ALL, Separated, separated
from symact.errors import OpenError, ParameterError
from symact.notation import symbol_text, text

SECTION = "Limits"
METHOD = "dominated limit, term by term"


class VectorFunction(Function):  # type: ignore[misc]  # SymPy ships no types
    """A number that belongs to a whole vector."""

    def _eval_is_extended_real(self) -> bool:
        return True

    def _eval_is_finite(self) -> bool:
        return True


class maximum(VectorFunction):
    """The largest entry of a vector."""

    nargs = 1

    def _sympystr(self, printer: Any) -> str:
        return f"max({printer._print(self.args[0])})"

    def _latex(self, printer: Any, exp: Any = None) -> str:
        return _power(rf"\max\left({printer._print(self.args[0])}\right)", exp)


class minimum(VectorFunction):
    """The smallest entry of a vector."""

    nargs = 1

    def _sympystr(self, printer: Any) -> str:
        return f"min({printer._print(self.args[0])})"

    def _latex(self, printer: Any, exp: Any = None) -> str:
        return _power(rf"\min\left({printer._print(self.args[0])}\right)", exp)


class multiplicity(VectorFunction):
    """The number of entries of a vector that are equal to a value."""

    nargs = 2

    def _eval_is_integer(self) -> bool:
        return True

    def _eval_is_positive(self) -> bool | None:
        return True if isinstance(self.args[1], (maximum, minimum)) else None

    def _sympystr(self, printer: Any) -> str:
        entries, value = self.args
        return f"#{{j: {printer._print(entries)}[j] = {printer._print(value)}}}"

    def _latex(self, printer: Any, exp: Any = None) -> str:
        entries, value = (printer._print(a) for a in self.args)
        return _power(rf"\#\left\{{j : {entries}_j = {value}\right\}}", exp)


def vector_limit(activation: Activation, name: str, target: Expr) -> Expr:
    """Return the limit in a parameter, or in one entry ``x[i]``, for symbolic length.

    Parameters
    ----------
    activation
        An activation over a vector.
    name
        A parameter, ``x[i]`` (the entry with the output's index) or ``x[k]`` (another one); n ≥ 2 then.
    target
        A number, ``oo`` or ``-oo``.

    Returns
    -------
    Expr
        For β → ∞ a ``Piecewise`` on whether the entry is one of the maxima, in terms of :class:`maximum` and
        :class:`multiplicity`.

    Raises
    ------
    ParameterError
        If there is no such parameter or entry, or the target is outside the closure of the domain.
    OpenError
        If it is not settled.
    """
    form = separated(activation)
    if name.startswith("x[") and name.endswith("]"):
        return _entry_limit(activation, form, Symbol(name[2:-1], integer=True, nonnegative=True), target)
    if name == str(activation.symbol):
        raise ParameterError(f"{activation.name} acts on a vector: say which entry tends to {target}, x[i] or x[k]")
    parameter = activation.parameter(name)
    domain = parameter.domain
    if target not in (domain.inf, domain.sup):
        if domain.contains(target) is not S.true:
            raise ParameterError(f"{activation.name}: {name} does not tend to {target} within its domain {domain}")
        return activation.expr.subs(parameter.symbol, target)
    path = TIME if target is oo else -TIME if target == -oo else target + (1 if target == domain.inf else -1) / TIME
    return _parameter_limit(form, parameter.symbol, path)


def facts(activation: Activation) -> tuple[Fact, ...]:
    """Return the limits in the parameters and in one entry."""
    rows: list[tuple[str, str, Expr]] = []
    for parameter in activation.parameters:
        for target in (parameter.domain.inf, parameter.domain.sup):
            side = "⁺" if target.is_finite else ""
            rows.append((f"{symbol_text(parameter.name)} → {text(target)}{side}", parameter.name, target))
    shown = "f" if activation.is_reduction else "f[i]"
    rows += [(f"x[i] → {text(end)}", "x[i]", end) for end in (-oo, oo)]
    found: list[Fact] = []
    for place, name, target in rows:
        label = f"lim {place} {shown}"
        found += settled(SECTION, label, partial(_facts, label, activation, name, target))
    return tuple(found)


def _facts(label: str, activation: Activation, name: str, target: Expr) -> Iterator[Fact]:
    value = vector_limit(activation, name, target)
    counted = "; multiplicity(x, v) is the number of entries equal to v" if value.has(multiplicity) else ""
    yield Fact(SECTION, label, value, method=METHOD + counted, at="n ≥ 2" if name == "x[i]" else "")


def _parameter_limit(form: Separated, symbol: Symbol, path: Expr) -> Expr:
    """Take the limit at the extreme entries and at the others, and join the two cases."""
    entry = form.entry
    expr = form.expr.subs(symbol, path)
    sums = {s: g.subs(symbol, path) for s, g in form.sums.items()}
    if all(_rate_limit(g, entry) == 0 for g in sums.values()):
        value = _limit(expr, {s: partial(_small_rate, g, entry) for s, g in sums.items()})
        return value.subs(entry, vector[i])
    extremes = {maximum(vector) if _rate_limit(g, entry) is oo else minimum(vector) for g in sums.values()}
    if len(extremes) != 1:
        raise OpenError("some sums are dominated by the maximum and some by the minimum")
    (extreme,) = extremes
    top, gap, behind = Dummy("M", real=True), Dummy("gap", positive=True), Dummy("u", positive=True)
    toward = 1 if isinstance(extreme, maximum) else -1
    count = Dummy("m", positive=True)
    series = {s: partial(_dominated, g, entry, top, top - toward * gap, count) for s, g in sums.items()}
    named = {top: extreme, count: multiplicity(vector, extreme), behind: toward * (extreme - vector[i])}
    at_extreme = _limit(expr.subs(entry, top), series)
    if entry not in expr.free_symbols:
        return at_extreme.xreplace(named)
    elsewhere = _limit(expr.subs(entry, top - toward * behind), series)
    rows = ((at_extreme.xreplace(named), Eq(vector[i], extreme)), (elsewhere.subs(named), True))
    return rows[0][0] if rows[0][0] == rows[1][0] else Piecewise(*rows)


def _entry_limit(activation: Activation, form: Separated, index: Symbol, target: Expr) -> Expr:
    """Let one entry tend to ±∞: every sum is its term and a rest that does not depend on it."""
    if target not in (oo, -oo):
        raise OpenError("an entry of the vector is let tend to oo or -oo only")
    moving = TIME if target is oo else -TIME
    rests = {s: Dummy("R", positive=g.is_positive, real=True) for s, g in form.sums.items()}
    sums = {s: g.subs(form.entry, moving) + rests[s] for s, g in form.sums.items()}
    own = moving if index == i else form.entry
    value = limit_at_infinity(form.expr.subs(form.entry, own).subs(sums), TIME)
    others = {
        rests[s]: Sum(Piecewise((S.Zero, Eq(j, index)), (g.subs(form.entry, vector[j]), True)), ALL)
        for s, g in form.sums.items()
    }
    return value.subs(form.entry, vector[i]).xreplace(others)


def _rate_limit(summand: Expr, entry: Symbol) -> Expr:
    """Return the limit of the rate a in e^(a·x)."""
    if not isinstance(summand, exp) or expand(summand.args[0] - entry * summand.args[0].coeff(entry)) != 0:
        raise OpenError(f"the summand {text(summand)} is not the exponential of a multiple of the entry")
    rate = limit_at_infinity(summand.args[0].coeff(entry), TIME)
    if rate != 0 and rate not in (oo, -oo):
        raise OpenError("the rate of an exponential tends to a number other than 0")
    return rate


def _small_rate(summand: Expr, entry: Symbol, order: int) -> Series:
    """Sum the expansion of e^(a·xⱼ) over j, term by term: xⱼᵏ becomes Σ xⱼᵏ, and 1 becomes n."""
    terms = []
    one = expansion(summand, TIME, order)
    for growth, coefficient in one.terms:
        polynomial = coefficient.as_poly(entry)
        if polynomial is None:
            raise OpenError(f"{text(coefficient)} is not summed")
        total = sum(c * (n if m == 0 else Sum(vector[j] ** m, ALL)) for (m,), c in polynomial.terms())
        terms.append((growth, total))
    return Series(tuple(terms), one.error)


def _dominated(summand: Expr, entry: Symbol, top: Expr, second: Expr, count: Expr, order: int) -> Series:
    """Return m·g(max) + O(g(second)): at most n terms, each at most the one at the next value."""
    leading = expansion(summand.subs(entry, top), TIME, order)
    rest: Growth = expansion(summand.subs(entry, second), TIME, order).leading()[0]
    if leading.error is not None or len(leading.terms) != 1:
        raise OpenError(f"{text(summand)} is not a single exponential")
    return Series(tuple((growth, count * c) for growth, c in leading.terms), rest)


def _limit(expr: Expr, sums: Mapping[Symbol, Callable[[int], Series]]) -> Expr:
    for order in ORDERS:
        try:
            return expansion(expr, TIME, order, {s: series(order) for s, series in sums.items()}).limit()
        except TooFewTerms:
            continue
    raise OpenError(f"the limit of {text(expr)} is not settled by {ORDERS[-1]} terms of its expansion")


def _power(body: str, exponent: Any) -> str:
    return body if exponent is None else f"{{{body}}}^{{{exponent}}}"
