"""The file of findings: the same bytes in whatever order they come in, and never half of it."""

import json
import math
from itertools import permutations
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from symact import catalog, cli
from symact.accuracy import exhaustive, register
from symact.accuracy.comparison import Case, Worst
from symact.accuracy.exhaustive import Finding
from symact.errors import SymactError

COMMITTED = Path(__file__).resolve().parents[2] / "benchmarks" / "results" / "exhaustive-float32.json"


def finding(function, derivative="f", a=None, ulp=0.5, place=1.0):
    parameters = () if a is None else (("a", float(np.float32(a))),)
    case = Case(function, derivative, f"symact_{function}", parameters, (("f.c", "text"),), "cc 12", 2.0**-29)
    return Finding(case, Worst(ulp, place))


SEVERAL = [finding("gelu"), finding("elu", "f′", 0.1), finding("elu", "f", 1.3), finding("elu", "f", 0.1)]


def test_the_order_leaves_no_trace(tmp_path):
    """One after the other in any order, or all at once: rows by name, derivative and parameters."""
    texts = set()
    for k, order in enumerate(permutations(SEVERAL)):
        for each in order:
            register.merge(tmp_path / f"{k}.json", [each])
        register.merge(tmp_path / f"all{k}.json", order)
        texts |= {(tmp_path / f"{k}.json").read_text("utf-8"), (tmp_path / f"all{k}.json").read_text("utf-8")}
    (text,) = texts
    rows = [(row["function"], row["derivative"], row["parameters"]) for row in json.loads(text)]
    assert rows == [("elu", "f", {"a": 0.1}), ("elu", "f", {"a": 1.3}), ("elu", "f′", {"a": 0.1}), ("gelu", "f", {})]
    assert len(text.splitlines()) == len(SEVERAL) + 2


def test_a_row_takes_the_place_of_the_one_before(tmp_path):
    """The last finding about a function counts, and the others stay."""
    path = tmp_path / "new" / "table.json"
    register.merge(path, [finding("gelu"), finding("elu")])
    register.merge(path, [finding("gelu", ulp=0.75, place=-1e-45)])
    assert [(row["function"], row["worst_ulp"]) for row in register.rows(path)] == [
        ("elu", 0.5 + 2.0**-29),
        ("gelu", 0.75 + 2.0**-29),
    ]


def test_the_page_has_every_row(tmp_path):
    """It is written beside the file; an infinite error has no number there either."""
    path = tmp_path / "table.json"
    register.merge(path, [finding("gelu", ulp=math.inf), finding("elu", "f′", 0.1, place=None)])
    lines = path.with_suffix(".md").read_text("utf-8").splitlines()
    assert lines[-2:] == ["| elu | f′ | a = 0.1 | 0.500 |  |", "| gelu | f |  | ∞ | 1.0 |"]
    assert COMMITTED.with_suffix(".md").read_text("utf-8") == register.page(register.rows(COMMITTED))


@pytest.mark.parametrize("place", [1.5, -1e-45, 0.1, math.inf, -math.inf, math.nan])
def test_the_input_is_exact_in_hexadecimal_and_decimal(place):
    """Both read as the same float32."""
    row = register.row(finding("f", place=float(np.float32(place))))
    for read in (float.fromhex(row["worst_input_hex"]), float(np.float32(row["worst_input"]))):
        assert read == np.float32(place) or (math.isnan(read) and math.isnan(place))


def test_what_json_has_no_number_for():
    """A wrong NaN is an error without a number; a function without errors has no worst input."""
    assert register.row(finding("f", ulp=math.inf))["worst_ulp"] is None
    assert register.row(finding("f", ulp=0.0, place=None))["worst_input"] is None
    json.dumps(register.row(finding("f", ulp=math.inf, place=math.nan)), allow_nan=False)


@pytest.mark.parametrize("text", ["", "{", "{}", "[1]", '[{"function": "f"}]', "\x00"])
def test_another_file_is_left_alone(tmp_path, text):
    """What is no such table is refused in one line, before any work."""
    path = tmp_path / "table.json"
    path.write_text(text)
    with pytest.raises(SymactError, match="give another file with --table") as error:
        register.merge(path, SEVERAL)
    assert "\n" not in str(error.value)
    done = CliRunner().invoke(cli.main, ["check", "--exhaustive", "relu", "--table", str(path)], prog_name="symact")
    assert (done.exit_code, done.stderr.count("\n")) == (2, 1)
    assert path.read_text() == text


def test_a_table_that_cannot_be_written_is_one_line(tmp_path):
    """A file where the folder should be is refused before any work."""
    (tmp_path / "file").write_text("")
    place = str(tmp_path / "file" / "table.json")
    done = CliRunner().invoke(cli.main, ["check", "--exhaustive", "relu", "--table", place], prog_name="symact")
    assert (done.exit_code, done.stderr.count("\n")) == (2, 1)
    assert "with --table" in done.stderr


def test_the_command_writes_the_table(tmp_path, monkeypatch):
    """The rows that it prints, with parameters and compiler, are in the file; a second function comes to them."""
    monkeypatch.setattr(
        exhaustive, "checks", lambda tried, *_, **__: [Finding(each, Worst(0.5, 1.0)) for each in tried]
    )
    path = tmp_path / "table.json"
    for name in ("leaky_relu", "hardtanh"):
        done = CliRunner().invoke(cli.main, ["check", "--exhaustive", name, "--table", str(path)], prog_name="symact")
        assert done.exit_code == 0
    rows = register.rows(path)
    assert [row["function"] for row in rows] == ["hardtanh"] * 4 + ["leaky_relu"] * 4
    assert {row["parameters"].get("negative_slope") for row in rows} == {None, 0.01, 1.3}
    assert all(row["compiler"] and row["bound"] == 2.0 for row in rows)


def test_the_committed_table():
    """It is written as the program writes it, about functions of the catalogue, and all are within the bound."""
    rows = register.rows(COMMITTED)
    assert rows
    assert rows == sorted(rows, key=lambda row: (row["function"], row["derivative"]))
    assert {row["function"] for row in rows} <= set(catalog.names())
    assert all(row["worst_ulp"] is not None and row["worst_ulp"] <= row["bound"] for row in rows)
