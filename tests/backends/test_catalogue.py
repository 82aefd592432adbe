"""The committed generated code of the catalogue: PyTorch as a second opinion, special values, compilers."""

import ctypes
import inspect
import math
import re
import shutil
import subprocess
from operator import attrgetter

import numpy as np
import pytest
import torch

from generated import GENERATED, from_file
from symact import catalog
from symact.accuracy.reference import Reference
from symact.activation import Role
from symact.backends import FILES
from symact.backends.loading import shared_library
from symact.ulp import spacing, spacings

NAMES = catalog.names()
ELEMENTWISE = [name for name in NAMES if catalog.get(name).is_elementwise]
VECTOR = [name for name in NAMES if name not in ELEMENTWISE]
LOOSER = {"hardsigmoid": 1e-7}  # torch's backward has 1/6 as a float32 constant, whatever the type
WITHOUT_DEFAULT = {"threshold": {"threshold": 0.3, "value": -2.0}}
WITHOUT_LIMIT = ("chebyshev", "sine", "siren", "cosine", "snake", "gcu", "asu", "cosid", "vlu", "sinlu")
"""Functions that oscillate for ever, or whose derivative does: NaN at an infinity, as sin gives."""

SPECIAL = [
    0.0,
    -0.0,
    1e-30,
    -1e-30,
    1e-8,
    88.7,
    -88.7,
    709.0,
    -709.0,
    1e4,
    -1e4,
    3e38,
    -3e38,
    5e-324,
    1.7e308,
    -1.7e308,
]


@pytest.fixture(scope="module")
def ours():
    """Return the generated PyTorch module."""
    return from_file("symact_torch")


@pytest.fixture(scope="module")
def arrays():
    """Return the generated NumPy module."""
    return from_file("symact_numpy")


def theirs(name):
    """Return torch's function of the same mathematics, and arguments for both; None where torch lacks it."""
    qualified = catalog.get(name).torch
    if qualified is None or qualified == "nn.Identity":
        return None
    function = attrgetter(qualified)(torch)
    if name == "gelu_tanh":
        return lambda x: function(x, approximate="tanh")
    if name == "prelu":
        return lambda x: function(x, torch.tensor([0.25], dtype=x.dtype))
    if name == "softplus":
        return lambda x: function(x, threshold=1e9)
    if name in VECTOR:
        return lambda x: function(x, 1)
    return lambda x: function(x, **WITHOUT_DEFAULT.get(name, {}))


def called(ours, name):
    """Return our function with the same arguments."""
    function = getattr(ours, name)
    if name == "prelu":
        return lambda x: function(x, torch.tensor([0.25], dtype=x.dtype))
    return (lambda x: function(x, 1)) if name in VECTOR else (lambda x: function(x, **WITHOUT_DEFAULT.get(name, {})))


def points(name):
    """Return moderate points, a matrix for functions of vectors."""
    x = torch.linspace(-4.1, 4.3, 60, dtype=torch.float64)
    return (x.reshape(6, 10) if name in VECTOR else x).clone().requires_grad_()


@pytest.mark.parametrize("name", [name for name in NAMES if theirs(name)])
def test_torch_has_the_same_values_and_gradients(ours, name):
    """Values and gradients agree with torch in float64, relative to the largest."""
    found, expected = called(ours, name), theirs(name)
    x = points(name)
    upstream = torch.linspace(0.5, 1.5, expected(x).numel(), dtype=torch.float64).reshape(expected(x).shape)
    assert torch.allclose(found(x), expected(x), rtol=1e-12, atol=1e-15)
    (ours_dx,), (their_dx,) = (torch.autograd.grad(f(x), x, upstream) for f in (found, expected))
    assert torch.allclose(ours_dx, their_dx, rtol=LOOSER.get(name, 1e-12), atol=1e-13)


