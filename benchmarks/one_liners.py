"""``python -m benchmarks.one_liners``: the generated NumPy code beside the line of NumPy that one would write.

The lines are those of a reader of a paper: of f in :data:`benchmarks.cases.PLAIN`, of f′ below where one is obvious.
They need not survive a large x; symact's code does, and is exact to the last digits.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

import click
import numpy as np
from rich.console import Console
from rich.progress import track
from scipy import special

from benchmarks import cases, measure, tables

SLOPES: Mapping[str, Callable[[Any], Any]] = {
    "elu": lambda x: np.where(x > 0, 1, np.exp(x)),
    "celu": lambda x: np.where(x > 0, 1, np.exp(x)),
    "selu": lambda x: 1.0507009873554805 * np.where(x > 0, 1, 1.6732632423543772 * np.exp(x)),
    "gelu": lambda x: 0.5 * (1 + special.erf(x * 0.7071067811865476)) + x * np.exp(-0.5 * x * x) * 0.3989422804014327,
    "silu": lambda x: (1 + np.exp(-x) * (1 + x)) / (1 + np.exp(-x)) ** 2,
    "hardswish": lambda x: np.where(x <= -3, 0, np.where(x < 3, x / 3 + 0.5, 1)),
    "relu": lambda x: np.where(x > 0, 1, 0).astype(x.dtype),
    "leaky_relu": lambda x: np.where(x > 0, 1, 0.01).astype(x.dtype),
    "prelu": lambda x: np.where(x > 0, 1, 0.25).astype(x.dtype),
    "rrelu": lambda x: np.where(x > 0, 1, 0.22916666666666666).astype(x.dtype),
    "relu6": lambda x: ((x > 0) & (x < 6)).astype(x.dtype),
    "hardtanh": lambda x: ((x > -1) & (x < 1)).astype(x.dtype),
    "threshold": lambda x: (x > 0.3).astype(x.dtype),
    "tanhshrink": lambda x: np.tanh(x) ** 2,
    "softshrink": lambda x: (np.abs(x) > 0.5).astype(x.dtype),
    "hardshrink": lambda x: (np.abs(x) > 0.5).astype(x.dtype),
    "sigmoid": lambda x: np.exp(-x) / (1 + np.exp(-x)) ** 2,
    "tanh": lambda x: 1 - np.tanh(x) ** 2,
    "softsign": lambda x: 1 / (1 + np.abs(x)) ** 2,
    "hardsigmoid": lambda x: ((x > -3) & (x < 3)).astype(x.dtype) / 6,
    "logsigmoid": lambda x: 1 / (1 + np.exp(x)),
    "softplus": lambda x: 1 / (1 + np.exp(-x)),
}

SIZES = {2**14: 200, 2**22: 5}
"""Elements, and how many times a call is measured: in the cache and out of it."""

WIDTH = 90  # of the table: numbers are not cut

HEADINGS = ("function", "which", "type", "symact NumPy", "one line", "one line / symact NumPy")


@dataclass(frozen=True)
class Row:
    """Nanoseconds an element of f or f′."""

    function: str
    which: str
    dtype: str
    elements: int
    symact: float
    one_line: float

    @property
    def ratio(self) -> float:
        """How many times as fast the generated code is."""
        return self.one_line / self.symact

    def cells(self) -> list[str]:
        """Return the row as text."""
        return [
            self.function,
            self.which,
            self.dtype,
            *(f"{each:.2f}" for each in (self.symact, self.one_line, self.ratio)),
        ]


def names() -> list[str]:
    """Return the functions of each element by itself that torch has too."""
    return [name for name in cases.names() if name not in cases.VECTORS]


def rows(name: str) -> Iterator[Row]:
    """Measure a function and its derivative in every size and type."""
    values = cases.VALUES.get(name, {})
    loaded = cases.loaded(name, "numpy")
    pairs = {"f": (loaded, cases.PLAIN[name])}
    if name in SLOPES:
        pairs["f′"] = (loaded.grad, SLOPES[name])
    for elements, repeats in SIZES.items():
        for dtype in ("float32", "float64"):
            x = np.random.default_rng(0).normal(scale=3.0, size=elements).astype(dtype)
            for which, (ours, line) in pairs.items():
                calls = {"symact": partial(ours, x, **values), "one_line": partial(line, x)}
                times = {label: seconds / elements * 1e9 for label, seconds in measure.medians(calls, repeats).items()}
                yield Row(name, which, dtype, elements, **times)


def means(found: list[Row]) -> list[list[str]]:
    """Return the geometric means of the ratio, by derivative and type, as rows of the table."""
    return tables.means((((row.which, row.dtype), [row.ratio]) for row in found), before=2)


def by_size(found: list[Row]) -> dict[str, list[list[str]]]:
    """Return a table for each number of elements, under its title."""
    return {
        f"Nanoseconds an element, {size} elements, 1 thread": [
            *(row.cells() for row in found if row.elements == size),
            *means([row for row in found if row.elements == size]),
        ]
        for size in SIZES
    }


@click.command()
@click.option("--json", "json_file", type=click.Path(path_type=Path), help="Write the results as JSON.")
@click.option("--markdown", "markdown_file", type=click.Path(path_type=Path), help="Write the tables as Markdown.")
@click.argument("chosen", metavar="[NAMES]...", nargs=-1)
def main(json_file: Path | None, markdown_file: Path | None, chosen: tuple[str, ...]) -> None:
    """Measure NAMES, or all functions of each element by itself that PyTorch has, in one pinned process."""
    unknown = [name for name in chosen if name not in names()]
    if unknown:
        raise click.UsageError(f"'{unknown[0]}' is not measured: use {', '.join(names())}")
    measure.pin(1)
    found = [
        row
        for name in track(chosen or names(), description="measuring", console=Console(stderr=True), transient=True)
        for row in rows(name)
    ]
    by_title = by_size(found)
    tables.show(by_title, HEADINGS, WIDTH)
    machine = measure.machine(1)
    if json_file:
        tables.write_json(json_file, {"machine": machine, "rows": [asdict(row) for row in found]})
    if markdown_file:
        written = "Written by `python -m benchmarks.one_liners`."
        markdown_file.write_text(tables.markdown("NumPy", written, machine, by_title, HEADINGS), "utf-8")


if __name__ == "__main__":
    main()
