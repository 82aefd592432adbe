"""The polynomials of the kernels: their coefficients can be made again, and their accuracy is proved."""

import pytest

from symact.lowering import polynomials

POLYNOMIALS = [polynomials.EXP, polynomials.LOG, polynomials.ERF]
POLYNOMIALS += [polynomials.EXP_FLOAT, polynomials.LOG_FLOAT, polynomials.ERF_FLOAT]
POLYNOMIALS += [polynomials.LOG1P_FLOAT, polynomials.EXP_SINGLE, polynomials.LOG_SINGLE]
POLYNOMIALS += [polynomials.LOG1P_SINGLE, polynomials.TANH_SINGLE]


@pytest.mark.parametrize("polynomial", POLYNOMIALS)
def test_the_coefficients_are_those_of_the_fit(polynomial):
    """The committed table is what its own script gives."""
    assert polynomial.coefficients == polynomial.fitted()


@pytest.mark.parametrize("polynomial", POLYNOMIALS)
def test_the_stated_error_is_proved(polynomial):
    """Ball arithmetic encloses the error in the stated bound, which is not idle."""
    assert polynomial.error / 2 < polynomial.error_bound() <= polynomial.error