@pytest.mark.parametrize("name", NAMES)
def test_gradients_of_both_orders(ours, name):
    """Backward and double backward agree with differences, away from kinks."""
    # Not within a step of a kink: 0, ±1/2, ±1, ±3, 6 and the threshold 0.3.
    x = torch.tensor([-7.031, -2.53, -1.43, -0.747, -0.233, 0.137, 0.677, 1.873, 3.331, 8.19], dtype=torch.float64)
    x = (x.reshape(2, 5) if name in VECTOR else x).requires_grad_()
    assert torch.autograd.gradcheck(called(ours, name), x, atol=1e-6)
    assert torch.autograd.gradgradcheck(called(ours, name), x, atol=1e-6)


@pytest.mark.parametrize(
    "name", [name for name in NAMES if any(p.role is Role.LEARNED for p in catalog.get(name).parameters)]
)
def test_learned_parameters(ours, name):
    """Every learned parameter has right gradients, mixed second derivatives included."""
    x = torch.linspace(-1.83, 1.77, 6, dtype=torch.float64, requires_grad=True)
    learned = [p for p in catalog.get(name).parameters if p.role is Role.LEARNED]
    values = [torch.tensor(float(p.default) + 0.1, dtype=torch.float64, requires_grad=True) for p in learned]
    function = getattr(ours, name)
    if name == "prelu":
        call = lambda x, a: function(x, a.reshape(1))  # noqa: E731
    else:
        call = lambda x, *v: function(x, **{p.name: each for p, each in zip(learned, v, strict=True)})  # noqa: E731
    assert torch.autograd.gradcheck(call, (x, *values))
    assert torch.autograd.gradgradcheck(call, (x, *values))


@pytest.mark.parametrize("name", [name for name in NAMES if catalog.get(name).module])
def test_modules_are_built_as_in_torch(ours, name):
    """A module of torch's name takes torch's arguments in torch's order; what it has beyond is a keyword."""
    module = catalog.get(name).module
    made = getattr(ours, module)(*{"threshold": (0.3, -2.0), "logsumexp": (1,), "logmeanexp": (1,)}.get(name, ()))
    x = points(name).detach().float()
    plain = called(ours, name)(x)
    assert torch.allclose(made.eval()(x), plain, rtol=1e-5)  # a learned parameter is a float32 of its own
    reference = getattr(torch.nn, module, None)
    if reference is None:
        return
    ours_arguments = inspect.signature(getattr(ours, module)).parameters
    outdated = {"min_value", "max_value"}  # deprecated names of Hardtanh's bounds
    expected = [p for p in inspect.signature(reference).parameters if p not in outdated]
    assert list(ours_arguments)[: len(expected)] == expected
    assert all(p.kind is p.KEYWORD_ONLY for p in list(ours_arguments.values())[len(expected) :])


@pytest.mark.parametrize("name", ELEMENTWISE)
@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_special_values(arrays, name, dtype):
    """A finite argument or an infinity never gives NaN, NaN stays NaN, and nothing warns."""
    with np.errstate(all="ignore"):
        x = np.array(SPECIAL).astype(dtype)
        x = x[np.isfinite(x)]
    for suffix in ("", "_grad", "_grad2"):
        function = getattr(arrays, name + suffix)
        options = WITHOUT_DEFAULT.get(name, {})
        y = function(x, **options)
        assert not np.isnan(y).any(), (name + suffix, x[np.isnan(y)])
        assert np.isnan(function(dtype(math.nan), **options)), name + suffix
        assert not np.isnan(function(np.array([math.inf, -math.inf], dtype), **options)).any() or name in WITHOUT_LIMIT


@pytest.mark.parametrize("name", ELEMENTWISE)
def test_torch_and_numpy_are_the_same_program(ours, arrays, name):
    """The two Python backends differ by the last places of the elementary functions at most."""
    x = np.concatenate([SPECIAL, np.linspace(-30, 30, 301)])
    for order, suffix in enumerate(("", "_grad", "_grad2")):
        point = torch.tensor(x, requires_grad=True)
        value = called(ours, name)(point)
        for step in range(order):
            (value,) = torch.autograd.grad(value, point, torch.ones_like(value), create_graph=step < order - 1)
        expected = getattr(arrays, name + suffix)(x, **WITHOUT_DEFAULT.get(name, {}))
        # torch's vectorised log1p flushes the least double to zero.
        np.testing.assert_allclose(value.detach().numpy(), expected, rtol=4e-15, atol=5e-324, err_msg=name + suffix)


