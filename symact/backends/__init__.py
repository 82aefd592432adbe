"""Backends: from numeric programs to source text, one module a language.

``render`` gives the files of a backend as text, ``write`` puts them into a folder, ``compare`` says how a
folder differs from them.  Nothing here knows the catalogue; :mod:`symact.generation` does.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from symact.errors import SymactError
from symact.files import replace_files

if TYPE_CHECKING:
    from symact.lowering.program import Kernels

FILES: Mapping[str, tuple[str, ...]] = {
    "numpy": ("symact_numpy.py",),
    "torch": ("symact_torch.py",),
    "c": ("symact.h", "symact.c"),
}
"""The files of each backend; a new backend is one row here, one module and one folder of templates."""

MARK = b"enerated by symact from"
"""What every generated file says in its first lines."""


@dataclass(frozen=True)
class Difference:
    """A file that is not as it should be."""

    file: str
    reason: str  # "missing", "changed" or "not generated any more"
    diff: str = ""

    def __str__(self) -> str:
        return f"{self.file}: {self.reason}"


def chosen(backend: str) -> tuple[str, ...]:
    """Return the backends that a name stands for; ``all`` is every one.

    Raises
    ------
    SymactError
        If there is no such backend.
    """
    if backend == "all":
        return tuple(FILES)
    if backend not in FILES:
        raise SymactError(f"unknown backend '{backend}': use {', '.join(FILES)} or all")
    return (backend,)


def render(kernels: Sequence[Kernels], backend: str = "all") -> dict[str, str]:
    """Return the generated files of one backend or of all: file name and text.

    The same kernels give the same bytes, on every machine.
    """
    files: dict[str, str] = {}
    for each in chosen(backend):
        files |= import_module(f"symact.backends.{each}").render(kernels)
    return files


def write(files: Mapping[str, str], directory: Path) -> tuple[Path, ...]:
    """Write files into a directory, all of them or none, each as a whole, and return their paths."""
    directory.mkdir(parents=True, exist_ok=True)
    return replace_files({directory / name: text.encode("utf-8") for name, text in files.items()})


def compare(files: Mapping[str, str], directory: Path) -> tuple[Difference, ...]:
    """Return how a directory differs from the given files, byte for byte.

    A generated file that is not among the given ones is a difference too; other files are not ours.
    """
    found = []
    for name, text in files.items():
        path = directory / name
        if not path.is_file():
            found.append(Difference(name, "missing"))
        elif path.read_bytes() != text.encode("utf-8"):
            present = path.read_bytes().decode("utf-8", "replace").splitlines(keepends=True)
            lines = difflib.unified_diff(present, text.splitlines(keepends=True), f"{name} (is)", f"{name} (should be)")
            found.append(Difference(name, "changed", "".join(lines)))
    return (*found, *(Difference(path.name, "not generated any more") for path in orphans(files, directory)))


def orphans(files: Mapping[str, str], directory: Path) -> tuple[Path, ...]:
    """Return the files of a directory that symact generated but that are not among the given ones."""
    if not directory.is_dir():
        return ()
    # Names with a dot in front are files that another process is about to move into place.
    others = (path for path in directory.glob("[!.]*") if path.is_file() and path.name not in files)
    return tuple(sorted(path for path in others if MARK in path.read_bytes()[:300]))
