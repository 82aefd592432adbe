"""Numbers of 16 bits in C: every input there is, a double rounded to nearest even."""

import ctypes
import shutil
from typing import NamedTuple

import numpy as np
import pytest

from symact import catalog
from symact.accuracy.reference import Reference
from symact.accuracy.sweep import parameter_values
from symact.activation import Role
from symact.backends import render
from symact.backends.loading import shared_library
from symact.lowering import lower

pytestmark = [
    pytest.mark.skipif(shutil.which("cc") is None, reason="there is no C compiler"),
    # Of NaN and numbers that have no half.
    pytest.mark.filterwarnings("ignore:(invalid value|overflow) encountered:RuntimeWarning"),
]

NAMES = [
    name
    for name in catalog.names()
    if catalog.get(name).is_elementwise and all(p.default is not None for p in catalog.get(name).parameters)
]
ALL = np.arange(1 << 16, dtype=np.uint16)
UNSURE = 2.0**-34
"""How far from the truth a double may be, relative to it: more than the contract, for the sake of zeros of slopes."""


def f16(values):
    """Return the bits of doubles, rounded by NumPy."""
    return values.astype(np.float16).view(np.uint16)


def bf16(values):
    """Return the bits of doubles, rounded to nearest even by division into units."""
    exponents = np.maximum(np.frexp(values)[1] - 1, -126)
    units = np.ldexp(1.0, exponents - 7)
    rounded = np.where(np.isfinite(values), np.rint(values / units) * units, values)
    rounded = np.where(np.abs(rounded) >= 2.0**128, np.copysign(np.inf, values), rounded)
    return (rounded.astype(np.float32).view(np.uint32) >> 16).astype(np.uint16)


def of_f16(bits):
    """Return the doubles of bits."""
    return bits.view(np.float16).astype(np.float64)


def of_bf16(bits):
    """Return the doubles of bits."""
    return (bits.astype(np.uint32) << 16).view(np.float32).astype(np.float64)


FORMATS = {"f16": (f16, of_f16), "bf16": (bf16, of_bf16)}


@pytest.fixture(scope="module")
def library():
    """Return the compiled C of all functions of one number."""
    return ctypes.CDLL(str(shared_library(render([lower(catalog.get(name)) for name in NAMES], "c"))))


def called(function, arrays, values, number):
    """Run a C function on arrays, the last of which is the result."""
    pointers = [ctypes.c_void_p(array.ctypes.data) for array in arrays]
    function(*pointers, ctypes.c_size_t(arrays[0].size), *(number(value) for value in values))
    return arrays[-1]


def given(activation):
    """Return the values that are passed, and all of them by symbol: random parameters have their means."""
    values = {name: float(np.float32(value)) for name, value in parameter_values(activation, {}).items()}
    return [values[p.name] for p in activation.parameters if p.role is not Role.RANDOM], values


@pytest.mark.parametrize("suffix", FORMATS)
@pytest.mark.parametrize("name", NAMES)
def test_every_input_is_rounded(library, name, suffix):
    """The double is near the truth; where that may be on the other side of a boundary ball arithmetic decides.

    Only where truth and boundary are the same double may the result be the other neighbour.
    """
    rounded, of_bits = FORMATS[suffix]
    activation = catalog.get(name)
    passed, values = given(activation)
    x = of_bits(ALL)
    for order, kind in enumerate(("", "_grad")):
        half = called(
            getattr(library, f"symact_{name}{kind}_{suffix}"), (ALL, np.empty_like(ALL)), passed, ctypes.c_float
        )
        double = called(getattr(library, f"symact_{name}{kind}_f64"), (x, np.empty_like(x)), passed, ctypes.c_double)
        assert np.array_equal(np.isnan(of_bits(half)), np.isnan(double))
        beyond = np.isinf(x) | np.isinf(double)
        assert np.array_equal(half[beyond & ~np.isnan(double)], rounded(double[beyond & ~np.isnan(double)]))
        known = np.isfinite(x) & np.isfinite(double)
        low, high = (rounded(double * (1 + side * UNSURE)) for side in (-1, 1))
        sure = known & (low == high)
        assert np.array_equal(half[sure], low[sure])
        reference = Reference(activation, order, values)
        unsure = np.flatnonzero(known & ~sure).tolist()
        exact = [reference.exact(float(x[place])) for place in unsure]
        right = [decided(value, rounded, of_bits) for value in exact]
        wrong = [k for k, place in enumerate(unsure) if half[place] != right[k].bits]
        # x/2 + x²/√(2π) of a subnormal x: the double is the boundary x/2 itself, and goes to even.
        assert all(abs(exact[k] / right[k].boundary - 1) < 2.0**-51 for k in wrong)


class Decided(NamedTuple):
    """What a ball is rounded to, and the boundary that it is near."""

    bits: int
    boundary: float


def decided(ball, rounded, of_bits):
    """Round a ball, a double from a boundary of which may be the boundary itself."""
    near = float(ball)
    low, high = (rounded(np.array([np.nextafter(near, to)]))[0] for to in (-np.inf, np.inf))
    below, above = (float(of_bits(np.array([bits]))[0]) for bits in (low, high))
    if low == high:
        return Decided(low, near)
    boundary = (below + above) / 2 if np.isfinite(above - below) else near
    return Decided(high if ball > boundary else low if ball < boundary else rounded(np.array([boundary]))[0], boundary)


@pytest.mark.parametrize("suffix", FORMATS)
def test_conversions(library, suffix):
    """The identity (leaky_relu with slope 1) gives every number back, NaN as NaN, and infinities."""
    _, of_bits = FORMATS[suffix]
    same = called(getattr(library, f"symact_leaky_relu_{suffix}"), (ALL, np.empty_like(ALL)), (1.0,), ctypes.c_float)
    nan = np.isnan(of_bits(ALL))
    assert np.array_equal(same[~nan], ALL[~nan])
    assert np.isnan(of_bits(same[nan])).all()


@pytest.mark.parametrize("suffix", FORMATS)
@pytest.mark.parametrize("name", ["gelu", "relu", "silu", "leaky_relu"])
def test_backward_is_rounded_once(library, name, suffix):
    """Dy·f′(x) of doubles, rounded, in place and for sizes around the blocks."""
    rounded, of_bits = FORMATS[suffix]
    passed, _ = given(catalog.get(name))
    generator = np.random.default_rng(0)
    for size in (0, 1, 511, 512, 513, 3000):
        x, dy = (rounded(generator.normal(scale=3, size=size)) for _ in range(2))
        wide = called(
            getattr(library, f"symact_{name}_backward_f64"),
            (of_bits(x), of_bits(dy), np.empty(size)), passed, ctypes.c_double,
        )  # fmt: skip
        function = getattr(library, f"symact_{name}_backward_{suffix}")
        assert np.array_equal(called(function, (x, dy, np.empty_like(x)), passed, ctypes.c_float), rounded(wide))
        assert np.array_equal(called(function, (x, dy, dy), passed, ctypes.c_float), rounded(wide))


@pytest.mark.parametrize("suffix", FORMATS)
def test_parameters_outside_their_domain(library, suffix):
    """NaN everywhere."""
    _, of_bits = FORMATS[suffix]
    bits = called(getattr(library, f"symact_elu_{suffix}"), (ALL, np.empty_like(ALL)), (-1.0,), ctypes.c_float)
    assert np.isnan(of_bits(bits)).all()
