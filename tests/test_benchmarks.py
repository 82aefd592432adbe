"""The benchmarks run; nothing is asked of the times."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from click.testing import CliRunner

from benchmarks import cases, chart, kernels, measure, peers


def test_the_quick_benchmark_runs(tmp_path):
    """``python -m benchmarks --quick`` writes times of every implementation, forward and backward."""
    results = tmp_path / "results.json"
    table = tmp_path / "results.md"
    command = [sys.executable, "-m", "benchmarks", "--quick", "--json", str(results), "--markdown", str(table)]
    subprocess.run(command, cwd=Path(__file__).parents[1], check=True, capture_output=True, text=True)
    record = json.loads(results.read_text("utf-8"))
    assert record["machine"]["threads"] == 1
    directions = {(row["function"], row["direction"]) for row in record["rows"]}
    assert directions == {(f, d) for f in ("relu", "sigmoid", "softmax") for d in ("forward", "backward")}
    for row in record["rows"]:
        plain = {"plain NumPy"} if row["direction"] == "forward" else set()
        assert set(row["nanoseconds"]) == {"symact C", "symact NumPy", "symact torch", "torch"} | plain
        assert all(time > 0 for time in row["nanoseconds"].values())
    assert "geometric mean" in table.read_text("utf-8")


def test_the_benchmark_of_kernels_runs(tmp_path):
    """``python -m benchmarks.kernels --quick`` writes times of the C code, a copy and every peer that is there."""
    results, table = tmp_path / "results.json", tmp_path / "results.md"
    options = ("--quick", "--without", "torch.compile", "--json", str(results), "--markdown", str(table))
    command = [sys.executable, "-m", "benchmarks.kernels", *options, "relu", "logsigmoid", "softmax"]
    subprocess.run(command, cwd=Path(__file__).parents[1], check=True, capture_output=True, text=True)
    record = json.loads(results.read_text("utf-8"))
    directions = {(row["function"], row["direction"]) for row in record["rows"]}
    both = {(name, direction) for name in ("relu", "softmax") for direction in ("forward", "backward")}
    assert directions == {*both, ("logsigmoid", "forward + backward")}
    assert {row["row_length"] for row in record["rows"] if row["function"] == "softmax"} == {128, 1024}
    for row in record["rows"]:
        of_numpy = {"NumPy"} if row["dtype"] != "bfloat16" else set()
        assert {"symact C", "copy", "torch", *of_numpy} <= set(row["nanoseconds"])
        assert all(time > 0 for time in row["nanoseconds"].values())
    assert "geometric mean" in table.read_text("utf-8")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["snake"], "'snake' is not measured"),
        (["--chart", "chart.txt"], "'chart.txt' is not drawn"),
        (["--without", "TensorFlow"], "'TensorFlow' is not one of"),
    ],
)
def test_the_benchmark_of_kernels_refuses_at_once(options, said):
    """What cannot be measured or drawn is named in one line, before anything is measured."""
    result = CliRunner().invoke(kernels.main, options)
    assert result.exit_code == 2
    assert said in result.output


def test_the_chart_is_the_same_from_the_same_rows(tmp_path):
    """Two charts of the same rows are the same bytes, and have every function."""
    pytest.importorskip("matplotlib")
    times = {"symact C": 1.0, "torch": 2.0}
    rows = [measure.Row("relu", each, "float32", 4, None, times) for each in ("forward", "backward")]
    rows.append(measure.Row("logsigmoid", "forward + backward", "float32", 4, None, times))
    for name in ("one.svg", "other.svg"):
        chart.write(tmp_path / name, {"4 elements": rows})
    drawn = (tmp_path / "one.svg").read_text("utf-8")
    assert drawn == (tmp_path / "other.svg").read_text("utf-8")
    assert "relu" in drawn
    assert "logsigmoid" in drawn


@pytest.mark.parametrize("peer", [each for each in peers.PEERS if each != "torch.compile"])  # it takes a minute
@pytest.mark.parametrize("direction", ["forward", "backward"])
@pytest.mark.parametrize("dtype", ["float32", "float64", "bfloat16"])
def test_every_peer_computes_the_function(peer, direction, dtype):
    """What is measured is the function: what a peer returns or writes is near torch's own, in its type."""
    if peer in peers.absent():
        pytest.skip(f"{peer} is not installed")
    in_16_bits = dtype == "bfloat16"
    for name in [each for each in peers.FORWARD if not (in_16_bits and each in cases.VECTORS)]:
        arrays = peers.Arrays.normal((4, 25), dtype)
        peers.torch_eager(name, "forward", arrays)()
        arrays.y[:] = arrays.out
        written = peers.torch_eager(name, direction, arrays)()
        expected = written.float().numpy() if in_16_bits else written.numpy().copy()  # it may be written over
        call = peers.PEERS[peer](name, direction, arrays)
        if call is None:
            continue
        arrays.out.fill(0x7FFF if in_16_bits else np.nan)
        returned = call()
        assert str(returned.dtype).removeprefix("torch.") == dtype
        found = np.asarray(returned.float() if isinstance(returned, torch.Tensor) else returned, expected.dtype)
        tolerance = {"rtol": 2e-2, "atol": 2e-2} if in_16_bits else {"rtol": 1e-4, "atol": 1e-5}
        np.testing.assert_allclose(found, expected, **tolerance, err_msg=name)


def test_the_benchmark_of_one_liners_runs(tmp_path):
    """``python -m benchmarks.one_liners relu`` writes times of f and f′, ours and those of a line of NumPy."""
    results = tmp_path / "results.json"
    command = [sys.executable, "-m", "benchmarks.one_liners", "relu", "--json", str(results)]
    subprocess.run(command, cwd=Path(__file__).parents[1], check=True, capture_output=True, text=True)
    record = json.loads(results.read_text("utf-8"))
    assert {row["which"] for row in record["rows"]} == {"f", "f′"}
    assert all(row[each] > 0 for row in record["rows"] for each in ("symact", "one_line"))
