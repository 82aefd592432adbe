"""The reference is the definition: checked against mpmath, torch-free, and at breakpoints against the convention."""

import math

import mpmath
import numpy as np
import pytest

from symact.accuracy.reference import Reference, vector_reference
from symact.activation import vector
from symact.catalog import get, names

ELEMENTWISE = [name for name in names() if get(name).is_elementwise]


def test_high_and_low_part():
    """GELU(−3) to 30 digits, from mpmath."""
    high, low = Reference(get("gelu"), 0, {})([-3.0])
    with mpmath.workdps(40):
        exact = mpmath.mpf(-3) * mpmath.ncdf(-3)
        assert abs(mpmath.mpf(float(high[0])) + mpmath.mpf(float(low[0])) - exact) < abs(exact) * mpmath.mpf(10) ** -30


@pytest.mark.parametrize("name", ELEMENTWISE)
def test_derivative_is_the_slope_of_the_value(name):
    """A central difference of exact values in 110-bit arithmetic agrees with the exact derivative."""
    activation = get(name)
    values = {p.name: 0.75 for p in activation.parameters} | ({"lower": 0.125, "upper": 0.9, "max_val": 2.0})
    values = {p.name: values[p.name] for p in activation.parameters}
    f, slope = Reference(activation, 0, values), Reference(activation, 1, values)
    for point in (-4.0, -1.3, -0.4, 0.3, 0.9, 1.7, 5.0):
        step = 2.0**-30
        difference = (f.exact(point + step) - f.exact(point - step)) / (2 * step)
        assert float(abs(difference - slope.exact(point)).mid()) <= 1e-15 * (1 + abs(float(slope.exact(point).mid())))


def test_breakpoints_follow_the_convention():
    """At the kinks of hardswish f′ is 0 and 1, as in torch."""
    slope = Reference(get("hardswish"), 1, {})
    assert float(slope.exact(-3.0).mid()) == 0
    assert float(slope.exact(3.0).mid()) == 1


def test_scale_near_a_zero():
    """Near the zero of GELU′ the error is measured against |f′| + |x f″|, in its tail against |f′| alone."""
    slope = Reference(get("gelu"), 1, {})
    assert slope.scale(-0.7517915246935645) > 0.1
    assert slope.scale(-20.0) == pytest.approx(abs(float(slope.exact(-20.0).mid())), rel=1e-14)


def test_limits():
    """±∞ gives the derived limit."""
    f = Reference(get("elu"), 0, {"alpha": 2.0})
    assert f.limit(math.inf) == math.inf
    assert f.limit(-math.inf) == -2


def test_rows_by_balls():
    """A softmax row by balls is that of mpmath."""
    row = np.array([1.0, 3.0, 0.0, 2.0])
    beta = get("softmax").parameters[0].symbol
    balls = vector_reference(get("softmax").expr, {str(vector): row}, {beta: 1.0})
    total = sum(mpmath.exp(v) for v in row)
    for ball, entry in zip(balls, row, strict=True):
        assert float(ball.mid()) == pytest.approx(float(mpmath.exp(entry) / total), rel=1e-15)


def test_rows_with_hidden_digits():
    """log_softmax of the largest of far apart entries is −e^(−700), not 0 and not a wide ball."""
    balls = vector_reference(get("log_softmax").expr, {"x": np.array([0.0, 700.0])}, {})
    assert balls[1] < 0
    assert balls[1].rel_accuracy_bits() > 50
