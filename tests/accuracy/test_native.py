"""PyTorch's own functions, measured by the same code."""

import json

import pytest
from click.testing import CliRunner

from symact import catalog
from symact.accuracy.native import NATIVE, is_native
from symact.accuracy.sweep import check
from symact.cli import main

pytest.importorskip("torch")

NAMES = [name for name in catalog.names() if is_native(catalog.get(name))]


@pytest.mark.parametrize("name", NAMES)
def test_every_function_of_torch_is_measured(name):
    """F and f′ in both types: the call is right, since most results are near the truth."""
    rows = check(
        catalog.get(name),
        NATIVE,
        points=200,
        **{p.name: 0.5 for p in catalog.get(name).parameters if p.default is None},
    )
    assert [(row.derivative, row.dtype) for row in rows] == [
        (derivative, dtype) for derivative in ("f", "f′") for dtype in ("float64", "float32")
    ]
    assert {row.backend for row in rows} == {NATIVE}


def test_exact_functions_of_torch_are_exact():
    """The values of relu, prelu with a parameter of its own, and hardtanh."""
    for name in ("relu", "prelu", "hardtanh"):
        value = check(catalog.get(name), NATIVE, points=500)[0]
        assert value.worst_ulp <= 0.5


def test_what_torch_loses_is_found():
    """Sigmoid underflows before its value does."""
    row = check(catalog.get("sigmoid"), NATIVE, points=500)[0]
    assert row.worst_ulp > 1e6


def test_the_command():
    """The table says whose the functions are; a function that PyTorch lacks is refused."""
    shown = CliRunner().invoke(main, ["check", "--backend", NATIVE, "relu", "--points", "100", "--format", "json"])
    assert {row["backend"] for row in json.loads(shown.stdout)["rows"]} == {NATIVE}
    refused = CliRunner().invoke(main, ["check", "--backend", NATIVE, "gish"])
    assert refused.exit_code == 2
    assert "PyTorch has no gish" in refused.output + refused.stderr
