"""Plain formulas for doubles that are not large, beside ball arithmetic of the definitions."""

import math

import numpy as np
import pytest

from symact import catalog
from symact.accuracy.reference import Reference
from symact.analysis.derivatives import derivative_cells
from symact.lowering import lower
from symact.lowering.arithmetic import ONE, add, div, neg, op
from symact.lowering.interpret import run
from symact.lowering.measure import Truth
from symact.lowering.plain import REACHES, plain
from symact.lowering.program import Node
from symact.lowering.smooth import MAGNITUDE, X
from symact.ulp import spacing

GROWTH = op("exp", neg(X))
SIGMOID = div(ONE, add(GROWTH, ONE))


def truths(name, order=0):
    """Return the exact branch of an entry without parameters and with one formula."""
    pieces = derivative_cells(catalog.get(name), order)
    return [Truth.of(pieces.cells[0].expr, pieces.symbol, {}, -math.inf, math.inf)]


def guarded(program):
    """Return a program that chooses by the sign of x, which takes time."""
    return op("select", op("le", X, Node("constant", number=0.0)), op("exp", neg(MAGNITUDE)), program)


def test_the_formula_as_one_would_write_it():
    """A sigmoid in one exponential, up to the largest reach."""
    found = plain(guarded(SIGMOID), [SIGMOID], {}, truths("sigmoid"))
    assert found.result == SIGMOID
    assert found.reach == REACHES[0]


def test_a_wrong_formula_is_not_taken():
    """One that is off by a part in 10¹⁵, and one that overflows."""
    slightly = op("mul", SIGMOID, Node("constant", number=1 + 2.0**-49))
    assert plain(guarded(SIGMOID), [slightly], {}, truths("sigmoid")) is None
    square = op("mul", GROWTH, GROWTH)
    found = plain(guarded(SIGMOID), [div(GROWTH, add(square, GROWTH))], {}, truths("sigmoid"))
    assert found.reach == REACHES[1]


def test_what_takes_as_long_is_not_taken():
    """The program for all doubles does for those that are not large."""
    assert plain(SIGMOID, [SIGMOID], {}, truths("sigmoid")) is None
    assert plain(add(X, ONE), [X], {}, truths("sigmoid")) is None


@pytest.mark.parametrize(
    ("name", "order"),
    [("sigmoid", 0), ("silu", 0), ("swish", 0), ("mish", 0), ("softplus", 0), ("softplus", 1), ("elu", 1), ("celu", 1)],
)
def test_programs_are_within_four_units(name, order):
    """At a few hundred numbers, the ends of the reach among them."""
    activation, kernels = catalog.get(name), lower(catalog.get(name))
    found = (kernels.value, kernels.grad)[order].plain
    assert found.error <= 4.0
    reference = Reference(activation, order, found.parameters)
    rng = np.random.default_rng(0)
    points = np.concatenate([rng.uniform(-found.reach, found.reach, 200), rng.normal(scale=3.0, size=200)])
    points = [*points.tolist(), found.reach, -found.reach, 0.0, 5e-324]
    for point, value in zip(points, run(found.result, {"x": points}).tolist(), strict=True):
        exact = reference.exact(point)
        assert float(abs(exact - value)) <= 4.0 * spacing(exact), point


@pytest.mark.parametrize("name", ["tanh", "gelu", "relu", "snake"])
def test_others_have_none(name):
    """A call alone, what needs its corrections, and what has nothing to look out for."""
    assert lower(catalog.get(name)).value.plain is None
