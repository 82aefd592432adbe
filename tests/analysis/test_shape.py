from functools import cache

import mpmath
import numpy as np
import pytest
from sympy import Interval, LambertW, Piecewise, S, Symbol, exp, lambdify, oo, sqrt
from sympy.sets.sets import FiniteSet

from symact.activation import Activation, Parameter, x
from symact.analysis.shape import extrema, facts, inflections, lipschitz, value_range, zeros
from symact.catalog import get, names
from symact.errors import OpenError
from symact.functions import expand_meaning, normal_cdf, normal_pdf
from symact.verdict import Grade

ELEMENTWISE = [name for name in names() if get(name).is_elementwise]
OVERFLOWING = {"soft_clipping"}  # e^(50x) is beyond NumPy's range where this test computes
NUMERIC = [name for name in ELEMENTWISE if name not in {"threshold"} | OVERFLOWING]
GRID = np.concatenate([np.linspace(-9, 9, 721), [-40.0, -15.0, 15.0, 40.0]])


def concrete(name):
    """Return the activation at its defaults and a plain float function of it."""
    entry = get(name).at_defaults()
    return entry, lambdify(x, expand_meaning(entry.expr), ["scipy", "numpy"])


def sheet_of(entry):
    """Return the facts by their labels, all of them settled."""
    found = facts(entry)
    for fact in found:
        if fact.grade is Grade.OPEN:
            raise OpenError(f"{fact.label}: {fact.value}")
    return {fact.label: fact.value for fact in found}


def values(function, points):
    with np.errstate(all="ignore"):
        return np.array([float(function(p)) for p in points])


@cache
def ends(where):
    """Return (left, right, left open, right open) of every part, in floats."""
    if isinstance(where, Interval):
        return ((float(where.start), float(where.end), where.left_open, where.right_open),)
    if isinstance(where, FiniteSet):
        return tuple((float(p), float(p), False, False) for p in where.args)
    return tuple(end for part in where.args for end in ends(part))


def holds(where, point):
    return any(
        (a < point or (a == point and not a_open)) and (point < b or (point == b and not b_open))
        for a, b, a_open, b_open in ends(where)
    )


@pytest.mark.may_be_open
@pytest.mark.parametrize("name", NUMERIC)
def test_every_value_lies_in_the_range(name):
    """The range holds every value, and values come near each of its finite ends."""
    entry, function = concrete(name)
    where = value_range(entry)
    computed = values(function, GRID)
    low, high = float(where.inf), float(where.sup)
    assert computed.min() >= low - 1e-12
    assert computed.max() <= high + 1e-12
    if np.isfinite(low):
        assert computed.min() <= low + 0.03
    if np.isfinite(high):
        assert computed.max() >= high - 0.03


@pytest.mark.may_be_open
@pytest.mark.parametrize("name", NUMERIC)
def test_signs_and_zeros(name):
    """The function is positive, negative and zero where the sheet says so."""
    entry, function = concrete(name)
    where = sheet_of(entry)
    for point, value in zip(GRID, values(function, GRID), strict=True):
        if abs(value) > 1e-9:
            label = "f(x) > 0 on" if value > 0 else "f(x) < 0 on"
            assert holds(where[label], point)
        elif value == 0:
            assert holds(where["f(x) = 0 on"], point) or abs(point) > 5


@pytest.mark.may_be_open
@pytest.mark.parametrize("name", NUMERIC)
def test_monotonicity_by_differences(name):
    """Between two neighbouring grid points of one stretch the function moves as the sheet says."""
    entry, function = concrete(name)
    where = sheet_of(entry)
    computed = values(function, GRID[:721])
    for k in range(720):
        step = computed[k + 1] - computed[k]
        a, b = GRID[k], GRID[k + 1]
        if holds(where.get("increasing on", S.EmptySet), a) and holds(where["increasing on"], b):
            assert step >= -1e-12
        if abs(step) > 1e-9:
            opposite = where.get("decreasing on" if step > 0 else "increasing on", S.EmptySet)
            assert not any(low <= a and b <= high for low, high, *_ in ends(opposite))


@pytest.mark.may_be_open
@pytest.mark.parametrize("name", NUMERIC)
def test_no_difference_quotient_exceeds_the_lipschitz_constant(name):
    """No secant is steeper than the constant, and some secant comes near it."""
    entry, function = concrete(name)
    constant = lipschitz(entry)
    fine = np.linspace(-6, 6, 4801) if constant.is_finite else np.linspace(-60, 60, 4801)
    quotients = np.abs(np.diff(values(function, fine)) / np.diff(fine))
    if constant is oo:
        assert quotients.max() > 3
    else:
        assert quotients.max() <= float(constant) + 1e-9
        assert quotients.max() >= float(constant) - 0.03


@pytest.mark.may_be_open
@pytest.mark.parametrize("name", NUMERIC)
def test_convexity_by_second_differences(name):
    """Three neighbouring points inside a convex stretch lie convexly, and so for concave ones."""
    entry, function = concrete(name)
    where = sheet_of(entry)
    fine = np.linspace(-6, 6, 481)
    computed = values(function, fine)
    bends = computed[2:] - 2 * computed[1:-1] + computed[:-2]
    for label, sign in (("convex on", 1), ("concave on", -1)):
        parts = where.get(label, S.EmptySet)
        for part in parts.args if parts.func.__name__ == "Union" else [parts]:
            for k, bend in enumerate(bends):
                if holds(part, fine[k]) and holds(part, fine[k + 2]):
                    assert sign * bend >= -1e-12


