"""Programs that were made before: lowering takes seconds, and what it gives depends on nothing but its code.

A pickle for each activation in a folder that bears the digest of the code that made it; what another version made is
never looked at, and goes a month after the last of it was made.
"""

from __future__ import annotations

import pickle
import platform
import shutil
import time
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from importlib import metadata
from pathlib import Path

from sympy import srepr

from symact.activation import Activation
from symact.files import cache_directory, digest, replace_files
from symact.lowering.program import Kernels

LIBRARIES = ("sympy", "python-flint", "numpy")
"""What lowering computes with."""

MONTH = 30 * 24 * 3600.0


def shelved(make: Callable[[Activation], Kernels], activation: Activation) -> Kernels:
    """Return the programs of an activation from the shelf, or make them and put them there.

    Where the folder cannot be used they are made.
    """
    file = _file(activation)
    with suppress(Exception):  # whatever is wrong with a file, a new one is made
        found = pickle.loads(file.read_bytes())
        if isinstance(found, Kernels):
            return found
    made = make(activation)
    with suppress(OSError, RecursionError):  # a pickle of a very long program is deep
        if not file.parent.exists():
            _clear(file.parent.parent)
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        replace_files({file: pickle.dumps(made)})
    return made


def _file(activation: Activation) -> Path:
    described = f"{activation!r} {srepr(activation.expr)}"
    return cache_directory() / "programs" / _version() / f"{digest(described.encode())}.pickle"


@cache
def _version() -> str:
    """Return the digest of everything that programs depend on beside the definition: what lowering may import."""
    package = Path(__file__).parent.parent
    paths = (path for below in ("*.py", "analysis/*.py", "lowering/*.py") for path in sorted(package.glob(below)))
    sources = b"".join(path.read_bytes() for path in paths)
    versions = (platform.python_version(), *(metadata.version(name) for name in LIBRARIES))
    return digest(sources + repr(versions).encode())


def _clear(folder: Path) -> None:
    for old in folder.iterdir() if folder.is_dir() else ():
        if time.time() - old.stat().st_mtime > MONTH:
            shutil.rmtree(old, ignore_errors=True)
