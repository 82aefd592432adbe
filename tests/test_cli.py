"""The command line: results on stdout, one line on stderr, and exit codes that say what happened."""

import json
import os
import re
import subprocess
import sys
from math import isfinite
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import symact
from symact import cli
from symact.accuracy.table import Row
from symact.catalog import listings
from symact.errors import MissingDependencyError, OpenError

ROOT = Path(__file__).resolve().parent.parent


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli.main, list(arguments), prog_name="symact")


def symact_process(*arguments: str, **options) -> subprocess.CompletedProcess[str]:
    """Run the command in a process of its own."""
    code = "from symact.cli import main; main(prog_name='symact')"
    command = [sys.executable, "-c", code, *arguments]
    return subprocess.run(command, cwd=ROOT, text=True, timeout=300, check=False, **options)


# list


def test_list_has_one_line_an_entry():
    """The catalogue, in its order, with family and summary."""
    lines = run("list").stdout.splitlines()[1:]
    assert [line.split()[:2] for line in lines] == [[e.name, e.family] for e in listings().values()]
    assert all(line.endswith(entry.summary) for line, entry in zip(lines, listings().values(), strict=True))


def test_list_can_be_limited_to_a_family():
    """--family keeps the entries of one module of the catalogue."""
    rows = json.loads(run("list", "--family", "softmax", "--json").stdout)
    assert {row["family"] for row in rows} == {"softmax"}
    assert {row["name"] for row in rows} >= {"softmax", "logsumexp"}


@pytest.mark.parametrize("arguments", ["list", "--help", "--version"])
def test_cheap_commands_import_nothing_heavy(arguments):
    """Neither SymPy nor NumPy is imported to list the catalogue or to print the help."""
    code = (
        "import sys\nfrom symact.cli import main\ntry:\n    main()\n"
        "finally:\n    print({'sympy', 'numpy', 'flint', 'torch'} & set(sys.modules), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code, arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 0
    assert done.stderr.strip() == "set()"


@pytest.mark.parametrize("arguments", ["list", "--help"])
def test_cheap_commands_are_fast(arguments):
    """A quarter of a second of processor time; the best of five, since the machine may be busy."""
    times = []
    for _ in range(5):
        before = os.times()
        assert symact_process(arguments, stdout=subprocess.DEVNULL).returncode == 0
        after = os.times()
        times.append(
            sum(after[2:4]) - sum(before[2:4])  # user and system time of children
        )
    assert min(times) < 0.6  # twice and more: processors that share a core are half as fast when both are busy


# derive


def test_derive_prints_a_page():
    """The page has the definition, sections of facts with their grades, and the legend."""
    done = run("derive", "gelu")
    assert done.exit_code == 0
    assert not done.stderr
    lines = done.stdout.splitlines()
    assert lines[0] == "gelu — Gaussian error linear unit (Hendrycks & Gimpel 2016)"
    assert lines[2] == "  gelu(x) = x·Φ(x)"
    assert any(re.fullmatch(r"  ✓  f′\(x\) +x·φ\(x\) \+ Φ\(x\)", line) for line in lines)
    assert "\x1b" not in done.stdout


def test_derive_takes_exact_values():
    """-p gives a parameter an exact value, so the formulas stay exact."""
    record = json.loads(run("derive", "leaky_relu", "-p", "negative_slope=0.1", "--json").stdout)
    assert record["formula"] == "leaky_relu(x) = x if x > 0, x/10 otherwise"
    assert record["parameters"] == []


def test_derive_takes_an_order():
    """--order N adds the derivatives up to the N-th."""
    labels = [
        fact["label"] for fact in json.loads(run("derive", "tanhshrink", "--order", "3", "--json").stdout)["facts"]
    ]
    assert {"f′(x)", "f″(x)", "f‴(x)"} <= set(labels)
    assert "f⁗(x)" not in labels


@pytest.mark.parametrize(
    ("form", "start"),
    [
        ("latex", r"\section*{relu"),
        ("markdown", "# relu"),
        ("json", '{\n  "name": "relu"'),
        ("text", "relu — "),
    ],
)
def test_derive_formats(form, start):
    """--format chooses among four views of the same page."""
    assert run("derive", "relu", "--format", form).stdout.startswith(start)


# limit


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (("gelu", "x", "-oo"), "lim x → −∞ gelu(x) = 0"),
        (("softplus", "beta", "oo"), "lim β → ∞ softplus(x) = max(0, x)"),
        (("softmax", "beta", "0"), "lim β → 0 softmax(x)ᵢ = 1/n"),
        (("sigmoid", "x", "inf"), "lim x → ∞ sigmoid(x) = 1"),
        (("elu", "x", "-oo", "-p", "alpha=3/2"), "lim x → −∞ elu(x) = −3/2"),
        (("elu", "-p", "alpha=0.5", "x", "-∞"), "lim x → −∞ elu(x) = −1/2"),
        (("relu", "x", "-1/2"), "lim x → −1/2 relu(x) = 0"),
    ],
)
def test_limits(arguments, line):
    """A limit is one line; a negative target is not taken for an option."""
    done = run("limit", *arguments)
    assert (done.stdout, done.stderr, done.exit_code) == (f"{line}\n", "", 0)


