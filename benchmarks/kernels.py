"""``python -m benchmarks.kernels``: the generated C beside the kernels of PyTorch, on arrays that are there already.

Both write into a given array; nothing is checked, copied or allocated in between.  Backward kernels of the
sigmoid and tanh are given the output, as torch's are.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import click
import numpy as np
import torch
from rich.console import Console
from rich.progress import track

from benchmarks import measure, tables
from symact import catalog
from symact.backends import render
from symact.backends.loading import shared_library
from symact.lowering import lower

aten = torch.ops.aten
Tensor = torch.Tensor

# fmt: off
FORWARD: Mapping[str, Callable[[Tensor, Tensor], Any]] = {
    "relu":        lambda x, y: aten.relu.out(x, out=y),
    "leaky_relu":  lambda x, y: aten.leaky_relu.out(x, 0.01, out=y),
    "relu6":       lambda x, y: aten.hardtanh.out(x, 0, 6, out=y),
    "hardtanh":    lambda x, y: aten.hardtanh.out(x, out=y),
    "hardswish":   lambda x, y: aten.hardswish.out(x, out=y),
    "hardsigmoid": lambda x, y: aten.hardsigmoid.out(x, out=y),
    "softshrink":  lambda x, y: aten.softshrink.out(x, 0.5, out=y),
    "hardshrink":  lambda x, y: aten.hardshrink.out(x, 0.5, out=y),
    "elu":         lambda x, y: aten.elu.out(x, out=y),
    "selu":        lambda x, y: aten.elu.out(x, 1.6732632423543772, 1.0507009873554805, 1.0, out=y),
    "sigmoid":     lambda x, y: aten.sigmoid.out(x, out=y),
    "tanh":        lambda x, y: aten.tanh.out(x, out=y),
    "silu":        lambda x, y: aten.silu.out(x, out=y),
    "gelu":        lambda x, y: aten.gelu.out(x, out=y),
    "gelu_tanh":   lambda x, y: aten.gelu.out(x, approximate="tanh", out=y),
    "mish":        lambda x, y: aten.mish.out(x, out=y),
    "softplus":    lambda x, y: aten.softplus.out(x, out=y),
    "logsigmoid":  lambda x, y: aten.log_sigmoid.out(x, out=y),
}
BACKWARD: Mapping[str, Callable[[Tensor, Tensor, Tensor, Tensor], Any]] = {
    # from x, the output y and dy into dx; two have no form that is given dx
    "relu":        lambda x, y, dy, dx: aten.threshold_backward.grad_input(dy, x, 0, grad_input=dx),
    "leaky_relu":  lambda x, y, dy, dx: aten.leaky_relu_backward.grad_input(dy, x, 0.01, False, grad_input=dx),
    "relu6":       lambda x, y, dy, dx: aten.hardtanh_backward.grad_input(dy, x, 0, 6, grad_input=dx),
    "hardtanh":    lambda x, y, dy, dx: aten.hardtanh_backward.grad_input(dy, x, -1, 1, grad_input=dx),
    "hardswish":   lambda x, y, dy, dx: aten.hardswish_backward(dy, x),
    "hardsigmoid": lambda x, y, dy, dx: aten.hardsigmoid_backward.grad_input(dy, x, grad_input=dx),
    "softshrink":  lambda x, y, dy, dx: aten.softshrink_backward.grad_input(dy, x, 0.5, grad_input=dx),
    "hardshrink":  lambda x, y, dy, dx: aten.hardshrink_backward.grad_input(dy, x, 0.5, grad_input=dx),
    "elu":         lambda x, y, dy, dx: aten.elu_backward.grad_input(dy, 1.0, 1.0, 1.0, False, x, grad_input=dx),
    "sigmoid":     lambda x, y, dy, dx: aten.sigmoid_backward.grad_input(dy, y, grad_input=dx),
    "tanh":        lambda x, y, dy, dx: aten.tanh_backward.grad_input(dy, y, grad_input=dx),
    "silu":        lambda x, y, dy, dx: aten.silu_backward.grad_input(dy, x, grad_input=dx),
    "gelu":        lambda x, y, dy, dx: aten.gelu_backward.grad_input(dy, x, grad_input=dx),
    "gelu_tanh":   lambda x, y, dy, dx: aten.gelu_backward.grad_input(dy, x, approximate="tanh", grad_input=dx),
    "mish":        lambda x, y, dy, dx: aten.mish_backward(dy, x),
    "softplus":    lambda x, y, dy, dx: aten.softplus_backward.grad_input(dy, x, 1.0, 20.0, grad_input=dx),
}
# fmt: on

FROM_OUTPUT = ("sigmoid", "tanh")
"""Functions whose backward kernel is given the output."""

SIZES = {2**14: 200, 2**22: 5}
"""Elements, and how many times a call is measured: in the cache and out of it."""

TYPES = {"float32": ("f32", ctypes.c_float), "float64": ("f64", ctypes.c_double)}

WIDTH = 100  # of the table: numbers are not cut

HEADINGS = ("function", "direction", "type", "symact C", "torch", "copy", "torch / symact", "copy / symact")


@dataclass(frozen=True)
class Row:
    """Nanoseconds an element; a copy moves as many bytes as the function reads and writes."""

    function: str
    direction: str
    dtype: str
    elements: int
    symact: float
    torch: float
    copy: float

    def cells(self) -> list[str]:
        """Return the row as text."""
        numbers = (self.symact, self.torch, self.copy, self.torch / self.symact, self.copy / self.symact)
        return [self.function, self.direction, self.dtype, *(f"{each:.2f}" for each in numbers)]


def library(names: list[str]) -> ctypes.CDLL:
    """Return the compiled C of some functions."""
    return ctypes.CDLL(str(shared_library(render([lower(catalog.get(name)) for name in names], "c"))))


def rows(compiled: ctypes.CDLL, name: str) -> Iterator[Row]:
    """Measure a function in every size, type and direction."""
    for elements, repeats in SIZES.items():
        for dtype in TYPES:
            yield from _directions(compiled, name, elements, dtype, repeats)


def _directions(compiled: ctypes.CDLL, name: str, elements: int, dtype: str, repeats: int) -> Iterator[Row]:
    generator = np.random.default_rng(0)
    x, dy = (torch.from_numpy(generator.normal(scale=s, size=elements).astype(dtype)) for s in (3.0, 1.0))
    y, out = torch.empty_like(x), torch.empty_like(x)
    FORWARD[name](x, y)
    half = elements // 2
    calls = {
        "forward": {
            "symact": _call(compiled, name, dtype, x, out),
            "torch": lambda: FORWARD[name](x, out),
            "copy": lambda: out.copy_(x),
        }
    }
    if name in BACKWARD:
        backward = f"{name}_backward_from_output" if name in FROM_OUTPUT else f"{name}_backward"
        calls["backward"] = {
            "symact": _call(compiled, backward, dtype, y if name in FROM_OUTPUT else x, dy, out),
            "torch": lambda: BACKWARD[name](x, y, dy, out),
            "copy": lambda: (out.copy_(x), out[:half].copy_(dy[:half])),
        }
    for direction, each in calls.items():
        times = {label: seconds / elements * 1e9 for label, seconds in measure.medians(each, repeats).items()}
        yield Row(name, direction, dtype, elements, **times)


def _call(compiled: ctypes.CDLL, symbol: str, dtype: str, *tensors: Tensor) -> Callable[[], Any]:
    """Return a call of an exported function, its arguments converted once; parameters at their defaults."""
    suffix, number = TYPES[dtype]
    function = getattr(compiled, f"symact_{symbol}_{suffix}")
    function.restype = None
    values = [p.default for p in catalog.get(symbol.partition("_backward")[0]).parameters]
    pointers = [ctypes.c_void_p(tensor.data_ptr()) for tensor in tensors]
    arguments = (*pointers, ctypes.c_size_t(tensors[0].numel()), *(number(float(v)) for v in values))
    return lambda: function(*arguments)


def means(found: list[Row]) -> list[list[str]]:
    """Return the geometric means of torch / symact, by direction and type, as rows of the table."""
    ratios = (((row.direction, row.dtype), row.torch / row.symact) for row in found)
    return tables.means(ratios, before=3, after=1)


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
@click.argument("names", nargs=-1)
def main(json_file: Path | None, markdown_file: Path | None, names: tuple[str, ...]) -> None:
    """Measure NAMES, or all functions of which torch has a kernel, in one pinned process."""
    unknown = [name for name in names if name not in FORWARD]
    if unknown:
        raise click.UsageError(f"'{unknown[0]}' is not measured: use {', '.join(FORWARD)}")
    measure.pin(1)
    chosen = list(names) or list(FORWARD)
    compiled, errors = library(chosen), Console(stderr=True)
    found = [
        row
        for name in track(chosen, description="measuring", console=errors, transient=True)
        for row in rows(compiled, name)
    ]
    by_title = by_size(found)
    tables.show(by_title, HEADINGS, WIDTH)
    machine = measure.machine(1)
    if json_file:
        tables.write_json(json_file, {"machine": machine, "rows": [asdict(row) for row in found]})
    if markdown_file:
        written = "Written by `python -m benchmarks.kernels`."
        markdown_file.write_text(tables.markdown("Kernels", written, machine, by_title, HEADINGS), "utf-8")


if __name__ == "__main__":
    main()
