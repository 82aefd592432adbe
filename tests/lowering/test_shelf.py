"""Programs that were made before: the same as new ones, never from other code, and no trouble."""

import os
import pickle
import subprocess
import sys
import time

import pytest

from symact import catalog
from symact.lowering import shelf
from symact.lowering.lower import lowered
from symact.lowering.shelf import MONTH, shelved


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """Keep programs out of the user's cache."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return tmp_path / "symact" / "programs"


def never(activation):
    """Make nothing."""
    raise AssertionError(f"{activation.name} was made before")


def files(folder):
    return sorted(folder.glob("*/*.pickle"))


@pytest.mark.parametrize("name", ["relu", "elu", "softmax"])
def test_what_was_made_is_found(folder, name):
    """A second time nothing is made, and the programs are equal, names of values included."""
    activation = catalog.get(name)
    made = shelved(lowered, activation)
    found = shelved(never, activation)
    assert found == made
    assert [p.straight_line() for p in found.programs()] == [p.straight_line() for p in made.programs()]
    assert len(files(folder)) == 1


def test_nodes_from_another_process_are_the_same(folder):
    """Hashes of texts differ between processes, those of nodes are made anew."""
    program = (
        "from symact import catalog; from symact.lowering.lower import lowered; "
        "from symact.lowering.shelf import shelved; shelved(lowered, catalog.get('elu'))"
    )
    subprocess.run([sys.executable, "-c", program], env=os.environ | {"PYTHONHASHSEED": "1"}, check=True)
    found = shelved(never, catalog.get("elu")).value.result
    assert set(found.walk()) == set(lowered(catalog.get("elu")).value.result.walk())


def test_activations_are_told_apart(folder):
    """Another definition under the same name is another file."""
    shelved(lowered, catalog.get("relu"))
    shelved(lowered, catalog.get("leaky_relu"))
    assert len(files(folder)) == 2


def test_other_code_makes_its_own(folder, monkeypatch):
    """What another version made is not looked at; after a month it is gone."""
    relu = catalog.get("relu")
    shelved(lowered, relu)
    (old,) = files(folder)
    monkeypatch.setattr(shelf, "_version", lambda: "other")
    shelved(lowered, relu)
    assert len(files(folder)) == 2
    past = time.time() - 2 * MONTH
    os.utime(old.parent, (past, past))
    monkeypatch.setattr(shelf, "_version", lambda: "third")
    shelved(lowered, relu)
    assert not old.exists()
    assert len(files(folder)) == 2


@pytest.mark.parametrize("content", [b"", b"no pickle", pickle.dumps("no programs")])
def test_broken_files_are_made_anew(folder, content):
    """A file that is cut off, or something else, is written again."""
    relu = catalog.get("relu")
    made = shelved(lowered, relu)
    (file,) = files(folder)
    file.write_bytes(content)
    assert shelved(lowered, relu) == made
    assert shelved(never, relu) == made


def test_where_nothing_can_be_written(tmp_path, monkeypatch):
    """Programs are made all the same."""
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    assert shelved(lowered, catalog.get("relu")) == lowered(catalog.get("relu"))
