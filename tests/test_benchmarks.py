"""The benchmarks run; nothing is asked of the times."""

import json
import subprocess
import sys
from pathlib import Path


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
    """``python -m benchmarks.kernels relu`` writes times of the C code, of torch and of a copy."""
    results = tmp_path / "results.json"
    command = [sys.executable, "-m", "benchmarks.kernels", "relu", "--json", str(results)]
    subprocess.run(command, cwd=Path(__file__).parents[1], check=True, capture_output=True, text=True)
    record = json.loads(results.read_text("utf-8"))
    assert {row["direction"] for row in record["rows"]} == {"forward", "backward"}
    assert all(row[each] > 0 for row in record["rows"] for each in ("symact", "torch", "copy"))


def test_the_benchmark_of_one_liners_runs(tmp_path):
    """``python -m benchmarks.one_liners relu`` writes times of f and f′, ours and those of a line of NumPy."""
    results = tmp_path / "results.json"
    command = [sys.executable, "-m", "benchmarks.one_liners", "relu", "--json", str(results)]
    subprocess.run(command, cwd=Path(__file__).parents[1], check=True, capture_output=True, text=True)
    record = json.loads(results.read_text("utf-8"))
    assert {row["which"] for row in record["rows"]} == {"f", "f′"}
    assert all(row[each] > 0 for row in record["rows"] for each in ("symact", "one_line"))
