"""The generated NumPy module: what it takes, what it gives, what it refuses."""

import inspect
import math

import numpy as np
import pytest

from symact.backends.loading import module

SPECIAL = (
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
)
ELEMENTWISE = ("sigmoid", "hardtanh", "prelu", "swish", "rrelu", "threshold", "careful")


@pytest.fixture(scope="module")
def generated(samples):
    """Return the module of all samples."""
    return module(list(samples.values()), "numpy")


def call(generated, name, x, **options):
    """Call a function, with values for the parameters that have no default."""
    if name.startswith("threshold"):
        options = {"threshold": 0.5, "value": -2.0} | options
    return getattr(generated, name)(x, **options)


def test_signatures(generated):
    """Parameters are keywords with their defaults, vectors have an axis, elementwise functions an out."""
    signatures = {name: str(inspect.signature(getattr(generated, name))) for name in generated.__all__}
    assert signatures["sigmoid"] == signatures["sigmoid_grad2"] == "(x, *, out=None)"
    assert signatures["hardtanh_grad"] == "(x, *, min_val=-1.0, max_val=1.0, out=None)"
    assert signatures["threshold"] == "(x, *, threshold, value, out=None)"
    assert signatures["prelu_grad_a"] == "(x, *, a=0.25, out=None)"
    assert signatures["rrelu"] == "(x, *, lower=0.125, upper=0.3333333333333333, a=None, out=None)"
    assert signatures["softmax"] == "(x, axis=-1, *, beta=1.0)"
    assert signatures["softmax_vjp"] == "(y, dy, axis=-1, *, beta=1.0)"
    assert signatures["logmeanexp_vjp"] == "(x, y, dy, axis=-1, *, beta=1.0)"


@pytest.mark.parametrize("name", ELEMENTWISE)
@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
@pytest.mark.parametrize("shape", [(), (0,), (14,), (2, 7), (7, 2, 1), (0, 3)])
def test_shape_and_type_are_kept(generated, name, dtype, shape):
    """The result has the shape and the type of the argument; warnings are errors in this suite."""
    with np.errstate(all="ignore"):
        x = np.resize(np.array(SPECIAL).astype(dtype), shape)
    for suffix in ("", "_grad", "_grad2"):
        y = call(generated, name + suffix, x)
        assert np.shape(y) == shape
        assert y.dtype == dtype


@pytest.mark.parametrize("values", [3, True, [1, 2], [[True], [False]], np.arange(3, dtype=np.int8)])
def test_integers_become_doubles(generated, values):
    """Integers and truth values are taken as doubles."""
    y = generated.sigmoid(values)
    assert y.dtype == np.float64
    assert np.array_equal(y, generated.sigmoid(np.asarray(values, np.float64)))


@pytest.mark.parametrize("values", [1j, np.array([None]), "x", np.array([1], "M8[s]"), np.longdouble(1)])
def test_what_is_no_real_number_is_refused(generated, values):
    """Complex numbers, objects, texts, dates and wider types than double are a TypeError."""
    if isinstance(values, np.longdouble) and np.finfo(np.longdouble).bits == 64:
        pytest.skip("long double is double here")
    for name in ("sigmoid", "softmax"):
        with pytest.raises(TypeError, match="expected real numbers"):
            getattr(generated, name)(values)


def test_layout_does_not_matter(generated):
    """Strided, reversed, transposed and byte-swapped arrays give what a contiguous copy gives."""
    x = np.linspace(-3, 3, 60).reshape(5, 12)
    for view in (x[:, ::3], x[::-1, ::-2], x.T, x.astype(">f8"), np.asfortranarray(x)):
        assert np.array_equal(generated.swish(view), generated.swish(np.array(view, np.float64, order="C")))


def test_blocks_join(generated):
    """An array longer than a block gives the same as its pieces."""
    x = np.random.default_rng(0).normal(size=70_001).astype(np.float32)
    whole = generated.swish(x)
    assert np.array_equal(whole, np.concatenate([generated.swish(part) for part in np.array_split(x, 11)]))


