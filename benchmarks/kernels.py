"""``python -m benchmarks.kernels``: the generated C beside its peers, on arrays that are there already.

Every size is measured in a process of its own, which has its processors before a library counts them: the number of
threads of some is fixed from then on.  Backward kernels of the sigmoid, tanh and the softmax are given the output, as
torch's are.
"""

from __future__ import annotations

import ctypes
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from functools import partial
from importlib.util import find_spec
from multiprocessing import get_context
from pathlib import Path

import click
import numpy as np
import torch
from rich.console import Console
from rich.progress import track

from benchmarks import cases, chart, measure, peers, tables
from benchmarks.chart import OURS
from benchmarks.peers import TOGETHER, Arrays, Call
from symact import catalog
from symact.backends import render
from symact.backends.loading import shared_library
from symact.lowering import lower

COPY = "copy"

FROM_OUTPUT = {name: f"{name}_backward_from_output" for name in ("sigmoid", "tanh")} | {
    name: f"{name}_backward" for name in cases.VECTORS
}
"""Functions with a backward kernel that is given the output, and its name."""

TYPES = {"float32": ("f32", ctypes.c_float), "float64": ("f64", ctypes.c_double), "bfloat16": ("bf16", ctypes.c_float)}
"""The suffix of the functions of a type, and what their parameters are; rows are not of bfloat16."""

ALL = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
"""Processors that there are for this process."""

MEANING = "nanoseconds an element of the C code, and how many times as long the others take"

WIDTH = 150  # of the table: numbers are not cut


@dataclass(frozen=True)
class Setting:
    """How many elements, by how many threads, how many times a call is measured, and after how many that are not.

    ``lengths`` are those of the rows, for functions of whole rows only.
    """

    elements: int
    threads: int
    repeats: int
    before: int
    lengths: tuple[int, ...] = ()

    def __str__(self) -> str:
        elements = f"{self.elements} elements{' in rows' if self.lengths else ''}"
        return f"{elements}, {self.threads} {'thread' if self.threads == 1 else 'threads'}"

    def measures(self, name: str) -> bool:
        """Whether a function is one of those that are measured so."""
        return (name in cases.VECTORS) == bool(self.lengths)


FULL = (
    Setting(2**14, 1, 100, before=2),
    Setting(2**24, ALL, 3, before=0),
    Setting(2**15, 1, 100, before=2, lengths=(128, 1024, 32768)),
)
"""In the cache, where the code and the data of the one before are in the way, and out of it; and rows in the cache."""

QUICK = (
    Setting(2**10, 1, 3, before=2),
    Setting(2**16, ALL, 3, before=0),
    Setting(2**10, 1, 3, before=2, lengths=(128, 1024)),
)


def library(names: Sequence[str], threads: int) -> ctypes.CDLL:
    """Return the compiled C of some functions, with OpenMP for more than one thread."""
    files = render([lower(catalog.get(name)) for name in names], "c")
    return ctypes.CDLL(str(shared_library(files, *(["-fopenmp"] if threads > 1 else []))))


def rows(setting: Setting, names: Sequence[str], others: Sequence[str]) -> list[measure.Row]:
    """Measure functions beside other implementations in this process."""
    measure.pin(setting.threads)
    compiled = library(names, setting.threads)
    shown = track(names, description=f"{setting.elements} elements", console=Console(stderr=True), transient=True)
    return [
        row
        for name in shown
        for length in setting.lengths or (None,)
        for dtype in TYPES
        if dtype != "bfloat16" or length is None
        for row in _directions(compiled, setting, name, length, dtype, others)
    ]


def in_a_process(setting: Setting, names: Sequence[str], others: Sequence[str]) -> list[measure.Row]:
    """Do so in a process of its own, where no thread that has nothing to do keeps a processor from the next one."""
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")
    with ProcessPoolExecutor(1, get_context("spawn")) as pool:
        return pool.submit(rows, setting, names, others).result()


