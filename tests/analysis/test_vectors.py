"""Activations over a vector, against the definition written out for short vectors."""

from __future__ import annotations

import pytest
from sympy import Add, Expr, Indexed, Integer, Interval, KroneckerDelta, Rational, S, Sum, Symbol, exp, log, oo, symbols

import symact
from symact.activation import Activation, i, j, n, vector
from symact.analysis.vectors import (
    column_sums,
    facts,
    jacobian,
    k,
    output,
    output_gradient,
    output_range,
    outputs,
    row_sums,
    scalar_gradient,
    scalar_output,
    separated,
    shift_equivariance,
    shift_invariance,
    sum_of_outputs,
    temperature,
    vjp,
)
from symact.balls import evaluate
from symact.errors import OpenError, SymactError
from symact.verdict import Grade

VECTORS = [name for name in symact.names() if not symact.get(name).is_elementwise]
SQUARE = [name for name in VECTORS if not symact.get(name).is_reduction]
LENGTH = 3
ENTRIES = (Rational(1, 3), Rational(-5, 4), Rational(2))
GRADIENT = (Rational(7, 2), Rational(-1, 5), Rational(3))
SHARPNESS = Rational(3, 2)


def concrete(name: str) -> Activation:
    entry = symact.get(name)
    return entry.at(beta=SHARPNESS) if entry.parameters else entry


def by_definition(name: str) -> tuple[tuple[Symbol, ...], tuple[Expr, ...]]:
    """The outputs for three entries as plain expressions, written out without the analysis."""
    x = symbols("x0:3", real=True)
    b = SHARPNESS
    total = Add(*(exp(e) for e in x))
    sharp = Add(*(exp(b * e) for e in x))
    minus = Add(*(exp(-e) for e in x))
    return x, {
        "softmax": tuple(exp(b * e) / sharp for e in x),
        "softmin": tuple(exp(-e) / minus for e in x),
        "log_softmax": tuple(e - log(total) for e in x),
        "logsumexp": (log(total),),
        "logmeanexp": (log(sharp / 3) / b,),
    }[name]


def written_out(expr: Expr, known: dict[str, tuple[Expr, ...]]) -> Expr:
    """Replace sums by three terms, then indexed symbols by values."""
    expr = expr.subs(n, LENGTH).replace(
        lambda e: isinstance(e, Sum), lambda e: Add(*(e.function.subs(j, m) for m in range(LENGTH)))
    )
    values = {a: known[str(a.base.label)][int(a.indices[0])] for a in expr.atoms(Indexed)}
    return expr.xreplace(values)


def scalars(name: str, y: tuple[Expr, ...]) -> dict[Symbol, Expr]:
    """The values of y and dy where these have no index."""
    return {scalar_output: y[0], scalar_gradient: GRADIENT[0]} if symact.get(name).is_reduction else {}


def close(left: Expr, right: Expr) -> bool:
    if left == right:
        return True
    return bool(abs(evaluate(left, bits=150) - evaluate(right, bits=150)) < 1e-40)


def at_point(name: str) -> tuple[dict[Symbol, Expr], tuple[Expr, ...], list[list[Expr]]]:
    """Values, outputs and the exact matrix of partial derivatives at a point."""
    x, f = by_definition(name)
    place = dict(zip(x, ENTRIES, strict=True))
    matrix = [[component.diff(e).subs(place) for e in x] for component in f]
    return place, tuple(component.subs(place) for component in f), matrix


@pytest.mark.parametrize("name", VECTORS)
def test_outputs_are_those_of_the_definition(name: str) -> None:
    """The values for a concrete vector are those of the formula written out."""
    _, y, _ = at_point(name)
    found = outputs(concrete(name), ENTRIES)
    assert len(found) == len(y)
    assert all(close(a, b) for a, b in zip(found, y, strict=True))