@pytest.mark.parametrize("name", ELEMENTWISE)
@pytest.mark.parametrize("side", [-1.0, 1.0])
def test_the_result_is_an_array_of_its_own(generated, name, side):
    """Where a choice falls on one side for every element, the result is neither the argument nor a single number."""
    for dtype in (np.float32, np.float64):
        x = side * np.full(5, 2.0, dtype)
        for suffix in ("", "_grad", "_grad2"):
            y = call(generated, name + suffix, x)
            assert y.shape == x.shape
            assert y.flags.writeable
            assert not np.may_share_memory(x, y)


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_a_choice_copies_bits(generated, dtype):
    """Zeros keep their signs, and NaN and infinities on the side that is not chosen do not matter."""
    x = np.array([1.0, -1.0, np.nan, np.inf, -0.0], dtype)
    condition = np.array([True, False, True, False, True])
    for a in (x, 0.0, -0.0, math.nan, dtype(2)):
        for b in (x[::-1], 0.0, -0.0, math.inf, dtype(3)):
            for chosen in (condition, condition | True, condition & False):
                found = np.broadcast_to(generated._select(chosen, a, b, x), x.shape)
                wanted = np.where(chosen, np.asarray(a, dtype), np.asarray(b, dtype))
                assert np.array_equal(found, wanted, equal_nan=True)
                assert np.array_equal(np.signbit(found), np.signbit(wanted))


def test_narrow_types_are_rounded_once(generated):
    """float32 and float16 give the double-precision value, rounded."""
    for dtype in (np.float16, np.float32):
        x = np.linspace(-9, 9, 999).astype(dtype)
        assert np.array_equal(generated.sigmoid(x), generated.sigmoid(x.astype(np.float64)).astype(dtype))


HARD_PARAMETERS = (0.25, 0.0, 0.01, 0.1, 1 / 3, 1e-5, 1e-9, 1e-42, 65536.0, 1e39)  # out of float16's or float32's range


@pytest.mark.parametrize("dtype", [np.float16, np.float32])
@pytest.mark.parametrize("parameter", HARD_PARAMETERS)
def test_programs_that_round_once_are_as_exact_in_narrow_types(generated, dtype, parameter):
    """Decisions are those of the parameter as given, and what scales by it is right to the last digit."""
    with np.errstate(over="ignore"):
        near = np.asarray(parameter).astype(dtype)
    x = np.array([near, np.nextafter(near, dtype(0)), np.nextafter(near, dtype(9)), 3.0, 1e4, 1e-3], dtype)
    x = np.concatenate([x, -x])
    decided = generated.threshold(x, threshold=parameter, value=-2.0)
    assert np.array_equal(decided, np.where(x.astype(np.float64) > parameter, x, dtype(-2)))
    decided = generated.hardtanh_grad(x, min_val=-parameter - 1e-3, max_val=parameter)
    inside = (x.astype(np.float64) > -parameter - 1e-3) & (x.astype(np.float64) < parameter)
    assert np.array_equal(decided, inside.astype(dtype))
    found = generated.prelu(x, a=parameter)
    with np.errstate(all="ignore"):
        scaled = np.where(x > 0, x, x.astype(np.float64) * parameter).astype(dtype)
        assert np.all((found == scaled) | (np.abs(found - scaled) <= np.spacing(np.abs(scaled))))


@pytest.mark.parametrize(("threshold", "wide"), [(0.5, False), (0.1, True), (70000.0, False)])
def test_programs_that_round_once_run_in_the_type_of_the_argument(generated, monkeypatch, threshold, wide):
    """float32 stays float32 where the parameters that decide are numbers of it, and only there."""
    seen = []
    program = generated._threshold
    monkeypatch.setattr(generated, "_threshold", lambda x, *p: seen.append(x.dtype) or program(x, *p))
    generated.threshold(np.ones(3, np.float32), threshold=threshold, value=1.0)
    assert seen == [np.float64 if wide else np.float32]


