"""The kernels of elementary functions in C, at a million points each beside the C library in long double."""

import ctypes
import platform
import shutil
import subprocess
from dataclasses import replace

import numpy as np
import pytest
from builds import BUILDS, for_processors, library

from symact import catalog
from symact.backends import render, write
from symact.backends.loading import FLAGS, load
from symact.lowering import lower
from symact.lowering.arithmetic import ONE, ZERO, constant, op
from symact.lowering.polynomials import ULP
from symact.lowering.program import Kernels, Node, Program
from symact.ulp import spacings

MAIN = r"""
#include "symact.c"
#include <stdint.h>
#include <stdio.h>
#include <string.h>

static const long COUNT = 1000000;
static uint64_t state = 88172645463325252;

static uint64_t random_bits(void) {
    state ^= state << 13;
    state ^= state >> 7;
    return state ^= state << 17;
}

/* Three in four of ordinary size, the rest of every size, infinities and NaN among them. */
static double random_argument(double low, double high) {
    const uint64_t bits = random_bits();
    double x;
    if (bits % 4 == 0) {
        const uint64_t any = random_bits();
        memcpy(&x, &any, sizeof x);
    } else if (bits % 4 == 1) {
        x = (bits & 8 ? 1.0 : -1.0) * pow(2.0, 64.0 * ((double)random_bits() / 18446744073709551616.0) - 60.0);
    } else {
        x = low + (high - low) * ((double)random_bits() / 18446744073709551616.0);
    }
    return low == 0.0 ? fabs(x) : x;
}

static const double EDGES[] = {EDGES_HERE};

/* Of a result in double in units in the last place, of one in float in units of 2^-30 of itself. */
static double distance(double y, long double exact) {
    int exponent;
    if (TYPE == FLOAT && !isnan(exact) && fabsl(exact) < 1e40L) {
        const long double error = fabsl(y - exact);
        return (double)(error <= 1e-46L ? 0 : ldexpl(error / fabsl(exact), 30));
    }
    if (TYPE == FLOAT && !isnan(exact)) {
        return exact > 0 ? (y >= 1e40 ? 0.0 : INFINITY) : (y <= -1e40 ? 0.0 : INFINITY);
    }
    const double rounded = (double)exact;
    if (isnan(exact) || isinf(rounded) || exact == 0) {
        return (isnan(exact) ? isnan(y) : y == rounded && signbit(y) == signbit(rounded)) ? 0.0 : INFINITY;
    }
    if (isnan(y)) {
        return INFINITY;
    }
    frexpl(exact, &exponent);
    return (double)fabsl((y - exact) / ldexpl(1.0L, exponent > -1021 ? exponent - 53 : -1074));
}

long double erfcxl(long double x);

long double erfcxl(long double x) {
    if (x < 27) {
        const long double square = x * x;
        return expl(square) * (1 + fmal(x, x, -square)) * erfcl(x);
    }
    long double sum = 0;
    for (int k = 12; k > 0; --k) {
        sum = (2 * k - 1) / (2 * x * x) * (1 - sum);
    }
    return (1 - sum) / (x * 1.7724538509055160272981674833411451828L);
}

int main(void) {
    const long edges = sizeof EDGES / sizeof *EDGES;
    double worst = 0.0, place = 0.0;
    for (long i = 0; i < COUNT + edges; ++i) {
        const double x = i < edges ? EDGES[i] : random_argument(LOW, HIGH);
        const double error = distance(TRIED(x, TYPE), REFERENCE(x));
        if (!(error <= worst)) {
            worst = error;
            place = x;
        }
    }
    printf("%.17g %a\n", worst, place);
    return 0;
}
"""

RANGES = {
    "exp": (-746.0, 710.0),
    "expm1": (-40.0, 710.0),
    "log": (0.0, 3.0),
    "log1p": (-1.0, 3.0),
    "tanh": (-20.0, 20.0),
    "erf": (-6.0, 6.0),
    "erfcx": (0.0, 40.0),
}
EDGES = (
    "0.0, 5e-324, 2.2250738585072014e-308, 1.7976931348623157e308, INFINITY, NAN, 709.782712893384, 709.7827128933841"
)
NEGATIVE_EDGES = (
    "-0.0, -5e-324, -1.7976931348623157e308, -INFINITY, -1.0, -2.0, -708.3964185322641, -745.1332191019411, "
    "-745.1332191019412, -0x1.fffffffffffffp-1"
)


IN_30_BITS = {"erfcx": 2.0}
"""The errors of results in float, in units of 2^-30, where they are above 1."""