@pytest.mark.parametrize("in_output", [True, False])
@pytest.mark.parametrize("name", VECTORS)
def test_jacobian_is_the_matrix_of_partial_derivatives(name: str, in_output: bool) -> None:
    """For three entries every ∂fᵢ/∂xₖ agrees with SymPy's derivative of the formula written out."""
    activation = concrete(name)
    _, y, matrix = at_point(name)
    found = jacobian(activation, in_output)
    for row, partials in enumerate(matrix):
        for column, expected in enumerate(partials):
            entry = found.subs({i: row, k: column} | scalars(name, y))
            value = written_out(entry, {"x": ENTRIES, "y": y})
            assert close(value, expected), (row, column)


@pytest.mark.parametrize("name", VECTORS)
def test_backward_is_the_gradient_times_the_matrix(name: str) -> None:
    """The short product equals Σᵢ dyᵢ·∂fᵢ/∂xₖ with the matrix written out."""
    _, y, matrix = at_point(name)
    product = vjp(concrete(name))
    for column in range(LENGTH):
        expected = Add(*(GRADIENT[row] * partials[column] for row, partials in enumerate(matrix)))
        entry = product.expr.subs({i: column} | scalars(name, y))
        assert close(written_out(entry, {"x": ENTRIES, "y": y, "dy": GRADIENT}), expected)


def test_backward_reads_as_in_a_textbook() -> None:
    """The short forms that every framework implements by hand come out by derivation."""
    y, dy = output, output_gradient
    beta = symact.get("softmax").parameter("beta").symbol
    whole = (j, 0, n - 1)
    assert vjp(symact.get("softmax")).expr == beta * y[i] * (dy[i] - Sum(dy[j] * y[j], whole))
    assert vjp(symact.get("log_softmax")).expr == dy[i] - exp(y[i]) * Sum(dy[j], whole)
    assert vjp(symact.get("logsumexp")).expr == scalar_gradient * exp(vector[i] - scalar_output)
    assert jacobian(symact.get("softmax")) == beta * y[i] * (KroneckerDelta(i, k) - y[k])  # L29


@pytest.mark.parametrize(
    ("name", "needs"),
    [
        ("softmax", ("y", "dy")),
        ("softmin", ("y", "dy")),
        ("log_softmax", ("y", "dy")),
        ("logsumexp", ("x", "y", "dy")),
        ("logmeanexp", ("x", "y", "dy")),
    ],
)
def test_backward_names_what_it_needs(name: str, needs: tuple[str, ...]) -> None:
    """What has to be kept for the backward pass is exactly what occurs."""
    assert vjp(symact.get(name)).needs == needs


@pytest.mark.parametrize("name", VECTORS)
def test_row_and_column_sums(name: str) -> None:
    """The sums of the Jacobian agree with those of the matrix written out."""
    activation = concrete(name)
    _, y, matrix = at_point(name)
    rows = row_sums(activation)
    for row, partials in enumerate(matrix):
        value = written_out(rows.subs({i: row} | scalars(name, y)), {"x": ENTRIES, "y": y})
        assert close(value, Add(*partials))
    if name in SQUARE:
        columns = column_sums(activation)
        for column in range(LENGTH):
            value = written_out(columns.subs(k, column), {"x": ENTRIES, "y": y})
            assert close(value, Add(*(partials[column] for partials in matrix)))


@pytest.mark.parametrize(("name", "rows", "columns"), [("softmax", 0, 0), ("softmin", 0, 0), ("logsumexp", 1, None)])
def test_known_sums(name: str, rows: int, columns: int | None) -> None:
    """L29: rows and columns of the softmax Jacobian sum to 0; the gradient of logsumexp sums to 1."""
    assert row_sums(symact.get(name)) == rows
    assert columns is None or column_sums(symact.get(name)) == columns


def test_outputs_sum_to_one() -> None:
    """L18: softmax and softmin are probability distributions; log_softmax sums to Σx − n·logsumexp(x)."""
    assert sum_of_outputs(symact.get("softmax")) == 1
    assert sum_of_outputs(symact.get("softmin")) == 1
    _, y, _ = at_point("log_softmax")
    assert close(written_out(sum_of_outputs(symact.get("log_softmax")), {"x": ENTRIES}), Add(*y))


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("softmax", Interval.open(0, 1)),
        ("softmin", Interval.open(0, 1)),
        ("log_softmax", Interval.open(-oo, 0)),
        ("logsumexp", S.Reals),
        ("logmeanexp", S.Reals),
    ],
)
def test_range_of_an_output(name: str, expected: Interval) -> None:
    """For two or more entries; the ends are not attained."""
    assert output_range(symact.get(name)) == expected


