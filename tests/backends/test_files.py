"""Rendering, writing and comparing generated files."""

import errno
import itertools
import os
from pathlib import Path

import pytest

from symact.backends import FILES, compare, render, templates, write
from symact.errors import SymactError


@pytest.fixture(scope="module")
def files(samples):
    """Return all generated files."""
    return render(list(samples.values()))


def test_the_files_are_those_announced(files):
    """Each backend gives the files of its row, and `all` gives them all."""
    assert set(files) == {name for names in FILES.values() for name in names}
    assert all(text.endswith("\n") and not text.endswith("\n\n") for text in files.values())


def test_the_same_kernels_give_the_same_bytes(samples, files):
    """Generating twice gives the same text."""
    assert render(list(samples.values())) == files


def test_lines_are_clean(files):
    """No trailing blanks, no tabs, no left-over template marks, no line that nobody can read."""
    for name, text in files.items():
        for line in text.splitlines():
            assert line == line.rstrip(), (name, line)
            assert not any(mark in line for mark in ("\t", "{%", "{{", "Undefined"))
            assert len(line) <= 140, (name, line)


def test_an_unknown_backend_is_refused(samples):
    """The message names the backends there are."""
    with pytest.raises(SymactError, match="unknown backend 'fortran': use numpy, torch, c or all"):
        render([samples["sigmoid"]], "fortran")


def test_written_files_compare_equal(files, tmp_path):
    """What was written is what was meant, and nothing else lies about."""
    paths = write(files, tmp_path / "new" / "folder")
    assert {path.name for path in paths} == set(files)
    assert compare(files, tmp_path / "new" / "folder") == ()
    assert {path.name for path in (tmp_path / "new" / "folder").iterdir()} == set(files)


def test_differences_are_found(files, tmp_path):
    """A changed byte, a missing file and an orphan are each seen; a file that is not ours is left alone."""
    write(files, tmp_path)
    (tmp_path / "README").write_text("not ours")
    changed = tmp_path / "symact.c"
    changed.write_bytes(changed.read_bytes().replace(b"return", b"retorn", 1))
    (tmp_path / "symact.h").unlink()
    wanted = {name: text for name, text in files.items() if name != "symact_torch.py"}
    found = {difference.file: difference for difference in compare(wanted, tmp_path)}
    assert {name: each.reason for name, each in found.items()} == {
        "symact.c": "changed",
        "symact.h": "missing",
        "symact_torch.py": "not generated any more",
    }
    assert "-" in found["symact.c"].diff
    assert "retorn" in found["symact.c"].diff


def test_a_line_end_is_a_difference(files, tmp_path):
    """Bytes are compared, not lines."""
    write(files, tmp_path)
    path = tmp_path / "symact.h"
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert [difference.file for difference in compare(files, tmp_path)] == ["symact.h"]


def test_a_failed_write_leaves_the_old_file(files, tmp_path, monkeypatch):
    """If a file cannot be moved into place, the old one stays and no temporary file is left."""
    write(files, tmp_path)

    def refuse(self, target):
        raise OSError("no")

    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(OSError, match="no"):
        write({"symact.h": "half"}, tmp_path)
    assert compare(files, tmp_path) == ()
    assert {path.name for path in tmp_path.iterdir()} == set(files)


class Full:
    """A file on a full disk: opening it works, writing does not."""

    def __init__(self, handle, mode):
        self.handle = handle

    def __enter__(self):
        return self

    def __exit__(self, *_):
        os.close(self.handle)

    def write(self, content):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_a_full_disk_leaves_every_old_file(files, tmp_path, monkeypatch):
    """If the disk is full at the second file, the first is not replaced either, and the error names the second."""
    write(files, tmp_path)
    opened = os.fdopen
    count = itertools.count()
    monkeypatch.setattr(os, "fdopen", lambda handle, mode: (Full if next(count) else opened)(handle, mode))
    with pytest.raises(OSError, match="No space left") as error:
        write(dict.fromkeys(files, "new"), tmp_path)
    assert error.value.filename == str(tmp_path / list(files)[1])
    assert compare(files, tmp_path) == ()
    assert {path.name for path in tmp_path.iterdir()} == set(files)


def test_an_interrupt_leaves_every_old_file(files, tmp_path, monkeypatch):
    """Ctrl-C between two files is as if nothing had been begun."""
    write(files, tmp_path)
    count = itertools.count()

    def interrupted(self, mode):
        if next(count) == 1:
            raise KeyboardInterrupt

    monkeypatch.setattr(Path, "chmod", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write(dict.fromkeys(files, "new"), tmp_path)
    assert compare(files, tmp_path) == ()
    assert {path.name for path in tmp_path.iterdir()} == set(files)


def test_files_in_the_making_are_not_orphans(files, tmp_path):
    """What another process is about to move into place is not deleted under its hands."""
    write(files, tmp_path)
    (tmp_path / ".symact.c.abc").write_text(files["symact.c"], "utf-8")
    assert compare(files, tmp_path) == ()


def test_templates_refuse_what_is_undefined(tmp_path, monkeypatch):
    """A template that asks for something it was not given is an error."""
    from jinja2 import UndefinedError

    (tmp_path / "bad.jinja").write_text("{{ missing }}")
    monkeypatch.setattr(templates, "directory", lambda: tmp_path)
    templates._environment.cache_clear()
    try:
        with pytest.raises(UndefinedError, match="missing"):
            templates.render("bad.jinja")
    finally:
        templates._environment.cache_clear()


def test_templates_are_found_in_an_install(tmp_path, monkeypatch):
    """The folder inside the package comes first, the one beside it second; without either, an error."""
    package = tmp_path / "symact"
    (package / "backends").mkdir(parents=True)
    monkeypatch.setattr(templates, "__file__", str(package / "backends" / "templates.py"))
    with pytest.raises(SymactError, match="reinstall"):
        templates.directory()
    (tmp_path / "templates").mkdir()
    assert templates.directory() == tmp_path / "templates"
    (package / "templates").mkdir()
    assert templates.directory() == package / "templates"


def test_templates_know_no_function():
    """No template names an activation: what is special is in a table."""
    from symact.catalog import names

    for path in templates.directory().rglob("*.jinja"):
        text = path.read_text("utf-8")
        for name in names():
            assert f'"{name}"' not in text, (path, name)
