"""The comparison in C finds what NumPy finds."""

import math
import subprocess
from dataclasses import replace

import numpy as np
import pytest

from symact import catalog
from symact.accuracy.comparison import BLOCK, Case, Worst, compare
from symact.accuracy.exhaustive import cases
from symact.backends.loading import compiler, load
from symact.errors import SymactError
from symact.lowering import lower
from symact.ulp import distance, spacings

COUNT = 2**18


def bits(value):
    """Return the bits of a float32 as a number."""
    return int(np.float32(value).view(np.uint32))


PLACES = {
    "subnormal": bits(0.0),
    "small": bits(1e-20),
    "middle": bits(0.75),
    "large": bits(80.0),
    "the end": bits(np.inf) - COUNT // 2,
    "-small": bits(-1e-30),
    "-middle": bits(-1.3),
    "-large": bits(-88.0),
    "-the end": 2**32 - COUNT,
}
"""Where to begin: subnormal numbers, overflow and NaN are among them."""


def by_numpy(case, first, count):
    """Return what :func:`compare` should, array by array."""
    loaded = load(lower(catalog.get(case.function)), "c")
    attribute = {"f": "value", "f′": "grad"}[case.derivative]
    x = np.arange(first, first + count, dtype=np.uint64).astype(np.uint32).view(np.float32)
    with np.errstate(all="ignore"):
        computed = loaded.on_numpy(attribute, x, **dict(case.parameters))
        exact = loaded.on_numpy(attribute, x.astype(np.float64), **dict(case.parameters))
    return reduced(x, computed, exact)


def reduced(x, computed, exact):
    """Return the worst error of results in float32 beside results in float64, and the first input that has it."""
    with np.errstate(all="ignore"):
        nearest = exact.astype(np.float32)
        errors = np.abs(computed - exact) / spacings(exact, np.float32)
    agrees = (computed == nearest) & np.isinf(nearest) | np.isnan(computed) & np.isnan(exact)
    errors[agrees] = 0.0
    errors[np.isnan(errors)] = np.inf
    largest = int(np.argmax(errors))
    return Worst(float(errors[largest]), float(x[largest]) if errors[largest] > 0 else None)


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize(
    "name", ["relu", "gelu", "exponential", "square", "leaky_relu", "hardtanh", "softplus", "sine"]
)
def test_c_finds_what_numpy_finds(name, place):
    """The same error to the last bit, at the same input, for f and f′ and all sets of parameters."""
    for case in cases([catalog.get(name)]):
        assert compare(case, PLACES[place], COUNT) == by_numpy(case, PLACES[place], COUNT)


def scripted(single, double):
    """Return a case whose two functions are given as C expressions of x."""
    loop = "void symact_f_{0}(const {1} *x, {1} *y, size_t n) {{ for (size_t i = 0; i < n; ++i) y[i] = at_{0}(x[i]); }}"
    text = "\n".join(
        (
            "#include <math.h>\n#include <stddef.h>\n#include <stdint.h>\n#include <string.h>",
            "static uint32_t bits(float x) { uint32_t b; memcpy(&b, &x, 4); return b; }",
            f"static float at_f32(float x) {{ return {single}; }}",
            f"static double at_f64(double x) {{ return {double}; }}",
            loop.format("f32", "float"),
            loop.format("f64", "double"),
        )
    )
    known = cases([catalog.get("identity")])[0]
    return replace(known, symbol="symact_f", files=(("f.c", text),))


