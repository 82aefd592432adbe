"""Everywhere the command line takes a name it takes a formula, and a file adds names of one's own."""

import json
import math
import os
import re
import signal
import subprocess
import sys
import time
from contextlib import suppress
from functools import partial
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from symact import cli, generation
from symact.activation import Activation, Parameter, x
from symact.formula import parse

SWISH = "x*sigmoid(beta*x)"

CATALOGUE = """
[[activation]]
name = "sharp_swish"
formula = "x*sigmoid(beta*x)"
parameters = {beta = 1.5}
summary = "Swish with a sharper gate"
source = "Example 2024"

[[activation]]
name = "open_swish"
formula = "x*sigmoid(beta*x)"
"""


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli.main, list(arguments), prog_name="symact")


@pytest.fixture
def mine(tmp_path):
    path = tmp_path / "my.toml"
    path.write_text(CATALOGUE, "utf-8")
    return str(path)


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        ((SWISH, "beta", "oo"), "lim β → ∞ formula(x) = max(0, x)"),
        ((SWISH, "x", "-oo", "--name", "mine"), "lim x → −∞ mine(x) = 0"),
        (("-x*exp(-x)", "x", "oo"), "lim x → ∞ formula(x) = 0"),
        (("-x", "x", "-1"), "lim x → −1 formula(x) = 1"),
        (("-phi(x)", "x", "oo"), "lim x → ∞ formula(x) = 0"),
        (("a*tanh(x)", "-p", "a=3/2", "x", "oo"), "lim x → ∞ formula(x) = 3/2"),
        (("--latex", r"\frac{x}{1 + e^{-x}}", "x", "-oo"), "lim x → −∞ formula(x) = 0"),
        (("--latex", r"-\tanh x", "x", "oo"), "lim x → ∞ formula(x) = −1"),
        (("x", "x", "2"), "lim x → 2 formula(x) = 2"),
    ],
)
def test_limits_of_formulas(arguments, line):
    """One line as for a name; a formula may begin with a minus."""
    done = run("limit", *arguments)
    assert (done.stdout, done.stderr, done.exit_code) == (f"{line}\n", "", 0)


def test_derive_a_formula():
    """The same page as for an entry, parameters given replaced by their values."""
    record = json.loads(run("derive", "relu(x)**2/a", "-p", "a=2", "--name", "mine", "--json").stdout)
    assert (record["name"], record["formula"]) == ("mine", "mine(x) = max(0, x)²/2")
    assert record["parameters"] == []
    facts = {fact["label"]: fact["value"] for fact in record["facts"]}
    assert facts["lim x → ∞ f(x)"] == "∞"


def test_generate_a_formula(tmp_path):
    """The parameter stays a keyword, with the value given as its default."""
    done = run("generate", SWISH, "--name", "myswish", "-p", "beta=1.5", "--backend", "numpy", "--out", str(tmp_path))
    assert (done.exit_code, done.stderr) == (0, "")
    text = (tmp_path / "symact_numpy.py").read_text("utf-8")
    assert "def myswish(x, *, beta=1.5, out=None):" in text
    module = {}
    exec(compile(text, "generated", "exec"), module)
    assert module["myswish"](2.0) == pytest.approx(2 / (1 + math.exp(-3.0)))
    assert module["myswish"](2.0, beta=1.0) == pytest.approx(2 / (1 + math.exp(-2.0)))
    checked = ("generate", SWISH, "--name", "myswish", "--backend", "numpy", "--out", str(tmp_path), "--check")
    assert run(*checked, "-p", "beta=1.5").exit_code == 0
    assert run(*checked, "-p", "beta=2").exit_code == 1


def test_a_parameter_with_its_domain(tmp_path):
    """What the domain says is assumed of the symbol, and checked by the generated code."""
    arguments = ("where(x > 0, x, a*x)", "-p", "a=0.25 in [0, 1)", "--backend", "numpy", "--out", str(tmp_path))
    done = run("generate", *arguments)
    assert (done.exit_code, done.stderr) == (0, "")
    module = {}
    exec(compile((tmp_path / "symact_numpy.py").read_text("utf-8"), "generated", "exec"), module)
    assert module["formula"](-2.0) == -0.5
    with pytest.raises(ValueError, match="outside its domain"):
        module["formula"](1.0, a=1.5)
    assert run("limit", "a*x", "x", "oo", "-p", "a=2 in (0, 3)").stdout == "lim x → ∞ formula(x) = ∞\n"


