"""Functions of whole vectors in C: exact beside ball arithmetic, and what masks, infinities and lengths do."""

import itertools
import math
import platform
import re
import shutil
from ctypes import c_double, c_float, c_size_t, c_void_p

import numpy as np
import pytest
from builds import BUILDS, for_processors, library
from flint import arb

from symact import catalog
from symact.backends import render
from symact.backends.loading import load
from symact.balls import working_precision
from symact.lowering import lower
from symact.ulp import spacings

pytestmark = pytest.mark.skipif(shutil.which("cc") is None, reason="there is no C compiler")

LENGTHS = (1, 2, 3, 7, 8, 9, 31, 32, 33, 100, 1024)
NAMES = ("softmax", "softmin", "log_softmax", "logsumexp", "logmeanexp")


def loaded(name):
    """Return a function in C."""
    return load(lower(catalog.get(name)), "c")


def exact(name, row):
    """Return the function of one row in doubles, from balls."""
    with working_precision(400):
        x = [arb(float(each)) * (-1 if name == "softmin" else 1) for each in row]
        powers = [(each - max(x, key=float)).exp() for each in x]
        total = sum(powers, arb(0))
        logsumexp = total.log() + max(x, key=float)
        match name:
            case "softmax" | "softmin":
                return np.array([float(power / total) for power in powers])
            case "log_softmax":
                return np.array([float(each - logsumexp) for each in x])
            case "logsumexp":
                return np.array(float(logsumexp))
    with working_precision(400):
        return np.array(float(logsumexp - arb(len(row)).log()))


def rows(dtype, length):
    """Return rows of ordinary size, peaked ones, some with many small terms, with ties, and over the whole range."""
    generator = np.random.default_rng(length)
    largest = float(np.finfo(dtype).max)
    yield from (generator.normal(scale=scale, size=length) for scale in (0.01, 1, 9, 60))
    yield np.concatenate([[0.0], -np.linspace(30, 90, length)[1:]])
    yield from (np.concatenate([[d], np.full(length - 1, -d)]) for d in (0.35, 1.0, 3.0, 10.0))
    yield np.zeros(length)
    yield generator.uniform(-largest / 2, largest / 2, length)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("length", LENGTHS)
@pytest.mark.parametrize("name", NAMES)
def test_rows_are_within_four_units(name, length, dtype):
    """Every entry, of rows shorter and longer than the lanes; a sum that cancels is as exact as its largest part."""
    function = loaded(name)
    for row in rows(dtype, length):
        x = row.astype(dtype)
        truth = exact(name, x)
        scale = np.maximum(np.abs(truth), np.abs(x).max()) if name in ("logsumexp", "logmeanexp") else truth
        with np.errstate(over="ignore", under="ignore"):
            errors = np.abs(np.asarray(function(x), np.float64) - truth) / spacings(scale, dtype)
        assert errors.max() <= 4.0, (name, length, row[:4])


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("length", LENGTHS)
@pytest.mark.parametrize("name", ["softmax", "log_softmax"])
def test_gradients_are_as_exact_as_their_largest_part(name, length, dtype):
    """Within six roundings of it: of a product, of two sums of pairs, of the total, the difference and the result."""
    function = loaded(name)
    for row in list(rows(dtype, length))[:6]:
        y = exact(name, row.astype(dtype)).astype(dtype)
        dy = np.random.default_rng(1).normal(size=length).astype(dtype)
        with working_precision(400), np.errstate(under="ignore"):
            given = [arb(float(each)) for each in dy]
            powers = [arb(float(each)) if name == "softmax" else arb(float(each)).exp() for each in y]
            weights = powers if name == "softmax" else [arb(1)] * length
            total = sum((a * b for a, b in zip(given, weights, strict=True)), arb(0))
            largest = sum((abs(a) * b for a, b in zip(given, weights, strict=True)), arb(0))
            if name == "softmax":
                pairs = [
                    ((a - total) * b, max(abs(a), largest, key=float) * b) for a, b in zip(given, powers, strict=True)
                ]
            else:
                pairs = [
                    (a - b * total, max(abs(a), abs(b * total), key=float)) for a, b in zip(given, powers, strict=True)
                ]
            truth, scale = (np.array([float(each) for each in part]) for part in zip(*pairs, strict=True))
            errors = np.abs(np.asarray(function.vjp(y, dy), np.float64) - truth) / spacings(scale, dtype)
        assert errors.max() <= 6, (row[:4], errors.argmax())


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_row_of_one_entry_is_one(dtype):
    """However large the entry, nothing is left of its exponential."""
    x = np.append(np.random.default_rng(0).uniform(-500, 500, 1000), [0.0, -1e30, 1e30]).astype(dtype)[:, None]
    assert (loaded("softmax")(x) == 1).all()
    assert (loaded("log_softmax")(x) == 0).all()


def test_a_peaked_row_does_not_cancel():
    """The logarithm of a softmax that is nearly 1 is tiny, and has all its digits."""
    x = np.array([0.0, -50.0, -80.0])
    found = loaded("log_softmax")(x)[0]
    truth = exact("log_softmax", x)[0]
    assert -1e-20 < truth < 0
    assert abs(found / truth - 1) < 1e-15


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("name", ["softmax", "log_softmax"])
@pytest.mark.parametrize("length", [3, 40])
def test_masks_and_infinities(name, dtype, length):
    """−∞ is a mask, as in PyTorch; a row of nothing else, one with ∞ and one with NaN are NaN."""
    torch = pytest.importorskip("torch")
    x = np.random.default_rng(0).normal(size=(5, length)).astype(dtype)
    x[0, 1], x[1, :], x[2, 2], x[3, 0] = -np.inf, -np.inf, np.inf, np.nan
    found = loaded(name)(x)
    theirs = getattr(torch.nn.functional, name)(torch.from_numpy(x), -1).numpy()
    np.testing.assert_allclose(found, theirs, rtol=2e-5 if dtype == np.float32 else 1e-13)
    assert found[0, 1] == (0 if name == "softmax" else -math.inf)
    assert np.isnan(found[1:4]).all()
    assert np.isfinite(found[4]).all()