def test_an_open_limit_has_its_own_exit_code(monkeypatch):
    """What cannot be settled is said to be open, with the reason, and the exit code is 3."""
    from symact.analysis import limits

    def unsettled(*arguments):
        raise OpenError("no rule applies")

    monkeypatch.setattr(limits, "limit", unsettled)
    done = run("limit", "gelu", "x", "oo")
    assert done.stdout == "lim x → ∞ gelu(x) is open: no rule applies\n"
    assert done.exit_code == 3
    assert json.loads(run("limit", "gelu", "x", "oo", "--json").stdout)["grade"] == "open"


# errors

# fmt: off
MISTAKES = [
    (("lst",),                                            "No such command 'lst'"),
    (("list", "--family", "foo"),                         "unknown family 'foo': there are "),
    (("list", "--frmat", "json"),                         "No such option '--frmat'"),
    (("derive",),                                         "Missing argument 'NAME'"),
    (("derive", "gelo"),                                  "'gelo': did you mean 'gelu'?"),
    (("derive", "elu", "-p", "gamma=1"),                  "elu has no parameter 'gamma' (it has: alpha)"),
    (("derive", "elu", "-p", "alpha"),                    "-p takes NAME=VALUE"),
    (("derive", "elu", "-p", "alpha=1", "-p", "alpha=2"), "alpha is given twice"),
    (("derive", "elu", "-p", "alpha=-1"),                 "elu: alpha = -1 is outside its domain (0, ∞)"),
    (("derive", "elu", "-p", "alpha=oo"),                 "elu: alpha = oo is outside its domain (0, ∞)"),
    (("derive", "elu", "-p", "alpha=abc"),                "alpha lies in (0, ∞), and 'abc' is not a number"),
    (("derive", "elu", "-p", "alpha=__import__('os')"),   "is not a number"),
    (("derive", "gelu", "--order", "0"),                  "--order"),
    (("derive", "gelu", "--format", "pdf"),               "'pdf' is not one of 'text', 'latex'"),
    (("limit", "gelu", "y", "oo"),                        "'y'"),
    (("limit", "gelu", "x", "foo"),                       "'foo' is not a number"),
    (("limit", "gelu", "x"),                              "Missing argument 'TO'"),
    (("limit", "softplus", "beta", "-1"),                 "beta"),
    (("generate", "gelo"),                                "'gelo': did you mean 'gelu'?"),
    (("generate", "--backend", "cuda"),                   "'cuda' is not one of 'numpy'"),
    (("generate", "gelu", "--out", __file__ + "/below"),  "cannot write into"),
    (("check", "gelo"),                                   "'gelo': did you mean 'gelu'?"),
    (("check", "gelu", "--points", "0"),                  "--points"),
]
# fmt: on


@pytest.mark.parametrize(("arguments", "message"), MISTAKES, ids=[" ".join(a)[:40] for a, _ in MISTAKES])
def test_mistakes_are_one_line_on_stderr(arguments, message):
    """A mistake is answered by one line, nothing on stdout, and exit code 2."""
    done = run(*arguments)
    assert done.exit_code == 2
    assert not done.stdout
    assert re.fullmatch(r"symact: error: .+\n", done.stderr)
    assert message in done.stderr


def test_nothing_at_all_is_answered_by_the_help():
    """Without a command the help is printed, as bad usage."""
    done = run()
    assert done.exit_code == 2
    assert "Usage: symact" in done.stderr


def test_an_interrupt_is_one_line(monkeypatch):
    """Ctrl-C ends a command with one line and the exit code that shells expect."""

    def interrupted():
        raise KeyboardInterrupt

    monkeypatch.setattr(cli, "listings", interrupted)
    done = run("list")
    assert (done.stderr, done.exit_code) == ("symact: interrupted\n", 130)