def test_generated_c_of_a_formula_compiles(tmp_path):
    """The header and the source of a formula without a name compile without a warning."""
    formula = "where(x > 0, x, beta*expm1(x/beta))"
    done = run("generate", formula, "-p", "beta=2", "--backend", "c", "--out", str(tmp_path))
    assert done.exit_code == 0
    command = ["cc", "-std=c99", "-Wall", "-Wextra", "-Werror", "-c", "symact.c", "-o", "symact.o"]
    assert subprocess.run(command, cwd=tmp_path, capture_output=True, check=False).stderr == b""
    assert "symact_formula_f64" in (tmp_path / "symact.h").read_text("utf-8")


def test_check_a_formula():
    """It is measured as an entry is."""
    record = json.loads(
        run("check", "where(x > 0, x, a*x)", "-p", "a=0.25", "--backend", "numpy", "--points", "100", "--json").stdout
    )
    assert record["passed"]
    assert {row["function"] for row in record["rows"]} == {"formula"}


# fmt: off
MISTAKES = [
    (("generate", SWISH),                                "formula needs a value for 'beta' (domain (0, ∞))"),
    (("check", SWISH),                                   "formula needs a value for 'beta'"),
    (("generate", SWISH, "-p", "gamma=1"),               "formula has no parameter 'gamma' (it has: beta)"),
    (("generate", SWISH, "-p", "beta=-1"),               "beta = -1 is outside its domain"),
    (("generate", "a*x", "-p", "a=2 in (0, 1)"),         "a = 2 is outside its domain (0, 1)"),
    (("generate", "a*x", "-p", "a=2 in R"),              "'R' is not an interval"),
    (("generate", "elu", "-p", "alpha=2 in (0, 1)"),     "the domain of alpha is (0, ∞) already"),
    (("generate", SWISH, "-p", "beta=1", "--name", "gelu"), "the name 'gelu' is taken"),
    (("generate", SWISH, "-p", "beta=1", "--name", "../a"), "the name '../a' cannot be used"),
    (("derive", "x", "--name", "double"),                "reserved word in C"),
    (("generate", "gelu", "relu", "-p", "alpha=1"),      "go with one NAME or formula, not with 2"),
    (("generate", "--name", "mine"),                     "go with one NAME or formula, not with 0"),
    (("generate", "x**2", "x**3"),                       "two activations are called 'formula'"),
    (("derive", "gelo"),                                 "unknown activation 'gelo': did you mean 'gelu'?"),
    (("derive", "gelo(x)"),                              "unknown function 'gelo'; did you mean 'gelu'?"),
    (("derive", "x +"),                                  "formula, character 4: the formula ends too early"),
    (("derive", "--latex", r"\frac{x}"),                 "formula, character 9"),
    (("limit", "2**a*x", "x", "oo", "-p", "a=1000000000"), "too large an exponent"),
    (("--catalog", "no-such.toml", "list"),              "no-such.toml"),
    (("--catalog", __file__, "derive", "gelu"),          "test_cli_formulas.py"),
]
# fmt: on


@pytest.mark.parametrize(("arguments", "message"), MISTAKES, ids=[" ".join(a)[:50] for a, _ in MISTAKES])
def test_mistakes_are_one_line(arguments, message):
    """Exit code 2, nothing on stdout, one line."""
    done = run(*arguments)
    assert (done.exit_code, done.stdout) == (2, "")
    assert re.fullmatch(r"symact: error: .+\n", done.stderr)
    assert message in done.stderr


def test_a_catalogue_of_ones_own(mine, tmp_path):
    """Its entries are listed, derived, generated and called like any other."""
    rows = json.loads(run("--catalog", mine, "list", "--family", "private", "--json").stdout)
    assert [row["name"] for row in rows] == ["sharp_swish", "open_swish"]
    done = run("--catalog", mine, "limit", "sharp_swish", "beta", "oo")
    assert done.stdout == "lim β → ∞ sharp_swish(x) = max(0, x)\n"
    done = run("--catalog", mine, "limit", "sharp_swish(x)/x", "x", "oo")
    assert done.stdout == "lim x → ∞ formula(x) = 1\n"
    done = run("--catalog", mine, "generate", "relu", "sharp_swish", "--backend", "numpy", "--out", str(tmp_path))
    assert done.exit_code == 0
    text = (tmp_path / "symact_numpy.py").read_text("utf-8")
    assert text.index("def relu(") < text.index("def sharp_swish(x, *, beta=1.5")
    assert "Source: Example 2024." in text
    done = run("--catalog", mine, "generate", "open_swish", "--out", str(tmp_path))
    assert "open_swish needs a value for 'beta'" in done.stderr


