"""The generated C: clean under every compiler, usable from C++, no undefined behaviour, right in place."""

import ctypes
import math
import shutil
import subprocess

import numpy as np
import pytest

from symact import catalog
from symact.backends import render, write
from symact.backends.loading import FLAGS, load, module
from symact.backends.rows import Loop, schedule
from symact.lowering import lower

STRICT = ("-std=c99", "-Wall", "-Wextra", "-Wpedantic", "-Werror", "-Wconversion", "-ffp-contract=off")


def calls(samples):
    """Return C statements that run every function of one input over special values, and on nothing."""
    lines = []
    for each in samples.values():
        numbers = [repr(float(k.default if k.default is not None else 0.5)) for k in each.keywords if k.mean is None]
        for program in each.programs():
            if program is each.vjp or (each.is_reduction and program is not each.value):
                continue
            for sizes in (
                [["COUNT + 1"], ["0"]] if each.is_elementwise else [["1", "COUNT + 1"], ["0", "3"], ["2", "0"]]
            ):
                lines.append(f"TRY({program.name}, {', '.join((*sizes, *numbers))});")
    return lines


def compilers():
    """Return gcc and clang, skipped with the reason where absent."""
    return [
        pytest.param(name, marks=pytest.mark.skipif(shutil.which(name) is None, reason=f"{name} is not installed"))
        for name in ("gcc", "clang")
    ]


@pytest.fixture
def folder(samples, tmp_path):
    """Return a folder with the generated C of all samples."""
    write(render(list(samples.values()), "c"), tmp_path)
    return tmp_path


def run(*command, cwd):
    """Run a command that must succeed, silently."""
    result = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False, timeout=600)
    assert result.returncode == 0, result.stderr
    assert result.stderr == ""
    return result.stdout


@pytest.mark.parametrize("compiler", compilers())
@pytest.mark.parametrize("options", [["-O0"], ["-O3"], ["-O0", "-fopenmp"]])
def test_it_compiles_without_a_warning(folder, compiler, options):
    """Strict C99 with every warning an error."""
    run(compiler, *STRICT, *options, "-c", "symact.c", "-o", "symact.o", cwd=folder)


@pytest.mark.parametrize("compiler", compilers())
def test_fast_arithmetic_is_refused(folder, compiler):
    """-ffast-math is a compile-time error, not a wrong answer."""
    result = subprocess.run(
        [compiler, "-ffast-math", "-c", "symact.c"], cwd=folder, capture_output=True, text=True, check=False
    )
    assert result.returncode != 0
    assert "without -ffast-math" in result.stderr


@pytest.mark.skipif(shutil.which("g++") is None, reason="g++ is not installed")
def test_the_header_is_usable_from_cpp(folder):
    """A C++ program links with the C object and gets its value."""
    (folder / "main.cpp").write_text(
        '#include "symact.h"\n#include <cstdio>\n'
        'int main() { double x[1] = {0}; symact_sigmoid_f64(x, x, 1); std::printf("%g", x[0]); }\n'
    )
    run("gcc", *STRICT, "-c", "symact.c", "-o", "symact.o", cwd=folder)
    run(
        "g++",
        "-std=c++11",
        "-Wall",
        "-Wextra",
        "-Wpedantic",
        "-Werror",
        "main.cpp",
        "symact.o",
        "-o",
        "main",
        cwd=folder,
    )
    assert run("./main", cwd=folder) == "0.5"


@pytest.mark.parametrize("compiler", compilers())
@pytest.mark.parametrize("sanitizer", ["address", "undefined"])
def test_no_undefined_behaviour(folder, samples, special_values, compiler, sanitizer):
    """Every function runs clean over special values, in place and on nothing, under the sanitizer."""
    (folder / "main.c").write_text(special_values(calls(samples)))
    flags = (f"-fsanitize={sanitizer}", "-fno-sanitize-recover=all", "-g", "-O1", "-std=c99")
    run(compiler, *flags, "main.c", "symact.c", "-o", "main", "-lm", cwd=folder)
    assert run("./main", cwd=folder) == "done\n"


