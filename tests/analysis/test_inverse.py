import pytest
from sympy import Rational, lambdify

from symact.activation import x
from symact.analysis.inverse import facts, inverses, y
from symact.catalog import get, names
from symact.errors import OpenError
from symact.functions import expand_meaning
from symact.verdict import Grade

ELEMENTWISE = [name for name in names() if get(name).is_elementwise and name != "threshold"]
WITHOUT = {"gelu", "gelu_tanh", "gelu_sigmoid", "silu", "swish", "mish", "tanhshrink"}
INJECTIVE = {"sigmoid", "tanh", "softplus", "elu", "celu", "selu", "softsign", "leaky_relu", "identity", "logsigmoid"}


@pytest.mark.may_be_open
@pytest.mark.parametrize("name", [name for name in ELEMENTWISE if name not in WITHOUT])
def test_the_inverse_undoes_the_function(name):
    """On every stretch, the inverse of f(x) is x."""
    entry = get(name).at_defaults()
    function = lambdify(x, expand_meaning(entry.expr), ["scipy", "numpy"])
    for found in inverses(entry):
        undo = lambdify(y, found.expr, ["scipy", "numpy"])
        inside = [p for p in (-5.3, -2.1, -0.8, -0.2, 0.3, 0.9, 2.2, 4.7, 6.5) if found.places.contains(Rational(p))]
        for point in inside:
            assert abs(undo(function(point)) - point) < 1e-9
            assert found.values.contains(Rational(float(function(point)))) or abs(point) > 4


@pytest.mark.may_be_open
@pytest.mark.parametrize("name", [name for name in ELEMENTWISE if name not in WITHOUT])
def test_the_slope_in_the_output_is_the_slope(name):
    """The slope that comes with an inverse agrees with a difference quotient."""
    entry = get(name).at_defaults()
    function = lambdify(x, expand_meaning(entry.expr), ["scipy", "numpy"])
    for found in inverses(entry):
        slope = lambdify(y, found.slope, ["scipy", "numpy"])
        for point in (-2.1, -0.3, 0.3, 2.2):
            if found.places.contains(Rational(point)):
                quotient = (function(point + 1e-6) - function(point - 1e-6)) / 2e-6
                assert abs(slope(function(point)) - quotient) < 1e-6


@pytest.mark.parametrize("name", sorted(WITHOUT))
def test_without_a_closed_form_it_is_open(name):
    """No inverse is claimed where none is elementary."""
    with pytest.raises(OpenError):
        inverses(get(name))
    assert facts(get(name))[0].grade is Grade.OPEN


@pytest.mark.parametrize("name", sorted(INJECTIVE))
def test_injective_functions_have_one_inverse(name):
    """An injective entry gets a single function of y."""
    (fact,) = facts(get(name))
    assert fact.label == "f⁻¹(y)"


def test_parameters_stay_symbols():
    """Softplus: log(e^(βy) − 1)/β."""
    beta = get("softplus").parameters[0].symbol
    (found,) = inverses(get("softplus"))
    assert beta in found.expr.free_symbols