def sample(name):
    """Return kernels that are nothing but one elementary function."""
    program = Program(name, ("x",), (), op(name, Node("argument", label="x")), "f(x)", None)
    return Kernels(name, "Sample", "", "f(x)", "", None, (), program)


@pytest.mark.skipif(shutil.which("gcc") is None, reason="gcc is not installed")
@pytest.mark.parametrize("type_", ["DOUBLE", "FLOAT"])
@pytest.mark.parametrize("name", ULP)
def test_kernels_are_within_their_bounds(tmp_path, name, type_):
    """A kernel is as exact as its comment says, for arguments of every size and where results under- or overflow."""
    write(render([sample(name)], "c"), tmp_path)
    edges = EDGES if RANGES[name][0] == 0.0 else f"{EDGES}, {NEGATIVE_EDGES}"
    worst, place = tried(tmp_path, "", f"{name}_of", f"{name}l", type_, RANGES[name], edges)
    assert worst <= (ULP[name] if type_ == "DOUBLE" else IN_30_BITS.get(name, 1.0)), place


def tried(folder, functions, name, reference, type_, ends, edges):
    """Return the largest error of a kernel in a generated file, and where it is."""
    main = MAIN.replace("EDGES_HERE", edges).replace("static const long COUNT", f"{functions}\nstatic const long COUNT")
    (folder / "main.c").write_text(main)
    low, high = ends
    defined = (f"-DTRIED={name}", f"-DREFERENCE={reference}", f"-DLOW={low}", f"-DHIGH={high}", f"-DTYPE={type_}")
    command = ["gcc", "-O2", "-ffp-contract=off", *defined, "main.c", "-o", "main", "-lm"]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
    worst, place = subprocess.run(["./main"], cwd=folder, check=True, capture_output=True, text=True).stdout.split()
    return float(worst), place


IN_FLOAT = {
    "exp": (np.exp, "exp", -104.0, 88.7),
    "expm1": (np.expm1, "expm1", -104.0, 88.7),
    "log1p": (np.log1p, "log1p", -1.0, 1e30),
    "tanh": (np.tanh, "tanh", -12.0, 12.0),
    "decay": (np.exp, "exp", -104.0, 0.0),
    "lifted_decay": (lambda x: np.exp(x) * 2.0**64, "exp", -104.0, 0.0),
}
"""Kernels in float: the same by NumPy, an operation in double, and the arguments."""


@pytest.mark.skipif(shutil.which("gcc") is None, reason="gcc is not installed")
@pytest.mark.parametrize("name", IN_FLOAT)
def test_kernels_in_float_are_within_their_bounds(name):
    """At a million floats, and with what they lose nearly exact where they say it."""
    reference, double, low, high = IN_FLOAT[name]
    x = Node("argument", label="x")
    generator = np.random.default_rng(0)
    sizes = 2.0 ** generator.uniform(-149, 127, 500_000) * generator.choice((-1.0, 1.0), 500_000)
    points = np.concatenate([generator.uniform(low, high, 300_000), generator.uniform(-9, 9, 200_000), sizes])
    points = points.astype(np.float32)
    points = points[(points >= low) & (points <= high)]
    exact = reference(points.astype(np.float64))
    in_parts = "decay" in name
    found = []
    for part in ("_value", "_error") if in_parts else ("",):
        node = op(name + part, x, ZERO) if in_parts else op(name, x)
        program = Program(name, ("x",), (), op(double, x), "f(x)", None, in_float=node)
        found.append(load(Kernels(name, "Sample", "", "f(x)", "", None, (), program), "c").value(points))
    bound = 1.5 if name == "tanh" else 1.0
    assert (np.abs(found[0] - exact) / spacings(exact, np.float32)).max() <= bound
    if in_parts:
        normal = exact > 2.0**-100
        lost = found[0].astype(np.float64) + found[1] - exact
        assert (np.abs(lost[normal]) / exact[normal]).max() <= 0.3 * 2.0**-24