def test_out(generated):
    """The result goes into out, which may be the argument, be strided, or be of a narrower type."""
    x = np.linspace(-3, 3, 40)
    expected = generated.sigmoid(x)
    same = x.copy()
    assert generated.sigmoid(same, out=same) is same
    assert np.array_equal(same, expected)
    narrow = np.zeros((40, 2), np.float32)
    generated.sigmoid(x, out=narrow[:, 1])
    assert np.array_equal(narrow[:, 1], expected.astype(np.float32))
    assert not narrow[:, 0].any()
    shifted = np.concatenate([x, [0.0]])
    generated.sigmoid(shifted[:-1], out=shifted[1:])
    assert np.array_equal(shifted[1:], expected)
    with pytest.raises(ValueError, match="broadcast"):
        generated.sigmoid(x, out=np.empty(3))


def test_parameters_may_vary(generated):
    """A parameter may be an array that broadcasts against the argument: a slope for each channel."""
    x = -np.ones((4, 3))
    assert np.array_equal(generated.prelu(x, a=[1, 2, 3]), np.broadcast_to([-1.0, -2.0, -3.0], (4, 3)))
    assert generated.prelu(-1.0, a=[1, 2]).tolist() == [-1.0, -2.0]


def test_parameters_outside_their_domain_are_refused(generated):
    """The domain is named; a NaN is outside every domain that has an end."""
    with pytest.raises(ValueError, match=r"hardtanh: max_val = -2.0 is outside its domain \(min_val, ∞\)"):
        generated.hardtanh(1.0, max_val=-2)
    with pytest.raises(ValueError, match="swish_grad: beta"):
        generated.swish_grad(1.0, beta=math.nan)
    with pytest.raises(ValueError, match="softmax_vjp: beta"):
        generated.softmax_vjp([1.0], [1.0], beta=0)
    with pytest.raises(ValueError, match="rrelu: a"):
        generated.rrelu(1.0, a=0.5)
    with pytest.raises(TypeError):
        generated.swish(1.0, beta="soft")


def test_a_random_parameter_has_its_mean_or_the_values_given(generated):
    """Evaluation uses the mean of the bounds; the slopes drawn in training can be given."""
    assert generated.rrelu(-1.0, lower=0.2, upper=0.4) == -((0.2 + 0.4) / 2)
    assert generated.rrelu([-1.0, -1.0], a=[0.2, 0.3]).tolist() == [-0.2, -0.3]


@pytest.mark.parametrize("axis", [0, 1, 2, -1, -2])
def test_axes(generated, axis):
    """A function of a vector runs along the axis, whatever the others are."""
    x = np.random.default_rng(1).normal(size=(3, 4, 5)).astype(np.float32)
    y = generated.softmax(x, axis, beta=2.0)
    wide = np.exp(2.0 * x.astype(np.float64))
    assert y.dtype == np.float32
    np.testing.assert_allclose(y, wide / wide.sum(axis=axis, keepdims=True), rtol=1e-6)
    mean = generated.logmeanexp(x, axis, beta=2.0)
    assert mean.shape == y.sum(axis=axis).shape
    np.testing.assert_allclose(mean, np.log(wide.mean(axis=axis)) / 2, rtol=1e-5)
    np.testing.assert_allclose(generated.logmeanexp_vjp(x, mean, np.ones_like(mean), axis, beta=2.0), y, rtol=1e-5)


def test_vector_product_is_the_jacobian(generated):
    """The vector-Jacobian product agrees with a central difference."""
    generator = np.random.default_rng(2)
    x, dy, step = generator.normal(size=6), generator.normal(size=6), 1e-6
    y = generated.softmax(x)
    numeric = [
        ((generated.softmax(x + step * unit) - generated.softmax(x - step * unit)) / (2 * step)) @ dy
        for unit in np.eye(6)
    ]
    np.testing.assert_allclose(generated.softmax_vjp(y, dy), numeric, atol=1e-9)


def test_empty_vectors_and_scalars(generated):
    """An empty axis gives an empty result; a single vector reduces to a NumPy number."""
    assert generated.softmax(np.empty((2, 0))).shape == (2, 0)
    assert isinstance(generated.logmeanexp([1.0, 2.0]), np.float64)
    with pytest.raises(ValueError, match="axis"):
        generated.softmax(1.0)