SHORTER = {file: (GENERATED / f"{file}.py").read_text() for file in ("symact_numpy", "symact_torch")}
SINGLE, PLAIN = (
    {
        (file, name): float(reach)
        for file, text in SHORTER.items()
        for name, reach in re.findall(rf"{kind}=\(_(\w+)_{kind},\s+([\d.]+)\)", text)
    }
    for kind in ("single", "plain")
)
NARROW = [(file, name) for file, text in SHORTER.items() for name in re.findall(r"narrow=_(\w+)_narrow", text)]


@pytest.fixture
def of_arrays(ours, arrays, file, name):
    """Return the generated function of a NumPy array; PyTorch has slopes by differentiation."""
    if file == "symact_numpy":
        return getattr(arrays, name)
    base = name.removesuffix("_grad")

    def function(x):
        point = torch.tensor(x, requires_grad=name != base)
        value = called(ours, base)(point)
        return (value if name == base else torch.autograd.grad(value.sum(), point)[0]).numpy()

    return function


def test_both_backends_have_the_same_shorter_programs():
    """In single precision, plain ones, and narrow ones."""
    for kinds in (SINGLE, PLAIN, NARROW):
        of_numpy, of_torch = ({name for each, name in kinds if each == file} for file in SHORTER)
        assert of_numpy == of_torch != set()


@pytest.mark.parametrize(("file", "name"), SINGLE)
def test_programs_in_single_precision_are_within_their_bound(of_arrays, file, name):
    """Beside the program for float64, 4 ULP of float32; a zero of a slope counts with |f′| + |x·f″|."""
    function, reach = of_arrays, SINGLE[file, name]
    x = np.concatenate(
        [np.linspace(-reach, reach, 200_001), np.linspace(-4, 4, 100_001), [reach * 1.01, np.inf, np.nan]]
    )
    x = x.astype(np.float32)
    wide = x.astype(np.float64)
    with np.errstate(all="ignore"):
        truth, below, above = (function(wide * scale) for scale in (1.0, 0.5, 1.5))
        steep = np.abs(function(wide * (1 + 2.0**-20)) - function(wide * (1 - 2.0**-20))) * 2.0**19
        size = np.where(below * above < 0, np.abs(truth) + steep, np.abs(truth))
        found = function(x)
        same = (found == truth.astype(np.float32)) | (np.isnan(found) & np.isnan(truth))
    assert (np.abs(found[~same] - truth[~same]) / spacings(size[~same], np.float32)).max(initial=0.0) <= 4.0
    np.testing.assert_array_equal(found[::-50_001], np.array([function(each) for each in x[::-50_001]]))
    np.testing.assert_array_equal(found[-3:], np.array([function(each) for each in x[-3:]]))


@pytest.mark.parametrize(("file", "name"), PLAIN)
def test_plain_programs_are_within_their_bound(of_arrays, file, name):
    """Beside balls, 4 ULP; what is beyond the reach, or NaN, is computed as if it were alone."""
    function, reach = of_arrays, PLAIN[file, name]
    activation = catalog.get(name.removesuffix("_grad"))
    values = {p.name: float(p.default) for p in activation.parameters}
    reference = Reference(activation, int(name.endswith("_grad")), values)
    rng = np.random.default_rng(0)
    within = np.concatenate([rng.uniform(-reach, reach, 30), rng.normal(scale=3.0, size=60), [0.0, -reach, reach]])
    beyond = np.array([reach * 1.01, -reach * 1.01, 1e300, -np.inf, np.nan])
    everywhere = np.concatenate([within, beyond])
    found = function(everywhere)
    for point, value in zip(within.tolist(), found.tolist(), strict=False):
        assert float(abs(reference.exact(point) - value)) <= 4.0 * spacing(reference.scale(point)), point
    np.testing.assert_array_equal(found[-5:], np.array([function(each) for each in everywhere[-5:]]))