def _directions(
    compiled: ctypes.CDLL, setting: Setting, name: str, length: int | None, dtype: str, others: Sequence[str]
) -> Iterator[measure.Row]:
    shape = setting.elements if length is None else (setting.elements // length, length)
    arrays = Arrays.normal(shape, dtype)
    _call(compiled, name, dtype, arrays.x, arrays.y)()
    for direction in peers.directions(name):
        calls = {OURS: _ours(compiled, name, direction, dtype, arrays), COPY: _copy(direction, arrays)}
        calls |= {peer: call for peer in others if (call := peers.PEERS[peer](name, direction, arrays))}
        measure.medians(calls, 1)  # what is compiled, is compiled at the first call
        seconds = measure.medians(calls, setting.repeats, setting.before)
        nanoseconds = {label: each / setting.elements * 1e9 for label, each in seconds.items()}
        yield measure.Row(name, direction, dtype, setting.elements, length, nanoseconds)


def _ours(compiled: ctypes.CDLL, name: str, direction: str, dtype: str, arrays: Arrays) -> Call:
    from_output = name in FROM_OUTPUT and dtype != "bfloat16"
    symbol = FROM_OUTPUT[name] if from_output else f"{name}_backward"
    forward = _call(compiled, name, dtype, arrays.x, arrays.out)
    backward = _call(compiled, symbol, dtype, arrays.y if from_output else arrays.x, arrays.dy, arrays.dx)
    if direction == TOGETHER:
        return lambda: (forward(), backward())
    return forward if direction == "forward" else backward


def _copy(direction: str, arrays: Arrays) -> Call:
    """Return a call that moves as many bytes as the function reads and writes."""
    x, dy, out, dx = (torch.from_numpy(each).view(-1) for each in (arrays.x, arrays.dy, arrays.out, arrays.dx))
    half = x.numel() // 2
    some, room = dy[:half], dx[:half]
    if direction == TOGETHER:
        return lambda: (out.copy_(x), dx.copy_(x), room.copy_(some))
    return partial(out.copy_, x) if direction == "forward" else lambda: (out.copy_(x), room.copy_(some))


def _call(compiled: ctypes.CDLL, symbol: str, dtype: str, *arrays: np.ndarray) -> Call:
    """Return a call of an exported function, its arguments converted once; parameters at their defaults."""
    suffix, number = TYPES[dtype]
    function = getattr(compiled, f"symact_{symbol}_{suffix}")
    function.restype = None
    name = symbol.partition("_backward")[0]
    values = {p.name: p.default for p in catalog.get(name).parameters} | dict(cases.VALUES.get(name, {}))
    pointers = [ctypes.c_void_p(array.ctypes.data) for array in arrays]
    sizes = [ctypes.c_size_t(size) for size in arrays[0].shape]
    return partial(function, *pointers, *sizes, *(number(float(v)) for v in values.values()))


def ratios(row: measure.Row, others: Sequence[str]) -> list[float | None]:
    """Return how many times as long as the C code each of the others takes, the fastest of them, and a copy."""
    known = [row.nanoseconds[each] for each in others if each in row.nanoseconds]
    best = min(known) / row.nanoseconds[OURS] if known else None
    return [*(row.ratio(each, OURS) for each in others), best, row.ratio(COPY, OURS)]


def lines(found: list[measure.Row], others: Sequence[str]) -> list[list[str]]:
    """Return a line of the table for each row, and for the geometric means of the ratios."""
    each = [
        [
            row.title,
            row.direction,
            row.dtype,
            f"{row.nanoseconds[OURS]:.2f}",
            *map(tables.number, ratios(row, others)),
        ]
        for row in found
    ]
    alike = [((row.direction, row.dtype), ratios(row, others)) for row in found if row.direction != TOGETHER]
    return each + tables.means(alike, before=1)


def _drawable(_context: click.Context, _option: click.Parameter, file: Path | None) -> Path | None:
    """Refuse a chart that could not be drawn before anything is measured for it."""
    if file and file.suffix not in chart.FORMATS:
        raise click.BadParameter(f"'{file}' is not drawn: use a name in {' or '.join(chart.FORMATS)}")
    if file and find_spec("matplotlib") is None:
        raise click.BadParameter("matplotlib is not installed: pip install -e '.[benchmarks]'")
    return file


@click.command()
@click.option("--quick", is_flag=True, help="Few elements: does it run?")
@click.option("--without", type=click.Choice(list(peers.PEERS)), multiple=True, help="Leave a peer out.")
@click.option("--json", "json_file", type=click.Path(path_type=Path), help="Write the results as JSON.")
@click.option("--markdown", "markdown_file", type=click.Path(path_type=Path), help="Write the tables as Markdown.")
@click.option(
    "--chart",
    "chart_file",
    type=click.Path(path_type=Path),
    callback=_drawable,
    help="Draw how many times as long torch takes, as SVG or PNG.",
)
@click.argument("names", nargs=-1)
def main(
    quick: bool,
    without: tuple[str, ...],
    json_file: Path | None,
    markdown_file: Path | None,
    chart_file: Path | None,
    names: tuple[str, ...],
) -> None:
    """Measure NAMES, or all functions of which torch has a kernel, beside torch, JAX, numexpr and NumPy."""
    unknown = [name for name in names if name not in peers.names()]
    if unknown:
        raise click.UsageError(f"'{unknown[0]}' is not measured: use {', '.join(peers.names())}")
    absent = [peer for peer in peers.absent() if peer not in without]
    for peer in absent:
        click.echo(f"{peer} is left out, it is not installed: pip install -e '.[benchmarks]'", err=True)
    others = [peer for peer in peers.PEERS if peer not in (*without, *absent)]
    machine = measure.machine(ALL) | peers.versions(others) | {"load at the start": round(os.getloadavg()[0], 1)}
    settings = QUICK if quick else FULL
    chosen = {each: [name for name in names or peers.names() if each.measures(name)] for each in settings}
    found = {str(each): in_a_process(each, some, others) for each, some in chosen.items() if some}
    headings = ("function", "direction", "type", OURS, *others, "best of them", COPY)
    by_title = {f"{title}: {MEANING}": lines(each, others) for title, each in found.items()}
    tables.show(by_title, headings, WIDTH)
    if json_file:
        measured = [asdict(row) for each in found.values() for row in each]
        tables.write_json(json_file, {"machine": machine, "rows": measured})
    if markdown_file:
        written = "Written by `python -m benchmarks.kernels`."
        markdown_file.write_text(tables.markdown("Kernels", written, machine, by_title, headings), "utf-8")
    if chart_file:
        chart.write(chart_file, {str(each): found[str(each)] for each in chosen if not each.lengths and chosen[each]})


if __name__ == "__main__":
    main()
