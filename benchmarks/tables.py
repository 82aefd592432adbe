"""How results are shown: tables on the terminal and in Markdown, and records as JSON."""

from __future__ import annotations

import json
import statistics
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

Lines = Sequence[Sequence[str]]
LABELS = 3  # the first columns, which are words; the others are numbers


def number(value: float | None) -> str:
    """Return a number as the tables have it; a dash where there is none."""
    return "—" if value is None else f"{value:.2f}"


def means(ratios: Iterable[tuple[tuple[str, str], Sequence[float | None]]], before: int) -> list[list[str]]:
    """Return a line for the geometric means of each group of ratios, with empty columns before them."""
    groups: dict[tuple[str, str], list[Sequence[float | None]]] = {}
    for group, each in ratios:
        groups.setdefault(group, []).append(each)
    return [
        ["geometric mean", *group, *[""] * before, *map(number, map(_mean, zip(*found, strict=True)))]
        for group, found in groups.items()
    ]


def _mean(ratios: Sequence[float | None]) -> float | None:
    known = [each for each in ratios if each is not None]
    return statistics.geometric_mean(known) if known else None


def show(tables: Mapping[str, Lines], headings: Sequence[str], width: int) -> None:
    """Print each table under its title; geometric means stand out."""
    console = Console(width=max(Console().width, width))
    for title, lines in tables.items():
        table = Table(title=title)
        for k, heading in enumerate(headings):
            side = "left" if k < LABELS else "right"
            table.add_column(heading.replace(" / ", " /\n"), justify=side, no_wrap=True)
        for line in lines:
            table.add_row(*line, style="bold" if line[0] == "geometric mean" else None)
        console.print(table)


def markdown(
    title: str, origin: str, machine: Mapping[str, Any], tables: Mapping[str, Lines], headings: Sequence[str]
) -> str:
    """Return the tables as a Markdown file."""
    about = ", ".join(f"{key} {value}" for key, value in machine.items())
    text = [f"# {title}", "", f"{origin}  {about}."]
    for heading, lines in tables.items():
        text += ["", f"## {heading}", ""]
        text += [f"| {' | '.join(headings)} |", f"|{'---|' * LABELS}{'---:|' * (len(headings) - LABELS)}"]
        text += [f"| {' | '.join(line)} |" for line in lines]
    return "\n".join(text) + "\n"


def write_json(file: Path, record: Mapping[str, Any]) -> None:
    """Write a record as JSON."""
    file.write_text(json.dumps(record, indent=1, ensure_ascii=False) + "\n", "utf-8")
