"""Numbers of 16 bits in C: every input there is, correctly rounded."""

import ctypes
import platform
import shutil
import subprocess
from functools import cache

import numpy as np
import pytest
from builds import BUILDS, for_processors
from builds import library as built
from sympy import Rational, S

from symact import catalog
from symact.accuracy.reference import Reference
from symact.accuracy.sweep import parameter_values
from symact.activation import Role
from symact.analysis.transseries import TIME, leading_term, sign
from symact.backends import render, write
from symact.backends.loading import shared_library
from symact.balls import working_precision
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


def agree(computed, expected):
    """Whether bits are the same, but for the sign of a zero."""
    zero = (computed & 0x7FFF) == 0
    return np.array_equal(zero, (expected & 0x7FFF) == 0) and np.array_equal(computed[~zero], expected[~zero])


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
    """The double is near the truth; where that may be on the other side of a boundary the truth is asked for."""
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
        assert agree(half[beyond & ~np.isnan(double)], rounded(double[beyond & ~np.isnan(double)]))
        known = np.isfinite(x) & np.isfinite(double)
        low, high = (rounded(double * (1 + side * UNSURE)) for side in (-1, 1))
        sure = known & (low == high)
        assert agree(half[sure], low[sure])
        reference = Reference(activation, order, values)
        unsure = np.flatnonzero(known & ~sure)
        right = [decided(reference, point, rounded, of_bits) for point in x[unsure].tolist()]
        wrong = unsure[half[unsure] != right]
        assert wrong.size == 0, (kind, wrong.size, x[wrong[0]], x[wrong[-1]])


def decided(reference, point, rounded, of_bits):
    """Return what the truth is rounded to: to even where it is the boundary between two numbers."""
    near = float(reference.exact(point))
    low, high = (rounded(np.array([np.nextafter(near, to)]))[0] for to in (-np.inf, np.inf))
    if low == high:
        return low
    below, above = (float(of_bits(np.array([bits]))[0]) for bits in (low, high))
    boundary = (below + above) / 2 if np.isfinite(above - below) else near
    side = side_of(reference, point, boundary)
    return high if side > 0 else low if side < 0 else rounded(np.array([boundary]))[0]


def side_of(reference, point, boundary):
    """Return the sign of f(x) − boundary by ball arithmetic, and where 2000 digits agree by the expansion at infinity.

    The first term of the expansion that is not the boundary has its sign where it is that small; there is none where
    the boundary is the truth.
    """
    for bits in (110, 2000):
        with working_precision(bits + 60):
            difference = reference.exact(point, bits) - boundary
        if difference > 0 or difference < 0:
            return 1 if difference > 0 else -1
    if abs(point) < 1 or any(abs(edge) > abs(point) for edge in reference.edges):
        return 0
    branch = reference.branches[-1 if point > 0 else 0]
    values = tuple((symbol, Rational(value)) for symbol, value in reference.values.items())
    sum_of_terms = S.Zero
    for growth, coefficient in first_terms(branch, values, reference.cells.symbol, 1 if point > 0 else -1):
        if sum_of_terms == Rational(boundary):
            return sign(coefficient)
        sum_of_terms += coefficient * growth.to_expr(Rational(abs(point)))
    return 0


@cache
def first_terms(branch, values, x, direction):
    """Return up to three terms of a function for x → ±∞."""
    rest = branch.subs(values).subs(x, direction * TIME)
    terms = []
    while len(terms) < 3 and (term := leading_term(rest, TIME)) is not None:
        terms.append(term)
        rest -= term[1] * term[0].to_expr(TIME)
    return terms


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
        assert agree(called(function, (x, dy, np.empty_like(x)), passed, ctypes.c_float), rounded(wide))
        assert agree(called(function, (x, dy, dy), passed, ctypes.c_float), rounded(wide))


@pytest.mark.parametrize("suffix", FORMATS)
@pytest.mark.parametrize("name", ["gelu", "silu", "sigmoid", "tanh", "softplus"])
def test_what_is_too_small_for_a_float_comes_back_large(library, name, suffix):
    """A slope of 1e-60 times dy = 1e30 is a number of 16 bits, if its exponent has the range."""
    rounded, of_bits = FORMATS[suffix]
    passed, _ = given(catalog.get(name))
    x, dy = (grid.ravel() for grid in np.meshgrid(np.linspace(-200, 200, 801), [1.0, -9.0, 1e4, 1e20, -1e30, 3e38]))
    x, dy = rounded(x), rounded(dy)
    wide = called(
        getattr(library, f"symact_{name}_backward_f64"),
        (of_bits(x), of_bits(dy), np.empty(x.size)), passed, ctypes.c_double,
    )  # fmt: skip
    computed = called(
        getattr(library, f"symact_{name}_backward_{suffix}"), (x, dy, np.empty_like(x)), passed, ctypes.c_float
    )
    known = ~np.isnan(wide)
    assert agree(computed[known], rounded(wide[known]))
    assert np.isnan(of_bits(computed[~known])).all()


