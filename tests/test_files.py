"""The folder of what was made before, and files that nobody sees half of."""

import pytest

from symact.files import cache_directory, digest, replace_files


def test_the_cache_folder(monkeypatch, tmp_path):
    """$XDG_CACHE_HOME comes first, ~/.cache second."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert cache_directory() == tmp_path / "symact"
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert cache_directory() == tmp_path / ".cache" / "symact"


def test_all_files_or_none(tmp_path):
    """Where one cannot be written the others are as they were, and nothing temporary is left."""
    there = tmp_path / "there"
    there.write_bytes(b"before")
    with pytest.raises(OSError, match="missing"):
        replace_files({there: b"after", tmp_path / "missing" / "file": b""})
    assert there.read_bytes() == b"before"
    assert list(tmp_path.iterdir()) == [there]
    assert replace_files({there: b"after"}) == (there,)
    assert there.read_bytes() == b"after"


def test_digests_differ():
    """What is not the same has another name."""
    assert digest(b"a") != digest(b"b")
    assert digest(b"a") == digest(b"a")
