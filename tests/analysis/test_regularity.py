import numpy as np
import pytest
from sympy import Abs, Piecewise, Rational, S, exp, lambdify, log, sin, sqrt, tan

from symact.activation import Activation, x
from symact.analysis.regularity import breaks, domain, facts, smoothness
from symact.catalog import get, names
from symact.errors import OpenError
from symact.functions import expand_meaning
from symact.notation import text

ELEMENTWISE = [name for name in names() if get(name).is_elementwise]

# fmt: off
ORDERS = {  # peers.md §4: id 41, 43, 44, 65; the rest by hand
    -1: {"binary_step", "hardshrink", "shrink", "threshold", "thresholded_relu"},
    0: {
        "affine_hardsigmoid", "bounded_leaky_relu", "bounded_relu", "crrelu", "delay_relu", "dprelu", "elu",
        "flatted_t_swish", "frelu", "hard_elish", "hard_mish", "hardsigmoid", "hardswish", "hardtanh", "hat", "hexpo",
        "hyper_sinh", "laplacian", "leaky_relu", "mpelu", "nlrelu", "oaf", "pan", "pdelu", "penalized_tanh", "polu",
        "prelu", "ptelu", "rand_softplus", "relu", "relu6", "rprelu", "rrelu", "selu", "serlu", "shifted_relu",
        "shilu", "sign_relu", "softshrink", "sparse_sigmoid", "sqreu", "squish", "tent", "vlu", "vrelu",
    },
    1: {
        "bfire", "celu", "elish", "elliott", "loglu", "pelu", "polylu", "preu", "relu_squared", "reu",
        "scaled_softsign", "slu", "smelu", "smooth_step", "soft_modulus_q", "softsign", "sparse_plus", "sqlu", "sqnl",
        "star_relu", "symexp", "symlog", "xielu",
    },
    2: {"isrlu", "lalu", "repu"},
}
# fmt: on
CLASSES = {name: order for order, members in ORDERS.items() for name in members}


@pytest.mark.may_be_open
@pytest.mark.parametrize("name", ELEMENTWISE)
def test_the_smoothness_class(name):
    """Every entry is in the class known by hand, the others are smooth."""
    assert smoothness(get(name)).order == CLASSES.get(name)


@pytest.mark.may_be_open
@pytest.mark.parametrize("name", ELEMENTWISE)
def test_every_entry_is_defined_everywhere(name):
    """No entry has a singularity on the real line."""
    assert domain(get(name)) == S.Reals


def test_elu_is_smooth_exactly_for_alpha_one():
    """ELU is C¹ iff α = 1, and then not C² (SymPy's limit says C¹ for every α)."""
    found = smoothness(get("elu"))
    assert (found.exception.lhs, found.exception.rhs) == (get("elu").parameters[0].symbol, 1)
    assert found.otherwise.order == 1
    assert str(found) == "C⁰, not C¹, unless α = 1: then C¹, not C²"


def test_celu_second_derivative_jumps_by_one_over_alpha():
    """CELU is C¹ for every α, and its second derivative jumps from 1/α to 0."""
    alpha = get("celu").parameters[0].symbol
    (found,) = breaks(get("celu"))
    assert (found.order, found.left, found.right) == (2, 1 / alpha, 0)
    assert smoothness(get("celu")).exception is None


def test_prelu_with_slope_one_is_the_identity():
    """The exception of PReLU is a = 1, where it is smooth."""
    assert smoothness(get("prelu")).otherwise.order is None


def test_threshold_is_continuous_iff_its_value_is_the_threshold():
    """The relation is stated, and under it a kink is left."""
    found = smoothness(get("threshold"))
    assert str(found.exception.lhs) == "value"
    assert str(found.exception.rhs) == "threshold"
    assert found.otherwise.order == 0


@pytest.mark.may_be_open
@pytest.mark.parametrize("name", [name for name in ELEMENTWISE if name != "threshold"])
def test_one_sided_values_agree_with_differences(name):
    """One-sided values and slopes at each jump or kink agree with one-sided difference quotients."""
    entry = get(name).at_defaults()
    function = lambdify(x, expand_meaning(entry.expr), ["scipy", "numpy"])
    step = 1e-6
    for found in breaks(entry):
        if found.order > 1:
            continue
        at = float(found.at)
        for side, claimed in ((-1, found.left), (1, found.right)):
            near, far = function(at + side * step), function(at + 2 * side * step)
            measured = near if found.order == 0 else side * (far - near) / step
            assert np.isclose(measured, float(claimed), atol=1e-4)


def test_a_kink_hidden_in_a_high_derivative_is_found():
    """|x|³ is C² and not C³."""
    assert smoothness(Activation("cube", Abs(x) ** 3)).order == 2


def test_a_value_off_the_curve_is_a_jump():
    """A single misplaced value makes the function discontinuous."""
    dent = Activation("dent", Piecewise((x, x < 1), (x + 1, x > 1), (7, True)))
    (found,) = breaks(dent)
    assert (found.order, found.left, found.right, found.value) == (0, 1, 2, 7)


@pytest.mark.parametrize(
    ("expr", "expected"),
    [
        (1 / (x - Rational(1, 3)), "ℝ ∖ {1/3}"),
        (log(x), "(0, ∞)"),
        (sqrt(x), "[0, ∞)"),
        (sqrt(1 - x**2), "[−1, 1]"),
        (exp(1 / x), "ℝ ∖ {0}"),
        (sqrt(x**2 - 1), "(−∞, −1] ∪ [1, ∞)"),
        (sqrt(log(x)), "[1, ∞)"),
        (log(1 - exp(-(x**2))), "ℝ ∖ {0}"),
        (sin(x) / x, "ℝ"),
        (sqrt(-(x**2)), "{0}"),
    ],
)
def test_the_natural_domain(expr, expected):
    """Logarithms, roots and quotients restrict the domain; a removable singularity does not."""
    assert text(domain(Activation("restricted", expr))) == expected


def test_infinitely_many_poles_are_open():
    """The domain of the tangent is no finite union of intervals."""
    with pytest.raises(OpenError):
        domain(Activation("tangent", tan(x)))


def test_facts_name_the_kinks():
    """The sheet lists both kinks of hardswish with their slopes."""
    labels = [f.label for f in facts(get("hardswish"))]
    assert sum(label.startswith("kink at") for label in labels) == 2
