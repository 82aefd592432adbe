"""The catalogue meets the backends: generating by name, loading by name."""

import os
import subprocess
import sys

import numpy as np
import pytest
from sympy import tanh

import symact
from symact import generation
from symact.activation import Activation, x
from symact.backends import compare
from symact.errors import SymactError, UnknownNameError

FEW = ["relu", "identity", "hardtanh"]


def test_generating_by_name(tmp_path):
    """The files hold what was asked for and nothing else, in the catalogue's order, and compare equal."""
    paths = symact.generate(FEW, "numpy", tmp_path)
    assert [path.name for path in paths] == ["symact_numpy.py"]
    text = paths[0].read_text("utf-8")
    places = [text.index(f"def {name}(") for name in symact.names() if name in FEW]
    assert places == sorted(places)
    assert "def gelu(" not in text
    assert compare(generation.rendered(FEW, "numpy"), tmp_path) == ()


def test_many_are_lowered_in_several_processes(monkeypatch):
    """A pool of processes gives what one process gives, and tells of each activation that is done."""
    names = ["relu", "identity", "binary_step", "relu6"]
    done = []
    alone = generation.rendered(names[:3]) | {}
    monkeypatch.setattr("symact.processes.FEW", 1)
    monkeypatch.setattr("symact.processes.cpu_count", lambda: 2)
    assert generation.rendered(names[:3], progress=done.append) == alone
    assert sorted(done) == sorted(names[:3])


def test_hashes_do_not_matter(tmp_path):
    """Python's hashes change from run to run; the generated text, here of a function with two logarithms, does not."""
    program = "from symact import generation; print(generation.rendered(['soft_clipping', 'smish'])['symact_numpy.py'])"
    texts = {
        subprocess.run(
            [sys.executable, "-c", program],
            env=os.environ | {"PYTHONHASHSEED": seed, "XDG_CACHE_HOME": str(tmp_path / seed)},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("0", "1", "2", "3")
    }
    assert len(texts) == 1


def test_what_does_not_exist_is_refused_before_any_work(tmp_path):
    """An unknown name or backend leaves no file."""
    with pytest.raises(UnknownNameError, match="did you mean 'gelu'"):
        symact.generate(["relu", "gelo"], out=tmp_path)
    with pytest.raises(SymactError, match="unknown backend 'rust'"):
        symact.generate(["relu"], "rust", tmp_path)
    assert not list(tmp_path.iterdir())


def test_loading_by_name_and_by_activation():
    """A name in the catalogue, or an activation of one's own."""
    assert symact.load("relu")([-1.0, 2.0]).tolist() == [0.0, 2.0]
    own = Activation("mine", 2 * tanh(x), summary="Twice tanh", source="here")
    np.testing.assert_allclose(symact.load(own).grad([0.0, 1.0]), [2.0, 2 / np.cosh(1.0) ** 2])
