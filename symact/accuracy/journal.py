"""What is done of a search through all inputs, so that one that is cut off goes on where it was.

A file for each case under the user's cache, one line of JSON a shard.  Its name has a digest of the code, the
parameters and the compiler, so that no record outlives what it is about.
"""

from __future__ import annotations

import json
import os
from contextlib import suppress
from pathlib import Path

from symact.accuracy.comparison import Case, Worst
from symact.files import cache_directory


def recorded(case: Case) -> dict[int, Worst]:
    """Return the shards of a case that are done: their numbers, and what was found."""
    try:
        lines = _file(case).read_text("utf-8", "replace").splitlines()
    except OSError:
        return {}
    return dict(shard for line in lines if (shard := _parsed(line)) is not None)


def record(case: Case, number: int, worst: Worst) -> None:
    """Add a shard; where nothing can be written it is done again another time."""
    entry = {"shard": number, "ulp": worst.ulp.hex(), "place": None if worst.place is None else worst.place.hex()}
    # One write, which no other process's comes between.  The line break in front ends a line that was cut off.
    line = f"\n{json.dumps(entry)}\n".encode()
    with suppress(OSError):
        _file(case).parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle = os.open(_file(case), os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
        try:
            os.write(handle, line)
        finally:
            os.close(handle)


def forget(case: Case) -> None:
    """Remove what is recorded of a case; where that cannot be done it is read by nobody who begins anew."""
    with suppress(OSError):
        _file(case).unlink()


def _file(case: Case) -> Path:
    kind = "value" if case.derivative == "f" else "slope"
    return cache_directory() / "exhaustive" / f"{case.function}-{kind}-{case.digest}.jsonl"


def _parsed(line: str) -> tuple[int, Worst] | None:
    """Return what a line says, ``None`` if it is empty or only part of one."""
    try:
        entry = json.loads(line)
        place = None if entry["place"] is None else float.fromhex(entry["place"])
        return int(entry["shard"]), Worst(float.fromhex(entry["ulp"]), place)
    except (ValueError, KeyError, TypeError):
        return None
