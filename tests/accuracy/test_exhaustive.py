"""Every float32 input: what the search finds, on pieces of the inputs."""

import numpy as np
import pytest
from click.testing import CliRunner

from symact import catalog, cli
from symact.accuracy import exhaustive
from symact.accuracy.exhaustive import BLOCK, SHARDS, Shard, checks, measure
from symact.errors import SymactError

SIZE = 2**32 // SHARDS


def shard_of(value):
    """Return the number of the shard that holds a float32."""
    return int(np.float32(value).view(np.uint32)) // SIZE


@pytest.mark.parametrize("name", ["relu", "hardswish", "sigmoid", "gelu", "softplus"])
def test_results_are_within_two_ulp(name):
    """f and f′ for inputs of ordinary size, about the root of f′ and where results are subnormal."""
    shards = sorted({shard_of(v) for v in (1.0, -1.0, -1.5, -0.75, -90.0)})
    rows = checks([catalog.get(name)], shards=shards)
    assert [row.derivative for row in rows] == ["f", "f′"]
    assert all((row.passed and row.worst_ulp > 0) or name == "relu" for row in rows)


@pytest.mark.parametrize("name", ["leaky_relu", "threshold", "rrelu"])
def test_parameters_are_the_same_in_both_types(name):
    """A default that is no float32 is rounded first, one that is missing is chosen, a random one has its mean."""
    (value, slope) = checks([catalog.get(name)], shards=[shard_of(-1.0)])
    assert value.worst_ulp <= (1.0 if name == "rrelu" else 0.5 + 1e-6)
    assert slope.worst_ulp <= (1.0 if name == "rrelu" else 0.5 + 1e-6)


def test_a_wrong_result_is_found(monkeypatch):
    """One input among 2²⁴ whose result is three units off is found."""
    place = np.float32(1.2345)

    class Wrong:
        def on_numpy(self, attribute, x):
            y = x.copy()
            if x.dtype == np.float32:
                y[x == place] += np.float32(3 * 2.0**-23)
            return y

    monkeypatch.setattr(exhaustive, "_loaded", lambda activation: Wrong())
    worst, at = measure(Shard(catalog.get("identity"), "value", shard_of(place)))
    assert worst == pytest.approx(3.0)
    assert np.float32(at) == place


def test_the_shards_are_all_inputs():
    """No float32 is left out, and none is in two shards."""
    assert SIZE * SHARDS == 2**32
    assert SIZE % BLOCK == 0
    assert shard_of(-np.inf) == shard_of(-3.4e38) == 255


def test_vectors_are_refused():
    """The inputs of a function of a vector cannot be exhausted."""
    with pytest.raises(SymactError, match="softmax"):
        checks([catalog.get("softmax")])


@pytest.mark.parametrize("arguments", [[], ["gelu", "--backend", "numpy"], ["gelu", "--points", "9"]])
def test_what_does_not_go_together(arguments):
    """Without a name, or with another backend, it says how it is meant."""
    done = CliRunner().invoke(cli.main, ["check", "--exhaustive", *arguments], prog_name="symact")
    assert done.exit_code == 2
    assert "symact check --exhaustive gelu" in done.stderr
