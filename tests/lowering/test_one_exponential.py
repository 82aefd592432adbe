"""Programs for float32 of functions of one exponential, beside ball arithmetic of the definitions."""

import pytest
from sympy import Symbol, exp, oo

from symact import catalog
from symact.accuracy.reference import Reference
from symact.analysis.derivatives import derivative_cells
from symact.cells import Cell, Cells
from symact.lowering.interpret import run
from symact.lowering.one_exponential import folded, one_exponential
from symact.lowering.program import Node

X = Node("argument", label="x")


def found(name, order=0):
    """Return a derivative of an entry as a function of one exponential."""
    return one_exponential(derivative_cells(catalog.get(name), order))


@pytest.mark.parametrize(
    ("name", "order", "factor", "argument"),
    [("silu", 0, X, X), ("sigmoid", 0, 1.0, X), ("logsigmoid", 1, 1.0, Node("neg", (X,))), ("softplus", 1, 1.0, None)],
)
def test_logistic_products_are_found(name, order, factor, argument):
    """x·σ(x), and slopes that are σ of something."""
    parameters = {p.symbol: Node("parameter", label=p.name) for p in catalog.get(name).parameters}
    product = found(name, order).logistic_product(parameters)
    assert product.op == "logistic_product"
    assert product.args[0] == (factor if factor == X else Node("constant", number=factor))
    assert argument is None or product.args[1] == argument


@pytest.mark.parametrize(("name", "order"), [("mish", 0), ("silu", 1), ("tanh", 0), ("swish", 0), ("e_swish", 0)])
def test_others_are_no_products(name, order):
    """What has another denominator, or a zero, or a factor that is huge where a parameter keeps u small."""
    assert found(name, order).logistic_product({}) is None


@pytest.mark.parametrize("name", ["sigmoid", "tanh", "silu"])
def test_slopes_are_polynomials_of_the_lesser_share(name):
    """Beside balls; the square of 1 + E is gone, and one quotient is left."""
    (program,) = found(name, 1).of_the_lesser_share()
    assert sum(step.op == "div" for step in program.walk()) == 1
    reference = Reference(catalog.get(name), 1, {})
    points = [-30.0, -5.5, -0.75, -0.1, 0.0, 0.1, 0.75, 5.5, 30.0]
    for point, value in zip(points, run(program, {"x": points}).tolist(), strict=True):
        assert value == pytest.approx(float(reference.exact(point)), rel=1e-14)


@pytest.mark.parametrize(("name", "order"), [("mish", 0), ("silu", 2), ("swish", 1)])
def test_others_are_no_such_polynomials(name, order):
    """What has another denominator, or a parameter in the exponent."""
    assert not list(found(name, order).of_the_lesser_share())


@pytest.mark.parametrize("name", ["relu", "elu", "gelu", "softplus", "snake", "softsign"])
def test_other_functions_are_left_alone(name):
    """Pieces, other special functions, logarithms, and no exponential at all."""
    assert found(name) is None


@pytest.mark.parametrize(("name", "order", "mills"), [("gelu", 0, True), ("gelu", 1, True), ("gelu", 2, False)])
def test_functions_of_the_normal_distribution_are_folded(name, order, mills):
    """Φ has a program in |x|; the density alone has no part that erfcx describes."""
    programs = list(folded(derivative_cells(catalog.get(name), order)))
    assert len(programs) == mills
    assert all("erfcx_29" in {step.op for step in program.walk()} for program in programs)


@pytest.mark.parametrize(("name", "place"), [("silu", -1.2784645427610738), ("gelu_tanh", -0.7524614220710162)])
def test_slopes_have_their_digits_beside_their_zeros(name, place):
    """The program that starts from the zero, at distances down to that of the next double, beside balls."""
    (program,) = found(name, 1).from_a_zero(place)
    assert "exp_53" not in {step.op for step in program.walk()}
    reference = Reference(catalog.get(name), 1, {})
    for distance in (2.0**-k for k in range(1, 50, 4)):
        for point in (place - distance, place + distance):
            exact = float(reference.exact(point))
            assert abs(float(run(program, {"x": point})) - exact) <= 2.0**-28 * abs(exact) + 2.0**-53 * distance


def test_zeros_of_a_factor_need_no_start():
    """Where E is a factor of the numerator nothing cancels: the second derivative of e^(−x²/2)."""
    x = Symbol("x", real=True)
    pieces = Cells(x, (Cell(-oo, oo, (1 - x**2) * exp(-(x**2) / 2)),), ())
    assert list(one_exponential(pieces).from_a_zero(1.0)) == []


def test_slopes_without_cancellation_have_no_start():
    """The slope of mish has a numerator of another degree."""
    assert list(found("mish", 1).from_a_zero(-1.1924312)) == []


@pytest.mark.parametrize(("name", "order"), [("sigmoid", 0), ("silu", 0), ("mish", 0), ("mish", 1), ("tanh", 1)])
def test_a_formula_as_it_stands_chooses_nothing(name, order):
    """Beside balls, where no argument is large."""
    program = found(name, order).as_it_stands()
    assert not {"select", "abs", "minimum", "maximum"} & {step.op for step in program.walk()}
    reference = Reference(catalog.get(name), order, {})
    points = [-30.0, -5.5, -0.75, -0.1, 0.1, 0.75, 5.5, 30.0]
    for point, value in zip(points, run(program, {"x": points}).tolist(), strict=True):
        assert value == pytest.approx(float(reference.exact(point)), rel=1e-14)


def test_a_parameter_in_the_exponent_may_make_it_large():
    """A reach is one of x, not of β·x."""
    assert found("swish").as_it_stands() is None
