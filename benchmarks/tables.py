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


def means(ratios: Iterable[tuple[tuple[str, str], float]], before: int, after: int) -> list[list[str]]:
    """Return a line for the geometric mean of each group of ratios, with empty columns around it."""
    groups: dict[tuple[str, str], list[float]] = {}
    for group, ratio in ratios:
        groups.setdefault(group, []).append(ratio)
    return [
        ["geometric mean", *group, *[""] * before, f"{statistics.geometric_mean(found):.2f}", *[""] * after]
        for group, found in groups.items()
    ]


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
