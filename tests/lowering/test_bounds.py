"""Signs of the values of programs, beside the values themselves."""

import numpy as np
import pytest

from symact import catalog
from symact.lowering import lower
from symact.lowering.arithmetic import ONE, constant, op
from symact.lowering.bounds import is_decay, is_nonnegative, is_nonpositive, where
from symact.lowering.interpret import run
from symact.lowering.program import Node

NAMES = ["sigmoid", "silu", "mish", "logsigmoid", "tanhshrink", "softsign"]
POINTS = np.concatenate([np.linspace(-100, 100, 3001), 2.0 ** np.linspace(-140, 120, 500)])
X, P = Node("argument", label="x"), Node("parameter", label="p")


@pytest.mark.parametrize("name", NAMES)
def test_signs_that_are_seen_are_right(name):
    """What is said to be nowhere positive or negative is so wherever the program is run."""
    seen = 0
    for step in lower(catalog.get(name)).grad.result.walk():
        if step.op in ("lt", "le", "gt", "ge", "eq", "ne", "and", "or", "not"):
            continue
        values = run(step, {"x": POINTS.astype(np.float32).astype(float)})
        values = values[~np.isnan(values)]
        assert not is_nonpositive(step) or np.all(values <= 0)
        assert not is_nonnegative(step) or np.all(values >= 0)
        seen += is_nonpositive(step) or is_nonnegative(step)
    assert seen


def test_signs_of_parameters_are_used():
    """−|x|·p is at most 0 if p is not negative, and who knows what if that is not known."""
    exponent = op("neg", op("mul", op("abs", X), P))
    assert is_decay(op("exp", exponent), {P: 1})
    assert not is_decay(op("exp", exponent), {P: -1})
    assert not is_decay(op("exp", exponent))
    assert is_nonnegative(exponent, {P: -1})


@pytest.mark.parametrize("side", ["lt", "le", "gt", "ge"])
@pytest.mark.parametrize("edge", [-1.0, 0.0, 1.0])
@pytest.mark.parametrize("holds", [True, False])
def test_conditions_tell_signs(side, edge, holds):
    """What a comparison of x with a number says of its sign is so at every point where it is so."""
    condition = op(side, X, constant(edge))
    points = np.linspace(-3, 3, 61)
    there = points[run(condition, {"x": points}).astype(bool) == holds]
    sign = where(condition, holds, X).get(X)
    sides = {1: np.all(there >= 0), -1: np.all(there <= 0)}
    assert sides[sign] if sign else not any(sides.values())


def test_other_conditions_tell_nothing():
    """A comparison of something else, or with something else."""
    assert where(op("ne", X, X), True, X) == where(op("lt", P, ONE), True, X) == where(op("lt", X, P), True, X) == {}
