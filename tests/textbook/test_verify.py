"""A run of the collection is the same in one process and in several, and says what it did."""

import json

import pytest
from click.testing import CliRunner

from symact.cli import main
from symact.errors import SymactError
from symact.textbook.collection import chosen
from symact.textbook.identity import verified
from symact.textbook.verify import verify
from symact.verdict import Grade


def test_parallel_and_serial_runs_agree():
    """Grades, methods and steps do not depend on how the work is spread."""
    together = verify(("tanhshrink", "L14")).rows
    serial = [verified(entry) for entry in chosen(("tanhshrink", "L14"))]
    assert [row.proof for row in together] == [row.proof for row in serial]


def test_counts_by_grade():
    """The closing counts add up to the entries."""
    run = verify(("L6",))
    assert sum(run.counts.values()) == len(run.rows)
    assert run.passed
    assert run.counts[Grade.REFUTED] == 2


def test_unknown_name_is_refused():
    """Neither an id nor a tag: one line."""
    with pytest.raises(SymactError, match="neither an id nor a tag"):
        chosen(("L99",))


def _run(*arguments):
    return CliRunner().invoke(main, arguments)


def test_verify_prints_one_line_an_identity():
    """The text has a line for each entry and the counts at the end."""
    lines = _run("verify", "L24").output.splitlines()
    assert lines[0].startswith("✓ softmax-temperature:")
    assert lines[-1] == "1 identities: 1 proved"


def test_verify_json():
    """JSON is a list of objects with the promised keys; a refuted one has its counterexample."""
    rows = json.loads(_run("verify", "hardtanh-not-equivariant", "--json").output)
    assert {"id", "title", "grade", "expected", "method", "seconds", "counterexample"} <= set(rows[0])
    assert rows[0]["grade"] == rows[0]["expected"] == "refuted"
    assert rows[0]["counterexample"]["left"] != rows[0]["counterexample"]["right"]


@pytest.mark.parametrize(
    ("statement", "code"),
    [
        ("tanh(x) == 2*sigmoid(2*x) - 1", 0),
        ("-1 < tanh(x) < 1", 0),
        ("elu(2*x) == 2*elu(x)", 1),
        ("x/x == 1", 3),
    ],
)
def test_prove_exit_codes(statement, code):
    """0 for proved, 1 for refuted, 3 for open; --explain prints the steps."""
    result = _run("prove", statement, "--explain")
    assert result.exit_code == code
    assert "  1. " in result.output


def test_prove_json():
    """The record of a proof has grade, method and steps."""
    record = json.loads(_run("prove", "relu(x) >= 0", "--json").output)
    assert record["grade"] == "proved"
    assert record["method"]
    assert record["steps"]
