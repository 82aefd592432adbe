"""Activations over a vector of symbolic length: Jacobian and its products, sums, range, invariances.

Every such activation is F(xᵢ, S₁, S₂ …) with sums Sₘ = Σⱼ gₘ(xⱼ).  The chain rule then gives the Jacobian
with one Kronecker delta, and its product with a vector without ever forming a matrix.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, partial

from sympy import (
    Add,
    Basic,
    Dummy,
    Expr,
    IndexedBase,
    Integer,
    KroneckerDelta,
    Mul,
    S,
    Sum,
    Symbol,
    Tuple,
    cancel,
    exp,
    expand,
    expand_log,
    expand_power_exp,
    factor_terms,
    log,
    powsimp,
)
from sympy.sets.sets import Interval
from sympy.tensor.indexed import Indexed

from symact.activation import Activation, i, j, n, vector
from symact.analysis.fact import Fact, settled
from symact.analysis.transseries import limit_at_infinity, sign
from symact.balls import evaluate
from symact.errors import OpenError, SymactError
from symact.notation import symbol_text, text
from symact.verdict import Counterexample, Grade, Verdict

SECTION = "Vector structure"

k = Symbol("k", integer=True, nonnegative=True)
"""The index of the entry that is differentiated by."""

output, output_gradient = IndexedBase("y", real=True), IndexedBase("dy", real=True)
"""The outputs yᵢ and the gradient dyᵢ of a loss with respect to them."""

scalar_output, scalar_gradient = Symbol("y", real=True), Symbol("dy", real=True)
"""The same for an activation with one output for the whole vector."""

ALL = (j, 0, n - 1)
"""Summation over the whole vector."""


@dataclass(frozen=True)
class Separated:
    """An activation over a vector as F(e, S₁, …).

    Attributes
    ----------
    expr
        F, in the entry and the sums.
    entry
        The symbol for xᵢ.
    sums
        For each sum's symbol the summand, as a function of the entry.
    """

    expr: Expr
    entry: Symbol
    sums: Mapping[Symbol, Expr]

    def restored(self, expr: Expr, index: Symbol = i) -> Expr:
        """Write the entry as x[index] and each symbol as its sum."""
        sums = {symbol: Sum(g.subs(self.entry, vector[j]), ALL) for symbol, g in self.sums.items()}
        return expr.subs(self.entry, vector[index]).xreplace(sums)


@dataclass(frozen=True)
class VectorJacobianProduct:
    """What the backward pass computes: Σᵢ dyᵢ·∂fᵢ/∂xₖ, without the matrix.

    Attributes
    ----------
    expr
        The entry with index ``i`` (:data:`symact.activation.i`) of the result.  It is built of ``x[i]``,
        ``y[i]``, ``dy[i]`` (:data:`symact.activation.vector`, :data:`output`, :data:`output_gradient`), of
        ``Sum(…, (j, 0, n - 1))`` whose summands hold the same with index ``j``, of the length ``n`` and the
        parameters.  For an activation with one output for the whole vector, y and dy are the plain symbols
        :data:`scalar_output` and :data:`scalar_gradient`, which have no index.
    needs
        Which of ``"x"``, ``"y"``, ``"dy"`` occur, in this order.
    """

    expr: Expr
    needs: tuple[str, ...]


@cache
def separated(activation: Activation) -> Separated:
    """Return the form F(xᵢ, S₁, …).

    Raises
    ------
    SymactError
        If the activation is elementwise.
    OpenError
        If the definition holds entries or sums in another form.
    """
    if activation.is_elementwise:
        raise SymactError(f"{activation.name} acts on each number by itself: it has a derivative, not a Jacobian")
    entry = Dummy("e", real=True)
    sums: dict[Symbol, Expr] = {}
    names: dict[Expr, Symbol] = {}
    for position, total in enumerate(sorted(activation.expr.atoms(Sum), key=lambda s: s.sort_key())):
        if total.limits != (Tuple(*ALL),):
            raise OpenError(f"{text(total)} is not a sum over the whole vector")
        summand = total.function.subs(vector[j], entry)
        symbol = Dummy(f"S{position}", positive=summand.is_positive, real=True)
        sums[symbol], names[total] = summand, symbol
    expr = activation.expr.xreplace(names).subs(vector[i], entry)
    if any(e.has(Indexed) or {i, j} & e.free_symbols for e in (expr, *sums.values())):
        raise OpenError(f"{activation.name} is not a function of one entry and of sums over all")
    return Separated(expr, entry, sums)


def jacobian(activation: Activation, in_output: bool = True) -> Expr:
    """Return ∂fᵢ/∂xₖ for symbolic length.

    Parameters
    ----------
    activation
        An activation over a vector.
    in_output
        Write it in the outputs y where that is possible, as textbooks do; else in x.

    Returns
    -------
    Expr
        With ``KroneckerDelta(i, k)``; for one output per vector the gradient, without ``i``.
    """
    form = separated(activation)
    if in_output:
        try:
            return _jacobian_in_output(activation, form)
        except OpenError:
            pass
    own = form.restored(form.expr.diff(form.entry)) * KroneckerDelta(i, k)
    through = [
        form.restored(form.expr.diff(symbol)) * g.diff(form.entry).subs(form.entry, vector[k])
        for symbol, g in form.sums.items()
    ]
    return factor_terms(Add(own, *through))


@cache
def vjp(activation: Activation) -> VectorJacobianProduct:
    """Return the vector-Jacobian product in its short form, in the outputs where that frees it of the inputs.

    Parameters
    ----------
    activation
        An activation over a vector.

    Returns
    -------
    VectorJacobianProduct
        For the softmax β·y[i]·(dy[i] − Σ dy[j]·y[j]).
    """
    form = separated(activation)
    try:
        product = _product_in_output(activation, form)
    except OpenError:
        product = _product_in_input(activation, form)
    names = ("x", "y", "dy")
    present = {str(a.base.label) for a in product.atoms(Indexed)} | {s.name for s in product.free_symbols}
    return VectorJacobianProduct(product, tuple(name for name in names if name in present))


def row_sums(activation: Activation) -> Expr:
    """Return Σₖ ∂fᵢ/∂xₖ."""
    form = separated(activation)
    through = (form.expr.diff(s) * _total(g.diff(form.entry), form) for s, g in form.sums.items())
    return _shown(Add(form.expr.diff(form.entry), *through), activation, form, i)


def column_sums(activation: Activation) -> Expr:
    """Return Σᵢ ∂fᵢ/∂xₖ (for one output per vector there is one row: use :func:`row_sums`)."""
    form = separated(activation)
    through = (g.diff(form.entry) * _total(form.expr.diff(s), form) for s, g in form.sums.items())
    return _shown(Add(form.expr.diff(form.entry), *through), activation, form, k)


def sum_of_outputs(activation: Activation) -> Expr:
    """Return Σᵢ fᵢ.

    Raises
    ------
    OpenError
        If it does not reduce to the sums of the definition.
    """
    form = separated(activation)
    return form.restored(_total(form.expr, form))


def output_range(activation: Activation) -> Interval:
    """Return the set of values that an output takes, for a vector of two or more entries.

    Raises
    ------
    OpenError
        If it is not a monotone function of one exponential.
    """
    form = separated(activation)
    base, symbol, _ = _one_exponential(form)
    rest = Dummy("R", positive=True)
    free = rest
    expr = form.expr
    if base is not None:
        # The own term and the rest of the sum range over (0, ∞) independently when n ≥ 2.
        free = Dummy("E", positive=True)
        expr = expr.xreplace({base: free}).subs(symbol, free + rest)
    else:
        expr = expr.subs(symbol, rest)
    direction = sign(cancel(expr.diff(free)))
    t = Dummy("t", positive=True)
    ends = [limit_at_infinity(expr.subs(free, to), t) for to in (1 / t, t)]
    if direction == 0 or any(rest in end.free_symbols for end in ends):
        raise OpenError("the range of an output is not that of a monotone function of one exponential")
    return Interval.open(*ends[::direction])


def shift_invariance(activation: Activation) -> Verdict:
    """Tell whether f(x + c) = f(x) for every number c added to every entry."""
    return _shift(activation, "f(x + c) = f(x)", lambda value, _: value)


def shift_equivariance(activation: Activation) -> Verdict:
    """Tell whether f(x + c) = f(x) + c for every number c added to every entry."""
    return _shift(activation, "f(x + c) = f(x) + c", lambda value, c: value + c)


def temperature(activation: Activation, name: str) -> Verdict:
    """Tell whether a parameter is redundant with the scale of the input: f_β(x) = f₁(βx), or f₁(βx)/β."""
    form = separated(activation)
    parameter = activation.parameter(name)
    beta = parameter.symbol
    scaled = {s: g.subs(form.entry, form.entry / beta) for s, g in form.sums.items()}
    expr = form.expr.subs(form.entry, form.entry / beta)
    greek = symbol_text(name)
    for statement, candidate in (
        (f"f_{greek}(x) = f₁({greek}x)", expr),
        (f"f_{greek}(x) = f₁({greek}x)/{greek}", expr * beta),
    ):
        if beta not in candidate.free_symbols and not any(beta in g.free_symbols for g in scaled.values()):
            return Verdict(
                statement,
                Grade.PROVED,
                S.true,
                (f"with x/{greek} in place of x the definition no longer holds {greek}",),
            )
    return Verdict(f"f_{greek}(x) = f₁({greek}x)", Grade.OPEN)


def outputs(activation: Activation, entries: tuple[Expr, ...]) -> tuple[Expr, ...]:
    """Return the exact outputs for a concrete vector (one for an activation that reduces the vector).

    Parameters
    ----------
    activation
        An activation over a vector.
    entries
        The entries; parameters stay symbols.
    """
    form = separated(activation)
    sums = {s: Add(*(g.subs(form.entry, e) for e in entries)) for s, g in form.sums.items()}
    own = entries[:1] if activation.is_reduction else entries
    return tuple(form.expr.subs(form.entry, e).subs(sums).subs(n, len(entries)) for e in own)


def facts(activation: Activation) -> tuple[Fact, ...]:
    """Return Jacobian, vector-Jacobian product, sums, range and invariances."""
    if activation.is_elementwise:
        return ()
    one_output = activation.is_reduction
    method = "chain rule through the sums, Kronecker delta contracted"
    rows: list[tuple[str, Callable[[], Basic | Verdict], str]] = [
        ("∂f/∂x[k]" if one_output else "∂f[i]/∂x[k]", lambda: jacobian(activation, in_output=False), method),
        (
            "∂f/∂x[k] with y = f(x)" if one_output else "∂f[i]/∂x[k] with y = f(x)",
            lambda: jacobian(activation),
            method,
        ),
        ("backward: entry i of dy·∂f/∂x", lambda: vjp(activation).expr, method),
        (
            "Σ[k] ∂f/∂x[k]" if one_output else "Σ[k] ∂f[i]/∂x[k]",
            lambda: row_sums(activation),
            "sum taken termwise",
        ),
    ]
    if not one_output:
        rows.append(("Σ[i] ∂f[i]/∂x[k] with y = f(x)", lambda: column_sums(activation), "sum taken termwise"))
        rows.append(("Σ[i] f[i]", lambda: sum_of_outputs(activation), "sum taken termwise"))
    rows.append(("range of an output, n ≥ 2", lambda: output_range(activation), "monotone in one exponential"))
    rows.append(("shift invariance f(x + c) = f(x)", lambda: shift_invariance(activation), ""))
    rows.append(("shift equivariance f(x + c) = f(x) + c", lambda: shift_equivariance(activation), ""))
    for parameter in activation.parameters:
        rows.append(("", partial(temperature, activation, parameter.name), ""))
    return tuple(fact for row in rows for fact in settled(SECTION, row[0], partial(_facts, *row)))


def _facts(label: str, value: Callable[[], Basic | Verdict], method: str) -> Iterator[Fact]:
    found = value()
    if isinstance(found, Verdict):
        yield Fact(SECTION, label or found.statement, found, found.grade, "; ".join(found.steps))
    else:
        yield Fact(SECTION, label, found, method=method)


def _total(expr: Expr, form: Separated) -> Expr:
    """Return Σⱼ h(xⱼ) in terms of the sums of the definition."""
    expanded = expand(expand_log(expr))
    parts = []
    for term in Add.make_args(expanded):
        if form.entry not in term.free_symbols:
            parts.append(n * term)
            continue
        for symbol, summand in [*form.sums.items(), (Sum(vector[j], ALL), form.entry)]:
            ratio = cancel(term / summand)
            if form.entry not in ratio.free_symbols:
                parts.append(ratio * symbol)
                break
        else:
            raise OpenError(f"the sum of {text(form.restored(term))} over all entries is not one of the definition's")
    return Add(*parts)


def _one_exponential(form: Separated) -> tuple[Expr | None, Symbol, Expr]:
    """Return the own exponential in F (``None`` if F has none), the symbol of the only sum, and the rate."""
    if len(form.sums) != 1:
        raise OpenError("more than one sum")
    ((symbol, summand),) = form.sums.items()
    if not isinstance(summand, exp) or not summand.args[0].is_polynomial(form.entry):
        raise OpenError(f"the summand {text(summand)} is not an exponential")
    rate = summand.args[0].coeff(form.entry)
    if expand(summand.args[0] - rate * form.entry) != 0:
        raise OpenError(f"the summand {text(summand)} is not the exponential of a multiple of the entry")
    if form.entry not in form.expr.free_symbols:
        return None, symbol, rate
    if form.entry in form.expr.xreplace({summand: Dummy()}).free_symbols:
        raise OpenError("an entry stands outside of the exponential that is summed")
    return summand, symbol, rate


def _outputs_solved(activation: Activation, form: Separated, y: Expr) -> dict[Expr, Expr]:
    """Return what the outputs y tell: the exponential of the own entry, or the sum, in terms of y."""
    base, symbol, _ = _one_exponential(form)
    unknown = symbol if activation.is_reduction else Dummy("E", positive=True)
    expr = form.expr if activation.is_reduction else form.expr.xreplace({base: unknown})
    return {symbol if activation.is_reduction else base: _inverted(expr, unknown, y)}


def _inverted(expr: Expr, unknown: Symbol, value: Expr) -> Expr:
    """Solve expr = value for a symbol that stands in one place, under products and logarithms."""
    while expr != unknown:
        if isinstance(expr, log):
            expr, value = expr.args[0], exp(value)
            continue
        outside, inside = expr.as_independent(unknown, as_Add=False)
        if not isinstance(expr, Mul) or isinstance(inside, Mul):
            raise OpenError("the outputs do not give back the exponentials")
        expr, value = inside, value / outside
    return value


def _partials_in_output(
    activation: Activation, form: Separated, own: Symbol, other: Symbol
) -> tuple[Expr, list[tuple[Expr, Expr]]]:
    """Return ∂F/∂e and the pairs ∂F/∂Sₘ (at index own), gₘ′ (at index other), in outputs."""
    if activation.is_reduction:
        solved = _outputs_solved(activation, form, scalar_output)
        pairs = [
            (form.expr.diff(s).xreplace(solved), g.diff(form.entry).subs(form.entry, vector[other]))
            for s, g in form.sums.items()
        ]
        return S.Zero, pairs
    at_own, at_other = (_outputs_solved(activation, form, output[index]) for index in (own, other))
    pairs = [(form.expr.diff(s).xreplace(at_own), g.diff(form.entry).xreplace(at_other)) for s, g in form.sums.items()]
    return form.expr.diff(form.entry).xreplace(at_own), pairs


def _free_of_sums(expr: Expr, form: Separated) -> Expr:
    reduced = cancel(expr)
    if {form.entry, *form.sums} & reduced.free_symbols:
        raise OpenError("the outputs alone do not determine it")
    return reduced


def _jacobian_in_output(activation: Activation, form: Separated) -> Expr:
    own, pairs = _partials_in_output(activation, form, i, k)
    through = Add(*(_free_of_sums(a * b, form) for a, b in pairs))
    return _short(_free_of_sums(own, form) * KroneckerDelta(i, k) + through)


def _product_in_output(activation: Activation, form: Separated) -> Expr:
    if activation.is_reduction:
        _, pairs = _partials_in_output(activation, form, i, i)
        return _short(scalar_gradient * Add(*(_free_of_sums(a * b, form) for a, b in pairs)))
    own, _ = _partials_in_output(activation, form, i, i)
    _, pairs = _partials_in_output(activation, form, j, i)
    terms = [output_gradient[i] * _free_of_sums(own, form)]
    for by_sum, slope in pairs:
        reduced = _free_of_sums(by_sum * slope, form)
        outside, inside = reduced.as_independent(output[j], as_Add=False)
        terms.append(outside * Sum(output_gradient[j] * inside, ALL))
    return _short(Add(*terms))


def _product_in_input(activation: Activation, form: Separated) -> Expr:
    gradient = scalar_gradient if activation.is_reduction else output_gradient[i]
    terms = [gradient * form.restored(form.expr.diff(form.entry))]
    for symbol, g in form.sums.items():
        slope = g.diff(form.entry).subs(form.entry, vector[i])
        by_sum = form.expr.diff(symbol)
        if activation.is_reduction:
            terms.append(slope * scalar_gradient * form.restored(by_sum))
            continue
        outside, inside = by_sum.as_independent(form.entry, as_Add=False)
        weighted = Sum(output_gradient[j] * inside.subs(form.entry, vector[j]), ALL)
        terms.append(slope * form.restored(outside) * weighted)
    return _short(Add(*terms))


def _short(expr: Expr) -> Expr:
    """Gather exponentials and pull out common factors."""
    gathered = powsimp(expr, combine="exp")
    gathered = gathered.replace(lambda e: isinstance(e, exp), lambda e: exp(factor_terms(e.args[0])))
    return factor_terms(gathered)


def _shown(expr: Expr, activation: Activation, form: Separated, index: Symbol) -> Expr:
    """Write a sum of derivatives in outputs where it does not reduce to a number."""
    reduced = cancel(expr)
    if not {form.entry, *form.sums} & reduced.free_symbols:
        return reduced
    y = scalar_output if activation.is_reduction else output[index]
    return _short(_free_of_sums(reduced.xreplace(_outputs_solved(activation, form, y)), form))


def _shift(activation: Activation, statement: str, right: Callable[[Expr, Expr], Expr]) -> Verdict:
    form = separated(activation)
    c = Symbol("c", real=True)
    try:
        base, symbol, rate = _one_exponential(form)
    except OpenError as error:
        return Verdict(statement, Grade.OPEN, steps=(str(error),))
    factor, value = Dummy("q", positive=True), Dummy("E", positive=True)
    named = form.expr if base is None else form.expr.xreplace({base: value})
    moved = named.xreplace({value: factor * value, symbol: factor * symbol})
    difference = expand_log(moved - right(named, c)).expand()
    difference = cancel(expand_power_exp(difference.subs(log(factor), rate * c)))
    if difference == 0:
        steps = (
            "every exponential takes the factor e^(c·rate), which leaves each sum as a common factor",
            "both sides are then the same expression",
        )
        return Verdict(statement, Grade.PROVED, S.true, steps)
    return refuted_at(
        activation,
        statement,
        {"c": S.One},
        lambda f, x: (f(tuple(e + 1 for e in x)), tuple(right(y, S.One) for y in f(x))),
    )


def refuted_at(
    activation: Activation,
    statement: str,
    extra: Mapping[str, Expr],
    sides: Callable[
        [Callable[[tuple[Expr, ...]], tuple[Expr, ...]], tuple[Expr, ...]],
        tuple[tuple[Expr, ...], tuple[Expr, ...]],
    ],
) -> Verdict:
    """Look for an exact counterexample among short vectors of small whole numbers."""
    values = activation.values()
    concrete = activation.at_defaults()

    def f(x: tuple[Expr, ...]) -> tuple[Expr, ...]:
        return outputs(concrete, x)

    for entries in ((0, 0), (0, 1), (1, 0), (1, 2)):
        x = tuple(Integer(e) for e in entries)
        for place, (left, other) in enumerate(zip(*sides(f, x), strict=True)):
            if differs(left, other):
                point = {**{str(s): v for s, v in values.items()}, "x": Tuple(*x), **extra}
                steps = (f"the sides differ in entry {place} of the output, for a vector of length {len(x)}",)
                return Verdict(statement, Grade.REFUTED, S.false, steps, Counterexample(point, left, other))
    return Verdict(statement, Grade.OPEN)


def differs(left: Expr, right: Expr) -> bool:
    """Whether two numbers are certainly different."""
    if left == right:
        return False
    try:
        gap = evaluate(left - right)
    except OpenError:
        return False
    return bool(gap > 0 or gap < 0)