@pytest.mark.skipif(shutil.which("gcc") is None, reason="gcc is not installed")
@pytest.mark.parametrize("name", ["sigmoid", "silu"])
def test_products_with_the_logistic_function_are_within_their_bound(name):
    """At two million floats: of ordinary size, of every size, where the quotient is subnormal, and at the ends."""
    x = Node("argument", label="x")
    generator = np.random.default_rng(0)
    sizes = 2.0 ** generator.uniform(-149, 128, 500_000)
    ends = [0.0, -0.0, np.inf, -np.inf, np.nan, np.finfo(np.float32).max, np.finfo(np.float32).min]
    points = [generator.uniform(-110, 110, 1_000_000), generator.uniform(-2, 2, 500_000), sizes, -sizes, ends]
    with np.errstate(over="ignore"):
        points = np.concatenate(points).astype(np.float32)
    with np.errstate(over="ignore", invalid="ignore"):
        wide = points.astype(np.float64)
        exact = 1 / (1 + np.exp(-wide))
        exact = exact if name == "sigmoid" else np.where(wide == -np.inf, 0.0, wide * exact)
    product = op("times_logistic", ONE if name == "sigmoid" else x, x, ZERO)
    program = replace(sample("exp").value, in_float=product)
    computed = load(replace(sample("exp"), value=program), "c").value(points)
    same = (computed == exact) | (np.isnan(computed) & np.isnan(exact))
    assert not np.isinf(computed[np.isfinite(points)]).any()
    errors = np.abs(computed[~same] - exact[~same]) / spacings(exact[~same], np.float32)
    assert errors.max() <= 1.8


@pytest.mark.skipif(shutil.which("gcc") is None, reason="gcc is not installed")
@pytest.mark.parametrize("factor", [1.0, 1.7580993, -3e-5, 2.0**39])
def test_multiples_of_what_decays_are_within_their_bound(factor):
    """At a million floats that are not positive: of ordinary size, of every size, where the result is subnormal."""
    x = Node("argument", label="x")
    generator = np.random.default_rng(0)
    sizes = -(2.0 ** generator.uniform(-149, 128, 100_000))
    ordinary = generator.uniform(-110, 0, 700_000), generator.uniform(-2, 0, 200_000)
    points = np.concatenate([*ordinary, sizes, [0.0, -0.0, -np.inf]]).astype(np.float32)
    factor = float(np.float32(factor))
    program = replace(sample("exp").value, in_float=op("times_decay", constant(factor), x, ZERO))
    computed = load(replace(sample("exp"), value=program), "c").value(points)
    exact = factor * np.exp(points.astype(np.float64))
    assert (np.abs(computed - exact) / spacings(exact, np.float32)).max() <= 1.5
    assert computed[-1] == 0


@pytest.mark.skipif(shutil.which("gcc") is None, reason="gcc is not installed")
@pytest.mark.parametrize(("name", "bound"), [("times_excess", 1.6), ("times_log_decay", 1.5)])
@pytest.mark.parametrize("factor", [1.0, 1.7580993408473768, -0.3, 1.1])
def test_multiples_of_functions_of_what_decays_are_within_their_bounds(name, bound, factor):
    """At a million floats that are not positive, for a factor in two parts; a zero keeps its sign."""
    x = Node("argument", label="x")
    generator = np.random.default_rng(0)
    sizes = -(2.0 ** generator.uniform(-149, 128, 100_000))
    ordinary = generator.uniform(-110, 0, 600_000), generator.uniform(-2, 0, 300_000)
    points = np.concatenate([*ordinary, sizes, [-0.0, -np.inf, np.nan]]).astype(np.float32)
    near = float(np.float32(factor))
    in_float = op(name, constant(near), constant(factor - near), x, ZERO)
    program = replace(sample("exp").value, in_float=in_float)
    computed = load(replace(sample("exp"), value=program), "c").value(points)
    wide = points[:-1].astype(np.float64)
    exact = factor * (np.expm1(wide) if name == "times_excess" else np.log1p(np.exp(wide)))
    assert (np.abs(computed[:-1] - exact) / spacings(exact, np.float32)).max() <= bound
    assert np.isnan(computed[-1])
    assert name == "times_log_decay" or np.signbit(computed[-3]) == (factor > 0)


HELD = """
static double held(double x, result_type type) { (void)type; return HELD_KERNEL; }
static long double heldl(double x) { return HELD_EXACT; }
"""
"""A kernel of limited range, and the same by the C library."""

LIMITED = {
    "exp_30": ("held_exp_of(fmod(x, 600.0), FLOAT)", "expl(fmod(x, 600.0))", (-600.0, 600.0)),
    "exp_53": ("held_exp_of(fmod(x, 600.0), DOUBLE)", "expl(fmod(x, 600.0))", (-600.0, 600.0)),
    "expm1_30": ("held_expm1_of(fmod(x, 600.0))", "expm1l(fmod(x, 600.0))", (-600.0, 600.0)),
    "log1p_30": ("held_log1p_of(fabs(fmod(x, 1.0)))", "log1pl(fabs(fmod(x, 1.0)))", (0.0, 1.0)),
    "erfcx_29": ("held_erfcx_of(fabs(fmod(x, 30.0)))", "erfcxl(fabs(fmod(x, 30.0)))", (0.0, 30.0)),
}