@pytest.mark.parametrize("name", VECTORS)
def test_shift(name: str) -> None:
    """L27: the distributions are invariant under a shift, the soft maxima move with it."""
    activation = symact.get(name)
    invariant, equivariant = shift_invariance(activation), shift_equivariance(activation)
    assert bool(invariant) == (name in SQUARE)
    assert bool(equivariant) == (name not in SQUARE)
    for verdict, factor in ((invariant, 0), (equivariant, 1)):
        if verdict.grade is Grade.REFUTED:
            example = verdict.counterexample
            assert example is not None
            assert example.point["c"] == 1
            before = tuple(example.point["x"])
            concrete_one = activation.at_defaults()
            left = outputs(concrete_one, tuple(e + 1 for e in before))
            right = tuple(y + factor for y in outputs(concrete_one, before))
            assert (example.left, example.right) in tuple(zip(left, right, strict=True))
            assert not close(example.left, example.right)


def test_temperature_is_redundant() -> None:
    """L24: softmax_β(x) = softmax₁(βx), and logmeanexp_β(x) = logmeanexp₁(βx)/β."""
    verdict = temperature(symact.get("softmax"), "beta")
    assert verdict
    assert verdict.statement == "f_β(x) = f₁(βx)"
    beta = symact.get("softmax").parameter("beta").symbol
    sharp = outputs(symact.get("softmax").at(beta=SHARPNESS), ENTRIES)
    plain = outputs(symact.get("softmax").at(beta=1), tuple(SHARPNESS * e for e in ENTRIES))
    assert sharp == plain
    assert temperature(symact.get("logmeanexp"), "beta").statement == "f_β(x) = f₁(βx)/β"
    assert beta.is_positive


def test_softmax_of_the_lecture() -> None:
    """L28: softmax([1, 3, 0, 2]) = [0.0871, 0.6439, 0.0321, 0.2369]."""
    found = outputs(symact.get("softmax").at_defaults(), tuple(Integer(e) for e in (1, 3, 0, 2)))
    assert [round(float(y), 4) for y in found] == [0.0871, 0.6439, 0.0321, 0.2369]


def test_a_vector_function_outside_the_catalogue() -> None:
    """x·softmax(x), whose outputs do not give back the inputs, has its product in terms of x."""
    total = Sum(exp(vector[j]), (j, 0, n - 1))
    entry = Activation("gated", vector[i] * exp(vector[i]) / total)
    product = vjp(entry)
    assert product.needs == ("x", "dy")
    x = symbols("x0:3", real=True)
    place = dict(zip(x, ENTRIES, strict=True))
    f = [e * exp(e) / Add(*(exp(other) for other in x)) for e in x]
    for column in range(LENGTH):
        expected = Add(*(GRADIENT[row] * f[row].diff(x[column]).subs(place) for row in range(LENGTH)))
        assert close(written_out(product.expr.subs(i, column), {"x": ENTRIES, "dy": GRADIENT}), expected)
    with pytest.raises(OpenError):
        output_range(entry)


def test_other_forms_are_refused() -> None:
    """An elementwise entry has no vector form; a sum over part of the vector is not understood."""
    with pytest.raises(SymactError, match="not a Jacobian"):
        separated(symact.get("relu"))
    with pytest.raises(OpenError, match="whole vector"):
        separated(Activation("partial", vector[i] * Sum(vector[j], (j, 1, n - 1))))


@pytest.mark.parametrize("name", VECTORS)
def test_nothing_about_the_vector_entries_is_open(name: str) -> None:
    """Each fact of the five entries is settled."""
    assert all(fact.grade is not Grade.OPEN for fact in facts(symact.get(name)))
