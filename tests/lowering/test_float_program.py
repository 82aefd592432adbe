"""Programs for results in float32: which of them a function gets."""

import pytest

from symact import catalog
from symact.analysis.derivatives import derivative_cells
from symact.lowering import lower
from symact.lowering.arithmetic import ONE, constant, neg, op
from symact.lowering.float_program import FloatPrograms, float_programs
from symact.lowering.smooth import X


@pytest.mark.parametrize("name", ["relu", "hardswish", "leaky_relu"])
def test_what_needs_no_elementary_function_is_computed_in_float(name):
    """As it stands, and there is nothing to make shorter in double precision."""
    program = lower(catalog.get(name)).value
    assert program.in_float == program.result
    assert program.for_float is None


def test_a_zero_keeps_its_digits_without_corrections():
    """1 − y² beside y = 1 with one rounding for both operations, x/3 + 1/2 as a multiple of x + 3/2."""
    slope = lower(catalog.get("tanh")).grad_from_output
    assert slope.in_float == op("fused", neg(X), X, ONE)
    assert slope.float_error == 0.5
    multiple = op("mul", constant(1 / 3), op("add", X, constant(1.5)))
    assert multiple in lower(catalog.get("hardswish")).grad.in_float.walk()


@pytest.mark.parametrize("name", ["silu", "sigmoid", "logsigmoid"])
def test_there_may_be_a_program_of_either_kind(name):
    """One in float with kernels of it, and a shorter one in double precision; the error is that of the first."""
    program = lower(catalog.get(name)).value
    assert program.in_float is not None
    assert 0.6 < program.float_error <= 2
    assert program.for_float is not None
    assert {step.op for step in program.for_float.walk()} & {"exp_30", "exp_53"}


def test_a_function_without_a_kernel_in_float_is_computed_in_double():
    """The normal distribution function by a quotient, rounded once."""
    program = lower(catalog.get("gelu")).value
    assert program.in_float is None
    assert "erfcx_29" in {step.op for step in program.for_float.walk()}
    assert program.float_error <= 0.6


def test_none_is_made_where_none_is_asked_for():
    """A tolerable error of 0 asks for none."""
    gelu = catalog.get("gelu")
    assert float_programs(lower(gelu).value.result, derivative_cells(gelu, 0), gelu, [{}], 0.0, []) == FloatPrograms()
