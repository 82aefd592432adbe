"""``python -m benchmarks``: measure, print a table, write results."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import track

from benchmarks import cases, measure, tables

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
        *map(tables.number, times),
        *map(tables.number, ratios),
    ]


def mean_cells(mean: dict[str, Any]) -> list[str]:
    """Return geometric means as a row of the table."""
    ratios = (mean[f"{one} / {other}"] for one, other in measure.RATIOS)
    return [
        "geometric mean",
        mean["direction"],
        mean["dtype"],
        *("" for _ in measure.IMPLEMENTATIONS),
        *map(tables.number, ratios),
    ]


HEADINGS = [
    "function",
    "direction",
    "type",
    *measure.IMPLEMENTATIONS,
    *(f"{one} / {other}" for one, other in measure.RATIOS),
]


def by_size(found: list[measure.Row], threads: int) -> dict[str, list[list[str]]]:
    """Return the rows of each table, with the means at the end, under its title."""
    means = measure.means(found)
    return {
        title(size, threads): [
            *(cells(row) for row in found if row.elements == size),
            *(mean_cells(mean) for mean in means if mean["elements"] == size),
        ]
        for size in dict.fromkeys(row.elements for row in found)
    }


def title(size: int, threads: int) -> str:
    """Say what a table holds."""
    return f"Nanoseconds an element, {size} elements, {threads} {'thread' if threads == 1 else 'threads'}"


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
    found = [
        row
        for name in track(chosen, description="measuring", console=Console(stderr=True), transient=True)
        for row in measure.rows([name], sizes)
    ]
    machine = measure.machine(threads)
    by_title = by_size(found, threads)
    tables.show(by_title, HEADINGS, WIDTH)
    if json_file:
        tables.write_json(
            json_file, {"machine": machine, "rows": [asdict(row) for row in found], "means": measure.means(found)}
        )
    if markdown_file:
        written = "Written by `python -m benchmarks`; benchmarks/README.md says what it means."
        markdown_file.write_text(tables.markdown("Benchmark", written, machine, by_title, HEADINGS), "utf-8")


if __name__ == "__main__":
    main()