@pytest.mark.parametrize("suffix", FORMATS)
def test_parameters_outside_their_domain(library, suffix):
    """NaN everywhere."""
    _, of_bits = FORMATS[suffix]
    bits = called(getattr(library, f"symact_elu_{suffix}"), (ALL, np.empty_like(ALL)), (-1.0,), ctypes.c_float)
    assert np.isnan(of_bits(bits)).all()


SAMPLES = ("relu", "sigmoid", "gelu", "elu")
"""Exact, in float, in double, and with a parameter."""


@pytest.mark.skipif(platform.machine() != "x86_64", reason="the builds are for x86-64")
@pytest.mark.parametrize("suffix", FORMATS)
def test_every_build_and_processor_gives_the_same_bits(tmp_path, suffix):
    """Of all inputs there are, and what goes back."""
    files = render([lower(catalog.get(name)) for name in SAMPLES], "c")
    dy = np.random.default_rng(0).permutation(ALL)
    kinds = [*((files, build) for build in BUILDS), *((each, BUILDS[1]) for each in for_processors(files)[1:])]
    found = []
    for number, (each, build) in enumerate(kinds):
        compiled = built(each, tmp_path / str(number), build)
        bits = b""
        for name in SAMPLES:
            passed, _ = given(catalog.get(name))
            for kind, arrays in (("", (ALL,)), ("_backward", (ALL, dy))):
                function = getattr(compiled, f"symact_{name}{kind}_{suffix}")
                result = called(function, (*arrays, np.empty_like(ALL)), passed, ctypes.c_float)
                bits += np.where(np.isnan(FORMATS[suffix][1](result)), 0x7FFF, result).tobytes()
        found.append(bits)
    assert len(set(found)) == 1


FUZZ = r"""
#include "symact.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST = 1600 };

int main(void) {
    static const size_t sizes[] = {0, 1, 7, 63, 64, 65, 511, 512, 513, 1029, MOST};
    for (unsigned seed = 0; seed < 20; ++seed) {
        srand(seed);
        for (size_t s = 0; s < sizeof sizes / sizeof *sizes; ++s) {
            const size_t n = sizes[s];
            uint16_t *x = malloc((n + 1) * sizeof *x), *dy = malloc((n + 1) * sizeof *dy);
            for (size_t i = 0; i < n + 1; ++i) {
                x[i] = (uint16_t)rand();
                dy[i] = (uint16_t)rand();
            }
            CALLS
            free(x);
            free(dy);
        }
    }
    puts("done");
    return 0;
}
"""


@pytest.mark.skipif(shutil.which("gcc") is None, reason="gcc is not installed")
@pytest.mark.parametrize("options", ["-O1", "-O3 -fopenmp"])
def test_no_undefined_behaviour(tmp_path, options):
    """Any bits, in place, from the second element on, in sizes around vectors and blocks, under the sanitizers."""
    write(render([lower(catalog.get(name)) for name in SAMPLES], "c"), tmp_path)
    calls = []
    for name in SAMPLES:
        parameters = "".join(f", {float(value)!r}f" for value in given(catalog.get(name))[0])
        for suffix in FORMATS:
            calls.append(f"symact_{name}_backward_{suffix}(x + 1, dy, dy, n{parameters});")
            calls.append(f"symact_{name}_grad_{suffix}(x + 1, dy, n{parameters});")
            calls.append(f"symact_{name}_{suffix}(x + 1, x + 1, n{parameters});")
    (tmp_path / "main.c").write_text(FUZZ.replace("CALLS", "\n            ".join(calls)))
    flags = [*options.split(), "-std=c99", "-fsanitize=address,undefined", "-fno-sanitize-recover=all"]
    subprocess.run(["gcc", *flags, "main.c", "symact.c", "-o", "main", "-lm"], cwd=tmp_path, check=True)
    ran = subprocess.run(["./main"], cwd=tmp_path, check=True, capture_output=True, text=True)
    assert ran.stdout == "done\n"