def test_a_million_entries():
    """Sums of long rows are compensated: the total of the result is 1 to the last digits."""
    x = np.random.default_rng(0).normal(size=10**6)
    result = loaded("softmax")(x)
    assert abs(math.fsum(result) - 1) < 1e-15
    single = loaded("softmax")(x.astype(np.float32))
    assert abs(math.fsum(single.astype(float)) - 1) < 2.0**-24


def test_no_rows_and_no_entries():
    """Nothing is written, and nothing goes wrong."""
    assert loaded("softmax")(np.empty((0, 3))).shape == (0, 3)
    assert loaded("softmax")(np.empty((2, 0))).shape == (2, 0)


@pytest.mark.skipif(platform.machine() != "x86_64", reason="the builds are for x86-64")
@pytest.mark.parametrize(("suffix", "dtype", "number"), [("f32", np.float32, c_float), ("f64", np.float64, c_double)])
def test_every_build_gives_the_same_bits(tmp_path, suffix, dtype, number):
    """Compilers, levels of optimisation, and processors that compute several entries at a time, also in place."""
    x = np.random.default_rng(0).normal(scale=5, size=(7, 77)).astype(dtype)
    files = render([lower(catalog.get(name)) for name in ("softmax", "log_softmax")], "c")
    found = set()
    for build, each in itertools.product(BUILDS, for_processors(files)):
        compiled = library(each, tmp_path / str(len(list(tmp_path.iterdir()))), build)
        results = []
        for name, values in (("softmax", (number(1.5),)), ("log_softmax", ())):
            y = x.copy()
            over_rows(getattr(compiled, f"symact_{name}_{suffix}"), (y, y), values)
            dx = np.empty_like(y)
            over_rows(getattr(compiled, f"symact_{name}_backward_{suffix}"), (y, x, dx), values)
            results += [y.tobytes(), dx.tobytes()]
        found.add(tuple(results))
    assert len(found) == 1


def over_rows(function, arrays, values):
    """Run a C function over the rows of arrays."""
    rows, length = arrays[0].shape
    function(*(c_void_p(each.ctypes.data) for each in arrays), c_size_t(rows), c_size_t(length), *values)


TRY = """
void try_f32(const float *x, float *y, size_t n, double scale, double peak) {
    for (size_t i = 0; i < n; ++i) {
        y[i] = row_powerf(row_shiftf_of(scale, peak), x[i]);
    }
}
void try_f64(const double *x, double *y, size_t n, double scale, double peak) {
    for (size_t i = 0; i < n; ++i) {
        y[i] = row_power(row_shift_of(scale, peak), x[i]);
    }
}
"""

PEAKS = {
    "f32": [(1.0, 0.0), (0.3125, 8.5), (1.5, -90.25), (1.0, 255.9375), (1.0, -255.9375), (1.0, 256.0), (2.0, -1e5)],
    "f64": [(1.0, 0.0), (0.3125, 8.5), (1.5, -90.25), (1.0, 1599.9), (1.0, -999.9), (1.0, 1600.1), (2.0, -1e9)],
}
"""Scales and greatest entries, near the ends of where the peak is not subtracted and beyond."""


@pytest.mark.skipif(shutil.which("gcc") is None, reason="gcc is not installed")
@pytest.mark.parametrize(("suffix", "dtype", "least"), [("f32", np.float32, 104), ("f64", np.float64, 746)])
def test_exponentials_of_rows_are_within_their_bound(tmp_path, suffix, dtype, least):
    """All exponentials of a row are too large by one factor, a power of two or e^peak; −∞ gives 0."""
    files = render([lower(catalog.get("softmax"))], "c")
    (stated,) = re.findall(
        r"e\^\(scale·x\) over a power of two near that of the peak, within (\S+) ULP", files["symact.c"]
    )
    compiled = library(files | {"symact.c": files["symact.c"] + TRY}, tmp_path, ("gcc", "-O3"))
    generator = np.random.default_rng(0)
    largest = 0.0
    for scale, peak in PEAKS[suffix]:
        distances = np.concatenate([[0.0], generator.uniform(0, least + 1, 5000), generator.uniform(0, 2, 5000)])
        x = np.append(np.minimum(peak - distances / scale, peak), -np.inf).astype(dtype)
        y = np.empty_like(x)
        call = getattr(compiled, f"try_{suffix}")
        call(*map(c_void_p, (x.ctypes.data, y.ctypes.data)), c_size_t(x.size), c_double(scale), c_double(float(x[0])))
        assert y[-1] == 0
        with working_precision(200):
            logarithm = arb(scale) * float(x[0])
            if y[0] != 1:
                twos = (logarithm - arb(float(y[0])).log()) / arb(2).log()
                logarithm = round(float(twos)) * arb(2).log()
            exact = np.array([float((arb(scale) * float(each) - logarithm).exp()) for each in x[:-1]])
        errors = np.abs(y[:-1] - exact) / spacings(exact, dtype)
        largest = max(largest, errors.max())
        assert errors.max() <= float(stated), (scale, peak, x[errors.argmax()])
    assert largest > 0.5
