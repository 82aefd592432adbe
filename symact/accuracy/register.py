"""A file of what was found by searches through all inputs: JSON, a row a line, sorted by function; and a page of it.

The same findings give the same bytes, in whatever order they come in.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from symact.accuracy.exhaustive import BOUND, Finding
from symact.errors import SymactError
from symact.files import replace_files

KEY = ("function", "derivative", "parameters")
"""What a row is about; there is one of each."""


def rows(path: Path) -> list[dict[str, Any]]:
    """Return the rows of a file, none if it is not there.

    Raises
    ------
    SymactError
        If it is another file.
    """
    try:
        found = json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return []
    except ValueError as error:
        raise SymactError(f"'{path}' is not JSON ({error}); give another file with --table") from error
    if not (isinstance(found, list) and all(isinstance(row, dict) and row.keys() >= set(KEY) for row in found)):
        raise SymactError(f"'{path}' is not a table of an exhaustive check; give another file with --table")
    return found


def merge(path: Path, findings: Iterable[Finding]) -> None:
    """Put findings into a file, in place of the rows about the same, and write the page of all beside it."""
    known = {_key(row): row for row in (*rows(path), *map(row, findings))}
    merged = [known[key] for key in sorted(known)]
    lines = ",\n".join(json.dumps(row, ensure_ascii=False) for row in merged)
    path.parent.mkdir(parents=True, exist_ok=True)
    replace_files({path: f"[\n{lines}\n]\n".encode(), path.with_suffix(".md"): page(merged).encode()})


def page(merged: Iterable[Mapping[str, Any]]) -> str:
    """Return rows as a page in Markdown, an error without a number as ∞."""
    lines = (
        f"| {row['function']} | {row['derivative']} | {_parameters(row['parameters'])} "
        f"| {'∞' if row['worst_ulp'] is None else format(row['worst_ulp'], '.3f')} | {row['worst_input'] or ''} |"
        for row in merged
    )
    return "\n".join((*_HEAD, *lines, ""))


def row(finding: Finding) -> dict[str, Any]:
    """Return the row of a finding.

    JSON has no infinity: an error without a number stands for a wrong NaN or overflow, as in ``symact check --json``.
    """
    case, place = finding.case, finding.worst.place
    return {
        "function": case.function,
        "derivative": case.derivative,
        "parameters": {name: float(str(np.float32(value))) for name, value in case.parameters},
        "worst_ulp": finding.ulp if math.isfinite(finding.ulp) else None,
        "worst_input": None if place is None else str(np.float32(place)),
        "worst_input_hex": None if place is None else place.hex(),
        "bound": BOUND,
        "compiler": case.compiler,
        "code": case.code,
    }


_HEAD = (
    "# Errors over all 2³² float32 inputs",
    "",
    "Of the C code, in units in the last place, as `symact check --exhaustive NAME --table FILE` finds them.",
    "",
    "| function | derivative | parameters | worst error | at |",
    "|---|---|---|--:|--:|",
)


def _parameters(values: Mapping[str, float]) -> str:
    return ", ".join(f"{name} = {value:g}" for name, value in values.items())


def _key(row: dict[str, Any]) -> tuple[str, ...]:
    return tuple(json.dumps(row[name], ensure_ascii=False) for name in KEY)
