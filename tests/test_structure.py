"""What must hold for every float, searched by hypothesis: structure of generated code against derived facts."""

import math
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from sympy import oo

import symact
from symact.accuracy.reference import Reference
from symact.analysis.shape import value_range
from symact.catalog import get, names

ELEMENTWISE = [name for name in names() if get(name).is_elementwise]
PROBABILITIES = ["softmax", "softmin"]
FREE = {p.name: 0.5 for p in get("threshold").parameters}
anything = st.floats(allow_nan=False, allow_infinity=False)
rows = st.lists(st.floats(-1e4, 1e4), min_size=1, max_size=40)
quick = settings(max_examples=60, deadline=None, derandomize=True)


@cache
def loaded(name):
    parameters = FREE if name == "threshold" else {}
    return symact.load(name, **parameters)


@cache
def exact(name, order):
    activation = get(name)
    values = activation.values(FREE if name == "threshold" else {})
    return Reference(activation, order, {str(symbol): float(value) for symbol, value in values.items()})


@cache
def closure(name):
    activation = get(name)
    values = value_range(activation.at(**FREE) if name == "threshold" else activation.at_defaults())
    return tuple(
        math.inf * (1 if end == oo else -1) if end.is_infinite else float(end) for end in (values.inf, values.sup)
    )


@pytest.mark.may_be_open
@pytest.mark.parametrize("name", ELEMENTWISE)
@given(x=anything)
@quick
def test_no_nan_and_no_spurious_overflow(name, x):
    """On a finite argument f, f′ and f″ are numbers, infinite only where the exact value is out of range."""
    function = loaded(name)
    for order, derivative in enumerate((function, function.grad, function.grad2)):
        value = float(derivative(x))
        assert not math.isnan(value)
        if math.isinf(value):
            assert abs(exact(name, order).exact(x)) > 1.797e308


@pytest.mark.may_be_open
@pytest.mark.parametrize("name", ELEMENTWISE)
@given(x=anything)
@quick
def test_values_stay_in_the_derived_range(name, x):
    """No value leaves the closure of the range by more than the rounding error."""
    low, high = closure(name)
    value = float(loaded(name)(x))
    slack = 8 * math.ulp(value) if math.isfinite(value) else 0
    assert low - slack <= value <= high + slack


@pytest.mark.parametrize(
    "name", ["gelu", "silu", "swish", "gelu_tanh", "gelu_sigmoid", "hardswish", "softplus", "logsigmoid", "relu"]
)
@given(x=st.floats(-1e3, 1e3))
@quick
def test_reflection(name, x):
    """f(x) − f(−x) = x, to the rounding error of the larger term."""
    f = loaded(name)
    left, right = float(f(x)), float(f(-x))
    assert left - right == pytest.approx(x, abs=10 * math.ulp(max(abs(left), abs(right))))


@pytest.mark.parametrize("name", ["tanh", "softsign", "tanhshrink", "softshrink", "hardshrink", "hardtanh", "identity"])
@given(x=anything)
@quick
def test_odd_functions_are_odd_to_the_last_bit(name, x):
    """f(−x) = −f(x) exactly."""
    assert float(loaded(name)(-x)) == -float(loaded(name)(x))


@pytest.mark.parametrize("name", PROBABILITIES)
@given(row=rows)
@quick
def test_probabilities(name, row):
    """Entries are in [0, 1], sum to 1, and keep (softmin: reverse) the order of the arguments."""
    y = loaded(name)(np.array(row))
    assert ((y >= 0) & (y <= 1)).all()
    assert y.sum() == pytest.approx(1, abs=1e-14)
    ordered = y[np.argsort(row, kind="stable")]
    assert (np.diff(ordered) * (1 if name == "softmax" else -1) >= 0).all()


@given(row=rows, shift=st.integers(-(2**20), 2**20))
@quick
def test_softmax_is_shift_invariant(row, shift):
    """Adding an integer to integers changes no bit of the softmax, and adds itself to logsumexp."""
    entries = np.round(np.array(row))
    assert (loaded("softmax")(entries + shift) == loaded("softmax")(entries)).all()
    assert float(loaded("logsumexp")(entries + shift)) == pytest.approx(
        float(loaded("logsumexp")(entries)) + shift, abs=1e-9
    )


@pytest.mark.parametrize("name", ["gelu", "relu", "elu"])
@given(
    x=st.sampled_from([np.float16, np.float32, np.float64]).flatmap(
        lambda dtype: arrays(
            dtype, array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=5), elements=st.floats(-50, 50, width=16)
        )
    )
)
@quick
def test_shape_and_type_are_kept(name, x):
    """Any shape and floating type comes back, transposed input included, entry by entry the same."""
    y = loaded(name)(x)
    assert np.shape(y) == x.shape
    assert np.asarray(y).dtype == x.dtype
    assert np.array_equal(np.asarray(loaded(name)(x.T)), np.asarray(y).T)
