"""Every float32 input: what the search finds on pieces of the inputs, and that it goes on where it was cut off."""

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from functools import partial

import numpy as np
import pytest
from click.testing import CliRunner

from symact import catalog, cli
from symact.accuracy import exhaustive, journal
from symact.accuracy.comparison import BLOCK, Worst, compare
from symact.accuracy.exhaustive import BOUND, INPUTS, SHARDS, Shard, cases, checks
from symact.errors import SymactError
from symact.lowering import lower
from symact.lowering.parameters import named, sample_values

SIZE = INPUTS // SHARDS
IN_TORCH = [
    name for name in catalog.names() if catalog.get(name).is_elementwise and "nn." in (catalog.get(name).torch or "")
]


@pytest.fixture(autouse=True, scope="module")
def cached(tmp_path_factory):
    """Keep libraries and records out of the user's cache: what was found yesterday is not measured."""
    folder = tmp_path_factory.mktemp("cache")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(folder))
        yield folder


@pytest.fixture
def empty(tmp_path, monkeypatch):
    """Begin with no records."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return tmp_path / "symact" / "exhaustive"


@pytest.fixture
def alone(monkeypatch):
    """Work in this process: starting others takes longer than a few shards."""
    monkeypatch.setattr("symact.processes.cpu_count", lambda: 1)


def shard_of(value):
    """Return the number of the shard that holds a float32."""
    return int(np.float32(value).view(np.uint32)) // SIZE


@pytest.mark.parametrize("name", ["relu", "hardswish", "sigmoid", "gelu", "softplus"])
@pytest.mark.usefixtures("alone")
def test_results_are_within_two_ulp(name):
    """f and f′ for inputs of ordinary size, about the root of f′ and where results are subnormal."""
    shards = sorted({shard_of(v) for v in (1.0, -1.0, -1.5, -0.75, -90.0)})
    rows = [finding.row for finding in checks(cases([catalog.get(name)], others=False), shards=shards)]
    assert [row.derivative for row in rows] == ["f", "f′"]
    assert all((row.passed and row.worst_ulp > 0) or name == "relu" for row in rows)


@pytest.mark.parametrize("name", IN_TORCH)
def test_samples_of_all_inputs(name):
    """Every function of torch.nn is within the bound for f and f′, at both sets of parameters: 2¹⁸ inputs each."""
    starts = np.random.default_rng(0).integers(0, SIZE // BLOCK, SHARDS) * BLOCK + np.arange(SHARDS) * SIZE
    for case in cases([catalog.get(name)]):
        worst = max(compare(case, int(start), BLOCK).ulp for start in starts)
        assert worst + case.allowance <= BOUND, case.name


@pytest.mark.parametrize("name", ["leaky_relu", "threshold", "rrelu"])
@pytest.mark.usefixtures("alone")
def test_parameters_are_the_same_in_both_types(name):
    """A default that is no float32 is rounded first, one that is missing is chosen, a random one has its mean."""
    for finding in checks(cases([catalog.get(name)]), shards=[shard_of(-1.0)]):
        assert finding.ulp <= (1.0 if name == "rrelu" else 0.5 + 1e-6)


def test_two_sets_of_parameters():
    """The defaults and other values, where there are parameters; only the defaults where that is asked for."""
    names = [case.name for case in cases([catalog.get(name) for name in ("relu", "leaky_relu", "rrelu", "threshold")])]
    assert names[::2] == [
        "relu",
        "leaky_relu(negative_slope=0.01)",
        "leaky_relu(negative_slope=1.3)",
        "rrelu(lower=0.125, upper=0.333333)",
        "rrelu(lower=1.3, upper=3.2)",
        "threshold(threshold=1.3, value=1.9)",
    ]
    assert names[::2] == names[1::2]
    assert len(cases([catalog.get("leaky_relu")], others=False)) == 2


@pytest.mark.parametrize("name", [name for name in catalog.names() if catalog.get(name).is_elementwise])
def test_other_values_are_in_the_domains(name):
    """Every function of the catalogue takes both sets, and they differ wherever there are defaults."""
    activation = catalog.get(name)
    sets = sample_values(activation)
    assert len(sets) == 1 + any(p.default is not None for p in activation.parameters)
    for values in sets:
        activation.values(named(values))


def wrong():
    """Return a case of relu whose slope is three units off at one input, and that input."""
    slope = cases([catalog.get("relu")])[1]
    source = "return x != x ? x : x <= 0.0f ? 0.0f : 1.0f;"
    files = dict(slope.files)
    assert source in files["symact.c"]
    place = np.float32(1.2345)
    mended = source.replace("1.0f;", f"x == {float(place)!r}f ? 1.0f + 3 * 0x1p-23f : 1.0f;")
    files["symact.c"] = files["symact.c"].replace(source, mended)
    return replace(slope, files=tuple(files.items())), float(place)


def test_a_wrong_result_is_found():
    """One input among 2²⁶ whose result is three units off is found, by several processes."""
    case, place = wrong()
    right = next(each for each in cases([catalog.get("relu")]) if each.derivative == "f′")
    shards = range(shard_of(place) - 1, shard_of(place) + 3)
    bad, good = checks([case, right], shards=shards)
    assert (bad.ulp, bad.worst.place) == (3.0, place)
    assert not bad.row.passed
    assert (good.ulp, good.worst.place, good.row.worst_input) == (0.0, None, "")


def test_the_error_of_the_float64_code_is_added():
    """What is reported of gelu is more than the difference of the types, by its error in float64."""
    (value, _) = checks(cases([catalog.get("gelu")]), shards=[shard_of(1.0)])
    error = lower(catalog.get("gelu")).value.error
    assert error > 0
    assert value.ulp == value.worst.ulp + error * 2.0**-29


def test_the_shards_are_all_inputs():
    """No float32 is left out, and none is in two shards."""
    assert SIZE * SHARDS == 2**32
    assert SIZE % BLOCK == 0
    assert shard_of(-np.inf) == shard_of(-3.4e38) == 255


def test_vectors_are_refused():
    """The inputs of a function of a vector cannot be exhausted."""
    with pytest.raises(SymactError, match="softmax"):
        cases([catalog.get("softmax")])


# A run that was cut off


def test_an_interrupted_run_goes_on(empty, alone):
    """What was done before an interrupt is not done again, and the result is that of an undisturbed run."""
    tried, shards = cases([catalog.get("leaky_relu")]), [0, 63, 64, 127, 191]
    done = []

    def stop(shard):
        done.append(shard)
        if len(done) == 7:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        checks(tried, stop, shards=shards)
    before = [Shard(case, number) for case in tried for number in journal.recorded(case)]
    assert before == done
    again = []
    found = checks(tried, again.append, shards=shards)
    assert again[: len(done)] == done
    assert len(again) == len(set(again)) == len(tried) * len(shards)
    assert found == checks(tried, shards=shards, fresh=True)
    assert len(list(empty.iterdir())) == len(tried)


def test_records_are_believed_unless_one_begins_anew(empty):
    """A shard that is recorded is not tried; --fresh tries it."""
    (case, _) = cases([catalog.get("relu")])
    journal.record(case, 5, Worst(7.0, 0.25))
    assert checks([case], shards=[4, 5, 6])[0].worst == Worst(7.0, 0.25)
    assert checks([case], shards=[4, 6])[0].ulp == 0.0
    assert checks([case], shards=[4, 5, 6], fresh=True)[0].ulp == 0.0
    assert checks([case], shards=[4, 5, 6])[0].ulp == 0.0


def test_a_record_is_about_one_code(empty):
    """Other code of the same function, and another compiler, have no records."""
    (case, _) = cases([catalog.get("relu")])
    journal.record(case, 5, Worst(7.0, 0.25))
    for change in ({"files": (("symact.c", ""),)}, {"compiler": "cc 99"}, {"parameters": (("a", 1.0),)}):
        assert journal.recorded(replace(case, **change)) == {}


def test_the_command_can_be_interrupted(empty):
    """Ctrl-C ends it with one line, and what it had done is there."""
    code = "from symact.cli import main; main(prog_name='symact')"
    command = [sys.executable, "-c", code, "check", "--exhaustive", "relu"]
    (case, _) = cases([catalog.get("relu")])
    # A session of its own, so that the signal is for this process and its workers, as from a terminal.
    process = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
        preexec_fn=partial(signal.signal, signal.SIGINT, signal.SIG_DFL),  # shells ignore it in the background
    )
    deadline = time.monotonic() + 60
    while len(journal.recorded(case)) < 3 and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.05)
    os.killpg(process.pid, signal.SIGINT)
    output, errors = process.communicate(timeout=60)
    # A worker that has only just been started does not leave the interrupt to its parent yet, and says more.
    assert (process.returncode, output, errors.splitlines()[-1]) == (130, b"", b"symact: interrupted")
    assert 3 <= len(journal.recorded(case)) < SHARDS


# The command


@pytest.fixture
def few(monkeypatch, alone):
    """Let the command try three shards only."""
    monkeypatch.setattr(exhaustive, "checks", partial(checks, shards=[shard_of(0.5), shard_of(1.0), shard_of(-1.0)]))


def run(*arguments):
    return CliRunner().invoke(cli.main, ["check", *arguments], prog_name="symact")


@pytest.mark.parametrize("arguments", [[], ["gelu", "--backend", "numpy"], ["gelu", "--points", "9"]])
def test_what_does_not_go_together(arguments):
    """Without a name, or with another backend, it says how it is meant."""
    done = run("--exhaustive", *arguments)
    assert done.exit_code == 2
    assert "symact check --exhaustive gelu" in done.stderr


@pytest.mark.parametrize("arguments", [["--fresh"], ["--dask", "tcp://localhost:8786"], ["--table", "table.json"]])
def test_options_of_the_exhaustive_check(arguments):
    """They are refused without it, in one line."""
    done = run("relu", *arguments)
    assert done.exit_code == 2
    assert done.stderr.count("\n") == 1
    assert f"{arguments[0]}" in done.stderr


def test_the_command_tries_both_sets_or_the_given_values(few):
    """With -p it is the given values alone that are tried."""
    rows = json.loads(run("--exhaustive", "leaky_relu", "--json").stdout)["rows"]
    names = ["leaky_relu(negative_slope=0.01)", "leaky_relu(negative_slope=1.3)"]
    assert [row["function"] for row in rows] == [names[0], names[0], names[1], names[1]]
    rows = json.loads(run("--exhaustive", "leaky_relu", "-p", "negative_slope=1/4", "--json").stdout)["rows"]
    assert [row["function"] for row in rows] == ["leaky_relu(negative_slope=0.25)"] * 2


def test_a_formula_is_tried(few):
    """What works for the functions of the catalogue works for a formula."""
    done = run("--exhaustive", "max(0, x) + a*min(0, x)", "--name", "mine", "-p", "a=0.25", "--json")
    assert [row["function"] for row in json.loads(done.stdout)["rows"]] == ["mine(a=0.25)"] * 2
    assert done.exit_code == 0
