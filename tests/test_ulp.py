"""The ruler is tested before anything is measured with it."""

import math

import numpy as np
import pytest
from flint import arb

from symact.balls import working_precision
from symact.ulp import WRONG_NAN, distance, neighbours, spacing, spread

TYPES = [np.float16, np.float32, np.float64]


@pytest.mark.parametrize("dtype", TYPES)
@pytest.mark.parametrize("value", [1.0, 1.5, 0.75, -3.0])
def test_neighbours_are_one_apart(dtype, value):
    """The next float up is exactly 1 ULP from the value, measured at the value."""
    assert distance(float(np.nextafter(dtype(value), dtype(np.inf))), value, dtype) == 1


@pytest.mark.parametrize("dtype", TYPES)
def test_below_a_power_of_two_floats_are_half_as_far_apart(dtype):
    """1 − ε/2 is half an ULP of 1 below 1, and a whole ULP of its own."""
    below = float(np.nextafter(dtype(1), dtype(0)))
    assert distance(below, 1.0, dtype) == 0.5
    assert distance(1.0, below, dtype) == 1.0


@pytest.mark.parametrize("dtype", TYPES)
def test_spacing_agrees_with_numpy(dtype):
    """At normal and subnormal numbers the ruler is NumPy's spacing."""
    info = np.finfo(dtype)
    for value in (info.tiny, info.smallest_subnormal, 1.0, 3.0):
        assert spacing(float(value), dtype) == float(np.spacing(dtype(value)))


def test_signed_zeros_are_equal():
    """−0.0 is no error for 0."""
    assert distance(-0.0, 0.0) == 0
    assert distance(0.0, arb(0)) == 0


def test_the_least_subnormal_is_one_from_zero():
    """Subnormal results count, on the subnormal grid."""
    assert distance(5e-324, 0.0) == 1
    assert distance(0.0, arb(2) ** -1074) == 1
    assert distance(0.0, arb(2) ** -1075) == 0.5


def test_infinities():
    """An infinity is right only where the exact value is one, or rounds to one."""
    assert distance(math.inf, math.inf) == 0
    assert distance(math.inf, -math.inf) == WRONG_NAN
    assert distance(1.0, math.inf) == WRONG_NAN
    assert distance(math.inf, 1e308) == WRONG_NAN
    assert distance(math.inf, arb(2) ** 1024) == 0
    assert distance(-math.inf, arb(2) ** 1024) == WRONG_NAN
    assert distance(math.inf, 1e39, np.float32) == 0


def test_nan():
    """NaN is right only for NaN."""
    assert distance(math.nan, math.nan) == 0
    assert distance(math.nan, 1.0) == WRONG_NAN
    assert distance(1.0, math.nan) == WRONG_NAN


def test_a_correctly_rounded_result_is_within_half():
    """1/3 rounded is at most half an ULP away from 1/3."""
    with working_precision(120):
        assert 0 < distance(1 / 3, arb(1) / 3) <= 0.5


@pytest.mark.parametrize("dtype", TYPES)
def test_spread_is_finite_and_reaches_everywhere(dtype):
    """Points have both signs and magnitudes from subnormal to near the largest."""
    points = spread(4000, dtype)
    assert points.dtype == dtype
    assert np.isfinite(points).all()
    assert (points < 0).any()
    assert np.abs(points).min() < np.finfo(dtype).tiny * 64
    assert np.abs(points).max() > np.finfo(dtype).max / 64


def test_neighbours_of_a_point():
    """Two steps on both sides give five floats."""
    assert neighbours([1.0]).size == 5
