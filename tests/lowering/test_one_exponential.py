"""Programs for float32 of functions of one exponential, beside ball arithmetic of the definitions."""

import pytest

from symact import catalog
from symact.analysis.derivatives import derivative_cells
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
