"""Files that nobody sees half of, and the folder of what was made before."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path


def cache_directory() -> Path:
    """Return the folder of what this user's processes made before: compiled libraries, programs, records."""
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "symact"


def digest(content: bytes) -> str:
    """Return what stands for a content in the name of a file."""
    return hashlib.sha256(content).hexdigest()[:32]


def replace_files(contents: Mapping[Path, bytes]) -> tuple[Path, ...]:
    """Write files under temporary names and move them into place when all are there: nobody sees half of one."""
    staged: list[tuple[Path, Path]] = []
    path = Path()
    try:
        for path, content in contents.items():
            handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
            staged.append((Path(temporary), path))
            with os.fdopen(handle, "wb") as stream:
                stream.write(content)
            Path(temporary).chmod(0o644)  # mkstemp makes it private
        for ready, path in staged:
            ready.replace(path)
    except BaseException as error:
        for left, _ in staged:
            left.unlink(missing_ok=True)
        if isinstance(error, OSError) and error.filename is None:
            error.filename = str(path)  # a full disk does not say where
        raise
    return tuple(contents)
