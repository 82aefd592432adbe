"""Programs that are rounded to float32 once, beside ball arithmetic of the definitions."""

import numpy as np
import pytest

from symact import catalog
from symact.accuracy.reference import Reference
from symact.lowering import lower
from symact.lowering.interpret import run
from symact.ulp import spacings

SIZES = 10.0 ** np.linspace(-40, 38, 79)
POINTS = np.concatenate([np.linspace(-110, 110, 221), SIZES, -SIZES])
AT_ONCE = [
    (name, order)
    for name in ("gelu", "silu", "tanhshrink", "mish", "gelu_tanh", "tanh_sig", "rectified_sech")
    for order in (0, 1)
    if (name, order) not in {("silu", 0), ("gelu_tanh", 0)}
]


@pytest.mark.parametrize(("name", "order"), AT_ONCE)
def test_results_are_rounded_once(name, order):
    """Within 0.6 ULP of float32 of the definition, by balls: at every magnitude, where it dies out, beside zeros."""
    kernels = lower(catalog.get(name))
    program = (kernels.value, kernels.grad)[order]
    assert program.for_float is not None
    points = POINTS.astype(np.float32).astype(np.float64)
    computed = run(program.for_float, {"x": points}).astype(np.float32).astype(np.float64)
    reference = Reference(catalog.get(name), order, {})
    exact = np.array([float(reference.exact(point)) for point in points.tolist()])
    assert (np.abs(computed - exact) / spacings(exact, np.float32)).max() <= 0.6


@pytest.mark.parametrize(("name", "zero"), [("silu", -1.2784645), ("gelu", -0.7517915), ("mish", -1.1924312)])
def test_a_zero_of_the_slope_is_met(name, zero):
    """The floats next to it, by a polynomial there or by enough digits everywhere."""
    program = lower(catalog.get(name)).grad
    nearest = np.float32(zero)
    points = np.array([nearest, *(np.nextafter(nearest, np.float32(to)) for to in (-2, 0))]).astype(np.float64)
    reference = Reference(catalog.get(name), 1, {})
    exact = np.array([float(reference.exact(point)) for point in points.tolist()])
    assert np.abs(exact).min() < 1e-7
    assert (np.abs(run(program.for_float, {"x": points}) - exact) / spacings(exact, np.float32)).max() <= 0.1