@pytest.mark.filterwarnings("ignore:.*torch.jit.trace", "ignore::torch.jit.TracerWarning")
@pytest.mark.filterwarnings("ignore:.*should not be instantiated:DeprecationWarning")  # torch's own tracer does it
def test_numbers_are_looked_at_only_where_they_may_be(ours):
    """Under vmap, and where a graph is recorded, PyTorch code computes all elements in double precision."""
    x = torch.tensor([-300.0, -90.0, -1.0, 0.5, 300.0])
    exact = ours.silu(x.double()).float()
    recorded = torch.jit.trace(ours.silu, torch.ones(5))
    for function in (torch.func.vmap(ours.silu), recorded, torch.compile(ours.silu, backend="eager")):
        assert torch.allclose(function(x), exact, rtol=2.0**-23, atol=0.0)


@pytest.mark.parametrize(("file", "name"), NARROW)
def test_narrow_programs_are_as_exact_as_wide_ones(of_arrays, file, name):
    """Beside the program for float64, results are within 0.6 ULP of float32, and of float16 as good as rounded once."""
    function = of_arrays
    spread = np.arange(0, 2**32, 65_521, dtype=np.uint64).astype(np.uint32).view(np.float32)
    everywhere = np.concatenate([spread[~np.isnan(spread)], np.linspace(-20, 20, 20_001).astype(np.float32)])
    halves = np.arange(2**16, dtype=np.uint16).view(np.float16)
    # In single precision where it is near 0: see above.
    far = np.abs(everywhere) > SINGLE.get((file, name), 0.0)
    for x, bound in ((everywhere[far | (everywhere == 0)], 0.6), (halves[~np.isnan(halves)], 0.501)):
        truth, found = function(x.astype(np.float64)), function(x)
        with np.errstate(over="ignore"):
            nearest = truth.astype(x.dtype)
        away = found != nearest
        errors = np.abs(found[away].astype(np.float64) - truth[away]) / spacings(truth[away], x.dtype.type)
        assert (errors <= bound).all(), (x[away][errors.argmax()], errors.max())


