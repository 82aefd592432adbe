"""Programs for float32: what they lose is put back, but only where it matters."""

import numpy as np
import pytest

from symact import catalog
from symact.lowering import lower
from symact.lowering.arithmetic import ONE, ZERO, constant, op
from symact.lowering.compensated import compensated, lightened, with_decay_products
from symact.lowering.interpret import run
from symact.lowering.measure import float_error
from symact.lowering.program import Node

NAMES = ["sigmoid", "silu", "mish", "logsigmoid", "tanhshrink", "softsign"]
X = np.concatenate([np.linspace(-100, 100, 3001), 2.0 ** np.linspace(-140, 120, 500)]).astype(np.float32).astype(float)


@pytest.mark.parametrize("name", NAMES)
def test_corrections_put_back_what_is_lost(name):
    """With all corrections a program is nearly correctly rounded; with none it is the program itself."""
    node = lower(catalog.get(name)).value.result
    plain = float_error(node, node, {})
    full = compensated(node, frozenset(node.walk()), guarded=True)
    assert float_error(full, node, {}) <= plain
    none = compensated(node, frozenset(), guarded=False)
    assert run(none, {"x": X}).tolist() == pytest.approx(run(node, {"x": X}).tolist(), rel=1e-6, abs=0, nan_ok=True)


@pytest.mark.parametrize("name", ["sigmoid", "silu", "mish"])
def test_only_what_matters_is_kept(name):
    """The light program is within the tolerance, shorter than the full one, and worth having."""
    node = lower(catalog.get(name)).value.result

    def error(candidate):
        return float_error(candidate, node, {})

    assert error(node) > 1.5
    light, found = lightened(node, error, 1.5)
    assert found == error(light) <= 1.5
    assert len(list(light.walk())) < len(list(compensated(node, frozenset(node.walk()), guarded=True).walk()))


def test_what_cannot_be_mended_is_refused():
    """Beside a zero of the slope of silu the exponential itself has too few digits."""
    node = lower(catalog.get("silu")).grad.result
    assert lightened(node, lambda candidate: float_error(candidate, node, {}), 1.5) is None


def test_an_infinite_value_is_kept():
    """Where the value is infinite the correction is no number, and is left out."""
    light = lower(catalog.get("silu")).value.in_float
    assert run(light, {"x": np.array([np.inf, -np.inf])}, in_float=True).tolist() == [np.inf, 0]
    assert np.isnan(run(light, {"x": np.array(np.nan)}, in_float=True))


def test_what_products_have_lost_is_fused():
    """Of (x + y)² it is 2(x + y) times what the sum has lost, added with one rounding."""
    x, y = Node("argument", label="x"), Node("argument", label="y")
    total = op("add", x, y)
    square = op("mul", total, total)
    lost = op("fused", op("add", total, total), op("sum_error", x, y), op("product_error", total, total))
    assert compensated(square, frozenset((total, square)), guarded=False) == op("add", square, lost)
    assert compensated(square, frozenset((total,)), guarded=False) == op("fused", *lost.args[:2], square)


def test_constants_in_two_parts_have_one_sign():
    """They add up to an infinity where x is one, and neither overflows before their sum."""
    node = op("mul", constant(1.0507009873554805), Node("argument", label="x"))
    program = compensated(node, frozenset(step for step in node.walk() if step.op == "constant"), guarded=False)
    rest, first = sorted(step.number for step in program.walk() if step.op == "constant")
    assert 0 < rest < 2**-23 * first < first < 1.0507009873554805
    assert run(program, {"x": np.array([np.inf, -np.inf])}, in_float=True).tolist() == [np.inf, -np.inf]


def test_multiples_of_what_decays_are_kernels_of_their_own():
    """α·e^x and e^(x/α), only where x is not positive and for an α that cannot be negative."""
    x, alpha = Node("argument", label="x"), Node("parameter", label="alpha")
    scaled, stretched = op("mul", op("exp", x), alpha), op("exp", op("div", x, alpha))
    for side, holds in (("le", True), ("gt", False)):
        for inner, expected in ((scaled, (alpha, x)), (stretched, (ONE, op("div", x, alpha)))):
            branches = (inner, ONE) if holds else (ONE, inner)
            found = with_decay_products(op("select", op(side, x, ZERO), *branches), x, {alpha: 1})
            assert found.args[1 if holds else 2] == op("decay_product", *expected)
    for inner, expected in (
        (op("mul", op("expm1", x), alpha), op("excess_product", alpha, x)),
        (op("div", op("log1p", op("exp", x)), alpha), op("log_product", op("div", ONE, alpha), x)),
    ):
        assert with_decay_products(op("select", op("le", x, ZERO), inner, ONE), x, {}).args[1] == expected
    unknown = op("select", op("le", x, ZERO), stretched, ONE)
    assert with_decay_products(unknown, x, {}) == unknown
    assert with_decay_products(scaled, x, {alpha: 1}) == scaled