def test_what_is_not_in_the_catalogue_reaches_other_processes(monkeypatch):
    """Activations are lowered in processes that know neither the file nor the formula."""
    monkeypatch.setattr("symact.processes.FEW", 1)
    monkeypatch.setattr("symact.processes.cpu_count", lambda: 2)
    both = [parse("a*max(x, 0)", name="first_one", parameters={"a": "1/4"}), parse("x/(1 + abs(x))", name="second_one")]
    assert [each.name for each in generation.kernels(both)] == ["first_one", "second_one"]


@pytest.mark.parametrize("error", [17.0, math.inf, math.nan])
def test_generation_warns_of_what_errs_much(monkeypatch, tmp_path, error):
    """More than 16 ULP, infinity or NaN: a line on stderr, and the files are written nevertheless."""
    from dataclasses import replace

    from symact.lowering import lower

    def worse(activation):
        kernels = lower(activation)
        return replace(kernels, grad=replace(kernels.grad, error=error))

    monkeypatch.setattr(generation, "lower", worse)
    done = run("generate", "relu", "--backend", "numpy", "--out", str(tmp_path))
    assert done.exit_code == 0
    assert re.fullmatch(r"symact: warning: relu_grad errs by .+; 'symact check' shows where\n", done.stderr)


@pytest.mark.parametrize("error", [OverflowError("too large"), NotImplementedError("no"), TypeError("what")])
def test_what_cannot_be_lowered_is_open(monkeypatch, tmp_path, error):
    """Whatever stands in the way: one line, exit code 3, and no file."""

    def fails(activation):
        raise error

    monkeypatch.setattr(generation, "lower", fails)
    for command in (("generate", "--out", str(tmp_path)), ("check",)):
        done = run(*command, "x**2", "--backend", "c")
        assert (done.exit_code, done.stdout) == (3, "")
        assert re.fullmatch(r"symact: error: no code for formula: .+\n", done.stderr)
    assert not list(tmp_path.iterdir())


COMMAND = [sys.executable, "-c", "from symact.cli import main; main(prog_name='symact')"]


def living(group):
    """Return the processes of a group, without the dead ones that no init has collected (a bare container has none)."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):  # it has ended since
            state, _parent, its_group = path.read_text("utf-8").rpartition(")")[2].split()[:3]
            if int(its_group) == group and state != "Z":
                found.append(path.parent.name)
    return found


@pytest.mark.parametrize("seconds", [0.5, 3.0])
def test_an_interrupt_leaves_nothing(tmp_path, seconds):
    """Ctrl-C in the middle of generate ends it with one line, nothing written, no process left."""
    started = subprocess.Popen(
        [*COMMAND, "generate", "--out", str(tmp_path / "out")],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        preexec_fn=partial(signal.signal, signal.SIGINT, signal.SIG_DFL),  # shells ignore it in the background
    )
    time.sleep(seconds)
    os.killpg(started.pid, signal.SIGINT)
    out, errors = started.communicate(timeout=300)
    assert out == ""
    assert not (tmp_path / "out").exists()
    if seconds > 1:  # earlier, Python itself may not be up yet
        assert (errors, started.returncode) == ("symact: interrupted\n", 130)
    deadline = time.monotonic() + 10  # multiprocessing's resource tracker ends a little after its parent
    while living(started.pid) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not living(started.pid)


def test_two_processes_generate_into_one_folder(tmp_path):
    """Neither trips over the other, and what is there in the end is whole."""
    command = [*COMMAND, "generate", "x**2", "relu", "--out", str(tmp_path)]
    running = [
        subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) for _ in range(2)
    ]
    assert [process.communicate(timeout=600)[1] for process in running] == ["", ""]
    assert [process.returncode for process in running] == [0, 0]
    assert run("generate", "x**2", "relu", "--out", str(tmp_path), "--check").exit_code == 0


def test_generating_in_python(tmp_path):
    """Names, formulas and activations together; the catalogue's come first."""
    own = Activation("own_one", 2 * x, (Parameter(parse("a").parameters[0].symbol, 1),), summary="Twice", source="—")
    generation.generate([own, "relu", "x**2"], "numpy", tmp_path)
    found = re.findall(r"^def ([a-z]\w*)\(", (tmp_path / "symact_numpy.py").read_text("utf-8"), re.M)
    assert [name for name in found if "grad" not in name] == ["relu", "own_one", "formula"]
    assert float(generation.load("x**2")(3.0)) == 9.0