@pytest.mark.skipif(shutil.which("gcc") is None, reason="gcc is not installed")
@pytest.mark.parametrize(
    ("name", "bound"), [("exp_30", 1.0), ("exp_53", 2.0), ("expm1_30", 3.0), ("log1p_30", 1.0), ("erfcx_29", 2.0)]
)
def test_kernels_of_limited_range_are_within_their_bounds(tmp_path, name, bound):
    """At a million points of it, in units in the last place or of 2^-30; e^x may be three times |e^x − 1|."""
    kernel, reference, ends = LIMITED[name]
    program = replace(sample("exp").value, for_float=op(name, Node("argument", label="x")))
    write(render([replace(sample("exp"), value=program)], "c"), tmp_path)
    functions = HELD.replace("HELD_KERNEL", kernel).replace("HELD_EXACT", reference)
    type_ = "DOUBLE" if name == "exp_53" else "FLOAT"
    worst, place = tried(
        tmp_path, f"long double erfcxl(long double x);\n{functions}", "held", "heldl", type_, ends, EDGES
    )
    assert worst <= bound, place


@pytest.mark.parametrize(
    ("bound", "line"),
    [(0.5, "const double held = maximumf((float)x, 0.5f);"), (0.1, "const double held = maximum(x, 0.1);")],
)
def test_a_float_is_held_between_floats_in_float(bound, line):
    """A bound that is no float would move: that one is held in double."""
    held = op("maximum", Node("argument", label="x"), constant(bound), called="held")
    program = replace(sample("exp").value, for_float=op("neg", held))
    assert line in render([replace(sample("exp"), value=program)], "c")["symact.c"]


@pytest.mark.skipif(shutil.which("gcc") is None, reason="gcc is not installed")
@pytest.mark.parametrize("name", ["relu", "hardswish", "hardsigmoid", "softsign", "leaky_relu", "sigmoid", "gelu"])
def test_every_processor_gives_the_same_bits(tmp_path, name):
    """One without a fused multiply-add computes one element after the other, one with AVX-512 most at a time."""
    files = render([lower(catalog.get(name))], "c")
    x = np.random.default_rng(0).normal(scale=4, size=10_001).astype(np.float32)
    values = [ctypes.c_float(float(p.default)) for p in catalog.get(name).parameters]
    found = []
    for each in for_processors(files):
        compiled = library(each, tmp_path / str(len(found)), ("gcc", *FLAGS))
        y, dx = x.copy(), x.copy()
        pointers = [ctypes.c_void_p(each.ctypes.data) for each in (y, dx)]
        getattr(compiled, f"symact_{name}_f32")(pointers[0], pointers[0], ctypes.c_size_t(x.size), *values)
        backward = getattr(compiled, f"symact_{name}_backward_f32")
        backward(pointers[1], pointers[1], pointers[1], ctypes.c_size_t(x.size), *values)
        found.append((y.tobytes(), dx.tobytes()))
    assert len(set(found)) == 1


@pytest.mark.skipif(platform.machine() != "x86_64", reason="the builds are for x86-64")
def test_every_build_gives_the_same_bits(tmp_path):
    """Compilers, levels of optimisation and processors make no difference, in double, in float and in place."""
    files = render([sample(name) for name in ULP], "c")
    generator = np.random.default_rng(0)
    sizes = 2.0 ** generator.uniform(-1074, 1024, 5000)
    x = np.concatenate([generator.normal(scale=9, size=5000), sizes, -sizes, [0.0, -0.0, np.inf, -np.inf, np.nan]])
    found = {}
    for build in BUILDS:
        compiled = library(files, tmp_path / str(len(found)), build)
        found[build] = []
        for name in ULP:
            for suffix, dtype in (("f64", np.float64), ("f32", np.float32)):
                with np.errstate(over="ignore"):
                    y = x.astype(dtype)
                place = ctypes.c_void_p(y.ctypes.data)
                getattr(compiled, f"symact_{name}_{suffix}")(place, place, ctypes.c_size_t(y.size))
                y[np.isnan(y)] = np.nan
                found[build].append(y.tobytes())
    assert len(set(map(tuple, found.values()))) == 1, {build: hash(tuple(each)) for build, each in found.items()}
