"""Generated code keeps the contract on every backend; the check sees code that does not."""

import numpy as np
import pytest

from symact.accuracy.sweep import check, checks
from symact.accuracy.table import BOUNDS
from symact.activation import Activation, x
from symact.backends.loading import Loaded
from symact.catalog import get, names

POINTS = 400


@pytest.mark.parametrize("backend", ["numpy", "torch", "c"])
@pytest.mark.parametrize("name", names())
def test_contract(name, backend):
    """float64 within 8 ULP, float32 within 4, forward and first derivative, at points over all exponents."""
    rows = check(get(name), backend, POINTS)
    assert rows
    assert {row.dtype for row in rows} == {"float64", "float32"}
    for row in rows:
        assert row.passed, row


def test_the_bounds_are_the_issue_s():
    """8 ULP in float64 and 4 in float32, for f and f′."""
    assert BOUNDS["float64", 0] == BOUNDS["float64", 1] == 8
    assert BOUNDS["float32", 0] == BOUNDS["float32", 1] == 4


@pytest.mark.parametrize(
    ("what", "spoil"),
    [
        ("a lost tail", lambda y, x: np.where(x < -6, 0 * y, y)),
        ("nine units in the last place", lambda y, x: np.where(x == 1.5, y * (1 + 9 * 2.0**-52), y)),
        ("a NaN", lambda y, x: np.where(x == 1.5, np.nan, y)),
        ("an overflow", lambda y, x: np.where(x > 1e300, np.inf, y)),
        ("a NaN swallowed", lambda y, x: np.where(np.isnan(x), 0.0, y)),
        ("a wrong limit", lambda y, x: np.where(x == -np.inf, np.nan, y)),
    ],
)
def test_the_check_can_fail(what, spoil, monkeypatch):
    """A function with one flaw fails."""
    honest = Loaded.on_numpy

    def spoiled(self, attribute, *arrays, **values):
        result = honest(self, attribute, *arrays, **values)
        with np.errstate(all="ignore"):
            return spoil(result, arrays[0]) if attribute == "value" and result.dtype == np.float64 else result

    monkeypatch.setattr(Loaded, "on_numpy", spoiled)
    rows = check(get("gelu"), "numpy", POINTS)
    failed = [row for row in rows if not row.passed]
    assert [(row.derivative, row.dtype) for row in failed] == [("f", "float64")], what


def test_an_activation_of_one_s_own_is_checked():
    """The check takes any activation, with parameter values."""
    beta = get("swish").parameters[0]
    mine = Activation("mine", get("swish").expr * 2, parameters=(beta,))
    assert all(row.passed for row in check(mine, "numpy", 100, beta=1.5))
    assert x in mine.expr.free_symbols


def test_many_are_checked_as_one_by_one():
    """The processes that share the work give the rows of one, in the order asked for, and say when each is done."""
    chosen = [get(name) for name in ("selu", "relu", "identity", "softsign")]
    done = []
    together = checks(chosen, ("numpy", "c"), 50, done.append)
    assert together == [row for each in chosen for backend in ("numpy", "c") for row in check(each, backend, 50)]
    assert done == chosen
