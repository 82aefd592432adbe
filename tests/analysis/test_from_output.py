import numpy as np
import pytest
from sympy import Abs, Piecewise, exp, lambdify, simplify

from symact.activation import Activation, x
from symact.analysis.from_output import answers, derivative_from_output, facts
from symact.analysis.inverse import y
from symact.catalog import get, names
from symact.cells import cells
from symact.errors import OpenError
from symact.functions import expand_meaning
from symact.verdict import Grade

ELEMENTWISE = [name for name in names() if get(name).is_elementwise]
NOT_FUNCTIONS = {"gelu", "gelu_tanh", "gelu_sigmoid", "silu", "swish", "mish", "hardswish", "chebyshev"}
UNSETTLED = {"tanhshrink", "threshold"}
FUNCTIONS = [name for name in ELEMENTWISE if name not in NOT_FUNCTIONS | UNSETTLED]


@pytest.mark.may_be_open
@pytest.mark.parametrize("name", FUNCTIONS)
def test_the_slope_from_the_output_is_the_slope(name):
    """At every point, kinks included, f′(x) is the formula at y = f(x); a function without one repeats a value."""
    entry = get(name).at_defaults()
    formula = derivative_from_output(entry)
    pieces = cells(entry.expr, x)
    function, slope = (
        lambdify(x, expand_meaning(p.to_expr()), ["scipy", "numpy"]) for p in (pieces, pieces.derivative)
    )
    if formula is None:
        with np.errstate(all="ignore"):
            steps = np.diff([float(function(point)) for point in np.linspace(-8.0, 8.0, 1601)])
        assert (steps <= 0).any()
        assert (steps >= 0).any()
        return
    from_output = lambdify(y, formula, ["scipy", "numpy"])
    for point in map(np.float64, (-5.5, -3.0, -1.0, -0.5, -0.25, 0.0, 0.25, 0.5, 1.0, 3.0, 6.0, 7.5)):
        with np.errstate(all="ignore"):  # branches that are not taken
            assert abs(float(from_output(function(point))) - float(slope(point))) < 1e-9


@pytest.mark.parametrize("name", sorted(NOT_FUNCTIONS))
def test_functions_that_forget_their_slope(name):
    """Where one output has two slopes the answer is no, with the output named."""
    assert derivative_from_output(get(name)) is None
    (fact,) = facts(get(name))
    assert fact.value == "not a function of y"
    assert "the output" in fact.method


@pytest.mark.parametrize("name", sorted(UNSETTLED))
def test_what_is_not_settled_is_open(name):
    """No formula is guessed."""
    with pytest.raises(OpenError):
        answers(get(name))
    assert facts(get(name))[0].grade is Grade.OPEN


def test_textbook_formulas():
    """σ′ = y(1 − y), tanh′ = 1 − y², softplus′ = 1 − e^(−βy), logsigmoid′ = 1 − e^y, softsign′ = (1 − |y|)²."""
    beta = get("softplus").parameters[0].symbol
    alpha = get("elu").parameters[0].symbol
    expected = {
        "sigmoid": y * (1 - y),
        "tanh": 1 - y**2,
        "softplus": 1 - exp(-beta * y),
        "logsigmoid": 1 - exp(y),
        "softsign": (1 - Abs(y)) ** 2,
    }
    for name, formula in expected.items():
        assert simplify(derivative_from_output(get(name)) - formula) == 0
    assert derivative_from_output(get("elu")) == Piecewise((y + alpha, y <= 0), (1, True))


def test_the_sign_of_a_slope_parameter_decides():
    """PReLU's slope follows from the output for a > 0 and does not for a < 0."""
    positive, negative = answers(get("prelu"))
    assert (positive.at, negative.at) == ("a > 0", "a < 0")
    assert positive.expr is not None
    assert negative.expr is None
    assert derivative_from_output(get("prelu").at(a=-1)) is None


def test_a_plateau_inside_the_range_is_noticed():
    """An output taken on a plateau and on a slope has two slopes."""
    bump = Activation("bump", Piecewise((1, x < 0), (x, True)))
    assert derivative_from_output(bump) is None