def test_a_closed_pipe_is_quiet():
    """When the reader has gone (``| head``) nothing is complained about."""
    reader, writer = os.pipe()
    os.close(reader)
    done = symact_process("list", stdout=writer, stderr=subprocess.PIPE)
    os.close(writer)
    assert (done.stderr, done.returncode) == ("", 141)


def test_output_survives_a_narrow_encoding():
    """A terminal that cannot show ∞ gets a question mark, not a traceback."""
    environment = os.environ | {"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    done = symact_process("limit", "relu", "x", "oo", env=environment, capture_output=True)
    assert (done.stdout, done.stderr, done.returncode) == ("lim x ? ? relu(x) = ?\n", "", 0)


# generate


def test_generate_writes_and_checks(tmp_path):
    """What is written passes --check; a changed or missing file fails it, with its name."""
    arguments = ("generate", "relu", "--backend", "numpy", "--out", str(tmp_path))
    done = run(*arguments)
    written = tmp_path / "symact_numpy.py"
    assert done.exit_code == 0
    assert str(written) in done.stdout
    assert run(*arguments, "--check").exit_code == 0
    original = written.read_bytes()
    written.write_bytes(original.replace(b"relu", b"rely"))
    done = run(*arguments, "--check")
    assert done.exit_code == 1
    assert str(written) in done.stdout
    assert "+def relu(" in done.stdout
    written.unlink()
    done = run(*arguments, "--check", "--json")
    assert done.exit_code == 1
    assert json.loads(done.stdout) == [{"file": str(written), "state": "missing"}]
    assert not written.exists()


def test_generate_writes_facts_with_every_backend(tmp_path):
    """All backends together come with the facts, and the files are those of the issue."""
    done = run("generate", "identity", "--out", str(tmp_path), "--json")
    files = {"symact_numpy.py", "symact_torch.py", "symact.h", "symact.c", "FACTS.md"}
    assert done.exit_code == 0
    assert {path.name for path in tmp_path.iterdir()} == files
    assert {Path(row["file"]).name for row in json.loads(done.stdout)} == files
    assert "## identity" in (tmp_path / "FACTS.md").read_text("utf-8")


# check


@pytest.mark.parametrize(("ulp", "code"), [(0.5, 0), (9.0, 1), (float("inf"), 1)])
def test_check_fails_if_a_bound_is_broken(monkeypatch, ulp, code):
    """The exit code is 1 as soon as one row is over its bound, and JSON says so too."""
    from symact.accuracy import sweep

    def swept(activation, backend, **options):
        return [Row(activation.name, "f", backend, "float64", ulp, "-1.5", 8.0)]

    monkeypatch.setattr(sweep, "check", swept)
    done = run("check", "relu", "--backend", "c")
    assert done.exit_code == code
    assert done.stdout.splitlines()[1].split() == [
        "c",
        "relu",
        "f",
        "float64",
        f"{ulp:.4g}",
        "-1.5",
        "8",
        "✗" if code else "✓",
    ]
    record = json.loads(run("check", "relu", "--json").stdout)
    assert record["passed"] is (code == 0)
    keys = ["backend", "function", "derivative", "dtype", "worst_ulp", "worst_input", "bound", "passed"]
    assert all(list(row) == keys for row in record["rows"])
    assert {row["worst_ulp"] for row in record["rows"]} == {ulp if isfinite(ulp) else None}
    assert [row["backend"] for row in record["rows"]] == ["numpy", "torch", "c"]


def test_check_measures():
    """The real thing on one function: each order and type has a finite error within its bound."""
    record = json.loads(run("check", "relu", "--backend", "numpy", "--points", "200", "--json").stdout)
    assert record["passed"]
    assert {(row["derivative"], row["dtype"]) for row in record["rows"]} == {
        (order, dtype) for order in ("f", "f′", "f″") for dtype in ("float32", "float64")
    }
    assert all(0 <= row["worst_ulp"] <= row["bound"] for row in record["rows"])


def test_a_missing_compiler_is_one_line(monkeypatch):
    """What is not installed is said in one line, with what to install."""
    from symact.accuracy import sweep

    def swept(activation, backend, **options):
        raise MissingDependencyError("no C compiler: install gcc, or name one in $CC")

    monkeypatch.setattr(sweep, "check", swept)
    done = run("check", "relu", "--backend", "c")
    assert (done.stderr, done.exit_code) == (
        "symact: error: no C compiler: install gcc, or name one in $CC\n",
        2,
    )


def test_the_version_is_the_package_s():
    """--version prints the one version there is."""
    assert run("--version").stdout == f"symact {symact.__version__}\n"
