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


@pytest.mark.parametrize(
    ("statement", "message"),
    [
        ("relu(x) = 2", "formula, character 9: '=' is not part of a formula; write == to compare"),
        ("tanh(x) + 1", "formula, character 1: a relation is expected here"),
        ("-x < sigmod(x)", "formula, character 6: unknown function 'sigmod'; did you mean 'sigmoid'?"),
    ],
)
def test_nonsense_is_one_line(statement, message):
    """What is no statement has exit code 2, and the message names the character."""
    result = _run("prove", statement)
    assert result.exit_code == 2
    assert message in result.stderr
    assert result.stderr.count("\n") == 1


def test_open_statement_says_why():
    """The line of an open statement has the reason."""
    assert _run("prove", "x/x == 1").output == "? x/x == 1: open: for x = 0 a side has no value: x ≠ 0 fails\n"


@pytest.mark.parametrize(
    ("first", "second", "code", "line"),
    [
        ("x*tanh(log(1+exp(x)))", "mish", 0, "✓ x*tanh(log(1+exp(x))) = mish(x): proved (normal form)"),
        ("swish", "silu", 0, "✓ swish(x) = silu(x): proved (normal form)"),
        ("x/(1+exp(-x/2))", "silu", 1, "✓ x/(1+exp(-x/2)) = 2silu(x/2): proved (normal form)"),
        ("-x", "identity", 1, "✓ −x = −identity(x): proved (normal form)"),
        ("tanh", "x**3", 1, "✗ tanh(x) = x**3: refuted: for x = 1 the left side is"),
        ("log(x**2)", "2*log(x)", 3, "? log(x**2) = 2*log(x): open:"),
    ],
)
def test_same_exit_codes(first, second, code, line):
    """0 for one function, 1 for two, with the relation between them if there is one, 3 for open."""
    result = _run("same", first, second)
    assert result.exit_code == code
    assert line in result.output


def test_same_json():
    """The record has the proof, and that of the relation if the functions differ."""
    record = json.loads(_run("same", "tanh", "sigmoid", "--json").output)
    assert record["grade"] == "refuted"
    assert record["relation"]["statement"] == "tanh(x) = 2sigmoid(2x) − 1"
    assert json.loads(_run("same", "silu", "swish", "--json").output)["grade"] == "proved"


@pytest.mark.parametrize("pair", [("softmax", "relu"), ("nosuch", "relu"), ("x +", "relu")])
def test_same_refuses(pair):
    """What is not understood is one line, exit code 2."""
    result = _run("same", *pair)
    assert result.exit_code == 2
    assert result.stderr.count("\n") == 1


def test_derive_says_what_a_formula_is():
    """The sheet of a formula begins with the function that it is."""
    output = _run("derive", "x*sigmoid(1.702*x)").output
    assert "this is" in output
    assert "gelu_sigmoid(x)  (normal form)" in output