@pytest.fixture
def cached(tmp_path, monkeypatch):
    """Keep compiled libraries out of the user's cache."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


SPECIAL = [
    0.0,
    -0.0,
    1.0,
    -1.0,
    5e-324,
    -1e-300,
    88.7,
    -709.0,
    1e4,
    1.7e308,
    -1.7e308,
    math.inf,
    -math.inf,
    math.nan,
]


@pytest.mark.parametrize("name", ["sigmoid", "hardtanh", "prelu", "swish", "careful"])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_c_agrees_with_numpy(samples, cached, name, dtype):
    """The same program in C and in NumPy differs by the last places of the elementary functions."""
    kernels = samples[name]
    c, numpy = load(kernels, "c"), load(kernels, "numpy")
    with np.errstate(all="ignore"):
        x = np.concatenate([SPECIAL, np.linspace(-20, 20, 500)]).astype(dtype)
    for ours, theirs in ((c, numpy), (c.grad, numpy.grad), (c.grad2, numpy.grad2)):
        np.testing.assert_allclose(ours(x), theirs(x), rtol=8 * np.finfo(dtype).eps, atol=0)
    for parameter, gradient in c.parameter_grads.items():
        np.testing.assert_allclose(gradient(x), numpy.parameter_grads[parameter](x), rtol=8 * np.finfo(dtype).eps)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("axis", [0, -1])
def test_vectors_agree_with_numpy(samples, cached, dtype, axis):
    """Loops over rows give what arrays give, values and vector-Jacobian products."""
    x = np.random.default_rng(3).normal(size=(7, 5)).astype(dtype) * 5
    dy = np.random.default_rng(4).normal(size=(7, 5)).astype(dtype)
    tight = {"rtol": 20 * np.finfo(dtype).eps, "atol": 2 * np.finfo(dtype).eps}
    c, numpy = load(samples["softmax"], "c", beta=0.5), load(samples["softmax"], "numpy", beta=0.5)
    y = numpy(x, axis)
    np.testing.assert_allclose(c(x, axis=axis), y, **tight)
    np.testing.assert_allclose(c.vjp(y, dy, axis=axis), numpy.vjp(y, dy, axis), **tight)
    c, numpy = load(samples["logmeanexp"], "c"), load(samples["logmeanexp"], "numpy")
    mean = numpy(x, axis)
    np.testing.assert_allclose(c(x, axis=axis), mean, **tight)
    np.testing.assert_allclose(c.vjp(x, mean, mean, axis=axis), numpy.vjp(x, mean, mean, axis), **tight)


@pytest.fixture
def library(folder):
    """Return the compiled library of all samples."""
    run("gcc", *FLAGS, "symact.c", "-o", "symact.so", "-lm", cwd=folder)
    return ctypes.CDLL(str(folder / "symact.so"))


def place(array):
    """Return the address of an array."""
    return ctypes.c_void_p(array.ctypes.data)


def test_backward_multiplies_in_double(samples, library):
    """dx = dy·f′(x), and in float32 the product is rounded once; the output may be either input."""
    grad = module([samples["sigmoid"]], "numpy").sigmoid_grad
    x = np.linspace(-100, 100, 777).astype(np.float32)
    dy = np.linspace(3, 1e30, 777).astype(np.float32)
    expected = (dy.astype(np.float64) * grad(x.astype(np.float64))).astype(np.float32)
    for into in (np.empty_like(x), x.copy(), dy.copy()):
        first = into if np.array_equal(into, x) else x
        second = into if np.array_equal(into, dy) else dy
        library.symact_sigmoid_backward_f32(place(first), place(second), place(into), ctypes.c_size_t(777))
        np.testing.assert_allclose(into, expected, rtol=2e-7)


@pytest.mark.parametrize("name", ["sigmoid", "tanh", "elu", "logsigmoid", "softsign", "relu"])
def test_backward_from_output(name):
    """The slope as a function of y = f(x) is that of x; where the outputs do not tell there is no such function."""
    loaded = load(lower(catalog.get(name)), "c")
    x = np.linspace(-4, 4, 1001)
    np.testing.assert_allclose(loaded.grad_from_output(loaded.value(x)), loaded.grad(x), rtol=1e-12)


def test_there_is_no_backward_from_output_where_the_output_does_not_tell():
    """GELU takes negative values twice, with slopes of either sign."""
    assert "grad_from_output" not in load(lower(catalog.get("gelu")), "c").attributes
    assert "gelu_backward_from_output" not in render([lower(catalog.get("gelu"))], "c")["symact.h"]


@pytest.fixture
def threaded(folder):
    """Return the same library compiled with OpenMP, with more threads than it may find processors."""
    command = ("gcc", *FLAGS, "-fopenmp", "symact.c", "-o", "threaded.so", "-lm")
    if subprocess.run(command, cwd=folder, capture_output=True, check=False).returncode != 0:
        pytest.skip("gcc has no OpenMP")
    made = ctypes.CDLL(str(folder / "threaded.so"))
    made.omp_set_num_threads(3)
    assert made.omp_get_max_threads() == 3
    return made


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_threads_change_no_bit(samples, library, threaded, dtype):
    """Threads that share a large array give the bits of one: values, slopes and products, in place too."""
    number, suffix = (ctypes.c_float, "f32") if dtype == np.float32 else (ctypes.c_double, "f64")
    large = 2**16
    normal = np.random.default_rng(0).normal(scale=9.0, size=(2, 3 * large))
    normal[:, : len(SPECIAL)] = np.clip(SPECIAL, -3e38, 3e38)
    x, dy = normal.astype(dtype)
    for each in (kernels for kernels in samples.values() if kernels.is_elementwise):
        values = [number(float(k.default if k.default is not None else 0.5)) for k in each.keywords if k.mean is None]
        for name in (f"{each.name}_backward", *(program.name for program in each.programs())):
            for n in (large - 1, large, large + 1, 2 * large + 8191):
                results = []
                for compiled in (library, threaded):
                    inputs = (x[:n].copy(), dy[:n]) if name.endswith("_backward") else (x[:n].copy(),)
                    call = getattr(compiled, f"symact_{name}_{suffix}")
                    call(*map(place, (*inputs, inputs[0])), ctypes.c_size_t(n), *values)
                    results.append(inputs[0].tobytes())
                assert results[0] == results[1], (name, n)


def test_a_parameter_outside_its_domain_gives_nan(library):
    """The output is filled with NaN: of every element, of every row of a reduction."""
    y = np.zeros(4)
    number = ctypes.c_double
    library.symact_hardtanh_f64(place(y), place(y), ctypes.c_size_t(3), number(1.0), number(-1.0))
    assert np.isnan(y).tolist() == [True, True, True, False]
    y = np.zeros(4)
    library.symact_logmeanexp_f64(place(np.ones(6)), place(y), ctypes.c_size_t(2), ctypes.c_size_t(3), number(math.nan))
    assert np.isnan(y).tolist() == [True, True, False, False]


def test_a_nan_in_a_row_is_in_its_result_only(library):
    """One NaN makes its own row NaN and no other, wherever it stands."""
    x = np.ones((3, 4))
    x[0, 0] = x[1, 3] = math.nan
    y = np.empty_like(x)
    sizes = ctypes.c_size_t(3), ctypes.c_size_t(4)
    library.symact_softmax_f64(place(x), place(y), *sizes, ctypes.c_double(1.0))
    assert np.isnan(y).all(axis=1).tolist() == [True, True, False]
    assert y[2].tolist() == [0.25] * 4


def test_sums_over_rows_are_compensated(samples, cached):
    """A sum of a million terms keeps full accuracy."""
    x = np.full(10**6, 0.1)
    assert load(samples["logmeanexp"], "c")(x) == 0.1
    products = load(samples["softmax"], "c").vjp(np.full(10**6, 0.1), np.ones(10**6))
    assert abs(float(products[0]) - 0.1 * (1 - 1e5)) < 1e-9


def test_lines_of_an_entry_are_in_the_loops_that_need_them(samples):
    """The schedule computes what depends on the entry inside loops, the rest once a row."""
    plan = schedule(samples["softmax"].value, ("x",))
    assert [(step.op, [line.name for line in step.lines]) for step in plan.steps if isinstance(step, Loop)] == [
        ("row_max", ["z"]),
        ("row_sum", ["z", "e"]),
    ]
    assert [line.name for line in plan.lines] == ["z", "e"]
    assert not plan.one_result
    assert schedule(samples["logmeanexp"].value, ("x",)).one_result
