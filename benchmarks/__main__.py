"""``python -m benchmarks``: measure, print a table, write results."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import track
from rich.table import Table

from benchmarks import cases, measure

FULL = {2**14: 25, 2**22: 3}
QUICK = {2**12: 3}
WIDTH = 170  # of the table: numbers are not cut
QUICK_NAMES = ["relu", "sigmoid", "softmax"]


def cells(row: measure.Row) -> list[str]:
    """Return a row of the table as text."""
    times = (row.nanoseconds.get(each) for each in measure.IMPLEMENTATIONS)
    ratios = (row.ratio(*pair) for pair in measure.RATIOS)
    name = f"{row.function}, rows of {row.row_length}" if row.row_length else row.function
    return [
        name,
        row.direction,
        row.dtype,
        *("—" if each is None else f"{each:.2f}" for each in times),
        *("—" if each is None else f"{each:.2f}" for each in ratios),
    ]


def mean_cells(mean: dict[str, Any]) -> list[str]:
    """Return geometric means as a row of the table."""
    ratios = (mean[f"{one} / {other}"] for one, other in measure.RATIOS)
    return [
        "geometric mean",
        mean["direction"],
        mean["dtype"],
        *("" for _ in measure.IMPLEMENTATIONS),
        *("—" if each is None else f"{each:.2f}" for each in ratios),
    ]


HEADINGS = [
    "function",
    "direction",
    "type",
    *measure.IMPLEMENTATIONS,
    *(f"{one} / {other}" for one, other in measure.RATIOS),
]


def by_size(found: list[measure.Row]) -> dict[int, list[list[str]]]:
    """Return the rows of each table, with the means at the end."""
    means = measure.means(found)
    return {
        size: [
            *(cells(row) for row in found if row.elements == size),
            *(mean_cells(mean) for mean in means if mean["elements"] == size),
        ]
        for size in dict.fromkeys(row.elements for row in found)
    }


def title(size: int, threads: int) -> str:
    """Say what a table holds."""
    return f"Nanoseconds an element, {size} elements, {threads} {'thread' if threads == 1 else 'threads'}"


def markdown(found: list[measure.Row], machine: dict[str, Any]) -> str:
    """Return the tables as a Markdown file."""
    about = ", ".join(f"{key} {value}" for key, value in machine.items())
    lines = [
        "# Benchmark",
        "",
        f"Written by `python -m benchmarks`; benchmarks/README.md says what it means.  {about}.",
    ]
    for size, table in by_size(found).items():
        lines += ["", f"## {title(size, machine['threads'])}", ""]
        lines += [f"| {' | '.join(HEADINGS)} |", f"|{'---|' * 3}{'---:|' * (len(HEADINGS) - 3)}"]
        lines += [f"| {' | '.join(row)} |" for row in table]
    return "\n".join(lines) + "\n"


@click.command()
@click.option("--quick", is_flag=True, help="Three functions and few elements: does it run?")
@click.option("--threads", default=1, show_default=True, help="Processors, and threads of torch.")
@click.option("--json", "json_file", type=click.Path(path_type=Path), help="Write the results as JSON.")
@click.option("--markdown", "markdown_file", type=click.Path(path_type=Path), help="Write the table as Markdown.")
@click.argument("names", nargs=-1)
def main(
    quick: bool,
    threads: int,
    json_file: Path | None,
    markdown_file: Path | None,
    names: tuple[str, ...],
) -> None:
    """Measure NAMES, or all functions that PyTorch has."""
    unknown = [name for name in names if name not in cases.names()]
    if unknown:
        raise click.UsageError(f"'{unknown[0]}' is not measured: use {', '.join(cases.names())}")
    measure.pin(threads)
    chosen = list(names) or (QUICK_NAMES if quick else cases.names())
    sizes = QUICK if quick else FULL
    console = Console(width=max(Console().width, WIDTH))
    found = [
        row
        for name in track(chosen, description="measuring", console=Console(stderr=True), transient=True)
        for row in measure.rows([name], sizes)
    ]
    machine = measure.machine(threads)
    for size, lines in by_size(found).items():
        table = Table(title=title(size, threads))
        for k, heading in enumerate(HEADINGS):
            table.add_column(heading.replace(" / ", " /\n"), justify="left" if k < 3 else "right", no_wrap=True)
        for line in lines:
            table.add_row(*line, style="bold" if line[0] == "geometric mean" else None)
        console.print(table)
    if json_file:
        record = {"machine": machine, "rows": [asdict(row) for row in found], "means": measure.means(found)}
        json_file.write_text(json.dumps(record, indent=1, ensure_ascii=False) + "\n", "utf-8")
    if markdown_file:
        markdown_file.write_text(markdown(found, machine), "utf-8")


if __name__ == "__main__":
    main()
