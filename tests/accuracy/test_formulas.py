"""Formulas that no table knows: their generated code is exact to 16 ULP in NumPy and C, or said not to be."""

import pytest
from formulas import FORMULAS, activation

from symact.accuracy.sweep import check
from symact.errors import OpenError
from symact.lowering import lower

POINTS = 300
TOLERABLE = 16

NOT_ENCLOSED = {"normal_hazard", "scaled_complement"}
"""Ball arithmetic does not follow these products of overflow and underflow: the check says that it cannot tell."""

REFUSED = {"two_slopes", "clamped_swish", "rectified_sine"}
"""Where the pieces meet depends on the parameters, or there are infinitely many: one line instead of code."""

INEXACT = {("log_of_softplus", "f″"), ("asinh_gate", "f″"), ("erf_minus_tanh", "f")}
"""What the check finds above the bound: generation warns of these."""


@pytest.mark.parametrize("row", FORMULAS, ids=[row[0] for row in FORMULAS])
def test_numpy_and_c_are_exact(row):
    """No NaN, no overflow that the value has not, and at most 16 ULP of each type, on NumPy and in C."""
    formula = activation(row)
    if formula.name in REFUSED:
        with pytest.raises(OpenError):
            lower(formula)
        return
    if formula.name in NOT_ENCLOSED:
        with pytest.raises(OpenError, match="not enclosed"):
            check(formula, "numpy", POINTS)
        return
    for backend in ("numpy", "c"):
        for found in check(formula, backend, POINTS):
            exact = found.worst_ulp <= TOLERABLE
            assert exact or (formula.name, found.derivative) in INEXACT, found
            assert exact or not found.passed, "the check says so"
