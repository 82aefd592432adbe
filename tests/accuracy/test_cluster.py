"""Shards on a Dask cluster: what is found is what is found here, whatever becomes of the workers."""

import os
import signal
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner

from symact import catalog, cli
from symact.accuracy import cluster
from symact.accuracy.exhaustive import cases, checks
from symact.errors import MissingDependencyError, SymactError

SHARDS = [0, 63, 64, 95, 127, 128, 191, 255]


@pytest.fixture(autouse=True)
def cached(tmp_path, monkeypatch):
    """Keep libraries and records out of the user's cache."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))


@pytest.fixture
def two_workers():
    """Start a scheduler and two workers, each a process of its own."""
    distributed = pytest.importorskip("distributed")
    options = {"n_workers": 2, "threads_per_worker": 1, "processes": True, "dashboard_address": ":0"}
    with distributed.LocalCluster(**options, silence_logs=50) as running:
        yield running


def test_a_worker_may_die(two_workers, monkeypatch):
    """One of two is killed midway: all shards are done, and what is found is what is found on this machine."""
    monkeypatch.setattr(cluster, "UNDER_WAY", 4)
    tried = cases([catalog.get("relu"), catalog.get("leaky_relu")])
    victim = next(iter(two_workers.workers.values())).pid
    done = []

    def kill(shard):
        done.append(shard)
        if len(done) == 3:
            os.kill(victim, signal.SIGKILL)

    found = checks(tried, kill, shards=SHARDS, scheduler=two_workers.scheduler_address)
    assert not alive(victim)
    assert len(done) == len(set(done)) == len(tried) * len(SHARDS)
    assert found == checks(tried, shards=SHARDS, fresh=True)


def alive(process):
    """Tell whether a process is there, not counting one that only waits to be collected."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_what_fails_on_a_worker_is_one_line(two_workers):
    """An error of ours is passed on as it is, another in one line; stopping early leaves nothing to be done."""
    address = two_workers.scheduler_address
    with pytest.raises(SymactError, match=f"cluster at '{address}' failed: ZeroDivisionError: division by zero"):
        list(cluster.each(address, reciprocal, [1, 2, 0, 4]))
    with pytest.raises(SymactError, match=r"^not that$"):
        list(cluster.each(address, refuse, [1, 2]))
    start = time.monotonic()
    pairs = cluster.each(address, time.sleep, [0, 20, 20, 20])
    assert next(pairs) == (0, None)
    pairs.close()
    assert time.monotonic() - start < 15


def test_a_cluster_that_ends_is_one_line(two_workers, capfd):
    """It is not waited for, and Dask prints no traceback of its own."""
    pairs = cluster.each(two_workers.scheduler_address, time.sleep, [0, *[1] * 8])
    assert next(pairs) == (0, None)
    two_workers.close()
    with pytest.raises(SymactError, match=r"the Dask cluster at 'tcp://.*' failed: "):
        list(pairs)
    assert "Traceback" not in capfd.readouterr().err


def reciprocal(number):
    return 1 / number


def refuse(number):
    raise SymactError("not that")


def test_a_cluster_without_workers_is_one_line():
    """Nobody waits for workers that may never come."""
    distributed = pytest.importorskip("distributed")
    with (
        distributed.LocalCluster(n_workers=0, dashboard_address=":0", silence_logs=50) as empty,
        pytest.raises(SymactError, match="has no workers: start one, dask worker tcp://"),
    ):
        list(cluster.each(empty.scheduler_address, abs, [1]))


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:1", "nonsense://here", "127.0.0.1:1"])
def test_an_address_that_does_not_answer(address, monkeypatch):
    """It is said in one line which it is."""
    pytest.importorskip("distributed")
    monkeypatch.setattr(cluster, "PATIENCE", 1)
    done = CliRunner().invoke(cli.main, ["check", "--exhaustive", "relu", "--dask", address], prog_name="symact")
    assert (done.exit_code, done.stderr.count("\n")) == (2, 1)
    assert f"no Dask scheduler answers at '{address}'" in done.stderr


def test_without_dask_the_command_is_named(monkeypatch):
    """It says how to install it."""
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(MissingDependencyError, match=r"pip install 'symact\[cluster\]'"):
        list(cluster.each("tcp://127.0.0.1:1", abs, [1]))