WRONG = {
    "three units": ("bits(x) == {bits}u ? x + 3 * 0x1p-23f : x", "x", 1.2345, 3.0),
    "NaN for a number": ("bits(x) == {bits}u ? NAN : x", "x", 1.2345, math.inf),
    "a number for NaN": ("x", "(float)x == {value} ? NAN : x", 1.2345, math.inf),
    "infinity for a number": ("bits(x) == {bits}u ? INFINITY : x", "x", 3e38, math.inf),
    "the other infinity": ("bits(x) == {bits}u ? -x : x", "x", math.inf, math.inf),
    "the largest number for infinity": ("bits(x) == {bits}u ? 3.40282347e38f : x", "x", math.inf, math.inf),
    "one unit of subnormals": ("bits(x) == {bits}u ? x + 0x1p-149f : x", "x", 1e-40, 1.0),
    "half a unit": ("x", "(float)x == {value} ? x + 0x1p-24 : x", 1.2345, 0.5),
    "a sign": ("bits(x) == {bits}u ? -x : x", "x", 1.0, 2.0**24),
    "no overflow, but the double's": ("x", "(float)x == {value} ? 1e300 : x", 1.2345, 1e300 / 2.0**104),
}
"""What is wrong, at one input in C, at which, and the error."""


@pytest.mark.parametrize("what", WRONG)
def test_what_is_wrong_at_one_input_is_found(what):
    """By how much, and where, wherever in a block it is."""
    single, double, value, error = WRONG[what]
    place = np.float32(value)
    spelled = {"bits": bits(place), "value": f"{float(place)!r}"}
    case = scripted(single.format(**spelled), double.format(**spelled))
    for before in (0, 1, BLOCK - 1, 5 * BLOCK + 17):
        found = compare(case, bits(place) - before, 8 * BLOCK)
        assert found == Worst(pytest.approx(error, rel=1e-6), float(place))


def test_the_unit_is_that_of_the_ruler():
    """The error of one input is its distance by ball arithmetic from the float64 result."""
    case = scripted("x + 5 * 0x1p-126f", "x * 1.0000003")
    for value in (1.0, 1.9999999, 0.7, 1e-38, 1e-41, 3.3e38, 123.0):
        place = np.float32(value)
        x = np.arange(bits(place), bits(place) + BLOCK, dtype=np.uint32).view(np.float32)
        expected = max(
            distance(float(np.float32(each) + np.float32(5 * 2.0**-126)), float(each) * 1.0000003, np.float32)
            for each in x
            if np.isfinite(each)
        )
        assert compare(case, bits(place), BLOCK).ulp == pytest.approx(expected, rel=1e-12)


def test_overflow_is_right_where_the_exact_value_rounds_to_it():
    """An infinity for what is beyond the largest float is no error; for what rounds to that float it is one."""
    assert compare(scripted("INFINITY", "0x1.ffffffp127"), 0, BLOCK) == Worst(0.0, None)
    assert compare(scripted("INFINITY", "0x1.fffffefffffffp127"), 0, BLOCK).ulp == math.inf


@pytest.mark.parametrize("arity", range(4))
def test_the_loop_is_clean_c99(arity, tmp_path):
    """The compiler has nothing to say about it, for any number of parameters."""
    text = replace(scripted("x", "x"), parameters=tuple((f"p{k}", 1.0) for k in range(arity))).comparison
    (tmp_path / "comparison.c").write_text(text, "utf-8")
    strict = [*compiler(), "-std=c99", "-O2", "-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Werror"]
    subprocess.run([*strict, "-c", "comparison.c"], cwd=tmp_path, check=True)


def test_another_compiler_is_refused():
    """Where the code would be compiled by something else than the case says, nothing is measured."""
    case = replace(scripted("x", "x"), compiler="tcc 0.9")
    with pytest.raises(SymactError, match=r"by 'tcc 0\.9', but here is '.*'"):
        compare(case, 0, BLOCK)


def test_the_digest_is_of_all_that_matters():
    """Other code, another function of it, other parameters and another compiler are another digest."""
    case = Case("f", "f", "symact_f", (("a", 0.5),), (("f.c", "text"),), "cc 12")
    changes = [
        {"symbol": "symact_f_grad"},
        {"parameters": (("a", 0.25),)},
        {"parameters": (("b", 0.5),)},
        {"files": (("f.c", "text "),)},
        {"compiler": "cc 13"},
    ]
    assert len({case.digest, *(replace(case, **change).digest for change in changes)}) == len(changes) + 1