@pytest.mark.parametrize("compiler", ["gcc", "clang"])
def test_the_c_file_is_clean(tmp_path, compiler):
    """The committed C compiles without a warning under strict flags."""
    if shutil.which(compiler) is None:
        pytest.skip(f"{compiler} is not installed")
    strict = ("-std=c99", "-Wall", "-Wextra", "-Wpedantic", "-Werror", "-Wconversion", "-O2")
    result = subprocess.run(
        [compiler, *strict, "-c", str(GENERATED / "symact.c"), "-o", str(tmp_path / "symact.o")],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (result.returncode, result.stderr) == (0, "")


def c_functions():
    """Return the exported C functions with one input and one output, and the values of their parameters."""
    for name in NAMES:
        activation = catalog.get(name)
        given = [p for p in activation.parameters if p.role is not Role.RANDOM]
        values = [float(WITHOUT_DEFAULT[name][p.name] if p.default is None else p.default) for p in given]
        learned = [f"_grad_{p.name}" for p in given if p.role is Role.LEARNED]
        for suffix in ("", "_grad", "_grad2", *learned) if name in ELEMENTWISE else ("",):
            yield name, suffix, values


@pytest.mark.skipif(shutil.which("gcc") is None, reason="gcc is not installed")
def test_the_c_file_has_no_undefined_behaviour(tmp_path, special_values):
    """Every function of the catalogue runs clean over special values, in place and on nothing."""
    calls = []
    for name, suffix, values in c_functions():
        for sizes in (("COUNT + 1",), ("0",)) if name in ELEMENTWISE else (("1", "COUNT + 1"), ("3", "0")):
            calls.append(f"TRY({name}{suffix}, {', '.join((*sizes, *map(repr, values)))});")
    (tmp_path / "main.c").write_text(special_values(calls))
    flags = ["-std=c99", "-O1", "-fsanitize=address,undefined", "-fno-sanitize-recover=all", f"-I{GENERATED}"]
    command = ["gcc", *flags, "main.c", str(GENERATED / "symact.c"), "-o", "main", "-lm"]
    subprocess.run(command, cwd=tmp_path, check=True)
    assert subprocess.run(["./main"], cwd=tmp_path, check=True, capture_output=True, text=True).stdout == "done\n"


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    """Return the compiled C library of the catalogue."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        files = {name: (GENERATED / name).read_text("utf-8") for name in FILES["c"]}
        return ctypes.CDLL(str(shared_library(files)))


@pytest.mark.parametrize(("name", "suffix", "values"), list(c_functions()))
def test_c_and_numpy_are_the_same_program(library, arrays, name, suffix, values):
    """The C functions differ from NumPy's by the last places of the elementary functions at most."""
    x = np.concatenate([SPECIAL, [math.inf, -math.inf, math.nan], np.linspace(-30, 30, 301)])
    if name in VECTOR:
        x = np.linspace(-30, 30, 300).reshape(20, 15)
    given = [p.name for p in catalog.get(name).parameters if p.role is not Role.RANDOM]
    expected = getattr(arrays, name + suffix)(x, **dict(zip(given, values, strict=True)))
    y = np.empty_like(expected)
    sizes = x.shape if name in VECTOR else (x.size,)
    getattr(library, f"symact_{name}{suffix}_f64")(
        ctypes.c_void_p(x.ctypes.data), ctypes.c_void_p(y.ctypes.data),
        *map(ctypes.c_size_t, sizes), *map(ctypes.c_double, values),
    )  # fmt: skip
    np.testing.assert_allclose(y, expected, rtol=4e-15, atol=0)


def computed_in_c(library, function, x, values):
    """Return what a function of the library gives, in the type of its argument."""
    suffix, number = {"float32": ("f32", ctypes.c_float), "float64": ("f64", ctypes.c_double)}[x.dtype.name]
    y = np.empty_like(x)
    getattr(library, f"symact_{function}_{suffix}")(
        ctypes.c_void_p(x.ctypes.data), ctypes.c_void_p(y.ctypes.data), ctypes.c_size_t(x.size), *map(number, values)
    )
    return y


@pytest.mark.parametrize(
    ("name", "suffix", "values"), [each for each in c_functions() if each[0] in ELEMENTWISE and "grad2" not in each[1]]
)
def test_floats_are_infinite_where_the_rounded_result_is(library, name, suffix, values):
    """Everywhere beside the end of the range: where 1.05·x is finite, a rounded 1.05 times x may not be."""
    values = [float(np.float32(value)) for value in values]
    last = int(np.float32(np.finfo(np.float32).max).view(np.uint32))
    bits = np.linspace(last - 2**24, last, 4097).astype(np.uint32)
    for sign in (0, 0x80000000):
        sizes = np.abs(computed_in_c(library, name + suffix, (bits + sign).view(np.float32).astype(np.float64), values))
        beyond = np.flatnonzero(np.diff(sizes > np.finfo(np.float32).max))
        points = [np.arange(bits[k], bits[k + 1] + 1, dtype=np.uint32) + np.uint32(sign) for k in beyond]
        x = np.concatenate([bits + np.uint32(sign), *points]).astype(np.uint32).view(np.float32)
        with np.errstate(over="ignore"):
            expected = computed_in_c(library, name + suffix, x.astype(np.float64), values).astype(np.float32)
        found = computed_in_c(library, name + suffix, x, values)
        np.testing.assert_array_equal(np.isinf(found), np.isinf(expected))