MINIMA = {  # peers.md §4: id 52, 58, 64
    "gelu": ("-0.75179152469356446", "-0.16997120747990367"),
    "mish": ("-1.1924312145154952", "-0.3088434130172504"),
    "silu": ("-1.2784645427610738", "-0.27846454276107379"),
    "hardswish": ("-1.5", "-0.375"),
}


@pytest.mark.may_be_open
@pytest.mark.parametrize("name", MINIMA)
def test_minima_agree_with_the_literature(name):
    """Argmin and minimum agree with the published digits."""
    (minimum,) = extrema(get(name))
    place, value = MINIMA[name]
    assert minimum.kind == "global minimum"
    assert abs(minimum.place.args[0].evalf(25) - S(place)) < 1e-15
    assert abs(minimum.value.evalf(25) - S(value)) < 1e-15


def test_closed_forms_are_found():
    """SiLU's minimum is in Lambert's W, with swish's β carried along; GELU's inflections and steepness are exact."""
    beta = get("swish").parameters[0].symbol
    (minimum,) = extrema(get("swish"))
    w = LambertW(exp(-1))
    assert minimum.place.args[0].equals((-1 - w) / beta)
    assert (minimum.value + w / beta).simplify() == 0
    assert [p for p, _ in inflections(get("gelu"))] == [-sqrt(2), sqrt(2)]
    assert lipschitz(get("gelu")) == normal_cdf(sqrt(2)) + sqrt(2) * normal_pdf(sqrt(2))


@pytest.mark.parametrize(
    ("name", "digits"),
    [("silu", "1.0998393201288669"), ("mish", "1.0884981612517279"), ("gelu", "1.1289041451851548")],
)
def test_steepness_agrees_with_the_literature(name, digits):
    """sup |f′| agrees with the published digits (peers.md §4, id 53, 57, 64)."""
    assert abs(lipschitz(get(name)).evalf(25) - S(digits)) < 1e-15


@pytest.mark.parametrize("name", ["mish", "gelu", "gelu_tanh", "silu"])
def test_thirty_digits_of_the_argmin(name):
    """The digits shown are right to the thirtieth, by mpmath's root finder on the derivative."""
    mpmath.mp.dps = 45
    (minimum,) = extrema(get(name))
    slope = lambdify(x, expand_meaning(get(name).expr).diff(x), "mpmath")
    root = mpmath.findroot(slope, mpmath.mpf(str(minimum.place.args[0].evalf(15))))
    assert abs(mpmath.mpf(str(minimum.place.args[0].evalf(32))) - root) < mpmath.mpf(10) ** -29


def test_ranges_with_their_ends():
    """Open and closed ends, jumps, and parameters."""
    alpha = get("elu").parameters[0].symbol
    low, high = (p.symbol for p in get("hardtanh").parameters)
    assert value_range(get("elu")) == Interval.open(-alpha, oo)
    assert value_range(get("relu")) == Interval(0, oo)
    assert value_range(get("sigmoid")) == Interval.open(0, 1)
    assert value_range(get("binary_step")) == FiniteSet(0, 1)
    assert value_range(get("hardtanh")) == Interval(low, high)
    assert set(value_range(get("hardshrink").at_defaults()).args) == {
        FiniteSet(0),
        Interval.open(-oo, -S.Half),
        Interval.open(S.Half, oo),
    }


def test_zeros_of_stretches():
    """A stretch of zeros is an interval; a value at a jump counts."""
    assert zeros(get("relu")) == Interval(-oo, 0)
    assert zeros(get("binary_step")) == Interval.open(-oo, 0)
    assert zeros(get("softplus")) == S.EmptySet


def test_a_jump_the_wrong_way_breaks_monotonicity():
    """A function that rises on both sides of a downward jump is not increasing across it."""
    saw = Activation("saw", Piecewise((x, x < 1), (x - 5, True)))
    where = {f.label: f.value for f in facts(saw)}
    assert where["monotonicity"] == "not monotone"
    assert where["Lipschitz constant"] is oo
    assert where["increasing on"].args == (Interval.open(-oo, 1), Interval(1, oo))


def test_undecided_parameters_are_open():
    """Where a parameter without a default decides, the fact is open with its reason."""
    shift = Symbol("shift", real=True)
    shifted = Activation("shifted", exp(x) - shift, parameters=(Parameter(shift),))
    (zero,) = [f for f in facts(shifted) if f.label == "f(x) = 0 on"]
    assert zero.grade is Grade.OPEN
    assert "shift" in zero.method


@pytest.mark.parametrize("name", [name for name in names() if not get(name).is_elementwise])
def test_vector_functions_have_no_shape(name):
    """Shape is a question about functions of one number."""
    assert facts(get(name)) == ()


def test_functions_outside_the_catalogue():
    """Throw-away entries: a square root, a bell, an even product and a quintic with one real zero."""
    assert value_range(Activation("squareplus", (x + sqrt(x**2 + 4)) / 2)) == Interval.open(0, oo)
    assert value_range(Activation("bell", exp(-(x**2)))) == Interval.Lopen(0, 1)
    assert lipschitz(Activation("bell", exp(-(x**2)))) == sqrt(2) * exp(-S.Half)
    assert len(zeros(Activation("quintic", x**5 - x - 1)).args) == 1
    assert [e.kind for e in extrema(Activation("cubic", x**3 - 3 * x))] == ["local maximum", "local minimum"]
