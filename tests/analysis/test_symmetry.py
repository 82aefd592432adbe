import pytest
from sympy import Abs, Rational, S, lambdify, symbols

from symact.activation import Activation, x
from symact.analysis.symmetry import even, facts, odd, reflection_difference, reflection_sum
from symact.catalog import get, names
from symact.functions import expand_meaning, sigmoid
from symact.verdict import Grade

ELEMENTWISE = [name for name in names() if get(name).is_elementwise and name != "threshold"]
POINTS = [Rational(1, 7), Rational(1, 2), Rational(1), Rational(5, 2), Rational(3), Rational(31, 4)]
# fmt: off
ODD = {
    "arcsinh", "arctan", "bipolar_sigmoid", "error_function", "gcu", "hardshrink", "hardtanh", "hexpo", "identity",
    "isru", "ncu", "rectified_sech", "rootsig", "scaled_softsign", "scaled_tanh", "shrink", "sine", "siren",
    "softshrink", "softsign", "sqnl", "symexp", "symlog", "tanh", "tanhshrink",
}
EVEN = {
    "asu", "bfire", "cosine", "gaussian", "inverse_multiquadric", "inverse_quadratic", "laplacian", "lisht", "pan",
    "self_arctan", "sgelu", "sigmoid_derivative", "sinc", "soft_modulus_q", "square", "tent", "vrelu", "wave",
}
GATED = {
    "acon_c", "aglu", "calu", "frelu", "gelu", "gelu_sigmoid", "gelu_tanh", "hardswish", "lalu", "logsigmoid", "msilu",
    "pflu", "rand_softplus", "relu", "shilu", "silu", "smelu", "softplus", "sparse_plus", "squareplus", "swish",
}
# fmt: on
SAME_BY_CHANCE = {"chebyshev"}  # with the default coefficient c₁ = 1/2


def at(name, point):
    """Return a value by mpmath, which evaluates the branch of the point alone."""
    return float(lambdify(x, expand_meaning(get(name).at_defaults().expr), "mpmath")(float(point)))


@pytest.mark.parametrize("name", ELEMENTWISE)
def test_oddness(name):
    """An odd entry is proved odd, any other refuted by a counterexample that is one."""
    verdict = odd(get(name))
    assert bool(verdict) == (name in ODD)
    if verdict:
        assert all(abs(at(name, -p) + at(name, p)) < 1e-12 for p in POINTS)
    else:
        assert verdict.grade is Grade.REFUTED
        here = odd(get(name).at_defaults()).counterexample
        point = next(iter(here.point.values()))
        assert abs(at(name, -point) + at(name, point)) > 1e-9
        assert abs(float(here.left.evalf()) - at(name, -point)) < 1e-12


@pytest.mark.parametrize("name", ELEMENTWISE)
def test_evenness(name):
    """An even entry is proved even, any other refuted by a counterexample that is one."""
    verdict = even(get(name).at_defaults())
    assert bool(verdict) == (name in EVEN)
    if verdict:
        assert all(abs(at(name, -p) - at(name, p)) < 1e-12 for p in POINTS)
        return
    point = next(iter(verdict.counterexample.point.values()))
    assert abs(at(name, -point) - at(name, point)) > 1e-9


@pytest.mark.parametrize("name", ELEMENTWISE)
def test_reflection_identities_hold_at_points(name):
    """Each identity that is claimed holds numerically; f(x) − f(−x) = x for exactly the gated family."""
    difference, total = reflection_difference(get(name).at_defaults()), reflection_sum(get(name).at_defaults())
    for p in POINTS:
        if difference is not None:
            assert abs(at(name, p) - at(name, -p) - float(difference.subs(x, p))) < 1e-12
        if total is not None:
            assert abs(at(name, p) + at(name, -p) - float(total.subs(x, p))) < 1e-12
    assert (difference == x) == (name in GATED | SAME_BY_CHANCE)


def test_mish_has_no_reflection_identity():
    """Mish is the gated unit without the identity."""
    assert reflection_difference(get("mish")) is None
    assert reflection_sum(get("mish")) is None


def test_point_symmetry():
    """σ(x) + σ(−x) = 1, the hard sigmoid as well, and the step away from 0."""
    assert reflection_sum(get("sigmoid")) == 1
    assert reflection_sum(get("hardsigmoid")) == 1
    (step,) = [f for f in facts(get("binary_step")) if f.label.startswith("f(x) +")]
    assert step.value == 1
    assert "≠ 0" in step.method


def test_parameters_stay_symbols():
    """leaky ReLU: f(x) − f(−x) = (1 + a)·x and f(x) + f(−x) = (1 − a)·|x|, for every a."""
    slope = get("leaky_relu").parameters[0].symbol
    assert (reflection_difference(get("leaky_relu")) - (1 + slope) * x).expand() == 0
    assert (reflection_sum(get("leaky_relu")) - (1 - slope) * Abs(x)).expand() == 0
    assert reflection_difference(get("softplus")) == x


def test_even_functions_are_recognised():
    """|x| and x·tanh-like products are even."""
    assert even(Activation("modulus", Abs(x)))
    assert even(Activation("lisht", x * (2 * sigmoid(2 * x) - 1)))
    assert even(Activation("zero", S.Zero * x + symbols("c") - symbols("c"))).condition is S.true


def test_equal_at_one_point_is_not_enough():
    """x³ − x + 1 takes one value at 1 and −1 and is refuted elsewhere."""
    verdict = even(Activation("cubic", x**3 - x + 1))
    assert verdict.grade is Grade.REFUTED
    assert verdict.counterexample.left != verdict.counterexample.right
